/* SPDX-License-Identifier: MIT */
#include "types/bsd.h"

/*
 * FreeBSD: uipc_usrreq.c and uipc_ktls.c of sys/kern, ip_input.c, udp_usrreq.c and sctp_uio.h of
 * sys/netinet, ip6_input.c and ip6_output.c of sys/netinet6, sys/socket.h.
 */

/* Sizes in bytes. */
#define SOCKCRED_COUNT_AT 16
#define SOCKCRED2_COUNT_AT 24

#define RIGHTS_MOST 254 /* (2048 - 16) / 8: unp_internalize() keeps pointers in one cluster */

#define SO_TIMESTAMP_ON ON_NUMBER("SO_TIMESTAMP", BSD_SOL_SOCKET, 0x400)
#define SO_BINTIME_ON ON_NUMBER("SO_BINTIME", BSD_SOL_SOCKET, 0x2000)
/* SO_TIMESTAMP with a clock chosen by number: setting 1 would choose another one. */
#define SO_TS_CLOCK_ON .option_name = "SO_TS_CLOCK"

/* Delivered to IP sockets that asked; on Unix sockets what the peer attached, filled in anew. */
#define TIME_ROW(name_, type_, payload_, ...)                                                      \
	ROW(name_, BSD_SOL_SOCKET, type_, BOTH_WAYS_AND(ANC_UNASKED), PAYLOAD(payload_),           \
	    FAMILIES(BSD_INET | BSD_UNIX), __VA_ARGS__)

static bool freebsd_may_be_sockcred(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	return anc_groups_fill(msg, abi, SOCKCRED_COUNT_AT);
}

/*
 * One number, two structs: what the sender attached, or what the receiver asked for. Only with 16
 * groups can one be the other.
 */
static enum anc_match freebsd_cmsgcred_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	if (!anc_may_be_cmsgcred(msg, abi))
		return ANC_MATCH_SIZE;
	return freebsd_may_be_sockcred(msg, abi) ? ANC_MATCH_GUESS : ANC_MATCH_SURE;
}

static enum anc_match freebsd_sockcred_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	if (!freebsd_may_be_sockcred(msg, abi))
		return ANC_MATCH_SIZE;
	return anc_may_be_cmsgcred(msg, abi) ? ANC_MATCH_GUESS : ANC_MATCH_SURE;
}

/* Its layout is told by its version; there is none but 0 yet. */
static enum anc_match freebsd_sockcred2_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	return anc_payload_u32(msg, abi, 0) == 0 && anc_groups_fill(msg, abi, SOCKCRED2_COUNT_AT)
		       ? ANC_MATCH_SURE
		       : ANC_MATCH_SIZE;
}

static anc_rows freebsd_unix = {
	RIGHTS_ROW(1, RIGHTS_MOST, BOTH_WAYS_AND(ANC_UNASKED | ANC_REPEATS)),
	/* The sender's bytes count for nothing: the kernel fills them in. */
	ROW("SCM_CREDS", BSD_SOL_SOCKET, 3, SIZE(CMSGCRED_SIZE),
	    BOTH_WAYS_AND(ANC_CREDENTIALS | ANC_UNASKED), PAYLOAD("struct cmsgcred"),
	    FAMILIES(BSD_UNIX), FITS(freebsd_cmsgcred_fits), FIELDS(CMSGCRED_FIELDS)),
	ROW("SCM_CREDS", BSD_SOL_SOCKET, 3,
	    SIZES(SOCKCRED_COUNT_AT + 4, SOCKCRED_COUNT_AT + 4 + BSD_GROUPS_MOST),
	    RECEIVED_AND(ANC_CREDENTIALS), ON_NUMBER("LOCAL_CREDS", BSD_SOL_LOCAL, 2),
	    PAYLOAD("struct sockcred"), FAMILIES(BSD_UNIX), FITS(freebsd_sockcred_fits),
	    FIELDS(SOCKCRED_FIELDS(0))),
	ROW("SCM_CREDS2", BSD_SOL_SOCKET, 8,
	    SIZES(SOCKCRED2_COUNT_AT + 4, SOCKCRED2_COUNT_AT + 4 + BSD_GROUPS_MOST),
	    RECEIVED_AND(ANC_CREDENTIALS), ON_NUMBER("LOCAL_CREDS_PERSISTENT", BSD_SOL_LOCAL, 3),
	    PAYLOAD("struct sockcred2"), FAMILIES(BSD_UNIX), FITS(freebsd_sockcred2_fits),
	    FIELDS(S32("version", 0), S32("pid", 4), SOCKCRED_FIELDS(8))),
	NULL,
};

static const struct anc_names freebsd_time_info[] = {
	{0x1, "ST_INFO_HW"},
	{0x2, "ST_INFO_HW_HPREC"},
	{0, NULL},
};

/* time_t has 32 bits on i386 alone; others of 32 bits have 64 and padding. */
static anc_rows freebsd_time = {
	TIME_ROW("SCM_TIMESTAMP", 2, "struct timeval", SIZE(16), BITS(64), SO_TIMESTAMP_ON,
		 FIELDS(TIMEVAL("time", 16, 0))),
	TIME_ROW("SCM_TIMESTAMP", 2, "struct timeval", SIZE(8), BITS(32), SO_TIMESTAMP_ON,
		 FIELDS(TIMEVAL("time", 8, 0))),
	TIME_ROW("SCM_TIMESTAMP", 2, "struct timeval", SIZE(16), BITS(32), SO_TIMESTAMP_ON,
		 FIELDS(TIMEVAL("time", 12, 0))),
	TIME_ROW("SCM_BINTIME", 4, "struct bintime", SIZE(16), SO_BINTIME_ON,
		 FIELDS(BINTIME("time", 16, 0))),
	TIME_ROW("SCM_BINTIME", 4, "struct bintime", SIZE(12), BITS(32), SO_BINTIME_ON,
		 FIELDS(BINTIME("time", 12, 0))),
	TIME_ROW("SCM_REALTIME", 5, "struct timespec", SIZE(16), BITS(64), SO_TS_CLOCK_ON,
		 FIELDS(TIMESPEC("time", 16, 0))),
	TIME_ROW("SCM_REALTIME", 5, "struct timespec", SIZE(8), BITS(32), SO_TS_CLOCK_ON,
		 FIELDS(TIMESPEC("time", 8, 0))),
	TIME_ROW("SCM_REALTIME", 5, "struct timespec", SIZE(16), BITS(32), SO_TS_CLOCK_ON,
		 FIELDS(TIMESPEC("time", 12, 0))),
	TIME_ROW("SCM_MONOTONIC", 6, "struct timespec", SIZE(16), BITS(64), SO_TS_CLOCK_ON,
		 FIELDS(ELAPSED("time", 16, 0))),
	TIME_ROW("SCM_MONOTONIC", 6, "struct timespec", SIZE(8), BITS(32), SO_TS_CLOCK_ON,
		 FIELDS(ELAPSED("time", 8, 0))),
	TIME_ROW("SCM_MONOTONIC", 6, "struct timespec", SIZE(16), BITS(32), SO_TS_CLOCK_ON,
		 FIELDS(ELAPSED("time", 12, 0))),
	/* Beside one of the above that the network card took. */
	ROW("SCM_TIME_INFO", BSD_SOL_SOCKET, 7, SIZE(64), RECEIVED_AND(ANC_UNASKED),
	    PAYLOAD("struct sock_timestamp_info"), FAMILIES(BSD_INET),
	    FIELDS(FLAGS("st_info_flags", 4, 0, freebsd_time_info))),
	NULL,
};

static anc_rows freebsd_inet = {
	/* IP_SENDSRCADDR is the same number, to send. */
	IP_ROW("IP_RECVDSTADDR", 7, ADDR, BOTH_WAYS, ON_NUMBER("IP_RECVDSTADDR", BSD_IP, 7)),
	IP_RECVIF_ROW(20, 86),
	IP_ROW("IP_RECVTTL", 65, TTL, RECEIVED, ON_NUMBER("IP_RECVTTL", BSD_IP, 65)),
	IP_ROW("IP_RECVTOS", 68, TOS, RECEIVED, ON_NUMBER("IP_RECVTOS", BSD_IP, 68)),
	IP_ROW("IP_TOS", 3, TOS, SENT),
	ROW("IP_ORIGDSTADDR", BSD_IP, 27, SIZE(BSD_IN_SIZE), RECEIVED,
	    ON_NUMBER("IP_RECVORIGDSTADDR", BSD_IP, 27), PAYLOAD("struct sockaddr_in"),
	    FAMILIES(BSD_INET), FIELDS(SOCKADDR("addr", BSD_IN_SIZE, 0))),
	IP_ROW("IP_FLOWID", 90, NUMBER("flowid"), BOTH_WAYS,
	       ON_NUMBER("IP_RECVFLOWID", BSD_IP, 93)),
	IP_ROW("IP_FLOWTYPE", 91, NUMBER("flowtype"), BOTH_WAYS,
	       ON_NUMBER("IP_RECVFLOWID", BSD_IP, 93)),
	IP_ROW("IP_RSSBUCKETID", 92, NUMBER("rssbucketid"), BOTH_WAYS,
	       ON_NUMBER("IP_RECVRSSBUCKETID", BSD_IP, 94)),
	NULL,
};

anc_rows anc_bsd_inet6 = {
	IPV6_ROW("IPV6_PKTINFO", 46, IN6_PKTINFO, BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVPKTINFO", BSD_IPV6, 36)),
	IPV6_ROW("IPV6_HOPLIMIT", 47, INT("hoplimit"), BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVHOPLIMIT", BSD_IPV6, 37)),
	IPV6_ROW("IPV6_TCLASS", 61, TCLASS, BOTH_WAYS, ON_NUMBER("IPV6_RECVTCLASS", BSD_IPV6, 57)),
	IPV6_PATHMTU_ROW(44, 43, BSD_IN6_SIZE),
	IPV6_ROW("IPV6_HOPOPTS", 49, HOPOPTS, BOTH_WAYS,
		 ON_NUMBER("IPV6_RECVHOPOPTS", BSD_IPV6, 39)),
	IPV6_ROW("IPV6_DSTOPTS", 50, DSTOPTS, BOTH_WAYS_AND(ANC_REPEATS),
		 ON_NUMBER("IPV6_RECVDSTOPTS", BSD_IPV6, 40)),
	IPV6_ROW("IPV6_RTHDR", 51, RTHDR, BOTH_WAYS_AND(ANC_REPEATS),
		 ON_NUMBER("IPV6_RECVRTHDR", BSD_IPV6, 38)),
	IPV6_ROW("IPV6_RTHDRDSTOPTS", 35, DSTOPTS, SENT),
	IPV6_NEXTHOP_ROW("IPV6_NEXTHOP", 48, BSD_IN6_SIZE),
	IPV6_ROW("IPV6_USE_MIN_MTU", 42, INT("use_min_mtu"), SENT),
	IPV6_ROW("IPV6_DONTFRAG", 62, INT("dontfrag"), SENT),
	NULL,
};

anc_rows anc_bsd_2292 = {
	IPV6_ROW("IPV6_2292PKTINFO", 19, IN6_PKTINFO, BOTH_WAYS,
		 ON_NUMBER("IPV6_2292PKTINFO", BSD_IPV6, 19)),
	IPV6_ROW("IPV6_2292HOPLIMIT", 20, INT("hoplimit"), BOTH_WAYS,
		 ON_NUMBER("IPV6_2292HOPLIMIT", BSD_IPV6, 20)),
	IPV6_NEXTHOP_ROW("IPV6_2292NEXTHOP", 21, BSD_IN6_SIZE),
	IPV6_ROW("IPV6_2292HOPOPTS", 22, HOPOPTS, BOTH_WAYS,
		 ON_NUMBER("IPV6_2292HOPOPTS", BSD_IPV6, 22)),
	IPV6_ROW("IPV6_2292DSTOPTS", 23, DSTOPTS, BOTH_WAYS_AND(ANC_REPEATS),
		 ON_NUMBER("IPV6_2292DSTOPTS", BSD_IPV6, 23)),
	IPV6_ROW("IPV6_2292RTHDR", 24, RTHDR, BOTH_WAYS_AND(ANC_REPEATS),
		 ON_NUMBER("IPV6_2292RTHDR", BSD_IPV6, 24)),
	NULL,
};

static anc_rows freebsd_inet6 = {
	IPV6_ROW("IPV6_PREFER_TEMPADDR", 63, INT("prefer_tempaddr"), SENT),
	ROW("IPV6_ORIGDSTADDR", BSD_IPV6, 72, SIZE(BSD_IN6_SIZE), RECEIVED,
	    ON_NUMBER("IPV6_RECVORIGDSTADDR", BSD_IPV6, 72), PAYLOAD("struct sockaddr_in6"),
	    FAMILIES(BSD_INET6), FIELDS(SOCKADDR("addr", BSD_IN6_SIZE, 0))),
	IPV6_ROW("IPV6_FLOWID", 67, NUMBER("flowid"), RECEIVED,
		 ON_NUMBER("IPV6_RECVFLOWID", BSD_IPV6, 70)),
	IPV6_ROW("IPV6_FLOWTYPE", 68, NUMBER("flowtype"), RECEIVED,
		 ON_NUMBER("IPV6_RECVFLOWID", BSD_IPV6, 70)),
	IPV6_ROW("IPV6_RSSBUCKETID", 69, NUMBER("rssbucketid"), RECEIVED,
		 ON_NUMBER("IPV6_RECVRSSBUCKETID", BSD_IPV6, 71)),
	NULL,
};

/* kTLS, with TCP_TXTLS_ENABLE and TCP_RXTLS_ENABLE. */
static anc_rows freebsd_tls = {
	ROW("TLS_SET_RECORD_TYPE", BSD_TCP, 1, SIZE(1), SENT, PAYLOAD("uint8_t"),
	    FAMILIES(BSD_INET), FIELDS(ENUM("record_type", 1, 0, anc_tls_records))),
	ROW("TLS_GET_RECORD", BSD_TCP, 2, SIZE(6), RECEIVED_AND(ANC_UNASKED),
	    PAYLOAD("struct tls_get_record"), FAMILIES(BSD_INET),
	    FIELDS(ENUM("record_type", 1, 0, anc_tls_records), U8("tls_vmajor", 1),
		   U8("tls_vminor", 2),
		   FIELD("tls_length", ANC_FIELD_UINT | ANC_FIELD_NETWORK, 2, 4, NULL))),
	NULL,
};

/* sinfo_flags, snd_flags, rcv_flags and nxt_flags. The low bits are a policy, of pr_policy. */
static const struct anc_names freebsd_sctp_flags[] = {
	{0x3, "SCTP_PR_SCTP_RTX"},
	{0x1, "SCTP_PR_SCTP_TTL"},
	{0x2, "SCTP_PR_SCTP_PRIO"},
	{0x10, "SCTP_NOTIFICATION"},
	{0x20, "SCTP_COMPLETE"},
	{0x100, "SCTP_EOF"},
	{0x200, "SCTP_ABORT"},
	{0x400, "SCTP_UNORDERED"},
	{0x800, "SCTP_ADDR_OVER"},
	{0x1000, "SCTP_SENDALL"},
	{0x2000, "SCTP_EOR"},
	{0x4000, "SCTP_SACK_IMMEDIATELY"},
	{0, NULL},
};
static const struct anc_names freebsd_sctp_policies[] = {
	{0, "SCTP_PR_SCTP_NONE"},
	{1, "SCTP_PR_SCTP_TTL"},
	{2, "SCTP_PR_SCTP_PRIO"},
	{3, "SCTP_PR_SCTP_RTX"},
	{0, NULL},
};
static const struct anc_names freebsd_sctp_next[] = {
	{0x1, "SCTP_NEXT_MSG_AVAIL"},
	{0x2, "SCTP_NEXT_MSG_ISCOMPLETE"},
	{0x4, "SCTP_NEXT_MSG_IS_UNORDERED"},
	{0x8, "SCTP_NEXT_MSG_IS_NOTIFICATION"},
	{0, NULL},
};

#define SCTP_ROW(name_, type_, size_, payload_, ...)                                               \
	ROW(name_, BSD_SCTP, type_, SIZE(size_), PAYLOAD(payload_), FAMILIES(BSD_INET), __VA_ARGS__)

/* Both have room to grow behind their last field, up to 128 bytes. */
#define SCTP_INFO_FIELDS                                                                           \
	U16("sinfo_stream", 0), U16("sinfo_ssn", 2),                                               \
		FLAGS("sinfo_flags", 2, 4, freebsd_sctp_flags), HEX("sinfo_ppid", 4, 8),           \
		U32("sinfo_context", 12), U32("sinfo_timetolive", 16), U32("sinfo_tsn", 20),       \
		U32("sinfo_cumtsn", 24), U32("sinfo_assoc_id", 28)

static anc_rows freebsd_sctp = {
	ROW("SCTP_INIT", BSD_SCTP, 1, SCTP_INITMSG, SENT, FAMILIES(BSD_INET)),
	SCTP_ROW("SCTP_SNDRCV", 2, 128, "struct sctp_sndrcvinfo", BOTH_WAYS,
		 FIELDS(SCTP_INFO_FIELDS, U16("sinfo_keynumber", 32),
			U16("sinfo_keynumber_valid", 34))),
	SCTP_ROW("SCTP_EXTRCV", 3, 128, "struct sctp_extrcvinfo", RECEIVED,
		 FIELDS(SCTP_INFO_FIELDS, FLAGS("serinfo_next_flags", 2, 32, freebsd_sctp_next),
			U16("serinfo_next_stream", 34), U32("serinfo_next_aid", 36),
			U32("serinfo_next_length", 40), HEX("serinfo_next_ppid", 4, 44),
			U16("sinfo_keynumber", 48), U16("sinfo_keynumber_valid", 50))),
	SCTP_ROW("SCTP_SNDINFO", 4, 16, "struct sctp_sndinfo", SENT,
		 FIELDS(U16("snd_sid", 0), FLAGS("snd_flags", 2, 2, freebsd_sctp_flags),
			HEX("snd_ppid", 4, 4), U32("snd_context", 8), U32("snd_assoc_id", 12))),
	SCTP_ROW("SCTP_RCVINFO", 5, 28, "struct sctp_rcvinfo", RECEIVED,
		 ON_NUMBER("SCTP_RECVRCVINFO", BSD_SCTP, 31),
		 FIELDS(U16("rcv_sid", 0), U16("rcv_ssn", 2),
			FLAGS("rcv_flags", 2, 4, freebsd_sctp_flags), HEX("rcv_ppid", 4, 8),
			U32("rcv_tsn", 12), U32("rcv_cumtsn", 16), U32("rcv_context", 20),
			U32("rcv_assoc_id", 24))),
	SCTP_ROW("SCTP_NXTINFO", 6, 16, "struct sctp_nxtinfo", RECEIVED,
		 ON_NUMBER("SCTP_RECVNXTINFO", BSD_SCTP, 32),
		 FIELDS(U16("nxt_sid", 0), FLAGS("nxt_flags", 2, 2, freebsd_sctp_flags),
			HEX("nxt_ppid", 4, 4), U32("nxt_length", 8), U32("nxt_assoc_id", 12))),
	SCTP_ROW("SCTP_PRINFO", 7, 8, "struct sctp_prinfo", SENT,
		 FIELDS(ENUM("pr_policy", 2, 0, freebsd_sctp_policies), U32("pr_value", 4))),
	SCTP_ROW("SCTP_AUTHINFO", 8, 2, "struct sctp_authinfo", SENT,
		 FIELDS(U16("auth_keynumber", 0))),
	SCTP_ROW("SCTP_DSTADDRV4", 9, 4, "struct in_addr", SENT_AND(ANC_REPEATS),
		 FIELDS(IN_ADDR("addr", 0))),
	SCTP_ROW("SCTP_DSTADDRV6", 10, 16, "struct in6_addr", SENT_AND(ANC_REPEATS),
		 FIELDS(IN6_ADDR("addr", 0))),
	NULL,
};

const struct anc_system anc_freebsd = {
	.name = "freebsd",
	.tables = (const struct anc_table[]){{freebsd_unix, 0},
					     {freebsd_time, 0},
					     {freebsd_inet, 0},
					     {anc_bsd_inet6, 0},
					     {freebsd_inet6, 0},
					     {anc_bsd_2292, 0},
					     {freebsd_tls, 0},
					     {freebsd_sctp, 0},
					     {NULL, 0}},
	PEERS(anc_freebsd_peers),
	.levels =
		(const struct anc_level[]){
			BSD_LEVELS, BSD_LOCAL_LEVEL, BSD_SCTP_LEVEL, {NULL, 0, 0}},
	.flags = NAMES(BSD_FLAGS, {0x100, "MSG_EOF"}, {0x2000, "MSG_NOTIFICATION"},
		       {0x4000, "MSG_NBIO"}, {0x8000, "MSG_COMPAT"}, {0x20000, "MSG_NOSIGNAL"},
		       {0x40000, "MSG_CMSG_CLOEXEC"}, {0x80000, "MSG_WAITFORONE"},
		       {0x200000, "MSG_TLSAPPDATA"}),
	.sockaddr_has_len = true,
	.inet6 = 28,
	.link = 18,
};
