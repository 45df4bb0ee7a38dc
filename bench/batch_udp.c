/* SPDX-License-Identifier: MIT */
/* Datagrams of UDP, alone and with packet info, TOS and time: by hand, and by the library. */
#include "batches.h"

#include <string.h>
#include <time.h>

#include <netinet/in.h>

#include <anc/batch.h>
#include <anc/inet.h>
#include <anc/receiver.h>
#include <anc/time.h>
#include <anc/udp.h>

/* Control bytes of packet info, TOS and time. */
#define THREE (CMSG_SPACE(12) + CMSG_SPACE(1) + CMSG_SPACE(16))

static char payload[SEGMENTS * DATAGRAM];
static char received[SEGMENTS][DATAGRAM];

static int round_single(struct batch_bench *bench)
{
	struct iovec iov = {payload, DATAGRAM};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	int i;

	for (i = 0; i < BATCH; i++) {
		iov.iov_base = payload;
		if (sendmsg(bench->ends[0], &msg, MSG_NOSIGNAL) != DATAGRAM)
			return -1;
		iov.iov_base = received[0];
		if (recvmsg(bench->ends[1], &msg, 0) != DATAGRAM)
			return -1;
	}
	return 0;
}

/* What the three say, by libc's macros. */
static int read_three_raw(struct msghdr *msg, uintptr_t *sum)
{
	struct in_pktinfo info;
	struct timespec time;
	struct cmsghdr *cmsg;
	int found = 0;

	if ((msg->msg_flags & MSG_CTRUNC) != 0)
		return -1;
	for (cmsg = CMSG_FIRSTHDR(msg); cmsg != NULL; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_PKTINFO &&
		    cmsg->cmsg_len == CMSG_LEN(sizeof(info))) {
			memcpy(&info, CMSG_DATA(cmsg), sizeof(info));
			*sum += info.ipi_addr.s_addr;
			found++;
		} else if (cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_TOS) {
			*sum += *CMSG_DATA(cmsg);
			found++;
		} else if (cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_TIMESTAMPNS &&
			   cmsg->cmsg_len == CMSG_LEN(sizeof(time))) {
			memcpy(&time, CMSG_DATA(cmsg), sizeof(time));
			*sum += (uintptr_t)time.tv_nsec;
			found++;
		}
	}
	return found == 3 ? 0 : -1;
}

/* With the three: what a batch with them saves of such calls. */
static int round_single_three(struct batch_bench *bench)
{
	_Alignas(struct cmsghdr) unsigned char control[THREE];
	struct iovec iov = {payload, DATAGRAM};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	int i;

	for (i = 0; i < BATCH; i++) {
		iov.iov_base = payload;
		msg.msg_controllen = 0;
		if (sendmsg(bench->ends[0], &msg, MSG_NOSIGNAL) != DATAGRAM)
			return -1;
		iov.iov_base = received[0];
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		if (recvmsg(bench->ends[1], &msg, MSG_CMSG_CLOEXEC) != DATAGRAM ||
		    read_three_raw(&msg, &bench->sum) < 0)
			return -1;
	}
	return 0;
}

static void load(struct mmsghdr *headers, struct iovec *iov, void *bytes, size_t step)
{
	int i;

	memset(headers, 0, BATCH * sizeof(*headers));
	for (i = 0; i < BATCH; i++) {
		iov[i].iov_base = (char *)bytes + (size_t)i * step;
		iov[i].iov_len = DATAGRAM;
		headers[i].msg_hdr.msg_iov = &iov[i];
		headers[i].msg_hdr.msg_iovlen = 1;
	}
}

static int round_raw(struct batch_bench *bench)
{
	_Alignas(struct cmsghdr) unsigned char control[BATCH][THREE];
	struct mmsghdr headers[BATCH];
	struct iovec iov[BATCH];
	int i;

	load(headers, iov, payload, 0);
	if (sendmmsg(bench->ends[0], headers, BATCH, MSG_NOSIGNAL) != BATCH)
		return -1;
	load(headers, iov, received, DATAGRAM);
	for (i = 0; i < BATCH; i++) {
		headers[i].msg_hdr.msg_control = control[i];
		headers[i].msg_hdr.msg_controllen = sizeof(control[i]);
	}
	if (recvmmsg(bench->ends[1], headers, BATCH, MSG_CMSG_CLOEXEC | MSG_WAITFORONE, NULL) !=
	    BATCH)
		return -1;
	for (i = 0; i < BATCH; i++)
		if (read_three_raw(&headers[i].msg_hdr, &bench->sum) < 0)
			return -1;
	return 0;
}

/* The same by the library, message by message. */
static int read_three(const struct anc_data *data, uintptr_t *sum)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_in_pktinfo info = {0};
	struct anc_time time;
	struct anc_cmsg msg;
	uint8_t tos = 0;
	int found = 0;

	while (anc_cmsg_iter_next(&it, &msg) > 0) {
		if (msg.level == IPPROTO_IP && msg.type == IP_PKTINFO) {
			found += anc_pktinfo_get(&msg, &info) == 0;
			*sum += info.addr[3];
		} else if (msg.level == IPPROTO_IP && msg.type == IP_TOS) {
			found += anc_tos_get(&msg, &tos) == 0;
			*sum += tos;
		} else if (anc_time_get(&msg, NULL, &time) == 0) {
			found++;
			*sum += (uintptr_t)time.software;
		}
	}
	return found == 3 ? 0 : -1;
}

/* In the order of Linux, without a walk: what it costs when they are the three expected. */
static int read_expected(const struct anc_data *data, uintptr_t *sum)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_in_pktinfo info;
	struct anc_timespec time;
	uint8_t tos;

	if (!anc_timestampns_expect(&it, &time) || !anc_pktinfo_expect(&it, &info) ||
	    !anc_tos_expect(&it, &tos))
		return read_three(data, sum);
	*sum += info.addr[3] + tos + (uintptr_t)time.nsec;
	return 0;
}

/* And in the forms that are the same for all messages and systems. */
static int read_forms(const struct anc_data *data, uintptr_t *sum)
{
	const unsigned both = ANC_INET_DESTINATION | ANC_INET_TRAFFIC_CLASS;
	struct anc_inet inet;
	struct anc_time time;

	if (anc_inet_get(data, &inet) < 0 || anc_data_time(data, &time) < 0 ||
	    (inet.known & both) != both)
		return -1;
	*sum += inet.destination.bytes[3] + inet.traffic_class + (uintptr_t)time.software;
	return 0;
}

static int pass_batch(struct batch_bench *bench, struct anc_data *data, int with)
{
	struct anc_batch_outgoing out[BATCH];
	struct anc_batch_incoming in[BATCH];
	int i;

	memset(out, 0, sizeof(out));
	memset(in, 0, sizeof(in));
	for (i = 0; i < BATCH; i++) {
		out[i].buf = payload;
		out[i].len = DATAGRAM;
		in[i].buf = received[i];
		in[i].len = DATAGRAM;
		in[i].data = with ? &data[i] : NULL;
	}
	if (anc_batch_send(bench->socks[0], out, BATCH, (struct anc_send_options){0}) != BATCH)
		return -1;
	return anc_batch_recv(bench->socks[1], in, BATCH, (struct anc_recv_options){0}) == BATCH
		       ? 0
		       : -1;
}

/* Receives with all three, and reads them so. */
static int round_with(struct batch_bench *bench, int (*read)(const struct anc_data *, uintptr_t *))
{
	unsigned char control[BATCH][THREE];
	struct anc_data data[BATCH];
	int i;

	for (i = 0; i < BATCH; i++)
		anc_data_init(&data[i], control[i], sizeof(control[i]));
	if (pass_batch(bench, data, 1) < 0)
		return -1;
	for (i = 0; i < BATCH && read != NULL; i++)
		if (read(&data[i], &bench->sum) < 0)
			return -1;
	return 0;
}

static int round_three(struct batch_bench *bench)
{
	return round_with(bench, read_three);
}

static int round_expected(struct batch_bench *bench)
{
	return round_with(bench, read_expected);
}

static int round_forms(struct batch_bench *bench)
{
	return round_with(bench, read_forms);
}

static int round_unread(struct batch_bench *bench)
{
	return round_with(bench, NULL);
}

static int round_anc_plain(struct batch_bench *bench)
{
	return pass_batch(bench, NULL, 0);
}

/* One send is cut by the kernel, and one receive has all of it. */
static int round_gso(struct batch_bench *bench)
{
	struct anc_udp_sender sender =
		anc_udp_sender_on(bench->socks[0], payload, sizeof(payload), DATAGRAM);
	struct anc_receiver receiver = anc_receiver_on(bench->socks[1], received, sizeof(received));
	struct anc_recv_result result;
	struct anc_udp_segments segments;
	const void *bytes;
	size_t count = 0;
	size_t len;

	ANC_DATA(data, ANC_UDP_GRO_SPACE);
	sender.gso = 1;
	receiver.data = &data;
	if (anc_udp_sender_send(&sender) != sizeof(payload))
		return -1;
	while (count < SEGMENTS) {
		if (anc_receiver_recv(&receiver, &result) < 0 ||
		    anc_udp_segments_get(&data, received, result.len, &segments) < 0)
			return -1;
		for (; anc_udp_segments_next(&segments, &bytes, &len); count++)
			bench->sum += len;
	}
	return 0;
}

const struct batch_way udp_ways[] = {
	{"udp-single", "udp-single", "udp", BATCH, round_single},
	{"udp-single-again", "udp-single", "udp", BATCH, round_single},
	{"udp-single-three", "udp-single", "udp3", BATCH, round_single_three},
	{"udp-plain", "udp-single", "udp", BATCH, round_anc_plain},
	{"udp-three-raw", "udp-single", "udp3", BATCH, round_raw},
	{"udp-three-again", "udp-three-raw", "udp3", BATCH, round_raw},
	{"udp-three", "udp-single", "udp3", BATCH, round_three},
	{"udp-alike", "udp-single-three", "udp3", BATCH, round_expected},
	{"udp-by-hand", "udp-three-raw", "udp3", BATCH, round_three},
	{"udp-expected", "udp-single", "udp3", BATCH, round_expected},
	{"udp-forms", "udp-single", "udp3", BATCH, round_forms},
	{"udp-unread", "udp-single", "udp3", BATCH, round_unread},
	{"udp-gso", "udp-single", "gro", SEGMENTS, round_gso},
	{NULL, NULL, NULL, 0, NULL},
};
