/* SPDX-License-Identifier: MIT */
/*
 * traceroute ADDRESS: the hosts on the way there, IPv4 or IPv6, without a raw socket: each packet
 * goes one hop further, and the error queue tells who gave up on it and when. Exit status 0: it was
 * reached.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/error.h>

#define FIRST_PORT 33434 /* where nobody is expected to listen */
#define HOPS_MOST 30
#define PATIENCE 2000 /* milliseconds */

static _Noreturn void fail(const char *what, int error)
{
	fprintf(stderr, "traceroute: %s: %s\n", what, strerror(-error));
	exit(EXIT_FAILURE);
}

static struct anc_inet_address parse(const char *text)
{
	struct anc_inet_address address = {.family = strchr(text, ':') ? AF_INET6 : AF_INET};

	if (inet_pton(address.family, text, address.bytes) != 1)
		fail(text, -EINVAL);
	return address;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* One byte that lives for so many hops; its port tells them apart. */
static void probe(int sock, struct anc_inet_address to, uint8_t hops)
{
	const struct anc_inet inet = {.known = ANC_INET_HOP_LIMIT, .hop_limit = hops};
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), "", 1);
	struct sockaddr_storage addr;
	socklen_t len;
	ssize_t sent;
	int error;

	ANC_DATA(data, ANC_INET_SPACE);
	to.port = (uint16_t)(FIRST_PORT + hops);
	anc_inet_address_to(&to, 0, &addr, &len);
	error = anc_inet_add(&data, (struct sockaddr *)&addr, len, &inet);
	if (error < 0)
		fail("hop limit", error);
	sender.data = &data;
	sent = anc_sender_send_to(&sender, (struct sockaddr *)&addr, len);
	/* What an answer that came late left behind is told once. */
	if (sent < 0)
		sent = anc_sender_send_to(&sender, (struct sockaddr *)&addr, len);
	if (sent < 0)
		fail("send", (int)sent);
}

/* What became of that probe; false: nothing is known of it in time. */
static bool hear(int sock, uint8_t hops, struct anc_error *ret)
{
	const struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), NULL, 0);
	struct pollfd ready = {.fd = sock};
	struct anc_inet_address to;
	struct sockaddr_storage addr;
	socklen_t len;

	while (poll(&ready, 1, PATIENCE) > 0)
		while (anc_error_recv_from(&receiver, NULL, ret, &addr, &len) == 0)
			if (anc_inet_address_from((struct sockaddr *)&addr, len, &to) == 0 &&
			    to.port == FIRST_PORT + hops)
				return true;
	return false;
}

/* Whether nothing is behind it: it was unreachable, or this host refuses. */
static bool is_end(const struct anc_error *error)
{
	return (error->kind == ANC_ERROR_ICMP && error->type == 3) ||
	       (error->kind == ANC_ERROR_ICMP6 && error->type == 1) ||
	       error->kind == ANC_ERROR_LOCAL;
}

/* A closed port is what the destination itself says. */
static bool is_there(const struct anc_error *error)
{
	return error->kind != ANC_ERROR_LOCAL && is_end(error) &&
	       error->code == (error->kind == ANC_ERROR_ICMP ? 3 : 4);
}

static void print_hop(int hops, const struct anc_error *error, int64_t took)
{
	char text[INET6_ADDRSTRLEN] = "this host";

	if (error->offender.family != 0)
		inet_ntop(error->offender.family, error->offender.bytes, text, sizeof(text));
	printf("%2d  %s  %.3f ms%s\n", hops, text, (double)took / 1e6,
	       error->extension != 0 ? "  (with an extension)" : "");
}

int main(int argc, char **argv)
{
	const struct anc_inet_address to = parse(argc > 1 ? argv[1] : "127.0.0.1");
	const int sock = socket(to.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int refused = sock < 0 ? -errno : anc_error_enable(sock);
	struct anc_error error = {0};
	uint8_t hops;

	if (refused < 0)
		fail("socket", refused);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (hops = 1; hops <= HOPS_MOST && !is_end(&error); hops++) {
		const int64_t start = now();

		probe(sock, to, hops);
		if (!hear(sock, hops, &error)) {
			printf("%2d  *\n", hops);
			error = (struct anc_error){0};
			continue;
		}
		print_hop(hops, &error, now() - start);
	}
	close(sock);
	return is_there(&error) ? EXIT_SUCCESS : EXIT_FAILURE;
}
