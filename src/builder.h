/* SPDX-License-Identifier: MIT */
#ifndef ANC_BUILDER_H
#define ANC_BUILDER_H

#include <anc/data.h>

/*
 * Messages put one behind the other; what anc_data and anc_buf share. Each returns 0 or, with
 * nothing changed, the negative errno that anc_data_add_cmsg() and anc_data_add_fds() document.
 */
int anc_builder_add_cmsg(struct anc_builder *, const struct anc_cmsg *);
int anc_builder_add_fds(struct anc_builder *, const int *fds, size_t count);

/* Forgets the messages; the storage stays. */
static inline void anc_builder_reset(struct anc_builder *built)
{
	built->len = 0;
	built->last = 0;
	built->fd_count = 0;
}

#endif
