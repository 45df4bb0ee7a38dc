/* SPDX-License-Identifier: MIT */
#ifndef ANC_FIELD_INTERNAL_H
#define ANC_FIELD_INTERNAL_H

#include "abi.h"

/* Where a field lies in a payload: whole elements of `width` bytes. */
struct anc_span {
	const unsigned char *at;
	size_t len;
	size_t width;
};

static inline enum anc_field_kind anc_field_kind_of(const struct anc_field *field)
{
	return (enum anc_field_kind)(field->kind &
				     ~(ANC_FIELD_LIST | ANC_FIELD_COUNTED | ANC_FIELD_NETWORK));
}

static inline bool anc_field_is_list(const struct anc_field *field)
{
	return (field->kind & (ANC_FIELD_LIST | ANC_FIELD_COUNTED)) != 0;
}

/* An unsigned number of 1 to 8 bytes. */
uint64_t anc_field_load(const unsigned char *at, size_t width, bool big_endian);

/* The same with its sign, which is the top bit of its width. */
int64_t anc_field_sign(uint64_t number, size_t width);

/* A field's number, unsigned, in the system's byte order or the network's. */
uint64_t anc_field_number(const struct anc_field *, const unsigned char *at, size_t width,
			  const struct anc_abi *);

/* Whether the payload reaches a field of the row, and where it lies. */
bool anc_field_span(const struct anc_message_type *row, const struct anc_field *,
		    const struct anc_cmsg *, const struct anc_abi *, struct anc_span *ret);

/* A row's field by its name, or NULL. */
const struct anc_field *anc_row_field(const struct anc_message_type *, const char *name);

/* A moment: seconds, and the fraction in units of which `per_second` make one. */
struct anc_moment {
	int64_t seconds;
	uint64_t fraction;
	uint64_t per_second;
	int digits; /* of the fraction */
};

/* Whether the field is a time, and which. */
bool anc_field_moment(const struct anc_field *, const unsigned char *at, size_t width,
		      const struct anc_abi *, struct anc_moment *ret);

#endif
