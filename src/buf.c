/* SPDX-License-Identifier: MIT */
#include <anc/buf.h>

#include "data.h"

#include <stdlib.h>

/* What a first allocation makes room for. */
#define ANC_BUF_LEAST 64

void anc_buf_init(struct anc_buf *buf)
{
	memset(buf, 0, sizeof(*buf));
}

/* Ends the loan; the borrower is finished, and has no storage any more. */
static void anc_buf_recall(struct anc_buf *buf)
{
	struct anc_data *borrower = buf->borrower;

	buf->borrower = NULL;
	if (borrower != NULL && borrower->lender == buf)
		anc_data_fini(borrower);
}

void anc_buf_clear(struct anc_buf *buf)
{
	anc_buf_recall(buf);
	anc_builder_reset(&buf->built);
}

void anc_buf_fini(struct anc_buf *buf)
{
	const int saved = errno;

	anc_buf_recall(buf);
	free(buf->built.bytes);
	anc_buf_init(buf);
	errno = saved;
}

size_t anc_buf_capacity(const struct anc_buf *buf)
{
	return buf->built.capacity;
}

struct anc_cmsgs anc_buf_cmsgs(const struct anc_buf *buf)
{
	struct anc_cmsgs cmsgs = anc_cmsgs_from_bytes(buf->built.bytes, buf->built.len);

	cmsgs.capacity = buf->built.capacity;
	return cmsgs;
}

static int anc_buf_resize(struct anc_buf *buf, size_t capacity)
{
	void *bytes = realloc(buf->built.bytes, capacity);

	if (bytes == NULL)
		return -ENOMEM;
	buf->built.bytes = bytes;
	buf->built.capacity = capacity;
	return 0;
}

int anc_buf_reserve_exact(struct anc_buf *buf, size_t additional)
{
	if (buf->borrower != NULL)
		return -EBUSY;
	if (additional <= buf->built.capacity - buf->built.len)
		return 0;
	if (additional > SIZE_MAX - buf->built.len)
		return -ENOMEM;
	return anc_buf_resize(buf, buf->built.len + additional);
}

int anc_buf_reserve(struct anc_buf *buf, size_t additional)
{
	const size_t left = buf->built.capacity - buf->built.len;
	size_t doubled;

	if (buf->borrower != NULL)
		return -EBUSY;
	if (additional <= left)
		return 0;
	/* Doubling keeps appending linear. */
	doubled = buf->built.capacity > SIZE_MAX / 2 ? SIZE_MAX : buf->built.capacity * 2;
	if (doubled < ANC_BUF_LEAST)
		doubled = ANC_BUF_LEAST;
	if (additional < doubled - buf->built.len)
		additional = doubled - buf->built.len;
	return anc_buf_reserve_exact(buf, additional);
}

int anc_buf_add_cmsg(struct anc_buf *buf, const struct anc_cmsg *msg)
{
	return anc_buf_extend(buf, msg, 1);
}

int anc_buf_add_fds(struct anc_buf *buf, const int *borrowed, size_t count)
{
	int error;

	if (buf->borrower != NULL)
		return -EBUSY;
	error = anc_builder_add_fds(&buf->built, borrowed, count);
	if (error != -ENOBUFS)
		return error;
	error = anc_buf_reserve(buf, ANC_FDS_SPACE(count));
	return error < 0 ? error : anc_builder_add_fds(&buf->built, borrowed, count);
}

/* Appends a message, which may lie in the buffer as it was at `home`, with `len` bytes. */
static int anc_buf_append(struct anc_buf *buf, const struct anc_cmsg *msg, uintptr_t home,
			  size_t len)
{
	const size_t offset = (size_t)((uintptr_t)msg->data - home);
	struct anc_cmsg moved = *msg;
	int error = anc_buf_reserve(buf, ANC_CMSG_SPACE(msg->len));

	if (error < 0)
		return error;
	if (msg->data != NULL && offset < len)
		moved.data = (unsigned char *)buf->built.bytes + offset;
	return anc_builder_add_cmsg(&buf->built, &moved);
}

int anc_buf_extend(struct anc_buf *buf, const struct anc_cmsg *msgs, size_t count)
{
	const struct anc_builder before = buf->built;
	int error = 0;
	size_t i;

	if (buf->borrower != NULL)
		return -EBUSY;
	for (i = 0; i < count && error == 0; i++)
		error = anc_buf_append(buf, &msgs[i], (uintptr_t)before.bytes, before.len);
	if (error < 0) {
		buf->built.len = before.len;
		buf->built.last = before.last;
		buf->built.fd_count = before.fd_count;
	}
	return error;
}

int anc_buf_to_data(struct anc_buf *buf, struct anc_data *ret)
{
	if (buf->borrower != NULL)
		return -EBUSY;
	anc_data_init(ret, buf->built.bytes, buf->built.capacity);
	ret->built = buf->built;
	if (ret->built.len > 0)
		anc_data_move(ret, ANC_STATE_BUILT);
	ret->lender = buf;
	anc_builder_reset(&buf->built);
	buf->borrower = ret;
	return 0;
}
