/* SPDX-License-Identifier: MIT */
#ifndef DATA_RECEIVE_H
#define DATA_RECEIVE_H

/* The calls that put into an anc_data what came from elsewhere. */

#include "data_machine.h"

static void step_offer(struct machine *machine)
{
	size_t len;
	size_t i;
	const unsigned char *control = anc_data_control_buf(&machine->data, &len);

	MUST_EQ(len, machine->model.capacity);
	MUST_EQ(control == NULL, len == 0);
	for (i = 0; i < len; i++)
		MUST_EQ(control[i], 0);
	model_forget(&machine->model, OFFERED);
}

/* Receives by itself, into what was offered. */
static void step_fill(struct machine *machine)
{
	struct model *model = &machine->model;
	void *control;
	size_t len;
	struct forged forged;

	if (model->state != OFFERED) {
		MUST_EQ(anc_data_set_control_len(&machine->data, 0), -EINVAL);
		return;
	}
	MUST_EQ(anc_data_set_control_len(&machine->data, model->capacity + 1), -EINVAL);
	control = anc_data_control_buf(&machine->data, &len);
	forge(machine, &forged, len);
	if (forged.len > 0)
		memcpy(control, forged.bytes, forged.len);
	MUST_EQ(anc_data_set_control_len(&machine->data, forged.len), 0);
	model_load(model, forged.bytes, forged.len);
}

static void step_own(struct machine *machine)
{
	struct model *model = &machine->model;
	const int recv_flags = input_recv_flags(&machine->in);
	const int msg_flags = input_msg_flags(&machine->in);
	const int error = anc_data_take_ownership(&machine->data, recv_flags, msg_flags);

	if (model->state != FILLED) {
		MUST_EQ(error, -EINVAL);
		return;
	}
	MUST_EQ(error, model_own(model, recv_flags));
	model->ctrunc = msg_flags != 0;
	/* Why, is told from how much room there was left: here only that it was. */
	model->cut = anc_data_cut(&machine->data);
	MUST_EQ(model->cut != ANC_CUT_NONE, model->ctrunc);
	model->cut_error = 0;
	if (model->ctrunc)
		model->cut_error = model->cut == ANC_CUT_REFUSED ? -EACCES : -EMSGSIZE;
}

/* What adopting these bytes must leave. */
static int adopted(struct model *model, const struct forged *forged, int recv_flags, int msg_flags)
{
	int error;

	model_forget(model, EMPTY);
	model_load(model, forged->bytes, forged->len);
	if (forged->len > model->capacity) {
		model->state = HELD;
		model_forget(model, EMPTY);
		return -ENOBUFS;
	}
	error = model_own(model, recv_flags);
	model->ctrunc = msg_flags != 0;
	model->cut = model->ctrunc ? ANC_CUT_UNKNOWN : ANC_CUT_NONE;
	model->cut_error = model->ctrunc ? -EMSGSIZE : 0;
	return error;
}

static void step_adopt(struct machine *machine)
{
	struct forged forged;
	unsigned char *elsewhere;
	int recv_flags;
	int msg_flags;
	int error;

	forge(machine, &forged, sizeof(forged.bytes));
	recv_flags = input_recv_flags(&machine->in);
	msg_flags = input_msg_flags(&machine->in);
	elsewhere = fuzz_block(1, forged.len);
	memcpy(elsewhere + 1, forged.bytes, forged.len);
	error = anc_data_adopt(&machine->data, elsewhere + 1, forged.len, recv_flags, msg_flags);
	MUST_EQ(error, adopted(&machine->model, &forged, recv_flags, msg_flags));
	free(elsewhere);
}

static int custom_recv(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
		       struct anc_recv_options options, struct anc_recv_result *ret)
{
	const struct custom *custom = impl;
	unsigned char *control;
	size_t len;

	(void)bufs;
	(void)nbufs;
	(void)options;
	ret->len = 1;
	if (custom->how == 0)
		anc_data_adopt(data, custom->forged.bytes, custom->forged.len, 0, 0);
	if (custom->how == 0 || custom->forged.len > anc_data_capacity(data))
		return custom->answer;
	control = anc_data_control_buf(data, &len);
	if (custom->forged.len > 0)
		memcpy(control, custom->forged.bytes, custom->forged.len);
	MUST_EQ(anc_data_set_control_len(data, custom->forged.len), 0);
	if (custom->how == 1)
		anc_data_take_ownership(data, 0, 0);
	return custom->answer;
}

/* A socket that adopts, owns, or leaves that to the library; and fails or not. */
static void step_receive_custom(struct machine *machine)
{
	static const struct anc_socket_ops ops = {.recv_message = custom_recv};
	struct model *model = &machine->model;
	struct custom custom = {.how = (unsigned)input_below(&machine->in, 3)};
	struct anc_receiver receiver = {.socket = anc_socket_custom(&ops, &custom)};
	struct anc_recv_result result;
	int expected;
	int error;

	forge(machine, &custom.forged, custom.how == 0 ? MOST_BYTES : model->capacity);
	custom.answer = input_below(&machine->in, 4) == 1 ? -EIO : 0;
	receiver.data = &machine->data;
	error = anc_receiver_recv(&receiver, &result);
	expected = adopted(model, &custom.forged, 0, 0);
	if (expected == -ENOBUFS) {
		model->state = HELD;
		expected = 0;
	}
	if (custom.answer < 0)
		expected = custom.answer;
	if (expected < 0)
		model_forget(model, EMPTY);
	MUST_EQ(error, expected);
}

/* The kernel installs as many as were sent, fit the buffer, and fit the table; all else was cut. */
static void received(struct machine *machine, size_t sent, size_t room)
{
	struct model *model = &machine->model;
	const struct anc_cmsgs view = anc_data_cmsgs(&machine->data);
	const size_t fit =
		model->capacity > CMSG_LEN(0) ? (model->capacity - CMSG_LEN(0)) / sizeof(int) : 0;
	size_t installed = sent < fit ? sent : fit;
	size_t i;

	if (installed > room)
		installed = room;
	model_load(model, view.bytes, view.len);
	MUST_EQ(model->slot_count, installed);
	for (i = 0; i < model->slot_count; i++) {
		MUST(is_watched(model_value(model, i)) && !model->open[model_value(model, i)]);
		model->open[model_value(model, i)] = true;
	}
	MUST_EQ(model_own(model, 0), 0);
	model->ctrunc = sent > installed;
	if (model->ctrunc) {
		model->cut = installed == fit ? ANC_CUT_ROOM : ANC_CUT_REFUSED;
		model->cut_error = installed == fit ? -EMSGSIZE : -EMFILE;
	}
}

static void step_clear(struct machine *machine)
{
	errno = 77;
	anc_data_clear(&machine->data);
	MUST_EQ(errno, 77);
	model_forget(&machine->model, EMPTY);
}

static void step_receive(struct machine *machine)
{
	struct model *model = &machine->model;
	const unsigned how = input_byte(&machine->in);
	const size_t sent = input_below(&machine->in, MOST_SENT + 1);
	const size_t room = (how & 4) ? input_below(&machine->in, 3) : MOST_SENT;
	char byte;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(in_pair[1]), &byte, 1);
	struct anc_recv_result result;
	int error;

	receiver.data = &machine->data;
	anc_recv_options_dont_wait(&receiver.options, true);
	if (how & 1)
		anc_recv_options_peek(&receiver.options, true);
	if (how & 2)
		let_come(model, sent);
	if (how & 4) {
		/* What it has must not give numbers back meanwhile. */
		step_clear(machine);
		limit_table(model, room);
	}
	error = anc_receiver_recv(&receiver, &result);
	MUST_EQ(setrlimit(RLIMIT_NOFILE, &fd_limit), 0);
	model_forget(model, EMPTY);
	MUST_EQ(error, (how & 2) ? 0 : -EAGAIN);
	if (error < 0)
		return;
	received(machine, sent, room);
	MUST_EQ(anc_recv_result_control_data_truncated(result), model->ctrunc);
	if (how & 1)
		MUST_EQ(recv(in_pair[1], &byte, 1, MSG_DONTWAIT), 1);
}

#endif
