/* SPDX-License-Identifier: MIT */
/* Both example sockets under one-line calls and random sequences: the ledger holds. */
#include "ends.h"
#include "tap.h"

#include <unistd.h>

static void pass_one(struct ends *ends)
{
	const int fd = tap_new_fd();
	int got;

	CHECK_EQ(anc_socket_send_fd(ends->a, fd), 0);
	got = anc_socket_recv_fd(ends->b);
	CHECK(got >= 0 && got != fd);
	CHECK(tap_is_cloexec(got));
	CHECK(tap_is_same_file(got, fd));
	close(got);
	close(fd);
}

static void pass_several(struct ends *ends)
{
	int got[4];
	char text[8];
	size_t count;
	size_t i;

	CHECK_EQ(send_new(ends->b, "three", 3), 5);
	CHECK_EQ(anc_socket_recv_fds(ends->a, text, sizeof(text), got, 4, &count,
				     (struct anc_recv_options){0}),
		 5);
	CHECK_EQ(count, 3);
	CHECK(memcmp(text, "three", 5) == 0);
	for (i = 0; i < count; i++)
		close(got[i]);
}

static void refuse_several(struct ends *ends)
{
	const size_t open = tap_open_fds();

	CHECK_EQ(send_new(ends->a, "3", 3), 1);
	CHECK_EQ(anc_socket_recv_fd(ends->b), -E2BIG);
	CHECK_EQ(send_new(ends->a, "0", 0), 1);
	CHECK_EQ(anc_socket_recv_fd(ends->b), -ENOMSG);
	CHECK_EQ(send_new(ends->a, "long", 1), 4);
	CHECK_EQ(anc_socket_recv_fd(ends->b), -EMSGSIZE);
	CHECK_EQ(tap_open_fds(), open);
}

static void use_one_line_calls(struct ends *ends)
{
	pass_one(ends);
	pass_several(ends);
	refuse_several(ends);
	ends_close_a(ends);
	CHECK_EQ(anc_socket_recv_fd(ends->b), -EPIPE);
	CHECK_EQ(send_new(ends->b, "x", 1), -EPIPE);
	ends_close_b(ends);
}

TEST(one_line_calls_work_in_process)
{
	struct ends ends;

	ends_open_pipe(&ends);
	use_one_line_calls(&ends);
}

TEST(one_line_calls_work_while_recorded)
{
	struct ends ends;

	ends_open_recorded(&ends, SOCK_SEQPACKET);
	use_one_line_calls(&ends);
}

static void receive_without_control(struct ends *ends)
{
	const size_t open = tap_open_fds();
	struct anc_recv_result result;
	char text[8];

	CHECK_EQ(send_new(ends->a, "text", 2), 4);
	CHECK_EQ(receive(ends->b, text, sizeof(text), NULL, 0, &result), 0);
	CHECK_EQ(result.len, 4);
	CHECK(anc_recv_result_control_data_truncated(result));
	CHECK_EQ(tap_open_fds(), open);
	ends_close_a(ends);
	ends_close_b(ends);
}

TEST(without_a_control_buffer_all_is_closed_in_process)
{
	struct ends ends;

	ends_open_pipe(&ends);
	receive_without_control(&ends);
}

TEST(without_a_control_buffer_all_is_closed_while_recorded)
{
	struct ends ends;

	SKIP_EMULATED("its truncation is not the kernel's");
	ends_open_recorded(&ends, SOCK_DGRAM);
	receive_without_control(&ends);
}

/* One step of a random sequence; the model says how many descriptors wait in a queue. */
struct model {
	size_t queued[2 * PIPE_SOCKET_QUEUE];
	size_t count;
	size_t waiting;
	uint64_t seed;
};

static void model_send(struct model *model, struct anc_socket sock)
{
	const size_t count = tap_random(&model->seed) % 4;

	if (model->count == PIPE_SOCKET_QUEUE)
		return;
	CHECK_EQ(send_new(sock, "random", count), 6);
	model->queued[model->count++] = count;
	model->waiting += count;
}

static void model_pop(struct model *model)
{
	model->waiting -= model->queued[0];
	memmove(model->queued, model->queued + 1, --model->count * sizeof(model->queued[0]));
}

static void model_take(struct model *model, struct anc_socket sock)
{
	const size_t max = tap_random(&model->seed) % 4;
	const size_t expected = model->queued[0];
	int fds[4];
	char text[8];
	size_t count = 0;
	ssize_t len = anc_socket_recv_fds(sock, text, sizeof(text), fds, max, &count,
					  (struct anc_recv_options){MSG_DONTWAIT});

	if (model->count == 0) {
		CHECK_EQ(len, -EAGAIN);
		return;
	}
	model_pop(model);
	CHECK_EQ(len, expected > max ? -E2BIG : 6);
	CHECK_EQ(count, expected > max ? 0 : expected);
	while (count > 0)
		close(fds[--count]);
}

/* Receives with any room, in any way, takes one descriptor perhaps and leaves the rest. */
static void model_receive(struct model *model, struct anc_socket sock)
{
	unsigned char room[64];
	const uint32_t chance = tap_random(&model->seed);
	const bool peeks = chance % 3 == 0;
	struct anc_recv_result result;
	struct anc_fd_iter iter;
	struct anc_data data;
	char text[8];
	int fd;
	int error;

	anc_data_init(&data, room, tap_random(&model->seed) % sizeof(room));
	error = receive(sock, text, chance % 9, chance % 5 == 0 ? NULL : &data,
			MSG_DONTWAIT | (peeks ? MSG_PEEK : 0), &result);
	CHECK_EQ(error, model->count == 0 ? -EAGAIN : 0);
	if (error == 0 && !peeks)
		model_pop(model);
	iter = anc_data_received_fds(&data);
	if (chance % 2 == 0 && anc_fd_iter_next(&iter, &fd))
		CHECK_EQ(close(fd), 0);
	anc_data_fini(&data);
}

/* In-process, what waits is open in this process; in the kernel's queue it is not. */
static void run_random(struct ends *ends, bool in_process, uint64_t seed)
{
	struct model model = {.seed = seed};
	const size_t open = tap_open_fds();
	size_t i;

	for (i = 0; i < 300; i++) {
		switch (tap_random(&model.seed) % 5) {
		case 0:
		case 1:
			model_send(&model, ends->a);
			break;
		case 2:
			model_take(&model, ends->b);
			break;
		default:
			model_receive(&model, ends->b);
			break;
		}
		CHECK_EQ(tap_open_fds(), open + (in_process ? model.waiting : 0));
	}
	ends_close_a(ends);
	ends_close_b(ends);
}

TEST(random_sequences_keep_the_ledger_in_process)
{
	struct ends ends;
	uint64_t seed;

	for (seed = 1; seed <= 4; seed++) {
		ends_open_pipe(&ends);
		run_random(&ends, true, seed);
	}
}

TEST(random_sequences_keep_the_ledger_while_recorded)
{
	struct ends ends;
	uint64_t seed;

	SKIP_EMULATED("its truncation is not the kernel's");
	for (seed = 1; seed <= 4; seed++) {
		ends_open_recorded(&ends, SOCK_DGRAM);
		run_random(&ends, false, seed);
	}
}

static const struct tap_test tests[] = {
	{"one_line_calls_work_in_process", test_one_line_calls_work_in_process},
	{"one_line_calls_work_while_recorded", test_one_line_calls_work_while_recorded},
	{"without_a_control_buffer_all_is_closed_in_process",
	 test_without_a_control_buffer_all_is_closed_in_process},
	{"without_a_control_buffer_all_is_closed_while_recorded",
	 test_without_a_control_buffer_all_is_closed_while_recorded},
	{"random_sequences_keep_the_ledger_in_process",
	 test_random_sequences_keep_the_ledger_in_process},
	{"random_sequences_keep_the_ledger_while_recorded",
	 test_random_sequences_keep_the_ledger_while_recorded},
};
TAP_MAIN(tests)
