/* query-time - the dates of queries, in the local time zone. */
#include <string.h>
#include <time.h>

#include "daemon/core/query-tree.h"

enum { POINT_BYTES = 32 };

/* What of a point stays where it is, moves with time, moves by days. */
enum point_kind { POINT_OPEN, POINT_CALENDAR, POINT_AGO, POINT_DAY };

struct point { enum point_kind kind; int64_t from, until; };

static int64_t
local(int year, int month, int day, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute,
	    .tm_sec = second, .tm_isdst = -1 };

	return (int64_t)mktime(&tm);
}

static int64_t
utc(int year, int month, int day, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute,
	    .tm_sec = second };

	return (int64_t)timegm(&tm);
}

static int
day_of(int64_t now_s, int offset, struct point *point)
{
	time_t now = (time_t)now_s;
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL)
		return -1;
	point->kind = POINT_DAY;
	point->from = local(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday + offset, 0, 0, 0);
	point->until = local(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday + offset + 1, 0, 0, 0);
	return 0;
}

static int
ago(const char *str, int64_t now_s, struct point *point)
{
	static const struct { char unit; int64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 7 * 86400 }, { 'y', 365 * 86400 },
	};
	int64_t number = 0;
	size_t digits = strspn(str, "0123456789");

	if (digits == 0 || digits > 9 || strlen(str) != digits + 1)
		return -1;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (str[i] - '0');
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (units[i].unit == str[digits]) {
			point->kind = POINT_AGO;
			point->from = point->until = now_s - number * units[i].seconds;
			return 0;
		}
	}
	return -1;
}

static int
days_of(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Reads "NN" after the given separator, if it is there: 1, 0 if it is not, -1 if it is wrong. */
static int
part(const char **str, char separator, int least, int most, int *value)
{
	const char *at = *str;

	if (at[0] != separator)
		return 0;
	if (at[1] < '0' || at[1] > '9' || at[2] < '0' || at[2] > '9')
		return -1;
	*value = (at[1] - '0') * 10 + (at[2] - '0');
	*str = at + 3;
	return *value >= least && *value <= most ? 1 : -1;
}

static int
clock_time(const char *str, int year, int month, int day, struct point *point)
{
	int64_t (*in_zone)(int, int, int, int, int, int) = local;
	int hour, minute, second = 0, has_second;

	if (part(&str, 'T', 0, 23, &hour) != 1 || part(&str, ':', 0, 59, &minute) != 1)
		return -1;
	has_second = part(&str, ':', 0, 59, &second);
	if (has_second < 0)
		return -1;
	if (str[0] == 'Z') {
		in_zone = utc;
		str++;
	}
	point->from = in_zone(year, month, day, hour, minute, second);
	point->until = point->from + (has_second ? 1 : 60);
	return str[0] == '\0' ? 0 : -1;
}

static int
calendar(const char *str, struct point *point)
{
	int year, month = 1, day = 1, has_month, has_day;

	if (strspn(str, "0123456789") != 4)
		return -1;
	year = (str[0] - '0') * 1000 + (str[1] - '0') * 100 + (str[2] - '0') * 10 + (str[3] - '0');
	str += 4;
	point->kind = POINT_CALENDAR;
	has_month = part(&str, '-', 1, 12, &month);
	has_day = has_month == 1 ? part(&str, '-', 1, days_of(year, month), &day) : 0;
	if (has_month < 0 || has_day < 0)
		return -1;
	if (has_day == 1 && str[0] == 'T')
		return clock_time(str, year, month, day, point);
	point->from = local(year, month, day, 0, 0, 0);
	point->until = local(has_month ? year : year + 1, has_day || !has_month ? month : month + 1, has_day ? day + 1 : day, 0, 0, 0);
	return str[0] == '\0' ? 0 : -1;
}

static int
read_point(const char *str, size_t len, int64_t now_s, struct point *point)
{
	char text[POINT_BYTES];

	if (len == 0 || len >= sizeof text || memchr(str, '\0', len) != NULL)
		return -1;
	memcpy(text, str, len);
	text[len] = '\0';
	if (strcmp(text, "now") == 0) {
		point->kind = POINT_AGO;
		point->from = point->until = now_s;
		return 0;
	}
	if (strcmp(text, "today") == 0)
		return day_of(now_s, 0, point);
	if (strcmp(text, "yesterday") == 0)
		return day_of(now_s, -1, point);
	return ago(text, now_s, point) == 0 ? 0 : calendar(text, point);
}

/* Of two kinds it is only as of now: a search that is kept may find something later, or has done so. */
static bool
is_reversed(const struct point *first, const struct point *last)
{
	return first->kind != POINT_OPEN && first->kind == last->kind && first->from >= last->until;
}

enum query_time
query_time(const char *str, size_t len, int64_t now_s, int64_t *from, int64_t *until)
{
	const char *dots = memmem(str, len, "..", 2);
	struct point first = { POINT_OPEN, INT64_MIN, INT64_MAX }, last = first;
	size_t left = dots != NULL ? (size_t)(dots - str) : len, right = dots != NULL ? len - left - 2 : 0;

	if (dots == NULL) {
		if (read_point(str, len, now_s, &first) != 0)
			return QUERY_TIME_NONE;
		*from = first.from;
		*until = first.until == first.from ? INT64_MAX : first.until;
		return QUERY_TIME_OK;
	}
	if ((left > 0 && read_point(str, left, now_s, &first) != 0) ||
	    (right > 0 && read_point(dots + 2, right, now_s, &last) != 0) || left + right == 0)
		return QUERY_TIME_NONE;
	*from = first.from;
	*until = last.until;
	return is_reversed(&first, &last) ? QUERY_TIME_REVERSED : QUERY_TIME_OK;
}
