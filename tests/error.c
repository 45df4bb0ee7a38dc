/* SPDX-License-Identifier: MIT */
/* Error queues: this kernel's, and from their bytes those of other machines. */
#include "produce.h"

#include <poll.h>
#include <stdio.h>

#include <anc/error.h>

#define Z4 "00000000"
#define Z8 Z4 Z4
#define MAPPED Z8 "0000ffff"

#define UNREACHABLE                                                                                \
	"02"                                                                                       \
	"03"                                                                                       \
	"03"                                                                                       \
	"00"
#define UNREACHABLE6                                                                               \
	"03"                                                                                       \
	"01"                                                                                       \
	"04"                                                                                       \
	"00"
#define PHRASE "what was sent"

static struct anc_cmsg message_of(int level, int type, const char *digits, unsigned char *bytes)
{
	struct anc_cmsg msg = {level, type, bytes, 0, false};
	unsigned byte;

	while (sscanf(digits + 2 * msg.len, "%2x", &byte) == 1)
		bytes[msg.len++] = (unsigned char)byte;
	return msg;
}

static void enter(void)
{
	static bool tried;

	if (!tried)
		produce_enter();
	tried = true;
}

/* clang-format off */

/* A message of a system, and what it says. */
static const struct sample {
	const char *abi;
	int level, type;
	const char *bytes;
	struct anc_error error;
} samples[] = {
	/* 16 bytes: of packet, vsock and kTLS sockets. */
	{"linux-64", 263, 16, "2a000000" "04" "000000" "01000000" "07000000",
	 {.kind = ANC_ERROR_TIME, .error = ENOMSG, .info = 1, .data = 7, .id = 7,
	  .stage = ANC_TIME_SCHEDULED}},
	{"linux-64", 287, 1, Z4 "05" "000100" "feffffff" "01000000",
	 {.kind = ANC_ERROR_ZEROCOPY, .code = 1, .info = 0xfffffffe, .data = 1,
	  .first = 0xfffffffe, .last = 1, .copied = true}},
	{"linux-32be", 0, 11, Z4 "05" "000000" "00000003" "00000009",
	 {.kind = ANC_ERROR_ZEROCOPY, .info = 3, .data = 9, .first = 3, .last = 9}},
	/* 32 bytes. */
	{"linux-64", 0, 11, "6f000000" UNREACHABLE Z8 "0200" "0000" "c0000201" Z8,
	 {.kind = ANC_ERROR_ICMP, .error = ECONNREFUSED, .type = 3, .code = 3,
	  .offender = {AF_INET, 0, 0, {192, 0, 2, 1}}}},
	{"linux-64be", 0, 11, "0000006f" UNREACHABLE Z8 "0002" "0000" "c0000201" Z8,
	 {.kind = ANC_ERROR_ICMP, .error = ECONNREFUSED, .type = 3, .code = 3,
	  .offender = {AF_INET, 0, 0, {192, 0, 2, 1}}}},
	/* Another machine's number is this one's. */
	{"linux-mips-32be", 0, 11, "00000092" UNREACHABLE Z8 Z8 Z8,
	 {.kind = ANC_ERROR_ICMP, .error = ECONNREFUSED, .type = 3, .code = 3}},
	{"linux-sparc-64be", 0, 11, "0000003d" UNREACHABLE Z8 Z8 Z8,
	 {.kind = ANC_ERROR_ICMP, .error = ECONNREFUSED, .type = 3, .code = 3}},
	{"linux-64", 0, 11, "bf270000" UNREACHABLE Z8 Z8 Z8, /* 10175, nobody's */
	 {.kind = ANC_ERROR_ICMP, .error = 10175, .type = 3, .code = 3}},
	{"linux-32", 0, 11, "5a000000" "01" "000000" "dc050000" Z4 Z8 Z8,
	 {.kind = ANC_ERROR_LOCAL, .error = EMSGSIZE, .info = 1500}},
	/* RFC 4884: two bytes of offset, and flags. */
	{"linux-64", 0, 11, "71000000" "02" "0b0000" Z4 "8000" "00" "00" Z8 Z8,
	 {.kind = ANC_ERROR_ICMP, .error = EHOSTUNREACH, .type = 11, .data = 0x80,
	  .extension = 128}},
	{"linux-64", 0, 11, "71000000" "02" "0b0000" Z4 "8000" "01" "00" Z8 Z8,
	 {.kind = ANC_ERROR_ICMP, .error = EHOSTUNREACH, .type = 11, .data = 0x10080,
	  .extension = 128, .extension_is_bad = true}},
	{"linux-64be", 0, 11, "00000071" "02" "0b0000" Z4 "0080" "01" "00" Z8 Z8,
	 {.kind = ANC_ERROR_ICMP, .error = EHOSTUNREACH, .type = 11, .data = 0x800100,
	  .extension = 128, .extension_is_bad = true}},
	/* Flags without an extension say nothing. */
	{"linux-64", 0, 11, "71000000" "02" "0b0000" Z4 "0000" "01" "00" Z8 Z8,
	 {.kind = ANC_ERROR_ICMP, .error = EHOSTUNREACH, .type = 11, .data = 0x10000}},
	/* A packet that missed its time: the high half is behind. */
	{"linux-64", 0, 11, "7d000000" "06" "000200" "04030201" "08070605" Z8 Z8,
	 {.kind = ANC_ERROR_TXTIME, .error = ECANCELED, .code = 2, .info = 0x01020304,
	  .data = 0x05060708, .txtime = 0x0506070801020304, .missed = true}},
	{"linux-64be", 0, 11, "00000016" "06" "000100" "01020304" "05060708" Z8 Z8,
	 {.kind = ANC_ERROR_TXTIME, .error = EINVAL, .code = 1, .info = 0x01020304,
	  .data = 0x05060708, .txtime = 0x0506070801020304}},
	/* Stages, and one that is not known yet. */
	{"linux-64", 0, 11, "2a000000" "04" "000000" Z4 "ffffffff" Z8 Z8,
	 {.kind = ANC_ERROR_TIME, .error = ENOMSG, .data = 0xffffffff, .id = 0xffffffff,
	  .stage = ANC_TIME_SENT}},
	{"linux-64", 0, 11, "2a000000" "04" "000000" "02000000" Z4 Z8 Z8,
	 {.kind = ANC_ERROR_TIME, .error = ENOMSG, .info = 2, .stage = ANC_TIME_ACKNOWLEDGED}},
	{"linux-64", 0, 11, "2a000000" "04" "000000" "03000000" Z4 Z8 Z8,
	 {.kind = ANC_ERROR_TIME, .error = ENOMSG, .info = 3, .stage = ANC_TIME_COMPLETED}},
	{"linux-64", 0, 11, "2a000000" "04" "000000" "04000000" Z4 Z8 Z8,
	 {.kind = ANC_ERROR_TIME, .error = ENOMSG, .info = 4}},
	/* Origins of no kind. */
	{"linux-64", 0, 11, "01000000" "00" "010203" Z8 Z8 Z8,
	 {.kind = ANC_ERROR_OTHER, .error = EPERM, .type = 1, .code = 2}},
	{"linux-64", 0, 11, "01000000" "07" "000000" "05000000" "06000000" Z8 Z8,
	 {.kind = ANC_ERROR_OTHER, .error = EPERM, .info = 5, .data = 6}},
	{"linux-64", 0, 11, "01000000" "ff" "000000" Z8 Z8 Z8,
	 {.kind = ANC_ERROR_OTHER, .error = EPERM}},
	/* 44 bytes: IPv6, and IPv4 through a socket of IPv6. */
	{"linux-64", 41, 25, "6f000000" UNREACHABLE6 Z8 "0a00" "0000" Z4 "fe80" "0000" Z8
	 "00000001" "02000000",
	 {.kind = ANC_ERROR_ICMP6, .error = ECONNREFUSED, .type = 1, .code = 4,
	  .offender = {AF_INET6, 0, 2, {0xfe, 0x80, [15] = 1}}}},
	{"linux-64be", 41, 25, "0000006f" UNREACHABLE6 Z8 "000a" "0000" Z4 "fe80" "0000" Z8
	 "00000001" "00000002",
	 {.kind = ANC_ERROR_ICMP6, .error = ECONNREFUSED, .type = 1, .code = 4,
	  .offender = {AF_INET6, 0, 2, {0xfe, 0x80, [15] = 1}}}},
	{"linux-32", 41, 25, "6f000000" UNREACHABLE Z8 "0a00" "0000" Z4 MAPPED "c0000201" Z4,
	 {.kind = ANC_ERROR_ICMP, .error = ECONNREFUSED, .type = 3, .code = 3,
	  .offender = {AF_INET, 0, 0, {192, 0, 2, 1}}}},
};

static const struct {
	const char *abi;
	int level, type;
	const char *bytes;
	int error;
} refused[] = {
	{"linux-64", 0, 11, "", -EBADMSG},
	{"linux-64", 0, 11, "6f000000" UNREACHABLE Z4, -EBADMSG},
	{"linux-64", 0, 11, "6f000000" UNREACHABLE Z8 Z8 Z4, -EBADMSG},
	{"linux-64", 41, 25, "6f000000" UNREACHABLE Z8 Z8 Z8, -EBADMSG},
	{"linux-64", 0, 2, "40000000", -ENOMSG},
	{"linux-64", 1, 1, "03000000", -ENOMSG},
	{"linux-64", 99, 11, "6f000000" UNREACHABLE Z8 Z8 Z8, -ENOMSG},
	{"freebsd-64", 0, 11, "6f000000" UNREACHABLE Z8 Z8 Z8, -ENOMSG},
};

/* clang-format on */

static void check_address(const struct anc_inet_address *got, const struct anc_inet_address *want)
{
	CHECK_EQ(got->family, want->family);
	CHECK_EQ(got->port, want->port);
	CHECK_EQ(got->scope, want->scope);
	CHECK(memcmp(got->bytes, want->bytes, sizeof(got->bytes)) == 0);
}

static void check_entry(const struct anc_error *got, const struct anc_error *want)
{
	CHECK_EQ(got->kind, want->kind);
	CHECK_EQ(got->error, want->error);
	CHECK_EQ(got->type, want->type);
	CHECK_EQ(got->code, want->code);
	CHECK_EQ(got->copied, want->copied);
	CHECK_EQ(got->missed, want->missed);
	CHECK_EQ(got->info, want->info);
	CHECK_EQ(got->data, want->data);
	check_address(&got->offender, &want->offender);
	CHECK_EQ(got->extension, want->extension);
	CHECK_EQ(got->extension_is_bad, want->extension_is_bad);
	CHECK_EQ(got->first, want->first);
	CHECK_EQ(got->last, want->last);
	CHECK_EQ(got->id, want->id);
	CHECK_EQ(got->stage, want->stage);
	CHECK_EQ(got->time.known, want->time.known);
	CHECK_EQ(got->txtime, want->txtime);
}

TEST(every_size_and_machine_is_read)
{
	unsigned char bytes[64];
	struct anc_error error;
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < COUNT(samples); i++) {
		printf("# %zu: %s %s\n", i, samples[i].abi, samples[i].bytes);
		msg = message_of(samples[i].level, samples[i].type, samples[i].bytes, bytes);
		CHECK(anc_abi_find(samples[i].abi) != NULL);
		CHECK_EQ(anc_error_get(&msg, anc_abi_find(samples[i].abi), &error), 0);
		check_entry(&error, &samples[i].error);
	}
}

TEST(what_is_no_entry_is_refused)
{
	const struct anc_error before = {.kind = ANC_ERROR_TXTIME, .txtime = 1};
	struct anc_error error = before;
	unsigned char bytes[64];
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < COUNT(refused); i++) {
		printf("# %zu\n", i);
		msg = message_of(refused[i].level, refused[i].type, refused[i].bytes, bytes);
		CHECK_EQ(anc_error_get(&msg, anc_abi_find(refused[i].abi), &error),
			 refused[i].error);
		check_entry(&error, &before);
	}
}

/* One right size is whole, whatever was cut beside it; but 16 bytes may be of 32. */
TEST(a_cut_leaves_no_shorter_entry)
{
	const struct anc_abi *abi = anc_abi_find("linux-64");
	unsigned char bytes[64];
	struct anc_error error;
	struct anc_cmsg msg;

	msg = message_of(0, 11,
			 "6f000000" UNREACHABLE Z8 "0200"
			 "0000"
			 "c0000201" Z8,
			 bytes);
	msg.truncated = true;
	CHECK_EQ(anc_error_get(&msg, abi, &error), 0);
	CHECK_EQ(error.offender.family, AF_INET);
	msg.len = 16;
	CHECK_EQ(anc_error_get(&msg, abi, &error), -EBADMSG);
	msg.truncated = false;
	CHECK_EQ(anc_error_get(&msg, abi, &error), 0);
	CHECK_EQ(error.offender.family, 0);
	msg = message_of(263, 16,
			 "2a000000"
			 "04"
			 "000000" Z8,
			 bytes);
	msg.truncated = true;
	CHECK_EQ(anc_error_get(&msg, abi, &error), 0);
}

/* Numbers as this host has them. */
static void put_error(struct anc_data *data, uint8_t origin, uint32_t info, uint32_t number)
{
	unsigned char payload[32] = {0};
	const struct anc_cmsg msg = {IPPROTO_IP, IP_RECVERR, payload, sizeof(payload), false};

	payload[4] = origin;
	memcpy(payload + 8, &info, sizeof(info));
	memcpy(payload + 12, &number, sizeof(number));
	CHECK_EQ(anc_data_add_cmsg(data, &msg), 0);
}

static void put_stamp(struct anc_data *data, int type, int64_t seconds)
{
	const int64_t payload[6] = {seconds};
	const struct anc_cmsg msg = {SOL_SOCKET, type, payload,
				     type == SO_TIMESTAMPING_NEW ? 48 : 16, false};

	CHECK_EQ(anc_data_add_cmsg(data, &msg), 0);
}

TEST(a_stamp_and_its_reason_belong_together_in_either_order)
{
	struct anc_error error;
	int swapped;

	for (swapped = 0; swapped < 2; swapped++) {
		ANC_DATA(data, 256);

		if (swapped)
			put_error(&data, 4, 0, 9);
		put_stamp(&data, SO_TIMESTAMPNS_NEW, 3); /* of this receive perhaps */
		put_stamp(&data, SO_TIMESTAMPING_NEW, 5);
		if (!swapped)
			put_error(&data, 4, 0, 9);
		CHECK_EQ(anc_data_error(&data, &error), 0);
		CHECK_EQ(error.kind, ANC_ERROR_TIME);
		CHECK_EQ(error.id, 9);
		CHECK_EQ(error.stage, ANC_TIME_SENT);
		CHECK_EQ(error.time.known, ANC_TIME_SOFTWARE);
		CHECK_EQ(error.time.software, 5000000000);
	}
}

TEST(other_kinds_have_no_stamp)
{
	struct anc_error error;

	ANC_DATA(data, 256);
	CHECK_EQ(anc_data_error(&data, &error), -ENOMSG);
	put_stamp(&data, SO_TIMESTAMPING_NEW, 5);
	CHECK_EQ(anc_data_error(&data, &error), -ENOMSG);
	put_error(&data, 5, 1, 2);
	CHECK_EQ(anc_data_error(&data, &error), 0);
	CHECK_EQ(error.kind, ANC_ERROR_ZEROCOPY);
	CHECK_EQ(error.time.known, 0);
	CHECK_EQ(error.time.software, 0);
}

TEST(an_entry_of_a_wrong_size_is_told)
{
	const struct anc_cmsg msg = {IPPROTO_IP, IP_RECVERR, "12345678", 8, false};
	struct anc_error error;

	ANC_DATA(data, 256);
	CHECK_EQ(anc_data_add_cmsg(&data, &msg), 0);
	CHECK_EQ(anc_data_error(&data, &error), -EBADMSG);
}

/* What a test took, and its packet. */
static struct anc_recv_result taken_result;
static struct sockaddr_storage taken_addr;
static socklen_t taken_addrlen;
static char taken_bytes[4096];

static int take_now(int sock, struct anc_error *ret)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), taken_bytes, sizeof(taken_bytes));

	return anc_error_recv_from(&receiver, &taken_result, ret, &taken_addr, &taken_addrlen);
}

static void wait_for_entry(int sock)
{
	struct pollfd ready = {.fd = sock};

	CHECK_EQ(poll(&ready, 1, 10000), 1);
	CHECK(ready.revents & POLLERR);
}

static struct anc_error take(int sock)
{
	struct anc_error error;

	wait_for_entry(sock);
	CHECK_EQ(take_now(sock, &error), 0);
	return error;
}

static int pending(int sock)
{
	socklen_t len = sizeof(int);
	int error = 0;

	CHECK_EQ(getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &len), 0);
	return error;
}

/* A port of loopback that nobody has, and a socket that knows of errors. */
static struct produce_pair deserted(int family)
{
	struct produce_pair pair = produce_udp(family);
	const int other = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(other >= 0);
	CHECK_EQ(dup3(other, pair.receiver, SOCK_CLOEXEC), pair.receiver);
	close(other);
	CHECK_EQ(anc_error_enable(pair.sender), 0);
	return pair;
}

static void send_phrase(const struct produce_pair *pair)
{
	CHECK_EQ(sendto(pair->sender, PHRASE, sizeof(PHRASE), 0,
			(const struct sockaddr *)&pair->addr, pair->len),
		 (ssize_t)sizeof(PHRASE));
}

static void check_quoted(const struct produce_pair *pair)
{
	struct anc_inet_address to, want;

	CHECK(anc_recv_result_err_queue(taken_result));
	CHECK_EQ(taken_result.len, sizeof(PHRASE));
	CHECK(memcmp(taken_bytes, PHRASE, sizeof(PHRASE)) == 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&taken_addr, taken_addrlen, &to), 0);
	CHECK_EQ(anc_inet_address_from((const struct sockaddr *)&pair->addr, pair->len, &want), 0);
	check_address(&to, &want);
}

static void unreachable(int family, enum anc_error_kind kind, int type, int code)
{
	const struct produce_pair pair = deserted(family);
	struct anc_inet_address offender = {AF_INET, 0, 0, {127, 0, 0, 1}};
	const struct anc_inet_address offender6 = {AF_INET6, 0, 0, {[15] = 1}};
	struct anc_error error;

	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.kind, kind);
	CHECK_EQ(error.error, ECONNREFUSED);
	CHECK_EQ(error.type, type);
	CHECK_EQ(error.code, code);
	CHECK_EQ(error.extension, 0);
	check_address(&error.offender, family == AF_INET ? &offender : &offender6);
	check_quoted(&pair);
	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
}

PRODUCE(a_closed_port_of_ipv4_is_told)
{
	unreachable(AF_INET, ANC_ERROR_ICMP, 3, 3);
}

PRODUCE(a_closed_port_of_ipv6_is_told)
{
	unreachable(AF_INET6, ANC_ERROR_ICMP6, 1, 4);
}

/* As of IPv4 through a socket of IPv6: its own kind, and the offender as IPv4. */
PRODUCE(a_closed_port_of_ipv4_is_told_to_ipv6)
{
	const struct anc_inet_address want = {AF_INET, 0, 0, {127, 0, 0, 1}};
	struct produce_pair pair = deserted(AF_INET);
	struct anc_inet_address to;
	struct anc_error error;
	int no = 0;

	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&pair.addr, pair.len, &to), 0);
	CHECK_EQ(anc_inet_address_to(&to, AF_INET6, &pair.addr, &pair.len), 0);
	pair.sender = produce_socket(AF_INET6, SOCK_DGRAM, 0);
	CHECK_EQ(setsockopt(pair.sender, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)), 0);
	CHECK_EQ(anc_error_enable(pair.sender), 0);
	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_ICMP);
	CHECK_EQ(error.type, 3);
	CHECK_EQ(error.code, 3);
	check_address(&error.offender, &want);
	check_quoted(&pair);
}

/* A receive that fails for the error does not take the entry; taking it clears the error. */
PRODUCE(the_queue_and_the_pending_error_are_two)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_error error;
	char byte;

	send_phrase(&pair);
	wait_for_entry(pair.sender);
	CHECK_EQ(recv(pair.sender, &byte, 1, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(recv(pair.sender, &byte, 1, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	error = take(pair.sender);
	CHECK_EQ(error.error, ECONNREFUSED);

	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.error, ECONNREFUSED);
	CHECK_EQ(recv(pair.sender, &byte, 1, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(pending(pair.sender), 0);
}

/* In the order they came, oldest first; what is still there is pending again. */
PRODUCE(the_next_entry_is_the_pending_error)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_error error;
	int i;

	for (i = 0; i < 3; i++) {
		const char byte = (char)('a' + i);

		CHECK_EQ(sendto(pair.sender, &byte, 1, 0, (const struct sockaddr *)&pair.addr,
				pair.len),
			 1);
		wait_for_entry(pair.sender);
		CHECK_EQ(pending(pair.sender), ECONNREFUSED);
	}
	for (i = 0; i < 3; i++) {
		CHECK_EQ(take_now(pair.sender, &error), 0);
		CHECK_EQ(taken_result.len, 1);
		CHECK_EQ(taken_bytes[0], 'a' + i);
		CHECK_EQ(pending(pair.sender), i < 2 ? ECONNREFUSED : 0);
	}
	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
}

/* An ICMP message as a router sends it: 128 bytes of the packet that did not pass, whose first 28
 * are its headers, and an extension with one object. */
#define QUOTED 128
#define HEADERS 28
#define ICMP_HEADER 8
#define EXTENSION 12
#define REPORT (ICMP_HEADER + QUOTED + EXTENSION)

static uint16_t sum(const unsigned char *at, size_t len)
{
	uint32_t total = 0;
	size_t i;

	for (i = 0; i < len; i += 2)
		total += (uint32_t)at[i] << 8 | at[i + 1];
	while (total >> 16 != 0)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static void put_sum(unsigned char *at, uint16_t number)
{
	at[0] = (unsigned char)(number >> 8);
	at[1] = (unsigned char)number;
}

static void write_report(const struct sockaddr_in *from, const struct sockaddr_in *to, bool bad,
			 unsigned char *report)
{
	unsigned char *const ip = report + ICMP_HEADER;
	unsigned char *const udp = ip + 20;
	unsigned char *const extension = ip + QUOTED;

	memset(report, 0, REPORT);
	report[0] = 11; /* time exceeded */
	report[5] = QUOTED / 4;
	ip[0] = 0x45;
	put_sum(ip + 2, 500);
	ip[8] = 1;
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 12, &from->sin_addr, 4);
	memcpy(ip + 16, &to->sin_addr, 4);
	put_sum(ip + 10, sum(ip, 20));
	memcpy(udp, &from->sin_port, 2);
	memcpy(udp + 2, &to->sin_port, 2);
	put_sum(udp + 4, 480);
	udp[8] = 'q';
	extension[0] = 0x20;
	extension[5] = 8;
	extension[6] = 99;
	extension[8] = 'e';
	put_sum(extension + 2, (uint16_t)(sum(extension, EXTENSION) + bad));
	put_sum(report + 2, sum(report, REPORT));
}

static void report(bool bad)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	struct sockaddr_in from, to;
	unsigned char bytes[REPORT];
	struct anc_error error;
	socklen_t len = sizeof(from);
	const int raw = produce_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	CHECK_EQ(anc_error_enable(pair.sender), 0);
	CHECK_EQ(connect(pair.sender, (const struct sockaddr *)&pair.addr, pair.len), 0);
	CHECK_EQ(getsockname(pair.sender, (struct sockaddr *)&from, &len), 0);
	memcpy(&to, &pair.addr, sizeof(to));
	write_report(&from, &to, bad, bytes);
	to.sin_port = 0;
	CHECK_EQ(sendto(raw, bytes, sizeof(bytes), 0, (struct sockaddr *)&to, sizeof(to)), REPORT);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_ICMP);
	CHECK_EQ(error.error, EHOSTUNREACH);
	CHECK_EQ(error.type, 11);
	CHECK_EQ(error.code, 0);
	CHECK_EQ(error.offender.family, AF_INET);
	CHECK_EQ(error.extension, QUOTED - HEADERS);
	CHECK_EQ(error.extension_is_bad, bad);
	CHECK_EQ(taken_result.len, QUOTED - HEADERS + EXTENSION);
	CHECK_EQ(taken_bytes[0], 'q');
	CHECK_EQ(taken_bytes[error.extension], 0x20);
	CHECK_EQ(taken_bytes[error.extension + 8], 'e');
}

PRODUCE(an_extension_is_found_in_the_packet)
{
	enter();
	if (!produce_is_alone())
		produce_skip("no raw sockets");
	report(false);
	report(true);
}

PRODUCE(a_packet_too_long_is_told_with_the_greatest)
{
	struct produce_pair pair;
	struct anc_error error;

	enter();
	if (!produce_is_alone())
		produce_skip("the loopback device takes all in one piece");
	pair = produce_udp(AF_INET);
	CHECK_EQ(anc_error_enable(pair.sender), 0);
	produce_set(pair.sender, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	CHECK_EQ(produce_send(&pair, 4000), -EMSGSIZE);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_LOCAL);
	CHECK_EQ(error.error, EMSGSIZE);
	CHECK_EQ(error.info, PRODUCE_MTU);
	CHECK_EQ(error.offender.family, 0);
}

/* Too little room takes the entry all the same. */
PRODUCE(an_entry_cut_is_lost_and_told)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(pair.sender), taken_bytes, sizeof(taken_bytes));
	const struct anc_error before = {.kind = ANC_ERROR_TXTIME, .txtime = 1};
	struct anc_error error = before;

	ANC_DATA(data, ANC_CMSG_SPACE(16));
	receiver.data = &data;
	send_phrase(&pair);
	wait_for_entry(pair.sender);
	CHECK_EQ(anc_error_recv(&receiver, NULL, &error), -EMSGSIZE);
	check_entry(&error, &before);
	CHECK_EQ(anc_error_recv(&receiver, NULL, &error), -EAGAIN);
}

/* With everything on that adds messages to it, also to those of the error queue. */
PRODUCE(the_room_is_enough)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(pair.sender), taken_bytes, sizeof(taken_bytes));
	struct anc_recv_result result;
	struct anc_error error;

	ANC_DATA(data, ANC_ERROR_SPACE);
	receiver.data = &data;
	CHECK_EQ(anc_inet_enable(pair.sender, 0x3f, NULL), 0);
	CHECK_EQ(anc_time_enable(pair.sender), 0);
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SENT | ANC_TIME_SCHEDULED), 0);
	send_phrase(&pair);
	do {
		wait_for_entry(pair.sender);
		CHECK_EQ(anc_error_recv(&receiver, &result, &error), 0);
		CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
	} while (error.kind == ANC_ERROR_TIME);
	CHECK_EQ(error.kind, ANC_ERROR_ICMP);
	CHECK_EQ(result.len, sizeof(PHRASE));
}

/* Completions of `count` sends, which may come joined. */
static void complete(const struct produce_pair *pair, uint32_t count)
{
	const struct sockaddr *to = pair->len > 0 ? (const struct sockaddr *)&pair->addr : NULL;
	struct anc_zerocopy zerocopy = {.next = 0};
	struct anc_error error;
	uint32_t i;

	CHECK_EQ(anc_zerocopy_enable(pair->sender), 0);
	for (i = 0; i < count; i++) {
		CHECK(!anc_zerocopy_is_done(&zerocopy, i));
		CHECK_EQ(sendto(pair->sender, "x", 1, MSG_ZEROCOPY, to, pair->len), 1);
		produce_receive(pair->receiver, 0);
	}
	for (i = 0; zerocopy.next < count; i++) {
		CHECK(i < count);
		error = take(pair->sender);
		CHECK_EQ(error.kind, ANC_ERROR_ZEROCOPY);
		CHECK_EQ(error.error, 0);
		CHECK(error.copied); /* as all that goes to this host */
		CHECK_EQ(error.first, zerocopy.next);
		CHECK(anc_zerocopy_count(error.first, error.last) <= count);
		CHECK_EQ(anc_zerocopy_note(&zerocopy, &error), 0);
		CHECK_EQ(zerocopy.next, error.last + 1);
	}
	CHECK_EQ(zerocopy.next, count);
	CHECK(anc_zerocopy_is_done(&zerocopy, count - 1));
	CHECK_EQ(take_now(pair->sender, &error), -EAGAIN);
}

static void complete_both(int family)
{
	const struct produce_pair udp = produce_udp(family);
	const struct produce_pair tcp = produce_tcp(family);

	complete(&udp, 5);
	complete(&tcp, 5);
}

PRODUCE(completions_are_told)
{
	complete_both(AF_INET);
	complete_both(AF_INET6);
}

/* Two stages of three datagrams, each with the number of its datagram. */
static void stamp_datagrams(int family)
{
	const struct produce_pair pair = produce_udp(family);
	int64_t scheduled[3] = {0}, sent[3] = {0};
	struct anc_error error;
	int i;

	CHECK_EQ(anc_time_enable(pair.sender), 0);
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SCHEDULED | ANC_TIME_SENT), 0);
	for (i = 0; i < 3; i++)
		CHECK_EQ(produce_send(&pair, 1), 0);
	for (i = 0; i < 6; i++) {
		error = take(pair.sender);
		CHECK_EQ(error.kind, ANC_ERROR_TIME);
		CHECK_EQ(error.error, ENOMSG);
		CHECK_EQ(taken_result.len, 0);
		CHECK(error.id < 3);
		CHECK_EQ(error.time.known, ANC_TIME_SOFTWARE);
		CHECK_EQ(error.time.clock, ANC_CLOCK_REALTIME);
		if (error.stage == ANC_TIME_SCHEDULED)
			scheduled[error.id] = error.time.software;
		else
			sent[error.id] = error.time.software;
	}
	for (i = 0; i < 3; i++) {
		CHECK(scheduled[i] > 0 && sent[i] > 0);
		/* five minutes, should the clock be stepped */
		CHECK(sent[i] - scheduled[i] < 300 * INT64_C(1000000000));
	}
	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
}

PRODUCE(stamps_of_datagrams_have_their_numbers)
{
	stamp_datagrams(AF_INET);
	stamp_datagrams(AF_INET6);
}

/* The number of the last byte of each send. */
PRODUCE(stamps_of_a_stream_have_the_last_byte_s_number)
{
	const struct produce_pair pair = produce_tcp(AF_INET);
	struct anc_error error;
	uint32_t stages = 0;
	int i;

	CHECK_EQ(send(pair.sender, "before", 6, 0), 6);
	produce_receive(pair.receiver, 0);
	CHECK_EQ(anc_time_enable_sent(pair.sender,
				      ANC_TIME_SCHEDULED | ANC_TIME_SENT | ANC_TIME_ACKNOWLEDGED),
		 0);
	CHECK_EQ(send(pair.sender, PHRASE, 10, 0), 10);
	produce_receive(pair.receiver, 0);
	for (i = 0; i < 3; i++) {
		error = take(pair.sender);
		CHECK_EQ(error.kind, ANC_ERROR_TIME);
		CHECK_EQ(error.id, 9);
		CHECK_EQ(stages & error.stage, 0);
		stages |= error.stage;
	}
	CHECK_EQ(stages, ANC_TIME_SCHEDULED | ANC_TIME_SENT | ANC_TIME_ACKNOWLEDGED);
}

static int send_asking(const struct produce_pair *pair, const struct anc_data *data)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(pair->sender), "x", 1);
	ssize_t sent;

	sender.data = data;
	sent = anc_sender_send_to(&sender, (const struct sockaddr *)&pair->addr, pair->len);
	return sent < 0 ? (int)sent : 0;
}

PRODUCE(one_message_asks_for_its_stamp)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	struct anc_error error;

	ANC_DATA(data, 2 * ANC_CMSG_SPACE(4));
	CHECK_EQ(anc_time_enable_sent(pair.sender, 0), 0);
	CHECK_EQ(produce_send(&pair, 1), 0);
	CHECK_EQ(anc_time_add(&data, ANC_TIME_SENT), 0);
	CHECK_EQ(send_asking(&pair, &data), 0);
	error = take(pair.sender);
	CHECK_EQ(error.stage, ANC_TIME_SENT);
	CHECK(error.time.known & ANC_TIME_SOFTWARE);
	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
}

PRODUCE(a_named_number_comes_back)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	struct anc_error error;
	int refusal;

	ANC_DATA(data, 2 * ANC_CMSG_SPACE(4));
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SENT), 0);
	CHECK_EQ(anc_time_add_id(&data, 0xfffffffe), 0);
	refusal = send_asking(&pair, &data);
	if (refusal == -EINVAL)
		produce_skip("SCM_TS_OPT_ID: Linux 6.13");
	CHECK_EQ(refusal, 0);
	error = take(pair.sender);
	CHECK_EQ(error.id, 0xfffffffe);
}

TEST(sockets_without_a_queue_are_refused)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(-1), NULL, 0);
	struct anc_error error;
	int pair[2];
	int file, results[6];
	char byte = 0;

	SKIP_EMULATED("it translates few options");
	tap_pair(SOCK_DGRAM, pair);
	file = tap_new_fd();
	results[0] = anc_error_enable(pair[0]);
	results[1] = anc_error_enable(file);
	results[2] = anc_error_recv(&receiver, NULL, &error);
	CHECK_EQ(send(pair[0], "x", 1, 0), 1);
	results[3] = anc_socket_checked(pair[1], &receiver.socket);
	results[4] = anc_error_recv(&receiver, NULL, &error);
	results[5] = (int)recv(pair[1], &byte, 1, MSG_DONTWAIT);
	close(file);
	close(pair[0]);
	close(pair[1]);
	CHECK_EQ(results[0], -EAFNOSUPPORT);
	CHECK_EQ(results[1], -ENOTSOCK);
	CHECK_EQ(results[2], -EBADF);
	CHECK_EQ(results[3], 0);
	CHECK_EQ(results[4], -EOPNOTSUPP);
	CHECK_EQ(results[5], 1); /* its message is still there */
	CHECK_EQ(anc_error_enable(-1), -EBADF);
}

/* A socket of one's own with a queue: it is asked not to wait. */
struct queue {
	int flags;
	bool has_entry;
};

static int queue_recv(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
		      struct anc_recv_options options, struct anc_recv_result *ret)
{
	struct queue *queue = impl;
	unsigned char payload[32] = {[0] = ECONNREFUSED, [4] = 2, [5] = 3, [6] = 3};
	const uint32_t number = ECONNREFUSED;
	unsigned char message[ANC_CMSG_SPACE(32)];
	size_t len;

	(void)bufs;
	(void)nbufs;
	queue->flags = anc_recv_options_flags(options);
	memcpy(payload, &number, sizeof(number));
	len = anc_cmsg_put(message, sizeof(message), IPPROTO_IP, queue->has_entry ? IP_RECVERR : 99,
			   payload, sizeof(payload));
	ret->flags = MSG_ERRQUEUE;
	return anc_data_adopt(data, message, len, MSG_CMSG_CLOEXEC, 0);
}

TEST(a_socket_of_one_s_own_may_have_a_queue)
{
	const struct anc_socket_ops ops = {.recv_message = queue_recv};
	struct queue queue = {.has_entry = true};
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_custom(&ops, &queue), NULL, 0);
	struct anc_error error;

	CHECK_EQ(anc_error_recv(&receiver, NULL, &error), 0);
	CHECK_EQ(queue.flags & (MSG_ERRQUEUE | MSG_DONTWAIT), MSG_ERRQUEUE | MSG_DONTWAIT);
	CHECK_EQ(error.kind, ANC_ERROR_ICMP);
	CHECK_EQ(error.error, ECONNREFUSED);
	queue.has_entry = false;
	CHECK_EQ(anc_error_recv(&receiver, NULL, &error), -ENOMSG);
}

static const struct tap_test tests[] = {
	{"every_size_and_machine_is_read", test_every_size_and_machine_is_read},
	{"what_is_no_entry_is_refused", test_what_is_no_entry_is_refused},
	{"a_cut_leaves_no_shorter_entry", test_a_cut_leaves_no_shorter_entry},
	{"a_stamp_and_its_reason_belong_together_in_either_order",
	 test_a_stamp_and_its_reason_belong_together_in_either_order},
	{"other_kinds_have_no_stamp", test_other_kinds_have_no_stamp},
	{"an_entry_of_a_wrong_size_is_told", test_an_entry_of_a_wrong_size_is_told},
	{"a_closed_port_of_ipv4_is_told", test_a_closed_port_of_ipv4_is_told},
	{"a_closed_port_of_ipv6_is_told", test_a_closed_port_of_ipv6_is_told},
	{"a_closed_port_of_ipv4_is_told_to_ipv6", test_a_closed_port_of_ipv4_is_told_to_ipv6},
	{"the_queue_and_the_pending_error_are_two", test_the_queue_and_the_pending_error_are_two},
	{"the_next_entry_is_the_pending_error", test_the_next_entry_is_the_pending_error},
	{"an_extension_is_found_in_the_packet", test_an_extension_is_found_in_the_packet},
	{"a_packet_too_long_is_told_with_the_greatest",
	 test_a_packet_too_long_is_told_with_the_greatest},
	{"an_entry_cut_is_lost_and_told", test_an_entry_cut_is_lost_and_told},
	{"the_room_is_enough", test_the_room_is_enough},
	{"completions_are_told", test_completions_are_told},
	{"stamps_of_datagrams_have_their_numbers", test_stamps_of_datagrams_have_their_numbers},
	{"stamps_of_a_stream_have_the_last_byte_s_number",
	 test_stamps_of_a_stream_have_the_last_byte_s_number},
	{"one_message_asks_for_its_stamp", test_one_message_asks_for_its_stamp},
	{"a_named_number_comes_back", test_a_named_number_comes_back},
	{"sockets_without_a_queue_are_refused", test_sockets_without_a_queue_are_refused},
	{"a_socket_of_one_s_own_may_have_a_queue", test_a_socket_of_one_s_own_may_have_a_queue},
};
TAP_MAIN(tests)
