#include "daemon/core/selector.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/object.h"
#include "feeds/url.h"

enum { DIGITS_BYTES = 32, ARENA_BYTES = 1 << 20 };

void
selector_fail(struct rpc_call *call, int status)
{
	const char *word = status == STORE_ENONE ? "no-such-feed" : store_word((enum store_status)status);

	rpc_fail(call, word, "%s", store_error(call->core->store));
}

/* By another spelling of its URL. What was not found is named without the user in it. */
static int
find_url(struct rpc_call *call, const char *selector, uint32_t *feed)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	struct url_login login;
	const char *url = url_normalise(arena, selector, &login);
	int status = STORE_ENONE;

	if (url != NULL)
		status = store_feed_find(call->core->store, SPAN(url), feed);
	else if (strstr(selector, "://") != NULL)
		status = store_feed_find(call->core->store, SPAN(url_public(arena, selector)), feed);
	arena_free(arena);
	return status;
}

bool
selector_feed(struct rpc_call *call, const json_t *selector, uint32_t *feed)
{
	char digits[DIGITS_BYTES];
	struct span span = rpc_text(selector);
	int status;

	if (json_is_integer(selector)) {
		snprintf(digits, sizeof digits, "%" PRId64, (int64_t)json_integer_value(selector));
		span = SPAN(digits);
	}
	status = store_feed_find(call->core->store, span, feed);
	if (status == STORE_ENONE && json_is_string(selector))
		status = find_url(call, json_string_value(selector), feed);
	if (status == STORE_OK)
		return true;
	selector_fail(call, status);
	return false;
}

void
selector_push(struct selector_set *set, uint32_t feed)
{
	if (set->count == set->capacity) {
		set->capacity = set->capacity == 0 ? 64 : set->capacity * 2;
		set->feeds = reallocarray(set->feeds, set->capacity, sizeof *set->feeds);
		if (set->feeds == NULL)
			abort();
	}
	set->feeds[set->count++] = feed;
}

static int
compare_feeds(const void *one, const void *two)
{
	uint32_t left = *(const uint32_t *)one, right = *(const uint32_t *)two;

	return (left > right) - (left < right);
}

/* Sorted, each once. */
static void
set_finish(struct selector_set *set)
{
	size_t kept = 0;

	if (set->count > 0)
		qsort(set->feeds, set->count, sizeof *set->feeds, compare_feeds);
	for (size_t i = 0; i < set->count; i++)
		if (kept == 0 || set->feeds[kept - 1] != set->feeds[i])
			set->feeds[kept++] = set->feeds[i];
	set->count = kept;
}

bool
selector_feeds(struct rpc_call *call, const json_t *selectors, struct selector_set *set)
{
	for (size_t i = 0; i < json_array_size(selectors); i++) {
		uint32_t feed;

		if (!selector_feed(call, json_array_get(selectors, i), &feed)) {
			free(set->feeds);
			return false;
		}
		selector_push(set, feed);
	}
	set_finish(set);
	return true;
}

void
selector_answer(struct rpc_call *call, uint32_t feed)
{
	object_feed_by_id(call->core->store, rpc_result(call), "feed", feed);
	rpc_send(call);
}
