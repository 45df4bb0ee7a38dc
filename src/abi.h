/* SPDX-License-Identifier: MIT */
#ifndef ANC_ABI_INTERNAL_H
#define ANC_ABI_INTERNAL_H

#include <anc/abi.h>

struct anc_abi {
	const char *name;
	struct anc_layout layout; /* `swapped` is filled in when it is asked for */
	bool big_endian;
	bool is_linux; /* its numbers are Linux's */
};

#endif
