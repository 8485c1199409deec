/* query-plan - from the tree to SQL. */
#include <string.h>

#include "daemon/core/query-match.h"
#include "daemon/core/query-plan.h"
#include "daemon/core/query-tree.h"

/* --- values -------------------------------------------------------------------------------------------- */

static size_t
push(struct query_plan *plan, struct query_value value)
{
	struct query_value *slot = arena_push(plan->arena, &plan->values, &plan->n_values, &plan->cap_values, sizeof *slot);

	*slot = value;
	return plan->n_values;
}

size_t
query_plan_number(struct query_plan *plan, int64_t number)
{
	return push(plan, (struct query_value){ .kind = VALUE_NUMBER, .number = number });
}

size_t
query_plan_real(struct query_plan *plan, double real)
{
	return push(plan, (struct query_value){ .kind = VALUE_REAL, .real = real });
}

size_t
query_plan_text(struct query_plan *plan, const char *ptr, size_t len)
{
	return push(plan, (struct query_value){ .kind = VALUE_TEXT, .text = { arena_strndup(plan->arena, ptr, len), len } });
}

/* --- conditions ------------------------------------------------------------------------------------------ */

static void write_condition(struct query_plan *, const struct node *, struct buf *);

static void
write_kids(struct query_plan *plan, const struct node *node, const char *joint, struct buf *out)
{
	for (size_t i = 0; i < node->n_kids; i++) {
		if (i > 0)
			buf_puts(out, joint);
		write_condition(plan, node->kids[i], out);
	}
}

static void
write_words(struct query_plan *plan, const struct node *node, struct buf *out)
{
	struct buf match = BUF_INIT(QUERY_SQL_MAX);

	query_match_write(node, &match);
	buf_printf(out, "e.id IN (SELECT d.entry FROM ix.fts t CROSS JOIN ix.doc d ON d.place = t.rowid WHERE t.fts MATCH ?%zu)",
	    query_plan_text(plan, match.ptr, match.len));
	buf_free(&match);
}

static void
write_flag(const struct node *node, struct buf *out)
{
	static const char *const conditions[] = {
		[FLAG_UNREAD] = "e.unread = 1", [FLAG_READ] = "e.unread = 0", [FLAG_STARRED] = "e.starred = 1",
		[FLAG_UPDATED] = "e.revision > 0", [FLAG_ATTACHMENT] = "e.attachments > 0",
	};

	buf_puts(out, conditions[node->flag]);
}

static bool
names(const struct node *node, const char *word)
{
	return node->len == strlen(word) && memcmp(node->text, word, node->len) == 0;
}

static void
write_tag(struct query_plan *plan, const struct node *node, struct buf *out)
{
	size_t at;

	if (names(node, "unread") || names(node, "starred")) {
		buf_puts(out, names(node, "unread") ? "e.unread = 1" : "e.starred = 1");
		return;
	}
	at = query_plan_text(plan, node->text, node->len);
	buf_printf(out, "e.feed IN (SELECT feed FROM feed_tag WHERE tag = ?%zu) OR (e.tagged AND EXISTS (SELECT 1 FROM entry_tag g "
	    "WHERE g.tag = ?%zu AND g.entry = e.id))", at, at);
}

/* Of the title as given by the user or the feed, or of the URL; n: which value it is. */
#define FEED_PART(n) "(gazette_title(f.user_title, ?" n ") OR gazette_title(f.title, ?" n ") OR gazette_title(f.url, ?" n "))"

static void
write_feed(struct query_plan *plan, const struct node *node, struct buf *out)
{
	if (node->number >= 0)
		buf_printf(out, "e.feed = ?%zu", query_plan_number(plan, node->number));
	else {
		size_t at = query_plan_text(plan, node->text, node->len);

		buf_printf(out, "e.feed IN (SELECT f.id FROM feed f WHERE " FEED_PART("%zu") ")", at, at, at);
	}
}

/* "en" also finds "en-GB". */
static void
write_lang(struct query_plan *plan, const struct node *node, struct buf *out)
{
	size_t at = query_plan_text(plan, node->text, node->len);

	buf_printf(out, "substr(lower(coalesce(e.language, (SELECT f.language FROM feed f WHERE f.id = e.feed), '')) || '-', 1, "
	    "length(?%zu) + 1) = lower(?%zu) || '-'", at, at);
}

static int64_t
ord_bound(int64_t seconds)
{
	if (seconds <= 0)
		return 0;
	return seconds > (int64_t)UINT32_MAX ? INT64_MAX : seconds << STORE_ORD_BITS;
}

static void
write_time(struct query_plan *plan, const struct node *node, struct buf *out)
{
	size_t from = query_plan_number(plan, ord_bound(node->from)), until = query_plan_number(plan, ord_bound(node->until));

	buf_printf(out, "e.ord >= ?%zu AND e.ord < ?%zu", from, until);
}

static void
write_received(struct query_plan *plan, const struct node *node, struct buf *out)
{
	size_t from = query_plan_number(plan, node->from), until = query_plan_number(plan, node->until);

	buf_printf(out, "e.received >= ?%zu AND e.received < ?%zu", from, until);
}

/* The number of any entry of it will do: so one that was merged into another is still found. One that is alone has no row. */
#define STORY_IDS \
	"SELECT entry FROM ix.story WHERE story = ifnull((SELECT story FROM ix.story WHERE entry = ?%zu), 0) UNION ALL SELECT ?%zu " \
	"WHERE NOT EXISTS (SELECT 1 FROM ix.story WHERE entry = ?%zu)"

static void
write_story(struct query_plan *plan, const struct node *node, struct buf *out)
{
	size_t at = query_plan_number(plan, node->number);

	buf_printf(out, "e.id IN (" STORY_IDS ")", at, at, at);
}

static void
write_bare(struct query_plan *plan, const struct node *node, struct buf *out)
{
	switch (node->type) {
	case NODE_ALL:
		buf_puts(out, "1");
		break;
	case NODE_AND:
		write_kids(plan, node, " AND ", out);
		break;
	case NODE_OR:
		write_kids(plan, node, " OR ", out);
		break;
	case NODE_NOT:
		buf_puts(out, "NOT ");
		write_condition(plan, node->kids[0], out);
		break;
	case NODE_TEXT:
		write_words(plan, node, out);
		break;
	case NODE_URL:
		buf_printf(out, "instr(lower(ifnull(e.url, '')), lower(?%zu)) > 0", query_plan_text(plan, node->text, node->len));
		break;
	case NODE_TAG:
		write_tag(plan, node, out);
		break;
	case NODE_LANG:
		write_lang(plan, node, out);
		break;
	case NODE_FEED:
		write_feed(plan, node, out);
		break;
	case NODE_ID:
		buf_printf(out, "e.id = ?%zu", query_plan_number(plan, node->number));
		break;
	case NODE_STORY:
		write_story(plan, node, out);
		break;
	case NODE_FLAG:
		write_flag(node, out);
		break;
	case NODE_TIME:
		write_time(plan, node, out);
		break;
	case NODE_RECEIVED:
		write_received(plan, node, out);
		break;
	}
}

static void
write_condition(struct query_plan *plan, const struct node *node, struct buf *out)
{
	buf_putc(out, '(');
	if ((node->type == NODE_AND || node->type == NODE_OR) && query_match_is(node))
		write_words(plan, node, out);
	else
		write_bare(plan, node, out);
	buf_putc(out, ')');
}

/* --- the outermost conjunction --------------------------------------------------------------------------- */

static int
only_feed(struct store *store, struct query_plan *plan, const struct node *node)
{
	sqlite3_stmt *stmt;
	int64_t feed = node->number;
	int found = 0, rc;

	if (feed < 0) {
		stmt = sql_query(store, SQL_READ, "SELECT f.id FROM feed f WHERE " FEED_PART("1") " LIMIT 2", "s",
		    (struct span){ node->text, node->len });
		for (rc = sql_step(store, stmt); rc == 1; rc = sql_step(store, stmt), found++)
			feed = sql_int(stmt, 0);
		sql_done(store, stmt);
		if (rc < 0)
			return rc;
	}
	if ((node->number > 0 || found == 1) && plan->feed == 0)
		plan->feed = feed;
	else
		plan->filtered = true;
	return STORE_OK;
}

/* Its place bounds the walk to itself, whichever index is walked. */
int
query_plan_item(struct store *store, struct query_plan *plan, int64_t item)
{
	int64_t ord = 0;
	int rc = sql_get(store, SQL_READ, "SELECT ord FROM entry WHERE id = ?", &ord, "i", item);

	plan->filtered = true;
	plan->item = item;
	if (rc == STORE_ENONE)
		plan->ord_until = plan->ord_from;
	if (rc != STORE_OK)
		return rc == STORE_ENONE ? STORE_OK : rc;
	plan->ord_from = ord > plan->ord_from ? ord : plan->ord_from;
	plan->ord_until = ord < plan->ord_until ? ord + 1 : plan->ord_until;
	return STORE_OK;
}

/* Their places bound the walk through the index, where words have to be looked up. */
int
query_plan_range(struct store *store, struct query_plan *plan, int64_t after, int64_t until)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT min(ord), max(ord) FROM entry WHERE id > ? AND id <= ?", "ii", after, until);
	int rc = sql_step(store, stmt);

	plan->id_after = after;
	plan->id_until = until;
	plan->filtered = true;
	if (rc == 1 && sql_time(stmt, 0) == STORE_ABSENT)
		plan->ord_until = plan->ord_from;
	else if (rc == 1) {
		plan->ord_from = sql_int(stmt, 0) > plan->ord_from ? sql_int(stmt, 0) : plan->ord_from;
		plan->ord_until = sql_int(stmt, 1) < plan->ord_until ? sql_int(stmt, 1) + 1 : plan->ord_until;
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : STORE_OK;
}

/* What the plan learns of a condition that stands alone. Conditions are written in any case but for words and times. */
static int
learn(struct store *store, struct query_plan *plan, const struct node *node)
{
	switch (node->type) {
	case NODE_FEED:
		return only_feed(store, plan, node);
	case NODE_ID:
		return query_plan_item(store, plan, node->number);
	case NODE_STORY:
		plan->story = true;
		plan->filtered = true;
		break;
	case NODE_FLAG:
		plan->unread = plan->unread || node->flag == FLAG_UNREAD;
		plan->read = plan->read || node->flag == FLAG_READ;
		plan->starred = plan->starred || node->flag == FLAG_STARRED;
		plan->filtered = plan->filtered || node->flag == FLAG_UPDATED || node->flag == FLAG_ATTACHMENT;
		break;
	case NODE_TAG:
		plan->unread = plan->unread || names(node, "unread");
		plan->starred = plan->starred || names(node, "starred");
		if (names(node, "unread") || names(node, "starred"))
			break;
		plan->filtered = plan->filtered || plan->tag.ptr != NULL;
		plan->tag = (struct span){ node->text, node->len };
		break;
	case NODE_ALL:
		break;
	default:
		plan->filtered = true;
	}
	return STORE_OK;
}

/* -is:unread is is:read, and the other way round. */
static const struct node *
without_not(struct query_plan *plan, const struct node *node)
{
	struct node *flag;

	if (node->type != NODE_NOT || node->kids[0]->type != NODE_FLAG || node->kids[0]->flag > FLAG_READ)
		return node;
	flag = arena_zalloc(plan->arena, sizeof *flag);
	flag->type = NODE_FLAG;
	flag->flag = node->kids[0]->flag == FLAG_UNREAD ? FLAG_READ : FLAG_UNREAD;
	return flag;
}

static int
add_conjunct(struct store *store, struct query_plan *plan, const struct node *node)
{
	int rc = STORE_OK;

	node = without_not(plan, node);
	if (node->type == NODE_AND && !query_match_is(node)) {
		for (size_t i = 0; i < node->n_kids && rc == STORE_OK; i++)
			rc = add_conjunct(store, plan, node->kids[i]);
		return rc;
	}
	if (query_match_is(node)) {
		if (plan->match.len > 0)
			buf_puts(&plan->match, " AND ");
		query_match_write(node, &plan->match);
		if (plan->n_words < QUERY_PLAN_WORDS_MAX)
			plan->words[plan->n_words] = node;
		plan->n_words++;
		return STORE_OK;
	}
	if (node->type == NODE_TIME) {
		int64_t from = ord_bound(node->from), until = ord_bound(node->until);

		plan->ord_from = from > plan->ord_from ? from : plan->ord_from;
		plan->ord_until = until < plan->ord_until ? until : plan->ord_until;
		plan->filtered = true;
		return STORE_OK;
	}
	buf_puts(&plan->where, " AND ");
	write_condition(plan, node, &plan->where);
	return learn(store, plan, node);
}

int
query_plan(struct store *store, const struct query *query, struct query_plan *plan)
{
	int rc;

	*plan = (struct query_plan){ .arena = arena_new(0), .where = BUF_INIT(QUERY_SQL_MAX), .match = BUF_INIT(QUERY_SQL_MAX),
	    .ord_until = INT64_MAX, .key_until = INT64_MAX };
	if (query_needs_index(query) && !store->index_attached)
		return store_fail(store, STORE_ENOINDEX, "the full-text index is not ready");
	rc = add_conjunct(store, plan, query->root);
	if (rc == STORE_OK && store->doomed)
		buf_puts(&plan->where, " AND NOT gazette_doomed(e.id)");
	if (rc == STORE_OK && (plan->where.overflow || plan->match.overflow))
		return store_fail(store, STORE_EVALUE, "the query is too large");
	return rc;
}

void
query_plan_clear(struct query_plan *plan)
{
	arena_free(plan->arena);
	buf_free(&plan->where);
	buf_free(&plan->match);
}

/* --- which index is walked --------------------------------------------------------------------------------- */

static int64_t
count_of(struct store *store, const char *sql, int64_t feed)
{
	int64_t count = 0;

	return sql_get(store, SQL_READ, sql, &count, "i", feed) == STORE_OK ? count : 0;
}

/* The index with the fewest entries that all of the result is in, and how many those are. */
static const char *
choose_index(struct store *store, const struct query_plan *plan, int64_t *fewest)
{
	static const char feed_total[] = "SELECT total FROM feed_count WHERE feed = ?";
	static const struct { const char *index, *sql; } rows[] = {
		{ "INDEXED BY entry_unread", "SELECT unread FROM feed_count WHERE feed = ?" },
		{ "INDEXED BY entry_read", "SELECT total - unread FROM feed_count WHERE feed = ?" },
		{ "INDEXED BY entry_starred", "SELECT starred FROM feed_count WHERE feed = ?" },
	};
	const bool fits[] = { plan->unread, plan->read, plan->starred };
	const char *best = plan->feed != 0 ? "INDEXED BY entry_feed" : "INDEXED BY entry_ord";

	*fewest = count_of(store, feed_total, plan->feed);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t count = fits[i] ? count_of(store, rows[i].sql, 0) : INT64_MAX;

		if (count < *fewest) {
			*fewest = count;
			best = rows[i].index;
		}
	}
	return best;
}

/*
 * Whether to collect the entries of a tag and sort them rather than to walk by time until enough have it: if the tag has few entries
 * of all. Collecting costs about twice as much a row.
 */
static bool
collects_tag(struct store *store, const struct query_plan *plan, int64_t walked, int64_t wanted)
{
	int64_t tagged = 0, visited;

	if (plan->tag.ptr == NULL || sql_get(store, SQL_READ, "SELECT (SELECT ifnull(sum(c.total), 0) FROM feed_tag g "
	    "JOIN feed_count c ON c.feed = g.feed WHERE g.tag = ?1) + (SELECT count(*) FROM entry_tag WHERE tag = ?1)", &tagged, "s",
	    plan->tag) != STORE_OK)
		return false;
	visited = wanted < tagged ? walked / tagged * wanted : walked;
	return tagged * 2 < visited;
}

static void
write_driver(struct store *store, struct query_plan *plan, int64_t wanted, struct buf *sql)
{
	int64_t walked;
	const char *index = choose_index(store, plan, &walked);
	size_t tag;

	if (plan->id_until != 0 || plan->story) {
		buf_puts(sql, "FROM entry e NOT INDEXED WHERE 1 ");
		return;
	}
	if (!collects_tag(store, plan, walked, wanted)) {
		buf_printf(sql, "FROM entry e %s WHERE 1 ", index);
		if (plan->feed != 0)
			buf_printf(sql, "AND e.feed = ?%zu ", query_plan_number(plan, plan->feed));
		return;
	}
	tag = query_plan_text(plan, plan->tag.ptr, plan->tag.len);
	buf_printf(sql, "FROM entry e NOT INDEXED WHERE e.id IN (SELECT id FROM entry INDEXED BY entry_feed WHERE feed IN "
	    "(SELECT feed FROM feed_tag WHERE tag = ?%zu) UNION ALL SELECT entry FROM entry_tag WHERE tag = ?%zu) ", tag, tag);
}

static void
write_bounds(struct query_plan *plan, const char *key, int64_t from, int64_t until, struct buf *sql)
{
	size_t first = query_plan_number(plan, from), end = query_plan_number(plan, until);

	buf_printf(sql, "AND %s >= ?%zu AND %s < ?%zu ", key, first, key, end);
}

/* A place is not below the second of ord, and not further above it than the most crowded second made necessary. */
static void
write_match_driver(struct store *store, struct query_plan *plan, struct buf *sql)
{
	bool alone = plan->lean && plan->where.len == 0 && plan->ord_from == 0 && plan->ord_until == INT64_MAX;
	int64_t from = plan->ord_from >> STORE_ORD_BITS, until = INT64_MAX, crowded = 0;

	if (plan->ord_until != INT64_MAX && sql_get(store, SQL_READ, "SELECT crowded FROM ix.meta", &crowded, "") == STORE_OK)
		until = (plan->ord_until >> STORE_ORD_BITS) + crowded + 1;
	buf_printf(sql, "FROM ix.fts t CROSS JOIN ix.doc d ON d.place = t.rowid %sWHERE t.fts MATCH ?%zu ",
	    alone ? "" : "CROSS JOIN entry e ON e.id = d.entry ", query_plan_text(plan, plan->match.ptr, plan->match.len));
	write_bounds(plan, "t.rowid", from > plan->key_from ? from : plan->key_from, until < plan->key_until ? until : plan->key_until,
	    sql);
	if (plan->item != 0)
		buf_printf(sql, "AND t.rowid = (SELECT place FROM ix.doc WHERE entry = ?%zu) ", query_plan_number(plan, plan->item));
	if (plan->ord_from != 0 || plan->ord_until != INT64_MAX)
		write_bounds(plan, "e.ord", plan->ord_from, plan->ord_until, sql);
}

void
query_plan_from(struct store *store, struct query_plan *plan, int64_t wanted, struct buf *sql, const char **key)
{
	if (plan->id_until != 0) {
		size_t after = query_plan_number(plan, plan->id_after), last = query_plan_number(plan, plan->id_until);

		buf_printf(&plan->where, " AND (e.id > ?%zu AND e.id <= ?%zu)", after, last);
	}
	if (plan->match.len > 0) {
		*key = "t.rowid";
		write_match_driver(store, plan, sql);
	} else {
		*key = "e.ord";
		write_driver(store, plan, wanted, sql);
		write_bounds(plan, *key, plan->ord_from > plan->key_from ? plan->ord_from : plan->key_from,
		    plan->ord_until < plan->key_until ? plan->ord_until : plan->key_until, sql);
	}
	buf_put(sql, plan->where.ptr, plan->where.len);
}

static void
bind_value(sqlite3_stmt *stmt, int at, const struct query_value *value)
{
	switch (value->kind) {
	case VALUE_NUMBER:
		sqlite3_bind_int64(stmt, at, value->number);
		break;
	case VALUE_TEXT:
		sqlite3_bind_text64(stmt, at, value->text.ptr, value->text.len, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case VALUE_REAL:
		sqlite3_bind_double(stmt, at, value->real);
		break;
	}
}

sqlite3_stmt *
query_plan_prepare(struct store *store, const struct query_plan *plan, struct buf *sql)
{
	sqlite3_stmt *stmt = NULL;

	if (sql->overflow)
		store_fail(store, STORE_EVALUE, "the query is too large");
	else
		stmt = sql_query_once(store, SQL_READ, buf_str(sql));
	for (size_t i = 0; stmt != NULL && i < plan->n_values; i++)
		bind_value(stmt, (int)i + 1, &plan->values[i]);
	return stmt;
}
