/* SPDX-License-Identifier: MIT */
#include "names.h"
#include "types_choice.h"
#include "types_row.h"

#include <stdio.h>

#include <anc/credentials.h>

/* anc types: every row of every system, of messages and then of queries of a peer, or names that
 * the other commands know; as text or JSON. */

#define ROWS_MOST 1024 /* of one system: more than any has */

struct listing {
	const char *system; /* NULL: all */
	bool json;
	int what; /* the key of the option that asks for other things than rows; 0: rows */
	struct types_line line;
	const struct anc_message_type *visited[ROWS_MOST];
	size_t count;
};

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

/* anc_message_next() or anc_peer_next(). */
typedef const struct anc_message_type *next_row(const struct anc_abi *,
						const struct anc_message_type *);

static bool was_visited(const struct listing *list, const struct anc_message_type *row)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->visited[i] == row)
			return true;
	return false;
}

/* A row that programs of several of a system's ABIs have is shown once, by the usual one. */
static void each_row_of(struct listing *list, const struct anc_abi *abi,
			const struct anc_abi *shown_by, next_row *next, visit_row *visit)
{
	const struct anc_message_type *row;

	for (row = next(abi, NULL); row; row = next(abi, row)) {
		if (was_visited(list, row))
			continue;
		if (list->count < ROWS_MOST)
			list->visited[list->count++] = row;
		visit(list, shown_by, row);
	}
}

/* The rows of all ABIs of a system: those of the usual one first. */
static void each_row_of_system(struct listing *list, const struct anc_abi *usual, next_row *next,
			       visit_row *visit)
{
	const struct anc_abi *other;

	list->count = 0;
	each_row_of(list, usual, usual, next, visit);
	for (other = anc_abi_next(NULL); other; other = anc_abi_next(other))
		if (types_is_of(other, anc_abi_system(usual)))
			each_row_of(list, other, usual, next, visit);
}

/* Calls `visit` for every row that is wanted. */
static void each_row(struct listing *list, visit_row *visit)
{
	const struct anc_abi *abi = NULL;

	while ((abi = types_next(list->system, abi))) {
		each_row_of_system(list, abi, anc_message_next, visit);
		each_row_of_system(list, abi, anc_peer_next, visit);
	}
}

static void print_rows(struct listing *list)
{
	if (!list->json) {
		types_line_titles(&list->line);
		types_line_measure(&list->line);
		each_row(list, measure);
		types_line_titles(&list->line);
		types_line_print(&list->line);
	}
	each_row(list, print);
}

/* Names, a line for each or as one array. */
static void print_names(const struct listing *list, json_t *names)
{
	const json_t *name;
	size_t i;

	if (list->json) {
		cmd_print_json(names);
		return;
	}
	json_array_foreach(names, i, name) puts(json_string_value(name));
	json_decref(names);
}

static json_t *abi_names(const char *system)
{
	json_t *const names = json_array();
	const struct anc_abi *abi;

	for (abi = anc_abi_next(NULL); abi; abi = anc_abi_next(abi))
		if (!system || types_is_of(abi, system))
			json_array_append_new(names, json_string(anc_abi_name(abi)));
	return names;
}

static json_t *family_names(void)
{
	json_t *const names = json_array();
	size_t i;

	for (i = 0; names_of_family(i); i++)
		json_array_append_new(names, json_string(names_of_family(i)));
	return names;
}

static void print_flag(const struct listing *list, const struct anc_abi *abi,
		       const struct anc_names *flag)
{
	const char *const system = anc_abi_system(abi);

	if (list->json)
		cmd_print_json(json_pack("{s:s, s:s, s:I}", "system", system, "name", flag->name,
					 "value", (json_int_t)flag->value));
	else
		printf("%-10s  %-20s  0x%llx\n", system, flag->name,
		       (unsigned long long)flag->value);
}

static void print_flags(const struct listing *list)
{
	const struct anc_abi *abi = NULL;
	const struct anc_names *flag;

	if (!list->json)
		printf("%-10s  %-20s  %s\n", "SYSTEM", "NAME", "VALUE");
	while ((abi = types_next(list->system, abi)))
		for (flag = anc_abi_flags(abi); flag->name; flag++)
			print_flag(list, abi, flag);
}

enum { ABIS = 'a', FAMILIES = 'F', FLAGS = 'f', AS_JSON = 'j', SYSTEM_NAME = 's' };

static const struct argp_option options[] = {
	{"system", SYSTEM_NAME, "NAME", 0, "only what this system has: linux, freebsd, ...", 0},
	{"abis", ABIS, NULL, 0, "list the names of the ABIs instead, for anc decode", 0},
	{"families", FAMILIES, NULL, 0, "list those of the families of sockets instead", 0},
	{"flags", FLAGS, NULL, 0, "list the MSG_ flags instead", 0},
	{"json", AS_JSON, NULL, 0, "one JSON object a line; of names one array", 0},
	{0},
};

/* anc decode takes this host's names of families, whatever system the buffer is of. */
static void refuse_others_families(const struct listing *list, struct argp_state *state)
{
	const struct anc_abi *const host = anc_abi_host();

	if (list->what == FAMILIES && list->system && !types_is_of(host, list->system))
		argp_error(state,
			   "the families are those of %s, where this runs, for buffers of any "
			   "system; there is no list of those of %s",
			   anc_abi_system(host), list->system);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct listing *const list = state->input;

	switch (key) {
	case SYSTEM_NAME:
		list->system = types_system(state, arg);
		return 0;
	case ABIS:
	case FAMILIES:
	case FLAGS:
		if (list->what != 0 && list->what != key)
			argp_error(state, "one of --abis, --families and --flags");
		list->what = key;
		return 0;
	case AS_JSON:
		list->json = true;
		return 0;
	case ARGP_KEY_END:
		refuse_others_families(list, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int anc_cmd_types(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Lists the control messages that are known: level, name and number, whether "
		       "they are sent or received, the size of the payload in bytes, the option "
		       "that turns them on, the payload's type and its fields. Behind a system's "
		       "messages stand its queries of a peer, as SO_PEERCRED: their way is "
		       "'query'.\v"
		       "Examples:\n"
		       "  anc types --system linux\n"
		       "  anc types --flags --system freebsd\n"
		       "  anc types --json | jq -r 'select(.fds).name'\n"
		       "\n"
		       "Exit status: 0 listed, 1 it could not be written, 2 wrong usage."};
	static struct listing list;

	cmd_parse(&argp, argc, argv, 0, &list);
	if (list.what == ABIS)
		print_names(&list, abi_names(list.system));
	else if (list.what == FAMILIES)
		print_names(&list, family_names());
	else if (list.what == FLAGS)
		print_flags(&list);
	else
		print_rows(&list);
	return CMD_OK;
}
