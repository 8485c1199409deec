/*
 * arena - memory for one unit of work (a document, an entry, a request).
 *
 * Everything allocated from an arena lives until arena_reset() or arena_free().
 * Allocation never returns NULL: when memory is exhausted the process aborts
 * and its supervisor starts it again. An arena has a ceiling, set at creation;
 * crossing it makes arena_full() true, but requests are still served, so that
 * callers bound each single request and check at the end of a step.
 *
 *	struct arena *a = arena_new(1 << 20);
 *	char *s = arena_strndup(a, ptr, len);
 *	arena_free(a);
 */
#ifndef FEEDS_BASE_ARENA_H
#define FEEDS_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A new arena that means to hold at most max_bytes (0: no ceiling). Owned by the caller. */
struct arena	*arena_new(size_t max_bytes);
void		 arena_free(struct arena *);

/* Forgets everything allocated; keeps one block for reuse. */
void		 arena_reset(struct arena *);

/* Uninitialised and zeroed memory, aligned for any type. Never NULL. */
void		*arena_alloc(struct arena *, size_t size_bytes) __attribute__((returns_nonnull, malloc));
void		*arena_zalloc(struct arena *, size_t size_bytes) __attribute__((returns_nonnull, malloc));

/* Takes over a piece from malloc(): it is freed with the rest, and counts as size_bytes handed out. */
void		 arena_adopt(struct arena *, void *ptr, size_t size_bytes);

/* NUL-terminated copies. arena_strdup(a, NULL) is NULL. */
char		*arena_strndup(struct arena *, const char *ptr, size_t len);
char		*arena_strdup(struct arena *, const char *str);
char		*arena_printf(struct arena *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Grows an array in the arena: returns room for one more element of size_bytes
 * (zeroed), moving *array if needed. *count is incremented. The old array is
 * left to the arena. *capacity starts at 0.
 */
void		*arena_push(struct arena *, void *array_ptr, size_t *count, size_t *capacity, size_t size_bytes);

/* Bytes handed out since creation or reset; whether the ceiling was crossed. */
size_t		 arena_used(const struct arena *);
bool		 arena_full(const struct arena *);

#endif
