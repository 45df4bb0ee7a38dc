/* SPDX-License-Identifier: MIT */
/* The habits of other systems' kernels, each with the code that answers it. */
#include "exchange.h"
#include "linux_habits.h"
#include "tap.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

TEST(the_fake_has_the_habits_of_linux)
{
	fake_reset();
	/* static objects: their padding is zero */
	CHECK(memcmp(&anc_habits, linux_habits(), sizeof(anc_habits)) == 0);
	CHECK(memcmp(&fake_linux.habits, linux_habits(), sizeof(anc_habits)) == 0);
	CHECK(memcmp(&fake_old_linux.habits, linux_habits(), sizeof(anc_habits)) == 0);
}

static void one_fd_goes_through(void)
{
	const int fd = tap_new_fd();
	int pair[2];
	int got;

	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_send_fd(pair[0], fd), 0);
	got = anc_recv_fd(pair[1]);
	CHECK(got >= 0 && tap_is_cloexec(got) && tap_is_same_file(got, fd));
	close(got);
	close(fd);
	close(pair[0]);
	CHECK_EQ(anc_recv_fd(pair[1]), -EPIPE);
	close(pair[1]);
}

static void several_fds_go_through(size_t count)
{
	const int fd = tap_new_fd();
	int fds[253];
	char byte;
	size_t got;
	int pair[2];
	size_t i;

	for (i = 0; i < count; i++)
		fds[i] = fd;
	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_send_fds(pair[0], "y", 1, fds, count), 1);
	CHECK_EQ(anc_recv_fds(pair[1], &byte, 1, fds, 253, &got), 1);
	CHECK_EQ(got, count);
	for (i = 0; i < got; i++) {
		CHECK(tap_is_cloexec(fds[i]) && tap_is_same_file(fds[i], fd));
		close(fds[i]);
	}
	close(fd);
	close_pair(pair);
}

TEST(one_line_calls_work_on_every_kernel)
{
	const struct fake_kernel *const *kernel;
	size_t count;

	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		if (*kernel == &fake_without_nosignal)
			continue;
		on(*kernel);
		one_fd_goes_through();
		for (count = 0; count <= MANY; count++)
			several_fds_go_through(count);
	}
}

TEST(as_many_go_at_once_as_the_kernel_takes_and_no_more)
{
	const struct fake_kernel *const *kernel;
	const int fd = tap_new_fd();
	int fds[255];
	int pair[2];
	size_t i;

	for (i = 0; i < 255; i++)
		fds[i] = fd;
	tap_pair(SOCK_STREAM, pair);
	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		const size_t most = (*kernel)->habits.max_fds;
		ANC_DATA(data, ANC_FDS_SPACE(255));

		on(*kernel);
		CHECK_EQ(anc_send_fds(pair[0], "y", 1, fds, most + 1), -E2BIG);
		CHECK_EQ(anc_data_add_fds(&data, fds, most + 1), -E2BIG);
		/* the kernel beneath takes 253 */
		if (*kernel != &fake_without_nosignal)
			several_fds_go_through(most < 253 ? most : 253);
	}
	close_pair(pair);
	close(fd);
}

TEST(three_paths_receive_the_same_on_every_kernel)
{
	const struct fake_kernel *const *kernel;
	struct anc_recv_result result;
	int pair[2];
	int fds[2];

	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		ANC_DATA(data, ANC_FDS_SPACE(256));

		on(*kernel);
		pair_with(SOCK_STREAM, 1, pair);
		fds[0] = anc_recv_fd(pair[1]);
		raw_send(pair[0], fds[0], 1);
		fds[1] = anc_socket_recv_fd(anc_socket_fd(pair[1]));
		CHECK(tap_is_cloexec(fds[0]) && tap_is_cloexec(fds[1]));
		raw_send(pair[0], fds[0], 1);
		close(fds[0]);
		CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
		CHECK_EQ(result.len, 1);
		CHECK_EQ(result.flags, 0);
		fds[0] = anc_data_take_fd(&data);
		CHECK(tap_is_cloexec(fds[0]) && tap_is_same_file(fds[0], fds[1]));
		close(fds[0]);
		close(fds[1]);
		close_pair(pair);
	}
}

TEST(a_receive_without_anc_data_leaves_nothing_open)
{
	const struct fake_kernel *const *kernel;
	struct anc_recv_result result;
	int pair[2];
	size_t open;

	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		on(*kernel);
		pair_with(SOCK_DGRAM, 253, pair);
		open = tap_open_fds();
		CHECK_EQ(receive(pair[1], NULL, 0, &result), 0);
		CHECK_EQ(result.len, 1);
		CHECK_EQ(tap_open_fds(), open);
		close_pair(pair);
	}
}

/* close-on-exec */

TEST(one_line_calls_work_where_the_flag_is_refused)
{
	on(&fake_old_linux);
	one_fd_goes_through();
	several_fds_go_through(MANY);
}

TEST(an_einval_that_is_not_about_the_flag_is_reported)
{
	int pair[2];
	struct anc_recv_result result;

	on(&fake_old_linux);
	tap_pair(SOCK_STREAM, pair);
	/* a stream has no out-of-band data waiting */
	CHECK_EQ(receive(pair[1], NULL, MSG_OOB, &result), -EINVAL);
	close_pair(pair);
}

static int refusing_fcntl(int fd, int command, int argument)
{
	(void)fd;
	(void)command;
	(void)argument;
	errno = EPERM;
	return -1;
}

TEST(a_descriptor_that_cannot_be_made_cloexec_is_closed_and_its_slot_says_why)
{
	static const struct fake_kernel *const kernels[] = {&fake_macos, &fake_illumos,
							    &fake_old_linux};
	struct anc_recv_result result;
	size_t found;
	size_t i;
	int pair[2];
	int fd;

	for (i = 0; i < 3; i++) {
		struct anc_fd_iter it;
		ANC_DATA(data, ANC_FDS_SPACE(256));

		on(kernels[i]);
		fake_calls.fcntl = refusing_fcntl;
		pair_with(SOCK_STREAM, 3, pair);
		CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
		it = anc_data_received_fds(&data);
		for (found = 0; anc_fd_iter_next(&it, &fd); found++)
			CHECK_EQ(fd, -EPERM);
		CHECK_EQ(found, 3);
		close_pair(pair);
	}
}

TEST(one_line_calls_give_the_errno_of_a_failed_fcntl)
{
	char byte;
	size_t count;
	int fds[3];
	int pair[2];

	on(&fake_macos);
	fake_calls.fcntl = refusing_fcntl;
	pair_with(SOCK_STREAM, 1, pair);
	CHECK_EQ(anc_recv_fd(pair[1]), -EPERM);
	raw_send(pair[0], 0, 3);
	CHECK_EQ(anc_recv_fds(pair[1], &byte, 1, fds, 3, &count), -EPERM);
	close_pair(pair);
}

/* msg_controllen */

static ssize_t send_data(int sock, struct anc_data *data)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), "z", 1);

	sender.data = data;
	return anc_sender_send(&sender);
}

/* Sends, receives into the same anc_data and forwards 1 to MANY descriptors. */
static void forward_counts(void)
{
	struct anc_recv_result result;
	int fds[MANY];
	size_t count;
	int pair[2];
	size_t i;
	int fd;

	fd = tap_new_fd();
	for (i = 0; i < MANY; i++)
		fds[i] = fd;
	tap_pair(SOCK_STREAM, pair);
	for (count = 1; count <= MANY; count++) {
		ANC_DATA(data, ANC_FDS_SPACE(256));

		CHECK_EQ(anc_data_add_fds(&data, fds, count), 0);
		CHECK_EQ(send_data(pair[0], &data), 1);
		CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
		CHECK_EQ(send_data(pair[0], &data), 1);
		CHECK_EQ(receive(pair[1], NULL, 0, &result), 0);
	}
	close(fd);
	close_pair(pair);
}

TEST(control_length_is_what_each_kernel_wants_also_when_forwarded)
{
	static const struct fake_kernel *const kernels[] = {&fake_macos, &fake_dragonfly,
							    &fake_openbsd, &fake_freebsd};
	size_t i;

	for (i = 0; i < 4; i++) {
		on(kernels[i]);
		forward_counts();
	}
}

TEST(what_a_kernel_will_not_send_beside_descriptors_is_its_own_errno)
{
	const struct anc_ucred self = {(int32_t)getpid(), getuid(), getgid()};
	const int fd = tap_new_fd();
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1) + ANC_CMSG_SPACE(sizeof(self)));
	on(&fake_macos);
	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	CHECK_EQ(anc_ucred_add(&data, &self), 0);
	CHECK_EQ(send_data(pair[0], &data), -EINVAL);
	close(fd);
	close_pair(pair);
}

/* SIGPIPE */

static volatile sig_atomic_t sigpipes;

static void count_sigpipe(int number)
{
	(void)number;
	sigpipes++;
}

/* Sends to a peer that is gone, with all calls or with `signal`. Returns the last error. */
static ssize_t send_to_nobody(bool signal)
{
	const struct anc_send_options options = {0, signal};
	const int fd = tap_new_fd();
	ssize_t error;
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	close(pair[1]);
	sigpipes = 0;
	error = anc_socket_send_fds(anc_socket_fd(pair[0]), "z", 1, &fd, 1, options);
	if (!signal) {
		CHECK_EQ(anc_send_fd(pair[0], fd), error);
		CHECK_EQ(anc_send_fds(pair[0], "z", 1, &fd, 1), error);
		CHECK_EQ(send_data(pair[0], NULL), error);
	}
	close(pair[0]);
	close(fd);
	return error;
}

TEST(no_kernel_raises_sigpipe_unless_asked)
{
	struct sigaction count = {.sa_handler = count_sigpipe};
	const struct fake_kernel *const *kernel;
	struct sigaction before;

	CHECK_EQ(sigaction(SIGPIPE, &count, &before), 0);
	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		on(*kernel);
		CHECK_EQ(send_to_nobody(false),
			 *kernel == &fake_without_nosignal ? -EOPNOTSUPP : -EPIPE);
		CHECK_EQ(sigpipes, 0);
		/* a socket of that number had SO_NOSIGPIPE */
		fake_boot(*kernel);
		CHECK_EQ(send_to_nobody(true), -EPIPE);
		CHECK_EQ(sigpipes, 1);
	}
	CHECK_EQ(sigaction(SIGPIPE, &before, NULL), 0);
}

TEST(without_any_way_to_keep_sigpipe_away_a_send_must_ask_for_it)
{
	const struct anc_send_options options = {0, true};
	const int fd = tap_new_fd();
	int pair[2];
	int got;

	on(&fake_without_nosignal);
	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_send_fd(pair[0], fd), -EOPNOTSUPP);
	CHECK_EQ(anc_socket_send_fds(anc_socket_fd(pair[0]), "z", 1, &fd, 1, options), 1);
	got = anc_recv_fd(pair[1]);
	CHECK(tap_is_same_file(got, fd));
	close(got);
	close(fd);
	close_pair(pair);
}

static int refusing_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	(void)fd;
	(void)level;
	(void)option;
	(void)value;
	(void)len;
	errno = EINVAL;
	return -1;
}

TEST(a_send_does_not_happen_when_sigpipe_cannot_be_kept_away)
{
	const int fd = tap_new_fd();
	char byte;
	int pair[2];

	on(&fake_macos);
	fake_calls.setsockopt = refusing_setsockopt;
	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_send_fd(pair[0], fd), -EINVAL);
	CHECK_EQ(send_data(pair[0], NULL), -EINVAL);
	CHECK_EQ(recv(pair[1], &byte, 1, MSG_DONTWAIT), -1);
	close(fd);
	close_pair(pair);
}

/* close_range */

static size_t ranges;

static int refusing_close_range(unsigned first, unsigned last)
{
	CHECK(first < last);
	ranges++;
	errno = EPERM;
	return -1;
}

static void drop_many(void)
{
	struct anc_recv_result result;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(256));
	pair_with(SOCK_STREAM, MANY, pair);
	CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
	ranges = 0;
	count_closes();
	anc_data_clear(&data);
	close_pair(pair);
}

TEST(many_are_closed_one_by_one_where_close_range_is_missing_or_refused)
{
	on(&fake_old_linux);
	drop_many();
	CHECK_EQ(closes, MANY);
	on(&fake_linux);
	fake_calls.close_range = refusing_close_range;
	drop_many();
	CHECK(ranges >= 1);
	CHECK_EQ(closes, MANY);
}

TEST(close_range_is_not_called_where_it_does_not_exist)
{
	on(&fake_netbsd);
	fake_calls.close_range = refusing_close_range;
	drop_many();
	CHECK_EQ(ranges, 0);
	CHECK_EQ(closes, MANY);
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(the_fake_has_the_habits_of_linux),
	T(one_line_calls_work_on_every_kernel),
	T(as_many_go_at_once_as_the_kernel_takes_and_no_more),
	T(three_paths_receive_the_same_on_every_kernel),
	T(a_receive_without_anc_data_leaves_nothing_open),
	T(one_line_calls_work_where_the_flag_is_refused),
	T(an_einval_that_is_not_about_the_flag_is_reported),
	T(a_descriptor_that_cannot_be_made_cloexec_is_closed_and_its_slot_says_why),
	T(one_line_calls_give_the_errno_of_a_failed_fcntl),
	T(control_length_is_what_each_kernel_wants_also_when_forwarded),
	T(what_a_kernel_will_not_send_beside_descriptors_is_its_own_errno),
	T(no_kernel_raises_sigpipe_unless_asked),
	T(without_any_way_to_keep_sigpipe_away_a_send_must_ask_for_it),
	T(a_send_does_not_happen_when_sigpipe_cannot_be_kept_away),
	T(many_are_closed_one_by_one_where_close_range_is_missing_or_refused),
	T(close_range_is_not_called_where_it_does_not_exist),
};
TAP_MAIN(tests)
