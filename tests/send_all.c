/* SPDX-License-Identifier: MIT */
/* Sending everything on a stream. */
#include "peer.h"

#include <anc/anc.h>

static int drained;

/* Reads at the fifth alarm, and from then on. */
static void drain_late(int number)
{
	char bytes[65536];
	const int saved = errno;

	(void)number;
	if (++signals >= 5)
		while (recv(drained, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
			;
	errno = saved;
}

TEST(send_all_goes_on_after_an_interruption)
{
	struct anc_sender sender;
	ssize_t sent;
	int pair[2];

	tap_pair(SOCK_STREAM, pair);
	drained = pair[1];
	fill(pair[0]);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "words", 5);
	start_alarms(drain_late);
	sent = anc_sender_send_all(&sender);
	stop_alarms();
	CHECK_EQ(sent, 5);
	CHECK(signals >= 5);
	close_both(pair);
}

#define BIG 300000

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 7 + i / 251);
}

static char *big(void)
{
	static char bytes[BIG];
	size_t i;

	for (i = 0; i < BIG; i++)
		bytes[i] = (char)pattern(i);
	return bytes;
}

/* What a reader saw of a big send: it exits with this. */
enum verdict { GOOD = 10, BAD_BYTES, BAD_LENGTH, LATE_CONTROL, CONTROL_NOT_ONCE };

/* Reads to the end, `least` bytes or more. In a process of its own. */
static enum verdict read_big(int sock, size_t least)
{
	struct arrival arrival;
	size_t controls = 0;
	size_t done = 0;
	ssize_t i;

	for (;;) {
		/* wait for a byte, then take it without waiting */
		if (recv(sock, &(char){0}, 1, MSG_PEEK) <= 0)
			break;
		arrival = arrive(sock);
		if (arrival.count > 0 && done > 0)
			return LATE_CONTROL;
		controls += arrival.count;
		for (i = 0; i < arrival.len; i++)
			if ((unsigned char)arrival.bytes[i] != pattern(done++))
				return BAD_BYTES;
	}
	if (done < least)
		return BAD_LENGTH;
	return controls == 1 ? GOOD : CONTROL_NOT_ONCE;
}

static pid_t start_reader(const int pair[2])
{
	const pid_t reader = fork();

	CHECK(reader >= 0);
	if (reader == 0) {
		close(pair[0]);
		_exit((int)read_big(pair[1], BIG));
	}
	close(pair[1]);
	return reader;
}

/* A stream pair that takes little at once. */
static void narrow_pair(int pair[2])
{
	const int little = 4096;

	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &little, sizeof(little)), 0);
}

/* Sends while signals interrupt: the kernel would take it all in one call otherwise. */
static ssize_t send_all_in_parts(const struct anc_sender *sender)
{
	ssize_t sent;

	start_alarms(count_signal);
	sent = anc_sender_send_all(sender);
	stop_alarms();
	return sent;
}

TEST(send_all_sends_every_byte_and_control_once)
{
	const int fd = tap_new_fd();
	char *bytes = big();
	struct anc_sender sender;
	pid_t reader;
	ssize_t sent;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	narrow_pair(pair);
	reader = start_reader(pair);
	sender = anc_sender_on(anc_socket_fd(pair[0]), bytes, BIG);
	sender.data = &data;
	sent = send_all_in_parts(&sender);
	close(pair[0]);
	CHECK_EQ(exit_code(reader), GOOD);
	CHECK_EQ(sent, BIG);
	close(fd);
}

/* Cuts the big bytes into pieces of uneven length, some empty. Returns how many. */
static size_t cut(char *bytes, struct iovec *pieces, size_t most)
{
	uint64_t seed = 5;
	size_t done = 0;
	size_t count = 0;
	size_t len;

	while (count + 1 < most && done < BIG) {
		len = tap_random(&seed) % 4 == 0 ? 0 : tap_random(&seed) % 9000;
		if (len > BIG - done)
			len = BIG - done;
		pieces[count++] = (struct iovec){bytes + done, len};
		done += len;
	}
	pieces[count++] = (struct iovec){bytes + done, BIG - done};
	return count;
}

TEST(send_all_sends_many_pieces_in_order)
{
	const int fd = tap_new_fd();
	char *bytes = big();
	struct iovec pieces[100];
	struct anc_sender sender;
	pid_t reader;
	ssize_t sent;
	int pair[2];

	ANC_DATA(data, ANC_FDS_SPACE(1));
	CHECK_EQ(anc_data_add_fds(&data, &fd, 1), 0);
	narrow_pair(pair);
	reader = start_reader(pair);
	sender = anc_sender_onv(anc_socket_fd(pair[0]), pieces, cut(bytes, pieces, COUNT(pieces)));
	sender.data = &data;
	CHECK(sender.nbufs > 32);
	sent = send_all_in_parts(&sender);
	close(pair[0]);
	CHECK_EQ(exit_code(reader), GOOD);
	CHECK_EQ(sent, BIG);
	close(fd);
}

TEST(send_all_gives_the_count_when_it_fails_after_progress)
{
	char *bytes = big();
	struct anc_sender sender;
	ssize_t sent;
	int pair[2];

	narrow_pair(pair);
	sender = anc_sender_on(anc_socket_fd(pair[0]), bytes, BIG);
	anc_send_options_dont_wait(&sender.options, true);
	sent = anc_sender_send_all(&sender);
	CHECK(sent > 0 && sent < BIG);
	CHECK_EQ(anc_sender_send_all(&sender), -EAGAIN);
	close_both(pair);
}

TEST(send_all_gives_the_count_when_the_peer_goes_midway)
{
	char *bytes = big();
	struct anc_sender sender;
	pid_t reader;
	ssize_t sent;
	int pair[2];

	narrow_pair(pair);
	reader = fork();
	CHECK(reader >= 0);
	if (reader == 0) {
		close(pair[0]);
		_exit(recv(pair[1], &(char){0}, 1, 0) == 1 ? GOOD : BAD_LENGTH);
	}
	close(pair[1]);
	sender = anc_sender_on(anc_socket_fd(pair[0]), bytes, BIG);
	sent = anc_sender_send_all(&sender);
	CHECK(sent > 0 && sent < BIG);
	/* its end was reset with bytes unread: one error is left of that */
	anc_sender_send(&sender);
	CHECK_EQ(anc_sender_send_all(&sender), -EPIPE);
	CHECK_EQ(exit_code(reader), GOOD);
	close(pair[0]);
}

static const struct tap_test tests[] = {
	{"send_all_goes_on_after_an_interruption", test_send_all_goes_on_after_an_interruption},
	{"send_all_sends_every_byte_and_control_once",
	 test_send_all_sends_every_byte_and_control_once},
	{"send_all_sends_many_pieces_in_order", test_send_all_sends_many_pieces_in_order},
	{"send_all_gives_the_count_when_it_fails_after_progress",
	 test_send_all_gives_the_count_when_it_fails_after_progress},
	{"send_all_gives_the_count_when_the_peer_goes_midway",
	 test_send_all_gives_the_count_when_the_peer_goes_midway},
};
TAP_MAIN(tests)
