/* SPDX-License-Identifier: MIT */
#ifndef CMD_TYPES_ROW_H
#define CMD_TYPES_ROW_H

/* One row of the library, of a message or a query, as a line of a table or as JSON. */

#include "cmd.h"

enum column { SYSTEM, LEVEL, NAME, TYPE, WAY, SIZE, OPTION, PAYLOAD, FIELDS, COLUMNS };

/* The name of a row's level, or NULL, as where it is a call and no option; by the first of its
 * families, where several share a number. */
const char *types_level_name(const struct anc_abi *abi, const struct anc_message_type *row);

/* The line at hand, and how wide its columns have become. */
struct types_line {
	int widths[COLUMNS];
	char cells[COLUMNS][400];
};

void types_line_titles(struct types_line *line);
void types_line_fill(struct types_line *line, const struct anc_abi *abi,
		     const struct anc_message_type *row);

/* Makes the columns wide enough for what is in them. */
void types_line_measure(struct types_line *line);

void types_line_print(const struct types_line *line);

json_t *types_row_json(const struct anc_abi *abi, const struct anc_message_type *row);

#endif
