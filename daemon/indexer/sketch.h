/*
 * sketch - what a text is like, in some 250 bytes, so that copies are known again that have a new headline, a dateline, boilerplate
 * around them or names spelt differently. Pure.
 *
 * A copy shares most of its runs of three words with its original: the sketch has MinHash values of them (Broder, "On the resemblance
 * and containment of documents"). The beginning has some of its own, by which
 * a summary that is the beginning of a text is known. Words are compared by their consonants, in classes that transliterations mix up. Texts
 * of one template share as much but are no copies: they differ in their numbers, or in a word or two of titles that are otherwise alike,
 * so these are kept, too.
 *
 *	struct sketch sketch;
 *	struct sketch_maker maker;
 *	sketch_begin(&maker, &sketch);
 *	sketch_title(&maker, "storm", 5); ...
 *	sketch_word(&maker, "a", 1); ...
 *	sketch_end(&maker);
 */
#ifndef DAEMON_INDEXER_SKETCH_H
#define DAEMON_INDEXER_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SKETCH_WHOLE = 64,		/* values of the whole, */
	SKETCH_LEAD = 32,		/* and of the first so many words: */
	SKETCH_LEAD_WORDS = 56,
	SKETCH_VALUES = SKETCH_WHOLE + SKETCH_LEAD,
	SKETCH_NUMBERS = 12,		/* the first ones of the text */
	SKETCH_TITLE = 20,		/* words of the title; of a longer one, its beginning */
	SKETCH_WORDS_MIN = 24,		/* a shorter text is like nothing */
	SKETCH_WORDS_MAX = 160,		/* of a longer one, its beginning */
	SKETCH_KEY_BYTES = 24		/* of a word, by which it is compared */
};

struct sketch {
	uint16_t values[SKETCH_VALUES], numbers[SKETCH_NUMBERS], title[SKETCH_TITLE];
	uint16_t n_numbers, n_title, n_words;
};

struct sketch_maker {
	struct sketch	*sketch;
	uint32_t	 mins[SKETCH_VALUES], last[2];
};

enum { SKETCH_BYTES = (SKETCH_VALUES + SKETCH_NUMBERS + SKETCH_TITLE + 3) * 2 };

void	sketch_begin(struct sketch_maker *, struct sketch *);

/* Words are folded: lower case, without accents. False: no more are needed. */
bool	sketch_title(struct sketch_maker *, const char *word, size_t len);
bool	sketch_word(struct sketch_maker *, const char *word, size_t len);
void	sketch_end(struct sketch_maker *);

/* How many values they have in common; 0 if they are no copies of one text. */
int	sketch_likeness(const struct sketch *, const struct sketch *);

/* As bytes, the same on every machine. */
void	sketch_put(const struct sketch *, unsigned char out[SKETCH_BYTES]);
void	sketch_get(struct sketch *, const unsigned char in[SKETCH_BYTES]);

/* Two words that are spelt alike have the same; its length. Of words in other scripts, the word. */
size_t	sketch_key(const char *word, size_t len, char key[SKETCH_KEY_BYTES]);

#endif
