/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <inttypes.h>

/* No libc's calendar: its time_t may be narrow, its time zone may count leap seconds. */

#define ANC_DAY 86400
#define ANC_YEAR_0 INT64_C(-62167219200)     /* 0000-01-01, in seconds since 1970 */
#define ANC_YEAR_10000 INT64_C(253402300800) /* 10000-01-01 */

/* After 400 years the Gregorian calendar begins anew. */
#define ANC_CYCLE_YEARS 400
#define ANC_CYCLE_DAYS 146097

struct anc_date {
	unsigned year;
	unsigned month; /* from 0 */
	unsigned day;   /* from 0 */
};

static bool anc_year_is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned anc_month_days(unsigned year, unsigned month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month] + (month == 1 && anc_year_is_leap(year) ? 1U : 0U);
}

/* From the days since 0000-01-01. */
static struct anc_date anc_date_of(unsigned days)
{
	struct anc_date date = {days / ANC_CYCLE_DAYS * ANC_CYCLE_YEARS, 0, days % ANC_CYCLE_DAYS};
	unsigned of_year = 366;

	for (; date.day >= of_year; date.year++) {
		date.day -= of_year;
		of_year = anc_year_is_leap(date.year + 1) ? 366 : 365;
	}
	for (; date.day >= anc_month_days(date.year, date.month); date.month++)
		date.day -= anc_month_days(date.year, date.month);
	return date;
}

static void anc_text_add_date(struct anc_text *text, const struct anc_moment *moment)
{
	const int64_t since = moment->seconds - ANC_YEAR_0;
	const struct anc_date date = anc_date_of((unsigned)(since / ANC_DAY));
	const unsigned second = (unsigned)(since % ANC_DAY);

	anc_text_add_word(text, "%04u-%02u-%02uT%02u:%02u:%02u.%0*" PRIu64 "Z", date.year,
			  date.month + 1, date.day + 1, second / 3600, second / 60 % 60,
			  second % 60, moment->digits, moment->fraction);
}

/* Seconds that a fraction of more than one has in it, where there is room for them. */
static struct anc_moment anc_moment_carry(const struct anc_moment *moment)
{
	struct anc_moment carried = *moment;
	const int64_t more = (int64_t)(moment->fraction / moment->per_second);

	if (moment->seconds <= INT64_MAX - more) {
		carried.seconds += more;
		carried.fraction %= moment->per_second;
	}
	return carried;
}

/* The fraction counts upwards from the second below: of -2 and 0.5 that is -1.5. */
static void anc_text_add_seconds(struct anc_text *text, const struct anc_moment *moment)
{
	struct anc_moment left = anc_moment_carry(moment);
	const bool is_before = left.seconds < 0 && left.fraction > 0;

	if (is_before) {
		left.seconds++;
		left.fraction = left.per_second - left.fraction;
	}
	anc_text_add_word(text, "%s%" PRId64 ".%0*" PRIu64,
			  is_before && left.seconds == 0 ? "-" : "", left.seconds, left.digits,
			  left.fraction);
}

void anc_text_add_moment(struct anc_text *text, const struct anc_moment *moment, bool since_1970)
{
	if (moment->seconds == 0 && moment->fraction == 0)
		anc_text_add(text, text->json ? "null" : "0");
	else if (since_1970 && moment->seconds >= ANC_YEAR_0 && moment->seconds < ANC_YEAR_10000 &&
		 moment->fraction < moment->per_second)
		anc_text_add_date(text, moment);
	else
		anc_text_add_seconds(text, moment);
}
