/* SPDX-License-Identifier: MIT */

/*
 * The buffer of a multishot recvmsg, taken apart: any n <= N bytes, with rooms of any size. Each
 * part lies in its room, or the buffer is refused and nothing is written.
 */

#include "proof.h"

#include <errno.h>
#include <sys/socket.h>

#include <anc/uring.h>

/* The buffer stands at the array's end, so that a read past it leaves the array. */
static unsigned char storage[N];

/* `claimed` bytes of `room`, which begins at `room_at`. */
static void check_part(const void *at, size_t len, const unsigned char *room_at, size_t room,
		       uint32_t claimed)
{
	assert(len == (claimed < room ? claimed : room));
	assert(len == 0 || at == room_at);
	assert((size_t)(storage + N - room_at) >= len);
}

void proof(void)
{
	const size_t n = any_up_to(N);
	const unsigned char *const buf = storage + (N - n);
	const size_t name_room = nondet_size();
	const size_t control_room = nondet_size();
	const bool fits = n >= 16 && name_room <= n - 16 && control_room <= n - 16 - name_room;
	struct anc_uring_recvmsg msg;
	struct anc_uring_recvmsg was;
	const unsigned char *at;
	uint32_t claimed[4];
	size_t i;

	__CPROVER_havoc_object(storage);
	was = msg;
	assert(anc_uring_recvmsg_split(buf, n, name_room, control_room, &msg) ==
	       (fits ? 0 : -EBADMSG));
	if (!fits) {
		assert(msg.flags == was.flags && msg.name == was.name &&
		       msg.control.bytes == was.control.bytes && msg.payload == was.payload);
		return;
	}
	for (i = 0; i < 4; i++)
		claimed[i] = (uint32_t)number_at(buf + 4 * i, 4, false);
	at = buf + 16;
	check_part(msg.name, msg.name_len, at, name_room, claimed[0]);
	assert((msg.name == NULL) == (msg.name_len == 0));
	assert(msg.name_truncated == (claimed[0] > name_room));
	at += name_room;
	check_part(msg.control.bytes, msg.control.len, at, control_room, claimed[1]);
	assert(msg.control.capacity == control_room);
	assert(msg.control.truncated ==
	       ((claimed[3] & MSG_CTRUNC) != 0 || claimed[1] > control_room));
	at += control_room;
	check_part(msg.payload, msg.payload_len, at, (size_t)(storage + N - at), claimed[2]);
	assert(msg.payload_total == claimed[2] && (uint32_t)msg.flags == claimed[3]);
	assert(msg.payload_truncated ==
	       ((claimed[3] & MSG_TRUNC) != 0 || claimed[2] > (size_t)(storage + N - at)));
}
