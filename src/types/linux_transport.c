/* SPDX-License-Identifier: MIT */
#include "abi.h"
#include "field.h"
#include "types/rows.h"

#include "platform/linux_numbers.h"

#include <anc/tcp.h>
#include <anc/udp.h>

/*
 * Transport protocols: udp(7), tcp(7), RFC 6458 (SCTP) and the kernel's own documentation of the
 * others; what delivers and takes each stands before its rows.
 */

/* linux/udp.h, tcp.h, tls.h */
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef TCP_INQ
#define TCP_INQ 36
#endif
#define TLS_SET_RECORD_TYPE 1
#define TLS_GET_RECORD_TYPE 2
#define TLS_RX 2

/* linux/sctp.h, dccp.h */
#define SCTP_INIT 0
#define SCTP_SNDRCV 1
#define SCTP_SNDINFO 2
#define SCTP_RCVINFO 3
#define SCTP_NXTINFO 4
#define SCTP_PRINFO 5
#define SCTP_AUTHINFO 6
#define SCTP_DSTADDRV4 7
#define SCTP_DSTADDRV6 8
#define SCTP_EVENTS 11
#define SCTP_RECVRCVINFO 32
#define SCTP_RECVNXTINFO 33
#define DCCP_SCM_PRIORITY 1

/* SCTP_EVENTS is a struct of bytes, and takes the first four; data_io_event is the first. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SCTP_DATA_IO_EVENT 0x01000000
#else
#define SCTP_DATA_IO_EVENT 1
#endif

/* linux/rds.h */
#define RDS_CONG_MONITOR 6
#define RDS_CMSG_RDMA_ARGS 1
#define RDS_CMSG_RDMA_DEST 2
#define RDS_CMSG_RDMA_MAP 3
#define RDS_CMSG_RDMA_STATUS 4
#define RDS_CMSG_CONG_UPDATE 5
#define RDS_CMSG_ATOMIC_FADD 6
#define RDS_CMSG_ATOMIC_CSWP 7
#define RDS_CMSG_MASKED_ATOMIC_FADD 8
#define RDS_CMSG_MASKED_ATOMIC_CSWP 9
#define RDS_CMSG_RXPATH_LATENCY 11
#define RDS_CMSG_ZCOPY_COOKIE 12
#define RDS_CMSG_ZCOPY_COMPLETION 13

/* linux/rxrpc.h */
#define RXRPC_USER_CALL_ID 1
#define RXRPC_ABORT 2
#define RXRPC_ACK 3
#define RXRPC_NET_ERROR 5
#define RXRPC_LOCAL_ERROR 7
#define RXRPC_EXCLUSIVE_CALL 10
#define RXRPC_UPGRADE_SERVICE 11
#define RXRPC_TX_LENGTH 12
#define RXRPC_SET_CALL_TIMEOUT 13
#define RXRPC_CHARGE_ACCEPT 14
#define RXRPC_OOB_ID 15
#define RXRPC_CHALLENGED 16
#define RXRPC_RESPOND 17
#define RXRPC_RESP_RXGK_APPDATA 19

/* linux/tipc.h */
#define TIPC_ERRINFO 1
#define TIPC_RETDATA 2
#define TIPC_DESTNAME 3

const struct anc_names anc_tls_records[] = {
	{20, "change_cipher_spec"}, {21, "alert"}, {22, "handshake"},
	{23, "application_data"},   {0, NULL},
};

/* sinfo_flags, snd_flags and rcv_flags. Two bits are a policy: those of pr_policy. */
static const struct anc_names anc_sctp_flags[] = {
	{0x30, "SCTP_PR_SCTP_PRIO"},    {0x10, "SCTP_PR_SCTP_TTL"},
	{0x20, "SCTP_PR_SCTP_RTX"},     {0x1, "SCTP_UNORDERED"},
	{0x2, "SCTP_ADDR_OVER"},        {0x4, "SCTP_ABORT"},
	{0x8, "SCTP_SACK_IMMEDIATELY"}, {0x40, "SCTP_SENDALL"},
	{0x80, "SCTP_PR_SCTP_ALL"},     {0x200, "SCTP_EOF"},
	{0x8000, "SCTP_NOTIFICATION"},  {0, NULL},
};
static const struct anc_names anc_sctp_policies[] = {
	{0x00, "SCTP_PR_SCTP_NONE"},
	{0x10, "SCTP_PR_SCTP_TTL"},
	{0x20, "SCTP_PR_SCTP_RTX"},
	{0x30, "SCTP_PR_SCTP_PRIO"},
	{0, NULL},
};

#define SCTP_ROW(name, type, ...) ROW(name, SOL_SCTP, type, OF_INET, __VA_ARGS__)

static const struct anc_names anc_rds_flags[] = {
	{0x1, "RDS_RDMA_READWRITE"},  {0x2, "RDS_RDMA_FENCE"},
	{0x4, "RDS_RDMA_INVALIDATE"}, {0x8, "RDS_RDMA_USE_ONCE"},
	{0x10, "RDS_RDMA_DONTWAIT"},  {0x20, "RDS_RDMA_NOTIFY_ME"},
	{0x40, "RDS_RDMA_SILENT"},    {0, NULL},
};
static const struct anc_names anc_rds_statuses[] = {
	{0, "RDS_RDMA_SUCCESS"}, {1, "RDS_RDMA_REMOTE_ERROR"}, {2, "RDS_RDMA_CANCELED"},
	{3, "RDS_RDMA_DROPPED"}, {4, "RDS_RDMA_OTHER_ERROR"},  {0, NULL},
};

/* Positions that a trace has room for, and cookies that a completion has. */
#define RDS_TRACES_MOST 3
#define RDS_COOKIES_MOST 8

static enum anc_match anc_rds_trace_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	(void)abi;
	return *(const unsigned char *)msg->data <= RDS_TRACES_MOST ? ANC_MATCH_SURE
								    : ANC_MATCH_SIZE;
}

static enum anc_match anc_rds_cookies_fit(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	return anc_field_load(msg->data, 4, abi->big_endian) <= RDS_COOKIES_MOST ? ANC_MATCH_SURE
										 : ANC_MATCH_SIZE;
}

#define RDS_ROW(name, type, ...) ROW(name, SOL_RDS, type, FAMILIES(ANC_FAMILY(AF_RDS)), __VA_ARGS__)
#define RDS_ATOMIC_ROW(name, type, ...)                                                            \
	RDS_ROW(name, type, SIZE(72), SENT, PAYLOAD("struct rds_atomic_args"),                     \
		FIELDS(HEX("cookie", 8, 0), HEX("local_addr", 8, 8), HEX("remote_addr", 8, 16),    \
		       __VA_ARGS__, FLAGS("flags", 8, 56, anc_rds_flags),                          \
		       HEX("user_token", 8, 64)))

static const struct anc_names anc_rxrpc_securities[] = {
	{0, "RXRPC_SECURITY_NONE"}, {2, "RXRPC_SECURITY_RXKAD"},    {4, "RXRPC_SECURITY_RXGK"},
	{5, "RXRPC_SECURITY_RXK5"}, {6, "RXRPC_SECURITY_YFS_RXGK"}, {0, NULL},
};

#define RXRPC_ROW(name, type, ...)                                                                 \
	ROW(name, SOL_RXRPC, type, FAMILIES(ANC_FAMILY(AF_RXRPC)), __VA_ARGS__)
#define CHALLENGE_FIELDS U16("service_id", 0), ENUM("security_index", 1, 2, anc_rxrpc_securities)

/* A message that is a word by itself. */
#define RXRPC_WORD_ROW(name, type, ways) RXRPC_ROW(name, type, EMPTY(ways))

static const struct anc_names anc_tipc_errors[] = {
	{0, "TIPC_OK"},          {1, "TIPC_ERR_NO_NAME"},  {2, "TIPC_ERR_NO_PORT"},
	{3, "TIPC_ERR_NO_NODE"}, {4, "TIPC_ERR_OVERLOAD"}, {0, NULL},
};

#define TIPC_ROW(name, type, ...)                                                                  \
	ROW(name, SOL_TIPC, type, FAMILIES(ANC_FAMILY(AF_TIPC)), RECEIVED_AND(ANC_UNASKED),        \
	    __VA_ARGS__)

/* net/ipv4/udp.c (__udp_cmsg_send) */
const struct anc_message_type anc_udp_segment_type = {
	.name = "UDP_SEGMENT",
	.level = SOL_UDP,
	.type = UDP_SEGMENT,
	SIZE(2),
	SENT,
	PAYLOAD("__u16"),
	OF_INET,
	FIELDS(U16("segment_size", 0)),
};

/* include/linux/udp.h (udp_cmsg_recv) */
const struct anc_message_type anc_udp_gro_type = {
	.name = "UDP_GRO",
	.level = SOL_UDP,
	.type = UDP_GRO,
	SIZE(4),
	RECEIVED,
	ON(SOL_UDP, UDP_GRO),
	PAYLOAD("int"),
	OF_INET,
	FIELDS(S32("segment_size", 0)),
};

/* net/ipv4/tcp.c, net/mptcp/protocol.c */
const struct anc_message_type anc_tcp_inq_type = {
	.name = "TCP_CM_INQ",
	.level = SOL_TCP,
	.type = TCP_INQ,
	SIZE(4),
	RECEIVED,
	ON(SOL_TCP, TCP_INQ),
	PAYLOAD("int"),
	OF_INET,
	FIELDS(S32("inq", 0)),
};

anc_rows anc_linux_transport = {
	&anc_udp_segment_type,
	&anc_udp_gro_type,
	&anc_tcp_inq_type,

	/* net/tls/tls_main.c (tls_process_cmsg), tls_sw.c (tls_record_content_type) */
	ROW("TLS_SET_RECORD_TYPE", SOL_TLS, TLS_SET_RECORD_TYPE, SIZE(1), SENT, PAYLOAD("__u8"),
	    OF_INET, FIELDS(ENUM("record_type", 1, 0, anc_tls_records))),
	ROW("TLS_GET_RECORD_TYPE", SOL_TLS, TLS_GET_RECORD_TYPE, SIZE(1), RECEIVED,
	    ON(SOL_TLS, TLS_RX), PAYLOAD("__u8"), OF_INET,
	    FIELDS(ENUM("record_type", 1, 0, anc_tls_records))),

	/* net/sctp/socket.c (sctp_msghdr_parse), ulpevent.c. A ppid is of the two programs alone.
	 */
	SCTP_ROW("SCTP_INIT", SCTP_INIT, SCTP_INITMSG, SENT),
	SCTP_ROW("SCTP_SNDRCV", SCTP_SNDRCV, SIZE(32), BOTH_WAYS, ON(SOL_SCTP, SCTP_EVENTS),
		 BY_FLAGS(SCTP_DATA_IO_EVENT, SCTP_DATA_IO_EVENT),
		 PAYLOAD("struct sctp_sndrcvinfo"),
		 FIELDS(U16("sinfo_stream", 0), U16("sinfo_ssn", 2),
			FLAGS("sinfo_flags", 2, 4, anc_sctp_flags), HEX("sinfo_ppid", 4, 8),
			U32("sinfo_context", 12), U32("sinfo_timetolive", 16), U32("sinfo_tsn", 20),
			U32("sinfo_cumtsn", 24), S32("sinfo_assoc_id", 28))),
	SCTP_ROW("SCTP_SNDINFO", SCTP_SNDINFO, SIZE(16), SENT, PAYLOAD("struct sctp_sndinfo"),
		 FIELDS(U16("snd_sid", 0), FLAGS("snd_flags", 2, 2, anc_sctp_flags),
			HEX("snd_ppid", 4, 4), U32("snd_context", 8), S32("snd_assoc_id", 12))),
	SCTP_ROW("SCTP_RCVINFO", SCTP_RCVINFO, SIZE(28), RECEIVED, ON(SOL_SCTP, SCTP_RECVRCVINFO),
		 PAYLOAD("struct sctp_rcvinfo"),
		 FIELDS(U16("rcv_sid", 0), U16("rcv_ssn", 2),
			FLAGS("rcv_flags", 2, 4, anc_sctp_flags), HEX("rcv_ppid", 4, 8),
			U32("rcv_tsn", 12), U32("rcv_cumtsn", 16), U32("rcv_context", 20),
			S32("rcv_assoc_id", 24))),
	SCTP_ROW("SCTP_NXTINFO", SCTP_NXTINFO, SIZE(16), RECEIVED, ON(SOL_SCTP, SCTP_RECVNXTINFO),
		 PAYLOAD("struct sctp_nxtinfo"),
		 FIELDS(U16("nxt_sid", 0), FLAGS("nxt_flags", 2, 2, anc_sctp_flags),
			HEX("nxt_ppid", 4, 4), U32("nxt_length", 8), S32("nxt_assoc_id", 12))),
	SCTP_ROW("SCTP_PRINFO", SCTP_PRINFO, SIZE(8), SENT, PAYLOAD("struct sctp_prinfo"),
		 FIELDS(ENUM("pr_policy", 2, 0, anc_sctp_policies), U32("pr_value", 4))),
	SCTP_ROW("SCTP_AUTHINFO", SCTP_AUTHINFO, SIZE(2), SENT, PAYLOAD("struct sctp_authinfo"),
		 FIELDS(U16("auth_keynumber", 0))),
	SCTP_ROW("SCTP_DSTADDRV4", SCTP_DSTADDRV4, SIZE(4), SENT_AND(ANC_REPEATS),
		 PAYLOAD("struct in_addr"), FIELDS(IN_ADDR("addr", 0))),
	SCTP_ROW("SCTP_DSTADDRV6", SCTP_DSTADDRV6, SIZE(16), SENT_AND(ANC_REPEATS),
		 PAYLOAD("struct in6_addr"), FIELDS(IN6_ADDR("addr", 0))),

	/* net/dccp/proto.c (dccp_msghdr_parse), gone with Linux 6.16 */
	ROW("DCCP_SCM_PRIORITY", SOL_DCCP, DCCP_SCM_PRIORITY, SIZE(4), SENT, PAYLOAD("__u32"),
	    OF_INET, FIELDS(U32("priority", 0))),

	/* net/rds/send.c (rds_cmsg_send), rdma.c, recv.c */
	RDS_ROW("RDS_CMSG_RDMA_ARGS", RDS_CMSG_RDMA_ARGS, SIZE(56), SENT,
		PAYLOAD("struct rds_rdma_args"),
		FIELDS(HEX("cookie", 8, 0), HEX("remote_vec.addr", 8, 8),
		       U64("remote_vec.bytes", 16), HEX("local_vec_addr", 8, 24),
		       U64("nr_local", 32), FLAGS("flags", 8, 40, anc_rds_flags),
		       HEX("user_token", 8, 48))),
	RDS_ROW("RDS_CMSG_RDMA_DEST", RDS_CMSG_RDMA_DEST, SIZE(8), BOTH_WAYS_AND(ANC_UNASKED),
		PAYLOAD("rds_rdma_cookie_t"), FIELDS(HEX("cookie", 8, 0))),
	RDS_ROW("RDS_CMSG_RDMA_MAP", RDS_CMSG_RDMA_MAP, SIZE(32), SENT,
		PAYLOAD("struct rds_get_mr_args"),
		FIELDS(HEX("vec.addr", 8, 0), U64("vec.bytes", 8), HEX("cookie_addr", 8, 16),
		       FLAGS("flags", 8, 24, anc_rds_flags))),
	RDS_ROW("RDS_CMSG_RDMA_STATUS", RDS_CMSG_RDMA_STATUS, SIZE(16),
		RECEIVED_AND(ANC_UNASKED | ANC_REPEATS), PAYLOAD("struct rds_rdma_notify"),
		FIELDS(HEX("user_token", 8, 0), ENUM("status", 4, 8, anc_rds_statuses))),
	RDS_ROW("RDS_CMSG_CONG_UPDATE", RDS_CMSG_CONG_UPDATE, SIZE(8), RECEIVED_AND(ANC_UNASKED),
		ON(SOL_RDS, RDS_CONG_MONITOR), PAYLOAD("__u64"), FIELDS(HEX("ports", 8, 0))),
	RDS_ATOMIC_ROW("RDS_CMSG_ATOMIC_FADD", RDS_CMSG_ATOMIC_FADD, U64("add", 24)),
	RDS_ATOMIC_ROW("RDS_CMSG_ATOMIC_CSWP", RDS_CMSG_ATOMIC_CSWP, HEX("compare", 8, 24),
		       HEX("swap", 8, 32)),
	RDS_ATOMIC_ROW("RDS_CMSG_MASKED_ATOMIC_FADD", RDS_CMSG_MASKED_ATOMIC_FADD, U64("add", 24),
		       HEX("nocarry_mask", 8, 32)),
	RDS_ATOMIC_ROW("RDS_CMSG_MASKED_ATOMIC_CSWP", RDS_CMSG_MASKED_ATOMIC_CSWP,
		       HEX("compare", 8, 24), HEX("swap", 8, 32), HEX("compare_mask", 8, 40),
		       HEX("swap_mask", 8, 48)),
	RDS_ROW("RDS_CMSG_RXPATH_LATENCY", RDS_CMSG_RXPATH_LATENCY, SIZE(32),
		RECEIVED_AND(ANC_UNASKED), PAYLOAD("struct rds_cmsg_rx_trace"),
		FITS(anc_rds_trace_fits),
		FIELDS(U8("rx_traces", 0), COUNTED("rx_trace_pos", 1, 1), LIST("rx_trace", 8, 8))),
	RDS_ROW("RDS_CMSG_ZCOPY_COOKIE", RDS_CMSG_ZCOPY_COOKIE, SIZE(4), SENT, PAYLOAD("__u32"),
		FIELDS(U32("cookie", 0))),
	RDS_ROW("RDS_CMSG_ZCOPY_COMPLETION", RDS_CMSG_ZCOPY_COMPLETION, SIZE(36), RECEIVED,
		ON(SOL_SOCKET, SO_ZEROCOPY), PAYLOAD("struct rds_zcopy_cookies"),
		FITS(anc_rds_cookies_fit), FIELDS(U32("num", 0), COUNTED("cookies", 4, 4))),

	/* net/rxrpc/sendmsg.c (rxrpc_sendmsg_cmsg), recvmsg.c, oob.c */
	RXRPC_ROW("RXRPC_USER_CALL_ID", RXRPC_USER_CALL_ID, SIZE(8), BITS(64),
		  BOTH_WAYS_AND(ANC_UNASKED), PAYLOAD("unsigned long"),
		  FIELDS(HEX("user_call_id", 8, 0))),
	RXRPC_ROW("RXRPC_USER_CALL_ID", RXRPC_USER_CALL_ID, SIZE(4), BITS(32),
		  BOTH_WAYS_AND(ANC_UNASKED), PAYLOAD("unsigned long"),
		  FIELDS(HEX("user_call_id", 4, 0))),
	RXRPC_ROW("RXRPC_ABORT", RXRPC_ABORT, SIZE(4), BOTH_WAYS_AND(ANC_UNASKED), PAYLOAD("__u32"),
		  FIELDS(S32("abort_code", 0))),
	RXRPC_WORD_ROW("RXRPC_ACK", RXRPC_ACK, ANC_RECEIVED | ANC_UNASKED),
	RXRPC_ROW("RXRPC_NET_ERROR", RXRPC_NET_ERROR, SIZE(4), RECEIVED_AND(ANC_UNASKED),
		  PAYLOAD("int"), FIELDS(ENUM("error", 4, 0, anc_linux_errno))),
	RXRPC_ROW("RXRPC_LOCAL_ERROR", RXRPC_LOCAL_ERROR, SIZE(4), RECEIVED_AND(ANC_UNASKED),
		  PAYLOAD("int"), FIELDS(ENUM("error", 4, 0, anc_linux_errno))),
	RXRPC_WORD_ROW("RXRPC_EXCLUSIVE_CALL", RXRPC_EXCLUSIVE_CALL, ANC_SENT),
	RXRPC_WORD_ROW("RXRPC_UPGRADE_SERVICE", RXRPC_UPGRADE_SERVICE, ANC_SENT),
	RXRPC_ROW("RXRPC_TX_LENGTH", RXRPC_TX_LENGTH, SIZE(8), SENT, PAYLOAD("__s64"),
		  FIELDS(S64("tx_length", 0))),
	RXRPC_ROW("RXRPC_SET_CALL_TIMEOUT", RXRPC_SET_CALL_TIMEOUT, SIZE(4), SENT,
		  PAYLOAD("__u32 [1]"), FIELDS(U32("hard", 0))),
	RXRPC_ROW("RXRPC_SET_CALL_TIMEOUT", RXRPC_SET_CALL_TIMEOUT, SIZE(8), SENT,
		  PAYLOAD("__u32 [2]"), FIELDS(U32("hard", 0), U32("idle", 4))),
	RXRPC_ROW("RXRPC_SET_CALL_TIMEOUT", RXRPC_SET_CALL_TIMEOUT, SIZE(12), SENT,
		  PAYLOAD("__u32 [3]"), FIELDS(U32("hard", 0), U32("idle", 4), U32("normal", 8))),
	RXRPC_WORD_ROW("RXRPC_CHARGE_ACCEPT", RXRPC_CHARGE_ACCEPT, ANC_SENT),
	RXRPC_ROW("RXRPC_OOB_ID", RXRPC_OOB_ID, SIZE(8), BOTH_WAYS_AND(ANC_UNASKED),
		  PAYLOAD("__u64"), FIELDS(U64("oob_id", 0))),
	RXRPC_ROW("RXRPC_CHALLENGED", RXRPC_CHALLENGED, SIZE(4), RECEIVED_AND(ANC_UNASKED),
		  PAYLOAD("struct rxrpc_challenge"), FIELDS(CHALLENGE_FIELDS)),
	RXRPC_ROW("RXRPC_CHALLENGED", RXRPC_CHALLENGED, SIZE(8), RECEIVED_AND(ANC_UNASKED),
		  PAYLOAD("struct rxgk_challenge"), FIELDS(CHALLENGE_FIELDS, U32("enctype", 4))),
	RXRPC_WORD_ROW("RXRPC_RESPOND", RXRPC_RESPOND, ANC_SENT),
	RXRPC_ROW("RXRPC_RESP_RXGK_APPDATA", RXRPC_RESP_RXGK_APPDATA, SIZES(0, 0), SENT,
		  PAYLOAD("__u8 []"), FIELDS(BYTES("appdata", 0, 0))),

	/* net/tipc/socket.c (tipc_sk_anc_data_recv) */
	TIPC_ROW("TIPC_ERRINFO", TIPC_ERRINFO, SIZE(8), PAYLOAD("__u32 [2]"),
		 FIELDS(ENUM("error", 4, 0, anc_tipc_errors), U32("returned_size", 4))),
	TIPC_ROW("TIPC_RETDATA", TIPC_RETDATA, SIZES(0, 0), PAYLOAD("__u8 []"),
		 FIELDS(BYTES("data", 0, 0))),
	TIPC_ROW("TIPC_DESTNAME", TIPC_DESTNAME, SIZE(12), PAYLOAD("__u32 [3]"),
		 FIELDS(U32("type", 0), U32("lower", 4), U32("upper", 8))),
	NULL,
};
