/* SPDX-License-Identifier: MIT */
#include "fake_platform.h"

/* Where the Linux port does not just call its libc, the fake does as the port. */
static int linux_close_range(unsigned, unsigned);
#define anc_platform_close_range linux_close_range
#ifdef __GLIBC__
#define linux_sendmsg sendmsg
static int linux_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return sendmmsg(fd, headers, count, flags);
}
#else
static ssize_t linux_sendmsg(int, const struct msghdr *, int);
static int linux_sendmmsg(int, struct mmsghdr *, unsigned, int);
#define anc_platform_sendmsg linux_sendmsg
#define anc_platform_sendmmsg linux_sendmmsg
#endif
#include "platform/linux.c"
#undef anc_platform_close_range
#undef anc_platform_sendmsg
#undef anc_platform_sendmmsg

static int linux_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return recvmmsg(fd, headers, count, flags, NULL);
}

static int linux_fcntl(int fd, int command, int argument)
{
	return fcntl(fd, command, argument);
}

#define LINUX_CALLS                                                                                \
	{                                                                                          \
		linux_sendmsg, recvmsg, linux_sendmmsg, linux_recvmmsg, poll, getsockopt,          \
			setsockopt, linux_fcntl, socket, close, linux_close_range                  \
	}

#define LINUX_HABITS                                                                               \
	{                                                                                          \
		.max_fds = 253, .cmsg_cloexec = MSG_CMSG_CLOEXEC, .no_signal = MSG_NOSIGNAL,       \
		.wait_for_one = MSG_WAITFORONE, .read_end = POLLRDHUP, .peek_installs = true,      \
		.cut_may_refuse = true, .close_range = true                                        \
	}

const struct fake_calls fake_linux_calls = LINUX_CALLS;
const struct anc_habits fake_linux_habits = LINUX_HABITS;

struct fake_calls fake_calls = LINUX_CALLS;
struct anc_habits anc_habits = LINUX_HABITS;

void fake_reset(void)
{
	fake_calls = fake_linux_calls;
	anc_habits = fake_linux_habits;
}

ssize_t anc_platform_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	return fake_calls.sendmsg(fd, msg, flags);
}

ssize_t anc_platform_recvmsg(int fd, struct msghdr *msg, int flags)
{
	return fake_calls.recvmsg(fd, msg, flags);
}

int anc_platform_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return fake_calls.sendmmsg(fd, headers, count, flags);
}

int anc_platform_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return fake_calls.recvmmsg(fd, headers, count, flags);
}

int anc_platform_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return fake_calls.poll(fds, count, timeout);
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

int anc_platform_socket(int family, int type, int protocol)
{
	return fake_calls.socket(family, type, protocol);
}

int anc_platform_close(int fd)
{
	return fake_calls.close(fd);
}

int anc_platform_close_range(unsigned first, unsigned last)
{
	return fake_calls.close_range(first, last);
}
