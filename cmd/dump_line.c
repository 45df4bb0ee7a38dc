/* SPDX-License-Identifier: MIT */
#include "dump_line.h"

static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline : end;
}

/* " | 00000  14 00 ...  ascii             |": strace pads the characters to sixteen. */
static bool match_strace(struct line *line)
{
	const char *at = skip_blanks(line->start, line->end);
	const char *end = trim(at, line->end);

	if (!begins(at, end, "| "))
		return false;
	line->place = at + 2;
	line->place_end = skip_digits(line->place, end);
	if (line->place_end - line->place < 5 || !begins(line->place_end, end, "  "))
		return false;
	line->bytes = line->place_end;
	line->bytes_end = end;
	if (end[-1] == '|' && end - line->bytes > 18) {
		line->text_end = end - 2;
		line->text = line->bytes_end = line->text_end - 16;
	}
	return true;
}

/* A word of gdb has 0x before it; the other dumps have characters behind two blanks. */
static void find_text(struct line *line)
{
	const char *at = skip_blanks(line->bytes, line->end);

	if (begins(at, line->end, "0x"))
		return;
	while (at < line->end && !begins(at, line->end, "  "))
		at++;
	line->bytes_end = at;
	if (at < line->end) {
		line->text = at + 2;
		line->text_end = line->end;
	}
}

/* "0x7ffe10 <buf+8>: " or "00000000: " */
static bool match_colon(struct line *line)
{
	const char *at = skip_blanks(line->start, line->end);

	if (begins(at, line->end, "=> "))
		at += 3;
	if (begins(at, line->end, "0x"))
		at += 2;
	line->place = at;
	line->place_end = at = skip_digits(at, line->end);
	if (at - line->place < 4 || at - line->place > 16)
		return false;
	if (begins(at, line->end, " <")) {
		at = memchr(at, '>', (size_t)(line->end - at));
		if (!at)
			return false;
		at++;
	}
	if (at >= line->end || *at != ':' || at + 1 >= line->end || !is_blank(at[1]))
		return false;
	line->bytes = at + 1;
	line->bytes_end = line->end;
	find_text(line);
	return true;
}

/* The characters of hexdump -C and of od -t x1z stand between signs. */
static void find_signs(struct line *line)
{
	const char *at;

	for (at = line->bytes; at < line->end && *at != '|' && *at != '>'; at++)
		;
	line->bytes_end = at;
	if (at == line->end)
		return;
	line->text = at + 1;
	line->text_end = trim(line->text, line->end);
	if (line->text_end > line->text)
		line->text_end--;
}

/* Digits before, whose number is not that of the groups after them; `alone`: or nothing after. */
static bool match_bare(struct line *line, bool alone)
{
	const char *at = skip_blanks(line->start, line->end);
	const char *group;
	ptrdiff_t digits, next;

	line->place = at;
	line->place_end = skip_digits(at, line->end);
	line->bytes = line->place_end;
	line->bytes_end = line->end;
	digits = line->place_end - at;
	if (digits < 6 || digits > 9 || (line->bytes < line->end && !is_blank(*line->bytes)))
		return false;
	group = skip_blanks(line->bytes, line->end);
	if (group == line->end)
		return alone;
	next = skip_digits(group, line->end) - group;
	if (next == 0 || (!alone && next == digits) || (!alone && digits > 7 && next > 4))
		return false;
	find_signs(line);
	return true;
}

struct line line_read(const char *at, const char *end, enum shape known)
{
	struct line line = {.start = at, .end = line_end(at, end)};

	if ((known == SHAPE_NONE || known == SHAPE_STRACE) && match_strace(&line))
		line.shape = SHAPE_STRACE;
	else if ((known == SHAPE_NONE || known == SHAPE_COLON) && match_colon(&line))
		line.shape = SHAPE_COLON;
	else if ((known == SHAPE_NONE || known == SHAPE_BARE) &&
		 match_bare(&line, known == SHAPE_BARE))
		line.shape = SHAPE_BARE;
	return line;
}
