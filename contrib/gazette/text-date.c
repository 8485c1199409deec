#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "contrib/gazette/text.h"

enum {
	YEAR_S = 330 * 86400,		/* short of a year, so that day and month are unambiguous */
	DATE_CHARACTERS = 256
};

char *
text_age(int64_t time_s, int64_t now_s, char out[TEXT_AGE_BYTES])
{
	static const struct { int64_t under_s, unit_s; char unit; } steps[] = {
		{ 3600, 60, 'm' }, { 86400, 3600, 'h' }, { 7 * 86400, 86400, 'd' }
	};
	time_t		 when = (time_t)time_s, now = (time_t)now_s;
	int64_t		 age = now_s > time_s ? now_s - time_s : time_s - now_s;
	struct tm	 tm, today;
	bool		 with_year;
	size_t		 i;

	if (age < 60) {
		snprintf(out, TEXT_AGE_BYTES, "now");
		return out;
	}
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (age >= steps[i].under_s)
			continue;
		snprintf(out, TEXT_AGE_BYTES, "%s%d%c", time_s > now_s ? "in " : "", (int)(age / steps[i].unit_s),
		    steps[i].unit);
		return out;
	}
	*out = '\0';
	if (localtime_r(&now, &today) == NULL || localtime_r(&when, &tm) == NULL)
		return out;
	with_year = time_s > now_s ? tm.tm_year != today.tm_year : age >= YEAR_S;
	if (strftime(out, TEXT_AGE_BYTES, with_year ? "%b %Y" : "%e %b", &tm) == 0)
		*out = '\0';
	return out;
}

/* Whether the format has one of these conversions, its flags set aside. */
static bool
has(const char *format, const char *conversions)
{
	for (const char *at = strchr(format, '%'); at != NULL; at = strchr(at, '%')) {
		at += 1 + strspn(at + 1, "EO_-0^#");
		if (*at == '\0')
			return false;
		if (strchr(conversions, *at++) != NULL)
			return true;
	}
	return false;
}

/* Whether one of the conversions of first comes before any of second. */
static bool
comes_first(const char *format, const char *first, const char *second)
{
	char before[TEXT_DATE_BYTES];

	for (size_t len = 2; len <= strlen(format) && len < sizeof(before); len++) {
		snprintf(before, sizeof(before), "%.*s", (int)len, format);
		if (has(before, first))
			return true;
		if (has(before, second))
			return false;
	}
	return false;
}

/* "%m/%d/%y" is C's, which is English, but not American. */
void
text_date_format(const char *date, const char *time, char out[TEXT_DATE_BYTES])
{
	const char *day = strcmp(date, "%m/%d/%y") == 0 ? "%a, %-d %b %Y" : comes_first(date, "YyCGF", "mbBdeDx") ? "%a %Y-%m-%d" :
	    comes_first(date, "mbBD", "deYy") ? "%a, %b %-d, %Y" : "%a, %-d %b %Y";

	snprintf(out, TEXT_DATE_BYTES, "%s %s", day, has(time, "rIlpP") ? "%-I:%M %p" : "%H:%M");
}

/* strftime(3) in wide characters, so that LC_TIME may be in any encoding. */
static void
put_date(const struct tm *tm, const char *format, struct buf *out)
{
	wchar_t wide[TEXT_DATE_BYTES], text[DATE_CHARACTERS];
	struct buf utf8 = BUF_INIT(4 * DATE_CHARACTERS);
	size_t count = mbstowcs(wide, format, TEXT_DATE_BYTES);

	if (count == (size_t)-1 || count == TEXT_DATE_BYTES)
		return;
	count = wcsftime(text, DATE_CHARACTERS, wide, tm);
	for (size_t at = 0; at < count; at++)
		buf_put_utf8(&utf8, (unsigned)text[at]);
	text_cleann(buf_str(&utf8), utf8.len, out);
	buf_free(&utf8);
}

void
text_date(int64_t time_s, const char *format, struct buf *out)
{
	char own[TEXT_DATE_BYTES];
	time_t when = (time_t)time_s;
	struct tm tm;

	if (format == NULL) {
		text_date_format(nl_langinfo(D_FMT), nl_langinfo(T_FMT), own);
		format = own;
	}
	if (localtime_r(&when, &tm) != NULL)
		put_date(&tm, format, out);
}
