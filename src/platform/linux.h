/* SPDX-License-Identifier: MIT */
#ifndef ANC_PLATFORM_LINUX_H
#define ANC_PLATFORM_LINUX_H

/* Linux's habits (net/core/scm.c, net/unix/af_unix.c): constants, so that they fold. */
static const struct anc_habits anc_habits = {
	.max_fds = 253,
	.cmsg_cloexec = MSG_CMSG_CLOEXEC,
	.no_signal = MSG_NOSIGNAL,
	.peek_installs = true,
	.cut_may_refuse = true,
	.close_range = true,
};

#endif
