/* SPDX-License-Identifier: MIT */
/* The first program of the README. */
#include <anc/anc.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	int pair[2];
	int fd;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 ||
	    anc_send_fd(pair[0], 1) < 0)
		return 1;
	fd = anc_recv_fd(pair[1]);
	if (fd < 0)
		return 1;
	dprintf(fd, "hello through descriptor %d\n", fd);
	close(fd);
	close(pair[0]);
	close(pair[1]);
	return 0;
}
