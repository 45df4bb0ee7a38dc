/* SPDX-License-Identifier: MIT */
/* The walk over any bytes, in any layout: each answer, and what is left after it, against an
 * oracle. */
#include "fuzz.h"

struct walk {
	const struct anc_abi *abi; /* NULL: the host's own calls */
	struct shape shape;
	struct anc_cmsgs view;
	struct anc_cmsg_iter it;
	size_t at;
};

static int next(struct walk *walk, struct anc_cmsg *ret)
{
	return walk->abi != NULL ? anc_abi_iter_next(walk->abi, &walk->it, ret)
				 : anc_cmsg_iter_next(&walk->it, ret);
}

/* What is not walked yet reaches from the oracle's place to the end: so every byte is in exactly
 * one message, or in the rest. */
static void check_rest(const struct walk *walk)
{
	const void *rest;

	MUST_EQ(anc_cmsg_iter_rest(&walk->it, &rest), walk->view.len - walk->at);
	MUST(rest == (const unsigned char *)walk->view.bytes + walk->at);
}

static void check_message(const struct anc_cmsg *got, const struct anc_cmsg *expected)
{
	const unsigned char *payload = got->data;
	size_t i;

	MUST_EQ(got->level, expected->level);
	MUST_EQ(got->type, expected->type);
	MUST(got->data == expected->data);
	MUST_EQ(got->len, expected->len);
	MUST_EQ(got->truncated, expected->truncated);
	/* AddressSanitizer sees a byte outside. */
	for (i = 0; i < got->len; i++)
		(void)*(const volatile unsigned char *)&payload[i];
}

/* The host's own come the same way when they are expected, unless they are clipped or unpadded. */
static void check_expected(const struct walk *walk, struct anc_cmsg_iter it,
			   const struct anc_cmsg *msg)
{
	const size_t space = it.left - walk->it.left;
	unsigned char *got;

	if (walk->abi != NULL)
		return;
	got = fuzz_block(0, msg->len);
	if (anc_cmsg_iter_expect(&it, msg->level, msg->type, got, msg->len)) {
		MUST(memcmp(got, msg->data, msg->len) == 0);
		MUST(it.at == walk->it.at);
		MUST_EQ(it.left, walk->it.left);
	} else {
		MUST(msg->truncated || space != ANC_CMSG_SPACE(msg->len));
	}
	free(got);
}

static void check_end(struct walk *walk, int answer)
{
	struct anc_cmsg untouched = {1, 2, &untouched, 3, true};
	struct anc_cmsg got = untouched;
	size_t i;

	MUST_EQ(next(walk, &got), answer);
	check_rest(walk);
	for (i = 0; i < 2; i++) {
		MUST_EQ(next(walk, &got), 0);
		check_rest(walk);
	}
	check_message(&got, &untouched);
}

static void check_walk(struct walk *walk)
{
	struct anc_cmsg_iter before;
	struct anc_cmsg expected;
	struct anc_cmsg got;
	size_t count = 0;
	int answer;

	check_rest(walk);
	while ((answer = shape_next(&walk->shape, walk->view, &walk->at, &expected)) == 1) {
		before = walk->it;
		MUST_EQ(next(walk, &got), 1);
		check_message(&got, &expected);
		check_expected(walk, before, &got);
		check_rest(walk);
		MUST(++count <= walk->view.len / walk->shape.header);
	}
	check_end(walk, answer);
}

/* Makes the first message one that any cut may have shortened: no mutation guesses those numbers.
 */
static void put_rights(const struct shape *shape, unsigned char *header)
{
	shape_store(shape, header + shape->len_width, 4, (uint32_t)shape->rights_level);
	shape_store(shape, header + shape->len_width + 4, 4, (uint32_t)shape->rights_type);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct walk walk = {0};
	unsigned char *block;
	unsigned how;
	size_t offset;

	walk.abi = input_abi(&in, &walk.shape);
	how = input_byte(&in);
	offset = how >> 5;
	block = fuzz_block(offset, in.left);
	if (in.left > 0)
		memcpy(block + offset, in.at, in.left);
	if ((how & 16) != 0 && in.left >= walk.shape.header)
		put_rights(&walk.shape, block + offset);
	walk.view = anc_cmsgs_from_bytes(block + offset, in.left);
	walk.view.truncated = (how & 1) != 0;
	/* unknown, what there is, or more */
	if (how & 2)
		walk.view.capacity = in.left + (how >> 2) % 4;
	walk.it = walk.abi != NULL ? anc_abi_iter(walk.abi, walk.view) : anc_cmsgs_iter(walk.view);
	check_walk(&walk);
	free(block);
	return 0;
}
