/* SPDX-License-Identifier: MIT */
#ifndef DUMP_H
#define DUMP_H

/* Bytes out of what people and programs print them as: digits, C, dumps of xxd, od, strace, gdb. */

#include <stdbool.h>
#include <stddef.h>

/* No control buffer is larger, by far. */
#define DUMP_MOST ((size_t)16 << 20)

/* How the input is to be read. */
enum dump_input {
	DUMP_AUTO, /* by what it looks like */
	DUMP_RAW,  /* it is the bytes */
	DUMP_HEX,  /* digits, or a dump with offsets or addresses */
	DUMP_C     /* strings or arrays of C, strace, gdb, Python */
};

struct dump {
	unsigned char *bytes; /* to be freed */
	size_t len;
	size_t room;
	const char *form; /* what it was read as: "raw bytes" */
	bool is_string;   /* of C: it may lack a last NUL, which gdb and C leave out */
};

/* Where and why an input cannot be read. */
struct dump_error {
	size_t at;      /* offset in the input */
	char what[256]; /* "found 'g', expected a hexadecimal digit" */
};

/**
 * Reads an input. Words, as gdb prints them, are of the byte order `big_endian`. Returns 0, and
 * `ret->bytes` is to be freed; -EINVAL, with `error`; -EFBIG: more than DUMP_MOST bytes, with
 * `error`; -ENOMEM. On an error nothing is to be freed.
 */
int dump_read(enum dump_input input, bool big_endian, const char *text, size_t len,
	      struct dump *ret, struct dump_error *error);

#endif
