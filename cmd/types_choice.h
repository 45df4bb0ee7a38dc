/* SPDX-License-Identifier: MIT */
#ifndef CMD_TYPES_CHOICE_H
#define CMD_TYPES_CHOICE_H

/* Which systems anc types lists, and by which of its ABIs each is shown. */

#include "cmd.h"

bool types_is_of(const struct anc_abi *abi, const char *system);

/*
 * The ABI by which the next system is shown: the first after NULL, NULL after the last. With
 * `system` that one only.
 */
const struct anc_abi *types_next(const char *system, const struct anc_abi *or_null);

/* The system's name, or an error of usage that lists them. */
const char *types_system(struct argp_state *state, const char *name);

#endif
