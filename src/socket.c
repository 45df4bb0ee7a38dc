/* SPDX-License-Identifier: MIT */
#include "socket.h"

#include "data.h"
#include "platform/platform.h"

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
	ret->family = (short)family;
	ret->type = (short)type;
	return 0;
}

int anc_socket_type(const struct anc_socket *sock)
{
	if (sock->ops != NULL || sock->type != 0)
		return sock->type;
	return anc_socket_ask(sock->fd, SOL_SOCKET, SO_TYPE);
}

/* Where no flag keeps SIGPIPE away, an option of the socket may. */
static int anc_socket_quiet(int fd)
{
	const int on = 1;

	if (anc_habits.no_sigpipe == 0)
		return -EOPNOTSUPP;
	return anc_platform_setsockopt(fd, SOL_SOCKET, anc_habits.no_sigpipe, &on, sizeof(on)) < 0
		       ? -errno
		       : 0;
}

int anc_socket_send_flags(int fd, struct anc_send_options options)
{
	int error = 0;

	if (options.signal)
		return options.flags;
	if (anc_habits.no_signal == 0)
		error = anc_socket_quiet(fd);
	return error < 0 ? error : options.flags | anc_habits.no_signal;
}

static bool anc_packet_is_empty(const struct anc_packet *packet)
{
	size_t i;

	for (i = 0; i < packet->nbufs; i++)
		if (packet->bufs[i].iov_len > 0)
			return false;
	return true;
}

/* What the kernel would get wrong without a word, or with a misleading one. */
static int anc_socket_refuse(const struct anc_socket *sock, const struct anc_packet *packet,
			     const struct anc_data *data)
{
	int type;

	if (data == NULL)
		return 0;
	if (anc_data_has_taken(data))
		return -EBADF;
	if (sock->ops != NULL || (sock->family == 0 && !anc_packet_is_empty(packet)) ||
	    !anc_data_sends_rights(data))
		return 0;
	if (sock->family != 0 && sock->family != AF_UNIX)
		return -EOPNOTSUPP;
	type = anc_packet_is_empty(packet) ? anc_socket_type(sock) : 0;
	if (type < 0)
		return type;
	return type == SOCK_STREAM ? -EINVAL : 0;
}

static ssize_t anc_custom_send(const struct anc_socket *sock, const struct anc_packet *packet,
			       const struct anc_data *data, struct anc_send_options options)
{
	if (packet->addr != NULL)
		return sock->ops->send_message_to == NULL
			       ? -EOPNOTSUPP
			       : sock->ops->send_message_to(sock->impl, packet->addr,
							    packet->addrlen, packet->bufs,
							    packet->nbufs, data, options);
	return sock->ops->send_message == NULL
		       ? -EOPNOTSUPP
		       : sock->ops->send_message(sock->impl, packet->bufs, packet->nbufs, data,
						 options);
}

/* What the kernel's calls are given; sendmsg(2) writes to none of it, though the members are not
 * const. */
static void anc_packet_to_msghdr(const struct anc_packet *packet, struct msghdr *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->msg_iov = (struct iovec *)(uintptr_t)packet->bufs;
	ret->msg_iovlen = (anc_iovlen)packet->nbufs;
	ret->msg_name = packet->ret_addr != NULL ? (void *)packet->ret_addr
						 : (void *)(uintptr_t)packet->addr;
	ret->msg_namelen =
		packet->ret_addr != NULL ? (socklen_t)sizeof(*packet->ret_addr) : packet->addrlen;
}

ssize_t anc_socket_send(const struct anc_socket *sock, const struct anc_packet *packet,
			const struct anc_data *data, struct anc_send_options options)
{
	struct anc_cmsgs control;
	struct msghdr msg;
	ssize_t sent;
	int flags = anc_socket_refuse(sock, packet, data);

	if (flags < 0)
		return flags;
	if (packet->nbufs > INT_MAX)
		return -EMSGSIZE;
	if (sock->ops != NULL)
		return anc_custom_send(sock, packet, data, options);
	flags = anc_socket_send_flags(sock->fd, options);
	if (flags < 0)
		return flags;
	anc_packet_to_msghdr(packet, &msg);
	control = anc_data_sent(data);
	if (control.len > 0) {
		msg.msg_control = (void *)(uintptr_t)control.bytes;
		msg.msg_controllen =
			(anc_controllen)(anc_habits.exact_control_len ? anc_data_exact_len(data)
								      : control.len);
	}
	sent = anc_platform_sendmsg(sock->fd, &msg, flags);
	return sent < 0 ? -errno : sent;
}

/* Whatever a custom socket did with it, afterwards its descriptors are owned and nothing else is
 * there. */
static int anc_custom_own(struct anc_data *data, int recv_flags, int msg_flags)
{
	if (data->state == ANC_STATE_FILLED)
		anc_data_own(data, data->built.capacity, recv_flags, msg_flags);
	if (data->state != ANC_STATE_HELD) {
		anc_data_clear(data);
		anc_data_move(data, ANC_STATE_HELD);
	}
	return data->malformed ? -EBADMSG : 0;
}

static int anc_custom_recv(const struct anc_socket *sock, const struct anc_packet *packet,
			   struct anc_data *data, struct anc_recv_options options,
			   struct anc_recv_result *ret)
{
	const struct anc_socket_ops *ops = sock->ops;
	struct anc_recv_result result = {0, 0};
	int error = -EOPNOTSUPP;

	if (data != NULL)
		anc_data_clear(data);
	if (packet->ret_addr != NULL && ops->recv_message_from != NULL)
		error = ops->recv_message_from(sock->impl, packet->ret_addr, packet->ret_addrlen,
					       packet->bufs, packet->nbufs, data, options, &result);
	else if (packet->ret_addr == NULL && ops->recv_message != NULL)
		error = ops->recv_message(sock->impl, packet->bufs, packet->nbufs, data, options,
					  &result);
	if (error >= 0 && data != NULL)
		error = anc_custom_own(data, options.flags & MSG_PEEK, result.flags);
	if (error < 0) {
		if (data != NULL)
			anc_data_clear(data);
		return error;
	}
	*ret = result;
	return 0;
}

/* AF_PACKET and J1939 refuse flags that they do not know: then once more without it, and fcntl must
 * do. */
static ssize_t anc_kernel_recv(int fd, const struct anc_packet *packet, struct msghdr *msg,
			       struct anc_data *data, int *flags)
{
	ssize_t got;

	for (;;) {
		anc_packet_to_msghdr(packet, msg);
		msg->msg_control = anc_data_offer(data);
		msg->msg_controllen = (anc_controllen)anc_data_capacity(data);
		got = anc_platform_recvmsg(fd, msg, *flags);
		if (got >= 0 || errno != EINVAL || (*flags & anc_habits.cmsg_cloexec) == 0)
			return got;
		*flags &= ~anc_habits.cmsg_cloexec;
	}
}

static int anc_kernel_recv_data(int fd, const struct anc_packet *packet, struct anc_data *data,
				struct anc_recv_options options, struct anc_recv_result *ret)
{
	int flags = options.flags | anc_habits.cmsg_cloexec;
	struct msghdr msg;
	ssize_t got = anc_kernel_recv(fd, packet, &msg, data, &flags);
	int error;

	if (got < 0) {
		error = -errno;
		anc_data_clear(data);
		return error;
	}
	/* Not even a kernel is believed when it says that it wrote past the end. */
	data->built.len = msg.msg_controllen < data->built.capacity ? msg.msg_controllen
								    : data->built.capacity;
	anc_data_move(data, ANC_STATE_FILLED);
	error = anc_data_own(data, data->built.capacity, flags, msg.msg_flags);
	if (error < 0) {
		anc_data_clear(data);
		return error;
	}
	ret->len = (size_t)got;
	ret->flags = msg.msg_flags & ~anc_habits.cmsg_cloexec;
	if (packet->ret_addr != NULL)
		*packet->ret_addrlen = msg.msg_namelen < (socklen_t)sizeof(*packet->ret_addr)
					       ? msg.msg_namelen
					       : (socklen_t)sizeof(*packet->ret_addr);
	return 0;
}

int anc_socket_recv(const struct anc_socket *sock, const struct anc_packet *packet,
		    struct anc_data *data, struct anc_recv_options options,
		    struct anc_recv_result *ret)
{
	/* Room for the descriptors that some kernels install although nobody asked. */
	unsigned char room[ANC_FDS_SPACE(256)];
	struct anc_data unwanted;
	int error;

	if (sock->ops != NULL)
		return anc_custom_recv(sock, packet, data, options, ret);
	if (packet->nbufs > INT_MAX) {
		if (data != NULL)
			anc_data_clear(data);
		return -EMSGSIZE;
	}
	if (data != NULL)
		return anc_kernel_recv_data(sock->fd, packet, data, options, ret);
	anc_data_init(&unwanted, room, anc_habits.installs_unasked ? sizeof(room) : 0);
	error = anc_kernel_recv_data(sock->fd, packet, &unwanted, options, ret);
	anc_data_fini(&unwanted);
	return error;
}
