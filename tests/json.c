/* SPDX-License-Identifier: MIT */
/* Text and JSON side by side: every kind of field, and what surrounds them. */
#include "tap.h"

#include <stdio.h>

#include <anc/anc.h>

#define LEVEL 1000
#define BYTES(...) ((const unsigned char[]){__VA_ARGS__})

static const struct anc_names bits[] = {{1, "A"}, {2, "B"}, {0, NULL}};
static const struct anc_names colours[] = {{3, "RED"}, {0, NULL}};

/* One field by a row, as text and as the value in JSON. */
static void check_in(const char *abi, const struct anc_field *field, const void *payload,
		     size_t len, const char *text, const char *json)
{
	const struct anc_message_type row = {
		.name = "M", .level = LEVEL, .type = 1, .fields = field, .field_count = 1};
	const struct anc_cmsg msg = {LEVEL, 1, payload, len, false};
	char expected[512];
	char got[512];
	int size;

	snprintf(expected, sizeof(expected), "M x=%s", text);
	CHECK_EQ(anc_message_format(&row, &msg, anc_abi_find(abi), got, sizeof(got)),
		 strlen(expected));
	CHECK_STR(got, expected);
	size = snprintf(expected, sizeof(expected),
			"{\"name\":\"M\",\"level\":1000,\"type\":1,\"len\":%zu,\"fields\":"
			"{\"x\":%s}}",
			len, json);
	CHECK_EQ(anc_message_json(&row, &msg, anc_abi_find(abi), got, sizeof(got)), size);
	CHECK_STR(got, expected);
}

static void check_kind(unsigned kind, unsigned char width, const struct anc_names *names,
		       const unsigned char *payload, size_t len, const char *text, const char *json)
{
	const struct anc_field field = {"x", (unsigned char)kind, width, 0, names};

	check_in("linux-64", &field, payload, len, text, json);
}

TEST(numbers)
{
	check_kind(ANC_FIELD_INT, 2, NULL, BYTES(0xfe, 0xff), 2, "-2", "-2");
	check_kind(ANC_FIELD_UINT, 2, NULL, BYTES(1, 2), 2, "513", "513");
	check_kind(ANC_FIELD_UINT | ANC_FIELD_NETWORK, 2, NULL, BYTES(1, 2), 2, "258", "258");
	check_kind(ANC_FIELD_HEX, 2, NULL, BYTES(0, 0xf0), 2, "0xf000", "\"0xf000\"");
	check_kind(ANC_FIELD_UINT, 8, NULL, BYTES(255, 255, 255, 255, 255, 255, 255, 255), 8,
		   "18446744073709551615", "\"18446744073709551615\"");
	check_kind(ANC_FIELD_UINT, 8, NULL, BYTES(255, 255, 255, 255, 255, 255, 255, 127), 8,
		   "9223372036854775807", "9223372036854775807");
}

TEST(names)
{
	check_kind(ANC_FIELD_ENUM, 1, colours, BYTES(3), 1, "RED", "\"RED\"");
	check_kind(ANC_FIELD_ENUM, 1, colours, BYTES(4), 1, "4", "4");
	check_kind(ANC_FIELD_FLAGS, 1, bits, BYTES(3), 1, "A|B", "[\"A\",\"B\"]");
	check_kind(ANC_FIELD_FLAGS, 1, bits, BYTES(0x42), 1, "B|0x40", "[\"B\",\"0x40\"]");
	check_kind(ANC_FIELD_FLAGS, 1, bits, BYTES(0), 1, "0x0", "[]");
}

TEST(text_and_bytes)
{
	check_kind(ANC_FIELD_TEXT, 0, NULL, BYTES('a', '"', '\\', 0, 0xff), 5,
		   "\"a\\x22\\x5c\\x00\\xff\"", "\"a\\u0022\\u005c\\u0000\\u00ff\"");
	check_kind(ANC_FIELD_BYTES, 0, NULL, BYTES(1, 0xab), 2, "01 ab", "\"01ab\"");
	check_kind(ANC_FIELD_BYTES, 0, NULL, BYTES(0), 0, "", "\"\"");
}

TEST(addresses)
{
	static const unsigned char mapped[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1};

	check_kind(ANC_FIELD_IN_ADDR, 4, NULL, BYTES(192, 0, 2, 1), 4, "192.0.2.1",
		   "\"192.0.2.1\"");
	check_kind(ANC_FIELD_IN6_ADDR, 16, NULL, mapped, 16, "::ffff:192.0.2.1",
		   "\"::ffff:192.0.2.1\"");
	check_kind(ANC_FIELD_MAC, 6, NULL, BYTES(0, 1, 2, 3, 4, 0xff), 6, "00:01:02:03:04:ff",
		   "\"00:01:02:03:04:ff\"");
}

static void check_sockaddr(const char *abi, const void *bytes, size_t len, const char *text)
{
	const struct anc_field field = {"x", ANC_FIELD_SOCKADDR, 0, 0, NULL};
	char json[128];

	snprintf(json, sizeof(json), "\"%s\"", text);
	check_in(abi, &field, bytes, len, text, json);
}

TEST(socket_addresses_of_every_system)
{
	static const unsigned char bsd6[28] = {28, 28, 0, 53, 0, 0, 0, 0, 0xfe, 0x80, 0, 0, 0, 0,
					       0,  0,  0, 0,  0, 0, 0, 0, 0,    1,    2, 0, 0, 0};
	unsigned char other6[28];

	check_sockaddr("linux-64", BYTES(2, 0, 0, 53, 192, 0, 2, 1), 8, "192.0.2.1:53");
	check_sockaddr("linux-64be", BYTES(0, 2, 0, 53, 192, 0, 2, 1), 8, "192.0.2.1:53");
	check_sockaddr("freebsd-64", BYTES(16, 2, 0, 53, 192, 0, 2, 1), 8, "192.0.2.1:53");
	check_sockaddr("freebsd-64", bsd6, 28, "[fe80::1%2]:53");
	memcpy(other6, bsd6, sizeof(other6));
	other6[0] = 10;
	other6[1] = 0;
	check_sockaddr("linux-64", other6, 28, "[fe80::1%2]:53");
	other6[0] = 28;
	other6[1] = 24;
	check_sockaddr("netbsd-64", other6, 28, "[fe80::1%2]:53");
	other6[1] = 30;
	check_sockaddr("darwin-64", other6, 28, "[fe80::1%2]:53");
	other6[0] = 26;
	other6[1] = 0;
	check_sockaddr("illumos-64", other6, 28, "[fe80::1%2]:53");
	/* cut, unspecified, another */
	check_sockaddr("linux-64", other6, 27, "af26");
	check_sockaddr("linux-64", BYTES(2, 0, 0), 3, "af2");
	check_sockaddr("linux-64", BYTES(2), 1, "02");
	check_sockaddr("linux-64", BYTES(0, 0, 0, 0), 4, "unspec");
}

TEST(link_addresses)
{
	check_sockaddr("freebsd-64",
		       BYTES(20, 18, 2, 0, 6, 3, 6, 0, 'e', 'm', '0', 0, 1, 2, 3, 4, 5), 17,
		       "em0(2)/00:01:02:03:04:05");
	check_sockaddr("freebsd-64", BYTES(20, 18, 2, 0, 6, 0, 0, 0), 8, "(2)");
	/* lengths that claim more than there is, and what would end a line */
	check_sockaddr("freebsd-64", BYTES(20, 18, 2, 0, 6, 200, 200, 0, 'e', '\n', ' '), 11,
		       "e?\?(2)");
	check_sockaddr("freebsd-64", BYTES(20, 18, 2, 0, 6, 1, 200, 0, 'e', 7), 10, "e(2)/07");
}

TEST(times)
{
	const struct anc_field bintime = {"x", ANC_FIELD_BINTIME, 16, 0, NULL};

	check_kind(ANC_FIELD_TIMEVAL, 8, NULL, BYTES(0, 0x2f, 0x68, 0x59, 5, 0, 0, 0), 8,
		   "2017-07-14T02:40:00.000005Z", "\"2017-07-14T02:40:00.000005Z\"");
	check_kind(ANC_FIELD_TIMESPEC, 16, NULL,
		   BYTES(0, 0x2f, 0x68, 0x59, 0, 0, 0, 0, 0xff, 0xc9, 0x9a, 0x3b, 0, 0, 0, 0), 16,
		   "2017-07-14T02:40:00.999999999Z", "\"2017-07-14T02:40:00.999999999Z\"");
	/* 8 + 4 bytes; the padding behind is not read */
	check_kind(ANC_FIELD_TIMEVAL, 12, NULL,
		   BYTES(0, 0x2f, 0x68, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 9), 13,
		   "2017-07-14T02:40:00.000001Z", "\"2017-07-14T02:40:00.000001Z\"");
	check_in("freebsd-64be", &bintime,
		 BYTES(0, 0, 0, 0, 0x59, 0x68, 0x2f, 0, 0x80, 0, 0, 0, 0, 0, 0, 0), 16,
		 "2017-07-14T02:40:00.500000000Z", "\"2017-07-14T02:40:00.500000000Z\"");
	check_kind(ANC_FIELD_TIMEVAL, 8, NULL, BYTES(0, 0, 0, 0, 0, 0, 0, 0), 8, "0", "null");
	check_kind(ANC_FIELD_TIMEVAL, 8, NULL, BYTES(255, 255, 255, 255, 0, 0, 0, 0), 8,
		   "1969-12-31T23:59:59.000000Z", "\"1969-12-31T23:59:59.000000Z\"");
	check_kind(ANC_FIELD_ELAPSED, 8, NULL, BYTES(2, 0, 0, 0, 3, 0, 0, 0), 8, "2.000000003",
		   "\"2.000000003\"");
	/* no date, and no fraction of a second */
	check_kind(ANC_FIELD_TIMEVAL, 8, NULL, BYTES(1, 0, 0, 0, 0x40, 0x42, 0x0f, 0), 8,
		   "2.000000", "\"2.000000\"");
	check_kind(ANC_FIELD_TIMEVAL, 7, NULL, BYTES(1, 2, 3, 4, 5, 6, 7), 7,
		   "01 02 03 04 05 06 07", "\"01020304050607\"");
}

TEST(a_time_past_every_calendar)
{
	check_kind(ANC_FIELD_TIMEVAL, 16, NULL,
		   BYTES(255, 255, 255, 255, 255, 255, 255, 127, 1, 0, 0, 0, 0, 0, 0, 0), 16,
		   "9223372036854775807.000001", "\"9223372036854775807.000001\"");
}

TEST(lists)
{
	static const struct anc_field counted[] = {
		{"n", ANC_FIELD_UINT, 1, 0, NULL},
		{"x", ANC_FIELD_UINT | ANC_FIELD_COUNTED, 2, 1, NULL},
	};
	const struct anc_message_type row = {
		.name = "M", .level = LEVEL, .type = 1, .fields = counted, .field_count = 2};
	/* Nothing stands before it that could count. */
	const struct anc_message_type uncounted = {
		.name = "M", .level = LEVEL, .type = 1, .fields = counted + 1, .field_count = 1};
	struct anc_cmsg msg = {LEVEL, 1, "\2\1\0\2\0\3\0", 7, false};
	char text[256];

	check_kind(ANC_FIELD_UINT | ANC_FIELD_LIST, 2, NULL, BYTES(1, 0, 2, 0, 3), 5, "1,2",
		   "[1,2]");
	check_kind(ANC_FIELD_HEX | ANC_FIELD_LIST, 1, NULL, BYTES(1, 2), 2, "0x1,0x2",
		   "[\"0x1\",\"0x2\"]");
	check_kind(ANC_FIELD_UINT | ANC_FIELD_LIST, 2, NULL, BYTES(1), 1, "", "[]");
	anc_message_format(&row, &msg, anc_abi_find("linux-64"), text, sizeof(text));
	CHECK_STR(text, "M n=2 x=1,2");
	anc_message_format(&uncounted, &msg, anc_abi_find("linux-64"), text, sizeof(text));
	CHECK_STR(text, "M x=");
	msg.data = "\xff\1\0\2\0\3\0";
	anc_message_format(&row, &msg, anc_abi_find("linux-64"), text, sizeof(text));
	CHECK_STR(text, "M n=255 x=1,2,3");
	anc_message_json(&row, &msg, anc_abi_find("linux-64"), text, sizeof(text));
	CHECK_STR(text, "{\"name\":\"M\",\"level\":1000,\"type\":1,\"len\":7,\"fields\":"
			"{\"n\":255,\"x\":[1,2,3]}}");
}

TEST(netlink_attributes)
{
	static const unsigned char run[] = {
		8, 0, 1, 0,    5, 0, 0, 0, /* one of 4 bytes */
		7, 0, 9, 0,    1, 2, 3, 0, /* of 3, padded */
		5, 0, 1, 0x80, 7,          /* nested bit; the padding is missing at the end */
	};

	check_kind(ANC_FIELD_NLATTRS, 0, bits, run, sizeof(run), "A:5,9:010203,A:7",
		   "{\"A\":5,\"9\":\"010203\",\"A\":7}");
	/* one that claims less than its header, one that claims more than there is */
	check_kind(ANC_FIELD_NLATTRS, 0, bits, BYTES(3, 0, 1, 0), 4, "", "{}");
	check_kind(ANC_FIELD_NLATTRS, 0, bits, BYTES(5, 0, 1, 0), 4, "", "{}");
	check_kind(ANC_FIELD_NLATTRS, 0, bits, BYTES(4, 0, 1), 3, "", "{}");
}

static void check_json(const struct anc_cmsg *msg, const char *expected)
{
	char text[256];

	CHECK_EQ(anc_cmsg_json(msg, anc_abi_find("linux-64"), text, sizeof(text)),
		 strlen(expected));
	CHECK_STR(text, expected);
}

TEST(what_surrounds_the_fields)
{
	struct anc_cmsg rights = {1, 1, "\5\0\0\0\0\0\0\x80\xe8\xff\xff\xff", 12, false};
	struct anc_cmsg ucred = {1, 2, "\1\0\0\0\2\0\0\0\3\0\0\0", 8, true};
	struct anc_cmsg unknown = {-1, 77, "\1\xab", 2, false};

	check_json(&rights, "{\"name\":\"SCM_RIGHTS\",\"level\":1,\"type\":1,\"len\":12,"
			    "\"fds\":[5,null,\"-EMFILE\"]}");
	check_json(&ucred, "{\"name\":\"SCM_CREDENTIALS\",\"level\":1,\"type\":2,\"len\":8,"
			   "\"expected\":12,\"truncated\":true,\"fields\":{\"pid\":1,\"uid\":2}}");
	check_json(&unknown, "{\"level\":-1,\"type\":77,\"len\":2,\"bytes\":\"01ab\"}");
	unknown.len = 0;
	check_json(&unknown, "{\"level\":-1,\"type\":77,\"len\":0}");
}

TEST(json_keeps_snprintf_s_contract)
{
	const struct anc_cmsg msg = {1, 2, "\1\0\0\0\2\0\0\0\3\0\0\0", 12, false};
	char whole[256];
	char text[256];
	int len = anc_cmsg_json(&msg, anc_abi_find("linux-64"), whole, sizeof(whole));
	size_t size;

	CHECK_EQ(anc_cmsg_json(&msg, anc_abi_find("linux-64"), NULL, 0), len);
	for (size = 1; size <= (size_t)len + 1; size++) {
		memset(text, '#', sizeof(text));
		CHECK_EQ(anc_cmsg_json(&msg, anc_abi_find("linux-64"), text, size), len);
		CHECK_EQ(strlen(text), size - 1);
		CHECK_EQ(memcmp(text, whole, size - 1), 0);
		CHECK_EQ(text[size], '#');
	}
}

static const struct tap_test tests[] = {
	{"numbers", test_numbers},
	{"names", test_names},
	{"text_and_bytes", test_text_and_bytes},
	{"addresses", test_addresses},
	{"socket_addresses_of_every_system", test_socket_addresses_of_every_system},
	{"link_addresses", test_link_addresses},
	{"times", test_times},
	{"a_time_past_every_calendar", test_a_time_past_every_calendar},
	{"lists", test_lists},
	{"netlink_attributes", test_netlink_attributes},
	{"what_surrounds_the_fields", test_what_surrounds_the_fields},
	{"json_keeps_snprintf_s_contract", test_json_keeps_snprintf_s_contract},
};
TAP_MAIN(tests)
