/* SPDX-License-Identifier: MIT */
/* Entries of error queues, from the bytes of every machine. */
#include "produce.h"

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
static struct anc_cmsg message_of(int level, int type, const char *digits, unsigned char *bytes)
{
	struct anc_cmsg msg = {level, type, bytes, 0, false};
	unsigned byte;

	while (sscanf(digits + 2 * msg.len, "%2x", &byte) == 1)
		bytes[msg.len++] = (unsigned char)byte;
	return msg;
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
	/* Nobody reports it: Linux 6.12 leaves the packet's own source there. */
	{"linux-64", 41, 25, "7d000000" "06" "000200" "04030201" "08070605" "0a00" "0000" Z4 "fe80"
	 "0000" Z8 "00000001" "02000000",
	 {.kind = ANC_ERROR_TXTIME, .error = ECANCELED, .code = 2, .info = 0x01020304,
	  .data = 0x05060708, .txtime = 0x0506070801020304, .missed = true}},
	/* Nor a stamp, with SOF_TIMESTAMPING_OPT_CMSG. */
	{"linux-64", 41, 25, "2a000000" "04" "000000" "00000000" "08070605" "0a00" "0000" Z4 "fe80"
	 "0000" Z8 "00000001" "02000000",
	 {.kind = ANC_ERROR_TIME, .error = ENOMSG, .data = 0x05060708, .id = 0x05060708,
	  .stage = ANC_TIME_SENT}},
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
	{"a_socket_of_one_s_own_may_have_a_queue", test_a_socket_of_one_s_own_may_have_a_queue},
};
TAP_MAIN(tests)
