/* SPDX-License-Identifier: MIT */
/* Turning messages on and off: they come, and what a program asked for besides stays. */
#include "data_peer.h"

#include <netinet/in.h>

/* SOF_TIMESTAMPING_... */
#define TX_SOFTWARE 0x2
#define RX_HARDWARE 0x4
#define RX_SOFTWARE 0x8
#define SOFTWARE 0x10
#define RAW_HARDWARE 0x40
#define OPT_ID 0x80
#define OPT_TSONLY 0x800
#define OPT_STATS 0x1000
#define OPT_PKTINFO 0x2000

/* A row of this host that a kernel delivers. */
static const struct anc_message_type *row_named(const char *name)
{
	const struct anc_message_type *row = NULL;

	do
		row = anc_message_next(NULL, row);
	while (row != NULL && (strcmp(row->name, name) != 0 || (row->flags & ANC_RECEIVED) == 0));
	CHECK(row != NULL);
	return row;
}

/* A datagram socket that is its own peer. */
static int new_echo(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	const int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(to);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_EQ(bind(sock, (const struct sockaddr *)&to, len), 0);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)&to, &len), 0);
	CHECK_EQ(connect(sock, (const struct sockaddr *)&to, len), 0);
	return sock;
}

/* How many messages of this type come with the next datagram; the row is the one that fits. */
static int count_coming(int sock, const struct anc_message_type *row)
{
	struct anc_cmsg_iter it;
	struct anc_recv_result result;
	struct anc_cmsg msg;
	int count = 0;

	ANC_DATA(data, 512);
	CHECK_EQ(send(sock, "x", 1, 0), 1);
	CHECK_EQ(receive(sock, &data, 0, &result), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		if (!anc_message_is(row, &msg))
			continue;
		CHECK(anc_message_match(NULL, AF_INET, &msg, NULL) == row);
		count++;
	}
	return count;
}

/* The kernel begins to stamp arriving packets a while after it was asked: net_enable_timestamp().
 */
static void await_coming(int sock, const struct anc_message_type *row)
{
	int tries = 100000;

	while (count_coming(sock, row) == 0)
		CHECK(--tries > 0);
	CHECK_EQ(count_coming(sock, row), 1);
}

static void check_turned_on_and_off(const char *name)
{
	const struct anc_message_type *row = row_named(name);
	const int sock = new_echo();

	CHECK_EQ(count_coming(sock, row), 0);
	CHECK_EQ(anc_message_enable(row, sock, true), 0);
	await_coming(sock, row);
	CHECK_EQ(anc_message_enable(row, sock, false), 0);
	CHECK_EQ(count_coming(sock, row), 0);
	close(sock);
}

TEST(what_is_turned_on_comes_and_what_is_turned_off_does_not)
{
	SKIP_EMULATED("it knows few of the options");
	check_turned_on_and_off("IP_PKTINFO");
	check_turned_on_and_off("IP_TTL");
	check_turned_on_and_off("SCM_TIMESTAMP");
	check_turned_on_and_off("SCM_TIMESTAMPNS");
	check_turned_on_and_off("SCM_TIMESTAMPING");
}

TEST(stamps_of_64_bits_are_turned_on_on_every_machine)
{
	SKIP_EMULATED("it knows few of the options");
	check_turned_on_and_off("SCM_TIMESTAMP_NEW");
	check_turned_on_and_off("SCM_TIMESTAMPNS_NEW");
	check_turned_on_and_off("SCM_TIMESTAMPING_NEW");
}

static int stamping_of(int sock)
{
	int flags = -1;
	socklen_t len = sizeof(flags);

	CHECK_EQ(getsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING, &flags, &len), 0);
	return flags;
}

/* Three messages share the option; each has flags of its own. */
TEST(flags_that_were_set_for_something_else_stay)
{
	const int theirs = TX_SOFTWARE | RX_SOFTWARE | SOFTWARE | OPT_ID;
	int sock;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	sock = new_echo();
	CHECK_EQ(setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING, &theirs, sizeof(theirs)), 0);
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING_OPT_STATS"), sock, true), 0);
	CHECK_EQ(stamping_of(sock) & (theirs | OPT_STATS), theirs | OPT_STATS);
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING_OPT_STATS"), sock, false), 0);
	CHECK_EQ(stamping_of(sock) & (theirs | OPT_STATS), theirs);
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING_PKTINFO"), sock, true), 0);
	CHECK_EQ(stamping_of(sock) & (theirs | OPT_PKTINFO), theirs | OPT_PKTINFO);
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING_PKTINFO"), sock, false), 0);
	CHECK_EQ(stamping_of(sock) & (theirs | OPT_PKTINFO), theirs);
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING"), sock, false), 0);
	CHECK_EQ(stamping_of(sock) & (theirs | OPT_STATS | OPT_PKTINFO), TX_SOFTWARE | OPT_ID);
	close(sock);
}

/* By the newer number Linux tells only the flags that were set by it. */
TEST(flags_that_were_set_by_the_other_number_stay)
{
	const int theirs = TX_SOFTWARE | SOFTWARE | OPT_ID;
	int sock;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	sock = new_echo();
	CHECK_EQ(setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING, &theirs, sizeof(theirs)), 0);
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING_NEW"), sock, false), 0);
	CHECK_EQ(stamping_of(sock), theirs);
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING_NEW"), sock, true), 0);
	CHECK_EQ(stamping_of(sock) & theirs, theirs);
	await_coming(sock, row_named("SCM_TIMESTAMPING_NEW"));
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING"), sock, false), 0);
	await_coming(sock, row_named("SCM_TIMESTAMPING_NEW"));
	close(sock);
}

/* Three messages share the word; two of them must not change the type of the third. */
TEST(stamps_keep_their_type_whatever_else_is_asked_for)
{
	static const char *const also[] = {"SCM_TIMESTAMPING_OPT_STATS",
					   "SCM_TIMESTAMPING_PKTINFO"};
	static const char *const types[] = {"SCM_TIMESTAMPING", "SCM_TIMESTAMPING_NEW"};
	int sock;
	int i;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	for (i = 0; i < 4; i++) {
		sock = new_echo();
		CHECK_EQ(anc_message_enable(row_named(types[i % 2]), sock, true), 0);
		CHECK_EQ(anc_message_enable(row_named(also[i / 2]), sock, true), 0);
		await_coming(sock, row_named(types[i % 2]));
		CHECK_EQ(anc_message_enable(row_named(also[i / 2]), sock, false), 0);
		await_coming(sock, row_named(types[i % 2]));
		close(sock);
	}
}

/* All that each needs: a word of which a part is missing brings nothing. */
TEST(each_message_of_the_word_is_asked_for_whole)
{
	const int statistics = TX_SOFTWARE | SOFTWARE | OPT_TSONLY | OPT_STATS;
	const int packet = RX_HARDWARE | RAW_HARDWARE | OPT_PKTINFO;
	int sock;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	sock = new_echo();
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING_OPT_STATS"), sock, true), 0);
	CHECK_EQ(stamping_of(sock), statistics);
	close(sock);
	sock = new_echo();
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING_PKTINFO"), sock, true), 0);
	CHECK_EQ(stamping_of(sock), packet);
	close(sock);
}

/* A row of anyone's: of the byte TOS one bit is its own. */
TEST(flags_of_any_option_are_turned_on_and_off_alone)
{
	static const struct anc_message_type one_bit = {
		.name = "ONE_BIT",
		.flags = ANC_RECEIVED,
		.option_level = IPPROTO_IP,
		.option = IP_TOS,
		.option_on = 0x10,
		.option_off = 0x10,
	};
	const int sock = new_echo();
	const int theirs = 0x08;
	int tos = 0;
	socklen_t len = sizeof(tos);

	CHECK_EQ(setsockopt(sock, IPPROTO_IP, IP_TOS, &theirs, sizeof(theirs)), 0);
	CHECK_EQ(anc_message_enable(&one_bit, sock, true), 0);
	CHECK_EQ(getsockopt(sock, IPPROTO_IP, IP_TOS, &tos, &len), 0);
	CHECK_EQ(tos, 0x18);
	CHECK_EQ(anc_message_enable(&one_bit, sock, false), 0);
	CHECK_EQ(getsockopt(sock, IPPROTO_IP, IP_TOS, &tos, &len), 0);
	CHECK_EQ(tos, 0x08);
	CHECK_EQ(anc_message_enable(&one_bit, -1, true), -EBADF);
	close(sock);
}

TEST(an_option_of_flags_that_cannot_be_asked_for_is_not_set)
{
	const int file = tap_new_fd();

	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING"), -1, true), -EBADF);
	CHECK_EQ(anc_message_enable(row_named("SCM_TIMESTAMPING"), file, true), -ENOTSOCK);
	close(file);
}

/* FreeBSD's IP_RECVDSTADDR is IP_RETOPTS here. */
TEST(a_row_of_another_system_is_neither_added_nor_turned_on)
{
	const struct anc_message_type *row;
	const struct anc_abi *abi = NULL;
	const unsigned char zeros[4096] = {0};
	const int sock = new_echo();
	size_t foreign = 0;

	ANC_DATA(data, 8192);
	while ((abi = anc_abi_next(abi)) != NULL) {
		if (strcmp(anc_abi_system(abi), "linux") == 0)
			continue;
		for (row = NULL; (row = anc_message_next(abi, row)) != NULL; foreign++) {
			CHECK_EQ(anc_message_enable(row, sock, true), -EOPNOTSUPP);
			CHECK_EQ(anc_message_add(row, &data, zeros,
						 row->size > 0 ? row->size : row->min_size),
				 -EOPNOTSUPP);
		}
	}
	CHECK(foreign > 0);
	CHECK_EQ(count_messages(anc_data_cmsgs(&data)), 0);
	close(sock);
}

static const struct tap_test tests[] = {
	{"what_is_turned_on_comes_and_what_is_turned_off_does_not",
	 test_what_is_turned_on_comes_and_what_is_turned_off_does_not},
	{"stamps_of_64_bits_are_turned_on_on_every_machine",
	 test_stamps_of_64_bits_are_turned_on_on_every_machine},
	{"flags_that_were_set_for_something_else_stay",
	 test_flags_that_were_set_for_something_else_stay},
	{"flags_that_were_set_by_the_other_number_stay",
	 test_flags_that_were_set_by_the_other_number_stay},
	{"stamps_keep_their_type_whatever_else_is_asked_for",
	 test_stamps_keep_their_type_whatever_else_is_asked_for},
	{"each_message_of_the_word_is_asked_for_whole",
	 test_each_message_of_the_word_is_asked_for_whole},
	{"flags_of_any_option_are_turned_on_and_off_alone",
	 test_flags_of_any_option_are_turned_on_and_off_alone},
	{"an_option_of_flags_that_cannot_be_asked_for_is_not_set",
	 test_an_option_of_flags_that_cannot_be_asked_for_is_not_set},
	{"a_row_of_another_system_is_neither_added_nor_turned_on",
	 test_a_row_of_another_system_is_neither_added_nor_turned_on},
};
TAP_MAIN(tests)
