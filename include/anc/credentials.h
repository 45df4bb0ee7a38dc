/* SPDX-License-Identifier: MIT */
#ifndef ANC_CREDENTIALS_H
#define ANC_CREDENTIALS_H

/*
 * Who is at the other end, in one form: from the credential messages of any system, and from what
 * any system's kernel remembers of a connected peer. See anc_credentials(3).
 */

#include <anc/abi.h>
#include <anc/data.h>
#include <anc/message.h>

ANC_BEGIN_DECLS

/** What is known of a process; bits for `known` and `by_kernel`. */
#define ANC_CREDENTIALS_PID 0x01
#define ANC_CREDENTIALS_PIDFD 0x02
#define ANC_CREDENTIALS_UID 0x04 /* the real user; in SCM_CREDENTIALS any of the sender's own */
#define ANC_CREDENTIALS_EUID 0x08
#define ANC_CREDENTIALS_GID 0x10 /* the real group, likewise */
#define ANC_CREDENTIALS_EGID 0x20
#define ANC_CREDENTIALS_GROUPS 0x40

/** Groups that a struct anc_credentials holds by itself. */
#define ANC_CREDENTIALS_GROUPS_MAX 16

/**
 * Credentials. A member counts only when its bit is in `known`; the others are zero, `pid` 0 and
 * `pidfd` -1. A bit in `by_kernel` says that the kernel itself filled the member in. Known but not
 * `by_kernel`: the sender may have named it, and the kernel checked that it may (Linux's
 * SCM_CREDENTIALS: one of its own ids, or any when it is privileged; SCM_PIDFD is then of the
 * process that it named); or the message may be another (FreeBSD's SCM_CREDS with 16 groups).
 *
 * A pid of 0, which no process has, is not known: the sender is outside of this process's
 * namespace, or is the kernel (netlink). Ids that have no number in its user namespace are 65534,
 * nobody; so are those of what was sent on Linux before credentials were asked for.
 */
struct anc_credentials {
	unsigned known;
	unsigned by_kernel;
	int32_t pid;   /* as this process's namespace sees it; it may be another's by now */
	int32_t pidfd; /* lent: it stays owned by whom it came from; never a pid */
	uint32_t uid;
	uint32_t euid;
	uint32_t gid;
	uint32_t egid;
	uint32_t group_count; /* all of them, even those that `groups` has no place for */
	uint32_t groups[ANC_CREDENTIALS_GROUPS_MAX];
	uint32_t reserved[4]; /* zero */
};

/**
 * Asks for the sender's credentials with everything that is received from now on: SO_PASSCRED, and
 * SO_PASSPIDFD where the kernel and the socket have it (Linux 6.5, Unix sockets). On Linux an
 * unbound socket is given an abstract name when it connects or sends. Returns 0, or what
 * setsockopt(2) says, negative: -EOPNOTSUPP (Linux 6.16) on a socket that is neither Unix nor
 * netlink nor Bluetooth; older kernels say 0 there and send nothing.
 */
ANC_API int anc_credentials_enable(int fd) ANC_FD_ARG(1);

/**
 * Reads one credential message of any system: SCM_CREDENTIALS, SCM_PIDFD (its descriptor is lent),
 * SCM_CREDS in each of its layouts, SCM_CREDS2, SCM_UCRED. `or_null`: the system it came from;
 * NULL: this host. A descriptor number from elsewhere is nobody's here: SCM_PIDFD is read with NULL
 * only. Nothing is written on an error. Returns 0; -ENOMSG: no credential message; -EBADMSG: its
 * size is wrong, or it was cut; a slot's own errno for an SCM_PIDFD without a descriptor; -EBADF:
 * its descriptor was taken.
 */
ANC_API int anc_credentials_get(const struct anc_cmsg *, const struct anc_abi *or_null,
				struct anc_credentials *ret);

/**
 * All that a receive says of its sender, from every credential message in it together, those of
 * types set with anc_data_set_types() included; of two that say the same thing the first counts,
 * but the kernel's before a sender's. The pidfd is lent: anc_data_take_pidfd() makes it the
 * caller's, and until then it is open as long as the anc_data holds it. A message that cannot be
 * read adds nothing. Returns 0; -ENOMSG: there was none that could be read.
 */
ANC_API int anc_data_credentials(const struct anc_data *, struct anc_credentials *ret);

/**
 * The supplementary groups that a credential message names: at most `max` to `ret_groups`, and how
 * many there are, a count, to `ret_count`. Returns 0; -E2BIG: more than `max`, nothing was written
 * but the count; else as anc_credentials_get(); -ENOMSG also when it names no groups.
 */
ANC_API int anc_credentials_groups(const struct anc_cmsg *, const struct anc_abi *or_null,
				   uint32_t *ret_groups, size_t max, size_t *ret_count);

/**
 * Who the peer of a connected Unix socket was when it called connect(2), listen(2) or
 * socketpair(2): SO_PEERCRED, its pid and effective ids. The kernel vouches for all of it. Of a
 * listening socket it is who called listen(2): ask the one that accept(2) returned. Returns 0, or
 * what getsockopt(2) says, negative; -ENOTCONN: there is no peer, or it is not a Unix socket.
 */
ANC_API int anc_peer_credentials(int fd, struct anc_credentials *ret) ANC_FD_ARG(1);

/**
 * A pidfd for that peer, close-on-exec and the caller's to close: SO_PEERPIDFD, Linux 6.5. There is
 * no fallback to a pid, which may be another process's by now. The process may have ended; from
 * Linux 6.16 on its pidfd is given all the same. Returns it; -ENOPROTOOPT: the kernel does not know
 * the option; -ENODATA: no peer; -ESRCH or -EINVAL: it has ended (before 6.16); else what
 * getsockopt(2) says, negative.
 */
ANC_API ANC_MUST_USE int anc_peer_pidfd(int fd) ANC_FD_ARG(1);

/**
 * The supplementary groups of that peer: SO_PEERGROUPS, Linux 4.13. `max` and `ret_count` are
 * counts. Returns 0; -E2BIG: more than `max`, nothing was written but the count; -ENODATA: no peer;
 * else what getsockopt(2) says, negative.
 */
ANC_API int anc_peer_groups(int fd, uint32_t *ret_groups, size_t max, size_t *ret_count)
	ANC_FD_ARG(1);

/**
 * The security label of that peer, with a closing NUL, in `size` bytes: SO_PEERSEC. Returns its
 * length in bytes without the NUL; -ERANGE: it does not fit; -ENOPROTOOPT: no security module
 * gives labels; else what getsockopt(2) says, negative. On an error the contents of `ret` are
 * undefined.
 */
ANC_API ssize_t anc_peer_security(int fd, char *ret, size_t size) ANC_FD_ARG(1);

/**
 * Reads what any system's kernel told of a peer, `len` bytes as they came from getsockopt(2) or
 * getpeerucred(3C). `query` is the option's or the call's name: SO_PEERCRED, SO_PEERGROUPS and
 * SO_PEERPIDFD of Linux; LOCAL_PEERCRED of FreeBSD, DragonFly and macOS, where the effective group
 * is the first of `groups`, which are 16 at most; LOCAL_PEERPID, LOCAL_PEEREPID and LOCAL_PEERTOKEN
 * of macOS; LOCAL_PEEREID of NetBSD; SO_PEERCRED of OpenBSD; getpeerucred of illumos. `or_null`:
 * the system it came from; NULL: this host.
 *
 * The kernel vouches for all of it, but not for LOCAL_PEEREPID: a process that macOS entitles to
 * may name another one (SO_DELEGATED). Where macOS tells a pid, it is of whoever used the peer's
 * socket last. A descriptor stays whose it is, and is read with NULL only: its number is nobody's
 * elsewhere. Nothing is written on an error. Returns 0; -ENOMSG: that system has no such query, or
 * it tells nothing of this (SO_PEERSEC); -EBADMSG: the size is wrong, or the version or the number
 * of groups in it; -ENOTCONN: it says that there was no peer.
 */
ANC_API int anc_peer_credentials_read(const struct anc_abi *or_null, const char *query,
				      const void *value, size_t len, struct anc_credentials *ret);

/**
 * The queries of a system, one after the other: the first after NULL, NULL after the last. A query
 * is a row, whose level and type are those of a socket option (both 0: a call of its own); its
 * value is the payload, to be read and printed as a message's: anc_message_format(),
 * anc_message_field(). Several may have one name. They live as long as the library. `or_null`: NULL
 * is this host. Linux's have this host's numbers.
 */
ANC_API const struct anc_message_type *anc_peer_next(const struct anc_abi *or_null,
						     const struct anc_message_type *row_or_null);

ANC_END_DECLS

#endif
