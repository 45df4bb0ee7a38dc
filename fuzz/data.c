/* SPDX-License-Identifier: MIT */
/* Any sequence of the calls on an anc_data, with descriptors that are open: after each call, what
 * it holds and what is open must be what the model says. */
#include "data_receive.h"

#define MOST_STEPS 64

int LLVMFuzzerInitialize(int *argc, char ***argv);
int __real_close(int fd);
int __wrap_close(int fd);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f);

/* Whoever closes a number that is not open closes a stranger's, on another day. */
int __wrap_close(int fd)
{
	const int error = __real_close(fd);

	MUST(error == 0 || !is_watched(fd));
	return error;
}

long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	long fd;

	for (fd = a; number == SYS_close_range && fd <= b && fd < WATCHED; fd++)
		MUST(fcntl((int)fd, F_GETFD) >= 0);
	return __real_syscall(number, a, b, c, d, e, f);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	MUST_EQ(getrlimit(RLIMIT_NOFILE, &fd_limit), 0);
	fd_limit.rlim_cur = WATCHED;
	MUST_EQ(setrlimit(RLIMIT_NOFILE, &fd_limit), 0);
	MUST_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, in_pair), 0);
	MUST_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, out_pair), 0);
	return 0;
}

static void step_add_cmsg(struct machine *machine)
{
	struct input *in = &machine->in;
	int fds[3] = {machine->model.file, machine->model.stranger, machine->model.file};
	struct anc_cmsg msg = {SOL_SOCKET, SCM_RIGHTS, fds, input_below(in, sizeof(fds) + 1),
			       input_below(in, 16) == 1};
	int expected;

	if (input_below(in, 2))
		msg.level = (int)input_byte(in);
	if (input_below(in, 8) == 1)
		fds[0] = -(int)input_byte(in);
	expected = model_add_cmsg(&machine->model, &msg, machine->model.capacity);
	MUST_EQ(anc_data_add_cmsg(&machine->data, &msg), expected);
}

static void step_add_fds(struct machine *machine)
{
	struct input *in = &machine->in;
	size_t count = input_below(in, 5);
	int fds[254];
	size_t i;
	int expected;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		fds[i] = machine->model.file;
	switch (input_below(in, 8)) {
	case 1:
		fds[0] = -1;
		break;
	case 2:
		count = 250 + count;
		break;
	default:
		break;
	}
	expected = model_add_fds(&machine->model, fds, count, machine->model.capacity);
	MUST_EQ(anc_data_add_fds(&machine->data, fds, count), expected);
}

static void step_iterate(struct machine *machine)
{
	const size_t which = input_below(&machine->in, ITERATORS);
	const int carrier = (int)input_below(&machine->in, CARRIERS);

	machine->iters[which] =
		carrier == RIGHTS
			? anc_data_received_fds(&machine->data)
			: anc_data_received_fds_of(&machine->data, carriers[carrier].level,
						   carriers[carrier].type);
	machine->iter_epochs[which] = machine->model.epoch;
	machine->iter_carriers[which] = carrier;
}

static bool iter_is_live(const struct machine *machine, size_t which)
{
	return machine->iters[which].data != NULL && machine->model.state == HELD &&
	       machine->iter_epochs[which] == machine->model.epoch;
}

static void step_next(struct machine *machine)
{
	const size_t which = input_below(&machine->in, ITERATORS);
	const int carrier = machine->iter_carriers[which];
	const bool expected =
		iter_is_live(machine, which) && model_live(&machine->model, carrier).count > 0;
	int value = 0;

	MUST_EQ(anc_fd_iter_next(&machine->iters[which], &value), expected);
	if (expected)
		model_took(&machine->model, carrier, value);
}

static void step_iter_fini(struct machine *machine)
{
	const size_t which = input_below(&machine->in, ITERATORS);

	if (iter_is_live(machine, which))
		model_closed_all(&machine->model, machine->iter_carriers[which]);
	anc_fd_iter_fini(&machine->iters[which]);
	machine->iters[which].data = NULL;
}

/* What stands against taking all of SCM_RIGHTS. */
static int take_error(const struct model *model, size_t max)
{
	const struct live live = model_live(model, RIGHTS);

	if (model->state == HELD && model->cut_error < 0)
		return model->cut_error;
	if (live.error < 0)
		return live.error;
	return live.count > max ? -E2BIG : 0;
}

static void step_take_fd(struct machine *machine)
{
	struct model *model = &machine->model;
	const int error = take_error(model, 1);
	const size_t count = model_live(model, RIGHTS).count;
	const int fd = anc_data_take_fd(&machine->data);

	if (error < 0 || count == 0) {
		MUST_EQ(fd, error < 0 ? error : -ENOMSG);
		model_closed_all(model, RIGHTS);
	} else {
		model_took(model, RIGHTS, fd);
	}
}

static void step_take_fds(struct machine *machine)
{
	struct model *model = &machine->model;
	const size_t max = input_below(&machine->in, 9);
	const int error = take_error(model, max);
	const size_t expected = error < 0 ? 0 : model_live(model, RIGHTS).count;
	int *fds = (int *)(void *)fuzz_block(0, max * sizeof(int));
	size_t count = 77;
	size_t i;

	MUST_EQ(anc_data_take_fds(&machine->data, fds, max, &count), error);
	MUST_EQ(count, error < 0 ? 77 : expected);
	for (i = 0; i < expected; i++)
		model_took(model, RIGHTS, fds[i]);
	model_closed_all(model, RIGHTS);
	free(fds);
}

static void step_take_pidfd(struct machine *machine)
{
	struct model *model = &machine->model;
	const struct live live = model_live(model, PIDFD);
	const int fd = anc_data_take_pidfd(&machine->data);

	if (live.count == 1)
		model_took(model, PIDFD, fd);
	else if (live.count == 0)
		MUST_EQ(fd, model->state == HELD && model->ctrunc ? -EMSGSIZE : -ENOMSG);
	else
		MUST_EQ(fd, live.error < 0 ? live.error : -E2BIG);
	model_closed_all(model, PIDFD);
}

static bool has_taken(const struct model *model)
{
	size_t i;

	for (i = 0; i < model->slot_count; i++)
		if (model_owns(model, i) && model_value(model, i) == ANC_FD_TAKEN)
			return true;
	return false;
}

/* Sending borrows, whatever the kernel says of the bytes. */
static void step_send(struct machine *machine)
{
	const struct model *model = &machine->model;
	struct anc_sender sender = anc_sender_on(anc_socket_fd(out_pair[0]), "x", 1);
	ssize_t sent;

	sender.data = &machine->data;
	sent = anc_sender_send(&sender);
	if (model->state == HELD && has_taken(model))
		MUST_EQ(sent, -EBADF);
	else if (model->state == EMPTY || model->state == OFFERED)
		MUST_EQ(sent, 1);
	if (sent >= 0)
		MUST(drain() == model->fd_count || (model->state != BUILT && model->len > 0));
}

static void step_release(struct machine *machine)
{
	struct model *model = &machine->model;

	anc_data_release(&machine->data);
	if (model->state != HELD)
		return;
	model->state = FILLED;
	model->epoch++;
}

static void step_set_types(struct machine *machine)
{
	static const struct anc_message_type *const sets[4][3] = {
		{&plain_type, NULL},
		{&pair_type, NULL},
		{&tail_type, NULL},
		{&plain_type, &tail_type, &pair_type},
	};
	const size_t which = input_below(&machine->in, 4);
	const int error = anc_data_set_types(&machine->data, sets[which], which == 3 ? 3 : 1);

	MUST_EQ(error, machine->model.state == HELD ? -EBUSY : 0);
	if (error < 0)
		return;
	machine->model.is_set[PAIR] = which == 1 || which == 3;
	machine->model.is_set[TAIL] = which == 2 || which == 3;
}

/* The anc_data is over, and has nothing any more. */
static void finished(struct machine *machine)
{
	model_forget(&machine->model, EMPTY);
	machine->model.capacity = 0;
	machine->model.is_set[PAIR] = false;
	machine->model.is_set[TAIL] = false;
	machine->is_lent = false;
}

/* A loan that is over leaves a buffer that works. */
static void check_returned(struct machine *machine)
{
	MUST_EQ(anc_buf_cmsgs(&machine->buf).len, 0);
	MUST_EQ(anc_buf_add_fds(&machine->buf, &machine->model.file, 1), 0);
	anc_buf_clear(&machine->buf);
}

static void step_fini(struct machine *machine)
{
	const bool was_lent = machine->is_lent;

	errno = 77;
	anc_data_fini(&machine->data);
	anc_data_fini(&machine->data);
	MUST_EQ(errno, 77);
	finished(machine);
	if (was_lent)
		check_returned(machine);
}

/* A buffer that lends refuses everything, but to be ended. */
static void step_use_buf(struct machine *machine)
{
	struct anc_data another;

	if (!machine->is_lent)
		return;
	MUST_EQ(anc_buf_add_fds(&machine->buf, &machine->model.file, 1), -EBUSY);
	MUST_EQ(anc_buf_reserve(&machine->buf, 1), -EBUSY);
	MUST_EQ(anc_buf_to_data(&machine->buf, &another), -EBUSY);
	MUST_EQ(anc_buf_cmsgs(&machine->buf).len, 0);
	if (input_below(&machine->in, 4) != 1)
		return;
	errno = 77;
	anc_buf_clear(&machine->buf);
	MUST_EQ(errno, 77);
	finished(machine);
	check_returned(machine);
}

static void init_lent(struct machine *machine)
{
	struct model *model = &machine->model;
	const struct anc_cmsg msg = {0x1234, 8, &model->stranger, sizeof(int), false};
	const int fds[2] = {model->file, model->stranger};
	const size_t count = input_below(&machine->in, 3);

	MUST_EQ(anc_buf_reserve(&machine->buf, input_below(&machine->in, 160)), 0);
	MUST_EQ(anc_buf_add_fds(&machine->buf, fds, count),
		model_add_fds(model, fds, count, MOST_BYTES));
	if (input_below(&machine->in, 2))
		MUST_EQ(anc_buf_add_cmsg(&machine->buf, &msg),
			model_add_cmsg(model, &msg, MOST_BYTES));
	model->capacity = anc_buf_capacity(&machine->buf);
	MUST_EQ(anc_buf_to_data(&machine->buf, &machine->data), 0);
	machine->is_lent = true;
}

static void init(struct machine *machine)
{
	const unsigned how = input_byte(&machine->in);

	if (how & 1) {
		init_lent(machine);
		return;
	}
	machine->model.capacity = input_below(&machine->in, 160);
	machine->storage = fuzz_block((how >> 1) % 8, machine->model.capacity);
	anc_data_init(&machine->data, machine->storage + (how >> 1) % 8, machine->model.capacity);
}

/* Ends it, by the end of either owner of the storage. */
static void end(struct machine *machine)
{
	if (input_below(&machine->in, 2))
		step_fini(machine);
	anc_buf_fini(&machine->buf);
	if (machine->is_lent)
		finished(machine);
	else
		step_fini(machine);
	free(machine->storage);
	machine->storage = NULL;
	/* An iterator ends before another anc_data takes the place of its own. */
	memset(machine->iters, 0, sizeof(machine->iters));
}

static void step_again(struct machine *machine)
{
	end(machine);
	init(machine);
}

static void (*const steps[])(struct machine *) = {
	step_add_cmsg,   step_add_fds, step_offer,     step_fill,           step_own,
	step_adopt,      step_adopt,   step_receive,   step_receive_custom, step_iterate,
	step_next,       step_next,    step_iter_fini, step_take_fd,        step_take_fds,
	step_take_pidfd, step_send,    step_release,   step_set_types,      step_clear,
	step_fini,       step_use_buf, step_again,
};

static void check(const struct machine *machine)
{
	const struct model *model = &machine->model;
	const struct anc_cmsgs view = anc_data_cmsgs(&machine->data);

	model_check_open(model);
	model_check_cloexec(model);
	MUST_EQ(view.len, model->len);
	MUST(view.len == 0 || memcmp(view.bytes, model->bytes, view.len) == 0);
	MUST_EQ(view.truncated, model->ctrunc);
	MUST_EQ(anc_data_cut(&machine->data), model->cut);
	MUST_EQ(anc_data_capacity(&machine->data), model->capacity);
}

static void begin(struct machine *machine, const uint8_t *bytes, size_t size)
{
	struct model *model = &machine->model;
	int fd;

	machine->in = (struct input){bytes, size};
	for (fd = 0; fd < WATCHED; fd++)
		model->open[fd] = fcntl(fd, F_GETFD) >= 0;
	model->is_set[RIGHTS] = true;
	model->is_set[PIDFD] = true;
	model->file = open("/dev/null", O_RDWR | O_CLOEXEC);
	MUST(is_watched(model->file));
	model->open[model->file] = true;
	model->stranger = model_dup(model);
	init(machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct machine machine;
	bool before[WATCHED];
	size_t i;

	memset(&machine, 0, sizeof(machine));
	begin(&machine, bytes, size);
	memcpy(before, machine.model.open, sizeof(before));
	check(&machine);
	for (i = 0; i < MOST_STEPS && machine.in.left > 0; i++) {
		steps[input_below(&machine.in, sizeof(steps) / sizeof(steps[0]))](&machine);
		check(&machine);
	}
	end(&machine);
	check(&machine);
	MUST(memcmp(before, machine.model.open, sizeof(before)) == 0);
	model_close(&machine.model, machine.model.stranger);
	model_close(&machine.model, machine.model.file);
	return 0;
}
