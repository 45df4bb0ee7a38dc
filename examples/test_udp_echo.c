/* SPDX-License-Identifier: MIT */
/* udp_echo in a network namespace with several addresses: an answer comes from each. */
#include "addresses.h"
#include "produce.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <anc/inet.h>

#define TOS 0xb9 /* ECT(1) */
#define WAIT_MS 10000

static FILE *start(pid_t *ret_pid, unsigned *ret_port)
{
	const char *program = getenv("ANC_TEST_UDP_ECHO");
	FILE *out;
	int ends[2];

	CHECK(program != NULL);
	CHECK_EQ(pipe(ends), 0);
	*ret_pid = fork();
	CHECK(*ret_pid >= 0);
	if (*ret_pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl(program, program, "0", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	out = fdopen(ends[0], "r");
	CHECK(out != NULL);
	CHECK_EQ(fscanf(out, "port %u", ret_port), 1);
	return out;
}

static void stop(pid_t pid, FILE *out)
{
	CHECK_EQ(kill(pid, SIGKILL), 0);
	CHECK_EQ(waitpid(pid, NULL, 0), pid);
	fclose(out);
}

/* Connected: it hears only what comes from the address that it sent to. */
static int ask(const char *address, unsigned port)
{
	struct anc_inet_address to = {.family = strchr(address, ':') ? AF_INET6 : AF_INET};
	const int sock = socket(to.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int level = to.family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
	const int option = to.family == AF_INET6 ? IPV6_TCLASS : IP_TOS;
	const int tos = TOS;
	struct sockaddr_storage addr;
	socklen_t len;

	CHECK_EQ(inet_pton(to.family, address, to.bytes), 1);
	to.port = (uint16_t)port;
	to.scope = strncmp(address, "fe80:", 5) == 0 ? if_nametoindex("lo") : 0;
	CHECK_EQ(anc_inet_address_to(&to, 0, &addr, &len), 0);
	CHECK_EQ(connect(sock, (struct sockaddr *)&addr, len), 0);
	CHECK_EQ(setsockopt(sock, level, option, &tos, sizeof(tos)), 0);
	CHECK_EQ(send(sock, "hello", 5, 0), 5);
	return sock;
}

/* One line of the program, and the answer. */
static void check_answer(FILE *out, const char *address, unsigned port)
{
	struct pollfd ready = {.fd = ask(address, port), .events = POLLIN};
	char answer[16], from[64], to[64];
	long long when;
	int ecn;

	CHECK_EQ(poll(&ready, 1, WAIT_MS), 1);
	CHECK_EQ(recv(ready.fd, answer, sizeof(answer), 0), 5);
	CHECK_EQ(memcmp(answer, "hello", 5), 0);
	CHECK_EQ(fscanf(out, " from %63s to %63s ecn %d at %lld", from, to, &ecn, &when), 4);
	CHECK_STR(to, address);
	CHECK_EQ(ecn, ANC_ECN_ECT_1);
	CHECK(when > 0);
	close(ready.fd);
}

TEST(every_address_answers)
{
	const char *reason = addresses_enter();
	unsigned port;
	pid_t pid;
	FILE *out;
	size_t i;

	if (reason != NULL)
		SKIP(reason);
	out = start(&pid, &port);
	for (i = 0; addresses[i] != NULL; i++)
		check_answer(out, addresses[i], port);
	CHECK_EQ(i, 8);
	stop(pid, out);
}

static const struct tap_test tests[] = {
	{"every_address_answers", test_every_address_answers},
};
TAP_MAIN(tests)
