/* SPDX-License-Identifier: MIT */
/* What the README shows. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <anc/anc.h>

static ssize_t send_hi(int sock, int fd)
{
	ANC_DATA(data, ANC_FDS_SPACE(1));
	struct anc_sender sender;
	int error = anc_data_add_fds(&data, &fd, 1);

	if (error < 0)
		return error;
	sender = anc_sender_on(anc_socket_fd(sock), "hi", 2);
	sender.data = &data;
	return anc_sender_send(&sender);
}

static int receive_and_print(int sock)
{
	ANC_DATA(data, 1024);
	char text[16];
	char line[256];
	struct anc_receiver receiver;
	struct anc_recv_result result;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	int error;

	receiver = anc_receiver_on(anc_socket_fd(sock), text,
				   sizeof(text));
	receiver.data = &data;
	error = anc_receiver_recv(&receiver, &result);
	if (error < 0)
		return error;
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	while (anc_cmsg_iter_next(&it, &msg) > 0) {
		anc_cmsg_format(&msg, NULL, line, sizeof(line));
		puts(line);
	}
	return anc_data_take_fd(&data);
}

static int print_peer(int sock)
{
	struct anc_credentials who;
	int error = anc_peer_credentials(sock, &who);

	if (error < 0)
		return error;
	printf("process %d of user %u\n", (int)who.pid,
	       (unsigned)who.euid);
	return 0;
}

/* Whether it is a close-on-exec descriptor; it is closed. */
static bool is_received(int fd)
{
	return fcntl(fd, F_GETFD) == FD_CLOEXEC && close(fd) == 0;
}

int main(void)
{
	int pair[2];
	bool good;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
		return 1;
	good = anc_ucred_enable(pair[1], true) == 0 &&
	       print_peer(pair[1]) == 0 && send_hi(pair[0], 0) == 2 &&
	       is_received(receive_and_print(pair[1]));
	close(pair[0]);
	close(pair[1]);
	return !good;
}
