/* SPDX-License-Identifier: MIT */
#include "tap.h"

#include <anc/cmsg.h>

TEST(put_and_walk_one)
{
	unsigned char buf[ANC_CMSG_SPACE(3)];
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;

	CHECK_EQ(anc_cmsg_put(buf, sizeof(buf), 7, 9, "abc", 3), sizeof(buf));
	it = anc_cmsgs_iter(anc_cmsgs_from_bytes(buf, sizeof(buf)));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK_EQ(msg.level, 7);
	CHECK_EQ(msg.type, 9);
	CHECK_EQ(msg.len, 3);
	CHECK(!msg.truncated);
	CHECK_EQ(memcmp(msg.data, "abc", 3), 0);
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 0);
}

static const struct tap_test tests[] = {
	{"put_and_walk_one", test_put_and_walk_one},
};
TAP_MAIN(tests)
