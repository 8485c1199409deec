#include "feeds/discover.h"

#include <string.h>
#include <strings.h>

#include "feeds/html-names.h"
#include "feeds/html.h"
#include "feeds/url.h"

/* How sure we are; the surer come first. */
enum rank { DECLARED, VAGUE, LIKELY, POSSIBLE, RANKS, NO_FEED = RANKS };

enum { TITLE_BYTES_MAX = 1024, ANCHOR_TOKENS_MAX = 16 };

struct found { struct feed_candidate *list; size_t n, cap; };

struct search {
	struct arena	*arena;
	const char	*url;			/* the page's */
	const char	*base;			/* what its URLs are resolved against */
	bool		 base_seen;
	size_t		 max;
	struct found	 found[RANKS];
	struct buf	 value;			/* one decoded attribute */
	struct html_tokenizer tokenizer;
	struct html_token token;
};

/* What type= says in a link that is an alternate. */
static const struct { const char *type; enum rank rank; } types[] = {
	{ "application/rss+xml", DECLARED }, { "application/atom+xml", DECLARED }, { "application/feed+json", DECLARED },
	{ "application/rdf+xml", DECLARED }, { "application/x-rss+xml", DECLARED }, { "application/x.atom+xml", DECLARED },
	{ "application/x-atom+xml", DECLARED }, { "application/rss", DECLARED }, { "application/atom", DECLARED },
	{ "text/rss+xml", DECLARED }, { "text/rss", DECLARED }, { "text/atom+xml", DECLARED },
	{ "text/xml", VAGUE }, { "application/xml", VAGUE },
};

/* How the path of a URL ends that is likely or possibly a feed's. */
static const struct { const char *end; enum rank rank; } paths[] = {
	{ ".rss", LIKELY }, { ".atom", LIKELY }, { ".rdf", LIKELY }, { "/feed", LIKELY }, { "/feed/", LIKELY },
	{ "/rss", LIKELY }, { "/rss/", LIKELY }, { "/atom", LIKELY }, { "/atom/", LIKELY }, { "/feeds", LIKELY },
	{ "/feeds/", LIKELY }, { "/rss2", LIKELY }, { "/rss2/", LIKELY }, { "/feed.xml", LIKELY }, { "/rss.xml", LIKELY },
	{ "/atom.xml", LIKELY }, { "/index.xml", LIKELY }, { "/feed.json", LIKELY }, { "/feed.php", LIKELY },
	{ "/rss.php", LIKELY }, { "/rss.aspx", LIKELY }, { "/feeds/posts/default", LIKELY }, { ".xml", POSSIBLE },
};

static const char *const queries[] = {
	"feed=rss", "feed=rss2", "feed=atom", "feed=rdf", "format=rss", "format=atom", "format=feed", "type=rss", "type=atom",
	"alt=rss", "output=rss", "rss=1", "tempskin=_rss2", "tempskin=_atom"
};

/* Lists of pages and of feeds look alike, but are no feeds. */
static const char *const not_feeds[] = { "sitemap", "opml", "opensearch", "manifest", "browserconfig" };

/* --- attributes ------------------------------------------------------------------------------------ */

static const struct html_attr *
find_attr(const struct html_token *token, const char *name)
{
	for (size_t i = 0; i < token->n_attrs; i++)
		if (token->attrs[i].name_len == strlen(name) && strncasecmp(token->attrs[i].name, name, strlen(name)) == 0)
			return &token->attrs[i];
	return NULL;
}

/* The decoded value, borrowed until the next call; NULL if there is none. */
static const char *
peek_value(struct search *s, const char *name)
{
	const struct html_attr *attr = find_attr(&s->token, name);

	buf_clear(&s->value);
	if (attr != NULL)
		html_decode_value(attr->value, attr->value_len, &s->value);
	return s->value.len == 0 || s->value.overflow ? NULL : buf_str(&s->value);
}

static const char *
value_of(struct search *s, const char *name)
{
	return arena_strdup(s->arena, peek_value(s, name));
}

/* Whether the words of rel= include this one. */
static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	while (words != NULL && *words != '\0') {
		size_t gap = strspn(words, " \t\r\n\f"), part = strcspn(words + gap, " \t\r\n\f");

		if (part == len && strncasecmp(words + gap, word, len) == 0)
			return true;
		words += gap + part;
	}
	return false;
}

static bool
ends_with(const char *str, size_t len, const char *end)
{
	size_t want = strlen(end);

	return len >= want && strncasecmp(str + len - want, end, want) == 0;
}

static const char *
line_of(struct search *s, const char *html, size_t len)
{
	struct buf line = BUF_INIT(TITLE_BYTES_MAX);
	const char *copy = NULL;

	html_to_line(html, len, &line);
	if (line.len != 0)
		copy = arena_strndup(s->arena, line.ptr, line.len);
	buf_free(&line);
	return copy;
}

/* --- candidates ------------------------------------------------------------------------------------- */

/* "feed://x" and "feed:https://x" are http URLs for those who subscribe. */
static const char *
without_feed_scheme(struct search *s, const char *href)
{
	if (strncasecmp(href, "feed:", 5) != 0)
		return href;
	return strncmp(href + 5, "//", 2) == 0 ? arena_printf(s->arena, "http:%s", href + 5) : href + 5;
}

static void
add(struct search *s, enum rank rank, const char *href, const char *type, const char *title)
{
	struct found *found = &s->found[rank];
	struct feed_candidate *candidate;
	const char *url;

	if (rank == NO_FEED || found->n == s->max)
		return;
	href = without_feed_scheme(s, href);
	url = url_resolve(s->arena, s->base, href, strlen(href));
	if (!url_is_http(url))
		return;
	for (unsigned r = 0; r < RANKS; r++)
		for (size_t i = 0; i < s->found[r].n; i++)
			if (strcmp(s->found[r].list[i].url, url) == 0)
				return;
	candidate = arena_push(s->arena, &found->list, &found->n, &found->cap, sizeof(*candidate));
	candidate->url = url;
	candidate->type = type;
	candidate->title = title;
}

static enum rank
rank_of_type(const char *type)
{
	size_t len;

	if (type == NULL)
		return NO_FEED;
	len = strcspn(type, "; \t\r\n");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].type) == len && strncasecmp(types[i].type, type, len) == 0)
			return types[i].rank;
	return NO_FEED;
}

static bool
has_query(const struct url_parts *parts)
{
	const char *pos = parts->query.ptr, *end;

	if (parts->query.len == 0)
		return false;
	end = pos + parts->query.len;
	while (pos < end) {
		const char *next = memchr(pos, '&', (size_t)(end - pos));
		size_t len = (size_t)((next != NULL ? next : end) - pos);

		for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
			if (strlen(queries[i]) == len && strncasecmp(queries[i], pos, len) == 0)
				return true;
		if (next == NULL)
			break;
		pos = next + 1;
	}
	return false;
}

static enum rank
rank_of_url(const char *href)
{
	struct url_parts parts;

	url_split(href, strlen(href), &parts);
	for (size_t i = 0; i < sizeof(not_feeds) / sizeof(not_feeds[0]); i++)
		if (strcasestr(href, not_feeds[i]) != NULL)
			return NO_FEED;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (ends_with(parts.path.ptr, parts.path.len, paths[i].end))
			return paths[i].rank;
	if (parts.authority.len > 6 && strncasecmp(parts.authority.ptr, "feeds.", 6) == 0 && parts.path.len > 1)
		return LIKELY;
	return has_query(&parts) ? LIKELY : NO_FEED;
}

/* Comments are not what people subscribe to. */
static bool
is_about_comments(const char *href, const char *title)
{
	return strcasestr(href, "comments") != NULL || (title != NULL && strcasestr(title, "comments") != NULL);
}

/* --- tags --------------------------------------------------------------------------------------------- */

static void
read_base(struct search *s)
{
	const char *href = value_of(s, "href"), *base;

	if (href == NULL || s->base_seen)
		return;
	s->base_seen = true;
	base = url_resolve(s->arena, s->url, href, strlen(href));
	if (url_is_http(base))
		s->base = base;
}

static void
read_link(struct search *s)
{
	const char *href = value_of(s, "href"), *rel = value_of(s, "rel"), *type = value_of(s, "type"), *title;
	enum rank rank = rank_of_type(type);

	if (href == NULL || has_word(rel, "stylesheet"))
		return;
	if (has_word(rel, "feed") && rank == NO_FEED && type == NULL)
		rank = DECLARED;
	else if (!has_word(rel, "alternate") && !has_word(rel, "feed"))
		return;
	if (rank == NO_FEED && has_word(type, "application/json") && strcasestr(href, "feed") != NULL)
		rank = VAGUE;
	title = value_of(s, "title");
	if (title != NULL)
		title = line_of(s, title, strlen(title));
	if (rank == DECLARED && is_about_comments(href, title))
		rank = VAGUE;
	add(s, rank, href, type, title);
}

/* The text up to </a>. */
static const char *
text_of_anchor(struct search *s)
{
	struct html_tokenizer ahead = s->tokenizer;
	const char *start = ahead.pos, *end = start;
	struct html_token token;

	for (int i = 0; i < ANCHOR_TOKENS_MAX; i++) {
		html_next(&ahead, &token);
		if (token.type == HTML_EOF || token.id == HTML_A)
			break;
		end = ahead.pos;
	}
	return line_of(s, start, (size_t)(end - start));
}

static void
read_anchor(struct search *s)
{
	enum rank rank = rank_of_type(peek_value(s, "type")) == DECLARED ? LIKELY : NO_FEED;
	const char *href = peek_value(s, "href"), *title;

	if (href != NULL && rank == NO_FEED)
		rank = rank_of_url(href);
	if (href == NULL || rank == NO_FEED)
		return;
	href = value_of(s, "href");
	title = value_of(s, "title");
	if (title == NULL)
		title = text_of_anchor(s);
	if (rank == LIKELY && is_about_comments(href, title))
		rank = POSSIBLE;
	add(s, rank, href, value_of(s, "type"), title);
}

size_t
discover_feeds(struct arena *arena, const char *html, size_t len, const char *url, size_t max,
    struct feed_candidate **list)
{
	struct search s = { .arena = arena, .url = url, .base = url, .max = max };
	size_t n = 0, cap = 0;

	*list = NULL;
	buf_init(&s.value, URL_BYTES_MAX);
	html_tokenizer_init(&s.tokenizer, html, len);
	for (html_next(&s.tokenizer, &s.token); s.token.type != HTML_EOF; html_next(&s.tokenizer, &s.token)) {
		if (s.token.type != HTML_START)
			continue;
		if (s.token.id == HTML_BASE)
			read_base(&s);
		else if (s.token.id == HTML_LINK)
			read_link(&s);
		else if (s.token.id == HTML_A)
			read_anchor(&s);
	}
	buf_free(&s.value);
	for (unsigned rank = 0; rank < RANKS; rank++)
		for (size_t i = 0; i < s.found[rank].n && n < max; i++)
			*(struct feed_candidate *)arena_push(arena, list, &n, &cap, sizeof(**list)) = s.found[rank].list[i];
	return n;
}
