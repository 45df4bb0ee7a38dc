/* SPDX-License-Identifier: MIT */
#include "field.h"
#include "types/rows.h"

#include "platform/linux_numbers.h"

/* Sockets that are no network's: the kernel's cryptography, virtual machines. */

/* linux/if_alg.h, vm_sockets.h, net/iucv/af_iucv.h */
#define ALG_SET_IV 2
#define ALG_SET_OP 3
#define ALG_SET_AEAD_ASSOCLEN 4
#define VSOCK_RECVERR 1
#define SCM_IUCV_TRGCLS 1

static const struct anc_names anc_alg_operations[] = {
	{0, "ALG_OP_DECRYPT"},
	{1, "ALG_OP_ENCRYPT"},
	{0, NULL},
};

/* What is behind the initialization vector stays unread. */
static enum anc_match anc_holds_iv(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	const uint64_t ivlen = anc_field_load(msg->data, 4, abi->big_endian);

	return msg->len - 4 >= ivlen ? ANC_MATCH_SURE : ANC_MATCH_SIZE;
}

#define ALG_ROW(name, type, ...)                                                                   \
	ROW(name, SOL_ALG, type, FAMILIES(ANC_FAMILY(AF_ALG)), SENT, __VA_ARGS__)

anc_rows anc_linux_other = {
	/* crypto/af_alg.c (af_alg_cmsg_send) */
	ALG_ROW("ALG_SET_IV", ALG_SET_IV, SIZES(4, 0), FITS(anc_holds_iv),
		PAYLOAD("struct af_alg_iv"), FIELDS(U32("ivlen", 0), BYTES("iv", 0, 4))),
	ALG_ROW("ALG_SET_OP", ALG_SET_OP, SIZE(4), PAYLOAD("__u32"),
		FIELDS(ENUM("op", 4, 0, anc_alg_operations))),
	ALG_ROW("ALG_SET_AEAD_ASSOCLEN", ALG_SET_AEAD_ASSOCLEN, SIZE(4), PAYLOAD("__u32"),
		FIELDS(U32("assoclen", 0))),

	/* net/iucv/af_iucv.c */
	ROW("SCM_IUCV_TRGCLS", SOL_IUCV, SCM_IUCV_TRGCLS, SIZE(4), BOTH_WAYS_AND(ANC_UNASKED),
	    PAYLOAD("__u32"), FAMILIES(ANC_FAMILY(AF_IUCV)), FIELDS(HEX("trgcls", 4, 0))),

	/* net/vmw_vsock/af_vsock.c */
	ROW("VSOCK_RECVERR", SOL_VSOCK, VSOCK_RECVERR, QUEUED_ERROR,
	    FAMILIES(ANC_FAMILY(AF_VSOCK))),
	NULL,
};
