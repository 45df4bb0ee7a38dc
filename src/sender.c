/* SPDX-License-Identifier: MIT */
#include <anc/sender.h>

#include "socket.h"

/* Pieces that one send of the rest takes. */
#define ANC_SENDER_WINDOW 16

/* The one external definition of the inline functions of <anc/sender.h>. */
extern struct anc_sender anc_sender_on(struct anc_socket, const void *, size_t);
extern struct anc_sender anc_sender_onv(struct anc_socket, const struct iovec *, size_t);

/* The pieces to send; `single` has room for the only one when there is no vector. */
static struct anc_packet anc_sender_packet(const struct anc_sender *sender, struct iovec *single)
{
	struct anc_packet packet = {sender->bufs, sender->nbufs, NULL, 0, NULL, NULL};

	if (sender->bufs == NULL) {
		single->iov_base = (void *)(uintptr_t)sender->buf;
		single->iov_len = sender->len;
		packet.bufs = single;
		packet.nbufs = 1;
	}
	return packet;
}

ssize_t anc_sender_send(const struct anc_sender *sender)
{
	struct iovec single;
	const struct anc_packet packet = anc_sender_packet(sender, &single);

	return anc_socket_send(&sender->socket, &packet, sender->data, sender->options);
}

ssize_t anc_sender_send_to(const struct anc_sender *sender, const struct sockaddr *addr,
			   socklen_t addrlen)
{
	struct iovec single;
	struct anc_packet packet = anc_sender_packet(sender, &single);

	packet.addr = addr;
	packet.addrlen = addrlen;
	return anc_socket_send(&sender->socket, &packet, sender->data, sender->options);
}

static ssize_t anc_sender_send_retrying(const struct anc_sender *sender,
					const struct anc_packet *packet,
					const struct anc_data *data)
{
	ssize_t sent;

	do
		sent = anc_socket_send(&sender->socket, packet, data, sender->options);
	while (sent == -EINTR);
	return sent;
}

/* The pieces behind the first `done` bytes, as many as the window takes. Returns how many those
 * are. */
static size_t anc_packet_window(const struct anc_packet *packet, size_t done,
				struct iovec window[ANC_SENDER_WINDOW])
{
	size_t used = 0;
	size_t i;

	for (i = 0; i < packet->nbufs && used < ANC_SENDER_WINDOW; i++) {
		const struct iovec *piece = &packet->bufs[i];

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
	const struct anc_packet packet = anc_sender_packet(sender, &single);
	struct anc_packet rest = {window, 0, NULL, 0, NULL, NULL};
	ssize_t sent = anc_sender_send_retrying(sender, &packet, sender->data);
	size_t done = 0;

	if (sent < 0)
		return sent;
	/* The descriptors went with the first byte: the rest goes without. */
	while (sent > 0) {
		done += (size_t)sent;
		rest.nbufs = anc_packet_window(&packet, done, window);
		sent = rest.nbufs > 0 ? anc_sender_send_retrying(sender, &rest, NULL) : 0;
	}
	return (ssize_t)done;
}
