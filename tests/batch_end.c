/* SPDX-License-Identifier: MIT */
/* The end of what many messages come from, told from messages without a byte. */
#include "batch_scene.h"

static const struct anc_recv_options waiting = {0};
static const struct anc_recv_options waiting_for_all = {MSG_WAITALL};

/* Not even when the call is full of messages, and the end comes with the next one. */
TEST(the_end_behind_a_full_call_is_no_message)
{
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	prepare_out(64, -1);
	CHECK_EQ(batch_send(pair[0], 64), 64);
	shutdown(pair[0], SHUT_WR);
	prepare_in(MOST);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, MOST, waiting_for_all), 64);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, MOST, waiting_for_all), 0);
	close_both(pair);
}

/* Four messages and the end: empty, of a byte, empty, and empty with a descriptor. */
static int ended_pair(void)
{
	const int file = tap_new_fd();
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	prepare_out(4, -1);
	CHECK_EQ(anc_data_add_fds(&data_out[3], &file, 1), 0);
	outgoing[0].len = outgoing[2].len = outgoing[3].len = 0;
	CHECK_EQ(batch_send(pair[0], 4), 4);
	close(pair[0]);
	close(file);
	return pair[1];
}

/* What stands before a message is one, and so is what brings descriptors. */
TEST(empty_messages_before_others_are_messages_at_the_end_too)
{
	const int sock = ended_pair();

	prepare_in(9);
	CHECK_EQ(batch_recv(sock, 9), 4);
	CHECK_EQ(incoming[1].result.len, 1);
	CHECK_EQ(incoming[3].result.len, 0);
	CHECK_EQ(batch_recv(sock, 9), 0);
	finish_in(9);
	close(sock);
}

/* One at a time, what stands behind an empty one is not seen with it. */
TEST(an_empty_message_is_not_the_end_of_those_behind_it)
{
	const int sock = ended_pair();

	prepare_in(1);
	CHECK_EQ(batch_recv(sock, 1), 1);
	CHECK_EQ(incoming[0].result.len, 0);
	CHECK_EQ(batch_recv(sock, 1), 1);
	CHECK_EQ(incoming[0].result.len, 1);
	CHECK_EQ(batch_recv(sock, 1), 1);
	CHECK_EQ(incoming[0].result.len, 0);
	CHECK_EQ(batch_recv(sock, 1), 1);
	finish_in(1);
	CHECK_EQ(batch_recv(sock, 1), 0);
	close(sock);
}

/* Of which there was no room for a byte. */
TEST(messages_without_room_are_messages_at_the_end_too)
{
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	prepare_out(2, -1);
	CHECK_EQ(batch_send(pair[0], 2), 2);
	close(pair[0]);
	prepare_in(9);
	incoming[0].len = incoming[1].len = 0;
	CHECK_EQ(batch_recv(pair[1], 9), 2);
	CHECK_EQ(incoming[1].result.len, 0);
	CHECK(anc_recv_result_normal_data_truncated(incoming[1].result));
	close(pair[1]);
}

TEST(a_socket_that_was_shut_down_here_has_ended)
{
	int pair[2];

	tap_pair(SOCK_DGRAM, pair);
	prepare_in(9);
	shutdown(pair[1], SHUT_RD);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 9, waiting), 0);
	close_both(pair);
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(the_end_behind_a_full_call_is_no_message),
	T(empty_messages_before_others_are_messages_at_the_end_too),
	T(an_empty_message_is_not_the_end_of_those_behind_it),
	T(messages_without_room_are_messages_at_the_end_too),
	T(a_socket_that_was_shut_down_here_has_ended),
};
TAP_MAIN(tests)
