/* SPDX-License-Identifier: MIT */
/* Data and control that find no room on a Unix socket. */
#include "peer.h"

#include <anc/anc.h>

static struct anc_receiver receiver_of(int sock, void *buf, size_t len, struct anc_data *or_null)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), buf, len);

	receiver.data = or_null;
	return receiver;
}

TEST(a_cut_datagram_says_so_and_its_descriptor_is_owned)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char buf[3];
	int pair[2];
	int fd;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	tap_pair(SOCK_DGRAM, pair);
	receiver = receiver_of(pair[1], buf, sizeof(buf), &data);
	depart_with(pair[0], "words", 6, 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 3);
	CHECK(anc_recv_result_normal_data_truncated(result));
	CHECK(!anc_recv_result_control_data_truncated(result));
	fd = anc_data_take_fd(&data);
	CHECK(fd >= 0);
	close(fd);
	depart_with(pair[0], "words", 6, 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	close_both(pair);
}

TEST(the_truncate_option_gives_the_whole_length)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char buf[4] = "";
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(depart(pair[0], "words", 6, NULL, 0), 6);
	receiver = receiver_of(pair[1], buf, 3, NULL);
	anc_recv_options_truncate(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 6);
	CHECK(anc_recv_result_normal_data_truncated(result));
	CHECK_STR(buf, "wor");
	close_both(pair);
}

TEST(without_a_buffer_for_control_nothing_stays_open)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	struct anc_data none = {0};
	size_t before;
	char byte;
	int pair[2];
	int round;

	SKIP_EMULATED("descriptors that find no room are left open, without MSG_CTRUNC");
	tap_pair(SOCK_STREAM, pair);
	before = tap_open_fds();
	for (round = 0; round < 2; round++) {
		depart_with(pair[0], "x", 1, 3);
		receiver = receiver_of(pair[1], &byte, 1, round == 0 ? NULL : &none);
		CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
		CHECK_EQ(result.len, 1);
		CHECK(anc_recv_result_control_data_truncated(result));
		CHECK_EQ(tap_open_fds(), before);
	}
	CHECK_EQ(anc_data_cut(&none), ANC_CUT_ROOM);
	close_both(pair);
}

TEST(descriptors_that_find_no_room_are_told_of)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	size_t before;
	char byte;
	int pair[2];

	SKIP_EMULATED("descriptors that find no room are left open, without MSG_CTRUNC");
	ANC_DATA(data, ANC_CMSG_LEN(sizeof(int)));
	tap_pair(SOCK_STREAM, pair);
	depart_with(pair[0], "x", 1, 3);
	before = tap_open_fds();
	receiver = receiver_of(pair[1], &byte, 1, &data);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK(anc_recv_result_control_data_truncated(result));
	CHECK_EQ(anc_data_cut(&data), ANC_CUT_ROOM);
	CHECK_EQ(tap_open_fds(), before + 1);
	CHECK_EQ(anc_data_take_fd(&data), -EMSGSIZE);
	CHECK_EQ(tap_open_fds(), before);
	close_both(pair);
}

static const struct tap_test tests[] = {
	{"a_cut_datagram_says_so_and_its_descriptor_is_owned",
	 test_a_cut_datagram_says_so_and_its_descriptor_is_owned},
	{"the_truncate_option_gives_the_whole_length",
	 test_the_truncate_option_gives_the_whole_length},
	{"without_a_buffer_for_control_nothing_stays_open",
	 test_without_a_buffer_for_control_nothing_stays_open},
	{"descriptors_that_find_no_room_are_told_of",
	 test_descriptors_that_find_no_room_are_told_of},
};
TAP_MAIN(tests)
