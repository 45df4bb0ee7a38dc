/* SPDX-License-Identifier: MIT */
/*
 * The host's layout: the walk, against an oracle that is written here over again, and the writing
 * of one message, against libc's macros.
 */
#include "walk.h"

#include <limits.h>

#define FILL 0xa5

/* Linux's header, as its kernel has it on every architecture. */
struct header {
	size_t len;
	int level;
	int type;
};

#define HEADER sizeof(struct header)
#define ALIGN sizeof(size_t)

static const struct shape host = {
	.header = HEADER,
	.data = HEADER,
	.align = ALIGN,
	.len_width = sizeof(size_t),
	.big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
};

/* Writes a message by hand, its padding too; returns its space. */
static size_t write_message(unsigned char *at, int level, int type, size_t len)
{
	const struct header header = {HEADER + len, level, type};
	size_t i;

	memcpy(at, &header, HEADER);
	for (i = HEADER; i < shape_round(&host, HEADER + len); i++)
		at[i] = i < HEADER + len ? (unsigned char)i : 0;
	return shape_round(&host, HEADER + len);
}

/* Four messages: none, 4, 3 and again no bytes of payload. Returns the bytes used. */
static size_t write_four(unsigned char *buf)
{
	size_t used = write_message(buf, 41, 50, 0);

	used += write_message(buf + used, SOL_SOCKET, SCM_RIGHTS, 4);
	used += write_message(buf + used, INT_MIN, -1, 3);
	return used + write_message(buf + used, -1, INT_MAX, 0);
}

static struct anc_cmsg_iter iter_over(const void *bytes, size_t len)
{
	return anc_cmsgs_iter(anc_cmsgs_from_bytes(bytes, len));
}

static struct anc_cmsg next_of(struct anc_cmsg_iter *it)
{
	struct anc_cmsg msg;

	CHECK(anc_cmsg_iter_next(it, &msg) == 1);
	return msg;
}

TEST(constants_are_libc_s_for_every_size)
{
	enum { CONSTANT = ANC_CMSG_SPACE(3) + ANC_CMSG_LEN(3) + ANC_FDS_SPACE(3) };
	size_t n;

	for (n = 0; n < 5000; n++) {
		CHECK_EQ(ANC_CMSG_LEN(n), CMSG_LEN(n));
		CHECK_EQ(ANC_CMSG_SPACE(n), CMSG_SPACE(n));
		CHECK_EQ(ANC_FDS_SPACE(n), CMSG_SPACE(n * sizeof(int)));
	}
	CHECK_EQ(CONSTANT, CMSG_SPACE(3) + CMSG_LEN(3) + CMSG_SPACE(12));
	CHECK_EQ(ANC_CMSG_LEN(0), HEADER);
}

TEST(constants_saturate)
{
	const size_t most = SIZE_MAX;
	const size_t last_len = most - ANC_CMSG_LEN(0);
	const size_t last_space = last_len - ALIGN - 1;

	CHECK(ANC_CMSG_LEN(last_len - 1) == most - 1);
	CHECK(ANC_CMSG_LEN(last_len + 1) == most);
	CHECK(ANC_CMSG_LEN(most) == most);
	CHECK(ANC_CMSG_SPACE(last_space) % ALIGN == 0);
	CHECK(ANC_CMSG_SPACE(last_space) > last_space);
	CHECK(ANC_CMSG_SPACE(last_space + 2) == most);
	CHECK(ANC_CMSG_SPACE(most) == most);
	CHECK(ANC_FDS_SPACE(most / sizeof(int)) == most);
	CHECK(ANC_FDS_SPACE(most / sizeof(int) + 1) == most);
	CHECK(ANC_FDS_SPACE(most / sizeof(int) - ALIGN) < most);
	CHECK(ANC_FDS_SPACE(most) == most);
}

TEST(walk_gives_each_message_in_order)
{
	unsigned char buf[256];
	const size_t used = write_four(buf);
	struct anc_cmsg_iter it = iter_over(buf, used);
	struct anc_cmsg msg;

	CHECK_EQ(check_walk(&host, NULL, buf, used), 4);
	msg = next_of(&it);
	CHECK_EQ(msg.level, 41);
	CHECK_EQ(msg.type, 50);
	next_of(&it);
	msg = next_of(&it);
	CHECK_EQ(msg.level, INT_MIN);
	CHECK_EQ(msg.type, -1);
	CHECK_EQ(msg.len, 3);
	CHECK_EQ(((const unsigned char *)msg.data)[2], HEADER + 2);
}

TEST(walk_of_nothing_ends_at_once)
{
	struct anc_cmsg_iter it = iter_over(NULL, 0);
	struct anc_cmsg msg;

	check_rest(&it, NULL, 0);
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
	check_rest(&it, NULL, 0);
}

TEST(walk_finds_a_last_message_of_no_bytes)
{
	unsigned char buf[4 * HEADER];
	size_t used = write_message(buf, 1, 1, 0);

	CHECK_EQ(check_walk(&host, NULL, buf, used), 1);
	used += write_message(buf + used, 2, 2, 0);
	used += write_message(buf + used, 3, 3, 0);
	CHECK_EQ(check_walk(&host, NULL, buf, used), 3);
}

TEST(walk_takes_a_last_message_unpadded)
{
	unsigned char buf[128];
	size_t first = write_message(buf, 1, 1, 4);
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;

	write_message(buf + first, 2, 2, 1);
	it = iter_over(buf, first + HEADER + 1);
	msg = next_of(&it);
	msg = next_of(&it);
	CHECK_EQ(msg.len, 1);
	CHECK(!msg.truncated);
	check_rest(&it, buf + first + HEADER + 1, 0);
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
}

TEST(walk_ends_before_less_than_a_header)
{
	unsigned char buf[128] = {0};
	const size_t used = write_message(buf, 1, 1, 4);
	struct anc_cmsg msg = {7, 7, NULL, 7, true};
	struct anc_cmsg_iter it;
	size_t tail;

	for (tail = 1; tail < HEADER; tail++) {
		it = iter_over(buf + used, tail);
		CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
		CHECK_EQ(msg.level, 7);
		check_rest(&it, buf + used, tail);
		CHECK_EQ(check_walk(&host, NULL, buf, used + tail), 1);
	}
}

TEST(lie_below_a_header_is_ebadmsg_once)
{
	unsigned char buf[256];
	size_t first = write_message(buf, 1, 1, 4);
	const size_t used = first + write_message(buf + first, 2, 2, 4);
	struct anc_cmsg msg;
	struct anc_cmsg_iter it;
	size_t lie;

	for (lie = 0; lie < HEADER; lie++) {
		shape_store_len(&host, buf + first, lie);
		it = iter_over(buf, used);
		msg = next_of(&it);
		msg.level = 7;
		CHECK_EQ(anc_cmsg_iter_next(&it, &msg), -EBADMSG);
		CHECK_EQ(msg.level, 7);
		check_rest(&it, buf + first, used - first);
		CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
		CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
		check_rest(&it, buf + first, used - first);
	}
}

TEST(claim_past_the_end_is_clipped)
{
	unsigned char buf[128];
	const size_t used = write_message(buf, 1, 2, 3 * ALIGN);
	const size_t lies[] = {used + 1,     used + ALIGN,      INT_MAX,      UINT32_MAX,
			       SIZE_MAX / 2, SIZE_MAX / 2 + 1,  SIZE_MAX,     SIZE_MAX - 1,
			       SIZE_MAX - 7, SIZE_MAX - HEADER, SIZE_MAX - 15};
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		shape_store_len(&host, buf, lies[i]);
		it = iter_over(buf, used);
		msg = next_of(&it);
		CHECK_EQ(msg.level, 1);
		CHECK_EQ(msg.len, 3 * ALIGN);
		CHECK(msg.truncated);
		check_rest(&it, buf + used, 0);
		CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
	}
}

/* Whether the only message of a buffer of `len` bytes reads as truncated. */
static bool reads_truncated(const unsigned char *buf, size_t len, bool cut, size_t capacity)
{
	struct anc_cmsgs cmsgs = {buf, len, cut, capacity};
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	struct anc_cmsg msg;

	msg = next_of(&it);
	check_rest(&it, buf + len, 0);
	return msg.truncated;
}

TEST(cut_marks_what_ends_unpadded_at_capacity)
{
	const size_t bare = ANC_CMSG_LEN(3);
	const size_t padded = ANC_CMSG_SPACE(3);
	unsigned char buf[128];

	write_message(buf, SOL_SOCKET, 77, 3);
	CHECK(reads_truncated(buf, bare, true, bare));
	CHECK(reads_truncated(buf, bare, true, 0));
	CHECK(!reads_truncated(buf, bare, true, bare + 1));
	CHECK(!reads_truncated(buf, bare, true, padded));
	CHECK(!reads_truncated(buf, padded, true, padded));
	CHECK(!reads_truncated(buf, padded, true, 0));
	write_message(buf, SOL_SOCKET, 77, ALIGN);
	CHECK(reads_truncated(buf, ANC_CMSG_SPACE(ALIGN), true, ANC_CMSG_SPACE(ALIGN)));
	CHECK(!reads_truncated(buf, ANC_CMSG_SPACE(ALIGN), true, ANC_CMSG_SPACE(ALIGN) + 1));
}

TEST(cut_marks_every_scm_rights)
{
	const size_t bare = ANC_CMSG_LEN(4);
	const size_t padded = ANC_CMSG_SPACE(4);
	unsigned char buf[128];

	write_message(buf, SOL_SOCKET, SCM_RIGHTS, 4);
	CHECK(reads_truncated(buf, padded, true, padded));
	CHECK(reads_truncated(buf, padded, true, 1000));
	CHECK(reads_truncated(buf, bare, true, 1000));
	CHECK(reads_truncated(buf, bare, true, 0));
	write_message(buf, SOL_SOCKET + 1, SCM_RIGHTS, 4);
	CHECK(!reads_truncated(buf, padded, true, 1000));
	write_message(buf, SOL_SOCKET, SCM_RIGHTS + 1, 4);
	CHECK(!reads_truncated(buf, padded, true, 1000));
}

TEST(uncut_only_a_claim_past_the_end_marks)
{
	unsigned char buf[128];

	write_message(buf, SOL_SOCKET, SCM_RIGHTS, 4);
	CHECK(!reads_truncated(buf, ANC_CMSG_LEN(4), false, ANC_CMSG_LEN(4)));
	CHECK(!reads_truncated(buf, ANC_CMSG_LEN(4), false, 0));
	CHECK(reads_truncated(buf, ANC_CMSG_LEN(4) - 1, false, 0));
	CHECK(reads_truncated(buf, ANC_CMSG_LEN(4) - 1, false, 1000));
	CHECK(reads_truncated(buf, HEADER, false, 0));
	CHECK(reads_truncated(buf, HEADER, true, 1000));
}

TEST(cut_marks_before_the_last_rights_only)
{
	unsigned char buf[256];
	const size_t used = write_four(buf);
	struct anc_cmsgs cmsgs = {buf, used, true, used};
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	const bool expected[] = {false, true, false, true};
	struct anc_cmsg msg;
	size_t i;

	for (i = 0; i < 4; i++) {
		msg = next_of(&it);
		CHECK_EQ(msg.truncated, expected[i]);
	}
}

TEST(every_value_of_every_header_byte)
{
	unsigned char buf[256];
	const size_t used = write_four(buf);
	const size_t at = HEADER; /* the second message's header */
	unsigned char saved;
	size_t byte;
	unsigned value;

	for (byte = 0; byte < HEADER; byte++) {
		saved = buf[at + byte];
		for (value = 0; value <= UCHAR_MAX; value++) {
			buf[at + byte] = (unsigned char)value;
			check_walk(&host, NULL, buf, used);
		}
		buf[at + byte] = saved;
	}
	CHECK_EQ(check_walk(&host, NULL, buf, used), 4);
}

TEST(every_offset_and_every_length)
{
	unsigned char buf[256];
	const size_t used = write_four(buf);
	size_t offset;
	size_t len;

	for (offset = 0; offset < OFFSETS; offset++) {
		for (len = 0; len < used; len++)
			CHECK(check_walk_at(&host, NULL, buf, len, offset) < 4);
		CHECK_EQ(check_walk_at(&host, NULL, buf, used, offset), 4);
	}
}

TEST(random_bytes_fall_into_messages_and_rest)
{
	CHECK(check_random_walks(&host, NULL, 20000) > 20000);
}

static bool all_are(const unsigned char *bytes, size_t len, unsigned char value)
{
	while (len > 0 && bytes[len - 1] == value)
		len--;
	return len == 0;
}

TEST(put_writes_nothing_when_it_does_not_fit)
{
	unsigned char buf[128];
	size_t len;
	size_t room;

	for (len = 0; len < 40; len++)
		for (room = 0; room < ANC_CMSG_SPACE(len); room++) {
			memset(buf, FILL, sizeof(buf));
			CHECK_EQ(anc_cmsg_put(buf, room, 1, 2, buf, len), 0);
			CHECK(all_are(buf, sizeof(buf), FILL));
		}
	CHECK_EQ(anc_cmsg_put(NULL, 0, 1, 2, NULL, 0), 0);
	for (len = SIZE_MAX; len > SIZE_MAX - 64; len--)
		CHECK_EQ(anc_cmsg_put(buf, sizeof(buf), 1, 2, buf, len), 0);
	CHECK_EQ(anc_cmsg_put(buf, SIZE_MAX, 1, 2, buf, SIZE_MAX), 0);
	CHECK_EQ(anc_cmsg_put(buf, SIZE_MAX, 1, 2, buf, SIZE_MAX - HEADER), 0);
	CHECK(all_are(buf, sizeof(buf), FILL));
}

TEST(put_writes_message_and_zeroed_padding)
{
	unsigned char expected[128];
	unsigned char buf[128 + OFFSETS];
	size_t offset;
	size_t space;
	size_t len;

	for (offset = 0; offset < OFFSETS; offset++)
		for (len = 0; len < 40; len++) {
			space = write_message(expected, -3, INT_MAX, len);
			memset(buf, FILL, sizeof(buf));
			CHECK_EQ(anc_cmsg_put(buf + offset, space + len % 2, -3, INT_MAX,
					      expected + HEADER, len),
				 space);
			CHECK_EQ(space, ANC_CMSG_SPACE(len));
			CHECK_EQ(memcmp(buf + offset, expected, space), 0);
			CHECK(all_are(buf, offset, FILL));
			CHECK(all_are(buf + offset + space, sizeof(buf) - offset - space, FILL));
		}
	CHECK_EQ(anc_cmsg_put(buf, sizeof(buf), 1, 2, NULL, 0), HEADER);
}

/* A buffer aligned as libc's macros want it. */
union aligned {
	struct cmsghdr align;
	unsigned char bytes[256];
};

TEST(walk_reads_what_libc_wrote)
{
	union aligned buf = {.bytes = {0}};
	struct msghdr hdr = {.msg_control = buf.bytes, .msg_controllen = CMSG_SPACE(5)};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&hdr);
	struct anc_cmsg_iter it = iter_over(buf.bytes, CMSG_SPACE(5));
	struct anc_cmsg msg;

	cmsg->cmsg_len = CMSG_LEN(5);
	cmsg->cmsg_level = 12;
	cmsg->cmsg_type = 34;
	memcpy(CMSG_DATA(cmsg), "abcde", 5);
	msg = next_of(&it);
	CHECK_EQ(msg.level, 12);
	CHECK_EQ(msg.type, 34);
	CHECK_EQ(msg.len, 5);
	CHECK(msg.data == CMSG_DATA(cmsg));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
}

#ifdef __GLIBC__
/* musl's CMSG_NXTHDR does not compile without a warning, and misses a last empty message. */
static struct cmsghdr *libc_next(struct msghdr *hdr, struct cmsghdr *cmsg)
{
	return CMSG_NXTHDR(hdr, cmsg);
}

TEST(libc_reads_what_put_wrote)
{
	union aligned buf;
	struct msghdr hdr = {.msg_control = buf.bytes};
	struct cmsghdr *cmsg;
	size_t used = 0;
	size_t len;

	for (len = 0; len < 6; len++)
		used += anc_cmsg_put(buf.bytes + used, sizeof(buf.bytes) - used, 10 + (int)len,
				     20 - (int)len, "abcdef", len);
	hdr.msg_controllen = used;
	cmsg = CMSG_FIRSTHDR(&hdr);
	for (len = 0; len < 6; len++) {
		CHECK(cmsg != NULL);
		CHECK_EQ(cmsg->cmsg_len, CMSG_LEN(len));
		CHECK_EQ(cmsg->cmsg_level, 10 + (int)len);
		CHECK_EQ(cmsg->cmsg_type, 20 - (int)len);
		CHECK_EQ(memcmp(CMSG_DATA(cmsg), "abcdef", len), 0);
		cmsg = libc_next(&hdr, cmsg);
	}
	CHECK(cmsg == NULL);
}
#endif

/* Puts random messages behind each other until one does not fit; returns the bytes used. */
static size_t put_random(unsigned char *buf, size_t room, uint64_t seed, size_t *ret_count)
{
	unsigned char payload[64];
	size_t used = 0;
	size_t space;

	for (*ret_count = 0;; ++*ret_count) {
		memset(payload, (int)(*ret_count & 0x7f), sizeof(payload));
		space = anc_cmsg_put(buf + used, room - used, (int)*ret_count, -(int)*ret_count,
				     payload, tap_random(&seed) % sizeof(payload));
		if (space == 0)
			return used;
		used += space;
	}
}

TEST(what_was_put_is_walked)
{
	unsigned char buf[512 + OFFSETS];
	unsigned char *at;
	uint64_t seed;
	size_t count;
	size_t used;

	for (seed = 1; seed <= 1000; seed++) {
		at = buf + seed % OFFSETS;
		used = put_random(at, 512, seed, &count);
		CHECK(count >= 512 / ANC_CMSG_SPACE(64));
		CHECK_EQ(check_walk(&host, NULL, at, used), count);
	}
}

static const struct tap_test tests[] = {
	{"constants_are_libc_s_for_every_size", test_constants_are_libc_s_for_every_size},
	{"constants_saturate", test_constants_saturate},
	{"walk_gives_each_message_in_order", test_walk_gives_each_message_in_order},
	{"walk_of_nothing_ends_at_once", test_walk_of_nothing_ends_at_once},
	{"walk_finds_a_last_message_of_no_bytes", test_walk_finds_a_last_message_of_no_bytes},
	{"walk_takes_a_last_message_unpadded", test_walk_takes_a_last_message_unpadded},
	{"walk_ends_before_less_than_a_header", test_walk_ends_before_less_than_a_header},
	{"lie_below_a_header_is_ebadmsg_once", test_lie_below_a_header_is_ebadmsg_once},
	{"claim_past_the_end_is_clipped", test_claim_past_the_end_is_clipped},
	{"cut_marks_what_ends_unpadded_at_capacity", test_cut_marks_what_ends_unpadded_at_capacity},
	{"cut_marks_every_scm_rights", test_cut_marks_every_scm_rights},
	{"uncut_only_a_claim_past_the_end_marks", test_uncut_only_a_claim_past_the_end_marks},
	{"cut_marks_before_the_last_rights_only", test_cut_marks_before_the_last_rights_only},
	{"every_value_of_every_header_byte", test_every_value_of_every_header_byte},
	{"every_offset_and_every_length", test_every_offset_and_every_length},
	{"random_bytes_fall_into_messages_and_rest", test_random_bytes_fall_into_messages_and_rest},
	{"put_writes_nothing_when_it_does_not_fit", test_put_writes_nothing_when_it_does_not_fit},
	{"put_writes_message_and_zeroed_padding", test_put_writes_message_and_zeroed_padding},
	{"walk_reads_what_libc_wrote", test_walk_reads_what_libc_wrote},
#ifdef __GLIBC__
	{"libc_reads_what_put_wrote", test_libc_reads_what_put_wrote},
#endif
	{"what_was_put_is_walked", test_what_was_put_is_walked},
};
TAP_MAIN(tests)
