/* SPDX-License-Identifier: MIT */
#include "message.h"

#include "platform/platform.h"

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

/* What the option is to be: a word of flags keeps what was set for something else. */
static int anc_row_option(const struct anc_message_type *row, int fd, bool on, int *ret)
{
	socklen_t len = sizeof(*ret);
	int value = on;

	if (row->option_on != 0) {
		if (anc_platform_getsockopt(fd, row->option_level, row->option, &value, &len) < 0)
			return -errno;
		value = on ? value | row->option_on : value & ~row->option_off;
	}
	*ret = value;
	return 0;
}

int anc_message_enable(const struct anc_message_type *row, int fd, bool on)
{
	int value;
	int error;

	if (row->option == 0 || (row->flags & ANC_FOREIGN) != 0)
		return -EOPNOTSUPP;
	error = anc_row_option(row, fd, on, &value);
	if (error < 0)
		return error;
	if (anc_platform_setsockopt(fd, row->option_level, row->option, &value, sizeof(value)) < 0)
		return -errno;
	return 0;
}
