/* SPDX-License-Identifier: MIT */
/* This kernel's error queues: what is reported of packets, in which order, and what is lost. */
#include "produce.h"

#include <poll.h>

#include <anc/error.h>

#define PHRASE "what was sent"

static void check_address(const struct anc_inet_address *got, const struct anc_inet_address *want)
{
	CHECK_EQ(got->family, want->family);
	CHECK_EQ(got->port, want->port);
	CHECK_EQ(got->scope, want->scope);
	CHECK(memcmp(got->bytes, want->bytes, sizeof(got->bytes)) == 0);
}

/* What a test took, and its packet. */
static struct anc_recv_result taken_result;
static struct sockaddr_storage taken_addr;
static socklen_t taken_addrlen;
static char taken_bytes[4096];

static int take_now(int sock, struct anc_error *ret)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), taken_bytes, sizeof(taken_bytes));

	return anc_error_recv_from(&receiver, &taken_result, ret, &taken_addr, &taken_addrlen);
}

static void wait_for_entry(int sock)
{
	struct pollfd ready = {.fd = sock};

	CHECK_EQ(poll(&ready, 1, 10000), 1);
	CHECK(ready.revents & POLLERR);
}

static struct anc_error take(int sock)
{
	struct anc_error error;

	wait_for_entry(sock);
	CHECK_EQ(take_now(sock, &error), 0);
	return error;
}

static int pending(int sock)
{
	socklen_t len = sizeof(int);
	int error = 0;

	CHECK_EQ(getsockopt(sock, SOL_SOCKET, SO_ERROR, &error, &len), 0);
	return error;
}

/* A port of loopback that nobody has, and a socket that knows of errors. */
static struct produce_pair deserted(int family)
{
	struct produce_pair pair = produce_udp(family);
	const int other = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(other >= 0);
	CHECK_EQ(dup3(other, pair.receiver, SOCK_CLOEXEC), pair.receiver);
	close(other);
	CHECK_EQ(anc_error_enable(pair.sender), 0);
	return pair;
}

static void send_phrase(const struct produce_pair *pair)
{
	CHECK_EQ(sendto(pair->sender, PHRASE, sizeof(PHRASE), 0,
			(const struct sockaddr *)&pair->addr, pair->len),
		 (ssize_t)sizeof(PHRASE));
}

static void check_quoted(const struct produce_pair *pair)
{
	struct anc_inet_address to, want;

	CHECK(anc_recv_result_err_queue(taken_result));
	CHECK_EQ(taken_result.len, sizeof(PHRASE));
	CHECK(memcmp(taken_bytes, PHRASE, sizeof(PHRASE)) == 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&taken_addr, taken_addrlen, &to), 0);
	CHECK_EQ(anc_inet_address_from((const struct sockaddr *)&pair->addr, pair->len, &want), 0);
	check_address(&to, &want);
}

static void unreachable(int family, enum anc_error_kind kind, int type, int code)
{
	const struct produce_pair pair = deserted(family);
	struct anc_inet_address offender = {AF_INET, 0, 0, {127, 0, 0, 1}};
	const struct anc_inet_address offender6 = {AF_INET6, 0, 0, {[15] = 1}};
	struct anc_error error;

	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.kind, kind);
	CHECK_EQ(error.error, ECONNREFUSED);
	CHECK_EQ(error.type, type);
	CHECK_EQ(error.code, code);
	CHECK_EQ(error.extension, 0);
	check_address(&error.offender, family == AF_INET ? &offender : &offender6);
	check_quoted(&pair);
	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
}

PRODUCE(a_closed_port_of_ipv4_is_told)
{
	unreachable(AF_INET, ANC_ERROR_ICMP, 3, 3);
}

PRODUCE(a_closed_port_of_ipv6_is_told)
{
	unreachable(AF_INET6, ANC_ERROR_ICMP6, 1, 4);
}

/* As of IPv4 through a socket of IPv6: its own kind, and the offender as IPv4. */
PRODUCE(a_closed_port_of_ipv4_is_told_to_ipv6)
{
	const struct anc_inet_address want = {AF_INET, 0, 0, {127, 0, 0, 1}};
	struct produce_pair pair = deserted(AF_INET);
	struct anc_inet_address to;
	struct anc_error error;
	int no = 0;

	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&pair.addr, pair.len, &to), 0);
	CHECK_EQ(anc_inet_address_to(&to, AF_INET6, &pair.addr, &pair.len), 0);
	pair.sender = produce_socket(AF_INET6, SOCK_DGRAM, 0);
	CHECK_EQ(setsockopt(pair.sender, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)), 0);
	CHECK_EQ(anc_error_enable(pair.sender), 0);
	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_ICMP);
	CHECK_EQ(error.type, 3);
	CHECK_EQ(error.code, 3);
	check_address(&error.offender, &want);
	check_quoted(&pair);
}

/* A receive that fails for the error does not take the entry; taking it clears the error. */
PRODUCE(the_queue_and_the_pending_error_are_two)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_error error;
	char byte;

	send_phrase(&pair);
	wait_for_entry(pair.sender);
	CHECK_EQ(recv(pair.sender, &byte, 1, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, ECONNREFUSED);
	CHECK_EQ(recv(pair.sender, &byte, 1, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	error = take(pair.sender);
	CHECK_EQ(error.error, ECONNREFUSED);

	send_phrase(&pair);
	error = take(pair.sender);
	CHECK_EQ(error.error, ECONNREFUSED);
	CHECK_EQ(recv(pair.sender, &byte, 1, MSG_DONTWAIT), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(pending(pair.sender), 0);
}

/* In the order they came, oldest first; what is still there is pending again. */
PRODUCE(the_next_entry_is_the_pending_error)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_error error;
	int i;

	for (i = 0; i < 3; i++) {
		const char byte = (char)('a' + i);

		CHECK_EQ(sendto(pair.sender, &byte, 1, 0, (const struct sockaddr *)&pair.addr,
				pair.len),
			 1);
		wait_for_entry(pair.sender);
		CHECK_EQ(pending(pair.sender), ECONNREFUSED);
	}
	for (i = 0; i < 3; i++) {
		CHECK_EQ(take_now(pair.sender, &error), 0);
		CHECK_EQ(taken_result.len, 1);
		CHECK_EQ(taken_bytes[0], 'a' + i);
		CHECK_EQ(pending(pair.sender), i < 2 ? ECONNREFUSED : 0);
	}
	CHECK_EQ(take_now(pair.sender, &error), -EAGAIN);
}

PRODUCE(a_packet_too_long_is_told_with_the_greatest)
{
	struct produce_pair pair;
	struct anc_error error;

	if (!produce_is_alone())
		produce_skip("the loopback device takes all in one piece");
	pair = produce_udp(AF_INET);
	CHECK_EQ(anc_error_enable(pair.sender), 0);
	produce_set(pair.sender, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	CHECK_EQ(produce_send(&pair, 4000), -EMSGSIZE);
	error = take(pair.sender);
	CHECK_EQ(error.kind, ANC_ERROR_LOCAL);
	CHECK_EQ(error.error, EMSGSIZE);
	CHECK_EQ(error.info, PRODUCE_MTU);
	CHECK_EQ(error.offender.family, 0);
}

/* Too little room takes the entry all the same. */
PRODUCE(an_entry_cut_is_lost_and_told)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(pair.sender), taken_bytes, sizeof(taken_bytes));
	struct anc_error error = {.kind = ANC_ERROR_TXTIME, .txtime = 1};
	struct sockaddr_storage addr = {.ss_family = 77};
	socklen_t addrlen = 99;

	ANC_DATA(data, ANC_CMSG_SPACE(16));
	receiver.data = &data;
	send_phrase(&pair);
	wait_for_entry(pair.sender);
	CHECK_EQ(anc_error_recv_from(&receiver, NULL, &error, &addr, &addrlen), -EMSGSIZE);
	CHECK(error.kind == ANC_ERROR_TXTIME && error.txtime == 1);
	CHECK(addr.ss_family == 77 && addrlen == 99);
	CHECK_EQ(anc_error_recv(&receiver, NULL, &error), -EAGAIN);
}

/* With everything on that adds messages to it, also to those of the error queue. */
PRODUCE(the_room_is_enough)
{
	const struct produce_pair pair = deserted(AF_INET);
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(pair.sender), taken_bytes, sizeof(taken_bytes));
	struct anc_recv_result result;
	struct anc_error error;

	ANC_DATA(data, ANC_ERROR_SPACE);
	receiver.data = &data;
	CHECK_EQ(anc_inet_enable(pair.sender, 0x3f, NULL), 0);
	CHECK_EQ(anc_time_enable(pair.sender), 0);
	CHECK_EQ(anc_time_enable_sent(pair.sender, ANC_TIME_SENT | ANC_TIME_SCHEDULED), 0);
	send_phrase(&pair);
	do {
		wait_for_entry(pair.sender);
		CHECK_EQ(anc_error_recv(&receiver, &result, &error), 0);
		CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
	} while (error.kind == ANC_ERROR_TIME);
	CHECK_EQ(error.kind, ANC_ERROR_ICMP);
	CHECK_EQ(result.len, sizeof(PHRASE));
}

TEST(sockets_without_a_queue_are_refused)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(-1), NULL, 0);
	struct anc_error error;
	int pair[2];
	int file, results[6];
	char byte = 0;

	SKIP_EMULATED("it translates few options");
	tap_pair(SOCK_DGRAM, pair);
	file = tap_new_fd();
	results[0] = anc_error_enable(pair[0]);
	results[1] = anc_error_enable(file);
	results[2] = anc_error_recv(&receiver, NULL, &error);
	CHECK_EQ(send(pair[0], "x", 1, 0), 1);
	results[3] = anc_socket_checked(pair[1], &receiver.socket);
	results[4] = anc_error_recv(&receiver, NULL, &error);
	results[5] = (int)recv(pair[1], &byte, 1, MSG_DONTWAIT);
	close(file);
	close(pair[0]);
	close(pair[1]);
	CHECK_EQ(results[0], -EAFNOSUPPORT);
	CHECK_EQ(results[1], -ENOTSOCK);
	CHECK_EQ(results[2], -EBADF);
	CHECK_EQ(results[3], 0);
	CHECK_EQ(results[4], -EOPNOTSUPP);
	CHECK_EQ(results[5], 1); /* its message is still there */
	CHECK_EQ(anc_error_enable(-1), -EBADF);
}

static const struct tap_test tests[] = {
	{"a_closed_port_of_ipv4_is_told", test_a_closed_port_of_ipv4_is_told},
	{"a_closed_port_of_ipv6_is_told", test_a_closed_port_of_ipv6_is_told},
	{"a_closed_port_of_ipv4_is_told_to_ipv6", test_a_closed_port_of_ipv4_is_told_to_ipv6},
	{"the_queue_and_the_pending_error_are_two", test_the_queue_and_the_pending_error_are_two},
	{"the_next_entry_is_the_pending_error", test_the_next_entry_is_the_pending_error},
	{"a_packet_too_long_is_told_with_the_greatest",
	 test_a_packet_too_long_is_told_with_the_greatest},
	{"an_entry_cut_is_lost_and_told", test_an_entry_cut_is_lost_and_told},
	{"the_room_is_enough", test_the_room_is_enough},
	{"sockets_without_a_queue_are_refused", test_sockets_without_a_queue_are_refused},
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
