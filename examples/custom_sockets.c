/* SPDX-License-Identifier: MIT */
/* Sockets of one's own under the library's calls: one in-process, a recorder around it. */
#include "pipe_socket.h"
#include "recording_socket.h"

#include <stdlib.h>
#include <unistd.h>

/* Sends a descriptor from end to end with the one-line calls. Returns 0 or a negative errno. */
static int pass_descriptor(struct anc_socket from, struct anc_socket to)
{
	int ends[2];
	int error;
	int fd;

	if (pipe(ends) < 0)
		return -errno;
	error = anc_socket_send_fd(from, ends[0]);
	close(ends[0]);
	close(ends[1]);
	if (error < 0)
		return error;
	fd = anc_socket_recv_fd(to);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int main(void)
{
	struct pipe_socket *pair[2];
	struct recording_socket recorder;
	int error = pipe_socket_pair(NULL, 0, pair);

	if (error < 0)
		return EXIT_FAILURE;
	recorder.inner = pipe_socket(pair[0]);
	recorder.record = stdout;
	error = pass_descriptor(recording_socket(&recorder), pipe_socket(pair[1]));
	if (error == 0)
		error = pass_descriptor(pipe_socket(pair[1]), recording_socket(&recorder));
	pipe_socket_destroy(pair[1]);
	/* Nobody is there any more: this is written down as well. */
	if (error == 0 && anc_socket_recv_fd(recording_socket(&recorder)) != -EPIPE)
		error = -EINVAL;
	if (error == 0 && anc_socket_send_fd(recording_socket(&recorder), STDIN_FILENO) != -EPIPE)
		error = -EINVAL;
	pipe_socket_destroy(pair[0]);
	if (error < 0)
		fprintf(stderr, "custom_sockets: %s\n", strerror(-error));
	return error < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
