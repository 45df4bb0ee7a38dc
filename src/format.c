/* SPDX-License-Identifier: MIT */
#include "abi.h"
#include "data.h"
#include "message.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <anc/unix.h>

/* Text that is written as far as it fits, and counted whole. */
struct anc_text {
	char *buf;
	size_t size;
	size_t len;
};

__attribute__((__format__(__printf__, 2, 3))) static void anc_text_add(struct anc_text *text,
								       const char *format, ...)
{
	size_t left = text->len < text->size ? text->size - text->len : 0;
	va_list arguments;
	int added;

	/* POSIX lets vsnprintf refuse more than INT_MAX. */
	left = left < INT_MAX ? left : INT_MAX;
	va_start(arguments, format);
	added = vsnprintf(left > 0 ? text->buf + text->len : NULL, left, format, arguments);
	va_end(arguments);
	if (added > 0)
		text->len += (size_t)added;
}

static int anc_text_end(struct anc_text *text, bool truncated)
{
	if (truncated)
		anc_text_add(text, " (truncated)");
	return text->len < INT_MAX ? (int)text->len : INT_MAX;
}

static void anc_text_add_bytes(struct anc_text *text, const unsigned char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		anc_text_add(text, "%s%02x", i > 0 ? " " : "", bytes[i]);
}

/* Text from outside: what is not printable stands as \x and two digits. */
static void anc_text_add_quoted(struct anc_text *text, const unsigned char *bytes, size_t len)
{
	size_t i;

	anc_text_add(text, "\"");
	for (i = 0; i < len; i++)
		if (bytes[i] < ' ' || bytes[i] > '~' || bytes[i] == '"' || bytes[i] == '\\')
			anc_text_add(text, "\\x%02x", bytes[i]);
		else
			anc_text_add(text, "%c", bytes[i]);
	anc_text_add(text, "\"");
}

/* The number of a field of 1 to 8 bytes; its sign bit is at the top of its width. */
static uint64_t anc_field_load(const unsigned char *at, size_t width, bool big_endian)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < width; i++)
		number = number << 8 | at[big_endian ? i : width - 1 - i];
	return number;
}

static int64_t anc_field_sign(uint64_t number, size_t width)
{
	const uint64_t sign = (uint64_t)1 << (width * 8 - 1);

	if ((number & sign) == 0)
		return (int64_t)number;
	return -(int64_t)((sign << 1) - 1 - number) - 1;
}

static void anc_text_add_names(struct anc_text *text, const struct anc_field *field,
			       uint64_t number)
{
	const struct anc_names *name = field->names;
	const char *separator = "";
	uint64_t rest = number;

	for (; name != NULL && name->name != NULL; name++) {
		if (field->kind == ANC_FIELD_ENUM
			    ? name->value != number
			    : name->value == 0 || (rest & name->value) != name->value)
			continue;
		anc_text_add(text, "%s%s", separator, name->name);
		if (field->kind == ANC_FIELD_ENUM)
			return;
		separator = "|";
		rest &= ~name->value;
	}
	if (rest != 0 || separator[0] == '\0')
		anc_text_add(text, field->kind == ANC_FIELD_ENUM ? "%s%" PRIu64 : "%s0x%" PRIx64,
			     separator, rest);
}

static void anc_text_add_number(struct anc_text *text, const struct anc_field *field,
				uint64_t number)
{
	switch ((enum anc_field_kind)field->kind) {
	case ANC_FIELD_INT:
		anc_text_add(text, "%" PRId64, anc_field_sign(number, field->width));
		break;
	case ANC_FIELD_HEX:
		anc_text_add(text, "0x%" PRIx64, number);
		break;
	case ANC_FIELD_ENUM:
	case ANC_FIELD_FLAGS:
		anc_text_add_names(text, field, number);
		break;
	case ANC_FIELD_UINT:
	case ANC_FIELD_TEXT:
	case ANC_FIELD_BYTES:
		anc_text_add(text, "%" PRIu64, number);
		break;
	}
}

/* A field that the payload does not reach is left out. */
static void anc_text_add_field(struct anc_text *text, const struct anc_field *field,
			       const struct anc_cmsg *msg, bool big_endian)
{
	const unsigned char *at = msg->data;
	size_t width = field->width;

	if (field->offset > msg->len || width > msg->len - field->offset)
		return;
	if (width == 0)
		width = msg->len - field->offset;
	if (width > 0)
		at += field->offset;
	anc_text_add(text, " %s=", field->name);
	if (field->kind == ANC_FIELD_TEXT)
		anc_text_add_quoted(text, at, width);
	else if (field->kind == ANC_FIELD_BYTES || width > sizeof(uint64_t) || field->width == 0)
		anc_text_add_bytes(text, at, width);
	else
		anc_text_add_number(text, field, anc_field_load(at, width, big_endian));
}

/* The descriptors of a carrying message; a number below 0 is an errno. */
static void anc_text_add_fds(struct anc_text *text, const struct anc_message_type *row,
			     const struct anc_cmsg *msg, bool big_endian)
{
	const unsigned char *at = msg->data;
	const size_t count = anc_row_slots(row, msg->len);
	int64_t fd;
	size_t i;

	if (row->fds_max == 0 || msg->len < row->fds_at)
		return;
	if (count > 0)
		at += row->fds_at;
	anc_text_add(text, " fds=");
	for (i = 0; i < count; i++) {
		fd = anc_field_sign(anc_field_load(at + i * 4, 4, big_endian), 4);
		if (fd == ANC_FD_TAKEN)
			anc_text_add(text, "%staken", i > 0 ? "," : "");
		else
			anc_text_add(text, "%s%" PRId64, i > 0 ? "," : "", fd);
	}
}

static bool anc_abi_is_big_endian(const struct anc_abi *or_null)
{
	const uint16_t one = 1;
	unsigned char first;

	if (or_null != NULL)
		return or_null->big_endian;
	memcpy(&first, &one, sizeof(first));
	return first == 0;
}

int anc_message_format(const struct anc_message_type *row, const struct anc_cmsg *msg,
		       const struct anc_abi *or_null, char *buf, size_t size)
{
	const bool big_endian = anc_abi_is_big_endian(or_null);
	struct anc_text text = {buf, size, 0};
	size_t i;

	anc_text_add(&text, "%s", row->name);
	if (!anc_row_has_size(row, msg->len))
		anc_text_add(&text, " len=%zu (expected %s%u)", msg->len,
			     row->size > 0 ? "" : "at least ",
			     row->size > 0 ? row->size : row->min_size);
	for (i = 0; i < row->field_count; i++)
		anc_text_add_field(&text, &row->fields[i], msg, big_endian);
	anc_text_add_fds(&text, row, msg, big_endian);
	if (row->field_count == 0 && row->fds_max == 0 && msg->len > 0) {
		anc_text_add(&text, " ");
		anc_text_add_bytes(&text, msg->data, msg->len);
	}
	return anc_text_end(&text, msg->truncated);
}

/* The library's row for a message of some system. */
static const struct anc_message_type *anc_abi_message(const struct anc_abi *or_null,
						      const struct anc_cmsg *msg)
{
	const int generic = 1;

	if (or_null == NULL)
		return anc_message_find(msg->level, msg->type);
	/* The rows have the host's SOL_SOCKET, which some machines number otherwise. */
	if (or_null->is_linux)
		return anc_message_find(msg->level == generic ? SOL_SOCKET : msg->level, msg->type);
	if (msg->level == or_null->layout.rights_level && msg->type == or_null->layout.rights_type)
		return &anc_rights_type;
	return NULL;
}

int anc_cmsg_format(const struct anc_cmsg *msg, const struct anc_abi *or_null, char *buf,
		    size_t size)
{
	const struct anc_message_type *row = anc_abi_message(or_null, msg);
	struct anc_text text = {buf, size, 0};

	if (row != NULL)
		return anc_message_format(row, msg, or_null, buf, size);
	anc_text_add(&text, "level=%d type=%d len=%zu%s", msg->level, msg->type, msg->len,
		     msg->len > 0 ? " " : "");
	anc_text_add_bytes(&text, msg->data, msg->len);
	return anc_text_end(&text, msg->truncated);
}

int anc_data_format(const struct anc_data *data, const struct anc_cmsg *msg, char *buf, size_t size)
{
	size_t i;

	for (i = 0; i < data->type_count; i++)
		if (anc_message_is(data->types[i], msg))
			return anc_message_format(data->types[i], msg, NULL, buf, size);
	return anc_cmsg_format(msg, NULL, buf, size);
}
