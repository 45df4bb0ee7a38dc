/* SPDX-License-Identifier: MIT */
/* Sending on Unix sockets; what comes out is read with the kernel's own calls. */
#include "peer.h"

#include <limits.h>
#include <sys/un.h>

#include <anc/anc.h>

static const int unix_types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

TEST(the_bytes_arrive_on_every_type_of_socket)
{
	struct arrival arrival;
	struct anc_sender sender;
	int pair[2];
	size_t i;

	for (i = 0; i < COUNT(unix_types); i++) {
		tap_pair(unix_types[i], pair);
		sender = anc_sender_on(anc_socket_fd(pair[0]), "words", 6);
		CHECK_EQ(anc_sender_send(&sender), 6);
		arrival = arrive(pair[1]);
		CHECK_EQ(arrival.len, 6);
		CHECK_STR(arrival.bytes, "words");
		CHECK_EQ(arrival.controllen, 0);
		close_both(pair);
	}
}

TEST(descriptors_arrive_on_every_type_of_socket_and_stay_the_senders)
{
	const int fds[2] = {tap_new_fd(), tap_new_fd()};
	struct arrival arrival;
	struct anc_sender sender;
	size_t before;
	int pair[2];
	size_t i;

	for (i = 0; i < COUNT(unix_types); i++) {
		ANC_DATA(data, ANC_FDS_SPACE(2));

		tap_pair(unix_types[i], pair);
		before = tap_open_fds();
		CHECK_EQ(anc_data_add_fds(&data, fds, 2), 0);
		sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
		sender.data = &data;
		CHECK_EQ(anc_sender_send(&sender), 1);
		CHECK_EQ(tap_open_fds(), before);
		arrival = arrive(pair[1]);
		CHECK_EQ(arrival.count, 2);
		CHECK(tap_is_same_file(arrival.fds[0], fds[0]));
		CHECK(tap_is_same_file(arrival.fds[1], fds[1]));
		close_both(arrival.fds);
		close_both(pair);
	}
	CHECK(tap_is_open(fds[0]) && tap_is_open(fds[1]));
	close_both(fds);
}

TEST(what_was_built_can_be_sent_again)
{
	const int fd = tap_new_fd();
	struct arrival arrival;
	struct anc_sender sender;
	int pair[2];
	int round;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	sender.data = &data;
	for (round = 0; round < 3; round++) {
		CHECK_EQ(anc_sender_send(&sender), 1);
		arrival = arrive(pair[1]);
		CHECK_EQ(arrival.count, 1);
		CHECK(tap_is_same_file(arrival.fds[0], fd));
		close(arrival.fds[0]);
	}
	close_both(pair);
	close(fd);
}

TEST(bufs_wins_over_buf)
{
	char one[] = "one, ";
	char other[] = "other";
	const struct iovec bufs[] = {{one, 5}, {NULL, 0}, {other, 6}};
	struct arrival arrival;
	struct anc_sender sender;
	int pair[2];

	tap_pair(SOCK_DGRAM, pair);
	sender = anc_sender_onv(anc_socket_fd(pair[0]), bufs, 3);
	sender.buf = "not this";
	sender.len = 8;
	CHECK_EQ(anc_sender_send(&sender), 11);
	arrival = arrive(pair[1]);
	CHECK_EQ(arrival.len, 11);
	CHECK_STR(arrival.bytes, "one, other");
	close_both(pair);
}

TEST(pieces_beyond_the_kernels_limit_give_its_error)
{
	struct iovec bufs[IOV_MAX + 1];
	struct anc_sender sender;
	char byte = 'x';
	int pair[2];
	size_t i;

	for (i = 0; i < COUNT(bufs); i++)
		bufs[i] = (struct iovec){&byte, 1};
	tap_pair(SOCK_STREAM, pair);
	sender = anc_sender_onv(anc_socket_fd(pair[0]), bufs, IOV_MAX);
	CHECK_EQ(anc_sender_send(&sender), IOV_MAX);
	sender.nbufs = IOV_MAX + 1;
	CHECK_EQ(anc_sender_send(&sender), -EMSGSIZE);
	CHECK_EQ(anc_sender_send_all(&sender), -EMSGSIZE);
	close_both(pair);
}

TEST(a_bad_socket_gives_the_kernels_error)
{
	const int file = tap_new_fd();
	struct anc_sender sender = anc_sender_on(anc_socket_fd(-1), "x", 1);

	CHECK_EQ(anc_sender_send(&sender), -EBADF);
	CHECK_EQ(anc_sender_send_all(&sender), -EBADF);
	sender.socket = anc_socket_fd(file);
	CHECK_EQ(anc_sender_send(&sender), -ENOTSOCK);
	close(file);
}

/* A bound Unix datagram socket, its address in `*ret`. */
static int bound_dgram(struct sockaddr_un *ret, socklen_t *ret_len)
{
	const int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	CHECK(sock >= 0);
	/* Linux makes up an abstract name. */
	CHECK_EQ(bind(sock, (struct sockaddr *)ret, sizeof(sa_family_t)), 0);
	*ret_len = sizeof(*ret);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)ret, ret_len), 0);
	return sock;
}

TEST(descriptors_go_to_an_address)
{
	const int fd = tap_new_fd();
	struct arrival arrival;
	struct sockaddr_un to;
	socklen_t to_len;
	const int receiving = bound_dgram(&to, &to_len);
	const int sending = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sending), "x", 1);

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_sender_send(&sender), -ENOTCONN);
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&to, to_len), 1);
	arrival = arrive(receiving);
	CHECK_EQ(arrival.count, 1);
	CHECK(tap_is_same_file(arrival.fds[0], fd));
	close(arrival.fds[0]);
	close(receiving);
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&to, to_len), -ECONNREFUSED);
	close(sending);
	close(fd);
}

TEST(an_address_goes_as_it_is_given)
{
	const struct sockaddr to = {.sa_family = AF_UNIX};
	struct anc_sender sender;
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	CHECK_EQ(anc_sender_send_to(&sender, &to, sizeof(to)), -EISCONN);
	CHECK_EQ(anc_sender_send_to(&sender, NULL, 0), 1);
	close_both(pair);
}

TEST(descriptors_without_a_byte_are_refused_on_a_stream)
{
	const int fd = tap_new_fd();
	char byte = 'x';
	const struct iovec pieces[] = {{NULL, 0}, {NULL, 0}, {&byte, 1}};
	struct anc_socket checked;
	struct anc_sender sender;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_socket_checked(pair[0], &checked), 0);
	sender = anc_sender_on(anc_socket_fd(pair[0]), NULL, 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), -EINVAL);
	CHECK_EQ(anc_sender_send_all(&sender), -EINVAL);
	sender.socket = checked;
	CHECK_EQ(anc_sender_send(&sender), -EINVAL);
	sender = anc_sender_onv(checked, pieces, 2);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), -EINVAL);
	CHECK_EQ(arrive(pair[1]).len, -1);
	sender.nbufs = 3;
	CHECK_EQ(anc_sender_send(&sender), 1);
	close_both(pair);
	close(fd);
}

TEST(an_empty_send_without_descriptors_is_the_kernels_affair)
{
	struct anc_sender sender;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_STREAM, pair);
	sender = anc_sender_on(anc_socket_fd(pair[0]), NULL, 0);
	CHECK_EQ(anc_sender_send(&sender), 0);
	CHECK_EQ(anc_sender_send_all(&sender), 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 0);
	close_both(pair);
}

TEST(a_packet_without_bytes_carries_descriptors)
{
	static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};
	const int fd = tap_new_fd();
	struct anc_socket sockets[2];
	struct arrival arrival;
	struct anc_sender sender;
	int pair[2];
	size_t i;

	for (i = 0; i < 4; i++) {
		ANC_DATA(data, ANC_FDS_SPACE(1));

		CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
		tap_pair(types[i / 2], pair);
		sockets[0] = anc_socket_fd(pair[0]);
		CHECK_EQ(anc_socket_checked(pair[0], &sockets[1]), 0);
		sender = anc_sender_on(sockets[i % 2], NULL, 0);
		sender.data = &data;
		CHECK_EQ(anc_sender_send(&sender), 0);
		arrival = arrive(pair[1]);
		CHECK_EQ(arrival.len, 0);
		CHECK_EQ(arrival.count, 1);
		CHECK(tap_is_same_file(arrival.fds[0], fd));
		close(arrival.fds[0]);
		close_both(pair);
	}
	close(fd);
}

/* Sends two descriptors to the other end and receives them there into `data`. */
static void receive_two(const int pair[2], struct anc_data *data)
{
	const int fds[2] = {tap_new_fd(), tap_new_fd()};
	char byte;
	struct anc_recv_result result;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(pair[1]), &byte, 1);

	CHECK_EQ(anc_send_fds(pair[0], "x", 1, fds, 2), 1);
	receiver.data = data;
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	close_both(fds);
}

TEST(what_was_received_is_forwarded_and_stays_owned)
{
	struct arrival arrival;
	struct anc_sender sender;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(2));
	tap_pair(SOCK_STREAM, pair);
	receive_two(pair, &data);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 1);
	arrival = arrive(pair[1]);
	CHECK_EQ(arrival.count, 2);
	close_both(arrival.fds);
	CHECK_EQ(anc_sender_send(&sender), 1);
	close_both(pair);
}

TEST(forwarding_what_was_taken_is_refused)
{
	struct anc_fd_iter iter;
	struct anc_sender sender;
	int pair[2];
	int fd;

	ANC_DATA(data, ANC_FDS_SPACE(2));
	tap_pair(SOCK_STREAM, pair);
	receive_two(pair, &data);
	iter = anc_data_received_fds(&data);
	CHECK(anc_fd_iter_next(&iter, &fd));
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), -EBADF);
	CHECK_EQ(anc_sender_send_all(&sender), -EBADF);
	CHECK_EQ(anc_sender_send_to(&sender, NULL, 0), -EBADF);
	CHECK_EQ(arrive(pair[1]).len, -1);
	close(fd);
	close_both(pair);
}

TEST(an_offered_buffer_sends_no_control)
{
	struct arrival arrival;
	struct anc_sender sender;
	size_t len;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_STREAM, pair);
	CHECK(anc_data_control_buf(&data, &len) != NULL);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 1);
	arrival = arrive(pair[1]);
	CHECK_EQ(arrival.len, 1);
	CHECK_EQ(arrival.controllen, 0);
	close_both(pair);
}

TEST(a_closed_descriptor_is_the_kernels_error)
{
	const int fd = tap_new_fd();
	struct anc_sender sender;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	tap_pair(SOCK_STREAM, pair);
	close(fd);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), -EBADF);
	CHECK_EQ(arrive(pair[1]).len, -1);
	close_both(pair);
}

TEST(a_peer_that_has_gone_raises_a_signal_only_when_asked)
{
	const struct sigaction before = handle(SIGPIPE, count_signal);
	struct anc_sender sender;
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	close(pair[1]);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	CHECK_EQ(anc_sender_send(&sender), -EPIPE);
	CHECK_EQ(anc_sender_send_all(&sender), -EPIPE);
	CHECK_EQ(signals, 0);
	anc_send_options_no_signal(&sender.options, false);
	CHECK_EQ(anc_sender_send(&sender), -EPIPE);
	CHECK_EQ(signals, 1);
	CHECK_EQ(anc_sender_send_all(&sender), -EPIPE);
	CHECK_EQ(signals, 2);
	sigaction(SIGPIPE, &before, NULL);
	close(pair[0]);
}

TEST(a_full_socket_is_not_waited_for_when_so_asked)
{
	struct anc_sender sender;
	int pair[2];
	size_t i;

	for (i = 0; i < COUNT(unix_types); i++) {
		tap_pair(unix_types[i], pair);
		fill(pair[0]);
		sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
		anc_send_options_dont_wait(&sender.options, true);
		CHECK_EQ(anc_sender_send(&sender), -EAGAIN);
		CHECK_EQ(anc_sender_send_all(&sender), -EAGAIN);
		close_both(pair);
	}
}

TEST(a_send_reports_an_interruption)
{
	struct anc_sender sender;
	ssize_t sent;
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	fill(pair[0]);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	start_alarms(count_signal);
	sent = anc_sender_send(&sender);
	stop_alarms();
	CHECK_EQ(sent, -EINTR);
	CHECK(signals > 0);
	close_both(pair);
}

/* Every send of a zeroed sender's; bit i: the i-th gave another error than -EBADF. */
static unsigned send_from_nowhere(const struct anc_sender *sender, const struct sockaddr_un *to)
{
	const struct anc_socket none = {0};
	unsigned wrong = 0;
	const int fd = 1;

	wrong |= (unsigned)(anc_sender_send(sender) != -EBADF) << 0;
	wrong |= (unsigned)(anc_sender_send_all(sender) != -EBADF) << 1;
	wrong |= (unsigned)(anc_sender_send_to(sender, (const struct sockaddr *)to, sizeof(*to)) !=
			    -EBADF)
		 << 2;
	wrong |= (unsigned)(anc_socket_send_fd(none, fd) != -EBADF) << 3;
	wrong |= (unsigned)(anc_socket_send_fds(none, "x", 1, &fd, 1,
						(struct anc_send_options){0}) != -EBADF)
		 << 4;
	return wrong;
}

/* Zeroed is no descriptor, not descriptor 0. */
TEST(a_zeroed_sender_has_no_socket)
{
	const struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "nowhere"};
	struct stdin_socket stdin_socket;
	struct anc_sender sender = {0};
	struct anc_data data = {0};
	unsigned char storage[ANC_FDS_SPACE(1)];
	struct arrival arrival;
	unsigned wrong = 0;
	const int fd = 1;

	anc_data_init(&data, storage, sizeof(storage));
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	stdin_socket = stdin_become_socket();
	wrong |= send_from_nowhere(&sender, &to);
	sender.buf = "x";
	sender.len = 1;
	wrong |= send_from_nowhere(&sender, &to);
	sender.data = &data;
	wrong |= send_from_nowhere(&sender, &to);
	arrival = arrive(stdin_socket.other);
	stdin_restore(stdin_socket);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(arrival.len, -1);
	anc_data_fini(&data);
}

static const struct tap_test tests[] = {
	{"the_bytes_arrive_on_every_type_of_socket", test_the_bytes_arrive_on_every_type_of_socket},
	{"descriptors_arrive_on_every_type_of_socket_and_stay_the_senders",
	 test_descriptors_arrive_on_every_type_of_socket_and_stay_the_senders},
	{"what_was_built_can_be_sent_again", test_what_was_built_can_be_sent_again},
	{"bufs_wins_over_buf", test_bufs_wins_over_buf},
	{"pieces_beyond_the_kernels_limit_give_its_error",
	 test_pieces_beyond_the_kernels_limit_give_its_error},
	{"a_bad_socket_gives_the_kernels_error", test_a_bad_socket_gives_the_kernels_error},
	{"descriptors_go_to_an_address", test_descriptors_go_to_an_address},
	{"an_address_goes_as_it_is_given", test_an_address_goes_as_it_is_given},
	{"descriptors_without_a_byte_are_refused_on_a_stream",
	 test_descriptors_without_a_byte_are_refused_on_a_stream},
	{"an_empty_send_without_descriptors_is_the_kernels_affair",
	 test_an_empty_send_without_descriptors_is_the_kernels_affair},
	{"a_packet_without_bytes_carries_descriptors",
	 test_a_packet_without_bytes_carries_descriptors},
	{"what_was_received_is_forwarded_and_stays_owned",
	 test_what_was_received_is_forwarded_and_stays_owned},
	{"forwarding_what_was_taken_is_refused", test_forwarding_what_was_taken_is_refused},
	{"an_offered_buffer_sends_no_control", test_an_offered_buffer_sends_no_control},
	{"a_closed_descriptor_is_the_kernels_error", test_a_closed_descriptor_is_the_kernels_error},
	{"a_peer_that_has_gone_raises_a_signal_only_when_asked",
	 test_a_peer_that_has_gone_raises_a_signal_only_when_asked},
	{"a_full_socket_is_not_waited_for_when_so_asked",
	 test_a_full_socket_is_not_waited_for_when_so_asked},
	{"a_send_reports_an_interruption", test_a_send_reports_an_interruption},
	{"a_zeroed_sender_has_no_socket", test_a_zeroed_sender_has_no_socket},
};
TAP_MAIN(tests)
