/* SPDX-License-Identifier: MIT */
/* The space that a socket asks for where a kernel has TLS, SCTP, or a module that labels. */
#include "control_space_scene.h"

#include <netinet/tcp.h>

#include <anc/credentials.h>

/* linux/tls.h, sctp.h */
#ifndef TCP_ULP
#define TCP_ULP 31
#endif
#define TLS_TX 1
#define TLS_RX 2
#define TLS_SET_RECORD_TYPE 1
#define TLS_GET_RECORD_TYPE 2
#define ALERT 21
#define SCTP_NODELAY 3
enum { SNDRCV = 1, RCVINFO = 3, NXTINFO = 4 };
#ifndef SCM_SECURITY
#define SCM_SECURITY 3
#endif

static struct produce_pair labelled_pair(int type)
{
	struct produce_pair pair = {0};
	char label[4096];
	int fds[2];

	tap_pair(type, fds);
	pair.sender = produce_keep(fds[0]);
	pair.receiver = produce_keep(fds[1]);
	tap_pair(SOCK_STREAM, fds);
	produce_keep(fds[0]);
	produce_keep(fds[1]);
	if (anc_peer_security(fds[0], label, sizeof(label)) < 0)
		produce_skip("no security module labels sockets here");
	return pair;
}

/* What a label leaves of its room is not the room of another: exactly what comes is on. */
static void fill_with_a_label(int type)
{
	static const struct due due[] = {{SOL_SOCKET, SCM_CREDENTIALS},
					 {SOL_SOCKET, SCM_SECURITY},
					 {SOL_SOCKET, SCM_RIGHTS}};
	const struct produce_pair pair = labelled_pair(type);
	const int file = produce_keep(tap_new_fd());
	int fds[253];
	size_t i;

	for (i = 0; i < COUNT(fds); i++)
		fds[i] = file;
	turn_all_on(pair.receiver, AF_UNIX);
	CHECK_EQ(produce_send_with(&pair, 1, SOL_SOCKET, SCM_RIGHTS, fds, sizeof(fds)), 0);
	receive_exactly(pair.receiver, 0, due, COUNT(due));
}

PRODUCE(unix_stream_with_a_label)
{
	fill_with_a_label(SOCK_STREAM);
}

PRODUCE(unix_dgram_with_a_label)
{
	fill_with_a_label(SOCK_DGRAM);
}

PRODUCE(unix_seqpacket_with_a_label)
{
	fill_with_a_label(SOCK_SEQPACKET);
}

/* Nothing but the record type is on. */
static void fill_tls(int family)
{
	static const struct due due[] = {{SOL_TLS_, TLS_GET_RECORD_TYPE}};
	const struct {
		uint16_t version, cipher;
		unsigned char rest[36];
	} crypto = {.version = 0x0303, .cipher = 51};
	const struct produce_pair pair = produce_tcp(family);
	const ssize_t before = anc_socket_control_space(pair.receiver);
	const unsigned char alert = ALERT;

	if (setsockopt(pair.sender, IPPROTO_TCP, TCP_ULP, "tls", 3) < 0)
		produce_skip("no TLS in this kernel");
	CHECK_EQ(setsockopt(pair.receiver, IPPROTO_TCP, TCP_ULP, "tls", 3), 0);
	CHECK_EQ(anc_socket_control_space(pair.receiver), before);
	CHECK_EQ(setsockopt(pair.sender, SOL_TLS_, TLS_TX, &crypto, sizeof(crypto)), 0);
	CHECK_EQ(setsockopt(pair.receiver, SOL_TLS_, TLS_RX, &crypto, sizeof(crypto)), 0);
	CHECK_EQ(anc_socket_control_space(pair.receiver) - before, (ssize_t)ANC_CMSG_SPACE(1));
	CHECK_EQ(produce_send_with(&pair, 2, SOL_TLS_, TLS_SET_RECORD_TYPE, &alert, 1), 0);
	receive_exactly(pair.receiver, 0, due, COUNT(due));
}

PRODUCE(tls_of_inet)
{
	fill_tls(AF_INET);
}

PRODUCE(tls_of_inet6)
{
	fill_tls(AF_INET6);
}

/* Two wait, so that the next one is told of as well. */
static void fill_sctp(int family)
{
	static const struct due due[] = {
		{SOL_SCTP_, SNDRCV}, {SOL_SCTP_, RCVINFO}, {SOL_SCTP_, NXTINFO}};
	const struct produce_pair pair = produce_connection(family, SOCK_STREAM, SOL_SCTP_);

	produce_set(pair.sender, SOL_SCTP_, SCTP_NODELAY, 1);
	turn_all_on(pair.receiver, family);
	CHECK_EQ(produce_send(&pair, 1), 0);
	CHECK_EQ(produce_send(&pair, 1), 0);
	receive_exactly(pair.receiver, 0, due, COUNT(due));
}

PRODUCE(sctp_of_inet)
{
	fill_sctp(AF_INET);
}

PRODUCE(sctp_of_inet6)
{
	fill_sctp(AF_INET6);
}

static const struct tap_test tests[] = {
	{"a_label_has_its_space_on_a_stream", test_unix_stream_with_a_label},
	{"a_label_has_its_space_on_datagrams", test_unix_dgram_with_a_label},
	{"a_label_has_its_space_on_packets", test_unix_seqpacket_with_a_label},
	{"the_type_of_a_tls_record_has_its_space", test_tls_of_inet},
	{"the_type_of_a_tls_record_has_its_space_on_inet6", test_tls_of_inet6},
	{"what_sctp_tells_has_its_space", test_sctp_of_inet},
	{"what_sctp_tells_has_its_space_on_inet6", test_sctp_of_inet6},
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
