/*
 * tree - the lines of the view of feeds: all, the saved searches, the tags with their feeds below them, the feeds without a tag.
 *
 * A feed with several tags stands below each. Tags are folded by name; that is kept in a file across runs. Lines are made
 * anew when other ones are there, their order only by tree_sort() and when feeds came or went: counts that change move nothing, and
 * cost nothing.
 */
#ifndef CONTRIB_GAZETTE_TREE_H
#define CONTRIB_GAZETTE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrib/gazette/feedset.h"
#include "feeds/base/buf.h"

enum { TREE_FILE_MAX = 1 << 20, TREE_FOLDS_MAX = 10000 };

enum tree_kind { TREE_ALL, TREE_SEARCH, TREE_TAG, TREE_FEED };

/* By title, most unread, newest entry, worst health first. */
enum tree_order { TREE_TITLE, TREE_UNREAD, TREE_NEWEST, TREE_HEALTH, TREE_ORDERS };

struct tree_row {
	unsigned char	 kind;			/* a tree_kind */
	bool		 below;			/* a feed below its tag */
	unsigned	 at;			/* of searches; of the tag, its own or the one it stands below */
	struct feed	*feed;			/* TREE_FEED */
};

struct tree_search {
	char	*name;				/* owned, clean */
	int64_t	 unread;			/* -1: not known */
};

struct tree {
	struct tree_row	*rows;
	size_t		 count, cap;
	struct tree_search *searches;
	size_t		 n_searches;
	char		**folds;		/* names of the tags that are folded */
	size_t		 n_folds;
	struct feed	**order;
	size_t		 n_order;
	enum tree_order	 sort;
	bool		 hide_read;		/* what has nothing unread in it is left out unless it is kept (struct feed) */
	unsigned long	 version;		/* of the feeds it was sorted of */
	bool		 made;			/* lines are what they should be, as far as these were the same then: */
	unsigned long	 made_version, made_risen;	/* of the feeds */
	bool		 made_hide_read;
};

void	 tree_clear(struct tree *);			/* zeroed is empty */

/*
 * The lines as feeds, searches, folds and hide_read are now; true if they have been made anew. Feeds that are shown while others are
 * hidden are kept from then on.
 */
bool	 tree_make(struct tree *, struct feedset *);

/* Takes names, an array of count searches whose counts are not known. */
void	 tree_take_searches(struct tree *, struct tree_search *, size_t count);

/* The order as it should be now. */
void	 tree_sort(struct tree *, const struct feedset *, enum tree_order);

bool	 tree_folded(const struct tree *, const char *tag);
void	 tree_fold(struct tree *, const char *tag, bool fold);
void	 tree_fold_all(struct tree *, const struct feedset *, bool fold);

/* The folds of a file, and into it. What cannot be read or written is let go: it is a convenience. */
void	 tree_read_folds(struct tree *, const char *path);
void	 tree_write_folds(const struct tree *, const char *path);

/* Of the search, or of the tag that it is or stands below, borrowed; "" if there is none. */
const char *tree_row_name(const struct tree *, const struct feedset *, const struct tree_row *);
void	 tree_row_title(const struct tree *, const struct feedset *, const struct tree_row *, struct buf *out);
int64_t	 tree_row_unread(const struct tree *, const struct feedset *, const struct tree_row *);
int64_t	 tree_row_total(const struct feedset *, const struct tree_row *);	/* -1: not known */

#endif
