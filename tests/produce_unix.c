/* SPDX-License-Identifier: MIT */
/* What Unix sockets deliver: descriptors, who sent, what is left. */
#include "produce.h"

#include <sys/un.h>

#include <anc/credentials.h>

#ifndef SCM_SECURITY
#define SCM_SECURITY 3
#endif

static struct produce_pair unix_pair(int type)
{
	struct produce_pair pair = {.len = 0};
	int fds[2];

	tap_pair(type, fds);
	pair.sender = produce_keep(fds[0]);
	pair.receiver = produce_keep(fds[1]);
	return pair;
}

PRODUCE(scm_rights)
{
	const struct produce rights = {"SCM_RIGHTS", SOL_SOCKET, SCM_RIGHTS, 0, 0};
	const struct produce_pair pair = unix_pair(SOCK_STREAM);
	const int file = produce_keep(tap_new_fd());
	struct anc_cmsg msg;
	int came;

	CHECK_EQ(produce_send_with(&pair, 1, SOL_SOCKET, SCM_RIGHTS, &file, sizeof(file)), 0);
	produce_receive(pair.receiver, 0);
	produce_expect(&rights);
	CHECK(produced_row() == &anc_rights_type);
	msg = produced_message();
	CHECK_EQ(anc_message_fds(produced_row(), &msg), 1);
	memcpy(&came, msg.data, sizeof(came));
	CHECK(tap_is_same_file(came, file));
	CHECK(tap_is_cloexec(came));
}

PRODUCE(scm_credentials)
{
	const struct produce credentials = {"SCM_CREDENTIALS", SOL_SOCKET, SCM_CREDENTIALS,
					    SOL_SOCKET, SO_PASSCRED};
	const struct produce_pair pair = unix_pair(SOCK_DGRAM);

	produce_deliver(&pair, &credentials);
	CHECK(produced_row() == &anc_ucred_type);
	CHECK_EQ(produced_field("pid"), getpid());
	CHECK_EQ(produced_field("uid"), geteuid());
	CHECK_EQ(produced_field("gid"), getegid());
}

PRODUCE(scm_pidfd)
{
	const struct produce pidfd = {"SCM_PIDFD", SOL_SOCKET, PRODUCE_SCM_PIDFD, SOL_SOCKET,
				      SO_PASSPIDFD};
	const struct produce_pair pair = unix_pair(SOCK_DGRAM);
	struct anc_cmsg msg;
	int came;

	produce_deliver(&pair, &pidfd);
	CHECK(produced_row() == &anc_pidfd_type);
	msg = produced_message();
	CHECK_EQ(msg.len, sizeof(came));
	memcpy(&came, msg.data, sizeof(came));
	CHECK(tap_is_open(came));
}

/* The sender's label is the peer's, closing NUL or not. */
static void deliver_label(int type, bool with_credentials)
{
	const struct produce security = {"SCM_SECURITY", SOL_SOCKET, SCM_SECURITY, SOL_SOCKET,
					 SO_PASSSEC};
	const struct produce_pair pair = unix_pair(type);
	struct anc_security label;
	struct anc_cmsg msg;
	char peer[4096];
	ssize_t len;

	produce_on(pair.receiver, &security);
	produce_set(pair.receiver, SOL_SOCKET, SO_PASSCRED, with_credentials);
	CHECK_EQ(produce_send(&pair, 1), 0);
	produce_receive(pair.receiver, 0);
	len = anc_peer_security(pair.receiver, peer, sizeof(peer));
	if (len == -ENOPROTOOPT)
		produce_refuse(NULL, "no security module labels sockets here");
	produce_expect(&security);
	CHECK(produced_row() == &anc_security_type);
	msg = produced_message();
	CHECK_EQ(anc_security_get(&msg, &label), 0);
	CHECK(label.len > 0);
	CHECK_EQ(label.len, len);
	CHECK(memcmp(label.label, peer, label.len) == 0);
}

PRODUCE(scm_security)
{
	deliver_label(SOCK_SEQPACKET, false);
}

/* Without credentials a stream keeps it back. */
PRODUCE(scm_security_of_a_stream)
{
	deliver_label(SOCK_STREAM, true);
}

PRODUCE(scm_inq)
{
	const struct produce inq = {"SCM_INQ", SOL_SOCKET, SO_INQ, SOL_SOCKET, SO_INQ};
	const struct produce_pair pair = unix_pair(SOCK_STREAM);

	produce_deliver(&pair, &inq);
	CHECK_EQ(produced_value(), 0);
}

/* What stays behind when two messages wait that cannot be read in one: a descriptor ends a read. */
PRODUCE(scm_inq_of_what_is_left)
{
	const struct produce inq = {"SCM_INQ", SOL_SOCKET, SO_INQ, SOL_SOCKET, SO_INQ};
	const struct produce_pair pair = unix_pair(SOCK_STREAM);
	const int file = produce_keep(tap_new_fd());

	produce_on(pair.receiver, &inq);
	CHECK_EQ(produce_send_with(&pair, 3, SOL_SOCKET, SCM_RIGHTS, &file, sizeof(file)), 0);
	CHECK_EQ(produce_send(&pair, 5), 0);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 3);
	produce_expect(&inq);
	CHECK_EQ(produced_value(), 5);
}

static const struct tap_test tests[] = {
	SCENE(scm_rights),
	SCENE(scm_credentials),
	SCENE(scm_pidfd),
	SCENE(scm_security),
	SCENE(scm_security_of_a_stream),
	SCENE(scm_inq),
	SCENE(scm_inq_of_what_is_left),
};
const struct produce_group produce_unix = {tests, COUNT(tests)};
