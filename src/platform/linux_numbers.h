/* SPDX-License-Identifier: MIT */
#ifndef ANC_LINUX_NUMBERS_H
#define ANC_LINUX_NUMBERS_H

/*
 * Numbers of Linux's uapi that a libc may not have yet. Those of SOL_SOCKET differ by machine: each
 * has a line with a column for every machine, generic, alpha, mips, parisc, sparc, powerpc.
 * Sources: include/uapi/asm-generic/socket.h, include/uapi/asm/socket.h of those under arch/,
 * include/linux/socket.h.
 */

#include <netinet/in.h>
#include <sys/socket.h>

/* Equal everywhere. */
#ifndef SCM_CREDENTIALS
#define SCM_CREDENTIALS 2
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 3
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif

/* Families. */
#ifndef AF_NETLINK
#define AF_NETLINK 16
#endif
#ifndef AF_PACKET
#define AF_PACKET 17
#endif
#ifndef AF_RDS
#define AF_RDS 21
#endif
#ifndef AF_LLC
#define AF_LLC 26
#endif
#ifndef AF_CAN
#define AF_CAN 29
#endif
#ifndef AF_TIPC
#define AF_TIPC 30
#endif
#ifndef AF_BLUETOOTH
#define AF_BLUETOOTH 31
#endif
#ifndef AF_IUCV
#define AF_IUCV 32
#endif
#ifndef AF_RXRPC
#define AF_RXRPC 33
#endif
#ifndef AF_ISDN
#define AF_ISDN 34
#endif
#ifndef AF_IEEE802154
#define AF_IEEE802154 36
#endif
#ifndef AF_ALG
#define AF_ALG 38
#endif
#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif

/* Levels. The first three are IPPROTO_IP's number, too: the family of the socket tells. */
#ifndef SOL_HCI
#define SOL_HCI 0
#endif
#ifndef SOL_IEEE802154
#define SOL_IEEE802154 0
#endif
#ifndef SOL_MISDN
#define SOL_MISDN 0
#endif
#ifndef SOL_TCP
#define SOL_TCP 6
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef SOL_CAN_RAW
#define SOL_CAN_RAW 101
#endif
#ifndef SOL_CAN_J1939
#define SOL_CAN_J1939 107
#endif
#ifndef SOL_SCTP
#define SOL_SCTP 132
#endif
#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif
#ifndef SOL_LLC
#define SOL_LLC 268
#endif
#ifndef SOL_DCCP
#define SOL_DCCP 269
#endif
#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif
#ifndef SOL_TIPC
#define SOL_TIPC 271
#endif
#ifndef SOL_RXRPC
#define SOL_RXRPC 272
#endif
#ifndef SOL_BLUETOOTH
#define SOL_BLUETOOTH 274
#endif
#ifndef SOL_RDS
#define SOL_RDS 276
#endif
#ifndef SOL_IUCV
#define SOL_IUCV 277
#endif
#ifndef SOL_ALG
#define SOL_ALG 279
#endif
#ifndef SOL_TLS
#define SOL_TLS 282
#endif
#ifndef SOL_VSOCK
#define SOL_VSOCK 287
#endif

/* The column of this machine. */
#if defined(__alpha__)
#define ANC_HERE(generic, alpha, mips, parisc, sparc, powerpc) alpha
#elif defined(__mips__)
#define ANC_HERE(generic, alpha, mips, parisc, sparc, powerpc) mips
#elif defined(__hppa__)
#define ANC_HERE(generic, alpha, mips, parisc, sparc, powerpc) parisc
#elif defined(__sparc__)
#define ANC_HERE(generic, alpha, mips, parisc, sparc, powerpc) sparc
#elif defined(__powerpc__)
#define ANC_HERE(generic, alpha, mips, parisc, sparc, powerpc) powerpc
#else
#define ANC_HERE(generic, alpha, mips, parisc, sparc, powerpc) generic
#endif

/* clang-format off */

#define ANC_SOL_SOCKET(by)           by(1, 0xffff, 0xffff, 0xffff, 0xffff, 1)

/* Messages, some of which are options too. */
#define ANC_SO_PRIORITY(by)          by(12, 12, 12, 0x400c, 0x000c, 12)
#define ANC_SO_TIMESTAMP_OLD(by)     by(29, 29, 29, 0x4012, 0x001d, 29)
#define ANC_SO_TIMESTAMPNS_OLD(by)   by(35, 35, 35, 0x4013, 0x0021, 35)
#define ANC_SO_MARK(by)              by(36, 36, 36, 0x401f, 0x0022, 36)
#define ANC_SO_TIMESTAMPING_OLD(by)  by(37, 37, 37, 0x4020, 0x0023, 37)
#define ANC_SO_RXQ_OVFL(by)          by(40, 40, 40, 0x4021, 0x0024, 40)
#define ANC_SO_WIFI_STATUS(by)       by(41, 41, 41, 0x4022, 0x0025, 41)
#define ANC_SCM_TIMESTAMPING_OPT_STATS(by) by(54, 54, 54, 0x402f, 0x0038, 54)
#define ANC_SCM_TIMESTAMPING_PKTINFO(by)   by(58, 58, 58, 0x4033, 0x003c, 58)
#define ANC_SO_TXTIME(by)            by(61, 61, 61, 0x4036, 0x003f, 61)
#define ANC_SO_TIMESTAMP_NEW(by)     by(63, 63, 63, 0x4038, 0x0046, 63)
#define ANC_SO_TIMESTAMPNS_NEW(by)   by(64, 64, 64, 0x4039, 0x0042, 64)
#define ANC_SO_TIMESTAMPING_NEW(by)  by(65, 65, 65, 0x403a, 0x0043, 65)
#define ANC_SO_DEVMEM_LINEAR(by)     by(78, 78, 78, 0x404e, 0x0057, 78)
#define ANC_SO_DEVMEM_DMABUF(by)     by(79, 79, 79, 0x404f, 0x0058, 79)
#define ANC_SCM_TS_OPT_ID(by)        by(81, 81, 81, 0x404c, 0x005a, 81)
#define ANC_SO_INQ(by)               by(84, 84, 84, 0x4052, 0x005d, 84)

/* Options. */
#define ANC_SO_PASSCRED(by)          by(16, 17, 17, 0x4010, 0x0002, 20)
#define ANC_SO_PEERCRED(by)          by(17, 18, 18, 0x4011, 0x0040, 21)
#define ANC_SO_PEERSEC(by)           by(31, 30, 30, 0x401d, 0x001e, 31)
#define ANC_SO_PASSSEC(by)           by(34, 34, 34, 0x401e, 0x001f, 34)
#define ANC_SO_PEERGROUPS(by)        by(59, 59, 59, 0x4034, 0x003d, 59)
#define ANC_SO_ZEROCOPY(by)          by(60, 60, 60, 0x4035, 0x003e, 60)
#define ANC_SO_RCVMARK(by)           by(75, 75, 75, 0x4049, 0x0054, 75)
#define ANC_SO_PASSPIDFD(by)         by(76, 76, 76, 0x404a, 0x0055, 76)
#define ANC_SO_PEERPIDFD(by)         by(77, 77, 77, 0x404b, 0x0056, 77)
#define ANC_SO_RCVPRIORITY(by)       by(82, 82, 82, 0x404d, 0x005b, 82)
#define ANC_SO_PASSRIGHTS(by)        by(83, 83, 83, 0x4051, 0x005c, 83)
#define ANC_SO_RIGHTS_NOTRUNC(by)    by(85, 85, 85, 0x4053, 0x005e, 85)

/* clang-format on */

#ifndef SO_PRIORITY
#define SO_PRIORITY ANC_SO_PRIORITY(ANC_HERE)
#endif
#ifndef SO_TIMESTAMP_OLD
#define SO_TIMESTAMP_OLD ANC_SO_TIMESTAMP_OLD(ANC_HERE)
#endif
#ifndef SO_TIMESTAMPNS_OLD
#define SO_TIMESTAMPNS_OLD ANC_SO_TIMESTAMPNS_OLD(ANC_HERE)
#endif
#ifndef SO_MARK
#define SO_MARK ANC_SO_MARK(ANC_HERE)
#endif
#ifndef SO_TIMESTAMPING_OLD
#define SO_TIMESTAMPING_OLD ANC_SO_TIMESTAMPING_OLD(ANC_HERE)
#endif
#ifndef SO_RXQ_OVFL
#define SO_RXQ_OVFL ANC_SO_RXQ_OVFL(ANC_HERE)
#endif
#ifndef SO_WIFI_STATUS
#define SO_WIFI_STATUS ANC_SO_WIFI_STATUS(ANC_HERE)
#endif
#ifndef SCM_TIMESTAMPING_OPT_STATS
#define SCM_TIMESTAMPING_OPT_STATS ANC_SCM_TIMESTAMPING_OPT_STATS(ANC_HERE)
#endif
#ifndef SCM_TIMESTAMPING_PKTINFO
#define SCM_TIMESTAMPING_PKTINFO ANC_SCM_TIMESTAMPING_PKTINFO(ANC_HERE)
#endif
#ifndef SO_TXTIME
#define SO_TXTIME ANC_SO_TXTIME(ANC_HERE)
#endif
#ifndef SO_TIMESTAMP_NEW
#define SO_TIMESTAMP_NEW ANC_SO_TIMESTAMP_NEW(ANC_HERE)
#endif
#ifndef SO_TIMESTAMPNS_NEW
#define SO_TIMESTAMPNS_NEW ANC_SO_TIMESTAMPNS_NEW(ANC_HERE)
#endif
#ifndef SO_TIMESTAMPING_NEW
#define SO_TIMESTAMPING_NEW ANC_SO_TIMESTAMPING_NEW(ANC_HERE)
#endif
#ifndef SO_DEVMEM_LINEAR
#define SO_DEVMEM_LINEAR ANC_SO_DEVMEM_LINEAR(ANC_HERE)
#endif
#ifndef SO_DEVMEM_DMABUF
#define SO_DEVMEM_DMABUF ANC_SO_DEVMEM_DMABUF(ANC_HERE)
#endif
#ifndef SCM_TS_OPT_ID
#define SCM_TS_OPT_ID ANC_SCM_TS_OPT_ID(ANC_HERE)
#endif
#ifndef SO_INQ
#define SO_INQ ANC_SO_INQ(ANC_HERE)
#endif
#ifndef SO_PASSCRED
#define SO_PASSCRED ANC_SO_PASSCRED(ANC_HERE)
#endif
#ifndef SO_PEERCRED
#define SO_PEERCRED ANC_SO_PEERCRED(ANC_HERE)
#endif
#ifndef SO_PEERSEC
#define SO_PEERSEC ANC_SO_PEERSEC(ANC_HERE)
#endif
#ifndef SO_PASSSEC
#define SO_PASSSEC ANC_SO_PASSSEC(ANC_HERE)
#endif
#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS ANC_SO_PEERGROUPS(ANC_HERE)
#endif
#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY ANC_SO_ZEROCOPY(ANC_HERE)
#endif
#ifndef SO_RCVMARK
#define SO_RCVMARK ANC_SO_RCVMARK(ANC_HERE)
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD ANC_SO_PASSPIDFD(ANC_HERE)
#endif
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD ANC_SO_PEERPIDFD(ANC_HERE)
#endif
#ifndef SO_RCVPRIORITY
#define SO_RCVPRIORITY ANC_SO_RCVPRIORITY(ANC_HERE)
#endif
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS ANC_SO_PASSRIGHTS(ANC_HERE)
#endif
#ifndef SO_RIGHTS_NOTRUNC
#define SO_RIGHTS_NOTRUNC ANC_SO_RIGHTS_NOTRUNC(ANC_HERE)
#endif

#endif
