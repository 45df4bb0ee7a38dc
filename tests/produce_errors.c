/* SPDX-License-Identifier: MIT */
/* What the error queues deliver: errors, completions, the reasons of stamps. */
#include "produce.h"

#include <fcntl.h>
#include <netpacket/packet.h>

#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif
#define PACKET_TX_TIMESTAMP 16
#define ETHERTYPE 0x88B5 /* for experiments (IEEE 802) */

/* SO_EE_ORIGIN_..., SCM_TSTAMP_..., SO_EE_CODE_...: linux/errqueue.h */
#define ORIGIN_LOCAL 1
#define ORIGIN_ICMP 2
#define ORIGIN_ICMP6 3
#define ORIGIN_TIMESTAMPING 4
#define ORIGIN_ZEROCOPY 5

static const struct produce recverr = {"IP_RECVERR", IPPROTO_IP, IP_RECVERR, IPPROTO_IP,
				       IP_RECVERR};
static const struct produce recverr6 = {"IPV6_RECVERR", IPPROTO_IPV6, IPV6_RECVERR, IPPROTO_IPV6,
					IPV6_RECVERR};

/* A pair whose receiver is gone: nobody listens at the address. */
static struct produce_pair deserted(int family)
{
	struct produce_pair pair = produce_udp(family);
	const int nowhere = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(nowhere >= 0);
	CHECK_EQ(dup3(nowhere, pair.receiver, O_CLOEXEC), pair.receiver);
	close(nowhere);
	return pair;
}

static void check_error(int error, int origin, int type, int code)
{
	CHECK_EQ(produced_field("ee_errno"), error);
	CHECK_EQ(produced_field("ee_origin"), origin);
	CHECK_EQ(produced_field("ee_type"), type);
	CHECK_EQ(produced_field("ee_code"), code);
}

/* Where the offender stands: behind a struct sock_extended_err of 16 bytes, its port 0. */
static void check_offender(const struct produce_pair *pair)
{
	const struct anc_cmsg msg = produced_message();
	const unsigned char *const at = (const unsigned char *)msg.data + 16;
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	CHECK_EQ(msg.len, 16 + pair->len);
	if (pair->addr.ss_family == AF_INET) {
		memcpy(&in, at, sizeof(in));
		CHECK_EQ(in.sin_family, AF_INET);
		CHECK_EQ(in.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
		return;
	}
	memcpy(&in6, at, sizeof(in6));
	CHECK_EQ(in6.sin6_family, AF_INET6);
	CHECK(IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr));
}

/* The port is closed, says the host: type 3, code 3 in ICMP; type 1, code 4 in ICMPv6. */
PRODUCE(ip_recverr)
{
	const struct produce_pair pair = deserted(AF_INET);

	produce_on(pair.sender, &recverr);
	CHECK_EQ(produce_send(&pair, 1), 0);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(&recverr);
	check_error(ECONNREFUSED, ORIGIN_ICMP, 3, 3);
	check_offender(&pair);
}

PRODUCE(ipv6_recverr)
{
	const struct produce_pair pair = deserted(AF_INET6);

	produce_on(pair.sender, &recverr6);
	CHECK_EQ(produce_send(&pair, 1), 0);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(&recverr6);
	check_error(ECONNREFUSED, ORIGIN_ICMP6, 1, 4);
	check_offender(&pair);
}

/* Too long for the device, and not to be fragmented: the host's own error, with the greatest size.
 */
PRODUCE(ip_recverr_of_a_local_error)
{
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_set(pair.sender, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	produce_on(pair.sender, &recverr);
	if (!produce_is_alone())
		produce_skip("the loopback device takes all in one piece");
	CHECK_EQ(produce_send(&pair, 4000), -EMSGSIZE);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(&recverr);
	check_error(EMSGSIZE, ORIGIN_LOCAL, 0, 0);
	CHECK_EQ(produced_field("ee_info"), PRODUCE_MTU);
}

/* An error of an IPv4 datagram on an IPv6 socket, which asks for both's. */
PRODUCE(ip_recverr_on_an_ipv6_socket)
{
	struct produce_pair pair = deserted(AF_INET);
	struct sockaddr_in6 mapped = {.sin6_family = AF_INET6};
	struct sockaddr_in to;

	memcpy(&to, &pair.addr, sizeof(to));
	mapped.sin6_port = to.sin_port;
	memset(mapped.sin6_addr.s6_addr + 10, 0xff, 2);
	memcpy(mapped.sin6_addr.s6_addr + 12, &to.sin_addr, 4);
	memcpy(&pair.addr, &mapped, sizeof(mapped));
	pair.len = sizeof(mapped);
	pair.sender = produce_socket(AF_INET6, SOCK_DGRAM, 0);
	produce_on(pair.sender, &recverr);
	produce_on(pair.sender, &recverr6);
	CHECK_EQ(produce_send(&pair, 1), 0);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(&recverr6);
	check_error(ECONNREFUSED, ORIGIN_ICMP, 3, 3);
}

/* The reason of a departure's stamp, with the number of what departed. */
static void deliver_reason(int family, const struct produce *what)
{
	const struct produce_pair pair = produce_udp(family);
	int sent;

	produce_may_set(pair.sender, SOL_SOCKET, SO_TIMESTAMPING_OLD,
			STAMP_TX_SOFTWARE | STAMP_SOFTWARE | STAMP_OPT_ID, "SO_TIMESTAMPING");
	for (sent = 0; sent < 3; sent++) {
		CHECK_EQ(produce_send(&pair, 1), 0);
		produce_receive(pair.sender, MSG_ERRQUEUE);
		produce_expect(what);
		check_error(ENOMSG, ORIGIN_TIMESTAMPING, 0, 0);
		CHECK_EQ(produced_field("ee_data"), sent);
	}
}

PRODUCE(ip_recverr_of_a_stamp)
{
	deliver_reason(AF_INET, &recverr);
}

PRODUCE(ipv6_recverr_of_a_stamp)
{
	deliver_reason(AF_INET6, &recverr6);
}

/* The kernel is done with what was lent to it: numbers 0 to 0. */
static void deliver_completion(const struct produce_pair *pair, const struct produce *what)
{
	produce_may_set(pair->sender, SOL_SOCKET, SO_ZEROCOPY, 1, "SO_ZEROCOPY");
	CHECK_EQ(sendto(pair->sender, "x", 1, MSG_ZEROCOPY,
			pair->len > 0 ? (const struct sockaddr *)&pair->addr : NULL, pair->len),
		 1);
	produce_receive(pair->receiver, 0);
	produce_receive(pair->sender, MSG_ERRQUEUE);
	produce_expect(what);
	CHECK_EQ(produced_field("ee_errno"), 0);
	CHECK_EQ(produced_field("ee_origin"), ORIGIN_ZEROCOPY);
	CHECK_EQ(produced_field("ee_info"), 0);
	CHECK_EQ(produced_field("ee_data"), 0);
}

PRODUCE(ip_recverr_of_a_send_without_copy)
{
	const struct produce_pair udp = produce_udp(AF_INET);
	const struct produce_pair tcp = produce_tcp(AF_INET);

	deliver_completion(&udp, &recverr);
	deliver_completion(&tcp, &recverr);
}

PRODUCE(ipv6_recverr_of_a_send_without_copy)
{
	const struct produce_pair udp = produce_udp(AF_INET6);
	const struct produce_pair tcp = produce_tcp(AF_INET6);

	deliver_completion(&udp, &recverr6);
	deliver_completion(&tcp, &recverr6);
}

/* The reason of the stamp of a packet that left: no offender, and another number. */
PRODUCE(packet_tx_timestamp)
{
	const struct produce stamp = {"PACKET_TX_TIMESTAMP", SOL_PACKET, PACKET_TX_TIMESTAMP, 0, 0};
	const struct sockaddr_ll to = {.sll_family = AF_PACKET,
				       .sll_protocol = htons(ETHERTYPE),
				       .sll_ifindex = (int)if_nametoindex("lo"),
				       .sll_halen = 6};
	int sock;

	produce_want(stamp.name, stamp.level, stamp.type);
	sock = produce_socket(AF_PACKET, SOCK_DGRAM, 0);
	produce_set(sock, SOL_SOCKET, SO_TIMESTAMPING_OLD,
		    STAMP_TX_SOFTWARE | STAMP_SOFTWARE | STAMP_OPT_ID);
	CHECK_EQ(sendto(sock, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to)), 1);
	produce_receive(sock, MSG_ERRQUEUE);
	produce_expect(&stamp);
	CHECK_EQ(produced_message().len, 16);
	check_error(ENOMSG, ORIGIN_TIMESTAMPING, 0, 0);
	CHECK_EQ(produced_field("ee_data"), 0);
}

static const struct tap_test tests[] = {
	SCENE(ip_recverr),
	SCENE(ipv6_recverr),
	SCENE(ip_recverr_of_a_local_error),
	SCENE(ip_recverr_on_an_ipv6_socket),
	SCENE(ip_recverr_of_a_stamp),
	SCENE(ipv6_recverr_of_a_stamp),
	SCENE(ip_recverr_of_a_send_without_copy),
	SCENE(ipv6_recverr_of_a_send_without_copy),
	SCENE(packet_tx_timestamp),
};
const struct produce_group produce_errors = {tests, COUNT(tests)};
