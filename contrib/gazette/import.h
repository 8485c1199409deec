/*
 * import - entries that another reader has kept, with what was read and starred of them, for feeds that are subscribed to here.
 *
 *	struct import *import = import_new(cmd);
 *	import_entry(import, item);		for each; those of one feed one after the other, newest first
 *	status = import_end(import, status);
 *
 * Entries that the daemon does not have come as read, from the first moment on (ingest with "past"), and are marked unread
 * afterwards if they were; so nobody is told of old ones as news. Those that it has are marked read if they were; what is read here
 * stays so. Stars and tags are added. A feed's entries are sent by portions: memory is bounded whatever comes.
 */
#ifndef CONTRIB_GAZETTE_IMPORT_H
#define CONTRIB_GAZETTE_IMPORT_H

#include <stdio.h>

#include "contrib/gazette/cmd.h"

struct import;

struct import	*import_new(struct cmd *);

/*
 * Takes item: one of JSON Feed, with "_gazette": {"feed_url": ..., "tags": [...]}, of which "unread" and "starred" are two; without
 * tags it is read. CMD_DONE, or why nothing more can be sent, which has been said. What only one feed suffers from goes into
 * import_end()'s status.
 */
enum cmd_exit	 import_entry(struct import *, json_t *item);

/* Whose it is. */
struct cmd	*import_cmd(const struct import *);

/* Sends what is left, prints the sums, unless status is not CMD_DONE already, and frees. */
enum cmd_exit	 import_end(struct import *, enum cmd_exit status);

/* --- where they come from: each reads all of it ------------------------------------------------- */

/* Lines of JSON, each an item. name is for messages. */
enum cmd_exit	 import_lines(struct import *, FILE *, const char *name);

/* Another reader's SQLite database. */
enum cmd_exit	 import_database(struct import *, const char *path);

/* A file of sfeed(5) or a folder of them. */
enum cmd_exit	 import_sfeed(struct import *, const char *path);

/* --- newsboat's config ------------------------------------------------------------------------------- */

/* A filter expression, of this name or for the feed of this URL ("*": all). */
struct import_filter { const char *name, *filter; };

struct import_config {
	struct import_filter *filters;	/* define-filter */
	size_t		 n_filters, cap_filters;
	struct import_filter *ignored;	/* ignore-article */
	size_t		 n_ignored, cap_ignored;
	size_t		 others;	/* lines that are of no use here */
};

/* Whether the text, which may be only the beginning of it, is one. */
bool		 import_config_is(const char *text);

/* Never fails; what it finds is in the arena. */
void		 import_config_read(struct arena *, const char *text, size_t len, struct import_config *);

/* --- what newsboat's query feeds ask for ------------------------------------------------------------- */

/* Its filter expression as a query of gazette-query(7), in the arena; NULL, and *why, if there is none that finds the same. */
const char	*import_query(struct arena *, const char *filter, const char **why);

#endif
