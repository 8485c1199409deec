/*
 * entries - a list of entries that lives: what it is about, the rows fetched so far, the pages under way, the changes.
 *
 * It belongs to a view, whose session requests it makes. Rows come as the selection nears them
 * (entries_need()); changes are told by entries_change(). What matches a filter only the daemon knows: it is asked about
 * new entries a moment after they came, and once more later, since its index follows behind.
 */
#ifndef CONTRIB_GAZETTE_ENTRIES_H
#define CONTRIB_GAZETTE_ENTRIES_H

#include "contrib/gazette/items.h"
#include "contrib/gazette/list.h"
#include "contrib/gazette/view.h"

enum {
	ENTRIES_PAGE = 100,		/* rows asked for at a time */
	ENTRIES_PAGE_LARGE = 1000,	/* while something is looked for */
	ENTRIES_TITLES_MAX = 100,	/* entries without a title whose text is asked for at a time */
	ENTRIES_CANDIDATES_MAX = 1000,	/* new ones the daemon has to be asked about; with more the list is read anew, */
	ENTRIES_RELOADS = 5,		/* and again, since the index follows behind */
	ENTRIES_CANDIDATES_PAGE = 100,	/* ... at a time */
	ENTRIES_CANDIDATES_FIRST_MS = 250,
	ENTRIES_CANDIDATES_MS = 1000,	/* ... then, doubled each time */
	ENTRIES_CANDIDATE_TRIES = 6
};

struct candidate { int64_t id; int tries; };

struct entries {
	struct view	*view;		/* the owner */
	struct scope	 scope;
	char		*filter;	/* NULL: none */
	enum items_order order;		/* by relevance only what a filter finds; else newest first */
	struct items	 items;
	struct list	 list;
	enum { ENTRIES_IDLE, ENTRIES_FIRST, ENTRIES_BELOW, ENTRIES_ABOVE, ENTRIES_AGAIN, ENTRIES_END } loading;
	long		 owed;		/* lines to move on when the next page is there */
	bool		 failed;	/* the connection ended meanwhile: to be asked again */
	bool		 again;		/* the list has to be read anew */
	bool		 known;		/* the first page has come */
	bool		 entered;	/* it is the first one of a list that was opened */
	struct items	 coming;	/* the list read anew: in the place of items once what is selected is among them */
	struct candidate *candidates;
	size_t		 n_candidates, cap_candidates;
	int64_t		 due_ms;	/* when it is to be asked; 0: no need, or it is being asked */
	int		 reloads;	/* how often it is to be read anew, since there were too many */
	size_t		 n_asked;	/* the daemon is being asked about so many of them, the first */
	bool		 checking;
	bool		 titling;	/* ... for the text of entries without a title */

	/* A page has come, or one of a filter the daemon does not understand (at what byte of the filter). */
	void		(*loaded)(struct view *);
	void		(*refused)(struct view *, const struct client_error *, size_t position);
};

/* view, loaded and refused are set. The scope's tag and the filter are taken. Asks for the first page. */
void	 entries_start(struct entries *, struct scope, char *filter);
void	 entries_free(struct entries *);

/* From the beginning, as scope, filter and unread-only are now; as a list that is opened; or anew with the same entry selected. */
void	 entries_enter(struct entries *);
void	 entries_restart(struct entries *);
void	 entries_reload(struct entries *);

/* In this order ("newest", "oldest", "relevance") from the beginning, or in the next one (NULL). What comes first then. */
const char *entries_sort(struct entries *, const char *name);

/* Asks for what is near the selection and not there yet. */
void	 entries_need(struct entries *);

/* Asks for so many rows more below. False if there are none, or no connection. */
bool	 entries_more(struct entries *, int limit);

/*
 * Moves by one line or scrolls by more. What goes beyond the rows that are there is moved once they are; owed = 0 gives it up.
 */
void	 entries_move(struct entries *, long lines);

/* Goes to the last entry, wherever that is. False if it has to be asked for first. */
bool	 entries_end(struct entries *);

/* "4/120"; "4/100+" while there is more below; what is above is not numbered if that is not known. There are rows. */
void	 entries_position(const struct entries *, struct buf *out);

/* Follows a change: how many rows came in by it. */
unsigned entries_change(struct entries *, const struct change *);
void	 entries_up(struct entries *, bool fresh);

/* The view's wake: asks about the candidates (what comes of it is announced), and for a list that was refused once more. */
void	 entries_wake(struct entries *);

#endif
