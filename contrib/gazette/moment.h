/*
 * moment - the dates that the daemon says: RFC 3339, as texts or members of objects; and the clock that is waited by.
 */
#ifndef CONTRIB_GAZETTE_MOMENT_H
#define CONTRIB_GAZETTE_MOMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether text (NULL is none) is a date, or object has one by this name. *time_s: seconds since 1970, left alone if not. */
bool	 moment_read(const char *text, int64_t *time_s);
bool	 moment_of(const json_t *object, const char *name, int64_t *time_s);

/* Of a clock that nobody sets (CLOCK_MONOTONIC): for differences alone. */
int64_t	 moment_now_ms(void);

#endif
