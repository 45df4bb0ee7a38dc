/* SPDX-License-Identifier: MIT */
/* Credentials between processes: forged ones, other users', other namespaces', the dead's. */
#include "peer.h"
#include "pidfd.h"

#include <sched.h>
#include <sys/prctl.h>

#include <anc/anc.h>

#define NOBODY 65534
#define REFUSED 77 /* a process exits so when it may not do what its test is about */

#define UCRED (ANC_CREDENTIALS_PID | ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GID)
#define WITHOUT_PIDFD(known) ((known) & ~(unsigned)ANC_CREDENTIALS_PIDFD)

/* What one receive told of its sender. The pidfd is closed; its process is kept. */
struct told {
	int error;
	struct anc_credentials who;
	int pidfd_pid;
};

/* Receives one message of `len` bytes; what it could not is in `error`. */
static struct told receive_told(int sock, void *words, size_t len, int flags)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), words, len);
	struct anc_recv_result result;
	struct told told = {0};

	ANC_DATA(data, 256);
	receiver.data = &data;
	receiver.options.flags = flags;
	told.error = anc_receiver_recv(&receiver, &result);
	if (told.error == 0)
		told.error = anc_data_credentials(&data, &told.who);
	if (told.error == 0 && told.who.pidfd >= 0)
		told.pidfd_pid = pid_of(told.who.pidfd);
	return told;
}

static ssize_t send_claim(int sock, const struct anc_ucred *claim)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), "x", 1);

	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(*claim)));
	sender.data = &data;
	if (anc_ucred_add(&data, claim) < 0)
		return -EINVAL;
	return anc_sender_send(&sender);
}

/* What changes its user may not be looked into, even by itself, unless it says so. */
static bool become_nobody(void)
{
	return setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0 &&
	       prctl(PR_SET_DUMPABLE, 1) == 0;
}

/* As nobody, claims to be others; each must be refused. What is its own may be named. */
static int forge(int sock)
{
	const struct anc_ucred forged[] = {
		{getpid(), 0, NOBODY},
		{getpid(), NOBODY, 0},
		{getppid(), NOBODY, NOBODY},
		{1, 0, 0},
	};
	const struct anc_ucred own = {getpid(), NOBODY, NOBODY};
	size_t i;

	if (!become_nobody())
		return REFUSED;
	for (i = 0; i < COUNT(forged); i++)
		if (send_claim(sock, &forged[i]) != -EPERM)
			return 1 + (int)i;
	return send_claim(sock, &own) != 1;
}

static void check_forging(int type)
{
	struct told told;
	pid_t child;
	char byte;
	int pair[2];

	tap_pair(type, pair);
	CHECK_EQ(anc_credentials_enable(pair[0]), 0);
	child = start(forge, pair[1], pair[0]);
	CHECK_EQ(exit_code(child), 0);
	told = receive_told(pair[0], &byte, 1, MSG_DONTWAIT);
	CHECK_EQ(told.error, 0);
	CHECK_EQ(told.who.pid, child);
	CHECK_EQ(told.who.uid, NOBODY);
	CHECK_EQ(told.who.gid, NOBODY);
	/* and of the forged ones nothing has come */
	CHECK_EQ(receive_told(pair[0], &byte, 1, MSG_DONTWAIT).error, -EAGAIN);
	close_both(pair);
}

TEST(forged_credentials_are_refused_and_nothing_of_them_arrives)
{
	if (geteuid() != 0)
		SKIP("only root can become another user");
	check_forging(SOCK_STREAM);
	check_forging(SOCK_DGRAM);
	check_forging(SOCK_SEQPACKET);
}

static int wait_for_the_end(int sock)
{
	char byte;

	return read(sock, &byte, 1) != 0;
}

/* A privileged sender names another process: the kernel lets it, and does not vouch. */
static struct told told_of_another(pid_t *ret_other)
{
	struct anc_ucred claim = {0, 1234, 5678};
	pid_t other;
	const int its = start_peer(SOCK_STREAM, wait_for_the_end, &other);
	struct told told;
	char byte;
	int pair[2];

	claim.pid = other;
	tap_pair(SOCK_DGRAM, pair);
	CHECK_EQ(anc_credentials_enable(pair[1]), 0);
	CHECK_EQ(send_claim(pair[0], &claim), 1);
	told = receive_told(pair[1], &byte, 1, MSG_DONTWAIT);
	CHECK_EQ(told.error, 0);
	close(its);
	CHECK_EQ(exit_code(other), 0);
	close_both(pair);
	*ret_other = other;
	return told;
}

TEST(what_a_privileged_sender_claims_is_known_and_not_by_the_kernel)
{
	struct told told;
	pid_t other;

	if (geteuid() != 0)
		SKIP("only root can claim another's credentials");
	told = told_of_another(&other);
	CHECK_EQ(told.who.known & UCRED, UCRED);
	CHECK_EQ(told.who.by_kernel & UCRED, 0);
	CHECK_EQ(told.who.pid, other);
	CHECK_EQ(told.who.uid, 1234);
	CHECK_EQ(told.who.gid, 5678);
}

TEST(a_pidfd_is_of_the_process_that_a_privileged_sender_names)
{
	struct told told;
	pid_t other;

	if (geteuid() != 0)
		SKIP("only root can claim another's credentials");
	told = told_of_another(&other);
	if ((told.who.known & ANC_CREDENTIALS_PIDFD) == 0)
		SKIP("no SO_PASSPIDFD before Linux 6.5");
	CHECK_EQ(told.pidfd_pid, other);
	CHECK_EQ(told.who.by_kernel, 0);
}

/* With one user for its files and another for its own: sends, on a socket pair made as such. */
static int send_as_two_users(int sock)
{
	struct anc_credentials peer;
	struct told told;
	int pair[2];
	char byte;

	(void)sock;
	if (setresgid(11, 12, 11) < 0 || setresuid(21, 22, 21) < 0)
		return REFUSED;
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0 || anc_credentials_enable(pair[1]) < 0 ||
	    send(pair[0], "x", 1, 0) != 1)
		return 1;
	told = receive_told(pair[1], &byte, 1, MSG_DONTWAIT);
	if (told.error < 0 || told.who.uid != 21 || told.who.gid != 11)
		return 2;
	if ((told.who.known & (ANC_CREDENTIALS_EUID | ANC_CREDENTIALS_EGID)) != 0)
		return 3;
	if (anc_peer_credentials(pair[1], &peer) < 0 || peer.euid != 22 || peer.egid != 12)
		return 4;
	return (peer.known & (ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GID)) != 0;
}

TEST(a_message_has_the_real_user_and_a_peer_the_effective_one)
{
	pid_t child;
	int sock;

	if (geteuid() != 0)
		SKIP("only root can become another user");
	sock = start_peer(SOCK_STREAM, send_as_two_users, &child);
	CHECK_EQ(exit_code(child), 0);
	close(sock);
}

static int send_and_end(int sock)
{
	return send(sock, "x", 1, 0) != 1;
}

TEST(the_dead_s_pidfd_is_theirs_or_an_errno)
{
	struct told told;
	pid_t child;
	char byte;
	int pair[2];
	bool known;

	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_credentials_enable(pair[0]), 0);
	known = anc_pidfd_enable(pair[0], true) == 0;
	child = start(send_and_end, pair[1], pair[0]);
	CHECK_EQ(exit_code(child), 0);
	told = receive_told(pair[0], &byte, 1, 0);
	close_both(pair);
	CHECK_EQ(told.error, 0);
	CHECK_EQ(told.who.pid, child);
	if (!known)
		SKIP("no SO_PASSPIDFD before Linux 6.5");
	/* what has been reaped has the pid -1 there; before Linux 6.16 it had no pidfd */
	if ((told.who.known & ANC_CREDENTIALS_PIDFD) != 0)
		CHECK_EQ(told.pidfd_pid, -1);
	else
		CHECK_EQ(told.who.pidfd, -1);
}

/* Where a kernel or a container gives no namespaces. */
static bool is_refusal(int error)
{
	return error == EPERM || error == EINVAL || error == ENOSPC || error == ENOSYS;
}

static int enter_namespace(int flag)
{
	if (unshare(flag) == 0)
		return 0;
	return is_refusal(errno) ? REFUSED : 99;
}

/* Runs `work` as the first process of a pid namespace, and then sends its pid as we see it. */
static int run_in_pid_namespace(peer_work *work, int sock)
{
	const int refused = enter_namespace(CLONE_NEWPID);
	int32_t pid;
	int status;

	if (refused != 0)
		return refused;
	pid = fork();
	if (pid == 0)
		_exit(getpid() != 1 ? 98 : work(sock));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 97;
	if (WEXITSTATUS(status) != 0)
		return WEXITSTATUS(status);
	return send(sock, &pid, sizeof(pid), 0) != sizeof(pid);
}

static int send_from_pid_namespace(int sock)
{
	return run_in_pid_namespace(send_and_end, sock);
}

/* Skips the test when the process was not let. */
static void check_exit(pid_t child, const int pair[2])
{
	const int code = exit_code(child);

	if (code == REFUSED) {
		close_both(pair);
		SKIP("namespaces are refused here");
	}
	CHECK_EQ(code, 0);
}

TEST(a_pid_of_another_namespace_is_told_as_it_is_here)
{
	struct told first;
	struct told second;
	int32_t pid = 0;
	pid_t child;
	char byte;
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_credentials_enable(pair[0]), 0);
	child = start(send_from_pid_namespace, pair[1], pair[0]);
	check_exit(child, pair);
	first = receive_told(pair[0], &byte, 1, MSG_DONTWAIT);
	second = receive_told(pair[0], &pid, sizeof(pid), MSG_DONTWAIT);
	CHECK_EQ(first.error, 0);
	CHECK_EQ(second.error, 0);
	CHECK(pid > 1);
	CHECK_EQ(first.who.pid, pid);
	CHECK_EQ(second.who.pid, child);
	close_both(pair);
}

/* In a namespace from which the sender cannot be seen. */
static int receive_unseen(int sock)
{
	struct anc_credentials peer;
	struct told told;
	char byte;

	told = receive_told(sock, &byte, 1, MSG_DONTWAIT);
	if (told.error < 0)
		return 1;
	if (told.who.pid != 0 || told.who.uid != geteuid() ||
	    WITHOUT_PIDFD(told.who.known) != (ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GID))
		return 2;
	if (anc_peer_credentials(sock, &peer) < 0)
		return 3;
	if (peer.pid != 0 || peer.known != (ANC_CREDENTIALS_EUID | ANC_CREDENTIALS_EGID))
		return 4;
	return peer.euid != geteuid();
}

static int receive_in_pid_namespace(int sock)
{
	return run_in_pid_namespace(receive_unseen, sock);
}

TEST(a_pid_that_cannot_be_seen_from_here_is_not_known)
{
	pid_t child;
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_credentials_enable(pair[1]), 0);
	CHECK_EQ(send(pair[0], "x", 1, 0), 1);
	child = start(receive_in_pid_namespace, pair[1], pair[0]);
	check_exit(child, pair);
	close_both(pair);
}

/* Maps this process's user to one inside; false: it is not let. */
static bool map_user(unsigned inside, unsigned outside)
{
	FILE *map = fopen("/proc/self/uid_map", "we");
	bool good;

	if (map == NULL)
		return false;
	good = fprintf(map, "%u %u 1", inside, outside) > 0;
	return fclose(map) == 0 && good;
}

/* In a user namespace: before its users have numbers there, and then. */
static int receive_mapped(int sock)
{
	const unsigned outside = geteuid();
	int refused = enter_namespace(CLONE_NEWUSER);
	struct anc_credentials peer;
	struct told told;
	char byte;

	if (refused != 0)
		return refused;
	told = receive_told(sock, &byte, 1, MSG_DONTWAIT);
	if (told.error < 0 || told.who.uid != NOBODY || told.who.gid != NOBODY)
		return 1;
	if (anc_peer_credentials(sock, &peer) < 0 || peer.euid != NOBODY || peer.egid != NOBODY)
		return 2;
	if (!map_user(5, outside))
		return REFUSED;
	told = receive_told(sock, &byte, 1, MSG_DONTWAIT);
	if (told.error < 0 || told.who.uid != 5 || told.who.gid != NOBODY)
		return 3;
	return anc_peer_credentials(sock, &peer) < 0 || peer.euid != 5;
}

TEST(users_have_the_number_of_the_receiver_s_namespace_or_nobody_s)
{
	pid_t child;
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_credentials_enable(pair[1]), 0);
	CHECK_EQ(send(pair[0], "x", 1, 0), 1);
	CHECK_EQ(send(pair[0], "x", 1, 0), 1);
	child = start(receive_mapped, pair[1], pair[0]);
	check_exit(child, pair);
	close_both(pair);
}

/* As root of a namespace of its own: outside that is nobody in particular. */
static int send_as_root_inside(int sock)
{
	const unsigned outside = geteuid();
	const int refused = enter_namespace(CLONE_NEWUSER);
	const struct anc_ucred claim = {getpid(), 1, 0};

	if (refused != 0)
		return refused;
	if (!map_user(0, outside))
		return REFUSED;
	if (geteuid() != 0)
		return 1;
	/* a user that has no number inside cannot even be named */
	if (send_claim(sock, &claim) != -EINVAL)
		return 2;
	return send_and_end(sock);
}

TEST(root_of_another_namespace_is_told_as_who_it_is_here)
{
	struct told told;
	pid_t child;
	char byte;
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_credentials_enable(pair[0]), 0);
	child = fork();
	if (child == 0) {
		if (geteuid() == 0 && !become_nobody())
			_exit(REFUSED);
		_exit(send_as_root_inside(pair[1]));
	}
	check_exit(child, pair);
	told = receive_told(pair[0], &byte, 1, MSG_DONTWAIT);
	CHECK_EQ(told.error, 0);
	CHECK_EQ(told.who.uid, geteuid() == 0 ? NOBODY : geteuid());
	CHECK_EQ(told.who.pid, child);
	close_both(pair);
}

static const struct tap_test tests[] = {
	{"forged_credentials_are_refused_and_nothing_of_them_arrives",
	 test_forged_credentials_are_refused_and_nothing_of_them_arrives},
	{"what_a_privileged_sender_claims_is_known_and_not_by_the_kernel",
	 test_what_a_privileged_sender_claims_is_known_and_not_by_the_kernel},
	{"a_pidfd_is_of_the_process_that_a_privileged_sender_names",
	 test_a_pidfd_is_of_the_process_that_a_privileged_sender_names},
	{"a_message_has_the_real_user_and_a_peer_the_effective_one",
	 test_a_message_has_the_real_user_and_a_peer_the_effective_one},
	{"the_dead_s_pidfd_is_theirs_or_an_errno", test_the_dead_s_pidfd_is_theirs_or_an_errno},
	{"a_pid_of_another_namespace_is_told_as_it_is_here",
	 test_a_pid_of_another_namespace_is_told_as_it_is_here},
	{"a_pid_that_cannot_be_seen_from_here_is_not_known",
	 test_a_pid_that_cannot_be_seen_from_here_is_not_known},
	{"users_have_the_number_of_the_receiver_s_namespace_or_nobody_s",
	 test_users_have_the_number_of_the_receiver_s_namespace_or_nobody_s},
	{"root_of_another_namespace_is_told_as_who_it_is_here",
	 test_root_of_another_namespace_is_told_as_who_it_is_here},
};
TAP_MAIN(tests)
