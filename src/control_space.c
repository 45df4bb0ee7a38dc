/* SPDX-License-Identifier: MIT */
#include "abi.h"
#include "socket.h"
#include "stamping.h"

#include "platform/linux_numbers.h"

#ifndef AF_PACKET
#define AF_PACKET 17
#endif
#ifndef AF_NETLINK
#define AF_NETLINK 16
#endif

/* Those whose rows are complete. */
#define ANC_SUMMED                                                                                 \
	(ANC_FAMILY(AF_UNIX) | ANC_FAMILY(AF_INET) | ANC_FAMILY(AF_INET6) |                        \
	 ANC_FAMILY(AF_PACKET) | ANC_FAMILY(AF_NETLINK))

/* An option that a kernel, or this family, does not know is not on. */
static bool anc_option_is_on(int fd, int level, int option)
{
	if (anc_stamping_is(level, option))
		return anc_stamping_is_on(fd, option);
	return option != 0 && anc_socket_ask(fd, level, option) > 0;
}

static bool anc_row_may_come(int fd, int family, const struct anc_message_type *row)
{
	if ((row->flags & ANC_RECEIVED) == 0 || !anc_families_have(row->families, family))
		return false;
	/* To an error queue comes what a message on its way out asked for, and on an IPv6 socket
	 * the error of an IPv4 peer: no option of the row says so. */
	return (row->flags & (ANC_UNASKED | ANC_ERROR_QUEUE)) != 0 ||
	       anc_option_is_on(fd, row->option_level, row->option);
}

static size_t anc_row_most(const struct anc_message_type *row)
{
	return row->size > 0 ? row->size : row->max_size;
}

/* Whether a message has another row, in this family, that is larger, or as large and earlier. */
static bool anc_row_is_covered(int family, const struct anc_message_type *row)
{
	struct anc_row_iter it = anc_row_iter_over(anc_abi_host());
	const struct anc_message_type *other;
	bool before = true;

	while ((other = anc_row_iter_next(&it)) != NULL) {
		if (other == row)
			before = false;
		else if (other->type == row->type && other->level == row->level &&
			 (other->flags & ANC_RECEIVED) != 0 &&
			 anc_families_have(other->families, family) &&
			 anc_row_most(other) + before > anc_row_most(row))
			return true;
	}
	return false;
}

ssize_t anc_socket_control_space(int fd)
{
	struct anc_row_iter it = anc_row_iter_over(anc_abi_host());
	const struct anc_message_type *row;
	struct anc_socket sock;
	size_t space = 0;
	int error = anc_socket_checked(fd, &sock);

	if (error < 0)
		return error;
	if (sock.family <= AF_UNSPEC || !anc_families_have(ANC_SUMMED, sock.family))
		return -EOPNOTSUPP;
	while ((row = anc_row_iter_next(&it)) != NULL)
		if (anc_row_may_come(fd, sock.family, row) && !anc_row_is_covered(sock.family, row))
			space += ANC_CMSG_SPACE(anc_row_most(row));
	return (ssize_t)space;
}
