/* SPDX-License-Identifier: MIT */
#include <anc/cmsg.h>

/* The one external definition of each inline function of <anc/cmsg.h>. */
extern struct anc_layout anc_layout_host(void);
extern uint64_t anc_layout_load(const unsigned char *, unsigned, bool);
extern void anc_layout_store(unsigned char *, unsigned, bool, uint64_t);
extern int anc_layout_next(struct anc_layout, struct anc_cmsg_iter *, struct anc_cmsg *);
extern size_t anc_layout_put(struct anc_layout, void *, size_t, int, int, const void *, size_t);
extern struct anc_cmsgs anc_cmsgs_from_bytes(const void *, size_t);
extern struct anc_cmsg_iter anc_cmsgs_iter(struct anc_cmsgs);
extern int anc_cmsg_iter_next(struct anc_cmsg_iter *, struct anc_cmsg *);
extern bool anc_cmsg_iter_expect(struct anc_cmsg_iter *, int, int, void *, size_t);
extern size_t anc_cmsg_iter_rest(const struct anc_cmsg_iter *, const void **);
extern size_t anc_cmsg_put(void *, size_t, int, int, const void *, size_t);

_Static_assert(ANC_CMSG_LEN_WIDTH == 4 || ANC_CMSG_LEN_WIDTH == 8, "cmsg_len is 4 or 8 bytes");
_Static_assert(ANC_CMSG_HEADER == ANC_CMSG_LEN_WIDTH + 8,
	       "level and type follow, and nothing else");
_Static_assert((ANC_CMSG_ALIGN & (ANC_CMSG_ALIGN - 1)) == 0, "the alignment is a power of two");
_Static_assert(ANC_CMSG_SPACE(1) == CMSG_SPACE(1) && ANC_CMSG_LEN(1) == CMSG_LEN(1),
	       "as libc has it");
_Static_assert(ANC_FDS_SPACE(253) == CMSG_SPACE(253 * sizeof(int)), "as libc has it");
