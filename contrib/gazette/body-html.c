/*
 * body_html: what each element does to the text stands in the rows below.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contrib/gazette/body-read.h"
#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"
#include "feeds/url.h"

#define BLANKS " \t\n\f\r"

enum { URL_MAX = 4 << 20 };

/* --- links --------------------------------------------------------------------------------------------- */

/* The URL that the attribute holds, in r->url; false if there is none that leads anywhere. */
static bool
take_url(struct reading *r, enum html_attr_id id, bool image)
{
	const struct html_attr *attr = body_read_attr(&r->token, id);
	struct url_base base = { .len = 0 };
	const char *url;
	size_t len;

	buf_clear(&r->url);
	buf_clear(&r->value);
	r->value.max = image ? URL_DATA_BYTES_MAX : URL_BYTES_MAX;
	if (attr != NULL)
		html_decode_value(attr->value, attr->value_len, &r->value);
	if (r->value.len == 0 || r->value.overflow || *r->value.ptr == '#')
		return false;
	url = r->value.ptr;
	len = r->value.len;
	if (id == HTML_AT_SRCSET) {
		/* the first of "URL SIZE, URL SIZE" */
		url += strspn(url, BLANKS ",");
		len = strcspn(url, BLANKS);
		while (len != 0 && url[len - 1] == ',')
			len--;
	}
	return len != 0 && url_put_html(&r->url, &base, url, len, image);
}

/* "[3]" behind the last text, wherever its block has ended. */
static void
put_number(struct reading *r, size_t number)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "[%zu]", number);

	if (r->body->n_blocks == 0)
		return;
	body_put(r->body, TERM_LINK, text, (size_t)len);
}

static void
end_link(struct reading *r)
{
	struct body_link *link;

	if (r->link == 0)
		return;
	link = &r->body->links[r->link - 1];
	if (link->label == r->link_from && link->label_len == 0)
		link->label_len = r->body->text.len - r->link_from;
	if (r->body->text.len > r->link_from)
		put_number(r, r->link);
	r->link = 0;
	r->flags[__builtin_ctz(TERM_ANCHOR)] = 0;
}

static void
start_link(struct reading *r)
{
	end_link(r);
	if (!take_url(r, HTML_AT_HREF, false))
		return;
	r->link = body_add_link(r->body, BODY_LINK, r->url.ptr, r->url.len);
	r->link_from = r->body->text.len;
	r->flags[__builtin_ctz(TERM_ANCHOR)] = 1;
}

/* What counts readers is no larger than a pixel. */
static bool
is_counter(const struct html_token *token)
{
	return body_read_number(token, HTML_AT_WIDTH, 2) < 2 || body_read_number(token, HTML_AT_HEIGHT, 2) < 2;
}

/* "[image: what it shows]"; where it stands in the text. */
static size_t
put_media(struct reading *r, const char *kind)
{
	static const enum html_attr_id labels[] = { HTML_AT_ALT, HTML_AT_TITLE };
	struct buf text = BUF_INIT(SIZE_MAX / 2);
	size_t from;

	for (size_t at = 0; at < 2 && text.len == 0; at++) {
		const struct html_attr *label = body_read_attr(&r->token, labels[at]);

		buf_clear(&r->value);
		if (label != NULL)
			html_decode_value(label->value, label->value_len, &r->value);
		text_cleann(buf_str(&r->value), r->value.len, &text);
	}
	r->space = true;
	body_read_put(r, TERM_CAPTION, "[", 1);
	from = r->body->text.len - 1;
	body_read_put(r, TERM_CAPTION, kind, strlen(kind));
	if (text.len != 0) {
		body_read_put(r, TERM_CAPTION, ": ", 2);
		body_read_put(r, TERM_CAPTION, text.ptr, text.len);
	}
	body_read_put(r, TERM_CAPTION, "]", 1);
	buf_free(&text);
	return from;
}

static void
link_media(struct reading *r, enum body_link_kind kind, size_t from)
{
	size_t before = r->body->n_links, number = body_add_link(r->body, kind, r->url.ptr, r->url.len);

	if (r->body->n_links != before) {
		r->body->links[number - 1].label = from;
		r->body->links[number - 1].label_len = r->body->text.len - from;
	}
	put_number(r, number);
}

static bool
is_data(const struct buf *url)
{
	return url->len > 5 && strncasecmp(url->ptr, "data:", 5) == 0;
}

static void
keep_image(struct reading *r, size_t from)
{
	struct body_image *image = body_add_image(r->body, from, r->url.ptr, r->url.len);

	if (image == NULL)
		return;
	image->width = body_read_number(&r->token, HTML_AT_WIDTH, 0);
	image->height = body_read_number(&r->token, HTML_AT_HEIGHT, 0);
	image->frame = body_read_frame(r);
}

static void
put_image(struct reading *r)
{
	size_t from;

	if (is_counter(&r->token))
		return;
	from = put_media(r, "image");
	if (take_url(r, HTML_AT_SRC, true) || take_url(r, HTML_AT_SRCSET, true)) {
		keep_image(r, from);
		if (r->link == 0 && !is_data(&r->url))
			link_media(r, BODY_IMAGE, from);
	}
	r->space = true;
}

static void
start_player(struct reading *r)
{
	size_t from;

	end_link(r);
	from = put_media(r, r->token.id == HTML_VIDEO ? "video" : "audio");
	r->player = 0;
	r->played = take_url(r, HTML_AT_SRC, false);
	if (r->played)
		link_media(r, BODY_MEDIA, from);
	else
		r->player = from + 1;
	r->space = true;
}

/* Of several sources the first will do. */
static void
put_source(struct reading *r)
{
	if (r->player != 0 && take_url(r, HTML_AT_SRC, false)) {
		link_media(r, BODY_MEDIA, r->player - 1);
		r->player = 0;
		r->played = true;
	}
}

static void
end_player(struct reading *r)
{
	r->player = 0;
	r->played = false;
}

/* --- other blocks -------------------------------------------------------------------------------------- */

static void
start_heading(struct reading *r)
{
	r->headings++;
	r->heading = (int)(r->token.id - HTML_H1) + 1;
}

static void
end_heading(struct reading *r)
{
	r->headings -= r->headings != 0;
}

static void
start_caption(struct reading *r)
{
	r->captions++;
}

static void
end_caption(struct reading *r)
{
	r->captions -= r->captions != 0;
}

static void
start_pre(struct reading *r)
{
	r->pre++;
	r->pre_begun = true;
	r->open = false;
}

/* Newlines at the end of it are none of the text. */
static void
end_pre(struct reading *r)
{
	struct body_block *block = r->body->n_blocks != 0 ? &r->body->blocks[r->body->n_blocks - 1] : NULL;
	struct body *b = r->body;

	r->pre -= r->pre != 0;
	if (block == NULL || block->kind != BODY_PRE)
		return;
	while (block->len != 0 && b->text.ptr[block->text + block->len - 1] == '\n')
		block->len--;
	b->text.len = block->text + block->len;
	while (block->n_runs != 0 && b->n_runs > block->run + 1 && b->runs[b->n_runs - 2].end >= b->text.len) {
		b->n_runs--;
		block->n_runs--;
	}
	if (block->n_runs != 0)
		b->runs[b->n_runs - 1].end = b->text.len;
	if (block->len == 0)
		block->n_runs = 0;
}

static void
put_rule(struct reading *r)
{
	body_read_open(r, BODY_RULE);
	body_read_break(r, BODY_BLANK_LINE);
}

static void
start_quotation(struct reading *r)
{
	body_read_put(r, body_read_style(r), "\xe2\x80\x9c", 3);
}

static void
end_quotation(struct reading *r)
{
	r->space = false;
	body_read_put(r, body_read_style(r), "\xe2\x80\x9d", 3);
}

static void
start_ruby_text(struct reading *r)
{
	body_read_put(r, body_read_style(r), "(", 1);
}

static void
end_ruby_text(struct reading *r)
{
	body_read_put(r, body_read_style(r), ")", 1);
}

static void
start_raised(struct reading *r)
{
	r->raised++;
}

static void
end_raised(struct reading *r)
{
	r->raised -= r->raised != 0;
}

static void
start_lowered(struct reading *r)
{
	r->lowered++;
}

static void
end_lowered(struct reading *r)
{
	r->lowered -= r->lowered != 0;
}

/* --- rows ---------------------------------------------------------------------------------------------- */

typedef void act_fn(struct reading *);

/* The line ends around an element, what its text is besides, and what else it does. */
static const struct act {
	unsigned char	 before, after;
	unsigned	 style;
	act_fn		*start, *end;
} acts[HTML_IDS] = {
	[HTML_A] = { 0, 0, 0, start_link, end_link },
	[HTML_ADDRESS] = { 1, 1, TERM_EMPHASIS, NULL, NULL },
	[HTML_ARTICLE] = { 2, 2, 0, NULL, NULL },
	[HTML_ASIDE] = { 2, 2, 0, NULL, NULL },
	[HTML_AUDIO] = { 0, 0, 0, start_player, end_player },
	[HTML_B] = { 0, 0, TERM_STRONG, NULL, NULL },
	[HTML_BLOCKQUOTE] = { 2, 2, 0, body_frame_quote, body_frame_end_quote },
	[HTML_BR] = { 0, 0, 0, body_read_newline, NULL },
	[HTML_CAPTION] = { 1, 1, 0, start_caption, end_caption },
	[HTML_CENTER] = { 1, 1, 0, NULL, NULL },
	[HTML_CITE] = { 0, 0, TERM_EMPHASIS, NULL, NULL },
	[HTML_CODE] = { 0, 0, TERM_CODE, NULL, NULL },
	[HTML_DD] = { 1, 1, 0, body_frame_definition, body_frame_end_definition },
	[HTML_DEL] = { 0, 0, TERM_STRUCK, NULL, NULL },
	[HTML_DETAILS] = { 2, 2, 0, NULL, NULL },
	[HTML_DFN] = { 0, 0, TERM_EMPHASIS, NULL, NULL },
	[HTML_DIALOG] = { 2, 2, 0, NULL, NULL },
	[HTML_DIR] = { 0, 0, 0, body_frame_list, body_frame_end_list },
	[HTML_DIV] = { 1, 1, 0, NULL, NULL },
	[HTML_DL] = { 2, 2, 0, body_frame_terms, body_frame_end_terms },
	[HTML_DT] = { 1, 1, 0, body_frame_term, body_frame_end_term },
	[HTML_EM] = { 0, 0, TERM_EMPHASIS, NULL, NULL },
	[HTML_FIELDSET] = { 2, 2, 0, NULL, NULL },
	[HTML_FIGCAPTION] = { 1, 1, 0, start_caption, end_caption },
	[HTML_FIGURE] = { 2, 2, 0, NULL, NULL },
	[HTML_FOOTER] = { 2, 2, 0, NULL, NULL },
	[HTML_FORM] = { 1, 1, 0, NULL, NULL },
	[HTML_H1] = { 2, 2, 0, start_heading, end_heading },
	[HTML_H2] = { 2, 2, 0, start_heading, end_heading },
	[HTML_H3] = { 2, 2, 0, start_heading, end_heading },
	[HTML_H4] = { 2, 2, 0, start_heading, end_heading },
	[HTML_H5] = { 2, 2, 0, start_heading, end_heading },
	[HTML_H6] = { 2, 2, 0, start_heading, end_heading },
	[HTML_HEADER] = { 2, 2, 0, NULL, NULL },
	[HTML_HGROUP] = { 2, 2, 0, NULL, NULL },
	[HTML_HR] = { 2, 2, 0, put_rule, NULL },
	[HTML_I] = { 0, 0, TERM_EMPHASIS, NULL, NULL },
	[HTML_IMG] = { 0, 0, 0, put_image, NULL },
	[HTML_INS] = { 0, 0, TERM_UNDERLINED, NULL, NULL },
	[HTML_KBD] = { 0, 0, TERM_CODE, NULL, NULL },
	[HTML_LEGEND] = { 1, 1, TERM_STRONG, NULL, NULL },
	[HTML_LI] = { 1, 1, 0, body_frame_item, body_frame_end_item },
	[HTML_LISTING] = { 2, 2, 0, start_pre, end_pre },
	[HTML_MAIN] = { 2, 2, 0, NULL, NULL },
	[HTML_MARK] = { 0, 0, TERM_MARKED, NULL, NULL },
	[HTML_MENU] = { 0, 0, 0, body_frame_list, body_frame_end_list },
	[HTML_NAV] = { 2, 2, 0, NULL, NULL },
	[HTML_OL] = { 0, 0, 0, body_frame_list, body_frame_end_list },
	[HTML_OPTION] = { 1, 1, 0, NULL, NULL },
	[HTML_P] = { 0, 2, 0, body_frame_paragraph, NULL },
	[HTML_PRE] = { 2, 2, 0, start_pre, end_pre },
	[HTML_Q] = { 0, 0, 0, start_quotation, end_quotation },
	[HTML_RT] = { 0, 0, 0, start_ruby_text, end_ruby_text },
	[HTML_S] = { 0, 0, TERM_STRUCK, NULL, NULL },
	[HTML_SAMP] = { 0, 0, TERM_CODE, NULL, NULL },
	[HTML_SEARCH] = { 1, 1, 0, NULL, NULL },
	[HTML_SECTION] = { 2, 2, 0, NULL, NULL },
	[HTML_SOURCE] = { 0, 0, 0, put_source, NULL },
	[HTML_STRIKE] = { 0, 0, TERM_STRUCK, NULL, NULL },
	[HTML_STRONG] = { 0, 0, TERM_STRONG, NULL, NULL },
	[HTML_SUB] = { 0, 0, 0, start_lowered, end_lowered },
	[HTML_SUMMARY] = { 1, 1, TERM_STRONG, NULL, NULL },
	[HTML_SUP] = { 0, 0, 0, start_raised, end_raised },
	[HTML_TABLE] = { 2, 2, 0, body_table_start, body_table_end },
	[HTML_TBODY] = { 1, 1, 0, body_table_end_head, body_table_end_row },
	[HTML_TD] = { 0, 0, 0, body_table_cell, body_table_end_cell },
	[HTML_TFOOT] = { 1, 1, 0, body_table_end_head, body_table_end_row },
	[HTML_TH] = { 0, 0, 0, body_table_cell, body_table_end_cell },
	[HTML_THEAD] = { 1, 1, 0, body_table_head, body_table_end_head },
	[HTML_TR] = { 0, 0, 0, body_table_row, body_table_end_row },
	[HTML_TT] = { 0, 0, TERM_CODE, NULL, NULL },
	[HTML_U] = { 0, 0, TERM_UNDERLINED, NULL, NULL },
	[HTML_UL] = { 0, 0, 0, body_frame_list, body_frame_end_list },
	[HTML_VAR] = { 0, 0, TERM_EMPHASIS, NULL, NULL },
	[HTML_VIDEO] = { 0, 0, 0, start_player, end_player },
	[HTML_XMP] = { 2, 2, 0, start_pre, end_pre },
};

/* Inside of <pre> a block ends a line. */
static void
edge(struct reading *r, unsigned count)
{
	if (count == 0)
		return;
	if (r->pre == 0)
		body_read_break(r, count);
	else if (r->open && r->pre_column != 0)
		body_read_newline(r);
}

static void
start_tag(struct reading *r)
{
	const struct act *act = &acts[r->token.id];

	if (act->before != 0 || r->token.id == HTML_P)
		r->played = false;		/* it was not closed */
	if (r->played)
		return;
	if ((html_elements[r->token.id].flags & HTML_DROP) != 0 || r->token.id == HTML_RP) {
		html_skip_element(&r->tokenizer, &r->token);
		return;
	}
	edge(r, act->before);
	if (act->style != 0)
		r->flags[__builtin_ctz(act->style)]++;
	if (act->start != NULL)
		act->start(r);
}

static void
end_tag(struct reading *r)
{
	const struct act *act = &acts[r->token.id];

	if (r->played && act->end != end_player && act->after == 0)
		return;
	r->played = false;
	if (act->style != 0 && r->flags[__builtin_ctz(act->style)] != 0)
		r->flags[__builtin_ctz(act->style)]--;
	if (act->end != NULL)
		act->end(r);
	edge(r, act->after);
	if (r->token.id == HTML_BR)
		body_read_newline(r);
}

static void
finish(struct reading *r)
{
	end_link(r);
	while (r->n_tables != 0)
		body_table_end(r);
	if (r->pre != 0)
		end_pre(r);
	buf_free(&r->value);
	buf_free(&r->url);
	buf_free(&r->chars);
}

void
body_html(struct body *b, const char *html, size_t len)
{
	struct reading *r = calloc(1, sizeof(*r));

	if (r == NULL)
		abort();
	r->body = b;
	r->value.max = URL_BYTES_MAX;
	r->url.max = URL_MAX;
	r->chars.max = SIZE_MAX / 4;
	html_tokenizer_init(&r->tokenizer, html, len);
	do {
		html_next(&r->tokenizer, &r->token);
		if (r->token.type == HTML_TEXT && !r->played)
			body_read_text(r);
		else if (r->token.type == HTML_START)
			start_tag(r);
		else if (r->token.type == HTML_END)
			end_tag(r);
		r->pre_begun = r->token.type == HTML_START && r->pre_begun;
	} while (r->token.type != HTML_EOF);
	finish(r);
	free(r);
}
