/* SPDX-License-Identifier: MIT */
#include "types/rows.h"

#include "platform/linux_numbers.h"

#include <anc/unix.h>

/* What getsockopt(2) tells of a Unix socket's peer: net/core/sock.c sk_getsockopt(). */

#define OF_UNIX FAMILIES(ANC_FAMILY(AF_UNIX))

static enum anc_match linux_groups_fit(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	(void)abi;
	return msg->len % sizeof(uint32_t) == 0 ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

/* The effective ids, by cred_to_ucred(), though the members are called uid and gid. */
anc_rows anc_linux_peers = {
	ROW("SO_PEERCRED", SOL_SOCKET, SO_PEERCRED, SIZE(sizeof(struct anc_ucred)),
	    WAYS(ANC_CREDENTIALS), PAYLOAD("struct ucred"), OF_UNIX,
	    FIELDS(S32("pid", 0), U32("euid", 4), U32("egid", 8))),
	ROW("SO_PEERGROUPS", SOL_SOCKET, SO_PEERGROUPS, SIZES(0, 0), WAYS(ANC_CREDENTIALS),
	    PAYLOAD("gid_t []"), OF_UNIX, FITS(linux_groups_fit), FIELDS(LIST("groups", 4, 0))),
	ROW("SO_PEERPIDFD", SOL_SOCKET, SO_PEERPIDFD, SIZE(sizeof(int)), .fds_max = 1,
	    PAYLOAD("int"), OF_UNIX),
	ROW("SO_PEERSEC", SOL_SOCKET, SO_PEERSEC, SIZES(0, LABEL_MOST), PAYLOAD("char []"),
	    FIELDS(TEXT("label", 0)), .read = anc_security_read),
	NULL,
};
