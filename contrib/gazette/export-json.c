/*
 * export-json - entries as JSON: a JSON Feed 1.1, and the daemon's own objects one a line.
 *
 * What is the user's alone (tags, what is read) is not in a JSON Feed, which is to be published.
 */
#include <string.h>

#include "contrib/gazette/export-form.h"
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

/* The member if it is a text, else none of this name. */
static void
set_or_delete(json_t *object, const char *name, const char *text)
{
	if (text != NULL)
		json_object_set_new(object, name, json_string(text));
	else
		json_object_del(object, name);
}

/* Somebody has to have a name, a page or a picture. */
static json_t *
author_of(struct export *export, const json_t *person)
{
	json_t	*author = json_copy((json_t *)(uintptr_t)person);

	if (export_form_is_blank(export_text(person, "name")))
		json_object_del(author, "name");
	set_or_delete(author, "url", export_address(export, person, "url"));
	set_or_delete(author, "avatar", export_address(export, person, "avatar"));
	if (json_object_get(author, "name") == NULL && json_object_get(author, "url") == NULL && json_object_get(author, "avatar") == NULL)
		json_object_clear(author);
	return author;
}

/* A URL and a type have to be there. */
static json_t *
attachment_of(struct export *export, const json_t *item, const json_t *file)
{
	json_t		*attachment = json_copy((json_t *)(uintptr_t)file);
	const char	*url = export_url(export, item, file, "url"), *type = export_form_media(export_text(file, "mime_type"));

	set_or_delete(attachment, "url", url);
	set_or_delete(attachment, "mime_type", type != NULL ? type : "application/octet-stream");
	if (json_number_value(json_object_get(file, "size_in_bytes")) < 0)
		json_object_del(attachment, "size_in_bytes");
	if (url == NULL)
		json_object_clear(attachment);
	return attachment;
}

/* Both: those that are left of them. */
static void
set_parts(struct export *export, const json_t *item, json_t *out, const char *name)
{
	const json_t	*parts = json_object_get(item, name);
	bool		 people = strcmp(name, "authors") == 0;
	json_t		*all = json_array(), *part, *one;
	size_t		 i;

	json_array_foreach(parts, i, part) {
		one = people ? author_of(export, part) : attachment_of(export, item, part);
		if (json_object_size(one) > 0)
			json_array_append(all, one);
		json_decref(one);
	}
	if (json_array_size(all) > 0)
		json_object_set(out, name, all);
	else
		json_object_del(out, name);
	json_decref(all);
}

static void
jsonfeed_item(struct export *export, const json_t *item)
{
	static const char *const urls[] = { "url", "external_url", "image", "banner_image" };
	json_t			*out = json_copy((json_t *)(uintptr_t)item);

	json_object_set_new(out, "id", json_string(export_id(export, item, false)));
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		set_or_delete(out, urls[i], export_url(export, item, item, urls[i]));
	set_parts(export, item, out, "authors");
	set_parts(export, item, out, "attachments");
	if (json_object_get(out, "content_html") == NULL && json_object_get(out, "content_text") == NULL)
		json_object_set_new(out, "content_text", json_string(""));
	set_or_delete(out, "language", export_language(export, item));
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
