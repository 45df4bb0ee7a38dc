/* SPDX-License-Identifier: MIT */
#include "types/bsd.h"

/*
 * macOS: uipc_usrreq.c and uipc_socket2.c of xnu's bsd/kern, ip_input.c, in_tclass.c and
 * udp_usrreq.c of bsd/netinet, in6.h, ip6_input.c and ip6_output.c of bsd/netinet6, socket.h and
 * socket_private.h of bsd/sys. It is a system of 64 bits. Unix sockets know descriptors alone.
 */

#define RIGHTS_MOST 254 /* sockargs(): control of 2048 bytes, half of it the kernel's */

#define SOCKET_INT_ROW(name_, type_, ...)                                                          \
	ROW(name_, BSD_SOL_SOCKET, type_, SIZE(4), PAYLOAD("int"), FAMILIES(BSD_INET), __VA_ARGS__)

/* In ticks of mach_absolute_time(): only that machine knows how long one is. */
#define TICKS_ROW(name_, type_, on_name, on)                                                       \
	ROW(name_, BSD_SOL_SOCKET, type_, SIZE(8), RECEIVED,                                       \
	    ON_NUMBER(on_name, BSD_SOL_SOCKET, on), PAYLOAD("uint64_t"), FAMILIES(BSD_INET),       \
	    FIELDS(U64("ticks", 0)))

static const struct anc_names darwin_traffic_class[] = {
	{0, "SO_TC_BE"},    {100, "SO_TC_BK_SYS"}, {200, "SO_TC_BK"}, {300, "SO_TC_RD"},
	{400, "SO_TC_OAM"}, {500, "SO_TC_AV"},     {600, "SO_TC_RV"}, {700, "SO_TC_VI"},
	{800, "SO_TC_VO"},  {900, "SO_TC_CTL"},    {0, NULL},
};

static const struct anc_names darwin_service_type[] = {
	{0, "NET_SERVICE_TYPE_BE"},  {1, "NET_SERVICE_TYPE_BK"},
	{2, "NET_SERVICE_TYPE_SIG"}, {3, "NET_SERVICE_TYPE_VI"},
	{4, "NET_SERVICE_TYPE_VO"},  {5, "NET_SERVICE_TYPE_RV"},
	{6, "NET_SERVICE_TYPE_AV"},  {7, "NET_SERVICE_TYPE_OAM"},
	{8, "NET_SERVICE_TYPE_RD"},  {0, NULL},
};

static anc_rows darwin_socket = {
	RIGHTS_ROW(1, RIGHTS_MOST, BOTH_WAYS_AND(ANC_UNASKED)),
	/* suseconds_t is an int with 4 bytes of padding behind it. */
	TIMESTAMP_ROW(2, 0x400, SIZE(16), FIELDS(TIMEVAL("time", 12, 0))),
	TICKS_ROW("SCM_TIMESTAMP_MONOTONIC", 4, "SO_TIMESTAMP_MONOTONIC", 0x800),
	TICKS_ROW("SCM_TIMESTAMP_CONTINUOUS", 7, "SO_TIMESTAMP_CONTINUOUS", 0x40000),
	SOCKET_INT_ROW("SO_TRAFFIC_CLASS", 0x1086, BOTH_WAYS,
		       ON_NUMBER("SO_RECV_TRAFFIC_CLASS", BSD_SOL_SOCKET, 0x1087),
		       FIELDS(ENUM("traffic_class", 4, 0, darwin_traffic_class))),
	SOCKET_INT_ROW("SO_NET_SERVICE_TYPE", 0x1116, SENT,
		       FIELDS(ENUM("service_type", 4, 0, darwin_service_type))),
	SOCKET_INT_ROW("SO_RECV_WAKE_PKT", 0x1128, RECEIVED,
		       ON_NUMBER("SO_RECV_WAKE_PKT", BSD_SOL_SOCKET, 0x1128),
		       FIELDS(S32("wake_pkt", 0))),
	/* For packet logs, with SO_MPK_LOG. */
	ROW("SCM_MPKL_SEND_INFO", BSD_SOL_SOCKET, 8, SIZE(17), SENT,
	    PAYLOAD("struct so_mpkl_send_info"), FAMILIES(BSD_INET),
	    FIELDS(BYTES("mpkl_uuid", 16, 0), U8("mpkl_proto", 16))),
	ROW("SCM_MPKL_RECV_INFO", BSD_SOL_SOCKET, 9, SIZE(8), RECEIVED,
	    PAYLOAD("struct so_mpkl_recv_info"), FAMILIES(BSD_INET),
	    FIELDS(U32("mpkl_seq", 0), U8("mpkl_proto", 4))),
	NULL,
};

static anc_rows darwin_inet = {
	IP_ROW("IP_RECVDSTADDR", 7, ADDR, RECEIVED, ON_NUMBER("IP_RECVDSTADDR", BSD_IP, 7)),
	IP_RECVIF_ROW(20, 52),
	IP_ROW("IP_RECVTTL", 24, TTL, RECEIVED, ON_NUMBER("IP_RECVTTL", BSD_IP, 24)),
	IP_ROW("IP_RECVTOS", 27, TOS, RECEIVED, ON_NUMBER("IP_RECVTOS", BSD_IP, 27)),
	/* One byte, which other systems want, is ignored. */
	TOS_AS_INT_ROW(BSD_INET),
	/* ipi_spec_dst is zero in what is received. */
	ROW("IP_PKTINFO", BSD_IP, 26, SIZE(12), BOTH_WAYS, ON_NUMBER("IP_RECVPKTINFO", BSD_IP, 26),
	    PAYLOAD("struct in_pktinfo"), FAMILIES(BSD_INET),
	    FIELDS(U32("ipi_ifindex", 0), IN_ADDR("ipi_spec_dst", 4), IN_ADDR("ipi_addr", 8))),
	NULL,
};

static anc_rows darwin_inet6 = {
	IPV6_ROW("IPV6_PKTINFO", 46, IN6_PKTINFO, BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVPKTINFO", BSD_IPV6, 61)),
	IPV6_ROW("IPV6_HOPLIMIT", 47, INT("hoplimit"), BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVHOPLIMIT", BSD_IPV6, 37)),
	IPV6_ROW("IPV6_TCLASS", 36, TCLASS, BOTH_WAYS, ON_NUMBER("IPV6_RECVTCLASS", BSD_IPV6, 35)),
	/* Of IPv4 on such a socket, from macOS 10.14; a later ip6_savecontrol_v4() has an int. */
	IPV6_ROW("IPV6_TCLASS", 36, SIZE(1), RECEIVED, ON_NUMBER("IPV6_RECVTCLASS", BSD_IPV6, 35),
		 PAYLOAD("u_char"), FIELDS(HEX("tclass", 1, 0))),
	IPV6_PATHMTU_ROW(44, 43, BSD_IN6_SIZE),
	IPV6_ROW("IPV6_HOPOPTS", 49, HOPOPTS, BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVHOPOPTS", BSD_IPV6, 39)),
	IPV6_ROW("IPV6_DSTOPTS", 50, DSTOPTS, BOTH_WAYS_AND(ANC_REPEATS),
		 ON_NUMBER("IPV6_RECVDSTOPTS", BSD_IPV6, 40)),
	IPV6_ROW("IPV6_RTHDR", 51, RTHDR, BOTH_WAYS_AND(ANC_REPEATS),
		 ON_NUMBER("IPV6_RECVRTHDR", BSD_IPV6, 38)),
	IPV6_ROW("IPV6_RTHDRDSTOPTS", 57, DSTOPTS, SENT),
	IPV6_NEXTHOP_ROW("IPV6_NEXTHOP", 48, BSD_IN6_SIZE),
	IPV6_ROW("IPV6_USE_MIN_MTU", 42, INT("use_min_mtu"), SENT),
	IPV6_ROW("IPV6_DONTFRAG", 62, INT("dontfrag"), SENT),
	IPV6_ROW("IPV6_PREFER_TEMPADDR", 63, INT("prefer_tempaddr"), SENT),
	NULL,
};

const struct anc_system anc_darwin = {
	.name = "darwin",
	.tables = (const struct anc_table[]){{darwin_socket, 0},
					     {darwin_inet, 0},
					     {darwin_inet6, 0},
					     {anc_bsd_2292, 0},
					     {NULL, 0}},
	PEERS(anc_darwin_peers),
	.levels = (const struct anc_level[]){BSD_LEVELS, BSD_LOCAL_LEVEL, {NULL, 0, 0}},
	.flags = NAMES(BSD_FLAGS, {0x100, "MSG_EOF"}, {0x200, "MSG_WAITSTREAM"},
		       {0x400, "MSG_FLUSH"}, {0x800, "MSG_HOLD"}, {0x1000, "MSG_SEND"},
		       {0x2000, "MSG_HAVEMORE"}, {0x4000, "MSG_RCVMORE"}, {0x10000, "MSG_NEEDSA"},
		       {0x80000, "MSG_NOSIGNAL"}),
	.sockaddr_has_len = true,
	.inet6 = 30,
	.link = 18,
};
