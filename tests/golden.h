/* SPDX-License-Identifier: MIT */
#ifndef GOLDEN_H
#define GOLDEN_H

/*
 * Control buffers of every system that <anc/abi.h> knows, spelled out byte by byte and not by the
 * library: an SCM_RIGHTS with the descriptor 3, then one message of the system's own. Layouts and
 * numbers: <bits/socket.h> of glibc; <sys/socket.h> and <machine/_align.h> of FreeBSD, NetBSD,
 * OpenBSD and DragonFly; <sys/socket.h> of xnu and of illumos; the <netinet/in.h> of each.
 */

#include "walk.h"

#define GOLDEN_MESSAGES 2

struct golden_message {
	int level;
	int type;
	const char *data;
	size_t len;
};

struct golden {
	const char *abi;
	struct shape shape;
	const unsigned char *bytes;
	size_t len;
	struct golden_message messages[GOLDEN_MESSAGES];
};

/* clang-format off */

/* cmsg_len is 8 bytes and the payload is padded to 8: 20 of 24, 28 of 32. */
static const unsigned char golden_linux_64[] = {
	20, 0, 0, 0, 0, 0, 0, 0,  1, 0, 0, 0,  1, 0, 0, 0,
	3, 0, 0, 0,  0, 0, 0, 0,
	28, 0, 0, 0, 0, 0, 0, 0,  1, 0, 0, 0,  2, 0, 0, 0,
	0xe8, 3, 0, 0,  0, 0, 0, 0,  0xfe, 0xff, 0, 0,  0, 0, 0, 0,
};

static const unsigned char golden_linux_64be[] = {
	0, 0, 0, 0, 0, 0, 0, 20,  0, 0, 0, 1,  0, 0, 0, 1,
	0, 0, 0, 3,  0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 28,  0, 0, 0, 1,  0, 0, 0, 2,
	0, 0, 3, 0xe8,  0, 0, 0, 0,  0, 0, 0xff, 0xfe,  0, 0, 0, 0,
};

static const unsigned char golden_linux_32[] = {
	16, 0, 0, 0,  1, 0, 0, 0,  1, 0, 0, 0,
	3, 0, 0, 0,
	24, 0, 0, 0,  1, 0, 0, 0,  2, 0, 0, 0,
	0xe8, 3, 0, 0,  0, 0, 0, 0,  0xfe, 0xff, 0, 0,
};

static const unsigned char golden_linux_32be[] = {
	0, 0, 0, 16,  0, 0, 0, 1,  0, 0, 0, 1,
	0, 0, 0, 3,
	0, 0, 0, 24,  0, 0, 0, 1,  0, 0, 0, 2,
	0, 0, 3, 0xe8,  0, 0, 0, 0,  0, 0, 0xff, 0xfe,
};

/* Alpha, mips, parisc and sparc number SOL_SOCKET 0xffff: <asm/socket.h> of each. */
static const unsigned char golden_odd_64[] = {
	20, 0, 0, 0, 0, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,
	3, 0, 0, 0,  0, 0, 0, 0,
	28, 0, 0, 0, 0, 0, 0, 0,  0xff, 0xff, 0, 0,  2, 0, 0, 0,
	0xe8, 3, 0, 0,  0, 0, 0, 0,  0xfe, 0xff, 0, 0,  0, 0, 0, 0,
};

static const unsigned char golden_odd_64be[] = {
	0, 0, 0, 0, 0, 0, 0, 20,  0, 0, 0xff, 0xff,  0, 0, 0, 1,
	0, 0, 0, 3,  0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 28,  0, 0, 0xff, 0xff,  0, 0, 0, 2,
	0, 0, 3, 0xe8,  0, 0, 0, 0,  0, 0, 0xff, 0xfe,  0, 0, 0, 0,
};

static const unsigned char golden_odd_32[] = {
	16, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,
	3, 0, 0, 0,
	24, 0, 0, 0,  0xff, 0xff, 0, 0,  2, 0, 0, 0,
	0xe8, 3, 0, 0,  0, 0, 0, 0,  0xfe, 0xff, 0, 0,
};

static const unsigned char golden_odd_32be[] = {
	0, 0, 0, 16,  0, 0, 0xff, 0xff,  0, 0, 0, 1,
	0, 0, 0, 3,
	0, 0, 0, 24,  0, 0, 0xff, 0xff,  0, 0, 0, 2,
	0, 0, 3, 0xe8,  0, 0, 0, 0,  0, 0, 0xff, 0xfe,
};

/* 12 bytes of header, 4 of padding, and the payload at 16. IP_RECVTTL: one byte. */
static const unsigned char golden_freebsd_64[] = {
	20, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,  0, 0, 0, 0,
	3, 0, 0, 0,  0, 0, 0, 0,
	17, 0, 0, 0,  0, 0, 0, 0,  65, 0, 0, 0,  0, 0, 0, 0,
	64, 0, 0, 0, 0, 0, 0, 0,
};

static const unsigned char golden_freebsd_64be[] = {
	0, 0, 0, 20,  0, 0, 0xff, 0xff,  0, 0, 0, 1,  0, 0, 0, 0,
	0, 0, 0, 3,  0, 0, 0, 0,
	0, 0, 0, 17,  0, 0, 0, 0,  0, 0, 0, 65,  0, 0, 0, 0,
	64, 0, 0, 0, 0, 0, 0, 0,
};

static const unsigned char golden_freebsd_32[] = {
	16, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,
	3, 0, 0, 0,
	13, 0, 0, 0,  0, 0, 0, 0,  65, 0, 0, 0,
	64, 0, 0, 0,
};

/* Powerpc aligns to 4, sparc64 to 16. */
static const unsigned char golden_freebsd_32be[] = {
	0, 0, 0, 16,  0, 0, 0xff, 0xff,  0, 0, 0, 1,
	0, 0, 0, 3,
	0, 0, 0, 13,  0, 0, 0, 0,  0, 0, 0, 65,
	64, 0, 0, 0,
};

static const unsigned char golden_freebsd_sparc_64be[] = {
	0, 0, 0, 20,  0, 0, 0xff, 0xff,  0, 0, 0, 1,  0, 0, 0, 0,
	0, 0, 0, 3,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
	0, 0, 0, 17,  0, 0, 0, 0,  0, 0, 0, 65,  0, 0, 0, 0,
	64, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
};

/* SCM_CREDS: struct sockcred with one group: pid, uid, euid, gid, egid, 1, the group. */
static const unsigned char golden_netbsd_64[] = {
	20, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,  0, 0, 0, 0,
	3, 0, 0, 0,  0, 0, 0, 0,
	44, 0, 0, 0,  0xff, 0xff, 0, 0,  0x10, 0, 0, 0,  0, 0, 0, 0,
	0xe8, 3, 0, 0,  1, 0, 0, 0,  2, 0, 0, 0,  3, 0, 0, 0,
	4, 0, 0, 0,  1, 0, 0, 0,  5, 0, 0, 0,  0, 0, 0, 0,
};

static const unsigned char golden_netbsd_32[] = {
	16, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,
	3, 0, 0, 0,
	40, 0, 0, 0,  0xff, 0xff, 0, 0,  0x10, 0, 0, 0,
	0xe8, 3, 0, 0,  1, 0, 0, 0,  2, 0, 0, 0,  3, 0, 0, 0,
	4, 0, 0, 0,  1, 0, 0, 0,  5, 0, 0, 0,
};

static const unsigned char golden_netbsd_64be[] = {
	0, 0, 0, 20,  0, 0, 0xff, 0xff,  0, 0, 0, 1,  0, 0, 0, 0,
	0, 0, 0, 3,  0, 0, 0, 0,
	0, 0, 0, 44,  0, 0, 0xff, 0xff,  0, 0, 0, 0x10,  0, 0, 0, 0,
	0, 0, 3, 0xe8,  0, 0, 0, 1,  0, 0, 0, 2,  0, 0, 0, 3,
	0, 0, 0, 4,  0, 0, 0, 1,  0, 0, 0, 5,  0, 0, 0, 0,
};

/* The same in steps of 16, and of 4. */
static const unsigned char golden_netbsd_arm_64[] = {
	20, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,  0, 0, 0, 0,
	3, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
	44, 0, 0, 0,  0xff, 0xff, 0, 0,  0x10, 0, 0, 0,  0, 0, 0, 0,
	0xe8, 3, 0, 0,  1, 0, 0, 0,  2, 0, 0, 0,  3, 0, 0, 0,
	4, 0, 0, 0,  1, 0, 0, 0,  5, 0, 0, 0,  0, 0, 0, 0,
};

static const unsigned char golden_netbsd_sparc_64be[] = {
	0, 0, 0, 20,  0, 0, 0xff, 0xff,  0, 0, 0, 1,  0, 0, 0, 0,
	0, 0, 0, 3,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
	0, 0, 0, 44,  0, 0, 0xff, 0xff,  0, 0, 0, 0x10,  0, 0, 0, 0,
	0, 0, 3, 0xe8,  0, 0, 0, 1,  0, 0, 0, 2,  0, 0, 0, 3,
	0, 0, 0, 4,  0, 0, 0, 1,  0, 0, 0, 5,  0, 0, 0, 0,
};

static const unsigned char golden_netbsd_m68k_32be[] = {
	0, 0, 0, 16,  0, 0, 0xff, 0xff,  0, 0, 0, 1,
	0, 0, 0, 3,
	0, 0, 0, 40,  0, 0, 0xff, 0xff,  0, 0, 0, 0x10,
	0, 0, 3, 0xe8,  0, 0, 0, 1,  0, 0, 0, 2,  0, 0, 0, 3,
	0, 0, 0, 4,  0, 0, 0, 1,  0, 0, 0, 5,
};

/* IP_RECVDSTADDR: an address, 127.0.0.1. */
static const unsigned char golden_openbsd_64[] = {
	20, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,  0, 0, 0, 0,
	3, 0, 0, 0,  0, 0, 0, 0,
	20, 0, 0, 0,  0, 0, 0, 0,  7, 0, 0, 0,  0, 0, 0, 0,
	127, 0, 0, 1,  0, 0, 0, 0,
};

static const unsigned char golden_openbsd_64be[] = {
	0, 0, 0, 20,  0, 0, 0xff, 0xff,  0, 0, 0, 1,  0, 0, 0, 0,
	0, 0, 0, 3,  0, 0, 0, 0,
	0, 0, 0, 20,  0, 0, 0, 0,  0, 0, 0, 7,  0, 0, 0, 0,
	127, 0, 0, 1,  0, 0, 0, 0,
};

static const unsigned char golden_openbsd_sparc_64be[] = {
	0, 0, 0, 20,  0, 0, 0xff, 0xff,  0, 0, 0, 1,  0, 0, 0, 0,
	0, 0, 0, 3,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
	0, 0, 0, 20,  0, 0, 0, 0,  0, 0, 0, 7,  0, 0, 0, 0,
	127, 0, 0, 1,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
};

static const unsigned char golden_openbsd_32[] = {
	16, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,
	3, 0, 0, 0,
	16, 0, 0, 0,  0, 0, 0, 0,  7, 0, 0, 0,
	127, 0, 0, 1,
};

/* SCM_TIMESTAMP: struct timeval of a 64-bit system, 1 s and 2 us. */
static const unsigned char golden_dragonfly_64[] = {
	20, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,  0, 0, 0, 0,
	3, 0, 0, 0,  0, 0, 0, 0,
	32, 0, 0, 0,  0xff, 0xff, 0, 0,  2, 0, 0, 0,  0, 0, 0, 0,
	1, 0, 0, 0, 0, 0, 0, 0,  2, 0, 0, 0, 0, 0, 0, 0,
};

/* Aligned to 4 on a 64-bit system too: no padding behind the header. IP_RECVTTL is 24. */
static const unsigned char golden_darwin_64[] = {
	16, 0, 0, 0,  0xff, 0xff, 0, 0,  1, 0, 0, 0,
	3, 0, 0, 0,
	13, 0, 0, 0,  0, 0, 0, 0,  24, 0, 0, 0,
	64, 0, 0, 0,
};

/* SCM_RIGHTS is 0x1010, IP_RECVTTL is 11; one layout for both widths on x86. */
static const unsigned char golden_illumos[] = {
	16, 0, 0, 0,  0xff, 0xff, 0, 0,  0x10, 0x10, 0, 0,
	3, 0, 0, 0,
	13, 0, 0, 0,  0, 0, 0, 0,  11, 0, 0, 0,
	64, 0, 0, 0,
};

#define GOLDEN_BYTES(name) golden_##name, sizeof(golden_##name)
#define GOLDEN_DATA(text) text, sizeof(text) - 1
#define GOLDEN_FD GOLDEN_DATA("\3\0\0\0")
#define GOLDEN_FD_BE GOLDEN_DATA("\0\0\0\3")
#define GOLDEN_UCRED GOLDEN_DATA("\xe8\3\0\0" "\0\0\0\0" "\xfe\xff\0\0")
#define GOLDEN_UCRED_BE GOLDEN_DATA("\0\0\3\xe8" "\0\0\0\0" "\0\0\xff\xfe")
#define GOLDEN_SOCKCRED \
	GOLDEN_DATA("\xe8\3\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\1\0\0\0\5\0\0\0")
#define GOLDEN_SOCKCRED_BE \
	GOLDEN_DATA("\0\0\3\xe8\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\1\0\0\0\5")
#define GOLDEN_TTL GOLDEN_DATA("\x40")

static const struct golden goldens[] = {
	{"linux-64", {16, 16, 8, 8, false}, GOLDEN_BYTES(linux_64),
	 {{1, 1, GOLDEN_FD}, {1, 2, GOLDEN_UCRED}}},
	{"linux-32", {12, 12, 4, 4, false}, GOLDEN_BYTES(linux_32),
	 {{1, 1, GOLDEN_FD}, {1, 2, GOLDEN_UCRED}}},
	{"linux-64be", {16, 16, 8, 8, true}, GOLDEN_BYTES(linux_64be),
	 {{1, 1, GOLDEN_FD_BE}, {1, 2, GOLDEN_UCRED_BE}}},
	{"linux-32be", {12, 12, 4, 4, true}, GOLDEN_BYTES(linux_32be),
	 {{1, 1, GOLDEN_FD_BE}, {1, 2, GOLDEN_UCRED_BE}}},
	{"linux-alpha-64", {16, 16, 8, 8, false}, GOLDEN_BYTES(odd_64),
	 {{0xffff, 1, GOLDEN_FD}, {0xffff, 2, GOLDEN_UCRED}}},
	{"linux-mips-64", {16, 16, 8, 8, false}, GOLDEN_BYTES(odd_64),
	 {{0xffff, 1, GOLDEN_FD}, {0xffff, 2, GOLDEN_UCRED}}},
	{"linux-mips-32", {12, 12, 4, 4, false}, GOLDEN_BYTES(odd_32),
	 {{0xffff, 1, GOLDEN_FD}, {0xffff, 2, GOLDEN_UCRED}}},
	{"linux-mips-64be", {16, 16, 8, 8, true}, GOLDEN_BYTES(odd_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 2, GOLDEN_UCRED_BE}}},
	{"linux-mips-32be", {12, 12, 4, 4, true}, GOLDEN_BYTES(odd_32be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 2, GOLDEN_UCRED_BE}}},
	{"linux-parisc-32be", {12, 12, 4, 4, true}, GOLDEN_BYTES(odd_32be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 2, GOLDEN_UCRED_BE}}},
	{"linux-sparc-64be", {16, 16, 8, 8, true}, GOLDEN_BYTES(odd_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 2, GOLDEN_UCRED_BE}}},
	{"linux-sparc-32be", {12, 12, 4, 4, true}, GOLDEN_BYTES(odd_32be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 2, GOLDEN_UCRED_BE}}},
	{"freebsd-64", {12, 16, 8, 4, false}, GOLDEN_BYTES(freebsd_64),
	 {{0xffff, 1, GOLDEN_FD}, {0, 65, GOLDEN_TTL}}},
	{"freebsd-32", {12, 12, 4, 4, false}, GOLDEN_BYTES(freebsd_32),
	 {{0xffff, 1, GOLDEN_FD}, {0, 65, GOLDEN_TTL}}},
	{"freebsd-64be", {12, 16, 8, 4, true}, GOLDEN_BYTES(freebsd_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0, 65, GOLDEN_TTL}}},
	{"freebsd-32be", {12, 12, 4, 4, true}, GOLDEN_BYTES(freebsd_32be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0, 65, GOLDEN_TTL}}},
	{"freebsd-sparc-64be", {12, 16, 16, 4, true}, GOLDEN_BYTES(freebsd_sparc_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0, 65, GOLDEN_TTL}}},
	{"netbsd-64", {12, 16, 8, 4, false}, GOLDEN_BYTES(netbsd_64),
	 {{0xffff, 1, GOLDEN_FD}, {0xffff, 0x10, GOLDEN_SOCKCRED}}},
	{"netbsd-32", {12, 12, 4, 4, false}, GOLDEN_BYTES(netbsd_32),
	 {{0xffff, 1, GOLDEN_FD}, {0xffff, 0x10, GOLDEN_SOCKCRED}}},
	{"netbsd-64be", {12, 16, 8, 4, true}, GOLDEN_BYTES(netbsd_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 0x10, GOLDEN_SOCKCRED_BE}}},
	{"netbsd-32be", {12, 16, 8, 4, true}, GOLDEN_BYTES(netbsd_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 0x10, GOLDEN_SOCKCRED_BE}}},
	{"netbsd-arm-64", {12, 16, 16, 4, false}, GOLDEN_BYTES(netbsd_arm_64),
	 {{0xffff, 1, GOLDEN_FD}, {0xffff, 0x10, GOLDEN_SOCKCRED}}},
	{"netbsd-arm-32", {12, 16, 8, 4, false}, GOLDEN_BYTES(netbsd_64),
	 {{0xffff, 1, GOLDEN_FD}, {0xffff, 0x10, GOLDEN_SOCKCRED}}},
	{"netbsd-m68k-32be", {12, 12, 4, 4, true}, GOLDEN_BYTES(netbsd_m68k_32be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 0x10, GOLDEN_SOCKCRED_BE}}},
	{"netbsd-sparc-64be", {12, 16, 16, 4, true}, GOLDEN_BYTES(netbsd_sparc_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0xffff, 0x10, GOLDEN_SOCKCRED_BE}}},
	{"openbsd-64", {12, 16, 8, 4, false}, GOLDEN_BYTES(openbsd_64),
	 {{0xffff, 1, GOLDEN_FD}, {0, 7, GOLDEN_DATA("\x7f\0\0\1")}}},
	{"openbsd-64be", {12, 16, 8, 4, true}, GOLDEN_BYTES(openbsd_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0, 7, GOLDEN_DATA("\x7f\0\0\1")}}},
	{"openbsd-32", {12, 12, 4, 4, false}, GOLDEN_BYTES(openbsd_32),
	 {{0xffff, 1, GOLDEN_FD}, {0, 7, GOLDEN_DATA("\x7f\0\0\1")}}},
	{"openbsd-32be", {12, 16, 8, 4, true}, GOLDEN_BYTES(openbsd_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0, 7, GOLDEN_DATA("\x7f\0\0\1")}}},
	{"openbsd-arm-32", {12, 16, 8, 4, false}, GOLDEN_BYTES(openbsd_64),
	 {{0xffff, 1, GOLDEN_FD}, {0, 7, GOLDEN_DATA("\x7f\0\0\1")}}},
	{"openbsd-sparc-64be", {12, 16, 16, 4, true}, GOLDEN_BYTES(openbsd_sparc_64be),
	 {{0xffff, 1, GOLDEN_FD_BE}, {0, 7, GOLDEN_DATA("\x7f\0\0\1")}}},
	{"dragonfly-64", {12, 16, 8, 4, false}, GOLDEN_BYTES(dragonfly_64),
	 {{0xffff, 1, GOLDEN_FD}, {0xffff, 2, GOLDEN_DATA("\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0")}}},
	{"darwin-64", {12, 12, 4, 4, false}, GOLDEN_BYTES(darwin_64),
	 {{0xffff, 1, GOLDEN_FD}, {0, 24, GOLDEN_TTL}}},
	{"illumos-64", {12, 12, 4, 4, false}, GOLDEN_BYTES(illumos),
	 {{0xffff, 0x1010, GOLDEN_FD}, {0, 11, GOLDEN_TTL}}},
	{"illumos-32", {12, 12, 4, 4, false}, GOLDEN_BYTES(illumos),
	 {{0xffff, 0x1010, GOLDEN_FD}, {0, 11, GOLDEN_TTL}}},
};

/* clang-format on */

#define GOLDEN_COUNT (sizeof(goldens) / sizeof(goldens[0]))

#endif
