/* SPDX-License-Identifier: MIT */
#include "fake_kernels.h"

#include <errno.h>
#include <string.h>

#include <anc/cmsg.h>

#define SO_NOSIGPIPE_DARWIN 0x1022
#define QUIET_MOST 4096

static const struct fake_kernel *booted;
static bool quiet[QUIET_MOST]; /* sockets with SO_NOSIGPIPE */

static int fail(int error)
{
	errno = error;
	return -1;
}

static bool is_rights(const struct anc_cmsg *msg)
{
	return msg->level == SOL_SOCKET && msg->type == SCM_RIGHTS;
}

static void close_slots(const unsigned char *slots, size_t len)
{
	int fd;

	for (; len >= sizeof(fd); slots += sizeof(fd), len -= sizeof(fd)) {
		memcpy(&fd, slots, sizeof(fd));
		if (fd >= 0)
			fake_linux_calls.close(fd);
	}
}

/* Whether this kernel takes that control data; otherwise an errno. */
static int check_control(const struct msghdr *msg)
{
	const size_t len = msg->msg_controllen;
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(msg->msg_control, len));
	size_t fds = 0;
	size_t count = 0;
	struct anc_cmsg cmsg;

	for (; anc_cmsg_iter_next(&it, &cmsg) == 1; count++) {
		if (booted->habits.exact_control_len && ANC_CMSG_LEN(cmsg.len) != len)
			return EINVAL;
		if (booted->sends_padded && ANC_CMSG_SPACE(cmsg.len) != len)
			return EINVAL;
		fds += is_rights(&cmsg) ? cmsg.len / sizeof(int) : 0;
	}
	if (booted->sends_one_message && count != 1)
		return EINVAL;
	return fds > booted->habits.max_fds ? booted->too_many : 0;
}

static ssize_t kernel_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	const int error = msg->msg_controllen > 0 ? check_control(msg) : 0;

	if (booted->habits.no_signal == 0 && (flags & MSG_NOSIGNAL) != 0)
		return fail(EINVAL);
	if (error != 0)
		return fail(error);
	if (fd >= 0 && fd < QUIET_MOST && quiet[fd])
		flags |= MSG_NOSIGNAL;
	return fake_linux_calls.sendmsg(fd, msg, flags);
}

/* The control data of one receive as it is being copied out. */
struct outgoing {
	unsigned char *bytes;
	size_t room;
	size_t used;
	size_t pad; /* at the end of `used` */
	bool cut;
	bool failed;
};

/* What did not fit: bytes of one message, `space` with padding, `fds_len` of it descriptors. */
static void put_cut(struct outgoing *out, const unsigned char *bytes, size_t space, size_t fds_len)
{
	const size_t left = out->room - out->used;
	const unsigned char *slots = bytes + ANC_CMSG_DATA;
	size_t fit = 0;

	out->cut = true;
	if (fds_len == 0)
		return;
	if (booted->cut == FAKE_CUT_INSTALLS) {
		memcpy(out->bytes + out->used, bytes, left < space ? left : space);
		out->used = out->room;
		return;
	}
	if (booted->cut == FAKE_CUT_SHORTENS && left >= ANC_CMSG_LEN(sizeof(int)))
		fit = (left - ANC_CMSG_DATA) / sizeof(int) * sizeof(int);
	if (fit > fds_len)
		fit = fds_len;
	if (fit > 0) {
		memcpy(out->bytes + out->used, bytes, ANC_CMSG_LEN(fit));
		anc_layout_store(out->bytes + out->used, ANC_CMSG_LEN_WIDTH, false,
				 ANC_CMSG_LEN(fit));
		out->used += ANC_CMSG_LEN(fit);
	}
	close_slots(slots + fit, fds_len - fit);
	out->failed = booted->cut == FAKE_CUT_FAILS && out->room > 0;
}

static void put(struct outgoing *out, int type, const void *data, size_t len, bool owns_fds)
{
	unsigned char bytes[ANC_CMSG_SPACE(4096)];
	const size_t space = anc_cmsg_put(bytes, sizeof(bytes), SOL_SOCKET, type, data, len);
	const size_t left = out->room - out->used;
	size_t used = space < left ? space : left;

	if (out->cut || left < (booted->needs_pad_room ? space : ANC_CMSG_LEN(len))) {
		put_cut(out, bytes, space, owns_fds ? len : 0);
		return;
	}
	memcpy(out->bytes + out->used, bytes, used);
	out->pad = used - ANC_CMSG_LEN(len);
	out->used += used;
}

static void put_peeked(struct outgoing *out, const struct anc_cmsg *msg)
{
	/* Halves that look like descriptors 0, 1, 2 ... */
	uint64_t pointers[256];
	const size_t count = msg->len / sizeof(int);
	size_t i;

	close_slots(msg->data, msg->len);
	memset(pointers, 0, sizeof(pointers));
	if (booted->peek == FAKE_PEEK_OMITS)
		return;
	for (i = 0; booted->peek == FAKE_PEEK_POINTERS && i < count; i++)
		pointers[i] = UINT64_C(0xfffff80000000000) + i;
	put(out, SCM_RIGHTS, pointers,
	    booted->peek == FAKE_PEEK_POINTERS ? count * sizeof(pointers[0]) : msg->len, false);
}

static void put_message(struct outgoing *out, const struct anc_cmsg *msg, int flags)
{
	const unsigned char *data = msg->data;
	size_t first = 0;

	if (!is_rights(msg)) {
		put(out, msg->type, data, msg->len, false);
	} else if ((flags & MSG_PEEK) != 0 && booted->peek != FAKE_PEEK_INSTALLS) {
		put_peeked(out, msg);
	} else {
		if (booted->splits_rights && (flags & MSG_WAITALL) != 0 && msg->len > sizeof(int))
			first = sizeof(int);
		if (first > 0)
			put(out, SCM_RIGHTS, data, first, true);
		put(out, SCM_RIGHTS, data + first, msg->len - first, true);
	}
}

/* Gives `msg` what the real kernel gave, as the booted one would have. */
static int copy_out(struct msghdr *msg, const struct msghdr *real, int flags)
{
	struct outgoing out = {msg->msg_control, msg->msg_controllen, 0, 0, false, false};
	struct anc_cmsg_iter it =
		anc_cmsgs_iter(anc_cmsgs_from_bytes(real->msg_control, real->msg_controllen));
	const bool full = (real->msg_flags & MSG_CTRUNC) != 0 && booted->table_full != 0;
	struct anc_cmsg cmsg;

	while (anc_cmsg_iter_next(&it, &cmsg) == 1) {
		if (!full)
			put_message(&out, &cmsg, flags);
		else if (is_rights(&cmsg))
			close_slots(cmsg.data, cmsg.len);
	}
	if (full || out.failed)
		return fail(full ? booted->table_full : EMSGSIZE);
	msg->msg_namelen = real->msg_namelen;
	msg->msg_flags = real->msg_flags | (out.cut ? MSG_CTRUNC : 0);
	out.used -= booted->leaves_out_pad ? out.pad : 0;
	msg->msg_controllen = (anc_controllen)out.used;
	return 0;
}

static ssize_t kernel_recvmsg(int fd, struct msghdr *msg, int flags)
{
	unsigned char wide[8192];
	struct msghdr real = *msg;
	ssize_t got;

	if ((flags & MSG_CMSG_CLOEXEC) != 0 &&
	    (booted->refuses_cloexec || booted->habits.cmsg_cloexec == 0))
		return fail(EINVAL);
	if (booted->peek == FAKE_PEEK_INSTALLS)
		return fake_linux_calls.recvmsg(fd, msg, flags);
	real.msg_control = wide;
	real.msg_controllen = sizeof(wide);
	got = fake_linux_calls.recvmsg(fd, &real, flags);
	if (got < 0)
		return got;
	return copy_out(msg, &real, flags) < 0 ? -1 : got;
}

/* As libc does where it has these without the kernel. */
static int kernel_sendmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	unsigned done;
	ssize_t sent;

	for (done = 0; done < count; done++) {
		sent = kernel_sendmsg(fd, &headers[done].msg_hdr, flags);
		if (sent < 0)
			break;
		headers[done].msg_len = (unsigned)sent;
	}
	return done > 0 ? (int)done : -1;
}

static int kernel_recvmmsg(int fd, struct mmsghdr *headers, unsigned count, int flags)
{
	unsigned done;
	ssize_t got;

	for (done = 0; done < count; done++) {
		got = kernel_recvmsg(fd, &headers[done].msg_hdr, flags & ~MSG_WAITFORONE);
		if (got < 0)
			break;
		headers[done].msg_len = (unsigned)got;
		flags |= (flags & MSG_WAITFORONE) != 0 ? MSG_DONTWAIT : 0;
	}
	return done > 0 ? (int)done : -1;
}

static int kernel_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	if (booted->habits.no_sigpipe == 0 || level != SOL_SOCKET ||
	    option != booted->habits.no_sigpipe)
		return fake_linux_calls.setsockopt(fd, level, option, value, len);
	if (fd < 0 || fd >= QUIET_MOST)
		return fail(EBADF);
	quiet[fd] = true;
	return 0;
}

static int kernel_close_range(unsigned first, unsigned last)
{
	if (booted->lacks_close_range || !booted->habits.close_range)
		return fail(ENOSYS);
	return fake_linux_calls.close_range(first, last);
}

void fake_boot(const struct fake_kernel *kernel)
{
	fake_reset();
	memset(quiet, 0, sizeof(quiet));
	booted = kernel;
	anc_habits = kernel->habits;
	fake_calls.sendmsg = kernel_sendmsg;
	fake_calls.recvmsg = kernel_recvmsg;
	fake_calls.sendmmsg = kernel_sendmmsg;
	fake_calls.recvmmsg = kernel_recvmmsg;
	fake_calls.setsockopt = kernel_setsockopt;
	fake_calls.close_range = kernel_close_range;
}

/*
 * The kernels. Sources: xnu bsd/kern/uipc_usrreq.c, uipc_syscalls.c; FreeBSD, NetBSD, OpenBSD and
 * DragonFly sys/kern/uipc_usrreq.c, uipc_syscalls.c; illumos uts/common/fs/sockfs.
 */
#define LINUX_HABITS                                                                               \
	{                                                                                          \
		.max_fds = 253, .cmsg_cloexec = MSG_CMSG_CLOEXEC, .no_signal = MSG_NOSIGNAL,       \
		.wait_for_one = MSG_WAITFORONE, .read_end = POLLRDHUP, .peek_installs = true,      \
		.cut_may_refuse = true, .close_range = true                                        \
	}

const struct fake_kernel fake_linux = {
	.name = "linux",
	.habits = LINUX_HABITS,
	.too_many = EINVAL,
};

const struct fake_kernel fake_old_linux = {
	.name = "old linux",
	.habits = LINUX_HABITS,
	.too_many = EINVAL,
	.refuses_cloexec = true,
	.lacks_close_range = true,
};

const struct fake_kernel fake_macos = {
	.name = "macos",
	.habits = {.max_fds = 254,
		   .no_sigpipe = SO_NOSIGPIPE_DARWIN,
		   .exact_control_len = true,
		   .installs_unasked = true},
	.cut = FAKE_CUT_INSTALLS,
	.peek = FAKE_PEEK_ZEROS,
	.too_many = EINVAL,
	.table_full = EMSGSIZE,
	.sends_one_message = true,
};

const struct fake_kernel fake_freebsd = {
	.name = "freebsd",
	.habits = {.max_fds = 254,
		   .cmsg_cloexec = MSG_CMSG_CLOEXEC,
		   .no_signal = MSG_NOSIGNAL,
		   .wait_for_one = MSG_WAITFORONE,
		   .read_end = POLLRDHUP,
		   .close_range = true},
	.cut = FAKE_CUT_WITHHOLDS,
	.peek = FAKE_PEEK_POINTERS,
	.too_many = EMSGSIZE,
	.table_full = EMFILE,
	.needs_pad_room = true,
	.splits_rights = true,
};

const struct fake_kernel fake_netbsd = {
	.name = "netbsd",
	.habits = {.max_fds = 254, .cmsg_cloexec = MSG_CMSG_CLOEXEC, .no_signal = MSG_NOSIGNAL},
	.cut = FAKE_CUT_WITHHOLDS,
	.peek = FAKE_PEEK_POINTERS,
	.too_many = EINVAL,
	.table_full = EMSGSIZE,
	.sends_one_message = true,
};

const struct fake_kernel fake_openbsd = {
	.name = "openbsd",
	.habits = {.max_fds = 127,
		   .cmsg_cloexec = MSG_CMSG_CLOEXEC,
		   .no_signal = MSG_NOSIGNAL,
		   .wait_for_one = MSG_WAITFORONE},
	.cut = FAKE_CUT_FAILS,
	.peek = FAKE_PEEK_OMITS,
	.too_many = E2BIG,
	.table_full = EMSGSIZE,
	.sends_one_message = true,
	.leaves_out_pad = true,
};

const struct fake_kernel fake_dragonfly = {
	.name = "dragonfly",
	.habits = {.max_fds = 254,
		   .cmsg_cloexec = MSG_CMSG_CLOEXEC,
		   .no_signal = MSG_NOSIGNAL,
		   .installs_unasked = true},
	.cut = FAKE_CUT_INSTALLS,
	.peek = FAKE_PEEK_POINTERS,
	.too_many = E2BIG,
	.table_full = EMSGSIZE,
	.sends_one_message = true,
	.sends_padded = true,
};

const struct fake_kernel fake_illumos = {
	.name = "illumos",
	.habits = {.max_fds = 254, .no_signal = MSG_NOSIGNAL},
	.cut = FAKE_CUT_SHORTENS,
	.peek = FAKE_PEEK_OMITS,
	.too_many = EINVAL,
	.table_full = EMFILE,
	.sends_one_message = true,
};

const struct fake_kernel fake_without_nosignal = {
	.name = "without nosignal",
	.habits = {.max_fds = 253, .cmsg_cloexec = MSG_CMSG_CLOEXEC, .peek_installs = true},
	.too_many = EINVAL,
};

const struct fake_kernel *const fake_kernels[] = {
	&fake_linux,   &fake_old_linux, &fake_macos,   &fake_freebsd,          &fake_netbsd,
	&fake_openbsd, &fake_dragonfly, &fake_illumos, &fake_without_nosignal, NULL,
};
