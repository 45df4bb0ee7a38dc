/* SPDX-License-Identifier: MIT */
#ifndef ROUNDS_H
#define ROUNDS_H

#include <stddef.h>
#include <stdio.h>

#include <anc/socket.h>

#define FDS_MOST 253

/* What a round works on: a pair of sockets, and the descriptors to pass. */
struct bench {
	int pair[2];
	struct anc_socket ends[2];
	int fds[FDS_MOST];
	size_t count;
	void *extra;
};

/* A way to send, receive and close `count` descriptors once; returns 0, or -1. */
struct way {
	const char *name;
	size_t most; /* descriptors a round */
	int (*round)(struct bench *);
};

extern const struct way ways[];

const struct way *way_find(const char *name);
void way_list(FILE *);
int bench_open(struct bench *, size_t count);
void bench_close(struct bench *);

#endif
