/* SPDX-License-Identifier: MIT */
#include "data.h"
#include "message.h"
#include "text.h"

#include <inttypes.h>

/* What is printed: a message, by which row, and how well that fits. */
struct anc_subject {
	const struct anc_message_type *row; /* or NULL */
	const struct anc_cmsg *msg;
	const struct anc_abi *abi;
	enum anc_match match;
	bool level_is_named; /* where there is no row, by its family */
	int family;
};

static bool anc_subject_has_size(const struct anc_subject *subject)
{
	return subject->row == NULL || anc_row_has_size(subject->row, subject->msg->len);
}

/* How the size that the row has is told: NULL when the payload has it. What is longer than any
 * that is known is no error: kernels grow. */
static const char *anc_subject_rule(const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;

	if (!anc_subject_has_size(subject))
		return anc_row_is_exact(row) ? "" : "at least ";
	if (row == NULL || row->max_size == 0 || subject->msg->len <= row->max_size)
		return NULL;
	return anc_row_is_exact(row) ? NULL : "at most ";
}

/* The size that stands behind the rule. */
static unsigned anc_subject_expected(const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;

	if (anc_row_is_exact(row))
		return row->size;
	return subject->msg->len < row->min_size ? row->min_size : row->max_size;
}

/* The size is right, and what is in it is not. */
static bool anc_subject_contradicts(const struct anc_subject *subject)
{
	return subject->match == ANC_MATCH_SIZE && anc_subject_has_size(subject);
}

/* A row that anyone made may have no name: then it is its numbers. */
static const char *anc_subject_name(const struct anc_subject *subject)
{
	return subject->row != NULL ? subject->row->name : NULL;
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
		if (row->fields[i].name == NULL ||
		    !anc_field_span(row, &row->fields[i], subject->msg, subject->abi, &span))
			continue;
		anc_text_add(text, "%s", separator);
		anc_text_add_key(text, row->fields[i].name);
		anc_text_add_span(text, &row->fields[i], &span, subject->abi);
		separator = text->json ? "," : " ";
	}
}

/* A slot below 0 is an errno. The only kernels that put them there are Linux's. */
static void anc_text_add_slot(struct anc_text *text, int64_t slot, const struct anc_abi *abi)
{
	const char *name = NULL;

	if (slot < 0 && abi->system == &anc_linux)
		name = anc_name_of(anc_linux_errno_of(abi->machine), (uint64_t)-slot);
	if (slot == ANC_FD_TAKEN)
		anc_text_add(text, text->json ? "null" : "taken");
	else if (name != NULL)
		anc_text_add_word(text, "-%s", name);
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

	if (subject->level_is_named)
		level = anc_abi_level(subject->abi, subject->family, msg->level);
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
	const char *rule = anc_subject_rule(subject);

	if (anc_subject_name(subject) != NULL)
		anc_text_add(text, "%s", row->name);
	else
		anc_text_add_numbers(text, subject);
	if (rule != NULL) {
		if (anc_subject_name(subject) != NULL)
			anc_text_add(text, " len=%zu", msg->len);
		anc_text_add(text, " (expected %s%u)", rule, anc_subject_expected(subject));
	}
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
	if (anc_subject_contradicts(subject))
		anc_text_add(text, " (contents do not fit)");
	if (subject->match == ANC_MATCH_GUESS)
		anc_text_add(text, " (a guess)");
	if (msg->truncated)
		anc_text_add(text, " (truncated)");
}

static void anc_json_add_subject(struct anc_text *text, const struct anc_subject *subject)
{
	const struct anc_message_type *row = subject->row;
	const struct anc_cmsg *msg = subject->msg;

	anc_text_add(text, "{");
	if (anc_subject_name(subject) != NULL) {
		anc_text_add_key(text, "name");
		anc_text_add_name(text, row->name);
		anc_text_add(text, ",");
	}
	anc_text_add(text, "\"level\":%d,\"type\":%d,\"len\":%zu", msg->level, msg->type, msg->len);
	if (anc_subject_rule(subject) != NULL)
		anc_text_add(text, ",\"expected\":%u", anc_subject_expected(subject));
	anc_text_add(text, "%s%s%s", anc_subject_contradicts(subject) ? ",\"fits\":false" : "",
		     subject->match == ANC_MATCH_GUESS ? ",\"guess\":true" : "",
		     msg->truncated ? ",\"truncated\":true" : "");
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

/* By a row that the caller knows to be right. */
static struct anc_subject anc_subject_by(const struct anc_message_type *row_or_null,
					 const struct anc_cmsg *msg, const struct anc_abi *or_null)
{
	const struct anc_subject subject = {
		.row = row_or_null,
		.msg = msg,
		.abi = anc_abi_or_host(or_null),
		.match = ANC_MATCH_SURE,
	};

	return subject;
}

int anc_message_format(const struct anc_message_type *row_or_null, const struct anc_cmsg *msg,
		       const struct anc_abi *or_null, char *buf, size_t size)
{
	const struct anc_subject subject = anc_subject_by(row_or_null, msg, or_null);

	return anc_subject_print(&subject, false, buf, size);
}

int anc_message_json(const struct anc_message_type *row_or_null, const struct anc_cmsg *msg,
		     const struct anc_abi *or_null, char *buf, size_t size)
{
	const struct anc_subject subject = anc_subject_by(row_or_null, msg, or_null);

	return anc_subject_print(&subject, true, buf, size);
}

/* By the library's row. */
static struct anc_subject anc_subject_of(const struct anc_cmsg *msg, const struct anc_abi *or_null,
					 int family)
{
	struct anc_subject subject = anc_subject_by(NULL, msg, or_null);

	subject.row = anc_message_match(subject.abi, family, msg, &subject.match);
	subject.level_is_named = true;
	subject.family = family;
	return subject;
}

int anc_cmsg_format_of(const struct anc_cmsg *msg, const struct anc_abi *or_null, int family,
		       char *buf, size_t size)
{
	const struct anc_subject subject = anc_subject_of(msg, or_null, family);

	return anc_subject_print(&subject, false, buf, size);
}

int anc_cmsg_json_of(const struct anc_cmsg *msg, const struct anc_abi *or_null, int family,
		     char *buf, size_t size)
{
	const struct anc_subject subject = anc_subject_of(msg, or_null, family);

	return anc_subject_print(&subject, true, buf, size);
}

int anc_cmsg_format(const struct anc_cmsg *msg, const struct anc_abi *or_null, char *buf,
		    size_t size)
{
	return anc_cmsg_format_of(msg, or_null, AF_UNSPEC, buf, size);
}

int anc_cmsg_json(const struct anc_cmsg *msg, const struct anc_abi *or_null, char *buf, size_t size)
{
	return anc_cmsg_json_of(msg, or_null, AF_UNSPEC, buf, size);
}

/* By what an anc_data knows, or the library. */
static struct anc_subject anc_data_subject(const struct anc_data *data, const struct anc_cmsg *msg)
{
	struct anc_subject subject = anc_subject_by(NULL, msg, NULL);

	subject.row = anc_data_match(data, msg, &subject.match);
	subject.level_is_named = true;
	return subject;
}

int anc_data_format(const struct anc_data *data, const struct anc_cmsg *msg, char *buf, size_t size)
{
	const struct anc_subject subject = anc_data_subject(data, msg);

	return anc_subject_print(&subject, false, buf, size);
}

int anc_data_json(const struct anc_data *data, const struct anc_cmsg *msg, char *buf, size_t size)
{
	const struct anc_subject subject = anc_data_subject(data, msg);

	return anc_subject_print(&subject, true, buf, size);
}
