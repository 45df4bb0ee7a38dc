/* SPDX-License-Identifier: MIT */
#include "types/bsd.h"

/*
 * OpenBSD: uipc_usrreq.c of sys/kern, ip_input.c, ip_output.c and udp_usrreq.c of sys/netinet,
 * ip6_input.c and ip6_output.c of sys/netinet6, sys/socket.h. Unix sockets know no credential
 * message.
 */

#define RIGHTS_MOST 127 /* (2048 - 16) / 16: unp_internalize() */

#define PORT(name) FIELD(name, ANC_FIELD_UINT | ANC_FIELD_NETWORK, 2, 0, NULL)

/* time_t has 64 bits everywhere; i386 has no padding behind the microseconds, arm has. */
static anc_rows openbsd_socket = {
	RIGHTS_ROW(1, RIGHTS_MOST, BOTH_WAYS_AND(ANC_UNASKED)),
	TIMESTAMP_ROW(4, 0x800, SIZE(16), BITS(64), FIELDS(TIMEVAL("time", 16, 0))),
	TIMESTAMP_ROW(4, 0x800, SIZE(12), BITS(32), FIELDS(TIMEVAL("time", 12, 0))),
	TIMESTAMP_ROW(4, 0x800, SIZE(16), BITS(32), FIELDS(TIMEVAL("time", 12, 0))),
	NULL,
};

static anc_rows openbsd_inet = {
	/* IP_SENDSRCADDR is the same number, to send. */
	IP_ROW("IP_RECVDSTADDR", 7, ADDR, BOTH_WAYS, ON_NUMBER("IP_RECVDSTADDR", BSD_IP, 7)),
	IP_RECVIF_ROW(30, 255),
	IP_ROW("IP_RECVTTL", 31, TTL, RECEIVED, ON_NUMBER("IP_RECVTTL", BSD_IP, 31)),
	ROW("IP_RECVDSTPORT", BSD_IP, 33, SIZE(2), RECEIVED,
	    ON_NUMBER("IP_RECVDSTPORT", BSD_IP, 33), PAYLOAD("in_port_t"), FAMILIES(BSD_INET),
	    FIELDS(PORT("port"))),
	IP_ROW("IP_RECVRTABLE", 35, NUMBER("rtable"), RECEIVED,
	       ON_NUMBER("IP_RECVRTABLE", BSD_IP, 35)),
	IP_ROW("IP_IPSECFLOWINFO", 36, NUMBER("ipsecflowinfo"), BOTH_WAYS,
	       ON_NUMBER("IP_IPSECFLOWINFO", BSD_IP, 36)),
	ROW("IPV6_RECVDSTPORT", BSD_IPV6, 64, SIZE(2), RECEIVED,
	    ON_NUMBER("IPV6_RECVDSTPORT", BSD_IPV6, 64), PAYLOAD("in_port_t"), FAMILIES(BSD_INET6),
	    FIELDS(PORT("port"))),
	NULL,
};

const struct anc_system anc_openbsd = {
	.name = "openbsd",
	.tables =
		(const struct anc_table[]){
			{openbsd_socket, 0}, {openbsd_inet, 0}, {anc_bsd_inet6, 0}, {NULL, 0}},
	PEERS(anc_openbsd_peers),
	.levels = (const struct anc_level[]){BSD_LEVELS, {NULL, 0, 0}},
	.flags = NAMES(BSD_FLAGS, {0x100, "MSG_BCAST"}, {0x200, "MSG_MCAST"},
		       {0x400, "MSG_NOSIGNAL"}, {0x800, "MSG_CMSG_CLOEXEC"},
		       {0x1000, "MSG_WAITFORONE"}, {0x2000, "MSG_CMSG_CLOFORK"}),
	.sockaddr_has_len = true,
	.inet6 = 24,
	.link = 18,
};
