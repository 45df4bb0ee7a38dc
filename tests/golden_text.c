/* SPDX-License-Identifier: MIT */
/*
 * Golden bytes: each message is laid out as its system does, walked, matched with a row and
 * printed, and is what its line says. What it says is not taken from this library.
 */
#include "golden_messages.h"
#include "json_text.h"
#include "tap.h"

#include <anc/anc.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define BYTES_MOST 4096
#define TEXT_MOST 4096
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A line, made into a message that lies in a buffer of its system. */
struct scene {
	const struct golden_message *line;
	const struct anc_abi *abi;
	unsigned char buffer[BYTES_MOST];
	size_t len;
	struct anc_cmsg msg;
	const struct anc_message_type *row;
	enum anc_match match;
};

/* Digits without anything between; returns the bytes they are. */
static size_t read_hex(const char *hex, unsigned char *ret, size_t room)
{
	const size_t len = strlen(hex) / 2;
	unsigned byte;
	size_t i;

	CHECK(strlen(hex) % 2 == 0 && len <= room);
	for (i = 0; i < len; i++) {
		CHECK(sscanf(hex + 2 * i, "%2x", &byte) == 1);
		ret[i] = (unsigned char)byte;
	}
	return len;
}

static bool ends_with(const char *text, const char *end)
{
	const size_t len = strlen(text);

	return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

/* What a line's text says of how well its row fits. */
static enum anc_match expected_match(const char *text)
{
	if (strncmp(text, "level=", 6) == 0)
		return ANC_MATCH_NONE;
	if (strstr(text, " (expected ") != NULL)
		return ANC_MATCH_SIZE;
	return ends_with(text, " (a guess)") ? ANC_MATCH_GUESS : ANC_MATCH_SURE;
}

/* A truncated message claims 4 bytes more than are there. */
static void set_scene(struct scene *scene, const struct golden_message *line)
{
	const size_t cut = ends_with(line->text, " (truncated)") ? 4 : 0;
	unsigned char payload[BYTES_MOST / 2] = {0};
	const size_t len = read_hex(line->hex, payload, sizeof(payload) - cut);
	struct anc_cmsg_iter it;
	struct anc_cmsg none;

	scene->line = line;
	scene->abi = anc_abi_find(line->abi);
	CHECK(scene->abi != NULL);
	scene->len = anc_abi_put(scene->abi, scene->buffer, sizeof(scene->buffer), line->level,
				 line->type, payload, len + cut);
	CHECK(scene->len > 0);
	if (cut > 0)
		scene->len = anc_abi_layout(scene->abi).data + len;
	it = anc_abi_iter(scene->abi, anc_cmsgs_from_bytes(scene->buffer, scene->len));
	CHECK_EQ(anc_abi_iter_next(scene->abi, &it, &scene->msg), 1);
	scene->row = anc_message_match(scene->abi, line->family, &scene->msg, &scene->match);
	CHECK_EQ(scene->msg.level, line->level);
	CHECK_EQ(scene->msg.type, line->type);
	CHECK_EQ(scene->msg.len, len);
	CHECK(memcmp(scene->msg.data, payload, len) == 0);
	CHECK_EQ(scene->msg.truncated, cut > 0);
	CHECK_EQ(anc_abi_iter_next(scene->abi, &it, &none), 0);
}

/* What the call without a row tells besides: a guess, and the name of a level without a row. */
static bool is_told_without_row(const struct scene *scene)
{
	return scene->match == ANC_MATCH_GUESS ||
	       (scene->row == NULL && scene->line->family == AF_UNSPEC);
}

static void print_scene(const struct scene *scene, char *ret, size_t size)
{
	const int len =
		is_told_without_row(scene)
			? anc_cmsg_format(&scene->msg, scene->abi, ret, size)
			: anc_message_format(scene->row, &scene->msg, scene->abi, ret, size);

	CHECK(len >= 0 && (size_t)len < size && (size_t)len == strlen(ret));
}

static void print_scene_json(const struct scene *scene, char *ret, size_t size)
{
	const int len = is_told_without_row(scene)
				? anc_cmsg_json(&scene->msg, scene->abi, ret, size)
				: anc_message_json(scene->row, &scene->msg, scene->abi, ret, size);

	CHECK(len >= 0 && (size_t)len < size && (size_t)len == strlen(ret));
}

/* All lines are looked at before the test fails. */
static size_t count_wrong_text(const struct golden_message *line)
{
	static struct scene scene;
	char text[TEXT_MOST];
	size_t wrong = 0;

	for (; line->abi != NULL; line++) {
		set_scene(&scene, line);
		print_scene(&scene, text, sizeof(text));
		if (strcmp(text, line->text) == 0 && scene.match == expected_match(line->text))
			continue;
		printf("# %s, family %d, match %d\n# got      %s\n# expected %s\n# source   %s\n",
		       line->abi, line->family, (int)scene.match, text, line->text,
		       line->source != NULL ? line->source : "none");
		wrong++;
	}
	return wrong;
}

TEST(messages_of_linux_are_read_as_its_sources_say)
{
	CHECK_EQ(count_wrong_text(golden_messages_linux), 0);
}

TEST(messages_of_other_systems_are_read_as_their_sources_say)
{
	CHECK_EQ(count_wrong_text(golden_messages_bsd), 0);
}

TEST(what_no_row_fits_is_printed_as_far_as_it_goes)
{
	CHECK_EQ(count_wrong_text(golden_messages_refused), 0);
}

#define NONE_16 "00000000000000000000000000000000"
#define NONE_66 NONE_16 NONE_16 NONE_16 NONE_16 "0000"

/* Of a size that is allowed, but what the payload says of itself cannot be. */
TEST(a_payload_that_contradicts_itself_fits_no_row)
{
	/* clang-format off */
	static const struct golden_message lines[] = {
		{"linux-64", AF_INET6, 41, 54, "3a01050200000100", "a header of 16 bytes", ""},
		{"linux-64", AF_INET6, 41, 5, "1103000100000000", "a header of 32 bytes", ""},
		{"freebsd-64", AF_INET6, 41, 49, "3a01050200000100", "a header of 16 bytes", ""},
		{"darwin-64", AF_INET6, 41, 23, "3a01050200000100", "a header of 16 bytes", ""},
		{"illumos-64", AF_INET6, 41, 16, "1103000100000000", "a header of 32 bytes", ""},
		{"linux-64", AF_ALG, 279, 2, "100000000a0b0c0d", "an IV of 16 bytes", ""},
		{"freebsd-64", AF_UNIX, 0xffff, 3, "0000000000000000000000000000000009000000"
		 "00000000", "9 groups, one there", ""},
		{"freebsd-64", AF_UNIX, 0xffff, 8, "0100000000000000000000000000000000000000"
		 "000000000000000000000000", "version 1", ""},
		{"freebsd-64", AF_UNIX, 0xffff, 8, "0000000000000000000000000000000000000000"
		 "0000000001000000", "a group, none there", ""},
		{"dragonfly-64", AF_UNIX, 0xffff, 3, "d2040000e803000000000000e90300001100" NONE_66,
		 "17 groups", ""},
		{"dragonfly-64", AF_UNIX, 0xffff, 3, "d2040000e803000000000000e9030000ffff" NONE_66,
		 "less than no group", ""},
		{"netbsd-64", AF_UNIX, 0xffff, 16, "0000000000000000000000000000000000000000"
		 "0200000000000000", "2 groups, one there", ""},
		{"illumos-64", AF_UNIX, 0xffff, 0x1012, "20000000200000000000000000000000"
		 "00000000000000000000000000000000", "credentials behind its end", ""},
		{"illumos-64", AF_UNIX, 0xffff, 0x1012, "400000001f0000000000000000000000"
		 NONE_16 NONE_16 NONE_16, "credentials inside of its head", ""},
		{"illumos-64", AF_UNIX, 0xffff, 0x1012, "40000000010000000000000000000000"
		 NONE_16 NONE_16 NONE_16, "credentials inside of its head", ""},
		{"linux-64", AF_RDS, 276, 11, "04000102" "03" "000000" NONE_16 "0000000000000000",
		 "4 traces, room for 3", ""},
		{"linux-64be", AF_RDS, 276, 13, "00000009" NONE_16 NONE_16,
		 "9 cookies, room for 8", ""},
	};
	/* clang-format on */
	static struct scene scene;
	char text[TEXT_MOST];
	char json[TEXT_MOST];
	size_t i;

	for (i = 0; i < COUNT(lines); i++) {
		set_scene(&scene, &lines[i]);
		printf("# %s, %s\n", lines[i].abi, lines[i].text);
		CHECK_EQ(scene.match, ANC_MATCH_SIZE);
		CHECK(anc_cmsg_format(&scene.msg, scene.abi, text, sizeof(text)) > 0);
		CHECK(anc_cmsg_json(&scene.msg, scene.abi, json, sizeof(json)) > 0);
		CHECK(ends_with(text, " (contents do not fit)") ||
		      strstr(text, " (expected ") != NULL);
		CHECK(json_says(json, text));
	}
}

/* The head that every object has, from the line and not from the row. */
static int print_head(const struct golden_message *line, char *ret, size_t size)
{
	const int name = (int)strcspn(line->text, " ");

	if (expected_match(line->text) == ANC_MATCH_NONE)
		return snprintf(ret, size, "{\"level\":%d,\"type\":%d,\"len\":%zu", line->level,
				line->type, strlen(line->hex) / 2);
	return snprintf(ret, size, "{\"name\":\"%.*s\",\"level\":%d,\"type\":%d,\"len\":%zu", name,
			line->text, line->level, line->type, strlen(line->hex) / 2);
}

static bool is_json_of(const struct golden_message *line, const char *json)
{
	char head[256];
	const int len = print_head(line, head, sizeof(head));
	const char *end = json[0] == '{' ? json_end(json) : NULL;

	return end != NULL && *end == '\0' && strncmp(json, head, (size_t)len) == 0 &&
	       json_says(json, line->text);
}

static size_t count_wrong_json(const struct golden_message *line)
{
	static struct scene scene;
	char json[TEXT_MOST];
	size_t wrong = 0;

	for (; line->abi != NULL; line++) {
		set_scene(&scene, line);
		print_scene_json(&scene, json, sizeof(json));
		if (is_json_of(line, json))
			continue;
		printf("# %s: not the JSON of this line: %s\n", line->text, json);
		wrong++;
	}
	return wrong;
}

TEST(each_message_s_json_says_what_its_text_does)
{
	CHECK_EQ(count_wrong_json(golden_messages_linux), 0);
	CHECK_EQ(count_wrong_json(golden_messages_bsd), 0);
	CHECK_EQ(count_wrong_json(golden_messages_refused), 0);
}

/* The checkers themselves. */
TEST(what_is_no_json_is_told)
{
	static const char *const broken[] = {"{\"a\":1",         "{\"a\":01}", "{\"a\"}", "[1,]",
					     "{\"a\":\"\x01\"}", "\"\\x00\"",  "{a:1}",   "nul"};
	size_t i;

	for (i = 0; i < COUNT(broken); i++)
		CHECK(json_end(broken[i]) == NULL);
	CHECK(json_end("{\"a\":[-1,null,true,{}],\"b\":\"\\u0001\"}") != NULL);
}

TEST(json_that_says_something_else_is_told)
{
	static const char text[] = "A n=1,2 f=X|0x8 b=0a 0b t=0 s=\"a\\x01\" fds=3,-EMFILE";
	static const char *const others[] = {
		"\"n\":[1,3],\"f\":[\"X\",\"0x8\"],\"b\":\"0a0b\",\"t\":null,\"s\":\"a\\u0001\"",
		"\"n\":[1],\"f\":[\"X\",\"0x8\"],\"b\":\"0a0b\",\"t\":null,\"s\":\"a\\u0001\"",
		"\"n\":[1,2],\"f\":[\"X\"],\"b\":\"0a0b\",\"t\":null,\"s\":\"a\\u0001\"",
		"\"n\":[1,2],\"f\":[\"X\",\"0x8\"],\"b\":\"0a0b0c\",\"t\":null,\"s\":\"a\\u0001\"",
		"\"n\":[1,2],\"f\":[\"X\",\"0x8\"],\"b\":\"0a\",\"t\":null,\"s\":\"a\\u0001\"",
		"\"n\":[1,2],\"f\":[\"X\",\"0x8\"],\"b\":\"0a0b\",\"t\":1,\"s\":\"a\\u0001\"",
		"\"n\":[1,2],\"f\":[\"X\",\"0x8\"],\"b\":\"0a0b\",\"t\":null,\"s\":\"a\\u0002\"",
		"\"n\":[1,2],\"f\":[\"X\",\"0x8\"],\"b\":\"0a0b\",\"t\":null",
		"\"f\":[\"X\",\"0x8\"],\"n\":[1,2],\"b\":\"0a0b\",\"t\":null,\"s\":\"a\\u0001\"",
		"\"n\":[1,2],\"g\":[\"X\",\"0x8\"],\"b\":\"0a0b\",\"t\":null,\"s\":\"a\\u0001\"",
		"\"n\":[1,2],\"f\":[\"X\",\"0x8\"],\"b\":\"0a0b\",\"t\":null,\"s\":\"a\\u0001\"",
	};
	char json[256];
	size_t i;

	for (i = 0; i < COUNT(others); i++) {
		snprintf(json, sizeof(json),
			 "{\"name\":\"A\",\"level\":1,\"type\":1,\"len\":1,\"fields\":{%s},"
			 "\"fds\":[3,\"-EMFILE\"]}",
			 others[i]);
		CHECK_EQ(json_says(json, text), i == COUNT(others) - 1);
	}
	CHECK(json_says("{\"len\":1,\"guess\":true}", "A (a guess)"));
	CHECK(!json_says("{\"len\":1,\"guess\":true}", "A"));
	CHECK(!json_says("{\"len\":1}", "A (truncated)"));
	CHECK(json_says("{\"len\":1,\"expected\":4}", "A len=1 (expected at least 4)"));
	CHECK(!json_says("{\"len\":1,\"expected\":4}", "A len=1 (expected 8)"));
	CHECK(!json_says("{\"len\":1}", "A len=1 (expected 8)"));
	CHECK(!json_says("{\"len\":2,\"bytes\":\"0a0c\"}", "level=1 type=2 len=2 0a 0b"));
}

/* The line whose text starts so. */
static const struct golden_message *line_of(const char *start)
{
	const struct golden_message *const tables[] = {golden_messages_linux, golden_messages_bsd,
						       golden_messages_refused};
	const struct golden_message *line;
	size_t i;

	for (i = 0; i < COUNT(tables); i++)
		for (line = tables[i]; line->abi != NULL; line++)
			if (strncmp(line->text, start, strlen(start)) == 0)
				return line;
	tap_fail(__FILE__, __LINE__, "a line starts so");
	return NULL;
}

static const char *json_of(const char *start)
{
	static char json[TEXT_MOST];
	static struct scene scene;

	set_scene(&scene, line_of(start));
	print_scene_json(&scene, json, sizeof(json));
	return json;
}

TEST(json_has_lists_flags_times_addresses_and_attributes)
{
	CHECK_STR(json_of("SCM_RIGHTS fds=3,-EMFILE"),
		  "{\"name\":\"SCM_RIGHTS\",\"level\":1,\"type\":1,\"len\":12,"
		  "\"fds\":[3,\"-EMFILE\",\"-EACCES\"]}");
	CHECK_STR(json_of("SCM_CREDS2 version=0 pid=1234"),
		  "{\"name\":\"SCM_CREDS2\",\"level\":65535,\"type\":8,\"len\":36,\"fields\":{"
		  "\"version\":0,\"pid\":1234,\"uid\":1000,\"euid\":0,\"gid\":1001,\"egid\":20,"
		  "\"ngroups\":2,\"groups\":[0,20]}}");
	CHECK_STR(json_of("SCM_TIMESTAMPING software=0"),
		  "{\"name\":\"SCM_TIMESTAMPING\",\"level\":1,\"type\":37,\"len\":48,\"fields\":{"
		  "\"software\":null,\"legacy\":null,"
		  "\"hardware\":\"2023-11-14T22:13:20.123456789Z\"}}");
	CHECK_STR(
		json_of("SCM_TIMESTAMPING_OPT_STATS statistics=TCP_NLA_BUSY:12,TCP_NLA_SRTT:34,T"),
		"{\"name\":\"SCM_TIMESTAMPING_OPT_STATS\",\"level\":1,\"type\":54,\"len\":36,"
		"\"fields\":{\"statistics\":{\"TCP_NLA_BUSY\":12,\"TCP_NLA_SRTT\":34,"
		"\"TCP_NLA_TTL\":64,\"99\":\"0a0b0c\"}}}");
	CHECK_STR(json_of("PACKET_AUXDATA"),
		  "{\"name\":\"PACKET_AUXDATA\",\"level\":263,\"type\":8,\"len\":20,\"fields\":{"
		  "\"tp_status\":[\"TP_STATUS_USER\",\"TP_STATUS_VLAN_VALID\","
		  "\"TP_STATUS_VLAN_TPID_VALID\"],\"tp_len\":1500,\"tp_snaplen\":96,\"tp_mac\":14,"
		  "\"tp_net\":34,\"tp_vlan_tci\":100,\"tp_vlan_tpid\":\"0x8100\"}}");
	CHECK_STR(json_of("IP_RECVIF interface=em0"),
		  "{\"name\":\"IP_RECVIF\",\"level\":0,\"type\":20,\"len\":56,\"fields\":{"
		  "\"interface\":\"em0(2)/00:11:22:33:44:55\"}}");
	CHECK_STR(json_of("SCM_CREDENTIALS len=8"),
		  "{\"name\":\"SCM_CREDENTIALS\",\"level\":1,\"type\":2,\"len\":8,\"expected\":12,"
		  "\"truncated\":true,\"fields\":{\"pid\":1234,\"uid\":1000}}");
}

/* Without a family, levels that collide have their Internet meaning. */
TEST(levels_have_the_names_of_their_system_and_family)
{
	static const struct {
		const char *abi;
		int family, level;
		const char *name;
	} levels[] = {
		{"linux-64", AF_UNSPEC, 0, "IPPROTO_IP"},
		{"linux-64", AF_INET6, 0, "IPPROTO_IP"},
		{"linux-64", AF_BLUETOOTH, 0, "SOL_HCI"},
		{"linux-64", AF_IEEE802154, 0, "SOL_IEEE802154"},
		{"linux-64", AF_BLUETOOTH, 17, "SOL_SCO"},
		{"linux-64", AF_UNSPEC, 17, "SOL_UDP"},
		{"linux-64be", AF_BLUETOOTH, 6, "SOL_L2CAP"},
		{"linux-64", AF_UNIX, 1, "SOL_SOCKET"},
		{"linux-mips-32be", AF_UNIX, 0xffff, "SOL_SOCKET"},
		{"linux-sparc-64be", AF_INET, 0, "IPPROTO_IP"},
		{"linux-64", AF_VSOCK, 287, "SOL_VSOCK"},
		{"freebsd-64", AF_UNIX, 0xffff, "SOL_SOCKET"},
		{"freebsd-64", AF_UNIX, 0, "SOL_LOCAL"},
		{"freebsd-64", AF_INET, 0, "IPPROTO_IP"},
		{"darwin-64", AF_INET6, 41, "IPPROTO_IPV6"},
		{"illumos-64", AF_INET, 132, "IPPROTO_SCTP"},
	};
	const char *name;
	size_t i;

	for (i = 0; i < COUNT(levels); i++) {
		name = anc_abi_level(anc_abi_find(levels[i].abi), levels[i].family,
				     levels[i].level);
		CHECK_STR(name != NULL ? name : "none", levels[i].name);
	}
	CHECK(anc_abi_level(anc_abi_find("linux-64"), AF_UNIX, 0xffff) == NULL);
	CHECK(anc_abi_level(anc_abi_find("netbsd-64"), AF_UNIX, 1234) == NULL);
}

/* A system that no line is of would be tested by nothing; so would a width or a byte order. */
static bool has_line(const struct golden_message *line, const struct anc_abi *abi)
{
	while (line->abi != NULL && strcmp(line->abi, anc_abi_name(abi)) != 0)
		line++;
	return line->abi != NULL;
}

TEST(each_abi_has_a_line)
{
	const struct anc_abi *abi = NULL;

	while ((abi = anc_abi_next(abi)) != NULL)
		if (!has_line(golden_messages_linux, abi) && !has_line(golden_messages_bsd, abi)) {
			printf("# no line: %s\n", anc_abi_name(abi));
			tap_fail(__FILE__, __LINE__, "each ABI has a line");
		}
}

static const struct tap_test tests[] = {
	{"messages_of_linux_are_read_as_its_sources_say",
	 test_messages_of_linux_are_read_as_its_sources_say},
	{"messages_of_other_systems_are_read_as_their_sources_say",
	 test_messages_of_other_systems_are_read_as_their_sources_say},
	{"what_no_row_fits_is_printed_as_far_as_it_goes",
	 test_what_no_row_fits_is_printed_as_far_as_it_goes},
	{"a_payload_that_contradicts_itself_fits_no_row",
	 test_a_payload_that_contradicts_itself_fits_no_row},
	{"each_message_s_json_says_what_its_text_does",
	 test_each_message_s_json_says_what_its_text_does},
	{"what_is_no_json_is_told", test_what_is_no_json_is_told},
	{"json_that_says_something_else_is_told", test_json_that_says_something_else_is_told},
	{"json_has_lists_flags_times_addresses_and_attributes",
	 test_json_has_lists_flags_times_addresses_and_attributes},
	{"levels_have_the_names_of_their_system_and_family",
	 test_levels_have_the_names_of_their_system_and_family},
	{"each_abi_has_a_line", test_each_abi_has_a_line},
};
TAP_MAIN(tests)
