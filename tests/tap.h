/* SPDX-License-Identifier: MIT */
#ifndef TAP_H
#define TAP_H

/*
 * A test program: TESTS(name, ...) at its end, each a function TEST(name). It speaks TAP. Our own,
 * for it runs where no test library of the distribution does: static musl, i686, s390x and others
 * under an emulator.
 *
 * The ledger: every test must leave exactly the descriptors open that were open before it, the same
 * ones.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEST(name) static void test_##name(void)

/* A failed check ends the test. */
#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition))                                                                  \
			tap_fail(__FILE__, __LINE__, #condition);                                  \
	} while (0)

#define CHECK_EQ(got, expected)                                                                    \
	do {                                                                                       \
		const intmax_t got_ = (intmax_t)(got);                                             \
		const intmax_t expected_ = (intmax_t)(expected);                                   \
		if (got_ != expected_)                                                             \
			tap_fail_eq(got_, expected_, __FILE__, __LINE__, #got, #expected);         \
	} while (0)

#define CHECK_STR(got, expected) tap_check_str((got), (expected), __FILE__, __LINE__, #got)

/* Ends the test as skipped; the reason is printed. */
#define SKIP(reason) tap_skip(reason)

/* qemu-user's truncation is not the kernel's: it sets no MSG_CTRUNC and leaves descriptors open. */
#define SKIP_EMULATED(reason)                                                                      \
	do {                                                                                       \
		if (tap_is_under("qemu-user"))                                                     \
			tap_skip("qemu-user: " reason);                                            \
	} while (0)

/* valgrind keeps descriptors and limits for itself that the kernel would count. */
#define SKIP_VALGRIND(reason)                                                                      \
	do {                                                                                       \
		if (tap_is_under("valgrind"))                                                      \
			tap_skip("valgrind: " reason);                                             \
	} while (0)

struct tap_test {
	const char *name;
	void (*run)(void);
};

_Noreturn void tap_fail(const char *file, int line, const char *what);
_Noreturn void tap_skip(const char *reason);
_Noreturn void tap_fail_eq(intmax_t got, intmax_t expected, const char *file, int line,
			   const char *what, const char *expected_what);
void tap_check_str(const char *got, const char *expected, const char *file, int line,
		   const char *what);
bool tap_is_under(const char *emulator);
int tap_run(const struct tap_test *tests, size_t count, int argc, char **argv);

/* How many descriptors are open. */
size_t tap_open_fds(void);

/* Whether a descriptor is open, and whether it is close-on-exec. */
bool tap_is_open(int fd);
bool tap_is_cloexec(int fd);

/* Whether two descriptors are the same open file. */
bool tap_is_same_file(int a, int b);

/* A fresh descriptor of a file of its own. */
int tap_new_fd(void);

/* A connected pair of Unix sockets of that type. */
void tap_pair(int type, int ret_pair[2]);

/* A seeded stream of numbers, the same on every run. */
uint32_t tap_random(uint64_t *seed);

#define TAP_MAIN(tests)                                                                            \
	int main(int argc, char **argv)                                                            \
	{                                                                                          \
		return tap_run(tests, sizeof(tests) / sizeof((tests)[0]), argc, argv);             \
	}

#endif
