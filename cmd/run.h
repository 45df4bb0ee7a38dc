/* SPDX-License-Identifier: MIT */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include <stddef.h>
#include <stdnoreturn.h>

/*
 * Becomes `command`, ended by NULL, with these descriptors as 3 and up, their number in ANC_FDS,
 * and no other but 0, 1 and 2. Exits with 126 or 127 when it cannot be run.
 */
noreturn void run_with_fds(char **command, int *fds, size_t count);

#endif
