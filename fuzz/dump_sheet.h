/* SPDX-License-Identifier: MIT */
#ifndef DUMP_SHEET_H
#define DUMP_SHEET_H

/* What xxd, od, hexdump, strace, gdb, C and Python print of any bytes. */

#include "fuzz.h"

#include <stdarg.h>

#define MOST_BYTES 160
#define MOST_TEXT 32768
#define MOST_LINES (MOST_BYTES + 2)

/* A text that is written, and the bytes that it shows. */
struct sheet {
	char text[MOST_TEXT];
	size_t len;
	const unsigned char *bytes;
	size_t count;
	bool big_endian;
	bool unclear;             /* it may be refused */
	size_t lines[MOST_LINES]; /* of a dump with places: where each begins */
	size_t line_count;
	size_t shown; /* where the last character stands that is printed as itself, or 0 */
};

__attribute__((format(printf, 2, 3))) static void put(struct sheet *sheet, const char *format, ...)
{
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(sheet->text + sheet->len, MOST_TEXT - sheet->len, format, arguments);
	va_end(arguments);
	MUST(len >= 0 && (size_t)len < MOST_TEXT - sheet->len);
	sheet->len += (size_t)len;
}

/* Here a line begins that says where it is from. */
static void put_line(struct sheet *sheet)
{
	MUST(sheet->line_count < MOST_LINES);
	sheet->lines[sheet->line_count++] = sheet->len;
}

static bool is_printable(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f;
}

/* The column of characters. */
static void put_text(struct sheet *sheet, size_t from, size_t count, size_t width)
{
	size_t i;

	for (i = 0; i < width; i++) {
		const bool is_shown = i < count && is_printable(sheet->bytes[from + i]);

		if (is_shown)
			sheet->shown = sheet->len;
		put(sheet, "%c", is_shown ? sheet->bytes[from + i] : i < count ? '.' : ' ');
	}
}

static size_t line_count(const struct sheet *sheet, size_t from, size_t most)
{
	return sheet->count - from < most ? sheet->count - from : most;
}

/* xxd -c -g */
static void put_xxd(struct sheet *sheet, struct input *in)
{
	const size_t columns = 1 + input_below(in, 20);
	const size_t group = (size_t)1 << input_below(in, 4);
	size_t at, i, count;

	for (at = 0; at < sheet->count; at += columns) {
		count = line_count(sheet, at, columns);
		put_line(sheet);
		put(sheet, "%08zx: ", at);
		for (i = 0; i < columns; i++) {
			if (i < count)
				put(sheet, "%02x", sheet->bytes[at + i]);
			else
				put(sheet, "  ");
			if ((i + 1) % group == 0 || i + 1 == columns)
				put(sheet, " ");
		}
		put(sheet, " ");
		put_text(sheet, at, count, count);
		put(sheet, "\n");
	}
}

/* Whether this line is as the two before it: od and hexdump have printed "*" then. */
static bool is_repeated(const struct sheet *sheet, size_t at)
{
	return at >= 16 && at + 16 <= sheet->count &&
	       memcmp(sheet->bytes + at, sheet->bytes + at - 16, 16) == 0;
}

/* hexdump -C, or od -A x, o or d -t x1 */
static void put_offsets(struct sheet *sheet, struct input *in)
{
	static const char *const formats[] = {"%08zx  ", "%06zx ", "%07zo ", "%07zu "};
	const size_t how = input_below(in, 4);
	bool starred = false;
	size_t at, i, count;

	for (at = 0; at < sheet->count; at += 16) {
		if (is_repeated(sheet, at)) {
			if (!starred)
				put_line(sheet);
			put(sheet, "%s", starred ? "" : "*\n");
			starred = true;
			sheet->unclear |= how > 1;
			continue;
		}
		starred = false;
		count = line_count(sheet, at, 16);
		put_line(sheet);
		put(sheet, formats[how], at);
		for (i = 0; i < count; i++)
			put(sheet, "%02x %s", sheet->bytes[at + i], how == 0 && i == 7 ? " " : "");
		if (how == 0) {
			put(sheet, "%*s|", (int)(3 * (16 - count)) + 1 + (count < 8), "");
			put_text(sheet, at, count, count);
			put(sheet, "|");
		}
		put(sheet, "\n");
	}
	put_line(sheet);
	put(sheet, formats[how], sheet->count);
	put(sheet, "\n");
}

static void put_strace_dump(struct sheet *sheet)
{
	size_t at, i, count;

	put(sheet, "write(1, \"\\x14\"..., %zu) = %zu\n", sheet->count, sheet->count);
	for (at = 0; at < sheet->count; at += 16) {
		count = line_count(sheet, at, 16);
		put_line(sheet);
		put(sheet, " | %05zx ", at);
		for (i = 0; i < 16; i++) {
			put(sheet, i % 8 == 0 ? " " : "");
			if (i < count)
				put(sheet, "%02x ", sheet->bytes[at + i]);
			else
				put(sheet, "   ");
		}
		put(sheet, " ");
		put_text(sheet, at, count, 16);
		put(sheet, " |\n");
	}
	put(sheet, "+++ exited with 0 +++\n");
}

/* gdb's x/xb, xh, xw and xg */
static void put_gdb_words(struct sheet *sheet, struct input *in)
{
	static const size_t per_line[] = {8, 8, 4, 2};
	const size_t shift = input_below(in, 4);
	const size_t width = (size_t)1 << shift;
	const bool has_symbols = input_below(in, 2);
	const uint64_t base = 0x7ffe00000000 + input_byte(in);
	const struct shape order = {.big_endian = sheet->big_endian};
	size_t i;

	sheet->count -= sheet->count % width;
	for (i = 0; i * width < sheet->count; i++) {
		if (i % per_line[shift] == 0) {
			put(sheet, "%s", i > 0 ? "\n" : "");
			put_line(sheet);
			put(sheet, "0x%llx", (unsigned long long)(base + i * width));
			if (has_symbols)
				put(sheet, " <control+%zu>", i * width);
			put(sheet, ":");
		}
		put(sheet, "\t0x%0*llx", (int)(2 * width),
		    (unsigned long long)shape_load(&order, sheet->bytes + i * width,
						   (unsigned)width));
	}
	put(sheet, "\n[Inferior 1 (process 2) detached]\n(gdb) \n");
}

/* One character of a string, as strace, C and gdb write it. */
static void put_escaped(struct sheet *sheet, size_t at, size_t how, char quote)
{
	const unsigned char byte = sheet->bytes[at];
	const unsigned char next = at + 1 < sheet->count ? sheet->bytes[at + 1] : '0';

	if (how == 0)
		put(sheet, "\\x%02x", byte);
	else if (byte == (unsigned char)quote || byte == '\\')
		put(sheet, "\\%c", byte);
	else if (is_printable(byte))
		put(sheet, "%c", byte);
	else if (byte == '\n')
		put(sheet, "\\n");
	else if (byte == '\t')
		put(sheet, "\\t");
	else if (how == 1 && (next < '0' || next > '9'))
		put(sheet, "\\%o", byte);
	else
		put(sheet, "\\%03o", byte);
}

/* Strings of C, several or one; strace's, and what it stands in. */
static void put_string(struct sheet *sheet, struct input *in)
{
	static const char *const before[] = {"", "write(1, ", "const char b[] =\n\t", "$1 = "};
	static const char *const after[] = {"", ", 48) = 48\n", ";\n", "\n"};
	const size_t where = input_below(in, 4);
	const size_t how = input_below(in, 3);
	const size_t every = 1 + input_byte(in);
	size_t i;

	put(sheet, "%s\"", before[where]);
	for (i = 0; i < sheet->count; i++) {
		if (i > 0 && i % every == 0)
			put(sheet, "\" /* \" */\n\"");
		put_escaped(sheet, i, how, '"');
	}
	put(sheet, "\"%s", after[where]);
}

static size_t run_at(const struct sheet *sheet, size_t at)
{
	size_t end = at + 1;

	while (end < sheet->count && sheet->bytes[end] == sheet->bytes[at])
		end++;
	return end - at;
}

/* gdb's p of a char array: what repeats stands by itself. */
static void put_gdb_string(struct sheet *sheet, struct input *in)
{
	const size_t threshold = 2 + input_below(in, 12);
	bool is_open = false;
	size_t at, run;

	for (at = 0; at<sheet->count; at += run> threshold ? run : 1) {
		run = run_at(sheet, at);
		if (run > threshold) {
			put(sheet, "%s%s'", is_open ? "\"" : "", at > 0 ? ", " : "");
			put_escaped(sheet, at, 2, '\'');
			put(sheet, "' <repeats %zu times>", run);
			is_open = false;
			continue;
		}
		put(sheet, "%s", is_open ? "" : at > 0 ? ", \"" : "\"");
		put_escaped(sheet, at, 2, '"');
		is_open = true;
	}
	put(sheet, "%s\n", is_open ? "\"" : "");
}

/* Arrays of C, gdb's p/x, p/z, p/d and p/c, and lists. */
static void put_array(struct sheet *sheet, struct input *in)
{
	const size_t how = input_below(in, 6);
	const size_t threshold = input_below(in, 2) ? 9 : SIZE_MAX;
	const bool is_list = how == 5;
	unsigned char byte;
	size_t at, run;

	put(sheet, is_list ? "[" : "5\tchar b[] = {\"\", '");
	put(sheet, is_list ? "" : "\\0'};\n$1 = {");
	for (at = 0; at < sheet->count; at += !is_list && run > threshold ? run : 1) {
		run = run_at(sheet, at);
		byte = sheet->bytes[at];
		put(sheet, "%s", at == 0 ? "" : how == 1 ? ",\n  " : ", ");
		switch (how) {
		case 0:
			put(sheet, "0x%x", byte);
			break;
		case 1:
			put(sheet, "0x%02x", byte);
			break;
		case 2:
			put(sheet, "%d", byte < 0x80 ? byte : byte - 0x100);
			break;
		case 3:
			put(sheet, "%u '", byte);
			put_escaped(sheet, at, 2, '\'');
			put(sheet, "'");
			break;
		case 4:
			put(sheet, byte > 0 ? "0%o" : "%o", byte);
			break;
		default:
			put(sheet, "%u", byte);
			break;
		}
		if (!is_list && run > threshold)
			put(sheet, " <repeats %zu times>", run);
	}
	put(sheet, is_list ? "]" : "}\n");
}

static void put_python(struct sheet *sheet)
{
	size_t i;

	put(sheet, ">>> b'");
	for (i = 0; i < sheet->count; i++)
		if (is_printable(sheet->bytes[i]) && sheet->bytes[i] != '\\' &&
		    sheet->bytes[i] != '\'')
			put(sheet, "%c", sheet->bytes[i]);
		else
			put(sheet, "\\x%02x", sheet->bytes[i]);
	put(sheet, "'");
}

static void put_digits(struct sheet *sheet, struct input *in)
{
	static const char *const before[] = {"", "0x", "\\x", "", ""};
	static const char *const between[] = {" ", ", 0x", "\\x", ":", ""};
	const size_t how = input_below(in, 5);
	const size_t line = 1 + input_below(in, 40);
	size_t i;

	put(sheet, "%s", before[how]);
	for (i = 0; i < sheet->count; i++) {
		if (i > 0)
			put(sheet, "%s%s", between[how], i % line == 0 && how == 0 ? "\n" : "");
		put(sheet, how == 4 && (i & 1) ? "%02X" : "%02x", sheet->bytes[i]);
	}
}

static void render(struct sheet *sheet, struct input *in)
{
	switch (input_below(in, 9)) {
	case 0:
		put_xxd(sheet, in);
		break;
	case 1:
		put_offsets(sheet, in);
		break;
	case 2:
		put_strace_dump(sheet);
		break;
	case 3:
		put_gdb_words(sheet, in);
		break;
	case 4:
		put_string(sheet, in);
		break;
	case 5:
		put_gdb_string(sheet, in);
		break;
	case 6:
		put_array(sheet, in);
		break;
	case 7:
		put_python(sheet);
		break;
	default:
		put_digits(sheet, in);
		break;
	}
}

#endif
