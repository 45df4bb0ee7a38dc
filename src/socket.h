/* SPDX-License-Identifier: MIT */
#ifndef ANC_SOCKET_INTERNAL_H
#define ANC_SOCKET_INTERNAL_H

#include "data.h"
#include "platform/platform.h"

#include <anc/socket.h>

/*
 * What a Unix socket may deliver: descriptors, credentials, a label of up to a page, a pidfd, a
 * count, and timestamps of three kinds. Offering room for it all costs nothing; offering less loses
 * descriptors, or leaks them elsewhere.
 */
#define ANC_UNIX_WIDE                                                                              \
	(ANC_FDS_SPACE(256) + ANC_CMSG_SPACE(12) + ANC_CMSG_SPACE(4096) + 2 * ANC_CMSG_SPACE(4) +  \
	 2 * ANC_CMSG_SPACE(16) + ANC_CMSG_SPACE(48))

/*
 * A header for `nbufs` pieces at `bufs`, or for `len` bytes at `buf` when that is NULL; `single`
 * has room for the one piece. Neither the kernel nor we write to what the header points to when it
 * is sent, though its members are not const. No kernel takes INT_MAX pieces.
 */
static inline struct msghdr anc_msghdr_on(const struct iovec *bufs, size_t nbufs, const void *buf,
					  size_t len, struct iovec *single)
{
	struct msghdr msg = {.msg_iov = (struct iovec *)(uintptr_t)bufs,
			     .msg_iovlen = (anc_iovlen)(nbufs < INT_MAX ? nbufs : INT_MAX)};

	if (bufs == NULL) {
		single->iov_base = (void *)(uintptr_t)buf;
		single->iov_len = len;
		msg.msg_iov = single;
		msg.msg_iovlen = 1;
	}
	return msg;
}

/*
 * One send, one receive, on any socket; the contracts are those of the sender and the receiver.
 * `msg` has the bytes and the address, or room for it; its control members are set here.
 */
ssize_t anc_socket_send(const struct anc_socket *, struct msghdr *msg, const struct anc_data *,
			struct anc_send_options);
int anc_socket_recv(const struct anc_socket *, struct msghdr *msg, struct anc_data *,
		    struct anc_recv_options, struct anc_recv_result *ret);

/* 0; or the error of what must not be sent, or not on this socket. */
int anc_socket_refuse(const struct anc_socket *, const struct msghdr *, const struct anc_data *);

/* Puts the messages of `data`, if there are any, into the header, as this kernel wants them. */
static inline void anc_msghdr_set_control(struct msghdr *msg, const struct anc_data *data)
{
	/* An empty or an offered buffer has no length: then no control is sent. */
	if (data == NULL || data->built.len == 0)
		return;
	msg->msg_control = data->built.bytes;
	msg->msg_controllen =
		(anc_controllen)(anc_habits.exact_control_len ? anc_data_exact_len(data)
							      : data->built.len);
}

/* Whether nothing stands against handing this to the kernel at once. */
static inline bool anc_socket_send_is_plain(const struct anc_socket *sock, const struct msghdr *msg,
					    const struct anc_data *data)
{
	return sock->ops == NULL && (sock->family == 0 || sock->family == AF_UNIX) &&
	       anc_habits.no_signal != 0 && (data == NULL || data->state != ANC_STATE_HELD) &&
	       msg->msg_iovlen > 0 && msg->msg_iov[0].iov_len > 0;
}

/* Hands it to the kernel, with the flag that keeps SIGPIPE away unless it is wanted. */
static inline ssize_t anc_kernel_send(int fd, struct msghdr *msg, const struct anc_data *data,
				      struct anc_send_options options)
{
	const int no_signal = options.signal ? 0 : anc_habits.no_signal;
	ssize_t sent;

	anc_msghdr_set_control(msg, data);
	sent = anc_platform_sendmsg(fd, msg, options.flags | no_signal);
	return ANC_LIKELY(sent >= 0) ? sent : -errno;
}

/*
 * After a failed receive. Where MSG_CMSG_CLOEXEC is refused like any flag that is not known
 * (AF_PACKET, J1939), receives once more without it, and fcntl must do.
 */
ANC_COLD int anc_kernel_recv_again(int fd, struct msghdr *, struct anc_data *, int flags,
				   struct anc_recv_result *ret);

/* What the kernel gave becomes the contents of `data` and the result. */
static inline int anc_kernel_received(int fd, const struct msghdr *msg, struct anc_data *data,
				      int flags, size_t len, struct anc_recv_result *ret)
{
	if (!ANC_LIKELY(anc_data_filled(data, msg->msg_controllen, flags, msg->msg_flags, fd) ==
			0)) {
		anc_data_clear(data);
		return -EBADMSG;
	}
	ret->len = len;
	ret->flags = msg->msg_flags & ~anc_habits.cmsg_cloexec;
	return 0;
}

/* Receives from the kernel into `data`. */
static inline int anc_kernel_recv(int fd, struct msghdr *msg, struct anc_data *data,
				  struct anc_recv_options options, struct anc_recv_result *ret)
{
	const int flags = options.flags | anc_habits.cmsg_cloexec;
	ssize_t got;

	if (data->state != ANC_STATE_EMPTY)
		anc_data_clear(data);
	msg->msg_control = data->built.bytes;
	msg->msg_controllen = (anc_controllen)data->built.capacity;
	got = anc_platform_recvmsg(fd, msg, flags);
	if (!ANC_LIKELY(got >= 0))
		return anc_kernel_recv_again(fd, msg, data, flags, ret);
	return anc_kernel_received(fd, msg, data, flags, (size_t)got, ret);
}

/* Whether `data` has room for whatever this kernel installs, asked or not. */
static inline bool anc_socket_recv_is_plain(const struct anc_socket *sock,
					    const struct anc_data *data)
{
	return sock->ops == NULL && data != NULL &&
	       (!anc_habits.installs_unasked || data->built.capacity >= ANC_UNIX_WIDE);
}

/* One int option of a kernel socket, 0 or more; or a negative errno. */
int anc_socket_ask(int fd, int level, int option);

/* -EOPNOTSUPP when a kernel socket is not of the Unix family; 0 when it is, or nothing tells. */
int anc_socket_ask_unix(int fd);

/* SOCK_STREAM ..., remembered or asked; 0: a custom socket; or a negative errno. */
int anc_socket_type(const struct anc_socket *);

#endif
