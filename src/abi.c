/* SPDX-License-Identifier: MIT */
#include "abi.h"

#include "platform/linux_numbers.h"

#include <limits.h>
#include <string.h>

/* Level and type of SCM_RIGHTS. */
#define LINUX_RIGHTS 1, 1
#define ODD_LINUX_RIGHTS 0xffff, 1
#define BSD_RIGHTS 0xffff, 1
#define ILLUMOS_RIGHTS 0xffff, 0x1010

/* header, data, align, len_width */
#define WIDE 16, 16, 8, 8, false
#define NARROW 12, 12, 4, 4, false
#define BSD_BY_8 12, 16, 8, 4, false
#define BSD_BY_16 12, 16, 16, 4, false

#define LITTLE false
#define BIG true

/*
 * Sources: bits/socket.h of glibc; sys/socket.h and machine/_align.h of the BSDs, where the
 * alignment is the machine's; sys/socket.h of xnu (__DARWIN_ALIGN32) and illumos
 * (_CMSG_HDR_ALIGNMENT). A machine of Linux has an ABI of its own where it numbers messages so, a
 * BSD's where it aligns them so; docs/numbers.md says which machine has which.
 */
static const struct anc_abi anc_abis[] = {
	{"linux-64", {WIDE, LINUX_RIGHTS}, LITTLE, 64, ANC_GENERIC, &anc_linux},
	{"linux-32", {NARROW, LINUX_RIGHTS}, LITTLE, 32, ANC_GENERIC, &anc_linux},
	{"linux-64be", {WIDE, LINUX_RIGHTS}, BIG, 64, ANC_GENERIC, &anc_linux},
	{"linux-32be", {NARROW, LINUX_RIGHTS}, BIG, 32, ANC_GENERIC, &anc_linux},
	{"linux-alpha-64", {WIDE, ODD_LINUX_RIGHTS}, LITTLE, 64, ANC_ALPHA, &anc_linux},
	{"linux-mips-64", {WIDE, ODD_LINUX_RIGHTS}, LITTLE, 64, ANC_MIPS, &anc_linux},
	{"linux-mips-32", {NARROW, ODD_LINUX_RIGHTS}, LITTLE, 32, ANC_MIPS, &anc_linux},
	{"linux-mips-64be", {WIDE, ODD_LINUX_RIGHTS}, BIG, 64, ANC_MIPS, &anc_linux},
	{"linux-mips-32be", {NARROW, ODD_LINUX_RIGHTS}, BIG, 32, ANC_MIPS, &anc_linux},
	{"linux-parisc-32be", {NARROW, ODD_LINUX_RIGHTS}, BIG, 32, ANC_PARISC, &anc_linux},
	{"linux-sparc-64be", {WIDE, ODD_LINUX_RIGHTS}, BIG, 64, ANC_SPARC, &anc_linux},
	{"linux-sparc-32be", {NARROW, ODD_LINUX_RIGHTS}, BIG, 32, ANC_SPARC, &anc_linux},
	{"freebsd-64", {BSD_BY_8, BSD_RIGHTS}, LITTLE, 64, ANC_GENERIC, &anc_freebsd},
	{"freebsd-32", {NARROW, BSD_RIGHTS}, LITTLE, 32, ANC_GENERIC, &anc_freebsd},
	{"freebsd-64be", {BSD_BY_8, BSD_RIGHTS}, BIG, 64, ANC_GENERIC, &anc_freebsd},
	{"freebsd-32be", {NARROW, BSD_RIGHTS}, BIG, 32, ANC_GENERIC, &anc_freebsd},
	{"freebsd-sparc-64be", {BSD_BY_16, BSD_RIGHTS}, BIG, 64, ANC_GENERIC, &anc_freebsd},
	{"netbsd-64", {BSD_BY_8, BSD_RIGHTS}, LITTLE, 64, ANC_GENERIC, &anc_netbsd},
	{"netbsd-32", {NARROW, BSD_RIGHTS}, LITTLE, 32, ANC_GENERIC, &anc_netbsd},
	{"netbsd-64be", {BSD_BY_8, BSD_RIGHTS}, BIG, 64, ANC_GENERIC, &anc_netbsd},
	{"netbsd-32be", {BSD_BY_8, BSD_RIGHTS}, BIG, 32, ANC_GENERIC, &anc_netbsd},
	{"netbsd-arm-64", {BSD_BY_16, BSD_RIGHTS}, LITTLE, 64, ANC_GENERIC, &anc_netbsd},
	{"netbsd-arm-32", {BSD_BY_8, BSD_RIGHTS}, LITTLE, 32, ANC_GENERIC, &anc_netbsd},
	{"netbsd-m68k-32be", {NARROW, BSD_RIGHTS}, BIG, 32, ANC_GENERIC, &anc_netbsd},
	{"netbsd-sparc-64be", {BSD_BY_16, BSD_RIGHTS}, BIG, 64, ANC_GENERIC, &anc_netbsd},
	{"openbsd-64", {BSD_BY_8, BSD_RIGHTS}, LITTLE, 64, ANC_GENERIC, &anc_openbsd},
	{"openbsd-32", {NARROW, BSD_RIGHTS}, LITTLE, 32, ANC_GENERIC, &anc_openbsd},
	{"openbsd-64be", {BSD_BY_8, BSD_RIGHTS}, BIG, 64, ANC_GENERIC, &anc_openbsd},
	{"openbsd-32be", {BSD_BY_8, BSD_RIGHTS}, BIG, 32, ANC_GENERIC, &anc_openbsd},
	{"openbsd-arm-32", {BSD_BY_8, BSD_RIGHTS}, LITTLE, 32, ANC_GENERIC, &anc_openbsd},
	{"openbsd-sparc-64be", {BSD_BY_16, BSD_RIGHTS}, BIG, 64, ANC_GENERIC, &anc_openbsd},
	{"dragonfly-64", {BSD_BY_8, BSD_RIGHTS}, LITTLE, 64, ANC_GENERIC, &anc_dragonfly},
	{"darwin-64", {NARROW, BSD_RIGHTS}, LITTLE, 64, ANC_GENERIC, &anc_darwin},
	{"illumos-64", {NARROW, ILLUMOS_RIGHTS}, LITTLE, 64, ANC_GENERIC, &anc_illumos},
	{"illumos-32", {NARROW, ILLUMOS_RIGHTS}, LITTLE, 32, ANC_GENERIC, &anc_illumos},
};

#define ANC_ABI_COUNT (sizeof(anc_abis) / sizeof(anc_abis[0]))

/* Powerpc numbers options in its own way, but messages as all others do. */
#define ANC_HOST_MACHINE                                                                           \
	ANC_HERE(ANC_GENERIC, ANC_ALPHA, ANC_MIPS, ANC_PARISC, ANC_SPARC, ANC_GENERIC)

static bool anc_host_is_big_endian(void)
{
	const uint16_t one = 1;
	unsigned char first;

	memcpy(&first, &one, sizeof(first));
	return first == 0;
}

const struct anc_abi *anc_abi_next(const struct anc_abi *previous)
{
	if (previous == NULL)
		return anc_abis;
	return previous + 1 < anc_abis + ANC_ABI_COUNT ? previous + 1 : NULL;
}

const struct anc_abi *anc_abi_find(const char *name)
{
	const struct anc_abi *abi = NULL;

	do
		abi = anc_abi_next(abi);
	while (abi != NULL && strcmp(abi->name, name) != 0);
	return abi;
}

const struct anc_abi *anc_abi_host(void)
{
	const struct anc_abi *abi = anc_abis;

	while (abi->machine != ANC_HOST_MACHINE || abi->bits != CHAR_BIT * sizeof(long) ||
	       abi->big_endian != anc_host_is_big_endian())
		abi++;
	return abi;
}

const char *anc_abi_name(const struct anc_abi *abi)
{
	return abi->name;
}

const char *anc_abi_system(const struct anc_abi *abi)
{
	return abi->system->name;
}

int anc_abi_bits(const struct anc_abi *abi)
{
	return abi->bits;
}

bool anc_abi_is_big_endian(const struct anc_abi *abi)
{
	return abi->big_endian;
}

const char *anc_abi_level(const struct anc_abi *or_null, int family, int level)
{
	const struct anc_abi *abi = anc_abi_or_host(or_null);
	const struct anc_level *entry = abi->system->levels;
	int type = 0;

	anc_abi_renumber(abi, &level, &type);
	while (entry->name != NULL &&
	       (entry->level != level || !anc_families_have(entry->families, family)))
		entry++;
	return entry->name;
}

const struct anc_names *anc_abi_flags(const struct anc_abi *or_null)
{
	return anc_abi_or_host(or_null)->system->flags;
}

void anc_abi_renumber(const struct anc_abi *abi, int *level, int *type)
{
	if (abi->system == &anc_linux && abi->machine != ANC_HOST_MACHINE)
		anc_linux_renumber(abi->machine, level, type);
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
