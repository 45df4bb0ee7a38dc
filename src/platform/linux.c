/* SPDX-License-Identifier: MIT */
#include "platform/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !defined(__GLIBC__) && UINTPTR_MAX > UINT32_MAX

/* What the kernel itself reads, whose counts are size_t (include/linux/socket.h). */
struct anc_kernel_msghdr {
	void *name;
	int namelen;
	struct iovec *iov;
	size_t iovlen;
	void *control;
	size_t controllen;
	unsigned flags;
};

/* musl copies control data into a buffer of this size, and refuses more. */
#define ANC_LIBC_CONTROL_MAX 1024

ssize_t anc_platform_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	struct anc_kernel_msghdr raw = {0};

	if (msg->msg_controllen <= ANC_LIBC_CONTROL_MAX)
		return sendmsg(fd, msg, flags);
	raw.name = msg->msg_name;
	raw.namelen = (int)msg->msg_namelen;
	raw.iov = msg->msg_iov;
	raw.iovlen = (size_t)msg->msg_iovlen;
	raw.control = msg->msg_control;
	raw.controllen = msg->msg_controllen;
	return syscall(SYS_sendmsg, fd, &raw, flags);
}

/* musl sends one by one here. Its headers are the kernel's own when their padding is zero. */
int anc_platform_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return (int)syscall(SYS_sendmmsg, fd, headers, count, flags);
}

#elif !defined(__GLIBC__)

ssize_t anc_platform_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	return sendmsg(fd, msg, flags);
}

int anc_platform_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return sendmmsg(fd, headers, count, flags);
}

#endif

int anc_platform_close_range(unsigned first, unsigned last)
{
#ifdef SYS_close_range
	return (int)syscall(SYS_close_range, first, last, 0);
#else
	(void)first;
	(void)last;
	errno = ENOSYS;
	return -1;
#endif
}
