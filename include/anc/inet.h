/* SPDX-License-Identifier: MIT */
#ifndef ANC_INET_H
#define ANC_INET_H

/*
 * What comes with a packet of IPv4 or IPv6, in one form: the address it was sent to, the interface,
 * hop limit and traffic class with ECN; and what goes with an answer. See anc_inet(3).
 */

#include <anc/abi.h>
#include <anc/data.h>
#include <anc/message.h>

ANC_BEGIN_DECLS

/** What is known of a packet; bits for `known`. */
#define ANC_INET_LOCAL 0x01
#define ANC_INET_INTERFACE 0x02
#define ANC_INET_DESTINATION 0x04
#define ANC_INET_DESTINATION_PORT 0x08
#define ANC_INET_HOP_LIMIT 0x10
#define ANC_INET_TRAFFIC_CLASS 0x20

/** The low two bits of a traffic class: RFC 3168. */
#define ANC_ECN_NOT_ECT 0
#define ANC_ECN_ECT_1 1
#define ANC_ECN_ECT_0 2
#define ANC_ECN_CE 3

/**
 * An address. IPv4 is AF_INET whatever socket it came through; ::ffff:192.0.2.1 stands in none.
 * What is not used is zero, so that equal addresses have equal bytes.
 */
struct anc_inet_address {
	uint16_t family;   /* AF_INET, AF_INET6; 0: none */
	uint16_t port;     /* in the host's byte order; 0: not known */
	uint32_t scope;    /* the interface where an address of a link belongs; else 0 */
	uint8_t bytes[16]; /* as inet_ntop(3) reads them: of IPv4 the first 4 */
};

/** Of a packet that came, or is to be sent. A member counts only when its bit is in `known`. */
struct anc_inet {
	unsigned known;
	uint32_t interface;                  /* its index */
	struct anc_inet_address local;       /* this host's own: where an answer comes from */
	struct anc_inet_address destination; /* in the header; perhaps of a group, or broadcast */
	uint8_t hop_limit;                   /* what is left of it, or "time to live" */
	uint8_t traffic_class;               /* or "type of service": DSCP and ECN */
	uint16_t reserved[3];                /* zero */
};

/** The control bytes that a socket with all of it turned on delivers with one packet, at most. */
#define ANC_INET_SPACE                                                                             \
	(ANC_CMSG_SPACE(20) + ANC_CMSG_SPACE(12) + 2 * ANC_CMSG_SPACE(4) + ANC_CMSG_SPACE(28))

/**
 * Turns on what a socket delivers with packets: `what` is bits of ANC_INET_. On an IPv6 socket that
 * takes IPv4 as well (IPV6_V6ONLY, asked now) it does so for both. `ret_refused`, unless NULL, gets
 * those bits that the kernel refused, for one of both at least. Returns 0; -EAFNOSUPPORT: it is no
 * socket of the Internet; -EINVAL: unknown bits; -EBADF, -ENOTSOCK: as getsockopt(2); with a NULL
 * `ret_refused` what the kernel said to the first that it refused, the others being on. Source:
 * ip(7), ipv6(7), net/ipv6/ipv6_sockglue.c.
 */
ANC_API int anc_inet_enable(int fd, unsigned what, unsigned *ret_refused) ANC_FD_ARG(1);

/**
 * All that a receive says of its packet, from every message in it together. A message that cannot
 * be read adds nothing. Returns 0; -ENOMSG: there was none that could be read, `*ret` is as it was.
 */
ANC_API int anc_inet_get(const struct anc_data *, struct anc_inet *ret);

/**
 * Adds to `*inet`, zeroed before the first, what one message of any system says: IP_PKTINFO,
 * IP_RECVDSTADDR, IP_RECVIF, IP_TTL, IP_TOS, IP_ORIGDSTADDR, IP_RECVDSTPORT, IPV6_PKTINFO,
 * IPV6_HOPLIMIT, IPV6_TCLASS and their like. `or_null`: the system it came from; NULL: this host.
 * Returns 0; -ENOMSG: it says nothing of this; -EBADMSG: its size is wrong, or a number in it;
 * `*inet` is then as it was.
 */
ANC_API int anc_inet_read(const struct anc_cmsg *, const struct anc_abi *or_null,
			  struct anc_inet *inet);

/** The ECN of its traffic class, ANC_ECN_CE ...; ANC_ECN_NOT_ECT when that is not known. */
ANC_STATIC_INLINE int anc_inet_ecn(const struct anc_inet *inet)
{
	return inet->known & ANC_INET_TRAFFIC_CLASS ? inet->traffic_class & 3 : ANC_ECN_NOT_ECT;
}

/**
 * What goes with an answer to a packet: the local address, and the interface where one of the
 * packet's addresses belongs to a link. Everything else is for the caller to set, with its bit.
 */
ANC_API struct anc_inet anc_inet_answer(const struct anc_inet *received);

/**
 * Adds what is to go with a packet to `to`, an address of `tolen` bytes and of the socket's family
 * as anc_sender_send_to() gets it: local address, interface, hop limit, traffic class, each when it
 * is known. To ::ffff:192.0.2.1 the messages are those of IPv4. Other bits are ignored. Returns 0;
 * -EAFNOSUPPORT: `to` is no address of the Internet, or `local` is not of its kind; -EINVAL: a hop
 * limit of 0 with IPv4, which the kernel refuses; -ENOBUFS; -EBUSY: as anc_data_add_cmsg(). On
 * error nothing is added. Source: __ip_cmsg_send(), ip6_datagram_send_ctl() of Linux.
 */
ANC_API int anc_inet_add(struct anc_data *, const struct sockaddr *to, socklen_t tolen,
			 const struct anc_inet *);

/**
 * Clears `data`, in which a packet came perhaps, and adds anc_inet_answer(received): ready for an
 * answer to `to`. Returns as anc_inet_add(); on error it is empty.
 */
ANC_API int anc_inet_reply(struct anc_data *, const struct sockaddr *to, socklen_t tolen,
			   const struct anc_inet *received);

/** An address of the system's. Returns 0; -EAFNOSUPPORT: of another family, or too short. */
ANC_API int anc_inet_address_from(const struct sockaddr *, socklen_t len,
				  struct anc_inet_address *ret);

/**
 * The address for a socket of `family`, AF_INET or AF_INET6, or for 0 of its own: IPv4 becomes
 * ::ffff:192.0.2.1 on an IPv6 socket. Returns 0; -EAFNOSUPPORT: it is none, or such a socket cannot
 * have it.
 */
ANC_API int anc_inet_address_to(const struct anc_inet_address *, int family,
				struct sockaddr_storage *ret, socklen_t *ret_len);

/** IP_PKTINFO, turned on by IP_PKTINFO: both ways. */
extern ANC_API const struct anc_message_type anc_pktinfo_type;
/** IP_TTL, turned on by IP_RECVTTL: both ways. */
extern ANC_API const struct anc_message_type anc_ttl_type;
/** IP_TOS, turned on by IP_RECVTOS: both ways; of 1 byte, or of 4. */
extern ANC_API const struct anc_message_type anc_tos_type;
/** IP_ORIGDSTADDR, turned on by IP_RECVORIGDSTADDR: what transparent proxies ask for. */
extern ANC_API const struct anc_message_type anc_origdst_type;
/** IPV6_PKTINFO, turned on by IPV6_RECVPKTINFO: both ways. */
extern ANC_API const struct anc_message_type anc_pktinfo6_type;
/** IPV6_HOPLIMIT, turned on by IPV6_RECVHOPLIMIT: both ways. */
extern ANC_API const struct anc_message_type anc_hoplimit_type;
/** IPV6_TCLASS, turned on by IPV6_RECVTCLASS: both ways. */
extern ANC_API const struct anc_message_type anc_tclass_type;
/** IPV6_ORIGDSTADDR, turned on by IPV6_RECVORIGDSTADDR. */
extern ANC_API const struct anc_message_type anc_origdst6_type;

/** The payload of IP_PKTINFO. */
struct anc_in_pktinfo {
	int32_t ifindex;     /* 0 in what is sent: any */
	uint8_t spec_dst[4]; /* the local address; in what is sent: the source, 0.0.0.0: any */
	uint8_t addr[4];     /* the destination in the header; not used in what is sent */
};

/** The payload of IPV6_PKTINFO. */
struct anc_in6_pktinfo {
	uint8_t addr[16]; /* the destination in the header; in what is sent: the source, or :: */
	int32_t ifindex;  /* 0 in what is sent: any */
};

/**
 * For each stem: stem_is(msg), stem_get(msg, T *ret), stem_add(data, const T *value),
 * stem_enable(fd, on). anc_pktinfo, struct anc_in_pktinfo; anc_pktinfo6, struct anc_in6_pktinfo;
 * anc_ttl, anc_hoplimit, anc_tclass, int32_t; anc_tos, uint8_t. anc_origdst and anc_origdst6 have
 * _is and _enable: anc_inet_read() reads them.
 */
ANC_TYPED_GET(anc_pktinfo, &anc_pktinfo_type, struct anc_in_pktinfo)
ANC_TYPED_EXPECT(anc_pktinfo, &anc_pktinfo_type, struct anc_in_pktinfo)
ANC_TYPED_ADD(anc_pktinfo, &anc_pktinfo_type, struct anc_in_pktinfo)
ANC_TYPED_ENABLE(anc_pktinfo, &anc_pktinfo_type)
ANC_TYPED_GET(anc_ttl, &anc_ttl_type, int32_t)
ANC_TYPED_EXPECT(anc_ttl, &anc_ttl_type, int32_t)
ANC_TYPED_ADD(anc_ttl, &anc_ttl_type, int32_t)
ANC_TYPED_ENABLE(anc_ttl, &anc_ttl_type)
ANC_TYPED_GET(anc_tos, &anc_tos_type, uint8_t)
ANC_TYPED_EXPECT(anc_tos, &anc_tos_type, uint8_t)
ANC_TYPED_ADD(anc_tos, &anc_tos_type, uint8_t)
ANC_TYPED_ENABLE(anc_tos, &anc_tos_type)
ANC_TYPED_IS(anc_origdst, &anc_origdst_type)
ANC_TYPED_ENABLE(anc_origdst, &anc_origdst_type)
ANC_TYPED_GET(anc_pktinfo6, &anc_pktinfo6_type, struct anc_in6_pktinfo)
ANC_TYPED_EXPECT(anc_pktinfo6, &anc_pktinfo6_type, struct anc_in6_pktinfo)
ANC_TYPED_ADD(anc_pktinfo6, &anc_pktinfo6_type, struct anc_in6_pktinfo)
ANC_TYPED_ENABLE(anc_pktinfo6, &anc_pktinfo6_type)
ANC_TYPED_GET(anc_hoplimit, &anc_hoplimit_type, int32_t)
ANC_TYPED_EXPECT(anc_hoplimit, &anc_hoplimit_type, int32_t)
ANC_TYPED_ADD(anc_hoplimit, &anc_hoplimit_type, int32_t)
ANC_TYPED_ENABLE(anc_hoplimit, &anc_hoplimit_type)
ANC_TYPED_GET(anc_tclass, &anc_tclass_type, int32_t)
ANC_TYPED_EXPECT(anc_tclass, &anc_tclass_type, int32_t)
ANC_TYPED_ADD(anc_tclass, &anc_tclass_type, int32_t)
ANC_TYPED_ENABLE(anc_tclass, &anc_tclass_type)
ANC_TYPED_IS(anc_origdst6, &anc_origdst6_type)
ANC_TYPED_ENABLE(anc_origdst6, &anc_origdst6_type)

ANC_END_DECLS

#endif
