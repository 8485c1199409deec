/*
 * store-title - whether a title is what somebody typed who saw it: gazette_title(TITLE, TYPED), for queries. 2: it is the same; 1: typed
 * is a part of it; 0: neither, or one is NULL or empty. What is not shown of titles counts for nothing, white space is one space, and letters are what they
 * are in the index: case and accents make no difference.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/core/store-sql.h"
#include "daemon/shared/sqlite-words.h"
#include "feeds/base/shown.h"
#include "feeds/base/utf8.h"

enum { TEXT_BYTES_MAX = 1 << 30 };

struct titles {
	sqlite3		*db;
	fts5_tokenizer	 words;
	Fts5Tokenizer	*tokenizer;	/* NULL: not needed yet, or there is none */
	struct buf	 clean, title;
};

/* A clean text on its way through the tokenizer: words become what they are in the index, what is between them stays. */
struct folding { const struct buf *clean; struct buf *out; size_t done; };

static int
on_word(void *arg, int flags, const char *word, int len, int begin, int end)
{
	struct folding *folding = arg;

	(void)flags;
	buf_put(folding->out, folding->clean->ptr + folding->done, (size_t)begin - folding->done);
	buf_put(folding->out, word, (size_t)len);
	folding->done = (size_t)end;
	return SQLITE_OK;
}

static void
lower(struct buf *text, const char *ptr, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_putc(text, ptr[i] >= 'A' && ptr[i] <= 'Z' ? (char)(ptr[i] + ('a' - 'A')) : ptr[i]);
}

/* False: there is more in it than ASCII. */
static bool
clean(const char *ptr, size_t len, struct buf *out)
{
	bool space = false, ascii = true;
	uint32_t code;

	buf_clear(out);
	for (size_t pos = 0, step; pos < len; pos += step) {
		step = utf8_decode(ptr + pos, len - pos, &code);
		space |= shown_is_space(code);
		if (shown_is_space(code) || !shown_is_safe(code))
			continue;
		if (space && out->len > 0)
			buf_putc(out, ' ');
		space = false;
		ascii &= code < 0x80;
		buf_put_utf8(out, code);
	}
	return ascii;
}

static void
fold(struct titles *titles, const char *ptr, size_t len, struct buf *out)
{
	struct folding folding = { &titles->clean, out, 0 };
	bool ascii = clean(ptr, len, &titles->clean);

	buf_clear(out);
	if (!ascii && titles->tokenizer == NULL && sqlite_words_new(titles->db, &titles->words, &titles->tokenizer) != SQLITE_OK)
		titles->tokenizer = NULL;
	if (!ascii && titles->tokenizer != NULL)
		titles->words.xTokenize(titles->tokenizer, &folding, FTS5_TOKENIZE_AUX, titles->clean.ptr, (int)titles->clean.len, on_word);
	lower(out, titles->clean.ptr + folding.done, titles->clean.len - folding.done);
}

/* --- the function -------------------------------------------------------------------------------------------- */

static void
free_typed(void *arg)
{
	buf_free(arg);
	free(arg);
}

/* What was typed is the same for each row. */
static const struct buf *
typed_of(struct titles *titles, sqlite3_context *context, sqlite3_value *value)
{
	struct buf *typed = sqlite3_get_auxdata(context, 1);

	if (typed != NULL)
		return typed;
	typed = malloc(sizeof *typed);
	if (typed == NULL)
		abort();
	buf_init(typed, TEXT_BYTES_MAX);
	fold(titles, (const char *)sqlite3_value_text(value), (size_t)sqlite3_value_bytes(value), typed);
	sqlite3_set_auxdata(context, 1, typed, free_typed);
	return sqlite3_get_auxdata(context, 1);
}

static void
compare(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct titles *titles = sqlite3_user_data(context);
	const struct buf *typed;
	int same = 0;

	(void)count;
	if (sqlite3_value_type(values[0]) == SQLITE_TEXT && sqlite3_value_type(values[1]) == SQLITE_TEXT) {
		typed = typed_of(titles, context, values[1]);
		fold(titles, (const char *)sqlite3_value_text(values[0]), (size_t)sqlite3_value_bytes(values[0]), &titles->title);
		if (typed != NULL && typed->len > 0 && titles->title.len >= typed->len &&
		    memmem(titles->title.ptr, titles->title.len, typed->ptr, typed->len) != NULL)
			same = typed->len == titles->title.len ? 2 : 1;
	}
	sqlite3_result_int(context, same);
}

static void
free_titles(void *arg)
{
	struct titles *titles = arg;

	if (titles->tokenizer != NULL)
		titles->words.xDelete(titles->tokenizer);
	buf_free(&titles->clean);
	buf_free(&titles->title);
	free(titles);
}

int
store_title_function(struct store *store)
{
	struct titles *titles = malloc(sizeof *titles);
	int code;

	if (titles == NULL)
		abort();
	*titles = (struct titles){ .db = store->conns[SQL_READ], .clean = BUF_INIT(TEXT_BYTES_MAX), .title = BUF_INIT(TEXT_BYTES_MAX) };
	code = sqlite3_create_function_v2(store->conns[SQL_READ], "gazette_title", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, titles, compare, NULL,
	    NULL, free_titles);
	return code == SQLITE_OK ? STORE_OK : sql_fail(store, SQL_READ);
}
