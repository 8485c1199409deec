/*
 * index-private - between index.c (files), index-read.c (what is new in gazette.db) and index-write.c (into index.db).
 */
#ifndef DAEMON_INDEXER_INDEX_PRIVATE_H
#define DAEMON_INDEXER_INDEX_PRIVATE_H

#include <sqlite3.h>
#include <zstd.h>

#include "daemon/indexer/index.h"
#include "feeds/base/buf.h"

enum { INDEX_ID_BYTES = 16 };

/* One entry as it is now; removed: it is no more, or (entry 0) all of the feed's are. */
struct index_doc {
	uint32_t entry, feed;
	int64_t	 ord;
	bool	 removed;
	struct span title, authors, text;	/* in the batch's arena */
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
	READ_MAX_SEQ, READ_MIN_SEQ, READ_CHANGES, READ_WALK, WRITE_META, DOC_GET, DOC_OF_FEED, DOC_PUT, DOC_DELETE, FTS_PUT, FTS_DELETE,
	FTS_MERGE, INDEX_STMTS
};

struct index {
	char		*source_file, *file;
	sqlite3		*source, *db;		/* gazette.db read-only, index.db */
	sqlite3_stmt	*stmts[INDEX_STMTS];
	unsigned char	 id[INDEX_ID_BYTES];	/* of gazette.db */
	int64_t		 generation, seq, entries, walked;
	bool		 complete, tidy;
	int64_t		 merged;		/* total changes of db before the last merge */
	ZSTD_CCtx	*compressor;
	ZSTD_DCtx	*decompressor;
	struct buf	 scratch, packed;
	char		 error[INDEX_ERROR_BYTES];
};

/* Fills the batch with what is new. SQLITE_OK, or what gazette.db says. */
int	index_read(struct index *, struct index_batch *);

/* Writes the batch in one transaction and updates the state. SQLITE_OK, or what index.db says. */
int	index_write(struct index *, struct index_batch *);

#endif
