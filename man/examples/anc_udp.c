/* SPDX-License-Identifier: MIT */
/* The programs of anc_udp(3): datagrams sent and received many at a
 * time. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/udp.h>

static int send_three(int sock, const char bytes[3000])
{
	struct anc_udp_sender sender = anc_udp_sender_on(
		anc_socket_fd(sock), bytes, 3000, 1200);

	if (anc_udp_sender_send(&sender) != 3000)
		return -1;
	if (sender.gso < 0)
		printf("one by one: %s\n", strerror(-sender.gso));
	return 0;
}

static int receive_some(int sock)
{
	static char buf[ANC_UDP_GRO_BUFFER];
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), buf, sizeof(buf));
	struct anc_udp_segments datagrams;
	struct anc_recv_result result;
	const void *datagram;
	size_t len;
	int total = 0;

	ANC_DATA(data, ANC_UDP_GRO_SPACE);
	receiver.data = &data;
	if (anc_receiver_recv(&receiver, &result) < 0 ||
	    anc_udp_segments_get(&data, buf, result.len, &datagrams) <
		    0)
		return -1;
	while (anc_udp_segments_next(&datagrams, &datagram, &len))
		total += (int)len;
	return total;
}

int main(void)
{
	static const char bytes[3000];
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int server = socket(AF_INET, SOCK_DGRAM, 0);
	int client = socket(AF_INET, SOCK_DGRAM, 0);
	int received = 0;
	bool good;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(server, (struct sockaddr *)&addr, len) < 0 ||
	    getsockname(server, (struct sockaddr *)&addr, &len) < 0)
		return 1;
	/* without it, the same loop gives one datagram each time */
	(void)anc_udp_gro_enable(server, true);
	good = connect(client, (struct sockaddr *)&addr, len) == 0 &&
	       send_three(client, bytes) == 0;
	while (good && received < 3000) {
		int some = receive_some(server);

		good = some > 0;
		received += some;
	}
	close(server);
	close(client);
	return !good;
}
