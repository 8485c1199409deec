#include "daemon/core/slots.h"

unsigned
slots_lanes(const struct slots *slots)
{
	return (slots->quick < slots->most ? HOST_QUICK : 0U) | (slots->slow < slots->most ? HOST_SLOW : 0U);
}

static void
line_up(struct slots *slots, struct slot *slot)
{
	slot->prev = slots->last;
	if (slots->last != NULL)
		slots->last->next = slot;
	else
		slots->first = slot;
	slots->last = slot;
}

static void
step_out(struct slots *slots, struct slot *slot)
{
	if (slot->prev != NULL)
		slot->prev->next = slot->next;
	else
		slots->first = slot->next;
	if (slot->next != NULL)
		slot->next->prev = slot->prev;
	else
		slots->last = slot->prev;
	slot->next = slot->prev = NULL;
}

void
slots_take(struct slots *slots, struct slot *slot, bool slow, int64_t now_ms)
{
	*slot = (struct slot){ .begun_ms = now_ms, .taken = true, .slow = slow };
	if (slow) {
		slots->slow++;
		return;
	}
	slots->quick++;
	line_up(slots, slot);
}

void
slots_leave(struct slots *slots, struct slot *slot)
{
	if (!slot->taken)
		return;
	if (slot->slow)
		slots->slow--;
	else {
		slots->quick--;
		step_out(slots, slot);
	}
	*slot = (struct slot){ .taken = false };
}

bool
slots_is_slow(const struct slot *slot, int64_t now_ms)
{
	return slot->taken && now_ms - slot->begun_ms >= SLOTS_SLOW_MS;
}

struct slot *
slots_age(struct slots *slots, int64_t now_ms)
{
	struct slot *slot = slots->first;

	if (slot == NULL || !slots_is_slow(slot, now_ms) || slots->slow >= slots->most)
		return NULL;
	step_out(slots, slot);
	slots->quick--;
	slots->slow++;
	slot->slow = true;
	return slot;
}

int64_t
slots_when(const struct slots *slots)
{
	return slots->first != NULL && slots->slow < slots->most ? slots->first->begun_ms + SLOTS_SLOW_MS : HOST_NEVER;
}
