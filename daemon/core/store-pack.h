/*
 * store-pack - the long texts of entries: packed, or in columns of their own as they were before packing came. Private to the store.
 *
 * Both forms are read through STORE_TEXTS, six columns of content or revision in the order of enum pack_part, the packed form last.
 */
#ifndef DAEMON_CORE_STORE_PACK_H
#define DAEMON_CORE_STORE_PACK_H

#include "daemon/core/store-sql.h"

#define STORE_TEXTS(table)	table ".summary, " table ".rest, " table ".gazette, " table ".text, " table ".html, " table ".packed"

enum { STORE_TRAIN_ENTRIES = 1000 };	/* the first dictionary is trained when so many have come */

/* The blob for the column packed, until the next. */
struct span store_pack(struct store *, const struct rec_entry *);

/* The parts of a row, STORE_TEXTS being its columns from this one on: borrowed from the row or in the arena. EDAMAGED. */
int	 store_unpack(struct store *, sqlite3_stmt *, int column, struct arena *, struct span parts[PACK_PARTS]);

#endif
