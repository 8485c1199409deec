/*
 * noise - what changes in a text from one fetch to the next though nobody has edited it: counters of views and comments, how long
 * ago something was, when the page was made. In the languages of noise-words.c; what is not known for noise is a change, and so is a
 * number that an article may have got wrong.
 */
#ifndef DAEMON_CORE_NOISE_H
#define DAEMON_CORE_NOISE_H

#include "daemon/shared/record.h"
#include "feeds/base/buf.h"

/*
 * Appends the words of a line of text without those that are noise, a space after each:
 *	NUMBER "views" (comments, likes, ...)		"views:" NUMBER		"comments" "(" NUMBER ")"
 *	NUMBER "minutes" (seconds, days, ...) "ago"	"vor" NUMBER "Minuten"	NUMBER "分前"	"just" "now"
 *	"updated" (modified, generated, ...) and the date or time behind it
 *	"advertisement", and in other languages "ANZEIGE", "[Anzeige]"
 * Spellings that mean the same are made one: other digits, wide signs, spaces that do not break, tracking parameters of URLs. Where
 * words are not divided, numbers are words of their own.
 */
void	noise_strip(struct span line, struct buf *out);

/*
 * Whether two texts are the same but for noise. html: markup, which does not count either, but for the datetime of a time element,
 * which stands for what is in it.
 */
struct noise_text { struct span title, body; bool html; };
bool	noise_same(const struct noise_text *one, const struct noise_text *two);

#endif
