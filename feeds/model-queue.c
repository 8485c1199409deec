#include "feeds/model-queue.h"

#include <stdlib.h>

void
model_queue_init(struct model_queue *queue, struct model_context *context, feed_entry_fn *on_entry, void *arg)
{
	*queue = (struct model_queue){ .context = context, .on_entry = on_entry, .arg = arg };
	queue->last = &queue->first;
	queue->work = arena_new(0);
}

static void
free_units(struct model_unit *unit)
{
	struct model_unit *next;

	for (; unit != NULL; unit = next) {
		next = unit->next;
		arena_free(unit->arena);
		free(unit);
	}
}

void
model_queue_free(struct model_queue *queue)
{
	free_units(queue->first);
	free_units(queue->spare);
	arena_free(queue->work);
}

struct model_unit *
model_queue_unit(struct model_queue *queue)
{
	struct model_unit *unit = queue->spare;
	struct arena *arena;

	if (unit != NULL) {
		queue->spare = unit->next;
		arena = unit->arena;
	} else {
		unit = malloc(sizeof(*unit));
		if (unit == NULL)
			abort();
		arena = arena_new(queue->context->limits->arena_bytes);
	}
	*unit = (struct model_unit){ .arena = arena };
	return unit;
}

void
model_queue_drop(struct model_queue *queue, struct model_unit *unit)
{
	arena_reset(unit->arena);
	unit->next = queue->spare;
	queue->spare = unit;
}

static void
emit(struct model_queue *queue, struct model_unit *unit)
{
	struct doc_entry entry;

	model_entry_init(&entry);
	model_entry_read(queue->context, unit->arena, unit, &entry);
	entry.ordinal = unit->ordinal;
	queue->on_entry(queue->arg, &entry);
	model_queue_drop(queue, unit);
}

void
model_queue_flush(struct model_queue *queue)
{
	struct model_unit *unit, *next;

	for (unit = queue->first; unit != NULL; unit = next) {
		next = unit->next;
		emit(queue, unit);
	}
	queue->first = NULL;
	queue->last = &queue->first;
	queue->waiting_bytes = 0;
}

static bool
anything_waits(const struct model_queue *queue, const struct model_settled *settled)
{
	const struct model_unit *unit;

	for (unit = queue->first; unit != NULL; unit = unit->next)
		if (model_entry_waits(unit, settled))
			return true;
	return false;
}

void
model_queue_reconsider(struct model_queue *queue, const struct model_settled *settled)
{
	if (queue->first != NULL && !anything_waits(queue, settled))
		model_queue_flush(queue);
}

void
model_queue_put(struct model_queue *queue, struct model_unit *unit, const struct model_settled *settled)
{
	bool final = settled->base_is_final && settled->language_is_final;

	if (queue->first == NULL && (final || !model_entry_waits(unit, settled))) {
		emit(queue, unit);
		return;
	}
	unit->next = NULL;
	*queue->last = unit;
	queue->last = &unit->next;
	queue->waiting_bytes += arena_used(unit->arena);
	if (queue->waiting_bytes > queue->context->limits->held_bytes) {
		model_warn(queue->context->warnings, "limit: entries no longer wait for what the feed says after them");
		model_queue_flush(queue);
	}
}
