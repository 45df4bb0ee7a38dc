/* SPDX-License-Identifier: MIT */
/* What IPv4 delivers with a datagram or a stream, UDP's and TCP's own messages too. */
#include "produce.h"

#ifndef IP_CHECKSUM
#define IP_CHECKSUM 23
#endif
#ifndef IP_RECVFRAGSIZE
#define IP_RECVFRAGSIZE 25
#endif
#ifndef IP_ORIGDSTADDR
#define IP_ORIGDSTADDR 20
#endif
#ifndef IP_PKTOPTIONS
#define IP_PKTOPTIONS 9
#endif

static struct in_addr local_address(void)
{
	struct in_addr addr;

	addr.s_addr = htonl(INADDR_LOOPBACK);
	return addr;
}

static void check_pktinfo(void)
{
	const struct in_addr addr = local_address();

	CHECK_EQ(produced_field("ipi_ifindex"), if_nametoindex("lo"));
	produced_bytes("ipi_spec_dst", &addr, sizeof(addr));
	produced_bytes("ipi_addr", &addr, sizeof(addr));
}

PRODUCE(ip_pktinfo)
{
	const struct produce pktinfo = {"IP_PKTINFO", IPPROTO_IP, IP_PKTINFO, IPPROTO_IP,
					IP_PKTINFO};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_deliver(&pair, &pktinfo);
	check_pktinfo();
}

PRODUCE(ip_ttl)
{
	const struct produce ttl = {"IP_TTL", IPPROTO_IP, IP_TTL, IPPROTO_IP, IP_RECVTTL};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_set(pair.sender, IPPROTO_IP, IP_TTL, 77);
	produce_deliver(&pair, &ttl);
	CHECK_EQ(produced_message().len, sizeof(int));
	CHECK_EQ(produced_value(), 77);
}

PRODUCE(ip_tos)
{
	const struct produce tos = {"IP_TOS", IPPROTO_IP, IP_TOS, IPPROTO_IP, IP_RECVTOS};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_set(pair.sender, IPPROTO_IP, IP_TOS, 0xb8);
	produce_deliver(&pair, &tos);
	CHECK_EQ(produced_message().len, 1);
	CHECK_EQ(produced_value(), 0xb8);
}

/* What a stream gives when asked has TOS as an int, of what came last. */
PRODUCE(ip_tos_of_a_stream)
{
	const struct produce tos = {"IP_TOS", IPPROTO_IP, IP_TOS, IPPROTO_IP, IP_RECVTOS};
	const struct produce ttl = {"IP_TTL", IPPROTO_IP, IP_TTL, IPPROTO_IP, IP_RECVTTL};
	const struct produce_pair pair = produce_tcp(AF_INET);
	unsigned char messages[256];
	socklen_t len = sizeof(messages);

	produce_on(pair.receiver, &ttl);
	produce_on(pair.receiver, &tos);
	CHECK_EQ(getsockopt(pair.receiver, IPPROTO_IP, IP_PKTOPTIONS, messages, &len), 0);
	produce_adopt(pair.receiver, messages, len);
	produce_expect(&tos);
	CHECK_EQ(produced_message().len, sizeof(int));
	CHECK_EQ(produced_value(), 0);
	produce_expect(&ttl);
}

/* Record the route: one address, then the end of the options. */
static const unsigned char record_route[] = {7, 7, 4, 0, 0, 0, 0, 0};

static void deliver_options(const struct produce *what)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	const struct in_addr addr = local_address();
	struct anc_cmsg msg;

	CHECK_EQ(
		setsockopt(pair.sender, IPPROTO_IP, IP_OPTIONS, record_route, sizeof(record_route)),
		0);
	produce_deliver(&pair, what);
	msg = produced_message();
	CHECK_EQ(msg.len, sizeof(record_route));
	CHECK(memcmp(msg.data, record_route, 2) == 0);
	CHECK(memcmp((const unsigned char *)msg.data + 3, &addr, sizeof(addr)) == 0);
}

PRODUCE(ip_recvopts)
{
	deliver_options(&(const struct produce){"IP_RECVOPTS", IPPROTO_IP, IP_RECVOPTS, IPPROTO_IP,
						IP_RECVOPTS});
}

PRODUCE(ip_retopts)
{
	deliver_options(&(const struct produce){"IP_RETOPTS", IPPROTO_IP, IP_RETOPTS, IPPROTO_IP,
						IP_RETOPTS});
}

PRODUCE(ip_origdstaddr)
{
	const struct produce origdst = {"IP_ORIGDSTADDR", IPPROTO_IP, IP_ORIGDSTADDR, IPPROTO_IP,
					IP_ORIGDSTADDR};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_deliver(&pair, &origdst);
	produced_bytes(produced_row()->fields[0].name, &pair.addr, sizeof(struct sockaddr_in));
}

PRODUCE(ip_recvfragsize)
{
	const struct produce fragsize = {"IP_RECVFRAGSIZE", IPPROTO_IP, IP_RECVFRAGSIZE, IPPROTO_IP,
					 IP_RECVFRAGSIZE};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_on(pair.receiver, &fragsize);
	if (!produce_is_alone())
		produce_skip("the loopback device takes all in one piece");
	CHECK_EQ(produce_send(&pair, 4000), 0);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 4000);
	produce_expect(&fragsize);
	CHECK_EQ(produced_value(), PRODUCE_MTU);
}

static uint16_t fold(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The sum of 16-bit words in the host's order, of an even number of bytes. */
static uint32_t sum_of(const unsigned char *at, size_t len, uint32_t sum)
{
	uint16_t word;

	for (; len > 0; at += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum += word;
	}
	return sum;
}

/* An IPv4 header without options, UDP's, and eight bytes. */
#define PACKET 36
#define PAYLOAD 8

static void make_packet(unsigned char *packet, const struct sockaddr_in *to)
{
	const uint16_t len = htons(PACKET - 20);
	const uint16_t protocol = htons(IPPROTO_UDP);
	uint32_t sum = protocol + (uint32_t)len;
	uint16_t check;

	memset(packet, 0, PACKET);
	packet[0] = 0x45;
	packet[8] = 64;
	packet[9] = IPPROTO_UDP;
	memcpy(packet + 12, &to->sin_addr, 4);
	memcpy(packet + 16, &to->sin_addr, 4);
	memcpy(packet + 20, &to->sin_port, 2);
	memcpy(packet + 22, &to->sin_port, 2);
	memcpy(packet + 24, &len, 2);
	memcpy(packet + 28, "checksum", PAYLOAD);
	check = (uint16_t)~fold(sum_of(packet + 12, PACKET - 12, sum));
	memcpy(packet + 26, &check, sizeof(check));
}

/* A whole sum is known of what no device has summed: of a packet that came by a raw socket. */
PRODUCE(ip_checksum)
{
	const struct produce checksum = {"IP_CHECKSUM", IPPROTO_IP, IP_CHECKSUM, IPPROTO_IP,
					 IP_CHECKSUM};
	const struct produce_pair pair = produce_udp(AF_INET);
	unsigned char packet[PACKET];
	struct sockaddr_in to;
	int raw;

	produce_want(checksum.name, checksum.level, checksum.type);
	raw = produce_socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	memcpy(&to, &pair.addr, sizeof(to));
	make_packet(packet, &to);
	produce_on(pair.receiver, &checksum);
	CHECK_EQ(sendto(raw, packet, PACKET, 0, (struct sockaddr *)&to, sizeof(to)), PACKET);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, PAYLOAD);
	produce_expect(&checksum);
	CHECK_EQ(fold((uint32_t)produced_value()), fold(sum_of(packet + 28, PAYLOAD, 0)));
}

/* A datagram on an IPv6 socket that came as IPv4 has IPv4's messages, whose options are on. */
PRODUCE(ip_pktinfo_on_an_ipv6_socket)
{
	const struct produce pktinfo = {"IP_PKTINFO", IPPROTO_IP, IP_PKTINFO, IPPROTO_IP,
					IP_PKTINFO};
	struct produce_pair pair = {.receiver = produce_socket(AF_INET6, SOCK_DGRAM, 0),
				    .sender = produce_socket(AF_INET, SOCK_DGRAM, 0)};
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = local_address()};
	socklen_t len = sizeof(any);

	produce_set(pair.receiver, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	CHECK_EQ(bind(pair.receiver, (struct sockaddr *)&any, len), 0);
	CHECK_EQ(getsockname(pair.receiver, (struct sockaddr *)&any, &len), 0);
	to.sin_port = any.sin6_port;
	memcpy(&pair.addr, &to, sizeof(to));
	pair.len = sizeof(to);
	produce_deliver(&pair, &pktinfo);
	check_pktinfo();
}

/* What was sent as three segments arrives as one, and how long each was. */
PRODUCE(udp_gro)
{
	const struct produce gro = {"UDP_GRO", SOL_UDP, PRODUCE_UDP_GRO, SOL_UDP, PRODUCE_UDP_GRO};
	const struct produce_pair pair = produce_udp(AF_INET);
	const uint16_t segment = 100;

	produce_on(pair.receiver, &gro);
	CHECK_EQ(produce_send_with(&pair, 300, SOL_UDP, PRODUCE_UDP_SEGMENT, &segment,
				   sizeof(segment)),
		 0);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 300);
	produce_expect(&gro);
	CHECK_EQ(produced_value(), segment);
}

PRODUCE(tcp_cm_inq)
{
	const struct produce inq = {"TCP_CM_INQ", SOL_TCP, PRODUCE_TCP_INQ, SOL_TCP,
				    PRODUCE_TCP_INQ};
	const struct produce_pair pair = produce_tcp(AF_INET);

	produce_deliver(&pair, &inq);
	CHECK_EQ(produced_value(), 0);
}

static const struct tap_test tests[] = {
	SCENE(ip_pktinfo),     SCENE(ip_ttl),
	SCENE(ip_tos),         SCENE(ip_tos_of_a_stream),
	SCENE(ip_recvopts),    SCENE(ip_retopts),
	SCENE(ip_origdstaddr), SCENE(ip_recvfragsize),
	SCENE(ip_checksum),    SCENE(ip_pktinfo_on_an_ipv6_socket),
	SCENE(udp_gro),        SCENE(tcp_cm_inq),
};
const struct produce_group produce_inet = {tests, COUNT(tests)};
