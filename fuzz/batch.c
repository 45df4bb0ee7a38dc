/* SPDX-License-Identifier: MIT */
/* Any sequence of batches sent and received, over the kernel's sockets with calls that fail, and
 * over one of our own: what comes is what was sent, and after each step the numbers that are open
 * are those that an anc_data owns, and ours. */
#include "batch_recv.h"

#define MOST_STEPS 24

static struct anc_batch_outgoing outgoing[MOST_MESSAGES];
static struct anc_data out_data[MOST_MESSAGES];
static unsigned char out_room[MOST_MESSAGES][32];
static unsigned char out_bytes[MOST_MESSAGES][MOST_LEN];
static struct packet packets[MOST_MESSAGES]; /* what `outgoing` has */
static int refusals[MOST_MESSAGES];          /* why it is not sent, or 0 */

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct rlimit limit;

	(void)argc;
	(void)argv;
	MUST_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

static int refusal_of(const struct packet *packet, const struct pair *pair, bool is_bogus)
{
	if (pair == NULL)
		return 0;
	if (pair->is_stream && packet->fds > 0 && packet->len == 0)
		return -EINVAL;
	if (is_bogus && packet->fds == MOST_FDS)
		return -EBADF;
	return pair->is_shut ? -EPIPE : 0;
}

static void compose(size_t i, const struct pair *pair)
{
	const unsigned how = input_byte(&world.in);
	const bool is_bogus = (how & 0xe0) == 0xe0;
	const int fds[MOST_FDS] = {world.file, is_bogus ? BOGUS : world.file};

	packets[i] = (struct packet){how % (MOST_LEN + 1), (how >> 3) % (MOST_FDS + 1)};
	if (world.in_flight + (i + 1) * MOST_FDS > MOST_IN_FLIGHT)
		packets[i].fds = 0;
	refusals[i] = refusal_of(&packets[i], pair, is_bogus);
	anc_data_init(&out_data[i], out_room[i], sizeof(out_room[i]));
	MUST_EQ(anc_data_add_fds(&out_data[i], fds, packets[i].fds), 0);
	outgoing[i] = (struct anc_batch_outgoing){
		.buf = out_bytes[i], .len = packets[i].len, .data = &out_data[i], .result = 77};
}

/* Returns how many can be sent before one is refused. */
static size_t compose_all(size_t count, const struct pair *pair)
{
	unsigned char next = pair != NULL ? pair->next_in : 0;
	size_t sendable = count;
	size_t i, j;

	for (i = 0; i < count; i++) {
		compose(i, pair);
		for (j = 0; j < packets[i].len; j++)
			out_bytes[i][j] = next++;
		if (refusals[i] < 0 && i < sendable)
			sendable = i;
	}
	return sendable;
}

static void sent(struct pair *pair, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		MUST_EQ(outgoing[i].result, packets[i].len);
		pair->next_in = (unsigned char)(pair->next_in + packets[i].len);
		if (!pair->is_stream || packets[i].len > 0)
			push(pair, packets[i]);
	}
}

static void check_sent(size_t count, size_t sendable, ssize_t got)
{
	const int refusal = sendable < count ? refusals[sendable] : 0;
	size_t i;

	if (got <= 0) {
		MUST_EQ(got, count > 0 ? refusal : 0);
		MUST(count == 0 || outgoing[0].result == got);
		return;
	}
	MUST_EQ(got, sendable);
	/* What stops it behind others the kernel does not say. */
	if (sendable < count)
		MUST(outgoing[sendable].result == refusal || outgoing[sendable].result == 0);
	for (i = sendable + 1; i < count; i++)
		MUST_EQ(outgoing[i].result, 77);
}

static void step_send(void)
{
	struct pair *const pair = &world.pairs[input_below(&world.in, PAIRS)];
	size_t count = input_count();
	size_t sendable;
	size_t wanted;
	ssize_t got;

	if (count > MOST_QUEUED - pair->count)
		count = MOST_QUEUED - pair->count;
	sendable = compose_all(count, pair);
	input_fault();
	/* What the library refuses by itself is not part of the call. */
	wanted = sendable < count && refusals[sendable] == -EINVAL ? sendable : count;
	if (world.fault == INTERRUPTED && wanted > 0) {
		MUST_EQ(anc_batch_send(anc_socket_fd(pair->fds[0]), outgoing, count,
				       (struct anc_send_options){0}),
			-EINTR);
		MUST_EQ(outgoing[0].result, -EINTR);
		return;
	}
	if (wanted > MOST_OF_CALL)
		wanted = MOST_OF_CALL;
	if (world.fault == DOES_LESS && world.limit < wanted && world.limit < sendable) {
		refusals[world.limit] = 0;
		sendable = world.limit;
	}
	got = anc_batch_send(anc_socket_fd(pair->fds[0]), outgoing, count,
			     (struct anc_send_options){MSG_DONTWAIT, false});
	world.fault = NO_FAULT;
	check_sent(count, sendable, got);
	sent(pair, got > 0 ? (size_t)got : 0);
}

static void step_send_custom(void)
{
	static const struct sockaddr addr = {.sa_family = AF_UNIX};
	const size_t count = input_count();
	const bool has_addr = input_below(&world.in, 2);
	size_t went = 0;
	size_t i;
	ssize_t got;

	compose_all(count, NULL);
	for (i = 0; has_addr && i < count; i++) {
		outgoing[i].addr = &addr;
		outgoing[i].addrlen = sizeof(addr);
	}
	world.answered = 0;
	got = anc_batch_send(anc_socket_custom(&custom_ops, NULL), outgoing, count,
			     (struct anc_send_options){0});
	while (went < world.answered && world.answers[went].error == 0) {
		MUST_EQ(outgoing[went].result, world.answers[went].len);
		went++;
	}
	/* It goes on until one was refused or not taken whole. */
	MUST(world.answered == count || went < world.answered ||
	     world.answers[went - 1].len < packets[went - 1].len);
	for (i = 0; i + 1 < went; i++)
		MUST_EQ(world.answers[i].len, packets[i].len);
	if (went < count)
		MUST_EQ(outgoing[went].result,
			went < world.answered ? world.answers[went].error : 0);
	MUST_EQ(got, went > 0 || count == 0 ? (ssize_t)went : world.answers[0].error);
}

static void step_shut(void)
{
	struct pair *const pair = &world.pairs[input_below(&world.in, PAIRS)];

	/* A datagram socket does not tell the other of it. */
	if (pair == &world.pairs[DGRAM])
		return;
	MUST_EQ(shutdown(pair->fds[0], SHUT_WR), 0);
	pair->is_shut = true;
}

static void step_renew(void)
{
	const size_t which = input_below(&world.in, PAIRS);

	pair_close(&world.pairs[which]);
	pair_open(which);
}

static void (*const steps[])(void) = {
	step_send,        step_send,        step_send,        step_recv,  step_recv,
	step_recv,        step_recv_custom, step_recv_custom, step_take,  step_take,
	step_send_custom, step_clear,       step_shut,        step_renew,
};

static void begin(const uint8_t *bytes, size_t size)
{
	int fd;
	size_t i;

	memset(&world, 0, sizeof(world));
	world.in = (struct input){bytes, size};
	for (fd = 0; fd < WATCHED; fd++)
		world.open[fd] = fcntl(fd, F_GETFD) >= 0;
	world.file = open("/dev/null", O_RDWR | O_CLOEXEC);
	MUST(world.file >= 0 && world.file < WATCHED);
	world.open[world.file] = true;
	for (i = 0; i < PAIRS; i++)
		pair_open(i);
	places_open();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	size_t i;

	begin(bytes, size);
	for (i = 0; i < MOST_STEPS && world.in.left > 0; i++) {
		steps[input_below(&world.in, sizeof(steps) / sizeof(steps[0]))]();
		check_open();
	}
	places_close();
	for (i = 0; i < PAIRS; i++)
		pair_close(&world.pairs[i]);
	check_open();
	MUST_EQ(close(world.file), 0);
	return 0;
}
