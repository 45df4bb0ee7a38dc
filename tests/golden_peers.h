/* SPDX-License-Identifier: MIT */
#ifndef GOLDEN_PEERS_H
#define GOLDEN_PEERS_H

/*
 * What systems tell of a peer, byte by byte: written by hand from their own headers, not by this
 * library. A line is for all ABIs of its system with its width and byte order.
 *
 * Linux: include/linux/socket.h, net/core/sock.c. FreeBSD, DragonFly: sys/ucred.h. macOS:
 * bsd/sys/ucred.h, bsd/sys/un.h, and set_security_token_task_internal() of bsd/kern/kern_prot.c.
 * NetBSD: sys/un.h. OpenBSD: sys/socket.h. illumos: sys/ucred.h, sys/procfs.h, os/cred.c.
 */

#include <anc/anc.h>

#define PID ANC_CREDENTIALS_PID
#define UID ANC_CREDENTIALS_UID
#define EUID ANC_CREDENTIALS_EUID
#define GID ANC_CREDENTIALS_GID
#define EGID ANC_CREDENTIALS_EGID
#define GROUPS ANC_CREDENTIALS_GROUPS

struct golden_peer {
	const char *system;
	int bits; /* 0: programs of either width */
	bool big_endian;
	const char *query;
	int level;
	int option;
	const char *hex;
	const char *text; /* of anc_message_format() */
	struct anc_credentials told;
	bool claimed;
};

#define TELLS(bits_, ...)                                                                          \
	{                                                                                          \
		.known = (bits_), .pidfd = -1, __VA_ARGS__                                         \
	}
/* What has nothing to do with credentials. */
#define TELLS_NOTHING                                                                              \
	{                                                                                          \
		.known = 0                                                                         \
	}

#define ZERO4 "00000000 "
#define ZERO16 ZERO4 ZERO4 ZERO4 ZERO4
#define ZERO52 ZERO16 ZERO16 ZERO16 ZERO4

/* struct xucred as far as the groups: version 0, user 1001, 3 groups: 100, 20 and 4000000000. */
#define XUCRED ZERO4 "e9030000 0300 0000 64000000 14000000 00286bee" ZERO52
#define XUCRED_BE ZERO4 "000003e9 0003 0000 00000064 00000014 ee6b2800" ZERO52
#define XUCRED_TEXT "LOCAL_PEERCRED version=0 euid=1001 egid=100 ngroups=3 groups=100,20,4000000000"
#define XUCRED_TOLD .euid = 1001, .egid = 100, .group_count = 3, .groups = {100, 20, 4000000000}

/* struct ucred_s: uc_size, uc_credoff, uc_privoff, uc_pid, uc_audoff, uc_zoneid, uc_projid,
 * uc_labeloff. prcred_t: euid, ruid, suid, egid, rgid, sgid, ngroups, groups. */
#define PRIVILEGES72 ZERO16 ZERO16 ZERO16 ZERO16 ZERO4 ZERO4
#define AUDIT44 ZERO16 ZERO16 ZERO4 ZERO4 ZERO4
#define PRCRED "e9030000 e8030000 e9030000 65000000 64000000 65000000 02000000 14000000 1e000000"
#define PRCRED_TEXT " euid=1001 uid=1000 suid=1001 egid=101 gid=100 sgid=101 ngroups=2 groups=20,30"
#define PRCRED_TOLD                                                                                \
	.pid = 4711, .uid = 1000, .euid = 1001, .gid = 100, .egid = 101, .group_count = 2,         \
	.groups = {20, 30}
#define ILLUMOS(hex_, text_, ...)                                                                  \
	{                                                                                          \
		"illumos", 0, false, "getpeerucred", 0, 0, hex_, text_, TELLS(__VA_ARGS__), false  \
	}

/* clang-format off */

static const struct golden_peer goldens[] = {
	/* pid 4711, user 1000, group 4000000000 */
	{"linux", 0, false, "SO_PEERCRED", SOL_SOCKET, SO_PEERCRED, "67120000 e8030000 00286bee",
	 "SO_PEERCRED pid=4711 euid=1000 egid=4000000000",
	 TELLS(PID | EUID | EGID, .pid = 4711, .euid = 1000, .egid = 4000000000), false},
	{"linux", 0, true, "SO_PEERCRED", SOL_SOCKET, SO_PEERCRED, "00001267 000003e8 ee6b2800",
	 "SO_PEERCRED pid=4711 euid=1000 egid=4000000000",
	 TELLS(PID | EUID | EGID, .pid = 4711, .euid = 1000, .egid = 4000000000), false},
	/* A peer that this pid namespace does not see. */
	{"linux", 0, false, "SO_PEERCRED", SOL_SOCKET, SO_PEERCRED, "00000000 e8030000 64000000",
	 "SO_PEERCRED pid=0 euid=1000 egid=100",
	 TELLS(EUID | EGID, .euid = 1000, .egid = 100), false},
	{"linux", 0, false, "SO_PEERGROUPS", SOL_SOCKET, 0, "14000000 1e000000 00286bee",
	 "SO_PEERGROUPS groups=20,30,4000000000",
	 TELLS(GROUPS, .group_count = 3, .groups = {20, 30, 4000000000}), false},
	{"linux", 0, true, "SO_PEERGROUPS", SOL_SOCKET, 0, "00000014 0000001e",
	 "SO_PEERGROUPS groups=20,30", TELLS(GROUPS, .group_count = 2, .groups = {20, 30}), false},
	{"linux", 0, false, "SO_PEERGROUPS", SOL_SOCKET, 0, "", "SO_PEERGROUPS groups=",
	 TELLS(GROUPS, .group_count = 0), false},
	{"linux", 0, false, "SO_PEERSEC", SOL_SOCKET, 0, "756e636f6e66696e656400",
	 "SO_PEERSEC label=\"unconfined\\x00\"", TELLS_NOTHING, false},

	{"freebsd", 64, false, "LOCAL_PEERCRED", 0, 1, XUCRED "00000000 67120000 00000000",
	 XUCRED_TEXT " pid=4711", TELLS(PID | EUID | EGID | GROUPS, .pid = 4711, XUCRED_TOLD), false},
	{"freebsd", 64, true, "LOCAL_PEERCRED", 0, 1, XUCRED_BE "00000000 00001267 00000000",
	 XUCRED_TEXT " pid=4711", TELLS(PID | EUID | EGID | GROUPS, .pid = 4711, XUCRED_TOLD), false},
	{"freebsd", 32, false, "LOCAL_PEERCRED", 0, 1, XUCRED "67120000",
	 XUCRED_TEXT " pid=4711", TELLS(PID | EUID | EGID | GROUPS, .pid = 4711, XUCRED_TOLD), false},
	{"freebsd", 32, true, "LOCAL_PEERCRED", 0, 1, XUCRED_BE "00001267",
	 XUCRED_TEXT " pid=4711", TELLS(PID | EUID | EGID | GROUPS, .pid = 4711, XUCRED_TOLD), false},
	/* Before FreeBSD 13 there was a pointer, NULL. */
	{"freebsd", 64, false, "LOCAL_PEERCRED", 0, 1, XUCRED ZERO4 ZERO4 ZERO4,
	 XUCRED_TEXT " pid=0", TELLS(EUID | EGID | GROUPS, XUCRED_TOLD), false},
	/* What would be the pid is no pid here. */
	{"dragonfly", 0, false, "LOCAL_PEERCRED", 0, 1, XUCRED "00000000 67120000 00000000",
	 XUCRED_TEXT, TELLS(EUID | EGID | GROUPS, XUCRED_TOLD), false},
	{"darwin", 0, false, "LOCAL_PEERCRED", 0, 1, XUCRED,
	 XUCRED_TEXT, TELLS(EUID | EGID | GROUPS, XUCRED_TOLD), false},
	{"darwin", 0, false, "LOCAL_PEERPID", 0, 2, "67120000", "LOCAL_PEERPID pid=4711",
	 TELLS(PID, .pid = 4711), false},
	{"darwin", 0, false, "LOCAL_PEEREPID", 0, 3, "67120000", "LOCAL_PEEREPID pid=4711",
	 TELLS(PID, .pid = 4711), true},
	{"darwin", 0, false, "LOCAL_PEERUUID", 0, 4, "000102030405060708090a0b0c0d0e0f",
	 "LOCAL_PEERUUID uuid=00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f", TELLS_NOTHING, false},
	{"darwin", 0, false, "LOCAL_PEEREUUID", 0, 5, "000102030405060708090a0b0c0d0e0f",
	 "LOCAL_PEEREUUID uuid=00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f", TELLS_NOTHING, false},
	/* auid, euid, egid, ruid, rgid, pid, asid, pidversion */
	{"darwin", 0, false, "LOCAL_PEERTOKEN", 0, 6,
	 "f4010000 f5010000 15000000 f6010000 16000000 67120000 a7860100 08000000",
	 "LOCAL_PEERTOKEN auid=500 euid=501 egid=21 uid=502 gid=22 pid=4711 asid=100007 pidversion=8",
	 TELLS(PID | UID | EUID | GID | EGID, .pid = 4711, .uid = 502, .euid = 501, .gid = 22,
	       .egid = 21), false},

	/* struct unpcbid: pid, user, group */
	{"netbsd", 0, false, "LOCAL_PEEREID", 0, 3, "67120000 e9030000 65000000",
	 "LOCAL_PEEREID pid=4711 euid=1001 egid=101",
	 TELLS(PID | EUID | EGID, .pid = 4711, .euid = 1001, .egid = 101), false},
	{"netbsd", 0, true, "LOCAL_PEEREID", 0, 3, "00001267 000003e9 00000065",
	 "LOCAL_PEEREID pid=4711 euid=1001 egid=101",
	 TELLS(PID | EUID | EGID, .pid = 4711, .euid = 1001, .egid = 101), false},
	/* struct sockpeercred: user, group, pid */
	{"openbsd", 0, false, "SO_PEERCRED", 0xffff, 0x1022, "e9030000 65000000 67120000",
	 "SO_PEERCRED euid=1001 egid=101 pid=4711",
	 TELLS(PID | EUID | EGID, .pid = 4711, .euid = 1001, .egid = 101), false},
	{"openbsd", 0, true, "SO_PEERCRED", 0xffff, 0x1022, "000003e9 00000065 00001267",
	 "SO_PEERCRED euid=1001 egid=101 pid=4711",
	 TELLS(PID | EUID | EGID, .pid = 4711, .euid = 1001, .egid = 101), false},

	ILLUMOS("b8000000 94000000 20000000 67120000 68000000 02000000 03000000 00000000"
		PRIVILEGES72 AUDIT44 PRCRED, "getpeerucred pid=4711 zoneid=2 projid=3" PRCRED_TEXT,
		PID | UID | EUID | GID | EGID | GROUPS, PRCRED_TOLD),
	ILLUMOS("8c000000 68000000 20000000 67120000 00000000 02000000 03000000 00000000"
		PRIVILEGES72 PRCRED, "getpeerucred pid=4711 zoneid=2 projid=3" PRCRED_TEXT,
		PID | UID | EUID | GID | EGID | GROUPS, PRCRED_TOLD),
	ILLUMOS("44000000 20000000 00000000 67120000 00000000 02000000 03000000 00000000" PRCRED,
		"getpeerucred pid=4711 zoneid=2 projid=3" PRCRED_TEXT,
		PID | UID | EUID | GID | EGID | GROUPS, PRCRED_TOLD),
	ILLUMOS("20000000 00000000 00000000 67120000 00000000 02000000 03000000 00000000",
		"getpeerucred pid=4711 zoneid=2 projid=3 uc_size=32 uc_credoff=0 uc_privoff=0"
		" uc_audoff=0 uc_labeloff=0", PID, .pid = 4711),
};

/* clang-format on */

#endif
