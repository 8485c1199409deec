/*
 * store-kit - a store in a folder of its own, and documents written as one line:
 *
 *	"g:1 l:/a t:First c:some_text d:100 | g:2 l:/b t:Second"
 *
 * g guid, l link below https://example.org, t title, c text, d date, m date of change, a author, j members of rest; an
 * underscore is a space. h:URL in front of the first entry is the feed's home page.
 */
#ifndef TESTS_DAEMON_STORE_KIT_H
#define TESTS_DAEMON_STORE_KIT_H

#include "daemon/core/store-feed.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-job.h"

enum { KIT_NOW = 1800000000, KIT_HOUR = 3600 };

extern struct store *kit_store;
extern char kit_dir[];

/* For cmocka: a new folder and an open store; all gone again. */
int	 kit_setup(void **state);
int	 kit_teardown(void **state);
void	 kit_reopen(void);

/* Closes the store and puts an empty database of an earlier version in its place. */
void	 kit_version(size_t version);

/* Fails the test unless rc is expected. */
void	 kit_expect(int rc, int expected, const char *what);

uint32_t kit_feed(const char *url);

/* Collects, applies, finishes, commits. */
void	 kit_take(uint32_t feed, const char *document, int64_t now_s, struct store_counts *);
void	 kit_collect(struct store_job *, const char *document);

/* A poll with this outcome and nothing else. */
void	 kit_poll(uint32_t feed, enum outcome, int64_t at_s, int64_t next_s);

/* Runs SQL on the file by a connection of its own; and reads one number, or one text (a copy to be freed). */
void	 kit_sql(const char *file, const char *sql);
int64_t	 kit_number(const char *file, const char *sql);

/* "3 2 1": the ids a query lists. In a static buffer. */
const char *kit_list(const char *text, enum store_sort);
int64_t	 kit_count(const char *text);

/* "later 2 0, unread 3 0": all tags, each with its entries and feeds. In the same buffer. */
const char *kit_tags(void);

#endif
