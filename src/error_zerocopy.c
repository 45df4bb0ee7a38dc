/* SPDX-License-Identifier: MIT */
#include "platform/linux_numbers.h"
#include "platform/platform.h"

#include <anc/error.h>

/* Completions, which devices may give out of turn: net/core/skbuff.c __msg_zerocopy_callback(). */

int anc_zerocopy_enable(int fd)
{
	const int on = 1;

	return anc_platform_setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) < 0 ? -errno
											 : 0;
}

/* How far a send lies after `next`; negative: before it. */
static int64_t anc_zerocopy_distance(const struct anc_zerocopy *zerocopy, uint32_t send)
{
	const uint32_t ahead = send - zerocopy->next;

	return ahead <= INT32_MAX ? (int64_t)ahead : (int64_t)ahead - ((int64_t)UINT32_MAX + 1);
}

static void anc_zerocopy_drop(struct anc_zerocopy *zerocopy, uint32_t i)
{
	zerocopy->ranges[i] = zerocopy->ranges[--zerocopy->range_count];
}

/* Moves on over what was completed out of turn. */
static void anc_zerocopy_advance(struct anc_zerocopy *zerocopy, uint32_t next)
{
	uint32_t i = 0;

	zerocopy->next = next;
	while (i < zerocopy->range_count) {
		if (anc_zerocopy_distance(zerocopy, zerocopy->ranges[i].first) > 0) {
			i++;
			continue;
		}
		if (anc_zerocopy_distance(zerocopy, zerocopy->ranges[i].last) >= 0)
			zerocopy->next = zerocopy->ranges[i].last + 1;
		anc_zerocopy_drop(zerocopy, i);
		i = 0;
	}
}

/* Whether two ranges after `next` overlap, or one follows the other. */
static bool anc_zerocopy_touch(const struct anc_zerocopy *zerocopy,
			       const struct anc_zerocopy_range *a,
			       const struct anc_zerocopy_range *b)
{
	return anc_zerocopy_distance(zerocopy, a->first) <=
		       anc_zerocopy_distance(zerocopy, b->last) + 1 &&
	       anc_zerocopy_distance(zerocopy, b->first) <=
		       anc_zerocopy_distance(zerocopy, a->last) + 1;
}

/* Keeps a range after `next`, joined with those that it touches. */
static int anc_zerocopy_keep(struct anc_zerocopy *zerocopy, struct anc_zerocopy_range range)
{
	uint32_t i = 0;

	while (i < zerocopy->range_count) {
		const struct anc_zerocopy_range other = zerocopy->ranges[i];

		if (!anc_zerocopy_touch(zerocopy, &range, &other)) {
			i++;
			continue;
		}
		if (anc_zerocopy_distance(zerocopy, other.first) <
		    anc_zerocopy_distance(zerocopy, range.first))
			range.first = other.first;
		if (anc_zerocopy_distance(zerocopy, other.last) >
		    anc_zerocopy_distance(zerocopy, range.last))
			range.last = other.last;
		anc_zerocopy_drop(zerocopy, i);
		i = 0;
	}
	if (zerocopy->range_count == ANC_ZEROCOPY_RANGES)
		return -ENOBUFS;
	zerocopy->ranges[zerocopy->range_count++] = range;
	return 0;
}

int anc_zerocopy_note(struct anc_zerocopy *zerocopy, const struct anc_error *error)
{
	const struct anc_zerocopy_range range = {error->first, error->last};
	const int64_t last = anc_zerocopy_distance(zerocopy, range.last);

	if (error->kind != ANC_ERROR_ZEROCOPY || range.last - range.first > INT32_MAX)
		return -EINVAL;
	if (last < 0)
		return 0;
	if (anc_zerocopy_distance(zerocopy, range.first) > 0)
		return anc_zerocopy_keep(zerocopy, range);
	anc_zerocopy_advance(zerocopy, range.last + 1);
	return 0;
}

bool anc_zerocopy_is_done(const struct anc_zerocopy *zerocopy, uint32_t send)
{
	uint32_t i;

	if (anc_zerocopy_distance(zerocopy, send) < 0)
		return true;
	for (i = 0; i < zerocopy->range_count; i++)
		if (send - zerocopy->ranges[i].first <=
		    zerocopy->ranges[i].last - zerocopy->ranges[i].first)
			return true;
	return false;
}
