/* SPDX-License-Identifier: MIT */
/* The recording socket: a call goes on to the socket inside, its outcome is written down. */
#include "recording_socket.h"

#include <ctype.h>

/* The first `len` bytes of the pieces, in quotes. */
static void record_bytes(FILE *record, const struct iovec *bufs, size_t nbufs, size_t len)
{
	const unsigned char *bytes;
	size_t i;
	size_t j;

	fprintf(record, "%zu bytes \"", len);
	for (i = 0; i < nbufs && len > 0; i++) {
		bytes = bufs[i].iov_base;
		for (j = 0; j < bufs[i].iov_len && len > 0; j++, len--)
			fputc(isprint(bytes[j]) ? bytes[j] : '.', record);
	}
	fputc('"', record);
}

static void record_control(FILE *record, const struct anc_data *data)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;
	char text[2048];

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		anc_data_format(data, &msg, text, sizeof(text));
		fprintf(record, "  %s\n", text);
	}
}

static void record_message(const struct recording_socket *recorder, const char *what,
			   const struct iovec *bufs, size_t nbufs, const struct anc_data *data,
			   struct anc_recv_result result)
{
	FILE *record = recorder->record;

	fprintf(record, "%s ", what);
	record_bytes(record, bufs, nbufs, result.len);
	if (anc_recv_result_normal_data_truncated(result))
		fprintf(record, ", data truncated");
	if (anc_recv_result_control_data_truncated(result))
		fprintf(record, ", control truncated");
	fputc('\n', record);
	if (data != NULL)
		record_control(record, data);
}

static void record_error(const struct recording_socket *recorder, const char *what, ssize_t error)
{
	fprintf(recorder->record, "%s failed: %s\n", what, strerror((int)-error));
}

static struct anc_sender inner_sender(const struct recording_socket *recorder,
				      const struct iovec *bufs, size_t nbufs,
				      const struct anc_data *data, struct anc_send_options options)
{
	struct anc_sender sender = anc_sender_onv(recorder->inner, bufs, nbufs);

	sender.data = data;
	sender.options = options;
	return sender;
}

static ssize_t record_sent(const struct recording_socket *recorder, const struct anc_sender *sender,
			   ssize_t sent)
{
	if (sent < 0)
		record_error(recorder, "send", sent);
	else
		record_message(recorder, "send", sender->bufs, sender->nbufs, sender->data,
			       (struct anc_recv_result){(size_t)sent, 0});
	return sent;
}

static ssize_t send_message(void *impl, const struct iovec *bufs, size_t nbufs,
			    const struct anc_data *data, struct anc_send_options options)
{
	const struct anc_sender sender = inner_sender(impl, bufs, nbufs, data, options);

	return record_sent(impl, &sender, anc_sender_send(&sender));
}

static ssize_t send_message_to(void *impl, const struct sockaddr *addr, socklen_t addrlen,
			       const struct iovec *bufs, size_t nbufs, const struct anc_data *data,
			       struct anc_send_options options)
{
	const struct anc_sender sender = inner_sender(impl, bufs, nbufs, data, options);

	return record_sent(impl, &sender, anc_sender_send_to(&sender, addr, addrlen));
}

static struct anc_receiver inner_receiver(const struct recording_socket *recorder,
					  const struct iovec *bufs, size_t nbufs,
					  struct anc_data *data, struct anc_recv_options options)
{
	struct anc_receiver receiver = anc_receiver_onv(recorder->inner, bufs, nbufs);

	receiver.data = data;
	receiver.options = options;
	return receiver;
}

static int record_received(const struct recording_socket *recorder,
			   const struct anc_receiver *receiver, int error,
			   const struct anc_recv_result *result)
{
	if (error < 0)
		record_error(recorder, "receive", error);
	else
		record_message(recorder, "receive", receiver->bufs, receiver->nbufs, receiver->data,
			       *result);
	return error;
}

static int recv_message(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
			struct anc_recv_options options, struct anc_recv_result *ret)
{
	const struct anc_receiver receiver = inner_receiver(impl, bufs, nbufs, data, options);

	return record_received(impl, &receiver, anc_receiver_recv(&receiver, ret), ret);
}

static int recv_message_from(void *impl, struct sockaddr_storage *ret_addr, socklen_t *ret_addrlen,
			     const struct iovec *bufs, size_t nbufs, struct anc_data *data,
			     struct anc_recv_options options, struct anc_recv_result *ret)
{
	const struct anc_receiver receiver = inner_receiver(impl, bufs, nbufs, data, options);

	return record_received(impl, &receiver,
			       anc_receiver_recv_from(&receiver, ret, ret_addr, ret_addrlen), ret);
}

static const struct anc_socket_ops recording_socket_ops = {
	.send_message = send_message,
	.send_message_to = send_message_to,
	.recv_message = recv_message,
	.recv_message_from = recv_message_from,
};

struct anc_socket recording_socket(struct recording_socket *recorder)
{
	return anc_socket_custom(&recording_socket_ops, recorder);
}
