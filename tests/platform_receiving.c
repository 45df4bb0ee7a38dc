/* SPDX-License-Identifier: MIT */
/* What other systems' kernels do on a receive: peeks, cuts, full tables, several messages, lies. */
#include "exchange.h"
#include "tap.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* MSG_PEEK */

TEST(a_peek_gives_descriptors_on_linux_only)
{
	const struct fake_kernel *const *kernel;
	struct anc_recv_result result;
	int pair[2];
	int fd;

	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		ANC_DATA(data, ANC_FDS_SPACE(256));

		on(*kernel);
		pair_with(SOCK_STREAM, 1, pair);
		CHECK_EQ(receive(pair[1], &data, MSG_PEEK, &result), 0);
		CHECK_EQ(result.len, 1);
		fd = anc_data_take_fd(&data);
		CHECK_EQ(fd >= 0, anc_habits.peek_installs);
		if (fd >= 0)
			close(fd);
		/* and the receive after it does */
		CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
		fd = anc_data_take_fd(&data);
		CHECK(tap_is_cloexec(fd));
		close(fd);
		close_pair(pair);
	}
}

/* Peeks at 3 descriptors; nothing may be closed, nothing shown. */
static void peek_at_none(void)
{
	const bool had_stdin = tap_is_open(0);
	struct anc_recv_result result;
	struct anc_fd_iter it;
	int pair[2];
	int fd;

	ANC_DATA(data, ANC_FDS_SPACE(256));
	pair_with(SOCK_STREAM, 3, pair);
	count_closes();
	CHECK_EQ(receive(pair[1], &data, MSG_PEEK, &result), 0);
	CHECK(anc_data_cmsgs(&data).len >= ANC_FDS_SPACE(3));
	it = anc_data_received_fds(&data);
	CHECK(!anc_fd_iter_next(&it, &fd));
	anc_fd_iter_fini(&it);
	anc_data_clear(&data);
	CHECK_EQ(receive(pair[1], NULL, MSG_PEEK, &result), 0);
	CHECK_EQ(closes, 0);
	CHECK_EQ(tap_is_open(0), had_stdin);
	close_pair(pair);
}

TEST(peeked_zeros_are_not_descriptor_0)
{
	on(&fake_macos);
	peek_at_none();
}

TEST(peeked_kernel_pointers_are_not_descriptors)
{
	on(&fake_freebsd);
	peek_at_none();
	on(&fake_netbsd);
	peek_at_none();
}

TEST(peeked_kernel_pointers_are_not_shown)
{
	static const int taken = ANC_FD_TAKEN;
	struct anc_recv_result result;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	int pair[2];
	size_t i;

	ANC_DATA(data, ANC_FDS_SPACE(256));
	on(&fake_freebsd);
	pair_with(SOCK_STREAM, 3, pair);
	CHECK_EQ(receive(pair[1], &data, MSG_PEEK, &result), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK_EQ(msg.len, 3 * sizeof(uint64_t));
	for (i = 0; i < msg.len; i += sizeof(taken))
		CHECK(memcmp((const char *)msg.data + i, &taken, sizeof(taken)) == 0);
	close_pair(pair);
}

TEST(foreign_bytes_of_a_peek_are_not_closed_when_they_do_not_fit)
{
	unsigned char control[ANC_FDS_SPACE(3)];
	const int zeros[3] = {0, 0, 0};

	ANC_DATA(data, 4);
	on(&fake_macos);
	count_closes();
	anc_cmsg_put(control, sizeof(control), SOL_SOCKET, SCM_RIGHTS, zeros, sizeof(zeros));
	CHECK_EQ(anc_data_adopt(&data, control, sizeof(control), MSG_PEEK, 0), -ENOBUFS);
	CHECK_EQ(closes, 0);
}

/* a control buffer that is too small */

TEST(a_message_that_was_withheld_is_a_cut_for_want_of_room)
{
	static const struct fake_kernel *const kernels[] = {&fake_freebsd, &fake_netbsd};
	struct anc_recv_result result;
	int pair[2];
	size_t i;

	for (i = 0; i < 2; i++) {
		ANC_DATA(data, ANC_FDS_SPACE(1));

		on(kernels[i]);
		pair_with(SOCK_STREAM, MANY, pair);
		count_closes();
		CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
		CHECK(anc_recv_result_control_data_truncated(result));
		CHECK_EQ(anc_data_cut(&data), ANC_CUT_ROOM);
		CHECK_EQ(anc_data_cmsgs(&data).len, 0);
		CHECK_EQ(anc_data_take_fd(&data), -EMSGSIZE);
		CHECK_EQ(closes, 0);
		close_pair(pair);
	}
}

TEST(a_receive_that_fails_for_want_of_room_leaves_nothing)
{
	struct anc_recv_result result;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	on(&fake_openbsd);
	pair_with(SOCK_STREAM, MANY, pair);
	CHECK_EQ(receive(pair[1], &data, 0, &result), -EMSGSIZE);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_data_take_fd(&data), -ENOMSG);
	close_pair(pair);
}

TEST(a_shortened_message_is_closed_on_taking)
{
	struct anc_recv_result result;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	on(&fake_illumos);
	pair_with(SOCK_STREAM, MANY, pair);
	CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK(msg.truncated);
	CHECK_EQ(anc_data_cut(&data), ANC_CUT_ROOM);
	CHECK_EQ(anc_data_take_fd(&data), -EMSGSIZE);
	close_pair(pair);
}

/* Receives MANY descriptors into `capacity` bytes where all of them are installed. */
static void receive_cut(size_t capacity)
{
	unsigned char bytes[ANC_FDS_SPACE(256)];
	const size_t whole = ANC_CMSG_LEN(MANY * sizeof(int));
	struct anc_recv_result result;
	struct anc_data data;
	size_t open;
	int pair[2];

	pair_with(SOCK_STREAM, MANY, pair);
	open = tap_open_fds();
	anc_data_init(&data, bytes, capacity);
	CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
	CHECK_EQ(anc_recv_result_control_data_truncated(result), capacity < whole);
	CHECK_EQ(anc_data_cut(&data), capacity < whole ? ANC_CUT_ROOM : ANC_CUT_NONE);
	anc_data_fini(&data);
	CHECK_EQ(tap_open_fds(), open);
	close_pair(pair);
}

TEST(a_small_buffer_leaks_nothing_where_all_are_installed)
{
	size_t capacity;

	for (capacity = 0; capacity <= ANC_FDS_SPACE(MANY); capacity++) {
		fake_boot(&fake_macos);
		receive_cut(capacity);
		fake_boot(&fake_dragonfly);
		receive_cut(capacity);
	}
}

/* 253 descriptors in one message beside what the options add; nothing may stay open. */
static void receive_beside(const struct fake_kernel *kernel, size_t capacity)
{
	unsigned char bytes[ANC_FDS_SPACE(256) + 64];
	const int on = 1;
	struct anc_recv_result result;
	struct anc_data data;
	size_t open;
	int pair[2];

	fake_boot(kernel);
	tap_pair(SOCK_DGRAM, pair);
	CHECK_EQ(setsockopt(pair[1], SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on)), 0);
	CHECK_EQ(anc_ucred_enable(pair[1], true), 0);
	raw_send(pair[0], pair[0], 253);
	open = tap_open_fds();
	anc_data_init(&data, bytes, capacity);
	CHECK_EQ(receive(pair[1], capacity > 0 ? &data : NULL, 0, &result), 0);
	CHECK_EQ(result.len, 1);
	if (capacity > 0)
		CHECK_EQ(anc_recv_result_control_data_truncated(result), capacity < sizeof(bytes));
	anc_data_fini(&data);
	CHECK_EQ(tap_open_fds(), open);
	close_pair(pair);
}

TEST(small_room_beside_other_messages_leaks_nothing_where_all_are_installed)
{
	static const size_t capacities[] = {
		0, 16, 32, 64, 500, ANC_FDS_SPACE(253), ANC_FDS_SPACE(256), ANC_FDS_SPACE(256) + 64,
	};
	size_t i;

	for (i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++) {
		receive_beside(&fake_macos, capacities[i]);
		receive_beside(&fake_dragonfly, capacities[i]);
	}
}

static size_t offered; /* control bytes, by the last receive */

static ssize_t measuring_recvmsg(int fd, struct msghdr *msg, int flags)
{
	offered = msg->msg_controllen;
	return fake_linux_calls.recvmsg(fd, msg, flags);
}

/* What a Unix socket of this type may deliver with all on that can be. */
static size_t most_that_comes(int sock)
{
	const int stamps = 0x8 | 0x10; /* SOF_TIMESTAMPING_RX_SOFTWARE, SOF_TIMESTAMPING_SOFTWARE */
	const int on = 1;
	ssize_t space;

	CHECK_EQ(anc_ucred_enable(sock, true), 0);
	/* what a kernel does not know does not come */
	(void)anc_pidfd_enable(sock, true);
	(void)anc_security_enable(sock, true);
	(void)setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	(void)setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof(stamps));
	space = anc_socket_control_space(sock);
	CHECK(space > (ssize_t)(ANC_FDS_SPACE(253) + ANC_CMSG_SPACE(12)));
	return (size_t)space;
}

/* Each receive that makes room by itself: the one-line calls, and those that nobody gave any. */
static void check_room(const int pair[2], size_t most)
{
	struct anc_recv_result result;
	size_t count;
	int fds[1];
	int call;
	char byte;

	for (call = 0; call < 3; call++) {
		raw_send(pair[0], pair[0], 1);
		offered = 0;
		if (call == 0)
			fds[0] = anc_recv_fd(pair[1]);
		else if (call == 1)
			CHECK_EQ(anc_recv_fds(pair[1], &byte, 1, fds, 1, &count), 1);
		else
			CHECK_EQ(receive(pair[1], NULL, 0, &result), 0);
		CHECK(offered >= most);
		if (call < 2)
			CHECK_EQ(close(fds[0]), 0);
	}
}

TEST(the_librarys_own_room_is_for_everything_that_may_come)
{
	static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM};
	size_t most;
	int pair[2];
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		fake_reset();
		anc_habits.installs_unasked = true;
		fake_calls.recvmsg = measuring_recvmsg;
		tap_pair(types[i], pair);
		most = most_that_comes(pair[1]);
		check_room(pair, most);
		close_pair(pair);
	}
}

/* what else a kernel may do */

TEST(a_full_table_has_an_error_on_every_kernel_and_leaves_nothing_open)
{
	const struct fake_kernel *const *kernel;
	struct rlimit before;
	struct rlimit few;
	int pair[2];
	int error;

	SKIP_EMULATED("it has descriptors of its own");
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	for (kernel = fake_kernels; *kernel != NULL; kernel++) {
		on(*kernel);
		pair_with(SOCK_STREAM, MANY, pair);
		few.rlim_cur = (rlim_t)(pair[1] + 1);
		CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
		error = anc_recv_fd(pair[1]);
		CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
		if (error == -E2BIG) {
			close_pair(pair);
			SKIP("the limit of descriptors is not the kernel's here (valgrind)");
		}
		if ((*kernel)->table_full != 0)
			CHECK_EQ(error, -(*kernel)->table_full);
		else if (anc_habits.cut_may_refuse)
			CHECK_EQ(error, -EMFILE);
		else
			CHECK_EQ(error, -EMSGSIZE);
		close_pair(pair);
	}
}

TEST(several_messages_of_descriptors_in_one_receive_are_taken_together)
{
	struct anc_recv_options options = {0};
	char byte;
	size_t count;
	int fds[MANY];
	int pair[2];
	size_t i;

	on(&fake_freebsd);
	pair_with(SOCK_SEQPACKET, MANY, pair);
	anc_recv_options_wait_all(&options, true);
	CHECK_EQ(anc_socket_recv_fds(anc_socket_fd(pair[1]), &byte, 1, fds, MANY, &count, options),
		 1);
	CHECK_EQ(count, MANY);
	for (i = 0; i < count; i++) {
		CHECK(tap_is_cloexec(fds[i]));
		close(fds[i]);
	}
	close_pair(pair);
}

static ssize_t refused_slot_recvmsg(int fd, struct msghdr *msg, int flags)
{
	const int refused = -EACCES;
	const ssize_t got = fake_linux_calls.recvmsg(fd, msg, flags);
	unsigned char *slot = (unsigned char *)msg->msg_control + ANC_CMSG_DATA;
	int first;

	memcpy(&first, slot, sizeof(first));
	close(first);
	memcpy(slot, &refused, sizeof(refused));
	return got;
}

TEST(an_errno_in_a_slot_is_the_answer_and_the_others_are_closed)
{
	char byte;
	size_t count;
	int fds[3];
	int pair[2];

	fake_reset();
	fake_calls.recvmsg = refused_slot_recvmsg;
	pair_with(SOCK_STREAM, 1, pair);
	CHECK_EQ(anc_recv_fd(pair[1]), -EACCES);
	raw_send(pair[0], pair[0], 3);
	CHECK_EQ(anc_recv_fds(pair[1], &byte, 1, fds, 3, &count), -EACCES);
	close_pair(pair);
}

static ssize_t boasting_recvmsg(int fd, struct msghdr *msg, int flags)
{
	const anc_controllen room = msg->msg_controllen;
	const ssize_t got = fake_linux_calls.recvmsg(fd, msg, flags);

	memset((unsigned char *)msg->msg_control + msg->msg_controllen, 0,
	       room - msg->msg_controllen);
	msg->msg_controllen = room + 64;
	return got;
}

TEST(a_kernel_that_claims_more_control_than_there_is_room_is_not_believed)
{
	struct anc_recv_result result;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(MANY));
	fake_reset();
	fake_calls.recvmsg = boasting_recvmsg;
	pair_with(SOCK_STREAM, MANY, pair);
	CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
	CHECK_EQ(anc_data_cmsgs(&data).len, ANC_FDS_SPACE(MANY));
	raw_send(pair[0], pair[0], 2);
	/* behind the message stand zeros, which are no header */
	CHECK_EQ(anc_recv_fd(pair[1]), -EBADMSG);
	close_pair(pair);
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(a_peek_gives_descriptors_on_linux_only),
	T(peeked_zeros_are_not_descriptor_0),
	T(peeked_kernel_pointers_are_not_descriptors),
	T(peeked_kernel_pointers_are_not_shown),
	T(foreign_bytes_of_a_peek_are_not_closed_when_they_do_not_fit),
	T(a_message_that_was_withheld_is_a_cut_for_want_of_room),
	T(a_receive_that_fails_for_want_of_room_leaves_nothing),
	T(a_shortened_message_is_closed_on_taking),
	T(a_small_buffer_leaks_nothing_where_all_are_installed),
	T(small_room_beside_other_messages_leaks_nothing_where_all_are_installed),
	T(the_librarys_own_room_is_for_everything_that_may_come),
	T(a_full_table_has_an_error_on_every_kernel_and_leaves_nothing_open),
	T(several_messages_of_descriptors_in_one_receive_are_taken_together),
	T(an_errno_in_a_slot_is_the_answer_and_the_others_are_closed),
	T(a_kernel_that_claims_more_control_than_there_is_room_is_not_believed),
};
TAP_MAIN(tests)
