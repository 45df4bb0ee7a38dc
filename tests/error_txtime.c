/* SPDX-License-Identifier: MIT */
/* What the etf queue of this kernel tells of packets that had a time to leave at. */
#include "produce.h"
#include "rtnetlink.h"

#include <arpa/inet.h>
#include <linux/pkt_sched.h>
#include <poll.h>
#include <time.h>

#include <anc/error.h>

#define PHRASE "what was sent"
#define WAIT_MS 10000

/* linux/net_tstamp.h; nanoseconds */
#define TXTIME_REPORT_ERRORS 2
#define SECOND 1000000000
#define MILLISECOND 1000000

static const int families[] = {AF_INET, AF_INET6};

static char bytes[4096];
static struct anc_recv_result result;

/* What leaves the loopback device waits in an etf queue, `lead` nanoseconds before its time at
 * most, as tc-etf(8) says. */
static void queue_loopback(int lead)
{
	const struct tcmsg message = {.tcm_ifindex = (int)if_nametoindex("lo"),
				      .tcm_parent = TC_H_ROOT};
	const struct tc_etf_qopt etf = {.delta = lead, .clockid = CLOCK_TAI};
	struct rtnetlink_request request =
		rtnetlink_request_of(RTM_NEWQDISC, NLM_F_CREATE, &message, sizeof(message));
	const struct rtnetlink_request removal =
		rtnetlink_request_of(RTM_DELQDISC, 0, &message, sizeof(message));
	size_t options;
	int error;

	if (!produce_is_alone())
		produce_skip("no network namespace is to be had");
	/* It cannot be changed. */
	(void)rtnetlink_ask(&removal);
	rtnetlink_attribute(&request, TCA_KIND, "etf", sizeof("etf"));
	options = rtnetlink_nest(&request, TCA_OPTIONS);
	rtnetlink_attribute(&request, TCA_ETF_PARMS, &etf, sizeof(etf));
	rtnetlink_nest_end(&request, options);
	error = rtnetlink_ask(&request);
	if (error == -ENOENT)
		produce_skip("this kernel has no etf queue");
	CHECK_EQ(error, 0);
}

/* Its receiver is connected to nobody; the sender tells the times of a clock. */
static struct produce_pair timed(int family, clockid_t clock, uint32_t flags)
{
	const struct {
		int32_t clock;
		uint32_t flags;
	} enabled = {(int32_t)clock, flags};
	const struct produce_pair pair = produce_udp(family);

	CHECK_EQ(setsockopt(pair.sender, SOL_SOCKET, SO_TXTIME, &enabled, sizeof(enabled)), 0);
	CHECK_EQ(anc_error_enable(pair.sender), 0);
	return pair;
}

static int64_t now(clockid_t clock)
{
	struct timespec time;

	CHECK_EQ(clock_gettime(clock, &time), 0);
	return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static ssize_t send_at(const struct produce_pair *pair, int64_t time)
{
	struct anc_sender sender =
		anc_sender_on(anc_socket_fd(pair->sender), PHRASE, sizeof(PHRASE));
	unsigned char control[ANC_CMSG_SPACE(sizeof(time))];
	struct anc_data data;
	ssize_t sent;

	anc_data_init(&data, control, sizeof(control));
	CHECK_EQ(anc_message_add(produce_row("SCM_TXTIME", SOL_SOCKET, SO_TXTIME, sizeof(time)),
				 &data, &time, sizeof(time)),
		 0);
	sender.data = &data;
	sent = anc_sender_send_to(&sender, (const struct sockaddr *)&pair->addr, pair->len);
	anc_data_fini(&data);
	return sent;
}

static int take_now(int sock, struct anc_error *ret)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));

	return anc_error_recv(&receiver, &result, ret);
}

/* The entry of a packet that had that time: what was sent is at the end of its bytes. */
static void check_failure(int sock, int error, int64_t time, bool missed)
{
	struct pollfd ready = {.fd = sock};
	struct anc_error got;

	CHECK_EQ(poll(&ready, 1, WAIT_MS), 1);
	CHECK(ready.revents & POLLERR);
	CHECK_EQ(take_now(sock, &got), 0);
	CHECK_EQ(got.kind, ANC_ERROR_TXTIME);
	CHECK_EQ(got.error, error);
	CHECK_EQ(got.txtime, time);
	CHECK_EQ(got.missed, missed);
	CHECK_EQ(got.offender.family, 0);
	CHECK(result.len >= sizeof(PHRASE));
	CHECK(memcmp(bytes + result.len - sizeof(PHRASE), PHRASE, sizeof(PHRASE)) == 0);
	CHECK_EQ(take_now(sock, &got), -EAGAIN);
}

PRODUCE(past)
{
	struct produce_pair pair;
	size_t i;

	queue_loopback(0);
	for (i = 0; i < COUNT(families); i++) {
		pair = timed(families[i], CLOCK_TAI, TXTIME_REPORT_ERRORS);
		/* With errors asked for, the send tells of the drop as well. */
		CHECK_EQ(send_at(&pair, 0x123456789abc), -ENOBUFS);
		check_failure(pair.sender, EINVAL, 0x123456789abc, false);
	}
}

/* The queue's clock is another: no time of the socket is valid. */
PRODUCE(other_clock)
{
	const int64_t time = now(CLOCK_MONOTONIC) + SECOND;
	struct produce_pair pair;

	queue_loopback(0);
	pair = timed(AF_INET, CLOCK_MONOTONIC, TXTIME_REPORT_ERRORS);
	CHECK_EQ(send_at(&pair, time), -ENOBUFS);
	check_failure(pair.sender, EINVAL, time, false);
}

/* A queue that wakes when the time has come is late. */
PRODUCE(missed)
{
	struct produce_pair pair;
	int64_t time;
	size_t i;

	queue_loopback(0);
	for (i = 0; i < COUNT(families); i++) {
		pair = timed(families[i], CLOCK_TAI, TXTIME_REPORT_ERRORS);
		time = now(CLOCK_TAI) + 50 * MILLISECOND;
		CHECK_EQ(send_at(&pair, time), (ssize_t)sizeof(PHRASE));
		check_failure(pair.sender, ECANCELED, time, true);
	}
}

/* Two failures are two entries, in the order in which they were found. */
PRODUCE(two)
{
	struct produce_pair pair;
	struct anc_error got;
	int i;

	queue_loopback(0);
	pair = timed(AF_INET, CLOCK_TAI, TXTIME_REPORT_ERRORS);
	for (i = 1; i <= 2; i++)
		CHECK_EQ(send_at(&pair, i), -ENOBUFS);
	for (i = 1; i <= 2; i++) {
		CHECK_EQ(take_now(pair.sender, &got), 0);
		CHECK_EQ(got.kind, ANC_ERROR_TXTIME);
		CHECK_EQ(got.txtime, i);
	}
	CHECK_EQ(take_now(pair.sender, &got), -EAGAIN);
}

PRODUCE(in_time)
{
	struct produce_pair pair;
	struct anc_error got;

	queue_loopback(SECOND);
	pair = timed(AF_INET, CLOCK_TAI, TXTIME_REPORT_ERRORS);
	CHECK_EQ(send_at(&pair, now(CLOCK_TAI) + SECOND), (ssize_t)sizeof(PHRASE));
	CHECK_EQ(produce_receive(pair.receiver, 0).len, sizeof(PHRASE));
	CHECK_EQ(take_now(pair.sender, &got), -EAGAIN);
}

/* Nothing is told to whom did not ask. */
PRODUCE(unasked)
{
	struct produce_pair pair;
	struct anc_error got;

	queue_loopback(0);
	pair = timed(AF_INET, CLOCK_TAI, 0);
	CHECK_EQ(send_at(&pair, 1), -ENOBUFS);
	CHECK_EQ(take_now(pair.sender, &got), -EAGAIN);
}

static const struct tap_test tests[] = {
	{"a_time_that_is_past_is_not_valid", test_past},
	{"a_time_of_another_clock_is_not_valid", test_other_clock},
	{"a_time_that_was_missed_is_told", test_missed},
	{"two_failures_are_two_entries", test_two},
	{"a_packet_in_time_is_not_told", test_in_time},
	{"failures_are_told_to_those_who_asked", test_unasked},
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
