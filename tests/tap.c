/* SPDX-License-Identifier: MIT */
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEDGER_MOST 4096

/* What was open: for each descriptor the file behind it. */
struct ledger {
	bool open[LEDGER_MOST];
	dev_t dev[LEDGER_MOST];
	ino_t ino[LEDGER_MOST];
};

enum outcome { FAILED = 1, SKIPPED };

static jmp_buf tap_return;
static const char *tap_reason;
static struct ledger tap_before;
static struct ledger tap_after;

static void ledger_take(struct ledger *ledger)
{
	struct stat status;
	int fd;

	memset(ledger, 0, sizeof(*ledger));
	for (fd = 0; fd < LEDGER_MOST; fd++) {
		if (fstat(fd, &status) < 0)
			continue;
		ledger->open[fd] = true;
		ledger->dev[fd] = status.st_dev;
		ledger->ino[fd] = status.st_ino;
	}
}

static bool ledger_agrees(void)
{
	bool good = true;
	int fd;

	ledger_take(&tap_after);
	for (fd = 0; fd < LEDGER_MOST; fd++) {
		if (tap_before.open[fd] == tap_after.open[fd] &&
		    tap_before.dev[fd] == tap_after.dev[fd] &&
		    tap_before.ino[fd] == tap_after.ino[fd])
			continue;
		printf("# ledger: descriptor %d was %s, is %s\n", fd,
		       tap_before.open[fd] ? "open" : "closed",
		       tap_after.open[fd] ? "open (leaked, or another file)" : "closed");
		good = false;
	}
	return good;
}

void tap_fail(const char *file, int line, const char *what)
{
	printf("# %s:%d: failed: %s\n", file, line, what);
	longjmp(tap_return, FAILED);
}

void tap_skip(const char *reason)
{
	tap_reason = reason;
	longjmp(tap_return, SKIPPED);
}

void tap_fail_eq(intmax_t got, intmax_t expected, const char *file, int line, const char *what,
		 const char *expected_what)
{
	printf("# %s is %" PRIdMAX ", expected %s, %" PRIdMAX "\n", what, got, expected_what,
	       expected);
	tap_fail(file, line, what);
}

void tap_check_str(const char *got, const char *expected, const char *file, int line,
		   const char *what)
{
	if (strcmp(got, expected) == 0)
		return;
	printf("# got      %s\n# expected %s\n", got, expected);
	tap_fail(file, line, what);
}

bool tap_is_under(const char *emulator)
{
	const char *under = getenv("ANC_TEST_EMULATOR");

	return under != NULL && strcmp(under, emulator) == 0;
}

/* Reports one test; returns whether it passed or was skipped. */
static bool tap_run_one(const struct tap_test *test, size_t number)
{
	/* volatile: it lives across the longjmp */
	volatile int outcome;
	bool good;

	ledger_take(&tap_before);
	outcome = setjmp(tap_return);
	if (outcome == 0)
		test->run();
	good = outcome != FAILED && ledger_agrees();
	printf("%s %zu - %s", good ? "ok" : "not ok", number, test->name);
	if (good && outcome == SKIPPED)
		printf(" # SKIP %s", tap_reason);
	printf("\n");
	fflush(stdout);
	return good;
}

int tap_run(const struct tap_test *tests, size_t count, int argc, char **argv)
{
	size_t failed = 0;
	size_t number = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (argc > 1 && strcmp(argv[1], tests[i].name) != 0)
			continue;
		if (!tap_run_one(&tests[i], ++number))
			failed++;
	}
	printf("1..%zu\n", number);
	return failed > 0;
}

size_t tap_open_fds(void)
{
	size_t count = 0;
	int fd;

	for (fd = 0; fd < LEDGER_MOST; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

bool tap_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

bool tap_is_cloexec(int fd)
{
	const int flags = fcntl(fd, F_GETFD);

	return flags >= 0 && (flags & FD_CLOEXEC) != 0;
}

bool tap_is_same_file(int a, int b)
{
	struct stat one;
	struct stat other;

	return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

int tap_new_fd(void)
{
	const int fd = memfd_create("libanc-test", 0);

	CHECK(fd >= 0);
	return fd;
}

void tap_pair(int type, int ret_pair[2])
{
	CHECK_EQ(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ret_pair), 0);
}

uint32_t tap_random(uint64_t *seed)
{
	/* a linear congruential generator's upper half */
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}
