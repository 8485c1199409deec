/*
 * noise-words - words by which noise.c knows noise, of the main languages of feeds: rows in noise-words.c.
 */
#ifndef DAEMON_CORE_NOISE_WORDS_H
#define DAEMON_CORE_NOISE_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* What a word may be. */
enum noise_class {
	NOISE_COUNTED,		/* what sites count: NUMBER "views", "views:" NUMBER */
	NOISE_WEAK,		/* the same, but articles count it, too: only (NUMBER "shares") or "shares:" NUMBER */
	NOISE_CLOSE,		/* "阅读" NUMBER, without a colon, if nothing that is counted follows */
	NOISE_COUNTER,		/* may follow such a number: "次" */
	NOISE_TIMES,		/* thousands of: NUMBER "тыс." "просмотров" */
	NOISE_UNIT,		/* of time */
	NOISE_ONE,		/* "a" minute ago */
	NOISE_ALONE,		/* such a unit without a number: "час" "назад" */
	NOISE_BEFORE,		/* "vor" NUMBER UNIT */
	NOISE_AFTER,		/* NUMBER UNIT "ago" */
	NOISE_AGO,		/* NUMBER "分前" */
	NOISE_MAKING,		/* "updated" and a date */
	NOISE_LINK,		/* may stand between and in dates */
	NOISE_DATE,		/* a part of a date: names of months and days */
	NOISE_LABEL,		/* of what is paid for */
	NOISE_CLASSES
};

/* The languages in which a word is of a class, as bits. */
struct noise_word { const char *text; uint32_t in[NOISE_CLASSES]; };

/* text: in lower case. NULL: it is no word of these. */
const struct noise_word *noise_word(const char *text);

#endif
