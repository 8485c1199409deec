/* store-feed-edit - subscribing and changing. */
#include <inttypes.h>
#include <stdlib.h>

#include "daemon/core/store-feed.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-sql.h"
#include "feeds/url.h"

int
store_check_name(struct store *store, const char *subject, struct span name)
{
	if (name.len == 0 || name.len > STORE_NAME_BYTES)
		return store_fail(store, STORE_EVALUE, "a %s has 1 to %d bytes", subject, STORE_NAME_BYTES);
	for (size_t i = 0; i < name.len; i++) {
		if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f)
			return store_fail(store, STORE_EVALUE, "a %s has no control characters", subject);
	}
	return STORE_OK;
}

static int
check_url(struct store *store, struct span url)
{
	if (url.len == 0 || url.len > URL_BYTES_MAX)
		return store_fail(store, STORE_EVALUE, "a feed's url has 1 to %d bytes", URL_BYTES_MAX);
	return STORE_OK;
}

static int
check_tags(struct store *store, const struct span_list *tags)
{
	int rc = STORE_OK;

	for (size_t i = 0; tags != NULL && i < tags->count && rc == STORE_OK; i++)
		rc = store_check_name(store, "tag", tags->items[i]);
	return rc;
}

static struct span
or_absent(struct span span)
{
	return span.len == 0 ? (struct span){ NULL, 0 } : span;
}

/* 1 and the feed that lives or began at this url, 0, or an error. */
static int
owner_of(struct store *store, struct span url, uint32_t *feed)
{
	int64_t id = 0;
	int rc = sql_get(store, SQL_WRITE, "SELECT id FROM feed WHERE url = ?", &id, "s", url);

	if (rc == STORE_ENONE)
		rc = sql_get(store, SQL_WRITE, "SELECT id FROM feed WHERE original_url = ?", &id, "s", url);
	*feed = (uint32_t)id;
	return rc == STORE_OK ? 1 : rc == STORE_ENONE ? 0 : rc;
}

static int
already(struct store *store, struct span url, uint32_t feed)
{
	return store_fail(store, STORE_EEXIST, "%.*s is feed %" PRIu32 " already", (int)(url.len < 300 ? url.len : 300), url.ptr, feed);
}

static int
add_tags(struct store *store, uint32_t feed, const struct span_list *tags)
{
	int rc = STORE_OK;

	for (size_t i = 0; i < tags->count && rc == STORE_OK; i++)
		rc = sql_run(store, "INSERT OR IGNORE INTO feed_tag(tag, feed) VALUES (?, ?)", "su", tags->items[i], feed);
	return rc;
}

static int
insert(struct store *store, const struct store_feed_new *new, uint32_t feed)
{
	struct span settings = new->settings.len > 0 ? new->settings : SPAN("{}");
	int rc;

	rc = sql_run(store, "INSERT INTO feed(id, url, user_title, settings, added, paused) VALUES (?, ?, ?, ?, ?, ?)", "usssid", feed, new->url,
	    or_absent(new->user_title), settings, new->now_s, (int)new->paused);
	if (rc == STORE_OK)
		rc = sql_run(store, "INSERT INTO feed_state(feed, next_poll) VALUES (?, ?)", "ua", feed,
		    new->paused || new->next_poll_s == STORE_NEVER ? STORE_ABSENT : new->next_poll_s);
	if (rc == STORE_OK)
		rc = sql_run(store, "INSERT INTO feed_count(feed) VALUES (?)", "u", feed);
	if (rc == STORE_OK)
		rc = add_tags(store, feed, &new->tags);
	if (rc == STORE_OK)
		rc = store_log(store, STORE_FEED_ADDED, feed, 0, (struct span){ NULL, 0 }, new->now_s, NULL);
	return rc;
}

int
store_feed_add(struct store *store, const struct store_feed_new *new, uint32_t *feed)
{
	bool own;
	int rc;

	if (check_url(store, new->url) != STORE_OK || check_tags(store, &new->tags) != STORE_OK)
		return store->status;
	rc = txn_enter(store, &own);
	if (rc == STORE_OK)
		rc = owner_of(store, new->url, feed);
	if (rc == 1)
		rc = already(store, new->url, *feed);
	else if (rc == 0 && store->counter.feed >= STORE_ITEM_MAX)
		rc = store_fail(store, STORE_EVALUE, "no feed ids are left");
	else if (rc == 0) {
		*feed = (uint32_t)++store->counter.feed;
		store->counter.feeds++;
		rc = insert(store, new, *feed);
	}
	return txn_leave(store, own, rc);
}

/* --- changing ------------------------------------------------------------------------------------ */

static int
check_edit(struct store *store, uint32_t feed, const struct store_feed_edit *edit)
{
	uint32_t owner;
	int64_t ignored;
	int rc;

	if ((edit->url != NULL && check_url(store, *edit->url) != STORE_OK) || check_tags(store, edit->tags) != STORE_OK ||
	    check_tags(store, edit->add_tags) != STORE_OK)
		return store->status;
	rc = sql_get(store, SQL_WRITE, "SELECT 1 FROM feed WHERE id = ?", &ignored, "u", feed);
	if (rc == STORE_ENONE)
		return store_fail(store, rc, "there is no feed %" PRIu32, feed);
	if (rc != STORE_OK || edit->url == NULL)
		return rc;
	rc = owner_of(store, *edit->url, &owner);
	return rc == 1 ? (owner == feed ? STORE_OK : already(store, *edit->url, owner)) : rc;
}

static int
set_url(struct store *store, uint32_t feed, const struct store_feed_edit *edit)
{
	int64_t ignored;
	int rc;

	if (edit->url == NULL)
		return STORE_OK;
	rc = sql_get(store, SQL_WRITE, "SELECT 1 FROM feed WHERE id = ? AND url = ?", &ignored, "us", feed, *edit->url);
	if (rc == STORE_ENONE)
		rc = store_move_undo(store, feed, *edit->url, edit->now_s);
	/* what it was subscribed as is still that if it goes back on its way */
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE feed SET url = ?2, original_url = CASE WHEN EXISTS (SELECT 1 FROM move WHERE feed = ?1 AND "
		    "?2 IN (old_url, new_url)) THEN nullif(original_url, ?2) END WHERE id = ?1", "us", feed, *edit->url);
	/* what the old url's server said does not hold for the new one */
	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE feed_state SET validators_url = NULL, etag = NULL, last_modified = NULL, body_hash = NULL, "
		    "moved_url = NULL, moving_since = NULL, retry = NULL, crashes = 0, error_status = NULL WHERE feed = ?", "u", feed);
	return rc;
}

static int
set_texts(struct store *store, uint32_t feed, const struct store_feed_edit *edit)
{
	int rc = STORE_OK;

	if (edit->user_title != NULL)
		rc = sql_run(store, "UPDATE feed SET user_title = ?2 WHERE id = ?1", "us", feed, or_absent(*edit->user_title));
	if (rc == STORE_OK && edit->settings != NULL)
		rc = sql_run(store, "UPDATE feed SET settings = ?2 WHERE id = ?1", "us", feed, *edit->settings);
	if (rc == STORE_OK && edit->tags != NULL)
		rc = sql_run(store, "DELETE FROM feed_tag WHERE feed = ?", "u", feed);
	if (rc == STORE_OK && edit->tags != NULL)
		rc = add_tags(store, feed, edit->tags);
	if (rc == STORE_OK && edit->add_tags != NULL)
		rc = add_tags(store, feed, edit->add_tags);
	return rc;
}

static int
set_times(struct store *store, uint32_t feed, const struct store_feed_edit *edit)
{
	int rc = STORE_OK;

	if (edit->paused != NULL)
		rc = sql_run(store, "UPDATE feed SET paused = ?2, gone = gone AND ?2 WHERE id = ?1", "ud", feed, (int)*edit->paused);
	if (rc == STORE_OK && edit->paused != NULL)
		rc = sql_run(store, "UPDATE feed_state SET why = CASE WHEN next_poll IS NULL THEN ?4 ELSE why END, "
		    "quarantine = CASE WHEN ?2 THEN quarantine END, next_poll = CASE WHEN ?2 THEN NULL ELSE coalesce(next_poll, ?3) END "
		    "WHERE feed = ?1", "udii", feed,
		    (int)*edit->paused, edit->now_s, edit->why);
	if (rc == STORE_OK && edit->next_poll_s != NULL)
		rc = sql_run(store, "UPDATE feed_state SET next_poll = ?2, why = ?3, quarantine = NULL WHERE feed = ?1", "uai", feed,
		    *edit->next_poll_s == STORE_NEVER ? STORE_ABSENT : *edit->next_poll_s, edit->why);
	return rc;
}

int
store_feed_edit(struct store *store, uint32_t feed, const struct store_feed_edit *edit)
{
	bool own, logged = edit->url != NULL || edit->user_title != NULL || edit->settings != NULL || edit->tags != NULL ||
	    edit->add_tags != NULL || edit->paused != NULL;
	int rc = txn_enter(store, &own);

	if (rc == STORE_OK)
		rc = check_edit(store, feed, edit);
	if (rc == STORE_OK)
		rc = set_url(store, feed, edit);
	if (rc == STORE_OK)
		rc = set_texts(store, feed, edit);
	if (rc == STORE_OK)
		rc = set_times(store, feed, edit);
	if (rc == STORE_OK && logged)
		rc = store_log(store, STORE_FEED_CHANGED, feed, 0, SPAN("settings"), edit->now_s, NULL);
	return txn_leave(store, own, rc);
}
