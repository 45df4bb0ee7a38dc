/* SPDX-License-Identifier: MIT */
#ifndef ANC_RECEIVER_H
#define ANC_RECEIVER_H

/* One receive: fill the members, then receive. See anc_socket(3). */

#include <anc/socket.h>

ANC_BEGIN_DECLS

/** Where to receive to; borrows what it points to until then. Zero what is not used. */
struct anc_receiver {
	struct anc_socket socket;
	void *buf;
	size_t len;               /* bytes at buf */
	const struct iovec *bufs; /* wins over buf when set */
	size_t nbufs;
	struct anc_data
		*data; /* for control messages, or NULL: not wanted, and what comes is closed */
	struct anc_recv_options options;
	void *reserved;
};

/** A receiver into `len` bytes at `buf`, without control data, with default options. */
ANC_API ANC_INLINE struct anc_receiver anc_receiver_on(struct anc_socket sock, void *buf,
						       size_t len)
{
	struct anc_receiver receiver = {sock, buf, len, NULL, 0, NULL, {0}, NULL};

	return receiver;
}

/** The same into `nbufs` pieces. */
ANC_API ANC_INLINE struct anc_receiver anc_receiver_onv(struct anc_socket sock,
							const struct iovec *bufs, size_t nbufs)
{
	struct anc_receiver receiver = {sock, NULL, 0, bufs, nbufs, NULL, {0}, NULL};

	return receiver;
}

/**
 * Receives once. What `data` held before is closed first; every descriptor that comes is owned by
 * it, close-on-exec. Returns 0 with the length and flags in `*ret`, or a negative errno, and then
 * `data` is empty: -EBADMSG: malformed control data or an impossible length, a custom socket's
 * doing, what it carried is closed; -EBADF: no socket, as in a zeroed receiver; else what
 * recvmsg(2) says, -EINTR and -EAGAIN included.
 */
ANC_API int anc_receiver_recv(const struct anc_receiver *, struct anc_recv_result *ret);

/**
 * The same with the sender's address; `*ret_addrlen` bytes of it are set, 0 when the socket has
 * none. It is output only. (NULL, NULL): the address is not wanted.
 */
ANC_API int anc_receiver_recv_from(const struct anc_receiver *, struct anc_recv_result *ret,
				   struct sockaddr_storage *ret_addr, socklen_t *ret_addrlen);

ANC_END_DECLS

#endif
