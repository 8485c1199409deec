#include "daemon/shared/sqlite-words.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/base/buf.h"
#include "feeds/base/utf8.h"

#define NAME "gazette"

enum { WORD_BYTES_MAX = 1 << 30, MARKS_BYTES_MAX = 1 << 10 };

/* A tokenizer of FTS5's behind ours. */
struct words {
	fts5_tokenizer	 api;
	Fts5Tokenizer	*inner;
	struct buf	 word;		/* one that is not as it was */
};

typedef int (*word_fn)(void *arg, int flags, const char *word, int len, int begin, int end);

/* A run of the text on its way through the inner tokenizer. */
struct run {
	struct words	*words;
	word_fn		 give;
	void		*arg;
	int		 offset;	/* of the run in the text */
};

/* --- characters that are words -------------------------------------------------------------------- */

static const struct { uint32_t first, last; } alone[] = {
	{ 0x0e01, 0x0eff },	/* Thai, Lao */
	{ 0x1000, 0x109f },	/* Myanmar */
	{ 0x1780, 0x17ff },	/* Khmer */
	{ 0x2600, 0x27bf },	/* pictures */
	{ 0x2e80, 0x2fdf },	/* radicals */
	{ 0x3005, 0x3007 },	/* Han */
	{ 0x3041, 0x3096 },	/* kana, without marks and points */
	{ 0x309d, 0x309f },
	{ 0x30a1, 0x30fa },
	{ 0x30fc, 0x312f },	/* and bopomofo */
	{ 0x31a0, 0x31bf },
	{ 0x31f0, 0x31ff },
	{ 0x3400, 0x4dbf },	/* Han */
	{ 0x4e00, 0x9fff },
	{ 0xac00, 0xd7a3 },	/* Hangul */
	{ 0xf900, 0xfaff },	/* Han */
	{ 0xff66, 0xff9f },	/* kana of half width */
	{ 0x1f000, 0x1faff },	/* emoji */
	{ 0x20000, 0x3ffff },	/* Han */
};

static bool
is_alone(uint32_t code)
{
	if (code < alone[0].first)
		return false;
	for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) {
		if (code <= alone[i].last)
			return code >= alone[i].first;
	}
	return false;
}

/* --- letters that are one -------------------------------------------------------------------------------- */

/* In order; never longer than the letter. */
struct letter { uint32_t code; const char *is; };
static const struct letter same[] = {
	{ 0x00df, "ss" }, { 0x00e6, "ae" }, { 0x00f0, "d" }, { 0x00f8, "o" }, { 0x00fe, "th" }, { 0x0111, "d" }, { 0x0127, "h" },
	{ 0x0131, "i" }, { 0x0142, "l" }, { 0x0153, "oe" }, { 0x017f, "s" },
	{ 0x0390, "\xce\xb9" }, { 0x03ac, "\xce\xb1" }, { 0x03ad, "\xce\xb5" }, { 0x03ae, "\xce\xb7" }, { 0x03af, "\xce\xb9" },
	{ 0x03b0, "\xcf\x85" }, { 0x03c2, "\xcf\x83" }, { 0x03ca, "\xce\xb9" }, { 0x03cb, "\xcf\x85" }, { 0x03cc, "\xce\xbf" },
	{ 0x03cd, "\xcf\x85" }, { 0x03ce, "\xcf\x89" },
	{ 0x0451, "\xd0\xb5" },
	{ 0x1e9e, "ss" },
	{ 0xfb00, "ff" }, { 0xfb01, "fi" }, { 0xfb02, "fl" }, { 0xfb03, "ffi" }, { 0xfb04, "ffl" }, { 0xfb05, "st" }, { 0xfb06, "st" },
};

/* Marks on letters that many leave out, and the line that makes a word longer: no part of the word, but within it. */
static const struct { uint32_t first, last; } marks[] = {
	{ 0x0591, 0x05bd }, { 0x05bf, 0x05bf }, { 0x05c1, 0x05c2 }, { 0x05c4, 0x05c5 }, { 0x05c7, 0x05c7 },	/* Hebrew */
	{ 0x0610, 0x061a }, { 0x0640, 0x0640 }, { 0x064b, 0x065f }, { 0x0670, 0x0670 }, { 0x06d6, 0x06dc },	/* Arabic */
	{ 0x06df, 0x06e4 }, { 0x06e7, 0x06e8 }, { 0x06ea, 0x06ed }, { 0x08d3, 0x08e1 }, { 0x08e3, 0x08ff },
};

static bool
is_mark(uint32_t code)
{
	if (code < marks[0].first)
		return false;
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if (code <= marks[i].last)
			return code >= marks[i].first;
	}
	return false;
}

/* For the inner tokenizer, to which all but letters and digits is between words. */
static void
put_marks(struct buf *out)
{
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		for (uint32_t code = marks[i].first; code <= marks[i].last; code++)
			buf_put_utf8(out, code);
	}
}

enum { WIDE_FIRST = 0xff01, WIDE_LAST = 0xff5e, WIDE_TO_ASCII = 0xff01 - '!' };

static int
by_code(const void *key, const void *row)
{
	uint32_t wanted = *(const uint32_t *)key, code = ((const struct letter *)row)->code;

	return wanted < code ? -1 : wanted > code;
}

static void
put_letter(struct buf *word, uint32_t code, const char *letter, size_t len)
{
	const struct letter *row = bsearch(&code, same, sizeof same / sizeof same[0], sizeof same[0], by_code);

	if (is_mark(code))
		return;
	if (row != NULL)
		buf_puts(word, row->is);
	else if (code >= WIDE_FIRST && code <= WIDE_LAST)
		buf_putc(word, (char)(code - WIDE_TO_ASCII));
	else
		buf_put(word, letter, len);
}

static bool
is_ascii(const char *word, int len)
{
	for (int i = 0; i < len; i++) {
		if ((unsigned char)word[i] >= 0x80)
			return false;
	}
	return true;
}

static int
on_word(void *arg, int flags, const char *word, int len, int begin, int end)
{
	struct run *run = arg;
	struct buf *buf = &run->words->word;
	uint32_t code;

	if (is_ascii(word, len))
		return run->give(run->arg, flags, word, len, begin + run->offset, end + run->offset);
	buf_clear(buf);
	for (size_t at = 0, size; at < (size_t)len; at += size) {
		size = utf8_decode(word + at, (size_t)len - at, &code);
		put_letter(buf, code, word + at, size);
	}
	if (buf->len == 0)
		return SQLITE_OK;
	return run->give(run->arg, flags, buf->ptr, (int)buf->len, begin + run->offset, end + run->offset);
}

/* --- the tokenizer ----------------------------------------------------------------------------------------- */

static int
give_run(struct run *run, int flags, const char *text, int from, int until)
{
	run->offset = from;
	return from < until ? run->words->api.xTokenize(run->words->inner, run, flags, text + from, until - from, on_word) : SQLITE_OK;
}

static int
tokenize(Fts5Tokenizer *self, void *arg, int flags, const char *text, int len, word_fn give)
{
	struct run run = { .words = (struct words *)self, .give = give, .arg = arg };
	int from = 0, at = 0, code = SQLITE_OK;

	while (at < len && code == SQLITE_OK) {
		uint32_t letter;
		int size;

		/* no shorter sequence is alone */
		if ((unsigned char)text[at] < 0xe0) {
			at++;
			continue;
		}
		size = (int)utf8_decode(text + at, (size_t)(len - at), &letter);
		if (is_alone(letter)) {
			code = give_run(&run, flags, text, from, at);
			if (code == SQLITE_OK)
				code = give(arg, 0, text + at, size, at, at + size);
			from = at + size;
		}
		at += size;
	}
	return code == SQLITE_OK ? give_run(&run, flags, text, from, len) : code;
}

static void
delete(Fts5Tokenizer *self)
{
	struct words *words = (struct words *)self;

	if (words->inner != NULL)
		words->api.xDelete(words->inner);
	buf_free(&words->word);
	free(words);
}

static int
create(void *context, const char **args, int count, Fts5Tokenizer **self)
{
	struct buf within = BUF_INIT(MARKS_BYTES_MAX);
	const char *inner[] = { "remove_diacritics", "2", "tokenchars", NULL };
	struct words *words = calloc(1, sizeof *words);
	fts5_api *api = context;
	void *inner_context = NULL;
	int code;

	(void)args;
	(void)count;
	if (words == NULL)
		abort();
	words->word = BUF_INIT(WORD_BYTES_MAX);
	put_marks(&within);
	inner[3] = buf_str(&within);
	code = api->xFindTokenizer(api, "unicode61", &inner_context, &words->api);
	if (code == SQLITE_OK)
		code = words->api.xCreate(inner_context, inner, sizeof inner / sizeof inner[0], &words->inner);
	if (code == SQLITE_OK)
		*self = (Fts5Tokenizer *)words;
	else
		delete((Fts5Tokenizer *)words);
	buf_free(&within);
	return code;
}

fts5_api *
sqlite_words_fts5(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	fts5_api *api = NULL;

	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(stmt);
	}
	sqlite3_finalize(stmt);
	return api;
}

int
sqlite_words_add(sqlite3 *db)
{
	fts5_tokenizer ours = { create, delete, tokenize }, found;
	fts5_api *api = sqlite_words_fts5(db);
	void *context = NULL;

	if (api == NULL)
		return SQLITE_ERROR;
	/* FTS5 keeps each one that it is given */
	if (api->xFindTokenizer(api, NAME, &context, &found) == SQLITE_OK)
		return SQLITE_OK;
	return api->xCreateTokenizer(api, NAME, api, &ours, NULL);
}

int
sqlite_words_new(sqlite3 *db, fts5_tokenizer *functions, Fts5Tokenizer **tokenizer)
{
	fts5_api *api = sqlite_words_fts5(db);

	*functions = (fts5_tokenizer){ create, delete, tokenize };
	return api != NULL ? create(api, NULL, 0, tokenizer) : SQLITE_ERROR;
}
