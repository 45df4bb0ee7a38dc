/* SPDX-License-Identifier: MIT */
#ifndef ANC_FUZZ_JSON_H
#define ANC_FUZZ_JSON_H

/* Whether text is JSON, by RFC 8259's grammar. Each call returns what stands behind, or NULL. */

#include <stddef.h>
#include <string.h>

static inline const char *json_string(const char *at)
{
	if (*at != '"')
		return NULL;
	for (at++; *at != '"'; at++) {
		if ((unsigned char)*at < ' ')
			return NULL;
		if (*at == '\\' && *++at != '\0' && strchr("\"\\/bfnrtu", *at) == NULL)
			return NULL;
	}
	return at + 1;
}

static inline const char *json_number(const char *at)
{
	at += *at == '-';
	if (*at < '0' || *at > '9' || (*at == '0' && at[1] >= '0' && at[1] <= '9'))
		return NULL;
	return at + strspn(at, "0123456789");
}

static inline const char *json_value(const char *at);

static inline const char *json_member(const char *at)
{
	at = json_string(at);
	return at != NULL && *at == ':' ? json_value(at + 1) : NULL;
}

static inline const char *json_list(const char *at, char end, const char *(*element)(const char *))
{
	if (*++at == end)
		return at + 1;
	while ((at = element(at)) != NULL && *at == ',')
		at++;
	return at != NULL && *at == end ? at + 1 : NULL;
}

static inline const char *json_value(const char *at)
{
	static const char *const words[] = {"null", "true", "false"};
	size_t i;

	if (*at == '{')
		return json_list(at, '}', json_member);
	if (*at == '[')
		return json_list(at, ']', json_value);
	if (*at == '"')
		return json_string(at);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return at + strlen(words[i]);
	return json_number(at);
}

#endif
