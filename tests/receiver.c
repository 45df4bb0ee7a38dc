/* SPDX-License-Identifier: MIT */
/* Receiving on Unix sockets; what comes in was sent with the kernel's own calls. */
#include "peer.h"

#include <limits.h>
#include <sys/un.h>

#include <anc/anc.h>

static const int unix_types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

static struct anc_receiver receiver_of(int sock, void *buf, size_t len, struct anc_data *or_null)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), buf, len);

	receiver.data = or_null;
	return receiver;
}

TEST(the_bytes_and_descriptors_come_on_every_type_of_socket)
{
	const int fd = tap_new_fd();
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char buf[16];
	int pair[2];
	size_t i;
	int got;

	for (i = 0; i < COUNT(unix_types); i++) {
		ANC_DATA(data, ANC_FDS_SPACE(1));

		tap_pair(unix_types[i], pair);
		CHECK_EQ(depart(pair[0], "words", 6, &fd, 1), 6);
		receiver = receiver_of(pair[1], buf, sizeof(buf), &data);
		CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
		CHECK_EQ(result.len, 6);
		CHECK_EQ(result.flags & ~MSG_EOR, 0);
		CHECK_STR(buf, "words");
		got = anc_data_take_fd(&data);
		CHECK(got >= 0 && got != fd);
		CHECK(tap_is_cloexec(got));
		CHECK(tap_is_same_file(got, fd));
		close(got);
		close_both(pair);
	}
	close(fd);
}

TEST(what_is_not_taken_is_closed)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char byte;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(4));
	tap_pair(SOCK_STREAM, pair);
	depart_with(pair[0], "x", 1, 4);
	receiver = receiver_of(pair[1], &byte, 1, &data);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	close_both(pair);
}

TEST(bufs_wins_over_buf)
{
	char one[3];
	char other[8] = "";
	char unused[8] = "unused";
	const struct iovec bufs[] = {{one, 3}, {NULL, 0}, {other, 7}};
	struct anc_recv_result result;
	struct anc_receiver receiver;
	int pair[2];

	tap_pair(SOCK_DGRAM, pair);
	receiver = anc_receiver_onv(anc_socket_fd(pair[1]), bufs, 3);
	receiver.buf = unused;
	receiver.len = sizeof(unused);
	CHECK_EQ(depart(pair[0], "onetwo", 6, NULL, 0), 6);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 6);
	CHECK(memcmp(one, "one", 3) == 0);
	CHECK_STR(other, "two");
	CHECK_STR(unused, "unused");
	close_both(pair);
}

TEST(pieces_beyond_the_kernels_limit_give_its_error)
{
	static struct iovec bufs[IOV_MAX + 1];
	static char bytes[IOV_MAX + 1];
	struct anc_recv_result result;
	struct anc_receiver receiver;
	int pair[2];
	size_t i;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	for (i = 0; i < COUNT(bufs); i++)
		bufs[i] = (struct iovec){&bytes[i], 1};
	tap_pair(SOCK_STREAM, pair);
	receiver = anc_receiver_onv(anc_socket_fd(pair[1]), bufs, IOV_MAX + 1);
	receiver.data = &data;
	depart_with(pair[0], "words", 6, 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EMSGSIZE);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	receiver.nbufs = IOV_MAX;
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 6);
	CHECK_STR(bytes, "words");
	close_both(pair);
}

TEST(the_senders_address_comes_with_its_length)
{
	const struct sockaddr unnamed = {.sa_family = AF_UNIX};
	struct sockaddr_storage addr;
	struct sockaddr_un expected;
	struct anc_recv_result result;
	struct anc_receiver receiver;
	socklen_t expected_len = sizeof(expected);
	socklen_t len = 1;
	char byte;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_DGRAM, pair);
	/* Linux makes up an abstract name. */
	CHECK_EQ(bind(pair[0], &unnamed, sizeof(sa_family_t)), 0);
	CHECK_EQ(getsockname(pair[0], (struct sockaddr *)&expected, &expected_len), 0);
	CHECK(expected_len > sizeof(sa_family_t));
	depart_with(pair[0], "x", 1, 1);
	receiver = receiver_of(pair[1], &byte, 1, &data);
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &addr, &len), 0);
	CHECK_EQ(len, expected_len);
	CHECK(memcmp(&addr, &expected, len) == 0);
	CHECK_EQ(result.len, 1);
	close_both(pair);
}

TEST(a_sender_without_an_address_has_one_of_no_length)
{
	struct sockaddr_storage addr;
	struct anc_recv_result result;
	struct anc_receiver receiver;
	socklen_t len;
	char byte;
	int pair[2];
	size_t i;

	for (i = 0; i < COUNT(unix_types); i++) {
		len = 77;
		tap_pair(unix_types[i], pair);
		CHECK_EQ(depart(pair[0], "x", 1, NULL, 0), 1);
		receiver = receiver_of(pair[1], &byte, 1, NULL);
		CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &addr, &len), 0);
		CHECK_EQ(len, 0);
		close_both(pair);
	}
}

TEST(each_peek_gives_fresh_descriptors_and_leaves_the_message)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	size_t before;
	char byte;
	int pair[2];
	int got[3];
	int i;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_STREAM, pair);
	depart_with(pair[0], "x", 1, 1);
	before = tap_open_fds();
	receiver = receiver_of(pair[1], &byte, 1, &data);
	for (i = 0; i < 3; i++) {
		anc_recv_options_peek(&receiver.options, i < 2);
		byte = 0;
		CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
		CHECK_EQ(result.len, 1);
		CHECK_EQ(byte, 'x');
		got[i] = anc_data_take_fd(&data);
		CHECK(got[i] >= 0 && tap_is_cloexec(got[i]));
	}
	CHECK_EQ(tap_open_fds(), before + 3);
	CHECK(tap_is_same_file(got[0], got[2]) && tap_is_same_file(got[1], got[2]));
	anc_recv_options_dont_wait(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EAGAIN);
	for (i = 0; i < 3; i++)
		close(got[i]);
	close_both(pair);
}

TEST(a_peek_that_is_not_taken_is_closed)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	size_t before;
	char byte;
	int pair[2];
	int i;

	ANC_DATA(data, ANC_FDS_SPACE(2));
	tap_pair(SOCK_SEQPACKET, pair);
	depart_with(pair[0], "x", 1, 2);
	before = tap_open_fds();
	receiver = receiver_of(pair[1], &byte, 1, &data);
	anc_recv_options_peek(&receiver.options, true);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
		CHECK_EQ(tap_open_fds(), before + 2);
	}
	close_both(pair);
}

TEST(a_stream_glues_bytes_before_descriptors_and_stops_behind_them)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char buf[16];
	int pair[2];
	int fd;

	ANC_DATA(data, ANC_FDS_SPACE(2));
	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(depart(pair[0], "AAAA", 4, NULL, 0), 4);
	depart_with(pair[0], "B", 1, 1);
	CHECK_EQ(depart(pair[0], "CCCC", 4, NULL, 0), 4);
	receiver = receiver_of(pair[1], buf, sizeof(buf), &data);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 5);
	CHECK(memcmp(buf, "AAAAB", 5) == 0);
	fd = anc_data_take_fd(&data);
	CHECK(fd >= 0);
	close(fd);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 4);
	CHECK(memcmp(buf, "CCCC", 4) == 0);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	close_both(pair);
}

TEST(waiting_for_all_stops_at_descriptors)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char buf[4];
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_STREAM, pair);
	depart_with(pair[0], "AB", 2, 1);
	CHECK_EQ(depart(pair[0], "CD", 2, NULL, 0), 2);
	receiver = receiver_of(pair[1], buf, sizeof(buf), &data);
	anc_recv_options_wait_all(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 2);
	close_both(pair);
}

TEST(waiting_for_all_waits)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char buf[5] = "";
	int pair[2];
	pid_t peer;

	tap_pair(SOCK_STREAM, pair);
	peer = fork();
	CHECK(peer >= 0);
	if (peer == 0) {
		depart(pair[0], "AB", 2, NULL, 0);
		usleep(20000);
		_exit(depart(pair[0], "CD", 2, NULL, 0) != 2);
	}
	receiver = receiver_of(pair[1], buf, 4, NULL);
	anc_recv_options_wait_all(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 4);
	CHECK_STR(buf, "ABCD");
	CHECK_EQ(exit_code(peer), 0);
	close_both(pair);
}

TEST(what_was_held_before_is_closed_first)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	size_t before;
	char byte;
	int pair[2];
	int i;

	ANC_DATA(data, ANC_FDS_SPACE(2));
	tap_pair(SOCK_STREAM, pair);
	before = tap_open_fds();
	receiver = receiver_of(pair[1], &byte, 1, &data);
	for (i = 0; i < 3; i++) {
		depart_with(pair[0], "x", 1, 2);
		CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
		CHECK_EQ(tap_open_fds(), before + 2);
	}
	CHECK_EQ(depart(pair[0], "x", 1, NULL, 0), 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(tap_open_fds(), before);
	close_both(pair);
}

TEST(after_a_failed_receive_the_buffer_is_empty)
{
	const int fd = tap_new_fd();
	struct anc_recv_result result;
	struct anc_receiver receiver;
	size_t before;
	char byte;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(2));
	tap_pair(SOCK_STREAM, pair);
	before = tap_open_fds();
	depart_with(pair[0], "x", 1, 2);
	receiver = receiver_of(pair[1], &byte, 1, &data);
	anc_recv_options_dont_wait(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EAGAIN);
	CHECK_EQ(tap_open_fds(), before);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_data_take_fd(&data), -ENOMSG);
	/* empty, not offered: it can be built in */
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	close_both(pair);
	close(fd);
}

TEST(a_bad_socket_gives_the_kernels_error)
{
	const int file = tap_new_fd();
	struct anc_recv_result result;
	char byte;
	struct anc_receiver receiver = receiver_of(-1, &byte, 1, NULL);

	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EBADF);
	receiver.socket = anc_socket_fd(file);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), -ENOTSOCK);
	close(file);
}

TEST(the_end_of_a_stream_is_no_bytes)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char byte;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_STREAM, pair);
	close(pair[0]);
	receiver = receiver_of(pair[1], &byte, 1, &data);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 0);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	close(pair[1]);
}

TEST(a_packet_without_bytes_brings_its_descriptor)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char byte;
	int pair[2];
	int fd;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_SEQPACKET, pair);
	depart_with(pair[0], "", 0, 1);
	receiver = receiver_of(pair[1], &byte, 1, &data);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 0);
	fd = anc_data_take_fd(&data);
	CHECK(fd >= 0);
	close(fd);
	close_both(pair);
}

TEST(a_receive_reports_an_interruption)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char byte;
	int pair[2];
	int error;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_STREAM, pair);
	receiver = receiver_of(pair[1], &byte, 1, &data);
	start_alarms(count_signal);
	error = anc_receiver_recv(&receiver, &result);
	stop_alarms();
	CHECK_EQ(error, -EINTR);
	CHECK(signals > 0);
	close_both(pair);
}

/* Every receive of a zeroed receiver's; bit i: the i-th gave another error than -EBADF. */
static unsigned receive_from_nowhere(const struct anc_receiver *receiver)
{
	const struct anc_socket none = {0};
	struct anc_recv_result result;
	struct sockaddr_storage addr;
	unsigned wrong = 0;
	socklen_t len;
	size_t count;
	char byte;
	int fd;

	wrong |= (unsigned)(anc_receiver_recv(receiver, &result) != -EBADF) << 0;
	wrong |= (unsigned)(anc_receiver_recv_from(receiver, &result, &addr, &len) != -EBADF) << 1;
	wrong |= (unsigned)(anc_socket_recv_fd(none) != -EBADF) << 2;
	wrong |= (unsigned)(anc_socket_recv_fds(none, &byte, 1, &fd, 1, &count,
						(struct anc_recv_options){MSG_DONTWAIT}) != -EBADF)
		 << 3;
	return wrong;
}

/* Zeroed is no descriptor, not descriptor 0. */
TEST(a_zeroed_receiver_has_no_socket)
{
	struct anc_receiver receiver = {0};
	struct stdin_socket stdin_socket;
	unsigned char storage[64];
	struct anc_data data;
	unsigned wrong = 0;
	ssize_t left;
	char byte;

	anc_data_init(&data, storage, sizeof(storage));
	stdin_socket = stdin_become_socket();
	send(stdin_socket.other, "x", 1, MSG_DONTWAIT);
	anc_recv_options_dont_wait(&receiver.options, true);
	wrong |= receive_from_nowhere(&receiver);
	receiver.buf = &byte;
	receiver.len = 1;
	wrong |= receive_from_nowhere(&receiver);
	receiver.data = &data;
	wrong |= receive_from_nowhere(&receiver);
	left = recv(0, &byte, 1, MSG_DONTWAIT);
	stdin_restore(stdin_socket);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(left, 1);
	anc_data_fini(&data);
}

static const struct tap_test tests[] = {
	{"the_bytes_and_descriptors_come_on_every_type_of_socket",
	 test_the_bytes_and_descriptors_come_on_every_type_of_socket},
	{"what_is_not_taken_is_closed", test_what_is_not_taken_is_closed},
	{"bufs_wins_over_buf", test_bufs_wins_over_buf},
	{"pieces_beyond_the_kernels_limit_give_its_error",
	 test_pieces_beyond_the_kernels_limit_give_its_error},
	{"the_senders_address_comes_with_its_length",
	 test_the_senders_address_comes_with_its_length},
	{"a_sender_without_an_address_has_one_of_no_length",
	 test_a_sender_without_an_address_has_one_of_no_length},
	{"each_peek_gives_fresh_descriptors_and_leaves_the_message",
	 test_each_peek_gives_fresh_descriptors_and_leaves_the_message},
	{"a_peek_that_is_not_taken_is_closed", test_a_peek_that_is_not_taken_is_closed},
	{"a_stream_glues_bytes_before_descriptors_and_stops_behind_them",
	 test_a_stream_glues_bytes_before_descriptors_and_stops_behind_them},
	{"waiting_for_all_stops_at_descriptors", test_waiting_for_all_stops_at_descriptors},
	{"waiting_for_all_waits", test_waiting_for_all_waits},
	{"what_was_held_before_is_closed_first", test_what_was_held_before_is_closed_first},
	{"after_a_failed_receive_the_buffer_is_empty",
	 test_after_a_failed_receive_the_buffer_is_empty},
	{"a_bad_socket_gives_the_kernels_error", test_a_bad_socket_gives_the_kernels_error},
	{"the_end_of_a_stream_is_no_bytes", test_the_end_of_a_stream_is_no_bytes},
	{"a_packet_without_bytes_brings_its_descriptor",
	 test_a_packet_without_bytes_brings_its_descriptor},
	{"a_receive_reports_an_interruption", test_a_receive_reports_an_interruption},
	{"a_zeroed_receiver_has_no_socket", test_a_zeroed_receiver_has_no_socket},
};
TAP_MAIN(tests)
