/* SPDX-License-Identifier: MIT */
#include "fake_platform.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LINUX_HABITS                                                                               \
	{                                                                                          \
		.max_fds = 253, .cmsg_cloexec = MSG_CMSG_CLOEXEC, .no_signal = MSG_NOSIGNAL,       \
		.peek_installs = true, .cut_may_refuse = true, .close_range = true                 \
	}

static int real_fcntl(int fd, int command, int argument)
{
	return fcntl(fd, command, argument);
}

static int real_close_range(unsigned first, unsigned last)
{
	return (int)syscall(SYS_close_range, first, last, 0);
}

#define REAL_CALLS                                                                                 \
	{                                                                                          \
		sendmsg, recvmsg, getsockopt, setsockopt, real_fcntl, close, real_close_range      \
	}

static const struct fake_calls real_calls = REAL_CALLS;
static const struct anc_habits linux_habits = LINUX_HABITS;

struct fake_calls fake_calls = REAL_CALLS;
struct anc_habits anc_habits = LINUX_HABITS;

void fake_reset(void)
{
	fake_calls = real_calls;
	anc_habits = linux_habits;
}

ssize_t anc_platform_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	return fake_calls.sendmsg(fd, msg, flags);
}

ssize_t anc_platform_recvmsg(int fd, struct msghdr *msg, int flags)
{
	return fake_calls.recvmsg(fd, msg, flags);
}

int anc_platform_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	return fake_calls.getsockopt(fd, level, option, ret, len);
}

int anc_platform_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	return fake_calls.setsockopt(fd, level, option, value, len);
}

int anc_platform_fcntl(int fd, int command, int argument)
{
	return fake_calls.fcntl(fd, command, argument);
}

int anc_platform_close(int fd)
{
	return fake_calls.close(fd);
}

int anc_platform_close_range(unsigned first, unsigned last)
{
	return fake_calls.close_range(first, last);
}
