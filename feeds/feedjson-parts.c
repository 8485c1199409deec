#include "feeds/feedjson-parts.h"

void
feedjson_parts_open(struct json *json, const char *name, struct feedjson_maybe *maybe)
{
	maybe->before = *json;
	maybe->len = json->out->len;
	json_put_object(json, name);
}

bool
feedjson_parts_close(struct json *json, const struct feedjson_maybe *maybe)
{
	if (json->comma) {
		json_end(json);
		return true;
	}
	*json = maybe->before;
	json->out->len = maybe->len;
	return false;
}

void
feedjson_parts_number(struct json *json, const char *name, int64_t value)
{
	if (value != DOC_NO_NUMBER)
		json_put_integer(json, name, value);
}

void
feedjson_parts_date(struct json *json, const char *name, int64_t time_s)
{
	if (time_s != DOC_NO_DATE)
		json_put_date(json, name, time_s);
}

void
feedjson_parts_bool(struct json *json, const char *name, enum doc_bool value)
{
	if (value != DOC_UNKNOWN)
		json_put_bool(json, name, value == DOC_TRUE);
}

void
feedjson_parts_decimal(struct json *json, const char *name, double value)
{
	if (value >= 0)
		json_put_number(json, name, value);
}

/* --- persons, tags, links ------------------------------------------------------------------------------ */

void
feedjson_parts_person(struct json *json, const char *name, const struct doc_person *person)
{
	struct feedjson_maybe gazette;

	json_put_object(json, name);
	json_put_string(json, "name", person->name);
	json_put_string(json, "url", person->url);
	json_put_string(json, "avatar", person->avatar);
	feedjson_parts_open(json, "_gazette", &gazette);
	json_put_string(json, "email", person->email);
	json_put_string(json, "role", person->role);
	json_put_string(json, "group", person->group);
	feedjson_parts_close(json, &gazette);
	json_end(json);
}

void
feedjson_parts_persons(struct json *json, const char *name, const struct doc_person *list, size_t count)
{
	size_t i;

	if (count == 0)
		return;
	json_put_array(json, name);
	for (i = 0; i < count; i++)
		feedjson_parts_person(json, NULL, &list[i]);
	json_end(json);
}

void
feedjson_parts_tags(struct json *json, const struct doc_tag *tags, size_t count)
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

void
feedjson_parts_links(struct json *json, const struct doc_link *links, size_t count)
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
		feedjson_parts_number(json, "length", links[i].length);
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

void
feedjson_parts_podcast(struct json *json, const struct doc_podcast *podcast)
{
	struct feedjson_maybe object;

	feedjson_parts_open(json, "podcast", &object);
	json_put_string(json, "type", podcast->type);
	feedjson_parts_decimal(json, "duration", podcast->duration_s);
	feedjson_parts_bool(json, "block", podcast->block);
	feedjson_parts_bool(json, "explicit", podcast->is_explicit);
	json_put_string(json, "subtitle", podcast->subtitle);
	json_put_string(json, "guid", podcast->guid);
	json_put_string(json, "medium", podcast->medium);
	feedjson_parts_bool(json, "locked", podcast->locked);
	feedjson_parts_decimal(json, "season", podcast->season);
	feedjson_parts_decimal(json, "episode", podcast->episode);
	json_put_string(json, "episode_type", podcast->episode_type);
	put_funding(json, podcast);
	put_transcripts(json, podcast);
	json_put_string(json, "chapters_url", podcast->chapters_url);
	put_chapters(json, podcast);
	feedjson_parts_persons(json, "persons", podcast->persons, podcast->n_persons);
	feedjson_parts_close(json, &object);
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
void
feedjson_parts_geo(struct json *json, const struct doc_geo *geo)
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
