/* SPDX-License-Identifier: MIT */

/* A user's whole program, in strict C99: a descriptor goes through a socket, and its bytes are read
 * through what came. */

#include <anc/anc.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	char text[3] = "";
	int pair[2];
	int pipe_ends[2];
	int fd;

	if (strcmp(anc_version(), ANC_VERSION_STRING) != 0)
		return 1;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || pipe(pipe_ends) < 0)
		return 2;
	if (anc_send_fd(pair[0], pipe_ends[0]) < 0)
		return 3;
	fd = anc_recv_fd(pair[1]);
	if (fd < 0 || write(pipe_ends[1], "hi", 2) != 2)
		return 4;
	return read(fd, text, sizeof(text)) == 2 && strcmp(text, "hi") == 0 ? 0 : 5;
}
