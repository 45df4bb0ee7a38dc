/* SPDX-License-Identifier: MIT */
/* What sockets of any family deliver at SOL_SOCKET: times, marks, drops. */
#include "produce.h"

#include <poll.h>

/* The kernel starts to stamp what comes a moment after it was asked to. */
#define STAMPS_MOST 5000

static struct produce_pair unix_datagrams(void)
{
	struct produce_pair pair = {.len = 0};
	int fds[2];

	tap_pair(SOCK_DGRAM, fds);
	pair.sender = produce_keep(fds[0]);
	pair.receiver = produce_keep(fds[1]);
	return pair;
}

/* One row, from two families. */
static void deliver_time(const struct produce *what)
{
	struct produce_pair pair = produce_udp(AF_INET);

	produce_deliver(&pair, what);
	produced_now(produced_row()->fields[0].name);
	pair = unix_datagrams();
	produce_deliver(&pair, what);
	produced_now(produced_row()->fields[0].name);
}

PRODUCE(scm_timestamp)
{
	deliver_time(&(const struct produce){"SCM_TIMESTAMP", SOL_SOCKET, SO_TIMESTAMP_OLD,
					     SOL_SOCKET, SO_TIMESTAMP_OLD});
}

PRODUCE(scm_timestampns)
{
	deliver_time(&(const struct produce){"SCM_TIMESTAMPNS", SOL_SOCKET, SO_TIMESTAMPNS_OLD,
					     SOL_SOCKET, SO_TIMESTAMPNS_OLD});
}

PRODUCE(scm_timestamp_new)
{
	deliver_time(&(const struct produce){"SCM_TIMESTAMP_NEW", SOL_SOCKET, SO_TIMESTAMP_NEW,
					     SOL_SOCKET, SO_TIMESTAMP_NEW});
}

PRODUCE(scm_timestampns_new)
{
	deliver_time(&(const struct produce){"SCM_TIMESTAMPNS_NEW", SOL_SOCKET, SO_TIMESTAMPNS_NEW,
					     SOL_SOCKET, SO_TIMESTAMPNS_NEW});
}

/* The stamp of a datagram's arrival; tried until the kernel has started. */
static void deliver_stamp(const struct produce *what)
{
	const struct produce_pair pair = produce_udp(AF_INET);
	int tries = 0;

	produce_want(what->name, what->level, what->type);
	produce_may_set(pair.receiver, what->option_level, what->option,
			STAMP_RX_SOFTWARE | STAMP_SOFTWARE, what->name);
	do {
		CHECK(tries++ < STAMPS_MOST);
		CHECK_EQ(produce_send(&pair, 1), 0);
		produce_receive(pair.receiver, 0);
		if (!produce_got(what->level, what->type))
			poll(NULL, 0, 1);
	} while (!produce_got(what->level, what->type));
	produce_expect(what);
	produced_now(produced_row()->fields[0].name);
}

PRODUCE(scm_timestamping)
{
	deliver_stamp(&(const struct produce){"SCM_TIMESTAMPING", SOL_SOCKET, SO_TIMESTAMPING_OLD,
					      SOL_SOCKET, SO_TIMESTAMPING_OLD});
}

PRODUCE(scm_timestamping_new)
{
	deliver_stamp(&(const struct produce){"SCM_TIMESTAMPING_NEW", SOL_SOCKET,
					      SO_TIMESTAMPING_NEW, SOL_SOCKET,
					      SO_TIMESTAMPING_NEW});
}

/* The stamp of a datagram's departure, from the error queue. */
static void deliver_departure(const struct produce *what)
{
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_want(what->name, what->level, what->type);
	produce_may_set(pair.sender, what->option_level, what->option,
			STAMP_TX_SOFTWARE | STAMP_SOFTWARE, what->name);
	CHECK_EQ(produce_send(&pair, 1), 0);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(what);
	produced_now(produced_row()->fields[0].name);
}

PRODUCE(scm_timestamping_of_a_departure)
{
	deliver_departure(&(const struct produce){"SCM_TIMESTAMPING", SOL_SOCKET,
						  SO_TIMESTAMPING_OLD, SOL_SOCKET,
						  SO_TIMESTAMPING_OLD});
}

PRODUCE(scm_timestamping_new_of_a_departure)
{
	deliver_departure(&(const struct produce){"SCM_TIMESTAMPING_NEW", SOL_SOCKET,
						  SO_TIMESTAMPING_NEW, SOL_SOCKET,
						  SO_TIMESTAMPING_NEW});
}

/* Statistics of a connection come with the stamp of an acknowledgement. */
PRODUCE(scm_timestamping_opt_stats)
{
	const struct produce stats = {"SCM_TIMESTAMPING_OPT_STATS", SOL_SOCKET,
				      SCM_TIMESTAMPING_OPT_STATS, 0, 0};
	const struct produce_pair pair = produce_tcp(AF_INET);
	char text[4096];
	struct anc_cmsg msg;

	produce_want(stats.name, stats.level, stats.type);
	produce_may_set(pair.sender, SOL_SOCKET, SO_TIMESTAMPING_OLD,
			STAMP_TX_ACK | STAMP_SOFTWARE | STAMP_OPT_ID | STAMP_OPT_TSONLY |
				STAMP_OPT_STATS,
			stats.name);
	CHECK_EQ(produce_send(&pair, 1), 0);
	produce_receive(pair.receiver, 0);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(&stats);
	msg = produced_message();
	CHECK(anc_message_format(produced_row(), &msg, NULL, text, sizeof(text)) <
	      (int)sizeof(text));
	CHECK(strstr(text, "TCP_NLA_TOTAL_RETRANS:0") != NULL);
	CHECK(strstr(text, "TCP_NLA_SND_SSTHRESH:2147483647") != NULL);
}

PRODUCE(so_mark)
{
	const struct produce mark = {"SO_MARK", SOL_SOCKET, SO_MARK, SOL_SOCKET, SO_RCVMARK};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_want(mark.name, mark.level, mark.type);
	produce_may_set(pair.sender, SOL_SOCKET, SO_MARK, 0x1234567, "SO_MARK");
	produce_deliver(&pair, &mark);
	CHECK_EQ(produced_value(), 0x1234567);
}

PRODUCE(so_priority)
{
	const struct produce priority = {"SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, SOL_SOCKET,
					 SO_RCVPRIORITY};
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_set(pair.sender, SOL_SOCKET, SO_PRIORITY, 5);
	produce_deliver(&pair, &priority);
	CHECK_EQ(produced_value(), 5);
}

/* What was dropped for want of room is told with what comes after it. */
PRODUCE(so_rxq_ovfl)
{
	const struct produce overflow = {"SO_RXQ_OVFL", SOL_SOCKET, SO_RXQ_OVFL, SOL_SOCKET,
					 SO_RXQ_OVFL};
	const struct produce_pair pair = produce_udp(AF_INET);
	const int sent = 64;
	char datagram[1024];
	int received = 0;
	int i;

	produce_set(pair.receiver, SOL_SOCKET, SO_RCVBUF, 1);
	produce_on(pair.receiver, &overflow);
	for (i = 0; i < sent; i++)
		CHECK_EQ(produce_send(&pair, sizeof(datagram)), 0);
	while (recv(pair.receiver, datagram, sizeof(datagram), MSG_DONTWAIT) > 0)
		received++;
	CHECK(received > 0 && received < sent);
	CHECK_EQ(produce_send(&pair, 1), 0);
	produce_receive(pair.receiver, 0);
	produce_expect(&overflow);
	CHECK_EQ(produced_value(), sent - received);
}

static const struct tap_test tests[] = {
	SCENE(scm_timestamp),
	SCENE(scm_timestampns),
	SCENE(scm_timestamp_new),
	SCENE(scm_timestampns_new),
	SCENE(scm_timestamping),
	SCENE(scm_timestamping_new),
	SCENE(scm_timestamping_of_a_departure),
	SCENE(scm_timestamping_new_of_a_departure),
	SCENE(scm_timestamping_opt_stats),
	SCENE(so_mark),
	SCENE(so_priority),
	SCENE(so_rxq_ovfl),
};
const struct produce_group produce_socket_level = {tests, COUNT(tests)};
