/* SPDX-License-Identifier: MIT */
#include <anc/unix.h>

#include "platform/linux_numbers.h"

#include <stddef.h>

/* The messages of Unix sockets: unix(7), net/core/scm.c. */

_Static_assert(sizeof(struct anc_ucred) == sizeof(struct ucred) &&
		       offsetof(struct anc_ucred, uid) == offsetof(struct ucred, uid) &&
		       offsetof(struct anc_ucred, gid) == offsetof(struct ucred, gid),
	       "as the kernel has it");

const struct anc_message_type anc_rights_type = {
	.name = "SCM_RIGHTS",
	.level = SOL_SOCKET,
	.type = SCM_RIGHTS,
	.min_size = sizeof(int),
	.flags = ANC_RECEIVED | ANC_SENT,
	.fds_max = ANC_FDS_TO_THE_END,
	.option_level = SOL_SOCKET,
	.option = SO_PASSRIGHTS,
};

static const struct anc_field anc_ucred_fields[] = {
	{ANC_FIELD_OF(struct anc_ucred, pid, ANC_FIELD_INT)},
	{ANC_FIELD_OF(struct anc_ucred, uid, ANC_FIELD_UINT)},
	{ANC_FIELD_OF(struct anc_ucred, gid, ANC_FIELD_UINT)},
};

const struct anc_message_type anc_ucred_type = {
	.name = "SCM_CREDENTIALS",
	.level = SOL_SOCKET,
	.type = SCM_CREDENTIALS,
	.size = sizeof(struct anc_ucred),
	.flags = ANC_RECEIVED | ANC_SENT,
	.fields = anc_ucred_fields,
	.field_count = sizeof(anc_ucred_fields) / sizeof(anc_ucred_fields[0]),
	.option_level = SOL_SOCKET,
	.option = SO_PASSCRED,
};

const struct anc_message_type anc_pidfd_type = {
	.name = "SCM_PIDFD",
	.level = SOL_SOCKET,
	.type = SCM_PIDFD,
	.size = sizeof(int),
	.flags = ANC_RECEIVED,
	.fds_max = 1,
	.option_level = SOL_SOCKET,
	.option = SO_PASSPIDFD,
};

static const struct anc_field anc_security_fields[] = {
	{"label", ANC_FIELD_TEXT, 0, 0, NULL},
};

/* Modules differ over a closing NUL; the label is what stands before it. */
static int anc_security_read(const struct anc_cmsg *msg, void *ret, size_t size)
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
	.flags = ANC_RECEIVED,
	.fields = anc_security_fields,
	.field_count = sizeof(anc_security_fields) / sizeof(anc_security_fields[0]),
	.option_level = SOL_SOCKET,
	.option = SO_PASSSEC,
	.read = anc_security_read,
};
