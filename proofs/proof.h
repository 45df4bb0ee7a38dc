/* SPDX-License-Identifier: MIT */
#ifndef PROOF_H
#define PROOF_H

/* What the proofs share: any value, the layouts of the table, and bytes read without the library.
 */

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "abi.h"

/* Without a body: CBMC lets each call return anything. */
bool nondet_bool(void);
int nondet_int(void);
unsigned nondet_unsigned(void);
size_t nondet_size(void);

#define ASSUME(condition) __CPROVER_assume(condition)

static inline size_t any_up_to(size_t most)
{
	const size_t any = nondet_size();

	ASSUME(any <= most);
	return any;
}

/* Any layout of the table in src/abi.c; CBMC's host is little-endian, so `swapped` is big. */
static inline struct anc_layout any_layout(void)
{
	const struct anc_abi *abi = NULL;
	struct anc_layout layout = anc_abi_layout(anc_abi_next(NULL));

	while ((abi = anc_abi_next(abi)) != NULL)
		if (nondet_bool())
			layout = anc_abi_layout(abi);
	return layout;
}

/* The number in `width` bytes, by the definition of a byte order. */
static inline uint64_t number_at(const unsigned char *at, size_t width, bool big_endian)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < width; i++)
		number |= (uint64_t)at[i] << 8 * (big_endian ? width - 1 - i : i);
	return number;
}

static inline size_t padded(size_t end, size_t align)
{
	return (end + align - 1) & ~(align - 1);
}

#endif
