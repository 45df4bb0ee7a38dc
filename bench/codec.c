/* SPDX-License-Identifier: MIT */
/*
 * bench-codec WAY ROUNDS: encodes or decodes control messages ROUNDS times, with libc's macros or
 * with the library. To be counted as bench-round is.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <anc/cmsg.h>

#define MANY 64

struct codec {
	_Alignas(struct cmsghdr) unsigned char bytes[MANY * CMSG_SPACE(sizeof(uint64_t))];
	size_t len;
};

struct way {
	const char *name;
	size_t messages;
	uintptr_t (*run)(struct codec *);
};

/* What a decoding loop reads, so that nothing of it can be left out. */
static inline uintptr_t mix(uintptr_t sum, int level, int type, const void *data, size_t len)
{
	return sum + (uintptr_t)level + (uintptr_t)type + (uintptr_t)data + len;
}

static uintptr_t encode_1_libc(struct codec *codec)
{
	struct msghdr msg = {.msg_control = codec->bytes,
			     .msg_controllen = CMSG_SPACE(sizeof(int))};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	const int fd = 3;

	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return msg.msg_controllen;
}

static uintptr_t encode_1_anc(struct codec *codec)
{
	const int fd = 3;

	return anc_cmsg_put(codec->bytes, CMSG_SPACE(sizeof(fd)), SOL_SOCKET, SCM_RIGHTS, &fd,
			    sizeof(fd));
}

static const int four_numbers[4] = {1, 2, 3, 4};
static const char four_bytes[13] = "twelve bytes";

static struct cmsghdr *libc_put(struct msghdr *msg, struct cmsghdr *cmsg, int type,
				const void *data, size_t len)
{
	cmsg->cmsg_len = CMSG_LEN(len);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = type;
	memcpy(CMSG_DATA(cmsg), data, len);
	return CMSG_NXTHDR(msg, cmsg);
}

/* As CMSG_NXTHDR wants it, the buffer is zeroed first. */
static uintptr_t encode_4_libc(struct codec *codec)
{
	struct msghdr msg = {.msg_control = codec->bytes,
			     .msg_controllen = CMSG_SPACE(4) + CMSG_SPACE(12) + CMSG_SPACE(16) +
					       CMSG_SPACE(1)};
	struct cmsghdr *cmsg;

	memset(codec->bytes, 0, msg.msg_controllen);
	cmsg = libc_put(&msg, CMSG_FIRSTHDR(&msg), 1, four_numbers, 4);
	cmsg = libc_put(&msg, cmsg, 2, four_bytes, 12);
	cmsg = libc_put(&msg, cmsg, 3, four_numbers, 16);
	libc_put(&msg, cmsg, 4, four_bytes, 1);
	return msg.msg_controllen;
}

static uintptr_t encode_4_anc(struct codec *codec)
{
	const size_t room = CMSG_SPACE(4) + CMSG_SPACE(12) + CMSG_SPACE(16) + CMSG_SPACE(1);
	unsigned char *at = codec->bytes;
	size_t used = 0;

	used += anc_cmsg_put(at + used, room - used, SOL_SOCKET, 1, four_numbers, 4);
	used += anc_cmsg_put(at + used, room - used, SOL_SOCKET, 2, four_bytes, 12);
	used += anc_cmsg_put(at + used, room - used, SOL_SOCKET, 3, four_numbers, 16);
	used += anc_cmsg_put(at + used, room - used, SOL_SOCKET, 4, four_bytes, 1);
	return used;
}

static uintptr_t decode_libc(struct codec *codec)
{
	struct msghdr msg = {.msg_control = codec->bytes, .msg_controllen = codec->len};
	struct cmsghdr *cmsg;
	uintptr_t sum = 0;

	for (cmsg = CMSG_FIRSTHDR(&msg); cmsg != NULL; cmsg = CMSG_NXTHDR(&msg, cmsg))
		sum = mix(sum, cmsg->cmsg_level, cmsg->cmsg_type, CMSG_DATA(cmsg),
			  cmsg->cmsg_len - CMSG_LEN(0));
	return sum;
}

static uintptr_t decode_anc(struct codec *codec)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_cmsgs_from_bytes(codec->bytes, codec->len));
	struct anc_cmsg msg;
	uintptr_t sum = 0;

	while (anc_cmsg_iter_next(&it, &msg) > 0)
		sum = mix(sum, msg.level, msg.type, msg.data, msg.len);
	return sum;
}

static uintptr_t decode_anc_truncated(struct codec *codec)
{
	struct anc_cmsgs cmsgs = {codec->bytes, codec->len, false, sizeof(codec->bytes)};
	struct anc_cmsg_iter it = anc_cmsgs_iter(cmsgs);
	struct anc_cmsg msg;
	uintptr_t sum = 0;

	while (anc_cmsg_iter_next(&it, &msg) > 0)
		sum = mix(sum + msg.truncated, msg.level, msg.type, msg.data, msg.len);
	return sum;
}

static const struct way ways[] = {
	{"encode-1-libc", 0, encode_1_libc},
	{"encode-1-anc", 0, encode_1_anc},
	{"encode-4-libc", 0, encode_4_libc},
	{"encode-4-anc", 0, encode_4_anc},
	{"decode-4-libc", 4, decode_libc},
	{"decode-4-anc", 4, decode_anc},
	{"decode-4-anc-truncated", 4, decode_anc_truncated},
	{"decode-64-libc", MANY, decode_libc},
	{"decode-64-anc", MANY, decode_anc},
	{"decode-64-anc-truncated", MANY, decode_anc_truncated},
};

/* Messages of 4 and 8 bytes in turn. */
static void fill(struct codec *codec, size_t messages)
{
	const uint64_t number = 7;
	size_t i;

	codec->len = 0;
	for (i = 0; i < messages; i++)
		codec->len +=
			anc_cmsg_put(codec->bytes + codec->len, sizeof(codec->bytes) - codec->len,
				     SOL_SOCKET, (int)i, &number, i % 2 == 0 ? 4 : 8);
}

int main(int argc, char **argv)
{
	static struct codec codec;
	/* A call through it cannot be folded. */
	uintptr_t (*volatile run)(struct codec *) = NULL;
	const long rounds = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	uintptr_t sum = 0;
	size_t i;
	long j;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]) && rounds > 0; i++) {
		if (strcmp(argv[1], ways[i].name) != 0)
			continue;
		fill(&codec, ways[i].messages);
		run = ways[i].run;
		for (j = 0; j < rounds; j++)
			sum += run(&codec);
		printf("%zu\n", (size_t)sum);
		return 0;
	}
	fprintf(stderr, "usage: bench-codec WAY ROUNDS\n");
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		fprintf(stderr, "  %s\n", ways[i].name);
	return 2;
}
