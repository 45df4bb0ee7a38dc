/* SPDX-License-Identifier: MIT */
/*
 * bench-time [REPETITIONS]: times every way of bench/rounds.c in turn, in one process, so that what
 * the machine does meanwhile strikes all of them. Prints the median time of a round, and the median
 * of its ratio to the same repetition of the first way; "raw-again" is the control.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <fcntl.h>
#include <unistd.h>

#include "rounds.h"

#define WAYS_MOST 16
#define REPETITIONS_MOST 999

static double taken[WAYS_MOST][REPETITIONS_MOST];
static double ratio[REPETITIONS_MOST];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double time_rounds(const struct way *way, struct bench *bench, int rounds)
{
	const double start = now();
	int i;

	for (i = 0; i < rounds; i++) {
		if (way->round(bench) < 0) {
			fprintf(stderr, "bench-time: %s failed\n", way->name);
			exit(1);
		}
	}
	return (now() - start) / rounds;
}

static int compare(const void *a, const void *b)
{
	const double one = *(const double *)a;
	const double other = *(const double *)b;

	return (one > other) - (one < other);
}

static double median(double *numbers, int count)
{
	qsort(numbers, (size_t)count, sizeof(*numbers), compare);
	return numbers[count / 2];
}

static void report(const char *name, int way, size_t count, int repetitions)
{
	int i;

	for (i = 0; i < repetitions; i++)
		ratio[i] = taken[way][i] / taken[0][i];
	printf("%-20s %4zu fds  x%6.3f", name, count, median(ratio, repetitions));
	for (i = 0; i < repetitions; i++)
		ratio[i] = taken[way][i];
	printf("  %9.0f ns\n", median(ratio, repetitions));
}

/* Every way that can pass so many; the first of them is what the others are compared with. */
static void run(size_t count, int rounds, int repetitions, bool gaps)
{
	const struct way *used[WAYS_MOST];
	const struct way *way;
	struct bench bench;
	int count_of_ways = 0;
	int i;
	int j;

	if (bench_open(&bench, count) < 0) {
		perror("bench-time");
		exit(1);
	}
	for (way = ways; way->name != NULL; way++)
		if (way->most >= count && (count == 1 || way->most > 1))
			used[count_of_ways++] = way;
	for (i = 0; i < repetitions; i++)
		for (j = 0; j < count_of_ways; j++)
			taken[j][i] = time_rounds(used[j], &bench, rounds);
	for (j = 0; j < count_of_ways; j++)
		report(used[j]->name, j, count, repetitions);
	if (gaps)
		printf("(with gaps in the descriptor numbers)\n");
	printf("\n");
}

/* Leaves every third number free below where the passed descriptors will land. */
static void make_gaps(void)
{
	int fds[600];
	int i;

	for (i = 0; i < 600; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (i = 0; i < 600; i++)
		if (i % 3 != 0)
			close(fds[i]);
}

int main(int argc, char **argv)
{
	long repetitions = argc > 1 ? strtol(argv[1], NULL, 10) : 31;

	if (repetitions < 1 || repetitions > REPETITIONS_MOST)
		repetitions = 31;
	run(1, 2000, (int)repetitions, false);
	run(16, 400, (int)repetitions, false);
	run(64, 100, (int)repetitions, false);
	run(253, 40, (int)repetitions, false);
	make_gaps();
	run(253, 40, (int)repetitions, true);
	return 0;
}
