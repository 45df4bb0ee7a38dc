/* SPDX-License-Identifier: MIT */
/*
 * The space that a socket asks for when every option of every row of its family is on: exactly so
 * many bytes are reserved, and what comes is whole.
 */
#include "control_space_scene.h"

#include <fcntl.h>
#include <netpacket/packet.h>

#ifndef IP_RECVFRAGSIZE
#define IP_RECVFRAGSIZE 25
#endif
#ifndef IP_ORIGDSTADDR
#define IP_ORIGDSTADDR 20
#endif
#ifndef IPV6_ORIGDSTADDR
#define IPV6_ORIGDSTADDR 74
#endif
#define FLOWINFO 11
#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif
#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif
#define PACKET_AUXDATA 8
#define PACKET_TX_TIMESTAMP 16
#define NETLINK_PKTINFO 3
#define ETHERTYPE 0x88B5 /* for experiments (IEEE 802) */

#define SCM_PIDFD_ 4

#define FDS 253

/* As many descriptors as one message takes. */
static void send_descriptors(const struct produce_pair *pair)
{
	const int file = produce_keep(tap_new_fd());
	int fds[FDS];
	size_t i;

	for (i = 0; i < FDS; i++)
		fds[i] = file;
	CHECK_EQ(produce_send_with(pair, 1, SOL_SOCKET, SCM_RIGHTS, fds, sizeof(fds)), 0);
}

static struct produce_pair unix_pair(int type)
{
	struct produce_pair pair = {.len = 0};
	int fds[2];

	tap_pair(type, fds);
	pair.sender = produce_keep(fds[0]);
	pair.receiver = produce_keep(fds[1]);
	return pair;
}

/* What comes to a Unix socket with every option on: the last one as pidfds are known here or not,
 * the two before it where there are messages and not a stream. */
static const struct due unix_due[] = {{SOL_SOCKET, SCM_CREDENTIALS},
				      {SOL_SOCKET, SCM_RIGHTS},
				      {SOL_SOCKET, SO_TIMESTAMPNS},
				      {SOL_SOCKET, SO_TIMESTAMPING_OLD}};
static const struct due pidfd_due = {SOL_SOCKET, SCM_PIDFD_};

static bool knows_pidfds(int sock)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(sock, SOL_SOCKET, anc_pidfd_type.option, &on, &len) == 0 && on == 1;
}

static void fill_unix(const struct produce_pair *pair, size_t count)
{
	struct due due[COUNT(unix_due) + 1];

	memcpy(due, unix_due, sizeof(unix_due));
	due[count] = pidfd_due;
	send_descriptors(pair);
	receive_exactly(pair->receiver, 0, due, count + knows_pidfds(pair->receiver));
}

static void fill_unix_with_everything(int type, size_t count)
{
	const struct produce_pair pair = unix_pair(type);

	turn_all_on(pair.receiver, AF_UNIX);
	fill_unix(&pair, count);
}

PRODUCE(unix_stream)
{
	fill_unix_with_everything(SOCK_STREAM, COUNT(unix_due) - 2);
}

PRODUCE(unix_dgram)
{
	fill_unix_with_everything(SOCK_DGRAM, COUNT(unix_due));
}

PRODUCE(unix_seqpacket)
{
	fill_unix_with_everything(SOCK_SEQPACKET, COUNT(unix_due));
}

/* Only what comes is on: no room of another message, or of a label, makes up for a lack. */
static void fill_unix_to_the_last_byte(int type)
{
	const struct produce_pair pair = unix_pair(type);

	produce_set(pair.receiver, SOL_SOCKET, SO_PASSCRED, 1);
	produce_set(pair.receiver, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	if (anc_pidfd_enable(pair.receiver, true) < 0)
		printf("# no pidfds here\n");
	fill_unix(&pair, COUNT(unix_due) - 1);
}

PRODUCE(unix_dgram_without_room_to_spare)
{
	fill_unix_to_the_last_byte(SOCK_DGRAM);
}

PRODUCE(unix_seqpacket_without_room_to_spare)
{
	fill_unix_to_the_last_byte(SOCK_SEQPACKET);
}

/* No label leaves room: what is on comes, the count of what is left as the last. */
PRODUCE(unix_stream_without_room_to_spare)
{
	static const struct due due[] = {
		{SOL_SOCKET, SCM_CREDENTIALS}, {SOL_SOCKET, SCM_RIGHTS}, {SOL_SOCKET, SO_INQ}};
	const struct produce_pair pair = unix_pair(SOCK_STREAM);

	produce_set(pair.receiver, SOL_SOCKET, SO_PASSCRED, 1);
	produce_may_set(pair.receiver, SOL_SOCKET, SO_INQ, 1, "SO_INQ");
	send_descriptors(&pair);
	receive_exactly(pair.receiver, 0, due, COUNT(due));
}

/* An IPv4 datagram with options, in fragments where the device makes them. */
PRODUCE(inet_datagram)
{
	static const unsigned char options[] = {7, 7, 4, 0, 0, 0, 0, 0};
	static const struct due due[] = {
		{IPPROTO_IP, IP_PKTINFO},      {IPPROTO_IP, IP_TTL},
		{IPPROTO_IP, IP_TOS},          {IPPROTO_IP, IP_RECVOPTS},
		{IPPROTO_IP, IP_RETOPTS},      {IPPROTO_IP, IP_ORIGDSTADDR},
		{SOL_SOCKET, SO_TIMESTAMPNS},  {SOL_SOCKET, SO_TIMESTAMPING_OLD},
		{IPPROTO_IP, IP_RECVFRAGSIZE},
	};
	const struct produce_pair pair = produce_udp(AF_INET);

	CHECK_EQ(setsockopt(pair.sender, IPPROTO_IP, IP_OPTIONS, options, sizeof(options)), 0);
	turn_all_on(pair.receiver, AF_INET);
	CHECK_EQ(produce_send(&pair, 4000), 0);
	receive_exactly(pair.receiver, 0, due, COUNT(due) - !produce_is_alone());
}

PRODUCE(inet_stream)
{
	static const struct due due[] = {{SOL_TCP, PRODUCE_TCP_INQ}};
	const struct produce_pair pair = produce_tcp(AF_INET);

	turn_all_on(pair.receiver, AF_INET);
	CHECK_EQ(produce_send(&pair, 1), 0);
	receive_exactly(pair.receiver, 0, due, COUNT(due));
}

PRODUCE(inet6_datagram)
{
	static const struct due due[] = {
		{IPPROTO_IPV6, IPV6_PKTINFO}, {IPPROTO_IPV6, IPV6_HOPLIMIT},
		{IPPROTO_IPV6, IPV6_TCLASS},  {IPPROTO_IPV6, IPV6_ORIGDSTADDR},
		{IPPROTO_IPV6, FLOWINFO},     {IPPROTO_IPV6, IPV6_HOPOPTS},
		{SOL_SOCKET, SO_TIMESTAMPNS}, {SOL_SOCKET, SO_TIMESTAMPING_OLD},
	};
	const struct produce_pair pair = produce_udp(AF_INET6);
	const unsigned char options[] = {0, 0, 1, 4, 0, 0, 0, 0};

	if (setsockopt(pair.sender, IPPROTO_IPV6, IPV6_HOPOPTS, options, sizeof(options)) < 0)
		produce_skip("only a privileged sender sends extension headers");
	turn_all_on(pair.receiver, AF_INET6);
	CHECK_EQ(produce_send(&pair, 4000), 0);
	receive_exactly(pair.receiver, 0, due, COUNT(due));
}

/* An IPv6 socket gets what IPv4 has for an IPv4 datagram. */
PRODUCE(inet_datagram_on_an_inet6_socket)
{
	static const struct due due[] = {{IPPROTO_IP, IP_PKTINFO}, {IPPROTO_IP, IP_TTL}};
	struct produce_pair pair = {.receiver = produce_socket(AF_INET6, SOCK_DGRAM, 0),
				    .sender = produce_socket(AF_INET, SOCK_DGRAM, 0)};
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	struct sockaddr_in to = {.sin_family = AF_INET};
	socklen_t len = sizeof(any);

	produce_set(pair.receiver, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	CHECK_EQ(bind(pair.receiver, (struct sockaddr *)&any, len), 0);
	CHECK_EQ(getsockname(pair.receiver, (struct sockaddr *)&any, &len), 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = any.sin6_port;
	memcpy(&pair.addr, &to, sizeof(to));
	pair.len = sizeof(to);
	turn_all_on(pair.receiver, AF_INET6);
	CHECK_EQ(produce_send(&pair, 1), 0);
	receive_exactly(pair.receiver, 0, due, COUNT(due));
}

/* The stamp of a departure, and why it came. */
static void queue_a_stamp(int family, const struct due *due, size_t count)
{
	const struct produce_pair pair = produce_udp(family);

	turn_all_on(pair.sender, family);
	CHECK_EQ(produce_send(&pair, 1), 0);
	receive_exactly(pair.sender, MSG_ERRQUEUE, due, count);
}

PRODUCE(inet_error_queue)
{
	static const struct due due[] = {{IPPROTO_IP, IP_RECVERR},
					 {SOL_SOCKET, SO_TIMESTAMPING_OLD}};

	queue_a_stamp(AF_INET, due, COUNT(due));
}

PRODUCE(inet6_error_queue)
{
	static const struct due due[] = {{IPPROTO_IPV6, IPV6_RECVERR},
					 {SOL_SOCKET, SO_TIMESTAMPING_OLD}};

	queue_a_stamp(AF_INET6, due, COUNT(due));
}

PRODUCE(packet_socket_and_its_error_queue)
{
	static const struct due due[] = {{SOL_PACKET, PACKET_AUXDATA}};
	static const struct due queued[] = {{SOL_PACKET, PACKET_TX_TIMESTAMP},
					    {SOL_SOCKET, SO_TIMESTAMPING_OLD}};
	const struct sockaddr_ll to = {.sll_family = AF_PACKET,
				       .sll_protocol = htons(ETHERTYPE),
				       .sll_ifindex = (int)if_nametoindex("lo"),
				       .sll_halen = 6};
	const int sock = produce_socket(AF_PACKET, SOCK_DGRAM, htons(ETHERTYPE));

	turn_all_on(sock, AF_PACKET);
	CHECK_EQ(sendto(sock, "x", 1, 0, (const struct sockaddr *)&to, sizeof(to)), 1);
	receive_exactly(sock, MSG_ERRQUEUE, queued, COUNT(queued));
	receive_exactly(sock, 0, due, COUNT(due));
}

PRODUCE(netlink_socket)
{
	/* struct nlmsghdr and struct rtgenmsg: RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP */
	static const struct {
		uint32_t len;
		uint16_t type, flags;
		uint32_t sequence, port, family;
	} question = {20, 18, 0x301, 1, 0, AF_UNSPEC};
	static const struct due due[] = {{SOL_NETLINK, NETLINK_PKTINFO},
					 {SOL_SOCKET, SCM_CREDENTIALS}};
	const int sock = produce_socket(AF_NETLINK, SOCK_RAW, 0);

	turn_all_on(sock, AF_NETLINK);
	CHECK_EQ(send(sock, &question, sizeof(question), 0), sizeof(question));
	receive_exactly(sock, 0, due, COUNT(due));
}

/* The greatest payload of a row that this program can meet. */
static size_t most_of(const struct anc_message_type *row)
{
	if (row->bits > 0 && row->bits != anc_abi_bits(anc_abi_host()))
		return 0;
	return row->size > 0 ? row->size : row->max_size;
}

static void check_space_of(const struct anc_message_type *row, int family, int type)
{
	const int sock = produce_socket(family, type, 0);
	const ssize_t before = anc_socket_control_space(sock);
	ssize_t after;

	CHECK(before >= 0);
	if (row->option != 0 && (row->flags & ANC_RECEIVED) != 0 &&
	    (row->flags & (ANC_UNASKED | ANC_ERROR_QUEUE)) == 0 && is_of_family(row, family) &&
	    anc_message_enable(row, sock, true) == 0) {
		after = anc_socket_control_space(sock);
		if (after - before < (ssize_t)ANC_CMSG_SPACE(most_of(row)))
			printf("# %s adds %zd bytes\n", row->name, after - before);
		CHECK(after - before >= (ssize_t)ANC_CMSG_SPACE(most_of(row)));
	}
	produce_end();
}

PRODUCE(each_row)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
	const struct anc_message_type *row = NULL;
	size_t i;

	while ((row = anc_message_next(NULL, row)) != NULL)
		for (i = 0; i < COUNT(families); i++)
			if (most_of(row) > 0)
				check_space_of(row, families[i], SOCK_DGRAM);
}

#define FITS(name)                                                                                 \
	{                                                                                          \
#name "_has_the_space_it_asks_for", test_##name                                    \
	}

static const struct tap_test tests[] = {
	FITS(unix_stream),
	FITS(unix_dgram),
	FITS(unix_seqpacket),
	FITS(unix_stream_without_room_to_spare),
	FITS(unix_dgram_without_room_to_spare),
	FITS(unix_seqpacket_without_room_to_spare),
	FITS(inet_datagram),
	FITS(inet_stream),
	FITS(inet6_datagram),
	FITS(inet_datagram_on_an_inet6_socket),
	FITS(inet_error_queue),
	FITS(inet6_error_queue),
	FITS(packet_socket_and_its_error_queue),
	FITS(netlink_socket),
	{"the_option_of_each_row_adds_the_space_of_its_message", test_each_row},
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
