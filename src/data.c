/* SPDX-License-Identifier: MIT */
#include "data.h"

#include <anc/buf.h>

/* The one external definition of the inline function of <anc/data.h>. */
extern struct anc_cmsgs anc_data_cmsgs(const struct anc_data *);

void anc_data_init(struct anc_data *data, void *buf, size_t capacity)
{
	memset(data, 0, sizeof(*data));
	data->built.bytes = buf;
	data->built.capacity = buf != NULL ? capacity : 0;
}

void anc_data_clear(struct anc_data *data)
{
	anc_data_move(data, ANC_STATE_EMPTY);
}

/* Empties the buffer and forgets the storage, which is not freed. */
static inline void anc_data_reset(struct anc_data *data)
{
	anc_data_move(data, ANC_STATE_EMPTY);
	data->built.bytes = NULL;
	data->built.capacity = 0;
	data->types = NULL;
	data->type_count = 0;
}

ANC_COLD static void anc_data_reset_held(struct anc_data *data)
{
	if (data->lender != NULL)
		data->lender->borrower = NULL;
	data->lender = NULL;
	anc_data_reset(data);
}

void anc_data_fini(struct anc_data *data)
{
	/* Most have nothing to part with, and are done with a few stores. */
	if (data->held > 0 || data->lender != NULL)
		anc_data_reset_held(data);
	else
		anc_data_reset(data);
}

size_t anc_data_capacity(const struct anc_data *data)
{
	return data->built.capacity;
}

static bool anc_data_is_busy(const struct anc_data *data)
{
	return data->state != ANC_STATE_EMPTY && data->state != ANC_STATE_BUILT;
}

static int anc_data_added(struct anc_data *data, int error)
{
	if (data->state == ANC_STATE_EMPTY && data->built.len > 0)
		anc_data_move(data, ANC_STATE_BUILT);
	return error;
}

int anc_data_add_cmsg(struct anc_data *data, const struct anc_cmsg *msg)
{
	if (anc_data_is_busy(data))
		return -EBUSY;
	return anc_data_added(data, anc_builder_add_cmsg(&data->built, msg));
}

int anc_data_add_fds(struct anc_data *data, const int *borrowed, size_t count)
{
	if (anc_data_is_busy(data))
		return -EBUSY;
	return anc_data_added(data, anc_builder_add_fds(&data->built, borrowed, count));
}

void *anc_data_control_buf(struct anc_data *data, size_t *ret_len)
{
	void *control = anc_data_offer(data);

	*ret_len = data->built.capacity;
	if (control != NULL)
		memset(control, 0, data->built.capacity);
	return control;
}

int anc_data_set_control_len(struct anc_data *data, size_t len)
{
	if (data->state != ANC_STATE_OFFERED || len > data->built.capacity)
		return -EINVAL;
	data->built.len = len;
	anc_data_move(data, ANC_STATE_FILLED);
	return 0;
}

int anc_data_take_ownership(struct anc_data *data, int recv_flags, int msg_flags)
{
	if (data->state != ANC_STATE_FILLED)
		return -EINVAL;
	return anc_data_filled(data, data->built.len, recv_flags, msg_flags, ANC_ASK_AFRESH);
}

int anc_data_adopt(struct anc_data *data, const void *control, size_t len, int recv_flags,
		   int msg_flags)
{
	anc_data_clear(data);
	if (len > data->built.capacity) {
		anc_data_close_foreign(data, control, len, recv_flags);
		return -ENOBUFS;
	}
	anc_data_offer(data);
	if (len > 0)
		memcpy(data->built.bytes, control, len);
	data->built.len = len;
	return anc_data_own(data, len, recv_flags, msg_flags, ANC_ASK_NOBODY);
}

void anc_data_release(struct anc_data *data)
{
	if (data->state == ANC_STATE_HELD)
		anc_data_move(data, ANC_STATE_FILLED);
}

int anc_data_set_types(struct anc_data *data, const struct anc_message_type *const *types,
		       size_t count)
{
	if (count > UINT_MAX || (types == NULL && count > 0))
		return -EINVAL;
	/* Another view of what is a descriptor would change what is owned. */
	if (data->state == ANC_STATE_HELD)
		return -EBUSY;
	data->types = types;
	data->type_count = (unsigned)count;
	return 0;
}

size_t anc_data_exact_len(const struct anc_data *data)
{
	const struct anc_cmsgs cmsgs = anc_data_cmsgs(data);
	const unsigned char *bytes = cmsgs.bytes;
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	struct anc_cmsg msg;
	size_t end = 0;

	while (anc_cmsg_iter_next(&it, &msg) == 1)
		end = (size_t)((const unsigned char *)msg.data + msg.len - bytes);
	return end;
}

bool anc_data_sends_rights(const struct anc_data *data)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) == 1)
		if (msg.level == SOL_SOCKET && msg.type == SCM_RIGHTS)
			return true;
	return false;
}
