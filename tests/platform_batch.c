/* SPDX-License-Identifier: MIT */
/* Batches by kernels that lack the calls, fail in the middle or lie; exactly which calls are made.
 */
#include "batch_calls.h"

#include <stdio.h>

TEST(a_call_takes_at_most_64)
{
	static const struct {
		size_t count, calls;
	} sizes[] = {{1, 1}, {63, 1}, {64, 1}, {65, 2}, {128, 2}, {MOST, 4}};
	int pair[2];
	size_t i;

	begin();
	wide_pair(pair);
	for (i = 0; i < COUNT(sizes); i++) {
		prepare_out(sizes[i].count, -1);
		prepare_in(sizes[i].count);
		CHECK_EQ(batch_send(pair[0], sizes[i].count), (ssize_t)sizes[i].count);
		CHECK_EQ(made.flags, MSG_DONTWAIT | MSG_NOSIGNAL);
		CHECK(made.most <= 64);
		check_made(0, 0, sizes[i].calls, 0, 0);
		CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, sizes[i].count,
					(struct anc_recv_options){0}),
			 (ssize_t)sizes[i].count);
		CHECK_EQ(made.flags, MSG_CMSG_CLOEXEC | MSG_WAITFORONE |
					     (sizes[i].calls > 1 ? MSG_DONTWAIT : 0));
		check_made(0, 0, 0, sizes[i].calls, 0);
	}
	close_both(pair);
}

TEST(fewer_messages_than_wanted_take_one_call)
{
	int pair[2];

	begin();
	wide_pair(pair);
	prepare_out(5, -1);
	prepare_in(MOST);
	CHECK_EQ(batch_send(pair[0], 5), 5);
	CHECK_EQ(batch_recv(pair[1], MOST), 5);
	check_made(0, 0, 1, 1, 0);
	close_both(pair);
}

TEST(the_end_is_asked_for_once)
{
	int pair[2];

	begin();
	wide_pair(pair);
	close(pair[0]);
	prepare_in(MOST);
	CHECK_EQ(batch_recv(pair[1], MOST), 0);
	/* and looked behind once */
	check_made(0, 1, 0, 1, 1);
	close(pair[1]);
}

TEST(descriptors_cost_no_further_call)
{
	const int file = tap_new_fd();
	int pair[2];
	size_t i;

	begin();
	wide_pair(pair);
	prepare_out(32, file);
	prepare_in(32);
	CHECK_EQ(batch_send(pair[0], 32), 32);
	CHECK_EQ(batch_recv(pair[1], 32), 32);
	for (i = 0; i < 32; i++)
		check_message(i, (int)i, file);
	check_made(0, 0, 1, 1, 0);
	close_both(pair);
	close(file);
}

/* One by one, the answers are the same. */
static void check_one_by_one(size_t tries)
{
	const int file = tap_new_fd();
	int pair[2];
	size_t i;

	wide_pair(pair);
	prepare_out(70, file);
	prepare_in(80);
	CHECK_EQ(batch_send(pair[0], 70), 70);
	check_made(70, 0, tries, 0, 0);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 80, (struct anc_recv_options){0}),
		 70);
	CHECK_EQ(made.flags, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	CHECK_EQ(incoming[70].error, 0);
	check_made(0, 71, 0, tries, 0);
	for (i = 0; i < 70; i++)
		check_message(i, (int)i, file);
	CHECK_EQ(batch_recv(pair[1], 80), -EAGAIN);
	memset(&made, 0, sizeof(made));
	CHECK_EQ(batch_send(pair[0], 2), 2);
	close(pair[0]);
	CHECK_EQ(batch_recv(pair[1], 80), 2);
	check_made(2, 4, tries, tries, 1);
	CHECK_EQ(batch_recv(pair[1], 80), 0);
	finish_in(80);
	close(pair[1]);
	close(file);
}

TEST(without_the_calls_messages_go_one_by_one)
{
	begin();
	limit = 0;
	limit_errno = ENOSYS;
	check_one_by_one(1);
	fake_reset();
}

TEST(what_stops_a_batch_stops_it_one_by_one)
{
	const int file = tap_new_fd();
	int pair[2];

	begin();
	limit = 0;
	limit_errno = ENOSYS;
	tap_pair(SOCK_STREAM, pair);
	prepare_out(4, file);
	outgoing[2].len = 0;
	CHECK_EQ(batch_send(pair[0], 4), 2);
	CHECK_EQ(outgoing[2].result, -EINVAL);
	outgoing[2].len = 1;
	CHECK_EQ(anc_batch_send(anc_socket_fd(pair[0]), outgoing + 2, 2, send_now), 2);
	prepare_in(4);
	incoming[3].data = &data_in[1];
	CHECK_EQ(batch_recv(pair[1], 4), 3);
	CHECK_EQ(incoming[3].error, -EINVAL);
	finish_in(4);
	close_both(pair);
	close(file);
	fake_reset();
}

TEST(empty_messages_are_told_from_the_end_one_by_one)
{
	int pair[2];
	size_t i;

	begin();
	limit = 0;
	limit_errno = ENOSYS;
	wide_pair(pair);
	prepare_out(3, -1);
	for (i = 0; i < 3; i++)
		outgoing[i].len = 0;
	prepare_in(9);
	CHECK_EQ(batch_send(pair[0], 3), 3);
	CHECK_EQ(batch_recv(pair[1], 9), 3);
	close(pair[0]);
	CHECK_EQ(batch_recv(pair[1], 9), 0);
	close(pair[1]);
	fake_reset();
}

/* Or installs descriptors for which there is no room. */
TEST(a_system_that_cannot_wait_for_one_receives_one_by_one)
{
	int unasked;
	int pair[2];

	begin();
	wide_pair(pair);
	for (unasked = 0; unasked < 2; unasked++) {
		begin();
		if (unasked)
			anc_habits.installs_unasked = true;
		else
			anc_habits.wait_for_one = 0;
		prepare_out(3, -1);
		prepare_in(9);
		CHECK_EQ(batch_send(pair[0], 3), 3);
		CHECK_EQ(batch_recv(pair[1], 9), 3);
		check_made(0, 4, 1, 0, 0);
	}
	close_both(pair);
	fake_reset();
}

/* As macOS: what there is no room for is closed by us, and no flag keeps SIGPIPE away. */
TEST(other_systems_send_and_receive_the_same)
{
	const struct fake_kernel *const *kernel;
	const int file = tap_new_fd();
	int pair[2];
	size_t i;

	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		if (*kernel == &fake_without_nosignal)
			continue;
		printf("# on %s\n", (*kernel)->name);
		fake_boot(*kernel);
		wide_pair(pair);
		prepare_out(70, file);
		prepare_in(80);
		CHECK_EQ(batch_send(pair[0], 70), 70);
		incoming[3].data = NULL;
		CHECK_EQ(batch_recv(pair[1], 80), 70);
		for (i = 0; i < 3; i++)
			check_message(i, (int)i, file);
		finish_in(80);
		close_both(pair);
	}
	close(file);
	fake_reset();
}

TEST(without_a_way_to_keep_the_signal_away_nothing_is_sent)
{
	int pair[2];

	fake_boot(&fake_without_nosignal);
	tap_pair(SOCK_SEQPACKET, pair);
	prepare_out(2, -1);
	CHECK_EQ(batch_send(pair[0], 2), -EOPNOTSUPP);
	CHECK_EQ(anc_batch_send(anc_socket_fd(pair[0]), outgoing, 2,
				(struct anc_send_options){MSG_DONTWAIT, true}),
		 2);
	close_both(pair);
	fake_reset();
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(a_call_takes_at_most_64),
	T(fewer_messages_than_wanted_take_one_call),
	T(the_end_is_asked_for_once),
	T(descriptors_cost_no_further_call),
	T(without_the_calls_messages_go_one_by_one),
	T(what_stops_a_batch_stops_it_one_by_one),
	T(empty_messages_are_told_from_the_end_one_by_one),
	T(a_system_that_cannot_wait_for_one_receives_one_by_one),
	T(other_systems_send_and_receive_the_same),
	T(without_a_way_to_keep_the_signal_away_nothing_is_sent),
};
TAP_MAIN(tests)
