/* SPDX-License-Identifier: MIT */
/* The program of anc(7): one process opens a file, another reads it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <anc/anc.h>

static int lend_file(int sock, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	error = anc_send_fd(sock, fd);
	close(fd); /* it was lent; the receiver has its own */
	return error;
}

static int print_file(int sock)
{
	char text[256];
	ssize_t len;
	int fd = anc_recv_fd(sock);

	if (fd < 0)
		return fd;
	while ((len = read(fd, text, sizeof(text))) > 0)
		fwrite(text, 1, (size_t)len, stdout);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "/proc/self/comm";
	int pair[2];
	int status;
	int error;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
		return 1;
	child = fork();
	if (child == 0)
		_exit(lend_file(pair[0], path) < 0);
	close(pair[0]);
	error = print_file(pair[1]);
	close(pair[1]);
	if (error < 0)
		fprintf(stderr, "anc: %s\n", strerror(-error));
	return waitpid(child, &status, 0) != child || status != 0 ||
	       error < 0;
}
