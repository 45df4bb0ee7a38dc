/* SPDX-License-Identifier: MIT */
#include "message.h"
#include "stamping.h"

#include "platform/platform.h"

/* The one external definition of the inline function of <anc/message.h>. */
extern int anc_message_copy(const struct anc_message_type *, struct anc_cmsg, void *, size_t);

bool anc_message_is(const struct anc_message_type *row, const struct anc_cmsg *msg)
{
	return anc_row_is(row, msg);
}

int anc_message_get(const struct anc_message_type *row, const struct anc_cmsg *msg, void *ret,
		    size_t size)
{
	if (!anc_message_is(row, msg))
		return -ENOMSG;
	if (row->read != NULL)
		return row->read(msg, ret, size);
	/* Of a payload of any size nobody can say how much a cut took. */
	if (!anc_row_has_size(row, msg->len) || (!anc_row_is_exact(row) && msg->truncated))
		return -EBADMSG;
	if (size < msg->len || (anc_row_is_exact(row) && size != row->size))
		return -EINVAL;
	if (msg->len > 0)
		memcpy(ret, msg->data, msg->len);
	return 0;
}

size_t anc_message_fds(const struct anc_message_type *row, const struct anc_cmsg *msg)
{
	return anc_message_is(row, msg) ? anc_row_slots(row, msg->len) : 0;
}

int anc_message_add(const struct anc_message_type *row, struct anc_data *data, const void *value,
		    size_t size)
{
	const struct anc_cmsg msg = {row->level, row->type, value, size, false};

	if ((row->flags & (ANC_SENT | ANC_FOREIGN)) != ANC_SENT)
		return -EOPNOTSUPP;
	/* Of descriptors anc_data_add_cmsg() has a limit of its own. */
	if (!anc_row_has_size(row, size) ||
	    (row->max_size > 0 && size > row->max_size && row->fds_max == 0))
		return -EINVAL;
	return anc_data_add_cmsg(data, &msg);
}

static int anc_row_flags(const struct anc_message_type *row, int flags, bool on)
{
	return on ? flags | row->option_on : flags & ~row->option_off;
}

/* By the number of the message's own type, or where it has none by the one in force. */
static int anc_row_turn_stamping(const struct anc_message_type *row, int fd, bool on)
{
	const bool is_own = row->type == row->option;
	const int number = anc_stamping_number(fd, row->option);
	struct anc_stamping stamping;
	const int error = anc_stamping_get(fd, &stamping);

	if (error < 0)
		return error;
	/* Stamps of the other type come, and stay. */
	if (!on && is_own && number != row->option)
		return 0;
	stamping.flags = (unsigned)anc_row_flags(row, (int)stamping.flags, on);
	return anc_stamping_set(fd, is_own ? row->option : number, &stamping);
}

int anc_message_enable(const struct anc_message_type *row, int fd, bool on)
{
	int value = on;
	socklen_t len = sizeof(value);

	if (row->option == 0 || (row->flags & ANC_FOREIGN) != 0)
		return -EOPNOTSUPP;
	if (anc_stamping_is(row->option_level, row->option))
		return anc_row_turn_stamping(row, fd, on);
	if (row->option_on != 0) {
		if (anc_platform_getsockopt(fd, row->option_level, row->option, &value, &len) < 0)
			return -errno;
		value = anc_row_flags(row, value, on);
	}
	if (anc_platform_setsockopt(fd, row->option_level, row->option, &value, sizeof(value)) < 0)
		return -errno;
	return 0;
}
