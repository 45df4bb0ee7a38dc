/* SPDX-License-Identifier: MIT */
#include <anc/batch.h>

#include "socket.h"

/* Messages of one system call: 32 have the whole gain, and more headers fill the stack. */
#define ANC_BATCH_MOST 64

/* What one system call is given. */
struct anc_vector {
	struct mmsghdr headers[ANC_BATCH_MOST];
	struct iovec singles[ANC_BATCH_MOST];
};

/* How far a batch has come. */
struct anc_batch {
	const struct anc_socket *sock;
	size_t done;     /* messages that went, or came */
	int error;       /* what stopped it, or 0 */
	int flags;       /* of the next call */
	int cloexec;     /* MSG_CMSG_CLOEXEC, or 0: the socket refuses it */
	bool wait_all;   /* for every message, not for the first alone */
	bool one_by_one; /* there is no call for many */
	bool stopped;
};

static void anc_batch_stop(struct anc_batch *batch, int error)
{
	batch->error = error;
	batch->stopped = true;
}

/* Whether the call for many is not there; then the batch goes on one by one. */
static bool anc_batch_lacks_call(struct anc_batch *batch)
{
	batch->one_by_one = errno == ENOSYS;
	return batch->one_by_one;
}

static ssize_t anc_batch_result(const struct anc_batch *batch)
{
	return batch->done > 0 ? (ssize_t)batch->done : batch->error;
}

static void anc_outgoing_header(const struct anc_batch_outgoing *message, struct msghdr *msg,
				struct iovec *single)
{
	*msg = anc_msghdr_on(message->bufs, message->nbufs, message->buf, message->len, single);
	if (message->addr != NULL) {
		msg->msg_name = (void *)(uintptr_t)message->addr;
		msg->msg_namelen = message->addrlen;
	}
}

/* Whether a stream took only the beginning. */
static bool anc_outgoing_is_short(const struct msghdr *msg, size_t sent)
{
	size_t i;

	for (i = 0; i < (size_t)msg->msg_iovlen; i++) {
		if (msg->msg_iov[i].iov_len > sent)
			return true;
		sent -= msg->msg_iov[i].iov_len;
	}
	return false;
}

static void anc_batch_send_one(struct anc_batch *batch, struct anc_batch_outgoing *message,
			       struct anc_send_options options)
{
	struct iovec single;
	struct msghdr msg;
	ssize_t sent;

	anc_outgoing_header(message, &msg, &single);
	sent = anc_socket_send(batch->sock, &msg, message->data, options);
	if (sent < 0) {
		anc_batch_stop(batch, (int)sent);
		return;
	}
	message->result = sent;
	batch->done++;
	batch->stopped = anc_outgoing_is_short(&msg, (size_t)sent);
}

/* As many headers as may be sent, up to one that is refused, which stops the batch. */
static unsigned anc_outgoing_load(struct anc_batch *batch, struct anc_vector *vector,
				  const struct anc_batch_outgoing *messages, size_t count)
{
	const struct anc_data *data;
	struct msghdr *msg;
	unsigned i;
	int error;

	for (i = 0; i < count; i++) {
		msg = &vector->headers[i].msg_hdr;
		data = messages[i].data;
		anc_outgoing_header(&messages[i], msg, &vector->singles[i]);
		if (data == NULL)
			continue;
		if (!ANC_LIKELY(anc_socket_send_is_plain(batch->sock, msg, data))) {
			error = anc_socket_refuse(batch->sock, msg, data);
			if (error < 0) {
				anc_batch_stop(batch, error);
				break;
			}
		}
		anc_msghdr_set_control(msg, data);
	}
	return i;
}

static void anc_batch_send_many(struct anc_batch *batch, struct anc_batch_outgoing *messages,
				size_t count)
{
	struct anc_vector vector;
	const unsigned wanted = anc_outgoing_load(batch, &vector, messages,
						  count < ANC_BATCH_MOST ? count : ANC_BATCH_MOST);
	int sent;
	int i;

	if (wanted == 0)
		return;
	sent = anc_platform_sendmmsg(~batch->sock->not_fd, vector.headers, wanted, batch->flags);
	if (sent < 0) {
		/* What was refused while loading stands behind, and is met again. */
		batch->stopped = false;
		batch->error = 0;
		if (!anc_batch_lacks_call(batch))
			anc_batch_stop(batch, -errno);
		return;
	}
	for (i = 0; i < sent; i++)
		messages[i].result = (ssize_t)vector.headers[i].msg_len;
	batch->done += (size_t)sent;
	/* What stopped it before its end the kernel does not say. */
	if ((unsigned)sent < wanted || anc_outgoing_is_short(&vector.headers[sent - 1].msg_hdr,
							     vector.headers[sent - 1].msg_len))
		anc_batch_stop(batch, 0);
}

ssize_t anc_batch_send(struct anc_socket sock, struct anc_batch_outgoing *messages, size_t count,
		       struct anc_send_options options)
{
	struct anc_batch batch = {.sock = &sock};

	batch.flags = options.flags | (options.signal ? 0 : anc_habits.no_signal);
	batch.one_by_one = sock.ops != NULL || (!options.signal && anc_habits.no_signal == 0);
	while (batch.done < count && !batch.stopped) {
		if (batch.one_by_one)
			anc_batch_send_one(&batch, &messages[batch.done], options);
		else
			anc_batch_send_many(&batch, &messages[batch.done], count - batch.done);
	}
	if (batch.done < count)
		messages[batch.done].result = batch.error;
	return anc_batch_result(&batch);
}

static void anc_incoming_header(const struct anc_batch_incoming *message, struct msghdr *msg,
				struct iovec *single)
{
	*msg = anc_msghdr_on(message->bufs, message->nbufs, message->buf, message->len, single);
	if (message->addr != NULL) {
		msg->msg_name = message->addr;
		msg->msg_namelen = sizeof(*message->addr);
	}
	if (message->data != NULL) {
		msg->msg_control = message->data->built.bytes;
		msg->msg_controllen = (anc_controllen)message->data->built.capacity;
	}
}

/* Marks its buffer as in use; false: it is in use, by a message before it. */
static bool anc_incoming_offer(struct anc_batch *batch, const struct anc_batch_incoming *message)
{
	if (message->data == NULL)
		return true;
	if (message->data->state != ANC_STATE_EMPTY) {
		anc_batch_stop(batch, -EINVAL);
		return false;
	}
	anc_data_move(message->data, ANC_STATE_OFFERED);
	return true;
}

/* Gives back what was not used. */
static void anc_incoming_clear(struct anc_batch_incoming *messages, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (messages[i].data != NULL && messages[i].data->state != ANC_STATE_EMPTY)
			anc_data_clear(messages[i].data);
}

static socklen_t anc_incoming_addrlen(const struct msghdr *msg)
{
	const socklen_t most = sizeof(struct sockaddr_storage);

	if (msg->msg_name == NULL)
		return 0;
	return msg->msg_namelen < most ? msg->msg_namelen : most;
}

/* Whether it looks like what a socket whose end has come gives for ever. */
static bool anc_incoming_is_empty(const struct anc_batch_incoming *message)
{
	return message->result.len == 0 && message->result.flags == 0 && message->addrlen == 0 &&
	       message->error == 0 && (message->data == NULL || message->data->built.len == 0);
}

/* A connection that is shut down may still have messages. */
static bool anc_batch_has_more(const struct anc_batch *batch)
{
	char byte;
	struct iovec single = {&byte, sizeof(byte)};
	struct msghdr msg = {.msg_iov = &single, .msg_iovlen = 1};

	/* An empty one with control data has no room for it here. */
	return anc_platform_recvmsg(~batch->sock->not_fd, &msg, MSG_PEEK | MSG_DONTWAIT) > 0 ||
	       (msg.msg_flags & MSG_CTRUNC) != 0;
}

/* Whether nothing more can come. Where nobody can tell, an empty message says so. */
static bool anc_batch_has_ended(const struct anc_batch *batch)
{
	struct pollfd event = {.fd = ~batch->sock->not_fd, .events = anc_habits.read_end};

	return batch->sock->ops != NULL || anc_habits.read_end == 0 ||
	       anc_platform_poll(&event, 1, 0) < 0 ||
	       ((event.revents & anc_habits.read_end) != 0 && !anc_batch_has_more(batch));
}

/* Counts those that came, but for the end of the stream. */
static void anc_batch_count(struct anc_batch *batch, struct anc_batch_incoming *messages,
			    size_t count)
{
	if (anc_incoming_is_empty(&messages[count - 1]) && anc_batch_has_ended(batch)) {
		anc_batch_stop(batch, 0);
		for (; count > 0 && anc_incoming_is_empty(&messages[count - 1]); count--)
			anc_incoming_clear(&messages[count - 1], 1);
	}
	batch->done += count;
}

static void anc_batch_recv_one(struct anc_batch *batch, struct anc_batch_incoming *message)
{
	const struct anc_recv_options options = {batch->flags};
	struct iovec single;
	struct msghdr msg;

	if (!anc_incoming_offer(batch, message))
		return;
	anc_incoming_header(message, &msg, &single);
	message->error =
		anc_socket_recv(batch->sock, &msg, message->data, options, &message->result);
	if (message->error < 0 && (message->error != -EBADMSG || batch->sock->ops != NULL)) {
		anc_batch_stop(batch, message->error);
		return;
	}
	/* A kernel's message came, though its control data is of no use. */
	if (message->error < 0)
		message->result = (struct anc_recv_result){0, 0};
	message->addrlen = anc_incoming_addrlen(&msg);
	anc_batch_count(batch, message, 1);
}

/* As many headers as there is room for. */
static unsigned anc_incoming_load(struct anc_batch *batch, struct anc_vector *vector,
				  const struct anc_batch_incoming *messages, size_t count)
{
	unsigned i;

	for (i = 0; i < count && anc_incoming_offer(batch, &messages[i]); i++)
		anc_incoming_header(&messages[i], &vector->headers[i].msg_hdr, &vector->singles[i]);
	return i;
}

static void anc_incoming_arrived(const struct anc_batch *batch, const struct mmsghdr *header,
				 struct anc_batch_incoming *message, int flags)
{
	message->result.len = header->msg_len;
	message->result.flags = header->msg_hdr.msg_flags & ~anc_habits.cmsg_cloexec;
	message->addrlen = anc_incoming_addrlen(&header->msg_hdr);
	message->error = 0;
	if (message->data == NULL)
		return;
	message->error = anc_kernel_received(~batch->sock->not_fd, &header->msg_hdr, message->data,
					     flags, header->msg_len, &message->result);
	if (message->error < 0)
		message->result = (struct anc_recv_result){0, 0};
}

/* One system call; where MSG_CMSG_CLOEXEC is refused, another without it, and fcntl must do. */
static int anc_incoming_call(struct anc_batch *batch, struct anc_vector *vector,
			     const struct anc_batch_incoming *first, unsigned wanted)
{
	const int flags = batch->flags | anc_habits.wait_for_one;
	const int fd = ~batch->sock->not_fd;
	int got = anc_platform_recvmmsg(fd, vector->headers, wanted, flags | batch->cloexec);

	if (got >= 0 || errno != EINVAL || batch->cloexec == 0)
		return got;
	batch->cloexec = 0;
	anc_incoming_header(first, &vector->headers[0].msg_hdr, &vector->singles[0]);
	return anc_platform_recvmmsg(fd, vector->headers, wanted, flags);
}

static void anc_batch_recv_many(struct anc_batch *batch, struct anc_batch_incoming *messages,
				size_t count)
{
	struct anc_vector vector;
	const unsigned wanted = anc_incoming_load(batch, &vector, messages,
						  count < ANC_BATCH_MOST ? count : ANC_BATCH_MOST);
	int got = 0;
	int i;

	if (wanted == 0)
		return;
	got = anc_incoming_call(batch, &vector, messages, wanted);
	/* What stops it now comes before a buffer that is shared. */
	if (got < (int)wanted)
		batch->stopped = false;
	if (got < 0 && !anc_batch_lacks_call(batch))
		anc_batch_stop(batch, -errno);
	else if (got == 0 || (got > 0 && got < (int)wanted && !batch->wait_all))
		anc_batch_stop(batch, 0);
	got = got > 0 ? got : 0;
	for (i = 0; i < got; i++)
		anc_incoming_arrived(batch, &vector.headers[i], &messages[i],
				     batch->flags | batch->cloexec);
	/* What did not come is not looked at: it would be what stood there before. */
	anc_incoming_clear(messages + got, wanted - (unsigned)got);
	if (got > 0)
		anc_batch_count(batch, messages, (size_t)got);
}

/* What comes after the first messages is not waited for. */
static void anc_batch_stop_waiting(struct anc_batch *batch)
{
#ifdef MSG_DONTWAIT
	batch->flags |= MSG_DONTWAIT;
#else
	batch->stopped = true;
#endif
}

ssize_t anc_batch_recv(struct anc_socket sock, struct anc_batch_incoming *messages, size_t count,
		       struct anc_recv_options options)
{
	struct anc_batch batch = {.sock = &sock, .cloexec = anc_habits.cmsg_cloexec};

	batch.flags = options.flags & ~anc_habits.wait_for_one;
	batch.wait_all = (options.flags & MSG_WAITALL) != 0 && batch.flags == options.flags;
	/* All messages, not all bytes of one: AF_PACKET refuses the flag. */
	if (batch.wait_all)
		batch.flags &= ~MSG_WAITALL;
	batch.one_by_one =
		sock.ops != NULL || anc_habits.installs_unasked || anc_habits.wait_for_one == 0;
	anc_incoming_clear(messages, count);
	while (batch.done < count && !batch.stopped) {
		if (batch.one_by_one)
			anc_batch_recv_one(&batch, &messages[batch.done]);
		else
			anc_batch_recv_many(&batch, &messages[batch.done], count - batch.done);
		if (batch.done > 0 && !batch.wait_all)
			anc_batch_stop_waiting(&batch);
	}
	/* Without waiting for it, that there is no more is no error. */
	if (batch.done > 0 && batch.error == -EAGAIN && !batch.wait_all)
		batch.error = 0;
	if (batch.done < count)
		messages[batch.done].error = batch.error;
	return anc_batch_result(&batch);
}
