#include "contrib/gazette/body-read.h"

#include <stdio.h>
#include <string.h>

enum { QUOTE_COLUMNS = 2, INDENT_COLUMNS = 4, BULLET_COLUMNS = 2 };

/* NULL: too deep. */
static struct level *
open_level(struct reading *r, unsigned id)
{
	struct level *level;

	if (r->depth == BODY_DEPTH_MAX) {
		r->overflow++;
		return NULL;
	}
	level = &r->levels[r->depth++];
	*level = (struct level){ .id = (unsigned char)id, .frames = r->body->n_frames };
	level->frame = r->depth > 1 ? r->levels[r->depth - 2].frame : -1;
	return level;
}

static void
close_level(struct reading *r, unsigned id)
{
	if (r->overflow != 0) {
		r->overflow--;
		return;
	}
	for (size_t at = r->depth; at > 0; at--)
		if (r->levels[at - 1].id == id) {
			r->depth = at - 1;
			return;
		}
}

static void
open_frame(struct reading *r, unsigned id, enum body_frame_kind kind, int width)
{
	struct level *level = open_level(r, id);

	if (level == NULL)
		return;
	level->frame = body_add_frame(r->body, kind, level->frame);
	r->body->frames[level->frame].width = width;
}

void
body_frame_quote(struct reading *r)
{
	open_frame(r, HTML_BLOCKQUOTE, BODY_QUOTE, QUOTE_COLUMNS);
	r->quotes++;
}

void
body_frame_end_quote(struct reading *r)
{
	close_level(r, HTML_BLOCKQUOTE);
	r->quotes -= r->quotes != 0;
}

static bool
is_list(unsigned id)
{
	return id == HTML_UL || id == HTML_OL || id == HTML_MENU || id == HTML_DIR;
}

/* The innermost open list, or NULL. */
static struct level *
find_list(struct reading *r)
{
	for (size_t at = r->depth; at > 0; at--)
		if (is_list(r->levels[at - 1].id))
			return &r->levels[at - 1];
	return NULL;
}

/* Lists inside of lists need no blank line. */
void
body_frame_list(struct reading *r)
{
	bool nested = find_list(r) != NULL;
	const struct html_attr *type = body_read_attr(&r->token, HTML_AT_TYPE);
	struct level *level;

	body_read_break(r, nested ? 1 : BODY_BLANK_LINE);
	level = open_level(r, r->token.id);
	if (level == NULL)
		return;
	level->reversed = r->token.id == HTML_OL && body_read_attr(&r->token, HTML_AT_REVERSED) != NULL;
	level->backwards = level->reversed && body_read_attr(&r->token, HTML_AT_START) == NULL;
	level->number = body_read_number(&r->token, HTML_AT_START, 1);
	level->numbering = type != NULL && type->value_len == 1 && strchr("aAiI", *type->value) != NULL ? *type->value : '1';
}

static void
roman(int number, struct buf *out)
{
	static const struct { int value; const char *digits; } rows[] = {
		{ 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" }, { 90, "xc" }, { 50, "l" }, { 40, "xl" },
		{ 10, "x" }, { 9, "ix" }, { 5, "v" }, { 4, "iv" }, { 1, "i" }
	};

	for (size_t row = 0; number > 0; row++)
		for (; number >= rows[row].value; number -= rows[row].value)
			buf_puts(out, rows[row].digits);
}

/* "12. ", "b. ", "IV. "; letters end at z, and what is too long in Roman numerals is a number. */
static void
number_marker(const struct level *list, int number, struct body_frame *item)
{
	struct buf text = BUF_INIT(BODY_MARKER_BYTES);
	char kind = list->numbering;

	if ((kind == 'a' || kind == 'A') && number >= 1 && number <= 26)
		buf_putc(&text, kind + number - 1);
	else if ((kind == 'i' || kind == 'I') && number >= 1 && number <= 39)
		roman(number, &text);
	else
		buf_printf(&text, "%d", number);
	for (size_t at = 0; kind == 'I' && at < text.len; at++)
		if (text.ptr[at] >= 'a')
			text.ptr[at] = (char)(text.ptr[at] - 'a' + 'A');
	snprintf(item->marker, sizeof(item->marker), "%.*s. ", BODY_MARKER_BYTES - 3, buf_str(&text));
	item->width = (int)strlen(item->marker);
	buf_free(&text);
}

static bool
is_item_of(const struct level *list, const struct body_frame *frame)
{
	return frame->kind == BODY_ITEM && frame->parent == list->frame;
}

/* Items that were numbered from 1 downwards end with it. */
static void
number_backwards(struct reading *r, const struct level *list)
{
	struct body_frame *frames = r->body->frames;
	int count = 0, number;

	for (size_t at = list->frames; at < r->body->n_frames; at++)
		count += is_item_of(list, &frames[at]);
	number = count;
	for (size_t at = list->frames; at < r->body->n_frames && number > count - list->n_backwards; at++)
		if (is_item_of(list, &frames[at]))
			number_marker(list, number--, &frames[at]);
}

/* The numbers of a list end in one column. */
static void
align_items(struct reading *r, const struct level *list)
{
	struct body_frame *frames = r->body->frames;
	int width = 0;

	for (size_t at = list->frames; at < r->body->n_frames; at++)
		if (is_item_of(list, &frames[at]) && frames[at].width > width)
			width = frames[at].width;
	for (size_t at = list->frames; at < r->body->n_frames; at++) {
		char marker[2 * BODY_MARKER_BYTES];

		if (!is_item_of(list, &frames[at]) || frames[at].width == width)
			continue;
		snprintf(marker, sizeof(marker), "%*s%s", width - frames[at].width, "", frames[at].marker);
		snprintf(frames[at].marker, sizeof(frames[at].marker), "%.*s", BODY_MARKER_BYTES - 1, marker);
		frames[at].width = width;
	}
}

void
body_frame_end_list(struct reading *r)
{
	struct level *list = r->overflow == 0 ? find_list(r) : NULL;

	if (list != NULL && list->id == HTML_OL && r->token.id == HTML_OL) {
		number_backwards(r, list);
		align_items(r, list);
	}
	close_level(r, r->token.id);
	body_read_break(r, find_list(r) != NULL ? 1 : BODY_BLANK_LINE);
}

static void
bullet_marker(const struct reading *r, struct body_frame *item)
{
	static const struct { const char *drawn, *plain; } bullets[] = { { "• ", "* " }, { "◦ ", "- " }, { "▪ ", "+ " } };
	size_t lists = 0;

	for (size_t at = 0; at < r->depth; at++)
		lists += is_list(r->levels[at].id) && r->levels[at].id != HTML_OL;
	lists = lists < 3 ? lists - (lists != 0) : 2;
	snprintf(item->marker, sizeof(item->marker), "%s", bullets[lists].drawn);
	item->plain = bullets[lists].plain;
	item->width = BULLET_COLUMNS;
}

/* Closes an item that is open in the innermost list. */
static void
close_item(struct reading *r)
{
	for (size_t at = r->depth; at > 0 && !is_list(r->levels[at - 1].id); at--)
		if (r->levels[at - 1].id == HTML_LI) {
			r->depth = at - 1;
			return;
		}
}

void
body_frame_item(struct reading *r)
{
	struct level *list;
	struct body_frame *item;
	int number = 0;

	if (r->overflow != 0) {
		r->overflow++;
		return;
	}
	close_item(r);
	list = find_list(r);
	if (list != NULL && list->id == HTML_OL) {
		number = body_read_number(&r->token, HTML_AT_VALUE, list->number);
		list->number = number + (list->reversed ? -1 : 1);
		list->backwards &= body_read_attr(&r->token, HTML_AT_VALUE) == NULL;
		list->n_backwards += list->backwards;
	}
	if (r->depth == BODY_DEPTH_MAX) {
		r->overflow++;
		return;
	}
	open_frame(r, HTML_LI, BODY_ITEM, 0);
	item = &r->body->frames[body_read_frame(r)];
	if (list != NULL && list->id == HTML_OL)
		number_marker(list, number, item);
	else
		bullet_marker(r, item);
}

void
body_frame_end_item(struct reading *r)
{
	close_level(r, HTML_LI);
}

/* Closes a <dd> that is open in the innermost list of terms. */
static void
close_definition(struct reading *r)
{
	r->in_term = false;
	for (size_t at = r->depth; at > 0 && r->levels[at - 1].id != HTML_DL; at--)
		if (r->levels[at - 1].id == HTML_DD) {
			r->depth = at - 1;
			return;
		}
}

void
body_frame_term(struct reading *r)
{
	close_definition(r);
	r->in_term = true;
}

void
body_frame_end_term(struct reading *r)
{
	r->in_term = false;
}

void
body_frame_terms(struct reading *r)
{
	open_level(r, HTML_DL);
}

void
body_frame_end_terms(struct reading *r)
{
	r->in_term = false;
	close_level(r, HTML_DL);
}

void
body_frame_definition(struct reading *r)
{
	close_definition(r);
	open_frame(r, HTML_DD, BODY_INDENT, INDENT_COLUMNS);
}

void
body_frame_end_definition(struct reading *r)
{
	close_level(r, HTML_DD);
}

/* A paragraph at the start of an item stands right after its marker. */
void
body_frame_paragraph(struct reading *r)
{
	int frame = body_read_frame(r);
	bool begins = frame != -1 && r->body->frames[frame].kind == BODY_ITEM && r->body->frames[frame].first == SIZE_MAX;

	body_read_break(r, begins ? 1 : BODY_BLANK_LINE);
}
