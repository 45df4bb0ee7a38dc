/* SPDX-License-Identifier: MIT */
/* A descriptor in each of many messages: by hand, one by one and many at once, and by the library.
 */
#include "batches.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/batch.h>

/* All of them at once, as their numbers follow each other; else one by one. */
static int close_all(const int *fds, int count)
{
	int i;

	for (i = 1; i < count; i++)
		if (fds[i] != fds[0] + i)
			break;
	if (i == count)
		return (int)syscall(SYS_close_range, fds[0], fds[count - 1], 0);
	for (i = 0; i < count; i++)
		close(fds[i]);
	return 0;
}

#define ONE CMSG_SPACE(sizeof(int))

static void put_fd(struct msghdr *msg, void *control, struct iovec *iov, char *byte, int fd)
{
	struct cmsghdr *const cmsg = control;

	iov->iov_base = byte;
	iov->iov_len = 1;
	memset(msg, 0, sizeof(*msg));
	msg->msg_iov = iov;
	msg->msg_iovlen = 1;
	msg->msg_control = control;
	msg->msg_controllen = ONE;
	if (fd < 0)
		return;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
}

static int get_fd(struct msghdr *msg)
{
	struct cmsghdr *const cmsg = CMSG_FIRSTHDR(msg);
	int fd;

	if ((msg->msg_flags & MSG_CTRUNC) != 0 || cmsg == NULL || cmsg->cmsg_level != SOL_SOCKET ||
	    cmsg->cmsg_type != SCM_RIGHTS || cmsg->cmsg_len != CMSG_LEN(sizeof(int)))
		return -1;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

static int round_single(struct batch_bench *bench)
{
	_Alignas(struct cmsghdr) unsigned char control[ONE];
	struct iovec iov;
	struct msghdr msg;
	char byte = 0;
	int fd;
	int i;

	for (i = 0; i < BATCH; i++) {
		put_fd(&msg, control, &iov, &byte, bench->fd);
		if (sendmsg(bench->ends[0], &msg, MSG_NOSIGNAL) != 1)
			return -1;
		put_fd(&msg, control, &iov, &byte, -1);
		if (recvmsg(bench->ends[1], &msg, MSG_CMSG_CLOEXEC) != 1)
			return -1;
		fd = get_fd(&msg);
		if (fd < 0 || close(fd) < 0)
			return -1;
	}
	return 0;
}

/* The library's calls for one. */
static int round_single_anc(struct batch_bench *bench)
{
	int fd;
	int i;

	for (i = 0; i < BATCH; i++) {
		if (anc_socket_send_fd(bench->socks[0], bench->fd) < 0)
			return -1;
		fd = anc_socket_recv_fd(bench->socks[1]);
		if (fd < 0 || close(fd) < 0)
			return -1;
	}
	return 0;
}

static int round_raw(struct batch_bench *bench)
{
	_Alignas(struct cmsghdr) unsigned char control[BATCH][ONE];
	struct mmsghdr headers[BATCH];
	struct iovec iov[BATCH];
	char bytes[BATCH] = {0};
	int fds[BATCH];
	int i;

	for (i = 0; i < BATCH; i++)
		put_fd(&headers[i].msg_hdr, control[i], &iov[i], &bytes[i], bench->fd);
	if (sendmmsg(bench->ends[0], headers, BATCH, MSG_NOSIGNAL) != BATCH)
		return -1;
	for (i = 0; i < BATCH; i++)
		put_fd(&headers[i].msg_hdr, control[i], &iov[i], &bytes[i], -1);
	if (recvmmsg(bench->ends[1], headers, BATCH, MSG_CMSG_CLOEXEC | MSG_WAITFORONE, NULL) !=
	    BATCH)
		return -1;
	for (i = 0; i < BATCH; i++) {
		fds[i] = headers[i].msg_len == 1 ? get_fd(&headers[i].msg_hdr) : -1;
		if (fds[i] < 0)
			return -1;
	}
	return close_all(fds, BATCH);
}

static int send_batch(struct batch_bench *bench)
{
	unsigned char control[BATCH][ANC_FDS_SPACE(1)];
	struct anc_batch_outgoing out[BATCH];
	struct anc_data data[BATCH];
	int i;

	memset(out, 0, sizeof(out));
	for (i = 0; i < BATCH; i++) {
		anc_data_init(&data[i], control[i], sizeof(control[i]));
		anc_data_add_fds(&data[i], &bench->fd, 1);
		out[i].buf = "";
		out[i].len = 1;
		out[i].data = &data[i];
	}
	return anc_batch_send(bench->socks[0], out, BATCH, (struct anc_send_options){0}) == BATCH
		       ? 0
		       : -1;
}

static int recv_batch(struct batch_bench *bench)
{
	unsigned char control[BATCH][ANC_FDS_SPACE(1)];
	struct anc_batch_incoming in[BATCH];
	struct anc_data data[BATCH];
	char bytes[BATCH];
	int fds[BATCH];
	int i;

	memset(in, 0, sizeof(in));
	for (i = 0; i < BATCH; i++) {
		anc_data_init(&data[i], control[i], sizeof(control[i]));
		in[i].buf = &bytes[i];
		in[i].len = 1;
		in[i].data = &data[i];
	}
	if (anc_batch_recv(bench->socks[1], in, BATCH, (struct anc_recv_options){0}) != BATCH)
		return -1;
	for (i = 0; i < BATCH; i++) {
		fds[i] = anc_data_take_fd(&data[i]);
		if (fds[i] < 0)
			return -1;
	}
	return close_all(fds, BATCH);
}

static int round_anc(struct batch_bench *bench)
{
	return send_batch(bench) < 0 ? -1 : recv_batch(bench);
}

#ifdef HAVE_GLIB
int batch_glib(struct batch_bench *);
#endif

const struct batch_way fd_ways[] = {
	{"fds-single", "fds-single", "fds", BATCH, round_single},
	{"fds-single-again", "fds-single", "fds", BATCH, round_single},
	{"fds-single-anc", "fds-single", "fds", BATCH, round_single_anc},
	{"fds-raw", "fds-single", "fds", BATCH, round_raw},
	{"fds-raw-again", "fds-raw", "fds", BATCH, round_raw},
	{"fds-anc", "fds-single", "fds", BATCH, round_anc},
	{"fds-alike", "fds-single-anc", "fds", BATCH, round_anc},
	{"fds-by-hand", "fds-raw", "fds", BATCH, round_anc},
#ifdef HAVE_GLIB
	{"fds-glib", "fds-single", "fds", BATCH, batch_glib},
#endif
	{NULL, NULL, NULL, 0, NULL},
};
