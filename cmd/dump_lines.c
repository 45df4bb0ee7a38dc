/* SPDX-License-Identifier: MIT */
#include "dump_line.h"

#include <stdio.h>

/* Dumps of strace, xxd, od, hexdump, gdb and lldb: each line begins with where it is from. */

/* The bases that offsets may have, and the value of the first in each. */
static const unsigned bases[] = {16, 8, 10};
#define BASE_COUNT (sizeof(bases) / sizeof(bases[0]))

/* What the lines up to here have said. */
struct lines {
	struct reader *reader;
	enum shape shape;
	bool possible[BASE_COUNT];
	uint64_t first[BASE_COUNT];
	const char *first_place;
	size_t count;     /* lines with bytes */
	size_t width;     /* bytes in the last of them */
	const char *star; /* a line of "*" that waits for its end */
	bool confirmed;   /* a second offset agreed with the first */
	bool wide;        /* two blanks follow the first offset */
	bool ended;       /* an offset without bytes closes the dump */
};

bool reader_has_lines(const struct reader *reader)
{
	const char *at = reader->at;
	struct line line;

	while (at < reader->end) {
		line = line_read(at, reader->end, SHAPE_NONE);
		if (line.shape != SHAPE_NONE)
			return true;
		at = line_next(&line, reader->end);
	}
	return false;
}

/* False: no number in that base, or too large a one. */
static bool place_value(const struct line *line, unsigned base, uint64_t *ret)
{
	const char *at;

	*ret = 0;
	for (at = line->place; at < line->place_end; at++) {
		if (digit_of(*at) >= (int)base || *ret > (UINT64_MAX - 15) / base)
			return false;
		*ret = *ret * base + (unsigned)digit_of(*at);
	}
	return true;
}

/* Seven digits are od's, octal or decimal: the next offset tells which. */
static int begin(struct lines *lines, const struct line *line)
{
	const bool is_od = line->shape == SHAPE_BARE && line->place_end - line->place == 7;
	size_t i;

	lines->shape = line->shape;
	lines->first_place = line->place;
	lines->wide = begins(line->bytes, line->end, "  ");
	for (i = 0; i < BASE_COUNT; i++)
		lines->possible[i] =
			(bases[i] != 16) == is_od && place_value(line, bases[i], &lines->first[i]);
	if (!lines->possible[0] && !lines->possible[1] && !lines->possible[2])
		return reader_expected(lines->reader, line->place, "an offset");
	return 0;
}

/* The bytes between the first line's place and this one's; negative when it is not behind. */
static bool distance(const struct lines *lines, const struct line *line, size_t base, uint64_t *ret)
{
	uint64_t value;

	if (!lines->possible[base] || !place_value(line, bases[base], &value) ||
	    value < lines->first[base])
		return false;
	*ret = value - lines->first[base];
	return true;
}

/* Prints a place as the dump would. */
static void print_place(const struct lines *lines, size_t base, uint64_t count, char *buf,
			size_t size)
{
	const uint64_t place = lines->first[base] + count;

	if (bases[base] == 16)
		snprintf(buf, size, "0x%llx", (unsigned long long)place);
	else
		snprintf(buf, size, bases[base] == 8 ? "%llo" : "%llu", (unsigned long long)place);
}

#define PLACE_MOST 24 /* characters of a place that are told: more than a number of 64 bits has */

static int wrong_place(struct lines *lines, const struct line *line)
{
	const size_t here = lines->reader->out->len;
	const size_t place_len = (size_t)(line->place_end - line->place);
	const int digits = (int)(place_len < PLACE_MOST ? place_len : PLACE_MOST);
	char expected[32];
	uint64_t gap;
	size_t base = 0;

	while (!lines->possible[base])
		base++;
	print_place(lines, base, here, expected, sizeof(expected));
	if (!distance(lines, line, base, &gap) || gap == 0)
		return reader_fail(lines->reader, line->place,
				   "found %.*s, expected %s: another dump begins here? Give one of "
				   "them alone",
				   digits, line->place, expected);
	if (gap > here)
		return reader_fail(lines->reader, line->place,
				   "found %.*s, expected %s: %llu bytes are missing before this "
				   "line",
				   digits, line->place, expected, (unsigned long long)(gap - here));
	return reader_fail(lines->reader, line->place, "found %.*s, expected %s", digits,
			   line->place, expected);
}

/* The last line stands for those up to this one. */
static int repeat(struct lines *lines, uint64_t gap)
{
	struct dump *out = lines->reader->out;
	const size_t line = out->len - lines->width;
	int result = 0;
	uint64_t i;

	lines->star = NULL;
	for (i = 0; i < gap && result == 0; i++)
		result = reader_put(lines->reader, out->bytes[line + i % lines->width], 1);
	return result;
}

/* Behind "*": how far this line is, in the one base that makes whole lines of it. */
static int end_star(struct lines *lines, const struct line *line)
{
	const uint64_t here = lines->reader->out->len;
	uint64_t gap = 0;
	uint64_t found = 0;
	size_t i, fitting = 0;

	for (i = 0; i < BASE_COUNT; i++) {
		lines->possible[i] = distance(lines, line, i, &gap) && gap > here &&
				     (gap - here) % lines->width == 0;
		if (lines->possible[i] && (fitting == 0 || gap != found)) {
			found = gap;
			fitting++;
		}
	}
	if (fitting == 1)
		return repeat(lines, found - here);
	return reader_fail(lines->reader, line->place,
			   fitting > 1 ? "this offset may be octal or decimal; od -A x prints "
					 "hexadecimal ones"
				       : "this offset does not end the lines that * stands for");
}

/* Compares where the line says it is from with the bytes before it. */
static int check_place(struct lines *lines, const struct line *line)
{
	bool possible[BASE_COUNT];
	bool any = false;
	uint64_t gap;
	size_t i;

	if (lines->count == 0)
		return begin(lines, line);
	lines->confirmed = true;
	if (lines->star)
		return end_star(lines, line);
	for (i = 0; i < BASE_COUNT; i++) {
		possible[i] = distance(lines, line, i, &gap) && gap == lines->reader->out->len;
		any |= possible[i];
	}
	if (!any)
		return wrong_place(lines, line);
	memcpy(lines->possible, possible, sizeof(possible));
	return 0;
}

static uint64_t word_of(const char *digits, const char *end)
{
	uint64_t word = 0;

	while (digits < end)
		word = word << 4 | (unsigned)digit_of(*digits++);
	return word;
}

/* The digits of a group end where a blank or the line's bytes do. */
static int read_count(struct reader *reader, const char *digits, const char *end, size_t *ret)
{
	const char *const behind = skip_digits(digits, end);

	*ret = (size_t)(behind - digits);
	if (*ret == 0 || (behind < end && !is_blank(*behind)))
		return reader_expected(reader, behind, "hexadecimal digits");
	return 0;
}

/* A word of gdb, with 0x before it. */
static int read_word(struct reader *reader, const char *end)
{
	const char *const digits = reader->at + 2;
	size_t count;
	int result = read_count(reader, digits, end, &count);

	if (result < 0)
		return result;
	if (count != 2 && count != 4 && count != 8 && count != 16)
		return reader_fail(reader, digits, "found %zu digits, expected 2, 4, 8 or 16",
				   count);
	reader->at = digits + count;
	return reader_put_word(reader, word_of(digits, reader->at), (unsigned)count / 2);
}

/* A byte, or several behind a colon. gdb has tabs before numbers, others blanks before bytes. */
static int read_digits(struct reader *reader, const struct line *line, const char *end)
{
	const char *const digits = reader->at;
	size_t count;
	int result;

	if (line->shape == SHAPE_COLON && digits[-1] == '\t')
		return reader_expected(reader, digits, "bytes as gdb's x/88xb prints them: 0x14");
	result = read_count(reader, digits, end, &count);
	if (result < 0)
		return result;
	if (line->shape != SHAPE_COLON && count != 2)
		return reader_fail(reader, digits,
				   "found %zu digits, expected the two of a byte; od -A x -t x1 "
				   "and hexdump -C print bytes",
				   count);
	if (count % 2 != 0)
		return reader_fail(reader, digits, "found %zu digits, expected two for each byte",
				   count);
	reader->at = digits + count;
	return reader_put_digits(reader, digits, count);
}

static int read_group(struct reader *reader, const struct line *line, const char *end)
{
	if (line->shape == SHAPE_COLON && begins(reader->at, end, "0x"))
		return read_word(reader, end);
	return read_digits(reader, line, end);
}

/* Whether the characters at `text` are those of the bytes; blanks at the end may be gone. */
static bool shows(const char *text, const char *end, const unsigned char *bytes, size_t count)
{
	const size_t len = (size_t)(end - text);
	size_t i;

	for (i = 0; i < len || i < count; i++) {
		const char c = i < len ? text[i] : ' ';

		if (i >= count) {
			if (!is_blank(c))
				return false;
		} else if (bytes[i] >= ' ' && bytes[i] <= '~' ? c != (char)bytes[i] : i >= len) {
			return false;
		}
	}
	return true;
}

/* The column of characters must be that of the bytes: in which order they are shows in it. */
static int check_text(struct reader *reader, const struct line *line, size_t from)
{
	const unsigned char *bytes = reader->out->bytes + from;
	const size_t count = reader->out->len - from;
	const char *text;

	if (!line->text)
		return 0;
	for (text = line->text; text <= line->text_end; text++) {
		if (shows(text, line->text_end, bytes, count))
			return 0;
		if (text < line->text_end && !is_blank(*text))
			break;
	}
	return reader_fail(reader, line->text, "these characters are not the bytes of the line%s",
			   line->shape == SHAPE_COLON
				   ? "; xxd without -e and -b prints bytes in their order"
				   : "");
}

static int read_bytes(struct lines *lines, const struct line *line)
{
	struct reader *reader = lines->reader;
	const char *const end = trim(line->bytes, line->bytes_end);
	const size_t from = reader->out->len;
	int result = 0;

	reader->at = skip_blanks(line->bytes, end);
	if (reader->at == end && line->shape == SHAPE_BARE && lines->count > 0) {
		lines->ended = true;
		return 0;
	}
	if (reader->at == end)
		return reader_expected(reader, end, "bytes");
	while (reader->at < end && result == 0) {
		result = read_group(reader, line, end);
		reader->at = skip_blanks(reader->at, end);
	}
	if (result < 0)
		return result;
	lines->width = reader->out->len - from;
	lines->count++;
	return check_text(reader, line, from);
}

/* A line of another sort: calls, prompts and remarks are passed over. What begins with a digit was
 * to be one of the dump. */
static int read_other(struct lines *lines, const struct line *line)
{
	const char *at = skip_blanks(line->start, line->end);

	if (lines->count == 0 || at == line->end)
		return 0;
	if (*at == '*' && trim(at, line->end) == at + 1 && lines->shape != SHAPE_STRACE)
		lines->star = at;
	if (*at < '0' || *at > '9' || lines->shape == SHAPE_STRACE)
		return 0;
	return reader_expected(lines->reader, line->place_end,
			       lines->shape == SHAPE_COLON ? "an address and a colon"
							   : "an offset");
}

static int read_dump_line(struct lines *lines, const struct line *line)
{
	int result;

	if (line->shape == SHAPE_NONE)
		return read_other(lines, line);
	if (lines->ended)
		return reader_fail(lines->reader, line->place,
				   "the dump ended in the line before, expected one alone");
	result = check_place(lines, line);
	return result < 0 ? result : read_bytes(lines, line);
}

/* One line alone is a dump when two blanks follow the offset; one blank may stand between bytes. */
static int check_end(struct lines *lines)
{
	if (lines->star)
		return reader_fail(lines->reader, lines->star,
				   "expected the offset at which the repetition ends, in a line "
				   "behind *");
	if (lines->shape == SHAPE_BARE && !lines->confirmed && !lines->wide)
		return reader_fail(lines->reader, lines->first_place,
				   "this may be an offset or bytes; with the dump's last line, an "
				   "offset alone, it would be clear");
	return 0;
}

int reader_lines(struct reader *reader)
{
	static const char *const forms[] = {"", "a dump of strace",
					    "lines with addresses (gdb, xxd)",
					    "lines with offsets (od, hexdump)"};
	struct lines lines = {.reader = reader};
	const char *at = reader->at;
	struct line line;
	int result = 0;

	while (at < reader->end && result == 0) {
		line = line_read(at, reader->end, lines.shape);
		result = read_dump_line(&lines, &line);
		at = line_next(&line, reader->end);
	}
	reader->out->form = forms[lines.shape];
	return result < 0 ? result : check_end(&lines);
}
