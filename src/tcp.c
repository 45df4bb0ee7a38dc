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

/* For a 32-bit program a 64-bit Linux writes its own headers: do_ipv6_getsockopt(). Where ours have
 * a level they have half a length, which is never that of IPv6. */
static bool anc_packet_options_are_wide(int level, const unsigned char *room, socklen_t len)
{
	int first;

	if (sizeof(long) >= sizeof(int64_t) || level != IPPROTO_IPV6 ||
	    len < offsetof(struct cmsghdr, cmsg_level) + sizeof(first))
		return false;
	memcpy(&first, room + offsetof(struct cmsghdr, cmsg_level), sizeof(first));
	return first != IPPROTO_IPV6;
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
	if (anc_packet_options_are_wide(level, room, len))
		return -EOPNOTSUPP;
	/* put_cmsg() clips the one that does not fit and takes all the room, or has too little for
	 * a header. */
	cut = capacity - len < sizeof(struct cmsghdr);
	error = anc_data_set_control_len(data, len);
	if (error < 0)
		return error;
	return anc_data_take_ownership(data, MSG_CMSG_CLOEXEC, cut ? MSG_CTRUNC : 0);
}

int anc_tcp_packet_options(int fd, struct anc_data *data)
{
	struct anc_socket sock;
	int level = 0;
	int option = 0;
	int error = anc_socket_checked(fd, &sock);

	if (error == 0)
		error = anc_packet_options(sock.family, &level, &option);
	if (error == 0)
		error = anc_packet_options_get(fd, level, option, data);
	if (error < 0)
		anc_data_clear(data);
	return error;
}
