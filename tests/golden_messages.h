/* SPDX-License-Identifier: MIT */
#ifndef GOLDEN_MESSAGES_H
#define GOLDEN_MESSAGES_H

/*
 * Messages as kernels write them and take them, a line for each: written by hand from the systems'
 * own headers and sources, not printed by this library. docs/adding-a-message.md has an example.
 */

struct golden_message {
	const char *abi; /* of anc_abi_find() */
	int family;      /* of the socket, on this host */
	int level;
	int type;
	const char *hex; /* the payload, in the ABI's byte order */
	const char
		*text; /* of anc_message_format(); "(a guess)" at its end: of anc_cmsg_format() */
	const char *source; /* what says so */
};

/* Each ends with a NULL abi. */
extern const struct golden_message golden_messages_linux[];
extern const struct golden_message golden_messages_bsd[];

/* The same of what fits no row; it has no source. Truncated ones claim more than their bytes. */
extern const struct golden_message golden_messages_refused[];

#endif
