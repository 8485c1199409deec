/*
 * heap - what is due first: nodes embedded in what they belong to, by time, and of equal times by turn.
 *
 *	heap_put(&heap, &host->node);		in, or to its new place after due_ms or turn changed
 *	node = heap_first(&heap);		NULL: empty
 *	heap_take(&heap, &host->node);		out, if it was in
 *	heap_free(&heap);			the nodes are not touched
 */
#ifndef DAEMON_CORE_HEAP_H
#define DAEMON_CORE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
	int64_t	 due_ms;
	uint64_t turn;			/* the lower goes first */
	size_t	 place;			/* in its heap, from 1; 0: in none */
};

/* All zero is an empty one. */
struct heap { struct heap_node **nodes; size_t count, room; };

void	heap_put(struct heap *, struct heap_node *);
void	heap_take(struct heap *, struct heap_node *);
void	heap_free(struct heap *);

struct heap_node *heap_first(const struct heap *);

/* Whether one goes before two. */
bool	heap_before(const struct heap_node *one, const struct heap_node *two);

#endif
