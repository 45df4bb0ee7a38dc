/* SPDX-License-Identifier: MIT */
#include "types_row.h"

#include <stdio.h>
#include <string.h>

void types_line_titles(struct types_line *line)
{
	static const char *const titles[COLUMNS] = {"SYSTEM", "LEVEL",  "NAME",    "TYPE",  "WAY",
						    "SIZE",   "OPTION", "PAYLOAD", "FIELDS"};
	int i;

	for (i = 0; i < COLUMNS; i++)
		snprintf(line->cells[i], sizeof(line->cells[i]), "%s", titles[i]);
}

/* What a kernel is asked for: neither sent nor received. */
static bool is_query(const struct anc_message_type *row)
{
	return (row->flags & (ANC_RECEIVED | ANC_SENT)) == 0;
}

/* A query that is no socket option. */
static bool is_call(const struct anc_message_type *row)
{
	return is_query(row) && row->level == 0 && row->type == 0;
}

const char *types_level_name(const struct anc_abi *abi, const struct anc_message_type *row)
{
	int family = 0;

	if (is_call(row))
		return NULL;
	while (row->families >> family > 1 && !(row->families >> family & 1))
		family++;
	return anc_abi_level(abi, row->families ? family : AF_UNSPEC, row->level);
}

static const char *way(const struct anc_message_type *row)
{
	const bool received = row->flags & ANC_RECEIVED;

	if (is_query(row))
		return "query";
	if (row->flags & ANC_ERROR_QUEUE)
		return "error queue";
	if (row->flags & ANC_SENT)
		return received ? "both" : "sent";
	return "received";
}

static void print_size(char *cell, size_t size, const struct anc_message_type *row)
{
	char rule[48];

	if (row->flags & ANC_EMPTY)
		snprintf(rule, sizeof(rule), "0");
	else if (row->size > 0 || (row->min_size == 0 && row->max_size == 0))
		snprintf(rule, sizeof(rule), row->size > 0 ? "%u" : "any", row->size);
	else if (row->max_size > 0)
		snprintf(rule, sizeof(rule), "%u-%u", row->min_size, row->max_size);
	else
		snprintf(rule, sizeof(rule), "%u-", row->min_size);
	if (row->bits > 0)
		snprintf(cell, size, "%s (%u-bit)", rule, row->bits);
	else
		snprintf(cell, size, "%s", rule);
}

static void print_number(char *cell, size_t size, const struct anc_message_type *row, int number)
{
	if (is_call(row))
		snprintf(cell, size, "-");
	else
		snprintf(cell, size, "%d", number);
}

static void print_fields(char *cell, size_t size, const struct anc_message_type *row)
{
	size_t used = 0;
	unsigned i;

	snprintf(cell, size, "%s", row->fds_max > 0 ? "fds" : "-");
	for (i = 0; i < row->field_count && used < size; i++)
		used += (size_t)snprintf(cell + used, size - used, i > 0 ? ",%s" : "%s",
					 row->fields[i].name);
}

void types_line_fill(struct types_line *line, const struct anc_abi *abi,
		     const struct anc_message_type *row)
{
	const size_t size = sizeof(line->cells[0]);
	const char *const level = types_level_name(abi, row);
	char(*const cells)[sizeof(line->cells[0])] = line->cells;

	snprintf(cells[SYSTEM], size, "%s", anc_abi_system(abi));
	if (level)
		snprintf(cells[LEVEL], size, "%s", level);
	else
		print_number(cells[LEVEL], size, row, row->level);
	snprintf(cells[NAME], size, "%s", row->name);
	print_number(cells[TYPE], size, row, row->type);
	snprintf(cells[WAY], size, "%s", way(row));
	print_size(cells[SIZE], size, row);
	snprintf(cells[OPTION], size, "%s", row->option_name ? row->option_name : "-");
	snprintf(cells[PAYLOAD], size, "%s", row->payload ? row->payload : "-");
	print_fields(cells[FIELDS], size, row);
}

void types_line_measure(struct types_line *line)
{
	int i, len;

	for (i = 0; i < COLUMNS; i++) {
		len = (int)strlen(line->cells[i]);
		line->widths[i] = len > line->widths[i] ? len : line->widths[i];
	}
}

void types_line_print(const struct types_line *line)
{
	int i;

	for (i = 0; i < COLUMNS - 1; i++)
		printf("%-*s  ", line->widths[i], line->cells[i]);
	puts(line->cells[i]);
}

static json_t *field_names(const struct anc_message_type *row)
{
	json_t *const names = json_array();
	unsigned i;

	for (i = 0; i < row->field_count; i++)
		json_array_append_new(names, json_string(row->fields[i].name));
	return names;
}

static json_t *size_rule(const struct anc_message_type *row)
{
	if (row->size > 0 || (row->flags & ANC_EMPTY) != 0)
		return json_pack("{s:i, s:i}", "min", row->size, "max", row->size);
	if (row->max_size > 0)
		return json_pack("{s:i, s:i}", "min", row->min_size, "max", row->max_size);
	return json_pack("{s:i, s:n}", "min", row->min_size, "max");
}

static json_t *number_json(const struct anc_message_type *row, int number)
{
	return is_call(row) ? json_null() : json_integer(number);
}

json_t *types_row_json(const struct anc_abi *abi, const struct anc_message_type *row)
{
	return json_pack(
		"{s:s, s:s, s:s?, s:o, s:o, s:b, s:b, s:b, s:b, s:o, s:i, s:s?, s:s?, s:o, "
		"s:b}",
		"system", anc_abi_system(abi), "name", row->name, "level_name",
		types_level_name(abi, row), "level", number_json(row, row->level), "type",
		number_json(row, row->type), "query", is_query(row), "received",
		(row->flags & ANC_RECEIVED) != 0, "sent", (row->flags & ANC_SENT) != 0,
		"error_queue", (row->flags & ANC_ERROR_QUEUE) != 0, "size", size_rule(row), "bits",
		row->bits, "option", row->option_name, "payload", row->payload, "fields",
		field_names(row), "fds", row->fds_max > 0);
}
