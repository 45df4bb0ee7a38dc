/* SPDX-License-Identifier: MIT */
#ifndef ANC_DATA_INTERNAL_H
#define ANC_DATA_INTERNAL_H

#include "builder.h"
#include "platform/platform.h"

#include <anc/data.h>

/* The life of an anc_data; docs/ownership.md has the table. */
enum anc_data_state {
	ANC_STATE_EMPTY,
	ANC_STATE_BUILT,   /* messages were added; descriptors in them are borrowed */
	ANC_STATE_OFFERED, /* somebody receives into it */
	ANC_STATE_FILLED,  /* bytes were received, or disowned; nothing is owned */
	ANC_STATE_HELD     /* descriptors that came are owned */
};

/* Closes every descriptor that is held. Preserves errno. */
void anc_data_close_held(struct anc_data *);

/*
 * Goes to another state, the only way. To EMPTY or OFFERED what is held is closed and the contents
 * are forgotten; to FILLED it is disowned.
 */
static inline void anc_data_move(struct anc_data *data, enum anc_data_state to)
{
	if (to == ANC_STATE_EMPTY || to == ANC_STATE_OFFERED) {
		if (data->held > 0)
			anc_data_close_held(data);
		anc_builder_reset(&data->built);
		data->cut = ANC_CUT_NONE;
		data->ctrunc = false;
		data->malformed = false;
	}
	data->held = 0;
	data->lone = 0;
	data->generation++;
	data->state = (unsigned char)to;
}

/* Whether the bytes are one SCM_RIGHTS with one descriptor, and nothing else. */
static inline bool anc_bytes_are_one_fd(const unsigned char *bytes, size_t len, int *ret_fd)
{
	static const int rights[2] = {SOL_SOCKET, SCM_RIGHTS};

	if (len != ANC_FDS_SPACE(1) ||
	    anc_layout_load(bytes, ANC_CMSG_LEN_WIDTH, false) != ANC_CMSG_LEN(sizeof(int)) ||
	    memcmp(bytes + ANC_CMSG_LEN_WIDTH, rights, sizeof(rights)) != 0)
		return false;
	memcpy(ret_fd, bytes + ANC_CMSG_DATA, sizeof(*ret_fd));
	return true;
}

/* Offers the whole capacity, as it is: the kernel writes before anyone reads. NULL when it is 0. */
static inline void *anc_data_offer(struct anc_data *data)
{
	anc_data_move(data, ANC_STATE_OFFERED);
	return data->built.capacity > 0 ? data->built.bytes : NULL;
}

/* Whether such a receive installs descriptors; elsewhere a peek shows zeros, or pointers. */
static inline bool anc_flags_install(int recv_flags)
{
	return anc_habits.peek_installs || !(recv_flags & MSG_PEEK);
}

/* Whether they came close-on-exec. */
static inline bool anc_flags_cloexec(int recv_flags)
{
	return anc_habits.cmsg_cloexec != 0 && (recv_flags & anc_habits.cmsg_cloexec) != 0;
}

/* Whether the descriptor table is full; a socket to ask with, or ANC_ASK_AFRESH. */
bool anc_table_is_full(int asked);

/* Why what is in the buffer came short; `cut_errno` is set where it was refused. */
enum anc_cut anc_data_why_cut(struct anc_data *, int asked);

/* The same as the errno of a take, 0 when it did not. */
int anc_data_cut_error(const struct anc_data *);

/* Whom to ask why control data came short, beside a socket. */
#define ANC_ASK_AFRESH (-1) /* no socket is at hand */
#define ANC_ASK_NOBODY (-2) /* it was decided elsewhere */

/* What anc_data_own() does with a buffer of any kind. */
int anc_data_own_all(struct anc_data *, int recv_flags, int asked);

/*
 * To HELD, with anc_data_take_ownership()'s contract. A cut would have come at `end`; `asked` is a
 * socket, or one of the above.
 */
static inline int anc_data_own(struct anc_data *data, size_t end, int recv_flags, int msg_flags,
			       int asked)
{
	int fd;

	data->end = end;
	data->ctrunc = (msg_flags & MSG_CTRUNC) != 0;
	data->cut = data->ctrunc ? ANC_CUT_UNKNOWN : ANC_CUT_NONE;
	anc_data_move(data, ANC_STATE_HELD);
	if (!ANC_LIKELY(!data->ctrunc && anc_flags_cloexec(recv_flags) &&
			anc_flags_install(recv_flags) &&
			anc_bytes_are_one_fd(data->built.bytes, data->built.len, &fd) && fd >= 0))
		return anc_data_own_all(data, recv_flags, asked);
	data->held = 1;
	data->lone = ANC_CMSG_DATA;
	memset((unsigned char *)data->built.bytes + ANC_CMSG_LEN(sizeof(fd)), 0,
	       ANC_FDS_SPACE(1) - ANC_CMSG_LEN(sizeof(fd)));
	return 0;
}

/* EMPTY to HELD: a kernel wrote `len` bytes, or says so, past the end perhaps. */
static inline int anc_data_filled(struct anc_data *data, size_t len, int recv_flags, int msg_flags,
				  int asked)
{
	data->built.len = len < data->built.capacity ? len : data->built.capacity;
	return anc_data_own(data, data->built.capacity, recv_flags, msg_flags, asked);
}

/*
 * Moves what `from` holds to `to`, which is empty, as far as its capacity goes; the rest stays
 * with `from`. The flags are those of the receive; MSG_CTRUNC is added when something stays.
 */
void anc_data_give(struct anc_data *from, struct anc_data *to, int recv_flags, int msg_flags);

/* Closes the descriptors in bytes that belong to nobody yet. */
void anc_data_close_foreign(const struct anc_data *, const void *control, size_t len,
			    int recv_flags);

/* The length of the messages without the last one's padding. */
size_t anc_data_exact_len(const struct anc_data *);

/* Whether a send carries an SCM_RIGHTS. */
bool anc_data_sends_rights(const struct anc_data *);

/* Whether a descriptor that came in it has been taken since. */
bool anc_data_has_taken(const struct anc_data *);

#endif
