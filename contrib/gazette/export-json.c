/*
 * export-json - entries as JSON: a JSON Feed 1.1, and the daemon's own objects one a line.
 *
 * What is the user's alone (tags, what is read) is not in a JSON Feed, which is to be published.
 */
#include <string.h>

#include "contrib/gazette/export.h"

/* --- jsonl ------------------------------------------------------------------------------------------------ */

static void
jsonl_item(struct export *export, const json_t *item)
{
	out_json_text(item, false, &export->out);
	buf_putc(&export->out, '\n');
}

const struct export_format export_jsonl = { "jsonl", EXPORT_GROWS, NULL, jsonl_item, NULL };

/* --- JSON Feed 1.1 ------------------------------------------------------------------------------------------ */

static void
jsonfeed_begin(struct export *export)
{
	static const char	begin[] = "{\n\"version\": \"https://jsonfeed.org/version/1.1\",\n\"title\": ";
	const char		*self = export->cmd->options->self;
	json_t			*text = json_string(export_name(export));

	buf_puts(&export->out, begin);
	out_json_text(text, false, &export->out);
	json_decref(text);
	if (self != NULL) {
		text = json_string(self);
		buf_puts(&export->out, ",\n\"feed_url\": ");
		out_json_text(text, false, &export->out);
		json_decref(text);
	}
	buf_puts(&export->out, ",\n\"items\": [");
}

/* Where the entry came from, as feed2json tells it of an entry with a source. */
static json_t *
source_of(struct export *export, const json_t *item)
{
	static const struct { const char *from, *name; } members[] = {
		{ "title", "title" }, { "home_page_url", "home_page_url" }, { "url", "feed_url" }, { "description", "description" },
		{ "icon", "icon" }, { "language", "language" }
	};
	const json_t	*feed = export_feed(export, item), *own = json_object_get(export_ours(item), "source");
	json_t		*source;

	if (json_is_object(own))
		return json_copy((json_t *)(uintptr_t)own);
	source = json_object();
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (export_text(feed, members[i].from) != NULL)
			json_object_set(source, members[i].name, json_object_get(feed, members[i].from));
	return source;
}

/* The daemon's members that are about its own store or its user. */
static json_t *
public_gazette(struct export *export, const json_t *item)
{
	static const char *const	 private[] = { "item", "feed", "feed_title", "seq", "received", "tags", "revision", "story", "copies", "snippet" };
	json_t				*gazette = json_copy((json_t *)(uintptr_t)export_ours(item)), *categories;

	for (size_t i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		json_object_del(gazette, private[i]);
	categories = json_object_get(gazette, "categories");
	if (categories != NULL) {
		json_object_set(gazette, "tags", categories);
		json_object_del(gazette, "categories");
	}
	json_object_set_new(gazette, "source", source_of(export, item));
	return gazette;
}

static void
jsonfeed_item(struct export *export, const json_t *item)
{
	static const char *const urls[] = { "url", "external_url", "image", "banner_image" };
	json_t			*out = json_copy((json_t *)(uintptr_t)item);
	const char		*url;

	json_object_set_new(out, "id", json_string(export_id(export, item, false)));
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		if (json_object_get(out, urls[i]) == NULL)
			continue;
		url = export_url(export, item, item, urls[i]);
		if (url != NULL)
			json_object_set_new(out, urls[i], json_string(url));
		else
			json_object_del(out, urls[i]);
	}
	if (json_object_get(out, "content_html") == NULL && json_object_get(out, "content_text") == NULL)
		json_object_set_new(out, "content_text", json_string(""));
	if (json_object_get(out, "language") == NULL && export_text(export_feed(export, item), "language") != NULL)
		json_object_set(out, "language", json_object_get(export_feed(export, item), "language"));
	json_object_set_new(out, "_gazette", public_gazette(export, item));
	buf_puts(&export->out, export->count > 0 ? ",\n" : "\n");
	out_json_text(out, false, &export->out);
	json_decref(out);
}

static void
jsonfeed_end(struct export *export)
{
	buf_puts(&export->out, "\n]\n}\n");
}

const struct export_format export_jsonfeed = { "jsonfeed", EXPORT_NEWEST, jsonfeed_begin, jsonfeed_item, jsonfeed_end };
