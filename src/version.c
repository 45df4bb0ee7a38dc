/* SPDX-License-Identifier: MIT */
#include <anc/version.h>

const char *anc_version(void)
{
	return ANC_VERSION_STRING;
}
