/* SPDX-License-Identifier: MIT */
/* The recording socket writes down what passes, and changes none of it. */
#include "ends.h"
#include "tap.h"

#include <sys/un.h>
#include <unistd.h>

TEST(a_recorder_writes_down_what_passes)
{
	struct ends ends;
	char expected[256];
	int sent[1];
	int got[1];
	char text[8];
	size_t count;

	ends_open_recorded(&ends, SOCK_STREAM);
	sent[0] = tap_new_fd();
	CHECK_EQ(anc_socket_send_fds(ends.a, "hi\n", 3, sent, 1, (struct anc_send_options){0}), 3);
	CHECK_EQ(anc_socket_recv_fds(ends.b, text, sizeof(text), got, 1, &count,
				     (struct anc_recv_options){0}),
		 3);
	snprintf(expected, sizeof(expected),
		 "send 3 bytes \"hi.\"\n  SCM_RIGHTS fds=%d\n"
		 "receive 3 bytes \"hi.\"\n  SCM_RIGHTS fds=%d\n",
		 sent[0], got[0]);
	CHECK_STR(ends_recorded(&ends), expected);
	close(sent[0]);
	close(got[0]);
	ends_close_a(&ends);
	ends_close_b(&ends);
}

TEST(a_recorder_passes_errors_on)
{
	ANC_DATA(data, ANC_FDS_SPACE(1));
	struct anc_recv_result result = {42, 42};
	char expected[128];
	struct ends ends;
	char text[1];

	ends_open_recorded(&ends, SOCK_DGRAM);
	CHECK_EQ(receive(ends.b, text, 1, &data, MSG_DONTWAIT, &result), -EAGAIN);
	CHECK(result.len == 42 && result.flags == 42);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	ends_close_a(&ends);
	CHECK_EQ(send_new(ends.b, "x", 1), -ECONNREFUSED);
	snprintf(expected, sizeof(expected), "receive failed: %s\nsend failed: ", strerror(EAGAIN));
	CHECK(strncmp(ends_recorded(&ends), expected, strlen(expected)) == 0);
	ends_close_b(&ends);
}

TEST(a_recorder_passes_truncation_on)
{
	ANC_DATA(data, ANC_FDS_SPACE(1));
	const size_t open = tap_open_fds();
	struct anc_recv_result result;
	struct ends ends;
	char text[2];

	SKIP_EMULATED("its truncation is not the kernel's");
	ends_open_recorded(&ends, SOCK_DGRAM);
	CHECK_EQ(send_new(ends.a, "four", 4), 4);
	CHECK_EQ(receive(ends.b, text, 2, &data, MSG_TRUNC, &result), 0);
	CHECK_EQ(result.len, 4);
	CHECK(anc_recv_result_normal_data_truncated(result));
	CHECK(anc_recv_result_control_data_truncated(result));
	CHECK_EQ(anc_data_cut(&data), ANC_CUT_ROOM);
	CHECK(strstr(ends_recorded(&ends),
		     "receive 4 bytes \"fo\", data truncated, control truncated"));
	CHECK_EQ(anc_data_take_fd(&data), -EMSGSIZE);
	CHECK_EQ(tap_open_fds(), open + 2);
	ends_close_a(&ends);
	ends_close_b(&ends);
}

/* A datagram socket with a name of the kernel's choice. */
static int bind_unnamed(struct sockaddr_un *ret, socklen_t *ret_len)
{
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	*ret_len = sizeof(*ret);
	CHECK(fd >= 0);
	CHECK_EQ(bind(fd, (struct sockaddr *)ret, sizeof(sa_family_t)), 0);
	CHECK_EQ(getsockname(fd, (struct sockaddr *)ret, ret_len), 0);
	return fd;
}

TEST(a_recorder_passes_addresses_on)
{
	struct sockaddr_un own;
	socklen_t own_len;
	const int fd = bind_unnamed(&own, &own_len);
	FILE *record = tmpfile();
	struct recording_socket recorder = {anc_socket_fd(fd), record};
	const struct anc_socket sock = recording_socket(&recorder);
	const struct anc_sender sender = anc_sender_on(sock, "self", 4);
	char text[4];
	const struct anc_receiver receiver = anc_receiver_on(sock, text, sizeof(text));
	struct anc_recv_result result;
	struct sockaddr_storage from;
	socklen_t from_len;

	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&own, own_len), 4);
	CHECK_EQ(anc_receiver_recv_from(&receiver, &result, &from, &from_len), 0);
	CHECK(result.len == 4 && memcmp(text, "self", 4) == 0);
	CHECK(from_len == own_len && memcmp(&from, &own, own_len) == 0);
	close(fd);
	fclose(record);
}

static const struct tap_test tests[] = {
	{"a_recorder_writes_down_what_passes", test_a_recorder_writes_down_what_passes},
	{"a_recorder_passes_errors_on", test_a_recorder_passes_errors_on},
	{"a_recorder_passes_truncation_on", test_a_recorder_passes_truncation_on},
	{"a_recorder_passes_addresses_on", test_a_recorder_passes_addresses_on},
};
TAP_MAIN(tests)
