/* SPDX-License-Identifier: MIT */
#include "cmd.h"
#include "dump.h"
#include "explain.h"
#include "names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* anc decode: control bytes of any system, in any form, as text. */

struct decode {
	const struct anc_abi *abi;
	const char *file;
	int family;
	int offset;
	int length; /* -1: to the end */
	enum dump_input input;
	bool json;
};

static const char *const inputs[] = {
	[DUMP_AUTO] = "auto", [DUMP_RAW] = "raw", [DUMP_HEX] = "hex", [DUMP_C] = "c"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum dump_input parse_input(struct argp_state *state, const char *name)
{
	unsigned i;

	for (i = 0; i < COUNT(inputs); i++)
		if (strcmp(name, inputs[i]) == 0)
			return (enum dump_input)i;
	argp_error(state, "--input takes auto, raw, hex or c, not '%s'", name);
	return DUMP_AUTO;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct decode *decode = state->input;

	switch (key) {
	case 'a':
		decode->abi = names_abi(state, arg);
		return 0;
	case 'f':
		decode->family = names_family(state, arg);
		return 0;
	case 'i':
		decode->input = parse_input(state, arg);
		return 0;
	case 'j':
		decode->json = true;
		return 0;
	case 'o':
		decode->offset = cmd_number(state, "--offset", arg, (int)DUMP_MOST);
		return 0;
	case 'l':
		decode->length = cmd_number(state, "--length", arg, (int)DUMP_MOST);
		return 0;
	case ARGP_KEY_ARG:
		if (decode->file)
			argp_error(state, "one FILE alone, not '%s' too", arg);
		decode->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char about[] =
	"Explains the bytes of a control buffer (msg_control), of this or any other system: a line "
	"for each message.\v"
	"FILE, or standard input, has the bytes themselves; hexadecimal digits; a string or an "
	"array "
	"of C; or what strace, gdb, lldb, xxd, hexdump -C, od -t x1 or Python print.\n"
	"\n"
	"Examples:\n"
	"  strace -e trace=write -e write=1 -o log ./prog; anc decode log\n"
	"  gdb -batch -p PID -ex 'x/96xb msg.msg_control' | anc decode\n"
	"  echo 14000000 00000000 01000000 01000000 05000000 | anc decode\n"
	"  anc decode --abi freebsd-64 --family inet control.bin\n"
	"\n"
	"Exit status: 0 all was walked; 1 the buffer is broken, and standard error tells where; 2 "
	"wrong usage, or the input cannot be read.";

static const struct argp_option options[] = {
	{"abi", 'a', "NAME", 0,
	 "The system that the bytes are from: linux-32, freebsd-64 ... (default: this system's)",
	 0},
	{"family", 'f', "NAME", 0, "The socket's family: unix, inet, inet6, packet, netlink ...",
	 0},
	{"input", 'i', "FORM", 0, "Read the input as raw, hex or c; auto: as what it looks like",
	 0},
	{"json", 'j', NULL, 0, "An object of JSON for each message", 0},
	{"offset", 'o', "N", 0, "Pass over the first N bytes of the buffer", 0},
	{"length", 'l', "N", 0, "Walk N bytes: msg_controllen", 0},
	{0},
};

/* An input, whole. */
struct text {
	char *bytes;
	size_t len;
};

static int read_all(FILE *from, struct text *ret)
{
	const size_t most = DUMP_MOST + 1;

	ret->bytes = malloc(most);
	if (!ret->bytes)
		return -ENOMEM;
	ret->len = fread(ret->bytes, 1, most, from);
	if (ferror(from))
		return -errno;
	return ret->len == most ? -EFBIG : 0;
}

static const char *name_of(const struct decode *decode)
{
	return decode->file && strcmp(decode->file, "-") != 0 ? decode->file : "standard input";
}

static int read_file(const struct decode *decode, struct text *ret)
{
	const bool is_file = decode->file && strcmp(decode->file, "-") != 0;
	FILE *from = is_file ? fopen(decode->file, "re") : stdin;
	int result;

	if (!is_file && isatty(STDIN_FILENO))
		cmd_warn("reading from the terminal, until ^D in a line of its own");
	result = from ? read_all(from, ret) : -errno;
	if (result == -EFBIG)
		cmd_warn("%s: more than %zu MiB", name_of(decode), DUMP_MOST >> 20);
	else if (result < 0)
		cmd_warn("%s: %s", name_of(decode), strerror(-result));
	if (from && is_file)
		fclose(from);
	return result;
}

/* The line of the error, or the part around it, and a sign below. */
static void show_line(const char *line, size_t len, size_t column)
{
	enum { WIDTH = 76 };
	const size_t from = column < WIDTH - 16 ? 0 : column - (WIDTH - 16);
	size_t i;

	fputs("  ", stderr);
	for (i = from; i < len && i < from + WIDTH; i++)
		fputc(line[i] >= ' ' && line[i] <= '~' ? line[i] : ' ', stderr);
	fprintf(stderr, "\n  %*s\n", (int)(column - from + 1), "^");
}

static void show_error(const struct decode *decode, const struct text *text,
		       const struct dump_error *error)
{
	size_t line = 1;
	size_t start = 0;
	size_t end, i;

	for (i = 0; i < error->at; i++)
		if (text->bytes[i] == '\n') {
			line++;
			start = i + 1;
		}
	for (end = start; end < text->len && text->bytes[end] != '\n'; end++)
		;
	cmd_warn("%s, line %zu, column %zu: %s", name_of(decode), line, error->at - start + 1,
		 error->what);
	show_line(text->bytes + start, end - start, error->at - start);
}

static int read_dump(const struct decode *decode, struct dump *ret)
{
	struct dump_error error;
	struct text text = {NULL, 0};
	int result = read_file(decode, &text);

	if (result == 0) {
		result = dump_read(decode->input, anc_abi_is_big_endian(decode->abi), text.bytes,
				   text.len, ret, &error);
		if (result == -ENOMEM)
			cmd_warn("%s: %s", name_of(decode), strerror(ENOMEM));
		else if (result < 0)
			show_error(decode, &text, &error);
	}
	free(text.bytes);
	return result;
}

/* gdb prints a char array without its last byte when that is 0, and a string of C ends in one: it
 * is put back where cmsg_len says that there was one. */
static int mend(const struct decode *decode, struct dump *dump)
{
	const size_t offset = (size_t)decode->offset;
	struct walk walk;
	unsigned char *bytes;

	if (!dump->is_string || decode->length >= 0 || offset >= dump->len)
		return 0;
	walk = walk_over(decode->abi, decode->family, dump->bytes + offset, dump->len - offset);
	walk_through(&walk);
	if (walk_lacks(&walk) != 1)
		return 0;
	bytes = realloc(dump->bytes, dump->len + 1);
	if (!bytes)
		return -ENOMEM;
	bytes[dump->len++] = 0;
	dump->bytes = bytes;
	cmd_warn("one byte, 0, was added at the end: C and gdb do not show the last of a string");
	return 0;
}

static const char *level_of(const struct walk *walk, const struct anc_cmsg *msg)
{
	return anc_abi_level(walk->abi, walk->family, msg->level);
}

static void print_text(const struct walk *walk, const struct anc_message_type *row,
		       const struct anc_cmsg *msg)
{
	const char *const level = level_of(walk, msg);
	char *const text = cmd_message_text(msg, walk->abi, walk->family, false);

	/* What has no row says its level itself. */
	if (row && level)
		printf("%s ", level);
	else if (row)
		printf("%d ", msg->level);
	puts(text);
	free(text);
}

static void print_json(const struct walk *walk, const struct anc_cmsg *msg)
{
	json_t *const message = cmd_message_json(msg, walk->abi, walk->family);
	json_t *const line = json_pack("{s:I, s:s, s:s?}", "offset", (json_int_t)walk->at, "abi",
				       anc_abi_name(walk->abi), "level_name", level_of(walk, msg));

	if (!line || json_object_update(line, message) < 0)
		cmd_fail("out of memory");
	cmd_print_json(line);
	json_decref(message);
}

/* A stranger that is clipped is no message. */
static void print(const struct decode *decode, const struct walk *walk,
		  const struct anc_message_type *row, const struct anc_cmsg *msg)
{
	if (!row && walk->trouble != TROUBLE_NONE)
		return;
	if (decode->json)
		print_json(walk, msg);
	else
		print_text(walk, row, msg);
}

/* The part of the buffer that was asked for. */
static bool cut(const struct decode *decode, const struct dump *dump, const unsigned char **ret,
		size_t *ret_len)
{
	const size_t offset = (size_t)decode->offset;
	const size_t length = (size_t)decode->length;

	if (offset > dump->len || (decode->length >= 0 && length > dump->len - offset)) {
		cmd_warn("--offset and --length reach past the %zu bytes that were read as %s",
			 dump->len, dump->form);
		return false;
	}
	*ret = dump->len > 0 ? dump->bytes + offset : NULL;
	*ret_len = decode->length >= 0 ? length : dump->len - offset;
	return true;
}

/* Prints the messages: CMD_OK, or CMD_FAILED where the buffer is broken. */
static int print_all(const struct decode *decode, const char *form, const unsigned char *bytes,
		     size_t len)
{
	struct walk walk = walk_over(decode->abi, decode->family, bytes, len);
	const struct anc_message_type *row;
	enum anc_match match;
	struct anc_cmsg msg;

	if (len == 0)
		cmd_warn("no bytes, and so no messages");
	while (walk_next(&walk, &msg, &row, &match) > 0)
		print(decode, &walk, row, &msg);
	explain(&walk, form);
	explain_strangers(&walk);
	return walk.trouble <= TROUBLE_ZEROS ? CMD_OK : CMD_FAILED;
}

int anc_cmd_decode(int argc, char **argv)
{
	static const struct argp argp = {options, parse, "[FILE]", about, NULL, NULL, NULL};
	struct decode decode = {.abi = anc_abi_host(), .family = AF_UNSPEC, .length = -1};
	const unsigned char *bytes;
	struct dump dump;
	size_t len;
	int status = CMD_USAGE;

	cmd_parse(&argp, argc, argv, 0, &decode);
	if (read_dump(&decode, &dump) < 0)
		return CMD_USAGE;
	if (mend(&decode, &dump) < 0)
		cmd_fail("out of memory");
	if (cut(&decode, &dump, &bytes, &len))
		status = print_all(&decode, dump.form, bytes, len);
	free(dump.bytes);
	return status;
}
