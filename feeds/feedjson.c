#include "feeds/feedjson.h"

#include "feeds/feedjson-parts.h"

static const char *const formats[] = {
	[DOC_RSS] = "rss", [DOC_RSS_091] = "rss-0.91", [DOC_RSS_092] = "rss-0.92", [DOC_RSS_093] = "rss-0.93",
	[DOC_RSS_094] = "rss-0.94", [DOC_RSS_20] = "rss-2.0", [DOC_RDF_090] = "rdf-0.90", [DOC_RDF_10] = "rdf-1.0",
	[DOC_ATOM_03] = "atom-0.3", [DOC_ATOM_10] = "atom-1.0", [DOC_JSON_10] = "json-1.0", [DOC_JSON_11] = "json-1.1",
};

static const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

const char *
feedjson_format_name(enum doc_format format)
{
	return formats[format];
}

/* --- the feed ------------------------------------------------------------------------------------------------ */

static void
put_hubs(struct json *json, const struct doc_feed *feed)
{
	size_t i;

	if (feed->n_hubs == 0)
		return;
	json_put_array(json, "hubs");
	for (i = 0; i < feed->n_hubs; i++) {
		json_put_object(json, NULL);
		json_put_string(json, "type", feed->hubs[i].type);
		json_put_string(json, "url", feed->hubs[i].url);
		json_end(json);
	}
	json_end(json);
}

static void
put_generator(struct json *json, const struct doc_feed *feed)
{
	struct feedjson_maybe object;

	feedjson_parts_open(json, "generator", &object);
	json_put_string(json, "name", feed->generator_name);
	json_put_string(json, "url", feed->generator_url);
	json_put_string(json, "version", feed->generator_version);
	feedjson_parts_close(json, &object);
}

static void
put_image(struct json *json, const struct doc_feed *feed)
{
	struct feedjson_maybe object;

	feedjson_parts_open(json, "image", &object);
	json_put_string(json, "url", feed->image.url);
	json_put_string(json, "title", feed->image.title);
	json_put_string(json, "link", feed->image.link);
	feedjson_parts_number(json, "width", feed->image.width);
	feedjson_parts_number(json, "height", feed->image.height);
	json_put_string(json, "description", feed->image.description);
	feedjson_parts_close(json, &object);
}

static void
put_cloud(struct json *json, const struct doc_feed *feed)
{
	struct feedjson_maybe object;

	feedjson_parts_open(json, "cloud", &object);
	json_put_string(json, "domain", feed->cloud.domain);
	feedjson_parts_number(json, "port", feed->cloud.port);
	json_put_string(json, "path", feed->cloud.path);
	json_put_string(json, "register_procedure", feed->cloud.register_procedure);
	json_put_string(json, "protocol", feed->cloud.protocol);
	feedjson_parts_close(json, &object);
}

static void
put_schedule(struct json *json, const struct doc_feed *feed)
{
	size_t i;

	feedjson_parts_number(json, "ttl", feed->ttl_min);
	if (feed->n_skip_hour_order != 0) {
		json_put_array(json, "skip_hours");
		for (i = 0; i < feed->n_skip_hour_order; i++)
			json_put_integer(json, NULL, feed->skip_hour_order[i]);
		json_end(json);
	}
	if (feed->n_skip_day_order != 0) {
		json_put_array(json, "skip_days");
		for (i = 0; i < feed->n_skip_day_order; i++)
			json_put_string(json, NULL, days[feed->skip_day_order[i]]);
		json_end(json);
	}
	json_put_string(json, "update_period", feed->update_period);
	feedjson_parts_number(json, "update_frequency", feed->update_frequency);
	feedjson_parts_date(json, "update_base", feed->update_base);
}

static void
put_deleted(struct json *json, const struct doc_feed *feed)
{
	size_t i;

	if (feed->n_deleted == 0)
		return;
	json_put_array(json, "deleted");
	for (i = 0; i < feed->n_deleted; i++) {
		json_put_object(json, NULL);
		json_put_string(json, "ref", feed->deleted[i].ref);
		feedjson_parts_date(json, "when", feed->deleted[i].when);
		json_put_string(json, "comment", feed->deleted[i].comment);
		if (feed->deleted[i].has_by)
			feedjson_parts_person(json, "by", &feed->deleted[i].by);
		json_end(json);
	}
	json_end(json);
}

static void
put_warnings(struct json *json, const struct doc_feed *feed)
{
	size_t i;

	if (feed->n_warnings == 0)
		return;
	json_put_array(json, "warnings");
	for (i = 0; i < feed->n_warnings; i++)
		json_put_string(json, NULL, feed->warnings[i]);
	json_end(json);
}

static void
put_feed_gazette(struct json *json, const struct doc_feed *feed, bool source)
{
	struct feedjson_maybe gazette;

	feedjson_parts_open(json, "_gazette", &gazette);
	if (!source)
		json_put_string(json, "format", feedjson_format_name(feed->format));
	json_put_string(json, "encoding", feed->encoding);
	json_put_string(json, "id", feed->id);
	json_put_string(json, "title_html", feed->title.html);
	json_put_string(json, "description_html", feed->description.html);
	put_generator(json, feed);
	json_put_string(json, "rights", feed->rights.line);
	json_put_string(json, "rights_html", feed->rights.html);
	json_put_string(json, "license", feed->license);
	feedjson_parts_date(json, "published", feed->published);
	feedjson_parts_date(json, "updated", feed->updated);
	put_schedule(json, feed);
	put_image(json, feed);
	if (feed->has_publisher)
		feedjson_parts_person(json, "publisher", &feed->publisher);
	feedjson_parts_persons(json, "contributors", feed->contributors, feed->n_contributors);
	feedjson_parts_tags(json, feed->tags, feed->n_tags);
	feedjson_parts_links(json, feed->links, feed->n_links);
	put_cloud(json, feed);
	json_put_string(json, "new_feed_url", feed->new_feed_url);
	feedjson_parts_podcast(json, &feed->podcast);
	feedjson_parts_geo(json, &feed->geo);
	put_deleted(json, feed);
	put_warnings(json, feed);
	feedjson_parts_close(json, &gazette);
}

static void
put_feed_members(struct json *json, const struct doc_feed *feed)
{
	json_put_string(json, "home_page_url", feed->home_page_url);
	json_put_string(json, "feed_url", feed->feed_url);
	json_put_string(json, "description", feed->description.line);
	json_put_string(json, "user_comment", feed->user_comment);
	json_put_string(json, "next_url", feed->next_url);
	json_put_string(json, "icon", feed->icon);
	json_put_string(json, "favicon", feed->favicon);
	feedjson_parts_persons(json, "authors", feed->authors, feed->n_authors);
	json_put_string(json, "language", feed->language);
	if (feed->expired == DOC_TRUE)
		json_put_bool(json, "expired", true);
	put_hubs(json, feed);
}

void
feedjson_feed(struct json *json, const struct doc_feed *feed)
{
	json_put_string(json, "title", feed->title.line != NULL ? feed->title.line : "");
	put_feed_members(json, feed);
	put_feed_gazette(json, feed, false);
}

/* --- the item -------------------------------------------------------------------------------------------------- */

static void
put_attachment(struct json *json, const struct doc_attachment *attachment)
{
	struct feedjson_maybe gazette;

	json_put_object(json, NULL);
	json_put_string(json, "url", attachment->url);
	json_put_string(json, "mime_type", attachment->mime_type);
	json_put_string(json, "title", attachment->title);
	feedjson_parts_number(json, "size_in_bytes", attachment->size_bytes);
	feedjson_parts_decimal(json, "duration_in_seconds", attachment->duration_s);
	feedjson_parts_open(json, "_gazette", &gazette);
	json_put_string(json, "medium", attachment->medium);
	feedjson_parts_number(json, "width", attachment->width);
	feedjson_parts_number(json, "height", attachment->height);
	json_put_string(json, "language", attachment->language);
	feedjson_parts_number(json, "group", attachment->group);
	feedjson_parts_bool(json, "default", attachment->is_default);
	feedjson_parts_close(json, &gazette);
	json_end(json);
}

void
feedjson_item_rest(struct json *json, const struct doc_entry *entry)
{
	size_t i;

	json_put_string(json, "external_url", entry->external_url);
	json_put_string(json, "image", entry->image);
	json_put_string(json, "banner_image", entry->banner_image);
	feedjson_parts_persons(json, "authors", entry->authors, entry->n_authors);
	if (entry->n_tag_names != 0) {
		json_put_array(json, "tags");
		for (i = 0; i < entry->n_tag_names; i++)
			json_put_string(json, NULL, entry->tag_names[i]);
		json_end(json);
	}
	json_put_string(json, "language", entry->language);
	if (entry->n_attachments != 0) {
		json_put_array(json, "attachments");
		for (i = 0; i < entry->n_attachments; i++)
			put_attachment(json, &entry->attachments[i]);
		json_end(json);
	}
}

static void
put_source(struct json *json, const struct doc_feed *source)
{
	struct feedjson_maybe object;

	feedjson_parts_open(json, "source", &object);
	json_put_string(json, "title", source->title.line);
	put_feed_members(json, source);
	put_feed_gazette(json, source, true);
	feedjson_parts_close(json, &object);
}

static void
put_replies(struct json *json, const struct doc_entry *entry)
{
	size_t i;

	if (entry->n_in_reply_to == 0)
		return;
	json_put_array(json, "in_reply_to");
	for (i = 0; i < entry->n_in_reply_to; i++) {
		json_put_object(json, NULL);
		json_put_string(json, "ref", entry->in_reply_to[i].ref);
		json_put_string(json, "href", entry->in_reply_to[i].href);
		json_put_string(json, "type", entry->in_reply_to[i].type);
		json_put_string(json, "source", entry->in_reply_to[i].source);
		json_end(json);
	}
	json_end(json);
}

static void
put_thumbnails(struct json *json, const struct doc_entry *entry)
{
	size_t i;

	if (entry->n_thumbnails == 0)
		return;
	json_put_array(json, "thumbnails");
	for (i = 0; i < entry->n_thumbnails; i++) {
		json_put_object(json, NULL);
		json_put_string(json, "url", entry->thumbnails[i].url);
		feedjson_parts_number(json, "width", entry->thumbnails[i].width);
		feedjson_parts_number(json, "height", entry->thumbnails[i].height);
		json_end(json);
	}
	json_end(json);
}

static void
put_media(struct json *json, const struct doc_entry *entry)
{
	struct feedjson_maybe media;
	size_t i;

	feedjson_parts_open(json, "media", &media);
	put_thumbnails(json, entry);
	if (entry->n_credits != 0) {
		json_put_array(json, "credits");
		for (i = 0; i < entry->n_credits; i++) {
			json_put_object(json, NULL);
			json_put_string(json, "name", entry->credits[i].name);
			json_put_string(json, "role", entry->credits[i].role);
			json_end(json);
		}
		json_end(json);
	}
	json_put_string(json, "player", entry->player);
	json_put_string(json, "rating", entry->rating);
	feedjson_parts_close(json, &media);
}

static bool
tags_say_more(const struct doc_entry *entry)
{
	size_t i;

	for (i = 0; i < entry->n_tags; i++)
		if (entry->tags[i].scheme != NULL || entry->tags[i].label != NULL)
			return true;
	return false;
}

void
feedjson_item_gazette(struct json *json, const struct doc_entry *entry)
{
	json_put_string(json, "title_html", entry->title.html);
	json_put_string(json, "summary_html", entry->summary.html);
	feedjson_parts_bool(json, "guid_is_permalink", entry->guid_is_permalink);
	feedjson_parts_links(json, entry->links, entry->n_links);
	if (tags_say_more(entry))
		feedjson_parts_tags(json, entry->tags, entry->n_tags);
	if (entry->source != NULL)
		put_source(json, entry->source);
	json_put_string(json, "comments_url", entry->comments_url);
	json_put_string(json, "comments_feed", entry->comments_feed);
	feedjson_parts_number(json, "comment_count", entry->comment_count);
	put_replies(json, entry);
	json_put_string(json, "rights", entry->rights.line);
	json_put_string(json, "rights_html", entry->rights.html);
	json_put_string(json, "license", entry->license);
	feedjson_parts_persons(json, "contributors", entry->contributors, entry->n_contributors);
	if (entry->has_publisher)
		feedjson_parts_person(json, "publisher", &entry->publisher);
	feedjson_parts_geo(json, &entry->geo);
	put_media(json, entry);
	feedjson_parts_podcast(json, &entry->podcast);
}

void
feedjson_item(struct json *json, const struct doc_entry *entry)
{
	struct feedjson_maybe gazette;

	json_put_object(json, NULL);
	json_put_string(json, "id", entry->id);
	json_put_string(json, "url", entry->url);
	json_put_string(json, "title", entry->title.line);
	json_put_string(json, "content_html", entry->content_html);
	json_put_string(json, "content_text", entry->content_text);
	json_put_string(json, "summary", entry->summary.line);
	feedjson_parts_date(json, "date_published", entry->published);
	feedjson_parts_date(json, "date_modified", entry->modified);
	feedjson_item_rest(json, entry);
	feedjson_parts_open(json, "_gazette", &gazette);
	feedjson_item_gazette(json, entry);
	feedjson_parts_close(json, &gazette);
	json_end(json);
}
