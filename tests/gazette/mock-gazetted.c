/*
 * mock-gazetted - speaks gazette-protocol(7) about news that it invents: for tests of the reader, which need a daemon that does
 * exactly what they say, at any size, at once.
 *
 *	mock-gazetted SOCKET FEEDS ITEMS
 *
 * Entry i of ITEMS (1 is the oldest) belongs to feed i % FEEDS + 1. They came one a second, the last of them twelve and a half
 * hours ago. All are unread.
 * Queries: any of "*", "is:unread", "feed:N", "tag:"even"", "id:N" (OR-ed in parentheses), "-id:N", "story:N", and a word in parentheses that
 * the title must hold, a * at its end or not; "bad" is a mistake at its first byte.
 *
 * Lines on standard input steer it:
 *	new FEED COUNT		so many entries come, unread
 *	title ITEM TEXT		an entry is updated; \xHH in TEXT is a byte
 *	remove ITEM		an entry is removed
 *	fail FEED TEXT		a feed fails with this message
 *	add TITLE		a feed is added
 *	read ITEM		another client marks it read
 *	away, back		the daemon is gone: connections end, none is taken; it is there again
 *	edit ITEM FILE		it is edited: the file is its text now
 *	merge ITEM JSON		the members of this object are its own
 *	story ITEM OTHER	the two tell one story, which has the lower number
 *	restart			away and back at once, as if another process went on with the store
 *	slow MS			each answer waits so long
 *	search NAME		a search for "7" is saved under this name
 *	index N			0: searching for words or a story is refused until it is 1
 *	end			the end; so is the end of the input
 * Each line is answered with "ok" on standard output when it is done. The first "ok" says that it listens.
 */
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { ITEMS_MAX = 2000000, FEEDS_MAX = 20000, CLIENTS_MAX = 16, LINE_BYTES = 1 << 20, SECONDS_MAX = 600, UNDO_MAX = 10000,
	EDITS_MAX = 16 };
enum { UNREAD = 1, STARRED = 2, REMOVED = 4 };

static struct {
	const char	*path;
	long		 feeds, items;
	time_t		 start;
	unsigned char	 flags[ITEMS_MAX + 1];
	char		*titles[ITEMS_MAX + 1];		/* those that were given */
	int		 feed_of[ITEMS_MAX + 1], story_of[ITEMS_MAX + 1];	/* 0: it is alone */
	struct { long unread, total; char *problem, *title; json_t *settings; } feed[FEEDS_MAX + 1];
	json_t		*log;				/* changes; the n-th has the number n + 1 */
	struct { long item; unsigned char flags; int call; } undo[UNDO_MAX];	/* what tags were before */
	int		 n_undo, tag_calls;
	struct { long item; char *html; } edits[EDITS_MAX];
	int		 n_edits;
	json_t		*merged;			/* by the number of the item */
	int		 listener, slow_ms;
	bool		 no_index;
	char		*search;
	struct client { FILE *out; int fd; char *in; size_t len; bool watching; } clients[CLIENTS_MAX];
} mock = { .listener = -1 };

static void
die(const char *what)
{
	fprintf(stderr, "mock-gazetted: %s: %s\n", what, strerror(errno));
	exit(99);
}

static json_t *
date(long item)
{
	time_t when = mock.start + item;
	char text[32];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime(&when));
	return json_string(text);
}

static void	set_text(char **where, const char *text);
static void	steer_feed(const char *word, long feed, const char *text);

/* --- objects -------------------------------------------------------------------------------- */

static const char *
item_title(long item, char *out, size_t size)
{
	if (mock.titles[item] != NULL)
		return mock.titles[item];
	snprintf(out, size, "Entry %ld of feed %d", item, mock.feed_of[item]);
	return out;
}

static json_t *
item_object(long item, bool content)
{
	char title[80], url[80], id[32];
	json_t *tags = json_array(), *object;
	json_int_t revision = 0;

	if ((mock.flags[item] & UNREAD) != 0)
		json_array_append_new(tags, json_string("unread"));
	if ((mock.flags[item] & STARRED) != 0)
		json_array_append_new(tags, json_string("starred"));
	snprintf(url, sizeof(url), "https://news.example/%ld", item);
	snprintf(id, sizeof(id), "%ld", item);
	object = json_pack("{s:s, s:s, s:s, s:o, s:{s:I, s:I, s:o, s:o}}", "id", id, "title",
	    item_title(item, title, sizeof(title)), "url", url, "date_published", date(item), "_gazette", "item",
	    (json_int_t)item, "feed", (json_int_t)mock.feed_of[item], "received", date(item), "tags", tags);
	if (mock.story_of[item] != 0)
		json_object_update_new(json_object_get(object, "_gazette"), json_pack("{s:i, s:b}", "story", mock.story_of[item],
		    "copies", 1));
	if (content)
		json_object_set_new(object, "content_html", json_sprintf("<p>This is the text of entry %ld, which is "
		    "long enough to be wrapped on any terminal that is not very wide indeed, with "
		    "<a href='https://one.example/'>a link</a> and <a href='https://two.example/'>another one</a>.</p>"
		    "<blockquote>Somebody is quoted here at some length, so that the line is wrapped too.</blockquote>"
		    "<ul><li>first<li>second</ul><pre>code  stays\n   as it is</pre>%s", item,
		    item % 10 == 0 ? "<p>1<p>2<p>3<p>4<p>5<p>6<p>7<p>8<p>9<p>10<p>11<p>12<p>13<p>14<p>15<p>the end" : ""));
	snprintf(id, sizeof(id), "%ld", item);
	json_object_update(object, json_object_get(mock.merged, id));
	for (int at = 0; at < mock.n_edits; at++)
		if (mock.edits[at].item == item)
			json_object_set_new(json_object_get(object, "_gazette"), "revision", json_integer(++revision));
	return object;
}

static int
edits_of(long item)
{
	int count = 0;

	for (int at = 0; at < mock.n_edits; at++)
		count += mock.edits[at].item == item;
	return count;
}

/* The item as it was before edit revision + 1; as it is now if there is none. */
static json_t *
item_revision(long item, int revision)
{
	json_t *object = item_object(item, true);

	for (int at = 0; at < mock.n_edits && revision > 0; at++)
		if (mock.edits[at].item == item && revision-- != 0)
			json_object_set_new(object, "content_html", json_string(mock.edits[at].html));
	return object;
}

static json_t *
item_revisions(long item)
{
	json_t *all = json_array();

	for (int at = 0; at < edits_of(item); at++)
		json_array_append_new(all, json_pack("{s:i, s:s}", "revision", at, "replaced", "2026-01-02T03:04:05Z"));
	return json_pack("{s:i, s:o}", "revision", edits_of(item), "revisions", all);
}

static json_t *
item_get(const json_t *params)
{
	long item = (long)json_integer_value(json_object_get(params, "item"));
	const json_t *revision = json_object_get(params, "revision");

	return json_pack("{s:o}", "item", item_revision(item, revision != NULL ? (int)json_integer_value(revision) : EDITS_MAX));
}

static bool
is_paused(long feed)
{
	return json_is_true(json_object_get(mock.feed[feed].settings, "paused"));
}

static json_t *
feed_object(long feed)
{
	char title[80];

	snprintf(title, sizeof(title), "Feed number %05ld", feed);
	return json_pack("{s:I, s:s, s:s, s:I, s:I, s:s, s:[s*], s:o*}", "id", (json_int_t)feed, "title",
	    mock.feed[feed].title != NULL ? mock.feed[feed].title : title, "url", "http://feed.example/", "unread",
	    (json_int_t)mock.feed[feed].unread, "total", (json_int_t)mock.feed[feed].total, "health",
	    mock.feed[feed].problem != NULL ? "failing" : is_paused(feed) ? "paused" : "ok", "tags", feed % 2 == 0 ? "even" : NULL, "error",
	    mock.feed[feed].problem != NULL ? json_pack("{s:s, s:s}", "word", "unreachable", "message",
	    mock.feed[feed].problem) : NULL);
}

/* --- clients -------------------------------------------------------------------------------- */

static void
say(struct client *client, json_t *message)
{
	json_object_set_new(message, "jsonrpc", json_string("2.0"));
	if (client->out != NULL) {
		json_dumpf(message, client->out, JSON_COMPACT);
		putc('\n', client->out);
		fflush(client->out);
	}
	json_decref(message);
}

static void
hang_up(struct client *client)
{
	if (client->out == NULL)
		return;
	fclose(client->out);
	free(client->in);
	*client = (struct client){ 0 };
}

static void
notify(struct client *client, json_t *change, long seq)
{
	json_t *params = json_deep_copy(change);
	long item = (long)json_integer_value(json_object_get(change, "item"));
	long feed = (long)json_integer_value(json_object_get(change, "feed"));

	json_object_set_new(params, "watch", json_integer(1));
	json_object_set_new(params, "seq", json_integer(seq));
	if (item != 0 && (mock.flags[item] & REMOVED) == 0)
		json_object_set_new(params, "object", item_object(item, false));
	if (item == 0)
		json_object_set_new(params, "object", feed_object(feed));
	json_object_set_new(params, "feed_unread", json_integer(mock.feed[feed].unread));
	json_object_set_new(params, "feed_total", json_integer(mock.feed[feed].total));
	say(client, json_pack("{s:s, s:o}", "method", "change", "params", params));
}

static void
change(const char *what, long item, long feed)
{
	json_t *entry = json_pack("{s:s, s:I}", "what", what, "feed", (json_int_t)feed);

	if (item != 0)
		json_object_set_new(entry, "item", json_integer(item));
	json_array_append_new(mock.log, entry);
	for (int at = 0; at < CLIENTS_MAX; at++)
		if (mock.clients[at].watching)
			notify(&mock.clients[at], entry, (long)json_array_size(mock.log));
}

/* --- queries -------------------------------------------------------------------------------- */

struct query { bool unread, even; long feed, story, except, ids[256]; size_t n_ids; char word[64]; };

static void
parse_words(struct query *query, char *words)
{
	char *rest = NULL;

	for (char *word = strtok_r(words, " ()", &rest); word != NULL; word = strtok_r(NULL, " ()", &rest)) {
		if (strcmp(word, "is:unread") == 0)
			query->unread = true;
		else if (strncmp(word, "feed:", 5) == 0)
			query->feed = strtol(word + 5, NULL, 10);
		else if (strncmp(word, "story:", 6) == 0)
			query->story = strtol(word + 6, NULL, 10);
		else if (strncmp(word, "-id:", 4) == 0)
			query->except = strtol(word + 4, NULL, 10);
		else if (strncmp(word, "search:", 7) == 0)
			snprintf(query->word, sizeof(query->word), "7");
		else if (strcmp(word, "tag:\"even\"") == 0)
			query->even = true;
		else if (strncmp(word, "id:", 3) == 0 && query->n_ids < 256)
			query->ids[query->n_ids++] = strtol(word + 3, NULL, 10);
		else if (strcmp(word, "*") != 0 && strcmp(word, "OR") != 0)
			snprintf(query->word, sizeof(query->word), "%.*s", (int)strcspn(word, "*"), word);
	}
}

static struct query
parse_query(const json_t *params)
{
	const char *text = json_string_value(json_object_get(params, "query"));
	char *words = strdup(text != NULL ? text : "is:unread");
	struct query query = { 0 };

	parse_words(&query, words);
	free(words);
	return query;
}

/* story:N is that of the entry N. */
static bool
is_of_story(long item, long of)
{
	return of == 0 || item == of || (mock.story_of[of] != 0 && mock.story_of[item] == mock.story_of[of]);
}

static bool
matches(const struct query *query, long item)
{
	char title[80];
	bool listed = query->n_ids == 0;

	if (item == query->except || !is_of_story(item, query->story))
		return false;

	for (size_t at = 0; at < query->n_ids; at++)
		listed |= query->ids[at] == item;
	return listed && (mock.flags[item] & REMOVED) == 0 && (!query->unread || (mock.flags[item] & UNREAD) != 0) &&
	    (query->feed == 0 || mock.feed_of[item] == query->feed) && (!query->even || mock.feed_of[item] % 2 == 0) &&
	    (query->word[0] == '\0' || strstr(item_title(item, title, sizeof(title)), query->word) != NULL);
}

/* --- methods -------------------------------------------------------------------------------- */

/* As many weeks as the feed's number has, one more each: what a sparkline shows. */
static json_t *
weeks(long feed)
{
	json_t *counts = json_array();

	for (long week = 0; week < 8; week++)
		json_array_append_new(counts, json_integer(week < feed ? (1L << week) / 2 + (week != 0) : 0));
	return counts;
}

static json_t *
feed_row(long feed, const json_t *fields)
{
	json_t *object = feed_object(feed), *row = json_pack("[I]", (json_int_t)feed), *field, *value;
	size_t at;

	json_array_foreach(fields, at, field) {
		value = json_object_get(object, json_string_value(field));
		if (strcmp(json_string_value(field), "posts") == 0)
			json_array_append_new(row, weeks(feed));
		else
			json_array_append(row, value != NULL ? value : json_null());
	}
	json_decref(object);
	return row;
}

static json_t *
feed_list(const json_t *params)
{
	const json_t *only = json_object_get(params, "feeds"), *fields = json_object_get(params, "fields");
	long after = (long)json_integer_value(json_object_get(params, "after")), feed = after + 1;
	json_t *rows = json_array(), *result = json_pack("{s:o}", "rows", rows), *id;
	size_t at;

	json_array_foreach(only, at, id)
		json_array_append_new(rows, feed_row((long)json_integer_value(id), fields));
	for (; only == NULL && feed <= mock.feeds && json_array_size(rows) < 1000; feed++)
		json_array_append_new(rows, feed_row(feed, fields));
	if (only == NULL && feed <= mock.feeds)
		json_object_set_new(result, "after", json_integer(feed - 1));
	return result;
}

static bool
wants_content(const json_t *params)
{
	size_t row;
	json_t *field;

	json_array_foreach(json_object_get(params, "fields"), row, field)
		if (json_is_string(field) && strcmp(json_string_value(field), "content_html") == 0)
			return true;
	return false;
}

static json_t *
item_list(const json_t *params)
{
	struct query query = parse_query(params);
	const char *after = json_string_value(json_object_get(params, "after"));
	long limit = (long)json_integer_value(json_object_get(params, "limit"));
	const char *sort = json_string_value(json_object_get(params, "sort"));
	long step = sort != NULL && strcmp(sort, "oldest") == 0 ? 1 : -1;
	long item = after != NULL ? strtol(after, NULL, 10) : step == 1 ? 0 : mock.items + 1;
	json_t *items = json_array(), *result = json_pack("{s:o, s:I}", "items", items, "seq",
	    (json_int_t)json_array_size(mock.log));

	for (item += step; item > 0 && item <= mock.items && (long)json_array_size(items) < limit; item += step)
		if (matches(&query, item))
			json_array_append_new(items, item_object(item, wants_content(params)));
	while (item > 0 && item <= mock.items && !matches(&query, item))
		item += step;
	if (item > 0 && item <= mock.items)
		json_object_set_new(result, "after", json_sprintf("%ld", item - step));
	return result;
}

static void
set_flag(long item, int flag, bool on)
{
	int before = mock.flags[item];
	long feed = mock.feed_of[item];

	mock.flags[item] = (unsigned char)(on ? before | flag : before & ~flag);
	if (mock.flags[item] == before)
		return;
	if (mock.n_undo < UNDO_MAX && mock.tag_calls != 0) {
		mock.undo[mock.n_undo].item = item;
		mock.undo[mock.n_undo].flags = (unsigned char)before;
		mock.undo[mock.n_undo++].call = mock.tag_calls;
	}
	if ((flag & UNREAD) != 0)
		mock.feed[feed].unread += on ? 1 : -1;
	change("item-tags", item, feed);
}

static void
edit_tags(const json_t *params, long item)
{
	static const struct { const char *name; int flag; } tags[] = { { "unread", UNREAD }, { "starred", STARRED } };

	for (size_t row = 0; row < 2; row++) {
		const char *add = json_string_value(json_array_get(json_object_get(params, "add"), 0));
		const char *drop = json_string_value(json_array_get(json_object_get(params, "remove"), 0));

		if (add != NULL && strcmp(add, tags[row].name) == 0)
			set_flag(item, tags[row].flag, true);
		if (drop != NULL && strcmp(drop, tags[row].name) == 0)
			set_flag(item, tags[row].flag, false);
	}
}

static json_t *
item_tag(const json_t *params)
{
	const json_t *ids = json_object_get(params, "ids");
	struct query query = parse_query(params);
	size_t row;
	json_t *id;

	mock.tag_calls++;
	json_array_foreach(ids, row, id)
		edit_tags(params, (long)json_integer_value(id));
	for (long item = 1; ids == NULL && item <= mock.items; item++)
		if (matches(&query, item))
			edit_tags(params, item);
	return json_pack("{s:i, s:I}", "changed", 1, "seq", (json_int_t)json_array_size(mock.log));
}

static void
add_flags(json_t *names, int flags)
{
	if ((flags & UNREAD) != 0)
		json_array_append_new(names, json_string("unread"));
	if ((flags & STARRED) != 0)
		json_array_append_new(names, json_string("starred"));
}

/* The last of undo[] and those of the same call. */
static json_t *
operation(void)
{
	int at = mock.n_undo - 1, call = at >= 0 ? mock.undo[at].call : 0, added = 0, removed = 0;
	long item = at >= 0 ? mock.undo[at].item : 0, feed = mock.feed_of[item], items = 0;
	json_t *add = json_array(), *remove = json_array(), *told;

	for (; at >= 0 && mock.undo[at].call == call; at--, items++) {
		int before = mock.undo[at].flags, after = mock.flags[mock.undo[at].item];

		added |= after & ~before;
		removed |= before & ~after;
		feed = mock.feed_of[mock.undo[at].item] == feed ? feed : 0;
	}
	add_flags(add, added);
	add_flags(remove, removed);
	told = json_pack("{s:I, s:o, s:o}", "items", (json_int_t)items, "added", add, "removed", remove);
	if (feed != 0)
		json_object_set_new(told, "feed_title", json_incref(json_object_get(feed_object(feed), "title")));
	if (items == 1) {
		json_object_set_new(told, "item", json_integer(item));
		json_object_set_new(told, "title", json_incref(json_object_get(item_object(item, false), "title")));
	}
	return told;
}

static json_t *
undo(void)
{
	int call = mock.n_undo != 0 ? mock.undo[mock.n_undo - 1].call : 0, calls = mock.tag_calls;
	json_t *told = operation();
	json_int_t changed = 0;

	mock.tag_calls = 0;			/* what undo does is not undone */
	while (mock.n_undo != 0 && mock.undo[mock.n_undo - 1].call == call) {
		long item = mock.undo[--mock.n_undo].item;
		int flags = mock.undo[mock.n_undo].flags;

		set_flag(item, UNREAD, (flags & UNREAD) != 0);
		set_flag(item, STARRED, (flags & STARRED) != 0);
		changed++;
	}
	mock.tag_calls = calls;
	if (changed == 0)
		json_decref(told);
	return json_pack("{s:i, s:I, s:[o*], s:I}", "undone", changed != 0, "changed", changed, "operations",
	    changed != 0 ? told : NULL, "seq", (json_int_t)json_array_size(mock.log));
}

static json_t *
watch(struct client *client, const json_t *params)
{
	client->watching = true;
	(void)params;
	return json_pack("{s:i, s:I}", "watch", 1, "seq", (json_int_t)json_array_size(mock.log));
}

/* What was missed comes after the answer. */
static void
replay(struct client *client, const json_t *params)
{
	const json_t *since = json_object_get(params, "since");

	for (size_t at = (size_t)json_integer_value(since); since != NULL && at < json_array_size(mock.log); at++)
		notify(client, json_array_get(mock.log, at), (long)at + 1);
}

static void
add_items(long feed, long count)
{
	for (; count > 0 && mock.items < ITEMS_MAX; count--) {
		mock.feed_of[++mock.items] = (int)feed;
		mock.flags[mock.items] = UNREAD;
		mock.feed[feed].unread++;
		mock.feed[feed].total++;
		change("item-new", mock.items, feed);
	}
}

static json_t *
refresh(struct client *client, const json_t *params, json_int_t id)
{
	const json_t *only = json_array_get(json_object_get(params, "feeds"), 0);
	json_int_t first = only != NULL ? json_integer_value(only) : 1, last = only != NULL ? first : mock.feeds;
	json_int_t total = last - first + 1;

	for (json_int_t done = 1; done <= total; done++) {
		add_items((long)(first + done - 1), 1);
		say(client, json_pack("{s:s, s:{s:I, s:I, s:I, s:I, s:i}}", "method", "progress", "params", "id", id, "done",
		    done, "total", total, "new", done, "failed", 0));
	}
	return json_pack("{s:I, s:i, s:i, s:I, s:i}", "polled", total, "not_modified", 0, "failed", 0, "new", total,
	    "updated", 0);
}

/* Of the first query. */
static int
count(const json_t *params)
{
	json_t *first = json_pack("{s:O}", "query", json_array_get(json_object_get(params, "queries"), 0));
	struct query query = parse_query(first);
	int found = 0;

	for (long item = 1; item <= mock.items; item++)
		found += matches(&query, item);
	json_decref(first);
	return found;
}

/* What feed.get tells besides: settings as they were set. */
static json_t *
feed_get(long feed)
{
	json_t *object = feed_object(feed), *settings = mock.feed[feed].settings;

	json_object_set_new(object, "settings", settings != NULL ? json_deep_copy(settings) : json_object());
	json_object_set_new(object, "next_poll_reason", json_string("every 4 h, with news about once a day"));
	json_object_set_new(object, "interval", json_integer(4 * 3600));
	json_object_set_new(object, "paused", json_boolean(is_paused(feed)));
	return json_pack("{s:o}", "feed", object);
}

static json_t *
feed_set(const json_t *params)
{
	long feed = (long)json_integer_value(json_object_get(params, "feed"));
	const json_t *set = json_object_get(params, "set"), *title = json_object_get(set, "title");

	if (title != NULL)
		set_text(&mock.feed[feed].title, json_string_value(title));
	else if (mock.feed[feed].settings == NULL)
		mock.feed[feed].settings = json_deep_copy(set);
	else
		json_object_update(mock.feed[feed].settings, (json_t *)set);
	change("feed-changed", 0, feed);
	return feed_get(feed);
}

static json_t *
health(void)
{
	json_t *findings = json_array();

	for (long feed = 1; feed <= mock.feeds; feed++)
		if (mock.feed[feed].problem != NULL)
			json_array_append_new(findings, json_pack("{s:I, s:s, s:s, s:s, s:s}", "feed", (json_int_t)feed, "title",
			    mock.feed[feed].title != NULL ? mock.feed[feed].title : "one of the feeds", "url", "http://feed.example/",
			    "what", "failing", "reason", mock.feed[feed].problem));
	return json_pack("{s:o}", "findings", findings);
}

/* Named by the last part of its URL. */
static json_t *
feed_add(const json_t *params)
{
	const char *url = json_string_value(json_object_get(params, "url")), *name = strrchr(url, '/');

	steer_feed("add", 0, name != NULL ? name + 1 : url);
	return json_pack("{s:o}", "feed", feed_object(mock.feeds));
}

static json_t *
feed_remove(const json_t *params)
{
	long feed = (long)json_integer_value(json_object_get(params, "feed"));

	change("feed-removed", 0, feed);
	return json_pack("{s:I, s:I}", "feed", (json_int_t)feed, "items", (json_int_t)mock.feed[feed].total);
}

static bool
can_search(const json_t *params)
{
	struct query query = parse_query(params);

	return strcmp(query.word, "bad") != 0 && ((query.word[0] == '\0' && query.story == 0) || !mock.no_index);
}

static json_t *
call(struct client *client, const char *method, const json_t *params, json_int_t id)
{
	if (strcmp(method, "feed.list") == 0)
		return feed_list(params);
	if (strcmp(method, "item.list") == 0 && can_search(params))
		return item_list(params);
	if (strcmp(method, "item.get") == 0)
		return item_get(params);
	if (strcmp(method, "item.revisions") == 0)
		return item_revisions((long)json_integer_value(json_object_get(params, "item")));
	if (strcmp(method, "item.tag") == 0)
		return item_tag(params);
	if (strcmp(method, "feed.get") == 0)
		return feed_get((long)json_integer_value(json_object_get(params, "feed")));
	if (strcmp(method, "feed.set") == 0)
		return feed_set(params);
	if (strcmp(method, "feed.add") == 0)
		return feed_add(params);
	if (strcmp(method, "feed.remove") == 0)
		return feed_remove(params);
	if (strcmp(method, "health") == 0)
		return health();
	if (strcmp(method, "undo") == 0)
		return undo();
	if (strcmp(method, "watch") == 0)
		return watch(client, params);
	if (strcmp(method, "search.list") == 0)
		return json_pack("{s:[o*]}", "searches", mock.search != NULL ? json_pack("{s:s, s:s}", "name", mock.search, "query",
		    "7") : NULL);
	if (strcmp(method, "item.count") == 0)
		return json_pack("{s:[i]}", "counts", count(params));
	if (strcmp(method, "feed.refresh") == 0)
		return refresh(client, params, id);
	return NULL;
}

static json_t *
refusal(json_int_t id, const json_t *params)
{
	const char *query = json_string_value(json_object_get(params, "query"));
	const char *mistake = query != NULL ? strstr(query, "bad") : NULL;

	if (mistake == NULL)
		return json_pack("{s:I, s:{s:i, s:s, s:{s:s}}}", "id", id, "error", "code", -32000, "message",
		    "the index is being rebuilt", "data", "word", "no-index");
	return json_pack("{s:I, s:{s:i, s:s, s:{s:s, s:i}}}", "id", id, "error", "code", -32000, "message",
	    "bad is not understood", "data", "word", "bad-query", "position", (int)(mistake - query));
}

static void
answer(struct client *client, const char *line, size_t len)
{
	json_t *request = json_loadb(line, len, 0, NULL), *params = json_object_get(request, "params"), *result;
	const char *method = json_string_value(json_object_get(request, "method"));
	json_int_t id = json_integer_value(json_object_get(request, "id"));

	if (mock.slow_ms != 0)
		poll(NULL, 0, mock.slow_ms);
	result = call(client, method != NULL ? method : "", params, id);
	if (result != NULL)
		say(client, json_pack("{s:I, s:o}", "id", id, "result", result));
	else
		say(client, refusal(id, params));
	if (method != NULL && strcmp(method, "watch") == 0)
		replay(client, params);
	json_decref(request);
}

static void
serve(struct client *client)
{
	ssize_t got = read(client->fd, client->in + client->len, LINE_BYTES - client->len);
	char *newline;

	if (got <= 0) {
		hang_up(client);
		return;
	}
	client->len += (size_t)got;
	while (client->out != NULL && (newline = memchr(client->in, '\n', client->len)) != NULL) {
		size_t len = (size_t)(newline - client->in);

		answer(client, client->in, len);
		client->len -= len + 1;
		memmove(client->in, newline + 1, client->len);
	}
}

static void
take_client(void)
{
	int fd = accept(mock.listener, NULL, NULL);

	for (int at = 0; fd != -1 && at < CLIENTS_MAX; at++) {
		struct client *client = &mock.clients[at];

		if (client->out != NULL)
			continue;
		*client = (struct client){ .fd = fd, .out = fdopen(fd, "w"), .in = malloc(LINE_BYTES) };
		return;
	}
}

/* --- steering ------------------------------------------------------------------------------- */

static void
come(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", mock.path);
	unlink(mock.path);
	mock.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(mock.listener, (struct sockaddr *)&address, sizeof(address)) == -1 || listen(mock.listener, 8) == -1)
		die(mock.path);
}

static void
go(void)
{
	for (int at = 0; at < CLIENTS_MAX; at++)
		hang_up(&mock.clients[at]);
	if (mock.listener != -1)
		close(mock.listener);
	mock.listener = -1;
	unlink(mock.path);
}

static void
set_text(char **where, const char *text)
{
	char *out = malloc(strlen(text) + 1), *pos = out;

	free(*where);
	*where = out;
	while (*text != '\0') {
		if (text[0] == '\\' && text[1] == 'x' && text[2] != '\0' && text[3] != '\0') {
			char hex[3] = { text[2], text[3] };

			*pos++ = (char)strtol(hex, NULL, 16);
			text += 4;
		} else
			*pos++ = *text++;
	}
	*pos = '\0';
}

static void
edit(long item, const char *path)
{
	FILE *file = fopen(path, "r");
	char *html = calloc(1, LINE_BYTES);

	if (file == NULL || html == NULL || mock.n_edits == EDITS_MAX)
		die(path);
	if (fread(html, 1, LINE_BYTES - 1, file) == 0)
		die(path);
	fclose(file);
	mock.edits[mock.n_edits].item = item;
	mock.edits[mock.n_edits++].html = html;
	change("item-updated", item, mock.feed_of[item]);
}

static void
merge(long item, const char *text)
{
	char id[32];

	snprintf(id, sizeof(id), "%ld", item);
	json_object_set_new(mock.merged, id, json_loads(text, 0, NULL));
	change("item-updated", item, mock.feed_of[item]);
}

static void
steer_item(const char *word, long item, const char *text)
{
	long feed;

	if (item < 1 || item > mock.items)
		return;
	feed = mock.feed_of[item];
	if (strcmp(word, "title") == 0) {
		set_text(&mock.titles[item], text);
		change("item-updated", item, feed);
	} else if (strcmp(word, "edit") == 0)
		edit(item, text);
	else if (strcmp(word, "merge") == 0)
		merge(item, text);
	else if (strcmp(word, "story") == 0)
		mock.story_of[item] = mock.story_of[strtol(text, NULL, 10)] = (int)(item < strtol(text, NULL, 10) ? item :
		    strtol(text, NULL, 10));
	else if (strcmp(word, "read") == 0)
		set_flag(item, UNREAD, false);
	else if (strcmp(word, "remove") == 0) {
		mock.feed[feed].unread -= mock.flags[item] & UNREAD;
		mock.feed[feed].total--;
		mock.flags[item] = REMOVED;
		change("item-removed", item, feed);
	}
}

static void
steer_feed(const char *word, long feed, const char *text)
{
	if (strcmp(word, "add") == 0 && mock.feeds < FEEDS_MAX) {
		set_text(&mock.feed[++mock.feeds].title, text);
		change("feed-added", 0, mock.feeds);
	} else if (strcmp(word, "fail") == 0 && feed > 0 && feed <= mock.feeds) {
		set_text(&mock.feed[feed].problem, text);
		change("feed-changed", 0, feed);
	} else if (strcmp(word, "new") == 0 && feed > 0 && feed <= mock.feeds)
		add_items(feed, strtol(text, NULL, 10));
}

static bool
steer(char *line)
{
	char word[16] = "";
	int used = 0;
	long number = 0;
	const char *text;

	line[strcspn(line, "\n")] = '\0';
	sscanf(line, "%15s %n", word, &used);
	text = line + used;
	if (strcmp(word, "add") != 0 && strcmp(word, "search") != 0) {
		number = strtol(text, (char **)&text, 10);
		text += *text == ' ';
	}
	steer_item(word, number, text);
	steer_feed(word, number, text);
	if (strcmp(word, "search") == 0)
		set_text(&mock.search, text);
	if (strcmp(word, "slow") == 0)
		mock.slow_ms = (int)number;
	if (strcmp(word, "index") == 0)
		mock.no_index = number == 0;
	if (strcmp(word, "away") == 0 || strcmp(word, "restart") == 0)
		go();
	if (strcmp(word, "back") == 0 || strcmp(word, "restart") == 0)
		come();
	puts("ok");
	fflush(stdout);
	return strcmp(word, "end") != 0;
}

static void
run(void)
{
	char line[4096];

	for (;;) {
		struct pollfd ready[2 + CLIENTS_MAX] = { { 0, POLLIN, 0 }, { mock.listener, POLLIN, 0 } };

		for (int at = 0; at < CLIENTS_MAX; at++)
			ready[2 + at] = (struct pollfd){ mock.clients[at].out != NULL ? mock.clients[at].fd : -1, POLLIN, 0 };
		if (poll(ready, 2 + CLIENTS_MAX, -1) == -1)
			die("poll");
		if (ready[0].revents != 0 && (fgets(line, sizeof(line), stdin) == NULL || !steer(line)))
			return;
		if (ready[1].revents != 0 && mock.listener != -1)
			take_client();
		for (int at = 0; at < CLIENTS_MAX; at++)
			if (ready[2 + at].revents != 0 && mock.clients[at].out != NULL && mock.clients[at].fd == ready[2 + at].fd)
				serve(&mock.clients[at]);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: mock-gazetted SOCKET FEEDS ITEMS\n");
		return 99;
	}
	alarm(SECONDS_MAX);
	setvbuf(stdin, NULL, _IONBF, 0);
	mock.path = argv[1];
	mock.feeds = strtol(argv[2], NULL, 10);
	mock.start = time(NULL) - 45000 - strtol(argv[3], NULL, 10);
	mock.log = json_array();
	mock.merged = json_object();
	if (mock.feeds < 1 || mock.feeds > FEEDS_MAX)
		return 99;
	for (long items = strtol(argv[3], NULL, 10); mock.items < items && mock.items < ITEMS_MAX;) {
		long feed = ++mock.items % mock.feeds + 1;

		mock.feed_of[mock.items] = (int)feed;
		mock.flags[mock.items] = UNREAD;
		mock.feed[feed].unread++;
		mock.feed[feed].total++;
	}
	signal(SIGPIPE, SIG_IGN);
	come();
	puts("ok");
	fflush(stdout);
	run();
	go();
	return 0;
}
