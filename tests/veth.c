/* SPDX-License-Identifier: MIT */
/* Packets on a way through a router: what comes with them, what is reported of them, what is lost.
 */
#include "veth_scene.h"

#include <sched.h>

#include <anc/inet.h>
#include <anc/time.h>

#ifndef IP_RECVFRAGSIZE
#define IP_RECVFRAGSIZE 25
#endif
#ifndef IPV6_RECVFRAGSIZE
#define IPV6_RECVFRAGSIZE 77
#endif

#define HOPS 9
#define ALL                                                                                        \
	(ANC_INET_LOCAL | ANC_INET_INTERFACE | ANC_INET_DESTINATION | ANC_INET_HOP_LIMIT |         \
	 ANC_INET_TRAFFIC_CLASS)

static unsigned char control[4096];
static struct sockaddr_storage from;
static socklen_t fromlen;

static void receive(int sock, struct anc_data *data)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));
	struct pollfd ready = {.fd = sock, .events = POLLIN};

	anc_data_init(data, control, sizeof(control));
	receiver.data = data;
	anc_recv_options_dont_wait(&receiver.options, true);
	CHECK_EQ(poll(&ready, 1, WAIT_MS), 1);
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &from, &fromlen), 0);
	CHECK_EQ(anc_data_cut(data), ANC_CUT_NONE);
}

/* One hop less than it was sent with, at the address that it was sent to and from there back. */
static void go_and_return(const struct network_family *family, const char *to)
{
	uint16_t port;
	const int server = network_listen(NETWORK_RIGHT, family->any, &port);
	const int client = network_connect(NETWORK_LEFT, to, port);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(server), PHRASE, sizeof(PHRASE));
	struct anc_data data;
	struct anc_inet inet;

	CHECK_EQ(anc_inet_enable(server, ALL, NULL), 0);
	produce_set(client, family->level, family->hops, HOPS);
	produce_set(client, family->level, family->family == AF_INET ? IP_TOS : IPV6_TCLASS,
		    0xb8 | ANC_ECN_ECT_0);
	send_phrase(client);
	receive(server, &data);
	check_phrase();
	CHECK_EQ(anc_inet_get(&data, &inet), 0);
	CHECK_EQ(inet.known, ALL);
	check_address(&inet.local, to);
	check_address(&inet.destination, to);
	network_move(NETWORK_RIGHT);
	CHECK_EQ(inet.interface, if_nametoindex(NETWORK_DEVICE_RIGHT));
	CHECK_EQ(inet.hop_limit, HOPS - 1);
	CHECK_EQ(anc_inet_ecn(&inet), ANC_ECN_ECT_0);
	CHECK_EQ(anc_inet_reply(&data, (struct sockaddr *)&from, fromlen, &inet), 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&from, fromlen), sizeof(PHRASE));
	/* connected: what comes from another address is not heard */
	receive(client, &data);
	check_phrase();
}

WIRED(a_packet_is_answered_from_where_it_went, NETWORK_MTU)
{
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		go_and_return(&network_families[i], network_families[i].right);
		go_and_return(&network_families[i], network_families[i].right_too);
	}
}

static void ask_fragsize(const struct network_family *family, int sock)
{
	const bool is4 = family->family == AF_INET;

	produce_may_set(sock, family->level, is4 ? IP_RECVFRAGSIZE : IPV6_RECVFRAGSIZE, 1,
			is4 ? "IP_RECVFRAGSIZE" : "IPV6_RECVFRAGSIZE");
}

/* The size of the greatest fragment, header and all; `mtu` less what is not a multiple of eight. */
static void fragment(const struct network_family *family, int server, int client, int mtu)
{
	const bool is4 = family->family == AF_INET;
	const int option = is4 ? IP_RECVFRAGSIZE : IPV6_RECVFRAGSIZE;
	const struct produce fragsize = {is4 ? "IP_RECVFRAGSIZE" : "IPV6_RECVFRAGSIZE",
					 family->level, option, family->level, option};
	const int header = is4 ? 20 : 48;
	struct anc_data data;
	size_t i;

	for (i = 0; i < 3000; i++)
		bytes[i] = (char)(i * 7 + i / 256);
	CHECK_EQ(send(client, bytes, 3000, 0), 3000);
	memset(bytes, 0, sizeof(bytes));
	produce_receive(server, MSG_PEEK);
	produce_expect(&fragsize);
	CHECK_EQ(produced_value(), header + (mtu - header) / 8 * 8);
	receive(server, &data);
	CHECK_EQ(result.len, 3000);
	for (i = 0; i < 3000; i++)
		CHECK_EQ(bytes[i], (char)(i * 7 + i / 256));
}

WIRED(fragments_are_as_the_narrowest_link_has_them, NETWORK_NARROW)
{
	uint16_t port;
	const struct network_family *family;
	int client, server;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		family = &network_families[i];
		server = network_listen(NETWORK_ROUTER, family->any, &port);
		ask_fragsize(family, server);
		client = network_connect(NETWORK_LEFT, family->near, port);
		fragment(family, server, client, NETWORK_MTU);
		server = network_listen(NETWORK_RIGHT, family->any, &port);
		ask_fragsize(family, server);
		client = network_connect(NETWORK_LEFT, family->right, port);
		if (family->family == AF_INET6) {
			/* nobody but the sender makes fragments, and it must know first */
			CHECK_EQ(anc_error_enable(client), 0);
			CHECK_EQ(send(client, bytes, 3000, 0), 3000);
			CHECK_EQ(take(client).info, NETWORK_NARROW);
			while (!is_empty(client))
				;
		}
		fragment(family, server, client, NETWORK_NARROW);
	}
}

static uint32_t drops_of(const struct anc_data *data)
{
	const struct anc_message_type *row = produce_row("SO_RXQ_OVFL", SOL_SOCKET, SO_RXQ_OVFL, 4);
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;
	uint32_t drops = 0;

	while (anc_cmsg_iter_next(&it, &msg) == 1)
		if (anc_message_is(row, &msg))
			CHECK_EQ(anc_message_get(row, &msg, &drops, sizeof(drops)), 0);
	return drops;
}

/* What did not fit the socket's buffer is counted with the next that does: sent is received and
 * dropped. */
static void overflow(const struct network_family *family)
{
	const uint32_t sent = 100;
	uint16_t port;
	const int server = network_listen(NETWORK_RIGHT, family->any, &port);
	const int client = network_connect(NETWORK_LEFT, family->right, port);
	struct anc_data data;
	uint32_t received = 0;
	uint32_t drops;
	uint32_t i;

	CHECK_EQ(anc_message_enable(produce_row("SO_RXQ_OVFL", SOL_SOCKET, SO_RXQ_OVFL, 4), server,
				    true),
		 0);
	produce_set(server, SOL_SOCKET, SO_RCVBUF, 4096);
	for (i = 0; i < sent; i++)
		CHECK_EQ(send(client, &i, sizeof(i), 0), sizeof(i));
	do {
		receive(server, &data);
		CHECK_EQ(drops_of(&data), 0);
		received++;
		memcpy(&i, bytes, sizeof(i));
		CHECK_EQ(i, received - 1);
	} while (recv(server, bytes, 1, MSG_PEEK | MSG_DONTWAIT) >= 0);
	CHECK(received < sent);
	CHECK_EQ(send(client, &sent, sizeof(sent), 0), sizeof(sent));
	receive(server, &data);
	memcpy(&i, bytes, sizeof(i));
	CHECK_EQ(i, sent);
	drops = drops_of(&data);
	CHECK_EQ(received + drops, sent);
}

WIRED(drops_are_counted, NETWORK_MTU)
{
	overflow(&network_families[0]);
	overflow(&network_families[1]);
}

/* Cut by the sender, passed on by the router in one, and taken apart by the receiver; or one by
 * one. */
static void segment(const struct network_family *family, bool whole)
{
	static unsigned char sent[40000];
	uint16_t port;
	const int server = network_listen(NETWORK_RIGHT, family->any, &port);
	const int client = network_connect(NETWORK_LEFT, family->right, port);
	struct anc_udp_sender sender =
		anc_udp_sender_on(anc_socket_fd(client), sent, sizeof(sent), 1200);
	struct anc_udp_segments it;
	struct anc_data data;
	const void *at;
	size_t receives = 0;
	size_t done = 0;
	size_t len;
	size_t i;

	for (i = 0; i < sizeof(sent); i++)
		sent[i] = (unsigned char)(i * 7 + i / 256);
	produce_set(server, SOL_SOCKET, SO_RCVBUF, 1 << 20);
	CHECK_EQ(anc_udp_gro_enable(server, whole), 0);
	CHECK_EQ(anc_udp_sender_send(&sender), sizeof(sent));
	CHECK_EQ(sender.gso, 1);
	for (; done < sizeof(sent); receives++) {
		receive(server, &data);
		CHECK_EQ(anc_udp_segments_get(&data, bytes, result.len, &it), 0);
		for (; anc_udp_segments_next(&it, &at, &len); done += len) {
			CHECK_EQ(len, sizeof(sent) - done < 1200 ? sizeof(sent) - done : 1200);
			CHECK(memcmp(at, sent + done, len) == 0);
		}
	}
	CHECK_EQ(receives, whole ? 1 : (sizeof(sent) + 1199) / 1200);
}

WIRED(segments_pass_a_router, NETWORK_MTU)
{
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		segment(&network_families[i], true);
		segment(&network_families[i], false);
	}
}

/* Departures by the id of their datagram, and the arrival of the same. */
WIRED(departures_and_arrivals_are_of_the_same_packet, NETWORK_MTU)
{
	const struct network_family *family;
	struct anc_error error;
	struct anc_data data;
	struct anc_time time;
	int client, server;
	uint16_t port;
	uint32_t id;
	size_t i;

	for (i = 0; i < COUNT(network_families); i++) {
		family = &network_families[i];
		server = network_listen(NETWORK_RIGHT, family->any, &port);
		client = network_connect(NETWORK_LEFT, family->right, port);
		CHECK_EQ(anc_time_enable(server), 0);
		CHECK_EQ(anc_time_enable_sent(client, ANC_TIME_SENT), 0);
		for (id = 0; id < 3; id++) {
			CHECK_EQ(send(client, &id, sizeof(id), 0), sizeof(id));
			error = take(client);
			CHECK_EQ(error.kind, ANC_ERROR_TIME);
			CHECK_EQ(error.id, id);
			receive(server, &data);
			CHECK(memcmp(bytes, &id, sizeof(id)) == 0);
			CHECK_EQ(anc_data_time(&data, &time), 0);
			/* five minutes, should the clock be stepped */
			CHECK(error.time.software - time.software < 300 * INT64_C(1000000000));
		}
	}
}

static const struct tap_test tests[] = {
	{"a_packet_is_answered_from_where_it_went", test_a_packet_is_answered_from_where_it_went},
	{"fragments_are_as_the_narrowest_link_has_them",
	 test_fragments_are_as_the_narrowest_link_has_them},
	{"drops_are_counted", test_drops_are_counted},
	{"segments_pass_a_router", test_segments_pass_a_router},
	{"departures_and_arrivals_are_of_the_same_packet",
	 test_departures_and_arrivals_are_of_the_same_packet},
};

/* On one processor packets keep their order. */
static void stay_on_one_processor(void)
{
	cpu_set_t set;
	const int here = sched_getcpu();

	CPU_ZERO(&set);
	if (here >= 0 && here < CPU_SETSIZE)
		CPU_SET((size_t)here, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	produce_enter();
	stay_on_one_processor();
	return tap_run(tests, COUNT(tests), argc, argv);
}
