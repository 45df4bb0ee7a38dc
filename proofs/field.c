/* SPDX-License-Identifier: MIT */

/*
 * `proof`: fields, read by any row of two fields from any payload of up to N bytes, numbers, times
 * and the bytes of lists: what is told lies in the payload. `proof_number`: a number is what stands
 * there, in either byte order.
 */

#include "proof.h"

#include <errno.h>

#include "field.h"

/* The payload stands at the array's end, so that a read past it leaves the array. */
static unsigned char storage[N];

/* A kind, a width and a place of which nothing is known: rows are anyone's. */
static struct anc_field any_field(const char *name)
{
	struct anc_field field = {.name = name};

	field.kind = (unsigned char)nondet_unsigned();
	field.width = (unsigned char)nondet_unsigned();
	field.offset = (unsigned short)nondet_unsigned();
	return field;
}

static void check_bytes(const struct anc_field *field, const struct anc_cmsg *msg, const void *at,
			size_t len)
{
	const size_t end = (size_t)((const unsigned char *)at - storage);
	const size_t start = (size_t)((const unsigned char *)msg->data - storage);

	assert(field->offset <= msg->len && end == start + field->offset);
	assert(len <= msg->len - field->offset);
	if (field->width == 0)
		assert(len == msg->len - field->offset ||
		       ((field->kind & ANC_FIELD_COUNTED) != 0 && len == 0));
	else if (anc_field_is_list(field))
		assert(len % field->width == 0);
	else
		assert(len == field->width);
}

void proof(void)
{
	const struct anc_field fields[2] = {any_field("a"), any_field("b")};
	const struct anc_message_type row = {.name = "ROW", .fields = fields, .field_count = 2};
	const struct anc_abi abi = {.big_endian = nondet_bool()};
	const size_t len = any_up_to(N);
	const struct anc_cmsg msg = {nondet_int(), nondet_int(), storage + (N - len), len, false};
	const bool second = nondet_bool();
	const struct anc_field *const field = &fields[second];
	const char *const name = second ? "b" : "a";
	const int64_t was = 77;
	int64_t value = was;
	const void *at;
	size_t bytes;
	int error;

	__CPROVER_havoc_object(storage);
	error = anc_message_field(&row, &msg, &abi, name, &value);
	assert(error == 0 || error == -EBADMSG || error == -EINVAL || error == -ERANGE);
	assert(error == 0 || value == was);
	if (anc_message_field_bytes(&row, &msg, &abi, name, &at, &bytes) == 0)
		check_bytes(field, &msg, at, bytes);
	else
		assert(error == -EBADMSG);
}

/* A number is what its bytes say, with its sign where it has one. */
static void check_number(const struct anc_field *field, const struct anc_cmsg *msg, bool big_endian,
			 int64_t value)
{
	const unsigned char *const at = (const unsigned char *)msg->data + field->offset;
	const bool big = big_endian || (field->kind & ANC_FIELD_NETWORK) != 0;
	const uint64_t number = number_at(at, field->width, big);
	const unsigned bits = 8u * field->width;

	if (bits == 64)
		assert((uint64_t)value == number);
	else if (anc_field_kind_of(field) != ANC_FIELD_INT || (number >> (bits - 1) & 1) == 0)
		assert((uint64_t)value == number);
	else
		assert((uint64_t)value == (number | ~(uint64_t)0 << bits));
}

void proof_number(void)
{
	const struct anc_field field = any_field("a");
	const struct anc_message_type row = {.name = "ROW", .fields = &field, .field_count = 1};
	const struct anc_abi abi = {.big_endian = nondet_bool()};
	const struct anc_cmsg msg = {0, 0, storage, 16, false};
	int64_t value;

	ASSUME(anc_field_kind_of(&field) <= ANC_FIELD_FLAGS && !anc_field_is_list(&field));
	ASSUME(field.width >= 1 && field.width <= 8 && field.offset <= 8);
	__CPROVER_havoc_object(storage);
	assert(anc_message_field(&row, &msg, &abi, "a", &value) == 0);
	check_number(&field, &msg, abi.big_endian, value);
}
