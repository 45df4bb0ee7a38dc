/* SPDX-License-Identifier: MIT */
#ifndef DUMP_LINE_H
#define DUMP_LINE_H

/* One line of a dump with offsets or addresses: what is where in it. */

#include "dump_reader.h"

enum shape {
	SHAPE_NONE,
	SHAPE_STRACE, /* " | 00000  14 00 00 00  ....             |" */
	SHAPE_COLON,  /* "0x7ffe10 <buf>:	0x14	0x00", "00000000: 1400 0000  ...." */
	SHAPE_BARE    /* "000000 14 00 00 00", "00000000  14 00 00 00  |....|" */
};

/* One line, taken apart. What a shape does not have is NULL. */
struct line {
	const char *start;
	const char *end;
	enum shape shape;
	const char *place; /* the digits of its offset or address */
	const char *place_end;
	const char *bytes; /* what follows them */
	const char *bytes_end;
	const char *text; /* the column of characters: it begins here, or behind more blanks */
	const char *text_end;
};

/* Takes the line at `at` apart. `known`: it must be of that shape; SHAPE_NONE: of any. */
struct line line_read(const char *at, const char *end, enum shape known);

static inline const char *line_next(const struct line *line, const char *end)
{
	return line->end < end ? line->end + 1 : end;
}

static inline const char *trim(const char *at, const char *end)
{
	while (end > at && is_blank(end[-1]))
		end--;
	return end;
}

#endif
