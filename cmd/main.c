/* SPDX-License-Identifier: MIT */
#include "cmd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* anc COMMAND ...: finds the command, which does the rest. */

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{"send", anc_cmd_send},   {"recv", anc_cmd_recv},   {"decode", anc_cmd_decode},
	{"types", anc_cmd_types}, {"probe", anc_cmd_probe},
};

static const char about[] =
	"Sends, receives and explains socket ancillary data: descriptors, credentials and the "
	"other control messages.\v"
	"Commands (anc COMMAND --help tells more):\n"
	"  send    send descriptors over a Unix socket\n"
	"  recv    receive them, and run a command with them\n"
	"  decode  explain the bytes of a control buffer, of any system\n"
	"  types   list the messages that are known, of any system\n"
	"  probe   find out which of them this kernel has\n"
	"\n"
	"Examples:\n"
	"  anc recv /tmp/sock -- sh -c 'cat <&3'\n"
	"  anc send /tmp/sock README.md\n"
	"\n"
	"Exit status: 0 done, 1 failed, 2 wrong usage; anc recv also has its command's own.";

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fprintf(stream, "anc %s\n", anc_version());
}

/* Stops at the command's name, and remembers where it stands. */
static error_t parse(int key, char *arg, struct argp_state *state)
{
	int *const at = state->input;

	(void)arg;
	if (key == ARGP_KEY_ARG) {
		*at = state->next - 1;
		state->next = state->argc;
		return 0;
	}
	if (key == ARGP_KEY_NO_ARGS)
		argp_error(state, "which command?");
	return ARGP_ERR_UNKNOWN;
}

static const struct command *find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

/* A received descriptor must not become standard output. */
static void open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse, .args_doc = "COMMAND [ARGUMENT...]", .doc = about};
	static char name[32];
	const struct command *command;
	int at = 0;

	open_standard_streams();
	cmd_ignore_sigpipe();
	json_set_alloc_funcs(cmd_room, free);
	setvbuf(stdout, NULL, _IOLBF, 0);
	argp_program_version_hook = print_version;
	argp_err_exit_status = CMD_USAGE;
	cmd_parse(&argp, argc, argv, ARGP_IN_ORDER, &at);
	command = find(argv[at]);
	if (!command) {
		cmd_warn("there is no command '%s'; anc --help lists them", argv[at]);
		return CMD_USAGE;
	}
	snprintf(name, sizeof(name), "anc %s", command->name);
	cmd_name = name;
	argv[at] = name;
	return cmd_finish(command->run(argc - at, argv + at));
}
