/* SPDX-License-Identifier: MIT */
#include "abi.h"

#include <string.h>

/* Level and type of SCM_RIGHTS. */
#define LINUX_RIGHTS 1, 1
#define BSD_RIGHTS 0xffff, 1
#define ILLUMOS_RIGHTS 0xffff, 0x1010

/*
 * header, data, align, len_width. Sources: bits/socket.h of glibc; sys/socket.h and
 * machine/_align.h of the BSDs, where the alignment is the machine's; sys/socket.h of xnu
 * (__DARWIN_ALIGN32) and illumos (_CMSG_HDR_ALIGNMENT).
 */
static const struct anc_abi anc_abis[] = {
	{"linux-64", {16, 16, 8, 8, false, LINUX_RIGHTS}, false, true},
	{"linux-32", {12, 12, 4, 4, false, LINUX_RIGHTS}, false, true},
	{"linux-64be", {16, 16, 8, 8, false, LINUX_RIGHTS}, true, true},
	{"linux-32be", {12, 12, 4, 4, false, LINUX_RIGHTS}, true, true},
	{"freebsd-64", {12, 16, 8, 4, false, BSD_RIGHTS}, false, false},
	{"freebsd-32", {12, 12, 4, 4, false, BSD_RIGHTS}, false, false},
	{"freebsd-64be", {12, 16, 8, 4, false, BSD_RIGHTS}, true, false},
	{"netbsd-64", {12, 16, 8, 4, false, BSD_RIGHTS}, false, false},
	{"netbsd-32", {12, 12, 4, 4, false, BSD_RIGHTS}, false, false},
	{"openbsd-64", {12, 16, 8, 4, false, BSD_RIGHTS}, false, false},
	{"openbsd-32", {12, 12, 4, 4, false, BSD_RIGHTS}, false, false},
	{"dragonfly-64", {12, 16, 8, 4, false, BSD_RIGHTS}, false, false},
	{"darwin-64", {12, 12, 4, 4, false, BSD_RIGHTS}, false, false},
	{"illumos-64", {12, 12, 4, 4, false, ILLUMOS_RIGHTS}, false, false},
	{"illumos-32", {12, 12, 4, 4, false, ILLUMOS_RIGHTS}, false, false},
};

#define ANC_ABI_COUNT (sizeof(anc_abis) / sizeof(anc_abis[0]))

static bool anc_host_is_big_endian(void)
{
	const uint16_t one = 1;
	unsigned char first;

	memcpy(&first, &one, sizeof(first));
	return first == 0;
}

const struct anc_abi *anc_abi_next(const struct anc_abi *or_null)
{
	if (or_null == NULL)
		return anc_abis;
	return or_null + 1 < anc_abis + ANC_ABI_COUNT ? or_null + 1 : NULL;
}

const struct anc_abi *anc_abi_find(const char *name)
{
	const struct anc_abi *abi = NULL;

	do
		abi = anc_abi_next(abi);
	while (abi != NULL && strcmp(abi->name, name) != 0);
	return abi;
}

const char *anc_abi_name(const struct anc_abi *abi)
{
	return abi->name;
}

struct anc_layout anc_abi_layout(const struct anc_abi *abi)
{
	struct anc_layout layout = abi->layout;

	layout.swapped = abi->big_endian != anc_host_is_big_endian();
	return layout;
}

struct anc_cmsg_iter anc_abi_iter(const struct anc_abi *abi, struct anc_cmsgs cmsgs)
{
	(void)abi;
	return anc_cmsgs_iter(cmsgs);
}

int anc_abi_iter_next(const struct anc_abi *abi, struct anc_cmsg_iter *it, struct anc_cmsg *ret)
{
	return anc_layout_next(anc_abi_layout(abi), it, ret);
}

size_t anc_abi_put(const struct anc_abi *abi, void *buf, size_t room, int level, int type,
		   const void *data, size_t len)
{
	return anc_layout_put(anc_abi_layout(abi), buf, room, level, type, data, len);
}
