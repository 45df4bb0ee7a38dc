/* SPDX-License-Identifier: MIT */
/* Preloaded: the allocation with the number in ANC_TEST_FAIL_AT fails, once; how many were asked
 * for is written to the descriptor in ANC_TEST_COUNT_FD at the end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* glibc's own, behind its malloc(). */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *room, size_t size);

static long asked;
static long fail_at = -1;

__attribute__((constructor)) static void begin(void)
{
	const char *const number = getenv("ANC_TEST_FAIL_AT");

	/* What the loader and other constructors asked for is not counted. */
	asked = 0;
	fail_at = number != NULL ? atol(number) : -1;
}

__attribute__((destructor)) static void end(void)
{
	const char *const fd = getenv("ANC_TEST_COUNT_FD");

	if (fd != NULL)
		dprintf(atoi(fd), "%ld", asked);
}

static int fails(void)
{
	if (asked++ != fail_at)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *room, size_t size)
{
	return fails() ? NULL : __libc_realloc(room, size);
}
