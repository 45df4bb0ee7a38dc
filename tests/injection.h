/* SPDX-License-Identifier: MIT */
#ifndef INJECTION_H
#define INJECTION_H

/*
 * Failing calls: wraps whatever the fake platform's calls are, lets one of them fail, and keeps
 * account of every descriptor that the kernel gave to the library.
 */

#include <stdbool.h>
#include <stddef.h>

enum injection_kind {
	INJECT_SENDMSG,
	INJECT_RECVMSG,
	INJECT_SENDMMSG,
	INJECT_RECVMMSG,
	INJECT_POLL,
	INJECT_GETSOCKOPT,
	INJECT_SETSOCKOPT,
	INJECT_FCNTL,
	INJECT_SOCKET,
	INJECT_CLOSE,
	INJECT_CLOSE_RANGE,
	INJECT_KINDS
};

struct injection {
	size_t nth;   /* of all calls, from 1; 0: none fails */
	int error;    /* its errno */
	size_t times; /* so many calls of that kind fail, from the n-th on */
};

/* Wraps the calls that are there now, until fake_reset(). The account starts empty. */
void injection_start(struct injection);

/* Each send takes at most so many bytes; 0: as many as the kernel does. */
void injection_short_sends(size_t most);

/* How many calls were made, and of which kind the n-th was. */
size_t injection_calls(void);
enum injection_kind injection_kind(size_t nth);

/* How often a call was made to fail. */
size_t injection_hits(void);

/* The scenario took this one: it must have been given, be open and close-on-exec. Closes it. */
void injection_take(int fd);

/* Every descriptor that was given must have been closed or taken, and once. */
void injection_settle(void);

#endif
