/* SPDX-License-Identifier: MIT */
/* What a socket of one's own claims is believed only as far as it can be true. */
#include "peer.h"

#include <limits.h>

#include <anc/anc.h>

/* It gives one descriptor, and claims this. */
struct boaster {
	int fd; /* a fresh duplicate of it is given away each time */
	bool forgets_to_adopt;
	bool gives_address;
	size_t len;
	int flags;
	ssize_t answers[4]; /* to sends */
	size_t sends;
};

static void boast_control(const struct boaster *boaster, struct anc_data *data)
{
	const int fd = dup(boaster->fd);
	size_t len;
	void *control = anc_data_control_buf(data, &len);

	len = anc_cmsg_put(control, len, SOL_SOCKET, SCM_RIGHTS, &fd, sizeof(fd));
	CHECK_EQ(anc_data_set_control_len(data, len), 0);
	if (!boaster->forgets_to_adopt)
		CHECK_EQ(anc_data_take_ownership(data, 0, 0), 0);
}

static int boast(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
		 struct anc_recv_options options, struct anc_recv_result *ret)
{
	const struct boaster *boaster = impl;

	(void)bufs;
	(void)nbufs;
	(void)options;
	if (data != NULL)
		boast_control(boaster, data);
	*ret = (struct anc_recv_result){boaster->len, boaster->flags};
	return 0;
}

static int boast_from(void *impl, struct sockaddr_storage *ret_addr, socklen_t *ret_addrlen,
		      const struct iovec *bufs, size_t nbufs, struct anc_data *data,
		      struct anc_recv_options options, struct anc_recv_result *ret)
{
	const struct boaster *boaster = impl;

	if (boaster->gives_address) {
		memset(ret_addr, 0, sizeof(*ret_addr));
		*ret_addrlen = sizeof(*ret_addr) + 100;
	}
	return boast(impl, bufs, nbufs, data, options, ret);
}

static ssize_t boast_sent(void *impl, const struct iovec *bufs, size_t nbufs,
			  const struct anc_data *data, struct anc_send_options options)
{
	struct boaster *boaster = impl;

	(void)bufs;
	(void)nbufs;
	(void)data;
	(void)options;
	CHECK(boaster->sends < COUNT(boaster->answers));
	return boaster->answers[boaster->sends++];
}

static const struct anc_socket_ops boaster_ops = {
	.send_message = boast_sent, .recv_message = boast, .recv_message_from = boast_from};

static struct anc_socket boaster_socket(struct boaster *boaster)
{
	return anc_socket_custom(&boaster_ops, boaster);
}

TEST(an_address_that_is_not_given_has_no_length)
{
	struct boaster boaster = {.len = 1};
	struct anc_recv_result result;
	struct sockaddr_storage addr;
	socklen_t len = 77;
	char byte;
	struct anc_receiver receiver = anc_receiver_on(boaster_socket(&boaster), &byte, 1);

	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &addr, &len), 0);
	CHECK_EQ(len, 0);
}

TEST(an_address_is_no_longer_than_its_room)
{
	struct boaster boaster = {.len = 1, .gives_address = true};
	struct anc_recv_result result;
	struct sockaddr_storage addr;
	socklen_t len = 0;
	char byte;
	struct anc_receiver receiver = anc_receiver_on(boaster_socket(&boaster), &byte, 1);

	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &addr, &len), 0);
	CHECK_EQ(len, sizeof(addr));
}

/* It is Linux's answer to the library's own question; whoever wraps recvmsg(2) hands it on. */
TEST(the_flag_for_close_on_exec_is_not_in_the_result)
{
	struct boaster boaster = {.len = 1, .flags = MSG_CMSG_CLOEXEC | MSG_EOR};
	struct anc_recv_result result;
	struct sockaddr_storage addr;
	socklen_t len;
	char byte;
	struct anc_receiver receiver = anc_receiver_on(boaster_socket(&boaster), &byte, 1);

	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.flags, MSG_EOR);
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &addr, &len), 0);
	CHECK_EQ(result.flags, MSG_EOR);
}

/* Each receive of a length that no ssize_t holds; nothing may be given, nothing stay open. */
static void receive_impossible(struct boaster *boaster)
{
	const struct anc_socket sock = boaster_socket(boaster);
	struct anc_recv_result result = {77, 77};
	const size_t before = tap_open_fds();
	size_t count = 77;
	char byte;
	int fd = 77;
	struct anc_receiver receiver = anc_receiver_on(sock, &byte, 1);

	ANC_DATA(data, ANC_FDS_SPACE(1));
	receiver.data = &data;
	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EBADMSG);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_data_take_fd(&data), -ENOMSG);
	receiver.data = NULL;
	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EBADMSG);
	CHECK_EQ(result.len, 77);
	CHECK_EQ(anc_socket_recv_fds(sock, &byte, 1, &fd, 1, &count, (struct anc_recv_options){0}),
		 -EBADMSG);
	CHECK_EQ(anc_socket_recv_fd(sock), -EBADMSG);
	CHECK(fd == 77 && count == 77);
	CHECK_EQ(tap_open_fds(), before);
}

TEST(an_impossible_length_is_an_error_and_everything_is_closed)
{
	struct boaster boaster = {.fd = tap_new_fd()};
	int round;

	for (round = 0; round < 2; round++) {
		boaster.forgets_to_adopt = round;
		boaster.len = SIZE_MAX;
		receive_impossible(&boaster);
		boaster.len = (size_t)SSIZE_MAX + 1;
		receive_impossible(&boaster);
	}
	close(boaster.fd);
}

TEST(send_all_counts_no_further_than_it_can)
{
	struct boaster boaster = {.answers = {1, SSIZE_MAX, 5, 5}};
	struct anc_sender sender = anc_sender_on(boaster_socket(&boaster), "words", 5);

	CHECK_EQ(anc_sender_send_all(&sender), SSIZE_MAX);
	CHECK_EQ(boaster.sends, 2);
	/* all at once */
	boaster.sends = 1;
	CHECK_EQ(anc_sender_send_all(&sender), SSIZE_MAX);
	CHECK_EQ(boaster.sends, 2);
}

TEST(a_descriptor_does_not_go_without_its_byte)
{
	struct boaster boaster = {.fd = tap_new_fd(), .answers = {0, -EINTR, 0, 1}};
	const struct anc_socket sock = boaster_socket(&boaster);

	errno = ENFILE;
	CHECK_EQ(anc_socket_send_fd(sock, boaster.fd), -EAGAIN);
	CHECK_EQ(boaster.sends, 1);
	CHECK_EQ(anc_socket_send_fd(sock, boaster.fd), -EAGAIN);
	CHECK_EQ(anc_socket_send_fd(sock, boaster.fd), 0);
	CHECK_EQ(errno, ENFILE);
	close(boaster.fd);
}

static const struct tap_test tests[] = {
	{"an_address_that_is_not_given_has_no_length",
	 test_an_address_that_is_not_given_has_no_length},
	{"an_address_is_no_longer_than_its_room", test_an_address_is_no_longer_than_its_room},
	{"the_flag_for_close_on_exec_is_not_in_the_result",
	 test_the_flag_for_close_on_exec_is_not_in_the_result},
	{"an_impossible_length_is_an_error_and_everything_is_closed",
	 test_an_impossible_length_is_an_error_and_everything_is_closed},
	{"send_all_counts_no_further_than_it_can", test_send_all_counts_no_further_than_it_can},
	{"a_descriptor_does_not_go_without_its_byte",
	 test_a_descriptor_does_not_go_without_its_byte},
};
TAP_MAIN(tests)
