#include "contrib/gazette/import.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/shared/protocol.h"
#include "feeds/url.h"

enum {
	PORTION_BYTES = 4 << 20,	/* of one document; the least max_body that is of use is larger */
	PORTION_ENTRIES = 10000,
	DOCUMENT_BYTES_MAX = 1 << 30,
	IDS_MAX = 50000			/* of one request: in PROTOCOL_REQUEST_MAX bytes */
};

struct import {
	struct cmd	*cmd;
	struct arena	*work;		/* for a portion */
	const char	*feed_url;	/* owned by url; NULL: there is none yet */
	json_t		*url;
	int64_t		 feed;		/* 0: it is not subscribed to */
	json_t		*items, *wants;	/* the portion: for the document, and the tags of each */
	json_t		*by_id, *by_url;	/* where in the portion an entry is */
	bool		 known[PORTION_ENTRIES];	/* which of the portion the daemon had already */
	size_t		 bytes;
	json_t		*strangers;	/* URLs of feeds that are not subscribed to */
	int64_t		 entries, feeds, added, marked;
	enum cmd_exit	 worst;		/* of single feeds */
};

struct import *
import_new(struct cmd *cmd)
{
	struct import	*import = arena_zalloc(cmd->arena, sizeof(*import));

	import->cmd = cmd;
	import->work = arena_new(0);
	import->items = json_array();
	import->wants = json_array();
	import->by_id = json_object();
	import->by_url = json_object();
	import->strangers = json_array();
	return import;
}

struct cmd *
import_cmd(const struct import *import)
{
	return import->cmd;
}

static void
clear_portion(struct import *import)
{
	json_array_clear(import->items);
	json_array_clear(import->wants);
	json_object_clear(import->by_id);
	json_object_clear(import->by_url);
	memset(import->known, 0, sizeof(import->known));
	arena_reset(import->work);
	import->bytes = 0;
}

/* --- what is to be changed ------------------------------------------------------------------------ */

static bool
has_text(const json_t *array, const char *text)
{
	json_t	*one;
	size_t	 i;

	json_array_foreach(array, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), text) == 0)
			return true;
	return false;
}

/* changes: {"+TAG": [numbers], "-TAG": [numbers]} */
static void
note(struct import *import, json_t *changes, char sign, const char *tag, int64_t item)
{
	const char	*key = arena_printf(import->work, "%c%s", sign, tag);
	json_t		*ids = json_object_get(changes, key);

	if (ids == NULL)
		json_object_set_new(changes, key, ids = json_array());
	json_array_append_new(ids, json_integer(item));
}

/* What the daemon has of an entry against what is wanted. fresh: it has come only now. */
static void
compare(struct import *import, json_t *changes, const json_t *wanted, const json_t *ours, bool fresh)
{
	const json_t	*tags = json_object_get(ours, "tags");
	int64_t		 item = cmd_integer(ours, "item");
	const char	*tag;
	json_t		*one;
	size_t		 i;

	if (!has_text(wanted, "unread") && has_text(tags, "unread"))
		note(import, changes, '-', "unread", item);
	json_array_foreach(wanted, i, one) {
		tag = json_string_value(one);
		if (tag != NULL && !has_text(tags, tag) && (fresh || strcmp(tag, "unread") != 0))
			note(import, changes, '+', tag, item);
	}
}

/* Where in the portion an entry is that the daemon has; NULL: nowhere. */
static const json_t *
find_place(const struct import *import, const json_t *item)
{
	const char	*id = cmd_string(item, "id"), *url = cmd_string(item, "url");
	const json_t	*place = id != NULL ? json_object_get(import->by_id, id) : NULL;

	return place == NULL && url != NULL ? json_object_get(import->by_url, url) : place;
}

/* An entry of the daemon's. fresh: only what was not known is of interest now. */
static void
look_at(struct import *import, bool fresh, const json_t *item, json_t *changes)
{
	const json_t	*place = find_place(import, item);
	size_t		 index = (size_t)json_integer_value(place);

	if (place == NULL || (fresh && import->known[index]))
		return;
	compare(import, changes, json_array_get(import->wants, index), json_object_get(item, "_gazette"), fresh);
	if (!fresh)
		import->known[index] = true;
}

/* All entries of the feed, page by page; what is to be changed of those in the portion. */
static enum cmd_exit
find_changes(struct import *import, bool fresh, json_t *changes)
{
	const char	*after = NULL, *query = arena_printf(import->work, "feed:%" PRId64, import->feed);
	json_t		*params, *result, *page = NULL, *item;
	enum cmd_exit	 status;
	size_t		 i;

	do {
		params = json_pack("{s:s, s:i, s:[s]}", "query", query, "limit", PROTOCOL_PAGE_MAX, "fields", "url");
		if (after != NULL)
			json_object_set_new(params, "after", json_string(after));
		status = cmd_call(import->cmd, "item.list", params, &result);
		json_array_foreach(json_object_get(result, "items"), i, item)
			look_at(import, fresh, item, changes);
		json_decref(page);
		page = result;
		after = cmd_string(result, "after");
	} while (status == CMD_DONE && after != NULL);
	json_decref(page);
	return status;
}

static enum cmd_exit
send_change(struct import *import, const char *key, const json_t *ids, size_t first)
{
	json_t		*some = json_array(), *result;
	enum cmd_exit	 status;
	size_t		 i;

	for (i = first; i < json_array_size(ids) && i < first + IDS_MAX; i++)
		json_array_append(some, json_array_get(ids, i));
	status = cmd_call(import->cmd, "item.tag", json_pack("{s:o, s:[s]}", "ids", some, *key == '+' ? "add" : "remove", key + 1), &result);
	if (strcmp(key, "+unread") != 0)
		import->marked += cmd_integer(result, "changed");
	json_decref(result);
	return status;
}

static enum cmd_exit
send_changes(struct import *import, json_t *changes)
{
	enum cmd_exit	 status = CMD_DONE;
	const char	*key;
	json_t		*ids;
	size_t		 i;

	json_object_foreach(changes, key, ids)
		for (i = 0; i < json_array_size(ids) && status == CMD_DONE; i += IDS_MAX)
			status = send_change(import, key, ids, i);
	return status;
}

/* --- a portion --------------------------------------------------------------------------------------- */

/* Those that the daemon does not have, in a document; whether there were any. */
static enum cmd_exit
send_unknown(struct import *import, bool *sent)
{
	struct buf	 document = BUF_INIT(DOCUMENT_BYTES_MAX);
	const char	*feed = arena_printf(import->work, "%" PRId64, import->feed);
	json_t		*unknown = json_array(), *item, *whole, *result = NULL;
	enum cmd_exit	 status = CMD_DONE;
	size_t		 size, i;

	json_array_foreach(import->items, i, item)
		if (!import->known[i])
			json_array_append(unknown, item);
	*sent = json_array_size(unknown) > 0;
	if (*sent) {
		whole = json_pack("{s:s, s:s, s:O}", "version", "https://jsonfeed.org/version/1.1", "title", "", "items", unknown);
		size = json_dumpb(whole, NULL, 0, JSON_COMPACT);
		document.len = json_dumpb(whole, buf_reserve(&document, size), size, JSON_COMPACT);
		json_decref(whole);
		status = cmd_ingest_past(import->cmd, feed, &document, &result);
	}
	import->added += cmd_integer(result, "new");
	json_decref(result);
	json_decref(unknown);
	buf_free(&document);
	return status;
}

static enum cmd_exit
take_portion(struct import *import, json_t *changes)
{
	bool		 sent = false;
	enum cmd_exit	 status = find_changes(import, false, changes);

	if (status == CMD_DONE)
		status = send_unknown(import, &sent);
	/* also if they have come by a poll in between */
	if (status == CMD_DONE && sent)
		status = find_changes(import, true, changes);
	return status == CMD_DONE ? send_changes(import, changes) : status;
}

static enum cmd_exit
send_portion(struct import *import)
{
	json_t		*changes;
	enum cmd_exit	 status;

	if (json_array_size(import->items) == 0)
		return CMD_DONE;
	changes = json_object();
	status = take_portion(import, changes);
	json_decref(changes);
	clear_portion(import);
	if (status == CMD_REFUSED) {
		out_error("that was about %s", url_public(import->work, import->feed_url));
		import->worst = CMD_REFUSED;
		status = CMD_DONE;
	}
	out_progress("%" PRId64 " entries of %" PRId64 " feeds", import->entries, import->feeds);
	return status;
}

/* --- entries --------------------------------------------------------------------------------------------- */

static void
add_stranger(struct import *import, const char *url)
{
	if (!has_text(import->strangers, url))
		json_array_append_new(import->strangers, json_string(url));
}

/* The next entries are of this feed. */
static enum cmd_exit
begin_feed(struct import *import, const json_t *url)
{
	enum cmd_exit		 status = send_portion(import);
	struct client_error	 err;
	json_t			*result;

	if (status != CMD_DONE)
		return status;
	json_decref(import->url);
	import->url = json_incref((json_t *)(uintptr_t)url);
	import->feed_url = json_string_value(url);
	import->feed = 0;
	if (client_call(import->cmd->client, "feed.get", json_pack("{s:s}", "feed", import->feed_url), &result, &err) == 0) {
		import->feed = cmd_integer(json_object_get(result, "feed"), "id");
		import->feeds++;
		json_decref(result);
	} else if (strcmp(err.word, "no-such-feed") == 0 || strcmp(err.word, "ambiguous-feed") == 0)
		add_stranger(import, url_public(import->work, import->feed_url));
	else
		return cmd_fail(&err);
	return CMD_DONE;
}

/* As a document's URLs are spelt when they have been read. */
static const char *
spelt(struct import *import, const char *url)
{
	return url_resolve(import->work, NULL, url, strlen(url));
}

static void
keep(struct import *import, json_t *item, json_t *tags)
{
	const char	*id = cmd_string(item, "id"), *url = cmd_string(item, "url");
	json_t		*place = json_integer((json_int_t)json_array_size(import->items));

	if (id != NULL && *id != '\0')
		json_object_set(import->by_id, id, place);
	if (url != NULL && *url != '\0')
		json_object_set(import->by_url, spelt(import, url), place);
	json_decref(place);
	json_array_append_new(import->wants, json_is_array(tags) ? json_incref(tags) : json_array());
	json_object_del(item, "_gazette");
	json_array_append(import->items, item);
	import->bytes += json_dumpb(item, NULL, 0, JSON_COMPACT);
	import->entries++;
}

enum cmd_exit
import_entry(struct import *import, json_t *item)
{
	json_t		*ours = json_object_get(item, "_gazette"), *url = json_object_get(ours, "feed_url");
	enum cmd_exit	 status = CMD_DONE;

	if (import->feed_url == NULL || strcmp(import->feed_url, json_string_value(url)) != 0)
		status = begin_feed(import, url);
	if (status == CMD_DONE && import->feed != 0) {
		keep(import, item, json_object_get(ours, "tags"));
		if (import->bytes >= PORTION_BYTES || json_array_size(import->items) >= PORTION_ENTRIES)
			status = send_portion(import);
	}
	json_decref(item);
	return status;
}

static void
print_sums(struct import *import)
{
	size_t	 strangers = json_array_size(import->strangers);
	struct cmd *cmd = import->cmd;
	json_t	*document;

	if (cmd->options->json) {
		document = json_pack("{s:I, s:I, s:I, s:I, s:O}", "entries", (json_int_t)import->entries, "feeds", (json_int_t)import->feeds,
		    "added", (json_int_t)import->added, "changed", (json_int_t)import->marked, "unknown_feeds", import->strangers);
		out_json(document, cmd->out.terminal);
		json_decref(document);
		return;
	}
	out_printf("%s of %s: %" PRId64 " added, %s\n", cmd_number(cmd, import->entries, "entry", "entries"),
	    cmd_number(cmd, import->feeds, "feed", "feeds"), import->added, cmd_number(cmd, import->marked, "change of marks", "changes of marks"));
	if (strangers > 0)
		out_error("those of %s that are not subscribed to are left out: %s%s", cmd_number(cmd, (int64_t)strangers, "feed", "feeds"),
		    json_string_value(json_array_get(import->strangers, 0)), strangers > 1 ? ", ..." : "");
}

enum cmd_exit
import_end(struct import *import, enum cmd_exit status)
{
	if (status == CMD_DONE)
		status = send_portion(import);
	out_progress_end();
	if (status == CMD_DONE) {
		print_sums(import);
		status = import->worst;
	}
	json_decref(import->items);
	json_decref(import->wants);
	json_decref(import->by_id);
	json_decref(import->by_url);
	json_decref(import->strangers);
	json_decref(import->url);
	arena_free(import->work);
	return status;
}
