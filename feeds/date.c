/*
 * Two readers: one for what begins with the year (ISO 8601 and its relatives), one for
 * everything that names the month. The latter takes the pieces in any order, as they
 * cannot be mistaken for each other.
 */
#include "feeds/date.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { UNSET = -1, ZONE_MAX_MIN = 14 * 60, HALF_DAY = 12 };

struct fields {
	int	year, month, day;	/* UNSET where missing */
	int	hour, minute, second;
	int	zone_min;		/* east of Greenwich */
};

struct scan { const char *pos, *end; };

/* What a word means outside of the names of months. */
enum meaning { NOISE, UTC, ZONE };

static const struct word { const char *name; enum meaning meaning; int zone_min; } words[] = {
	{ "a", NOISE, 0 }, { "and", NOISE, 0 }, { "at", NOISE, 0 }, { "of", NOISE, 0 }, { "on", NOISE, 0 },
	{ "t", NOISE, 0 }, { "the", NOISE, 0 },
	{ "z", UTC, 0 }, { "ut", UTC, 0 }, { "utc", UTC, 0 }, { "gmt", UTC, 0 }, { "etc/gmt", UTC, 0 }, { "etc/utc", UTC, 0 },
	{ "est", ZONE, -5 * 60 }, { "edt", ZONE, -4 * 60 }, { "cst", ZONE, -6 * 60 }, { "cdt", ZONE, -5 * 60 },
	{ "mst", ZONE, -7 * 60 }, { "mdt", ZONE, -6 * 60 }, { "pst", ZONE, -8 * 60 }, { "pdt", ZONE, -7 * 60 },
	{ "at", ZONE, -4 * 60 }, { "et", ZONE, -5 * 60 }, { "ct", ZONE, -6 * 60 }, { "mt", ZONE, -7 * 60 },
	{ "pt", ZONE, -8 * 60 },
	{ "wet", ZONE, 0 }, { "west", ZONE, 60 }, { "bst", ZONE, 60 }, { "cet", ZONE, 60 }, { "cest", ZONE, 2 * 60 },
	{ "met", ZONE, 60 }, { "mest", ZONE, 2 * 60 }, { "eet", ZONE, 2 * 60 }, { "eest", ZONE, 3 * 60 },
	{ "msk", ZONE, 3 * 60 }, { "ist", ZONE, 2 * 60 }, { "jst", ZONE, 9 * 60 }, { "aest", ZONE, 10 * 60 },
};

static const char *const months[] = {
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
	"december"
};

static const char *const weekdays[] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
};

/* --- dates from fields ------------------------------------------------------------------------ */

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* Month and day from the day of the year, 1-366. */
static void
set_ordinal(struct fields *f, int day)
{
	for (f->month = 1; f->month < 12 && day > days_in_month(f->year, f->month); f->month++)
		day -= days_in_month(f->year, f->month);
	f->day = day;
}

/* Range checks; a second of 60 is a leap second, 24:00:00 the end of the day. */
static int
finish(const struct fields *f, int64_t *time_s)
{
	if (f->year < 0 || f->month < 1 || f->month > 12 || f->day < 1 || f->day > days_in_month(f->year, f->month))
		return -1;
	if (f->hour < 0 || f->hour > 24 || f->minute < 0 || f->minute > 59 || f->second < 0 || f->second > 60)
		return -1;
	if (f->hour == 24 && (f->minute != 0 || f->second != 0))
		return -1;
	*time_s = date_from_civil(f->year, f->month, f->day, f->hour, f->minute, f->second) - f->zone_min * 60;
	return 0;
}

/* --- pieces ----------------------------------------------------------------------------------- */

static bool
is_digit(char chr)
{
	return chr >= '0' && chr <= '9';
}

static bool
is_space(char chr)
{
	return chr == ' ' || (chr >= '\t' && chr <= '\r');
}

/* Letters of any language: all bytes of a non-ASCII character count. */
static bool
is_letter(char chr)
{
	return (chr >= 'a' && chr <= 'z') || (chr >= 'A' && chr <= 'Z') || (unsigned char)chr >= 0x80;
}

static char
peek(const struct scan *s, size_t ahead)
{
	return (size_t)(s->end - s->pos) > ahead ? s->pos[ahead] : '\0';
}

static bool
accept(struct scan *s, char chr)
{
	if (peek(s, 0) != chr || s->pos == s->end)
		return false;
	s->pos++;
	return true;
}

static void
skip_spaces(struct scan *s)
{
	while (s->pos < s->end && is_space(*s->pos))
		s->pos++;
}

static size_t
count_digits(const struct scan *s)
{
	size_t n = 0;

	while (is_digit(peek(s, n)))
		n++;
	return n;
}

/* Takes n digits, n <= 9. */
static int
take_digits(struct scan *s, size_t n)
{
	int value = 0;

	for (; n != 0; n--)
		value = value * 10 + (*s->pos++ - '0');
	return value;
}

/* One or two digits, or UNSET. */
static int
take_two(struct scan *s)
{
	size_t n = count_digits(s);

	return n == 1 || n == 2 ? take_digits(s, n) : UNSET;
}

/* "am", "p.m." and the like; 0 if there is none, else 'a' or 'p'. */
static char
take_half(struct scan *s)
{
	struct scan t = *s;
	char half;

	skip_spaces(&t);
	half = (char)(peek(&t, 0) | 0x20);
	if (half != 'a' && half != 'p')
		return 0;
	t.pos++;
	accept(&t, '.');
	if ((peek(&t, 0) | 0x20) != 'm')
		return 0;
	t.pos++;
	accept(&t, '.');
	if (is_letter(peek(&t, 0)))
		return 0;
	*s = t;
	return half;
}

static bool
apply_half(struct fields *f, char half)
{
	if (half == 0 || (half == 'p' && f->hour > HALF_DAY))
		return true;
	if (f->hour > HALF_DAY || (f->hour == 0 && half == 'p'))
		return false;
	f->hour = f->hour % HALF_DAY + (half == 'p' ? HALF_DAY : 0);
	return true;
}

/* hh:mm[:ss[.f]] [am|pm]; false if it is no time. */
static bool
take_time(struct scan *s, struct fields *f)
{
	f->hour = take_two(s);
	if (f->hour == UNSET || !accept(s, ':'))
		return false;
	f->minute = take_two(s);
	f->second = 0;
	if (f->minute == UNSET)
		return false;
	if (accept(s, ':')) {
		f->second = take_two(s);
		if (f->second == UNSET || peek(s, 0) == ':')
			return false;
		if ((peek(s, 0) == '.' || peek(s, 0) == ',') && is_digit(peek(s, 1))) {
			s->pos++;
			s->pos += count_digits(s);
		}
	}
	return apply_half(f, take_half(s));
}

/* ±hhmm, ±hh:mm, ±hmm, ±hh after the sign; an impossible one is UTC. */
static void
take_offset(struct scan *s, bool west, struct fields *f)
{
	size_t n = count_digits(s);
	int hours = 0, minutes = 0;

	if (n > 4) {
		s->pos += n;
		f->zone_min = 0;
		return;
	}
	hours = take_digits(s, n > 2 ? n - 2 : n);
	if (n > 2)
		minutes = take_digits(s, 2);
	else if (peek(s, 0) == ':' && is_digit(peek(s, 1))) {
		s->pos++;
		minutes = take_two(s);
	}
	if (minutes < 0 || minutes > 59 || hours * 60 + minutes > ZONE_MAX_MIN)
		hours = minutes = 0;
	f->zone_min = (hours * 60 + minutes) * (west ? -1 : 1);
}

static bool
is_sign(const struct scan *s)
{
	return (peek(s, 0) == '+' || peek(s, 0) == '-') && is_digit(peek(s, 1));
}

static void
take_signed_offset(struct scan *s, struct fields *f)
{
	bool west = *s->pos++ == '-';

	take_offset(s, west, f);
}

static struct scan
take_word(struct scan *s)
{
	struct scan word = { s->pos, s->pos };

	while (is_letter(peek(s, 0)) || (peek(s, 0) == '/' && is_letter(peek(s, 1)))) {
		s->pos++;
		word.end++;
	}
	return word;
}

static size_t
word_len(struct scan word)
{
	return (size_t)(word.end - word.pos);
}

static const struct word *
find_word(struct scan word, bool zones)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].meaning == ZONE && !zones)
			continue;
		if (words[i].meaning == NOISE && zones)
			continue;
		if (strlen(words[i].name) == word_len(word) && strncasecmp(words[i].name, word.pos, word_len(word)) == 0)
			return &words[i];
	}
	return NULL;
}

/* Which of the names begins with the word, of at least three letters; counted from 1, or 0. */
static int
find_name(const char *const *names, int count, struct scan word)
{
	size_t len = word_len(word);

	for (int i = 0; len >= 3 && i < count; i++)
		if (strlen(names[i]) >= len && strncasecmp(names[i], word.pos, len) == 0)
			return i + 1;
	return 0;
}

/* --- the year first --------------------------------------------------------------------------- */

/* Zones as words or numbers, "GMT+1" included; what is unknown is UTC. */
static void
take_zone(struct scan *s, struct fields *f)
{
	const struct word *word;

	skip_spaces(s);
	if (is_letter(peek(s, 0))) {
		word = find_word(take_word(s), true);
		f->zone_min = word != NULL ? word->zone_min : 0;
		if (word == NULL || word->meaning != UTC)
			return;
		skip_spaces(s);
	}
	if (is_sign(s))
		take_signed_offset(s, f);
}

/* MM[-DD] or DDD, a day of the year. */
static void
take_month_day(struct scan *s, char mark, struct fields *f)
{
	if (count_digits(s) == 3) {
		set_ordinal(f, take_digits(s, 3));
		return;
	}
	f->month = take_two(s);
	if (accept(s, mark))
		f->day = take_two(s);
}

/* YYYY[-MM[-DD[(T| )hh:mm[:ss[.f]][zone]]]], with - or / between; 1 if it is of another kind. */
static int
read_iso(struct scan s, int64_t *time_s)
{
	struct fields f = { .year = UNSET, .month = 1, .day = 1 };
	char mark;

	if (count_digits(&s) != 4)
		return 1;
	f.year = take_digits(&s, 4);
	mark = peek(&s, 0);
	if (s.pos == s.end)
		return finish(&f, time_s);
	if ((mark != '-' && mark != '/') || !is_digit(peek(&s, 1)))
		return 1;
	s.pos++;
	take_month_day(&s, mark, &f);
	if (s.pos < s.end && !is_space(*s.pos) && *s.pos != 'T' && *s.pos != 't')
		return -1;
	skip_spaces(&s);
	if ((accept(&s, 'T') || accept(&s, 't') || is_digit(peek(&s, 0))) && s.pos < s.end) {
		if (!take_time(&s, &f))
			return -1;
		take_zone(&s, &f);
	}
	return finish(&f, time_s);
}

/* Digits alone: YYYYMMDD, YYYYDDD, YYYYMMDDhhmmss, or Unix time in seconds or (13 digits) milliseconds. */
static int
read_digits(struct scan s, int64_t *time_s)
{
	struct fields f = { .year = UNSET };
	size_t n = count_digits(&s);
	int64_t value = 0;

	if (n == 8 || n == 14) {
		f.year = take_digits(&s, 4);
		f.month = take_digits(&s, 2);
		f.day = take_digits(&s, 2);
		if (n == 14) {
			f.hour = take_digits(&s, 2);
			f.minute = take_digits(&s, 2);
			f.second = take_digits(&s, 2);
		}
		return finish(&f, time_s);
	}
	if (n == 7) {
		f.year = take_digits(&s, 4);
		set_ordinal(&f, take_digits(&s, 3));
		return finish(&f, time_s);
	}
	if ((n < 9 || n > 11) && n != 13)
		return -1;
	while (s.pos < s.end)
		value = value * 10 + (*s.pos++ - '0');
	*time_s = n == 13 ? value / 1000 : value;
	return 0;
}

/* --- any order ---------------------------------------------------------------------------------- */

struct english {
	struct fields	f;
	bool		numbers;	/* a number was seen */
	bool		time;		/* the time was seen */
	bool		utc;		/* the last piece was GMT or the like */
};

/* A number that is no time: by its length and place a day or a year. */
static bool
add_number(struct scan *s, struct english *e)
{
	size_t n = count_digits(s);
	int value;

	if (n != 4 && n > 2)
		return false;
	value = take_digits(s, n);
	if (n == 4) {
		if (e->f.year != UNSET)
			return false;
		e->f.year = value;
		accept(s, ':');
	} else if (e->f.day == UNSET)
		e->f.day = value;
	else if (n == 2 && e->f.year == UNSET && e->f.month != UNSET)
		e->f.year = value + (value < 70 ? 2000 : 1900);
	else
		return false;
	return true;
}

static bool
is_ordinal(struct scan word)
{
	static const char *const endings[] = { "st", "nd", "rd", "th" };

	for (size_t i = 0; word_len(word) == 2 && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strncasecmp(endings[i], word.pos, 2) == 0)
			return true;
	return false;
}

static bool
add_digits(struct scan *s, struct english *e)
{
	size_t n = count_digits(s);
	struct scan after = { s->pos + n, s->end };
	struct scan word;
	char half;

	e->numbers = true;
	if (n <= 2 && peek(&after, 0) == ':') {
		if (e->time || !take_time(s, &e->f))
			return false;
		e->time = true;
		return true;
	}
	half = n <= 2 && !e->time && e->f.day != UNSET ? take_half(&after) : 0;
	if (half != 0) {
		e->f.hour = take_digits(s, n);
		*s = after;
		e->time = true;
		return apply_half(&e->f, half);
	}
	if (!add_number(s, e))
		return false;
	after = *s;
	word = take_word(&after);
	if (is_ordinal(word))
		*s = after;
	return true;
}

/* "mar," and "mar.,". */
static bool
before_comma(const struct scan *s)
{
	return peek(s, peek(s, 0) == '.') == ',';
}

/* The rest of a zone as POSIX has it: EST5EDT. */
static void
skip_posix_zone(struct scan *s)
{
	if (!is_digit(peek(s, 0)) || !is_letter(peek(s, 1)))
		return;
	s->pos++;
	take_word(s);
}

/*
 * A month, a weekday, a zone or noise. Words that nobody knows may stand where weekdays (before
 * all numbers) and zones (after the time) do, so that a foreign month is not taken for noise.
 * In front, "mar," is Tuesday in French and Spanish.
 */
static bool
add_word(struct scan *s, struct english *e)
{
	struct scan word = take_word(s);
	int month = find_name(months, 12, word);
	const struct word *known;

	if (month != 0 && e->f.month == UNSET && (e->numbers || !before_comma(s) || word_len(word) > 3)) {
		e->f.month = month;
		return true;
	}
	known = find_word(word, e->time);
	if (known == NULL)
		known = find_word(word, !e->time);
	if (known != NULL && known->meaning != NOISE) {
		e->f.zone_min = known->zone_min;
		e->utc = known->meaning == UTC;
		skip_posix_zone(s);
		return true;
	}
	return known != NULL || !e->numbers || e->time || find_name(weekdays, 7, word) != 0;
}

/* Whether the sign before us begins a zone rather than joining two pieces. */
static bool
begins_zone(const struct scan *s, const char *start, const struct english *e, bool utc)
{
	if (!is_sign(s) || !(e->time || utc))
		return false;
	return utc || s->pos == start || is_space(s->pos[-1]) || is_digit(s->pos[-1]);
}

static int
read_english(struct scan s, int64_t *time_s)
{
	struct english e = { .f = { .year = UNSET, .month = UNSET, .day = UNSET } };
	const char *start = s.pos;

	while (s.pos < s.end) {
		bool utc = e.utc, good = true;

		e.utc = utc && is_space(*s.pos);
		if (is_digit(*s.pos))
			good = add_digits(&s, &e);
		else if (is_letter(*s.pos))
			good = add_word(&s, &e);
		else if (begins_zone(&s, start, &e, utc))
			take_signed_offset(&s, &e.f);
		else
			s.pos++;
		if (!good)
			return -1;
	}
	return finish(&e.f, time_s);
}

/* --- all together -------------------------------------------------------------------------------- */

/* Copies without comments (RFC 5322 section 3.2.2: nested, with quoted pairs), white space trimmed. */
static struct scan
strip(const char *str, size_t len, char *room)
{
	struct scan s = { room, room };
	char *pos = room;
	unsigned depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (str[i] == '\\' && depth != 0)
			i++;
		else if (str[i] == '(') {
			if (depth++ == 0)
				*pos++ = ' ';
		} else if (str[i] == ')' && depth != 0)
			depth--;
		else if (depth == 0)
			*pos++ = str[i];
	}
	s.end = pos;
	skip_spaces(&s);
	while (s.end > s.pos && is_space(s.end[-1]))
		s.end--;
	return s;
}

int
date_parse(const char *str, size_t len, int64_t *time_s)
{
	char room[DATE_TEXT_MAX];
	struct scan s;
	int result;

	while (len != 0 && is_space(*str)) {
		str++;
		len--;
	}
	while (len != 0 && is_space(str[len - 1]))
		len--;
	if (len == 0 || len > DATE_TEXT_MAX)
		return -1;
	s = strip(str, len, room);
	result = read_iso(s, time_s);
	if (result != 1)
		return result;
	if (count_digits(&s) == (size_t)(s.end - s.pos))
		return read_digits(s, time_s);
	return read_english(s, time_s);
}
