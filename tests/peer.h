/* SPDX-License-Identifier: MIT */
#ifndef PEER_H
#define PEER_H

/* The other end of a socket, with the kernel's own calls alone; and interrupting signals. */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What one plain recvmsg gave. */
struct arrival {
	ssize_t len;
	int flags;
	size_t controllen;
	size_t count;
	int fds[8];
	char bytes[64];
};

static inline void arrival_parse(struct arrival *arrival, struct msghdr *msg)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(msg);

	if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
		return;
	arrival->count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(arrival->fds, CMSG_DATA(header), arrival->count * sizeof(int));
}

static inline struct arrival arrive(int sock)
{
	struct arrival arrival = {0};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(arrival.fds))];
	} control;
	struct iovec iov = {arrival.bytes, sizeof(arrival.bytes)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes)};

	arrival.len = recvmsg(sock, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	arrival.flags = msg.msg_flags;
	arrival.controllen = msg.msg_controllen;
	if (arrival.len >= 0)
		arrival_parse(&arrival, &msg);
	return arrival;
}

/* A header with `count` descriptors in `control`, as libc's macros build it. */
static inline void put_fds(struct msghdr *msg, void *control, const int *fds, size_t count)
{
	struct cmsghdr *const header = control;

	if (count == 0)
		return;
	msg->msg_control = control;
	msg->msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof(*fds));
	memset(control, 0, msg->msg_controllen);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = (socklen_t)CMSG_LEN(count * sizeof(*fds));
	memcpy(CMSG_DATA(header), fds, count * sizeof(*fds));
}

/* One plain sendmsg of bytes and descriptors; its result. */
static inline ssize_t depart(int sock, const char *bytes, size_t len, const int *fds, size_t count)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(254 * sizeof(int))];
	} control;
	struct iovec iov = {(void *)(uintptr_t)bytes, len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	put_fds(&msg, control.bytes, fds, count);
	/* musl's sendmsg takes fewer descriptors than the kernel; its msghdr is the kernel's */
	return syscall(SYS_sendmsg, sock, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Sends `count` fresh descriptors with the bytes; they are closed here, and in flight. */
static inline void depart_with(int sock, const char *bytes, size_t len, size_t count)
{
	int fds[253];
	size_t i;

	for (i = 0; i < count; i++)
		fds[i] = tap_new_fd();
	CHECK_EQ(depart(sock, bytes, len, fds, count), (ssize_t)len);
	for (i = 0; i < count; i++)
		close(fds[i]);
}

/* The code that a child process exits with; -1 when a signal ended it. */
static inline int exit_code(pid_t pid)
{
	int status;

	CHECK_EQ(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline void close_both(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

#define WAIT_MS 20000 /* for what comes at once, or never */

/* What a peer process does with its end of a pair; 0 when all went well. */
typedef int peer_work(int sock);

static inline pid_t start(peer_work *work, int sock, int not_its)
{
	const pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		close(not_its);
		_exit(work(sock));
	}
	return pid;
}

/* A pair whose other end a process of its own has; returns ours. */
static inline int start_peer(int type, peer_work *work, pid_t *ret)
{
	int pair[2];

	tap_pair(type, pair);
	*ret = start(work, pair[1], pair[0]);
	close(pair[1]);
	return pair[0];
}

/* The same for what is yet to come. */
static inline struct arrival arrive_later(int sock)
{
	struct pollfd event = {.fd = sock, .events = POLLIN};

	poll(&event, 1, WAIT_MS);
	return arrive(sock);
}

/* A file of these words; and whether a file has them. */
static inline int file_with(const char *words)
{
	const int fd = memfd_create("words", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, words, strlen(words)) < 0)
		return -1;
	return fd;
}

static inline bool file_has(int fd, const char *words)
{
	char read[64] = "";

	return pread(fd, read, sizeof(read) - 1, 0) >= 0 && strcmp(read, words) == 0;
}

/* Sends, non-blocking, until the socket takes no more. */
static inline void fill(int sock)
{
	static char bytes[4096];

	while (send(sock, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	while (send(sock, bytes, 1, MSG_DONTWAIT) > 0)
		;
}

/* Makes descriptor 0 one end of a pair, where nothing waits; and gives it back. */
struct stdin_socket {
	int other; /* the other end */
	int saved; /* what 0 was */
};

static inline struct stdin_socket stdin_become_socket(void)
{
	struct stdin_socket ret;
	int pair[2];

	ret.saved = dup(0);
	CHECK(ret.saved > 0);
	tap_pair(SOCK_SEQPACKET, pair);
	ret.other = pair[1];
	dup2(pair[0], 0);
	close(pair[0]);
	fcntl(0, F_SETFL, O_NONBLOCK);
	return ret;
}

static inline void stdin_restore(struct stdin_socket taken)
{
	dup2(taken.saved, 0);
	close(taken.saved);
	close(taken.other);
}

static volatile sig_atomic_t signals;

static inline void count_signal(int number)
{
	(void)number;
	signals++;
}

/* A handler whose signals interrupt system calls. */
static inline struct sigaction handle(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};
	struct sigaction before;

	signals = 0;
	CHECK_EQ(sigaction(number, &action, &before), 0);
	return before;
}

/* Signals without end, every millisecond. */
static inline void start_alarms(void (*handler)(int))
{
	const struct itimerval every = {{0, 1000}, {0, 1000}};

	handle(SIGALRM, handler);
	CHECK_EQ(setitimer(ITIMER_REAL, &every, NULL), 0);
}

/* The last one may come late: by default it would end the program. */
static inline void stop_alarms(void)
{
	const struct itimerval never = {{0, 0}, {0, 0}};

	setitimer(ITIMER_REAL, &never, NULL);
	signal(SIGALRM, SIG_IGN);
}

#endif
