/* SPDX-License-Identifier: MIT */
/* What CAN, LLC and Bluetooth deliver, over devices that are not there. */
#include "produce.h"
#include "rtnetlink.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>

/* linux/can.h, can/raw.h, can/j1939.h */
#define SOL_CAN_RAW 101
#define SOL_CAN_J1939 107
#define CAN_RAW_ 1
#define CAN_J1939_ 7
#define ERRQUEUE_OF_RAW 1
enum { DEST_ADDR = 1, DEST_NAME, PRIO, ERRQUEUE };
#define SO_J1939_ERRQUEUE 4
#define NO_PGN 0x40000
#define ADDRESS_CLAIMED 0xee00
#define EVERYBODY 0xff
#define PRIORITY 6
#define ORIGIN_TIMESTAMPING 4

/* linux/llc.h, if_arp.h */
#define SOL_LLC 268
#define LLC_OPT_PKTINFO 9
#define ETHERNET 1
#define SAP 0x42

/* net/bluetooth/hci.h, hci_sock.h */
#define BTPROTO_HCI 1
#define SOL_HCI 0
#define HCI_DATA_DIR 1
#define HCI_FILTER 2
#define HCI_TIME_STAMP 3
enum { HCI_CMSG_DIR = 1, HCI_CMSG_TSTAMP };
enum { HCI_COMMAND = 1, HCI_EVENT = 4, HCI_VENDOR = 0xff };

/* struct sockaddr_can, with what J1939 puts there */
struct can_address {
	uint16_t family;
	int32_t index;
	uint64_t name;
	uint32_t pgn;
	uint8_t addr;
};

static void enter_bus(const char *name, int level, int type)
{
	int error;

	produce_want(name, level, type);
	if (!produce_is_alone())
		produce_skip("no device of one's own");
	error = rtnetlink_add_device("vcan0", "vcan");
	if (error == -EOPNOTSUPP)
		produce_skip("this kernel has no such devices");
	CHECK(error == 0 || error == -EEXIST);
}

static struct can_address can_at(uint8_t addr, uint32_t pgn)
{
	return (struct can_address){.family = AF_CAN,
				    .index = (int32_t)if_nametoindex("vcan0"),
				    .pgn = pgn,
				    .addr = addr};
}

static int can_socket(int type, int protocol, const struct can_address *at)
{
	const int sock = produce_socket(AF_CAN, type, protocol);

	CHECK_EQ(bind(sock, (const struct sockaddr *)at, sizeof(*at)), 0);
	return sock;
}

static void can_send(int sock, size_t len, const struct can_address *to)
{
	static const char bytes[128];

	CHECK_EQ(sendto(sock, bytes, len, 0, (const struct sockaddr *)to, sizeof(*to)),
		 (ssize_t)len);
}

static const int stamps =
	STAMP_TX_SCHED | STAMP_TX_ACK | STAMP_SOFTWARE | STAMP_OPT_ID | STAMP_OPT_TSONLY;

/* Why a frame's stamp came. */
PRODUCE(scm_can_raw_errqueue)
{
	const struct produce errqueue = {"SCM_CAN_RAW_ERRQUEUE", SOL_CAN_RAW, ERRQUEUE_OF_RAW, 0,
					 0};
	const struct {
		uint32_t id;
		uint8_t len, rest[3], bytes[8];
	} frame = {0x123, 3, {0}, "abc"};
	struct can_address at;
	int sock;

	enter_bus(errqueue.name, SOL_CAN_RAW, ERRQUEUE_OF_RAW);
	at = can_at(0, 0);
	sock = can_socket(SOCK_RAW, CAN_RAW_, &at);
	produce_set(sock, SOL_SOCKET, SO_TIMESTAMPING_OLD, stamps);
	CHECK_EQ(write(sock, &frame, sizeof(frame)), sizeof(frame));
	produce_receive(sock, MSG_ERRQUEUE);
	produce_expect(&errqueue);
	CHECK_EQ(produced_field("ee_errno"), ENOMSG);
	CHECK_EQ(produced_field("ee_origin"), ORIGIN_TIMESTAMPING);
	CHECK_EQ(produced_field("ee_data"), 0);
	CHECK(produce_got(SOL_SOCKET, SO_TIMESTAMPING_OLD));
}

/* Two nodes of a bus. */
static struct produce_pair nodes(void)
{
	const struct can_address from = can_at(0x20, NO_PGN);
	const struct can_address to = can_at(0x30, NO_PGN);

	return (struct produce_pair){
		.sender = can_socket(SOCK_DGRAM, CAN_J1939_, &from),
		.receiver = can_socket(SOCK_DGRAM, CAN_J1939_, &to),
	};
}

PRODUCE(scm_j1939_dest_addr_and_prio)
{
	const struct produce dest = {"SCM_J1939_DEST_ADDR", SOL_CAN_J1939, DEST_ADDR, 0, 0};
	const struct produce prio = {"SCM_J1939_PRIO", SOL_CAN_J1939, PRIO, 0, 0};
	struct can_address to;
	struct produce_pair pair;

	produce_want(prio.name, SOL_CAN_J1939, PRIO);
	enter_bus(dest.name, SOL_CAN_J1939, DEST_ADDR);
	pair = nodes();
	to = can_at(0x30, 0x12300);
	can_send(pair.sender, 5, &to);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 5);
	produce_expect(&dest);
	CHECK_EQ(produced_value(), 0x30);
	produce_expect(&prio);
	CHECK_EQ(produced_value(), PRIORITY);
}

/* A node that claimed its address by a name is called by both, when nobody objected for as long as
 * SAE J1939-81 gives them. */
PRODUCE(scm_j1939_dest_name)
{
	const struct produce dest = {"SCM_J1939_DEST_NAME", SOL_CAN_J1939, DEST_NAME, 0, 0};
	const uint64_t name = 0x123456789abcdef;
	unsigned char claim[8];
	struct can_address named, all, to;
	struct produce_pair pair;
	size_t i;

	enter_bus(dest.name, SOL_CAN_J1939, DEST_NAME);
	named = can_at(0x40, NO_PGN);
	named.name = name;
	all = can_at(EVERYBODY, ADDRESS_CLAIMED);
	pair = nodes();
	pair.receiver = can_socket(SOCK_DGRAM, CAN_J1939_, &named);
	produce_set(pair.receiver, SOL_SOCKET, SO_BROADCAST, 1);
	for (i = 0; i < sizeof(claim); i++)
		claim[i] = (unsigned char)(name >> 8 * i);
	CHECK_EQ(sendto(pair.receiver, claim, sizeof(claim), 0, (struct sockaddr *)&all,
			sizeof(all)),
		 sizeof(claim));
	to = can_at(0x40, 0x12300);
	for (i = 0; i < 200 && (i == 0 || !produce_got(SOL_CAN_J1939, DEST_NAME)); i++) {
		poll(NULL, 0, 10);
		can_send(pair.sender, 5, &to);
		if (poll(&(struct pollfd){.fd = pair.receiver, .events = POLLIN}, 1, 0) == 1)
			produce_receive(pair.receiver, 0);
	}
	produce_expect(&dest);
	CHECK(produced_value() == (int64_t)name);
}

/* What is longer than a frame goes in many, and how far it is gone is told. */
PRODUCE(scm_j1939_errqueue)
{
	const struct produce errqueue = {"SCM_J1939_ERRQUEUE", SOL_CAN_J1939, ERRQUEUE,
					 SOL_CAN_J1939, SO_J1939_ERRQUEUE};
	const struct produce statistics = {"SCM_TIMESTAMPING_OPT_STATS", SOL_SOCKET,
					   SCM_TIMESTAMPING_OPT_STATS, SOL_CAN_J1939,
					   SO_J1939_ERRQUEUE};
	struct can_address to;
	struct produce_pair pair;

	produce_want(statistics.name, SOL_SOCKET, SCM_TIMESTAMPING_OPT_STATS);
	enter_bus(errqueue.name, SOL_CAN_J1939, ERRQUEUE);
	pair = nodes();
	produce_on(pair.sender, &errqueue);
	produce_set(pair.sender, SOL_SOCKET, SO_TIMESTAMPING_OLD, stamps | STAMP_OPT_STATS);
	to = can_at(0x30, 0x12300);
	can_send(pair.sender, 100, &to);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(&errqueue);
	CHECK_EQ(produced_field("ee_origin"), ORIGIN_TIMESTAMPING);
	CHECK_EQ(produced_field("ee_data"), 0);
	produce_expect(&statistics);
}

/* An Ethernet device that this program is, with its address. */
static int make_ethernet(unsigned char ret_mac[6])
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	const int sock = produce_socket(AF_INET, SOCK_DGRAM, 0);
	const int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		produce_skip("no devices of one's own are to be had");
	produce_keep(fd);
	CHECK_EQ(ioctl(fd, TUNSETIFF, &request), 0);
	CHECK_EQ(ioctl(sock, SIOCGIFHWADDR, &request), 0);
	memcpy(ret_mac, request.ifr_hwaddr.sa_data, 6);
	request.ifr_flags = IFF_UP;
	CHECK_EQ(ioctl(sock, SIOCSIFFLAGS, &request), 0);
	return fd;
}

/* LLC has no namespaces. */
PRODUCE(llc_opt_pktinfo)
{
	const struct produce pktinfo = {"LLC_OPT_PKTINFO", SOL_LLC, LLC_OPT_PKTINFO, SOL_LLC,
					LLC_OPT_PKTINFO};
	struct {
		uint16_t family, hardware;
		uint8_t test, xid, ua, sap, mac[6], rest[2];
	} at = {AF_LLC, ETHERNET, .sap = SAP};
	/* To and from, a length, the two access points, and UI: IEEE 802.2. */
	unsigned char frame[20] = {[13] = 6, SAP, SAP, 3, 'a', 'b', 'c'};
	int device;
	int sock;

	produce_want(pktinfo.name, SOL_LLC, LLC_OPT_PKTINFO);
	produce_leave();
	/* The device is closed last, for it waits until no socket holds it. */
	device = make_ethernet(at.mac);
	sock = produce_socket(AF_LLC, SOCK_DGRAM, 0);
	CHECK_EQ(bind(sock, (const struct sockaddr *)&at, sizeof(at)), 0);
	produce_on(sock, &pktinfo);
	memcpy(frame, at.mac, sizeof(at.mac));
	CHECK_EQ(write(device, frame, sizeof(frame)), sizeof(frame));
	CHECK_EQ(produce_receive(sock, 0).len, 3);
	produce_expect(&pktinfo);
	CHECK_EQ(produced_field("lpi_sap"), SAP);
	produced_bytes("lpi_mac", at.mac, sizeof(at.mac));
}

/* A controller that this program is; its number. */
static int make_controller(uint16_t *ret)
{
	const unsigned char request[] = {HCI_VENDOR, 0};
	unsigned char answer[260];
	bool has_number = false, is_asked = false;
	const int fd = open("/dev/vhci", O_RDWR | O_CLOEXEC);
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	if (fd < 0)
		produce_skip("no controllers are to be had");
	produce_keep(fd);
	CHECK_EQ(write(fd, request, sizeof(request)), sizeof(request));
	/* When the kernel commands, it also listens. */
	while (!has_number || !is_asked) {
		CHECK_EQ(poll(&ready, 1, 10000), 1);
		CHECK(read(fd, answer, sizeof(answer)) >= 4);
		is_asked = is_asked || answer[0] == HCI_COMMAND;
		if (answer[0] != HCI_VENDOR)
			continue;
		has_number = true;
		*ret = (uint16_t)(answer[2] | answer[3] << 8);
	}
	return fd;
}

PRODUCE(hci_cmsg_dir_and_tstamp)
{
	const struct produce dir = {"HCI_CMSG_DIR", SOL_HCI, HCI_CMSG_DIR, SOL_HCI, HCI_DATA_DIR};
	const struct produce time = {"HCI_CMSG_TSTAMP", SOL_HCI, HCI_CMSG_TSTAMP, SOL_HCI,
				     HCI_TIME_STAMP};
	const struct {
		uint32_t types, events[2];
		uint16_t opcode;
	} everything = {UINT32_MAX, {UINT32_MAX, UINT32_MAX}, 0};
	const unsigned char event[] = {HCI_EVENT, 0x3e, 1, 0};
	struct {
		uint16_t family, controller, channel;
	} at = {AF_BLUETOOTH, 0, 0};
	int controller;
	int sock;

	produce_want(time.name, SOL_HCI, HCI_CMSG_TSTAMP);
	produce_want(dir.name, SOL_HCI, HCI_CMSG_DIR);
	produce_leave();
	controller = make_controller(&at.controller);
	sock = produce_socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI);
	CHECK_EQ(bind(sock, (const struct sockaddr *)&at, sizeof(at)), 0);
	CHECK_EQ(setsockopt(sock, SOL_HCI, HCI_FILTER, &everything, sizeof(everything)), 0);
	produce_on(sock, &dir);
	produce_on(sock, &time);
	CHECK_EQ(write(controller, event, sizeof(event)), sizeof(event));
	produce_receive(sock, 0);
	produce_expect(&dir);
	CHECK_EQ(produced_value(), 1);
	produce_expect(&time);
	produced_now("time");
}

static const struct tap_test tests[] = {
	SCENE(scm_can_raw_errqueue), SCENE(scm_j1939_dest_addr_and_prio),
	SCENE(scm_j1939_dest_name),  SCENE(scm_j1939_errqueue),
	SCENE(llc_opt_pktinfo),      SCENE(hci_cmsg_dir_and_tstamp),
};
const struct produce_group produce_bus = {tests, COUNT(tests)};
