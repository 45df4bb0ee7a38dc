/* SPDX-License-Identifier: MIT */
#ifndef BATCH_RECV_H
#define BATCH_RECV_H

/* Batches received: what must come, and who owns what came. */

#include "batch_places.h"

/* How many descriptors the kernel installs in that room, while the table has some too. */
static size_t installed(const struct place *place, size_t sent)
{
	const size_t header = shape_host().header;
	size_t count =
		place != NULL && place->capacity > header ? (place->capacity - header) / 4 : 0;

	count = sent < count ? sent : count;
	count = count < world.table_room ? count : world.table_room;
	world.table_room -= count;
	return count;
}

/* Why not all came. */
static enum anc_cut cut_of(const struct place *place, size_t sent, size_t came)
{
	if (came == sent)
		return ANC_CUT_NONE;
	return place->capacity < shape_host().header + 4 * (came + 1) ? ANC_CUT_ROOM
								      : ANC_CUT_REFUSED;
}

/* What one receive has of a stream: bytes up to and of the first message with descriptors. Linux's
 * peek looks for these also behind the last byte that there is room for. */
static struct packet take_of_stream(struct pair *pair, size_t room, bool peek)
{
	struct packet taken = {0, 0};
	struct packet *packet;
	size_t at = 0;
	size_t len;

	while (at < pair->count && (taken.len < room || peek) && taken.fds == 0) {
		packet = queued(pair, at);
		len = packet->len < room - taken.len ? packet->len : room - taken.len;
		taken.len += len;
		taken.fds = packet->fds;
		if (peek) {
			at++;
			continue;
		}
		world.in_flight -= packet->fds;
		packet->fds = 0;
		packet->len -= len;
		if (packet->len == 0)
			pop(pair);
	}
	return taken;
}

static struct packet take(struct pair *pair, size_t i, bool peek)
{
	const bool came_empty = incoming[i].result.len == 0 && incoming[i].result.flags == 0 &&
				(owners[i] == NULL || count_owned(owners[i]) == 0);
	struct packet packet;

	if (pair->is_stream)
		return take_of_stream(pair, incoming[i].len, peek);
	while (pair->has_ended && pair->count > 0 && is_empty(queued(pair, 0)) && !came_empty)
		pop(pair);
	packet = *queued(pair, 0);
	if (!peek)
		pop(pair);
	return packet;
}

static void check_message(struct pair *pair, size_t i, bool peek)
{
	const struct anc_batch_incoming *const message = &incoming[i];
	const struct packet packet = take(pair, i, peek);
	const size_t fds = installed(owners[i], packet.fds);
	size_t j;

	MUST_EQ(message->error, 0);
	MUST_EQ(message->addrlen, 0);
	MUST_EQ(message->result.len, packet.len < message->len ? packet.len : message->len);
	MUST_EQ(message->result.flags,
		(packet.len > message->len ? MSG_TRUNC : 0) | (packet.fds > fds ? MSG_CTRUNC : 0));
	MUST_EQ(owners[i] != NULL ? count_owned(owners[i]) : 0, fds);
	if (owners[i] != NULL)
		MUST_EQ(anc_data_cut(&owners[i]->data), cut_of(owners[i], packet.fds, fds));
	for (j = 0; j < message->result.len; j++)
		MUST_EQ(((const unsigned char *)message->buf)[j],
			(unsigned char)(pair->next_out + j));
	if (!peek)
		pair->next_out = (unsigned char)(pair->next_out + packet.len);
}

/* Fewer came than could: there are no more, or what is there cannot be told from the end. */
static void check_rest(struct pair *pair)
{
	if (pair->count == 0)
		return;
	MUST(pair->is_shut && !pair->is_stream);
	pair->has_ended = true;
	MUST(is_empty(queued(pair, 0)));
}

static void check_stop(const struct pair *pair, size_t came, size_t usable, bool wait_all)
{
	const int error = incoming[came].error;

	if (came == usable)
		MUST(error == -EINVAL || (error == 0 && pair->is_shut));
	else if (wait_all)
		MUST(error == -EAGAIN || (error == 0 && pair->is_shut));
	else
		MUST_EQ(error, 0);
}

struct expected {
	size_t count;  /* messages with room */
	size_t usable; /* of these, before one that is refused */
	size_t most;   /* that may come */
	bool wait_all;
	bool peek;
};

static void check_received(struct pair *pair, const struct expected *expected, ssize_t got)
{
	size_t i;

	own(expected->count, got > 0 ? (size_t)got : 0);
	if (got <= 0 && expected->count > 0) {
		MUST_EQ(incoming[0].error, got);
		MUST(got == (pair->is_shut ? 0 : -EAGAIN));
		check_rest(pair);
		return;
	}
	MUST(got >= 0 && (size_t)got <= expected->most);
	for (i = 0; i < (size_t)got; i++)
		check_message(pair, i, expected->peek);
	if ((size_t)got < expected->most)
		check_rest(pair);
	if ((size_t)got < expected->count)
		check_stop(pair, (size_t)got, expected->usable, expected->wait_all);
	/* What was dropped for the end has been there. */
	for (i = (size_t)got + 1; i < expected->count; i++)
		MUST(incoming[i].error == 77 || pair->is_shut);
}

static struct anc_recv_options options_of(const struct expected *expected)
{
	struct anc_recv_options options = {MSG_DONTWAIT};

	anc_recv_options_wait_all(&options, expected->wait_all);
	anc_recv_options_peek(&options, expected->peek);
	return options;
}

/* A table in which that many descriptors have room; what is owned must not give numbers back. */
static void limit_table(size_t room)
{
	struct rlimit limit;
	size_t i;

	for (i = 0; i < MOST_MESSAGES; i++)
		clear(&places[i]);
	world.table_room = room;
	MUST_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	for (limit.rlim_cur = 0; limit.rlim_cur < WATCHED; limit.rlim_cur++)
		if (!world.open[limit.rlim_cur] && room-- == 0)
			break;
	MUST_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void unlimit_table(void)
{
	struct rlimit limit;

	MUST_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	MUST_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static ssize_t receive(const struct pair *pair, const struct expected *expected)
{
	const unsigned room = input_byte(&world.in);
	ssize_t got;

	world.table_room = WATCHED;
	if (room % 4 == 1)
		limit_table(room / 4 % 8);
	got = anc_batch_recv(anc_socket_fd(pair->fds[1]), incoming, expected->count,
			     options_of(expected));
	unlimit_table();
	world.fault = NO_FAULT;
	return got;
}

static void step_recv(void)
{
	struct pair *const pair = &world.pairs[input_below(&world.in, PAIRS)];
	const unsigned how = input_byte(&world.in);
	struct expected expected = {.count = input_count(), .wait_all = how & 1, .peek = how & 2};
	size_t wanted;
	ssize_t got;
	bool is_interrupted;

	expected.usable = prepare(expected.count, pair->is_stream);
	expected.most = expected.usable;
	input_fault();
	wanted = expected.usable < MOST_OF_CALL ? expected.usable : MOST_OF_CALL;
	if (world.fault == DOES_LESS && world.limit < wanted && !expected.wait_all)
		expected.most = world.limit;
	is_interrupted = world.fault == INTERRUPTED && expected.count > 0;
	got = receive(pair, &expected);
	if (is_interrupted) {
		MUST_EQ(got, -EINTR);
		MUST_EQ(incoming[0].error, -EINTR);
		own(expected.count, 0);
		return;
	}
	check_received(pair, &expected, got);
}

/* Whether this answer ends the batch before its message. */
static bool stops(const struct answer *answer)
{
	return answer->error < 0 || (answer->len == 0 && answer->fds == 0);
}

static void step_recv_custom(void)
{
	const bool wait_all = input_below(&world.in, 2);
	const size_t count = input_count();
	const size_t usable = prepare(count, false);
	const struct anc_recv_options options = {wait_all ? MSG_WAITALL : 0};
	size_t came = 0;
	int error = 0;
	ssize_t got;
	size_t i;

	world.answered = 0;
	got = anc_batch_recv(anc_socket_custom(&custom_ops, NULL), incoming, count, options);
	while (came < world.answered && !stops(&world.answers[came]))
		came++;
	MUST_EQ(world.answered, came < usable ? came + 1 : usable);
	own(count, came);
	for (i = 0; i < came; i++) {
		MUST_EQ(incoming[i].error, 0);
		MUST_EQ(incoming[i].result.len, world.answers[i].len);
		MUST_EQ(owners[i] != NULL ? count_owned(owners[i]) : 0, world.answers[i].fds);
	}
	if (came == usable && usable < count)
		error = -EINVAL;
	else if (came < world.answered)
		error = world.answers[came].error;
	if (error == -EAGAIN && came > 0 && !wait_all)
		error = 0;
	if (came < count)
		MUST_EQ(incoming[came].error, error);
	MUST_EQ(got, came > 0 ? (ssize_t)came : error);
}

/* All that a message brought is handed out, by one call or the other. */
static void step_take(void)
{
	struct place *const place = &places[input_below(&world.in, MOST_MESSAGES)];
	const size_t count = count_owned(place);
	const enum anc_cut cut = place->is_held ? anc_data_cut(&place->data) : ANC_CUT_NONE;
	int fds[MOST_FDS];
	size_t taken = 0;
	struct anc_fd_iter it;
	int error;

	if (input_below(&world.in, 2)) {
		it = anc_data_received_fds(&place->data);
		while (anc_fd_iter_next(&it, &fds[0]) && taken++ < MOST_FDS)
			MUST_EQ(close(fds[0]), 0);
		MUST_EQ(taken, count);
		return;
	}
	error = anc_data_take_fds(&place->data, fds, MOST_FDS, &taken);
	MUST_EQ(error, cut == ANC_CUT_NONE ? 0 : cut == ANC_CUT_ROOM ? -EMSGSIZE : -EMFILE);
	MUST_EQ(taken, cut == ANC_CUT_NONE ? count : 0);
	while (taken > 0)
		MUST_EQ(close(fds[--taken]), 0);
	MUST_EQ(count_owned(place), 0);
}

static void step_clear(void)
{
	clear(&places[input_below(&world.in, MOST_MESSAGES)]);
}

#endif
