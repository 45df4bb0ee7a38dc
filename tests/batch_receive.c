/* SPDX-License-Identifier: MIT */
/* Receiving many messages in one call: what ends it, what is cut in it, and sockets of one's own.
 */
#include "batch_scene.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/resource.h>

static const struct anc_recv_options waiting = {0};
static const struct anc_recv_options waiting_for_all = {MSG_WAITALL};

static const int unix_types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

/* A pair with `count` messages with a descriptor each waiting at the second. */
static void pair_with(int type, size_t count, int ret_pair[2])
{
	const int file = tap_new_fd();

	tap_pair(type, ret_pair);
	prepare_out(count, file);
	CHECK_EQ(batch_send(ret_pair[0], count), (ssize_t)count);
	close(file);
}

TEST(only_the_first_message_is_waited_for)
{
	int pair[2];
	size_t type;

	for (type = 0; type < COUNT(unix_types); type++) {
		pair_with(unix_types[type], 3, pair);
		prepare_in(100);
		CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 100, waiting), 3);
		CHECK_EQ(incoming[2].error, 0);
		CHECK_EQ(incoming[3].error, 0);
		CHECK_EQ(incoming[4].error, 77);
		CHECK_EQ(batch_recv(pair[1], 100), -EAGAIN);
		CHECK_EQ(incoming[0].error, -EAGAIN);
		finish_in(100);
		close_both(pair);
	}
}

/* 66 messages later, and then none. */
static int send_later(int sock)
{
	size_t i;
	int sent = 0;

	usleep(20000);
	for (i = 0; i < 66; i++) {
		if (i % 8 == 0)
			usleep(1000);
		sent += send(sock, "x", 1, 0) == 1;
	}
	return sent != 66;
}

TEST(the_first_message_is_waited_for)
{
	ssize_t came;
	pid_t peer;
	const int sock = start_peer(SOCK_SEQPACKET, send_later, &peer);

	prepare_in(10);
	came = anc_batch_recv(anc_socket_fd(sock), incoming, 10, waiting);
	CHECK(came >= 1 && came <= 10);
	close(sock);
	exit_code(peer);
}

TEST(all_messages_are_waited_for_when_asked)
{
	size_t i;
	pid_t peer;
	const int sock = start_peer(SOCK_SEQPACKET, send_later, &peer);

	prepare_in(MOST);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(sock), incoming, 65, waiting_for_all), 65);
	for (i = 0; i < 65; i++)
		CHECK_EQ(incoming[i].result.len, 1);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(sock), incoming, 65, waiting_for_all), 1);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(sock), incoming, 65, waiting_for_all), 0);
	CHECK_EQ(exit_code(peer), 0);
	close(sock);
}

/* Who waits for all and may not wait is told that some are missing. */
TEST(waiting_for_all_without_waiting_tells_that_some_are_missing)
{
	const struct anc_recv_options all_now = {MSG_WAITALL | MSG_DONTWAIT};
	int pair[2];

	pair_with(SOCK_SEQPACKET, 2, pair);
	prepare_in(4);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 4, all_now), 2);
	CHECK_EQ(incoming[2].error, -EAGAIN);
	finish_in(4);
	close_both(pair);
}

TEST(waiting_for_all_may_be_limited_to_the_bytes_of_the_first)
{
	const struct anc_recv_options options = {MSG_WAITALL | MSG_WAITFORONE};
	int pair[2];

	pair_with(SOCK_DGRAM, 3, pair);
	prepare_in(5);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 5, options), 3);
	finish_in(5);
	close_both(pair);
}

/* recvmmsg() would leave 512 as the socket's error, and the next call would give that. */
TEST(an_interruption_is_told_and_leaves_nothing_behind)
{
	int pair[2];

	SKIP_EMULATED("its signals come between the calls");
	pair_with(SOCK_DGRAM, 3, pair);
	prepare_in(5);
	start_alarms(count_signal);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 5, waiting_for_all), 3);
	CHECK_EQ(incoming[3].error, -EINTR);
	CHECK_EQ(incoming[4].error, 77);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 5, waiting), -EINTR);
	stop_alarms();
	CHECK_EQ(batch_recv(pair[1], 5), -EAGAIN);
	CHECK_EQ(send(pair[1], "x", 1, 0), 1);
	close_both(pair);
}

TEST(the_end_is_no_message_however_often_it_is_asked_for)
{
	static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
	size_t type;
	int pair[2];
	size_t i;

	for (type = 0; type < COUNT(types); type++) {
		pair_with(types[type], 3, pair);
		close(pair[0]);
		prepare_in(100);
		CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 100, waiting), 3);
		CHECK_EQ(incoming[3].error, 0);
		for (i = 0; i < 3; i++)
			CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 100,
						i == 0 ? waiting_for_all : waiting),
				 0);
		CHECK_EQ(incoming[0].error, 0);
		CHECK_EQ(anc_data_add_fds(&data_in[0], pair, 1), 0);
		finish_in(100);
		close(pair[1]);
	}
}

TEST(empty_messages_of_a_live_socket_are_messages)
{
	static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};
	size_t type;
	int pair[2];
	size_t i;

	for (type = 0; type < COUNT(types); type++) {
		tap_pair(types[type], pair);
		prepare_out(70, -1);
		for (i = 0; i < 70; i++)
			outgoing[i].len = 0;
		CHECK_EQ(batch_send(pair[0], 70), 70);
		prepare_in(MOST);
		CHECK_EQ(batch_recv(pair[1], MOST), 70);
		for (i = 0; i < 70; i++)
			CHECK_EQ(incoming[i].result.len, 0);
		close_both(pair);
	}
}

static int udp_pair(int ret_pair[2])
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ret_pair[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ret_pair[1] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(ret_pair[1], (struct sockaddr *)&addr, len) == 0 &&
	    getsockname(ret_pair[1], (struct sockaddr *)&addr, &len) == 0 &&
	    connect(ret_pair[0], (struct sockaddr *)&addr, len) == 0)
		return 0;
	close_both(ret_pair);
	return -1;
}

TEST(empty_datagrams_are_messages)
{
	int pair[2];
	int named;

	if (udp_pair(pair) < 0)
		SKIP("no IPv4 here");
	for (named = 0; named < 2; named++) {
		prepare_out(3, -1);
		outgoing[2].len = 0;
		CHECK_EQ(batch_send(pair[0], 3), 3);
		prepare_in(5);
		incoming[2].addr = named ? &addr_in[2] : NULL;
		CHECK_EQ(batch_recv(pair[1], 5), 3);
		CHECK_EQ(incoming[2].addrlen, named ? sizeof(struct sockaddr_in) : 0);
	}
	/* also when no more can come, where an address tells */
	CHECK_EQ(send(pair[0], "", 0, 0), 0);
	shutdown(pair[1], SHUT_RD);
	prepare_in(5);
	CHECK_EQ(batch_recv(pair[1], 1), 1);
	CHECK_EQ(incoming[0].addrlen, sizeof(struct sockaddr_in));
	close_both(pair);
}

TEST(control_data_that_is_cut_is_cut_in_its_message_alone)
{
	int three[3];
	size_t open;
	int pair[2];
	int file;
	size_t i;

	SKIP_EMULATED("a cut leaves descriptors open");
	file = three[0] = three[1] = three[2] = tap_new_fd();
	tap_pair(SOCK_DGRAM, pair);
	prepare_out(5, file);
	CHECK_EQ(anc_data_add_fds(&data_out[2], three, 3), 0);
	CHECK_EQ(batch_send(pair[0], 5), 5);
	prepare_in(5);
	for (i = 0; i < 5; i++)
		anc_data_init(&data_in[i], control_in[i], ANC_FDS_SPACE(1));
	open = tap_open_fds();
	CHECK_EQ(batch_recv(pair[1], 5), 5);
	for (i = 0; i < 5; i++) {
		CHECK_EQ(anc_recv_result_control_data_truncated(incoming[i].result), i == 2);
		CHECK_EQ(anc_data_cut(&data_in[i]), i == 2 ? ANC_CUT_ROOM : ANC_CUT_NONE);
	}
	CHECK_EQ(anc_data_take_fd(&data_in[2]), -EMSGSIZE);
	CHECK_EQ(tap_open_fds(), open + 4);
	for (i = 0; i < 5; i++)
		if (i != 2)
			check_message(i, (int)i, file);
	close_both(pair);
	close(file);
}

TEST(a_datagram_that_is_cut_is_cut_alone)
{
	int pair[2];
	size_t i;

	tap_pair(SOCK_DGRAM, pair);
	prepare_out(3, -1);
	outgoing[1].buf = "longer than the room";
	outgoing[1].len = 20;
	CHECK_EQ(batch_send(pair[0], 3), 3);
	CHECK_EQ(outgoing[1].result, 20);
	prepare_in(3);
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 3,
				(struct anc_recv_options){MSG_DONTWAIT | MSG_TRUNC}),
		 3);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(anc_recv_result_normal_data_truncated(incoming[i].result), i == 1);
		CHECK_EQ(incoming[i].result.len, i == 1 ? 20 : 1);
	}
	close_both(pair);
}

TEST(a_table_that_fills_up_refuses_the_later_ones)
{
	struct rlimit before;
	struct rlimit few;
	int pair[2];
	int got[3];

	SKIP_EMULATED("a full table leaves descriptors open");
	SKIP_VALGRIND("the limit is not the kernel's");
	pair_with(SOCK_SEQPACKET, 3, pair);
	prepare_in(3);
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)tap_new_fd() + 1;
	close((int)few.rlim_cur - 1);
	while (tap_is_open((int)few.rlim_cur))
		few.rlim_cur++;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
	CHECK_EQ(batch_recv(pair[1], 3), 3);
	got[0] = anc_data_take_fd(&data_in[0]);
	got[1] = anc_data_take_fd(&data_in[1]);
	got[2] = anc_data_take_fd(&data_in[2]);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
	CHECK(got[0] >= 0);
	CHECK_EQ(got[1], -EMFILE);
	CHECK_EQ(got[2], -EMFILE);
	close(got[0]);
	finish_in(3);
	close_both(pair);
}

TEST(a_buffer_that_two_messages_share_is_refused)
{
	static const size_t second[] = {2, 64, 65};
	int pair[2];
	size_t i;
	int fd;

	pair_with(SOCK_DGRAM, 134, pair);
	for (i = 0; i < COUNT(second); i++) {
		prepare_in(70);
		incoming[second[i]].data = &data_in[1];
		CHECK_EQ(batch_recv(pair[1], 70), (ssize_t)second[i]);
		CHECK_EQ(incoming[second[i]].error, -EINVAL);
		CHECK_EQ(incoming[second[i] + 1].error, 77);
		fd = anc_data_take_fd(&data_in[1]);
		CHECK(fd >= 0);
		close(fd);
		finish_in(70);
	}
	CHECK_EQ(batch_recv(pair[1], 70), 3);
	finish_in(70);
	close_both(pair);
}

TEST(what_was_held_is_closed_also_where_nothing_came)
{
	size_t open;
	int pair[2];
	size_t i;

	pair_with(SOCK_SEQPACKET, 9, pair);
	open = tap_open_fds();
	prepare_in(9);
	CHECK_EQ(batch_recv(pair[1], 9), 9);
	CHECK_EQ(tap_open_fds(), open + 9);
	CHECK_EQ(depart(pair[0], "x", 1, pair, 1), 1);
	CHECK_EQ(batch_recv(pair[1], 9), 1);
	CHECK_EQ(tap_open_fds(), open + 1);
	for (i = 1; i < 9; i++) {
		CHECK_EQ(anc_data_cmsgs(&data_in[i]).len, 0);
		CHECK_EQ(anc_data_add_fds(&data_in[i], pair, 1), 0);
	}
	CHECK_EQ(batch_recv(pair[1], 9), -EAGAIN);
	CHECK_EQ(tap_open_fds(), open);
	for (i = 0; i < 9; i++)
		CHECK_EQ(anc_data_cmsgs(&data_in[i]).len, 0);
	close_both(pair);
}

TEST(without_a_buffer_descriptors_are_not_installed)
{
	size_t open;
	int pair[2];

	SKIP_EMULATED("a cut leaves descriptors open");
	pair_with(SOCK_SEQPACKET, 3, pair);
	prepare_in(3);
	incoming[1].data = NULL;
	open = tap_open_fds();
	CHECK_EQ(batch_recv(pair[1], 3), 3);
	CHECK_EQ(tap_open_fds(), open + 2);
	CHECK(anc_recv_result_control_data_truncated(incoming[1].result));
	CHECK_EQ(incoming[1].result.flags & MSG_CMSG_CLOEXEC, 0);
	CHECK_EQ(incoming[1].error, 0);
	finish_in(3);
	close_both(pair);
}

TEST(every_peek_is_owned)
{
	const struct anc_recv_options peek = {MSG_DONTWAIT | MSG_PEEK};
	size_t open;
	int pair[2];

	pair_with(SOCK_SEQPACKET, 2, pair);
	prepare_in(4);
	open = tap_open_fds();
	CHECK_EQ(anc_batch_recv(anc_socket_fd(pair[1]), incoming, 4, peek), 4);
	CHECK_EQ(tap_open_fds(), open + 4);
	CHECK_EQ(batch_recv(pair[1], 4), 2);
	CHECK_EQ(tap_open_fds(), open + 2);
	finish_in(4);
	close_both(pair);
}

/* AF_PACKET refuses MSG_CMSG_CLOEXEC like any flag that it does not know. */
TEST(a_packet_socket_gives_many)
{
	struct sockaddr_ll addr = {.sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_IP),
				   .sll_ifindex = (int)if_nametoindex("lo")};
	int pair[2];
	int sock;

	SKIP_EMULATED("recvmsg is given MSG_WAITFORONE, which AF_PACKET refuses");
	sock = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		SKIP("packet sockets are not allowed here");
	if (bind(sock, (struct sockaddr *)&addr, sizeof(addr)) < 0 || udp_pair(pair) < 0) {
		close(sock);
		SKIP("no loopback here");
	}
	prepare_out(3, -1);
	CHECK_EQ(batch_send(pair[0], 3), 3);
	prepare_in(3);
	CHECK_EQ(batch_recv(sock, 3), 3);
	CHECK_EQ(incoming[2].addrlen, sizeof(struct sockaddr_ll));
	close_both(pair);
	close(sock);
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(only_the_first_message_is_waited_for),
	T(the_first_message_is_waited_for),
	T(all_messages_are_waited_for_when_asked),
	T(waiting_for_all_without_waiting_tells_that_some_are_missing),
	T(waiting_for_all_may_be_limited_to_the_bytes_of_the_first),
	T(an_interruption_is_told_and_leaves_nothing_behind),
	T(the_end_is_no_message_however_often_it_is_asked_for),
	T(empty_messages_of_a_live_socket_are_messages),
	T(empty_datagrams_are_messages),
	T(control_data_that_is_cut_is_cut_in_its_message_alone),
	T(a_datagram_that_is_cut_is_cut_alone),
	T(a_table_that_fills_up_refuses_the_later_ones),
	T(a_buffer_that_two_messages_share_is_refused),
	T(what_was_held_is_closed_also_where_nothing_came),
	T(without_a_buffer_descriptors_are_not_installed),
	T(every_peek_is_owned),
	T(a_packet_socket_gives_many),
};
TAP_MAIN(tests)
