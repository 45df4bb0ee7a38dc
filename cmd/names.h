/* SPDX-License-Identifier: MIT */
#ifndef CMD_NAMES_H
#define CMD_NAMES_H

/* The names that options take, and those of flags. */

#include "cmd.h"

/* The ABI, or an error of usage that lists them. */
const struct anc_abi *names_abi(struct argp_state *state, const char *name);

/* AF_UNIX for "unix", "local" or "AF_UNIX"; or an error of usage that lists them. */
int names_family(struct argp_state *state, const char *name);

/* The names of the families, one after the other; NULL past the last. */
const char *names_of_family(size_t index);

/* "can"; NULL: it has no name. */
const char *names_family_name(int family);

/* MSG_ flags of this host: an array of their names, and what is left as "0x4000000". */
json_t *names_flags_json(int flags);

/* The same with | between them. */
void names_print_flags(int flags);

#endif
