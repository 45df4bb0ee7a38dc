/* SPDX-License-Identifier: MIT */
/* The programs of anc_message(3): a message of one's own; printing all
 * that came. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <anc/anc.h>

struct deadline {
	int64_t seconds;
	uint32_t flags;
	uint32_t spare;
};

static const struct anc_names deadline_flags[] = {
	{1, "HARD"},
	{2, "EXTENDED"},
	{0, NULL},
};

static const struct anc_field deadline_fields[] = {
	{ANC_FIELD_OF(struct deadline, seconds, ANC_FIELD_INT)},
	{"flags", ANC_FIELD_FLAGS, 4, offsetof(struct deadline, flags),
	 deadline_flags},
};

static const struct anc_message_type deadline_type = {
	.name = "DEADLINE",
	.level = 0x7000,
	.type = 1,
	.size = sizeof(struct deadline),
	.flags = ANC_RECEIVED | ANC_SENT,
	.fields = deadline_fields,
	.field_count = 2,
};

ANC_TYPED_GET(deadline, &deadline_type, struct deadline)
ANC_TYPED_ADD(deadline, &deadline_type, struct deadline)

static void print_messages(const struct anc_data *data)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;
	char line[256];

	while (anc_cmsg_iter_next(&it, &msg) > 0) {
		anc_data_format(data, &msg, line, sizeof(line));
		puts(line);
	}
}

int main(void)
{
	static const struct anc_message_type *const types[] = {
		&deadline_type};
	const struct deadline soon = {.seconds = -5, .flags = 3};
	struct deadline read_back;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	char line[64];

	ANC_DATA(data, 256);
	if (anc_data_set_types(&data, types, 1) < 0 ||
	    deadline_add(&data, &soon) < 0)
		return 1;
	print_messages(&data);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	if (anc_cmsg_iter_next(&it, &msg) != 1 ||
	    deadline_get(&msg, &read_back) < 0)
		return 1;
	anc_data_format(&data, &msg, line, sizeof(line));
	return read_back.seconds != -5 ||
	       strcmp(line, "DEADLINE seconds=-5 flags=HARD|EXTENDED");
}
