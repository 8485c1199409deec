/*
 * near - the sketches of the latest entries, and which of them a new one is a copy of. In memory, bounded by its capacity.
 *
 * Values of a sketch in pairs are looked up in one table for each pair (locality-sensitive hashing): what shares three tenths of its words
 * is found nineteen times of twenty. What a flood of texts of one template leaves in a table is looked at only as far as NEAR_CHAIN.
 */
#ifndef DAEMON_INDEXER_NEAR_H
#define DAEMON_INDEXER_NEAR_H

#include "daemon/indexer/sketch.h"

enum {
	NEAR_CHAIN = 32,		/* looked at for each pair, the latest ones */
	NEAR_HITS = 8,
	NEAR_TIME_S = 4 * 86400		/* copies are published within */
};

struct near;

struct near_entry {
	uint32_t entry, feed;
	int64_t	 time_s;		/* published */
};

struct near_hit { uint32_t entry, feed; int likeness; };

struct near *near_new(size_t capacity);		/* a power of two */
void	near_free(struct near *);		/* NULL is fine */

/* The sketch is copied. Returns the entry that had to go for it, or 0. */
uint32_t near_add(struct near *, const struct near_entry *, const struct sketch *);

/* So many came that it has to be made anew, in months or years. */
bool	near_is_spent(const struct near *);
void	near_remove(struct near *, uint32_t entry);

/* What it is a copy of, in other feeds, the likest first, the oldest first of those that are as like. */
size_t	near_find(struct near *, const struct near_entry *, const struct sketch *, struct near_hit hits[NEAR_HITS]);

#endif
