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
 *	poll() on term_fd(), ppoll() with term_sigmask(); then term_key() until KEYS_NONE
 *	term_close();
 */
#ifndef CONTRIB_GAZETTE_TERM_H
#define CONTRIB_GAZETTE_TERM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a text is; colours and attributes are the terminal's business. NO_COLOR leaves attributes alone. */
enum term_style {
	TERM_PLAIN, TERM_BAR, TERM_UNREAD, TERM_DIM, TERM_ERROR, TERM_STAR, TERM_HEAD, TERM_QUOTE, TERM_LINK,
	TERM_STYLES,
	TERM_SELECTED = 0x100		/* or-ed to a style: the line under the cursor */
};

/* Takes over standard input and output. 0, or -1 and *why (a constant). Ends cleanly on SIGINT, SIGTERM. */
int	 term_open(const char **why);
void	 term_close(void);

int	 term_rows(void);
int	 term_cols(void);

void	 term_erase(void);

/*
 * Writes ptr[0..len) at row, col, cut with an ellipsis if it is wider than width columns, else filled up with
 * blanks in the same style (a TERM_ value, with or without TERM_SELECTED). What lies outside of the screen is left out.
 */
void	 term_text(int row, int col, int width, unsigned style, const char *ptr, size_t len);

/* Where the cursor blinks after term_show(); row -1: nowhere. */
void	 term_cursor(int row, int col);

void	 term_show(void);
void	 term_redraw(void);		/* the next term_show() sends everything */

/* The next key that waits (keys.h), KEYS_NONE if none does. Never blocks. */
uint32_t term_key(void);

/* For ppoll(2): the descriptor to read keys from, and the signals to let in while waiting. */
int	 term_fd(void);
const sigset_t *term_sigmask(void);

/*
 * Runs argv[0] (looked up in PATH). In the foreground it gets the terminal and is waited for; else it gets none
 * and goes on by itself. 0, or an errno if it could not be started.
 */
int	 term_run(char *const argv[], bool foreground);

#endif
