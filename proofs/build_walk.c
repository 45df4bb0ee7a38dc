/* SPDX-License-Identifier: MIT */

/*
 * What was put comes back: two messages with any level, type and payload, one behind the other in
 * any layout of the table and any room, are walked as they were given.
 */

#include "proof.h"

static unsigned char buffer[N];

struct message {
	int level;
	int type;
	size_t len;
	unsigned char data[MOST];
};

static struct message any_message(void)
{
	struct message message;

	__CPROVER_havoc_object(&message);
	ASSUME(message.len <= MOST);
	return message;
}

static size_t put(struct anc_layout layout, size_t at, const struct message *message)
{
	return anc_layout_put(layout, buffer + at, N - at, message->level, message->type,
			      message->data, message->len);
}

static void check_next(struct anc_layout layout, struct anc_cmsg_iter *it,
		       const struct message *expected, size_t next)
{
	const size_t any_byte = any_up_to(MOST - 1);
	struct anc_cmsg msg;

	assert(anc_layout_next(layout, it, &msg) == 1);
	assert(msg.level == expected->level && msg.type == expected->type && !msg.truncated);
	assert(msg.len == expected->len && it->at == buffer + next);
	assert(any_byte >= msg.len ||
	       ((const unsigned char *)msg.data)[any_byte] == expected->data[any_byte]);
}

void proof(void)
{
	const struct anc_layout layout = any_layout();
	const struct message one = any_message();
	const struct message two = any_message();
	size_t first, second;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	const void *rest;

	first = put(layout, 0, &one);
	ASSUME(first > 0);
	second = put(layout, first, &two);
	it = anc_cmsgs_iter(anc_cmsgs_from_bytes(buffer, first + second));
	check_next(layout, &it, &one, first);
	if (second > 0)
		check_next(layout, &it, &two, first + second);
	assert(anc_layout_next(layout, &it, &msg) == 0);
	assert(anc_cmsg_iter_rest(&it, &rest) == 0);
}
