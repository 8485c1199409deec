#include "contrib/gazette/weeks.h"

static void
got_weeks(void *owner, json_t *result, const struct client_error *error)
{
	struct weeks *weeks = owner;

	weeks->asking = false;
	if (error == NULL)
		feedset_weeks(reader_feeds(weeks->reader), json_object_get(result, "rows"));
	reader_dirty(weeks->reader);
}

void
weeks_need(struct weeks *weeks, const struct tree *tree, const struct list *list)
{
	json_t *ids;

	if (weeks->asking || !reader_feeds_known(weeks->reader))
		return;
	ids = json_array();
	for (size_t line = list->top; line < tree->count && line < list->top + list->height; line++) {
		struct feed *feed = tree->rows[line].feed;

		if (feed == NULL || feed->weeks_state != WEEKS_UNKNOWN || json_array_size(ids) == WEEKS_FEEDS_MAX)
			continue;
		feed->weeks_state = WEEKS_ASKED;
		json_array_append_new(ids, json_integer(feed->id));
	}
	if (json_array_size(ids) != 0)
		weeks->asking = session_ask(reader_session(weeks->reader), "feed.list", json_pack("{s:O, s:[s], s:b}", "feeds", ids,
		    "fields", "posts", "rows", 1), got_weeks, weeks);
	json_decref(ids);
}

void
weeks_up(struct weeks *weeks)
{
	weeks->asking = false;
}

void
weeks_end(struct weeks *weeks)
{
	session_forget(reader_session(weeks->reader), weeks);
}
