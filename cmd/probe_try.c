/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include "names.h"

#include <errno.h>
#include <unistd.h>

/* The three questions, each asked over every scene that fits until one says yes. */

#define CONTROL_ROOM 8192

static const struct probe_ends no_ends = {-1, -1, -1};

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

static void close_ends(struct probe_ends *ends)
{
	if (ends->receiver != ends->sender)
		close_one(ends->receiver);
	close_one(ends->sender);
	close_one(ends->helper);
	*ends = no_ends;
}

static struct probe_verdict verdict(enum probe_answer answer, int error,
				    const struct probe_scene *scene)
{
	return (struct probe_verdict){answer, error, scene ? scene->name : NULL};
}

/* The better known; of two refusals the one that tells of rights. */
static struct probe_verdict better(struct probe_verdict one, struct probe_verdict other)
{
	if (one.answer == PROBE_NO && other.answer == PROBE_NO)
		return other.error == -EPERM || other.error == -EACCES ? other : one;
	return other.answer > one.answer ? other : one;
}

static bool is_of_family(const struct anc_message_type *row, int family)
{
	return row->families == 0 || (row->families & ANC_FAMILY(family));
}

/* A row of programs of another width is not ours to try. */
static bool is_of_this_program(const struct anc_message_type *row)
{
	return row->bits == 0 || row->bits == anc_abi_bits(anc_abi_host());
}

static struct probe_verdict enable_on(const struct anc_message_type *row, int family, int type,
				      int protocol)
{
	const int fd = socket(family, type | SOCK_CLOEXEC, protocol);
	int error;

	if (fd < 0)
		return verdict(PROBE_NO, -errno, NULL);
	error = anc_message_enable(row, fd, true);
	close(fd);
	return verdict(error < 0 ? PROBE_NO : PROBE_YES, error, NULL);
}

static struct probe_verdict enable_over(const struct anc_message_type *row,
					const struct probe_scene *scene)
{
	struct probe_ends ends = no_ends;
	struct probe_verdict now;
	int error;

	if (scene->turns_on) {
		error = scene->open(scene, &ends);
		close_ends(&ends);
		return verdict(error < 0 ? PROBE_NO_SOCKETS : PROBE_YES, error, scene);
	}
	now = enable_on(row, scene->family, scene->type, scene->protocol);
	now.scene = scene->name;
	return now;
}

static struct probe_verdict enable_in_family(const struct anc_message_type *row, int family,
					     int type)
{
	struct probe_verdict now = enable_on(row, family, type, 0);

	now.scene = names_family_name(family);
	return now;
}

/* Families without a scene have sockets of some type. */
static struct probe_verdict enable_somehow(const struct anc_message_type *row,
					   struct probe_verdict known)
{
	static const int types[] = {SOCK_DGRAM, SOCK_STREAM, SOCK_SEQPACKET, SOCK_RAW};
	int family;
	size_t i;

	for (family = 1; family < 64 && known.answer != PROBE_YES; family++)
		for (i = 0; i < sizeof(types) / sizeof(types[0]) && row->families != 0; i++)
			if (is_of_family(row, family))
				known = better(known, enable_in_family(row, family, types[i]));
	return known;
}

struct probe_verdict probe_enable(const struct anc_message_type *row)
{
	struct probe_verdict known = verdict(PROBE_NO_EXCHANGE, 0, NULL);
	const struct probe_scene *scene = NULL;

	if (row->option == 0)
		return verdict(PROBE_SENSELESS, 0, NULL);
	if (!is_of_this_program(row))
		return known;
	while (known.answer != PROBE_YES && (scene = probe_scene_next(scene)))
		if (is_of_family(row, scene->family) && probe_is_among(row->level, scene->receives))
			known = better(known, enable_over(row, scene));
	return known.answer == PROBE_NO_EXCHANGE ? enable_somehow(row, known) : known;
}

static struct probe_verdict send_over(const struct anc_message_type *row,
				      const struct probe_scene *scene)
{
	struct probe_ends ends = no_ends;
	struct probe_verdict now;
	int error = scene->open(scene, &ends);
	ANC_DATA(data, CONTROL_ROOM);

	if (error == 0)
		error = probe_prepare(row, &ends);
	now = verdict(PROBE_NO_SOCKETS, error, scene);
	if (error == 0) {
		error = probe_add_sample(row, &data, ends.sender);
		if (error == 0)
			error = probe_send_packet(scene, ends.sender, &data);
		now = verdict(error < 0 ? PROBE_NO : PROBE_YES, error, scene);
	}
	close_ends(&ends);
	return now;
}

struct probe_verdict probe_send(const struct anc_message_type *row)
{
	struct probe_verdict known = verdict(PROBE_NO_EXCHANGE, 0, NULL);
	const struct probe_scene *scene = NULL;

	if (!(row->flags & ANC_SENT))
		return verdict(PROBE_SENSELESS, 0, NULL);
	while (is_of_this_program(row) && known.answer != PROBE_YES &&
	       (scene = probe_scene_next(scene)))
		if (is_of_family(row, scene->family) && probe_is_among(row->level, scene->sends))
			known = better(known, send_over(row, scene));
	return known;
}

/* Returns 0 also when the option of what comes unasked is refused: `*ret_refused` says how. */
static int prepare(const struct anc_message_type *row, const struct probe_scene *scene,
		   struct probe_ends *ends, int *ret_refused)
{
	int error = scene->open(scene, ends);
	int refused = 0;

	/* Of the sender's error queue too. */
	if (error == 0 && row->option != 0 && !scene->turns_on) {
		refused = anc_message_enable(row, ends->receiver, true);
		(void)anc_message_enable(row, ends->sender, true);
	}
	if (error == 0 && !(row->flags & ANC_UNASKED))
		error = refused;
	if (error == 0)
		error = probe_prepare(row, ends);
	if (error == 0)
		*ret_refused = refused;
	return error;
}

/* What did not come may be there no more than the option that turns it on. */
static struct probe_verdict exchange_over(const struct anc_message_type *row,
					  const struct probe_scene *scene,
					  const struct probe_ends *ends, int refused)
{
	if (probe_exchange(row, scene, ends))
		return verdict(PROBE_YES, 0, scene);
	return verdict(refused < 0 ? PROBE_NO_SOCKETS : PROBE_NOT_PROVOKED, refused, scene);
}

static struct probe_verdict receive_over(const struct anc_message_type *row,
					 const struct probe_scene *scene)
{
	struct probe_ends ends = no_ends;
	struct probe_verdict now;
	int refused = 0;
	int error = prepare(row, scene, &ends, &refused);

	now = error < 0 ? verdict(PROBE_NO_SOCKETS, error, scene)
			: exchange_over(row, scene, &ends, refused);
	close_ends(&ends);
	return now;
}

struct probe_verdict probe_receive(const struct anc_message_type *row)
{
	struct probe_verdict known = verdict(PROBE_NO_EXCHANGE, 0, NULL);
	const struct probe_scene *scene = NULL;

	if (!(row->flags & ANC_RECEIVED))
		return verdict(PROBE_SENSELESS, 0, NULL);
	while (is_of_this_program(row) && known.answer != PROBE_YES &&
	       (scene = probe_scene_next(scene)))
		if (is_of_family(row, scene->family) && probe_is_among(row->level, scene->receives))
			known = better(known, receive_over(row, scene));
	return known;
}
