/* SPDX-License-Identifier: MIT */
/* What routers and hosts on the way report of packets. */
#include "network.h"
#include "produce.h"

#include <arpa/inet.h>
#include <poll.h>

#include <anc/error.h>
#include <anc/udp.h>

#define WAIT_MS 10000
#define PHRASE "what was sent"

/* Types and codes of ICMP, and of ICMPv6. */
static const struct reports {
	enum anc_error_kind kind;
	uint8_t expired, unreachable, port, too_big, too_big_code;
} reports[] = {
	{ANC_ERROR_ICMP, 11, 3, 3, 3, 4},
	{ANC_ERROR_ICMP6, 3, 1, 4, 2, 0},
};

static char bytes[4 * 1400];
static struct anc_recv_result result;

static void check_address(const struct anc_inet_address *got, const char *expected)
{
	char text[INET6_ADDRSTRLEN] = "none";

	if (got->family != 0)
		CHECK(inet_ntop(got->family, got->bytes, text, sizeof(text)) != NULL);
	CHECK_STR(text, expected);
}

static struct anc_error take(int sock)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));
	struct pollfd ready = {.fd = sock};
	struct anc_error error;

	CHECK_EQ(poll(&ready, 1, WAIT_MS), 1);
	CHECK(ready.revents & POLLERR);
	CHECK_EQ(anc_error_recv(&receiver, &result, &error), 0);
	return error;
}

static bool is_empty(int sock)
{
	const struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), NULL, 0);
	struct anc_error error;

	return anc_error_recv(&receiver, NULL, &error) == -EAGAIN;
}

static void send_phrase(int sock)
{
	CHECK_EQ(send(sock, PHRASE, sizeof(PHRASE), 0), (ssize_t)sizeof(PHRASE));
}

static void check_phrase(void)
{
	CHECK_EQ(result.len, sizeof(PHRASE));
	CHECK(memcmp(bytes, PHRASE, sizeof(PHRASE)) == 0);
}

/* A socket that knows of errors on the way to an address, where nobody hears. */
static int ask_errors(const char *to)
{
	const int sock = network_connect(NETWORK_LEFT, to, 9);

	CHECK_EQ(anc_error_enable(sock), 0);
	return sock;
}

static void check_report(const struct anc_error *got, int error, int type, int code)
{
	CHECK_EQ(got->error, error);
	CHECK_EQ(got->type, type);
	CHECK_EQ(got->code, code);
}

/* The router reports what had one hop to go, and quotes it. */
WIRED(an_expired_packet_is_told_by_the_router, NETWORK_MTU)
{
	const struct network_family *family;
	struct anc_error error;
	int sock;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		family = &network_families[i];
		sock = ask_errors(family->right);
		produce_set(sock, family->level, family->hops, 1);
		send_phrase(sock);
		error = take(sock);
		CHECK_EQ(error.kind, reports[i].kind);
		check_report(&error, EHOSTUNREACH, reports[i].expired, 0);
		check_address(&error.offender, family->near);
		check_phrase();
		CHECK(is_empty(sock));
	}
}

WIRED(a_closed_port_is_told_by_its_host, NETWORK_MTU)
{
	const struct network_family *family;
	struct anc_error error;
	int sock;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		family = &network_families[i];
		sock = ask_errors(family->right);
		send_phrase(sock);
		error = take(sock);
		CHECK_EQ(error.kind, reports[i].kind);
		check_report(&error, ECONNREFUSED, reports[i].unreachable, reports[i].port);
		check_address(&error.offender, family->right);
		check_phrase();
	}
}

WIRED(a_network_without_a_route_is_told_by_the_router, NETWORK_MTU)
{
	const struct network_family *family;
	struct anc_error error;
	int sock;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		family = &network_families[i];
		sock = ask_errors(family->nowhere);
		send_phrase(sock);
		error = take(sock);
		CHECK_EQ(error.kind, reports[i].kind);
		check_report(&error, ENETUNREACH, reports[i].unreachable, 0);
		check_address(&error.offender, family->near);
	}
}

/* By the router first; from then on this host knows. */
WIRED(a_narrow_link_is_told_with_its_mtu, NETWORK_NARROW)
{
	const struct network_family *family;
	struct anc_error error;
	int sock;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		family = &network_families[i];
		sock = ask_errors(family->right);
		produce_set(sock, family->level, family->discover, IP_PMTUDISC_DO);
		CHECK_EQ(send(sock, bytes, 1400, 0), 1400);
		error = take(sock);
		CHECK_EQ(error.kind, reports[i].kind);
		check_report(&error, EMSGSIZE, reports[i].too_big, reports[i].too_big_code);
		CHECK_EQ(error.info, NETWORK_NARROW);
		check_address(&error.offender, family->near);
		CHECK_EQ(send(sock, bytes, 1400, 0), -1);
		CHECK_EQ(errno, EMSGSIZE);
		error = take(sock);
		CHECK_EQ(error.kind, ANC_ERROR_LOCAL);
		CHECK_EQ(error.error, EMSGSIZE);
		CHECK_EQ(error.info, NETWORK_NARROW);
		CHECK_EQ(error.offender.family, 0);
	}
}

WIRED(segments_pass_no_link_that_is_narrower, NETWORK_NARROW)
{
	const struct network_family *family;
	struct anc_udp_sender sender;
	uint16_t port;
	int client;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		family = &network_families[i];
		network_listen(NETWORK_RIGHT, family->any, &port);
		client = network_connect(NETWORK_LEFT, family->right, port);
		CHECK_EQ(anc_error_enable(client), 0);
		sender = anc_udp_sender_on(anc_socket_fd(client), bytes, 4 * 1400, 1400);
		produce_set(client, family->level, family->discover, IP_PMTUDISC_DO);
		CHECK_EQ(anc_udp_sender_send(&sender), 4 * 1400);
		CHECK_EQ(take(client).info, NETWORK_NARROW);
		while (!is_empty(client))
			;
		/* one by one it does not go either: the sender's own fault, and no refusal */
		CHECK_EQ(anc_udp_sender_send(&sender), -EMSGSIZE);
		CHECK_EQ(sender.gso, 1);
	}
}

static const struct tap_test tests[] = {
	{"an_expired_packet_is_told_by_the_router", test_an_expired_packet_is_told_by_the_router},
	{"a_closed_port_is_told_by_its_host", test_a_closed_port_is_told_by_its_host},
	{"a_network_without_a_route_is_told_by_the_router",
	 test_a_network_without_a_route_is_told_by_the_router},
	{"a_narrow_link_is_told_with_its_mtu", test_a_narrow_link_is_told_with_its_mtu},
	{"segments_pass_no_link_that_is_narrower", test_segments_pass_no_link_that_is_narrower},
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
