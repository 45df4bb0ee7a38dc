/* SPDX-License-Identifier: MIT */
#ifndef ANC_SOCKET_INTERNAL_H
#define ANC_SOCKET_INTERNAL_H

#include "platform/platform.h"

#include <anc/socket.h>

/* A header for these bytes, of which no kernel takes INT_MAX; neither sendmsg(2) nor we write to
 * what it points to, though its members are not const. */
static inline struct msghdr anc_msghdr_on(const struct iovec *bufs, size_t nbufs)
{
	struct msghdr msg = {.msg_iov = (struct iovec *)(uintptr_t)bufs,
			     .msg_iovlen = (anc_iovlen)(nbufs < INT_MAX ? nbufs : INT_MAX)};

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

/* One int option of a kernel socket, 0 or more; or a negative errno. */
int anc_socket_ask(int fd, int level, int option);

/* -EOPNOTSUPP when a kernel socket is not of the Unix family; 0 when it is, or nothing tells. */
int anc_socket_ask_unix(int fd);

/* The type of a socket (SOCK_STREAM ...), remembered or asked; 0 for a custom one; or a negative
 * errno. */
int anc_socket_type(const struct anc_socket *);

#endif
