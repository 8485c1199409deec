/*
 * view - what the reader shows, one above the other: feeds, entries, article, help. A view is a small table of
 * functions; what all of them need of the reader stands below.
 *
 * A view's own struct begins with struct view. It is made by its view_..._open(), which puts it on top, and freed by
 * its close(). All of its functions are called from the reader's one loop; none may wait.
 */
#ifndef CONTRIB_GAZETTE_VIEW_H
#define CONTRIB_GAZETTE_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrib/gazette/feedset.h"
#include "contrib/gazette/items.h"
#include "contrib/gazette/keys.h"
#include "contrib/gazette/panes.h"
#include "contrib/gazette/session.h"
#include "contrib/gazette/settings.h"
#include "contrib/gazette/term.h"
#include "feeds/base/buf.h"

struct messages;
struct pictures;
struct pipe;
struct reader;
struct runs;
struct view;

struct area { int row, col, rows, cols; };

enum { VIEW_SCROLL_LINES = 3 };			/* of the wheel */

/* What a list of entries is about: a feed, else a tag, else all. */
struct scope {
	int64_t	 feed;
	char	*tag;		/* owned by who has the scope */
	bool	 search;	/* it is no tag but a saved search's name */
};

/* What an action is about where the cursor is; texts are borrowed until the view changes. */
struct subject {
	int64_t		 feed;			/* 0: none, or several */
	int64_t		 item;			/* 0: none */
	const char	*title, *url;		/* of the item, else of the feed; NULL: none */
	const char	*search;		/* the name of a saved search; NULL: it is none */
	const struct scope *scope;		/* of the list; NULL: it is none of entries */
	const char	*filter;		/* of the list, or NULL */
};

struct view_ops {
	unsigned keys;				/* its KEYS_IN_ bit */
	enum pane pane;				/* what it is on a screen that several share; by default it has all of it */

	/* Draws into the area, which may have any size. */
	void	(*draw)(struct view *, struct area);

	/* KEYS_IN_ bits besides, for as long as what it does is such. May be NULL: none. */
	unsigned (*more_keys)(const struct view *);

	/* Appends what the top line says on the left and on the right, the idle status line: clean. */
	void	(*title)(struct view *, struct buf *left, struct buf *right);
	void	(*hint)(struct view *, struct buf *);		/* may be NULL */

	/*
	 * Does what a key asks for; false if it is not for this view. The reader does BACK itself then. What was given
	 * with it: reader_argument().
	 */
	bool	(*act)(struct view *, enum action);

	/* Selects what is drawn in this row of its area; true if it was selected before. May be NULL. */
	bool	(*point)(struct view *, int row);

	/* Fills in what the cursor is on (zeroed before). May be NULL: nothing. */
	void	(*subject)(struct view *, struct subject *);

	/* The entries that actions are for: those chosen in a list, else that of the subject; an array of numbers. May be NULL. */
	json_t	*(*chosen)(struct view *);

	/* Something has changed in the store; the reader's feeds know already. May be NULL. */
	void	(*change)(struct view *, const struct change *);

	/* The daemon is there (again). fresh: what is shown may be wrong altogether. May be NULL. */
	void	(*up)(struct view *, bool fresh);

	/* On top again, or the daemon's list of feeds has come. May be NULL. */
	void	(*resume)(struct view *);

	/* wake_ms has come; it is 0 again. NULL if never set. */
	void	(*wake)(struct view *);
	void	(*close)(struct view *);
};

struct view {
	const struct view_ops *ops;
	struct reader	*reader;
	struct view	*below;
	struct area	 area;			/* where it was drawn last; no rows: it is not in sight */
	struct view	*before;		/* had the focus when it came: one of those below, or NULL */
	int64_t		 wake_ms;		/* on reader_clock(); 0: never */
	int64_t		 about;			/* the feed that a question is about */
};

void	 view_feeds_open(struct reader *);
void	 view_feeds_select(struct view *, int64_t feed);	/* if this is the view of feeds */

/* The next feed with something unread in the order of the view, folded ones last; NULL if there is none. */
const struct feed *view_feeds_next(struct view *, int64_t after);

/* Takes the scope's tag. filter: a query to narrow by, or NULL. */
void	 view_entries_open(struct reader *, struct scope, const char *filter);

/* The list of all entries, which asks for a filter at once and is closed again if that is given up. */
void	 view_entries_search(struct reader *);

/* The same in a list that is there, if it is one: what it was about gives way, its article is closed. */
void	 view_entries_show(struct view *, struct scope);

/* entries: the list it was opened from, which gets the keys that walk the list. */
struct view *view_article_open(struct reader *, struct view *entries, const struct item *);
void	 view_article_show(struct view *, const struct item *);
void	 view_article_peek(struct view *, const struct item *);	/* the same without marking it read */
int64_t	 view_article_item(const struct view *);			/* which entry it shows */

/* The list's own row of this entry (NULL: not there any more), and the news that the article is closed. */
struct item *view_entries_item(struct view *, int64_t id);
void	 view_entries_article_closed(struct view *);

struct article;
void	 view_links_open(struct reader *, const struct article *);	/* which has some */
void	 view_revisions_open(struct reader *, int64_t item);

/* Runs the image command of the settings for this URL; what is wrong is said. */
void	 view_show_image(struct view *, const char *url);

void	 view_help_open(struct reader *, unsigned keys);
void	 view_health_open(struct reader *);
void	 view_log_open(struct reader *);
void	 view_settings_open(struct reader *, int64_t feed);

/* --- what the reader does for its views -------------------------------------------------------- */

struct session	*reader_session(struct reader *);
const struct settings *reader_settings(const struct reader *);
struct feedset	*reader_feeds(struct reader *);
bool		 reader_feeds_known(const struct reader *);	/* the daemon has told them */
int64_t		 reader_now(const struct reader *);		/* seconds since 1970 */
int64_t		 reader_clock(const struct reader *);		/* milliseconds, monotonic */

void		 reader_push(struct reader *, struct view *, const struct view_ops *);
void		 reader_close(struct reader *, struct view *);	/* it and those above it */

/*
 * The view that gets the keys: the one pushed last, unless the user has gone to another pane. Views above it may be
 * seen beside it, or not if there is no room.
 */
void		 reader_set_focus(struct reader *, struct view *);
bool		 reader_has_focus(const struct reader *, const struct view *);
struct view	*reader_above(const struct reader *, const struct view *);	/* NULL: it is on top */
void		 reader_dirty(struct reader *);			/* something has changed: draw soon */
void		 reader_show(struct reader *);			/* what the user waits for has come: draw at once */
void		 reader_quit(struct reader *);

/* Whether lists show unread only; U switches. */
bool		 reader_unread_only(const struct reader *);

/* Whether the list of feeds leaves out those in which nothing is unread; the action hide-read switches. */
bool		 reader_hide_read(const struct reader *);

/* What the action that is being done was given: "later" of ":tag later". NULL: nothing; reader_ask_line() takes it too. */
const char	*reader_argument(const struct reader *);
int		 reader_count(const struct reader *);		/* 5 of "5j"; 0: none */
struct keys	*reader_keys(struct reader *);

/* Changes a setting until the reader ends: "KEY VALUE". What is wrong with it is said. */
void		 reader_set(struct reader *, const char *text);

/* Does a line of actions as after ":"; what is wrong with it is said. */
void		 reader_do(struct reader *, const char *line);

/* A line for the status line, for some seconds; style is a TERM_ value. */
void		 reader_say(struct reader *, unsigned style, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * New entries have come into what the view shows: "+3 new in TITLE", summed up for some seconds. feed: whose they are; 0: that
 * need not be said. Only the top view is heard.
 */
void		 reader_announce(struct reader *, const struct view *, unsigned count, int64_t feed);

/*
 * Asks for a line of input, begun with text and the cursor behind its first bytes (SIZE_MAX: the end). done is not called if it is
 * given up. Views that close while asking are not called. If the action that is being done has an argument that is the
 * line, and nothing is asked.
 */
void		 reader_ask_line(struct reader *, struct view *, const char *label, const char *text, size_t bytes,
		    void (*done)(struct view *, const char *text));

/* After reader_ask_line(): typed is called with what is typed so far, and with NULL when it is given up. */
void		 reader_ask_typed(struct reader *, struct view *, void (*typed)(struct view *, const char *text));
void		 reader_ask_yes(struct reader *, struct view *, const char *question, void (*yes)(struct view *));

/* Sets or removes unread or starred: at once in the item and the counts, then at the daemon. */
void		 reader_mark(struct reader *, struct item *, bool starred, bool on);

void		 reader_refresh(struct reader *, json_t *feeds);	/* takes the array of ids; NULL: all */
void		 reader_browse(struct reader *, const char *url);	/* http and https only */
const struct messages *reader_messages(const struct reader *);
struct runs	*reader_runs(struct reader *);
struct pipe	*reader_pipe(struct reader *);
struct pictures	*reader_pictures(struct reader *);

/* What is under way, for the bottom line, until it is replaced; "": nothing any more. */
void		 reader_progress(struct reader *, const char *text);

/* --- what views have in common -------------------------------------------------------------------- */

/* The KEYS_IN_ bits that hold in it now. */
unsigned	 view_keys(const struct view *);

/* wake() is called at this time of reader_clock(), unless it is sooner anyway. */
void		 view_wake_at(struct view *, int64_t at_ms);

/* Moves the list if the action is to move; false if it is another. */
bool		 view_list_act(struct list *, enum action);

/* Selects the line that is row lines below the top one; true if it was selected before. */
bool		 view_list_point(struct list *, int row);

/* A string's line of a list: cut to width, then the rest of the row from there. Returns the next column. */
int		 view_put(struct area, int row, int col, int width, unsigned style, const char *text);

#endif
