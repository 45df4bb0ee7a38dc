/* SPDX-License-Identifier: MIT */
#ifndef FAKE_PLATFORM_H
#define FAKE_PLATFORM_H

/* The eleven calls as variables. They start out as the real kernel's, with Linux's habits. */

#include "platform/platform.h"

struct fake_calls {
	ssize_t (*sendmsg)(int fd, const struct msghdr *, int flags);
	ssize_t (*recvmsg)(int fd, struct msghdr *, int flags);
	int (*sendmmsg)(int fd, struct mmsghdr *, unsigned count, int flags);
	int (*recvmmsg)(int fd, struct mmsghdr *, unsigned count, int flags);
	int (*poll)(struct pollfd *, nfds_t count, int timeout);
	int (*getsockopt)(int fd, int level, int option, void *ret, socklen_t *len);
	int (*setsockopt)(int fd, int level, int option, const void *value, socklen_t len);
	int (*fcntl)(int fd, int command, int argument);
	int (*socket)(int family, int type, int protocol);
	int (*close)(int fd);
	int (*close_range)(unsigned first, unsigned last);
};

extern struct fake_calls fake_calls;

/* The real kernel's calls, and Linux's habits. */
extern const struct fake_calls fake_linux_calls;
extern const struct anc_habits fake_linux_habits;

/* Back to both. */
void fake_reset(void);

#endif
