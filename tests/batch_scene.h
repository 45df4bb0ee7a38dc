/* SPDX-License-Identifier: MIT */
#ifndef BATCH_SCENE_H
#define BATCH_SCENE_H

/* Batches for the tests: a byte, control data and room for an address in each message. */

#include "peer.h"

#include <anc/anc.h>
#include <anc/batch.h>

#define MOST 200

static const struct anc_send_options send_now = {MSG_DONTWAIT, false};
static const struct anc_recv_options recv_now = {MSG_DONTWAIT};

/* Something to send or to receive: a byte and a descriptor each. */
static struct anc_batch_outgoing outgoing[MOST];
static struct anc_batch_incoming incoming[MOST];
static unsigned char bytes_in[MOST][8];
static unsigned char bytes_out[MOST];
static struct anc_data data_in[MOST];
static struct anc_data data_out[MOST];
static unsigned char control_in[MOST][ANC_FDS_SPACE(9)];
static unsigned char control_out[MOST][ANC_FDS_SPACE(4)];
static struct sockaddr_storage addr_in[MOST];

static inline void prepare_in(size_t count)
{
	size_t i;

	memset(incoming, 0, sizeof(incoming));
	for (i = 0; i < count; i++) {
		anc_data_init(&data_in[i], control_in[i], sizeof(control_in[i]));
		incoming[i].buf = bytes_in[i];
		incoming[i].len = sizeof(bytes_in[i]);
		incoming[i].data = &data_in[i];
		incoming[i].addr = &addr_in[i];
		incoming[i].error = 77;
	}
}

/* Byte i of message i says which it is; `fd`, unless negative, goes with each. */
static inline void prepare_out(size_t count, int fd)
{
	size_t i;

	memset(outgoing, 0, sizeof(outgoing));
	for (i = 0; i < count; i++) {
		anc_data_init(&data_out[i], control_out[i], sizeof(control_out[i]));
		if (fd >= 0)
			CHECK_EQ(anc_data_add_fds(&data_out[i], &fd, 1), 0);
		bytes_out[i] = (unsigned char)i;
		outgoing[i].buf = &bytes_out[i];
		outgoing[i].len = 1;
		outgoing[i].data = &data_out[i];
		outgoing[i].result = 77;
	}
}

static inline void finish_in(size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		anc_data_fini(&data_in[i]);
}

static inline ssize_t batch_send(int sock, size_t count)
{
	return anc_batch_send(anc_socket_fd(sock), outgoing, count, send_now);
}

static inline ssize_t batch_recv(int sock, size_t count)
{
	return anc_batch_recv(anc_socket_fd(sock), incoming, count, recv_now);
}

/* Message i has byte `value`, and the descriptor of a file, or none. */
static inline void check_message(size_t i, int value, int file)
{
	int fd;

	CHECK_EQ(incoming[i].error, 0);
	CHECK_EQ(incoming[i].result.len, 1);
	CHECK_EQ(incoming[i].result.flags & ~MSG_EOR, 0);
	CHECK_EQ(bytes_in[i][0], (unsigned char)value);
	fd = anc_data_take_fd(&data_in[i]);
	if (file < 0) {
		CHECK_EQ(fd, -ENOMSG);
		return;
	}
	CHECK(fd >= 0 && tap_is_cloexec(fd) && tap_is_same_file(fd, file));
	close(fd);
}

#endif
