/* SPDX-License-Identifier: MIT */
#ifndef CONTROL_SPACE_SCENE_H
#define CONTROL_SPACE_SCENE_H

/* A socket with every option on, and a receive into exactly the space that it asks for. */

#include "produce.h"

#include <poll.h>
#include <stdio.h>

/* A message that must be among those that come. */
struct due {
	int level, type;
};

static inline bool is_of_family(const struct anc_message_type *row, int family)
{
	return row->families == 0 || (row->families & ANC_FAMILY(family)) != 0;
}

/* Turns on what can be, and stamps on the way out, which no row says. */
static inline void turn_all_on(int sock, int family)
{
	const struct anc_message_type *row = NULL;
	const int stamps = STAMP_TX_SOFTWARE | STAMP_RX_SOFTWARE | STAMP_SOFTWARE | STAMP_OPT_ID;
	size_t count = 0;

	while ((row = anc_message_next(NULL, row)) != NULL)
		if (row->option != 0 && is_of_family(row, family))
			count += anc_message_enable(row, sock, true) == 0;
	CHECK(count > 0);
	setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING_OLD, &stamps, sizeof(stamps));
}

static inline bool is_due(struct anc_cmsgs cmsgs, const struct due *due)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) == 1)
		if (msg.level == due->level && msg.type == due->type)
			return true;
	printf("# level %d, type %d did not come\n", due->level, due->type);
	return false;
}

static inline void check_whole(const struct anc_data *data, struct anc_recv_result result)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;

	CHECK(!anc_recv_result_control_data_truncated(result));
	CHECK_EQ(anc_data_cut(data), ANC_CUT_NONE);
	while (anc_cmsg_iter_next(&it, &msg) == 1)
		CHECK(!msg.truncated);
}

/* Receives into exactly the space asked for; all that is due came, and nothing was cut. */
static inline void receive_exactly(int sock, int flags, const struct due *due, size_t count)
{
	static unsigned char control[65536];
	static char bytes[65536];
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));
	struct pollfd ready = {.fd = sock, .events = (flags & MSG_ERRQUEUE) ? 0 : POLLIN};
	const ssize_t space = anc_socket_control_space(sock);
	struct anc_recv_result result;
	struct anc_data data;
	size_t i;

	CHECK(space > 0 && (size_t)space <= sizeof(control));
	anc_data_init(&data, control, (size_t)space);
	receiver.data = &data;
	anc_recv_options_custom_flags(&receiver.options, flags);
	CHECK_EQ(poll(&ready, 1, 10000), 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	check_whole(&data, result);
	for (i = 0; i < count; i++)
		CHECK(is_due(anc_data_cmsgs(&data), &due[i]));
	anc_data_fini(&data);
}

#endif
