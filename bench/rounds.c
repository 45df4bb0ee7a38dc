/* SPDX-License-Identifier: MIT */
/* The ways to do a round: by hand, as peers do it, and with the library. */
#include "rounds.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <anc/anc.h>

static int raw_send(int sock, const int *fds, size_t count)
{
	union {
		char bytes[CMSG_SPACE(FDS_MOST * sizeof(int))];
		struct cmsghdr align;
	} control;
	char byte = 0;
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = CMSG_SPACE(count * sizeof(int))};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_len = CMSG_LEN(count * sizeof(int));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(cmsg), fds, count * sizeof(int));
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static ssize_t raw_recv(int sock, int *ret_fds, size_t max)
{
	union {
		char bytes[CMSG_SPACE(FDS_MOST * sizeof(int))];
		struct cmsghdr align;
	} control;
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = CMSG_SPACE(max * sizeof(int))};
	struct cmsghdr *cmsg;
	size_t len;

	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) != 1 || (msg.msg_flags & MSG_CTRUNC) != 0)
		return -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg == NULL || cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
		return -1;
	len = cmsg->cmsg_len - CMSG_LEN(0);
	memcpy(ret_fds, CMSG_DATA(cmsg), len);
	return (ssize_t)(len / sizeof(int));
}

/* What the counting itself costs: taken off the others. */
static int round_empty(struct bench *bench)
{
	(void)bench;
	return 0;
}

/* One descriptor by hand, with buffers of just its size. */
static int round_raw(struct bench *bench)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	char byte = 0;
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes)};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	int fd;

	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(cmsg), &bench->fds[0], sizeof(int));
	if (sendmsg(bench->pair[0], &msg, MSG_NOSIGNAL) != 1)
		return -1;
	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = control.bytes;
	msg.msg_controllen = sizeof(control.bytes);
	if (recvmsg(bench->pair[1], &msg, MSG_CMSG_CLOEXEC) != 1 || msg.msg_flags & MSG_CTRUNC)
		return -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg == NULL || cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS ||
	    cmsg->cmsg_len != CMSG_LEN(sizeof(int)))
		return -1;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(int));
	return close(fd);
}

/* Several by hand, each closed by itself. */
static int round_raw_many(struct bench *bench)
{
	int fds[FDS_MOST];
	ssize_t count;
	ssize_t i;

	if (raw_send(bench->pair[0], bench->fds, bench->count) < 0)
		return -1;
	count = raw_recv(bench->pair[1], fds, FDS_MOST);
	for (i = 0; i < count; i++)
		close(fds[i]);
	return count == (ssize_t)bench->count ? 0 : -1;
}

/* As libancillary works: a fixed buffer, every slot set to -1 first, no flags, nothing checked but
 * the header. */
static int round_ancillary_style(struct bench *bench)
{
	union {
		char bytes[CMSG_SPACE(FDS_MOST * sizeof(int))];
		struct cmsghdr align;
	} control;
	char byte = '!';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = CMSG_LEN(bench->count * sizeof(int))};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	const int none = -1;
	size_t count;
	size_t i;
	int fd;

	cmsg->cmsg_len = msg.msg_controllen;
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(cmsg), bench->fds, bench->count * sizeof(int));
	if (sendmsg(bench->pair[0], &msg, 0) < 0)
		return -1;
	for (i = 0; i < bench->count; i++)
		memcpy(CMSG_DATA(cmsg) + i * sizeof(int), &none, sizeof(none));
	if (recvmsg(bench->pair[1], &msg, 0) < 0)
		return -1;
	count = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	for (i = 0; i < count; i++) {
		memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(int), sizeof(fd));
		close(fd);
	}
	return count == bench->count ? 0 : -1;
}

static int round_straight(struct bench *bench)
{
	int fd;

	if (anc_socket_send_fd(bench->ends[0], bench->fds[0]) < 0)
		return -1;
	fd = anc_socket_recv_fd(bench->ends[1]);
	return fd < 0 ? -1 : close(fd);
}

/* The general way: an anc_data, a sender, a receiver, whatever comes. */
static int round_general(struct bench *bench)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	struct anc_sender sender;
	char byte = 0;
	int fd;

	ANC_DATA(out, ANC_FDS_SPACE(1));
	ANC_DATA(in, ANC_FDS_SPACE(1));
	if (anc_data_add_fds(&out, bench->fds, 1) < 0)
		return -1;
	sender = anc_sender_on(bench->ends[0], &byte, 1);
	sender.data = &out;
	if (anc_sender_send(&sender) != 1)
		return -1;
	receiver = anc_receiver_on(bench->ends[1], &byte, 1);
	receiver.data = &in;
	if (anc_receiver_recv(&receiver, &result) < 0)
		return -1;
	fd = anc_data_take_fd(&in);
	return fd < 0 ? -1 : close(fd);
}

/* Several, taken and closed by the caller. */
static int round_many(struct bench *bench)
{
	int fds[FDS_MOST];
	size_t count = 0;
	size_t i;
	char byte = 0;

	if (anc_socket_send_fds(bench->ends[0], &byte, 1, bench->fds, bench->count,
				(struct anc_send_options){0}) != 1)
		return -1;
	if (anc_socket_recv_fds(bench->ends[1], &byte, 1, fds, FDS_MOST, &count,
				(struct anc_recv_options){0}) != 1)
		return -1;
	for (i = 0; i < count; i++)
		close(fds[i]);
	return count == bench->count ? 0 : -1;
}

/* Several, left to the library to close. */
static int round_many_closed(struct bench *bench)
{
	struct anc_recv_result result;
	struct anc_receiver receiver;
	char byte = 0;

	ANC_DATA(in, ANC_FDS_SPACE(FDS_MOST));
	if (anc_socket_send_fds(bench->ends[0], &byte, 1, bench->fds, bench->count,
				(struct anc_send_options){0}) != 1)
		return -1;
	receiver = anc_receiver_on(bench->ends[1], &byte, 1);
	receiver.data = &in;
	return anc_receiver_recv(&receiver, &result) < 0 || result.len != 1 ? -1 : 0;
}

#ifdef HAVE_GLIB
int round_glib(struct bench *);
#endif

const struct way ways[] = {
	{"raw", 1, round_raw},
	{"raw-again", 1, round_raw},
	{"raw-many", FDS_MOST, round_raw_many},
	{"straight", 1, round_straight},
	{"general", 1, round_general},
	{"many", FDS_MOST, round_many},
	{"many-closed", FDS_MOST, round_many_closed},
	{"ancillary-style", FDS_MOST, round_ancillary_style},
#ifdef HAVE_GLIB
	{"glib", FDS_MOST, round_glib},
#endif
	{"empty", 0, round_empty},
	{NULL, 0, NULL},
};

const struct way *way_find(const char *name)
{
	const struct way *way;

	for (way = ways; way->name != NULL; way++)
		if (strcmp(way->name, name) == 0)
			return way;
	return NULL;
}

void way_list(FILE *out)
{
	const struct way *way;

	for (way = ways; way->name != NULL; way++)
		fprintf(out, "  %s\n", way->name);
}

int bench_open(struct bench *bench, size_t count)
{
	size_t i;

	memset(bench, 0, sizeof(*bench));
	bench->count = count;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, bench->pair) < 0 ||
	    anc_socket_checked(bench->pair[0], &bench->ends[0]) < 0 ||
	    anc_socket_checked(bench->pair[1], &bench->ends[1]) < 0)
		return -1;
	for (i = 0; i < count; i++) {
		bench->fds[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (bench->fds[i] < 0)
			return -1;
	}
	return 0;
}

void bench_close(struct bench *bench)
{
	size_t i;

	for (i = 0; i < bench->count; i++)
		close(bench->fds[i]);
	close(bench->pair[0]);
	close(bench->pair[1]);
}
