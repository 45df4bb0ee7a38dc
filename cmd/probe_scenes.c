/* SPDX-License-Identifier: MIT */
#include "numbers.h"
#include "probe_open.h"

#include <linux/netlink.h>
#include <netinet/in.h>

/* The scenes: kinds of sockets, and which levels the kernel looks at there. */

#define END PROBE_END

static const struct probe_scene scenes[] = {
	{"unix stream",
	 AF_UNIX,
	 SOCK_STREAM,
	 0,
	 probe_open_pair,
	 {SOL_SOCKET, END},
	 {SOL_SOCKET, END}},
	{"unix dgram",
	 AF_UNIX,
	 SOCK_DGRAM,
	 0,
	 probe_open_pair,
	 {SOL_SOCKET, END},
	 {SOL_SOCKET, END}},
	{"udp4",
	 AF_INET,
	 SOCK_DGRAM,
	 0,
	 probe_open_datagram,
	 {SOL_SOCKET, IPPROTO_IP, SOL_UDP, END},
	 {SOL_SOCKET, IPPROTO_IP, SOL_UDP, END}},
	{"udp6",
	 AF_INET6,
	 SOCK_DGRAM,
	 0,
	 probe_open_datagram,
	 {SOL_SOCKET, IPPROTO_IPV6, SOL_UDP, END},
	 {SOL_SOCKET, IPPROTO_IPV6, SOL_UDP, END}},
	{"udp4 refused",
	 AF_INET,
	 SOCK_DGRAM,
	 0,
	 probe_open_refused,
	 {END},
	 {SOL_SOCKET, IPPROTO_IP, END}},
	{"udp6 refused",
	 AF_INET6,
	 SOCK_DGRAM,
	 0,
	 probe_open_refused,
	 {END},
	 {SOL_SOCKET, IPPROTO_IPV6, END}},
	{"tcp4",
	 AF_INET,
	 SOCK_STREAM,
	 0,
	 probe_open_connection,
	 {SOL_SOCKET, END},
	 {SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, END}},
	{"tcp6",
	 AF_INET6,
	 SOCK_STREAM,
	 0,
	 probe_open_connection,
	 {SOL_SOCKET, END},
	 {SOL_SOCKET, IPPROTO_TCP, IPPROTO_IPV6, END}},
	{"raw4",
	 AF_INET,
	 SOCK_RAW,
	 PROTOCOL_OF_EXPERIMENTS,
	 probe_open_datagram,
	 {SOL_SOCKET, IPPROTO_IP, END},
	 {SOL_SOCKET, IPPROTO_IP, END}},
	{"raw6",
	 AF_INET6,
	 SOCK_RAW,
	 PROTOCOL_OF_EXPERIMENTS,
	 probe_open_datagram,
	 {SOL_SOCKET, IPPROTO_IPV6, END},
	 {SOL_SOCKET, IPPROTO_IPV6, END}},
	{"tls", AF_INET, SOCK_STREAM, 0, probe_open_tls, {SOL_TLS, END}, {SOL_TLS, END}, true},
	{"packet",
	 AF_PACKET,
	 SOCK_DGRAM,
	 0,
	 probe_open_packet,
	 {SOL_SOCKET, END},
	 {SOL_SOCKET, SOL_PACKET, END}},
	{"netlink",
	 AF_NETLINK,
	 SOCK_RAW,
	 NETLINK_ROUTE,
	 probe_open_netlink,
	 {SOL_SOCKET, END},
	 {SOL_SOCKET, SOL_NETLINK, END}},
	{"alg", AF_ALG, SOCK_SEQPACKET, 0, probe_open_cipher, {SOL_ALG, END}, {END}},
	{"sctp",
	 AF_INET,
	 SOCK_STREAM,
	 IPPROTO_SCTP,
	 probe_open_connection,
	 {SOL_SCTP, END},
	 {SOL_SCTP, END}},
};

const struct probe_scene *probe_scene_next(const struct probe_scene *scene)
{
	scene = scene ? scene + 1 : scenes;
	return scene < scenes + sizeof(scenes) / sizeof(scenes[0]) ? scene : NULL;
}

bool probe_is_among(int level, const int *levels)
{
	while (*levels != PROBE_END && *levels != level)
		levels++;
	return *levels != PROBE_END;
}
