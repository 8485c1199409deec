/* date: what is read, what is no date, and the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "feeds/date.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* want NULL: no date */
static const struct { const char *text, *want; } rows[] = {
	/* RFC 822, 2822, 5322 */
	{ "Wed, 31 Dec 2003 10:14:55 GMT", "2003-12-31T10:14:55Z" },
	{ "31 Dec 2003 10:14:55 -0800", "2003-12-31T18:14:55Z" },
	{ "Wed, 31 Dec 2003 10:14 GMT", "2003-12-31T10:14:00Z" },
	{ "Wed, 31 Dec 2003", "2003-12-31T00:00:00Z" },
	{ "31 Dec 69 10:14:55 UT", "2069-12-31T10:14:55Z" },
	{ "31 Dec 70 10:14:55 UT", "1970-12-31T10:14:55Z" },
	{ "1 Jan 00", "2000-01-01T00:00:00Z" },
	{ "wed, 31 DEC 2003 10:14:55 est", "2003-12-31T15:14:55Z" },
	{ "Wed,31 Dec 2003 10:14:55+0100", "2003-12-31T09:14:55Z" },
	{ "Wed, 31 (of the (great)) Dec (\\) 1999) 2003 10:14:55 GMT (UTC)", "2003-12-31T10:14:55Z" },
	{ "Wed, 31 Dec 2003 10:14:55 (never closed", "2003-12-31T10:14:55Z" },
	{ "  \tWed,\r\n 31 Dec 2003 10:14:55 GMT\n", "2003-12-31T10:14:55Z" },
	{ "Wed, 31 Dec 2003 24:00:00 GMT", "2004-01-01T00:00:00Z" },
	{ "Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z" },
	/* ISO 8601 and its relatives */
	{ "2003", "2003-01-01T00:00:00Z" },
	{ "2003-12", "2003-12-01T00:00:00Z" },
	{ "2003-12-31", "2003-12-31T00:00:00Z" },
	{ "2003-12-31T10:14", "2003-12-31T10:14:00Z" },
	{ "2003-12-31T10:14:55Z", "2003-12-31T10:14:55Z" },
	{ "2003-12-31t10:14:55z", "2003-12-31T10:14:55Z" },
	{ "2003-12-31 10:14:55", "2003-12-31T10:14:55Z" },
	{ "2003-12-31  10:14:55 +01:00", "2003-12-31T09:14:55Z" },
	{ "2003-12-31T10:14:55.123456789-08:00", "2003-12-31T18:14:55Z" },
	{ "2003-12-31T10:14:55,5Z", "2003-12-31T10:14:55Z" },
	{ "2003-12-31T10:14:55+0530", "2003-12-31T04:44:55Z" },
	{ "2003-12-31T10:14:55+05", "2003-12-31T05:14:55Z" },
	{ "2003-12-31T10:14:55 GMT+0200", "2003-12-31T08:14:55Z" },
	{ "2003-12-31T10:14:55 CET", "2003-12-31T09:14:55Z" },
	{ "2003-12-31 2:15 PM", "2003-12-31T14:15:00Z" },
	{ "2003/1/2", "2003-01-02T00:00:00Z" },
	{ "2003/1/2 3:04", "2003-01-02T03:04:00Z" },
	{ "20031231", "2003-12-31T00:00:00Z" },
	{ "20031231101455", "2003-12-31T10:14:55Z" },
	{ "2003-365", "2003-12-31T00:00:00Z" }, { "2004-060T10:00Z", "2004-02-29T10:00:00Z" }, { "2003001", "2003-01-01T00:00:00Z" },
	{ "0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z" },
	{ "2000-02-29", "2000-02-29T00:00:00Z" },
	{ "2004-Jul-13T9:15-05:00", "2004-07-13T14:15:00Z" },
	/* asctime, JavaScript, Unix, Common Log Format */
	{ "Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z" },
	{ "Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06Z" },
	{ "Sun Jul 15 01:16:00 +0000 2012", "2012-07-15T01:16:00Z" },
	{ "Fri Jun 07 2013 19:02:23 GMT+0200 (Central European Summer Time)", "2013-06-07T17:02:23Z" },
	{ "1072894495", "2003-12-31T18:14:55Z" },
	{ "999999999", "2001-09-09T01:46:39Z" },
	{ "1072894495000", "2003-12-31T18:14:55Z" },
	{ "31/Dec/2003:10:14:55 +0100", "2003-12-31T09:14:55Z" },
	/* English */
	{ "January 4, 2016", "2016-01-04T00:00:00Z" },
	{ "Jan. 4, 2016, 12:37 a.m.", "2016-01-04T00:37:00Z" },
	{ "Jan. 4, 2016, 12:37 p.m.", "2016-01-04T12:37:00Z" },
	{ "Jan 4 2016 at 9:05:07 PM EST", "2016-01-05T02:05:07Z" },
	{ "Monday, January 4, 2016 - 3:09pm", "2016-01-04T15:09:00Z" },
	{ "Monday, January 4, 2016 3pm", "2016-01-04T15:00:00Z" },
	{ "the 4th of January 2016", "2016-01-04T00:00:00Z" },
	{ "10:30 on 22nd Sept 2019 UTC", "2019-09-22T10:30:00Z" },
	{ "4-Jan-2016 10:00:00", "2016-01-04T10:00:00Z" },
	{ "2016 Jan 4", "2016-01-04T00:00:00Z" },
	{ "Mardi, 4 January 2016", "2016-01-04T00:00:00Z" },
	{ "mar, 4 Jan 2016", "2016-01-04T00:00:00Z" },
	{ "mar., 1 Mar 2016 10:00:00 +0100", "2016-03-01T09:00:00Z" }, { "Mar. 1, 2016", "2016-03-01T00:00:00Z" },
	{ "Thu, 01 Jan 2004 19:48:21 EST5EDT", "2004-01-02T00:48:21Z" }, { "2004-01-01T19:48:21 PST8PDT", "2004-01-02T03:48:21Z" },
	{ "Wed, 31 Dec 2003 0:30 AM", "2003-12-31T00:30:00Z" }, { "Wed, 31 Dec 2003 12:30 AM", "2003-12-31T00:30:00Z" },
	{ "\xd0\xbf\xd0\xbd, 04 Jan 2016 10:00:00 +0300", "2016-01-04T07:00:00Z" },
	{ "4 Januar 2016", "2016-01-04T00:00:00Z" },
	/* zones */
	{ "31 Dec 2003 10:14:55 EDT", "2003-12-31T14:14:55Z" }, { "31 Dec 2003 10:14:55 CST", "2003-12-31T16:14:55Z" },
	{ "31 Dec 2003 10:14:55 MDT", "2003-12-31T16:14:55Z" }, { "31 Dec 2003 10:14:55 PST", "2003-12-31T18:14:55Z" },
	{ "31 Dec 2003 10:14:55 AT", "2003-12-31T14:14:55Z" }, { "31 Dec 2003 10:14:55 PT", "2003-12-31T18:14:55Z" },
	{ "31 Dec 2003 10:14:55 WEST", "2003-12-31T09:14:55Z" }, { "31 Dec 2003 10:14:55 BST", "2003-12-31T09:14:55Z" },
	{ "31 Dec 2003 10:14:55 MEST", "2003-12-31T08:14:55Z" }, { "31 Dec 2003 10:14:55 EEST", "2003-12-31T07:14:55Z" },
	{ "31 Dec 2003 10:14:55 MSK", "2003-12-31T07:14:55Z" }, { "31 Dec 2003 10:14:55 IST", "2003-12-31T08:14:55Z" },
	{ "31 Dec 2003 10:14:55 JST", "2003-12-31T01:14:55Z" }, { "31 Dec 2003 10:14:55 AEST", "2003-12-31T00:14:55Z" },
	{ "31 Dec 2003 10:14:55 Etc/GMT", "2003-12-31T10:14:55Z" }, { "31 Dec 2003 10:14:55 Q", "2003-12-31T10:14:55Z" },
	{ "31 Dec 2003 10:14:55 GMT-7", "2003-12-31T17:14:55Z" }, { "31 Dec 2003 10:14:55 UTC+05:30", "2003-12-31T04:44:55Z" },
	{ "31 Dec 2003 10:14:55 +1400", "2003-12-30T20:14:55Z" }, { "31 Dec 2003 10:14:55 +1401", "2003-12-31T10:14:55Z" },
	{ "31 Dec 2003 10:14:55 -0099", "2003-12-31T10:14:55Z" }, { "31 Dec 2003 10:14:55 +99999", "2003-12-31T10:14:55Z" },
	{ "31 Dec 2003 10:14:55 America/New_York", "2003-12-31T10:14:55Z" },
	/* none */
	{ "", NULL }, { " ", NULL }, { "yesterday", NULL }, { "12", NULL }, { "123456", NULL }, { "031231", NULL },
	{ "2003-366", NULL }, { "2003-000", NULL }, { "2003-13-01", NULL }, { "2003-00-01", NULL }, { "2003-12-32", NULL }, { "2003-12-00", NULL },
	{ "2003-02-29", NULL }, { "1900-02-29", NULL }, { "2003-12-31T25:00:00Z", NULL }, { "2003-12-31T24:00:01Z", NULL },
	{ "2003-12-31T10:60:00Z", NULL }, { "2003-12-31T10:14:61Z", NULL }, { "2003-12-31Tmorning", NULL },
	{ "2003-12-31x", NULL }, { "2003-12-31T10", NULL }, { "-0312-01-01", NULL }, { "1/2/2003", NULL },
	{ "01.02.2003", NULL }, { "2003.02.01", NULL }, { "32 Dec 2003", NULL }, { "31 Dec 2003 1:2:3:4", NULL },
	{ "31 Dec 2003 25:00", NULL }, { "31 Dec", NULL }, { "Dec 2003", NULL }, { "31 2003", NULL },
	{ "Fri, 28 Xyz 2010 21:03:38 GMT", NULL }, { "mar. 12 janv. 2010", NULL }, { "mar, 12 gen 2010", NULL },
	{ "31 Dec 2003 2004", NULL }, { "31 Dec 2003 10:00 11:00", NULL }, { "31 Dec 12345", NULL }, { "31 Dec 2003 0:30 pm", NULL },
	{ "20031301", NULL }, { "99999999999999", NULL }, { "123456789012345678901234567890", NULL }, { "\xff\xfe", NULL },
	{ "(31 Dec 2003)", NULL }, { "2003-", NULL }, { "2003-1-", NULL },
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t when = 12345;
		char text[DATE_RFC3339_BYTES];
		int result = date_parse(rows[i].text, strlen(rows[i].text), &when);
		const char *got = result == 0 ? date_format(when, text) : NULL;

		if (rows[i].want == NULL ? got != NULL : got == NULL || strcmp(got, rows[i].want) != 0)
			fail_msg("row %zu: %s is %s", i, rows[i].text, got != NULL ? got : "no date");
		if (result != 0 && when != 12345)
			fail_msg("row %zu: the time is touched", i);
	}
}

/* In a block of exactly its size, so that a sanitizer sees a read beyond it. */
static void
test_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = strlen(rows[i].text);
		int64_t when;

		for (size_t part = 0; part <= len; part++) {
			char *exact = malloc(part + (part == 0));

			memcpy(exact, rows[i].text, part);
			date_parse(exact, part, &when);
			free(exact);
		}
	}
}

static void
test_limit(void **state)
{
	char text[DATE_TEXT_MAX + 2];
	int64_t when;

	(void)state;
	memset(text, ',', sizeof(text));
	memcpy(text, "31 Dec 2003", 11);
	assert_int_equal(date_parse(text, DATE_TEXT_MAX, &when), 0);
	assert_int_equal(date_parse(text, DATE_TEXT_MAX + 1, &when), -1);
}

/* Against the C library, for a day in each of four hundred years and more. */
static void
test_calendar(void **state)
{
	(void)state;
	for (int64_t day = -80000; day < 80000; day += 17) {
		time_t when = (time_t)(day * 86400 + 45296);
		char text[DATE_RFC3339_BYTES], want[DATE_RFC3339_BYTES];
		int64_t back;
		struct tm utc;

		gmtime_r(&when, &utc);
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &utc);
		if (strcmp(date_format(when, text), want) != 0)
			fail_msg("day %lld: %s instead of %s", (long long)day, text, want);
		if (date_parse(text, strlen(text), &back) != 0 || back != when)
			fail_msg("day %lld: %s does not come back", (long long)day, text);
		if (date_from_civil(utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, 12, 34, 56) != when)
			fail_msg("day %lld: from civil", (long long)day);
	}
}

static void
test_clamp(void **state)
{
	char text[DATE_RFC3339_BYTES];

	(void)state;
	assert_string_equal(date_format(INT64_MAX, text), "9999-12-31T23:59:59Z");
	assert_string_equal(date_format(INT64_MIN, text), "0000-01-01T00:00:00Z");
	assert_string_equal(date_format(date_from_civil(0, 2, 29, 1, 2, 3), text), "0000-02-29T01:02:03Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse), cmocka_unit_test(test_bounds), cmocka_unit_test(test_limit),
		cmocka_unit_test(test_calendar), cmocka_unit_test(test_clamp),
	};

	return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
