/* SPDX-License-Identifier: MIT */
#ifndef ANC_ROWS_H
#define ANC_ROWS_H

/*
 * The words that tables of rows are written in; docs/adding-a-message.md has an example. What ends
 * with _ROW is a row; the others are members of one.
 */

#include "types/types.h"

/* One row: ROW("SO_MARK", SOL_SOCKET, SO_MARK, SIZE(4), RECEIVED, ON(SOL_SOCKET, SO_RCVMARK), ...).
 */
#define ROW(name_, level_, type_, ...)                                                             \
	&(const struct anc_message_type)                                                           \
	{                                                                                          \
		.name = name_, .level = level_, .type = type_, __VA_ARGS__                         \
	}

/* Sizes of the payload in bytes. MOST 0: not known. */
#define SIZE(size_) .size = size_
#define SIZES(least, most) .min_size = least, .max_size = most

/* Labels have no limit of their own; a page is what the kernel's file systems take. */
#define LABEL_MOST 4096

/* Tables of systems that are not this host say ANC_FOREIGN before they include this. */
#ifndef ROWS_ARE
#define ROWS_ARE 0
#endif
#define WAYS(ways) .flags = (ways) | ROWS_ARE

#define RECEIVED WAYS(ANC_RECEIVED)
#define SENT WAYS(ANC_SENT)
#define SENT_AND(more) WAYS(ANC_SENT | (more))
#define BOTH_WAYS WAYS(ANC_RECEIVED | ANC_SENT)
#define RECEIVED_AND(more) WAYS(ANC_RECEIVED | (more))
#define EMPTY(ways) WAYS(ANC_EMPTY | (ways))
#define BOTH_WAYS_AND(more) WAYS(ANC_RECEIVED | ANC_SENT | (more))

/* What turns it on, where the option's name is a macro here, and where it is another system's. */
#define ON(level_, option_) .option_level = level_, .option = option_, .option_name = #option_
#define ON_NUMBER(name_, level_, option_)                                                          \
	.option_level = level_, .option = option_, .option_name = name_

/* Of an option that is a word of flags: which turn it on, which turn it off. */
#define BY_FLAGS(on, off) .option_on = on, .option_off = off

#define PAYLOAD(type_) .payload = type_
#define FAMILIES(bits_) .families = bits_
#define OF_INET FAMILIES(ANC_FAMILY(AF_INET) | ANC_FAMILY(AF_INET6))
#define BITS(bits_) .bits = bits_
#define FITS(function) .fits = function

#define FIELDS(...)                                                                                \
	.fields = (const struct anc_field[]){__VA_ARGS__},                                         \
	.field_count = sizeof((const struct anc_field[]){__VA_ARGS__}) / sizeof(struct anc_field)

/* Fields: name, and where they lie in the payload in bytes. */
#define FIELD(name, kind, width, at, names)                                                        \
	{                                                                                          \
		name, kind, width, at, names                                                       \
	}
#define S32(name, at) FIELD(name, ANC_FIELD_INT, 4, at, NULL)
#define S64(name, at) FIELD(name, ANC_FIELD_INT, 8, at, NULL)
#define U8(name, at) FIELD(name, ANC_FIELD_UINT, 1, at, NULL)
#define U16(name, at) FIELD(name, ANC_FIELD_UINT, 2, at, NULL)
#define U32(name, at) FIELD(name, ANC_FIELD_UINT, 4, at, NULL)
#define U64(name, at) FIELD(name, ANC_FIELD_UINT, 8, at, NULL)
#define HEX(name, width, at) FIELD(name, ANC_FIELD_HEX, width, at, NULL)
#define HEX_NETWORK(name, width, at) FIELD(name, ANC_FIELD_HEX | ANC_FIELD_NETWORK, width, at, NULL)
#define ENUM(name, width, at, names) FIELD(name, ANC_FIELD_ENUM, width, at, names)
#define FLAGS(name, width, at, names) FIELD(name, ANC_FIELD_FLAGS, width, at, names)
#define TEXT(name, at) FIELD(name, ANC_FIELD_TEXT, 0, at, NULL)
#define BYTES(name, width, at) FIELD(name, ANC_FIELD_BYTES, width, at, NULL)
#define IN_ADDR(name, at) FIELD(name, ANC_FIELD_IN_ADDR, 4, at, NULL)
#define IN6_ADDR(name, at) FIELD(name, ANC_FIELD_IN6_ADDR, 16, at, NULL)
#define MAC(name, width, at) FIELD(name, ANC_FIELD_MAC, width, at, NULL)
#define SOCKADDR(name, width, at) FIELD(name, ANC_FIELD_SOCKADDR, width, at, NULL)
#define TIMEVAL(name, width, at) FIELD(name, ANC_FIELD_TIMEVAL, width, at, NULL)
#define TIMESPEC(name, width, at) FIELD(name, ANC_FIELD_TIMESPEC, width, at, NULL)
#define BINTIME(name, width, at) FIELD(name, ANC_FIELD_BINTIME, width, at, NULL)
#define ELAPSED(name, width, at) FIELD(name, ANC_FIELD_ELAPSED, width, at, NULL)
/* Of numbers without a sign: to the payload's end, or as many as the field before says. */
#define LIST(name, width, at) FIELD(name, ANC_FIELD_UINT | ANC_FIELD_LIST, width, at, NULL)
#define COUNTED(name, width, at) FIELD(name, ANC_FIELD_UINT | ANC_FIELD_COUNTED, width, at, NULL)
#define NLATTRS(name, at, names) FIELD(name, ANC_FIELD_NLATTRS, 0, at, names)

/* struct sock_extended_err of Linux, 16 bytes, with which a message of an error queue begins. */
#define EXTENDED_ERROR                                                                             \
	ENUM("ee_errno", 4, 0, anc_linux_errno), ENUM("ee_origin", 1, 4, anc_linux_origins),       \
		U8("ee_type", 5), U8("ee_code", 6), U32("ee_info", 8), U32("ee_data", 12)

#define QUEUED_ERROR                                                                               \
	SIZE(16), RECEIVED_AND(ANC_ERROR_QUEUE), PAYLOAD("struct sock_extended_err"),              \
		FIELDS(EXTENDED_ERROR)

#define INT(field) SIZE(4), PAYLOAD("int"), FIELDS(S32(field, 0))

/* RFC 3542's, the same on every system. An extension header is units of 8 bytes and says how many.
 */
#define EXTENSION_HEADER SIZES(8, 2048), FITS(anc_header_fits)
#define OPTIONS_FIELDS(prefix)                                                                     \
	FIELDS(U8(prefix "_nxt", 0), U8(prefix "_len", 1), BYTES("options", 0, 2))
#define HOPOPTS EXTENSION_HEADER, PAYLOAD("struct ip6_hbh"), OPTIONS_FIELDS("ip6h")
#define DSTOPTS EXTENSION_HEADER, PAYLOAD("struct ip6_dest"), OPTIONS_FIELDS("ip6d")
#define RTHDR                                                                                      \
	EXTENSION_HEADER, PAYLOAD("struct ip6_rthdr"),                                             \
		FIELDS(U8("ip6r_nxt", 0), U8("ip6r_len", 1), U8("ip6r_type", 2),                   \
		       U8("ip6r_segleft", 3), BYTES("data", 0, 4))
#define IN6_PKTINFO                                                                                \
	SIZE(20), PAYLOAD("struct in6_pktinfo"),                                                   \
		FIELDS(IN6_ADDR("ipi6_addr", 0), U32("ipi6_ifindex", 16))
#define TCLASS SIZE(4), PAYLOAD("int"), FIELDS(HEX("tclass", 4, 0))

/* RFC 6458's, likewise. */
#define SCTP_INITMSG                                                                               \
	SIZE(8), PAYLOAD("struct sctp_initmsg"),                                                   \
		FIELDS(U16("sinit_num_ostreams", 0), U16("sinit_max_instreams", 2),                \
		       U16("sinit_max_attempts", 4), U16("sinit_max_init_timeo", 6))

/* A table of names: NAMES({0, "NONE"}, {1, "LOCAL"}). */
#define NAMES(...)                                                                                 \
	(const struct anc_names[])                                                                 \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			0, NULL                                                                    \
		}                                                                                  \
	}

#endif
