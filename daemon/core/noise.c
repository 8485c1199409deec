#include "daemon/core/noise.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "daemon/core/noise-words.h"
#include "feeds/base/utf8.h"
#include "feeds/html.h"
#include "feeds/url.h"

enum { TEXT_BYTES_MAX = 64 << 20, WORD_BYTES = 48 };

#define ENGLISH		1u	/* the first row of noise-words.c */
#define ANY		UINT32_MAX

/* A word as it stands, and as it is compared: in lower case, without what stands around it. */
struct word {
	struct span raw;
	char	 text[WORD_BYTES];
	const struct noise_word *known;		/* NULL: it is nothing to us */
	bool	 colon, bracket, closed, capitals;
};

/* --- spelling ---------------------------------------------------------------------------------------------- */

/* What signs are replaced by: "" for nothing. */
static const struct { uint32_t from, to; const char *by; } signs[] = {
	{ 0xa0, 0xa0, " " }, { 0x2000, 0x200a, " " }, { 0x202f, 0x202f, " " }, { 0x3000, 0x3000, " " },
	{ 0x200b, 0x200f, "" }, { 0xfeff, 0xfeff, "" }, { 0xad, 0xad, "" },
	{ 0x2018, 0x2019, "'" }, { 0xff1a, 0xff1a, ": " }, { 0xff08, 0xff08, " (" }, { 0xff09, 0xff09, ") " },
	{ 0x3010, 0x3010, " [" }, { 0x3011, 0x3011, "] " }, { 0x3001, 0x3002, ". " }, { 0xff0c, 0xff0c, ", " }, { 0x60c, 0x60c, ", " },
};

static const uint32_t zeros[] = { 0x660, 0x6f0, 0xff10 };

static bool
is_digit(uint32_t point)
{
	return point >= '0' && point <= '9';
}

static uint32_t
to_digit(uint32_t point)
{
	for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
		if (point >= zeros[i] && point <= zeros[i] + 9)
			return '0' + point - zeros[i];
	}
	return point;
}

/* Of scripts that put no blanks between words and numbers. */
static bool
is_undivided(uint32_t point)
{
	return (point >= 0x3040 && point <= 0x9fff) || (point >= 0xac00 && point <= 0xd7a3);
}

static const char *
sign_of(uint32_t point)
{
	for (size_t i = 0; point >= 0x80 && i < sizeof signs / sizeof signs[0]; i++) {
		if (point >= signs[i].from && point <= signs[i].to)
			return signs[i].by;
	}
	return NULL;
}

/* A space that does not break between digits is none; nor is one before a colon. */
static void
put_sign(const char *sign, bool after_digit, struct span rest, struct buf *out)
{
	uint32_t next = 0;

	if (rest.len > 0)
		utf8_decode(rest.ptr, rest.len, &next);
	if (strcmp(sign, " ") != 0 || !after_digit || !is_digit(to_digit(next)))
		buf_puts(out, sign);
}

static void
unite(struct span line, struct buf *out)
{
	uint32_t before = 0, point;

	for (size_t at = 0; at < line.len; before = point) {
		const char *sign;

		at += utf8_decode(line.ptr + at, line.len - at, &point);
		point = to_digit(point);
		sign = sign_of(point);
		if (sign != NULL) {
			put_sign(sign, is_digit(before), (struct span){ line.ptr + at, line.len - at }, out);
			continue;
		}
		if ((is_undivided(before) && is_digit(point)) || (is_digit(before) && is_undivided(point)))
			buf_putc(out, ' ');
		if (point == ':' && out->len > 1 && out->ptr[out->len - 1] == ' ')
			out->len--;
		buf_put_utf8(out, point);
	}
}

/* Latin, Cyrillic. */
static uint32_t
to_lower(uint32_t point)
{
	if ((point >= 'A' && point <= 'Z') || (point >= 0xc0 && point <= 0xde && point != 0xd7) || (point >= 0x410 && point <= 0x42f))
		return point + 32;
	if (point == 0x130)
		return 'i';
	if ((point >= 0x100 && point <= 0x137) || (point >= 0x14a && point <= 0x177) || (point >= 0x490 && point <= 0x491))
		return point | 1;
	if ((point >= 0x139 && point <= 0x148) || (point >= 0x179 && point <= 0x17e))
		return point + (point & 1);
	return point >= 0x400 && point <= 0x40f ? point + 80 : point;
}

/* text[0..len) in lower case; empty if it is longer than any word that is known. Whether it was in capitals throughout. */
static bool
fold(const char *text, size_t len, char out[WORD_BYTES])
{
	struct buf buf = { .ptr = out, .cap = WORD_BYTES - 1, .max = WORD_BYTES - 1 };
	bool capitals = len > 0;
	uint32_t point;

	for (size_t at = 0; at < len && !buf.overflow; ) {
		at += utf8_decode(text + at, len - at, &point);
		capitals = capitals && to_lower(point) != point;
		buf_put_utf8(&buf, to_lower(point));
	}
	out[buf.overflow ? 0 : buf.len] = '\0';
	return capitals;
}

/* The next word of the line; false: there is none. */
static bool
next_word(struct span *line, struct word *word)
{
	static const char around[] = "()[]{}.,;:|\"'*";
	const char *at, *end;

	while (line->len > 0 && line->ptr[0] == ' ') {
		line->ptr++;
		line->len--;
	}
	if (line->len == 0)
		return false;
	end = memchr(line->ptr, ' ', line->len);
	word->raw = (struct span){ line->ptr, end != NULL ? (size_t)(end - line->ptr) : line->len };
	line->ptr += word->raw.len;
	line->len -= word->raw.len;
	at = word->raw.ptr;
	end = at + word->raw.len;
	word->bracket = *at == '(' || *at == '[';
	word->closed = end[-1] == ')' || end[-1] == ']';
	word->colon = end[-1] == ':';
	while (at < end && strchr(around, *at) != NULL)
		at++;
	while (end > at && strchr(around, end[-1]) != NULL)
		end--;
	word->capitals = fold(at, (size_t)(end - at), word->text);
	word->known = word->text[0] != '\0' ? noise_word(word->text) : NULL;
	return true;
}

/* --- what words are ------------------------------------------------------------------------------------------ */

/* The languages in which the word is of this class. */
static uint32_t
is(const struct word *words, size_t at, size_t n, enum noise_class class)
{
	return at < n && words[at].known != NULL ? words[at].known->in[class] : 0;
}

/* Digits, also "1,234", "1.2k". */
static bool
is_number(const struct word *words, size_t at, size_t n)
{
	const char *text = at < n ? words[at].text : "";
	size_t len = strspn(text, "0123456789,.");

	return isdigit((unsigned char)text[0]) && (text[len] == '\0' || (strchr("km", text[len]) != NULL && text[len + 1] == '\0'));
}

/* The languages in which it is part of a date: "10:05", "2026-11-25T10:05:00Z", "25th", "nov" */
static bool
is_date(const struct word *words, size_t at, size_t n, uint32_t languages)
{
	if (at >= n)
		return false;
	if ((is(words, at, n, NOISE_DATE) & (languages | ENGLISH)) != 0)
		return true;
	return isdigit((unsigned char)words[at].text[0]) && words[at].text[strspn(words[at].text, "0123456789:/.,-+tzsndrhampm")] == '\0';
}

/* How many words are a span of time from this one on, in some of these languages, which are told: "5 minutes", "an hour". */
static size_t
span_of_time(const struct word *words, size_t at, size_t n, uint32_t *languages)
{
	uint32_t first = is_number(words, at, n) ? ANY : is(words, at, n, NOISE_ONE), both = first & is(words, at + 1, n, NOISE_UNIT) & *languages;

	if (both != 0) {
		*languages = both;
		return 2;
	}
	*languages &= is(words, at, n, NOISE_ALONE);
	return *languages != 0;
}

static bool
is_il_y_a(const struct word *words, size_t n)
{
	return n > 3 && strcmp(words[0].text, "il") == 0 && strcmp(words[1].text, "y") == 0 && strcmp(words[2].text, "a") == 0;
}

static size_t
ago_of(const struct word *words, size_t n)
{
	uint32_t languages = ANY;
	size_t used;

	if (is_number(words, 0, n) && is(words, 1, n, NOISE_AGO) != 0)
		return 2;
	used = span_of_time(words, 0, n, &languages);
	if (used > 0)
		return (languages & is(words, used, n, NOISE_AFTER)) != 0 ? used + 1 : 0;
	if (is_il_y_a(words, n)) {
		languages = ANY;
		used = span_of_time(words, 3, n, &languages);
		return used > 0 ? used + 3 : 0;
	}
	languages = is(words, 0, n, NOISE_BEFORE);
	used = languages != 0 ? span_of_time(words, 1, n, &languages) : 0;
	if (used == 0)
		return 0;
	return used + 1 + ((languages & is(words, used + 1, n, NOISE_AFTER)) != 0);
}

/* "updated" and its date, or nothing. */
static size_t
making_of(const struct word *words, size_t n)
{
	uint32_t languages = is(words, 0, n, NOISE_MAKING);
	size_t used = 1;

	if (languages == 0)
		return 0;
	while ((languages & is(words, used, n, NOISE_LINK)) != 0)
		used++;
	if (!is_date(words, used, n, languages) || ago_of(words + used, n - used) != 0)
		return 0;
	while (is_date(words, used, n, languages) || (languages & is(words, used, n, NOISE_LINK)) != 0)
		used++;
	return used;
}

static size_t
number_of(const struct word *words, size_t at, size_t n)
{
	if (!is_number(words, at, n))
		return 0;
	return is(words, at + 1, n, NOISE_TIMES) != 0 ? 2 : 1;
}

/* Whether nothing that a number could count follows. */
static bool
ends_count(const struct word *words, size_t at, size_t n)
{
	return at >= n || (is(words, at, n, NOISE_COUNTER) | is(words, at, n, NOISE_COUNTED) | is(words, at, n, NOISE_CLOSE)) != 0;
}

static size_t
count_of(const struct word *words, size_t n)
{
	size_t number = number_of(words, 0, n);
	uint32_t counted = is(words, 0, n, NOISE_COUNTED) | is(words, 0, n, NOISE_WEAK);

	if (number > 0) {
		if (is(words, number, n, NOISE_COUNTED) != 0)
			return number + 1;
		return is(words, number, n, NOISE_WEAK) != 0 && words[0].bracket && words[number].closed ? number + 1 : 0;
	}
	number = number_of(words, 1, n);
	if (number > 0 && counted != 0 && (words[0].colon || words[1].bracket))
		return number + 1;
	return number > 0 && is(words, 0, n, NOISE_CLOSE) != 0 && ends_count(words, number + 1, n) ? number + 1 : 0;
}

static bool
is_label(const struct word *words, size_t n)
{
	if (strcmp(words[0].text, "advertisement") == 0)
		return true;
	return is(words, 0, n, NOISE_LABEL) != 0 && (words[0].capitals || (words[0].bracket && words[0].closed));
}

/* How many of these words, of which there are n, are noise from the first on. */
static size_t
noise_of(const struct word *words, size_t n)
{
	size_t used;

	if (is_label(words, n))
		return 1;
	if (n >= 2 && strcmp(words[0].text, "just") == 0 && strcmp(words[1].text, "now") == 0)
		return 2;
	used = ago_of(words, n);
	if (used == 0)
		used = count_of(words, n);
	return used > 0 ? used : making_of(words, n);
}

/* --- texts ---------------------------------------------------------------------------------------------------- */

static void
put_word(struct span raw, struct arena *arena, struct buf *out)
{
	const char *canonical = NULL;

	if (raw.len > 7 && strncasecmp(raw.ptr, "http", 4) == 0)
		canonical = url_canonical(arena, arena_strndup(arena, raw.ptr, raw.len));
	if (canonical != NULL)
		buf_puts(out, canonical);
	else
		buf_put(out, raw.ptr, raw.len);
	buf_putc(out, ' ');
}

static void
strip_words(struct span line, struct arena *arena, struct buf *out)
{
	enum { AHEAD = 12 };
	struct word words[AHEAD] = { 0 };
	size_t n = 0, used;

	for (;;) {
		while (n < AHEAD && next_word(&line, &words[n]))
			n++;
		if (n == 0)
			return;
		used = noise_of(words, n);
		if (used == 0) {
			put_word(words[0].raw, arena, out);
			used = 1;
		}
		n -= used;
		memmove(words, words + used, n * sizeof *words);
	}
}

void
noise_strip(struct span line, struct buf *out)
{
	struct buf united = BUF_INIT(2 * (size_t)TEXT_BYTES_MAX);
	struct arena *arena = arena_new(0);

	unite(line, &united);
	strip_words((struct span){ united.ptr, united.len }, arena, out);
	arena_free(arena);
	buf_free(&united);
}

static const struct html_attr *
datetime_of(const struct html_token *tok)
{
	if (tok->type != HTML_START || tok->len != 4 || strncasecmp(tok->ptr, "time", 4) != 0)
		return NULL;
	for (size_t i = 0; i < tok->n_attrs; i++) {
		if (tok->attrs[i].name_len == 8 && strncasecmp(tok->attrs[i].name, "datetime", 8) == 0 && tok->attrs[i].value_len > 0)
			return &tok->attrs[i];
	}
	return NULL;
}

/* With the datetime of time elements in place of what they say. */
static void
html_line(struct span html, struct buf *line)
{
	struct buf told = BUF_INIT(TEXT_BYTES_MAX);
	const char *from = html.ptr;
	struct html_tokenizer t;
	struct html_token tok;

	html_tokenizer_init(&t, html.ptr, html.len);
	for (html_next(&t, &tok); tok.type != HTML_EOF; html_next(&t, &tok)) {
		const struct html_attr *datetime = datetime_of(&tok);

		if (datetime == NULL)
			continue;
		buf_put(&told, from, (size_t)(tok.ptr - from) - 1);
		buf_putc(&told, ' ');
		buf_put(&told, datetime->value, datetime->value_len);
		buf_putc(&told, ' ');
		html_skip_element(&t, &tok);
		from = t.pos;
	}
	if (from != html.ptr) {
		buf_put(&told, from, (size_t)(html.ptr + html.len - from));
		html_to_line(told.ptr, told.len, line);
	} else
		html_to_line(html.ptr, html.len, line);
	line->overflow = line->overflow || told.overflow;
	buf_free(&told);
}

/* Title and body, with what can be in neither between them. */
static void
strip_text(const struct noise_text *text, struct buf *out)
{
	struct buf line = BUF_INIT(TEXT_BYTES_MAX);

	noise_strip(text->title, out);
	buf_putc(out, '\n');
	if (text->html)
		html_line(text->body, &line);
	else
		for (size_t i = 0; i < text->body.len; i++)
			buf_putc(&line, isspace((unsigned char)text->body.ptr[i]) ? ' ' : text->body.ptr[i]);
	noise_strip((struct span){ line.ptr, line.len }, out);
	out->overflow = out->overflow || line.overflow;
	buf_free(&line);
}

bool
noise_same(const struct noise_text *one, const struct noise_text *two)
{
	struct buf left = BUF_INIT(TEXT_BYTES_MAX), right = BUF_INIT(TEXT_BYTES_MAX);
	bool same;

	strip_text(one, &left);
	strip_text(two, &right);
	same = !left.overflow && !right.overflow && left.len == right.len && memcmp(left.ptr, right.ptr, left.len) == 0;
	buf_free(&left);
	buf_free(&right);
	return same;
}
