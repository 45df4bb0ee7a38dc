/* SPDX-License-Identifier: MIT */
#ifndef DATA_MODEL_H
#define DATA_MODEL_H

/*
 * What an anc_data must be after each call: its state, its bytes, and the ledger: which numbers are
 * open. Nothing here asks the library.
 */

#include "fuzz.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <anc/anc.h>

/* Every descriptor lies below it. */
#define WATCHED 256
#define MOST_BYTES 512
#define MOST_SLOTS (MOST_BYTES / 4)
/* Numbers from here on are of no open file, however they came into a slot. */
#define BOGUS (1 << 20)

enum state { EMPTY, BUILT, OFFERED, FILLED, HELD };

/* A type that carries descriptors: where its slots lie. */
struct carrier {
	int level;
	int type;
	size_t at;
	size_t most;
};

enum { RIGHTS, PIDFD, PAIR, TAIL, CARRIERS };

static const struct carrier carriers[CARRIERS] = {
	{SOL_SOCKET, SCM_RIGHTS, 0, SIZE_MAX},
	{SOL_SOCKET, 4, 0, 1},
	{0x1234, 7, 4, 2},
	{SOL_SOCKET, 0x77, 3, SIZE_MAX},
};

struct slot {
	size_t at; /* in the bytes */
	int carrier;
};

struct model {
	enum state state;
	size_t capacity;
	unsigned char bytes[MOST_BYTES];
	size_t len;
	size_t last;     /* in BUILT: where the last message starts */
	size_t fd_count; /* in BUILT */
	struct slot slots[MOST_SLOTS];
	size_t slot_count;
	bool is_set[CARRIERS]; /* whether the anc_data knows the type */
	bool ctrunc;
	enum anc_cut cut;
	int cut_error;
	bool cloexec;   /* whether the library had to make them so */
	unsigned epoch; /* an iterator of another one is over */
	bool open[WATCHED];
	int file;     /* what is duplicated */
	int stranger; /* a number that is in the bytes, and in no slot */
};

static inline int model_value(const struct model *model, size_t i)
{
	int value;

	memcpy(&value, model->bytes + model->slots[i].at, sizeof(value));
	return value;
}

static inline void model_set_value(struct model *model, size_t i, int value)
{
	memcpy(model->bytes + model->slots[i].at, &value, sizeof(value));
}

static inline bool is_watched(int fd)
{
	return fd >= 0 && fd < WATCHED;
}

/* One more descriptor, or -EMFILE. */
static inline int model_dup(struct model *model)
{
	const int fd = dup(model->file);

	MUST(fd < WATCHED);
	if (fd >= 0)
		model->open[fd] = true;
	return fd >= 0 ? fd : -EMFILE;
}

/* The fuzzer's own: it must be open still. */
static inline void model_close(struct model *model, int fd)
{
	if (!is_watched(fd))
		return;
	MUST(model->open[fd]);
	MUST_EQ(close(fd), 0);
	model->open[fd] = false;
}

/* What the library has closed. */
static inline void model_closed(struct model *model, int fd)
{
	if (!is_watched(fd))
		return;
	MUST(model->open[fd]);
	model->open[fd] = false;
}

/* The ledger: what is open is what must be, number by number. */
static inline void model_check_open(const struct model *model)
{
	struct pollfd watched[WATCHED];
	int fd;

	for (fd = 0; fd < WATCHED; fd++)
		watched[fd] = (struct pollfd){.fd = fd};
	MUST(poll(watched, WATCHED, 0) >= 0);
	for (fd = 0; fd < WATCHED; fd++)
		if (model->open[fd] != !(watched[fd].revents & POLLNVAL))
			fuzz_fail(__FILE__, __LINE__, "open as the ledger says", fd,
				  model->open[fd]);
}

static inline int model_carrier(const struct anc_cmsg *msg)
{
	int i;

	for (i = 0; i < CARRIERS; i++)
		if (carriers[i].level == msg->level && carriers[i].type == msg->type)
			return i;
	return -1;
}

static inline size_t carrier_slots(const struct carrier *carrier, size_t len)
{
	const size_t count = len < carrier->at ? 0 : (len - carrier->at) / sizeof(int);

	return count < carrier->most ? count : carrier->most;
}

/* Finds the slots of every carrying type, set or not. Returns what the walk ends with. */
static inline int find_slots(const unsigned char *bytes, size_t len, struct slot *ret,
			     size_t *ret_count)
{
	const struct shape shape = shape_host();
	const struct anc_cmsgs view = {bytes, len, false, 0};
	struct anc_cmsg msg;
	size_t at = 0;
	size_t i;
	int more;
	int carrier;

	*ret_count = 0;
	while ((more = shape_next(&shape, view, &at, &msg)) == 1) {
		carrier = model_carrier(&msg);
		if (carrier < 0)
			continue;
		for (i = 0; i < carrier_slots(&carriers[carrier], msg.len); i++) {
			ret[*ret_count].at = (size_t)((const unsigned char *)msg.data - bytes) +
					     carriers[carrier].at + i * sizeof(int);
			ret[(*ret_count)++].carrier = carrier;
		}
	}
	return more;
}

static inline bool model_owns(const struct model *model, size_t i)
{
	return model->state == HELD && model->is_set[model->slots[i].carrier];
}

/* Nothing stands in the buffer any more. The library has closed what it owned; the rest was never
 * its own, and must be open still. */
static inline void model_forget(struct model *model, enum state to)
{
	size_t i;

	for (i = 0; i < model->slot_count; i++)
		if (model_owns(model, i))
			model_closed(model, model_value(model, i));
		else
			model_close(model, model_value(model, i));
	model->state = to;
	model->len = 0;
	model->last = 0;
	model->fd_count = 0;
	model->slot_count = 0;
	model->ctrunc = false;
	model->cut = ANC_CUT_NONE;
	model->cut_error = 0;
	model->epoch++;
}

static inline void model_check_cloexec(const struct model *model)
{
	size_t i;

	for (i = 0; model->cloexec && i < model->slot_count; i++)
		if (model_owns(model, i) && is_watched(model_value(model, i)))
			MUST_EQ(fcntl(model_value(model, i), F_GETFD), FD_CLOEXEC);
}

/* FILLED, with these bytes. */
static inline void model_load(struct model *model, const unsigned char *bytes, size_t len)
{
	MUST(len <= sizeof(model->bytes));
	if (len > 0)
		memcpy(model->bytes, bytes, len);
	model->len = len;
	model->state = FILLED;
	find_slots(model->bytes, len, model->slots, &model->slot_count);
}

/* Padding is zeroed when it is owned, for it may go out again. */
static inline void model_clear_padding(struct model *model)
{
	const struct shape shape = shape_host();
	const struct anc_cmsgs view = {model->bytes, model->len, false, 0};
	struct anc_cmsg msg;
	size_t at = 0;
	size_t end;

	while (shape_next(&shape, view, &at, &msg) == 1) {
		end = (size_t)((const unsigned char *)msg.data - model->bytes) + msg.len;
		memset(model->bytes + end, 0, at - end);
	}
}

/* FILLED to HELD. Returns what taking ownership must answer. */
static inline int model_own(struct model *model, int recv_flags)
{
	size_t i;
	int value;

	model_clear_padding(model);
	model->state = HELD;
	model->cloexec = !(recv_flags & MSG_CMSG_CLOEXEC);
	model->epoch++;
	for (i = 0; i < model->slot_count; i++) {
		value = model_value(model, i);
		if (!model_owns(model, i) || value < 0 || (recv_flags & MSG_CMSG_CLOEXEC))
			continue;
		if (value >= BOGUS)
			model_set_value(model, i, -EBADF);
	}
	return find_slots(model->bytes, model->len, model->slots, &model->slot_count);
}

/* The slots of a type that nobody took. */
struct live {
	size_t count;
	size_t first;
	int error; /* the first negative errno */
};

static inline struct live model_live(const struct model *model, int carrier)
{
	struct live live = {0, 0, 0};
	size_t i;

	for (i = 0; i < model->slot_count; i++) {
		if (model->slots[i].carrier != carrier || !model_owns(model, i) ||
		    model_value(model, i) == ANC_FD_TAKEN)
			continue;
		if (live.count++ == 0)
			live.first = i;
		if (live.error == 0 && model_value(model, i) < 0)
			live.error = model_value(model, i);
	}
	return live;
}

/* The library has closed all of a type. */
static inline void model_closed_all(struct model *model, int carrier)
{
	struct live live;

	while ((live = model_live(model, carrier)).count > 0) {
		model_closed(model, model_value(model, live.first));
		model_set_value(model, live.first, ANC_FD_TAKEN);
	}
}

/* The next of a type was handed out: it is the fuzzer's, which closes it. */
static inline void model_took(struct model *model, int carrier, int value)
{
	const struct live live = model_live(model, carrier);

	MUST(live.count > 0);
	MUST_EQ(value, model_value(model, live.first));
	model_close(model, value);
	model_set_value(model, live.first, ANC_FD_TAKEN);
}

/* Appends a message when it fits. */
static inline int model_append(struct model *model, const struct anc_cmsg *msg, size_t capacity)
{
	const struct shape shape = shape_host();

	if (shape_space(&shape, msg->len) > capacity - model->len)
		return -ENOBUFS;
	model->last = model->len;
	model->len += shape_put(&shape, model->bytes + model->len, msg);
	model->state = BUILT;
	return 0;
}

static inline int model_check_fds(const struct model *model, const int *fds, size_t count)
{
	size_t i;

	if (model->fd_count + count > 253)
		return -E2BIG;
	for (i = 0; i < count; i++)
		if (fds[i] < 0)
			return -EBADF;
	return 0;
}

static inline bool is_rights(const struct anc_cmsg *msg)
{
	return msg->level == SOL_SOCKET && msg->type == SCM_RIGHTS;
}

/* What adding a message must answer. */
static inline int model_add_cmsg(struct model *model, const struct anc_cmsg *msg, size_t capacity)
{
	int fds[16];
	int error = 0;

	if (model->state != EMPTY && model->state != BUILT)
		return -EBUSY;
	if (msg->truncated || (is_rights(msg) && (msg->len == 0 || msg->len % sizeof(int) != 0)))
		return -EINVAL;
	if (is_rights(msg)) {
		memcpy(fds, msg->data, msg->len);
		error = model_check_fds(model, fds, msg->len / sizeof(int));
	}
	if (error == 0)
		error = model_append(model, msg, capacity);
	if (error == 0 && is_rights(msg))
		model->fd_count += msg->len / sizeof(int);
	return error;
}

/* What adding descriptors must answer: they join an SCM_RIGHTS that is last. */
static inline int model_add_fds(struct model *model, const int *fds, size_t count, size_t capacity)
{
	const struct shape shape = shape_host();
	const struct anc_cmsgs view = {model->bytes, model->len, false, 0};
	unsigned char joined[MOST_BYTES];
	struct anc_cmsg msg = {SOL_SOCKET, SCM_RIGHTS, joined, 0, false};
	struct anc_cmsg last;
	size_t at = model->last;
	size_t len = model->len;
	int error;

	if (model->state != EMPTY && model->state != BUILT)
		return -EBUSY;
	error = model_check_fds(model, fds, count);
	if (count == 0 || error < 0)
		return count == 0 ? 0 : error;
	if (shape_next(&shape, view, &at, &last) == 1 && is_rights(&last)) {
		memcpy(joined, last.data, last.len);
		msg.len = last.len;
		len = model->last;
	}
	msg.len += count * sizeof(int);
	if (shape_space(&shape, msg.len) > capacity - len)
		return -ENOBUFS;
	memcpy(joined + msg.len - count * sizeof(int), fds, count * sizeof(int));
	model->len = len;
	model->fd_count += count;
	return model_append(model, &msg, capacity);
}

#endif
