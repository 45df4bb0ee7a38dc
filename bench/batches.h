/* SPDX-License-Identifier: MIT */
#ifndef BATCHES_H
#define BATCHES_H

#include <stddef.h>
#include <stdint.h>

#include <anc/socket.h>

#define BATCH 32
#define DATAGRAM 1200
#define SEGMENTS 54 /* datagrams in one send that is segmented, and in one receive */

/* What a round works on: where it sends, where it receives, and the descriptor to pass. */
struct batch_bench {
	int ends[2];
	struct anc_socket socks[2];
	int fd;
	uintptr_t sum; /* of what was read, so that nothing of it can be left out */
	void *extra;
};

/* A way to pass `messages` messages once; returns 0, or -1. */
struct batch_way {
	const char *name;
	const char *base;    /* the way that its time is divided by */
	const char *machine; /* "fds": on a pair of sockets; "udp", "udp3", "gro": on UDP */
	size_t messages;
	int (*round)(struct batch_bench *);
};

/* The last one's name is NULL. */
extern const struct batch_way fd_ways[];
extern const struct batch_way udp_ways[];

/* By name, of both. */
const struct batch_way *batch_way_find(const char *name);
int batch_open(struct batch_bench *, const struct batch_way *);

#endif
