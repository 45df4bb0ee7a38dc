/* SPDX-License-Identifier: MIT */
/* Pairs of example sockets for their tests. */
#include "ends.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

const struct anc_message_type note_type = {
	.name = "NOTE",
	.level = 0x6e6f7465,
	.type = 1,
	.size = sizeof(struct note),
	.flags = ANC_RECEIVED | ANC_SENT,
	.fds_at = offsetof(struct note, fd),
	.fds_max = 1,
};
static const struct anc_message_type *const types[] = {&note_type};

void ends_open_pipe(struct ends *ends)
{
	memset(ends, 0, sizeof(*ends));
	CHECK_EQ(pipe_socket_pair(types, 1, ends->pipe), 0);
	ends->a = pipe_socket(ends->pipe[0]);
	ends->b = pipe_socket(ends->pipe[1]);
}

void ends_open_recorded(struct ends *ends, int type)
{
	size_t i;

	memset(ends, 0, sizeof(*ends));
	ends->record = open_memstream(&ends->text, &ends->text_len);
	CHECK(ends->record != NULL);
	tap_pair(type, ends->kernel);
	for (i = 0; i < 2; i++) {
		ends->recorders[i].inner = anc_socket_fd(ends->kernel[i]);
		ends->recorders[i].record = ends->record;
	}
	ends->a = recording_socket(&ends->recorders[0]);
	ends->b = recording_socket(&ends->recorders[1]);
}

void ends_close_a(struct ends *ends)
{
	if (ends->record != NULL)
		close(ends->kernel[0]);
	else
		pipe_socket_destroy(ends->pipe[0]);
}

void ends_close_b(struct ends *ends)
{
	if (ends->record == NULL) {
		pipe_socket_destroy(ends->pipe[1]);
		return;
	}
	close(ends->kernel[1]);
	fclose(ends->record);
	free(ends->text);
}

const char *ends_recorded(struct ends *ends)
{
	fflush(ends->record);
	return ends->text;
}

ssize_t send_new(struct anc_socket sock, const char *text, size_t count)
{
	int fds[8] = {0};
	ssize_t sent;
	size_t i;

	for (i = 0; i < count; i++)
		fds[i] = tap_new_fd();
	sent = anc_socket_send_fds(sock, text, strlen(text), fds, count,
				   (struct anc_send_options){0});
	for (i = 0; i < count; i++)
		close(fds[i]);
	return sent;
}

int receive(struct anc_socket sock, char *buf, size_t len, struct anc_data *data, int flags,
	    struct anc_recv_result *ret)
{
	struct anc_receiver receiver = anc_receiver_on(sock, buf, len);

	receiver.data = data;
	anc_recv_options_custom_flags(&receiver.options, flags);
	return anc_receiver_recv(&receiver, ret);
}
