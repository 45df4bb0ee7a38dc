/* SPDX-License-Identifier: MIT */
/*
 * zerocopy [COUNT]: so many sends over TCP without a copy; frees the buffer of each when the kernel
 * says that it is done with it, not before; prints how many were copied all the same, as to this
 * host all are. Exit status 77: the kernel cannot.
 */
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/error.h>

#define WINDOW 8       /* buffers under way */
#define SIZE 65536     /* of a buffer, in bytes */
#define PATIENCE 10000 /* milliseconds */
#define SKIPPED 77

#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif

/* A send's buffer, by its number modulo WINDOW; NULL: freed. */
struct sending {
	int sock;
	void *buffers[WINDOW];
	uint32_t begun; /* sends */
	uint32_t freed; /* buffers */
	uint64_t copied;
	struct anc_zerocopy zerocopy;
};

static _Noreturn void fail(const char *what, int error)
{
	fprintf(stderr, "zerocopy: %s: %s\n", what, strerror(-error));
	exit(error == -ENOPROTOOPT || error == -EOPNOTSUPP ? SKIPPED : EXIT_FAILURE);
}

/* Connected over loopback. */
static void open_pair(int ret_pair[2])
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ret_pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&addr, len) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&addr, &len) < 0 ||
	    connect(ret_pair[0], (struct sockaddr *)&addr, len) < 0)
		fail("sockets", -errno);
	ret_pair[1] = accept(listener, NULL, NULL);
	if (ret_pair[1] < 0)
		fail("accept", -errno);
	close(listener);
}

/* Notes what is completed, and frees it, in the order it was sent. */
static void free_completed(struct sending *sending)
{
	const struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sending->sock), NULL, 0);
	struct anc_error entry;
	int error;

	while ((error = anc_error_recv(&receiver, NULL, &entry)) == 0) {
		if (entry.kind != ANC_ERROR_ZEROCOPY)
			continue;
		error = anc_zerocopy_note(&sending->zerocopy, &entry);
		if (error < 0)
			fail("completion", error);
		if (entry.copied)
			sending->copied += anc_zerocopy_count(entry.first, entry.last);
	}
	if (error != -EAGAIN)
		fail("error queue", error);
	while (sending->freed != sending->zerocopy.next) {
		void **buffer = &sending->buffers[sending->freed++ % WINDOW];

		free(*buffer);
		*buffer = NULL;
	}
}

/* Sends as much of a fresh buffer as the socket takes; false: it takes nothing now. */
static bool send_one(struct sending *sending)
{
	void *buffer = calloc(1, SIZE);
	ssize_t sent;

	if (buffer == NULL)
		fail("calloc", -ENOMEM);
	sent = send(sending->sock, buffer, SIZE, MSG_ZEROCOPY | MSG_DONTWAIT);
	if (sent > 0) {
		sending->buffers[sending->begun++ % WINDOW] = buffer;
		return true;
	}
	if (errno != EAGAIN && errno != ENOBUFS)
		fail("send", -errno);
	free(buffer);
	return false;
}

static void drain(int sock)
{
	static char room[SIZE];

	while (recv(sock, room, sizeof(room), MSG_DONTWAIT) > 0)
		;
}

/* Until something is to be read, or completed. */
static void wait_for_progress(const int pair[2])
{
	struct pollfd ready[2] = {{.fd = pair[0]}, {.fd = pair[1], .events = POLLIN}};

	if (poll(ready, 2, PATIENCE) <= 0)
		fail("nothing happens", -ETIMEDOUT);
}

int main(int argc, char **argv)
{
	const unsigned long wanted = argc > 1 ? strtoul(argv[1], NULL, 10) : 32;
	struct sending sending = {.begun = 0};
	int pair[2], error;

	open_pair(pair);
	sending.sock = pair[0];
	error = anc_zerocopy_enable(pair[0]);
	if (error < 0)
		fail("SO_ZEROCOPY", error);
	while (sending.freed < wanted) {
		while (sending.begun < wanted && sending.begun - sending.freed < WINDOW &&
		       send_one(&sending))
			;
		wait_for_progress(pair);
		drain(pair[1]);
		free_completed(&sending);
	}
	printf("%u sends completed and their buffers freed, %llu of them copied\n", sending.freed,
	       (unsigned long long)sending.copied);
	close(pair[0]);
	close(pair[1]);
	return EXIT_SUCCESS;
}
