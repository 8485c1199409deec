/* store-poll - the outcome of a fetch becomes the state of its feed. */
#include <inttypes.h>
#include <string.h>

#include "daemon/core/store-item.h"
#include "daemon/core/store-job-private.h"
#include "daemon/core/store-sql.h"

int
store_poll_read(struct store *store, uint32_t feed, struct before *before)
{
	struct span word;
	int rc;

	before->stmt = sql_query(store, SQL_WRITE, "SELECT s.failures, f.gone, s.error_word, s.moved_url, f.url, f.hints, s.posts, "
	    "s.watched, s.last_success, s.body_hash IS NOT NULL AND s.etag IS NULL AND s.last_modified IS NULL, "
	    "s.crashes, s.quarantine IS NOT NULL, s.error_status, f.added, s.quiet_until, s.silent_since, f.paused "
	    "FROM feed_state s JOIN feed f ON f.id = s.feed WHERE s.feed = ?", "u", feed);
	rc = sql_step(store, before->stmt);
	if (rc != 1) {
		store_poll_close(store, before);
		return rc == 0 ? store_fail(store, STORE_ENONE, "there is no feed %" PRIu32, feed) : rc;
	}
	before->failures = sql_int(before->stmt, 0);
	before->gone = sql_int(before->stmt, 1) != 0;
	word = sql_span(before->stmt, 2);
	sqlite3_snprintf(sizeof before->word, before->word, "%.*s", (int)word.len, word.ptr != NULL ? word.ptr : "");
	before->moved_url = sql_span(before->stmt, 3);
	before->url = sql_span(before->stmt, 4);
	before->known = (struct store_known){
		.url = before->url, .hints = sql_span(before->stmt, 5), .posts_u = sql_int(before->stmt, 6), .watched_s = sql_int(before->stmt, 7),
		.last_success_s = sql_time(before->stmt, 8), .failures = before->failures,
		.unconditional = sql_int(before->stmt, 9) != 0, .crashes = sql_int(before->stmt, 10), .status = sql_int(before->stmt, 12),
		.added_s = sql_int(before->stmt, 13), .quiet_until_s = sql_time(before->stmt, 14), .silent_since_s = sql_time(before->stmt, 15)
	};
	before->quarantined = sql_int(before->stmt, 11) != 0;
	before->paused = sql_int(before->stmt, 16) != 0;
	return STORE_OK;
}

void
store_poll_close(struct store *store, struct before *before)
{
	if (before->stmt != NULL)
		sql_done(store, before->stmt);
	before->stmt = NULL;
}

/* It may have been paused while it was polled. */
static int64_t
next_of(const struct store_poll *poll, const struct before *before)
{
	return before->paused || poll->gone || poll->next_poll_s == STORE_NEVER ? STORE_ABSENT : poll->next_poll_s;
}

static int
poll_well(struct store *store, uint32_t feed, const struct store_poll *poll, const struct before *before)
{
	int64_t posts = poll->watched_s > 0 ? poll->posts_u : STORE_ABSENT, watched = poll->watched_s > 0 ? poll->watched_s : STORE_ABSENT;

	return sql_run(store, "UPDATE feed_state SET next_poll = ?2, last_poll = ?3, last_success = ?3, interval = ?4, retry = ?5, "
	    "polls = polls + 1, failures = 0, since = NULL, error_status = NULL, error_word = NULL, error_message = NULL, why = ?6, "
	    "posts = coalesce(?7, posts), watched = coalesce(?8, watched) WHERE feed = ?1", "uaiaaiaa", feed, next_of(poll, before),
	    poll->at_s, poll->interval_s, poll->retry_s, poll->why, posts, watched);
}

static int
poll_failed(struct store *store, uint32_t feed, const struct rec_done *done, const struct store_poll *poll, const struct before *before)
{
	return sql_run(store, "UPDATE feed_state SET next_poll = ?2, last_poll = ?3, interval = ?4, retry = ?5, "
	    "since = CASE WHEN failures = 0 THEN ?3 ELSE since END, failures = failures + 1, error_status = ?6, error_word = ?7, "
	    "error_message = ?8, moved_url = NULL, moving_since = NULL, why = ?9 WHERE feed = ?1", "uaiaaassi", feed, next_of(poll, before),
	    poll->at_s, poll->interval_s, poll->retry_s, done->http_status != 0 ? (int64_t)done->http_status : STORE_ABSENT,
	    SPAN(outcome_word((enum outcome)done->outcome)), done->message, poll->why);
}

/* Not a 304, but the same body in full: what a 200 says, or does not say, replaces what was known. */
static bool
sent_again(const struct rec_done *done)
{
	return done->outcome == OUTCOME_NOT_MODIFIED && (done->http_status == 200 || done->http_status == 203);
}

/* RFC 9110 section 13: a 304 may renew a validator, and leaves those it does not name. */
static int
keep_validators(struct store *store, uint32_t feed, const struct rec_done *done)
{
	if (done->etag.ptr == NULL && done->last_modified.ptr == NULL)
		return STORE_OK;
	return sql_run(store, "UPDATE feed_state SET etag = coalesce(?2, etag), last_modified = coalesce(?3, last_modified) "
	    "WHERE feed = ?1", "uss", feed, done->etag, done->last_modified);
}

static int
new_validators(struct store *store, uint32_t feed, const struct rec_done *done, struct span url)
{
	return sql_run(store, "UPDATE feed_state SET validators_url = ?2, etag = ?3, last_modified = ?4, body_hash = ?5 WHERE feed = ?1",
	    "usssi", feed, done->final_url.ptr != NULL ? done->final_url : url, done->etag, done->last_modified,
	    (int64_t)done->body_hash);
}

static bool
silence_differs(const struct store_poll *poll, const struct store_known *known)
{
	return poll->quiet_until_s != 0 && (poll->silent_since_s == STORE_ABSENT) != (known->silent_since_s == STORE_ABSENT);
}

/* Seldom different. */
static int
write_silence(struct store *store, uint32_t feed, const struct store_poll *poll, const struct store_known *known)
{
	if (poll->quiet_until_s == 0 || (poll->quiet_until_s == known->quiet_until_s && poll->silent_since_s == known->silent_since_s))
		return STORE_OK;
	return sql_run(store, "UPDATE feed_state SET quiet_until = ?2, silent_since = ?3 WHERE feed = ?1", "uaa", feed, poll->quiet_until_s,
	    poll->silent_since_s);
}

static int
write_outcome(struct store *store, uint32_t feed, const struct rec_done *done, const struct store_poll *poll,
    const struct before *before, bool *moved)
{
	bool well = done->outcome == OUTCOME_OK || done->outcome == OUTCOME_NOT_MODIFIED;
	int rc = well ? poll_well(store, feed, poll, before) : poll_failed(store, feed, done, poll, before);

	if (rc == STORE_OK && (done->outcome == OUTCOME_OK || sent_again(done)))
		rc = new_validators(store, feed, done, before->url);
	else if (rc == STORE_OK && done->outcome == OUTCOME_NOT_MODIFIED)
		rc = keep_validators(store, feed, done);
	if (rc == STORE_OK && well)
		rc = write_silence(store, feed, poll, &before->known);
	if (rc == STORE_OK && well)
		rc = store_move_follow(store, feed, done->permanent_url, poll, before, moved);
	if (rc == STORE_OK && (poll->crashes != before->known.crashes || (poll->quarantine.ptr != NULL) != before->quarantined))
		rc = sql_run(store, "UPDATE feed_state SET crashes = ?2, quarantine = ?3 WHERE feed = ?1", "uis", feed, poll->crashes,
		    poll->quarantine);
	if (rc == STORE_OK && poll->gone != before->gone)
		rc = sql_run(store, "UPDATE feed SET gone = ?2 WHERE id = ?1", "ud", feed, (int)poll->gone);
	return rc;
}

/* The word for what is different now, or NULL. */
static const char *
told(const struct rec_done *done, const struct store_poll *poll, const struct before *before, bool moved, bool facts)
{
	bool well = done->outcome == OUTCOME_OK || done->outcome == OUTCOME_NOT_MODIFIED;

	if (moved)
		return "url";
	if (well != (before->failures == 0) || poll->gone != before->gone || (poll->quarantine.ptr != NULL) != before->quarantined ||
	    (well && silence_differs(poll, &before->known)) || (!well && strcmp(before->word, outcome_word((enum outcome)done->outcome)) != 0))
		return "health";
	return facts ? "facts" : NULL;
}

int
store_poll_write(struct store *store, uint32_t feed, const struct rec_done *done, const struct store_poll *poll,
    const struct before *before, bool facts, bool *moved)
{
	int rc = write_outcome(store, feed, done, poll, before, moved);
	const char *word = told(done, poll, before, *moved, facts);

	if (rc == STORE_OK && word != NULL)
		rc = store_log(store, STORE_FEED_CHANGED, feed, 0, SPAN(word), poll->at_s, NULL);
	return rc;
}
