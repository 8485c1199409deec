/*
 * term - the terminal: the only file that knows ncursesw.
 *
 * A screen is drawn line by line from the top, then shown at once; only what changed is sent. Text is UTF-8 and should be
 * clean (text.h); whatever is not safe to show is shown as U+FFFD all the same, so that no
 * byte of a feed reaches the terminal raw.
 *
 *	if (term_open(&why) == -1) ...
 *	term_erase();
 *	term_text(0, 0, term_cols(), TERM_BAR, "feeds", 5);
 *	term_show();
 *	term_poll() on term_fd() and what else there is; then term_key() until KEYS_NONE, unless term_ended()
 *	term_close();
 */
#ifndef CONTRIB_GAZETTE_TERM_H
#define CONTRIB_GAZETTE_TERM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a text is; what that looks like is the theme's business (theme.h). */
enum term_style {
	TERM_PLAIN, TERM_BAR, TERM_UNREAD, TERM_DIM, TERM_ERROR, TERM_STAR, TERM_HEAD, TERM_QUOTE, TERM_LINK,
	TERM_WARNING, TERM_GOOD, TERM_TAG, TERM_FEED, TERM_AGE, TERM_BORDER, TERM_GRAPH,
	TERM_HEADING, TERM_SUBHEADING, TERM_PRE, TERM_CAPTION,
	TERM_STYLES,
	/* or-ed to one: the line under the cursor, */
	TERM_SELECTED = 0x100,
	/* what a part of a text is besides, */
	TERM_STRONG = 0x200, TERM_EMPHASIS = 0x400, TERM_UNDERLINED = 0x800, TERM_CODE = 0x1000, TERM_STRUCK = 0x2000,
	TERM_ANCHOR = 0x4000, TERM_MARKED = 0x8000, TERM_ADDED = 0x10000, TERM_REMOVED = 0x20000,
	/* and what was searched for */
	TERM_MATCH = 0x40000, TERM_CURRENT = 0x80000,
	TERM_FLAGS = 12,		/* how many flags there are */
	/* None of these: a cell of a picture, with colours of its own and THEME_ attributes or-ed to it; for term_paint() */
	TERM_PAINTED = 0x40000000
};

struct theme;
struct theme_style;

/*
 * Takes over standard input and output. 0, or -1 and *why (a constant).
 * direct: where $COLORTERM says that the terminal has all colours, it is used by its description for that, if there is one.
 */
int	 term_open(bool direct, const char **why);
void	 term_close(void);

/* What texts look like from the next term_erase() on; it is copied. Without, "terminal". $NO_COLOR leaves attributes alone. */
void	 term_theme(const struct theme *);

int	 term_rows(void);
int	 term_cols(void);

void	 term_erase(void);

/*
 * Writes ptr[0..len) at row, col, cut with an ellipsis if it is wider than width columns, else filled up with
 * blanks in the same style (a TERM_ value and its flags). What lies outside of the screen is left out.
 */
void	 term_text(int row, int col, int width, unsigned style, const char *ptr, size_t len);

/*
 * The same in a style of its own. A terminal can show so many pairs of colours at once: TERM_PAIRS_KEPT are left to texts, and what a
 * picture needs besides the rest has colours of eight.
 */
enum { TERM_PAIRS_KEPT = 128, TERM_PAIRS_MAX = 65536 };
void	 term_paint(int row, int col, int width, const struct theme_style *, const char *ptr, size_t len);

/* How many colours the terminal has; 0: none. */
int	 term_colours(void);

/* Where the cursor blinks after term_show(); row -1: nowhere. */
void	 term_cursor(int row, int col);

void	 term_show(void);
void	 term_redraw(void);		/* the next term_show() sends everything */

/* The next key that waits (keys.h), KEYS_NONE if none does. Never blocks. */
uint32_t term_key(void);

/* Where the mouse was, if the last key was KEYS_CLICK, KEYS_WHEEL_UP or KEYS_WHEEL_DOWN; else false. */
bool	 term_mouse(int *row, int *col);
void	 term_use_mouse(bool);		/* at first it is not used: the terminal selects text with it */

/*
 * poll(2), at most timeout_ms (-1: for ever), that a signal ends: a resize, of which term_key() tells, or SIGHUP, SIGINT or SIGTERM,
 * of which term_ended() does from then on. The second one of these ends the process where it stands.
 */
struct pollfd;
int	 term_fd(void);
int	 term_poll(struct pollfd *, size_t count, int timeout_ms);
bool	 term_ended(void);

/* Leaves the terminal to another program, and takes it back; the signal mask that one begins with. */
void	 term_leave(void);
void	 term_back(void);
const sigset_t *term_outer_sigmask(void);

/* Between those two: the cursor goes to an empty line, and whether it is still there: nothing was written that stays. */
void	 term_mark(void);
bool	 term_marked(void);

/* Puts the text where pasting takes it from, if the terminal has that (OSC 52). False: it is too long. */
enum { TERM_COPY_MAX = 64 << 10 };
bool	 term_copy(const char *text);

#endif
