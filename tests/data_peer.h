/* SPDX-License-Identifier: MIT */
#ifndef DATA_PEER_H
#define DATA_PEER_H

/*
 * What the tests of anc_data and anc_buf share: the kernel's own calls for the other side, control
 * bytes as no kernel would write them, and a quick count of what is open.
 */

#include "tap.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <anc/anc.h>

/* Descriptors of the tests lie below it. */
#define WATCHED 1000

/* How many descriptors are open, by one system call. */
static inline size_t count_open(void)
{
	static struct pollfd watched[WATCHED];
	size_t count = 0;
	int fd;

	for (fd = 0; fd < WATCHED; fd++)
		watched[fd] = (struct pollfd){.fd = fd};
	CHECK(poll(watched, WATCHED, 0) >= 0);
	for (fd = 0; fd < WATCHED; fd++)
		count += (watched[fd].revents & POLLNVAL) == 0;
	return count;
}

/* Another descriptor of the same file. */
static inline int new_twin(int fd)
{
	const int twin = dup(fd);

	CHECK(twin >= 0);
	return twin;
}

/* Sends one byte and descriptors by sendmsg(2). */
static inline void raw_send(int sock, const int *fds, size_t count)
{
	union {
		struct cmsghdr header;
		unsigned char bytes[CMSG_SPACE(253 * sizeof(int))];
	} control;
	char letter = 'x';
	struct iovec byte = {&letter, 1};
	struct msghdr msg = {.msg_iov = &byte, .msg_iovlen = 1};

	if (count > 0) {
		memset(&control, 0, sizeof(control));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = (socklen_t)CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
		msg.msg_control = &control;
		msg.msg_controllen = (socklen_t)CMSG_SPACE(count * sizeof(int));
	}
	CHECK_EQ(sendmsg(sock, &msg, MSG_NOSIGNAL), 1);
}

/* Receives one byte by recvmsg(2); returns its control length. */
static inline size_t raw_receive(int sock, void *control, size_t len, int flags, int *ret_flags)
{
	char byte;
	struct iovec room = {&byte, 1};
	struct msghdr msg = {.msg_iov = &room, .msg_iovlen = 1};

	msg.msg_control = control;
	msg.msg_controllen = (socklen_t)len;
	CHECK_EQ(recvmsg(sock, &msg, flags), 1);
	if (ret_flags != NULL)
		*ret_flags = msg.msg_flags;
	return msg.msg_controllen;
}

/* Receives one byte and counts the descriptors that come with it; each must be of `file`. */
static inline int raw_count(int sock, int file)
{
	unsigned char control[CMSG_SPACE(253 * sizeof(int))];
	const size_t len = raw_receive(sock, control, sizeof(control), MSG_DONTWAIT, NULL);
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(control, len));
	struct anc_cmsg msg;
	int count = 0;
	size_t at;
	int fd;

	while (anc_cmsg_iter_next(&it, &msg) == 1)
		for (at = 0; anc_rights_is(&msg) && at < msg.len; at += sizeof(fd), count++) {
			memcpy(&fd, (const unsigned char *)msg.data + at, sizeof(fd));
			CHECK(tap_is_same_file(fd, file));
			close(fd);
		}
	return count;
}

/* Receives one byte through the library. */
static inline int receive(int sock, struct anc_data *data, int flags, struct anc_recv_result *ret)
{
	char byte;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), &byte, 1);

	receiver.data = data;
	receiver.options.flags = flags;
	return anc_receiver_recv(&receiver, ret);
}

/* Sends one byte through the library. */
static inline ssize_t send_data(int sock, const struct anc_data *data)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), "x", 1);

	sender.data = data;
	return anc_sender_send(&sender);
}

/* Control bytes written by hand. */
struct forged {
	unsigned char bytes[2048];
	size_t len;
};

static inline void forge(struct forged *forged, int level, int type, const void *data, size_t len)
{
	const size_t used =
		anc_cmsg_put(forged->bytes + forged->len, sizeof(forged->bytes) - forged->len,
			     level, type, data, len);

	CHECK(used > 0);
	forged->len += used;
}

static inline void forge_fds(struct forged *forged, const int *fds, size_t count)
{
	forge(forged, SOL_SOCKET, SCM_RIGHTS, fds, count * sizeof(int));
}

static inline void forge_pidfd(struct forged *forged, int fd)
{
	forge(forged, anc_pidfd_type.level, anc_pidfd_type.type, &fd, sizeof(fd));
}

/* How many messages a view has. */
static inline size_t count_messages(struct anc_cmsgs cmsgs)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	struct anc_cmsg msg;
	size_t count = 0;

	while (anc_cmsg_iter_next(&it, &msg) == 1)
		count++;
	return count;
}

/* The message of a view at that place. */
static inline struct anc_cmsg message_at(struct anc_cmsgs cmsgs, size_t place)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i <= place; i++)
		CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	return msg;
}

/* Whether a message is an SCM_RIGHTS with exactly these. */
static inline bool is_rights_with(struct anc_cmsg msg, const int *fds, size_t count)
{
	return anc_rights_is(&msg) && msg.len == count * sizeof(int) &&
	       memcmp(msg.data, fds, msg.len) == 0;
}

#endif
