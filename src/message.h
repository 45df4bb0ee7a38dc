/* SPDX-License-Identifier: MIT */
#ifndef ANC_MESSAGE_INTERNAL_H
#define ANC_MESSAGE_INTERNAL_H

#include <anc/message.h>

static inline bool anc_row_is(const struct anc_message_type *row, const struct anc_cmsg *msg)
{
	return row->type == msg->type && row->level == msg->level;
}

/* Whether payloads of this row have one size only. */
static inline bool anc_row_is_exact(const struct anc_message_type *row)
{
	return row->size > 0 || (row->flags & ANC_EMPTY) != 0;
}

/* The row's own rule for the size of a payload, in bytes. */
static inline bool anc_row_has_size(const struct anc_message_type *row, size_t len)
{
	return anc_row_is_exact(row) ? len == row->size : len >= row->min_size;
}

/* How well a row fits a message whose level and type are its own. */
enum anc_match anc_row_match(const struct anc_message_type *row, const struct anc_cmsg *,
			     const struct anc_abi *);

/* How many descriptor slots a payload of `len` bytes has by its row. */
static inline size_t anc_row_slots(const struct anc_message_type *row, size_t len)
{
	size_t count;

	if (row->fds_max == 0 || len < row->fds_at)
		return 0;
	count = (len - row->fds_at) / sizeof(int);
	return row->fds_max != ANC_FDS_TO_THE_END && count > row->fds_max ? row->fds_max : count;
}

#endif
