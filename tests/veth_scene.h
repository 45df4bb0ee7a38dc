/* SPDX-License-Identifier: MIT */
#ifndef VETH_SCENE_H
#define VETH_SCENE_H

/* What the tests on a way through a router share: a phrase that goes, and what comes of it. */

#include "network.h"
#include "produce.h"

#include <arpa/inet.h>
#include <poll.h>

#include <anc/error.h>
#include <anc/udp.h>

#define WAIT_MS 10000
#define PHRASE "what was sent"

/* What came last. */
static char bytes[ANC_UDP_GRO_BUFFER];
static struct anc_recv_result result;

static inline void check_address(const struct anc_inet_address *got, const char *expected)
{
	char text[INET6_ADDRSTRLEN] = "none";

	if (got->family != 0)
		CHECK(inet_ntop(got->family, got->bytes, text, sizeof(text)) != NULL);
	CHECK_STR(text, expected);
}

static inline struct anc_error take(int sock)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));
	struct pollfd ready = {.fd = sock};
	struct anc_error error;

	CHECK_EQ(poll(&ready, 1, WAIT_MS), 1);
	CHECK(ready.revents & POLLERR);
	CHECK_EQ(anc_error_recv(&receiver, &result, &error), 0);
	return error;
}

static inline bool is_empty(int sock)
{
	const struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), NULL, 0);
	struct anc_error error;

	return anc_error_recv(&receiver, NULL, &error) == -EAGAIN;
}

static inline void send_phrase(int sock)
{
	CHECK_EQ(send(sock, PHRASE, sizeof(PHRASE), 0), (ssize_t)sizeof(PHRASE));
}

static inline void check_phrase(void)
{
	CHECK_EQ(result.len, sizeof(PHRASE));
	CHECK(memcmp(bytes, PHRASE, sizeof(PHRASE)) == 0);
}

#endif
