/* SPDX-License-Identifier: MIT */
/* What this kernel's error queues say of sends: completions, and stamps. */
#include "produce.h"

#include <netpacket/packet.h>
#include <poll.h>

#include <anc/error.h>

#define PHRASE "what was sent"
#define ETHERTYPE 0x88B5 /* for experiments (IEEE 802) */

static struct anc_recv_result taken_result;
static char taken_bytes[4096];

static int take_now(int sock, struct anc_error *ret)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), taken_bytes, sizeof(taken_bytes));

	return anc_error_recv(&receiver, &taken_result, ret);
}

static struct anc_error take(int sock)
{
	struct pollfd ready = {.fd = sock};
	struct anc_error error;

	CHECK_EQ(poll(&ready, 1, 10000), 1);
	CHECK(ready.revents & POLLERR);
	CHECK_EQ(take_now(sock, &error), 0);
	return error;
}

/* Completions of `count` sends, which may come joined. */
static void complete(const struct produce_pair *pair, uint32_t count)
{
	const struct sockaddr *to = pair->len > 0 ? (const struct sockaddr *)&pair->addr : NULL;
	struct anc_zerocopy zerocopy = {.next = 0};
	struct anc_error error;
	uint32_t i;

	CHECK_EQ(anc_zerocopy_enable(pair->sender), 0);
	for (i = 0; i < count; i++) {
		CHECK(!anc_zerocopy_is_done(&zerocopy, i));
		CHECK_EQ(sendto(pair->sender, "x", 1, MSG_ZEROCOPY, to, pair->len), 1);
		produce_receive(pair->receiver, 0);
	}
	for (i = 0; zerocopy.next < count; i++) {
		CHECK(i < count);
		error = take(pair->sender);
		CHECK_EQ(error.kind, ANC_ERROR_ZEROCOPY);
		CHECK_EQ(error.error, 0);
		CHECK(error.copied); /* as all that goes to this host */
		CHECK_EQ(error.first, zerocopy.next);
		CHECK(anc_zerocopy_count(error.first, error.last) <= count);
		CHECK_EQ(anc_zerocopy_note(&zerocopy, &error), 0);
		CHECK_EQ(zerocopy.next, error.last + 1);
	}
	CHECK_EQ(zerocopy.next, count);
	CHECK(anc_zerocopy_is_done(&zerocopy, count - 1));
	CHECK_EQ(take_now(pair->sender, &error), -EAGAIN);
}

static void complete_both(int family)
{
	const struct produce_pair udp = produce_udp(family);
	const struct produce_pair tcp = produce_tcp(family);

	complete(&udp, 5);
	complete(&tcp, 5);
}

PRODUCE(completions_are_told)
{
	complete_both(AF_INET);
	complete_both(AF_INET6);
}

/* Two stages of three datagrams, each with the number of its datagram. */
static void stamp_datagrams(int family)
{
	const struct produce_pair pair = produce_udp(family);
	int64_t scheduled[3] = {0}, sent[3] = {0};
	struct anc_error error;
	int i;

	CHECK_EQ(anc_time_enable(pair.sender), 0);
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SCHEDULED | ANC_TIME_SENT), 0);
	for (i = 0; i < 3; i++)
		CHECK_EQ(produce_send(&pair, 1), 0);
	for (i = 0; i < 6; i++) {
		error = take(pair.sender);
		CHECK_EQ(error.kind, ANC_ERROR_TIME);
		CHECK_EQ(error.error, ENOMSG);
		CHECK_EQ(taken_result.len, 0);
		CHECK(error.id < 3);
		CHECK_EQ(error.time.known, ANC_TIME_SOFTWARE);
		CHECK_EQ(error.time.clock, ANC_CLOCK_REALTIME);
		if (error.stage == ANC_TIME_SCHEDULED)
			scheduled[error.id] = error.time.software;
		else
			sent[error.id] = error.time.software;
	}
	for (i = 0; i < 3; i++) {
		CHECK(scheduled[i] > 0 && sent[i] > 0);
		/* five minutes, should the clock be stepped */
		CHECK(sent[i] - scheduled[i] < 300 * INT64_C(1000000000));
	}
	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
}

PRODUCE(stamps_of_datagrams_have_their_numbers)
{
	stamp_datagrams(AF_INET);
	stamp_datagrams(AF_INET6);
}

/* The number of the last byte of each send. */
PRODUCE(stamps_of_a_stream_have_the_last_byte_s_number)
{
	const struct produce_pair pair = produce_tcp(AF_INET);
	struct anc_error error;
	uint32_t stages = 0;
	int i;

	CHECK_EQ(send(pair.sender, "before", 6, 0), 6);
	produce_receive(pair.receiver, 0);
	CHECK_EQ(anc_time_enable_sent(pair.sender,
				      ANC_TIME_SCHEDULED | ANC_TIME_SENT | ANC_TIME_ACKNOWLEDGED),
		 0);
	CHECK_EQ(send(pair.sender, PHRASE, 10, 0), 10);
	produce_receive(pair.receiver, 0);
	for (i = 0; i < 3; i++) {
		error = take(pair.sender);
		CHECK_EQ(error.kind, ANC_ERROR_TIME);
		CHECK_EQ(error.id, 9);
		CHECK_EQ(stages & error.stage, 0);
		stages |= error.stage;
	}
	CHECK_EQ(stages, ANC_TIME_SCHEDULED | ANC_TIME_SENT | ANC_TIME_ACKNOWLEDGED);
}

static int send_asking(const struct produce_pair *pair, const struct anc_data *data)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(pair->sender), "x", 1);
	ssize_t sent;

	sender.data = data;
	sent = anc_sender_send_to(&sender, (const struct sockaddr *)&pair->addr, pair->len);
	return sent < 0 ? (int)sent : 0;
}

PRODUCE(one_message_asks_for_its_stamp)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	struct anc_error error;

	ANC_DATA(data, 2 * ANC_CMSG_SPACE(4));
	CHECK_EQ(anc_time_enable_sent(pair.sender, 0), 0);
	CHECK_EQ(produce_send(&pair, 1), 0);
	CHECK_EQ(anc_time_add(&data, ANC_TIME_SENT), 0);
	CHECK_EQ(send_asking(&pair, &data), 0);
	error = take(pair.sender);
	CHECK_EQ(error.stage, ANC_TIME_SENT);
	CHECK(error.time.known & ANC_TIME_SOFTWARE);
	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
}

PRODUCE(a_named_number_comes_back)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	struct anc_error error;
	int refusal;

	ANC_DATA(data, 2 * ANC_CMSG_SPACE(4));
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SENT), 0);
	CHECK_EQ(anc_time_add_id(&data, 0xfffffffe), 0);
	refusal = send_asking(&pair, &data);
	if (refusal == -EINVAL)
		produce_skip("SCM_TS_OPT_ID: Linux 6.13");
	CHECK_EQ(refusal, 0);
	error = take(pair.sender);
	CHECK_EQ(error.id, 0xfffffffe);
}

/* Packet sockets have the entry alone, of 16 bytes, at a level of their own. */
PRODUCE(a_stamp_of_a_packet_socket_is_of_sixteen_bytes)
{
	const struct sockaddr_ll to = {.sll_family = AF_PACKET,
				       .sll_protocol = htons(ETHERTYPE),
				       .sll_ifindex = (int)if_nametoindex("lo"),
				       .sll_halen = 6};
	const int sock = produce_socket(AF_PACKET, SOCK_DGRAM, htons(ETHERTYPE));
	struct anc_error error;

	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SENT), 0);
	CHECK_EQ(sendto(sock, "abc", 3, 0, (const struct sockaddr *)&to, sizeof(to)), 3);
	error = take(sock);
	CHECK_EQ(error.kind, ANC_ERROR_TIME);
	CHECK_EQ(error.stage, ANC_TIME_SENT);
	CHECK_EQ(error.id, 0);
	CHECK_EQ(error.offender.family, 0);
	CHECK_EQ(error.time.known, ANC_TIME_SOFTWARE);
}

static const struct tap_test tests[] = {
	{"completions_are_told", test_completions_are_told},
	{"stamps_of_datagrams_have_their_numbers", test_stamps_of_datagrams_have_their_numbers},
	{"stamps_of_a_stream_have_the_last_byte_s_number",
	 test_stamps_of_a_stream_have_the_last_byte_s_number},
	{"one_message_asks_for_its_stamp", test_one_message_asks_for_its_stamp},
	{"a_named_number_comes_back", test_a_named_number_comes_back},
	{"a_stamp_of_a_packet_socket_is_of_sixteen_bytes",
	 test_a_stamp_of_a_packet_socket_is_of_sixteen_bytes},
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
