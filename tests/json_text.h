/* SPDX-License-Identifier: MIT */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

/* A message's JSON held against its text, and JSON itself as RFC 8259 has it. */

#include <stdbool.h>

/* What follows the value at `at`, or NULL: it is none. */
const char *json_end(const char *at);

/*
 * Whether they say the same: the same fields in the same order, each with the same value, the same
 * descriptors and bytes, the same doubts. Name and numbers of the message are not looked at.
 */
bool json_says(const char *json, const char *text);

#endif
