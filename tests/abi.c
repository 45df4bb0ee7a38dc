/* SPDX-License-Identifier: MIT */
/* Other systems' layouts, on bytes that were made by hand. */
#include "golden.h"

#define FILL 0xa5

static const struct anc_abi *abi_of(const struct golden *golden)
{
	const struct anc_abi *abi = anc_abi_find(golden->abi);

	CHECK(abi != NULL);
	return abi;
}

static const struct golden *golden_of(const char *abi)
{
	size_t i;

	for (i = 0; i < GOLDEN_COUNT; i++)
		if (strcmp(goldens[i].abi, abi) == 0)
			return &goldens[i];
	tap_fail(__FILE__, __LINE__, abi);
}

static bool host_is_big_endian(void)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

TEST(every_abi_is_listed_once_found_and_golden)
{
	const struct anc_abi *abi = NULL;
	size_t count = 0;

	while ((abi = anc_abi_next(abi)) != NULL) {
		CHECK(anc_abi_find(anc_abi_name(abi)) == abi);
		CHECK(golden_of(anc_abi_name(abi)) != NULL);
		CHECK(++count <= GOLDEN_COUNT);
	}
	CHECK_EQ(count, GOLDEN_COUNT);
}

TEST(unknown_names_are_null)
{
	static const char *const names[] = {"",          "linux",     "Linux-64",
					    "linux-64 ", " linux-64", "linux-64b",
					    "linux-128", "netbsd",    "windows-64"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CHECK(anc_abi_find(names[i]) == NULL);
}

TEST(layouts_are_as_the_systems_headers_have_them)
{
	const struct golden *golden;
	struct anc_layout layout;

	for (golden = goldens; golden < goldens + GOLDEN_COUNT; golden++) {
		layout = anc_abi_layout(abi_of(golden));
		CHECK_EQ(layout.header, golden->shape.header);
		CHECK_EQ(layout.data, golden->shape.data);
		CHECK_EQ(layout.align, golden->shape.align);
		CHECK_EQ(layout.len_width, golden->shape.len_width);
		CHECK_EQ(layout.swapped, golden->shape.big_endian != host_is_big_endian());
		CHECK_EQ(layout.rights_level, golden->messages[0].level);
		CHECK_EQ(layout.rights_type, golden->messages[0].type);
	}
}

static void check_golden(const struct golden *golden, const unsigned char *bytes)
{
	const struct anc_abi *abi = abi_of(golden);
	struct anc_cmsg_iter it = anc_abi_iter(abi, anc_cmsgs_from_bytes(bytes, golden->len));
	const struct golden_message *expected;
	const unsigned char *at = bytes;
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < GOLDEN_MESSAGES; i++) {
		expected = &golden->messages[i];
		CHECK(anc_abi_iter_next(abi, &it, &msg) == 1);
		CHECK_EQ(msg.level, expected->level);
		CHECK_EQ(msg.type, expected->type);
		CHECK_EQ(msg.len, expected->len);
		CHECK(msg.data == at + golden->shape.data);
		CHECK_EQ(memcmp(msg.data, expected->data, expected->len), 0);
		CHECK(!msg.truncated);
		at += shape_round(&golden->shape, golden->shape.data + expected->len);
		check_rest(&it, at, golden->len - (size_t)(at - bytes));
	}
	CHECK_EQ(anc_abi_iter_next(abi, &it, &msg), 0);
}

TEST(golden_bytes_are_walked_at_every_offset)
{
	unsigned char buf[128];
	size_t offset;
	size_t i;

	for (i = 0; i < GOLDEN_COUNT; i++)
		for (offset = 0; offset < OFFSETS; offset++) {
			memcpy(buf + offset, goldens[i].bytes, goldens[i].len);
			check_golden(&goldens[i], buf + offset);
		}
}

TEST(golden_bytes_are_built)
{
	const struct golden_message *msg;
	const struct golden *golden;
	unsigned char buf[128];
	size_t used;
	size_t i;

	for (golden = goldens; golden < goldens + GOLDEN_COUNT; golden++) {
		memset(buf, FILL, sizeof(buf));
		for (i = 0, used = 0; i < GOLDEN_MESSAGES; i++) {
			msg = &golden->messages[i];
			used += anc_abi_put(abi_of(golden), buf + used, golden->len - used,
					    msg->level, msg->type, msg->data, msg->len);
		}
		CHECK_EQ(used, golden->len);
		CHECK_EQ(memcmp(buf, golden->bytes, golden->len), 0);
		CHECK_EQ(buf[golden->len], FILL);
	}
}

/* Whether a put in that room is refused, and writes nothing. */
static void check_no_room(const struct golden *golden, size_t room)
{
	const struct golden_message *msg = &golden->messages[1];
	unsigned char filled[128];
	unsigned char buf[128];

	memset(filled, FILL, sizeof(filled));
	memset(buf, FILL, sizeof(buf));
	CHECK_EQ(anc_abi_put(abi_of(golden), buf, room, msg->level, msg->type, msg->data, msg->len),
		 0);
	CHECK_EQ(memcmp(buf, filled, sizeof(buf)), 0);
}

TEST(put_writes_nothing_when_it_does_not_fit)
{
	const struct golden *golden;
	size_t room;

	for (golden = goldens; golden < goldens + GOLDEN_COUNT; golden++)
		for (room = 0; room < shape_round(&golden->shape,
						  golden->shape.data + golden->messages[1].len);
		     room++)
			check_no_room(golden, room);
}

TEST(put_refuses_what_a_short_cmsg_len_cannot_say)
{
	const struct golden *golden;
	const uint64_t past = (uint64_t)UINT32_MAX + 1;
	const size_t len = (size_t)past;

	if (len != past)
		SKIP("size_t ends before a cmsg_len of 4 bytes does");
	for (golden = goldens; golden < goldens + GOLDEN_COUNT; golden++)
		if (golden->shape.len_width == 4)
			CHECK_EQ(anc_abi_put(abi_of(golden), NULL, SIZE_MAX, 1, 2, NULL,
					     len - golden->shape.data),
				 0);
}

TEST(golden_bytes_cut_at_every_length)
{
	const struct golden *golden;
	size_t len;

	for (golden = goldens; golden < goldens + GOLDEN_COUNT; golden++)
		for (len = 0; len <= golden->len; len++)
			check_walk_at(&golden->shape, abi_of(golden), golden->bytes, len,
				      len % OFFSETS);
}

TEST(every_value_of_every_header_byte)
{
	const struct golden *golden;
	unsigned char buf[128];
	unsigned value;
	unsigned byte;

	for (golden = goldens; golden < goldens + GOLDEN_COUNT; golden++)
		for (byte = 0; byte < golden->shape.data; byte++)
			for (value = 0; value < 256; value++) {
				memcpy(buf, golden->bytes, golden->len);
				buf[byte] = (unsigned char)value;
				check_walk(&golden->shape, abi_of(golden), buf, golden->len);
			}
}

TEST(random_bytes_fall_into_messages_and_rest)
{
	size_t i;

	for (i = 0; i < GOLDEN_COUNT; i++)
		CHECK(check_random_walks(&goldens[i].shape, abi_of(&goldens[i]), 2000) > 2000);
}

TEST(lie_below_where_the_payload_starts_is_ebadmsg_once)
{
	const struct golden *golden;
	struct anc_cmsg_iter it;
	unsigned char buf[128];
	struct anc_cmsg msg;
	unsigned lie;

	for (golden = goldens; golden < goldens + GOLDEN_COUNT; golden++)
		for (lie = 0; lie < golden->shape.data; lie++) {
			memcpy(buf, golden->bytes, golden->len);
			shape_store_len(&golden->shape, buf, lie);
			it = anc_abi_iter(abi_of(golden), anc_cmsgs_from_bytes(buf, golden->len));
			CHECK_EQ(anc_abi_iter_next(abi_of(golden), &it, &msg), -EBADMSG);
			CHECK_EQ(anc_abi_iter_next(abi_of(golden), &it, &msg), 0);
			check_rest(&it, buf, golden->len);
		}
}

/* The first message of the first `len` bytes of a buffer that the kernel cut there. */
static struct anc_cmsg first_of_cut(const char *abi, const unsigned char *bytes, size_t len)
{
	const struct anc_cmsgs cmsgs = {bytes, len, true, len};
	struct anc_cmsg_iter it = anc_abi_iter(anc_abi_find(abi), cmsgs);
	struct anc_cmsg msg;

	CHECK(anc_abi_iter_next(anc_abi_find(abi), &it, &msg) == 1);
	return msg;
}

TEST(bsd_64_header_without_its_padding_is_an_empty_cut_message)
{
	const struct golden *golden = golden_of("freebsd-64");
	const struct anc_abi *abi = abi_of(golden);
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	size_t len;

	for (len = 12; len <= 16; len++) {
		it = anc_abi_iter(abi, anc_cmsgs_from_bytes(golden->bytes, len));
		CHECK(anc_abi_iter_next(abi, &it, &msg) == 1);
		CHECK_EQ(msg.level, 0xffff);
		CHECK_EQ(msg.type, 1);
		CHECK(msg.data == golden->bytes + len);
		CHECK_EQ(msg.len, 0);
		CHECK(msg.truncated);
		check_rest(&it, golden->bytes + len, 0);
	}
	it = anc_abi_iter(abi, anc_cmsgs_from_bytes(golden->bytes, 11));
	CHECK_EQ(anc_abi_iter_next(abi, &it, &msg), 0);
	check_rest(&it, golden->bytes, 11);
}

/* macOS cuts the bytes and leaves cmsg_len as it was, even through the middle of a descriptor. */
TEST(darwin_cut_keeps_its_claim_and_is_clipped)
{
	static const unsigned char three_fds[] = {
		24, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0,
	};
	struct anc_cmsg msg;
	size_t len;

	for (len = 12; len < sizeof(three_fds); len++) {
		msg = first_of_cut("darwin-64", three_fds, len);
		CHECK_EQ(msg.type, 1);
		CHECK_EQ(msg.len, len - 12);
		CHECK(msg.data == three_fds + 12);
		CHECK(msg.truncated);
	}
}

TEST(cut_marks_each_system_s_own_scm_rights)
{
	const struct golden *golden;
	unsigned char buf[64];
	size_t used;

	for (golden = goldens; golden < goldens + GOLDEN_COUNT; golden++) {
		CHECK(first_of_cut(golden->abi, golden->bytes, golden->len).truncated);
		used = anc_abi_put(abi_of(golden), buf, sizeof(buf), golden->messages[0].level,
				   golden->messages[0].type + 1, "a", 1);
		CHECK(!first_of_cut(golden->abi, buf, used).truncated);
	}
}

TEST(illumos_rights_have_their_own_number)
{
	unsigned char buf[32];
	const size_t used =
		anc_abi_put(anc_abi_find("illumos-64"), buf, sizeof(buf), 0xffff, 1, "abc", 3);

	CHECK_EQ(used, 16);
	CHECK(!first_of_cut("illumos-64", buf, used).truncated);
	CHECK(first_of_cut("openbsd-32", buf, used).truncated);
}

TEST(host_s_abi_writes_what_anc_cmsg_put_writes)
{
	char name[32] = "linux-";
	const struct anc_abi *abi;
	unsigned char buf[128];
	unsigned char host[128];
	size_t len;

	strcat(name, sizeof(size_t) == 8 ? "64" : "32");
	abi = anc_abi_find(strcat(name, host_is_big_endian() ? "be" : ""));
	CHECK(abi != NULL);
	for (len = 0; len < 64; len++) {
		const size_t used = anc_cmsg_put(host, sizeof(host), -1, 77, goldens, len);

		CHECK_EQ(anc_abi_put(abi, buf, sizeof(buf), -1, 77, goldens, len), used);
		CHECK_EQ(memcmp(buf, host, used), 0);
	}
}

static const struct tap_test tests[] = {
	{"every_abi_is_listed_once_found_and_golden",
	 test_every_abi_is_listed_once_found_and_golden},
	{"unknown_names_are_null", test_unknown_names_are_null},
	{"layouts_are_as_the_systems_headers_have_them",
	 test_layouts_are_as_the_systems_headers_have_them},
	{"golden_bytes_are_walked_at_every_offset", test_golden_bytes_are_walked_at_every_offset},
	{"golden_bytes_are_built", test_golden_bytes_are_built},
	{"put_writes_nothing_when_it_does_not_fit", test_put_writes_nothing_when_it_does_not_fit},
	{"put_refuses_what_a_short_cmsg_len_cannot_say",
	 test_put_refuses_what_a_short_cmsg_len_cannot_say},
	{"golden_bytes_cut_at_every_length", test_golden_bytes_cut_at_every_length},
	{"every_value_of_every_header_byte", test_every_value_of_every_header_byte},
	{"random_bytes_fall_into_messages_and_rest", test_random_bytes_fall_into_messages_and_rest},
	{"lie_below_where_the_payload_starts_is_ebadmsg_once",
	 test_lie_below_where_the_payload_starts_is_ebadmsg_once},
	{"bsd_64_header_without_its_padding_is_an_empty_cut_message",
	 test_bsd_64_header_without_its_padding_is_an_empty_cut_message},
	{"darwin_cut_keeps_its_claim_and_is_clipped",
	 test_darwin_cut_keeps_its_claim_and_is_clipped},
	{"cut_marks_each_system_s_own_scm_rights", test_cut_marks_each_system_s_own_scm_rights},
	{"illumos_rights_have_their_own_number", test_illumos_rights_have_their_own_number},
	{"host_s_abi_writes_what_anc_cmsg_put_writes",
	 test_host_s_abi_writes_what_anc_cmsg_put_writes},
};
TAP_MAIN(tests)
