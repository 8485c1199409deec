#include "feeds/model-fact.h"

enum { ADOPT_BYTES = 64 * 1024 };

static const struct model_attr *
copy_attrs(struct arena *arena, const struct xml_element *element, size_t *count)
{
	struct model_attr *list = arena_alloc(arena, (element->n_attrs + 1) * sizeof(*list));
	size_t i, len;

	*count = 0;
	for (i = 0; i < element->n_attrs; i++) {
		if (element->attrs[i].id == A_NONE || element->attrs[i].ns == NS_XML)
			continue;
		list[*count].id = element->attrs[i].id;
		list[*count].value = model_text_copy(arena, element->attrs[i].value, element->attrs[i].len, &len);
		list[*count].len = len;
		(*count)++;
	}
	return list;
}

uint32_t
model_fact_add(struct model_unit *unit, const struct model_row *row, const struct xml_element *element)
{
	struct model_fact *fact;

	if (arena_full(unit->arena)) {
		unit->full = true;
		return MODEL_NO_FACT;
	}
	fact = arena_push(unit->arena, &unit->facts, &unit->n_facts, &unit->cap_facts, sizeof(*fact));
	fact->row = row;
	fact->text = "";
	fact->end = (uint32_t)unit->n_facts;
	if (row->flags & ROW_ATTRS && element->n_attrs != 0)
		fact->attrs = copy_attrs(unit->arena, element, &fact->n_attrs);
	return (uint32_t)(unit->n_facts - 1);
}

void
model_fact_end(struct model_unit *unit, uint32_t at)
{
	unit->facts[at].end = (uint32_t)unit->n_facts;
}

void
model_fact_text(struct model_unit *unit, uint32_t at, struct buf *text, size_t start)
{
	if (start == 0 && text->len >= ADOPT_BYTES)
		unit->facts[at].text = model_text_adopt(unit->arena, text, &unit->facts[at].len);
	else if (text->len != start)
		model_fact_value(unit, at, text->ptr + start, text->len - start);
}

void
model_fact_forget_text(struct buf *text, size_t start)
{
	if (start == 0 && text->len >= ADOPT_BYTES)
		buf_free(text);
}

void
model_fact_markup(struct model_unit *unit, uint32_t at, struct buf *markup, size_t start)
{
	struct model_fact *fact = &unit->facts[at];

	if (start == 0 && markup->len >= ADOPT_BYTES)
		fact->markup = model_text_adopt(unit->arena, markup, &fact->markup_len);
	else
		fact->markup = model_text_copy(unit->arena, markup->ptr + start, markup->len - start, &fact->markup_len);
}

void
model_fact_value(struct model_unit *unit, uint32_t at, const char *ptr, size_t len)
{
	unit->facts[at].text = model_text_copy(unit->arena, ptr, len, &unit->facts[at].len);
}
