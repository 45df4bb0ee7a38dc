/* SPDX-License-Identifier: MIT */
/* The one-line calls where the kernel adds messages, signals interrupt, or a limit is met. */
#include "peer.h"

#include <sys/resource.h>

#include <anc/anc.h>

#define INQ_OPTION 84       /* SO_INQ; on a stream */
#define STAMPS (0x8 | 0x10) /* SOF_TIMESTAMPING_RX_SOFTWARE, SOF_TIMESTAMPING_SOFTWARE */

/* Something that a Unix socket delivers beside the descriptors when asked to. */
struct addition {
	const char *name;
	const struct anc_message_type *row; /* or NULL: the option */
	int option;
	bool packets; /* not on a stream */
	int value;    /* of the option; 0: 1 */
};

static const struct addition additions[] = {
	{"credentials", &anc_ucred_type, 0, false},
	{"pidfd", &anc_pidfd_type, 0, false},
	{"label", &anc_security_type, 0, false},
	{"timestamp", NULL, SO_TIMESTAMP, true},
	{"timestampns", NULL, SO_TIMESTAMPNS, true},
	{"timestamping", NULL, SO_TIMESTAMPING, true, STAMPS},
	{"count", NULL, INQ_OPTION, false},
};

/* Turns it on; false where this kernel does not know it. */
static bool turn_on(int sock, const struct addition *addition)
{
	const int on = addition->value != 0 ? addition->value : 1;

	if (addition->row == NULL)
		return setsockopt(sock, SOL_SOCKET, addition->option, &on, sizeof(on)) == 0;
	return anc_message_enable(addition->row, sock, true) == 0;
}

/* Each one-line receive, the messages of a raw peer, with options on. */
static void receive_beside(int type, const int pair[2])
{
	const int fd = tap_new_fd();
	const size_t before = tap_open_fds();
	int fds[253];
	size_t count;
	char byte;
	size_t i;
	int got;

	for (i = 0; i < COUNT(fds); i++)
		fds[i] = fd;
	CHECK_EQ(depart(pair[0], "x", 1, &fd, 1), 1);
	got = anc_recv_fd(pair[1]);
	CHECK(tap_is_same_file(got, fd) && tap_is_cloexec(got));
	close(got);
	CHECK_EQ(depart(pair[0], "x", 1, NULL, 0), 1);
	CHECK_EQ(anc_recv_fd(pair[1]), -ENOMSG);
	CHECK_EQ(depart(pair[0], "x", 1, fds, 2), 1);
	CHECK_EQ(anc_recv_fd(pair[1]), -E2BIG);
	CHECK_EQ(depart(pair[0], "x", 1, fds, 253), 1);
	CHECK_EQ(anc_recv_fds(pair[1], &byte, 1, fds, 253, &count), 1);
	CHECK_EQ(count, 253);
	for (i = 0; i < count; i++) {
		CHECK(tap_is_same_file(fds[i], fd));
		close(fds[i]);
	}
	if (type == SOCK_DGRAM) {
		CHECK_EQ(depart(pair[0], "xy", 2, &fd, 1), 2);
		CHECK_EQ(anc_recv_fd(pair[1]), -EMSGSIZE);
	}
	CHECK_EQ(tap_open_fds(), before);
	close(fd);
}

static void receive_beside_addition(const struct addition *addition)
{
	const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
	int pair[2];
	size_t i;

	for (i = addition->packets ? 1 : 0; i < COUNT(types); i++) {
		tap_pair(types[i], pair);
		if (!turn_on(pair[1], addition)) {
			close_both(pair);
			SKIP("this kernel does not know the option");
		}
		receive_beside(types[i], pair);
		close_both(pair);
	}
}

TEST(credentials_are_never_taken_for_a_descriptor)
{
	receive_beside_addition(&additions[0]);
}

TEST(a_pidfd_is_never_taken_for_a_descriptor_and_is_closed)
{
	receive_beside_addition(&additions[1]);
}

TEST(a_label_is_never_taken_for_a_descriptor)
{
	receive_beside_addition(&additions[2]);
}

TEST(a_timestamp_is_never_taken_for_a_descriptor)
{
	receive_beside_addition(&additions[3]);
	receive_beside_addition(&additions[4]);
}

TEST(timestamps_of_several_clocks_are_never_taken_for_a_descriptor)
{
	receive_beside_addition(&additions[5]);
}

TEST(all_additions_together_leave_room_for_every_descriptor)
{
	const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
	int pair[2];
	size_t type;
	size_t i;

	for (type = 0; type < COUNT(types); type++) {
		tap_pair(types[type], pair);
		for (i = 0; i < COUNT(additions); i++)
			turn_on(pair[1], &additions[i]);
		receive_beside(types[type], pair);
		close_both(pair);
	}
}

/* What the sender accepts, the library's number and the kernel's limit are the same. */
TEST(the_most_is_253_and_one_more_is_refused_by_the_kernel_too)
{
	int fds[254] = {0};
	int pair[2];
	ssize_t sent;
	int error;

	CHECK_EQ(anc_fds_max(), 253);
	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_send_fds(pair[0], "x", 1, fds, anc_fds_max()), 1);
	CHECK_EQ(anc_send_fds(pair[0], "x", 1, fds, anc_fds_max() + 1), -E2BIG);
	sent = depart(pair[0], "x", 1, fds, anc_fds_max() + 1);
	error = errno;
	close_both(pair);
	CHECK_EQ(sent, -1);
	CHECK_EQ(error, EINVAL);
}

static int waited_on;
static int handed_over;

/* Sends the descriptor at the fifth alarm. */
static void hand_over(int number)
{
	const int saved = errno;

	(void)number;
	if (++signals == 5)
		depart(waited_on, "x", 1, &handed_over, 1);
	errno = saved;
}

/* One of the two one-line receives. */
static int receive_one(bool plural, int sock)
{
	size_t count;
	ssize_t len;
	char byte;
	int fd;

	if (!plural)
		return anc_recv_fd(sock);
	len = anc_recv_fds(sock, &byte, 1, &fd, 1, &count);
	return len < 0 ? (int)len : fd;
}

TEST(one_line_receives_go_on_after_an_interruption)
{
	int pair[2];
	int round;
	int got;

	tap_pair(SOCK_STREAM, pair);
	waited_on = pair[0];
	handed_over = tap_new_fd();
	for (round = 0; round < 2; round++) {
		errno = ENFILE;
		start_alarms(hand_over);
		got = receive_one(round, pair[1]);
		stop_alarms();
		CHECK_EQ(errno, ENFILE);
		CHECK(tap_is_same_file(got, handed_over));
		close(got);
	}
	close(handed_over);
	close_both(pair);
}

static void drain(int number)
{
	char bytes[65536];
	const int saved = errno;

	(void)number;
	if (++signals == 5)
		while (recv(waited_on, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
			;
	errno = saved;
}

/* One of the two one-line sends; 0 or an error. */
static int send_one(bool plural, int sock, int fd)
{
	ssize_t sent;

	if (!plural)
		return anc_send_fd(sock, fd);
	sent = anc_send_fds(sock, "x", 1, &fd, 1);
	return sent < 0 ? (int)sent : 0;
}

TEST(one_line_sends_go_on_after_an_interruption)
{
	const int fd = tap_new_fd();
	int pair[2];
	int round;
	int error;
	int got;

	tap_pair(SOCK_STREAM, pair);
	waited_on = pair[1];
	for (round = 0; round < 2; round++) {
		fill(pair[0]);
		errno = ENFILE;
		start_alarms(drain);
		error = send_one(round, pair[0], fd);
		stop_alarms();
		CHECK_EQ(errno, ENFILE);
		CHECK_EQ(error, 0);
		CHECK(signals >= 5);
		got = anc_recv_fd(pair[1]);
		CHECK(tap_is_same_file(got, fd));
		close(got);
	}
	close_both(pair);
	close(fd);
}

/* Lets no more descriptors be opened than `more`; what was the limit before in `*ret`. */
static void limit_descriptors(rlim_t more, struct rlimit *ret)
{
	struct rlimit less;
	const int lowest = dup(0);

	CHECK(lowest >= 0);
	close(lowest);
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, ret), 0);
	less = *ret;
	less.rlim_cur = (rlim_t)lowest + more;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &less), 0);
}

/* Whether the kernel itself knows of the limit. */
static bool limit_is_real(int pair[2])
{
	struct rlimit before;
	struct arrival arrival;

	depart_with(pair[0], "x", 1, 1);
	limit_descriptors(0, &before);
	arrival = arrive(pair[1]);
	setrlimit(RLIMIT_NOFILE, &before);
	if (arrival.count > 0)
		close(arrival.fds[0]);
	return arrival.count == 0;
}

/* What a one-line receive says of `count` descriptors when `more` could be opened. */
static int receive_limited(bool plural, int pair[2], size_t count, rlim_t more)
{
	struct rlimit before;
	int fds[8];
	size_t got;
	char byte;
	int result;

	depart_with(pair[0], "x", 1, count);
	limit_descriptors(more, &before);
	if (plural)
		result = (int)anc_recv_fds(pair[1], &byte, 1, fds, COUNT(fds), &got);
	else
		result = anc_recv_fd(pair[1]);
	setrlimit(RLIMIT_NOFILE, &before);
	return result;
}

TEST(a_full_table_is_told_and_nothing_stays_open)
{
	static const struct {
		size_t count;
		rlim_t more;
	} cases[] = {{1, 0}, {3, 0}, {3, 1}, {3, 2}, {8, 7}};
	size_t before;
	int pair[2];
	size_t i;

	SKIP_EMULATED("a cut is not told");
	tap_pair(SOCK_STREAM, pair);
	if (!limit_is_real(pair)) {
		close_both(pair);
		SKIP("the limit of descriptors is not the kernel's here (valgrind)");
	}
	before = tap_open_fds();
	for (i = 0; i < 2 * COUNT(cases); i++) {
		errno = ENFILE;
		CHECK_EQ(receive_limited(i % 2, pair, cases[i / 2].count, cases[i / 2].more),
			 -EMFILE);
		CHECK_EQ(errno, ENFILE);
		CHECK_EQ(tap_open_fds(), before);
	}
	close_both(pair);
}

/* As nobody with a small limit, sends until refused; the refusal. In a process of its own. */
static int send_too_many(bool plural)
{
	const struct rlimit few = {16, 16};
	int error = 0;
	int pair[2];
	int i;

	if (setgid(65534) < 0 || setuid(65534) < 0 || setrlimit(RLIMIT_NOFILE, &few) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) < 0)
		return 0;
	for (i = 0; i < 40 && error == 0; i++)
		error = send_one(plural, pair[0], STDOUT_FILENO);
	return error;
}

TEST(too_many_descriptors_in_flight_are_told)
{
	int pair[2];
	bool real;
	pid_t child;
	int round;

	if (geteuid() != 0)
		SKIP("only root can become somebody else");
	tap_pair(SOCK_STREAM, pair);
	real = tap_is_under("qemu-user") || limit_is_real(pair);
	close_both(pair);
	if (!real)
		SKIP("the limit of descriptors is not the kernel's here (valgrind)");
	for (round = 0; round < 2; round++) {
		child = fork();
		CHECK(child >= 0);
		if (child == 0)
			_exit(-send_too_many(round) & 0xff);
		CHECK_EQ(exit_code(child), ETOOMANYREFS);
	}
}

static const struct tap_test tests[] = {
	{"credentials_are_never_taken_for_a_descriptor",
	 test_credentials_are_never_taken_for_a_descriptor},
	{"a_pidfd_is_never_taken_for_a_descriptor_and_is_closed",
	 test_a_pidfd_is_never_taken_for_a_descriptor_and_is_closed},
	{"a_label_is_never_taken_for_a_descriptor", test_a_label_is_never_taken_for_a_descriptor},
	{"a_timestamp_is_never_taken_for_a_descriptor",
	 test_a_timestamp_is_never_taken_for_a_descriptor},
	{"timestamps_of_several_clocks_are_never_taken_for_a_descriptor",
	 test_timestamps_of_several_clocks_are_never_taken_for_a_descriptor},
	{"all_additions_together_leave_room_for_every_descriptor",
	 test_all_additions_together_leave_room_for_every_descriptor},
	{"the_most_is_253_and_one_more_is_refused_by_the_kernel_too",
	 test_the_most_is_253_and_one_more_is_refused_by_the_kernel_too},
	{"one_line_receives_go_on_after_an_interruption",
	 test_one_line_receives_go_on_after_an_interruption},
	{"one_line_sends_go_on_after_an_interruption",
	 test_one_line_sends_go_on_after_an_interruption},
	{"a_full_table_is_told_and_nothing_stays_open",
	 test_a_full_table_is_told_and_nothing_stays_open},
	{"too_many_descriptors_in_flight_are_told", test_too_many_descriptors_in_flight_are_told},
};
TAP_MAIN(tests)
