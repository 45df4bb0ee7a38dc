/* SPDX-License-Identifier: MIT */
#include "types/types.h"

#include "platform/linux_numbers.h"

#include <netinet/tcp.h>
#include <netinet/udp.h>

#include <anc/unix.h>

/*
 * What Linux delivers beside the messages of <anc/unix.h>: name, number, size and the option that
 * turns it on. Sources: net/socket.c, net/core/sock.c, net/ipv4/ip_sockglue.c, net/ipv6/datagram.c,
 * net/packet/af_packet.c, net/netlink/af_netlink.c, net/ipv4/tcp.c, include/linux/udp.h.
 */

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef SOL_TCP
#define SOL_TCP 6
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef TCP_INQ
#define TCP_INQ 36
#endif
#ifndef SOL_PACKET
#define SOL_PACKET 263
#endif
#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif
#define PACKET_AUXDATA 8
#define PACKET_TX_TIMESTAMP 16
#define NETLINK_PKTINFO 3
#define NETLINK_LISTEN_ALL_NSID 8

/* A pair of long, as wide as the kernel's are for this program. */
#define ANC_PAIR (2 * sizeof(long))

#define ROW(name_, level_, type_, size_, option_)                                                  \
	(&(const struct anc_message_type){.name = name_,                                           \
					  .level = level_,                                         \
					  .type = type_,                                           \
					  .size = size_,                                           \
					  .flags = ANC_RECEIVED,                                   \
					  .option_level = level_,                                  \
					  .option = option_})

/* The same for a payload of any size. */
#define VARIABLE(name_, level_, type_, option_) ROW(name_, level_, type_, 0, option_)

#define SOCKET(name_, type_, size_, option_) ROW(name_, SOL_SOCKET, type_, size_, option_)
#define IP(name_, type_, size_, option_) ROW(name_, IPPROTO_IP, type_, size_, option_)
#define IPV6(name_, type_, size_, option_) ROW(name_, IPPROTO_IPV6, type_, size_, option_)
#define IPV6_ANY(name_, type_, option_) VARIABLE(name_, IPPROTO_IPV6, type_, option_)

#define ANC_LABEL_MOST 4096
#define ANC_HEADER_MOST 2048
/* about 30 netlink attributes: tcp_get_timestamping_opt_stats() */
#define ANC_STATISTICS_MOST 512
#define ANC_RIGHTS_MOST (253 * sizeof(int))
#define ANC_IP_FAMILIES (ANC_INET | ANC_INET6)

const struct anc_delivery anc_deliveries[] = {
	{&anc_ucred_type, ANC_UNIX | ANC_NETLINK, 0, 0},
	{&anc_security_type, ANC_UNIX | ANC_NETLINK, ANC_LABEL_MOST, 0},
	{&anc_rights_type, ANC_UNIX, ANC_RIGHTS_MOST, ANC_ALWAYS},
	{&anc_pidfd_type, ANC_UNIX, 0, 0},
	/* SO_INQ cannot be asked. */
	{SOCKET("SCM_INQ", SO_INQ, 4, SO_INQ), ANC_UNIX, 0, ANC_ALWAYS},
	{VARIABLE("SO_TIMESTAMP_OLD", SOL_SOCKET, SO_TIMESTAMP_OLD, SO_TIMESTAMP_OLD), ANC_EVERY,
	 ANC_PAIR, 0},
	{VARIABLE("SO_TIMESTAMPNS_OLD", SOL_SOCKET, SO_TIMESTAMPNS_OLD, SO_TIMESTAMPNS_OLD),
	 ANC_EVERY, ANC_PAIR, 0},
	{VARIABLE("SO_TIMESTAMPING_OLD", SOL_SOCKET, SO_TIMESTAMPING_OLD, SO_TIMESTAMPING_OLD),
	 ANC_EVERY, 3 * ANC_PAIR, 0},
	{SOCKET("SO_TIMESTAMP_NEW", SO_TIMESTAMP_NEW, 16, SO_TIMESTAMP_NEW), ANC_EVERY, 0, 0},
	{SOCKET("SO_TIMESTAMPNS_NEW", SO_TIMESTAMPNS_NEW, 16, SO_TIMESTAMPNS_NEW), ANC_EVERY, 0, 0},
	{SOCKET("SO_TIMESTAMPING_NEW", SO_TIMESTAMPING_NEW, 48, SO_TIMESTAMPING_NEW), ANC_EVERY, 0,
	 0},
	{SOCKET("SCM_TIMESTAMPING_PKTINFO", SCM_TIMESTAMPING_PKTINFO, 16, SO_TIMESTAMPING_OLD),
	 ANC_EVERY, 0, 0},
	{VARIABLE("SCM_TIMESTAMPING_OPT_STATS", SOL_SOCKET, SCM_TIMESTAMPING_OPT_STATS,
		  SO_TIMESTAMPING_OLD),
	 ANC_IP_FAMILIES, ANC_STATISTICS_MOST, 0},
	{SOCKET("SO_RXQ_OVFL", SO_RXQ_OVFL, 4, SO_RXQ_OVFL), ANC_EVERY, 0, 0},
	{SOCKET("SCM_WIFI_STATUS", SO_WIFI_STATUS, 4, SO_WIFI_STATUS), ANC_EVERY, 0, 0},
	{SOCKET("SO_MARK", SO_MARK, 4, SO_RCVMARK), ANC_EVERY, 0, 0},
	{SOCKET("SO_PRIORITY", SO_PRIORITY, 4, SO_RCVPRIORITY), ANC_EVERY, 0, 0},

	{IP("IP_PKTINFO", IP_PKTINFO, 12, IP_PKTINFO), ANC_IP_FAMILIES, 0, 0},
	{IP("IP_TTL", IP_TTL, 4, IP_RECVTTL), ANC_IP_FAMILIES, 0, 0},
	{VARIABLE("IP_TOS", IPPROTO_IP, IP_TOS, IP_RECVTOS), ANC_IP_FAMILIES, 4, 0},
	{VARIABLE("IP_RECVOPTS", IPPROTO_IP, IP_RECVOPTS, IP_RECVOPTS), ANC_IP_FAMILIES, 40, 0},
	{VARIABLE("IP_RETOPTS", IPPROTO_IP, IP_RETOPTS, IP_RETOPTS), ANC_IP_FAMILIES, 40, 0},
	{VARIABLE("IP_PASSSEC", IPPROTO_IP, SCM_SECURITY, IP_PASSSEC), ANC_IP_FAMILIES,
	 ANC_LABEL_MOST, 0},
	{IP("IP_ORIGDSTADDR", IP_ORIGDSTADDR, 16, IP_ORIGDSTADDR), ANC_IP_FAMILIES, 0, 0},
	{IP("IP_CHECKSUM", IP_CHECKSUM, 4, IP_CHECKSUM), ANC_IP_FAMILIES, 0, 0},
	{IP("IP_RECVFRAGSIZE", IP_RECVFRAGSIZE, 4, IP_RECVFRAGSIZE), ANC_IP_FAMILIES, 0, 0},
	{VARIABLE("IP_RECVERR", IPPROTO_IP, IP_RECVERR, IP_RECVERR), ANC_IP_FAMILIES, 32,
	 ANC_WITH_ERRORS},
	{ROW("UDP_GRO", SOL_UDP, UDP_GRO, 4, UDP_GRO), ANC_IP_FAMILIES, 0, 0},
	{ROW("TCP_INQ", SOL_TCP, TCP_INQ, 4, TCP_INQ), ANC_IP_FAMILIES, 0, 0},

	{IPV6("IPV6_PKTINFO", IPV6_PKTINFO, 20, IPV6_RECVPKTINFO), ANC_INET6, 0, 0},
	{IPV6("IPV6_HOPLIMIT", IPV6_HOPLIMIT, 4, IPV6_RECVHOPLIMIT), ANC_INET6, 0, 0},
	{IPV6("IPV6_TCLASS", IPV6_TCLASS, 4, IPV6_RECVTCLASS), ANC_INET6, 0, 0},
	{IPV6("IPV6_FLOWINFO", 11, 4, 11), ANC_INET6, 0, 0},
	{IPV6_ANY("IPV6_HOPOPTS", IPV6_HOPOPTS, IPV6_RECVHOPOPTS), ANC_INET6, ANC_HEADER_MOST, 0},
	{IPV6_ANY("IPV6_DSTOPTS", IPV6_DSTOPTS, IPV6_RECVDSTOPTS), ANC_INET6, ANC_HEADER_MOST, 0},
	{IPV6_ANY("IPV6_RTHDR", IPV6_RTHDR, IPV6_RECVRTHDR), ANC_INET6, ANC_HEADER_MOST, 0},
	{IPV6("IPV6_2292PKTINFO", IPV6_2292PKTINFO, 20, IPV6_2292PKTINFO), ANC_INET6, 0, 0},
	{IPV6("IPV6_2292HOPLIMIT", IPV6_2292HOPLIMIT, 4, IPV6_2292HOPLIMIT), ANC_INET6, 0, 0},
	{IPV6_ANY("IPV6_2292HOPOPTS", IPV6_2292HOPOPTS, IPV6_2292HOPOPTS), ANC_INET6,
	 ANC_HEADER_MOST, 0},
	{IPV6_ANY("IPV6_2292DSTOPTS", IPV6_2292DSTOPTS, IPV6_2292DSTOPTS), ANC_INET6,
	 ANC_HEADER_MOST, 0},
	{IPV6_ANY("IPV6_2292RTHDR", IPV6_2292RTHDR, IPV6_2292RTHDR), ANC_INET6, ANC_HEADER_MOST, 0},
	{IPV6("IPV6_ORIGDSTADDR", IPV6_ORIGDSTADDR, 28, IPV6_ORIGDSTADDR), ANC_INET6, 0, 0},
	{IPV6("IPV6_RECVFRAGSIZE", IPV6_RECVFRAGSIZE, 4, IPV6_RECVFRAGSIZE), ANC_INET6, 0, 0},
	{IPV6("IPV6_PATHMTU", IPV6_PATHMTU, 32, IPV6_RECVPATHMTU), ANC_INET6, 0, 0},
	{IPV6("IPV6_RECVERR", IPV6_RECVERR, 44, IPV6_RECVERR), ANC_INET6, 0, ANC_WITH_ERRORS},

	{ROW("PACKET_AUXDATA", SOL_PACKET, PACKET_AUXDATA, 20, PACKET_AUXDATA), ANC_PACKET, 0, 0},
	{ROW("PACKET_TX_TIMESTAMP", SOL_PACKET, PACKET_TX_TIMESTAMP, 16, 0), ANC_PACKET, 0,
	 ANC_ALWAYS},
	{ROW("NETLINK_PKTINFO", SOL_NETLINK, NETLINK_PKTINFO, 4, NETLINK_PKTINFO), ANC_NETLINK, 0,
	 0},
	{ROW("NETLINK_LISTEN_ALL_NSID", SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 4,
	     NETLINK_LISTEN_ALL_NSID),
	 ANC_NETLINK, 0, 0},
	{NULL, 0, 0, 0},
};
