/* SPDX-License-Identifier: MIT */
#include "types/rows.h"

#include "platform/linux_numbers.h"

#include <stddef.h>

#include <anc/unix.h>

/* The messages of Unix sockets, which netlink has some of: unix(7), net/core/scm.c, af_unix.c. */

_Static_assert(sizeof(struct anc_ucred) == sizeof(struct ucred) &&
		       offsetof(struct anc_ucred, uid) == offsetof(struct ucred, uid) &&
		       offsetof(struct anc_ucred, gid) == offsetof(struct ucred, gid),
	       "as the kernel has it");

#define RIGHTS_MOST (253 * sizeof(int))
#define WITH_SCM ANC_FAMILY(AF_UNIX) | ANC_FAMILY(AF_NETLINK) | ANC_FAMILY(AF_BLUETOOTH)

const struct anc_message_type anc_rights_type = {
	.name = "SCM_RIGHTS",
	.level = SOL_SOCKET,
	.type = SCM_RIGHTS,
	SIZES(sizeof(int), RIGHTS_MOST),
	BOTH_WAYS_AND(ANC_UNASKED),
	.fds_max = ANC_FDS_TO_THE_END,
	ON(SOL_SOCKET, SO_PASSRIGHTS),
	PAYLOAD("int []"),
	FAMILIES(ANC_FAMILY(AF_UNIX)),
};

const struct anc_message_type anc_ucred_type = {
	.name = "SCM_CREDENTIALS",
	.level = SOL_SOCKET,
	.type = SCM_CREDENTIALS,
	SIZE(sizeof(struct anc_ucred)),
	BOTH_WAYS_AND(ANC_CREDENTIALS | ANC_CLAIMED),
	ON(SOL_SOCKET, SO_PASSCRED),
	PAYLOAD("struct ucred"),
	FAMILIES(WITH_SCM),
	FIELDS(S32("pid", 0), U32("uid", 4), U32("gid", 8)),
};

const struct anc_message_type anc_pidfd_type = {
	.name = "SCM_PIDFD",
	.level = SOL_SOCKET,
	.type = SCM_PIDFD,
	SIZE(sizeof(int)),
	RECEIVED_AND(ANC_CLAIMED),
	.fds_max = 1,
	ON(SOL_SOCKET, SO_PASSPIDFD),
	PAYLOAD("int"),
	FAMILIES(ANC_FAMILY(AF_UNIX)),
};

/* Modules differ over a closing NUL; the label is what stands before it. */
int anc_security_read(const struct anc_cmsg *msg, void *ret, size_t size)
{
	struct anc_security security = {msg->data, msg->len};

	if (size != sizeof(security))
		return -EINVAL;
	if (msg->truncated)
		return -EBADMSG;
	if (security.len > 0 && security.label[security.len - 1] == '\0')
		security.len--;
	memcpy(ret, &security, sizeof(security));
	return 0;
}

const struct anc_message_type anc_security_type = {
	.name = "SCM_SECURITY",
	.level = SOL_SOCKET,
	.type = SCM_SECURITY,
	SIZES(0, LABEL_MOST),
	RECEIVED,
	ON(SOL_SOCKET, SO_PASSSEC),
	PAYLOAD("char []"),
	FAMILIES(WITH_SCM),
	FIELDS(TEXT("label", 0)),
	.read = anc_security_read,
};

anc_rows anc_linux_unix = {
	&anc_ucred_type,
	&anc_security_type,
	&anc_rights_type,
	&anc_pidfd_type,
	ROW("SCM_INQ", SOL_SOCKET, SO_INQ, SIZE(4), RECEIVED_AND(ANC_UNASKED), PAYLOAD("int"),
	    ON(SOL_SOCKET, SO_INQ), FAMILIES(ANC_FAMILY(AF_UNIX)), FIELDS(S32("inq", 0))),
	NULL,
};
