/* SPDX-License-Identifier: MIT */
/* The input of anc decode: any text is read or refused with a place and a reason, and what xxd, od,
 * hexdump, strace, gdb, C and Python print of any bytes is read as those bytes. */
#include "dump_sheet.h"

#include "../cmd/dump.h"

#include <errno.h>

/* An input refused, with a place in it and a reason that can be printed. */
static void check_error(const struct dump *dump, const struct dump_error *error, size_t len)
{
	size_t i;

	MUST(dump->bytes == NULL && dump->len == 0);
	MUST(error->at <= len);
	MUST(error->what[0] != '\0' && strlen(error->what) < sizeof(error->what) - 1);
	for (i = 0; error->what[i] != '\0'; i++)
		MUST(is_printable((unsigned char)error->what[i]));
}

/* Reads from memory of exactly that size. */
static int read_exactly(enum dump_input how, bool big_endian, const char *text, size_t len,
			struct dump *ret)
{
	char *copy = (char *)fuzz_block(0, len);
	struct dump_error error;
	int result;

	if (len > 0)
		memcpy(copy, text, len);
	result = dump_read(how, big_endian, copy, len, ret, &error);
	free(copy);
	MUST(result == 0 || result == -EINVAL || result == -EFBIG);
	if (result < 0) {
		check_error(ret, &error, len);
		return result;
	}
	MUST(ret->form != NULL);
	MUST(ret->len <= ret->room && ret->len <= DUMP_MOST);
	return 0;
}

/* Any text, read in each way. */
static void check_any(struct input *in)
{
	const enum dump_input how = (enum dump_input)input_below(in, 4);
	const bool big_endian = input_below(in, 2);
	struct dump dump;

	if (read_exactly(how, big_endian, (const char *)in->at, in->left, &dump) < 0) {
		MUST(how != DUMP_RAW);
		return;
	}
	if (how == DUMP_RAW) {
		MUST_EQ(dump.len, in->left);
		MUST(dump.len == 0 || memcmp(dump.bytes, in->at, dump.len) == 0);
	}
	free(dump.bytes);
}

static bool is_star(const struct sheet *sheet, size_t line)
{
	return line < sheet->line_count && sheet->text[sheet->lines[line]] == '*';
}

/* Takes a line out of a dump, which then lacks bytes, or the end of "*". The first and the last
 * tell nothing, nor do others beside "*", which stands for any number of lines. */
static bool drop_line(struct sheet *sheet, size_t line)
{
	const bool is_last = line + 1 == sheet->line_count;
	const size_t next = is_last ? sheet->len : sheet->lines[line + 1];

	if (line == 0 || is_star(sheet, line + 1) || is_star(sheet, line - 1) != is_last)
		return false;
	memmove(sheet->text + sheet->lines[line], sheet->text + next, sheet->len - next);
	sheet->len -= next - sheet->lines[line];
	return true;
}

/* Writes the lines of a dump again behind it. */
static bool double_lines(struct sheet *sheet)
{
	const size_t from = sheet->lines[0];
	const size_t len = sheet->len - from;

	if (sheet->len + len > MOST_TEXT)
		return false;
	memcpy(sheet->text + sheet->len, sheet->text + from, len);
	sheet->len += len;
	return true;
}

/* Makes a dump wrong; false: it is right still. */
static bool harm(struct sheet *sheet, struct input *in)
{
	const size_t how = input_below(in, 4);

	if (sheet->line_count == 0)
		return false;
	switch (how) {
	case 0:
		return drop_line(sheet, input_below(in, sheet->line_count));
	case 1:
		return double_lines(sheet);
	case 2:
		if (sheet->shown == 0)
			return false;
		sheet->text[sheet->shown] = sheet->text[sheet->shown] == '!' ? '?' : '!';
		return true;
	default:
		return false;
	}
}

/* Any bytes, written and read back; what is wrong must be refused. */
static void check_written(struct input *in)
{
	static struct sheet sheet;
	struct input how = {in->at, in->left < 8 ? in->left : 8};
	struct dump dump;
	bool is_wrong;
	int result;

	in->at += how.left;
	in->left -= how.left;
	memset(&sheet, 0, sizeof(sheet));
	sheet.bytes = in->at;
	sheet.count = in->left < MOST_BYTES ? in->left : MOST_BYTES;
	sheet.big_endian = input_below(&how, 2);
	if (sheet.count < 8)
		return;
	is_wrong = input_below(&how, 2);
	render(&sheet, &how);
	is_wrong = is_wrong && harm(&sheet, &how);
	result = read_exactly(DUMP_AUTO, sheet.big_endian, sheet.text, sheet.len, &dump);
	if (is_wrong || result < 0) {
		MUST(result == -EINVAL && (is_wrong || sheet.unclear));
		return;
	}
	MUST_EQ(dump.len, sheet.count);
	MUST(memcmp(dump.bytes, sheet.bytes, sheet.count) == 0);
	free(dump.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input in = {bytes, size};

	if (input_below(&in, 2))
		check_written(&in);
	else
		check_any(&in);
	return 0;
}
