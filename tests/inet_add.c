/* SPDX-License-Identifier: MIT */
/* What goes with an answer, byte by byte; addresses of the system's and back. */
#include "tap.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <anc/anc.h>
#include <anc/inet.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ALL (ANC_INET_LOCAL | ANC_INET_INTERFACE | ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS)

static const struct sockaddr_in to4 = {.sin_family = AF_INET};
static const struct sockaddr_in6 to6 = {.sin6_family = AF_INET6,
					.sin6_addr.s6_addr = {0x20, 1, [15] = 9}};
static const struct sockaddr_in6 mapped = {
	.sin6_family = AF_INET6,
	.sin6_addr.s6_addr = {[10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 9}};

static const struct anc_inet answer4 = {.known = ALL,
					.interface = 3,
					.local = {.family = AF_INET, .bytes = {192, 0, 2, 1}},
					.hop_limit = 64,
					.traffic_class = 0x2e};
static const struct anc_inet answer6 = {.known = ALL,
					.interface = 3,
					.local = {.family = AF_INET6, .bytes = {0x20, 1, [15] = 1}},
					.hop_limit = 64,
					.traffic_class = 0x2e};

static int add(struct anc_data *data, const void *to, socklen_t len, const struct anc_inet *inet)
{
	return anc_inet_add(data, to, len, inet);
}

/* The next message has these numbers and bytes. */
static void check_next(struct anc_cmsg_iter *it, int level, int type, const void *bytes, size_t len)
{
	struct anc_cmsg msg;

	CHECK_EQ(anc_cmsg_iter_next(it, &msg), 1);
	CHECK_EQ(msg.level, level);
	CHECK_EQ(msg.type, type);
	CHECK_EQ(msg.len, len);
	CHECK_EQ(memcmp(msg.data, bytes, len), 0);
}

static void check_ipv4(const struct anc_data *data)
{
	const struct anc_in_pktinfo info = {3, {192, 0, 2, 1}, {0, 0, 0, 0}};
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;
	int number = 64;

	check_next(&it, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	check_next(&it, IPPROTO_IP, IP_TTL, &number, sizeof(number));
	number = 0x2e;
	check_next(&it, IPPROTO_IP, IP_TOS, &number, sizeof(number));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
}

TEST(ipv4_is_ipv4_on_either_socket)
{
	unsigned char room[256];
	struct anc_data data;

	anc_data_init(&data, room, sizeof(room));
	CHECK_EQ(add(&data, &to4, sizeof(to4), &answer4), 0);
	check_ipv4(&data);
	anc_data_clear(&data);
	CHECK_EQ(add(&data, &mapped, sizeof(mapped), &answer4), 0);
	check_ipv4(&data);
}

TEST(ipv6_is_ipv6)
{
	const struct anc_in6_pktinfo info = {{0x20, 1, [15] = 1}, 3};
	unsigned char room[256];
	struct anc_cmsg_iter it;
	struct anc_data data;
	struct anc_cmsg msg;
	int number = 64;

	anc_data_init(&data, room, sizeof(room));
	CHECK_EQ(add(&data, &to6, sizeof(to6), &answer6), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	check_next(&it, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	check_next(&it, IPPROTO_IPV6, IPV6_HOPLIMIT, &number, sizeof(number));
	number = 0x2e;
	check_next(&it, IPPROTO_IPV6, IPV6_TCLASS, &number, sizeof(number));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
}

/* Whatever else stands in the struct. */
TEST(what_is_not_known_is_not_sent)
{
	const struct anc_in_pktinfo source = {0, {192, 0, 2, 1}, {0, 0, 0, 0}};
	const struct anc_in_pktinfo interface = {3, {0, 0, 0, 0}, {0, 0, 0, 0}};
	struct anc_inet answer = answer4;
	unsigned char room[64];
	struct anc_cmsg_iter it;
	struct anc_data data;

	anc_data_init(&data, room, sizeof(room));
	answer.known = ANC_INET_LOCAL;
	CHECK_EQ(add(&data, &to4, sizeof(to4), &answer), 0);
	answer.known = ANC_INET_INTERFACE;
	CHECK_EQ(add(&data, &to4, sizeof(to4), &answer), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	check_next(&it, IPPROTO_IP, IP_PKTINFO, &source, sizeof(source));
	check_next(&it, IPPROTO_IP, IP_PKTINFO, &interface, sizeof(interface));
}

/* An address of a link knows its interface by itself. */
TEST(a_scope_is_an_interface)
{
	const struct anc_inet answer = {
		.known = ANC_INET_LOCAL,
		.local = {.family = AF_INET6, .scope = 7, .bytes = {0xfe, 0x80, [15] = 1}}};
	const struct anc_in6_pktinfo info = {{0xfe, 0x80, [15] = 1}, 7};
	unsigned char room[64];
	struct anc_cmsg_iter it;
	struct anc_data data;

	anc_data_init(&data, room, sizeof(room));
	CHECK_EQ(add(&data, &to6, sizeof(to6), &answer), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	check_next(&it, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
}

/* Room for some of them is room for none. */
TEST(all_or_nothing_is_added)
{
	const size_t space4 = ANC_CMSG_SPACE(12) + 2 * ANC_CMSG_SPACE(4);
	const size_t space6 = ANC_CMSG_SPACE(20) + 2 * ANC_CMSG_SPACE(4);
	unsigned char room[256];
	struct anc_data data;
	size_t size;

	for (size = 0; size <= space6; size++) {
		anc_data_init(&data, room, size);
		CHECK_EQ(add(&data, &to4, sizeof(to4), &answer4), size < space4 ? -ENOBUFS : 0);
		CHECK_EQ(anc_data_cmsgs(&data).len, size < space4 ? 0 : space4);
		anc_data_init(&data, room, size);
		CHECK_EQ(add(&data, &to6, sizeof(to6), &answer6), size < space6 ? -ENOBUFS : 0);
		CHECK_EQ(anc_data_cmsgs(&data).len, size < space6 ? 0 : space6);
	}
	CHECK_EQ(add(&data, &to6, sizeof(to6), &answer6), -ENOBUFS);
	CHECK_EQ(anc_data_cmsgs(&data).len, space6);
}

TEST(what_cannot_be_sent_is_refused)
{
	struct anc_inet none = answer4;
	unsigned char room[256];
	struct anc_data data;
	size_t len;

	anc_data_init(&data, room, sizeof(room));
	CHECK_EQ(add(&data, &to6, sizeof(to6), &answer4), -EAFNOSUPPORT);
	CHECK_EQ(add(&data, &to4, sizeof(to4), &answer6), -EAFNOSUPPORT);
	CHECK_EQ(add(&data, &mapped, sizeof(mapped), &answer6), -EAFNOSUPPORT);
	CHECK_EQ(add(&data, &to4, sizeof(to4) - 1, &answer4), -EAFNOSUPPORT);
	CHECK_EQ(add(&data, &to6, sizeof(to4), &answer6), -EAFNOSUPPORT);
	CHECK_EQ(add(&data, NULL, 0, &answer6), -EAFNOSUPPORT);
	CHECK_EQ(add(&data, &(struct sockaddr_storage){.ss_family = AF_UNIX},
		     sizeof(struct sockaddr_storage), &answer4),
		 -EAFNOSUPPORT);
	none.hop_limit = 0;
	CHECK_EQ(add(&data, &to4, sizeof(to4), &none), -EINVAL);
	none.local.family = AF_UNSPEC;
	CHECK_EQ(add(&data, &to4, sizeof(to4), &none), -EAFNOSUPPORT);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	anc_data_control_buf(&data, &len);
	CHECK_EQ(add(&data, &to4, sizeof(to4), &answer4), -EBUSY);
	anc_data_init(&data, NULL, 0);
	anc_data_control_buf(&data, &len);
	CHECK_EQ(add(&data, &to4, sizeof(to4), &answer4), -EBUSY);
}

/* The interface goes with an answer where an address belongs to a link, and nothing else does. */
TEST(an_answer_is_of_what_came)
{
	static const struct {
		const char *local, *destination;
		bool interface;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1", false},
		{"127.0.0.1", "127.0.0.1", false},
		{"169.254.0.1", "169.254.0.1", true},
		{"192.0.2.1", "224.0.0.251", true},
		{"192.0.2.1", "239.1.2.3", false},
		{"192.0.2.1", "224.1.0.1", false},
		{"192.0.2.1", "255.255.255.255", true},
		{"2001:db8::1", "2001:db8::1", false},
		{"fe80::1", "fe80::1", true},
		{"febf::1", "febf::1", true},
		{"fec0::1", "fec0::1", false},
		{"2001:db8::1", "ff02::fb", true},
		{"2001:db8::1", "ff05::fb", false},
		{"2001:db8::1", "ff01::1", true},
		{"ff::1", "ff::1", false},
	};
	struct anc_inet received = {.interface = 3, .hop_limit = 9, .traffic_class = 9};
	struct anc_inet answer;
	int family;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		family = strchr(cases[i].local, ':') != NULL ? AF_INET6 : AF_INET;
		received.known = ALL | ANC_INET_DESTINATION;
		received.local.family = received.destination.family = (uint16_t)family;
		memset(received.local.bytes, 0, 16);
		memset(received.destination.bytes, 0, 16);
		CHECK_EQ(inet_pton(family, cases[i].local, received.local.bytes), 1);
		CHECK_EQ(inet_pton(family, cases[i].destination, received.destination.bytes), 1);
		answer = anc_inet_answer(&received);
		CHECK_EQ(answer.known,
			 ANC_INET_LOCAL | (cases[i].interface ? ANC_INET_INTERFACE : 0));
		CHECK_EQ(answer.interface, cases[i].interface ? 3 : 0);
		CHECK_EQ(memcmp(&answer.local, &received.local, sizeof(answer.local)), 0);
		CHECK_EQ(answer.hop_limit + answer.traffic_class + answer.destination.family, 0);
		received.known = ANC_INET_INTERFACE;
		CHECK_EQ(anc_inet_answer(&received).known, 0);
		received.known = 0;
		CHECK_EQ(anc_inet_answer(&received).known, 0);
		CHECK_EQ(anc_inet_answer(&received).local.family, 0);
	}
}

TEST(addresses_go_both_ways)
{
	struct sockaddr_in6 in6 = to6;
	struct sockaddr_in in = to4;
	struct anc_inet_address address;
	struct sockaddr_storage back;
	socklen_t len = 0;

	in.sin_port = htons(53);
	in.sin_addr.s_addr = htonl(0xc0000209);
	in6.sin6_port = htons(53);
	in6.sin6_scope_id = 4;
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&in6, sizeof(in6), &address), 0);
	CHECK_EQ(address.family, AF_INET6);
	CHECK_EQ(address.port, 53);
	CHECK_EQ(address.scope, 4);
	CHECK_EQ(anc_inet_address_to(&address, AF_INET6, &back, &len), 0);
	CHECK_EQ(len, sizeof(in6));
	CHECK_EQ(memcmp(&back, &in6, len), 0);
	CHECK_EQ(anc_inet_address_to(&address, AF_INET, &back, &len), -EAFNOSUPPORT);

	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&in, sizeof(in), &address), 0);
	CHECK_EQ(address.family, AF_INET);
	memset(&back, 0xff, sizeof(back));
	CHECK_EQ(anc_inet_address_to(&address, 0, &back, &len), 0);
	CHECK_EQ(len, sizeof(in));
	CHECK_EQ(((unsigned char *)&back)[sizeof(back) - 1], 0);
	CHECK_EQ(memcmp(&back, &in, len), 0);
	CHECK_EQ(anc_inet_address_to(&address, AF_UNIX, &back, &len), -EAFNOSUPPORT);

	in6 = mapped;
	in6.sin6_port = htons(53);
	CHECK_EQ(anc_inet_address_to(&address, AF_INET6, &back, &len), 0);
	CHECK_EQ(len, sizeof(in6));
	CHECK_EQ(memcmp(&back, &in6, len), 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&in6, sizeof(in6), &address), 0);
	CHECK_EQ(address.family, AF_INET);
	CHECK_EQ(memcmp(address.bytes, &in.sin_addr, 4), 0);
	address.family = AF_UNSPEC;
	CHECK_EQ(anc_inet_address_to(&address, 0, &back, &len), -EAFNOSUPPORT);
	CHECK_EQ(anc_inet_address_to(&address, AF_INET6, &back, &len), -EAFNOSUPPORT);
}

TEST(a_byte_of_tos_may_be_an_int)
{
	const int numbers[] = {0x2e, 0x100, -1};
	const uint8_t byte = 0x2e;
	struct anc_cmsg msg = {IPPROTO_IP, IP_TOS, &byte, 1, false};
	uint8_t tos = 0;
	int wide = 0;

	CHECK_EQ(anc_tos_get(&msg, &tos), 0);
	CHECK_EQ(tos, 0x2e);
	CHECK_EQ(anc_message_get(&anc_tos_type, &msg, &wide, sizeof(wide)), 0);
	CHECK_EQ(wide, 0x2e);
	CHECK_EQ(anc_message_get(&anc_tos_type, &msg, &wide, 2), -EINVAL);
	msg.len = 2;
	CHECK_EQ(anc_tos_get(&msg, &tos), -EBADMSG);
	msg.len = sizeof(int);
	msg.data = &numbers[0];
	tos = 0;
	CHECK_EQ(anc_tos_get(&msg, &tos), 0);
	CHECK_EQ(tos, 0x2e);
	CHECK_EQ(anc_message_get(&anc_tos_type, &msg, &wide, sizeof(wide)), 0);
	CHECK_EQ(wide, 0x2e);
	msg.data = &numbers[1];
	CHECK_EQ(anc_tos_get(&msg, &tos), -EBADMSG);
	msg.data = &numbers[2];
	CHECK_EQ(anc_tos_get(&msg, &tos), -EBADMSG);
	msg.type = IP_TTL;
	CHECK_EQ(anc_tos_get(&msg, &tos), -ENOMSG);
}

static const struct tap_test tests[] = {
	{"ipv4_is_ipv4_on_either_socket", test_ipv4_is_ipv4_on_either_socket},
	{"ipv6_is_ipv6", test_ipv6_is_ipv6},
	{"what_is_not_known_is_not_sent", test_what_is_not_known_is_not_sent},
	{"a_scope_is_an_interface", test_a_scope_is_an_interface},
	{"all_or_nothing_is_added", test_all_or_nothing_is_added},
	{"what_cannot_be_sent_is_refused", test_what_cannot_be_sent_is_refused},
	{"an_answer_is_of_what_came", test_an_answer_is_of_what_came},
	{"addresses_go_both_ways", test_addresses_go_both_ways},
	{"a_byte_of_tos_may_be_an_int", test_a_byte_of_tos_may_be_an_int},
};
TAP_MAIN(tests)
