/* SPDX-License-Identifier: MIT */
/* What every system's kernel tells of a peer, in one form. */
#include "tap.h"

#include "golden_peers.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MOST 256

struct value {
	unsigned char bytes[MOST];
	size_t len;
};

static struct value value_of(const char *hex)
{
	struct value value = {.len = 0};
	unsigned byte;

	for (; *hex != '\0'; hex++) {
		if (isspace((unsigned char)*hex))
			continue;
		CHECK(value.len < MOST && sscanf(hex, "%2x", &byte) == 1);
		value.bytes[value.len++] = (unsigned char)byte;
		hex++;
	}
	return value;
}

static int read_value(const struct anc_abi *abi, const char *query, const struct value *value,
		      struct anc_credentials *ret)
{
	return anc_peer_credentials_read(abi, query, value->bytes, value->len, ret);
}

static bool is_for(const struct golden_peer *golden, const struct anc_abi *abi)
{
	return strcmp(golden->system, anc_abi_system(abi)) == 0 &&
	       golden->big_endian == anc_abi_is_big_endian(abi) &&
	       (golden->bits == 0 || golden->bits == anc_abi_bits(abi));
}

static bool row_fits(const struct anc_message_type *row, const struct anc_abi *abi,
		     const struct golden_peer *golden, const struct anc_cmsg *msg)
{
	if (strcmp(row->name, golden->query) != 0 ||
	    (row->size > 0 ? msg->len != row->size : msg->len < row->min_size))
		return false;
	return row->fits == NULL || row->fits(msg, abi) > ANC_MATCH_SIZE;
}

/* Calls `check` for each line and each ABI that it is for. */
static void each_golden(void (*check)(const struct golden_peer *, const struct anc_abi *,
				      const struct value *))
{
	const struct anc_abi *abi = NULL;
	struct value value;
	size_t i, checked;

	while ((abi = anc_abi_next(abi)) != NULL) {
		checked = 0;
		for (i = 0; i < COUNT(goldens); i++) {
			if (!is_for(&goldens[i], abi))
				continue;
			value = value_of(goldens[i].hex);
			check(&goldens[i], abi, &value);
			checked++;
		}
		if (checked == 0)
			printf("# %s has no line\n", anc_abi_name(abi));
		CHECK(checked > 0);
	}
}

static void check_told(const struct golden_peer *golden, const struct anc_abi *abi,
		       const struct value *value)
{
	struct anc_credentials expected = golden->told;
	struct anc_credentials got;
	int error;

	memset(&got, 0xee, sizeof(got));
	error = read_value(abi, golden->query, value, &got);
	if (expected.known == 0) {
		CHECK_EQ(error, -ENOMSG);
		return;
	}
	CHECK_EQ(error, 0);
	expected.by_kernel = golden->claimed ? 0 : expected.known;
	CHECK_EQ(got.known, expected.known);
	CHECK_EQ(memcmp(&got, &expected, sizeof(got)), 0);
}

TEST(what_every_system_tells_of_a_peer_has_one_form)
{
	each_golden(check_told);
}

static void check_row(const struct golden_peer *golden, const struct anc_abi *abi,
		      const struct value *value)
{
	const struct anc_cmsg msg = {.data = value->bytes, .len = value->len};
	const struct anc_message_type *row = NULL;
	char text[MOST];
	int found = 0;

	while ((row = anc_peer_next(abi, row)) != NULL) {
		if (!row_fits(row, abi, golden, &msg))
			continue;
		CHECK_EQ(row->level, golden->level);
		if (golden->option != 0)
			CHECK_EQ(row->type, golden->option);
		anc_message_format(row, &msg, abi, text, sizeof(text));
		CHECK_STR(text, golden->text);
		found++;
	}
	CHECK_EQ(found, 1);
}

TEST(one_row_fits_and_prints_it)
{
	each_golden(check_row);
}

static bool is_covered(const struct anc_message_type *row, const struct anc_abi *abi)
{
	struct value value;
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < COUNT(goldens); i++) {
		value = value_of(goldens[i].hex);
		msg = (struct anc_cmsg){.data = value.bytes, .len = value.len};
		if (is_for(&goldens[i], abi) && row_fits(row, abi, &goldens[i], &msg))
			return true;
	}
	return false;
}

/* Labels are told byte by byte, and a descriptor has no line of its own. */
static bool needs_line(const struct anc_message_type *row, const struct anc_abi *abi)
{
	return row->fds_max == 0 &&
	       ((row->flags & ANC_CREDENTIALS) != 0 || !anc_abi_is_big_endian(abi));
}

TEST(each_query_of_each_abi_has_a_line)
{
	const struct anc_message_type *row = NULL;
	const struct anc_abi *abi = NULL;
	int rows = 0;
	int missing = 0;

	while ((abi = anc_abi_next(abi)) != NULL) {
		while ((row = anc_peer_next(abi, row)) != NULL) {
			rows++;
			if (needs_line(row, abi) && !is_covered(row, abi)) {
				printf("# %s %s has no line\n", anc_abi_name(abi), row->name);
				missing++;
			}
		}
	}
	CHECK(rows > 0);
	CHECK_EQ(missing, 0);
}

/* In storage of its own, that a byte read too far is seen. */
static void check_cut(const struct golden_peer *golden, const struct anc_abi *abi,
		      const struct value *value)
{
	struct anc_credentials got = {.known = 99};
	unsigned char *bytes;
	size_t len;

	if (golden->told.known == 0)
		return;
	for (len = 0; len < value->len; len++) {
		if (strcmp(golden->query, "SO_PEERGROUPS") == 0 && len % 4 == 0)
			continue;
		bytes = malloc(len > 0 ? len : 1);
		CHECK(bytes != NULL);
		memcpy(bytes, value->bytes, len);
		CHECK_EQ(anc_peer_credentials_read(abi, golden->query, bytes, len, &got), -EBADMSG);
		free(bytes);
	}
	CHECK_EQ(got.known, 99);
}

TEST(a_cut_value_is_ebadmsg)
{
	each_golden(check_cut);
}

/* ucred_t alone may have room behind it: ucred_size() is the most that there can be. */
static void check_longer(const struct golden_peer *golden, const struct anc_abi *abi,
			 const struct value *value)
{
	struct anc_credentials got = {.known = 99};
	struct value longer = *value;

	if (golden->told.known == 0)
		return;
	longer.bytes[longer.len++] = 0;
	if (strcmp(golden->query, "getpeerucred") == 0) {
		check_told(golden, abi, &longer);
		return;
	}
	CHECK_EQ(read_value(abi, golden->query, &longer, &got), -EBADMSG);
	CHECK_EQ(got.known, 99);
}

TEST(a_longer_value_is_ebadmsg)
{
	each_golden(check_longer);
}

/* Bytes of a good value that become others. */
struct damage {
	const char *query;
	size_t at;
	const char *hex;
	bool big_endian;
};

#define VERSION(hex)                                                                               \
	{                                                                                          \
		"LOCAL_PEERCRED", 0, hex, false                                                    \
	}
#define NGROUPS(hex)                                                                               \
	{                                                                                          \
		"LOCAL_PEERCRED", 8, hex, false                                                    \
	}

static const struct damage damages[] = {
	VERSION("01000000"),
	VERSION("00000001"),
	VERSION("ffffffff"),
	{"LOCAL_PEERCRED", 0, "00000001", true},
	NGROUPS("0000"),
	NGROUPS("1100"),
	NGROUPS("0001"),
	NGROUPS("ffff"),
	NGROUPS("0080"),
	{"LOCAL_PEERCRED", 8, "0000", true},
	{"LOCAL_PEERCRED", 8, "0011", true},
	{"LOCAL_PEERCRED", 8, "0300", true},
};

static void check_damage(const struct golden_peer *golden, const struct anc_abi *abi,
			 const struct value *value)
{
	struct anc_credentials got = {.known = 99};
	struct value damaged, part;
	size_t i;

	for (i = 0; i < COUNT(damages); i++) {
		if (strcmp(damages[i].query, golden->query) != 0 ||
		    damages[i].big_endian != golden->big_endian)
			continue;
		damaged = *value;
		part = value_of(damages[i].hex);
		memcpy(damaged.bytes + damages[i].at, part.bytes, part.len);
		CHECK_EQ(read_value(abi, golden->query, &damaged, &got), -EBADMSG);
	}
	CHECK_EQ(got.known, 99);
}

TEST(a_version_or_a_count_that_cannot_be_is_ebadmsg)
{
	each_golden(check_damage);
}

TEST(as_many_groups_as_there_is_room_for_are_read)
{
	struct value value = value_of(XUCRED);
	struct anc_credentials got;

	value.bytes[8] = 16;
	value.bytes[12 + 15 * 4] = 99;
	CHECK_EQ(read_value(anc_abi_find("darwin-64"), "LOCAL_PEERCRED", &value, &got), 0);
	CHECK_EQ(got.group_count, 16);
	CHECK_EQ(got.groups[15], 99);
}

TEST(more_groups_than_the_struct_has_room_for_are_counted)
{
	struct value value = {.len = 20 * 4};
	struct anc_credentials got;

	value.bytes[15 * 4] = 15;
	value.bytes[16 * 4] = 16;
	CHECK_EQ(read_value(anc_abi_find("linux-64"), "SO_PEERGROUPS", &value, &got), 0);
	CHECK_EQ(got.group_count, 20);
	CHECK_EQ(got.groups[15], 15);
	CHECK_EQ(got.reserved[0], 0);
}

/* Of a ucred_t: the list of groups, and where credentials are, past the end. */
TEST(a_ucred_that_contradicts_itself_is_ebadmsg)
{
	static const struct damage lies[] = {
		{NULL, 32 + 24, "03000000", false}, {NULL, 32 + 24, "ffffffff", false},
		{NULL, 4, "21000000", false},       {NULL, 4, "1f000000", false},
		{NULL, 4, "ffffffff", false},       {NULL, 4, "68000000", false},
		{NULL, 4, "94000000", false},
	};
	const struct value good = value_of("44000000 20000000" ZERO16 ZERO4 ZERO4 PRCRED);
	struct anc_credentials got = {.known = 99};
	struct value bad, part;
	size_t i;

	for (i = 0; i < COUNT(lies); i++) {
		bad = good;
		part = value_of(lies[i].hex);
		memcpy(bad.bytes + lies[i].at, part.bytes, part.len);
		CHECK_EQ(read_value(anc_abi_find("illumos-64"), "getpeerucred", &bad, &got),
			 -EBADMSG);
	}
	CHECK_EQ(got.known, 99);
	CHECK_EQ(read_value(anc_abi_find("illumos-64"), "getpeerucred", &good, &got), 0);
}

TEST(no_peer_is_enotconn)
{
	const struct value nobody = value_of("00000000 ffffffff ffffffff");
	struct anc_credentials got = {.known = 99};

	CHECK_EQ(read_value(anc_abi_find("linux-64"), "SO_PEERCRED", &nobody, &got), -ENOTCONN);
	CHECK_EQ(read_value(anc_abi_find("linux-32be"), "SO_PEERCRED", &nobody, &got), -ENOTCONN);
	CHECK_EQ(read_value(NULL, "SO_PEERCRED", &nobody, &got), -ENOTCONN);
	CHECK_EQ(got.known, 99);
}

TEST(another_system_s_query_is_enomsg)
{
	const struct value value = value_of("67120000 e8030000 64000000");
	const struct {
		const char *abi;
		const char *query;
	} others[] = {
		{"linux-64", "LOCAL_PEERCRED"},   {"linux-64", "SO_PEERPIDFD"},
		{"freebsd-64", "SO_PEERCRED"},    {"freebsd-64", "LOCAL_PEEREID"},
		{"netbsd-64", "LOCAL_PEERCRED"},  {"netbsd-64", "SO_PEERCRED"},
		{"openbsd-64", "LOCAL_PEERCRED"}, {"dragonfly-64", "LOCAL_PEERPID"},
		{"darwin-64", "LOCAL_PEEREID"},   {"illumos-64", "SCM_UCRED"},
		{"linux-64", "SCM_CREDENTIALS"},  {"linux-64", ""},
		{"linux-64", "SO_PEERSEC"},       {"linux-64", "SO_PEERCREDS"},
	};
	struct anc_credentials got = {.known = 99};
	size_t i;

	for (i = 0; i < COUNT(others); i++)
		CHECK_EQ(read_value(anc_abi_find(others[i].abi), others[i].query, &value, &got),
			 -ENOMSG);
	CHECK_EQ(got.known, 99);
}

TEST(a_pidfd_stays_whose_it_is)
{
	const int fd = tap_new_fd();
	const int none = -1;
	struct anc_credentials got;
	size_t len;

	memset(&got, 0xee, sizeof(got));
	CHECK_EQ(anc_peer_credentials_read(NULL, "SO_PEERPIDFD", &fd, sizeof(fd), &got), 0);
	CHECK_EQ(got.known, ANC_CREDENTIALS_PIDFD);
	CHECK_EQ(got.by_kernel, ANC_CREDENTIALS_PIDFD);
	CHECK_EQ(got.pidfd, fd);
	CHECK_EQ(got.pid, 0);
	CHECK_EQ(got.reserved[3], 0);
	CHECK(tap_is_open(fd));
	for (len = 0; len < sizeof(fd); len++)
		CHECK_EQ(anc_peer_credentials_read(NULL, "SO_PEERPIDFD", &fd, len, &got), -EBADMSG);
	CHECK_EQ(anc_peer_credentials_read(NULL, "SO_PEERPIDFD", &none, sizeof(none), &got),
		 -EBADMSG);
	CHECK_EQ(anc_peer_credentials_read(anc_abi_host(), "SO_PEERPIDFD", &fd, sizeof(fd), &got),
		 -ENOMSG);
	CHECK_EQ(got.pidfd, fd);
	close(fd);
}

static void check_own(const char *query, const struct anc_credentials *got)
{
	CHECK_EQ(got->by_kernel, got->known);
	if (strcmp(query, "SO_PEERGROUPS") == 0) {
		CHECK_EQ(got->known, GROUPS);
		CHECK_EQ(got->group_count, getgroups(0, NULL));
		return;
	}
	CHECK_EQ(got->known, PID | EUID | EGID);
	CHECK_EQ(got->pid, getpid());
	CHECK_EQ(got->euid, geteuid());
	CHECK_EQ(got->egid, getegid());
}

/* By the rows' own numbers, from this kernel; the groups need Linux 4.13. */
TEST(this_host_s_queries_are_asked_by_their_rows)
{
	const struct anc_message_type *row = NULL;
	struct anc_credentials got;
	unsigned char value[MOST];
	socklen_t len;
	int pair[2];
	int asked = 0;

	tap_pair(SOCK_STREAM, pair);
	while ((row = anc_peer_next(NULL, row)) != NULL) {
		len = sizeof(value);
		if (row->fds_max > 0 || (row->flags & ANC_CREDENTIALS) == 0 ||
		    getsockopt(pair[0], row->level, row->type, value, &len) < 0)
			continue;
		CHECK_EQ(anc_peer_credentials_read(NULL, row->name, value, len, &got), 0);
		check_own(row->name, &got);
		asked++;
	}
	close(pair[0]);
	close(pair[1]);
	CHECK(asked >= 1);
}

TEST(a_query_can_be_neither_sent_nor_enabled)
{
	const struct anc_message_type *row = NULL;
	const struct anc_abi *abi = NULL;
	int pair[2];

	ANC_DATA(data, 256);
	tap_pair(SOCK_STREAM, pair);
	while ((abi = anc_abi_next(abi)) != NULL)
		while ((row = anc_peer_next(abi, row)) != NULL) {
			CHECK_EQ(anc_message_enable(row, pair[0], true), -EOPNOTSUPP);
			CHECK_EQ(anc_message_add(row, &data, "", 0), -EOPNOTSUPP);
		}
	close(pair[0]);
	close(pair[1]);
}

static const struct tap_test tests[] = {
	{"what_every_system_tells_of_a_peer_has_one_form",
	 test_what_every_system_tells_of_a_peer_has_one_form},
	{"one_row_fits_and_prints_it", test_one_row_fits_and_prints_it},
	{"each_query_of_each_abi_has_a_line", test_each_query_of_each_abi_has_a_line},
	{"a_cut_value_is_ebadmsg", test_a_cut_value_is_ebadmsg},
	{"a_longer_value_is_ebadmsg", test_a_longer_value_is_ebadmsg},
	{"a_version_or_a_count_that_cannot_be_is_ebadmsg",
	 test_a_version_or_a_count_that_cannot_be_is_ebadmsg},
	{"as_many_groups_as_there_is_room_for_are_read",
	 test_as_many_groups_as_there_is_room_for_are_read},
	{"more_groups_than_the_struct_has_room_for_are_counted",
	 test_more_groups_than_the_struct_has_room_for_are_counted},
	{"a_ucred_that_contradicts_itself_is_ebadmsg",
	 test_a_ucred_that_contradicts_itself_is_ebadmsg},
	{"no_peer_is_enotconn", test_no_peer_is_enotconn},
	{"another_system_s_query_is_enomsg", test_another_system_s_query_is_enomsg},
	{"a_pidfd_stays_whose_it_is", test_a_pidfd_stays_whose_it_is},
	{"this_host_s_queries_are_asked_by_their_rows",
	 test_this_host_s_queries_are_asked_by_their_rows},
	{"a_query_can_be_neither_sent_nor_enabled", test_a_query_can_be_neither_sent_nor_enabled},
};
TAP_MAIN(tests)
