/*
 * The feed's facts, or those of an entry's source, to a doc_feed.
 */
#include <string.h>
#include <strings.h>

#include "feeds/model.h"
#include "feeds/url.h"

void
model_feed_init(struct doc_feed *feed)
{
	memset(feed, 0, sizeof(*feed));
	feed->published = feed->updated = feed->update_base = DOC_NO_DATE;
	feed->ttl_min = feed->update_frequency = DOC_NO_NUMBER;
	feed->image.width = feed->image.height = feed->cloud.port = DOC_NO_NUMBER;
	model_podcast_init(&feed->podcast);
}

const char *
model_feed_base(const struct model_context *context, const struct doc_feed *feed)
{
	if (feed->home_page_url != NULL && url_is_absolute(feed->home_page_url))
		return feed->home_page_url;
	return context->url != NULL ? context->url : feed->feed_url;
}

/* --- one reader for each kind of field ------------------------------------------------------------ */

struct reader {
	struct model_context *context;
	struct arena	*arena;
	const struct model_pick *pick;
	struct doc_feed	*feed;
};

typedef bool read_fn(struct reader *, const struct model_fact *, void *out);

static bool
read_line(struct reader *reader, const struct model_fact *fact, void *out)
{
	const char **line = out;

	*line = model_text_fact_line(reader->context, reader->arena, fact);
	return *line != NULL;
}

static bool
read_rich(struct reader *reader, const struct model_fact *fact, void *out)
{
	struct doc_rich *rich = out;

	*rich = model_text_rich(reader->context, reader->arena, fact);
	return rich->line != NULL || rich->html != NULL;
}

/* The text, or the attribute that stands for it. */
static bool
read_url(struct reader *reader, const struct model_fact *fact, void *out)
{
	static const enum model_attr_name names[] = { A_HREF, A_URL, A_RDF_RESOURCE };
	const char **url = out;
	size_t i;

	*url = model_value_url_fact(reader->context, reader->arena, fact);
	for (i = 0; *url == NULL && i < sizeof(names) / sizeof(names[0]); i++)
		*url = model_value_url_attr(reader->context, reader->arena, fact, names[i]);
	return *url != NULL;
}

static bool
read_date(struct reader *reader, const struct model_fact *fact, void *out)
{
	int64_t *date = out;

	*date = model_value_date_fact(reader->context, reader->arena, fact);
	return *date != DOC_NO_DATE;
}

static bool
read_integer(struct reader *reader, const struct model_fact *fact, void *out)
{
	int64_t *number = out;

	(void)reader;
	*number = model_value_integer(fact->text, fact->len);
	return *number != DOC_NO_NUMBER;
}

static bool
read_trimmed(struct reader *reader, const struct model_fact *fact, void *out)
{
	const char **str = out;

	*str = model_text_trimmed(reader->arena, fact->text, fact->len);
	return *str != NULL;
}

static bool
read_language(struct reader *reader, const struct model_fact *fact, void *out)
{
	const char **language = out, *line = model_text_fact_line(reader->context, reader->arena, fact);

	if (line != NULL)
		*language = model_value_language(reader->arena, line, strlen(line));
	return *language != NULL;
}

static bool
read_period(struct reader *reader, const struct model_fact *fact, void *out)
{
	static const char *const periods[] = { "hourly", "daily", "weekly", "monthly", "yearly" };
	const char **period = out, *word = model_text_trimmed(reader->arena, fact->text, fact->len);
	size_t i;

	for (i = 0; word != NULL && i < sizeof(periods) / sizeof(periods[0]); i++)
		if (strcasecmp(word, periods[i]) == 0)
			*period = periods[i];
	return *period != NULL;
}

/* True ends the search: a feed is complete or it is not. */
static bool
read_complete(struct reader *reader, const struct model_fact *fact, void *out)
{
	enum doc_bool *value = out;

	(void)reader;
	*value = model_value_bool(fact->text, fact->len);
	return *value != DOC_UNKNOWN;
}

/* Field, the reader of its facts (the best first, until one says something), where it goes. */
static const struct { enum model_field field; read_fn *read; size_t offset; } fields[] = {
	{ F_TITLE, read_rich, offsetof(struct doc_feed, title) },
	{ F_DESCRIPTION, read_rich, offsetof(struct doc_feed, description) },
	{ F_RIGHTS, read_rich, offsetof(struct doc_feed, rights) },
	{ F_USER_COMMENT, read_line, offsetof(struct doc_feed, user_comment) },
	{ F_FAVICON, read_url, offsetof(struct doc_feed, favicon) },
	{ F_ID, read_trimmed, offsetof(struct doc_feed, id) },
	{ F_NEW_FEED_URL, read_url, offsetof(struct doc_feed, new_feed_url) },
	{ F_EXPIRED, read_complete, offsetof(struct doc_feed, expired) },
	{ F_PUBLISHED, read_date, offsetof(struct doc_feed, published) },
	{ F_UPDATED, read_date, offsetof(struct doc_feed, updated) },
	{ F_TTL, read_integer, offsetof(struct doc_feed, ttl_min) },
	{ F_UPDATE_PERIOD, read_period, offsetof(struct doc_feed, update_period) },
	{ F_UPDATE_FREQUENCY, read_integer, offsetof(struct doc_feed, update_frequency) },
	{ F_UPDATE_BASE, read_date, offsetof(struct doc_feed, update_base) },
};

static void
read_fields(struct reader *reader)
{
	const struct model_fact *fact;
	size_t i, nth;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (nth = 0; (fact = model_pick_get(reader->pick, fields[i].field, nth)) != NULL; nth++)
			if (fields[i].read(reader, fact, (char *)reader->feed + fields[i].offset))
				break;
}

/* The first fact of the field that the reader can read. */
static bool
first(struct reader *reader, enum model_field field, read_fn *read, void *out)
{
	const struct model_fact *fact;
	size_t nth;

	for (nth = 0; (fact = model_pick_get(reader->pick, field, nth)) != NULL; nth++)
		if (read(reader, fact, out))
			return true;
	return false;
}

/* --- fields with rules of their own --------------------------------------------------------------- */

/* dc:language and the element first, then xml:lang of the root, of the channel, of the title. */
static void
settle_language(struct reader *reader, const char *scope)
{
	const struct model_fact *title = model_pick_get(reader->pick, F_TITLE, 0);

	if (first(reader, F_LANGUAGE, read_language, &reader->feed->language))
		return;
	if (scope != NULL)
		reader->feed->language = scope;
	else if (title != NULL)
		reader->feed->language = title->lang;
}

/*
 * The home page is resolved against the document's URL, else the self link; that one against the
 * former; everything else against the home page. A source has the base of the entry around it.
 */
static void
settle_links(struct reader *reader, bool source, struct model_links *links)
{
	struct model_context *context = reader->context;
	struct doc_feed *feed = reader->feed;

	if (!source)
		context->base = context->url;
	model_link_collect(context, reader->arena, reader->pick, links);
	feed->feed_url = links->self;
	if (!source && context->url == NULL && links->self != NULL) {
		context->base = links->self;
		model_link_collect(context, reader->arena, reader->pick, links);
	}
	if (!first(reader, F_HOME, read_url, &feed->home_page_url))
		feed->home_page_url = links->best;
	if (source)
		return;
	context->base = model_feed_base(context, feed);
	if (links->n_list != 0)
		model_link_collect(context, reader->arena, reader->pick, links);
}

static void
add_hub(struct reader *reader, const char *type, const char *url)
{
	struct doc_feed *feed = reader->feed;

	if (url != NULL && feed->n_hubs < reader->context->limits->list_items)
		*(struct doc_hub *)arena_push(reader->arena, &feed->hubs, &feed->n_hubs, &feed->cap_hubs,
		    sizeof(struct doc_hub)) = (struct doc_hub){ type, url };
}

static void
read_cloud(struct reader *reader)
{
	const struct model_fact *fact = model_pick_get(reader->pick, F_CLOUD, 0);
	struct doc_feed *feed = reader->feed;

	if (fact == NULL)
		return;
	feed->cloud.domain = model_text_attr_line(reader->arena, fact, A_DOMAIN);
	feed->cloud.path = model_text_attr_line(reader->arena, fact, A_PATH);
	feed->cloud.register_procedure = model_text_attr_line(reader->arena, fact, A_REGISTER_PROCEDURE);
	feed->cloud.protocol = model_text_attr_line(reader->arena, fact, A_PROTOCOL);
	feed->cloud.port = model_value_integer_attr(fact, A_PORT);
	if (feed->cloud.domain == NULL)
		return;
	add_hub(reader, "rssCloud", arena_printf(reader->arena, "http://%s:%lld%s%s", feed->cloud.domain,
	    (long long)(feed->cloud.port != DOC_NO_NUMBER ? feed->cloud.port : 80),
	    feed->cloud.path != NULL && *feed->cloud.path != '/' ? "/" : "", feed->cloud.path != NULL ? feed->cloud.path : "/"));
}

static void
read_links(struct reader *reader, const struct model_links *links)
{
	struct doc_feed *feed = reader->feed;
	size_t i;

	feed->links = links->list;
	feed->n_links = links->n_list;
	feed->next_url = links->next;
	feed->license = links->license;
	for (i = 0; i < links->n_list; i++)
		if (strcasecmp(links->list[i].rel, "hub") == 0)
			add_hub(reader, "WebSub", links->list[i].href);
	if (feed->license == NULL)
		first(reader, F_LICENSE, read_url, &feed->license);
}

/* The first child of that field which says something. */
static const char *
child_line(struct reader *reader, const struct model_fact *fact, enum model_field field)
{
	const struct model_fact *inner;
	const char *line = NULL;
	size_t at = 0;

	while (line == NULL && (inner = model_pick_child(reader->pick->unit, fact, field, &at)) != NULL)
		line = model_text_fact_line(reader->context, reader->arena, inner);
	return line;
}

static const char *
child_url(struct reader *reader, const struct model_fact *fact, enum model_field field)
{
	const struct model_fact *inner;
	const char *url = NULL;
	size_t at = 0;

	while (url == NULL && (inner = model_pick_child(reader->pick->unit, fact, field, &at)) != NULL)
		url = model_value_url_fact(reader->context, reader->arena, inner);
	return url;
}

static int64_t
child_integer(struct reader *reader, const struct model_fact *fact, enum model_field field)
{
	const struct model_fact *inner;
	int64_t number = DOC_NO_NUMBER;
	size_t at = 0;

	while (number == DOC_NO_NUMBER && (inner = model_pick_child(reader->pick->unit, fact, field, &at)) != NULL)
		number = model_value_integer(inner->text, inner->len);
	return number;
}

/* RDF may have two images, one that only refers to the other: each member from the first that has it. */
static void
read_image(struct reader *reader)
{
	struct doc_feed *feed = reader->feed;
	const struct model_fact *fact;
	size_t nth;

	for (nth = 0; (fact = model_pick_get(reader->pick, F_IMAGE, nth)) != NULL; nth++) {
		if (feed->image.url == NULL)
			feed->image.url = child_url(reader, fact, F_SUB_URL);
		if (feed->image.title == NULL)
			feed->image.title = child_line(reader, fact, F_SUB_TITLE);
		if (feed->image.link == NULL)
			feed->image.link = child_url(reader, fact, F_SUB_LINK);
		if (feed->image.description == NULL)
			feed->image.description = child_line(reader, fact, F_SUB_DESCRIPTION);
		if (feed->image.width == DOC_NO_NUMBER)
			feed->image.width = child_integer(reader, fact, F_SUB_WIDTH);
		if (feed->image.height == DOC_NO_NUMBER)
			feed->image.height = child_integer(reader, fact, F_SUB_HEIGHT);
	}
	feed->icon = feed->image.url;
	if (feed->icon == NULL && !first(reader, F_ICON, read_url, &feed->icon))
		first(reader, F_THUMBNAIL, read_url, &feed->icon);
}

/* Each member from the first that has it: the element has the name, RDF's agent the URL. */
static void
read_generator(struct reader *reader)
{
	static const enum model_attr_name names[] = { A_URI, A_URL, A_RDF_RESOURCE };
	struct doc_feed *feed = reader->feed;
	const struct model_fact *fact;
	size_t nth, i;

	for (nth = 0; (fact = model_pick_get(reader->pick, F_GENERATOR, nth)) != NULL; nth++) {
		if (feed->generator_name == NULL)
			feed->generator_name = model_text_fact_line(reader->context, reader->arena, fact);
		if (feed->generator_version == NULL)
			feed->generator_version = model_text_attr_line(reader->arena, fact, A_VERSION);
		for (i = 0; feed->generator_url == NULL && i < sizeof(names) / sizeof(names[0]); i++)
			feed->generator_url = model_value_url_attr(reader->context, reader->arena, fact, names[i]);
	}
}

/* 24 is 0; each hour once. */
static void
read_skip_hours(struct reader *reader)
{
	struct doc_feed *feed = reader->feed;
	const struct model_fact *fact;
	int64_t hour;
	size_t nth;

	for (nth = 0; (fact = model_pick_get(reader->pick, F_SKIP_HOUR, nth)) != NULL; nth++) {
		hour = model_value_integer(fact->text, fact->len);
		if (hour == 24)
			hour = 0;
		if (hour < 0 || hour > 23 || feed->skip_hours >> hour & 1)
			continue;
		feed->skip_hours |= 1u << hour;
		feed->skip_hour_order[feed->n_skip_hour_order++] = (unsigned char)hour;
	}
}

static void
read_skip_days(struct reader *reader)
{
	static const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	struct doc_feed *feed = reader->feed;
	const struct model_fact *fact;
	const char *word;
	size_t nth, day;

	for (nth = 0; (fact = model_pick_get(reader->pick, F_SKIP_DAY, nth)) != NULL; nth++) {
		word = model_text_trimmed(reader->arena, fact->text, fact->len);
		for (day = 0; word != NULL && day < 7; day++) {
			if (strcasecmp(word, days[day]) != 0 || feed->skip_days >> day & 1)
				continue;
			feed->skip_days |= (unsigned char)(1u << day);
			feed->skip_day_order[feed->n_skip_day_order++] = (unsigned char)day;
		}
	}
}

static void
read_deleted(struct reader *reader)
{
	struct doc_feed *feed = reader->feed;
	const struct model_fact *fact, *by;
	const struct model_attr *when;
	struct doc_deleted *deleted;
	const char *ref;
	size_t nth, at;

	for (nth = 0; (fact = model_pick_get(reader->pick, F_DELETED, nth)) != NULL &&
	    nth < reader->context->limits->list_items; nth++) {
		ref = model_text_attr_line(reader->arena, fact, A_REF);
		if (ref == NULL)
			continue;
		deleted = arena_push(reader->arena, &feed->deleted, &feed->n_deleted, &feed->cap_deleted, sizeof(*deleted));
		deleted->ref = ref;
		when = model_pick_attr(fact, A_WHEN);
		deleted->when = when != NULL ? model_value_date(reader->context, when->value, when->len) : DOC_NO_DATE;
		deleted->comment = child_line(reader, fact, F_SUB_COMMENT);
		at = 0;
		by = model_pick_child(reader->pick->unit, fact, F_SUB_BY, &at);
		deleted->has_by = by != NULL && model_person_fact(reader->context, reader->arena, reader->pick->unit, by,
		    &deleted->by);
	}
}

static void
read_people(struct reader *reader)
{
	struct model_context *context = reader->context;
	struct doc_feed *feed = reader->feed;

	model_person_list(context, reader->arena, reader->pick, F_AUTHORS, true, &feed->authors, &feed->n_authors,
	    &feed->cap_authors);
	model_person_list(context, reader->arena, reader->pick, F_CONTRIBUTORS, false, &feed->contributors,
	    &feed->n_contributors, &feed->cap_contributors);
	feed->has_publisher = model_person_first(context, reader->arena, reader->pick, F_PUBLISHER, &feed->publisher);
}

void
model_feed_read(struct model_context *context, struct arena *arena, const struct model_unit *unit,
    const struct model_fact *around, struct doc_feed *feed)
{
	size_t first_fact = around != NULL ? (size_t)(around - unit->facts) + 1 : 0;
	size_t last_fact = around != NULL ? around->end : unit->n_facts;
	bool source = around != NULL;
	struct model_pick pick;
	struct reader reader = { context, arena, &pick, feed };
	const char *outer = context->base;
	struct model_links links;

	model_pick_init(&pick, arena, unit, first_fact, last_fact);
	settle_links(&reader, source, &links);
	read_links(&reader, &links);
	settle_language(&reader, source ? around->lang : unit->lang);
	read_fields(&reader);
	if (feed->description.line == NULL)
		first(&reader, F_POD_SUBTITLE, read_rich, &feed->description);
	read_image(&reader);
	read_generator(&reader);
	read_cloud(&reader);
	read_skip_hours(&reader);
	read_skip_days(&reader);
	read_people(&reader);
	read_deleted(&reader);
	if (!source && feed->feed_url == NULL)
		feed->feed_url = context->url;
	model_tag_collect(context, arena, &pick, &feed->tags, &feed->n_tags, &feed->cap_tags);
	model_podcast_read(context, arena, &pick, false, &feed->podcast);
	model_geo_read(arena, &pick, &feed->geo);
	context->base = outer;
}

void
model_feed_settled(struct model_context *context, struct arena *arena, const struct model_unit *unit,
    struct model_settled *settled)
{
	struct doc_feed feed;
	struct model_pick pick;
	struct reader reader = { context, arena, &pick, &feed };
	struct model_links links;

	model_feed_init(&feed);
	model_pick_init(&pick, arena, unit, 0, unit->n_facts);
	settle_links(&reader, false, &links);
	settle_language(&reader, unit->lang);
	settled->base = model_feed_base(context, &feed);
	settled->language = feed.language;
	settled->language_is_final = model_pick_get(&pick, F_LANGUAGE, 0) != NULL || feed.language != NULL;
	settled->base_is_final = feed.home_page_url != NULL && url_is_absolute(feed.home_page_url) &&
	    (context->atom ? links.best_is_html : model_pick_get(&pick, F_HOME, 0) != NULL);
}
