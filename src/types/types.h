/* SPDX-License-Identifier: MIT */
#ifndef ANC_TYPES_H
#define ANC_TYPES_H

/*
 * Systems: what numbers mean there. A system is its tables of rows, each for a family of messages,
 * ended by NULL; where numbers collide, the table that stands first has the Internet meaning.
 */

#include <anc/abi.h>
#include <anc/message.h>

/* A table of rows, ended by NULL. */
typedef const struct anc_message_type *const anc_rows[];

/* The name of a level; a table ends with a NULL name. */
struct anc_level {
	const char *name;
	int level;
	uint64_t families; /* 0: any, or the Internet's */
};

/* Rows of a system, and the machines that have them: bits 1 << ANC_SPARC ..., 0 all. */
struct anc_table {
	const struct anc_message_type *const *rows;
	unsigned machines;
};

struct anc_system {
	const char *name;
	const struct anc_table *tables; /* ended by NULL rows */
	const struct anc_table *peers;  /* its queries of a peer, likewise */
	const struct anc_level *levels;
	const struct anc_names *flags; /* MSG_ ... */
	bool sockaddr_has_len;         /* a byte before the family, which is then a byte too */
	unsigned char inet6;           /* its AF_INET6 */
	unsigned char link;            /* its AF_LINK, or 0 */
};

/* A system's queries of a peer: rows whose level and type are an option's. */
#define PEERS(rows_)                                                                               \
	.peers = (const struct anc_table[])                                                        \
	{                                                                                          \
		{rows_, 0},                                                                        \
		{                                                                                  \
			NULL, 0                                                                    \
		}                                                                                  \
	}

extern const struct anc_system anc_linux;
extern const struct anc_system anc_freebsd;
extern const struct anc_system anc_darwin;
extern const struct anc_system anc_netbsd;
extern const struct anc_system anc_openbsd;
extern const struct anc_system anc_dragonfly;
extern const struct anc_system anc_illumos;

/* Linux's tables, one a file. */
extern anc_rows anc_linux_unix, anc_linux_usec_long, anc_linux_usec_int, anc_linux_socket,
	anc_linux_inet, anc_linux_inet6, anc_linux_transport, anc_linux_link, anc_linux_other;

/* Queries of a peer. */
extern anc_rows anc_linux_peers, anc_freebsd_peers, anc_dragonfly_peers, anc_darwin_peers,
	anc_netbsd_peers, anc_openbsd_peers;

/* Reads a struct anc_security, a label. */
int anc_security_read(const struct anc_cmsg *, void *ret, size_t size);

/* Whether an extension header of IPv6 is as long as it says, or longer. */
enum anc_match anc_header_fits(const struct anc_cmsg *, const struct anc_abi *);

/* Names that rows of several files share: of errnos of this host, SO_EE_ORIGIN_..., and RFC 8446's
 * of records. */
extern const struct anc_names anc_linux_errno[], anc_linux_origins[], anc_tls_records[];

/*
 * Linux's machines number SOL_SOCKET's messages differently. The host's rows have the host's
 * numbers; these are another machine's.
 */
enum anc_machine {
	ANC_GENERIC,
	ANC_ALPHA,
	ANC_MIPS,
	ANC_PARISC,
	ANC_SPARC,
	ANC_POWERPC,
	ANC_MACHINES
};

/* The names of a machine's errnos; a field whose names are anc_linux_errno has them. */
const struct anc_names *anc_linux_errno_of(enum anc_machine machine);

/* Turns level and type of a message of `machine` into the host's; others' stay. */
void anc_linux_renumber(enum anc_machine machine, int *level, int *type);

#endif
