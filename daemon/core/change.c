#include "daemon/core/change.h"

#include "daemon/core/object.h"

struct put { struct json *json; bool object; };

static int
put_item(void *arg, const struct store_item *item)
{
	const struct object_fields fields = { .all = true };
	struct put *put = arg;

	json_put_array(put->json, "tags");
	for (size_t i = 0; i < item->tags.count; i++)
		json_put_stringn(put->json, NULL, item->tags.items[i].ptr, item->tags.items[i].len);
	if (item->unread)
		json_put_string(put->json, NULL, "unread");
	if (item->starred)
		json_put_string(put->json, NULL, "starred");
	json_end(put->json);
	if (put->object)
		object_item(put->json, "object", item, &fields);
	return 0;
}

/* The entry may be gone by now: then the change is told without it. */
static void
item_members(struct store *store, struct json *json, const struct store_change *change, bool object)
{
	struct put put = { json, object };
	int64_t unread, total;

	json_put_integer(json, "item", change->item);
	if (change->what != STORE_ITEM_REMOVED)
		store_item_get(store, change->item, object ? STORE_WANT_COLD : 0, put_item, &put);
	if (!object || store_feed_counts(store, change->feed, &unread, &total) != STORE_OK)
		return;
	json_put_integer(json, "feed_unread", unread);
	json_put_integer(json, "feed_total", total);
}

void
change_members(struct store *store, struct json *json, const struct store_change *change, bool object)
{
	json_put_integer(json, "seq", change->seq);
	json_put_string(json, "what", store_what_word(change->what));
	json_put_integer(json, "feed", change->feed);
	if (change->item != 0)
		item_members(store, json, change, object);
	else if (object && change->what != STORE_FEED_REMOVED)
		object_feed_by_id(store, json, "object", change->feed);
}
