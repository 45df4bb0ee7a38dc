/* SPDX-License-Identifier: MIT */
#include "socket.h"

#include "platform/linux_numbers.h"
#include "types/types.h"

#ifndef AF_PACKET
#define AF_PACKET 17
#endif
#ifndef AF_NETLINK
#define AF_NETLINK 16
#endif

static unsigned anc_family_bit(int family)
{
	switch (family) {
	case AF_UNIX:
		return ANC_UNIX;
	case AF_INET:
		return ANC_INET;
	case AF_INET6:
		return ANC_INET6;
	case AF_PACKET:
		return ANC_PACKET;
	case AF_NETLINK:
		return ANC_NETLINK;
	default:
		return 0;
	}
}

/* An option that a kernel, or this family, does not know is not on. */
static bool anc_option_is_on(int fd, int level, int option)
{
	return anc_socket_ask(fd, level, option) > 0;
}

/* Transmit stamps and completions come to the error queue whether errors are wanted or not. */
static bool anc_error_queue_is_used(int fd)
{
	return anc_option_is_on(fd, SOL_SOCKET, SO_TIMESTAMPING_OLD) ||
	       anc_option_is_on(fd, SOL_SOCKET, SO_TIMESTAMPING_NEW) ||
	       anc_option_is_on(fd, SOL_SOCKET, SO_ZEROCOPY);
}

static bool anc_delivery_is_on(int fd, const struct anc_delivery *delivery)
{
	return (delivery->when & ANC_ALWAYS) != 0 ||
	       anc_option_is_on(fd, delivery->row->option_level, delivery->row->option) ||
	       ((delivery->when & ANC_WITH_ERRORS) != 0 && anc_error_queue_is_used(fd));
}

static size_t anc_delivery_most(const struct anc_delivery *delivery)
{
	return delivery->row->size > 0 ? delivery->row->size : delivery->most;
}

ssize_t anc_socket_control_space(int fd)
{
	const struct anc_delivery *delivery;
	struct anc_socket sock;
	unsigned family;
	size_t space = 0;
	int error = anc_socket_checked(fd, &sock);

	if (error < 0)
		return error;
	family = anc_family_bit(sock.family);
	if (family == 0)
		return -EOPNOTSUPP;
	for (delivery = anc_deliveries; delivery->row != NULL; delivery++)
		if ((delivery->families & family) != 0 && anc_delivery_is_on(fd, delivery))
			space += ANC_CMSG_SPACE(anc_delivery_most(delivery));
	return (ssize_t)space;
}
