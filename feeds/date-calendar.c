/*
 * date-calendar - the proleptic Gregorian calendar, both ways.
 */
#include "feeds/date.h"

/* Days since 1970-01-01; years are counted from March, so that the leap day is the last one. */
static int64_t
days_from_civil(int64_t year, int month, int day)
{
	int64_t era, day_of_era;
	int year_of_era, day_of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	year_of_era = (int)(year - era * 400);
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	day_of_era = (int64_t)year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

int64_t
date_from_civil(int64_t year, int month, int day, int hour, int minute, int second)
{
	return ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
}

static char *
put_digits(char *out, int value, int width)
{
	for (int i = width - 1; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
	return out + width;
}

char *
date_format(int64_t time_s, char out[DATE_RFC3339_BYTES])
{
	const int64_t first = date_from_civil(0, 1, 1, 0, 0, 0), last = date_from_civil(9999, 12, 31, 23, 59, 59);
	int64_t days, day_of_era, year;
	int seconds, year_of_era, day_of_year, month;
	char *pos = out;

	time_s = time_s < first ? first : time_s > last ? last : time_s;
	/* from 0000-03-01 on, so that nothing is negative but January and February of the year 0 */
	days = (time_s - first) / 86400 - 60 + 146097;
	seconds = (int)((time_s - first) % 86400);
	day_of_era = days % 146097;
	year_of_era = (int)((day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365);
	day_of_year = (int)(day_of_era - (365 * (int64_t)year_of_era + year_of_era / 4 - year_of_era / 100));
	month = (5 * day_of_year + 2) / 153;
	year = year_of_era + (days / 146097 - 1) * 400 + (month >= 10);
	pos = put_digits(pos, (int)year, 4);
	*pos++ = '-';
	pos = put_digits(pos, month < 10 ? month + 3 : month - 9, 2);
	*pos++ = '-';
	pos = put_digits(pos, day_of_year - (153 * month + 2) / 5 + 1, 2);
	*pos++ = 'T';
	pos = put_digits(pos, seconds / 3600, 2);
	*pos++ = ':';
	pos = put_digits(pos, seconds / 60 % 60, 2);
	*pos++ = ':';
	pos = put_digits(pos, seconds % 60, 2);
	*pos++ = 'Z';
	*pos = '\0';
	return out;
}
