/* SPDX-License-Identifier: MIT */
/* Reading what is expected, without a walk: against the walk. */
#include "tap.h"

#include <stdlib.h>

#include <anc/cmsg.h>

#define ROOM 160
#define FILL 0x5a

static const uint32_t number = 0x01020304;

static struct anc_cmsg_iter iter_over(const void *bytes, size_t len)
{
	return anc_cmsgs_iter(anc_cmsgs_from_bytes(bytes, len));
}

static bool iters_equal(struct anc_cmsg_iter a, struct anc_cmsg_iter b)
{
	return a.at == b.at && a.left == b.left && a.refused == b.refused;
}

/* Whether it is refused, and nothing was written or passed. */
static bool is_refused(struct anc_cmsg_iter it, int level, int type, size_t size)
{
	const struct anc_cmsg_iter before = it;
	unsigned char got[ROOM];
	size_t i;

	memset(got, FILL, sizeof(got));
	if (anc_cmsg_iter_expect(&it, level, type, got, size) || !iters_equal(it, before))
		return false;
	for (i = 0; i < sizeof(got); i++)
		if (got[i] != FILL)
			return false;
	return true;
}

TEST(what_is_expected_is_copied_and_passed)
{
	unsigned char buf[ROOM];
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	uint32_t got;
	size_t offset;
	size_t used;

	for (offset = 0; offset < 16; offset++) {
		used = offset;
		used += anc_cmsg_put(buf + used, ROOM - used, 41, 7, &number, sizeof(number));
		used += anc_cmsg_put(buf + used, ROOM - used, -1, INT32_MIN, "", 0);
		used += anc_cmsg_put(buf + used, ROOM - used, 41, 8, &number, sizeof(number));
		it = iter_over(buf + offset, used - offset);
		got = 0;
		CHECK(anc_cmsg_iter_expect(&it, 41, 7, &got, sizeof(got)));
		CHECK_EQ(got, number);
		CHECK(anc_cmsg_iter_expect(&it, -1, INT32_MIN, &got, 0));
		CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
		CHECK_EQ(msg.type, 8);
		CHECK(is_refused(it, 41, 8, sizeof(number)));
		CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
	}
}

TEST(anything_else_is_left_to_the_walk)
{
	unsigned char buf[ROOM];
	const size_t used = anc_cmsg_put(buf, ROOM, 41, 7, &number, sizeof(number));
	const struct anc_cmsg_iter it = iter_over(buf, used);
	size_t size;
	size_t len;

	CHECK(is_refused(it, 40, 7, sizeof(number)));
	CHECK(is_refused(it, 41, 6, sizeof(number)));
	CHECK(is_refused(it, 7, 41, sizeof(number)));
	for (size = 0; size < ROOM; size++)
		CHECK(is_refused(it, 41, 7, size) == (size != sizeof(number)));
	CHECK(is_refused(it, 41, 7, SIZE_MAX));
	CHECK(is_refused(it, 41, 7, SIZE_MAX - ANC_CMSG_DATA));
	/* Without its padding, too. */
	for (len = 0; len < used; len++)
		CHECK(is_refused(iter_over(buf, len), 41, 7, sizeof(number)));
}

/* Any bytes where a message is; now and then one that is whole. */
static size_t any_bytes(unsigned char *buf)
{
	static const unsigned char payload[24] = "behind a header, whole";
	const size_t len = (size_t)rand() % ROOM;
	const size_t size = (size_t)rand() % sizeof(payload);
	size_t used = 0;
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = (unsigned char)rand();
	while (used < len && rand() % 4 > 0) {
		i = anc_cmsg_put(buf + used, len - used, rand() % 2, rand() % 2, payload, size);
		if (i == 0)
			break;
		used += i;
	}
	return len;
}

/* What the walk gives whole is what is expected; what it clips, or has without padding, is not. */
static bool agrees(struct anc_cmsg_iter *it, const struct anc_cmsg *msg,
		   const struct anc_cmsg_iter *next)
{
	const bool whole = !msg->truncated && it->left - next->left == ANC_CMSG_SPACE(msg->len);
	unsigned char got[ROOM];
	bool equal;

	if (!whole)
		return is_refused(*it, msg->level, msg->type, msg->len);
	equal = anc_cmsg_iter_expect(it, msg->level, msg->type, got, msg->len);
	return equal && memcmp(got, msg->data, msg->len) == 0 && iters_equal(*it, *next);
}

TEST(it_agrees_with_the_walk)
{
	unsigned char buf[ROOM];
	struct anc_cmsg_iter next;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	size_t messages = 0;
	int i;

	srand(1);
	for (i = 0; i < 50000; i++) {
		it = iter_over(buf, any_bytes(buf));
		next = it;
		while (anc_cmsg_iter_next(&next, &msg) == 1) {
			CHECK(agrees(&it, &msg, &next));
			it = next;
			messages++;
		}
	}
	CHECK(messages > 50000);
}

static const struct tap_test tests[] = {
	{"what_is_expected_is_copied_and_passed", test_what_is_expected_is_copied_and_passed},
	{"anything_else_is_left_to_the_walk", test_anything_else_is_left_to_the_walk},
	{"it_agrees_with_the_walk", test_it_agrees_with_the_walk},
};
TAP_MAIN(tests)
