/* SPDX-License-Identifier: MIT */
/*
 * bench-batch WAY ROUNDS: passes a batch of messages ROUNDS times; to be counted as bench-round is.
 *
 * bench-batch time [REPETITIONS]: times every way in turn, in one process, so that what the machine
 * does meanwhile strikes all of them. Prints the median time of a message, and the median of its
 * ratio to the same repetition of another way; the ways called "again" are the control.
 */
#include "batches.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <netinet/in.h>

#include <anc/inet.h>
#include <anc/time.h>
#include <anc/udp.h>

#define WAYS_MOST 24
#define REPETITIONS_MOST 999
#define ROUNDS_TIMED 60

static double taken[WAYS_MOST][REPETITIONS_MOST];
static double column[REPETITIONS_MOST];

const struct batch_way *batch_way_find(const char *name)
{
	const struct batch_way *const tables[] = {fd_ways, udp_ways};
	const struct batch_way *way;
	size_t i;

	for (i = 0; i < 2; i++)
		for (way = tables[i]; way->name != NULL; way++)
			if (strcmp(way->name, name) == 0)
				return way;
	return NULL;
}

static int open_udp(struct batch_bench *bench, const char *machine)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	const int room = 4 << 20;
	int i;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (i = 0; i < 2; i++)
		bench->ends[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(bench->ends[1], (struct sockaddr *)&addr, len) < 0 ||
	    getsockname(bench->ends[1], (struct sockaddr *)&addr, &len) < 0 ||
	    connect(bench->ends[0], (struct sockaddr *)&addr, len) < 0 ||
	    setsockopt(bench->ends[1], SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) < 0)
		return -1;
	if (strcmp(machine, "udp3") == 0)
		return anc_pktinfo_enable(bench->ends[1], true) < 0 ||
				       anc_tos_enable(bench->ends[1], true) < 0 ||
				       anc_time_enable(bench->ends[1]) < 0
			       ? -1
			       : 0;
	return strcmp(machine, "gro") == 0 && anc_udp_gro_enable(bench->ends[1], true) < 0 ? -1 : 0;
}

int batch_open(struct batch_bench *bench, const struct batch_way *way)
{
	int i;

	memset(bench, 0, sizeof(*bench));
	bench->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (strcmp(way->machine, "fds") == 0
		    ? socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, bench->ends) < 0
		    : open_udp(bench, way->machine) < 0)
		return -1;
	for (i = 0; i < 2; i++)
		if (anc_socket_checked(bench->ends[i], &bench->socks[i]) < 0)
			return -1;
	return 0;
}

static void fail(const struct batch_way *way)
{
	fprintf(stderr, "bench-batch: %s failed\n", way->name);
	exit(1);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double time_message(const struct batch_way *way, struct batch_bench *bench)
{
	const double start = now();
	int i;

	for (i = 0; i < ROUNDS_TIMED; i++)
		if (way->round(bench) < 0)
			fail(way);
	return (now() - start) / ROUNDS_TIMED / (double)way->messages;
}

static int compare(const void *a, const void *b)
{
	const double one = *(const double *)a;
	const double other = *(const double *)b;

	return (one > other) - (one < other);
}

static double median(int count)
{
	qsort(column, (size_t)count, sizeof(*column), compare);
	return column[count / 2];
}

static void report(const struct batch_way *table, size_t way, int repetitions)
{
	size_t base = 0;
	double ratio;
	int i;

	while (strcmp(table[base].name, table[way].base) != 0)
		base++;
	for (i = 0; i < repetitions; i++)
		column[i] = taken[way][i] / taken[base][i];
	ratio = median(repetitions);
	for (i = 0; i < repetitions; i++)
		column[i] = taken[way][i];
	printf("%-20s x%6.3f of %-14s %9.0f ns\n", table[way].name, ratio, table[way].base,
	       median(repetitions));
}

static void time_ways(const struct batch_way *table, int repetitions)
{
	struct batch_bench bench[WAYS_MOST];
	size_t count;
	size_t j;
	int i;

	for (count = 0; table[count].name != NULL; count++)
		if (batch_open(&bench[count], &table[count]) < 0)
			fail(&table[count]);
	for (i = 0; i < repetitions; i++)
		for (j = 0; j < count; j++)
			taken[j][i] = time_message(&table[j], &bench[j]);
	for (j = 0; j < count; j++)
		report(table, j, repetitions);
}

static int run(const char *name, long rounds)
{
	const struct batch_way *const way = batch_way_find(name);
	struct batch_bench bench;
	long i;

	if (way == NULL || rounds < 0) {
		fprintf(stderr, "usage: bench-batch WAY ROUNDS\n");
		return 2;
	}
	if (batch_open(&bench, way) < 0)
		fail(way);
	for (i = 0; i < rounds; i++)
		if (way->round(&bench) < 0)
			fail(way);
	return 0;
}

int main(int argc, char **argv)
{
	long repetitions = argc > 2 ? strtol(argv[2], NULL, 10) : 61;

	if (argc == 3 && strcmp(argv[1], "time") != 0)
		return run(argv[1], repetitions);
	if (repetitions < 1 || repetitions > REPETITIONS_MOST)
		repetitions = 61;
	time_ways(fd_ways, (int)repetitions);
	printf("\n");
	time_ways(udp_ways, (int)repetitions);
	return 0;
}
