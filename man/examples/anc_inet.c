/* SPDX-License-Identifier: MIT */
/* The programs of anc_inet(3): answering from the address that a
 * datagram was sent to, and reading without a walk. */
#include <netinet/in.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/inet.h>
#include <anc/time.h>

/* `sock` has had anc_inet_enable() with ANC_INET_LOCAL and
 * ANC_INET_TRAFFIC_CLASS; 1: a router was congested. */
static int answer_one(int sock)
{
	char buf[1500];
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), buf, sizeof(buf));
	struct anc_sender sender =
		anc_sender_on(anc_socket_fd(sock), "yes", 3);
	struct anc_recv_result result;
	struct sockaddr_storage from;
	struct anc_inet packet;
	socklen_t fromlen;
	int error;

	ANC_DATA(data, ANC_INET_SPACE);
	receiver.data = &data;
	sender.data = &data;
	error = anc_receiver_recv_from(&receiver, &result, &from,
				       &fromlen);
	if (error == 0)
		error = anc_inet_get(&data, &packet);
	if (error < 0)
		return error;
	error = anc_inet_reply(&data, (struct sockaddr *)&from, fromlen,
			       &packet);
	if (error < 0)
		return error;
	anc_sender_send_to(&sender, (struct sockaddr *)&from, fromlen);
	return anc_inet_ecn(&packet) == ANC_ECN_CE;
}

/* The second in which it came, or a negative errno. */
static int64_t read_packet(const struct anc_data *data,
			   int *ret_interface, int *ret_ecn)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_in_pktinfo info;
	struct anc_timespec came;
	struct anc_inet packet;
	struct anc_time time;
	uint8_t tos;

	if (anc_timestampns_expect(&it, &came) &&
	    anc_pktinfo_expect(&it, &info) &&
	    anc_tos_expect(&it, &tos)) {
		*ret_interface = info.ifindex;
		*ret_ecn = tos & 3;
		return came.sec;
	}
	if (anc_inet_get(data, &packet) < 0 ||
	    anc_data_time(data, &time) < 0)
		return -ENOMSG;
	*ret_interface = (int)packet.interface;
	*ret_ecn = anc_inet_ecn(&packet);
	return time.software / 1000000000;
}

/* Whether the interface is told, with all three turned on. */
static bool receive_expected(int server, int client)
{
	char byte;
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(server), &byte, 1);
	struct anc_recv_result result;
	int interface = 0;
	int ecn = -1;

	/* qemu-user does not know this option */
	if (anc_time_enable(server) == -ENOPROTOOPT)
		return true;
	ANC_DATA(data, ANC_TIME_SPACE + ANC_INET_SPACE);
	receiver.data = &data;
	return anc_pktinfo_enable(server, true) == 0 &&
	       anc_tos_enable(server, true) == 0 &&
	       send(client, "?", 1, 0) == 1 &&
	       anc_receiver_recv(&receiver, &result) == 0 &&
	       read_packet(&data, &interface, &ecn) > 0 &&
	       interface > 0 && ecn == ANC_ECN_NOT_ECT;
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int server = socket(AF_INET, SOCK_DGRAM, 0);
	int client = socket(AF_INET, SOCK_DGRAM, 0);
	unsigned refused;
	bool good;

	if (bind(server, (struct sockaddr *)&addr, len) < 0 ||
	    getsockname(server, (struct sockaddr *)&addr, &len) < 0 ||
	    anc_inet_enable(server,
			    ANC_INET_LOCAL | ANC_INET_TRAFFIC_CLASS,
			    &refused) < 0)
		return 1;
	addr.sin_addr.s_addr = htonl(0x7f000002); /* 127.0.0.2 */
	good = connect(client, (struct sockaddr *)&addr, len) == 0 &&
	       send(client, "?", 1, 0) == 1;
	/* qemu-user does not know every option */
	if (good && (refused & ANC_INET_LOCAL) == 0)
		good = answer_one(server) == 0 &&
		       receive_expected(server, client);
	close(server);
	close(client);
	return !good;
}
