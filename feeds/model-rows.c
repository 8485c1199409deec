#include "feeds/model-rows.h"

#include <string.h>
#include <strings.h>

#define IN(place)	(1u << PLACE_##place)
#define FEEDS		(IN(FEED) | IN(SOURCE))
#define BOTH		(FEEDS | IN(ITEM))
#define MEDIA		(IN(ITEM) | IN(GROUP) | IN(CONTENT))
#define MEDIA_BOTH	(MEDIA | FEEDS)
#define WHERE		(BOTH | IN(GEO))
#define CATEGORY	(BOTH | IN(CATEGORY))
#define T		ROW_TEXT
#define A		ROW_ATTRS
#define TA		(ROW_TEXT | ROW_ATTRS)
#define NATIVE		ROW_NATIVE
#define ABS		ROW_ABSOLUTE
#define SNIFFED		TEXT_SNIFFED
#define PLAIN		TEXT_PLAIN
#define ATOM		TEXT_ATOM
#define NO		PLACE_NOWHERE

/*
 * Namespace, element, where it stands, field, rank, flags, kind of text, what stands inside it. Within a field the
 * native element comes first, then the modules by rank; ROW_ABSOLUTE ranks count everywhere.
 */
static const struct model_row rows[] = {
	/* RSS 0.9x-2.0, RSS 0.90 and 1.0 (RDF) */
	{ NS_RSS, "channel", IN(ROOT), F_NONE, 0, A | NATIVE, 0, PLACE_FEED },
	{ NS_RSS, "item", IN(ROOT) | IN(FEED), F_NONE, 0, A | NATIVE, 0, PLACE_ITEM },
	{ NS_RSS, "redirect", IN(ROOT), F_NONE, 0, 0, 0, PLACE_REDIRECT },
	{ NS_RSS, "newLocation", IN(REDIRECT), F_NEW_FEED_URL, 1, T, PLAIN, NO },
	{ NS_RSS, "title", IN(FEED) | IN(ITEM), F_TITLE, 0, T, SNIFFED, NO },
	{ NS_RSS, "link", IN(FEED) | IN(ITEM), F_HOME, 0, T, PLAIN, NO },
	{ NS_RSS, "description", IN(FEED), F_DESCRIPTION, 0, T, SNIFFED, NO },
	{ NS_RSS, "description", IN(ITEM), F_BODY, 3, T | ABS, SNIFFED, NO },
	{ NS_RSS, "language", IN(FEED), F_LANGUAGE, 0, T, SNIFFED, NO },
	{ NS_RSS, "copyright", IN(FEED), F_RIGHTS, 0, T, SNIFFED, NO },
	{ NS_RSS, "managingEditor", IN(FEED), F_AUTHORS, 0, T, SNIFFED, PLACE_PERSON },
	{ NS_RSS, "author", IN(FEED), F_AUTHORS, 1, T, SNIFFED, PLACE_PERSON },
	{ NS_RSS, "author", IN(ITEM), F_AUTHORS, 2, T | ABS, SNIFFED, PLACE_PERSON },
	{ NS_RSS, "webMaster", IN(FEED), F_PUBLISHER, 0, T, SNIFFED, PLACE_PERSON },
	{ NS_RSS, "pubDate", IN(FEED) | IN(ITEM), F_PUBLISHED, 0, T, SNIFFED, NO },
	{ NS_RSS, "lastBuildDate", IN(FEED), F_UPDATED, 2, T, SNIFFED, NO },
	{ NS_RSS, "category", IN(FEED) | IN(ITEM), F_TAGS, 0, TA | ABS, SNIFFED, NO },
	{ NS_RSS, "generator", IN(FEED), F_GENERATOR, 0, T, SNIFFED, NO },
	{ NS_RSS, "cloud", IN(FEED), F_CLOUD, 0, A, 0, NO },
	{ NS_RSS, "ttl", IN(FEED), F_TTL, 0, T, PLAIN, NO },
	{ NS_RSS, "skipHours", IN(FEED), F_NONE, 0, 0, 0, PLACE_SKIP },
	{ NS_RSS, "skipDays", IN(FEED), F_NONE, 0, 0, 0, PLACE_SKIP },
	{ NS_RSS, "hour", IN(SKIP), F_SKIP_HOUR, 0, T, PLAIN, NO },
	{ NS_RSS, "day", IN(SKIP), F_SKIP_DAY, 0, T, PLAIN, NO },
	{ NS_RSS, "image", IN(FEED) | IN(ROOT) | IN(ITEM), F_IMAGE, 0, TA, PLAIN, PLACE_IMAGE },
	{ NS_RSS, "url", IN(IMAGE), F_SUB_URL, 0, T, PLAIN, NO },
	{ NS_RSS, "title", IN(IMAGE), F_SUB_TITLE, 0, T, SNIFFED, NO },
	{ NS_DC, "title", IN(IMAGE), F_SUB_TITLE, 1, T, SNIFFED, NO },
	{ NS_RSS, "link", IN(IMAGE), F_SUB_LINK, 0, T, PLAIN, NO },
	{ NS_RSS, "width", IN(IMAGE), F_SUB_WIDTH, 0, T, PLAIN, NO },
	{ NS_RSS, "height", IN(IMAGE), F_SUB_HEIGHT, 0, T, PLAIN, NO },
	{ NS_RSS, "description", IN(IMAGE), F_SUB_DESCRIPTION, 0, T, SNIFFED, NO },
	{ NS_RSS, "name", IN(PERSON), F_SUB_NAME, 0, T, SNIFFED, NO },
	{ NS_RSS, "email", IN(PERSON), F_SUB_EMAIL, 0, T, SNIFFED, NO },
	{ NS_RSS, "uri", IN(PERSON), F_SUB_URL, 0, T, PLAIN, NO },
	{ NS_RSS, "url", IN(PERSON), F_SUB_URL, 0, T, PLAIN, NO },
	{ NS_RSS, "guid", IN(ITEM), F_ID, 0, TA, PLAIN, NO },
	{ NS_RSS, "comments", IN(ITEM), F_COMMENTS, 0, T, PLAIN, NO },
	{ NS_RSS, "enclosure", IN(ITEM), F_ENCLOSURE, 0, A, 0, NO },
	{ NS_RSS, "source", IN(ITEM), F_RSS_SOURCE, 0, TA, SNIFFED, NO },

	/* Atom 1.0 and 0.3 */
	{ NS_ATOM, "entry", IN(FEED), F_NONE, 0, A | NATIVE, 0, PLACE_ITEM },
	{ NS_ATOM, "source", IN(ITEM), F_SOURCE, 0, 0, 0, PLACE_SOURCE },
	{ NS_ATOM, "title", BOTH, F_TITLE, 0, TA, ATOM, NO },
	{ NS_ATOM, "subtitle", FEEDS, F_DESCRIPTION, 0, TA, ATOM, NO },
	{ NS_ATOM, "tagline", FEEDS, F_DESCRIPTION, 0, TA, ATOM, NO },
	{ NS_ATOM, "info", FEEDS, F_USER_COMMENT, 0, TA, ATOM, NO },
	{ NS_ATOM, "link", BOTH, F_LINK, 0, TA, PLAIN, NO },
	{ NS_ATOM, "id", BOTH, F_ID, 0, T, PLAIN, NO },
	{ NS_ATOM, "logo", FEEDS, F_ICON, 0, T, PLAIN, NO },
	{ NS_ATOM, "icon", FEEDS, F_FAVICON, 0, T, PLAIN, NO },
	{ NS_ATOM, "author", FEEDS, F_AUTHORS, 2, T, SNIFFED, PLACE_PERSON },
	{ NS_ATOM, "author", IN(ITEM), F_AUTHORS, 0, T | ABS, SNIFFED, PLACE_PERSON },
	{ NS_ATOM, "contributor", BOTH, F_CONTRIBUTORS, 0, T | ABS, SNIFFED, PLACE_PERSON },
	{ NS_ATOM, "name", IN(PERSON), F_SUB_NAME, 0, T, SNIFFED, NO },
	{ NS_ATOM, "email", IN(PERSON), F_SUB_EMAIL, 0, T, SNIFFED, NO },
	{ NS_ATOM, "uri", IN(PERSON), F_SUB_URL, 0, T, PLAIN, NO },
	{ NS_ATOM, "url", IN(PERSON), F_SUB_URL, 0, T, PLAIN, NO },
	{ NS_ATOM, "homepage", IN(PERSON), F_SUB_URL, 0, T, PLAIN, NO },
	{ NS_ATOM, "rights", BOTH, F_RIGHTS, 1, TA, ATOM, NO },
	{ NS_ATOM, "copyright", BOTH, F_RIGHTS, 1, TA, ATOM, NO },
	{ NS_ATOM, "generator", FEEDS, F_GENERATOR, 1, TA, SNIFFED, NO },
	{ NS_ATOM, "category", BOTH, F_TAGS, 0, TA | ABS, SNIFFED, NO },
	{ NS_ATOM, "published", FEEDS, F_PUBLISHED, 4, T, SNIFFED, NO },
	{ NS_ATOM, "issued", FEEDS, F_PUBLISHED, 3, T, SNIFFED, NO },
	{ NS_ATOM, "published", IN(ITEM), F_PUBLISHED, 9, T, SNIFFED, NO },
	{ NS_ATOM, "issued", IN(ITEM), F_PUBLISHED, 9, T, SNIFFED, NO },
	{ NS_ATOM, "created", IN(ITEM), F_PUBLISHED, 8, T | ROW_MODULE, SNIFFED, NO },
	{ NS_ATOM, "updated", FEEDS, F_UPDATED, 0, T, SNIFFED, NO },
	{ NS_ATOM, "modified", FEEDS, F_UPDATED, 0, T, SNIFFED, NO },
	{ NS_ATOM, "updated", IN(ITEM), F_UPDATED, 3, T, SNIFFED, NO },
	{ NS_ATOM, "modified", IN(ITEM), F_UPDATED, 3, T, SNIFFED, NO },
	{ NS_ATOM, "content", IN(ITEM), F_BODY, 0, TA | ABS, ATOM, NO },
	{ NS_ATOM, "summary", IN(ITEM), F_BODY, 4, TA | ABS, ATOM, NO },

	/* Dublin Core: elements 1.0 and 1.1, terms */
	{ NS_DC, "title", BOTH, F_TITLE, 1, T, SNIFFED, NO },
	{ NS_DC, "description", FEEDS, F_DESCRIPTION, 1, T, SNIFFED, NO },
	{ NS_DC, "description", IN(ITEM), F_BODY, 5, T | ABS, SNIFFED, NO },
	{ NS_DC, "creator", IN(ITEM), F_AUTHORS, 1, T | ABS, SNIFFED, PLACE_PERSON },
	{ NS_DC, "author", IN(ITEM), F_AUTHORS, 3, T | ABS, SNIFFED, PLACE_PERSON },
	{ NS_DC, "creator", FEEDS, F_AUTHORS, 3, T, SNIFFED, PLACE_PERSON },
	{ NS_DC, "author", FEEDS, F_AUTHORS, 4, T, SNIFFED, PLACE_PERSON },
	{ NS_DC, "contributor", BOTH, F_CONTRIBUTORS, 0, T | ABS, SNIFFED, PLACE_PERSON },
	{ NS_DC, "publisher", BOTH, F_PUBLISHER, 1, T, SNIFFED, PLACE_PERSON },
	{ NS_DC, "language", BOTH, F_LANGUAGE, 1, T, SNIFFED, NO },
	{ NS_DC, "identifier", BOTH, F_ID, 2, T, PLAIN, NO },
	{ NS_DC, "rights", BOTH, F_RIGHTS, 2, T, SNIFFED, NO },
	{ NS_DC, "subject", BOTH, F_TAGS, 0, T | ABS, SNIFFED, NO },
	{ NS_DC, "issued", BOTH, F_PUBLISHED, 1, T, SNIFFED, NO },
	{ NS_DC, "created", FEEDS, F_PUBLISHED, 2, T, SNIFFED, NO },
	{ NS_DC, "date", FEEDS, F_UPDATED, 5, T, SNIFFED, NO },
	{ NS_DC, "date", IN(ITEM), F_PUBLISHED, 2, T, SNIFFED, NO },
	{ NS_DC, "created", IN(ITEM), F_PUBLISHED, 3, T, SNIFFED, NO },
	{ NS_DC, "modified", BOTH, F_UPDATED, 1, T, SNIFFED, NO },

	{ NS_CONTENT, "encoded", IN(ITEM), F_BODY, 1, T | ABS, TEXT_HTML, NO },
	{ NS_XHTML, "body", IN(ITEM), F_BODY, 2, T | ABS, TEXT_XHTML, NO },
	{ NS_XHTML, "div", IN(ITEM), F_BODY, 2, T | ABS, TEXT_XHTML, NO },

	/* itunes, and googleplay where itunes is silent */
	{ NS_ITUNES, "title", FEEDS, F_TITLE, 2, T, SNIFFED, NO },
	{ NS_ITUNES, "title", IN(ITEM), F_TITLE, 3, T, SNIFFED, NO },
	{ NS_ITUNES, "summary", FEEDS, F_DESCRIPTION, 2, T, SNIFFED, NO },
	{ NS_ITUNES, "summary", IN(ITEM), F_BODY, 6, T | ABS, SNIFFED, NO },
	{ NS_ITUNES, "subtitle", BOTH, F_POD_SUBTITLE, 0, T, SNIFFED, NO },
	{ NS_ITUNES, "author", IN(ITEM), F_AUTHORS, 4, T | ABS, SNIFFED, PLACE_PERSON },
	{ NS_ITUNES, "author", FEEDS, F_AUTHORS, 5, T, SNIFFED, PLACE_PERSON },
	{ NS_ITUNES, "owner", FEEDS, F_PUBLISHER, 2, T, SNIFFED, PLACE_PERSON },
	{ NS_ITUNES, "name", IN(PERSON), F_SUB_NAME, 0, T, SNIFFED, NO },
	{ NS_ITUNES, "email", IN(PERSON), F_SUB_EMAIL, 0, T, SNIFFED, NO },
	{ NS_ITUNES, "image", BOTH, F_ICON, 1, A, 0, NO },
	{ NS_ITUNES, "category", CATEGORY, F_TAGS, 0, A | ABS, 0, PLACE_CATEGORY },
	{ NS_ITUNES, "keywords", BOTH, F_TAGS, 0, T | ABS, SNIFFED, NO },
	{ NS_ITUNES, "new-feed-url", FEEDS, F_NEW_FEED_URL, 0, T, PLAIN, NO },
	{ NS_ITUNES, "complete", FEEDS, F_EXPIRED, 0, T, PLAIN, NO },
	{ NS_ITUNES, "type", FEEDS, F_POD_TYPE, 0, T, SNIFFED, NO },
	{ NS_ITUNES, "block", BOTH, F_POD_BLOCK, 0, T, PLAIN, NO },
	{ NS_ITUNES, "explicit", BOTH, F_POD_EXPLICIT, 0, T, PLAIN, NO },
	{ NS_ITUNES, "duration", IN(ITEM), F_POD_DURATION, 0, T, PLAIN, NO },
	{ NS_ITUNES, "season", IN(ITEM), F_POD_SEASON, 0, T, PLAIN, NO },
	{ NS_ITUNES, "episode", IN(ITEM), F_POD_EPISODE, 0, T, PLAIN, NO },
	{ NS_ITUNES, "episodeType", IN(ITEM), F_POD_EPISODE_TYPE, 0, T, SNIFFED, NO },
	{ NS_GOOGLEPLAY, "description", FEEDS, F_DESCRIPTION, 3, T, SNIFFED, NO },
	{ NS_GOOGLEPLAY, "summary", IN(ITEM), F_BODY, 7, T | ABS, SNIFFED, NO },
	{ NS_GOOGLEPLAY, "description", IN(ITEM), F_BODY, 7, T | ABS, SNIFFED, NO },
	{ NS_GOOGLEPLAY, "author", IN(ITEM), F_AUTHORS, 5, T | ABS, SNIFFED, PLACE_PERSON },
	{ NS_GOOGLEPLAY, "author", FEEDS, F_AUTHORS, 6, T, SNIFFED, PLACE_PERSON },
	{ NS_GOOGLEPLAY, "image", BOTH, F_ICON, 2, A, 0, NO },
	{ NS_GOOGLEPLAY, "category", CATEGORY, F_TAGS, 0, A | ABS, 0, PLACE_CATEGORY },
	{ NS_GOOGLEPLAY, "block", BOTH, F_POD_BLOCK, 1, T, PLAIN, NO },
	{ NS_GOOGLEPLAY, "explicit", BOTH, F_POD_EXPLICIT, 1, T, PLAIN, NO },

	/* podcast namespace 2.0, Podlove chapters */
	{ NS_PODCAST, "guid", FEEDS, F_POD_GUID, 0, T, PLAIN, NO },
	{ NS_PODCAST, "medium", FEEDS, F_POD_MEDIUM, 0, T, SNIFFED, NO },
	{ NS_PODCAST, "locked", FEEDS, F_POD_LOCKED, 0, T, PLAIN, NO },
	{ NS_PODCAST, "funding", BOTH, F_POD_FUNDING, 0, TA, SNIFFED, NO },
	{ NS_PODCAST, "person", BOTH, F_POD_PERSONS, 0, TA, SNIFFED, NO },
	{ NS_PODCAST, "season", IN(ITEM), F_POD_SEASON, 1, T, PLAIN, NO },
	{ NS_PODCAST, "episode", IN(ITEM), F_POD_EPISODE, 1, T, PLAIN, NO },
	{ NS_PODCAST, "transcript", IN(ITEM), F_POD_TRANSCRIPTS, 0, A, 0, NO },
	{ NS_PODCAST, "chapters", IN(ITEM), F_POD_CHAPTERS_URL, 0, A, 0, NO },
	{ NS_PODCAST, "alternateEnclosure", IN(ITEM), F_ALTERNATE, 0, A, 0, PLACE_ALTERNATE },
	{ NS_PODCAST, "source", IN(ALTERNATE), F_SUB_SOURCE, 0, A, 0, NO },
	{ NS_PSC, "chapters", IN(ITEM), F_POD_CHAPTERS, 0, 0, 0, PLACE_CHAPTERS },
	{ NS_PSC, "chapter", IN(CHAPTERS), F_SUB_CHAPTER, 0, A, 0, NO },

	/* Media RSS */
	{ NS_MEDIA, "group", IN(ITEM), F_GROUP, 0, 0, 0, PLACE_GROUP },
	{ NS_MEDIA, "content", IN(ITEM) | IN(GROUP), F_CONTENT, 0, A, 0, PLACE_CONTENT },
	{ NS_MEDIA, "title", FEEDS, F_TITLE, 3, TA, TEXT_MEDIA, NO },
	{ NS_MEDIA, "title", MEDIA, F_TITLE, 2, TA, TEXT_MEDIA, NO },
	{ NS_MEDIA, "description", MEDIA, F_BODY, 8, TA | ABS, TEXT_MEDIA, NO },
	{ NS_MEDIA, "thumbnail", MEDIA_BOTH, F_THUMBNAIL, 0, A, 0, NO },
	{ NS_MEDIA, "credit", MEDIA, F_CREDIT, 0, TA, SNIFFED, NO },
	{ NS_MEDIA, "player", MEDIA, F_PLAYER, 0, A, 0, NO },
	{ NS_MEDIA, "rating", MEDIA, F_RATING, 0, T, SNIFFED, NO },
	{ NS_MEDIA, "adult", MEDIA, F_ADULT, 0, T, PLAIN, NO },
	{ NS_MEDIA, "category", MEDIA_BOTH, F_TAGS, 0, TA | ABS, SNIFFED, NO },
	{ NS_MEDIA, "keywords", MEDIA_BOTH, F_TAGS, 0, T | ABS, SNIFFED, NO },
	{ NS_MEDIA, "copyright", MEDIA_BOTH, F_RIGHTS, 4, T, SNIFFED, NO },

	/* places: GeoRSS simple and GML, W3C geo, ICBM */
	{ NS_GEORSS, "point", WHERE, F_GEO_POINT, 0, T, PLAIN, NO },
	{ NS_GEORSS, "line", WHERE, F_GEO_LINE, 0, T, PLAIN, NO },
	{ NS_GEORSS, "polygon", WHERE, F_GEO_POLYGON, 0, T, PLAIN, NO },
	{ NS_GEORSS, "box", WHERE, F_GEO_BOX, 0, T, PLAIN, NO },
	{ NS_GEORSS, "where", WHERE, F_GEO_WHERE, 0, 0, 0, PLACE_GEO },
	{ NS_GML, "Point", WHERE, F_GEO_POINT, 0, A, 0, PLACE_GEO },
	{ NS_GML, "LineString", WHERE, F_GEO_LINE, 0, A, 0, PLACE_GEO },
	{ NS_GML, "Polygon", WHERE, F_GEO_POLYGON, 0, A, 0, PLACE_GEO },
	{ NS_GML, "Envelope", WHERE, F_GEO_BOX, 0, A, 0, PLACE_GEO },
	{ NS_GML, "exterior", IN(GEO), F_NONE, 0, 0, 0, PLACE_GEO },
	{ NS_GML, "outerBoundaryIs", IN(GEO), F_NONE, 0, 0, 0, PLACE_GEO },
	{ NS_GML, "LinearRing", IN(GEO), F_NONE, 0, 0, 0, PLACE_GEO },
	{ NS_GML, "pos", IN(GEO), F_SUB_COORDINATES, 0, TA, PLAIN, NO },
	{ NS_GML, "posList", IN(GEO), F_SUB_COORDINATES, 0, TA, PLAIN, NO },
	{ NS_GML, "coordinates", IN(GEO), F_SUB_COORDINATES, 0, T, PLAIN, NO },
	{ NS_GML, "lowerCorner", IN(GEO), F_SUB_COORDINATES, 0, T, PLAIN, NO },
	{ NS_GML, "upperCorner", IN(GEO), F_SUB_COORDINATES, 0, T, PLAIN, NO },
	{ NS_GEO, "Point", BOTH, F_NONE, 0, 0, 0, PLACE_GEO },
	{ NS_GEO, "lat", WHERE, F_GEO_LAT, 0, T, PLAIN, NO },
	{ NS_GEO, "long", WHERE, F_GEO_LONG, 0, T, PLAIN, NO },
	{ NS_GEO, "lon", WHERE, F_GEO_LONG, 0, T, PLAIN, NO },
	{ NS_ICBM, "latitude", WHERE, F_GEO_LAT, 1, T, PLAIN, NO },
	{ NS_ICBM, "longitude", WHERE, F_GEO_LONG, 1, T, PLAIN, NO },

	/* syndication, slash, well-formed web, threading (RFC 4685), tombstones (RFC 6721), the rest */
	{ NS_SY, "updatePeriod", FEEDS, F_UPDATE_PERIOD, 0, T, PLAIN, NO },
	{ NS_SY, "updateFrequency", FEEDS, F_UPDATE_FREQUENCY, 0, T, PLAIN, NO },
	{ NS_SY, "updateBase", FEEDS, F_UPDATE_BASE, 0, T, SNIFFED, NO },
	{ NS_SLASH, "comments", IN(ITEM), F_COMMENT_COUNT, 0, T, PLAIN, NO },
	{ NS_THR, "total", IN(ITEM), F_COMMENT_COUNT, 1, T, PLAIN, NO },
	{ NS_THR, "in-reply-to", IN(ITEM), F_REPLY, 0, A, 0, NO },
	{ NS_WFW, "commentRss", IN(ITEM), F_COMMENTS_FEED, 0, T, PLAIN, NO },
	{ NS_FEEDBURNER, "origLink", IN(ITEM), F_ORIG_LINK, 0, T, PLAIN, NO },
	{ NS_FEEDBURNER, "origEnclosureLink", IN(ITEM), F_ORIG_ENCLOSURE, 0, T, PLAIN, NO },
	{ NS_FEEDBURNER, "browserFriendly", FEEDS, F_USER_COMMENT, 1, T, SNIFFED, NO },
	{ NS_CC, "license", BOTH, F_LICENSE, 1, TA, PLAIN, NO },
	{ NS_CREATIVECOMMONS, "license", BOTH, F_LICENSE, 2, T, PLAIN, NO },
	{ NS_ADMIN, "generatorAgent", FEEDS, F_GENERATOR, 2, A, 0, NO },
	{ NS_TOMBSTONE, "deleted-entry", IN(FEED), F_DELETED, 0, A, 0, PLACE_DELETED },
	{ NS_TOMBSTONE, "comment", IN(DELETED), F_SUB_COMMENT, 0, TA, ATOM, NO },
	{ NS_TOMBSTONE, "by", IN(DELETED), F_SUB_BY, 0, 0, 0, PLACE_PERSON },
};

const struct model_row model_row_about = { NS_RDF, "about", BOTH, F_ID, 1, ROW_ATTRS | ROW_ABSOLUTE, TEXT_PLAIN, NO };

struct attr_row { const char *name; uint8_t ns; uint8_t id; };

static const struct attr_row attrs[] = {
	{ "href", NS_NONE, A_HREF }, { "url", NS_NONE, A_URL }, { "rel", NS_NONE, A_REL }, { "type", NS_NONE, A_TYPE },
	{ "mode", NS_NONE, A_MODE }, { "title", NS_NONE, A_TITLE }, { "hreflang", NS_NONE, A_HREFLANG },
	{ "length", NS_NONE, A_LENGTH }, { "text", NS_NONE, A_TEXT }, { "domain", NS_NONE, A_DOMAIN },
	{ "scheme", NS_NONE, A_SCHEME }, { "term", NS_NONE, A_TERM }, { "label", NS_NONE, A_LABEL },
	{ "isPermaLink", NS_NONE, A_IS_PERMALINK }, { "fileSize", NS_NONE, A_FILE_SIZE },
	{ "medium", NS_NONE, A_MEDIUM }, { "isDefault", NS_NONE, A_IS_DEFAULT }, { "default", NS_NONE, A_DEFAULT },
	{ "duration", NS_NONE, A_DURATION }, { "width", NS_NONE, A_WIDTH }, { "height", NS_NONE, A_HEIGHT },
	{ "lang", NS_NONE, A_LANG }, { "language", NS_NONE, A_LANGUAGE }, { "role", NS_NONE, A_ROLE },
	{ "group", NS_NONE, A_GROUP }, { "img", NS_NONE, A_IMG }, { "uri", NS_NONE, A_URI },
	{ "version", NS_NONE, A_VERSION }, { "port", NS_NONE, A_PORT }, { "path", NS_NONE, A_PATH },
	{ "registerProcedure", NS_NONE, A_REGISTER_PROCEDURE }, { "protocol", NS_NONE, A_PROTOCOL },
	{ "ref", NS_NONE, A_REF }, { "source", NS_NONE, A_SOURCE }, { "when", NS_NONE, A_WHEN },
	{ "src", NS_NONE, A_SRC }, { "start", NS_NONE, A_START }, { "srsDimension", NS_NONE, A_SRS_DIMENSION },
	{ "srsName", NS_NONE, A_SRS_NAME }, { "image", NS_NONE, A_IMAGE },
	{ "about", NS_RDF, A_RDF_ABOUT }, { "resource", NS_RDF, A_RDF_RESOURCE },
	{ "count", NS_THR, A_COUNT }, { "base", NS_XML, A_XML_BASE }, { "lang", NS_XML, A_XML_LANG },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]), ATTRS = sizeof(attrs) / sizeof(attrs[0]), TABLE = 512 };

/* Two small hash tables over the rows above, filled once. Entries are indices plus one. */
static struct {
	bool		 ready;
	uint16_t	 names[TABLE];		/* the first row of a name */
	uint16_t	 next[ROWS + 1];	/* the next row of the same name */
	uint8_t		 attrs[TABLE];
} table;

static inline char
lower(char chr)
{
	return chr >= 'A' && chr <= 'Z' ? (char)(chr + 32) : chr;
}

static unsigned
slot_of(unsigned ns, const char *name, size_t len)
{
	uint32_t hash = 2166136261u ^ ns;
	size_t i;

	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)lower(name[i])) * 16777619u;
	return (hash ^ hash >> 15) % TABLE;
}

static bool
same(const char *row_name, const char *name, size_t len)
{
	return strncasecmp(row_name, name, len) == 0 && row_name[len] == '\0';
}

static void
add_row(unsigned i)
{
	size_t len = strlen(rows[i].name);
	unsigned slot = slot_of(rows[i].ns, rows[i].name, len), at;

	for (; table.names[slot] != 0; slot = (slot + 1) % TABLE) {
		at = table.names[slot];
		if (rows[at - 1].ns != rows[i].ns || !same(rows[at - 1].name, rows[i].name, len))
			continue;
		while (table.next[at] != 0)
			at = table.next[at];
		table.next[at] = (uint16_t)(i + 1);
		return;
	}
	table.names[slot] = (uint16_t)(i + 1);
}

static void
fill(void)
{
	unsigned i, slot;

	for (i = 0; i < ROWS; i++)
		add_row(i);
	for (i = 0; i < ATTRS; i++) {
		slot = slot_of(attrs[i].ns, attrs[i].name, strlen(attrs[i].name));
		while (table.attrs[slot] != 0)
			slot = (slot + 1) % TABLE;
		table.attrs[slot] = (uint8_t)(i + 1);
	}
	table.ready = true;
}

uint16_t
model_rows_name(enum xml_ns ns, const char *local, size_t len)
{
	unsigned slot, at;

	if (!table.ready)
		fill();
	slot = slot_of(ns, local, len);
	for (; (at = table.names[slot]) != 0; slot = (slot + 1) % TABLE)
		if (rows[at - 1].ns == ns && same(rows[at - 1].name, local, len))
			return (uint16_t)at;
	return 0;
}

const struct model_row *
model_rows_find(uint16_t name, enum model_place place)
{
	unsigned at;

	for (at = name; at != 0; at = table.next[at])
		if (rows[at - 1].places >> place & 1)
			return &rows[at - 1];
	return NULL;
}

enum model_attr_name
model_rows_attr(enum xml_ns ns, const char *local, size_t len)
{
	unsigned slot, at;

	if (!table.ready)
		fill();
	slot = slot_of(ns, local, len);
	for (; (at = table.attrs[slot]) != 0; slot = (slot + 1) % TABLE)
		if (attrs[at - 1].ns == ns && same(attrs[at - 1].name, local, len))
			return (enum model_attr_name)attrs[at - 1].id;
	return A_NONE;
}
