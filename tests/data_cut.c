/* SPDX-License-Identifier: MIT */
/* What the kernel installs, and what an anc_data then owns: cuts, peeks, close-on-exec. */
#include "data_scene.h"

/* What is turned on at the receiver: in front of the descriptors, and behind them. */
struct beside {
	bool credentials;
	bool pidfd;
};

static void check_cut(struct scene *scene, size_t sent, struct beside beside)
{
	const struct seen seen = look(&scene->data);
	const bool cut = anc_recv_result_control_data_truncated(scene->result);
	const enum anc_cut why = anc_data_cut(&scene->data);

	/* Everything that was installed is in the buffer. */
	CHECK_EQ(count_open(), scene->before + seen.fds);
	CHECK_EQ(anc_data_cmsgs(&scene->data).truncated, cut);
	CHECK(cut || (seen.rights == sent && !seen.truncated));
	if (!cut)
		CHECK_EQ(why, ANC_CUT_NONE);
	else if (seen.rights < sent)
		CHECK_EQ(why, ANC_CUT_ROOM);
	else /* only the pidfd is missing: that is not known to have been meant to come */
		CHECK(beside.pidfd && (why == ANC_CUT_ROOM || why == ANC_CUT_UNKNOWN));
}

static void check_take(struct scene *scene, size_t sent)
{
	const struct seen seen = look(&scene->data);
	int got[MOST];
	size_t count;
	size_t i;

	if (anc_data_cut(&scene->data) != ANC_CUT_NONE) {
		CHECK_EQ(anc_data_take_fds(&scene->data, got, MOST, &count), -EMSGSIZE);
		CHECK_EQ(count_open(), scene->before + seen.pidfd);
		return;
	}
	CHECK_EQ(anc_data_take_fds(&scene->data, got, MOST, &count), 0);
	CHECK_EQ(count, sent);
	for (i = 0; i < count; i++) {
		CHECK(tap_is_same_file(got[i], scene->fds[i]) && tap_is_cloexec(got[i]));
		close(got[i]);
	}
}

/* At every capacity, from nothing to more than enough. */
static void cut_everywhere(struct beside beside)
{
	const size_t enough = ANC_CMSG_SPACE(sizeof(struct anc_ucred)) + ANC_FDS_SPACE(MOST) +
			      ANC_FDS_SPACE(1) + 8;
	struct scene scene;
	size_t capacity;
	size_t sent;

	scene_begin(&scene, 0);
	CHECK_EQ(anc_ucred_enable(scene.pair[1], beside.credentials), 0);
	if (beside.pidfd)
		want_pidfd(&scene);
	for (capacity = 0; capacity <= enough; capacity++)
		for (sent = 1; sent <= MOST; sent++) {
			anc_data_init(&scene.data, scene.storage, capacity);
			raw_send(scene.pair[0], scene.fds, sent);
			CHECK_EQ(receive(scene.pair[1], &scene.data, 0, &scene.result), 0);
			check_cut(&scene, sent, beside);
			check_take(&scene, sent);
			anc_data_fini(&scene.data);
			CHECK_EQ(count_open(), scene.before);
		}
	scene_end(&scene);
}

TEST(what_a_cut_left_is_owned)
{
	SKIP_EMULATED("sets no MSG_CTRUNC and leaves descriptors open");
	cut_everywhere((struct beside){false, false});
}

TEST(what_a_cut_left_behind_credentials_is_owned)
{
	SKIP_EMULATED("sets no MSG_CTRUNC and leaves descriptors open");
	cut_everywhere((struct beside){true, false});
}

TEST(what_a_cut_left_in_front_of_a_pidfd_is_owned)
{
	SKIP_EMULATED("sets no MSG_CTRUNC and leaves descriptors open");
	cut_everywhere((struct beside){false, true});
}

TEST(what_a_cut_left_between_both_is_owned)
{
	SKIP_EMULATED("sets no MSG_CTRUNC and leaves descriptors open");
	cut_everywhere((struct beside){true, true});
}

TEST(room_for_one_may_admit_two)
{
	struct scene scene;

	if (ANC_FDS_SPACE(1) != ANC_FDS_SPACE(2))
		SKIP("control messages are aligned to one int here");
	scene_begin(&scene, ANC_FDS_SPACE(1));
	raw_send(scene.pair[0], scene.fds, 2);
	CHECK_EQ(receive(scene.pair[1], &scene.data, 0, &scene.result), 0);
	CHECK_EQ(anc_data_cut(&scene.data), ANC_CUT_NONE);
	CHECK_EQ(look(&scene.data).rights, 2);
	CHECK_EQ(anc_data_take_fd(&scene.data), -E2BIG);
	CHECK_EQ(count_open(), scene.before);
	scene_end(&scene);
}
TEST(every_peek_installs_descriptors_of_its_own)
{
	struct scene scene;
	struct anc_recv_options peek = {0};
	int i;

	anc_recv_options_peek(&peek, true);
	scene_begin(&scene, ANC_FDS_SPACE(2));
	raw_send(scene.pair[0], scene.fds, 2);
	for (i = 0; i < 4; i++) {
		CHECK_EQ(receive(scene.pair[1], &scene.data, i < 3 ? peek.flags : 0, &scene.result),
			 0);
		CHECK_EQ(look(&scene.data).rights, 2);
		CHECK_EQ(count_open(), scene.before + 2);
	}
	anc_data_clear(&scene.data);
	CHECK_EQ(count_open(), scene.before);
	scene_end(&scene);
}

/* Receives by recvmsg(2), without asking for close-on-exec, into the buffer. */
static int receive_by_hand(struct scene *scene, int recv_flags, int *ret_fd)
{
	size_t len;
	unsigned char *control = anc_data_control_buf(&scene->data, &len);

	len = raw_receive(scene->pair[1], control, len, recv_flags, NULL);
	memcpy(ret_fd, control + ANC_CMSG_LEN(0), sizeof(*ret_fd));
	CHECK_EQ(anc_data_set_control_len(&scene->data, len), 0);
	CHECK(!tap_is_cloexec(*ret_fd));
	return anc_data_take_ownership(&scene->data, recv_flags, 0);
}

TEST(every_descriptor_is_made_close_on_exec)
{
	struct scene scene;
	struct anc_fd_iter iter;
	int first;
	int fd;

	scene_begin(&scene, ANC_FDS_SPACE(MOST));
	raw_send(scene.pair[0], scene.fds, MOST);
	CHECK_EQ(receive_by_hand(&scene, 0, &first), 0);
	iter = anc_data_received_fds(&scene.data);
	while (anc_fd_iter_next(&iter, &fd)) {
		CHECK(tap_is_cloexec(fd));
		close(fd);
	}
	raw_send(scene.pair[0], scene.fds, 1);
	CHECK_EQ(receive_by_hand(&scene, MSG_PEEK, &first), 0);
	CHECK(tap_is_cloexec(first));
	CHECK_EQ(receive(scene.pair[1], &scene.data, 0, &scene.result), 0);
	fd = anc_data_take_fd(&scene.data);
	CHECK(tap_is_cloexec(fd));
	close(fd);
	scene_end(&scene);
}

TEST(a_number_that_is_not_open_gives_its_errno)
{
	int numbers[2] = {WATCHED + 7, -1};
	struct forged forged = {.len = 0};
	struct scene scene;
	struct anc_fd_iter iter;
	int fd;

	scene_begin(&scene, sizeof(scene.storage));
	numbers[1] = tap_new_fd();
	forge_fds(&forged, numbers, 2);
	CHECK_EQ(anc_data_adopt(&scene.data, forged.bytes, forged.len, 0, 0), 0);
	iter = anc_data_received_fds(&scene.data);
	CHECK(anc_fd_iter_next(&iter, &fd) && fd == -EBADF);
	CHECK(anc_fd_iter_next(&iter, &fd) && fd == numbers[1] && tap_is_cloexec(fd));
	CHECK_EQ(anc_data_adopt(&scene.data, forged.bytes, forged.len, 0, 0), 0);
	CHECK_EQ(anc_data_take_fd(&scene.data), -EBADF);
	CHECK(!tap_is_open(numbers[1]));
	scene_end(&scene);
}

/* Sends by the library's call, for musl's refuses so much control data. */
static void receive_many(struct scene *scene, const int many[253])
{
	anc_data_clear(&scene->data);
	CHECK_EQ(anc_data_add_fds(&scene->data, many, 253), 0);
	CHECK_EQ(send_data(scene->pair[0], &scene->data), 1);
	CHECK_EQ(receive(scene->pair[1], &scene->data, 0, &scene->result), 0);
	CHECK_EQ(count_open(), scene->before + 253);
}

TEST(as_many_as_a_message_carries)
{
	struct scene scene;
	int many[253];
	size_t count;
	size_t i;

	scene_begin(&scene, ANC_FDS_SPACE(253));
	for (i = 0; i < 253; i++)
		many[i] = scene.fds[0];
	receive_many(&scene, many);
	CHECK_EQ(anc_data_take_fds(&scene.data, many, 252, &count), -E2BIG);
	CHECK_EQ(count_open(), scene.before);
	receive_many(&scene, many);
	CHECK_EQ(anc_data_take_fds(&scene.data, many, 253, &count), 0);
	CHECK_EQ(count, 253);
	for (i = 0; i < 253; i++)
		CHECK_EQ(close(many[i]), 0);
	scene_end(&scene);
}

static const struct tap_test tests[] = {
	{"what_a_cut_left_is_owned", test_what_a_cut_left_is_owned},
	{"what_a_cut_left_behind_credentials_is_owned",
	 test_what_a_cut_left_behind_credentials_is_owned},
	{"what_a_cut_left_in_front_of_a_pidfd_is_owned",
	 test_what_a_cut_left_in_front_of_a_pidfd_is_owned},
	{"what_a_cut_left_between_both_is_owned", test_what_a_cut_left_between_both_is_owned},
	{"room_for_one_may_admit_two", test_room_for_one_may_admit_two},
	{"every_peek_installs_descriptors_of_its_own",
	 test_every_peek_installs_descriptors_of_its_own},
	{"every_descriptor_is_made_close_on_exec", test_every_descriptor_is_made_close_on_exec},
	{"a_number_that_is_not_open_gives_its_errno",
	 test_a_number_that_is_not_open_gives_its_errno},
	{"as_many_as_a_message_carries", test_as_many_as_a_message_carries},
};
TAP_MAIN(tests)
