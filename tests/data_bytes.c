/* SPDX-License-Identifier: MIT */
/* The bytes of an anc_data's storage: which are read, and what stands between the messages. */
#include "data_peer.h"

#define POISON 0xa5

/* Adopts `count` fresh descriptors, each in a message of its own. */
static void hold(struct anc_data *data, size_t count)
{
	struct forged forged = {.len = 0};
	size_t i;
	int fd;

	for (i = 0; i < count; i++) {
		fd = tap_new_fd();
		forge_fds(&forged, &fd, 1);
	}
	CHECK_EQ(anc_data_adopt(data, forged.bytes, forged.len, MSG_CMSG_CLOEXEC, 0), 0);
}

TEST(an_iterator_over_no_storage_yields_nothing)
{
	struct anc_recv_result result;
	struct anc_fd_iter iter;
	struct anc_data data;
	struct anc_buf buf;
	int pair[2];
	int fd = 77;

	anc_data_init(&data, NULL, 0);
	CHECK_EQ(anc_data_adopt(&data, NULL, 0, 0, 0), 0);
	iter = anc_data_received_fds(&data);
	CHECK(!anc_fd_iter_next(&iter, &fd));
	anc_fd_iter_fini(&iter);
	anc_data_fini(&data);
	/* what a fresh buffer lends */
	tap_pair(SOCK_STREAM, pair);
	raw_send(pair[0], NULL, 0);
	anc_buf_init(&buf);
	CHECK_EQ(anc_buf_to_data(&buf, &data), 0);
	CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
	iter = anc_data_received_fds(&data);
	CHECK(!anc_fd_iter_next(&iter, &fd));
	anc_fd_iter_fini(&iter);
	anc_buf_fini(&buf);
	CHECK_EQ(fd, 77);
	close(pair[0]);
	close(pair[1]);
}

/* The struct is used again over less room; where the iterator stood now lies something else. */
TEST(a_stale_iterator_reads_nothing_past_the_end)
{
	const int slots[2] = {ANC_FD_TAKEN, tap_new_fd()};
	unsigned char storage[256];
	struct anc_fd_iter stale;
	struct anc_data data;
	size_t place;
	size_t i;
	int fd;

	for (place = 1; place < 7; place++) {
		anc_data_init(&data, storage, sizeof(storage));
		hold(&data, 7);
		stale = anc_data_received_fds(&data);
		for (i = 0; i <= place; i++) {
			CHECK(anc_fd_iter_next(&stale, &fd));
			close(fd);
		}
		anc_data_fini(&data);
		anc_data_init(&data, storage, ANC_FDS_SPACE(1));
		hold(&data, 1);
		i = place * ANC_FDS_SPACE(1);
		anc_cmsg_put(storage + i, sizeof(storage) - i, SOL_SOCKET, SCM_RIGHTS, slots,
			     sizeof(slots));
		CHECK(!anc_fd_iter_next(&stale, &fd));
		anc_data_fini(&data);
		CHECK(tap_is_open(slots[1]));
	}
	close(slots[1]);
}

/* Whether every byte behind a payload, up to the next message, is zero. */
static bool padding_is_zero(struct anc_cmsgs cmsgs)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	const unsigned char *next;
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		anc_cmsg_iter_rest(&it, (const void **)&next);
		for (const unsigned char *at = (const unsigned char *)msg.data + msg.len; at < next;
		     at++)
			if (*at != 0)
				return false;
	}
	return true;
}

/* What is turned on beside the descriptors; a kernel may not know it. */
static void turn_on_beside(int sock, int what)
{
	const int on = 1;

	if (what > 0)
		CHECK_EQ(anc_ucred_enable(sock, true), 0);
	if (what > 1) {
		(void)anc_pidfd_enable(sock, true);
		(void)anc_security_enable(sock, true);
		CHECK_EQ(setsockopt(sock, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on)), 0);
	}
}

/* No kernel writes padding, and what was in the storage before is nobody's business. */
TEST(padding_that_came_is_cleared)
{
	unsigned char storage[ANC_FDS_SPACE(253)];
	const int fds[3] = {tap_new_fd(), tap_new_fd(), tap_new_fd()};
	struct anc_recv_result result;
	struct anc_data data;
	int pair[2];
	size_t count;
	int what;

	for (what = 0; what < 3; what++) {
		tap_pair(SOCK_DGRAM, pair);
		turn_on_beside(pair[1], what);
		for (count = 0; count <= 3; count++) {
			memset(storage, POISON, sizeof(storage));
			anc_data_init(&data, storage, sizeof(storage));
			raw_send(pair[0], fds, count);
			CHECK_EQ(receive(pair[1], &data, 0, &result), 0);
			CHECK(anc_data_cmsgs(&data).len > 0 || (what == 0 && count == 0));
			CHECK(padding_is_zero(anc_data_cmsgs(&data)));
			anc_data_fini(&data);
		}
		close(pair[0]);
		close(pair[1]);
	}
	for (what = 0; what < 3; what++)
		close(fds[what]);
}

/* Control bytes of nine messages whose padding, of every size, is full of something. */
static void forge_dirty(struct forged *forged, int fd)
{
	size_t len;
	size_t end;

	for (len = 0; len < 8; len++) {
		end = forged->len + ANC_CMSG_LEN(len);
		forge(forged, 4711, 1, "abcdefg", len);
		memset(forged->bytes + end, POISON, forged->len - end);
	}
	end = forged->len + ANC_CMSG_LEN(sizeof(fd));
	forge_fds(forged, &fd, 1);
	memset(forged->bytes + end, POISON, forged->len - end);
}

static ssize_t see_control(void *impl, const struct iovec *bufs, size_t nbufs,
			   const struct anc_data *data, struct anc_send_options options)
{
	struct anc_cmsgs *seen = impl;

	(void)bufs;
	(void)nbufs;
	(void)options;
	*seen = anc_data_cmsgs(data);
	return 1;
}

static const struct anc_socket_ops see_ops = {.send_message = see_control};

TEST(padding_that_came_is_not_forwarded)
{
	struct forged forged = {.len = 0};
	struct anc_cmsgs seen = {0};
	const struct anc_socket sock = anc_socket_custom(&see_ops, &seen);
	struct anc_sender sender = anc_sender_on(sock, "x", 1);

	ANC_DATA(data, 512);
	forge_dirty(&forged, tap_new_fd());
	CHECK_EQ(anc_data_adopt(&data, forged.bytes, forged.len, 0, 0), 0);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 1);
	CHECK_EQ(seen.len, forged.len);
	CHECK_EQ(count_messages(seen), 9);
	CHECK(padding_is_zero(seen));
}

/* Their end counts as the end of the room, where a cut would have come. */
TEST(a_cut_of_what_is_adopted_came_at_its_end)
{
	unsigned char bytes[ANC_CMSG_SPACE(12)];
	struct anc_cmsg_iter it;
	struct anc_cmsgs cmsgs;
	struct anc_cmsg msg;

	ANC_DATA(data, 64);
	anc_cmsg_put(bytes, sizeof(bytes), 41, 25, "0123456789a", 12);
	CHECK_EQ(anc_data_adopt(&data, bytes, ANC_CMSG_LEN(12), 0, MSG_CTRUNC), 0);
	cmsgs = anc_data_cmsgs(&data);
	CHECK_EQ(cmsgs.capacity, ANC_CMSG_LEN(12));
	it = anc_cmsgs_iter(cmsgs);
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK(msg.truncated);
}

static const struct tap_test tests[] = {
	{"an_iterator_over_no_storage_yields_nothing",
	 test_an_iterator_over_no_storage_yields_nothing},
	{"a_stale_iterator_reads_nothing_past_the_end",
	 test_a_stale_iterator_reads_nothing_past_the_end},
	{"padding_that_came_is_cleared", test_padding_that_came_is_cleared},
	{"padding_that_came_is_not_forwarded", test_padding_that_came_is_not_forwarded},
	{"a_cut_of_what_is_adopted_came_at_its_end", test_a_cut_of_what_is_adopted_came_at_its_end},
};
TAP_MAIN(tests)
