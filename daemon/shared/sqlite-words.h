/*
 * sqlite-words - what a word is in the full-text index: FTS5's tokenizer "gazette", for every connection that reads or writes it.
 *
 * Words are those of FTS5's unicode61 without diacritics, and
 * - each character of scripts that put no spaces between words (Han, kana, Hangul, Thai and the like) is a word, and so is an emoji;
 *   what is looked up there is a phrase of them, so it is found wherever it stands;
 * - letters that unicode61 keeps apart though readers do not are one: ss and its ligature, sigma at the end of a word, Greek and Cyrillic
 *   accents, full width forms (the rows of sqlite-words.c);
 * - marks that many leave out, vowels of Arabic and points of Hebrew, and the line that makes Arabic words longer, count for nothing.
 *
 * What comes of a text must come of it again to take it out of the index: a change here needs a new SCHEMA_INDEX_VERSION.
 */
#ifndef DAEMON_SHARED_SQLITE_WORDS_H
#define DAEMON_SHARED_SQLITE_WORDS_H

#include <sqlite3.h>

/* Makes it known to the connection; once more is fine. SQLITE_OK or SQLite's code: this SQLite has no FTS5. */
int	 sqlite_words_add(sqlite3 *);

/* FTS5's functions for extensions, or NULL if this SQLite has none. */
fts5_api *sqlite_words_fts5(sqlite3 *);

/* The tokenizer itself, to be released by its xDelete. SQLITE_OK or a code. */
int	 sqlite_words_new(sqlite3 *, fts5_tokenizer *, Fts5Tokenizer **);

#endif
