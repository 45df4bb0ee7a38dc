/* SPDX-License-Identifier: MIT */
#ifndef ANC_SOCKET_H
#define ANC_SOCKET_H

/*
 * Where messages go and come from: any kernel socket, or four functions of somebody's own. See
 * anc_socket(3).
 */

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <anc/data.h>
#include <anc/options.h>

ANC_BEGIN_DECLS

/**
 * A socket of one's own, made of four functions; a NULL member answers -EOPNOTSUPP. The anc_data
 * may be NULL.
 *
 * The senders return the bytes taken, or a negative errno and have taken nothing. Descriptors in
 * the anc_data are borrowed: what is kept beyond the call is duplicated. Which slots are
 * descriptors anc_data_carrier() and anc_message_fds() say.
 *
 * The receivers find the anc_data empty; they fill it by anc_data_adopt(), or by
 * anc_data_control_buf() and anc_data_set_control_len(), and what it holds then is given away: it
 * is owned, or closed when the call failed. To adopt what was duplicated
 * close-on-exec pass MSG_CMSG_CLOEXEC, and never MSG_PEEK. They set the length and the flags of
 * `*ret`, and
 * `*ret_addrlen` when there is an address, and return 0 or a negative errno.
 */
struct anc_socket_ops {
	ssize_t (*send_message)(void *impl, const struct iovec *, size_t nbufs,
				const struct anc_data *, struct anc_send_options);
	ssize_t (*send_message_to)(void *impl, const struct sockaddr *, socklen_t,
				   const struct iovec *, size_t nbufs, const struct anc_data *,
				   struct anc_send_options);
	int (*recv_message)(void *impl, const struct iovec *, size_t nbufs, struct anc_data *,
			    struct anc_recv_options, struct anc_recv_result *ret);
	int (*recv_message_from)(void *impl, struct sockaddr_storage *ret_addr,
				 socklen_t *ret_addrlen, const struct iovec *, size_t nbufs,
				 struct anc_data *, struct anc_recv_options,
				 struct anc_recv_result *ret);
};

/** A socket, by value; it owns nothing. The members are private. Zeroed, it is none: -EBADF. */
struct anc_socket {
	const struct anc_socket_ops *ops;
	void *impl;
	int not_fd;           /* ~fd, so that a zeroed socket is none */
	unsigned char family; /* 0: not asked */
	unsigned char type;
	unsigned short reserved;
};

/** A kernel socket; the descriptor is borrowed while the value is used. Nothing is asked. */
ANC_API ANC_INLINE struct anc_socket anc_socket_fd(int fd)
{
	struct anc_socket sock = {NULL, NULL, ~fd, 0, 0, 0};

	return sock;
}

/**
 * A kernel socket whose family and type are asked now and remembered, so that what cannot work is
 * refused later without a system call. Returns 0; -EBADF, -ENOTSOCK: as getsockopt(2).
 */
ANC_API int anc_socket_checked(int fd, struct anc_socket *ret) ANC_FD_ARG(1);

/** A socket of one's own; `ops` and `impl` are borrowed for as long as the value is used. */
ANC_API ANC_INLINE struct anc_socket anc_socket_custom(const struct anc_socket_ops *ops, void *impl)
{
	struct anc_socket sock = {ops, impl, 0, 0, 0, 0};

	return sock;
}

/**
 * The bytes of control data that one receive can deliver with the options that are on, for the
 * families unix, inet, inet6, packet and netlink and their error queues: what those deliver is
 * counted always, since one message on its way out can ask for a stamp. IPv6 extension headers may
 * repeat: one of each is counted. Returns the bytes; -EOPNOTSUPP: another family; -EBADF,
 * -ENOTSOCK: as getsockopt(2).
 */
ANC_API ssize_t anc_socket_control_space(int fd) ANC_FD_ARG(1);

ANC_END_DECLS

#endif
