/* SPDX-License-Identifier: MIT */
#ifndef ANC_SOCKET_INTERNAL_H
#define ANC_SOCKET_INTERNAL_H

#include <anc/socket.h>

/* The bytes of one message, and where it goes or who it came from. */
struct anc_packet {
	const struct iovec *bufs;
	size_t nbufs;
	const struct sockaddr *addr; /* or NULL */
	socklen_t addrlen;
	struct sockaddr_storage *ret_addr; /* or NULL */
	socklen_t *ret_addrlen;
};

/* One send, one receive, on any socket; the contracts are those of the sender and the receiver. */
ssize_t anc_socket_send(const struct anc_socket *, const struct anc_packet *,
			const struct anc_data *, struct anc_send_options);
int anc_socket_recv(const struct anc_socket *, const struct anc_packet *, struct anc_data *,
		    struct anc_recv_options, struct anc_recv_result *ret);

/* One int option of a kernel socket, 0 or more; or a negative errno. */
int anc_socket_ask(int fd, int level, int option);

/* -EOPNOTSUPP when a kernel socket is not of the Unix family; 0 when it is, or nothing tells. */
int anc_socket_ask_unix(int fd);

/* The type of a socket (SOCK_STREAM ...), remembered or asked; 0 for a custom one; or a negative
 * errno. */
int anc_socket_type(const struct anc_socket *);

/* The flags of a send that does what `options` say about SIGPIPE; or a negative errno. */
int anc_socket_send_flags(int fd, struct anc_send_options options);

#endif
