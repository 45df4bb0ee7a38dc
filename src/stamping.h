/* SPDX-License-Identifier: MIT */
#ifndef ANC_STAMPING_INTERNAL_H
#define ANC_STAMPING_INTERNAL_H

#include <stdbool.h>

/*
 * Linux's SO_TIMESTAMPING has one word of flags and two numbers. That by which one of the timestamp
 * options was set last decides which messages a socket has, of the old types or of the new: it is
 * the number in force. net/core/sock.c, sock_set_timestamp(), sock_set_timestamping().
 */

/* Whether an option is one of the two numbers. */
bool anc_stamping_is(int level, int option);

/* Whether messages of this number's type may come. */
bool anc_stamping_is_on(int fd, int option);

/* The number in force; where no stamp is asked for, `otherwise`. */
int anc_stamping_number(int fd, int otherwise);

/* The word, by whichever number it was set; or a negative errno. */
int anc_stamping_flags(int fd, unsigned *ret);

/* Sets the word by a number; 0, or a negative errno. */
int anc_stamping_set(int fd, int number, unsigned flags);

#endif
