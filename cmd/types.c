/* SPDX-License-Identifier: MIT */
#include "types_row.h"

#include <stdio.h>
#include <string.h>

/* anc types: every row of every system, as a table or as JSON. */

struct listing {
	const char *system; /* NULL: all */
	bool json;
	bool abis;
	struct types_line line;
};

/* A system's rows are the same for all its ABIs; its numbers are best seen on the commonest. */
static bool is_better(const struct anc_abi *abi, const struct anc_abi *than)
{
	if (anc_abi_bits(abi) != anc_abi_bits(than))
		return anc_abi_bits(abi) > anc_abi_bits(than);
	return !anc_abi_is_big_endian(abi) && anc_abi_is_big_endian(than);
}

static bool is_of(const struct anc_abi *abi, const char *system)
{
	return strcmp(anc_abi_system(abi), system) == 0;
}

/* Whether this ABI stands for its system in the list. */
static bool is_chosen(const struct anc_abi *abi)
{
	const struct anc_abi *other;
	const char *const system = anc_abi_system(abi);
	bool earlier = true;

	for (other = anc_abi_next(NULL); other; other = anc_abi_next(other)) {
		if (other == abi)
			earlier = false;
		else if (is_of(other, system) &&
			 (is_better(other, abi) || (earlier && !is_better(abi, other))))
			return false;
	}
	return true;
}

static void measure(struct listing *list, const struct anc_abi *abi,
		    const struct anc_message_type *row)
{
	types_line_fill(&list->line, abi, row);
	types_line_measure(&list->line);
}

static void print(struct listing *list, const struct anc_abi *abi,
		  const struct anc_message_type *row)
{
	if (list->json) {
		cmd_print_json(types_row_json(abi, row));
		return;
	}
	types_line_fill(&list->line, abi, row);
	types_line_print(&list->line);
}

typedef void visit_row(struct listing *, const struct anc_abi *, const struct anc_message_type *);

/* What only programs of another width have. */
static int each_row_of_another_width(struct listing *list, const struct anc_abi *abi,
				     visit_row *visit)
{
	const struct anc_abi *other = anc_abi_next(NULL);
	const struct anc_message_type *row;
	int count = 0;

	while (other &&
	       (!is_of(other, anc_abi_system(abi)) || anc_abi_bits(other) == anc_abi_bits(abi)))
		other = anc_abi_next(other);
	if (!other)
		return 0;
	for (row = anc_message_next(other, NULL); row; row = anc_message_next(other, row))
		if (row->bits > 0) {
			visit(list, abi, row);
			count++;
		}
	return count;
}

/* Calls `visit` for every row that is wanted; how many there were. */
static int each_row(struct listing *list, visit_row *visit)
{
	const struct anc_message_type *row;
	const struct anc_abi *abi;
	int count = 0;

	for (abi = anc_abi_next(NULL); abi; abi = anc_abi_next(abi)) {
		if (!is_chosen(abi) || (list->system && !is_of(abi, list->system)))
			continue;
		for (row = anc_message_next(abi, NULL); row; row = anc_message_next(abi, row)) {
			visit(list, abi, row);
			count++;
		}
		count += each_row_of_another_width(list, abi, visit);
	}
	return count;
}

static void print_titles(struct listing *list)
{
	types_line_titles(&list->line);
	types_line_measure(&list->line);
	each_row(list, measure);
	types_line_titles(&list->line);
	types_line_print(&list->line);
}

static void list_systems(struct argp_state *state, const char *unknown)
{
	char names[200] = "";
	const struct anc_abi *abi;
	size_t used = 0;

	for (abi = anc_abi_next(NULL); abi; abi = anc_abi_next(abi)) {
		if (is_of(abi, unknown))
			return;
		if (is_chosen(abi) && used < sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, " %s",
						 anc_abi_system(abi));
	}
	argp_error(state, "there is no system '%s'; there are:%s", unknown, names);
}

static const struct argp_option options[] = {
	{"system", 's', "NAME", 0, "only the messages of this system: linux, freebsd, ...", 0},
	{"abis", 'a', NULL, 0, "list the names of the ABIs instead, for anc decode", 0},
	{"json", 'j', NULL, 0, "one JSON object a line", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct listing *const list = state->input;

	switch (key) {
	case 's':
		list_systems(state, arg);
		list->system = arg;
		return 0;
	case 'a':
		list->abis = true;
		return 0;
	case 'j':
		list->json = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int print_abis(const struct listing *list)
{
	const struct anc_abi *abi;

	for (abi = anc_abi_next(NULL); abi; abi = anc_abi_next(abi))
		if (!list->system || is_of(abi, list->system))
			puts(anc_abi_name(abi));
	return CMD_OK;
}

int anc_cmd_types(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Lists the control messages that are known: level, name and number, whether "
		       "they are sent or received, the size of the payload in bytes, the option "
		       "that turns them on, the payload's type and its fields.\v"
		       "Examples:\n"
		       "  anc types --system linux\n"
		       "  anc types --json | jq -r 'select(.fds).name'\n"};
	static struct listing list;

	argp_parse(&argp, argc, argv, 0, NULL, &list);
	if (list.abis)
		return print_abis(&list);
	if (!list.json)
		print_titles(&list);
	return each_row(&list, print) > 0 ? CMD_OK : CMD_FAILED;
}
