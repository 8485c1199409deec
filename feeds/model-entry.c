/*
 * An entry's facts to a doc_entry.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "feeds/base/hash.h"
#include "feeds/html.h"
#include "feeds/model-read.h"
#include "feeds/url.h"

void
model_entry_init(struct doc_entry *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->published = entry->modified = DOC_NO_DATE;
	entry->comment_count = DOC_NO_NUMBER;
	model_podcast_init(&entry->podcast);
}

struct reader {
	struct model_read in;
	struct doc_entry *entry;
	const char	*body_base;		/* inside HTML where no xml:base is in scope */
	const struct model_fact *body;
};

static bool
read_guid(const struct model_read *read, const struct model_fact *fact, void *out)
{
	struct doc_entry *entry = out;
	const struct model_attr *permalink;

	if (!model_read_trimmed(read, fact, &entry->guid))
		return false;
	entry->id = entry->guid;
	if (fact->row->ns == NS_RSS) {
		permalink = model_pick_attr(fact, A_IS_PERMALINK);
		entry->guid_is_permalink = url_is_http(entry->guid) && (permalink == NULL || model_value_is(permalink, "true")) ?
		    DOC_TRUE : DOC_FALSE;
	}
	return true;
}

static const struct model_read_row fields[] = {
	{ F_TITLE, model_read_rich, offsetof(struct doc_entry, title) },
	{ F_RIGHTS, model_read_rich, offsetof(struct doc_entry, rights) },
	{ F_PUBLISHED, model_read_date, offsetof(struct doc_entry, published) },
	{ F_UPDATED, model_read_date, offsetof(struct doc_entry, modified) },
	{ F_COMMENTS, model_read_url, offsetof(struct doc_entry, comments_url) },
	{ F_COMMENTS_FEED, model_read_url, offsetof(struct doc_entry, comments_feed) },
	{ F_COMMENT_COUNT, model_read_integer, offsetof(struct doc_entry, comment_count) },
};

/* --- links and identity --------------------------------------------------------------------------- */

/* It is that of RSS or Atom, not of a module. */
static bool
guid_is_native(const struct reader *reader)
{
	const struct model_fact *fact;
	size_t nth;

	for (nth = 0; (fact = model_pick_get(reader->in.pick, F_ID, nth)) != NULL; nth++)
		if (!model_value_blank(fact->text, fact->len))
			return fact->native;
	return false;
}

static void
read_urls(struct reader *reader, const struct model_links *links)
{
	struct doc_entry *entry = reader->entry;

	entry->links = links->list;
	entry->n_links = links->n_list;
	entry->external_url = links->related;
	entry->license = links->license;
	if (model_read_first(&reader->in, F_ORIG_LINK, model_read_url, &entry->url) || model_read_first(&reader->in, F_HOME, model_read_url, &entry->url))
		return;
	entry->url = links->best;
	if (entry->url == NULL && url_is_http(entry->guid) && entry->guid_is_permalink != DOC_FALSE &&
	    guid_is_native(reader))
		entry->url = url_resolve(reader->in.arena, NULL, entry->guid, strlen(entry->guid));
	if (entry->url == NULL)
		model_read_first(&reader->in, F_PLAYER, model_read_url, &entry->url);
}

/* RFC 4685: where the replies are, by the type of what is there. */
static void
read_replies(struct reader *reader, const struct model_links *links)
{
	struct doc_entry *entry = reader->entry;
	const struct model_fact *fact;
	const struct doc_link *link;
	int64_t count;
	size_t i;

	for (i = 0; i < links->n_list; i++) {
		link = &links->list[i];
		if (strcasecmp(link->rel, "replies") != 0)
			continue;
		if (entry->comments_url == NULL && model_link_is_html(link->type))
			entry->comments_url = link->href;
		if (entry->comments_feed == NULL && (link->type == NULL || model_link_is_feed(link->type)))
			entry->comments_feed = link->href;
	}
	for (i = 0; (fact = model_pick_get(reader->in.pick, F_LINK, i)) != NULL && entry->comment_count == DOC_NO_NUMBER; i++) {
		count = model_value_integer_attr(fact, A_COUNT);
		if (count != DOC_NO_NUMBER && model_value_is(model_pick_attr(fact, A_REL), "replies"))
			entry->comment_count = count;
	}
}

static void
read_in_reply_to(struct reader *reader)
{
	struct doc_entry *entry = reader->entry;
	const struct model_fact *fact;
	struct doc_reply reply;
	size_t i;

	for (i = 0; (fact = model_pick_get(reader->in.pick, F_REPLY, i)) != NULL && i < reader->in.context->limits->list_items; i++) {
		reply.ref = model_text_attr_line(reader->in.arena, fact, A_REF);
		reply.href = model_value_url_attr(reader->in.context, reader->in.arena, fact, A_HREF);
		reply.type = model_text_attr_line(reader->in.arena, fact, A_TYPE);
		reply.source = model_value_url_attr(reader->in.context, reader->in.arena, fact, A_SOURCE);
		if (reply.ref != NULL || reply.href != NULL)
			*(struct doc_reply *)arena_push(reader->in.arena, &entry->in_reply_to, &entry->n_in_reply_to,
			    &entry->cap_in_reply_to, sizeof(reply)) = reply;
	}
}

/* What makes an item the same item, where it has no name of its own. */
const char *
model_entry_fallback_id(struct arena *arena, const struct doc_entry *entry)
{
	static const struct hash_key key = { 0x67617a6574746564, 0x656e747279206964 };
	const char *const parts[] = { entry->title.line, entry->content_html, entry->content_text, entry->summary.line };
	struct hash_state state;
	size_t i;

	if (entry->url != NULL)
		return entry->url;
	if (entry->external_url != NULL)
		return entry->external_url;
	if (entry->n_attachments != 0)
		return entry->attachments[0].url;
	hash_init(&state, &key);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i] != NULL)
			hash_update(&state, parts[i], strlen(parts[i]));
		hash_update(&state, "", 1);
	}
	hash_update(&state, &(int64_t){ entry->published }, sizeof(int64_t));
	return arena_printf(arena, "urn:gazette:%016llx", (unsigned long long)hash_final(&state));
}

/* --- body and summary ------------------------------------------------------------------------------ */

static const struct model_fact *
candidate(const struct reader *reader, size_t nth)
{
	const struct model_fact *fact = model_pick_get(reader->in.pick, F_BODY, nth);
	size_t n_bodies = nth;

	if (fact != NULL)
		return fact;
	while (n_bodies != 0 && model_pick_get(reader->in.pick, F_BODY, n_bodies - 1) == NULL)
		n_bodies--;
	return model_pick_get(reader->in.pick, F_POD_SUBTITLE, nth - n_bodies);
}

/* The title is part of what an entry says. */
void
model_entry_hash_begin(const struct model_context *context, const struct doc_entry *entry, struct hash_state *words)
{
	hash_init(words, context->content_key);
	if (entry->title.line != NULL)
		hash_update(words, entry->title.line, strlen(entry->title.line));
	hash_update(words, "\x1f", 1);
}

static bool
set_body(struct reader *reader, const struct model_fact *fact, struct model_value value)
{
	struct doc_entry *entry = reader->entry;
	struct hash_state words;
	bool hashed = reader->in.context->content_key != NULL;

	if (hashed)
		model_entry_hash_begin(reader->in.context, entry, &words);
	if (value.html)
		entry->content_html = model_text_html(reader->in.context, reader->in.arena, value,
		    fact->base != NULL ? fact->base : reader->body_base, NULL, hashed ? &words : NULL);
	else
		entry->content_text = model_text_trimmed(reader->in.arena, value.ptr, value.len);
	if (entry->content_html == NULL && entry->content_text == NULL)
		return false;
	reader->body = fact;
	if (hashed && entry->content_text != NULL)
		model_text_hash(entry->content_text, &words);
	if (hashed)
		entry->content_hash = hash_final(&words);
	return true;
}

/* Among several atom:content elements html and xhtml win over text. */
static bool
prefer_html(struct reader *reader, size_t *nth)
{
	const struct model_fact *fact;
	struct model_value value;
	size_t i;

	for (i = 0; (fact = model_pick_get(reader->in.pick, F_BODY, i)) != NULL && fact->row->rank == 0; i++) {
		value = model_text_value(reader->in.context, reader->in.arena, fact);
		if (value.html && set_body(reader, fact, value)) {
			*nth = i;
			return true;
		}
	}
	return false;
}

static void
read_body(struct reader *reader)
{
	const struct model_fact *fact;
	struct model_value body;
	struct hash_state words;
	struct doc_rich summary;
	size_t nth, at = 0;

	if (!prefer_html(reader, &at))
		for (nth = 0; (fact = candidate(reader, nth)) != NULL; nth++)
			if (set_body(reader, fact, model_text_value(reader->in.context, reader->in.arena, fact))) {
				at = nth;
				break;
			}
	if (reader->body == NULL) {
		if (reader->in.context->content_key != NULL) {
			model_entry_hash_begin(reader->in.context, reader->entry, &words);
			reader->entry->content_hash = hash_final(&words);
		}
		return;
	}
	body = model_text_value(reader->in.context, reader->in.arena, reader->body);
	for (nth = 0; (fact = candidate(reader, nth)) != NULL; nth++) {
		if (nth == at || fact == reader->body)
			continue;
		summary = model_text_rich(reader->in.context, reader->in.arena, fact);
		if (summary.line == NULL ? summary.html != NULL :
		    !model_text_is_line(reader->in.context, body, summary.line)) {
			reader->entry->summary = summary;
			break;
		}
	}
}

/* --- the rest --------------------------------------------------------------------------------------- */

static void
settle_language(struct reader *reader)
{
	const struct model_fact *title = model_pick_get(reader->in.pick, F_TITLE, 0);
	const char *language = NULL, *feed = reader->in.context->language;

	if (!model_read_first(&reader->in, F_LANGUAGE, model_read_language, &language)) {
		if (reader->body != NULL)
			language = reader->body->lang;
		else if (title != NULL)
			language = title->lang;
		else
			language = reader->in.pick->unit->lang;
	}
	if (language != NULL && (feed == NULL || strcasecmp(language, feed) != 0))
		reader->entry->language = language;
}

static const struct doc_feed *
read_source(struct reader *reader)
{
	const struct model_unit *unit = reader->in.pick->unit;
	const struct model_fact *fact = model_pick_get(reader->in.pick, F_SOURCE, 0);
	struct doc_feed *feed;

	if (fact == NULL)
		fact = model_pick_get(reader->in.pick, F_RSS_SOURCE, 0);
	if (fact == NULL)
		return NULL;
	feed = arena_alloc(reader->in.arena, sizeof(*feed));
	model_feed_init(feed);
	if (fact->row->field == F_SOURCE) {
		model_feed_read(reader->in.context, reader->in.arena, unit, fact, feed);
		return feed;
	}
	feed->title = model_text_rich(reader->in.context, reader->in.arena, fact);
	feed->feed_url = model_value_url_attr(reader->in.context, reader->in.arena, fact, A_URL);
	return feed->title.line != NULL || feed->feed_url != NULL ? feed : NULL;
}

/* Atom's own authors, else those of the source (RFC 4287 section 4.2.1), else one kind of the modules'. */
static void
read_people(struct reader *reader)
{
	struct model_context *context = reader->in.context;
	struct doc_entry *entry = reader->entry;
	const struct model_fact *best;

	model_person_list(context, reader->in.arena, reader->in.pick, F_AUTHORS, true, &entry->authors, &entry->n_authors,
	    &entry->cap_authors);
	best = model_pick_get(reader->in.pick, F_AUTHORS, 0);
	if (context->atom && entry->source != NULL && entry->source->n_authors != 0 &&
	    (entry->n_authors == 0 || (best != NULL && best->row->ns != NS_ATOM))) {
		entry->authors = entry->source->authors;
		entry->n_authors = entry->source->n_authors;
		entry->cap_authors = entry->source->cap_authors;
	}
	model_person_list(context, reader->in.arena, reader->in.pick, F_CONTRIBUTORS, false, &entry->contributors,
	    &entry->n_contributors, &entry->cap_contributors);
	entry->has_publisher = model_person_first(context, reader->in.arena, reader->in.pick, F_PUBLISHER, &entry->publisher);
}

static void
read_image(struct reader *reader)
{
	struct doc_entry *entry = reader->entry;
	const struct model_fact *fact, *inner;
	size_t nth, at, i;

	for (nth = 0; entry->image == NULL && (fact = model_pick_get(reader->in.pick, F_IMAGE, nth)) != NULL; nth++) {
		at = 0;
		inner = model_pick_child(reader->in.pick->unit, fact, F_SUB_URL, &at);
		entry->image = model_value_url_fact(reader->in.context, reader->in.arena, inner != NULL ? inner : fact);
	}
	if (entry->image == NULL)
		model_read_first(&reader->in, F_ICON, model_read_url, &entry->image);
	if (entry->image == NULL && entry->n_thumbnails != 0)
		entry->image = entry->thumbnails[0].url;
	for (i = 0; entry->image == NULL && i < entry->n_attachments; i++)
		if (strncasecmp(entry->attachments[i].mime_type, "image/", 6) == 0 ||
		    (entry->attachments[i].medium != NULL && strcasecmp(entry->attachments[i].medium, "image") == 0))
			entry->image = entry->attachments[i].url;
}

void
model_entry_read(struct model_context *context, struct arena *arena, const struct model_unit *unit, struct doc_entry *entry)
{
	struct model_pick pick;
	struct reader reader = { { context, arena, &pick }, entry, NULL, NULL };
	struct model_links links;

	model_pick_init(&pick, arena, unit, 0, unit->n_facts);
	model_read_first(&reader.in, F_ID, read_guid, entry);
	model_link_collect(context, arena, &pick, context->base, &links);
	read_urls(&reader, &links);
	reader.body_base = url_is_absolute(entry->url) ? entry->url : context->base;
	model_read_rows(&reader.in, fields, sizeof(fields) / sizeof(fields[0]), entry);
	read_body(&reader);
	read_replies(&reader, &links);
	read_in_reply_to(&reader);
	if (entry->license == NULL)
		model_read_first(&reader.in, F_LICENSE, model_read_url, &entry->license);
	entry->source = read_source(&reader);
	read_people(&reader);
	model_podcast_read(context, arena, &pick, true, &entry->podcast);
	model_media_attachments(context, arena, &pick, entry);
	model_media_facts(context, arena, &pick, entry);
	read_image(&reader);
	model_tag_collect(context, arena, &pick, &entry->tags, &entry->n_tags, &entry->cap_tags);
	model_tag_names(arena, entry->tags, entry->n_tags, &entry->tag_names, &entry->n_tag_names, &entry->cap_tag_names);
	model_geo_read(arena, &pick, &entry->geo);
	settle_language(&reader);
	if (entry->id == NULL)
		entry->id = model_entry_fallback_id(arena, entry);
	if (entry->content_html == NULL && entry->content_text == NULL)
		entry->content_text = "";
}

/* --- what an entry waits for ------------------------------------------------------------------------ */

static bool
names_relative_url(const char *ptr, size_t len)
{
	while (len != 0 && (*ptr == ' ' || *ptr == '\n' || *ptr == '\t' || *ptr == '\r')) {
		ptr++;
		len--;
	}
	return len != 0 && !(len > 4 && (strncasecmp(ptr, "http", 4) == 0 || memchr(ptr, ':', len < 12 ? len : 12) != NULL));
}

/* Attributes that hold URLs, and fields whose text is one. */
static bool
needs_base(const struct model_fact *fact, bool body_has_base)
{
	static const enum model_attr_name urls[] = { A_HREF, A_URL, A_SRC, A_URI, A_IMG, A_IMAGE, A_RDF_RESOURCE, A_SOURCE };
	static const uint8_t fields_of_urls[] = { F_HOME, F_COMMENTS, F_COMMENTS_FEED, F_ORIG_LINK, F_ORIG_ENCLOSURE, F_LICENSE,
	    F_IMAGE, F_SUB_URL, F_SUB_LINK };
	const struct model_attr *attr;
	const char *html = fact->markup != NULL ? fact->markup : fact->text;
	size_t len = fact->markup != NULL ? fact->markup_len : fact->len, i;

	if (fact->base != NULL)
		return false;
	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		attr = model_pick_attr(fact, urls[i]);
		if (attr != NULL && names_relative_url(attr->value, attr->len))
			return true;
	}
	if (fact->row->text == TEXT_PLAIN) {
		for (i = 0; i < sizeof(fields_of_urls); i++)
			if (fact->row->field == fields_of_urls[i])
				return names_relative_url(fact->text, fact->len);
		return false;
	}
	return !(fact->row->field == F_BODY && body_has_base) && len != 0 && memchr(html, '<', len) != NULL &&
	    memchr(html, '=', len) != NULL;
}

/* The first link that certainly becomes the item's url, and is absolute. */
static bool
has_own_base(const struct model_unit *unit)
{
	const struct model_fact *fact;
	const struct model_attr *href;
	size_t i;

	for (i = 0; i < unit->n_facts; i++) {
		fact = &unit->facts[i];
		href = fact->row->field == F_LINK ? model_pick_attr(fact, A_HREF) : NULL;
		if (fact->row->field == F_HOME && fact->len != 0)
			return !names_relative_url(fact->text, fact->len);
		if (href != NULL && (model_pick_attr(fact, A_REL) == NULL || model_value_is(model_pick_attr(fact, A_REL), "alternate")))
			return !names_relative_url(href->value, href->len);
	}
	return false;
}

bool
model_entry_waits(const struct model_unit *unit, const struct model_settled *settled)
{
	bool own_base = false;
	size_t i;

	if (!settled->base_is_final) {
		own_base = has_own_base(unit);
		for (i = 0; i < unit->n_facts; i++)
			if (needs_base(&unit->facts[i], own_base))
				return true;
	}
	if (settled->language_is_final)
		return false;
	for (i = 0; i < unit->n_facts; i++)
		if (unit->facts[i].row->field == F_LANGUAGE || unit->facts[i].lang != NULL)
			return true;
	return unit->lang != NULL;
}
