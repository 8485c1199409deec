/* store-write - writes the entries of a job: new ones, changed ones, and the aliases they are known by. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/core/facts.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-job-private.h"
#include "daemon/core/store-pack.h"
#include "daemon/core/store-trace.h"

enum { ORD_ORDINALS = 1 << (STORE_ORD_BITS - 1) };	/* places within one second that keep the document's order */
#define ORD_SECONDS_MAX	UINT32_MAX
#define ORD_MAX		((int64_t)ORD_SECONDS_MAX << STORE_ORD_BITS | ((1 << STORE_ORD_BITS) - 1))

/*
 * The place in the order of time: 32 bits of seconds; below, the document's first entry highest. Each feed begins at a place of its
 * own, so that feeds whose dates have no time of day rarely meet. A date in the future counts as now, so that nothing sticks
 * to the top; one before 1970 as 1970.
 */
static int64_t
ord_of(const struct rec_entry *rec, uint32_t feed, int64_t now_s)
{
	int64_t when = rec->published != STORE_ABSENT ? rec->published : rec->modified;
	uint32_t first = ORD_ORDINALS | (feed * 0x9e3779b1u >> (33 - STORE_ORD_BITS));

	if (when == STORE_ABSENT || when > now_s)
		when = now_s;
	if (when < 0)
		when = 0;
	if (when > (int64_t)ORD_SECONDS_MAX)
		when = ORD_SECONDS_MAX;
	when -= (int64_t)(rec->ordinal / ORD_ORDINALS);
	if (when < 0)
		when = 0;
	return when << STORE_ORD_BITS | (int64_t)(first - rec->ordinal % ORD_ORDINALS);
}

/* Whether the JSON object has a member "attachments": a name in quotes that no backslash precedes. */
static bool
has_attachments(struct span rest)
{
	static const char name[] = "\"attachments\":";

	return rest.len > sizeof name && memmem(rest.ptr, rest.len, name, sizeof name - 1) != NULL;
}

static struct span
or_absent(struct span span)
{
	return span.len == 0 ? (struct span){ NULL, 0 } : span;
}

/* --- aliases -------------------------------------------------------------------------------------------- */

static int
alias_replace(struct store *store, uint32_t feed, int64_t hash, enum alias_kind kind, uint32_t id)
{
	return sql_run(store, "INSERT OR REPLACE INTO alias(feed, hash, kind, entry) VALUES (?, ?, ?, ?)", "uidu", feed, hash, (int)kind,
	    id);
}

/* A link that already stands for another entry stands for none from now on. */
static int
alias_link(struct store *store, uint32_t feed, int64_t hash, uint32_t id)
{
	return sql_run(store, "INSERT INTO alias(feed, hash, kind, entry) VALUES (?, ?, 2, ?) ON CONFLICT(feed, hash, kind) "
	    "DO UPDATE SET entry = 0 WHERE entry <> excluded.entry", "uiu", feed, hash, id);
}

static int
alias_ambiguous(struct store *store, uint32_t feed, int64_t hash, enum alias_kind kind)
{
	return sql_run(store, "INSERT INTO alias(feed, hash, kind, entry) VALUES (?, ?, ?, 0) ON CONFLICT(feed, hash, kind) "
	    "DO UPDATE SET entry = 0 WHERE entry <> 0", "uid", feed, hash, (int)kind);
}

static int
write_aliases(struct store *store, uint32_t feed, const struct job_entry *entry, uint32_t id)
{
	int rc = STORE_OK;

	if (entry->usable[ALIAS_GUID])
		rc = alias_replace(store, feed, entry->hash[ALIAS_GUID], ALIAS_GUID, id);
	if (rc == STORE_OK && entry->usable[ALIAS_LINK])
		rc = alias_link(store, feed, entry->hash[ALIAS_LINK], id);
	if (rc == STORE_OK && entry->usable[ALIAS_PRINT])
		rc = sql_run(store, "INSERT OR IGNORE INTO alias(feed, hash, kind, entry) VALUES (?, ?, 3, ?)", "uiu", feed,
		    entry->hash[ALIAS_PRINT], id);
	return rc;
}

static int
write_shared(struct store *store, uint32_t feed, const struct job_entry *entry)
{
	int rc = STORE_OK;

	if (entry->shared[ALIAS_GUID])
		rc = alias_ambiguous(store, feed, entry->hash[ALIAS_GUID], ALIAS_GUID);
	if (rc == STORE_OK && entry->shared[ALIAS_LINK])
		rc = alias_ambiguous(store, feed, entry->hash[ALIAS_LINK], ALIAS_LINK);
	return rc;
}

/* --- new entries ------------------------------------------------------------------------------------------ */

/*
 * OR FAIL spares SQLite a second journal, in which it would keep each page that entry and counts touch, for the case that the
 * statement has to be taken back alone: whoever sees it fail takes back the whole document.
 */
static int
insert_entry(const struct store_job *job, uint32_t feed, const struct job_entry *entry, uint32_t id, int64_t ord, int64_t now_s)
{
	const struct rec_entry *rec = &entry->rec;

	return sql_run(job->store, "INSERT OR FAIL INTO entry(id, feed, ord, seq, unread, guids, attachments, published, modified, received, "
	    "content_hash, title, url, authors, language, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "uuiidddaaiissssi",
	    id, feed, ord, job->store->counter.seq + 1, (int)!job->past, (int)entry->usable[ALIAS_GUID], (int)has_attachments(rec->rest), rec->published,
	    rec->modified, now_s, (int64_t)rec->content_hash, or_absent(rec->title), or_absent(rec->url), or_absent(rec->authors),
	    or_absent(rec->language), entry->facts);
}

static int
insert_content(struct store *store, const struct rec_entry *rec, uint32_t id)
{
	return sql_run(store, "INSERT INTO content(entry, guid, packed) VALUES (?, ?, ?)", "usb", id, or_absent(rec->guid),
	    store_pack(store, rec));
}

/* Whether a place is taken: 1, 0 or an error. */
static int
is_taken(struct store *store, int64_t place)
{
	int64_t taken = 0;
	int rc = sql_get(store, SQL_WRITE, "SELECT EXISTS (SELECT 1 FROM entry WHERE ord = ?)", &taken, "i", place);

	return rc == STORE_OK ? taken != 0 : rc;
}

/*
 * A free place above one that is taken, just above another that is taken: by strides that double, then by halves, so that
 * millions of entries with one date cost some dozens of looks.
 */
static int
find_place(struct store *store, int64_t taken, int64_t *place)
{
	int64_t below = taken, above = taken;
	int rc = 1;

	for (int64_t stride = 1; rc == 1 && stride <= ORD_MAX - taken; stride *= 2) {
		below = above;
		above = taken + stride;
		rc = is_taken(store, above);
	}
	if (rc == 1)
		return store_fail(store, STORE_EVALUE, "no place is left in the order of time");
	while (rc >= 0 && above - below > 1) {
		int64_t middle = below + (above - below) / 2;

		rc = is_taken(store, middle);
		*(rc == 1 ? &below : &above) = middle;
	}
	*place = above;
	return rc < 0 ? rc : STORE_OK;
}

/*
 * Two entries may want the same place: a free one above is taken. As a document is written from its end, that keeps its
 * order, also when it grows at the top later. A crowded second runs over into the next one.
 */
static int
insert_in_order(const struct store_job *job, uint32_t feed, const struct job_entry *entry, uint32_t id, int64_t now_s)
{
	int64_t place = ord_of(&entry->rec, feed, now_s);
	int rc = is_taken(job->store, place);

	if (rc == 1)
		rc = find_place(job->store, place, &place);
	return rc == STORE_OK ? insert_entry(job, feed, entry, id, place, now_s) : rc;
}

/* Why it is new although something of it was known, for store_why(); of most entries nothing is to be said. */
static int
trace_new(struct store *store, uint32_t feed, const struct job_entry *entry, uint32_t id, int64_t now_s)
{
	const struct span none = { NULL, 0 };
	char other[16];
	int rc = STORE_OK;

	for (int kind = ALIAS_GUID; kind < ALIAS_KINDS && rc == STORE_OK; kind++) {
		if (entry->unlike[kind] != 0) {
			snprintf(other, sizeof other, "%" PRIu32, entry->unlike[kind]);
			rc = store_trace(store, id, feed, STORE_TRACE_UNLIKE, kind, SPAN(other), now_s);
		} else if (entry->unfit[kind] || entry->shared[kind])
			rc = store_trace(store, id, feed, STORE_TRACE_UNFIT, kind, none, now_s);
	}
	return rc == STORE_OK && entry->home ? store_trace(store, id, feed, STORE_TRACE_HOME, ALIAS_LINK, none, now_s) : rc;
}

static int
write_new(const struct store_job *job, uint32_t feed, const struct job_entry *entry, int64_t now_s, struct store_counts *counts)
{
	const struct rec_entry *rec = &entry->rec;
	struct store *store = job->store;
	uint32_t id;
	int rc;

	if (store->counter.entry >= STORE_ITEM_MAX)
		return store_fail(store, STORE_EINTERNAL, "%s: no ids of entries are left", store->file);
	id = (uint32_t)++store->counter.entry;
	rc = insert_in_order(job, feed, entry, id, now_s);
	if (rc == STORE_OK)
		rc = insert_content(store, rec, id);
	if (rc == STORE_OK)
		rc = write_aliases(store, feed, entry, id);
	if (rc == STORE_OK)
		rc = trace_new(store, feed, entry, id, now_s);
	if (rc == STORE_OK)
		rc = store_log(store, STORE_ITEM_NEW, feed, id, job->past ? SPAN(STORE_PAST) : (struct span){ NULL, 0 }, now_s, NULL);
	counts->added++;
	if (rec->published != STORE_ABSENT && (counts->newest_s == STORE_ABSENT || rec->published > counts->newest_s))
		counts->newest_s = rec->published;
	return rc;
}

/* --- known entries ---------------------------------------------------------------------------------------- */

/*
 * A guid that is new for a known entry becomes a further alias. Feeds that invent new ones at each fetch would
 * pile them up, so from some number on the last one is replaced.
 */
static int
learn_guid(struct store *store, uint32_t feed, const struct job_entry *entry)
{
	const struct known *known = &entry->known;
	struct span guid = { NULL, 0 };
	sqlite3_stmt *stmt;
	int rc;

	if (known->guids >= STORE_ALIAS_GUIDS_MAX) {
		const struct hash_key key = { store->key.k0 ^ (uint64_t)ALIAS_GUID, store->key.k1 };

		stmt = sql_query(store, SQL_WRITE, "SELECT guid FROM content WHERE entry = ?", "u", known->id);
		rc = sql_step(store, stmt);
		if (rc == 1)
			guid = sql_span(stmt, 0);
		if (guid.len > 0)
			rc = sql_run(store, "DELETE FROM alias WHERE feed = ? AND hash = ? AND kind = 1 AND entry = ?", "uiu", feed,
			    (int64_t)hash_bytes(&key, guid.ptr, guid.len), known->id);
		sql_done(store, stmt);
	} else
		rc = sql_run(store, "UPDATE entry SET guids = guids + 1 WHERE id = ?", "u", known->id);
	if (rc >= 0)
		rc = alias_replace(store, feed, entry->hash[ALIAS_GUID], ALIAS_GUID, known->id);
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE content SET guid = ?2 WHERE entry = ?1", "us", known->id, entry->rec.guid);
	return rc;
}

/* The old fingerprint goes: text that is served again as it once was is found by guid or link. */
static int
move_print(struct store *store, uint32_t feed, const struct job_entry *entry)
{
	const struct hash_key key = { store->key.k0 ^ (uint64_t)ALIAS_PRINT, store->key.k1 };
	int64_t old = (int64_t)hash_bytes(&key, &entry->known.content_hash, sizeof entry->known.content_hash);
	int rc;

	rc = sql_run(store, "DELETE FROM alias WHERE feed = ? AND hash = ? AND kind = 3 AND entry = ?", "uiu", feed, old,
	    entry->known.id);
	if (rc == STORE_OK && entry->usable[ALIAS_PRINT])
		rc = sql_run(store, "INSERT OR IGNORE INTO alias(feed, hash, kind, entry) VALUES (?, ?, 3, ?)", "uiu", feed,
		    entry->hash[ALIAS_PRINT], entry->known.id);
	return rc;
}

void
store_keep_revisions(struct store *store, int64_t most)
{
	store->revisions_max = most;
}

static int
keep_revision(struct store *store, const struct known *known, int64_t now_s)
{
	int rc = STORE_OK;

	if (store->revisions_max > 0)
		rc = sql_run(store, "INSERT INTO revision(entry, number, replaced, title, url, summary, text, html, packed) "
		    "SELECT e.id, e.revision, ?2, e.title, e.url, c.summary, c.text, c.html, c.packed FROM entry e JOIN content c ON c.entry = e.id "
		    "WHERE e.id = ?1", "ui", known->id, now_s);
	if (rc == STORE_OK && known->revision >= store->revisions_max)
		rc = sql_run(store, "DELETE FROM revision WHERE entry = ? AND number <= ?", "ui", known->id,
		    known->revision - store->revisions_max);
	return rc;
}

static int
replace_text(struct store *store, const struct job_entry *entry, bool unread, int64_t now_s)
{
	const struct rec_entry *rec = &entry->rec;
	int rc;

	rc = sql_run(store, "UPDATE entry SET seq = ?2, revision = revision + 1, attachments = ?3, published = coalesce(published, ?4), "
	    "modified = ?5, content_hash = ?6, title = ?7, url = ?8, authors = ?9, language = ?10, unread = max(unread, ?11), facts = ?12 "
	    "WHERE id = ?1", "uidaaissssdi",
	    entry->known.id, store->counter.seq + 1, (int)has_attachments(rec->rest), rec->published,
	    rec->modified != STORE_ABSENT ? rec->modified : now_s, (int64_t)rec->content_hash, or_absent(rec->title),
	    or_absent(rec->url), or_absent(rec->authors), or_absent(rec->language), (int)unread, entry->facts);
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE content SET packed = ?2, summary = NULL, rest = NULL, gazette = NULL, text = NULL, html = NULL "
		    "WHERE entry = ?1", "ub", entry->known.id, store_pack(store, rec));
	return rc;
}

/* Another spelling of the same link (tracking parameters and the like) is no change. 1: it is another link. */
static int
learn_link(struct store *store, uint32_t feed, const struct job_entry *entry)
{
	int64_t owner = 0;
	int rc;

	if (!entry->known.url_differs || !entry->usable[ALIAS_LINK])
		return 0;
	rc = sql_get(store, SQL_WRITE, "SELECT entry FROM alias WHERE feed = ? AND hash = ? AND kind = 2", &owner, "ui", feed,
	    entry->hash[ALIAS_LINK]);
	if (rc == STORE_OK && (owner == entry->known.id || owner == ALIAS_AMBIGUOUS))
		return 0;
	if (rc != STORE_OK && rc != STORE_ENONE)
		return rc;
	rc = alias_link(store, feed, entry->hash[ALIAS_LINK], entry->known.id);
	return rc == STORE_OK ? 1 : rc;
}

static const char *const alias_words[ALIAS_KINDS] = {
	[ALIAS_NONE] = "", [ALIAS_GUID] = "guid", [ALIAS_LINK] = "link", [ALIAS_PRINT] = "text"
};

/* The fingerprint is of both title and text: where the title differs, the text may. */
static int
trace_edit(struct store *store, uint32_t feed, const struct job_entry *entry, bool edited, bool moved, int64_t now_s)
{
	const char *what = !edited ? "link" : entry->known.title_differs ? (moved ? "title link" : "title") : moved ? "text link" : "text";

	return store_trace(store, entry->known.id, feed, STORE_TRACE_EDITED, (int64_t)entry->by, SPAN(what), now_s);
}

/* Whether the text that came differs from the one that is there by more than noise: 1, 0 or an error. */
static int
is_edited(struct store *store, const struct job_entry *entry)
{
	int rc = entry->known.content_hash == (int64_t)entry->rec.content_hash;

	if (rc == 0)
		rc = store_text_same(store, entry->known.id, &entry->rec, true);
	return rc < 0 ? rc : rc == 0;
}

/* Whether authors, tags or attachments are others: 1, 0 or an error. What has not been kept yet is taken from what there is. */
static int
facts_differ(struct store *store, uint32_t feed, const struct job_entry *entry)
{
	struct span parts[PACK_PARTS];
	struct arena *arena;
	sqlite3_stmt *stmt;
	int rc;

	if (entry->known.facts != STORE_ABSENT)
		return entry->known.facts != entry->facts;
	arena = arena_new(0);
	stmt = sql_query(store, SQL_WRITE, "SELECT e.authors, " STORE_TEXTS("c") " FROM entry e JOIN content c ON c.entry = e.id "
	    "WHERE e.id = ? AND e.feed = ?", "uu", entry->known.id, feed);
	rc = sql_step(store, stmt);
	if (rc == 1)
		rc = store_unpack(store, stmt, 1, arena, parts);
	else if (rc == 0)
		rc = STORE_ENONE;
	if (rc == STORE_OK)
		rc = facts_hash(&store->key, arena, sql_span(stmt, 0), parts[PACK_REST]) != entry->facts;
	else if (rc == STORE_EDAMAGED || rc == STORE_ENONE)
		rc = 1;
	sql_done(store, stmt);
	arena_free(arena);
	return rc == 0 ? sql_run(store, "UPDATE entry SET facts = ?2 WHERE id = ?1", "ui", entry->known.id, entry->facts) : rc;
}

/* The texts stay as they are, since the full-text index knows them so. */
static int
replace_members(struct store *store, const struct job_entry *entry)
{
	struct rec_entry rec = entry->rec;
	struct arena *arena = arena_new(0);
	struct span parts[PACK_PARTS], packed = { NULL, 0 };
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT " STORE_TEXTS("c") " FROM content c WHERE c.entry = ?", "u", entry->known.id);
	int rc = sql_step(store, stmt);

	if (rc == 1)
		rc = store_unpack(store, stmt, 0, arena, parts);
	if (rc == STORE_OK) {
		rec.summary = parts[PACK_SUMMARY];
		rec.text = parts[PACK_TEXT];
		rec.html = parts[PACK_HTML];
	}
	if (rc == STORE_OK || rc == STORE_EDAMAGED) {
		packed = store_pack(store, &rec);
		rc = STORE_OK;
	}
	sql_done(store, stmt);
	arena_free(arena);
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE content SET packed = ?2, summary = NULL, rest = NULL, gazette = NULL, text = NULL, html = NULL "
		    "WHERE entry = ?1", "ub", entry->known.id, packed);
	return rc;
}

/*
 * What is shown beside the text: no revision is kept and it stays read. Authors are in the full-text index, which
 * learns that they are others by the number of the revision.
 */
static int
write_facts(struct store *store, uint32_t feed, const struct job_entry *entry, int64_t now_s)
{
	const struct rec_entry *rec = &entry->rec;
	int rc = STORE_OK;

	if (entry->known.authors_differ)
		rc = sql_run(store, "UPDATE entry SET revision = revision + 1, authors = ?2 WHERE id = ?1", "us", entry->known.id,
		    or_absent(rec->authors));
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE entry SET seq = ?2, attachments = ?3, facts = ?4 WHERE id = ?1", "uidi", entry->known.id,
		    store->counter.seq + 1, (int)has_attachments(rec->rest), entry->facts);
	if (rc == STORE_OK)
		rc = replace_members(store, entry);
	if (rc == STORE_OK)
		rc = store_trace(store, entry->known.id, feed, STORE_TRACE_EDITED, (int64_t)entry->by, SPAN("facts"), now_s);
	return rc == STORE_OK ? store_log(store, STORE_ITEM_UPDATED, feed, entry->known.id, SPAN("facts"), now_s, NULL) : rc;
}

static int
write_edit(const struct store_job *job, uint32_t feed, const struct job_entry *entry, bool edited, bool moved, int64_t now_s)
{
	struct store *store = job->store;
	int rc = keep_revision(store, &entry->known, now_s);

	if (rc == STORE_OK)
		rc = replace_text(store, entry, edited && job->unread_again, now_s);
	if (rc == STORE_OK && entry->known.content_hash != (int64_t)entry->rec.content_hash)
		rc = move_print(store, feed, entry);
	if (rc == STORE_OK)
		rc = trace_edit(store, feed, entry, edited, moved, now_s);
	if (rc == STORE_OK)
		rc = store_log(store, STORE_ITEM_UPDATED, feed, entry->known.id, SPAN(edited ? "text" : "url"), now_s, NULL);
	return rc;
}

static int
write_known(const struct store_job *job, uint32_t feed, const struct job_entry *entry, int64_t now_s, struct store_counts *counts)
{
	struct store *store = job->store;
	int edited = is_edited(store, entry), rc = edited < 0 ? edited : STORE_OK, moved, differ;

	if (rc == STORE_OK && entry->by != ALIAS_GUID && entry->usable[ALIAS_GUID]) {
		rc = learn_guid(store, feed, entry);
		if (rc == STORE_OK)
			rc = store_trace(store, entry->known.id, feed, STORE_TRACE_LEARNT, ALIAS_GUID, SPAN(alias_words[entry->by]), now_s);
	}
	moved = rc == STORE_OK ? learn_link(store, feed, entry) : rc;
	if (moved < 0)
		return moved;
	if (edited || moved) {
		counts->updated++;
		return write_edit(job, feed, entry, edited != 0, moved != 0, now_s);
	}
	differ = facts_differ(store, feed, entry);
	if (differ <= 0) {
		counts->same++;
		return differ;
	}
	counts->updated++;
	return write_facts(store, feed, entry, now_s);
}

/* Last to first, so that numbers and changes run with time, newest at the end. */
int
store_write_entries(struct store_job *job, uint32_t feed, int64_t now_s, struct store_counts *counts)
{
	int rc = STORE_OK;

	for (size_t i = job->count; i-- > 0 && rc == STORE_OK; ) {
		const struct job_entry *entry = &job->entries[i];

		switch (entry->verdict) {
		case VERDICT_NEW:
			rc = write_new(job, feed, entry, now_s, counts);
			break;
		case VERDICT_KNOWN:
			if (job->past)
				counts->same++;
			else
				rc = write_known(job, feed, entry, now_s, counts);
			break;
		case VERDICT_GONE:
			counts->gone++;
			break;
		case VERDICT_TWICE:
			counts->same++;
			break;
		}
		if (rc == STORE_OK && entry->verdict != VERDICT_TWICE)
			rc = write_shared(job->store, feed, entry);
	}
	return rc;
}
