/* SPDX-License-Identifier: MIT */
/* The program of anc_send_fd(3): a pipe for a stranger. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <anc/fds.h>

/* Gives the peer the writing end of a pipe; returns the reading end. */
static int lend_pipe(int sock)
{
	int ends[2];
	int error;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	error = anc_send_fd(sock, ends[1]);
	close(ends[1]);
	if (error < 0) {
		close(ends[0]);
		return error;
	}
	return ends[0];
}

static int answer(int sock)
{
	int fd = anc_recv_fd(sock);

	if (fd < 0)
		return fd;
	dprintf(fd, "hello from %d\n", getpid());
	close(fd);
	return 0;
}

int main(void)
{
	char text[64] = "";
	int pair[2];
	int status;
	int fd;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return 1;
	child = fork();
	if (child == 0)
		_exit(answer(pair[1]) < 0);
	close(pair[1]);
	fd = lend_pipe(pair[0]);
	close(pair[0]);
	if (waitpid(child, &status, 0) != child || status != 0)
		return 1;
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		return 1;
	close(fd);
	fputs(text, stdout);
	return strncmp(text, "hello from ", 11) != 0;
}
