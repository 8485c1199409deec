/*
 * Categories, subjects and keywords.
 */
#include <string.h>
#include <strings.h>

#include "feeds/model.h"

static bool
same(const char *left, const char *right)
{
	return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

struct tags { struct arena *arena; struct doc_tag **list; size_t *n, *cap, max; };

static void
add(const struct tags *tags, const char *term, const char *scheme, const char *label)
{
	size_t i;

	if (term == NULL)
		term = label;
	if ((term == NULL && scheme == NULL) || *tags->n >= tags->max)
		return;
	for (i = 0; i < *tags->n; i++)
		if (same((*tags->list)[i].term, term) && same((*tags->list)[i].scheme, scheme) &&
		    same((*tags->list)[i].label, label))
			return;
	*(struct doc_tag *)arena_push(tags->arena, tags->list, tags->n, tags->cap, sizeof(struct doc_tag)) =
	    (struct doc_tag){ term, scheme, label };
}

/* Words between commas. */
static void
add_keywords(const struct tags *tags, const char *line)
{
	const char *end, *stop;

	for (; line != NULL && *line != '\0'; line = *end != '\0' ? end + 1 : end) {
		end = line + strcspn(line, ",");
		while (*line == ' ')
			line++;
		for (stop = end; stop > line && stop[-1] == ' '; stop--)
			;
		if (stop > line)
			add(tags, arena_strndup(tags->arena, line, (size_t)(stop - line)), NULL, NULL);
	}
}

static void
add_fact(struct model_context *context, const struct tags *tags, const struct model_fact *fact)
{
	struct arena *arena = tags->arena;
	const char *line = model_text_fact_line(context, arena, fact);
	const char *term = model_text_attr_line(arena, fact, A_TERM), *scheme;

	switch (fact->row->ns) {
	case NS_ITUNES:
	case NS_GOOGLEPLAY:
		if (fact->row->flags & ROW_ATTRS)
			add(tags, model_text_attr_line(arena, fact, A_TEXT), NULL, NULL);
		else
			add_keywords(tags, line);
		return;
	case NS_MEDIA:
		if (!(fact->row->flags & ROW_ATTRS)) {
			add_keywords(tags, line);
			return;
		}
		break;
	default:
		break;
	}
	scheme = model_text_attr_line(arena, fact, fact->row->ns == NS_RSS ? A_DOMAIN : A_SCHEME);
	add(tags, fact->row->ns == NS_ATOM && term != NULL ? term : line, scheme,
	    fact->row->ns == NS_RSS ? NULL : model_text_attr_line(arena, fact, A_LABEL));
}

void
model_tag_collect(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_tag **list,
    size_t *n, size_t *cap)
{
	struct tags tags = { arena, list, n, cap, context->limits->list_items };
	const struct model_fact *fact;
	size_t i;

	for (i = 0; (fact = model_pick_get(pick, F_TAGS, i)) != NULL && *n < tags.max; i++)
		add_fact(context, &tags, fact);
}

void
model_tag_names(struct arena *arena, const struct doc_tag *tags, size_t n_tags, const char ***list, size_t *n, size_t *cap)
{
	const char *name;
	size_t i, j;

	for (i = 0; i < n_tags; i++) {
		name = tags[i].label != NULL ? tags[i].label : tags[i].term;
		if (name == NULL)
			continue;
		for (j = 0; j < *n && strcmp((*list)[j], name) != 0; j++)
			;
		if (j == *n)
			*(const char **)arena_push(arena, list, n, cap, sizeof(**list)) = name;
	}
}
