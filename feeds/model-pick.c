#include <stdlib.h>
#include <string.h>

#include "feeds/model.h"

enum { INSERTION_MAX = 64, MODULES = 32 };

/* field 8 bits, rank 8, level 8, index 32 */
#define KEY_FIELD(key)	((unsigned)((key) >> 48))
#define KEY_INDEX(key)	((uint32_t)(key))

unsigned
model_pick_rank(const struct model_fact *fact)
{
	return fact->native || fact->row->flags & ROW_ABSOLUTE ? fact->row->rank : MODULES + fact->row->rank;
}

static int
compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

/* Facts come nearly in any order, but there are few. */
static void
sort(uint64_t *keys, size_t count)
{
	size_t i, j;
	uint64_t key;

	if (count > INSERTION_MAX) {
		qsort(keys, count, sizeof(*keys), compare);
		return;
	}
	for (i = 1; i < count; i++) {
		key = keys[i];
		for (j = i; j != 0 && keys[j - 1] > key; j--)
			keys[j] = keys[j - 1];
		keys[j] = key;
	}
}

static void
index_fields(struct model_pick *pick)
{
	unsigned field = 0;
	size_t i;

	for (i = 0; i < pick->n_keys; i++)
		while (field <= KEY_FIELD(pick->keys[i]))
			pick->first[field++] = (uint32_t)i;
	while (field <= F_SUB_FIRST)
		pick->first[field++] = (uint32_t)pick->n_keys;
}

void
model_pick_init(struct model_pick *pick, struct arena *arena, const struct model_unit *unit, size_t first, size_t last)
{
	const struct model_fact *fact;
	size_t i;

	pick->unit = unit;
	pick->n_keys = 0;
	pick->keys = arena_alloc(arena, (last - first + 1) * sizeof(*pick->keys));
	for (i = first; i < last; i++) {
		fact = &unit->facts[i];
		if (fact->row->field == F_NONE || fact->row->field >= F_SUB_FIRST)
			continue;
		pick->keys[pick->n_keys++] = (uint64_t)fact->row->field << 48 | (uint64_t)model_pick_rank(fact) << 40 |
		    (uint64_t)fact->level << 32 | i;
		if (fact->row->inner == PLACE_SOURCE && fact->end > i)
			i = fact->end - 1;
	}
	sort(pick->keys, pick->n_keys);
	index_fields(pick);
}

const struct model_fact *
model_pick_get(const struct model_pick *pick, enum model_field field, size_t nth)
{
	size_t at = pick->first[field] + nth;

	return at < pick->first[field + 1] ? &pick->unit->facts[KEY_INDEX(pick->keys[at])] : NULL;
}

const struct model_fact *
model_pick_child(const struct model_unit *unit, const struct model_fact *fact, enum model_field field, size_t *at)
{
	size_t self = (size_t)(fact - unit->facts), i = *at != 0 ? *at : self + 1;

	for (; i < fact->end && i < unit->n_facts; i++)
		if (unit->facts[i].row->field == field) {
			*at = i + 1;
			return &unit->facts[i];
		}
	*at = i;
	return NULL;
}

const struct model_attr *
model_pick_attr(const struct model_fact *fact, enum model_attr_name id)
{
	size_t i;

	for (i = 0; i < fact->n_attrs; i++)
		if (fact->attrs[i].id == id)
			return &fact->attrs[i];
	return NULL;
}
