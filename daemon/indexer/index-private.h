/*
 * index-private - between index.c (files), index-read.c (what is new in gazette.db), index-text.c (what of a text is indexed),
 * index-write.c (into index.db) and index-story.c (which entries tell the same story).
 */
#ifndef DAEMON_INDEXER_INDEX_PRIVATE_H
#define DAEMON_INDEXER_INDEX_PRIVATE_H

#include <sqlite3.h>

#include "daemon/indexer/index.h"
#include "daemon/indexer/near.h"
#include "daemon/shared/pack.h"
#include "feeds/base/buf.h"

enum { INDEX_ID_BYTES = 16 };

/* What is indexed of an entry, in the batch's arena. */
struct index_text { struct span text, title, authors; };

/* By what the same story is known: hashes of the link and of the words, 0: none. sketch: NULL if there are too few words. */
struct index_keys { int64_t link, words; struct sketch *sketch; };

/*
 * One entry as it is now, unless it is removed; and if index.db has another revision of it, what that one said, which FTS5
 * must be given to take it out.
 */
struct index_doc {
	uint32_t entry, feed;
	const char *url, *home_page_url;	/* NULL: none */
	int64_t	 ord, revision, place;		/* place: where it is going to be; set by index_write() */
	bool	 removed;
	bool	 known;				/* index.db has it: */
	int64_t	 old_place;
	struct index_text now, old;
	struct index_keys keys;
};

/* What one step writes. */
struct index_batch {
	struct arena	*arena;
	struct index_doc *docs;
	size_t		 count, capacity;
	int64_t		 seq, walked;		/* where the next step goes on */
	bool		 complete, full;	/* full: the limits of a step were reached */
};

/* In the order of this enum in the table of statements in index.c. */
enum index_stmt {
	READ_MAX_SEQ, READ_MIN_SEQ, READ_CHANGES, READ_WALK, READ_STALE, READ_STALE_OF_FEED, READ_DICTIONARY, WRITE_META, DOC_GET, DOC_AT, DOC_PUT,
	DOC_DELETE, FTS_PUT, FTS_DELETE, FTS_MERGE, DOC_BY_LINK, DOC_BY_WORDS, STORY_GET, STORY_PUT, STORY_DELETE, STORY_REST, STORY_CLASH, STORY_RENAME,
	SKETCH_ALL, SKETCH_PUT, SKETCH_DELETE, INDEX_STMTS
};

struct index {
	char		*source_file, *file;
	sqlite3		*source, *db;		/* gazette.db read-only, index.db */
	sqlite3_stmt	*stmts[INDEX_STMTS];
	unsigned char	 id[INDEX_ID_BYTES];	/* of gazette.db */
	int64_t		 generation, seq, entries, walked, crowded;
	bool		 complete, tidy;
	bool		 behind;		/* MISMATCH was for what gazette.db does not keep any more */
	const char	*why;			/* it was begun anew the last time */
	struct pack	*pack;
	struct buf	 scratch;
	fts5_tokenizer	 words;			/* its functions, */
	Fts5Tokenizer	*tokenizer;		/* and itself; NULL: there is no index.db */
	struct near	*near;			/* of the latest entries; NULL: not read yet */
	char		 error[INDEX_ERROR_BYTES];
};

/* From eight columns of a row: title, authors, and the texts as in store-pack.h. SQLITE_OK, or SQLITE_CORRUPT. */
int	index_text(struct index *, struct arena *, sqlite3_stmt *, int column, struct index_text *);

/*
 * Fills the batch with what is new, each entry once. SQLITE_OK, or what gazette.db says; SQLITE_MISMATCH: what index.db has of an entry is
 * not to be had any more.
 */
int	index_read(struct index *, struct index_batch *);

/*
 * Stories, index-story.c's. keys: what comes of the texts, into the batch's arena. drop: entries that are known leave their story and what
 * they could be found by. join: those that are not removed come to theirs; their places are known. All in a transaction, the batch in the
 * order of entries. forget: what is in memory, which is not what index.db has any more.
 */
void	index_story_keys(struct index *, struct index_batch *);
int	index_story_drop(struct index *, const struct index_batch *);
int	index_story_join(struct index *, const struct index_batch *);
void	index_story_forget(struct index *);

/* Writes the batch in one transaction and updates the state. SQLITE_OK, or what index.db says. */
int	index_write(struct index *, struct index_batch *);

#endif
