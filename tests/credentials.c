/* SPDX-License-Identifier: MIT */
/* Credentials in one form, from one message of any system. */
#include "tap.h"

#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

#include <anc/anc.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define UIDS (ANC_CREDENTIALS_UID | ANC_CREDENTIALS_EUID)
#define GIDS (ANC_CREDENTIALS_GID | ANC_CREDENTIALS_EGID)
#define IDS (UIDS | GIDS)
#define UCRED (ANC_CREDENTIALS_PID | ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GID)
#define CMSGCRED (ANC_CREDENTIALS_PID | UIDS | ANC_CREDENTIALS_GID | ANC_CREDENTIALS_GROUPS)

#define WORDS 64

/* A message of another system: its payload as 32-bit numbers, and what is to be read from it. */
struct sample {
	const char *abis[5];
	int level;
	int type;
	size_t short_at; /* the word that is a short and two bytes of padding; 0: none */
	size_t count;
	uint32_t words[WORDS];
	struct anc_credentials expected;
};

static const struct sample samples[] = {
	{.abis = {"linux-64", "linux-32", "linux-64be", "linux-32be"},
	 .level = 1,
	 .type = 2,
	 .count = 3,
	 .words = {4711, 1000, 4000000000},
	 .expected = {.known = UCRED, .pid = 4711, .uid = 1000, .gid = 4000000000}},
	{.abis = {"linux-mips-64be", "linux-sparc-64be", "linux-alpha-64", "linux-parisc-32be"},
	 .level = 0xffff,
	 .type = 2,
	 .count = 3,
	 .words = {4711, 1000, 100},
	 .expected = {.known = UCRED, .pid = 4711, .uid = 1000, .gid = 100}},
	/* struct cmsgcred */
	{.abis = {"freebsd-64", "freebsd-32", "freebsd-64be", "dragonfly-64"},
	 .level = 0xffff,
	 .type = 3,
	 .short_at = 4,
	 .count = 21,
	 .words = {4711, 1000, 1001, 100, 2, 20, 30, 99},
	 .expected = {.known = CMSGCRED,
		      .by_kernel = CMSGCRED,
		      .pid = 4711,
		      .uid = 1000,
		      .euid = 1001,
		      .gid = 100,
		      .group_count = 2,
		      .groups = {20, 30}}},
	/* struct sockcred */
	{.abis = {"freebsd-64", "freebsd-32", "freebsd-64be", "freebsd-sparc-64be"},
	 .level = 0xffff,
	 .type = 3,
	 .count = 7,
	 .words = {1000, 1001, 100, 101, 2, 20, 30},
	 .expected = {.known = IDS | ANC_CREDENTIALS_GROUPS,
		      .by_kernel = IDS | ANC_CREDENTIALS_GROUPS,
		      .uid = 1000,
		      .euid = 1001,
		      .gid = 100,
		      .egid = 101,
		      .group_count = 2,
		      .groups = {20, 30}}},
	/* struct sockcred2 */
	{.abis = {"freebsd-64", "freebsd-32", "freebsd-64be", "freebsd-sparc-64be"},
	 .level = 0xffff,
	 .type = 8,
	 .count = 8,
	 .words = {0, 4711, 1000, 1001, 100, 101, 1, 20},
	 .expected = {.known = ANC_CREDENTIALS_PID | IDS | ANC_CREDENTIALS_GROUPS,
		      .by_kernel = ANC_CREDENTIALS_PID | IDS | ANC_CREDENTIALS_GROUPS,
		      .pid = 4711,
		      .uid = 1000,
		      .euid = 1001,
		      .gid = 100,
		      .egid = 101,
		      .group_count = 1,
		      .groups = {20}}},
	{.abis = {"netbsd-64", "netbsd-32", "netbsd-64be", "netbsd-arm-64"},
	 .level = 0xffff,
	 .type = 0x10,
	 .count = 9,
	 .words = {4711, 1000, 1001, 100, 101, 3, 20, 30, 40},
	 .expected = {.known = ANC_CREDENTIALS_PID | IDS | ANC_CREDENTIALS_GROUPS,
		      .by_kernel = ANC_CREDENTIALS_PID | IDS | ANC_CREDENTIALS_GROUPS,
		      .pid = 4711,
		      .uid = 1000,
		      .euid = 1001,
		      .gid = 100,
		      .egid = 101,
		      .group_count = 3,
		      .groups = {20, 30, 40}}},
	/* struct sockcred70, of old programs */
	{.abis = {"netbsd-64", "netbsd-32", "netbsd-64be", "netbsd-arm-64"},
	 .level = 0xffff,
	 .type = 4,
	 .count = 6,
	 .words = {1000, 1001, 100, 101, 1, 20},
	 .expected = {.known = IDS | ANC_CREDENTIALS_GROUPS,
		      .by_kernel = IDS | ANC_CREDENTIALS_GROUPS,
		      .uid = 1000,
		      .euid = 1001,
		      .gid = 100,
		      .egid = 101,
		      .group_count = 1,
		      .groups = {20}}},
	/* ucred_t: its header, whose second word tells where prcred_t lies, and that */
	{.abis = {"illumos-64", "illumos-32"},
	 .level = 0xffff,
	 .type = 0x1012,
	 .count = 16,
	 .words = {64, 32, 0, 4711, 0, 7, 8, 0, 1001, 1000, 1002, 101, 100, 102, 1, 20},
	 .expected = {.known = ANC_CREDENTIALS_PID | IDS | ANC_CREDENTIALS_GROUPS,
		      .by_kernel = ANC_CREDENTIALS_PID | IDS | ANC_CREDENTIALS_GROUPS,
		      .pid = 4711,
		      .uid = 1000,
		      .euid = 1001,
		      .gid = 100,
		      .egid = 101,
		      .group_count = 1,
		      .groups = {20}}},
};

/* A payload at an odd address. */
struct payload {
	unsigned char bytes[1 + WORDS * 4];
	struct anc_cmsg msg;
};

static void write_words(struct payload *payload, const struct sample *sample,
			const struct anc_abi *abi)
{
	unsigned char *at = payload->bytes + 1;
	uint32_t word;
	size_t i;
	int byte;

	for (i = 0; i < sample->count; i++) {
		word = sample->words[i];
		if (i > 0 && i == sample->short_at && anc_abi_is_big_endian(abi))
			word <<= 16;
		for (byte = 0; byte < 4; byte++)
			*at++ = (unsigned char)(word >> (anc_abi_is_big_endian(abi) ? 24 - 8 * byte
										    : 8 * byte));
	}
	payload->msg = (struct anc_cmsg){sample->level, sample->type, payload->bytes + 1,
					 sample->count * 4, false};
}

static void check_same(const struct anc_credentials *got, const struct anc_credentials *expected)
{
	size_t i;

	CHECK_EQ(got->known, expected->known);
	CHECK_EQ(got->by_kernel, expected->by_kernel);
	CHECK_EQ(got->pid, expected->pid);
	CHECK_EQ(got->pidfd, -1);
	CHECK_EQ(got->uid, expected->uid);
	CHECK_EQ(got->euid, expected->euid);
	CHECK_EQ(got->gid, expected->gid);
	CHECK_EQ(got->egid, expected->egid);
	CHECK_EQ(got->group_count, expected->group_count);
	for (i = 0; i < ANC_CREDENTIALS_GROUPS_MAX; i++)
		CHECK_EQ(got->groups[i], expected->groups[i]);
}

static void check_sample(const struct sample *sample, const char *name)
{
	const struct anc_abi *abi = anc_abi_find(name);
	struct anc_credentials got;
	struct payload payload;

	CHECK(abi != NULL);
	printf("# %s type %d\n", name, sample->type);
	write_words(&payload, sample, abi);
	memset(&got, 0xee, sizeof(got));
	CHECK_EQ(anc_credentials_get(&payload.msg, abi, &got), 0);
	check_same(&got, &sample->expected);
}

TEST(credentials_of_every_system_have_one_form)
{
	size_t i;
	size_t j;

	for (i = 0; i < COUNT(samples); i++)
		for (j = 0; samples[i].abis[j] != NULL; j++)
			check_sample(&samples[i], samples[i].abis[j]);
}

TEST(a_message_without_its_last_byte_is_ebadmsg)
{
	struct anc_credentials got;
	struct payload payload;
	const struct anc_abi *abi;
	uint32_t group;
	size_t count;
	size_t i;

	for (i = 0; i < COUNT(samples); i++) {
		abi = anc_abi_find(samples[i].abis[0]);
		write_words(&payload, &samples[i], abi);
		payload.msg.len--;
		CHECK_EQ(anc_credentials_get(&payload.msg, abi, &got), -EBADMSG);
		CHECK_EQ(anc_credentials_groups(&payload.msg, abi, &group, 1, &count), -EBADMSG);
	}
}

/* Where any number of groups is right, nobody knows how many a cut took. */
TEST(a_cut_message_is_ebadmsg_unless_it_has_one_size)
{
	const struct anc_abi *freebsd = anc_abi_find("freebsd-64");
	struct anc_credentials got = {.known = 99};
	struct payload payload;

	write_words(&payload, &samples[3], freebsd);
	payload.msg.truncated = true;
	CHECK_EQ(anc_credentials_get(&payload.msg, freebsd, &got), -EBADMSG);
	CHECK_EQ(got.known, 99);
	write_words(&payload, &samples[0], anc_abi_find("linux-64"));
	payload.msg.truncated = true;
	CHECK_EQ(anc_credentials_get(&payload.msg, anc_abi_find("linux-64"), &got), 0);
	CHECK_EQ(got.known, UCRED);
}

/* 84 bytes are struct cmsgcred, or struct sockcred with 16 groups; gid may stand for euid. */
TEST(nobody_vouches_for_a_message_that_may_be_another)
{
	struct sample sample = {
		.level = 0xffff,
		.type = 3,
		.count = 21,
		.words = {1000, 1000, 0, 0, 16},
	};
	const char *const names[] = {"freebsd-64", "freebsd-64be"};
	struct anc_credentials got;
	struct payload payload;
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		write_words(&payload, &sample, anc_abi_find(names[i]));
		CHECK_EQ(anc_credentials_get(&payload.msg, anc_abi_find(names[i]), &got), 0);
		CHECK(got.known != 0);
		CHECK_EQ(got.by_kernel, 0);
	}
}

/* A struct sockcred of FreeBSD with that many groups, each its place from 1 on. */
static struct anc_cmsg sockcred_with(struct payload *payload, uint32_t groups)
{
	struct sample sample = {.level = 0xffff, .type = 3, .count = 5 + groups};
	uint32_t i;

	sample.words[4] = groups;
	for (i = 0; i < groups; i++)
		sample.words[5 + i] = i + 1;
	write_words(payload, &sample, anc_abi_find("freebsd-64be"));
	return payload->msg;
}

TEST(groups_that_the_struct_has_no_place_for_are_counted)
{
	struct payload payload;
	const struct anc_cmsg msg = sockcred_with(&payload, WORDS - 5);
	struct anc_credentials got;

	CHECK_EQ(anc_credentials_get(&msg, anc_abi_find("freebsd-64be"), &got), 0);
	CHECK_EQ(got.group_count, WORDS - 5);
	CHECK_EQ(got.groups[0], 1);
	CHECK_EQ(got.groups[15], 16);
}

TEST(groups_are_all_given_where_there_is_room)
{
	const struct anc_abi *abi = anc_abi_find("freebsd-64be");
	struct payload payload;
	const struct anc_cmsg msg = sockcred_with(&payload, 20);
	uint32_t groups[21] = {0};
	size_t count = 99;

	CHECK_EQ(anc_credentials_groups(&msg, abi, groups, 19, &count), -E2BIG);
	CHECK_EQ(count, 20);
	CHECK_EQ(groups[0], 0);
	CHECK_EQ(anc_credentials_groups(&msg, abi, NULL, 0, &count), -E2BIG);
	CHECK_EQ(count, 20);
	CHECK_EQ(anc_credentials_groups(&msg, abi, groups, 20, &count), 0);
	CHECK_EQ(count, 20);
	CHECK_EQ(groups[0], 1);
	CHECK_EQ(groups[19], 20);
	CHECK_EQ(groups[20], 0);
}

TEST(no_groups_are_none_and_known)
{
	const struct anc_abi *abi = anc_abi_find("freebsd-64be");
	struct payload payload;
	const struct anc_cmsg msg = sockcred_with(&payload, 0);
	struct anc_credentials got;
	size_t count = 99;

	CHECK_EQ(anc_credentials_get(&msg, abi, &got), 0);
	CHECK((got.known & ANC_CREDENTIALS_GROUPS) != 0);
	CHECK_EQ(got.group_count, 0);
	CHECK_EQ(anc_credentials_groups(&msg, abi, NULL, 0, &count), 0);
	CHECK_EQ(count, 0);
}

TEST(groups_of_a_message_that_names_none_are_enomsg)
{
	const struct anc_ucred ucred = {1, 2, 3};
	struct anc_cmsg msg = {SOL_SOCKET, SCM_CREDENTIALS, &ucred, sizeof(ucred), false};
	size_t count = 99;
	uint32_t group;

	CHECK_EQ(anc_credentials_groups(&msg, NULL, &group, 1, &count), -ENOMSG);
	msg.type = SCM_RIGHTS;
	CHECK_EQ(anc_credentials_groups(&msg, NULL, &group, 1, &count), -ENOMSG);
	CHECK_EQ(count, 99);
}

TEST(a_message_that_tells_of_nobody_is_enomsg)
{
	const struct anc_ucred ucred = {1, 2, 3};
	const struct anc_cmsg others[] = {
		{SOL_SOCKET, SCM_RIGHTS, &ucred, sizeof(ucred), false},
		{SOL_SOCKET, 9999, &ucred, sizeof(ucred), false},
		{SOL_SOCKET + 7, SCM_CREDENTIALS, &ucred, sizeof(ucred), false},
		{IPPROTO_IP, IP_PKTINFO, &ucred, sizeof(ucred), false},
		{SOL_SOCKET, SCM_RIGHTS, NULL, 0, false},
	};
	struct anc_credentials got = {.known = 99};
	size_t i;

	for (i = 0; i < COUNT(others); i++)
		CHECK_EQ(anc_credentials_get(&others[i], NULL, &got), -ENOMSG);
	CHECK_EQ(got.known, 99);
}

TEST(a_pid_that_no_process_has_is_not_known)
{
	const int32_t pids[] = {0, -1, INT32_MIN};
	struct anc_ucred ucred = {0, 2, 3};
	const struct anc_cmsg msg = {SOL_SOCKET, SCM_CREDENTIALS, &ucred, sizeof(ucred), false};
	struct anc_credentials got;
	size_t i;

	for (i = 0; i < COUNT(pids); i++) {
		ucred.pid = pids[i];
		CHECK_EQ(anc_credentials_get(&msg, NULL, &got), 0);
		CHECK_EQ(got.known, ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GID);
		CHECK_EQ(got.pid, 0);
		CHECK_EQ(got.uid, 2);
	}
}

static struct anc_cmsg pidfd_message(const int *slot)
{
	const struct anc_cmsg msg = {anc_pidfd_type.level, anc_pidfd_type.type, slot, sizeof(*slot),
				     false};

	return msg;
}

TEST(a_pidfd_is_lent_and_alone)
{
	const int fd = tap_new_fd();
	const struct anc_cmsg msg = pidfd_message(&fd);
	struct anc_credentials got;

	memset(&got, 0xee, sizeof(got));
	CHECK_EQ(anc_credentials_get(&msg, NULL, &got), 0);
	CHECK_EQ(got.known, ANC_CREDENTIALS_PIDFD);
	CHECK_EQ(got.pidfd, fd);
	CHECK_EQ(got.pid, 0);
	CHECK_EQ(got.uid, 0);
	CHECK_EQ(got.group_count, 0);
	CHECK(tap_is_open(fd));
	close(fd);
}

TEST(a_pidfd_s_slot_without_a_descriptor_says_why)
{
	const int slots[][2] = {
		{-EMFILE, -EMFILE}, {-ESRCH, -ESRCH}, {-1, -EPERM}, {ANC_FD_TAKEN, -EBADF}};
	struct anc_credentials got = {.known = 99};
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < COUNT(slots); i++) {
		msg = pidfd_message(&slots[i][0]);
		CHECK_EQ(anc_credentials_get(&msg, NULL, &got), slots[i][1]);
	}
	for (msg.len = 0; msg.len < sizeof(int); msg.len++)
		CHECK_EQ(anc_credentials_get(&msg, NULL, &got), -EBADMSG);
	CHECK_EQ(got.known, 99);
}

TEST(a_pidfd_from_elsewhere_is_nobody_s)
{
	const int fd = tap_new_fd();
	const struct anc_cmsg msg = pidfd_message(&fd);
	struct anc_credentials got;

	CHECK_EQ(anc_credentials_get(&msg, anc_abi_host(), &got), -ENOMSG);
	close(fd);
}

static const struct tap_test tests[] = {
	{"credentials_of_every_system_have_one_form",
	 test_credentials_of_every_system_have_one_form},
	{"a_message_without_its_last_byte_is_ebadmsg",
	 test_a_message_without_its_last_byte_is_ebadmsg},
	{"a_cut_message_is_ebadmsg_unless_it_has_one_size",
	 test_a_cut_message_is_ebadmsg_unless_it_has_one_size},
	{"nobody_vouches_for_a_message_that_may_be_another",
	 test_nobody_vouches_for_a_message_that_may_be_another},
	{"groups_that_the_struct_has_no_place_for_are_counted",
	 test_groups_that_the_struct_has_no_place_for_are_counted},
	{"groups_are_all_given_where_there_is_room", test_groups_are_all_given_where_there_is_room},
	{"no_groups_are_none_and_known", test_no_groups_are_none_and_known},
	{"groups_of_a_message_that_names_none_are_enomsg",
	 test_groups_of_a_message_that_names_none_are_enomsg},
	{"a_message_that_tells_of_nobody_is_enomsg", test_a_message_that_tells_of_nobody_is_enomsg},
	{"a_pid_that_no_process_has_is_not_known", test_a_pid_that_no_process_has_is_not_known},
	{"a_pidfd_is_lent_and_alone", test_a_pidfd_is_lent_and_alone},
	{"a_pidfd_s_slot_without_a_descriptor_says_why",
	 test_a_pidfd_s_slot_without_a_descriptor_says_why},
	{"a_pidfd_from_elsewhere_is_nobody_s", test_a_pidfd_from_elsewhere_is_nobody_s},
};
TAP_MAIN(tests)
