/* SPDX-License-Identifier: MIT */
#include "probe.h"

#include "numbers.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/if_alg.h>
#include <linux/net_tstamp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What zeros and ones do not do: payloads and settings by level and type. */

#define APPLICATION_DATA 23

/* As many as overflow the smallest receive buffer. */
#define FLOOD 64

enum end { SENDER, RECEIVER };

/* A number, as wide as the row says. */
static const struct {
	int level, type;
	unsigned number;
} numbers[] = {
	{IPPROTO_IP, IP_TTL, 64},
	{IPPROTO_IP, IP_PROTOCOL, PROTOCOL_OF_EXPERIMENTS},
	{IPPROTO_IPV6, IPV6_HOPLIMIT, 64},
	{IPPROTO_IPV6, IPV6_2292HOPLIMIT, 64},
	{SOL_UDP, UDP_SEGMENT, 100},
	{SOL_SOCKET, SO_MARK, 1},
	{SOL_SOCKET, SO_PRIORITY, 1},
	{SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_TX_SOFTWARE},
	{SOL_TLS, TLS_SET_RECORD_TYPE, APPLICATION_DATA},
	{SOL_ALG, ALG_SET_OP, ALG_OP_ENCRYPT},
	/* Its length, 16 as AES has it; the vector itself is zeros. */
	{SOL_ALG, ALG_SET_IV, 16},
};

/* Bytes; a shorter payload has the first of them, a longer one zeros behind them. */
static const struct {
	int level, type;
	size_t len;
	unsigned char bytes[24];
} payloads[] = {
	{IPPROTO_IP, IP_RETOPTS, 4, {1, 1, 1, 0}},
	{IPPROTO_IPV6, IPV6_HOPOPTS, 8, {0, 0, 1, 4}},
	{IPPROTO_IPV6, IPV6_DSTOPTS, 8, {0, 0, 1, 4}},
	{IPPROTO_IPV6, IPV6_RTHDRDSTOPTS, 8, {0, 0, 1, 4}},
	{IPPROTO_IPV6, IPV6_2292HOPOPTS, 8, {0, 0, 1, 4}},
	{IPPROTO_IPV6, IPV6_2292DSTOPTS, 8, {0, 0, 1, 4}},
	/* Type 2, one segment left, to ::1. */
	{IPPROTO_IPV6, IPV6_RTHDR, 24, {0, 2, 2, 1, [23] = 1}},
	{SOL_ALG, ALG_SET_IV, 20, {0}},
};

/* Software stamps of what goes out. */
#define OUTWARD (SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID)

/* What an end needs beside the row's own option. */
static const struct setting {
	int level, type;
	enum end end;
	int option_level, option;
	socklen_t len;
	union {
		int number;
		unsigned char bytes[8];
	} value;
} settings[] = {
	{SOL_SOCKET, SCM_TXTIME, SENDER, SOL_SOCKET, SO_TXTIME, 8, {.number = CLOCK_MONOTONIC}},
	{SOL_SOCKET, SCM_TS_OPT_ID, SENDER, SOL_SOCKET, SO_TIMESTAMPING, 4, {.number = OUTWARD}},
	{SOL_SOCKET, SO_RXQ_OVFL, RECEIVER, SOL_SOCKET, SO_RCVBUF, 4, {.number = 1}},
	{SOL_PACKET,
	 PACKET_TX_TIMESTAMP,
	 SENDER,
	 SOL_SOCKET,
	 SO_TIMESTAMPING,
	 4,
	 {.number = OUTWARD}},
	{IPPROTO_IPV6, IPV6_RECVFRAGSIZE, SENDER, IPPROTO_IPV6, IPV6_MTU, 4, {.number = 1280}},
	{IPPROTO_IPV6, IPV6_PATHMTU, SENDER, IPPROTO_IPV6, IPV6_MTU, 4, {.number = 1280}},
	{IPPROTO_IPV6, IPV6_PATHMTU, SENDER, IPPROTO_IPV6, IPV6_DONTFRAG, 4, {.number = 1}},
	{SOL_UDP, UDP_GRO, SENDER, SOL_UDP, UDP_SEGMENT, 4, {.number = 100}},
	/* Record route, with room for one address. */
	{IPPROTO_IP, IP_RECVOPTS, SENDER, IPPROTO_IP, IP_OPTIONS, 8, {.bytes = {7, 7, 4}}},
	{IPPROTO_IP, IP_RETOPTS, SENDER, IPPROTO_IP, IP_OPTIONS, 8, {.bytes = {7, 7, 4}}},
	{IPPROTO_IPV6,
	 IPV6_HOPOPTS,
	 SENDER,
	 IPPROTO_IPV6,
	 IPV6_HOPOPTS,
	 8,
	 {.bytes = {0, 0, 1, 4}}},
	{IPPROTO_IPV6,
	 IPV6_DSTOPTS,
	 SENDER,
	 IPPROTO_IPV6,
	 IPV6_DSTOPTS,
	 8,
	 {.bytes = {0, 0, 1, 4}}},
	{IPPROTO_IPV6,
	 IPV6_2292HOPOPTS,
	 SENDER,
	 IPPROTO_IPV6,
	 IPV6_HOPOPTS,
	 8,
	 {.bytes = {0, 0, 1, 4}}},
	{IPPROTO_IPV6,
	 IPV6_2292DSTOPTS,
	 SENDER,
	 IPPROTO_IPV6,
	 IPV6_DSTOPTS,
	 8,
	 {.bytes = {0, 0, 1, 4}}},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define IS_OF(entry, row) ((entry).level == (row)->level && (entry).type == (row)->type)

static void fill_number(const struct anc_message_type *row, unsigned char *payload, size_t len)
{
	size_t i;

	for (i = 0; i < COUNT(numbers); i++) {
		const uint8_t byte = (uint8_t)numbers[i].number;
		const uint16_t half = (uint16_t)numbers[i].number;
		const uint32_t word = numbers[i].number;
		const uint64_t number = numbers[i].number;

		if (!IS_OF(numbers[i], row))
			continue;
		if (len == sizeof(byte))
			memcpy(payload, &byte, sizeof(byte));
		else if (len == sizeof(half))
			memcpy(payload, &half, sizeof(half));
		else if (len == sizeof(number))
			memcpy(payload, &number, sizeof(number));
		else if (len >= sizeof(word))
			memcpy(payload, &word, sizeof(word));
	}
}

/* The length of the sample, whose bytes are then there. */
static size_t fill_payload(const struct anc_message_type *row, unsigned char *payload)
{
	size_t len = row->size > 0 ? row->size : row->min_size;
	size_t i;

	for (i = 0; i < COUNT(payloads); i++) {
		if (!IS_OF(payloads[i], row))
			continue;
		if (row->size == 0 && len < payloads[i].len)
			len = payloads[i].len;
		memcpy(payload, payloads[i].bytes, len < payloads[i].len ? len : payloads[i].len);
	}
	fill_number(row, payload, len);
	return len;
}

int probe_add_sample(const struct anc_message_type *row, struct anc_data *data, int fd)
{
	const struct anc_ucred self = {getpid(), getuid(), getgid()};
	unsigned char payload[512] = {0};
	size_t len;

	if (row->size > sizeof(payload) || row->min_size > sizeof(payload))
		return -E2BIG;
	len = fill_payload(row, payload);
	if (row->fds_max > 0)
		memcpy(payload + row->fds_at, &fd, sizeof(fd));
	if (row->level == SOL_SOCKET && row->type == SCM_CREDENTIALS)
		memcpy(payload, &self, sizeof(self));
	return anc_message_add(row, data, payload, len);
}

bool probe_is_slow(const struct anc_message_type *row)
{
	return row->option_level == SOL_SOCKET &&
	       (row->option == SO_TIMESTAMPING || row->option == SO_TIMESTAMPING_NEW);
}

int probe_prepare(const struct anc_message_type *row, const struct probe_ends *ends)
{
	size_t i;

	for (i = 0; i < COUNT(settings); i++) {
		const struct setting *const each = &settings[i];
		const int fd = each->end == SENDER ? ends->sender : ends->receiver;

		if (IS_OF(*each, row) &&
		    setsockopt(fd, each->option_level, each->option, &each->value, each->len) < 0)
			return -errno;
	}
	return 0;
}

int probe_message_count(const struct anc_message_type *row)
{
	return row->level == SOL_SOCKET && row->type == SO_RXQ_OVFL ? FLOOD : 1;
}
