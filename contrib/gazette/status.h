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

#include "contrib/gazette/prompt.h"
#include "feeds/base/buf.h"

enum {
	STATUS_TEXT_BYTES = 512,
	STATUS_PENDING_BYTES = 64,
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
	int64_t		 announced_until_ms;

	/* The question: who asks, what is called with the answer. */
	struct view	*asker;			/* NULL: nothing is asked */
	char		 label[STATUS_TEXT_BYTES];
	void		(*line)(struct view *, const char *);
	void		(*yes)(struct view *);
	struct prompt	 prompt;
};

void	status_say(struct status *, int64_t now_ms, unsigned style, const char *fmt, va_list)
	    __attribute__((format(printf, 4, 0)));
void	status_announce(struct status *, int64_t now_ms, unsigned count);

/* One of line and yes is NULL. text and bytes are where a line begins: prompt_set(). */
void	status_ask(struct status *, struct view *, const char *label, const char *text, size_t bytes,
	    void (*line)(struct view *, const char *), void (*yes)(struct view *));

/*
 * A key while something is asked. True if that has answered it; the asker may ask again when it is called. False if not yet, or if it
 * was given up: asker is NULL then.
 */
bool	status_key(struct status *, uint32_t key);

/* Draws into the last row; hint is shown if there is nothing else. */
void	status_draw(const struct status *, int64_t now_ms, int rows, int cols, struct buf *hint);

/* Milliseconds until something shown for a time is over; -1: nothing is. */
int64_t	status_due(const struct status *, int64_t now_ms);

/* Left and right text in one row; the right one is left out if there is little room. */
void	status_bar(int row, int cols, unsigned style, struct buf *left, struct buf *right);

#endif
