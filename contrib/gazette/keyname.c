#include "contrib/gazette/keyname.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "feeds/base/utf8.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* The first one of a key is shown. */
static const struct {
	uint32_t	 key;
	const char	*name;
} names[] = {
	{ KEYS_ENTER, "Enter" }, { KEYS_ENTER, "Return" }, { KEYS_ESCAPE, "Esc" }, { KEYS_ESCAPE, "Escape" }, { '\t', "Tab" },
	{ KEYS_BACK_TAB, "S-Tab" }, { KEYS_BACK_TAB, "BackTab" }, { ' ', "Space" }, { KEYS_UP, "Up" }, { KEYS_DOWN, "Down" },
	{ KEYS_LEFT, "Left" }, { KEYS_RIGHT, "Right" }, { KEYS_HOME, "Home" }, { KEYS_END, "End" }, { KEYS_PAGE_UP, "PgUp" },
	{ KEYS_PAGE_UP, "PageUp" }, { KEYS_PAGE_DOWN, "PgDn" }, { KEYS_PAGE_DOWN, "PageDown" },
	{ KEYS_BACKSPACE, "Backspace" }, { KEYS_DELETE, "Del" }, { KEYS_DELETE, "Delete" }, { KEYS_INSERT, "Ins" },
	{ KEYS_INSERT, "Insert" }, { KEYS_CLICK, "Click" }, { KEYS_WHEEL_UP, "WheelUp" }, { KEYS_WHEEL_DOWN, "WheelDown" },
	{ KEYS_F12, "F12" }, { KEYS_F12 - 1, "F11" }, { KEYS_F12 - 2, "F10" }, { KEYS_F1, "F1" }, { KEYS_F1 + 1, "F2" },
	{ KEYS_F1 + 2, "F3" }, { KEYS_F1 + 3, "F4" }, { KEYS_F1 + 4, "F5" }, { KEYS_F1 + 5, "F6" }, { KEYS_F1 + 6, "F7" },
	{ KEYS_F1 + 7, "F8" }, { KEYS_F1 + 8, "F9" },
};

static void
put(uint32_t key, struct buf *out)
{
	if (key < KEYS_OTHER)
		for (size_t row = 0; row < ROWS(names); row++)
			if (names[row].key == key) {
				buf_puts(out, names[row].name);
				return;
			}
	if ((key & KEYS_META) != 0) {
		buf_puts(out, "M-");
		put(key & ~(uint32_t)KEYS_META, out);
	} else if (key < ' ')
		buf_printf(out, "C-%c", key >= 1 && key <= 26 ? (int)key + '`' : (int)key + '@');
	else if (key < KEYS_NONE)
		buf_put_utf8(out, key);
}

void
keyname_put_all(const uint32_t *keys, size_t count, struct buf *out)
{
	for (size_t at = 0; at < count; at++)
		put(keys[at], out);
}

/* The longest name that the word begins with; its length, 0 if there is none. */
static size_t
named(const char *word, size_t len, uint32_t *key)
{
	size_t best = 0;

	for (size_t row = 0; row < ROWS(names); row++) {
		size_t length = strlen(names[row].name);

		if (length <= best || length > len || memcmp(word, names[row].name, length) != 0)
			continue;
		best = length;
		*key = names[row].key;
	}
	return best;
}

/* "C-x" and "^X": its length, 0 if it is not that. */
static size_t
control(const char *word, size_t len, uint32_t *key)
{
	size_t before = len > 2 && word[0] == 'C' && word[1] == '-' ? 2 : len > 1 && word[0] == '^' ? 1 : 0;
	unsigned char letter = before != 0 ? (unsigned char)word[before] : 0;

	if ((letter < '@' || letter > '_') && (letter < 'a' || letter > 'z'))
		return 0;
	*key = KEYS_CTRL(letter);
	return before + 1;
}

/* "F13", "F0", "C-é", "C-Up": meant as one key, which there is none of. */
static bool
is_no_key(const char *word, size_t len)
{
	uint32_t key;
	size_t took;

	if (len > 2 && memcmp(word, "C-", 2) == 0)
		return control(word, len, &key) == 0 || named(word + 2, len - 2, &key) != 0;
	if (len < 2 || word[0] != 'F' || !isdigit((unsigned char)word[1]))
		return false;
	took = named(word, len, &key);
	return took == 0 || (took < len && isdigit((unsigned char)word[took]));
}

/* 0: it is none. */
static size_t
one_key(const char *word, size_t len, uint32_t *key)
{
	size_t took;

	if (is_no_key(word, len))
		return 0;
	took = named(word, len, key);
	if (took == 0)
		took = control(word, len, key);
	if (took == 0)
		took = utf8_decode(word, len, key);
	return took;
}

size_t
keyname_parse(const char *word, size_t len, uint32_t keys[KEYNAME_SEQUENCE_MAX])
{
	size_t count = 0, at = 0, took;

	while (at < len) {
		bool meta = len - at > 2 && word[at] == 'M' && word[at + 1] == '-';

		if (count == KEYNAME_SEQUENCE_MAX)
			return 0;
		at += meta ? 2 : 0;
		took = one_key(word + at, len - at, &keys[count]);
		at += took;
		if (took == 0)
			return 0;
		if (meta && keys[count] >= KEYS_NONE)
			return 0;
		keys[count++] |= meta ? KEYS_META : 0;
	}
	return count;
}
