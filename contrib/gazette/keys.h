/*
 * keys - which key does what in which view of the reader: one table of rows, from which the help is made too.
 *
 *	switch (keys_action(code, KEYS_IN_FEEDS)) ...
 */
#ifndef CONTRIB_GAZETTE_KEYS_H
#define CONTRIB_GAZETTE_KEYS_H

#include <stddef.h>
#include <stdint.h>

/* A key is a Unicode code point (control characters included) or one of these. */
enum {
	KEYS_NONE = 0x110000,		/* no key is waiting */
	KEYS_RESIZE,			/* the terminal has another size now */
	KEYS_END_OF_INPUT,		/* the terminal is gone */
	KEYS_UP, KEYS_DOWN, KEYS_LEFT, KEYS_RIGHT, KEYS_HOME, KEYS_END, KEYS_PAGE_UP, KEYS_PAGE_DOWN,
	KEYS_BACKSPACE, KEYS_DELETE,
	KEYS_OTHER			/* some key without a name here */
};

enum {
	KEYS_ENTER = '\r', KEYS_ESCAPE = 0x1b, KEYS_NAME_BYTES = 16, KEYS_HELP_BYTES = 96
};

#define KEYS_CTRL(letter) ((letter) & 0x1f)

/* Where a key means something; a set. */
enum {
	KEYS_IN_FEEDS = 1, KEYS_IN_ENTRIES = 2, KEYS_IN_ARTICLE = 4, KEYS_IN_HELP = 8,
	KEYS_IN_LISTS = KEYS_IN_FEEDS | KEYS_IN_ENTRIES,
	KEYS_IN_NEWS = KEYS_IN_LISTS | KEYS_IN_ARTICLE,
	KEYS_EVERYWHERE = KEYS_IN_NEWS | KEYS_IN_HELP
};

enum action {
	ACTION_NONE,
	/* moving */
	ACTION_UP, ACTION_DOWN, ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_HALF_UP, ACTION_HALF_DOWN, ACTION_HOME, ACTION_END,
	ACTION_OPEN, ACTION_BACK, ACTION_CANCEL,
	ACTION_NEXT_UNREAD, ACTION_PREVIOUS_UNREAD, ACTION_NEXT, ACTION_PREVIOUS,
	/* marking */
	ACTION_TOGGLE_READ, ACTION_READ_ALL, ACTION_TOGGLE_STAR,
	/* the rest */
	ACTION_BROWSER, ACTION_FILTER, ACTION_UNREAD_ONLY, ACTION_REFRESH, ACTION_REFRESH_ALL,
	ACTION_LINK, ACTION_REDRAW, ACTION_HELP, ACTION_QUIT,
	ACTIONS
};

/* What this key does in the view (one KEYS_IN_ bit); ACTION_NONE if nothing. */
enum action	keys_action(uint32_t key, unsigned view);

/* The key's name as help shows it: "q", "^L", "Enter", "PgDn". Returns out. */
char		*keys_name(uint32_t key, char out[KEYS_NAME_BYTES]);

/* One line of help: an action, what it does, its keys. */
struct keys_help {
	enum action	 action;
	const char	*name;		/* "next-unread" */
	const char	*text;
	unsigned	 views;		/* where any key is bound to it */
	char		 keys[KEYS_HELP_BYTES];	/* their names, with blanks between */
};

/* Fills the help of the row-th action in the order of the table; 0, or -1 if there is no such row. */
int		 keys_help_row(size_t row, struct keys_help *);

#endif
