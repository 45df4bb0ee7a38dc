/* SPDX-License-Identifier: MIT */
/* Kernels that know less of Linux's SO_TIMESTAMPING than this one. */
#include "fake_platform.h"
#include "tap.h"

#include <netinet/in.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/time.h>

#include "platform/linux_numbers.h"

static const int newer[] = {SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW, SO_TIMESTAMPING_NEW};

static bool is_newer(int level, int option)
{
	size_t i;

	for (i = 0; i < sizeof(newer) / sizeof(newer[0]); i++)
		if (level == SOL_SOCKET && option == newer[i])
			return true;
	return false;
}

/* Linux 5.1 to 6.7: it is set, and not told. */
static int forgetful_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	if (level != SOL_SOCKET || option != SO_TIMESTAMPING_NEW)
		return fake_linux_calls.getsockopt(fd, level, option, ret, len);
	errno = ENOPROTOOPT;
	return -1;
}

/* Before Linux 5.1. */
static int old_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	if (!is_newer(level, option))
		return fake_linux_calls.getsockopt(fd, level, option, ret, len);
	errno = ENOPROTOOPT;
	return -1;
}

static int old_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	if (!is_newer(level, option))
		return fake_linux_calls.setsockopt(fd, level, option, value, len);
	errno = ENOPROTOOPT;
	return -1;
}

static int new_socket(void)
{
	const int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(sock >= 0);
	return sock;
}

/* By the number that this kernel tells every word by. */
static int word_of(int sock)
{
	int word = -1;
	socklen_t len = sizeof(word);

	CHECK_EQ(getsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING_OLD, &word, &len), 0);
	return word;
}

static const struct anc_message_type *row_of(int type)
{
	const struct anc_message_type *row = anc_message_find(NULL, AF_INET, SOL_SOCKET, type);

	CHECK(row != NULL && row->option == type);
	return row;
}

TEST(a_number_that_is_set_and_not_told_is_turned_on_and_has_its_room)
{
	ssize_t space;
	int sock;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	fake_reset();
	sock = new_socket();
	fake_calls.getsockopt = forgetful_getsockopt;
	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SENT), 0);
	CHECK_EQ(anc_message_enable(row_of(SO_TIMESTAMPING_NEW), sock, true), 0);
	CHECK((word_of(sock) & 0x2) != 0); /* SOF_TIMESTAMPING_TX_SOFTWARE, as before */
	CHECK((word_of(sock) & 0x8) != 0); /* SOF_TIMESTAMPING_RX_SOFTWARE */
	space = anc_socket_control_space(sock);
	fake_reset();
	/* as this kernel has it, which tells */
	CHECK(space > (ssize_t)ANC_CMSG_SPACE(48));
	CHECK_EQ(space, anc_socket_control_space(sock));
	close(sock);
}

TEST(a_kernel_without_the_newer_numbers_gets_the_older)
{
	int sock;
	int on = 0;
	socklen_t len = sizeof(on);

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	fake_reset();
	sock = new_socket();
	fake_calls.getsockopt = old_getsockopt;
	fake_calls.setsockopt = old_setsockopt;
	CHECK_EQ(anc_message_enable(row_of(SO_TIMESTAMPING_NEW), sock, true), -ENOPROTOOPT);
	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SENT), 0);
	CHECK((word_of(sock) & 0x2) != 0);
	CHECK_EQ(anc_time_enable(sock), 0);
	CHECK_EQ(getsockopt(sock, SOL_SOCKET, SO_TIMESTAMPNS_OLD, &on, &len), 0);
	CHECK_EQ(on, 1);
	close(sock);
}

/* What is received keeps its type when stamps of what is sent are asked for. */
TEST(asking_for_stamps_of_what_is_sent_changes_nothing_of_what_comes)
{
	static const int types[] = {SO_TIMESTAMPNS_OLD, SO_TIMESTAMPNS_NEW, SO_TIMESTAMP_OLD,
				    SO_TIMESTAMP_NEW};
	socklen_t len = sizeof(int);
	int value;
	size_t i;
	int sock;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	fake_reset();
	for (i = 0; i < 4; i++) {
		sock = new_socket();
		CHECK_EQ(anc_message_enable(row_of(types[i]), sock, true), 0);
		CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SENT), 0);
		CHECK_EQ(getsockopt(sock, SOL_SOCKET, types[i], &value, &len), 0);
		CHECK_EQ(value, 1);
		CHECK_EQ(getsockopt(sock, SOL_SOCKET, types[i ^ 1], &value, &len), 0);
		CHECK_EQ(value, 0);
		close(sock);
	}
}

/* What a program receives by such a stamp goes on, whoever asked for it to be taken. */
TEST(stamps_that_were_asked_for_before_are_not_filtered)
{
	const int theirs = 0x10; /* SOF_TIMESTAMPING_SOFTWARE */
	int sock;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	fake_reset();
	sock = new_socket();
	CHECK_EQ(setsockopt(sock, SOL_SOCKET, SO_TIMESTAMPING_OLD, &theirs, sizeof(theirs)), 0);
	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SENT), 0);
	CHECK_EQ(word_of(sock) & 0x20000, 0); /* SOF_TIMESTAMPING_OPT_RX_FILTER */
	close(sock);
}

/* struct so_timestamping of Linux 5.15: flags, and the clock of a network card. */
static int word_and_clock[2];

static int clock_getsockopt(int fd, int level, int option, void *ret, socklen_t *len)
{
	if (level != SOL_SOCKET || option != SO_TIMESTAMPING_OLD)
		return fake_linux_calls.getsockopt(fd, level, option, ret, len);
	*len = *len < sizeof(word_and_clock) ? *len : sizeof(word_and_clock);
	memcpy(ret, word_and_clock, *len);
	return 0;
}

static int clock_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	(void)fd;
	CHECK_EQ(level, SOL_SOCKET);
	CHECK_EQ(option, SO_TIMESTAMPING_OLD);
	CHECK(len <= sizeof(word_and_clock));
	word_and_clock[1] = 0;
	memcpy(word_and_clock, value, len);
	return 0;
}

TEST(the_clock_of_a_network_card_stays_bound)
{
	int sock;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	fake_reset();
	sock = new_socket();
	fake_calls.getsockopt = clock_getsockopt;
	fake_calls.setsockopt = clock_setsockopt;
	word_and_clock[0] = 0x8000; /* SOF_TIMESTAMPING_BIND_PHC */
	word_and_clock[1] = 7;
	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SENT), 0);
	CHECK_EQ(word_and_clock[1], 7);
	CHECK_EQ(anc_message_enable(row_of(SO_TIMESTAMPING_OLD), sock, true), 0);
	CHECK_EQ(word_and_clock[1], 7);
	CHECK((word_and_clock[0] & 0x8002) == 0x8002);
	close(sock);
}

/* Packets are stamped as soon as any socket of the machine asks for it. */
TEST(stamps_that_another_socket_asked_for_do_not_come)
{
	const int filter = 0x20000 | 0x10; /* SOF_TIMESTAMPING_OPT_RX_FILTER, _SOFTWARE */
	struct sockaddr_in to = {.sin_family = AF_INET};
	socklen_t len = sizeof(to);
	unsigned char control[256];
	char byte;
	struct iovec room = {&byte, 1};
	struct msghdr msg = {.msg_iov = &room, .msg_iovlen = 1};
	int other;
	int sock;
	int i;

	SKIP_EMULATED("it does not pass SO_TIMESTAMPING on");
	fake_reset();
	sock = new_socket();
	other = new_socket();
	CHECK_EQ(anc_time_enable_sent(sock, ANC_TIME_SENT), 0);
	if (setsockopt(other, SOL_SOCKET, SO_TIMESTAMPING_OLD, &filter, sizeof(filter)) < 0)
		SKIP("before Linux 6.12 they come");
	CHECK_EQ(anc_time_enable(other), 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_EQ(bind(sock, (const struct sockaddr *)&to, len), 0);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)&to, &len), 0);
	for (i = 0; i < 2000; i++) {
		CHECK_EQ(sendto(other, "x", 1, 0, (const struct sockaddr *)&to, len), 1);
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		CHECK_EQ(recvmsg(sock, &msg, 0), 1);
		CHECK_EQ(msg.msg_controllen, 0);
	}
	close(sock);
	close(other);
}

static const struct tap_test tests[] = {
	{"a_number_that_is_set_and_not_told_is_turned_on_and_has_its_room",
	 test_a_number_that_is_set_and_not_told_is_turned_on_and_has_its_room},
	{"a_kernel_without_the_newer_numbers_gets_the_older",
	 test_a_kernel_without_the_newer_numbers_gets_the_older},
	{"stamps_that_were_asked_for_before_are_not_filtered",
	 test_stamps_that_were_asked_for_before_are_not_filtered},
	{"the_clock_of_a_network_card_stays_bound", test_the_clock_of_a_network_card_stays_bound},
	{"stamps_that_another_socket_asked_for_do_not_come",
	 test_stamps_that_another_socket_asked_for_do_not_come},
	{"asking_for_stamps_of_what_is_sent_changes_nothing_of_what_comes",
	 test_asking_for_stamps_of_what_is_sent_changes_nothing_of_what_comes},
};
TAP_MAIN(tests)
