/* SPDX-License-Identifier: MIT */
#include <anc/batch.h>
#include <anc/udp.h>

#include "socket.h"

/* The one external definition of the inline function of <anc/udp.h>. */
extern struct anc_udp_sender anc_udp_sender_on(struct anc_socket, const void *, size_t, size_t);

/* What every kernel takes in one send: UDP_MAX_SEGMENTS, later 128, and a packet of IPv4 with all
 * the options it can have. */
#define ANC_UDP_SEGMENTS_MOST 64
#define ANC_UDP_BYTES_MOST (65535 - 60 - 8)

/* 0, and the datagrams' size to `*ret`: as UDP_GRO says, else all of `len`. */
static int anc_udp_gro_size(const struct anc_data *data, size_t len, size_t *ret)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;
	int32_t size;
	int error;

	while (anc_cmsg_iter_next(&it, &msg) > 0) {
		if (!anc_message_is(&anc_udp_gro_type, &msg))
			continue;
		error = anc_message_get(&anc_udp_gro_type, &msg, &size, sizeof(size));
		if (error < 0 && msg.truncated)
			return -EMSGSIZE;
		if (error < 0 || size <= 0)
			return -EBADMSG;
		*ret = (size_t)size;
		return 0;
	}
	if (anc_data_cut(data) != ANC_CUT_NONE)
		return -EMSGSIZE;
	*ret = len;
	return 0;
}

int anc_udp_segments_get(const struct anc_data *data, const void *bytes, size_t len,
			 struct anc_udp_segments *ret)
{
	size_t size;
	const int error = anc_udp_gro_size(data, len, &size);

	if (error < 0)
		return error;
	ret->at = bytes;
	ret->left = len;
	ret->size = size;
	ret->more = true;
	return 0;
}

bool anc_udp_segments_next(struct anc_udp_segments *it, const void **ret, size_t *ret_len)
{
	const size_t len = it->left < it->size ? it->left : it->size;

	if (!it->more)
		return false;
	*ret = it->at;
	*ret_len = len;
	it->left -= len;
	if (len > 0)
		it->at = (const unsigned char *)it->at + len;
	it->more = it->left > 0;
	return true;
}

/* Where to, and the control data for many in one call: that of the sender and UDP_SEGMENT. */
struct anc_udp_sending {
	struct anc_udp_sender *sender;
	const struct sockaddr *addr;
	socklen_t addrlen;
	struct anc_data control;
	bool stopped; /* a batch went in part, and its error is known */
};

/* Whether the kernel knows the option. One that does not would ignore the message, and send one
 * datagram for many: Linux before 4.18. */
static int anc_udp_ask(const struct anc_socket *sock)
{
	int size;

	if (sock->ops != NULL)
		return -EOPNOTSUPP;
	size = anc_socket_ask(~sock->not_fd, anc_udp_segment_type.level, anc_udp_segment_type.type);
	return size < 0 ? size : 1;
}

static int anc_udp_control(struct anc_udp_sending *to)
{
	const struct anc_data *from = to->sender->data;
	const uint16_t size = (uint16_t)to->sender->size;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	int error = 0;

	if (from != NULL) {
		it = anc_cmsgs_iter(anc_data_cmsgs(from));
		while (error == 0 && anc_cmsg_iter_next(&it, &msg) > 0)
			error = anc_data_add_cmsg(&to->control, &msg);
	}
	if (error < 0)
		return error;
	return anc_message_add(&anc_udp_segment_type, &to->control, &size, sizeof(size));
}

/* Errors that may mean the segmenting, and not what is sent. */
static bool anc_udp_is_refusal(ssize_t error)
{
	return error == -EINVAL || error == -EIO || error == -EMSGSIZE || error == -EOPNOTSUPP ||
	       error == -ENOPROTOOPT;
}

/* With MSG_MORE the kernel waits for more of the same datagram: none would end where it should. */
static bool anc_udp_joins(int flags)
{
#ifdef MSG_MORE
	return (flags & MSG_MORE) != 0;
#else
	(void)flags;
	return false;
#endif
}

/* Whether it is worth it, and goes, as far as anyone can say before. */
static bool anc_udp_prepare(struct anc_udp_sending *sending)
{
	struct anc_udp_sender *sender = sending->sender;
	int error;

	if (sender->gso < 0 || sender->len <= sender->size || sender->size > ANC_UDP_BYTES_MOST / 2)
		return false;
	error = anc_udp_control(sending);
	if (error == 0 && sender->gso > 0)
		return true;
	if (error == 0)
		error = anc_udp_ask(&sender->socket);
	/* Others the send itself will say. */
	if (error > 0 || error == -ENOBUFS || anc_udp_is_refusal(error))
		sender->gso = error;
	return error > 0;
}

static ssize_t anc_udp_send_bytes(const struct anc_udp_sending *to, size_t at, size_t len,
				  const struct anc_data *data)
{
	const struct anc_udp_sender *sender = to->sender;
	const unsigned char *bytes = sender->buf;
	struct iovec single;
	struct msghdr msg = anc_msghdr_on(NULL, 0, bytes + at, len, &single);
	ssize_t sent;

	do {
		msg.msg_name = (void *)(uintptr_t)to->addr;
		msg.msg_namelen = to->addrlen;
		sent = anc_socket_send(&sender->socket, &msg, data, sender->options);
	} while (sent == -EINTR);
	return sent;
}

/* How many bytes the next call takes. */
static size_t anc_udp_step(size_t size, size_t left, bool many)
{
	size_t count = 1;

	if (many && left > size) {
		count = ANC_UDP_BYTES_MOST / size;
		count = count < ANC_UDP_SEGMENTS_MOST ? count : ANC_UDP_SEGMENTS_MOST;
	}
	return left / count < size ? left : count * size;
}

/* Whether it is known that no more goes now. Where the kernel does not say, the next call will. */
static bool anc_udp_has_stopped(const struct anc_batch_outgoing *messages, size_t count,
				ssize_t taken, ssize_t went)
{
	if (went < 0)
		return false;
	if (taken < went ||
	    (taken > 0 && (size_t)messages[taken - 1].result < messages[taken - 1].len))
		return true;
	if ((size_t)went == count)
		return false;
	return messages[went].result < 0 && messages[went].result != -EINTR;
}

/* Those from `at` on, each a message of its own; the bytes that went. */
static ssize_t anc_udp_send_batch(struct anc_udp_sending *to, size_t at)
{
	const struct anc_udp_sender *sender = to->sender;
	const unsigned char *bytes = sender->buf;
	struct anc_batch_outgoing messages[ANC_UDP_SEGMENTS_MOST];
	ssize_t went;
	ssize_t done = 0;
	size_t count;
	ssize_t i;

	for (count = 0; count < ANC_UDP_SEGMENTS_MOST && at < sender->len; count++) {
		messages[count] = (struct anc_batch_outgoing){
			.buf = bytes + at,
			.len = anc_udp_step(sender->size, sender->len - at, false),
			.addr = to->addr,
			.addrlen = to->addrlen,
			.data = sender->data,
		};
		at += messages[count].len;
	}
	do
		went = anc_batch_send(sender->socket, messages, count, sender->options);
	while (went == -EINTR);
	/* A custom socket may claim anything. */
	for (i = 0; i < went && (size_t)messages[i].result <= messages[i].len; i++)
		done += messages[i].result;
	to->stopped = anc_udp_has_stopped(messages, count, i, went);
	return went < 0 ? went : done;
}

/* Sends from `at` on; `*many` becomes false when the kernel refuses that, and takes one. */
static ssize_t anc_udp_send_some(struct anc_udp_sending *to, size_t at, bool *many)
{
	struct anc_udp_sender *sender = to->sender;
	const size_t left = sender->len - at;
	size_t step = anc_udp_step(sender->size, left, *many);
	ssize_t refused;
	ssize_t sent;

	if (!*many && left > sender->size)
		return anc_udp_send_batch(to, at);
	if (step <= sender->size)
		return anc_udp_send_bytes(to, at, step, sender->data);
	refused = anc_udp_send_bytes(to, at, step, &to->control);
	if (!anc_udp_is_refusal(refused))
		return refused;
	step = anc_udp_step(sender->size, left, false);
	sent = anc_udp_send_bytes(to, at, step, sender->data);
	if (sent >= 0) {
		*many = false;
		sender->gso = (int)refused;
	}
	return sent;
}

ssize_t anc_udp_sender_send_to(struct anc_udp_sender *sender, const struct sockaddr *addr,
			       socklen_t addrlen)
{
	unsigned char room[ANC_UDP_CONTROL_MAX + ANC_CMSG_SPACE(sizeof(uint16_t))];
	struct anc_udp_sending sending = {.sender = sender, .addr = addr, .addrlen = addrlen};
	size_t done = 0;
	ssize_t sent = 0;
	bool many;

	if ((sender->size == 0 && sender->len > 0) || anc_udp_joins(sender->options.flags))
		return -EINVAL;
	anc_data_init(&sending.control, room, sizeof(room));
	many = anc_udp_prepare(&sending);
	while (done < sender->len) {
		sent = anc_udp_send_some(&sending, done, &many);
		/* A custom socket may take less, or claim anything. */
		if (sent <= 0 || (size_t)sent > sender->len - done)
			break;
		done += (size_t)sent;
		if (sending.stopped || done % sender->size != 0)
			break;
	}
	return done > 0 ? (ssize_t)done : sent;
}

ssize_t anc_udp_sender_send(struct anc_udp_sender *sender)
{
	return anc_udp_sender_send_to(sender, NULL, 0);
}
