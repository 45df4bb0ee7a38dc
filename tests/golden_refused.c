/* SPDX-License-Identifier: MIT */
#include "golden_messages.h"

#include <stddef.h>
#include <sys/socket.h>

/* What no kernel writes so, and no row has: how far it is read. */

/* clang-format off */

const struct golden_message golden_messages_refused[] = {
	/* Wrong sizes: what the payload reaches is printed. */
	{"linux-64", AF_UNIX, 1, 2, "d2040000e803",
	 "SCM_CREDENTIALS len=6 (expected 12) pid=1234", NULL},
	{"linux-64", AF_UNIX, 1, 2, "d2040000e803000064000000ff",
	 "SCM_CREDENTIALS len=13 (expected 12) pid=1234 uid=1000 gid=100", NULL},
	{"linux-64", AF_UNIX, 1, 1, "", "SCM_RIGHTS len=0 (expected at least 4) fds=", NULL},
	{"linux-64", AF_UNIX, 1, 4, "0500", "SCM_PIDFD len=2 (expected 4) fds=", NULL},
	{"linux-64", AF_INET, 0, 2, "40", "IP_TTL len=1 (expected 4)", NULL},
	{"linux-64be", AF_INET6, 41, 67, "0000002e00",
	 "IPV6_TCLASS len=5 (expected 4) tclass=0x2e", NULL},
	{"linux-64", AF_INET, 17, 103, "b0040000",
	 "UDP_SEGMENT len=4 (expected 2) segment_size=1200", NULL},
	{"linux-32", AF_INET, 1, 35, "00f153650000000015cd5b0700000000",
	 "SCM_TIMESTAMPNS len=16 (expected 8) time=2023-11-14T22:13:20.000000000Z", NULL},
	{"linux-64", AF_RXRPC, 272, 3, "07", "RXRPC_ACK len=1 (expected 0) 07", NULL},
	{"linux-sparc-64be", AF_INET, 0xffff, 29, "", "SCM_TIMESTAMP len=0 (expected 16)", NULL},
	{"freebsd-64", AF_INET, 0, 65, "40000000", "IP_RECVTTL len=4 (expected 1) ttl=64", NULL},
	{"freebsd-64", AF_UNIX, 0xffff, 8, "01000000",
	 "SCM_CREDS2 len=4 (expected at least 28) version=1", NULL},
	{"netbsd-64", AF_INET, 0, 25, "c0000201",
	 "IP_PKTINFO len=4 (expected 8) ipi_addr=192.0.2.1", NULL},
	{"illumos-64", AF_INET, 0, 26, "02000000",
	 "IP_PKTINFO len=4 (expected 12) ipi_ifindex=2", NULL},

	/* Truncated. */
	{"linux-64", AF_UNIX, 1, 2, "d2040000e8030000",
	 "SCM_CREDENTIALS len=8 (expected 12) pid=1234 uid=1000 (truncated)", NULL},
	{"linux-64be", AF_UNIX, 1, 1, "00000003", "SCM_RIGHTS fds=3 (truncated)", NULL},
	{"linux-32", AF_UNIX, 1, 3, "6162", "SCM_SECURITY label=\"ab\" (truncated)", NULL},
	{"darwin-64", AF_UNIX, 0xffff, 1, "030000000400", "SCM_RIGHTS fds=3 (truncated)", NULL},
	{"linux-64", AF_UNSPEC, 17, 99, "0a0b",
	 "level=SOL_UDP type=99 len=2 0a 0b (truncated)", NULL},

	/* Numbers that mean nothing there, though they do elsewhere. */
	{"linux-64", AF_UNSPEC, 17, 99, "", "level=SOL_UDP type=99 len=0", NULL},
	{"linux-64", AF_UNSPEC, 0, 0x7fffffff, "", "level=IPPROTO_IP type=2147483647 len=0", NULL},
	{"linux-64", AF_UNSPEC, 0xffff, 1, "03000000",
	 "level=65535 type=1 len=4 03 00 00 00", NULL},
	{"linux-64", AF_UNSPEC, 1, 0x1010, "03", "level=SOL_SOCKET type=4112 len=1 03", NULL},
	{"linux-64", AF_UNSPEC, 99, 1, "0a0b", "level=99 type=1 len=2 0a 0b", NULL},
	{"linux-mips-32be", AF_UNSPEC, 1, 1, "00000003", "level=1 type=1 len=4 00 00 00 03", NULL},
	{"linux-sparc-64be", AF_UNSPEC, 0xffff, 40, "07",
	 "level=SOL_SOCKET type=40 len=1 07", NULL},
	{"linux-parisc-32be", AF_UNSPEC, 0xffff, 29, "", "level=SOL_SOCKET type=29 len=0", NULL},
	{"freebsd-64", AF_UNSPEC, 1, 1, "03000000",
	 "level=IPPROTO_ICMP type=1 len=4 03 00 00 00", NULL},
	{"freebsd-64", AF_UNSPEC, 0, 99, "07", "level=IPPROTO_IP type=99 len=1 07", NULL},
	{"openbsd-64", AF_UNSPEC, 0xffff, 3, "07", "level=SOL_SOCKET type=3 len=1 07", NULL},
	{"darwin-64", AF_UNSPEC, 41, 61, "2e", "level=IPPROTO_IPV6 type=61 len=1 2e", NULL},
	{"illumos-64", AF_UNSPEC, 0xffff, 1, "03", "level=SOL_SOCKET type=1 len=1 03", NULL},

	/* A family has its own messages alone; the level's name would be a guess. */
	{"linux-64", AF_UNIX, 41, 52, "40000000", "level=41 type=52 len=4 40 00 00 00", NULL},
	{"linux-64", AF_BLUETOOTH, 0, 8, "07", "level=0 type=8 len=1 07", NULL},
	{"freebsd-64", AF_INET, 0xffff, 3, "07", "level=65535 type=3 len=1 07", NULL},
	{NULL},
};

/* clang-format on */
