/* SPDX-License-Identifier: MIT */
/* Kernels, devices and routes that refuse to cut what is sent: at once, and on the way. */
#include "fake_platform.h"
#include "tap.h"

#include <string.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/udp.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SIZE 100
#define MANY 64 /* in one call */
#define TOTAL (2 * MANY * SIZE + SIZE / 2)
#define SOL_UDP_LEVEL 17
#define UDP_SEGMENT_OPTION 103

static unsigned char bytes[TOTAL];

/* What was sent, in order, and which call is refused. */
static struct {
	unsigned char sent[2 * TOTAL];
	size_t len;
	size_t many, single; /* calls that were taken */
	size_t batches;      /* calls of up to 64 singles */
	size_t refused;      /* and those that were not */
	int asked;           /* how often whether it can */
	int unknown;         /* the error of that; 0: it can */
	size_t good_many;    /* so many calls go well, then: */
	int many_error, single_error;
	bool interrupts;
	size_t interrupt_at; /* so many singles, then a signal; 0: none */
} kernel;

static int fake_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	if (level != SOL_UDP_LEVEL || option != UDP_SEGMENT_OPTION)
		return fake_linux_calls.getsockopt(fd, level, option, ret, len);
	kernel.asked++;
	errno = kernel.unknown;
	if (kernel.unknown != 0)
		return -1;
	memset(ret, 0, *len);
	return 0;
}

static int refusal_of(bool many)
{
	if (kernel.interrupts) {
		kernel.interrupts = false;
		return EINTR;
	}
	if (!many && kernel.interrupt_at > 0 && kernel.single == kernel.interrupt_at) {
		kernel.interrupt_at = 0;
		return EINTR;
	}
	if (!many)
		return kernel.single_error;
	return kernel.many >= kernel.good_many ? kernel.many_error : 0;
}

static ssize_t fake_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	const struct iovec *iov = msg->msg_iov;
	const bool many = msg->msg_controllen > 0;

	(void)fd;
	(void)flags;
	CHECK_EQ(msg->msg_iovlen, 1);
	CHECK(many ? iov->iov_len > SIZE : iov->iov_len <= SIZE);
	CHECK(iov->iov_len <= MANY * SIZE);
	errno = refusal_of(many);
	kernel.refused += errno != 0;
	if (errno != 0)
		return -1;
	CHECK(kernel.len + iov->iov_len <= sizeof(kernel.sent));
	memcpy(kernel.sent + kernel.len, iov->iov_base, iov->iov_len);
	kernel.len += iov->iov_len;
	*(many ? &kernel.many : &kernel.single) += 1;
	return (ssize_t)iov->iov_len;
}

static int fake_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	unsigned i;
	ssize_t sent = 0;

	CHECK(count <= 64);
	for (i = 0; i < count && sent >= 0; i++) {
		sent = fake_sendmsg(fd, &messages[i].msg_hdr, flags);
		messages[i].msg_len = (unsigned)sent;
	}
	kernel.batches++;
	return sent >= 0 ? (int)i : i > 1 ? (int)i - 1 : -1;
}

/* Sends it all by that kernel, on which the last parameters are set. */
static ssize_t send_all(struct anc_udp_sender *sender)
{
	uint64_t seed = 1;
	int pair[2];
	ssize_t sent;
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)tap_random(&seed);
	tap_pair(SOCK_DGRAM, pair);
	*sender = anc_udp_sender_on(anc_socket_fd(pair[0]), bytes, sizeof(bytes), SIZE);
	fake_calls.getsockopt = fake_getsockopt;
	fake_calls.sendmsg = fake_sendmsg;
	fake_calls.sendmmsg = fake_sendmmsg;
	sent = anc_udp_sender_send(sender);
	fake_reset();
	close(pair[0]);
	close(pair[1]);
	return sent;
}

static void kernel_begin(size_t good_many, int many_error)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.good_many = good_many;
	kernel.many_error = many_error;
}

/* In order, and nothing twice. */
static void check_sent(size_t len)
{
	CHECK_EQ(kernel.len, len);
	CHECK(memcmp(kernel.sent, bytes, len) == 0);
}

static const int refusals[] = {EIO, EINVAL, EMSGSIZE, EOPNOTSUPP, ENOPROTOOPT};

TEST(a_device_that_refuses_gets_them_one_by_one_and_it_is_told)
{
	struct anc_udp_sender sender;
	size_t i;

	for (i = 0; i < COUNT(refusals); i++) {
		kernel_begin(0, refusals[i]);
		CHECK_EQ(send_all(&sender), TOTAL);
		CHECK_EQ(sender.gso, -refusals[i]);
		check_sent(TOTAL);
		CHECK_EQ(kernel.many, 0);
		CHECK_EQ(kernel.single, 2 * MANY + 1);
		CHECK_EQ(kernel.refused, 1);
		CHECK_EQ(kernel.asked, 1);
		/* the first by itself, which tells that it goes; then 64 with a call */
		CHECK_EQ(kernel.batches, 2);
	}
}

/* Of a batch that a signal stopped the kernel tells no error. */
TEST(a_signal_among_single_datagrams_loses_none)
{
	struct anc_udp_sender sender;
	size_t at;

	for (at = 1; at <= 2 * MANY; at += 31) {
		kernel_begin(0, EIO);
		kernel.interrupt_at = at;
		CHECK_EQ(send_all(&sender), TOTAL);
		check_sent(TOTAL);
		CHECK_EQ(kernel.interrupt_at, 0);
	}
}

/* As when the route changes to another device between two calls. */
TEST(a_refusal_on_the_way_loses_and_doubles_nothing)
{
	struct anc_udp_sender sender;
	size_t i;

	for (i = 0; i < COUNT(refusals); i++) {
		kernel_begin(1, refusals[i]);
		CHECK_EQ(send_all(&sender), TOTAL);
		CHECK_EQ(sender.gso, -refusals[i]);
		check_sent(TOTAL);
		CHECK_EQ(kernel.many, 1);
		CHECK_EQ(kernel.single, MANY + 1);
		CHECK_EQ(kernel.refused, 1);
	}
}

/* A kernel that would ignore UDP_SEGMENT is never given one: all would be one datagram. */
TEST(a_kernel_that_does_not_know_it_is_not_tried)
{
	struct anc_udp_sender sender;

	kernel_begin(2, 0);
	kernel.unknown = ENOPROTOOPT;
	CHECK_EQ(send_all(&sender), TOTAL);
	CHECK_EQ(sender.gso, -ENOPROTOOPT);
	check_sent(TOTAL);
	CHECK_EQ(kernel.many, 0);
}

TEST(an_error_that_is_no_refusal_is_the_caller_s)
{
	static const int errors[] = {EAGAIN, ENOBUFS, EPERM, ECONNREFUSED, ENETUNREACH};
	struct anc_udp_sender sender;
	size_t i;

	for (i = 0; i < COUNT(errors); i++) {
		kernel_begin(0, errors[i]);
		CHECK_EQ(send_all(&sender), -errors[i]);
		CHECK_EQ(sender.gso, 1);
		check_sent(0);
		kernel_begin(1, errors[i]);
		CHECK_EQ(send_all(&sender), MANY * SIZE);
		CHECK_EQ(sender.gso, 1);
		check_sent(MANY * SIZE);
		CHECK_EQ(kernel.single, 0);
	}
}

/* One that is refused by itself as well says nothing of many. */
TEST(what_fails_one_by_one_too_is_no_refusal)
{
	struct anc_udp_sender sender;
	size_t i;

	for (i = 0; i < COUNT(refusals); i++) {
		kernel_begin(0, refusals[i]);
		kernel.single_error = EACCES;
		CHECK_EQ(send_all(&sender), -EACCES);
		CHECK_EQ(sender.gso, 1);
		check_sent(0);
	}
}

TEST(an_interrupt_is_no_refusal)
{
	struct anc_udp_sender sender;

	kernel_begin(2, EIO);
	kernel.interrupts = true;
	CHECK_EQ(send_all(&sender), TOTAL);
	CHECK_EQ(sender.gso, 1);
	check_sent(TOTAL);
	CHECK_EQ(kernel.many, 2);
	CHECK_EQ(kernel.single, 1);
}

static const struct tap_test tests[] = {
	{"a_device_that_refuses_gets_them_one_by_one_and_it_is_told",
	 test_a_device_that_refuses_gets_them_one_by_one_and_it_is_told},
	{"a_signal_among_single_datagrams_loses_none",
	 test_a_signal_among_single_datagrams_loses_none},
	{"a_refusal_on_the_way_loses_and_doubles_nothing",
	 test_a_refusal_on_the_way_loses_and_doubles_nothing},
	{"a_kernel_that_does_not_know_it_is_not_tried",
	 test_a_kernel_that_does_not_know_it_is_not_tried},
	{"an_error_that_is_no_refusal_is_the_caller_s",
	 test_an_error_that_is_no_refusal_is_the_caller_s},
	{"what_fails_one_by_one_too_is_no_refusal", test_what_fails_one_by_one_too_is_no_refusal},
	{"an_interrupt_is_no_refusal", test_an_interrupt_is_no_refusal},
};
TAP_MAIN(tests)
