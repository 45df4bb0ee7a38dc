/* SPDX-License-Identifier: MIT */
/* What IPv6 delivers with a datagram, extension headers and the older numbers included. */
#include "produce.h"

/* linux/in6.h */
#define FLOWINFO 11
#ifndef IPV6_ORIGDSTADDR
#define IPV6_ORIGDSTADDR 74
#endif
#ifndef IPV6_RECVFRAGSIZE
#define IPV6_RECVFRAGSIZE 77
#endif
#ifndef IPV6_2292PKTINFO
#define IPV6_2292PKTINFO 2
#define IPV6_2292HOPOPTS 3
#define IPV6_2292DSTOPTS 4
#define IPV6_2292RTHDR 5
#define IPV6_2292HOPLIMIT 8
#endif

#define HEADER 40
#define EXTENSION 8
#define ROUTING 43
#define EXPERIMENT 253 /* a routing type to experiment with (RFC 4727) */

static void deliver_pktinfo(const struct produce *what)
{
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_deliver(&pair, what);
	CHECK_EQ(produced_field("ipi6_ifindex"), if_nametoindex("lo"));
	produced_bytes("ipi6_addr", &in6addr_loopback, sizeof(in6addr_loopback));
}

PRODUCE(ipv6_pktinfo)
{
	deliver_pktinfo(&(const struct produce){"IPV6_PKTINFO", IPPROTO_IPV6, IPV6_PKTINFO,
						IPPROTO_IPV6, IPV6_RECVPKTINFO});
}

PRODUCE(ipv6_2292pktinfo)
{
	deliver_pktinfo(&(const struct produce){"IPV6_2292PKTINFO", IPPROTO_IPV6, IPV6_2292PKTINFO,
						IPPROTO_IPV6, IPV6_2292PKTINFO});
}

static void deliver_number(const struct produce *what, int option, int value)
{
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_set(pair.sender, IPPROTO_IPV6, option, value);
	produce_deliver(&pair, what);
	CHECK_EQ(produced_message().len, sizeof(int));
	CHECK_EQ(produced_value(), value);
}

PRODUCE(ipv6_hoplimit)
{
	deliver_number(&(const struct produce){"IPV6_HOPLIMIT", IPPROTO_IPV6, IPV6_HOPLIMIT,
					       IPPROTO_IPV6, IPV6_RECVHOPLIMIT},
		       IPV6_UNICAST_HOPS, 33);
}

PRODUCE(ipv6_2292hoplimit)
{
	deliver_number(&(const struct produce){"IPV6_2292HOPLIMIT", IPPROTO_IPV6, IPV6_2292HOPLIMIT,
					       IPPROTO_IPV6, IPV6_2292HOPLIMIT},
		       IPV6_UNICAST_HOPS, 34);
}

PRODUCE(ipv6_tclass)
{
	deliver_number(&(const struct produce){"IPV6_TCLASS", IPPROTO_IPV6, IPV6_TCLASS,
					       IPPROTO_IPV6, IPV6_RECVTCLASS},
		       IPV6_TCLASS, 0xb8);
}

PRODUCE(ipv6_flowinfo)
{
	const struct produce flowinfo = {"IPV6_FLOWINFO", IPPROTO_IPV6, FLOWINFO, IPPROTO_IPV6,
					 FLOWINFO};
	const struct produce_pair pair = produce_udp(AF_INET6);
	const uint32_t label = htonl(0x12345);

	produce_on(pair.receiver, &flowinfo);
	CHECK_EQ(produce_send_with(&pair, 1, IPPROTO_IPV6, FLOWINFO, &label, sizeof(label)), 0);
	produce_receive(pair.receiver, 0);
	produce_expect(&flowinfo);
	CHECK_EQ(produced_value(), 0x12345);
}

/* A header of options that says nothing but four bytes of padding; the kernel sets what follows. */
static void deliver_options(const struct produce *what, int sent_type)
{
	const unsigned char options[EXTENSION] = {0, 0, 1, 4};
	const struct produce_pair pair = produce_udp(AF_INET6);
	struct anc_cmsg msg;
	int error;

	produce_on(pair.receiver, what);
	error = produce_send_with(&pair, 1, IPPROTO_IPV6, sent_type, options, sizeof(options));
	if (error == -EPERM)
		produce_skip("only a privileged sender sends extension headers");
	CHECK_EQ(error, 0);
	produce_receive(pair.receiver, 0);
	produce_expect(what);
	msg = produced_message();
	CHECK_EQ(msg.len, sizeof(options));
	CHECK_EQ(*(const unsigned char *)msg.data, IPPROTO_UDP);
	CHECK(memcmp((const unsigned char *)msg.data + 1, options + 1, EXTENSION - 1) == 0);
}

PRODUCE(ipv6_hopopts)
{
	deliver_options(&(const struct produce){"IPV6_HOPOPTS", IPPROTO_IPV6, IPV6_HOPOPTS,
						IPPROTO_IPV6, IPV6_RECVHOPOPTS},
			IPV6_HOPOPTS);
}

PRODUCE(ipv6_2292hopopts)
{
	deliver_options(&(const struct produce){"IPV6_2292HOPOPTS", IPPROTO_IPV6, IPV6_2292HOPOPTS,
						IPPROTO_IPV6, IPV6_2292HOPOPTS},
			IPV6_2292HOPOPTS);
}

PRODUCE(ipv6_dstopts)
{
	deliver_options(&(const struct produce){"IPV6_DSTOPTS", IPPROTO_IPV6, IPV6_DSTOPTS,
						IPPROTO_IPV6, IPV6_RECVDSTOPTS},
			IPV6_DSTOPTS);
}

PRODUCE(ipv6_2292dstopts)
{
	deliver_options(&(const struct produce){"IPV6_2292DSTOPTS", IPPROTO_IPV6, IPV6_2292DSTOPTS,
						IPPROTO_IPV6, IPV6_2292DSTOPTS},
			IPV6_2292DSTOPTS);
}

/* IPv6's header, a routing header that is at its end, and an empty UDP datagram with its sum. */
static void make_packet(unsigned char packet[HEADER + 2 * EXTENSION], const struct sockaddr_in6 *to)
{
	unsigned char *const routing = packet + HEADER;
	unsigned char *const udp = routing + EXTENSION;
	uint32_t sum = 0;
	uint16_t word;
	size_t i;

	memset(packet, 0, HEADER + 2 * EXTENSION);
	packet[0] = 0x60;
	packet[5] = 2 * EXTENSION;
	packet[6] = ROUTING;
	packet[7] = 64;
	memcpy(packet + 8, &to->sin6_addr, 16);
	memcpy(packet + 24, &to->sin6_addr, 16);
	routing[0] = IPPROTO_UDP;
	routing[2] = EXPERIMENT;
	memcpy(udp, &to->sin6_port, 2);
	memcpy(udp + 2, &to->sin6_port, 2);
	udp[5] = EXTENSION;
	for (i = 8; i < HEADER + 2 * EXTENSION; i += sizeof(word)) {
		memcpy(&word, packet + i, sizeof(word));
		sum += i < HEADER || i >= HEADER + EXTENSION ? word : 0;
	}
	/* the pseudo header's length and protocol */
	sum += (uint32_t)htons(EXTENSION) + htons(IPPROTO_UDP);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	word = (uint16_t)~sum;
	memcpy(udp + 6, &word, sizeof(word));
}

static void deliver_route(const struct produce *what)
{
	const struct produce_pair pair = produce_udp(AF_INET6);
	unsigned char packet[HEADER + 2 * EXTENSION];
	struct sockaddr_in6 to;
	struct anc_cmsg msg;
	int raw;

	produce_want(what->name, what->level, what->type);
	raw = produce_socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
	memcpy(&to, &pair.addr, sizeof(to));
	make_packet(packet, &to);
	produce_on(pair.receiver, what);
	/* of a raw socket the port is a protocol */
	to.sin6_port = 0;
	CHECK_EQ(sendto(raw, packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)),
		 sizeof(packet));
	produce_receive(pair.receiver, 0);
	produce_expect(what);
	msg = produced_message();
	CHECK_EQ(msg.len, EXTENSION);
	CHECK(memcmp(msg.data, packet + HEADER, EXTENSION) == 0);
}

PRODUCE(ipv6_rthdr)
{
	deliver_route(&(const struct produce){"IPV6_RTHDR", IPPROTO_IPV6, IPV6_RTHDR, IPPROTO_IPV6,
					      IPV6_RECVRTHDR});
}

PRODUCE(ipv6_2292rthdr)
{
	deliver_route(&(const struct produce){"IPV6_2292RTHDR", IPPROTO_IPV6, IPV6_2292RTHDR,
					      IPPROTO_IPV6, IPV6_2292RTHDR});
}

PRODUCE(ipv6_origdstaddr)
{
	const struct produce origdst = {"IPV6_ORIGDSTADDR", IPPROTO_IPV6, IPV6_ORIGDSTADDR,
					IPPROTO_IPV6, IPV6_ORIGDSTADDR};
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_deliver(&pair, &origdst);
	produced_bytes(produced_row()->fields[0].name, &pair.addr, sizeof(struct sockaddr_in6));
}

PRODUCE(ipv6_recvfragsize)
{
	const struct produce fragsize = {"IPV6_RECVFRAGSIZE", IPPROTO_IPV6, IPV6_RECVFRAGSIZE,
					 IPPROTO_IPV6, IPV6_RECVFRAGSIZE};
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_on(pair.receiver, &fragsize);
	if (!produce_is_alone())
		produce_skip("the loopback device takes all in one piece");
	CHECK_EQ(produce_send(&pair, 4000), 0);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 4000);
	produce_expect(&fragsize);
	/* a fragment's data is a multiple of eight bytes */
	CHECK(produced_value() > PRODUCE_MTU - 8 && produced_value() <= PRODUCE_MTU);
}

/* A datagram that is too long and may not be fragmented: the size that would do comes back. */
PRODUCE(ipv6_pathmtu)
{
	const struct produce pathmtu = {"IPV6_PATHMTU", IPPROTO_IPV6, IPV6_PATHMTU, IPPROTO_IPV6,
					IPV6_RECVPATHMTU};
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_set(pair.sender, IPPROTO_IPV6, IPV6_DONTFRAG, 1);
	produce_on(pair.sender, &pathmtu);
	if (!produce_is_alone())
		produce_skip("the loopback device takes all in one piece");
	CHECK_EQ(produce_send(&pair, 4000), -EMSGSIZE);
	/* poll(2) does not tell of it */
	CHECK_EQ(produce_receive(pair.sender, MSG_DONTWAIT).len, 0);
	produce_expect(&pathmtu);
	CHECK_EQ(produced_field("ip6m_mtu"), PRODUCE_MTU);
}

static const struct tap_test tests[] = {
	SCENE(ipv6_pktinfo),      SCENE(ipv6_2292pktinfo),  SCENE(ipv6_hoplimit),
	SCENE(ipv6_2292hoplimit), SCENE(ipv6_tclass),       SCENE(ipv6_flowinfo),
	SCENE(ipv6_hopopts),      SCENE(ipv6_2292hopopts),  SCENE(ipv6_dstopts),
	SCENE(ipv6_2292dstopts),  SCENE(ipv6_rthdr),        SCENE(ipv6_2292rthdr),
	SCENE(ipv6_origdstaddr),  SCENE(ipv6_recvfragsize), SCENE(ipv6_pathmtu),
};
const struct produce_group produce_inet6 = {tests, COUNT(tests)};
