#include "feeds/model-build.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "feeds/model-fact.h"
#include "feeds/model-markup.h"
#include "feeds/model-queue.h"
#include "feeds/model-root.h"
#include "feeds/url.h"

enum { FRAMES_MAX = 64, FIRST_BYTES = 1024, SETTLE_OFTEN = 256 };

/* One open element that a row knows. */
struct frame {
	const struct model_row *row;	/* NULL: the root */
	enum model_place place;		/* where its children stand */
	bool		 text, container;
	const char	*base, *lang;
	size_t		 text_start, markup_start;
	bool		 markup;	/* it has child elements without a row */
	uint32_t	 fact;
	size_t		 depth;		/* of the element, from 1 */
	uint8_t		 level;
};

struct model_build {
	const struct feed_limits *limits;
	struct model_context context;
	struct model_warnings warnings;
	struct model_queue queue;
	struct model_unit feed_unit;
	struct model_unit *unit;	/* what facts go to now */
	struct doc_feed	 feed;
	bool		 stopped;
	struct model_root_own own;
	struct frame	 frames[FRAMES_MAX];
	size_t		 n_frames;
	size_t		 skip;		/* open elements that nobody knows */
	size_t		 depth;
	bool		 collect;	/* text goes to text, or to both if markup.depth is not 0 */
	struct buf	 text;
	struct model_markup markup;
	struct buf	 scratch;
	size_t		 n_entries;
	size_t		 safe_facts, safe_depth, safe_warnings;
	struct model_settled settled;	/* as of settled_at facts of the feed */
	size_t		 settled_at;
};

/* The buffers always have some memory: their pointers are added to. */
static size_t
first_bytes(const struct feed_limits *limits)
{
	return limits->text_bytes < FIRST_BYTES ? limits->text_bytes : FIRST_BYTES;
}

struct model_build *
model_build_new(const struct feed_limits *limits, const char *url, const struct hash_key *content_key,
    feed_entry_fn *on_entry, void *arg)
{
	struct model_build *build = calloc(1, sizeof(*build));

	if (build == NULL)
		abort();
	build->limits = limits;
	build->feed_unit.arena = arena_new(limits->arena_bytes);
	build->unit = &build->feed_unit;
	build->warnings = (struct model_warnings){ .arena = build->feed_unit.arena, .max = limits->warnings };
	build->text = BUF_INIT(limits->text_bytes);
	build->scratch = BUF_INIT(limits->text_bytes * 4);
	model_markup_init(&build->markup, limits->text_bytes);
	buf_reserve(&build->text, first_bytes(limits));
	buf_reserve(&build->markup.out, first_bytes(limits));
	build->context = (struct model_context){ .limits = limits, .url = url, .scratch = &build->scratch,
	    .warnings = &build->warnings, .content_key = content_key };
	build->settled_at = SIZE_MAX;
	model_feed_init(&build->feed);
	model_queue_init(&build->queue, &build->context, on_entry, arg);
	return build;
}

void
model_build_free(struct model_build *build)
{
	if (build == NULL)
		return;
	if (build->unit != &build->feed_unit)
		model_queue_drop(&build->queue, build->unit);
	model_queue_free(&build->queue);
	arena_free(build->feed_unit.arena);
	buf_free(&build->text);
	buf_free(&build->scratch);
	model_markup_free(&build->markup);
	model_root_forget(&build->own);
	free(build);
}

enum xml_ns
model_build_ns(const struct model_build *build, const char *uri, size_t len)
{
	return model_root_ns(&build->own, build->feed.format, uri, len);
}

/* --- facts --------------------------------------------------------------------------------------- */

static uint32_t
add_fact(struct model_build *build, const struct model_row *row, const struct frame *outer, const struct frame *frame,
    const struct xml_element *element)
{
	struct model_unit *unit = build->unit;
	bool was_full = unit->full;
	uint32_t at = model_fact_add(unit, row, element);

	if (at == MODEL_NO_FACT) {
		if (!was_full)
			model_warn(&build->warnings, "limit: %s says more than %zu bytes",
			    unit == &build->feed_unit ? "the feed" : "an entry", build->limits->arena_bytes);
		return at;
	}
	unit->facts[at].base = frame->base;
	unit->facts[at].lang = frame->lang;
	unit->facts[at].parent = outer != NULL ? outer->fact : MODEL_NO_FACT;
	unit->facts[at].level = frame->level;
	unit->facts[at].native = row->ns == build->own.native && !(row->flags & ROW_MODULE);
	return at;
}

/* --- frames -------------------------------------------------------------------------------------- */

const char *
model_build_base(struct arena *arena, const char *outer, const char *url, const struct xml_attr *attr)
{
	const char *base = url_resolve(arena, outer != NULL ? outer : url, attr->value, attr->len);

	return base != NULL && url_is_http(base) ? base : outer;
}

static void
inherit(struct model_build *build, struct frame *frame, const struct frame *outer, const struct xml_element *element)
{
	const struct xml_attr *attr;

	if (outer != NULL) {
		frame->base = outer->base;
		frame->lang = outer->lang;
		frame->level = outer->level;
	}
	if (element->n_attrs == 0 || arena_full(build->unit->arena))
		return;
	attr = model_root_attr(element, A_XML_BASE);
	if (attr != NULL)
		frame->base = model_build_base(build->unit->arena, frame->base, build->context.url, attr);
	attr = model_root_attr(element, A_XML_LANG);
	if (attr != NULL)
		frame->lang = model_value_language(build->unit->arena, attr->value, attr->len);
}

static struct frame *
push_frame(struct model_build *build, const struct frame *init)
{
	struct frame *frame = &build->frames[build->n_frames++];

	*frame = *init;
	frame->depth = build->depth;
	frame->text_start = build->text.len;
	frame->markup_start = build->markup.out.len;
	build->collect = frame->text;
	return frame;
}

/* The builder is between two children of a container. */
static bool
safe(struct model_build *build)
{
	if (build->skip != 0 || build->n_frames == 0 || !build->frames[build->n_frames - 1].container)
		return false;
	build->safe_facts = build->feed_unit.n_facts;
	build->safe_depth = build->depth;
	build->safe_warnings = build->warnings.n_list;
	return true;
}

/* --- the root ------------------------------------------------------------------------------------ */

static bool open_item(struct model_build *, const struct xml_element *);

static bool
open_root(struct model_build *build, const struct xml_element *element)
{
	const struct model_root *root = model_root_find(element);
	struct frame frame = { .fact = MODEL_NO_FACT, .container = true };

	if (root == NULL || build->own.has_root) {
		build->skip = 1;
		return false;
	}
	model_root_take(&build->own, root, element);
	build->context.atom = root->native == NS_ATOM;
	build->feed.format = build->context.format = model_root_format(root, element);
	frame.place = root->place;
	inherit(build, &frame, NULL, element);
	build->feed_unit.lang = frame.lang;
	push_frame(build, &frame);
	if (root->entry)
		return open_item(build, element);
	return safe(build);
}

/* --- elements ------------------------------------------------------------------------------------ */

static const struct model_row *
row_in(const struct model_build *build, uint16_t name, enum model_place place)
{
	const struct model_row *row = name != 0 ? model_rows_find(name, place) : NULL;

	return row != NULL && row->flags & ROW_NATIVE && row->ns != build->own.native ? NULL : row;
}

static void
note_about(struct model_build *build, const struct frame *frame, const struct xml_element *element)
{
	const struct xml_attr *about = model_root_attr(element, A_RDF_ABOUT);
	uint32_t at = about != NULL ? add_fact(build, &model_row_about, NULL, frame, element) : MODEL_NO_FACT;

	if (at != MODEL_NO_FACT)
		model_fact_value(build->unit, at, about->value, about->len);
}

static bool
open_item(struct model_build *build, const struct xml_element *element)
{
	struct frame frame = { .place = PLACE_ITEM, .fact = MODEL_NO_FACT };
	const struct frame *outer = &build->frames[build->n_frames - 1];

	if (build->n_entries >= build->limits->entries) {
		model_warn(&build->warnings, "limit: more than %zu entries", build->limits->entries);
		build->skip = 1;
		return false;
	}
	build->unit = model_queue_unit(&build->queue);
	inherit(build, &frame, outer, element);
	build->unit->base = frame.base;
	build->unit->lang = frame.lang;
	build->unit->ordinal = build->n_entries;
	push_frame(build, &frame);
	note_about(build, &frame, element);
	return false;
}

static bool
open_channel(struct model_build *build, struct frame *frame, const struct xml_element *element)
{
	frame->container = true;
	frame->fact = MODEL_NO_FACT;
	if (build->feed_unit.lang == NULL)
		build->feed_unit.lang = frame->lang;
	push_frame(build, frame);
	note_about(build, frame, element);
	return safe(build);
}

static bool
open_row(struct model_build *build, const struct model_row *row, const struct xml_element *element)
{
	const struct frame *outer = &build->frames[build->n_frames - 1];
	struct frame frame = { .row = row, .place = (enum model_place)row->inner, .text = row->flags & ROW_TEXT };

	if (row->inner == PLACE_ITEM)
		return open_item(build, element);
	inherit(build, &frame, outer, element);
	if (row->inner == PLACE_FEED)
		return open_channel(build, &frame, element);
	if (row->inner == PLACE_GROUP && frame.level < 1)
		frame.level = 1;
	if (row->inner == PLACE_CONTENT)
		frame.level = 2;
	if (row->inner == PLACE_REDIRECT || row->inner == PLACE_SKIP)
		frame.fact = outer->fact;
	else
		frame.fact = add_fact(build, row, outer, &frame, element);
	if (outer->level != frame.level && frame.fact != MODEL_NO_FACT)
		build->unit->facts[frame.fact].level = outer->level;
	push_frame(build, &frame);
	return false;
}

static void
open_markup(struct model_build *build, struct frame *frame, const struct xml_element *element)
{
	if (!frame->markup) {
		frame->markup = true;
		model_markup_text(&build->markup, build->text.ptr + frame->text_start, build->text.len - frame->text_start);
	}
	model_markup_open(&build->markup, element, build->unit->arena, frame->base, build->context.url);
	build->collect = true;
}

static void
stop(struct model_build *build)
{
	model_warn(&build->warnings, "limit: elements nested deeper than %zu", build->limits->depth);
	build->stopped = true;
}

bool
model_build_start(struct model_build *build, const struct xml_element *element)
{
	const struct model_row *row;
	struct frame *top;

	if (build->stopped)
		return false;
	if (++build->depth > build->limits->depth) {
		stop(build);
		return false;
	}
	if (build->skip != 0) {
		build->skip++;
		return false;
	}
	if (build->n_frames == 0)
		return open_root(build, element);
	top = &build->frames[build->n_frames - 1];
	if (build->markup.depth != 0) {
		open_markup(build, top, element);
		return false;
	}
	if (build->feed.format == DOC_RDF_10 && model_root_is_rdf090(element))
		build->feed.format = build->context.format = DOC_RDF_090;
	row = row_in(build, element->name, top->place);
	if (row != NULL && build->n_frames < FRAMES_MAX)
		return open_row(build, row, element);
	if (top->text)
		open_markup(build, top, element);
	else
		build->skip = 1;
	return false;
}

static void
copy_text(struct model_build *build, const struct frame *frame)
{
	model_fact_end(build->unit, frame->fact);
	if (frame->markup && !model_text_beside_markup(&build->unit->facts[frame->fact]))
		model_fact_forget_text(&build->text, frame->text_start);
	else if (frame->text)
		model_fact_text(build->unit, frame->fact, &build->text, frame->text_start);
	if (frame->markup)
		model_fact_markup(build->unit, frame->fact, &build->markup.out, frame->markup_start);
	if (build->text.ptr == NULL)
		buf_reserve(&build->text, first_bytes(build->limits));
	if (build->markup.out.ptr == NULL)
		buf_reserve(&build->markup.out, first_bytes(build->limits));
}

/*
 * What the feed has said so far, as far as entries need it; whether that was looked at again. A feed that says more and
 * more between its entries is not looked at every time: entries only wait longer.
 */
static bool
settle(struct model_build *build)
{
	size_t n_facts = build->feed_unit.n_facts;

	if (build->settled_at == n_facts || (build->settled_at != SIZE_MAX && n_facts > SETTLE_OFTEN &&
	    n_facts > build->settled_at && n_facts < 2 * build->settled_at))
		return false;
	build->settled_at = n_facts;
	arena_reset(build->queue.work);
	model_feed_settled(&build->context, build->queue.work, &build->feed_unit, &build->settled);
	build->context.base = build->settled.base;
	build->context.language = build->settled.language;
	return true;
}

/* A fact that entries may have waited for. */
static void
feed_fact_done(struct model_build *build, enum model_field field)
{
	if (build->queue.first == NULL || (field != F_HOME && field != F_LINK && field != F_LANGUAGE))
		return;
	if (settle(build))
		model_queue_reconsider(&build->queue, &build->settled);
}

static void
item_done(struct model_build *build)
{
	struct model_unit *unit = build->unit;

	build->unit = &build->feed_unit;
	build->n_entries++;
	settle(build);
	model_queue_put(&build->queue, unit, &build->settled);
}

static void
pop_frame(struct model_build *build)
{
	struct frame *frame = &build->frames[--build->n_frames];

	if (build->text.overflow || build->markup.out.overflow)
		model_warn(&build->warnings, "limit: a text of more than %zu bytes was cut", build->limits->text_bytes);
	if (frame->row != NULL && frame->fact != MODEL_NO_FACT && frame->row->inner != PLACE_SKIP &&
	    frame->row->inner != PLACE_REDIRECT)
		copy_text(build, frame);
	build->text.len = frame->text_start;
	build->markup.out.len = frame->markup_start;
	build->text.overflow = build->markup.out.overflow = false;
	if (frame->place == PLACE_ITEM && build->unit != &build->feed_unit)
		item_done(build);
	else if (frame->row != NULL && build->unit == &build->feed_unit)
		feed_fact_done(build, (enum model_field)frame->row->field);
	build->collect = build->n_frames != 0 && build->frames[build->n_frames - 1].text;
}

bool
model_build_end(struct model_build *build, const struct xml_element *element)
{
	if (build->stopped || build->depth == 0)
		return false;
	build->depth--;
	if (build->skip != 0) {
		build->skip--;
		return build->skip == 0 && safe(build);
	}
	if (build->n_frames == 0)
		return false;
	if (build->markup.depth != 0) {
		model_markup_close(&build->markup, element);
		return false;
	}
	pop_frame(build);
	return safe(build);
}

/* Cuts at the limit, on a character's border. */
static void
text_at_limit(struct model_build *build, const char *ptr, size_t len)
{
	size_t room = build->text.max - build->text.len;

	if (build->text.overflow)
		return;
	if (room < len) {
		while (room != 0 && ((unsigned char)ptr[room] & 0xc0) == 0x80)
			room--;
		len = room;
	}
	buf_put(&build->text, ptr, len);
	build->text.overflow = true;
}

void
model_build_text(struct model_build *build, const char *ptr, size_t len)
{
	if (!build->collect || build->skip != 0)
		return;
	if (len > build->text.max - build->text.len)
		text_at_limit(build, ptr, len);
	else
		buf_put(&build->text, ptr, len);
	if (build->frames[build->n_frames - 1].markup)
		model_markup_text(&build->markup, ptr, len);
}

/* --- the end ------------------------------------------------------------------------------------- */

static void
forget_root(struct model_build *build)
{
	model_root_forget(&build->own);
	build->n_frames = 0;
	build->safe_depth = build->safe_facts = build->safe_warnings = 0;
	model_feed_init(&build->feed);
}

void
model_build_rewind(struct model_build *build, bool to_beginning)
{
	if (to_beginning)
		forget_root(build);
	if (build->unit != &build->feed_unit) {
		model_queue_drop(&build->queue, build->unit);
		build->unit = &build->feed_unit;
	}
	while (build->n_frames != 0 && !build->frames[build->n_frames - 1].container)
		build->n_frames--;
	build->skip = 0;
	build->depth = build->safe_depth;
	build->feed_unit.n_facts = build->safe_facts;
	build->warnings.n_list = build->safe_warnings;
	build->collect = false;
	buf_clear(&build->text);
	model_markup_clear(&build->markup);
}

void
model_build_finish(struct model_build *build)
{
	struct model_context *context = &build->context;
	struct model_unit *unit = &build->feed_unit;

	if (build->stopped) {
		while (build->n_frames != 0) {
			build->skip = 0;
			model_markup_clear(&build->markup);
			pop_frame(build);
		}
	}
	model_feed_read(context, unit->arena, unit, NULL, &build->feed);
	context->base = model_feed_base(context, &build->feed);
	context->language = build->feed.language;
	model_queue_flush(&build->queue);
}

bool
model_build_has_root(const struct model_build *build)
{
	return build->own.has_root;
}

bool
model_build_stopped(const struct model_build *build)
{
	return build->stopped;
}

struct doc_feed *
model_build_feed(struct model_build *build)
{
	return &build->feed;
}

struct arena *
model_build_arena(struct model_build *build)
{
	return build->feed_unit.arena;
}

struct model_warnings *
model_build_warnings(struct model_build *build)
{
	return &build->warnings;
}

bool
model_build_expects(const struct model_build *build, uint16_t name)
{
	return build->n_frames != 0 && row_in(build, name, build->frames[build->n_frames - 1].place) != NULL;
}

/* Texts in which HTML is likely. */
static bool
holds_html(const struct frame *frame)
{
	return frame->row != NULL && (frame->row->field == F_BODY || frame->row->field == F_DESCRIPTION);
}

size_t
model_build_implied(const struct model_build *build, const struct xml_element *element, bool html)
{
	const struct model_row *row;
	bool item;
	size_t i;

	if (element->name == 0 || element->ns == NS_XHTML)
		return SIZE_MAX;
	for (i = build->n_frames; i != 0; i--) {
		row = row_in(build, element->name, build->frames[i - 1].place);
		item = row != NULL && row->inner == PLACE_ITEM;
		if (row != NULL && i == build->n_frames)
			return item && (build->skip != 0 || build->markup.depth != 0) ? build->frames[i - 1].depth : SIZE_MAX;
		if (row != NULL)
			return item || build->skip == 0 ? build->frames[i - 1].depth : SIZE_MAX;
		if (html && holds_html(&build->frames[i - 1]))
			return SIZE_MAX;
	}
	return SIZE_MAX;
}
