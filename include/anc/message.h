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

/**
 * How the bytes of a field are read and printed. Numbers are as the system has them, in network
 * byte order with ANC_FIELD_NETWORK. A field may be a list of such elements: ANC_FIELD_LIST to the
 * payload's end; ANC_FIELD_COUNTED as many as the field before it says. In text a list is "a,b".
 */
enum anc_field_kind {
	ANC_FIELD_INT = 1,  /* signed, 1 to 8 bytes */
	ANC_FIELD_UINT,     /* unsigned */
	ANC_FIELD_HEX,      /* unsigned, printed in hexadecimal */
	ANC_FIELD_ENUM,     /* unsigned, one of `names` */
	ANC_FIELD_FLAGS,    /* unsigned, bits of `names` */
	ANC_FIELD_TEXT,     /* characters, up to the payload's end when width is 0 */
	ANC_FIELD_BYTES,    /* anything, up to the payload's end when width is 0 */
	ANC_FIELD_IN_ADDR,  /* an IPv4 address, 4 bytes */
	ANC_FIELD_IN6_ADDR, /* an IPv6 address, 16 bytes */
	ANC_FIELD_MAC,      /* a link address: bytes with colons between */
	ANC_FIELD_SOCKADDR, /* a struct sockaddr of the system: of IPv4, IPv6 or a link */
	ANC_FIELD_TIMEVAL,  /* since 1970, in seconds and microseconds: 8 bytes, 4 + 4; 12, 8 + 4;
			       16, 8 + 8 */
	ANC_FIELD_TIMESPEC, /* the same in seconds and nanoseconds */
	ANC_FIELD_BINTIME,  /* the same in seconds and 2^-64 seconds: 16 bytes; 12 with 4 + 8 */
	ANC_FIELD_ELAPSED,  /* a timespec of a clock that does not count from 1970 */
	ANC_FIELD_NLATTRS   /* netlink attributes to the payload's end; `names` has their types */
};
#define ANC_FIELD_LIST 0x20
#define ANC_FIELD_COUNTED 0x40
#define ANC_FIELD_NETWORK 0x80

/** One field of a payload: how to print it, and to read it by name. */
struct anc_field {
	const char *name;
	unsigned char kind;    /* enum anc_field_kind, with LIST, COUNTED, NETWORK */
	unsigned char width;   /* in bytes, of one element; 0: to the payload's end */
	unsigned short offset; /* in bytes from the payload's start */
	const struct anc_names *names;
};

/** A struct anc_field for a member of a struct, to stand in braces: {ANC_FIELD_OF(T, pid, ...)}. */
#define ANC_FIELD_OF(T, member, kind)                                                              \
	"" #member, kind, sizeof(((T *)0)->member), offsetof(T, member), NULL

/** Flags of a row. */
#define ANC_RECEIVED 0x1     /* a kernel or a custom socket delivers it */
#define ANC_SENT 0x2         /* it can be added to what is sent */
#define ANC_ERROR_QUEUE 0x4  /* it comes with MSG_ERRQUEUE, also when its option is off */
#define ANC_UNASKED 0x8      /* it may come though no option says so */
#define ANC_REPEATS 0x10     /* several may come with one receive */
#define ANC_CREDENTIALS 0x20 /* who sent it: fields pid, uid, euid, gid, egid, groups */
#define ANC_CLAIMED 0x40     /* ... as the sender has it; only a privileged one may lie */
#define ANC_EMPTY 0x80       /* its payload has no byte; `size` 0 alone is any size */
#define ANC_FOREIGN 0x100    /* of another system: its numbers mean something else to this kernel */

/** fds_max: descriptor slots to the payload's end. */
#define ANC_FDS_TO_THE_END 0xffff

/** A bit for an address family of this host, for `families`. */
#define ANC_FAMILY(af) ((uint64_t)1 << (af))

struct anc_abi;

/** How well a row fits a message: the better, the higher. */
enum anc_match {
	ANC_MATCH_NONE, /* its level and type are another's */
	ANC_MATCH_SIZE, /* they agree, but the payload has a size or contents that this row does not
			   allow */
	ANC_MATCH_GUESS, /* the message may as well be another that has these numbers */
	ANC_MATCH_SURE
};

/** A kind of control message. Zeroed members mean: no such thing. Rows are constants. */
struct anc_message_type {
	const char *name; /* "SCM_CREDENTIALS" */
	int level;
	int type;
	unsigned short size;     /* of the payload in bytes, when it has one size only; else 0 */
	unsigned short min_size; /* the least size in bytes, when size is 0 */
	unsigned short flags;    /* ANC_RECEIVED | ANC_SENT ... */
	unsigned short fds_at;   /* in bytes, where its descriptor slots, each an int, start */
	unsigned short fds_max;  /* at most how many; 0: it carries none; ANC_FDS_TO_THE_END */
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
	const char *option_name; /* "SO_PASSCRED" */
	const char *payload; /* the type of the payload as its man page has it: "struct ucred" */
	/* The greatest size in bytes, when `size` is 0 and it is known: of what is added, and for
	 * the room of what comes. What came is not held to it, since kernels grow, but told. */
	unsigned short max_size;
	unsigned short bits; /* 32 or 64: of programs of this width only; 0: of any */
	uint64_t families;   /* ANC_FAMILY() of those sockets that have it; 0: any */
	/**
	 * Tells apart messages of equal level, type and size: whether this payload, whose size is
	 * the row's, can be such a one. The ABI is never NULL. NULL: yes, surely.
	 */
	enum anc_match (*fits)(const struct anc_cmsg *, const struct anc_abi *);
	/**
	 * An option that is a word of flags: those that turn the message on, and those that are
	 * cleared to turn it off; others of the word stay. 0: the option is 1 or 0.
	 */
	int option_on;
	int option_off;
	const void *reserved[3]; /* zero */
};

/**
 * Whether the message is of this type, level and type together; its size may be wrong. As for
 * anc_message_get(), the message is one of this host, and so is the row: other systems' messages
 * are told by anc_message_match() and read by anc_message_field().
 */
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
 * was sent. Returns 0; -EOPNOTSUPP: this type cannot be sent, or it is another system's; -EINVAL:
 * the size is not the row's; else as anc_data_add_cmsg().
 */
ANC_API int anc_message_add(const struct anc_message_type *, struct anc_data *, const void *value,
			    size_t size);

/**
 * Turns delivery of this type on a socket on or off. Where the option is a word of flags
 * (SO_TIMESTAMPING), those that were set for something else stay. Of Linux's timestamps a socket
 * has all in the old types or all in the new, as was asked for last, and SO_TIMESTAMP or
 * SO_TIMESTAMPNS, not both; stamps of arrival begin a while after they were asked for. Returns 0;
 * -EOPNOTSUPP: no option does, or the row is another system's; else what setsockopt(2) or
 * getsockopt(2) says, negative: -ENOPROTOOPT where the kernel does not know the option, -EINVAL
 * where it takes more than a number (TLS_RX wants keys).
 */
ANC_API int anc_message_enable(const struct anc_message_type *, int fd, bool on) ANC_FD_ARG(2);

/**
 * Prints a message by this row, with snprintf's contract: at most `size` bytes with the closing NUL
 * are written, and the length of the whole text is returned. A NULL row: as numbers and hexadecimal
 * bytes. `or_null` says how its numbers lie; NULL: as on this host. Times are in UTC, of the
 * Gregorian calendar; those outside the years 0 to 9999 are seconds. A size that is not the row's
 * is said, one past its `max_size` too; what its `fits` says is not asked for. Never fails.
 */
ANC_API int anc_message_format(const struct anc_message_type *row_or_null, const struct anc_cmsg *,
			       const struct anc_abi *or_null, char *buf, size_t size);

/**
 * The same as one JSON object, in one line: "name" (where a row is known), "level", "type", "len",
 * "expected" (the row's size, where it is another: its only, least or greatest one), "truncated"
 * (when it is), "fields" (an object: numbers and strings; flags and lists are arrays; hexadecimal
 * fields, and numbers past INT64_MAX, are strings; a time of nothing but zeros is null), "fds"
 * (descriptors and negative errnos; null: taken), and "bytes" (hexadecimal digits) where no field
 * tells what is in it.
 */
ANC_API int anc_message_json(const struct anc_message_type *row_or_null, const struct anc_cmsg *,
			     const struct anc_abi *or_null, char *buf, size_t size);

/**
 * Prints a message by the library's own row for it, or as numbers and hexadecimal bytes where there
 * is none. snprintf's contract: at most `size` bytes with the closing NUL are written, and the
 * length of the whole text is returned. `or_null` is the system that it came from; NULL: this
 * host. Levels that collide have their Internet meaning: 0 is IPPROTO_IP. Behind it stands
 * "(a guess)" where the message may be another, "(contents do not fit)" where a row's numbers and
 * size are met and what is in it contradicts them.
 */
ANC_API int anc_cmsg_format(const struct anc_cmsg *, const struct anc_abi *or_null, char *buf,
			    size_t size);

/**
 * The same as the object of anc_message_json(), with "fits" (false) or "guess" (true) before
 * "truncated" where the text has them.
 */
ANC_API int anc_cmsg_json(const struct anc_cmsg *, const struct anc_abi *or_null, char *buf,
			  size_t size);

/** Both for a message of a socket of this family: AF_UNIX ...; see anc_message_match(). */
ANC_API int anc_cmsg_format_of(const struct anc_cmsg *, const struct anc_abi *or_null, int family,
			       char *buf, size_t size);
ANC_API int anc_cmsg_json_of(const struct anc_cmsg *, const struct anc_abi *or_null, int family,
			     char *buf, size_t size);

/** Both for a message of an anc_data, by what anc_data_match() finds. */
ANC_API int anc_data_format(const struct anc_data *, const struct anc_cmsg *, char *buf,
			    size_t size);
ANC_API int anc_data_json(const struct anc_data *, const struct anc_cmsg *, char *buf, size_t size);

/**
 * A number by its field's name, of a message of any system: "uid", "ipi_ifindex". Times are in
 * nanoseconds; unsigned numbers past INT64_MAX come out negative, to be cast back. Returns 0;
 * -ENOMSG: no row for the message, or no such field; -EBADMSG: the payload's size or contents are
 * not the row's; -EINVAL: it is no number (an address, text, a list); -ERANGE: a time past 64 bits,
 * or with a fraction of a second or more.
 * What is a guess is read, too: anc_message_match() tells.
 */
ANC_API int anc_cmsg_field(const struct anc_cmsg *, const struct anc_abi *or_null, const char *name,
			   int64_t *ret);

/**
 * The same by a row of one's own, for what anc_message_match() found, or where a family decides.
 * -EBADMSG: the payload is too short for this field; its size and contents are not looked at else.
 */
ANC_API int anc_message_field(const struct anc_message_type *, const struct anc_cmsg *,
			      const struct anc_abi *or_null, const char *name, int64_t *ret);

/**
 * The bytes of any field by its name, lent from the message. Lists have all that the payload holds
 * of them, in whole elements. Returns 0, -ENOMSG or -EBADMSG as anc_message_field().
 */
ANC_API int anc_message_field_bytes(const struct anc_message_type *, const struct anc_cmsg *,
				    const struct anc_abi *or_null, const char *name,
				    const void **ret, size_t *ret_len);

/**
 * The library's rows of a system, one after the other: the first after NULL, NULL after the last.
 * They live as long as the library. Several may have the same level and type: a message that has
 * several sizes, or that lies differently in programs of another width. `or_null`: NULL is this
 * host. Rows have their system's numbers; only those of this host can be added and enabled.
 */
ANC_API const struct anc_message_type *anc_message_next(const struct anc_abi *or_null,
							const struct anc_message_type *row_or_null);

/**
 * The library's first row for a level and type of a system, or NULL. `family` is the socket's on
 * this host, AF_INET ...; with AF_UNSPEC levels that collide have their Internet meaning.
 */
ANC_API const struct anc_message_type *anc_message_find(const struct anc_abi *or_null, int family,
							int level, int type);

/**
 * The library's row that fits a message best, or NULL. `ret_match`, unless NULL, tells how sure
 * that is; ANC_MATCH_NONE beside NULL.
 */
ANC_API const struct anc_message_type *anc_message_match(const struct anc_abi *or_null, int family,
							 const struct anc_cmsg *,
							 enum anc_match *ret_match);

/**
 * The row by which a message of an anc_data is read: of the types set with anc_data_set_types()
 * the one that fits best, or where none has its level and type the library's, as
 * anc_message_match() finds it. NULL: none. `ret_match` as there.
 */
ANC_API const struct anc_message_type *
anc_data_match(const struct anc_data *, const struct anc_cmsg *, enum anc_match *ret_match);

/**
 * anc_message_get(), without a call where the payload has one size and is copied as it is: for a
 * `size` that is a constant.
 */
ANC_API ANC_INLINE ANC_ALWAYS_INLINE int
anc_message_copy(const struct anc_message_type *row, struct anc_cmsg msg, void *ret, size_t size)
{
	/* A size of 0 is no row's: it says that there are several. */
	if (!ANC_LIKELY(row->type == msg.type && row->level == msg.level && row->size == size &&
			size > 0 && msg.len == size && row->read == NULL))
		return anc_message_get(row, &msg, ret, size);
	memcpy(ret, msg.data, size);
	return 0;
}

ANC_END_DECLS

/** Stamps stem_is(msg) and stem_get(msg, T *ret), typed calls; `row` is a pointer. */
#define ANC_TYPED_GET(stem, row, T)                                                                \
	ANC_TYPED_IS(stem, row)                                                                    \
	ANC_STATIC_INLINE int stem##_get(const struct anc_cmsg *msg, T *ret)                       \
	{                                                                                          \
		return anc_message_copy(row, *msg, ret, sizeof(*ret));                             \
	}

/** Stamps stem_is(msg) alone. */
#define ANC_TYPED_IS(stem, row)                                                                    \
	ANC_STATIC_INLINE bool stem##_is(const struct anc_cmsg *msg)                               \
	{                                                                                          \
		return anc_message_is(row, msg);                                                   \
	}

/**
 * Stamps stem_expect(it, T *ret): anc_cmsg_iter_expect() of messages that have one size, whose
 * payload is a T as it is.
 */
#define ANC_TYPED_EXPECT(stem, row, T)                                                             \
	ANC_STATIC_INLINE bool stem##_expect(struct anc_cmsg_iter *it, T *ret)                     \
	{                                                                                          \
		return anc_cmsg_iter_expect(it, (row)->level, (row)->type, ret, sizeof(*ret));     \
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
