/*
 * feedset - the subscriptions as the reader knows them: what feed.list answered, kept current by the changes since.
 *
 * What is kept of a feed is what its line shows: a hundred bytes with its title. Strings are clean (text.h). Feeds are in order of their
 * titles. Counts of all and of each tag are sums: they follow each count that changes, and are made anew by feedset_sums(), before they
 * are looked at, when feeds or tags came or went. Changes come by the hundred in a second and feeds are 100,000: what a change of a known
 * feed costs does not depend on how many there are, unless it has another title or other tags.
 *
 *	feed.list {fields: feedset_fields(), rows: true}
 *	feedset_add(&set, json_object_get(result, "rows"));	page by page
 *	feedset_counts(&set, 12, 3, 20);
 *	feedset_sums(&set);
 *	set.all.unread, set.tags[0].unread ...
 *	feedset_clear(&set);
 */
#ifndef CONTRIB_GAZETTE_FEEDSET_H
#define CONTRIB_GAZETTE_FEEDSET_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum feed_health { FEED_OK, FEED_NEW, FEED_FAILING, FEED_PAUSED, FEED_GONE };

enum { FEED_WEEKS = 8, FEED_TAGS_MAX = 1000 };		/* more tags of a feed are left out */

enum weeks_state { WEEKS_UNKNOWN, WEEKS_ASKED, WEEKS_KNOWN };

struct feed {
	char		*title;				/* never NULL */
	char		*problem;			/* why it fails, or NULL */
	unsigned	*tags;				/* indices into the set's tags */
	unsigned short	*weeks;				/* entries of the last FEED_WEEKS weeks, oldest first; NULL: not known */
	int64_t		 newest_s;			/* when its newest entry was received; 0: never */
	int32_t		 id, unread, total;
	unsigned short	 n_tags;
	unsigned char	 health, weeks_state;		/* of the enums above */
	bool		 kept;				/* the view's: shown though there is nothing unread in it */
};

struct feed_sum {
	char		*tag;				/* NULL: all */
	int64_t		 unread, total;
	size_t		 feeds;
};

struct feedset {
	struct feed	**feeds;			/* in order */
	struct feed	**by_id;
	size_t		 count, cap;
	struct feed_sum	*tags;				/* by name */
	size_t		 n_tags, cap_tags;
	struct feed_sum	 all;
	bool		 stale;				/* the sums are */
	unsigned long	 version;			/* other feeds, titles or tags: another number, in no other set */
	unsigned long	 risen;				/* something is unread in a feed in which nothing was: another number */
};

void		 feedset_clear(struct feedset *);	/* zeroed is empty */

/* What feed.list has to be asked for; owned by the caller. */
json_t		*feedset_fields(void);

/* Adds an array of its rows; feeds that are known are brought up to date, what has no id is left out. */
void		 feedset_add(struct feedset *, const json_t *rows);

/* The answer to feed.list with the one field "posts". */
void		 feedset_weeks(struct feedset *, const json_t *rows);

/* An entry has come into the feed. */
void		 feedset_came(struct feedset *, int64_t id, int64_t now_s);

/* One feed object: a new feed is put in its place, a known one changed (and moved if its title sorts elsewhere). */
void		 feedset_apply(struct feedset *, const json_t *object);
void		 feedset_remove(struct feedset *, int64_t id);

/* The feed's counts as the daemon says; unknown feeds are left alone. */
void		 feedset_counts(struct feedset *, int64_t id, int64_t unread, int64_t total);

struct feed	*feedset_find(const struct feedset *, int64_t id);	/* NULL if unknown */
bool		 feedset_has_tag(const struct feedset *, const struct feed *, const char *tag);
void		 feedset_sums(struct feedset *);

/* The first feed after this one (0: from the first; wraps) with something unread; NULL if there is none. */
struct feed	*feedset_next_unread(const struct feedset *, int64_t after);

#endif
