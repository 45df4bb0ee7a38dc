/* SPDX-License-Identifier: MIT */
/* What the kernel installs, and what an anc_data then owns: control that is cut for want of room or
 * of descriptors, peeks, close-on-exec. */
#include "data_peer.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MOST 5

/* A pair with a few descriptors that are sent. */
struct scene {
	int pair[2];
	int fds[MOST];
	size_t before; /* open */
	unsigned char storage[ANC_FDS_SPACE(256)];
	struct anc_data data;
	struct anc_recv_result result;
};

static void scene_begin(struct scene *scene, size_t capacity)
{
	size_t i;

	tap_pair(SOCK_SEQPACKET, scene->pair);
	for (i = 0; i < MOST; i++)
		scene->fds[i] = tap_new_fd();
	anc_data_init(&scene->data, scene->storage, capacity);
	scene->before = count_open();
}

static void scene_end(struct scene *scene)
{
	size_t i;

	anc_data_fini(&scene->data);
	CHECK_EQ(count_open(), scene->before);
	for (i = 0; i < MOST; i++)
		close(scene->fds[i]);
	close(scene->pair[0]);
	close(scene->pair[1]);
}

static void want_pidfd(struct scene *scene)
{
	if (anc_pidfd_enable(scene->pair[1], true) == 0)
		return;
	scene_end(scene);
	SKIP("SO_PASSPIDFD came with Linux 6.5");
}

/* What stands in a buffer. */
struct seen {
	size_t fds;
	size_t rights; /* those of SCM_RIGHTS */
	bool pidfd;
	bool truncated; /* a message says that it was cut */
};

static struct seen look(const struct anc_data *data)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct seen seen = {0, 0, false, false};
	struct anc_cmsg msg;
	int fd;

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		seen.truncated = seen.truncated || msg.truncated;
		if (anc_rights_is(&msg))
			seen.rights += msg.len / sizeof(int);
		if (anc_pidfd_is(&msg) && msg.len == sizeof(fd)) {
			memcpy(&fd, msg.data, sizeof(fd));
			seen.pidfd = fd >= 0;
		}
	}
	seen.fds = seen.rights + seen.pidfd;
	return seen;
}

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

/* One receive with `left` numbers free; told when the limit is back. */
struct refusal {
	size_t sent;
	size_t left;
	size_t capacity;
	int flags;
	enum anc_cut cut;
	size_t rights;
	int taken;
	int pidfd;
};

#define TABLE 64

/* Fills the table, but for `left` numbers with others between them. */
static void fill_table(int filled[TABLE], size_t left)
{
	size_t i;

	for (i = 0; i < TABLE; i++)
		filled[i] = fcntl(0, F_DUPFD_CLOEXEC, 0);
	for (i = 0; i < left; i++) {
		close(filled[2 * i]);
		filled[2 * i] = -1;
	}
}

static void receive_refused(struct scene *scene, struct refusal *refusal)
{
	struct rlimit old;
	struct rlimit low;
	int filled[TABLE];
	int got[MOST];
	size_t count = 0;
	size_t i;

	getrlimit(RLIMIT_NOFILE, &old);
	low = old;
	low.rlim_cur = TABLE;
	setrlimit(RLIMIT_NOFILE, &low);
	fill_table(filled, refusal->left);
	receive(scene->pair[1], &scene->data, 0, &scene->result);
	refusal->flags = scene->result.flags;
	refusal->cut = anc_data_cut(&scene->data);
	refusal->rights = look(&scene->data).rights;
	refusal->taken = anc_data_take_fds(&scene->data, got, MOST, &count);
	refusal->pidfd = anc_data_take_pidfd(&scene->data);
	for (i = 0; i < count; i++)
		close(got[i]);
	for (i = 0; i < TABLE; i++)
		if (filled[i] >= 0)
			close(filled[i]);
	setrlimit(RLIMIT_NOFILE, &old);
}

/* Skips where a full table is not the kernel's. */
static void need_full_table(void)
{
	struct refusal refusal = {.sent = 1, .capacity = ANC_FDS_SPACE(1)};
	struct scene scene;

	SKIP_EMULATED("sets no MSG_CTRUNC and leaves descriptors open");
	scene_begin(&scene, refusal.capacity);
	raw_send(scene.pair[0], scene.fds, 1);
	receive_refused(&scene, &refusal);
	scene_end(&scene);
	if ((refusal.flags & MSG_CTRUNC) == 0)
		SKIP("valgrind keeps RLIMIT_NOFILE to itself, the kernel's is higher");
}

static void check_refused(const struct refusal *refusal, bool with_pidfd)
{
	const bool refused = refusal->left < refusal->sent;

	CHECK_EQ((refusal->flags & MSG_CTRUNC) != 0, refused);
	CHECK_EQ(refusal->rights, refused ? refusal->left : refusal->sent);
	CHECK_EQ(refusal->cut, refused ? ANC_CUT_REFUSED : ANC_CUT_NONE);
	CHECK_EQ(refusal->taken, refused ? -EMFILE : 0);
	/* In its slot there is the reason; without room for it, it is cut like the others. */
	if (with_pidfd && refusal->capacity >= ANC_FDS_SPACE(refusal->sent) + ANC_FDS_SPACE(1))
		CHECK_EQ(refusal->pidfd, refused || refusal->left == refusal->sent ? -EMFILE : 0);
}

static void refuse_everywhere(bool with_pidfd)
{
	struct refusal refusal;
	struct scene scene;
	size_t room;

	scene_begin(&scene, 0);
	if (with_pidfd)
		want_pidfd(&scene);
	for (room = with_pidfd ? 24 : 0; room <= 48; room += 4)
		for (refusal.sent = 1; refusal.sent <= MOST; refusal.sent++)
			for (refusal.left = 0; refusal.left <= refusal.sent; refusal.left++) {
				refusal.capacity = ANC_FDS_SPACE(refusal.sent) + room;
				anc_data_init(&scene.data, scene.storage, refusal.capacity);
				raw_send(scene.pair[0], scene.fds, refusal.sent);
				receive_refused(&scene, &refusal);
				CHECK_EQ(count_open(), scene.before);
				check_refused(&refusal, with_pidfd);
				anc_data_fini(&scene.data);
			}
	scene_end(&scene);
}

TEST(a_full_table_refuses)
{
	need_full_table();
	refuse_everywhere(false);
}

TEST(a_full_table_refuses_the_pidfd_too)
{
	need_full_table();
	refuse_everywhere(true);
}

static void check_not_for_want_of_room(size_t capacity)
{
	struct refusal refusal = {.sent = 1, .capacity = capacity};
	struct scene scene;

	scene_begin(&scene, capacity);
	want_pidfd(&scene);
	raw_send(scene.pair[0], scene.fds, 1);
	receive_refused(&scene, &refusal);
	scene_end(&scene);
	check_refused(&refusal, true);
}

/* With the pidfd's errno in the only room that there was, the reason is still no want of room. */
TEST(a_refusal_is_not_taken_for_want_of_room)
{
	need_full_table();
	check_not_for_want_of_room(ANC_CMSG_LEN(sizeof(int)));
	check_not_for_want_of_room(ANC_FDS_SPACE(1));
}

/* Whether another process would find the file locked. */
static bool is_locked(int fd)
{
	const pid_t child = fork();
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int status;

	if (child == 0)
		_exit(fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK);
	CHECK_EQ(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

/* Closing any descriptor of a file drops the locks that the process has on it, also a copy's. */
TEST(asking_about_the_table_keeps_the_callers_locks)
{
	const int file = tap_new_fd();
	const int old = fcntl(0, F_DUPFD_CLOEXEC, 3);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct scene scene;
	bool locked;
	size_t len;

	scene_begin(&scene, ANC_FDS_SPACE(2));
	dup2(file, 0);
	close(file);
	fcntl(0, F_SETLK, &lock);
	locked = is_locked(0);
	anc_data_control_buf(&scene.data, &len);
	CHECK_EQ(anc_data_set_control_len(&scene.data, 0), 0);
	CHECK_EQ(anc_data_take_ownership(&scene.data, 0, MSG_CTRUNC), 0);
	locked = locked && is_locked(0);
	dup2(old, 0);
	close(old);
	scene.before -= 2;
	scene_end(&scene);
	CHECK(locked);
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
	{"a_full_table_refuses", test_a_full_table_refuses},
	{"a_full_table_refuses_the_pidfd_too", test_a_full_table_refuses_the_pidfd_too},
	{"a_refusal_is_not_taken_for_want_of_room", test_a_refusal_is_not_taken_for_want_of_room},
	{"asking_about_the_table_keeps_the_callers_locks",
	 test_asking_about_the_table_keeps_the_callers_locks},
	{"every_peek_installs_descriptors_of_its_own",
	 test_every_peek_installs_descriptors_of_its_own},
	{"every_descriptor_is_made_close_on_exec", test_every_descriptor_is_made_close_on_exec},
	{"a_number_that_is_not_open_gives_its_errno",
	 test_a_number_that_is_not_open_gives_its_errno},
	{"as_many_as_a_message_carries", test_as_many_as_a_message_carries},
};
TAP_MAIN(tests)
