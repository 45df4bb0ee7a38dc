/* SPDX-License-Identifier: MIT */
/* A socket of one's own: messages and their descriptors between two ends in one process. */
#ifndef PIPE_SOCKET_H
#define PIPE_SOCKET_H

#include <anc/anc.h>

#define PIPE_SOCKET_QUEUE 8       /* messages that wait at one end; then sending gives -ENOBUFS */
#define PIPE_SOCKET_LARGEST 65536 /* data bytes in one message; more give -EMSGSIZE */

struct pipe_socket;

/*
 * Makes two connected ends, for one thread. Messages of `types` carry descriptors as SCM_RIGHTS
 * does: they are duplicated when sent, and what receives here looks after them. `types` is borrowed
 * until the ends, and what received through them, are gone. Returns 0 or -ENOMEM.
 */
int pipe_socket_pair(const struct anc_message_type *const *types, size_t count,
		     struct pipe_socket *ret_pair[2]);

/* Closes what nobody received at this end. The other end then receives what it has, then zero
 * bytes.
 */
void pipe_socket_destroy(struct pipe_socket *);

/* The end as a socket of the library; it borrows the end. */
struct anc_socket pipe_socket(struct pipe_socket *);

#endif
