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

/* A row of this host, and what its delivery takes. */
struct anc_delivery {
	const struct anc_message_type *row;
	unsigned families;
	size_t most; /* bytes of payload at most */
	bool always; /* no option turns it on, or none that can be asked */
};

/* The host's rows; the last has none. */
extern const struct anc_delivery anc_deliveries[];

#endif
