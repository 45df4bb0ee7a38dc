/* SPDX-License-Identifier: MIT */
#ifndef ANC_URING_H
#define ANC_URING_H

/* What io_uring leaves in the buffer of a multishot recvmsg, taken apart. It needs no library of
 * io_uring's. See anc_uring(3). */

#include <anc/cmsg.h>

ANC_BEGIN_DECLS

/** Bytes in front of name, control and payload; the buffer's size is the sum of the four. */
#define ANC_URING_RECVMSG_HEADER 16

/** One message; everything in it is lent from the buffer. */
struct anc_uring_recvmsg {
	const void *name;         /* the sender's address; NULL: none */
	size_t name_len;          /* bytes of it that are there */
	struct anc_cmsgs control; /* to be adopted before the buffer is given back */
	const void *payload;
	size_t payload_len;   /* bytes of it that are there */
	size_t payload_total; /* as the kernel counts them: with MSG_TRUNC asked for, all */
	int flags;            /* of the message: MSG_CTRUNC, MSG_EOR, MSG_CMSG_CLOEXEC ... */
	bool name_truncated;  /* the room was too small */
	bool payload_truncated;
};

/**
 * Takes apart the `len` bytes of a buffer, the result of the completion, where the msghdr of the
 * request had room for `name_room` and `control_room` bytes. No length in it is trusted; one that
 * exceeds its room is clipped and marked truncated. `buf` may have any alignment. Nothing is owned
 * yet: a descriptor in `control` is lost unless
 * anc_data_adopt(data, m.control.bytes, m.control.len, m.flags, m.flags) makes it so. Returns 0;
 * -EBADMSG: `len` is less than header and rooms need. Source: io_uring_prep_recvmsg_multishot(3),
 * io_recvmsg_multishot() of Linux.
 */
ANC_API int anc_uring_recvmsg_split(const void *buf, size_t len, size_t name_room,
				    size_t control_room, struct anc_uring_recvmsg *ret);

ANC_END_DECLS

#endif
