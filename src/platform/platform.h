/* SPDX-License-Identifier: MIT */
#ifndef ANC_PLATFORM_H
#define ANC_PLATFORM_H

/*
 * What the rest of the library may ask of the operating system: eleven calls, and how its kernel
 * behaves. A port is a folder entry with both. Each call has its system call's contract: -1 and
 * errno on failure, ENOSYS where there is no such call. With ANC_FAKE_PLATFORM both are variables,
 * and the tests own them.
 */

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

/* How a kernel behaves. Values, so that every one can be tried anywhere. */
struct anc_habits {
	size_t max_fds;         /* descriptors that one send takes */
	int cmsg_cloexec;       /* MSG_CMSG_CLOEXEC, or 0: fcntl must do */
	int no_signal;          /* MSG_NOSIGNAL, or 0 */
	int no_sigpipe;         /* SO_NOSIGPIPE, which does it per socket, or 0 */
	int wait_for_one;       /* MSG_WAITFORONE, or 0: messages are received one by one */
	short read_end;         /* POLLRDHUP, by which poll() says that no more can come, or 0 */
	bool exact_control_len; /* msg_controllen must leave out the last message's padding */
	bool peek_installs;     /* MSG_PEEK gives real descriptors; otherwise its slots are none */
	bool installs_unasked;  /* every descriptor is installed, whatever room is offered for it */
	bool cut_may_refuse;    /* MSG_CTRUNC is raised by a full table or a policy too */
	bool close_range;       /* the call exists */
};

#ifdef ANC_FAKE_PLATFORM
extern struct anc_habits anc_habits;

ssize_t anc_platform_sendmsg(int fd, const struct msghdr *, int flags);
ssize_t anc_platform_recvmsg(int fd, struct msghdr *, int flags);
int anc_platform_sendmmsg(int fd, struct mmsghdr *, unsigned count, int flags);
int anc_platform_recvmmsg(int fd, struct mmsghdr *, unsigned count, int flags);
int anc_platform_poll(struct pollfd *, nfds_t count, int timeout);
int anc_platform_getsockopt(int fd, int level, int option, void *ret, socklen_t *len);
int anc_platform_setsockopt(int fd, int level, int option, const void *value, socklen_t len);
int anc_platform_fcntl(int fd, int command, int argument);
int anc_platform_socket(int family, int type, int protocol);
int anc_platform_close(int fd);
int anc_platform_close_range(unsigned first, unsigned last);
#else
#include "platform/linux.h"
#endif

/* The member types of struct msghdr: POSIX has int and socklen_t, glibc has size_t for both. */
#ifdef __GLIBC__
typedef size_t anc_iovlen;
typedef size_t anc_controllen;
#else
typedef int anc_iovlen;
typedef socklen_t anc_controllen;
#endif

#endif
