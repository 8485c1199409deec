/*
 * export-atom - entries as an Atom feed (RFC 4287). Each entry keeps its own id and tells its feed in atom:source, as section 4.2.11
 * has it for entries that are copied from other feeds.
 */
#include <stdio.h>
#include <string.h>

#include "contrib/gazette/export-form.h"
#include "contrib/gazette/export-module.h"
#include "contrib/gazette/export-xml.h"
#include "contrib/gazette/export.h"
#include "contrib/gazette/moment.h"
#include "feeds/date.h"
#include "feeds/url.h"

static void
put_date(struct export *export, const char *name, int64_t time_s)
{
	char	 text[DATE_RFC3339_BYTES];

	export_xml_element(&export->out, name, date_format(time_s, text), NULL);
}

static void
put_link(struct export *export, const char *rel, const char *href)
{
	if (href != NULL)
		export_xml_empty(&export->out, "link", "rel", rel, "href", href, NULL);
}

static void
atom_begin(struct export *export)
{
	struct buf	*out = &export->out;

	buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"%s>\n",
	    export_module_namespaces);
	export_xml_element(out, "id", export_feed_id(export), NULL);
	export_xml_element(out, "title", export_name(export), NULL);
	put_date(export, "updated", export->first_s);
	/* RFC 4287 section 4.1.1: whose entries name none need one */
	buf_puts(out, "<author><name>gazette</name></author>\n<generator>gazette</generator>\n");
	put_link(export, "self", export->cmd->options->self);
}

static void
atom_end(struct export *export)
{
	export_xml_close(&export->out, "feed");
}

/* --- links ---------------------------------------------------------------------------------------------------- */

static bool
is_same(const char *one, const char *two)
{
	return one == NULL || two == NULL ? one == two : strcmp(one, two) == 0;
}

static bool
is_same_kind(const json_t *link, const json_t *other)
{
	return is_same(export_form_media(export_text(link, "type")), export_form_media(export_text(other, "type"))) &&
	    is_same(export_form_language(export_text(link, "hreflang")), export_form_language(export_text(other, "hreflang")));
}

/* Sections 4.1.1 and 4.1.2: one alternate of each type and language; others are related. main: there is one of no type and language. */
static const char *
relation(struct export *export, const json_t *item, const json_t *links, size_t at, bool main)
{
	const json_t	*link = json_array_get(links, at), *other;
	const char	*rel = export_module_relation(link);

	if (strcmp(rel, "alternate") != 0)
		return rel;
	if (main && is_same_kind(link, NULL))
		return "related";
	for (size_t i = 0; i < at; i++) {
		other = json_array_get(links, i);
		if (strcmp(export_module_relation(other), "alternate") == 0 && export_url(export, item, other, "href") != NULL &&
		    is_same_kind(link, other))
			return "related";
	}
	return rel;
}

/* Whether there is an alternate, of those or before. */
static bool
put_own_links(struct export *export, const json_t *item, const json_t *holder, bool main)
{
	const json_t	*links = json_object_get(export_ours(holder), "links");
	bool		 alternate = main;
	const char	*rel;
	json_t		*link;
	size_t		 i;

	json_array_foreach(links, i, link) {
		rel = relation(export, item, links, i, main);
		alternate |= strcmp(rel, "alternate") == 0 && export_url(export, item, link, "href") != NULL;
		export_module_link(export, item, link, "link", rel);
	}
	return alternate;
}

static void
put_enclosures(struct export *export, const json_t *item)
{
	json_t		*attachment;
	const char	*href;
	size_t		 i;

	json_array_foreach(json_object_get(item, "attachments"), i, attachment) {
		href = export_url(export, item, attachment, "url");
		if (href != NULL && !export_module_has_link(export, item, item, "enclosure", href))
			export_xml_empty(&export->out, "link", "rel", "enclosure", "href", href, "type",
			    export_form_media(export_text(attachment, "mime_type")), "length", export_size(export, attachment, "size_in_bytes"), "title", export_text(attachment, "title"), NULL);
	}
}

/* Whether there is an alternate. */
static bool
put_links(struct export *export, const json_t *item)
{
	static const struct { const char *member, *rel, *type; bool ours; } rows[] = {
		{ "url", "alternate", NULL, false }, { "external_url", "related", NULL, false },
		{ "comments_url", "replies", "text/html", true }, { "comments_feed", "replies", "application/atom+xml", true },
		{ "license", "license", NULL, true }
	};
	const char	*href;
	bool		 alternate = false;
	size_t		 i;

	/* the best link is the first */
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		href = export_url(export, item, rows[i].ours ? export_ours(item) : item, rows[i].member);
		if (href == NULL || export_module_has_link(export, item, item, rows[i].rel, href))
			continue;
		export_xml_empty(&export->out, "link", "rel", rows[i].rel, "href", href, "type", rows[i].type, NULL);
		alternate |= i == 0;
	}
	alternate = put_own_links(export, item, item, alternate);
	put_enclosures(export, item);
	return alternate;
}

/* --- texts and people ------------------------------------------------------------------------------------------ */

/* A text that may have a twin with markup. */
static void
put_text(struct export *export, const json_t *item, const char *element, const char *plain, const char *twin)
{
	const char	*html = export_text(export_ours(item), twin);

	if (html != NULL)
		export_xml_element(&export->out, element, html, "type", "html", NULL);
	else
		export_xml_element(&export->out, element, plain, NULL);
}

static void
put_content(struct export *export, const json_t *item, bool alternate)
{
	const char	*html = export_text(item, "content_html"), *plain = export_text(item, "content_text");

	if (html != NULL)
		export_xml_element(&export->out, "content", html, "type", "html", NULL);
	else if (plain != NULL)
		export_xml_element(&export->out, "content", plain, "type", "text", NULL);
	else if (!alternate)
		/* section 4.1.2: a content or a link there has to be */
		export_xml_element(&export->out, "content", "", NULL);
}

static void
put_people(struct export *export, const json_t *object, const char *member, const char *element)
{
	json_t	*person;
	size_t	 i;

	json_array_foreach(json_object_get(object, member), i, person)
		export_module_person(export, person, "", element);
}

static void
put_categories(struct export *export, const json_t *categories)
{
	const char	*term;
	json_t		*tag;
	size_t		 i;

	json_array_foreach(categories, i, tag) {
		term = export_category(tag, "term", "label");
		if (!export_form_is_blank(term))
			export_xml_empty(&export->out, "category", "term", term, "scheme", export_address(export, tag, "scheme"), "label",
			    export_text(tag, "label"), NULL);
	}
}

/* --- where it is from -------------------------------------------------------------------------------------------- */

static const char *
first_of(const char *one, const char *two, const char *three)
{
	return one != NULL ? one : two != NULL ? two : three;
}

static void
put_source_links(struct export *export, const json_t *item, const json_t *source, const char *self)
{
	const char	*home = export_address(export, source, "home_page_url");
	bool		 main = home != NULL && !export_module_has_link(export, item, source, "alternate", home);

	if (self != NULL && !export_module_has_link(export, item, source, "self", self))
		put_link(export, "self", self);
	if (main)
		put_link(export, "alternate", home);
	put_own_links(export, item, source, main);
}

/* What only a source that the feed named has. */
static void
put_source_rest(struct export *export, const json_t *source)
{
	const json_t	*ours = export_ours(source), *generator = json_object_get(ours, "generator");
	const char	*url = export_address(export, generator, "url"), *name = export_text(generator, "name");

	if (export_form_is_blank(name))
		name = url;
	export_xml_element(&export->out, "generator", name, "uri", url, "version", export_text(generator, "version"), NULL);
	put_people(export, ours, "contributors", "contributor");
	put_categories(export, json_object_get(ours, "tags"));
	put_text(export, source, "rights", export_text(ours, "rights"), "rights_html");
	export_xml_element(&export->out, "icon", export_address(export, source, "favicon"), NULL);
}

/* Section 4.2.11: of the feed that it was copied from, what is known. */
static void
put_source(struct export *export, const json_t *item)
{
	const json_t	*own = json_object_get(export_ours(item), "source");
	const json_t	*source = json_is_object(own) ? own : export_feed(export, item);
	const char	*self = export_address(export, source, source == own ? "feed_url" : "url"), *title = export_text(source, "title");
	const char	*id = export_text(export_ours(source), "id");
	int64_t		 when;

	id = first_of(export_form_is_iri(id) ? id : NULL, self, export_address(export, source, "home_page_url"));
	if (id == NULL && title == NULL && source != own)
		return;
	export_xml_open(&export->out, "source", "xml:lang", export_form_language(export_text(source, "language")), NULL);
	export_xml_element(&export->out, "id", id != NULL ? id : arena_printf(export->arena, "urn:gazette:feed:%s",
	    export_hash(export, title != NULL ? title : "")), NULL);
	put_text(export, source, "title", title != NULL ? title : "", "title_html");
	put_date(export, "updated", moment_of(export_ours(source), "updated", &when) ? when : export_when(item));
	put_source_links(export, item, source, self);
	put_text(export, source, "subtitle", export_text(source, "description"), "description_html");
	export_xml_element(&export->out, "logo", export_address(export, source, "icon"), NULL);
	put_people(export, source, "authors", "author");
	put_source_rest(export, source);
	export_xml_close(&export->out, "source");
}

/* --- an entry ------------------------------------------------------------------------------------------------------ */

static void
atom_item(struct export *export, const json_t *item)
{
	const json_t	*ours = export_ours(item);
	const char	*title = export_text(item, "title");
	bool		 alternate;
	int64_t		 when;

	export_xml_open(&export->out, "entry", "xml:lang", export_language(export, item), NULL);
	export_xml_element(&export->out, "id", export_id(export, item, true), NULL);
	put_text(export, item, "title", title != NULL ? title : "", "title_html");
	if (!moment_of(item, "date_modified", &when))
		when = export_when(item);
	put_date(export, "updated", when);
	if (moment_of(item, "date_published", &when))
		put_date(export, "published", when);
	alternate = put_links(export, item);
	put_people(export, item, "authors", "author");
	put_people(export, ours, "contributors", "contributor");
	put_categories(export, export_categories(item));
	put_text(export, item, "rights", export_text(ours, "rights"), "rights_html");
	put_text(export, item, "summary", export_text(item, "summary"), "summary_html");
	put_content(export, item, alternate);
	export_module_item(export, item, json_array_size(json_object_get(item, "attachments")));
	put_source(export, item);
	export_xml_close(&export->out, "entry");
}

const struct export_format export_atom = { "atom", EXPORT_NEWEST, atom_begin, atom_item, atom_end };
