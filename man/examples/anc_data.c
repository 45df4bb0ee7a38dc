/* SPDX-License-Identifier: MIT */
/* The programs of anc_data(3): several descriptors, one of them wanted.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <anc/anc.h>

static ssize_t send_words(int sock, int fd)
{
	ANC_DATA(data, ANC_FDS_SPACE(1));
	struct anc_sender sender;
	int error = anc_data_add_fds(&data, &fd, 1);

	if (error < 0)
		return error;
	sender = anc_sender_on(anc_socket_fd(sock), "hi", 2);
	sender.data = &data;
	return anc_sender_send(&sender);
}

/* The first descriptor; the scope's end closes the others. */
static int receive_first(int sock)
{
	ANC_DATA(data, ANC_FDS_SPACE(16));
	char text[2];
	struct anc_recv_result result;
	struct anc_receiver receiver;
	struct anc_fd_iter fds;
	int fd;

	receiver = anc_receiver_on(anc_socket_fd(sock), text,
				   sizeof(text));
	receiver.data = &data;
	fd = anc_receiver_recv(&receiver, &result);
	if (fd < 0)
		return fd;
	if (anc_data_cut(&data) != ANC_CUT_NONE)
		return -EMSGSIZE;
	fds = anc_data_received_fds(&data);
	return anc_fd_iter_next(&fds, &fd) ? fd : -ENOMSG;
}

/* The same with recvmsg(2) itself. */
static int receive_by_hand(int sock)
{
	unsigned char control[ANC_FDS_SPACE(16)];
	char text[2];
	struct iovec iov = {text, sizeof(text)};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	struct anc_data data;
	size_t len;
	int fd;

	anc_data_init(&data, control, sizeof(control));
	msg.msg_control = anc_data_control_buf(&data, &len);
	msg.msg_controllen = (socklen_t)len;
	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) < 0)
		return -errno;
	fd = anc_data_set_control_len(&data, msg.msg_controllen);
	if (fd == 0)
		fd = anc_data_take_ownership(&data, MSG_CMSG_CLOEXEC,
					     msg.msg_flags);
	if (fd == 0)
		fd = anc_data_take_fd(&data);
	anc_data_fini(&data);
	return fd;
}

/* The two lowest numbers that are free. */
static void find_free(int ret_fds[2])
{
	ret_fds[0] = dup(0);
	ret_fds[1] = dup(0);
	close(ret_fds[1]);
	close(ret_fds[0]);
}

/* Of three descriptors the first is kept, and nothing else is open. */
static bool keeps_one(const int pair[2])
{
	const int three[] = {0, 0, 0};
	int expected[2];
	int kept;
	int next;

	if (anc_send_fds(pair[0], "hi", 2, three, 3) != 2)
		return false;
	find_free(expected);
	kept = receive_first(pair[1]);
	next = dup(0);
	printf("kept %d, the next free one is %d\n", kept, next);
	close(next);
	close(kept);
	return kept == expected[0] && next == expected[1];
}

int main(void)
{
	int pair[2];
	int fd = -1;
	bool good;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return 1;
	if (send_words(pair[0], 0) == 2)
		fd = receive_by_hand(pair[1]);
	good = fd >= 0 && close(fd) == 0 && keeps_one(pair);
	close(pair[0]);
	close(pair[1]);
	return !good;
}
