/* SPDX-License-Identifier: MIT */
/* The exact text of messages: by the library's rows, by a row of one's own, and without one. */
#include "tap.h"

#include <anc/anc.h>

#define LEVEL 1000

static const struct anc_names colours[] = {
	{0, "BLACK"}, {3, "RED"}, {3, "ROUGE"}, {0x80000000u, "FAR"}, {0, NULL}};
static const struct anc_names bits[] = {{0, "NONE"}, {1, "A"}, {2, "B"}, {0xc, "CD"}, {0, NULL}};

/* What the text of one field is. */
static void check_field(const struct anc_field *field, const void *payload, size_t len,
			const char *expected)
{
	const struct anc_message_type row = {
		.name = "M", .level = LEVEL, .type = 1, .fields = field, .field_count = 1};
	const struct anc_cmsg msg = {LEVEL, 1, payload, len, false};
	char text[256];

	CHECK_EQ(anc_message_format(&row, &msg, anc_abi_find("linux-64"), text, sizeof(text)),
		 strlen(expected));
	CHECK_STR(text, expected);
}

static void check_number(enum anc_field_kind kind, unsigned char width,
			 const struct anc_names *names, const void *bytes, const char *expected)
{
	const struct anc_field field = {"x", (unsigned char)kind, width, 0, names};

	check_field(&field, bytes, width, expected);
}

TEST(int_is_signed_in_every_width)
{
	check_number(ANC_FIELD_INT, 1, NULL, "\x7f", "M x=127");
	check_number(ANC_FIELD_INT, 1, NULL, "\x80", "M x=-128");
	check_number(ANC_FIELD_INT, 2, NULL, "\xfe\xff", "M x=-2");
	check_number(ANC_FIELD_INT, 3, NULL, "\0\0\x80", "M x=-8388608");
	check_number(ANC_FIELD_INT, 4, NULL, "\xff\xff\xff\xff", "M x=-1");
	check_number(ANC_FIELD_INT, 4, NULL, "\0\0\0\x80", "M x=-2147483648");
	check_number(ANC_FIELD_INT, 4, NULL, "\xff\xff\xff\x7f", "M x=2147483647");
	check_number(ANC_FIELD_INT, 8, NULL, "\0\0\0\0\0\0\0\x80", "M x=-9223372036854775808");
	check_number(ANC_FIELD_INT, 8, NULL, "\xff\xff\xff\xff\xff\xff\xff\x7f",
		     "M x=9223372036854775807");
	check_number(ANC_FIELD_INT, 8, NULL, "\0\0\0\0\0\0\0\0", "M x=0");
}

TEST(uint_and_hex_are_unsigned_in_every_width)
{
	check_number(ANC_FIELD_UINT, 1, NULL, "\xff", "M x=255");
	check_number(ANC_FIELD_UINT, 2, NULL, "\1\2", "M x=513");
	check_number(ANC_FIELD_UINT, 4, NULL, "\xff\xff\xff\xff", "M x=4294967295");
	check_number(ANC_FIELD_UINT, 8, NULL, "\xff\xff\xff\xff\xff\xff\xff\xff",
		     "M x=18446744073709551615");
	check_number(ANC_FIELD_HEX, 1, NULL, "\xff", "M x=0xff");
	check_number(ANC_FIELD_HEX, 4, NULL, "\xef\xbe\xad\xde", "M x=0xdeadbeef");
	check_number(ANC_FIELD_HEX, 8, NULL, "\xff\xff\xff\xff\xff\xff\xff\xff",
		     "M x=0xffffffffffffffff");
	check_number(ANC_FIELD_HEX, 2, NULL, "\0\0", "M x=0x0");
}

TEST(enum_is_a_name_or_the_number)
{
	check_number(ANC_FIELD_ENUM, 1, colours, "\3", "M x=RED");
	check_number(ANC_FIELD_ENUM, 4, colours, "\0\0\0\0", "M x=BLACK");
	check_number(ANC_FIELD_ENUM, 4, colours, "\0\0\0\x80", "M x=FAR");
	check_number(ANC_FIELD_ENUM, 2, colours, "\4\0", "M x=4");
	check_number(ANC_FIELD_ENUM, 2, NULL, "\3\0", "M x=3");
}

TEST(flags_are_names_and_the_rest_in_hex)
{
	check_number(ANC_FIELD_FLAGS, 1, bits, "\1", "M x=A");
	check_number(ANC_FIELD_FLAGS, 1, bits, "\3", "M x=A|B");
	check_number(ANC_FIELD_FLAGS, 1, bits, "\x0f", "M x=A|B|CD");
	check_number(ANC_FIELD_FLAGS, 1, bits, "\4", "M x=0x4");
	check_number(ANC_FIELD_FLAGS, 2, bits, "\x12\x80", "M x=B|0x8010");
	check_number(ANC_FIELD_FLAGS, 4, bits, "\0\0\0\0", "M x=0x0");
	check_number(ANC_FIELD_FLAGS, 4, NULL, "\3\0\0\0", "M x=0x3");
}

TEST(text_is_quoted_and_what_is_not_printable_escaped)
{
	const struct anc_field whole = {"x", ANC_FIELD_TEXT, 0, 0, NULL};
	const struct anc_field two = {"x", ANC_FIELD_TEXT, 2, 1, NULL};

	check_field(&whole, "unconfined", 10, "M x=\"unconfined\"");
	check_field(&whole, "a\"\\\n\0\x1b[\x7f\xff ~", 11,
		    "M x=\"a\\x22\\x5c\\x0a\\x00\\x1b[\\x7f\\xff ~\"");
	check_field(&whole, "", 0, "M x=\"\"");
	check_field(&whole, NULL, 0, "M x=\"\"");
	check_field(&two, "abcd", 4, "M x=\"bc\"");
}

TEST(bytes_are_hex)
{
	const struct anc_field whole = {"x", ANC_FIELD_BYTES, 0, 1, NULL};
	const struct anc_field two = {"x", ANC_FIELD_BYTES, 2, 0, NULL};
	const struct anc_field wide = {"x", ANC_FIELD_UINT, 9, 0, NULL};
	const struct anc_field open = {"x", ANC_FIELD_INT, 0, 0, NULL};

	check_field(&whole, "\0\x0a\xff", 3, "M x=0a ff");
	check_field(&whole, "\0", 1, "M x=");
	check_field(&two, "\x01\x02\x03", 3, "M x=01 02");
	check_field(&wide, "\1\2\3\4\5\6\7\x08\x09", 9, "M x=01 02 03 04 05 06 07 08 09");
	check_field(&open, "\1\2", 2, "M x=01 02");
}

TEST(field_that_the_payload_does_not_reach_is_left_out)
{
	const struct anc_field at_two = {"x", ANC_FIELD_UINT, 2, 2, NULL};
	const struct anc_field open = {"x", ANC_FIELD_TEXT, 0, 2, NULL};

	check_field(&at_two, "\0\0\1\0", 4, "M x=1");
	check_field(&at_two, "\0\0\1", 3, "M");
	check_field(&at_two, "\0\0", 2, "M");
	check_field(&at_two, "\0", 1, "M");
	check_field(&open, "\0\0", 2, "M x=\"\"");
	check_field(&open, "\0", 1, "M");
}

/* What the text of a message is by the library's rows. */
static void check_text(const struct anc_cmsg *msg, const char *abi, const char *expected)
{
	char text[256];

	CHECK_EQ(anc_cmsg_format(msg, abi != NULL ? anc_abi_find(abi) : NULL, text, sizeof(text)),
		 strlen(expected));
	CHECK_STR(text, expected);
}

TEST(credentials_are_their_fields)
{
	const struct anc_ucred ucred = {-7, 0, 4294967295u};
	struct anc_cmsg msg = {SOL_SOCKET, 2, &ucred, sizeof(ucred), false};

	check_text(&msg, NULL, "SCM_CREDENTIALS pid=-7 uid=0 gid=4294967295");
	msg.len = 8;
	check_text(&msg, NULL, "SCM_CREDENTIALS len=8 (expected 12) pid=-7 uid=0");
	msg.truncated = true;
	check_text(&msg, NULL, "SCM_CREDENTIALS len=8 (expected 12) pid=-7 uid=0 (truncated)");
	msg.len = 0;
	msg.data = NULL;
	check_text(&msg, NULL, "SCM_CREDENTIALS len=0 (expected 12) (truncated)");
}

TEST(descriptors_are_numbers_errnos_or_taken)
{
	const int fds[] = {5, ANC_FD_TAKEN, -24, 7};
	struct anc_cmsg msg = {SOL_SOCKET, SCM_RIGHTS, fds, sizeof(fds), false};

	check_text(&msg, NULL, "SCM_RIGHTS fds=5,taken,-EMFILE,7");
	msg.truncated = true;
	check_text(&msg, NULL, "SCM_RIGHTS fds=5,taken,-EMFILE,7 (truncated)");
	msg.truncated = false;
	msg.len = sizeof(int) + 3;
	check_text(&msg, NULL, "SCM_RIGHTS fds=5");
	msg.len = 3;
	check_text(&msg, NULL, "SCM_RIGHTS len=3 (expected at least 4) fds=");
	msg.type = 4;
	msg.len = sizeof(int);
	check_text(&msg, NULL, "SCM_PIDFD fds=5");
	msg.len = 2 * sizeof(int);
	check_text(&msg, NULL, "SCM_PIDFD len=8 (expected 4) fds=5");
}

/* Not an error: its fields are read, and the row is its own. */
TEST(a_size_past_the_greatest_is_told)
{
	static const struct anc_message_type row = {
		.name = "GROWN", .level = 300, .type = 1, .min_size = 2, .max_size = 4};
	static const struct anc_message_type exact = {
		.name = "EXACT", .level = 300, .type = 2, .size = 4, .max_size = 2};
	struct anc_cmsg msg = {300, 1, "abcde", 4, false};
	char text[128];

	anc_message_format(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "GROWN 61 62 63 64");
	msg.len = 5;
	anc_message_format(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "GROWN len=5 (expected at most 4) 61 62 63 64 65");
	anc_message_json(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "{\"name\":\"GROWN\",\"level\":300,\"type\":1,\"len\":5,\"expected\":4,"
			"\"bytes\":\"6162636465\"}");
	msg.type = 2;
	msg.len = 4;
	anc_message_format(&exact, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "EXACT 61 62 63 64");
}

/* The library's rows: a link's address that has grown by a byte. */
TEST(a_grown_message_is_read_all_the_same)
{
	static const unsigned char bytes[] =
		"\x15\x12\x02\0\x06\x04\x06\0en01\0\x11\x22\x33\x44\x55\0\0";
	const struct anc_abi *netbsd = anc_abi_find("netbsd-64");
	struct anc_cmsg msg = {0, 20, bytes, sizeof(bytes), false};
	enum anc_match match;

	CHECK_EQ(msg.len, 21);
	check_text(&msg, "netbsd-64",
		   "IP_RECVIF len=21 (expected at most 20) interface=en01(2)/00:11:22:33:44:55");
	CHECK(anc_message_match(netbsd, AF_INET, &msg, &match) != NULL);
	CHECK_EQ(match, ANC_MATCH_SURE);
	msg.len = 20;
	check_text(&msg, "netbsd-64", "IP_RECVIF interface=en01(2)/00:11:22:33:44:55");
}

TEST(label_is_quoted_text)
{
	struct anc_cmsg msg = {SOL_SOCKET, 3, "a:b\0", 4, false};

	check_text(&msg, NULL, "SCM_SECURITY label=\"a:b\\x00\"");
	msg.len = 3;
	check_text(&msg, NULL, "SCM_SECURITY label=\"a:b\"");
	msg.len = 0;
	msg.data = NULL;
	check_text(&msg, NULL, "SCM_SECURITY label=\"\"");
}

TEST(unknown_message_is_numbers_and_hex)
{
	struct anc_cmsg msg = {-5, 2147483647, "\x00\xff\x10", 3, false};

	check_text(&msg, NULL, "level=-5 type=2147483647 len=3 00 ff 10");
	msg.truncated = true;
	check_text(&msg, NULL, "level=-5 type=2147483647 len=3 00 ff 10 (truncated)");
	msg.len = 0;
	msg.data = NULL;
	msg.truncated = false;
	check_text(&msg, NULL, "level=-5 type=2147483647 len=0");
}

TEST(row_without_fields_is_hex)
{
	const struct anc_message_type row = {.name = "PLAIN", .level = 1, .type = 1, .min_size = 2};
	struct anc_cmsg msg = {1, 1, "\x01\x02", 2, false};
	char text[64];

	anc_message_format(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "PLAIN 01 02");
	msg.len = 1;
	anc_message_format(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "PLAIN len=1 (expected at least 2) 01");
	msg.len = 0;
	msg.truncated = true;
	anc_message_format(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "PLAIN len=0 (expected at least 2) (truncated)");
}

TEST(numbers_are_read_in_the_abi_s_byte_order)
{
	const struct anc_cmsg little = {1, 2, "\xe8\3\0\0\1\0\0\0\2\0\0\0", 12, false};
	const struct anc_cmsg big = {1, 2, "\0\0\3\xe8\0\0\0\1\0\0\0\2", 12, false};
	struct anc_cmsg fds = {0xffff, 1, "\0\0\0\3\xff\xff\xff\xe8", 8, false};

	check_text(&little, "linux-64", "SCM_CREDENTIALS pid=1000 uid=1 gid=2");
	check_text(&little, "linux-32", "SCM_CREDENTIALS pid=1000 uid=1 gid=2");
	check_text(&big, "linux-64be", "SCM_CREDENTIALS pid=1000 uid=1 gid=2");
	check_text(&big, "linux-32be", "SCM_CREDENTIALS pid=1000 uid=1 gid=2");
	check_text(&fds, "freebsd-64be", "SCM_RIGHTS fds=3,-24");
}

TEST(other_systems_rights_are_known_by_their_numbers)
{
	struct anc_cmsg msg = {0xffff, 1, "\3\0\0\0", 4, false};

	check_text(&msg, "freebsd-64", "SCM_RIGHTS fds=3");
	check_text(&msg, "darwin-64", "SCM_RIGHTS fds=3");
	check_text(&msg, "illumos-64", "level=SOL_SOCKET type=1 len=4 03 00 00 00");
	msg.type = 0x1010;
	check_text(&msg, "illumos-64", "SCM_RIGHTS fds=3");
	check_text(&msg, "freebsd-64", "level=SOL_SOCKET type=4112 len=4 03 00 00 00");
	msg.level = 1;
	msg.type = 1;
	check_text(&msg, "linux-64", "SCM_RIGHTS fds=3");
	check_text(&msg, "freebsd-64", "level=IPPROTO_ICMP type=1 len=4 03 00 00 00");
}

/* Holds a buffer of every size against the whole text. */
static void check_every_size(const struct anc_cmsg *msg, const char *whole)
{
	const size_t len = strlen(whole);
	char filled[256];
	char text[256];
	size_t size;

	memset(filled, '#', sizeof(filled));
	for (size = 0; size <= len + 1; size++) {
		memset(text, '#', sizeof(text));
		CHECK_EQ(anc_cmsg_format(msg, anc_abi_find("linux-64"), text, size), len);
		CHECK_EQ(memcmp(text + size, filled, sizeof(text) - size), 0);
		if (size == 0)
			continue;
		CHECK_EQ(strlen(text), size - 1);
		CHECK_EQ(memcmp(text, whole, size - 1), 0);
	}
	CHECK_EQ(anc_cmsg_format(msg, anc_abi_find("linux-64"), NULL, 0), len);
}

TEST(every_buffer_size_keeps_snprintf_s_contract)
{
	const struct anc_cmsg ucred = {1, 2, "\xe8\3\0\0\1\0\0\0\2\0\0\0", 12, true};
	const struct anc_cmsg rights = {1, 1, "\1\0\0\0\0\0\0\x80\xff\xff\xff\xff", 12, false};
	const struct anc_cmsg label = {1, 3, "a\n\0", 3, false};
	const struct anc_cmsg unknown = {-1, -1, "\x01\x02", 2, true};

	check_every_size(&ucred, "SCM_CREDENTIALS pid=1000 uid=1 gid=2 (truncated)");
	check_every_size(&rights, "SCM_RIGHTS fds=1,taken,-EPERM");
	check_every_size(&label, "SCM_SECURITY label=\"a\\x0a\\x00\"");
	check_every_size(&unknown, "level=-1 type=-1 len=2 01 02 (truncated)");
}

TEST(row_without_a_name_gives_an_ended_string)
{
	const struct anc_message_type row = {.name = "", .level = 1, .type = 1};
	const struct anc_cmsg msg = {1, 1, NULL, 0, false};
	char text[4] = "###";

	CHECK_EQ(anc_message_format(&row, &msg, NULL, text, sizeof(text)), 0);
	CHECK_STR(text, "");
}

TEST(payload_at_every_offset_reads_the_same)
{
	_Alignas(16) unsigned char buf[64];
	struct anc_cmsg msg = {1, 2, NULL, 12, false};
	size_t offset;

	for (offset = 0; offset < 16; offset++) {
		memcpy(buf + offset, "\xe8\3\0\0\1\0\0\0\2\0\0\0", 12);
		msg.data = buf + offset;
		check_text(&msg, "linux-64", "SCM_CREDENTIALS pid=1000 uid=1 gid=2");
	}
}

TEST(types_that_were_set_are_printed_by_their_own_row)
{
	static const struct anc_field fields[] = {{"id", ANC_FIELD_UINT, 1, 0, NULL}};
	static const struct anc_message_type own = {.name = "OWN",
						    .level = LEVEL,
						    .type = 1,
						    .size = 1,
						    .fields = fields,
						    .field_count = 1};
	static const struct anc_message_type *const types[] = {&own};
	const struct anc_cmsg msg = {LEVEL, 1, "\x2a", 1, false};
	const struct anc_cmsg other = {LEVEL, 2, "\x2a", 1, false};
	struct anc_data data;
	char text[64];

	anc_data_init(&data, NULL, 0);
	anc_data_format(&data, &msg, text, sizeof(text));
	CHECK_STR(text, "level=1000 type=1 len=1 2a");
	CHECK_EQ(anc_data_set_types(&data, types, 1), 0);
	CHECK_EQ(anc_data_format(&data, &msg, text, sizeof(text)), 9);
	CHECK_STR(text, "OWN id=42");
	anc_data_format(&data, &other, text, sizeof(text));
	CHECK_STR(text, "level=1000 type=2 len=1 2a");
	anc_data_fini(&data);
}

/* A buffer as large as the caller says, though its size is more than a printf(3) would take. */
TEST(a_size_beyond_int_prints_the_same)
{
	static const volatile size_t sizes[] = {INT_MAX, (size_t)INT_MAX + 1, SIZE_MAX / 2 + 1,
						SIZE_MAX};
	const struct anc_cmsg ucred = {1, 2, "\xe8\3\0\0\1\0\0\0\2\0\0\0", 12, false};
	const struct anc_cmsg unknown = {-1, -1, "\x01\x02", 2, false};
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(text, '?', sizeof(text));
		CHECK_EQ(anc_cmsg_format(&ucred, anc_abi_find("linux-64"), text, sizes[i]), 36);
		CHECK_STR(text, "SCM_CREDENTIALS pid=1000 uid=1 gid=2");
		memset(text, '?', sizeof(text));
		CHECK_EQ(anc_cmsg_format(&unknown, NULL, text, sizes[i]), 28);
		CHECK_STR(text, "level=-1 type=-1 len=2 01 02");
	}
}

/* The level is Netlink's and others' too; nobody here knows of which family the socket was. */
TEST(level_zero_is_ip)
{
	struct anc_cmsg msg = {0, 2, "\x40\0\0\0", 4, false};

	check_text(&msg, "linux-64", "IP_TTL ttl=64");
	msg.len = 1;
	check_text(&msg, NULL, "IP_TTL len=1 (expected 4)");
}

/* What has a size of `long` has a row for each width. */
TEST(time_stamps_of_another_width_are_of_the_right_size)
{
	static const unsigned char zeros[48];
	const struct anc_message_type *row = NULL;
	struct anc_cmsg msg = {0, 0, zeros, 0, false};
	size_t found = 0;
	char text[256];

	while ((row = anc_message_next(anc_abi_find("linux-32"), row)) != NULL) {
		if (strncmp(row->name, "SCM_TIMESTAMP", 13) != 0 ||
		    strchr(row->name + 4, '_') != NULL || (row->flags & ANC_RECEIVED) == 0)
			continue;
		msg.level = row->level;
		msg.type = row->type;
		msg.len = strstr(row->name, "STAMPING") != NULL ? 24 : 8;
		anc_cmsg_format(&msg, anc_abi_find("linux-32"), text, sizeof(text));
		CHECK(strstr(text, "expected") == NULL);
		msg.len *= 2;
		anc_cmsg_format(&msg, anc_abi_find("linux-64"), text, sizeof(text));
		CHECK(strstr(text, "expected") == NULL);
		found++;
	}
	CHECK_EQ(found, 3);
}

static const struct tap_test tests[] = {
	{"int_is_signed_in_every_width", test_int_is_signed_in_every_width},
	{"uint_and_hex_are_unsigned_in_every_width", test_uint_and_hex_are_unsigned_in_every_width},
	{"enum_is_a_name_or_the_number", test_enum_is_a_name_or_the_number},
	{"flags_are_names_and_the_rest_in_hex", test_flags_are_names_and_the_rest_in_hex},
	{"text_is_quoted_and_what_is_not_printable_escaped",
	 test_text_is_quoted_and_what_is_not_printable_escaped},
	{"bytes_are_hex", test_bytes_are_hex},
	{"field_that_the_payload_does_not_reach_is_left_out",
	 test_field_that_the_payload_does_not_reach_is_left_out},
	{"credentials_are_their_fields", test_credentials_are_their_fields},
	{"descriptors_are_numbers_errnos_or_taken", test_descriptors_are_numbers_errnos_or_taken},
	{"a_size_past_the_greatest_is_told", test_a_size_past_the_greatest_is_told},
	{"a_grown_message_is_read_all_the_same", test_a_grown_message_is_read_all_the_same},
	{"label_is_quoted_text", test_label_is_quoted_text},
	{"unknown_message_is_numbers_and_hex", test_unknown_message_is_numbers_and_hex},
	{"row_without_fields_is_hex", test_row_without_fields_is_hex},
	{"numbers_are_read_in_the_abi_s_byte_order", test_numbers_are_read_in_the_abi_s_byte_order},
	{"other_systems_rights_are_known_by_their_numbers",
	 test_other_systems_rights_are_known_by_their_numbers},
	{"every_buffer_size_keeps_snprintf_s_contract",
	 test_every_buffer_size_keeps_snprintf_s_contract},
	{"row_without_a_name_gives_an_ended_string", test_row_without_a_name_gives_an_ended_string},
	{"payload_at_every_offset_reads_the_same", test_payload_at_every_offset_reads_the_same},
	{"types_that_were_set_are_printed_by_their_own_row",
	 test_types_that_were_set_are_printed_by_their_own_row},
	{"a_size_beyond_int_prints_the_same", test_a_size_beyond_int_prints_the_same},
	{"level_zero_is_ip", test_level_zero_is_ip},
	{"time_stamps_of_another_width_are_of_the_right_size",
	 test_time_stamps_of_another_width_are_of_the_right_size},
};
TAP_MAIN(tests)
