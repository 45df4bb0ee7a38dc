/* SPDX-License-Identifier: MIT */
#ifndef BATCH_CALLS_H
#define BATCH_CALLS_H

/* The fake platform's calls for batches, counted and limited. */

#include "batch_scene.h"
#include "fake_kernels.h"

/* How often each call was made, and with what. */
static struct {
	size_t sendmsg, recvmsg, sendmmsg, recvmmsg, poll, others;
	int flags;
	unsigned most;
} made;

/* What the call for many does: as many as that, then this errno when it has none. */
static int limit;
static int limit_errno;

static inline ssize_t counted_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	made.sendmsg++;
	made.flags = flags;
	return fake_linux_calls.sendmsg(fd, msg, flags);
}

static inline ssize_t counted_recvmsg(int fd, struct msghdr *msg, int flags)
{
	made.recvmsg++;
	made.flags = flags;
	return fake_linux_calls.recvmsg(fd, msg, flags);
}

static inline unsigned limited(unsigned count)
{
	made.most = count > made.most ? count : made.most;
	return limit >= 0 && (unsigned)limit < count ? (unsigned)limit : count;
}

static inline int counted_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	made.sendmmsg++;
	made.flags = flags;
	count = limited(count);
	errno = limit_errno;
	return count == 0 ? -1 : fake_linux_calls.sendmmsg(fd, headers, count, flags);
}

static inline int counted_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	made.recvmmsg++;
	made.flags = flags;
	count = limited(count);
	errno = limit_errno;
	return count == 0 ? -1 : fake_linux_calls.recvmmsg(fd, headers, count, flags);
}

static inline int counted_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	made.poll++;
	CHECK_EQ(timeout, 0);
	return fake_linux_calls.poll(fds, count, timeout);
}

static inline int counted_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	made.others++;
	return fake_linux_calls.getsockopt(fd, level, option, ret, len);
}

static inline int counted_fcntl(int fd, int command, int argument)
{
	made.others++;
	return fake_linux_calls.fcntl(fd, command, argument);
}

static inline void begin(void)
{
	fake_reset();
	memset(&made, 0, sizeof(made));
	limit = -1;
	limit_errno = 0;
	fake_calls.sendmsg = counted_sendmsg;
	fake_calls.recvmsg = counted_recvmsg;
	fake_calls.sendmmsg = counted_sendmmsg;
	fake_calls.recvmmsg = counted_recvmmsg;
	fake_calls.poll = counted_poll;
	fake_calls.getsockopt = counted_getsockopt;
	fake_calls.fcntl = counted_fcntl;
}

static inline void check_made(size_t sendmsgs, size_t recvmsgs, size_t sendmmsgs, size_t recvmmsgs,
			      size_t polls)
{
	CHECK_EQ(made.sendmsg, sendmsgs);
	CHECK_EQ(made.recvmsg, recvmsgs);
	CHECK_EQ(made.sendmmsg, sendmmsgs);
	CHECK_EQ(made.recvmmsg, recvmmsgs);
	CHECK_EQ(made.poll, polls);
	CHECK_EQ(made.others, 0);
	memset(&made, 0, sizeof(made));
}

/* A pair of sockets with room for many messages without descriptors. */
static inline void wide_pair(int ret_pair[2])
{
	tap_pair(SOCK_SEQPACKET, ret_pair);
	CHECK_EQ(setsockopt(ret_pair[0], SOL_SOCKET, SO_SNDBUF, &(int){1 << 20}, sizeof(int)), 0);
}

#endif
