#include "feeds/xml-tolerant.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "feeds/html.h"
#include "feeds/model-root.h"
#include "feeds/xml-names.h"
#include "feeds/xml-repair.h"
#include "feeds/xml-tag.h"

enum { RESCAN_BYTES = 4096 };

enum mode { MODE_CONTENT, MODE_COMMENT, MODE_PI, MODE_CDATA };

struct xml_tolerant {
	struct model_build *build;
	struct xml_entities *entities;
	struct xml_scope *scope;
	const struct feed_limits *limits;
	struct model_warnings *warnings;
	struct buf	 in;		/* not consumed yet */
	size_t		 pos;		/* consumed of it */
	size_t		 passed;	/* consumed before that */
	size_t		 rescan;	/* no use to look at an unfinished tag before so many bytes are there */
	size_t		 line, counted;	/* line of in.ptr[counted] */
	enum mode	 mode;
	bool		 final, page, repaired, cut;
	bool		 controls;	/* control characters were dropped */
	bool		 returned;	/* the last byte was a return: a line feed after it is part of the same line end */
	struct arena	*arena;		/* decoded values of one tag */
	struct xml_names names;
	struct xml_tag_attr *raw;
	struct xml_attr	*attrs;
};

struct xml_tolerant *
xml_tolerant_new(struct model_build *build, struct xml_entities *entities, struct xml_scope *scope,
    const struct feed_limits *limits, size_t line)
{
	struct xml_tolerant *tol = calloc(1, sizeof(*tol));

	if (tol == NULL)
		abort();
	tol->build = build;
	tol->entities = entities;
	tol->scope = scope;
	tol->limits = limits;
	tol->warnings = model_build_warnings(build);
	tol->in = BUF_INIT(SIZE_MAX / 4);
	tol->line = line;
	tol->arena = arena_new(0);
	tol->raw = malloc((limits->attributes + 1) * sizeof(*tol->raw));
	tol->attrs = malloc((limits->attributes + 1) * sizeof(*tol->attrs));
	if (tol->raw == NULL || tol->attrs == NULL)
		abort();
	xml_names_init(&tol->names, build, entities, scope, tol->arena, limits);
	return tol;
}

void
xml_tolerant_free(struct xml_tolerant *tol)
{
	if (tol == NULL)
		return;
	buf_free(&tol->in);
	arena_free(tol->arena);
	free(tol->raw);
	free(tol->attrs);
	free(tol);
}

bool
xml_tolerant_repaired(const struct xml_tolerant *tol)
{
	return tol->repaired || tol->controls;
}

bool
xml_tolerant_cut(const struct xml_tolerant *tol)
{
	return tol->cut;
}

/* --- repairs ---------------------------------------------------------------------------------------- */

static void
repaired(struct xml_tolerant *tol, enum xml_repair repair, const char *name, size_t len)
{
	tol->repaired = true;
	for (; tol->counted < tol->pos; tol->counted++)
		tol->line += tol->in.ptr[tol->counted] == '\n';
	xml_repair_note(tol->warnings, repair, tol->line, name, len);
}

/* Without a line: it may come in pieces. */
static void
passed_over(struct xml_tolerant *tol)
{
	tol->repaired = true;
	model_warn(tol->warnings, "xml: something stands before the root element");
}

/* --- text --------------------------------------------------------------------------------------------- */

static void
text(struct xml_tolerant *tol, const char *ptr, size_t len)
{
	if (model_build_has_root(tol->build))
		model_build_text(tol->build, ptr, len);
	else if (!model_value_blank(ptr, len))
		passed_over(tol);
}

/* False if more bytes must come first. */
static bool
read_reference(struct xml_tolerant *tol, const char *ptr, size_t avail)
{
	size_t n = xml_names_reference(ptr, avail, tol->final), len;
	const char *found;

	if (n == SIZE_MAX)
		return false;
	found = n != 0 ? xml_entities_find(tol->entities, ptr + 1, n - 2, &len) : NULL;
	if (n != 0) {
		text(tol, found != NULL ? found : ptr, found != NULL ? len : n);
		tol->pos += n;
		return true;
	}
	if (model_build_has_root(tol->build))
		repaired(tol, REPAIR_AMPERSAND, NULL, 0);
	text(tol, "&", 1);
	tol->pos++;
	return true;
}

/* --- elements ------------------------------------------------------------------------------------------- */

static void
close_innermost(struct xml_tolerant *tol)
{
	struct xml_element element;
	const char *name;
	size_t len;

	name = xml_scope_name(tol->scope, 0, &len);
	xml_names_element(&tol->names, name, len, &element);
	model_build_end(tol->build, &element);
	xml_scope_pop(tol->scope);
}

static void
close_to(struct xml_tolerant *tol, size_t n_elements)
{
	while (tol->scope->n_elements > n_elements)
		close_innermost(tol);
}

/* The level of the open element that the end tag means; SIZE_MAX if there is none. */
static size_t
level_of(const struct xml_tolerant *tol, const char *name, size_t len, bool fold)
{
	const char *open;
	size_t level, open_len;

	for (level = 0; (open = xml_scope_name(tol->scope, level, &open_len)) != NULL; level++)
		if (open_len == len && (fold ? strncasecmp(open, name, len) : memcmp(open, name, len)) == 0)
			return level;
	return SIZE_MAX;
}

static void
end_tag(struct xml_tolerant *tol, const char *name, size_t len)
{
	size_t level = level_of(tol, name, len, false);
	const char *open;
	size_t open_len;

	if (level == SIZE_MAX) {
		level = level_of(tol, name, len, true);
		if (level != SIZE_MAX)
			repaired(tol, REPAIR_CASE, name, len);
	}
	if (level == SIZE_MAX) {
		if (model_build_has_root(tol->build))
			repaired(tol, REPAIR_STRAY_END, name, len);
		return;
	}
	open = xml_scope_name(tol->scope, 0, &open_len);
	if (level != 0)
		repaired(tol, REPAIR_UNCLOSED, open, open_len);
	close_to(tol, tol->scope->n_elements - level - 1);
}

/* An element that can only stand further out closes what is open in between. */
static void
close_implied(struct xml_tolerant *tol, const struct xml_element *element)
{
	size_t depth = model_build_implied(tol->build, element, html_is_element(element->local, element->local_len));
	const char *open;
	size_t len;

	if (depth == SIZE_MAX || depth >= tol->scope->n_elements)
		return;
	open = xml_scope_name(tol->scope, 0, &len);
	repaired(tol, REPAIR_UNCLOSED, open, len);
	close_to(tol, depth);
}

static void
bind_namespaces(struct xml_tolerant *tol, size_t count)
{
	const struct xml_tag_attr *raw;
	struct buf uri = BUF_INIT(tol->limits->tag_bytes);
	size_t i;

	for (i = 0; i < count; i++) {
		raw = &tol->raw[i];
		if (raw->name_len < 5 || memcmp(raw->name, "xmlns", 5) != 0 || (raw->name_len > 5 && raw->name[5] != ':'))
			continue;
		buf_clear(&uri);
		xml_names_decode(&tol->names, raw->value, raw->value_len, &uri);
		xml_scope_bind(tol->scope, raw->name + (raw->name_len > 5 ? 6 : 5), raw->name_len > 5 ? raw->name_len - 6 : 0,
		    buf_str(&uri), uri.len);
	}
	buf_free(&uri);
}

/* Copied: the builder wants a string. */
static const char *
default_namespace(struct xml_tolerant *tol)
{
	size_t len;
	const char *uri = xml_scope_uri(tol->scope, "", 0, &len);

	return model_build_has_root(tol->build) || len == 0 ? NULL : arena_strndup(tol->arena, uri, len);
}

static void
note_faults(struct xml_tolerant *tol, unsigned faults, const char *name, size_t len)
{
	if (faults & (XML_TAG_UNQUOTED | XML_TAG_NO_VALUE | XML_TAG_NO_SPACE))
		repaired(tol, REPAIR_ATTRIBUTE, name, len);
	if (tol->names.bare)
		repaired(tol, REPAIR_AMPERSAND, NULL, 0);
	tol->names.bare = false;
	if (faults & XML_TAG_DOUBLED)
		repaired(tol, REPAIR_DOUBLED, name, len);
	if (faults & XML_TAG_LESS_THAN)
		repaired(tol, REPAIR_LESS_THAN, NULL, 0);
	if (faults & XML_TAG_TOO_MANY)
		model_warn(tol->warnings, "limit: more than %zu attributes", tol->limits->attributes);
}

static bool
is_page(const struct xml_element *element)
{
	static const char *const names[] = { "html", "head", "body", "frameset" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == element->local_len && strncasecmp(names[i], element->local, element->local_len) == 0)
			return true;
	return false;
}

/* Before the root there may be what a failing program printed: it is passed over. */
static bool
skip_before_root(struct xml_tolerant *tol, const struct xml_element *element)
{
	if (model_build_has_root(tol->build) || model_root_find(element) != NULL)
		return false;
	if (is_page(element))
		tol->page = true;
	else
		passed_over(tol);
	return true;
}

static void
start_tag(struct xml_tolerant *tol, const char *tag, size_t len)
{
	size_t name_len = xml_tag_name(tag + 1, len - 1), count, i, n_attrs = 0;
	const char *name = tag + 1;
	struct xml_element element;
	unsigned faults = 0;
	bool empty;

	count = xml_tag_attrs(name + name_len, len - 1 - name_len, tol->raw, tol->limits->attributes, &empty, &faults);
	xml_names_element(&tol->names, name, name_len, &element);
	if (model_build_has_root(tol->build))
		close_implied(tol, &element);
	xml_scope_push(tol->scope, name, name_len);
	bind_namespaces(tol, count);
	xml_names_element(&tol->names, name, name_len, &element);
	if (skip_before_root(tol, &element)) {
		xml_scope_pop(tol->scope);
		return;
	}
	for (i = 0; i < count; i++)
		if ((tol->raw[i].name_len < 5 || memcmp(tol->raw[i].name, "xmlns", 5) != 0) &&
		    !xml_names_attr(&tol->names, &tol->raw[i], &tol->attrs[n_attrs++]))
			xml_names_undeclared(tol->warnings, tol->attrs[n_attrs - 1].prefix, tol->attrs[n_attrs - 1].prefix_len);
	note_faults(tol, faults, name, name_len);
	if (element.prefix_len != 0 && element.uri_len == 0)
		xml_names_undeclared(tol->warnings, element.prefix, element.prefix_len);
	element.default_uri = default_namespace(tol);
	element.attrs = tol->attrs;
	element.n_attrs = n_attrs;
	model_build_start(tol->build, &element);
	arena_reset(tol->arena);
	if (empty)
		close_innermost(tol);
}

/* --- what begins with "<" --------------------------------------------------------------------------------- */

static void
literal(struct xml_tolerant *tol)
{
	if (model_build_has_root(tol->build))
		repaired(tol, REPAIR_LESS_THAN, NULL, 0);
	text(tol, "<", 1);
	tol->pos++;
}

/* Whether something that looks like the beginning of a tag is worth to be one although its '>' is missing. */
static bool
cut_tag_counts(struct xml_tolerant *tol, const char *tag, size_t len)
{
	struct xml_element element;
	size_t name_len = xml_tag_name(tag + 1, len - 1);

	if (tag[1] == '/')
		return level_of(tol, tag + 2, xml_tag_name(tag + 2, len - 2), true) != SIZE_MAX;
	xml_names_element(&tol->names, tag + 1, name_len, &element);
	return !model_build_has_root(tol->build) ? model_root_find(&element) != NULL :
	    element.name != 0 && model_build_expects(tol->build, element.name);
}

static bool
read_tag(struct xml_tolerant *tol, const char *ptr, size_t avail)
{
	bool end = ptr[1] == '/', window_full = avail >= tol->limits->text_bytes;
	size_t len;

	if (!tol->final && avail < tol->rescan)
		return false;
	switch (xml_tag_find_end(ptr, window_full ? tol->limits->text_bytes : avail, tol->final || window_full, &len)) {
	case XML_TAG_MORE:
		tol->rescan = avail < RESCAN_BYTES ? avail + 1 : avail + avail / 4;
		return false;
	case XML_TAG_CUT:
		tol->rescan = 0;
		if (!cut_tag_counts(tol, ptr, len) || (tol->final && len == avail)) {
			if (tol->final && len == avail) {
				repaired(tol, REPAIR_TRUNCATED, NULL, 0);
				tol->pos += len;
			} else
				literal(tol);
			return true;
		}
		repaired(tol, REPAIR_CUT_TAG, ptr + 1, xml_tag_name(ptr + 1, len - 1));
		break;
	case XML_TAG_COMPLETE:
		tol->rescan = 0;
		break;
	}
	tol->pos += len;
	if (end)
		end_tag(tol, ptr + 2, xml_tag_name(ptr + 2, len - 2));
	else
		start_tag(tol, ptr, len);
	return true;
}

/* The '>' of "<!...>", after brackets and quotes; the end if there is none, NULL if that cannot be said yet. */
static const char *
doctype_end(const char *ptr, const char *end, bool complete)
{
	const char *pos, *close;
	bool inside = false;

	for (pos = ptr + 2; pos < end; pos++) {
		if (*pos == '>' && !inside)
			return pos;
		if (*pos == '[' || *pos == ']')
			inside = *pos == '[';
		if (*pos != '"' && *pos != '\'')
			continue;
		close = memchr(pos + 1, *pos, (size_t)(end - pos - 1));
		if (close == NULL && !complete)
			return NULL;
		if (close != NULL)
			pos = close;
	}
	return complete ? end : NULL;
}

/* As many bytes are looked at as libxml2 would see, whether they come together or one by one. */
static bool
read_doctype(struct xml_tolerant *tol, const char *ptr, size_t avail)
{
	bool complete = tol->final || avail >= tol->limits->tag_bytes;
	const char *pos, *end = ptr + (avail < tol->limits->tag_bytes ? avail : tol->limits->tag_bytes), *close;

	pos = doctype_end(ptr, end, complete);
	if (pos == NULL)
		return false;
	if (pos == end) {
		close = memchr(ptr, '>', (size_t)(end - ptr));
		repaired(tol, REPAIR_DOCTYPE, NULL, 0);
		pos = close != NULL ? close : ptr + 1;
	}
	if (avail > 14 && strncasecmp(ptr, "<!DOCTYPE html", 14) == 0 && !model_build_has_root(tol->build))
		tol->page = true;
	xml_entities_read(tol->entities, ptr, (size_t)(pos - ptr));
	tol->pos += (size_t)(pos + 1 - ptr);
	return true;
}

static bool
begins(const char *ptr, size_t avail, const char *word)
{
	size_t len = strlen(word);

	return memcmp(ptr, word, avail < len ? avail : len) == 0;
}

/* The beginnings that need more than one byte to tell; false if more bytes must come first. */
static bool
read_special(struct xml_tolerant *tol, const char *ptr, size_t avail)
{
	static const struct { const char *start; enum mode mode; } starts[] = {
		{ "<!--", MODE_COMMENT }, { "<![CDATA[", MODE_CDATA }, { "<?", MODE_PI },
	};
	size_t i, len;

	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		len = strlen(starts[i].start);
		if (!begins(ptr, avail, starts[i].start))
			continue;
		if (avail >= len) {
			tol->mode = starts[i].mode;
			tol->pos += len;
			return true;
		}
		if (!tol->final)
			return false;
	}
	if (avail > 1 && ptr[1] == '!')
		return read_doctype(tol, ptr, avail);
	literal(tol);
	return true;
}

static bool
read_markup(struct xml_tolerant *tol, const char *ptr, size_t avail)
{
	if (avail == 1) {
		if (tol->final)
			literal(tol);
		return tol->final;
	}
	if (ptr[1] == '!' || ptr[1] == '?')
		return read_special(tol, ptr, avail);
	if (xml_tag_name_start((unsigned char)ptr[1]))
		return read_tag(tol, ptr, avail);
	if (ptr[1] == '/' && avail == 2 && !tol->final)
		return false;
	if (ptr[1] == '/' && avail > 2 && xml_tag_name_start((unsigned char)ptr[2]))
		return read_tag(tol, ptr, avail);
	literal(tol);
	return true;
}

/* --- modes -------------------------------------------------------------------------------------------------- */

static bool
read_content(struct xml_tolerant *tol)
{
	const char *ptr = tol->in.ptr + tol->pos;
	size_t avail = tol->in.len - tol->pos, len;

	for (len = 0; len < avail && ptr[len] != '<' && ptr[len] != '&'; len++)
		;
	if (len != 0) {
		text(tol, ptr, len);
		tol->pos += len;
		return true;
	}
	return *ptr == '&' ? read_reference(tol, ptr, avail) : read_markup(tol, ptr, avail);
}

/* Up to the end mark; what is before it and cannot belong to it is consumed at once. */
static bool
read_until(struct xml_tolerant *tol, const char *mark, bool keep)
{
	const char *ptr = tol->in.ptr + tol->pos, *found;
	size_t avail = tol->in.len - tol->pos, len = strlen(mark), take;

	found = memmem(ptr, avail, mark, len);
	if (found != NULL)
		take = (size_t)(found - ptr);
	else
		take = tol->final ? avail : avail < len ? 0 : avail - len + 1;
	while (found == NULL && take != avail && take != 0 && ((unsigned char)ptr[take] & 0xc0) == 0x80)
		take--;
	if (keep && take != 0)
		text(tol, ptr, take);
	tol->pos += take;
	if (found != NULL) {
		tol->pos += len;
		tol->mode = MODE_CONTENT;
		return true;
	}
	if (tol->final)
		repaired(tol, REPAIR_TRUNCATED, NULL, 0);
	return false;
}

static bool
step(struct xml_tolerant *tol)
{
	switch (tol->mode) {
	case MODE_COMMENT:
		return read_until(tol, "-->", false);
	case MODE_PI:
		return read_until(tol, ">", false);
	case MODE_CDATA:
		return read_until(tol, "]]>", true);
	case MODE_CONTENT:
		break;
	}
	return read_content(tol);
}

static void
run(struct xml_tolerant *tol)
{
	while (tol->pos < tol->in.len && !tol->page && !model_build_stopped(tol->build) && step(tol))
		if (tol->passed + tol->pos > tol->limits->page_bytes && !model_build_has_root(tol->build))
			tol->page = true;
	for (; tol->counted < tol->pos; tol->counted++)
		tol->line += tol->in.ptr[tol->counted] == '\n';
	buf_consume(&tol->in, tol->pos);
	tol->passed += tol->pos;
	tol->pos = tol->counted = 0;
}

/* XML has no control characters but three (XML 1.0 section 2.2), and returns are line ends (section 2.11). */
static size_t
clean_span(const char *ptr, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)ptr[i];

		if (byte < 0x20 && byte != '\t' && byte != '\n')
			break;
	}
	return i;
}

bool
xml_tolerant_push(struct xml_tolerant *tol, const char *ptr, size_t len)
{
	size_t n;

	while (len != 0) {
		n = tol->returned && *ptr == '\n';
		ptr += n;
		len -= n;
		n = clean_span(ptr, len);
		buf_put(&tol->in, ptr, n);
		ptr += n;
		len -= n;
		tol->returned = len != 0 && *ptr == '\r';
		if (tol->returned)
			buf_putc(&tol->in, '\n');
		else if (len != 0)
			tol->controls = true;
		ptr += len != 0;
		len -= len != 0;
	}
	run(tol);
	return !tol->page;
}

bool
xml_tolerant_finish(struct xml_tolerant *tol)
{
	tol->final = true;
	run(tol);
	if (tol->page || !model_build_has_root(tol->build))
		return !tol->page;
	tol->cut = tol->scope->n_elements != 0;
	if (tol->cut)
		repaired(tol, REPAIR_TRUNCATED, NULL, 0);
	close_to(tol, 0);
	if (tol->controls)
		model_warn(tol->warnings, "xml: control characters");
	return true;
}
