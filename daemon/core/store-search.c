/* store-search - saved searches. */
#include <string.h>

#include "daemon/core/store-item.h"
#include "daemon/core/store-sql.h"

/* What is known while a search is parsed: those that are saved, and of one that is to be saved its new text. */
struct known_searches { struct store *store; struct span name, query; };

static const char *
lookup(void *arg, const char *name, size_t len, struct arena *arena, size_t *query_len)
{
	struct known_searches *known = arg;
	const char *query = NULL;
	sqlite3_stmt *stmt;

	if (known->name.ptr != NULL && known->name.len == len && memcmp(known->name.ptr, name, len) == 0) {
		*query_len = known->query.len;
		return arena_strndup(arena, known->query.ptr, known->query.len);
	}
	stmt = sql_query(known->store, SQL_READ, "SELECT query FROM saved_search WHERE name = ?", "s", (struct span){ name, len });
	if (sql_step(known->store, stmt) == 1) {
		struct span found = sql_span(stmt, 0);

		query = arena_strndup(arena, found.ptr, found.len);
		*query_len = found.len;
	}
	sql_done(known->store, stmt);
	return query;
}

static int
parse(struct known_searches *known, struct span text, int64_t now_s, struct query **query, struct query_error *error)
{
	const struct query_env env = { .now_s = now_s, .search = lookup, .arg = known };

	if (query_parse(text.ptr, text.len, &env, query, error) != 0)
		return store_fail(known->store, STORE_EVALUE, "%s", error->message);
	return STORE_OK;
}

int
store_query(struct store *store, const char *str, size_t len, int64_t now_s, struct query **query, struct query_error *error)
{
	return parse(&(struct known_searches){ .store = store }, (struct span){ str, len }, now_s, query, error);
}

/* One that finds itself again, through others too, is deeper than any query may be. */
int
store_search_add(struct store *store, struct span name, struct span query)
{
	struct known_searches known = { store, name, query };
	struct query_error error;
	struct query *parsed = NULL;
	bool own;
	int rc = store_check_name(store, "name", name);

	if (rc == STORE_OK)
		rc = parse(&known, query, 0, &parsed, &error);
	query_free(parsed);
	if (rc != STORE_OK)
		return rc;
	rc = txn_enter(store, &own);
	if (rc == STORE_OK)
		rc = sql_run(store, "INSERT OR REPLACE INTO saved_search(name, query) VALUES (?, ?)", "ss", name, query);
	return txn_leave(store, own, rc);
}

int
store_search_remove(struct store *store, struct span name)
{
	bool own;
	int rc = txn_enter(store, &own);

	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM saved_search WHERE name = ?", "s", name);
	if (rc == STORE_OK && sql_changes(store) == 0)
		rc = store_fail(store, STORE_ENONE, "there is no search \"%.*s\"", (int)(name.len < 200 ? name.len : 200), name.ptr);
	return txn_leave(store, own, rc);
}

int
store_search_each(struct store *store, int (*each)(void *arg, struct span name, struct span query), void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT name, query FROM saved_search ORDER BY name", "");
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0)
		ret = each(arg, sql_span(stmt, 0), sql_span(stmt, 1));
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}
