/* SPDX-License-Identifier: MIT */
#include "types/bsd.h"

/*
 * NetBSD: uipc_usrreq.c of sys/kern, uipc_socket_50.c and uipc_usrreq_70.c of sys/compat/common,
 * ip_input.c and ip_output.c of sys/netinet, ip6_input.c and ip6_output.c of sys/netinet6,
 * sys/socket.h, sys/compat/sys/socket.h.
 */

#define RIGHTS_MOST 1020 /* a page of control messages */

/* Where the counts of groups lie, in bytes. */
#define SOCKCRED_COUNT_AT 20
#define SOCKCRED70_COUNT_AT 16

/* Of programs made before NetBSD 6. */
#define OTIMESTAMP_ROW(...)                                                                        \
	ROW("SCM_OTIMESTAMP", BSD_SOL_SOCKET, 2, RECEIVED,                                         \
	    ON_NUMBER("SO_OTIMESTAMP", BSD_SOL_SOCKET, 0x400), PAYLOAD("struct timeval50"),        \
	    FAMILIES(BSD_INET), __VA_ARGS__)

static enum anc_match netbsd_sockcred_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	return anc_groups_fill(msg, abi, SOCKCRED_COUNT_AT) ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

static enum anc_match netbsd_sockcred70_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	return anc_groups_fill(msg, abi, SOCKCRED70_COUNT_AT) ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

static anc_rows netbsd_unix = {
	RIGHTS_ROW(1, RIGHTS_MOST, BOTH_WAYS_AND(ANC_UNASKED)),
	ROW("SCM_CREDS", BSD_SOL_SOCKET, 0x10,
	    SIZES(SOCKCRED_COUNT_AT + 4, SOCKCRED_COUNT_AT + 4 + BSD_GROUPS_MOST),
	    RECEIVED_AND(ANC_CREDENTIALS), ON_NUMBER("LOCAL_CREDS", BSD_SOL_LOCAL, 4),
	    PAYLOAD("struct sockcred"), FAMILIES(BSD_UNIX), FITS(netbsd_sockcred_fits),
	    FIELDS(S32("pid", 0), SOCKCRED_FIELDS(4))),
	/* Of programs made before NetBSD 8, which call it SCM_CREDS; there was no pid yet. */
	ROW("SCM_OCREDS", BSD_SOL_SOCKET, 4,
	    SIZES(SOCKCRED70_COUNT_AT + 4, SOCKCRED70_COUNT_AT + 4 + BSD_GROUPS_MOST),
	    RECEIVED_AND(ANC_CREDENTIALS), ON_NUMBER("LOCAL_OCREDS", BSD_SOL_LOCAL, 1),
	    PAYLOAD("struct sockcred70"), FAMILIES(BSD_UNIX), FITS(netbsd_sockcred70_fits),
	    FIELDS(SOCKCRED_FIELDS(0))),
	NULL,
};

/* suseconds_t is an int: behind it are 4 bytes of padding where 8-byte numbers are aligned so. */
static anc_rows netbsd_time = {
	TIMESTAMP_ROW(8, 0x2000, SIZE(16), FIELDS(TIMEVAL("time", 12, 0))),
	TIMESTAMP_ROW(8, 0x2000, SIZE(12), BITS(32), FIELDS(TIMEVAL("time", 12, 0))),
	OTIMESTAMP_ROW(SIZE(16), BITS(64), FIELDS(TIMEVAL("time", 16, 0))),
	OTIMESTAMP_ROW(SIZE(8), BITS(32), FIELDS(TIMEVAL("time", 8, 0))),
	NULL,
};

static anc_rows netbsd_inet = {
	/* IP_SENDSRCADDR is the same number, to send. */
	IP_ROW("IP_RECVDSTADDR", 7, ADDR, BOTH_WAYS, ON_NUMBER("IP_RECVDSTADDR", BSD_IP, 7)),
	IP_RECVIF_ROW(20, 20),
	IP_ROW("IP_RECVTTL", 23, TTL, RECEIVED, ON_NUMBER("IP_RECVTTL", BSD_IP, 23)),
	ROW("IP_PKTINFO", BSD_IP, 25, SIZE(8), BOTH_WAYS, ON_NUMBER("IP_RECVPKTINFO", BSD_IP, 26),
	    PAYLOAD("struct in_pktinfo"), FAMILIES(BSD_INET),
	    FIELDS(IN_ADDR("ipi_addr", 0), U32("ipi_ifindex", 4))),
	NULL,
};

const struct anc_system anc_netbsd = {
	.name = "netbsd",
	.tables = (const struct anc_table[]){{netbsd_unix, 0},
					     {netbsd_time, 0},
					     {netbsd_inet, 0},
					     {anc_bsd_inet6, 0},
					     {anc_bsd_2292, 0},
					     {NULL, 0}},
	PEERS(anc_netbsd_peers),
	.levels = (const struct anc_level[]){BSD_LEVELS, BSD_LOCAL_LEVEL, {NULL, 0, 0}},
	.flags = NAMES(BSD_FLAGS, {0x100, "MSG_BCAST"}, {0x200, "MSG_MCAST"},
		       {0x400, "MSG_NOSIGNAL"}, {0x800, "MSG_CMSG_CLOEXEC"}, {0x1000, "MSG_NBIO"},
		       {0x2000, "MSG_WAITFORONE"}, {0x4000, "MSG_NOTIFICATION"}),
	.sockaddr_has_len = true,
	.inet6 = 24,
	.link = 18,
};
