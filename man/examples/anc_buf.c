/* SPDX-License-Identifier: MIT */
/* The program of anc_buf(3): a list of descriptors that grows, then
 * goes out at once. */
#include <stdio.h>
#include <unistd.h>

#include <anc/anc.h>

static ssize_t send_open_fds(int sock, int limit)
{
	struct anc_sender sender;
	struct anc_data data;
	struct anc_buf buf;
	ssize_t sent = 0;
	int fd;

	anc_buf_init(&buf);
	for (fd = 0; fd < limit && sent == 0; fd++)
		if (fd != sock)
			sent = anc_buf_add_fds(&buf, &fd, 1);
	if (sent == 0)
		sent = anc_buf_to_data(&buf, &data);
	if (sent == 0) {
		sender = anc_sender_on(anc_socket_fd(sock), "all", 3);
		sender.data = &data;
		sent = anc_sender_send(&sender);
		anc_data_fini(&data);
	}
	anc_buf_fini(&buf);
	return sent;
}

int main(void)
{
	int pair[2];
	int fds[3];
	char text[3];
	size_t count = 0;
	size_t i;
	ssize_t got = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return 1;
	if (send_open_fds(pair[0], 3) == 3)
		got = anc_recv_fds(pair[1], text, 3, fds, 3, &count);
	printf("%zd bytes, %zu descriptors\n", got, count);
	for (i = 0; i < count; i++)
		close(fds[i]);
	close(pair[0]);
	close(pair[1]);
	return got != 3 || count != 3;
}
