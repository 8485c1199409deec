/*
 * keyname - keys, and how people write them: "q", "C-x", "M-v", "F1", "Space", "PgDn"; several that follow each other are written
 * without anything between them: "gg", "C-xC-c".
 */
#ifndef CONTRIB_GAZETTE_KEYNAME_H
#define CONTRIB_GAZETTE_KEYNAME_H

#include <stddef.h>
#include <stdint.h>

#include "feeds/base/buf.h"

/* A key is a Unicode code point (control characters included) or one of these. */
enum {
	KEYS_NONE = 0x110000,		/* no key is waiting */
	KEYS_RESIZE,			/* the terminal has another size now */
	KEYS_END_OF_INPUT,		/* the terminal is gone */
	KEYS_UP, KEYS_DOWN, KEYS_LEFT, KEYS_RIGHT, KEYS_HOME, KEYS_END, KEYS_PAGE_UP, KEYS_PAGE_DOWN,
	KEYS_BACKSPACE, KEYS_DELETE, KEYS_INSERT, KEYS_BACK_TAB,
	KEYS_CLICK, KEYS_WHEEL_UP, KEYS_WHEEL_DOWN,	/* term_mouse() says where */
	KEYS_F1, KEYS_F12 = KEYS_F1 + 11,
	KEYS_OTHER,			/* some key without a name here */
	KEYS_META = 0x1000000		/* or-ed to a code point: with Meta (Alt) held, or Esc before it */
};

enum {
	KEYS_ENTER = '\r', KEYS_ESCAPE = 0x1b,
	KEYNAME_SEQUENCE_MAX = 4
};

#define KEYS_CTRL(letter) ((letter) & 0x1f)

/* Appends the names of these keys. */
void	keyname_put_all(const uint32_t *keys, size_t count, struct buf *);

/* Reads a word of one to KEYNAME_SEQUENCE_MAX keys: how many; 0 if it is none, or of more. */
size_t	keyname_parse(const char *word, size_t len, uint32_t keys[KEYNAME_SEQUENCE_MAX]);

#endif
