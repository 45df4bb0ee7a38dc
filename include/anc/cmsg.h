/* SPDX-License-Identifier: MIT */
#ifndef ANC_CMSG_H
#define ANC_CMSG_H

/*
 * Control messages as bytes: a bounded walk over a control buffer, and the writing of one message.
 * Pure: no system call, no allocation, no aligned access, nothing believed. See anc_cmsg(3).
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <anc/attributes.h>

/* The host's layout, asked of its own headers. musl splits cmsg_len into a field and a padding
 * word: the kernel's is the whole. */
#define ANC_CMSG_HEADER sizeof(struct cmsghdr)
#define ANC_CMSG_DATA CMSG_LEN((size_t)0)
#define ANC_CMSG_ALIGN (CMSG_SPACE((size_t)1) - CMSG_SPACE((size_t)0))
#define ANC_CMSG_LEN_WIDTH offsetof(struct cmsghdr, cmsg_level)

/**
 * ANC_CMSG_LEN(n): what cmsg_len says of a message with n bytes of payload, in bytes.
 * ANC_CMSG_SPACE(n): the bytes that message takes in a buffer, with its padding.
 * ANC_FDS_SPACE(n): the bytes of one SCM_RIGHTS message with n descriptors.
 * Integer constant expressions when n is one; they saturate at SIZE_MAX. They may evaluate n more
 * than once.
 */
#define ANC_CMSG_LEN(n)                                                                            \
	((size_t)(n) >= (size_t)-1 - ANC_CMSG_DATA ? (size_t)-1 : ANC_CMSG_DATA + (size_t)(n))
#define ANC_CMSG_SPACE(n)                                                                          \
	((size_t)(n) >= (size_t)-1 - ANC_CMSG_DATA - ANC_CMSG_ALIGN                                \
		 ? (size_t)-1                                                                      \
		 : (ANC_CMSG_DATA + (size_t)(n) + ANC_CMSG_ALIGN - 1) & ~(ANC_CMSG_ALIGN - 1))
#define ANC_FDS_SPACE(n)                                                                           \
	((size_t)(n) > (size_t)-1 / sizeof(int) ? (size_t)-1                                       \
						: ANC_CMSG_SPACE((size_t)(n) * sizeof(int)))

ANC_BEGIN_DECLS

/** A view of one control message. A literal of it is how one is made. */
struct anc_cmsg {
	int level;
	int type;
	const void *data; /* the payload: borrowed from the buffer, at any alignment; copy it out */
	size_t len;       /* bytes of payload that are there */
	bool truncated;   /* it claimed more than is there, or the kernel may have cut it */
};

/** A view of a whole control buffer; borrows the bytes. */
struct anc_cmsgs {
	const void *bytes;
	size_t len;
	bool truncated;  /* the kernel said MSG_CTRUNC */
	size_t capacity; /* bytes offered to the kernel; 0: unknown, len is taken for it */
};

/** A position in a control buffer; by value, nothing to release. The members are private. */
struct anc_cmsg_iter {
	const void *at;
	size_t left;
	size_t refused; /* bytes from a header that lied to the end */
	bool cut;
	bool full;
};

/**
 * Where the bytes of a control message lie on one system, in bytes. The order of the header's
 * members is the same everywhere: cmsg_len, cmsg_level, cmsg_type. Sources: <sys/socket.h> of each
 * system.
 */
struct anc_layout {
	unsigned char header;    /* cmsg_len, cmsg_level and cmsg_type together */
	unsigned char data;      /* where the payload starts: the least cmsg_len */
	unsigned char align;     /* a message starts at a multiple of this */
	unsigned char len_width; /* of cmsg_len: 4 or 8 */
	bool swapped;            /* the byte order is not the host's */
	int rights_level;        /* SCM_RIGHTS: the message that any cut may have shortened */
	int rights_type;
};

/** The layout of the system this is compiled for; folds away where it is used. */
ANC_API ANC_INLINE ANC_ALWAYS_INLINE struct anc_layout anc_layout_host(void)
{
	struct anc_layout host = {ANC_CMSG_HEADER,    ANC_CMSG_DATA, ANC_CMSG_ALIGN,
				  ANC_CMSG_LEN_WIDTH, false,         SOL_SOCKET,
				  SCM_RIGHTS};

	return host;
}

/** The unsigned number of `width` bytes (4 or 8) at `at`, of either byte order. */
ANC_API ANC_INLINE ANC_ALWAYS_INLINE uint64_t anc_layout_load(const unsigned char *at,
							      unsigned width, bool swapped)
{
	uint32_t word;
	uint64_t number;
	unsigned i;

	if (!swapped && width == sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		return word;
	}
	if (!swapped) {
		memcpy(&number, at, sizeof(number));
		return number;
	}
	/* Most significant byte first, or last, whichever the host is not. */
	word = 1;
	number = 0;
	for (i = 0; i < width; i++)
		number = number << 8 | at[*(unsigned char *)&word ? i : width - 1 - i];
	return number;
}

/** Writes `number` as `width` bytes (4 or 8) to `at`, in either byte order. */
ANC_API ANC_INLINE ANC_ALWAYS_INLINE void anc_layout_store(unsigned char *at, unsigned width,
							   bool swapped, uint64_t number)
{
	uint32_t word = (uint32_t)number;
	unsigned i;

	if (!swapped && width == sizeof(word)) {
		memcpy(at, &word, sizeof(word));
		return;
	}
	if (!swapped) {
		memcpy(at, &number, sizeof(number));
		return;
	}
	word = 1;
	for (i = 0; i < width; i++, number >>= 8)
		at[*(unsigned char *)&word ? width - 1 - i : i] = (unsigned char)number;
}

/**
 * The walk, for any layout. Gives the next message of `it` in `*ret`, a view into the buffer.
 * Returns 1; 0 at the end, also when less than a header is left; -EBADMSG, once, when a header
 * claims less than itself, and 0 after it. A header that claims more than is left gives a clipped
 * message marked truncated.
 */
ANC_API ANC_INLINE ANC_ALWAYS_INLINE int
anc_layout_next(struct anc_layout layout, struct anc_cmsg_iter *it, struct anc_cmsg *ret)
{
	const unsigned char *at = (const unsigned char *)it->at;
	const size_t left = it->left;
	size_t data = layout.data;
	bool truncated = false;
	uint64_t claimed;
	int level, type;
	size_t end;

	if (left < layout.header)
		return 0;
	claimed = anc_layout_load(at, layout.len_width, layout.swapped);
	end = (size_t)claimed;
	/* One comparison for too little and too much; header and payload touch: left >= data. */
	if (!ANC_LIKELY((layout.header == layout.data || left >= data) &&
			claimed - data <= left - data)) {
		if (claimed < data) {
			it->refused = left;
			it->left = 0;
			return -EBADMSG;
		}
		truncated = true;
		end = left;
		data = data < end ? data : end;
	}
	level = (int)(uint32_t)anc_layout_load(at + layout.len_width, 4, layout.swapped);
	type = (int)(uint32_t)anc_layout_load(at + layout.len_width + 4, 4, layout.swapped);
	if (it->cut && ((level == layout.rights_level && type == layout.rights_type) ||
			(it->full && end == left)))
		truncated = true;
	ret->level = level;
	ret->type = type;
	ret->data = at + data;
	ret->len = end - data;
	ret->truncated = truncated;
	/* The last message may come without its padding. */
	end = (end + layout.align - 1) & ~(layout.align - (size_t)1);
	end = end < left ? end : left;
	it->at = at + end;
	it->left = left - end;
	return 1;
}

/**
 * Writes one message in any layout; `data` is copied, padding is zeroed. Returns the bytes used, a
 * multiple of the alignment, or 0 when they are more than `room` bytes or cmsg_len cannot say them:
 * nothing is written.
 */
ANC_API ANC_INLINE ANC_ALWAYS_INLINE size_t anc_layout_put(struct anc_layout layout, void *buf,
							   size_t room, int level, int type,
							   const void *data, size_t len)
{
	unsigned char *at = (unsigned char *)buf;
	size_t end, pad;

	if (room < layout.data || len > room - layout.data)
		return 0;
	end = layout.data + len;
	pad = ((size_t)0 - end) & (layout.align - (size_t)1);
	if (pad > room - end || (layout.len_width == 4 && end > UINT32_MAX))
		return 0;
	/* The last unit, which has the padding, and the gap behind the header: fixed sizes. */
	memset(at + end + pad - layout.align, 0, layout.align);
	if (layout.data > layout.header)
		memset(at + layout.header, 0, (size_t)(layout.data - layout.header));
	anc_layout_store(at, layout.len_width, layout.swapped, end);
	anc_layout_store(at + layout.len_width, 4, layout.swapped, (uint32_t)level);
	anc_layout_store(at + layout.len_width + 4, 4, layout.swapped, (uint32_t)type);
	if (len > 0)
		memcpy(at + layout.data, data, len);
	return end + pad;
}

/** A view of `len` bytes of control messages, borrowed; not truncated, its capacity unknown. */
ANC_API ANC_INLINE struct anc_cmsgs anc_cmsgs_from_bytes(const void *bytes, size_t len)
{
	struct anc_cmsgs cmsgs = {bytes, len, false, 0};

	return cmsgs;
}

/** An iterator at the first message. It borrows the view's bytes. */
ANC_API ANC_INLINE struct anc_cmsg_iter anc_cmsgs_iter(struct anc_cmsgs cmsgs)
{
	/* No object is larger, and then no sum below can overflow. */
	const size_t len = cmsgs.len < SIZE_MAX / 2 ? cmsgs.len : SIZE_MAX / 2;
	struct anc_cmsg_iter it = {cmsgs.bytes, len, 0, cmsgs.truncated,
				   cmsgs.capacity <= cmsgs.len};

	return it;
}

/**
 * Gives the next message in `*ret`, a view into the buffer, written only with the answer 1.
 * Returns 1: a message; 0: the end, also when less than a header is left; -EBADMSG: once, when
 * cmsg_len is less than ANC_CMSG_LEN(0), then 0. A cmsg_len past what is left gives a message that
 * is clipped and truncated.
 */
ANC_API ANC_INLINE int anc_cmsg_iter_next(struct anc_cmsg_iter *it, struct anc_cmsg *ret)
{
	return anc_layout_next(anc_layout_host(), it, ret);
}

/**
 * Copies the payload of the next message to `ret` and goes past it, when it is of this level, this
 * type and `size` bytes; true then. Else nothing changes, and anc_cmsg_iter_next() tells what is
 * there. The straight line for what a socket delivers with every packet, in the order of its
 * kernel: a `size` that is a constant costs a few instructions. For messages of one size, of which
 * no cut took anything: `truncated` is not asked. Descriptors are not for it.
 */
ANC_API ANC_INLINE ANC_ALWAYS_INLINE bool anc_cmsg_iter_expect(struct anc_cmsg_iter *it, int level,
							       int type, void *ret, size_t size)
{
	const unsigned char *at = (const unsigned char *)it->at;
	const int expected[2] = {level, type};

	/* The last one may come without its padding: that is for the other. */
	if (it->left < ANC_CMSG_SPACE(size) ||
	    anc_layout_load(at, ANC_CMSG_LEN_WIDTH, false) != ANC_CMSG_LEN(size) ||
	    memcmp(at + ANC_CMSG_LEN_WIDTH, expected, sizeof(expected)) != 0)
		return false;
	memcpy(ret, at + ANC_CMSG_DATA, size);
	it->at = at + ANC_CMSG_SPACE(size);
	it->left -= ANC_CMSG_SPACE(size);
	return true;
}

/** Points `*ret` at the bytes not iterated, a lying header's included; returns how many. */
ANC_API ANC_INLINE size_t anc_cmsg_iter_rest(const struct anc_cmsg_iter *it, const void **ret)
{
	*ret = it->at;
	return it->left + it->refused;
}

/**
 * Writes one message of `len` payload bytes at `buf`, of any alignment, its padding zeroed. `data`
 * is copied. Returns the bytes used, ANC_CMSG_SPACE(len), or 0 when that is more than `room` bytes:
 * nothing is written.
 */
ANC_API ANC_INLINE size_t anc_cmsg_put(void *buf, size_t room, int level, int type,
				       const void *data, size_t len)
{
	return anc_layout_put(anc_layout_host(), buf, room, level, type, data, len);
}

ANC_END_DECLS

#endif
