/*
 * items - the rows of a list of entries: a run of one of the daemon's orders, as far as it was scrolled to.
 *
 * Rows come in pages of item.list and one by one from changes; each entry is there once. Pages are appended as they come;
 * what comes by a change is put in its place by its time, and struct list moves along, so that the
 * selected row stays what and where it is.
 *
 * More than ITEMS_MAX rows are not kept: items_trim() forgets pages that are far from the selection. The cursor of
 * each page is remembered, so that it can be fetched again when the selection comes near.
 */
#ifndef CONTRIB_GAZETTE_ITEMS_H
#define CONTRIB_GAZETTE_ITEMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrib/gazette/list.h"

enum {
	ITEMS_MAX = 10000,
	ITEMS_TITLE_COLUMNS = 500,	/* more of a title is not kept */
	ITEMS_TITLE_FROM_TEXT_COLUMNS = 200,
	ITEMS_CURSOR_BYTES = 256
};

struct item {
	int64_t	 id, feed, time_s;
	char	*title;			/* clean; "" if it has none */
	char	*url;			/* clean; NULL if it has none */
	char	*tags;			/* clean, with commas between; NULL if it has none */
	bool	 unread, starred;
	bool	 updated, attachments;	/* the feed has changed it since it came; it has some */
	bool	 chosen;		/* by the user, for what is done next */
	bool	 asked;			/* it has no title, and its text has been asked for one */
};

/* A page begins after this item, with this cursor. */
struct item_mark {
	int64_t	 item;
	char	 cursor[ITEMS_CURSOR_BYTES];
};

/* The daemon's orders. By relevance nothing has a place of its own: what comes later stands at the end. */
enum items_order { ITEMS_NEWEST, ITEMS_OLDEST, ITEMS_RELEVANCE };

struct items {
	enum items_order order;		/* items_clear() leaves it */
	struct item	*rows;
	size_t		 count, cap;
	struct item_mark *marks;	/* from the beginning of the list on, forgotten pages included */
	size_t		 n_marks, cap_marks;
	size_t		 n_above;	/* so many of the marks lie above the first row: pages forgotten there */
	bool		 complete;	/* there is nothing below the last row */
	bool		 reversed;	/* read from the end of the list upwards; no marks then */
	char		 up[ITEMS_CURSOR_BYTES];	/* reversed: of the page above, in the other order; "" at the beginning */
};

/* The members of an item that a list needs: item.list's fields. Owned by the caller. */
json_t		*items_fields(void);

void		 items_clear(struct items *);	/* zeroed is empty */

/* Reads one of the protocol's items; false if it has no number. Free with item_clear(). */
bool		 item_read(struct item *, const json_t *object);
void		 item_clear(struct item *);

/* Makes a title for an entry that has none from the beginning of its text, which object has. */
void		 item_title_from_text(struct item *, const json_t *object);

/* The cursor of the page below the last row; NULL if there is none. Append its answer: how many rows came. */
const char	*items_after(const struct items *);
size_t		 items_append(struct items *, struct list *, const json_t *result);

/*
 * The cursor of the page above the first row: NULL if there is none, "" for the beginning. Prepend its answer;
 * false if it does not reach the first row any more: the list should be read anew. If the items are reversed, the page is
 * one of the other order.
 */
const char	*items_before(const struct items *);
bool		 items_prepend(struct items *, struct list *, const json_t *result);

/* Replaces everything by the end of the list: the answer to item.list in the other order. The last row is selected. */
void		 items_take_end(struct items *, struct list *, const json_t *result);

/*
 * An entry of a change, taken (the item is cleared). One that is there is brought up to date. A new one is put in its
 * place, unless that is above or below the run. Returns whether it was put in.
 */
bool		 items_insert(struct items *, struct list *, struct item *);

void		 items_remove(struct items *, struct list *, int64_t id);

/* Where the item stands, or what would come behind it does: count if nothing does. By relevance: 0 if it is not there. */
size_t		 items_place(const struct items *, const struct item *);

/* NULL if it is not there; *row may be NULL. */
struct item	*items_find(const struct items *, int64_t id, size_t *row);

/* Keeps at most about ITEMS_MAX rows, twice as many if they are reversed: then those at the end go. */
void		 items_trim(struct items *, struct list *);

/* The first unread row from start on in steps of step (1 or -1); -1 if there is none. */
long		 items_unread(const struct items *, long start, long step);
size_t		 items_count_unread(const struct items *);

#endif
