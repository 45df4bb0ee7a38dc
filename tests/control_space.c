/* SPDX-License-Identifier: MIT */
/* The space that a socket's options ask for: its sum, and that what the kernel delivers fits. */
#include "peer.h"

#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <poll.h>

#include <anc/anc.h>

/* Numbers that libc's headers may lack. */
#define UDP_GRO_OPTION 104
#define NETLINK_PKTINFO_OPTION 3
#define NETLINK_LEVEL 270
#define PACKET_LEVEL 263
#define PACKET_AUXDATA_OPTION 8
#define ZEROCOPY_OPTION 60
#define ZEROCOPY_FLAG 0x4000000
#define ETHERTYPE 0x88B5 /* for experiments (IEEE 802) */

#define STAMP_TX_SOFTWARE 0x2 /* SOF_TIMESTAMPING_... */
#define STAMP_RX_SOFTWARE 0x8
#define STAMP_SOFTWARE 0x10
#define STAMP_OPT_ID 0x80
#define STAMP_TX_ACK 0x200
#define STAMP_OPT_TSONLY 0x800
#define STAMP_OPT_STATS 0x1000

/* An option, and the payload of what it turns on. */
struct request {
	int family;
	int type;
	int level;
	int option;
	size_t size;
};

static const struct request requests[] = {
	{AF_UNIX, SOCK_STREAM, SOL_SOCKET, SO_PASSCRED, 12},
	{AF_UNIX, SOCK_STREAM, SOL_SOCKET, SO_PASSSEC, 4096},
	{AF_UNIX, SOCK_DGRAM, SOL_SOCKET, SO_TIMESTAMP, sizeof(struct timeval)},
	{AF_UNIX, SOCK_DGRAM, SOL_SOCKET, SO_TIMESTAMPNS, sizeof(struct timespec)},
	{AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_TIMESTAMP, sizeof(struct timeval)},
	{AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_TIMESTAMPNS, sizeof(struct timespec)},
	{AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_RXQ_OVFL, 4},
	{AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_PKTINFO, 12},
	{AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_RECVTTL, 4},
	{AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_RECVTOS, 4},
	{AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_RECVOPTS, 40},
	{AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_RETOPTS, 40},
	{AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_RECVORIGDSTADDR, 16},
	{AF_INET, SOCK_DGRAM, IPPROTO_UDP, UDP_GRO_OPTION, 4},
	{AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_RECVPKTINFO, 20},
	{AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 4},
	{AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_RECVTCLASS, 4},
	{AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_RECVHOPOPTS, 2048},
	{AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_RECVDSTOPTS, 2048},
	{AF_INET6, SOCK_DGRAM, IPPROTO_IPV6, IPV6_RECVRTHDR, 2048},
	{AF_INET6, SOCK_DGRAM, IPPROTO_IP, IP_PKTINFO, 12},
	{AF_INET6, SOCK_DGRAM, SOL_SOCKET, SO_TIMESTAMPNS, sizeof(struct timespec)},
	{AF_PACKET, SOCK_DGRAM, PACKET_LEVEL, PACKET_AUXDATA_OPTION, 20},
	{AF_PACKET, SOCK_DGRAM, SOL_SOCKET, SO_TIMESTAMPNS, sizeof(struct timespec)},
	{AF_NETLINK, SOCK_DGRAM, NETLINK_LEVEL, NETLINK_PKTINFO_OPTION, 4},
	{AF_NETLINK, SOCK_DGRAM, SOL_SOCKET, SO_PASSCRED, 12},
};

static int new_socket(int family, int type)
{
	return socket(family, type | SOCK_CLOEXEC, 0);
}

static bool turn(int sock, int level, int option, int value)
{
	return setsockopt(sock, level, option, &value, sizeof(value)) == 0;
}

TEST(each_option_adds_the_space_of_its_message)
{
	const struct request *request;
	ssize_t before;
	size_t tried = 0;
	size_t i;
	int sock;

	SKIP_EMULATED("it knows few of the options");
	for (i = 0; i < COUNT(requests); i++) {
		request = &requests[i];
		sock = new_socket(request->family, request->type);
		if (sock < 0)
			continue;
		before = anc_socket_control_space(sock);
		CHECK(before >= 0);
		if (turn(sock, request->level, request->option, 1)) {
			CHECK_EQ(anc_socket_control_space(sock) - before,
				 ANC_CMSG_SPACE(request->size));
			CHECK(turn(sock, request->level, request->option, 0));
			CHECK_EQ(anc_socket_control_space(sock), before);
			tried++;
		}
		close(sock);
	}
	CHECK(tried >= 4);
}

/* IP_RECVERR, 16 bytes and an address, which what goes out may ask for. */
TEST(an_inet_socket_with_nothing_on_has_room_for_its_error_queue)
{
	const int types[] = {SOCK_DGRAM, SOCK_STREAM};
	size_t i;
	int sock;

	for (i = 0; i < COUNT(types); i++) {
		sock = new_socket(AF_INET, types[i]);
		if (sock < 0)
			SKIP("no IPv4 here");
		CHECK_EQ(anc_socket_control_space(sock), ANC_CMSG_SPACE(32));
		close(sock);
	}
}

TEST(what_is_no_socket_gives_the_kernels_error)
{
	const int file = tap_new_fd();

	CHECK_EQ(anc_socket_control_space(-1), -EBADF);
	CHECK_EQ(anc_socket_control_space(file), -ENOTSOCK);
	close(file);
}

TEST(another_family_is_not_supported)
{
	/* AF_VSOCK, AF_ALG, AF_XDP, AF_KEY, AF_CAN, AF_TIPC, AF_QIPCRTR, AF_BLUETOOTH */
	static const int families[] = {40, 38, 44, 15, 29, 30, 42, 31};
	static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM, SOCK_RAW};
	ssize_t space = 0;
	size_t i;
	int sock;

	for (i = 0; i < COUNT(families) * COUNT(types) && space == 0; i++) {
		sock = new_socket(families[i / COUNT(types)], types[i % COUNT(types)]);
		if (sock < 0)
			continue;
		space = anc_socket_control_space(sock);
		close(sock);
	}
	if (space == 0)
		SKIP("no socket of another family to be had here");
	CHECK_EQ(space, -EOPNOTSUPP);
}

/* What one receive gave in exactly the space that the socket asks for. */
struct delivery {
	struct anc_recv_result result;
	size_t space;
	size_t messages;
	size_t rights;
	bool truncated;
};

static struct delivery receive_exactly(int sock, int flags)
{
	static unsigned char control[65536];
	static char bytes[4096];
	struct delivery delivery = {0};
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	struct anc_data data;

	delivery.space = (size_t)anc_socket_control_space(sock);
	CHECK(delivery.space <= sizeof(control));
	anc_data_init(&data, control, delivery.space);
	receiver.data = &data;
	anc_recv_options_custom_flags(&receiver.options, flags);
	if (flags & MSG_ERRQUEUE)
		CHECK_EQ(poll(&(struct pollfd){.fd = sock}, 1, 10000), 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &delivery.result), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		delivery.messages++;
		delivery.truncated = delivery.truncated || msg.truncated;
		if (anc_rights_is(&msg))
			delivery.rights = msg.len / sizeof(int);
	}
	anc_data_fini(&data);
	return delivery;
}

static void check_uncut(const struct delivery *delivery)
{
	CHECK(!anc_recv_result_control_data_truncated(delivery->result));
	CHECK(!delivery->truncated);
}

TEST(everything_that_a_unix_socket_delivers_fits)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
	struct delivery delivery;
	size_t expected;
	int pair[2];
	size_t i;

	SKIP_EMULATED("it knows few of the options");
	for (i = 0; i < COUNT(types); i++) {
		expected = 2;
		tap_pair(types[i], pair);
		CHECK_EQ(anc_ucred_enable(pair[1], true), 0);
		expected += anc_pidfd_enable(pair[1], true) == 0;
		anc_security_enable(pair[1], true);
		/* SO_INQ */
		if (types[i] == SOCK_STREAM)
			expected += turn(pair[1], SOL_SOCKET, 84, 1);
		CHECK(turn(pair[1], SOL_SOCKET, SO_TIMESTAMPNS, 1));
		expected += types[i] != SOCK_STREAM;
		depart_with(pair[0], "x", 1, 253);
		delivery = receive_exactly(pair[1], 0);
		check_uncut(&delivery);
		CHECK_EQ(delivery.rights, 253);
		/* a label is there only where a security module is */
		CHECK(delivery.messages == expected || delivery.messages == expected + 1);
		close_both(pair);
	}
}

/* A socket bound to the loopback address; -1 where the family is not there. */
static int bound(int family, struct sockaddr_storage *ret, socklen_t *ret_len)
{
	struct sockaddr_in *const in = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *const in6 = (struct sockaddr_in6 *)ret;
	const int sock = new_socket(family, SOCK_DGRAM);

	*ret = (struct sockaddr_storage){.ss_family = (sa_family_t)family};
	if (family == AF_INET)
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		in6->sin6_addr = in6addr_loopback;
	*ret_len = family == AF_INET ? sizeof(*in) : sizeof(*in6);
	if (sock >= 0 && bind(sock, (struct sockaddr *)ret, *ret_len) == 0) {
		CHECK_EQ(getsockname(sock, (struct sockaddr *)ret, ret_len), 0);
		return sock;
	}
	if (sock >= 0)
		close(sock);
	SKIP("the family's loopback is not here");
}

TEST(an_ipv4_datagram_with_its_messages_fills_the_space_exactly)
{
	static const int options[] = {IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVORIGDSTADDR};
	struct sockaddr_storage addr;
	struct delivery delivery;
	socklen_t len;
	size_t i;
	int sock;

	SKIP_EMULATED("it knows few of the options");
	sock = bound(AF_INET, &addr, &len);
	for (i = 0; i < COUNT(options); i++)
		CHECK(turn(sock, IPPROTO_IP, options[i], 1));
	CHECK(turn(sock, SOL_SOCKET, SO_TIMESTAMPNS, 1));
	CHECK_EQ(sendto(sock, "x", 1, 0, (struct sockaddr *)&addr, len), 1);
	delivery = receive_exactly(sock, 0);
	check_uncut(&delivery);
	CHECK_EQ(delivery.messages, COUNT(options) + 1);
	close(sock);
}

TEST(an_ipv6_datagram_with_its_messages_fits)
{
	static const int options[] = {IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS};
	struct sockaddr_storage addr;
	struct delivery delivery;
	socklen_t len;
	size_t i;
	int sock;

	SKIP_EMULATED("it knows few of the options");
	sock = bound(AF_INET6, &addr, &len);
	for (i = 0; i < COUNT(options); i++)
		CHECK(turn(sock, IPPROTO_IPV6, options[i], 1));
	CHECK(turn(sock, SOL_SOCKET, SO_TIMESTAMPNS, 1));
	CHECK_EQ(sendto(sock, "x", 1, 0, (struct sockaddr *)&addr, len), 1);
	delivery = receive_exactly(sock, 0);
	check_uncut(&delivery);
	CHECK_EQ(delivery.messages, COUNT(options) + 1);
	close(sock);
}

/* Sends to a port of the family that nobody listens on, with its errors wanted. */
static void provoke_error(int family, int level, int option)
{
	struct sockaddr_storage addr;
	struct sockaddr_storage own;
	struct delivery delivery;
	socklen_t len;
	const int gone = bound(family, &addr, &len);
	const int sock = bound(family, &own, &len);

	close(gone);
	CHECK(turn(sock, level, option, 1));
	CHECK_EQ(sendto(sock, "x", 1, 0, (struct sockaddr *)&addr, len), 1);
	delivery = receive_exactly(sock, MSG_ERRQUEUE);
	check_uncut(&delivery);
	CHECK(anc_recv_result_err_queue(delivery.result));
	CHECK_EQ(delivery.messages, 1);
	close(sock);
}

TEST(an_error_on_the_queue_fits)
{
	provoke_error(AF_INET, IPPROTO_IP, IP_RECVERR);
}

TEST(an_ipv6_error_on_the_queue_fits)
{
	provoke_error(AF_INET6, IPPROTO_IPV6, IPV6_RECVERR);
}

/* Sends with a time stamp of the sending wanted, which the error queue brings. */
static void stamp_a_send(int family)
{
	struct sockaddr_storage addr;
	struct delivery delivery;
	socklen_t len;
	const int sock = bound(family, &addr, &len);

	CHECK(turn(sock, SOL_SOCKET, SO_TIMESTAMPING,
		   STAMP_TX_SOFTWARE | STAMP_RX_SOFTWARE | STAMP_SOFTWARE | STAMP_OPT_ID));
	CHECK_EQ(sendto(sock, "x", 1, 0, (struct sockaddr *)&addr, len), 1);
	delivery = receive_exactly(sock, 0);
	/* the kernel starts to stamp what comes a moment after it was asked to */
	check_uncut(&delivery);
	CHECK(delivery.messages <= 1);
	delivery = receive_exactly(sock, MSG_ERRQUEUE);
	check_uncut(&delivery);
	/* the stamp, and the reason of the entry */
	CHECK_EQ(delivery.messages, 2);
	close(sock);
}

TEST(a_time_stamp_of_a_send_fits)
{
	SKIP_EMULATED("it knows few of the options");
	stamp_a_send(AF_INET);
}

TEST(a_time_stamp_of_an_ipv6_send_fits)
{
	SKIP_EMULATED("it knows few of the options");
	stamp_a_send(AF_INET6);
}

TEST(the_completion_of_a_send_without_copy_fits)
{
	struct sockaddr_storage addr;
	struct delivery delivery;
	socklen_t len;
	const int sock = bound(AF_INET, &addr, &len);

	if (!turn(sock, SOL_SOCKET, ZEROCOPY_OPTION, 1)) {
		close(sock);
		SKIP("this kernel always copies datagrams");
	}
	CHECK_EQ(sendto(sock, "x", 1, ZEROCOPY_FLAG, (struct sockaddr *)&addr, len), 1);
	CHECK_EQ(recv(sock, &(char){0}, 1, 0), 1);
	delivery = receive_exactly(sock, MSG_ERRQUEUE);
	check_uncut(&delivery);
	CHECK_EQ(delivery.messages, 1);
	close(sock);
}

/* A connected pair over the loopback address. */
static void tcp_pair(int ret_pair[2])
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(addr);
	const int listening = new_socket(AF_INET, SOCK_STREAM);

	if (listening < 0)
		SKIP("no IPv4 here");
	CHECK_EQ(bind(listening, (struct sockaddr *)&addr, len), 0);
	CHECK_EQ(getsockname(listening, (struct sockaddr *)&addr, &len), 0);
	CHECK_EQ(listen(listening, 1), 0);
	ret_pair[0] = new_socket(AF_INET, SOCK_STREAM);
	CHECK_EQ(connect(ret_pair[0], (struct sockaddr *)&addr, len), 0);
	ret_pair[1] = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	CHECK(ret_pair[1] >= 0);
	close(listening);
}

TEST(the_statistics_of_a_stream_fit)
{
	struct delivery delivery;
	bool known;
	int pair[2];
	char byte;

	tcp_pair(pair);
	known = turn(pair[0], SOL_SOCKET, SO_TIMESTAMPING,
		     STAMP_TX_ACK | STAMP_SOFTWARE | STAMP_OPT_ID | STAMP_OPT_TSONLY |
			     STAMP_OPT_STATS);
	if (known) {
		CHECK_EQ(send(pair[0], "x", 1, 0), 1);
		CHECK_EQ(recv(pair[1], &byte, 1, 0), 1);
		delivery = receive_exactly(pair[0], MSG_ERRQUEUE);
		check_uncut(&delivery);
		CHECK_EQ(delivery.messages, 3);
	}
	close_both(pair);
	if (!known)
		SKIP("this kernel has no such statistics");
}

TEST(what_a_packet_socket_delivers_fits)
{
	const struct sockaddr_ll to = {.sll_family = AF_PACKET,
				       .sll_protocol = htons(ETHERTYPE),
				       .sll_ifindex = (int)if_nametoindex("lo"),
				       .sll_halen = 6};
	struct delivery delivery;
	int sock;

	SKIP_EMULATED("it knows few of the options");
	sock = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETHERTYPE));
	if (sock < 0)
		SKIP("packet sockets are not allowed here");
	CHECK(turn(sock, PACKET_LEVEL, PACKET_AUXDATA_OPTION, 1));
	CHECK(turn(sock, SOL_SOCKET, SO_TIMESTAMPNS, 1));
	CHECK_EQ(sendto(sock, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to)), 1);
	delivery = receive_exactly(sock, 0);
	check_uncut(&delivery);
	CHECK_EQ(delivery.messages, 2);
	close(sock);
}

TEST(what_a_netlink_socket_delivers_fits)
{
	/* struct nlmsghdr and struct rtgenmsg: RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP */
	static const struct {
		uint32_t len;
		uint16_t type, flags;
		uint32_t sequence, port;
		unsigned char family, padding[3];
	} question = {20, 18, 0x301, 1, 0, AF_UNSPEC, {0}};
	const int sock = new_socket(AF_NETLINK, SOCK_RAW);
	struct delivery delivery;

	if (sock < 0)
		SKIP("no netlink here");
	CHECK(turn(sock, NETLINK_LEVEL, NETLINK_PKTINFO_OPTION, 1));
	CHECK(turn(sock, SOL_SOCKET, SO_PASSCRED, 1));
	CHECK_EQ(send(sock, &question, sizeof(question), 0), sizeof(question));
	delivery = receive_exactly(sock, 0);
	check_uncut(&delivery);
	CHECK_EQ(delivery.messages, 2);
	close(sock);
}

static const struct tap_test tests[] = {
	{"each_option_adds_the_space_of_its_message",
	 test_each_option_adds_the_space_of_its_message},
	{"an_inet_socket_with_nothing_on_has_room_for_its_error_queue",
	 test_an_inet_socket_with_nothing_on_has_room_for_its_error_queue},
	{"what_is_no_socket_gives_the_kernels_error",
	 test_what_is_no_socket_gives_the_kernels_error},
	{"another_family_is_not_supported", test_another_family_is_not_supported},
	{"everything_that_a_unix_socket_delivers_fits",
	 test_everything_that_a_unix_socket_delivers_fits},
	{"an_ipv4_datagram_with_its_messages_fills_the_space_exactly",
	 test_an_ipv4_datagram_with_its_messages_fills_the_space_exactly},
	{"an_ipv6_datagram_with_its_messages_fits", test_an_ipv6_datagram_with_its_messages_fits},
	{"an_error_on_the_queue_fits", test_an_error_on_the_queue_fits},
	{"an_ipv6_error_on_the_queue_fits", test_an_ipv6_error_on_the_queue_fits},
	{"a_time_stamp_of_a_send_fits", test_a_time_stamp_of_a_send_fits},
	{"a_time_stamp_of_an_ipv6_send_fits", test_a_time_stamp_of_an_ipv6_send_fits},
	{"the_completion_of_a_send_without_copy_fits",
	 test_the_completion_of_a_send_without_copy_fits},
	{"the_statistics_of_a_stream_fit", test_the_statistics_of_a_stream_fit},
	{"what_a_packet_socket_delivers_fits", test_what_a_packet_socket_delivers_fits},
	{"what_a_netlink_socket_delivers_fits", test_what_a_netlink_socket_delivers_fits},
};
TAP_MAIN(tests)
