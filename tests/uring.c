/* SPDX-License-Identifier: MIT */
/* Buffers of io_uring's multishot recvmsg: forged ones, and this kernel's where liburing is. */
#include "tap.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/inet.h>
#include <anc/uring.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A block of exactly `len` bytes, so that a checker finds a read past it. */
static unsigned char *block(const uint32_t header[4], size_t len)
{
	unsigned char *const at = malloc(len > 0 ? len : 1);
	size_t i;

	CHECK(at != NULL);
	for (i = 0; i < len; i++)
		at[i] = i < 16 ? ((const unsigned char *)header)[i] : (unsigned char)i;
	return at;
}

TEST(a_buffer_is_taken_apart)
{
	static const uint32_t header[4] = {5, 16, 7, MSG_EOR};
	unsigned char *const at = block(header, 16 + 8 + 32 + 7);
	struct anc_uring_recvmsg msg;

	CHECK_EQ(anc_uring_recvmsg_split(at, 63, 8, 32, &msg), 0);
	CHECK(msg.name == at + 16 && msg.control.bytes == at + 24 && msg.payload == at + 56);
	CHECK_EQ(msg.name_len, 5);
	CHECK_EQ(msg.control.len, 16);
	CHECK_EQ(msg.control.capacity, 32);
	CHECK_EQ(msg.payload_len, 7);
	CHECK_EQ(msg.payload_total, 7);
	CHECK_EQ(msg.flags, MSG_EOR);
	CHECK(!msg.name_truncated && !msg.control.truncated && !msg.payload_truncated);
	free(at);
}

TEST(lengths_past_their_room_are_clipped_and_told)
{
	static const uint32_t header[4] = {9, 33, UINT32_MAX, 0};
	unsigned char *const at = block(header, 16 + 8 + 32 + 7);
	struct anc_uring_recvmsg msg;

	CHECK_EQ(anc_uring_recvmsg_split(at, 63, 8, 32, &msg), 0);
	CHECK_EQ(msg.name_len, 8);
	CHECK_EQ(msg.control.len, 32);
	CHECK_EQ(msg.payload_len, 7);
	CHECK_EQ(msg.payload_total, UINT32_MAX);
	CHECK(msg.name_truncated && msg.control.truncated && msg.payload_truncated);
	free(at);
}

TEST(flags_of_the_kernel_tell_of_cuts)
{
	static const uint32_t header[4] = {0, 0, 0, MSG_CTRUNC | MSG_TRUNC};
	unsigned char *const at = block(header, 16);
	struct anc_uring_recvmsg msg;

	CHECK_EQ(anc_uring_recvmsg_split(at, 16, 0, 0, &msg), 0);
	CHECK(msg.name == NULL && !msg.name_truncated);
	CHECK(msg.control.truncated && msg.payload_truncated);
	CHECK_EQ(msg.payload_len, 0);
	free(at);
}

TEST(what_does_not_fit_is_refused)
{
	static const uint32_t header[4] = {1, 1, 1, 0};
	unsigned char *const at = block(header, 16 + 8 + 32);
	struct anc_uring_recvmsg msg = {.flags = 77};
	size_t len;

	for (len = 0; len < 16 + 8 + 32; len++)
		CHECK_EQ(anc_uring_recvmsg_split(at, len, 8, 32, &msg), -EBADMSG);
	CHECK_EQ(anc_uring_recvmsg_split(at, 56, SIZE_MAX, 32, &msg), -EBADMSG);
	CHECK_EQ(anc_uring_recvmsg_split(at, 56, 8, SIZE_MAX, &msg), -EBADMSG);
	CHECK_EQ(anc_uring_recvmsg_split(at, 56, SIZE_MAX - 31, 32, &msg), -EBADMSG);
	CHECK_EQ(anc_uring_recvmsg_split(at, 56, 41, 0, &msg), -EBADMSG);
	CHECK_EQ(msg.flags, 77);
	CHECK_EQ(anc_uring_recvmsg_split(at, 56, 8, 32, &msg), 0);
	free(at);
}

#ifdef ANC_TEST_LIBURING
#include <liburing.h>

#define NAME_ROOM sizeof(struct sockaddr_un)
#define PAYLOAD_ROOM 16
#define BUFFERS 4

struct ring {
	struct io_uring uring;
	struct msghdr msg;
	unsigned char *buffers;
	size_t size;
	int pair[2];
};

static void ring_begin(struct ring *ring)
{
	const int error = io_uring_queue_init(8, &ring->uring, 0);

	if (error < 0)
		SKIP(error == -EPERM ? "io_uring is forbidden here" : "io_uring is not here");
}

/* A request that receives again and again into buffers with room for `control` bytes. */
static void ring_receive(struct ring *ring, size_t control, unsigned flags)
{
	struct io_uring_sqe *sqe;

	ring->size = 16 + NAME_ROOM + control + PAYLOAD_ROOM;
	ring->buffers = calloc(BUFFERS, ring->size);
	CHECK(ring->buffers != NULL);
	sqe = io_uring_get_sqe(&ring->uring);
	CHECK(sqe != NULL);
	io_uring_prep_provide_buffers(sqe, ring->buffers, (int)ring->size, BUFFERS, 1, 0);
	sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
	ring->msg = (struct msghdr){.msg_namelen = NAME_ROOM, .msg_controllen = control};
	sqe = io_uring_get_sqe(&ring->uring);
	CHECK(sqe != NULL);
	io_uring_prep_recvmsg_multishot(sqe, ring->pair[1], &ring->msg, flags);
	sqe->flags |= IOSQE_BUFFER_SELECT;
	sqe->buf_group = 1;
	CHECK_EQ(io_uring_submit(&ring->uring), 2);
}

static void ring_open(struct ring *ring, size_t control, unsigned flags)
{
	ring_begin(ring);
	tap_pair(SOCK_DGRAM, ring->pair);
	ring_receive(ring, control, flags);
}

/* The next message; its bytes stay until the ring is closed. */
static void ring_next(struct ring *ring, struct anc_uring_recvmsg *ret)
{
	struct __kernel_timespec limit = {.tv_sec = 10};
	struct io_uring_cqe *cqe;
	size_t index;

	CHECK_EQ(io_uring_wait_cqe_timeout(&ring->uring, &cqe, &limit), 0);
	if (cqe->res == -EINVAL) {
		io_uring_queue_exit(&ring->uring);
		close(ring->pair[0]);
		close(ring->pair[1]);
		free(ring->buffers);
		SKIP("the kernel has no multishot recvmsg (Linux 6.0)");
	}
	CHECK(cqe->res > 0);
	CHECK((cqe->flags & IORING_CQE_F_BUFFER) != 0);
	index = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
	CHECK_EQ(anc_uring_recvmsg_split(ring->buffers + index * ring->size, (size_t)cqe->res,
					 NAME_ROOM, ring->msg.msg_controllen, ret),
		 0);
	io_uring_cqe_seen(&ring->uring, cqe);
}

static void ring_close(struct ring *ring)
{
	io_uring_queue_exit(&ring->uring);
	close(ring->pair[0]);
	close(ring->pair[1]);
	free(ring->buffers);
}

static void send_fds(int sock, const char *text, const int *fds, size_t count)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), text, strlen(text));

	ANC_DATA(data, ANC_FDS_SPACE(8));
	CHECK_EQ(anc_data_add_fds(&data, fds, count), 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), (ssize_t)strlen(text));
}

TEST(descriptors_of_this_kernel_are_adopted)
{
	struct anc_uring_recvmsg msg;
	struct ring ring;
	size_t count = 0;
	int fds[2];
	int got[2];
	int i;

	ANC_DATA(data, ANC_FDS_SPACE(2));
	ring_open(&ring, ANC_FDS_SPACE(2), MSG_CMSG_CLOEXEC);
	fds[0] = fds[1] = tap_new_fd();
	for (i = 0; i < 3; i++) {
		send_fds(ring.pair[0], "abc", fds, 2);
		ring_next(&ring, &msg);
		CHECK_EQ(msg.payload_len, 3);
		CHECK(memcmp(msg.payload, "abc", 3) == 0);
		CHECK(!msg.control.truncated && !msg.payload_truncated && !msg.name_truncated);
		CHECK_EQ(anc_data_adopt(&data, msg.control.bytes, msg.control.len, msg.flags,
					msg.flags),
			 0);
		CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
		CHECK_EQ(anc_data_take_fds(&data, got, 2, &count), 0);
		CHECK_EQ(count, 2);
		CHECK(tap_is_same_file(got[0], fds[0]) && tap_is_cloexec(got[1]));
		close(got[0]);
		close(got[1]);
	}
	close(fds[0]);
	ring_close(&ring);
}

TEST(a_cut_of_this_kernel_is_told)
{
	int fds[4];
	struct anc_uring_recvmsg msg;
	struct ring ring;
	int i;

	ANC_DATA(data, 256);
	/* of four, one has room: what came is closed, and the cut is told; nor is it close-on-exec
	 */
	ring_open(&ring, ANC_CMSG_LEN(sizeof(int)), 0);
	for (i = 0; i < 4; i++)
		fds[i] = tap_new_fd();
	send_fds(ring.pair[0], "longer than the room for it", fds, 4);
	ring_next(&ring, &msg);
	CHECK_EQ(msg.payload_len, PAYLOAD_ROOM);
	CHECK(msg.payload_truncated && msg.control.truncated);
	CHECK_EQ(anc_data_adopt(&data, msg.control.bytes, msg.control.len, msg.flags, msg.flags),
		 0);
	CHECK(anc_data_cut(&data) != ANC_CUT_NONE);
	CHECK_EQ(anc_data_take_fd(&data), -EMSGSIZE);
	for (i = 0; i < 4; i++)
		close(fds[i]);
	ring_close(&ring);
}
/* Packet info, hop limit and traffic class of UDP, and who sent it, from the ring's buffer. */
static void packets_of(int family)
{
	const struct anc_inet_address local[] = {{AF_INET, 0, 0, {127, 0, 0, 1}},
						 {AF_INET6, 0, 0, {[15] = 1}}};
	const struct anc_inet_address *expected = &local[family == AF_INET6];
	const unsigned all = ANC_INET_LOCAL | ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS;
	struct anc_inet_address from, sender;
	struct sockaddr_storage addr;
	struct anc_uring_recvmsg msg;
	struct anc_inet inet;
	struct ring ring;
	socklen_t len;
	int i;

	ANC_DATA(data, ANC_INET_SPACE);
	ring_begin(&ring);
	for (i = 0; i < 2; i++) {
		ring.pair[i] = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		CHECK_EQ(anc_inet_address_to(expected, 0, &addr, &len), 0);
		CHECK_EQ(bind(ring.pair[i], (struct sockaddr *)&addr, len), 0);
		CHECK_EQ(getsockname(ring.pair[i], (struct sockaddr *)&addr, &len), 0);
	}
	CHECK_EQ(connect(ring.pair[0], (struct sockaddr *)&addr, len), 0);
	CHECK_EQ(getsockname(ring.pair[0], (struct sockaddr *)&addr, &len), 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&addr, len, &sender), 0);
	CHECK_EQ(anc_inet_enable(ring.pair[1], all, NULL), 0);
	ring_receive(&ring, ANC_INET_SPACE, 0);
	for (i = 0; i < BUFFERS; i++) {
		CHECK_EQ(send(ring.pair[0], "packet", (size_t)i + 1, 0), i + 1);
		ring_next(&ring, &msg);
		CHECK_EQ(msg.payload_len, i + 1);
		CHECK(memcmp(msg.payload, "packet", msg.payload_len) == 0);
		CHECK_EQ(anc_inet_address_from(msg.name, (socklen_t)msg.name_len, &from), 0);
		CHECK_EQ(from.port, sender.port);
		CHECK(memcmp(from.bytes, sender.bytes, sizeof(from.bytes)) == 0);
		CHECK_EQ(anc_data_adopt(&data, msg.control.bytes, msg.control.len, msg.flags,
					msg.flags),
			 0);
		CHECK_EQ(anc_inet_get(&data, &inet), 0);
		CHECK_EQ(inet.known & all, all);
		CHECK(memcmp(inet.local.bytes, expected->bytes, sizeof(inet.local.bytes)) == 0);
		CHECK(inet.hop_limit > 0);
	}
	ring_close(&ring);
}

TEST(packets_of_this_kernel_are_read)
{
	packets_of(AF_INET);
	packets_of(AF_INET6);
}
#else
TEST(packets_of_this_kernel_are_read)
{
	SKIP("built without liburing");
}

TEST(descriptors_of_this_kernel_are_adopted)
{
	SKIP("built without liburing");
}

TEST(a_cut_of_this_kernel_is_told)
{
	SKIP("built without liburing");
}
#endif

static const struct tap_test tests[] = {
	{"a_buffer_is_taken_apart", test_a_buffer_is_taken_apart},
	{"lengths_past_their_room_are_clipped_and_told",
	 test_lengths_past_their_room_are_clipped_and_told},
	{"flags_of_the_kernel_tell_of_cuts", test_flags_of_the_kernel_tell_of_cuts},
	{"what_does_not_fit_is_refused", test_what_does_not_fit_is_refused},
	{"descriptors_of_this_kernel_are_adopted", test_descriptors_of_this_kernel_are_adopted},
	{"a_cut_of_this_kernel_is_told", test_a_cut_of_this_kernel_is_told},
	{"packets_of_this_kernel_are_read", test_packets_of_this_kernel_are_read},
};
TAP_MAIN(tests)
