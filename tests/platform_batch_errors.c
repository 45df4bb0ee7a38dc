/* SPDX-License-Identifier: MIT */
/* Batches by kernels that stop in the middle, or lie. */
#include "batch_calls.h"

/* Whatever stops the kernel after `limit` messages: so many went, with so many descriptors. */
TEST(a_kernel_that_stops_anywhere_is_told_exactly)
{
	const int file = tap_new_fd();
	int pair[2];

	begin();
	wide_pair(pair);
	limit_errno = ENOBUFS;
	for (limit = 0; limit <= 64; limit += limit < 3 ? 1 : 61) {
		size_t went = limit < 64 ? (size_t)limit : 66;

		prepare_out(66, file);
		prepare_in(66);
		CHECK_EQ(batch_send(pair[0], 66), limit > 0 ? (ssize_t)went : -ENOBUFS);
		check_made(0, 0, limit < 64 ? 1 : 2, 0, 0);
		if (went < 66)
			CHECK_EQ(outgoing[went].result, limit > 0 ? 0 : -ENOBUFS);
		fake_calls.recvmmsg = fake_linux_calls.recvmmsg;
		CHECK_EQ(batch_recv(pair[1], 66), limit > 0 ? (ssize_t)went : -EAGAIN);
		for (size_t i = 0; i < went; i++)
			check_message(i, (int)i, file);
		fake_calls.recvmmsg = counted_recvmmsg;
	}
	close_both(pair);
	close(file);
	fake_reset();
}

static int second_call_fails(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	if (made.sendmmsg++ == 0)
		return fake_linux_calls.sendmmsg(fd, headers, count, flags);
	errno = ECONNREFUSED;
	return -1;
}

/* It would not be told again. */
TEST(an_error_of_a_later_call_is_told)
{
	int pair[2];

	begin();
	fake_calls.sendmmsg = second_call_fails;
	wide_pair(pair);
	prepare_out(70, -1);
	CHECK_EQ(batch_send(pair[0], 70), 64);
	CHECK_EQ(outgoing[64].result, -ECONNREFUSED);
	CHECK_EQ(outgoing[65].result, 77);
	close_both(pair);
	fake_reset();
}

static size_t good_calls;

static ssize_t later_sendmsg_fails(int fd, const struct msghdr *msg, int flags)
{
	if (good_calls-- > 0)
		return fake_linux_calls.sendmsg(fd, msg, flags);
	errno = EAGAIN;
	return -1;
}

static ssize_t later_recvmsg_fails(int fd, struct msghdr *msg, int flags)
{
	if (good_calls-- > 0)
		return fake_linux_calls.recvmsg(fd, msg, flags);
	errno = ECONNREFUSED;
	return -1;
}

TEST(an_error_of_a_later_message_is_told)
{
	const int file = tap_new_fd();
	int pair[2];

	begin();
	anc_habits.wait_for_one = 0;
	good_calls = 2;
	fake_calls.recvmsg = later_recvmsg_fails;
	wide_pair(pair);
	prepare_out(3, file);
	prepare_in(3);
	CHECK_EQ(batch_send(pair[0], 3), 3);
	CHECK_EQ(batch_recv(pair[1], 3), 2);
	CHECK_EQ(incoming[2].error, -ECONNREFUSED);
	CHECK_EQ(anc_data_cmsgs(&data_in[2]).len, 0);
	finish_in(3);
	close_both(pair);
	close(file);
	fake_reset();
}

/* The last one that it says came is not the last one whose buffer it has written to. */
static int forgetful_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	const int got = fake_linux_calls.recvmmsg(fd, headers, count, flags);

	return got > 1 ? got - 1 : got;
}

/* It may be what stood there before: then closing would strike somebody else's descriptor. */
TEST(what_the_kernel_does_not_count_is_not_touched)
{
	const int file = tap_new_fd();
	int pair[2];
	int fd;

	begin();
	fake_calls.recvmmsg = forgetful_recvmmsg;
	wide_pair(pair);
	prepare_out(3, file);
	prepare_in(3);
	CHECK_EQ(batch_send(pair[0], 3), 3);
	CHECK_EQ(batch_recv(pair[1], 3), 2);
	CHECK_EQ(incoming[2].error, 0);
	CHECK_EQ(anc_data_cmsgs(&data_in[2]).len, 0);
	CHECK_EQ(anc_data_take_fd(&data_in[2]), -ENOMSG);
	memcpy(&fd, control_in[2] + ANC_CMSG_LEN(0), sizeof(fd));
	finish_in(3);
	CHECK(tap_is_same_file(fd, file));
	close(fd);
	close_both(pair);
	close(file);
	fake_reset();
}

/* A second header whose length lies, behind the descriptor of a message. */
static void add_lie(struct msghdr *msg)
{
	memset((char *)msg->msg_control + msg->msg_controllen, 0, ANC_CMSG_LEN(0));
	msg->msg_controllen += ANC_CMSG_LEN(0);
}

static int lying_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	const int got = fake_linux_calls.recvmmsg(fd, headers, count, flags);

	add_lie(&headers[1].msg_hdr);
	return got;
}

static size_t honest_calls; /* before recvmsg's control data lies, once */

static ssize_t lying_recvmsg(int fd, struct msghdr *msg, int flags)
{
	const ssize_t got = fake_linux_calls.recvmsg(fd, msg, flags);

	if (honest_calls-- == 0)
		add_lie(msg);
	return got;
}

/* Of three messages the second's control data lies. */
static void check_lie_alone(void)
{
	const int file = tap_new_fd();
	size_t open;
	int pair[2];

	wide_pair(pair);
	prepare_out(3, file);
	prepare_in(3);
	incoming[1].result.len = 55;
	CHECK_EQ(batch_send(pair[0], 3), 3);
	open = tap_open_fds();
	CHECK_EQ(batch_recv(pair[1], 3), 3);
	CHECK_EQ(incoming[1].error, -EBADMSG);
	CHECK_EQ(incoming[1].result.len, 0);
	CHECK_EQ(tap_open_fds(), open + 2);
	check_message(0, 0, file);
	check_message(2, 2, file);
	finish_in(3);
	close_both(pair);
	close(file);
	fake_reset();
}

TEST(control_data_that_lies_spoils_its_message_alone)
{
	begin();
	fake_calls.recvmmsg = lying_recvmmsg;
	check_lie_alone();
	begin();
	anc_habits.wait_for_one = 0;
	honest_calls = 1;
	fake_calls.recvmsg = lying_recvmsg;
	check_lie_alone();
}

/* The first call finds that there is none for many, when it has already seen what it may not send.
 */
TEST(a_refusal_behind_the_first_messages_is_of_its_own_message)
{
	int pair[2];

	begin();
	limit = 0;
	limit_errno = ENOSYS;
	tap_pair(SOCK_STREAM, pair);
	prepare_out(4, pair[0]);
	outgoing[2].len = 0;
	good_calls = 1;
	fake_calls.sendmsg = later_sendmsg_fails;
	CHECK_EQ(batch_send(pair[0], 4), 1);
	CHECK_EQ(outgoing[1].result, -EAGAIN);
	close_both(pair);
	fake_reset();
}

/* For all messages it waits itself; a kernel that was asked to wait for all bytes may refuse. */
TEST(waiting_for_all_messages_asks_no_kernel_to_wait_for_bytes)
{
	struct anc_recv_options all = {0};
	int pair[2];

	begin();
	anc_recv_options_wait_all(&all, true);
	wide_pair(pair);
	prepare_out(3, -1);
	prepare_in(3);
	CHECK_EQ(batch_send(pair[0], 3), 3);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 3, all), 3);
	CHECK_EQ(made.flags & MSG_WAITALL, 0);
	finish_in(3);
	close_both(pair);
	fake_reset();
}

static int emptied_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	made.recvmmsg++;
	return fake_linux_calls.recvmmsg(fd, headers, 0, flags & 0 * (int)count);
}

/* Nor is it the end when it is the last. */
TEST(control_data_that_lies_is_a_message_at_the_end_too)
{
	const int file = tap_new_fd();
	int pair[2];

	begin();
	fake_calls.recvmmsg = lying_recvmmsg;
	wide_pair(pair);
	prepare_out(2, file);
	prepare_in(2);
	CHECK_EQ(batch_send(pair[0], 2), 2);
	close(pair[0]);
	CHECK_EQ(batch_recv(pair[1], 2), 2);
	CHECK_EQ(incoming[1].error, -EBADMSG);
	check_message(0, 0, file);
	close(pair[1]);
	close(file);
	fake_reset();
}

/* The kernel says how long an address is, whatever room there was. */
static int long_address(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	const int got = fake_linux_calls.recvmmsg(fd, headers, count, flags);

	headers[0].msg_hdr.msg_namelen = 1000;
	return got;
}

TEST(an_address_is_no_longer_than_its_room)
{
	int pair[2];

	begin();
	fake_calls.recvmmsg = long_address;
	wide_pair(pair);
	prepare_out(1, -1);
	prepare_in(1);
	CHECK_EQ(batch_send(pair[0], 1), 1);
	CHECK_EQ(batch_recv(pair[1], 1), 1);
	CHECK_EQ(incoming[0].addrlen, sizeof(struct sockaddr_storage));
	close_both(pair);
	fake_reset();
}

TEST(a_kernel_that_gives_nothing_ends_the_batch)
{
	const struct anc_recv_options for_all = {MSG_WAITALL};
	int pair[2];

	begin();
	fake_calls.recvmmsg = emptied_recvmmsg;
	wide_pair(pair);
	prepare_in(3);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 3, for_all), 0);
	check_made(0, 0, 0, 1, 0);
	close_both(pair);
	fake_reset();
}

/* Without MSG_CMSG_CLOEXEC, once; then fcntl does it for every descriptor. */
TEST(where_the_flag_is_refused_it_is_tried_once)
{
	const int file = tap_new_fd();
	int pair[2];
	size_t i;

	fake_boot(&fake_old_linux);
	wide_pair(pair);
	prepare_out(70, file);
	prepare_in(70);
	CHECK_EQ(batch_send(pair[0], 70), 70);
	CHECK_EQ(batch_recv(pair[1], 70), 70);
	for (i = 0; i < 70; i++)
		check_message(i, (int)i, file);
	close_both(pair);
	close(file);
	fake_reset();
}

static int failing_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	(void)fds;
	(void)count;
	(void)timeout;
	errno = EPERM;
	return -1;
}

/* As it is for who receives by himself. */
TEST(where_nobody_can_tell_an_empty_message_is_the_end)
{
	int pair[2];
	int asked;

	for (asked = 0; asked < 2; asked++) {
		begin();
		if (asked)
			fake_calls.poll = failing_poll;
		else
			anc_habits.read_end = 0;
		wide_pair(pair);
		prepare_out(3, -1);
		outgoing[0].len = outgoing[2].len = 0;
		prepare_in(9);
		CHECK_EQ(batch_send(pair[0], 3), 3);
		CHECK_EQ(batch_recv(pair[1], 9), 2);
		CHECK_EQ(incoming[2].error, 0);
		check_made(0, 0, 1, 1, 0);
		close_both(pair);
	}
	fake_reset();
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(a_kernel_that_stops_anywhere_is_told_exactly),
	T(an_error_of_a_later_call_is_told),
	T(an_error_of_a_later_message_is_told),
	T(what_the_kernel_does_not_count_is_not_touched),
	T(control_data_that_lies_spoils_its_message_alone),
	T(a_refusal_behind_the_first_messages_is_of_its_own_message),
	T(waiting_for_all_messages_asks_no_kernel_to_wait_for_bytes),
	T(control_data_that_lies_is_a_message_at_the_end_too),
	T(an_address_is_no_longer_than_its_room),
	T(a_kernel_that_gives_nothing_ends_the_batch),
	T(where_the_flag_is_refused_it_is_tried_once),
	T(where_nobody_can_tell_an_empty_message_is_the_end),
};
TAP_MAIN(tests)
