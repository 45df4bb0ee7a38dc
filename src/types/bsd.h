/* SPDX-License-Identifier: MIT */
#ifndef ANC_BSD_H
#define ANC_BSD_H

/*
 * What the BSDs, macOS and illumos have in common. Numbers are written out: a host's headers have
 * the host's. Sources are named by table; the numbers and sizes of structs are also those of
 * golang.org/x/sys/unix and Rust's libc, which were made from each system's headers.
 */

#define ROWS_ARE ANC_FOREIGN
#include "field.h"
#include "types/rows.h"

#define BSD_SOL_SOCKET 0xffff
#define BSD_SOL_LOCAL 0 /* of options: messages of Unix sockets are SOL_SOCKET's */
#define BSD_IP 0
#define BSD_TCP 6
#define BSD_IPV6 41
#define BSD_SCTP 132

#define BSD_INET (ANC_FAMILY(AF_INET) | ANC_FAMILY(AF_INET6))
#define BSD_INET6 ANC_FAMILY(AF_INET6)
#define BSD_UNIX ANC_FAMILY(AF_UNIX)

/* Sizes in bytes. */
#define BSD_GROUPS_MOST 4096 /* NGROUPS_MAX is 16 to 1024, of 4 bytes each */
#define BSD_LINK_LEAST 8     /* struct sockaddr_dl as far as its name */
#define BSD_IN_SIZE 16       /* struct sockaddr_in */
#define BSD_IN6_SIZE 28      /* struct sockaddr_in6; illumos's is longer */

/* The count of a list of groups, and the list right behind it. */
#define GROUPS(count_at)                                                                           \
	S32("ngroups", count_at),                                                                  \
		FIELD("groups", ANC_FIELD_UINT | ANC_FIELD_COUNTED, 4, (count_at) + 4, NULL)

/* struct sockcred and its like: from the ids on. */
#define SOCKCRED_FIELDS(at)                                                                        \
	U32("uid", at), U32("euid", (at) + 4), U32("gid", (at) + 8), U32("egid", (at) + 12),       \
		GROUPS((at) + 16)

/* struct cmsgcred, of FreeBSD and DragonFly: its count is a short with padding behind it. */
#define CMSGCRED_SIZE 84
#define CMSGCRED_GROUPS 16 /* CMGROUP_MAX, a count */
#define CMSGCRED_COUNT_AT 16
#define CMSGCRED_FIELDS                                                                            \
	S32("pid", 0), U32("uid", 4), U32("euid", 8), U32("gid", 12),                              \
		FIELD("ngroups", ANC_FIELD_INT, 2, CMSGCRED_COUNT_AT, NULL),                       \
		FIELD("groups", ANC_FIELD_UINT | ANC_FIELD_COUNTED, 4, 20, NULL)

#define RIGHTS_ROW(type_, most, ...)                                                               \
	ROW("SCM_RIGHTS", BSD_SOL_SOCKET, type_, SIZES(4, (most)*4),                               \
	    .fds_max = ANC_FDS_TO_THE_END, PAYLOAD("int []"), FAMILIES(BSD_UNIX), __VA_ARGS__)

#define NUMBER(field) SIZE(4), PAYLOAD("u_int32_t"), FIELDS(U32(field, 0))
#define TTL SIZE(1), PAYLOAD("u_char"), FIELDS(U8("ttl", 0))
#define TOS SIZE(1), PAYLOAD("u_char"), FIELDS(HEX("tos", 1, 0))
#define ADDR SIZE(4), PAYLOAD("struct in_addr"), FIELDS(IN_ADDR("addr", 0))

#define IP_ROW(name_, type_, ...) ROW(name_, BSD_IP, type_, FAMILIES(BSD_INET), __VA_ARGS__)
/* To send it is an int here. */
#define TOS_AS_INT_ROW(families_)                                                                  \
	ROW("IP_TOS", BSD_IP, 3, SIZE(4), SENT, PAYLOAD("int"), FAMILIES(families_),               \
	    FIELDS(HEX("tos", 4, 0)))
/* The kernel sends as many bytes as sdl_len says. */
#define IP_RECVIF_ROW(type_, most)                                                                 \
	ROW("IP_RECVIF", BSD_IP, type_, SIZES(BSD_LINK_LEAST, most), RECEIVED,                     \
	    ON_NUMBER("IP_RECVIF", BSD_IP, type_), PAYLOAD("struct sockaddr_dl"),                  \
	    FAMILIES(BSD_INET), FIELDS(SOCKADDR("interface", 0, 0)))

#define TIMESTAMP_ROW(type_, on, ...)                                                              \
	ROW("SCM_TIMESTAMP", BSD_SOL_SOCKET, type_, RECEIVED,                                      \
	    ON_NUMBER("SO_TIMESTAMP", BSD_SOL_SOCKET, on), PAYLOAD("struct timeval"),              \
	    FAMILIES(BSD_INET), __VA_ARGS__)

/* RFC 3542, and RFC 2292 before it: each system numbers them in its own way. */
#define IPV6_ROW(name_, type_, ...) ROW(name_, BSD_IPV6, type_, FAMILIES(BSD_INET6), __VA_ARGS__)
#define IPV6_NEXTHOP_ROW(name_, type_, size_)                                                      \
	ROW(name_, BSD_IPV6, type_, SIZE(size_), SENT, PAYLOAD("struct sockaddr_in6"),             \
	    FAMILIES(BSD_INET6), FIELDS(SOCKADDR("nexthop", size_, 0)))
#define IPV6_PATHMTU_ROW(type_, on, in6_size)                                                      \
	ROW("IPV6_PATHMTU", BSD_IPV6, type_, SIZE((in6_size) + 4), RECEIVED,                       \
	    ON_NUMBER("IPV6_RECVPATHMTU", BSD_IPV6, on), PAYLOAD("struct ip6_mtuinfo"),            \
	    FAMILIES(BSD_INET6),                                                                   \
	    FIELDS(SOCKADDR("ip6m_addr", in6_size, 0), U32("ip6m_mtu", in6_size)))

/* Rows that the BSDs number alike; they stand in freebsd.c. */
extern anc_rows anc_bsd_inet6; /* RFC 3542 */
extern anc_rows anc_bsd_2292;  /* its predecessor, which kernels still have: macOS too */

/* Flags that all but illumos have, and levels. */
#define BSD_FLAGS                                                                                  \
	{0x1, "MSG_OOB"}, {0x2, "MSG_PEEK"}, {0x4, "MSG_DONTROUTE"}, {0x8, "MSG_EOR"},             \
		{0x10, "MSG_TRUNC"}, {0x20, "MSG_CTRUNC"}, {0x40, "MSG_WAITALL"},                  \
	{                                                                                          \
		0x80, "MSG_DONTWAIT"                                                               \
	}
#define BSD_LEVELS                                                                                 \
	{"IPPROTO_IP", BSD_IP, BSD_INET}, {"IPPROTO_ICMP", 1, 0}, {"IPPROTO_TCP", BSD_TCP, 0},     \
		{"IPPROTO_UDP", 17, 0}, {"IPPROTO_IPV6", BSD_IPV6, 0}, {"IPPROTO_ICMPV6", 58, 0},  \
	{                                                                                          \
		"SOL_SOCKET", BSD_SOL_SOCKET, 0                                                    \
	}
#define BSD_LOCAL_LEVEL                                                                            \
	{                                                                                          \
		"SOL_LOCAL", BSD_SOL_LOCAL, BSD_UNIX                                               \
	}
#define BSD_SCTP_LEVEL                                                                             \
	{                                                                                          \
		"IPPROTO_SCTP", BSD_SCTP, 0                                                        \
	}

/* A number of 4 bytes that the payload reaches. */
static inline uint64_t anc_payload_u32(const struct anc_cmsg *msg, const struct anc_abi *abi,
				       size_t at)
{
	return anc_field_load((const unsigned char *)msg->data + at, 4, abi->big_endian);
}

/* Whether it can be a struct cmsgcred. */
static inline bool anc_may_be_cmsgcred(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	const unsigned char *count = (const unsigned char *)msg->data + CMSGCRED_COUNT_AT;

	return msg->len == CMSGCRED_SIZE &&
	       anc_field_load(count, 2, abi->big_endian) <= CMSGCRED_GROUPS;
}

/* Whether the payload is as long as its count of groups says, which is 4 bytes at `count_at`. */
static inline bool anc_groups_fill(const struct anc_cmsg *msg, const struct anc_abi *abi,
				   size_t count_at)
{
	return msg->len == count_at + 4 + 4 * anc_payload_u32(msg, abi, count_at);
}

#endif
