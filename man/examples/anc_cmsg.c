/* SPDX-License-Identifier: MIT */
/* The programs of anc_cmsg(3): building a control buffer, walking it,
 * walking another system's. */
#include <stdio.h>

#include <anc/abi.h>

static int print_control(const void *control, size_t len)
{
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	int more;

	it = anc_cmsgs_iter(anc_cmsgs_from_bytes(control, len));
	while ((more = anc_cmsg_iter_next(&it, &msg)) > 0)
		printf("level %d, type %d, %zu bytes%s\n", msg.level,
		       msg.type, msg.len, msg.truncated ? ", cut" : "");
	return more; /* 0, or -EBADMSG: a header lies */
}

static size_t build_control(void *buf, size_t room)
{
	const int fds[] = {0, 1, 2};
	const int32_t tos = 16;
	unsigned char *at = buf;
	size_t used;

	used = anc_cmsg_put(at, room, SOL_SOCKET, SCM_RIGHTS, fds,
			    sizeof(fds));
	if (used == 0)
		return 0;
	return used + anc_cmsg_put(at + used, room - used, 0, 1, &tos,
				   sizeof(tos));
}

static int count_control(const char *system, const void *control,
			 size_t len)
{
	const struct anc_abi *abi = anc_abi_find(system);
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	int count = 0;

	if (abi == NULL)
		return -ENOENT;
	it = anc_abi_iter(abi, anc_cmsgs_from_bytes(control, len));
	while (anc_abi_iter_next(abi, &it, &msg) > 0)
		count++;
	return count;
}

/* As 64-bit FreeBSD writes one descriptor, 5: cmsg_len 20, level
 * 0xffff, type 1. */
static const unsigned char freebsd[24] = {
	20, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0,
	0,  0, 0, 0, 5,    0,    0, 0, 0, 0, 0, 0};

int main(void)
{
	unsigned char control[ANC_FDS_SPACE(3) + ANC_CMSG_SPACE(4)];
	const size_t len = build_control(control, sizeof(control));

	if (len != sizeof(control) || print_control(control, len) != 0)
		return 1;
	if (print_control(control, ANC_CMSG_LEN(0) - 1) != 0)
		return 1;
	return count_control("freebsd-64", freebsd, sizeof(freebsd)) !=
	       1;
}
