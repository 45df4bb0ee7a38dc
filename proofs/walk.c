/* SPDX-License-Identifier: MIT */

/*
 * The walker of <anc/cmsg.h>, in any layout of the table. `proof`: over any n <= N bytes it stays
 * inside them, ends, and puts every byte into exactly one message or the rest. `proof_step`: what
 * one step answers is what the bytes say. `proof_expect`: what is taken as expected is what a step
 * of the host's walk gives, and nothing is touched else.
 */

#include "proof.h"

/* What is walked stands at the array's end, so that a read past it leaves the array. */
static unsigned char storage[N];

void proof(void)
{
	const struct anc_layout layout = any_layout();
	const size_t n = any_up_to(N);
	const unsigned char *const end = storage + N;
	struct anc_cmsgs cmsgs = {end - n, n, nondet_bool(), nondet_size()};
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	const size_t any_byte = any_up_to(N); /* counted from the end */
	unsigned found = 0;
	struct anc_cmsg msg;
	const void *rest;
	size_t left = n;
	int more;

	__CPROVER_havoc_object(storage);
	while ((more = anc_layout_next(layout, &it, &msg)) == 1) {
		assert(it.left < left && it.at == end - it.left);
		/* The same value, in a form that keeps the next step as simple as the first. */
		it.at = end - it.left;
		found += any_byte <= left && any_byte > it.left;
		left = it.left;
	}
	assert(more == 0 || more == -EBADMSG);
	assert(anc_cmsg_iter_rest(&it, &rest) == left && rest == end - left);
	found += any_byte <= left && any_byte > 0;
	assert(found == (any_byte <= n && any_byte > 0 ? 1u : 0u));
	assert(anc_layout_next(layout, &it, &msg) == 0);
}

/* What a message must be, told from its bytes and from the iterator before it. */
static void check_message(struct anc_layout layout, struct anc_cmsg_iter before,
			  struct anc_cmsg msg, size_t used)
{
	const unsigned char *at = before.at;
	const uint64_t claimed = number_at(at, layout.len_width, layout.swapped);
	const size_t end = claimed > before.left ? before.left : (size_t)claimed;
	const bool rights = msg.level == layout.rights_level && msg.type == layout.rights_type;
	const size_t payload = (size_t)((const unsigned char *)msg.data - at);

	assert(claimed >= layout.data);
	assert((uint32_t)msg.level == number_at(at + layout.len_width, 4, layout.swapped));
	assert((uint32_t)msg.type == number_at(at + layout.len_width + 4, 4, layout.swapped));
	assert(payload == (end < layout.data ? end : layout.data));
	assert(payload >= layout.header && payload + msg.len == end);
	assert(used ==
	       (padded(end, layout.align) > before.left ? before.left : padded(end, layout.align)));
	assert(msg.truncated == (claimed > before.left ||
				 (before.cut && (rights || (before.full && end == before.left)))));
}

void proof_step(void)
{
	const struct anc_layout layout = any_layout();
	const size_t left = any_up_to(N);
	struct anc_cmsg_iter it = {storage, left, 0, nondet_bool(), nondet_bool()};
	const struct anc_cmsg_iter before = it;
	struct anc_cmsg msg;
	const void *rest;
	int more;

	__CPROVER_havoc_object(storage);
	more = anc_layout_next(layout, &it, &msg);
	if (more == 1) {
		assert(it.left < left && it.refused == 0);
		assert((const unsigned char *)it.at ==
		       (const unsigned char *)before.at + (left - it.left));
		check_message(layout, before, msg, left - it.left);
	} else if (more == 0) {
		assert(left < layout.header && anc_cmsg_iter_rest(&it, &rest) == left);
	} else {
		assert(more == -EBADMSG && left >= layout.header);
		assert(number_at(before.at, layout.len_width, layout.swapped) < layout.data);
		assert(anc_cmsg_iter_rest(&it, &rest) == left && rest == before.at);
		assert(anc_layout_next(layout, &it, &msg) == 0);
		assert(anc_cmsg_iter_rest(&it, &rest) == left && rest == before.at);
	}
}

#define MOST 48

void proof_expect(void)
{
	const size_t left = any_up_to(N);
	const size_t size = any_up_to(MOST);
	const size_t any_byte = any_up_to(MOST - 1);
	const int level = nondet_int();
	const int type = nondet_int();
	struct anc_cmsg_iter it = {storage + N - left, left, 0, nondet_bool(), nondet_bool()};
	const struct anc_cmsg_iter before = it;
	struct anc_cmsg_iter next = it;
	unsigned char got[MOST];
	struct anc_cmsg msg;
	bool whole;

	__CPROVER_havoc_object(storage);
	whole = anc_cmsg_iter_next(&next, &msg) == 1 && msg.level == level && msg.type == type &&
		msg.len == size && number_at(before.at, ANC_CMSG_LEN_WIDTH, false) <= left &&
		left - next.left == padded(ANC_CMSG_DATA + size, ANC_CMSG_ALIGN);
	assert(anc_cmsg_iter_expect(&it, level, type, got, size) == whole);
	assert(it.at == (whole ? next.at : before.at) && it.left == (whole ? next.left : left));
	if (whole && any_byte < size)
		assert(got[any_byte] == ((const unsigned char *)msg.data)[any_byte]);
}
