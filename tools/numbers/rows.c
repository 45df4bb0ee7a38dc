/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <anc/abi.h>
#include <anc/credentials.h>

/*
 * What the library says, for tools/check-numbers, by its public headers: lines of fields that a tab
 * separates, the first of which says what the line is about.
 */

#define OR_DASH(text) ((text) != NULL ? (text) : "-")

/* Families that the levels of a system are asked for. */
#define FAMILIES 64

static void print_abi(const struct anc_abi *abi)
{
	struct anc_layout layout = anc_abi_layout(abi);

	printf("abi\t%s\t%s\t%d\t%s\t%d\t%d\t%d\t%d\n", anc_abi_name(abi), anc_abi_system(abi),
	       anc_abi_bits(abi), anc_abi_is_big_endian(abi) ? "big" : "little", layout.header,
	       layout.data, layout.align, layout.len_width);
}

static void print_fields(const struct anc_abi *abi, const struct anc_message_type *row)
{
	const struct anc_field *field;

	for (field = row->fields; field < row->fields + row->field_count; field++)
		printf("field\t%s\t%s\t%s\t%s\t%d\t%d\t%d\n", anc_abi_name(abi), row->name,
		       OR_DASH(row->payload), field->name, field->kind, field->offset,
		       field->width);
}

static void print_row(const struct anc_abi *abi, const struct anc_message_type *row)
{
	printf("row\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%d\t%d\t%s\t%llx\n", anc_abi_name(abi),
	       row->name, row->level, row->type, row->size, row->min_size, row->max_size, row->bits,
	       OR_DASH(row->payload), row->option_level, row->option, OR_DASH(row->option_name),
	       (unsigned long long)row->families);
	print_fields(abi, row);
}

/* Messages, and queries of a peer that have a number. */
static void print_rows(const struct anc_abi *abi)
{
	const struct anc_message_type *row = NULL;

	while ((row = anc_message_next(abi, row)) != NULL)
		print_row(abi, row);
	while ((row = anc_peer_next(abi, row)) != NULL)
		if (row->type != 0)
			print_row(abi, row);
}

static void print_level(const struct anc_abi *abi, int family, int level)
{
	const char *name = anc_abi_level(abi, family, level);

	if (name != NULL)
		printf("level\t%s\t%s\t%d\n", anc_abi_name(abi), name, level);
}

static void print_levels(const struct anc_abi *abi)
{
	int family, level;

	for (family = 0; family < FAMILIES; family++) {
		for (level = 0; level < 1000; level++)
			print_level(abi, family, level);
		print_level(abi, family, 0xffff);
		print_level(abi, family, 0xfffe);
	}
}

static void print_flags(const struct anc_abi *abi)
{
	const struct anc_names *flag;

	for (flag = anc_abi_flags(abi); flag->name != NULL; flag++)
		printf("flag\t%s\t%s\t%lld\n", anc_abi_name(abi), flag->name,
		       (long long)flag->value);
}

/* Another machine's numbers of this host's rows can only be found by asking for each number. */
static void print_numbers(const struct anc_abi *abi)
{
	static const int levels[] = {1, 0xffff};
	const struct anc_message_type *row;
	size_t i;
	int type;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		for (type = 0; type < 0x8000; type++) {
			row = anc_message_find(abi, 0, levels[i], type);
			if (row != NULL)
				printf("number\t%s\t%s\t%d\t%d\n", anc_abi_name(abi), row->name,
				       levels[i], type);
		}
	}
}

int main(void)
{
	const struct anc_abi *abi = NULL;

	printf("host\t%s\n", anc_abi_name(anc_abi_host()));
	while ((abi = anc_abi_next(abi)) != NULL) {
		print_abi(abi);
		print_rows(abi);
		print_levels(abi);
		print_flags(abi);
		print_numbers(abi);
	}
	return 0;
}
