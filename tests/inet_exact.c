/* SPDX-License-Identifier: MIT */
/* The messages of packets as this kernel has them: by their types, and as they are expected. */
#include "inet_scene.h"

/* Packet info, hop limit and traffic class come. */
static void arrive_exact(struct meeting *with)
{
	CHECK_EQ(anc_pktinfo_enable(with->server, true), 0);
	CHECK_EQ(anc_ttl_enable(with->server, true), 0);
	CHECK_EQ(anc_tos_enable(with->server, true), 0);
	CHECK_EQ(arrive(with), 0);
}

/* The exact messages, as the kernel has them. */
TEST(exact_messages_are_typed)
{
	struct anc_cmsg_iter it;
	struct anc_in_pktinfo info = {.ifindex = 0};
	struct anc_cmsg msg;
	struct meeting with;
	int32_t ttl = 0;
	uint8_t tos = 0;

	enter();
	with = meet(&ways[2]);
	arrive_exact(&with);
	it = anc_cmsgs_iter(anc_data_cmsgs(&with.data));
	while (anc_cmsg_iter_next(&it, &msg) > 0)
		CHECK(anc_pktinfo_get(&msg, &info) == 0 || anc_ttl_get(&msg, &ttl) == 0 ||
		      anc_tos_get(&msg, &tos) == 0);
	CHECK_EQ(info.ifindex, if_nametoindex("lo"));
	CHECK_EQ(memcmp(info.spec_dst, with.to.bytes, 4), 0);
	CHECK_EQ(memcmp(info.addr, with.to.bytes, 4), 0);
	CHECK_EQ(ttl, HOPS);
	CHECK_EQ(tos, CLASS);
	part(&with);
}

/* Of IPv4, behind `it`, in the order of Linux: net/ipv4/ip_sockglue.c. */
static void expect4(struct anc_cmsg_iter it, const struct meeting *with)
{
	struct anc_in_pktinfo info;
	int32_t ttl;
	uint8_t tos;

	CHECK(!anc_ttl_expect(&it, &ttl) && !anc_tos_expect(&it, &tos));
	CHECK(anc_pktinfo_expect(&it, &info) && anc_ttl_expect(&it, &ttl) &&
	      anc_tos_expect(&it, &tos));
	CHECK(!anc_tos_expect(&it, &tos));
	CHECK_EQ(memcmp(info.addr, with->to.bytes, 4), 0);
	CHECK_EQ(ttl, HOPS);
	CHECK_EQ(tos, CLASS);
}

TEST(what_always_comes_is_expected)
{
	struct meeting with;

	enter();
	with = meet(&ways[2]);
	arrive_exact(&with);
	expect4(anc_cmsgs_iter(anc_data_cmsgs(&with.data)), &with);
	part(&with);
}

/* net/ipv6/datagram.c */
TEST(what_always_comes_of_ipv6_is_expected)
{
	struct anc_in6_pktinfo info;
	struct anc_cmsg_iter it;
	struct meeting with;
	int32_t hops, class;

	enter();
	with = meet(&ways[11]);
	CHECK_EQ(anc_pktinfo6_enable(with.server, true), 0);
	CHECK_EQ(anc_hoplimit_enable(with.server, true), 0);
	CHECK_EQ(anc_tclass_enable(with.server, true), 0);
	CHECK_EQ(arrive(&with), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&with.data));
	CHECK(!anc_hoplimit_expect(&it, &hops) && !anc_tclass_expect(&it, &class));
	CHECK(anc_pktinfo6_expect(&it, &info) && anc_hoplimit_expect(&it, &hops) &&
	      anc_tclass_expect(&it, &class));
	CHECK(!anc_pktinfo6_expect(&it, &info));
	CHECK_EQ(memcmp(info.addr, with.to.bytes, 16), 0);
	CHECK_EQ(hops, HOPS);
	CHECK_EQ(class, CLASS);
	part(&with);
}

TEST(ipv4_through_ipv6_has_the_address_twice)
{
	const struct anc_inet_address *to;
	struct anc_in6_pktinfo info;
	struct anc_cmsg_iter it;
	struct meeting with;

	enter();
	with = meet(&ways[15]);
	to = &with.to;
	CHECK_EQ(anc_pktinfo6_enable(with.server, true), 0);
	arrive_exact(&with);
	it = anc_cmsgs_iter(anc_data_cmsgs(&with.data));
	CHECK(anc_pktinfo6_expect(&it, &info));
	CHECK_EQ(memcmp(info.addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12), 0);
	CHECK_EQ(memcmp(info.addr + 12, to->bytes, 4), 0);
	expect4(it, &with);
	part(&with);
}

static const struct tap_test tests[] = {
	{"exact_messages_are_typed", test_exact_messages_are_typed},
	{"what_always_comes_is_expected", test_what_always_comes_is_expected},
	{"what_always_comes_of_ipv6_is_expected", test_what_always_comes_of_ipv6_is_expected},
	{"ipv4_through_ipv6_has_the_address_twice", test_ipv4_through_ipv6_has_the_address_twice},
};
TAP_MAIN(tests)
