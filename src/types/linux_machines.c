/* SPDX-License-Identifier: MIT */
#include "types/types.h"

#include "platform/linux_numbers.h"

#include <errno.h>
#include <stddef.h>

/* Numbers of one machine turned into those of another, by platform/linux_numbers.h; and errnos. */

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

/*
 * Numbers of errors: those that are equal everywhere, and the columns of asm/errno.h, where powerpc
 * has the generic ones. Where two names have one number, the one that sockets use.
 */
/* clang-format off */
#define ANC_SAME_ERRNOS(same) \
	same(EPERM, 1) same(ENOENT, 2) same(ESRCH, 3) same(EINTR, 4) same(EIO, 5) same(ENXIO, 6) \
	same(E2BIG, 7) same(ENOEXEC, 8) same(EBADF, 9) same(ECHILD, 10) same(ENOMEM, 12) \
	same(EACCES, 13) same(EFAULT, 14) same(ENOTBLK, 15) same(EBUSY, 16) same(EEXIST, 17) \
	same(EXDEV, 18) same(ENODEV, 19) same(ENOTDIR, 20) same(EISDIR, 21) same(EINVAL, 22) \
	same(ENFILE, 23) same(EMFILE, 24) same(ENOTTY, 25) same(ETXTBSY, 26) same(EFBIG, 27) \
	same(ENOSPC, 28) same(ESPIPE, 29) same(EROFS, 30) same(EMLINK, 31) same(EPIPE, 32) \
	same(EDOM, 33) same(ERANGE, 34)
#define ANC_ERRNOS(by) \
	by(EAGAIN, 11, 35, 11, 11, 11) by(EDEADLK, 35, 11, 45, 45, 78) \
	by(ENAMETOOLONG, 36, 63, 78, 248, 63) by(ENOLCK, 37, 77, 46, 46, 79) \
	by(ENOSYS, 38, 78, 89, 251, 90) by(ENOTEMPTY, 39, 66, 93, 247, 66) \
	by(ELOOP, 40, 62, 90, 249, 62) by(ENOMSG, 42, 80, 35, 35, 75) \
	by(EIDRM, 43, 81, 36, 36, 77) by(ECHRNG, 44, 88, 37, 37, 94) \
	by(EL2NSYNC, 45, 89, 38, 38, 95) by(EL3HLT, 46, 90, 39, 39, 96) \
	by(EL3RST, 47, 91, 40, 40, 97) by(ELNRNG, 48, 93, 41, 41, 98) \
	by(EUNATCH, 49, 94, 42, 42, 99) by(ENOCSI, 50, 95, 43, 43, 100) \
	by(EL2HLT, 51, 96, 44, 44, 101) by(EBADE, 52, 97, 50, 160, 102) \
	by(EBADR, 53, 98, 51, 161, 103) by(EXFULL, 54, 99, 52, 162, 104) \
	by(ENOANO, 55, 100, 53, 163, 105) by(EBADRQC, 56, 101, 54, 164, 106) \
	by(EBADSLT, 57, 102, 55, 165, 107) by(EBFONT, 59, 104, 59, 166, 109) \
	by(ENOSTR, 60, 87, 60, 54, 72) by(ENODATA, 61, 86, 61, 51, 111) \
	by(ETIME, 62, 83, 62, 52, 73) by(ENOSR, 63, 82, 63, 53, 74) \
	by(ENONET, 64, 105, 64, 50, 80) by(ENOPKG, 65, 92, 65, 55, 113) \
	by(EREMOTE, 66, 71, 66, 71, 71) by(ENOLINK, 67, 106, 67, 57, 82) \
	by(EADV, 68, 107, 68, 58, 83) by(ESRMNT, 69, 108, 69, 59, 84) \
	by(ECOMM, 70, 109, 70, 60, 85) by(EPROTO, 71, 85, 71, 61, 86) \
	by(EMULTIHOP, 72, 110, 74, 64, 87) by(EDOTDOT, 73, 111, 73, 66, 88) \
	by(EBADMSG, 74, 84, 77, 67, 76) by(EOVERFLOW, 75, 112, 79, 72, 92) \
	by(ENOTUNIQ, 76, 113, 80, 167, 115) by(EBADFD, 77, 114, 81, 168, 93) \
	by(EREMCHG, 78, 115, 82, 169, 89) by(ELIBACC, 79, 122, 83, 170, 114) \
	by(ELIBBAD, 80, 123, 84, 171, 112) by(ELIBSCN, 81, 124, 85, 172, 124) \
	by(ELIBMAX, 82, 125, 86, 173, 123) by(ELIBEXEC, 83, 126, 87, 174, 110) \
	by(EILSEQ, 84, 116, 88, 47, 122) by(ERESTART, 85, 127, 91, 175, 116) \
	by(ESTRPIPE, 86, 128, 92, 176, 91) by(EUSERS, 87, 68, 94, 68, 68) \
	by(ENOTSOCK, 88, 38, 95, 216, 38) by(EDESTADDRREQ, 89, 39, 96, 217, 39) \
	by(EMSGSIZE, 90, 40, 97, 218, 40) by(EPROTOTYPE, 91, 41, 98, 219, 41) \
	by(ENOPROTOOPT, 92, 42, 99, 220, 42) by(EPROTONOSUPPORT, 93, 43, 120, 221, 43) \
	by(ESOCKTNOSUPPORT, 94, 44, 121, 222, 44) by(EOPNOTSUPP, 95, 45, 122, 223, 45) \
	by(EPFNOSUPPORT, 96, 46, 123, 224, 46) by(EAFNOSUPPORT, 97, 47, 124, 225, 47) \
	by(EADDRINUSE, 98, 48, 125, 226, 48) by(EADDRNOTAVAIL, 99, 49, 126, 227, 49) \
	by(ENETDOWN, 100, 50, 127, 228, 50) by(ENETUNREACH, 101, 51, 128, 229, 51) \
	by(ENETRESET, 102, 52, 129, 230, 52) by(ECONNABORTED, 103, 53, 130, 231, 53) \
	by(ECONNRESET, 104, 54, 131, 232, 54) by(ENOBUFS, 105, 55, 132, 233, 55) \
	by(EISCONN, 106, 56, 133, 234, 56) by(ENOTCONN, 107, 57, 134, 235, 57) \
	by(ESHUTDOWN, 108, 58, 143, 236, 58) by(ETOOMANYREFS, 109, 59, 144, 237, 59) \
	by(ETIMEDOUT, 110, 60, 145, 238, 60) by(ECONNREFUSED, 111, 61, 146, 239, 61) \
	by(EHOSTDOWN, 112, 64, 147, 241, 64) by(EHOSTUNREACH, 113, 65, 148, 242, 65) \
	by(EALREADY, 114, 37, 149, 244, 37) by(EINPROGRESS, 115, 36, 150, 245, 36) \
	by(ESTALE, 116, 70, 151, 70, 70) by(EUCLEAN, 117, 117, 135, 177, 117) \
	by(ENOTNAM, 118, 118, 137, 178, 118) by(ENAVAIL, 119, 119, 138, 179, 119) \
	by(EISNAM, 120, 120, 139, 180, 120) by(EREMOTEIO, 121, 121, 140, 181, 121) \
	by(EDQUOT, 122, 69, 1133, 69, 69) by(ENOMEDIUM, 123, 129, 159, 182, 125) \
	by(EMEDIUMTYPE, 124, 130, 160, 183, 126) by(ECANCELED, 125, 131, 158, 253, 127) \
	by(ENOKEY, 126, 132, 161, 184, 128) by(EKEYEXPIRED, 127, 133, 162, 185, 129) \
	by(EKEYREVOKED, 128, 134, 163, 186, 130) by(EKEYREJECTED, 129, 135, 164, 187, 131) \
	by(EOWNERDEAD, 130, 136, 165, 254, 132) by(ENOTRECOVERABLE, 131, 137, 166, 255, 133) \
	by(ERFKILL, 132, 138, 167, 256, 134) by(EHWPOISON, 133, 139, 168, 257, 135)
/* clang-format on */

#define ANC_HERE_ERRNO(name, generic, alpha, mips, parisc, sparc)                                  \
	_Static_assert(name == ANC_HERE(generic, alpha, mips, parisc, sparc, generic),             \
		       "as libc has " #name);
ANC_ERRNOS(ANC_HERE_ERRNO)

/* One machine's table. */
#define ANC_SAME(name, number) {number, #name},
#define ANC_OF_GENERIC(name, generic, alpha, mips, parisc, sparc) {generic, #name},
#define ANC_OF_HERE(name, generic, alpha, mips, parisc, sparc) {name, #name},
#define ANC_OF_ALPHA(name, generic, alpha, mips, parisc, sparc) {alpha, #name},
#define ANC_OF_MIPS(name, generic, alpha, mips, parisc, sparc) {mips, #name},
#define ANC_OF_PARISC(name, generic, alpha, mips, parisc, sparc) {parisc, #name},
#define ANC_OF_SPARC(name, generic, alpha, mips, parisc, sparc) {sparc, #name},

#define ANC_ERRNOS_OF(machine)                                                                     \
	{                                                                                          \
		ANC_SAME_ERRNOS(ANC_SAME) ANC_ERRNOS(machine)                                      \
		{                                                                                  \
			0, NULL                                                                    \
		}                                                                                  \
	}

const struct anc_names anc_linux_errno[] = ANC_ERRNOS_OF(ANC_OF_HERE);
static const struct anc_names anc_generic_errno[] = ANC_ERRNOS_OF(ANC_OF_GENERIC);
static const struct anc_names anc_alpha_errno[] = ANC_ERRNOS_OF(ANC_OF_ALPHA);
static const struct anc_names anc_mips_errno[] = ANC_ERRNOS_OF(ANC_OF_MIPS);
static const struct anc_names anc_parisc_errno[] = ANC_ERRNOS_OF(ANC_OF_PARISC);
static const struct anc_names anc_sparc_errno[] = ANC_ERRNOS_OF(ANC_OF_SPARC);

const struct anc_names *anc_linux_errno_of(enum anc_machine machine)
{
	static const struct anc_names *const tables[ANC_MACHINES] = {
		anc_generic_errno, anc_alpha_errno, anc_mips_errno,
		anc_parisc_errno,  anc_sparc_errno, anc_generic_errno,
	};

	return tables[machine];
}
