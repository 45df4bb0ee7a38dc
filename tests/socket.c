/* SPDX-License-Identifier: MIT */
/* Every family of socket that carries control messages, through the sender and the receiver. */
#include "peer.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>

#include <anc/anc.h>

/* Numbers for experiments: of an IP protocol (RFC 3692), and of an Ethernet type (IEEE 802). */
#define PROTOCOL 253
#define ETHERTYPE 0x88B5

static const int inet_families[] = {AF_INET, AF_INET6};

static struct sockaddr_storage loopback(int family, socklen_t *ret_len)
{
	struct sockaddr_storage addr = {.ss_family = (sa_family_t)family};
	struct sockaddr_in *const in = (struct sockaddr_in *)&addr;
	struct sockaddr_in6 *const in6 = (struct sockaddr_in6 *)&addr;

	if (family == AF_INET) {
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		*ret_len = sizeof(*in);
	} else {
		in6->sin6_addr = in6addr_loopback;
		*ret_len = sizeof(*in6);
	}
	return addr;
}

/* A socket bound to the loopback address and a free port; -1 where the family is missing. */
static int bound(int family, int type, int protocol, struct sockaddr_storage *ret, socklen_t *len)
{
	const int sock = socket(family, type | SOCK_CLOEXEC, protocol);

	*ret = loopback(family, len);
	if (sock < 0)
		return -1;
	if (bind(sock, (struct sockaddr *)ret, *len) < 0) {
		close(sock);
		return -1;
	}
	CHECK_EQ(getsockname(sock, (struct sockaddr *)ret, len), 0);
	return sock;
}

/* A connected pair of TCP sockets; false where the family is not there. */
static bool tcp_pair(int family, int ret_pair[2])
{
	struct sockaddr_storage addr;
	socklen_t len;
	const int listening = bound(family, SOCK_STREAM, 0, &addr, &len);

	if (listening < 0)
		return false;
	CHECK_EQ(listen(listening, 1), 0);
	ret_pair[0] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK_EQ(connect(ret_pair[0], (struct sockaddr *)&addr, len), 0);
	ret_pair[1] = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	CHECK(ret_pair[1] >= 0);
	close(listening);
	return true;
}

static unsigned port_of(const struct sockaddr_storage *addr)
{
	if (addr->ss_family == AF_INET)
		return ((const struct sockaddr_in *)addr)->sin_port;
	return ((const struct sockaddr_in6 *)addr)->sin6_port;
}

static void udp_goes_through(int family)
{
	struct sockaddr_storage to;
	struct sockaddr_storage own;
	struct sockaddr_storage from;
	struct anc_recv_result result;
	char buf[16];
	socklen_t len;
	const int receiving = bound(family, SOCK_DGRAM, 0, &to, &len);
	const int sending = bound(family, SOCK_DGRAM, 0, &own, &len);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sending), "words", 6);
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(receiving), buf, sizeof(buf));

	if (sending < 0)
		SKIP("the family's loopback is not here");
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&to, len), 6);
	len = 0;
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &from, &len), 0);
	CHECK_EQ(result.len, 6);
	CHECK_EQ(result.flags, 0);
	CHECK_STR(buf, "words");
	CHECK_EQ(len, family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
	CHECK_EQ(from.ss_family, family);
	CHECK_EQ(port_of(&from), port_of(&own));
	CHECK_EQ(connect(sending, (struct sockaddr *)&to, len), 0);
	CHECK_EQ(anc_sender_send(&sender), 6);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 6);
	close(sending);
	close(receiving);
}

TEST(udp_over_ipv4_goes_through)
{
	udp_goes_through(AF_INET);
}

TEST(udp_over_ipv6_goes_through)
{
	udp_goes_through(AF_INET6);
}

static void tcp_goes_through(int family)
{
	struct sockaddr_storage from;
	struct anc_recv_result result;
	struct anc_receiver receiver;
	struct anc_sender sender;
	socklen_t len = 77;
	char buf[16];
	int pair[2];

	if (!tcp_pair(family, pair))
		SKIP("the family's loopback is not here");
	sender = anc_sender_on(anc_socket_fd(pair[0]), "words", 6);
	CHECK_EQ(anc_sender_send_all(&sender), 6);
	receiver = anc_receiver_on(anc_socket_fd(pair[1]), buf, sizeof(buf));
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &from, &len), 0);
	CHECK_EQ(result.len, 6);
	CHECK_EQ(result.flags & ~MSG_EOR, 0);
	CHECK_STR(buf, "words");
	CHECK_EQ(len, 0);
	close(pair[0]);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 0);
	close(pair[1]);
}

TEST(tcp_over_ipv4_goes_through)
{
	tcp_goes_through(AF_INET);
}

TEST(tcp_over_ipv6_goes_through)
{
	tcp_goes_through(AF_INET6);
}

TEST(control_goes_out_and_comes_in_beside_a_datagram)
{
	const int on = 1;
	const int hops = 42;
	const struct anc_cmsg ttl = {IPPROTO_IP, IP_TTL, &hops, sizeof(hops), false};
	struct sockaddr_storage to;
	struct anc_recv_result result;
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	socklen_t len;
	char byte;
	const int sock = bound(AF_INET, SOCK_DGRAM, 0, &to, &len);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), "x", 1);
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), &byte, 1);

	ANC_DATA(out, ANC_CMSG_SPACE(sizeof(int)));
	ANC_DATA(in, ANC_CMSG_SPACE(sizeof(int)));
	if (sock < 0)
		SKIP("no IPv4 loopback here");
	if (tap_is_under("qemu-user"))
		close(sock);
	SKIP_EMULATED("the number in an IP_TTL keeps the guest's byte order");
	CHECK_EQ(setsockopt(sock, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on)), 0);
	CHECK_EQ(anc_data_add_cmsg(&out, &ttl), 0);
	sender.data = &out;
	receiver.data = &in;
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&to, len), 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&in));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK(msg.level == IPPROTO_IP && msg.type == IP_TTL && msg.len == sizeof(int));
	CHECK(memcmp(msg.data, &hops, sizeof(hops)) == 0);
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
	close(sock);
}

TEST(asking_a_socket_tells_its_faults)
{
	const int file = tap_new_fd();
	struct anc_socket sock;

	CHECK_EQ(anc_socket_checked(-1, &sock), -EBADF);
	CHECK_EQ(anc_socket_checked(file, &sock), -ENOTSOCK);
	close(file);
}

/* Sends a descriptor on it; the result. */
static ssize_t send_fd_on(struct anc_socket sock, const void *buf, size_t len, int fd)
{
	struct anc_sender sender = anc_sender_on(sock, buf, len);

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	sender.data = &data;
	return anc_sender_send(&sender);
}

TEST(descriptors_on_a_socket_known_not_to_be_unix_are_refused_without_a_call)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
	const int fd = tap_new_fd();
	struct anc_socket checked;
	size_t i;
	int sock;

	for (i = 0; i < 4; i++) {
		sock = socket(inet_families[i / 2], types[i % 2] | SOCK_CLOEXEC, 0);
		if (sock < 0)
			continue;
		CHECK_EQ(anc_socket_checked(sock, &checked), 0);
		/* a system call would give EBADF */
		close(sock);
		CHECK_EQ(send_fd_on(checked, "x", 1, fd), -EOPNOTSUPP);
		CHECK_EQ(send_fd_on(checked, NULL, 0, fd), -EOPNOTSUPP);
		CHECK_EQ(anc_socket_send_fd(checked, fd), -EOPNOTSUPP);
		CHECK_EQ(anc_socket_send_fds(checked, "x", 1, &fd, 1,
					     (struct anc_send_options){0, false}),
			 -EOPNOTSUPP);
	}
	close(fd);
}

TEST(a_plain_socket_is_not_asked_for_its_family)
{
	const int fd = tap_new_fd();
	struct sockaddr_storage to;
	socklen_t len;
	const int sock = bound(AF_INET, SOCK_DGRAM, 0, &to, &len);

	if (sock < 0)
		SKIP("no IPv4 loopback here");
	CHECK_EQ(connect(sock, (struct sockaddr *)&to, len), 0);
	/* Linux ignores them, and says that it sent them */
	CHECK_EQ(send_fd_on(anc_socket_fd(sock), "x", 1, fd), 1);
	close(sock);
	close(fd);
}

/* Receives until the message that was sent comes: raw sockets hear others too. */
static bool hear(const struct anc_receiver *receiver, const char *bytes, size_t len,
		 struct sockaddr_storage *ret_from, socklen_t *ret_len)
{
	struct anc_recv_result result;
	int i;

	for (i = 0; i < 1000; i++) {
		CHECK_EQ(anc_receiver_recv_from(receiver, &result, ret_from, ret_len), 0);
		if (result.len >= len &&
		    memcmp((char *)receiver->buf + result.len - len, bytes, len) == 0)
			return true;
	}
	return false;
}

TEST(raw_sockets_go_through)
{
	const pid_t mark = getpid();
	struct sockaddr_storage to;
	struct sockaddr_storage from;
	struct anc_receiver receiver;
	struct anc_sender sender;
	char buf[100];
	socklen_t len;
	size_t i;
	int sock;

	for (i = 0; i < COUNT(inet_families); i++) {
		sock = bound(inet_families[i], SOCK_RAW, PROTOCOL, &to, &len);
		if (sock < 0)
			continue;
		sender = anc_sender_on(anc_socket_fd(sock), &mark, sizeof(mark));
		receiver = anc_receiver_on(anc_socket_fd(sock), buf, sizeof(buf));
		to = loopback(inet_families[i], &len);
		CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&to, len), sizeof(mark));
		CHECK(hear(&receiver, (const char *)&mark, sizeof(mark), &from, &len));
		CHECK_EQ(from.ss_family, inet_families[i]);
		close(sock);
	}
	if (sock < 0)
		SKIP("raw sockets are not allowed here, or there is no IPv6");
}

/* A packet socket on the loopback interface that hears our Ethernet type alone. */
static int packet_socket(struct sockaddr_ll *ret)
{
	const int sock = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETHERTYPE));

	*ret = (struct sockaddr_ll){.sll_family = AF_PACKET,
				    .sll_protocol = htons(ETHERTYPE),
				    .sll_ifindex = (int)if_nametoindex("lo"),
				    .sll_halen = 6};
	if (sock >= 0)
		CHECK_EQ(bind(sock, (struct sockaddr *)ret, sizeof(*ret)), 0);
	return sock;
}

TEST(packet_sockets_go_through_though_they_refuse_the_flag)
{
	const pid_t mark = getpid();
	struct sockaddr_storage from;
	struct sockaddr_ll to;
	char buf[100];
	socklen_t len;
	const int sock = packet_socket(&to);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), &mark, sizeof(mark));
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), buf, sizeof(buf));
	int round;

	ANC_DATA(data, 256);
	if (sock < 0)
		SKIP("packet sockets are not allowed here");
	for (round = 0; round < 2; round++) {
		receiver.data = round == 0 ? NULL : &data;
		CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&to, sizeof(to)),
			 sizeof(mark));
		CHECK(hear(&receiver, (const char *)&mark, sizeof(mark), &from, &len));
		CHECK_EQ(from.ss_family, AF_PACKET);
	}
	close(sock);
}

TEST(flags_that_nobody_knows_are_refused_on_a_packet_socket)
{
	struct sockaddr_ll to;
	struct anc_recv_result result;
	char byte;
	const int sock = packet_socket(&to);
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), &byte, 1);

	if (sock < 0)
		SKIP("packet sockets are not allowed here");
	anc_recv_options_custom_flags(&receiver.options, MSG_OOB);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EINVAL);
	close(sock);
}

/* One byte out of band between two plain ones. Returns false where there is no such thing. */
static bool out_of_band_goes_through(const int pair[2])
{
	struct anc_recv_result result;
	char byte = 0;
	struct anc_sender sender = anc_sender_on(anc_socket_fd(pair[0]), "!", 1);
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(pair[1]), &byte, 1);
	ssize_t sent;

	CHECK_EQ(depart(pair[0], "a", 1, NULL, 0), 1);
	anc_send_options_out_of_band(&sender.options, true);
	sent = anc_sender_send(&sender);
	if (sent == -EOPNOTSUPP)
		return false;
	CHECK_EQ(sent, 1);
	CHECK_EQ(depart(pair[0], "b", 1, NULL, 0), 1);
	anc_recv_options_out_of_band(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 1);
	CHECK_EQ(byte, '!');
	CHECK(anc_recv_result_out_of_band(result));
	anc_recv_options_out_of_band(&receiver.options, false);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(byte, 'a');
	CHECK(!anc_recv_result_out_of_band(result));
	return true;
}

TEST(tcp_carries_a_byte_out_of_band)
{
	int pair[2];

	if (!tcp_pair(AF_INET, pair))
		SKIP("no IPv4 loopback here");
	CHECK(out_of_band_goes_through(pair));
	close_both(pair);
}

TEST(a_unix_stream_carries_a_byte_out_of_band)
{
	bool known;
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	known = out_of_band_goes_through(pair);
	close_both(pair);
	if (!known)
		SKIP("this kernel's Unix sockets have none");
}

TEST(more_holds_a_datagram_back)
{
	struct sockaddr_storage to;
	struct anc_recv_result result;
	char buf[16];
	socklen_t len;
	const int sock = bound(AF_INET, SOCK_DGRAM, 0, &to, &len);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), "words", 5);
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), buf, sizeof(buf));

	if (sock < 0)
		SKIP("no IPv4 loopback here");
	CHECK_EQ(connect(sock, (struct sockaddr *)&to, len), 0);
	anc_send_options_more(&sender.options, true);
	CHECK_EQ(anc_sender_send(&sender), 5);
	anc_recv_options_dont_wait(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), -EAGAIN);
	anc_send_options_more(&sender.options, false);
	CHECK_EQ(anc_sender_send(&sender), 5);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(result.len, 10);
	close(sock);
}

TEST(the_kernel_takes_the_other_flags_for_sending)
{
	struct anc_sender sender;
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	anc_send_options_confirm(&sender.options, true);
	anc_send_options_dont_route(&sender.options, true);
	anc_send_options_end_of_record(&sender.options, true);
	CHECK_EQ(anc_sender_send(&sender), 1);
	/* and refuses one that it knows not to fit: the flags do arrive */
	anc_send_options_out_of_band(&sender.options, true);
	CHECK_EQ(anc_sender_send(&sender), -EOPNOTSUPP);
	close_both(pair);
}

/* What the error queue gives, without waiting. */
static int recv_error(int sock, struct anc_recv_result *ret)
{
	char byte;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), &byte, 1);

	anc_recv_options_err_queue(&receiver.options, true);
	return anc_receiver_recv(&receiver, ret);
}

TEST(the_error_queue_is_read_when_asked_for)
{
	const int on = 1;
	struct sockaddr_storage to;
	struct sockaddr_storage own;
	struct anc_recv_result result;
	socklen_t len;
	const int gone = bound(AF_INET, SOCK_DGRAM, 0, &to, &len);
	const int sock = bound(AF_INET, SOCK_DGRAM, 0, &own, &len);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), "x", 1);

	if (gone < 0 || sock < 0)
		SKIP("no IPv4 loopback here");
	CHECK_EQ(recv_error(sock, &result), -EAGAIN);
	CHECK_EQ(setsockopt(sock, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)), 0);
	close(gone);
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&to, len), 1);
	CHECK_EQ(recv_error(sock, &result), 0);
	CHECK(anc_recv_result_err_queue(result));
	CHECK_EQ(result.flags & MSG_CMSG_CLOEXEC, 0);
	CHECK_EQ(recv_error(sock, &result), -EAGAIN);
	close(sock);
}

static const struct tap_test tests[] = {
	{"udp_over_ipv4_goes_through", test_udp_over_ipv4_goes_through},
	{"udp_over_ipv6_goes_through", test_udp_over_ipv6_goes_through},
	{"tcp_over_ipv4_goes_through", test_tcp_over_ipv4_goes_through},
	{"tcp_over_ipv6_goes_through", test_tcp_over_ipv6_goes_through},
	{"control_goes_out_and_comes_in_beside_a_datagram",
	 test_control_goes_out_and_comes_in_beside_a_datagram},
	{"asking_a_socket_tells_its_faults", test_asking_a_socket_tells_its_faults},
	{"descriptors_on_a_socket_known_not_to_be_unix_are_refused_without_a_call",
	 test_descriptors_on_a_socket_known_not_to_be_unix_are_refused_without_a_call},
	{"a_plain_socket_is_not_asked_for_its_family",
	 test_a_plain_socket_is_not_asked_for_its_family},
	{"raw_sockets_go_through", test_raw_sockets_go_through},
	{"packet_sockets_go_through_though_they_refuse_the_flag",
	 test_packet_sockets_go_through_though_they_refuse_the_flag},
	{"flags_that_nobody_knows_are_refused_on_a_packet_socket",
	 test_flags_that_nobody_knows_are_refused_on_a_packet_socket},
	{"tcp_carries_a_byte_out_of_band", test_tcp_carries_a_byte_out_of_band},
	{"a_unix_stream_carries_a_byte_out_of_band", test_a_unix_stream_carries_a_byte_out_of_band},
	{"more_holds_a_datagram_back", test_more_holds_a_datagram_back},
	{"the_kernel_takes_the_other_flags_for_sending",
	 test_the_kernel_takes_the_other_flags_for_sending},
	{"the_error_queue_is_read_when_asked_for", test_the_error_queue_is_read_when_asked_for},
};
TAP_MAIN(tests)
