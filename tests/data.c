/* SPDX-License-Identifier: MIT */
/* Messages put into an anc_data, and what ends it; data_state.c has its states. */
#include "data_peer.h"

/* Numbers of descriptors; adding looks at nothing but their sign. */
static const int numbers[] = {5, 900, 0, 77, INT_MAX - 1, 3};

TEST(descriptors_join_a_last_rights_only)
{
	unsigned char storage[512];
	const struct anc_cmsg other = {IPPROTO_IP, 7, "abc", 3, false};
	const struct anc_cmsg rights = {SOL_SOCKET, SCM_RIGHTS, numbers, 4, false};
	struct anc_data data;

	anc_data_init(&data, storage, sizeof(storage));
	CHECK_EQ(anc_data_add_fds(&data, numbers, 1), 0);
	CHECK_EQ(anc_data_add_fds(&data, numbers + 1, 2), 0);
	CHECK_EQ(anc_data_cmsgs(&data).len, ANC_FDS_SPACE(3));
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&data), 0), numbers, 3));
	CHECK_EQ(anc_data_add_cmsg(&data, &other), 0);
	CHECK_EQ(anc_data_add_fds(&data, numbers, 2), 0);
	CHECK_EQ(count_messages(anc_data_cmsgs(&data)), 3);
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&data), 0), numbers, 3));
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&data), 2), numbers, 2));
	/* One that was added as a message stays one, and is joined. */
	CHECK_EQ(anc_data_add_cmsg(&data, &rights), 0);
	CHECK_EQ(count_messages(anc_data_cmsgs(&data)), 4);
	CHECK_EQ(anc_data_add_fds(&data, numbers + 1, 5), 0);
	CHECK_EQ(count_messages(anc_data_cmsgs(&data)), 4);
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&data), 3), numbers, 6));
	anc_data_fini(&data);
}

TEST(adding_no_descriptors_does_nothing)
{
	unsigned char storage[64];
	struct anc_data data;
	size_t len;

	anc_data_init(&data, storage, sizeof(storage));
	CHECK_EQ(anc_data_add_fds(&data, NULL, 0), 0);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_data_add_fds(&data, numbers, 1), 0);
	len = anc_data_cmsgs(&data).len;
	CHECK_EQ(anc_data_add_fds(&data, NULL, 0), 0);
	CHECK_EQ(anc_data_cmsgs(&data).len, len);
	anc_data_fini(&data);
}

/* What a refused call must leave as it was. */
struct picture {
	unsigned char storage[ANC_FDS_SPACE(8) + ANC_CMSG_SPACE(32)];
	unsigned char before[ANC_FDS_SPACE(8) + ANC_CMSG_SPACE(32)];
	struct anc_data data;
	size_t len;
};

static void picture_begin(struct picture *picture, size_t capacity)
{
	memset(picture->storage, 0xA5, sizeof(picture->storage));
	anc_data_init(&picture->data, picture->storage, capacity);
}

static void picture_take(struct picture *picture)
{
	memcpy(picture->before, picture->storage, sizeof(picture->storage));
	picture->len = anc_data_cmsgs(&picture->data).len;
}

static bool picture_is_same(const struct picture *picture)
{
	return memcmp(picture->before, picture->storage, sizeof(picture->storage)) == 0 &&
	       picture->len == anc_data_cmsgs(&picture->data).len;
}

/* Adds `more` behind `old` descriptors: it goes exactly when the whole has room. */
static void check_room_for_fds(size_t capacity, size_t old, size_t more)
{
	struct picture picture;

	picture_begin(&picture, capacity);
	if (old > 0 && anc_data_add_fds(&picture.data, numbers, old) < 0)
		return;
	picture_take(&picture);
	if (capacity >= ANC_FDS_SPACE(old + more)) {
		CHECK_EQ(anc_data_add_fds(&picture.data, numbers + old, more), 0);
		CHECK(is_rights_with(message_at(anc_data_cmsgs(&picture.data), 0), numbers,
				     old + more));
	} else {
		CHECK_EQ(anc_data_add_fds(&picture.data, numbers + old, more), -ENOBUFS);
		CHECK(picture_is_same(&picture));
	}
	CHECK_EQ(picture.storage[capacity], 0xA5);
	anc_data_fini(&picture.data);
}

/* The same for a message of `len` bytes behind two descriptors. */
static void check_room_for_message(size_t capacity, size_t len)
{
	const unsigned char payload[20] = "0123456789abcdefghi";
	const struct anc_cmsg msg = {IPPROTO_IP, 7, payload, len, false};
	struct picture picture;

	picture_begin(&picture, capacity);
	if (anc_data_add_fds(&picture.data, numbers, 2) < 0)
		return;
	picture_take(&picture);
	if (capacity >= ANC_FDS_SPACE(2) + ANC_CMSG_SPACE(len)) {
		CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), 0);
		CHECK_EQ(anc_data_cmsgs(&picture.data).len, ANC_FDS_SPACE(2) + ANC_CMSG_SPACE(len));
		CHECK_EQ(message_at(anc_data_cmsgs(&picture.data), 1).len, len);
	} else {
		CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), -ENOBUFS);
		CHECK(picture_is_same(&picture));
	}
	CHECK_EQ(picture.storage[capacity], 0xA5);
	anc_data_fini(&picture.data);
}

TEST(what_does_not_fit_changes_nothing_at_any_capacity)
{
	size_t capacity;
	size_t n;

	for (capacity = 0; capacity < ANC_FDS_SPACE(6) + ANC_CMSG_SPACE(24); capacity++) {
		for (n = 0; n < 25; n++)
			check_room_for_fds(capacity, n / 5, n % 5 + 1 + n / 5 > 6 ? 1 : n % 5 + 1);
		for (n = 0; n <= 20; n++)
			check_room_for_message(capacity, n);
	}
}

TEST(a_negative_descriptor_is_refused)
{
	static const int bad[] = {-1, -EMFILE, ANC_FD_TAKEN};
	struct picture picture;
	int fds[3] = {5, 6, 7};
	struct anc_cmsg rights = {SOL_SOCKET, SCM_RIGHTS, fds, sizeof(fds), false};
	size_t i;

	picture_begin(&picture, sizeof(picture.storage));
	CHECK_EQ(anc_data_add_fds(&picture.data, numbers, 2), 0);
	picture_take(&picture);
	for (i = 0; i < 9; i++) {
		fds[i % 3] = bad[i / 3];
		CHECK_EQ(anc_data_add_fds(&picture.data, fds, 3), -EBADF);
		CHECK_EQ(anc_data_add_cmsg(&picture.data, &rights), -EBADF);
		CHECK(picture_is_same(&picture));
		fds[i % 3] = 8;
	}
	anc_data_fini(&picture.data);
}

TEST(more_descriptors_than_a_send_takes_are_refused)
{
	static const int many[254];
	/* not seen by the compiler, which would warn */
	static const volatile size_t huge = SIZE_MAX;
	unsigned char storage[ANC_FDS_SPACE(300)];
	const struct anc_cmsg hundred = {SOL_SOCKET, SCM_RIGHTS, many, 400, false};
	const struct anc_cmsg other = {IPPROTO_IP, 7, NULL, 0, false};
	struct anc_data data;

	anc_data_init(&data, storage, sizeof(storage));
	CHECK_EQ(anc_data_add_fds(&data, many, 254), -E2BIG);
	CHECK_EQ(anc_data_add_fds(&data, many, huge), -E2BIG);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_data_add_fds(&data, many, 253), 0);
	CHECK_EQ(anc_data_add_fds(&data, many, 1), -E2BIG);
	anc_data_clear(&data);
	/* counted over messages of either making */
	CHECK_EQ(anc_data_add_cmsg(&data, &hundred), 0);
	CHECK_EQ(anc_data_add_cmsg(&data, &other), 0);
	CHECK_EQ(anc_data_add_fds(&data, many, 54), 0);
	CHECK_EQ(anc_data_add_fds(&data, many, 100), -E2BIG);
	CHECK_EQ(anc_data_add_cmsg(&data, &hundred), -E2BIG);
	CHECK_EQ(anc_data_cmsgs(&data).len,
		 ANC_FDS_SPACE(100) + ANC_CMSG_SPACE(0) + ANC_FDS_SPACE(54));
	CHECK_EQ(anc_data_add_fds(&data, many, 99), 0);
	CHECK_EQ(anc_data_add_fds(&data, many, 1), -E2BIG);
	anc_data_fini(&data);
}

TEST(a_message_is_copied_from_any_alignment)
{
	unsigned char storage[ANC_CMSG_SPACE(8)];
	unsigned char payload[16];
	struct anc_cmsg msg = {IPPROTO_IP, 7, NULL, 8, false};
	struct anc_data data;
	size_t i;

	for (i = 0; i < 8; i++) {
		memcpy(payload + i, "payload", 8);
		msg.data = payload + i;
		anc_data_init(&data, storage, sizeof(storage));
		CHECK_EQ(anc_data_add_cmsg(&data, &msg), 0);
		memset(payload, 0, sizeof(payload));
		msg = message_at(anc_data_cmsgs(&data), 0);
		CHECK_EQ(msg.level, IPPROTO_IP);
		CHECK_EQ(msg.type, 7);
		CHECK_EQ(msg.len, 8);
		CHECK_STR((const char *)msg.data, "payload");
		anc_data_fini(&data);
	}
}

TEST(a_message_that_cannot_be_sent_whole_is_refused)
{
	static const size_t odd[] = {0, 1, 2, 3, 5, 6, 7, 9};
	struct anc_cmsg msg = {IPPROTO_IP, 7, numbers, 4, true};
	struct picture picture;
	size_t i;

	picture_begin(&picture, sizeof(picture.storage));
	picture_take(&picture);
	CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), -EINVAL);
	msg = (struct anc_cmsg){IPPROTO_IP, 7, NULL, 4, false};
	CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), -EINVAL);
	msg = (struct anc_cmsg){SOL_SOCKET, SCM_RIGHTS, NULL, 4, false};
	CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), -EINVAL);
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		msg = (struct anc_cmsg){SOL_SOCKET, SCM_RIGHTS, numbers, odd[i], false};
		CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), -EINVAL);
	}
	CHECK(picture_is_same(&picture));
	/* the same number in another level is another message */
	msg = (struct anc_cmsg){IPPROTO_IP, SCM_RIGHTS, numbers, 3, false};
	CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), 0);
	anc_data_fini(&picture.data);
}

/* Whether every byte between the messages is zero. */
static bool padding_is_zero(struct anc_cmsgs cmsgs)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	struct anc_cmsg msg;
	const unsigned char *at;
	const void *next;

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		anc_cmsg_iter_rest(&it, &next);
		for (at = (const unsigned char *)msg.data + msg.len;
		     at < (const unsigned char *)next; at++)
			if (*at != 0)
				return false;
	}
	return true;
}

TEST(padding_is_zero)
{
	struct picture picture;
	struct anc_cmsg msg = {IPPROTO_IP, 7, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 0, false};
	size_t i;

	for (i = 0; i <= 8; i++) {
		picture_begin(&picture, sizeof(picture.storage));
		msg.len = i;
		CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), 0);
		CHECK_EQ(anc_data_add_fds(&picture.data, numbers + 4, 1), 0);
		CHECK(padding_is_zero(anc_data_cmsgs(&picture.data)));
		CHECK_EQ(anc_data_add_fds(&picture.data, numbers + 4, 2), 0);
		CHECK(padding_is_zero(anc_data_cmsgs(&picture.data)));
		CHECK_EQ(anc_data_add_cmsg(&picture.data, &msg), 0);
		CHECK(padding_is_zero(anc_data_cmsgs(&picture.data)));
		anc_data_fini(&picture.data);
	}
}

TEST(descriptors_are_borrowed)
{
	const int fd = tap_new_fd();
	unsigned char storage[64];
	struct anc_data data;
	size_t before;
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	before = count_open();
	anc_data_init(&data, storage, sizeof(storage));
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	CHECK_EQ(count_open(), before);
	/* once added, it can be sent as often as one likes */
	CHECK_EQ(send_data(pair[0], &data), 1);
	CHECK_EQ(send_data(pair[0], &data), 1);
	CHECK_EQ(raw_count(pair[1], fd), 1);
	CHECK_EQ(raw_count(pair[1], fd), 1);
	anc_data_clear(&data);
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	anc_data_fini(&data);
	CHECK_EQ(count_open(), before);
	CHECK(tap_is_open(fd));
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

TEST(storage_may_lie_at_any_alignment)
{
	unsigned char storage[16 + ANC_FDS_SPACE(3) + ANC_CMSG_SPACE(sizeof(struct anc_ucred))];
	const int fds[3] = {tap_new_fd(), tap_new_fd(), tap_new_fd()};
	const struct anc_ucred self = {getpid(), getuid(), getgid()};
	struct anc_recv_result result;
	struct anc_data data;
	size_t offset;
	size_t count;
	int got[3];
	int pair[2];

	tap_pair(SOCK_SEQPACKET, pair);
	for (offset = 0; offset < 16; offset++) {
		anc_data_init(&data, storage + offset, sizeof(storage) - 16);
		CHECK_EQ(anc_ucred_add(&data, &self), 0);
		CHECK_EQ(anc_data_add_fds(&data, fds, 2), 0);
		CHECK_EQ(anc_data_add_fds(&data, fds + 2, 1), 0);
		CHECK_EQ(send_data(pair[0], &data), 1);
		CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
		CHECK_EQ(anc_data_take_fds(&data, got, 3, &count), 0);
		CHECK_EQ(count, 3);
		for (count = 0; count < 3; count++) {
			CHECK(tap_is_same_file(got[count], fds[count]));
			close(got[count]);
		}
		anc_data_fini(&data);
	}
	for (count = 0; count < 3; count++)
		close(fds[count]);
	close(pair[0]);
	close(pair[1]);
}

/* Takes one of two descriptors and returns through the end of the scope. */
static int leave_scope(int sock)
{
	ANC_DATA(data, ANC_FDS_SPACE(2));
	struct anc_fd_iter iter;
	struct anc_recv_result result;
	int fd;

	CHECK_EQ(anc_data_capacity(&data), ANC_FDS_SPACE(2));
	CHECK_EQ(receive(sock, &data, 0, &result), 0);
	iter = anc_data_received_fds(&data);
	CHECK(anc_fd_iter_next(&iter, &fd));
	return fd;
}

TEST(the_end_of_scope_closes)
{
	const int fds[2] = {tap_new_fd(), tap_new_fd()};
	size_t before;
	int pair[2];
	int fd;

	tap_pair(SOCK_STREAM, pair);
	before = count_open();
	raw_send(pair[0], fds, 2);
	fd = leave_scope(pair[1]);
	CHECK_EQ(count_open(), before + 1);
	CHECK_EQ(close(fd), 0);
	CHECK_EQ(count_open(), before);
	close(pair[0]);
	close(pair[1]);
	close(fds[0]);
	close(fds[1]);
}

TEST(scope_without_room)
{
	ANC_DATA(data, 0);

	CHECK_EQ(anc_data_capacity(&data), 0);
	CHECK_EQ(anc_data_adopt(&data, NULL, 0, 0, 0), 0);
}

/* A number that is not open, so that closing it fails. */
static void hold_nothing_open(struct anc_data *data)
{
	struct forged forged = {.len = 0};

	forge_fds(&forged, &(int){WATCHED + 7}, 1);
	CHECK_EQ(anc_data_adopt(data, forged.bytes, forged.len, MSG_CMSG_CLOEXEC, 0), 0);
	errno = ERANGE;
}

TEST(closing_preserves_errno)
{
	unsigned char storage[64];
	struct anc_data data;
	struct anc_fd_iter iter;

	anc_data_init(&data, storage, sizeof(storage));
	hold_nothing_open(&data);
	anc_data_clear(&data);
	CHECK_EQ(errno, ERANGE);
	hold_nothing_open(&data);
	iter = anc_data_received_fds(&data);
	anc_fd_iter_fini(&iter);
	CHECK_EQ(errno, ERANGE);
	hold_nothing_open(&data);
	anc_data_fini(&data);
	CHECK_EQ(errno, ERANGE);
}

static const struct anc_message_type two_fds_type = {
	.name = "TWO_FDS",
	.level = 4711,
	.type = 1,
	.size = 12,
	.flags = ANC_RECEIVED | ANC_SENT,
	.fds_at = 4,
	.fds_max = 2,
};

static const struct anc_message_type *const two_fds_types[] = {&two_fds_type};

/* Adopts a message of that type with two descriptors; whether a clear closes them. */
static bool types_are_set(struct anc_data *data)
{
	const int payload[3] = {9999, tap_new_fd(), tap_new_fd()};
	struct forged forged = {.len = 0};
	bool set;

	forge(&forged, two_fds_type.level, two_fds_type.type, payload, sizeof(payload));
	CHECK_EQ(anc_data_adopt(data, forged.bytes, forged.len, 0, 0), 0);
	CHECK_EQ(tap_is_cloexec(payload[1]), tap_is_cloexec(payload[2]));
	set = tap_is_cloexec(payload[1]);
	anc_data_clear(data);
	CHECK_EQ(tap_is_open(payload[1]), !set);
	CHECK_EQ(tap_is_open(payload[2]), !set);
	if (!set) {
		close(payload[1]);
		close(payload[2]);
	}
	return set;
}

TEST(types_survive_clear_and_end_with_fini)
{
	const int payload[3] = {9999, tap_new_fd(), tap_new_fd()};
	struct forged forged = {.len = 0};
	unsigned char storage[64];
	struct anc_data data;

	anc_data_init(&data, storage, sizeof(storage));
	CHECK(!types_are_set(&data));
	CHECK_EQ(anc_data_set_types(&data, NULL, 1), -EINVAL);
	CHECK_EQ(anc_data_set_types(&data, two_fds_types, 1), 0);
	CHECK(types_are_set(&data));
	CHECK(types_are_set(&data));
	CHECK_EQ(anc_data_set_types(&data, NULL, 0), 0);
	CHECK(!types_are_set(&data));
	CHECK_EQ(anc_data_set_types(&data, two_fds_types, 1), 0);
	anc_data_fini(&data);
	/* Without room it closes what it knows to be descriptors. */
	forge(&forged, two_fds_type.level, two_fds_type.type, payload, sizeof(payload));
	CHECK_EQ(anc_data_adopt(&data, forged.bytes, forged.len, 0, 0), -ENOBUFS);
	CHECK_EQ(close(payload[1]), 0);
	CHECK_EQ(close(payload[2]), 0);
	anc_data_init(&data, storage, sizeof(storage));
	CHECK(!types_are_set(&data));
	anc_data_fini(&data);
}

static const struct tap_test tests[] = {
	{"descriptors_join_a_last_rights_only", test_descriptors_join_a_last_rights_only},
	{"adding_no_descriptors_does_nothing", test_adding_no_descriptors_does_nothing},
	{"what_does_not_fit_changes_nothing_at_any_capacity",
	 test_what_does_not_fit_changes_nothing_at_any_capacity},
	{"a_negative_descriptor_is_refused", test_a_negative_descriptor_is_refused},
	{"more_descriptors_than_a_send_takes_are_refused",
	 test_more_descriptors_than_a_send_takes_are_refused},
	{"a_message_is_copied_from_any_alignment", test_a_message_is_copied_from_any_alignment},
	{"a_message_that_cannot_be_sent_whole_is_refused",
	 test_a_message_that_cannot_be_sent_whole_is_refused},
	{"padding_is_zero", test_padding_is_zero},
	{"descriptors_are_borrowed", test_descriptors_are_borrowed},
	{"storage_may_lie_at_any_alignment", test_storage_may_lie_at_any_alignment},
	{"the_end_of_scope_closes", test_the_end_of_scope_closes},
	{"scope_without_room", test_scope_without_room},
	{"closing_preserves_errno", test_closing_preserves_errno},
	{"types_survive_clear_and_end_with_fini", test_types_survive_clear_and_end_with_fini},
};
TAP_MAIN(tests)
