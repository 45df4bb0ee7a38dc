/* SPDX-License-Identifier: MIT */
#include "json_text.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *string_end(const char *at)
{
	if (*at++ != '"')
		return NULL;
	for (; *at != '"'; at++) {
		if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
			return NULL;
		if (*at == '\\' && strchr("\"\\/bfnrtu", *++at) == NULL)
			return NULL;
	}
	return at + 1;
}

static const char *number_end(const char *at)
{
	at += *at == '-';
	if (!isdigit((unsigned char)*at) || (*at == '0' && isdigit((unsigned char)at[1])))
		return NULL;
	while (isdigit((unsigned char)*at))
		at++;
	return at;
}

static const char *list_end(const char *at, char end, bool keys)
{
	if (*++at == end)
		return at + 1;
	for (;; at++) {
		if (keys && ((at = string_end(at)) == NULL || *at++ != ':'))
			return NULL;
		at = json_end(at);
		if (at == NULL || *at == end)
			return at != NULL ? at + 1 : NULL;
		if (*at != ',')
			return NULL;
	}
}

static const char *word_end(const char *at, const char *word)
{
	return strncmp(at, word, strlen(word)) == 0 ? at + strlen(word) : NULL;
}

const char *json_end(const char *at)
{
	switch (*at) {
	case '{':
		return list_end(at, '}', true);
	case '[':
		return list_end(at, ']', false);
	case '"':
		return string_end(at);
	case 't':
		return word_end(at, "true");
	case 'f':
		return word_end(at, "false");
	case 'n':
		return word_end(at, "null");
	default:
		return number_end(at);
	}
}

/* As far as both have been read, and found the same. */
struct reader {
	const char *json;
	const char *text;
};

static bool skip(const char **at, const char *word)
{
	const char *const end = word_end(*at, word);

	if (end != NULL)
		*at = end;
	return end != NULL;
}

/* Characters: those that are not printable are \u0001 in JSON, \x01 in text. */
static bool read_quoted(struct reader *in)
{
	for (in->text++; *in->json != '"'; in->json++, in->text++) {
		if (skip(&in->json, "\\u00") != skip(&in->text, "\\x"))
			return false;
		if (*in->json != *in->text)
			return false;
	}
	in->json++;
	return *in->text++ == '"';
}

/* A word; of bytes, that text has blanks between and JSON has not. */
static bool read_string(struct reader *in)
{
	const char *const start = ++in->json;
	bool blanks;

	if (*in->text == '"')
		return read_quoted(in);
	blanks = strlen(in->text) > 2 && string_end(start - 1) - start > 3 && in->text[2] == ' ';
	for (; *in->json != '"'; in->json++, in->text++) {
		if (blanks && in->json > start && (in->json - start) % 2 == 0 && *in->text++ != ' ')
			return false;
		if (*in->json != *in->text)
			return false;
	}
	in->json++;
	return true;
}

/* Behind a value stands a blank, or nothing. */
static bool is_past_value(const struct reader *in)
{
	return strchr(" ", *in->text) != NULL;
}

static bool read_value(struct reader *in);

/* Numbers, or flags, of which none at all is a number in text. */
static bool read_list(struct reader *in)
{
	char separator = '\0';

	in->json++;
	if (skip(&in->json, "]"))
		return skip(&in->text, "0x0") || is_past_value(in);
	for (;;) {
		if (!read_value(in))
			return false;
		if (skip(&in->json, "]"))
			return true;
		if (separator == '\0' && (*in->text == ',' || *in->text == '|'))
			separator = *in->text;
		if (!skip(&in->json, ",") || separator == '\0' || *in->text++ != separator)
			return false;
	}
}

/* Named values: netlink attributes. */
static bool read_object(struct reader *in)
{
	in->json++;
	if (skip(&in->json, "}"))
		return is_past_value(in);
	for (;;) {
		if (!read_string(in) || !skip(&in->json, ":") || !skip(&in->text, ":") ||
		    !read_value(in))
			return false;
		if (skip(&in->json, "}"))
			return true;
		if (!skip(&in->json, ",") || !skip(&in->text, ","))
			return false;
	}
}

static bool read_number(struct reader *in)
{
	const size_t len = (size_t)(number_end(in->json) - in->json);

	if (strncmp(in->json, in->text, len) != 0)
		return false;
	in->json += len;
	in->text += len;
	return true;
}

/* A time of zero and a descriptor that was taken are no value in JSON. */
static bool read_value(struct reader *in)
{
	switch (*in->json) {
	case '"':
		return read_string(in);
	case '[':
		return read_list(in);
	case '{':
		return read_object(in);
	case 'n':
		return skip(&in->json, "null") &&
		       (skip(&in->text, "taken") || skip(&in->text, "0"));
	default:
		return read_number(in);
	}
}

static bool read_fields(struct reader *in)
{
	if (!skip(&in->json, ",\"fields\":{") || skip(&in->json, "}"))
		return true;
	do {
		if (!skip(&in->text, " ") || !read_string(in) || !skip(&in->json, ":") ||
		    !skip(&in->text, "=") || !read_value(in) || !is_past_value(in))
			return false;
	} while (skip(&in->json, ","));
	return skip(&in->json, "}");
}

/* Descriptors, and bytes that no field tells of. */
static bool read_rest(struct reader *in)
{
	if (skip(&in->json, ",\"fds\":") && !(skip(&in->text, " fds=") && read_value(in)))
		return false;
	if (skip(&in->json, ",\"bytes\":") && !(skip(&in->text, " ") && read_value(in)))
		return false;
	return skip(&in->json, "}") && *in->json == '\0';
}

static const struct note {
	const char *json, *text;
} notes[] = {
	{",\"fits\":false", " (contents do not fit)"},
	{",\"truncated\":true", " (truncated)"},
	{",\"guess\":true", " (a guess)"},
};

/* The bit of the note that stands there, or 0. */
static unsigned read_note(const char **at, bool json)
{
	size_t i = 0;

	while (i < COUNT(notes) && !skip(at, json ? notes[i].json : notes[i].text))
		i++;
	return i < COUNT(notes) ? 1u << i : 0;
}

static unsigned read_notes(const char **at, bool json)
{
	unsigned read = 0;
	unsigned note;

	while ((note = read_note(at, json)) != 0)
		read |= note;
	return read;
}

/* The name, or the numbers; and the size that is not the row's. */
static bool read_head(struct reader *in)
{
	unsigned words = strncmp(in->text, "level=", 6) == 0 ? 3 : 1;

	for (; words > 0; words--)
		in->text += 1 + strcspn(in->text + 1, " ");
	in->json = strstr(in->json, "\"len\":");
	if (in->json == NULL)
		return false;
	in->json = number_end(in->json + strlen("\"len\":"));
	if (!skip(&in->json, ",\"expected\":"))
		return strstr(in->text, " (expected ") == NULL;
	in->text = strstr(in->text, " (expected ");
	if (in->text == NULL)
		return false;
	in->text += strlen(" (expected ");
	skip(&in->text, "at least ");
	return read_number(in) && skip(&in->text, ")");
}

bool json_says(const char *json, const char *text)
{
	struct reader in = {json, text};
	unsigned told;

	if (!read_head(&in))
		return false;
	told = read_notes(&in.json, true);
	return read_fields(&in) && read_rest(&in) && read_notes(&in.text, false) == told &&
	       *in.text == '\0';
}
