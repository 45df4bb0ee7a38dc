/* SPDX-License-Identifier: MIT */
/* musl's sendmsg refuses more than 1056 bytes of control data; the library goes around it. */
#include "tap.h"

#include <unistd.h>

#include <anc/anc.h>

#define MOST 253

/* As many descriptors as Linux takes, and credentials beside them: 1064 bytes on 64 bits. */
#define ROOM (ANC_FDS_SPACE(MOST) + ANC_CMSG_SPACE(sizeof(struct anc_ucred)))

static void add_the_most(struct anc_data *data, int fd)
{
	const struct anc_ucred self = {(int32_t)getpid(), getuid(), getgid()};
	size_t i;

	for (i = 0; i < MOST; i++)
		CHECK_EQ(anc_data_add_fds(data, &fd, 1), 0);
	CHECK_EQ(anc_ucred_add(data, &self), 0);
	CHECK_EQ(anc_data_cmsgs(data).len, ROOM);
}

/* Receives what add_the_most() put together, with the credentials in front. */
static void check_received(int sock, int fd)
{
	char byte;
	int got[MOST];
	size_t count;
	size_t i;

	CHECK_EQ(anc_recv_fds(sock, &byte, 1, got, MOST, &count), 1);
	CHECK_EQ(count, MOST);
	for (i = 0; i < count; i++) {
		CHECK(tap_is_same_file(got[i], fd));
		close(got[i]);
	}
}

TEST(the_most_descriptors_and_credentials_go_in_one_send)
{
	const int fd = tap_new_fd();
	struct anc_sender sender;
	int pair[2];

	ANC_DATA(data, ROOM);
	tap_pair(SOCK_SEQPACKET, pair);
	CHECK_EQ(anc_ucred_enable(pair[1], true), 0);
	add_the_most(&data, fd);
	sender = anc_sender_on(anc_socket_fd(pair[0]), "x", 1);
	sender.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 1);
	check_received(pair[1], fd);
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

TEST(the_most_descriptors_and_credentials_go_to_an_address_in_several_pieces)
{
	const struct sockaddr nobody = {.sa_family = AF_UNIX};
	const struct iovec pieces[2] = {{(char[]){"x"}, 1}, {(char[]){"y"}, 1}};
	const int fd = tap_new_fd();
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	struct anc_sender sender;
	int pair[2];

	ANC_DATA(data, ROOM);
	tap_pair(SOCK_DGRAM, pair);
	CHECK_EQ(anc_ucred_enable(pair[1], true), 0);
	/* binding to no name gives one; the raw call must carry it as sendmsg does */
	CHECK_EQ(bind(pair[1], &nobody, sizeof(nobody.sa_family)), 0);
	CHECK_EQ(getsockname(pair[1], (struct sockaddr *)&address, &len), 0);
	add_the_most(&data, fd);
	sender = anc_sender_onv(anc_socket_fd(pair[0]), pieces, 2);
	sender.data = &data;
	CHECK_EQ(anc_sender_send_to(&sender, (struct sockaddr *)&address, len), 2);
	CHECK_EQ(anc_recv_fd(pair[1]), -EMSGSIZE);
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

TEST(musl_alone_refuses_it)
{
#if defined(__GLIBC__) || UINTPTR_MAX == UINT32_MAX
	SKIP("not a 64-bit musl");
#else
	const int fd = tap_new_fd();
	char byte = 'x';
	struct iovec iov = {&byte, 1};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	struct anc_cmsgs cmsgs;
	int pair[2];

	ANC_DATA(data, ROOM);
	tap_pair(SOCK_SEQPACKET, pair);
	add_the_most(&data, fd);
	cmsgs = anc_data_cmsgs(&data);
	msg.msg_control = (void *)(uintptr_t)cmsgs.bytes;
	msg.msg_controllen = (socklen_t)cmsgs.len;
	CHECK_EQ(sendmsg(pair[0], &msg, 0), -1);
	CHECK_EQ(errno, ENOMEM);
	close(fd);
	close(pair[0]);
	close(pair[1]);
#endif
}

static const struct tap_test tests[] = {
	{"the_most_descriptors_and_credentials_go_in_one_send",
	 test_the_most_descriptors_and_credentials_go_in_one_send},
	{"the_most_descriptors_and_credentials_go_to_an_address_in_several_pieces",
	 test_the_most_descriptors_and_credentials_go_to_an_address_in_several_pieces},
	{"musl_alone_refuses_it", test_musl_alone_refuses_it},
};
TAP_MAIN(tests)
