/*
 * Values of JSON to the model.
 */
#include "feeds/jsonfeed-read.h"

#include <string.h>
#include <strings.h>

#include "feeds/url.h"

/* --- values, retyped where they have the wrong type ------------------------------------------------------ */

/* How much of a text there may be, on a character's border. */
static size_t
cut(struct model_context *context, const char *str)
{
	size_t len = context->limits->text_bytes;

	model_warn(context->warnings, "limit: a text of more than %zu bytes was cut", len);
	while (len != 0 && ((unsigned char)str[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* Text has no control characters but white space (as in XML 1.0 section 2.2). */
static const char *
without_controls(struct arena *arena, const char *str, size_t *len)
{
	size_t i, n = 0;
	char *copy;

	for (i = 0; i < *len && !model_text_is_control(str[i]); i++)
		;
	if (i == *len)
		return str;
	copy = arena_alloc(arena, *len + 1);
	for (i = 0; i < *len; i++)
		if (!model_text_is_control(str[i]))
			copy[n++] = str[i];
	*len = n;
	return copy;
}

/* The string, or a number's decimal string; NULL for anything else. Borrowed of the value where it can be used as it is. */
static const char *
string_of(struct jsonfeed_reader *reader, const json_t *value, size_t *len)
{
	const char *str = NULL;

	*len = 0;
	if (json_is_string(value)) {
		*len = json_string_length(value);
		if (*len > reader->context->limits->text_bytes)
			*len = cut(reader->context, json_string_value(value));
		str = without_controls(reader->arena, json_string_value(value), len);
		return memchr(str, 0xc2, *len) != NULL ? model_text_copy(reader->arena, str, *len, len) : str;
	}
	if (json_is_integer(value))
		str = arena_printf(reader->arena, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		str = arena_printf(reader->arena, "%.17g", json_real_value(value));
	if (str != NULL)
		*len = strlen(str);
	return str;
}

static const char *
line_of(struct jsonfeed_reader *reader, const json_t *value)
{
	struct model_value text = { NULL, 0, false };

	text.ptr = string_of(reader, value, &text.len);
	return text.ptr != NULL ? model_text_line(reader->context, reader->arena, text) : NULL;
}

static const char *
line(struct jsonfeed_reader *reader, const json_t *object, const char *name)
{
	return line_of(reader, json_object_get(object, name));
}

static const char *
trimmed(struct jsonfeed_reader *reader, const json_t *object, const char *name)
{
	size_t len;
	const char *str = string_of(reader, json_object_get(object, name), &len);

	return str != NULL ? model_text_trimmed(reader->arena, str, len) : NULL;
}

static const char *
url(struct jsonfeed_reader *reader, const json_t *object, const char *name)
{
	size_t len;
	const char *str = string_of(reader, json_object_get(object, name), &len);

	return str != NULL ? model_value_url(reader->context, reader->arena, NULL, str, len) : NULL;
}

static int64_t
date(struct jsonfeed_reader *reader, const json_t *object, const char *name)
{
	size_t len;
	const char *str = string_of(reader, json_object_get(object, name), &len);

	return str != NULL ? model_value_date(reader->context, str, len) : DOC_NO_DATE;
}

/* A number, or one in a string; negative is absent. */
static double
number(struct jsonfeed_reader *reader, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	const char *str;
	size_t len;

	if (json_is_number(value))
		return json_number_value(value) >= 0 ? json_number_value(value) : -1;
	str = string_of(reader, value, &len);
	return str != NULL ? model_value_duration(str, len) : -1;
}

static const char *
language(struct jsonfeed_reader *reader, const json_t *object)
{
	const char *str = line(reader, object, "language");

	return str != NULL ? model_value_language(reader->arena, str, strlen(str)) : NULL;
}

static enum doc_bool
boolean(const json_t *value)
{
	if (json_is_boolean(value))
		return json_is_true(value) ? DOC_TRUE : DOC_FALSE;
	return json_is_string(value) ? model_value_bool(json_string_value(value), json_string_length(value)) : DOC_UNKNOWN;
}

/* --- lists ------------------------------------------------------------------------------------------------- */

static void
add_author(struct jsonfeed_reader *reader, const json_t *value, struct doc_person **list, size_t *n, size_t *cap)
{
	struct doc_person person = { 0 };

	if (json_is_string(value))
		person.name = line_of(reader, value);
	else {
		person.name = line(reader, value, "name");
		person.url = url(reader, value, "url");
		person.avatar = url(reader, value, "avatar");
	}
	if (person.name != NULL || person.url != NULL || person.avatar != NULL)
		*(struct doc_person *)arena_push(reader->arena, list, n, cap, sizeof(person)) = person;
}

/* "authors" of version 1.1, else "author" of 1.0. */
static void
read_authors(struct jsonfeed_reader *reader, const json_t *object, struct doc_person **list, size_t *n, size_t *cap)
{
	const json_t *authors = json_object_get(object, "authors");
	size_t i;

	for (i = 0; i < json_array_size(authors) && i < reader->context->limits->list_items; i++)
		add_author(reader, json_array_get(authors, i), list, n, cap);
	if (json_is_object(authors))
		add_author(reader, authors, list, n, cap);
	if (*n == 0)
		add_author(reader, json_object_get(object, "author"), list, n, cap);
}

static void
add_tag(struct jsonfeed_reader *reader, struct doc_entry *entry, const json_t *value)
{
	const char *term = line_of(reader, value);
	size_t i;

	for (i = 0; term != NULL && i < entry->n_tag_names; i++)
		if (strcmp(entry->tag_names[i], term) == 0)
			return;
	if (term != NULL)
		*(const char **)arena_push(reader->arena, &entry->tag_names, &entry->n_tag_names, &entry->cap_tag_names,
		    sizeof(term)) = term;
}

static void
read_tags(struct jsonfeed_reader *reader, struct doc_entry *entry, const json_t *tags)
{
	size_t i;

	if (!json_is_array(tags)) {
		add_tag(reader, entry, tags);
		return;
	}
	for (i = 0; i < json_array_size(tags) && i < reader->context->limits->list_items; i++)
		add_tag(reader, entry, json_array_get(tags, i));
}

static void
read_attachments(struct jsonfeed_reader *reader, struct doc_entry *entry, const json_t *list)
{
	struct doc_attachment attachment;
	const json_t *value;
	double size;
	size_t i;

	for (i = 0; i < json_array_size(list) && i < reader->context->limits->list_items; i++) {
		value = json_array_get(list, i);
		model_media_init(&attachment);
		attachment.url = url(reader, value, "url");
		attachment.mime_type = line(reader, value, "mime_type");
		attachment.title = line(reader, value, "title");
		size = number(reader, value, "size_in_bytes");
		attachment.size_bytes = size > 0 && size < (double)(1LL << 53) ? (int64_t)size : DOC_NO_NUMBER;
		attachment.duration_s = number(reader, value, "duration_in_seconds");
		model_media_add(reader->context, reader->arena, entry, &attachment);
	}
	model_media_complete(entry);
}

static void
read_hubs(struct jsonfeed_reader *reader, struct doc_feed *feed, const json_t *list)
{
	struct doc_hub hub;
	size_t i;

	for (i = 0; i < json_array_size(list) && i < reader->context->limits->list_items; i++) {
		hub.type = line(reader, json_array_get(list, i), "type");
		hub.url = url(reader, json_array_get(list, i), "url");
		if (hub.type != NULL && hub.url != NULL)
			*(struct doc_hub *)arena_push(reader->arena, &feed->hubs, &feed->n_hubs, &feed->cap_hubs, sizeof(hub)) = hub;
	}
}

/* --- feed and items ------------------------------------------------------------------------------------------ */

/* What items depend on. */
void
jsonfeed_read_settled(struct jsonfeed_reader *reader, const json_t *root, struct doc_feed *feed)
{
	struct model_context *context = reader->context;

	context->base = context->url;
	feed->feed_url = url(reader, root, "feed_url");
	if (context->base == NULL)
		context->base = feed->feed_url;
	feed->home_page_url = url(reader, root, "home_page_url");
	context->base = model_feed_base(context, feed);
	feed->language = language(reader, root);
}

void
jsonfeed_read_feed(struct jsonfeed_reader *reader, const json_t *root, struct doc_feed *feed)
{
	const char *version = line(reader, root, "version");
	size_t len = version != NULL ? strlen(version) : 0;

	feed->format = len >= 3 && strcmp(version + len - 3, "1.1") == 0 ? DOC_JSON_11 : DOC_JSON_10;
	jsonfeed_read_settled(reader, root, feed);
	feed->title.line = line(reader, root, "title");
	feed->description.line = line(reader, root, "description");
	feed->user_comment = line(reader, root, "user_comment");
	feed->next_url = url(reader, root, "next_url");
	feed->icon = url(reader, root, "icon");
	feed->favicon = url(reader, root, "favicon");
	feed->expired = boolean(json_object_get(root, "expired"));
	read_authors(reader, root, &feed->authors, &feed->n_authors, &feed->cap_authors);
	read_hubs(reader, feed, json_object_get(root, "hubs"));
}

static void
read_content(struct jsonfeed_reader *reader, const json_t *item, struct doc_entry *entry)
{
	struct model_value html = { NULL, 0, true };
	bool hashed = reader->context->content_key != NULL;
	struct hash_state words;
	const char *base = entry->url != NULL && url_is_absolute(entry->url) ? entry->url : reader->context->base, *text;
	size_t len;

	if (hashed)
		model_entry_hash_begin(reader->context, entry, &words);
	html.ptr = string_of(reader, json_object_get(item, "content_html"), &html.len);
	if (html.ptr != NULL)
		entry->content_html = model_text_html(reader->context, reader->arena, html, base, NULL, hashed ? &words : NULL);
	text = string_of(reader, json_object_get(item, "content_text"), &len);
	if (text != NULL)
		entry->content_text = model_text_trimmed(reader->arena, text, len);
	if (hashed && entry->content_html == NULL)
		model_text_hash(entry->content_text != NULL ? entry->content_text :
		    entry->summary.line != NULL ? entry->summary.line : "", &words);
	if (hashed)
		entry->content_hash = hash_final(&words);
	if (entry->content_html == NULL && entry->content_text == NULL)
		entry->content_text = "";
}

void
jsonfeed_read_item(struct jsonfeed_reader *reader, const json_t *item, const struct doc_feed *feed, struct doc_entry *entry)
{
	const char *tongue;

	model_entry_init(entry);
	entry->guid = entry->id = trimmed(reader, item, "id");
	entry->url = url(reader, item, "url");
	entry->external_url = url(reader, item, "external_url");
	entry->title.line = line(reader, item, "title");
	entry->summary.line = line(reader, item, "summary");
	entry->image = url(reader, item, "image");
	entry->banner_image = url(reader, item, "banner_image");
	entry->published = date(reader, item, "date_published");
	entry->modified = date(reader, item, "date_modified");
	tongue = language(reader, item);
	if (tongue != NULL && (feed->language == NULL || strcasecmp(tongue, feed->language) != 0))
		entry->language = tongue;
	read_content(reader, item, entry);
	read_authors(reader, item, &entry->authors, &entry->n_authors, &entry->cap_authors);
	read_tags(reader, entry, json_object_get(item, "tags"));
	read_attachments(reader, entry, json_object_get(item, "attachments"));
	if (entry->id == NULL)
		entry->id = model_entry_fallback_id(reader->arena, entry);
}
