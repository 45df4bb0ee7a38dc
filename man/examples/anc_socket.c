/* SPDX-License-Identifier: MIT */
/* The programs of anc_socket(3): a request and who made it; a socket
 * that counts. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <anc/anc.h>

static ssize_t send_request(struct anc_socket sock, const char *name,
			    const char *value)
{
	const struct iovec pieces[] = {
		{(void *)(uintptr_t)name, strlen(name)},
		{(void *)(uintptr_t)value, strlen(value) + 1},
	};
	struct anc_sender sender = anc_sender_onv(sock, pieces, 2);

	anc_send_options_dont_wait(&sender.options, true);
	return anc_sender_send(&sender);
}

/* A request of at most `size` bytes, and the user who made it. */
static int receive_request(int sock, char *buf, size_t size,
			   uint32_t *ret_uid)
{
	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(struct anc_ucred)));
	struct anc_receiver receiver;
	struct anc_recv_result result;
	struct anc_cmsg_iter it;
	struct anc_ucred ucred;
	struct anc_cmsg msg;
	int error;

	receiver = anc_receiver_on(anc_socket_fd(sock), buf, size);
	receiver.data = &data;
	error = anc_receiver_recv(&receiver, &result);
	if (error < 0)
		return error;
	if (anc_recv_result_normal_data_truncated(result))
		return -EMSGSIZE;
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	while (anc_cmsg_iter_next(&it, &msg) > 0)
		if (anc_ucred_get(&msg, &ucred) == 0) {
			*ret_uid = ucred.uid;
			return 0;
		}
	return -ENOMSG;
}

/* A socket of one's own: what is sent goes nowhere, and is counted. */
static ssize_t count_send(void *impl, const struct iovec *bufs,
			  size_t nbufs, const struct anc_data *data,
			  struct anc_send_options options)
{
	size_t *total = impl;
	size_t len = 0;
	size_t i;

	(void)data;
	(void)options;
	for (i = 0; i < nbufs; i++)
		len += bufs[i].iov_len;
	*total += len;
	return (ssize_t)len;
}

static const struct anc_socket_ops counting = {
	.send_message = count_send,
};

static bool passes(const int pair[2])
{
	char text[64] = "";
	uint32_t uid = 0;

	if (anc_ucred_enable(pair[1], true) < 0)
		return false;
	if (send_request(anc_socket_fd(pair[0]), "colour=", "blue") < 0)
		return false;
	if (receive_request(pair[1], text, sizeof(text), &uid) < 0)
		return false;
	printf("%s, from user %u\n", text, uid);
	return strcmp(text, "colour=blue") == 0 && uid == getuid();
}

int main(void)
{
	size_t total = 0;
	struct anc_socket own = anc_socket_custom(&counting, &total);
	int pair[2];
	bool good;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		return 1;
	good = passes(pair);
	close(pair[0]);
	close(pair[1]);
	good = good && send_request(own, "a", "b") == 3;
	return !good || total != 3;
}
