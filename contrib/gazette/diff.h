/*
 * diff - what changed between two texts, word by word: the shortest way from one to the other (Myers, "An O(ND) difference
 * algorithm and its variations", 1986).
 */
#ifndef CONTRIB_GAZETTE_DIFF_H
#define CONTRIB_GAZETTE_DIFF_H

#include <stddef.h>

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

/* Texts that differ in more words than this are given as all removed and all added, but for their common ends. */
enum { DIFF_WORDS_MAX = 1000 };

/* A stretch of one kind: of the new text, or if DIFF_REMOVED of the old one. White space goes with the word before it. */
typedef void (*diff_fn)(void *arg, enum diff_kind, const char *ptr, size_t len);

/* Calls each for all of both texts, in order, a removed stretch before the added one that took its place. Words are
 * compared byte by byte, the white space behind them is not. */
void	diff_words(const char *before, size_t before_len, const char *after, size_t after_len, diff_fn each, void *arg);

#endif
