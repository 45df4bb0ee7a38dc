/* SPDX-License-Identifier: MIT */
#include "data.h"
#include "message.h"

#include <anc/unix.h>

/*
 * Why control data came short. MSG_CTRUNC does not mean that the buffer was too small: a full
 * descriptor table and a policy raise it too, and then there is room left where a kernel that
 * lacked it would have left none.
 */

/* What a walk sees that helps to tell why control came short. */
struct anc_sight {
	size_t last_end; /* where the last message ends, without padding */
	bool last_is_rights;
	bool last_is_whole; /* by its row it cannot have been longer */
	bool last_is_pidfd;
	bool any_rights;
};

static struct anc_sight anc_data_look(const struct anc_data *data)
{
	const unsigned char *bytes = data->built.bytes;
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(bytes, data->built.len));
	struct anc_sight sight = {0, false, false, false, false};
	const struct anc_message_type *row;
	enum anc_match match;
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		sight.last_end = (size_t)((const unsigned char *)msg.data + msg.len - bytes);
		sight.last_is_rights = msg.level == SOL_SOCKET && msg.type == SCM_RIGHTS;
		row = anc_message_match(NULL, AF_UNSPEC, &msg, &match);
		sight.last_is_whole = match > ANC_MATCH_SIZE && anc_row_is_exact(row);
		sight.last_is_pidfd = anc_message_is(&anc_pidfd_type, &msg);
		sight.any_rights = sight.any_rights || sight.last_is_rights;
	}
	return sight;
}

enum anc_cut anc_data_why_cut(struct anc_data *data, int asked)
{
	const struct anc_sight sight = anc_data_look(data);
	const size_t left = data->end - data->built.len;
	/* An SCM_PIDFD comes behind an SCM_RIGHTS and takes as much room as one descriptor. */
	bool fd_fitted = left >= ANC_CMSG_LEN(sizeof(int)) || sight.last_is_pidfd;

	if (!anc_habits.cut_may_refuse)
		return ANC_CUT_ROOM;
	/* What ends where the room does was cut there, unless it is whole. */
	if (sight.last_end == data->end && !sight.last_is_whole)
		return ANC_CUT_ROOM;
	/* Behind an SCM_RIGHTS there was room for one more, or something else stands there. */
	if (sight.any_rights)
		fd_fitted = fd_fitted || !sight.last_is_rights ||
			    data->end - sight.last_end >= sizeof(int);
	if (!fd_fitted)
		return ANC_CUT_ROOM;
	data->cut_errno = anc_table_is_full(asked) ? EMFILE : EACCES;
	if (data->cut_errno == EMFILE || left >= ANC_CMSG_LEN(sizeof(int)))
		return ANC_CUT_REFUSED;
	/* Refused, or a later message that had no room at all. */
	return ANC_CUT_UNKNOWN;
}

enum anc_cut anc_data_cut(const struct anc_data *data)
{
	return (enum anc_cut)data->cut;
}

int anc_data_cut_error(const struct anc_data *data)
{
	switch ((enum anc_cut)data->cut) {
	case ANC_CUT_NONE:
		return 0;
	case ANC_CUT_REFUSED:
		return -data->cut_errno;
	case ANC_CUT_ROOM:
	case ANC_CUT_UNKNOWN:
		break;
	}
	return -EMSGSIZE;
}
