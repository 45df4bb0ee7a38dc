/* SPDX-License-Identifier: MIT */
/*
 * Every message: those that this kernel can make are made and received, and every row of every
 * system is met either so or by golden bytes.
 */
#include "golden_messages.h"
#include "produce.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define TESTS_MOST 256
#define ROWS_MOST 2048

/* So many rows this suite has made on Linux 6.18, x86-64. */
#define PRODUCED_LEAST 55

/* So many more this suite makes where the modules are. */
#define MODULES_LEAST 44

/* So many of them a kernel may lack that is older than 6.18, and besides one that grants no right.
 */
#define NEWER_MOST 8
#define PRIVILEGED_MOST 16

/* A row that golden bytes of a system are of: the systems share some rows. */
struct golden_row {
	const char *system;
	const struct anc_message_type *row;
};

/* Those, and all rows of one system. */
static struct golden_row golden[ROWS_MOST];
static const struct anc_message_type *seen[ROWS_MOST];
static size_t golden_count;
static size_t seen_count;

struct counts {
	size_t rows, produced, golden, both, neither;
};

static bool is_seen(const struct anc_message_type *row)
{
	size_t i = 0;

	while (i < seen_count && seen[i] != row)
		i++;
	return i < seen_count;
}

static bool is_of(const char *system, const struct anc_abi *abi)
{
	return strcmp(anc_abi_system(abi), system) == 0;
}

static bool has_golden(const char *system, const struct anc_message_type *row)
{
	size_t i = 0;

	while (i < golden_count && (golden[i].row != row || strcmp(golden[i].system, system) != 0))
		i++;
	return i < golden_count;
}

/* Digits, with blanks between or without; returns the bytes they are. */
static size_t read_hex(const char *hex, unsigned char *ret, size_t room)
{
	size_t len = 0;
	unsigned byte;
	int digits;

	while (*hex != '\0') {
		if (isspace((unsigned char)*hex)) {
			hex++;
			continue;
		}
		CHECK(len < room && sscanf(hex, "%2x%n", &byte, &digits) == 1 && digits == 2);
		ret[len++] = (unsigned char)byte;
		hex += digits;
	}
	return len;
}

static void take_golden(const struct golden_message *message)
{
	unsigned char bytes[4096];
	const size_t len = read_hex(message->hex, bytes, sizeof(bytes));
	const struct anc_abi *const abi = anc_abi_find(message->abi);
	const struct anc_cmsg msg = {message->level, message->type, bytes, len, false};
	const struct anc_message_type *row;
	enum anc_match match;

	CHECK(abi != NULL);
	row = anc_message_match(abi, message->family, &msg, &match);
	if (row == NULL || match < ANC_MATCH_GUESS) {
		printf("# golden, of no row: %s, %s\n", message->abi, message->text);
		tap_fail(__FILE__, __LINE__, "each line is of a row");
	}
	CHECK(golden_count < ROWS_MOST);
	golden[golden_count++] = (struct golden_row){anc_abi_system(abi), row};
}

static void take_all_golden(void)
{
	const struct golden_message *message;

	golden_count = 0;
	for (message = golden_messages_linux; message->abi != NULL; message++)
		take_golden(message);
	for (message = golden_messages_bsd; message->abi != NULL; message++)
		take_golden(message);
}

static void count_row(const struct anc_message_type *row, const char *system, struct counts *counts)
{
	const bool is_produced = produced_is(row);
	const bool is_golden = has_golden(system, row);

	counts->rows++;
	counts->produced += is_produced;
	counts->golden += is_golden;
	counts->both += is_produced && is_golden;
	if (is_produced || is_golden)
		return;
	counts->neither++;
	printf("# neither: %s %s, level %d, type %d, %u bytes\n", system, row->name, row->level,
	       row->type, row->size);
}

/* Rows that several ABIs have are counted once. */
static void count_abi(const struct anc_abi *abi, struct counts *counts)
{
	const struct anc_message_type *row = NULL;

	while ((row = anc_message_next(abi, row)) != NULL) {
		if (is_seen(row))
			continue;
		CHECK(seen_count < ROWS_MOST);
		seen[seen_count++] = row;
		count_row(row, anc_abi_system(abi), counts);
	}
}

static void print_counts(const char *of, const struct counts *counts)
{
	printf("# %s: %zu rows: %zu produced, %zu golden, %zu both, %zu neither\n", of,
	       counts->rows, counts->produced, counts->golden, counts->both, counts->neither);
}

static void add_counts(struct counts *sum, const struct counts *counts)
{
	sum->rows += counts->rows;
	sum->produced += counts->produced;
	sum->golden += counts->golden;
	sum->both += counts->both;
	sum->neither += counts->neither;
}

/* All of a system's rows, when the ABI is the first of it. */
static struct counts count_system(const struct anc_abi *first)
{
	const char *const system = anc_abi_system(first);
	const struct anc_abi *abi = NULL;
	struct counts counts = {0};

	while ((abi = anc_abi_next(abi)) != NULL && abi != first)
		if (is_of(system, abi))
			return counts;
	seen_count = 0;
	for (; abi != NULL; abi = anc_abi_next(abi))
		if (is_of(system, abi))
			count_abi(abi, &counts);
	print_counts(system, &counts);
	return counts;
}

TEST(each_row_is_produced_or_has_golden_bytes)
{
	const struct anc_abi *abi = NULL;
	struct counts all = {0};
	struct counts counts;

	take_all_golden();
	while ((abi = anc_abi_next(abi)) != NULL) {
		counts = count_system(abi);
		add_counts(&all, &counts);
	}
	print_counts("all", &all);
	CHECK(all.rows > 0);
	CHECK_EQ(all.neither, 0);
}

/* Whether kernels have it in a module, if at all: those of other families, TLS, SCTP, DCCP. */
static bool is_of_a_module(const struct anc_message_type *row)
{
	const uint64_t common = ANC_FAMILY(AF_UNIX) | ANC_FAMILY(AF_INET) | ANC_FAMILY(AF_INET6) |
				ANC_FAMILY(AF_PACKET) | ANC_FAMILY(AF_NETLINK);

	return (row->families != 0 && (row->families & common) == 0) || row->level == SOL_TLS_ ||
	       row->level == SOL_SCTP_ || row->level == SOL_DCCP_;
}

/* Whether this kernel refused it, which is told. */
static bool is_refused(const struct anc_message_type *row)
{
	if (produced_is(row) || !produced_is_refused(row))
		return false;
	printf("# refused here: %s, level %d, type %d\n", row->name, row->level, row->type);
	return true;
}

/* tools/guest knows its kernels, and what they make. */
static size_t least_of_this_kernel(void)
{
	const char *const least = getenv("ANC_TEST_PRODUCED_LEAST");

	return least != NULL ? strtoul(least, NULL, 10) : 0;
}

/*
 * A scene that no longer makes its row, though no kernel refused it, is missed here; so is a kernel
 * that is said to refuse what they all have.
 */
TEST(as_many_rows_are_produced_as_are_known_to_be)
{
	const struct anc_message_type *row = NULL;
	size_t count = 0, without = 0;
	size_t modules = 0, modules_without = 0;

	SKIP_EMULATED("it translates few options and messages");
	while ((row = anc_message_next(NULL, row)) != NULL) {
		const bool is_module_s = is_of_a_module(row);

		count += produced_is(row) && !is_module_s;
		modules += produced_is(row) && is_module_s;
		without += is_refused(row) && !is_module_s;
		modules_without += produced_is_refused(row) && !produced_is(row) && is_module_s;
	}
	printf("# %zu produced, %zu refused here; %zu and %zu of modules\n", count, without,
	       modules, modules_without);
	CHECK(count + without >= PRODUCED_LEAST);
	CHECK(modules + modules_without >= MODULES_LEAST);
	CHECK(count + modules >= least_of_this_kernel());
	CHECK(without <= NEWER_MOST + (produce_is_alone() ? 0 : PRIVILEGED_MOST));
}

int main(int argc, char **argv)
{
	static const struct produce_group *const groups[] = {
		&produce_unix,   &produce_socket_level, &produce_inet, &produce_inet6,
		&produce_errors, &produce_link,         &produce_sent, &produce_transport,
		&produce_other,  &produce_calls,        &produce_bus,
	};
	static struct tap_test tests[TESTS_MOST];
	size_t count = 0;
	size_t i;

	produce_enter();
	for (i = 0; i < COUNT(groups); i++) {
		memcpy(tests + count, groups[i]->tests, groups[i]->count * sizeof(*tests));
		count += groups[i]->count;
	}
	tests[count++] = (struct tap_test){"each_row_is_produced_or_has_golden_bytes",
					   test_each_row_is_produced_or_has_golden_bytes};
	/* When one test is asked for, nothing else was produced. */
	if (argc == 1)
		tests[count++] =
			(struct tap_test){"as_many_rows_are_produced_as_are_known_to_be",
					  test_as_many_rows_are_produced_as_are_known_to_be};
	return tap_run(tests, count, argc, argv);
}
