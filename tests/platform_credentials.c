/* SPDX-License-Identifier: MIT */
/* Credentials where the kernel is old, has labels, or fails: what no kernel here does. */
#include "fake_platform.h"
#include "tap.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <anc/anc.h>

/* What the kernel answers: an errno, or bytes. */
static struct {
	int error;
	const void *value;
	socklen_t len;
	int option;         /* asked last */
	socklen_t room;     /* in that question */
	socklen_t room_set; /* what is left in the length on an error */
} answer;

static int answer_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	(void)fd;
	CHECK_EQ(level, SOL_SOCKET);
	answer.option = option;
	answer.room = *len;
	if (answer.error != 0) {
		*len = answer.room_set;
		errno = answer.error;
		return -1;
	}
	*len = answer.len < *len ? answer.len : *len;
	if (*len > 0)
		memcpy(ret, answer.value, *len);
	return 0;
}

static void answer_with(const void *value, size_t len)
{
	memset(&answer, 0, sizeof(answer));
	answer.value = value;
	answer.len = (socklen_t)len;
	fake_calls.getsockopt = answer_getsockopt;
}

static void fail_with(int error, size_t len)
{
	answer_with(NULL, 0);
	answer.error = error;
	answer.room_set = (socklen_t)len;
}

/* What setsockopt turned on, in order, and which option fails how. */
static int options_set[4];
static size_t options_count;
static int failing_option;
static int failing_error;

static int record_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	int on;

	(void)fd;
	CHECK_EQ(level, SOL_SOCKET);
	CHECK_EQ(len, sizeof(on));
	memcpy(&on, value, sizeof(on));
	CHECK_EQ(on, 1);
	if (option == failing_option) {
		errno = failing_error;
		return -1;
	}
	options_set[options_count++] = option;
	return 0;
}

static int enable_failing(int option, int error)
{
	int result;

	options_count = 0;
	failing_option = option;
	failing_error = error;
	fake_calls.setsockopt = record_setsockopt;
	result = anc_credentials_enable(3);
	fake_reset();
	return result;
}

TEST(credentials_are_turned_on_without_pidfds_where_there_are_none)
{
	CHECK_EQ(enable_failing(anc_pidfd_type.option, ENOPROTOOPT), 0);
	CHECK_EQ(options_count, 1);
	CHECK_EQ(options_set[0], SO_PASSCRED);
	CHECK_EQ(enable_failing(anc_pidfd_type.option, EOPNOTSUPP), 0);
	CHECK_EQ(options_count, 1);
	CHECK_EQ(enable_failing(0, 0), 0);
	CHECK_EQ(options_count, 2);
}

TEST(nothing_is_turned_on_where_the_first_fails)
{
	CHECK_EQ(enable_failing(anc_pidfd_type.option, EACCES), -EACCES);
	CHECK_EQ(options_count, 0);
	CHECK_EQ(enable_failing(SO_PASSCRED, EOPNOTSUPP), -EOPNOTSUPP);
	CHECK_EQ(enable_failing(SO_PASSCRED, ENOPROTOOPT), -ENOPROTOOPT);
}

TEST(an_old_kernel_s_enoprotoopt_is_told)
{
	struct anc_credentials got = {.known = 99};
	size_t count = 99;
	uint32_t group;
	char label[8];

	fail_with(ENOPROTOOPT, 4);
	CHECK_EQ(anc_peer_credentials(3, &got), -ENOPROTOOPT);
	CHECK_EQ(answer.option, SO_PEERCRED);
	CHECK_EQ(anc_peer_pidfd(3), -ENOPROTOOPT);
	CHECK_EQ(anc_peer_groups(3, &group, 1, &count), -ENOPROTOOPT);
	CHECK_EQ(anc_peer_security(3, label, sizeof(label)), -ENOPROTOOPT);
	fake_reset();
	CHECK_EQ(got.known, 99);
	CHECK_EQ(count, 99);
}

TEST(a_pidfd_that_cannot_be_had_says_why)
{
	static const int errors[] = {EMFILE, ESRCH, EINVAL, ENODATA};
	const int slot = -ESRCH;
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		fail_with(errors[i], 4);
		CHECK_EQ(anc_peer_pidfd(3), -errors[i]);
	}
	answer_with(&slot, sizeof(slot));
	CHECK_EQ(anc_peer_pidfd(3), -ESRCH);
	answer_with(NULL, 0);
	CHECK(anc_peer_pidfd(3) < 0);
	fake_reset();
}

TEST(a_peer_out_of_sight_has_ids_and_no_pid)
{
	const struct anc_ucred peer = {0, 1000, 100};
	struct anc_credentials got;

	answer_with(&peer, sizeof(peer));
	CHECK_EQ(anc_peer_credentials(3, &got), 0);
	fake_reset();
	CHECK_EQ(got.known, ANC_CREDENTIALS_EUID | ANC_CREDENTIALS_EGID);
	CHECK_EQ(got.by_kernel, got.known);
	CHECK_EQ(got.pid, 0);
	CHECK_EQ(got.euid, 1000);
	CHECK_EQ(got.egid, 100);
}

TEST(an_answer_that_is_short_tells_of_no_peer)
{
	const struct anc_ucred peer = {5, 0, 0};
	struct anc_credentials got = {.known = 99};
	socklen_t len;

	for (len = 0; len < sizeof(peer); len++) {
		answer_with(&peer, len);
		CHECK_EQ(anc_peer_credentials(3, &got), -ENOTCONN);
	}
	fake_reset();
	CHECK_EQ(got.known, 99);
}

TEST(groups_that_do_not_fit_are_counted)
{
	size_t count = 99;
	uint32_t group = 5;

	fail_with(ERANGE, 12);
	CHECK_EQ(anc_peer_groups(3, &group, 1, &count), -E2BIG);
	CHECK_EQ(answer.room, 4);
	CHECK_EQ(count, 3);
	CHECK_EQ(group, 5);
	fake_reset();
}

/* The kernel's length is an int. */
TEST(room_for_more_than_the_kernel_can_say_is_said_as_the_most)
{
	const uint32_t groups[2] = {5, 7};
	uint32_t got[2];
	char label[8];
	size_t count;

	answer_with(groups, sizeof(groups));
	CHECK_EQ(anc_peer_groups(3, got, SIZE_MAX / 4 + 2, &count), 0);
	CHECK_EQ(answer.room, INT_MAX);
	CHECK_EQ(count, 2);
	CHECK_EQ(got[1], 7);
	answer_with("label", 5);
	CHECK_EQ(anc_peer_security(3, label, SIZE_MAX), 5);
	CHECK_EQ(answer.room, INT_MAX);
	fake_reset();
}

static void check_label(const char *given, size_t len)
{
	char label[16];

	answer_with(given, len);
	memset(label, 'x', sizeof(label));
	CHECK_EQ(anc_peer_security(3, label, sizeof(label)), 5);
	CHECK_STR(label, "label");
	CHECK_EQ(label[6], 'x');
}

TEST(a_label_has_a_closing_nul_whether_the_module_gives_one_or_not)
{
	check_label("label", 5);
	check_label("label", 6);
	fake_reset();
}

TEST(a_label_and_its_nul_fit_or_do_not)
{
	char label[8] = "";

	answer_with("label", 6);
	CHECK_EQ(anc_peer_security(3, label, 6), 5);
	CHECK_STR(label, "label");
	answer_with("label", 5);
	CHECK_EQ(anc_peer_security(3, label, 6), 5);
	CHECK_EQ(anc_peer_security(3, label, 5), -ERANGE);
	answer_with("", 0);
	CHECK_EQ(anc_peer_security(3, label, 1), 0);
	CHECK_STR(label, "");
	CHECK_EQ(anc_peer_security(3, NULL, 0), -ERANGE);
	fail_with(ERANGE, 6);
	CHECK_EQ(anc_peer_security(3, label, 2), -ERANGE);
	fake_reset();
}

static const struct tap_test tests[] = {
	{"credentials_are_turned_on_without_pidfds_where_there_are_none",
	 test_credentials_are_turned_on_without_pidfds_where_there_are_none},
	{"nothing_is_turned_on_where_the_first_fails",
	 test_nothing_is_turned_on_where_the_first_fails},
	{"an_old_kernel_s_enoprotoopt_is_told", test_an_old_kernel_s_enoprotoopt_is_told},
	{"a_pidfd_that_cannot_be_had_says_why", test_a_pidfd_that_cannot_be_had_says_why},
	{"a_peer_out_of_sight_has_ids_and_no_pid", test_a_peer_out_of_sight_has_ids_and_no_pid},
	{"an_answer_that_is_short_tells_of_no_peer", test_an_answer_that_is_short_tells_of_no_peer},
	{"groups_that_do_not_fit_are_counted", test_groups_that_do_not_fit_are_counted},
	{"room_for_more_than_the_kernel_can_say_is_said_as_the_most",
	 test_room_for_more_than_the_kernel_can_say_is_said_as_the_most},
	{"a_label_has_a_closing_nul_whether_the_module_gives_one_or_not",
	 test_a_label_has_a_closing_nul_whether_the_module_gives_one_or_not},
	{"a_label_and_its_nul_fit_or_do_not", test_a_label_and_its_nul_fit_or_do_not},
};
TAP_MAIN(tests)
