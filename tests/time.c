/* SPDX-License-Identifier: MIT */
/* Timestamps of every system, from their bytes; and this kernel's own. */
#include "produce.h"

#include <stdio.h>
#include <time.h>

#include <anc/time.h>

#define Z4 "00000000"
#define Z8 Z4 Z4
#define Z16 Z8 Z8

/* 1700000000 s, 123456 us, 123456789 ns. */
#define SECONDS "00f15365"
#define SECONDS_BE "6553f100"
#define MICRO "40e20100"
#define MICRO_BE "0001e240"
#define NANO "15cd5b07"
#define NANO_BE "075bcd15"
#define AT_SECOND INT64_C(1700000000000000000)
#define AT_MICRO (AT_SECOND + 123456000)
#define AT_NANO (AT_SECOND + 123456789)
#define HALF (AT_SECOND + 500000000)

#define BOTH (ANC_TIME_SOFTWARE | ANC_TIME_HARDWARE)

/* A message of a system, its payload in hexadecimal digits, and what it says. */
struct sample {
	const char *abi;
	int level, type;
	const char *bytes;
	struct anc_time time;
};

/* clang-format off */
#define SOFTWARE(clock, at, resolution) {ANC_TIME_SOFTWARE, ANC_CLOCK_##clock, at, 0, resolution, 0}
#define MICROS SOFTWARE(REALTIME, AT_MICRO, 1000)
#define NANOS SOFTWARE(REALTIME, AT_NANO, 1)
#define ELAPSED SOFTWARE(MONOTONIC, AT_NANO, 1)
#define CARD(at) {ANC_TIME_HARDWARE, ANC_CLOCK_REALTIME, 0, at, 0, 0}
#define STAMPS(software, hardware) {BOTH, ANC_CLOCK_REALTIME, software, hardware, 1, 0}

static const struct sample samples[] = {
	{"linux-64", 1, 29, SECONDS Z4 MICRO Z4, MICROS},
	{"linux-64", 1, 35, SECONDS Z4 NANO Z4, NANOS},
	{"linux-64", 1, 37, SECONDS Z4 NANO Z4 Z16 Z16, NANOS},
	{"linux-64", 1, 37, Z16 Z16 SECONDS Z4 NANO Z4, CARD(AT_NANO)},
	{"linux-64", 1, 37, SECONDS Z4 NANO Z4 Z16 SECONDS Z4 Z8, STAMPS(AT_NANO, AT_SECOND)},
	{"linux-64", 1, 63, SECONDS Z4 MICRO Z4, MICROS},
	{"linux-64", 1, 64, SECONDS Z4 NANO Z4, NANOS},
	{"linux-64", 1, 65, SECONDS Z4 NANO Z4 Z16 Z16, NANOS},
	{"linux-64be", 1, 29, Z4 SECONDS_BE Z4 MICRO_BE, MICROS},
	{"linux-64be", 1, 37, Z4 SECONDS_BE Z4 NANO_BE Z16 Z4 SECONDS_BE Z8, STAMPS(AT_NANO, AT_SECOND)},
	{"linux-32", 1, 29, SECONDS MICRO, MICROS},
	{"linux-32", 1, 35, SECONDS NANO, NANOS},
	{"linux-32", 1, 37, SECONDS NANO Z8 SECONDS Z4, STAMPS(AT_NANO, AT_SECOND)},
	{"linux-32", 1, 63, SECONDS Z4 MICRO Z4, MICROS},
	{"linux-32", 1, 64, SECONDS Z4 NANO Z4, NANOS},
	{"linux-32be", 1, 35, SECONDS_BE NANO_BE, NANOS},
	{"linux-32be", 1, 65, Z4 SECONDS_BE Z4 NANO_BE Z16 Z16, NANOS},
	{"linux-sparc-64be", 0xffff, 0x1d, Z4 SECONDS_BE MICRO_BE "ffffffff", MICROS},
	{"linux-parisc-32be", 0xffff, 0x4013, SECONDS_BE NANO_BE, NANOS},
	{"linux-mips-64", 0xffff, 64, SECONDS Z4 NANO Z4, NANOS},
	{"freebsd-64", 0xffff, 2, SECONDS Z4 MICRO Z4, MICROS},
	{"freebsd-64", 0xffff, 4, SECONDS Z4 Z4 "00000080", SOFTWARE(REALTIME, HALF, 1)},
	{"freebsd-64", 0xffff, 5, SECONDS Z4 NANO Z4, NANOS},
	{"freebsd-64", 0xffff, 6, SECONDS Z4 NANO Z4, ELAPSED},
	{"freebsd-64be", 0xffff, 5, Z4 SECONDS_BE Z4 NANO_BE, NANOS},
	{"freebsd-32", 0xffff, 2, SECONDS MICRO, MICROS},
	{"freebsd-32", 0xffff, 4, SECONDS Z4 "00000080", SOFTWARE(REALTIME, HALF, 1)},
	{"freebsd-32", 0xffff, 6, SECONDS NANO, ELAPSED},
	{"darwin-64", 0xffff, 2, SECONDS Z4 MICRO Z4, MICROS},
	{"darwin-64", 0xffff, 4, SECONDS Z4, SOFTWARE(TICKS, 1700000000, 0)},
	{"darwin-64", 0xffff, 7, SECONDS Z4, SOFTWARE(TICKS, 1700000000, 0)},
	{"netbsd-64", 0xffff, 8, SECONDS Z4 MICRO Z4, MICROS},
	{"netbsd-32", 0xffff, 8, SECONDS Z4 MICRO, MICROS},
	{"netbsd-64be", 0xffff, 8, Z4 SECONDS_BE MICRO_BE Z4, MICROS},
	{"openbsd-64", 0xffff, 4, SECONDS Z4 MICRO Z4, MICROS},
	{"openbsd-32", 0xffff, 4, SECONDS Z4 MICRO, MICROS},
	{"dragonfly-64", 0xffff, 2, SECONDS Z4 MICRO Z4, MICROS},
	{"illumos-64", 0xffff, 0x1013, SECONDS Z4 MICRO Z4, MICROS},
	{"illumos-32", 0xffff, 0x1013, SECONDS MICRO, MICROS},
};

static const struct {
	const char *abi;
	int level, type;
	const char *bytes;
	int error;
} refused[] = {
	{"linux-64", 1, 35, SECONDS NANO, -EBADMSG},
	{"linux-64", 1, 35, SECONDS Z4 NANO Z4 "00", -EBADMSG},
	{"linux-64", 1, 37, SECONDS NANO Z8 Z8, -EBADMSG},
	{"linux-32", 1, 35, SECONDS Z4 NANO Z4, -EBADMSG},
	{"linux-64", 1, 29, SECONDS Z4 "40420f00" Z4, -ERANGE}, /* 1000000 us */
	{"linux-64", 1, 35, "ffffffffffffff7f" Z8, -ERANGE},
	{"linux-64", 1, 37, Z16 Z16 Z16, -ENOMSG},              /* nothing was taken */
	{"linux-64", 1, 37, "02000000", -ENOMSG},               /* what a sender asks for */
	{"linux-64", 1, 40, "01000000", -ENOMSG},
	{"linux-64", 1, 4000, "01000000", -ENOMSG},
	{"linux-64", 0, 35, SECONDS Z4 NANO Z4, -ENOMSG},       /* the number of another level */
	{"darwin-64", 0xffff, 4, SECONDS, -EBADMSG},
	{"freebsd-64", 0xffff, 7, Z16 Z16 Z16 Z16, -ENOMSG},
	{"openbsd-64", 0xffff, 2, SECONDS Z4 MICRO Z4, -ENOMSG},
};
/* clang-format on */

static struct anc_cmsg message_of(int level, int type, const char *digits, unsigned char *bytes)
{
	struct anc_cmsg msg = {level, type, bytes, 0, false};
	unsigned byte;

	while (sscanf(digits + 2 * msg.len, "%2x", &byte) == 1)
		bytes[msg.len++] = (unsigned char)byte;
	return msg;
}

static void check_time(const struct anc_time *got, const struct anc_time *expected)
{
	CHECK_EQ(got->known, expected->known);
	CHECK_EQ(got->clock, expected->clock);
	CHECK_EQ(got->software, expected->software);
	CHECK_EQ(got->hardware, expected->hardware);
	CHECK_EQ(got->resolution, expected->resolution);
	CHECK_EQ(got->reserved, 0);
}

TEST(every_system_s_stamps_are_read)
{
	unsigned char bytes[64];
	struct anc_time time;
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < COUNT(samples); i++) {
		const struct sample *sample = &samples[i];

		printf("# %s level %d type %d\n", sample->abi, sample->level, sample->type);
		msg = message_of(sample->level, sample->type, sample->bytes, bytes);
		CHECK(anc_abi_find(sample->abi) != NULL);
		CHECK_EQ(anc_time_get(&msg, anc_abi_find(sample->abi), &time), 0);
		check_time(&time, &sample->time);
	}
}

TEST(what_is_no_stamp_is_refused)
{
	const struct anc_time before = STAMPS(1, 2);
	unsigned char bytes[64];
	struct anc_time time = before;
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < COUNT(refused); i++) {
		printf("# %s type %d\n", refused[i].abi, refused[i].type);
		msg = message_of(refused[i].level, refused[i].type, refused[i].bytes, bytes);
		CHECK_EQ(anc_time_get(&msg, anc_abi_find(refused[i].abi), &time), refused[i].error);
		check_time(&time, &before);
	}
}

/* One right size is whole, whatever was cut beside it. */
TEST(a_stamp_beside_a_cut_is_whole)
{
	unsigned char bytes[64];
	struct anc_cmsg msg = message_of(1, 35, SECONDS Z4 NANO Z4, bytes);
	struct anc_time time;

	msg.truncated = true;
	CHECK_EQ(anc_time_get(&msg, anc_abi_find("linux-64"), &time), 0);
	CHECK_EQ(time.software, AT_NANO);
}

/* What is read straight and what is read by its row is the same. */
TEST(this_host_s_own_are_read_as_by_their_rows)
{
	static const int types[] = {SO_TIMESTAMP_OLD, SO_TIMESTAMPNS_OLD, SO_TIMESTAMP_NEW,
				    SO_TIMESTAMPNS_NEW, SO_TIMESTAMPING_NEW};
	static const int64_t parts[][2] = {
		{0, 0},          {1, 999999999},       {1, 1000000000},         {1, -1},
		{-1, 1},         {9223372034, 1},      {9223372035, 999999999}, {9223372036, 0},
		{9223372037, 0}, {1700000000, 123456}, {INT64_MAX, 0},          {INT64_MIN, 0},
	};
	size_t i, k, len;

	for (i = 0; i < COUNT(types); i++)
		for (k = 0; k < COUNT(parts); k++)
			for (len = 8; len <= 24; len += 8) {
				const int64_t payload[3] = {parts[k][0], parts[k][1], 7};
				const struct anc_cmsg msg = {SOL_SOCKET, types[i], payload, len,
							     false};
				struct anc_time straight = {.known = 0}, row = {.known = 0};

				CHECK_EQ(anc_time_get(&msg, NULL, &straight),
					 anc_time_get(&msg, anc_abi_host(), &row));
				check_time(&straight, &row);
			}
}

/* Stamps as this host has them: seconds, and micro- or nanoseconds, in 64 bits each. */
static void add(struct anc_data *data, int type, int64_t seconds, int64_t fraction)
{
	const int64_t payload[6] = {seconds, fraction};
	const struct anc_cmsg msg = {SOL_SOCKET, type, payload,
				     type == SO_TIMESTAMPING_NEW ? 48 : 16, false};

	CHECK_EQ(anc_data_add_cmsg(data, &msg), 0);
}

static void add_hardware(struct anc_data *data, int64_t seconds)
{
	const int64_t payload[6] = {0, 0, 0, 0, seconds, 0};
	const struct anc_cmsg msg = {SOL_SOCKET, SO_TIMESTAMPING_NEW, payload, 48, false};

	CHECK_EQ(anc_data_add_cmsg(data, &msg), 0);
}

TEST(the_finer_stamp_counts_in_either_order)
{
	struct anc_time time;
	int swapped;

	for (swapped = 0; swapped < 2; swapped++) {
		ANC_DATA(data, 256);

		if (swapped)
			add(&data, SO_TIMESTAMPNS_NEW, 5, 6);
		add(&data, SO_TIMESTAMP_NEW, 5, 7);
		if (!swapped)
			add(&data, SO_TIMESTAMPNS_NEW, 5, 6);
		CHECK_EQ(anc_data_time(&data, &time), 0);
		CHECK_EQ(time.known, ANC_TIME_SOFTWARE);
		CHECK_EQ(time.software, 5000000006);
		CHECK_EQ(time.resolution, 1);
	}
}

TEST(the_first_of_equals_counts)
{
	struct anc_time time;

	ANC_DATA(data, 256);
	add(&data, SO_TIMESTAMPNS_NEW, 5, 6);
	add(&data, SO_TIMESTAMPING_NEW, 7, 8);
	CHECK_EQ(anc_data_time(&data, &time), 0);
	CHECK_EQ(time.software, 5000000006);
}

TEST(both_kinds_of_stamps_are_joined)
{
	const struct anc_time expected = STAMPS(5000000006, 9000000000);
	struct anc_time time;

	ANC_DATA(data, 256);
	add_hardware(&data, 9);
	add(&data, SO_TIMESTAMPNS_NEW, 5, 6);
	add_hardware(&data, 10);
	CHECK_EQ(anc_data_time(&data, &time), 0);
	check_time(&time, &expected);
}

TEST(without_a_stamp_nothing_is_written)
{
	const struct anc_cmsg drops = {SOL_SOCKET, 40, "\1\0\0\0", 4, false};
	const struct anc_time before = STAMPS(1, 2);
	struct anc_time time = before;

	ANC_DATA(data, 256);
	CHECK_EQ(anc_data_time(&data, &time), -ENOMSG);
	CHECK_EQ(anc_data_add_cmsg(&data, &drops), 0);
	CHECK_EQ(anc_data_time(&data, &time), -ENOMSG);
	check_time(&time, &before);
}

/* A clock may be stepped while the test runs; five minutes are time enough. */
static void check_now(const struct anc_time *time_got)
{
	const int64_t difference = time_got->software / 1000000000 - (int64_t)time(NULL);

	CHECK(difference >= -300 && difference <= 300);
}

/* In 64 bits in a 32-bit program, whatever its time_t. */
static void arrive(int family)
{
	const struct produce_pair pair = produce_udp(family);
	struct anc_receiver receiver;
	struct anc_recv_result result;
	struct anc_timespec stamp;
	struct anc_cmsg_iter it;
	struct anc_time time;
	char byte;

	ANC_DATA(data, ANC_CMSG_SPACE(16));
	receiver = anc_receiver_on(anc_socket_fd(pair.receiver), &byte, 1);
	receiver.data = &data;
	CHECK_EQ(anc_time_enable(pair.receiver), 0);
	CHECK_EQ(produce_send(&pair, 1), 0);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
	CHECK_EQ(anc_data_time(&data, &time), 0);
	CHECK_EQ(time.known, ANC_TIME_SOFTWARE);
	CHECK_EQ(time.clock, ANC_CLOCK_REALTIME);
	CHECK_EQ(time.resolution, 1);
	check_now(&time);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	CHECK(anc_timestampns_expect(&it, &stamp));
	CHECK_EQ(stamp.sec * 1000000000 + stamp.nsec, time.software);
}

PRODUCE(an_arrival_has_a_time)
{
	arrive(AF_INET);
	arrive(AF_INET6);
}

TEST(a_unix_datagram_has_a_time)
{
	struct anc_receiver receiver;
	struct anc_recv_result result;
	struct anc_time time;
	int pair[2];
	char byte;

	SKIP_EMULATED("it translates few options");
	tap_pair(SOCK_DGRAM, pair);
	ANC_DATA(data, ANC_CMSG_SPACE(16));
	receiver = anc_receiver_on(anc_socket_fd(pair[1]), &byte, 1);
	receiver.data = &data;
	CHECK_EQ(anc_time_enable(pair[1]), 0);
	CHECK_EQ(send(pair[0], "x", 1, 0), 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	close(pair[0]);
	close(pair[1]);
	CHECK_EQ(anc_data_time(&data, &time), 0);
	check_now(&time);
}

TEST(no_socket_has_none)
{
	int file;

	SKIP_EMULATED("it translates few options");
	file = tap_new_fd();
	CHECK_EQ(anc_time_enable(-1), -EBADF);
	CHECK_EQ(anc_time_enable(file), -ENOTSOCK);
	CHECK_EQ(anc_time_enable_sent(-1, ANC_TIME_SENT), -EBADF);
	CHECK_EQ(anc_time_enable_sent(file, ANC_TIME_SENT), -ENOTSOCK);
	close(file);
}

static int flags_of(int sock)
{
	const int option = sizeof(long) < 8 ? SO_TIMESTAMPING_NEW : SO_TIMESTAMPING_OLD;
	socklen_t len = sizeof(int);
	int flags = 0;

	CHECK_EQ(getsockopt(sock, SOL_SOCKET, option, &flags, &len), 0);
	return flags & ~(0x10000 | 0x20000 | STAMP_SOFTWARE | STAMP_OPT_ID | STAMP_OPT_TSONLY);
}

/* A program that turned on stamps of receipt keeps them; what is asked for first is forgotten. */
PRODUCE(stamps_of_sends_leave_those_of_receipt)
{
	const int sock = produce_socket(AF_INET, SOCK_DGRAM, 0);
	const int option = sizeof(long) < 8 ? SO_TIMESTAMPING_NEW : SO_TIMESTAMPING_OLD;

	produce_may_set(sock, SOL_SOCKET, option, STAMP_RX_SOFTWARE | STAMP_TX_SCHED,
			"SO_TIMESTAMPING");
	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SENT), 0);
	CHECK_EQ(flags_of(sock), STAMP_RX_SOFTWARE | STAMP_TX_SOFTWARE);
	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SCHEDULED | ANC_TIME_ACKNOWLEDGED), 0);
	CHECK_EQ(flags_of(sock), STAMP_RX_SOFTWARE | STAMP_TX_SCHED | STAMP_TX_ACK);
	CHECK_EQ(anc_time_enable_sent(sock, 0), 0);
	CHECK_EQ(flags_of(sock), STAMP_RX_SOFTWARE);
}

/* Since Linux 6.2 streams are counted from the call, whatever is still under way. */
PRODUCE(streams_are_counted_from_the_call)
{
	const int option = sizeof(long) < 8 ? SO_TIMESTAMPING_NEW : SO_TIMESTAMPING_OLD;
	const struct produce_pair pair = produce_tcp(AF_INET);
	const int other = produce_socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t len = sizeof(int);
	int flags = 0x10000 | STAMP_OPT_ID;

	if (setsockopt(other, SOL_SOCKET, option, &flags, sizeof(flags)) < 0)
		produce_skip("SOF_TIMESTAMPING_OPT_ID_TCP: Linux 6.2");
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_ACKNOWLEDGED), 0);
	CHECK_EQ(getsockopt(pair.sender, SOL_SOCKET, option, &flags, &len), 0);
	CHECK_EQ(flags & 0x10000, 0x10000);
}

PRODUCE(unknown_stages_are_refused)
{
	const int sock = produce_socket(AF_INET, SOCK_DGRAM, 0);
	const int stream = produce_socket(AF_INET, SOCK_STREAM, 0);

	ANC_DATA(data, ANC_CMSG_SPACE(4));
	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SOFTWARE), -EINVAL);
	CHECK_EQ(anc_time_enable_sent(sock, 0x40), -EINVAL);
	CHECK_EQ(anc_time_enable_sent(stream, ANC_TIME_SENT), -EINVAL);
	CHECK_EQ(anc_time_add(&data, ANC_TIME_SOFTWARE), -EINVAL);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_time_add(&data, ANC_TIME_SENT), 0);
	CHECK_EQ(anc_time_add_id(&data, 1), -ENOBUFS);
}

TEST(a_request_is_a_message_of_flags)
{
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	uint32_t word;

	ANC_DATA(data, 2 * ANC_CMSG_SPACE(4));
	CHECK_EQ(anc_time_add(&data, ANC_TIME_SENT | ANC_TIME_ACKNOWLEDGED), 0);
	CHECK_EQ(anc_time_add_id(&data, 0xfffffffe), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK_EQ(msg.level, SOL_SOCKET);
	CHECK_EQ(msg.type, SO_TIMESTAMPING_OLD);
	CHECK_EQ(msg.len, sizeof(word));
	memcpy(&word, msg.data, sizeof(word));
	CHECK_EQ(word, STAMP_TX_SOFTWARE | STAMP_TX_ACK);
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK_EQ(msg.type, SCM_TS_OPT_ID);
	CHECK_EQ(msg.len, sizeof(word));
	memcpy(&word, msg.data, sizeof(word));
	CHECK_EQ(word, 0xfffffffe);
}

static const struct tap_test tests[] = {
	{"every_system_s_stamps_are_read", test_every_system_s_stamps_are_read},
	{"what_is_no_stamp_is_refused", test_what_is_no_stamp_is_refused},
	{"a_stamp_beside_a_cut_is_whole", test_a_stamp_beside_a_cut_is_whole},
	{"this_host_s_own_are_read_as_by_their_rows",
	 test_this_host_s_own_are_read_as_by_their_rows},
	{"the_finer_stamp_counts_in_either_order", test_the_finer_stamp_counts_in_either_order},
	{"the_first_of_equals_counts", test_the_first_of_equals_counts},
	{"both_kinds_of_stamps_are_joined", test_both_kinds_of_stamps_are_joined},
	{"without_a_stamp_nothing_is_written", test_without_a_stamp_nothing_is_written},
	{"an_arrival_has_a_time", test_an_arrival_has_a_time},
	{"a_unix_datagram_has_a_time", test_a_unix_datagram_has_a_time},
	{"no_socket_has_none", test_no_socket_has_none},
	{"stamps_of_sends_leave_those_of_receipt", test_stamps_of_sends_leave_those_of_receipt},
	{"streams_are_counted_from_the_call", test_streams_are_counted_from_the_call},
	{"unknown_stages_are_refused", test_unknown_stages_are_refused},
	{"a_request_is_a_message_of_flags", test_a_request_is_a_message_of_flags},
};
TAP_MAIN(tests)
