/* SPDX-License-Identifier: MIT */
/* The one-line calls, against the kernel's own on the other end. */
#include "peer.h"

#include <fcntl.h>
#include <netinet/in.h>

#include <anc/anc.h>

static const int unix_types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
static const struct anc_send_options no_send_options;
static const struct anc_recv_options no_recv_options;

/* Either form of a one-line call: on a descriptor, or on a socket that was asked. */
static int send_fd(bool asked, int sock, int fd)
{
	struct anc_socket checked;

	if (!asked)
		return anc_send_fd(sock, fd);
	CHECK_EQ(anc_socket_checked(sock, &checked), 0);
	return anc_socket_send_fd(checked, fd);
}

static int recv_fd(bool asked, int sock)
{
	struct anc_socket checked;

	if (!asked)
		return anc_recv_fd(sock);
	CHECK_EQ(anc_socket_checked(sock, &checked), 0);
	return anc_socket_recv_fd(checked);
}

static ssize_t send_fds(bool asked, int sock, const void *buf, size_t len, const int *fds,
			size_t count)
{
	struct anc_socket checked;

	if (!asked)
		return anc_send_fds(sock, buf, len, fds, count);
	CHECK_EQ(anc_socket_checked(sock, &checked), 0);
	return anc_socket_send_fds(checked, buf, len, fds, count, no_send_options);
}

static ssize_t recv_fds(bool asked, int sock, void *buf, size_t len, int *fds, size_t max,
			size_t *count)
{
	struct anc_socket checked;

	if (!asked)
		return anc_recv_fds(sock, buf, len, fds, max, count);
	CHECK_EQ(anc_socket_checked(sock, &checked), 0);
	return anc_socket_recv_fds(checked, buf, len, fds, max, count, no_recv_options);
}

static void close_all(const int *fds, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		close(fds[i]);
}

TEST(one_descriptor_goes_through_on_every_type_of_socket)
{
	const int fd = tap_new_fd();
	int pair[2];
	size_t i;
	int got;

	for (i = 0; i < 2 * COUNT(unix_types); i++) {
		tap_pair(unix_types[i / 2], pair);
		errno = ENFILE;
		CHECK_EQ(send_fd(i % 2, pair[0], fd), 0);
		got = recv_fd(i % 2, pair[1]);
		CHECK_EQ(errno, ENFILE);
		CHECK(got >= 0 && got != fd);
		CHECK(tap_is_cloexec(got));
		CHECK(tap_is_same_file(got, fd));
		close(got);
		close_both(pair);
	}
	close(fd);
}

TEST(a_sent_descriptor_is_one_byte_of_zero_beside_it)
{
	const int fd = tap_new_fd();
	struct arrival arrival;
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_send_fd(pair[0], fd), 0);
	arrival = arrive(pair[1]);
	CHECK_EQ(arrival.len, 1);
	CHECK_EQ(arrival.bytes[0], 0);
	CHECK_EQ(arrival.count, 1);
	CHECK(tap_is_same_file(arrival.fds[0], fd));
	close(arrival.fds[0]);
	close(fd);
	close_both(pair);
}

TEST(a_plain_peer_is_received_from)
{
	int pair[2];
	int fd;

	tap_pair(SOCK_STREAM, pair);
	depart_with(pair[0], "x", 1, 1);
	fd = anc_recv_fd(pair[1]);
	CHECK(fd >= 0);
	close(fd);
	close_both(pair);
}

TEST(many_descriptors_go_through_in_order)
{
	static const size_t counts[] = {0, 1, 2, 16, 252, 253};
	int fds[253];
	int got[253];
	size_t count;
	char buf[8];
	int pair[2];
	size_t i;
	size_t k;

	for (i = 0; i < 2 * COUNT(counts); i++) {
		tap_pair(i % 3 == 0 ? SOCK_STREAM : SOCK_SEQPACKET, pair);
		for (k = 0; k < counts[i / 2]; k++)
			fds[k] = tap_new_fd();
		errno = ENFILE;
		CHECK_EQ(send_fds(i % 2, pair[0], "words", 6, fds, counts[i / 2]), 6);
		count = 999;
		CHECK_EQ(recv_fds(i % 2, pair[1], buf, sizeof(buf), got, 253, &count), 6);
		CHECK_EQ(errno, ENFILE);
		CHECK_STR(buf, "words");
		CHECK_EQ(count, counts[i / 2]);
		for (k = 0; k < count; k++)
			CHECK(tap_is_same_file(got[k], fds[k]) && tap_is_cloexec(got[k]));
		close_all(got, count);
		close_all(fds, count);
		close_both(pair);
	}
}

TEST(more_than_a_message_takes_is_refused)
{
	int fds[254];
	int pair[2];
	size_t i;

	for (i = 0; i < COUNT(fds); i++)
		fds[i] = 0;
	tap_pair(SOCK_STREAM, pair);
	errno = ENFILE;
	for (i = 0; i < 2; i++) {
		CHECK_EQ(send_fds(i, pair[0], "x", 1, fds, 254), -E2BIG);
		CHECK_EQ(send_fds(i, pair[0], "x", 1, fds, SIZE_MAX), -E2BIG);
	}
	CHECK_EQ(errno, ENFILE);
	CHECK_EQ(arrive(pair[1]).len, -1);
	close_both(pair);
}

TEST(sends_are_refused_in_the_documented_order)
{
	int fds[254] = {-1};
	int pair[2];
	size_t i;

	tap_pair(SOCK_SEQPACKET, pair);
	errno = ENFILE;
	/* -1 would be EBADF as a socket too: what is wrong with the arguments comes first */
	CHECK_EQ(anc_send_fds(-1, NULL, 0, fds, 254), -E2BIG);
	CHECK_EQ(anc_send_fds(-1, NULL, 0, fds, 1), -EINVAL);
	for (i = 0; i < 2; i++) {
		CHECK_EQ(send_fds(i, pair[0], NULL, 0, fds, 254), -E2BIG);
		CHECK_EQ(send_fds(i, pair[0], NULL, 0, fds, 1), -EINVAL);
		CHECK_EQ(send_fds(i, pair[0], NULL, 0, NULL, 0), -EINVAL);
		CHECK_EQ(send_fds(i, pair[0], "x", 1, fds, 1), -EBADF);
		CHECK_EQ(send_fd(i, pair[0], -1), -EBADF);
	}
	CHECK_EQ(errno, ENFILE);
	CHECK_EQ(arrive(pair[1]).len, -1);
	close_both(pair);
}

TEST(a_socket_of_another_family_is_refused)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
	const int fd = tap_new_fd();
	const int negative = -1;
	size_t i;
	int sock;

	for (i = 0; i < 2 * COUNT(types); i++) {
		sock = socket(AF_INET, types[i / 2] | SOCK_CLOEXEC, 0);
		if (sock < 0)
			SKIP("no IPv4 here");
		errno = ENFILE;
		CHECK_EQ(send_fd(i % 2, sock, fd), -EOPNOTSUPP);
		CHECK_EQ(send_fds(i % 2, sock, "x", 1, &fd, 1), -EOPNOTSUPP);
		CHECK_EQ(send_fds(i % 2, sock, "x", 1, &negative, 1), -EBADF);
		CHECK_EQ(send_fd(i % 2, sock, -1), -EBADF);
		CHECK_EQ(errno, ENFILE);
		close(sock);
	}
	close(fd);
}

TEST(what_is_no_socket_gives_the_kernels_error)
{
	const int file = tap_new_fd();
	size_t count;
	char byte;
	int fd;

	errno = ENFILE;
	CHECK_EQ(anc_send_fd(-1, file), -EBADF);
	CHECK_EQ(anc_send_fd(file, file), -ENOTSOCK);
	CHECK_EQ(anc_send_fds(-1, "x", 1, &file, 1), -EBADF);
	CHECK_EQ(anc_send_fds(file, "x", 1, &file, 1), -ENOTSOCK);
	CHECK_EQ(anc_socket_send_fd(anc_socket_fd(file), file), -ENOTSOCK);
	CHECK_EQ(anc_recv_fd(-1), -EBADF);
	CHECK_EQ(anc_recv_fd(file), -ENOTSOCK);
	CHECK_EQ(anc_recv_fds(-1, &byte, 1, &fd, 1, &count), -EBADF);
	CHECK_EQ(anc_recv_fds(file, &byte, 1, &fd, 1, &count), -ENOTSOCK);
	CHECK_EQ(errno, ENFILE);
	close(file);
}

TEST(a_descriptor_that_is_closed_gives_the_kernels_error)
{
	int pair[2];
	int fd;

	tap_pair(SOCK_STREAM, pair);
	fd = tap_new_fd();
	close(fd);
	errno = ENFILE;
	CHECK_EQ(anc_send_fd(pair[0], fd), -EBADF);
	CHECK_EQ(anc_send_fds(pair[0], "x", 1, &fd, 1), -EBADF);
	CHECK_EQ(errno, ENFILE);
	close_both(pair);
}

TEST(a_peer_that_has_gone_raises_no_signal)
{
	const struct sigaction before = handle(SIGPIPE, count_signal);
	const int fd = tap_new_fd();
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	close(pair[1]);
	errno = ENFILE;
	CHECK_EQ(anc_send_fd(pair[0], fd), -EPIPE);
	CHECK_EQ(anc_send_fds(pair[0], "x", 1, &fd, 1), -EPIPE);
	CHECK_EQ(errno, ENFILE);
	CHECK_EQ(signals, 0);
	CHECK_EQ(anc_socket_send_fds(anc_socket_fd(pair[0]), "x", 1, &fd, 1,
				     (struct anc_send_options){0, true}),
		 -EPIPE);
	CHECK_EQ(signals, 1);
	sigaction(SIGPIPE, &before, NULL);
	close(pair[0]);
	close(fd);
}

TEST(the_end_of_a_stream_or_seqpacket_is_told_from_a_message_without_descriptor)
{
	size_t count = 9;
	char byte;
	int pair[2];
	size_t i;
	int fd;

	for (i = 0; i < 2 * COUNT(unix_types); i++) {
		tap_pair(unix_types[i / 2], pair);
		CHECK_EQ(depart(pair[0], "xy", 1, NULL, 0), 1);
		errno = ENFILE;
		CHECK_EQ(recv_fd(i % 2, pair[1]), -ENOMSG);
		if (unix_types[i / 2] == SOCK_DGRAM) {
			CHECK_EQ(depart(pair[0], "", 0, NULL, 0), 0);
			CHECK_EQ(recv_fd(i % 2, pair[1]), -ENOMSG);
		} else {
			CHECK_EQ(shutdown(pair[0], SHUT_WR), 0);
			CHECK_EQ(recv_fd(i % 2, pair[1]), -EPIPE);
			CHECK_EQ(recv_fds(i % 2, pair[1], &byte, 1, &fd, 1, &count), 0);
			CHECK_EQ(count, 0);
		}
		CHECK_EQ(errno, ENFILE);
		close_both(pair);
	}
}

TEST(a_packet_without_bytes_brings_its_descriptor)
{
	size_t count;
	char byte;
	int pair[2];
	int fd;

	tap_pair(SOCK_SEQPACKET, pair);
	depart_with(pair[0], "", 0, 1);
	fd = anc_recv_fd(pair[1]);
	CHECK(fd >= 0);
	close(fd);
	depart_with(pair[0], "", 0, 1);
	CHECK_EQ(anc_recv_fds(pair[1], &byte, 1, &fd, 1, &count), 0);
	CHECK_EQ(count, 1);
	close(fd);
	close_both(pair);
}

TEST(more_descriptors_than_wanted_are_refused_and_closed)
{
	static const size_t counts[] = {2, 3, 253};
	const int canary[2] = {-7, -7};
	int got[2] = {-7, -7};
	size_t count = 9;
	char byte;
	int pair[2];
	size_t i;

	for (i = 0; i < 2 * COUNT(counts); i++) {
		tap_pair(SOCK_STREAM, pair);
		errno = ENFILE;
		depart_with(pair[0], "x", 1, counts[i / 2]);
		CHECK_EQ(recv_fd(i % 2, pair[1]), -E2BIG);
		depart_with(pair[0], "x", 1, counts[i / 2]);
		CHECK_EQ(recv_fds(i % 2, pair[1], &byte, 1, got, 1, &count), -E2BIG);
		CHECK(memcmp(got, canary, sizeof(got)) == 0);
		CHECK_EQ(count, 9);
		CHECK_EQ(errno, ENFILE);
		close_both(pair);
	}
}

TEST(a_datagram_that_was_cut_is_refused_and_its_descriptors_closed)
{
	size_t count;
	char byte;
	int pair[2];
	size_t i;
	int fd;

	for (i = 0; i < 4; i++) {
		tap_pair(i / 2 ? SOCK_DGRAM : SOCK_SEQPACKET, pair);
		errno = ENFILE;
		depart_with(pair[0], "xy", 2, 1);
		CHECK_EQ(recv_fd(i % 2, pair[1]), -EMSGSIZE);
		/* before all else that is wrong */
		depart_with(pair[0], "xy", 2, 9);
		CHECK_EQ(recv_fd(i % 2, pair[1]), -EMSGSIZE);
		depart_with(pair[0], "xy", 2, 2);
		CHECK_EQ(recv_fds(i % 2, pair[1], &byte, 1, &fd, 1, &count), -EMSGSIZE);
		CHECK_EQ(errno, ENFILE);
		close_both(pair);
	}
}

TEST(the_options_of_a_one_line_call_are_kept)
{
	const int fd = tap_new_fd();
	size_t count;
	char byte;
	int pair[2];
	int got[2];

	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_send_fd(pair[0], fd), 0);
	CHECK_EQ(anc_socket_recv_fds(anc_socket_fd(pair[1]), &byte, 1, &got[0], 1, &count,
				     (struct anc_recv_options){MSG_PEEK}),
		 1);
	CHECK_EQ(anc_socket_recv_fds(anc_socket_fd(pair[1]), &byte, 1, &got[1], 1, &count,
				     no_recv_options),
		 1);
	CHECK(tap_is_same_file(got[0], got[1]));
	close_both(got);
	fill(pair[0]);
	CHECK_EQ(anc_socket_send_fds(anc_socket_fd(pair[0]), "x", 1, &fd, 1,
				     (struct anc_send_options){MSG_DONTWAIT, false}),
		 -EAGAIN);
	close_both(pair);
	close(fd);
}

TEST(nothing_waits_where_the_socket_does_not)
{
	const int fd = tap_new_fd();
	size_t count;
	char byte;
	int pair[2];
	int got;

	tap_pair(SOCK_STREAM | SOCK_NONBLOCK, pair);
	errno = ENFILE;
	CHECK_EQ(anc_recv_fd(pair[1]), -EAGAIN);
	CHECK_EQ(anc_recv_fds(pair[1], &byte, 1, &got, 1, &count), -EAGAIN);
	CHECK_EQ(errno, ENFILE);
	fill(pair[0]);
	errno = ENFILE;
	CHECK_EQ(anc_send_fd(pair[0], fd), -EAGAIN);
	CHECK_EQ(anc_send_fds(pair[0], "x", 1, &fd, 1), -EAGAIN);
	CHECK_EQ(errno, ENFILE);
	close_both(pair);
	close(fd);
}

TEST(a_descriptor_without_rights_and_a_socket_go_through)
{
	const int path = open("/", O_PATH | O_CLOEXEC);
	int carried[2];
	int pair[2];
	char byte;
	int got;

	CHECK(path >= 0);
	tap_pair(SOCK_STREAM, pair);
	tap_pair(SOCK_STREAM, carried);
	CHECK_EQ(anc_send_fd(pair[0], path), 0);
	got = anc_recv_fd(pair[1]);
	CHECK(tap_is_same_file(got, path));
	CHECK((fcntl(got, F_GETFL) & O_PATH) != 0);
	close(got);
	CHECK_EQ(anc_send_fd(pair[0], carried[0]), 0);
	close(carried[0]);
	got = anc_recv_fd(pair[1]);
	CHECK_EQ(write(got, "x", 1), 1);
	CHECK_EQ(read(carried[1], &byte, 1), 1);
	close(got);
	close(carried[1]);
	/* a socket over itself */
	CHECK_EQ(anc_send_fd(pair[0], pair[1]), 0);
	got = anc_recv_fd(pair[1]);
	CHECK(tap_is_same_file(got, pair[1]));
	close(got);
	close_both(pair);
	close(path);
}

static const struct tap_test tests[] = {
	{"one_descriptor_goes_through_on_every_type_of_socket",
	 test_one_descriptor_goes_through_on_every_type_of_socket},
	{"a_sent_descriptor_is_one_byte_of_zero_beside_it",
	 test_a_sent_descriptor_is_one_byte_of_zero_beside_it},
	{"a_plain_peer_is_received_from", test_a_plain_peer_is_received_from},
	{"many_descriptors_go_through_in_order", test_many_descriptors_go_through_in_order},
	{"more_than_a_message_takes_is_refused", test_more_than_a_message_takes_is_refused},
	{"sends_are_refused_in_the_documented_order",
	 test_sends_are_refused_in_the_documented_order},
	{"a_socket_of_another_family_is_refused", test_a_socket_of_another_family_is_refused},
	{"what_is_no_socket_gives_the_kernels_error",
	 test_what_is_no_socket_gives_the_kernels_error},
	{"a_descriptor_that_is_closed_gives_the_kernels_error",
	 test_a_descriptor_that_is_closed_gives_the_kernels_error},
	{"a_peer_that_has_gone_raises_no_signal", test_a_peer_that_has_gone_raises_no_signal},
	{"the_end_of_a_stream_or_seqpacket_is_told_from_a_message_without_descriptor",
	 test_the_end_of_a_stream_or_seqpacket_is_told_from_a_message_without_descriptor},
	{"a_packet_without_bytes_brings_its_descriptor",
	 test_a_packet_without_bytes_brings_its_descriptor},
	{"more_descriptors_than_wanted_are_refused_and_closed",
	 test_more_descriptors_than_wanted_are_refused_and_closed},
	{"a_datagram_that_was_cut_is_refused_and_its_descriptors_closed",
	 test_a_datagram_that_was_cut_is_refused_and_its_descriptors_closed},
	{"the_options_of_a_one_line_call_are_kept", test_the_options_of_a_one_line_call_are_kept},
	{"nothing_waits_where_the_socket_does_not", test_nothing_waits_where_the_socket_does_not},
	{"a_descriptor_without_rights_and_a_socket_go_through",
	 test_a_descriptor_without_rights_and_a_socket_go_through},
};
TAP_MAIN(tests)
