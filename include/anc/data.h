/* SPDX-License-Identifier: MIT */
#ifndef ANC_DATA_H
#define ANC_DATA_H

/*
 * One buffer of control messages and the descriptors that came in it. `add` borrows, `take` moves
 * to the caller, `clear` and `fini` close what was received and not taken. See anc_data(3) and
 * docs/ownership.md. A struct anc_data that holds descriptors must not be copied: it is their only
 * owner.
 */

#include <limits.h>

#include <anc/cmsg.h>

ANC_BEGIN_DECLS

struct anc_buf;
struct anc_message_type;

/** Messages being put together; private to the library. */
struct anc_builder {
	void *bytes;
	size_t capacity;
	size_t len;
	size_t last;       /* where the last message starts */
	unsigned fd_count; /* descriptors in all its SCM_RIGHTS */
};

/** A control buffer and its descriptors; the members are private. Zeroed: empty, of capacity 0. */
struct anc_data {
	struct anc_builder built;
	size_t end;    /* where the kernel would have had to stop */
	unsigned held; /* slots that nobody took, at most; 0: none */
	unsigned lone; /* where the slot lies that is all that came; 0: it is not so */
	const struct anc_message_type *const *types;
	struct anc_buf *lender;
	unsigned type_count;
	unsigned generation;
	int cut_errno;
	unsigned char state;
	unsigned char cut;
	bool ctrunc;
	bool malformed;
	void *reserved;
};

/** A cursor over received descriptors, which the anc_data owns until next(). Private. */
struct anc_fd_iter {
	struct anc_data *data;
	unsigned generation;
	int level;
	int type;
	size_t message;
	size_t slot;
	void *reserved;
};

/** Why control data came short. */
enum anc_cut {
	ANC_CUT_NONE,    /* it did not */
	ANC_CUT_ROOM,    /* the buffer was too small */
	ANC_CUT_REFUSED, /* the descriptor table is full, or there was room and a policy said no */
	ANC_CUT_UNKNOWN  /* it did, and nothing tells why */
};

/** What a slot holds after its descriptor was taken or closed; no descriptor and no errno. */
#define ANC_FD_TAKEN INT_MIN

/**
 * ANC_DATA(name, capacity): a struct anc_data `name` over `capacity` bytes of uninitialised stack,
 * a constant, that is finished when the scope ends. GNU C only. Do not jump into its scope past it:
 * clang refuses, gcc says so with -Wjump-misses-init.
 */
#if defined(__GNUC__) && !defined(__cplusplus)
#define ANC_DATA(name, capacity_)                                                                  \
	unsigned char name##_storage[(capacity_) > 0 ? (capacity_) : 1];                           \
	ANC_CLEANUP(anc_data_fini)                                                                 \
	struct anc_data name = {.built = {.bytes = name##_storage, .capacity = (capacity_)}}
#endif

/**
 * Makes `data` an empty buffer over `capacity` bytes at `buf`, of any alignment, borrowed until
 * anc_data_fini(). (NULL, 0) is a buffer without room. Iterators of before must not be used after
 * it.
 */
ANC_API void anc_data_init(struct anc_data *data, void *buf, size_t capacity);

/** Closes what was received and not taken, gives storage back to the anc_buf it came from, and
 * leaves a buffer of capacity 0. Its iterators end. Safe twice. Preserves errno. */
ANC_API void anc_data_fini(struct anc_data *);

/** Closes what was received and not taken; the buffer is empty and ready for use again, its types
 * stay set. Preserves errno. */
ANC_API void anc_data_clear(struct anc_data *);

/** The bytes that anc_data_init() was given. */
ANC_API ANC_PURE size_t anc_data_capacity(const struct anc_data *);

/** A view of the messages in it, borrowed until the next call that changes it. Empty while the
 * buffer is offered. */
ANC_API ANC_INLINE ANC_PURE struct anc_cmsgs anc_data_cmsgs(const struct anc_data *data)
{
	struct anc_cmsgs cmsgs = anc_cmsgs_from_bytes(data->built.bytes, data->built.len);

	cmsgs.truncated = data->ctrunc;
	cmsgs.capacity = data->ctrunc ? data->end : data->built.capacity;
	return cmsgs;
}

/**
 * Appends a copy of one message. Descriptors in it are borrowed: keep them open until it was sent.
 * Returns 0; -ENOBUFS: it does not fit; -EINVAL: it is truncated, has no bytes where len says so,
 * or is an SCM_RIGHTS without whole descriptors; -EBADF: a negative descriptor in an SCM_RIGHTS;
 * -E2BIG: more descriptors than the platform takes in one send; -EBUSY: the buffer is offered or
 * holds what was received. On error nothing changes.
 */
ANC_API int anc_data_add_cmsg(struct anc_data *, const struct anc_cmsg *);

/**
 * Appends descriptors, never duplicated and never closed: keep them open until they were sent.
 * Joins an SCM_RIGHTS that is the last message. `count` descriptors; 0 does nothing. Returns 0;
 * -ENOBUFS; -EBADF: one is negative; -E2BIG: more than the platform takes in one send, what is
 * there already included; -EBUSY: the buffer is offered or holds what was received. On error
 * nothing changes.
 */
ANC_API int anc_data_add_fds(struct anc_data *, const int *borrowed, size_t count) ANC_READS(2, 3);

/** An iterator over the descriptors of SCM_RIGHTS, or over those of another carrying type. */
ANC_API struct anc_fd_iter anc_data_received_fds(struct anc_data *);
ANC_API struct anc_fd_iter anc_data_received_fds_of(struct anc_data *, int level, int type);

/**
 * Gives in `*ret_fd` a descriptor, which is now the caller's to close, or a negative errno that
 * stood in its slot; each once. Returns false when there are no more, or when the anc_data has
 * changed since.
 */
ANC_API ANC_MUST_USE bool anc_fd_iter_next(struct anc_fd_iter *, int *ret_fd);

/** Closes the descriptors of its type that were not yielded. Preserves errno. Safe twice. */
ANC_API void anc_fd_iter_fini(struct anc_fd_iter *);

/**
 * Takes the one descriptor of SCM_RIGHTS; it is the caller's to close.
 * Returns it, or, in this order: -EMSGSIZE: control was cut for want of room, or nobody knows why;
 * -EMFILE: cut, the descriptor table is full; -EACCES: cut, it was refused; the negative errno in
 * its slot; -E2BIG: several; -ENOMSG: none. On any error all descriptors of SCM_RIGHTS are closed.
 */
ANC_API ANC_MUST_USE int anc_data_take_fd(struct anc_data *);

/**
 * Takes all descriptors of SCM_RIGHTS into `ret_fds`, which has room for `max`, and their number
 * into `*ret_count`; they are the caller's to close. Returns 0, also for none, or as
 * anc_data_take_fd(), -E2BIG: more than `max`. On any error all of them are closed and nothing is
 * written.
 */
ANC_API ANC_MUST_USE int anc_data_take_fds(struct anc_data *, int *ret_fds, size_t max,
					   size_t *ret_count);

/**
 * Takes the descriptor of SCM_PIDFD; it is the caller's to close.
 * Returns it, or the negative errno in its slot; -E2BIG: several, all closed; -EMSGSIZE: none, and
 * control was cut; -ENOMSG: none.
 */
ANC_API ANC_MUST_USE int anc_data_take_pidfd(struct anc_data *);

/** Why control data came short, if it did. */
ANC_API ANC_PURE enum anc_cut anc_data_cut(const struct anc_data *);

/** Disowns every descriptor; the bytes stay as they are, and closing is the caller's affair. */
ANC_API void anc_data_release(struct anc_data *);

/**
 * Makes the anc_data look after descriptors in messages of these types as it does after SCM_RIGHTS
 * and SCM_PIDFD. `types` and what it points to are borrowed until replaced or anc_data_fini(); they
 * survive anc_data_clear(). Returns 0; -EBUSY: what was received is held, with descriptors or
 * without, clear first; -EINVAL: NULL with a count.
 */
ANC_API int anc_data_set_types(struct anc_data *, const struct anc_message_type *const *types,
			       size_t count);

/*
 * For those who receive by themselves (own sockets, io_uring, event libraries): offer the buffer,
 * receive into it, tell the length, take ownership.
 */

/**
 * The whole capacity, zeroed, to be received into; its bytes in `*ret_len`. NULL when that is 0.
 * What was received and not taken is closed, what was added is forgotten.
 */
ANC_API void *anc_data_control_buf(struct anc_data *, size_t *ret_len);

/** Says how many bytes came. Returns 0; -EINVAL: past the capacity, or it is not offered. */
ANC_API int anc_data_set_control_len(struct anc_data *, size_t len);

/**
 * Adopts every descriptor in the buffer. `recv_flags` as given to the receive, `msg_flags` as
 * returned by it: MSG_PEEK and MSG_CTRUNC matter. Without MSG_CMSG_CLOEXEC each descriptor is made
 * close-on-exec; one that cannot be is closed, and its slot then holds the negative errno. Padding
 * is zeroed. Returns 0; -EBADMSG: a header lies, what stands before it is owned; -EINVAL: nothing
 * was received that is not owned.
 */
ANC_API int anc_data_take_ownership(struct anc_data *, int recv_flags, int msg_flags);

/**
 * The same for `len` control bytes that lie elsewhere, without overlap: copied in, they replace the
 * contents and are owned. The end of `len` counts as the end of their capacity. Returns as
 * anc_data_take_ownership(); -ENOBUFS: they did not fit, every descriptor in them is closed.
 */
ANC_API int anc_data_adopt(struct anc_data *, const void *control, size_t len, int recv_flags,
			   int msg_flags) ANC_READS(2, 3);

ANC_END_DECLS

#endif
