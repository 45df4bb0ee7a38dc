/* SPDX-License-Identifier: MIT */
#ifndef DUMP_READER_H
#define DUMP_READER_H

/* A position in an input, and the bytes read so far: what the forms of a dump are read with. */

#include "dump.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

struct reader {
	const char *start;
	const char *at;
	const char *end;
	bool big_endian;
	struct dump *out;
	struct dump_error *error;
};

/* Whether any line is one of a dump with offsets or addresses. */
bool reader_has_lines(const struct reader *);

/* Reads such a dump. */
int reader_lines(struct reader *);

/* Reads strings, arrays and what gdb prints of them. */
int reader_values(struct reader *);

/* Says what is wrong at `at`; -EINVAL. */
int reader_fail(struct reader *, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Says what was found at `at`, and what should be there; -EINVAL. */
int reader_expected(struct reader *, const char *at, const char *expected);

/* Appends a byte `count` times: 0, -EFBIG or -ENOMEM. */
int reader_put(struct reader *, unsigned char byte, uint64_t count);

/* Appends a word of `width` bytes in the input's byte order. */
int reader_put_word(struct reader *, uint64_t word, unsigned width);

/* Appends the bytes that digits stand for, two for each. */
int reader_put_digits(struct reader *, const char *digits, size_t count);

/* The value of a hexadecimal digit, or -1. The C library's ctype has locales. */
static inline int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static inline bool is_space(char c)
{
	return is_blank(c) || c == '\n';
}

static inline bool is_word(char c)
{
	return digit_of(c) >= 0 || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '_';
}

static inline const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static inline const char *skip_digits(const char *at, const char *end)
{
	while (at < end && digit_of(*at) >= 0)
		at++;
	return at;
}

static inline bool begins(const char *at, const char *end, const char *word)
{
	const size_t len = strlen(word);

	return (size_t)(end - at) >= len && memcmp(at, word, len) == 0;
}

#endif
