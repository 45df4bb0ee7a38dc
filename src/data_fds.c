/* SPDX-License-Identifier: MIT */
#include "data.h"

#include "platform/platform.h"

#include <fcntl.h>

#include <anc/unix.h>

/*
 * The descriptors that came in an anc_data. This is the only file that closes any: a slot that
 * holds a number of 0 or more, in a message whose row says that it carries descriptors, is one that
 * is owned.
 */

/* The int slots of one message, at any alignment. */
struct anc_slots {
	unsigned char *at;
	size_t count;
};

/* Descriptors to be closed whose numbers follow each other. */
struct anc_run {
	int first;
	int last;
};

static int anc_slots_get(struct anc_slots slots, size_t i)
{
	int value;

	memcpy(&value, slots.at + i * sizeof(value), sizeof(value));
	return value;
}

static void anc_slots_set(struct anc_slots slots, size_t i, int value)
{
	memcpy(slots.at + i * sizeof(value), &value, sizeof(value));
}

/* The row by which a message carries descriptors, or NULL. */
static const struct anc_message_type *anc_data_carrier(const struct anc_data *data,
						       const struct anc_cmsg *msg)
{
	size_t i;

	if (anc_message_is(&anc_rights_type, msg))
		return &anc_rights_type;
	if (anc_message_is(&anc_pidfd_type, msg))
		return &anc_pidfd_type;
	for (i = 0; i < data->type_count; i++)
		if (data->types[i]->fds_max > 0 && anc_message_is(data->types[i], msg))
			return data->types[i];
	return NULL;
}

/* The slots of a message in the bytes at `bytes`, none when it carries no descriptors. */
static struct anc_slots anc_data_slots(const struct anc_data *data, void *bytes,
				       const struct anc_cmsg *msg)
{
	const struct anc_message_type *row = anc_data_carrier(data, msg);
	struct anc_slots slots = {NULL, 0};
	size_t payload;

	if (row == NULL || msg->len < row->fds_at)
		return slots;
	payload = (size_t)((const unsigned char *)msg->data - (const unsigned char *)bytes);
	slots.at = (unsigned char *)bytes + payload + row->fds_at;
	slots.count = (msg->len - row->fds_at) / sizeof(int);
	if (row->fds_max != ANC_FDS_TO_THE_END && slots.count > row->fds_max)
		slots.count = row->fds_max;
	return slots;
}

static void anc_run_close(struct anc_run run)
{
	unsigned fd;

	if (run.first < 0)
		return;
	if (anc_habits.close_range && run.last > run.first &&
	    anc_platform_close_range((unsigned)run.first, (unsigned)run.last) == 0)
		return;
	for (fd = (unsigned)run.first; fd <= (unsigned)run.last; fd++)
		anc_platform_close((int)fd);
}

/* Adds a descriptor to the run, closing the run first when it does not follow. */
static void anc_run_add(struct anc_run *run, int fd)
{
	if (run->first < 0 || fd - 1 != run->last) {
		anc_run_close(*run);
		run->first = fd;
	}
	run->last = fd;
}

/* Closes what is in the slots of one type, or of all; marks them when the bytes are ours. */
static void anc_data_close_bytes(const struct anc_data *data, void *bytes, size_t len,
				 const struct anc_fd_iter *only, bool mark)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(bytes, len));
	struct anc_run run = {-1, -1};
	const int saved = errno;
	struct anc_slots slots;
	struct anc_cmsg msg;
	size_t i;

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		if (only != NULL && (msg.level != only->level || msg.type != only->type))
			continue;
		slots = anc_data_slots(data, bytes, &msg);
		for (i = 0; i < slots.count; i++) {
			if (anc_slots_get(slots, i) >= 0)
				anc_run_add(&run, anc_slots_get(slots, i));
			if (mark)
				anc_slots_set(slots, i, ANC_FD_TAKEN);
		}
	}
	anc_run_close(run);
	errno = saved;
}

void anc_data_close_held(struct anc_data *data)
{
	anc_data_close_bytes(data, data->built.bytes, data->built.len, NULL, true);
}

/* Whether a receive with these flags gave descriptors; elsewhere a peek shows zeros, or kernel
 * pointers. */
static bool anc_flags_install(int recv_flags)
{
	return anc_habits.peek_installs || !(recv_flags & MSG_PEEK);
}

static bool anc_flags_cloexec(int recv_flags)
{
	return anc_habits.cmsg_cloexec != 0 && (recv_flags & anc_habits.cmsg_cloexec) != 0;
}

void anc_data_close_foreign(const struct anc_data *data, const void *control, size_t len,
			    int recv_flags)
{
	if (anc_flags_install(recv_flags))
		anc_data_close_bytes(data, (void *)(uintptr_t)control, len, NULL, false);
}

/* A descriptor that cannot be made close-on-exec is no use to anyone: its slot gets the reason. */
static int anc_fd_cloexec(int fd)
{
	int error;

	if (anc_platform_fcntl(fd, F_SETFD, FD_CLOEXEC) == 0)
		return fd;
	error = -errno;
	anc_platform_close(fd);
	return error;
}

static void anc_slots_adopt(struct anc_slots slots, int recv_flags)
{
	const bool install = anc_flags_install(recv_flags);
	size_t i;
	int fd;

	if (install && anc_flags_cloexec(recv_flags))
		return;
	for (i = 0; i < slots.count; i++) {
		fd = anc_slots_get(slots, i);
		if (!install)
			anc_slots_set(slots, i, ANC_FD_TAKEN);
		else if (fd >= 0)
			anc_slots_set(slots, i, anc_fd_cloexec(fd));
	}
}

/* What a walk saw that helps to tell why control came short. */
struct anc_sight {
	size_t last_end; /* where the last message ends, without padding */
	bool last_is_rights;
	bool any_rights;
};

/* A full table has every number in use, 0 among them: then it can be duplicated, but for want of a
 * number. */
static bool anc_table_is_full(void)
{
	int fd = anc_platform_fcntl(0, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return errno == EMFILE;
	anc_platform_close(fd);
	return false;
}

static enum anc_cut anc_data_why_cut(struct anc_data *data, const struct anc_sight *sight)
{
	const size_t left = data->end - data->built.len;
	bool fd_fitted = left >= ANC_CMSG_LEN(sizeof(int));

	if (!anc_habits.cut_may_refuse || sight->last_end == data->end)
		return ANC_CUT_ROOM;
	/* Behind an SCM_RIGHTS there was room for one more, or something else came to stand there.
	 */
	if (sight->any_rights)
		fd_fitted = fd_fitted || !sight->last_is_rights ||
			    data->end - sight->last_end >= sizeof(int);
	if (!fd_fitted)
		return ANC_CUT_ROOM;
	data->cut_errno = anc_table_is_full() ? EMFILE : EACCES;
	if (data->cut_errno == EMFILE || left >= ANC_CMSG_LEN(sizeof(int)))
		return ANC_CUT_REFUSED;
	/* Refused, or a later message that had no room at all. */
	return ANC_CUT_UNKNOWN;
}

int anc_data_own(struct anc_data *data, size_t end, int recv_flags, int msg_flags)
{
	unsigned char *bytes = data->built.bytes;
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(bytes, data->built.len));
	struct anc_sight sight = {0, false, false};
	struct anc_cmsg msg;
	int more;

	data->end = end;
	data->ctrunc = (msg_flags & MSG_CTRUNC) != 0;
	anc_data_move(data, ANC_STATE_HELD);
	while ((more = anc_cmsg_iter_next(&it, &msg)) == 1) {
		anc_slots_adopt(anc_data_slots(data, bytes, &msg), recv_flags);
		sight.last_end = (size_t)((const unsigned char *)msg.data + msg.len - bytes);
		sight.last_is_rights = anc_message_is(&anc_rights_type, &msg);
		sight.any_rights = sight.any_rights || sight.last_is_rights;
	}
	if (data->ctrunc)
		data->cut = (unsigned char)anc_data_why_cut(data, &sight);
	data->malformed = more < 0;
	return data->malformed ? -EBADMSG : 0;
}

bool anc_data_has_taken(const struct anc_data *data)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_slots slots;
	struct anc_cmsg msg;
	size_t i;

	if (data->state != ANC_STATE_HELD)
		return false;
	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		slots = anc_data_slots(data, data->built.bytes, &msg);
		for (i = 0; i < slots.count; i++)
			if (anc_slots_get(slots, i) == ANC_FD_TAKEN)
				return true;
	}
	return false;
}

struct anc_fd_iter anc_data_received_fds_of(struct anc_data *data, int level, int type)
{
	struct anc_fd_iter iter = {data, data->generation, level, type, 0, 0};

	return iter;
}

struct anc_fd_iter anc_data_received_fds(struct anc_data *data)
{
	return anc_data_received_fds_of(data, SOL_SOCKET, SCM_RIGHTS);
}

static bool anc_fd_iter_is_live(const struct anc_fd_iter *iter)
{
	return iter->data != NULL && iter->data->state == ANC_STATE_HELD &&
	       iter->data->generation == iter->generation;
}

/* Yields what is left in the slots of the message that the iterator stands at. */
static bool anc_fd_iter_yield(struct anc_fd_iter *iter, struct anc_slots slots, int *ret_fd)
{
	int value;

	while (iter->slot < slots.count) {
		value = anc_slots_get(slots, iter->slot);
		anc_slots_set(slots, iter->slot++, ANC_FD_TAKEN);
		if (value != ANC_FD_TAKEN) {
			*ret_fd = value;
			return true;
		}
	}
	return false;
}

bool anc_fd_iter_next(struct anc_fd_iter *iter, int *ret_fd)
{
	struct anc_data *data = iter->data;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	unsigned char *bytes;

	if (!anc_fd_iter_is_live(iter))
		return false;
	bytes = data->built.bytes;
	it = anc_cmsgs_iter(
		anc_cmsgs_from_bytes(bytes + iter->message, data->built.len - iter->message));
	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		if (msg.level == iter->level && msg.type == iter->type &&
		    anc_fd_iter_yield(iter, anc_data_slots(data, bytes, &msg), ret_fd))
			return true;
		iter->message = (size_t)((const unsigned char *)it.at - bytes);
		iter->slot = 0;
	}
	return false;
}

void anc_fd_iter_fini(struct anc_fd_iter *iter)
{
	if (anc_fd_iter_is_live(iter))
		anc_data_close_bytes(iter->data, iter->data->built.bytes, iter->data->built.len,
				     iter, true);
	iter->data = NULL;
}

/* Counts what an iterator would yield. Returns 0, or the first negative errno in a slot. */
static int anc_data_count(struct anc_data *data, const struct anc_fd_iter *iter, size_t *ret_count)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_slots slots;
	struct anc_cmsg msg;
	int error = 0;
	int value;
	size_t i;

	*ret_count = 0;
	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		if (msg.level != iter->level || msg.type != iter->type)
			continue;
		slots = anc_data_slots(data, data->built.bytes, &msg);
		for (i = 0; i < slots.count; i++) {
			value = anc_slots_get(slots, i);
			if (value == ANC_FD_TAKEN)
				continue;
			(*ret_count)++;
			if (value < 0 && error == 0)
				error = value;
		}
	}
	return error;
}

/* Why control came short, as an errno. */
static int anc_data_cut_error(const struct anc_data *data)
{
	switch ((enum anc_cut)data->cut) {
	case ANC_CUT_NONE:
		return 0;
	case ANC_CUT_REFUSED:
		return -data->cut_errno;
	case ANC_CUT_ROOM:
	case ANC_CUT_UNKNOWN:
		break;
	}
	return -EMSGSIZE;
}

int anc_data_take_fds(struct anc_data *data, int *ret_fds, size_t max, size_t *ret_count)
{
	struct anc_fd_iter iter = anc_data_received_fds(data);
	size_t count = 0;
	int error = 0;
	size_t i;

	if (anc_fd_iter_is_live(&iter)) {
		error = anc_data_count(data, &iter, &count);
		if (data->cut != ANC_CUT_NONE)
			error = anc_data_cut_error(data);
		else if (error == 0 && count > max)
			error = -E2BIG;
	}
	for (i = 0; error == 0 && i < count; i++)
		if (!anc_fd_iter_next(&iter, &ret_fds[i]))
			break;
	anc_fd_iter_fini(&iter);
	if (error == 0)
		*ret_count = count;
	return error;
}

int anc_data_take_fd(struct anc_data *data)
{
	size_t count;
	int fd;
	int error = anc_data_take_fds(data, &fd, 1, &count);

	if (error < 0)
		return error;
	return count == 1 ? fd : -ENOMSG;
}

int anc_data_take_pidfd(struct anc_data *data)
{
	struct anc_fd_iter iter =
		anc_data_received_fds_of(data, anc_pidfd_type.level, anc_pidfd_type.type);
	size_t count = 0;
	int fd = -ENOMSG;

	if (anc_fd_iter_is_live(&iter))
		fd = anc_data_count(data, &iter, &count);
	if (count > 1 && fd == 0)
		fd = -E2BIG;
	else if (count == 0)
		fd = data->state == ANC_STATE_HELD && data->cut != ANC_CUT_NONE ? -EMSGSIZE
										: -ENOMSG;
	else if (fd == 0 && !anc_fd_iter_next(&iter, &fd))
		fd = -ENOMSG;
	anc_fd_iter_fini(&iter);
	return fd;
}
