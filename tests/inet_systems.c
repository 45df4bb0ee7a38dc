/* SPDX-License-Identifier: MIT */
/* What comes with packets, from the bytes of every system: the same from each. */
#include "tap.h"

#include <netinet/in.h>
#include <stdio.h>

#include <anc/anc.h>
#include <anc/inet.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define MESSAGES_MOST 8

#define Z4 "00000000"
#define Z8 Z4 Z4
#define DOCUMENTED "20010db8" Z8 "00000001"
#define LINK_LOCAL "fe800000" Z8 "00000001"
#define MAPPED(address) Z8 "0000ffff" address

#define WHERE (ANC_INET_LOCAL | ANC_INET_INTERFACE | ANC_INET_DESTINATION)
#define ALL (WHERE | ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS)
#define PORT ANC_INET_DESTINATION_PORT

/* A message: level, type, and the payload in hexadecimal digits. */
struct message {
	int level, type;
	const char *bytes;
};

/* All that a system delivers with the same packet, and which of it that is. */
struct sample {
	const char *abi;
	unsigned known;
	struct message messages[MESSAGES_MOST];
};

/* clang-format off */

/* To 192.0.2.1, by interface 2, with 64 hops left, DSCP 11 and CE. */
static const struct sample samples4[] = {
	{"linux-64", ALL | PORT,
	 {{0, 8, "02000000" "c0000201" "c0000201"}, {0, 2, "40000000"}, {0, 1, "2f"},
	  {0, 20, "0200" "0035" "c0000201" Z8}}},
	/* As getsockopt(IP_PKTOPTIONS) has it. */
	{"linux-64", ALL,
	 {{0, 1, "2f000000"}, {0, 8, "02000000" "c0000201" "c0000201"}, {0, 2, "40000000"}}},
	{"linux-64be", ALL | PORT,
	 {{0, 8, "00000002" "c0000201" "c0000201"}, {0, 2, "00000040"}, {0, 1, "2f"},
	  {0, 20, "0002" "0035" "c0000201" Z8}}},
	{"linux-32be", ALL,
	 {{0, 8, "00000002" "c0000201" "c0000201"}, {0, 2, "00000040"}, {0, 1, "0000002f"}}},
	/* On a socket of IPv6: with the options of IPv4 turned on as well. */
	{"linux-32", ALL,
	 {{41, 50, MAPPED("c0000201") "02000000"}, {0, 8, "02000000" "c0000201" "c0000201"},
	  {0, 2, "40000000"}, {0, 1, "2f"}}},
	{"linux-64", WHERE, {{41, 50, MAPPED("c0000201") "02000000"}}},
	{"freebsd-64", ALL | PORT,
	 {{0, 7, "c0000201"}, {0, 65, "40"}, {0, 20, "3612" "0200" "06030600" "656d30"
	  "001122334455" Z8 Z8 Z8 Z8 Z4 "00"}, {0, 68, "2f"},
	  {0, 27, "1002" "0035" "c0000201" Z8}}},
	{"freebsd-64be", ALL,
	 {{0, 7, "c0000201"}, {0, 65, "40"}, {0, 68, "2f"}, {0, 20, "0812" "0002" Z4}}},
	{"darwin-64", ALL,
	 {{0, 26, "02000000" Z4 "c0000201"}, {0, 24, "40"}, {0, 27, "2f"}}},
	{"darwin-64", ALL,
	 {{0, 7, "c0000201"},
	  {0, 20, "1412" "0200" "06030600" "656e30" "001122334455" "000000"}, {0, 24, "40"},
	  {0, 27, "2f"}}},
	/* On a socket of IPv6: an int as of IPv6, and the byte that it was before. */
	{"darwin-64", WHERE | ANC_INET_TRAFFIC_CLASS,
	 {{41, 36, "2f000000"}, {41, 46, MAPPED("c0000201") "02000000"}}},
	{"darwin-64", WHERE | ANC_INET_TRAFFIC_CLASS,
	 {{41, 46, MAPPED("c0000201") "02000000"}, {41, 36, "2f"}}},
	{"netbsd-64", WHERE | ANC_INET_HOP_LIMIT,
	 {{0, 25, "c0000201" "02000000"}, {0, 23, "40"}}},
	{"netbsd-64be", WHERE | ANC_INET_HOP_LIMIT,
	 {{0, 7, "c0000201"}, {0, 20, "0812" "0002" Z4}, {0, 23, "40"}}},
	{"openbsd-64", WHERE | ANC_INET_HOP_LIMIT | PORT,
	 {{0, 7, "c0000201"}, {0, 30, "2012" "0200" "06030600" "656d30" "001122334455"
	  "000000" Z8 Z4}, {0, 31, "40"}, {0, 33, "0035"}}},
	/* In any order. */
	{"openbsd-64be", WHERE | PORT,
	 {{0, 33, "0035"}, {0, 30, "0812" "0002" Z4}, {0, 7, "c0000201"}}},
	{"dragonfly-64", WHERE | ANC_INET_HOP_LIMIT,
	 {{0, 7, "c0000201"}, {0, 20, "0812" "0200" Z4}, {0, 65, "40"}}},
	{"illumos-64", ALL,
	 {{0, 26, "02000000" "c0000201" "c0000201"}, {0, 11, "40"}, {0, 12, "2f"}}},
	{"illumos-32", ALL,
	 {{0, 7, "c0000201"}, {0, 9, "02000000"}, {0, 11, "40"}, {0, 12, "2f"}}},
};

/* To 2001:db8::1, likewise. */
static const struct sample samples6[] = {
	{"linux-64", ALL | PORT,
	 {{41, 50, DOCUMENTED "02000000"}, {41, 52, "40000000"}, {41, 67, "2f000000"},
	  {41, 74, "0a00" "0035" Z4 DOCUMENTED Z4}}},
	{"linux-64be", ALL,
	 {{41, 50, DOCUMENTED "00000002"}, {41, 52, "00000040"}, {41, 67, "0000002f"}}},
	{"linux-64", WHERE | ANC_INET_HOP_LIMIT,
	 {{41, 2, DOCUMENTED "02000000"}, {41, 8, "40000000"}}},
	{"freebsd-64", ALL | PORT,
	 {{41, 46, DOCUMENTED "02000000"}, {41, 47, "40000000"}, {41, 61, "2f000000"},
	  {41, 72, "1c1c" "0035" Z4 DOCUMENTED Z4}}},
	{"freebsd-64be", ALL,
	 {{41, 46, DOCUMENTED "00000002"}, {41, 47, "00000040"}, {41, 61, "0000002f"}}},
	{"darwin-64", ALL,
	 {{41, 46, DOCUMENTED "02000000"}, {41, 47, "40000000"}, {41, 36, "2f000000"}}},
	{"darwin-64", WHERE | ANC_INET_HOP_LIMIT,
	 {{41, 19, DOCUMENTED "02000000"}, {41, 20, "40000000"}}},
	{"netbsd-64", ALL,
	 {{41, 46, DOCUMENTED "02000000"}, {41, 47, "40000000"}, {41, 61, "2f000000"}}},
	{"openbsd-64", ALL | PORT,
	 {{41, 46, DOCUMENTED "02000000"}, {41, 47, "40000000"}, {41, 61, "2f000000"},
	  {41, 64, "0035"}}},
	{"openbsd-64be", ALL,
	 {{41, 46, DOCUMENTED "00000002"}, {41, 47, "00000040"}, {41, 61, "0000002f"}}},
	{"dragonfly-64", ALL,
	 {{41, 46, DOCUMENTED "02000000"}, {41, 47, "40000000"}, {41, 61, "2f000000"}}},
	{"illumos-64", ALL,
	 {{41, 11, DOCUMENTED "02000000"}, {41, 12, "40000000"}, {41, 38, "2f000000"}}},
};

/* clang-format on */

/* The payload's bytes, of which there are `len`, and the message. */
static struct anc_cmsg message_of(const struct message *message, unsigned char *bytes)
{
	struct anc_cmsg msg = {message->level, message->type, bytes, 0, false};
	unsigned byte;

	while (sscanf(message->bytes + 2 * msg.len, "%2x", &byte) == 1)
		bytes[msg.len++] = (unsigned char)byte;
	return msg;
}

static struct anc_inet read_sample(const struct sample *sample)
{
	const struct anc_abi *abi = anc_abi_find(sample->abi);
	struct anc_inet inet = {.known = 0};
	unsigned char bytes[256];
	struct anc_cmsg msg;
	size_t i;

	CHECK(abi != NULL);
	for (i = 0; i < MESSAGES_MOST && sample->messages[i].bytes != NULL; i++) {
		msg = message_of(&sample->messages[i], bytes);
		CHECK_EQ(anc_inet_read(&msg, abi, &inet), 0);
	}
	return inet;
}

/* What is known is equal; what is not is zero. */
static void check_sample(const struct sample *sample, const struct anc_inet_address *to)
{
	const struct anc_inet inet = read_sample(sample);
	struct anc_inet expected = {.known = sample->known, .interface = 2};

	expected.local = expected.destination = *to;
	if (sample->known & ANC_INET_DESTINATION_PORT)
		expected.destination.port = 53;
	if (sample->known & ANC_INET_HOP_LIMIT)
		expected.hop_limit = 64;
	if (sample->known & ANC_INET_TRAFFIC_CLASS)
		expected.traffic_class = 0x2f;
	CHECK_STR(sample->abi, memcmp(&inet, &expected, sizeof(inet)) == 0 ? sample->abi : "");
	CHECK_EQ(anc_inet_ecn(&inet),
		 sample->known & ANC_INET_TRAFFIC_CLASS ? ANC_ECN_CE : ANC_ECN_NOT_ECT);
}

TEST(ipv4)
{
	const struct anc_inet_address to = {.family = AF_INET, .bytes = {192, 0, 2, 1}};
	size_t i;

	for (i = 0; i < COUNT(samples4); i++)
		check_sample(&samples4[i], &to);
}

TEST(ipv6)
{
	const struct anc_inet_address to = {.family = AF_INET6,
					    .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
	size_t i;

	for (i = 0; i < COUNT(samples6); i++)
		check_sample(&samples6[i], &to);
}

TEST(every_system_has_both)
{
	const struct anc_abi *abi = NULL;
	bool has4, has6;
	size_t i;

	while ((abi = anc_abi_next(abi)) != NULL) {
		has4 = has6 = false;
		for (i = 0; i < COUNT(samples4); i++)
			has4 = has4 || strcmp(anc_abi_system(anc_abi_find(samples4[i].abi)),
					      anc_abi_system(abi)) == 0;
		for (i = 0; i < COUNT(samples6); i++)
			has6 = has6 || strcmp(anc_abi_system(anc_abi_find(samples6[i].abi)),
					      anc_abi_system(abi)) == 0;
		CHECK_STR(has4 && has6 ? anc_abi_system(abi) : "", anc_abi_system(abi));
	}
}

TEST(addresses_of_a_link_have_its_scope)
{
	static const struct sample samples[] = {
		{"linux-64", WHERE, {{41, 50, LINK_LOCAL "02000000"}}},
		{"darwin-64", WHERE, {{41, 46, LINK_LOCAL "02000000"}}},
		{"illumos-64", WHERE, {{41, 11, LINK_LOCAL "02000000"}}},
		{"freebsd-64be", WHERE, {{41, 46, LINK_LOCAL "00000002"}}},
		{"linux-64",
		 ANC_INET_DESTINATION | PORT,
		 {{41, 74,
		   "0a00"
		   "0035" Z4 LINK_LOCAL "02000000"}}},
	};
	struct anc_inet inet;
	size_t i;

	for (i = 0; i < COUNT(samples); i++) {
		inet = read_sample(&samples[i]);
		CHECK_EQ(inet.known, samples[i].known);
		CHECK_EQ(inet.destination.scope, 2);
		CHECK_EQ(inet.local.scope, inet.known & ANC_INET_LOCAL ? 2 : 0);
	}
}

/* Nobody answers from a group's address; who knows better says so. */
TEST(no_group_is_local)
{
	static const struct sample samples[] = {
		{"freebsd-64", ANC_INET_DESTINATION, {{0, 7, "e00000fb"}}},
		{"netbsd-64", ANC_INET_DESTINATION, {{0, 7, "ffffffff"}}},
		{"darwin-64",
		 ANC_INET_DESTINATION | ANC_INET_INTERFACE,
		 {{0, 26, "02000000" Z4 "e00000fb"}}},
		{"linux-64",
		 ANC_INET_DESTINATION | ANC_INET_INTERFACE,
		 {{41, 50,
		   "ff020000" Z8 "000000fb"
		   "02000000"}}},
		{"linux-64",
		 WHERE,
		 {{0, 8,
		   "02000000"
		   "c0000201"
		   "e00000fb"}}},
		{"linux-64",
		 WHERE,
		 {{41, 50, MAPPED("c00002ff") "02000000"},
		  {0, 8,
		   "02000000"
		   "c0000201"
		   "c00002ff"}}},
		{"linux-64",
		 WHERE,
		 {{0, 8,
		   "02000000"
		   "c0000201"
		   "c00002ff"},
		  {41, 50, MAPPED("c00002ff") "02000000"}}},
	};
	struct anc_inet inet;
	size_t i;

	for (i = 0; i < COUNT(samples); i++) {
		inet = read_sample(&samples[i]);
		CHECK_EQ(inet.known, samples[i].known);
		if (inet.known & ANC_INET_LOCAL)
			CHECK_EQ(memcmp(inet.local.bytes, "\300\0\2\1", 4), 0);
	}
}

TEST(an_interface_of_zero_is_none)
{
	static const struct sample samples[] = {
		{"linux-64",
		 ANC_INET_LOCAL | ANC_INET_DESTINATION,
		 {{0, 8, Z4 "c0000201c0000201"}}},
		{"linux-64", ANC_INET_LOCAL | ANC_INET_DESTINATION, {{41, 50, DOCUMENTED Z4}}},
		{"netbsd-64",
		 ANC_INET_LOCAL | ANC_INET_DESTINATION,
		 {{0, 7, "c0000201"},
		  {0, 20,
		   "0812"
		   "0000" Z4}}},
	};
	size_t i;

	for (i = 0; i < COUNT(samples); i++)
		CHECK_EQ(read_sample(&samples[i]).known, samples[i].known);
}

struct refused {
	int error;
	const char *abi;
	struct message message;
};

/* The system is this host where there is none. */
TEST(others_are_refused)
{
	static const struct refused refused[] = {
		{-ENOMSG, "linux-64", {1, 29, "00000000"}},
		{-ENOMSG, "freebsd-64", {0xffff, 2, Z8 Z8}},
		{-ENOMSG, "freebsd-64", {0, 90, "efbeadde"}},
		{-ENOMSG, "freebsd-64", {132, 9, "c0000201"}},
		{-ENOMSG, "linux-64", {0, 25, "d4050000"}},
		{-ENOMSG, "linux-64", {0, 4711, ""}},
		{-EBADMSG,
		 "linux-64",
		 {0, 8,
		  "02000000"
		  "c0000201"}},
		{-EBADMSG, "linux-64", {0, 2, "40"}},
		{-EBADMSG, "linux-64", {0, 2, "ffffffff"}},
		{-EBADMSG, "linux-64", {0, 1, "2e00"}},
		{-EBADMSG, "linux-64", {41, 52, "00010000"}},
		{-EBADMSG, "linux-64", {41, 67, "2f"}},
		{-EBADMSG, "linux-64", {41, 50, DOCUMENTED}},
		{-EBADMSG,
		 "linux-64",
		 {0, 20,
		  "0100"
		  "0035" Z4 Z8}},
		{-EBADMSG,
		 "linux-64",
		 {0, 20,
		  "0200"
		  "0035" Z4}},
		{-EBADMSG, "freebsd-64", {0, 65, "40000000"}},
		{-EBADMSG,
		 "freebsd-64",
		 {0, 20,
		  "0802"
		  "0200" Z4}},
		{-EBADMSG, "freebsd-64", {0, 7, "c00002"}},
		{-ENOMSG, NULL, {1, 29, "00000000"}},
		{-ENOMSG, NULL, {0, 4711, ""}},
		{-ENOMSG, NULL, {41, 4711, ""}},
		{-EBADMSG,
		 NULL,
		 {0, 8,
		  "02000000"
		  "c0000201"}},
		{-EBADMSG, NULL, {0, 2, "40"}},
		{-EBADMSG, NULL, {0, 2, "ffffffff"}},
		{-EBADMSG, NULL, {0, 1, "2e00"}},
		{-EBADMSG, NULL, {41, 52, "40"}},
		{-EBADMSG, NULL, {41, 67, "2f"}},
		{-EBADMSG, NULL, {41, 50, DOCUMENTED}},
		{-EBADMSG,
		 NULL,
		 {0, 20,
		  "0200"
		  "0035" Z4}},
		{-EBADMSG,
		 NULL,
		 {0, 20,
		  "ffff"
		  "0035" Z4 Z8}},
		{-EBADMSG,
		 NULL,
		 {41, 74,
		  "0200"
		  "0035" Z4}},
	};
	const struct anc_inet before = {.known = ANC_INET_INTERFACE, .interface = 7};
	struct anc_inet inet = before;
	unsigned char bytes[256];
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < COUNT(refused); i++) {
		msg = message_of(&refused[i].message, bytes);
		CHECK_EQ(anc_inet_read(&msg,
				       refused[i].abi != NULL ? anc_abi_find(refused[i].abi) : NULL,
				       &inet),
			 refused[i].error);
		CHECK_EQ(memcmp(&inet, &before, sizeof(inet)), 0);
	}
}

/* A message of any kind, whose payload begins with a small number or a family as often as not. */
static struct anc_cmsg make_message(uint64_t *seed, unsigned char *bytes, size_t size)
{
	static const int types[] = {IP_PKTINFO, IP_TTL,       IP_TOS,        20,          2,
				    8,          IPV6_PKTINFO, IPV6_HOPLIMIT, IPV6_TCLASS, 74};
	static const size_t sizes[] = {1, 4, 12, 16, 20, 28};
	const uint32_t number = tap_random(seed) % 300;
	const sa_family_t family = tap_random(seed) % 2 ? AF_INET : AF_INET6;
	struct anc_cmsg msg = {.data = bytes};
	size_t i;

	msg.level = tap_random(seed) % 2 ? IPPROTO_IP : IPPROTO_IPV6;
	msg.type = tap_random(seed) % 8 ? types[tap_random(seed) % COUNT(types)]
					: (int)(tap_random(seed) % 80);
	msg.len = tap_random(seed) % 8 ? sizes[tap_random(seed) % COUNT(sizes)]
				       : tap_random(seed) % 40;
	for (i = 0; i < size; i++)
		bytes[i] = tap_random(seed) % 3 == 0   ? 0
			   : tap_random(seed) % 8 == 0 ? 0xff
						       : (unsigned char)tap_random(seed);
	if (tap_random(seed) % 2)
		memcpy(bytes, &number, sizeof(number));
	else if (tap_random(seed) % 2)
		memcpy(bytes, &family, sizeof(family));
	return msg;
}

/* The host's messages are read in a way of their own. */
TEST(the_hosts_way_is_the_rows_way)
{
	uint64_t seed = 20251124;
	struct anc_inet fast = {.known = 0};
	struct anc_inet slow = fast;
	unsigned char bytes[64];
	struct anc_cmsg msg;
	int read = 0;
	int error = 0;
	int i;

	for (i = 0; i < 100000; i++) {
		if (error < 0 || tap_random(&seed) % 4 == 0) {
			memset(&fast, 0, sizeof(fast));
			memset(&slow, 0, sizeof(slow));
		}
		msg = make_message(&seed, bytes, sizeof(bytes));
		error = anc_inet_read(&msg, NULL, &fast);
		CHECK_EQ(error, anc_inet_read(&msg, anc_abi_host(), &slow));
		CHECK_EQ(memcmp(&fast, &slow, sizeof(fast)), 0);
		read += error == 0;
	}
	CHECK(read > 5000);
}

static const struct tap_test tests[] = {
	{"ipv4", test_ipv4},
	{"ipv6", test_ipv6},
	{"every_system_has_both", test_every_system_has_both},
	{"addresses_of_a_link_have_its_scope", test_addresses_of_a_link_have_its_scope},
	{"no_group_is_local", test_no_group_is_local},
	{"an_interface_of_zero_is_none", test_an_interface_of_zero_is_none},
	{"others_are_refused", test_others_are_refused},
	{"the_hosts_way_is_the_rows_way", test_the_hosts_way_is_the_rows_way},
};
TAP_MAIN(tests)
