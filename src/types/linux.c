/* SPDX-License-Identifier: MIT */
#include "types/types.h"

#include "platform/linux_numbers.h"

#include <stddef.h>

/* Linux: its tables of rows, and names. */

/* include/uapi/linux/errqueue.h; 4 is SO_EE_ORIGIN_TXSTATUS, too. */
const struct anc_names anc_linux_origins[] = {
	{0, "SO_EE_ORIGIN_NONE"},         {1, "SO_EE_ORIGIN_LOCAL"},
	{2, "SO_EE_ORIGIN_ICMP"},         {3, "SO_EE_ORIGIN_ICMP6"},
	{4, "SO_EE_ORIGIN_TIMESTAMPING"}, {5, "SO_EE_ORIGIN_ZEROCOPY"},
	{6, "SO_EE_ORIGIN_TXTIME"},       {0, NULL},
};

/* Those that took numbers of Internet protocols for levels of their own, and all the others. */
#define ANC_OF(family) ANC_FAMILY(AF_##family)
#define ANC_OF_OTHERS (~(ANC_OF(BLUETOOTH) | ANC_OF(ISDN) | ANC_OF(IEEE802154)))

/* include/linux/socket.h, include/uapi/linux/in.h */
static const struct anc_level linux_levels[] = {
	{"SOL_SOCKET", SOL_SOCKET, 0},
	{"IPPROTO_IP", IPPROTO_IP, ANC_OF_OTHERS},
	{"SOL_HCI", SOL_HCI, ANC_OF(BLUETOOTH)},
	{"SOL_IEEE802154", SOL_IEEE802154, ANC_OF(IEEE802154)},
	{"SOL_MISDN", SOL_MISDN, ANC_OF(ISDN)},
	{"SOL_TCP", SOL_TCP, ANC_OF_OTHERS},
	{"SOL_L2CAP", 6, ANC_OF(BLUETOOTH)},
	{"SOL_UDP", SOL_UDP, ANC_OF_OTHERS},
	{"SOL_SCO", 17, ANC_OF(BLUETOOTH)},
	{"SOL_RFCOMM", 18, ANC_OF(BLUETOOTH)},
	{"IPPROTO_IPV6", IPPROTO_IPV6, 0},
	{"SOL_ICMPV6", 58, 0},
	{"SOL_CAN_RAW", SOL_CAN_RAW, 0},
	{"SOL_CAN_J1939", SOL_CAN_J1939, 0},
	{"SOL_SCTP", SOL_SCTP, 0},
	{"SOL_UDPLITE", 136, 0},
	{"SOL_RAW", 255, 0},
	{"SOL_IPX", 256, 0},
	{"SOL_AX25", 257, 0},
	{"SOL_ATALK", 258, 0},
	{"SOL_NETROM", 259, 0},
	{"SOL_ROSE", 260, 0},
	{"SOL_DECNET", 261, 0},
	{"SOL_X25", 262, 0},
	{"SOL_PACKET", SOL_PACKET, 0},
	{"SOL_ATM", 264, 0},
	{"SOL_AAL", 265, 0},
	{"SOL_IRDA", 266, 0},
	{"SOL_NETBEUI", 267, 0},
	{"SOL_LLC", SOL_LLC, 0},
	{"SOL_DCCP", SOL_DCCP, 0},
	{"SOL_NETLINK", SOL_NETLINK, 0},
	{"SOL_TIPC", SOL_TIPC, 0},
	{"SOL_RXRPC", SOL_RXRPC, 0},
	{"SOL_PPPOL2TP", 273, 0},
	{"SOL_BLUETOOTH", SOL_BLUETOOTH, 0},
	{"SOL_PNPIPE", 275, 0},
	{"SOL_RDS", SOL_RDS, 0},
	{"SOL_IUCV", SOL_IUCV, 0},
	{"SOL_CAIF", 278, 0},
	{"SOL_ALG", SOL_ALG, 0},
	{"SOL_NFC", 280, 0},
	{"SOL_KCM", 281, 0},
	{"SOL_TLS", SOL_TLS, 0},
	{"SOL_XDP", 283, 0},
	{"SOL_MPTCP", 284, 0},
	{"SOL_MCTP", 285, 0},
	{"SOL_SMC", 286, 0},
	{"SOL_VSOCK", SOL_VSOCK, 0},
	{NULL, 0, 0},
};

/* include/linux/socket.h; MSG_EOF is MSG_FIN, MSG_PROBE is MSG_PROXY. */
static const struct anc_names linux_flags[] = {
	{0x1, "MSG_OOB"},
	{0x2, "MSG_PEEK"},
	{0x4, "MSG_DONTROUTE"},
	{0x8, "MSG_CTRUNC"},
	{0x10, "MSG_PROXY"},
	{0x20, "MSG_TRUNC"},
	{0x40, "MSG_DONTWAIT"},
	{0x80, "MSG_EOR"},
	{0x100, "MSG_WAITALL"},
	{0x200, "MSG_FIN"},
	{0x400, "MSG_SYN"},
	{0x800, "MSG_CONFIRM"},
	{0x1000, "MSG_RST"},
	{0x2000, "MSG_ERRQUEUE"},
	{0x4000, "MSG_NOSIGNAL"},
	{0x8000, "MSG_MORE"},
	{0x10000, "MSG_WAITFORONE"},
	{0x40000, "MSG_BATCH"},
	{0x2000000, "MSG_SOCK_DEVMEM"},
	{0x4000000, "MSG_ZEROCOPY"},
	{0x20000000, "MSG_FASTOPEN"},
	{0x40000000, "MSG_CMSG_CLOEXEC"},
	{0, NULL},
};

/* Without a family the first row of a number stands: those of the Internet before the links'. */
static const struct anc_table linux_tables[] = {
	{anc_linux_unix, 0},
	{anc_linux_usec_long, ~(1u << ANC_SPARC)},
	{anc_linux_usec_int, 1u << ANC_SPARC},
	{anc_linux_socket, 0},
	{anc_linux_inet, 0},
	{anc_linux_inet6, 0},
	{anc_linux_transport, 0},
	{anc_linux_link, 0},
	{anc_linux_other, 0},
	{NULL, 0},
};

const struct anc_system anc_linux = {
	.name = "linux",
	.tables = linux_tables,
	PEERS(anc_linux_peers),
	.levels = linux_levels,
	.flags = linux_flags,
	.inet6 = 10,
};
