#include "daemon/core/store-scan.h"

#include <string.h>

#include "daemon/core/query-tree.h"
#include "daemon/core/store-index.h"
#include "daemon/core/store-pack.h"
#include "feeds/html.h"
#include "schema/schema.h"

enum { COL_ID, COL_PLACE, COL_TITLE, COL_AUTHORS, COL_TEXTS };
enum { PHRASES_MAX = 64, FIELDS = RANK_COLUMNS, ORDINARY_WORDS = 250 /* of an entry */ };

/* Words as the index has them. */
struct tokens { struct arena *arena; struct span *items; size_t count, capacity; };

struct phrase { const struct node *node; struct tokens tokens; };

struct scanner {
	struct arena	*arena, *scratch;	/* of the query; of one entry */
	fts5_tokenizer	 api;
	Fts5Tokenizer	*tokenizer;
	struct phrase	 phrases[PHRASES_MAX];
	size_t		 n_phrases;
	struct tokens	 fields[FIELDS];	/* of an entry: text, title, authors */
	struct buf	 line;
	size_t		 seen, bytes;		/* entries and what their texts have, so far */
};

bool
store_scan_helps(const struct query_plan *plan, size_t wanted)
{
	bool helps = false;

	if (plan->n_words > QUERY_PLAN_WORDS_MAX || wanted > SCAN_HITS_MAX || plan->item != 0 || plan->id_until != 0 ||
	    plan->ord_until != INT64_MAX)
		return false;
	for (size_t i = 0; i < plan->n_words && !helps; i++)
		helps = query_node_has_prefix(plan->words[i]);
	return helps;
}

/* --- words ---------------------------------------------------------------------------------------------------- */

static int
on_token(void *arg, int flags, const char *token, int len, int begin, int end)
{
	struct tokens *tokens = arg;
	struct span *slot = arena_push(tokens->arena, &tokens->items, &tokens->count, &tokens->capacity, sizeof *slot);

	(void)flags;
	(void)begin;
	(void)end;
	*slot = (struct span){ arena_strndup(tokens->arena, token, (size_t)len), (size_t)len };
	return SQLITE_OK;
}

static int
tokenize(struct scanner *scanner, int flags, struct span text, struct arena *arena, struct tokens *tokens)
{
	*tokens = (struct tokens){ .arena = arena };
	return scanner->api.xTokenize(scanner->tokenizer, tokens, flags, text.ptr != NULL ? text.ptr : "", (int)text.len, on_token);
}

/* false: something is in the query that only the index can answer. */
static bool
add_phrases(struct scanner *scanner, const struct node *node)
{
	struct phrase *phrase;

	for (size_t i = 0; i < node->n_kids; i++) {
		if (!add_phrases(scanner, node->kids[i]))
			return false;
	}
	if (node->type != NODE_TEXT)
		return true;
	if (scanner->n_phrases == PHRASES_MAX)
		return false;
	phrase = &scanner->phrases[scanner->n_phrases++];
	phrase->node = node;
	return tokenize(scanner, FTS5_TOKENIZE_QUERY, (struct span){ node->text, node->len }, scanner->arena, &phrase->tokens) == SQLITE_OK &&
	    phrase->tokens.count > 0;
}

/* --- whether a text matches --------------------------------------------------------------------------------------- */

static bool
token_fits(const struct span *token, const struct span *wanted, bool prefix)
{
	return (prefix ? token->len >= wanted->len : token->len == wanted->len) && memcmp(token->ptr, wanted->ptr, wanted->len) == 0;
}

static bool
stands_at(const struct tokens *tokens, size_t at, const struct phrase *phrase)
{
	size_t count = phrase->tokens.count;

	for (size_t i = 0; i < count; i++) {
		if (!token_fits(&tokens->items[at + i], &phrase->tokens.items[i], phrase->node->prefix && i == count - 1))
			return false;
	}
	return true;
}

static size_t
count_in(const struct tokens *tokens, const struct phrase *phrase)
{
	size_t count = 0;

	for (size_t at = 0; at + phrase->tokens.count <= tokens->count; at++)
		count += stands_at(tokens, at, phrase);
	return count;
}

static bool
is_in(const struct tokens *tokens, const struct phrase *phrase)
{
	for (size_t at = 0; at + phrase->tokens.count <= tokens->count; at++) {
		if (stands_at(tokens, at, phrase))
			return true;
	}
	return false;
}

static bool
has_phrase(const struct scanner *scanner, const struct node *node)
{
	static const int fields[] = { [COLUMN_TEXT] = 0, [COLUMN_TITLE] = 1, [COLUMN_AUTHORS] = 2 };
	const struct phrase *phrase = scanner->phrases;

	while (phrase->node != node)
		phrase++;
	if (node->column != COLUMN_ANY)
		return is_in(&scanner->fields[fields[node->column]], phrase);
	for (int i = 0; i < FIELDS; i++) {
		if (is_in(&scanner->fields[i], phrase))
			return true;
	}
	return false;
}

static bool
is_true(const struct scanner *scanner, const struct node *node)
{
	bool any = node->type == NODE_OR;

	if (node->type == NODE_TEXT)
		return has_phrase(scanner, node);
	if (node->type == NODE_NOT)
		return !is_true(scanner, node->kids[0]);
	for (size_t i = 0; i < node->n_kids; i++) {
		if (is_true(scanner, node->kids[i]) == any)
			return any;
	}
	return !any;
}

/* As the index ranks, but for the size, of which it knows the average. */
static double
score(const struct scanner *scanner)
{
	double frequencies[PHRASES_MAX] = { 0 };
	size_t words = 0;

	for (size_t i = 0; i < scanner->n_phrases; i++)
		for (int field = 0; field < FIELDS; field++)
			frequencies[i] += store_rank_weights[field] * (double)count_in(&scanner->fields[field], &scanner->phrases[i]);
	for (int field = 0; field < FIELDS; field++)
		words += scanner->fields[field].count;
	return store_rank(frequencies, (int)scanner->n_phrases, (double)words / ORDINARY_WORDS);
}

/* --- entries ------------------------------------------------------------------------------------------------------ */

static struct span
cut(struct span span)
{
	return (struct span){ span.ptr, span.len < SCHEMA_INDEX_TEXT_BYTES ? span.len : SCHEMA_INDEX_TEXT_BYTES };
}

/* What the indexer makes of it. */
static struct span
text_of(struct scanner *scanner, const struct span parts[PACK_PARTS])
{
	struct span html = cut(parts[PACK_HTML]);

	if (html.len == 0)
		return cut(parts[PACK_TEXT].len > 0 ? parts[PACK_TEXT] : parts[PACK_SUMMARY]);
	buf_clear(&scanner->line);
	html_to_line(html.ptr, html.len, &scanner->line);
	return (struct span){ scanner->line.ptr, scanner->line.len };
}

/* 1: it matches, 0: it does not, or an error. */
static int
look_at(struct store *store, struct scanner *scanner, const struct query_plan *plan, sqlite3_stmt *stmt)
{
	struct span parts[PACK_PARTS], texts[FIELDS];
	int rc;

	arena_reset(scanner->scratch);
	rc = store_unpack(store, stmt, COL_TEXTS, scanner->scratch, parts);
	if (rc != STORE_OK)
		return rc;
	texts[0] = text_of(scanner, parts);
	texts[1] = cut(sql_span(stmt, COL_TITLE));
	texts[2] = cut(sql_span(stmt, COL_AUTHORS));
	scanner->seen++;
	scanner->bytes += texts[0].len;
	for (int i = 0; i < FIELDS; i++) {
		if (tokenize(scanner, FTS5_TOKENIZE_DOCUMENT, texts[i], scanner->scratch, &scanner->fields[i]) != SQLITE_OK)
			return store_fail(store, STORE_EINTERNAL, "a text cannot be read word by word");
	}
	for (size_t i = 0; i < plan->n_words; i++) {
		if (!is_true(scanner, plan->words[i]))
			return 0;
	}
	return 1;
}

/* How far down the newest ones go that are looked at, and whether those are all. */
static int
find_end(struct store *store, struct query_plan *plan, struct scan *scan)
{
	int64_t from = plan->ord_from >> STORE_ORD_BITS;
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT ifnull(min(place), ?2), count(*) FROM (SELECT place FROM ix.doc "
	    "WHERE place >= ?1 AND place < ?2 ORDER BY place DESC LIMIT ?3)", "iii", from > plan->key_from ? from : plan->key_from,
	    plan->key_until, (int64_t)scan->entries);
	int rc = sql_step(store, stmt);

	if (rc == 1) {
		scan->until = sql_int(stmt, 0);
		scan->all = sql_int(stmt, 1) < (int64_t)scan->entries;
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : STORE_OK;
}

static sqlite3_stmt *
prepare(struct store *store, struct query_plan *plan, const struct scan *scan)
{
	struct buf sql = BUF_INIT(QUERY_SQL_MAX);
	size_t from = query_plan_number(plan, scan->until), until = query_plan_number(plan, plan->key_until);
	sqlite3_stmt *stmt;

	buf_printf(&sql, "SELECT e.id, d.place, e.title, e.authors, " STORE_TEXTS("c") " FROM ix.doc d CROSS JOIN entry e ON e.id = d.entry "
	    "CROSS JOIN content c ON c.entry = e.id WHERE d.place >= ?%zu AND d.place < ?%zu AND e.ord >= ?%zu", from, until,
	    query_plan_number(plan, plan->ord_from));
	buf_put(&sql, plan->where.ptr, plan->where.len);
	buf_puts(&sql, " ORDER BY d.place DESC");
	stmt = query_plan_prepare(store, plan, &sql);
	buf_free(&sql);
	return stmt;
}

/* Whether there are enough, or it does not look as if there were going to be. */
static bool
is_over(const struct scanner *scanner, const struct scan *scan)
{
	return scan->count == scan->wanted || scanner->bytes >= SCAN_BYTES_MAX ||
	    (scanner->seen >= SCAN_ENTRIES_LEAST && scan->count * scan->entries < scan->wanted * scanner->seen);
}

static int
walk(struct store *store, struct scanner *scanner, struct query_plan *plan, struct scan *scan)
{
	sqlite3_stmt *stmt = prepare(store, plan, scan);
	int rc;

	for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt)) {
		int64_t place = sql_int(stmt, COL_PLACE);

		rc = look_at(store, scanner, plan, stmt);
		if (rc == 1)
			scan->hits[scan->count++] = (struct scan_hit){ (uint32_t)sql_int(stmt, COL_ID), place,
			    scan->ranked ? score(scanner) : 0 };
		if (rc < 0 || is_over(scanner, scan)) {
			scan->until = place;
			scan->all = false;
			break;
		}
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : STORE_OK;
}

int
store_scan(struct store *store, struct query_plan *plan, struct scan *scan)
{
	struct scanner scanner = { .arena = arena_new(0), .scratch = arena_new(0), .line = BUF_INIT(SIZE_MAX) };
	bool able = store_tokenizer(store, &scanner.api, &scanner.tokenizer);
	int rc = STORE_OK;

	scan->count = 0;
	scan->until = plan->key_until;
	scan->all = false;
	for (size_t i = 0; i < plan->n_words && able; i++)
		able = add_phrases(&scanner, plan->words[i]);
	if (able)
		rc = find_end(store, plan, scan);
	if (able && rc == STORE_OK)
		rc = walk(store, &scanner, plan, scan);
	if (scanner.tokenizer != NULL)
		scanner.api.xDelete(scanner.tokenizer);
	buf_free(&scanner.line);
	arena_free(scanner.arena);
	arena_free(scanner.scratch);
	return rc;
}
