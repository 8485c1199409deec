/* store-trace - what became of entries, and by what they are known. */
#include <inttypes.h>

#include "daemon/core/store-sql.h"
#include "daemon/core/store-trace.h"

int
store_trace(struct store *store, uint32_t item, uint32_t feed, enum store_trace_what what, int64_t subject, struct span detail,
    int64_t now_s)
{
	return sql_run(store, "INSERT INTO trace(entry, what, subject, feed, first, last, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6) "
	    "ON CONFLICT(entry, what, subject) DO UPDATE SET last = ?5, times = times + 1, detail = ?6", "udiuis", item, (int)what, subject,
	    feed, now_s, detail);
}

int
store_traces(struct store *store, uint32_t item, store_trace_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ,
	    "SELECT what, subject, first, last, times, detail FROM trace WHERE entry = ? ORDER BY first, what, subject", "u", item);
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		const struct store_trace trace = {
			.what = (enum store_trace_what)sql_int(stmt, 0), .subject = sql_int(stmt, 1), .first_s = sql_int(stmt, 2),
			.last_s = sql_int(stmt, 3), .times = sql_int(stmt, 4), .detail = sql_span(stmt, 5),
		};

		ret = each(arg, &trace);
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}
