#include "contrib/gazette/prompt.h"

#include <string.h>

#include "contrib/gazette/keys.h"
#include "contrib/gazette/text.h"
#include "feeds/base/shown.h"
#include "feeds/base/utf8.h"

enum { TEXT_BYTES_MAX = 1 << 16 };

static void
insert(struct prompt *prompt, uint32_t code)
{
	if (prompt->count == PROMPT_CODES_MAX || !shown_is_safe(code))
		return;
	memmove(prompt->codes + prompt->cursor + 1, prompt->codes + prompt->cursor,
	    (prompt->count - prompt->cursor) * sizeof(prompt->codes[0]));
	prompt->codes[prompt->cursor++] = code;
	prompt->count++;
}

/* Removes what is between from and to. */
static void
cut(struct prompt *prompt, size_t from, size_t to)
{
	memmove(prompt->codes + from, prompt->codes + to, (prompt->count - to) * sizeof(prompt->codes[0]));
	prompt->count -= to - from;
	prompt->cursor = from;
}

/* One letter back or on from place, its combining marks included. */
static size_t
letter_before(const struct prompt *prompt, size_t place)
{
	while (place > 0 && text_columns(prompt->codes[--place]) == 0)
		continue;
	return place;
}

static size_t
letter_after(const struct prompt *prompt, size_t place)
{
	if (place < prompt->count)
		place++;
	while (place < prompt->count && text_columns(prompt->codes[place]) == 0)
		place++;
	return place;
}

static size_t
word_before(const struct prompt *prompt, size_t place)
{
	while (place > 0 && prompt->codes[place - 1] == ' ')
		place--;
	while (place > 0 && prompt->codes[place - 1] != ' ')
		place--;
	return place;
}

static size_t
word_after(const struct prompt *prompt, size_t place)
{
	while (place < prompt->count && prompt->codes[place] == ' ')
		place++;
	while (place < prompt->count && prompt->codes[place] != ' ')
		place++;
	return place;
}

void
prompt_set(struct prompt *prompt, const char *text, size_t bytes)
{
	size_t len = strlen(text), step, cursor = 0;
	uint32_t code;

	prompt->count = prompt->cursor = 0;
	for (size_t pos = 0; pos < len; pos += step) {
		step = utf8_decode(text + pos, len - pos, &code);
		insert(prompt, code);
		if (pos + step <= bytes)
			cursor = prompt->count;
	}
	prompt->cursor = cursor;
}

bool
prompt_knows(uint32_t key)
{
	return key == (KEYS_META | 'b') || key == (KEYS_META | 'f') || key == (KEYS_META | 'd');
}

enum prompt_state
prompt_key(struct prompt *prompt, uint32_t key)
{
	size_t place = prompt->cursor;

	switch (key) {
	case KEYS_ENTER: case '\n':
		return PROMPT_DONE;
	case KEYS_ESCAPE: case KEYS_CTRL('C'): case KEYS_CTRL('G'):
		return PROMPT_GIVEN_UP;
	case KEYS_LEFT: case KEYS_CTRL('B'):
		prompt->cursor = letter_before(prompt, place);
		break;
	case KEYS_RIGHT: case KEYS_CTRL('F'):
		prompt->cursor = letter_after(prompt, place);
		break;
	case KEYS_HOME: case KEYS_CTRL('A'):
		prompt->cursor = 0;
		break;
	case KEYS_END: case KEYS_CTRL('E'):
		prompt->cursor = prompt->count;
		break;
	case KEYS_BACKSPACE:
		cut(prompt, letter_before(prompt, place), place);
		break;
	case KEYS_DELETE: case KEYS_CTRL('D'):
		cut(prompt, place, letter_after(prompt, place));
		break;
	case KEYS_CTRL('W'):
		cut(prompt, word_before(prompt, place), place);
		break;
	case KEYS_META | 'b':
		prompt->cursor = word_before(prompt, place);
		break;
	case KEYS_META | 'f':
		prompt->cursor = word_after(prompt, place);
		break;
	case KEYS_META | 'd':
		cut(prompt, place, word_after(prompt, place));
		break;
	case KEYS_CTRL('U'):
		cut(prompt, 0, place);
		break;
	case KEYS_CTRL('K'):
		cut(prompt, place, prompt->count);
		break;
	default:
		if (key < KEYS_NONE)
			insert(prompt, key);
	}
	return PROMPT_GOES_ON;
}

static void
put_codes(const struct prompt *prompt, size_t from, size_t to, struct buf *out)
{
	for (size_t at = from; at < to; at++)
		buf_put_utf8(out, prompt->codes[at]);
}

void
prompt_text(const struct prompt *prompt, struct buf *out)
{
	put_codes(prompt, 0, prompt->count, out);
}

void
prompt_before(const struct prompt *prompt, struct buf *out)
{
	put_codes(prompt, 0, prompt->cursor, out);
}

void
prompt_replace(struct prompt *prompt, size_t from, const char *text)
{
	struct buf line = BUF_INIT(TEXT_BYTES_MAX);
	size_t before;

	prompt_before(prompt, &line);
	if (from < line.len)
		line.len = from;
	buf_puts(&line, text);
	before = line.len;
	put_codes(prompt, prompt->cursor, prompt->count, &line);
	prompt_set(prompt, buf_str(&line), before);
	buf_free(&line);
}

int
prompt_show(const struct prompt *prompt, int width, struct buf *out)
{
	size_t from = prompt->cursor, to = from;
	int before = 0, after = 0;

	/* as much as there is room for before the cursor, one column being the cursor's own, then what follows */
	while (from > 0 && before + text_columns(prompt->codes[from - 1]) < width)
		before += text_columns(prompt->codes[--from]);
	while (to < prompt->count && before + after + text_columns(prompt->codes[to]) <= width)
		after += text_columns(prompt->codes[to++]);
	put_codes(prompt, from, to, out);
	return before;
}
