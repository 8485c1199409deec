/*
 * map - numbers that are not 0 to pointers: open addressing, for our own ids (no stranger chooses them).
 *
 *	struct map map = MAP_INIT;
 *	map_put(&map, job->id, job);
 *	job = map_get(&map, id);		NULL if there is none
 *	map_free(&map);
 */
#ifndef DAEMON_CORE_MAP_H
#define DAEMON_CORE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot { uint64_t key; void *value; };
struct map { struct map_slot *slots; size_t size, count; };

#define MAP_INIT { 0 }

/* Frees the table, not what the pointers point to. */
void	 map_free(struct map *);

/* key is not 0 and value not NULL; a value that was there is replaced. */
void	 map_put(struct map *, uint64_t key, void *value);
void	*map_get(const struct map *, uint64_t key);

/* Returns what was there, or NULL. */
void	*map_take(struct map *, uint64_t key);

/* Walks all values: start *at with 0; NULL is the end. The map must not change meanwhile. */
void	*map_each(const struct map *, size_t *at);

#endif
