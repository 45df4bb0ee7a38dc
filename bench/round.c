/* SPDX-License-Identifier: MIT */
/*
 * bench-round MODE ROUNDS: sends, receives and closes one descriptor ROUNDS times, in one of
 * several ways. A program to be counted: the instructions, calls and allocations of 2 N rounds less
 * those of N, divided by N, are a round's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rounds.h"

int main(int argc, char **argv)
{
	const struct way *way = argc == 3 ? way_find(argv[1]) : NULL;
	const long rounds = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	struct bench bench;
	long i;

	if (way == NULL || rounds <= 0) {
		fprintf(stderr, "usage: bench-round WAY ROUNDS\n");
		way_list(stderr);
		return 2;
	}
	if (bench_open(&bench, 1) < 0) {
		perror("bench-round");
		return 1;
	}
	for (i = 0; i < rounds; i++) {
		if (way->round(&bench) < 0) {
			fprintf(stderr, "bench-round: %s failed in round %ld\n", way->name, i);
			return 1;
		}
	}
	return 0;
}
