/* SPDX-License-Identifier: MIT */
#include "types/rows.h"

#include "platform/linux_numbers.h"

/* Links and what is next to them: packet(7), netlink(7), the kernel's documentation. */

/* linux/if_packet.h, netlink.h, llc.h, can/raw.h, can/j1939.h */
#ifndef PACKET_AUXDATA
#define PACKET_AUXDATA 8
#endif
#ifndef PACKET_TX_TIMESTAMP
#define PACKET_TX_TIMESTAMP 16
#endif
#define NETLINK_PKTINFO 3
#define NETLINK_LISTEN_ALL_NSID 8
#define LLC_OPT_PKTINFO 9
#define SCM_CAN_RAW_ERRQUEUE 1
#define SCM_J1939_DEST_ADDR 1
#define SCM_J1939_DEST_NAME 2
#define SCM_J1939_PRIO 3
#define SCM_J1939_ERRQUEUE 4
#define SO_J1939_ERRQUEUE 4

/* net/bluetooth/bluetooth.h, hci_sock.h, af_ieee802154.h, mISDNif.h */
#define BT_SCM_PKT_STATUS 3
#define BT_SCM_ERROR 4
#define BT_SCM_PKT_SEQNUM 5
#define BT_PKT_STATUS 16
#define BT_PKT_SEQNUM 22
#define HCI_CMSG_DIR 1
#define HCI_CMSG_TSTAMP 2
#define HCI_DATA_DIR 1
#define HCI_TIME_STAMP 3
#define WPAN_WANTLQI 3
#define MISDN_TIME_STAMP 1

#define LINK_ROW(name, level, type, family, ...)                                                   \
	ROW(name, level, type, FAMILIES(ANC_FAMILY(family)), __VA_ARGS__)
#define CAN_STATISTICS_MOST 128

static const struct anc_names anc_packet_statuses[] = {
	{0x1, "TP_STATUS_USER"},
	{0x2, "TP_STATUS_COPY"},
	{0x4, "TP_STATUS_LOSING"},
	{0x8, "TP_STATUS_CSUMNOTREADY"},
	{0x10, "TP_STATUS_VLAN_VALID"},
	{0x20, "TP_STATUS_BLK_TMO"},
	{0x40, "TP_STATUS_VLAN_TPID_VALID"},
	{0x80, "TP_STATUS_CSUM_VALID"},
	{0x100, "TP_STATUS_GSO_TCP"},
	{0x20000000, "TP_STATUS_TS_SOFTWARE"},
	{0x40000000, "TP_STATUS_TS_SYS_HARDWARE"},
	{0x80000000, "TP_STATUS_TS_RAW_HARDWARE"},
	{0, NULL},
};

static const struct anc_names anc_j1939_statistics[] = {
	{1, "J1939_NLA_BYTES_ACKED"}, {2, "J1939_NLA_TOTAL_SIZE"},
	{3, "J1939_NLA_PGN"},         {4, "J1939_NLA_SRC_NAME"},
	{5, "J1939_NLA_DEST_NAME"},   {6, "J1939_NLA_SRC_ADDR"},
	{7, "J1939_NLA_DEST_ADDR"},   {0, NULL},
};

anc_rows anc_linux_link = {
	/* net/packet/af_packet.c (packet_recvmsg) */
	LINK_ROW("PACKET_AUXDATA", SOL_PACKET, PACKET_AUXDATA, AF_PACKET, SIZE(20), RECEIVED,
		 ON(SOL_PACKET, PACKET_AUXDATA), PAYLOAD("struct tpacket_auxdata"),
		 FIELDS(FLAGS("tp_status", 4, 0, anc_packet_statuses), U32("tp_len", 4),
			U32("tp_snaplen", 8), U16("tp_mac", 12), U16("tp_net", 14),
			U16("tp_vlan_tci", 16), HEX("tp_vlan_tpid", 2, 18))),
	LINK_ROW("PACKET_TX_TIMESTAMP", SOL_PACKET, PACKET_TX_TIMESTAMP, AF_PACKET, QUEUED_ERROR),

	/* net/netlink/af_netlink.c (netlink_recvmsg); Linux 6.1 does not tell the last option */
	LINK_ROW("NETLINK_PKTINFO", SOL_NETLINK, NETLINK_PKTINFO, AF_NETLINK, SIZE(4), RECEIVED,
		 ON(SOL_NETLINK, NETLINK_PKTINFO), PAYLOAD("struct nl_pktinfo"),
		 FIELDS(U32("group", 0))),
	LINK_ROW("NETLINK_LISTEN_ALL_NSID", SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, AF_NETLINK,
		 SIZE(4), RECEIVED_AND(ANC_UNASKED), PAYLOAD("int"),
		 ON(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID), FIELDS(S32("nsid", 0))),

	/* net/llc/af_llc.c (llc_cmsg_rcv) */
	LINK_ROW("LLC_OPT_PKTINFO", SOL_LLC, LLC_OPT_PKTINFO, AF_LLC, SIZE(12), RECEIVED,
		 ON(SOL_LLC, LLC_OPT_PKTINFO), PAYLOAD("struct llc_pktinfo"),
		 FIELDS(U32("lpi_ifindex", 0), HEX("lpi_sap", 1, 4), MAC("lpi_mac", 6, 5))),

	/* net/can/raw.c, net/can/j1939/socket.c */
	LINK_ROW("SCM_CAN_RAW_ERRQUEUE", SOL_CAN_RAW, SCM_CAN_RAW_ERRQUEUE, AF_CAN, QUEUED_ERROR),
	LINK_ROW("SCM_J1939_DEST_ADDR", SOL_CAN_J1939, SCM_J1939_DEST_ADDR, AF_CAN, SIZE(1),
		 RECEIVED_AND(ANC_UNASKED), PAYLOAD("__u8"), FIELDS(HEX("dest_addr", 1, 0))),
	LINK_ROW("SCM_J1939_DEST_NAME", SOL_CAN_J1939, SCM_J1939_DEST_NAME, AF_CAN, SIZE(8),
		 RECEIVED_AND(ANC_UNASKED), PAYLOAD("__u64"), FIELDS(HEX("dest_name", 8, 0))),
	LINK_ROW("SCM_J1939_PRIO", SOL_CAN_J1939, SCM_J1939_PRIO, AF_CAN, SIZE(1),
		 RECEIVED_AND(ANC_UNASKED), PAYLOAD("__u8"), FIELDS(U8("prio", 0))),
	LINK_ROW("SCM_J1939_ERRQUEUE", SOL_CAN_J1939, SCM_J1939_ERRQUEUE, AF_CAN, QUEUED_ERROR,
		 ON(SOL_CAN_J1939, SO_J1939_ERRQUEUE)),
	LINK_ROW("SCM_TIMESTAMPING_OPT_STATS", SOL_SOCKET, SCM_TIMESTAMPING_OPT_STATS, AF_CAN,
		 SIZES(0, CAN_STATISTICS_MOST), RECEIVED_AND(ANC_ERROR_QUEUE),
		 ON(SOL_CAN_J1939, SO_J1939_ERRQUEUE), PAYLOAD("struct nlattr []"),
		 FIELDS(NLATTRS("statistics", 0, anc_j1939_statistics))),

	/* net/bluetooth/af_bluetooth.c, sco.c, iso.c, hci_sock.c (hci_sock_cmsg) */
	LINK_ROW("BT_SCM_PKT_STATUS", SOL_BLUETOOTH, BT_SCM_PKT_STATUS, AF_BLUETOOTH, SIZE(1),
		 RECEIVED, ON(SOL_BLUETOOTH, BT_PKT_STATUS), PAYLOAD("__u8"),
		 FIELDS(U8("pkt_status", 0))),
	LINK_ROW("BT_SCM_ERROR", SOL_BLUETOOTH, BT_SCM_ERROR, AF_BLUETOOTH, QUEUED_ERROR),
	LINK_ROW("BT_SCM_PKT_SEQNUM", SOL_BLUETOOTH, BT_SCM_PKT_SEQNUM, AF_BLUETOOTH, SIZE(2),
		 RECEIVED, ON(SOL_BLUETOOTH, BT_PKT_SEQNUM), PAYLOAD("__u16"),
		 FIELDS(U16("pkt_seqnum", 0))),
	LINK_ROW("HCI_CMSG_DIR", SOL_HCI, HCI_CMSG_DIR, AF_BLUETOOTH, SIZE(4), RECEIVED,
		 ON(SOL_HCI, HCI_DATA_DIR), PAYLOAD("int"), FIELDS(S32("incoming", 0))),
	LINK_ROW("HCI_CMSG_TSTAMP", SOL_HCI, HCI_CMSG_TSTAMP, AF_BLUETOOTH, SIZE(16), BITS(64),
		 RECEIVED, ON(SOL_HCI, HCI_TIME_STAMP), PAYLOAD("struct timeval"),
		 FIELDS(TIMEVAL("time", 16, 0))),
	LINK_ROW("HCI_CMSG_TSTAMP", SOL_HCI, HCI_CMSG_TSTAMP, AF_BLUETOOTH, SIZE(8), BITS(32),
		 RECEIVED, ON(SOL_HCI, HCI_TIME_STAMP), PAYLOAD("struct timeval"),
		 FIELDS(TIMEVAL("time", 8, 0))),

	/* net/ieee802154/socket.c (dgram_recvmsg) */
	LINK_ROW("WPAN_WANTLQI", SOL_IEEE802154, WPAN_WANTLQI, AF_IEEE802154, SIZE(1), RECEIVED,
		 ON(SOL_IEEE802154, WPAN_WANTLQI), PAYLOAD("__u8"), FIELDS(U8("lqi", 0))),

	/* drivers/isdn/mISDN/socket.c (mISDN_sock_cmsg), gone from newer kernels */
	LINK_ROW("MISDN_TIME_STAMP", SOL_MISDN, MISDN_TIME_STAMP, AF_ISDN, SIZE(16), BITS(64),
		 RECEIVED, ON(SOL_MISDN, MISDN_TIME_STAMP), PAYLOAD("struct timeval"),
		 FIELDS(TIMEVAL("time", 16, 0))),
	LINK_ROW("MISDN_TIME_STAMP", SOL_MISDN, MISDN_TIME_STAMP, AF_ISDN, SIZE(8), BITS(32),
		 RECEIVED, ON(SOL_MISDN, MISDN_TIME_STAMP), PAYLOAD("struct timeval"),
		 FIELDS(TIMEVAL("time", 8, 0))),
	NULL,
};
