/* SPDX-License-Identifier: MIT */
/* What TLS in the kernel, SCTP and DCCP deliver and take. */
#include "produce.h"

#include <netinet/tcp.h>

/* linux/tls.h, sctp.h, dccp.h */
#define TLS_TX 1
#define TLS_RX 2
#define TLS_SET_RECORD_TYPE 1
#define TLS_GET_RECORD_TYPE 2
#define TLS_1_2 0x0303
#define AES_GCM_128 51
#ifndef TCP_ULP
#define TCP_ULP 31
#endif
#define ALERT 21
#define APPLICATION_DATA 23

#define SCTP_NODELAY 3
#define SCTP_EVENTS 11
#define SCTP_RECVRCVINFO 32
#define SCTP_RECVNXTINFO 33
enum { INIT, SNDRCV, SNDINFO, RCVINFO, NXTINFO, PRINFO, AUTHINFO, DSTADDRV4, DSTADDRV6 };

#define SOCK_DCCP_ 6
#define DCCP 33
#define DCCP_SERVICE 2
#define DCCP_QPOLICY_ID 16
#define BY_PRIORITY 1

/* A connection that encrypts one way. */
static struct produce_pair tls_pair(void)
{
	const struct {
		uint16_t version, cipher;
		unsigned char iv[8], key[16], salt[4], sequence[8];
	} crypto = {.version = TLS_1_2, .cipher = AES_GCM_128};
	const struct produce_pair pair = produce_tcp(AF_INET);

	if (setsockopt(pair.sender, IPPROTO_TCP, TCP_ULP, "tls", 3) < 0)
		produce_skip("no TLS in this kernel");
	CHECK_EQ(setsockopt(pair.receiver, IPPROTO_TCP, TCP_ULP, "tls", 3), 0);
	CHECK_EQ(setsockopt(pair.sender, SOL_TLS_, TLS_TX, &crypto, sizeof(crypto)), 0);
	CHECK_EQ(setsockopt(pair.receiver, SOL_TLS_, TLS_RX, &crypto, sizeof(crypto)), 0);
	return pair;
}

PRODUCE(tls_set_record_type)
{
	const unsigned char alert = ALERT;
	const struct produce_sending record = {
		"TLS_SET_RECORD_TYPE", SOL_TLS_, TLS_SET_RECORD_TYPE, 1, &alert, {2, 4}, {0}};
	struct produce_pair pair;

	produce_want("TLS_SET_RECORD_TYPE", SOL_TLS_, TLS_SET_RECORD_TYPE);
	pair = tls_pair();
	produce_send_sizes(&pair, &record);
}

/* What was not told to be of another type is application data. */
PRODUCE(tls_get_record_type)
{
	const struct produce type = {"TLS_GET_RECORD_TYPE", SOL_TLS_, TLS_GET_RECORD_TYPE, 0, 0};
	const unsigned char alert = ALERT;
	struct produce_pair pair;

	produce_want(type.name, type.level, type.type);
	pair = tls_pair();
	CHECK_EQ(produce_send(&pair, 3), 0);
	CHECK_EQ(produce_send_with(&pair, 2, SOL_TLS_, TLS_SET_RECORD_TYPE, &alert, 1), 0);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 3);
	produce_expect(&type);
	CHECK_EQ(produced_value(), APPLICATION_DATA);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 2);
	produce_expect(&type);
	CHECK_EQ(produced_value(), ALERT);
}

static struct produce_pair sctp_pair(const char *name, int type)
{
	struct produce_pair pair;

	produce_want(name, SOL_SCTP_, type);
	pair = produce_connection(AF_INET, SOCK_STREAM, SOL_SCTP_);
	/* Nothing waits for more. */
	produce_set(pair.sender, SOL_SCTP_, SCTP_NODELAY, 1);
	return pair;
}

static void sctp_send(const char *name, int type, size_t size, const void *payload)
{
	const struct produce_sending sending = {name,
						SOL_SCTP_,
						type,
						size,
						payload,
						{1, size - 1, size + 1},
						{size - 1, size + 1}};
	const struct produce_pair pair = sctp_pair(name, type);

	produce_send_sizes(&pair, &sending);
}

PRODUCE(sctp_init)
{
	const uint16_t init[4] = {10, 10, 3, 1000};

	sctp_send("SCTP_INIT", INIT, sizeof(init), init);
}

struct sndinfo {
	uint16_t sid, flags;
	uint32_t ppid, context;
	int32_t assoc;
};
static const struct sndinfo second_stream = {1, 0, 0x2a, 7, 0};

PRODUCE(sctp_sndinfo)
{
	sctp_send("SCTP_SNDINFO", SNDINFO, sizeof(second_stream), &second_stream);
}

PRODUCE(sctp_prinfo)
{
	const struct {
		uint16_t policy;
		uint32_t value;
	} lifetime = {0x10, 1000};

	sctp_send("SCTP_PRINFO", PRINFO, sizeof(lifetime), &lifetime);
}

PRODUCE(sctp_authinfo)
{
	const uint16_t key = 0;

	sctp_send("SCTP_AUTHINFO", AUTHINFO, sizeof(key), &key);
}

/* A further address of one with whom there is no association yet. */
static void sctp_send_address(int family, const char *name, int type, size_t size,
			      const void *address)
{
	const struct produce_sending sending = {
		name, SOL_SCTP_, type, size, address, {1, size - 1, size + 1}, {0}};
	struct produce_pair pair = {0};

	produce_want(name, SOL_SCTP_, type);
	pair.receiver = produce_socket(family, SOCK_SEQPACKET, SOL_SCTP_);
	produce_bind(pair.receiver, family, &pair.addr, &pair.len);
	CHECK_EQ(listen(pair.receiver, 1), 0);
	pair.sender = produce_socket(family, SOCK_SEQPACKET, SOL_SCTP_);
	produce_send_sizes(&pair, &sending);
}

PRODUCE(sctp_dstaddrv4)
{
	const struct in_addr loopback = {htonl(INADDR_LOOPBACK + 1)};

	sctp_send_address(AF_INET, "SCTP_DSTADDRV4", DSTADDRV4, sizeof(loopback), &loopback);
}

PRODUCE(sctp_dstaddrv6)
{
	const struct in6_addr mapped = {{{[10] = 0xff, 0xff, 127, 0, 0, 2}}};

	sctp_send_address(AF_INET6, "SCTP_DSTADDRV6", DSTADDRV6, sizeof(mapped), &mapped);
}

static void sctp_send_on_second_stream(const struct produce_pair *pair, size_t len)
{
	CHECK_EQ(produce_send_with(pair, len, SOL_SCTP_, SNDINFO, &second_stream,
				   sizeof(second_stream)),
		 0);
}

PRODUCE(sctp_sndrcv)
{
	const struct produce sndrcv = {"SCTP_SNDRCV", SOL_SCTP_, SNDRCV, SOL_SCTP_, SCTP_EVENTS};
	const struct produce_pair pair = sctp_pair("SCTP_SNDRCV", SNDRCV);

	produce_on(pair.receiver, &sndrcv);
	sctp_send_on_second_stream(&pair, 1);
	produce_receive(pair.receiver, 0);
	produce_expect(&sndrcv);
	CHECK_EQ(produced_field("sinfo_stream"), 1);
	CHECK_EQ(produced_field("sinfo_ppid"), 0x2a);
	CHECK_EQ(anc_message_enable(produced_row(), pair.receiver, false), 0);
	sctp_send_on_second_stream(&pair, 1);
	produce_receive(pair.receiver, 0);
	CHECK(!produce_got(SOL_SCTP_, SNDRCV));
}

PRODUCE(sctp_rcvinfo)
{
	const struct produce rcvinfo = {"SCTP_RCVINFO", SOL_SCTP_, RCVINFO, SOL_SCTP_,
					SCTP_RECVRCVINFO};
	const struct produce_pair pair = sctp_pair("SCTP_RCVINFO", RCVINFO);

	produce_on(pair.receiver, &rcvinfo);
	sctp_send_on_second_stream(&pair, 1);
	produce_receive(pair.receiver, 0);
	produce_expect(&rcvinfo);
	CHECK_EQ(produced_field("rcv_sid"), 1);
	CHECK_EQ(produced_field("rcv_ssn"), 0);
	CHECK_EQ(produced_field("rcv_ppid"), 0x2a);
}

/* Of two that wait, the first comes with what the second is. */
PRODUCE(sctp_nxtinfo)
{
	const struct produce nxtinfo = {"SCTP_NXTINFO", SOL_SCTP_, NXTINFO, SOL_SCTP_,
					SCTP_RECVNXTINFO};
	const struct produce_pair pair = sctp_pair("SCTP_NXTINFO", NXTINFO);

	produce_on(pair.receiver, &nxtinfo);
	CHECK_EQ(produce_send(&pair, 1), 0);
	sctp_send_on_second_stream(&pair, 5);
	produce_receive(pair.receiver, 0);
	produce_expect(&nxtinfo);
	CHECK_EQ(produced_field("nxt_sid"), 1);
	CHECK_EQ(produced_field("nxt_ppid"), 0x2a);
	CHECK_EQ(produced_field("nxt_length"), 5);
}

PRODUCE(dccp_scm_priority)
{
	const uint32_t priority = 3;
	const struct produce_sending sending = {
		"DCCP_SCM_PRIORITY", SOL_DCCP_, 1, sizeof(priority), &priority, {1, 3, 5}, {3, 5}};
	struct produce_pair pair = {0};

	produce_want("DCCP_SCM_PRIORITY", SOL_DCCP_, 1);
	pair.receiver = produce_socket(AF_INET, SOCK_DCCP_, DCCP);
	produce_bind(pair.receiver, AF_INET, &pair.addr, &pair.len);
	CHECK_EQ(listen(pair.receiver, 1), 0);
	pair.sender = produce_socket(AF_INET, SOCK_DCCP_, DCCP);
	/* Not of a connection that is made already. */
	produce_set(pair.sender, SOL_DCCP_, DCCP_QPOLICY_ID, BY_PRIORITY);
	CHECK_EQ(connect(pair.sender, (struct sockaddr *)&pair.addr, pair.len), 0);
	pair.len = 0;
	produce_send_sizes(&pair, &sending);
}

static const struct tap_test tests[] = {
	SENT(tls_set_record_type), SCENE(tls_get_record_type), SENT(sctp_init),
	SENT(sctp_sndinfo),        SENT(sctp_prinfo),          SENT(sctp_authinfo),
	SENT(sctp_dstaddrv4),      SENT(sctp_dstaddrv6),       SCENE(sctp_sndrcv),
	SCENE(sctp_rcvinfo),       SCENE(sctp_nxtinfo),        SENT(dccp_scm_priority),
};
const struct produce_group produce_transport = {tests, COUNT(tests)};
