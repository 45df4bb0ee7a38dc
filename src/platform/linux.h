/* SPDX-License-Identifier: MIT */
#ifndef ANC_PLATFORM_LINUX_H
#define ANC_PLATFORM_LINUX_H

/* Linux's habits (net/core/scm.c, net/unix/af_unix.c) and calls, in a form that folds. */

#include <fcntl.h>
#include <unistd.h>

static const struct anc_habits anc_habits = {
	.max_fds = 253,
	.cmsg_cloexec = MSG_CMSG_CLOEXEC,
	.no_signal = MSG_NOSIGNAL,
	.wait_for_one = MSG_WAITFORONE,
	.read_end = POLLRDHUP,
	.peek_installs = true,
	.cut_may_refuse = true,
	.close_range = true,
};

#ifdef __GLIBC__
static inline ssize_t anc_platform_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	return sendmsg(fd, msg, flags);
}

static inline int anc_platform_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return sendmmsg(fd, headers, count, flags);
}
#else
/* musl refuses control data that its small buffer cannot hold: linux.c goes around it. */
ssize_t anc_platform_sendmsg(int fd, const struct msghdr *msg, int flags);
int anc_platform_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags);
#endif

static inline ssize_t anc_platform_recvmsg(int fd, struct msghdr *msg, int flags)
{
	return recvmsg(fd, msg, flags);
}

/* Without a timeout, which the kernel looks at only when a message has come. */
static inline int anc_platform_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return recvmmsg(fd, headers, count, flags, NULL);
}

static inline int anc_platform_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return poll(fds, count, timeout);
}

static inline int anc_platform_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	return getsockopt(fd, level, option, ret, len);
}

static inline int anc_platform_setsockopt(int fd, int level, int option, const void *value,
					  socklen_t len)
{
	return setsockopt(fd, level, option, value, len);
}

static inline int anc_platform_fcntl(int fd, int command, int argument)
{
	return fcntl(fd, command, argument);
}

static inline int anc_platform_socket(int family, int type, int protocol)
{
	return socket(family, type, protocol);
}

static inline int anc_platform_close(int fd)
{
	return close(fd);
}

/* By number, for a libc may be older than the call. */
int anc_platform_close_range(unsigned first, unsigned last);

#endif
