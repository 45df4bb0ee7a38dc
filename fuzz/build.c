/* SPDX-License-Identifier: MIT */
/* Build, walk, build: messages are put into rooms of any size in any layout, walked back the same,
 * and put again to the same bytes; so too with anc_data and anc_buf. */
#include "fuzz.h"

#include <anc/anc.h>

#define MOST_MESSAGES 8
#define MOST_PAYLOAD 64
#define MOST_BYTES (MOST_MESSAGES * (MOST_PAYLOAD + 32))

struct messages {
	const struct anc_abi *abi; /* NULL: the host's own calls */
	struct shape shape;
	struct anc_cmsg msgs[MOST_MESSAGES];
	unsigned char payloads[MOST_MESSAGES][MOST_PAYLOAD];
	size_t count;
	unsigned char bytes[MOST_BYTES]; /* as they must be */
	size_t len;
};

static void decode_message(struct input *in, struct anc_cmsg *msg, unsigned char *payload)
{
	const int levels[] = {SOL_SOCKET, 0, 41, -1};

	msg->level = levels[input_below(in, 4)];
	msg->type = msg->level < 0 ? input_int(in) : (int)input_byte(in);
	if (msg->level < 0)
		msg->level = input_int(in);
	/* Descriptors have rules of their own: they are for data.c. */
	if (msg->level == SOL_SOCKET && msg->type == SCM_RIGHTS)
		msg->type = SCM_CREDENTIALS;
	msg->len = input_below(in, MOST_PAYLOAD + 1);
	input_bytes(in, payload, msg->len);
	msg->data = payload;
	msg->truncated = false;
}

static size_t put(const struct messages *all, void *buf, size_t room, const struct anc_cmsg *msg)
{
	return all->abi != NULL
		       ? anc_abi_put(all->abi, buf, room, msg->level, msg->type, msg->data,
				     msg->len)
		       : anc_cmsg_put(buf, room, msg->level, msg->type, msg->data, msg->len);
}

/* One message into a room of any size at any alignment: whole, or not a byte of it. */
static void check_put(struct input *in, const struct messages *all, const struct anc_cmsg *msg,
		      const unsigned char *expected)
{
	const size_t space = shape_space(&all->shape, msg->len);
	const unsigned how = input_byte(in);
	const size_t room = how % 4 == 0 ? input_below(in, space) : space + (how % 4 - 1) * 9;
	const size_t offset = how >> 4;
	unsigned char *block = fuzz_block(offset, room);
	const size_t used = put(all, block + offset, room, msg);
	size_t i;

	MUST_EQ(used, space <= room ? space : 0);
	MUST(memcmp(block + offset, expected, used) == 0);
	for (i = used; i < room; i++)
		MUST_EQ(block[offset + i], 0xa5);
	free(block);
}

static void decode(struct input *in, struct messages *all)
{
	size_t i;

	all->abi = input_abi(in, &all->shape);
	all->count = input_below(in, MOST_MESSAGES + 1);
	for (i = 0; i < all->count; i++) {
		decode_message(in, &all->msgs[i], all->payloads[i]);
		all->len += shape_put(&all->shape, all->bytes + all->len, &all->msgs[i]);
		check_put(in, all, &all->msgs[i],
			  all->bytes + all->len - shape_space(&all->shape, all->msgs[i].len));
	}
}

static void check_same(const struct anc_cmsg *got, const struct anc_cmsg *expected)
{
	MUST_EQ(got->level, expected->level);
	MUST_EQ(got->type, expected->type);
	MUST_EQ(got->len, expected->len);
	MUST(memcmp(got->data, expected->data, got->len) == 0);
	MUST(!got->truncated);
}

static void check_bytes(struct anc_cmsgs got, const struct messages *all)
{
	MUST_EQ(got.len, all->len);
	MUST(got.len == 0 || memcmp(got.bytes, all->bytes, got.len) == 0);
}

/* Puts all into one block of the exact size, walks it, and puts what the walk gave into another. */
static void check_round(const struct messages *all)
{
	unsigned char *first = fuzz_block(0, all->len);
	unsigned char *second = fuzz_block(0, all->len);
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	size_t used = 0;
	size_t again = 0;
	size_t i;

	for (i = 0; i < all->count; i++)
		used += put(all, first + used, all->len - used, &all->msgs[i]);
	check_bytes(anc_cmsgs_from_bytes(first, used), all);
	it = anc_cmsgs_iter(anc_cmsgs_from_bytes(first, used));
	for (i = 0; i < all->count; i++) {
		MUST_EQ(all->abi != NULL ? anc_abi_iter_next(all->abi, &it, &msg)
					 : anc_cmsg_iter_next(&it, &msg),
			1);
		check_same(&msg, &all->msgs[i]);
		again += put(all, second + again, all->len - again, &msg);
	}
	MUST_EQ(anc_cmsg_iter_next(&it, &msg), 0);
	check_bytes(anc_cmsgs_from_bytes(second, again), all);
	free(first);
	free(second);
}

/* An anc_data of any capacity takes each message that fits, and no other. */
static void check_data(struct input *in, const struct messages *all)
{
	const size_t capacity = input_below(in, 2) ? all->len : input_below(in, all->len + 1);
	unsigned char *block = fuzz_block(0, capacity);
	struct messages *fitting = calloc(1, sizeof(*fitting));
	struct anc_data data;
	bool fits;
	size_t i;

	MUST(fitting != NULL);
	anc_data_init(&data, block, capacity);
	for (i = 0; i < all->count; i++) {
		fits = shape_space(&all->shape, all->msgs[i].len) <= capacity - fitting->len;
		MUST_EQ(anc_data_add_cmsg(&data, &all->msgs[i]), fits ? 0 : -ENOBUFS);
		if (fits)
			fitting->len += shape_put(&all->shape, fitting->bytes + fitting->len,
						  &all->msgs[i]);
		check_bytes(anc_data_cmsgs(&data), fitting);
	}
	MUST_EQ(anc_data_capacity(&data), capacity);
	anc_data_fini(&data);
	free(fitting);
	free(block);
}

/* An anc_buf grows; of a group with a message that cannot be added it takes none. */
static void check_buf(struct input *in, struct messages *all)
{
	const size_t split = input_below(in, all->count + 1);
	const size_t bad = input_below(in, all->count + 1);
	const size_t more = input_byte(in);
	struct anc_buf buf;
	size_t len;

	anc_buf_init(&buf);
	if (input_below(in, 2))
		MUST_EQ(anc_buf_reserve_exact(&buf, more), 0);
	MUST_EQ(anc_buf_extend(&buf, all->msgs, split), 0);
	len = anc_buf_cmsgs(&buf).len;
	if (bad >= split && bad < all->count) {
		all->msgs[bad].truncated = true;
		MUST_EQ(anc_buf_extend(&buf, all->msgs + split, all->count - split), -EINVAL);
		all->msgs[bad].truncated = false;
		MUST_EQ(anc_buf_cmsgs(&buf).len, len);
	}
	MUST_EQ(anc_buf_extend(&buf, all->msgs + split, all->count - split), 0);
	check_bytes(anc_buf_cmsgs(&buf), all);
	MUST_EQ(anc_buf_reserve(&buf, more), 0);
	MUST(anc_buf_capacity(&buf) >= all->len + more);
	check_bytes(anc_buf_cmsgs(&buf), all);
	anc_buf_fini(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct messages all = {0};

	decode(&in, &all);
	check_round(&all);
	if (all.abi == NULL) {
		check_data(&in, &all);
		check_buf(&in, &all);
	}
	return 0;
}
