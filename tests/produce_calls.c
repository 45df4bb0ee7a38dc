/* SPDX-License-Identifier: MIT */
/* RxRPC: calls of a client and a server on the loopback device, and how they end. */
#include "produce.h"

#include <arpa/inet.h>

/* linux/rxrpc.h */
#define SOL_RXRPC 272
enum {
	USER_CALL_ID = 1,
	ABORT = 2,
	ACK = 3,
	NET_ERROR = 5,
	LOCAL_ERROR = 7,
	EXCLUSIVE_CALL = 10,
	UPGRADE_SERVICE = 11,
	TX_LENGTH = 12,
	SET_CALL_TIMEOUT = 13,
	CHARGE_ACCEPT = 14,
};
#define SERVICE 2001
#define PORT 7001
#define NOBODYS_PORT 7999
#define ABORT_CODE 42
/* What one call brings at most, each by itself. */
#define RECEIVES_MOST 8

/* The names of calls, one side's and the other's. */
static const unsigned long client_call = 0x1234, server_call = 0x5678;

#define CALL(id)                                                                                   \
	{                                                                                          \
		"RXRPC_USER_CALL_ID", SOL_RXRPC, USER_CALL_ID, &(id), sizeof(id)                   \
	}

/* struct sockaddr_rxrpc */
struct service {
	uint16_t family, service, kind, len;
	struct sockaddr_in transport;
	unsigned char rest[12];
};

static struct service service_at(const char *address, uint16_t port)
{
	struct service service = {AF_RXRPC,
				  SERVICE,
				  SOCK_DGRAM,
				  sizeof(service.transport),
				  {.sin_family = AF_INET, .sin_port = htons(port)},
				  {0}};

	CHECK_EQ(inet_pton(AF_INET, address, &service.transport.sin_addr), 1);
	return service;
}

static void set_service(struct produce_pair *pair, const char *address, uint16_t port)
{
	const struct service service = service_at(address, port);

	memcpy(&pair->addr, &service, sizeof(service));
	pair->len = sizeof(service);
}

/* A client that calls, and nobody there. */
static struct produce_pair caller(const char *name, int type, const char *address, uint16_t port)
{
	struct produce_pair pair = {0};

	produce_want(name, SOL_RXRPC, type);
	pair.sender = produce_socket(AF_RXRPC, SOCK_DGRAM, AF_INET);
	if (!produce_is_alone())
		produce_skip("no port of one's own");
	set_service(&pair, address, port);
	return pair;
}

/* A client, and a server that takes one call: it has no address that could be asked. */
static struct produce_pair called(const char *name, int type)
{
	const struct produce_part charge[] = {
		CALL(server_call), {"RXRPC_CHARGE_ACCEPT", SOL_RXRPC, CHARGE_ACCEPT, NULL, 0}};
	struct produce_pair pair = caller(name, type, "127.0.0.1", PORT);
	struct produce_pair server = {0};

	pair.receiver = server.sender = produce_socket(AF_RXRPC, SOCK_DGRAM, AF_INET);
	CHECK_EQ(bind(server.sender, (const struct sockaddr *)&pair.addr, pair.len), 0);
	CHECK_EQ(listen(server.sender, 1), 0);
	CHECK_EQ(produce_send_parts(&server, NULL, 0, 0, charge, COUNT(charge)), 0);
	produced_parts(charge, COUNT(charge));
	return pair;
}

/* Receives until there is such a message. */
static void receive_until(int sock, int type)
{
	int i;

	for (i = 0; i < RECEIVES_MOST; i++) {
		produce_receive(sock, 0);
		if (produce_got(SOL_RXRPC, type))
			return;
	}
	CHECK(produce_got(SOL_RXRPC, type));
}

static void expect_call(unsigned long call)
{
	const struct produce id = {"RXRPC_USER_CALL_ID", SOL_RXRPC, USER_CALL_ID, 0, 0};

	produce_expect(&id);
	CHECK_EQ(produced_value(), (int64_t)call);
}

static ssize_t ask(const struct produce_pair *pair)
{
	const struct produce_part part = CALL(client_call);

	return produce_send_parts(pair, "abc", 3, 0, &part, 1);
}

/* What the server says of its call. */
static ssize_t say(const struct produce_pair *pair, const char *bytes, size_t len,
		   const struct produce_part *parts, size_t count)
{
	const struct produce_pair server = {.sender = pair->receiver};

	return produce_send_parts(&server, bytes, len, 0, parts, count);
}

/* Asked, answered, and acknowledged. */
PRODUCE(rxrpc_user_call_id_and_ack)
{
	const struct produce ack = {"RXRPC_ACK", SOL_RXRPC, ACK, 0, 0};
	const struct produce_part part = CALL(server_call);
	struct produce_pair pair;

	produce_want("RXRPC_USER_CALL_ID", SOL_RXRPC, USER_CALL_ID);
	produce_want("RXRPC_CHARGE_ACCEPT", SOL_RXRPC, CHARGE_ACCEPT);
	pair = called(ack.name, ACK);
	CHECK_EQ(ask(&pair), 3);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 3);
	expect_call(server_call);
	CHECK_EQ(say(&pair, "answer", 6, &part, 1), 6);
	CHECK_EQ(produce_receive(pair.sender, 0).len, 6);
	expect_call(client_call);
	receive_until(pair.receiver, ACK);
	produce_expect(&ack);
	expect_call(server_call);
}

PRODUCE(rxrpc_abort)
{
	const struct produce abort = {"RXRPC_ABORT", SOL_RXRPC, ABORT, 0, 0};
	const int32_t code = ABORT_CODE;
	const struct produce_part parts[] = {
		CALL(server_call), {"RXRPC_ABORT", SOL_RXRPC, ABORT, &code, sizeof(code)}};
	struct produce_pair pair = called(abort.name, ABORT);

	CHECK_EQ(ask(&pair), 3);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 3);
	/* 6.1 returns the bytes of the packet. */
	CHECK(say(&pair, NULL, 0, parts, COUNT(parts)) >= 0);
	receive_until(pair.sender, ABORT);
	produce_expect(&abort);
	CHECK_EQ(produced_value(), ABORT_CODE);
	expect_call(client_call);
}

static void deliver_error(const char *name, int type, const char *address, int error)
{
	const struct produce what = {name, SOL_RXRPC, type, 0, 0};
	const struct produce_pair pair = caller(name, type, address, NOBODYS_PORT);
	ssize_t sent;

	/* 6.1 tells the sender too. */
	sent = ask(&pair);
	CHECK(sent == 3 || sent == -error);
	receive_until(pair.sender, type);
	produce_expect(&what);
	CHECK_EQ(produced_value(), error);
	expect_call(client_call);
}

PRODUCE(rxrpc_net_error)
{
	deliver_error("RXRPC_NET_ERROR", NET_ERROR, "127.0.0.1", ECONNREFUSED);
}

/* No way leads there. */
PRODUCE(rxrpc_local_error)
{
	deliver_error("RXRPC_LOCAL_ERROR", LOCAL_ERROR, "192.0.2.1", ENETUNREACH);
}

/* Calls with one message more. */
static struct produce_pair call_by(const char *name, int type, const void *payload, size_t size)
{
	const struct produce_part parts[] = {CALL(client_call),
					     {name, SOL_RXRPC, type, payload, size}};
	const struct produce_pair pair = called(name, type);

	CHECK_EQ(produce_send_parts(&pair, "abc", 3, 0, parts, COUNT(parts)), 3);
	produced_parts(parts, COUNT(parts));
	return pair;
}

/* It is a call like others. */
static void call_with(const char *name, int type, const void *payload, size_t size)
{
	const struct produce_pair pair = call_by(name, type, payload, size);

	CHECK_EQ(produce_receive(pair.receiver, 0).len, 3);
	expect_call(server_call);
}

PRODUCE(rxrpc_exclusive_call)
{
	call_with("RXRPC_EXCLUSIVE_CALL", EXCLUSIVE_CALL, NULL, 0);
}

PRODUCE(rxrpc_upgrade_service)
{
	call_with("RXRPC_UPGRADE_SERVICE", UPGRADE_SERVICE, NULL, 0);
}

PRODUCE(rxrpc_tx_length)
{
	const int64_t len = 3;

	call_with("RXRPC_TX_LENGTH", TX_LENGTH, &len, sizeof(len));
}

/* In seconds; in milliseconds; likewise. */
static const uint32_t timeouts[3] = {3600, 3600000, 3600000};

PRODUCE(rxrpc_set_call_timeout_of_one)
{
	call_with("RXRPC_SET_CALL_TIMEOUT", SET_CALL_TIMEOUT, timeouts, 4);
}

PRODUCE(rxrpc_set_call_timeout_of_two)
{
	call_with("RXRPC_SET_CALL_TIMEOUT", SET_CALL_TIMEOUT, timeouts, 8);
}

PRODUCE(rxrpc_set_call_timeout_of_three)
{
	/* 6.12 ends such a call after a moment. */
	call_by("RXRPC_SET_CALL_TIMEOUT", SET_CALL_TIMEOUT, timeouts, 12);
}

static const struct tap_test tests[] = {
	SCENE(rxrpc_user_call_id_and_ack),
	SCENE(rxrpc_abort),
	SCENE(rxrpc_net_error),
	SCENE(rxrpc_local_error),
	SCENE(rxrpc_exclusive_call),
	SCENE(rxrpc_upgrade_service),
	SCENE(rxrpc_tx_length),
	SCENE(rxrpc_set_call_timeout_of_one),
	SCENE(rxrpc_set_call_timeout_of_two),
	SCENE(rxrpc_set_call_timeout_of_three),
};
const struct produce_group produce_calls = {tests, COUNT(tests)};
