/* SPDX-License-Identifier: MIT */
#ifndef ANC_DATA_INTERNAL_H
#define ANC_DATA_INTERNAL_H

#include <anc/data.h>

/* The life of an anc_data; docs/ownership.md has the table. */
enum anc_data_state {
	ANC_STATE_EMPTY,
	ANC_STATE_BUILT,   /* messages were added; descriptors in them are borrowed */
	ANC_STATE_OFFERED, /* somebody receives into it */
	ANC_STATE_FILLED,  /* bytes were received, or disowned; nothing is owned */
	ANC_STATE_HELD     /* descriptors that came are owned */
};

/* Goes to another state: what is held is closed, unless it goes to FILLED; what was in it is
 * forgotten on the way to EMPTY or OFFERED. */
void anc_data_move(struct anc_data *, enum anc_data_state to);

/* Offers the whole capacity, as it is: the kernel writes before anyone reads. NULL when it is 0. */
void *anc_data_offer(struct anc_data *);

/* FILLED to HELD, with anc_data_take_ownership()'s contract. `end`: where a cut would have come, in
 * bytes. */
int anc_data_own(struct anc_data *, size_t end, int recv_flags, int msg_flags);

/* Closes every descriptor that is held. Preserves errno. */
void anc_data_close_held(struct anc_data *);

/* Closes the descriptors in bytes that belong to nobody yet. */
void anc_data_close_foreign(const struct anc_data *, const void *control, size_t len,
			    int recv_flags);

/* What a send takes: its messages, if any go. */
struct anc_cmsgs anc_data_sent(const struct anc_data *);

/* The same length without the last message's padding. */
size_t anc_data_exact_len(const struct anc_data *);

/* Whether a send carries an SCM_RIGHTS. */
bool anc_data_sends_rights(const struct anc_data *);

/* Whether a descriptor that came in it has been taken since. */
bool anc_data_has_taken(const struct anc_data *);

#endif
