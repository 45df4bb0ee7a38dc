/* SPDX-License-Identifier: MIT */
/* What comes with a stream of TCP: bytes in queue, and the options of a packet. */
#include "produce.h"

#include <anc/inet.h>
#include <anc/tcp.h>

#define HOPS 37
#define CLASS 0x28
#define WANTED (ANC_INET_LOCAL | ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS)

static int32_t receive_inq(int sock, size_t expected_len)
{
	char bytes[4];
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));
	struct anc_recv_result result;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	int32_t inq = -1;

	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(inq)));
	receiver.data = &data;
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, expected_len);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK_EQ(anc_tcp_inq_get(&msg, &inq), 0);
	return inq;
}

static void count_queue(int family)
{
	struct produce_pair pair;

	produce_begin();
	pair = produce_tcp(family);
	if (anc_tcp_inq_enable(pair.receiver, true) == -ENOPROTOOPT)
		produce_skip("TCP_INQ: not known");
	CHECK_EQ(send(pair.sender, "0123456789", 10, 0), 10);
	CHECK_EQ(receive_inq(pair.receiver, 4), 6);
	CHECK_EQ(receive_inq(pair.receiver, 4), 2);
	CHECK_EQ(shutdown(pair.sender, SHUT_WR), 0);
	/* the end is left: once the kernel has it, on loopback at once */
	CHECK_EQ(receive_inq(pair.receiver, 2), 1);
	produce_end();
}

TEST(bytes_in_queue_are_counted)
{
	count_queue(AF_INET);
	count_queue(AF_INET6);
}

/* For IPv4 the kernel keeps the hop limit of the packet that made the connection, for IPv6 that of
 * the last one. */
static void ask_packet(int family)
{
	const uint8_t loopback4[4] = {127, 0, 0, 1};
	struct produce_pair pair;
	struct anc_inet inet;
	int hops = HOPS;
	socklen_t len = sizeof(hops);
	int error;
	char byte;

	ANC_DATA(data, 512);
	produce_begin();
	pair = produce_tcp(family);
	CHECK_EQ(anc_tcp_packet_options(pair.receiver, &data), 0);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_inet_enable(pair.receiver, WANTED, NULL), 0);
	if (family == AF_INET)
		CHECK_EQ(getsockopt(pair.sender, IPPROTO_IP, IP_TTL, &hops, &len), 0);
	CHECK(family == AF_INET6 || hops != HOPS);
	produce_set(pair.sender, family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		    family == AF_INET ? IP_TTL : IPV6_UNICAST_HOPS, HOPS);
	CHECK_EQ(send(pair.sender, "x", 1, 0), 1);
	CHECK_EQ(recv(pair.receiver, &byte, 1, 0), 1);
	error = anc_tcp_packet_options(pair.receiver, &data);
	CHECK_EQ(error, 0);
	CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
	CHECK_EQ(anc_inet_get(&data, &inet), 0);
	CHECK((inet.known & ANC_INET_HOP_LIMIT) != 0);
	CHECK_EQ(inet.hop_limit, hops);
	CHECK((inet.known & (ANC_INET_LOCAL | ANC_INET_DESTINATION)) != 0);
	if (family == AF_INET)
		CHECK(memcmp(inet.local.bytes, loopback4, 4) == 0 ||
		      memcmp(inet.destination.bytes, loopback4, 4) == 0);
	else
		CHECK(memcmp(inet.local.bytes, &in6addr_loopback, 16) == 0);
	produce_end();
}

TEST(options_of_a_packet_are_read)
{
	ask_packet(AF_INET);
	ask_packet(AF_INET6);
}

/* A peer of IPv4 on an IPv6 socket: what IPv4 says. */
TEST(options_of_a_mapped_peer_are_those_of_ipv4)
{
	const uint8_t loopback4[4] = {127, 0, 0, 1};
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	socklen_t len = sizeof(any);
	struct anc_inet inet;
	int listening, sender, receiver;

	ANC_DATA(data, 512);
	produce_begin();
	listening = produce_socket(AF_INET6, SOCK_STREAM, 0);
	produce_set(listening, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	CHECK_EQ(bind(listening, (struct sockaddr *)&any, len), 0);
	CHECK_EQ(getsockname(listening, (struct sockaddr *)&any, &len), 0);
	CHECK_EQ(listen(listening, 1), 0);
	sender = produce_socket(AF_INET, SOCK_STREAM, 0);
	produce_set(sender, IPPROTO_IP, IP_TOS, CLASS);
	to.sin_port = any.sin6_port;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_EQ(connect(sender, (struct sockaddr *)&to, sizeof(to)), 0);
	receiver = produce_keep(accept(listening, NULL, NULL));
	CHECK_EQ(anc_inet_enable(receiver, WANTED, NULL), 0);
	CHECK_EQ(anc_tcp_packet_options(receiver, &data), 0);
	CHECK_EQ(anc_inet_get(&data, &inet), 0);
	CHECK_EQ(inet.local.family, AF_INET);
	CHECK_EQ(memcmp(inet.local.bytes, loopback4, 4), 0);
	CHECK_EQ(inet.traffic_class, CLASS);
	produce_end();
}

/* Every size of room: what came is whole, or it is told. */
static void make_room(int family)
{
	static unsigned char bytes[512];
	struct produce_pair pair;
	struct anc_inet inet, whole;
	struct anc_data data;
	size_t full;
	size_t room;
	char byte;

	produce_begin();
	pair = produce_tcp(family);
	CHECK_EQ(anc_inet_enable(pair.receiver, WANTED, NULL), 0);
	CHECK_EQ(send(pair.sender, "x", 1, 0), 1);
	CHECK_EQ(recv(pair.receiver, &byte, 1, 0), 1);
	anc_data_init(&data, bytes, sizeof(bytes));
	CHECK_EQ(anc_tcp_packet_options(pair.receiver, &data), 0);
	CHECK_EQ(anc_inet_get(&data, &whole), 0);
	full = anc_data_cmsgs(&data).len;
	CHECK(full > 0);
	anc_data_init(&data, NULL, 0);
	CHECK_EQ(anc_tcp_packet_options(pair.receiver, &data), -ENOBUFS);
	for (room = 1; room < sizeof(bytes); room++) {
		anc_data_init(&data, bytes, room);
		CHECK_EQ(anc_tcp_packet_options(pair.receiver, &data), 0);
		inet.known = 0;
		if (anc_inet_get(&data, &inet) < 0 || inet.known != whole.known)
			CHECK(anc_data_cut(&data) != ANC_CUT_NONE);
		if (room < full)
			CHECK_EQ(anc_data_cut(&data), ANC_CUT_ROOM);
		/* a 32-bit program's may first have come with headers of 16 bytes */
		if (room >= full + 3 * 8 + 16)
			CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
		if (sizeof(long) == 8 && room >= full + sizeof(struct cmsghdr))
			CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
		anc_data_fini(&data);
	}
	produce_end();
}

TEST(too_little_room_is_told)
{
	make_room(AF_INET);
	make_room(AF_INET6);
}

TEST(other_sockets_have_none)
{
	struct produce_pair pair;
	int others[2];

	ANC_DATA(data, 512);
	produce_begin();
	pair = produce_udp(AF_INET);
	CHECK_EQ(anc_tcp_packet_options(pair.receiver, &data), -ENOPROTOOPT);
	pair = produce_udp(AF_INET6);
	CHECK_EQ(anc_tcp_packet_options(pair.receiver, &data), -ENOPROTOOPT);
	CHECK_EQ(anc_tcp_packet_options(-1, &data), -EBADF);
	tap_pair(SOCK_STREAM, others);
	produce_keep(others[0]);
	produce_keep(others[1]);
	CHECK_EQ(anc_tcp_packet_options(others[0], &data), -EAFNOSUPPORT);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	produce_end();
}

static const struct tap_test tests[] = {
	{"bytes_in_queue_are_counted", test_bytes_in_queue_are_counted},
	{"options_of_a_packet_are_read", test_options_of_a_packet_are_read},
	{"options_of_a_mapped_peer_are_those_of_ipv4",
	 test_options_of_a_mapped_peer_are_those_of_ipv4},
	{"too_little_room_is_told", test_too_little_room_is_told},
	{"other_sockets_have_none", test_other_sockets_have_none},
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
