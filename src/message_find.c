/* SPDX-License-Identifier: MIT */
#include "abi.h"
#include "data.h"
#include "message.h"

const struct anc_message_type *anc_row_iter_after(struct anc_row_iter it,
						  const struct anc_message_type *row_or_null)
{
	const struct anc_message_type *row = NULL;

	if (row_or_null != NULL)
		do
			row = anc_row_iter_next(&it);
		while (row != NULL && row != row_or_null);
	return row == row_or_null ? anc_row_iter_next(&it) : NULL;
}

const struct anc_message_type *anc_message_next(const struct anc_abi *or_null,
						const struct anc_message_type *row_or_null)
{
	return anc_row_iter_after(anc_row_iter_over(anc_abi_or_host(or_null)), row_or_null);
}

/* What is looked for, in the numbers of the rows. */
struct anc_row_key {
	int family;
	int level;
	int type;
};

static struct anc_row_key anc_row_key_of(const struct anc_abi *abi, int family, int level, int type)
{
	struct anc_row_key key = {family, level, type};

	anc_abi_renumber(abi, &key.level, &key.type);
	return key;
}

static const struct anc_message_type *anc_row_iter_find(struct anc_row_iter *it,
							const struct anc_row_key *key)
{
	const struct anc_message_type *row;

	do
		row = anc_row_iter_next(it);
	while (row != NULL && (row->type != key->type || row->level != key->level ||
			       !anc_families_have(row->families, key->family)));
	return row;
}

const struct anc_message_type *anc_message_find(const struct anc_abi *or_null, int family,
						int level, int type)
{
	const struct anc_abi *abi = anc_abi_or_host(or_null);
	const struct anc_row_key key = anc_row_key_of(abi, family, level, type);
	struct anc_row_iter it = anc_row_iter_over(abi);

	return anc_row_iter_find(&it, &key);
}

enum anc_match anc_row_match(const struct anc_message_type *row, const struct anc_cmsg *msg,
			     const struct anc_abi *abi)
{
	enum anc_match match = ANC_MATCH_SURE;

	if (!anc_row_has_size(row, msg->len))
		return ANC_MATCH_SIZE;
	if (row->fits != NULL)
		match = row->fits(msg, abi);
	return match > ANC_MATCH_SIZE ? match : ANC_MATCH_SIZE;
}

/* A row that has the numbers, or NULL, and whether another one fits as well. */
struct anc_candidate {
	const struct anc_message_type *row;
	enum anc_match match;
	bool has_size;
	int tied;
};

/* The better of two rows that share the numbers. What may have come goes before what is only sent.
 */
static struct anc_candidate anc_better(struct anc_candidate a, struct anc_candidate b)
{
	bool a_comes;
	bool b_comes;

	/* Of two that do not fit, the one with the right size says best what is wrong. */
	if (a.match == b.match && a.match <= ANC_MATCH_SIZE)
		return b.has_size && !a.has_size ? b : a;
	if (a.match <= ANC_MATCH_SIZE || b.match <= ANC_MATCH_SIZE)
		return b.match > a.match ? b : a;
	a_comes = (a.row->flags & ANC_RECEIVED) != 0;
	b_comes = (b.row->flags & ANC_RECEIVED) != 0;
	if (a_comes != b_comes)
		return b_comes ? b : a;
	if (b.match > a.match)
		return b;
	a.tied |= b.match == a.match;
	return a;
}

static struct anc_candidate anc_candidate_of(const struct anc_message_type *row,
					     const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	const struct anc_candidate candidate = {
		.row = row,
		.match = anc_row_match(row, msg, abi),
		.has_size = anc_row_has_size(row, msg->len),
	};

	return candidate;
}

static const struct anc_message_type *anc_candidate_end(struct anc_candidate best,
							enum anc_match *ret_match)
{
	if (ret_match != NULL)
		*ret_match =
			best.tied && best.match > ANC_MATCH_GUESS ? ANC_MATCH_GUESS : best.match;
	return best.row;
}

/* Without a family the first row's meaning stands, and rows of other families do not compete. */
static bool anc_rows_share_families(const struct anc_message_type *a,
				    const struct anc_message_type *b)
{
	return a->families == 0 || b->families == 0 || (a->families & b->families) != 0;
}

const struct anc_message_type *anc_message_match(const struct anc_abi *or_null, int family,
						 const struct anc_cmsg *msg,
						 enum anc_match *ret_match)
{
	const struct anc_abi *abi = anc_abi_or_host(or_null);
	const struct anc_row_key key = anc_row_key_of(abi, family, msg->level, msg->type);
	struct anc_row_iter it = anc_row_iter_over(abi);
	const struct anc_message_type *first = anc_row_iter_find(&it, &key);
	struct anc_candidate best = {NULL, ANC_MATCH_NONE, false, 0};
	const struct anc_message_type *row;

	for (row = first; row != NULL; row = anc_row_iter_find(&it, &key))
		if (anc_rows_share_families(first, row))
			best = anc_better(best, anc_candidate_of(row, msg, abi));
	return anc_candidate_end(best, ret_match);
}

const struct anc_message_type *anc_data_match(const struct anc_data *data,
					      const struct anc_cmsg *msg, enum anc_match *ret_match)
{
	struct anc_candidate best = {NULL, ANC_MATCH_NONE, false, 0};
	size_t i;

	for (i = 0; i < data->type_count; i++)
		if (anc_row_is(data->types[i], msg))
			best = anc_better(best,
					  anc_candidate_of(data->types[i], msg, anc_abi_host()));
	if (best.row == NULL)
		return anc_message_match(NULL, AF_UNSPEC, msg, ret_match);
	return anc_candidate_end(best, ret_match);
}
