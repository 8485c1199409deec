/*
 * opml-xml - OPML proper. Read with the tokenizer of HTML, which takes any XML, however broken:
 * stray &, missing quotes, unclosed outlines.
 */
#include <string.h>
#include <strings.h>

#include "feeds/html-names.h"
#include "feeds/html.h"
#include "feeds/opml-read.h"
#include "feeds/url.h"

struct outlines {
	struct opml_reader *r;
	struct html_tokenizer tokenizer;
	struct html_token token;
	struct buf	 value;			/* one decoded attribute */
	const char	*where;			/* the tag */
	bool		 seen;			/* <opml> or <outline> */
	bool		 open;			/* <opml>, and not its end */
	size_t		 depth;			/* open outlines */
	const char	*folders[OPML_FOLDERS_MAX];	/* their names; NULL for those that are none */
};

static bool
is_named(const struct html_token *token, const char *name)
{
	size_t len = strlen(name);

	return token->len == len && strncasecmp(token->ptr, name, len) == 0;
}

/* The decoded value, borrowed until the next call; NULL if there is none. */
static const char *
value_of(struct outlines *o, const char *name)
{
	size_t len = strlen(name);

	buf_clear(&o->value);
	for (size_t i = 0; i < o->token.n_attrs && o->value.len == 0; i++) {
		const struct html_attr *attr = &o->token.attrs[i];

		if (attr->name_len == len && strncasecmp(attr->name, name, len) == 0)
			html_decode_value(attr->value, attr->value_len, &o->value);
	}
	return o->value.len == 0 || o->value.overflow ? NULL : buf_str(&o->value);
}

static const char *
text_of(struct outlines *o, const char *name)
{
	const char *value = value_of(o, name);

	return value != NULL ? opml_text(o->r, value, strlen(value)) : NULL;
}

static const char *
title_of(struct outlines *o)
{
	const char *title = text_of(o, "text");

	return title != NULL ? title : text_of(o, "title");
}

/* The feed's URL; url= stands for a page or another list where type= says so. In the arena. */
static const char *
url_of(struct outlines *o)
{
	static const char *const others[] = { "link", "include" };
	const char *value = value_of(o, "xmlUrl");

	if (value == NULL) {
		value = value_of(o, "type");
		for (size_t i = 0; value != NULL && i < sizeof(others) / sizeof(others[0]); i++)
			if (strcasecmp(value, others[i]) == 0)
				return NULL;
		value = value_of(o, "url");
	}
	return arena_strdup(o->r->arena, value);
}

/* %2C, %2F, %25 are how opml_write() says what would divide. */
static const char *
unescape(struct opml_reader *r, const char *ptr, size_t len)
{
	char *copy = arena_strndup(r->arena, ptr, len), *out = copy;

	for (const char *pos = copy; *pos != '\0'; pos++) {
		if (strncasecmp(pos, "%2c", 3) == 0 || strncasecmp(pos, "%2f", 3) == 0 || strncmp(pos, "%25", 3) == 0) {
			*out++ = pos[2] == '5' ? '%' : (pos[2] | 0x20) == 'c' ? ',' : '/';
			pos += 2;
		} else
			*out++ = *pos;
	}
	return opml_text(r, copy, (size_t)(out - copy));
}

/* "a tag,another,/a/path of tags" */
static void
add_categories(struct outlines *o, struct opml_feed *feed, const char *list)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ",");
		const char *pos = list + strspn(list, " \t\r\n"), *end = list + len;

		list = *end == ',' ? end + 1 : end;
		if (pos >= end)
			continue;
		if (*pos != '/') {
			opml_add_tag(o->r, feed, unescape(o->r, pos, (size_t)(end - pos)));
			continue;
		}
		for (size_t part; pos < end; pos += part) {
			pos += strspn(pos, "/");
			part = strcspn(pos, "/,");
			opml_add_tag(o->r, feed, unescape(o->r, pos, part));
		}
	}
}

/* FreshRSS says by type= how it makes a feed of what is none: "HTML+XPath", "JSON+DotNotation". */
static bool
is_scraped(struct outlines *o)
{
	const char *type = value_of(o, "type");

	return type != NULL && strchr(type, '+') != NULL && strcasecmp(type, "application/rss+xml") != 0 &&
	    strcasecmp(type, "application/atom+xml") != 0 && strcasecmp(type, "application/feed+json") != 0;
}

static void
add_setting(struct outlines *o, struct opml_feed *feed, const char *key, const char *value)
{
	struct opml_setting *setting;

	if (value == NULL)
		return;
	setting = arena_push(o->r->arena, &feed->settings, &feed->n_settings, &feed->cap_settings, sizeof(*setting));
	*setting = (struct opml_setting){ key, value };
}

/* Liferea has minutes; -1 and less: as the feed says. */
static const char *
interval_of(struct outlines *o)
{
	const char *minutes = text_of(o, "updateInterval");

	if (minutes == NULL || strspn(minutes, "0123456789") != strlen(minutes) || strspn(minutes, "0") == strlen(minutes))
		return NULL;
	return arena_printf(o->r->arena, "%sm", minutes);
}

static void
add_settings(struct outlines *o, struct opml_feed *feed)
{
	static const struct { const char *attribute, *key; } rows[] = {
		{ "username", "username" }, { "password", "password" }, { "frss:CURLOPT_USERAGENT", "user_agent" },
		{ "frss:CURLOPT_COOKIE", "cookie" }, { "frss:CURLOPT_PROXY", "proxy" }, { "frss:CURLOPT_HTTPHEADER", "header" }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		add_setting(o, feed, rows[i].key, text_of(o, rows[i].attribute));
	add_setting(o, feed, "interval", interval_of(o));
	if (value_of(o, "frss:filtersActionRead") != NULL)
		opml_complain(o->r, o->where, "a filter that marks read: gazette rule add does that", text_of(o, "frss:filtersActionRead"));
}

static void
add_feed(struct outlines *o, const char *url)
{
	struct opml_feed *feed;
	const char *value;

	if (*url == '|') {
		opml_complain(o->r, o->where, "a command is no feed", url);
		return;
	}
	if (is_scraped(o)) {
		opml_complain(o->r, o->where, "a page that is taken apart is no feed", url);
		return;
	}
	feed = opml_add(o->r, o->where, url);
	if (feed == NULL)
		return;
	feed->title = title_of(o);
	if (feed->title != NULL && strcmp(feed->title, feed->url) == 0)
		feed->title = NULL;
	value = value_of(o, "htmlUrl");
	if (value != NULL) {
		value = url_resolve(o->r->arena, NULL, value, strlen(value));
		feed->home_page_url = url_is_http(value) ? value : NULL;
	}
	for (size_t i = 0; i < o->depth && i < OPML_FOLDERS_MAX; i++)
		opml_add_tag(o->r, feed, o->folders[i]);
	value = value_of(o, "category");
	if (value != NULL)
		add_categories(o, feed, arena_strdup(o->r->arena, value));
	add_settings(o, feed);
}

/* Liferea's search folders: its rules have no like. */
static void
refuse_search(struct outlines *o)
{
	const char *type = value_of(o, "type");

	if (type != NULL && strcasecmp(type, "vfolder") == 0)
		opml_complain(o->r, o->where, "a search folder is no feed", title_of(o));
}

static void
start_outline(struct outlines *o)
{
	const char *url = url_of(o);

	refuse_search(o);
	if (url != NULL)
		add_feed(o, url);
	if (o->token.self_closing)
		return;
	if (o->depth < OPML_FOLDERS_MAX)
		o->folders[o->depth] = url == NULL ? title_of(o) : NULL;
	o->depth++;
}

/* The list's own title is the first outside of the outlines. */
static void
start_title(struct outlines *o)
{
	html_next(&o->tokenizer, &o->token);
	if (o->token.type != HTML_TEXT || o->r->opml->title != NULL || o->depth != 0)
		return;
	buf_clear(&o->value);
	html_decode(o->token.ptr, o->token.len, &o->value);
	if (o->value.len != 0)
		o->r->opml->title = opml_text(o->r, o->value.ptr, o->value.len);
}

static void
read_tag(struct outlines *o)
{
	bool outline = is_named(&o->token, "outline");

	if (is_named(&o->token, "opml"))
		o->open = o->token.type == HTML_START;
	if (o->token.type == HTML_END) {
		if (outline && o->depth != 0)
			o->depth--;
		return;
	}
	if (outline || is_named(&o->token, "opml"))
		o->seen = true;
	if (outline)
		start_outline(o);
	else if (o->token.id == HTML_TITLE && !o->token.self_closing)
		start_title(o);
}

int
opml_read_xml(struct opml_reader *r)
{
	struct outlines o = { .r = r, .value = BUF_INIT(URL_BYTES_MAX) };

	html_tokenizer_init(&o.tokenizer, r->start, (size_t)(r->end - r->start));
	do {
		o.where = o.tokenizer.pos;
		html_next(&o.tokenizer, &o.token);
		if (o.token.type == HTML_START || o.token.type == HTML_END)
			read_tag(&o);
	} while (o.token.type != HTML_EOF);
	buf_free(&o.value);
	if (o.open)
		opml_complain(r, r->end, "the file ends before </opml>: it is cut off", NULL);
	if (o.seen)
		return 0;
	r->error = NULL;
	r->opml->n_skipped = 0;
	opml_complain(r, r->start, "this is XML or HTML, but no OPML", NULL);
	return -1;
}
