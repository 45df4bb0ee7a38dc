/* SPDX-License-Identifier: MIT */
#ifndef ANC_MESSAGE_H
#define ANC_MESSAGE_H

/*
 * What a control message means: one row for each, the library's own and anyone's. There is no
 * registry: a row is a constant, and whoever wants it passes its address. See anc_message(3) and
 * docs/adding-a-message.md.
 */

#include <anc/cmsg.h>
#include <anc/data.h>

ANC_BEGIN_DECLS

/** A number of a field and how to print it; a table ends with a NULL name. */
struct anc_names {
	uint64_t value;
	const char *name;
};

/** How the bytes of a field are read and printed. */
enum anc_field_kind {
	ANC_FIELD_INT = 1, /* signed, 1 to 8 bytes */
	ANC_FIELD_UINT,    /* unsigned */
	ANC_FIELD_HEX,     /* unsigned, printed in hexadecimal */
	ANC_FIELD_ENUM,    /* unsigned, one of `names` */
	ANC_FIELD_FLAGS,   /* unsigned, bits of `names` */
	ANC_FIELD_TEXT,    /* characters, up to the payload's end when width is 0 */
	ANC_FIELD_BYTES    /* anything, up to the payload's end when width is 0 */
};

/** One field of a payload: how to print it, and to read it by name. */
struct anc_field {
	const char *name;
	unsigned char kind;    /* enum anc_field_kind */
	unsigned char width;   /* in bytes; 0: to the payload's end */
	unsigned short offset; /* in bytes from the payload's start */
	const struct anc_names *names;
};

/** A struct anc_field for a member of a struct, to stand in braces: {ANC_FIELD_OF(T, pid, ...)}. */
#define ANC_FIELD_OF(T, member, kind)                                                              \
	"" #member, kind, sizeof(((T *)0)->member), offsetof(T, member), NULL

/** Flags of a row. */
#define ANC_RECEIVED 0x1 /* a kernel or a custom socket delivers it */
#define ANC_SENT 0x2     /* it can be added to what is sent */

/** fds_max: descriptor slots to the payload's end. */
#define ANC_FDS_TO_THE_END 0xffff

/** A kind of control message. Zeroed members mean: no such thing. Rows are constants. */
struct anc_message_type {
	const char *name; /* "SCM_CREDENTIALS" */
	int level;
	int type;
	unsigned short size;     /* of the payload in bytes, when it has one size only; else 0 */
	unsigned short min_size; /* the least size in bytes, when size is 0 */
	unsigned short flags;    /* ANC_RECEIVED | ANC_SENT */
	unsigned short
		fds_at; /* where descriptor slots, each an int, start in the payload, in bytes */
	unsigned short fds_max; /* at most how many; 0: it carries none; ANC_FDS_TO_THE_END */
	const struct anc_field *fields;
	unsigned short field_count;
	int option_level; /* with `option`: what turns its delivery on, by setsockopt with an int */
	int option;
	/**
	 * Reads an odd payload into `ret`. Level and type were compared; the payload's size and
	 * `truncated` are its own to check: -EBADMSG; a `size` it cannot fill: -EINVAL. Returns 0,
	 * or writes nothing. NULL: a plain copy.
	 */
	int (*read)(const struct anc_cmsg *, void *ret, size_t size);
	const void *reserved[2]; /* zero */
};

struct anc_abi;

/** Whether the message is of this type, level and type together; its size may be wrong. */
ANC_API bool anc_message_is(const struct anc_message_type *, const struct anc_cmsg *);

/**
 * Copies the payload, or what the row's `read` makes of it, to `ret`, `size` bytes. A payload of
 * the right size is taken for whole, whatever `truncated` says. Descriptors in it stay owned by
 * their anc_data. Returns 0; -ENOMSG: another type; -EBADMSG: the payload's size is not the row's,
 * or it may have any and was cut; -EINVAL: `size` is not the row's (one size), or too small for the
 * payload (several).
 */
ANC_API int anc_message_get(const struct anc_message_type *, const struct anc_cmsg *, void *ret,
			    size_t size);

/**
 * How many descriptor slots a message of this type has; they are ints, at any alignment, from
 * `fds_at` bytes into the payload on. 0: none, or another type. A slot holds a descriptor, a
 * negative errno, or ANC_FD_TAKEN.
 */
ANC_API ANC_PURE size_t anc_message_fds(const struct anc_message_type *, const struct anc_cmsg *);

/**
 * The row by which the anc_data looks after descriptors in such a message: SCM_RIGHTS, SCM_PIDFD,
 * or one of those set with anc_data_set_types(). NULL: it carries none. What a socket of one's own
 * duplicates and closes must be what this says.
 */
ANC_API ANC_PURE const struct anc_message_type *anc_data_carrier(const struct anc_data *,
								 const struct anc_cmsg *);

/**
 * Appends a message with `size` bytes of payload, copied. Descriptors in it are borrowed until it
 * was sent. Returns 0; -EOPNOTSUPP: this type cannot be sent; -EINVAL: the size is not the row's;
 * else as anc_data_add_cmsg().
 */
ANC_API int anc_message_add(const struct anc_message_type *, struct anc_data *, const void *value,
			    size_t size);

/**
 * Turns delivery of this type on a socket on or off. Returns 0; -EOPNOTSUPP: no option does; else
 * what setsockopt(2) says, negative: -ENOPROTOOPT where the kernel does not know the option.
 */
ANC_API int anc_message_enable(const struct anc_message_type *, int fd, bool on) ANC_FD_ARG(2);

/**
 * Prints a message by this row, with snprintf's contract: at most `size` bytes with the closing NUL
 * are written, and the length of the whole text is returned. `or_null` says how its numbers lie;
 * NULL: as on this host. Never fails.
 */
ANC_API int anc_message_format(const struct anc_message_type *, const struct anc_cmsg *,
			       const struct anc_abi *or_null, char *buf, size_t size);

/**
 * Prints a message by the library's own row for it, or as numbers and hexadecimal bytes where there
 * is none. snprintf's contract: at most `size` bytes with the closing NUL are written, and the
 * length of the whole text is returned. `or_null` is the system that it came from; NULL: this
 * host. Levels that collide have their Internet meaning: 0 is IPPROTO_IP.
 */
ANC_API int anc_cmsg_format(const struct anc_cmsg *, const struct anc_abi *or_null, char *buf,
			    size_t size);

/** anc_cmsg_format(), which looks at the types set with anc_data_set_types() first. */
ANC_API int anc_data_format(const struct anc_data *, const struct anc_cmsg *, char *buf,
			    size_t size);

/**
 * The library's rows of this host, one after the other: the first after NULL, NULL after the last.
 * They live as long as the library.
 */
ANC_API const struct anc_message_type *anc_message_next(const struct anc_message_type *or_null);

/** The library's row for a level and type of this host, or NULL. */
ANC_API const struct anc_message_type *anc_message_find(int level, int type);

ANC_END_DECLS

/** Stamps stem_is(msg) and stem_get(msg, T *ret), typed calls; `row` is a pointer. */
#define ANC_TYPED_GET(stem, row, T)                                                                \
	ANC_TYPED_IS(stem, row)                                                                    \
	ANC_STATIC_INLINE int stem##_get(const struct anc_cmsg *msg, T *ret)                       \
	{                                                                                          \
		return anc_message_get(row, msg, ret, sizeof(*ret));                               \
	}

/** Stamps stem_is(msg) alone. */
#define ANC_TYPED_IS(stem, row)                                                                    \
	ANC_STATIC_INLINE bool stem##_is(const struct anc_cmsg *msg)                               \
	{                                                                                          \
		return anc_message_is(row, msg);                                                   \
	}

/** Stamps stem_add(data, const T *value). */
#define ANC_TYPED_ADD(stem, row, T)                                                                \
	ANC_STATIC_INLINE int stem##_add(struct anc_data *data, const T *value)                    \
	{                                                                                          \
		return anc_message_add(row, data, value, sizeof(*value));                          \
	}

/** Stamps stem_enable(fd, on). */
#define ANC_TYPED_ENABLE(stem, row)                                                                \
	ANC_STATIC_INLINE int stem##_enable(int fd, bool on)                                       \
	{                                                                                          \
		return anc_message_enable(row, fd, on);                                            \
	}

#endif
