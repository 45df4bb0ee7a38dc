/* SPDX-License-Identifier: MIT */

/*
 * Whether a payload can be a row's: every row of every system, messages and queries, asked of any
 * payload of up to N bytes, in either byte order.
 */

#include "proof.h"

#include "message.h"
#include "types/types.h"

/* The payload stands at the array's end, so that a read past it leaves the array. */
static unsigned char storage[N];

static const struct anc_system *const systems[] = {
	&anc_linux,   &anc_freebsd,   &anc_darwin,  &anc_netbsd,
	&anc_openbsd, &anc_dragonfly, &anc_illumos,
};

static void check_rows(const struct anc_table *table, const struct anc_cmsg *msg,
		       const struct anc_abi *abi)
{
	const struct anc_message_type *const *row;
	enum anc_match match;

	for (; table->rows != NULL; table++)
		for (row = table->rows; *row != NULL; row++) {
			match = anc_row_match(*row, msg, abi);
			assert(match >= ANC_MATCH_SIZE && match <= ANC_MATCH_SURE);
			assert(match == ANC_MATCH_SIZE || anc_row_has_size(*row, msg->len));
		}
}

void proof(void)
{
	const size_t len = any_up_to(N);
	const struct anc_cmsg msg = {0, 0, storage + (N - len), len, false};
	struct anc_abi abi = {.big_endian = nondet_bool()};
	size_t i;

	__CPROVER_havoc_object(storage);
	for (i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
		abi.system = systems[i];
		check_rows(systems[i]->tables, &msg, &abi);
		check_rows(systems[i]->peers, &msg, &abi);
	}
}
