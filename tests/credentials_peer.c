/* SPDX-License-Identifier: MIT */
/* What the kernel remembers of the peer of a connected socket. */
#include "peer.h"
#include "pidfd.h"

#include <grp.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <anc/anc.h>

#define EFFECTIVE (ANC_CREDENTIALS_PID | ANC_CREDENTIALS_EUID | ANC_CREDENTIALS_EGID)

/* Whether a kernel without SO_PEERPIDFD answered; also qemu-user does. */
static bool is_unknown(int error)
{
	return error == -ENOPROTOOPT || error == -EOPNOTSUPP;
}

static void check_peer_is(int sock, pid_t pid)
{
	struct anc_credentials got;

	memset(&got, 0xee, sizeof(got));
	CHECK_EQ(anc_peer_credentials(sock, &got), 0);
	CHECK_EQ(got.known, EFFECTIVE);
	CHECK_EQ(got.by_kernel, EFFECTIVE);
	CHECK_EQ(got.pid, pid);
	CHECK_EQ(got.pidfd, -1);
	CHECK_EQ(got.euid, geteuid());
	CHECK_EQ(got.egid, getegid());
	CHECK_EQ(got.uid, 0);
	CHECK_EQ(got.group_count, 0);
}

TEST(the_peer_of_a_pair_is_who_made_it)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
	int pair[2];
	size_t i;

	for (i = 0; i < COUNT(types); i++) {
		tap_pair(types[i], pair);
		check_peer_is(pair[0], getpid());
		check_peer_is(pair[1], getpid());
		close_both(pair);
	}
}

static struct sockaddr_un address;
static socklen_t address_len;

/* A listener at a name that the kernel chose. */
static int listen_somewhere(void)
{
	const int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sun_family = AF_UNIX;
	CHECK_EQ(bind(sock, (struct sockaddr *)&address, sizeof(address.sun_family)), 0);
	CHECK_EQ(listen(sock, 4), 0);
	address_len = sizeof(address);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)&address, &address_len), 0);
	return sock;
}

/* Connects, checks whom it reached, and waits until the other side is done. */
static int connect_to_parent(int unused)
{
	const int sock = socket(AF_UNIX, SOCK_STREAM, 0);
	struct anc_credentials got;
	char byte;

	(void)unused;
	if (connect(sock, (struct sockaddr *)&address, address_len) < 0)
		return 1;
	if (anc_peer_credentials(sock, &got) < 0 || got.pid != getppid())
		return 2;
	return read(sock, &byte, 1) != 0;
}

/* Starts a process that connects; the accepted socket. */
static int accept_from(int listener, peer_work *work, pid_t *ret)
{
	struct pollfd event = {.fd = listener, .events = POLLIN};

	*ret = start(work, -1, -1);
	CHECK_EQ(poll(&event, 1, WAIT_MS), 1);
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

TEST(who_connected_and_who_listened_know_each_other)
{
	const int listener = listen_somewhere();
	pid_t child;
	const int sock = accept_from(listener, connect_to_parent, &child);

	check_peer_is(sock, child);
	close(sock);
	CHECK_EQ(exit_code(child), 0);
	close(listener);
}

TEST(a_listening_socket_tells_of_who_listens)
{
	const int listener = listen_somewhere();

	check_peer_is(listener, getpid());
	close(listener);
}

/* A loopback connection, and its end. */
static int tcp_to_itself(int *ret_listener)
{
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(name);
	const int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*ret_listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK_EQ(bind(*ret_listener, (struct sockaddr *)&name, len), 0);
	CHECK_EQ(listen(*ret_listener, 1), 0);
	CHECK_EQ(getsockname(*ret_listener, (struct sockaddr *)&name, &len), 0);
	CHECK_EQ(connect(sock, (struct sockaddr *)&name, len), 0);
	return sock;
}

static void check_nobody(int sock)
{
	struct anc_credentials got = {.known = 99};
	uint32_t groups[4];
	size_t count = 99;
	int error;

	CHECK_EQ(anc_peer_credentials(sock, &got), -ENOTCONN);
	CHECK_EQ(got.known, 99);
	error = anc_peer_pidfd(sock);
	CHECK(error == -ENODATA || error == -ESRCH || is_unknown(error));
	error = anc_peer_groups(sock, groups, 4, &count);
	CHECK(error == -ENODATA || is_unknown(error));
	CHECK_EQ(count, 99);
}

TEST(a_socket_without_a_peer_has_none)
{
	int listener;
	int sock;

	SKIP_EMULATED("it reads a number where there are groups");
	sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check_nobody(sock);
	close(sock);
	sock = tcp_to_itself(&listener);
	check_nobody(sock);
	close(sock);
	close(listener);
}

TEST(what_is_no_socket_is_told_so)
{
	const int bad[] = {tap_new_fd(), -1};
	const int errors[] = {-ENOTSOCK, -EBADF};
	struct anc_credentials got;
	size_t count = 99;
	uint32_t group;
	char label[8];
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		CHECK_EQ(anc_peer_credentials(bad[i], &got), errors[i]);
		CHECK_EQ(anc_peer_pidfd(bad[i]), errors[i]);
		CHECK_EQ(anc_peer_groups(bad[i], &group, 1, &count), errors[i]);
		CHECK_EQ(anc_peer_security(bad[i], label, sizeof(label)), errors[i]);
	}
	CHECK_EQ(count, 99);
	close(bad[0]);
}

TEST(a_pidfd_of_the_peer_is_that_process_and_close_on_exec)
{
	const int listener = listen_somewhere();
	pid_t child;
	const int sock = accept_from(listener, connect_to_parent, &child);
	const int pidfd = anc_peer_pidfd(sock);

	if (pidfd >= 0) {
		CHECK(tap_is_cloexec(pidfd));
		CHECK_EQ(pid_of(pidfd), child);
		close(pidfd);
	}
	close(sock);
	CHECK_EQ(exit_code(child), 0);
	close(listener);
	if (is_unknown(pidfd))
		SKIP("no SO_PEERPIDFD before Linux 6.5");
	CHECK(pidfd >= 0);
}

TEST(a_peer_that_has_ended_still_has_its_own_pidfd_or_none)
{
	const int listener = listen_somewhere();
	pid_t child;
	const int sock = accept_from(listener, connect_to_parent, &child);
	struct anc_credentials got;
	int pidfd;

	shutdown(sock, SHUT_WR);
	CHECK_EQ(exit_code(child), 0);
	CHECK_EQ(anc_peer_credentials(sock, &got), 0);
	CHECK_EQ(got.pid, child);
	pidfd = anc_peer_pidfd(sock);
	close(sock);
	close(listener);
	if (is_unknown(pidfd))
		SKIP("no SO_PEERPIDFD before Linux 6.5");
	/* what has been reaped has the pid -1 there */
	CHECK(pidfd >= 0 ? pid_of(pidfd) == -1 : pidfd == -ESRCH || pidfd == -EINVAL);
	if (pidfd >= 0)
		close(pidfd);
}

static const gid_t some_groups[3] = {5, 4000000000u, 7};

static int connect_with_groups(int unused)
{
	return setgroups(COUNT(some_groups), some_groups) < 0 ? 77 : connect_to_parent(unused);
}

static int connect_without_groups(int unused)
{
	return setgroups(0, NULL) < 0 ? 77 : connect_to_parent(unused);
}

static void check_some_groups(int sock)
{
	uint32_t groups[4] = {0};
	size_t count = 99;
	size_t max;

	for (max = 0; max < COUNT(some_groups); max++) {
		CHECK_EQ(anc_peer_groups(sock, groups, max, &count), -E2BIG);
		CHECK_EQ(count, 3);
		CHECK_EQ(groups[0], 0);
		count = 99;
	}
	CHECK_EQ(anc_peer_groups(sock, NULL, 0, &count), -E2BIG);
	CHECK_EQ(count, 3);
	CHECK_EQ(anc_peer_groups(sock, groups, 4, &count), 0);
	CHECK_EQ(count, 3);
	/* the kernel keeps them in order */
	CHECK_EQ(groups[0], 5);
	CHECK_EQ(groups[1], 7);
	CHECK_EQ(groups[2], 4000000000u);
	CHECK_EQ(groups[3], 0);
}

TEST(groups_of_the_peer_are_given_where_there_is_room)
{
	int listener;
	pid_t child;
	int sock;

	if (geteuid() != 0)
		SKIP("only root can set groups");
	SKIP_EMULATED("it reads a number where there are groups");
	listener = listen_somewhere();
	sock = accept_from(listener, connect_with_groups, &child);
	check_some_groups(sock);
	close(sock);
	CHECK_EQ(exit_code(child), 0);
	close(listener);
}

TEST(a_peer_without_groups_has_none)
{
	size_t count = 99;
	int listener;
	pid_t child;
	int sock;

	if (geteuid() != 0)
		SKIP("only root can set groups");
	SKIP_EMULATED("it reads a number where there are groups");
	listener = listen_somewhere();
	sock = accept_from(listener, connect_without_groups, &child);
	CHECK_EQ(anc_peer_groups(sock, NULL, 0, &count), 0);
	CHECK_EQ(count, 0);
	close(sock);
	CHECK_EQ(exit_code(child), 0);
	close(listener);
}

TEST(a_label_is_ended_by_a_nul)
{
	char label[4096];
	char tight[1];
	ssize_t len;
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	memset(label, 'x', sizeof(label));
	len = anc_peer_security(pair[0], label, sizeof(label));
	if (len > 0)
		CHECK_EQ(anc_peer_security(pair[0], tight, sizeof(tight)), -ERANGE);
	close_both(pair);
	if (len == -ENOPROTOOPT)
		SKIP("no security module gives labels here");
	CHECK(len >= 0);
	CHECK_EQ(strnlen(label, sizeof(label)), (size_t)len);
}

static const struct tap_test tests[] = {
	{"the_peer_of_a_pair_is_who_made_it", test_the_peer_of_a_pair_is_who_made_it},
	{"who_connected_and_who_listened_know_each_other",
	 test_who_connected_and_who_listened_know_each_other},
	{"a_listening_socket_tells_of_who_listens", test_a_listening_socket_tells_of_who_listens},
	{"a_socket_without_a_peer_has_none", test_a_socket_without_a_peer_has_none},
	{"what_is_no_socket_is_told_so", test_what_is_no_socket_is_told_so},
	{"a_pidfd_of_the_peer_is_that_process_and_close_on_exec",
	 test_a_pidfd_of_the_peer_is_that_process_and_close_on_exec},
	{"a_peer_that_has_ended_still_has_its_own_pidfd_or_none",
	 test_a_peer_that_has_ended_still_has_its_own_pidfd_or_none},
	{"groups_of_the_peer_are_given_where_there_is_room",
	 test_groups_of_the_peer_are_given_where_there_is_room},
	{"a_peer_without_groups_has_none", test_a_peer_without_groups_has_none},
	{"a_label_is_ended_by_a_nul", test_a_label_is_ended_by_a_nul},
};
TAP_MAIN(tests)
