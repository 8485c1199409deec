/* store-job - collects what one fetch brought and takes it in. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/store-item.h"
#include "daemon/core/store-job-private.h"
#include "feeds/base/json.h"
#include "feeds/date.h"

enum { HINTS_BYTES = 512 };

struct store_job *
store_job_new(struct store *store)
{
	struct store_job *job = calloc(1, sizeof *job);

	if (job == NULL)
		abort();
	job->store = store;
	job->arena = arena_new(STORE_JOB_BYTES_MAX);
	return job;
}

void
store_job_free(struct store_job *job)
{
	if (job == NULL)
		return;
	store_poll_close(job->store, &job->before);
	if (job->marked)
		txn_revert(job->store, &job->saved);
	arena_free(job->arena);
	free(job->entries);
	free(job);
}

static void
copy_span(struct arena *arena, struct span *span)
{
	if (span->ptr != NULL)
		span->ptr = arena_strndup(arena, span->ptr, span->len);
}

static struct job_entry *
push_entry(struct store_job *job)
{
	if (job->count == job->capacity) {
		job->capacity = job->capacity == 0 ? 32 : job->capacity * 2;
		job->entries = reallocarray(job->entries, job->capacity, sizeof *job->entries);
		if (job->entries == NULL)
			abort();
	}
	memset(&job->entries[job->count], 0, sizeof *job->entries);
	return &job->entries[job->count++];
}

int
store_job_entry(struct store_job *job, const struct rec_entry *rec)
{
	struct span *spans[] = { NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL };
	struct rec_entry *copy;

	if (job->count >= STORE_JOB_ENTRIES_MAX)
		return store_fail(job->store, STORE_EVALUE, "the document has more than %d entries", STORE_JOB_ENTRIES_MAX);
	copy = &push_entry(job)->rec;
	*copy = *rec;
	memcpy(spans, (struct span *[]){ &copy->guid, &copy->url, &copy->title, &copy->html, &copy->text, &copy->summary,
	    &copy->authors, &copy->language, &copy->rest, &copy->gazette }, sizeof spans);
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
		copy_span(job->arena, spans[i]);
	if (arena_full(job->arena))
		return store_fail(job->store, STORE_EVALUE, "the document's entries take more than %d bytes", STORE_JOB_BYTES_MAX);
	return STORE_OK;
}

int
store_job_feed(struct store_job *job, const struct rec_feed *rec)
{
	struct rec_feed *copy = &job->feed;
	struct span *const spans[] = { &copy->format, &copy->title, &copy->home_page_url, &copy->description, &copy->language,
	    &copy->self_url, &copy->icon, &copy->hub, &copy->new_feed_url, &copy->members, &copy->update_period,
	    &copy->fault };

	*copy = *rec;
	job->has_feed = true;
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
		copy_span(job->arena, spans[i]);
	if (arena_full(job->arena))
		return store_fail(job->store, STORE_EVALUE, "the document takes more than %d bytes", STORE_JOB_BYTES_MAX);
	return STORE_OK;
}

uint64_t
store_job_entries(const struct store_job *job)
{
	return job->count;
}

void
store_job_past(struct store_job *job)
{
	job->past = true;
}

/* --- what the document says of its feed ------------------------------------------------------------ */

/* A date that the feed's members have: a name in quotes that no backslash precedes. */
static struct span
update_base(struct span members)
{
	static const char name[] = "\"update_base\":\"";
	const char *date = members.len < sizeof name ? NULL : memmem(members.ptr, members.len, name, sizeof name - 1), *end;

	if (date == NULL)
		return (struct span){ NULL, 0 };
	date += sizeof name - 1;
	end = memchr(date, '"', (size_t)(members.ptr + members.len - date));
	if (end == NULL || end - date > DATE_RFC3339_BYTES || memchr(date, '\\', (size_t)(end - date)) != NULL)
		return (struct span){ NULL, 0 };
	return (struct span){ date, (size_t)(end - date) };
}

static void
write_hints(const struct rec_feed *rec, struct buf *out)
{
	struct span base = update_base(rec->members);
	struct json json = JSON_INIT(out);

	json_put_object(&json, NULL);
	if (rec->ttl_min != STORE_ABSENT)
		json_put_integer(&json, "ttl_min", rec->ttl_min);
	if (rec->update_period.len > 0)
		json_put_stringn(&json, "update_period", rec->update_period.ptr, rec->update_period.len);
	if (rec->update_frequency != STORE_ABSENT)
		json_put_integer(&json, "update_frequency", rec->update_frequency);
	if (base.len > 0)
		json_put_stringn(&json, "update_base", base.ptr, base.len);
	if (rec->skip_hours != 0)
		json_put_integer(&json, "skip_hours", (int64_t)rec->skip_hours);
	if (rec->skip_days != 0)
		json_put_integer(&json, "skip_days", (int64_t)rec->skip_days);
	json_end(&json);
}

/* Which columns of feed hold what is shown; the rest (members, hints) may change without being told. */
static int
compare_facts(struct store *store, uint32_t feed, const struct span shown[6], struct span members, struct span hints, bool *shown_differs,
    bool *any_differs)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE,
	    "SELECT title, home_page_url, description, language, icon, format, members, hints FROM feed WHERE id = ?", "u", feed);
	int rc = sql_step(store, stmt);
	const struct span *const all[] = { &shown[0], &shown[1], &shown[2], &shown[3], &shown[4], &shown[5], &members, &hints };

	*shown_differs = *any_differs = false;
	for (int i = 0; rc == 1 && i < 8; i++) {
		struct span old = sql_span(stmt, i);

		if (old.len != all[i]->len || (old.len > 0 && memcmp(old.ptr, all[i]->ptr, old.len) != 0)) {
			*any_differs = true;
			*shown_differs = *shown_differs || i < 6;
		}
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : STORE_OK;
}

static struct span
or_absent(struct span span)
{
	return span.len == 0 ? (struct span){ NULL, 0 } : span;
}

/* What is wrong with a document changes more often than that something is. */
static int
write_fault(struct store_job *job, uint32_t feed, int64_t now_s)
{
	return sql_run(job->store, "UPDATE feed SET fault = ?2, fault_since = CASE WHEN ?2 IS NOT NULL THEN coalesce(fault_since, ?3) END "
	    "WHERE id = ?1 AND fault IS NOT ?2", "usi", feed, or_absent(job->feed.fault), now_s);
}

static int
write_facts(struct store_job *job, uint32_t feed)
{
	const struct rec_feed *rec = &job->feed;
	const struct span shown[6] = { or_absent(rec->title), or_absent(rec->home_page_url), or_absent(rec->description),
	    or_absent(rec->language), or_absent(rec->icon), or_absent(rec->format) };
	struct buf hints = BUF_INIT(HINTS_BYTES);
	struct span hints_span;
	bool any = false;
	int rc;

	write_hints(rec, &hints);
	hints_span = hints.overflow ? SPAN("{}") : (struct span){ hints.ptr, hints.len };
	rc = compare_facts(job->store, feed, shown, rec->members, hints_span, &job->facts_changed, &any);
	if (rc == STORE_OK && any)
		rc = sql_run(job->store, "UPDATE feed SET title = ?2, home_page_url = ?3, description = ?4, language = ?5, icon = ?6, "
		    "format = ?7, members = ?8, hints = ?9 WHERE id = ?1", "ussssssss", feed, shown[0], shown[1], shown[2], shown[3],
		    shown[4], shown[5], rec->members, hints_span);
	buf_free(&hints);
	return rc;
}

/* --- taking in --------------------------------------------------------------------------------------- */

static int
mark(struct store_job *job)
{
	int rc;

	if (job->marked)
		return STORE_OK;
	rc = txn_join(job->store);
	if (rc == STORE_OK)
		rc = txn_mark(job->store, &job->saved);
	job->marked = rc == STORE_OK;
	return rc;
}

/* Nothing of the job stays; of the batch everything, unless the disk or the database itself failed. */
static int
give_up(struct store_job *job, int rc)
{
	store_poll_close(job->store, &job->before);
	if (job->marked && !txn_is_fatal(rc))
		txn_revert(job->store, &job->saved);
	job->marked = false;
	if (txn_is_fatal(rc))
		store_batch_rollback(job->store);
	return rc;
}

/* The home page that links are compared with, whether the feed is known at all, and what the user wants. */
static int
feed_home(struct store_job *job, uint32_t feed, struct span *home, bool *fresh)
{
	sqlite3_stmt *stmt = sql_query(job->store, SQL_WRITE, "SELECT home_page_url, "
	    "NOT EXISTS (SELECT 1 FROM alias WHERE feed = ?1), length(settings) > 2 AND json_extract(settings, '$.mark_updated_unread') "
	    "FROM feed WHERE id = ?1", "u", feed);
	int rc = sql_step(job->store, stmt);

	if (rc == 1) {
		*home = sql_span(stmt, 0);
		copy_span(job->arena, home);
		*fresh = sql_int(stmt, 1) != 0;
		job->unread_again = sql_int(stmt, 2) != 0;
	}
	sql_done(job->store, stmt);
	if (rc == 0)
		return store_fail(job->store, STORE_ENONE, "there is no feed %" PRIu32, feed);
	if (job->has_feed && !job->past && job->feed.home_page_url.len > 0)
		*home = job->feed.home_page_url;
	return rc == 1 ? STORE_OK : rc;
}

int
store_job_apply(struct store_job *job, uint32_t feed, int64_t now_s, struct store_counts *counts)
{
	struct span home = { NULL, 0 };
	bool fresh = false;
	int rc;

	assert(!job->marked);
	*counts = (struct store_counts){ .newest_s = STORE_ABSENT };
	rc = mark(job);
	if (rc == STORE_OK)
		rc = feed_home(job, feed, &home, &fresh);
	if (rc == STORE_OK) {
		store_match_document(job, home);
		rc = store_match_known(job, feed, fresh);
	}
	if (rc == STORE_OK)
		rc = store_write_entries(job, feed, now_s, counts);
	if (rc == STORE_OK && counts->gone > 0 && !job->past)
		rc = store_gone_seen(job, feed);
	if (rc == STORE_OK && job->has_feed && !job->past)
		rc = write_facts(job, feed);
	if (rc == STORE_OK && job->has_feed && !job->past)
		rc = write_fault(job, feed, now_s);
	return rc == STORE_OK ? rc : give_up(job, rc);
}

int
store_job_known(struct store_job *job, uint32_t feed, struct store_known *known)
{
	int rc = mark(job);

	if (rc == STORE_OK && job->before.stmt == NULL)
		rc = store_poll_read(job->store, feed, &job->before);
	if (rc != STORE_OK)
		return give_up(job, rc);
	*known = job->before.known;
	return STORE_OK;
}

/* From the order of time alone in entry.ord, which the index has: the entries themselves are not read. */
int
store_job_history(struct store_job *job, uint32_t feed, int64_t now_s, int64_t since_s, int64_t bin_s, int64_t *times,
    int64_t *oldest_s)
{
	sqlite3_stmt *stmt = sql_query(job->store, SQL_WRITE, "SELECT count(DISTINCT CASE WHEN at >= ?2 THEN at / ?3 END), min(at) "
	    "FROM (SELECT ord >> ?5 AS at FROM entry INDEXED BY entry_feed WHERE feed = ?1 ORDER BY ord DESC LIMIT ?4)", "uiiud", feed,
	    since_s, bin_s, (uint32_t)STORE_HISTORY_MAX, (int)STORE_ORD_BITS);
	int rc = sql_step(job->store, stmt);

	if (rc == 1) {
		*times = sql_int(stmt, 0);
		*oldest_s = sql_time(stmt, 1);
		if (*oldest_s == STORE_ABSENT)
			*oldest_s = now_s;
		else if (*oldest_s < since_s)
			*oldest_s = since_s;
	}
	sql_done(job->store, stmt);
	return rc < 0 ? give_up(job, rc) : STORE_OK;
}

int
store_job_pauses(struct store_job *job, uint32_t feed, unsigned count, int64_t *newest_s, int64_t *longest_s)
{
	sqlite3_stmt *stmt = sql_query(job->store, SQL_WRITE, "SELECT ord >> ?3 FROM entry INDEXED BY entry_feed WHERE feed = ?1 "
	    "ORDER BY ord DESC LIMIT ?2", "uud", feed, (uint32_t)count, (int)STORE_ORD_BITS);
	int64_t later_s = STORE_ABSENT;
	int rc;

	*newest_s = STORE_ABSENT;
	*longest_s = 0;
	for (rc = sql_step(job->store, stmt); rc == 1; rc = sql_step(job->store, stmt)) {
		int64_t at_s = sql_int(stmt, 0);

		if (later_s == STORE_ABSENT)
			*newest_s = at_s;
		else if (later_s - at_s > *longest_s)
			*longest_s = later_s - at_s;
		later_s = at_s;
	}
	sql_done(job->store, stmt);
	return rc < 0 ? give_up(job, rc) : STORE_OK;
}

/* What has been written since the mark stays, unless something failed. */
static int
close_job(struct store_job *job, int rc)
{
	if (rc == STORE_OK)
		rc = txn_release(job->store);
	if (rc != STORE_OK)
		return give_up(job, rc);
	job->marked = false;
	return STORE_OK;
}

int
store_job_finish(struct store_job *job, uint32_t feed, const struct rec_done *done, const struct store_poll *poll, bool *moved)
{
	struct store_known known;
	bool ignored = false;
	int rc = store_job_known(job, feed, &known);

	if (rc != STORE_OK)
		return rc;
	if (moved == NULL)
		moved = &ignored;
	*moved = false;
	rc = store_poll_write(job->store, feed, done, poll, &job->before, job->facts_changed, moved);
	if (rc == STORE_OK && done->outcome == OUTCOME_OK)
		rc = store_gone_absent(job, feed, poll->at_s);
	store_poll_close(job->store, &job->before);
	return close_job(job, rc);
}

int
store_job_keep(struct store_job *job, uint32_t feed, int64_t now_s)
{
	int rc = STORE_OK;

	if (job->facts_changed)
		rc = store_log(job->store, STORE_FEED_CHANGED, feed, 0, SPAN("facts"), now_s, NULL);
	return close_job(job, rc);
}

void
store_job_hub(const struct store_job *job, struct span *hub, struct span *self_url)
{
	*hub = *self_url = (struct span){ NULL, 0 };
	if (!job->has_feed)
		return;
	*hub = job->feed.hub;
	*self_url = job->feed.self_url;
}
