/* SPDX-License-Identifier: MIT */
/* What docs/concepts.md says of streams. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <anc/anc.h>

static bool sends(int sock, const char *bytes, const int *fds,
		  size_t count)
{
	const ssize_t len = (ssize_t)strlen(bytes);

	return anc_send_fds(sock, bytes, strlen(bytes), fds, count) ==
	       len;
}

/* Whether one receive gives these bytes, with that many descriptors. */
static bool gets_exactly(int sock, const char *bytes, size_t fds)
{
	char text[64];
	int got[4];
	size_t count = 0;
	size_t i;
	ssize_t len;

	len = anc_recv_fds(sock, text, sizeof(text), got, 4, &count);
	for (i = 0; i < count; i++)
		close(got[i]);
	printf("%.*s with %zu\n", len > 0 ? (int)len : 0, text, count);
	return len == (ssize_t)strlen(bytes) && count == fds &&
	       memcmp(text, bytes, strlen(bytes)) == 0;
}

static bool splits(const int pair[2], int fd)
{
	return sends(pair[0], "AAAA", NULL, 0) &&
	       sends(pair[0], "B", &fd, 1) &&
	       sends(pair[0], "CCCC", NULL, 0) &&
	       gets_exactly(pair[1], "AAAAB", 1) &&
	       gets_exactly(pair[1], "CCCC", 0);
}

static bool does_not_join(const int pair[2], int fd)
{
	return sends(pair[0], "A", &fd, 1) &&
	       sends(pair[0], "B", &fd, 1) &&
	       gets_exactly(pair[1], "A", 1) &&
	       gets_exactly(pair[1], "B", 1);
}

/* MSG_WAITALL does not wait past descriptors. */
static bool wait_all_is_short(const int pair[2], int fd)
{
	ANC_DATA(data, ANC_FDS_SPACE(1));
	struct anc_recv_result result = {0, 0};
	struct anc_receiver receiver;
	char text[4];

	receiver = anc_receiver_on(anc_socket_fd(pair[1]), text, 4);
	receiver.data = &data;
	anc_recv_options_wait_all(&receiver.options, true);
	return sends(pair[0], "A", NULL, 0) &&
	       sends(pair[0], "B", &fd, 1) &&
	       sends(pair[0], "CC", NULL, 0) &&
	       anc_receiver_recv(&receiver, &result) == 0 &&
	       result.len == 2 && gets_exactly(pair[1], "CC", 0);
}

/* They come with the first byte of theirs that is read. */
static bool come_first(const int pair[2], int fd)
{
	int got = -1;
	char text[4];

	if (!sends(pair[0], "BBBB", &fd, 1))
		return false;
	got = anc_recv_fd(pair[1]);
	return got >= 0 && close(got) == 0 &&
	       read(pair[1], text, 4) == 3;
}

int main(void)
{
	int pair[2];
	bool good;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return 1;
	good = splits(pair, 0) && does_not_join(pair, 0) &&
	       wait_all_is_short(pair, 0) && come_first(pair, 0);
	close(pair[0]);
	close(pair[1]);
	return !good;
}
