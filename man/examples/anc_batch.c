/* SPDX-License-Identifier: MIT */
/* The program of anc_batch(3): a descriptor in each of many messages.
 */
#include <sys/socket.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/batch.h>

#define MANY 32

/* Sends a descriptor in each of `count` messages, MANY at most. */
static ssize_t send_many(int sock, const int *fds, size_t count)
{
	unsigned char control[MANY][ANC_FDS_SPACE(1)];
	struct anc_batch_outgoing messages[MANY] = {0};
	struct anc_send_options options = {0};
	struct anc_data data[MANY];
	size_t i;
	int error;

	for (i = 0; i < count; i++) {
		anc_data_init(&data[i], control[i], sizeof(control[i]));
		error = anc_data_add_fds(&data[i], &fds[i], 1);
		if (error < 0)
			return error;
		messages[i].buf = "x";
		messages[i].len = 1;
		messages[i].data = &data[i];
	}
	return anc_batch_send(anc_socket_fd(sock), messages, count,
			      options);
}

/* Gives in `ret_fds` what came, -ENOMSG for a message without. */
static ssize_t recv_many(int sock, int ret_fds[MANY])
{
	unsigned char control[MANY][ANC_FDS_SPACE(1)];
	struct anc_batch_incoming messages[MANY] = {0};
	struct anc_recv_options options = {0};
	struct anc_data data[MANY];
	char bytes[MANY];
	ssize_t came;
	ssize_t i;

	for (i = 0; i < MANY; i++) {
		anc_data_init(&data[i], control[i], sizeof(control[i]));
		messages[i].buf = &bytes[i];
		messages[i].len = 1;
		messages[i].data = &data[i];
	}
	came = anc_batch_recv(anc_socket_fd(sock), messages, MANY,
			      options);
	for (i = 0; i < came; i++)
		ret_fds[i] = anc_data_take_fd(&data[i]);
	for (i = 0; i < MANY; i++)
		anc_data_fini(&data[i]);
	return came;
}

int main(void)
{
	int fds[MANY];
	int got[MANY];
	int pair[2];
	int i;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
		       pair) < 0)
		return 1;
	for (i = 0; i < MANY; i++)
		fds[i] = i % 2;
	if (send_many(pair[0], fds, MANY) != MANY ||
	    recv_many(pair[1], got) != MANY)
		return 1;
	for (i = 0; i < MANY; i++)
		if (got[i] < 0 || close(got[i]) < 0)
			return 1;
	close(pair[0]);
	i = recv_many(pair[1], got) != 0;
	close(pair[1]);
	return i;
}
