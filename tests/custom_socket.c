/* SPDX-License-Identifier: MIT */
/* Sockets of one's own: what they are given, and what becomes of what they give. */
#include "peer.h"

#include <anc/anc.h>

/* A socket that remembers what it was given and answers as it is told. */
struct stub {
	ssize_t answers[8];
	size_t calls;
	char bytes[64];
	size_t len;
	size_t nbufs[8];
	const struct anc_data *data[8];
	struct anc_send_options options;
	const struct sockaddr *addr;
	socklen_t addrlen;
};

static ssize_t stub_send(void *impl, const struct iovec *bufs, size_t nbufs,
			 const struct anc_data *data, struct anc_send_options options)
{
	struct stub *stub = impl;
	const ssize_t answer = stub->answers[stub->calls];
	size_t left = answer > 0 ? (size_t)answer : 0;
	size_t i;

	stub->nbufs[stub->calls] = nbufs;
	stub->data[stub->calls] = data;
	stub->calls++;
	stub->options = options;
	for (i = 0; i < nbufs && left > 0; i++) {
		const size_t some = bufs[i].iov_len < left ? bufs[i].iov_len : left;

		memcpy(stub->bytes + stub->len, bufs[i].iov_base, some);
		stub->len += some;
		left -= some;
	}
	return answer;
}

static ssize_t stub_send_to(void *impl, const struct sockaddr *addr, socklen_t addrlen,
			    const struct iovec *bufs, size_t nbufs, const struct anc_data *data,
			    struct anc_send_options options)
{
	struct stub *stub = impl;

	stub->addr = addr;
	stub->addrlen = addrlen;
	return stub_send(impl, bufs, nbufs, data, options);
}

static const struct anc_socket_ops stub_ops = {.send_message = stub_send,
					       .send_message_to = stub_send_to};

TEST(a_custom_socket_is_given_everything)
{
	struct stub stub = {.answers = {5, 3}};
	const struct sockaddr to = {.sa_family = AF_UNIX};
	struct anc_sender sender = anc_sender_on(anc_socket_custom(&stub_ops, &stub), "words", 5);
	struct anc_data data = {0};

	sender.data = &data;
	anc_send_options_more(&sender.options, true);
	CHECK_EQ(anc_sender_send(&sender), 5);
	CHECK_EQ(stub.calls, 1);
	CHECK_EQ(stub.nbufs[0], 1);
	CHECK(stub.data[0] == &data);
	CHECK_EQ(stub.options.flags, MSG_MORE);
	CHECK(!stub.options.signal);
	CHECK(stub.addr == NULL);
	CHECK_EQ(anc_sender_send_to(&sender, &to, sizeof(to)), 3);
	CHECK(stub.addr == &to);
	CHECK_EQ(stub.addrlen, sizeof(to));
	CHECK_STR(stub.bytes, "wordswor");
}

TEST(a_custom_socket_without_a_member_does_not_support_it)
{
	static const struct anc_socket_ops none = {0};
	const struct sockaddr to = {.sa_family = AF_UNIX};
	struct anc_sender sender = anc_sender_on(anc_socket_custom(&none, NULL), "x", 1);

	CHECK_EQ(anc_sender_send(&sender), -EOPNOTSUPP);
	CHECK_EQ(anc_sender_send_all(&sender), -EOPNOTSUPP);
	CHECK_EQ(anc_sender_send_to(&sender, &to, sizeof(to)), -EOPNOTSUPP);
}

TEST(a_custom_socket_decides_about_descriptors_without_a_byte)
{
	struct stub stub = {0};
	struct anc_sender sender = anc_sender_on(anc_socket_custom(&stub_ops, &stub), NULL, 0);
	const int fd = tap_new_fd();

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 0);
	CHECK_EQ(stub.calls, 1);
	CHECK(stub.data[0] == &data);
	close(fd);
}

TEST(send_all_gives_control_to_a_custom_socket_until_bytes_went)
{
	struct stub stub = {.answers = {-EINTR, 2, -EINTR, 3, 1}};
	char word[] = "words";
	const struct iovec pieces[] = {{word, 1}, {word + 1, 3}, {word + 4, 2}};
	struct anc_sender sender = anc_sender_onv(anc_socket_custom(&stub_ops, &stub), pieces, 3);
	struct anc_data data = {0};
	size_t i;

	sender.data = &data;
	CHECK_EQ(anc_sender_send_all(&sender), 6);
	CHECK_EQ(stub.calls, 5);
	for (i = 0; i < stub.calls; i++)
		CHECK(stub.data[i] == (i < 2 ? &data : NULL));
	CHECK_EQ(stub.nbufs[2], 2);
	CHECK_EQ(stub.nbufs[4], 1);
	CHECK_STR(stub.bytes, "words");
}

TEST(send_all_on_a_custom_socket_stops_at_an_error_or_at_nothing)
{
	struct stub stub = {.answers = {2, -EIO, -EIO, -EAGAIN, 3, 0}};
	struct anc_sender sender = anc_sender_on(anc_socket_custom(&stub_ops, &stub), "words", 5);

	CHECK_EQ(anc_sender_send_all(&sender), 2);
	CHECK_EQ(anc_sender_send_all(&sender), -EIO);
	CHECK_EQ(anc_sender_send_all(&sender), -EAGAIN);
	CHECK_EQ(anc_sender_send_all(&sender), 3);
	CHECK_EQ(stub.calls, 6);
}

/* What a custom socket of ours does with the anc_data before it answers. */
enum deed { NOTHING, FORGETS, ADOPTS, ADOPTS_LIES, OFFERS, BUILDS };

struct source {
	enum deed deed;
	int error;
	int fd; /* a fresh duplicate of it is given away each time */
	size_t len;
	int flags;
	size_t calls;
	struct anc_recv_options options;
	bool with_address;
};

/* One message with a descriptor, and behind it a header that lies when `lies`. */
static size_t source_control(const struct source *source, unsigned char *control, bool lies)
{
	const int fd = dup(source->fd);
	size_t len =
		anc_cmsg_put(control, ANC_FDS_SPACE(1), SOL_SOCKET, SCM_RIGHTS, &fd, sizeof(fd));

	if (lies) {
		memset(control + len, 0, ANC_CMSG_SPACE(0));
		len += ANC_CMSG_SPACE(0);
	}
	return len;
}

static void source_do(const struct source *source, struct anc_data *data)
{
	const bool lies = source->deed == ADOPTS_LIES;
	unsigned char control[ANC_FDS_SPACE(1) + ANC_CMSG_SPACE(0)];
	size_t len;
	void *buf;

	switch (source->deed) {
	case NOTHING:
		break;
	case ADOPTS:
	case ADOPTS_LIES:
		len = source_control(source, control, lies);
		(void)anc_data_adopt(data, control, len, 0, source->flags);
		break;
	case FORGETS:
		buf = anc_data_control_buf(data, &len);
		(void)anc_data_set_control_len(data, source_control(source, buf, false));
		break;
	case OFFERS:
		anc_data_control_buf(data, &len);
		break;
	case BUILDS:
		(void)anc_data_add_fds(data, &source->fd, 1);
		break;
	}
}

static int source_recv(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
		       struct anc_recv_options options, struct anc_recv_result *ret)
{
	struct source *source = impl;

	source->calls++;
	source->options = options;
	errno = EDOM;
	if (data != NULL)
		source_do(source, data);
	if (source->error < 0)
		return source->error;
	if (nbufs > 0 && bufs[0].iov_len >= source->len)
		memset(bufs[0].iov_base, 'x', source->len);
	*ret = (struct anc_recv_result){source->len, source->flags};
	return 0;
}

static int source_recv_from(void *impl, struct sockaddr_storage *ret_addr, socklen_t *ret_addrlen,
			    const struct iovec *bufs, size_t nbufs, struct anc_data *data,
			    struct anc_recv_options options, struct anc_recv_result *ret)
{
	struct source *source = impl;

	source->with_address = true;
	ret_addr->ss_family = AF_UNIX;
	*ret_addrlen = sizeof(sa_family_t);
	return source_recv(impl, bufs, nbufs, data, options, ret);
}

static const struct anc_socket_ops source_ops = {.recv_message = source_recv,
						 .recv_message_from = source_recv_from};

/* Receives once from a source that does that; what comes is in `data`. */
static int receive(struct source *source, struct anc_data *or_null)
{
	char byte;
	struct anc_recv_result result = {99, 99};
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_custom(&source_ops, source), &byte, 1);
	int error;

	receiver.data = or_null;
	error = anc_receiver_recv(&receiver, &result);
	CHECK(error < 0 || (result.len == source->len && result.flags == source->flags));
	return error;
}

TEST(what_a_custom_socket_adopted_is_owned)
{
	struct source source = {.deed = ADOPTS, .fd = tap_new_fd(), .len = 1};
	int fd;

	ANC_DATA(data, ANC_FDS_SPACE(2));
	CHECK_EQ(receive(&source, &data), 0);
	fd = anc_data_take_fd(&data);
	CHECK(tap_is_same_file(fd, source.fd));
	CHECK(tap_is_cloexec(fd));
	close(fd);
	CHECK_EQ(receive(&source, &data), 0);
	close(source.fd);
}

TEST(what_a_custom_socket_forgot_to_adopt_is_owned_all_the_same)
{
	struct source source = {.deed = FORGETS, .fd = tap_new_fd(), .len = 1};
	int fd;

	ANC_DATA(data, ANC_FDS_SPACE(2));
	CHECK_EQ(receive(&source, &data), 0);
	fd = anc_data_take_fd(&data);
	CHECK(tap_is_same_file(fd, source.fd));
	CHECK(tap_is_cloexec(fd));
	close(fd);
	CHECK_EQ(receive(&source, &data), 0);
	close(source.fd);
}

TEST(malformed_control_of_a_custom_socket_is_closed)
{
	struct source source = {.deed = ADOPTS_LIES, .fd = tap_new_fd(), .len = 1};
	size_t before = tap_open_fds();

	ANC_DATA(data, ANC_FDS_SPACE(2) + ANC_CMSG_SPACE(0));
	CHECK_EQ(receive(&source, &data), -EBADMSG);
	CHECK_EQ(tap_open_fds(), before);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_data_add_fds(&data, &source.fd, 1), 0);
	close(source.fd);
}

TEST(a_buffer_left_offered_or_built_holds_nothing)
{
	static const enum deed deeds[] = {NOTHING, OFFERS, BUILDS};
	struct source source = {.fd = tap_new_fd(), .len = 1};
	size_t i;

	for (i = 0; i < COUNT(deeds); i++) {
		ANC_DATA(data, ANC_FDS_SPACE(2));

		source.deed = deeds[i];
		CHECK_EQ(receive(&source, &data), 0);
		CHECK_EQ(anc_data_cmsgs(&data).len, 0);
		CHECK_EQ(anc_data_take_fd(&data), -ENOMSG);
		CHECK(tap_is_open(source.fd));
	}
	close(source.fd);
}

TEST(what_was_taken_is_not_offered_to_a_custom_socket)
{
	struct source source = {.deed = ADOPTS, .fd = tap_new_fd(), .len = 1};
	struct stub stub = {.answers = {1}};
	struct anc_sender sender = anc_sender_on(anc_socket_custom(&stub_ops, &stub), "x", 1);
	int fd;

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(receive(&source, &data), 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 1);
	fd = anc_data_take_fd(&data);
	CHECK(fd >= 0);
	CHECK_EQ(anc_sender_send(&sender), -EBADF);
	CHECK_EQ(stub.calls, 1);
	close(fd);
	close(source.fd);
}

TEST(a_custom_socket_finds_the_buffer_empty)
{
	struct source source = {.deed = BUILDS, .fd = tap_new_fd(), .len = 1};

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_add_fds(&data, &source.fd, 1), 0);
	/* there would be no room for a second one */
	CHECK_EQ(receive(&source, &data), 0);
	source.deed = ADOPTS;
	CHECK_EQ(receive(&source, &data), 0);
	close(source.fd);
}

TEST(a_custom_socket_that_fails_leaves_nothing_open)
{
	static const enum deed deeds[] = {ADOPTS, FORGETS, OFFERS, BUILDS};
	struct source source = {.error = -EIO, .fd = tap_new_fd(), .len = 1};
	size_t i;

	for (i = 0; i < COUNT(deeds); i++) {
		ANC_DATA(data, ANC_FDS_SPACE(2));

		source.deed = deeds[i];
		CHECK_EQ(receive(&source, &data), -EIO);
		CHECK_EQ(anc_data_cmsgs(&data).len, 0);
		CHECK_EQ(anc_data_add_fds(&data, &source.fd, 1), 0);
	}
	close(source.fd);
}

TEST(a_custom_socket_is_received_from_without_a_buffer_for_control)
{
	struct source source = {.deed = ADOPTS, .fd = -1, .len = 1};

	CHECK_EQ(receive(&source, NULL), 0);
	CHECK_EQ(source.calls, 1);
}

TEST(a_custom_socket_gives_the_address)
{
	struct source source = {.len = 1};
	struct sockaddr_storage addr = {0};
	struct anc_recv_result result;
	socklen_t len = 0;
	char byte;
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_custom(&source_ops, &source), &byte, 1);

	anc_recv_options_peek(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &addr, &len), 0);
	CHECK(source.with_address);
	CHECK_EQ(source.options.flags, MSG_PEEK);
	CHECK_EQ(len, sizeof(sa_family_t));
	CHECK_EQ(addr.ss_family, AF_UNIX);
}

TEST(a_custom_socket_without_a_receive_does_not_support_it)
{
	static const struct anc_socket_ops none = {0};
	const struct anc_socket sock = anc_socket_custom(&none, NULL);
	struct sockaddr_storage addr;
	struct anc_recv_result result;
	size_t count;
	socklen_t len;
	char byte;
	int fd;
	struct anc_receiver receiver = anc_receiver_on(sock, &byte, 1);

	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EOPNOTSUPP);
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &addr, &len), -EOPNOTSUPP);
	CHECK_EQ(anc_socket_recv_fd(sock), -EOPNOTSUPP);
	CHECK_EQ(anc_socket_recv_fds(sock, &byte, 1, &fd, 1, &count, (struct anc_recv_options){0}),
		 -EOPNOTSUPP);
	CHECK_EQ(anc_socket_send_fd(sock, 0), -EOPNOTSUPP);
}

TEST(one_line_receives_go_through_a_custom_socket)
{
	struct source source = {.deed = FORGETS, .fd = tap_new_fd(), .len = 1};
	const struct anc_socket sock = anc_socket_custom(&source_ops, &source);
	const struct anc_recv_options options = {MSG_PEEK};
	size_t count = 9;
	char byte = 0;
	int fds[2];
	int fd;

	errno = ENFILE;
	fd = anc_socket_recv_fd(sock);
	CHECK_EQ(errno, ENFILE);
	CHECK(tap_is_same_file(fd, source.fd));
	CHECK(tap_is_cloexec(fd));
	close(fd);
	CHECK_EQ(anc_socket_recv_fds(sock, &byte, 1, fds, 2, &count, options), 1);
	CHECK_EQ(errno, ENFILE);
	CHECK_EQ(count, 1);
	CHECK_EQ(byte, 'x');
	CHECK_EQ(source.options.flags, MSG_PEEK);
	close(fds[0]);
	close(source.fd);
}

TEST(one_line_receives_tell_what_went_wrong_on_a_custom_socket)
{
	struct source source = {.deed = FORGETS, .fd = tap_new_fd(), .len = 1};
	const struct anc_socket sock = anc_socket_custom(&source_ops, &source);

	errno = ENFILE;
	source.flags = MSG_TRUNC;
	CHECK_EQ(anc_socket_recv_fd(sock), -EMSGSIZE);
	source.flags = 0;
	source.deed = ADOPTS_LIES;
	CHECK_EQ(anc_socket_recv_fd(sock), -EBADMSG);
	source.deed = NOTHING;
	CHECK_EQ(anc_socket_recv_fd(sock), -ENOMSG);
	source.len = 0;
	CHECK_EQ(anc_socket_recv_fd(sock), -EPIPE);
	source.error = -EIO;
	CHECK_EQ(anc_socket_recv_fd(sock), -EIO);
	CHECK_EQ(errno, ENFILE);
	close(source.fd);
}

TEST(one_line_sends_go_through_a_custom_socket)
{
	struct stub stub = {.answers = {-EINTR, 1, -EINTR, 2, -EAGAIN}};
	const struct anc_socket sock = anc_socket_custom(&stub_ops, &stub);
	const struct anc_send_options options = {MSG_MORE, false};
	const int fd = tap_new_fd();

	errno = ENFILE;
	CHECK_EQ(anc_socket_send_fd(sock, fd), 0);
	CHECK_EQ(stub.calls, 2);
	CHECK_EQ(stub.len, 1);
	CHECK_EQ(anc_socket_send_fds(sock, "words", 5, &fd, 1, options), 2);
	CHECK_EQ(stub.calls, 4);
	CHECK_EQ(stub.options.flags, MSG_MORE);
	CHECK_EQ(anc_socket_send_fd(sock, fd), -EAGAIN);
	CHECK_EQ(anc_socket_send_fd(sock, -1), -EBADF);
	CHECK_EQ(stub.calls, 5);
	CHECK_EQ(errno, ENFILE);
	close(fd);
}

static const struct tap_test tests[] = {
	{"a_custom_socket_is_given_everything", test_a_custom_socket_is_given_everything},
	{"a_custom_socket_without_a_member_does_not_support_it",
	 test_a_custom_socket_without_a_member_does_not_support_it},
	{"a_custom_socket_decides_about_descriptors_without_a_byte",
	 test_a_custom_socket_decides_about_descriptors_without_a_byte},
	{"send_all_gives_control_to_a_custom_socket_until_bytes_went",
	 test_send_all_gives_control_to_a_custom_socket_until_bytes_went},
	{"send_all_on_a_custom_socket_stops_at_an_error_or_at_nothing",
	 test_send_all_on_a_custom_socket_stops_at_an_error_or_at_nothing},
	{"what_a_custom_socket_adopted_is_owned", test_what_a_custom_socket_adopted_is_owned},
	{"what_a_custom_socket_forgot_to_adopt_is_owned_all_the_same",
	 test_what_a_custom_socket_forgot_to_adopt_is_owned_all_the_same},
	{"malformed_control_of_a_custom_socket_is_closed",
	 test_malformed_control_of_a_custom_socket_is_closed},
	{"a_buffer_left_offered_or_built_holds_nothing",
	 test_a_buffer_left_offered_or_built_holds_nothing},
	{"what_was_taken_is_not_offered_to_a_custom_socket",
	 test_what_was_taken_is_not_offered_to_a_custom_socket},
	{"a_custom_socket_finds_the_buffer_empty", test_a_custom_socket_finds_the_buffer_empty},
	{"a_custom_socket_that_fails_leaves_nothing_open",
	 test_a_custom_socket_that_fails_leaves_nothing_open},
	{"a_custom_socket_is_received_from_without_a_buffer_for_control",
	 test_a_custom_socket_is_received_from_without_a_buffer_for_control},
	{"a_custom_socket_gives_the_address", test_a_custom_socket_gives_the_address},
	{"a_custom_socket_without_a_receive_does_not_support_it",
	 test_a_custom_socket_without_a_receive_does_not_support_it},
	{"one_line_receives_go_through_a_custom_socket",
	 test_one_line_receives_go_through_a_custom_socket},
	{"one_line_receives_tell_what_went_wrong_on_a_custom_socket",
	 test_one_line_receives_tell_what_went_wrong_on_a_custom_socket},
	{"one_line_sends_go_through_a_custom_socket",
	 test_one_line_sends_go_through_a_custom_socket},
};
TAP_MAIN(tests)
