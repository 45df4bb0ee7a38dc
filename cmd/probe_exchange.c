/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>

/* The one exchange: something is sent, and all that comes of it is looked through. */

/* Loopback answers at once; nothing is waited for longer. */
#define PATIENCE_MS 200
/* More than the greatest count of messages that a row needs. */
#define MOST_MESSAGES 128
#define SLOW_ROUNDS 5
#define SLOW_MS 10
#define CONTROL_ROOM 8192

/* What is sent: a question that the kernel answers, or bytes. */
struct packet {
	union {
		struct {
			struct nlmsghdr header;
			struct ifinfomsg link;
		} question;
		char bytes[1600]; /* more than IPv6's least packet */
	} data;
	size_t len;
};

static struct packet packet_for(const struct probe_scene *scene)
{
	struct packet packet;

	memset(&packet, 0, sizeof(packet));
	packet.len = sizeof(packet.data.bytes);
	if (scene->family == AF_NETLINK) {
		packet.len = sizeof(packet.data.question);
		packet.data.question.header.nlmsg_len = sizeof(packet.data.question);
		packet.data.question.header.nlmsg_type = RTM_GETLINK;
		packet.data.question.header.nlmsg_flags = NLM_F_REQUEST;
		packet.data.question.link.ifi_index = 1;
	}
	return packet;
}

int probe_send_packet(const struct probe_scene *scene, int fd, const struct anc_data *data)
{
	const struct packet packet = packet_for(scene);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(fd), &packet.data, packet.len);
	ssize_t sent;

	sender.data = data;
	sender.options.flags = MSG_DONTWAIT;
	sent = anc_sender_send(&sender);
	return sent < 0 ? (int)sent : 0;
}

/* Whether one receive brought it, by the size of its payload too. */
static bool has(const struct anc_data *data, const struct anc_message_type *row, int family)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) > 0)
		if (anc_message_match(NULL, family, &msg, NULL) == row)
			return true;
	return false;
}

/* Reads what is there, and looks for the row; bounded. */
static bool drain(const struct anc_message_type *row, const struct probe_scene *scene, int fd,
		  int flags)
{
	ANC_DATA(data, CONTROL_ROOM);
	char bytes[16384];
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(fd), bytes, sizeof(bytes));
	struct anc_recv_result result;
	bool found = false;
	int i;

	receiver.data = &data;
	receiver.options.flags = MSG_DONTWAIT | flags;
	for (i = 0; i < MOST_MESSAGES && anc_receiver_recv(&receiver, &result) == 0; i++) {
		found = found || has(&data, row, scene->family);
		if (result.len == 0 && flags == 0)
			break;
	}
	return found;
}

static bool send_and_drain(const struct anc_message_type *row, const struct probe_scene *scene,
			   const struct probe_ends *ends, int count)
{
	struct pollfd wait = {ends->receiver, POLLIN, 0};
	ANC_DATA(data, CONTROL_ROOM);
	int error = 0;
	bool found;

	/* Unix descriptors come when they are sent, and the like. */
	if ((row->flags & ANC_SENT) && probe_is_among(row->level, scene->sends))
		(void)probe_add_sample(row, &data, ends->sender);
	while (count-- > 0)
		error = probe_send_packet(scene, ends->sender, &data);
	if (error == 0)
		(void)poll(&wait, 1, PATIENCE_MS);
	found = drain(row, scene, ends->receiver, 0);
	found = drain(row, scene, ends->receiver, MSG_ERRQUEUE) || found;
	if (ends->sender != ends->receiver)
		found = drain(row, scene, ends->sender, 0) || found;
	return drain(row, scene, ends->sender, MSG_ERRQUEUE) || found;
}

bool probe_exchange(const struct anc_message_type *row, const struct probe_scene *scene,
		    const struct probe_ends *ends)
{
	const int count = probe_message_count(row);
	int rounds = probe_is_slow(row) ? SLOW_ROUNDS : count > 1;
	bool found = send_and_drain(row, scene, ends, count);

	for (; !found && rounds > 0; rounds--) {
		if (probe_is_slow(row))
			(void)poll(NULL, 0, SLOW_MS);
		found = send_and_drain(row, scene, ends, 1);
	}
	return found;
}
