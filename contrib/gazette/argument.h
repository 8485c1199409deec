/*
 * argument - what an action may be told, as far as it is known without the daemon: orders of sorting, settings of the reader and
 * their values, the names of a feed's settings. Tags, queries, commands and a feed's values are judged when they are used.
 */
#ifndef CONTRIB_GAZETTE_ARGUMENT_H
#define CONTRIB_GAZETTE_ARGUMENT_H

#include "contrib/gazette/action.h"
#include "feeds/base/buf.h"

/* The words that an argument of this kind begins with, ended by NULL; NULL: any will do. */
const char *const	*argument_words(enum action_word);

/* 0; -1 with what is wrong and what is allowed appended to why: one line without its end. */
int			 argument_check(const struct action_row *, const char *argument, struct buf *why);

#endif
