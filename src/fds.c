/* SPDX-License-Identifier: MIT */
#include <anc/fds.h>

#include "socket.h"

/* The most that any platform takes in one send. */
#define ANC_FDS_MOST 254

static inline size_t anc_fd_control_len(void)
{
	size_t len = ANC_FDS_SPACE(1);

	if (anc_habits.exact_control_len)
		len = ANC_CMSG_LEN(sizeof(int));
	return len;
}

size_t anc_fds_max(void)
{
	return anc_habits.max_fds;
}

/* A send of one descriptor that did not succeed at once. */
ANC_COLD static int anc_kernel_send_fd_rest(int sock, const struct msghdr *msg, int saved)
{
	ssize_t sent = -1;
	int error = errno;

	while (sent < 0 && error == EINTR) {
		sent = anc_platform_sendmsg(sock, msg, anc_habits.no_signal);
		error = errno;
	}
	errno = saved;
	return sent < 0 ? -error : 0;
}

static inline int anc_kernel_send_fd(int sock, int fd)
{
	/* Nobody writes to it, though iov_base is not const. */
	static char byte;
	static const struct iovec iov = {&byte, sizeof(byte)};
	unsigned char control[ANC_FDS_SPACE(1)];
	struct msghdr msg = {.msg_iov = (struct iovec *)(uintptr_t)&iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = (anc_controllen)anc_fd_control_len()};
	const int saved = errno;

	anc_cmsg_put(control, sizeof(control), SOL_SOCKET, SCM_RIGHTS, &fd, sizeof(fd));
	if (ANC_LIKELY(anc_platform_sendmsg(sock, &msg, anc_habits.no_signal) >= 0))
		return 0;
	return anc_kernel_send_fd_rest(sock, &msg, saved);
}

int anc_socket_send_fd(struct anc_socket sock, int borrowed_fd)
{
	ssize_t sent;

	if (ANC_LIKELY(anc_habits.no_signal != 0 && sock.ops == NULL && borrowed_fd >= 0 &&
		       (sock.family == 0 || sock.family == AF_UNIX)))
		return anc_kernel_send_fd(~sock.not_fd, borrowed_fd);
	sent = anc_socket_send_fds(sock, "", 1, &borrowed_fd, 1, (struct anc_send_options){0});
	/* A custom socket that took no byte took no descriptor either. */
	if (sent == 0)
		return -EAGAIN;
	return sent < 0 ? (int)sent : 0;
}

int anc_send_fd(int sock, int borrowed_fd)
{
	const int saved = errno;
	const int error = borrowed_fd < 0 ? -EBADF : anc_socket_ask_unix(sock);

	if (error < 0) {
		errno = saved;
		return error;
	}
	return anc_socket_send_fd(anc_socket_fd(sock), borrowed_fd);
}

/* What is wrong with these arguments, whatever the socket. */
static int anc_fds_check(const int *fds, size_t count, size_t len)
{
	size_t i;

	if (count > anc_habits.max_fds || count > ANC_FDS_MOST)
		return -E2BIG;
	if (len == 0)
		return -EINVAL;
	for (i = 0; i < count; i++)
		if (fds[i] < 0)
			return -EBADF;
	return 0;
}

/* Sends what was checked. */
static ssize_t anc_fds_send(const struct anc_socket *sock, const void *buf, size_t len,
			    const int *fds, size_t count, struct anc_send_options options)
{
	unsigned char control[ANC_FDS_SPACE(ANC_FDS_MOST)];
	struct iovec single;
	struct msghdr msg = anc_msghdr_on(NULL, 0, buf, len, &single);
	struct anc_data data;
	ssize_t sent;

	anc_data_init(&data, control, sizeof(control));
	sent = anc_data_add_fds(&data, fds, count);
	if (sent == 0) {
		do
			sent = anc_socket_send(sock, &msg, &data, options);
		while (sent == -EINTR);
	}
	return sent;
}

ssize_t anc_socket_send_fds(struct anc_socket sock, const void *buf, size_t len,
			    const int *borrowed, size_t count, struct anc_send_options options)
{
	const int saved = errno;
	ssize_t sent = anc_fds_check(borrowed, count, len);

	if (sent == 0 && sock.ops == NULL && sock.family != 0 && sock.family != AF_UNIX)
		sent = -EOPNOTSUPP;
	if (sent == 0)
		sent = anc_fds_send(&sock, buf, len, borrowed, count, options);
	errno = saved;
	return sent;
}

ssize_t anc_send_fds(int sock, const void *buf, size_t len, const int *borrowed, size_t count)
{
	const struct anc_socket kernel = anc_socket_fd(sock);
	const int saved = errno;
	ssize_t sent = anc_fds_check(borrowed, count, len);

	if (sent == 0)
		sent = anc_socket_ask_unix(sock);
	if (sent == 0)
		sent = anc_fds_send(&kernel, buf, len, borrowed, count,
				    (struct anc_send_options){0});
	errno = saved;
	return sent;
}

/* Zero bytes and no descriptor: the orderly end, where there is one. */
static int anc_no_fd(const struct anc_socket *sock, size_t len)
{
	int type;

	if (len > 0)
		return -ENOMSG;
	type = anc_socket_type(sock);
	if (type < 0)
		return type;
	/* A custom socket has no type to ask; that it ends is likelier than an empty message. */
	return type == SOCK_STREAM || type == SOCK_SEQPACKET || type == 0 ? -EPIPE : -ENOMSG;
}

/* The one descriptor of what was received, or why there is none; whatever is left is closed. */
static int anc_received_fd(const struct anc_socket *sock, struct anc_data *data,
			   struct anc_recv_result result)
{
	int fd = -EMSGSIZE;

	if (!anc_recv_result_normal_data_truncated(result))
		fd = anc_data_take_fd(data);
	anc_data_fini(data);
	return fd == -ENOMSG ? anc_no_fd(sock, result.len) : fd;
}

static int anc_recv_into(const struct anc_socket *sock, struct anc_data *data, struct iovec iov,
			 struct anc_recv_options options, struct anc_recv_result *ret)
{
	struct msghdr msg = anc_msghdr_on(&iov, 1, NULL, 0, NULL);
	int error;

	do
		error = anc_socket_recv(sock, &msg, data, options, ret);
	while (error == -EINTR);
	return error;
}

ANC_COLD static int anc_general_recv_fd(const struct anc_socket *sock)
{
	unsigned char control[ANC_UNIX_WIDE];
	char byte;
	const int saved = errno;
	struct anc_recv_result result;
	struct anc_data data;
	int fd;

	anc_data_init(&data, control, sizeof(control));
	fd = anc_recv_into(sock, &data, (struct iovec){&byte, sizeof(byte)},
			   (struct anc_recv_options){0}, &result);
	if (fd == 0)
		fd = anc_received_fd(sock, &data, result);
	errno = saved;
	return fd;
}

/* A receive that gave anything else. */
static int anc_kernel_recv_fd_rest(const struct anc_socket *sock, const struct msghdr *msg,
				   size_t len)
{
	const struct anc_recv_result result = {len, msg->msg_flags};
	struct anc_data data;
	int error;

	anc_data_init(&data, msg->msg_control, ANC_UNIX_WIDE);
	error = anc_data_filled(&data, msg->msg_controllen, anc_habits.cmsg_cloexec, msg->msg_flags,
				~sock->not_fd);
	if (error == 0)
		return anc_received_fd(sock, &data, result);
	anc_data_fini(&data);
	return error;
}

/* The same, after an interruption, and with errno as it was before. */
ANC_COLD static int anc_kernel_recv_fd_slow(const struct anc_socket *sock, struct msghdr *msg,
					    ssize_t got, int saved)
{
	int fd;

	while (got < 0 && errno == EINTR)
		got = anc_platform_recvmsg(~sock->not_fd, msg, anc_habits.cmsg_cloexec);
	if (got < 0 && errno == EINVAL)
		/* Perhaps MSG_CMSG_CLOEXEC is what it refuses. */
		fd = anc_general_recv_fd(sock);
	else
		fd = got < 0 ? -errno : anc_kernel_recv_fd_rest(sock, msg, (size_t)got);
	errno = saved;
	return fd;
}

ANC_ALWAYS_INLINE static inline int anc_kernel_recv_fd(const struct anc_socket *sock)
{
	unsigned char control[ANC_UNIX_WIDE];
	char byte;
	struct iovec iov = {&byte, sizeof(byte)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = control,
			     .msg_controllen = (anc_controllen)sizeof(control)};
	const int saved = errno;
	const ssize_t got = anc_platform_recvmsg(~sock->not_fd, &msg, anc_habits.cmsg_cloexec);
	int fd = -1;

	if (ANC_LIKELY(anc_habits.cmsg_cloexec != 0 && got >= 0 &&
		       (msg.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) == 0 &&
		       anc_bytes_are_one_fd(control, msg.msg_controllen, &fd) && fd >= 0))
		return fd;
	return anc_kernel_recv_fd_slow(sock, &msg, got, saved);
}

int anc_socket_recv_fd(struct anc_socket sock)
{
	if (sock.ops == NULL)
		return anc_kernel_recv_fd(&sock);
	return anc_general_recv_fd(&sock);
}

int anc_recv_fd(int sock)
{
	const struct anc_socket kernel = anc_socket_fd(sock);

	return anc_kernel_recv_fd(&kernel);
}

ssize_t anc_socket_recv_fds(struct anc_socket sock, void *buf, size_t len, int *ret_fds, size_t max,
			    size_t *ret_count, struct anc_recv_options options)
{
	unsigned char control[ANC_UNIX_WIDE];
	const int saved = errno;
	struct anc_recv_result result;
	struct anc_data data;
	int error;

	anc_data_init(&data, control, sizeof(control));
	error = anc_recv_into(&sock, &data, (struct iovec){buf, len}, options, &result);
	if (error == 0 && anc_recv_result_normal_data_truncated(result))
		error = -EMSGSIZE;
	if (error == 0)
		error = anc_data_take_fds(&data, ret_fds, max, ret_count);
	anc_data_fini(&data);
	errno = saved;
	return error < 0 ? error : (ssize_t)result.len;
}

ssize_t anc_recv_fds(int sock, void *buf, size_t len, int *ret_fds, size_t max, size_t *ret_count)
{
	return anc_socket_recv_fds(anc_socket_fd(sock), buf, len, ret_fds, max, ret_count,
				   (struct anc_recv_options){0});
}
