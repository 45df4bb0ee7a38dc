/* SPDX-License-Identifier: MIT */
#ifndef ADDRESSES_H
#define ADDRESSES_H

/* A network namespace whose loopback has several addresses of both families. */

/* Enters it, once for all tests of a program. NULL, or why there is none. */
const char *addresses_enter(void);

/* What it has, ended by NULL: the last is a link's. */
extern const char *const addresses[];

#endif
