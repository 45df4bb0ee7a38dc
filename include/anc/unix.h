/* SPDX-License-Identifier: MIT */
#ifndef ANC_UNIX_H
#define ANC_UNIX_H

/* The messages of Unix sockets on Linux. Sources: unix(7), net/core/scm.c. See anc_message(3). */

#include <anc/message.h>

ANC_BEGIN_DECLS

/** SCM_RIGHTS: descriptors; see anc_data_add_fds() and anc_data_take_fds(). */
extern ANC_API const struct anc_message_type anc_rights_type;
/** SCM_CREDENTIALS: who sent it, checked by the kernel. Turned on by SO_PASSCRED. */
extern ANC_API const struct anc_message_type anc_ucred_type;
/** SCM_PIDFD: a descriptor of the sending process, or a negative errno. Taken with
 * anc_data_take_pidfd(). SO_PASSPIDFD, Linux 6.5. */
extern ANC_API const struct anc_message_type anc_pidfd_type;
/** SCM_SECURITY: the sender's security label. It cannot be sent. Turned on by SO_PASSSEC; to a
 * stream socket it comes only with SCM_CREDENTIALS, which SO_PASSCRED turns on. */
extern ANC_API const struct anc_message_type anc_security_type;

/** The payload of SCM_CREDENTIALS: the ids as the receiver's namespaces see them. */
struct anc_ucred {
	int32_t pid;
	uint32_t uid;
	uint32_t gid;
};

/** The payload of SCM_SECURITY: `len` characters, no closing NUL, borrowed from the message. */
struct anc_security {
	const char *label;
	size_t len;
};

/**
 * anc_rights_is(msg); anc_rights_enable(fd, on): SO_PASSRIGHTS, on by default; off, the sender gets
 * EPERM (Linux 6.16). anc_ucred_is(msg), anc_ucred_get(msg, struct anc_ucred *ret),
 * anc_ucred_add(data, const struct anc_ucred *value), anc_ucred_enable(fd, on); anc_pidfd_is(msg),
 * anc_pidfd_enable(fd, on); anc_security_is(msg), anc_security_get(msg, struct anc_security *ret),
 * anc_security_enable(fd, on).
 */
ANC_TYPED_IS(anc_rights, &anc_rights_type)
ANC_TYPED_ENABLE(anc_rights, &anc_rights_type)
ANC_TYPED_GET(anc_ucred, &anc_ucred_type, struct anc_ucred)
ANC_TYPED_ADD(anc_ucred, &anc_ucred_type, struct anc_ucred)
ANC_TYPED_ENABLE(anc_ucred, &anc_ucred_type)
ANC_TYPED_IS(anc_pidfd, &anc_pidfd_type)
ANC_TYPED_ENABLE(anc_pidfd, &anc_pidfd_type)
ANC_TYPED_GET(anc_security, &anc_security_type, struct anc_security)
ANC_TYPED_ENABLE(anc_security, &anc_security_type)

ANC_END_DECLS

#endif
