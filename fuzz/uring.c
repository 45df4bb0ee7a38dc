/* SPDX-License-Identifier: MIT */
/* Buffers of io_uring's multishot recvmsg, of any bytes and rooms, against an oracle. */
#include "fuzz.h"

#include <errno.h>
#include <sys/socket.h>

#include <anc/uring.h>

/* Small rooms, and those that overflow a sum. */
static size_t input_room(struct input *in)
{
	const unsigned how = input_byte(in);

	return how >= 250 ? SIZE_MAX - (how - 250) * 16 : how % 64;
}

static uint32_t header_word(const unsigned char *block, size_t at)
{
	uint32_t word;

	memcpy(&word, block + 4 * at, sizeof(word));
	return word;
}

/* `claimed` bytes of `room`, from `at` on: all in the block, and told when cut. */
static void check_part(const unsigned char *expected, size_t claimed, size_t room, const void *at,
		       size_t len, bool truncated, bool flagged)
{
	unsigned sum = 0;
	size_t i;

	MUST_EQ(len, claimed < room ? claimed : room);
	MUST_EQ(truncated, flagged || claimed > room);
	MUST(len == 0 || at == expected);
	/* every byte is there: the sanitizer says otherwise */
	for (i = 0; i < len; i++)
		sum += ((const volatile unsigned char *)at)[i];
	(void)sum;
}

static void check_split(const unsigned char *block, size_t len, size_t name, size_t control,
			const struct anc_uring_recvmsg *msg)
{
	const size_t payload = len - 16 - name - control;
	const uint32_t flags = header_word(block, 3);

	MUST_EQ((uint32_t)msg->flags, flags);
	MUST(msg->name_len == 0 || msg->name != NULL);
	MUST_EQ(msg->control.capacity, control);
	MUST_EQ(msg->payload_total, header_word(block, 2));
	check_part(block + 16, header_word(block, 0), name, msg->name, msg->name_len,
		   msg->name_truncated, false);
	check_part(block + 16 + name, header_word(block, 1), control, msg->control.bytes,
		   msg->control.len, msg->control.truncated, (flags & MSG_CTRUNC) != 0);
	check_part(block + 16 + name + control, header_word(block, 2), payload, msg->payload,
		   msg->payload_len, msg->payload_truncated, (flags & MSG_TRUNC) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	const size_t name = input_room(&in);
	const size_t control = input_room(&in);
	const size_t offset = input_below(&in, 8);
	struct anc_uring_recvmsg msg = {.flags = 0x5a5a};
	/* no sum that could overflow */
	const bool fits = in.left >= 16 && name <= in.left && control <= in.left &&
			  name + control <= in.left - 16;
	unsigned char *const block = fuzz_block(offset, in.left);

	if (in.left > 0)
		memcpy(block + offset, in.at, in.left);
	MUST_EQ(anc_uring_recvmsg_split(block + offset, in.left, name, control, &msg),
		fits ? 0 : -EBADMSG);
	if (fits)
		check_split(block + offset, in.left, name, control, &msg);
	else
		MUST_EQ(msg.flags, 0x5a5a);
	free(block);
	return 0;
}
