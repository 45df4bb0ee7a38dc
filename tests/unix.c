/* SPDX-License-Identifier: MIT */
/* The messages of Unix sockets, against the kernel. */
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <anc/anc.h>

TEST(rows_of_unix_sockets_have_the_kernel_s_numbers)
{
	CHECK(anc_message_find(NULL, AF_UNIX, SOL_SOCKET, SCM_RIGHTS) == &anc_rights_type);
	CHECK(anc_message_find(NULL, AF_UNIX, SOL_SOCKET, SCM_CREDENTIALS) == &anc_ucred_type);
	CHECK(anc_message_find(NULL, AF_UNIX, SOL_SOCKET, 3) == &anc_security_type);
	CHECK(anc_message_find(NULL, AF_UNIX, SOL_SOCKET, 4) == &anc_pidfd_type);
	CHECK_EQ(sizeof(struct anc_ucred), sizeof(struct ucred));
}

/* Turns a row's option on and off and asks the kernel each time; false: it does not know it. */
static bool check_enable(const struct anc_message_type *row)
{
	socklen_t len = sizeof(int);
	int pair[2];
	int value;
	int on;
	int error;

	tap_pair(SOCK_STREAM, pair);
	error = anc_message_enable(row, pair[0], true);
	for (on = 1; error == 0 && on >= 0; on--) {
		CHECK_EQ(anc_message_enable(row, pair[0], on != 0), 0);
		CHECK_EQ(getsockopt(pair[0], row->option_level, row->option, &value, &len), 0);
		CHECK_EQ(value, on);
	}
	close(pair[0]);
	close(pair[1]);
	CHECK(error == 0 || error == -ENOPROTOOPT);
	return error == 0;
}

TEST(enable_turns_so_passcred_on_and_off)
{
	CHECK_EQ(anc_ucred_type.option, SO_PASSCRED);
	CHECK(check_enable(&anc_ucred_type));
}

TEST(enable_turns_so_passsec_on_and_off)
{
	CHECK_EQ(anc_security_type.option, SO_PASSSEC);
	if (!check_enable(&anc_security_type))
		SKIP("no SO_PASSSEC here");
}

TEST(enable_turns_so_passpidfd_on_and_off)
{
	if (!check_enable(&anc_pidfd_type))
		SKIP("no SO_PASSPIDFD before Linux 6.5");
}

TEST(enable_turns_so_passrights_on_and_off)
{
	if (!check_enable(&anc_rights_type))
		SKIP("no SO_PASSRIGHTS before Linux 6.16");
}

/* Sends one byte with `data`, which may be NULL. */
static ssize_t send_byte(int sock, const struct anc_data *data)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), "x", 1);

	sender.data = data;
	return anc_sender_send(&sender);
}

/* Receives one byte into `data`, and returns the first message of that type. */
static struct anc_cmsg receive(int sock, struct anc_data *data, const struct anc_message_type *row)
{
	char byte;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), &byte, 1);
	struct anc_recv_result result;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;

	receiver.data = data;
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(data));
	while (anc_cmsg_iter_next(&it, &msg) == 1)
		if (anc_message_is(row, &msg))
			return msg;
	tap_fail(__FILE__, __LINE__, row->name);
}

TEST(credentials_of_the_sender_are_received)
{
	ANC_DATA(data, 256);
	struct anc_ucred got;
	struct ucred libc_s;
	struct anc_cmsg msg;
	int pair[2];

	tap_pair(SOCK_DGRAM, pair);
	CHECK_EQ(anc_ucred_enable(pair[1], true), 0);
	CHECK_EQ(send_byte(pair[0], NULL), 1);
	msg = receive(pair[1], &data, &anc_ucred_type);
	CHECK_EQ(anc_ucred_get(&msg, &got), 0);
	CHECK_EQ(got.pid, getpid());
	CHECK_EQ(got.uid, getuid());
	CHECK_EQ(got.gid, getgid());
	CHECK_EQ(anc_message_get(&anc_ucred_type, &msg, &libc_s, sizeof(libc_s)), 0);
	CHECK_EQ(libc_s.pid, getpid());
	CHECK_EQ(libc_s.uid, getuid());
	CHECK_EQ(libc_s.gid, getgid());
	msg.len--;
	CHECK_EQ(anc_ucred_get(&msg, &got), -EBADMSG);
	close(pair[0]);
	close(pair[1]);
}

TEST(credentials_that_root_claims_are_received)
{
	const struct anc_ucred sent = {getpid(), 65534, 65533};
	ANC_DATA(out, ANC_CMSG_SPACE(sizeof(sent)));
	ANC_DATA(in, 256);
	struct anc_ucred got;
	struct anc_cmsg msg;
	int pair[2];

	if (geteuid() != 0)
		SKIP("another's ids can be claimed by root only");
	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_ucred_enable(pair[1], true), 0);
	CHECK_EQ(anc_ucred_add(&out, &sent), 0);
	CHECK_EQ(send_byte(pair[0], &out), 1);
	msg = receive(pair[1], &in, &anc_ucred_type);
	CHECK_EQ(anc_ucred_get(&msg, &got), 0);
	CHECK_EQ(got.pid, sent.pid);
	CHECK_EQ(got.uid, sent.uid);
	CHECK_EQ(got.gid, sent.gid);
	close(pair[0]);
	close(pair[1]);
}

/* In a process of its own, as nobody: claims to be root. Does not return. */
static _Noreturn void forge_and_exit(int sock)
{
	const struct anc_ucred forged = {getpid(), 0, 0};
	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(forged)));

	if (setgid(65534) < 0 || setuid(65534) < 0 || anc_ucred_add(&data, &forged) < 0)
		_exit(99);
	_exit((int)-send_byte(sock, &data));
}

TEST(credentials_of_another_user_are_refused_with_eperm)
{
	int pair[2];
	int status;
	pid_t child;

	if (geteuid() != 0)
		SKIP("only root can become another user");
	tap_pair(SOCK_DGRAM, pair);
	child = fork();
	if (child == 0)
		forge_and_exit(pair[0]);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), EPERM);
	close(pair[0]);
	close(pair[1]);
}

/* Whether a pidfd is of this process, as the kernel shows it. */
static bool is_own_pidfd(int pidfd)
{
	char line[64];
	char path[64];
	FILE *info;
	int pid = -1;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	info = fopen(path, "re");
	while (info != NULL && fgets(line, sizeof(line), info) != NULL)
		if (strncmp(line, "Pid:", 4) == 0)
			pid = atoi(line + 4);
	if (info != NULL)
		fclose(info);
	return pid == getpid();
}

TEST(pidfd_of_the_sender_is_received_and_taken)
{
	ANC_DATA(data, 256);
	struct anc_cmsg msg;
	int pair[2];
	int error;
	int pidfd;

	tap_pair(SOCK_DGRAM, pair);
	error = anc_pidfd_enable(pair[1], true);
	if (error == 0) {
		CHECK_EQ(send_byte(pair[0], NULL), 1);
		msg = receive(pair[1], &data, &anc_pidfd_type);
		CHECK(anc_pidfd_is(&msg));
		pidfd = anc_data_take_pidfd(&data);
		CHECK(pidfd >= 0);
		CHECK(tap_is_cloexec(pidfd));
		CHECK(is_own_pidfd(pidfd));
		CHECK_EQ(anc_data_take_pidfd(&data), -ENOMSG);
		close(pidfd);
	}
	close(pair[0]);
	close(pair[1]);
	if (error == -ENOPROTOOPT)
		SKIP("no SO_PASSPIDFD before Linux 6.5");
	CHECK_EQ(error, 0);
}

TEST(sender_of_rights_gets_eperm_where_they_are_off)
{
	const int fd = tap_new_fd();
	ANC_DATA(data, ANC_FDS_SPACE(1));
	int pair[2];
	int error;

	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	error = anc_rights_enable(pair[1], false);
	if (error == 0) {
		CHECK_EQ(send_byte(pair[0], &data), -EPERM);
		CHECK_EQ(anc_rights_enable(pair[1], true), 0);
		CHECK_EQ(send_byte(pair[0], &data), 1);
	}
	close(pair[0]);
	close(pair[1]);
	close(fd);
	if (error == -ENOPROTOOPT)
		SKIP("no SO_PASSRIGHTS before Linux 6.16");
	CHECK_EQ(error, 0);
}

TEST(label_is_without_its_closing_nul)
{
	struct anc_cmsg msg = {SOL_SOCKET, anc_security_type.type, "label\0", 6, false};
	struct anc_security got;

	CHECK_EQ(anc_security_get(&msg, &got), 0);
	CHECK(got.label == msg.data);
	CHECK_EQ(got.len, 5);
	msg.len = 5;
	CHECK_EQ(anc_security_get(&msg, &got), 0);
	CHECK_EQ(got.len, 5);
	msg.len = 7;
	CHECK_EQ(anc_security_get(&msg, &got), 0);
	CHECK_EQ(got.len, 6);
	msg.len = 0;
	CHECK_EQ(anc_security_get(&msg, &got), 0);
	CHECK_EQ(got.len, 0);
}

TEST(label_of_a_packet_is_read_as_that_of_a_process)
{
	const struct anc_message_type *const row = anc_message_find(NULL, AF_INET, 0, 3);
	const struct anc_cmsg msg = {0, 3, "label\0", 6, false};
	struct anc_security got;

	CHECK(row != NULL);
	CHECK_EQ(anc_message_get(row, &msg, &got, sizeof(got)), 0);
	CHECK(got.label == msg.data);
	CHECK_EQ(got.len, 5);
}

TEST(label_answers_as_documented)
{
	struct anc_cmsg msg = {SOL_SOCKET, anc_security_type.type, "label", 5, true};
	struct anc_security got = {NULL, 77};

	CHECK_EQ(anc_security_get(&msg, &got), -EBADMSG);
	msg.truncated = false;
	CHECK_EQ(anc_message_get(&anc_security_type, &msg, &got, 1), -EINVAL);
	msg.type = SCM_RIGHTS;
	CHECK_EQ(anc_security_get(&msg, &got), -ENOMSG);
	CHECK_EQ(got.len, 77);
}

/* For unions and casts of the kernel's struct; the typed calls copy it as it is. */
TEST(credentials_lie_as_in_struct_ucred)
{
	const struct ucred kernels = {.pid = 11, .uid = 22, .gid = 33};
	struct anc_ucred ours;

	CHECK_EQ(sizeof(ours), sizeof(kernels));
	memcpy(&ours, &kernels, sizeof(ours));
	CHECK_EQ(ours.pid, 11);
	CHECK_EQ(ours.uid, 22);
	CHECK_EQ(ours.gid, 33);
}

static const struct tap_test tests[] = {
	{"rows_of_unix_sockets_have_the_kernel_s_numbers",
	 test_rows_of_unix_sockets_have_the_kernel_s_numbers},
	{"enable_turns_so_passcred_on_and_off", test_enable_turns_so_passcred_on_and_off},
	{"enable_turns_so_passsec_on_and_off", test_enable_turns_so_passsec_on_and_off},
	{"enable_turns_so_passpidfd_on_and_off", test_enable_turns_so_passpidfd_on_and_off},
	{"enable_turns_so_passrights_on_and_off", test_enable_turns_so_passrights_on_and_off},
	{"credentials_of_the_sender_are_received", test_credentials_of_the_sender_are_received},
	{"credentials_that_root_claims_are_received",
	 test_credentials_that_root_claims_are_received},
	{"credentials_of_another_user_are_refused_with_eperm",
	 test_credentials_of_another_user_are_refused_with_eperm},
	{"pidfd_of_the_sender_is_received_and_taken",
	 test_pidfd_of_the_sender_is_received_and_taken},
	{"sender_of_rights_gets_eperm_where_they_are_off",
	 test_sender_of_rights_gets_eperm_where_they_are_off},
	{"label_is_without_its_closing_nul", test_label_is_without_its_closing_nul},
	{"label_of_a_packet_is_read_as_that_of_a_process",
	 test_label_of_a_packet_is_read_as_that_of_a_process},
	{"label_answers_as_documented", test_label_answers_as_documented},
	{"credentials_lie_as_in_struct_ucred", test_credentials_lie_as_in_struct_ucred},
};
TAP_MAIN(tests)
