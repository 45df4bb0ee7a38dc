/* SPDX-License-Identifier: MIT */
#include "types/rows.h"

#include "platform/linux_numbers.h"

#include <stddef.h>

#include <anc/inet.h>

/*
 * IPv6: ipv6(7), RFC 3542 and, with 2292 in their names, the one before it; net/ipv6/datagram.c
 * (ip6_datagram_recv_specific_ctl, ip6_datagram_send_ctl, ipv6_recv_error, ipv6_recv_rxpmtu).
 */

#ifndef IPV6_2292PKTINFO
#define IPV6_2292PKTINFO 2
#define IPV6_2292HOPOPTS 3
#define IPV6_2292DSTOPTS 4
#define IPV6_2292RTHDR 5
#define IPV6_2292HOPLIMIT 8
#endif
#ifndef IPV6_FLOWINFO
#define IPV6_FLOWINFO 11
#endif
#ifndef IPV6_DONTFRAG
#define IPV6_DONTFRAG 62
#endif
#ifndef IPV6_RECVPATHMTU
#define IPV6_RECVPATHMTU 60
#define IPV6_PATHMTU 61
#endif
#ifndef IPV6_RECVORIGDSTADDR
#define IPV6_RECVORIGDSTADDR 74
#endif
#ifndef IPV6_ORIGDSTADDR
#define IPV6_ORIGDSTADDR IPV6_RECVORIGDSTADDR
#endif
#ifndef IPV6_RECVFRAGSIZE
#define IPV6_RECVFRAGSIZE 77
#endif

#define IPV6_ROW(name, type, ...)                                                                  \
	ROW(name, IPPROTO_IPV6, type, FAMILIES(ANC_FAMILY(AF_INET6)), __VA_ARGS__)

/* An extension header says its length in units of 8 bytes; a sender may leave more behind. */
enum anc_match anc_header_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	const unsigned char *header = msg->data;

	(void)abi;
	return msg->len >= ((size_t)header[1] + 1) * 8 ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

_Static_assert(sizeof(struct anc_in6_pktinfo) == sizeof(struct in6_pktinfo) &&
		       offsetof(struct anc_in6_pktinfo, ifindex) ==
			       offsetof(struct in6_pktinfo, ipi6_ifindex),
	       "as the kernel has it");

const struct anc_message_type anc_pktinfo6_type = {
	.name = "IPV6_PKTINFO",
	.level = IPPROTO_IPV6,
	.type = IPV6_PKTINFO,
	IN6_PKTINFO,
	BOTH_WAYS,
	ON(IPPROTO_IPV6, IPV6_RECVPKTINFO),
	FAMILIES(ANC_FAMILY(AF_INET6)),
};

const struct anc_message_type anc_hoplimit_type = {
	.name = "IPV6_HOPLIMIT",
	.level = IPPROTO_IPV6,
	.type = IPV6_HOPLIMIT,
	INT("hoplimit"),
	BOTH_WAYS,
	ON(IPPROTO_IPV6, IPV6_RECVHOPLIMIT),
	FAMILIES(ANC_FAMILY(AF_INET6)),
};

const struct anc_message_type anc_tclass_type = {
	.name = "IPV6_TCLASS",
	.level = IPPROTO_IPV6,
	.type = IPV6_TCLASS,
	TCLASS,
	BOTH_WAYS,
	ON(IPPROTO_IPV6, IPV6_RECVTCLASS),
	FAMILIES(ANC_FAMILY(AF_INET6)),
};

const struct anc_message_type anc_origdst6_type = {
	.name = "IPV6_ORIGDSTADDR",
	.level = IPPROTO_IPV6,
	.type = IPV6_ORIGDSTADDR,
	SIZE(28),
	RECEIVED,
	ON(IPPROTO_IPV6, IPV6_RECVORIGDSTADDR),
	PAYLOAD("struct sockaddr_in6"),
	FAMILIES(ANC_FAMILY(AF_INET6)),
	FIELDS(SOCKADDR("addr", 28, 0)),
};

/* Headers of destination options may stand in two places of a packet: both are delivered. */
anc_rows anc_linux_inet6 = {
	&anc_pktinfo6_type,
	&anc_hoplimit_type,
	&anc_tclass_type,
	IPV6_ROW("IPV6_FLOWINFO", IPV6_FLOWINFO, SIZE(4), BOTH_WAYS,
		 ON(IPPROTO_IPV6, IPV6_FLOWINFO), PAYLOAD("__be32"),
		 FIELDS(HEX_NETWORK("flowinfo", 4, 0))),
	IPV6_ROW("IPV6_HOPOPTS", IPV6_HOPOPTS, HOPOPTS, BOTH_WAYS,
		 ON(IPPROTO_IPV6, IPV6_RECVHOPOPTS)),
	IPV6_ROW("IPV6_DSTOPTS", IPV6_DSTOPTS, DSTOPTS, BOTH_WAYS_AND(ANC_REPEATS),
		 ON(IPPROTO_IPV6, IPV6_RECVDSTOPTS)),
	IPV6_ROW("IPV6_RTHDR", IPV6_RTHDR, RTHDR, BOTH_WAYS, ON(IPPROTO_IPV6, IPV6_RECVRTHDR)),
	IPV6_ROW("IPV6_RTHDRDSTOPTS", IPV6_RTHDRDSTOPTS, DSTOPTS, SENT),
	IPV6_ROW("IPV6_DONTFRAG", IPV6_DONTFRAG, INT("dontfrag"), SENT),
	IPV6_ROW("IPV6_2292PKTINFO", IPV6_2292PKTINFO, IN6_PKTINFO, BOTH_WAYS,
		 ON(IPPROTO_IPV6, IPV6_2292PKTINFO)),
	IPV6_ROW("IPV6_2292HOPLIMIT", IPV6_2292HOPLIMIT, INT("hoplimit"), BOTH_WAYS,
		 ON(IPPROTO_IPV6, IPV6_2292HOPLIMIT)),
	IPV6_ROW("IPV6_2292HOPOPTS", IPV6_2292HOPOPTS, HOPOPTS, BOTH_WAYS,
		 ON(IPPROTO_IPV6, IPV6_2292HOPOPTS)),
	IPV6_ROW("IPV6_2292DSTOPTS", IPV6_2292DSTOPTS, DSTOPTS, BOTH_WAYS_AND(ANC_REPEATS),
		 ON(IPPROTO_IPV6, IPV6_2292DSTOPTS)),
	IPV6_ROW("IPV6_2292RTHDR", IPV6_2292RTHDR, RTHDR, BOTH_WAYS,
		 ON(IPPROTO_IPV6, IPV6_2292RTHDR)),
	&anc_origdst6_type,
	IPV6_ROW("IPV6_RECVFRAGSIZE", IPV6_RECVFRAGSIZE, INT("fragsize"), RECEIVED,
		 ON(IPPROTO_IPV6, IPV6_RECVFRAGSIZE)),
	IPV6_ROW("IPV6_PATHMTU", IPV6_PATHMTU, SIZE(32), RECEIVED,
		 ON(IPPROTO_IPV6, IPV6_RECVPATHMTU), PAYLOAD("struct ip6_mtuinfo"),
		 FIELDS(SOCKADDR("ip6m_addr", 28, 0), U32("ip6m_mtu", 28))),
	IPV6_ROW("IPV6_RECVERR", IPV6_RECVERR, SIZE(44), RECEIVED_AND(ANC_ERROR_QUEUE),
		 ON(IPPROTO_IPV6, IPV6_RECVERR),
		 PAYLOAD("struct sock_extended_err, struct sockaddr_in6"),
		 FIELDS(EXTENDED_ERROR, SOCKADDR("offender", 28, 16))),
	NULL,
};
