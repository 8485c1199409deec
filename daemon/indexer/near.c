#include "daemon/indexer/near.h"

#include <stdlib.h>

enum { PAIRS = SKETCH_VALUES / 2 };

/* Sketches are numbered from 1 as they come; number n is in slot n % capacity until n + capacity comes. */
struct near {
	size_t		 capacity;
	uint32_t	 count, asked;
	uint32_t	*entries;		/* 0: removed */
	struct slot	*slots;
	uint32_t	*heads;			/* of each pair's table: the latest number */
	uint32_t	*earlier;		/* of each slot's pairs: the number before it in the table */
};

struct slot {
	struct near_entry is;
	struct sketch	 sketch;
	uint32_t	 asked;			/* when it was last looked at */
};

static void *
room(size_t count, size_t size)
{
	void *ptr = calloc(count, size);

	if (ptr == NULL)
		abort();
	return ptr;
}

struct near *
near_new(size_t capacity)
{
	struct near *near = room(1, sizeof *near);

	near->capacity = capacity;
	near->entries = room(capacity, sizeof *near->entries);
	near->slots = room(capacity, sizeof *near->slots);
	near->heads = room(capacity * PAIRS, sizeof *near->heads);
	near->earlier = room(capacity * PAIRS, sizeof *near->earlier);
	return near;
}

void
near_free(struct near *near)
{
	if (near == NULL)
		return;
	free(near->entries);
	free(near->slots);
	free(near->heads);
	free(near->earlier);
	free(near);
}

static uint32_t *
head_of(struct near *near, const struct sketch *sketch, size_t pair)
{
	uint32_t hash = ((uint32_t)sketch->values[2 * pair] << 16 | sketch->values[2 * pair + 1]) * 0x9e3779b1U;

	return &near->heads[pair * near->capacity + (hash ^ hash >> 16) % near->capacity];
}

uint32_t
near_add(struct near *near, const struct near_entry *is, const struct sketch *sketch)
{
	uint32_t number = ++near->count;
	size_t at = number % near->capacity;
	uint32_t gone = near->entries[at];

	near->entries[at] = is->entry;
	near->slots[at].is = *is;
	near->slots[at].sketch = *sketch;
	for (size_t i = 0; i < PAIRS; i++) {
		uint32_t *head = head_of(near, sketch, i);

		near->earlier[at * PAIRS + i] = *head;
		*head = number;
	}
	return gone;
}

bool
near_is_spent(const struct near *near)
{
	return near->count > UINT32_MAX / 2 || near->asked > UINT32_MAX / 2;
}

void
near_remove(struct near *near, uint32_t entry)
{
	for (size_t i = 0; i < near->capacity; i++) {
		if (near->entries[i] == entry)
			near->entries[i] = 0;
	}
}

/* Kept in order. */
static size_t
add_hit(struct near_hit *hits, size_t count, struct near_hit hit)
{
	size_t at = count < NEAR_HITS ? count : NEAR_HITS;

	while (at > 0 && (hits[at - 1].likeness < hit.likeness ||
	    (hits[at - 1].likeness == hit.likeness && hits[at - 1].entry > hit.entry))) {
		if (at < NEAR_HITS)
			hits[at] = hits[at - 1];
		at--;
	}
	if (at < NEAR_HITS)
		hits[at] = hit;
	return count < NEAR_HITS ? count + 1 : NEAR_HITS;
}

static bool
may_be(const struct slot *slot, const struct near_entry *is)
{
	int64_t apart = slot->is.time_s - is->time_s;

	return slot->is.feed != is->feed && apart <= NEAR_TIME_S && apart >= -NEAR_TIME_S;
}

size_t
near_find(struct near *near, const struct near_entry *is, const struct sketch *sketch, struct near_hit hits[NEAR_HITS])
{
	uint32_t asked = ++near->asked;
	size_t count = 0;

	for (size_t i = 0; i < PAIRS; i++) {
		uint32_t number = *head_of(near, sketch, i);

		for (int n = 0; n < NEAR_CHAIN && number != 0 && near->count - number < near->capacity; n++) {
			size_t at = number % near->capacity;
			struct slot *slot = &near->slots[at];
			int likeness;

			number = near->earlier[at * PAIRS + i];
			if (near->entries[at] == 0 || slot->asked == asked)
				continue;
			slot->asked = asked;
			likeness = may_be(slot, is) ? sketch_likeness(&slot->sketch, sketch) : 0;
			if (likeness > 0)
				count = add_hit(hits, count, (struct near_hit){ slot->is.entry, slot->is.feed, likeness });
		}
	}
	return count;
}
