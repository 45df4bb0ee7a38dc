/* SPDX-License-Identifier: MIT */
/* Control that came short for refused descriptors, told from want of room. */
#include "data_scene.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define INQ_OPTION 84 /* SO_INQ */

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

/* Makes descriptor 0 a file that this process has locked; returns what 0 was. */
static int lock_stdin(void)
{
	const int file = tap_new_fd();
	const int old = fcntl(0, F_DUPFD_CLOEXEC, 3);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	dup2(file, 0);
	close(file);
	fcntl(0, F_SETLK, &lock);
	return old;
}

/* Gives descriptor 0 back; whether the file in its place was locked to the end. */
static bool unlock_stdin(int old)
{
	const bool locked = is_locked(0);

	dup2(old, 0);
	close(old);
	return locked;
}

/* Closing any descriptor of a file drops the locks that the process has on it, also a copy's. */
TEST(asking_about_the_table_keeps_the_callers_locks)
{
	struct scene scene;
	bool locked;
	size_t len;
	int error;
	int old;

	scene_begin(&scene, ANC_FDS_SPACE(2));
	anc_data_control_buf(&scene.data, &len);
	CHECK_EQ(anc_data_set_control_len(&scene.data, 0), 0);
	old = lock_stdin();
	locked = is_locked(0);
	error = anc_data_take_ownership(&scene.data, 0, MSG_CTRUNC);
	locked = unlock_stdin(old) && locked;
	scene_end(&scene);
	CHECK_EQ(error, 0);
	CHECK(locked);
}

/* A receive asks too: the pidfd finds no room, and that may have been a refusal. */
TEST(a_receive_that_came_short_keeps_the_callers_locks)
{
	struct scene scene;
	bool locked;
	int old;

	SKIP_EMULATED("sets no MSG_CTRUNC and leaves descriptors open");
	scene_begin(&scene, ANC_CMSG_LEN(2 * sizeof(int)));
	want_pidfd(&scene);
	raw_send(scene.pair[0], scene.fds, 1);
	old = lock_stdin();
	receive(scene.pair[1], &scene.data, 0, &scene.result);
	locked = unlock_stdin(old);
	CHECK(anc_recv_result_control_data_truncated(scene.result));
	CHECK_EQ(anc_data_cut(&scene.data), ANC_CUT_UNKNOWN);
	scene_end(&scene);
	CHECK(locked);
}

static int no_limit_but(rlim_t most, struct rlimit *ret)
{
	struct rlimit low;

	getrlimit(RLIMIT_NOFILE, ret);
	low = *ret;
	low.rlim_cur = most;
	return setrlimit(RLIMIT_NOFILE, &low);
}

/* Where processes are walled in nothing may be opened at all, not even for asking. */
TEST(a_table_without_any_number_is_full)
{
	struct scene scene;
	struct rlimit old;
	size_t len;
	int by_hand;
	int fd;

	need_full_table();
	scene_begin(&scene, ANC_FDS_SPACE(2));
	raw_send(scene.pair[0], scene.fds, 1);
	CHECK_EQ(no_limit_but(0, &old), 0);
	receive(scene.pair[1], &scene.data, 0, &scene.result);
	fd = anc_data_take_fd(&scene.data);
	anc_data_control_buf(&scene.data, &len);
	anc_data_set_control_len(&scene.data, 0);
	by_hand = anc_data_take_ownership(&scene.data, 0, MSG_CTRUNC);
	by_hand = by_hand < 0 ? by_hand : anc_data_take_fd(&scene.data);
	setrlimit(RLIMIT_NOFILE, &old);
	CHECK_EQ(fd, -EMFILE);
	CHECK_EQ(by_hand, -EMFILE);
	scene_end(&scene);
}

/* The bytes of one descriptor and, whole, of a count of bytes to read: they fill the capacity. */
static size_t forge_with_count(struct forged *forged, int fd)
{
	const struct anc_message_type *count =
		anc_message_find(NULL, AF_UNIX, SOL_SOCKET, INQ_OPTION);
	const int bytes = 1;

	CHECK(count != NULL && count->size == sizeof(bytes));
	forge_fds(forged, &fd, 1);
	forge(forged, count->level, count->type, &bytes, sizeof(bytes));
	return forged->len - ANC_CMSG_SPACE(sizeof(bytes)) + ANC_CMSG_LEN(sizeof(bytes));
}

/* What ends where the room does, but is all that it can be, was not cut there. */
TEST(a_whole_message_at_the_end_is_no_want_of_room)
{
	struct forged forged = {.len = 0};
	struct scene scene;
	struct rlimit old;
	enum anc_cut cut;
	size_t len;
	int fd;

	need_full_table();
	scene_begin(&scene, 0);
	fd = new_twin(scene.fds[0]);
	anc_data_init(&scene.data, scene.storage, forge_with_count(&forged, fd));
	memcpy(anc_data_control_buf(&scene.data, &len), forged.bytes,
	       anc_data_capacity(&scene.data));
	CHECK_EQ(anc_data_set_control_len(&scene.data, len), 0);
	CHECK_EQ(no_limit_but(0, &old), 0);
	anc_data_take_ownership(&scene.data, MSG_CMSG_CLOEXEC, MSG_CTRUNC);
	setrlimit(RLIMIT_NOFILE, &old);
	cut = anc_data_cut(&scene.data);
	CHECK_EQ(anc_data_take_fd(&scene.data), -EMFILE);
	CHECK_EQ(cut, ANC_CUT_REFUSED);
	scene_end(&scene);
}

/* The same from the kernel, which counts behind the descriptors. */
TEST(a_refusal_in_front_of_a_count_is_not_taken_for_want_of_room)
{
	struct refusal refusal = {.sent = 2, .left = 1};
	struct scene scene;
	const int on = 1;

	need_full_table();
	scene_begin(&scene, 0);
	close(scene.pair[0]);
	close(scene.pair[1]);
	tap_pair(SOCK_STREAM, scene.pair);
	if (setsockopt(scene.pair[1], SOL_SOCKET, INQ_OPTION, &on, sizeof(on)) < 0) {
		scene_end(&scene);
		SKIP("SO_INQ of Unix sockets came with Linux 6.17");
	}
	anc_data_init(&scene.data, scene.storage, ANC_FDS_SPACE(1) + ANC_CMSG_LEN(sizeof(int)));
	raw_send(scene.pair[0], scene.fds, refusal.sent);
	receive_refused(&scene, &refusal);
	scene_end(&scene);
	CHECK_EQ(refusal.rights, 1);
	CHECK_EQ(refusal.cut, ANC_CUT_REFUSED);
	CHECK_EQ(refusal.taken, -EMFILE);
}

/* The descriptor took the last number and the pidfd found no room: nothing tells the two apart. */
TEST(with_a_full_table_a_cut_is_a_refusal)
{
	struct refusal refusal = {.sent = 1, .left = 1};
	struct scene scene;

	need_full_table();
	scene_begin(&scene, ANC_CMSG_LEN(2 * sizeof(int)));
	want_pidfd(&scene);
	raw_send(scene.pair[0], scene.fds, 1);
	receive_refused(&scene, &refusal);
	scene_end(&scene);
	CHECK((refusal.flags & MSG_CTRUNC) != 0);
	CHECK_EQ(refusal.rights, 1);
	CHECK_EQ(refusal.cut, ANC_CUT_REFUSED);
	CHECK_EQ(refusal.taken, -EMFILE);
}

static const struct tap_test tests[] = {
	{"a_receive_that_came_short_keeps_the_callers_locks",
	 test_a_receive_that_came_short_keeps_the_callers_locks},
	{"a_full_table_refuses", test_a_full_table_refuses},
	{"a_full_table_refuses_the_pidfd_too", test_a_full_table_refuses_the_pidfd_too},
	{"a_refusal_is_not_taken_for_want_of_room", test_a_refusal_is_not_taken_for_want_of_room},
	{"asking_about_the_table_keeps_the_callers_locks",
	 test_asking_about_the_table_keeps_the_callers_locks},
	{"a_table_without_any_number_is_full", test_a_table_without_any_number_is_full},
	{"a_whole_message_at_the_end_is_no_want_of_room",
	 test_a_whole_message_at_the_end_is_no_want_of_room},
	{"a_refusal_in_front_of_a_count_is_not_taken_for_want_of_room",
	 test_a_refusal_in_front_of_a_count_is_not_taken_for_want_of_room},
	{"with_a_full_table_a_cut_is_a_refusal", test_with_a_full_table_a_cut_is_a_refusal},
};
TAP_MAIN(tests)
