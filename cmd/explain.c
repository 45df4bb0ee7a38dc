/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include "cmd.h"

#include <stdio.h>

/* Who lacks more has another reason. */
#define MOST_MISSING 65536

struct walk walk_over(const struct anc_abi *abi, int family, const void *bytes, size_t len)
{
	struct walk walk = {.abi = abi, .family = family, .bytes = bytes, .len = len};

	walk.it = anc_abi_iter(abi, anc_cmsgs_from_bytes(bytes, len));
	return walk;
}

static bool are_zero(const unsigned char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

/* What cmsg_len of the message at `at` says. */
static uint64_t claimed(const struct walk *walk)
{
	const struct anc_layout layout = anc_abi_layout(walk->abi);

	return anc_layout_load(walk->bytes + walk->at, layout.len_width, layout.swapped);
}

/* Where the iterator stands. */
static size_t place(const struct walk *walk)
{
	const void *rest;

	return walk->len - anc_cmsg_iter_rest(&walk->it, &rest);
}

static void end(struct walk *walk, int result)
{
	/* What was clipped is where it ended already. */
	if (walk->trouble != TROUBLE_NONE)
		return;
	walk->at = place(walk);
	if (walk->at == walk->len)
		return;
	if (are_zero(walk->bytes + walk->at, walk->len - walk->at))
		walk->trouble = TROUBLE_ZEROS;
	else
		walk->trouble = result < 0 ? TROUBLE_SHORT : TROUBLE_REST;
}

int walk_next(struct walk *walk, struct anc_cmsg *ret, const struct anc_message_type **ret_row,
	      enum anc_match *ret_match)
{
	const size_t at = place(walk);
	const int result = anc_abi_iter_next(walk->abi, &walk->it, ret);

	if (result <= 0) {
		end(walk, result);
		return 0;
	}
	walk->at = at;
	if (claimed(walk) > walk->len - at)
		walk->trouble = TROUBLE_CLIPPED;
	*ret_row = anc_message_match(walk->abi, walk->family, ret, ret_match);
	walk->messages++;
	walk->known += *ret_match >= ANC_MATCH_GUESS;
	return 1;
}

void walk_through(struct walk *walk)
{
	const struct anc_message_type *row;
	enum anc_match match;
	struct anc_cmsg msg;

	while (walk_next(walk, &msg, &row, &match) > 0)
		;
}

size_t walk_lacks(const struct walk *walk)
{
	const size_t left = walk->len - walk->at;

	if (walk->trouble == TROUBLE_CLIPPED)
		return (size_t)(claimed(walk) - left);
	if (walk->trouble == TROUBLE_REST)
		return anc_abi_layout(walk->abi).header - left;
	return 0;
}

/* Whether all of the buffer is messages that the ABI knows. */
static bool reads_all(const struct anc_abi *abi, const struct walk *as)
{
	struct walk walk = walk_over(abi, as->family, as->bytes, as->len);

	walk_through(&walk);
	return walk.messages > 0 && walk.known == walk.messages && walk.trouble <= TROUBLE_ZEROS;
}

static size_t count_readers(const struct walk *walk)
{
	const struct anc_abi *abi;
	size_t count = 0;

	for (abi = anc_abi_next(NULL); abi; abi = anc_abi_next(abi))
		count += abi != walk->abi && reads_all(abi, walk);
	return count;
}

/* "  with --abi linux-32, netbsd-32 or darwin-64 ..." */
static void suggest(const struct walk *walk)
{
	const size_t count = count_readers(walk);
	const struct anc_abi *abi;
	size_t i = 0;

	if (count == 0)
		return;
	fputs("  with --abi", stderr);
	for (abi = anc_abi_next(NULL); abi; abi = anc_abi_next(abi)) {
		if (abi == walk->abi || !reads_all(abi, walk))
			continue;
		fprintf(stderr, "%s %s",
			i == 0          ? ""
			: i + 1 < count ? ","
					: " or",
			anc_abi_name(abi));
		i++;
	}
	fputs(" it walks to the end, and every message is known: perhaps it came from there\n",
	      stderr);
}

/* The header, or the beginning of one, as bytes and as what they say. */
static void show_header(const struct walk *walk)
{
	const struct anc_layout layout = anc_abi_layout(walk->abi);
	const unsigned char *at = walk->bytes + walk->at;
	const size_t left = walk->len - walk->at;
	const char *name;
	size_t i;
	int level;

	fprintf(stderr, "  %zu:", walk->at);
	for (i = 0; i < layout.header && i < left; i++)
		fprintf(stderr, " %02x", at[i]);
	if (left >= layout.header) {
		level = (int)anc_layout_load(at + layout.len_width, 4, layout.swapped);
		name = anc_abi_level(walk->abi, walk->family, level);
		fprintf(stderr, "  cmsg_len=%llu cmsg_level=%d%s%s%s cmsg_type=%d",
			(unsigned long long)claimed(walk), level, name ? " (" : "",
			name ? name : "", name ? ")" : "",
			(int)anc_layout_load(at + layout.len_width + 4, 4, layout.swapped));
	}
	fputc('\n', stderr);
}

/* The one sentence of what is wrong. */
static void say_broken(const struct walk *walk)
{
	const char *const name = anc_abi_name(walk->abi);
	const unsigned header = anc_abi_layout(walk->abi).data;
	const size_t left = walk->len - walk->at;

	if (walk->trouble == TROUBLE_REST)
		cmd_warn("broken at offset %zu: %zu bytes are left, less than a header, which has "
			 "%u "
			 "bytes with %s",
			 walk->at, left, header, name);
	else if (walk->trouble == TROUBLE_SHORT)
		cmd_warn("broken at offset %zu: cmsg_len is %llu, less than a header, which has %u "
			 "bytes with %s",
			 walk->at, (unsigned long long)claimed(walk), header, name);
	else
		cmd_warn("broken at offset %zu: cmsg_len is %llu, but %zu bytes are left", walk->at,
			 (unsigned long long)claimed(walk), left);
}

static void say_expected(const struct walk *walk)
{
	const unsigned header = anc_abi_layout(walk->abi).data;
	const size_t left = walk->len - walk->at;

	if (walk->trouble == TROUBLE_REST)
		fprintf(stderr, "  expected: nothing, or %u bytes at least\n", header);
	else if (left > header)
		fprintf(stderr, "  expected: cmsg_len from %u to %zu\n", header, left);
	else
		fprintf(stderr, "  expected: cmsg_len %u\n", header);
}

/* What may be behind it. */
static void say_hints(const struct walk *walk)
{
	if (walk->trouble == TROUBLE_CLIPPED && walk_lacks(walk) <= MOST_MISSING)
		fprintf(stderr, "  %zu bytes are missing: is all of msg_controllen there?\n",
			walk_lacks(walk));
	else if (walk->at > 0)
		fprintf(stderr,
			"  if msg_controllen was %zu, the rest is left from before: --length %zu\n",
			walk->at, walk->at);
	suggest(walk);
}

void explain(const struct walk *walk, const char *form)
{
	if (walk->trouble == TROUBLE_NONE)
		return;
	if (walk->trouble == TROUBLE_ZEROS) {
		cmd_warn("the last %zu bytes, from offset %zu on, are zero: the buffer is longer "
			 "than what came in it; --length %zu, as msg_controllen said, leaves them "
			 "out",
			 walk->len - walk->at, walk->at, walk->at);
		return;
	}
	say_broken(walk);
	show_header(walk);
	say_expected(walk);
	fprintf(stderr, "  the input: %zu bytes, read as %s\n", walk->len, form);
	say_hints(walk);
}

void explain_strangers(const struct walk *walk)
{
	if (walk->messages == 0 || walk->known > 0 || walk->trouble > TROUBLE_ZEROS ||
	    count_readers(walk) == 0)
		return;
	cmd_warn("no message of it is known to %s", anc_abi_name(walk->abi));
	suggest(walk);
}
