/* SPDX-License-Identifier: MIT */
#include "types/bsd.h"

/*
 * DragonFly: uipc_usrreq.c of sys/kern, ip_input.c and udp_usrreq.c of sys/netinet, ip6_input.c
 * and ip6_output.c of sys/netinet6, sys/socket.h. It is a system of 64 bits.
 */

#define RIGHTS_MOST 254 /* (2048 - 16) / 8: unp_internalize() keeps pointers in one cluster */

static enum anc_match dragonfly_cmsgcred_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	return anc_may_be_cmsgcred(msg, abi) ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

static anc_rows dragonfly_socket = {
	RIGHTS_ROW(1, RIGHTS_MOST, BOTH_WAYS_AND(ANC_UNASKED | ANC_REPEATS)),
	/* The sender gives the room, or the receiver asks: the kernel fills it in. */
	ROW("SCM_CREDS", BSD_SOL_SOCKET, 3, SIZE(CMSGCRED_SIZE),
	    BOTH_WAYS_AND(ANC_CREDENTIALS | ANC_UNASKED),
	    ON_NUMBER("SO_PASSCRED", BSD_SOL_SOCKET, 0x4000), PAYLOAD("struct cmsgcred"),
	    FAMILIES(BSD_UNIX), FITS(dragonfly_cmsgcred_fits), FIELDS(CMSGCRED_FIELDS)),
	TIMESTAMP_ROW(2, 0x400, SIZE(16), FIELDS(TIMEVAL("time", 16, 0))),
	NULL,
};

static anc_rows dragonfly_inet = {
	/* IP_SENDSRCADDR is the same number, to send. */
	IP_ROW("IP_RECVDSTADDR", 7, ADDR, BOTH_WAYS, ON_NUMBER("IP_RECVDSTADDR", BSD_IP, 7)),
	IP_RECVIF_ROW(20, 86),
	IP_ROW("IP_RECVTTL", 65, TTL, RECEIVED, ON_NUMBER("IP_RECVTTL", BSD_IP, 65)),
	IPV6_ROW("IPV6_PREFER_TEMPADDR", 63, INT("prefer_tempaddr"), SENT),
	NULL,
};

const struct anc_system anc_dragonfly = {
	.name = "dragonfly",
	.tables = (const struct anc_table[]){{dragonfly_socket, 0},
					     {dragonfly_inet, 0},
					     {anc_bsd_inet6, 0},
					     {anc_bsd_2292, 0},
					     {NULL, 0}},
	PEERS(anc_dragonfly_peers),
	.levels = (const struct anc_level[]){BSD_LEVELS, {NULL, 0, 0}},
	.flags = NAMES(BSD_FLAGS, {0x100, "MSG_EOF"}, {0x400, "MSG_NOSIGNAL"}, {0x800, "MSG_SYNC"},
		       {0x1000, "MSG_CMSG_CLOEXEC"}, {0x10000, "MSG_FBLOCKING"},
		       {0x20000, "MSG_FNONBLOCKING"}),
	.sockaddr_has_len = true,
	.inet6 = 28,
	.link = 18,
};
