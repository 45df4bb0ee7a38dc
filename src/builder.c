/* SPDX-License-Identifier: MIT */
#include "builder.h"

#include "platform/platform.h"

static unsigned char *anc_builder_at(const struct anc_builder *built, size_t offset)
{
	return (unsigned char *)built->bytes + offset;
}

/* Whether the message added last is an SCM_RIGHTS, which more descriptors can join. */
ANC_COLD static bool anc_builder_ends_in_rights(const struct anc_builder *built,
						struct anc_cmsg *ret)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(
		anc_cmsgs_from_bytes(anc_builder_at(built, built->last), built->len - built->last));

	return anc_cmsg_iter_next(&it, ret) == 1 && ret->level == SOL_SOCKET &&
	       ret->type == SCM_RIGHTS;
}

/* Whether `count` more descriptors may go with this send; they may lie at any alignment. */
static int anc_builder_check_fds(const struct anc_builder *built, const void *fds, size_t count)
{
	const unsigned char *at = fds;
	size_t i;
	int fd;

	if (count > anc_habits.max_fds || built->fd_count > anc_habits.max_fds - count)
		return -E2BIG;
	for (i = 0; i < count; i++) {
		memcpy(&fd, at + i * sizeof(fd), sizeof(fd));
		if (fd < 0)
			return -EBADF;
	}
	return 0;
}

static int anc_builder_append(struct anc_builder *built, int level, int type, const void *data,
			      size_t len)
{
	size_t used;

	if (built->bytes == NULL)
		return -ENOBUFS;
	used = anc_cmsg_put(anc_builder_at(built, built->len), built->capacity - built->len, level,
			    type, data, len);
	if (used == 0)
		return -ENOBUFS;
	built->last = built->len;
	built->len += used;
	return 0;
}

int anc_builder_add_cmsg(struct anc_builder *built, const struct anc_cmsg *msg)
{
	size_t count = 0;
	int error;

	if (msg->truncated || (msg->data == NULL && msg->len > 0))
		return -EINVAL;
	if (msg->level == SOL_SOCKET && msg->type == SCM_RIGHTS) {
		/* The kernel would drop an odd rest, and an empty list, without a word. */
		count = msg->len / sizeof(int);
		if (count == 0 || msg->len % sizeof(int) != 0)
			return -EINVAL;
		error = anc_builder_check_fds(built, msg->data, count);
		if (error < 0)
			return error;
	}
	error = anc_builder_append(built, msg->level, msg->type, msg->data, msg->len);
	if (error == 0)
		built->fd_count += (unsigned)count;
	return error;
}

/* Makes the last message, an SCM_RIGHTS with `old` bytes of descriptors, longer by `more`. */
ANC_COLD static int anc_builder_extend(struct anc_builder *built, size_t old, const int *fds,
				       size_t more)
{
	unsigned char *last = anc_builder_at(built, built->last);
	const size_t space = ANC_CMSG_SPACE(old + more);
	const size_t end = ANC_CMSG_LEN(old + more);

	if (space > built->capacity - built->last)
		return -ENOBUFS;
	memcpy(last + ANC_CMSG_LEN(old), fds, more);
	memset(last + end, 0, space - end);
	anc_layout_store(last, ANC_CMSG_LEN_WIDTH, false, end);
	built->len = built->last + space;
	return 0;
}

int anc_builder_add_fds(struct anc_builder *built, const int *fds, size_t count)
{
	struct anc_cmsg last;
	int error;

	if (count == 0)
		return 0;
	error = anc_builder_check_fds(built, fds, count);
	if (error < 0)
		return error;
	if (built->len > 0 && anc_builder_ends_in_rights(built, &last))
		error = anc_builder_extend(built, last.len, fds, count * sizeof(*fds));
	else
		error = anc_builder_append(built, SOL_SOCKET, SCM_RIGHTS, fds,
					   count * sizeof(*fds));
	if (error == 0)
		built->fd_count += (unsigned)count;
	return error;
}
