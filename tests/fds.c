/* SPDX-License-Identifier: MIT */
/* The one-line calls, against the kernel. */
#include "tap.h"

#include <unistd.h>

#include <anc/anc.h>

TEST(one_descriptor_goes_through)
{
	const int fd = tap_new_fd();
	int pair[2];
	int got;

	tap_pair(SOCK_STREAM, pair);
	CHECK_EQ(anc_send_fd(pair[0], fd), 0);
	got = anc_recv_fd(pair[1]);
	CHECK(got >= 0 && got != fd);
	CHECK(tap_is_cloexec(got));
	CHECK(tap_is_same_file(got, fd));
	close(got);
	close(fd);
	close(pair[0]);
	CHECK_EQ(anc_recv_fd(pair[1]), -EPIPE);
	close(pair[1]);
}

static const struct tap_test tests[] = {
	{"one_descriptor_goes_through", test_one_descriptor_goes_through},
};
TAP_MAIN(tests)
