/* SPDX-License-Identifier: MIT */
/* The programs of anc_credentials(3): obeying one's own user; printing
 * who sent. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <anc/anc.h>

/* Accepts a connection of this process's own user; its pidfd too. */
static int accept_own(int listener, int *ret_pidfd)
{
	struct anc_credentials peer;
	int sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	int error;

	if (sock < 0)
		return -errno;
	error = anc_peer_credentials(sock, &peer);
	if (error == 0 && peer.euid != geteuid())
		error = -EPERM;
	if (error < 0) {
		close(sock);
		return error;
	}
	*ret_pidfd = anc_peer_pidfd(sock); /* or a negative errno */
	return sock;
}

/* `sock` has had anc_credentials_enable(). */
static int print_sender(int sock)
{
	char byte;
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), &byte, 1);
	struct anc_recv_result result;
	struct anc_credentials from;
	int error;

	ANC_DATA(data, 256);
	receiver.data = &data;
	error = anc_receiver_recv(&receiver, &result);
	if (error == 0)
		error = anc_data_credentials(&data, &from);
	if (error < 0)
		return error;
	if (from.known & ANC_CREDENTIALS_PID)
		printf("process %d ", from.pid);
	printf("of user %u\n", from.uid);
	return 0;
}

int main(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(name.sun_family);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	int sock = socket(AF_UNIX, SOCK_STREAM, 0);
	int pidfd = -1;
	int accepted;
	bool good;

	/* a name that the kernel chooses */
	if (bind(listener, (struct sockaddr *)&name, len) < 0 ||
	    listen(listener, 1) < 0)
		return 1;
	len = sizeof(name);
	if (getsockname(listener, (struct sockaddr *)&name, &len) < 0 ||
	    connect(sock, (struct sockaddr *)&name, len) < 0)
		return 1;
	accepted = accept_own(listener, &pidfd);
	good = accepted >= 0 && anc_credentials_enable(accepted) == 0 &&
	       send(sock, "x", 1, 0) == 1 &&
	       print_sender(accepted) == 0;
	close(listener);
	close(sock);
	if (pidfd >= 0)
		close(pidfd);
	if (accepted >= 0)
		close(accepted);
	return !good;
}
