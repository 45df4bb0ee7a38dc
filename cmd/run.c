/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST 3

enum { CANNOT_RUN = 126, NOT_FOUND = 127 };

/* A later one that lies where one is to go moves away. */
static void make_way(int target, int *fds, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (fds[i] == target)
			fds[i] = fcntl(target, F_DUPFD_CLOEXEC, FIRST);
}

static void place(int target, int *fds, size_t count)
{
	if (fds[0] == target) {
		if (fcntl(target, F_SETFD, 0) < 0)
			cmd_fail("descriptor %d: %s", target, strerror(errno));
		return;
	}
	make_way(target, fds + 1, count - 1);
	if (fds[0] < 0 || dup2(fds[0], target) < 0)
		cmd_fail("descriptor %d: %s", target, strerror(errno));
	close(fds[0]);
}

void run_with_fds(char **command, int *fds, size_t count)
{
	char number[16];
	size_t i;
	int error;

	for (i = 0; i < count; i++)
		place(FIRST + (int)i, fds + i, count - i);
	closefrom(FIRST + (int)count);
	snprintf(number, sizeof(number), "%zu", count);
	if (setenv("ANC_FDS", number, 1) < 0)
		cmd_fail("out of memory");
	fflush(stdout);
	cmd_restore_sigpipe();
	execvp(command[0], command);
	error = errno;
	cmd_warn("cannot run %s: %s", command[0], strerror(error));
	exit(error == ENOENT ? NOT_FOUND : CANNOT_RUN);
}
