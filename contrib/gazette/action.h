/*
 * action - all that the reader can be told to do, by name: one table of rows, which keys, the line after ":", its completion
 * and the help are made from.
 */
#ifndef CONTRIB_GAZETTE_ACTION_H
#define CONTRIB_GAZETTE_ACTION_H

#include <stddef.h>

/* Where an action or a key means something; a set. */
enum {
	KEYS_IN_FEEDS = 1, KEYS_IN_ENTRIES = 2, KEYS_IN_ARTICLE = 4, KEYS_IN_HELP = 8, KEYS_IN_HEALTH = 16, KEYS_IN_LOG = 32,
	KEYS_IN_SETTINGS = 64, KEYS_IN_LINKS = 128, KEYS_IN_REVISIONS = 256,
	KEYS_IN_MATCHES = 512,		/* no view, but a text in which something is looked for: what is bound there goes first */
	KEYS_IN_TEXT = KEYS_IN_ARTICLE | KEYS_IN_REVISIONS,
	KEYS_IN_LISTS = KEYS_IN_FEEDS | KEYS_IN_ENTRIES,
	KEYS_IN_ITEMS = KEYS_IN_ENTRIES | KEYS_IN_ARTICLE,
	KEYS_IN_NEWS = KEYS_IN_LISTS | KEYS_IN_ARTICLE,
	KEYS_EVERYWHERE = KEYS_IN_NEWS | KEYS_IN_HELP | KEYS_IN_HEALTH | KEYS_IN_LOG | KEYS_IN_SETTINGS |
	    KEYS_IN_LINKS | KEYS_IN_REVISIONS
};

enum action {
	ACTION_NONE,
	/* moving */
	ACTION_UP, ACTION_DOWN, ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_HALF_UP, ACTION_HALF_DOWN, ACTION_SCROLL_UP,
	ACTION_SCROLL_DOWN, ACTION_HOME, ACTION_END, ACTION_POINT,
	ACTION_OPEN, ACTION_BACK, ACTION_CANCEL, ACTION_NEXT_PANE,
	ACTION_NEXT_UNREAD, ACTION_PREVIOUS_UNREAD, ACTION_NEXT, ACTION_PREVIOUS,
	/* marking */
	ACTION_TOGGLE_READ, ACTION_READ_ALL, ACTION_TOGGLE_STAR, ACTION_TAG, ACTION_UNDO, ACTION_CHOOSE,
	ACTION_CHOOSE_ALL, ACTION_CHOOSE_NONE,
	/* what is shown */
	ACTION_FILTER, ACTION_UNREAD_ONLY, ACTION_HIDE_READ, ACTION_FOLD, ACTION_FOLD_ALL, ACTION_SORT, ACTION_SAVE_SEARCH, ACTION_REFRESH, ACTION_REFRESH_ALL,
	/* reading */
	ACTION_SEARCH, ACTION_NEXT_MATCH, ACTION_PREVIOUS_MATCH, ACTION_SCROLL_LEFT, ACTION_SCROLL_RIGHT, ACTION_WRAP_CODE,
	ACTION_LINKS, ACTION_REVISIONS, ACTION_STORY, ACTION_IMAGES, ACTION_IMAGE,
	/* other programs */
	ACTION_BROWSER, ACTION_LINK, ACTION_COPY, ACTION_PIPE, ACTION_PIPE_JSON, ACTION_BOOKMARK, ACTION_PLAY,
	/* feeds */
	ACTION_ADD, ACTION_REMOVE, ACTION_PAUSE, ACTION_SETTINGS, ACTION_FEED_SET, ACTION_FEED_TAG,
	/* the reader */
	ACTION_COMMAND, ACTION_SET, ACTION_BIND, ACTION_UNBIND, ACTION_MACRO, ACTION_HEALTH, ACTION_LOG, ACTION_HELP, ACTION_REDRAW,
	ACTION_QUIT,
	ACTIONS
};

/* What an action's argument is: how it is completed, and which history it has. */
enum action_word {
	ACTION_WORD_NONE,		/* it takes none */
	ACTION_WORD_TEXT, ACTION_WORD_ACTION, ACTION_WORD_QUERY, ACTION_WORD_TAGS, ACTION_WORD_SORT, ACTION_WORD_COMMAND,
	ACTION_WORD_URL, ACTION_WORD_SETTING, ACTION_WORD_FEED_SETTING, ACTION_WORD_KEY,
	ACTION_WORDS
};

enum {
	ACTION_REPEATS = 1,		/* a count means so many times */
	ACTION_NEEDS_ARGUMENT = 2	/* it cannot ask for it by itself */
};

struct action_row {
	enum action	 action;
	const char	*name;		/* "next-unread" */
	unsigned	 views;		/* where it means something */
	unsigned	 flags;
	enum action_word word;
	const char	*argument;	/* "QUERY"; NULL: none */
	const char	*help;
};

/* The row-th one in the order of the help; NULL behind the last. */
const struct action_row	*action_row(size_t row);
const struct action_row	*action_get(enum action);
const struct action_row	*action_find(const char *name, size_t len);	/* NULL: there is none of that name */

/* The bit of the view or views of this name ("entries", "everywhere"); 0: there is none. */
unsigned		 action_view(const char *name, size_t len);

/* The name of the row-th view or set of views; NULL behind the last. */
const char		*action_view_name(size_t row);

#endif
