/* SPDX-License-Identifier: MIT */
/* The descriptors in an anc_data: which are adopted, how they are taken, and what is closed. */
#include "data_peer.h"

#include <fcntl.h>

/* A few descriptors of files of their own, all at once. */
#define MANY 8

struct scene {
	unsigned char storage[1024];
	struct anc_data data;
	struct forged forged;
	int fds[MANY];
};

static void scene_begin(struct scene *scene)
{
	size_t i;

	memset(scene, 0, sizeof(*scene));
	anc_data_init(&scene->data, scene->storage, sizeof(scene->storage));
	for (i = 0; i < MANY; i++)
		scene->fds[i] = tap_new_fd();
}

static int scene_adopt(struct scene *scene)
{
	return anc_data_adopt(&scene->data, scene->forged.bytes, scene->forged.len,
			      MSG_CMSG_CLOEXEC, 0);
}

/* As one who receives by himself, and is told that control was cut. */
static void scene_own(struct scene *scene, int msg_flags)
{
	size_t len;
	void *control = anc_data_control_buf(&scene->data, &len);

	CHECK(scene->forged.len <= len);
	if (scene->forged.len > 0)
		memcpy(control, scene->forged.bytes, scene->forged.len);
	CHECK_EQ(anc_data_set_control_len(&scene->data, scene->forged.len), 0);
	CHECK_EQ(anc_data_take_ownership(&scene->data, MSG_CMSG_CLOEXEC, msg_flags), 0);
}

/* Which of the descriptors are open: bit i for fds[i]. */
static unsigned scene_open(const struct scene *scene)
{
	unsigned open = 0;
	unsigned i;

	for (i = 0; i < MANY; i++)
		open |= (unsigned)tap_is_open(scene->fds[i]) << i;
	return open;
}

/* Those that are to be open at the end, and no others. */
static void scene_end(struct scene *scene, unsigned expected)
{
	unsigned i;

	anc_data_fini(&scene->data);
	CHECK_EQ(scene_open(scene), expected);
	for (i = 0; i < MANY; i++)
		if (expected >> i & 1)
			close(scene->fds[i]);
}

TEST(every_rights_message_and_the_pidfd_are_adopted)
{
	struct scene scene;
	struct anc_fd_iter iter;
	const int seven = 7;
	int fd;
	int i;

	scene_begin(&scene);
	forge_fds(&scene.forged, scene.fds, 2);
	forge(&scene.forged, SOL_SOCKET, SCM_CREDENTIALS, &seven, sizeof(seven));
	forge_fds(&scene.forged, scene.fds + 2, 1);
	forge_pidfd(&scene.forged, scene.fds[3]);
	/* no descriptors: another level, another type */
	forge(&scene.forged, IPPROTO_IP, SCM_RIGHTS, &scene.fds[6], sizeof(int));
	forge(&scene.forged, SOL_SOCKET, 4711, &scene.fds[7], sizeof(int));
	forge_fds(&scene.forged, scene.fds + 4, 2);
	CHECK_EQ(scene_adopt(&scene), 0);
	CHECK_EQ(scene_open(&scene), 0xFF);
	iter = anc_data_received_fds(&scene.data);
	for (i = 0; i < 3; i++) {
		CHECK(anc_fd_iter_next(&iter, &fd));
		CHECK_EQ(fd, scene.fds[i]);
	}
	/* The rest of SCM_RIGHTS is closed; the pidfd stays owned. */
	anc_fd_iter_fini(&iter);
	CHECK_EQ(scene_open(&scene), 0xCF);
	anc_data_clear(&scene.data);
	CHECK_EQ(scene_open(&scene), 0xC7);
	scene_end(&scene, 0xC7);
}

TEST(a_negative_slot_is_an_error_and_never_closed)
{
	struct scene scene;
	struct anc_fd_iter iter;
	int slots[4];
	int fd;

	scene_begin(&scene);
	slots[0] = scene.fds[0];
	slots[1] = -EMFILE;
	slots[2] = -1;
	slots[3] = scene.fds[1];
	forge_fds(&scene.forged, slots, 4);
	CHECK_EQ(scene_adopt(&scene), 0);
	iter = anc_data_received_fds(&scene.data);
	CHECK(anc_fd_iter_next(&iter, &fd) && fd == scene.fds[0]);
	CHECK(anc_fd_iter_next(&iter, &fd) && fd == -EMFILE);
	CHECK(anc_fd_iter_next(&iter, &fd) && fd == -EPERM);
	CHECK(anc_fd_iter_next(&iter, &fd) && fd == scene.fds[1]);
	CHECK(!anc_fd_iter_next(&iter, &fd));
	anc_fd_iter_fini(&iter);
	CHECK_EQ(scene_adopt(&scene), 0);
	scene_end(&scene, 0xFC);
}

TEST(a_taken_slot_says_so)
{
	struct scene scene;
	struct anc_fd_iter iter;
	const int taken[3] = {ANC_FD_TAKEN, ANC_FD_TAKEN, ANC_FD_TAKEN};
	int fd;

	scene_begin(&scene);
	forge_fds(&scene.forged, scene.fds, 3);
	CHECK_EQ(scene_adopt(&scene), 0);
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&scene.data), 0), scene.fds, 3));
	iter = anc_data_received_fds(&scene.data);
	CHECK(anc_fd_iter_next(&iter, &fd));
	CHECK_EQ(fd, scene.fds[0]);
	CHECK(memcmp(message_at(anc_data_cmsgs(&scene.data), 0).data, taken, sizeof(int)) == 0);
	anc_fd_iter_fini(&iter);
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&scene.data), 0), taken, 3));
	CHECK_EQ(anc_data_take_fd(&scene.data), -ENOMSG);
	scene_end(&scene, 0xF9);
}

TEST(a_slot_that_came_as_taken_is_no_descriptor)
{
	struct scene scene;
	const int taken = ANC_FD_TAKEN;

	scene_begin(&scene);
	forge_fds(&scene.forged, &taken, 1);
	CHECK_EQ(scene_adopt(&scene), 0);
	CHECK_EQ(anc_data_take_fd(&scene.data), -ENOMSG);
	scene_end(&scene, 0xFF);
}

TEST(an_iterator_ends_with_what_it_stood_on)
{
	struct scene scene;
	struct anc_fd_iter stale;
	struct anc_fd_iter zeroed = {0};
	int fd = 77;

	scene_begin(&scene);
	forge_fds(&scene.forged, scene.fds, 2);
	CHECK_EQ(scene_adopt(&scene), 0);
	stale = anc_data_received_fds(&scene.data);
	anc_data_clear(&scene.data);
	CHECK(!anc_fd_iter_next(&stale, &fd));
	/* Refilled: others, which it must not hand out and not close. */
	scene.forged.len = 0;
	forge_fds(&scene.forged, scene.fds + 2, 2);
	CHECK_EQ(scene_adopt(&scene), 0);
	CHECK(!anc_fd_iter_next(&stale, &fd));
	anc_fd_iter_fini(&stale);
	CHECK_EQ(scene_open(&scene), 0xFC);
	stale = anc_data_received_fds(&scene.data);
	anc_data_release(&scene.data);
	CHECK(!anc_fd_iter_next(&stale, &fd));
	CHECK_EQ(anc_data_take_ownership(&scene.data, MSG_CMSG_CLOEXEC, 0), 0);
	CHECK(!anc_fd_iter_next(&stale, &fd));
	anc_fd_iter_fini(&stale);
	stale = anc_data_received_fds(&scene.data);
	anc_data_fini(&scene.data);
	anc_data_init(&scene.data, scene.storage, sizeof(scene.storage));
	CHECK(!anc_fd_iter_next(&stale, &fd));
	CHECK(!anc_fd_iter_next(&zeroed, &fd));
	anc_fd_iter_fini(&zeroed);
	CHECK_EQ(fd, 77);
	scene_end(&scene, 0xF0);
}

TEST(two_iterators_share_one_owner)
{
	struct scene scene;
	struct anc_fd_iter one;
	struct anc_fd_iter other;
	int fd;

	scene_begin(&scene);
	forge_fds(&scene.forged, scene.fds, 4);
	CHECK_EQ(scene_adopt(&scene), 0);
	one = anc_data_received_fds(&scene.data);
	other = anc_data_received_fds(&scene.data);
	CHECK(anc_fd_iter_next(&one, &fd) && fd == scene.fds[0]);
	CHECK(anc_fd_iter_next(&other, &fd) && fd == scene.fds[1]);
	CHECK(anc_fd_iter_next(&one, &fd) && fd == scene.fds[2]);
	anc_fd_iter_fini(&other);
	CHECK_EQ(scene_open(&scene), 0xF7);
	CHECK(!anc_fd_iter_next(&one, &fd));
	CHECK(!anc_fd_iter_next(&other, &fd));
	anc_fd_iter_fini(&one);
	anc_fd_iter_fini(&one);
	scene_end(&scene, 0xF7);
}

static const struct anc_message_type two_fds_type = {
	.name = "TWO_FDS",
	.level = 4711,
	.type = 1,
	.size = 16,
	.flags = ANC_RECEIVED,
	.fds_at = 4,
	.fds_max = 2,
};

static const struct anc_message_type *const two_fds_types[] = {&two_fds_type};

TEST(a_type_of_ones_own_is_owned_where_its_row_says)
{
	struct scene scene;
	struct anc_fd_iter iter;
	int payload[4];
	int fd;

	scene_begin(&scene);
	memcpy(payload, scene.fds, sizeof(payload));
	CHECK_EQ(anc_data_set_types(&scene.data, two_fds_types, 1), 0);
	forge(&scene.forged, 4711, 1, payload, sizeof(payload));
	forge(&scene.forged, 4711, 1, &scene.fds[4], 2); /* too short for any slot */
	CHECK_EQ(scene_adopt(&scene), 0);
	CHECK_EQ(anc_data_take_fd(&scene.data), -ENOMSG);
	/* its number is SCM_RIGHTS', in another level */
	iter = anc_data_received_fds(&scene.data);
	CHECK(!anc_fd_iter_next(&iter, &fd));
	iter = anc_data_received_fds_of(&scene.data, 4711, 1);
	CHECK(anc_fd_iter_next(&iter, &fd) && fd == scene.fds[1]);
	CHECK_EQ(anc_data_set_types(&scene.data, NULL, 0), -EBUSY);
	scene_end(&scene, 0xFB);
}

/* What take_fd and take_fds answer, in the documented order. The slots: letters for descriptors,
 * digits for -EPERM, -ENOENT and so on. */
struct taking {
	const char *slots;
	int msg_flags;
	bool no_room; /* the bytes fill the capacity */
	int take_fd;  /* 0: the descriptor */
	int take_two; /* take_fds with room for two */
	enum anc_cut cut;
};

static const struct taking takings[] = {
	{"", 0, false, -ENOMSG, 0, ANC_CUT_NONE},
	{"a", 0, false, 0, 0, ANC_CUT_NONE},
	{"ab", 0, false, -E2BIG, 0, ANC_CUT_NONE},
	{"abc", 0, false, -E2BIG, -E2BIG, ANC_CUT_NONE},
	{"1", 0, false, -EPERM, -EPERM, ANC_CUT_NONE},
	{"ab2", 0, false, -ENOENT, -ENOENT, ANC_CUT_NONE},
	{"a21b", 0, false, -ENOENT, -ENOENT, ANC_CUT_NONE},
	{"", MSG_CTRUNC, false, -EACCES, -EACCES, ANC_CUT_REFUSED},
	{"a", MSG_CTRUNC, false, -EACCES, -EACCES, ANC_CUT_REFUSED},
	{"abc", MSG_CTRUNC, false, -EACCES, -EACCES, ANC_CUT_REFUSED},
	{"ab2", MSG_CTRUNC, false, -EACCES, -EACCES, ANC_CUT_REFUSED},
	{"", MSG_CTRUNC, true, -EMSGSIZE, -EMSGSIZE, ANC_CUT_ROOM},
	{"ab", MSG_CTRUNC, true, -EMSGSIZE, -EMSGSIZE, ANC_CUT_ROOM},
	{"abcd", MSG_CTRUNC, true, -EMSGSIZE, -EMSGSIZE, ANC_CUT_ROOM},
	{"1bcd", MSG_CTRUNC, true, -EMSGSIZE, -EMSGSIZE, ANC_CUT_ROOM},
};

static size_t taking_forge(const struct taking *taking, struct scene *scene)
{
	const size_t count = strlen(taking->slots);
	int slots[4];
	size_t i;

	for (i = 0; i < count; i++)
		slots[i] = taking->slots[i] >= 'a' ? scene->fds[taking->slots[i] - 'a']
						   : '0' - taking->slots[i];
	/* in front, for a kernel stops at what it refuses */
	if (!taking->no_room)
		forge_pidfd(&scene->forged, scene->fds[7]);
	if (count > 0)
		forge_fds(&scene->forged, slots, count);
	return count;
}

static void check_taking(const struct taking *taking, size_t max)
{
	const int expected = max == 1 ? taking->take_fd : taking->take_two;
	const unsigned letters = (1u << strspn(taking->slots, "abcd")) - 1;
	int got[4] = {-77, -77, -77, -77};
	size_t count = 77;
	struct scene scene;
	size_t slots;
	int error;

	scene_begin(&scene);
	slots = taking_forge(taking, &scene);
	if (taking->no_room)
		anc_data_init(&scene.data, scene.storage, scene.forged.len);
	scene_own(&scene, taking->msg_flags);
	CHECK_EQ(anc_data_cut(&scene.data), taking->cut);
	if (max == 1)
		error = got[0] = anc_data_take_fd(&scene.data);
	else
		error = anc_data_take_fds(&scene.data, got, max, &count);
	if (expected < 0) {
		CHECK_EQ(error, expected);
		CHECK_EQ(count, 77);
		CHECK(max == 1 || (got[0] == -77 && got[1] == -77));
		CHECK_EQ(scene_open(&scene) & letters, 0);
	} else {
		CHECK(max == 1 ? error == scene.fds[0] : error == 0 && count == slots);
		CHECK(slots == 0 || memcmp(got, scene.fds, slots * sizeof(int)) == 0);
		CHECK_EQ(scene_open(&scene) & letters, letters);
	}
	CHECK(tap_is_open(scene.fds[7]));
	/* All is gone from it, but for the pidfd. */
	CHECK_EQ(anc_data_take_pidfd(&scene.data), !taking->no_room         ? scene.fds[7]
						   : taking->msg_flags != 0 ? -EMSGSIZE
									    : -ENOMSG);
	for (slots = 0; slots < MANY; slots++)
		if (tap_is_open(scene.fds[slots]))
			close(scene.fds[slots]);
	anc_data_fini(&scene.data);
}

TEST(taking_answers_in_the_documented_order)
{
	size_t i;

	for (i = 0; i < sizeof(takings) / sizeof(takings[0]); i++) {
		check_taking(&takings[i], 1);
		check_taking(&takings[i], 2);
	}
}

TEST(foreign_bytes_that_were_cut_are_of_unknown_cause)
{
	struct scene scene;

	scene_begin(&scene);
	forge_fds(&scene.forged, scene.fds, 1);
	CHECK_EQ(anc_data_adopt(&scene.data, scene.forged.bytes, scene.forged.len, MSG_CMSG_CLOEXEC,
				MSG_CTRUNC),
		 0);
	CHECK_EQ(anc_data_cut(&scene.data), ANC_CUT_UNKNOWN);
	CHECK(anc_data_cmsgs(&scene.data).truncated);
	CHECK(message_at(anc_data_cmsgs(&scene.data), 0).truncated);
	CHECK_EQ(anc_data_take_fd(&scene.data), -EMSGSIZE);
	anc_data_clear(&scene.data);
	CHECK_EQ(anc_data_cut(&scene.data), ANC_CUT_NONE);
	scene_end(&scene, 0xFE);
}

TEST(the_pidfd_is_taken_by_itself)
{
	struct scene scene;

	scene_begin(&scene);
	forge_pidfd(&scene.forged, scene.fds[0]);
	forge_fds(&scene.forged, scene.fds + 1, 1);
	CHECK_EQ(scene_adopt(&scene), 0);
	CHECK_EQ(anc_data_take_pidfd(&scene.data), scene.fds[0]);
	CHECK_EQ(anc_data_take_pidfd(&scene.data), -ENOMSG);
	CHECK_EQ(anc_data_take_fd(&scene.data), scene.fds[1]);
	/* an errno in its place */
	scene.forged.len = 0;
	forge_pidfd(&scene.forged, -ESRCH);
	CHECK_EQ(scene_adopt(&scene), 0);
	CHECK_EQ(anc_data_take_pidfd(&scene.data), -ESRCH);
	/* several, which no kernel gives: none is believed */
	scene.forged.len = 0;
	forge_pidfd(&scene.forged, scene.fds[2]);
	forge_pidfd(&scene.forged, scene.fds[3]);
	forge_fds(&scene.forged, scene.fds + 4, 1);
	CHECK_EQ(scene_adopt(&scene), 0);
	CHECK_EQ(anc_data_take_pidfd(&scene.data), -E2BIG);
	CHECK_EQ(scene_open(&scene), 0xF3);
	scene_end(&scene, 0xE3);
}

TEST(what_does_not_fit_is_closed_and_left_as_it_was)
{
	struct scene scene;
	struct forged before;

	scene_begin(&scene);
	anc_data_init(&scene.data, scene.storage, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_set_types(&scene.data, two_fds_types, 1), 0);
	forge_fds(&scene.forged, scene.fds, 2);
	forge(&scene.forged, IPPROTO_IP, SCM_RIGHTS, &scene.fds[2], sizeof(int));
	forge_pidfd(&scene.forged, scene.fds[3]);
	forge(&scene.forged, 4711, 1, scene.fds + 4, 4 * sizeof(int));
	memcpy(&before, &scene.forged, sizeof(before));
	CHECK_EQ(scene_adopt(&scene), -ENOBUFS);
	CHECK(memcmp(&before, &scene.forged, sizeof(before)) == 0);
	CHECK_EQ(anc_data_cmsgs(&scene.data).len, 0);
	CHECK_EQ(scene_open(&scene), 0x94);
	scene_end(&scene, 0x94);
}

/* A header that claims less than itself, then more. */
TEST(what_stands_before_a_lying_header_is_owned)
{
	struct scene scene;
	size_t claimed;
	size_t lie;

	for (claimed = 0; claimed < ANC_CMSG_LEN(0); claimed++) {
		scene_begin(&scene);
		forge_fds(&scene.forged, scene.fds, 2);
		lie = scene.forged.len;
		forge_fds(&scene.forged, scene.fds + 2, 1);
		forge_fds(&scene.forged, scene.fds + 3, 1);
		anc_layout_store(scene.forged.bytes + lie, ANC_CMSG_LEN_WIDTH, false, claimed);
		CHECK_EQ(scene_adopt(&scene), -EBADMSG);
		CHECK_EQ(anc_data_take_fd(&scene.data), -E2BIG);
		CHECK_EQ(scene_adopt(&scene), -EBADMSG);
		scene_end(&scene, 0xFC);
	}
}

TEST(a_clipped_list_is_owned_as_far_as_it_is_there)
{
	struct scene scene;
	size_t cut;

	for (cut = 0; cut <= 3 * sizeof(int); cut++) {
		scene_begin(&scene);
		forge_fds(&scene.forged, scene.fds, 3);
		scene.forged.len = ANC_CMSG_LEN(cut);
		CHECK_EQ(scene_adopt(&scene), 0);
		scene_end(&scene, 0xFF & ~((1u << cut / sizeof(int)) - 1));
	}
}

TEST(released_bytes_stay_and_their_descriptors_too)
{
	struct scene scene;

	scene_begin(&scene);
	forge_fds(&scene.forged, scene.fds, 3);
	forge_pidfd(&scene.forged, scene.fds[3]);
	CHECK_EQ(scene_adopt(&scene), 0);
	anc_data_release(&scene.data);
	CHECK_EQ(anc_data_cmsgs(&scene.data).len, scene.forged.len);
	CHECK(memcmp(scene.storage, scene.forged.bytes, scene.forged.len) == 0);
	CHECK_EQ(anc_data_take_fd(&scene.data), -ENOMSG);
	scene_end(&scene, 0xFF);
}

static const struct tap_test tests[] = {
	{"every_rights_message_and_the_pidfd_are_adopted",
	 test_every_rights_message_and_the_pidfd_are_adopted},
	{"a_negative_slot_is_an_error_and_never_closed",
	 test_a_negative_slot_is_an_error_and_never_closed},
	{"a_taken_slot_says_so", test_a_taken_slot_says_so},
	{"a_slot_that_came_as_taken_is_no_descriptor",
	 test_a_slot_that_came_as_taken_is_no_descriptor},
	{"an_iterator_ends_with_what_it_stood_on", test_an_iterator_ends_with_what_it_stood_on},
	{"two_iterators_share_one_owner", test_two_iterators_share_one_owner},
	{"a_type_of_ones_own_is_owned_where_its_row_says",
	 test_a_type_of_ones_own_is_owned_where_its_row_says},
	{"taking_answers_in_the_documented_order", test_taking_answers_in_the_documented_order},
	{"foreign_bytes_that_were_cut_are_of_unknown_cause",
	 test_foreign_bytes_that_were_cut_are_of_unknown_cause},
	{"the_pidfd_is_taken_by_itself", test_the_pidfd_is_taken_by_itself},
	{"what_does_not_fit_is_closed_and_left_as_it_was",
	 test_what_does_not_fit_is_closed_and_left_as_it_was},
	{"what_stands_before_a_lying_header_is_owned",
	 test_what_stands_before_a_lying_header_is_owned},
	{"a_clipped_list_is_owned_as_far_as_it_is_there",
	 test_a_clipped_list_is_owned_as_far_as_it_is_there},
	{"released_bytes_stay_and_their_descriptors_too",
	 test_released_bytes_stay_and_their_descriptors_too},
};
TAP_MAIN(tests)
