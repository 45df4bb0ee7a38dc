/* SPDX-License-Identifier: MIT */
/* Many messages in one call; the other end has the kernel's own calls. */
#include "batch_scene.h"

#include <netinet/in.h>
#include <sys/un.h>

static const int unix_types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};

/* More than one system call takes, the most that it takes, and around. */
static const size_t sizes[] = {1, 2, 63, 64, 65, 128, 129, MOST};

/* Sends and receives `count` messages with a descriptor each, as the queue of the socket takes. */
static void exchange(int type, size_t count)
{
	const int file = tap_new_fd();
	size_t received = 0;
	size_t sent = 0;
	ssize_t went;
	ssize_t came;
	int pair[2];
	size_t i;

	tap_pair(type, pair);
	prepare_out(count, file);
	prepare_in(count);
	while (received < count) {
		went = anc_batch_send(anc_socket_fd(pair[0]), outgoing + sent, count - sent,
				      send_now);
		CHECK(went >= 0 || went == -EAGAIN);
		for (i = 0; went > 0 && i < (size_t)went; i++)
			CHECK_EQ(outgoing[sent + i].result, 1);
		sent += went > 0 ? (size_t)went : 0;
		came = anc_batch_recv(anc_socket_fd(pair[1]), incoming + received, sent - received,
				      recv_now);
		CHECK_EQ(came, (ssize_t)(sent - received));
		for (i = received; i < sent; i++)
			check_message(i, (int)i, file);
		received = sent;
	}
	finish_in(count);
	close_both(pair);
	close(file);
}

TEST(each_message_has_its_bytes_and_its_descriptor_in_batches_of_every_size)
{
	size_t type;
	size_t i;

	for (type = 0; type < COUNT(unix_types); type++)
		for (i = 0; i < COUNT(sizes); i++)
			exchange(unix_types[type], sizes[i]);
}

/* A datagram socket of this family, bound to any address of the loopback. */
static int bound(int family, struct sockaddr_storage *ret, socklen_t *ret_len)
{
	const int sock = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in *const inet = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *const inet6 = (struct sockaddr_in6 *)ret;
	socklen_t len = sizeof(sa_family_t);

	memset(ret, 0, sizeof(*ret));
	ret->ss_family = (sa_family_t)family;
	if (family == AF_INET) {
		inet->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		len = sizeof(*inet);
	} else if (family == AF_INET6) {
		inet6->sin6_addr = in6addr_loopback;
		len = sizeof(*inet6);
	}
	if (sock < 0 || bind(sock, (struct sockaddr *)ret, len) < 0) {
		if (sock >= 0)
			close(sock);
		return -1;
	}
	*ret_len = sizeof(*ret);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)ret, ret_len), 0);
	return sock;
}

/* One call to two receivers in turn; each sees from whom. */
static void check_addresses(int family)
{
	struct sockaddr_storage addr[3];
	socklen_t len[3];
	int sock[3];
	size_t to;
	size_t i;

	for (i = 0; i < 3; i++) {
		sock[i] = bound(family, &addr[i], &len[i]);
		if (sock[i] < 0) {
			while (i > 0)
				close(sock[--i]);
			SKIP("the family's loopback is not here");
		}
	}
	prepare_out(6, -1);
	for (i = 0; i < 6; i++) {
		outgoing[i].addr = (const struct sockaddr *)&addr[1 + i % 2];
		outgoing[i].addrlen = len[1 + i % 2];
	}
	CHECK_EQ(batch_send(sock[0], 6), 6);
	for (to = 1; to < 3; to++) {
		prepare_in(4);
		incoming[2].addr = NULL;
		CHECK_EQ(batch_recv(sock[to], 4), 3);
		for (i = 0; i < 3; i++) {
			check_message(i, (int)(2 * i + to - 1), -1);
			CHECK_EQ(incoming[i].addrlen, i < 2 ? len[0] : 0);
			CHECK(i == 2 || memcmp(&addr_in[i], &addr[0], len[0]) == 0);
		}
	}
	for (i = 0; i < 3; i++)
		close(sock[i]);
}

TEST(each_datagram_has_its_address_by_ipv4)
{
	check_addresses(AF_INET);
}

TEST(each_datagram_has_its_address_by_ipv6)
{
	check_addresses(AF_INET6);
}

TEST(each_datagram_has_its_address_on_unix_sockets)
{
	check_addresses(AF_UNIX);
}

TEST(an_address_may_fail_in_the_middle)
{
	struct sockaddr_storage addr;
	struct sockaddr_un nobody = {.sun_family = AF_UNIX, .sun_path = "/nobody/is/here"};
	socklen_t len;
	int from = -1;
	int to = bound(AF_UNIX, &addr, &len);
	struct arrival arrival;

	from = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	prepare_out(3, to);
	outgoing[0].addr = outgoing[2].addr = (const struct sockaddr *)&addr;
	outgoing[0].addrlen = outgoing[2].addrlen = len;
	outgoing[1].addr = (const struct sockaddr *)&nobody;
	outgoing[1].addrlen = sizeof(nobody);
	CHECK_EQ(batch_send(from, 3), 1);
	CHECK_EQ(outgoing[0].result, 1);
	CHECK_EQ(outgoing[1].result, 0);
	CHECK_EQ(outgoing[2].result, 77);
	CHECK_EQ(anc_batch_send(anc_socket_fd(from), outgoing + 1, 2, send_now), -ENOENT);
	CHECK_EQ(outgoing[1].result, -ENOENT);
	CHECK_EQ(outgoing[2].result, 77);
	arrival = arrive(to);
	CHECK_EQ(arrival.len, 1);
	CHECK_EQ(arrival.count, 1);
	close(arrival.fds[0]);
	CHECK_EQ(arrive(to).len, -1);
	close(from);
	close(to);
}

/* Receives what there is: so many messages with a descriptor each. */
static void check_arrivals(int sock, size_t first, size_t count, size_t fds)
{
	struct arrival arrival;
	size_t i;

	for (i = 0; i < count; i++) {
		arrival = arrive(sock);
		CHECK_EQ(arrival.len, 1);
		CHECK_EQ((unsigned char)arrival.bytes[0], first + i);
		CHECK_EQ(arrival.count, fds);
		if (fds > 0)
			close(arrival.fds[0]);
	}
	CHECK_EQ(arrive(sock).len, -1);
}

/* The socket takes some and no more: those went with their descriptors, the others did not. */
TEST(a_full_socket_is_told_exactly)
{
	static const int types[] = {SOCK_DGRAM, SOCK_SEQPACKET};
	const int file = tap_new_fd();
	size_t type;
	ssize_t went;
	int pair[2];
	size_t i;

	for (type = 0; type < COUNT(types); type++) {
		tap_pair(types[type], pair);
		CHECK_EQ(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &(int){16384}, sizeof(int)), 0);
		prepare_out(MOST, file);
		went = batch_send(pair[0], MOST);
		CHECK(went > 0 && went < MOST);
		for (i = 0; i < (size_t)went; i++)
			CHECK_EQ(outgoing[i].result, 1);
		CHECK(outgoing[went].result == 0 || outgoing[went].result == -EAGAIN);
		CHECK_EQ(outgoing[went + 1].result, 77);
		CHECK_EQ(anc_batch_send(anc_socket_fd(pair[0]), outgoing + went, 3, send_now),
			 -EAGAIN);
		CHECK_EQ(outgoing[went].result, -EAGAIN);
		check_arrivals(pair[1], 0, (size_t)went, 1);
		CHECK_EQ(anc_batch_send(anc_socket_fd(pair[0]), outgoing + went, 3, send_now), 3);
		check_arrivals(pair[1], (size_t)went, 3, 1);
		close_both(pair);
	}
	close(file);
}

/* A stream takes the beginning of one: that is the last, and its descriptor has gone. */
static void check_part(size_t part)
{
	static char big[1 << 14];
	struct iovec pieces[100];
	const int file = tap_new_fd();
	ssize_t went;
	size_t fds = 0;
	struct arrival arrival;
	int pair[2];
	size_t i;

	for (i = 0; i < COUNT(pieces); i++)
		pieces[i] = (struct iovec){big, sizeof(big)};
	tap_pair(SOCK_STREAM, pair);
	prepare_out(70, file);
	outgoing[part].bufs = pieces;
	outgoing[part].nbufs = COUNT(pieces);
	went = batch_send(pair[0], 70);
	CHECK_EQ(went, (ssize_t)part + 1);
	CHECK_EQ(outgoing[0].result, 1);
	CHECK(outgoing[part].result > 0 && outgoing[part].result < 100 * (ssize_t)sizeof(big));
	CHECK_EQ(outgoing[part + 1].result, 0);
	CHECK_EQ(outgoing[part + 2].result, 77);
	while ((arrival = arrive(pair[1])).len > 0)
		for (fds += arrival.count; arrival.count > 0; arrival.count--)
			close(arrival.fds[arrival.count - 1]);
	CHECK_EQ(fds, part + 1);
	close_both(pair);
	close(file);
}

/* Also where it is the last of a system call. */
TEST(a_stream_that_takes_a_part_ends_the_batch)
{
	check_part(1);
	check_part(63);
}

/* Message `bad` is refused with `error`, before the kernel is asked. */
static void check_refused(int sock, int peer, size_t bad, int error)
{
	CHECK_EQ(batch_send(sock, 5), bad > 0 ? (ssize_t)bad : error);
	CHECK_EQ(outgoing[bad].result, error);
	CHECK_EQ(outgoing[bad + 1].result, 77);
	check_arrivals(peer, 0, bad, bad > 0);
}

TEST(what_would_be_lost_is_refused_where_it_stands)
{
	const int file = tap_new_fd();
	int pair[2];
	size_t bad;

	tap_pair(SOCK_STREAM, pair);
	for (bad = 0; bad < 4; bad++) {
		prepare_out(5, file);
		outgoing[bad].len = 0;
		check_refused(pair[0], pair[1], bad, -EINVAL);
	}
	close_both(pair);
	close(file);
}

TEST(a_descriptor_that_was_taken_is_not_forwarded)
{
	const int file = tap_new_fd();
	size_t bad;
	int pair[2];
	int fd;

	tap_pair(SOCK_SEQPACKET, pair);
	for (bad = 0; bad < 4; bad++) {
		prepare_out(5, file);
		prepare_in(5);
		CHECK_EQ(batch_send(pair[0], 5), 5);
		CHECK_EQ(batch_recv(pair[1], 5), 5);
		fd = anc_data_take_fd(&data_in[bad]);
		CHECK(fd >= 0);
		close(fd);
		prepare_out(5, -1);
		for (size_t i = 0; i < 5; i++)
			outgoing[i].data = &data_in[i];
		check_refused(pair[0], pair[1], bad, -EBADF);
		finish_in(5);
	}
	close_both(pair);
	close(file);
}

TEST(what_came_goes_on_as_it_is)
{
	const int file = tap_new_fd();
	int pair[2];
	size_t i;

	tap_pair(SOCK_SEQPACKET, pair);
	prepare_out(5, file);
	prepare_in(5);
	CHECK_EQ(batch_send(pair[0], 5), 5);
	CHECK_EQ(batch_recv(pair[1], 5), 5);
	for (i = 0; i < 5; i++)
		outgoing[i].data = &data_in[i];
	CHECK_EQ(batch_send(pair[1], 5), 5);
	CHECK_EQ(batch_recv(pair[0], 5), 5);
	for (i = 0; i < 5; i++)
		check_message(i, (int)i, file);
	finish_in(5);
	close_both(pair);
	close(file);
}

TEST(descriptors_are_refused_where_the_family_is_known)
{
	struct sockaddr_storage addr;
	struct anc_socket sock;
	socklen_t len;
	const int fd = bound(AF_INET, &addr, &len);

	if (fd < 0)
		SKIP("no IPv4 here");
	CHECK_EQ(connect(fd, (struct sockaddr *)&addr, len), 0);
	CHECK_EQ(anc_socket_checked(fd, &sock), 0);
	prepare_out(3, -1);
	CHECK_EQ(anc_data_add_fds(&data_out[1], &fd, 1), 0);
	CHECK_EQ(anc_batch_send(sock, outgoing, 3, send_now), 1);
	CHECK_EQ(outgoing[1].result, -EOPNOTSUPP);
	CHECK_EQ(anc_batch_send(sock, outgoing + 1, 2, send_now), -EOPNOTSUPP);
	check_arrivals(fd, 0, 1, 0);
	close(fd);
}

TEST(a_datagram_that_is_too_long_stops_the_batch_there)
{
	static char big[70000];
	struct sockaddr_storage addr;
	socklen_t len;
	const int fd = bound(AF_INET, &addr, &len);

	if (fd < 0)
		SKIP("no IPv4 here");
	CHECK_EQ(connect(fd, (struct sockaddr *)&addr, len), 0);
	prepare_out(4, -1);
	outgoing[2].buf = big;
	outgoing[2].len = sizeof(big);
	CHECK_EQ(batch_send(fd, 4), 2);
	CHECK_EQ(outgoing[2].result, 0);
	CHECK_EQ(outgoing[3].result, 77);
	CHECK_EQ(anc_batch_send(anc_socket_fd(fd), outgoing + 2, 2, send_now), -EMSGSIZE);
	CHECK_EQ(outgoing[2].result, -EMSGSIZE);
	CHECK_EQ(anc_batch_send(anc_socket_fd(fd), outgoing + 3, 1, send_now), 1);
	CHECK_EQ(arrive(fd).len, 1);
	CHECK_EQ(arrive(fd).len, 1);
	CHECK_EQ(arrive(fd).bytes[0], 3);
	CHECK_EQ(arrive(fd).len, -1);
	close(fd);
}

TEST(pieces_are_sent_and_received)
{
	char words[3][8] = {"one", "two", "three"};
	const struct iovec out[] = {{words[0], 3}, {words[1], 3}, {words[2], 5}};
	char first[4] = "";
	char rest[16] = "";
	const struct iovec in[] = {{first, 3}, {rest, sizeof(rest) - 1}};
	int pair[2];

	tap_pair(SOCK_DGRAM, pair);
	prepare_out(2, -1);
	prepare_in(2);
	outgoing[1].bufs = out;
	outgoing[1].nbufs = 3;
	incoming[1].bufs = in;
	incoming[1].nbufs = 2;
	CHECK_EQ(batch_send(pair[0], 2), 2);
	CHECK_EQ(outgoing[1].result, 11);
	CHECK_EQ(batch_recv(pair[1], 2), 2);
	CHECK_EQ(incoming[1].result.len, 11);
	CHECK_STR(first, "one");
	CHECK_STR(rest, "twothree");
	close_both(pair);
}

TEST(a_gone_peer_raises_no_signal_unless_asked)
{
	struct sigaction before = handle(SIGPIPE, count_signal);
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	close(pair[1]);
	prepare_out(2, -1);
	CHECK_EQ(batch_send(pair[0], 2), -EPIPE);
	CHECK_EQ(signals, 0);
	CHECK_EQ(outgoing[0].result, -EPIPE);
	CHECK_EQ(anc_batch_send(anc_socket_fd(pair[0]), outgoing, 2,
				(struct anc_send_options){0, true}),
		 -EPIPE);
	CHECK_EQ(signals, 1);
	sigaction(SIGPIPE, &before, NULL);
	close(pair[0]);
}

TEST(none_are_none)
{
	const struct anc_socket none = {0};
	const int file = tap_new_fd();

	prepare_out(1, -1);
	prepare_in(1);
	CHECK_EQ(batch_send(-1, 0), 0);
	CHECK_EQ(batch_recv(-1, 0), 0);
	CHECK_EQ(batch_send(-1, 1), -EBADF);
	CHECK_EQ(batch_recv(-1, 1), -EBADF);
	CHECK_EQ(incoming[0].error, -EBADF);
	CHECK_EQ(anc_batch_send(none, outgoing, 1, send_now), -EBADF);
	CHECK_EQ(anc_batch_recv(none, incoming, 1, recv_now), -EBADF);
	CHECK_EQ(batch_send(file, 1), -ENOTSOCK);
	CHECK_EQ(batch_recv(file, 1), -ENOTSOCK);
	close(file);
}

#define T(name)                                                                                    \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	T(each_message_has_its_bytes_and_its_descriptor_in_batches_of_every_size),
	T(each_datagram_has_its_address_by_ipv4),
	T(each_datagram_has_its_address_by_ipv6),
	T(each_datagram_has_its_address_on_unix_sockets),
	T(an_address_may_fail_in_the_middle),
	T(a_full_socket_is_told_exactly),
	T(a_stream_that_takes_a_part_ends_the_batch),
	T(what_would_be_lost_is_refused_where_it_stands),
	T(a_descriptor_that_was_taken_is_not_forwarded),
	T(what_came_goes_on_as_it_is),
	T(descriptors_are_refused_where_the_family_is_known),
	T(a_datagram_that_is_too_long_stops_the_batch_there),
	T(pieces_are_sent_and_received),
	T(a_gone_peer_raises_no_signal_unless_asked),
	T(none_are_none),
};
TAP_MAIN(tests)
