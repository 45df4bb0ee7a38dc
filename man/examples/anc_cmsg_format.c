/* SPDX-License-Identifier: MIT */
/* The program of anc_cmsg_format(3): what a FreeBSD program received.
 */
#include <inttypes.h>
#include <stdio.h>

#include <anc/anc.h>

static int print_senders(const void *control, size_t len)
{
	const struct anc_abi *abi = anc_abi_find("freebsd-64");
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	char line[256];
	int64_t uid;
	int error;

	it = anc_abi_iter(abi, anc_cmsgs_from_bytes(control, len));
	while ((error = anc_abi_iter_next(abi, &it, &msg)) > 0) {
		anc_cmsg_format(&msg, abi, line, sizeof(line));
		puts(line);
		if (anc_cmsg_field(&msg, abi, "uid", &uid) == 0)
			printf("user %" PRId64 "\n", uid);
	}
	return error;
}

int main(void)
{
	/* SCM_CREDS2 at level 0xffff: version, pid, uid, euid, gid,
	 * egid and one group. */
	static const unsigned char control[] = {
		48, 0, 0, 0, 255, 255, 0, 0, 8,   0, 0, 0, 0,  0, 0, 0,
		0,  0, 0, 0, 42,  0,   0, 0, 100, 0, 0, 0, 0,  0, 0, 0,
		20, 0, 0, 0, 20,  0,   0, 0, 1,   0, 0, 0, 20, 0, 0, 0,
	};

	return print_senders(control, sizeof(control)) < 0;
}
