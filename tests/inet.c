/* SPDX-License-Identifier: MIT */
/* Packets of this kernel in one form, and answers to them, in a network namespace of its own. */
#include "addresses.h"
#include "produce.h"

#include <arpa/inet.h>
#include <poll.h>

#include <anc/inet.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define WHERE (ANC_INET_LOCAL | ANC_INET_INTERFACE | ANC_INET_DESTINATION)
#define PACKET (WHERE | ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS)
#define ALL (PACKET | ANC_INET_DESTINATION_PORT)

#define HOPS 37
#define CLASS 0xb8

/* A way for packets to come: the socket's family, what it is bound to, and where a peer sends. */
struct way {
	int family;
	bool v6only;
	const char *bound, *to;
};

static const struct way ways[] = {
	{AF_INET, false, "0.0.0.0", "127.0.0.1"},
	{AF_INET, false, "0.0.0.0", "127.0.0.2"},
	{AF_INET, false, "0.0.0.0", "192.0.2.1"},
	{AF_INET, false, "0.0.0.0", "192.0.2.2"},
	{AF_INET, false, "192.0.2.2", "192.0.2.2"},
	{AF_INET6, true, "::", "::1"},
	{AF_INET6, true, "::", "2001:db8::1"},
	{AF_INET6, true, "::", "2001:db8::2"},
	{AF_INET6, true, "2001:db8::2", "2001:db8::2"},
	{AF_INET6, true, "::", "fe80::1"},
	{AF_INET6, false, "::", "::1"},
	{AF_INET6, false, "::", "2001:db8::2"},
	{AF_INET6, false, "::", "fe80::1"},
	{AF_INET6, false, "::", "127.0.0.2"},
	{AF_INET6, false, "::", "192.0.2.1"},
	{AF_INET6, false, "::", "192.0.2.2"},
	{AF_INET6, false, "::ffff:192.0.2.2", "192.0.2.2"},
};

/* One that asked, one that sent to it, and what came. */
struct meeting {
	int server, client;
	struct anc_inet_address to;
	struct sockaddr_storage from;
	socklen_t fromlen;
	struct anc_inet inet;
	unsigned char control[ANC_INET_SPACE];
	struct anc_data data;
};

static struct anc_inet_address address_of(const char *text)
{
	struct anc_inet_address address = {.family = strchr(text, ':') ? AF_INET6 : AF_INET};

	CHECK_EQ(inet_pton(address.family, text, address.bytes), 1);
	if (strncmp(text, "fe80:", 5) == 0)
		address.scope = if_nametoindex("lo");
	return address;
}

static void enter(void)
{
	const char *reason = addresses_enter();

	if (reason != NULL)
		SKIP(reason);
}

static void set_int(int sock, int level, int option, int value)
{
	CHECK_EQ(setsockopt(sock, level, option, &value, sizeof(value)), 0);
}

static int server_of(const struct way *way, struct sockaddr_storage *ret, socklen_t *ret_len)
{
	const int sock = socket(way->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const struct anc_inet_address bound = address_of(way->bound);

	CHECK(sock >= 0);
	if (way->family == AF_INET6)
		set_int(sock, IPPROTO_IPV6, IPV6_V6ONLY, way->v6only);
	CHECK_EQ(anc_inet_address_to(&bound, way->family, ret, ret_len), 0);
	CHECK_EQ(bind(sock, (struct sockaddr *)ret, *ret_len), 0);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)ret, ret_len), 0);
	return sock;
}

/* Connected: it hears those answers only that come from where it sent to. */
static int client_of(const struct anc_inet_address *to)
{
	const int sock = socket(to->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage addr;
	socklen_t len;

	CHECK(sock >= 0);
	CHECK_EQ(anc_inet_address_to(to, 0, &addr, &len), 0);
	CHECK_EQ(connect(sock, (struct sockaddr *)&addr, len), 0);
	set_int(sock, IPPROTO_IP, IP_TTL, HOPS);
	set_int(sock, IPPROTO_IP, IP_TOS, CLASS);
	if (to->family == AF_INET6) {
		set_int(sock, IPPROTO_IPV6, IPV6_UNICAST_HOPS, HOPS);
		set_int(sock, IPPROTO_IPV6, IPV6_TCLASS, CLASS);
	}
	return sock;
}

static struct meeting meet(const struct way *way)
{
	struct meeting with = {.to = address_of(way->to)};
	struct anc_inet_address port;
	struct sockaddr_storage addr;
	socklen_t len;

	with.server = server_of(way, &addr, &len);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&addr, len, &port), 0);
	with.to.port = port.port;
	with.client = client_of(&with.to);
	return with;
}

static void part(struct meeting *with)
{
	anc_data_fini(&with->data);
	close(with->server);
	close(with->client);
}

/* Waits for a packet, which may take loopback a moment, but not for ever. */
static int receive(int sock, struct meeting *with)
{
	char byte;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), &byte, 1);
	struct anc_recv_result result;
	struct pollfd ready = {.fd = sock, .events = POLLIN};

	CHECK_EQ(poll(&ready, 1, 10000), 1);
	anc_data_init(&with->data, with->control, sizeof(with->control));
	receiver.data = &with->data;
	anc_recv_options_dont_wait(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &with->from, &with->fromlen), 0);
	CHECK(!anc_recv_result_control_data_truncated(result));
	return anc_inet_get(&with->data, &with->inet);
}

/* Sends a byte to the server, which receives it. */
static int arrive(struct meeting *with)
{
	CHECK_EQ(send(with->client, "x", 1, 0), 1);
	return receive(with->server, with);
}

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

/* Packet info, hop limit and traffic class come. */
static void arrive_exact(struct meeting *with)
{
	CHECK_EQ(anc_pktinfo_enable(with->server, true), 0);
	CHECK_EQ(anc_ttl_enable(with->server, true), 0);
	CHECK_EQ(anc_tos_enable(with->server, true), 0);
	CHECK_EQ(arrive(with), 0);
}

/* The exact messages, as the kernel has them. */
TEST(exact_messages_are_typed)
{
	struct anc_cmsg_iter it;
	struct anc_in_pktinfo info = {.ifindex = 0};
	struct anc_cmsg msg;
	struct meeting with;
	int32_t ttl = 0;
	uint8_t tos = 0;

	enter();
	with = meet(&ways[2]);
	arrive_exact(&with);
	it = anc_cmsgs_iter(anc_data_cmsgs(&with.data));
	while (anc_cmsg_iter_next(&it, &msg) > 0)
		CHECK(anc_pktinfo_get(&msg, &info) == 0 || anc_ttl_get(&msg, &ttl) == 0 ||
		      anc_tos_get(&msg, &tos) == 0);
	CHECK_EQ(info.ifindex, if_nametoindex("lo"));
	CHECK_EQ(memcmp(info.spec_dst, with.to.bytes, 4), 0);
	CHECK_EQ(memcmp(info.addr, with.to.bytes, 4), 0);
	CHECK_EQ(ttl, HOPS);
	CHECK_EQ(tos, CLASS);
	part(&with);
}

/* Of IPv4, behind `it`, in the order of Linux: net/ipv4/ip_sockglue.c. */
static void expect4(struct anc_cmsg_iter it, const struct meeting *with)
{
	struct anc_in_pktinfo info;
	int32_t ttl;
	uint8_t tos;

	CHECK(!anc_ttl_expect(&it, &ttl) && !anc_tos_expect(&it, &tos));
	CHECK(anc_pktinfo_expect(&it, &info) && anc_ttl_expect(&it, &ttl) &&
	      anc_tos_expect(&it, &tos));
	CHECK(!anc_tos_expect(&it, &tos));
	CHECK_EQ(memcmp(info.addr, with->to.bytes, 4), 0);
	CHECK_EQ(ttl, HOPS);
	CHECK_EQ(tos, CLASS);
}

TEST(what_always_comes_is_expected)
{
	struct meeting with;

	enter();
	with = meet(&ways[2]);
	arrive_exact(&with);
	expect4(anc_cmsgs_iter(anc_data_cmsgs(&with.data)), &with);
	part(&with);
}

/* net/ipv6/datagram.c */
TEST(what_always_comes_of_ipv6_is_expected)
{
	struct anc_in6_pktinfo info;
	struct anc_cmsg_iter it;
	struct meeting with;
	int32_t hops, class;

	enter();
	with = meet(&ways[11]);
	CHECK_EQ(anc_pktinfo6_enable(with.server, true), 0);
	CHECK_EQ(anc_hoplimit_enable(with.server, true), 0);
	CHECK_EQ(anc_tclass_enable(with.server, true), 0);
	CHECK_EQ(arrive(&with), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&with.data));
	CHECK(!anc_hoplimit_expect(&it, &hops) && !anc_tclass_expect(&it, &class));
	CHECK(anc_pktinfo6_expect(&it, &info) && anc_hoplimit_expect(&it, &hops) &&
	      anc_tclass_expect(&it, &class));
	CHECK(!anc_pktinfo6_expect(&it, &info));
	CHECK_EQ(memcmp(info.addr, with.to.bytes, 16), 0);
	CHECK_EQ(hops, HOPS);
	CHECK_EQ(class, CLASS);
	part(&with);
}

TEST(ipv4_through_ipv6_has_the_address_twice)
{
	const struct anc_inet_address *to;
	struct anc_in6_pktinfo info;
	struct anc_cmsg_iter it;
	struct meeting with;

	enter();
	with = meet(&ways[15]);
	to = &with.to;
	CHECK_EQ(anc_pktinfo6_enable(with.server, true), 0);
	arrive_exact(&with);
	it = anc_cmsgs_iter(anc_data_cmsgs(&with.data));
	CHECK(anc_pktinfo6_expect(&it, &info));
	CHECK_EQ(memcmp(info.addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12), 0);
	CHECK_EQ(memcmp(info.addr + 12, to->bytes, 4), 0);
	expect4(it, &with);
	part(&with);
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
	{"exact_messages_are_typed", test_exact_messages_are_typed},
	{"what_always_comes_is_expected", test_what_always_comes_is_expected},
	{"what_always_comes_of_ipv6_is_expected", test_what_always_comes_of_ipv6_is_expected},
	{"ipv4_through_ipv6_has_the_address_twice", test_ipv4_through_ipv6_has_the_address_twice},
	{"other_sockets_and_bits_are_refused", test_other_sockets_and_bits_are_refused},
	{"what_the_kernel_refuses_is_told", test_what_the_kernel_refuses_is_told},
	{"a_raw_socket_of_ipv6_is_asked_for_ipv6_alone",
	 test_a_raw_socket_of_ipv6_is_asked_for_ipv6_alone},
};
TAP_MAIN(tests)
