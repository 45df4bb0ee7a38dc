/* SPDX-License-Identifier: MIT */
/* Kernels that refuse some of the options of anc_inet_enable(). */
#include "fake_platform.h"
#include "tap.h"

#include <netinet/in.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/inet.h>

#define ALL                                                                                        \
	(ANC_INET_LOCAL | ANC_INET_INTERFACE | ANC_INET_DESTINATION | ANC_INET_DESTINATION_PORT |  \
	 ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS)

#define SETS_MOST 16

static struct {
	int refused_level, refused_option;
	int options[SETS_MOST]; /* level * 1000 + option */
	size_t count;
} kernel;

static int fake_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	(void)fd;
	CHECK_EQ(len, sizeof(int));
	CHECK_EQ(*(const int *)value, 1);
	CHECK(kernel.count < SETS_MOST);
	kernel.options[kernel.count++] = level * 1000 + option;
	if (kernel.refused_level != level ||
	    (kernel.refused_option != option && kernel.refused_option != 0))
		return 0;
	errno = ENOPROTOOPT;
	return -1;
}

static int enable_refusing(int family, int v6only, unsigned what, int level, int option,
			   unsigned *ret_refused)
{
	const int sock = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error;

	if (sock < 0)
		SKIP("the kernel has no IPv6");
	if (family == AF_INET6)
		CHECK_EQ(setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof(v6only)), 0);
	memset(&kernel, 0, sizeof(kernel));
	kernel.refused_level = level;
	kernel.refused_option = option;
	fake_calls.setsockopt = fake_setsockopt;
	error = anc_inet_enable(sock, what, ret_refused);
	fake_reset();
	close(sock);
	return error;
}

static bool was_set(int level, int option)
{
	size_t i;

	for (i = 0; i < kernel.count; i++)
		if (kernel.options[i] == level * 1000 + option)
			return true;
	return false;
}

TEST(one_refused_leaves_the_others_on)
{
	unsigned refused = 4711;

	CHECK_EQ(enable_refusing(AF_INET, 0, ALL, IPPROTO_IP, IP_RECVTOS, &refused), 0);
	CHECK_EQ(refused, ANC_INET_TRAFFIC_CLASS);
	CHECK_EQ(kernel.count, 4);
	CHECK(was_set(IPPROTO_IP, IP_PKTINFO) && was_set(IPPROTO_IP, IP_RECVTTL));
	CHECK_EQ(enable_refusing(AF_INET, 0, ALL, IPPROTO_IP, IP_RECVTOS, NULL), -ENOPROTOOPT);
	CHECK_EQ(kernel.count, 4);
}

TEST(refused_bits_are_among_those_asked_for)
{
	unsigned refused = 4711;

	CHECK_EQ(enable_refusing(AF_INET, 0, ANC_INET_LOCAL | ANC_INET_HOP_LIMIT, IPPROTO_IP, 0,
				 &refused),
		 0);
	CHECK_EQ(refused, ANC_INET_LOCAL | ANC_INET_HOP_LIMIT);
	CHECK_EQ(kernel.count, 2);
	CHECK_EQ(enable_refusing(AF_INET, 0, ALL, -1, 0, &refused), 0);
	CHECK_EQ(refused, 0);
}

TEST(of_both_families_either_refusal_counts)
{
	unsigned refused = 4711;

	CHECK_EQ(enable_refusing(AF_INET6, 0, ALL, IPPROTO_IP, IP_RECVTTL, &refused), 0);
	CHECK_EQ(refused, ANC_INET_HOP_LIMIT);
	CHECK_EQ(kernel.count, 8);
	CHECK_EQ(enable_refusing(AF_INET6, 0, ALL, IPPROTO_IPV6, IPV6_RECVTCLASS, &refused), 0);
	CHECK_EQ(refused, ANC_INET_TRAFFIC_CLASS);
	CHECK(was_set(IPPROTO_IP, IP_RECVTOS));
	CHECK_EQ(enable_refusing(AF_INET6, 0, ALL, IPPROTO_IP, IP_RECVTTL, NULL), -ENOPROTOOPT);
}

TEST(ipv6_alone_has_no_options_of_ipv4)
{
	unsigned refused = 4711;

	CHECK_EQ(enable_refusing(AF_INET6, 1, ALL, IPPROTO_IP, 0, &refused), 0);
	CHECK_EQ(refused, 0);
	CHECK_EQ(kernel.count, 4);
	CHECK(was_set(IPPROTO_IPV6, IPV6_RECVPKTINFO) && was_set(IPPROTO_IPV6, IPV6_RECVTCLASS));
}

static const struct tap_test tests[] = {
	{"one_refused_leaves_the_others_on", test_one_refused_leaves_the_others_on},
	{"refused_bits_are_among_those_asked_for", test_refused_bits_are_among_those_asked_for},
	{"of_both_families_either_refusal_counts", test_of_both_families_either_refusal_counts},
	{"ipv6_alone_has_no_options_of_ipv4", test_ipv6_alone_has_no_options_of_ipv4},
};
TAP_MAIN(tests)
