/*
 * html_to_text: HTML for reading in a terminal. What elements do stands in the rows below.
 */
#include <stdio.h>
#include <string.h>

#include "feeds/html-chars.h"
#include "feeds/html-flow.h"
#include "feeds/html-names.h"
#include "feeds/html.h"
#include "feeds/url.h"

struct text {
	struct html_tokenizer tokenizer;
	struct html_token token;
	struct html_flow flow;
	struct buf	*links;
	size_t		 n_links;
	struct buf	 value;			/* one decoded attribute */
	struct buf	 url;			/* the target of the open <a>; empty: none is open */
	size_t		 url_mark;		/* bytes written when it was opened */
	struct url_base	 base;
	unsigned	 pre;			/* open <pre>s */
	bool		 pre_begun;		/* the line end right after <pre> does not count */
	size_t		 row_line;		/* the line of the table row's first text */
	bool		 row_begun;
	bool		 in_cell;		/* at the start of a table cell: paragraphs break no line */
};

static const unsigned char lists[] = { HTML_UL, HTML_OL, HTML_MENU, HTML_DIR, 0 };
static const unsigned char lists_and_items[] = { HTML_UL, HTML_OL, HTML_MENU, HTML_DIR, HTML_LI, 0 };
static const unsigned char terms[] = { HTML_DL, HTML_DD, 0 };

static const struct html_attr *
find_attr(const struct html_token *token, enum html_attr_id id)
{
	for (size_t i = 0; i < token->n_attrs; i++)
		if (html_find_attr(token->attrs[i].name, token->attrs[i].name_len) == id)
			return &token->attrs[i];
	return NULL;
}

/* --- links ---------------------------------------------------------------------------------------- */

static void
put_link(struct text *t)
{
	char number[24];
	int len;

	len = snprintf(number, sizeof(number), "[%zu]", ++t->n_links);
	buf_put(t->flow.out, number, (size_t)len);
	buf_put(t->links, t->url.ptr, t->url.len);
	buf_put(t->links, "\n", 1);
}

/* The token's URL attribute of this name, in t->url; false if there is none that leads anywhere. */
static bool
take_url(struct text *t, enum html_attr_id id)
{
	const struct html_attr *attr = t->links != NULL ? find_attr(&t->token, id) : NULL;

	buf_clear(&t->url);
	buf_clear(&t->value);
	if (attr != NULL)
		html_decode_value(attr->value, attr->value_len, &t->value);
	if (t->value.len == 0 || t->value.overflow || *t->value.ptr == '#')
		return false;
	return url_put_html(&t->url, &t->base, t->value.ptr, t->value.len, false);
}

static void
end_link(struct text *t)
{
	if (t->url.len != 0 && t->flow.out->len > t->url_mark)
		put_link(t);
	buf_clear(&t->url);
}

static void
start_link(struct text *t)
{
	end_link(t);
	take_url(t, HTML_AT_HREF);
	t->url_mark = t->flow.out->len;
}

/* --- images and the like ------------------------------------------------------------------------------ */

static int
number_attr(const struct html_token *token, enum html_attr_id id, int otherwise)
{
	const struct html_attr *attr = find_attr(token, id);
	int value = 0;
	size_t i;

	if (attr == NULL || attr->value_len == 0)
		return otherwise;
	for (i = attr->value[0] == '-'; i < attr->value_len && i < 6; i++) {
		if (attr->value[i] < '0' || attr->value[i] > '9')
			return otherwise;
		value = value * 10 + (attr->value[i] - '0');
	}
	return attr->value[0] == '-' ? -value : value;
}

/* What counts readers is no larger than a pixel. */
static bool
is_counter(const struct html_token *token)
{
	return number_attr(token, HTML_AT_WIDTH, 2) < 2 || number_attr(token, HTML_AT_HEIGHT, 2) < 2;
}

static bool
is_blank(const struct html_attr *attr)
{
	size_t len = attr != NULL ? attr->value_len : 0;

	while (len != 0 && html_is(attr->value[len - 1], HTML_SPACE))
		len--;
	return len == 0;
}

/* "[image: what it shows]" */
static void
put_media(struct text *t, const char *kind)
{
	const struct html_attr *label = find_attr(&t->token, HTML_AT_ALT);

	if (is_blank(label))
		label = find_attr(&t->token, HTML_AT_TITLE);
	html_flow_put(&t->flow, "[", 1);
	html_flow_put(&t->flow, kind, strlen(kind));
	if (!is_blank(label)) {
		html_flow_put(&t->flow, ":", 1);
		t->flow.space = true;
		html_flow_words(&t->flow, label->value, label->value_len, false);
	}
	t->flow.space = false;
	html_flow_put(&t->flow, "]", 1);
}

static void
put_image(struct text *t)
{
	bool in_link = t->url.len != 0;

	if (is_counter(&t->token))
		return;
	t->flow.space = true;
	put_media(t, "image");
	if (!in_link && take_url(t, HTML_AT_SRC))
		put_link(t);
	if (!in_link)
		buf_clear(&t->url);
	t->flow.space = true;
}

static void
put_player(struct text *t)
{
	end_link(t);
	t->flow.space = true;
	put_media(t, t->token.id == HTML_VIDEO ? "video" : "audio");
	if (take_url(t, HTML_AT_SRC))
		put_link(t);
	buf_clear(&t->url);
	t->flow.space = true;
}

/* --- blocks ---------------------------------------------------------------------------------------- */

static void
start_quote(struct text *t)
{
	html_flow_open(&t->flow, HTML_BLOCKQUOTE);
}

static void
end_block(struct text *t)
{
	html_flow_close(&t->flow, t->token.id);
}

/* Lists inside of lists need no blank line. */
static void
start_list(struct text *t)
{
	bool nested = html_flow_find(&t->flow, lists) != NULL;
	struct html_block *block;

	html_flow_break(&t->flow, nested ? 1 : 2);
	block = html_flow_open(&t->flow, t->token.id);
	if (block == NULL)
		return;
	block->reversed = t->token.id == HTML_OL && find_attr(&t->token, HTML_AT_REVERSED) != NULL;
	block->number = number_attr(&t->token, HTML_AT_START, 1);
}

static void
end_list(struct text *t)
{
	html_flow_close(&t->flow, t->token.id);
	html_flow_break(&t->flow, html_flow_find(&t->flow, lists) != NULL ? 1 : 2);
}

/* Closes what is open inside of the innermost of these blocks. */
static void
close_inside(struct html_flow *f, const struct html_block *block)
{
	f->depth = (size_t)(block - f->blocks) + 1;
	f->overflow = 0;
	if (f->gap > f->depth)
		f->gap = f->depth;
}

static void
start_item(struct text *t)
{
	struct html_block *list = html_flow_find(&t->flow, lists_and_items), *item;
	bool numbered;
	int number = 0;

	if (list != NULL && list->id == HTML_LI) {
		html_flow_close(&t->flow, HTML_LI);
		list = html_flow_find(&t->flow, lists);
	}
	numbered = list != NULL && list->id == HTML_OL;
	if (list != NULL)
		close_inside(&t->flow, list);
	if (numbered) {
		number = number_attr(&t->token, HTML_AT_VALUE, list->number);
		list->number = number + (list->reversed ? -1 : 1);
	}
	item = html_flow_open(&t->flow, HTML_LI);
	if (item == NULL)
		return;
	if (numbered)
		snprintf(item->marker, sizeof(item->marker), "%d. ", number);
	else
		snprintf(item->marker, sizeof(item->marker), "* ");
	item->width = (unsigned)strlen(item->marker);
}

/* A paragraph at the start of an item stands right after the marker. */
static void
start_paragraph(struct text *t)
{
	struct html_flow *f = &t->flow;

	if (!t->in_cell && (f->depth == 0 || f->blocks[f->depth - 1].marker[0] == '\0'))
		html_flow_break(f, 2);
}

static void
start_term(struct text *t)
{
	struct html_block *list = html_flow_find(&t->flow, terms);

	if (list != NULL && list->id == HTML_DD)
		html_flow_close(&t->flow, HTML_DD);
	if (t->token.id == HTML_DD) {
		list = html_flow_open(&t->flow, HTML_DD);
		if (list != NULL)
			list->width = 4;
	}
}

static void
start_definitions(struct text *t)
{
	html_flow_open(&t->flow, HTML_DL);
}

static void
start_heading(struct text *t)
{
	static const char marks[] = "###### ";

	t->flow.lead = marks + (HTML_H6 - t->token.id);
}

static void
end_heading(struct text *t)
{
	t->flow.lead = NULL;
}

static void
start_pre(struct text *t)
{
	t->pre++;
	t->pre_begun = true;
}

static void
end_pre(struct text *t)
{
	if (t->pre != 0)
		t->pre--;
	if (t->pre == 0)
		t->flow.breaks = 2;
}

static bool
row_is_one_line(const struct text *t)
{
	return t->row_begun && t->flow.line == t->row_line;
}

/* After a row on one line the next one follows, whatever its paragraphs wanted. */
static void
start_row(struct text *t)
{
	html_flow_break(&t->flow, 1);
	if (row_is_one_line(t))
		t->flow.breaks = 1;
	t->row_begun = false;
}

static void
start_table(struct text *t)
{
	t->row_begun = t->in_cell = false;
}

static void
end_table(struct text *t)
{
	start_row(t);
}

/* Cells share a line as long as none of them had to break it. */
static void
start_cell(struct text *t)
{
	t->in_cell = true;
	if (row_is_one_line(t)) {
		t->flow.breaks = 0;
		t->flow.cells++;
	} else
		html_flow_break(&t->flow, 1);
}

static void
end_cell(struct text *t)
{
	t->in_cell = false;
}

static void
put_rule(struct text *t)
{
	html_flow_put(&t->flow, "----", 4);
	html_flow_break(&t->flow, 2);
}

static void
start_quotation(struct text *t)
{
	html_flow_put(&t->flow, "\xe2\x80\x9c", 3);
}

static void
end_quotation(struct text *t)
{
	t->flow.space = false;
	html_flow_put(&t->flow, "\xe2\x80\x9d", 3);
}

static void
put_newline(struct text *t)
{
	html_flow_newline(&t->flow);
}

typedef void act_fn(struct text *);

/* The line ends around an element, and what else it does. */
static const struct act {
	unsigned char	 before, after;
	act_fn		*start, *end;
} acts[HTML_IDS] = {
	[HTML_A] = { 0, 0, start_link, end_link },
	[HTML_ADDRESS] = { 1, 1, NULL, NULL },
	[HTML_ARTICLE] = { 2, 2, NULL, NULL },
	[HTML_ASIDE] = { 2, 2, NULL, NULL },
	[HTML_AUDIO] = { 0, 0, put_player, NULL },
	[HTML_BLOCKQUOTE] = { 2, 2, start_quote, end_block },
	[HTML_BR] = { 0, 0, put_newline, NULL },
	[HTML_CAPTION] = { 1, 1, NULL, NULL },
	[HTML_CENTER] = { 1, 1, NULL, NULL },
	[HTML_DD] = { 1, 1, start_term, end_block },
	[HTML_DETAILS] = { 2, 2, NULL, NULL },
	[HTML_DIALOG] = { 2, 2, NULL, NULL },
	[HTML_DIR] = { 0, 0, start_list, end_list },
	[HTML_DIV] = { 1, 1, NULL, NULL },
	[HTML_DL] = { 2, 2, start_definitions, end_block },
	[HTML_DT] = { 1, 1, start_term, NULL },
	[HTML_FIELDSET] = { 2, 2, NULL, NULL },
	[HTML_FIGCAPTION] = { 1, 1, NULL, NULL },
	[HTML_FIGURE] = { 2, 2, NULL, NULL },
	[HTML_FOOTER] = { 2, 2, NULL, NULL },
	[HTML_FORM] = { 1, 1, NULL, NULL },
	[HTML_H1] = { 2, 2, start_heading, end_heading },
	[HTML_H2] = { 2, 2, start_heading, end_heading },
	[HTML_H3] = { 2, 2, start_heading, end_heading },
	[HTML_H4] = { 2, 2, start_heading, end_heading },
	[HTML_H5] = { 2, 2, start_heading, end_heading },
	[HTML_H6] = { 2, 2, start_heading, end_heading },
	[HTML_HEADER] = { 2, 2, NULL, NULL },
	[HTML_HGROUP] = { 2, 2, NULL, NULL },
	[HTML_HR] = { 2, 2, put_rule, NULL },
	[HTML_IMG] = { 0, 0, put_image, NULL },
	[HTML_LEGEND] = { 1, 1, NULL, NULL },
	[HTML_LI] = { 1, 1, start_item, end_block },
	[HTML_LISTING] = { 2, 2, start_pre, end_pre },
	[HTML_MAIN] = { 2, 2, NULL, NULL },
	[HTML_MENU] = { 0, 0, start_list, end_list },
	[HTML_NAV] = { 2, 2, NULL, NULL },
	[HTML_OL] = { 0, 0, start_list, end_list },
	[HTML_OPTION] = { 1, 1, NULL, NULL },
	[HTML_P] = { 0, 2, start_paragraph, NULL },
	[HTML_PRE] = { 2, 2, start_pre, end_pre },
	[HTML_Q] = { 0, 0, start_quotation, end_quotation },
	[HTML_SEARCH] = { 1, 1, NULL, NULL },
	[HTML_SECTION] = { 2, 2, NULL, NULL },
	[HTML_SUMMARY] = { 1, 1, NULL, NULL },
	[HTML_TABLE] = { 2, 2, start_table, end_table },
	[HTML_TBODY] = { 1, 1, NULL, NULL },
	[HTML_TD] = { 0, 0, start_cell, end_cell },
	[HTML_TFOOT] = { 1, 1, NULL, NULL },
	[HTML_TH] = { 0, 0, start_cell, end_cell },
	[HTML_THEAD] = { 1, 1, NULL, NULL },
	[HTML_TR] = { 0, 0, start_row, start_row },
	[HTML_UL] = { 0, 0, start_list, end_list },
	[HTML_VIDEO] = { 0, 0, put_player, NULL },
	[HTML_XMP] = { 2, 2, start_pre, end_pre },
};

static void
start_tag(struct text *t)
{
	const struct act *act = &acts[t->token.id];

	if ((html_elements[t->token.id].flags & HTML_DROP) != 0) {
		html_skip_element(&t->tokenizer, &t->token);
		return;
	}
	if (act->before > 1 || (act->before == 1 && !t->in_cell))
		html_flow_break(&t->flow, act->before);
	if (act->start != NULL)
		act->start(t);
}

static void
end_tag(struct text *t)
{
	const struct act *act = &acts[t->token.id];

	if (act->end != NULL)
		act->end(t);
	if (act->after != 0)
		html_flow_break(&t->flow, act->after);
	if (t->token.id == HTML_BR)
		put_newline(t);
}

static void
put_text(struct text *t)
{
	const char *ptr = t->token.ptr;
	size_t len = t->token.len, before = t->flow.out->len;

	if (t->pre == 0)
		html_flow_words(&t->flow, ptr, len, t->token.raw);
	else {
		if (t->pre_begun && *ptr == '\n') {
			ptr++;
			len--;
		}
		html_flow_pre(&t->flow, ptr, len, t->token.raw);
	}
	if (t->flow.out->len != before)
		t->in_cell = false;
	if (!t->row_begun && t->flow.out->len != before) {
		t->row_begun = true;
		t->row_line = t->flow.line;
	}
}

void
html_to_text(const char *html, size_t len, struct buf *out, struct buf *links)
{
	struct text t;

	memset(&t, 0, sizeof(t));
	html_flow_init(&t.flow, out);
	t.links = links;
	buf_init(&t.value, URL_BYTES_MAX);
	buf_init(&t.url, SIZE_MAX / 4);
	html_tokenizer_init(&t.tokenizer, html, len);
	do {
		html_next(&t.tokenizer, &t.token);
		if (t.token.type == HTML_TEXT)
			put_text(&t);
		else if (t.token.type == HTML_START)
			start_tag(&t);
		else if (t.token.type == HTML_END)
			end_tag(&t);
		t.pre_begun = t.token.type == HTML_START && t.pre_begun;
	} while (t.token.type != HTML_EOF);
	end_link(&t);
	buf_free(&t.value);
	buf_free(&t.url);
}
