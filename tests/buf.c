/* SPDX-License-Identifier: MIT */
/* The growable buffer: how it grows, and what it lends to an anc_data. */
#include "data_peer.h"

#include <stdint.h>

/* Numbers of descriptors; adding looks at nothing but their sign. */
static const int numbers[] = {5, 900, 0, 77, INT_MAX - 1, 3};

static const struct anc_cmsg other = {IPPROTO_IP, 7, "abc", 3, false};

/* A buffer that holds two descriptors. */
static void begin_with_two(struct anc_buf *buf)
{
	anc_buf_init(buf);
	CHECK_EQ(anc_buf_add_fds(buf, numbers, 2), 0);
}

static bool holds_two_only(const struct anc_buf *buf)
{
	const struct anc_cmsgs cmsgs = anc_buf_cmsgs(buf);

	return cmsgs.len == ANC_FDS_SPACE(2) && is_rights_with(message_at(cmsgs, 0), numbers, 2);
}

TEST(zeroed_is_valid_and_empty)
{
	static const struct anc_buf zeroed;
	struct anc_buf buf = zeroed;
	struct anc_data data;

	CHECK_EQ(anc_buf_capacity(&buf), 0);
	CHECK_EQ(anc_buf_cmsgs(&buf).len, 0);
	anc_buf_clear(&buf);
	CHECK_EQ(anc_buf_add_fds(&buf, NULL, 0), 0);
	CHECK_EQ(anc_buf_extend(&buf, NULL, 0), 0);
	CHECK_EQ(anc_buf_reserve(&buf, 0), 0);
	CHECK_EQ(anc_buf_reserve_exact(&buf, 0), 0);
	CHECK_EQ(anc_buf_capacity(&buf), 0);
	CHECK_EQ(anc_buf_to_data(&buf, &data), 0);
	CHECK_EQ(anc_data_capacity(&data), 0);
	anc_data_fini(&data);
	CHECK_EQ(anc_buf_add_cmsg(&buf, &other), 0);
	anc_buf_fini(&buf);
	anc_buf_fini(&buf);
	CHECK_EQ(anc_buf_capacity(&buf), 0);
}

TEST(it_grows_with_what_is_added)
{
	struct anc_buf buf;
	struct anc_cmsgs cmsgs;
	size_t i;

	anc_buf_init(&buf);
	for (i = 0; i < 500; i++) {
		CHECK_EQ(anc_buf_add_cmsg(&buf, &other), 0);
		if (i < 250)
			CHECK_EQ(anc_buf_add_fds(&buf, numbers, 1), 0);
		CHECK(anc_buf_capacity(&buf) >= anc_buf_cmsgs(&buf).len);
	}
	cmsgs = anc_buf_cmsgs(&buf);
	CHECK_EQ(count_messages(cmsgs), 750);
	CHECK_EQ(cmsgs.len, 500 * ANC_CMSG_SPACE(3) + 250 * ANC_FDS_SPACE(1));
	for (i = 0; i < 500; i += 2) {
		CHECK(memcmp(message_at(cmsgs, i).data, "abc", 3) == 0);
		CHECK(is_rights_with(message_at(cmsgs, i + 1), numbers, 1));
	}
	anc_buf_fini(&buf);
}

/* One by one they join; the capacity is doubled, so that this stays linear. */
TEST(descriptors_join_while_it_grows)
{
	struct anc_buf buf;
	size_t growths = 0;
	size_t capacity = 0;
	int fd;

	anc_buf_init(&buf);
	for (fd = 0; fd < 253; fd++) {
		CHECK_EQ(anc_buf_add_fds(&buf, &fd, 1), 0);
		growths += anc_buf_capacity(&buf) != capacity;
		capacity = anc_buf_capacity(&buf);
	}
	CHECK(growths <= 6);
	CHECK_EQ(count_messages(anc_buf_cmsgs(&buf)), 1);
	CHECK_EQ(message_at(anc_buf_cmsgs(&buf), 0).len, 253 * sizeof(int));
	CHECK_EQ(anc_buf_add_fds(&buf, &fd, 1), -E2BIG);
	CHECK_EQ(anc_buf_cmsgs(&buf).len, ANC_FDS_SPACE(253));
	/* It counts anew after a clear. */
	anc_buf_clear(&buf);
	CHECK_EQ(anc_buf_capacity(&buf), capacity);
	CHECK_EQ(anc_buf_add_fds(&buf, numbers, 2), 0);
	CHECK(holds_two_only(&buf));
	anc_buf_fini(&buf);
}

TEST(a_refused_add_changes_nothing)
{
	const int negative[2] = {4, -1};
	const struct anc_cmsg truncated = {IPPROTO_IP, 7, "abc", 3, true};
	const struct anc_cmsg odd = {SOL_SOCKET, SCM_RIGHTS, numbers, 3, false};
	struct anc_buf buf;

	begin_with_two(&buf);
	CHECK_EQ(anc_buf_add_fds(&buf, negative, 2), -EBADF);
	CHECK_EQ(anc_buf_add_cmsg(&buf, &truncated), -EINVAL);
	CHECK_EQ(anc_buf_add_cmsg(&buf, &odd), -EINVAL);
	CHECK(holds_two_only(&buf));
	anc_buf_fini(&buf);
}

TEST(extend_adds_all_or_none)
{
	struct anc_cmsg msgs[5] = {other, other, other, other, other};
	struct anc_buf buf;
	size_t bad;

	for (bad = 0; bad < 5; bad++) {
		begin_with_two(&buf);
		msgs[bad].truncated = true;
		CHECK_EQ(anc_buf_extend(&buf, msgs, 5), -EINVAL);
		CHECK(holds_two_only(&buf));
		/* What was joined before is joined still. */
		CHECK_EQ(anc_buf_add_fds(&buf, numbers + 2, 1), 0);
		CHECK(is_rights_with(message_at(anc_buf_cmsgs(&buf), 0), numbers, 3));
		msgs[bad].truncated = false;
		CHECK_EQ(anc_buf_extend(&buf, msgs, 5), 0);
		CHECK_EQ(count_messages(anc_buf_cmsgs(&buf)), 6);
		CHECK_EQ(anc_buf_cmsgs(&buf).len, ANC_FDS_SPACE(3) + 5 * ANC_CMSG_SPACE(3));
		anc_buf_fini(&buf);
	}
}

/* The descriptors of what was taken back count no more. */
TEST(extend_that_failed_leaves_the_count_of_descriptors)
{
	static const int many[253];
	struct anc_cmsg msgs[2] = {{SOL_SOCKET, SCM_RIGHTS, many, 250 * sizeof(int), false}, other};
	struct anc_buf buf;

	begin_with_two(&buf);
	msgs[1].truncated = true;
	CHECK_EQ(anc_buf_extend(&buf, msgs, 2), -EINVAL);
	CHECK_EQ(anc_buf_add_fds(&buf, many, 251), 0);
	CHECK_EQ(anc_buf_add_fds(&buf, many, 1), -E2BIG);
	anc_buf_fini(&buf);
}

TEST(reserve_makes_room_and_exact_no_more)
{
	struct anc_buf buf;
	const void *bytes;
	size_t want;

	for (want = 1; want < 300; want++) {
		begin_with_two(&buf);
		CHECK_EQ(anc_buf_reserve_exact(&buf, want), 0);
		CHECK(anc_buf_capacity(&buf) >= ANC_FDS_SPACE(2) + want);
		CHECK_EQ(anc_buf_cmsgs(&buf).capacity, anc_buf_capacity(&buf));
		CHECK(holds_two_only(&buf));
		anc_buf_fini(&buf);
		CHECK_EQ(anc_buf_reserve_exact(&buf, want), 0);
		CHECK_EQ(anc_buf_capacity(&buf), want);
		CHECK_EQ(anc_buf_reserve(&buf, want + 1), 0);
		CHECK(anc_buf_capacity(&buf) >= want + 1);
		anc_buf_fini(&buf);
	}
	/* What was reserved is enough: it does not move. */
	CHECK_EQ(anc_buf_reserve(&buf, ANC_FDS_SPACE(100)), 0);
	bytes = anc_buf_cmsgs(&buf).bytes;
	for (want = 0; want < 100; want++)
		CHECK_EQ(anc_buf_add_fds(&buf, numbers, 1), 0);
	CHECK(anc_buf_cmsgs(&buf).bytes == bytes);
	anc_buf_fini(&buf);
}

/* AddressSanitizer would end the program where malloc(3) fails. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

TEST(what_no_memory_holds_is_enomem_and_changes_nothing)
{
	/* More than there is: for valgrind half of the numbers are negative, 32 bits have too few
	 * others. volatile, for the compiler would warn. */
	static const volatile size_t huge[] = {SIZE_MAX, SIZE_MAX - 1,
					       sizeof(size_t) > 4 ? SIZE_MAX / 4 : SIZE_MAX - 64};
	struct anc_cmsg msg = {IPPROTO_IP, 7, "abc", 0, false};
	struct anc_buf buf;
	size_t capacity;
	size_t i;

	for (i = 0; i < sizeof(huge) / sizeof(huge[0]); i++) {
		begin_with_two(&buf);
		capacity = anc_buf_capacity(&buf);
		msg.len = huge[i];
		CHECK_EQ(anc_buf_reserve(&buf, huge[i]), -ENOMEM);
		CHECK_EQ(anc_buf_reserve_exact(&buf, huge[i]), -ENOMEM);
		CHECK_EQ(anc_buf_add_cmsg(&buf, &msg), -ENOMEM);
		CHECK_EQ(anc_buf_capacity(&buf), capacity);
		CHECK(holds_two_only(&buf));
		anc_buf_fini(&buf);
	}
}

/* Growing moves the storage that the message lies in. */
TEST(a_message_of_its_own_is_copied)
{
	struct anc_buf buf;
	struct anc_cmsg own;
	size_t i;

	anc_buf_init(&buf);
	CHECK_EQ(anc_buf_add_cmsg(&buf, &other), 0);
	for (i = 1; i < 200; i++) {
		own = message_at(anc_buf_cmsgs(&buf), i - 1);
		CHECK_EQ(anc_buf_add_cmsg(&buf, &own), 0);
	}
	for (i = 0; i < 200; i++)
		CHECK(memcmp(message_at(anc_buf_cmsgs(&buf), i).data, "abc", 3) == 0);
	anc_buf_fini(&buf);
}

/* A few of different lengths, which come from the buffer itself and are added again. */
TEST(several_messages_of_its_own_are_copied_in_order)
{
	static const char letters[] = "abcdefgh";
	struct anc_cmsg own[8];
	struct anc_buf buf;
	size_t round;
	size_t i;

	anc_buf_init(&buf);
	for (i = 0; i < 8; i++) {
		own[i] = (struct anc_cmsg){IPPROTO_IP, 7, letters, i + 1, false};
		CHECK_EQ(anc_buf_add_cmsg(&buf, &own[i]), 0);
	}
	for (round = 1; round < 20; round++) {
		for (i = 0; i < 8; i++)
			own[i] = message_at(anc_buf_cmsgs(&buf), (round - 1) * 8 + i);
		CHECK_EQ(anc_buf_extend(&buf, own, 8), 0);
	}
	for (i = 0; i < 20 * 8; i++) {
		own[0] = message_at(anc_buf_cmsgs(&buf), i);
		CHECK_EQ(own[0].len, i % 8 + 1);
		CHECK(memcmp(own[0].data, letters, own[0].len) == 0);
	}
	anc_buf_fini(&buf);
}

TEST(contents_move_to_the_borrower_and_storage_comes_back)
{
	struct anc_buf buf;
	struct anc_data data;
	const void *bytes;
	size_t capacity;

	begin_with_two(&buf);
	bytes = anc_buf_cmsgs(&buf).bytes;
	capacity = anc_buf_capacity(&buf);
	CHECK_EQ(anc_buf_to_data(&buf, &data), 0);
	CHECK_EQ(anc_buf_cmsgs(&buf).len, 0);
	CHECK_EQ(anc_data_capacity(&data), capacity);
	CHECK(anc_data_cmsgs(&data).bytes == bytes);
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&data), 0), numbers, 2));
	/* It is being built, and the last message is joined. */
	CHECK_EQ(anc_data_add_fds(&data, numbers + 2, 1), 0);
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&data), 0), numbers, 3));
	anc_data_clear(&data);
	CHECK_EQ(anc_buf_add_fds(&buf, numbers, 1), -EBUSY);
	anc_data_fini(&data);
	CHECK_EQ(anc_data_capacity(&data), 0);
	CHECK_EQ(anc_buf_capacity(&buf), capacity);
	CHECK_EQ(anc_buf_cmsgs(&buf).len, 0);
	CHECK_EQ(anc_buf_add_fds(&buf, numbers, 2), 0);
	CHECK(anc_buf_cmsgs(&buf).bytes == bytes);
	anc_data_fini(&data);
	CHECK(holds_two_only(&buf));
	anc_buf_fini(&buf);
}

TEST(the_borrower_counts_the_descriptors_that_came_with_it)
{
	static const int many[252];
	struct anc_buf buf;
	struct anc_data data;

	anc_buf_init(&buf);
	CHECK_EQ(anc_buf_add_fds(&buf, many, 252), 0);
	CHECK_EQ(anc_buf_reserve(&buf, 64), 0);
	CHECK_EQ(anc_buf_to_data(&buf, &data), 0);
	CHECK_EQ(anc_data_add_fds(&data, many, 2), -E2BIG);
	CHECK_EQ(anc_data_add_fds(&data, many, 1), 0);
	anc_data_fini(&data);
	CHECK_EQ(anc_buf_add_fds(&buf, many, 252), 0);
	anc_buf_fini(&buf);
}

TEST(it_is_busy_while_lent)
{
	struct anc_buf buf;
	struct anc_data data;
	struct anc_data second;
	size_t capacity;

	begin_with_two(&buf);
	capacity = anc_buf_capacity(&buf);
	CHECK_EQ(anc_buf_to_data(&buf, &data), 0);
	CHECK_EQ(anc_buf_add_cmsg(&buf, &other), -EBUSY);
	CHECK_EQ(anc_buf_add_fds(&buf, numbers, 1), -EBUSY);
	CHECK_EQ(anc_buf_add_fds(&buf, NULL, 0), -EBUSY);
	CHECK_EQ(anc_buf_extend(&buf, &other, 1), -EBUSY);
	CHECK_EQ(anc_buf_extend(&buf, NULL, 0), -EBUSY);
	CHECK_EQ(anc_buf_reserve(&buf, 4096), -EBUSY);
	CHECK_EQ(anc_buf_reserve(&buf, 0), -EBUSY);
	CHECK_EQ(anc_buf_reserve_exact(&buf, 4096), -EBUSY);
	CHECK_EQ(anc_buf_to_data(&buf, &second), -EBUSY);
	CHECK_EQ(anc_buf_cmsgs(&buf).len, 0);
	CHECK_EQ(anc_data_capacity(&data), capacity);
	CHECK(is_rights_with(message_at(anc_data_cmsgs(&data), 0), numbers, 2));
	anc_data_fini(&data);
	CHECK_EQ(anc_buf_to_data(&buf, &second), 0);
	anc_data_fini(&second);
	anc_buf_fini(&buf);
}

/* The borrower was not finished in between: the first buffer has lost it, and no more. */
TEST(a_second_lender_takes_the_borrower_over)
{
	struct anc_buf first;
	struct anc_buf second;
	struct anc_data data;
	int round;

	for (round = 0; round < 2; round++) {
		begin_with_two(&first);
		begin_with_two(&second);
		CHECK_EQ(anc_buf_to_data(&first, &data), 0);
		CHECK_EQ(anc_buf_to_data(&second, &data), 0);
		if (round == 0)
			anc_buf_clear(&first);
		else
			anc_buf_fini(&first);
		/* the second's loan is as it was, and the first is its own again */
		CHECK(is_rights_with(message_at(anc_data_cmsgs(&data), 0), numbers, 2));
		CHECK_EQ(anc_buf_add_cmsg(&second, &other), -EBUSY);
		CHECK_EQ(anc_buf_add_fds(&first, numbers, 2), 0);
		CHECK(holds_two_only(&first));
		anc_buf_fini(&first);
		anc_data_fini(&data);
		CHECK_EQ(anc_buf_add_fds(&second, numbers, 2), 0);
		CHECK(holds_two_only(&second));
		anc_buf_fini(&second);
	}
}

/* Lends storage to receive into, and receives a descriptor. */
static int lend_and_receive(const int pair[2], struct anc_buf *buf, struct anc_data *data)
{
	const int fd = tap_new_fd();
	struct anc_recv_result result;

	raw_send(pair[0], &fd, 1);
	CHECK_EQ(anc_buf_reserve(buf, ANC_FDS_SPACE(1)), 0);
	CHECK_EQ(anc_buf_to_data(buf, data), 0);
	CHECK_EQ(receive(pair[1], data, 0, &result), 0);
	CHECK_EQ(count_messages(anc_data_cmsgs(data)), 1);
	return fd;
}

TEST(what_the_borrower_received_is_closed_by_whoever_ends_first)
{
	struct anc_buf buf;
	struct anc_data data;
	size_t capacity;
	int pair[2];
	int fd;
	int i;

	tap_pair(SOCK_STREAM, pair);
	anc_buf_init(&buf);
	for (i = 0; i < 3; i++) {
		const size_t before = count_open();

		fd = lend_and_receive(pair, &buf, &data);
		CHECK_EQ(count_open(), before + 2);
		capacity = anc_buf_capacity(&buf);
		errno = ERANGE;
		if (i == 0)
			anc_data_fini(&data);
		else if (i == 1)
			anc_buf_clear(&buf);
		else
			anc_buf_fini(&buf);
		CHECK_EQ(errno, ERANGE);
		CHECK_EQ(count_open(), before + 1);
		CHECK_EQ(anc_data_capacity(&data), 0);
		CHECK_EQ(anc_data_cmsgs(&data).len, 0);
		CHECK_EQ(anc_data_add_fds(&data, numbers, 1), -ENOBUFS);
		CHECK_EQ(anc_buf_capacity(&buf), i < 2 ? capacity : 0);
		anc_data_fini(&data);
		close(fd);
	}
	close(pair[0]);
	close(pair[1]);
}

TEST(one_buffer_sends_and_receives_in_turn)
{
	struct anc_buf buf;
	struct anc_data data;
	int pair[2];
	int sent;
	int got;
	int i;

	tap_pair(SOCK_STREAM, pair);
	anc_buf_init(&buf);
	for (i = 0; i < 3; i++) {
		sent = tap_new_fd();
		CHECK_EQ(anc_buf_add_fds(&buf, &sent, 1), 0);
		CHECK_EQ(anc_buf_to_data(&buf, &data), 0);
		CHECK_EQ(send_data(pair[0], &data), 1);
		anc_data_fini(&data);
		CHECK_EQ(raw_count(pair[1], sent), 1);
		close(sent);
		sent = lend_and_receive(pair, &buf, &data);
		got = anc_data_take_fd(&data);
		CHECK(tap_is_same_file(got, sent) && tap_is_cloexec(got));
		close(got);
		close(sent);
		anc_data_fini(&data);
	}
	anc_buf_fini(&buf);
	close(pair[0]);
	close(pair[1]);
}

static const struct tap_test tests[] = {
	{"zeroed_is_valid_and_empty", test_zeroed_is_valid_and_empty},
	{"it_grows_with_what_is_added", test_it_grows_with_what_is_added},
	{"descriptors_join_while_it_grows", test_descriptors_join_while_it_grows},
	{"a_refused_add_changes_nothing", test_a_refused_add_changes_nothing},
	{"extend_adds_all_or_none", test_extend_adds_all_or_none},
	{"extend_that_failed_leaves_the_count_of_descriptors",
	 test_extend_that_failed_leaves_the_count_of_descriptors},
	{"reserve_makes_room_and_exact_no_more", test_reserve_makes_room_and_exact_no_more},
	{"what_no_memory_holds_is_enomem_and_changes_nothing",
	 test_what_no_memory_holds_is_enomem_and_changes_nothing},
	{"a_message_of_its_own_is_copied", test_a_message_of_its_own_is_copied},
	{"several_messages_of_its_own_are_copied_in_order",
	 test_several_messages_of_its_own_are_copied_in_order},
	{"contents_move_to_the_borrower_and_storage_comes_back",
	 test_contents_move_to_the_borrower_and_storage_comes_back},
	{"the_borrower_counts_the_descriptors_that_came_with_it",
	 test_the_borrower_counts_the_descriptors_that_came_with_it},
	{"it_is_busy_while_lent", test_it_is_busy_while_lent},
	{"a_second_lender_takes_the_borrower_over", test_a_second_lender_takes_the_borrower_over},
	{"what_the_borrower_received_is_closed_by_whoever_ends_first",
	 test_what_the_borrower_received_is_closed_by_whoever_ends_first},
	{"one_buffer_sends_and_receives_in_turn", test_one_buffer_sends_and_receives_in_turn},
};
TAP_MAIN(tests)
