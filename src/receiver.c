/* SPDX-License-Identifier: MIT */
#include <anc/receiver.h>

#include "socket.h"

/* The one external definition of the inline functions of <anc/receiver.h>. */
extern struct anc_receiver anc_receiver_on(struct anc_socket, void *, size_t);
extern struct anc_receiver anc_receiver_onv(struct anc_socket, const struct iovec *, size_t);

int anc_receiver_recv_from(const struct anc_receiver *receiver, struct anc_recv_result *ret,
			   struct sockaddr_storage *ret_addr, socklen_t *ret_addrlen)
{
	const struct iovec single = {receiver->buf, receiver->len};
	struct anc_packet packet = {&single, 1, NULL, 0, ret_addr, ret_addrlen};

	if (receiver->bufs != NULL) {
		packet.bufs = receiver->bufs;
		packet.nbufs = receiver->nbufs;
	}
	return anc_socket_recv(&receiver->socket, &packet, receiver->data, receiver->options, ret);
}

int anc_receiver_recv(const struct anc_receiver *receiver, struct anc_recv_result *ret)
{
	return anc_receiver_recv_from(receiver, ret, NULL, NULL);
}
