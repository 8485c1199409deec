#include "daemon/core/map.h"

#include <assert.h>
#include <stdlib.h>

enum { MAP_SIZE_FIRST = 16 };	/* slots; always a power of two, at most three quarters used */

static size_t
map_home(const struct map *map, uint64_t key)
{
	/* Fibonacci hashing: ids that follow each other are spread over the table. */
	return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (map->size - 1);
}

static size_t
map_find(const struct map *map, uint64_t key)
{
	size_t at = map_home(map, key);

	while (map->slots[at].key != 0 && map->slots[at].key != key)
		at = (at + 1) & (map->size - 1);
	return at;
}

static void
map_grow(struct map *map)
{
	struct map_slot *old = map->slots;
	size_t old_size = map->size;

	map->size = old_size == 0 ? MAP_SIZE_FIRST : old_size * 2;
	map->slots = calloc(map->size, sizeof *map->slots);
	if (map->slots == NULL)
		abort();
	for (size_t i = 0; i < old_size; i++)
		if (old[i].key != 0)
			map->slots[map_find(map, old[i].key)] = old[i];
	free(old);
}

void
map_free(struct map *map)
{
	free(map->slots);
	*map = (struct map)MAP_INIT;
}

void
map_put(struct map *map, uint64_t key, void *value)
{
	size_t at;

	assert(key != 0 && value != NULL);
	if (map->count >= map->size / 4 * 3)
		map_grow(map);
	at = map_find(map, key);
	if (map->slots[at].key == 0)
		map->count++;
	map->slots[at] = (struct map_slot){ key, value };
}

void *
map_get(const struct map *map, uint64_t key)
{
	if (map->count == 0 || key == 0)
		return NULL;
	return map->slots[map_find(map, key)].value;
}

void *
map_take(struct map *map, uint64_t key)
{
	size_t hole, next;
	void *value;

	if (map->count == 0 || key == 0)
		return NULL;
	hole = map_find(map, key);
	value = map->slots[hole].value;
	if (value == NULL)
		return NULL;
	/* Those behind move up unless they sit between their home and the hole already. */
	for (next = (hole + 1) & (map->size - 1); map->slots[next].key != 0; next = (next + 1) & (map->size - 1)) {
		size_t home = map_home(map, map->slots[next].key);

		if (((next - home) & (map->size - 1)) < ((next - hole) & (map->size - 1)))
			continue;
		map->slots[hole] = map->slots[next];
		hole = next;
	}
	map->slots[hole] = (struct map_slot){ 0, NULL };
	map->count--;
	return value;
}

void *
map_each(const struct map *map, size_t *at)
{
	while (*at < map->size) {
		void *value = map->slots[(*at)++].value;

		if (value != NULL)
			return value;
	}
	return NULL;
}
