/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_H
#define EXCHANGE_H

/* What the tests of foreign kernels share: something to receive, and a receive. */

#include "fake_kernels.h"

#include <anc/anc.h>

/* More descriptors than one. */
#define MANY 9

/* Boots a kernel, and says so. */
void on(const struct fake_kernel *);

/* Sends one byte and the same descriptor `count` times, past the library. */
void raw_send(int sock, int fd, size_t count);

/* A pair of sockets, and one byte with `count` descriptors waiting at the second. */
void pair_with(int type, size_t count, int ret_pair[2]);
void close_pair(const int pair[2]);

/* anc_receiver_recv() into a few bytes, with these flags. */
int receive(int sock, struct anc_data *data, int flags, struct anc_recv_result *ret);

/* How many descriptors the library has closed one by one since count_closes(). */
extern size_t closes;
void count_closes(void);

#endif
