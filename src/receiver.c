/* SPDX-License-Identifier: MIT */
#include <anc/receiver.h>

#include "socket.h"

/* The one external definition of the inline functions of <anc/receiver.h>. */
extern struct anc_receiver anc_receiver_on(struct anc_socket, void *, size_t);
extern struct anc_receiver anc_receiver_onv(struct anc_socket, const struct iovec *, size_t);

int anc_receiver_recv(const struct anc_receiver *receiver, struct anc_recv_result *ret)
{
	struct iovec single;
	struct msghdr msg = anc_msghdr_on(receiver->bufs, receiver->nbufs, receiver->buf,
					  receiver->len, &single);

	if (ANC_LIKELY(anc_socket_recv_is_plain(&receiver->socket, receiver->data)))
		return anc_kernel_recv(~receiver->socket.not_fd, &msg, receiver->data,
				       receiver->options, ret);
	return anc_socket_recv(&receiver->socket, &msg, receiver->data, receiver->options, ret);
}

int anc_receiver_recv_from(const struct anc_receiver *receiver, struct anc_recv_result *ret,
			   struct sockaddr_storage *ret_addr, socklen_t *ret_addrlen)
{
	struct iovec single;
	struct msghdr msg = anc_msghdr_on(receiver->bufs, receiver->nbufs, receiver->buf,
					  receiver->len, &single);
	int error;

	if (ret_addr == NULL)
		return anc_receiver_recv(receiver, ret);
	msg.msg_name = ret_addr;
	msg.msg_namelen = sizeof(*ret_addr);
	error = anc_socket_recv(&receiver->socket, &msg, receiver->data, receiver->options, ret);
	if (error == 0)
		*ret_addrlen = msg.msg_namelen < (socklen_t)sizeof(*ret_addr)
				       ? msg.msg_namelen
				       : (socklen_t)sizeof(*ret_addr);
	return error;
}
