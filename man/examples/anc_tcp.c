/* SPDX-License-Identifier: MIT */
/* The program of anc_tcp(3): reading what is there. */
#include <netinet/in.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/tcp.h>

/* `sock` has had anc_tcp_inq_enable(). */
static ssize_t read_all(int sock, char *buf, size_t size)
{
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), buf, size);
	struct anc_recv_result result;
	struct anc_cmsg_iter it;
	int32_t left;
	int error;

	ANC_DATA(data, ANC_TCP_INQ_SPACE);
	receiver.data = &data;
	do {
		error = anc_receiver_recv(&receiver, &result);
		if (error < 0)
			break;
		receiver.buf = (char *)receiver.buf + result.len;
		receiver.len -= result.len;
		it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	} while (result.len > 0 && receiver.len > 0 &&
		 anc_tcp_inq_expect(&it, &left) && left > 0);
	/* what was read before an error counts */
	return receiver.len < size ? (ssize_t)(size - receiver.len)
				   : error;
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	int server;
	char buf[8];
	bool good;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&addr, len) < 0 ||
	    listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&addr, &len) < 0 ||
	    connect(client, (struct sockaddr *)&addr, len) < 0)
		return 1;
	server = accept(listener, NULL, NULL);
	/* an older kernel only does not say it */
	(void)anc_tcp_inq_enable(server, true);
	good = send(client, "hello", 5, 0) == 5 &&
	       read_all(server, buf, sizeof(buf)) == 5;
	close(server);
	close(client);
	close(listener);
	return !good;
}
