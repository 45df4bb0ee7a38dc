/* SPDX-License-Identifier: MIT */
#include "exchange.h"

#include "tap.h"

#include <stdio.h>
#include <unistd.h>

void on(const struct fake_kernel *kernel)
{
	printf("# on %s\n", kernel->name);
	fake_boot(kernel);
}

void raw_send(int sock, int fd, size_t count)
{
	unsigned char control[ANC_FDS_SPACE(253)];
	int fds[253];
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control};
	size_t i;

	for (i = 0; i < count; i++)
		fds[i] = fd;
	msg.msg_controllen = (anc_controllen)anc_cmsg_put(control, sizeof(control), SOL_SOCKET,
							  SCM_RIGHTS, fds, count * sizeof(int));
	CHECK_EQ(fake_linux_calls.sendmsg(sock, &msg, 0), 1);
}

void pair_with(int type, size_t count, int ret_pair[2])
{
	const int fd = tap_new_fd();

	tap_pair(type, ret_pair);
	raw_send(ret_pair[0], fd, count);
	close(fd);
}

void close_pair(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

int receive(int sock, struct anc_data *data, int flags, struct anc_recv_result *ret)
{
	static char bytes[8];
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));

	receiver.data = data;
	anc_recv_options_custom_flags(&receiver.options, flags);
	return anc_receiver_recv(&receiver, ret);
}

size_t closes;

static int counted_close(int fd)
{
	closes++;
	return fake_linux_calls.close(fd);
}

void count_closes(void)
{
	closes = 0;
	fake_calls.close = counted_close;
}
