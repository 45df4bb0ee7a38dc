/* SPDX-License-Identifier: MIT */
/* Flags in and flags out: each setter its own, each getter its own. */
#include "tap.h"

#include <anc/options.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct send_setter {
	void (*set)(struct anc_send_options *, bool on);
	int flag;
};

static const struct send_setter send_setters[] = {
	{anc_send_options_end_of_record, MSG_EOR},
	{anc_send_options_out_of_band, MSG_OOB},
#ifdef MSG_CONFIRM
	{anc_send_options_confirm, MSG_CONFIRM},
#endif
#ifdef MSG_DONTROUTE
	{anc_send_options_dont_route, MSG_DONTROUTE},
#endif
#ifdef MSG_DONTWAIT
	{anc_send_options_dont_wait, MSG_DONTWAIT},
#endif
#ifdef MSG_MORE
	{anc_send_options_more, MSG_MORE},
#endif
#ifdef MSG_EOF
	{anc_send_options_eof, MSG_EOF},
#endif
};

struct recv_setter {
	void (*set)(struct anc_recv_options *, bool on);
	int flag;
};

static const struct recv_setter recv_setters[] = {
	{anc_recv_options_out_of_band, MSG_OOB},    {anc_recv_options_peek, MSG_PEEK},
	{anc_recv_options_wait_all, MSG_WAITALL},
#ifdef MSG_DONTWAIT
	{anc_recv_options_dont_wait, MSG_DONTWAIT},
#endif
#ifdef MSG_ERRQUEUE
	{anc_recv_options_err_queue, MSG_ERRQUEUE},
#endif
#ifdef MSG_TRUNC
	{anc_recv_options_truncate, MSG_TRUNC},
#endif
};

struct getter {
	bool (*get)(struct anc_recv_result);
	int flag;
};

static const struct getter getters[] = {
	{anc_recv_result_end_of_record, MSG_EOR},
	{anc_recv_result_out_of_band, MSG_OOB},
	{anc_recv_result_normal_data_truncated, MSG_TRUNC},
	{anc_recv_result_control_data_truncated, MSG_CTRUNC},
#ifdef MSG_ERRQUEUE
	{anc_recv_result_err_queue, MSG_ERRQUEUE},
#endif
};

TEST(each_send_setter_sets_and_clears_exactly_its_flag)
{
	size_t i;

	for (i = 0; i < COUNT(send_setters); i++) {
		struct anc_send_options options = {0};

		send_setters[i].set(&options, true);
		CHECK_EQ(options.flags, send_setters[i].flag);
		send_setters[i].set(&options, true);
		CHECK_EQ(options.flags, send_setters[i].flag);
		send_setters[i].set(&options, false);
		CHECK_EQ(options.flags, 0);
		options.flags = -1;
		send_setters[i].set(&options, false);
		CHECK_EQ(options.flags, ~send_setters[i].flag);
		CHECK(!options.signal);
	}
}

TEST(each_recv_setter_sets_and_clears_exactly_its_flag)
{
	size_t i;

	for (i = 0; i < COUNT(recv_setters); i++) {
		struct anc_recv_options options = {0};

		recv_setters[i].set(&options, true);
		CHECK_EQ(options.flags, recv_setters[i].flag);
		recv_setters[i].set(&options, true);
		CHECK_EQ(options.flags, recv_setters[i].flag);
		recv_setters[i].set(&options, false);
		CHECK_EQ(options.flags, 0);
		options.flags = -1;
		recv_setters[i].set(&options, false);
		CHECK_EQ(options.flags, ~recv_setters[i].flag);
	}
}

TEST(zeroed_send_options_ask_for_no_signal)
{
	struct anc_send_options options = {0};

	CHECK_EQ(anc_send_options_flags(options), MSG_NOSIGNAL);
	anc_send_options_no_signal(&options, false);
	CHECK(options.signal);
	CHECK_EQ(anc_send_options_flags(options), 0);
	anc_send_options_no_signal(&options, true);
	CHECK(!options.signal);
	CHECK_EQ(anc_send_options_flags(options), MSG_NOSIGNAL);
}

TEST(no_signal_leaves_the_flags_alone)
{
	struct anc_send_options options = {MSG_EOR, false};

	anc_send_options_no_signal(&options, false);
	CHECK_EQ(options.flags, MSG_EOR);
	CHECK_EQ(anc_send_options_flags(options), MSG_EOR);
	anc_send_options_no_signal(&options, true);
	CHECK_EQ(options.flags, MSG_EOR);
	CHECK_EQ(anc_send_options_flags(options), MSG_EOR | MSG_NOSIGNAL);
}

TEST(a_receive_is_always_close_on_exec)
{
	struct anc_recv_options options = {0};

	CHECK_EQ(anc_recv_options_flags(options), MSG_CMSG_CLOEXEC);
	anc_recv_options_peek(&options, true);
	CHECK_EQ(options.flags, MSG_PEEK);
	CHECK_EQ(anc_recv_options_flags(options), MSG_PEEK | MSG_CMSG_CLOEXEC);
}

TEST(custom_flags_are_added_to_those_that_are_set)
{
	struct anc_send_options send = {MSG_EOR, false};
	struct anc_recv_options recv = {MSG_PEEK};

	anc_send_options_custom_flags(&send, 0x40000);
	anc_send_options_custom_flags(&send, 0x4000000);
	CHECK_EQ(send.flags, MSG_EOR | 0x40000 | 0x4000000);
	anc_send_options_custom_flags(&send, 0);
	CHECK_EQ(send.flags, MSG_EOR | 0x40000 | 0x4000000);
	anc_recv_options_custom_flags(&recv, 0x10000);
	CHECK_EQ(recv.flags, MSG_PEEK | 0x10000);
}

TEST(each_result_getter_reads_exactly_its_flag)
{
	size_t i;

	for (i = 0; i < COUNT(getters); i++) {
		CHECK(getters[i].get((struct anc_recv_result){0, getters[i].flag}));
		CHECK(getters[i].get((struct anc_recv_result){0, -1}));
		CHECK(!getters[i].get((struct anc_recv_result){SIZE_MAX, ~getters[i].flag}));
		CHECK(!getters[i].get((struct anc_recv_result){0, 0}));
	}
}

TEST(a_result_has_custom_flags_only_when_it_has_all_of_them)
{
	const struct anc_recv_result result = {0, MSG_EOR | MSG_OOB};

	CHECK(anc_recv_result_custom_flags(result, MSG_EOR));
	CHECK(anc_recv_result_custom_flags(result, MSG_OOB | MSG_EOR));
	CHECK(!anc_recv_result_custom_flags(result, MSG_EOR | MSG_TRUNC));
	CHECK(!anc_recv_result_custom_flags(result, MSG_TRUNC));
	CHECK(anc_recv_result_custom_flags(result, 0));
}

static const struct tap_test tests[] = {
	{"each_send_setter_sets_and_clears_exactly_its_flag",
	 test_each_send_setter_sets_and_clears_exactly_its_flag},
	{"each_recv_setter_sets_and_clears_exactly_its_flag",
	 test_each_recv_setter_sets_and_clears_exactly_its_flag},
	{"zeroed_send_options_ask_for_no_signal", test_zeroed_send_options_ask_for_no_signal},
	{"no_signal_leaves_the_flags_alone", test_no_signal_leaves_the_flags_alone},
	{"a_receive_is_always_close_on_exec", test_a_receive_is_always_close_on_exec},
	{"custom_flags_are_added_to_those_that_are_set",
	 test_custom_flags_are_added_to_those_that_are_set},
	{"each_result_getter_reads_exactly_its_flag",
	 test_each_result_getter_reads_exactly_its_flag},
	{"a_result_has_custom_flags_only_when_it_has_all_of_them",
	 test_a_result_has_custom_flags_only_when_it_has_all_of_them},
};
TAP_MAIN(tests)
