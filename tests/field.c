/* SPDX-License-Identifier: MIT */
/* Values by the names of their fields, and the row that a message is read by. */
#include "tap.h"

#include <anc/anc.h>

#define LEVEL 1000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct anc_names colours[] = {{3, "RED"}, {0, NULL}};

static const struct anc_field fields[] = {
	{"int", ANC_FIELD_INT, 2, 0, NULL},
	{"uint", ANC_FIELD_UINT, 2, 0, NULL},
	{"net", ANC_FIELD_UINT | ANC_FIELD_NETWORK, 2, 0, NULL},
	{"hex", ANC_FIELD_HEX, 8, 0, NULL},
	{"enum", ANC_FIELD_ENUM, 1, 2, colours},
	{"flags", ANC_FIELD_FLAGS, 1, 2, colours},
	{"text", ANC_FIELD_TEXT, 0, 0, NULL},
	{"bytes", ANC_FIELD_BYTES, 2, 1, NULL},
	{"address", ANC_FIELD_IN_ADDR, 4, 0, NULL},
	{"count", ANC_FIELD_UINT, 1, 0, NULL},
	{"counted", ANC_FIELD_UINT | ANC_FIELD_COUNTED, 2, 1, NULL},
	{"list", ANC_FIELD_UINT | ANC_FIELD_LIST, 2, 1, NULL},
	{"whole", ANC_FIELD_UINT, 0, 0, NULL},
	{"wide", ANC_FIELD_UINT, 9, 0, NULL},
	{"timeval", ANC_FIELD_TIMEVAL, 16, 0, NULL},
	{"timespec", ANC_FIELD_TIMESPEC, 8, 0, NULL},
	{"far", ANC_FIELD_UINT, 1, 200, NULL},
};

static const struct anc_message_type own = {
	.name = "OWN", .level = LEVEL, .type = 1, .fields = fields, .field_count = COUNT(fields)};

static const struct anc_abi *little(void)
{
	return anc_abi_find("linux-64");
}

static const struct anc_abi *big(void)
{
	return anc_abi_find("linux-64be");
}

static struct anc_cmsg own_message(const void *payload, size_t len)
{
	const struct anc_cmsg msg = {LEVEL, 1, payload, len, false};

	return msg;
}

static void check_value(const struct anc_abi *abi, const char *name, int64_t expected)
{
	const struct anc_cmsg msg = own_message("\xfe\xff\3\4\5\6\7\x88", 8);
	int64_t value = 0;

	CHECK_EQ(anc_message_field(&own, &msg, abi, name, &value), 0);
	CHECK_EQ(value, expected);
}

TEST(numbers_are_read_with_their_sign_and_byte_order)
{
	check_value(little(), "int", -2);
	check_value(big(), "int", (int16_t)0xfeff);
	check_value(little(), "uint", 0xfffe);
	check_value(big(), "uint", 0xfeff);
	check_value(little(), "net", 0xfeff);
	check_value(big(), "net", 0xfeff);
	check_value(little(), "enum", 3);
	check_value(little(), "flags", 3);
	check_value(little(), "count", 0xfe);
	/* past INT64_MAX */
	check_value(little(), "hex", (int64_t)UINT64_C(0x880706050403fffe));
}

static void check_error(const struct anc_cmsg *msg, const char *name, int expected)
{
	int64_t value = 7;

	CHECK_EQ(anc_message_field(&own, msg, little(), name, &value), expected);
	CHECK_EQ(value, 7);
}

TEST(what_is_no_number_is_refused)
{
	const struct anc_cmsg msg = own_message("\1\2\3\4\5\6\7\x08\x09", 9);

	check_error(&msg, "text", -EINVAL);
	check_error(&msg, "bytes", -EINVAL);
	check_error(&msg, "address", -EINVAL);
	check_error(&msg, "counted", -EINVAL);
	check_error(&msg, "list", -EINVAL);
	check_error(&msg, "whole", -EINVAL);
	check_error(&msg, "wide", -EINVAL);
	check_error(&msg, "none", -ENOMSG);
	check_error(&msg, "far", -EBADMSG);
	check_error(&msg, "timeval", -EBADMSG);
}

TEST(times_are_nanoseconds)
{
	static const unsigned char payload[16] = {1, 0, 0, 0, 2};
	static const unsigned char late[16] = {0, 0, 0, 0, 0, 0, 0, 0x7f};
	static const unsigned char odd[16] = {1, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x42, 0x0f};
	struct anc_cmsg msg = own_message(payload, sizeof(payload));
	int64_t value = 0;

	CHECK_EQ(anc_message_field(&own, &msg, little(), "timespec", &value), 0);
	CHECK_EQ(value, 1000000002);
	CHECK_EQ(anc_message_field(&own, &msg, little(), "timeval", &value), 0);
	CHECK_EQ(value, INT64_C(0x200000001) * 1000000000);
	msg.data = late;
	check_error(&msg, "timeval", -ERANGE);
	/* a million microseconds are no fraction */
	msg.data = odd;
	check_error(&msg, "timeval", -ERANGE);
}

static void check_bytes(const struct anc_cmsg *msg, const char *name, size_t at, size_t len)
{
	const void *bytes = NULL;
	size_t got = 99;

	CHECK_EQ(anc_message_field_bytes(&own, msg, little(), name, &bytes, &got), 0);
	CHECK_EQ(got, len);
	CHECK(bytes == (const char *)msg->data + at);
}

TEST(bytes_of_a_field_are_lent)
{
	const struct anc_cmsg msg = own_message("\2\2\3\4\5\6\7\x08", 8);
	const struct anc_cmsg many = own_message("\xff\2\3\4\5\6\7\x08", 8);
	const void *bytes = &msg;
	size_t len = 99;

	check_bytes(&msg, "text", 0, 8);
	check_bytes(&msg, "bytes", 1, 2);
	check_bytes(&msg, "address", 0, 4);
	/* whole elements: two that were counted, three to the end; never more than there are */
	check_bytes(&msg, "counted", 1, 4);
	check_bytes(&msg, "list", 1, 6);
	check_bytes(&many, "counted", 1, 6);
	CHECK_EQ(anc_message_field_bytes(&own, &msg, little(), "none", &bytes, &len), -ENOMSG);
	CHECK_EQ(anc_message_field_bytes(&own, &msg, little(), "far", &bytes, &len), -EBADMSG);
	CHECK(bytes == &msg && len == 99);
}

TEST(an_empty_payload_without_a_pointer_is_read)
{
	const struct anc_cmsg msg = own_message(NULL, 0);
	const void *bytes = &msg;
	size_t len = 99;

	CHECK_EQ(anc_message_field_bytes(&own, &msg, little(), "text", &bytes, &len), 0);
	CHECK(bytes == NULL && len == 0);
	check_error(&msg, "uint", -EBADMSG);
	check_error(&msg, "counted", -EBADMSG);
}

TEST(a_field_of_any_system_s_message_is_found_by_name)
{
	/* sockcred of NetBSD, big-endian: pid, uid, euid, gid, egid, no group */
	const struct anc_cmsg netbsd = {
		0xffff, 0x10, "\0\0\0\7\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\0", 24, false};
	const struct anc_cmsg linux_cred = {1, 2, "\1\0\0\0\2\0\0\0\3\0\0\0", 12, false};
	const struct anc_cmsg unknown = {77, 77, "\1\0\0\0", 4, false};
	int64_t value = 0;

	CHECK_EQ(anc_cmsg_field(&netbsd, anc_abi_find("netbsd-64be"), "euid", &value), 0);
	CHECK_EQ(value, 2);
	CHECK_EQ(anc_cmsg_field(&linux_cred, little(), "gid", &value), 0);
	CHECK_EQ(value, 3);
	CHECK_EQ(anc_cmsg_field(&linux_cred, little(), "euid", &value), -ENOMSG);
	CHECK_EQ(anc_cmsg_field(&unknown, little(), "uid", &value), -ENOMSG);
	CHECK_EQ(value, 3);
}

static void check_match(const char *abi, int family, const struct anc_cmsg *msg, const char *name,
			enum anc_match expected)
{
	enum anc_match match = ANC_MATCH_NONE;
	const struct anc_message_type *row =
		anc_message_match(anc_abi_find(abi), family, msg, &match);

	CHECK_EQ(match, expected);
	CHECK((row == NULL) == (name == NULL));
	if (row != NULL && name != NULL)
		CHECK_STR(row->name, name);
	CHECK(anc_message_match(anc_abi_find(abi), family, msg, NULL) == row);
}

TEST(the_family_tells_colliding_levels_apart)
{
	const struct anc_cmsg msg = {0, 1, "\1\0\0\0", 4, false};
	const struct anc_cmsg other = {0, 9, NULL, 0, false};
	char text[120];

	check_match("linux-64", AF_INET, &msg, "IP_TOS", ANC_MATCH_SURE);
	check_match("linux-64", 31, &msg, "HCI_CMSG_DIR", ANC_MATCH_SURE);
	check_match("linux-64", AF_UNSPEC, &msg, "IP_TOS", ANC_MATCH_SURE);
	check_match("linux-64", AF_UNIX, &msg, NULL, ANC_MATCH_NONE);
	check_match("linux-64", 99, &msg, NULL, ANC_MATCH_NONE);
	check_match("linux-64", -1, &msg, NULL, ANC_MATCH_NONE);
	anc_cmsg_format_of(&msg, little(), 31, text, sizeof(text));
	CHECK_STR(text, "HCI_CMSG_DIR incoming=1");
	anc_cmsg_json_of(&msg, little(), 31, text, sizeof(text));
	CHECK_STR(text, "{\"name\":\"HCI_CMSG_DIR\",\"level\":0,\"type\":1,\"len\":4,"
			"\"fields\":{\"incoming\":1}}");
	anc_cmsg_format_of(&other, little(), 31, text, sizeof(text));
	CHECK_STR(text, "level=SOL_HCI type=9 len=0");
	CHECK_STR(anc_abi_level(little(), AF_UNSPEC, 0), "IPPROTO_IP");
	CHECK_STR(anc_abi_level(little(), 31, 0), "SOL_HCI");
}

TEST(the_size_picks_among_the_rows_of_one_message)
{
	struct anc_cmsg msg = {0, 1, "\1\0\0\0", 1, false};
	const struct anc_message_type *one = anc_message_match(little(), AF_INET, &msg, NULL);
	const struct anc_message_type *four;

	msg.len = 4;
	four = anc_message_match(little(), AF_INET, &msg, NULL);
	CHECK(one != four);
	CHECK_EQ(one->size, 1);
	CHECK_EQ(four->size, 4);
	msg.len = 3;
	check_match("linux-64", AF_INET, &msg, "IP_TOS", ANC_MATCH_SIZE);
}

/* Of 84 bytes FreeBSD's SCM_CREDS may be either of its layouts when 16 groups are named. */
TEST(two_layouts_of_one_number_are_told_apart_or_guessed)
{
	unsigned char bytes[84] = {0};
	struct anc_cmsg msg = {0xffff, 3, bytes, sizeof(bytes), false};

	bytes[16] = 3;
	check_match("freebsd-64", AF_UNIX, &msg, "SCM_CREDS", ANC_MATCH_SURE);
	CHECK_STR(anc_message_match(anc_abi_find("freebsd-64"), AF_UNIX, &msg, NULL)->payload,
		  "struct cmsgcred");
	bytes[16] = 16;
	check_match("freebsd-64", AF_UNIX, &msg, "SCM_CREDS", ANC_MATCH_GUESS);
	msg.len = 32;
	bytes[16] = 3;
	check_match("freebsd-64", AF_UNIX, &msg, "SCM_CREDS", ANC_MATCH_SURE);
	CHECK_STR(anc_message_match(anc_abi_find("freebsd-64"), AF_UNIX, &msg, NULL)->payload,
		  "struct sockcred");
}

/* Sparc, parisc, mips and alpha number SOL_SOCKET's messages in their own way. */
TEST(odd_machines_numbers_are_translated)
{
	const struct anc_cmsg mips = {0xffff, 1, "\0\0\0\3", 4, false};
	const struct anc_cmsg sparc = {0xffff, 0x24, "\0\0\0\3", 4, false};
	const struct anc_cmsg generic = {1, 40, "\3\0\0\0", 4, false};

	check_match("linux-mips-32be", AF_UNIX, &mips, "SCM_RIGHTS", ANC_MATCH_SURE);
	check_match("linux-64", AF_UNIX, &mips, NULL, ANC_MATCH_NONE);
	check_match("linux-sparc-64be", AF_INET, &sparc, "SO_RXQ_OVFL", ANC_MATCH_SURE);
	check_match("linux-64", AF_INET, &generic, "SO_RXQ_OVFL", ANC_MATCH_SURE);
	check_match("linux-sparc-64be", AF_INET, &generic, NULL, ANC_MATCH_NONE);
	CHECK_STR(anc_abi_level(anc_abi_find("linux-mips-32be"), AF_UNIX, 0xffff), "SOL_SOCKET");
}

TEST(every_system_lists_rows_that_find_themselves)
{
	const struct anc_message_type *row = NULL;
	const struct anc_abi *abi = NULL;
	size_t count;

	while ((abi = anc_abi_next(abi)) != NULL) {
		count = 0;
		while ((row = anc_message_next(abi, row)) != NULL) {
			CHECK(row->bits == 0 || row->bits == anc_abi_bits(abi));
			count++;
		}
		CHECK(count >= 10);
		CHECK(anc_abi_find(anc_abi_name(abi)) == abi);
		CHECK(anc_abi_flags(abi)->name != NULL);
	}
}

TEST(the_host_s_abi_is_this_program_s)
{
	const struct anc_abi *host = anc_abi_host();
	unsigned char buf[64];
	unsigned char same[64];
	const int value = 5;

	memset(buf, 0, sizeof(buf));
	memset(same, 0, sizeof(same));
	CHECK_STR(anc_abi_system(host), "linux");
	CHECK_EQ(anc_abi_bits(host), 8 * sizeof(long));
	CHECK_EQ(anc_cmsg_put(buf, sizeof(buf), 1, 2, &value, 4),
		 anc_abi_put(host, same, sizeof(same), 1, 2, &value, 4));
	CHECK_EQ(memcmp(buf, same, sizeof(buf)), 0);
}

/* A layout that nobody knows, and sizes that no kernel writes. */
TEST(what_its_row_refuses_is_not_read)
{
	const unsigned char creds2[28] = {1, 0, 0, 0, 9, 0, 0, 0, 7};
	const unsigned char ucreds[24] = {9, 0, 0, 0, 7};
	const struct anc_cmsg unknown = {0xffff, 8, creds2, sizeof(creds2), false};
	const struct anc_cmsg long_one = {SOL_SOCKET, SCM_CREDENTIALS, ucreds, sizeof(ucreds),
					  false};
	const struct anc_abi *freebsd = anc_abi_find("freebsd-64");
	int64_t number = -1;

	CHECK_EQ(anc_cmsg_field(&unknown, freebsd, "uid", &number), -EBADMSG);
	CHECK_EQ(anc_cmsg_field(&unknown, freebsd, "nothing", &number), -EBADMSG);
	CHECK_EQ(anc_cmsg_field(&long_one, NULL, "uid", &number), -EBADMSG);
	CHECK_EQ(number, -1);
	/* Whoever knows better names the row. */
	CHECK_EQ(anc_message_field(&anc_ucred_type, &long_one, NULL, "uid", &number), 0);
}

static const struct tap_test tests[] = {
	{"numbers_are_read_with_their_sign_and_byte_order",
	 test_numbers_are_read_with_their_sign_and_byte_order},
	{"what_is_no_number_is_refused", test_what_is_no_number_is_refused},
	{"times_are_nanoseconds", test_times_are_nanoseconds},
	{"bytes_of_a_field_are_lent", test_bytes_of_a_field_are_lent},
	{"an_empty_payload_without_a_pointer_is_read",
	 test_an_empty_payload_without_a_pointer_is_read},
	{"a_field_of_any_system_s_message_is_found_by_name",
	 test_a_field_of_any_system_s_message_is_found_by_name},
	{"the_family_tells_colliding_levels_apart", test_the_family_tells_colliding_levels_apart},
	{"the_size_picks_among_the_rows_of_one_message",
	 test_the_size_picks_among_the_rows_of_one_message},
	{"two_layouts_of_one_number_are_told_apart_or_guessed",
	 test_two_layouts_of_one_number_are_told_apart_or_guessed},
	{"what_its_row_refuses_is_not_read", test_what_its_row_refuses_is_not_read},
	{"odd_machines_numbers_are_translated", test_odd_machines_numbers_are_translated},
	{"every_system_lists_rows_that_find_themselves",
	 test_every_system_lists_rows_that_find_themselves},
	{"the_host_s_abi_is_this_program_s", test_the_host_s_abi_is_this_program_s},
};
TAP_MAIN(tests)
