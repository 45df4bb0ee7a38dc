/* SPDX-License-Identifier: MIT */
#include "scenarios.h"

#include "injection.h"
#include "tap.h"

#include <unistd.h>

#include <anc/anc.h>
#include <anc/batch.h>

#define COUNT 3

/* A few messages of one byte and one descriptor. */
struct few {
	struct anc_batch_outgoing out[COUNT];
	struct anc_batch_incoming in[COUNT];
	struct anc_data data_out[COUNT];
	struct anc_data data_in[COUNT];
	unsigned char control_out[COUNT][ANC_FDS_SPACE(1)];
	unsigned char control_in[COUNT][ANC_FDS_SPACE(256)];
	char bytes[COUNT];
};

static void few_prepare(struct few *few, int fd)
{
	size_t i;

	*few = (struct few){0};
	for (i = 0; i < COUNT; i++) {
		anc_data_init(&few->data_out[i], few->control_out[i], sizeof(few->control_out[i]));
		anc_data_init(&few->data_in[i], few->control_in[i], sizeof(few->control_in[i]));
		CHECK_EQ(anc_data_add_fds(&few->data_out[i], &fd, 1), 0);
		few->out[i].buf = "x";
		few->out[i].len = 1;
		few->out[i].data = &few->data_out[i];
		few->in[i].buf = &few->bytes[i];
		few->in[i].len = 1;
		few->in[i].data = &few->data_in[i];
	}
}

/* Takes the descriptor of each of `count` messages. */
static ssize_t few_take(struct few *few, ssize_t count)
{
	ssize_t result = count;
	ssize_t i;
	int fd;

	for (i = 0; i < count; i++) {
		fd = anc_data_take_fd(&few->data_in[i]);
		if (fd >= 0)
			injection_take(fd);
		else
			result = fd;
	}
	return result;
}

/* Sends and receives; what is not taken the library closes. */
static ssize_t run_few(bool taken)
{
	struct few few;
	const int fd = tap_new_fd();
	ssize_t result;
	int pair[2];
	size_t i;

	tap_pair(SOCK_SEQPACKET | SOCK_NONBLOCK, pair);
	few_prepare(&few, fd);
	result = anc_batch_send(anc_socket_fd(pair[0]), few.out, COUNT,
				(struct anc_send_options){0});
	CHECK(result != 0);
	if (result > 0) {
		CHECK_EQ(few.out[0].result, 1);
		result = anc_batch_recv(anc_socket_fd(pair[1]), few.in, (size_t)result,
					(struct anc_recv_options){0});
		CHECK(result != 0);
	}
	if (taken)
		result = few_take(&few, result);
	for (i = 0; i < COUNT; i++)
		anc_data_fini(&few.data_in[i]);
	close(fd);
	close(pair[0]);
	close(pair[1]);
	return result;
}

static ssize_t batch(void)
{
	return run_few(true);
}
const struct scenario scenario_batch = {.run = batch};

static ssize_t batch_held(void)
{
	return run_few(false);
}
const struct scenario scenario_batch_held = {.run = batch_held};

static ssize_t batch_end(void)
{
	struct few few;
	const int fd = tap_new_fd();
	ssize_t result;
	int pair[2];

	tap_pair(SOCK_SEQPACKET | SOCK_NONBLOCK, pair);
	few_prepare(&few, fd);
	close(fd);
	close(pair[0]);
	result =
		anc_batch_recv(anc_socket_fd(pair[1]), few.in, COUNT, (struct anc_recv_options){0});
	CHECK(result <= 0);
	close(pair[1]);
	return result;
}
const struct scenario scenario_batch_end = {.run = batch_end};
