/*
 * The feed's facts, or those of an entry's source, to a doc_feed.
 */
#include <string.h>
#include <strings.h>

#include "feeds/model-read.h"
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

/* --- kinds of fields of its own -------------------------------------------------------------------- */

struct reader { struct model_read in; struct doc_feed *feed; };

static bool
read_period(const struct model_read *read, const struct model_fact *fact, void *out)
{
	static const char *const periods[] = { "hourly", "daily", "weekly", "monthly", "yearly" };
	const char **period = out, *word = model_text_trimmed(read->arena, fact->text, fact->len);
	size_t i;

	for (i = 0; word != NULL && i < sizeof(periods) / sizeof(periods[0]); i++)
		if (strcasecmp(word, periods[i]) == 0)
			*period = periods[i];
	return *period != NULL;
}

static const struct model_read_row fields[] = {
	{ F_TITLE, model_read_rich, offsetof(struct doc_feed, title) },
	{ F_DESCRIPTION, model_read_rich, offsetof(struct doc_feed, description) },
	{ F_RIGHTS, model_read_rich, offsetof(struct doc_feed, rights) },
	{ F_USER_COMMENT, model_read_line, offsetof(struct doc_feed, user_comment) },
	{ F_FAVICON, model_read_url, offsetof(struct doc_feed, favicon) },
	{ F_ID, model_read_trimmed, offsetof(struct doc_feed, id) },
	{ F_NEW_FEED_URL, model_read_url, offsetof(struct doc_feed, new_feed_url) },
	{ F_EXPIRED, model_read_bool, offsetof(struct doc_feed, expired) },
	{ F_PUBLISHED, model_read_date, offsetof(struct doc_feed, published) },
	{ F_UPDATED, model_read_date, offsetof(struct doc_feed, updated) },
	{ F_TTL, model_read_integer, offsetof(struct doc_feed, ttl_min) },
	{ F_UPDATE_PERIOD, read_period, offsetof(struct doc_feed, update_period) },
	{ F_UPDATE_FREQUENCY, model_read_integer, offsetof(struct doc_feed, update_frequency) },
	{ F_UPDATE_BASE, model_read_date, offsetof(struct doc_feed, update_base) },
};

/* --- fields with rules of their own --------------------------------------------------------------- */

/* dc:language and the element first, then xml:lang of the root, of the channel, of the title. */
static void
settle_language(struct reader *reader, const char *scope)
{
	const struct model_fact *title = model_pick_get(reader->in.pick, F_TITLE, 0);

	if (model_read_first(&reader->in, F_LANGUAGE, model_read_language, &reader->feed->language))
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
	struct model_context *context = reader->in.context;
	struct doc_feed *feed = reader->feed;
	const char *place;

	if (!source)
		context->base = context->url;
	model_link_collect(context, reader->in.arena, reader->in.pick, context->base, links);
	feed->feed_url = links->self;
	if (!source && context->url == NULL && links->self != NULL) {
		context->base = links->self;
		model_link_collect(context, reader->in.arena, reader->in.pick, context->base, links);
	}
	place = context->base;
	if (!model_read_first(&reader->in, F_HOME, model_read_url, &feed->home_page_url))
		feed->home_page_url = links->best;
	if (source)
		return;
	context->base = model_feed_base(context, feed);
	if (links->n_list != 0)
		model_link_collect(context, reader->in.arena, reader->in.pick, place, links);
}

static void
add_hub(struct reader *reader, const char *type, const char *url)
{
	struct doc_feed *feed = reader->feed;

	if (url != NULL && feed->n_hubs < reader->in.context->limits->list_items)
		*(struct doc_hub *)arena_push(reader->in.arena, &feed->hubs, &feed->n_hubs, &feed->cap_hubs,
		    sizeof(struct doc_hub)) = (struct doc_hub){ type, url };
}

static void
read_cloud(struct reader *reader)
{
	const struct model_fact *fact = model_pick_get(reader->in.pick, F_CLOUD, 0);
	struct doc_feed *feed = reader->feed;

	if (fact == NULL)
		return;
	feed->cloud.domain = model_text_attr_line(reader->in.arena, fact, A_DOMAIN);
	feed->cloud.path = model_text_attr_line(reader->in.arena, fact, A_PATH);
	feed->cloud.register_procedure = model_text_attr_line(reader->in.arena, fact, A_REGISTER_PROCEDURE);
	feed->cloud.protocol = model_text_attr_line(reader->in.arena, fact, A_PROTOCOL);
	feed->cloud.port = model_value_integer_attr(fact, A_PORT);
	if (feed->cloud.domain == NULL)
		return;
	add_hub(reader, "rssCloud", arena_printf(reader->in.arena, "http://%s:%lld%s%s", feed->cloud.domain,
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
		model_read_first(&reader->in, F_LICENSE, model_read_url, &feed->license);
}

/* RDF may have two images, one that only refers to the other: each member from the first that has it. */
static void
read_image(struct reader *reader)
{
	static const struct model_read_row members[] = {
		{ F_SUB_URL, model_read_url, offsetof(struct doc_feed, image.url) },
		{ F_SUB_TITLE, model_read_line, offsetof(struct doc_feed, image.title) },
		{ F_SUB_LINK, model_read_url, offsetof(struct doc_feed, image.link) },
		{ F_SUB_DESCRIPTION, model_read_line, offsetof(struct doc_feed, image.description) },
		{ F_SUB_WIDTH, model_read_integer, offsetof(struct doc_feed, image.width) },
		{ F_SUB_HEIGHT, model_read_integer, offsetof(struct doc_feed, image.height) },
	};
	struct doc_feed *feed = reader->feed;
	const struct model_fact *fact;
	unsigned missing = ~0u;
	size_t nth, i;

	for (nth = 0; (fact = model_pick_get(reader->in.pick, F_IMAGE, nth)) != NULL; nth++)
		for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
			if (missing & 1u << i && model_read_child(&reader->in, fact, members[i].field, members[i].read,
			    (char *)feed + members[i].offset))
				missing &= ~(1u << i);
	feed->icon = feed->image.url;
	if (feed->icon == NULL && !model_read_first(&reader->in, F_ICON, model_read_url, &feed->icon))
		model_read_first(&reader->in, F_THUMBNAIL, model_read_url, &feed->icon);
}

/* Each member from the first that has it: the element has the name, RDF's agent the URL. */
static void
read_generator(struct reader *reader)
{
	static const enum model_attr_name names[] = { A_URI, A_URL, A_RDF_RESOURCE };
	struct doc_feed *feed = reader->feed;
	const struct model_fact *fact;
	size_t nth, i;

	for (nth = 0; (fact = model_pick_get(reader->in.pick, F_GENERATOR, nth)) != NULL; nth++) {
		if (feed->generator_name == NULL)
			feed->generator_name = model_text_fact_line(reader->in.context, reader->in.arena, fact);
		if (feed->generator_version == NULL)
			feed->generator_version = model_text_attr_line(reader->in.arena, fact, A_VERSION);
		for (i = 0; feed->generator_url == NULL && i < sizeof(names) / sizeof(names[0]); i++)
			feed->generator_url = model_value_url_attr(reader->in.context, reader->in.arena, fact, names[i]);
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

	for (nth = 0; (fact = model_pick_get(reader->in.pick, F_SKIP_HOUR, nth)) != NULL; nth++) {
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

	for (nth = 0; (fact = model_pick_get(reader->in.pick, F_SKIP_DAY, nth)) != NULL; nth++) {
		word = model_text_trimmed(reader->in.arena, fact->text, fact->len);
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

	for (nth = 0; (fact = model_pick_get(reader->in.pick, F_DELETED, nth)) != NULL &&
	    nth < reader->in.context->limits->list_items; nth++) {
		ref = model_text_attr_line(reader->in.arena, fact, A_REF);
		if (ref == NULL)
			continue;
		deleted = arena_push(reader->in.arena, &feed->deleted, &feed->n_deleted, &feed->cap_deleted, sizeof(*deleted));
		deleted->ref = ref;
		when = model_pick_attr(fact, A_WHEN);
		deleted->when = when != NULL ? model_value_date(reader->in.context, when->value, when->len) : DOC_NO_DATE;
		model_read_child(&reader->in, fact, F_SUB_COMMENT, model_read_line, &deleted->comment);
		at = 0;
		by = model_pick_child(reader->in.pick->unit, fact, F_SUB_BY, &at);
		deleted->has_by = by != NULL && model_person_fact(reader->in.context, reader->in.arena, reader->in.pick->unit, by,
		    &deleted->by);
	}
}

static void
read_people(struct reader *reader)
{
	struct model_context *context = reader->in.context;
	struct doc_feed *feed = reader->feed;

	model_person_list(context, reader->in.arena, reader->in.pick, F_AUTHORS, true, &feed->authors, &feed->n_authors,
	    &feed->cap_authors);
	model_person_list(context, reader->in.arena, reader->in.pick, F_CONTRIBUTORS, false, &feed->contributors,
	    &feed->n_contributors, &feed->cap_contributors);
	feed->has_publisher = model_person_first(context, reader->in.arena, reader->in.pick, F_PUBLISHER, &feed->publisher);
}

void
model_feed_read(struct model_context *context, struct arena *arena, const struct model_unit *unit,
    const struct model_fact *around, struct doc_feed *feed)
{
	size_t first_fact = around != NULL ? (size_t)(around - unit->facts) + 1 : 0;
	size_t last_fact = around != NULL ? around->end : unit->n_facts;
	bool source = around != NULL;
	struct model_pick pick;
	struct reader reader = { { context, arena, &pick }, feed };
	const char *outer = context->base;
	struct model_links links;

	model_pick_init(&pick, arena, unit, first_fact, last_fact);
	settle_links(&reader, source, &links);
	read_links(&reader, &links);
	settle_language(&reader, source ? around->lang : unit->lang);
	model_read_rows(&reader.in, fields, sizeof(fields) / sizeof(fields[0]), feed);
	if (feed->description.line == NULL)
		model_read_first(&reader.in, F_POD_SUBTITLE, model_read_rich, &feed->description);
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
	struct reader reader = { { context, arena, &pick }, &feed };
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
