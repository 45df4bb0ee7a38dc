/* SPDX-License-Identifier: MIT */
#ifndef ANC_CREDENTIALS_INTERNAL_H
#define ANC_CREDENTIALS_INTERNAL_H

#include "abi.h"

#include <anc/credentials.h>

/* What the fields of a row that fits say. */
void anc_credentials_load(const struct anc_message_type *row, const struct anc_cmsg *,
			  const struct anc_abi *, struct anc_credentials *ret);

#endif
