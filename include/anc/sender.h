/* SPDX-License-Identifier: MIT */
#ifndef ANC_SENDER_H
#define ANC_SENDER_H

/* One message to be sent: fill the members, then send. See anc_socket(3). */

#include <anc/socket.h>

ANC_BEGIN_DECLS

/** What to send; borrows what it points to until then. Zero what is not used. */
struct anc_sender {
	struct anc_socket socket;
	const void *buf;
	size_t len;               /* bytes at buf */
	const struct iovec *bufs; /* wins over buf when set */
	size_t nbufs;
	const struct anc_data *data; /* control messages, or NULL */
	struct anc_send_options options;
	void *reserved;
};

/** A sender of `len` bytes at `buf`, without control data, with default options. */
ANC_API ANC_INLINE struct anc_sender anc_sender_on(struct anc_socket sock, const void *buf,
						   size_t len)
{
	struct anc_sender sender = {sock, buf, len, NULL, 0, NULL, {0, false}, NULL};

	return sender;
}

/** The same for `nbufs` pieces. */
ANC_API ANC_INLINE struct anc_sender anc_sender_onv(struct anc_socket sock,
						    const struct iovec *bufs, size_t nbufs)
{
	struct anc_sender sender = {sock, NULL, 0, bufs, nbufs, NULL, {0, false}, NULL};

	return sender;
}

/**
 * Sends once. Descriptors in the control data are borrowed: the caller keeps them open and still
 * owns them after. Returns the bytes sent, fewer than all on a stream: then the control data went
 * with them, and the rest is sent without. Or a negative errno: -EBADF: a received descriptor that
 * was to be forwarded has been taken, or there is no socket; -EINVAL: descriptors without a data
 * byte on a stream; -EOPNOTSUPP: descriptors on a socket that is known not to be of the Unix
 * family; else what sendmsg(2) says, -EINTR and -EAGAIN included.
 */
ANC_API ssize_t anc_sender_send(const struct anc_sender *);

/** The same to an address of `addrlen` bytes. */
ANC_API ssize_t anc_sender_send_to(const struct anc_sender *, const struct sockaddr *addr,
				   socklen_t addrlen);

/**
 * Sends everything on a stream: control once, with the first bytes, then the rest. Retries EINTR.
 * Returns the bytes sent; after progress an error gives the count so far; without progress, as
 * anc_sender_send().
 */
ANC_API ssize_t anc_sender_send_all(const struct anc_sender *);

ANC_END_DECLS

#endif
