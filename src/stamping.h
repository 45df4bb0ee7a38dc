/* SPDX-License-Identifier: MIT */
#ifndef ANC_STAMPING_INTERNAL_H
#define ANC_STAMPING_INTERNAL_H

#include <stdbool.h>

/*
 * Linux's SO_TIMESTAMPING has one word of flags and two numbers. That by which one of the timestamp
 * options was set last decides which messages a socket has, of the old types or of the new: it is
 * the number in force. net/core/sock.c, sock_set_timestamp(), sock_set_timestamping().
 */

/* struct so_timestamping; before Linux 5.15 there are the flags alone. */
struct anc_stamping {
	unsigned flags;
	int bind_phc;
};

/* Whether an option is one of the two numbers. */
bool anc_stamping_is(int level, int option);

/* Whether messages of this number's type may come. */
bool anc_stamping_is_on(int fd, int option);

/* The number in force; where no stamp is asked for, `otherwise`. */
int anc_stamping_number(int fd, int otherwise);

/* What is set, by whichever number it was; or a negative errno. */
int anc_stamping_get(int fd, struct anc_stamping *ret);

/* Sets it by a number; 0, or a negative errno. */
int anc_stamping_set(int fd, int number, const struct anc_stamping *);

#endif
