/* SPDX-License-Identifier: MIT */
#include "data.h"
#include "message.h"
#include "text.h"

#include <inttypes.h>

/* What is printed: a message, by which row, and whether that is certain. */
struct anc_subject {
	const struct anc_message_type *row; /* or NULL */
	const struct anc_cmsg *msg;
	const struct anc_abi *abi;
	bool guess;
	bool family_unknown; /* then a level without a row has its Internet name */
};

static bool anc_subject_has_size(const struct anc_subject *subject)
{
	return subject->row == NULL || anc_row_has_size(subject->row, subject->msg->len);
}

static unsigned anc_subject_least(const struct anc_subject *subject)
{
	return anc_row_is_exact(subject->row) ? subject->row->size : subject->row->min_size;
}

/* Bytes are shown where no field tells what is in them. */
static bool anc_subject_is_opaque(const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;

	return subject->msg->len > 0 &&
	       (row == NULL || (row->field_count == 0 && row->fds_max == 0));
}

static void anc_text_add_fields(struct anc_text *text, const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;
	const char *separator = text->json ? "" : " ";
	struct anc_span span;
	size_t i;

	for (i = 0; i < row->field_count; i++) {
		if (!anc_field_span(row, &row->fields[i], subject->msg, subject->abi, &span))
			continue;
		anc_text_add(text, "%s", separator);
		anc_text_add_key(text, row->fields[i].name);
		anc_text_add(text, text->json ? "" : "=");
		anc_text_add_span(text, &row->fields[i], &span, subject->abi);
		separator = text->json ? "," : " ";
	}
}

/* A slot below 0 is an errno. The only kernels that put them there are Linux's. */
static void anc_text_add_slot(struct anc_text *text, int64_t slot, const struct anc_abi *abi)
{
	const struct anc_names *name = anc_linux_errno_of(abi->machine);

	if (slot == ANC_FD_TAKEN) {
		anc_text_add(text, text->json ? "null" : "taken");
		return;
	}
	while (name->name != NULL && (abi->system != &anc_linux || (int64_t)name->value != -slot))
		name++;
	if (slot < 0 && name->name != NULL)
		anc_text_add_word(text, "-%s", name->name);
	else
		anc_text_add(text, "%" PRId64, slot);
}

static void anc_text_add_fds(struct anc_text *text, const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;
	const unsigned char *at = subject->msg->data;
	const size_t count = anc_row_slots(row, subject->msg->len);
	uint64_t slot;
	size_t i;

	if (count > 0)
		at += row->fds_at;
	for (i = 0; i < count; i++) {
		slot = anc_field_load(at + i * 4, 4, subject->abi->big_endian);
		anc_text_add(text, i > 0 ? "," : "");
		anc_text_add_slot(text, anc_field_sign(slot, 4), subject->abi);
	}
}

static bool anc_subject_has_fds(const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;

	return row != NULL && row->fds_max > 0 && subject->msg->len >= row->fds_at;
}

static void anc_text_add_numbers(struct anc_text *text, const struct anc_subject *subject)
{
	const struct anc_cmsg *msg = subject->msg;
	const char *level = NULL;

	if (subject->family_unknown)
		level = anc_abi_level(subject->abi, AF_UNSPEC, msg->level);
	if (level != NULL)
		anc_text_add(text, "level=%s", level);
	else
		anc_text_add(text, "level=%d", msg->level);
	anc_text_add(text, " type=%d len=%zu", msg->type, msg->len);
}

static void anc_text_add_subject(struct anc_text *text, const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;
	const struct anc_cmsg *msg = subject->msg;

	if (row != NULL)
		anc_text_add(text, "%s", row->name);
	else
		anc_text_add_numbers(text, subject);
	if (!anc_subject_has_size(subject))
		anc_text_add(text, " len=%zu (expected %s%u)", msg->len,
			     anc_row_is_exact(row) ? "" : "at least ", anc_subject_least(subject));
	if (row != NULL)
		anc_text_add_fields(text, subject);
	if (anc_subject_has_fds(subject)) {
		anc_text_add(text, " fds=");
		anc_text_add_fds(text, subject);
	}
	if (anc_subject_is_opaque(subject)) {
		anc_text_add(text, " ");
		anc_text_add_bytes(text, msg->data, msg->len);
	}
	if (subject->guess)
		anc_text_add(text, " (a guess)");
	if (msg->truncated)
		anc_text_add(text, " (truncated)");
}

static void anc_json_add_subject(struct anc_text *text, const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;
	const struct anc_cmsg *msg = subject->msg;

	anc_text_add(text, "{");
	if (row != NULL) {
		anc_text_add_key(text, "name");
		anc_text_add_quoted(text, (const unsigned char *)row->name, strlen(row->name));
		anc_text_add(text, ",");
	}
	anc_text_add(text, "\"level\":%d,\"type\":%d,\"len\":%zu", msg->level, msg->type, msg->len);
	if (!anc_subject_has_size(subject))
		anc_text_add(text, ",\"expected\":%u", anc_subject_least(subject));
	anc_text_add(text, "%s%s", msg->truncated ? ",\"truncated\":true" : "",
		     subject->guess ? ",\"guess\":true" : "");
	if (row != NULL && row->field_count > 0) {
		anc_text_add(text, ",\"fields\":{");
		anc_text_add_fields(text, subject);
		anc_text_add(text, "}");
	}
	if (anc_subject_has_fds(subject)) {
		anc_text_add(text, ",\"fds\":[");
		anc_text_add_fds(text, subject);
		anc_text_add(text, "]");
	}
	if (anc_subject_is_opaque(subject)) {
		anc_text_add(text, ",\"bytes\":");
		anc_text_add_bytes(text, msg->data, msg->len);
	}
	anc_text_add(text, "}");
}

static int anc_subject_print(const struct anc_subject *subject, bool json, char *buf, size_t size)
{
	struct anc_text text = {buf, size, 0, json};

	if (json)
		anc_json_add_subject(&text, subject);
	else
		anc_text_add_subject(&text, subject);
	return anc_text_end(&text);
}

int anc_message_format(const struct anc_message_type *row_or_null, const struct anc_cmsg *msg,
		       const struct anc_abi *or_null, char *buf, size_t size)
{
	const struct anc_subject subject = {row_or_null, msg, anc_abi_or_host(or_null), false,
					    false};

	return anc_subject_print(&subject, false, buf, size);
}

int anc_message_json(const struct anc_message_type *row_or_null, const struct anc_cmsg *msg,
		     const struct anc_abi *or_null, char *buf, size_t size)
{
	const struct anc_subject subject = {row_or_null, msg, anc_abi_or_host(or_null), false,
					    false};

	return anc_subject_print(&subject, true, buf, size);
}

static struct anc_subject anc_subject_of(const struct anc_cmsg *msg, const struct anc_abi *or_null)
{
	struct anc_subject subject = {NULL, msg, anc_abi_or_host(or_null), false, true};
	enum anc_match match;

	subject.row = anc_message_match(subject.abi, AF_UNSPEC, msg, &match);
	subject.guess = match == ANC_MATCH_GUESS;
	return subject;
}

int anc_cmsg_format(const struct anc_cmsg *msg, const struct anc_abi *or_null, char *buf,
		    size_t size)
{
	const struct anc_subject subject = anc_subject_of(msg, or_null);

	return anc_subject_print(&subject, false, buf, size);
}

int anc_cmsg_json(const struct anc_cmsg *msg, const struct anc_abi *or_null, char *buf, size_t size)
{
	const struct anc_subject subject = anc_subject_of(msg, or_null);

	return anc_subject_print(&subject, true, buf, size);
}

int anc_data_format(const struct anc_data *data, const struct anc_cmsg *msg, char *buf, size_t size)
{
	size_t i;

	for (i = 0; i < data->type_count; i++)
		if (anc_message_is(data->types[i], msg))
			return anc_message_format(data->types[i], msg, NULL, buf, size);
	return anc_cmsg_format(msg, NULL, buf, size);
}
