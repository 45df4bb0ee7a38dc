/* SPDX-License-Identifier: MIT */
#ifndef BATCH_WORLD_H
#define BATCH_WORLD_H

/*
 * What batches go through: pairs of sockets with what is on its way in them, system calls that fail
 * or do less, and a socket of one's own whose answers are the input's.
 */

#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <anc/batch.h>

/* Every descriptor lies below it. */
#define WATCHED 256
/* More than go with one system call. */
#define MOST_MESSAGES 68
#define MOST_FDS 2
#define MOST_LEN 4
/* On their way in one pair, so that no buffer is full; and in all. */
#define MOST_QUEUED 100
#define MOST_IN_FLIGHT 180
/* The number of no open file. */
#define BOGUS (1 << 20)

/* That the library gives to one system call. */
#define MOST_OF_CALL 64

struct packet {
	size_t len;
	size_t fds;
};

enum { SEQPACKET, DGRAM, STREAM, PAIRS };

struct pair {
	int fds[2]; /* in, out */
	bool is_stream;
	bool is_shut; /* in; and when that was told, what is empty may be gone */
	bool has_ended;
	struct packet queue[MOST_QUEUED];
	size_t first;
	size_t count;
	unsigned char next_in; /* bytes are numbered */
	unsigned char next_out;
};

/* What the next sendmmsg() or recvmmsg() does instead; a limit is of messages. */
enum fault { NO_FAULT, LACKS_CALL, INTERRUPTED, REFUSES_CLOEXEC, DOES_LESS, FAULTS };

/* What a call of the custom socket did. */
struct answer {
	int error; /* also of a header that lies, or a length past all */
	size_t len;
	size_t fds;
};

struct world {
	struct input in;
	struct pair pairs[PAIRS];
	size_t in_flight;
	bool open[WATCHED]; /* but for what an anc_data owns */
	int file;           /* what is sent */
	enum fault fault;
	size_t limit;
	size_t table_room; /* for how many descriptors more */
	struct answer answers[MOST_MESSAGES + 1];
	size_t answered;
};

static struct world world;

static inline bool is_empty(const struct packet *packet)
{
	return packet->len == 0 && packet->fds == 0;
}

/* Consumes the fault. Returns how many messages are left of `count`, or -1 with an errno. */
static int faulty(unsigned count, int flags)
{
	const enum fault fault = world.fault;

	world.fault = NO_FAULT;
	switch (fault) {
	case LACKS_CALL:
		errno = ENOSYS;
		return -1;
	case INTERRUPTED:
		errno = EINTR;
		return -1;
	case REFUSES_CLOEXEC:
		errno = EINVAL;
		return (flags & MSG_CMSG_CLOEXEC) ? -1 : (int)count;
	case DOES_LESS:
		return world.limit < count ? (int)world.limit : (int)count;
	case NO_FAULT:
	case FAULTS:
	default:
		return (int)count;
	}
}

int __real_close(int fd);
int __wrap_close(int fd);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);
int __real_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags);
int __wrap_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags);
int __real_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags, void *timeout);
int __wrap_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags, void *timeout);

/* Whoever closes a number that is not open closes a stranger's, on another day. */
int __wrap_close(int fd)
{
	const int error = __real_close(fd);

	MUST(error == 0);
	return error;
}

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	long fd;

	for (fd = a; number == SYS_close_range && fd <= b && fd < WATCHED; fd++)
		MUST(fcntl((int)fd, F_GETFD) >= 0);
	return __real_syscall(number, a, b, c, d, e, f);
}

int __wrap_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	const int left = faulty(count, 0);

	return left < 0 ? -1 : __real_sendmmsg(fd, headers, (unsigned)left, flags);
}

int __wrap_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags, void *timeout)
{
	const int left = faulty(count, flags);

	return left < 0 ? -1 : __real_recvmmsg(fd, headers, (unsigned)left, flags, timeout);
}

static struct packet *queued(struct pair *pair, size_t i)
{
	MUST(i < pair->count);
	return &pair->queue[(pair->first + i) % MOST_QUEUED];
}

static void push(struct pair *pair, struct packet packet)
{
	MUST(pair->count < MOST_QUEUED);
	pair->queue[(pair->first + pair->count++) % MOST_QUEUED] = packet;
	world.in_flight += packet.fds;
}

static void pop(struct pair *pair)
{
	world.in_flight -= queued(pair, 0)->fds;
	pair->first = (pair->first + 1) % MOST_QUEUED;
	pair->count--;
}

/* Descriptors for a message; what the library must make close-on-exec is not so yet. */
static size_t give(int *ret, bool cloexec)
{
	const size_t count = input_below(&world.in, MOST_FDS + 1);
	size_t i;

	for (i = 0; i < count; i++) {
		ret[i] = fcntl(world.file, cloexec ? F_DUPFD_CLOEXEC : F_DUPFD, 0);
		MUST(ret[i] >= 0 && ret[i] < WATCHED);
	}
	return count;
}

static size_t put_rights(unsigned char *at, const int *fds, size_t count)
{
	const struct shape shape = shape_host();
	const struct anc_cmsg rights = {SOL_SOCKET, SCM_RIGHTS, fds, count * sizeof(int), false};

	return count > 0 ? shape_put(&shape, at, &rights) : 0;
}

/* Hands control bytes over as one who has copied them. Returns how many descriptors stayed. */
static int custom_adopt(struct anc_data *data, size_t *ret_fds)
{
	unsigned char control[64] = {0};
	int fds[MOST_FDS];
	size_t count = give(fds, true);
	size_t len = put_rights(control, fds, count);
	const bool lies = input_below(&world.in, 8) == 1;
	const bool fits = len + (lies ? 16 : 0) <= anc_data_capacity(data);
	int error;

	/* A header of no length behind them. */
	len += lies ? 16 : 0;
	error = anc_data_adopt(data, control, len, MSG_CMSG_CLOEXEC, 0);
	MUST_EQ(error, !fits ? -ENOBUFS : lies ? -EBADMSG : 0);
	*ret_fds = fits ? count : 0;
	return fits && lies ? -EBADMSG : 0;
}

/* The same as one who has received into the buffer itself, without MSG_CMSG_CLOEXEC. */
static int custom_fill(struct anc_data *data, size_t *ret_fds)
{
	size_t room;
	unsigned char *const control = anc_data_control_buf(data, &room);
	int fds[MOST_FDS];
	size_t count = 0;

	if (room >= 16 + MOST_FDS * sizeof(int))
		count = give(fds, false);
	MUST_EQ(anc_data_set_control_len(data, put_rights(control, fds, count)), 0);
	*ret_fds = count;
	return 0;
}

static int custom_recv_from(void *impl, struct sockaddr_storage *addr, socklen_t *addrlen,
			    const struct iovec *bufs, size_t nbufs, struct anc_data *data,
			    struct anc_recv_options options, struct anc_recv_result *ret)
{
	struct answer *const answer = &world.answers[world.answered++];
	const unsigned how = input_byte(&world.in);

	(void)impl;
	(void)options;
	(void)bufs;
	(void)addrlen;
	MUST(world.answered <= MOST_MESSAGES && nbufs == 1);
	*answer = (struct answer){0, how % 3, 0};
	if (addr != NULL)
		memset(addr, 0x5a, sizeof(*addr));
	if (data != NULL && (how & 16))
		answer->error = (how & 32) ? custom_adopt(data, &answer->fds)
					   : custom_fill(data, &answer->fds);
	ret->len = answer->len;
	switch (how >> 6) {
	case 1:
		answer->error = (how & 8) ? -EAGAIN : -ENETDOWN;
		return answer->error;
	case 2:
		if (how & 8) {
			ret->len = SIZE_MAX;
			answer->error = -EBADMSG;
		}
		return 0;
	default:
		return 0;
	}
}

static int custom_recv(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
		       struct anc_recv_options options, struct anc_recv_result *ret)
{
	return custom_recv_from(impl, NULL, NULL, bufs, nbufs, data, options, ret);
}

/* Takes a message, refuses it, or takes the beginning alone. */
static ssize_t custom_send(void *impl, const struct iovec *bufs, size_t nbufs,
			   const struct anc_data *data, struct anc_send_options options)
{
	struct answer *const answer = &world.answers[world.answered++];
	const unsigned how = input_byte(&world.in) % 16;

	(void)impl;
	(void)data;
	(void)options;
	MUST(world.answered <= MOST_MESSAGES && nbufs == 1);
	*answer = (struct answer){how == 1 ? -ENETDOWN : 0, bufs[0].iov_len, 0};
	if (how == 2)
		answer->len /= 2;
	return answer->error < 0 ? answer->error : (ssize_t)answer->len;
}

static ssize_t custom_send_to(void *impl, const struct sockaddr *addr, socklen_t addrlen,
			      const struct iovec *bufs, size_t nbufs, const struct anc_data *data,
			      struct anc_send_options options)
{
	(void)addr;
	(void)addrlen;
	return custom_send(impl, bufs, nbufs, data, options);
}

static const struct anc_socket_ops custom_ops = {custom_send, custom_send_to, custom_recv,
						 custom_recv_from};

static void pair_open(size_t which)
{
	static const int types[PAIRS] = {SOCK_SEQPACKET, SOCK_DGRAM, SOCK_STREAM};
	struct pair *const pair = &world.pairs[which];
	int i;

	*pair = (struct pair){.is_stream = which == STREAM};
	MUST_EQ(socketpair(AF_UNIX, types[which] | SOCK_CLOEXEC, 0, pair->fds), 0);
	for (i = 0; i < 2; i++) {
		MUST(pair->fds[i] < WATCHED);
		world.open[pair->fds[i]] = true;
	}
}

static void pair_close(struct pair *pair)
{
	int i;

	while (pair->count > 0)
		pop(pair);
	for (i = 0; i < 2; i++) {
		MUST_EQ(close(pair->fds[i]), 0);
		world.open[pair->fds[i]] = false;
	}
}

static size_t input_count(void)
{
	const unsigned how = input_byte(&world.in);

	return how < 224 ? how % 6 : MOST_MESSAGES - how % 6;
}

static void input_fault(void)
{
	const unsigned how = input_byte(&world.in);

	world.fault = how % 16 < FAULTS ? (enum fault)(how % 16) : NO_FAULT;
	world.limit = 1 + how / 16;
}

#endif
