/* SPDX-License-Identifier: MIT */
/* Receives descriptors, credentials and a timestamp, and writes the control bytes; `show FILE` has
 * those in FILE instead. tests/decode/collect looks at it with strace and gdb. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONTROL_SIZE 88

char control[CONTROL_SIZE];
unsigned char unsigned_control[CONTROL_SIZE];

static void send_fds(int sock)
{
	int fds[2] = {open("/dev/null", O_RDONLY), open("/dev/zero", O_RDONLY)};
	struct iovec word = {"hi", 2};
	union {
		char bytes[CMSG_SPACE(sizeof(fds))];
		struct cmsghdr header;
	} sent = {0};
	struct msghdr msg = {.msg_iov = &word,
			     .msg_iovlen = 1,
			     .msg_control = &sent,
			     .msg_controllen = sizeof(sent)};

	sent.header.cmsg_len = CMSG_LEN(sizeof(fds));
	sent.header.cmsg_level = SOL_SOCKET;
	sent.header.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&sent.header), fds, sizeof(fds));
	sendmsg(sock, &msg, 0);
}

static size_t receive(void)
{
	const int on = 1;
	char word[8];
	struct iovec iov = {word, sizeof(word)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = sizeof(control)};
	int pair[2];

	socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
	setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	setsockopt(pair[1], SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	send_fds(pair[0]);
	recvmsg(pair[1], &msg, 0);
	return msg.msg_controllen;
}

/* gdb stops here. */
static __attribute__((noinline)) void stop(void)
{
	__asm__ volatile("");
}

int main(int argc, char **argv)
{
	size_t len = sizeof(control);

	if (argc > 1)
		len = (size_t)read(open(argv[1], O_RDONLY), control, sizeof(control));
	else
		len = receive();
	memcpy(unsigned_control, control, sizeof(control));
	stop();
	return write(STDOUT_FILENO, control, len) == (ssize_t)len ? 0 : 1;
}
