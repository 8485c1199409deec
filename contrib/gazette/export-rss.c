/*
 * export-rss - entries as RSS 2.0, by the specification of the RSS Advisory Board and its profile.
 *
 * Texts are HTML or not as they look to readers, so one that would look like HTML and is none is escaped once more.
 */
#include <string.h>

#include "contrib/gazette/export-form.h"
#include "contrib/gazette/export-module.h"
#include "contrib/gazette/export-xml.h"
#include "contrib/gazette/export.h"
#include "contrib/gazette/moment.h"
#include "feeds/date.h"
#include "feeds/html.h"
#include "feeds/url.h"

/* What a channel has to link to, and here is no page for. */
static const char no_page[] = "http://localhost/";

/* Plain text for an element in which HTML may be. */
static const char *
plain(struct export *export, const char *text)
{
	struct buf	 html = BUF_INIT(SIZE_MAX);

	if (text != NULL && html_sniff(text, strlen(text))) {
		html_escape(text, strlen(text), &html);
		text = arena_strndup(export->arena, buf_str(&html), html.len);
	}
	buf_free(&html);
	return text;
}

/* Nothing if nothing can be seen of it. */
static void
put_plain(struct export *export, const char *name, const char *text)
{
	if (!export_form_is_blank(text))
		export_xml_element(&export->out, name, plain(export, text), NULL);
}

static void
put_date(struct export *export, const char *name, int64_t time_s)
{
	char	 text[EXPORT_XML_DATE_BYTES];

	export_xml_element(&export->out, name, export_xml_mail_date(time_s, text), NULL);
}

/* RFC 822 has no years before 1900. */
static void
put_published(struct export *export, int64_t time_s)
{
	char	 text[DATE_RFC3339_BYTES];

	if (time_s >= date_from_civil(1900, 1, 1, 0, 0, 0))
		put_date(export, "pubDate", time_s);
	else
		export_xml_element(&export->out, "dc:date", date_format(time_s, text), NULL);
}

static void
rss_begin(struct export *export)
{
	struct buf	*out = &export->out;
	const char	*self = export->cmd->options->self;

	buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"%s>\n<channel>\n", export_module_namespaces);
	put_plain(export, "title", export_name(export));
	export_xml_element(out, "link", self != NULL ? self : no_page, NULL);
	put_plain(export, "description", export_name(export));
	if (self != NULL)
		export_xml_empty(out, "atom:link", "rel", "self", "href", self, "type", "application/rss+xml", NULL);
	put_date(export, "lastBuildDate", export->first_s);
	export_xml_element(out, "generator", "gazette", NULL);
	export_xml_element(out, "docs", "https://www.rssboard.org/rss-specification", NULL);
}

static void
rss_end(struct export *export)
{
	buf_puts(&export->out, "</channel>\n</rss>\n");
}

/* --- the text ------------------------------------------------------------------------------------------------- */

/* Plain text whose lines stay lines. */
static const char *
as_html(struct export *export, const char *text)
{
	struct buf	 html = BUF_INIT(SIZE_MAX);
	const char	*line, *end;

	for (line = text; *line != '\0'; line = end + (*end != '\0')) {
		end = line + strcspn(line, "\n");
		html_escape(line, (size_t)(end - line), &html);
		if (*end != '\0')
			buf_puts(&html, "<br>\n");
	}
	text = arena_strndup(export->arena, buf_str(&html), html.len);
	buf_free(&html);
	return text;
}

/* A summary is the description, and then the text stands in content:encoded, as does HTML that does not look like it; else the text is the description. */
static void
put_body(struct export *export, const json_t *item)
{
	const char	*html = export_text(item, "content_html"), *text = export_text(item, "content_text");
	const char	*summary = export_text(item, "summary"), *twin = export_text(export_ours(item), "summary_html");
	bool		 titled = !export_form_is_blank(export_text(item, "title"));

	if (html == NULL && text != NULL && (summary != NULL || strchr(text, '\n') != NULL))
		html = as_html(export, text);
	if (summary != NULL && twin != NULL)
		export_xml_element(&export->out, "description", twin, NULL);
	else if (summary != NULL)
		export_xml_element(&export->out, "description", plain(export, summary), NULL);
	else if (html == NULL)
		/* an item has to have this or a title */
		export_xml_element(&export->out, "description", plain(export, text == NULL && !titled ? "" : text), NULL);
	else if (html_sniff(html, strlen(html))) {
		export_xml_element(&export->out, "description", html, NULL);
		return;
	} else if (!titled)
		export_xml_element(&export->out, "description", html, NULL);
	export_xml_element(&export->out, "content:encoded", html, NULL);
}

/* --- people, tags, files ------------------------------------------------------------------------------------------ */

static bool
has_details(const json_t *people)
{
	json_t	*person;
	size_t	 i;

	json_array_foreach(people, i, person)
		if (export_text(person, "url") != NULL || export_text(export_ours(person), "email") != NULL)
			return true;
	return false;
}

/* Those of Dublin Core are what readers know, and have the name alone; those of Atom have the rest. */
static void
put_people(struct export *export, const json_t *people, const char *atom)
{
	json_t	*person;
	size_t	 i;

	if (has_details(people))
		json_array_foreach(people, i, person)
			export_module_person(export, person, "atom:", atom);
}

static void
put_authors(struct export *export, const json_t *item)
{
	const json_t	*authors = json_object_get(item, "authors"), *contributors = json_object_get(export_ours(item), "contributors");
	json_t		*person;
	size_t		 i;

	json_array_foreach(authors, i, person)
		put_plain(export, "dc:creator", export_text(person, "name"));
	put_people(export, authors, "author");
	/* readers of both would have them twice */
	if (!has_details(contributors))
		json_array_foreach(contributors, i, person)
			put_plain(export, "dc:contributor", export_text(person, "name"));
	put_people(export, contributors, "contributor");
}

static void
put_categories(struct export *export, const json_t *item)
{
	const char	*term;
	json_t		*tag;
	size_t		 i;

	json_array_foreach(export_categories(item), i, tag) {
		/* there is room for one of them, and this is for people */
		term = export_category(tag, "label", "term");
		if (!export_form_is_blank(term))
			export_xml_element(&export->out, "category", plain(export, term), "domain", export_text(tag, "scheme"), NULL);
	}
}

/* One alone, as the profile advises; the others are Media RSS's. How many that were. */
static size_t
put_enclosure(struct export *export, const json_t *item)
{
	const json_t	*first = json_array_get(json_object_get(item, "attachments"), 0);
	const char	*url = export_url(export, item, first, "url"), *length = export_size(export, first, "size_in_bytes");
	const char	*type = export_form_media(export_text(first, "mime_type"));

	if (url == NULL || !url_is_http(url))
		return 0;
	export_xml_empty(&export->out, "enclosure", "url", url, "length", length != NULL ? length : "0", "type",
	    type != NULL ? type : "application/octet-stream", NULL);
	return export_text(first, "title") == NULL;
}

/* --- links ------------------------------------------------------------------------------------------------------ */

/* Whether link or enclosure says it already. */
static bool
is_native(const json_t *item, const json_t *link)
{
	const char	*rel = export_module_relation(link), *href = export_text(link, "href"), *url = export_text(item, "url");

	if (export_text(link, "rel") == NULL || href == NULL || strcmp(rel, "enclosure") == 0)
		return true;
	return strcmp(rel, "alternate") == 0 && url != NULL && strcmp(href, url) == 0;
}

static void
put_links(struct export *export, const json_t *item)
{
	const char	*related = export_url(export, item, item, "external_url");
	json_t		*link;
	size_t		 i;

	if (related != NULL && !export_module_has_link(export, item, item, "related", related))
		export_xml_empty(&export->out, "atom:link", "rel", "related", "href", related, NULL);
	json_array_foreach(json_object_get(export_ours(item), "links"), i, link)
		if (!is_native(item, link))
			export_module_link(export, item, link, "atom:link", export_module_relation(link));
}

/* --- an entry ------------------------------------------------------------------------------------------------------- */

static void
put_source(struct export *export, const json_t *item)
{
	const json_t	*own = json_object_get(export_ours(item), "source"), *feed = export_feed(export, item);
	const char	*url = json_is_object(own) ? export_address(export, own, "feed_url") : export_address(export, feed, "url");
	const char	*title = export_text(json_is_object(own) ? own : feed, "title");

	if (url != NULL)
		export_xml_element(&export->out, "source", !export_form_is_blank(title) ? title : url, "url", url, NULL);
}

static void
put_guid(struct export *export, const json_t *item)
{
	const char	*id = export_id(export, item, false), *own = export_text(item, "id");
	const json_t	*said = json_object_get(export_ours(item), "guid_is_permalink");
	const char	*url = export_text(item, "url");
	bool		 link;

	link = own != NULL && strcmp(id, own) == 0 && url_is_http(id) && export_form_is_iri(id) &&
	    (said != NULL ? json_is_true(said) : url != NULL && strcmp(url, id) == 0);
	export_xml_element(&export->out, "guid", id, "isPermaLink", link ? "true" : "false", NULL);
}

static void
rss_item(struct export *export, const json_t *item)
{
	const json_t	*ours = export_ours(item);
	int64_t		 when;
	size_t		 natively;

	export_xml_open(&export->out, "item", "xml:lang", export_language(export, item), NULL);
	put_plain(export, "title", export_text(item, "title"));
	export_xml_element(&export->out, "link", export_url(export, item, item, "url"), NULL);
	put_guid(export, item);
	put_published(export, export_when(item));
	put_body(export, item);
	put_authors(export, item);
	put_categories(export, item);
	natively = put_enclosure(export, item);
	export_xml_element(&export->out, "comments", export_url(export, item, ours, "comments_url"), NULL);
	export_xml_element(&export->out, "wfw:commentRss", export_url(export, item, ours, "comments_feed"), NULL);
	put_source(export, item);
	if (moment_of(item, "date_modified", &when))
		export_xml_element(&export->out, "atom:updated", cmd_string(item, "date_modified"), NULL);
	put_links(export, item);
	put_plain(export, "dc:rights", export_text(ours, "rights"));
	export_xml_element(&export->out, "cc:license", export_text(ours, "license"), NULL);
	export_module_item(export, item, natively);
	export_xml_close(&export->out, "item");
}

const struct export_format export_rss = { "rss", EXPORT_NEWEST, rss_begin, rss_item, rss_end };
