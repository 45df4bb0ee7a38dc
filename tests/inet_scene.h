/* SPDX-License-Identifier: MIT */
#ifndef INET_SCENE_H
#define INET_SCENE_H

/* Two sockets in a network namespace with several addresses, and a packet between them. */

#include "addresses.h"
#include "produce.h"

#include <arpa/inet.h>
#include <poll.h>

#include <anc/inet.h>

#define HOPS 37
#define CLASS 0xb8

/* A way for packets to come: the socket's family, what it is bound to, and where a peer sends. */
struct way {
	int family;
	bool v6only;
	const char *bound, *to;
};

static const struct way ways[] = {
	{AF_INET, false, "0.0.0.0", "127.0.0.1"},
	{AF_INET, false, "0.0.0.0", "127.0.0.2"},
	{AF_INET, false, "0.0.0.0", "192.0.2.1"},
	{AF_INET, false, "0.0.0.0", "192.0.2.2"},
	{AF_INET, false, "192.0.2.2", "192.0.2.2"},
	{AF_INET6, true, "::", "::1"},
	{AF_INET6, true, "::", "2001:db8::1"},
	{AF_INET6, true, "::", "2001:db8::2"},
	{AF_INET6, true, "2001:db8::2", "2001:db8::2"},
	{AF_INET6, true, "::", "fe80::1"},
	{AF_INET6, false, "::", "::1"},
	{AF_INET6, false, "::", "2001:db8::2"},
	{AF_INET6, false, "::", "fe80::1"},
	{AF_INET6, false, "::", "127.0.0.2"},
	{AF_INET6, false, "::", "192.0.2.1"},
	{AF_INET6, false, "::", "192.0.2.2"},
	{AF_INET6, false, "::ffff:192.0.2.2", "192.0.2.2"},
};

/* One that asked, one that sent to it, and what came. */
struct meeting {
	int server, client;
	struct anc_inet_address to;
	struct sockaddr_storage from;
	socklen_t fromlen;
	struct anc_inet inet;
	unsigned char control[ANC_INET_SPACE];
	struct anc_data data;
};

static inline struct anc_inet_address address_of(const char *text)
{
	struct anc_inet_address address = {.family = strchr(text, ':') ? AF_INET6 : AF_INET};

	CHECK_EQ(inet_pton(address.family, text, address.bytes), 1);
	if (strncmp(text, "fe80:", 5) == 0)
		address.scope = if_nametoindex("lo");
	return address;
}

static inline void enter(void)
{
	const char *reason = addresses_enter();

	if (reason != NULL)
		SKIP(reason);
}

static inline void set_int(int sock, int level, int option, int value)
{
	CHECK_EQ(setsockopt(sock, level, option, &value, sizeof(value)), 0);
}

static inline int server_of(const struct way *way, struct sockaddr_storage *ret, socklen_t *ret_len)
{
	const int sock = socket(way->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const struct anc_inet_address bound = address_of(way->bound);

	CHECK(sock >= 0);
	if (way->family == AF_INET6)
		set_int(sock, IPPROTO_IPV6, IPV6_V6ONLY, way->v6only);
	CHECK_EQ(anc_inet_address_to(&bound, way->family, ret, ret_len), 0);
	CHECK_EQ(bind(sock, (struct sockaddr *)ret, *ret_len), 0);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)ret, ret_len), 0);
	return sock;
}

/* Connected: it hears those answers only that come from where it sent to. */
static inline int client_of(const struct anc_inet_address *to)
{
	const int sock = socket(to->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage addr;
	socklen_t len;

	CHECK(sock >= 0);
	CHECK_EQ(anc_inet_address_to(to, 0, &addr, &len), 0);
	CHECK_EQ(connect(sock, (struct sockaddr *)&addr, len), 0);
	set_int(sock, IPPROTO_IP, IP_TTL, HOPS);
	set_int(sock, IPPROTO_IP, IP_TOS, CLASS);
	if (to->family == AF_INET6) {
		set_int(sock, IPPROTO_IPV6, IPV6_UNICAST_HOPS, HOPS);
		set_int(sock, IPPROTO_IPV6, IPV6_TCLASS, CLASS);
	}
	return sock;
}

static inline struct meeting meet(const struct way *way)
{
	struct meeting with = {.to = address_of(way->to)};
	struct anc_inet_address port;
	struct sockaddr_storage addr;
	socklen_t len;

	with.server = server_of(way, &addr, &len);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&addr, len, &port), 0);
	with.to.port = port.port;
	with.client = client_of(&with.to);
	return with;
}

static inline void part(struct meeting *with)
{
	anc_data_fini(&with->data);
	close(with->server);
	close(with->client);
}

/* Waits for a packet, which may take loopback a moment, but not for ever. */
static inline int receive(int sock, struct meeting *with)
{
	char byte;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), &byte, 1);
	struct anc_recv_result result;
	struct pollfd ready = {.fd = sock, .events = POLLIN};

	CHECK_EQ(poll(&ready, 1, 10000), 1);
	anc_data_init(&with->data, with->control, sizeof(with->control));
	receiver.data = &with->data;
	anc_recv_options_dont_wait(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &with->from, &with->fromlen), 0);
	CHECK(!anc_recv_result_control_data_truncated(result));
	return anc_inet_get(&with->data, &with->inet);
}

/* Sends a byte to the server, which receives it. */
static inline int arrive(struct meeting *with)
{
	CHECK_EQ(send(with->client, "x", 1, 0), 1);
	return receive(with->server, with);
}

#endif
