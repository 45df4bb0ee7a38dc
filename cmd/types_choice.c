/* SPDX-License-Identifier: MIT */
#include "types_choice.h"

#include <stdio.h>
#include <string.h>

/* A system's rows are the same for all its ABIs; its numbers are best seen on the commonest. */
static bool is_better(const struct anc_abi *abi, const struct anc_abi *than)
{
	if (anc_abi_bits(abi) != anc_abi_bits(than))
		return anc_abi_bits(abi) > anc_abi_bits(than);
	return !anc_abi_is_big_endian(abi) && anc_abi_is_big_endian(than);
}

bool types_is_of(const struct anc_abi *abi, const char *system)
{
	return strcmp(anc_abi_system(abi), system) == 0;
}

/* Whether this ABI stands for its system in the list. */
static bool stands_for_its_system(const struct anc_abi *abi)
{
	const struct anc_abi *other;
	const char *const system = anc_abi_system(abi);
	bool earlier = true;

	for (other = anc_abi_next(NULL); other; other = anc_abi_next(other)) {
		if (other == abi)
			earlier = false;
		else if (types_is_of(other, system) &&
			 (is_better(other, abi) || (earlier && !is_better(abi, other))))
			return false;
	}
	return true;
}

const struct anc_abi *types_next(const char *system, const struct anc_abi *or_null)
{
	const struct anc_abi *abi = anc_abi_next(or_null);

	while (abi && (!stands_for_its_system(abi) || (system && !types_is_of(abi, system))))
		abi = anc_abi_next(abi);
	return abi;
}

const char *types_system(struct argp_state *state, const char *name)
{
	char names[200] = "";
	const struct anc_abi *abi;
	size_t used = 0;

	for (abi = types_next(NULL, NULL); abi; abi = types_next(NULL, abi)) {
		if (types_is_of(abi, name))
			return name;
		if (used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, " %s",
						 anc_abi_system(abi));
	}
	argp_error(state, "there is no system '%s'; there are:%s", name, names);
	return NULL;
}
