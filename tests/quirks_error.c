/* SPDX-License-Identifier: MIT */
/* What programs stumble over that read error queues and stamps, a test each. */
#include "produce.h"

#include <poll.h>

#include <anc/error.h>
#include <anc/inet.h>
#include <anc/time.h>

#define PHRASE "phrase"
#define ETHERNET 14 /* bytes of its header */
#define WAIT_MS 10000

static unsigned char taken[2048];
static struct anc_recv_result taken_result;

static void wait_for_entry(int sock)
{
	struct pollfd ready = {.fd = sock};

	CHECK_EQ(poll(&ready, 1, WAIT_MS), 1);
	CHECK(ready.revents & POLLERR);
}

static struct anc_error take(int sock)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), taken, sizeof(taken));
	struct anc_error error;

	wait_for_entry(sock);
	CHECK_EQ(anc_error_recv(&receiver, &taken_result, &error), 0);
	return error;
}

static void send_phrase(const struct produce_pair *pair)
{
	CHECK_EQ(sendto(pair->sender, PHRASE, sizeof(PHRASE), 0,
			(const struct sockaddr *)&pair->addr, pair->len),
		 sizeof(PHRASE));
}

/* All that was sent, from the header of the link on; anc_time_enable_sent() asks for none of it. */
static void stamp_with_packet(int family)
{
	const struct produce_pair pair = produce_udp(family);
	const int option = sizeof(long) < 8 ? SO_TIMESTAMPING_NEW : SO_TIMESTAMPING_OLD;
	const size_t headers = ETHERNET + (family == AF_INET ? 20 : 40) + 8;
	struct anc_error error;

	produce_may_set(pair.sender, SOL_SOCKET, option,
			STAMP_TX_SOFTWARE | STAMP_SOFTWARE | STAMP_OPT_ID, "SO_TIMESTAMPING");
	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_TIME);
	CHECK_EQ(taken_result.len, headers + sizeof(PHRASE));
	CHECK_EQ(taken[ETHERNET - 2], family == AF_INET ? 0x08 : 0x86);
	CHECK_EQ(taken[ETHERNET] >> 4, family == AF_INET ? 4 : 6);
	CHECK(memcmp(taken + headers, PHRASE, sizeof(PHRASE)) == 0);
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SENT), 0);
	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_TIME);
	CHECK_EQ(taken_result.len, 0);
}

PRODUCE(stamps_come_with_link_headers_or_without_the_packet)
{
	stamp_with_packet(AF_INET);
	stamp_with_packet(AF_INET6);
}

/* A pair whose receiver is gone. */
static struct produce_pair deserted(int family)
{
	const struct produce_pair pair = produce_udp(family);
	const int nowhere = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(nowhere >= 0);
	CHECK_EQ(dup3(nowhere, pair.receiver, SOCK_CLOEXEC), pair.receiver);
	close(nowhere);
	CHECK_EQ(anc_error_enable(pair.sender), 0);
	return pair;
}

static int pending(int sock)
{
	socklen_t len = sizeof(int);
	int error = 0;

	CHECK_EQ(getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &len), 0);
	return error;
}

/* Poll says POLLERR for both. A stamp is no error; what is behind it becomes SO_ERROR again. */
PRODUCE(a_stamp_is_not_so_error_and_an_error_behind_it_is)
{
	const struct produce_pair heard = produce_udp(AF_INET);
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_error error;

	CHECK_EQ(anc_time_enable_sent(heard.sender, ANC_TIME_SENT), 0);
	send_phrase(&heard);
	CHECK_EQ(pending(heard.sender), 0);
	CHECK_EQ(take(heard.sender).kind, ANC_ERROR_TIME);

	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SENT), 0);
	send_phrase(&pair);
	/* it waits until both are there, and takes the error alone */
	CHECK_EQ(recv(pair.sender, taken, 1, 0), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(pending(pair.sender), 0);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_TIME);
	CHECK_EQ(pending(pair.sender), ECONNREFUSED);
	CHECK_EQ(pending(pair.sender), 0);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_ICMP);
	CHECK_EQ(error.error, ECONNREFUSED);
	CHECK_EQ(pending(pair.sender), 0);
}

/* Though the socket itself waits; and the error is in the entry, whatever errno is. */
PRODUCE(reading_an_error_queue_never_waits_nor_asks_errno)
{
	const struct produce_pair pair = deserted(AF_INET6);
	const struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(pair.sender), NULL, 0);
	struct anc_error error;

	CHECK_EQ(anc_error_recv(&receiver, NULL, &error), -EAGAIN);
	send_phrase(&pair);
	errno = EXDEV;
	CHECK_EQ(take(pair.sender).error, ECONNREFUSED);
	CHECK_EQ(anc_error_recv(&receiver, NULL, &error), -EAGAIN);
}

/* The host's own of a receive comes with an entry too: room for the entry alone does not do. */
PRODUCE(stamps_of_receipt_come_with_errors_too)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(pair.sender), taken, sizeof(taken));
	struct anc_time time;
	struct anc_error error;

	ANC_DATA(data, ANC_ERROR_SPACE);
	CHECK_EQ(anc_time_enable(pair.sender), 0);
	receiver.data = &data;
	send_phrase(&pair);
	wait_for_entry(pair.sender);
	CHECK_EQ(anc_error_recv(&receiver, NULL, &error), 0);
	CHECK_EQ(error.kind, ANC_ERROR_ICMP);
	CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
	CHECK_EQ(anc_data_time(&data, &time), 0);
	CHECK_EQ(error.time.known, 0);
	CHECK(anc_data_cmsgs(&data).len > ANC_CMSG_SPACE(32));
}

/* As long as an address of the socket's family, and perhaps of no family. */
PRODUCE(an_offender_is_of_the_socket_s_family_or_of_none)
{
	struct produce_pair pair = deserted(AF_INET6);
	struct anc_error error;

	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.offender.family, AF_INET6);
	pair = produce_udp(AF_INET6);
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SENT), 0);
	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_TIME);
	CHECK_EQ(error.offender.family, 0);
}

/* SCM_TIMESTAMP and SO_TIMESTAMP: equal on Linux alone. */
TEST(the_stamp_of_a_bsd_has_not_its_option_s_number)
{
	static const unsigned char payload[16] = {1};
	static const struct {
		const char *abi;
		int level, message, option;
	} cases[] = {
		{"freebsd-64", 0xffff, 2, 0x400},   {"darwin-64", 0xffff, 2, 0x400},
		{"netbsd-64", 0xffff, 8, 0x2000},   {"openbsd-64", 0xffff, 4, 0x800},
		{"dragonfly-64", 0xffff, 2, 0x400},
	};
	struct anc_time time;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct anc_cmsg msg = {cases[i].level, cases[i].message, payload, 16, false};

		CHECK_EQ(anc_time_get(&msg, anc_abi_find(cases[i].abi), &time), 0);
		CHECK_EQ(time.software, 1000000000);
		msg.type = cases[i].option;
		CHECK_EQ(anc_time_get(&msg, anc_abi_find(cases[i].abi), &time), -ENOMSG);
	}
}

/* On 32-bit machines 8 bytes of a stamp stand at any multiple of 4. */
TEST(payloads_are_read_at_any_address)
{
	const int64_t stamp[2] = {5, 7};
	const struct anc_in_pktinfo info = {3, {192, 0, 2, 1}, {192, 0, 2, 1}};
	unsigned char error[32] = {0};
	unsigned char at[48];
	struct anc_time time;
	struct anc_inet inet;
	struct anc_error entry;
	size_t i;

	error[4] = 2;
	for (i = 0; i < 8; i++) {
		struct anc_cmsg msg = {SOL_SOCKET, SO_TIMESTAMPNS_NEW, at + i, 16, false};

		memcpy(at + i, stamp, sizeof(stamp));
		CHECK_EQ(anc_time_get(&msg, NULL, &time), 0);
		CHECK_EQ(time.software, 5000000007);
		memcpy(at + i, &info, sizeof(info));
		msg = (struct anc_cmsg){IPPROTO_IP, IP_PKTINFO, at + i, 12, false};
		inet = (struct anc_inet){.known = 0};
		CHECK_EQ(anc_inet_read(&msg, NULL, &inet), 0);
		CHECK_EQ(inet.interface, 3);
		memcpy(at + i, error, sizeof(error));
		msg = (struct anc_cmsg){IPPROTO_IP, IP_RECVERR, at + i, 32, false};
		CHECK_EQ(anc_error_get(&msg, NULL, &entry), 0);
		CHECK_EQ(entry.kind, ANC_ERROR_ICMP);
	}
}

/* Asked for the old and for the new, a socket of a 32-bit program may bring both. */
TEST(old_and_new_stamps_beside_each_other_are_one_time)
{
	static const unsigned char old[8] = {5, 0, 0, 0, 7}, fresh[16] = {5, [8] = 7};
	const struct anc_cmsg messages[] = {{1, 35, old, 8, false}, {1, 64, fresh, 16, false}};
	struct anc_time time;
	size_t i;

	for (i = 0; i < COUNT(messages); i++) {
		CHECK_EQ(anc_time_get(&messages[i], anc_abi_find("linux-32"), &time), 0);
		CHECK_EQ(time.software, 5000000007);
	}
}

static const struct tap_test tests[] = {
	{"stamps_come_with_link_headers_or_without_the_packet",
	 test_stamps_come_with_link_headers_or_without_the_packet},
	{"a_stamp_is_not_so_error_and_an_error_behind_it_is",
	 test_a_stamp_is_not_so_error_and_an_error_behind_it_is},
	{"reading_an_error_queue_never_waits_nor_asks_errno",
	 test_reading_an_error_queue_never_waits_nor_asks_errno},
	{"stamps_of_receipt_come_with_errors_too", test_stamps_of_receipt_come_with_errors_too},
	{"an_offender_is_of_the_socket_s_family_or_of_none",
	 test_an_offender_is_of_the_socket_s_family_or_of_none},
	{"the_stamp_of_a_bsd_has_not_its_option_s_number",
	 test_the_stamp_of_a_bsd_has_not_its_option_s_number},
	{"payloads_are_read_at_any_address", test_payloads_are_read_at_any_address},
	{"old_and_new_stamps_beside_each_other_are_one_time",
	 test_old_and_new_stamps_beside_each_other_are_one_time},
};
TAP_MAIN(tests)
