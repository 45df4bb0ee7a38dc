/* SPDX-License-Identifier: MIT */
#ifndef ANC_ABI_INTERNAL_H
#define ANC_ABI_INTERNAL_H

#include "types/types.h"

struct anc_abi {
	const char *name;
	struct anc_layout layout; /* `swapped` is filled in when it is asked for */
	bool big_endian;
	unsigned char bits;
	unsigned char machine; /* enum anc_machine, of Linux */
	const struct anc_system *system;
};

static inline const struct anc_abi *anc_abi_or_host(const struct anc_abi *or_null)
{
	return or_null != NULL ? or_null : anc_abi_host();
}

/* Whether sockets of a family have what stands with these families; AF_UNSPEC has everything. */
static inline bool anc_families_have(uint64_t families, int family)
{
	if (families == 0 || family == AF_UNSPEC)
		return true;
	return family > 0 && family < 64 && (families & ANC_FAMILY(family)) != 0;
}

/* Turns level and type of a message into the numbers that the rows have. */
void anc_abi_renumber(const struct anc_abi *, int *level, int *type);

/* All rows of a system that programs of the ABI's machine and width have. */
struct anc_row_iter {
	const struct anc_abi *abi;
	const struct anc_table *table;
	const struct anc_message_type *const *row;
};

static inline bool anc_abi_has_row(const struct anc_abi *abi, const struct anc_table *table,
				   const struct anc_message_type *row)
{
	return (row->bits == 0 || row->bits == abi->bits) &&
	       (table->machines == 0 || (table->machines & 1u << abi->machine) != 0);
}

static inline struct anc_row_iter anc_row_iter_over(const struct anc_abi *abi)
{
	struct anc_row_iter it = {abi, abi->system->tables, abi->system->tables->rows};

	return it;
}

static inline const struct anc_message_type *anc_row_iter_next(struct anc_row_iter *it)
{
	const struct anc_message_type *row;

	while (it->table->rows != NULL) {
		row = *it->row++;
		if (row == NULL)
			it->row = (++it->table)->rows;
		else if (anc_abi_has_row(it->abi, it->table, row))
			return row;
	}
	return NULL;
}

/* The same of its queries of a peer. */
static inline struct anc_row_iter anc_row_iter_over_peers(const struct anc_abi *abi)
{
	struct anc_row_iter it = {abi, abi->system->peers, abi->system->peers->rows};

	return it;
}

/* The row behind another, or the first after NULL. */
const struct anc_message_type *anc_row_iter_after(struct anc_row_iter,
						  const struct anc_message_type *row_or_null);

#endif
