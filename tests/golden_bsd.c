/* SPDX-License-Identifier: MIT */
#include "golden_messages.h"

#include <stddef.h>
#include <sys/socket.h>

/* The messages of FreeBSD, macOS, NetBSD, OpenBSD, DragonFly and illumos. */

/* clang-format off */

/* Bytes that are often zero, or the same. */
#define Z4 "00000000"
#define Z8 Z4 Z4
#define Z16 Z8 Z8
#define Z32 Z16 Z16
#define SECONDS "00f15365" /* 2023-11-14T22:13:20Z */
#define SECONDS_64 SECONDS Z4
#define MICRO "40e20100" /* 123456 */
#define NANO "15cd5b07"  /* 123456789 */
#define LINK_LOCAL "fe80000000000000" "0000000000000001"
#define DOCUMENTED "20010db800000000" "0000000000000001"
#define GIDS_16 "64000000650000006600000067000000" "68000000690000006a0000006b000000" \
		"6c0000006d0000006e0000006f000000" "70000000710000007200000073000000"
#define GIDS_16_TEXT "100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115"

/* The least of it: 4 sets of privileges of 3 words each, and one piece of information. */
#define PRIVILEGES "04000000" "03000000" "0c000000" Z16 Z32 "00000000" "0c000000" "00000000"
#define AUDIT "e8030000" Z8 Z8 "04000000" Z16 "05000000"
#define PRCRED "00000000" "e8030000" "01000000" "0a000000" "0b000000" "0c000000"

/* What came from KAME's sources is numbered alike; a struct sockaddr_in6 begins with its length. */
#define RFC_3542 "netinet6/in6.h; ip6_input.c ip6_savecontrol; ip6_output.c ip6_setpktopt"
#define LINES_OF_RFC_3542(abi, in6) \
	{abi, AF_INET6, 41, 46, LINK_LOCAL "02000000", \
	 "IPV6_PKTINFO ipi6_addr=fe80::1 ipi6_ifindex=2", RFC_3542}, \
	{abi, AF_INET6, 41, 47, "40000000", "IPV6_HOPLIMIT hoplimit=64", RFC_3542}, \
	{abi, AF_INET6, 41, 47, "ffffffff", "IPV6_HOPLIMIT hoplimit=-1", RFC_3542}, \
	{abi, AF_INET6, 41, 61, "2e000000", "IPV6_TCLASS tclass=0x2e", RFC_3542}, \
	{abi, AF_INET6, 41, 44, in6 "0000" Z4 LINK_LOCAL "02000000" "00050000", \
	 "IPV6_PATHMTU ip6m_addr=[fe80::1%2]:0 ip6m_mtu=1280", RFC_3542}, \
	{abi, AF_INET6, 41, 49, "3a00050200000100", \
	 "IPV6_HOPOPTS ip6h_nxt=58 ip6h_len=0 options=05 02 00 00 01 00", RFC_3542}, \
	{abi, AF_INET6, 41, 50, "1100010400000000", \
	 "IPV6_DSTOPTS ip6d_nxt=17 ip6d_len=0 options=01 04 00 00 00 00", RFC_3542}, \
	{abi, AF_INET6, 41, 51, "11020001" Z4 DOCUMENTED, \
	 "IPV6_RTHDR ip6r_nxt=17 ip6r_len=2 ip6r_type=0 ip6r_segleft=1 data=00 00 00 00" \
	 " 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01", RFC_3542}, \
	{abi, AF_INET6, 41, 35, "2b00010400000000", \
	 "IPV6_RTHDRDSTOPTS ip6d_nxt=43 ip6d_len=0 options=01 04 00 00 00 00", RFC_3542}, \
	{abi, AF_INET6, 41, 48, in6 "0000" Z4 DOCUMENTED Z4, \
	 "IPV6_NEXTHOP nexthop=[2001:db8::1]:0", RFC_3542}, \
	{abi, AF_INET6, 41, 42, "ffffffff", "IPV6_USE_MIN_MTU use_min_mtu=-1", RFC_3542}, \
	{abi, AF_INET6, 41, 62, "01000000", "IPV6_DONTFRAG dontfrag=1", RFC_3542}
#define RFC_2292 "netinet6/in6.h, for the kernel; ip6_input.c; ip6_output.c"
#define LINES_OF_RFC_2292(abi, in6) \
	{abi, AF_INET6, 41, 19, LINK_LOCAL "02000000", \
	 "IPV6_2292PKTINFO ipi6_addr=fe80::1 ipi6_ifindex=2", RFC_2292}, \
	{abi, AF_INET6, 41, 20, "40000000", "IPV6_2292HOPLIMIT hoplimit=64", RFC_2292}, \
	{abi, AF_INET6, 41, 21, in6 "0000" Z4 LINK_LOCAL "02000000", \
	 "IPV6_2292NEXTHOP nexthop=[fe80::1%2]:0", RFC_2292}, \
	{abi, AF_INET6, 41, 22, "3a00050200000100", \
	 "IPV6_2292HOPOPTS ip6h_nxt=58 ip6h_len=0 options=05 02 00 00 01 00", RFC_2292}, \
	{abi, AF_INET6, 41, 23, "1100010400000000", \
	 "IPV6_2292DSTOPTS ip6d_nxt=17 ip6d_len=0 options=01 04 00 00 00 00", RFC_2292}, \
	{abi, AF_INET6, 41, 24, "1100000000000000", \
	 "IPV6_2292RTHDR ip6r_nxt=17 ip6r_len=0 ip6r_type=0 ip6r_segleft=0 data=00 00 00 00", \
	 RFC_2292}

const struct golden_message golden_messages_bsd[] = {

	/* FreeBSD: Unix sockets. */
	{"freebsd-64", AF_UNIX, 0xffff, 1, "0300000004000000",
	 "SCM_RIGHTS fds=3,4", "sys/kern/uipc_usrreq.c unp_externalize"},
	{"freebsd-64be", AF_UNIX, 0xffff, 1, "0000000300000100",
	 "SCM_RIGHTS fds=3,256", "sys/kern/uipc_usrreq.c unp_externalize"},
	{"freebsd-64", AF_UNIX, 0xffff, 3,
	 "d2040000" "e8030000" "00000000" "e9030000" "0200" "0000" "00000000" "14000000" Z32 Z16 Z8,
	 "SCM_CREDS pid=1234 uid=1000 euid=0 gid=1001 ngroups=2 groups=0,20",
	 "sys/socket.h struct cmsgcred, CMGROUP_MAX 16"},
	{"freebsd-64be", AF_UNIX, 0xffff, 3,
	 "000004d2" "000003e8" "00000000" "000003e9" "0002" "0000" "00000000" "00000014" Z32 Z16 Z8,
	 "SCM_CREDS pid=1234 uid=1000 euid=0 gid=1001 ngroups=2 groups=0,20",
	 "sys/socket.h struct cmsgcred, CMGROUP_MAX 16"},
	{"freebsd-64", AF_UNIX, 0xffff, 3,
	 "e8030000" "00000000" "e9030000" "14000000" "02000000" "00000000" "14000000",
	 "SCM_CREDS uid=1000 euid=0 gid=1001 egid=20 ngroups=2 groups=0,20",
	 "sys/socket.h struct sockcred, SOCKCREDSIZE"},
	{"freebsd-32", AF_UNIX, 0xffff, 3,
	 "e8030000" "00000000" "e9030000" "14000000" "01000000" "14000000",
	 "SCM_CREDS uid=1000 euid=0 gid=1001 egid=20 ngroups=1 groups=20",
	 "sys/socket.h struct sockcred, SOCKCREDSIZE"},
	/* 84 bytes with 16 groups may be either. */
	{"freebsd-64", AF_UNIX, 0xffff, 3,
	 "e8030000" "00000000" "e9030000" "14000000" "10000000" GIDS_16,
	 "SCM_CREDS pid=1000 uid=0 euid=1001 gid=20 ngroups=16 groups=" GIDS_16_TEXT " (a guess)",
	 "sys/socket.h struct cmsgcred, struct sockcred"},
	{"freebsd-64", AF_UNIX, 0xffff, 8,
	 "00000000" "d2040000" "e8030000" "00000000" "e9030000" "14000000" "02000000"
	 "00000000" "14000000",
	 "SCM_CREDS2 version=0 pid=1234 uid=1000 euid=0 gid=1001 egid=20 ngroups=2 groups=0,20",
	 "sys/socket.h struct sockcred2; uipc_usrreq.c unp_addsockcred"},
	{"freebsd-64be", AF_UNIX, 0xffff, 8,
	 "00000000" "000004d2" "000003e8" "00000000" "000003e9" "00000014" "00000001" "00000005",
	 "SCM_CREDS2 version=0 pid=1234 uid=1000 euid=0 gid=1001 egid=20 ngroups=1 groups=5",
	 "sys/socket.h struct sockcred2; uipc_usrreq.c unp_addsockcred"},

	/* FreeBSD: times. */
	{"freebsd-64", AF_INET, 0xffff, 2, SECONDS_64 MICRO Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z",
	 "sys/_timeval.h; ip_input.c ip_savecontrol"},
	{"freebsd-64be", AF_INET, 0xffff, 2, Z4 "6553f100" Z4 "0001e240",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z",
	 "sys/_timeval.h; ip_input.c ip_savecontrol"},
	{"freebsd-32", AF_INET, 0xffff, 2, SECONDS MICRO,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z",
	 "sys/_timeval.h; x86/include/_types.h: i386"},
	{"freebsd-32", AF_INET, 0xffff, 2, SECONDS_64 MICRO "ffffffff",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/_timeval.h; arm/include/_types.h"},
	{"freebsd-32be", AF_INET, 0xffff, 2, Z4 "6553f100" "0001e240" Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z",
	 "sys/_timeval.h; powerpc/include/_types.h, _align.h"},
	{"freebsd-sparc-64be", AF_INET, 0xffff, 2, Z4 "6553f100" Z4 "0001e240",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z",
	 "sys/_timeval.h; sparc64/include/_align.h"},
	{"freebsd-64", AF_INET, 0xffff, 4, SECONDS_64 Z4 "00000080",
	 "SCM_BINTIME time=2023-11-14T22:13:20.500000000Z", "sys/time.h struct bintime"},
	{"freebsd-32", AF_INET, 0xffff, 4, SECONDS Z4 "00000080",
	 "SCM_BINTIME time=2023-11-14T22:13:20.500000000Z", "sys/time.h struct bintime: i386"},
	{"freebsd-64", AF_INET6, 0xffff, 5, SECONDS_64 NANO Z4,
	 "SCM_REALTIME time=2023-11-14T22:13:20.123456789Z", "sys/_timespec.h"},
	{"freebsd-32", AF_INET, 0xffff, 5, SECONDS NANO,
	 "SCM_REALTIME time=2023-11-14T22:13:20.123456789Z", "sys/_timespec.h: i386"},
	{"freebsd-32", AF_INET, 0xffff, 5, SECONDS_64 NANO Z4,
	 "SCM_REALTIME time=2023-11-14T22:13:20.123456789Z", "sys/_timespec.h: arm"},
	{"freebsd-64", AF_INET, 0xffff, 6, "d204000000000000" "cb50d92100000000",
	 "SCM_MONOTONIC time=1234.567890123", "sys/_timespec.h"},
	{"freebsd-32", AF_INET, 0xffff, 6, "d2040000" "cb50d921",
	 "SCM_MONOTONIC time=1234.567890123", "sys/_timespec.h: i386"},
	{"freebsd-32", AF_INET, 0xffff, 6, "d204000000000000" "cb50d92100000000",
	 "SCM_MONOTONIC time=1234.567890123", "sys/_timespec.h: arm"},
	{"freebsd-64", AF_INET, 0xffff, 7, "03000000" Z4 Z32 Z16 Z8,
	 "SCM_TIME_INFO st_info_flags=ST_INFO_HW|ST_INFO_HW_HPREC",
	 "sys/socket.h struct sock_timestamp_info"},

	/* FreeBSD: IPv4. */
	{"freebsd-64", AF_INET, 0, 7, "c0000201",
	 "IP_RECVDSTADDR addr=192.0.2.1", "netinet/in.h; ip_input.c ip_savecontrol"},
	{"freebsd-64", AF_INET, 0, 20,
	 "3812" "0200" "06030600" "656d30" "001122334455" Z32 "00000000000000",
	 "IP_RECVIF interface=em0(2)/00:11:22:33:44:55",
	 "net/if_dl.h; net/if.c if_attach_internal"},
	{"freebsd-64be", AF_INET, 0, 20, "0812" "0002" "00000000",
	 "IP_RECVIF interface=(2)", "net/if_dl.h; ip_input.c ip_savecontrol: no link address"},
	{"freebsd-64", AF_INET, 0, 65, "40", "IP_RECVTTL ttl=64", "netinet/in.h; ip_input.c"},
	{"freebsd-32", AF_INET, 0, 68, "2e", "IP_RECVTOS tos=0x2e", "netinet/in.h; ip_input.c"},
	{"freebsd-64", AF_INET, 0, 3, "2e", "IP_TOS tos=0x2e", "netinet/udp_usrreq.c udp_send"},
	{"freebsd-64", AF_INET, 0, 27, "1002" "0035" "c0000201" Z8,
	 "IP_ORIGDSTADDR addr=192.0.2.1:53", "netinet/in.h; udp_usrreq.c udp_append"},
	{"freebsd-64", AF_INET, 0, 90, "efbeadde", "IP_FLOWID flowid=3735928559", "ip_input.c"},
	{"freebsd-64", AF_INET, 0, 91, "02000000", "IP_FLOWTYPE flowtype=2", "ip_input.c"},
	{"freebsd-64be", AF_INET, 0, 92, "00000003", "IP_RSSBUCKETID rssbucketid=3", "ip_input.c"},

	/* FreeBSD: IPv6. */
	{"freebsd-64be", AF_INET6, 41, 46, DOCUMENTED "00000002",
	 "IPV6_PKTINFO ipi6_addr=2001:db8::1 ipi6_ifindex=2", "netinet6/in6.h struct in6_pktinfo"},
	{"freebsd-64", AF_INET6, 41, 63, "01000000",
	 "IPV6_PREFER_TEMPADDR prefer_tempaddr=1", "ip6_output.c ip6_setpktopt"},
	{"freebsd-64", AF_INET6, 41, 72, "1c1c" "0035" Z4 DOCUMENTED Z4,
	 "IPV6_ORIGDSTADDR addr=[2001:db8::1]:53", "udp6_usrreq.c udp6_append"},
	{"freebsd-64", AF_INET6, 41, 67, "04030201", "IPV6_FLOWID flowid=16909060", "ip6_input.c"},
	{"freebsd-64", AF_INET6, 41, 68, "02000000", "IPV6_FLOWTYPE flowtype=2", "ip6_input.c"},
	{"freebsd-64", AF_INET6, 41, 69, "03000000",
	 "IPV6_RSSBUCKETID rssbucketid=3", "ip6_input.c"},
	LINES_OF_RFC_3542("freebsd-64", "1c1c"),
	LINES_OF_RFC_2292("freebsd-64", "1c1c"),

	/* FreeBSD: TLS and SCTP. Behind their fields the first two have room up to 128 bytes. */
	{"freebsd-64", AF_INET, 6, 1, "15", "TLS_SET_RECORD_TYPE record_type=alert",
	 "kern/uipc_socket.c; sys/ktls.h"},
	{"freebsd-64", AF_INET, 6, 2, "170303" "00" "0102",
	 "TLS_GET_RECORD record_type=application_data tls_vmajor=3 tls_vminor=3 tls_length=258",
	 "sys/ktls.h; uipc_ktls.c: htobe16"},
	{"freebsd-64", AF_INET, 132, 1, "0a00" "1400" "0300" "e803",
	 "SCTP_INIT sinit_num_ostreams=10 sinit_max_instreams=20 sinit_max_attempts=3"
	 " sinit_max_init_timeo=1000", "netinet/sctp_uio.h; sctputil.c"},
	{"freebsd-64", AF_INET, 132, 2,
	 "0100" "0200" "0004" "0000" "2a000000" "07000000" "e8030000" "64000000" "63000000"
	 "05000000" "0900" "0100" Z32 Z32 Z16 Z8 Z4,
	 "SCTP_SNDRCV sinfo_stream=1 sinfo_ssn=2 sinfo_flags=SCTP_UNORDERED sinfo_ppid=0x2a"
	 " sinfo_context=7 sinfo_timetolive=1000 sinfo_tsn=100 sinfo_cumtsn=99 sinfo_assoc_id=5"
	 " sinfo_keynumber=9 sinfo_keynumber_valid=1", "netinet/sctp_uio.h struct sctp_sndrcvinfo"},
	{"freebsd-64", AF_INET, 132, 3,
	 "0100" "0200" "0004" "0000" "2a000000" "07000000" "e8030000" "64000000" "63000000"
	 "05000000" "0300" "0600" "05000000" "00100000" "2b000000" "0900" "0100" Z32 Z32 Z8 Z4,
	 "SCTP_EXTRCV sinfo_stream=1 sinfo_ssn=2 sinfo_flags=SCTP_UNORDERED sinfo_ppid=0x2a"
	 " sinfo_context=7 sinfo_timetolive=1000 sinfo_tsn=100 sinfo_cumtsn=99 sinfo_assoc_id=5"
	 " serinfo_next_flags=SCTP_NEXT_MSG_AVAIL|SCTP_NEXT_MSG_ISCOMPLETE serinfo_next_stream=6"
	 " serinfo_next_aid=5 serinfo_next_length=4096"
	 " serinfo_next_ppid=0x2b sinfo_keynumber=9 sinfo_keynumber_valid=1",
	 "netinet/sctp_uio.h struct sctp_extrcvinfo"},
	{"freebsd-64", AF_INET, 132, 4, "0100" "0384" "2a000000" "07000000" "05000000",
	 "SCTP_SNDINFO snd_sid=1 snd_flags=SCTP_PR_SCTP_RTX|SCTP_UNORDERED|0x8000 snd_ppid=0x2a"
	 " snd_context=7 snd_assoc_id=5",
	 "netinet/sctp_uio.h struct sctp_sndinfo"},
	{"freebsd-64", AF_INET, 132, 5,
	 "0100" "0200" "0004" "0000" "2a000000" "64000000" "63000000" "07000000" "05000000",
	 "SCTP_RCVINFO rcv_sid=1 rcv_ssn=2 rcv_flags=SCTP_UNORDERED rcv_ppid=0x2a rcv_tsn=100"
	 " rcv_cumtsn=99 rcv_context=7 rcv_assoc_id=5", "netinet/sctp_uio.h struct sctp_rcvinfo"},
	{"freebsd-64", AF_INET, 132, 6, "0100" "0004" "2a000000" "00100000" "05000000",
	 "SCTP_NXTINFO nxt_sid=1 nxt_flags=SCTP_UNORDERED nxt_ppid=0x2a nxt_length=4096"
	 " nxt_assoc_id=5", "netinet/sctp_uio.h struct sctp_nxtinfo"},
	{"freebsd-64be", AF_INET, 132, 7, "0001" "0000" "000003e8",
	 "SCTP_PRINFO pr_policy=SCTP_PR_SCTP_TTL pr_value=1000",
	 "netinet/sctp_uio.h struct sctp_prinfo"},
	{"freebsd-64", AF_INET, 132, 8, "0900",
	 "SCTP_AUTHINFO auth_keynumber=9", "netinet/sctp_uio.h struct sctp_authinfo"},
	{"freebsd-64", AF_INET, 132, 9, "c0000201",
	 "SCTP_DSTADDRV4 addr=192.0.2.1", "netinet/sctp_uio.h; sctputil.c"},
	{"freebsd-64", AF_INET6, 132, 10, DOCUMENTED,
	 "SCTP_DSTADDRV6 addr=2001:db8::1", "netinet/sctp_uio.h; sctputil.c"},

	/* macOS. The number of Linux's SCM_CREDENTIALS is a timestamp here. */
	{"darwin-64", AF_UNIX, 0xffff, 1, "03000000", "SCM_RIGHTS fds=3", "bsd/kern/uipc_usrreq.c"},
	{"darwin-64", AF_INET, 0xffff, 2, SECONDS_64 MICRO "ffffffff",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z",
	 "sys/_types/_timeval64.h: int32 and padding"},
	{"darwin-64", AF_INET, 0xffff, 4, "efcdab8967452301",
	 "SCM_TIMESTAMP_MONOTONIC ticks=81985529216486895", "bsd/sys/socket.h; ip_input.c"},
	{"darwin-64", AF_INET, 0xffff, 7, "efcdab8967452301",
	 "SCM_TIMESTAMP_CONTINUOUS ticks=81985529216486895",
	 "bsd/sys/socket_private.h; ip_input.c"},
	{"darwin-64", AF_INET, 0xffff, 0x1086, "20030000",
	 "SO_TRAFFIC_CLASS traffic_class=SO_TC_VO", "bsd/sys/socket_private.h; in_tclass.c"},
	{"darwin-64", AF_INET, 0xffff, 0x1116, "03000000",
	 "SO_NET_SERVICE_TYPE service_type=NET_SERVICE_TYPE_VI", "bsd/sys/socket.h; in_tclass.c"},
	{"darwin-64", AF_INET, 0xffff, 0x1128, "01000000",
	 "SO_RECV_WAKE_PKT wake_pkt=1", "bsd/sys/socket_private.h; ip_input.c"},
	{"darwin-64", AF_INET, 0xffff, 8, "00112233445566778899aabbccddeeff" "06",
	 "SCM_MPKL_SEND_INFO mpkl_uuid=00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff"
	 " mpkl_proto=6",
	 "bsd/sys/socket_private.h struct so_mpkl_send_info"},
	{"darwin-64", AF_INET, 0xffff, 9, "2a000000" "06" "000000",
	 "SCM_MPKL_RECV_INFO mpkl_seq=42 mpkl_proto=6",
	 "bsd/sys/socket_private.h struct so_mpkl_recv_info"},
	{"darwin-64", AF_INET, 0, 7, "c0000201",
	 "IP_RECVDSTADDR addr=192.0.2.1", "bsd/netinet/ip_input.c ip_savecontrol"},
	{"darwin-64", AF_INET, 0, 20, "1412" "0400" "06030600" "656e30" "001122334455" "000000",
	 "IP_RECVIF interface=en0(4)/00:11:22:33:44:55",
	 "bsd/net/if_dl.h; ip_input.c ip_savecontrol"},
	{"darwin-64", AF_INET, 0, 24, "40", "IP_RECVTTL ttl=64", "bsd/netinet/ip_input.c"},
	{"darwin-64", AF_INET, 0, 27, "2e", "IP_RECVTOS tos=0x2e", "bsd/netinet/ip_input.c"},
	{"darwin-64", AF_INET, 0, 3, "2e000000", "IP_TOS tos=0x2e", "bsd/netinet/in_tclass.c"},
	{"darwin-64", AF_INET, 0, 26, "04000000" Z4 "c0000201",
	 "IP_PKTINFO ipi_ifindex=4 ipi_spec_dst=0.0.0.0 ipi_addr=192.0.2.1",
	 "bsd/netinet/in.h struct in_pktinfo"},
	{"darwin-64", AF_INET6, 41, 46, LINK_LOCAL "04000000",
	 "IPV6_PKTINFO ipi6_addr=fe80::1 ipi6_ifindex=4", "bsd/netinet6/in6.h"},
	{"darwin-64", AF_INET6, 41, 47, "40000000", "IPV6_HOPLIMIT hoplimit=64", "netinet6/in6.h"},
	{"darwin-64", AF_INET6, 41, 36, "2e000000", "IPV6_TCLASS tclass=0x2e", "netinet6/in6.h"},
	{"darwin-64", AF_INET6, 41, 36, "2e", "IPV6_TCLASS tclass=0x2e",
	 "cmsg_len 13 on macOS 10.14: quinn-rs/quinn, issue 245"},
	{"darwin-64", AF_INET6, 41, 44, "1c1e" "0000" Z4 DOCUMENTED Z4 "dc050000",
	 "IPV6_PATHMTU ip6m_addr=[2001:db8::1]:0 ip6m_mtu=1500",
	 "netinet6/in6.h struct ip6_mtuinfo"},
	{"darwin-64", AF_INET6, 41, 49, "3a00050200000100",
	 "IPV6_HOPOPTS ip6h_nxt=58 ip6h_len=0 options=05 02 00 00 01 00",
	 "netinet6/ip6_input.c ip6_savecontrol"},
	{"darwin-64", AF_INET6, 41, 50, "1100010400000000",
	 "IPV6_DSTOPTS ip6d_nxt=17 ip6d_len=0 options=01 04 00 00 00 00",
	 "netinet6/ip6_input.c ip6_savecontrol"},
	{"darwin-64", AF_INET6, 41, 51, "1100000000000000",
	 "IPV6_RTHDR ip6r_nxt=17 ip6r_len=0 ip6r_type=0 ip6r_segleft=0 data=00 00 00 00",
	 "netinet6/ip6_input.c ip6_savecontrol"},
	{"darwin-64", AF_INET6, 41, 57, "2b00010400000000",
	 "IPV6_RTHDRDSTOPTS ip6d_nxt=43 ip6d_len=0 options=01 04 00 00 00 00",
	 "netinet6/ip6_output.c ip6_setpktopt"},
	{"darwin-64", AF_INET6, 41, 48, "1c1e" "0000" Z4 LINK_LOCAL "04000000",
	 "IPV6_NEXTHOP nexthop=[fe80::1%4]:0", "netinet6/ip6_output.c ip6_setpktopt"},
	{"darwin-64", AF_INET6, 41, 42, "01000000",
	 "IPV6_USE_MIN_MTU use_min_mtu=1", "netinet6/ip6_output.c ip6_setpktopt"},
	{"darwin-64", AF_INET6, 41, 62, "01000000",
	 "IPV6_DONTFRAG dontfrag=1", "netinet6/ip6_output.c ip6_setpktopt"},
	{"darwin-64", AF_INET6, 41, 63, "ffffffff",
	 "IPV6_PREFER_TEMPADDR prefer_tempaddr=-1", "netinet6/ip6_output.c ip6_setpktopt"},
	LINES_OF_RFC_2292("darwin-64", "1c1e"),

	/* NetBSD: tv_usec is an int; padding follows where 8 bytes are aligned so. */
	{"netbsd-64", AF_UNIX, 0xffff, 1, "03000000", "SCM_RIGHTS fds=3", "sys/kern/uipc_usrreq.c"},
	{"netbsd-64", AF_UNIX, 0xffff, 0x10,
	 "d2040000" "e8030000" "00000000" "e9030000" "14000000" "02000000" "00000000" "14000000",
	 "SCM_CREDS pid=1234 uid=1000 euid=0 gid=1001 egid=20 ngroups=2 groups=0,20",
	 "sys/socket.h struct sockcred; uipc_usrreq.c unp_addsockcred"},
	{"netbsd-64be", AF_UNIX, 0xffff, 0x10,
	 "000004d2" "000003e8" "00000000" "000003e9" "00000014" "00000001" "00000005",
	 "SCM_CREDS pid=1234 uid=1000 euid=0 gid=1001 egid=20 ngroups=1 groups=5",
	 "sys/socket.h struct sockcred; uipc_usrreq.c unp_addsockcred"},
	{"netbsd-32", AF_UNIX, 0xffff, 4,
	 "e8030000" "00000000" "e9030000" "14000000" "02000000" "00000000" "14000000",
	 "SCM_OCREDS uid=1000 euid=0 gid=1001 egid=20 ngroups=2 groups=0,20",
	 "compat/sys/socket.h struct sockcred70"},
	{"netbsd-64", AF_INET, 0xffff, 8, SECONDS_64 MICRO "ffffffff",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; sys/ansi.h suseconds_t"},
	{"netbsd-64be", AF_INET, 0xffff, 8, Z4 "6553f100" "0001e240" "ffffffff",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; sys/ansi.h suseconds_t"},
	{"netbsd-32", AF_INET, 0xffff, 8, SECONDS_64 MICRO,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h: i386"},
	{"netbsd-arm-32", AF_INET, 0xffff, 8, SECONDS_64 MICRO Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; arm/include/cdefs.h"},
	{"netbsd-arm-64", AF_INET, 0xffff, 8, SECONDS_64 MICRO Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; aarch64/include/cdefs.h"},
	{"netbsd-32be", AF_INET, 0xffff, 8, Z4 "6553f100" "0001e240" Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; powerpc/include/cdefs.h"},
	{"netbsd-m68k-32be", AF_INET, 0xffff, 8, Z4 "6553f100" "0001e240",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; m68k/include/param.h"},
	{"netbsd-sparc-64be", AF_INET, 0xffff, 8, Z4 "6553f100" "0001e240" Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; sparc/include/cdefs.h"},
	{"netbsd-64", AF_INET, 0xffff, 2, SECONDS_64 MICRO Z4,
	 "SCM_OTIMESTAMP time=2023-11-14T22:13:20.123456Z",
	 "compat/sys/time_types.h struct timeval50"},
	{"netbsd-32", AF_INET, 0xffff, 2, SECONDS MICRO,
	 "SCM_OTIMESTAMP time=2023-11-14T22:13:20.123456Z",
	 "compat/sys/time_types.h struct timeval50"},
	{"netbsd-64", AF_INET, 0, 7, "c0000201",
	 "IP_RECVDSTADDR addr=192.0.2.1", "netinet/ip_input.c ip_savecontrol"},
	{"netbsd-64", AF_INET, 0, 20, "0812" "0200" "00000000",
	 "IP_RECVIF interface=(2)",
	 "netinet/ip_input.c ip_savecontrol; net/link_proto.c"},
	{"netbsd-64", AF_INET, 0, 23, "40", "IP_RECVTTL ttl=64", "netinet/ip_input.c"},
	{"netbsd-64", AF_INET, 0, 25, "c0000201" "02000000",
	 "IP_PKTINFO ipi_addr=192.0.2.1 ipi_ifindex=2", "netinet/in.h struct in_pktinfo"},
	{"netbsd-64be", AF_INET6, 41, 61, "0000002e", "IPV6_TCLASS tclass=0x2e", "netinet6/in6.h"},
	LINES_OF_RFC_3542("netbsd-64", "1c18"),
	LINES_OF_RFC_2292("netbsd-64", "1c18"),

	/* OpenBSD: time_t has 64 bits everywhere. */
	{"openbsd-64", AF_UNIX, 0xffff, 1, "03000000", "SCM_RIGHTS fds=3",
	 "sys/kern/uipc_usrreq.c"},
	{"openbsd-64", AF_INET, 0xffff, 4, SECONDS_64 MICRO Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; ip_input.c ip_savecontrol"},
	{"openbsd-64be", AF_INET, 0xffff, 4, Z4 "6553f100" Z4 "0001e240",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; ip_input.c ip_savecontrol"},
	{"openbsd-32", AF_INET, 0xffff, 4, SECONDS_64 MICRO,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h: i386"},
	{"openbsd-arm-32", AF_INET, 0xffff, 4, SECONDS_64 MICRO Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; arm/include/_types.h"},
	{"openbsd-32be", AF_INET, 0xffff, 4, Z4 "6553f100" "0001e240" Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; powerpc/include/_types.h"},
	{"openbsd-sparc-64be", AF_INET, 0xffff, 4, Z4 "6553f100" Z4 "0001e240",
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; sparc64/include/_types.h"},
	{"openbsd-64", AF_INET, 0, 7, "c0000201",
	 "IP_RECVDSTADDR addr=192.0.2.1", "netinet/ip_input.c ip_savecontrol"},
	{"openbsd-64", AF_INET, 0, 30,
	 "2012" "0200" "06030600" "656d30" "001122334455" "000000" Z8 Z4,
	 "IP_RECVIF interface=em0(2)/00:11:22:33:44:55", "net/if_dl.h; net/if.c if_alloc_sadl"},
	{"openbsd-64", AF_INET, 0, 31, "40", "IP_RECVTTL ttl=64", "netinet/ip_input.c"},
	{"openbsd-64", AF_INET, 0, 33, "0035",
	 "IP_RECVDSTPORT port=53", "netinet/udp_usrreq.c udp_input: network byte order"},
	{"openbsd-64be", AF_INET, 0, 35, "00000001", "IP_RECVRTABLE rtable=1",
	 "netinet/ip_input.c"},
	{"openbsd-64", AF_INET, 0, 36, "2a000000",
	 "IP_IPSECFLOWINFO ipsecflowinfo=42", "netinet/udp_usrreq.c udp_input"},
	{"openbsd-64", AF_INET6, 41, 64, "0035", "IPV6_RECVDSTPORT port=53",
	 "netinet/udp_usrreq.c"},
	LINES_OF_RFC_3542("openbsd-64", "1c18"),

	/* DragonFly. */
	{"dragonfly-64", AF_UNIX, 0xffff, 1, "03000000", "SCM_RIGHTS fds=3", "kern/uipc_usrreq.c"},
	{"dragonfly-64", AF_UNIX, 0xffff, 3,
	 "d2040000" "e8030000" "00000000" "e9030000" "0200" "0000" "00000000" "14000000" Z32 Z16 Z8,
	 "SCM_CREDS pid=1234 uid=1000 euid=0 gid=1001 ngroups=2 groups=0,20",
	 "sys/socket.h struct cmsgcred, CMGROUP_MAX 16"},
	{"dragonfly-64", AF_UNIX, 0xffff, 3,
	 "d2040000" "e8030000" "00000000" "e9030000" "1000" "0000" GIDS_16,
	 "SCM_CREDS pid=1234 uid=1000 euid=0 gid=1001 ngroups=16 groups=" GIDS_16_TEXT,
	 "sys/socket.h struct cmsgcred, CMGROUP_MAX 16"},
	{"dragonfly-64", AF_INET, 0xffff, 2, SECONDS_64 MICRO Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/time.h; ip_input.c ip_savecontrol"},
	{"dragonfly-64", AF_INET, 0, 7, "c0000201",
	 "IP_RECVDSTADDR addr=192.0.2.1", "netinet/ip_input.c ip_savecontrol"},
	{"dragonfly-64", AF_INET, 0, 20,
	 "3812" "0200" "06030600" "656d30" "001122334455" Z32 "00000000000000",
	 "IP_RECVIF interface=em0(2)/00:11:22:33:44:55", "net/if_dl.h; ip_input.c ip_savecontrol"},
	{"dragonfly-64", AF_INET, 0, 65, "40", "IP_RECVTTL ttl=64", "netinet/ip_input.c"},
	{"dragonfly-64", AF_INET6, 41, 63, "01000000",
	 "IPV6_PREFER_TEMPADDR prefer_tempaddr=1", "netinet6/ip6_output.c ip6_setpktopt"},
	LINES_OF_RFC_3542("dragonfly-64", "1c1c"),
	LINES_OF_RFC_2292("dragonfly-64", "1c1c"),

	/* illumos: credentials behind privileges and audit information, without it, alone; none. */
	{"illumos-64", AF_UNIX, 0xffff, 0x1010, "0300000004000000",
	 "SCM_RIGHTS fds=3,4", "fs/sockfs/socksubr.c so_opt2cmsg"},
	{"illumos-64", AF_UNIX, 0xffff, 0x1012,
	 "b8000000" "94000000" "20000000" "d2040000" "68000000" "00000000" "03000000" "00000000"
	 PRIVILEGES AUDIT PRCRED "02000000" "00000000" "14000000",
	 "SCM_UCRED pid=1234 zoneid=0 projid=3 euid=0 uid=1000 suid=1 egid=10 gid=11 sgid=12"
	 " ngroups=2 groups=0,20",
	 "sys/ucred.h struct ucred_s; os/cred.c cred2ucred; sys/procfs.h"},
	{"illumos-64", AF_UNIX, 0xffff, 0x1012,
	 "88000000" "68000000" "20000000" "d2040000" "00000000" "00000000" "03000000" "00000000"
	 PRIVILEGES PRCRED "01000000" "14000000",
	 "SCM_UCRED pid=1234 zoneid=0 projid=3 euid=0 uid=1000 suid=1 egid=10 gid=11 sgid=12"
	 " ngroups=1 groups=20", "sys/ucred.h; os/cred.c cred2ucred: no audit information"},
	{"illumos-32", AF_UNIX, 0xffff, 0x1012,
	 "40000000" "20000000" "00000000" "d2040000" "00000000" "05000000" "03000000" "00000000"
	 PRCRED "00000000" Z4,
	 "SCM_UCRED pid=1234 zoneid=5 projid=3 euid=0 uid=1000 suid=1 egid=10 gid=11 sgid=12"
	 " ngroups=0 groups=", "sys/ucred.h: offsets say where it lies; alone"},
	{"illumos-64", AF_UNIX, 0xffff, 0x1012,
	 "20000000" "00000000" "00000000" "d2040000" "00000000" "05000000" "03000000" "00000000",
	 "SCM_UCRED pid=1234 zoneid=5 projid=3 uc_size=32 uc_credoff=0 uc_privoff=0 uc_audoff=0"
	 " uc_labeloff=0", "os/cred.c cred2ucred: REMOTE_PEER_CRED, of another machine"},
	/* Behind a label, where no row reads them. */
	{"illumos-64", AF_UNIX, 0xffff, 0x1012,
	 "40000000" "24000000" "00000000" "d2040000" "00000000" "05000000" "03000000" "20000000"
	 "00000000" PRCRED "00000000",
	 "SCM_UCRED pid=1234 zoneid=5 projid=3 uc_size=64 uc_credoff=36 uc_privoff=0 uc_audoff=0"
	 " uc_labeloff=32", "os/cred.c cred2ucred: labelled systems"},
	{"illumos-64", AF_INET, 0xffff, 0x1013, SECONDS_64 MICRO Z4,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "sys/socket.h; inet/ip/conn_opt.c"},
	{"illumos-32", AF_INET, 0xffff, 0x1013, SECONDS MICRO,
	 "SCM_TIMESTAMP time=2023-11-14T22:13:20.123456Z", "fs/sockfs/socksubr.c so_opt2cmsg"},
	{"illumos-64", AF_INET, 0, 7, "c0000201",
	 "IP_RECVDSTADDR addr=192.0.2.1", "inet/ip/conn_opt.c conn_recvancillary_add"},
	{"illumos-64", AF_INET, 0, 5, "01010100",
	 "IP_RECVOPTS options=01 01 01 00", "inet/ip/conn_opt.c; RFC 791"},
	{"illumos-64", AF_INET, 0, 9, "02000000", "IP_RECVIF ifindex=2",
	 "inet/ip/conn_opt.c: uint_t"},
	{"illumos-64", AF_INET, 0, 10,
	 "1900" "0200" "06000600" "001122334455" Z32 Z32 Z32 Z32 Z32 Z32 Z32 Z8 Z4 "0000",
	 "IP_RECVSLLA slla=(2)/00:11:22:33:44:55", "net/if_dl.h; inet/ip/conn_opt.c"},
	{"illumos-64", AF_INET, 0, 11, "40", "IP_RECVTTL ttl=64", "inet/ip/conn_opt.c: uint8_t"},
	{"illumos-64", AF_INET, 0, 12, "2e", "IP_RECVTOS tos=0x2e", "inet/ip/conn_opt.c: uchar_t"},
	{"illumos-64", AF_INET, 0, 3, "2e000000", "IP_TOS tos=0x2e",
	 "inet/ip/conn_opt.c conn_opt_set"},
	{"illumos-64", AF_INET, 0, 4, "40000000", "IP_TTL ttl=64",
	 "inet/ip/conn_opt.c conn_opt_set"},
	{"illumos-64", AF_INET, 0, 26, "02000000" "c0000202" "c0000201",
	 "IP_PKTINFO ipi_ifindex=2 ipi_spec_dst=192.0.2.2 ipi_addr=192.0.2.1",
	 "netinet/in.h struct in_pktinfo"},
	{"illumos-64", AF_INET6, 41, 11, LINK_LOCAL "02000000",
	 "IPV6_PKTINFO ipi6_addr=fe80::1 ipi6_ifindex=2", "netinet/in.h struct in6_pktinfo"},
	{"illumos-64", AF_INET6, 41, 12, "40000000", "IPV6_HOPLIMIT hoplimit=64", "netinet/in.h"},
	{"illumos-64", AF_INET6, 41, 38, "2e000000", "IPV6_TCLASS tclass=0x2e", "netinet/in.h"},
	{"illumos-64", AF_INET6, 41, 37, "1a00" "0000" Z4 LINK_LOCAL "02000000" Z4 "00050000",
	 "IPV6_PATHMTU ip6m_addr=[fe80::1%2]:0 ip6m_mtu=1280",
	 "netinet/in.h: sockaddr_in6 ends with __sin6_src_id"},
	{"illumos-64", AF_INET6, 41, 14, "3a00050200000100",
	 "IPV6_HOPOPTS ip6h_nxt=58 ip6h_len=0 options=05 02 00 00 01 00", "inet/ip/conn_opt.c"},
	{"illumos-64", AF_INET6, 41, 15, "1100010400000000",
	 "IPV6_DSTOPTS ip6d_nxt=17 ip6d_len=0 options=01 04 00 00 00 00", "inet/ip/conn_opt.c"},
	{"illumos-64", AF_INET6, 41, 16, "1100000000000000",
	 "IPV6_RTHDR ip6r_nxt=17 ip6r_len=0 ip6r_type=0 ip6r_segleft=0 data=00 00 00 00",
	 "inet/ip/conn_opt.c"},
	{"illumos-64", AF_INET6, 41, 17, "2b00010400000000",
	 "IPV6_RTHDRDSTOPTS ip6d_nxt=43 ip6d_len=0 options=01 04 00 00 00 00",
	 "inet/ip/conn_opt.c conn_opt_set"},
	{"illumos-64", AF_INET6, 41, 13, "1a00" "0000" Z4 DOCUMENTED Z4 Z4,
	 "IPV6_NEXTHOP nexthop=[2001:db8::1]:0", "inet/ip/conn_opt.c conn_opt_set"},
	{"illumos-64", AF_INET6, 41, 32, "ffffffff",
	 "IPV6_USE_MIN_MTU use_min_mtu=-1", "inet/ip/conn_opt.c conn_opt_set"},
	{"illumos-64", AF_INET6, 41, 33, "01000000",
	 "IPV6_DONTFRAG dontfrag=1", "inet/ip/conn_opt.c conn_opt_set"},
	{"illumos-64", AF_INET6, 41, 35, "09000000",
	 "IPV6_SRC_PREFERENCES src_preferences=IPV6_PREFER_SRC_HOME|IPV6_PREFER_SRC_TMP",
	 "netinet/in.h"},
	{"illumos-64", AF_INET, 132, 0x100,
	 "0100" "0200" "0100" "0000" "2a000000" "07000000" "e8030000" "64000000" "63000000"
	 "05000000",
	 "SCTP_SNDRCV sinfo_stream=1 sinfo_ssn=2 sinfo_flags=MSG_UNORDERED sinfo_ppid=0x2a"
	 " sinfo_context=7 sinfo_timetolive=1000 sinfo_tsn=100 sinfo_cumtsn=99 sinfo_assoc_id=5",
	 "netinet/sctp.h"},
	{"illumos-64", AF_INET, 132, 0x101, "0a00" "1400" "0300" "e803",
	 "SCTP_INIT sinit_num_ostreams=10 sinit_max_instreams=20 sinit_max_attempts=3"
	 " sinit_max_init_timeo=1000", "netinet/sctp.h"},

	{NULL},
};

/* clang-format on */
