/*
 * What itunes:, googleplay:, podcast: and psc: say and no other member of the model does.
 */
#include <stdlib.h>
#include <string.h>

#include "feeds/model-read.h"

void
model_podcast_init(struct doc_podcast *podcast)
{
	memset(podcast, 0, sizeof(*podcast));
	podcast->season = podcast->episode = podcast->duration_s = -1;
}

static void
read_persons(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_podcast *podcast)
{
	const struct model_fact *fact;
	struct doc_person *person;
	const char *name;
	size_t i;

	for (i = 0; (fact = model_pick_get(pick, F_POD_PERSONS, i)) != NULL && i < context->limits->list_items; i++) {
		name = model_text_fact_line(context, arena, fact);
		if (name == NULL)
			continue;
		person = arena_push(arena, &podcast->persons, &podcast->n_persons, &podcast->cap_persons, sizeof(*person));
		person->name = name;
		person->url = model_value_url_attr(context, arena, fact, A_HREF);
		person->avatar = model_value_url_attr(context, arena, fact, A_IMG);
		person->role = model_text_attr_line(arena, fact, A_ROLE);
		person->group = model_text_attr_line(arena, fact, A_GROUP);
	}
}

static void
read_funding(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_podcast *podcast)
{
	const struct model_fact *fact;
	struct doc_funding *funding;
	const char *url;
	size_t i;

	for (i = 0; (fact = model_pick_get(pick, F_POD_FUNDING, i)) != NULL && i < context->limits->list_items; i++) {
		url = model_value_url_attr(context, arena, fact, A_URL);
		if (url == NULL)
			continue;
		funding = arena_push(arena, &podcast->funding, &podcast->n_funding, &podcast->cap_funding, sizeof(*funding));
		funding->url = url;
		funding->title = model_text_fact_line(context, arena, fact);
	}
}

static void
read_transcripts(struct model_context *context, struct arena *arena, const struct model_pick *pick,
    struct doc_podcast *podcast)
{
	struct doc_transcript *transcript;
	const struct model_fact *fact;
	const char *url;
	size_t i;

	for (i = 0; (fact = model_pick_get(pick, F_POD_TRANSCRIPTS, i)) != NULL && i < context->limits->list_items; i++) {
		url = model_value_url_attr(context, arena, fact, A_URL);
		if (url == NULL)
			continue;
		transcript = arena_push(arena, &podcast->transcripts, &podcast->n_transcripts, &podcast->cap_transcripts,
		    sizeof(*transcript));
		transcript->url = url;
		transcript->type = model_text_attr_line(arena, fact, A_TYPE);
		transcript->language = model_text_attr_line(arena, fact, A_LANGUAGE);
		transcript->rel = model_text_attr_line(arena, fact, A_REL);
	}
}

static int
by_start(const void *left, const void *right)
{
	const struct doc_chapter *a = left, *b = right;

	return a->start_s < b->start_s ? -1 : a->start_s > b->start_s;
}

/* Insertion where it belongs: stable, and chapters nearly always come in order. */
static void
sort_chapters(struct doc_chapter *list, size_t count)
{
	struct doc_chapter chapter;
	size_t i, j;

	for (i = 1; i < count; i++) {
		chapter = list[i];
		for (j = i; j != 0 && by_start(&list[j - 1], &chapter) > 0; j--)
			list[j] = list[j - 1];
		list[j] = chapter;
	}
}

/* As it is written, unless an xml:base says more: players look for it beside the media file. */
static const char *
image_of(struct model_context *context, struct arena *arena, const struct model_fact *fact)
{
	const char *outer = context->base, *image;

	context->base = NULL;
	image = model_value_url_attr(context, arena, fact, A_IMAGE);
	context->base = outer;
	return image;
}

static void
read_chapters(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_podcast *podcast)
{
	const struct model_fact *fact = model_pick_get(pick, F_POD_CHAPTERS, 0), *child;
	const struct model_attr *start;
	struct doc_chapter *chapter;
	double start_s;
	size_t at = 0;

	if (fact == NULL)
		return;
	while ((child = model_pick_child(pick->unit, fact, F_SUB_CHAPTER, &at)) != NULL &&
	    podcast->n_chapters < context->limits->list_items) {
		start = model_pick_attr(child, A_START);
		start_s = start != NULL ? model_value_duration(start->value, start->len) : -1;
		if (start_s < 0)
			continue;
		chapter = arena_push(arena, &podcast->chapters, &podcast->n_chapters, &podcast->cap_chapters, sizeof(*chapter));
		chapter->start_s = start_s;
		chapter->title = model_text_attr_line(arena, child, A_TITLE);
		chapter->url = model_value_url_attr(context, arena, child, A_HREF);
		chapter->image = image_of(context, arena, child);
	}
	sort_chapters(podcast->chapters, podcast->n_chapters);
}

/* What episodes say, and what feeds say. */
static const struct model_read_row both[] = {
	{ F_POD_BLOCK, model_read_bool, offsetof(struct doc_podcast, block) },
	{ F_POD_EXPLICIT, model_read_bool, offsetof(struct doc_podcast, is_explicit) },
	{ F_POD_SUBTITLE, model_read_line, offsetof(struct doc_podcast, subtitle) },
}, episodes[] = {
	{ F_POD_SEASON, model_read_decimal, offsetof(struct doc_podcast, season) },
	{ F_POD_EPISODE, model_read_decimal, offsetof(struct doc_podcast, episode) },
	{ F_POD_EPISODE_TYPE, model_read_line, offsetof(struct doc_podcast, episode_type) },
	{ F_POD_DURATION, model_read_duration, offsetof(struct doc_podcast, duration_s) },
}, feeds[] = {
	{ F_POD_TYPE, model_read_line, offsetof(struct doc_podcast, type) },
	{ F_POD_GUID, model_read_line, offsetof(struct doc_podcast, guid) },
	{ F_POD_MEDIUM, model_read_line, offsetof(struct doc_podcast, medium) },
	{ F_POD_LOCKED, model_read_bool, offsetof(struct doc_podcast, locked) },
};

#define COUNT(rows)	(sizeof(rows) / sizeof((rows)[0]))

static void
read_entry(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_podcast *podcast)
{
	const struct model_fact *fact = model_pick_get(pick, F_POD_CHAPTERS_URL, 0);

	if (fact != NULL)
		podcast->chapters_url = model_value_url_attr(context, arena, fact, A_URL);
	read_transcripts(context, arena, pick, podcast);
	read_chapters(context, arena, pick, podcast);
}

void
model_podcast_read(struct model_context *context, struct arena *arena, const struct model_pick *pick, bool entry,
    struct doc_podcast *podcast)
{
	struct model_read read = { context, arena, pick };

	model_read_rows(&read, both, COUNT(both), podcast);
	model_read_rows(&read, entry ? episodes : feeds, entry ? COUNT(episodes) : COUNT(feeds), podcast);
	read_persons(context, arena, pick, podcast);
	read_funding(context, arena, pick, podcast);
	if (entry)
		read_entry(context, arena, pick, podcast);
}
