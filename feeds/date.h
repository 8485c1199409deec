/*
 * date - the dates found in feeds: RFC 5322, RFC 3339/ISO 8601, asctime, JavaScript,
 * Unix seconds, and English in any order.
 */
#ifndef FEEDS_DATE_H
#define FEEDS_DATE_H

#include <stddef.h>
#include <stdint.h>

enum { DATE_TEXT_MAX = 200, DATE_RFC3339_BYTES = 32 };

/*
 * Reads str[0..len). 0 and seconds since 1970 UTC in *time_s; -1 if it is no date (*time_s
 * is left alone). Longer than DATE_TEXT_MAX bytes is no date.
 */
int	date_parse(const char *str, size_t len, int64_t *time_s);

/* Writes "2003-12-31T18:14:55Z". Years outside 0000-9999 are clamped. Returns out. */
char	*date_format(int64_t time_s, char out[DATE_RFC3339_BYTES]);

/* The proleptic Gregorian calendar: seconds since 1970 of a UTC date; month 1-12. No range check. */
int64_t	date_from_civil(int64_t year, int month, int day, int hour, int minute, int second);

#endif
