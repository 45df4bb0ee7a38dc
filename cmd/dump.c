/* SPDX-License-Identifier: MIT */
#include "dump.h"

#include "dump_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int reader_fail(struct reader *reader, const char *at, const char *format, ...)
{
	va_list arguments;

	reader->error->at = (size_t)(at - reader->start);
	va_start(arguments, format);
	vsnprintf(reader->error->what, sizeof(reader->error->what), format, arguments);
	va_end(arguments);
	return -EINVAL;
}

int reader_expected(struct reader *reader, const char *at, const char *expected)
{
	if (at >= reader->end)
		return reader_fail(reader, at, "the input ends, expected %s", expected);
	if (*at == '\n')
		return reader_fail(reader, at, "the line ends, expected %s", expected);
	if (*at >= ' ' && *at <= '~')
		return reader_fail(reader, at, "found '%c', expected %s", *at, expected);
	return reader_fail(reader, at, "found the byte 0x%02x, expected %s", (unsigned char)*at,
			   expected);
}

static int grow(struct dump *out, size_t more)
{
	unsigned char *bytes;
	size_t room = out->room > 0 ? out->room : 256;

	if (out->room - out->len >= more)
		return 0;
	while (room - out->len < more)
		room *= 2;
	bytes = realloc(out->bytes, room);
	if (!bytes)
		return -ENOMEM;
	out->bytes = bytes;
	out->room = room;
	return 0;
}

int reader_put(struct reader *reader, unsigned char byte, uint64_t count)
{
	struct dump *out = reader->out;

	if (count > DUMP_MOST - out->len) {
		reader_fail(reader, reader->at, "this makes more than %zu MiB", DUMP_MOST >> 20);
		return -EFBIG;
	}
	if (grow(out, (size_t)count) < 0)
		return -ENOMEM;
	if (count > 0)
		memset(out->bytes + out->len, byte, (size_t)count);
	out->len += (size_t)count;
	return 0;
}

int reader_put_word(struct reader *reader, uint64_t word, unsigned width)
{
	unsigned i, shift;
	int result = 0;

	for (i = 0; i < width && result == 0; i++) {
		shift = 8 * (reader->big_endian ? width - 1 - i : i);
		result = reader_put(reader, (unsigned char)(word >> shift), 1);
	}
	return result;
}

int reader_put_digits(struct reader *reader, const char *digits, size_t count)
{
	int result = 0;
	size_t i;

	for (i = 0; i + 1 < count && result == 0; i += 2)
		result = reader_put(
			reader, (unsigned char)(digit_of(digits[i]) << 4 | digit_of(digits[i + 1])),
			1);
	return result;
}

/* What may stand between digits. */
static const char *skip_separators(const char *at, const char *end)
{
	while (at < end && (is_space(*at) || *at == ',' || *at == ':' || *at == '-' || *at == '_' ||
			    *at == ';'))
		at++;
	return at;
}

/* A run of digits, which may have 0x or \x before it. */
static int read_group(struct reader *reader, bool alone)
{
	const char *at = reader->at;
	const bool marked = (size_t)(reader->end - at) >= 2 && (at[0] == '0' || at[0] == '\\') &&
			    (at[1] == 'x' || at[1] == 'X');
	const char *digits = marked ? at + 2 : at;
	const char *end = skip_digits(digits, reader->end);
	const size_t count = (size_t)(end - digits);

	if (count == 0)
		return reader_expected(reader, digits, "a hexadecimal digit");
	if (end < reader->end && is_word(*end))
		return reader_expected(reader, end, "a hexadecimal digit");
	reader->at = end;
	if (marked && count == 1)
		return reader_put(reader, (unsigned char)digit_of(*digits), 1);
	if (count % 2 != 0)
		return reader_fail(reader, at,
				   "found %zu hexadecimal digits, expected two for each byte",
				   count);
	if (marked && count > 2 && !alone)
		return reader_fail(
			reader, at,
			"found a number of %zu bytes, whose order nobody tells; expected "
			"bytes, or the lines of gdb's x/xw with their addresses",
			count / 2);
	return reader_put_digits(reader, digits, count);
}

/* Digits, two for each byte, in the order of the bytes. */
static int read_digits(struct reader *reader)
{
	const char *first;
	int result = 0;

	reader->out->form = "hexadecimal digits";
	reader->at = skip_separators(reader->at, reader->end);
	first = reader->at;
	while (reader->at < reader->end && result == 0) {
		const char *end = reader->at + 1;

		while (end < reader->end && is_word(*end))
			end++;
		result = read_group(reader,
				    reader->at == first &&
					    skip_separators(end, reader->end) == reader->end);
		if (result == 0)
			reader->at = skip_separators(reader->at, reader->end);
	}
	return result;
}

static int read_raw(struct reader *reader)
{
	const size_t len = (size_t)(reader->end - reader->at);

	reader->out->form = "raw bytes";
	if (len > DUMP_MOST) {
		reader_fail(reader, reader->at, "more than %zu MiB", DUMP_MOST >> 20);
		return -EFBIG;
	}
	if (grow(reader->out, len) < 0)
		return -ENOMEM;
	if (len > 0)
		memcpy(reader->out->bytes, reader->at, len);
	reader->out->len = len;
	return 0;
}

/* The length of the character at `at` in UTF-8, or 0. */
static size_t utf8_len(const char *at, const char *end)
{
	const unsigned char first = (unsigned char)*at;
	const size_t len = first < 0x80   ? 1
			   : first < 0xc2 ? 0
			   : first < 0xe0 ? 2
			   : first < 0xf0 ? 3
					  : 4;
	size_t i;

	if (first > 0xf4 || (size_t)(end - at) < len)
		return 0;
	for (i = 1; i < len; i++)
		if (((unsigned char)at[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* Text has no control characters. A control buffer has: the high bytes of cmsg_len. */
static bool is_text(const char *at, const char *end)
{
	size_t len;

	for (; at < end; at += len) {
		len = utf8_len(at, end);
		if (len == 0 || *at == 0x7f || ((unsigned char)*at < ' ' && !is_space(*at)))
			return false;
	}
	return true;
}

static bool has_values(const struct reader *reader)
{
	const char *at;

	for (at = reader->at; at < reader->end; at++)
		if (*at == '"' || *at == '\'' || *at == '{' || *at == '[')
			return true;
	return false;
}

static int read_any(struct reader *reader, enum dump_input input)
{
	if (input == DUMP_RAW || (input == DUMP_AUTO && !is_text(reader->at, reader->end)))
		return read_raw(reader);
	if (input != DUMP_C && reader_has_lines(reader))
		return reader_lines(reader);
	if (input == DUMP_C || (input == DUMP_AUTO && has_values(reader)))
		return reader_values(reader);
	return read_digits(reader);
}

int dump_read(enum dump_input input, bool big_endian, const char *text, size_t len,
	      struct dump *ret, struct dump_error *error)
{
	struct reader reader = {text, text, text + len, big_endian, ret, error};
	int result;

	memset(ret, 0, sizeof(*ret));
	memset(error, 0, sizeof(*error));
	result = read_any(&reader, input);
	if (result < 0) {
		free(ret->bytes);
		memset(ret, 0, sizeof(*ret));
	}
	return result;
}
