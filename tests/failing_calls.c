/* SPDX-License-Identifier: MIT */
/* Every call of every scenario fails in turn, with each errno it can give, on every kernel. */
#include "fake_kernels.h"
#include "injection.h"
#include "scenarios.h"
#include "tap.h"

#include <errno.h>
#include <stdio.h>

#define ERRORS_MOST 16

/* What each call can fail with, 0 at the end: sendmsg(2), recvmsg(2), sendmmsg(2), recvmmsg(2),
 * poll(2), getsockopt(2), fcntl(2), close(2), close_range(2); ENOSYS and EPERM as a seccomp filter
 * does. */
static const struct {
	const char *name;
	int errors[ERRORS_MOST];
} kinds[INJECT_KINDS] = {
	[INJECT_SENDMSG] = {"sendmsg",
			    {EINTR, EAGAIN, EBADF, EINVAL, ENOMEM, ENOBUFS, EPIPE, ECONNRESET,
			     EMSGSIZE, ENOTCONN, ETOOMANYREFS, EACCES, EOPNOTSUPP, EPERM, ENOSYS}},
	[INJECT_RECVMSG] = {"recvmsg",
			    {EINTR, EAGAIN, EBADF, EINVAL, ENOMEM, ECONNREFUSED, ECONNRESET,
			     ENOTCONN, ENOTSOCK, EMFILE, EMSGSIZE, EPERM, ENOSYS}},
	[INJECT_SENDMMSG] = {"sendmmsg",
			     {EINTR, EAGAIN, EBADF, EINVAL, ENOMEM, ENOBUFS, EPIPE, ECONNRESET,
			      EMSGSIZE, ENOTCONN, ETOOMANYREFS, EACCES, EPERM, ENOSYS}},
	[INJECT_RECVMMSG] = {"recvmmsg",
			     {EINTR, EAGAIN, EBADF, EINVAL, ENOMEM, ECONNREFUSED, ECONNRESET,
			      ENOTCONN, ENOTSOCK, EMFILE, EMSGSIZE, EPERM, ENOSYS}},
	[INJECT_POLL] = {"poll", {EINTR, EINVAL, ENOMEM, EPERM, ENOSYS}},
	[INJECT_GETSOCKOPT] = {"getsockopt", {EBADF, ENOTSOCK, ENOPROTOOPT, EINVAL, EPERM, ENOSYS}},
	[INJECT_SETSOCKOPT] = {"setsockopt",
			       {EBADF, ENOTSOCK, ENOPROTOOPT, EINVAL, ENOMEM, EPERM, ENOSYS}},
	[INJECT_FCNTL] = {"fcntl", {EBADF, EINVAL, EMFILE, EPERM, ENOSYS}},
	[INJECT_SOCKET] = {"socket", {EMFILE, ENFILE, EACCES, ENOBUFS, ENOMEM}},
	[INJECT_CLOSE] = {"close", {EINTR, EIO, ENOSPC, EDQUOT}},
	[INJECT_CLOSE_RANGE] = {"close_range", {ENOSYS, EINVAL, EMFILE, ENOMEM, EPERM}},
};

static size_t tried[INJECT_KINDS];

/* One run; the result must be a success, or an errno with a reason. Returns how many calls. */
static size_t try(const struct fake_kernel *kernel, const struct scenario *scenario,
		  struct injection injection)
{
	bool good;
	ssize_t result;
	size_t i;

	fake_boot(kernel);
	injection_start(injection);
	result = scenario->run();
	injection_settle();
	good = result >= 0 || (injection_hits() > 0 && result == -injection.error);
	if (scenario->retries && injection.error == EINTR && result == -EINTR)
		good = false;
	for (i = 0; i < SCENARIO_ERRORS; i++)
		good = good || (scenario->errors[i] != 0 && result == -scenario->errors[i]);
	if (!good)
		printf("# %s: call %zu failing with %d, %zu times: %zd\n", kernel->name,
		       injection.nth, injection.error, injection.times, result);
	CHECK(good);
	return injection_calls();
}

/* The n-th call fails once, or a few times, or for good where nothing says that one may retry. */
static void try_nth(const struct fake_kernel *kernel, const struct scenario *scenario, size_t nth,
		    enum injection_kind kind)
{
	struct injection injection = {nth, 0, 1};
	size_t i;

	for (i = 0; i < ERRORS_MOST && kinds[kind].errors[i] != 0; i++) {
		injection.error = kinds[kind].errors[i];
		injection.times = 1;
		try(kernel, scenario, injection);
		CHECK_EQ(injection_hits(), 1);
		injection.times = injection.error == EINTR ? 3 : SIZE_MAX;
		try(kernel, scenario, injection);
		tried[kind] += 2;
	}
}

static void try_all(const struct scenario *scenario)
{
	const struct injection none = {0, 0, 0};
	const struct fake_kernel *const *kernel;
	enum injection_kind order[64];
	size_t calls;
	size_t i;

	if (scenario->cuts)
		SKIP_EMULATED("a cut or a full table leaves descriptors open");
	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		/* it can send nothing */
		if (*kernel == &fake_without_nosignal)
			continue;
		calls = try(*kernel, scenario, none);
		CHECK(calls > 0 && calls <= sizeof(order) / sizeof(order[0]));
		for (i = 0; i < calls; i++)
			order[i] = injection_kind(i + 1);
		for (i = 0; i < calls; i++)
			try_nth(*kernel, scenario, i + 1, order[i]);
	}
}

#define SCENARIO(name)                                                                             \
	TEST(name)                                                                                 \
	{                                                                                          \
		try_all(&scenario_##name);                                                         \
	}

SCENARIO(send_one)
SCENARIO(send_several)
SCENARIO(send_in_parts)
SCENARIO(send_checked)
SCENARIO(send_without_bytes)
SCENARIO(receive_one)
SCENARIO(receive_several)
SCENARIO(receive_too_many)
SCENARIO(receive_the_end)
SCENARIO(receive_cut)
SCENARIO(receive_into_a_full_table)
SCENARIO(receive_without_data)
SCENARIO(receive_by_oneself)
SCENARIO(adopt)
SCENARIO(peek)
SCENARIO(forward)
SCENARIO(drop_many)
SCENARIO(custom_socket)
SCENARIO(enable)
SCENARIO(control_space)
SCENARIO(batch)
SCENARIO(batch_held)
SCENARIO(batch_end)

TEST(every_kind_of_call_has_failed)
{
	size_t all = 0;
	size_t i;

	for (i = 0; i < INJECT_KINDS; i++)
		all += tried[i];
	if (all == 0)
		SKIP("no scenario ran");
	for (i = 0; i < INJECT_KINDS; i++)
		printf("# %zu failures of %s\n", tried[i], kinds[i].name);
	for (i = 0; i < INJECT_KINDS; i++)
		CHECK(tried[i] > 0);
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(send_one),
	T(send_several),
	T(send_in_parts),
	T(send_checked),
	T(send_without_bytes),
	T(receive_one),
	T(receive_several),
	T(receive_too_many),
	T(receive_the_end),
	T(receive_cut),
	T(receive_into_a_full_table),
	T(receive_without_data),
	T(receive_by_oneself),
	T(adopt),
	T(peek),
	T(forward),
	T(drop_many),
	T(custom_socket),
	T(enable),
	T(control_space),
	T(batch),
	T(batch_held),
	T(batch_end),
	T(every_kind_of_call_has_failed),
};
TAP_MAIN(tests)
