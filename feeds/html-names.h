/*
 * html-names - the elements and attributes of HTML that the html_* files know, as rows: for them and for who reads tokens (html.h).
 */
#ifndef FEEDS_HTML_NAMES_H
#define FEEDS_HTML_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Elements that code speaks of by name; the others are rows only. */
enum html_id {
	HTML_UNKNOWN,
	HTML_A, HTML_ABBR, HTML_ACRONYM, HTML_ADDRESS, HTML_APPLET, HTML_AREA, HTML_ARTICLE, HTML_ASIDE, HTML_AUDIO,
	HTML_B, HTML_BASE, HTML_BASEFONT, HTML_BDI, HTML_BDO, HTML_BGSOUND, HTML_BIG, HTML_BLINK, HTML_BLOCKQUOTE, HTML_BODY,
	HTML_BR, HTML_BUTTON, HTML_CANVAS, HTML_CAPTION, HTML_CENTER, HTML_CITE, HTML_CODE, HTML_COL, HTML_COLGROUP,
	HTML_COMMAND, HTML_DATA, HTML_DATALIST, HTML_DD, HTML_DEL, HTML_DETAILS, HTML_DFN, HTML_DIALOG, HTML_DIR, HTML_DIV,
	HTML_DL, HTML_DT, HTML_EM, HTML_EMBED, HTML_FIELDSET, HTML_FIGCAPTION, HTML_FIGURE, HTML_FONT, HTML_FOOTER, HTML_FORM,
	HTML_FRAME, HTML_FRAMESET, HTML_H1, HTML_H2, HTML_H3, HTML_H4, HTML_H5, HTML_H6, HTML_HEAD, HTML_HEADER, HTML_HGROUP,
	HTML_HR, HTML_HTML, HTML_I, HTML_IFRAME, HTML_IMG, HTML_INPUT, HTML_INS, HTML_ISINDEX, HTML_KBD, HTML_KEYGEN,
	HTML_LABEL, HTML_LEGEND, HTML_LI, HTML_LINK, HTML_LISTING, HTML_MAIN, HTML_MAP, HTML_MARK, HTML_MARQUEE, HTML_MATH,
	HTML_MENU, HTML_MENUITEM, HTML_META, HTML_METER, HTML_MULTICOL, HTML_NAV, HTML_NEXTID, HTML_NOBR, HTML_NOEMBED,
	HTML_NOFRAMES, HTML_NOSCRIPT, HTML_OBJECT, HTML_OL, HTML_OPTGROUP, HTML_OPTION, HTML_OUTPUT, HTML_P, HTML_PARAM,
	HTML_PICTURE, HTML_PLAINTEXT, HTML_PRE, HTML_PROGRESS, HTML_Q, HTML_RB, HTML_RP, HTML_RT, HTML_RTC, HTML_RUBY, HTML_S,
	HTML_SAMP, HTML_SCRIPT, HTML_SEARCH, HTML_SECTION, HTML_SELECT, HTML_SLOT, HTML_SMALL, HTML_SOURCE, HTML_SPACER,
	HTML_SPAN, HTML_STRIKE, HTML_STRONG, HTML_STYLE, HTML_SUB, HTML_SUMMARY, HTML_SUP, HTML_SVG, HTML_TABLE, HTML_TBODY,
	HTML_TD, HTML_TEMPLATE, HTML_TEXTAREA, HTML_TFOOT, HTML_TH, HTML_THEAD, HTML_TIME, HTML_TITLE, HTML_TR, HTML_TRACK,
	HTML_TT, HTML_U, HTML_UL, HTML_VAR, HTML_VIDEO, HTML_WBR, HTML_XML, HTML_XMP,
	HTML_IDS
};

enum {
	HTML_KEEP = 1,		/* written by html_sanitise() */
	HTML_DROP = 2,		/* removed with everything inside */
	HTML_VOID = 4,		/* has no content and no end tag */
	HTML_BLOCK = 8,		/* its edges are white space on a line */
	HTML_RAW = 16,		/* no tags inside until its own end tag */
	HTML_RCDATA = 32,	/* the same, but with character references */
	HTML_SCOPE = 64,	/* end tags inside do not reach what is open outside */
	HTML_FOREIGN = 128	/* looked up, but no element of HTML */
};

/* What a start tag closes although nobody said so. */
enum {
	HTML_PARAGRAPH = 1, HTML_ITEM = 2, HTML_TERM = 4, HTML_CELL = 8, HTML_ROW = 16, HTML_ROWS = 32, HTML_RUBY_TEXT = 64,
	HTML_ANCHOR = 128
};

struct html_element {
	char		 name[16];	/* padded with NULs */
	unsigned char	 len;
	unsigned char	 flags;
	unsigned char	 group;		/* what it is, of the above */
	unsigned char	 closes;	/* the groups that its start tag closes */
	unsigned char	 bounds;	/* the groups whose search ends at it */
	uint32_t	 attrs;		/* bits of html_attr_id, besides those that all may have */
};

enum html_attr_id {
	HTML_AT_TITLE, HTML_AT_LANG, HTML_AT_DIR, HTML_AT_HREF, HTML_AT_HREFLANG, HTML_AT_TYPE, HTML_AT_SRC, HTML_AT_SRCSET,
	HTML_AT_SIZES, HTML_AT_ALT, HTML_AT_WIDTH, HTML_AT_HEIGHT, HTML_AT_CONTROLS, HTML_AT_POSTER, HTML_AT_MEDIA,
	HTML_AT_COLSPAN, HTML_AT_ROWSPAN, HTML_AT_HEADERS, HTML_AT_SCOPE, HTML_AT_ABBR, HTML_AT_SPAN, HTML_AT_START,
	HTML_AT_REVERSED, HTML_AT_VALUE, HTML_AT_CITE, HTML_AT_DATETIME, HTML_AT_OPEN,
	HTML_AT_COUNT
};

enum html_attr_kind { HTML_AT_PLAIN, HTML_AT_FLAG, HTML_AT_URL, HTML_AT_URLS };

struct html_attr_row { char name[8]; unsigned char len, kind; };

/* The rows, in html-allow.c; html_elements[0] is any unknown element. */
extern const struct html_element html_elements[HTML_IDS];
extern const struct html_attr_row html_attrs[HTML_AT_COUNT];
extern const uint32_t html_attrs_everywhere;

/* By name in any case; HTML_UNKNOWN or HTML_AT_COUNT if there is no such row. */
enum html_id		html_find_element(const char *name, size_t len);
enum html_attr_id	html_find_attr(const char *name, size_t len);

#endif
