/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <inttypes.h>

const char *anc_name_of(const struct anc_names *names, uint64_t value)
{
	for (; names != NULL && names->name != NULL; names++)
		if (names->value == value)
			return names->name;
	return NULL;
}

/* "A|B|0x40", in JSON an array. */
static void anc_text_add_flags(struct anc_text *text, const struct anc_names *names,
			       uint64_t number)
{
	const char *separator = "";
	const bool none = number == 0 && !text->json;
	uint64_t rest = number;

	if (text->json)
		anc_text_add(text, "[");
	for (; names != NULL && names->name != NULL; names++) {
		if (names->value == 0 || (rest & names->value) != names->value)
			continue;
		anc_text_add(text, "%s", separator);
		anc_text_add_name(text, names->name);
		separator = text->json ? "," : "|";
		rest &= ~names->value;
	}
	if (rest != 0 || none) {
		anc_text_add(text, "%s", separator);
		anc_text_add_word(text, "0x%" PRIx64, rest);
	}
	if (text->json)
		anc_text_add(text, "]");
}

/* Readers of JSON take integers of 64 bits with a sign at most. */
static void anc_text_add_unsigned(struct anc_text *text, uint64_t number)
{
	if (number > INT64_MAX)
		anc_text_add_word(text, "%" PRIu64, number);
	else
		anc_text_add(text, "%" PRIu64, number);
}

static void anc_text_add_enum(struct anc_text *text, const struct anc_names *names, uint64_t number)
{
	const char *name = anc_name_of(names, number);

	if (name != NULL)
		anc_text_add_name(text, name);
	else
		anc_text_add_unsigned(text, number);
}

/* Errors are numbered by machine, too. */
static const struct anc_names *anc_field_names(const struct anc_field *field,
					       const struct anc_abi *abi)
{
	return field->names == anc_linux_errno ? anc_linux_errno_of(abi->machine) : field->names;
}

static void anc_text_add_number(struct anc_text *text, const struct anc_field *field,
				const struct anc_span *span, const struct anc_abi *abi)
{
	uint64_t number;

	if (span->width == 0 || span->width > sizeof(number) || field->width == 0) {
		anc_text_add_bytes(text, span->at, span->len);
		return;
	}
	number = anc_field_number(field, span->at, span->width, abi);
	if (anc_field_kind_of(field) == ANC_FIELD_INT)
		anc_text_add(text, "%" PRId64, anc_field_sign(number, span->width));
	else if (anc_field_kind_of(field) == ANC_FIELD_HEX)
		anc_text_add_word(text, "0x%" PRIx64, number);
	else if (anc_field_kind_of(field) == ANC_FIELD_ENUM)
		anc_text_add_enum(text, anc_field_names(field, abi), number);
	else if (anc_field_kind_of(field) == ANC_FIELD_FLAGS)
		anc_text_add_flags(text, field->names, number);
	else
		anc_text_add_unsigned(text, number);
}

/* A netlink attribute: a header of length and type, and what it holds, padded to 4 bytes. */
#define ANC_NLA_HEADER 4
#define ANC_NLA_TYPE 0x3fff

static void anc_text_add_attribute(struct anc_text *text, const struct anc_field *field,
				   const struct anc_span *span, const struct anc_abi *abi)
{
	const unsigned char *value = span->at + ANC_NLA_HEADER;
	const size_t len = span->len - ANC_NLA_HEADER;
	const uint64_t type = anc_field_load(span->at + 2, 2, abi->big_endian) & ANC_NLA_TYPE;
	const char *name = anc_name_of(field->names, type);

	if (name != NULL)
		anc_text_add_name(text, name);
	else
		anc_text_add_word(text, "%" PRIu64, type);
	anc_text_add(text, ":");
	if (len == 1 || len == 2 || len == 4 || len == 8)
		anc_text_add_unsigned(text, anc_field_load(value, len, abi->big_endian));
	else if (text->json)
		anc_text_add_bytes(text, value, len);
	else
		anc_text_add_hex(text, value, len, "");
}

/* Ends where an attribute claims less than its header or more than there is. */
static void anc_text_add_attributes(struct anc_text *text, const struct anc_field *field,
				    const struct anc_span *span, const struct anc_abi *abi)
{
	struct anc_span left = *span;
	struct anc_span attribute;
	size_t step;

	anc_text_add(text, text->json ? "{" : "");
	while (left.len >= ANC_NLA_HEADER) {
		attribute = left;
		attribute.len = (size_t)anc_field_load(left.at, 2, abi->big_endian);
		if (attribute.len < ANC_NLA_HEADER || attribute.len > left.len)
			break;
		anc_text_add(text, left.at == span->at ? "" : ",");
		anc_text_add_attribute(text, field, &attribute, abi);
		step = (attribute.len + 3) / 4 * 4;
		step = step < left.len ? step : left.len;
		left.at += step;
		left.len -= step;
	}
	anc_text_add(text, text->json ? "}" : "");
}

/* An address, in quotes where it is JSON. */
static void anc_text_add_address(struct anc_text *text, const struct anc_field *field,
				 const struct anc_span *span, const struct anc_abi *abi)
{
	anc_text_add(text, text->json ? "\"" : "");
	if (anc_field_kind_of(field) == ANC_FIELD_IN_ADDR)
		anc_text_add_in_addr(text, AF_INET, span->at, span->len);
	else if (anc_field_kind_of(field) == ANC_FIELD_IN6_ADDR)
		anc_text_add_in_addr(text, AF_INET6, span->at, span->len);
	else if (anc_field_kind_of(field) == ANC_FIELD_MAC)
		anc_text_add_hex(text, span->at, span->len, ":");
	else
		anc_text_add_sockaddr(text, span->at, span->len, abi);
	anc_text_add(text, text->json ? "\"" : "");
}

static void anc_text_add_element(struct anc_text *text, const struct anc_field *field,
				 const struct anc_span *span, const struct anc_abi *abi)
{
	struct anc_moment moment;

	switch (anc_field_kind_of(field)) {
	case ANC_FIELD_TEXT:
		anc_text_add_quoted(text, span->at, span->len);
		return;
	case ANC_FIELD_IN_ADDR:
	case ANC_FIELD_IN6_ADDR:
	case ANC_FIELD_MAC:
	case ANC_FIELD_SOCKADDR:
		anc_text_add_address(text, field, span, abi);
		return;
	case ANC_FIELD_TIMEVAL:
	case ANC_FIELD_TIMESPEC:
	case ANC_FIELD_BINTIME:
	case ANC_FIELD_ELAPSED:
		if (!anc_field_moment(field, span->at, span->len, abi, &moment))
			break;
		anc_text_add_moment(text, &moment, anc_field_kind_of(field) != ANC_FIELD_ELAPSED);
		return;
	case ANC_FIELD_NLATTRS:
		anc_text_add_attributes(text, field, span, abi);
		return;
	case ANC_FIELD_INT:
	case ANC_FIELD_UINT:
	case ANC_FIELD_HEX:
	case ANC_FIELD_ENUM:
	case ANC_FIELD_FLAGS:
		anc_text_add_number(text, field, span, abi);
		return;
	case ANC_FIELD_BYTES:
		break;
	}
	anc_text_add_bytes(text, span->at, span->len);
}

void anc_text_add_span(struct anc_text *text, const struct anc_field *field,
		       const struct anc_span *span, const struct anc_abi *abi)
{
	struct anc_span element = *span;
	size_t left = span->len;

	if (!anc_field_is_list(field) || span->width == 0) {
		anc_text_add_element(text, field, span, abi);
		return;
	}
	anc_text_add(text, text->json ? "[" : "");
	for (element.len = span->width; left >= span->width; left -= span->width) {
		anc_text_add_element(text, field, &element, abi);
		element.at += span->width;
		anc_text_add(text, left >= 2 * span->width ? "," : "");
	}
	anc_text_add(text, text->json ? "]" : "");
}
