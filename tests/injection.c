/* SPDX-License-Identifier: MIT */
#include "injection.h"

#include "fake_platform.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <anc/cmsg.h>
#include <anc/unix.h>

#define FD_MOST 4096
#define CALLS_MOST 512 /* a scenario that makes more does not end */

static struct fake_calls beneath;
static struct injection plan;
static enum injection_kind kinds[CALLS_MOST];
static size_t calls;
static size_t hits;
static size_t short_sends;
static bool given[FD_MOST];

/* Counts a call and says whether it is to fail; errno is set then. */
static bool fails(enum injection_kind kind)
{
	if (calls == CALLS_MOST)
		tap_fail(__FILE__, __LINE__, "the scenario ends");
	kinds[calls++] = kind;
	if (plan.nth == 0 || calls < plan.nth || hits == plan.times || kind != kinds[plan.nth - 1])
		return false;
	hits++;
	errno = plan.error;
	return true;
}

static bool is_given(int fd)
{
	return fd >= 0 && fd < FD_MOST && given[fd];
}

static void give(int fd)
{
	CHECK(fd < FD_MOST);
	if (fd >= 0)
		given[fd] = true;
}

/* It is closed now; it must have been the library's to close. */
static void take_back(int fd)
{
	if (!is_given(fd))
		printf("# descriptor %d was closed twice, or is not ours\n", fd);
	CHECK(is_given(fd));
	given[fd] = false;
}

static void give_all(const struct msghdr *msg)
{
	struct anc_cmsg_iter it =
		anc_cmsgs_iter(anc_cmsgs_from_bytes(msg->msg_control, msg->msg_controllen));
	struct anc_cmsg cmsg;
	size_t i;
	int fd;

	while (anc_cmsg_iter_next(&it, &cmsg) == 1) {
		if (!anc_rights_is(&cmsg) && !anc_pidfd_is(&cmsg))
			continue;
		for (i = 0; i + sizeof(fd) <= cmsg.len; i += sizeof(fd)) {
			memcpy(&fd, (const char *)cmsg.data + i, sizeof(fd));
			give(fd);
		}
	}
}

static ssize_t injected_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	struct msghdr less = *msg;
	struct iovec iov = {NULL, 0};

	if (fails(INJECT_SENDMSG))
		return -1;
	if (short_sends == 0)
		return beneath.sendmsg(fd, msg, flags);
	iov = msg->msg_iov[0];
	iov.iov_len = iov.iov_len < short_sends ? iov.iov_len : short_sends;
	less.msg_iov = &iov;
	less.msg_iovlen = 1;
	return beneath.sendmsg(fd, &less, flags);
}

static ssize_t injected_recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t got;

	if (fails(INJECT_RECVMSG))
		return -1;
	got = beneath.recvmsg(fd, msg, flags);
	if (got >= 0 && (anc_habits.peek_installs || (flags & MSG_PEEK) == 0))
		give_all(msg);
	return got;
}

static int injected_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	return fails(INJECT_SENDMMSG) ? -1 : beneath.sendmmsg(fd, headers, count, flags);
}

static int injected_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	int got;
	int i;

	if (fails(INJECT_RECVMMSG))
		return -1;
	got = beneath.recvmmsg(fd, headers, count, flags);
	for (i = 0; i < got; i++)
		if (anc_habits.peek_installs || (flags & MSG_PEEK) == 0)
			give_all(&headers[i].msg_hdr);
	return got;
}

static int injected_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return fails(INJECT_POLL) ? -1 : beneath.poll(fds, count, timeout);
}

static int injected_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	return fails(INJECT_GETSOCKOPT) ? -1 : beneath.getsockopt(fd, level, option, ret, len);
}

static int injected_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	return fails(INJECT_SETSOCKOPT) ? -1 : beneath.setsockopt(fd, level, option, value, len);
}

static int injected_fcntl(int fd, int command, int argument)
{
	int result;

	if (fails(INJECT_FCNTL))
		return -1;
	result = beneath.fcntl(fd, command, argument);
	if (result >= 0 && command == F_DUPFD_CLOEXEC)
		give(result);
	return result;
}

static int injected_socket(int family, int type, int protocol)
{
	int result;

	if (fails(INJECT_SOCKET))
		return -1;
	result = beneath.socket(family, type, protocol);
	give(result);
	return result;
}

/* As on Linux: it is closed, whatever the answer. */
static int injected_close(int fd)
{
	const bool failing = fails(INJECT_CLOSE);
	const int result = beneath.close(fd);

	CHECK_EQ(result, 0);
	take_back(fd);
	if (!failing)
		return result;
	errno = plan.error;
	return -1;
}

static int injected_close_range(unsigned first, unsigned last)
{
	unsigned fd;
	int result;

	CHECK(first <= last);
	for (fd = first; fd <= last; fd++)
		CHECK(is_given((int)fd));
	if (fails(INJECT_CLOSE_RANGE))
		return -1;
	result = beneath.close_range(first, last);
	for (fd = first; result == 0 && fd <= last; fd++)
		take_back((int)fd);
	return result;
}

void injection_start(struct injection wanted)
{
	plan = wanted;
	calls = 0;
	hits = 0;
	short_sends = 0;
	memset(given, 0, sizeof(given));
	beneath = fake_calls;
	fake_calls = (struct fake_calls){
		injected_sendmsg, injected_recvmsg,    injected_sendmmsg,   injected_recvmmsg,
		injected_poll,    injected_getsockopt, injected_setsockopt, injected_fcntl,
		injected_socket,  injected_close,      injected_close_range};
}

void injection_short_sends(size_t most)
{
	short_sends = most;
}

size_t injection_calls(void)
{
	return calls;
}

enum injection_kind injection_kind(size_t nth)
{
	return kinds[nth - 1];
}

size_t injection_hits(void)
{
	return hits;
}

void injection_take(int fd)
{
	CHECK(tap_is_cloexec(fd));
	take_back(fd);
	CHECK_EQ(fake_linux_calls.close(fd), 0);
}

void injection_settle(void)
{
	int fd;

	for (fd = 0; fd < FD_MOST; fd++) {
		if (given[fd])
			printf("# descriptor %d was given, and neither taken nor closed\n", fd);
		CHECK(!given[fd]);
	}
}
