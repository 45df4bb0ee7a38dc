/* SPDX-License-Identifier: MIT */
/* Several rows of one's own for one number, as the library's are: which one reads a message. */
#include "data_peer.h"

#define LEVEL 1000
#define TYPE 1

static const struct anc_field small_fields[] = {{"small", ANC_FIELD_UINT, 4, 0, NULL}};
static const struct anc_field large_fields[] = {{"large", ANC_FIELD_UINT, 8, 0, NULL}};

#define SMALL                                                                                      \
	.name = "SMALL", .level = LEVEL, .type = TYPE, .size = 4, .flags = ANC_RECEIVED,           \
	.fields = small_fields, .field_count = 1
#define LARGE                                                                                      \
	.name = "LARGE", .level = LEVEL, .type = TYPE, .size = 8, .flags = ANC_RECEIVED,           \
	.fields = large_fields, .field_count = 1

/* Payloads that begin with 1 are this one's. */
static enum anc_match begins_with_1(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	CHECK(abi == anc_abi_host());
	return *(const unsigned char *)msg->data == 1 ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

static enum anc_match is_perhaps(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	CHECK(abi == anc_abi_host());
	return msg->len == 4 ? ANC_MATCH_GUESS : ANC_MATCH_SIZE;
}

static const struct anc_message_type small_type = {SMALL};
static const struct anc_message_type twin_type = {SMALL};
static const struct anc_message_type third_type = {SMALL};
static const struct anc_message_type large_type = {LARGE};
static const struct anc_message_type one_type = {SMALL, .fits = begins_with_1};
static const struct anc_message_type perhaps_type = {SMALL, .fits = is_perhaps};

/* Which of these types reads a payload, and how sure that is. */
static enum anc_match match_of(const struct anc_message_type *const *types, size_t count,
			       const void *payload, size_t len,
			       const struct anc_message_type *expected)
{
	const struct anc_cmsg msg = {LEVEL, TYPE, payload, len, false};
	enum anc_match match;

	ANC_DATA(data, 64);
	CHECK_EQ(anc_data_set_types(&data, types, count), 0);
	CHECK(anc_data_match(&data, &msg, &match) == expected);
	CHECK(anc_data_match(&data, &msg, NULL) == expected);
	return match;
}

TEST(the_size_picks_among_types_of_one_s_own)
{
	const struct anc_message_type *const types[] = {&small_type, &large_type};

	CHECK_EQ(match_of(types, 2, "\1\0\0", 4, &small_type), ANC_MATCH_SURE);
	CHECK_EQ(match_of(types, 2, "\1\0\0\0\0\0\0", 8, &large_type), ANC_MATCH_SURE);
	CHECK_EQ(match_of(types, 2, "\1", 2, &small_type), ANC_MATCH_SIZE);
}

TEST(the_contents_pick_among_types_of_one_s_own)
{
	const struct anc_message_type *const types[] = {&one_type, &perhaps_type};

	CHECK_EQ(match_of(types, 2, "\1\0\0", 4, &one_type), ANC_MATCH_SURE);
	CHECK_EQ(match_of(types, 2, "\2\0\0", 4, &perhaps_type), ANC_MATCH_GUESS);
	CHECK_EQ(match_of(types, 1, "\2\0\0", 4, &one_type), ANC_MATCH_SIZE);
}

TEST(types_that_fit_equally_are_a_guess)
{
	const struct anc_message_type *const types[] = {&small_type, &twin_type, &third_type};

	CHECK_EQ(match_of(types, 1, "\1\0\0", 4, &small_type), ANC_MATCH_SURE);
	CHECK_EQ(match_of(types, 2, "\1\0\0", 4, &small_type), ANC_MATCH_GUESS);
	CHECK_EQ(match_of(types, 3, "\1\0\0", 4, &small_type), ANC_MATCH_GUESS);
}

TEST(without_a_type_of_one_s_own_it_is_the_library_s)
{
	const struct anc_message_type *const types[] = {&small_type};
	const struct anc_cmsg rights = {SOL_SOCKET, SCM_RIGHTS, "\xff\xff\xff\xff", 4, false};
	const struct anc_cmsg unknown = {LEVEL, TYPE + 1, NULL, 0, false};
	enum anc_match match;

	ANC_DATA(data, 64);
	CHECK_EQ(anc_data_set_types(&data, types, 1), 0);
	CHECK(anc_data_match(&data, &rights, &match) == &anc_rights_type);
	CHECK_EQ(match, ANC_MATCH_SURE);
	CHECK(anc_data_match(&data, &unknown, &match) == NULL);
	CHECK_EQ(match, ANC_MATCH_NONE);
}

static void check_texts(const struct anc_message_type *type, const void *payload, const char *text,
			const char *json)
{
	const struct anc_message_type *const types[] = {&large_type, type};
	const struct anc_cmsg msg = {LEVEL, TYPE, payload, 4, false};
	char buf[160];

	ANC_DATA(data, 64);
	CHECK_EQ(anc_data_set_types(&data, types, 2), 0);
	CHECK_EQ(anc_data_format(&data, &msg, buf, sizeof(buf)), strlen(text));
	CHECK_STR(buf, text);
	CHECK_EQ(anc_data_json(&data, &msg, buf, sizeof(buf)), strlen(json));
	CHECK_STR(buf, json);
}

TEST(text_and_json_say_which_it_is_and_how_sure)
{
	const uint32_t payload = 2;

	check_texts(&small_type, &payload, "SMALL small=2",
		    "{\"name\":\"SMALL\",\"level\":1000,\"type\":1,\"len\":4,"
		    "\"fields\":{\"small\":2}}");
	check_texts(&perhaps_type, &payload, "SMALL small=2 (a guess)",
		    "{\"name\":\"SMALL\",\"level\":1000,\"type\":1,\"len\":4,\"guess\":true,"
		    "\"fields\":{\"small\":2}}");
	check_texts(&large_type, &payload, "LARGE len=4 (expected 8)",
		    "{\"name\":\"LARGE\",\"level\":1000,\"type\":1,\"len\":4,\"expected\":8,"
		    "\"fields\":{}}");
}

TEST(contents_that_no_type_allows_are_said_not_to_fit)
{
	const struct anc_message_type *const types[] = {&one_type};
	const struct anc_cmsg msg = {LEVEL, TYPE, "\xff\xff\xff\xff", 4, true};
	char buf[160];

	ANC_DATA(data, 64);
	CHECK_EQ(anc_data_set_types(&data, types, 1), 0);
	anc_data_format(&data, &msg, buf, sizeof(buf));
	CHECK_STR(buf, "SMALL small=4294967295 (contents do not fit) (truncated)");
	anc_data_json(&data, &msg, buf, sizeof(buf));
	CHECK_STR(buf, "{\"name\":\"SMALL\",\"level\":1000,\"type\":1,\"len\":4,\"fits\":false,"
		       "\"truncated\":true,\"fields\":{\"small\":4294967295}}");
}

/* Who sent it is not believed of a payload that the row refuses. */
TEST(credentials_are_read_by_the_type_that_fits)
{
	static const struct anc_field fields[] = {{"uid", ANC_FIELD_UINT, 4, 0, NULL}};
	static const struct anc_message_type uid_type = {
		.name = "UID",
		.level = LEVEL,
		.type = TYPE,
		.size = 4,
		.flags = ANC_RECEIVED | ANC_CREDENTIALS,
		.fields = fields,
		.field_count = 1,
		.fits = begins_with_1,
	};
	const struct anc_message_type *const types[] = {&large_type, &uid_type};
	const unsigned char uids[2][4] = {{1, 1, 1, 1}, {2, 2, 2, 2}};
	struct anc_credentials got;
	size_t i;

	for (i = 0; i < 2; i++) {
		struct forged forged = {.len = 0};

		ANC_DATA(data, 64);
		CHECK_EQ(anc_data_set_types(&data, types, 2), 0);
		forge(&forged, LEVEL, TYPE, uids[i], sizeof(uids[i]));
		CHECK_EQ(anc_data_adopt(&data, forged.bytes, forged.len, MSG_CMSG_CLOEXEC, 0), 0);
		CHECK_EQ(anc_data_credentials(&data, &got), i == 0 ? 0 : -ENOMSG);
	}
	CHECK_EQ(got.known, ANC_CREDENTIALS_UID);
	CHECK_EQ(got.by_kernel, ANC_CREDENTIALS_UID);
	CHECK_EQ(got.uid, 0x01010101);
}

static const struct tap_test tests[] = {
	{"the_size_picks_among_types_of_one_s_own", test_the_size_picks_among_types_of_one_s_own},
	{"the_contents_pick_among_types_of_one_s_own",
	 test_the_contents_pick_among_types_of_one_s_own},
	{"types_that_fit_equally_are_a_guess", test_types_that_fit_equally_are_a_guess},
	{"without_a_type_of_one_s_own_it_is_the_library_s",
	 test_without_a_type_of_one_s_own_it_is_the_library_s},
	{"text_and_json_say_which_it_is_and_how_sure",
	 test_text_and_json_say_which_it_is_and_how_sure},
	{"contents_that_no_type_allows_are_said_not_to_fit",
	 test_contents_that_no_type_allows_are_said_not_to_fit},
	{"credentials_are_read_by_the_type_that_fits",
	 test_credentials_are_read_by_the_type_that_fits},
};
TAP_MAIN(tests)
