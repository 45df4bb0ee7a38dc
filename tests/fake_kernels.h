/* SPDX-License-Identifier: MIT */
#ifndef FAKE_KERNELS_H
#define FAKE_KERNELS_H

/*
 * Other systems' kernels over the real one: its calls wrapped, and what they give changed to what
 * those kernels' sources say. Layouts and numbers stay the host's.
 */

#include "fake_platform.h"

/* What becomes of descriptors for which the control buffer has no room. */
enum fake_cut {
	FAKE_CUT_SHORTENS,  /* as many as fit are delivered, the others closed */
	FAKE_CUT_INSTALLS,  /* all are open; the bytes past the end are lost, cmsg_len stays long */
	FAKE_CUT_WITHHOLDS, /* the message is left out, all are closed */
	FAKE_CUT_FAILS      /* the call fails with EMSGSIZE, all are closed */
};

/* What MSG_PEEK shows of an SCM_RIGHTS. */
enum fake_peek {
	FAKE_PEEK_INSTALLS, /* fresh descriptors */
	FAKE_PEEK_ZEROS,
	FAKE_PEEK_POINTERS, /* the kernel's own, twice the size of a descriptor */
	FAKE_PEEK_OMITS
};

struct fake_kernel {
	const char *name;
	struct anc_habits habits;
	enum fake_cut cut;
	enum fake_peek peek;
	int too_many;           /* errno of a send with more than habits.max_fds */
	int table_full;         /* errno of a receive when the table is full; 0: as Linux */
	bool sends_one_message; /* one control message per send */
	bool sends_padded;      /* msg_controllen must count the padding */
	bool needs_pad_room;    /* a received message needs room for its padding too */
	bool leaves_out_pad;    /* the last received message comes without padding */
	bool splits_rights;     /* MSG_WAITALL brings several SCM_RIGHTS */
	bool refuses_cloexec;   /* EINVAL to MSG_CMSG_CLOEXEC */
	bool lacks_close_range; /* ENOSYS, whatever the habits say */
};

extern const struct fake_kernel fake_linux;
extern const struct fake_kernel fake_old_linux; /* neither MSG_CMSG_CLOEXEC nor close_range */
extern const struct fake_kernel fake_macos;
extern const struct fake_kernel fake_freebsd;
extern const struct fake_kernel fake_netbsd;
extern const struct fake_kernel fake_openbsd;
extern const struct fake_kernel fake_dragonfly;
extern const struct fake_kernel fake_illumos;
extern const struct fake_kernel fake_without_nosignal; /* no way to keep SIGPIPE away */

/* All of them, NULL at the end. */
extern const struct fake_kernel *const fake_kernels[];

/* Makes the platform behave like that kernel, until fake_reset(). */
void fake_boot(const struct fake_kernel *);

#endif
