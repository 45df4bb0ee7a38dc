/* SPDX-License-Identifier: MIT */
#ifndef ANC_TEXT_INTERNAL_H
#define ANC_TEXT_INTERNAL_H

#include "field.h"

/* Text or JSON that is written as far as it fits, and counted whole. */
struct anc_text {
	char *buf;
	size_t size;
	size_t len;
	bool json;
};

__attribute__((__format__(__printf__, 2, 3))) void anc_text_add(struct anc_text *,
								const char *format, ...);

/* snprintf's result. */
int anc_text_end(const struct anc_text *);

/* A value that is no number: in quotes where it is JSON. For names and numbers of ours. */
__attribute__((__format__(__printf__, 2, 3))) void anc_text_add_word(struct anc_text *,
								     const char *format, ...);

/* Hexadecimal digits, with `separator` between bytes. */
void anc_text_add_hex(struct anc_text *, const unsigned char *bytes, size_t len,
		      const char *separator);

/* Bytes as a value: "0a 0b", in JSON "0a0b" in quotes. */
void anc_text_add_bytes(struct anc_text *, const unsigned char *bytes, size_t len);

/* Characters from outside, escaped and in quotes. */
void anc_text_add_quoted(struct anc_text *, const unsigned char *bytes, size_t len);

/* A name that a row of anyone's may have, as a value; and as the key of what follows. */
void anc_text_add_name(struct anc_text *, const char *name);
void anc_text_add_key(struct anc_text *, const char *name);

/* The name of a number, or NULL; so is a NULL table. */
const char *anc_name_of(const struct anc_names *, uint64_t value);

/* A value of a field: field_text.c. */
void anc_text_add_span(struct anc_text *, const struct anc_field *, const struct anc_span *,
		       const struct anc_abi *);

/* A date in UTC where it counts from 1970 and there is such a date, else seconds: time_text.c. */
void anc_text_add_moment(struct anc_text *, const struct anc_moment *, bool since_1970);

/* Addresses: address_text.c. */
void anc_text_add_sockaddr(struct anc_text *, const unsigned char *at, size_t len,
			   const struct anc_abi *);
void anc_text_add_in_addr(struct anc_text *, int family, const unsigned char *at, size_t len);

#endif
