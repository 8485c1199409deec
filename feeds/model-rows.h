/*
 * model-rows - the tables that are RSS, RDF, Atom and their modules: which element may stand where, which
 * field it fills, with what precedence and kind of text. A new element is one row in model-rows.c.
 */
#ifndef FEEDS_MODEL_ROWS_H
#define FEEDS_MODEL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/xml-ns.h"

/* Where an element stands: what its parent is. Rows hold a set of them. */
enum model_place {
	PLACE_NOWHERE,			/* below text: children are markup */
	PLACE_ROOT,			/* rss, rdf:RDF */
	PLACE_FEED, PLACE_SOURCE, PLACE_ITEM, PLACE_PERSON, PLACE_IMAGE, PLACE_GROUP, PLACE_CONTENT,
	PLACE_SKIP, PLACE_CATEGORY, PLACE_CHAPTERS, PLACE_DELETED, PLACE_ALTERNATE, PLACE_GEO, PLACE_REDIRECT
};

/* What a value says. The F_SUB_ ones belong to the element around them. */
enum model_field {
	F_NONE,
	F_LINK, F_HOME, F_ID, F_TITLE, F_DESCRIPTION, F_BODY, F_USER_COMMENT, F_ICON, F_FAVICON, F_AUTHORS, F_CONTRIBUTORS,
	F_PUBLISHER, F_LANGUAGE, F_CLOUD, F_EXPIRED, F_GENERATOR, F_RIGHTS, F_LICENSE, F_PUBLISHED, F_UPDATED, F_TTL,
	F_SKIP_HOUR, F_SKIP_DAY, F_UPDATE_PERIOD, F_UPDATE_FREQUENCY, F_UPDATE_BASE, F_IMAGE, F_TAGS, F_NEW_FEED_URL,
	F_DELETED, F_SOURCE, F_RSS_SOURCE, F_ORIG_LINK, F_ENCLOSURE, F_ORIG_ENCLOSURE, F_COMMENTS, F_COMMENTS_FEED,
	F_COMMENT_COUNT, F_REPLY,
	F_GROUP, F_CONTENT, F_ALTERNATE, F_THUMBNAIL, F_CREDIT, F_PLAYER, F_RATING, F_ADULT,
	F_POD_TYPE, F_POD_BLOCK, F_POD_EXPLICIT, F_POD_SUBTITLE, F_POD_GUID, F_POD_MEDIUM, F_POD_LOCKED, F_POD_FUNDING,
	F_POD_PERSONS, F_POD_DURATION, F_POD_SEASON, F_POD_EPISODE, F_POD_EPISODE_TYPE, F_POD_TRANSCRIPTS,
	F_POD_CHAPTERS_URL, F_POD_CHAPTERS,
	F_GEO_POINT, F_GEO_LINE, F_GEO_POLYGON, F_GEO_BOX, F_GEO_WHERE, F_GEO_LAT, F_GEO_LONG,
	F_SUB_FIRST,
	F_SUB_NAME = F_SUB_FIRST, F_SUB_URL, F_SUB_EMAIL, F_SUB_TITLE, F_SUB_LINK, F_SUB_WIDTH, F_SUB_HEIGHT,
	F_SUB_DESCRIPTION, F_SUB_COORDINATES, F_SUB_CHAPTER, F_SUB_COMMENT, F_SUB_BY, F_SUB_TAG, F_SUB_SOURCE
};

/* The attributes that rows may ask for. */
enum model_attr_name {
	A_NONE, A_HREF, A_URL, A_REL, A_TYPE, A_MODE, A_TITLE, A_HREFLANG, A_LENGTH, A_TEXT, A_DOMAIN, A_SCHEME, A_TERM,
	A_LABEL, A_IS_PERMALINK, A_FILE_SIZE, A_MEDIUM, A_IS_DEFAULT, A_DEFAULT, A_DURATION, A_WIDTH, A_HEIGHT, A_LANG,
	A_LANGUAGE, A_ROLE, A_GROUP, A_IMG, A_RDF_ABOUT, A_RDF_RESOURCE, A_URI, A_VERSION, A_PORT, A_PATH,
	A_REGISTER_PROCEDURE, A_PROTOCOL, A_REF, A_SOURCE, A_WHEN, A_SRC, A_COUNT, A_START, A_IMAGE, A_SRS_DIMENSION, A_SRS_NAME,
	A_XML_BASE, A_XML_LANG
};

/* How an element's text is to be understood. */
enum model_text {
	TEXT_SNIFFED,		/* RSS and the modules do not say: child markup or HTML by sniffing */
	TEXT_ATOM,		/* by type= and mode= */
	TEXT_HTML, TEXT_XHTML,
	TEXT_MEDIA,		/* by type="plain|html", else sniffed */
	TEXT_PLAIN		/* never HTML: ids, numbers, URLs */
};

enum {
	ROW_TEXT = 1,		/* its text counts */
	ROW_ATTRS = 2,		/* its attributes count */
	ROW_NATIVE = 4,		/* only inside its own format */
	ROW_ABSOLUTE = 8,	/* native or not does not matter for the precedence */
	ROW_MODULE = 16		/* ranks among the modules even where it is native */
};

struct model_row {
	uint8_t		 ns;		/* enum xml_ns; Atom 0.3 is NS_ATOM, dcterms is NS_DC */
	const char	*name;
	uint32_t	 places;	/* set of 1 << enum model_place */
	uint8_t		 field;
	uint8_t		 rank;		/* among modules, or among native elements: 0 is best */
	uint8_t		 flags;
	uint8_t		 text;		/* enum model_text */
	uint8_t		 inner;		/* enum model_place of its children */
};

/* A known name is a number: all rows of one element. 0 is "none of ours". */
/* Without regard to case: RSS is written in any case, and publishers err in Atom and modules too. */
uint16_t	 model_rows_name(enum xml_ns, const char *local, size_t len);

/* The row of that name in that place, or NULL. */
const struct model_row *model_rows_find(uint16_t, enum model_place);

/* The attribute of that name (any case), or A_NONE. */
enum model_attr_name model_rows_attr(enum xml_ns, const char *local, size_t len);

/* rdf:about on a channel or item: a value without an element of its own. */
extern const struct model_row model_row_about;

#endif
