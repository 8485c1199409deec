#include "feeds/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 16 * 1024, ALIGN = 16 };

struct block {
	struct block	*next;
	size_t		 size;		/* of data */
	size_t		 used;
	_Alignas(ALIGN) char data[];
};

struct piece { struct piece *next; void *ptr; };

struct arena {
	struct piece	*adopted;
	struct block	*head;		/* the block being filled */
	size_t		 used;
	size_t		 max;
};

static struct block *
block_new(size_t size, struct block *next)
{
	struct block *blk = malloc(sizeof(*blk) + size);

	if (blk == NULL)
		abort();
	blk->next = next;
	blk->size = size;
	blk->used = 0;
	return blk;
}

struct arena *
arena_new(size_t max_bytes)
{
	struct arena *arena = malloc(sizeof(*arena));

	if (arena == NULL)
		abort();
	arena->head = NULL;
	arena->adopted = NULL;
	arena->used = 0;
	arena->max = max_bytes;
	return arena;
}

static void
free_blocks(struct block *blk)
{
	struct block *next;

	for (; blk != NULL; blk = next) {
		next = blk->next;
		free(blk);
	}
}

/* The list itself lives in the blocks. */
static void
free_adopted(struct arena *arena)
{
	for (; arena->adopted != NULL; arena->adopted = arena->adopted->next)
		free(arena->adopted->ptr);
}

void
arena_adopt(struct arena *arena, void *ptr, size_t size_bytes)
{
	struct piece *piece = arena_alloc(arena, sizeof(*piece));

	piece->ptr = ptr;
	piece->next = arena->adopted;
	arena->adopted = piece;
	arena->used += size_bytes;
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	free_adopted(arena);
	free_blocks(arena->head);
	free(arena);
}

/* Keeps the last, smallest block: a huge document leaves no huge arena behind. */
void
arena_reset(struct arena *arena)
{
	struct block *blk = arena->head;

	free_adopted(arena);
	arena->used = 0;
	if (blk == NULL)
		return;
	while (blk->next != NULL) {
		struct block *next = blk->next;

		free(blk);
		blk = next;
	}
	blk->used = 0;
	arena->head = blk;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct block *blk = arena->head;
	void *ptr;

	if (size > SIZE_MAX / 2)
		abort();
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	arena->used += size;
	if (blk == NULL || blk->size - blk->used < size) {
		if (size >= BLOCK_BYTES && blk != NULL) {
			/* a large piece gets a block of its own behind the one being filled */
			struct block *own = block_new(size, blk->next);

			own->used = size;
			blk->next = own;
			return own->data;
		}
		arena->head = blk = block_new(size > BLOCK_BYTES ? size : BLOCK_BYTES, blk);
	}
	ptr = blk->data + blk->used;
	blk->used += size;
	return ptr;
}

void *
arena_zalloc(struct arena *arena, size_t size)
{
	return memset(arena_alloc(arena, size), 0, size);
}

char *
arena_strndup(struct arena *arena, const char *ptr, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	if (len != 0)
		memcpy(copy, ptr, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *str)
{
	return str != NULL ? arena_strndup(arena, str, strlen(str)) : NULL;
}

char *
arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list args, again;
	char *str;
	int len;

	va_start(args, fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	if (len < 0)
		abort();
	str = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(str, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(args);
	return str;
}

void *
arena_push(struct arena *arena, void *array_ptr, size_t *count, size_t *capacity, size_t size)
{
	void *array, *slot;

	memcpy(&array, array_ptr, sizeof(array));
	if (*count == *capacity) {
		size_t grown = *capacity == 0 ? 4 : *capacity * 2;
		void *moved = arena_alloc(arena, grown * size);

		if (*count != 0)
			memcpy(moved, array, *count * size);
		memcpy(array_ptr, &moved, sizeof(moved));
		array = moved;
		*capacity = grown;
	}
	slot = (char *)array + (*count)++ * size;
	return memset(slot, 0, size);
}

size_t
arena_used(const struct arena *arena)
{
	return arena->used;
}

bool
arena_full(const struct arena *arena)
{
	return arena->max != 0 && arena->used > arena->max;
}
