/* SPDX-License-Identifier: MIT */
#include "types/types.h"

#include "platform/linux_numbers.h"

#include <stddef.h>

/* Numbers of one machine turned into those of another: the columns of platform/linux_numbers.h. */

#define COLUMNS(...)                                                                               \
	{                                                                                          \
		__VA_ARGS__                                                                        \
	}

#define SAME_AS_LIBC(name) _Static_assert(name == ANC_##name(ANC_HERE), "as libc has " #name)

SAME_AS_LIBC(SOL_SOCKET);
SAME_AS_LIBC(SO_PRIORITY);
SAME_AS_LIBC(SO_TIMESTAMP_OLD);
SAME_AS_LIBC(SO_TIMESTAMPNS_OLD);
SAME_AS_LIBC(SO_MARK);
SAME_AS_LIBC(SO_TIMESTAMPING_OLD);
SAME_AS_LIBC(SO_RXQ_OVFL);
SAME_AS_LIBC(SO_WIFI_STATUS);
SAME_AS_LIBC(SCM_TIMESTAMPING_OPT_STATS);
SAME_AS_LIBC(SCM_TIMESTAMPING_PKTINFO);
SAME_AS_LIBC(SO_TXTIME);
SAME_AS_LIBC(SO_TIMESTAMP_NEW);
SAME_AS_LIBC(SO_TIMESTAMPNS_NEW);
SAME_AS_LIBC(SO_TIMESTAMPING_NEW);
SAME_AS_LIBC(SO_DEVMEM_LINEAR);
SAME_AS_LIBC(SO_DEVMEM_DMABUF);
SAME_AS_LIBC(SCM_TS_OPT_ID);
SAME_AS_LIBC(SO_INQ);
SAME_AS_LIBC(SO_PASSCRED);
SAME_AS_LIBC(SO_PEERCRED);
SAME_AS_LIBC(SO_PEERSEC);
SAME_AS_LIBC(SO_PASSSEC);
SAME_AS_LIBC(SO_PEERGROUPS);
SAME_AS_LIBC(SO_ZEROCOPY);
SAME_AS_LIBC(SO_RCVMARK);
SAME_AS_LIBC(SO_PASSPIDFD);
SAME_AS_LIBC(SO_PEERPIDFD);
SAME_AS_LIBC(SO_RCVPRIORITY);
SAME_AS_LIBC(SO_PASSRIGHTS);
SAME_AS_LIBC(SO_RIGHTS_NOTRUNC);
_Static_assert(SCM_RIGHTS == 1 && SCM_CREDENTIALS == 2 && SCM_SECURITY == 3 && SCM_PIDFD == 4,
	       "these are no column's");

typedef int anc_columns[ANC_MACHINES];

static const anc_columns anc_levels = ANC_SOL_SOCKET(COLUMNS);

static const anc_columns anc_types[] = {
	ANC_SO_PRIORITY(COLUMNS),
	ANC_SO_TIMESTAMP_OLD(COLUMNS),
	ANC_SO_TIMESTAMPNS_OLD(COLUMNS),
	ANC_SO_MARK(COLUMNS),
	ANC_SO_TIMESTAMPING_OLD(COLUMNS),
	ANC_SO_RXQ_OVFL(COLUMNS),
	ANC_SO_WIFI_STATUS(COLUMNS),
	ANC_SCM_TIMESTAMPING_OPT_STATS(COLUMNS),
	ANC_SCM_TIMESTAMPING_PKTINFO(COLUMNS),
	ANC_SO_TXTIME(COLUMNS),
	ANC_SO_TIMESTAMP_NEW(COLUMNS),
	ANC_SO_TIMESTAMPNS_NEW(COLUMNS),
	ANC_SO_TIMESTAMPING_NEW(COLUMNS),
	ANC_SO_DEVMEM_LINEAR(COLUMNS),
	ANC_SO_DEVMEM_DMABUF(COLUMNS),
	ANC_SCM_TS_OPT_ID(COLUMNS),
	ANC_SO_INQ(COLUMNS),
};

/* What no row has: a number that means something on this machine, but nothing on the other. */
#define ANC_NO_NUMBER (-1)

static const enum anc_machine anc_here =
	ANC_HERE(ANC_GENERIC, ANC_ALPHA, ANC_MIPS, ANC_PARISC, ANC_SPARC, ANC_POWERPC);

/* The column of `machine` that has the number, or NULL. */
static const int *anc_columns_with(enum anc_machine machine, int number)
{
	size_t i;

	for (i = 0; i < sizeof(anc_types) / sizeof(anc_types[0]); i++)
		if (anc_types[i][machine] == number)
			return anc_types[i];
	return NULL;
}

void anc_linux_renumber(enum anc_machine machine, int *level, int *type)
{
	const int *columns;

	if (*level != anc_levels[machine]) {
		if (*level == anc_levels[anc_here])
			*level = ANC_NO_NUMBER;
		return;
	}
	*level = anc_levels[anc_here];
	columns = anc_columns_with(machine, *type);
	if (columns != NULL)
		*type = columns[anc_here];
	else if (anc_columns_with(anc_here, *type) != NULL)
		*type = ANC_NO_NUMBER;
}
