/* SPDX-License-Identifier: MIT */
#include "socket.h"

/* The one external definition of the inline functions of <anc/socket.h>. */
extern struct anc_socket anc_socket_fd(int);
extern struct anc_socket anc_socket_custom(const struct anc_socket_ops *, void *);

int anc_socket_ask(int fd, int level, int option)
{
	int value = 0;
	socklen_t len = sizeof(value);

	if (anc_platform_getsockopt(fd, level, option, &value, &len) < 0)
		return -errno;
	return value;
}

static int anc_socket_ask_family(int fd)
{
#ifdef SO_DOMAIN
	return anc_socket_ask(fd, SOL_SOCKET, SO_DOMAIN);
#else
	(void)fd;
	return 0;
#endif
}

int anc_socket_ask_unix(int fd)
{
	const int family = anc_socket_ask_family(fd);

	if (family < 0)
		return family;
	return family == AF_UNIX || family == 0 ? 0 : -EOPNOTSUPP;
}

int anc_socket_checked(int fd, struct anc_socket *ret)
{
	const int family = anc_socket_ask_family(fd);
	const int type = family < 0 ? family : anc_socket_ask(fd, SOL_SOCKET, SO_TYPE);

	if (type < 0)
		return type;
	*ret = anc_socket_fd(fd);
	ret->family = (unsigned char)family;
	ret->type = (unsigned char)type;
	return 0;
}

int anc_socket_type(const struct anc_socket *sock)
{
	if (sock->ops != NULL || sock->type != 0)
		return sock->type;
	return anc_socket_ask(~sock->not_fd, SOL_SOCKET, SO_TYPE);
}

/* Where no flag keeps SIGPIPE away, an option of the socket may. */
static int anc_socket_quiet(int fd)
{
	const int on = 1;

	if (anc_habits.no_sigpipe == 0)
		return -EOPNOTSUPP;
	if (anc_platform_setsockopt(fd, SOL_SOCKET, anc_habits.no_sigpipe, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

static bool anc_msghdr_is_empty(const struct msghdr *msg)
{
	size_t i;

	for (i = 0; i < (size_t)msg->msg_iovlen; i++)
		if (msg->msg_iov[i].iov_len > 0)
			return false;
	return true;
}

/* Descriptors where the kernel would lose them without a word. */
static int anc_socket_refuse_rights(const struct anc_socket *sock, const struct msghdr *msg)
{
	int type;

	if (sock->family != 0 && sock->family != AF_UNIX)
		return -EOPNOTSUPP;
	if (!anc_msghdr_is_empty(msg))
		return 0;
	type = anc_socket_type(sock);
	if (type < 0)
		return type;
	return type == SOCK_STREAM ? -EINVAL : 0;
}

int anc_socket_refuse(const struct anc_socket *sock, const struct msghdr *msg,
		      const struct anc_data *data)
{
	if (data->state == ANC_STATE_HELD && anc_data_has_taken(data))
		return -EBADF;
	if (sock->ops != NULL ||
	    ((sock->family == 0 || sock->family == AF_UNIX) && !anc_msghdr_is_empty(msg)) ||
	    !anc_data_sends_rights(data))
		return 0;
	return anc_socket_refuse_rights(sock, msg);
}

ANC_COLD static ssize_t anc_custom_send(const struct anc_socket *sock, const struct msghdr *msg,
					const struct anc_data *data,
					struct anc_send_options options)
{
	const struct anc_socket_ops *ops = sock->ops;
	const size_t nbufs = (size_t)msg->msg_iovlen;

	if (msg->msg_name != NULL && ops->send_message_to != NULL)
		return ops->send_message_to(sock->impl, msg->msg_name, msg->msg_namelen,
					    msg->msg_iov, nbufs, data, options);
	if (msg->msg_name == NULL && ops->send_message != NULL)
		return ops->send_message(sock->impl, msg->msg_iov, nbufs, data, options);
	return -EOPNOTSUPP;
}

ssize_t anc_socket_send(const struct anc_socket *sock, struct msghdr *msg,
			const struct anc_data *data, struct anc_send_options options)
{
	int error = data != NULL ? anc_socket_refuse(sock, msg, data) : 0;

	if (error == 0 && sock->ops == NULL && !options.signal && anc_habits.no_signal == 0)
		error = anc_socket_quiet(~sock->not_fd);
	if (error < 0)
		return error;
	return sock->ops != NULL ? anc_custom_send(sock, msg, data, options)
				 : anc_kernel_send(~sock->not_fd, msg, data, options);
}

/* What a custom socket left is owned now, whatever it did. */
static int anc_custom_own(struct anc_data *data, int recv_flags, int msg_flags)
{
	if (data->state == ANC_STATE_FILLED)
		anc_data_own(data, data->built.capacity, recv_flags, msg_flags, ANC_ASK_NOBODY);
	if (data->state != ANC_STATE_HELD) {
		anc_data_clear(data);
		anc_data_move(data, ANC_STATE_HELD);
	}
	return data->malformed ? -EBADMSG : 0;
}

static int anc_custom_call(const struct anc_socket *sock, struct msghdr *msg, struct anc_data *data,
			   struct anc_recv_options options, struct anc_recv_result *ret)
{
	const struct anc_socket_ops *ops = sock->ops;
	const size_t nbufs = (size_t)msg->msg_iovlen;

	msg->msg_namelen = 0;
	if (msg->msg_name != NULL && ops->recv_message_from != NULL)
		return ops->recv_message_from(sock->impl, msg->msg_name, &msg->msg_namelen,
					      msg->msg_iov, nbufs, data, options, ret);
	if (msg->msg_name == NULL && ops->recv_message != NULL)
		return ops->recv_message(sock->impl, msg->msg_iov, nbufs, data, options, ret);
	return -EOPNOTSUPP;
}

ANC_COLD static int anc_custom_recv(const struct anc_socket *sock, struct msghdr *msg,
				    struct anc_data *data, struct anc_recv_options options,
				    struct anc_recv_result *ret)
{
	struct anc_recv_result result = {0, 0};
	int error;
	int owned;

	if (data != NULL)
		anc_data_clear(data);
	error = anc_custom_call(sock, msg, data, options, &result);
	/* Also when it failed: what it left unowned would be lost. */
	owned = data != NULL ? anc_custom_own(data, options.flags & MSG_PEEK, result.flags) : 0;
	if (error >= 0)
		error = result.len <= SSIZE_MAX ? owned : -EBADMSG;
	if (error >= 0) {
		ret->len = result.len;
		ret->flags = result.flags & ~anc_habits.cmsg_cloexec;
		return 0;
	}
	if (data != NULL)
		anc_data_clear(data);
	return error;
}

int anc_kernel_recv_again(int fd, struct msghdr *msg, struct anc_data *data, int flags,
			  struct anc_recv_result *ret)
{
	ssize_t got;

	if (errno != EINVAL || (flags & anc_habits.cmsg_cloexec) == 0)
		return -errno;
	flags &= ~anc_habits.cmsg_cloexec;
	msg->msg_control = data->built.bytes;
	msg->msg_controllen = (anc_controllen)data->built.capacity;
	got = anc_platform_recvmsg(fd, msg, flags);
	return got < 0 ? -errno : anc_kernel_received(fd, msg, data, flags, (size_t)got, ret);
}

/*
 * Some kernels install every descriptor, however small the buffer, or without one: they get room
 * for all, and what `data`, or NULL, has no room for is closed.
 */
ANC_COLD static int anc_kernel_recv_wide(int fd, struct msghdr *msg, struct anc_data *data,
					 struct anc_recv_options options,
					 struct anc_recv_result *ret)
{
	unsigned char room[ANC_UNIX_WIDE];
	struct anc_data wide;
	int error;

	anc_data_init(&wide, room, anc_habits.installs_unasked ? sizeof(room) : 0);
	if (data != NULL) {
		anc_data_clear(data);
		anc_data_set_types(&wide, data->types, data->type_count);
	}
	error = anc_kernel_recv(fd, msg, &wide, options, ret);
	if (error == 0 && data != NULL) {
		anc_data_give(&wide, data, anc_habits.cmsg_cloexec, msg->msg_flags);
		if (data->ctrunc)
			ret->flags |= MSG_CTRUNC;
	} else if (error == 0 && wide.built.len > 0) {
		ret->flags |= MSG_CTRUNC;
	}
	anc_data_fini(&wide);
	return error;
}

int anc_socket_recv(const struct anc_socket *sock, struct msghdr *msg, struct anc_data *data,
		    struct anc_recv_options options, struct anc_recv_result *ret)
{
	if (sock->ops != NULL)
		return anc_custom_recv(sock, msg, data, options, ret);
	if (!anc_socket_recv_is_plain(sock, data))
		return anc_kernel_recv_wide(~sock->not_fd, msg, data, options, ret);
	return anc_kernel_recv(~sock->not_fd, msg, data, options, ret);
}
