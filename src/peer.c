/* SPDX-License-Identifier: MIT */
#include "platform/linux_numbers.h"
#include "platform/platform.h"

#include <limits.h>

#include <anc/credentials.h>
#include <anc/unix.h>

/* What the kernel remembers of a peer: net/core/sock.c sk_getsockopt(). */

/* An option's value in at most `*len` bytes; its length comes back in `*len`, also on an error. */
static int anc_peer_ask(int fd, int option, void *ret, size_t *len)
{
	socklen_t room = *len < INT_MAX ? (socklen_t)*len : (socklen_t)INT_MAX;
	const int result = anc_platform_getsockopt(fd, SOL_SOCKET, option, ret, &room);

	*len = room;
	return result < 0 ? -errno : 0;
}

int anc_peer_credentials(int fd, struct anc_credentials *ret)
{
	struct anc_ucred peer;
	size_t len = sizeof(peer);
	int error = anc_peer_ask(fd, SO_PEERCRED, &peer, &len);

	if (error == 0)
		error = anc_peer_credentials_read(NULL, "SO_PEERCRED", &peer, len, ret);
	return error == -EBADMSG ? -ENOTCONN : error;
}

int anc_peer_pidfd(int fd)
{
	int pidfd = -EBADF;
	size_t len = sizeof(pidfd);
	const int error = anc_peer_ask(fd, SO_PEERPIDFD, &pidfd, &len);

	return error < 0 ? error : pidfd;
}

int anc_peer_groups(int fd, uint32_t *ret_groups, size_t max, size_t *ret_count)
{
	size_t len = max < INT_MAX / sizeof(*ret_groups) ? max * sizeof(*ret_groups) : INT_MAX;
	const int error = anc_peer_ask(fd, SO_PEERGROUPS, ret_groups, &len);

	if (error < 0 && error != -ERANGE)
		return error;
	*ret_count = len / sizeof(*ret_groups);
	return error < 0 ? -E2BIG : 0;
}

ssize_t anc_peer_security(int fd, char *ret, size_t size)
{
	size_t len = size;
	const int error = anc_peer_ask(fd, SO_PEERSEC, ret, &len);

	if (error < 0)
		return error;
	/* Modules differ over a closing NUL. */
	if (len > 0 && ret[len - 1] == '\0')
		return (ssize_t)len - 1;
	if (len >= size)
		return -ERANGE;
	ret[len] = '\0';
	return (ssize_t)len;
}
