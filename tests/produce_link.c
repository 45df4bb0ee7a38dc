/* SPDX-License-Identifier: MIT */
/* What packet sockets and netlink deliver. */
#include "produce.h"

#include <netpacket/packet.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

/* linux/if_packet.h, linux/netlink.h, linux/rtnetlink.h, linux/net_namespace.h */
#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif
#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif
#define PACKET_AUXDATA 8
#define NETLINK_ROUTE 0
#define NETLINK_ADD_MEMBERSHIP 1
#define NETLINK_PKTINFO 3
#define NETLINK_LISTEN_ALL_NSID 8
#define NETLINK_ADDRESS 12 /* sizeof(struct sockaddr_nl) */
#define GROUP_LINK 1
#define GETLINK_DUMP                                                                               \
	{                                                                                          \
		20, 18, 0x301, 1, 0, 0                                                             \
	}
#define NEW_NSID 88
#define REQUEST_AND_ACK 5
#define ETHERTYPE 0x88B5 /* for experiments (IEEE 802) */

/* struct nlmsghdr, struct rtgenmsg */
struct question {
	uint32_t len;
	uint16_t type, flags;
	uint32_t sequence, port;
	uint32_t family;
};

PRODUCE(packet_auxdata)
{
	const struct produce auxdata = {"PACKET_AUXDATA", SOL_PACKET, PACKET_AUXDATA, SOL_PACKET,
					PACKET_AUXDATA};
	const struct sockaddr_ll to = {.sll_family = AF_PACKET,
				       .sll_protocol = htons(ETHERTYPE),
				       .sll_ifindex = (int)if_nametoindex("lo"),
				       .sll_halen = 6};
	int sock;

	produce_want(auxdata.name, auxdata.level, auxdata.type);
	sock = produce_socket(AF_PACKET, SOCK_DGRAM, htons(ETHERTYPE));
	produce_on(sock, &auxdata);
	CHECK_EQ(sendto(sock, "abc", 3, 0, (const struct sockaddr *)&to, sizeof(to)), 3);
	produce_receive(sock, 0);
	produce_expect(&auxdata);
	CHECK_EQ(produced_field("tp_len"), 3);
	CHECK_EQ(produced_field("tp_snaplen"), 3);
	CHECK_EQ(produced_field("tp_vlan_tci"), 0);
}

/* What a send to the kernel answers, and who that is: process 0. */
PRODUCE(scm_credentials_of_netlink)
{
	const struct produce credentials = {"SCM_CREDENTIALS", SOL_SOCKET, SCM_CREDENTIALS,
					    SOL_SOCKET, SO_PASSCRED};
	const struct question question = GETLINK_DUMP;
	const int sock = produce_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	produce_on(sock, &credentials);
	CHECK_EQ(send(sock, &question, sizeof(question), 0), sizeof(question));
	produce_receive(sock, 0);
	produce_expect(&credentials);
	CHECK_EQ(produced_field("pid"), 0);
	/* root, or what stands for it in a user namespace that has none */
	CHECK(produced_field("uid") == 0 || produced_field("uid") == 65534);
}

/* Takes the namespace's loopback device down or up, which listeners are told. */
static void turn_loopback(bool up)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = up ? IFF_UP : 0};
	const int sock = produce_socket(AF_INET, SOCK_DGRAM, 0);

	CHECK_EQ(ioctl(sock, SIOCSIFFLAGS, &request), 0);
}

/* A socket that hears of devices; one without an address would hear nothing. */
static int link_listener(const struct produce *what)
{
	struct sockaddr_storage none = {.ss_family = AF_NETLINK};
	const int sock = produce_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	produce_on(sock, what);
	CHECK_EQ(bind(sock, (struct sockaddr *)&none, NETLINK_ADDRESS), 0);
	produce_set(sock, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, GROUP_LINK);
	return sock;
}

PRODUCE(netlink_pktinfo)
{
	const struct produce pktinfo = {"NETLINK_PKTINFO", SOL_NETLINK, NETLINK_PKTINFO,
					SOL_NETLINK, NETLINK_PKTINFO};
	const struct question question = GETLINK_DUMP;
	int sock = produce_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	produce_on(sock, &pktinfo);
	CHECK_EQ(send(sock, &question, sizeof(question), 0), sizeof(question));
	produce_receive(sock, 0);
	produce_expect(&pktinfo);
	CHECK_EQ(produced_field("group"), 0);
	if (!produce_is_alone())
		return;
	sock = link_listener(&pktinfo);
	turn_loopback(false);
	turn_loopback(true);
	produce_receive(sock, 0);
	produce_expect(&pktinfo);
	CHECK_EQ(produced_field("group"), GROUP_LINK);
}

/* A process in another namespace; it takes its loopback device up when told. */
struct neighbour {
	pid_t pid;
	int to, from;
};

static void neighbour_main(int from, int to)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	char good = unshare(CLONE_NEWNET) == 0;
	char told;
	int sock;

	if (write(to, &good, 1) != 1 || !good || read(from, &told, 1) != 1)
		_exit(1);
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	_exit(ioctl(sock, SIOCSIFFLAGS, &request) < 0);
}

static struct neighbour neighbour_start(void)
{
	struct neighbour neighbour;
	int down[2], up[2];
	char good = 0;

	CHECK_EQ(pipe(down), 0);
	CHECK_EQ(pipe(up), 0);
	neighbour.pid = fork();
	CHECK(neighbour.pid >= 0);
	if (neighbour.pid == 0) {
		close(down[1]);
		neighbour_main(down[0], up[1]);
	}
	close(down[0]);
	close(up[1]);
	neighbour.to = produce_keep(down[1]);
	neighbour.from = produce_keep(up[0]);
	CHECK_EQ(read(neighbour.from, &good, 1), 1);
	CHECK(good);
	return neighbour;
}

/* Gives the namespace of a process a number in ours; returns the kernel's answer. */
static int number_namespace(pid_t pid, int number)
{
	struct {
		struct question question;
		uint16_t number_len, number_type;
		int32_t number;
		uint16_t pid_len, pid_type;
		int32_t pid;
	} request = {{36, NEW_NSID, REQUEST_AND_ACK, 1, 0, 0}, 8, 1, number, 8, 2, pid};
	const int sock = produce_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	unsigned char answer[256];
	int error;

	CHECK_EQ(send(sock, &request, sizeof(request), 0), sizeof(request));
	CHECK(recv(sock, answer, sizeof(answer), 0) >= 20);
	/* struct nlmsgerr is behind the header */
	memcpy(&error, answer + 16, sizeof(error));
	return error;
}

/* What happens in another namespace is told with its number. */
PRODUCE(netlink_listen_all_nsid)
{
	const struct produce nsid = {"NETLINK_LISTEN_ALL_NSID", SOL_NETLINK,
				     NETLINK_LISTEN_ALL_NSID, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID};
	const int sock = link_listener(&nsid);
	struct neighbour neighbour;
	int error;
	int status;

	if (!produce_is_alone())
		produce_skip("no network namespace to be had here");
	neighbour = neighbour_start();
	error = number_namespace(neighbour.pid, 7);
	CHECK_EQ(write(neighbour.to, "x", 1), 1);
	CHECK_EQ(waitpid(neighbour.pid, &status, 0), neighbour.pid);
	CHECK_EQ(error, 0);
	CHECK_EQ(status, 0);
	produce_receive(sock, 0);
	produce_expect(&nsid);
	CHECK_EQ(produced_value(), 7);
}

static const struct tap_test tests[] = {
	SCENE(packet_auxdata),
	SCENE(scm_credentials_of_netlink),
	SCENE(netlink_pktinfo),
	SCENE(netlink_listen_all_nsid),
};
const struct produce_group produce_link = {tests, COUNT(tests)};
