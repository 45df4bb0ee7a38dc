/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_H
#define FUZZ_H

/*
 * What the fuzz targets share: the input, taken apart, and how control messages lie on each system,
 * said without the library.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <anc/abi.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A condition that is false ends the run; libFuzzer keeps the input. */
#define MUST(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, 0, 1))
#define MUST_EQ(got, expected)                                                                     \
	fuzz_must_eq(__FILE__, __LINE__, #got " == " #expected, (long long)(got),                  \
		     (long long)(expected))

static inline void fuzz_fail(const char *file, int line, const char *condition, long long got,
			     long long expected)
{
	fprintf(stderr, "%s:%d: not so: %s (got %lld, expected %lld)\n", file, line, condition, got,
		expected);
	abort();
}

static inline void fuzz_must_eq(const char *file, int line, const char *condition, long long got,
				long long expected)
{
	if (got != expected)
		fuzz_fail(file, line, condition, got, expected);
}

/* The input; behind its end stand zeros. */
struct input {
	const uint8_t *at;
	size_t left;
};

static inline unsigned input_byte(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

static inline size_t input_below(struct input *in, size_t limit)
{
	return limit > 0 ? input_byte(in) % limit : 0;
}

static inline int input_int(struct input *in)
{
	uint32_t number = 0;
	unsigned i;

	for (i = 0; i < 4; i++)
		number = number << 8 | input_byte(in);
	return (int)number;
}

static inline void input_bytes(struct input *in, unsigned char *ret, size_t len)
{
	while (len-- > 0)
		*ret++ = (unsigned char)input_byte(in);
}

/* Memory of exactly that many bytes behind `offset` more, so that a read past it is found. */
static inline unsigned char *fuzz_block(size_t offset, size_t len)
{
	unsigned char *block = malloc(offset + len > 0 ? offset + len : 1);

	MUST(block != NULL);
	memset(block, 0xa5, offset + len);
	return block;
}

/* Where a system puts the bytes of a message, as its headers have it. */
struct shape {
	size_t header;
	size_t data;
	size_t align;
	unsigned len_width;
	bool big_endian;
	int rights_level;
	int rights_type;
};

/*
 * A BSD aligns as its machine does, that is by the long but on these. Big-endian machines of 32
 * bits are powerpc, or m68k.
 */
static inline size_t shape_align_of_bsd(const char *name, bool is_wide)
{
	if (strcmp(name, "netbsd-arm-64") == 0 || strstr(name, "bsd-sparc-64be") != NULL)
		return 16;
	if (is_wide || strstr(name, "bsd-arm-32") != NULL || strcmp(name, "netbsd-32be") == 0 ||
	    strcmp(name, "openbsd-32be") == 0)
		return 8;
	return 4;
}

/* By the ABI's name: on Linux cmsg_len is as wide as a long, elsewhere four bytes; macOS and
 * illumos align by four on any machine. */
static inline struct shape shape_of(const char *name)
{
	const char *width = strrchr(name, '-') + 1;
	const bool is_linux = strncmp(name, "linux-", 6) == 0;
	const bool is_illumos = strncmp(name, "illumos-", 8) == 0;
	const bool is_odd = is_linux && width - name > 6; /* linux-mips- ... */
	const bool is_wide = strncmp(width, "64", 2) == 0;
	struct shape shape;

	shape.len_width = is_linux && is_wide ? 8 : 4;
	shape.header = shape.len_width + 8;
	if (is_linux)
		shape.align = shape.len_width;
	else if (is_illumos || strncmp(name, "darwin-", 7) == 0)
		shape.align = 4;
	else
		shape.align = shape_align_of_bsd(name, is_wide);
	shape.data = (shape.header + shape.align - 1) / shape.align * shape.align;
	shape.big_endian = strcmp(width + 2, "be") == 0;
	shape.rights_level = is_linux && !is_odd ? 1 : 0xffff;
	shape.rights_type = is_illumos ? 0x1010 : 1;
	return shape;
}

/* The fuzzers run on Linux, little-endian. */
static inline struct shape shape_host(void)
{
	return shape_of(sizeof(long) == 8 ? "linux-64" : "linux-32");
}

/* One of the ABIs, or NULL: the host's own calls. */
static inline const struct anc_abi *input_abi(struct input *in, struct shape *ret)
{
	const struct anc_abi *abi = NULL;
	size_t count = 1;
	size_t i;

	while ((abi = anc_abi_next(abi)) != NULL)
		count++;
	for (i = input_below(in, count); i > 0; i--)
		abi = anc_abi_next(abi);
	*ret = abi != NULL ? shape_of(anc_abi_name(abi)) : shape_host();
	return abi;
}

static inline uint64_t shape_load(const struct shape *shape, const unsigned char *at,
				  unsigned width)
{
	uint64_t number = 0;
	unsigned i;

	for (i = 0; i < width; i++)
		number |= (uint64_t)at[i] << 8 * (shape->big_endian ? width - 1 - i : i);
	return number;
}

static inline void shape_store(const struct shape *shape, unsigned char *at, unsigned width,
			       uint64_t number)
{
	unsigned i;

	for (i = 0; i < width; i++)
		at[shape->big_endian ? width - 1 - i : i] = (unsigned char)(number >> 8 * i);
}

static inline size_t shape_space(const struct shape *shape, size_t len)
{
	return (shape->data + len + shape->align - 1) / shape->align * shape->align;
}

/* The bytes of a message, as they must be; there is room. */
static inline size_t shape_put(const struct shape *shape, unsigned char *at,
			       const struct anc_cmsg *msg)
{
	memset(at, 0, shape_space(shape, msg->len));
	shape_store(shape, at, shape->len_width, shape->data + msg->len);
	shape_store(shape, at + shape->len_width, 4, (uint32_t)msg->level);
	shape_store(shape, at + shape->len_width + 4, 4, (uint32_t)msg->type);
	if (msg->len > 0)
		memcpy(at + shape->data, msg->data, msg->len);
	return shape_space(shape, msg->len);
}

/* The answer for the message at `*at`, and where it leaves the walk. */
static inline int shape_next(const struct shape *shape, struct anc_cmsgs view, size_t *at,
			     struct anc_cmsg *ret)
{
	const unsigned char *message = (const unsigned char *)view.bytes + *at;
	const size_t left = view.len - *at;
	uint64_t claimed;
	size_t data;
	size_t end;

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
	if (view.truncated && ret->level == shape->rights_level && ret->type == shape->rights_type)
		ret->truncated = true;
	/* What ends where the room does may have been cut there. */
	if (view.truncated && *at + end == view.len && view.capacity <= view.len)
		ret->truncated = true;
	end = (end + shape->align - 1) / shape->align * shape->align;
	*at += end < left ? end : left;
	return 1;
}

#endif
