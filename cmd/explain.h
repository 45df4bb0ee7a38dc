/* SPDX-License-Identifier: MIT */
#ifndef EXPLAIN_H
#define EXPLAIN_H

/* A walk over a control buffer that keeps track of where it is, and says why it went no further. */

#include <anc/anc.h>

/* How a walk ended. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_ZEROS,   /* only zeros follow: the buffer is longer than what came in it */
	TROUBLE_SHORT,   /* cmsg_len is less than a header */
	TROUBLE_CLIPPED, /* cmsg_len is more than what is left */
	TROUBLE_REST     /* what is left is no header, and not zero */
};

struct walk {
	const struct anc_abi *abi;
	int family;
	const unsigned char *bytes;
	size_t len;
	struct anc_cmsg_iter it;
	size_t at; /* where the last message began, or the trouble did */
	enum trouble trouble;
	size_t messages;
	size_t known; /* of them: those that have a row which they fit */
};

struct walk walk_over(const struct anc_abi *, int family, const void *bytes, size_t len);

/* 1: a message, and the row that fits it best or NULL; 0: the end, and `trouble` says of which
 * kind.
 */
int walk_next(struct walk *, struct anc_cmsg *ret, const struct anc_message_type **ret_row,
	      enum anc_match *ret_match);

/* The rest of it, for what it counts. */
void walk_through(struct walk *);

/* How many bytes the walk lacks, when more would help; else 0. */
size_t walk_lacks(const struct walk *);

/* Says on standard error how a walk ended, what was expected, and which ABIs walk to the end. */
void explain(const struct walk *, const char *form);

/* Is every message that there is a stranger, and would another ABI know them? Then says so. */
void explain_strangers(const struct walk *);

#endif
