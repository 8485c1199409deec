/* rpc-set - feed.set: keys that are columns of the feed, all others are settings. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/poll.h"
#include "daemon/core/retain.h"
#include "daemon/core/rpc.h"
#include "daemon/core/schedule.h"
#include "daemon/core/selector.h"
#include "daemon/core/settings.h"
#include "daemon/core/store-feed.h"
#include "feeds/url.h"

enum { ARENA_BYTES = 1 << 20 };

/* What is being changed; the edit points into it. */
struct set {
	struct store_feed_edit edit;
	struct span	 url, title, settings_span;
	struct span_list tags;
	bool		 paused;	/* as wanted */
	bool		 stopped, gone;	/* until now: paused or gone; gone */
	json_t		*settings;
	struct arena	*arena;
	char		 error[SETTINGS_ERROR_BYTES];
	const char	*word;
	struct url_login login;		/* that url had */
	int64_t		 last_poll_s, retry_s, next_poll_s;
};

static int
set_refuse(struct set *set, const char *word, const char *message)
{
	set->word = word;
	snprintf(set->error, sizeof set->error, "%s", message);
	return -1;
}

static int
set_title(struct set *set, const json_t *value)
{
	if (!json_is_string(value) && !json_is_null(value))
		return set_refuse(set, "bad-value", "title: must be text");
	set->title = json_is_null(value) ? SPAN("") : rpc_text(value);
	set->edit.user_title = &set->title;
	return 0;
}

static int
set_url(struct set *set, const json_t *value)
{
	const char *url = url_normalise(set->arena, json_string_value(value), &set->login);

	if (url == NULL || strlen(url) > RECORD_URL_MAX)
		return set_refuse(set, "bad-url", "url: must be an http: or https: URL");
	set->url = SPAN(url);
	set->edit.url = &set->url;
	return 0;
}

static bool
is_blank(char chr)
{
	return chr == ' ' || (chr >= '\t' && chr <= '\r');
}

/* One word of a list that people write: without the blanks around it. */
static struct span
trim(const char *ptr, size_t len)
{
	while (len > 0 && is_blank(ptr[0])) {
		ptr++;
		len--;
	}
	while (len > 0 && is_blank(ptr[len - 1]))
		len--;
	return (struct span){ ptr, len };
}

static int
check_tags(struct set *set)
{
	for (size_t i = 0; i < set->tags.count; i++)
		if (rpc_is_entry_tag(set->tags.items[i]))
			return set_refuse(set, "bad-value", "tags: " RPC_ENTRY_TAG);
	return 0;
}

/* An array, or words separated by commas. */
static int
set_tags(struct set *set, const json_t *value)
{
	size_t capacity = 0;

	for (size_t i = 0; i < json_array_size(value); i++)
		if (!json_is_string(json_array_get(value, i)))
			return set_refuse(set, "bad-value", "tags: must be an array of strings");
	set->edit.tags = &set->tags;
	if (json_is_array(value)) {
		set->tags = rpc_texts(value, set->arena);
		return check_tags(set);
	}
	if (!json_is_string(value) && !json_is_null(value))
		return set_refuse(set, "bad-value", "tags: must be an array of strings");
	for (const char *tag = json_is_null(value) ? "" : json_string_value(value); *tag != '\0';) {
		size_t len = strcspn(tag, ",");
		const struct span word = trim(tag, len);
		struct span *item;

		if (word.len > 0) {
			item = arena_push(set->arena, &set->tags.items, &set->tags.count, &capacity, sizeof *item);
			*item = word;
		}
		tag += len + (tag[len] == ',');
	}
	return check_tags(set);
}

static int
set_paused(struct set *set, const json_t *value)
{
	set->edit.paused = &set->paused;
	if (rpc_switch(value, &set->paused))
		return 0;
	return set_refuse(set, "bad-value", "paused: must be yes or no");
}

/* Keys that are no settings. */
static const struct { const char *key; int (*set)(struct set *, const json_t *value); } set_rows[] = {
	{ "title", set_title }, { "url", set_url }, { "tags", set_tags }, { "paused", set_paused }
};

static int
set_key(struct set *set, const char *key, const json_t *value)
{
	for (size_t i = 0; i < sizeof set_rows / sizeof set_rows[0]; i++)
		if (strcmp(set_rows[i].key, key) == 0)
			return set_rows[i].set(set, value);
	set->word = "bad-value";
	return settings_set(set->settings, key, value, set->error);
}

static int
load_settings(void *arg, const struct store_feed *feed)
{
	struct set *set = arg;

	set->settings = settings_load(feed->settings);
	set->stopped = feed->paused || feed->gone;
	set->gone = feed->gone && !feed->paused;
	set->last_poll_s = feed->last_poll_s;
	set->retry_s = feed->retry_s;
	return 0;
}

/* Another interval counts from the last poll on. */
static void
set_next(struct rpc_call *call, struct set *set)
{
	int64_t interval_s = settings_interval(set->settings), min_s = call->core->conf.min_interval_s;

	if (set->last_poll_s == STORE_ABSENT || set->stopped)
		return;
	set->next_poll_s = set->last_poll_s + (interval_s > min_s ? interval_s : min_s);
	set->edit.why = schedule_why(interval_s > min_s ? SCHEDULE_USER : SCHEDULE_LEAST, set->next_poll_s - set->last_poll_s);
	if (set->retry_s != STORE_ABSENT && set->retry_s > set->next_poll_s) {
		set->next_poll_s = set->retry_s;
		set->edit.why = schedule_why(SCHEDULE_RETRY, set->retry_s - set->last_poll_s);
	}
	set->edit.next_poll_s = &set->next_poll_s;
}

/* Another URL is looked at now, even if what was at the old one is gone. */
static void
set_due(struct set *set)
{
	if (set->gone) {
		set->paused = false;
		set->edit.paused = &set->paused;
	} else if (!set->stopped) {
		set->next_poll_s = loop_wall_s();
		set->edit.next_poll_s = &set->next_poll_s;
	}
}

/* A setting is changed if the text of all is. */
static int
write_set(struct rpc_call *call, uint32_t feed, struct set *set, bool settings)
{
	char *text = settings_text(set->settings);
	int status;

	set->settings_span = SPAN(text);
	if (settings)
		set->edit.settings = &set->settings_span;
	set->edit.now_s = loop_wall_s();
	core_before_change(call->core);
	status = store_feed_edit(call->core->store, feed, &set->edit);
	free(text);
	return status;
}

static void
run_set(struct rpc_call *call, uint32_t feed, struct set *set)
{
	json_t *value;
	const char *key;
	bool settings = false, interval = false, kept = false;
	int status;

	json_object_foreach(rpc_param(call, "set"), key, value) {
		settings |= settings_is_key(key);
		interval |= strcmp(key, "interval") == 0;
		kept |= strncmp(key, "keep_", strlen("keep_")) == 0;
		if (set_key(set, key, value) == -1) {
			rpc_fail(call, set->word, "%s", set->error);
			return;
		}
	}
	set->edit.why = schedule_why(SCHEDULE_ASKED, 0);
	settings |= set->login.name != NULL;
	if (settings_login(set->settings, rpc_param(call, "set"), &set->login, set->error) == -1) {
		rpc_fail(call, "bad-value", "%s", set->error);
		return;
	}
	if (interval && (set->edit.paused == NULL || !set->paused))
		set_next(call, set);
	if (set->edit.url != NULL && set->edit.paused == NULL)
		set_due(set);
	status = write_set(call, feed, set, settings);
	if (status != STORE_OK) {
		selector_fail(call, status);
		return;
	}
	poll_rescan(call->core->poll);
	if (kept)
		retain_now(call->core->retain);
	core_changed(call->core);
	selector_answer(call, feed);
}

static void
feed_set(struct rpc_call *call)
{
	struct set set = { 0 };
	uint32_t feed;

	if (!selector_feed(call, rpc_param(call, "feed"), &feed))
		return;
	store_feed_get(call->core->store, feed, load_settings, &set);
	if (set.settings == NULL) {
		rpc_fail(call, "no-such-feed", "there is no feed %" PRIu32, feed);
		return;
	}
	set.arena = arena_new(ARENA_BYTES);
	run_set(call, feed, &set);
	arena_free(set.arena);
	json_decref(set.settings);
}

const struct rpc_method rpc_set_methods[] = {
	{ "feed.set", feed_set, { { "feed", RPC_FEED, true }, { "set", RPC_OBJECT, true } }, RPC_CHANGES },
	{ .name = NULL }
};
