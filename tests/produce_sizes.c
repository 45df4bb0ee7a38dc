/* SPDX-License-Identifier: MIT */
/* A message in its sizes: by the library, and what the library and the kernel refuse. */
#include "produce.h"

#define PAYLOAD_MOST 64

/* The row of a message that is sent: those that are received have rows of their own. */
static const struct anc_message_type *sent_row(const struct produce_sending *sending)
{
	const struct anc_message_type *const row =
		produce_row(sending->name, sending->level, sending->type, sending->size);

	CHECK(row->flags & ANC_SENT);
	return row;
}

static ssize_t send_by_library(const struct produce_pair *pair, const struct anc_message_type *row,
			       const struct produce_sending *sending)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(pair->sender), "x", 1);
	unsigned char control[256];
	struct anc_data data;
	ssize_t sent;

	anc_data_init(&data, control, sizeof(control));
	CHECK_EQ(anc_message_add(row, &data, sending->payload, sending->size), 0);
	sender.data = &data;
	sent = pair->len > 0 ? anc_sender_send_to(&sender, (const struct sockaddr *)&pair->addr,
						  pair->len)
			     : anc_sender_send(&sender);
	anc_data_fini(&data);
	return sent;
}

static void check_library_refuses(const struct anc_message_type *row,
				  const struct produce_sending *sending)
{
	unsigned char payload[PAYLOAD_MOST] = {0};
	unsigned char control[256];
	struct anc_data data;
	size_t i;

	anc_data_init(&data, control, sizeof(control));
	for (i = 0; sending->library_refuses[i] > 0; i++)
		CHECK_EQ(anc_message_add(row, &data, payload, sending->library_refuses[i]),
			 -EINVAL);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	anc_data_fini(&data);
}

static void check_kernel_refuses(const struct produce_pair *pair,
				 const struct produce_sending *sending)
{
	unsigned char payload[PAYLOAD_MOST] = {0};
	size_t i;

	CHECK(sending->size <= sizeof(payload));
	memcpy(payload, sending->payload, sending->size);
	for (i = 0; sending->kernel_refuses[i] > 0; i++)
		CHECK_EQ(produce_send_with(pair, 1, sending->level, sending->type, payload,
					   sending->kernel_refuses[i]),
			 -EINVAL);
}

/* Sends by the library; a kernel that refuses the plain message knows none of its kind. */
void produce_send_sizes(const struct produce_pair *pair, const struct produce_sending *sending)
{
	const struct anc_message_type *const row = sent_row(sending);
	int error;

	check_library_refuses(row, sending);
	error = produce_send_with(pair, 1, sending->level, sending->type, sending->payload,
				  sending->size);
	if (error == -EINVAL || error == -EPERM)
		produce_refuse(row, "the kernel refuses the message here");
	CHECK_EQ(error, 0);
	CHECK_EQ(send_by_library(pair, row, sending), 1);
	check_kernel_refuses(pair, sending);
	if ((row->flags & ANC_RECEIVED) == 0)
		produced(row);
}

ssize_t produce_send_parts(const struct produce_pair *pair, const void *bytes, size_t len,
			   int flags, const struct produce_part *parts, size_t count)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(pair->sender), bytes, len);
	unsigned char control[512];
	struct anc_data data;
	ssize_t sent;
	size_t i;

	anc_data_init(&data, control, sizeof(control));
	for (i = 0; i < count; i++)
		CHECK_EQ(anc_message_add(produce_row(parts[i].name, parts[i].level, parts[i].type,
						     parts[i].size),
					 &data, parts[i].payload, parts[i].size),
			 0);
	sender.data = &data;
	anc_send_options_custom_flags(&sender.options, flags);
	anc_send_options_no_signal(&sender.options, !pair->signal);
	sent = pair->len > 0 ? anc_sender_send_to(&sender, (const struct sockaddr *)&pair->addr,
						  pair->len)
			     : anc_sender_send(&sender);
	anc_data_fini(&data);
	return sent;
}

void produced_parts(const struct produce_part *parts, size_t count)
{
	const struct anc_message_type *row;
	size_t i;

	for (i = 0; i < count; i++) {
		row = produce_row(parts[i].name, parts[i].level, parts[i].type, parts[i].size);
		CHECK(row->flags & ANC_SENT);
		if ((row->flags & ANC_RECEIVED) == 0)
			produced(row);
	}
}
