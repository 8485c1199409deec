#include "contrib/gazette/search.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "contrib/gazette/letters.h"
#include "contrib/gazette/text.h"
#include "feeds/base/utf8.h"

enum { FIRST_PIECES = 32, WORDS_BYTES = 4 * SEARCH_CODES_MAX };

/* Letters and the marks on them are codes of their own. */
struct pattern {
	uint32_t codes[SEARCH_CODES_MAX];
	size_t	 count;
	bool	 exact;			/* case matters */
	bool	 marked;		/* marks do */
};

struct spot {
	size_t	 row, offset;
	uint32_t mark;			/* on the letter before it, not looked at yet; 0: there is none */
};

void
search_clear(struct search *s)
{
	free(s->words);
	free(s->pieces);
	*s = (struct search){ 0 };
}

static uint32_t
fold(uint32_t code, bool exact)
{
	code = letters_typed(code);
	return exact ? code : (uint32_t)towlower((wint_t)code);
}

static void
read_pattern(struct pattern *pattern, const char *words)
{
	size_t len = strlen(words), step;
	uint32_t code, mark;

	*pattern = (struct pattern){ 0 };
	for (size_t pos = 0; pos < len; pos += step) {
		step = utf8_decode(words + pos, len - pos, &code);
		pattern->exact |= code != (uint32_t)towlower((wint_t)code);
	}
	for (size_t pos = 0; pos < len && pattern->count + 1 < SEARCH_CODES_MAX; pos += step) {
		step = utf8_decode(words + pos, len - pos, &code);
		code = letters_base(fold(code, pattern->exact), &mark);
		pattern->codes[pattern->count++] = code;
		if (mark != 0)
			pattern->codes[pattern->count++] = mark;
		pattern->marked |= mark != 0 || letters_is_mark(code);
	}
}

/* Whether the text goes on in the next line: it is not empty. */
static bool
goes_on(const struct lines *lines, struct spot *spot)
{
	const struct lines_row *next = spot->row + 1 < lines->count ? &lines->rows[spot->row + 1] : NULL;

	if (next == NULL || next->len <= next->lead || (next->flags & LINES_PICTURE) != 0)
		return false;
	spot->row++;
	spot->offset = next->lead;
	return true;
}

/* The next code of the line, as the pattern has them; false: the line ends. */
static bool
next_code(const struct lines *lines, const struct pattern *pattern, struct spot *spot, uint32_t *code)
{
	const struct lines_row *row = &lines->rows[spot->row];

	if (spot->mark != 0) {
		*code = spot->mark;
		spot->mark = 0;
		return true;
	}
	if (spot->offset >= row->len)
		return false;
	spot->offset += utf8_decode(lines_text(lines, spot->row) + spot->offset, row->len - spot->offset, code);
	*code = letters_base(fold(*code, pattern->exact), &spot->mark);
	if (!pattern->marked)
		spot->mark = 0;
	return true;
}

/* Behind the marks on the letter before; false if they make it another letter than the pattern's. */
static bool
pass_marks(const struct lines *lines, const struct pattern *pattern, struct spot *spot)
{
	const struct lines_row *row = &lines->rows[spot->row];
	uint32_t code;

	while (spot->mark == 0 && spot->offset < row->len) {
		size_t step = utf8_decode(lines_text(lines, spot->row) + spot->offset, row->len - spot->offset, &code);

		if (!letters_is_mark(code))
			break;
		if (pattern->marked)
			return false;
		spot->offset += step;
	}
	return spot->mark == 0;
}

/* Whether the pattern stands here; *end is behind it then. The end of a line stands for a blank, or for nothing. */
static bool
matches(const struct lines *lines, const struct pattern *pattern, struct spot spot, struct spot *end)
{
	uint32_t code;

	for (size_t at = 0; at < pattern->count; at++) {
		if (spot.mark == 0 && spot.offset == lines->rows[spot.row].len) {
			if (!goes_on(lines, &spot))
				return false;
			if (pattern->codes[at] == ' ')
				continue;
		}
		if (!next_code(lines, pattern, &spot, &code) || code != pattern->codes[at])
			return false;
		if (!pattern->marked)
			pass_marks(lines, pattern, &spot);
	}
	*end = spot;
	return pass_marks(lines, pattern, end);
}

static void
add_piece(struct search *s, size_t row, size_t offset, size_t len)
{
	if (len == 0)
		return;
	if (s->count == s->cap) {
		s->cap = s->cap != 0 ? 2 * s->cap : FIRST_PIECES;
		s->pieces = reallocarray(s->pieces, s->cap, sizeof(*s->pieces));
		if (s->pieces == NULL)
			abort();
	}
	s->pieces[s->count++] = (struct search_piece){ .row = row, .offset = offset, .len = len, .match = s->n_matches };
}

static void
add_match(struct search *s, const struct lines *lines, struct spot from, struct spot end)
{
	for (; from.row < end.row; from = (struct spot){ .row = from.row + 1, .offset = lines->rows[from.row + 1].lead })
		add_piece(s, from.row, from.offset, lines->rows[from.row].len - from.offset);
	add_piece(s, end.row, from.offset, end.offset - from.offset);
	s->n_matches++;
}

static void
find_all(struct search *s, const struct lines *lines, const struct pattern *pattern)
{
	struct spot spot = { 0 }, end;
	uint32_t code;
	size_t step;

	while (spot.row < lines->count && s->n_matches < SEARCH_MATCHES_MAX) {
		const struct lines_row *row = &lines->rows[spot.row];

		if (spot.offset < row->lead)
			spot.offset = row->lead;
		if (spot.offset >= row->len || (row->flags & LINES_PICTURE) != 0) {
			spot = (struct spot){ .row = spot.row + 1 };
			continue;
		}
		step = utf8_decode(lines_text(lines, spot.row) + spot.offset, row->len - spot.offset, &code);
		if ((pattern->marked || !letters_is_mark(code)) && matches(lines, pattern, spot, &end)) {
			add_match(s, lines, spot, end);
			spot = end;
		} else
			spot.offset += step;
	}
}

void
search_find(struct search *s, const struct lines *lines, const char *words)
{
	struct buf clean = BUF_INIT(WORDS_BYTES);
	struct pattern pattern;

	text_clean(words, &clean);
	if (words != s->words) {
		free(s->words);
		s->words = clean.len != 0 ? strdup(buf_str(&clean)) : NULL;
		if (s->words == NULL && clean.len != 0)
			abort();
	}
	s->count = s->n_matches = s->current = 0;
	read_pattern(&pattern, buf_str(&clean));
	if (pattern.count != 0)
		find_all(s, lines, &pattern);
	buf_free(&clean);
}

void
search_from(struct search *s, size_t row)
{
	s->current = 0;
	for (size_t at = s->count; at > 0 && s->pieces[at - 1].row >= row; at--)
		s->current = s->pieces[at - 1].match;
}

void
search_step(struct search *s, int by)
{
	if (s->n_matches != 0)
		s->current = (s->current + s->n_matches + (size_t)(by < 0 ? -1 : 1)) % s->n_matches;
}

size_t
search_row(const struct search *s)
{
	for (size_t at = 0; at < s->count; at++)
		if (s->pieces[at].match == s->current)
			return s->pieces[at].row;
	return SIZE_MAX;
}
