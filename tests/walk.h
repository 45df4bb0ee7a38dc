/* SPDX-License-Identifier: MIT */
#ifndef WALK_H
#define WALK_H

/*
 * An oracle for the walk, of any system's layout: what each answer must be, said without the
 * library. check_walk() holds a whole walk against it.
 */

#include "tap.h"

#include <stdlib.h>

#include <anc/abi.h>

/* Where a system puts the bytes of a message, as its own headers have it. */
struct shape {
	unsigned header;
	unsigned data;
	unsigned align;
	unsigned len_width;
	bool big_endian;
};

/* The offsets from an aligned address that a buffer is tried at. */
#define OFFSETS 16

static size_t shape_round(const struct shape *shape, size_t n)
{
	return (n + shape->align - 1) / shape->align * shape->align;
}

static uint64_t shape_load(const struct shape *shape, const unsigned char *at, unsigned width)
{
	uint64_t number = 0;
	unsigned i;

	for (i = 0; i < width; i++)
		number |= (uint64_t)at[i] << 8 * (shape->big_endian ? width - 1 - i : i);
	return number;
}

static void shape_store_len(const struct shape *shape, unsigned char *at, uint64_t len)
{
	unsigned i;

	for (i = 0; i < shape->len_width; i++)
		at[shape->big_endian ? shape->len_width - 1 - i : i] =
			(unsigned char)(len >> 8 * i);
}

/* The answer for the message at `*at`, and where it leaves the walk. */
static int oracle_next(const struct shape *shape, const unsigned char *bytes, size_t len,
		       size_t *at, struct anc_cmsg *ret)
{
	const unsigned char *message = bytes + *at;
	const size_t left = len - *at;
	uint64_t claimed;
	size_t end;
	size_t data;

	if (left < shape->header)
		return 0;
	claimed = shape_load(shape, message, shape->len_width);
	if (claimed < shape->data)
		return -EBADMSG;
	end = claimed < left ? (size_t)claimed : left;
	data = shape->data < end ? shape->data : end;
	ret->level = (int)shape_load(shape, message + shape->len_width, 4);
	ret->type = (int)shape_load(shape, message + shape->len_width + 4, 4);
	ret->data = message + data;
	ret->len = end - data;
	ret->truncated = claimed > left;
	*at += shape_round(shape, end) < left ? shape_round(shape, end) : left;
	return 1;
}

/* The walk under test: the host's, or that of an ABI. */
static int walk_next(const struct anc_abi *or_null, struct anc_cmsg_iter *it, struct anc_cmsg *ret)
{
	return or_null != NULL ? anc_abi_iter_next(or_null, it, ret) : anc_cmsg_iter_next(it, ret);
}

static void check_rest(const struct anc_cmsg_iter *it, const void *at, size_t len)
{
	const void *rest;

	CHECK_EQ(anc_cmsg_iter_rest(it, &rest), len);
	CHECK(rest == at);
}

static void check_message(const struct anc_cmsg *got, const struct anc_cmsg *expected)
{
	CHECK_EQ(got->level, expected->level);
	CHECK_EQ(got->type, expected->type);
	CHECK(got->data == expected->data);
	CHECK_EQ(got->len, expected->len);
	CHECK_EQ(got->truncated, expected->truncated);
}

/*
 * Walks to the end, each step against the oracle. The rest always reaches from where the walk
 * stands to the buffer's end, so that every byte is in one message or in the rest. Returns how many
 * messages there were.
 */
static size_t check_walk(const struct shape *shape, const struct anc_abi *or_null,
			 const unsigned char *bytes, size_t len)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(bytes, len));
	struct anc_cmsg expected;
	struct anc_cmsg got;
	size_t count = 0;
	size_t at = 0;
	int answer;

	check_rest(&it, bytes, len);
	while ((answer = oracle_next(shape, bytes, len, &at, &expected)) == 1) {
		CHECK(walk_next(or_null, &it, &got) == 1);
		check_message(&got, &expected);
		check_rest(&it, bytes + at, len - at);
		CHECK(++count <= len / shape->header);
	}
	CHECK_EQ(walk_next(or_null, &it, &got), answer);
	check_rest(&it, bytes + at, len - at);
	CHECK_EQ(walk_next(or_null, &it, &got), 0);
	check_rest(&it, bytes + at, len - at);
	return count;
}

/* The same for a copy at that offset, which ends where its block of memory ends. */
static size_t check_walk_at(const struct shape *shape, const struct anc_abi *or_null,
			    const unsigned char *bytes, size_t len, size_t offset)
{
	unsigned char *block = malloc(offset + len > 0 ? offset + len : 1);
	size_t count;

	CHECK(block != NULL);
	if (len > 0)
		memcpy(block + offset, bytes, len);
	count = check_walk(shape, or_null, block + offset, len);
	free(block);
	return count;
}

/* Walks `rounds` buffers of random bytes, with lengths here and there that are near what a header
 * would say. Returns how many messages there were in all. */
static size_t check_random_walks(const struct shape *shape, const struct anc_abi *or_null,
				 unsigned rounds)
{
	unsigned char buf[200];
	size_t messages = 0;
	uint64_t seed = 1;
	size_t len;
	size_t i;

	while (rounds-- > 0) {
		len = tap_random(&seed) % (sizeof(buf) + 1);
		for (i = 0; i < len; i++)
			buf[i] = (unsigned char)tap_random(&seed);
		for (i = 0; i + shape->header <= len; i += shape->align)
			if (tap_random(&seed) % 2)
				shape_store_len(shape, buf + i,
						shape->data - 2 + tap_random(&seed) % 48);
		messages += check_walk_at(shape, or_null, buf, len, rounds % OFFSETS);
	}
	return messages;
}

#endif
