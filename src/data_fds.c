/* SPDX-License-Identifier: MIT */
#include "data.h"

#include "message.h"
#include "platform/platform.h"

#include <fcntl.h>

#include <anc/unix.h>

/*
 * The descriptors that came in an anc_data. This is the only file that closes any: a slot that
 * holds a number of 0 or more, in a message whose row says that it carries descriptors, is owned.
 */

/* A kind of message; what is done to one kind only is given it. */
struct anc_kind {
	int level;
	int type;
};

static const struct anc_kind anc_rights = {SOL_SOCKET, SCM_RIGHTS};

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

/* The slots of a kind that nobody took yet. */
struct anc_live {
	size_t count;
	unsigned char *first; /* the first of them */
	int value;            /* what it holds */
	int error;            /* the first negative errno, or 0 */
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

const struct anc_message_type *anc_data_carrier(const struct anc_data *data,
						const struct anc_cmsg *msg)
{
	size_t i;

	if (anc_row_is(&anc_rights_type, msg))
		return &anc_rights_type;
	if (anc_row_is(&anc_pidfd_type, msg))
		return &anc_pidfd_type;
	for (i = 0; i < data->type_count; i++)
		if (data->types[i]->fds_max > 0 && anc_row_is(data->types[i], msg))
			return data->types[i];
	return NULL;
}

/* The slots of a message in the bytes at `bytes`, none when it carries no descriptors. */
static struct anc_slots anc_data_slots(const struct anc_data *data, void *bytes,
				       struct anc_cmsg msg)
{
	const struct anc_message_type *row = anc_data_carrier(data, &msg);
	struct anc_slots slots = {NULL, 0};
	size_t payload;

	slots.count = row != NULL ? anc_row_slots(row, msg.len) : 0;
	if (slots.count == 0)
		return slots;
	payload = (size_t)((const unsigned char *)msg.data - (const unsigned char *)bytes);
	slots.at = (unsigned char *)bytes + payload + row->fds_at;
	return slots;
}

static struct anc_cmsg_iter anc_data_walk(const struct anc_data *data)
{
	return anc_cmsgs_iter(anc_cmsgs_from_bytes(data->built.bytes, data->built.len));
}

/* Goes on to the next message of a kind, or of any, that has slots; false at the end. */
static bool anc_slots_next(const struct anc_data *data, struct anc_cmsg_iter *walk, void *bytes,
			   const struct anc_kind *only, struct anc_slots *ret)
{
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(walk, &msg) == 1) {
		if (only != NULL && (msg.type != only->type || msg.level != only->level))
			continue;
		*ret = anc_data_slots(data, bytes, msg);
		if (ret->count > 0)
			return true;
	}
	return false;
}

static void anc_live_add(struct anc_live *live, struct anc_slots slots)
{
	size_t i;
	int value;

	for (i = 0; i < slots.count; i++) {
		value = anc_slots_get(slots, i);
		if (value == ANC_FD_TAKEN)
			continue;
		if (live->count++ == 0) {
			live->first = slots.at + i * sizeof(value);
			live->value = value;
		}
		if (value < 0 && live->error == 0)
			live->error = value;
	}
}

static struct anc_live anc_data_live(const struct anc_data *data, const struct anc_kind *only)
{
	struct anc_cmsg_iter walk = anc_data_walk(data);
	struct anc_live live = {0, NULL, 0, 0};
	struct anc_slots slots;

	while (data->held > 0 && anc_slots_next(data, &walk, data->built.bytes, only, &slots))
		anc_live_add(&live, slots);
	return live;
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

/* Closes what is in the slots of a kind, or of all; marks them when the bytes are ours. */
static void anc_data_close_bytes(const struct anc_data *data, void *bytes, size_t len,
				 const struct anc_kind *only, bool mark)
{
	struct anc_cmsg_iter walk = anc_cmsgs_iter(anc_cmsgs_from_bytes(bytes, len));
	struct anc_run run = {-1, -1};
	const int saved = errno;
	struct anc_slots slots;
	size_t i;

	while (anc_slots_next(data, &walk, bytes, only, &slots)) {
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

/* Closes the slots of a kind that nobody took. */
static void anc_data_close_kind(struct anc_data *data, const struct anc_kind *kind)
{
	anc_data_close_bytes(data, data->built.bytes, data->built.len, kind, true);
	data->lone = 0;
	data->held = (unsigned)anc_data_live(data, NULL).count;
}

void anc_data_close_held(struct anc_data *data)
{
	anc_data_close_bytes(data, data->built.bytes, data->built.len, NULL, true);
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

/* Makes the slots owned; returns how many hold something to be taken. */
static size_t anc_slots_adopt(struct anc_slots slots, int recv_flags)
{
	size_t i;
	int fd;

	if (anc_flags_install(recv_flags) && anc_flags_cloexec(recv_flags))
		return slots.count;
	for (i = 0; i < slots.count; i++) {
		fd = anc_slots_get(slots, i);
		if (!anc_flags_install(recv_flags))
			anc_slots_set(slots, i, ANC_FD_TAKEN);
		else if (fd >= 0)
			anc_slots_set(slots, i, anc_fd_cloexec(fd));
	}
	return anc_flags_install(recv_flags) ? slots.count : 0;
}

bool anc_table_is_full(int asked)
{
	/* A copy of the socket, or a fresh one: closing a copy of a file would drop its locks. */
	const int fd = asked >= 0 ? anc_platform_fcntl(asked, F_DUPFD_CLOEXEC, 0)
				  : anc_platform_socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* EINVAL: no number at all is allowed. */
	if (fd < 0)
		return errno == EMFILE || errno == EINVAL;
	anc_platform_close(fd);
	return false;
}

/* Zeroes less than a unit of alignment, of 16 bytes at most: two stores that may overlap, and no
 * call. */
static inline void anc_bytes_clear_few(unsigned char *at, size_t count)
{
	if (ANC_CMSG_ALIGN > sizeof(uint64_t) && count >= sizeof(uint64_t)) {
		memset(at, 0, sizeof(uint64_t));
		memset(at + count - sizeof(uint64_t), 0, sizeof(uint64_t));
	} else if (count >= sizeof(uint32_t)) {
		memset(at, 0, sizeof(uint32_t));
		memset(at + count - sizeof(uint32_t), 0, sizeof(uint32_t));
	} else if (count >= sizeof(uint16_t)) {
		memset(at, 0, sizeof(uint16_t));
		memset(at + count - sizeof(uint16_t), 0, sizeof(uint16_t));
	} else if (count > 0) {
		*at = 0;
	}
}

/* A kernel leaves padding as it was; what is forwarded must not tell of the stack. */
static inline void anc_cmsg_clear_padding(unsigned char *bytes, const struct anc_cmsg *msg,
					  const struct anc_cmsg_iter *next)
{
	const size_t end = (size_t)((const unsigned char *)msg->data + msg->len - bytes);
	const size_t start = (size_t)((const unsigned char *)next->at - bytes);

	anc_bytes_clear_few(bytes + end, start - end);
}

/* Whether it may have slots. Most messages have none, and come with every packet. */
static inline bool anc_data_may_carry(const struct anc_data *data, const struct anc_cmsg *msg)
{
	return data->type_count > 0 ||
	       (msg->level == SOL_SOCKET &&
		(msg->type == SCM_RIGHTS || msg->type == anc_pidfd_type.type));
}

int anc_data_own_all(struct anc_data *data, int recv_flags, int asked)
{
	unsigned char *bytes = data->built.bytes;
	struct anc_cmsg_iter walk = anc_data_walk(data);
	struct anc_slots slots;
	struct anc_cmsg msg;
	int more;

	while ((more = anc_cmsg_iter_next(&walk, &msg)) == 1) {
		anc_cmsg_clear_padding(bytes, &msg, &walk);
		if (!anc_data_may_carry(data, &msg))
			continue;
		slots = anc_data_slots(data, bytes, msg);
		if (slots.count > 0)
			data->held += (unsigned)anc_slots_adopt(slots, recv_flags);
	}
	if (data->ctrunc && asked != ANC_ASK_NOBODY)
		data->cut = (unsigned char)anc_data_why_cut(data, asked);
	data->malformed = more < 0;
	return more;
}

void anc_data_give(struct anc_data *from, struct anc_data *to, int recv_flags, int msg_flags)
{
	unsigned char *bytes = from->built.bytes;
	struct anc_cmsg_iter walk = anc_data_walk(from);
	const size_t room = to->built.capacity;
	struct anc_slots slots;
	size_t i;

	if (anc_data_exact_len(from) > room)
		msg_flags |= MSG_CTRUNC;
	if (room > 0)
		memcpy(to->built.bytes, bytes, from->built.len < room ? from->built.len : room);
	anc_data_filled(to, from->built.len, recv_flags, msg_flags, ANC_ASK_AFRESH);
	/* A slot that went over whole is now the other's. */
	while (anc_slots_next(to, &walk, bytes, NULL, &slots))
		for (i = 0; i < slots.count; i++)
			if ((size_t)(slots.at - bytes) + (i + 1) * sizeof(int) <= room)
				anc_slots_set(slots, i, ANC_FD_TAKEN);
}

bool anc_data_has_taken(const struct anc_data *data)
{
	struct anc_cmsg_iter walk = anc_data_walk(data);
	struct anc_slots slots;
	size_t i;

	while (anc_slots_next(data, &walk, data->built.bytes, NULL, &slots))
		for (i = 0; i < slots.count; i++)
			if (anc_slots_get(slots, i) == ANC_FD_TAKEN)
				return true;
	return false;
}

struct anc_fd_iter anc_data_received_fds_of(struct anc_data *data, int level, int type)
{
	struct anc_fd_iter iter = {data, data->generation, level, type, 0, 0, NULL};

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
			iter->data->held--;
			iter->data->lone = 0;
			*ret_fd = value;
			return true;
		}
	}
	return false;
}

bool anc_fd_iter_next(struct anc_fd_iter *iter, int *ret_fd)
{
	struct anc_data *data = iter->data;
	struct anc_cmsg_iter walk;
	struct anc_cmsg msg;
	unsigned char *bytes;

	/* Past the end it stands in a buffer that is not the one it was made for. */
	if (!anc_fd_iter_is_live(iter) || iter->message >= data->built.len)
		return false;
	bytes = data->built.bytes;
	walk = anc_cmsgs_iter(
		anc_cmsgs_from_bytes(bytes + iter->message, data->built.len - iter->message));
	while (anc_cmsg_iter_next(&walk, &msg) == 1) {
		if (msg.level == iter->level && msg.type == iter->type &&
		    anc_fd_iter_yield(iter, anc_data_slots(data, bytes, msg), ret_fd))
			return true;
		iter->message = (size_t)((const unsigned char *)walk.at - bytes);
		iter->slot = 0;
	}
	return false;
}

void anc_fd_iter_fini(struct anc_fd_iter *iter)
{
	const struct anc_kind kind = {iter->level, iter->type};

	if (anc_fd_iter_is_live(iter) && iter->data->held > 0)
		anc_data_close_kind(iter->data, &kind);
	iter->data = NULL;
}

/* Why what is there of a kind cannot be taken; 0 when it can. */
static int anc_data_take_error(const struct anc_data *data, struct anc_live live, size_t max)
{
	int error = data->state == ANC_STATE_HELD ? anc_data_cut_error(data) : 0;

	if (error == 0)
		error = live.error;
	return error == 0 && live.count > max ? -E2BIG : error;
}

/* Hands out everything of a kind that nobody took yet. */
static void anc_data_take_all(struct anc_data *data, const struct anc_kind *kind, int *ret_fds)
{
	struct anc_cmsg_iter walk = anc_data_walk(data);
	struct anc_slots slots;
	size_t i;
	int fd;

	while (anc_slots_next(data, &walk, data->built.bytes, kind, &slots)) {
		for (i = 0; i < slots.count; i++) {
			fd = anc_slots_get(slots, i);
			anc_slots_set(slots, i, ANC_FD_TAKEN);
			if (fd != ANC_FD_TAKEN)
				*ret_fds++ = fd;
		}
	}
}

int anc_data_take_fds(struct anc_data *data, int *ret_fds, size_t max, size_t *ret_count)
{
	const struct anc_live live = anc_data_live(data, &anc_rights);
	const int error = anc_data_take_error(data, live, max);

	if (error < 0) {
		anc_data_close_kind(data, &anc_rights);
		return error;
	}
	if (live.count > 0) {
		anc_data_take_all(data, &anc_rights, ret_fds);
		data->held -= (unsigned)live.count;
		data->lone = 0;
	}
	*ret_count = live.count;
	return 0;
}

/* Takes what one slot holds. */
static int anc_data_take_slot(struct anc_data *data, unsigned char *at)
{
	const struct anc_slots slot = {at, 1};
	const int value = anc_slots_get(slot, 0);

	anc_slots_set(slot, 0, ANC_FD_TAKEN);
	data->held--;
	data->lone = 0;
	return value;
}

/* The descriptor among whatever else came. */
ANC_COLD static int anc_data_take_among(struct anc_data *data)
{
	const struct anc_live live = anc_data_live(data, &anc_rights);
	const int error = anc_data_take_error(data, live, 1);

	if (error < 0) {
		anc_data_close_kind(data, &anc_rights);
		return error;
	}
	return live.count == 1 ? anc_data_take_slot(data, live.first) : -ENOMSG;
}

int anc_data_take_fd(struct anc_data *data)
{
	if (data->lone == 0)
		return anc_data_take_among(data);
	return anc_data_take_slot(data, (unsigned char *)data->built.bytes + data->lone);
}

int anc_data_take_pidfd(struct anc_data *data)
{
	const struct anc_kind kind = {anc_pidfd_type.level, anc_pidfd_type.type};
	const struct anc_live live = anc_data_live(data, &kind);

	if (live.count == 1)
		return anc_data_take_slot(data, live.first);
	if (live.count > 1) {
		anc_data_close_kind(data, &kind);
		return live.error < 0 ? live.error : -E2BIG;
	}
	if (data->state == ANC_STATE_HELD && data->cut != ANC_CUT_NONE)
		return -EMSGSIZE;
	return -ENOMSG;
}
