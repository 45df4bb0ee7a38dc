/* SPDX-License-Identifier: MIT */
#include "credentials.h"
#include "message.h"

/* What any system tells of a peer, by its rows. */

const struct anc_message_type *anc_peer_next(const struct anc_abi *or_null,
					     const struct anc_message_type *row_or_null)
{
	return anc_row_iter_after(anc_row_iter_over_peers(anc_abi_or_host(or_null)), row_or_null);
}

static int anc_peer_pidfd_read(const struct anc_cmsg *answer, struct anc_credentials *ret)
{
	struct anc_credentials peer = {
		.known = ANC_CREDENTIALS_PIDFD, .by_kernel = ANC_CREDENTIALS_PIDFD, .pidfd = -1};

	if (answer->len != sizeof(peer.pidfd))
		return -EBADMSG;
	memcpy(&peer.pidfd, answer->data, sizeof(peer.pidfd));
	if (peer.pidfd < 0)
		return -EBADMSG;
	*ret = peer;
	return 0;
}

static int anc_peer_load(const struct anc_message_type *row, const struct anc_cmsg *answer,
			 const struct anc_abi *abi, struct anc_credentials *ret)
{
	struct anc_credentials peer;

	anc_credentials_load(row, answer, abi, &peer);
	/* No user has it: what Linux says where there is no peer. */
	if ((peer.known & ANC_CREDENTIALS_EUID) != 0 && peer.euid == UINT32_MAX)
		return -ENOTCONN;
	*ret = peer;
	return 0;
}

int anc_peer_credentials_read(const struct anc_abi *or_null, const char *query, const void *value,
			      size_t len, struct anc_credentials *ret)
{
	const struct anc_abi *abi = anc_abi_or_host(or_null);
	struct anc_row_iter it = anc_row_iter_over_peers(abi);
	const struct anc_cmsg answer = {.data = value, .len = len};
	const struct anc_message_type *row;
	int error = -ENOMSG;

	if (or_null == NULL && strcmp(query, "SO_PEERPIDFD") == 0)
		return anc_peer_pidfd_read(&answer, ret);
	while ((row = anc_row_iter_next(&it)) != NULL) {
		if ((row->flags & ANC_CREDENTIALS) == 0 || strcmp(row->name, query) != 0)
			continue;
		if (anc_row_match(row, &answer, abi) > ANC_MATCH_SIZE)
			return anc_peer_load(row, &answer, abi, ret);
		error = -EBADMSG;
	}
	return error;
}
