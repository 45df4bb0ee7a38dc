/* SPDX-License-Identifier: MIT */
#ifndef BATCH_PLACES_H
#define BATCH_PLACES_H

/* Where messages come to, what is owned there, and the ledger: which numbers are open. */

#include "batch_world.h"

/* A message's room, and whether its anc_data owns what came last. */
struct place {
	unsigned char *storage;
	size_t capacity;
	struct anc_data data;
	unsigned char bytes[MOST_LEN];
	struct sockaddr_storage addr;
	bool is_held;
};

static struct place places[MOST_MESSAGES];
static struct anc_batch_incoming incoming[MOST_MESSAGES];
/* The place of each message's data, or NULL. */
static struct place *owners[MOST_MESSAGES];

static void places_open(void)
{
	/* for no descriptor, one or two; and more than two need */
	static const size_t capacities[] = {64, 20, 24, 16, 0};
	const size_t from = input_below(&world.in, 8);
	size_t i;

	for (i = 0; i < MOST_MESSAGES; i++) {
		places[i].capacity = from == 0 ? 64 : capacities[(from + i) % 5];
		places[i].storage = fuzz_block(from, places[i].capacity);
		anc_data_init(&places[i].data, places[i].storage + from, places[i].capacity);
		places[i].is_held = false;
	}
}

static void places_close(void)
{
	size_t i;

	for (i = 0; i < MOST_MESSAGES; i++) {
		anc_data_fini(&places[i].data);
		places[i].is_held = false;
		free(places[i].storage);
	}
}

static void clear(struct place *place)
{
	anc_data_clear(&place->data);
	place->is_held = false;
}

/* Counts the descriptors of a message, and marks their numbers as owned. */
static size_t owned_by(const struct place *place, bool *owned)
{
	const struct shape shape = shape_host();
	const struct anc_cmsgs view = anc_data_cmsgs(&place->data);
	struct anc_cmsg msg;
	size_t at = 0;
	size_t count = 0;
	size_t i;
	int fd;

	while (place->is_held && shape_next(&shape, view, &at, &msg) == 1) {
		MUST(msg.level == SOL_SOCKET && msg.type == SCM_RIGHTS);
		for (i = 0; i + sizeof(fd) <= msg.len; i += sizeof(fd)) {
			memcpy(&fd, (const unsigned char *)msg.data + i, sizeof(fd));
			if (fd == ANC_FD_TAKEN)
				continue;
			MUST(fd >= 0 && fd < WATCHED && !owned[fd]);
			MUST_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
			owned[fd] = true;
			count++;
		}
	}
	return count;
}

static size_t count_owned(const struct place *place)
{
	bool owned[WATCHED] = {false};

	return owned_by(place, owned);
}

/* The ledger: what is open is ours, or an anc_data's. */
static void check_open(void)
{
	bool expected[WATCHED];
	struct pollfd watched[WATCHED];
	size_t i;
	int fd;

	memcpy(expected, world.open, sizeof(expected));
	for (i = 0; i < MOST_MESSAGES; i++)
		owned_by(&places[i], expected);
	for (fd = 0; fd < WATCHED; fd++)
		watched[fd] = (struct pollfd){.fd = fd};
	MUST(poll(watched, WATCHED, 0) >= 0);
	for (fd = 0; fd < WATCHED; fd++)
		if (expected[fd] != !(watched[fd].revents & POLLNVAL))
			fuzz_fail(__FILE__, __LINE__, "open as the ledger says", fd, expected[fd]);
}

/* Room for that many messages. Returns how many come before one that has the data of another. */
static size_t prepare(size_t count, bool is_stream)
{
	size_t usable = count;
	size_t i;
	unsigned how;

	for (i = 0; i < count; i++) {
		how = input_byte(&world.in);
		owners[i] = how % 8 == 1 ? NULL : &places[i];
		if (how % 64 == 63 && i > 0 && owners[i - 1] != NULL) {
			owners[i] = owners[i - 1];
			usable = i < usable ? i : usable;
		}
		incoming[i] = (struct anc_batch_incoming){
			.buf = places[i].bytes,
			.len = is_stream ? 1 + (how >> 3) % MOST_LEN : (how >> 3) % (MOST_LEN + 1),
			.addr = (how & 128) ? &places[i].addr : NULL,
			.error = 77,
			.data = owners[i] != NULL ? &owners[i]->data : NULL};
	}
	return usable;
}

/* What the data held before is closed, and what came is owned. */
static void own(size_t count, size_t came)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (owners[i] != NULL)
			owners[i]->is_held = false;
	for (i = 0; i < came; i++)
		if (owners[i] != NULL)
			owners[i]->is_held = true;
}

#endif
