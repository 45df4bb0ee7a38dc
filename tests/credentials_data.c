/* SPDX-License-Identifier: MIT */
/* Credentials of all that came with one receive, and what this kernel delivers. */
#include "data_peer.h"

#include <linux/netlink.h>
#include <sys/un.h>

#define UCRED (ANC_CREDENTIALS_PID | ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GID)

/* Control bytes as a kernel may write them, in the hands of an anc_data. */
static void adopt_forged(struct anc_data *data, const struct forged *forged)
{
	CHECK_EQ(anc_data_adopt(data, forged->bytes, forged->len, MSG_CMSG_CLOEXEC, 0), 0);
}

TEST(messages_of_one_receive_are_read_together)
{
	const struct anc_ucred ucred = {4711, 1000, 100};
	struct forged forged = {.len = 0};
	struct anc_credentials got;
	const int fd = tap_new_fd();
	int taken;

	ANC_DATA(data, 256);
	forge(&forged, SOL_SOCKET, SCM_CREDENTIALS, &ucred, sizeof(ucred));
	forge_pidfd(&forged, fd);
	adopt_forged(&data, &forged);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, UCRED | ANC_CREDENTIALS_PIDFD);
	CHECK_EQ(got.pidfd, fd);
	CHECK_EQ(got.pid, 4711);
	CHECK_EQ(got.gid, 100);
	taken = anc_data_take_pidfd(&data);
	CHECK_EQ(taken, fd);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, UCRED);
	CHECK_EQ(got.pidfd, -1);
	close(taken);
}

TEST(messages_that_cannot_be_read_add_nothing)
{
	const struct anc_ucred ucred = {4711, 1000, 100};
	struct forged forged = {.len = 0};
	struct anc_credentials got = {.known = 99};

	ANC_DATA(data, 256);
	CHECK_EQ(anc_data_credentials(&data, &got), -ENOMSG);
	forge_pidfd(&forged, -EMFILE);
	forge(&forged, SOL_SOCKET, SCM_CREDENTIALS, &ucred, sizeof(ucred) - 1);
	adopt_forged(&data, &forged);
	CHECK_EQ(anc_data_credentials(&data, &got), -ENOMSG);
	CHECK_EQ(got.known, 99);
	forge(&forged, SOL_SOCKET, SCM_CREDENTIALS, &ucred, sizeof(ucred));
	adopt_forged(&data, &forged);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, UCRED);
}

/* A third party's message, for which its own socket vouches. */
struct badge {
	uint32_t uid;
	uint32_t count;
	uint32_t groups[2];
};

static const struct anc_field badge_fields[] = {
	{"uid", ANC_FIELD_UINT, 4, 0, NULL},
	{"count", ANC_FIELD_UINT, 4, 4, NULL},
	{"groups", ANC_FIELD_UINT | ANC_FIELD_COUNTED, 4, 8, NULL},
};

static const struct anc_message_type badge_type = {
	.name = "BADGE",
	.level = 0x7000,
	.type = 1,
	.size = sizeof(struct badge),
	.flags = ANC_RECEIVED | ANC_CREDENTIALS,
	.fields = badge_fields,
	.field_count = 3,
};

TEST(a_type_of_one_s_own_is_read_by_its_fields)
{
	static const struct anc_message_type *const types[] = {&badge_type};
	const struct badge badge = {7, 2, {8, 9}};
	struct forged forged = {.len = 0};
	struct anc_credentials got;

	ANC_DATA(data, 256);
	forge(&forged, badge_type.level, badge_type.type, &badge, sizeof(badge));
	adopt_forged(&data, &forged);
	CHECK_EQ(anc_data_credentials(&data, &got), -ENOMSG);
	anc_data_clear(&data);
	CHECK_EQ(anc_data_set_types(&data, types, 1), 0);
	adopt_forged(&data, &forged);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GROUPS);
	CHECK_EQ(got.by_kernel, got.known);
	CHECK_EQ(got.uid, 7);
	CHECK_EQ(got.group_count, 2);
	CHECK_EQ(got.groups[1], 9);
	forged.len = 0;
	forge(&forged, badge_type.level, badge_type.type, &badge, sizeof(badge) - 4);
	adopt_forged(&data, &forged);
	CHECK_EQ(anc_data_credentials(&data, &got), -ENOMSG);
}

TEST(the_first_message_counts_but_the_kernel_s_before_a_sender_s)
{
	static const struct anc_message_type *const types[] = {&badge_type};
	const struct anc_ucred claims[] = {{4711, 0, 100}, {4712, 1, 101}};
	const struct badge badges[] = {{7, 1, {8}}, {17, 1, {18}}};
	struct forged forged = {.len = 0};
	struct anc_credentials got;

	ANC_DATA(data, 256);
	CHECK_EQ(anc_data_set_types(&data, types, 1), 0);
	forge(&forged, SOL_SOCKET, SCM_CREDENTIALS, &claims[0], sizeof(claims[0]));
	forge(&forged, SOL_SOCKET, SCM_CREDENTIALS, &claims[1], sizeof(claims[1]));
	forge(&forged, badge_type.level, badge_type.type, &badges[0], sizeof(badges[0]));
	forge(&forged, badge_type.level, badge_type.type, &badges[1], sizeof(badges[1]));
	adopt_forged(&data, &forged);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, UCRED | ANC_CREDENTIALS_GROUPS);
	CHECK_EQ(got.by_kernel, ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GROUPS);
	CHECK_EQ(got.pid, 4711);
	CHECK_EQ(got.uid, 7);
	CHECK_EQ(got.gid, 100);
	CHECK_EQ(got.group_count, 1);
	CHECK_EQ(got.groups[0], 8);
}

/* Whether the kernel gives pidfds to a Unix socket. */
static bool has_pidfds(int sock)
{
	return anc_pidfd_enable(sock, true) == 0;
}

static void check_received(int type)
{
	struct anc_recv_result result;
	struct anc_credentials got;
	int pair[2];

	ANC_DATA(data, 256);
	tap_pair(type, pair);
	CHECK_EQ(anc_credentials_enable(pair[1]), 0);
	CHECK_EQ(send_data(pair[0], NULL), 1);
	CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, has_pidfds(pair[1]) ? UCRED | ANC_CREDENTIALS_PIDFD : UCRED);
	CHECK_EQ(got.by_kernel, 0);
	CHECK_EQ(got.pid, getpid());
	CHECK_EQ(got.uid, getuid());
	CHECK_EQ(got.gid, getgid());
	close(pair[0]);
	close(pair[1]);
}

TEST(the_sender_is_told_with_what_is_received)
{
	check_received(SOCK_STREAM);
	check_received(SOCK_DGRAM);
	check_received(SOCK_SEQPACKET);
}

TEST(a_received_pidfd_is_open_until_its_data_is_cleared_or_it_is_taken)
{
	struct anc_recv_result result;
	struct anc_credentials got;
	bool known;
	int taken;
	int pair[2];

	ANC_DATA(data, 256);
	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_credentials_enable(pair[1]), 0);
	known = has_pidfds(pair[1]);
	if (known) {
		CHECK_EQ(send_data(pair[0], NULL), 1);
		CHECK_EQ(send_data(pair[0], NULL), 1);
		CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
		CHECK_EQ(anc_data_credentials(&data, &got), 0);
		CHECK(tap_is_cloexec(got.pidfd));
		anc_data_clear(&data);
		CHECK(!tap_is_open(got.pidfd));
		CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
		CHECK_EQ(anc_data_credentials(&data, &got), 0);
		taken = anc_data_take_pidfd(&data);
		CHECK_EQ(taken, got.pidfd);
		anc_data_clear(&data);
		CHECK(tap_is_open(taken));
		close(taken);
	}
	close(pair[0]);
	close(pair[1]);
	if (!known)
		SKIP("no SO_PASSPIDFD before Linux 6.5");
}

/* The kernel has nothing to tell, and says it with the ids of nobody. */
TEST(what_was_sent_before_is_nobody_s)
{
	struct anc_recv_result result;
	struct anc_credentials got;
	int pair[2];

	ANC_DATA(data, 256);
	tap_pair(SOCK_DGRAM, pair);
	CHECK_EQ(send_data(pair[0], NULL), 1);
	CHECK_EQ(anc_credentials_enable(pair[1]), 0);
	CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GID);
	CHECK_EQ(got.uid, 65534);
	CHECK_EQ(got.gid, 65534);
	close(pair[0]);
	close(pair[1]);
}

TEST(an_unbound_socket_that_asks_is_given_a_name_when_it_sends)
{
	struct sockaddr_un there = {.sun_family = AF_UNIX};
	struct sockaddr_un name;
	socklen_t there_len = sizeof(there.sun_family);
	socklen_t len = sizeof(name);
	const int to = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int from = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK_EQ(bind(to, (struct sockaddr *)&there, there_len), 0);
	there_len = sizeof(there);
	CHECK_EQ(getsockname(to, (struct sockaddr *)&there, &there_len), 0);
	CHECK_EQ(anc_credentials_enable(from), 0);
	CHECK_EQ(getsockname(from, (struct sockaddr *)&name, &len), 0);
	CHECK_EQ(len, sizeof(name.sun_family));
	CHECK_EQ(sendto(from, "x", 1, 0, (struct sockaddr *)&there, there_len), 1);
	len = sizeof(name);
	CHECK_EQ(getsockname(from, (struct sockaddr *)&name, &len), 0);
	CHECK(len > sizeof(name.sun_family));
	CHECK_EQ(name.sun_path[0], '\0');
	close(from);
	close(to);
}

/* Asks the kernel for nothing but to acknowledge it. */
static ssize_t ask_netlink(int sock)
{
	const struct nlmsghdr question = {.nlmsg_len = sizeof(question),
					  .nlmsg_type = NLMSG_NOOP,
					  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK};

	return send(sock, &question, sizeof(question), 0);
}

TEST(the_kernel_itself_has_no_pid)
{
	struct anc_recv_result result;
	struct anc_credentials got;
	int sock;

	ANC_DATA(data, 256);
	SKIP_EMULATED("its netlink answers nothing");
	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (sock < 0)
		SKIP("no netlink here");
	CHECK_EQ(anc_credentials_enable(sock), 0);
	CHECK_EQ(ask_netlink(sock), sizeof(struct nlmsghdr));
	CHECK_EQ(receive(sock, &data, MSG_DONTWAIT, &result), 0);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, ANC_CREDENTIALS_UID | ANC_CREDENTIALS_GID);
	CHECK_EQ(got.pid, 0);
	close(sock);
}

TEST(enable_answers_as_the_kernel_does)
{
	const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
	const int udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int file = tap_new_fd();
	int error;

	if (netlink >= 0)
		CHECK_EQ(anc_credentials_enable(netlink), 0);
	error = anc_credentials_enable(udp);
	CHECK(error == -EOPNOTSUPP || error == 0);
	CHECK_EQ(anc_credentials_enable(file), -ENOTSOCK);
	CHECK_EQ(anc_credentials_enable(-1), -EBADF);
	close(file);
	close(udp);
	if (netlink >= 0)
		close(netlink);
}

static const struct tap_test tests[] = {
	{"messages_of_one_receive_are_read_together",
	 test_messages_of_one_receive_are_read_together},
	{"messages_that_cannot_be_read_add_nothing", test_messages_that_cannot_be_read_add_nothing},
	{"a_type_of_one_s_own_is_read_by_its_fields",
	 test_a_type_of_one_s_own_is_read_by_its_fields},
	{"the_first_message_counts_but_the_kernel_s_before_a_sender_s",
	 test_the_first_message_counts_but_the_kernel_s_before_a_sender_s},
	{"the_sender_is_told_with_what_is_received", test_the_sender_is_told_with_what_is_received},
	{"a_received_pidfd_is_open_until_its_data_is_cleared_or_it_is_taken",
	 test_a_received_pidfd_is_open_until_its_data_is_cleared_or_it_is_taken},
	{"what_was_sent_before_is_nobody_s", test_what_was_sent_before_is_nobody_s},
	{"an_unbound_socket_that_asks_is_given_a_name_when_it_sends",
	 test_an_unbound_socket_that_asks_is_given_a_name_when_it_sends},
	{"the_kernel_itself_has_no_pid", test_the_kernel_itself_has_no_pid},
	{"enable_answers_as_the_kernel_does", test_enable_answers_as_the_kernel_does},
};
TAP_MAIN(tests)
