/* SPDX-License-Identifier: MIT */
#ifndef ANC_ABI_H
#define ANC_ABI_H

/*
 * Control buffers of other systems: FreeBSD's, a 32-bit program's, a big-endian machine's, walked
 * and understood on any host. See anc_cmsg(3) and docs/messages.md.
 */

#include <anc/message.h>

ANC_BEGIN_DECLS

/**
 * A system's way to lay control messages out. They are constants of the library. What is called
 * `or_null` may be NULL, which is this host.
 */
struct anc_abi;

/**
 * The ABI of that name, or NULL: system and width, "be" where big-endian: "linux-64", "linux-32be",
 * "freebsd-64", "netbsd-64", "openbsd-64", "dragonfly-64", "darwin-64", "illumos-64" ...
 * anc_abi_next() lists them.
 */
ANC_API ANC_PURE const struct anc_abi *anc_abi_find(const char *name);

/** The first ABI where `previous` is NULL, then the next; NULL after the last. */
ANC_API ANC_PURE const struct anc_abi *anc_abi_next(const struct anc_abi *previous);

/** The ABI of this program, which NULL stands for elsewhere. */
ANC_API ANC_PURE const struct anc_abi *anc_abi_host(void);

/** Its name. */
ANC_API ANC_PURE const char *anc_abi_name(const struct anc_abi *);

/** The name of its system: "linux", "freebsd" ... */
ANC_API ANC_PURE const char *anc_abi_system(const struct anc_abi *);

/** The width of its long in bits, 32 or 64. */
ANC_API ANC_PURE int anc_abi_bits(const struct anc_abi *);

/** Whether its numbers have their most significant byte first. */
ANC_API ANC_PURE bool anc_abi_is_big_endian(const struct anc_abi *);

/**
 * The name of a level, "SOL_SOCKET", or NULL. `family` is the socket's on this host; with AF_UNSPEC
 * levels that collide have their Internet meaning.
 */
ANC_API ANC_PURE const char *anc_abi_level(const struct anc_abi *or_null, int family, int level);

/** The names of its MSG_ flags, ended by a NULL name. */
ANC_API ANC_PURE const struct anc_names *anc_abi_flags(const struct anc_abi *or_null);

/** Its layout, for anc_layout_next() and anc_layout_put(). */
ANC_API ANC_PURE struct anc_layout anc_abi_layout(const struct anc_abi *);

/** An iterator over a buffer of that system; borrows the view's bytes. */
ANC_API ANC_PURE struct anc_cmsg_iter anc_abi_iter(const struct anc_abi *, struct anc_cmsgs);

/** anc_cmsg_iter_next() in that system's layout: 1, 0, or -EBADMSG once. */
ANC_API int anc_abi_iter_next(const struct anc_abi *, struct anc_cmsg_iter *, struct anc_cmsg *ret);

/** anc_cmsg_put() in that system's layout. */
ANC_API size_t anc_abi_put(const struct anc_abi *, void *buf, size_t room, int level, int type,
			   const void *data, size_t len);

ANC_END_DECLS

#endif
