/*
 * prompt - one line of input being edited: for a query, a number, a yes or no. Pure: keys in, text and cursor out.
 *
 * Left, Right, Home, End, ^A, ^E, M-b, M-f move; Backspace, Delete, ^W (word), ^U (all before), ^K (all after), M-d (the
 * next word) remove; Enter is done, Esc, ^C and ^G give up. Text over PROMPT_CODES_MAX code points is not taken.
 */
#ifndef CONTRIB_GAZETTE_PROMPT_H
#define CONTRIB_GAZETTE_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/buf.h"

enum { PROMPT_CODES_MAX = 1000 };

struct prompt {
	uint32_t codes[PROMPT_CODES_MAX];
	size_t	 count, cursor;
};

enum prompt_state { PROMPT_GOES_ON, PROMPT_DONE, PROMPT_GIVEN_UP };

/* Begins with this text, the cursor behind its first bytes (SIZE_MAX: at its end). */
void		  prompt_set(struct prompt *, const char *text, size_t bytes);
enum prompt_state prompt_key(struct prompt *, uint32_t key);

/* Whether a key with Meta means something here. */
bool		  prompt_knows(uint32_t key);

/* Appends the text, or what of it is before the cursor, as UTF-8. */
void		  prompt_text(const struct prompt *, struct buf *out);
void		  prompt_before(const struct prompt *, struct buf *out);

/* Puts text in place of what is between the from-th byte and the cursor, which is behind it then. */
void		  prompt_replace(struct prompt *, size_t from, const char *text);

/* Appends the part to show in width columns; returns the cursor's column in it. */
int		  prompt_show(const struct prompt *, int width, struct buf *out);

#endif
