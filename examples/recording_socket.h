/* SPDX-License-Identifier: MIT */
/* A socket that wraps another and writes down what passes: bytes, control messages, errors. */
#ifndef RECORDING_SOCKET_H
#define RECORDING_SOCKET_H

#include <stdio.h>

#include <anc/anc.h>

/* Both members are the caller's, and borrowed. */
struct recording_socket {
	struct anc_socket inner;
	FILE *record;
};

/* The wrapped socket as a socket of the library. It holds no descriptor and changes nothing. */
struct anc_socket recording_socket(struct recording_socket *);

#endif
