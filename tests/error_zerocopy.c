/* SPDX-License-Identifier: MIT */
/* Completions in any order, against a model that marks every send by itself. */
#include "tap.h"

#include <errno.h>
#include <string.h>

#include <anc/error.h>

#define SENDS 200
#define ROUNDS 2000

static int note(struct anc_zerocopy *zerocopy, uint32_t first, uint32_t last)
{
	const struct anc_error error = {.kind = ANC_ERROR_ZEROCOPY, .first = first, .last = last};

	return anc_zerocopy_note(zerocopy, &error);
}

TEST(ranges_are_counted_past_the_end)
{
	CHECK_EQ(anc_zerocopy_count(0, 0), 1);
	CHECK_EQ(anc_zerocopy_count(3, 9), 7);
	CHECK_EQ(anc_zerocopy_count(UINT32_MAX, 0), 2);
	CHECK_EQ(anc_zerocopy_count(0xfffffffe, 1), 4);
	CHECK_EQ(anc_zerocopy_count(0, UINT32_MAX), INT64_C(0x100000000));
	CHECK_EQ(anc_zerocopy_count(1, 0), INT64_C(0x100000000));
}

TEST(completions_move_on_past_the_end)
{
	struct anc_zerocopy zerocopy = {.next = 0xfffffffe};

	CHECK(anc_zerocopy_is_done(&zerocopy, 0xfffffffd));
	CHECK(!anc_zerocopy_is_done(&zerocopy, 0xfffffffe));
	CHECK(!anc_zerocopy_is_done(&zerocopy, 0));
	CHECK_EQ(note(&zerocopy, 0, 1), 0);
	CHECK_EQ(zerocopy.next, 0xfffffffe);
	CHECK(anc_zerocopy_is_done(&zerocopy, 1));
	CHECK(!anc_zerocopy_is_done(&zerocopy, UINT32_MAX));
	CHECK_EQ(note(&zerocopy, 0xfffffffe, UINT32_MAX), 0);
	CHECK_EQ(zerocopy.next, 2);
	CHECK(anc_zerocopy_is_done(&zerocopy, UINT32_MAX));
	CHECK(!anc_zerocopy_is_done(&zerocopy, 2));
}

TEST(what_is_known_stays)
{
	struct anc_zerocopy zerocopy = {.next = 0};

	CHECK_EQ(note(&zerocopy, 0, 9), 0);
	CHECK_EQ(note(&zerocopy, 0, 9), 0);
	CHECK_EQ(note(&zerocopy, 4, 5), 0);
	CHECK_EQ(zerocopy.next, 10);
	CHECK_EQ(note(&zerocopy, 5, 12), 0);
	CHECK_EQ(zerocopy.next, 13);
	CHECK_EQ(note(&zerocopy, 20, 22), 0);
	CHECK_EQ(note(&zerocopy, 20, 22), 0);
	CHECK_EQ(note(&zerocopy, 21, 21), 0);
	CHECK_EQ(zerocopy.range_count, 1);
	CHECK_EQ(zerocopy.next, 13);
	CHECK(!anc_zerocopy_is_done(&zerocopy, 19));
	CHECK(!anc_zerocopy_is_done(&zerocopy, 23));
}

TEST(other_kinds_and_halves_of_all_are_refused)
{
	const struct anc_error other = {.kind = ANC_ERROR_TIME};
	struct anc_zerocopy zerocopy = {.next = 0};

	CHECK_EQ(anc_zerocopy_note(&zerocopy, &other), -EINVAL);
	CHECK_EQ(note(&zerocopy, 0, 0x80000000), -EINVAL);
	CHECK_EQ(note(&zerocopy, 1, 0), -EINVAL);
	CHECK_EQ(zerocopy.next, 0);
	CHECK_EQ(note(&zerocopy, 0, 0x7fffffff), 0);
	CHECK_EQ(zerocopy.next, 0x80000000);
}

TEST(too_many_gaps_are_told_and_fill_up)
{
	struct anc_zerocopy zerocopy = {.next = 0};
	struct anc_zerocopy before;
	uint32_t i;

	for (i = 0; i < ANC_ZEROCOPY_RANGES; i++)
		CHECK_EQ(note(&zerocopy, 2 * i + 1, 2 * i + 1), 0);
	before = zerocopy;
	CHECK_EQ(note(&zerocopy, 101, 102), -ENOBUFS);
	CHECK(memcmp(&zerocopy, &before, sizeof(before)) == 0);
	/* one that joins two makes room */
	CHECK_EQ(note(&zerocopy, 2, 2), 0);
	CHECK_EQ(zerocopy.range_count, ANC_ZEROCOPY_RANGES - 1);
	CHECK_EQ(note(&zerocopy, 101, 102), 0);
	CHECK_EQ(note(&zerocopy, 0, 0), 0);
	CHECK_EQ(zerocopy.next, 4);
	CHECK_EQ(note(&zerocopy, 4, 100), 0);
	CHECK_EQ(zerocopy.next, 103);
	CHECK_EQ(zerocopy.range_count, 0);
}

/* Every send marked by itself, from `start` on. */
struct model {
	uint32_t start;
	bool done[SENDS];
};

static uint32_t model_next(const struct model *model)
{
	uint32_t i = 0;

	while (i < SENDS && model->done[i])
		i++;
	return model->start + i;
}

static void check_model(const struct anc_zerocopy *zerocopy, const struct model *model)
{
	uint32_t i;

	CHECK_EQ(zerocopy->next, model_next(model));
	CHECK(zerocopy->range_count <= ANC_ZEROCOPY_RANGES);
	for (i = 0; i < SENDS; i++)
		CHECK_EQ(anc_zerocopy_is_done(zerocopy, model->start + i), model->done[i]);
}

TEST(any_order_is_that_of_the_model)
{
	uint64_t seed = 4884;
	uint32_t full = 0;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		struct model model = {.start = 0u - tap_random(&seed) % SENDS};
		struct anc_zerocopy zerocopy = {.next = model.start};
		int i;

		for (i = 0; i < 40; i++) {
			const uint32_t first = tap_random(&seed) % SENDS;
			const uint32_t room = SENDS - first;
			const uint32_t count = 1 + tap_random(&seed) % (room < 4 ? room : 4);
			const int error = note(&zerocopy, model.start + first,
					       model.start + first + count - 1);

			if (error == 0)
				memset(model.done + first, true, count);
			else
				CHECK_EQ(error, -ENOBUFS);
			full += error != 0;
			check_model(&zerocopy, &model);
		}
	}
	CHECK(full > 0);
}

static const struct tap_test tests[] = {
	{"ranges_are_counted_past_the_end", test_ranges_are_counted_past_the_end},
	{"completions_move_on_past_the_end", test_completions_move_on_past_the_end},
	{"what_is_known_stays", test_what_is_known_stays},
	{"other_kinds_and_halves_of_all_are_refused",
	 test_other_kinds_and_halves_of_all_are_refused},
	{"too_many_gaps_are_told_and_fill_up", test_too_many_gaps_are_told_and_fill_up},
	{"any_order_is_that_of_the_model", test_any_order_is_that_of_the_model},
};
TAP_MAIN(tests)
