/* SPDX-License-Identifier: MIT */
/* Random sequences of the calls on an anc_data, against a model: after every call there must be
 * open what was open before, what it owns, and what is ours to close. And every choice of what to
 * close. */
#include "data_peer.h"

#include <stdio.h>

#define STEPS 20000
/* Room for descriptors and a pidfd, not always for all that come. */
#define ROOM (2 * ANC_FDS_SPACE(2))
#define MOST_SENT 9
#define MOST_SLOTS 32

enum state { EMPTY, BUILT, OFFERED, FILLED, HELD };

struct slot {
	int value;
	bool is_pidfd;
	bool is_taken;
};

struct contents {
	enum state state;
	struct slot slots[MOST_SLOTS]; /* in FILLED and HELD */
	size_t count;
	size_t added; /* descriptors, in BUILT */
};

struct model {
	int in[2];
	int out[2];
	int file;
	size_t before; /* open */
	uint64_t seed;
	unsigned char storage[ROOM];
	struct anc_data data;
	struct contents now;
	bool is_cut;
	struct anc_fd_iter iter;
	bool iter_is_live;
	size_t iter_at;
};

static size_t pick(struct model *model, size_t below)
{
	return tap_random(&model->seed) % below;
}

/* The model goes to another state; nothing stands in the buffer any more. What nobody owned is
 * closed by the test: it must still be open. */
static void leave(struct model *model, enum state to)
{
	const struct contents *was = &model->now;
	size_t i;

	for (i = 0; was->state == FILLED && i < was->count; i++)
		if (was->slots[i].value >= 0 && !was->slots[i].is_taken)
			CHECK_EQ(close(was->slots[i].value), 0);
	memset(&model->now, 0, sizeof(model->now));
	model->now.state = to;
	model->is_cut = false;
	model->iter_is_live = false;
}

/* Notes the slots that stand in the buffer. */
static void note(struct model *model)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(&model->data));
	struct contents *now = &model->now;
	struct anc_cmsg msg;
	size_t at;

	while (anc_cmsg_iter_next(&it, &msg) == 1)
		for (at = 0; at + sizeof(int) <= msg.len; at += sizeof(int)) {
			struct slot *slot = &now->slots[now->count++];

			memcpy(&slot->value, (const unsigned char *)msg.data + at, sizeof(int));
			slot->is_pidfd = anc_pidfd_is(&msg);
		}
}

static size_t owned(const struct model *model)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < model->now.count; i++)
		count += model->now.slots[i].value >= 0 && !model->now.slots[i].is_taken;
	return count;
}

/* The slots of a kind that nobody took; the first negative one in `*ret_error`. */
static size_t live(const struct model *model, bool is_pidfd, int *ret_error)
{
	size_t count = 0;
	size_t i;

	*ret_error = 0;
	for (i = 0; model->now.state == HELD && i < model->now.count; i++) {
		const struct slot *slot = &model->now.slots[i];

		if (slot->is_pidfd != is_pidfd || slot->is_taken)
			continue;
		count++;
		if (slot->value < 0 && *ret_error == 0)
			*ret_error = slot->value;
	}
	return count;
}

static void take_all(struct model *model, bool is_pidfd)
{
	size_t i;

	for (i = 0; model->now.state == HELD && i < model->now.count; i++)
		if (model->now.slots[i].is_pidfd == is_pidfd)
			model->now.slots[i].is_taken = true;
}

/* Sends that many descriptors to ourselves. */
static void let_come(struct model *model)
{
	int fds[MOST_SENT];
	const size_t count = pick(model, tap_is_under("qemu-user") ? 3 : MOST_SENT + 1);
	size_t i;

	for (i = 0; i < count; i++)
		fds[i] = model->file;
	raw_send(model->in[0], fds, count);
}

static void step_add_fds(struct model *model)
{
	int fds[3] = {model->file, model->file, model->file};
	const size_t count = pick(model, 4);
	const size_t len = anc_data_cmsgs(&model->data).len;
	int error;

	error = anc_data_add_fds(&model->data, fds, count);
	if (model->now.state != EMPTY && model->now.state != BUILT) {
		CHECK_EQ(error, -EBUSY);
	} else if (error < 0) {
		CHECK_EQ(error, -ENOBUFS);
		CHECK_EQ(anc_data_cmsgs(&model->data).len, len);
	} else if (count > 0) {
		model->now.state = BUILT;
		model->now.added += count;
	}
}

static void step_add_cmsg(struct model *model)
{
	const struct anc_cmsg msg = {IPPROTO_IP, SCM_RIGHTS, &model->file, sizeof(int), false};
	const int error = anc_data_add_cmsg(&model->data, &msg);

	if (model->now.state != EMPTY && model->now.state != BUILT)
		CHECK_EQ(error, -EBUSY);
	else if (error == 0)
		model->now.state = BUILT;
	else
		CHECK_EQ(error, -ENOBUFS);
}

static void step_offer(struct model *model)
{
	size_t len;

	CHECK(anc_data_control_buf(&model->data, &len) == model->storage && len == ROOM);
	leave(model, OFFERED);
}

static void step_fill(struct model *model)
{
	size_t len;

	if (model->now.state != OFFERED) {
		CHECK_EQ(anc_data_set_control_len(&model->data, 0), -EINVAL);
		return;
	}
	let_come(model);
	len = raw_receive(model->in[1], model->storage, ROOM, MSG_CMSG_CLOEXEC, NULL);
	CHECK_EQ(anc_data_set_control_len(&model->data, len), 0);
	leave(model, FILLED);
	note(model);
}

static void step_own(struct model *model)
{
	const int flags = pick(model, 2) ? MSG_CMSG_CLOEXEC : 0;
	const int error = anc_data_take_ownership(&model->data, flags, 0);

	CHECK_EQ(error, model->now.state == FILLED ? 0 : -EINVAL);
	if (error == 0) {
		model->now.state = HELD;
		model->is_cut = false;
	}
}

static void step_adopt(struct model *model)
{
	struct forged forged = {.len = 0};
	const size_t rights = pick(model, 5);
	int slots[4];
	size_t i;
	int error;

	for (i = 0; i < rights; i++)
		slots[i] = pick(model, 8) ? new_twin(model->file) : -(int)(1 + pick(model, 100));
	if (pick(model, 2))
		forge_pidfd(&forged, pick(model, 8) ? new_twin(model->file) : -ESRCH);
	if (rights > 0)
		forge_fds(&forged, slots, rights);
	if (pick(model, 4) == 0)
		forge_pidfd(&forged, new_twin(model->file));
	error = anc_data_adopt(&model->data, forged.bytes, forged.len, 0, 0);
	CHECK_EQ(error, forged.len > ROOM ? -ENOBUFS : 0);
	leave(model, error == 0 ? HELD : EMPTY);
	note(model);
}

static void step_receive(struct model *model)
{
	struct anc_recv_result result;

	let_come(model);
	CHECK_EQ(receive(model->in[1], &model->data, 0, &result), 0);
	leave(model, HELD);
	note(model);
	model->is_cut = anc_recv_result_control_data_truncated(result);
}

static void step_receive_in_vain(struct model *model)
{
	struct anc_recv_result result;

	CHECK_EQ(receive(model->in[1], &model->data, MSG_DONTWAIT, &result), -EAGAIN);
	leave(model, EMPTY);
}

static void step_iterate(struct model *model)
{
	model->iter = anc_data_received_fds(&model->data);
	model->iter_is_live = model->now.state == HELD;
	model->iter_at = 0;
}

static void step_next(struct model *model)
{
	const struct contents *now = &model->now;
	int fd = 0;
	const bool more = anc_fd_iter_next(&model->iter, &fd);

	while (model->iter_at < now->count &&
	       (now->slots[model->iter_at].is_pidfd || now->slots[model->iter_at].is_taken))
		model->iter_at++;
	CHECK_EQ(more, model->iter_is_live && model->iter_at < now->count);
	if (!more)
		return;
	CHECK_EQ(fd, now->slots[model->iter_at].value);
	model->now.slots[model->iter_at].is_taken = true;
	if (fd >= 0)
		CHECK_EQ(close(fd), 0);
}

static void step_iter_fini(struct model *model)
{
	anc_fd_iter_fini(&model->iter);
	if (model->iter_is_live)
		take_all(model, false);
	model->iter_is_live = false;
}

/* What a taking call should answer: 0, or an error. */
static int taking(const struct model *model, size_t max)
{
	int error;
	const size_t count = live(model, false, &error);

	if (model->now.state == HELD && model->is_cut)
		return -EMSGSIZE;
	if (error < 0)
		return error;
	return count > max ? -E2BIG : 0;
}

static void step_take_fd(struct model *model)
{
	int error;
	const size_t count = live(model, false, &error);
	const int fd = anc_data_take_fd(&model->data);

	error = taking(model, 1);
	if (error == 0 && count == 1)
		CHECK_EQ(close(fd), 0);
	else
		CHECK_EQ(fd, error < 0 ? error : -ENOMSG);
	take_all(model, false);
}

static void step_take_fds(struct model *model)
{
	int fds[MOST_SLOTS];
	const size_t max = pick(model, 6);
	size_t count = 0;
	int error;
	const size_t expected = live(model, false, &error);

	error = taking(model, max);
	CHECK_EQ(anc_data_take_fds(&model->data, fds, max, &count), error);
	CHECK_EQ(count, error < 0 ? 0 : expected);
	while (count > 0)
		CHECK_EQ(close(fds[--count]), 0);
	take_all(model, false);
}

static void step_take_pidfd(struct model *model)
{
	int error;
	const size_t count = live(model, true, &error);
	const int fd = anc_data_take_pidfd(&model->data);

	if (count == 0)
		CHECK_EQ(fd, model->now.state == HELD && model->is_cut ? -EMSGSIZE : -ENOMSG);
	else if (error < 0)
		CHECK_EQ(fd, error);
	else if (count > 1)
		CHECK_EQ(fd, -E2BIG);
	else
		CHECK_EQ(close(fd), 0);
	take_all(model, true);
}

/* What a send should answer; -EINVAL: Linux does not send SCM_PIDFD. */
static ssize_t sending(const struct model *model)
{
	const struct contents *now = &model->now;
	size_t i;

	for (i = 0; now->state == HELD && i < now->count; i++)
		if (now->slots[i].is_taken)
			return -EBADF;
	for (i = 0; i < now->count; i++)
		if (now->slots[i].is_pidfd || now->slots[i].is_taken || now->slots[i].value < 0)
			return now->slots[i].is_pidfd ? -EINVAL : -EBADF;
	return 1;
}

static void step_send(struct model *model)
{
	const ssize_t expected = sending(model);

	CHECK_EQ(send_data(model->out[0], &model->data), expected);
	if (expected > 0)
		CHECK_EQ(raw_count(model->out[1], model->file),
			 model->now.added + model->now.count);
}

static void step_release(struct model *model)
{
	anc_data_release(&model->data);
	if (model->now.state == HELD) {
		model->now.state = FILLED;
		model->iter_is_live = false;
	}
}

static void step_clear(struct model *model)
{
	anc_data_clear(&model->data);
	leave(model, EMPTY);
}

static void step_fini(struct model *model)
{
	anc_data_fini(&model->data);
	leave(model, EMPTY);
	anc_data_init(&model->data, model->storage, ROOM);
	/* An iterator must end before another anc_data takes the place of its own. */
	memset(&model->iter, 0, sizeof(model->iter));
}

static void (*const steps[])(struct model *) = {
	step_add_fds, step_add_cmsg,  step_offer,   step_fill,     step_fill,
	step_own,     step_own,       step_adopt,   step_receive,  step_receive_in_vain,
	step_iterate, step_iterate,   step_next,    step_next,     step_next,
	step_next,    step_iter_fini, step_take_fd, step_take_fds, step_take_pidfd,
	step_send,    step_release,   step_clear,   step_fini,
};

static void check_step(const struct model *model)
{
	const enum state state = model->now.state;
	size_t i;

	CHECK_EQ(count_open(), model->before + owned(model));
	for (i = 0; i < model->now.count; i++)
		if (model->now.slots[i].value >= 0 && !model->now.slots[i].is_taken)
			CHECK(tap_is_open(model->now.slots[i].value));
	CHECK_EQ(anc_data_cmsgs(&model->data).len > 0,
		 state == BUILT || ((state == FILLED || state == HELD) && model->now.count > 0));
	if (state == HELD)
		CHECK_EQ(anc_data_cut(&model->data) != ANC_CUT_NONE, model->is_cut);
}

static void run(uint64_t seed, bool with_pidfd)
{
	struct model model;
	size_t i;

	memset(&model, 0, sizeof(model));
	model.seed = seed;
	tap_pair(SOCK_SEQPACKET, model.in);
	tap_pair(SOCK_SEQPACKET, model.out);
	model.file = tap_new_fd();
	if (with_pidfd && anc_pidfd_enable(model.in[1], true) < 0)
		printf("# without SO_PASSPIDFD, which came with Linux 6.5\n");
	anc_data_init(&model.data, model.storage, ROOM);
	model.before = count_open();
	for (i = 0; i < STEPS; i++) {
		steps[pick(&model, sizeof(steps) / sizeof(steps[0]))](&model);
		check_step(&model);
	}
	step_fini(&model);
	check_step(&model);
	close(model.file);
	for (i = 0; i < 2; i++) {
		close(model.in[i]);
		close(model.out[i]);
	}
}

TEST(any_order_of_calls_agrees_with_the_model)
{
	run(1, false);
}

TEST(any_order_of_calls_with_a_pidfd_agrees_with_the_model)
{
	SKIP_EMULATED("its SCM_PIDFD is not the kernel's");
	run(2, true);
}

#define GAPS 8

/* Holds those whose bit is set, in an order of their own; the others are somebody else's. */
static void hold_chosen(struct anc_data *data, const int fds[GAPS], unsigned chosen, bool down)
{
	struct forged forged = {.len = 0};
	int held[GAPS];
	size_t count = 0;
	size_t i;

	for (i = 0; i < GAPS; i++)
		if (chosen >> (down ? GAPS - 1 - i : i) & 1)
			held[count++] = fds[down ? GAPS - 1 - i : i];
	/* in two messages, for a run may go on in the next */
	forge_fds(&forged, held, count / 2);
	forge_fds(&forged, held + count / 2, count - count / 2);
	CHECK_EQ(anc_data_adopt(data, forged.bytes, forged.len, MSG_CMSG_CLOEXEC, 0), 0);
}

/* Every choice of eight numbers that follow each other. */
TEST(only_what_is_held_is_closed_whatever_the_gaps)
{
	unsigned char storage[256];
	const int file = tap_new_fd();
	struct anc_data data;
	int fds[GAPS];
	unsigned chosen;
	size_t i;

	anc_data_init(&data, storage, sizeof(storage));
	for (i = 0; i < GAPS; i++)
		fds[i] = 100 + (int)i;
	for (chosen = 0; chosen < 2u << GAPS; chosen++) {
		for (i = 0; i < GAPS; i++)
			CHECK_EQ(dup2(file, fds[i]), fds[i]);
		hold_chosen(&data, fds, chosen >> 1, chosen & 1);
		anc_data_clear(&data);
		for (i = 0; i < GAPS; i++)
			CHECK_EQ(tap_is_open(fds[i]), !(chosen >> 1 >> i & 1));
	}
	for (i = 0; i < GAPS; i++)
		close(fds[i]);
	close(file);
}

static const struct tap_test tests[] = {
	{"any_order_of_calls_agrees_with_the_model", test_any_order_of_calls_agrees_with_the_model},
	{"any_order_of_calls_with_a_pidfd_agrees_with_the_model",
	 test_any_order_of_calls_with_a_pidfd_agrees_with_the_model},
	{"only_what_is_held_is_closed_whatever_the_gaps",
	 test_only_what_is_held_is_closed_whatever_the_gaps},
};
TAP_MAIN(tests)
