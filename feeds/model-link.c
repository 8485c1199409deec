/*
 * Atom links, in Atom and as a module: the list, and the facts that stand in it.
 */
#include <string.h>
#include <strings.h>

#include "feeds/model.h"

static const char iana[] = "http://www.iana.org/assignments/relation/";

bool
model_link_is_html(const char *type)
{
	return type != NULL && (strncasecmp(type, "text/html", 9) == 0 || strncasecmp(type, "application/xhtml+xml", 21) == 0);
}

bool
model_link_is_feed(const char *type)
{
	static const char *const types[] = { "application/atom+xml", "application/rss+xml", "application/rdf+xml",
	    "application/feed+json", "application/json", "application/xml", "text/xml" };
	size_t i;

	for (i = 0; type != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strncasecmp(type, types[i], strlen(types[i])) == 0)
			return true;
	return false;
}

static const char *
relation(struct arena *arena, const struct model_fact *fact)
{
	const char *rel = model_text_attr_line(arena, fact, A_REL);

	if (rel == NULL)
		return "alternate";
	if (strncasecmp(rel, iana, sizeof(iana) - 1) == 0 && rel[sizeof(iana) - 1] != '\0')
		return rel + sizeof(iana) - 1;
	return rel;
}

/* A bare <link>URL</link> where a href was due is read too. */
static const char *
target(struct model_context *context, struct arena *arena, const struct model_fact *fact, const char *base)
{
	const struct model_attr *href = model_pick_attr(fact, A_HREF);

	if (fact->base != NULL)
		base = fact->base;
	return href != NULL ? model_value_url(context, arena, base, href->value, href->len) :
	    model_value_url(context, arena, base, fact->text, fact->len);
}

static void
note(struct model_links *links, const struct doc_link *link, bool *best_is_html)
{
	const struct { const char *rel; const char **first; } firsts[] = {
		{ "self", &links->self }, { "related", &links->related }, { "next", &links->next }, { "license", &links->license },
	};
	bool html = link->type == NULL || model_link_is_html(link->type);
	size_t i;

	for (i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++)
		if (*firsts[i].first == NULL && strcasecmp(link->rel, firsts[i].rel) == 0)
			*firsts[i].first = link->href;
	if (strcasecmp(link->rel, "alternate") == 0 && (links->best == NULL || (html && !*best_is_html))) {
		links->best = link->href;
		*best_is_html = html;
	}
}

/* Where the feed and its home page are does not depend on the home page. */
static bool
is_place(const char *rel)
{
	return strcasecmp(rel, "self") == 0 || strcasecmp(rel, "alternate") == 0;
}

void
model_link_collect(struct model_context *context, struct arena *arena, const struct model_pick *pick, const char *place,
    struct model_links *links)
{
	const struct model_fact *fact;
	bool best_is_html = false;
	struct doc_link *link;
	const char *href, *rel;
	size_t i;

	memset(links, 0, sizeof(*links));
	for (i = 0; (fact = model_pick_get(pick, F_LINK, i)) != NULL && links->n_list < context->limits->list_items; i++) {
		rel = relation(arena, fact);
		href = target(context, arena, fact, is_place(rel) ? place : context->base);
		if (href == NULL)
			continue;
		link = arena_push(arena, &links->list, &links->n_list, &links->cap_list, sizeof(*link));
		link->rel = rel;
		link->href = href;
		link->type = model_text_attr_line(arena, fact, A_TYPE);
		link->title = model_text_attr_line(arena, fact, A_TITLE);
		link->hreflang = model_text_attr_line(arena, fact, A_HREFLANG);
		link->length = model_value_integer_attr(fact, A_LENGTH);
		note(links, link, &best_is_html);
	}
	links->best_is_html = best_is_html;
}
