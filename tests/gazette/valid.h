/*
 * valid - whether a document keeps the rules of its format: RFC 4287, RSS 2.0 with the profile of the RSS Advisory Board, JSON Feed 1.1. It
 * knows nothing of gazetted: rows of what may stand where, how often, and what it looks like.
 */
#ifndef TESTS_GAZETTE_VALID_H
#define TESTS_GAZETTE_VALID_H

#include <stddef.h>

#include "feeds/base/buf.h"

/* Each appends a line for each rule that is broken, with the number of the line (XML) or the place (JSON): nothing if all are kept. */
void	 valid_atom(const char *text, size_t len, struct buf *why);
void	 valid_rss(const char *text, size_t len, struct buf *why);
void	 valid_jsonfeed(const char *text, size_t len, struct buf *why);

/* Texts, as extended regular expressions. */
#define VALID_REST	"([^\001-\040\177\"<>\\^`{|}%]|%[0-9A-Fa-f][0-9A-Fa-f])"
#define VALID_IRI	"^[A-Za-z][A-Za-z0-9+.-]*:" VALID_REST "+$"
#define VALID_WEB	"^https?://" VALID_REST "+$"
#define VALID_MONTH_DAY	"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
#define VALID_RFC3339	"^[0-9]{4}-" VALID_MONTH_DAY "T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?(Z|[+-][0-2][0-9]:[0-5][0-9])$"
#define VALID_MEDIA	"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( *;.*)?$"
#define VALID_LANGUAGE	"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"
#define VALID_SOME	"[^ \t\r\n]"

/* Whether text is like the pattern; NULL is like any. */
int	 valid_matches(const char *pattern, const char *text);

#endif
