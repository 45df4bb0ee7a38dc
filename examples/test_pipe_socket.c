/* SPDX-License-Identifier: MIT */
/* The in-process socket does what its header says, and keeps the ledger. */
#include "ends.h"
#include "tap.h"

#include <sys/un.h>
#include <unistd.h>

/* An SCM_RIGHTS with one descriptor, then a note. */
static void send_note(struct anc_socket sock)
{
	const int fds[2] = {tap_new_fd(), tap_new_fd()};
	const struct note note = {7, fds[1]};
	struct anc_sender sender = anc_sender_on(sock, "note", 4);
	ANC_DATA(data, ANC_FDS_SPACE(1) + ANC_CMSG_SPACE(sizeof(note)));

	CHECK_EQ(anc_data_add_fds(&data, fds, 1), 0);
	CHECK_EQ(note_add(&data, &note), 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 4);
	close(fds[0]);
	close(fds[1]);
}

/* What does not fit is closed at once, what does is the receiver's. */
static void receive_cut(struct ends *ends, size_t capacity, size_t fitting)
{
	unsigned char room[128];
	const size_t open = tap_open_fds();
	struct anc_recv_result result;
	struct anc_data data;
	char text[8];

	send_note(ends->a);
	CHECK_EQ(tap_open_fds(), open + 2);
	anc_data_init(&data, room, capacity);
	CHECK_EQ(receive(ends->b, text, sizeof(text), &data, 0, &result), 0);
	CHECK_EQ(anc_recv_result_control_data_truncated(result), fitting < 2);
	CHECK_EQ(anc_data_cut(&data), fitting < 2 ? ANC_CUT_UNKNOWN : ANC_CUT_NONE);
	CHECK_EQ(tap_open_fds(), open + fitting);
	anc_data_fini(&data);
	CHECK_EQ(tap_open_fds(), open);
}

TEST(what_has_no_room_is_closed_and_said)
{
	const size_t whole = ANC_FDS_SPACE(1) + ANC_CMSG_SPACE(sizeof(struct note));
	struct ends ends;
	size_t capacity;

	ends_open_pipe(&ends);
	for (capacity = 0; capacity <= whole + 1; capacity++)
		receive_cut(&ends, capacity,
			    (size_t)(capacity >= ANC_FDS_SPACE(1)) + (capacity >= whole));
	ends_close_a(&ends);
	ends_close_b(&ends);
}

TEST(a_type_that_the_receiver_does_not_know_is_owned_all_the_same)
{
	const size_t open = tap_open_fds();
	struct ends ends;

	ends_open_pipe(&ends);
	send_note(ends.a);
	CHECK_EQ(anc_socket_recv_fd(ends.b), -EMSGSIZE);
	send_note(ends.a);
	CHECK_EQ(tap_open_fds(), open + 2);
	ends_close_a(&ends);
	ends_close_b(&ends);
	CHECK_EQ(tap_open_fds(), open);
}

TEST(data_that_has_no_room_is_cut_and_said)
{
	char ab[2] = "ab";
	char cd[2] = "cd";
	const struct iovec pieces[2] = {{ab, 2}, {cd, 2}};
	struct anc_recv_result result;
	char text[3];
	struct ends ends;
	struct anc_sender sender;

	ends_open_pipe(&ends);
	sender = anc_sender_onv(ends.a, pieces, 2);
	CHECK_EQ(anc_sender_send(&sender), 4);
	CHECK_EQ(receive(ends.b, text, 3, NULL, MSG_TRUNC, &result), 0);
	CHECK_EQ(result.len, 4);
	CHECK(anc_recv_result_normal_data_truncated(result));
	CHECK(memcmp(text, "abc", 3) == 0);
	CHECK_EQ(anc_sender_send(&sender), 4);
	CHECK_EQ(receive(ends.b, text, 1, NULL, 0, &result), 0);
	CHECK_EQ(result.len, 1);
	ends_close_a(&ends);
	ends_close_b(&ends);
}

TEST(a_peek_gives_descriptors_of_its_own)
{
	ANC_DATA(data, ANC_FDS_SPACE(1));
	struct anc_recv_result result;
	struct ends ends;
	char text[4];
	int fds[2];
	size_t i;

	ends_open_pipe(&ends);
	CHECK_EQ(send_new(ends.a, "peek", 1), 4);
	for (i = 0; i < 2; i++) {
		CHECK_EQ(receive(ends.b, text, 4, &data, i == 0 ? MSG_PEEK : 0, &result), 0);
		CHECK(result.len == 4 && memcmp(text, "peek", 4) == 0);
		fds[i] = anc_data_take_fd(&data);
		CHECK(fds[i] >= 0 && tap_is_cloexec(fds[i]));
	}
	CHECK(fds[0] != fds[1] && tap_is_same_file(fds[0], fds[1]));
	CHECK_EQ(receive(ends.b, text, 4, &data, 0, &result), -EAGAIN);
	close(fds[0]);
	close(fds[1]);
	ends_close_a(&ends);
	ends_close_b(&ends);
}

TEST(a_full_queue_refuses_and_a_destroyed_one_closes)
{
	const size_t open = tap_open_fds();
	struct ends ends;
	size_t i;

	ends_open_pipe(&ends);
	for (i = 0; i < PIPE_SOCKET_QUEUE; i++)
		CHECK_EQ(send_new(ends.a, "x", 2), 1);
	CHECK_EQ(send_new(ends.a, "x", 2), -ENOBUFS);
	CHECK_EQ(tap_open_fds(), open + 2 * PIPE_SOCKET_QUEUE);
	ends_close_a(&ends);
	CHECK_EQ(tap_open_fds(), open + 2 * PIPE_SOCKET_QUEUE);
	ends_close_b(&ends);
	CHECK_EQ(tap_open_fds(), open);
}

TEST(a_send_that_cannot_duplicate_leaves_nothing_open)
{
	const size_t open = tap_open_fds();
	const int good = tap_new_fd();
	const int fds[3] = {good, 1 << 20, good};
	struct ends ends;
	char text[1];
	size_t count;

	ends_open_pipe(&ends);
	CHECK_EQ(anc_socket_send_fds(ends.a, "x", 1, fds, 3, (struct anc_send_options){0}), -EBADF);
	CHECK_EQ(tap_open_fds(), open + 1);
	CHECK_EQ(
		anc_socket_recv_fds(ends.b, text, 1, NULL, 0, &count, (struct anc_recv_options){0}),
		-EAGAIN);
	close(good);
	ends_close_a(&ends);
	ends_close_b(&ends);
}

TEST(what_it_cannot_do_is_refused)
{
	static const char large[PIPE_SOCKET_LARGEST + 1];
	const struct sockaddr_un nowhere = {.sun_family = AF_UNIX};
	struct anc_sender sender;
	struct ends ends;

	ends_open_pipe(&ends);
	sender = anc_sender_on(ends.a, large, sizeof(large));
	CHECK_EQ(anc_sender_send(&sender), -EMSGSIZE);
	sender.len--;
	CHECK_EQ(anc_sender_send_to(&sender, (const struct sockaddr *)&nowhere, sizeof(nowhere)),
		 -EOPNOTSUPP);
	CHECK_EQ(anc_sender_send(&sender), PIPE_SOCKET_LARGEST);
	anc_send_options_out_of_band(&sender.options, true);
	CHECK_EQ(anc_sender_send(&sender), -EOPNOTSUPP);
	CHECK_EQ(receive(ends.b, NULL, 0, NULL, MSG_OOB, &(struct anc_recv_result){0}),
		 -EOPNOTSUPP);
	ends_close_a(&ends);
	ends_close_b(&ends);
}

/* Control bytes whose second header lies are received by oneself, and then forwarded. */
TEST(control_that_lies_is_refused)
{
	const int fd = tap_new_fd();
	const size_t open = tap_open_fds();
	ANC_DATA(data, ANC_FDS_SPACE(1) + ANC_CMSG_SPACE(0));
	struct ends ends;
	struct anc_sender sender;
	unsigned char *control;
	size_t len;

	ends_open_pipe(&ends);
	sender = anc_sender_on(ends.a, "x", 1);
	control = anc_data_control_buf(&data, &len);
	anc_cmsg_put(control, len, SOL_SOCKET, SCM_RIGHTS, &fd, sizeof(fd));
	CHECK_EQ(anc_data_set_control_len(&data, len), 0);
	CHECK_EQ(anc_data_take_ownership(&data, 0, 0), -EBADMSG);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), -EINVAL);
	CHECK_EQ(tap_open_fds(), open);
	anc_data_clear(&data);
	CHECK_EQ(tap_open_fds(), open - 1);
	ends_close_a(&ends);
	ends_close_b(&ends);
}

static const struct tap_test tests[] = {
	{"what_has_no_room_is_closed_and_said", test_what_has_no_room_is_closed_and_said},
	{"a_type_that_the_receiver_does_not_know_is_owned_all_the_same",
	 test_a_type_that_the_receiver_does_not_know_is_owned_all_the_same},
	{"data_that_has_no_room_is_cut_and_said", test_data_that_has_no_room_is_cut_and_said},
	{"a_peek_gives_descriptors_of_its_own", test_a_peek_gives_descriptors_of_its_own},
	{"a_full_queue_refuses_and_a_destroyed_one_closes",
	 test_a_full_queue_refuses_and_a_destroyed_one_closes},
	{"a_send_that_cannot_duplicate_leaves_nothing_open",
	 test_a_send_that_cannot_duplicate_leaves_nothing_open},
	{"what_it_cannot_do_is_refused", test_what_it_cannot_do_is_refused},
	{"control_that_lies_is_refused", test_control_that_lies_is_refused},
};
TAP_MAIN(tests)
