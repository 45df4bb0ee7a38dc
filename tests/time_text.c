/* SPDX-License-Identifier: MIT */
/* Times as text: on every host the same, whatever its libc and its time zone. */
#include "tap.h"

#include <stdlib.h>
#include <time.h>

#include <anc/anc.h>

/* One stamp of 8 + 8 bytes. */
static void check_date(int64_t seconds, const char *expected)
{
	const struct anc_abi *abi = anc_abi_host();
	const struct anc_message_type row = {
		.name = "AT",
		.level = 77,
		.type = 1,
		.size = 16,
		.fields = &(const struct anc_field){"time", ANC_FIELD_TIMESPEC, 16, 0, NULL},
		.field_count = 1,
	};
	const int64_t stamp[] = {seconds, 5};
	const struct anc_cmsg msg = {77, 1, stamp, sizeof(stamp), false};
	char text[80];

	CHECK(anc_message_format(&row, &msg, abi, text, sizeof(text)) < (int)sizeof(text));
	CHECK_STR(text, expected);
}

/* Whatever the width of this host's time_t, its libc, its time zone: a year has four digits. */
TEST(a_time_is_the_same_text_on_every_host)
{
	CHECK_EQ(setenv("TZ", "right/UTC", 1), 0);
	tzset();
	check_date(1500000000, "AT time=2017-07-14T02:40:00.000000005Z");
	check_date(951782400, "AT time=2000-02-29T00:00:00.000000005Z");
	check_date(-1, "AT time=1969-12-31T23:59:59.000000005Z");
	check_date(2208988800, "AT time=2040-01-01T00:00:00.000000005Z");
	check_date(253402300799, "AT time=9999-12-31T23:59:59.000000005Z");
	check_date(-62135596800, "AT time=0001-01-01T00:00:00.000000005Z");
	check_date(253402300800, "AT time=253402300800.000000005");
	check_date(-62167219201, "AT time=-62167219200.999999995");
	CHECK_EQ(unsetenv("TZ"), 0);
	tzset();
}

/* What no clock says, but two numbers can. */
TEST(a_fraction_of_more_than_a_second_is_carried)
{
	static const struct anc_field field = {"time", ANC_FIELD_TIMESPEC, 16, 0, NULL};
	const struct anc_message_type row = {
		.name = "AT", .level = 77, .type = 1, .fields = &field, .field_count = 1};
	static const struct {
		int64_t stamp[2];
		const char *text;
	} cases[] = {
		{{5, 1000000000}, "AT time=6.000000000"},
		{{-1, 1500000000}, "AT time=0.500000000"},
		{{-3, 1500000000}, "AT time=-1.500000000"},
		{{INT64_MAX, 1000000000}, "AT time=9223372036854775807.1000000000"},
	};
	char text[80];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct anc_cmsg msg = {77, 1, cases[i].stamp, 16, false};

		anc_message_format(&row, &msg, NULL, text, sizeof(text));
		CHECK_STR(text, cases[i].text);
	}
}

static const struct tap_test tests[] = {
	{"a_time_is_the_same_text_on_every_host", test_a_time_is_the_same_text_on_every_host},
	{"a_fraction_of_more_than_a_second_is_carried",
	 test_a_fraction_of_more_than_a_second_is_carried},
};
TAP_MAIN(tests)
