/* SPDX-License-Identifier: MIT */
#include <anc/uring.h>

#include <errno.h>
#include <sys/socket.h>

/* struct io_uring_recvmsg_out, linux/io_uring.h */
struct anc_uring_header {
	uint32_t name_len;
	uint32_t control_len;
	uint32_t payload_len;
	uint32_t flags;
};

_Static_assert(sizeof(struct anc_uring_header) == ANC_URING_RECVMSG_HEADER, "as the kernel has it");

static size_t anc_uring_clip(size_t len, size_t room)
{
	return len < room ? len : room;
}

/* The rooms were held against the length: `left` bytes are behind them. */
static void anc_uring_load(const unsigned char *at, size_t name_room, size_t control_room,
			   size_t left, struct anc_uring_recvmsg *ret)
{
	struct anc_uring_header header;

	memcpy(&header, at, sizeof(header));
	at += sizeof(header);
	ret->name = header.name_len > 0 && name_room > 0 ? at : NULL;
	ret->name_len = anc_uring_clip(header.name_len, name_room);
	ret->name_truncated = header.name_len > name_room;
	at += name_room;
	ret->control.bytes = at;
	ret->control.len = anc_uring_clip(header.control_len, control_room);
	ret->control.capacity = control_room;
	ret->control.truncated =
		(header.flags & MSG_CTRUNC) != 0 || header.control_len > control_room;
	at += control_room;
	ret->payload = at;
	ret->payload_len = anc_uring_clip(header.payload_len, left);
	ret->payload_total = header.payload_len;
	ret->payload_truncated = (header.flags & MSG_TRUNC) != 0 || header.payload_len > left;
	ret->flags = (int)header.flags;
}

int anc_uring_recvmsg_split(const void *buf, size_t len, size_t name_room, size_t control_room,
			    struct anc_uring_recvmsg *ret)
{
	size_t left;

	if (len < ANC_URING_RECVMSG_HEADER)
		return -EBADMSG;
	left = len - ANC_URING_RECVMSG_HEADER;
	if (name_room > left || control_room > left - name_room)
		return -EBADMSG;
	anc_uring_load(buf, name_room, control_room, left - name_room - control_room, ret);
	return 0;
}
