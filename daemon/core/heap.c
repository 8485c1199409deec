#include "daemon/core/heap.h"

#include <stdlib.h>

enum { ROOM_FIRST = 2 };

bool
heap_before(const struct heap_node *one, const struct heap_node *two)
{
	return one->due_ms < two->due_ms || (one->due_ms == two->due_ms && one->turn < two->turn);
}

static void
set(struct heap *heap, size_t place, struct heap_node *node)
{
	heap->nodes[place - 1] = node;
	node->place = place;
}

static struct heap_node *
get(const struct heap *heap, size_t place)
{
	return heap->nodes[place - 1];
}

static void
up(struct heap *heap, struct heap_node *node)
{
	size_t place = node->place;

	for (; place > 1 && heap_before(node, get(heap, place / 2)); place /= 2)
		set(heap, place, get(heap, place / 2));
	set(heap, place, node);
}

static void
down(struct heap *heap, struct heap_node *node)
{
	size_t place = node->place, child;

	for (; (child = 2 * place) <= heap->count; place = child) {
		if (child < heap->count && heap_before(get(heap, child + 1), get(heap, child)))
			child++;
		if (!heap_before(get(heap, child), node))
			break;
		set(heap, place, get(heap, child));
	}
	set(heap, place, node);
}

void
heap_put(struct heap *heap, struct heap_node *node)
{
	if (node->place == 0) {
		if (heap->count == heap->room) {
			heap->room = heap->room == 0 ? ROOM_FIRST : heap->room * 2;
			heap->nodes = reallocarray(heap->nodes, heap->room, sizeof(struct heap_node *));
			if (heap->nodes == NULL)
				abort();
		}
		heap->count++;
		set(heap, heap->count, node);
	}
	up(heap, node);
	down(heap, node);
}

void
heap_take(struct heap *heap, struct heap_node *node)
{
	size_t place = node->place;
	struct heap_node *last;

	if (place == 0)
		return;
	last = get(heap, heap->count--);
	node->place = 0;
	if (last == node)
		return;
	set(heap, place, last);
	up(heap, last);
	down(heap, last);
}

struct heap_node *
heap_first(const struct heap *heap)
{
	return heap->count == 0 ? NULL : heap->nodes[0];
}

void
heap_free(struct heap *heap)
{
	free(heap->nodes);
	*heap = (struct heap){ 0 };
}
