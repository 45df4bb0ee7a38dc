/* SPDX-License-Identifier: MIT */
/*
 * What programs of UDP stumble over, a test each; of error queues and stamps in quirks_error.c.
 * GSO refused by a device is in platform_udp.c, its limits are in udp.c, and every way to a
 * dual-stack socket is in inet.c.
 */
#include "produce.h"

#include <poll.h>

#include <anc/inet.h>

#define WAIT_MS 10000
#define CLASS 0x2e
#define OTHER_TYPE 4711

static unsigned char taken[2048];
static struct anc_recv_result taken_result;

/* How many bytes the payload of a message has that was received last; -1: there is none. */
static int size_of_received(const struct anc_data *data, int level, int type)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) == 1)
		if (msg.level == level && msg.type == type)
			return (int)msg.len;
	return -1;
}

static unsigned char control[2048];

static void receive(int sock, struct anc_data *data)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), taken, sizeof(taken));
	struct pollfd ready = {.fd = sock, .events = POLLIN};

	anc_data_init(data, control, sizeof(control));
	receiver.data = data;
	CHECK_EQ(poll(&ready, 1, WAIT_MS), 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &taken_result), 0);
}

static void receive_inet(int sock, struct anc_inet *ret)
{
	struct anc_data data;

	receive(sock, &data);
	CHECK_EQ(anc_inet_get(&data, ret), 0);
}

/* A socket of IPv6 that hears on any address of both families; the pair sends to 127.0.0.1. */
static struct produce_pair dual_stack(void)
{
	struct produce_pair pair = {.receiver = produce_socket(AF_INET6, SOCK_DGRAM, 0)};
	struct anc_inet_address address = {.family = AF_INET6};

	produce_set(pair.receiver, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	CHECK_EQ(anc_inet_address_to(&address, 0, &pair.addr, &pair.len), 0);
	CHECK_EQ(bind(pair.receiver, (struct sockaddr *)&pair.addr, pair.len), 0);
	CHECK_EQ(getsockname(pair.receiver, (struct sockaddr *)&pair.addr, &pair.len), 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&pair.addr, pair.len, &address), 0);
	address.family = AF_INET;
	memcpy(address.bytes, "\177\0\0\1", 4);
	CHECK_EQ(anc_inet_address_to(&address, 0, &pair.addr, &pair.len), 0);
	pair.sender = produce_socket(AF_INET, SOCK_DGRAM, 0);
	return pair;
}

PRODUCE(linux_tells_tos_in_a_byte_and_ttl_in_an_int)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	struct anc_data data;

	CHECK_EQ(anc_inet_enable(pair.receiver, ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS, NULL),
		 0);
	CHECK_EQ(produce_send(&pair, 1), 0);
	receive(pair.receiver, &data);
	CHECK_EQ(size_of_received(&data, IPPROTO_IP, IP_TOS), 1);
	CHECK_EQ(size_of_received(&data, IPPROTO_IP, IP_TTL), sizeof(int));
}

PRODUCE(tos_is_sent_as_a_byte_or_an_int_and_not_as_a_short)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	const uint8_t byte = CLASS;
	const uint16_t half = CLASS;
	const int word = CLASS;
	struct anc_inet inet;

	CHECK_EQ(anc_inet_enable(pair.receiver, ANC_INET_TRAFFIC_CLASS, NULL), 0);
	CHECK_EQ(produce_send_with(&pair, 1, IPPROTO_IP, IP_TOS, &byte, sizeof(byte)), 0);
	receive_inet(pair.receiver, &inet);
	CHECK_EQ(inet.traffic_class, CLASS);
	CHECK_EQ(produce_send_with(&pair, 1, IPPROTO_IP, IP_TOS, &word, sizeof(word)), 0);
	receive_inet(pair.receiver, &inet);
	CHECK_EQ(inet.traffic_class, CLASS);
	CHECK_EQ(produce_send_with(&pair, 1, IPPROTO_IP, IP_TOS, &half, sizeof(half)), -EINVAL);
}

PRODUCE(the_traffic_class_of_ipv6_is_an_int_both_ways)
{
	const struct produce_pair pair = produce_udp(AF_INET6);
	const uint8_t byte = CLASS;
	const int word = CLASS;
	struct anc_data data;

	CHECK_EQ(anc_inet_enable(pair.receiver, ANC_INET_TRAFFIC_CLASS, NULL), 0);
	CHECK_EQ(produce_send_with(&pair, 1, IPPROTO_IPV6, IPV6_TCLASS, &word, sizeof(word)), 0);
	receive(pair.receiver, &data);
	CHECK_EQ(size_of_received(&data, IPPROTO_IPV6, IPV6_TCLASS), sizeof(int));
	CHECK_EQ(produce_send_with(&pair, 1, IPPROTO_IPV6, IPV6_TCLASS, &byte, sizeof(byte)),
		 -EINVAL);
}

/* Every size but these is refused, and every other system's number is another message. */
TEST(sizes_and_numbers_of_tos_and_ttl_are_each_system_s)
{
	static const struct {
		const char *abi;
		int level, type;
		size_t sizes[2];
		unsigned known;
	} cases[] = {
		{"linux-64", 0, 1, {1, 4}, ANC_INET_TRAFFIC_CLASS},
		{"linux-64", 0, 2, {4, 4}, ANC_INET_HOP_LIMIT},
		{"linux-64", 41, 67, {4, 4}, ANC_INET_TRAFFIC_CLASS},
		{"freebsd-64", 0, 68, {1, 1}, ANC_INET_TRAFFIC_CLASS},
		{"freebsd-64", 0, 65, {1, 1}, ANC_INET_HOP_LIMIT},
		{"freebsd-64", 41, 61, {4, 4}, ANC_INET_TRAFFIC_CLASS},
		{"darwin-64", 0, 27, {1, 1}, ANC_INET_TRAFFIC_CLASS},
		{"darwin-64", 0, 24, {1, 1}, ANC_INET_HOP_LIMIT},
		{"darwin-64", 41, 36, {1, 4}, ANC_INET_TRAFFIC_CLASS},
		{"netbsd-64", 0, 23, {1, 1}, ANC_INET_HOP_LIMIT},
		{"openbsd-64", 0, 31, {1, 1}, ANC_INET_HOP_LIMIT},
		{"dragonfly-64", 0, 65, {1, 1}, ANC_INET_HOP_LIMIT},
		{"illumos-64", 0, 12, {1, 1}, ANC_INET_TRAFFIC_CLASS},
		{"illumos-64", 0, 11, {1, 1}, ANC_INET_HOP_LIMIT},
	};
	static const unsigned char payload[8] = {5};
	const int freebsd_as_linux[] = {1, 2};
	struct anc_inet inet;
	size_t i, len;

	for (i = 0; i < COUNT(cases); i++)
		for (len = 0; len <= sizeof(payload); len++) {
			const struct anc_cmsg msg = {cases[i].level, cases[i].type, payload, len,
						     false};
			const bool fits = len == cases[i].sizes[0] || len == cases[i].sizes[1];

			inet = (struct anc_inet){.known = 0};
			CHECK_EQ(anc_inet_read(&msg, anc_abi_find(cases[i].abi), &inet),
				 fits ? 0 : -EBADMSG);
			CHECK_EQ(inet.known, fits ? cases[i].known : 0);
		}
	for (i = 0; i < COUNT(freebsd_as_linux); i++) {
		const struct anc_cmsg msg = {0, freebsd_as_linux[i], payload, 4, false};

		CHECK_EQ(anc_inet_read(&msg, anc_abi_find("freebsd-64"), &inet), -ENOMSG);
	}
}

/* Of IPv4 an IPv6 socket's own options bring nothing but where it went. */
PRODUCE(ipv4_on_a_dual_stack_socket_needs_the_options_of_both)
{
	const unsigned all = ANC_INET_LOCAL | ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS;
	const struct produce_pair pair = dual_stack();
	struct anc_inet inet;

	CHECK_EQ(anc_pktinfo6_enable(pair.receiver, true), 0);
	CHECK_EQ(anc_hoplimit_enable(pair.receiver, true), 0);
	CHECK_EQ(anc_tclass_enable(pair.receiver, true), 0);
	CHECK_EQ(produce_send(&pair, 1), 0);
	receive_inet(pair.receiver, &inet);
	CHECK_EQ(inet.known & all, ANC_INET_LOCAL);
	CHECK_EQ(inet.local.family, AF_INET);
	CHECK_EQ(anc_inet_enable(pair.receiver, all, NULL), 0);
	CHECK_EQ(produce_send(&pair, 1), 0);
	receive_inet(pair.receiver, &inet);
	CHECK_EQ(inet.known & all, all);
	CHECK_EQ(inet.local.family, AF_INET);
}

/* To ::ffff:127.0.0.1 the kernel ignores a traffic class of IPv6; anc_inet_add() sends IP_TOS. */
PRODUCE(ipv4_from_a_dual_stack_socket_needs_the_messages_of_ipv4)
{
	const struct anc_inet inet = {.known = ANC_INET_TRAFFIC_CLASS, .traffic_class = CLASS};
	struct produce_pair pair = produce_udp(AF_INET);
	struct anc_inet_address address;
	struct anc_inet got;
	struct anc_sender sender;
	const int word = CLASS;

	ANC_DATA(data, ANC_INET_SPACE);
	CHECK_EQ(anc_inet_enable(pair.receiver, ANC_INET_TRAFFIC_CLASS, NULL), 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&pair.addr, pair.len, &address), 0);
	CHECK_EQ(anc_inet_address_to(&address, AF_INET6, &pair.addr, &pair.len), 0);
	pair.sender = produce_socket(AF_INET6, SOCK_DGRAM, 0);
	produce_set(pair.sender, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	CHECK_EQ(produce_send_with(&pair, 1, IPPROTO_IPV6, IPV6_TCLASS, &word, sizeof(word)), 0);
	receive_inet(pair.receiver, &got);
	CHECK_EQ(got.traffic_class, 0);
	CHECK_EQ(anc_inet_add(&data, (struct sockaddr *)&pair.addr, pair.len, &inet), 0);
	sender = anc_sender_on(anc_socket_fd(pair.sender), "x", 1);
	sender.data = &data;
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&pair.addr, pair.len), 1);
	receive_inet(pair.receiver, &got);
	CHECK_EQ(got.traffic_class, CLASS);
}

/* FreeBSD refuses a source to a socket that has an address; Linux takes it, also another one. */
static void answer_bound(int family)
{
	const struct produce_pair pair = produce_udp(family);
	struct anc_inet_address other = {AF_INET, 0, 0, {127, 0, 0, 2}};
	struct produce_pair back = {.sender = pair.receiver};
	struct sockaddr_storage from;
	socklen_t fromlen;
	struct anc_inet inet, answer;
	struct anc_sender sender;

	ANC_DATA(data, ANC_INET_SPACE);
	back.receiver = produce_socket(family, SOCK_DGRAM, 0);
	produce_bind(back.receiver, family, &back.addr, &back.len);
	CHECK_EQ(anc_inet_enable(pair.receiver, ANC_INET_LOCAL, NULL), 0);
	CHECK_EQ(produce_send(&pair, 1), 0);
	receive_inet(pair.receiver, &inet);
	CHECK_EQ(inet.known & ANC_INET_LOCAL, ANC_INET_LOCAL);
	answer = anc_inet_answer(&inet);
	CHECK_EQ(answer.known & ANC_INET_LOCAL, ANC_INET_LOCAL);
	if (family == AF_INET)
		answer.local = other;
	CHECK_EQ(anc_inet_add(&data, (struct sockaddr *)&back.addr, back.len, &answer), 0);
	sender = anc_sender_on(anc_socket_fd(pair.receiver), "x", 1);
	sender.data = &data;
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&back.addr, back.len), 1);
	fromlen = sizeof(from);
	CHECK_EQ(recvfrom(back.receiver, taken, 1, 0, (struct sockaddr *)&from, &fromlen), 1);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&from, fromlen, &other), 0);
	CHECK(memcmp(other.bytes, answer.local.bytes, sizeof(other.bytes)) == 0);
}

PRODUCE(packet_info_comes_to_bound_sockets_and_goes_from_them)
{
	answer_bound(AF_INET);
	answer_bound(AF_INET6);
}

/* One number for both: what came as the destination goes back as the source. */
TEST(freebsd_has_one_number_for_destination_and_source)
{
	const struct anc_cmsg msg = {0, 7, "\300\0\2\1", 4, false};
	struct anc_inet inet = {.known = 0};

	CHECK_EQ(anc_inet_read(&msg, anc_abi_find("freebsd-64"), &inet), 0);
	CHECK_EQ(inet.known, ANC_INET_DESTINATION | ANC_INET_LOCAL);
	inet = anc_inet_answer(&inet);
	CHECK_EQ(inet.known, ANC_INET_LOCAL);
	CHECK(memcmp(inet.local.bytes, msg.data, msg.len) == 0);
}

/* The last member of the struct is not read: a program that puts it there sends from anywhere. */
PRODUCE(the_source_of_packet_info_is_spec_dst)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	const struct anc_in_pktinfo infos[] = {{0, {127, 0, 0, 2}, {0}}, {0, {0}, {127, 0, 0, 2}}};
	struct sockaddr_in from;
	socklen_t len;
	size_t i;

	for (i = 0; i < COUNT(infos); i++) {
		CHECK_EQ(produce_send_with(&pair, 1, IPPROTO_IP, IP_PKTINFO, &infos[i],
					   sizeof(infos[i])),
			 0);
		len = sizeof(from);
		CHECK_EQ(recvfrom(pair.receiver, taken, 1, 0, (struct sockaddr *)&from, &len), 1);
		CHECK_EQ(from.sin_addr.s_addr, htonl(i == 0 ? 0x7f000002 : INADDR_LOOPBACK));
	}
}

/* Linux ignores what it does not know, and descriptors; the library does not. */
PRODUCE(descriptors_and_unknown_levels_are_ignored_by_the_kernel)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	struct anc_data data;

	CHECK_EQ(produce_send_with(&pair, 1, SOL_SOCKET, SCM_RIGHTS, &pair.sender, sizeof(int)), 0);
	receive(pair.receiver, &data);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(produce_send_with(&pair, 1, OTHER_TYPE, 1, "", 1), 0);
	receive(pair.receiver, &data);
	CHECK_EQ(produce_send_with(&pair, 1, SOL_SOCKET, OTHER_TYPE, "", 1), -EINVAL);
	CHECK_EQ(connect(pair.sender, (const struct sockaddr *)&pair.addr, pair.len), 0);
	CHECK_EQ(anc_send_fd(pair.sender, pair.receiver), -EOPNOTSUPP);
}

static const struct tap_test tests[] = {
	{"linux_tells_tos_in_a_byte_and_ttl_in_an_int",
	 test_linux_tells_tos_in_a_byte_and_ttl_in_an_int},
	{"tos_is_sent_as_a_byte_or_an_int_and_not_as_a_short",
	 test_tos_is_sent_as_a_byte_or_an_int_and_not_as_a_short},
	{"the_traffic_class_of_ipv6_is_an_int_both_ways",
	 test_the_traffic_class_of_ipv6_is_an_int_both_ways},
	{"sizes_and_numbers_of_tos_and_ttl_are_each_system_s",
	 test_sizes_and_numbers_of_tos_and_ttl_are_each_system_s},
	{"ipv4_on_a_dual_stack_socket_needs_the_options_of_both",
	 test_ipv4_on_a_dual_stack_socket_needs_the_options_of_both},
	{"ipv4_from_a_dual_stack_socket_needs_the_messages_of_ipv4",
	 test_ipv4_from_a_dual_stack_socket_needs_the_messages_of_ipv4},
	{"packet_info_comes_to_bound_sockets_and_goes_from_them",
	 test_packet_info_comes_to_bound_sockets_and_goes_from_them},
	{"freebsd_has_one_number_for_destination_and_source",
	 test_freebsd_has_one_number_for_destination_and_source},
	{"the_source_of_packet_info_is_spec_dst", test_the_source_of_packet_info_is_spec_dst},
	{"descriptors_and_unknown_levels_are_ignored_by_the_kernel",
	 test_descriptors_and_unknown_levels_are_ignored_by_the_kernel},
};
TAP_MAIN(tests)
