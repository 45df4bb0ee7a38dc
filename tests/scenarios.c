/* SPDX-License-Identifier: MIT */
#include "scenarios.h"

#include "fake_platform.h"
#include "injection.h"
#include "tap.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <anc/anc.h>

#define MANY 9
#define ERRNO_BEFORE 77

/* A pair of sockets, and a descriptor to send. */
struct stage {
	int pair[2];
	int fd;
	int many[MANY]; /* the same, MANY times */
};

static struct stage stage_new(int type)
{
	struct stage stage;
	size_t i;

	stage.fd = tap_new_fd();
	for (i = 0; i < MANY; i++)
		stage.many[i] = stage.fd;
	tap_pair(type | SOCK_NONBLOCK, stage.pair);
	errno = ERRNO_BEFORE;
	return stage;
}

/* The same, with one byte and `count` descriptors waiting at the second socket. */
static struct stage stage_with(int type, size_t count)
{
	struct stage stage = stage_new(type);
	unsigned char control[ANC_FDS_SPACE(MANY)];
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control};

	msg.msg_controllen = (anc_controllen)anc_cmsg_put(
		control, sizeof(control), SOL_SOCKET, SCM_RIGHTS, stage.many, count * sizeof(int));
	CHECK_EQ(fake_linux_calls.sendmsg(stage.pair[0], &msg, 0), 1);
	errno = ERRNO_BEFORE;
	return stage;
}

/* What was lent is still open: nobody else closes it. */
static ssize_t stage_end(const struct stage *stage, ssize_t result)
{
	CHECK_EQ(close(stage->fd), 0);
	CHECK_EQ(close(stage->pair[0]), 0);
	CHECK_EQ(close(stage->pair[1]), 0);
	return result;
}

static int receive_flags(int sock, struct anc_data *data, int flags)
{
	char bytes[4];
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));
	struct anc_recv_result result;

	receiver.data = data;
	receiver.options.flags = flags;
	return anc_receiver_recv(&receiver, &result);
}

/* Takes all that was received; some slots may hold an errno. Returns the first. */
static int take_each(struct anc_data *data)
{
	struct anc_fd_iter it = anc_data_received_fds(data);
	int error = 0;
	int fd;

	while (anc_fd_iter_next(&it, &fd)) {
		if (fd >= 0)
			injection_take(fd);
		else if (error == 0)
			error = fd;
	}
	return error;
}

static ssize_t send_one(void)
{
	const struct stage stage = stage_new(SOCK_STREAM);
	const int error = anc_send_fd(stage.pair[0], stage.fd);

	CHECK_EQ(errno, ERRNO_BEFORE);
	return stage_end(&stage, error);
}
const struct scenario scenario_send_one = {.run = send_one, .retries = true};

static ssize_t send_several(void)
{
	const struct stage stage = stage_new(SOCK_SEQPACKET);
	const ssize_t sent = anc_send_fds(stage.pair[0], "many", 4, stage.many, MANY);

	CHECK_EQ(errno, ERRNO_BEFORE);
	CHECK(sent < 0 || sent == 4);
	return stage_end(&stage, sent);
}
const struct scenario scenario_send_several = {.run = send_several, .retries = true};

/* Closes the descriptors of one message, past the library. Returns how many. */
static size_t close_raw(const void *control, size_t len)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(control, len));
	size_t count = 0;
	struct anc_cmsg cmsg;
	int fd;

	while (anc_cmsg_iter_next(&it, &cmsg) == 1)
		for (; cmsg.len > 0; cmsg.len -= sizeof(fd), count++) {
			memcpy(&fd, (const char *)cmsg.data + cmsg.len - sizeof(fd), sizeof(fd));
			CHECK_EQ(close(fd), 0);
		}
	return count;
}

/* How many descriptors wait at a socket. They are closed. */
static size_t count_waiting(int sock)
{
	unsigned char control[ANC_FDS_SPACE(253)];
	char bytes[32];
	struct iovec iov = {bytes, sizeof(bytes)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control};
	size_t count = 0;

	for (;;) {
		msg.msg_controllen = (anc_controllen)sizeof(control);
		if (fake_linux_calls.recvmsg(sock, &msg, MSG_DONTWAIT) <= 0)
			return count;
		count += close_raw(control, msg.msg_controllen);
	}
}

/* Three bytes at a time; the descriptors must go once. */
static ssize_t send_in_parts(void)
{
	const struct stage stage = stage_new(SOCK_STREAM);
	const struct iovec pieces[2] = {{(char[]){"first "}, 6}, {(char[]){"second"}, 6}};
	struct anc_sender sender = anc_sender_onv(anc_socket_fd(stage.pair[0]), pieces, 2);
	ssize_t sent;

	ANC_DATA(data, ANC_FDS_SPACE(MANY));
	CHECK_EQ(anc_data_add_fds(&data, stage.many, MANY), 0);
	sender.data = &data;
	injection_short_sends(3);
	sent = anc_sender_send_all(&sender);
	CHECK(sent < 0 || (sent > 0 && sent % 3 == 0 && sent <= 12));
	CHECK_EQ(count_waiting(stage.pair[1]), sent > 0 ? MANY : 0);
	return stage_end(&stage, sent);
}
const struct scenario scenario_send_in_parts = {.run = send_in_parts, .retries = true};

static ssize_t send_checked(void)
{
	const struct stage stage = stage_new(SOCK_STREAM);
	struct anc_socket sock;
	int error = anc_socket_checked(stage.pair[0], &sock);

	if (error == 0)
		error = anc_socket_send_fd(sock, stage.fd);
	return stage_end(&stage, error);
}
const struct scenario scenario_send_checked = {.run = send_checked, .retries = true};

static ssize_t send_without_bytes(void)
{
	const struct stage stage = stage_new(SOCK_STREAM);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(stage.pair[0]), "", 0);
	ssize_t sent;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_add_fds(&data, &stage.fd, 1), 0);
	sender.data = &data;
	sent = anc_sender_send(&sender);
	CHECK(sent < 0);
	return stage_end(&stage, sent);
}
const struct scenario scenario_send_without_bytes = {.run = send_without_bytes, .errors = {EINVAL}};

static ssize_t receive_one(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, 1);
	const int fd = anc_recv_fd(stage.pair[1]);

	CHECK_EQ(errno, ERRNO_BEFORE);
	if (fd >= 0)
		injection_take(fd);
	return stage_end(&stage, fd);
}
const struct scenario scenario_receive_one = {.run = receive_one, .retries = true};

static ssize_t receive_several(void)
{
	const struct stage stage = stage_with(SOCK_DGRAM, MANY);
	char bytes[4];
	int fds[MANY];
	size_t count = 0;
	size_t i;
	const ssize_t got = anc_recv_fds(stage.pair[1], bytes, 4, fds, MANY, &count);

	CHECK_EQ(errno, ERRNO_BEFORE);
	CHECK_EQ(count, got < 0 ? 0 : MANY);
	for (i = 0; i < count; i++)
		injection_take(fds[i]);
	return stage_end(&stage, got);
}
const struct scenario scenario_receive_several = {.run = receive_several, .retries = true};

static ssize_t receive_too_many(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);
	const int fd = anc_recv_fd(stage.pair[1]);

	CHECK(fd < 0);
	return stage_end(&stage, fd);
}
const struct scenario scenario_receive_too_many = {
	.run = receive_too_many, .retries = true, .errors = {E2BIG}};

static ssize_t receive_the_end(void)
{
	const struct stage stage = stage_new(SOCK_SEQPACKET);
	int fd;

	CHECK_EQ(shutdown(stage.pair[0], SHUT_WR), 0);
	fd = anc_recv_fd(stage.pair[1]);
	CHECK(fd < 0);
	return stage_end(&stage, fd);
}
const struct scenario scenario_receive_the_end = {
	.run = receive_the_end, .retries = true, .errors = {EPIPE}};

static ssize_t receive_cut(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);
	int error;

	ANC_DATA(data, ANC_FDS_SPACE(3));
	error = receive_flags(stage.pair[1], &data, 0);
	if (error == 0) {
		error = anc_data_take_fd(&data);
		CHECK(error < 0);
	}
	return stage_end(&stage, error);
}
const struct scenario scenario_receive_cut = {
	.run = receive_cut, .errors = {EMSGSIZE}, .cuts = true};

/* Lowers the limit so that `room` more descriptors can be opened; returns what it was. */
static struct rlimit leave_room_for(int room)
{
	struct rlimit before;
	struct rlimit few;
	int free_fd = 0;

	while (room > 0 || tap_is_open(free_fd))
		room -= !tap_is_open(free_fd++);
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)free_fd;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
	return before;
}

/* Whether the table is full is asked by a duplicate, which may fail for another reason. */
static ssize_t receive_into_a_full_table(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);
	const struct rlimit before = leave_room_for(2);
	bool all_came;
	int error;

	ANC_DATA(data, ANC_FDS_SPACE(256));
	error = receive_flags(stage.pair[1], &data, 0);
	all_came = anc_data_cmsgs(&data).len >= ANC_CMSG_LEN(MANY * sizeof(int));
	if (error == 0)
		error = anc_data_take_fd(&data);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
	CHECK(error < 0);
	stage_end(&stage, error);
	if (all_came)
		SKIP("the limit of descriptors is not the kernel's here (valgrind)");
	return error;
}
const struct scenario scenario_receive_into_a_full_table = {
	.run = receive_into_a_full_table, .errors = {EMFILE, EACCES, EMSGSIZE}, .cuts = true};

static ssize_t receive_without_data(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);

	return stage_end(&stage, receive_flags(stage.pair[1], NULL, 0));
}
const struct scenario scenario_receive_without_data = {.run = receive_without_data};

/* One byte with what is waiting, as somebody who has no use for our receive. */
static ssize_t own_receive(int sock, void *control, size_t *len, int *ret_flags)
{
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = (anc_controllen)*len};
	const ssize_t got = fake_calls.recvmsg(sock, &msg, 0);

	if (got < 0)
		return -errno;
	*len = msg.msg_controllen;
	*ret_flags = msg.msg_flags;
	return got;
}

static ssize_t receive_by_oneself(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);
	size_t len;
	void *control;
	ssize_t got;
	int flags;

	ANC_DATA(data, ANC_FDS_SPACE(256));
	control = anc_data_control_buf(&data, &len);
	got = own_receive(stage.pair[1], control, &len, &flags);
	if (got >= 0) {
		CHECK_EQ(anc_data_set_control_len(&data, len), 0);
		/* as if more had been refused: the descriptor table is asked */
		CHECK_EQ(anc_data_take_ownership(&data, 0, flags | MSG_CTRUNC), 0);
		got = take_each(&data);
	}
	return stage_end(&stage, got);
}
const struct scenario scenario_receive_by_oneself = {.run = receive_by_oneself};

static ssize_t adopt(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);
	unsigned char control[ANC_FDS_SPACE(256)];
	size_t len = sizeof(control);
	ssize_t got;
	int flags;

	ANC_DATA(fits, ANC_FDS_SPACE(MANY));
	ANC_DATA(small, ANC_FDS_SPACE(1));
	got = own_receive(stage.pair[1], control, &len, &flags);
	if (got >= 0) {
		CHECK_EQ(anc_data_adopt(&fits, control, len, 0, flags), 0);
		got = take_each(&fits);
	}
	anc_data_clear(&fits);
	if (got >= 0 && anc_socket_send_fds(anc_socket_fd(stage.pair[0]), "", 1, stage.many, MANY,
					    (struct anc_send_options){0}) == 1) {
		len = sizeof(control);
		got = own_receive(stage.pair[1], control, &len, &flags);
		if (got >= 0)
			CHECK_EQ(anc_data_adopt(&small, control, len, 0, flags), -ENOBUFS);
	}
	return stage_end(&stage, got);
}
const struct scenario scenario_adopt = {.run = adopt};

static ssize_t peek(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);
	int error;

	ANC_DATA(data, ANC_FDS_SPACE(256));
	error = receive_flags(stage.pair[1], &data, MSG_PEEK);
	if (error == 0 && anc_habits.peek_installs)
		error = take_each(&data);
	if (error == 0)
		error = receive_flags(stage.pair[1], NULL, MSG_PEEK);
	if (error == 0)
		error = receive_flags(stage.pair[1], &data, 0);
	if (error == 0)
		error = take_each(&data);
	return stage_end(&stage, error);
}
const struct scenario scenario_peek = {.run = peek};

static ssize_t forward(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(stage.pair[1]), "next", 4);
	ssize_t result;

	ANC_DATA(data, ANC_FDS_SPACE(256));
	sender.data = &data;
	result = receive_flags(stage.pair[1], &data, 0);
	if (result == 0)
		result = anc_sender_send(&sender);
	if (result > 0)
		result = receive_flags(stage.pair[0], &data, 0);
	if (result == 0)
		result = take_each(&data);
	return stage_end(&stage, result);
}
/* EBADF: a slot holds an errno, which cannot be sent. */
const struct scenario scenario_forward = {.run = forward, .errors = {EBADF}};

/* The first is taken, and with it a hole made in the numbers; the others are closed together. */
static ssize_t drop_many(void)
{
	const struct stage stage = stage_with(SOCK_STREAM, MANY);
	struct anc_fd_iter it;
	int error;
	int fd;
	int i;

	ANC_DATA(data, ANC_FDS_SPACE(256));
	error = receive_flags(stage.pair[1], &data, 0);
	it = anc_data_received_fds(&data);
	for (i = 0; i < MANY / 2 && anc_fd_iter_next(&it, &fd); i++)
		if (fd >= 0)
			injection_take(fd);
	errno = ERRNO_BEFORE;
	anc_data_clear(&data);
	CHECK_EQ(errno, ERRNO_BEFORE);
	return stage_end(&stage, error);
}
const struct scenario scenario_drop_many = {.run = drop_many};

static ssize_t wrapped_send(void *impl, const struct iovec *bufs, size_t nbufs,
			    const struct anc_data *data, struct anc_send_options options)
{
	const struct stage *stage = impl;
	struct anc_sender sender = anc_sender_onv(anc_socket_fd(stage->pair[0]), bufs, nbufs);

	sender.data = data;
	sender.options = options;
	return anc_sender_send(&sender);
}

static int wrapped_recv(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
			struct anc_recv_options options, struct anc_recv_result *ret)
{
	const struct stage *stage = impl;
	struct anc_receiver receiver = anc_receiver_onv(anc_socket_fd(stage->pair[1]), bufs, nbufs);

	receiver.data = data;
	receiver.options = options;
	return anc_receiver_recv(&receiver, ret);
}

static ssize_t custom_socket(void)
{
	static const struct anc_socket_ops ops = {.send_message = wrapped_send,
						  .recv_message = wrapped_recv};
	struct stage stage = stage_new(SOCK_STREAM);
	const struct anc_socket sock = anc_socket_custom(&ops, &stage);
	int result = anc_socket_send_fd(sock, stage.fd);

	if (result == 0)
		result = anc_socket_recv_fd(sock);
	CHECK_EQ(errno, ERRNO_BEFORE);
	if (result >= 0)
		injection_take(result);
	return stage_end(&stage, result);
}
const struct scenario scenario_custom_socket = {.run = custom_socket, .retries = true};

/* A kernel may lack the option of the second. */
static ssize_t enable(void)
{
	const struct stage stage = stage_new(SOCK_DGRAM);
	int error = anc_ucred_enable(stage.pair[0], true);

	if (error == 0)
		error = anc_pidfd_enable(stage.pair[0], true);
	return stage_end(&stage, error);
}
const struct scenario scenario_enable = {.run = enable, .errors = {ENOPROTOOPT}};

static ssize_t control_space(void)
{
	const struct stage stage = stage_new(SOCK_DGRAM);
	const ssize_t space = anc_socket_control_space(stage.pair[0]);

	CHECK(space < 0 || space >= (ssize_t)ANC_FDS_SPACE(253));
	return stage_end(&stage, space);
}
const struct scenario scenario_control_space = {.run = control_space};
