#include <libxml/parser.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/gazette/valid.h"

enum { NAME_BYTES = 128, MANY = 1 << 30 };

/* Element name may be in parent so often, and its text is like this; "a:" is Atom's namespace. What is of Atom, or of RSS, and in no row is wrong. */
struct element { const char *parent, *name; int least, most; const char *text; };

/* An attribute of an element, in whatever parent. */
struct attribute { const char *element, *name; bool required; const char *text; };

struct check {
	const struct element	*elements;	/* ended by NULL */
	const struct attribute	*attributes;
	const char		*root;
	void			 (*more)(struct check *, xmlNode *);	/* what no row can say */
	struct buf		*why;
};

#define WEEKDAY "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
#define MONTH "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

static const char	 digits[] = "^[0-9]+$";
static const char	 rfc822[] = "^(" WEEKDAY ", )?(0?[1-9]|[12][0-9]|3[01]) " MONTH " [0-9]{4} ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])? "
	"(GMT|UT|[+-][0-9]{4})$";
static const char	 relation[] = "^([A-Za-z][A-Za-z0-9._-]*|[A-Za-z][A-Za-z0-9+.-]*:" VALID_REST "+)$";
static const char	 kind_of_text[] = "^(text|html|xhtml)$";

#define ATOM_COMMON(parent) \
	{ parent, "a:author", 0, MANY, NULL }, { parent, "a:contributor", 0, MANY, NULL }, { parent, "a:category", 0, MANY, NULL }, \
	{ parent, "a:link", 0, MANY, NULL }, { parent, "a:rights", 0, 1, NULL }
#define ATOM_HEAD(parent, least) \
	{ parent, "a:id", least, 1, VALID_IRI }, { parent, "a:title", least, 1, NULL }, { parent, "a:updated", least, 1, VALID_RFC3339 }
#define ATOM_FEED(parent) \
	{ parent, "a:subtitle", 0, 1, NULL }, { parent, "a:generator", 0, 1, VALID_SOME }, { parent, "a:icon", 0, 1, VALID_IRI }, \
	{ parent, "a:logo", 0, 1, VALID_IRI }
#define ATOM_PERSON(element) \
	{ element, "a:name", 1, 1, VALID_SOME }, { element, "a:uri", 0, 1, VALID_IRI }, { element, "a:email", 0, 1, ".@." }

static const struct element atom_elements[] = {
	{ "", "a:feed", 1, 1, NULL }, { "a:feed", "a:entry", 0, MANY, NULL },
	ATOM_COMMON("a:feed"), ATOM_HEAD("a:feed", 1), ATOM_FEED("a:feed"),
	ATOM_COMMON("a:source"), ATOM_HEAD("a:source", 0), ATOM_FEED("a:source"),
	ATOM_COMMON("a:entry"), ATOM_HEAD("a:entry", 1),
	{ "a:entry", "a:published", 0, 1, VALID_RFC3339 }, { "a:entry", "a:summary", 0, 1, NULL }, { "a:entry", "a:content", 0, 1, NULL },
	{ "a:entry", "a:source", 0, 1, NULL },
	ATOM_PERSON("a:author"), ATOM_PERSON("a:contributor"),
	{ NULL, NULL, 0, 0, NULL }
};

#define ATOM_ATTRIBUTES \
	{ "a:link", "href", true, VALID_IRI }, { "a:link", "rel", false, relation }, { "a:link", "type", false, VALID_MEDIA }, \
	{ "a:link", "hreflang", false, VALID_LANGUAGE }, { "a:link", "title", false, NULL }, { "a:link", "length", false, digits }, \
	{ "a:category", "term", true, NULL }, { "a:category", "scheme", false, VALID_IRI }, { "a:category", "label", false, NULL }, \
	{ "a:generator", "uri", false, VALID_IRI }, { "a:generator", "version", false, NULL }, \
	{ "a:title", "type", false, kind_of_text }, { "a:subtitle", "type", false, kind_of_text }, { "a:summary", "type", false, kind_of_text }, \
	{ "a:rights", "type", false, kind_of_text }, { "a:content", "type", false, kind_of_text }

static const struct attribute atom_attributes[] = { ATOM_ATTRIBUTES, { NULL, NULL, false, NULL } };

static const struct element rss_elements[] = {
	{ "", "rss", 1, 1, NULL }, { "rss", "channel", 1, 1, NULL },
	{ "channel", "title", 1, 1, VALID_SOME }, { "channel", "link", 1, 1, VALID_WEB }, { "channel", "description", 1, 1, VALID_SOME },
	{ "channel", "lastBuildDate", 0, 1, rfc822 }, { "channel", "pubDate", 0, 1, rfc822 }, { "channel", "generator", 0, 1, NULL },
	{ "channel", "docs", 0, 1, VALID_WEB }, { "channel", "language", 0, 1, VALID_LANGUAGE }, { "channel", "item", 0, MANY, NULL },
	{ "channel", "a:link", 0, MANY, NULL },
	{ "item", "title", 0, 1, VALID_SOME }, { "item", "link", 0, 1, VALID_IRI }, { "item", "description", 0, 1, NULL },
	{ "item", "guid", 0, 1, VALID_SOME }, { "item", "pubDate", 0, 1, rfc822 }, { "item", "comments", 0, 1, VALID_IRI },
	{ "item", "category", 0, MANY, VALID_SOME }, { "item", "enclosure", 0, 1, NULL }, { "item", "source", 0, 1, VALID_SOME },
	{ "item", "a:link", 0, MANY, NULL }, { "item", "a:author", 0, MANY, NULL }, { "item", "a:contributor", 0, MANY, NULL },
	{ "item", "a:updated", 0, 1, VALID_RFC3339 },
	ATOM_PERSON("a:author"), ATOM_PERSON("a:contributor"),
	{ NULL, NULL, 0, 0, NULL }
};

static const struct attribute rss_attributes[] = {
	{ "rss", "version", true, "^2[.]0$" }, { "guid", "isPermaLink", false, "^(true|false)$" }, { "category", "domain", false, NULL },
	{ "enclosure", "url", true, VALID_WEB }, { "enclosure", "length", true, digits }, { "enclosure", "type", true, VALID_MEDIA },
	{ "source", "url", true, VALID_IRI }, ATOM_ATTRIBUTES, { NULL, NULL, false, NULL }
};

/* --- what is said ------------------------------------------------------------------------------------------- */

int
valid_matches(const char *pattern, const char *text)
{
	regex_t	 compiled;
	int	 found;

	if (pattern == NULL)
		return 1;
	if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		abort();
	found = regexec(&compiled, text, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}

static void
complain(const struct check *check, const xmlNode *node, const char *what, const char *text)
{
	buf_printf(check->why, "line %ld: %s: %s %.80s\n", xmlGetLineNo((xmlNode *)(uintptr_t)node), (const char *)node->name, what, text);
}

static void
on_error(void *arg, xmlErrorPtr error)
{
	struct check	*check = arg;

	buf_printf(check->why, "line %d: %s", error->line, error->message);
}

/* --- elements --------------------------------------------------------------------------------------------------- */

/* "" if the namespace is another's. */
static const char *
name_of(const xmlNode *node, char name[NAME_BYTES])
{
	bool	 atom = node->ns != NULL && strcmp((const char *)node->ns->href, "http://www.w3.org/2005/Atom") == 0;

	snprintf(name, NAME_BYTES, "%s%s", atom ? "a:" : "", atom || node->ns == NULL ? (const char *)node->name : "");
	return name;
}

/* The next element of this name at or behind node. */
static xmlNode *
find(xmlNode *node, const char *name)
{
	char	 its_name[NAME_BYTES];

	for (; node != NULL; node = node->next)
		if (node->type == XML_ELEMENT_NODE && strcmp(name_of(node, its_name), name) == 0)
			break;
	return node;
}

/* Owned by the caller (xmlFree()). */
static char *
text_of(xmlNode *node)
{
	return (char *)xmlNodeGetContent(node);
}

/* "": there is none. Owned by the caller. */
static char *
attribute_of(xmlNode *node, const char *name)
{
	char	*value = (char *)xmlGetNoNsProp(node, (const xmlChar *)name);

	return value != NULL ? value : (char *)xmlStrdup((const xmlChar *)"");
}

/* A day of the week that is another is no date. */
static bool
is_its_day(const char *date)
{
	struct tm	 tm = { 0 }, real;
	const char	*end = strptime(date, "%a, %d %b %Y", &tm);
	time_t		 when;

	if (end == NULL)
		return true;
	when = timegm(&(struct tm){ .tm_mday = tm.tm_mday, .tm_mon = tm.tm_mon, .tm_year = tm.tm_year });
	gmtime_r(&when, &real);
	return real.tm_mday == tm.tm_mday && strncmp(date, &"SunMonTueWedThuFriSat"[3 * real.tm_wday], 3) == 0;
}

static void
check_text(struct check *check, xmlNode *node, const char *pattern)
{
	char	*text = text_of(node);

	if (!valid_matches(pattern, text) || (pattern == rfc822 && !is_its_day(text)))
		complain(check, node, "has the text", text);
	xmlFree(text);
}

static const struct attribute *
find_attribute(const struct check *check, const char *element, const char *name)
{
	const struct attribute	*row;

	for (row = check->attributes; row->element != NULL; row++)
		if (strcmp(row->element, element) == 0 && (name == NULL || strcmp(row->name, name) == 0))
			return row;
	return NULL;
}

static void
check_attributes(struct check *check, xmlNode *node, const char *name)
{
	const struct attribute	*row;
	char			*value;

	for (xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
		row = find_attribute(check, name, (const char *)attr->name);
		value = (char *)xmlNodeListGetString(node->doc, attr->children, 1);
		if (attr->ns != NULL && strcmp((const char *)attr->name, "lang") == 0) {
			if (value != NULL && !valid_matches(VALID_LANGUAGE, value))
				complain(check, node, "is in the language", value);
		} else if (row == NULL)
			complain(check, node, "may not have the attribute", (const char *)attr->name);
		else if (!valid_matches(row->text, value != NULL ? value : ""))
			complain(check, node, row->name, value != NULL ? value : "");
		xmlFree(value);
	}
	for (row = check->attributes; row->element != NULL; row++)
		if (strcmp(row->element, name) == 0 && row->required && xmlHasProp(node, (const xmlChar *)row->name) == NULL)
			complain(check, node, "has no", row->name);
}

static void	check_children(struct check *, xmlNode *, const char *);

static void
check_node(struct check *check, xmlNode *node, const char *parent)
{
	const struct element	*row;
	char			 name[NAME_BYTES];

	if (node->type != XML_ELEMENT_NODE || *name_of(node, name) == '\0')
		return;
	for (row = check->elements; row->parent != NULL; row++)
		if (strcmp(row->parent, parent) == 0 && strcmp(row->name, name) == 0)
			break;
	if (row->parent == NULL) {
		complain(check, node, "may not be in", parent);
		return;
	}
	check_text(check, node, row->text);
	check_attributes(check, node, name);
	check_children(check, node, name);
}

static void
check_children(struct check *check, xmlNode *node, const char *name)
{
	const struct element	*row;
	int			 count;

	for (row = check->elements; row->parent != NULL; row++) {
		if (strcmp(row->parent, name) != 0)
			continue;
		count = 0;
		for (xmlNode *child = find(node->children, row->name); child != NULL; child = find(child->next, row->name))
			count++;
		if (count < row->least || count > row->most)
			complain(check, node, count < row->least ? "has no" : "has more than one", row->name);
	}
	for (xmlNode *child = node->children; child != NULL; child = child->next)
		check_node(check, child, name);
}

/* No two of the elements name in the children called parent have the same text. */
static void
check_unique(struct check *check, xmlNode *root, const char *parent, const char *name)
{
	xmlNode	*one, *two, *id, *other;
	char	*text, *its_text;

	for (one = find(root->children, parent); one != NULL; one = find(one->next, parent))
		for (two = find(one->next, parent); two != NULL; two = find(two->next, parent)) {
			id = find(one->children, name);
			other = find(two->children, name);
			if (id == NULL || other == NULL)
				continue;
			text = text_of(id);
			its_text = text_of(other);
			if (strcmp(text, its_text) == 0)
				complain(check, other, "is there twice:", text);
			xmlFree(text);
			xmlFree(its_text);
		}
}

/* --- Atom: what no row can say -------------------------------------------------------------------------------- */

static bool
is_alternate(xmlNode *link)
{
	char	*rel = attribute_of(link, "rel");
	bool	 alternate = strcmp(rel, "alternate") == 0 || *rel == '\0';

	xmlFree(rel);
	return alternate;
}

static bool
is_same(xmlNode *one, xmlNode *two, const char *attribute)
{
	char	*value = attribute_of(one, attribute), *other = attribute_of(two, attribute);
	bool	 same = strcmp(value, other) == 0;

	xmlFree(value);
	xmlFree(other);
	return same;
}

/* Sections 4.1.1 and 4.1.2: no two alternates of the same type and language. How many alternates there are. */
static int
check_alternates(struct check *check, xmlNode *holder)
{
	int	 count = 0;

	for (xmlNode *one = find(holder->children, "a:link"); one != NULL; one = find(one->next, "a:link")) {
		if (!is_alternate(one))
			continue;
		count++;
		for (xmlNode *two = find(one->next, "a:link"); two != NULL; two = find(two->next, "a:link"))
			if (is_alternate(two) && is_same(one, two, "type") && is_same(one, two, "hreflang"))
				complain(check, two, "is a second alternate", "");
	}
	return count;
}

static void
check_entry(struct check *check, xmlNode *entry, bool author)
{
	xmlNode	*source = find(entry->children, "a:source");

	if (check_alternates(check, entry) == 0 && find(entry->children, "a:content") == NULL)
		complain(check, entry, "has neither content nor an alternate", "");
	if (source != NULL)
		check_alternates(check, source);
	if (!author && find(entry->children, "a:author") == NULL && (source == NULL || find(source->children, "a:author") == NULL))
		complain(check, entry, "has no", "a:author");
}

static void
atom_more(struct check *check, xmlNode *root)
{
	bool	 author = find(root->children, "a:author") != NULL;

	check_alternates(check, root);
	check_unique(check, root, "a:entry", "a:id");
	for (xmlNode *entry = find(root->children, "a:entry"); entry != NULL; entry = find(entry->next, "a:entry"))
		check_entry(check, entry, author);
}

/* --- RSS ------------------------------------------------------------------------------------------------------------ */

static void
check_guid(struct check *check, xmlNode *guid)
{
	char	*link = attribute_of(guid, "isPermaLink"), *text = text_of(guid);

	if (strcmp(link, "false") != 0 && !valid_matches(VALID_WEB, text))
		complain(check, guid, "is no link:", text);
	xmlFree(link);
	xmlFree(text);
}

static void
rss_more(struct check *check, xmlNode *root)
{
	xmlNode	*channel = find(root->children, "channel"), *guid;

	if (channel == NULL)
		return;
	check_unique(check, channel, "item", "guid");
	for (xmlNode *item = find(channel->children, "item"); item != NULL; item = find(item->next, "item")) {
		guid = find(item->children, "guid");
		if (guid != NULL)
			check_guid(check, guid);
		if (find(item->children, "title") == NULL && find(item->children, "description") == NULL)
			complain(check, item, "has neither title nor description", "");
	}
}

/* --- documents -------------------------------------------------------------------------------------------------- */

static void
check_document(struct check *check, const char *text, size_t len)
{
	xmlDoc	*doc;
	xmlNode	*root;
	char	 name[NAME_BYTES];

	xmlSetStructuredErrorFunc(check, on_error);
	doc = xmlReadMemory(text, (int)len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_BIG_LINES);
	root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
	if (root == NULL)
		buf_puts(check->why, "no document\n");
	else if (strcmp(name_of(root, name), check->root) != 0)
		complain(check, root, "is not", check->root);
	else {
		check_node(check, root, "");
		check->more(check, root);
	}
	xmlFreeDoc(doc);
	xmlSetStructuredErrorFunc(NULL, NULL);
}

void
valid_atom(const char *text, size_t len, struct buf *why)
{
	check_document(&(struct check){ atom_elements, atom_attributes, "a:feed", atom_more, why }, text, len);
}

void
valid_rss(const char *text, size_t len, struct buf *why)
{
	check_document(&(struct check){ rss_elements, rss_attributes, "rss", rss_more, why }, text, len);
}
