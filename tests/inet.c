/* SPDX-License-Identifier: MIT */
/* Packets of this kernel in one form, and answers to them, in a network namespace of its own. */
#include "inet_scene.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define WHERE (ANC_INET_LOCAL | ANC_INET_INTERFACE | ANC_INET_DESTINATION)
#define PACKET (WHERE | ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS)
#define ALL (PACKET | ANC_INET_DESTINATION_PORT)

static ssize_t answer_with(struct meeting *with, const struct anc_inet *answer)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(with->server), "y", 1);
	const struct sockaddr *to = (struct sockaddr *)&with->from;

	anc_data_clear(&with->data);
	CHECK_EQ(anc_inet_add(&with->data, to, with->fromlen, answer), 0);
	sender.data = &with->data;
	return anc_sender_send_to(&sender, to, with->fromlen);
}

static void check_address(const struct anc_inet_address *got,
			  const struct anc_inet_address *expected, uint16_t port)
{
	CHECK_EQ(got->family, expected->family);
	CHECK_EQ(got->port, port);
	CHECK_EQ(got->scope, expected->scope);
	CHECK_EQ(memcmp(got->bytes, expected->bytes, sizeof(got->bytes)), 0);
}

static void check_packet(const struct meeting *with)
{
	CHECK_EQ(with->inet.known, ALL);
	check_address(&with->inet.local, &with->to, 0);
	check_address(&with->inet.destination, &with->to, with->to.port);
	CHECK_EQ(with->inet.interface, if_nametoindex("lo"));
	CHECK_EQ(with->inet.hop_limit, HOPS);
	CHECK_EQ(with->inet.traffic_class, CLASS);
}

TEST(every_address_hears_and_answers)
{
	struct meeting with;
	struct anc_inet answer;
	size_t i;

	enter();
	for (i = 0; i < COUNT(ways); i++) {
		with = meet(&ways[i]);
		CHECK_EQ(anc_inet_enable(with.server, ALL, NULL), 0);
		CHECK_EQ(arrive(&with), 0);
		check_packet(&with);
		answer = anc_inet_answer(&with.inet);
		CHECK_EQ(answer.known & ~(unsigned)ANC_INET_INTERFACE, ANC_INET_LOCAL);
		CHECK_EQ(answer_with(&with, &answer), 1);
		CHECK_EQ(receive(with.client, &with), -ENOMSG);
		part(&with);
	}
}

TEST(a_reply_is_an_answer_in_one)
{
	struct anc_sender sender;
	struct meeting with;
	size_t i;

	enter();
	for (i = 0; i < COUNT(ways); i++) {
		with = meet(&ways[i]);
		CHECK_EQ(anc_inet_enable(with.server, ANC_INET_LOCAL, NULL), 0);
		CHECK_EQ(arrive(&with), 0);
		CHECK_EQ(anc_inet_reply(&with.data, (struct sockaddr *)&with.from, with.fromlen,
					&with.inet),
			 0);
		sender = anc_sender_on(anc_socket_fd(with.server), "y", 1);
		sender.data = &with.data;
		CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&with.from, with.fromlen),
			 1);
		CHECK_EQ(receive(with.client, &with), -ENOMSG);
		CHECK_EQ(anc_inet_reply(&with.data, NULL, 0, &with.inet), -EAFNOSUPPORT);
		CHECK_EQ(anc_data_cmsgs(&with.data).len, 0);
		part(&with);
	}
}

/* The peer reads what was asked for of the answer: also that of IPv4 by an IPv6 socket. */
TEST(an_answer_has_hop_limit_and_traffic_class)
{
	struct meeting with;
	struct anc_inet answer;
	int ecn;
	size_t i;

	enter();
	for (i = 0; i < COUNT(ways); i++) {
		with = meet(&ways[i]);
		CHECK_EQ(anc_inet_enable(with.server, WHERE, NULL), 0);
		CHECK_EQ(anc_inet_enable(with.client, PACKET, NULL), 0);
		for (ecn = ANC_ECN_NOT_ECT; ecn <= ANC_ECN_CE; ecn++) {
			CHECK_EQ(arrive(&with), 0);
			answer = anc_inet_answer(&with.inet);
			answer.known |=
				ANC_INET_INTERFACE | ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS;
			answer.interface = with.inet.interface;
			answer.hop_limit = 5;
			answer.traffic_class = (uint8_t)(0x2c | ecn);
			CHECK_EQ(answer_with(&with, &answer), 1);
			CHECK_EQ(receive(with.client, &with), 0);
			CHECK_EQ(with.inet.known, PACKET);
			CHECK_EQ(with.inet.hop_limit, 5);
			CHECK_EQ(with.inet.traffic_class, 0x2c | ecn);
			CHECK_EQ(anc_inet_ecn(&with.inet), ecn);
		}
		part(&with);
	}
}

/* Without an address or an interface, each member by itself. */
TEST(each_member_is_sent_alone)
{
	const struct anc_inet alone[] = {
		{.known = ANC_INET_HOP_LIMIT, .hop_limit = 5, .interface = 4711},
		{.known = ANC_INET_TRAFFIC_CLASS, .traffic_class = 5},
		{.known = ANC_INET_INTERFACE, .interface = if_nametoindex("lo")},
		{.known = 0, .local = {.family = 4711}},
	};
	struct meeting with;
	size_t i, j;

	enter();
	for (i = 0; i < COUNT(ways); i++) {
		for (j = 0; j < COUNT(alone); j++) {
			with = meet(&ways[i]);
			CHECK_EQ(arrive(&with), -ENOMSG);
			CHECK_EQ(answer_with(&with, &alone[j]), 1);
			part(&with);
		}
	}
}

/* What comes by IPv4 has only the packet info of an IPv6 socket's own options. */
TEST(ipv6_options_tell_of_ipv4_only_where_it_went)
{
	static const struct way way = {AF_INET6, false, "::", "192.0.2.1"};
	struct meeting with;

	enter();
	with = meet(&way);
	CHECK_EQ(anc_pktinfo6_enable(with.server, true), 0);
	CHECK_EQ(anc_hoplimit_enable(with.server, true), 0);
	CHECK_EQ(anc_tclass_enable(with.server, true), 0);
	CHECK_EQ(arrive(&with), 0);
	CHECK_EQ(with.inet.known, WHERE);
	check_address(&with.inet.local, &with.to, 0);
	CHECK_EQ(anc_inet_enable(with.server, PACKET, NULL), 0);
	CHECK_EQ(arrive(&with), 0);
	CHECK_EQ(with.inet.known, PACKET);
	part(&with);
}

TEST(only_what_was_asked_for_is_known)
{
	static const unsigned whats[][2] = {
		{ANC_INET_LOCAL, WHERE},
		{ANC_INET_INTERFACE, WHERE},
		{ANC_INET_DESTINATION, WHERE},
		{ANC_INET_HOP_LIMIT, ANC_INET_HOP_LIMIT},
		{ANC_INET_TRAFFIC_CLASS, ANC_INET_TRAFFIC_CLASS},
		{ANC_INET_DESTINATION_PORT, ANC_INET_DESTINATION | ANC_INET_DESTINATION_PORT},
	};
	struct meeting with;
	unsigned refused;
	size_t i, j;

	enter();
	for (i = 0; i < COUNT(ways); i++) {
		for (j = 0; j < COUNT(whats); j++) {
			with = meet(&ways[i]);
			CHECK_EQ(anc_inet_enable(with.server, 0, NULL), 0);
			CHECK_EQ(arrive(&with), -ENOMSG);
			CHECK_EQ(anc_inet_enable(with.server, whats[j][0], &refused), 0);
			CHECK_EQ(refused, 0);
			CHECK_EQ(arrive(&with), 0);
			CHECK_EQ(with.inet.known, whats[j][1]);
			part(&with);
		}
	}
}

/* A broadcast was sent to nobody's address: the system says which one to answer from. */
TEST(a_broadcast_is_answered_from_an_address)
{
	static const struct way broadcasts[] = {
		{AF_INET, false, "0.0.0.0", "127.255.255.255"},
		{AF_INET6, false, "::", "127.255.255.255"},
	};
	const struct anc_inet_address local = address_of("127.0.0.1");
	struct sockaddr_storage addr;
	struct meeting with;
	socklen_t len;
	size_t i;

	enter();
	for (i = 0; i < COUNT(broadcasts); i++) {
		with = meet(&ways[0]);
		close(with.server);
		with.server = server_of(&broadcasts[i], &addr, &len);
		with.to = address_of(broadcasts[i].to);
		memcpy(&with.to.port, (char *)&addr + 2, 2);
		with.to.port = ntohs(with.to.port);
		CHECK_EQ(anc_inet_address_to(&with.to, 0, &addr, &len), 0);
		CHECK_EQ(anc_inet_enable(with.server, WHERE, NULL), 0);
		set_int(with.client, SOL_SOCKET, SO_BROADCAST, 1);
		CHECK_EQ(sendto(with.client, "x", 1, 0, (struct sockaddr *)&addr, len), 1);
		CHECK_EQ(receive(with.server, &with), 0);
		CHECK_EQ(with.inet.known, WHERE);
		check_address(&with.inet.local, &local, 0);
		check_address(&with.inet.destination, &with.to, 0);
		part(&with);
	}
}

static int refuses(int fd, unsigned what)
{
	unsigned refused = 4711;
	const int error = anc_inet_enable(fd, what, &refused);

	CHECK_EQ(refused, 4711);
	CHECK_EQ(anc_inet_enable(fd, what, NULL), error);
	close(fd);
	return error;
}

TEST(other_sockets_and_bits_are_refused)
{
	int pair[2];

	tap_pair(SOCK_DGRAM, pair);
	close(pair[1]);
	CHECK_EQ(refuses(pair[0], ALL), -EAFNOSUPPORT);
	CHECK_EQ(refuses(-1, ALL), -EBADF);
	CHECK_EQ(refuses(tap_new_fd(), ALL), -ENOTSOCK);
	CHECK_EQ(refuses(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), 0x40), -EINVAL);
}

/* Multipath TCP has its own list of options, and packet info is not among them. */
TEST(what_the_kernel_refuses_is_told)
{
	unsigned refused = 0;
	int sock, error;

	SKIP_EMULATED("it translates few options");
	sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
	if (sock < 0)
		SKIP("the kernel has no MPTCP");
	error = anc_inet_enable(sock, PACKET, NULL);
	CHECK_EQ(anc_inet_enable(sock, PACKET, &refused), 0);
	close(sock);
	CHECK_EQ(error, refused != 0 ? -EOPNOTSUPP : 0);
	CHECK_EQ(refused & ANC_INET_HOP_LIMIT, ANC_INET_HOP_LIMIT);
}

/* A raw socket of IPv6 takes no option of IPv4, and needs none. */
TEST(a_raw_socket_of_ipv6_is_asked_for_ipv6_alone)
{
	int sock;

	enter();
	sock = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, 253);
	CHECK(sock >= 0);
	CHECK_EQ(anc_inet_enable(sock, ALL, NULL), 0);
	close(sock);
}

static const struct tap_test tests[] = {
	{"every_address_hears_and_answers", test_every_address_hears_and_answers},
	{"a_reply_is_an_answer_in_one", test_a_reply_is_an_answer_in_one},
	{"an_answer_has_hop_limit_and_traffic_class",
	 test_an_answer_has_hop_limit_and_traffic_class},
	{"each_member_is_sent_alone", test_each_member_is_sent_alone},
	{"ipv6_options_tell_of_ipv4_only_where_it_went",
	 test_ipv6_options_tell_of_ipv4_only_where_it_went},
	{"only_what_was_asked_for_is_known", test_only_what_was_asked_for_is_known},
	{"a_broadcast_is_answered_from_an_address", test_a_broadcast_is_answered_from_an_address},
	{"other_sockets_and_bits_are_refused", test_other_sockets_and_bits_are_refused},
	{"what_the_kernel_refuses_is_told", test_what_the_kernel_refuses_is_told},
	{"a_raw_socket_of_ipv6_is_asked_for_ipv6_alone",
	 test_a_raw_socket_of_ipv6_is_asked_for_ipv6_alone},
};
TAP_MAIN(tests)
