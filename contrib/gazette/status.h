/*
 * status - the reader's bottom line: what has happened, what is under way, what is asked for.
 *
 * By how much it matters: a question; a message, for some seconds; that the daemon is away; how far a refresh
 * is; how many new entries came; what the view has to say when nothing else has.
 */
#ifndef CONTRIB_GAZETTE_STATUS_H
#define CONTRIB_GAZETTE_STATUS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrib/gazette/complete.h"
#include "contrib/gazette/history.h"
#include "contrib/gazette/prompt.h"
#include "feeds/base/buf.h"

enum {
	STATUS_TEXT_BYTES = 512,
	STATUS_PENDING_BYTES = 64,
	STATUS_FROM_BYTES = 128,
	STATUS_SHOWN_MS = 6000		/* a message, and new entries after the last one */
};

struct view;

struct status {
	char		 message[STATUS_TEXT_BYTES];
	unsigned	 style;			/* of the message, TERM_... */
	int64_t		 message_until_ms;
	char		 away[STATUS_TEXT_BYTES];	/* "" if the daemon is there */
	size_t		 waiting;		/* marks it has not confirmed */
	char		 progress[STATUS_TEXT_BYTES];	/* "" if nothing is under way */
	char		 pending[STATUS_PENDING_BYTES];	/* keys that go on: "5", "C-x" */
	unsigned	 announced;
	int64_t		 announced_feed;	/* whose they all are; 0: of several, or not said */
	char		 announced_from[STATUS_FROM_BYTES];	/* its title */
	int64_t		 announced_until_ms;

	struct history	*history;		/* borrowed; NULL: none is kept */
	const struct complete_lists *lists;	/* borrowed */

	/* The question: who asks, what is called with the answer. */
	struct view	*asker;			/* NULL: nothing is asked */
	char		 label[STATUS_TEXT_BYTES];
	void		(*line)(struct view *, const char *);
	void		(*yes)(struct view *);
	void		(*typed)(struct view *, const char *);	/* NULL, or called with what is typed so far, NULL if it is given up */
	struct prompt	 prompt;
	enum action_word word;			/* what is asked for */
	const char	*kind;			/* its history; NULL: none */
	size_t		 back;			/* which of it is shown, from 1; 0: what was typed */
	char		*draft;			/* that, meanwhile */
	struct complete	 complete;		/* candidates that are shown */
	size_t		 chosen;		/* of them, from 1; 0: none yet */
};

void	status_say(struct status *, int64_t now_ms, unsigned style, const char *fmt, va_list)
	    __attribute__((format(printf, 4, 0)));

/* So many new ones, all of the feed of this number and title; 0, NULL: of several. */
void	status_announce(struct status *, int64_t now_ms, unsigned count, int64_t feed, const char *title);

/*
 * Asks for a line, begun as prompt_set() has it, or for a yes. Tab completes the line by what word says, Up and Down bring
 * the lines of the kind's history (NULL: none).
 */
void	status_ask_line(struct status *, struct view *, const char *label, const char *text, size_t bytes,
	    void (*line)(struct view *, const char *));
void	status_ask_about(struct status *, enum action_word word, const char *kind);	/* of the line just asked for */
void	status_ask_yes(struct status *, struct view *, const char *label, void (*yes)(struct view *));
void	status_free(struct status *);

/*
 * A key while something is asked. True if that has answered it; the asker may ask again when it is called. False if not yet, or if it
 * was given up: asker is NULL then.
 */
bool	status_key(struct status *, uint32_t key);

/*
 * Draws into the last row; hint is shown if there is nothing else: as many of its parts, which stand two blanks apart, as
 * there is room for.
 */
void	status_draw(const struct status *, int64_t now_ms, int rows, int cols, struct buf *hint);

/* Milliseconds until something shown for a time is over; -1: nothing is. */
int64_t	status_due(const struct status *, int64_t now_ms);

/*
 * Left and right text in so many columns of a row; the right one is left out if there is little room. A newline in the left one, which
 * is not shown, ends what is cut if not all of it fits.
 */
void	status_bar(int row, int col, int cols, unsigned style, struct buf *left, struct buf *right);

#endif
