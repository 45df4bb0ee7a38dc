/* SPDX-License-Identifier: MIT */

/*
 * The writing of messages. `proof`: one message in any layout of the table lands inside its room
 * with zeroed padding, or nothing is written. `proof_builder`: the same for messages and
 * descriptors put one behind the other, joined ones included; an error changes nothing.
 */

#include "proof.h"

#include <errno.h>

#include "builder.h"
#include "platform/platform.h"

/* Room and source end with their array, so that an access past them leaves it. */
static unsigned char target[N];
static unsigned char source[N];

struct anc_habits anc_habits;

/* More than any kernel takes in one message. */
#define MOST_FDS 4096

static void check_written(struct anc_layout layout, const unsigned char *at, int level, int type,
			  size_t len)
{
	assert(number_at(at, layout.len_width, layout.swapped) == layout.data + len);
	assert(number_at(at + layout.len_width, 4, layout.swapped) == (uint32_t)level);
	assert(number_at(at + layout.len_width + 4, 4, layout.swapped) == (uint32_t)type);
}

void proof(void)
{
	const struct anc_layout layout = any_layout();
	const size_t room = any_up_to(N);
	const size_t len = nondet_size();
	const unsigned char *const data = source + (N - (len <= N ? len : 0));
	const size_t any_byte = any_up_to(N - 1);
	const size_t i = any_byte - (N - room);
	const int level = nondet_int();
	const int type = nondet_int();
	const bool fits = len <= N && padded(layout.data + len, layout.align) <= room;
	unsigned char before;
	size_t used;

	__CPROVER_havoc_object(target);
	__CPROVER_havoc_object(source);
	before = target[any_byte];
	used = anc_layout_put(layout, target + (N - room), room, level, type, data, len);
	assert(used == (fits ? padded(layout.data + len, layout.align) : 0));
	if (any_byte < N - room || i >= used)
		assert(target[any_byte] == before);
	else if (i >= layout.data && i < layout.data + len)
		assert(target[any_byte] == data[i - layout.data]);
	else if (i >= layout.header)
		assert(target[any_byte] == 0);
	if (used > 0)
		check_written(layout, target + (N - room), level, type, len);
}

static bool is_rights(const unsigned char *at)
{
	return number_at(at + ANC_CMSG_LEN_WIDTH, 4, false) == SOL_SOCKET &&
	       number_at(at + ANC_CMSG_LEN_WIDTH + 4, 4, false) == SCM_RIGHTS;
}

/* Where the last message ends, without its padding. */
static size_t end_of_last(const struct anc_builder *built)
{
	if (built->len == 0)
		return 0;
	return built->last + (size_t)number_at((const unsigned char *)built->bytes + built->last,
					       ANC_CMSG_LEN_WIDTH, false);
}

/* What the messages in a builder rest on: it ends with the padding of its last message, which is
 * whole. */
static bool is_sound(const struct anc_builder *built)
{
	const unsigned char *last;
	size_t claimed;

	if (built->len == 0)
		return built->last == 0 && built->fd_count == 0;
	if (built->len > built->capacity || built->last > built->len ||
	    built->len - built->last < ANC_CMSG_DATA || built->last % ANC_CMSG_ALIGN != 0 ||
	    built->fd_count > anc_habits.max_fds)
		return false;
	last = (const unsigned char *)built->bytes + built->last;
	claimed = (size_t)number_at(last, ANC_CMSG_LEN_WIDTH, false);
	if (claimed < ANC_CMSG_DATA || claimed > built->len - built->last ||
	    padded(claimed, ANC_CMSG_ALIGN) != built->len - built->last)
		return false;
	claimed -= ANC_CMSG_DATA;
	return !is_rights(last) ||
	       (claimed % sizeof(int) == 0 && claimed / sizeof(int) <= built->fd_count);
}

/* What is added: a message, or descriptors, which are one or join the last. */
struct addition {
	bool is_fds;
	bool joins;
	struct anc_cmsg msg;
};

static int fds[3];

static struct addition any_addition(const struct anc_builder *built)
{
	struct addition any = {nondet_bool(), false, {SOL_SOCKET, SCM_RIGHTS, fds, 0, false}};

	if (any.is_fds) {
		any.msg.len = any_up_to(3) * sizeof(int);
		any.joins = built->len > 0 &&
			    is_rights((const unsigned char *)built->bytes + built->last);
	} else {
		any.msg.level = nondet_int();
		any.msg.type = nondet_int();
		any.msg.data = source;
		any.msg.len = any_up_to(N);
		any.msg.truncated = nondet_bool();
	}
	return any;
}

static void check_unchanged(const struct anc_builder *built, const struct anc_builder *was)
{
	assert(built->len == was->len && built->last == was->last);
	assert(built->fd_count == was->fd_count);
}

/* The last message of a builder in which something was added behind `start`. */
static void check_added(const struct anc_builder *built, const struct anc_builder *was,
			const struct addition *added, size_t start)
{
	const unsigned char *const last = (const unsigned char *)built->bytes + built->last;
	const bool rights = added->msg.level == SOL_SOCKET && added->msg.type == SCM_RIGHTS;
	const size_t count = rights ? added->msg.len / sizeof(int) : 0;
	const size_t any_byte = any_up_to(N - 1);
	const size_t any_fd = any_up_to(N - 1);

	assert(!added->msg.truncated && built->fd_count == was->fd_count + count);
	assert(built->last == (added->joins ? was->last : was->len));
	assert(end_of_last(built) == start + added->msg.len);
	assert(is_rights(last) == rights);
	assert(any_byte >= added->msg.len ||
	       ((const unsigned char *)built->bytes)[start + any_byte] ==
		       ((const unsigned char *)added->msg.data)[any_byte]);
	assert(any_fd >= count ||
	       number_at((const unsigned char *)added->msg.data + 4 * any_fd, 4, false) <= INT_MAX);
}

/* Any sound builder, one addition: a chain of any length follows by induction. */
void proof_builder(void)
{
	const size_t room = any_up_to(N);
	const size_t any_byte = any_up_to(N - 1);
	struct anc_builder built = {target + (N - room), room, nondet_size(), nondet_size(),
				    nondet_unsigned()};
	const struct anc_builder was = built;
	const size_t i = any_byte - (N - room);
	struct addition added;
	unsigned char before;
	size_t start;
	int error;

	__CPROVER_havoc_object(target);
	__CPROVER_havoc_object(source);
	__CPROVER_havoc_object(fds);
	anc_habits.max_fds = any_up_to(MOST_FDS);
	ASSUME(is_sound(&built));
	before = target[any_byte];
	added = any_addition(&built);
	start = added.joins ? end_of_last(&built) : built.len + ANC_CMSG_DATA;
	error = added.is_fds ? anc_builder_add_fds(&built, fds, added.msg.len / sizeof(int))
			     : anc_builder_add_cmsg(&built, &added.msg);
	assert(is_sound(&built) && built.bytes == was.bytes && built.capacity == room);
	if (any_byte < N - room || i >= built.len || i < was.last)
		assert(target[any_byte] == before);
	if (i < was.len && (error != 0 || !added.joins || added.msg.len == 0))
		assert(target[any_byte] == before);
	if (added.joins && i >= was.last + ANC_CMSG_LEN_WIDTH && i < start)
		assert(target[any_byte] == before);
	if (error != 0 || (added.is_fds && added.msg.len == 0)) {
		check_unchanged(&built, &was);
		return;
	}
	check_added(&built, &was, &added, start);
	if (i >= end_of_last(&built) && i < built.len)
		assert(target[any_byte] == 0);
}
