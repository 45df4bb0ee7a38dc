/* SPDX-License-Identifier: MIT */
#include <anc/sender.h>

#include "socket.h"

/* Pieces that one send of the rest takes. */
#define ANC_SENDER_WINDOW 16

/* The one external definition of the inline functions of <anc/sender.h>. */
extern struct anc_sender anc_sender_on(struct anc_socket, const void *, size_t);
extern struct anc_sender anc_sender_onv(struct anc_socket, const struct iovec *, size_t);

ssize_t anc_sender_send_to(const struct anc_sender *sender, const struct sockaddr *addr,
			   socklen_t addrlen)
{
	struct iovec single;
	struct msghdr msg =
		anc_msghdr_on(sender->bufs, sender->nbufs, sender->buf, sender->len, &single);

	msg.msg_name = (void *)(uintptr_t)addr;
	msg.msg_namelen = addrlen;
	return anc_socket_send(&sender->socket, &msg, sender->data, sender->options);
}

ssize_t anc_sender_send(const struct anc_sender *sender)
{
	struct iovec single;
	struct msghdr msg =
		anc_msghdr_on(sender->bufs, sender->nbufs, sender->buf, sender->len, &single);

	if (ANC_LIKELY(anc_socket_send_is_plain(&sender->socket, &msg, sender->data)))
		return anc_kernel_send(~sender->socket.not_fd, &msg, sender->data, sender->options);
	return anc_socket_send(&sender->socket, &msg, sender->data, sender->options);
}

static ssize_t anc_sender_send_retrying(const struct anc_sender *sender, struct msghdr *msg,
					const struct anc_data *data)
{
	ssize_t sent;

	do
		sent = anc_socket_send(&sender->socket, msg, data, sender->options);
	while (sent == -EINTR);
	return sent;
}

/* The pieces behind `done` bytes, as many as the window takes; returns how many. */
static size_t anc_msghdr_window(const struct msghdr *msg, size_t done,
				struct iovec window[ANC_SENDER_WINDOW])
{
	const struct iovec *piece = msg->msg_iov;
	const struct iovec *end = piece + msg->msg_iovlen;
	size_t used = 0;

	for (; piece < end && used < ANC_SENDER_WINDOW; piece++) {
		if (piece->iov_len <= done) {
			done -= piece->iov_len;
			continue;
		}
		window[used].iov_base = (char *)piece->iov_base + done;
		window[used].iov_len = piece->iov_len - done;
		done = 0;
		used++;
	}
	return used;
}

ssize_t anc_sender_send_all(const struct anc_sender *sender)
{
	struct iovec single;
	struct iovec window[ANC_SENDER_WINDOW];
	struct msghdr msg =
		anc_msghdr_on(sender->bufs, sender->nbufs, sender->buf, sender->len, &single);
	struct msghdr rest;
	size_t done = 0;
	ssize_t sent = anc_sender_send_retrying(sender, &msg, sender->data);

	if (sent < 0)
		return sent;
	/* The descriptors went with the first byte: the rest goes without. */
	while (sent > 0) {
		/* A custom socket may claim anything. */
		done += (size_t)sent < SSIZE_MAX - done ? (size_t)sent : SSIZE_MAX - done;
		rest = anc_msghdr_on(window, anc_msghdr_window(&msg, done, window), NULL, 0, NULL);
		sent = rest.msg_iovlen > 0 ? anc_sender_send_retrying(sender, &rest, NULL) : 0;
	}
	return (ssize_t)done;
}
