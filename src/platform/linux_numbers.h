/* SPDX-License-Identifier: MIT */
#ifndef ANC_LINUX_NUMBERS_H
#define ANC_LINUX_NUMBERS_H

/*
 * Numbers of Linux's uapi that a libc may not have yet; those it has are its own, for they differ
 * by architecture. Sources: include/uapi/asm-generic/socket.h, arch/parisc and
 * arch/sparc/include/uapi/asm/socket.h, include/linux/socket.h.
 */

#include <netinet/in.h>
#include <sys/socket.h>

#ifndef SCM_CREDENTIALS
#define SCM_CREDENTIALS 2
#endif
#ifndef SCM_SECURITY
#define SCM_SECURITY 3
#endif
#ifndef SCM_PIDFD
#define SCM_PIDFD 4
#endif

#if defined(__hppa__)
#define ANC_BY_ARCH(generic, parisc, sparc) parisc
#elif defined(__sparc__)
#define ANC_BY_ARCH(generic, parisc, sparc) sparc
#else
#define ANC_BY_ARCH(generic, parisc, sparc) generic
#endif

#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD ANC_BY_ARCH(76, 0x404A, 0x0055)
#endif
#ifndef SO_RCVMARK
#define SO_RCVMARK ANC_BY_ARCH(75, 0x4049, 0x0054)
#endif
#ifndef SO_RCVPRIORITY
#define SO_RCVPRIORITY ANC_BY_ARCH(82, 0x404D, 0x005b)
#endif
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS ANC_BY_ARCH(83, 0x4051, 0x005c)
#endif
#ifndef SO_INQ
#define SO_INQ ANC_BY_ARCH(84, 0x4052, 0x005d)
#endif
#ifndef SO_TIMESTAMP_NEW
#define SO_TIMESTAMP_NEW ANC_BY_ARCH(63, 0x4038, 0x0046)
#endif
#ifndef SO_TIMESTAMPNS_NEW
#define SO_TIMESTAMPNS_NEW ANC_BY_ARCH(64, 0x4039, 0x0042)
#endif
#ifndef SO_TIMESTAMPING_NEW
#define SO_TIMESTAMPING_NEW ANC_BY_ARCH(65, 0x403A, 0x0043)
#endif
#ifndef SO_TIMESTAMP_OLD
#define SO_TIMESTAMP_OLD ANC_BY_ARCH(29, 0x4012, 0x001d)
#endif
#ifndef SO_TIMESTAMPNS_OLD
#define SO_TIMESTAMPNS_OLD ANC_BY_ARCH(35, 0x4013, 0x0021)
#endif
#ifndef SO_TIMESTAMPING_OLD
#define SO_TIMESTAMPING_OLD ANC_BY_ARCH(37, 0x4020, 0x0023)
#endif
#ifndef SCM_TIMESTAMPING_OPT_STATS
#define SCM_TIMESTAMPING_OPT_STATS ANC_BY_ARCH(54, 0x402D, 0x0038)
#endif
#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY ANC_BY_ARCH(60, 0x4035, 0x003e)
#endif
#ifndef SCM_TIMESTAMPING_PKTINFO
#define SCM_TIMESTAMPING_PKTINFO ANC_BY_ARCH(58, 0x4031, 0x003c)
#endif

#endif
