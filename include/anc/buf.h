/* SPDX-License-Identifier: MIT */
#ifndef ANC_BUF_H
#define ANC_BUF_H

/*
 * The growable, heap-backed control buffer. It is filled, and lends its storage to an anc_data to
 * send or receive with. See anc_buf(3).
 */

#include <anc/data.h>

ANC_BEGIN_DECLS

/** A growable control buffer; the members are private. Zeroed: empty. It must not be copied or
 * moved while lent. */
struct anc_buf {
	struct anc_builder built;
	struct anc_data *borrower;
	void *reserved[2];
};

/** Makes an empty buffer; allocates nothing. */
ANC_API void anc_buf_init(struct anc_buf *);

/** Finishes the anc_data it lent to, if any, and frees the storage. Safe twice. Preserves errno. */
ANC_API void anc_buf_fini(struct anc_buf *);

/** Finishes the anc_data it lent to, empties the buffer, keeps its capacity and errno. */
ANC_API void anc_buf_clear(struct anc_buf *);

/** The bytes it holds without growing. */
ANC_API ANC_PURE size_t anc_buf_capacity(const struct anc_buf *);

/** A view of its messages, borrowed until the next call that changes it; empty while lent. */
ANC_API ANC_PURE struct anc_cmsgs anc_buf_cmsgs(const struct anc_buf *);

/** As anc_data_add_cmsg(), but grows: -ENOMEM instead of -ENOBUFS; -EBUSY: lent. */
ANC_API int anc_buf_add_cmsg(struct anc_buf *, const struct anc_cmsg *);

/** As anc_data_add_fds(), which borrows, but grows: -ENOMEM for -ENOBUFS; -EBUSY: lent. */
ANC_API int anc_buf_add_fds(struct anc_buf *, const int *borrowed, size_t count) ANC_READS(2, 3);

/** Appends `count` messages, all or none. Returns as anc_buf_add_cmsg(). */
ANC_API int anc_buf_extend(struct anc_buf *, const struct anc_cmsg *, size_t count);

/**
 * Makes room for at least `additional` bytes behind what is there; the exact form for no more than
 * that. Returns 0; -ENOMEM; -EBUSY: lent.
 */
ANC_API int anc_buf_reserve(struct anc_buf *, size_t additional);
ANC_API int anc_buf_reserve_exact(struct anc_buf *, size_t additional);

/**
 * Makes `ret` an anc_data with the buffer's contents, over its storage; what it was before is
 * forgotten, so finish it first. The buffer is then empty and remembers it: anc_data_fini(ret)
 * gives the storage back, anc_buf_clear() and anc_buf_fini() finish `ret` first. Neither struct may
 * move meanwhile. A fresh buffer lends capacity 0: reserve first. Returns 0; -EBUSY: lent already.
 */
ANC_API int anc_buf_to_data(struct anc_buf *, struct anc_data *ret);

ANC_END_DECLS

#endif
