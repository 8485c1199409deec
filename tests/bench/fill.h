/*
 * fill - text as it comes, made up, and a store filled with it by the way that ingest takes.
 *
 * Words are of two to five syllables, and how often they come is Zipf's law; fill_word(0) is the most frequent of FILL_WORDS. Feed N is
 * https://www.siteN.example.org/feed.xml. A hundred of them at equal distances have the tag "news"; one has "rare". Entries come seven
 * seconds after each other.
 */
#ifndef TESTS_BENCH_FILL_H
#define TESTS_BENCH_FILL_H

#include "daemon/core/store-feed.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-job.h"

enum { FILL_WORDS = 50000, FILL_WORDS_MAX = 1000000, FILL_DOCUMENT = 30, FILL_TAGGED = 100 };

struct fill_corpus { char **bodies; size_t count; };

/* Ends the program if rc is an error. */
void	 fill_check(struct store *, int rc);
double	 fill_now(void);
/* From 0 to below limit. */
uint64_t fill_draw(uint64_t limit);
const char *fill_word(size_t rank);

/* Before the first word: so many, instead of FILL_WORDS. */
void	 fill_vocabulary(size_t count);

/* So many bodies of HTML, of so many bytes of text each. */
struct fill_corpus fill_corpus_new(size_t count, size_t bytes);
void	 fill_corpus_free(struct fill_corpus *);

void	 fill_subscribe(struct store *, uint32_t feeds);

/* The entries of these numbers, in documents of FILL_DOCUMENT for one feed after the other, committed by the thousand. */
struct store_counts fill_take(struct store *, const struct fill_corpus *, long from, long until, uint32_t feeds);

#endif
