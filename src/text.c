/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((__format__(__printf__, 2, 0))) static void
anc_text_add_list(struct anc_text *text, const char *format, va_list arguments)
{
	size_t left = text->len < text->size ? text->size - text->len : 0;
	int added;

	/* POSIX lets vsnprintf refuse more than INT_MAX. */
	left = left < INT_MAX ? left : INT_MAX;
	added = vsnprintf(left > 0 ? text->buf + text->len : NULL, left, format, arguments);
	/* On 32 bits a label as long as memory has more characters than a size can count. */
	if (added > 0)
		text->len =
			(size_t)added < SIZE_MAX - text->len ? text->len + (size_t)added : SIZE_MAX;
}

void anc_text_add(struct anc_text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	anc_text_add_list(text, format, arguments);
	va_end(arguments);
}

void anc_text_add_word(struct anc_text *text, const char *format, ...)
{
	va_list arguments;

	if (text->json)
		anc_text_add(text, "\"");
	va_start(arguments, format);
	anc_text_add_list(text, format, arguments);
	va_end(arguments);
	if (text->json)
		anc_text_add(text, "\"");
}

int anc_text_end(const struct anc_text *text)
{
	return text->len < INT_MAX ? (int)text->len : INT_MAX;
}

void anc_text_add_hex(struct anc_text *text, const unsigned char *bytes, size_t len,
		      const char *separator)
{
	size_t i;

	for (i = 0; i < len; i++)
		anc_text_add(text, "%s%02x", i > 0 ? separator : "", bytes[i]);
}

void anc_text_add_bytes(struct anc_text *text, const unsigned char *bytes, size_t len)
{
	if (text->json)
		anc_text_add(text, "\"");
	anc_text_add_hex(text, bytes, len, text->json ? "" : " ");
	if (text->json)
		anc_text_add(text, "\"");
}

/* What is not printable stands as \x and two digits, in JSON as \u00 and two. */
void anc_text_add_quoted(struct anc_text *text, const unsigned char *bytes, size_t len)
{
	size_t i;

	anc_text_add(text, "\"");
	for (i = 0; i < len; i++)
		if (bytes[i] < ' ' || bytes[i] > '~' || bytes[i] == '"' || bytes[i] == '\\')
			text->json ? anc_text_add(text, "\\u%04x", bytes[i])
				   : anc_text_add(text, "\\x%02x", bytes[i]);
		else
			anc_text_add(text, "%c", bytes[i]);
	anc_text_add(text, "\"");
}

void anc_text_add_name(struct anc_text *text, const char *name)
{
	if (text->json)
		anc_text_add_quoted(text, (const unsigned char *)name, strlen(name));
	else
		anc_text_add(text, "%s", name);
}

void anc_text_add_key(struct anc_text *text, const char *name)
{
	anc_text_add_name(text, name);
	anc_text_add(text, text->json ? ":" : "=");
}
