#include "feeds/feedjson.h"

#include <string.h>

/* An object that is taken back if nothing was put into it. */
struct maybe { struct json before; size_t len, opened; };

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

static void
open_maybe(struct json *json, const char *name, struct maybe *maybe)
{
	maybe->before = *json;
	maybe->len = json->out->len;
	json_put_object(json, name);
	maybe->opened = json->out->len;
}

static bool
close_maybe(struct json *json, const struct maybe *maybe)
{
	if (json->out->len != maybe->opened) {
		json_end(json);
		return true;
	}
	*json = maybe->before;
	json->out->len = maybe->len;
	return false;
}

static void
put_number(struct json *json, const char *name, int64_t value)
{
	if (value != DOC_NO_NUMBER)
		json_put_integer(json, name, value);
}

static void
put_date(struct json *json, const char *name, int64_t time_s)
{
	if (time_s != DOC_NO_DATE)
		json_put_date(json, name, time_s);
}

static void
put_bool(struct json *json, const char *name, enum doc_bool value)
{
	if (value != DOC_UNKNOWN)
		json_put_bool(json, name, value == DOC_TRUE);
}

static void
put_seconds(struct json *json, const char *name, double seconds)
{
	if (seconds >= 0)
		json_put_number(json, name, seconds);
}

/* --- persons, tags, links ------------------------------------------------------------------------------ */

static void
put_person(struct json *json, const char *name, const struct doc_person *person)
{
	struct maybe gazette;

	json_put_object(json, name);
	json_put_string(json, "name", person->name);
	json_put_string(json, "url", person->url);
	json_put_string(json, "avatar", person->avatar);
	open_maybe(json, "_gazette", &gazette);
	json_put_string(json, "email", person->email);
	json_put_string(json, "role", person->role);
	json_put_string(json, "group", person->group);
	close_maybe(json, &gazette);
	json_end(json);
}

static void
put_persons(struct json *json, const char *name, const struct doc_person *list, size_t count)
{
	size_t i;

	if (count == 0)
		return;
	json_put_array(json, name);
	for (i = 0; i < count; i++)
		put_person(json, NULL, &list[i]);
	json_end(json);
}

static void
put_tags(struct json *json, const struct doc_tag *tags, size_t count)
{
	size_t i;

	if (count == 0)
		return;
	json_put_array(json, "tags");
	for (i = 0; i < count; i++) {
		json_put_object(json, NULL);
		json_put_string(json, "term", tags[i].term);
		json_put_string(json, "scheme", tags[i].scheme);
		json_put_string(json, "label", tags[i].label);
		json_end(json);
	}
	json_end(json);
}

static void
put_links(struct json *json, const struct doc_link *links, size_t count)
{
	size_t i;

	if (count == 0)
		return;
	json_put_array(json, "links");
	for (i = 0; i < count; i++) {
		json_put_object(json, NULL);
		json_put_string(json, "rel", links[i].rel);
		json_put_string(json, "href", links[i].href);
		json_put_string(json, "type", links[i].type);
		json_put_string(json, "title", links[i].title);
		json_put_string(json, "hreflang", links[i].hreflang);
		put_number(json, "length", links[i].length);
		json_end(json);
	}
	json_end(json);
}

/* --- podcast, places ------------------------------------------------------------------------------------- */

static void
put_funding(struct json *json, const struct doc_podcast *podcast)
{
	size_t i;

	if (podcast->n_funding == 0)
		return;
	json_put_array(json, "funding");
	for (i = 0; i < podcast->n_funding; i++) {
		json_put_object(json, NULL);
		json_put_string(json, "url", podcast->funding[i].url);
		json_put_string(json, "title", podcast->funding[i].title);
		json_end(json);
	}
	json_end(json);
}

static void
put_transcripts(struct json *json, const struct doc_podcast *podcast)
{
	size_t i;

	if (podcast->n_transcripts == 0)
		return;
	json_put_array(json, "transcripts");
	for (i = 0; i < podcast->n_transcripts; i++) {
		json_put_object(json, NULL);
		json_put_string(json, "url", podcast->transcripts[i].url);
		json_put_string(json, "type", podcast->transcripts[i].type);
		json_put_string(json, "language", podcast->transcripts[i].language);
		json_put_string(json, "rel", podcast->transcripts[i].rel);
		json_end(json);
	}
	json_end(json);
}

static void
put_chapters(struct json *json, const struct doc_podcast *podcast)
{
	size_t i;

	if (podcast->n_chapters == 0)
		return;
	json_put_array(json, "chapters");
	for (i = 0; i < podcast->n_chapters; i++) {
		json_put_object(json, NULL);
		json_put_number(json, "start", podcast->chapters[i].start_s);
		json_put_string(json, "title", podcast->chapters[i].title);
		json_put_string(json, "url", podcast->chapters[i].url);
		json_put_string(json, "image", podcast->chapters[i].image);
		json_end(json);
	}
	json_end(json);
}

static void
put_podcast(struct json *json, const struct doc_podcast *podcast)
{
	struct maybe object;

	open_maybe(json, "podcast", &object);
	json_put_string(json, "type", podcast->type);
	put_seconds(json, "duration", podcast->duration_s);
	put_bool(json, "block", podcast->block);
	put_bool(json, "explicit", podcast->is_explicit);
	json_put_string(json, "subtitle", podcast->subtitle);
	json_put_string(json, "guid", podcast->guid);
	json_put_string(json, "medium", podcast->medium);
	put_bool(json, "locked", podcast->locked);
	put_number(json, "season", podcast->season);
	put_number(json, "episode", podcast->episode);
	json_put_string(json, "episode_type", podcast->episode_type);
	put_funding(json, podcast);
	put_transcripts(json, podcast);
	json_put_string(json, "chapters_url", podcast->chapters_url);
	put_chapters(json, podcast);
	put_persons(json, "persons", podcast->persons, podcast->n_persons);
	close_maybe(json, &object);
}

static void
put_position(struct json *json, const char *name, const double *lon_lat, size_t dimensions)
{
	size_t i;

	json_put_array(json, name);
	for (i = 0; i < dimensions; i++)
		json_put_number(json, NULL, lon_lat[i]);
	json_end(json);
}

/* RFC 7946 section 3.1. */
static void
put_geo(struct json *json, const struct doc_geo *geo)
{
	static const char *const names[] = { NULL, "Point", "LineString", "Polygon" };
	size_t i;

	if (geo->type == DOC_GEO_NONE)
		return;
	json_put_object(json, "geo");
	json_put_string(json, "type", names[geo->type]);
	if (geo->type == DOC_GEO_POINT)
		put_position(json, "coordinates", geo->lon_lat, geo->dimensions);
	else {
		json_put_array(json, "coordinates");
		if (geo->type == DOC_GEO_POLYGON)
			json_put_array(json, NULL);
		for (i = 0; i < geo->n_points; i++)
			put_position(json, NULL, geo->lon_lat + i * geo->dimensions, geo->dimensions);
		if (geo->type == DOC_GEO_POLYGON)
			json_end(json);
		json_end(json);
	}
	json_end(json);
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
	struct maybe object;

	open_maybe(json, "generator", &object);
	json_put_string(json, "name", feed->generator_name);
	json_put_string(json, "url", feed->generator_url);
	json_put_string(json, "version", feed->generator_version);
	close_maybe(json, &object);
}

static void
put_image(struct json *json, const struct doc_feed *feed)
{
	struct maybe object;

	open_maybe(json, "image", &object);
	json_put_string(json, "url", feed->image.url);
	json_put_string(json, "title", feed->image.title);
	json_put_string(json, "link", feed->image.link);
	put_number(json, "width", feed->image.width);
	put_number(json, "height", feed->image.height);
	json_put_string(json, "description", feed->image.description);
	close_maybe(json, &object);
}

static void
put_cloud(struct json *json, const struct doc_feed *feed)
{
	struct maybe object;

	open_maybe(json, "cloud", &object);
	json_put_string(json, "domain", feed->cloud.domain);
	put_number(json, "port", feed->cloud.port);
	json_put_string(json, "path", feed->cloud.path);
	json_put_string(json, "register_procedure", feed->cloud.register_procedure);
	json_put_string(json, "protocol", feed->cloud.protocol);
	close_maybe(json, &object);
}

static void
put_schedule(struct json *json, const struct doc_feed *feed)
{
	size_t i;

	put_number(json, "ttl", feed->ttl_min);
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
	put_number(json, "update_frequency", feed->update_frequency);
	put_date(json, "update_base", feed->update_base);
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
		put_date(json, "when", feed->deleted[i].when);
		json_put_string(json, "comment", feed->deleted[i].comment);
		if (feed->deleted[i].has_by)
			put_person(json, "by", &feed->deleted[i].by);
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
	struct maybe gazette;

	open_maybe(json, "_gazette", &gazette);
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
	put_date(json, "published", feed->published);
	put_date(json, "updated", feed->updated);
	put_schedule(json, feed);
	put_image(json, feed);
	if (feed->has_publisher)
		put_person(json, "publisher", &feed->publisher);
	put_persons(json, "contributors", feed->contributors, feed->n_contributors);
	put_tags(json, feed->tags, feed->n_tags);
	put_links(json, feed->links, feed->n_links);
	put_cloud(json, feed);
	json_put_string(json, "new_feed_url", feed->new_feed_url);
	put_podcast(json, &feed->podcast);
	put_geo(json, &feed->geo);
	put_deleted(json, feed);
	put_warnings(json, feed);
	close_maybe(json, &gazette);
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
	put_persons(json, "authors", feed->authors, feed->n_authors);
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
	struct maybe gazette;

	json_put_object(json, NULL);
	json_put_string(json, "url", attachment->url);
	json_put_string(json, "mime_type", attachment->mime_type);
	json_put_string(json, "title", attachment->title);
	put_number(json, "size_in_bytes", attachment->size_bytes);
	put_seconds(json, "duration_in_seconds", attachment->duration_s);
	open_maybe(json, "_gazette", &gazette);
	json_put_string(json, "medium", attachment->medium);
	put_number(json, "width", attachment->width);
	put_number(json, "height", attachment->height);
	json_put_string(json, "language", attachment->language);
	put_number(json, "group", attachment->group);
	put_bool(json, "default", attachment->is_default);
	close_maybe(json, &gazette);
	json_end(json);
}

void
feedjson_item_rest(struct json *json, const struct doc_entry *entry)
{
	size_t i;

	json_put_string(json, "external_url", entry->external_url);
	json_put_string(json, "image", entry->image);
	json_put_string(json, "banner_image", entry->banner_image);
	put_persons(json, "authors", entry->authors, entry->n_authors);
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
	struct maybe object;

	open_maybe(json, "source", &object);
	json_put_string(json, "title", source->title.line);
	put_feed_members(json, source);
	put_feed_gazette(json, source, true);
	close_maybe(json, &object);
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
		put_number(json, "width", entry->thumbnails[i].width);
		put_number(json, "height", entry->thumbnails[i].height);
		json_end(json);
	}
	json_end(json);
}

static void
put_media(struct json *json, const struct doc_entry *entry)
{
	struct maybe media;
	size_t i;

	open_maybe(json, "media", &media);
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
	close_maybe(json, &media);
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
	put_bool(json, "guid_is_permalink", entry->guid_is_permalink);
	put_links(json, entry->links, entry->n_links);
	if (tags_say_more(entry))
		put_tags(json, entry->tags, entry->n_tags);
	if (entry->source != NULL)
		put_source(json, entry->source);
	json_put_string(json, "comments_url", entry->comments_url);
	json_put_string(json, "comments_feed", entry->comments_feed);
	put_number(json, "comment_count", entry->comment_count);
	put_replies(json, entry);
	json_put_string(json, "rights", entry->rights.line);
	json_put_string(json, "rights_html", entry->rights.html);
	json_put_string(json, "license", entry->license);
	put_persons(json, "contributors", entry->contributors, entry->n_contributors);
	if (entry->has_publisher)
		put_person(json, "publisher", &entry->publisher);
	put_geo(json, &entry->geo);
	put_media(json, entry);
	put_podcast(json, &entry->podcast);
}

void
feedjson_item(struct json *json, const struct doc_entry *entry)
{
	struct maybe gazette;

	json_put_object(json, NULL);
	json_put_string(json, "id", entry->id);
	json_put_string(json, "url", entry->url);
	json_put_string(json, "title", entry->title.line);
	json_put_string(json, "content_html", entry->content_html);
	json_put_string(json, "content_text", entry->content_text);
	json_put_string(json, "summary", entry->summary.line);
	put_date(json, "date_published", entry->published);
	put_date(json, "date_modified", entry->modified);
	feedjson_item_rest(json, entry);
	open_maybe(json, "_gazette", &gazette);
	feedjson_item_gazette(json, entry);
	close_maybe(json, &gazette);
	json_end(json);
}
