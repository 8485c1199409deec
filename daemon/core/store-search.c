/* store-search - saved searches. */
#include "daemon/core/store-item.h"
#include "daemon/core/store-sql.h"

static const char *
lookup(void *arg, const char *name, size_t len, struct arena *arena, size_t *query_len)
{
	struct store *store = arg;
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT query FROM saved_search WHERE name = ?", "s",
	    (struct span){ name, len });
	const char *query = NULL;

	if (sql_step(store, stmt) == 1) {
		struct span found = sql_span(stmt, 0);

		query = arena_strndup(arena, found.ptr, found.len);
		*query_len = found.len;
	}
	sql_done(store, stmt);
	return query;
}

int
store_query(struct store *store, const char *str, size_t len, int64_t now_s, struct query **query, struct query_error *error)
{
	const struct query_env env = { .now_s = now_s, .search = lookup, .arg = store };

	if (query_parse(str, len, &env, query, error) != 0)
		return store_fail(store, STORE_EVALUE, "%s", error->message);
	return STORE_OK;
}

int
store_search_add(struct store *store, struct span name, struct span query)
{
	struct query_error error;
	struct query *parsed = NULL;
	bool own;
	int rc = store_check_name(store, "name", name);

	if (rc == STORE_OK)
		rc = store_query(store, query.ptr, query.len, 0, &parsed, &error);
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
