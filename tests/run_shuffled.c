/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../cmd/run.h"

/*
 * run_shuffled NUMBERS COMMAND...: runs it by the tool's own call, with a file at each of these
 * descriptor numbers, "5,3,4", that holds its number. A kernel hands them out in order.
 */

static void put_file(int fd)
{
	char name[] = "/tmp/anc-XXXXXX";
	const int file = mkstemp(name);

	if (file < 0 || unlink(name) < 0 || dprintf(file, "%d\n", fd) < 0)
		exit(99);
	if (file != fd && (dup2(file, fd) < 0 || close(file) < 0))
		exit(99);
	if (lseek(fd, 0, SEEK_SET) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		exit(99);
}

int main(int argc, char **argv)
{
	int fds[64];
	size_t count = 0;
	char *word;

	if (argc < 3)
		return 2;
	for (word = strtok(argv[1], ","); word && count < 64; word = strtok(NULL, ","))
		fds[count++] = atoi(word);
	/* From above, so that a temporary number does not lie on one that is to be filled. */
	for (int high = 63; high >= 3; high--)
		for (size_t i = 0; i < count; i++)
			if (fds[i] == high)
				put_file(high);
	run_with_fds(argv + 2, fds, count);
}
