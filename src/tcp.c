/* SPDX-License-Identifier: MIT */
#include <anc/tcp.h>

#include "socket.h"

#include <netinet/in.h>

/* The option that a family's streams have, asked for by its own name. */
static int anc_packet_options(int family, int *ret_level, int *ret_option)
{
#ifdef IP_PKTOPTIONS
	if (family == AF_INET) {
		*ret_level = IPPROTO_IP;
		*ret_option = IP_PKTOPTIONS;
		return 0;
	}
#endif
#ifdef IPV6_2292PKTOPTIONS
	if (family == AF_INET6) {
		*ret_level = IPPROTO_IPV6;
		*ret_option = IPV6_2292PKTOPTIONS;
		return 0;
	}
#endif
	(void)ret_level;
	(void)ret_option;
	return family == AF_INET || family == AF_INET6 ? -EOPNOTSUPP : -EAFNOSUPPORT;
}

/* An IPv6 socket with a peer of IPv4 keeps what IPv4 says: the other option knows nothing of it. */
static bool anc_packet_peer_is_mapped(int fd)
{
#ifdef SO_PEERNAME
	struct sockaddr_in6 peer;
	socklen_t len = sizeof(peer);

	return anc_platform_getsockopt(fd, SOL_SOCKET, SO_PEERNAME, &peer, &len) == 0 &&
	       len == sizeof(peer) && IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr);
#else
	(void)fd;
	return false;
#endif
}

/* A header of a program of 64 bits; also the least that put_cmsg() must have left. */
#define ANC_WIDE_HEADER 16

/* Linux gives a program of 32 bits IPv6's as one of 64 has them, for do_ipv6_getsockopt() forgets
 * MSG_CMSG_COMPAT. Where a level belongs there is part of a length then. */
static bool anc_packet_options_are_wide(int level, const unsigned char *bytes, size_t len)
{
	uint32_t word;

	if (sizeof(size_t) > sizeof(word) || level != IPPROTO_IPV6 || len < ANC_WIDE_HEADER)
		return false;
	memcpy(&word, bytes + sizeof(word), sizeof(word));
	return word != IPPROTO_IPV6;
}

/* Lays them out as this program has them, which takes less; returns how much. */
static size_t anc_packet_options_narrow(unsigned char *bytes, size_t len)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(bytes, len));
	struct anc_layout wide = anc_layout_host();
	struct anc_cmsg msg;
	size_t done = 0;

	wide.header = wide.data = ANC_WIDE_HEADER;
	wide.align = wide.len_width = 8;
	while (anc_layout_next(wide, &it, &msg) > 0) {
		const struct cmsghdr header = {.cmsg_len = (socklen_t)ANC_CMSG_LEN(msg.len),
					       .cmsg_level = msg.level,
					       .cmsg_type = msg.type};

		memmove(bytes + done + sizeof(header), msg.data, msg.len);
		memcpy(bytes + done, &header, sizeof(header));
		memset(bytes + done + sizeof(header) + msg.len, 0,
		       ANC_CMSG_SPACE(msg.len) - ANC_CMSG_LEN(msg.len));
		done += ANC_CMSG_SPACE(msg.len);
	}
	return done;
}

static int anc_packet_options_get(int fd, int level, int option, struct anc_data *data)
{
	size_t capacity;
	void *room = anc_data_control_buf(data, &capacity);
	socklen_t len = (socklen_t)(capacity < INT_MAX ? capacity : INT_MAX);
	bool cut;
	int error;

	if (room == NULL)
		return -ENOBUFS;
	if (anc_platform_getsockopt(fd, level, option, room, &len) < 0)
		return -errno;
	/* put_cmsg() clips the one that does not fit and takes all the room, or has too little for
	 * a header. */
	cut = capacity - len < ANC_WIDE_HEADER;
	if (anc_packet_options_are_wide(level, room, len))
		len = (socklen_t)anc_packet_options_narrow(room, len);
	error = anc_data_set_control_len(data, len);
	if (error < 0)
		return error;
	/* What was moved does not end where the room did: it was the room that it lacked. */
	return anc_data_own(data, cut ? len : capacity, MSG_CMSG_CLOEXEC, cut ? MSG_CTRUNC : 0,
			    ANC_ASK_AFRESH);
}

int anc_tcp_packet_options(int fd, struct anc_data *data)
{
	struct anc_socket sock;
	int level = 0;
	int option = 0;
	int error = anc_socket_checked(fd, &sock);

	if (error == 0 && sock.family == AF_INET6 && anc_packet_peer_is_mapped(fd))
		sock.family = AF_INET;
	if (error == 0)
		error = anc_packet_options(sock.family, &level, &option);
	if (error == 0)
		error = anc_packet_options_get(fd, level, option, data);
	if (error < 0)
		anc_data_clear(data);
	return error;
}
