/* SPDX-License-Identifier: MIT */
/* Descriptors between unrelated processes, some of them written by others. */
#include "peer.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>

#include <anc/anc.h>

#define ROUNDS 1000
static int send_file(int sock)
{
	const int fd = file_with("from a peer");

	return depart(sock, "x", 1, &fd, 1) != 1;
}

TEST(a_file_is_read_after_the_process_that_sent_it_has_gone)
{
	pid_t peer;
	const int sock = start_peer(SOCK_STREAM, send_file, &peer);
	int fd;

	CHECK_EQ(exit_code(peer), 0);
	fd = anc_recv_fd(sock);
	CHECK(fd >= 0);
	CHECK(file_has(fd, "from a peer"));
	close(fd);
	CHECK_EQ(anc_recv_fd(sock), -EPIPE);
	close(sock);
}

static int read_file(int sock)
{
	const struct arrival arrival = arrive_later(sock);

	return arrival.count != 1 || !file_has(arrival.fds[0], "from us");
}

TEST(a_file_is_read_by_a_peer_though_the_sender_closed_it)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
	pid_t peer;
	size_t i;
	int sock;
	int fd;

	for (i = 0; i < COUNT(types); i++) {
		sock = start_peer(types[i], read_file, &peer);
		fd = file_with("from us");
		CHECK_EQ(anc_send_fd(sock, fd), 0);
		close(fd);
		CHECK_EQ(exit_code(peer), 0);
		close(sock);
	}
}

/* Forwards one message with what came in it, to the process that it starts itself. */
static int forward(int sock)
{
	char words[16];
	struct anc_recv_result result;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), words, sizeof(words));
	struct anc_sender sender;
	pid_t next;
	int status;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	sender = anc_sender_on(anc_socket_fd(start_peer(SOCK_STREAM, read_file, &next)), words, 0);
	receiver.data = &data;
	sender.data = &data;
	if (anc_receiver_recv(&receiver, &result) < 0)
		return 1;
	sender.len = result.len;
	if (anc_sender_send(&sender) != (ssize_t)result.len)
		return 2;
	return waitpid(next, &status, 0) != next || status != 0;
}

TEST(a_file_is_forwarded_from_process_to_process)
{
	const int fd = file_with("from us");
	pid_t peer;
	const int sock = start_peer(SOCK_STREAM, forward, &peer);

	CHECK_EQ(anc_send_fds(sock, "words", 6, &fd, 1), 6);
	CHECK_EQ(exit_code(peer), 0);
	close(sock);
	close(fd);
}

/* Sends back each descriptor that comes, with plain calls, until the end. */
static int echo(int sock)
{
	struct arrival arrival;

	for (;;) {
		arrival = arrive_later(sock);
		if (arrival.len <= 0)
			return arrival.len < 0;
		if (arrival.count != 1 || depart(sock, "x", 1, arrival.fds, 1) != 1)
			return 2;
		close(arrival.fds[0]);
	}
}

static void rounds_with_echo(int sock, int count)
{
	const int fd = tap_new_fd();
	const size_t before = tap_open_fds();
	int got;
	int i;

	for (i = 0; i < count; i++) {
		CHECK_EQ(anc_send_fd(sock, fd), 0);
		got = anc_recv_fd(sock);
		CHECK(got >= 0);
		CHECK(i % 100 != 0 || tap_is_same_file(got, fd));
		close(got);
	}
	CHECK_EQ(tap_open_fds(), before);
	close(fd);
}

TEST(a_thousand_rounds_leave_nothing_open)
{
	pid_t peer;
	const int sock = start_peer(SOCK_SEQPACKET, echo, &peer);

	rounds_with_echo(sock, ROUNDS);
	close(sock);
	CHECK_EQ(exit_code(peer), 0);
}

/* Signals its parent without end, a bounded number of times. */
static int bombard(int sock)
{
	const pid_t parent = getppid();
	int i;

	for (i = 0; i < 1000000 && kill(parent, SIGUSR1) == 0; i++)
		usleep(50);
	return sock < 0;
}

TEST(signals_do_not_disturb_the_one_line_calls)
{
	const struct sigaction before = handle(SIGUSR1, count_signal);
	pid_t bomber;
	pid_t peer;
	const int sock = start_peer(SOCK_STREAM, echo, &peer);
	const int unused = start_peer(SOCK_STREAM, bombard, &bomber);

	while (signals == 0)
		pause();
	rounds_with_echo(sock, ROUNDS);
	kill(bomber, SIGKILL);
	CHECK_EQ(exit_code(bomber), -1);
	CHECK(signals > 1);
	sigaction(SIGUSR1, &before, NULL);
	close(sock);
	close(unused);
	CHECK_EQ(exit_code(peer), 0);
}

/* Sends descriptors until it is killed. */
static int send_without_end(int sock)
{
	const int fds[3] = {file_with("a"), file_with("b"), file_with("c")};
	struct pollfd event = {.fd = sock, .events = POLLOUT};
	int i;

	for (i = 0; i < 1000000; i++)
		if (depart(sock, "x", 1, fds, 3) != 1)
			poll(&event, 1, WAIT_MS);
	return 0;
}

TEST(a_peer_that_is_killed_midway_leaves_what_it_sent_and_then_the_end)
{
	pid_t peer;
	const int sock = start_peer(SOCK_STREAM, send_without_end, &peer);
	const size_t before = tap_open_fds();
	size_t count;
	ssize_t len;
	char byte;
	int fds[3];
	int i;

	for (i = 0;; i++) {
		len = anc_recv_fds(sock, &byte, 1, fds, 3, &count);
		if (len <= 0)
			break;
		CHECK_EQ(count, 3);
		CHECK(file_has(fds[2], "c"));
		close_both(fds);
		close(fds[2]);
		if (i == 20)
			kill(peer, SIGKILL);
	}
	CHECK_EQ(len, 0);
	CHECK_EQ(count, 0);
	CHECK_EQ(anc_recv_fd(sock), -EPIPE);
	CHECK_EQ(tap_open_fds(), before);
	CHECK_EQ(exit_code(peer), -1);
	close(sock);
}

static int wait_to_be_killed(int sock)
{
	struct pollfd event = {.fd = sock};

	poll(&event, 1, WAIT_MS);
	return 0;
}

TEST(what_is_in_flight_to_a_killed_peer_is_closed)
{
	pid_t peer;
	const int sock = start_peer(SOCK_STREAM, wait_to_be_killed, &peer);
	struct pollfd event = {0};
	int ends[2];
	char byte;

	CHECK_EQ(pipe2(ends, O_CLOEXEC), 0);
	CHECK_EQ(anc_send_fd(sock, ends[1]), 0);
	close(ends[1]);
	event.fd = ends[0];
	CHECK_EQ(poll(&event, 1, 0), 0);
	kill(peer, SIGKILL);
	CHECK_EQ(exit_code(peer), -1);
	CHECK_EQ(poll(&event, 1, WAIT_MS), 1);
	CHECK_EQ(read(ends[0], &byte, 1), 0);
	/* what it had not read resets the connection */
	CHECK(anc_send_fd(sock, ends[0]) < 0);
	close(ends[0]);
	close(sock);
}

static struct sockaddr_un address;
static socklen_t address_len;

/* Connects to the address, as a stranger does, and sends a file. */
static int connect_and_send(int unused)
{
	const int sock = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	(void)unused;
	if (connect(sock, (struct sockaddr *)&address, address_len) < 0)
		return 1;
	return send_file(sock);
}

static void accept_a_stranger(const char *path, bool abstract)
{
	const int listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	pid_t stranger;
	int sock;
	int fd;

	address = (struct sockaddr_un){.sun_family = AF_UNIX};
	strncpy(address.sun_path + abstract, path, sizeof(address.sun_path) - 2);
	address_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
	CHECK_EQ(bind(listening, (struct sockaddr *)&address, address_len), 0);
	CHECK_EQ(listen(listening, 1), 0);
	stranger = start(connect_and_send, -1, listening);
	sock = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	CHECK(sock >= 0);
	fd = anc_recv_fd(sock);
	CHECK(file_has(fd, "from a peer"));
	CHECK_EQ(exit_code(stranger), 0);
	CHECK_EQ(anc_recv_fd(sock), -EPIPE);
	close(fd);
	close(sock);
	close(listening);
}

TEST(a_stranger_connects_over_a_path)
{
	char folder[] = "/tmp/libanc-test-XXXXXX";
	char path[64];

	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/socket", folder);
	accept_a_stranger(path, false);
	unlink(path);
	rmdir(folder);
}

TEST(a_stranger_connects_over_an_abstract_name)
{
	char name[64];

	snprintf(name, sizeof(name), "libanc-test-%ld", (long)getpid());
	accept_a_stranger(name, true);
}

static bool inherits;

/* Receives two descriptors and becomes a program that lists what it has, for us to read. */
static int receive_and_list(int sock)
{
	const int first = anc_recv_fd(sock);
	size_t count;
	char byte;
	int second;

	if (first < 0 || anc_recv_fds(sock, &byte, 1, &second, 1, &count) != 1)
		return 1;
	if (inherits)
		fcntl(first, F_SETFD, 0);
	dup2(sock, STDOUT_FILENO);
	execl("/bin/ls", "ls", "-l", "/proc/self/fd", (char *)NULL);
	return 127;
}

/* How often a program that was executed after a receive has the file. */
static int inherited(void)
{
	static const char name[] = "a-file-to-be-seen";
	const int fd = memfd_create(name, MFD_CLOEXEC);
	char list[8192] = "";
	const char *at = list;
	pid_t peer;
	const int sock = start_peer(SOCK_STREAM, receive_and_list, &peer);
	int count = 0;
	int code;

	CHECK_EQ(anc_send_fd(sock, fd), 0);
	CHECK_EQ(anc_send_fd(sock, fd), 0);
	close(fd);
	CHECK(recv(sock, list, sizeof(list) - 1, MSG_WAITALL) >= 0);
	code = exit_code(peer);
	close(sock);
	while ((at = strstr(at, name)) != NULL) {
		at++;
		count++;
	}
	return code == 0 ? count : -code;
}

TEST(what_was_received_is_not_inherited_by_a_program)
{
	int without;
	int with;

	inherits = false;
	without = inherited();
	inherits = true;
	with = inherited();
	if (without == -127)
		SKIP("no ls here");
	CHECK_EQ(without, 0);
	CHECK_EQ(with, 1);
}

static const struct tap_test tests[] = {
	{"a_file_is_read_after_the_process_that_sent_it_has_gone",
	 test_a_file_is_read_after_the_process_that_sent_it_has_gone},
	{"a_file_is_read_by_a_peer_though_the_sender_closed_it",
	 test_a_file_is_read_by_a_peer_though_the_sender_closed_it},
	{"a_file_is_forwarded_from_process_to_process",
	 test_a_file_is_forwarded_from_process_to_process},
	{"a_thousand_rounds_leave_nothing_open", test_a_thousand_rounds_leave_nothing_open},
	{"signals_do_not_disturb_the_one_line_calls",
	 test_signals_do_not_disturb_the_one_line_calls},
	{"a_peer_that_is_killed_midway_leaves_what_it_sent_and_then_the_end",
	 test_a_peer_that_is_killed_midway_leaves_what_it_sent_and_then_the_end},
	{"what_is_in_flight_to_a_killed_peer_is_closed",
	 test_what_is_in_flight_to_a_killed_peer_is_closed},
	{"a_stranger_connects_over_a_path", test_a_stranger_connects_over_a_path},
	{"a_stranger_connects_over_an_abstract_name",
	 test_a_stranger_connects_over_an_abstract_name},
	{"what_was_received_is_not_inherited_by_a_program",
	 test_what_was_received_is_not_inherited_by_a_program},
};
TAP_MAIN(tests)
