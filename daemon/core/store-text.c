/* store-text - whether the texts of an entry that is there and of one that came are the same. */
#include "daemon/core/noise.h"
#include "daemon/core/store-job-private.h"
#include "daemon/core/store-pack.h"

static struct noise_text
noise_text(struct span title, struct span html, struct span text, struct span summary)
{
	return (struct noise_text){ title, html.len > 0 ? html : text.len > 0 ? text : summary, html.len > 0 };
}

int
store_text_same(struct store *store, uint32_t id, const struct rec_entry *rec, bool title)
{
	struct noise_text now = noise_text(rec->title, rec->html, rec->text, rec->summary), was;
	struct span parts[PACK_PARTS];
	struct arena *arena = arena_new(0);
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT e.title, " STORE_TEXTS("c") " FROM entry e JOIN content c ON c.entry = e.id "
	    "WHERE e.id = ?", "u", id);
	int rc = sql_step(store, stmt);

	if (rc == 1)
		rc = store_unpack(store, stmt, 1, arena, parts);
	else if (rc == 0)
		rc = STORE_ENONE;
	if (rc == STORE_OK) {
		was = noise_text(sql_span(stmt, 0), parts[PACK_HTML], parts[PACK_TEXT], parts[PACK_SUMMARY]);
		if (!title)
			was.title = now.title = (struct span){ NULL, 0 };
		rc = noise_same(&was, &now);
	} else if (rc == STORE_ENONE || rc == STORE_EDAMAGED)
		rc = 0;
	sql_done(store, stmt);
	arena_free(arena);
	return rc;
}
