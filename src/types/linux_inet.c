/* SPDX-License-Identifier: MIT */
#include "types/rows.h"

#include "platform/linux_numbers.h"

#include <stddef.h>

#include <anc/inet.h>

/*
 * IPv4: ip(7), net/ipv4/ip_sockglue.c (ip_cmsg_recv_offset, __ip_cmsg_send, ip_recv_error). A
 * socket of IPv6 has them too, for what comes by IPv4.
 */

#ifndef IP_RECVORIGDSTADDR
#define IP_RECVORIGDSTADDR 20
#endif
#ifndef IP_ORIGDSTADDR
#define IP_ORIGDSTADDR IP_RECVORIGDSTADDR
#endif
#ifndef IP_CHECKSUM
#define IP_CHECKSUM 23
#endif
#ifndef IP_RECVFRAGSIZE
#define IP_RECVFRAGSIZE 25
#endif
#ifndef IP_PROTOCOL
#define IP_PROTOCOL 52
#endif

#define IP_ROW(name, type, ...) ROW(name, IPPROTO_IP, type, OF_INET, __VA_ARGS__)
#define INET_AND_RDS (ANC_FAMILY(AF_INET) | ANC_FAMILY(AF_INET6) | ANC_FAMILY(AF_RDS))

/* What the header has room for. */
#define OPTIONS_MOST 40

_Static_assert(sizeof(struct anc_in_pktinfo) == sizeof(struct in_pktinfo) &&
		       offsetof(struct anc_in_pktinfo, spec_dst) ==
			       offsetof(struct in_pktinfo, ipi_spec_dst) &&
		       offsetof(struct anc_in_pktinfo, addr) ==
			       offsetof(struct in_pktinfo, ipi_addr),
	       "as the kernel has it");

const struct anc_message_type anc_pktinfo_type = {
	.name = "IP_PKTINFO",
	.level = IPPROTO_IP,
	.type = IP_PKTINFO,
	SIZE(sizeof(struct anc_in_pktinfo)),
	BOTH_WAYS,
	ON(IPPROTO_IP, IP_PKTINFO),
	PAYLOAD("struct in_pktinfo"),
	OF_INET,
	FIELDS(U32("ipi_ifindex", 0), IN_ADDR("ipi_spec_dst", 4), IN_ADDR("ipi_addr", 8)),
};

const struct anc_message_type anc_ttl_type = {
	.name = "IP_TTL",
	.level = IPPROTO_IP,
	.type = IP_TTL,
	SIZE(4),
	BOTH_WAYS,
	ON(IPPROTO_IP, IP_RECVTTL),
	PAYLOAD("int"),
	OF_INET,
	FIELDS(S32("ttl", 0)),
};

/* recvmsg(2) has a byte, getsockopt(IP_PKTOPTIONS) an int; a sender may choose. Either is read as
 * the other, for only the low byte is used. */
static int anc_tos_read(const struct anc_cmsg *msg, void *ret, size_t size)
{
	const bool is_byte = msg->len == sizeof(uint8_t);
	uint32_t number = 0;

	if (size != sizeof(uint8_t) && size != sizeof(number))
		return -EINVAL;
	if (!is_byte && msg->len != sizeof(number))
		return -EBADMSG;
	if (is_byte)
		number = *(const uint8_t *)msg->data;
	else
		memcpy(&number, msg->data, sizeof(number));
	if (number > UINT8_MAX)
		return -EBADMSG;
	if (size == sizeof(uint8_t))
		*(uint8_t *)ret = (uint8_t)number;
	else
		memcpy(ret, &number, sizeof(number));
	return 0;
}

const struct anc_message_type anc_tos_type = {
	.name = "IP_TOS",
	.level = IPPROTO_IP,
	.type = IP_TOS,
	SIZE(1),
	BOTH_WAYS,
	ON(IPPROTO_IP, IP_RECVTOS),
	PAYLOAD("__u8"),
	OF_INET,
	FIELDS(HEX("tos", 1, 0)),
	.read = anc_tos_read,
};

const struct anc_message_type anc_origdst_type = {
	.name = "IP_ORIGDSTADDR",
	.level = IPPROTO_IP,
	.type = IP_ORIGDSTADDR,
	SIZE(16),
	RECEIVED,
	ON(IPPROTO_IP, IP_RECVORIGDSTADDR),
	PAYLOAD("struct sockaddr_in"),
	OF_INET,
	FIELDS(SOCKADDR("addr", 16, 0)),
};

anc_rows anc_linux_inet = {
	&anc_pktinfo_type,
	&anc_ttl_type,
	&anc_tos_type,
	IP_ROW("IP_TOS", IP_TOS, SIZE(4), BOTH_WAYS, ON(IPPROTO_IP, IP_RECVTOS), PAYLOAD("int"),
	       FIELDS(HEX("tos", 4, 0)), .read = anc_tos_read),
	IP_ROW("IP_RECVOPTS", IP_RECVOPTS, SIZES(1, OPTIONS_MOST), RECEIVED,
	       ON(IPPROTO_IP, IP_RECVOPTS), PAYLOAD("__u8 []"), FIELDS(BYTES("options", 0, 0))),
	IP_ROW("IP_RETOPTS", IP_RETOPTS, SIZES(1, OPTIONS_MOST), BOTH_WAYS,
	       ON(IPPROTO_IP, IP_RETOPTS), PAYLOAD("__u8 []"), FIELDS(BYTES("options", 0, 0))),
	IP_ROW("SCM_SECURITY", SCM_SECURITY, SIZES(0, LABEL_MOST), RECEIVED,
	       ON(IPPROTO_IP, IP_PASSSEC), PAYLOAD("char []"), FIELDS(TEXT("label", 0)),
	       .read = anc_security_read),
	&anc_origdst_type,
	IP_ROW("IP_CHECKSUM", IP_CHECKSUM, SIZE(4), RECEIVED, ON(IPPROTO_IP, IP_CHECKSUM),
	       PAYLOAD("__wsum"), FIELDS(HEX("checksum", 4, 0))),
	IP_ROW("IP_RECVFRAGSIZE", IP_RECVFRAGSIZE, SIZE(4), RECEIVED,
	       ON(IPPROTO_IP, IP_RECVFRAGSIZE), PAYLOAD("int"), FIELDS(S32("fragsize", 0))),
	IP_ROW("IP_RECVERR", IP_RECVERR, SIZE(32), RECEIVED_AND(ANC_ERROR_QUEUE),
	       ON(IPPROTO_IP, IP_RECVERR), PAYLOAD("struct sock_extended_err, struct sockaddr_in"),
	       FIELDS(EXTENDED_ERROR, SOCKADDR("offender", 16, 16))),
	/* Without an offender: net/tls/tls_main.c, net/rds/recv.c. */
	ROW("IP_RECVERR", IPPROTO_IP, IP_RECVERR, QUEUED_ERROR, ON(IPPROTO_IP, IP_RECVERR),
	    FAMILIES(INET_AND_RDS)),
	IP_ROW("IP_PROTOCOL", IP_PROTOCOL, SIZE(4), SENT, PAYLOAD("int"),
	       FIELDS(S32("protocol", 0))),
	NULL,
};
