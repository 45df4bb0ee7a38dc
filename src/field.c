/* SPDX-License-Identifier: MIT */
#include "field.h"

#include <string.h>

#define NANO 1000000000

uint64_t anc_field_load(const unsigned char *at, size_t width, bool big_endian)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < width; i++)
		number = number << 8 | at[big_endian ? i : width - 1 - i];
	return number;
}

int64_t anc_field_sign(uint64_t number, size_t width)
{
	const uint64_t sign = (uint64_t)1 << (width * 8 - 1);

	if ((number & sign) == 0)
		return (int64_t)number;
	return -(int64_t)((sign << 1) - 1 - number) - 1;
}

uint64_t anc_field_number(const struct anc_field *field, const unsigned char *at, size_t width,
			  const struct anc_abi *abi)
{
	return anc_field_load(at, width, abi->big_endian || (field->kind & ANC_FIELD_NETWORK) != 0);
}

/* How many elements the field before a counted list says it has. */
static size_t anc_field_count(const struct anc_message_type *row, const struct anc_field *field,
			      const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	const struct anc_field *before;
	uint64_t count;

	if (field == row->fields)
		return 0;
	before = field - 1;
	if (before->width == 0 || before->width > sizeof(count) || before->offset > msg->len ||
	    before->width > msg->len - before->offset)
		return 0;
	count = anc_field_number(before, (const unsigned char *)msg->data + before->offset,
				 before->width, abi);
	return count < msg->len ? (size_t)count : msg->len;
}

bool anc_field_span(const struct anc_message_type *row, const struct anc_field *field,
		    const struct anc_cmsg *msg, const struct anc_abi *abi, struct anc_span *ret)
{
	struct anc_span span = {msg->data, field->width, field->width};
	size_t count;
	size_t left;

	if (field->offset > msg->len)
		return false;
	left = msg->len - field->offset;
	if (span.width == 0)
		span.len = span.width = left;
	else if (anc_field_is_list(field))
		span.len = left - left % span.width;
	if (span.len > left)
		return false;
	if ((field->kind & ANC_FIELD_COUNTED) != 0 && span.width > 0) {
		count = anc_field_count(row, field, msg, abi);
		if (count < span.len / span.width)
			span.len = count * span.width;
	}
	if (field->offset > 0)
		span.at += field->offset;
	*ret = span;
	return true;
}

/* Two numbers that stand one behind the other: 16 bytes are 8 + 8, 8 are 4 + 4. */
static void anc_moment_load(const unsigned char *at, size_t seconds, size_t fraction,
			    bool big_endian, struct anc_moment *ret)
{
	ret->seconds = anc_field_sign(anc_field_load(at, seconds, big_endian), seconds);
	ret->fraction = anc_field_load(at + seconds, fraction, big_endian);
}

bool anc_field_moment(const struct anc_field *field, const unsigned char *at, size_t width,
		      const struct anc_abi *abi, struct anc_moment *ret)
{
	const enum anc_field_kind kind = anc_field_kind_of(field);
	const bool is_bintime = kind == ANC_FIELD_BINTIME;
	const bool big = abi->big_endian || (field->kind & ANC_FIELD_NETWORK) != 0;

	if (kind < ANC_FIELD_TIMEVAL || kind > ANC_FIELD_ELAPSED)
		return false;
	if (width == 16)
		anc_moment_load(at, 8, 8, big, ret);
	else if (width == 12)
		anc_moment_load(at, is_bintime ? 4 : 8, is_bintime ? 8 : 4, big, ret);
	else if (width == 8 && !is_bintime)
		anc_moment_load(at, 4, 4, big, ret);
	else
		return false;
	ret->digits = kind == ANC_FIELD_TIMEVAL ? 6 : 9;
	ret->per_second = kind == ANC_FIELD_TIMEVAL ? NANO / 1000 : NANO;
	if (is_bintime)
		ret->fraction = (ret->fraction >> 32) * NANO >> 32;
	return true;
}

/* Nanoseconds, where 64 bits hold them. */
static int anc_moment_nanoseconds(const struct anc_moment *moment, int64_t *ret)
{
	const int64_t most = INT64_MAX / NANO;
	int64_t seconds = moment->seconds;
	int64_t fraction;

	if (moment->fraction >= moment->per_second)
		return -ERANGE;
	fraction = (int64_t)(moment->fraction * (NANO / moment->per_second));
	/* Both of one sign, so that neither is past 64 bits when the sum is not. */
	if (seconds < 0 && fraction > 0) {
		seconds++;
		fraction -= NANO;
	}
	if (seconds > most || seconds < -most || (seconds == most && fraction > INT64_MAX % NANO) ||
	    (seconds == -most && fraction < INT64_MIN % NANO))
		return -ERANGE;
	*ret = seconds * NANO + fraction;
	return 0;
}

const struct anc_field *anc_row_field(const struct anc_message_type *row, const char *name)
{
	size_t i;

	for (i = 0; i < row->field_count; i++)
		if (row->fields[i].name != NULL && strcmp(row->fields[i].name, name) == 0)
			return &row->fields[i];
	return NULL;
}

static int anc_row_span(const struct anc_message_type *row, const struct anc_cmsg *msg,
			const struct anc_abi *abi, const char *name, const struct anc_field **field,
			struct anc_span *ret)
{
	*field = anc_row_field(row, name);
	if (*field == NULL)
		return -ENOMSG;
	return anc_field_span(row, *field, msg, abi, ret) ? 0 : -EBADMSG;
}

int anc_message_field(const struct anc_message_type *row, const struct anc_cmsg *msg,
		      const struct anc_abi *or_null, const char *name, int64_t *ret)
{
	const struct anc_abi *abi = anc_abi_or_host(or_null);
	const struct anc_field *field;
	struct anc_moment moment;
	struct anc_span span;
	uint64_t number;
	int error = anc_row_span(row, msg, abi, name, &field, &span);

	if (error < 0)
		return error;
	if (anc_field_is_list(field))
		return -EINVAL;
	if (anc_field_moment(field, span.at, span.len, abi, &moment))
		return anc_moment_nanoseconds(&moment, ret);
	if (anc_field_kind_of(field) > ANC_FIELD_FLAGS || field->width == 0 ||
	    field->width > sizeof(number))
		return -EINVAL;
	number = anc_field_number(field, span.at, field->width, abi);
	*ret = anc_field_kind_of(field) == ANC_FIELD_INT ? anc_field_sign(number, field->width)
							 : (int64_t)number;
	return 0;
}

int anc_message_field_bytes(const struct anc_message_type *row, const struct anc_cmsg *msg,
			    const struct anc_abi *or_null, const char *name, const void **ret,
			    size_t *ret_len)
{
	const struct anc_field *field;
	struct anc_span span;
	int error = anc_row_span(row, msg, anc_abi_or_host(or_null), name, &field, &span);

	if (error < 0)
		return error;
	*ret = span.at;
	*ret_len = span.len;
	return 0;
}

int anc_cmsg_field(const struct anc_cmsg *msg, const struct anc_abi *or_null, const char *name,
		   int64_t *ret)
{
	enum anc_match match;
	const struct anc_message_type *row = anc_message_match(or_null, AF_UNSPEC, msg, &match);

	if (row == NULL)
		return -ENOMSG;
	return match > ANC_MATCH_SIZE ? anc_message_field(row, msg, or_null, name, ret) : -EBADMSG;
}
