/*
 * feedset - the subscriptions as the reader knows them: what feed.list answered, kept current by the changes since.
 *
 * Strings are clean (text.h). Feeds are in order of their titles. Counts of all and of each tag are sums,
 * brought up to date by feedset_sums() before they are looked at.
 *
 *	feedset_load(&set, json_object_get(result, "feeds"));	the first page
 *	feedset_add(&set, json_object_get(result, "feeds"));	the next
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

struct feed {
	int64_t		 id;
	char		*title, *url, *home_page;	/* title and url are never NULL */
	char		*problem;			/* why it fails, or NULL */
	size_t		*tags;				/* indices into the set's tags */
	size_t		 n_tags;
	int64_t		 unread, total;
	enum feed_health health;
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
};

void		 feedset_clear(struct feedset *);	/* zeroed is empty */

/* Replaces everything by an array of the protocol's feed objects; those without an id are left out. */
void		 feedset_load(struct feedset *, const json_t *feeds);

/* Adds an array of them; those that are known are brought up to date. */
void		 feedset_add(struct feedset *, const json_t *feeds);

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
