/*
 * settings - what the user wants of the reader: $XDG_CONFIG_HOME/gazette/config, "key = value" lines, '#' comments.
 *
 * One table of rows (settings.c) says name, kind, initial value and what is allowed; nothing else knows a single key.
 * A value may stand in double quotes, which keep its blanks and '#'; in them \" is a quote and \\ a backslash.
 * A new setting is a member here, a row there, a line in gazette(1).
 *
 *	settings_init(&settings);
 *	if (settings_read(&settings, path, why) == -1) ...	why: "/home/me/.config/gazette/config:3: feeds_sort: ..."
 *	settings_free(&settings);
 */
#ifndef CONTRIB_GAZETTE_SETTINGS_H
#define CONTRIB_GAZETTE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrib/gazette/theme.h"

enum { SETTINGS_ERROR_BYTES = 512, SETTINGS_TEXT_MAX = 4096, SETTINGS_FILE_MAX = 1 << 20 };

enum settings_images { IMAGES_NEVER, IMAGES_KEY, IMAGES_ALWAYS };
enum settings_mark_read { MARK_READ_OPENING, MARK_READ_PASSING, MARK_READ_BY_HAND };

/* Choices (WORD) are int64_t, too: an enum in the order of their words in settings.c. */
struct settings {
	char	*browser;			/* a command; NULL: $BROWSER, or xdg-open */
	bool	 browser_terminal;		/* it gets the terminal */
	char	*bookmark;			/* a command; NULL: none */
	int64_t	 mark_read;			/* enum settings_mark_read */
	char	*date_format;			/* strftime(3)'s; NULL: as LC_TIME has it */
	char	*styles[THEME_ROWS];		/* what the user wants of single ones; NULL: the theme's */
	int64_t	 images;			/* enum settings_images */
	char	*image_load;			/* a command: writes the image of a URL on its standard output */
	char	*image_command;			/* has the terminal to show one; NULL: none */
	int64_t	 text_width;			/* columns of an article's text */
	int64_t	 theme;				/* a row of theme_name() */
	bool	 truecolor;
	bool	 wrap_code;			/* at first; W switches */
	bool	 mouse;				/* clicks and the wheel are the reader's */
	/* layout: columns from which on two and three views stand side by side, 0: never; shares of the width in percent */
	int64_t	 two_panes_from, three_panes_from;
	int64_t	 feeds_share, entries_share;

	bool	 player_terminal;		/* players get the terminal */
	char	*players;			/* browser_player() */
	int64_t	 feeds_sort;			/* enum tree_order */
	char	*feeds_format, *feeds_format_narrow;	/* format.h; narrow: for less than 60 columns */
	char	*entries_format, *entries_format_feed, *entries_format_feed_wide, *entries_format_narrow;	/* item-line.h */
	int64_t	 entries_sort;			/* enum items_order */
	bool	 first_unread;			/* the line selected in a list that is opened */
	bool	 hide_read_feeds;
	bool	 unread_only;			/* lists begin so; u switches */
};

/* Fills in the initial values. */
void	 settings_init(struct settings *);
void	 settings_free(struct settings *);

/* Reads the file over what the settings hold. 0; 1 if there is none; -1 with why filled in: the file is good up to there. */
int	 settings_read(struct settings *, const char *path, char why[SETTINGS_ERROR_BYTES]);

/* The same of one line, which is changed; name and number are for the error. 0 or -1. */
int	 settings_line(struct settings *, char *line, const char *name, unsigned number, char why[SETTINGS_ERROR_BYTES]);

/* The same of "KEY VALUE" or "KEY = VALUE", as it is typed; why names no place. */
int	 settings_pair(struct settings *, const char *text, char why[SETTINGS_ERROR_BYTES]);

/* The name of the row-th setting; NULL behind the last. */
const char *settings_name(size_t row);

/*
 * Where a file of the reader is: $XDG_CONFIG_HOME/gazette/NAME, else ~/.config/gazette/NAME; $XDG_STATE_HOME/gazette/NAME, else
 * ~/.local/state/gazette/NAME. Free with free(); NULL if there is no such place. The second makes the folders.
 */
char	*settings_config_path(const char *name);
char	*settings_state_path(const char *name);

#endif
