/* SPDX-License-Identifier: MIT */
#ifndef ANC_TYPES_H
#define ANC_TYPES_H

#include <anc/message.h>

/* Families whose sockets deliver a message; an error queue counts with its family. */
#define ANC_UNIX 0x01
#define ANC_INET 0x02
#define ANC_INET6 0x04
#define ANC_PACKET 0x08
#define ANC_NETLINK 0x10
#define ANC_EVERY 0x1f

/* When a message comes although its option is not on. */
#define ANC_ALWAYS 0x1      /* there is no option, or none that can be asked */
#define ANC_WITH_ERRORS 0x2 /* with every entry of an error queue */

/* A row of this host, and what its delivery takes. */
struct anc_delivery {
	const struct anc_message_type *row;
	unsigned families;
	size_t most;   /* bytes of payload, where the row has no size; else 0 */
	unsigned when; /* beside when its option is on */
};

/* The host's rows; the last has none. */
extern const struct anc_delivery anc_deliveries[];

#endif
