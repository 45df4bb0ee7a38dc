/* SPDX-License-Identifier: MIT */
/* The in-process socket, by the public headers: who owns a descriptor on its way. */
#include "pipe_socket.h"

#include <fcntl.h>
#include <stdlib.h>

/* A message on its way; its anc_data owns the descriptors until they are handed over. */
struct message {
	struct anc_data control;
	size_t len;
	unsigned char bytes[]; /* the data, then the room of `control` */
};

struct pipe_socket {
	struct pipe_socket *peer; /* NULL: it was destroyed */
	const struct anc_message_type *const *types;
	size_t type_count;
	struct message *queue[PIPE_SOCKET_QUEUE]; /* a ring of what is to be received here */
	size_t first;
	size_t count;
};

/* Puts a duplicate into a slot, or after an error a mark; returns the first error. */
static int duplicate_slot(unsigned char *slot, int error)
{
	int fd;

	memcpy(&fd, slot, sizeof(fd));
	if (fd < 0)
		return error;
	fd = error < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0) {
		error = error < 0 ? error : -errno;
		fd = ANC_FD_TAKEN;
	}
	memcpy(slot, &fd, sizeof(fd));
	return error;
}

/* Every descriptor that `data` would look after, in bytes that are to become its contents. */
static int duplicate(const struct anc_data *data, unsigned char *control, size_t len)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(control, len));
	const struct anc_message_type *carrier;
	struct anc_cmsg msg;
	unsigned char *payload;
	int error = 0;
	size_t count;
	size_t i;

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		carrier = anc_data_carrier(data, &msg);
		count = carrier != NULL ? anc_message_fds(carrier, &msg) : 0;
		payload = control + ((const unsigned char *)msg.data - control);
		for (i = 0; i < count; i++)
			error = duplicate_slot(payload + carrier->fds_at + i * sizeof(int), error);
	}
	return error;
}

/* Copies control messages into a message, with descriptors of its own. */
static int copy_control(struct message *message, struct anc_cmsgs control)
{
	size_t room;
	unsigned char *copy = anc_data_control_buf(&message->control, &room);
	int error;

	if (copy == NULL)
		return 0;
	memcpy(copy, control.bytes, control.len);
	error = duplicate(&message->control, copy, control.len);
	anc_data_set_control_len(&message->control, control.len);
	if (anc_data_take_ownership(&message->control, MSG_CMSG_CLOEXEC, 0) < 0)
		return -EINVAL;
	return error;
}

static void message_free(struct message *message)
{
	anc_data_fini(&message->control);
	free(message);
}

/* The bytes of the pieces; more than PIPE_SOCKET_LARGEST when they are too many. */
static size_t count_bytes(const struct iovec *bufs, size_t nbufs)
{
	size_t len = 0;
	size_t i;

	for (i = 0; i < nbufs; i++) {
		if (bufs[i].iov_len > PIPE_SOCKET_LARGEST - len)
			return PIPE_SOCKET_LARGEST + 1;
		len += bufs[i].iov_len;
	}
	return len;
}

static void gather(struct message *message, const struct iovec *bufs, size_t nbufs)
{
	size_t i;

	message->len = 0;
	for (i = 0; i < nbufs; i++) {
		if (bufs[i].iov_len > 0)
			memcpy(message->bytes + message->len, bufs[i].iov_base, bufs[i].iov_len);
		message->len += bufs[i].iov_len;
	}
}

static int message_new(const struct pipe_socket *end, const struct iovec *bufs, size_t nbufs,
		       struct anc_cmsgs control, struct message **ret)
{
	const size_t len = count_bytes(bufs, nbufs);
	struct message *message;
	int error;

	if (len > PIPE_SOCKET_LARGEST)
		return -EMSGSIZE;
	message = malloc(sizeof(*message) + len + control.len);
	if (message == NULL)
		return -ENOMEM;
	gather(message, bufs, nbufs);
	anc_data_init(&message->control, message->bytes + len, control.len);
	anc_data_set_types(&message->control, end->types, end->type_count);
	error = copy_control(message, control);
	if (error < 0) {
		message_free(message);
		return error;
	}
	*ret = message;
	return 0;
}

static ssize_t send_message(void *impl, const struct iovec *bufs, size_t nbufs,
			    const struct anc_data *data, struct anc_send_options options)
{
	const struct pipe_socket *end = impl;
	struct pipe_socket *peer = end->peer;
	struct anc_cmsgs control = {NULL, 0, false, 0};
	struct message *message;
	int error;

	if ((options.flags & MSG_OOB) != 0)
		return -EOPNOTSUPP;
	if (peer == NULL)
		return -EPIPE;
	if (peer->count == PIPE_SOCKET_QUEUE)
		return -ENOBUFS;
	if (data != NULL)
		control = anc_data_cmsgs(data);
	error = message_new(end, bufs, nbufs, control, &message);
	if (error < 0)
		return error;
	peer->queue[(peer->first + peer->count++) % PIPE_SOCKET_QUEUE] = message;
	return (ssize_t)message->len;
}

/* Takes the first message out of the queue. Returns 0, or -EAGAIN when it is empty. */
static int pop(struct pipe_socket *end, struct message **ret)
{
	if (end->count == 0)
		return -EAGAIN;
	*ret = end->queue[end->first];
	end->first = (end->first + 1) % PIPE_SOCKET_QUEUE;
	end->count--;
	return 0;
}

/* Copies the first message, with descriptors of its own, and leaves it in the queue. */
static int peek(const struct pipe_socket *end, struct message **ret)
{
	struct message *message = end->queue[end->first];
	const struct iovec whole = {message->bytes, message->len};

	return message_new(end, &whole, 1, anc_data_cmsgs(&message->control), ret);
}

/* Returns how many bytes there was room for. */
static size_t scatter(const struct message *message, const struct iovec *bufs, size_t nbufs)
{
	size_t done = 0;
	size_t len;
	size_t i;

	for (i = 0; i < nbufs && done < message->len; i++) {
		len = message->len - done;
		if (len > bufs[i].iov_len)
			len = bufs[i].iov_len;
		if (len > 0)
			memcpy(bufs[i].iov_base, message->bytes + done, len);
		done += len;
	}
	return done;
}

/* The bytes of the first whole control messages that have room. */
static size_t count_fitting(struct anc_cmsgs control, size_t room)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(control);
	struct anc_cmsg msg;
	const void *rest;
	size_t fitting = 0;
	size_t end;

	if (control.len <= room)
		return control.len;
	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		end = control.len - anc_cmsg_iter_rest(&it, &rest);
		if (end > room)
			break;
		fitting = end;
	}
	return fitting;
}

/* Gives the control messages to `data`, or closes what is in them. Returns MSG_CTRUNC, or 0. */
static int hand_over(const struct pipe_socket *end, struct message *message, struct anc_data *data)
{
	const struct anc_cmsgs control = anc_data_cmsgs(&message->control);
	const size_t room = data != NULL ? anc_data_capacity(data) : 0;
	const size_t kept = count_fitting(control, room);
	const int cut = kept < control.len ? MSG_CTRUNC : 0;
	struct anc_data rest;

	/* What this socket duplicated is what the receiver must own, whichever types it knows. */
	if (data != NULL) {
		anc_data_set_types(data, end->types, end->type_count);
		anc_data_adopt(data, control.bytes, kept, MSG_CMSG_CLOEXEC, cut);
	}
	/* Adopted without room: closed. */
	anc_data_init(&rest, NULL, 0);
	anc_data_set_types(&rest, end->types, end->type_count);
	anc_data_adopt(&rest, (const unsigned char *)control.bytes + kept, control.len - kept,
		       MSG_CMSG_CLOEXEC, 0);
	anc_data_release(&message->control);
	return cut;
}

static struct anc_recv_result deliver(const struct pipe_socket *end, struct message *message,
				      const struct iovec *bufs, size_t nbufs, struct anc_data *data,
				      struct anc_recv_options options)
{
	struct anc_recv_result result;

	result.len = scatter(message, bufs, nbufs);
	result.flags = hand_over(end, message, data);
	if (result.len < message->len)
		result.flags |= MSG_TRUNC;
	if ((options.flags & MSG_TRUNC) != 0)
		result.len = message->len;
	return result;
}

static int recv_message(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
			struct anc_recv_options options, struct anc_recv_result *ret)
{
	struct pipe_socket *end = impl;
	struct message *message;
	int error;

	if ((options.flags & MSG_OOB) != 0)
		return -EOPNOTSUPP;
	if (end->count == 0) {
		*ret = (struct anc_recv_result){0, 0};
		return end->peer != NULL ? -EAGAIN : 0;
	}
	error = (options.flags & MSG_PEEK) != 0 ? peek(end, &message) : pop(end, &message);
	if (error < 0)
		return error;
	*ret = deliver(end, message, bufs, nbufs, data, options);
	message_free(message);
	return 0;
}

/* It has no addresses: the two other members stay NULL. */
static const struct anc_socket_ops pipe_socket_ops = {
	.send_message = send_message,
	.recv_message = recv_message,
};

struct anc_socket pipe_socket(struct pipe_socket *end)
{
	return anc_socket_custom(&pipe_socket_ops, end);
}

int pipe_socket_pair(const struct anc_message_type *const *types, size_t count,
		     struct pipe_socket *ret_pair[2])
{
	struct pipe_socket *a = calloc(1, sizeof(*a));
	struct pipe_socket *b = calloc(1, sizeof(*b));

	if (a == NULL || b == NULL) {
		free(a);
		free(b);
		return -ENOMEM;
	}
	a->peer = b;
	b->peer = a;
	a->types = b->types = types;
	a->type_count = b->type_count = count;
	ret_pair[0] = a;
	ret_pair[1] = b;
	return 0;
}

void pipe_socket_destroy(struct pipe_socket *end)
{
	struct message *message;

	if (end == NULL)
		return;
	while (pop(end, &message) == 0)
		message_free(message);
	if (end->peer != NULL)
		end->peer->peer = NULL;
	free(end);
}
