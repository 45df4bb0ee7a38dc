/* SPDX-License-Identifier: MIT */
/* The room for what no kernel here delivers. */
#include "exchange.h"
#include "tap.h"

#include <unistd.h>

#define SCM_SECURITY_ 3
#define FDS 253 /* SCM_MAX_FD */

/* A kernel with a security module: behind what really comes stands a label of the greatest size. */
static ssize_t labelling_recvmsg(int fd, struct msghdr *msg, int flags)
{
	static char label[4096];
	const size_t room = msg->msg_controllen;
	const ssize_t got = fake_linux_calls.recvmsg(fd, msg, flags);
	unsigned char *end = (unsigned char *)msg->msg_control + msg->msg_controllen;
	size_t used;

	memset(label, 'l', sizeof(label));
	used = anc_cmsg_put(end, room - msg->msg_controllen, SOL_SOCKET, SCM_SECURITY_, label,
			    sizeof(label));
	if (used == 0)
		msg->msg_flags |= MSG_CTRUNC;
	msg->msg_controllen += used;
	return got;
}

static void turn_unix_on(int sock)
{
	const struct anc_message_type *row = NULL;

	while ((row = anc_message_next(NULL, row)) != NULL)
		if (row->families == 0 || (row->families & ANC_FAMILY(AF_UNIX)) != 0)
			anc_message_enable(row, sock, true);
}

/* Of the calls of this kernel only receiving is another: no module here makes labels. */
TEST(a_label_has_room_beside_descriptors_credentials_and_stamps)
{
	static unsigned char control[16384];
	struct anc_recv_result result;
	struct anc_data data;
	int fds[FDS];
	size_t count;
	ssize_t space;
	int pair[2];

	SKIP_EMULATED("it does not pass on every option");
	fake_reset();
	tap_pair(SOCK_SEQPACKET, pair);
	turn_unix_on(pair[1]);
	raw_send(pair[0], pair[0], FDS);
	fake_calls.recvmsg = labelling_recvmsg;
	space = anc_socket_control_space(pair[1]);
	CHECK(space > 0 && (size_t)space <= sizeof(control));
	anc_data_init(&data, control, (size_t)space);
	CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
	CHECK(!anc_recv_result_control_data_truncated(result));
	CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
	CHECK_EQ(anc_data_take_fds(&data, fds, FDS, &count), 0);
	CHECK_EQ(count, FDS);
	while (count > 0)
		close(fds[--count]);
	anc_data_fini(&data);
	close_pair(pair);
}

static const struct tap_test tests[] = {
	{"a_label_has_room_beside_descriptors_credentials_and_stamps",
	 test_a_label_has_room_beside_descriptors_credentials_and_stamps},
};
TAP_MAIN(tests)
