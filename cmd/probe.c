/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include "types_row.h"

#include <stdio.h>
#include <string.h>

/* anc probe: what of the rows of this system works here, for who runs it. */

enum { QUESTIONS = 3 };

static const char *const question_names[QUESTIONS] = {"enabled", "sent", "received"};

struct answers {
	struct probe_verdict verdicts[QUESTIONS];
};

static struct answers ask(const struct anc_message_type *row)
{
	return (struct answers){{probe_enable(row), probe_send(row), probe_receive(row)}};
}

static const char *answer_name(enum probe_answer answer)
{
	switch (answer) {
	case PROBE_YES:
		return "yes";
	case PROBE_NO:
		return "no";
	case PROBE_SENSELESS:
		return "-";
	case PROBE_NO_EXCHANGE:
	case PROBE_NO_SOCKETS:
	case PROBE_NOT_PROVOKED:
	default:
		return "not tried";
	}
}

static const char *reason(const struct probe_verdict *verdict)
{
	switch (verdict->answer) {
	case PROBE_NO_EXCHANGE:
		return "no exchange for it here";
	case PROBE_NOT_PROVOKED:
		return "nothing here provokes it";
	case PROBE_NO_SOCKETS:
		return "no such sockets";
	case PROBE_YES:
	case PROBE_NO:
	case PROBE_SENSELESS:
	default:
		return NULL;
	}
}

static const char *error_name(const struct probe_verdict *verdict)
{
	return verdict->error < 0 ? strerrorname_np(-verdict->error) : NULL;
}

static void print_cell(char *cell, size_t size, const struct probe_verdict *verdict)
{
	const char *const error = error_name(verdict);
	const char *const why = reason(verdict);

	if (why && error)
		snprintf(cell, size, "not tried: %s %s", verdict->scene, error);
	else if (why)
		snprintf(cell, size, "not tried: %s", why);
	else
		snprintf(cell, size, "%s%s%s", answer_name(verdict->answer), error ? " " : "",
			 error ? error : "");
}

static void print_line(const struct types_line *line, const char *const *answers)
{
	printf("%-16s %-28s %-16s %-36s %-36s %s\n", line->cells[LEVEL], line->cells[NAME],
	       line->cells[SIZE], answers[0], answers[1], answers[2]);
}

static void print_text(const struct anc_message_type *row, const struct answers *answers)
{
	static struct types_line line;
	char cells[QUESTIONS][80];
	const char *const said[] = {cells[0], cells[1], cells[2]};
	int i;

	for (i = 0; i < QUESTIONS; i++)
		print_cell(cells[i], sizeof(cells[i]), &answers->verdicts[i]);
	types_line_fill(&line, anc_abi_host(), row);
	print_line(&line, said);
}

static void print_titles(void)
{
	static const char *const questions[] = {"ENABLED", "SENT", "RECEIVED"};
	static struct types_line line;

	types_line_titles(&line);
	print_line(&line, questions);
}

static json_t *verdict_json(const struct probe_verdict *verdict)
{
	if (verdict->answer == PROBE_SENSELESS)
		return json_null();
	return json_pack("{s:s, s:s*, s:s*, s:s*}", "answer", answer_name(verdict->answer), "errno",
			 error_name(verdict), "why", reason(verdict), "socket", verdict->scene);
}

static void print_json(const struct anc_message_type *row, const struct answers *answers)
{
	json_t *const object =
		json_pack("{s:s, s:s?, s:i, s:i, s:i, s:i}", "name", row->name, "level_name",
			  types_level_name(anc_abi_host(), row), "level", row->level, "type",
			  row->type, "size", row->size, "bits", row->bits);
	int i;

	for (i = 0; i < QUESTIONS; i++)
		json_object_set_new(object, question_names[i], verdict_json(&answers->verdicts[i]));
	cmd_print_json(object);
}

static const struct argp_option options[] = {
	{"json", 'j', NULL, 0, "one JSON object a line", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != 'j')
		return ARGP_ERR_UNKNOWN;
	*(bool *)state->input = true;
	return 0;
}

int anc_cmd_probe(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Tries every control message of this system on sockets of its own: whether "
		       "its option is accepted, whether it can be sent, and whether it comes, with "
		       "this kernel and these privileges. A '-' means that the message has no such "
		       "thing; what was not tried says why.\v"
		       "Examples:\n"
		       "  anc probe | grep -v ' yes'\n"
		       "  anc probe --json | jq -r 'select(.sent.answer == \"no\").name'\n"
		       "\n"
		       "Exit status: 0 all was asked, whatever the answers; 1 they could not be "
		       "written; 2 wrong usage."};
	const struct anc_message_type *row;
	struct answers answers;
	bool json = false;

	cmd_parse(&argp, argc, argv, 0, &json);
	if (!json)
		print_titles();
	for (row = anc_message_next(NULL, NULL); row; row = anc_message_next(NULL, row)) {
		answers = ask(row);
		if (json)
			print_json(row, &answers);
		else
			print_text(row, &answers);
	}
	return CMD_OK;
}
