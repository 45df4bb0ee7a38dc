/* SPDX-License-Identifier: MIT */
#ifndef CMD_H
#define CMD_H

/* What the commands of anc share: how they fail, how they print, and where they are. */

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

#include <anc/anc.h>

/* Exit statuses; a COMMAND's own, 126 and 127 beside them. */
enum cmd_status {
	CMD_OK,
	CMD_FAILED, /* it could not be done */
	CMD_USAGE   /* wrong usage: argp's too */
};

/* Each gets the arguments with "anc NAME" as the first, and returns an exit status. */
int anc_cmd_send(int argc, char **argv);
int anc_cmd_recv(int argc, char **argv);
int anc_cmd_decode(int argc, char **argv);
int anc_cmd_types(int argc, char **argv);
int anc_cmd_probe(int argc, char **argv);

/* "anc recv", the beginning of every complaint. */
extern const char *cmd_name;

/* Says on standard error what is wrong and what to do about it. */
void cmd_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, and exits with CMD_FAILED. */
noreturn void cmd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* malloc(3) that fails by cmd_fail(); jansson's and the tool's own. */
void *cmd_room(size_t size);

/* argp_parse(3) that gives up where there is no memory for it. */
void cmd_parse(const struct argp *argp, int argc, char **argv, unsigned flags, void *input);

/* The whole number from 0 to `most` that `text` is, or an error of usage. */
int cmd_number(struct argp_state *state, const char *option, const char *text, int most);

/*
 * The text of a message of a socket of this family by the library's row, to be freed. `json`: as a
 * JSON object.
 */
char *cmd_message_text(const struct anc_cmsg *msg, const struct anc_abi *or_null, int family,
		       bool json);

/* The JSON of it. */
json_t *cmd_message_json(const struct anc_cmsg *msg, const struct anc_abi *or_null, int family);

/* Hexadecimal digits, as the library's "bytes". */
json_t *cmd_hex_json(const void *bytes, size_t len);

/* Prints an object in one line and releases it; NULL is want of memory. */
void cmd_print_json(json_t *object);

/* Printable characters as they are, others and quotes as \x0a, between quotes: as the library's. */
void cmd_print_quoted(const char *text, size_t len);

/* Writing to who has gone is an error, not a signal; and as it was, before another program runs. */
void cmd_ignore_sigpipe(void);
void cmd_restore_sigpipe(void);

/* Flushes standard output: `status`, or CMD_FAILED when it was not written. */
int cmd_finish(int status);

#endif
