/* SPDX-License-Identifier: MIT */
/* The life of an anc_data: the state table, cell by cell, and its beginning and end. */
#include "data_peer.h"

#include <stdio.h>

#include <anc/anc.h>

enum state { EMPTY, BUILT, OFFERED, FILLED, HELD, STATES };

static const char *const state_names[] = {"EMPTY", "BUILT", "OFFERED", "FILLED", "HELD"};

/* What becomes of the descriptor whose number is in the buffer. */
enum fate {
	LEFT,  /* it stays open, also when the anc_data ends */
	OWNED, /* it is open, and the anc_data's end closes it */
	CLOSED
};

/* Room for one descriptor and for one message more. */
#define ROOM (ANC_FDS_SPACE(1) + ANC_CMSG_SPACE(0))

struct scene {
	int pair[2];
	int file; /* what is sent */
	int fd;   /* the number in the buffer, or -1 */
	unsigned char storage[ROOM];
	unsigned char before[ROOM];
	struct anc_data data;
};

/* Fills the buffer as a program does that receives by itself. */
static void scene_fill(struct scene *scene)
{
	size_t len;
	void *control = anc_data_control_buf(&scene->data, &len);
	int flags;

	raw_send(scene->pair[0], &scene->file, 1);
	len = raw_receive(scene->pair[1], control, len, MSG_CMSG_CLOEXEC, &flags);
	memcpy(&scene->fd, (unsigned char *)control + ANC_CMSG_LEN(0), sizeof(scene->fd));
	CHECK_EQ(anc_data_set_control_len(&scene->data, len), 0);
	CHECK_EQ(flags & MSG_CTRUNC, 0);
}

static void scene_begin(struct scene *scene, enum state state)
{
	size_t len;

	tap_pair(SOCK_STREAM, scene->pair);
	scene->file = tap_new_fd();
	scene->fd = -1;
	memset(scene->storage, 0xA5, sizeof(scene->storage));
	anc_data_init(&scene->data, scene->storage, sizeof(scene->storage));
	if (state == BUILT) {
		scene->fd = new_twin(scene->file);
		CHECK_EQ(anc_data_add_fds(&scene->data, &scene->fd, 1), 0);
	}
	if (state == OFFERED)
		CHECK(anc_data_control_buf(&scene->data, &len) != NULL);
	if (state == FILLED || state == HELD)
		scene_fill(scene);
	if (state == HELD)
		CHECK_EQ(anc_data_take_ownership(&scene->data, MSG_CMSG_CLOEXEC, 0), 0);
	memcpy(scene->before, scene->storage, sizeof(scene->storage));
}

/* The state, told by what public calls answer. It may be another afterwards. */
static enum state scene_state(struct scene *scene)
{
	if (anc_data_set_types(&scene->data, NULL, 0) == -EBUSY)
		return HELD;
	if (anc_data_add_fds(&scene->data, NULL, 0) == 0)
		return anc_data_cmsgs(&scene->data).len > 0 ? BUILT : EMPTY;
	return anc_data_set_control_len(&scene->data, 0) == 0 ? OFFERED : FILLED;
}

static void scene_end(struct scene *scene)
{
	anc_data_fini(&scene->data);
	close(scene->file);
	close(scene->pair[0]);
	close(scene->pair[1]);
}

static int do_add_cmsg(struct scene *scene)
{
	const struct anc_cmsg msg = {IPPROTO_IP, 1, NULL, 0, false};

	return anc_data_add_cmsg(&scene->data, &msg);
}

static int do_add_fds(struct scene *scene)
{
	return anc_data_add_fds(&scene->data, &scene->file, 1);
}

static int do_control_buf(struct scene *scene)
{
	size_t len;
	const unsigned char *bytes = anc_data_control_buf(&scene->data, &len);
	size_t i;

	for (i = 0; i < len; i++)
		CHECK_EQ(bytes[i], 0);
	return bytes == scene->storage && len == sizeof(scene->storage) ? 0 : -1;
}

static int do_set_control_len(struct scene *scene)
{
	return anc_data_set_control_len(&scene->data, sizeof(scene->storage));
}

static int do_take_ownership(struct scene *scene)
{
	return anc_data_take_ownership(&scene->data, MSG_CMSG_CLOEXEC, 0);
}

static int do_adopt(struct scene *scene)
{
	const int fd = new_twin(scene->file);
	struct forged forged = {.len = 0};

	forge_fds(&forged, &fd, 1);
	return anc_data_adopt(&scene->data, forged.bytes, forged.len, MSG_CMSG_CLOEXEC, 0);
}

static int do_adopt_too_much(struct scene *scene)
{
	const int fd = new_twin(scene->file);
	struct forged forged = {.len = 0};

	forge_pidfd(&forged, -ESRCH);
	forge_fds(&forged, &fd, 1);
	return anc_data_adopt(&scene->data, forged.bytes, forged.len, MSG_CMSG_CLOEXEC, 0);
}

/* Another file comes, for its descriptor may get the number that was just closed. */
static int do_receive(struct scene *scene)
{
	const int other = tap_new_fd();
	struct anc_recv_result result;

	raw_send(scene->pair[0], &other, 1);
	close(other);
	return receive(scene->pair[1], &scene->data, 0, &result);
}

static int do_receive_in_vain(struct scene *scene)
{
	struct anc_recv_result result;

	return receive(scene->pair[1], &scene->data, MSG_DONTWAIT, &result);
}

/* What was handed out is for the caller to close: here at once, to be seen as closed. */
static int do_iterate(struct scene *scene)
{
	struct anc_fd_iter iter = anc_data_received_fds(&scene->data);
	int count = 0;
	int fd;

	for (; anc_fd_iter_next(&iter, &fd); count++) {
		CHECK_EQ(fd, scene->fd);
		CHECK_EQ(close(fd), 0);
	}
	anc_fd_iter_fini(&iter);
	return count;
}

static int do_take_fd(struct scene *scene)
{
	const int fd = anc_data_take_fd(&scene->data);

	if (fd < 0)
		return fd;
	CHECK_EQ(fd, scene->fd);
	CHECK_EQ(close(fd), 0);
	return 1;
}

static int do_take_fds(struct scene *scene)
{
	size_t count = 77;
	int fd = -1;

	CHECK_EQ(anc_data_take_fds(&scene->data, &fd, 1, &count), 0);
	if (count == 1)
		CHECK_EQ(close(fd), 0);
	return (int)count;
}

static int do_take_pidfd(struct scene *scene)
{
	return anc_data_take_pidfd(&scene->data);
}

static int do_send(struct scene *scene)
{
	CHECK_EQ(send_data(scene->pair[0], &scene->data), 1);
	return raw_count(scene->pair[1], scene->file);
}

static int do_set_types(struct scene *scene)
{
	return anc_data_set_types(&scene->data, NULL, 0);
}

static int do_release(struct scene *scene)
{
	anc_data_release(&scene->data);
	return 0;
}

static int do_clear(struct scene *scene)
{
	anc_data_clear(&scene->data);
	return 0;
}

static int do_fini(struct scene *scene)
{
	anc_data_fini(&scene->data);
	return 0;
}

struct cell {
	int result;
	enum state after;
	enum fate fate; /* of the descriptor that was in the buffer before */
};

struct row {
	const char *call;
	int (*run)(struct scene *);
	struct cell cells[STATES];
};

/* clang-format off */
static const struct row rows[] = {
	/* the call, in   EMPTY,                     BUILT,                     OFFERED,
	 *                FILLED,                    HELD */
	{"add_cmsg", do_add_cmsg, {
		{0, BUILT, LEFT},          {0, BUILT, LEFT},          {-EBUSY, OFFERED, LEFT},
		{-EBUSY, FILLED, LEFT},    {-EBUSY, HELD, OWNED}}},
	{"add_fds", do_add_fds, {
		{0, BUILT, LEFT},          {0, BUILT, LEFT},          {-EBUSY, OFFERED, LEFT},
		{-EBUSY, FILLED, LEFT},    {-EBUSY, HELD, OWNED}}},
	{"control_buf", do_control_buf, {
		{0, OFFERED, LEFT},        {0, OFFERED, LEFT},        {0, OFFERED, LEFT},
		{0, OFFERED, LEFT},        {0, OFFERED, CLOSED}}},
	{"set_control_len", do_set_control_len, {
		{-EINVAL, EMPTY, LEFT},    {-EINVAL, BUILT, LEFT},    {0, FILLED, LEFT},
		{-EINVAL, FILLED, LEFT},   {-EINVAL, HELD, OWNED}}},
	{"take_ownership", do_take_ownership, {
		{-EINVAL, EMPTY, LEFT},    {-EINVAL, BUILT, LEFT},    {-EINVAL, OFFERED, LEFT},
		{0, HELD, OWNED},          {-EINVAL, HELD, OWNED}}},
	{"adopt", do_adopt, {
		{0, HELD, LEFT},           {0, HELD, LEFT},           {0, HELD, LEFT},
		{0, HELD, LEFT},           {0, HELD, CLOSED}}},
	{"adopt too much", do_adopt_too_much, {
		{-ENOBUFS, EMPTY, LEFT},   {-ENOBUFS, EMPTY, LEFT},   {-ENOBUFS, EMPTY, LEFT},
		{-ENOBUFS, EMPTY, LEFT},   {-ENOBUFS, EMPTY, CLOSED}}},
	{"receive", do_receive, {
		{0, HELD, LEFT},           {0, HELD, LEFT},           {0, HELD, LEFT},
		{0, HELD, LEFT},           {0, HELD, CLOSED}}},
	{"receive in vain", do_receive_in_vain, {
		{-EAGAIN, EMPTY, LEFT},    {-EAGAIN, EMPTY, LEFT},    {-EAGAIN, EMPTY, LEFT},
		{-EAGAIN, EMPTY, LEFT},    {-EAGAIN, EMPTY, CLOSED}}},
	{"received_fds", do_iterate, {
		{0, EMPTY, LEFT},          {0, BUILT, LEFT},          {0, OFFERED, LEFT},
		{0, FILLED, LEFT},         {1, HELD, CLOSED}}},
	{"take_fd", do_take_fd, {
		{-ENOMSG, EMPTY, LEFT},    {-ENOMSG, BUILT, LEFT},    {-ENOMSG, OFFERED, LEFT},
		{-ENOMSG, FILLED, LEFT},   {1, HELD, CLOSED}}},
	{"take_fds", do_take_fds, {
		{0, EMPTY, LEFT},          {0, BUILT, LEFT},          {0, OFFERED, LEFT},
		{0, FILLED, LEFT},         {1, HELD, CLOSED}}},
	{"take_pidfd", do_take_pidfd, {
		{-ENOMSG, EMPTY, LEFT},    {-ENOMSG, BUILT, LEFT},    {-ENOMSG, OFFERED, LEFT},
		{-ENOMSG, FILLED, LEFT},   {-ENOMSG, HELD, OWNED}}},
	{"send", do_send, {
		{0, EMPTY, LEFT},          {1, BUILT, LEFT},          {0, OFFERED, LEFT},
		{1, FILLED, LEFT},         {1, HELD, OWNED}}},
	{"set_types", do_set_types, {
		{0, EMPTY, LEFT},          {0, BUILT, LEFT},          {0, OFFERED, LEFT},
		{0, FILLED, LEFT},         {-EBUSY, HELD, OWNED}}},
	{"release", do_release, {
		{0, EMPTY, LEFT},          {0, BUILT, LEFT},          {0, OFFERED, LEFT},
		{0, FILLED, LEFT},         {0, FILLED, LEFT}}},
	{"clear", do_clear, {
		{0, EMPTY, LEFT},          {0, EMPTY, LEFT},          {0, EMPTY, LEFT},
		{0, EMPTY, LEFT},          {0, EMPTY, CLOSED}}},
	{"fini", do_fini, {
		{0, EMPTY, LEFT},          {0, EMPTY, LEFT},          {0, EMPTY, LEFT},
		{0, EMPTY, LEFT},          {0, EMPTY, CLOSED}}},
};
/* clang-format on */

/* Says which cell it was before a check of it fails. */
static void check_in(const struct row *row, enum state state, bool good)
{
	if (!good)
		printf("# in the cell %s, %s\n", row->call, state_names[state]);
	CHECK(good);
}

static void check_cell(const struct row *row, enum state state)
{
	const struct cell *cell = &row->cells[state];
	struct scene scene;

	scene_begin(&scene, state);
	check_in(row, state, row->run(&scene) == cell->result);
	check_in(row, state,
		 cell->result >= 0 || cell->after != state ||
			 memcmp(scene.storage, scene.before, sizeof(scene.storage)) == 0);
	check_in(row, state,
		 scene.fd < 0 || tap_is_same_file(scene.fd, scene.file) == (cell->fate != CLOSED));
	check_in(row, state, scene_state(&scene) == cell->after);
	anc_data_fini(&scene.data);
	if (scene.fd >= 0) {
		check_in(row, state, tap_is_open(scene.fd) == (cell->fate == LEFT));
		close(scene.fd);
	}
	scene_end(&scene);
}

TEST(every_cell_of_the_state_table)
{
	const size_t before = count_open();
	size_t i;
	int state;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (state = EMPTY; state < STATES; state++) {
			check_cell(&rows[i], (enum state)state);
			check_in(&rows[i], (enum state)state, count_open() == before);
		}
}

TEST(a_held_buffer_is_forwarded_and_still_owned)
{
	struct scene scene;
	size_t before;

	scene_begin(&scene, HELD);
	before = count_open();
	CHECK_EQ(send_data(scene.pair[1], &scene.data), 1);
	CHECK_EQ(send_data(scene.pair[1], &scene.data), 1);
	CHECK_EQ(count_open(), before);
	CHECK_EQ(raw_count(scene.pair[0], scene.file), 1);
	CHECK_EQ(raw_count(scene.pair[0], scene.file), 1);
	CHECK(tap_is_open(scene.fd));
	scene_end(&scene);
	CHECK(!tap_is_open(scene.fd));
}

TEST(a_buffer_with_a_taken_slot_is_not_forwarded)
{
	struct scene scene;
	int fd;

	scene_begin(&scene, HELD);
	fd = anc_data_take_fd(&scene.data);
	CHECK_EQ(fd, scene.fd);
	CHECK_EQ(send_data(scene.pair[0], &scene.data), -EBADF);
	CHECK_EQ(close(fd), 0);
	scene_end(&scene);
}

TEST(after_fini_nothing_is_left)
{
	struct scene scene;
	size_t len;

	scene_begin(&scene, HELD);
	anc_data_fini(&scene.data);
	anc_data_fini(&scene.data);
	CHECK(!tap_is_open(scene.fd));
	CHECK_EQ(anc_data_capacity(&scene.data), 0);
	CHECK_EQ(anc_data_cmsgs(&scene.data).len, 0);
	CHECK(anc_data_control_buf(&scene.data, &len) == NULL);
	anc_data_init(&scene.data, scene.storage, sizeof(scene.storage));
	scene_fill(&scene);
	CHECK_EQ(anc_data_take_ownership(&scene.data, MSG_CMSG_CLOEXEC, 0), 0);
	scene_end(&scene);
	CHECK(!tap_is_open(scene.fd));
}

TEST(zeroed_is_valid_and_has_no_room)
{
	static const struct anc_data zeroed;
	struct anc_data both[2] = {zeroed, zeroed};
	const int fd = tap_new_fd();
	const struct anc_cmsg msg = {IPPROTO_IP, 1, NULL, 0, false};
	size_t len = 77;
	int i;

	anc_data_init(&both[1], NULL, 0);
	for (i = 0; i < 2; i++) {
		CHECK_EQ(anc_data_capacity(&both[i]), 0);
		CHECK_EQ(anc_data_cmsgs(&both[i]).len, 0);
		CHECK_EQ(anc_data_cut(&both[i]), ANC_CUT_NONE);
		CHECK_EQ(anc_data_add_fds(&both[i], &fd, 1), -ENOBUFS);
		CHECK_EQ(anc_data_add_cmsg(&both[i], &msg), -ENOBUFS);
		CHECK_EQ(anc_data_take_fd(&both[i]), -ENOMSG);
		CHECK(anc_data_control_buf(&both[i], &len) == NULL && len == 0);
		CHECK_EQ(anc_data_set_control_len(&both[i], 1), -EINVAL);
		CHECK_EQ(anc_data_set_control_len(&both[i], 0), 0);
		CHECK_EQ(anc_data_take_ownership(&both[i], 0, 0), 0);
		CHECK_EQ(anc_data_adopt(&both[i], NULL, 0, 0, 0), 0);
		anc_data_release(&both[i]);
		anc_data_clear(&both[i]);
		anc_data_fini(&both[i]);
		anc_data_fini(&both[i]);
	}
	close(fd);
}

TEST(control_buf_is_the_whole_capacity_and_zeroed)
{
	unsigned char storage[48];
	struct anc_data data;
	size_t capacity;
	size_t len;
	size_t i;

	for (capacity = 1; capacity <= 32; capacity++) {
		memset(storage, 0xA5, sizeof(storage));
		anc_data_init(&data, storage + 8, capacity);
		CHECK(anc_data_control_buf(&data, &len) == storage + 8);
		CHECK_EQ(len, capacity);
		for (i = 0; i < sizeof(storage); i++)
			CHECK_EQ(storage[i], i >= 8 && i < 8 + capacity ? 0 : 0xA5);
		CHECK_EQ(anc_data_cmsgs(&data).len, 0);
		CHECK_EQ(anc_data_set_control_len(&data, capacity + 1), -EINVAL);
		CHECK_EQ(anc_data_set_control_len(&data, SIZE_MAX), -EINVAL);
		CHECK_EQ(anc_data_set_control_len(&data, capacity), 0);
		CHECK_EQ(anc_data_cmsgs(&data).len, capacity);
		anc_data_fini(&data);
	}
}

static const struct tap_test tests[] = {
	{"every_cell_of_the_state_table", test_every_cell_of_the_state_table},
	{"a_held_buffer_is_forwarded_and_still_owned",
	 test_a_held_buffer_is_forwarded_and_still_owned},
	{"a_buffer_with_a_taken_slot_is_not_forwarded",
	 test_a_buffer_with_a_taken_slot_is_not_forwarded},
	{"after_fini_nothing_is_left", test_after_fini_nothing_is_left},
	{"zeroed_is_valid_and_has_no_room", test_zeroed_is_valid_and_has_no_room},
	{"control_buf_is_the_whole_capacity_and_zeroed",
	 test_control_buf_is_the_whole_capacity_and_zeroed},
};
TAP_MAIN(tests)
