/*
 * row - a job's answer as it grows: frames (ipc.h) of RECORD_ENTRY as the parser hands out entries, then RECORD_FEED,
 * then RECORD_DONE. Kept apart from the channel so that the answer of a document that turns out bad can be dropped.
 *
 *	row_begin(&row, job, max);
 *	row_entry(&row, entry);			as often as there are
 *	row_feed(&row, feed);
 *	row_done(&row, &done);
 *	frames = row_take(&row);
 */
#ifndef DAEMON_FETCHER_ROW_H
#define DAEMON_FETCHER_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/shared/record.h"
#include "feeds/base/buf.h"
#include "feeds/doc.h"

enum {
	ROW_SCRATCH_BYTES = 1 << 20		/* memory kept of each buffer that all rows share */
};

/* Room for the parts of one record while it is built. One is enough for all rows of a process. */
struct row_scratch { struct buf rest, gazette, authors; };

void	row_scratch_init(struct row_scratch *);
void	row_scratch_free(struct row_scratch *);

struct row {
	struct buf	 frames;
	uint64_t	 job, entries;
	struct row_scratch *scratch;		/* borrowed */
	const char	*hub, *self_url;	/* what HTTP says of them, to be set before row_feed(); NULL: the document's */
};

void	row_init(struct row *, struct row_scratch *);
void	row_free(struct row *);

/* Forgets everything. The frames may grow to max bytes; more sets .frames.overflow. */
void	row_begin(struct row *, uint64_t job, size_t max);

/* Drops the entries again. */
void	row_drop(struct row *);

void	row_entry(struct row *, const struct doc_entry *);
void	row_feed(struct row *, const struct doc_feed *);
void	row_done(struct row *, struct rec_done *);	/* fills in job and entries */

/* The frames; the caller's now, buf_free() them. */
struct buf row_take(struct row *);

#endif
