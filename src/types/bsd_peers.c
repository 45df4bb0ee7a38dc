/* SPDX-License-Identifier: MIT */
#include "types/bsd.h"

/*
 * What getsockopt(2) tells of a Unix socket's peer. sys/ucred.h of FreeBSD, DragonFly and xnu;
 * sys/un.h; sys/socket.h of OpenBSD; uipc_usrreq.c of sys/kern, of xnu's bsd/kern. The level of
 * LOCAL_ options is 0.
 */

#define PEER_ROW(name_, option_, payload_, ...)                                                    \
	ROW(name_, BSD_SOL_LOCAL, option_, PAYLOAD(payload_), FAMILIES(BSD_UNIX), __VA_ARGS__)

/* struct xucred: a version, then as in struct cmsgcred a count that is a short; the effective group
 * is the first of the groups. Behind them FreeBSD 13 has the pid, in place of an old pointer. */
#define XUCRED_GROUPS 16 /* XU_NGROUPS, a count */
#define XUCRED_COUNT_AT 8
#define XUCRED_SIZE 76 /* as far as the groups */
#define XUCRED_FIELDS                                                                              \
	U32("version", 0), U32("euid", 4), U32("egid", 12),                                        \
		FIELD("ngroups", ANC_FIELD_INT, 2, XUCRED_COUNT_AT, NULL),                         \
		FIELD("groups", ANC_FIELD_UINT | ANC_FIELD_COUNTED, 4, 12, NULL)
#define XUCRED_ROW(size_, ...)                                                                     \
	PEER_ROW("LOCAL_PEERCRED", 1, "struct xucred", SIZE(size_), WAYS(ANC_CREDENTIALS),         \
		 FITS(bsd_xucred_fits), __VA_ARGS__)

/* There is no version but 0, and no process without its effective group. */
static enum anc_match bsd_xucred_fits(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	const unsigned char *count = (const unsigned char *)msg->data + XUCRED_COUNT_AT;
	const uint64_t groups = anc_field_load(count, 2, abi->big_endian);

	return anc_payload_u32(msg, abi, 0) == 0 && groups >= 1 && groups <= XUCRED_GROUPS
		       ? ANC_MATCH_SURE
		       : ANC_MATCH_SIZE;
}

/* Before FreeBSD 13, and in programs of 32 bits on a kernel of 64, the pid is 0. */
anc_rows anc_freebsd_peers = {
	XUCRED_ROW(88, BITS(64), FIELDS(XUCRED_FIELDS, S32("pid", 80))),
	XUCRED_ROW(80, BITS(32), FIELDS(XUCRED_FIELDS, S32("pid", 76))),
	NULL,
};

anc_rows anc_dragonfly_peers = {
	XUCRED_ROW(88, FIELDS(XUCRED_FIELDS)),
	NULL,
};

/*
 * The pid and the token are of whoever used the peer's socket last. An entitled process may name
 * another one that its socket is for, by SO_DELEGATED: the effective pid is that one's. The token
 * is laid out by set_security_token_task_internal() of bsd/kern/kern_prot.c.
 */
anc_rows anc_darwin_peers = {
	XUCRED_ROW(XUCRED_SIZE, FIELDS(XUCRED_FIELDS)),
	PEER_ROW("LOCAL_PEERPID", 2, "pid_t", SIZE(4), WAYS(ANC_CREDENTIALS),
		 FIELDS(S32("pid", 0))),
	PEER_ROW("LOCAL_PEEREPID", 3, "pid_t", SIZE(4), WAYS(ANC_CREDENTIALS | ANC_CLAIMED),
		 FIELDS(S32("pid", 0))),
	PEER_ROW("LOCAL_PEERUUID", 4, "uuid_t", SIZE(16), FIELDS(BYTES("uuid", 16, 0))),
	PEER_ROW("LOCAL_PEEREUUID", 5, "uuid_t", SIZE(16), FIELDS(BYTES("uuid", 16, 0))),
	PEER_ROW("LOCAL_PEERTOKEN", 6, "audit_token_t", SIZE(32), WAYS(ANC_CREDENTIALS),
		 FIELDS(U32("auid", 0), U32("euid", 4), U32("egid", 8), U32("uid", 12),
			U32("gid", 16), S32("pid", 20), U32("asid", 24), U32("pidversion", 28))),
	NULL,
};

anc_rows anc_netbsd_peers = {
	PEER_ROW("LOCAL_PEEREID", 3, "struct unpcbid", SIZE(12), WAYS(ANC_CREDENTIALS),
		 FIELDS(S32("pid", 0), U32("euid", 4), U32("egid", 8))),
	NULL,
};

anc_rows anc_openbsd_peers = {
	ROW("SO_PEERCRED", BSD_SOL_SOCKET, 0x1022, SIZE(12), WAYS(ANC_CREDENTIALS),
	    PAYLOAD("struct sockpeercred"), FAMILIES(BSD_UNIX),
	    FIELDS(U32("euid", 0), U32("egid", 4), S32("pid", 8))),
	NULL,
};
