/* SPDX-License-Identifier: MIT */
/* Batches over sockets of one's own, one message after the other. */
#include "batch_scene.h"

#include <limits.h>

/* A kernel socket behind four functions; it remembers how it was called. */
struct wrapped {
	int fd;
	size_t calls;
	size_t dont_wait; /* receives with MSG_DONTWAIT */
	size_t fail_at;   /* the call that fails, or 0 */
	ssize_t claim;    /* what a send says, unless 0 */
	bool lies;        /* the receive gives a header that lies, and a descriptor before it */
};

static ssize_t wrapped_send_to(void *impl, const struct sockaddr *addr, socklen_t addrlen,
			       const struct iovec *bufs, size_t nbufs, const struct anc_data *data,
			       struct anc_send_options options)
{
	struct wrapped *const wrapped = impl;
	struct anc_sender sender = anc_sender_onv(anc_socket_fd(wrapped->fd), bufs, nbufs);
	ssize_t sent;

	if (++wrapped->calls == wrapped->fail_at)
		return -ENETDOWN;
	sender.data = data;
	sender.options = options;
	sent = anc_sender_send_to(&sender, addr, addrlen);
	return wrapped->claim != 0 ? wrapped->claim : sent;
}

static ssize_t wrapped_send(void *impl, const struct iovec *bufs, size_t nbufs,
			    const struct anc_data *data, struct anc_send_options options)
{
	return wrapped_send_to(impl, NULL, 0, bufs, nbufs, data, options);
}

static int wrapped_recv_from(void *impl, struct sockaddr_storage *ret_addr, socklen_t *ret_addrlen,
			     const struct iovec *bufs, size_t nbufs, struct anc_data *data,
			     struct anc_recv_options options, struct anc_recv_result *ret)
{
	struct wrapped *const wrapped = impl;
	struct anc_receiver receiver = anc_receiver_onv(anc_socket_fd(wrapped->fd), bufs, nbufs);
	unsigned char lie[ANC_FDS_SPACE(1) + ANC_CMSG_SPACE(0)] = {0};
	int given;

	wrapped->calls++;
	wrapped->dont_wait += (options.flags & MSG_DONTWAIT) != 0;
	CHECK_EQ(options.flags & MSG_WAITFORONE, 0);
	if (wrapped->lies && wrapped->calls == wrapped->fail_at) {
		given = fcntl(wrapped->fd, F_DUPFD_CLOEXEC, 0);
		CHECK(given >= 0);
		anc_cmsg_put(lie, sizeof(lie), SOL_SOCKET, SCM_RIGHTS, &given, sizeof(given));
		CHECK_EQ(anc_data_adopt(data, lie, sizeof(lie), MSG_CMSG_CLOEXEC, 0), -EBADMSG);
		return 0;
	}
	if (wrapped->calls == wrapped->fail_at)
		return -ENETDOWN;
	receiver.data = data;
	receiver.options = options;
	return anc_receiver_recv_from(&receiver, ret, ret_addr, ret_addrlen);
}

static int wrapped_recv(void *impl, const struct iovec *bufs, size_t nbufs, struct anc_data *data,
			struct anc_recv_options options, struct anc_recv_result *ret)
{
	return wrapped_recv_from(impl, NULL, NULL, bufs, nbufs, data, options, ret);
}

static const struct anc_socket_ops ops = {wrapped_send, wrapped_send_to, wrapped_recv,
					  wrapped_recv_from};

/* Both ends of a pair, wrapped. */
struct scene {
	int pair[2];
	struct wrapped ends[2];
	struct anc_socket socks[2];
	int file;
};

static void scene_open(struct scene *scene, int type)
{
	int i;

	*scene = (struct scene){.file = tap_new_fd()};
	tap_pair(type, scene->pair);
	for (i = 0; i < 2; i++) {
		scene->ends[i].fd = scene->pair[i];
		scene->socks[i] = anc_socket_custom(&ops, &scene->ends[i]);
	}
}

static void scene_close(const struct scene *scene)
{
	close_both(scene->pair);
	close(scene->file);
}

static ssize_t custom_send(const struct scene *scene, size_t count)
{
	return anc_batch_send(scene->socks[0], outgoing, count, send_now);
}

static ssize_t custom_recv(const struct scene *scene, size_t count)
{
	return anc_batch_recv(scene->socks[1], incoming, count, (struct anc_recv_options){0});
}

TEST(every_message_goes_through_the_functions)
{
	struct scene scene;
	size_t i;

	scene_open(&scene, SOCK_SEQPACKET);
	prepare_out(70, scene.file);
	prepare_in(80);
	CHECK_EQ(custom_send(&scene, 70), 70);
	CHECK_EQ(scene.ends[0].calls, 70);
	for (i = 0; i < 70; i++)
		CHECK_EQ(outgoing[i].result, 1);
	incoming[1].addr = NULL;
	CHECK_EQ(custom_recv(&scene, 80), 70);
	CHECK_EQ(scene.ends[1].calls, 71);
	CHECK_EQ(scene.ends[1].dont_wait, 70);
	CHECK_EQ(incoming[70].error, 0);
	for (i = 0; i < 70; i++)
		check_message(i, (int)i, scene.file);
	scene_close(&scene);
}

/* A socket that sends to itself. */
TEST(an_address_goes_and_comes_through_them)
{
	struct sockaddr_storage addr = {.ss_family = AF_UNIX};
	struct wrapped wrapped = {.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
	const struct anc_socket sock = anc_socket_custom(&ops, &wrapped);
	socklen_t len = sizeof(addr);
	size_t i;

	CHECK_EQ(bind(wrapped.fd, (struct sockaddr *)&addr, sizeof(sa_family_t)), 0);
	CHECK_EQ(getsockname(wrapped.fd, (struct sockaddr *)&addr, &len), 0);
	prepare_out(2, -1);
	for (i = 0; i < 2; i++) {
		outgoing[i].addr = (const struct sockaddr *)&addr;
		outgoing[i].addrlen = len;
	}
	CHECK_EQ(anc_batch_send(sock, outgoing, 2, send_now), 2);
	prepare_in(3);
	incoming[0].addr = NULL;
	CHECK_EQ(anc_batch_recv(sock, incoming, 3, recv_now), 2);
	CHECK_EQ(incoming[0].addrlen, 0);
	CHECK_EQ(incoming[1].addrlen, len);
	CHECK(memcmp(&addr_in[1], &addr, len) == 0);
	close(wrapped.fd);
}

TEST(the_call_that_fails_ends_the_batch)
{
	struct scene scene;
	size_t fail_at;
	size_t i;

	for (fail_at = 1; fail_at < 4; fail_at++) {
		scene_open(&scene, SOCK_SEQPACKET);
		prepare_out(3, scene.file);
		prepare_in(3);
		CHECK_EQ(custom_send(&scene, 3), 3);
		scene.ends[0].fail_at = 3 + fail_at;
		scene.ends[1].fail_at = fail_at;
		CHECK_EQ(custom_send(&scene, 3), fail_at > 1 ? (ssize_t)fail_at - 1 : -ENETDOWN);
		CHECK_EQ(outgoing[fail_at - 1].result, -ENETDOWN);
		CHECK_EQ(custom_recv(&scene, 3), fail_at > 1 ? (ssize_t)fail_at - 1 : -ENETDOWN);
		CHECK_EQ(incoming[fail_at - 1].error, -ENETDOWN);
		for (i = 0; i < fail_at - 1; i++)
			check_message(i, (int)i, scene.file);
		scene_close(&scene);
	}
}

TEST(a_function_that_is_missing_is_no_operation)
{
	static const struct anc_socket_ops nothing = {NULL, NULL, NULL, NULL};
	const struct anc_socket sock = anc_socket_custom(&nothing, NULL);

	prepare_out(1, -1);
	prepare_in(1);
	CHECK_EQ(anc_batch_send(sock, outgoing, 1, send_now), -EOPNOTSUPP);
	CHECK_EQ(anc_batch_recv(sock, incoming, 1, recv_now), -EOPNOTSUPP);
	CHECK_EQ(incoming[0].error, -EOPNOTSUPP);
}

TEST(malformed_control_data_ends_the_batch)
{
	struct scene scene;

	scene_open(&scene, SOCK_SEQPACKET);
	prepare_out(3, scene.file);
	prepare_in(3);
	CHECK_EQ(custom_send(&scene, 3), 3);
	scene.ends[1].lies = true;
	scene.ends[1].fail_at = 2;
	CHECK_EQ(custom_recv(&scene, 3), 1);
	CHECK_EQ(incoming[1].error, -EBADMSG);
	CHECK_EQ(anc_data_cmsgs(&data_in[1]).len, 0);
	finish_in(3);
	scene_close(&scene);
}

TEST(a_short_send_is_the_last)
{
	struct scene scene;

	scene_open(&scene, SOCK_SEQPACKET);
	prepare_out(3, scene.file);
	outgoing[0].len = outgoing[1].len = 1;
	outgoing[0].buf = outgoing[1].buf = "xy";
	scene.ends[0].claim = 1;
	outgoing[1].len = 2;
	CHECK_EQ(custom_send(&scene, 3), 2);
	CHECK_EQ(outgoing[1].result, 1);
	CHECK_EQ(outgoing[2].result, 0);
	scene.ends[0].claim = SSIZE_MAX;
	CHECK_EQ(custom_send(&scene, 3), 3);
	scene_close(&scene);
}

TEST(an_empty_message_is_the_end)
{
	struct scene scene;

	scene_open(&scene, SOCK_SEQPACKET);
	prepare_out(2, -1);
	prepare_in(9);
	CHECK_EQ(custom_send(&scene, 2), 2);
	shutdown(scene.pair[0], SHUT_WR);
	CHECK_EQ(custom_recv(&scene, 9), 2);
	CHECK_EQ(custom_recv(&scene, 9), 0);
	CHECK_EQ(custom_recv(&scene, 9), 0);
	scene_close(&scene);
}

TEST(a_shared_buffer_is_refused_here_too)
{
	struct scene scene;

	scene_open(&scene, SOCK_SEQPACKET);
	prepare_out(3, scene.file);
	prepare_in(3);
	incoming[2].data = &data_in[0];
	CHECK_EQ(custom_send(&scene, 3), 3);
	CHECK_EQ(custom_recv(&scene, 3), 2);
	CHECK_EQ(incoming[2].error, -EINVAL);
	check_message(0, 0, scene.file);
	check_message(1, 1, scene.file);
	scene_close(&scene);
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(every_message_goes_through_the_functions),
	T(an_address_goes_and_comes_through_them),
	T(the_call_that_fails_ends_the_batch),
	T(a_function_that_is_missing_is_no_operation),
	T(malformed_control_data_ends_the_batch),
	T(a_short_send_is_the_last),
	T(an_empty_message_is_the_end),
	T(a_shared_buffer_is_refused_here_too),
};
TAP_MAIN(tests)
