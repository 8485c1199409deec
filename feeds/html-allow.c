/*
 * html-allow - what HTML may contain: one row for each element and attribute. Whoever keeps one
 * element more adds it here and to html-names.h, and runs html-tables.py, which makes the hash slots.
 */
#include "feeds/html-names.h"

#include <string.h>

#include "feeds/html-slots.h"

enum {
	KEEP = HTML_KEEP, DROP = HTML_DROP, VOID = HTML_VOID, BLOCK = HTML_BLOCK, RAW = HTML_RAW, RCDATA = HTML_RCDATA,
	SCOPE = HTML_SCOPE, FOREIGN = HTML_FOREIGN
};

enum {
	PARAGRAPH = HTML_PARAGRAPH, ITEM = HTML_ITEM, TERM = HTML_TERM, CELL = HTML_CELL, ROW = HTML_ROW, ROWS = HTML_ROWS,
	RUBY = HTML_RUBY_TEXT, ANCHOR = HTML_ANCHOR, FLOW = PARAGRAPH | ITEM | TERM | RUBY | ANCHOR,
	ALL = FLOW | CELL | ROW | ROWS
};

#define BIT(attr) AT_##attr = 1 << HTML_AT_##attr
enum {
	BIT(TITLE), BIT(LANG), BIT(DIR), BIT(HREF), BIT(HREFLANG), BIT(TYPE), BIT(SRC), BIT(SRCSET), BIT(SIZES), BIT(ALT),
	BIT(WIDTH), BIT(HEIGHT), BIT(CONTROLS), BIT(POSTER), BIT(MEDIA), BIT(COLSPAN), BIT(ROWSPAN), BIT(HEADERS), BIT(SCOPE),
	BIT(ABBR), BIT(SPAN), BIT(START), BIT(REVERSED), BIT(VALUE), BIT(CITE), BIT(DATETIME), BIT(OPEN),
	AT_CELL = AT_COLSPAN | AT_ROWSPAN | AT_HEADERS | AT_SCOPE | AT_ABBR
};
#undef BIT

const uint32_t html_attrs_everywhere = AT_TITLE | AT_LANG | AT_DIR;

#define ATTR(id, name, kind) [HTML_AT_##id] = { name, sizeof(name) - 1, HTML_AT_##kind }
const struct html_attr_row html_attrs[HTML_AT_COUNT] = {
	ATTR(TITLE, "title", PLAIN),
	ATTR(LANG, "lang", PLAIN),
	ATTR(DIR, "dir", PLAIN),
	ATTR(HREF, "href", URL),
	ATTR(HREFLANG, "hreflang", PLAIN),
	ATTR(TYPE, "type", PLAIN),
	ATTR(SRC, "src", URL),
	ATTR(SRCSET, "srcset", URLS),
	ATTR(SIZES, "sizes", PLAIN),
	ATTR(ALT, "alt", PLAIN),
	ATTR(WIDTH, "width", PLAIN),
	ATTR(HEIGHT, "height", PLAIN),
	ATTR(CONTROLS, "controls", FLAG),
	ATTR(POSTER, "poster", URL),
	ATTR(MEDIA, "media", PLAIN),
	ATTR(COLSPAN, "colspan", PLAIN),
	ATTR(ROWSPAN, "rowspan", PLAIN),
	ATTR(HEADERS, "headers", PLAIN),
	ATTR(SCOPE, "scope", PLAIN),
	ATTR(ABBR, "abbr", PLAIN),
	ATTR(SPAN, "span", PLAIN),
	ATTR(START, "start", PLAIN),
	ATTR(REVERSED, "reversed", FLAG),
	ATTR(VALUE, "value", PLAIN),
	ATTR(CITE, "cite", URL),
	ATTR(DATETIME, "datetime", PLAIN),
	ATTR(OPEN, "open", FLAG),
};
#undef ATTR

/* the element, its kind, its group, the groups it closes, the groups it bounds, its attributes */
#define ROW(id, name, flags, group, closes, bounds, attrs) \
	[HTML_##id] = { name, sizeof(name) - 1, flags, group, closes, bounds, attrs }
const struct html_element html_elements[HTML_IDS] = {
	ROW(A, "a", KEEP, ANCHOR, ANCHOR, PARAGRAPH, AT_HREF | AT_HREFLANG | AT_TYPE),
	ROW(ABBR, "abbr", KEEP, 0, 0, 0, 0),
	ROW(ACRONYM, "acronym", KEEP, 0, 0, 0, 0),
	ROW(ADDRESS, "address", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(ARTICLE, "article", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(ASIDE, "aside", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(AUDIO, "audio", KEEP, 0, 0, 0, AT_SRC | AT_CONTROLS),
	ROW(B, "b", KEEP, 0, 0, 0, 0),
	ROW(BDI, "bdi", KEEP, 0, 0, 0, 0),
	ROW(BDO, "bdo", KEEP, 0, 0, 0, 0),
	ROW(BIG, "big", KEEP, 0, 0, 0, 0),
	ROW(BLOCKQUOTE, "blockquote", KEEP | BLOCK, 0, PARAGRAPH, 0, AT_CITE),
	ROW(BR, "br", KEEP | VOID | BLOCK, 0, 0, 0, 0),
	ROW(CAPTION, "caption", KEEP | BLOCK | SCOPE, 0, 0, ALL, 0),
	ROW(CENTER, "center", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(CITE, "cite", KEEP, 0, 0, 0, 0),
	ROW(CODE, "code", KEEP, 0, 0, 0, 0),
	ROW(COL, "col", KEEP | VOID, 0, 0, 0, AT_SPAN),
	ROW(COLGROUP, "colgroup", KEEP, 0, 0, 0, AT_SPAN),
	ROW(DD, "dd", KEEP | BLOCK, TERM, TERM | PARAGRAPH, 0, 0),
	ROW(DEL, "del", KEEP, 0, 0, 0, AT_CITE | AT_DATETIME),
	ROW(DETAILS, "details", KEEP | BLOCK, 0, PARAGRAPH, 0, AT_OPEN),
	ROW(DFN, "dfn", KEEP, 0, 0, 0, 0),
	ROW(DIV, "div", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(DL, "dl", KEEP | BLOCK, 0, PARAGRAPH, TERM, 0),
	ROW(DT, "dt", KEEP | BLOCK, TERM, TERM | PARAGRAPH, 0, 0),
	ROW(EM, "em", KEEP, 0, 0, 0, 0),
	ROW(FIGCAPTION, "figcaption", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(FIGURE, "figure", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(FOOTER, "footer", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(H1, "h1", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(H2, "h2", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(H3, "h3", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(H4, "h4", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(H5, "h5", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(H6, "h6", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(HEADER, "header", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(HGROUP, "hgroup", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(HR, "hr", KEEP | VOID | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(I, "i", KEEP, 0, 0, 0, 0),
	ROW(IMG, "img", KEEP | VOID, 0, 0, 0, AT_SRC | AT_SRCSET | AT_SIZES | AT_ALT | AT_WIDTH | AT_HEIGHT),
	ROW(INS, "ins", KEEP, 0, 0, 0, AT_CITE | AT_DATETIME),
	ROW(KBD, "kbd", KEEP, 0, 0, 0, 0),
	ROW(LI, "li", KEEP | BLOCK, ITEM, ITEM | PARAGRAPH, 0, AT_VALUE),
	ROW(MAIN, "main", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(MARK, "mark", KEEP, 0, 0, 0, 0),
	ROW(NAV, "nav", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(OL, "ol", KEEP | BLOCK, 0, PARAGRAPH, ITEM, AT_START | AT_REVERSED | AT_TYPE),
	ROW(P, "p", KEEP | BLOCK, PARAGRAPH, PARAGRAPH, 0, 0),
	ROW(PICTURE, "picture", KEEP, 0, 0, 0, 0),
	ROW(PRE, "pre", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(Q, "q", KEEP, 0, 0, 0, AT_CITE),
	ROW(RP, "rp", KEEP, RUBY, RUBY, 0, 0),
	ROW(RT, "rt", KEEP, RUBY, RUBY, 0, 0),
	ROW(RUBY, "ruby", KEEP, 0, 0, RUBY, 0),
	ROW(S, "s", KEEP, 0, 0, 0, 0),
	ROW(SAMP, "samp", KEEP, 0, 0, 0, 0),
	ROW(SECTION, "section", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(SMALL, "small", KEEP, 0, 0, 0, 0),
	ROW(SOURCE, "source", KEEP | VOID, 0, 0, 0, AT_SRC | AT_SRCSET | AT_SIZES | AT_TYPE | AT_MEDIA),
	ROW(SPAN, "span", KEEP, 0, 0, 0, 0),
	ROW(STRIKE, "strike", KEEP, 0, 0, 0, 0),
	ROW(STRONG, "strong", KEEP, 0, 0, 0, 0),
	ROW(SUB, "sub", KEEP, 0, 0, 0, 0),
	ROW(SUMMARY, "summary", KEEP | BLOCK, 0, PARAGRAPH, 0, 0),
	ROW(SUP, "sup", KEEP, 0, 0, 0, 0),
	ROW(TABLE, "table", KEEP | BLOCK | SCOPE, 0, PARAGRAPH, ALL, 0),
	ROW(TBODY, "tbody", KEEP | BLOCK, ROWS, CELL | ROW | ROWS, 0, 0),
	ROW(TD, "td", KEEP | BLOCK | SCOPE, CELL, CELL, FLOW, AT_CELL),
	ROW(TFOOT, "tfoot", KEEP | BLOCK, ROWS, CELL | ROW | ROWS, 0, 0),
	ROW(TH, "th", KEEP | BLOCK | SCOPE, CELL, CELL, FLOW, AT_CELL),
	ROW(THEAD, "thead", KEEP | BLOCK, ROWS, CELL | ROW | ROWS, 0, 0),
	ROW(TIME, "time", KEEP, 0, 0, 0, AT_DATETIME),
	ROW(TR, "tr", KEEP | BLOCK, ROW, CELL | ROW, 0, 0),
	ROW(TT, "tt", KEEP, 0, 0, 0, 0),
	ROW(U, "u", KEEP, 0, 0, 0, 0),
	ROW(UL, "ul", KEEP | BLOCK, 0, PARAGRAPH, ITEM, 0),
	ROW(VAR, "var", KEEP, 0, 0, 0, 0),
	ROW(VIDEO, "video", KEEP, 0, 0, 0, AT_SRC | AT_POSTER | AT_CONTROLS | AT_WIDTH | AT_HEIGHT),
	ROW(WBR, "wbr", KEEP | VOID, 0, 0, 0, 0),

	/* unwrapped or dropped */
	ROW(APPLET, "applet", DROP, 0, 0, 0, 0),
	ROW(AREA, "area", VOID, 0, 0, 0, 0),
	ROW(BASE, "base", VOID, 0, 0, 0, 0),
	ROW(BASEFONT, "basefont", VOID, 0, 0, 0, 0),
	ROW(BGSOUND, "bgsound", VOID, 0, 0, 0, 0),
	ROW(BLINK, "blink", 0, 0, 0, 0, 0),
	ROW(BODY, "body", BLOCK, 0, 0, 0, 0),
	ROW(BUTTON, "button", 0, 0, 0, 0, 0),
	ROW(CANVAS, "canvas", 0, 0, 0, 0, 0),
	ROW(COMMAND, "command", VOID, 0, 0, 0, 0),
	ROW(DATA, "data", 0, 0, 0, 0, 0),
	ROW(DATALIST, "datalist", 0, 0, 0, 0, 0),
	ROW(DIALOG, "dialog", BLOCK, 0, 0, 0, 0),
	ROW(DIR, "dir", BLOCK, 0, 0, 0, 0),
	ROW(EMBED, "embed", VOID, 0, 0, 0, 0),
	ROW(FIELDSET, "fieldset", BLOCK, 0, 0, 0, 0),
	ROW(FONT, "font", 0, 0, 0, 0, 0),
	ROW(FORM, "form", BLOCK, 0, 0, 0, 0),
	ROW(FRAME, "frame", VOID, 0, 0, 0, 0),
	ROW(FRAMESET, "frameset", BLOCK, 0, 0, 0, 0),
	ROW(HEAD, "head", BLOCK, 0, 0, 0, 0),
	ROW(HTML, "html", BLOCK, 0, 0, 0, 0),
	ROW(IFRAME, "iframe", 0, 0, 0, 0, 0),
	ROW(INPUT, "input", VOID, 0, 0, 0, 0),
	ROW(ISINDEX, "isindex", VOID, 0, 0, 0, 0),
	ROW(KEYGEN, "keygen", VOID, 0, 0, 0, 0),
	ROW(LABEL, "label", 0, 0, 0, 0, 0),
	ROW(LEGEND, "legend", BLOCK, 0, 0, 0, 0),
	ROW(LINK, "link", VOID, 0, 0, 0, 0),
	ROW(LISTING, "listing", BLOCK, 0, 0, 0, 0),
	ROW(MAP, "map", 0, 0, 0, 0, 0),
	ROW(MARQUEE, "marquee", 0, 0, 0, 0, 0),
	ROW(MATH, "math", DROP, 0, 0, 0, 0),
	ROW(MENU, "menu", BLOCK, 0, 0, 0, 0),
	ROW(MENUITEM, "menuitem", VOID, 0, 0, 0, 0),
	ROW(META, "meta", VOID, 0, 0, 0, 0),
	ROW(METER, "meter", 0, 0, 0, 0, 0),
	ROW(MULTICOL, "multicol", BLOCK, 0, 0, 0, 0),
	ROW(NEXTID, "nextid", VOID, 0, 0, 0, 0),
	ROW(NOBR, "nobr", 0, 0, 0, 0, 0),
	ROW(NOEMBED, "noembed", 0, 0, 0, 0, 0),
	ROW(NOFRAMES, "noframes", 0, 0, 0, 0, 0),
	ROW(NOSCRIPT, "noscript", 0, 0, 0, 0, 0),
	ROW(OBJECT, "object", 0, 0, 0, 0, 0),
	ROW(OPTGROUP, "optgroup", BLOCK, 0, 0, 0, 0),
	ROW(OPTION, "option", BLOCK, 0, 0, 0, 0),
	ROW(OUTPUT, "output", 0, 0, 0, 0, 0),
	ROW(PARAM, "param", VOID, 0, 0, 0, 0),
	ROW(PLAINTEXT, "plaintext", BLOCK, 0, 0, 0, 0),
	ROW(PROGRESS, "progress", 0, 0, 0, 0, 0),
	ROW(RB, "rb", 0, 0, 0, 0, 0),
	ROW(RTC, "rtc", 0, 0, 0, 0, 0),
	ROW(SCRIPT, "script", DROP | RAW, 0, 0, 0, 0),
	ROW(SEARCH, "search", BLOCK, 0, 0, 0, 0),
	ROW(SELECT, "select", DROP, 0, 0, 0, 0),
	ROW(SLOT, "slot", 0, 0, 0, 0, 0),
	ROW(SPACER, "spacer", VOID, 0, 0, 0, 0),
	ROW(STYLE, "style", DROP | RAW, 0, 0, 0, 0),
	ROW(SVG, "svg", DROP, 0, 0, 0, 0),
	ROW(TEMPLATE, "template", DROP, 0, 0, 0, 0),
	ROW(TEXTAREA, "textarea", DROP | RCDATA, 0, 0, 0, 0),
	ROW(TITLE, "title", DROP | BLOCK | RCDATA, 0, 0, 0, 0),
	ROW(TRACK, "track", VOID, 0, 0, 0, 0),
	ROW(XML, "xml", DROP | FOREIGN, 0, 0, 0, 0),
	ROW(XMP, "xmp", BLOCK | RAW, 0, 0, 0, 0),
};
#undef ROW

static uint64_t
load(const char *ptr, size_t len)
{
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++)
		word |= (uint64_t)(unsigned char)ptr[i] << (8 * i);
	return word;
}

/* At most eight bytes, the first one lowest, by loads that overlap where they are fewer. */
static uint64_t
load_name(const char *name, size_t len)
{
	if (len >= 8)
		return load(name, 8);
	if (len >= 4)
		return load(name, 4) | load(name + len - 4, 4) << (8 * (len - 4));
	if (len == 0)
		return 0;
	return load(name, 1) | load(name + len / 2, 1) << (8 * (len / 2)) | load(name + len - 1, 1) << (8 * (len - 1));
}

/* In lower case: 0x20 is added to each byte that is A-Z. */
static uint64_t
pack(const char *name, size_t len)
{
	uint64_t word = load_name(name, len), upper = word & UINT64_C(0x7f7f7f7f7f7f7f7f);

	upper = (upper + UINT64_C(0x3f3f3f3f3f3f3f3f)) & ~(upper + UINT64_C(0x2525252525252525)) & ~word;
	return word | (upper & UINT64_C(0x8080808080808080)) >> 2;
}

static bool
rest_equals(const char *row, const char *name, size_t len)
{
	for (size_t i = 8; i < len; i++)
		if (row[i] != (name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]))
			return false;
	return true;
}

enum html_id
html_find_element(const char *name, size_t len)
{
	uint64_t key = pack(name, len);
	enum html_id id = element_slots[key * ELEMENT_FACTOR >> ELEMENT_SHIFT];
	const struct html_element *row = &html_elements[id];

	if (row->len != len || load(row->name, 8) != key || !rest_equals(row->name, name, len))
		return HTML_UNKNOWN;
	return id;
}

enum html_attr_id
html_find_attr(const char *name, size_t len)
{
	uint64_t key = pack(name, len);
	enum html_attr_id id = attr_slots[key * ATTR_FACTOR >> ATTR_SHIFT];

	return html_attrs[id].len == len && load(html_attrs[id].name, 8) == key ? id : HTML_AT_COUNT;
}
