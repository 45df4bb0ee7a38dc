/* SPDX-License-Identifier: MIT */
/*
 * udp_echo PORT: sends every datagram back, from the address it was sent to, on all addresses of
 * both families through one socket; and prints who sent it, where to, with which ECN, and when.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/inet.h>
#include <anc/time.h>

#define DATAGRAM 65536 /* bytes: more than any has */

static char buf[DATAGRAM];

static _Noreturn void fail(const char *what, int error)
{
	fprintf(stderr, "udp_echo: %s: %s\n", what, strerror(-error));
	exit(EXIT_FAILURE);
}

/* Bound to any address; where there is no IPv6, of IPv4 alone. */
static int listen_on(uint16_t port)
{
	struct anc_inet_address any = {.family = AF_INET6, .port = port};
	struct sockaddr_storage addr;
	socklen_t len;
	int sock = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int no = 0;

	if (sock < 0) {
		any.family = AF_INET;
		sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	} else if (setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)) < 0) {
		fail("IPV6_V6ONLY", -errno);
	}
	anc_inet_address_to(&any, 0, &addr, &len);
	if (sock < 0 || bind(sock, (struct sockaddr *)&addr, len) < 0)
		fail("bind", -errno);
	return sock;
}

static void print_packet(const struct sockaddr_storage *from, socklen_t fromlen,
			 const struct anc_inet *packet, int64_t when)
{
	struct anc_inet_address remote = {.family = AF_INET};
	char text[2][INET6_ADDRSTRLEN];

	anc_inet_address_from((const struct sockaddr *)from, fromlen, &remote);
	inet_ntop(remote.family, remote.bytes, text[0], sizeof(text[0]));
	inet_ntop(packet->destination.family, packet->destination.bytes, text[1], sizeof(text[1]));
	printf("from %s to %s ecn %d at %lld\n", text[0], text[1], anc_inet_ecn(packet),
	       (long long)when);
	fflush(stdout);
}

/* Until receiving fails: with what. */
static int echo(int sock)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), buf, sizeof(buf));
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), buf, 0);
	struct anc_recv_result got;
	struct anc_inet packet;
	struct sockaddr_storage from;
	socklen_t fromlen;
	struct anc_time came;
	int error;

	ANC_DATA(data, ANC_INET_SPACE + ANC_TIME_SPACE);
	receiver.data = &data;
	sender.data = &data;
	while ((error = anc_receiver_recv_from(&receiver, &got, &from, &fromlen)) == 0) {
		if (anc_inet_get(&data, &packet) < 0 || anc_data_time(&data, &came) < 0 ||
		    anc_inet_reply(&data, (struct sockaddr *)&from, fromlen, &packet) < 0)
			continue;
		sender.len = got.len;
		anc_sender_send_to(&sender, (struct sockaddr *)&from, fromlen);
		print_packet(&from, fromlen, &packet, came.software);
	}
	return error;
}

int main(int argc, char **argv)
{
	const int sock = listen_on(argc > 1 ? (uint16_t)atoi(argv[1]) : 7);
	struct sockaddr_storage addr;
	struct anc_inet_address bound;
	socklen_t len = sizeof(addr);
	int error = anc_inet_enable(sock, ANC_INET_LOCAL | ANC_INET_TRAFFIC_CLASS, NULL);

	if (error == 0)
		error = anc_time_enable(sock);
	if (error < 0)
		fail("asking for addresses and times", error);
	if (getsockname(sock, (struct sockaddr *)&addr, &len) < 0)
		fail("getsockname", -errno);
	anc_inet_address_from((struct sockaddr *)&addr, len, &bound);
	printf("port %u\n", bound.port);
	fflush(stdout);
	fail("receiving", echo(sock));
}
