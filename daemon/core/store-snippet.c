#include "daemon/core/store-snippet.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/core/query-tree.h"
#include "daemon/core/store-index.h"
#include "feeds/base/buf.h"
#include "feeds/html.h"

enum { LEAD_BYTES = 60, PARTS_MAX = 2 * SNIPPET_MARKS_MAX + 1 };

#define ELLIPSIS "\xe2\x80\xa6"

struct word { const char *text; size_t len; bool prefix; };

/* A word of the query in the text. */
struct found { int begin, end; size_t word; };

struct snippet {
	struct arena	*arena, *scratch;	/* words; what take gives */
	fts5_tokenizer	 api;
	Fts5Tokenizer	*tokenizer;
	struct word	 words[SNIPPET_WORDS_MAX];
	size_t		 n_words;
	struct found	 found[SNIPPET_MARKS_MAX];
	size_t		 n_found;
	struct span	 parts[PARTS_MAX];
	struct buf	 line;
};

/* --- the query's words ------------------------------------------------------------------------------------ */

static int
on_query_word(void *arg, int flags, const char *token, int len, int begin, int end)
{
	struct snippet *snippet = arg;

	(void)flags;
	(void)begin;
	(void)end;
	if (snippet->n_words < SNIPPET_WORDS_MAX)
		snippet->words[snippet->n_words++] = (struct word){ arena_strndup(snippet->arena, token, (size_t)len), (size_t)len, false };
	return SQLITE_OK;
}

/* What is not wanted has no place in the text. */
static void
collect(struct snippet *snippet, const struct node *node)
{
	size_t before = snippet->n_words;

	if (node->type == NODE_NOT)
		return;
	for (size_t i = 0; i < node->n_kids; i++)
		collect(snippet, node->kids[i]);
	if (node->type != NODE_TEXT || (node->column != COLUMN_ANY && node->column != COLUMN_TEXT))
		return;
	snippet->api.xTokenize(snippet->tokenizer, snippet, FTS5_TOKENIZE_QUERY, node->text, (int)node->len, on_query_word);
	if (snippet->n_words > before)
		snippet->words[snippet->n_words - 1].prefix = node->prefix;
}

struct snippet *
snippet_new(struct store *store, const struct query *query)
{
	struct snippet *snippet = calloc(1, sizeof *snippet);

	if (snippet == NULL)
		abort();
	snippet->arena = arena_new(0);
	snippet->scratch = arena_new(0);
	buf_init(&snippet->line, SIZE_MAX);
	if (store_tokenizer(store, &snippet->api, &snippet->tokenizer))
		collect(snippet, query->root);
	if (snippet->n_words > 0)
		return snippet;
	snippet_free(snippet);
	return NULL;
}

void
snippet_free(struct snippet *snippet)
{
	if (snippet == NULL)
		return;
	if (snippet->tokenizer != NULL)
		snippet->api.xDelete(snippet->tokenizer);
	buf_free(&snippet->line);
	arena_free(snippet->arena);
	arena_free(snippet->scratch);
	free(snippet);
}

/* --- the text's words ----------------------------------------------------------------------------------------- */

static int
on_text_word(void *arg, int flags, const char *token, int len, int begin, int end)
{
	struct snippet *snippet = arg;

	(void)flags;
	for (size_t i = 0; i < snippet->n_words; i++) {
		const struct word *word = &snippet->words[i];

		if ((word->prefix ? (size_t)len >= word->len : (size_t)len == word->len) && memcmp(token, word->text, word->len) == 0) {
			snippet->found[snippet->n_found++] = (struct found){ begin, end, i };
			break;
		}
	}
	return snippet->n_found < SNIPPET_MARKS_MAX ? SQLITE_OK : SQLITE_DONE;
}

/* As the indexer sees it, on one line: HTML without its markup, else the plain text, else the summary. */
static struct span
text_of(struct snippet *snippet, const struct store_item *item)
{
	struct span text = record_cut(item->text.len > 0 ? item->text : item->summary, SNIPPET_TEXT_MAX);

	buf_clear(&snippet->line);
	if (item->html.len > 0)
		html_to_line(item->html.ptr, item->html.len, &snippet->line);
	else
		buf_put(&snippet->line, text.ptr, text.len);
	for (size_t i = 0; i < snippet->line.len; i++)
		if ((unsigned char)snippet->line.ptr[i] < ' ')
			snippet->line.ptr[i] = ' ';
	return record_cut((struct span){ snippet->line.ptr, snippet->line.len }, SNIPPET_TEXT_MAX);
}

/* How many different words lie within the stretch that begins with this one. */
static size_t
worth(const struct snippet *snippet, size_t first)
{
	bool seen[SNIPPET_WORDS_MAX] = { false };
	size_t count = 0;

	for (size_t i = first; i < snippet->n_found && snippet->found[i].end <= snippet->found[first].begin + SNIPPET_BYTES - LEAD_BYTES; i++) {
		count += !seen[snippet->found[i].word];
		seen[snippet->found[i].word] = true;
	}
	return count;
}

static size_t
best(const struct snippet *snippet)
{
	size_t most = 0, at = 0;

	for (size_t i = 0; i < snippet->n_found; i++) {
		size_t count = worth(snippet, i);

		if (count > most) {
			most = count;
			at = i;
		}
	}
	return at;
}

/* --- the stretch ------------------------------------------------------------------------------------------------ */

/* The beginning of a word from here on, up to a limit; the limit if there is none. */
static int
word_from(const char *text, int at, int limit)
{
	while (at > 0 && at < limit && text[at - 1] != ' ')
		at++;
	return at;
}

/* The end of a word here or before, down to a limit; if there is none, where a character ends. */
static int
word_until(const char *text, int len, int at, int limit)
{
	int end = at;

	if (at >= len)
		return len;
	while (end > limit && text[end] != ' ')
		end--;
	if (end > limit)
		return end;
	while (at > limit && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static struct span
between(struct snippet *snippet, const char *text, int from, int until, bool opens, bool closes)
{
	const char *part = arena_printf(snippet->scratch, "%s%.*s%s", opens ? ELLIPSIS : "", until - from, text + from,
	    closes ? ELLIPSIS : "");

	return SPAN(part);
}

void
snippet_take(struct snippet *snippet, const struct store_item *item, struct span_list *parts)
{
	struct span text = text_of(snippet, item);
	int from, until, at, len = (int)text.len;
	size_t i, count = 0;

	arena_reset(snippet->scratch);
	*parts = (struct span_list){ snippet->parts, 0 };
	snippet->n_found = 0;
	if (text.len > 0)
		snippet->api.xTokenize(snippet->tokenizer, snippet, FTS5_TOKENIZE_DOCUMENT, text.ptr, len, on_text_word);
	if (snippet->n_found == 0)
		return;
	i = best(snippet);
	at = snippet->found[i].begin > LEAD_BYTES ? snippet->found[i].begin - LEAD_BYTES : 0;
	from = at = word_from(text.ptr, at, snippet->found[i].begin);
	until = word_until(text.ptr, len, from + SNIPPET_BYTES, snippet->found[i].end);
	for (; i < snippet->n_found && snippet->found[i].end <= until; i++) {
		if (count > 0 && at == snippet->found[i].begin) {
			/* words that nothing divides are one */
			snippet->parts[count - 1].len += (size_t)(snippet->found[i].end - at);
			at = snippet->found[i].end;
			continue;
		}
		snippet->parts[count++] = between(snippet, text.ptr, at, snippet->found[i].begin, at == from && from > 0, false);
		snippet->parts[count++] = (struct span){ text.ptr + snippet->found[i].begin,
		    (size_t)(snippet->found[i].end - snippet->found[i].begin) };
		at = snippet->found[i].end;
	}
	snippet->parts[count++] = between(snippet, text.ptr, at, until, false, until < len);
	parts->count = count;
}
