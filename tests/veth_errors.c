/* SPDX-License-Identifier: MIT */
/* What routers and hosts on the way report of packets. */
#include "veth_scene.h"

/* Types and codes of ICMP, and of ICMPv6. */
static const struct reports {
	enum anc_error_kind kind;
	uint8_t expired, unreachable, port, too_big, too_big_code;
} reports[] = {
	{ANC_ERROR_ICMP, 11, 3, 3, 3, 4},
	{ANC_ERROR_ICMP6, 3, 1, 4, 2, 0},
};

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

/* What is told of one packet: once, with what it quotes. */
static void check_told(int sock, const struct anc_error *expected, const char *offender)
{
	struct anc_error got;

	send_phrase(sock);
	got = take(sock);
	CHECK_EQ(got.kind, expected->kind);
	check_report(&got, expected->error, expected->type, expected->code);
	check_address(&got.offender, offender);
	check_phrase();
	CHECK(is_empty(sock));
}

/* The router reports what had one hop to go. */
WIRED(an_expired_packet_is_told_by_the_router, NETWORK_MTU)
{
	const struct network_family *family;
	size_t i;
	int sock;

	for (i = 0; i < COUNT(network_families); i++) {
		const struct anc_error expected = {
			.kind = reports[i].kind, .error = EHOSTUNREACH, .type = reports[i].expired};

		family = &network_families[i];
		sock = ask_errors(family->right);
		produce_set(sock, family->level, family->hops, 1);
		check_told(sock, &expected, family->near);
	}
}

WIRED(a_closed_port_is_told_by_its_host, NETWORK_MTU)
{
	const struct network_family *family;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		const struct anc_error expected = {.kind = reports[i].kind,
						   .error = ECONNREFUSED,
						   .type = reports[i].unreachable,
						   .code = reports[i].port};

		family = &network_families[i];
		check_told(ask_errors(family->right), &expected, family->right);
	}
}

WIRED(a_network_without_a_route_is_told_by_the_router, NETWORK_MTU)
{
	const struct network_family *family;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		const struct anc_error expected = {.kind = reports[i].kind,
						   .error = ENETUNREACH,
						   .type = reports[i].unreachable};

		family = &network_families[i];
		check_told(ask_errors(family->nowhere), &expected, family->near);
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
