/* SPDX-License-Identifier: MIT */
#include "dump_reader.h"

#include <stdio.h>

/*
 * Strings and arrays of C, and what strace, gdb and Python print like them:
 *   "\x14\0" "\24"   {0x14, 0, 'a'}   "\024", '\000' <repeats 15 times>   {0x0 <repeats 7 times>}
 *   b'\x14'   [20, 0]
 */

static int cut(struct reader *reader, const char *at)
{
	return reader_fail(
		reader, at,
		"the value was cut here; strace -s 65536, and gdb's set print elements 0, "
		"print the whole");
}

/* White space and comments. */
static void skip_between(struct reader *reader)
{
	const char *at = reader->at;

	for (;;) {
		const char *end = NULL;

		if (at < reader->end && is_space(*at)) {
			at++;
			continue;
		}
		if (begins(at, reader->end, "//"))
			end = memchr(at, '\n', (size_t)(reader->end - at));
		else if (begins(at, reader->end, "/*"))
			end = memmem(at + 2, (size_t)(reader->end - at - 2), "*/", 2);
		else
			break;
		at = end ? end + 1 + (*end == '*') : reader->end;
	}
	reader->at = at;
}

/* One to three octal digits. */
static int read_octal(struct reader *reader, unsigned char *ret)
{
	const char *at = reader->at;
	unsigned number = 0;

	while (reader->at < at + 3 && reader->at < reader->end && *reader->at >= '0' &&
	       *reader->at <= '7')
		number = number * 8 + (unsigned)(*reader->at++ - '0');
	if (number > 0xff)
		return reader_fail(reader, at - 1, "\\%o is more than a byte can be", number);
	*ret = (unsigned char)number;
	return 0;
}

/* C takes all digits after \x, Python two. */
static int read_x(struct reader *reader, bool python, unsigned char *ret)
{
	const char *digits = reader->at;
	const char *end = skip_digits(digits, reader->end);
	const size_t count = python && end - digits > 2 ? 2 : (size_t)(end - digits);

	if (count == 0 || (python && count < 2))
		return reader_expected(reader, end, "a hexadecimal digit after \\x");
	if (count > 2)
		return reader_fail(reader, digits - 2,
				   "found %zu digits after \\x, which C takes for one number; "
				   "expected two: end the string and begin another",
				   count);
	*ret = (unsigned char)digit_of(digits[0]);
	if (count == 2)
		*ret = (unsigned char)(*ret << 4 | digit_of(digits[1]));
	reader->at = digits + count;
	return 0;
}

/* What stands behind a backslash. */
static int read_escape(struct reader *reader, bool python, unsigned char *ret)
{
	static const char names[] = "abfnrtve\\'\"?";
	static const char values[] = "\a\b\f\n\r\t\v\033\\'\"?";
	const char *name;

	if (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '7')
		return read_octal(reader, ret);
	if (reader->at < reader->end && *reader->at == 'x') {
		reader->at++;
		return read_x(reader, python, ret);
	}
	name = reader->at < reader->end && *reader->at ? strchr(names, *reader->at) : NULL;
	if (!name)
		return reader_expected(reader, reader->at, "an escape of C: \\x14, \\24, \\n");
	reader->at++;
	*ret = (unsigned char)values[name - names];
	return 0;
}

/* A character of a string, its escape resolved. */
static int read_character(struct reader *reader, bool python, unsigned char *ret)
{
	const char c = *reader->at;

	if (c == '\\') {
		reader->at++;
		return read_escape(reader, python, ret);
	}
	if (c < ' ' || c > '~')
		return reader_expected(reader, reader->at,
				       "a printable character or an escape, or the closing quote");
	reader->at++;
	*ret = (unsigned char)c;
	return 0;
}

/* The count of "<repeats 15 times>"; 1 where it is not. */
static int read_repeats(struct reader *reader, uint64_t *ret)
{
	const char *at = skip_blanks(reader->at, reader->end);
	const char *const start = at;

	*ret = 1;
	if (!begins(at, reader->end, "<repeats "))
		return 0;
	*ret = 0;
	for (at += strlen("<repeats "); at < reader->end && *at >= '0' && *at <= '9'; at++)
		if (*ret <= DUMP_MOST)
			*ret = *ret * 10 + (uint64_t)(*at - '0');
	if (!begins(at, reader->end, " times>") || *ret == 0)
		return reader_fail(reader, start, "expected <repeats N times>");
	reader->at = at + strlen(" times>");
	return 0;
}

/* From quote to quote. */
static int read_string(struct reader *reader, bool python)
{
	const char *const start = reader->at;
	const char quote = *reader->at++;
	unsigned char byte;
	int result;

	for (;;) {
		if (reader->at >= reader->end)
			return reader_fail(reader, start, "this quote is not closed");
		if (*reader->at == quote)
			break;
		if (begins(reader->at, reader->end, "\\\n")) {
			reader->at += 2;
			continue;
		}
		result = read_character(reader, python, &byte);
		if (result == 0)
			result = reader_put(reader, byte, 1);
		if (result < 0)
			return result;
	}
	reader->at++;
	return begins(reader->at, reader->end, "...") ? cut(reader, reader->at) : 0;
}

/* 'c', once or as often as it says. */
static int read_quoted_character(struct reader *reader, uint64_t *ret_repeats,
				 unsigned char *ret_byte)
{
	int result;

	reader->at++;
	if (reader->at >= reader->end || *reader->at == '\'')
		return reader_expected(reader, reader->at, "a character");
	result = read_character(reader, false, ret_byte);
	if (result < 0)
		return result;
	if (reader->at >= reader->end || *reader->at != '\'')
		return reader_expected(reader, reader->at, "the closing quote");
	reader->at++;
	return read_repeats(reader, ret_repeats);
}

/* A number's digits, in the base that its beginning tells. */
static int read_magnitude(struct reader *reader, uint64_t *ret)
{
	const char *at = reader->at;
	unsigned base = 10;
	int digit;

	if (begins(at, reader->end, "0x") || begins(at, reader->end, "0X")) {
		base = 16;
		at += 2;
	} else if (at < reader->end && *at == '0') {
		base = 8;
	}
	*ret = 0;
	if (at >= reader->end || digit_of(*at) < 0 || digit_of(*at) >= (int)base)
		return reader_expected(reader, at, "a number");
	for (; at < reader->end && (digit = digit_of(*at)) >= 0 && digit < (int)base; at++)
		if (*ret < 1 << 16)
			*ret = *ret * base + (unsigned)digit;
	while (at < reader->end && (*at == 'u' || *at == 'U' || *at == 'l' || *at == 'L'))
		at++;
	if (at < reader->end && is_word(*at))
		return reader_expected(reader, at, base == 8 ? "an octal digit" : "a digit");
	reader->at = at;
	return 0;
}

/* A number from -128 to 255. */
static int read_number(struct reader *reader, unsigned char *ret)
{
	const char *const start = reader->at;
	const bool negative = start < reader->end && *start == '-';
	uint64_t number;
	int result;

	if (negative)
		reader->at++;
	result = read_magnitude(reader, &number);
	if (result < 0)
		return result;
	if (number > (negative ? 0x80 : 0xff))
		return reader_fail(reader, start,
				   "%.*s is no byte; print bytes: gdb's x/88xb p, or p/x of a char "
				   "array",
				   (int)(reader->at - start < 24 ? reader->at - start : 24), start);
	*ret = (unsigned char)(negative ? 0x100 - number : number);
	return 0;
}

/* gdb's p/c prints a number and its character. */
static int check_character(struct reader *reader, unsigned char number, uint64_t *ret_repeats)
{
	const char *at = skip_blanks(reader->at, reader->end);
	unsigned char byte;
	int result;

	if (at >= reader->end || *at != '\'')
		return read_repeats(reader, ret_repeats);
	reader->at = at;
	result = read_quoted_character(reader, ret_repeats, &byte);
	if (result == 0 && byte != number)
		result = reader_fail(reader, at, "this is not the character %u", number);
	return result;
}

/* What stands between two commas of an array. */
static int read_element(struct reader *reader)
{
	const char *const start = reader->at;
	uint64_t repeats = 1;
	unsigned char byte = 0;
	int result;

	if (begins(start, reader->end, "..."))
		return cut(reader, start);
	if (start < reader->end && *start == '"')
		return read_string(reader, false);
	if (start < reader->end && *start == '\'') {
		result = read_quoted_character(reader, &repeats, &byte);
	} else {
		result = read_number(reader, &byte);
		if (result == 0)
			result = check_character(reader, byte, &repeats);
	}
	return result < 0 ? result : reader_put(reader, byte, repeats);
}

/* From brace to brace. */
static int read_array(struct reader *reader)
{
	const char *const start = reader->at;
	const char close = *start == '{' ? '}' : ']';
	bool more = true;
	int result;

	reader->at++;
	for (;;) {
		skip_between(reader);
		if (reader->at >= reader->end)
			return reader_fail(reader, start, "this %c is not closed", *start);
		if (*reader->at == close)
			break;
		if (begins(reader->at, reader->end, "..."))
			return cut(reader, reader->at);
		if (!more && *reader->at != '"')
			return reader_expected(reader, reader->at,
					       "a comma or the end of the array");
		result = read_element(reader);
		if (result < 0)
			return result;
		skip_between(reader);
		more = reader->at < reader->end && *reader->at == ',';
		if (more)
			reader->at++;
	}
	reader->at++;
	return begins(reader->at, reader->end, "...") ? cut(reader, reader->at) : 0;
}

/* A string, or a character that repeats, as gdb breaks strings up. */
static int read_piece(struct reader *reader, bool python, bool *ret_repeated)
{
	const char *const start = reader->at;
	uint64_t repeats;
	unsigned char byte;
	int result;

	*ret_repeated = false;
	if (python || *start == '"')
		return read_string(reader, python);
	result = read_quoted_character(reader, &repeats, &byte);
	if (result < 0)
		return result;
	*ret_repeated = repeats > 1;
	result = reader_put(reader, byte, repeats);
	if (result == 0 && begins(reader->at, reader->end, "..."))
		return cut(reader, reader->at);
	return result;
}

static bool is_quote(const struct reader *reader)
{
	return reader->at < reader->end && (*reader->at == '"' || *reader->at == '\'');
}

/* Strings that follow each other; with a comma only around what repeats. */
static int read_strings(struct reader *reader, bool python)
{
	bool repeated, repeated_before;
	const char *comma = NULL;
	int result;

	result = read_piece(reader, python, &repeated);
	while (result == 0) {
		const char *const end = reader->at;

		skip_between(reader);
		comma = reader->at < reader->end && *reader->at == ',' ? reader->at++ : NULL;
		skip_between(reader);
		if (python && begins(reader->at, reader->end, "b"))
			reader->at++;
		if (!is_quote(reader)) {
			reader->at = end;
			return 0;
		}
		repeated_before = repeated;
		result = read_piece(reader, python, &repeated);
		if (result == 0 && comma && !repeated && !repeated_before)
			result = reader_fail(reader, comma,
					     "a comma between two strings: which of them is it?");
	}
	return result;
}

/* Behind the first "$1 = " at the beginning of a line, which gdb prints after the source. */
static const char *find_result(const struct reader *reader)
{
	const char *at = reader->at;
	const char *digits;

	while (at && at < reader->end) {
		digits = begins(at, reader->end, "(gdb) ") ? at + strlen("(gdb) ") : at;
		if (digits < reader->end && *digits == '$') {
			at = skip_digits(digits + 1, reader->end);
			if (at > digits + 1 && begins(at, reader->end, " = "))
				return at;
		}
		at = memchr(at, '\n', (size_t)(reader->end - at));
		at = at ? at + 1 : NULL;
	}
	return reader->at;
}

/* The first quote or brace; a bracket where there is none: C has brackets before the value. */
static const char *find_value(const struct reader *reader)
{
	const char *bracket = NULL;
	const char *at;

	for (at = find_result(reader); at < reader->end; at++) {
		if (*at == '"' || *at == '\'' || *at == '{')
			return at;
		if (*at == '[' && !bracket)
			bracket = at;
	}
	return bracket ? bracket : reader->end;
}

/* strace prints messages that it knows as structs: that is what was wrong then. */
static int explain_decoded(struct reader *reader)
{
	const char *at = memmem(reader->start, (size_t)(reader->end - reader->start),
				"cmsg_len=", strlen("cmsg_len="));

	if (!at)
		return -EINVAL;
	return reader_fail(reader, at,
			   "strace has decoded these messages itself; their bytes are not in "
			   "there: gdb's x/88xb msg.msg_control prints them");
}

static int check_rest(struct reader *reader)
{
	const char *at;

	for (at = reader->at; at < reader->end; at++)
		if (*at == '"' || *at == '\'' || *at == '{')
			return reader_fail(reader, at,
					   "another value begins here, expected one buffer alone");
	return 0;
}

/* The value alone, and what it is. */
static int read_value(struct reader *reader)
{
	const char *const start = reader->at;
	bool python;

	reader->at = find_value(reader);
	if (reader->at >= reader->end)
		return reader_expected(reader, reader->at,
				       "a string or an array: a quote or a brace");
	if (*reader->at == '{' || *reader->at == '[') {
		reader->out->form = "an array";
		return read_array(reader);
	}
	python = reader->at > start && reader->at[-1] == 'b' &&
		 (reader->at - 1 == start || !is_word(reader->at[-2]));
	reader->out->form = python ? "bytes of Python" : "a string";
	reader->out->is_string = !python;
	return read_strings(reader, python);
}

int reader_values(struct reader *reader)
{
	int result = read_value(reader);

	if (result == 0)
		result = check_rest(reader);
	return result == -EINVAL ? explain_decoded(reader) : result;
}
