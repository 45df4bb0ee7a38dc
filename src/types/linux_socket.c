/* SPDX-License-Identifier: MIT */
#include "types/rows.h"

#include "platform/linux_numbers.h"

#include <limits.h>

#include <anc/time.h>

/*
 * What sockets of any family deliver and take at SOL_SOCKET: net/socket.c (__sock_recv_timestamp,
 * sock_recv_mark ...), net/core/sock.c (__sock_cmsg_send), net/ipv4/tcp.c (device memory).
 */

#define ANC_STAMP(name, option_name, type, ...)                                                    \
	ROW(name, SOL_SOCKET, type, ON_NUMBER(option_name, SOL_SOCKET, type), RECEIVED, __VA_ARGS__)

/* What is asked for with SO_TIMESTAMPING; linux/net_tstamp.h. */
#define RX_HARDWARE 0x4
#define TX_SOFTWARE 0x2
#define RX_SOFTWARE 0x8
#define REPORT_SOFTWARE 0x10
#define REPORT_HARDWARE 0x40
#define OPT_TSONLY 0x800
#define OPT_STATS 0x1000
#define OPT_PKTINFO 0x2000
#define ALL_STAMPS (RX_HARDWARE | RX_SOFTWARE | REPORT_SOFTWARE | REPORT_HARDWARE)
#define BY_STAMPS BY_FLAGS(ALL_STAMPS, ALL_STAMPS)
/* __sock_recv_timestamp(): what is known of the packet comes beside a stamp of hardware alone. */
#define BY_STAMPS_OF_HARDWARE BY_FLAGS(RX_HARDWARE | REPORT_HARDWARE | OPT_PKTINFO, OPT_PKTINFO)
#define BY_STATISTICS BY_FLAGS(TX_SOFTWARE | REPORT_SOFTWARE | OPT_TSONLY | OPT_STATS, OPT_STATS)

/* About 30 netlink attributes: tcp_get_timestamping_opt_stats(). */
#define ANC_STATISTICS_MOST 512

/* In scm_timestamping the middle one was made of the hardware's, and is zero now. */
#define ANC_THREE_STAMPS(width)                                                                    \
	TIMESPEC("software", width, 0), TIMESPEC("legacy", width, width),                          \
		TIMESPEC("hardware", width, 2 * (width))

/* Which stamps a sender may ask for; linux/net_tstamp.h. */
static const struct anc_names anc_tx_stamps[] = {
	{0x1, "SOF_TIMESTAMPING_TX_HARDWARE"},       {0x2, "SOF_TIMESTAMPING_TX_SOFTWARE"},
	{0x100, "SOF_TIMESTAMPING_TX_SCHED"},        {0x200, "SOF_TIMESTAMPING_TX_ACK"},
	{0x40000, "SOF_TIMESTAMPING_TX_COMPLETION"}, {0, NULL},
};

#define ANC_SENT_STAMPING(name, type)                                                              \
	ROW(name, SOL_SOCKET, type, SIZE(4), SENT, PAYLOAD("__u32"),                               \
	    FIELDS(FLAGS("tx_flags", 4, 0, anc_tx_stamps)))

/* linux/tcp.h */
static const struct anc_names anc_tcp_statistics[] = {
	{1, "TCP_NLA_BUSY"},
	{2, "TCP_NLA_RWND_LIMITED"},
	{3, "TCP_NLA_SNDBUF_LIMITED"},
	{4, "TCP_NLA_DATA_SEGS_OUT"},
	{5, "TCP_NLA_TOTAL_RETRANS"},
	{6, "TCP_NLA_PACING_RATE"},
	{7, "TCP_NLA_DELIVERY_RATE"},
	{8, "TCP_NLA_SND_CWND"},
	{9, "TCP_NLA_REORDERING"},
	{10, "TCP_NLA_MIN_RTT"},
	{11, "TCP_NLA_RECUR_RETRANS"},
	{12, "TCP_NLA_DELIVERY_RATE_APP_LMT"},
	{13, "TCP_NLA_SNDQ_SIZE"},
	{14, "TCP_NLA_CA_STATE"},
	{15, "TCP_NLA_SND_SSTHRESH"},
	{16, "TCP_NLA_DELIVERED"},
	{17, "TCP_NLA_DELIVERED_CE"},
	{18, "TCP_NLA_BYTES_SENT"},
	{19, "TCP_NLA_BYTES_RETRANS"},
	{20, "TCP_NLA_DSACK_DUPS"},
	{21, "TCP_NLA_REORD_SEEN"},
	{22, "TCP_NLA_SRTT"},
	{23, "TCP_NLA_TIMEOUT_REHASH"},
	{24, "TCP_NLA_BYTES_NOTSENT"},
	{25, "TCP_NLA_EDT"},
	{26, "TCP_NLA_TTL"},
	{0, NULL},
};

/* struct dmabuf_cmsg of linux/uio.h. Only a receive with MSG_SOCK_DEVMEM gets them. */
#define DEVICE_MEMORY_ROW(name, type)                                                              \
	ROW(name, SOL_SOCKET, type, SIZE(24), RECEIVED_AND(ANC_REPEATS),                           \
	    PAYLOAD("struct dmabuf_cmsg"), OF_INET,                                                \
	    FIELDS(U64("frag_offset", 0), U32("frag_size", 8), U32("frag_token", 12),              \
		   U32("dmabuf_id", 16), HEX("flags", 4, 20)))

/* Of a 64-bit sparc, and of no other machine, tv_usec is an int. */
anc_rows anc_linux_usec_long = {
	ANC_STAMP("SCM_TIMESTAMP", "SO_TIMESTAMP", SO_TIMESTAMP_OLD, SIZE(16), BITS(64),
		  PAYLOAD("struct timeval"), FIELDS(TIMEVAL("time", 16, 0))),
	NULL,
};
anc_rows anc_linux_usec_int = {
	ANC_STAMP("SCM_TIMESTAMP", "SO_TIMESTAMP", SO_TIMESTAMP_OLD, SIZE(16), BITS(64),
		  PAYLOAD("struct timeval (sparc)"), FIELDS(TIMEVAL("time", 12, 0))),
	NULL,
};

/* A row as ANC_STAMP() has it, but one that can have a name of its own. */
#define STAMPNS(name_, option_name, type_, ...)                                                    \
	{                                                                                          \
		.name = name_, .level = SOL_SOCKET, .type = type_,                                 \
		ON_NUMBER(option_name, SOL_SOCKET, type_), RECEIVED, SIZE(16),                     \
		FIELDS(TIMESPEC("time", 16, 0)), __VA_ARGS__                                       \
	}
#define STAMPNS_OLD                                                                                \
	STAMPNS("SCM_TIMESTAMPNS", "SO_TIMESTAMPNS", SO_TIMESTAMPNS_OLD, BITS(64),                 \
		PAYLOAD("struct timespec"))
#define STAMPNS_NEW                                                                                \
	STAMPNS("SCM_TIMESTAMPNS_NEW", "SO_TIMESTAMPNS_NEW", SO_TIMESTAMPNS_NEW,                   \
		PAYLOAD("struct __kernel_timespec"))

/* The typed one has 64 bits in a program of any width. */
#if LONG_MAX > INT32_MAX
const struct anc_message_type anc_timestampns_type = STAMPNS_OLD;
#define STAMPNS_OLD_ROW &anc_timestampns_type
#define STAMPNS_NEW_ROW &(const struct anc_message_type)STAMPNS_NEW
#else
const struct anc_message_type anc_timestampns_type = STAMPNS_NEW;
#define STAMPNS_OLD_ROW &(const struct anc_message_type)STAMPNS_OLD
#define STAMPNS_NEW_ROW &anc_timestampns_type
#endif

anc_rows anc_linux_socket = {
	ANC_STAMP("SCM_TIMESTAMP", "SO_TIMESTAMP", SO_TIMESTAMP_OLD, SIZE(8), BITS(32),
		  PAYLOAD("struct timeval"), FIELDS(TIMEVAL("time", 8, 0))),
	STAMPNS_OLD_ROW,
	ANC_STAMP("SCM_TIMESTAMPNS", "SO_TIMESTAMPNS", SO_TIMESTAMPNS_OLD, SIZE(8), BITS(32),
		  PAYLOAD("struct timespec"), FIELDS(TIMESPEC("time", 8, 0))),
	ANC_STAMP("SCM_TIMESTAMPING", "SO_TIMESTAMPING", SO_TIMESTAMPING_OLD, SIZE(48), BITS(64),
		  BY_STAMPS, PAYLOAD("struct scm_timestamping"), FIELDS(ANC_THREE_STAMPS(16))),
	ANC_STAMP("SCM_TIMESTAMPING", "SO_TIMESTAMPING", SO_TIMESTAMPING_OLD, SIZE(24), BITS(32),
		  BY_STAMPS, PAYLOAD("struct scm_timestamping"), FIELDS(ANC_THREE_STAMPS(8))),
	ANC_SENT_STAMPING("SCM_TIMESTAMPING", SO_TIMESTAMPING_OLD),
	ANC_STAMP("SCM_TIMESTAMP_NEW", "SO_TIMESTAMP_NEW", SO_TIMESTAMP_NEW, SIZE(16),
		  PAYLOAD("struct __kernel_sock_timeval"), FIELDS(TIMEVAL("time", 16, 0))),
	STAMPNS_NEW_ROW,
	ANC_STAMP("SCM_TIMESTAMPING_NEW", "SO_TIMESTAMPING_NEW", SO_TIMESTAMPING_NEW, SIZE(48),
		  BY_STAMPS, PAYLOAD("struct scm_timestamping64"), FIELDS(ANC_THREE_STAMPS(16))),
	ANC_SENT_STAMPING("SCM_TIMESTAMPING_NEW", SO_TIMESTAMPING_NEW),
	ROW("SCM_TIMESTAMPING_PKTINFO", SOL_SOCKET, SCM_TIMESTAMPING_PKTINFO, SIZE(16), RECEIVED,
	    ON_NUMBER("SO_TIMESTAMPING", SOL_SOCKET, SO_TIMESTAMPING_OLD), BY_STAMPS_OF_HARDWARE,
	    PAYLOAD("struct scm_ts_pktinfo"), FIELDS(U32("if_index", 0), U32("pkt_length", 4))),
	ROW("SCM_TIMESTAMPING_OPT_STATS", SOL_SOCKET, SCM_TIMESTAMPING_OPT_STATS,
	    SIZES(0, ANC_STATISTICS_MOST), RECEIVED,
	    ON_NUMBER("SO_TIMESTAMPING", SOL_SOCKET, SO_TIMESTAMPING_OLD), BY_STATISTICS,
	    PAYLOAD("struct nlattr []"), OF_INET,
	    FIELDS(NLATTRS("statistics", 0, anc_tcp_statistics))),
	ROW("SO_RXQ_OVFL", SOL_SOCKET, SO_RXQ_OVFL, SIZE(4), RECEIVED, ON(SOL_SOCKET, SO_RXQ_OVFL),
	    PAYLOAD("__u32"), FIELDS(U32("drops", 0))),
	ROW("SCM_WIFI_STATUS", SOL_SOCKET, SO_WIFI_STATUS, SIZE(4), RECEIVED,
	    ON(SOL_SOCKET, SO_WIFI_STATUS), PAYLOAD("int"), FIELDS(S32("status", 0))),
	ROW("SO_MARK", SOL_SOCKET, SO_MARK, SIZE(4), BOTH_WAYS, ON(SOL_SOCKET, SO_RCVMARK),
	    PAYLOAD("__u32"), FIELDS(U32("mark", 0))),
	ROW("SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, SIZE(4), BOTH_WAYS,
	    ON(SOL_SOCKET, SO_RCVPRIORITY), PAYLOAD("__u32"), FIELDS(U32("priority", 0))),
	DEVICE_MEMORY_ROW("SCM_DEVMEM_LINEAR", SO_DEVMEM_LINEAR),
	DEVICE_MEMORY_ROW("SCM_DEVMEM_DMABUF", SO_DEVMEM_DMABUF),
	ROW("SCM_DEVMEM_DMABUF", SOL_SOCKET, SO_DEVMEM_DMABUF, SIZE(4), SENT, PAYLOAD("__u32"),
	    OF_INET, FIELDS(U32("dmabuf_id", 0))),
	ROW("SCM_TXTIME", SOL_SOCKET, SO_TXTIME, SIZE(8), SENT, PAYLOAD("__u64"),
	    FIELDS(U64("txtime", 0))),
	ROW("SCM_TS_OPT_ID", SOL_SOCKET, SCM_TS_OPT_ID, SIZE(4), SENT, PAYLOAD("__u32"),
	    FIELDS(U32("id", 0))),
	NULL,
};
