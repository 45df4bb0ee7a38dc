/* SPDX-License-Identifier: MIT */
#ifndef PIDFD_H
#define PIDFD_H

#include <stdio.h>

/* The process of a pidfd, as the kernel shows it: -1 when it has been reaped, 0 when not to see. */
static inline int pid_of(int pidfd)
{
	char line[64];
	char path[64];
	FILE *info;
	int pid = -2;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	info = fopen(path, "re");
	while (info != NULL && fgets(line, sizeof(line), info) != NULL)
		if (sscanf(line, "Pid: %d", &pid) == 1)
			break;
	if (info != NULL)
		fclose(info);
	return pid;
}

#endif
