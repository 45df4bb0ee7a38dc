/* SPDX-License-Identifier: MIT */
#ifndef CMD_ENDPOINT_H
#define CMD_ENDPOINT_H

/* Where send and recv meet: a Unix socket that one of them names and the other finds. */

#include "cmd.h"

enum endpoint_way {
	ENDPOINT_EITHER, /* connect; where nobody listens, listen */
	ENDPOINT_CONNECT,
	ENDPOINT_LISTEN
};

struct endpoint {
	const char *name; /* a path, or @NAME */
	int type;         /* SOCK_STREAM ... */
	enum endpoint_way way;
	bool receives;    /* a datagram's receiver is the one that has the name */
	bool credentials; /* ask for the sender's */
};

/* --type, --connect, --listen; its input is a struct endpoint. */
extern const struct argp endpoint_argp;

/*
 * Connects, or listens and accepts one connection. A file that was made for it is gone after that;
 * a bound datagram socket's goes with socket_file_remove(), or at exit. Returns a socket, or does
 * not return.
 */
int endpoint_open(const struct endpoint *endpoint);

#endif
