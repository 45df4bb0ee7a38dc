/* SPDX-License-Identifier: MIT */
/*
 * latency [COUNT]: sends datagrams over loopback and prints, for each, how long it was on its way:
 * from the packet scheduler to the device, from there to the receiving socket, and until it was
 * read. Departures and arrivals are matched by their number. Exit status 77: the kernel has no such
 * stamps.
 */
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/error.h>

#define MOST 1000     /* datagrams */
#define PATIENCE 1000 /* milliseconds */
#define SKIPPED 77

/* When a datagram was where, in nanoseconds; 0: not known. */
struct journey {
	int64_t scheduled, sent, received, read;
};

static struct journey journeys[MOST];

static _Noreturn void fail(const char *what, int error)
{
	fprintf(stderr, "latency: %s: %s\n", what, strerror(-error));
	exit(error == -ENOPROTOOPT || error == -EOPNOTSUPP ? SKIPPED : EXIT_FAILURE);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Two sockets, the first connected to the second. */
static void open_pair(int ret_pair[2])
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ret_pair[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ret_pair[1] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(ret_pair[1], (struct sockaddr *)&addr, len) < 0 ||
	    getsockname(ret_pair[1], (struct sockaddr *)&addr, &len) < 0 ||
	    connect(ret_pair[0], (struct sockaddr *)&addr, len) < 0)
		fail("sockets", -errno);
}

/* The stamps of departure that are there. */
static void note_departures(int sock, uint32_t count)
{
	const struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), NULL, 0);
	struct anc_error entry;

	while (anc_error_recv(&receiver, NULL, &entry) == 0) {
		if (entry.kind != ANC_ERROR_TIME || entry.id >= count)
			continue;
		if (entry.stage == ANC_TIME_SCHEDULED)
			journeys[entry.id].scheduled = entry.time.software;
		else if (entry.stage == ANC_TIME_SENT)
			journeys[entry.id].sent = entry.time.software;
	}
}

/* A datagram with its number in it, if one is there. */
static bool note_arrival(int sock, uint32_t count)
{
	uint32_t id = 0;
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), &id, sizeof(id));
	struct anc_recv_result result;
	struct anc_time time;

	ANC_DATA(data, ANC_TIME_SPACE);
	receiver.data = &data;
	anc_recv_options_dont_wait(&receiver.options, true);
	if (anc_receiver_recv(&receiver, &result) < 0)
		return false;
	if (id >= count || anc_data_time(&data, &time) < 0)
		return true;
	journeys[id].received = time.software;
	journeys[id].read = now();
	return true;
}

static bool is_complete(const struct journey *journey)
{
	return journey->scheduled != 0 && journey->sent != 0 && journey->received != 0;
}

/* Sends one and waits for all that is to be known of it. */
static bool follow(const int pair[2], uint32_t id, uint32_t count)
{
	struct pollfd ready[2] = {{.fd = pair[0]}, {.fd = pair[1], .events = POLLIN}};

	if (send(pair[0], &id, sizeof(id), 0) < 0)
		fail("send", -errno);
	while (!is_complete(&journeys[id])) {
		if (poll(ready, 2, PATIENCE) <= 0)
			return false;
		note_departures(pair[0], count);
		while (note_arrival(pair[1], count))
			;
	}
	return true;
}

int main(int argc, char **argv)
{
	const unsigned long wanted = argc > 1 ? strtoul(argv[1], NULL, 10) : 10;
	const uint32_t count = wanted < MOST ? (uint32_t)wanted : MOST;
	int pair[2], error;
	uint32_t id;

	open_pair(pair);
	error = anc_time_enable(pair[1]);
	if (error == 0)
		error = anc_time_enable_sent(pair[0], ANC_TIME_SCHEDULED | ANC_TIME_SENT);
	if (error < 0)
		fail("stamps", error);
	printf("number  to the device  to the socket  until read  (ns)\n");
	for (id = 0; id < count; id++) {
		const struct journey *journey = &journeys[id];

		if (!follow(pair, id, count)) {
			fprintf(stderr, "latency: %u: a stamp is missing\n", id);
			return EXIT_FAILURE;
		}
		printf("%6u  %13lld  %13lld  %10lld\n", id,
		       (long long)(journey->sent - journey->scheduled),
		       (long long)(journey->received - journey->sent),
		       (long long)(journey->read - journey->received));
	}
	close(pair[0]);
	close(pair[1]);
	return EXIT_SUCCESS;
}
