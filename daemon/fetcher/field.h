/*
 * field - what HTTP header fields say, as numbers (RFC 9110, RFC 9111). Nothing is kept, nothing fails:
 * a field that cannot be understood counts as absent. Values are C strings or NULL.
 */
#ifndef DAEMON_FETCHER_FIELD_H
#define DAEMON_FETCHER_FIELD_H

#include <stdint.h>

#define FIELD_NONE INT64_MIN

/*
 * Retry-After (RFC 9110 section 10.2.3), seconds from now, not negative: a number, or a date, then counted from the
 * server's own Date, or without one from now_s.
 */
int64_t		 field_retry_after(const char *retry_after, const char *date, int64_t now_s);

/*
 * For how many more seconds the answer is fresh (RFC 9111 section 4.2): max-age, else Expires less Date; less Age.
 * With no-cache or no-store there is no such promise.
 */
int64_t		 field_fresh_s(const char *cache_control, const char *expires, const char *date, const char *age, int64_t now_s);

/* "Not Found"; "" for a status that has no name. */
const char	*field_phrase(int status);

#endif
