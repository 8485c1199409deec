/* acts-feed - what is done with feeds whatever view they are seen in. */
#include <stdio.h>
#include <string.h>

#include "contrib/gazette/acts-private.h"
#include "contrib/gazette/text.h"

enum { TEXT_BYTES = 4096 };

/* The feed; NULL, which is said, if there is none. */
static const struct feed *
feed_of(struct view *view)
{
	struct subject subject = acts_subject(view);
	const struct feed *feed = feedset_find(reader_feeds(view->reader), subject.feed);

	if (feed == NULL)
		reader_say(view->reader, TERM_PLAIN, "there is no feed here");
	return feed;
}

/* What the daemon says no to; true if it did. */
static bool
complain(struct reader *reader, const char *what, const struct client_error *error)
{
	if (error == NULL)
		return false;
	reader_say(reader, TERM_ERROR, "%s: %s", what, error->code == CLIENT_ELOST ? "the daemon went away before it answered" :
	    error->message);
	return true;
}

static void
say_title(struct reader *reader, const char *what, const json_t *result)
{
	struct buf title = BUF_INIT(TEXT_BYTES);

	text_clean(json_string_value(json_object_get(json_object_get(result, "feed"), "title")), &title);
	reader_say(reader, TERM_PLAIN, "%s %s", what, buf_str(&title));
	buf_free(&title);
}

/* --- adding --------------------------------------------------------------------------------- */

static void
got_added(void *owner, json_t *result, const struct client_error *error)
{
	struct reader *reader = owner;

	reader_progress(reader, "");
	if (!complain(reader, "add", error))
		say_title(reader, "subscribed to", result);
	reader_show(reader);
}

static void
add(struct view *view, const char *text)
{
	size_t len = strcspn(text, " ");
	json_t *tags = json_array(), *none = json_array();

	acts_split_tags(text + len + strspn(text + len, " "), tags, none);
	json_decref(none);
	if (len == 0) {
		json_decref(tags);
		return;
	}
	reader_progress(view->reader, "looking for the feed…");
	acts_ask(view, "feed.add", json_pack("{s:s%, s:o}", "url", text, len, "tags", tags), got_added);
}

void
acts_add(struct view *view)
{
	reader_ask_line(view->reader, view, "add (URL TAG ...): ", "", SIZE_MAX, add);
}

/* --- removing ------------------------------------------------------------------------------- */

static void
got_removed(void *owner, json_t *result, const struct client_error *error)
{
	struct reader *reader = owner;

	if (!complain(reader, "remove", error))
		reader_say(reader, TERM_PLAIN, "unsubscribed, with %lld entries",
		    (long long)json_integer_value(json_object_get(result, "items")));
	reader_show(reader);
}

/* The feed that was asked about, whatever the cursor is on by now. */
static void
remove_feed(struct view *view)
{
	acts_ask(view, "feed.remove", json_pack("{s:I}", "feed", (json_int_t)view->about), got_removed);
}

static void
got_search_removed(void *owner, json_t *result, const struct client_error *error)
{
	struct view *view = owner;

	(void)result;
	if (!complain(view->reader, "remove", error))
		reader_say(view->reader, TERM_PLAIN, "the saved search is removed");
	if (view->ops->resume != NULL)
		view->ops->resume(view);	/* it asks which there are */
	reader_show(view->reader);
}

static void
remove_search(struct view *view)
{
	const char *name = acts_subject(view).search;

	if (name != NULL && !session_ask(reader_session(view->reader), "search.remove", json_pack("{s:s}", "name", name),
	    got_search_removed, view))
		reader_say(view->reader, TERM_ERROR, "not while the daemon is away");
}

void
acts_remove(struct view *view)
{
	const char *search = acts_subject(view).search;
	const struct feed *feed = search == NULL ? feed_of(view) : NULL;
	char question[STATUS_TEXT_BYTES];

	if (search != NULL) {
		snprintf(question, sizeof(question), "remove the saved search %.300s?", search);
		reader_ask_yes(view->reader, view, question, remove_search);
	}
	if (feed == NULL)
		return;
	view->about = feed->id;
	snprintf(question, sizeof(question), "unsubscribe %.300s and delete its %lld entries?", feed->title, (long long)feed->total);
	reader_ask_yes(view->reader, view, question, remove_feed);
}

/* --- changing ------------------------------------------------------------------------------- */

static void
got_set(void *owner, json_t *result, const struct client_error *error)
{
	struct reader *reader = owner;

	if (!complain(reader, "feed", error))
		say_title(reader, "changed:", result);
	reader_show(reader);
}

static void
got_paused(void *owner, json_t *result, const struct client_error *error)
{
	struct reader *reader = owner;
	bool paused = json_is_true(json_object_get(json_object_get(result, "feed"), "paused"));

	if (!complain(reader, "pause", error))
		say_title(reader, paused ? "paused, no more polled:" : "polled again:", result);
	reader_show(reader);
}

/* Takes value. */
static void
set(struct view *view, const struct feed *feed, const char *key, json_t *value, session_reply reply)
{
	acts_ask(view, "feed.set", json_pack("{s:I, s:{s:o}}", "feed", (json_int_t)feed->id, "set", key, value), reply);
}

void
acts_pause(struct view *view)
{
	const struct feed *feed = feed_of(view);

	if (feed != NULL)
		set(view, feed, "paused", json_boolean(feed->health != FEED_PAUSED), got_paused);
}

static void
set_key(struct view *view, const char *text)
{
	const struct feed *feed = feed_of(view);
	char key[STATUS_TEXT_BYTES];
	size_t len = strcspn(text, " ");

	if (feed == NULL || len == 0)
		return;
	snprintf(key, sizeof(key), "%.*s", (int)len, text);
	set(view, feed, key, json_string(text + len + strspn(text + len, " ")), got_set);
}

void
acts_feed_set(struct view *view)
{
	reader_ask_line(view->reader, view, "feed: ", "", SIZE_MAX, set_key);
}

static bool
has(const json_t *tags, const char *tag)
{
	size_t row;
	json_t *value;

	json_array_foreach(tags, row, value)
		if (strcmp(json_string_value(value), tag) == 0)
			return true;
	return false;
}

/* Those it has, without what is removed, and what is added. */
static void
set_tags(struct view *view, const char *text)
{
	const struct feed *feed = feed_of(view);
	const struct feedset *set_of = reader_feeds(view->reader);
	json_t *tags = json_array(), *remove = json_array();

	acts_split_tags(text, tags, remove);
	for (size_t at = 0; feed != NULL && at < feed->n_tags; at++) {
		const char *tag = set_of->tags[feed->tags[at]].tag;

		if (!has(remove, tag) && !has(tags, tag))
			json_array_append_new(tags, json_string(tag));
	}
	json_decref(remove);
	if (feed != NULL)
		set(view, feed, "tags", tags, got_set);
	else
		json_decref(tags);
}

void
acts_feed_tag(struct view *view)
{
	reader_ask_line(view->reader, view, "tags of the feed (+news -news): ", "", SIZE_MAX, set_tags);
}

void
acts_settings(struct view *view)
{
	const struct feed *feed = feed_of(view);

	if (feed != NULL)
		view_settings_open(view->reader, feed->id);
}
