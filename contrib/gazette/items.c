#include "contrib/gazette/items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/moment.h"
#include "contrib/gazette/text.h"
#include "feeds/base/buf.h"
#include "feeds/html.h"

enum { FIRST = 64, TITLE_BYTES_MAX = 16384, URL_BYTES_MAX = 65536, TEXT_BYTES_MAX = 64 << 20, KEEP_ROUND = 500 };

json_t *
items_fields(void)
{
	return json_pack("[ssss]", "title", "url", "date_published", "date_modified");
}

void
item_clear(struct item *item)
{
	free(item->title);
	free(item->url);
	free(item->tags);
	*item = (struct item){ 0 };
}

void
items_clear(struct items *items)
{
	for (size_t row = 0; row < items->count; row++)
		item_clear(&items->rows[row]);
	free(items->rows);
	free(items->marks);
	*items = (struct items){ .order = items->order };
}

/* --- reading -------------------------------------------------------------------------------- */

static char *
copy_clean(const char *str, size_t bytes_max, int columns_max)
{
	struct buf clean = BUF_INIT(bytes_max);
	char *copy;

	text_clean(str, &clean);
	copy = strndup(buf_str(&clean), text_fit(buf_str(&clean), clean.len, columns_max, NULL));
	if (copy == NULL)
		abort();
	buf_free(&clean);
	return copy;
}

static void
read_tags(struct item *item, const json_t *tags)
{
	struct buf joined = BUF_INIT(TITLE_BYTES_MAX);
	size_t row;
	json_t *tag;

	json_array_foreach(tags, row, tag) {
		const char *name = json_string_value(tag);

		if (name != NULL && strcmp(name, "unread") == 0)
			item->unread = true;
		else if (name != NULL && strcmp(name, "starred") == 0)
			item->starred = true;
		else if (name != NULL)
			buf_printf(&joined, "%s%s", joined.len != 0 ? "," : "", name);
	}
	if (joined.len != 0)
		item->tags = copy_clean(buf_str(&joined), TITLE_BYTES_MAX, ITEMS_TITLE_COLUMNS);
	buf_free(&joined);
}

bool
item_read(struct item *item, const json_t *object)
{
	const json_t *own = json_object_get(object, "_gazette");
	const char *url = json_string_value(json_object_get(object, "url"));
	int64_t received_s = 0;

	*item = (struct item){ .id = json_integer_value(json_object_get(own, "item")) };
	if (item->id <= 0)
		return false;
	item->feed = json_integer_value(json_object_get(own, "feed"));
	moment_of(own, "received", &received_s);
	if (!moment_of(object, "date_published", &item->time_s))
		moment_of(object, "date_modified", &item->time_s);
	if (item->time_s == 0 || (received_s != 0 && item->time_s > received_s))
		item->time_s = received_s;
	item->title = copy_clean(json_string_value(json_object_get(object, "title")), TITLE_BYTES_MAX, ITEMS_TITLE_COLUMNS);
	if (url != NULL && *url != '\0')
		item->url = copy_clean(url, URL_BYTES_MAX, URL_BYTES_MAX);
	item->updated = json_integer_value(json_object_get(own, "revision")) > 0;
	item->attachments = json_is_true(json_object_get(own, "attachments"));
	read_tags(item, json_object_get(own, "tags"));
	return true;
}

void
item_title_from_text(struct item *item, const json_t *object)
{
	static const char *const members[] = { "summary", "content_text", "content_html" };
	struct buf line = BUF_INIT(TEXT_BYTES_MAX);

	for (size_t row = 0; row < sizeof(members) / sizeof(members[0]) && line.len == 0; row++) {
		const json_t *value = json_object_get(object, members[row]);

		/* plain text goes through as it is: what is no markup stays */
		if (json_is_string(value) && strcmp(members[row], "content_html") == 0)
			html_to_line(json_string_value(value), json_string_length(value), &line);
		else if (json_is_string(value))
			buf_put(&line, json_string_value(value), json_string_length(value));
	}
	free(item->title);
	item->title = copy_clean(buf_str(&line), TEXT_BYTES_MAX, ITEMS_TITLE_FROM_TEXT_COLUMNS);
	buf_free(&line);
}

/* --- rows ----------------------------------------------------------------------------------- */

struct item *
items_find(const struct items *items, int64_t id, size_t *row)
{
	for (size_t at = 0; at < items->count; at++) {
		if (items->rows[at].id != id)
			continue;
		if (row != NULL)
			*row = at;
		return &items->rows[at];
	}
	return NULL;
}

/* Puts the item (taken) before row at. */
static void
put_row(struct items *items, size_t at, struct item *item)
{
	if (items->count == items->cap) {
		items->cap = items->cap != 0 ? 2 * items->cap : FIRST;
		items->rows = reallocarray(items->rows, items->cap, sizeof(*items->rows));
		if (items->rows == NULL)
			abort();
	}
	memmove(items->rows + at + 1, items->rows + at, (items->count - at) * sizeof(*items->rows));
	items->rows[at] = *item;
	items->count++;
	*item = (struct item){ 0 };
}

static void
cut_rows(struct items *items, size_t at, size_t rows)
{
	for (size_t row = at; row < at + rows; row++)
		item_clear(&items->rows[row]);
	memmove(items->rows + at, items->rows + at + rows, (items->count - at - rows) * sizeof(*items->rows));
	items->count -= rows;
}

static void
add_mark(struct items *items, int64_t item, const char *cursor)
{
	struct item_mark *mark;

	if (items->n_marks == items->cap_marks) {
		items->cap_marks = items->cap_marks != 0 ? 2 * items->cap_marks : FIRST;
		items->marks = reallocarray(items->marks, items->cap_marks, sizeof(*items->marks));
		if (items->marks == NULL)
			abort();
	}
	mark = &items->marks[items->n_marks++];
	mark->item = item;
	snprintf(mark->cursor, sizeof(mark->cursor), "%s", cursor);
}

/* --- pages ---------------------------------------------------------------------------------- */

const char *
items_after(const struct items *items)
{
	return items->complete || items->n_marks == 0 ? NULL : items->marks[items->n_marks - 1].cursor;
}

size_t
items_append(struct items *items, struct list *list, const json_t *result)
{
	const char *after = json_string_value(json_object_get(result, "after"));
	size_t row, before = items->count;
	struct item item;
	json_t *object;

	json_array_foreach(json_object_get(result, "items"), row, object) {
		if (!item_read(&item, object))
			continue;
		if (items_find(items, item.id, NULL) == NULL)
			put_row(items, items->count, &item);
		item_clear(&item);
	}
	items->complete = after == NULL || strlen(after) >= ITEMS_CURSOR_BYTES;
	if (!items->complete)
		add_mark(items, items->count != 0 ? items->rows[items->count - 1].id : 0, after);
	list_insert(list, list->count, items->count - before);
	return items->count - before;
}

const char *
items_before(const struct items *items)
{
	if (items->reversed)
		return items->up[0] != '\0' ? items->up : NULL;
	if (items->n_above == 0)
		return NULL;
	return items->n_above == 1 ? "" : items->marks[items->n_above - 2].cursor;
}

/* Puts the page on top, the oldest of it lowest. */
static void
put_upwards(struct items *items, struct list *list, const json_t *result)
{
	const char *after = json_string_value(json_object_get(result, "after"));
	size_t row, before = items->count;
	struct item item;
	json_t *object;

	json_array_foreach(json_object_get(result, "items"), row, object) {
		if (!item_read(&item, object))
			continue;
		if (items_find(items, item.id, NULL) == NULL)
			put_row(items, 0, &item);
		item_clear(&item);
	}
	snprintf(items->up, sizeof(items->up), "%s", after != NULL && strlen(after) < sizeof(items->up) ? after : "");
	list_insert(list, 0, items->count - before);
}

void
items_take_end(struct items *items, struct list *list, const json_t *result)
{
	items_clear(items);
	list_reset(list, 0);
	items->reversed = items->complete = true;
	put_upwards(items, list, result);
	list_select(list, SIZE_MAX);
}

bool
items_prepend(struct items *items, struct list *list, const json_t *result)
{
	size_t row, put = 0;
	struct item item;
	json_t *object;
	bool reached = false;

	if (items->reversed) {
		put_upwards(items, list, result);
		return true;
	}
	json_array_foreach(json_object_get(result, "items"), row, object) {
		if (!item_read(&item, object))
			continue;
		reached = items_find(items, item.id, NULL) != NULL;
		if (!reached)
			put_row(items, put++, &item);
		item_clear(&item);
		if (reached)
			break;
	}
	list_insert(list, 0, put);
	if (items->n_above != 0)
		items->n_above--;
	return reached || json_object_get(result, "after") == NULL;
}

/* --- changes -------------------------------------------------------------------------------- */

static bool
goes_before(const struct items *items, const struct item *one, const struct item *other)
{
	bool newer = one->time_s != other->time_s ? one->time_s > other->time_s : one->id > other->id;

	return items->order == ITEMS_NEWEST ? newer : items->order == ITEMS_OLDEST && !newer;
}

size_t
items_place(const struct items *items, const struct item *item)
{
	size_t row;

	if (items_find(items, item->id, &row) != NULL)
		return row;
	if (items->order == ITEMS_RELEVANCE)
		return 0;
	for (row = 0; row < items->count && !goes_before(items, item, &items->rows[row]); row++)
		continue;
	return row;
}

static void
update(struct item *known, struct item *item)
{
	if (*item->title != '\0' || !known->asked) {	/* else it has one made from its text */
		free(known->title);
		known->title = item->title;
		item->title = NULL;
	}
	free(known->url);
	free(known->tags);
	known->url = item->url;
	known->tags = item->tags;
	known->updated = item->updated;
	known->attachments = item->attachments;
	item->tags = NULL;
	known->unread = item->unread;
	known->starred = item->starred;
	item->url = NULL;
}

bool
items_insert(struct items *items, struct list *list, struct item *item)
{
	struct item *known = items_find(items, item->id, NULL);
	size_t at = 0;
	bool put = false;

	if (known != NULL)
		update(known, item);
	else {
		while (at < items->count && !goes_before(items, item, &items->rows[at]))
			at++;
		put = (at < items->count || items->complete) && (at > 0 || items_before(items) == NULL);
	}
	if (put) {
		put_row(items, at, item);
		list_insert(list, at, 1);
	}
	item_clear(item);
	return put;
}

void
items_remove(struct items *items, struct list *list, int64_t id)
{
	size_t row;

	if (items_find(items, id, &row) == NULL)
		return;
	for (size_t at = items->n_above; at < items->n_marks; at++) {
		if (items->marks[at].item != id)
			continue;
		if (row > 0)
			items->marks[at].item = items->rows[row - 1].id;
		else
			items->n_above = at + 1;
	}
	cut_rows(items, row, 1);
	list_remove(list, row, 1);
}

/* --- forgetting ------------------------------------------------------------------------------- */

/* Forgets the page at the top if it is well above the screen; false if not. */
static bool
trim_top(struct items *items, struct list *list)
{
	size_t row;

	if (items->n_above == items->n_marks)
		return false;
	if (items_find(items, items->marks[items->n_above].item, &row) == NULL)
		return false;
	if (row + KEEP_ROUND >= list->top)
		return false;
	cut_rows(items, 0, row + 1);
	list_remove(list, 0, row + 1);
	items->n_above++;
	return true;
}

/* Forgets the page at the bottom if it is well below the screen. */
static bool
trim_bottom(struct items *items, struct list *list)
{
	size_t row, last = items->n_marks;

	/* a mark behind the last row begins a page that is not there */
	if (last > items->n_above && !items->complete)
		last--;
	if (last == items->n_above || items_find(items, items->marks[last - 1].item, &row) == NULL)
		return false;
	if (row < list->top + list->height + KEEP_ROUND)
		return false;
	list_remove(list, row + 1, items->count - row - 1);
	cut_rows(items, row + 1, items->count - row - 1);
	items->n_marks = last;
	items->complete = false;
	return true;
}

void
items_trim(struct items *items, struct list *list)
{
	if (items->reversed && items->count > 2 * ITEMS_MAX && list->top + list->height < ITEMS_MAX) {
		list_remove(list, ITEMS_MAX, items->count - ITEMS_MAX);
		cut_rows(items, ITEMS_MAX, items->count - ITEMS_MAX);
		items->complete = false;
	}
	while (items->count > ITEMS_MAX && !items->reversed)
		if (!(list->selected > items->count / 2 ? trim_top(items, list) : trim_bottom(items, list)))
			break;
}

/* --- unread --------------------------------------------------------------------------------- */

long
items_unread(const struct items *items, long start, long step)
{
	for (long row = start; row >= 0 && row < (long)items->count; row += step)
		if (items->rows[row].unread)
			return row;
	return -1;
}

size_t
items_count_unread(const struct items *items)
{
	size_t count = 0;

	for (size_t row = 0; row < items->count; row++)
		count += items->rows[row].unread;
	return count;
}
