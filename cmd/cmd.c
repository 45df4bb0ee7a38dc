/* SPDX-License-Identifier: MIT */
#include "cmd.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *cmd_name = "anc";

__attribute__((format(printf, 1, 0))) static void complain(const char *format, va_list arguments)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", cmd_name);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

void cmd_warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(format, arguments);
	va_end(arguments);
}

void cmd_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	complain(format, arguments);
	va_end(arguments);
	exit(CMD_FAILED);
}

void *cmd_room(size_t size)
{
	void *const room = malloc(size);

	if (!room && size > 0)
		cmd_fail("out of memory");
	return room;
}

void cmd_parse(const struct argp *argp, int argc, char **argv, unsigned flags, void *input)
{
	const error_t error = argp_parse(argp, argc, argv, flags, NULL, input);

	if (error != 0)
		cmd_fail("options: %s", strerror(error));
}

int cmd_number(struct argp_state *state, const char *option, const char *text, int most)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || number < 0 || number > most)
		argp_error(state, "%s takes a number from 0 to %d, not '%s'", option, most, text);
	return (int)number;
}

char *cmd_message_text(const struct anc_cmsg *msg, const struct anc_abi *or_null, int family,
		       bool json)
{
	int (*const print)(const struct anc_cmsg *, const struct anc_abi *, int, char *, size_t) =
		json ? anc_cmsg_json_of : anc_cmsg_format_of;
	const int len = print(msg, or_null, family, NULL, 0);
	char *text;

	text = cmd_room((size_t)len + 1);
	print(msg, or_null, family, text, (size_t)len + 1);
	return text;
}

json_t *cmd_message_json(const struct anc_cmsg *msg, const struct anc_abi *or_null, int family)
{
	char *text = cmd_message_text(msg, or_null, family, true);
	json_error_t error;
	json_t *object;

	object = json_loads(text, JSON_ALLOW_NUL, &error);
	if (!object)
		cmd_fail("the library's JSON cannot be read: %s: %s", error.text, text);
	free(text);
	return object;
}

json_t *cmd_hex_json(const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *const at = bytes;
	char *const text = cmd_room(2 * len + 1);
	json_t *string;
	size_t i;

	for (i = 0; i < len; i++) {
		text[2 * i] = digits[at[i] >> 4];
		text[2 * i + 1] = digits[at[i] & 15];
	}
	string = json_stringn(text, 2 * len);
	free(text);
	return string;
}

void cmd_print_json(json_t *object)
{
	if (!object)
		cmd_fail("out of memory");
	/* What does not reach standard output is told by cmd_finish(). */
	(void)json_dumpf(object, stdout, JSON_COMPACT);
	json_decref(object);
	putchar('\n');
}

void cmd_print_quoted(const char *text, size_t len)
{
	size_t i;

	putchar('"');
	for (i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void (*sigpipe_before)(int) = SIG_DFL;

void cmd_ignore_sigpipe(void)
{
	sigpipe_before = signal(SIGPIPE, SIG_IGN);
}

void cmd_restore_sigpipe(void)
{
	signal(SIGPIPE, sigpipe_before);
}

/* Who reads no further knows it. */
static bool reader_has_gone(void)
{
	struct pollfd output = {STDOUT_FILENO, 0, 0};

	return poll(&output, 1, 0) == 1 && (output.revents & POLLERR);
}

int cmd_finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (!reader_has_gone())
		cmd_warn("standard output: %s", strerror(errno));
	return status != CMD_OK ? status : CMD_FAILED;
}
