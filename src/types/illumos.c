/* SPDX-License-Identifier: MIT */
#include "types/bsd.h"

/*
 * illumos: fs/sockfs/sockcommon_subr.c, inet/ip/conn_opt.c, os/cred.c and os/priv.c of
 * uts/common, sys/ucred.h, sys/procfs.h, netinet/in.h, netinet/sctp.h, sys/socket.h.
 */

#define RIGHTS_MOST 2045 /* SO_MAXARGSIZE, 8192 bytes of control, has one header in it */

#define IN6_SIZE 32   /* struct sockaddr_in6: it ends with an id of the source */
#define LINK_SIZE 252 /* struct sockaddr_dl */

/*
 * Credentials are found by offsets in a header: behind it are the privileges, 72 bytes of 4 sets
 * of 3 words; audit information, 44 bytes unless it is excluded; the label of labelled systems;
 * prcred_t at last. Zones for Linux put it right behind the header.
 */
#define UCRED_SIZE 32
#define UCRED_CREDOFF_AT 4
#define PRCRED_COUNT_AT 24
#define PRCRED_SIZE 28 /* without groups */
#define CRED_AT_HEADER UCRED_SIZE
#define CRED_AT_PRIVILEGES (UCRED_SIZE + 72)
#define CRED_AT_AUDIT (CRED_AT_PRIVILEGES + 44)

static bool illumos_cred_is_at(const struct anc_cmsg *msg, const struct anc_abi *abi, uint64_t at)
{
	if (anc_payload_u32(msg, abi, UCRED_CREDOFF_AT) != at || msg->len < PRCRED_SIZE ||
	    at > msg->len - PRCRED_SIZE)
		return false;
	return anc_payload_u32(msg, abi, (size_t)at + PRCRED_COUNT_AT) <=
	       (msg->len - at - PRCRED_SIZE) / 4;
}

static enum anc_match illumos_cred_at_header(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	return illumos_cred_is_at(msg, abi, CRED_AT_HEADER) ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

static enum anc_match illumos_cred_at_privileges(const struct anc_cmsg *msg,
						 const struct anc_abi *abi)
{
	return illumos_cred_is_at(msg, abi, CRED_AT_PRIVILEGES) ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

static enum anc_match illumos_cred_at_audit(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	return illumos_cred_is_at(msg, abi, CRED_AT_AUDIT) ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

/* A peer elsewhere on the network has none: offset 0. Behind a label they are where nobody looks.
 */
static enum anc_match illumos_cred_elsewhere(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	const uint64_t at = anc_payload_u32(msg, abi, UCRED_CREDOFF_AT);

	if (at == 0)
		return ANC_MATCH_SURE;
	if (at == CRED_AT_HEADER || at == CRED_AT_PRIVILEGES || at == CRED_AT_AUDIT)
		return ANC_MATCH_SIZE;
	return at >= UCRED_SIZE && illumos_cred_is_at(msg, abi, at) ? ANC_MATCH_SURE
								    : ANC_MATCH_SIZE;
}

#define UCRED(least, fits_, ...)                                                                   \
	SIZES(least, (least) + BSD_GROUPS_MOST), PAYLOAD("ucred_t"),                               \
		FAMILIES(BSD_UNIX | BSD_INET), FITS(fits_), __VA_ARGS__
#define UCRED_FIELDS S32("pid", 12), S32("zoneid", 20), S32("projid", 24)
#define PRCRED_FIELDS(at)                                                                          \
	U32("euid", at), U32("uid", (at) + 4), U32("suid", (at) + 8), U32("egid", (at) + 12),      \
		U32("gid", (at) + 16), U32("sgid", (at) + 20), GROUPS((at) + PRCRED_COUNT_AT)

/* ROW_() takes the members that are a layout's. */
#define UCRED_ROWS(ROW_)                                                                           \
	ROW_(UCRED(CRED_AT_AUDIT + PRCRED_SIZE, illumos_cred_at_audit,                             \
		   FIELDS(UCRED_FIELDS, PRCRED_FIELDS(CRED_AT_AUDIT)))),                           \
		ROW_(UCRED(CRED_AT_PRIVILEGES + PRCRED_SIZE, illumos_cred_at_privileges,           \
			   FIELDS(UCRED_FIELDS, PRCRED_FIELDS(CRED_AT_PRIVILEGES)))),              \
		ROW_(UCRED(CRED_AT_HEADER + PRCRED_SIZE, illumos_cred_at_header,                   \
			   FIELDS(UCRED_FIELDS, PRCRED_FIELDS(CRED_AT_HEADER)))),                  \
		ROW_(UCRED(UCRED_SIZE, illumos_cred_elsewhere,                                     \
			   FIELDS(UCRED_FIELDS, U32("uc_size", 0),                                 \
				  U32("uc_credoff", UCRED_CREDOFF_AT), U32("uc_privoff", 8),       \
				  U32("uc_audoff", 16), U32("uc_labeloff", 28))))

#define SCM_UCRED_ROW(...)                                                                         \
	ROW("SCM_UCRED", BSD_SOL_SOCKET, 0x1012, RECEIVED_AND(ANC_CREDENTIALS),                    \
	    ON_NUMBER("SO_RECVUCRED", BSD_SOL_SOCKET, 0x400), __VA_ARGS__)
/* A call of its own, and no option. */
#define GETPEERUCRED_ROW(...) ROW("getpeerucred", 0, 0, WAYS(ANC_CREDENTIALS), __VA_ARGS__)

static anc_rows illumos_peers = {UCRED_ROWS(GETPEERUCRED_ROW), NULL};

static anc_rows illumos_socket = {
	RIGHTS_ROW(0x1010, RIGHTS_MOST, BOTH_WAYS_AND(ANC_UNASKED)),
	UCRED_ROWS(SCM_UCRED_ROW),
	TIMESTAMP_ROW(0x1013, 0x1013, SIZE(16), BITS(64), FIELDS(TIMEVAL("time", 16, 0))),
	TIMESTAMP_ROW(0x1013, 0x1013, SIZE(8), BITS(32), FIELDS(TIMEVAL("time", 8, 0))),
	NULL,
};

static anc_rows illumos_inet = {
	IP_ROW("IP_RECVDSTADDR", 7, ADDR, RECEIVED, ON_NUMBER("IP_RECVDSTADDR", BSD_IP, 7)),
	ROW("IP_RECVOPTS", BSD_IP, 5, SIZES(1, 40), RECEIVED, ON_NUMBER("IP_RECVOPTS", BSD_IP, 5),
	    PAYLOAD("u_char []"), FAMILIES(ANC_FAMILY(AF_INET)), FIELDS(BYTES("options", 0, 0))),
	/* An index, not an address as on the BSDs. */
	IP_ROW("IP_RECVIF", 9, NUMBER("ifindex"), RECEIVED, ON_NUMBER("IP_RECVIF", BSD_IP, 9)),
	ROW("IP_RECVSLLA", BSD_IP, 10, SIZE(LINK_SIZE), RECEIVED,
	    ON_NUMBER("IP_RECVSLLA", BSD_IP, 10), PAYLOAD("struct sockaddr_dl"), FAMILIES(BSD_INET),
	    FIELDS(SOCKADDR("slla", LINK_SIZE, 0))),
	IP_ROW("IP_RECVTTL", 11, TTL, RECEIVED, ON_NUMBER("IP_RECVTTL", BSD_IP, 11)),
	IP_ROW("IP_RECVTOS", 12, TOS, RECEIVED, ON_NUMBER("IP_RECVTOS", BSD_IP, 12)),
	/* Of all that setsockopt() can set, what a datagram is likely to carry: udp_opt_data.c. */
	TOS_AS_INT_ROW(ANC_FAMILY(AF_INET)),
	ROW("IP_TTL", BSD_IP, 4, SIZE(4), SENT, PAYLOAD("int"), FAMILIES(ANC_FAMILY(AF_INET)),
	    FIELDS(S32("ttl", 0))),
	/* An int turns it on, a struct in_pktinfo would set what is sent. */
	ROW("IP_PKTINFO", BSD_IP, 26, SIZE(12), BOTH_WAYS, ON_NUMBER("IP_RECVPKTINFO", BSD_IP, 26),
	    PAYLOAD("struct in_pktinfo"), FAMILIES(ANC_FAMILY(AF_INET)),
	    FIELDS(U32("ipi_ifindex", 0), IN_ADDR("ipi_spec_dst", 4), IN_ADDR("ipi_addr", 8))),
	NULL,
};

static const struct anc_names illumos_src_preferences[] = {
	{0x1, "IPV6_PREFER_SRC_HOME"},
	{0x2, "IPV6_PREFER_SRC_COA"},
	{0x4, "IPV6_PREFER_SRC_PUBLIC"},
	{0x8, "IPV6_PREFER_SRC_TMP"},
	{0x10, "IPV6_PREFER_SRC_NONCGA"},
	{0x20, "IPV6_PREFER_SRC_CGA"},
	{0, NULL},
};

static anc_rows illumos_inet6 = {
	IPV6_ROW("IPV6_PKTINFO", 11, IN6_PKTINFO, BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVPKTINFO", BSD_IPV6, 18)),
	IPV6_ROW("IPV6_HOPLIMIT", 12, INT("hoplimit"), BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVHOPLIMIT", BSD_IPV6, 19)),
	IPV6_ROW("IPV6_TCLASS", 38, TCLASS, BOTH_WAYS, ON_NUMBER("IPV6_RECVTCLASS", BSD_IPV6, 25)),
	IPV6_PATHMTU_ROW(37, 36, IN6_SIZE),
	IPV6_ROW("IPV6_HOPOPTS", 14, HOPOPTS, BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVHOPOPTS", BSD_IPV6, 20)),
	/* Those before a routing header come as another one. */
	IPV6_ROW("IPV6_DSTOPTS", 15, DSTOPTS, BOTH_WAYS_AND(ANC_REPEATS),
		 ON_NUMBER("IPV6_RECVDSTOPTS", BSD_IPV6, 40)),
	IPV6_ROW("IPV6_RTHDR", 16, RTHDR, BOTH_WAYS, ON_NUMBER("IPV6_RECVRTHDR", BSD_IPV6, 22)),
	IPV6_ROW("IPV6_RTHDRDSTOPTS", 17, DSTOPTS, SENT),
	IPV6_NEXTHOP_ROW("IPV6_NEXTHOP", 13, IN6_SIZE),
	IPV6_ROW("IPV6_USE_MIN_MTU", 32, INT("use_min_mtu"), SENT),
	IPV6_ROW("IPV6_DONTFRAG", 33, INT("dontfrag"), SENT),
	ROW("IPV6_SRC_PREFERENCES", BSD_IPV6, 35, SIZE(4), SENT, PAYLOAD("uint32_t"),
	    FAMILIES(BSD_INET6), FIELDS(FLAGS("src_preferences", 4, 0, illumos_src_preferences))),
	NULL,
};

static const struct anc_names illumos_sctp_flags[] = {
	{0x1, "MSG_UNORDERED"}, {0x2, "MSG_ABORT"},    {0x4, "MSG_EOF"},
	{0x8, "MSG_ADDR_OVER"}, {0x10, "MSG_PR_SCTP"}, {0, NULL},
};

static anc_rows illumos_sctp = {
	ROW("SCTP_SNDRCV", BSD_SCTP, 0x100, SIZE(32), BOTH_WAYS, PAYLOAD("struct sctp_sndrcvinfo"),
	    FAMILIES(BSD_INET),
	    FIELDS(U16("sinfo_stream", 0), U16("sinfo_ssn", 2),
		   FLAGS("sinfo_flags", 2, 4, illumos_sctp_flags), HEX("sinfo_ppid", 4, 8),
		   U32("sinfo_context", 12), U32("sinfo_timetolive", 16), U32("sinfo_tsn", 20),
		   U32("sinfo_cumtsn", 24), S32("sinfo_assoc_id", 28))),
	ROW("SCTP_INIT", BSD_SCTP, 0x101, SCTP_INITMSG, SENT, FAMILIES(BSD_INET)),
	NULL,
};

/* MSG_CTRUNC and MSG_TRUNC are the other way round than on the BSDs. */
const struct anc_system anc_illumos = {
	.name = "illumos",
	.tables = (const struct anc_table[]){{illumos_socket, 0},
					     {illumos_inet, 0},
					     {illumos_inet6, 0},
					     {illumos_sctp, 0},
					     {NULL, 0}},
	PEERS(illumos_peers),
	.levels = (const struct anc_level[]){BSD_LEVELS,
					     BSD_SCTP_LEVEL,
					     {"SOL_FILTER", 0xfffc, 0},
					     {"SOL_PACKET", 0xfffd, 0},
					     {"SOL_ROUTE", 0xfffe, 0},
					     {NULL, 0, 0}},
	.flags =
		NAMES({0x1, "MSG_OOB"}, {0x2, "MSG_PEEK"}, {0x4, "MSG_DONTROUTE"}, {0x8, "MSG_EOR"},
		      {0x10, "MSG_CTRUNC"}, {0x20, "MSG_TRUNC"}, {0x40, "MSG_WAITALL"},
		      {0x80, "MSG_DONTWAIT"}, {0x100, "MSG_NOTIFICATION"}, {0x200, "MSG_NOSIGNAL"},
		      {0x800, "MSG_DUPCTRL"}, {0x1000, "MSG_CMSG_CLOEXEC"},
		      {0x2000, "MSG_CMSG_CLOFORK"}, {0x8000, "MSG_XPG4_2"}),
	.inet6 = 26,
	.link = 25,
};
