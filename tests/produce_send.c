/* SPDX-License-Identifier: MIT */
/* What is sent: the right size is taken, a wrong one refused by the library and by the kernel. */
#include "produce.h"

#include <time.h>

/* Numbers of linux/in6.h, in.h and asm-generic/socket.h. */
#define FLOWINFO 11
#ifndef IPV6_2292PKTINFO
#define IPV6_2292PKTINFO 2
#define IPV6_2292HOPOPTS 3
#define IPV6_2292DSTOPTS 4
#define IPV6_2292RTHDR 5
#define IPV6_2292HOPLIMIT 8
#endif
#ifndef IPV6_DONTFRAG
#define IPV6_DONTFRAG 62
#endif
#define IP_PROTOCOL_TYPE 52
#define DEVMEM_DMABUF 79

static void send_number(int family, const char *name, int level, int type, int value)
{
	const struct produce_sending sending = {name, level, type, 4, &value, {1, 3, 5}, {3, 5}};
	const struct produce_pair pair = produce_udp(family);

	produce_send_sizes(&pair, &sending);
}

PRODUCE(scm_rights)
{
	const int file = produce_keep(tap_new_fd());
	const struct produce_sending rights = {"SCM_RIGHTS", SOL_SOCKET, SCM_RIGHTS, sizeof(file),
					       &file,        {1, 3, 5},  {0}};
	struct produce_pair pair = {.len = 0};
	int fds[2];

	tap_pair(SOCK_STREAM, fds);
	pair.sender = produce_keep(fds[0]);
	pair.receiver = produce_keep(fds[1]);
	produce_send_sizes(&pair, &rights);
}

PRODUCE(scm_credentials)
{
	const struct anc_ucred self = {getpid(), geteuid(), getegid()};
	const struct produce_sending credentials = {"SCM_CREDENTIALS", SOL_SOCKET, SCM_CREDENTIALS,
						    sizeof(self),      &self,      {4, 11, 13},
						    {4, 11, 13}};
	struct produce_pair pair = {.len = 0};
	int fds[2];

	tap_pair(SOCK_STREAM, fds);
	pair.sender = produce_keep(fds[0]);
	pair.receiver = produce_keep(fds[1]);
	produce_send_sizes(&pair, &credentials);
}

PRODUCE(so_mark)
{
	send_number(AF_INET, "SO_MARK", SOL_SOCKET, SO_MARK, 9);
}

PRODUCE(so_priority)
{
	send_number(AF_INET, "SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, 3);
}

PRODUCE(scm_timestamping)
{
	send_number(AF_INET, "SCM_TIMESTAMPING", SOL_SOCKET, SO_TIMESTAMPING_OLD,
		    STAMP_TX_SOFTWARE);
}

PRODUCE(scm_timestamping_new)
{
	send_number(AF_INET, "SCM_TIMESTAMPING_NEW", SOL_SOCKET, SO_TIMESTAMPING_NEW,
		    STAMP_TX_SCHED);
}

/* One's own number for the stamp comes back with it. */
PRODUCE(scm_ts_opt_id)
{
	const struct produce recverr = {"IP_RECVERR", IPPROTO_IP, IP_RECVERR, 0, 0};
	const uint32_t number = 0xabcd;
	const struct produce_sending ts_opt_id = {"SCM_TS_OPT_ID", SOL_SOCKET, SCM_TS_OPT_ID, 4,
						  &number,         {2, 3, 5},  {2, 3, 5}};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_may_set(pair.sender, SOL_SOCKET, SO_TIMESTAMPING_OLD,
			STAMP_TX_SOFTWARE | STAMP_SOFTWARE | STAMP_OPT_ID, "SO_TIMESTAMPING");
	produce_send_sizes(&pair, &ts_opt_id);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(&recverr);
	CHECK_EQ(produced_field("ee_data"), number);
}

PRODUCE(scm_txtime)
{
	const struct {
		int32_t clock;
		uint32_t flags;
	} enabled = {CLOCK_MONOTONIC, 0};
	const uint64_t time = 1;
	const struct produce_sending txtime = {"SCM_TXTIME", SOL_SOCKET, SO_TXTIME, 8,
					       &time,        {4, 7, 9},  {4, 7, 9}};
	const struct produce_pair pair = produce_udp(AF_INET);

	CHECK(setsockopt(pair.sender, SOL_SOCKET, SO_TXTIME, &enabled, sizeof(enabled)) == 0 ||
	      errno == ENOPROTOOPT);
	produce_send_sizes(&pair, &txtime);
}

PRODUCE(scm_devmem_dmabuf)
{
	send_number(AF_INET, "SCM_DEVMEM_DMABUF", SOL_SOCKET, DEVMEM_DMABUF, 1);
}

PRODUCE(ip_pktinfo)
{
	const struct in_pktinfo info = {.ipi_ifindex = (int)if_nametoindex("lo")};
	const struct produce_sending pktinfo = {"IP_PKTINFO", IPPROTO_IP,  IP_PKTINFO, 12,
						&info,        {8, 11, 13}, {8, 11, 13}};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_send_sizes(&pair, &pktinfo);
}

PRODUCE(ip_ttl)
{
	const int ttl = 42;
	const struct produce_sending sending = {"IP_TTL", IPPROTO_IP, IP_TTL,   sizeof(ttl),
						&ttl,     {1, 3, 5},  {1, 3, 5}};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_send_sizes(&pair, &sending);
}

/* Of two sizes: an int, and a byte. */
PRODUCE(ip_tos)
{
	const int tos = 0x10;
	const unsigned char byte = 0x10;
	const struct produce_sending as_int = {"IP_TOS", IPPROTO_IP,   IP_TOS,   sizeof(tos),
					       &tos,     {2, 3, 5, 0}, {2, 3, 5}};
	const struct produce_sending as_byte = {"IP_TOS", IPPROTO_IP, IP_TOS, 1,
						&byte,    {2, 3, 5},  {0}};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_send_sizes(&pair, &as_int);
	produce_send_sizes(&pair, &as_byte);
}

PRODUCE(ip_retopts)
{
	const unsigned char options[44] = {7, 7, 4};
	const struct produce_sending retopts = {"IP_RETOPTS", IPPROTO_IP, IP_RETOPTS, 8,
						options,      {41, 44},   {0}};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_send_sizes(&pair, &retopts);
}

PRODUCE(ip_protocol)
{
	send_number(AF_INET, "IP_PROTOCOL", IPPROTO_IP, IP_PROTOCOL_TYPE, IPPROTO_UDP);
}

static void send_pktinfo(const char *name, int type)
{
	const struct in6_pktinfo info = {.ipi6_addr = IN6ADDR_LOOPBACK_INIT};
	const struct produce_sending pktinfo = {name,  IPPROTO_IPV6, type,   20,
						&info, {4, 19},      {4, 19}};
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_send_sizes(&pair, &pktinfo);
}

PRODUCE(ipv6_pktinfo)
{
	send_pktinfo("IPV6_PKTINFO", IPV6_PKTINFO);
}

PRODUCE(ipv6_2292pktinfo)
{
	send_pktinfo("IPV6_2292PKTINFO", IPV6_2292PKTINFO);
}

PRODUCE(ipv6_flowinfo)
{
	const uint32_t label = htonl(0x54321);
	const struct produce_sending flowinfo = {"IPV6_FLOWINFO", IPPROTO_IPV6, FLOWINFO, 4,
						 &label,          {1, 3},       {1, 3}};
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_send_sizes(&pair, &flowinfo);
}

PRODUCE(ipv6_hoplimit)
{
	send_number(AF_INET6, "IPV6_HOPLIMIT", IPPROTO_IPV6, IPV6_HOPLIMIT, 9);
}

PRODUCE(ipv6_2292hoplimit)
{
	send_number(AF_INET6, "IPV6_2292HOPLIMIT", IPPROTO_IPV6, IPV6_2292HOPLIMIT, 9);
}

PRODUCE(ipv6_tclass)
{
	send_number(AF_INET6, "IPV6_TCLASS", IPPROTO_IPV6, IPV6_TCLASS, 0x10);
}

/* With it, what is too long for the device is refused. */
PRODUCE(ipv6_dontfrag)
{
	const struct produce_pair pair = produce_udp(AF_INET6);
	const int on = 1;

	send_number(AF_INET6, "IPV6_DONTFRAG", IPPROTO_IPV6, IPV6_DONTFRAG, 1);
	if (produce_is_alone())
		CHECK_EQ(produce_send_with(&pair, 4000, IPPROTO_IPV6, IPV6_DONTFRAG, &on,
					   sizeof(on)),
			 -EMSGSIZE);
}

/* A header of options, with padding only. */
static void send_options(const char *name, int type)
{
	const unsigned char options[8] = {0, 0, 1, 4};
	const struct produce_sending sending = {name,    IPPROTO_IPV6, type,  8,
						options, {1, 7},       {1, 7}};
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_send_sizes(&pair, &sending);
}

PRODUCE(ipv6_hopopts)
{
	send_options("IPV6_HOPOPTS", IPV6_HOPOPTS);
}

PRODUCE(ipv6_2292hopopts)
{
	send_options("IPV6_2292HOPOPTS", IPV6_2292HOPOPTS);
}

PRODUCE(ipv6_dstopts)
{
	send_options("IPV6_DSTOPTS", IPV6_DSTOPTS);
}

PRODUCE(ipv6_2292dstopts)
{
	send_options("IPV6_2292DSTOPTS", IPV6_2292DSTOPTS);
}

PRODUCE(ipv6_rthdrdstopts)
{
	send_options("IPV6_RTHDRDSTOPTS", IPV6_RTHDRDSTOPTS);
}

/* A routing header of mobile IPv6, whose one address is on the way. */
static void send_route(const char *name, int type)
{
	const unsigned char route[24] = {0, 2, 2, 1, [23] = 1};
	const struct produce_sending sending = {name,  IPPROTO_IPV6, type,      sizeof(route),
						route, {1, 7},       {1, 7, 23}};
	const struct produce_pair pair = produce_udp(AF_INET6);

	produce_send_sizes(&pair, &sending);
}

PRODUCE(ipv6_rthdr)
{
	send_route("IPV6_RTHDR", IPV6_RTHDR);
}

PRODUCE(ipv6_2292rthdr)
{
	send_route("IPV6_2292RTHDR", IPV6_2292RTHDR);
}

PRODUCE(udp_segment)
{
	const uint16_t segment = 100;
	const struct produce_sending sending = {
		"UDP_SEGMENT", SOL_UDP, PRODUCE_UDP_SEGMENT, 2, &segment, {1, 3, 4}, {1, 3, 4}};
	const struct produce_pair pair = produce_udp(AF_INET);

	produce_send_sizes(&pair, &sending);
}

static const struct tap_test tests[] = {
	SENT(scm_rights),
	SENT(scm_credentials),
	SENT(so_mark),
	SENT(so_priority),
	SENT(scm_timestamping),
	SENT(scm_timestamping_new),
	SENT(scm_ts_opt_id),
	SENT(scm_txtime),
	SENT(scm_devmem_dmabuf),
	SENT(ip_pktinfo),
	SENT(ip_ttl),
	SENT(ip_tos),
	SENT(ip_retopts),
	SENT(ip_protocol),
	SENT(ipv6_pktinfo),
	SENT(ipv6_2292pktinfo),
	SENT(ipv6_flowinfo),
	SENT(ipv6_hoplimit),
	SENT(ipv6_2292hoplimit),
	SENT(ipv6_tclass),
	SENT(ipv6_dontfrag),
	SENT(ipv6_hopopts),
	SENT(ipv6_2292hopopts),
	SENT(ipv6_dstopts),
	SENT(ipv6_2292dstopts),
	SENT(ipv6_rthdrdstopts),
	SENT(ipv6_rthdr),
	SENT(ipv6_2292rthdr),
	SENT(udp_segment),
};
const struct produce_group produce_sent = {tests, COUNT(tests)};
