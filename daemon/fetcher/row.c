#include "daemon/fetcher/row.h"

#include <string.h>
#include <strings.h>

#include "daemon/shared/ipc.h"
#include "feeds/base/json.h"
#include "feeds/feedjson.h"

enum { DONE_BYTES_MAX = 64 << 20 };	/* room beside the entries, so that RECORD_DONE always fits */

void
row_scratch_init(struct row_scratch *scratch)
{
	buf_init(&scratch->rest, RECORD_BODY_MAX);
	buf_init(&scratch->gazette, RECORD_BODY_MAX);
	buf_init(&scratch->authors, RECORD_LINE_MAX);
}

void
row_scratch_free(struct row_scratch *scratch)
{
	buf_free(&scratch->rest);
	buf_free(&scratch->gazette);
	buf_free(&scratch->authors);
}

void
row_init(struct row *row, struct row_scratch *scratch)
{
	memset(row, 0, sizeof(*row));
	row->scratch = scratch;
}

void
row_free(struct row *row)
{
	buf_free(&row->frames);
}

/* Empties a shared buffer; one that has grown large is given back. */
static void
empty(struct buf *buf)
{
	if (buf->cap > ROW_SCRATCH_BYTES)
		buf_free(buf);
	else
		buf_clear(buf);
}

void
row_begin(struct row *row, uint64_t job, size_t max)
{
	row_drop(row);
	row->frames.max = max;
	row->job = job;
	row->hub = row->self_url = NULL;
}

void
row_drop(struct row *row)
{
	buf_free(&row->frames);
	row->entries = 0;
}

static void
add(struct row *row, const struct record_desc *desc, const void *rec)
{
	size_t start = ipc_frame_start(&row->frames);

	record_encode(desc, rec, &row->frames);
	ipc_frame_end(&row->frames, start);
}

/* --- strings ------------------------------------------------------------------------------ */

static struct span
text(const char *str, size_t max)
{
	return record_cut(span_of(str), max);
}

/* A URL is whole or it is none. */
static struct span
whole(const char *str, size_t max)
{
	struct span span = span_of(str);

	return span.len <= max ? span : (struct span){ NULL, 0 };
}

static struct span
names(struct buf *out, const struct doc_person *people, size_t count)
{
	buf_clear(out);
	for (size_t i = 0; i < count; i++) {
		if (people[i].name == NULL || *people[i].name == '\0')
			continue;
		if (out->len != 0)
			buf_put(out, ", ", 2);
		buf_puts(out, people[i].name);
	}
	return (struct span){ out->len != 0 ? out->ptr : NULL, out->len };
}

/* An object written by one of the writers of feedjson.h; one that grew beyond its ceiling is empty. */
#define OBJECT(out, writer, value) object_span((out), write_##writer((out), (value)))

static struct span
object_span(const struct buf *out, bool whole_object)
{
	return whole_object ? (struct span){ out->ptr, out->len } : SPAN("{}");
}

#define WRITER(name, type)					\
static bool							\
write_##name(struct buf *out, const struct type *value)		\
{								\
	struct json json = JSON_INIT(out);			\
								\
	empty(out);						\
	json_put_object(&json, NULL);				\
	name(&json, value);					\
	json_end(&json);					\
	return !out->overflow;					\
}

WRITER(feedjson_item_rest, doc_entry)
WRITER(feedjson_item_gazette, doc_entry)
WRITER(feedjson_feed, doc_feed)

/* --- records ------------------------------------------------------------------------------ */

void
row_entry(struct row *row, const struct doc_entry *entry)
{
	struct rec_entry rec = {
		.job = row->job, .ordinal = entry->ordinal,
		.guid = text(entry->guid, RECORD_URL_MAX), .url = whole(entry->url, RECORD_URL_MAX),
		.title = text(entry->title.line, RECORD_LINE_MAX),
		.html = whole(entry->content_html, RECORD_BODY_MAX), .text = text(entry->content_text, RECORD_BODY_MAX),
		.summary = text(entry->summary.line, RECORD_SUMMARY_MAX),
		.authors = names(&row->scratch->authors, entry->authors, entry->n_authors),
		.language = whole(entry->language, RECORD_WORD_MAX),
		.published = entry->published, .modified = entry->modified,
		.content_hash = entry->content_hash,
		.rest = OBJECT(&row->scratch->rest, feedjson_item_rest, entry),
		.gazette = OBJECT(&row->scratch->gazette, feedjson_item_gazette, entry),
	};

	add(row, &record_entry, &rec);
	row->entries++;
}

/* The first that speaks WebSub: JSON Feed may name others. */
static const char *
websub_hub(const struct doc_feed *feed)
{
	for (size_t i = 0; i < feed->n_hubs; i++)
		if (feed->hubs[i].type == NULL || strcasecmp(feed->hubs[i].type, "WebSub") == 0)
			return feed->hubs[i].url;
	return NULL;
}

/* The first warning about what no document may be; others are about values, or what we did not take. */
static const char *
fault(const struct doc_feed *feed)
{
	static const char *const kinds[] = { "xml: ", "json: ", "encoding: not valid " };

	for (size_t i = 0; i < feed->n_warnings; i++)
		for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
			if (strncmp(feed->warnings[i], kinds[kind], strlen(kinds[kind])) == 0)
				return feed->warnings[i];
	return NULL;
}

void
row_feed(struct row *row, const struct doc_feed *feed)
{
	struct rec_feed rec = {
		.job = row->job,
		.format = SPAN(feedjson_format_name(feed->format)),
		.title = text(feed->title.line, RECORD_LINE_MAX),
		.home_page_url = whole(feed->home_page_url, RECORD_URL_MAX),
		.description = text(feed->description.line, RECORD_SUMMARY_MAX),
		.language = whole(feed->language, RECORD_WORD_MAX),
		.self_url = whole(row->self_url != NULL ? row->self_url : feed->feed_url, RECORD_URL_MAX),
		.icon = whole(feed->icon != NULL ? feed->icon : feed->image.url, RECORD_URL_MAX),
		.hub = whole(row->hub != NULL ? row->hub : websub_hub(feed), RECORD_URL_MAX),
		.new_feed_url = whole(feed->new_feed_url, RECORD_URL_MAX),
		.members = OBJECT(&row->scratch->rest, feedjson_feed, feed), .fault = text(fault(feed), RECORD_LINE_MAX),
		.ttl_min = feed->ttl_min, .update_frequency = feed->update_frequency,
		.update_period = whole(feed->update_period, RECORD_WORD_MAX),
		.skip_hours = feed->skip_hours, .skip_days = feed->skip_days,
	};

	add(row, &record_feed, &rec);
}

void
row_done(struct row *row, struct rec_done *done)
{
	done->job = row->job;
	done->entries = row->entries;
	row->frames.max += DONE_BYTES_MAX;
	add(row, &record_done, done);
}

struct buf
row_take(struct row *row)
{
	struct buf frames = row->frames;

	buf_init(&row->frames, 0);
	return frames;
}
