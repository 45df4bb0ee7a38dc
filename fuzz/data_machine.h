/* SPDX-License-Identifier: MIT */
#ifndef DATA_MACHINE_H
#define DATA_MACHINE_H

/*
 * The anc_data under test beside its model, and what the world does to it: control bytes that
 * somebody forged, and sockets.
 */

#include "data_model.h"

#include <sys/resource.h>
#include <sys/syscall.h>

#define ITERATORS 2
#define MOST_SENT 6

struct machine {
	struct input in;
	struct model model;
	struct anc_data data;
	struct anc_buf buf;
	bool is_lent;
	unsigned char *storage; /* NULL when the anc_buf has it */
	struct anc_fd_iter iters[ITERATORS];
	unsigned iter_epochs[ITERATORS];
	int iter_carriers[ITERATORS];
};

/* Control bytes that came from somewhere. */
struct forged {
	unsigned char bytes[MOST_BYTES];
	size_t len;
};

/* What a socket of one's own does with them. */
struct custom {
	struct forged forged;
	unsigned how;
	int answer;
};

/* Sockets to ourselves: what is received comes through the one, what is sent goes to the other. */
static int in_pair[2];
static int out_pair[2];
static struct rlimit fd_limit;

static const struct anc_message_type pair_type = {
	.name = "PAIR", .level = 0x1234, .type = 7, .fds_at = 4, .fds_max = 2};
static const struct anc_message_type tail_type = {.name = "TAIL",
						  .level = SOL_SOCKET,
						  .type = 0x77,
						  .fds_at = 3,
						  .fds_max = ANC_FDS_TO_THE_END};
static const struct anc_message_type plain_type = {.name = "PLAIN", .level = 0x1234, .type = 8};

/* A message of any kind; wherever an int could be taken for a descriptor stands a stranger's. */
static void forge_message(struct machine *machine, struct forged *forged)
{
	struct input *in = &machine->in;
	const struct shape shape = shape_host();
	const size_t kind = input_below(in, CARRIERS + 2);
	unsigned char *header = forged->bytes + forged->len;
	int payload[8];
	struct anc_cmsg msg = {0x1234, 8, payload, input_below(in, sizeof(payload)), false};
	size_t i;

	for (i = 0; i < sizeof(payload) / sizeof(payload[0]); i++)
		payload[i] = machine->model.stranger;
	if (kind < CARRIERS) {
		msg.level = carriers[kind].level;
		msg.type = carriers[kind].type;
	} else if (kind == CARRIERS) {
		msg.level = carriers[input_below(in, CARRIERS)].level;
		msg.type = (int)input_byte(in);
	}
	forged->len += shape_put(&shape, header, &msg);
	/* A length that lies: less than a header, or any. */
	switch (input_below(in, 16)) {
	case 1:
		shape_store(&shape, header, shape.len_width, input_byte(in));
		break;
	case 2:
		shape_store(&shape, header, shape.len_width, (uint64_t)input_int(in) << 16);
		break;
	default:
		break;
	}
}

static int plant_value(struct machine *machine)
{
	switch (input_below(&machine->in, 10)) {
	case 1:
		return -1 - (int)input_byte(&machine->in);
	case 2:
		return ANC_FD_TAKEN;
	case 3:
		return BOGUS + (int)input_byte(&machine->in);
	default:
		return model_dup(&machine->model);
	}
}

/* Control bytes as nobody would write them, but with descriptors of their own in all slots; at most
 * `most` bytes. */
static void forge(struct machine *machine, struct forged *forged, size_t most)
{
	struct slot slots[MOST_SLOTS];
	size_t count = input_below(&machine->in, 6);
	size_t i;
	int value;

	forged->len = 0;
	while (count-- > 0)
		forge_message(machine, forged);
	if (input_below(&machine->in, 4) == 1)
		forged->len = input_below(&machine->in, forged->len + 1);
	if (forged->len > most)
		forged->len = most;
	find_slots(forged->bytes, forged->len, slots, &count);
	for (i = 0; i < count; i++) {
		value = plant_value(machine);
		memcpy(forged->bytes + slots[i].at, &value, sizeof(value));
	}
}

static int input_recv_flags(struct input *in)
{
	const unsigned how = input_byte(in);

	return ((how & 1) ? MSG_CMSG_CLOEXEC : 0) | ((how & 2) ? MSG_PEEK : 0);
}

static int input_msg_flags(struct input *in)
{
	return input_below(in, 4) == 1 ? MSG_CTRUNC : 0;
}

/* Sends that many descriptors, and takes back what is left of a message that was peeked at. */
static void let_come(const struct model *model, size_t count)
{
	const int fds[MOST_SENT] = {model->file, model->file, model->file,
				    model->file, model->file, model->file};
	const struct shape shape = shape_host();
	const struct anc_cmsg rights = {SOL_SOCKET, SCM_RIGHTS, fds, count * sizeof(int), false};
	unsigned char control[MOST_BYTES];
	struct iovec byte = {(void *)(uintptr_t) "x", 1};
	struct msghdr msg = {.msg_iov = &byte, .msg_iovlen = 1};

	if (count > 0) {
		msg.msg_control = control;
		msg.msg_controllen = shape_put(&shape, control, &rights);
	}
	MUST_EQ(sendmsg(in_pair[0], &msg, MSG_NOSIGNAL), 1);
}

/* A table in which that many descriptors have room. */
static void limit_table(const struct model *model, size_t room)
{
	struct rlimit limit = fd_limit;

	for (limit.rlim_cur = 0; limit.rlim_cur < WATCHED; limit.rlim_cur++)
		if (!model->open[limit.rlim_cur] && room-- == 0)
			break;
	MUST_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* Receives what was sent, and closes it. Returns how many descriptors came. */
static size_t drain(void)
{
	unsigned char control[2048];
	struct slot slots[2048 / 4];
	char byte;
	struct iovec room = {&byte, 1};
	struct msghdr msg = {.msg_iov = &room, .msg_iovlen = 1};
	size_t count;
	size_t i;
	int fd;

	msg.msg_control = control;
	msg.msg_controllen = sizeof(control);
	MUST_EQ(recvmsg(out_pair[1], &msg, MSG_DONTWAIT), 1);
	find_slots(control, msg.msg_controllen, slots, &count);
	for (i = 0; i < count; i++) {
		memcpy(&fd, control + slots[i].at, sizeof(fd));
		MUST_EQ(close(fd), 0);
	}
	return count;
}

#endif
