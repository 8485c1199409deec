#include "contrib/gazette/feedset.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contrib/gazette/text.h"
#include "feeds/base/buf.h"

enum { FIRST = 16, STRING_BYTES_MAX = 4096 };

static const struct { const char *word; enum feed_health health; } healths[] = {
	{ "ok", FEED_OK }, { "new", FEED_NEW }, { "failing", FEED_FAILING }, { "paused", FEED_PAUSED }, { "gone", FEED_GONE },
	{ "quarantined", FEED_FAILING }
};

static void *
grow(void *array, size_t *cap, size_t size)
{
	*cap = *cap != 0 ? 2 * *cap : FIRST;
	array = reallocarray(array, *cap, size);
	if (array == NULL)
		abort();
	return array;
}

/* A clean copy of a member of the object that is a string; NULL if it is not there or empty. */
static char *
copy_member(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));
	struct buf clean = BUF_INIT(STRING_BYTES_MAX);
	char *copy = NULL;

	text_clean(value, &clean);
	if (clean.len != 0) {
		copy = strdup(buf_str(&clean));
		if (copy == NULL)
			abort();
	}
	buf_free(&clean);
	return copy;
}

static void
feed_clear(struct feed *feed)
{
	free(feed->title);
	free(feed->url);
	free(feed->home_page);
	free(feed->problem);
	free(feed->tags);
	*feed = (struct feed){ 0 };
}

static void
feed_free(struct feed *feed)
{
	feed_clear(feed);
	free(feed);
}

void
feedset_clear(struct feedset *set)
{
	for (size_t row = 0; row < set->count; row++)
		feed_free(set->feeds[row]);
	for (size_t row = 0; row < set->n_tags; row++)
		free(set->tags[row].tag);
	free(set->feeds);
	free(set->by_id);
	free(set->tags);
	memset(set, 0, sizeof(*set));
}

/* --- tags ----------------------------------------------------------------------------------- */

/* The tag's index; a new one goes to the end until order_tags(). */
static size_t
tag_index(struct feedset *set, const char *name)
{
	for (size_t row = 0; row < set->n_tags; row++)
		if (strcmp(set->tags[row].tag, name) == 0)
			return row;
	if (set->n_tags == set->cap_tags)
		set->tags = grow(set->tags, &set->cap_tags, sizeof(*set->tags));
	set->tags[set->n_tags] = (struct feed_sum){ .tag = strdup(name) };
	if (set->tags[set->n_tags].tag == NULL)
		abort();
	return set->n_tags++;
}

static void
take_tags(struct feedset *set, struct feed *feed, const json_t *tags)
{
	struct buf clean = BUF_INIT(STRING_BYTES_MAX);
	size_t row;
	json_t *tag;

	feed->tags = reallocarray(NULL, json_array_size(tags) + 1, sizeof(*feed->tags));
	if (feed->tags == NULL)
		abort();
	json_array_foreach(tags, row, tag) {
		buf_clear(&clean);
		text_clean(json_string_value(tag), &clean);
		if (clean.len != 0)
			feed->tags[feed->n_tags++] = tag_index(set, buf_str(&clean));
	}
	buf_free(&clean);
}

static int
compare_tags(const void *left, const void *right)
{
	const struct feed_sum *one = left, *other = right;
	int order = strcasecmp(one->tag, other->tag);

	return order != 0 ? order : strcmp(one->tag, other->tag);
}

/* Sorts the tags by name and puts the feeds' indices right. */
static void
order_tags(struct feedset *set)
{
	size_t *moved = reallocarray(NULL, set->n_tags + 1, sizeof(*moved));

	if (moved == NULL)
		abort();
	for (size_t row = 0; row < set->n_tags; row++)
		set->tags[row].feeds = row;		/* where it was */
	if (set->n_tags != 0)
		qsort(set->tags, set->n_tags, sizeof(*set->tags), compare_tags);
	for (size_t row = 0; row < set->n_tags; row++)
		moved[set->tags[row].feeds] = row;
	for (size_t row = 0; row < set->count; row++)
		for (size_t tag = 0; tag < set->feeds[row]->n_tags; tag++)
			set->feeds[row]->tags[tag] = moved[set->feeds[row]->tags[tag]];
	free(moved);
	set->stale = true;
}

bool
feedset_has_tag(const struct feedset *set, const struct feed *feed, const char *tag)
{
	for (size_t row = 0; row < feed->n_tags; row++)
		if (strcmp(set->tags[feed->tags[row]].tag, tag) == 0)
			return true;
	return false;
}

/* Forgets tags that no feed has any more; the sums must be right. */
static void
drop_empty_tags(struct feedset *set)
{
	size_t kept = 0;

	for (size_t row = 0; row < set->n_tags; row++) {
		if (set->tags[row].feeds == 0) {
			free(set->tags[row].tag);
			continue;
		}
		for (size_t at = 0; at < set->count && kept != row; at++)
			for (size_t tag = 0; tag < set->feeds[at]->n_tags; tag++)
				if (set->feeds[at]->tags[tag] == row)
					set->feeds[at]->tags[tag] = kept;
		set->tags[kept++] = set->tags[row];
	}
	set->n_tags = kept;
}

void
feedset_sums(struct feedset *set)
{
	if (!set->stale)
		return;
	set->all = (struct feed_sum){ .feeds = set->count };
	for (size_t row = 0; row < set->n_tags; row++)
		set->tags[row] = (struct feed_sum){ .tag = set->tags[row].tag };
	for (size_t row = 0; row < set->count; row++) {
		const struct feed *feed = set->feeds[row];

		set->all.unread += feed->unread;
		set->all.total += feed->total;
		for (size_t tag = 0; tag < feed->n_tags; tag++) {
			struct feed_sum *sum = &set->tags[feed->tags[tag]];

			sum->unread += feed->unread;
			sum->total += feed->total;
			sum->feeds++;
		}
	}
	drop_empty_tags(set);
	set->stale = false;
}

/* --- feeds ---------------------------------------------------------------------------------- */

/* Fills the feed from the protocol's object; its id is there already. */
static void
take_feed(struct feedset *set, struct feed *feed, const json_t *object)
{
	const char *health = json_string_value(json_object_get(object, "health"));

	feed->url = copy_member(object, "url");
	feed->title = copy_member(object, "title");
	feed->home_page = copy_member(object, "home_page_url");
	feed->problem = copy_member(json_object_get(object, "error"), "message");
	if (feed->url == NULL)
		feed->url = calloc(1, 1);
	if (feed->title == NULL && feed->url != NULL)
		feed->title = strdup(feed->url);
	if (feed->title == NULL)
		abort();
	feed->unread = json_integer_value(json_object_get(object, "unread"));
	feed->total = json_integer_value(json_object_get(object, "total"));
	for (size_t row = 0; health != NULL && row < sizeof(healths) / sizeof(healths[0]); row++)
		if (strcmp(healths[row].word, health) == 0)
			feed->health = healths[row].health;
	take_tags(set, feed, json_object_get(object, "tags"));
}

static size_t
id_place(const struct feedset *set, int64_t id)
{
	size_t low = 0, high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->by_id[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct feed *
feedset_find(const struct feedset *set, int64_t id)
{
	size_t place = id_place(set, id);

	return place < set->count && set->by_id[place]->id == id ? set->by_id[place] : NULL;
}

/* Puts the feed at place in the order; the caller has made room in the arrays. */
static void
insert_at(struct feed **array, size_t count, size_t place, struct feed *feed)
{
	memmove(array + place + 1, array + place, (count - place) * sizeof(*array));
	array[place] = feed;
}

static void
remove_from(struct feed **array, size_t count, const struct feed *feed)
{
	for (size_t row = 0; row < count; row++) {
		if (array[row] != feed)
			continue;
		memmove(array + row, array + row + 1, (count - row - 1) * sizeof(*array));
		return;
	}
}

static size_t
title_place(const struct feedset *set, size_t count, const char *title)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcasecmp(set->feeds[middle]->title, title) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A new feed with this id, last in the order. */
static struct feed *
append(struct feedset *set, int64_t id)
{
	struct feed *feed = calloc(1, sizeof(*feed));
	size_t cap = set->cap;

	if (feed == NULL)
		abort();
	feed->id = id;
	if (set->count == set->cap) {
		set->feeds = grow(set->feeds, &set->cap, sizeof(struct feed *));
		set->by_id = grow(set->by_id, &cap, sizeof(struct feed *));
	}
	insert_at(set->by_id, set->count, id_place(set, id), feed);
	set->feeds[set->count++] = feed;
	return feed;
}

static int
compare_feeds(const void *left, const void *right)
{
	const struct feed *one = *(struct feed *const *)left, *other = *(struct feed *const *)right;
	int order = strcasecmp(one->title, other->title);

	return order != 0 ? order : (one->id > other->id) - (one->id < other->id);
}

/* Those from this row on have come last; those before are in order. */
static void
merge_tail(struct feedset *set, size_t from)
{
	size_t left = from, added = set->count - from, to = set->count;
	struct feed **tail = reallocarray(NULL, added + 1, sizeof(*tail));

	if (tail == NULL)
		abort();
	if (added > 0) {
		memcpy(tail, set->feeds + from, added * sizeof(*tail));
		qsort(tail, added, sizeof(*tail), compare_feeds);
	}
	while (added > 0)
		set->feeds[--to] = left > 0 && compare_feeds(&set->feeds[left - 1], &tail[added - 1]) > 0 ? set->feeds[--left] : tail[--added];
	free(tail);
}

void
feedset_add(struct feedset *set, const json_t *feeds)
{
	size_t row, from;
	json_t *object;

	json_array_foreach(feeds, row, object)
		if (feedset_find(set, json_integer_value(json_object_get(object, "id"))) != NULL)
			feedset_apply(set, object);
	from = set->count;
	json_array_foreach(feeds, row, object) {
		int64_t id = json_integer_value(json_object_get(object, "id"));

		if (id > 0 && feedset_find(set, id) == NULL)
			take_feed(set, append(set, id), object);
	}
	merge_tail(set, from);
	order_tags(set);
}

void
feedset_load(struct feedset *set, const json_t *feeds)
{
	feedset_clear(set);
	feedset_add(set, feeds);
}

void
feedset_apply(struct feedset *set, const json_t *object)
{
	int64_t id = json_integer_value(json_object_get(object, "id"));
	struct feed *feed = feedset_find(set, id);
	size_t n_tags = set->n_tags;
	char *title = NULL;

	if (id <= 0)
		return;
	if (feed == NULL)
		feed = append(set, id);
	else {
		title = feed->title;
		feed->title = NULL;
		feed_clear(feed);
		feed->id = id;
	}
	take_feed(set, feed, object);
	if (title == NULL || strcmp(title, feed->title) != 0) {
		remove_from(set->feeds, set->count, feed);
		insert_at(set->feeds, set->count - 1, title_place(set, set->count - 1, feed->title), feed);
	}
	free(title);
	set->stale = true;
	if (set->n_tags != n_tags)
		order_tags(set);
}

void
feedset_remove(struct feedset *set, int64_t id)
{
	struct feed *feed = feedset_find(set, id);

	if (feed == NULL)
		return;
	remove_from(set->feeds, set->count, feed);
	remove_from(set->by_id, set->count, feed);
	set->count--;
	feed_free(feed);
	set->stale = true;
}

void
feedset_counts(struct feedset *set, int64_t id, int64_t unread, int64_t total)
{
	struct feed *feed = feedset_find(set, id);

	if (feed == NULL || (feed->unread == unread && feed->total == total))
		return;
	feed->unread = unread;
	feed->total = total;
	set->stale = true;
}

struct feed *
feedset_next_unread(const struct feedset *set, int64_t after)
{
	size_t start = 0;

	for (size_t row = 0; row < set->count; row++)
		if (set->feeds[row]->id == after)
			start = row + 1;
	for (size_t step = 0; step < set->count; step++) {
		struct feed *feed = set->feeds[(start + step) % set->count];

		if (feed->unread > 0 && feed->id != after)
			return feed;
	}
	return NULL;
}
