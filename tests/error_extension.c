/* SPDX-License-Identifier: MIT */
/* Extensions of ICMP and ICMPv6 (RFC 4884) in what this kernel's error queues quote. */
#include "produce.h"

#include <poll.h>

#include <anc/error.h>
#include <anc/inet.h>

static struct anc_recv_result taken_result;
static char taken_bytes[4096];

static struct anc_error take(int sock)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), taken_bytes, sizeof(taken_bytes));
	struct pollfd ready = {.fd = sock};
	struct anc_error error;

	CHECK_EQ(poll(&ready, 1, 10000), 1);
	CHECK(ready.revents & POLLERR);
	CHECK_EQ(anc_error_recv(&receiver, &taken_result, &error), 0);
	return error;
}

/* A message of ICMP as a router sends it: 128 bytes of the packet that did not pass, headers and
 * all, and an extension with one object. */
#define QUOTED 128
#define ICMP_HEADER 8
#define EXTENSION 12
#define REPORT (ICMP_HEADER + QUOTED + EXTENSION)

static uint16_t sum(const unsigned char *at, size_t len)
{
	uint32_t total = 0;
	size_t i;

	for (i = 0; i < len; i += 2)
		total += (uint32_t)at[i] << 8 | at[i + 1];
	while (total >> 16 != 0)
		total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static void put_number(unsigned char *at, uint16_t number)
{
	at[0] = (unsigned char)(number >> 8);
	at[1] = (unsigned char)number;
}

/* The header of IPv4, or of IPv6; returns its bytes. */
static size_t write_ip(const struct anc_inet_address *from, const struct anc_inet_address *to,
		       unsigned char *ip)
{
	if (from->family == AF_INET6) {
		ip[0] = 0x60;
		put_number(ip + 4, 480);
		ip[6] = IPPROTO_UDP;
		ip[7] = 1;
		memcpy(ip + 8, from->bytes, 16);
		memcpy(ip + 24, to->bytes, 16);
		return 40;
	}
	ip[0] = 0x45;
	put_number(ip + 2, 500);
	ip[8] = 1;
	ip[9] = IPPROTO_UDP;
	memcpy(ip + 12, from->bytes, 4);
	memcpy(ip + 16, to->bytes, 4);
	put_number(ip + 10, sum(ip, 20));
	return 20;
}

/* Time exceeded. The length is in units of 4 bytes, in ICMPv6 of 8 and elsewhere; and there the
 * kernel computes the checksum. */
static void write_report(const struct anc_inet_address *from, const struct anc_inet_address *to,
			 bool bad, unsigned char *report)
{
	const bool is6 = from->family == AF_INET6;
	unsigned char *const ip = report + ICMP_HEADER;
	unsigned char *const extension = ip + QUOTED;
	unsigned char *udp;

	memset(report, 0, REPORT);
	report[0] = is6 ? 3 : 11;
	report[is6 ? 4 : 5] = is6 ? QUOTED / 8 : QUOTED / 4;
	udp = ip + write_ip(from, to, ip);
	put_number(udp, from->port);
	put_number(udp + 2, to->port);
	put_number(udp + 4, 480);
	udp[8] = 'q';
	extension[0] = 0x20;
	extension[5] = 8;
	extension[6] = 99;
	extension[8] = 'e';
	put_number(extension + 2, (uint16_t)(sum(extension, EXTENSION) + bad));
	if (!is6)
		put_number(report + 2, sum(report, REPORT));
}

static void send_report(struct produce_pair *pair, bool bad)
{
	const bool is6 = pair->addr.ss_family == AF_INET6;
	const int raw = produce_socket(pair->addr.ss_family, SOCK_RAW,
				       is6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);
	struct anc_inet_address from, to;
	unsigned char bytes[REPORT];
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);

	CHECK_EQ(getsockname(pair->sender, (struct sockaddr *)&addr, &len), 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&addr, len, &from), 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&pair->addr, pair->len, &to), 0);
	write_report(&from, &to, bad, bytes);
	to.port = 0;
	CHECK_EQ(anc_inet_address_to(&to, 0, &addr, &len), 0);
	CHECK_EQ(sendto(raw, bytes, sizeof(bytes), 0, (struct sockaddr *)&addr, len), REPORT);
}

static void report(int family, bool bad)
{
	struct produce_pair pair = produce_udp(family);
	const size_t quoted = QUOTED - (family == AF_INET6 ? 40 : 20) - 8;
	struct anc_error error;

	CHECK_EQ(anc_error_enable(pair.sender), 0);
	CHECK_EQ(connect(pair.sender, (const struct sockaddr *)&pair.addr, pair.len), 0);
	send_report(&pair, bad);
	error = take(pair.sender);
	CHECK_EQ(error.kind, family == AF_INET6 ? ANC_ERROR_ICMP6 : ANC_ERROR_ICMP);
	CHECK_EQ(error.error, EHOSTUNREACH);
	CHECK_EQ(error.type, family == AF_INET6 ? 3 : 11);
	CHECK_EQ(error.code, 0);
	CHECK_EQ(error.offender.family, family);
	CHECK_EQ(error.extension, quoted);
	CHECK_EQ(error.extension_is_bad, bad);
	CHECK_EQ(taken_result.len, quoted + EXTENSION);
	CHECK_EQ(taken_bytes[0], 'q');
	CHECK_EQ(taken_bytes[error.extension], 0x20);
	CHECK_EQ(taken_bytes[error.extension + 8], 'e');
}

static void report_both(int family)
{
	if (!produce_is_alone())
		produce_skip("no raw sockets");
	report(family, false);
	report(family, true);
}

PRODUCE(an_extension_of_icmp_is_found_in_the_packet)
{
	report_both(AF_INET);
}

PRODUCE(an_extension_of_icmpv6_is_found_in_the_packet)
{
	report_both(AF_INET6);
}

static const struct tap_test tests[] = {
	{"an_extension_of_icmp_is_found_in_the_packet",
	 test_an_extension_of_icmp_is_found_in_the_packet},
	{"an_extension_of_icmpv6_is_found_in_the_packet",
	 test_an_extension_of_icmpv6_is_found_in_the_packet},
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
