/*
 * row - a job's answer as it grows: frames (ipc.h) of RECORD_ENTRY as the parser hands out entries, then RECORD_FEED,
 * then RECORD_DONE. Kept apart from the channel so that the answer of a document that turns out bad can be dropped.
 *
 *	row_begin(&row, job, max);
 *	row_entry(&row, entry);			as often as there are
 *	row_feed(&row, feed);
 *	row_done(&row, &done);
 *	send(row.frames.ptr, row.frames.len);
 */
#ifndef DAEMON_FETCHER_ROW_H
#define DAEMON_FETCHER_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/shared/record.h"
#include "feeds/base/buf.h"
#include "feeds/doc.h"

enum { ROW_KEEP_BYTES = 256 << 10 };	/* memory a row keeps from one job to the next */

struct row {
	struct buf	 frames;
	uint64_t	 job, entries;
	struct buf	 rest, gazette, authors, scratch;	/* of one record */
};

void	row_init(struct row *);
void	row_free(struct row *);

/* Forgets everything. The frames may grow to max bytes; more sets .frames.overflow. */
void	row_begin(struct row *, uint64_t job, size_t max);

/* Drops the entries again. */
void	row_drop(struct row *);

void	row_entry(struct row *, const struct doc_entry *);
void	row_feed(struct row *, const struct doc_feed *);
void	row_done(struct row *, struct rec_done *);	/* fills in job and entries */

#endif
