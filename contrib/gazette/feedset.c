#include "contrib/gazette/feedset.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contrib/gazette/moment.h"
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

/* What is read of a feed, be it a row or an object. Borrowed. */
struct brief {
	const char	*title, *health, *problem, *newest;
	const json_t	*tags;
	int32_t		 unread, total;
};

static unsigned long versions;

/* The lists that are shown of it have to be made anew. */
static void
changed(struct feedset *set)
{
	set->stale = true;
	set->version = ++versions;
}

static int32_t
small(const json_t *value)
{
	json_int_t number = json_integer_value(value);

	return number < 0 ? 0 : number > INT32_MAX ? INT32_MAX : (int32_t)number;
}

/* A clean copy of a string; NULL if it is NULL or nothing is left of it. */
static char *
copy_clean(const char *value)
{
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
	free(feed->problem);
	free(feed->tags);
	free(feed->weeks);
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
static unsigned
tag_index(struct feedset *set, const char *name)
{
	for (size_t row = 0; row < set->n_tags; row++)
		if (strcmp(set->tags[row].tag, name) == 0)
			return (unsigned)row;
	if (set->n_tags == set->cap_tags)
		set->tags = grow(set->tags, &set->cap_tags, sizeof(*set->tags));
	set->tags[set->n_tags] = (struct feed_sum){ .tag = strdup(name) };
	if (set->tags[set->n_tags].tag == NULL)
		abort();
	return (unsigned)set->n_tags++;
}

static void
take_tags(struct feedset *set, struct feed *feed, const json_t *tags)
{
	struct buf clean = BUF_INIT(STRING_BYTES_MAX);
	size_t row, count = json_array_size(tags);
	json_t *tag;

	if (count == 0)
		return;
	feed->tags = reallocarray(NULL, count, sizeof(*feed->tags));
	if (feed->tags == NULL)
		abort();
	json_array_foreach(tags, row, tag) {
		buf_clear(&clean);
		text_clean(json_string_value(tag), &clean);
		if (clean.len != 0 && feed->n_tags < FEED_TAGS_MAX)
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
	unsigned *moved = reallocarray(NULL, set->n_tags + 1, sizeof(*moved));

	if (moved == NULL)
		abort();
	for (size_t row = 0; row < set->n_tags; row++)
		set->tags[row].feeds = row;		/* where it was */
	if (set->n_tags != 0)
		qsort(set->tags, set->n_tags, sizeof(*set->tags), compare_tags);
	for (size_t row = 0; row < set->n_tags; row++)
		moved[set->tags[row].feeds] = (unsigned)row;
	for (size_t row = 0; row < set->count; row++)
		for (size_t tag = 0; tag < set->feeds[row]->n_tags; tag++)
			set->feeds[row]->tags[tag] = moved[set->feeds[row]->tags[tag]];
	free(moved);
	changed(set);
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
					set->feeds[at]->tags[tag] = (unsigned)kept;
		set->tags[kept++] = set->tags[row];
	}
	set->n_tags = kept;
}

static void
add_to_sums(struct feedset *set, const struct feed *feed, int64_t unread, int64_t total)
{
	set->all.unread += unread;
	set->all.total += total;
	for (size_t tag = 0; tag < feed->n_tags; tag++) {
		set->tags[feed->tags[tag]].unread += unread;
		set->tags[feed->tags[tag]].total += total;
	}
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

		add_to_sums(set, feed, feed->unread, feed->total);
		for (size_t tag = 0; tag < feed->n_tags; tag++)
			set->tags[feed->tags[tag]].feeds++;
	}
	drop_empty_tags(set);
	set->stale = false;
}

/* --- feeds ---------------------------------------------------------------------------------- */

json_t *
feedset_fields(void)
{
	return json_pack("[sssssss]", "title", "tags", "unread", "total", "newest", "health", "error");
}

static const char *
error_text(const json_t *error)
{
	return json_string_value(json_object_get(error, "message"));
}

static struct brief
brief_of_row(const json_t *row)
{
	return (struct brief){
		.title = json_string_value(json_array_get(row, 1)), .tags = json_array_get(row, 2),
		.unread = small(json_array_get(row, 3)), .total = small(json_array_get(row, 4)),
		.newest = json_string_value(json_array_get(row, 5)), .health = json_string_value(json_array_get(row, 6)),
		.problem = error_text(json_array_get(row, 7)),
	};
}

static struct brief
brief_of_object(const json_t *object)
{
	return (struct brief){
		.title = json_string_value(json_object_get(object, "title")), .tags = json_object_get(object, "tags"),
		.unread = small(json_object_get(object, "unread")), .total = small(json_object_get(object, "total")),
		.newest = json_string_value(json_object_get(object, "newest")),
		.health = json_string_value(json_object_get(object, "health")),
		.problem = error_text(json_object_get(object, "error")),
	};
}

/* Counts that are others: the sums follow, if they are right. */
static void
set_counts(struct feedset *set, struct feed *feed, int32_t unread, int32_t total)
{
	if (!set->stale)
		add_to_sums(set, feed, (int64_t)unread - feed->unread, (int64_t)total - feed->total);
	if (feed->unread == 0 && unread != 0)
		set->risen++;
	feed->unread = unread;
	feed->total = total;
}

/* Fills the feed, whose id is there already, but for its tags. */
static void
take_feed(struct feedset *set, struct feed *feed, const struct brief *brief)
{
	feed->title = copy_clean(brief->title);
	feed->problem = copy_clean(brief->problem);
	if (feed->title == NULL)
		feed->title = strdup("(no title)");
	if (feed->title == NULL)
		abort();
	set_counts(set, feed, brief->unread, brief->total);
	feed->newest_s = 0;
	feed->health = FEED_OK;
	moment_read(brief->newest, &feed->newest_s);
	for (size_t row = 0; brief->health != NULL && row < sizeof(healths) / sizeof(healths[0]); row++)
		if (strcmp(healths[row].word, brief->health) == 0)
			feed->health = (unsigned char)healths[row].health;
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
append(struct feedset *set, int32_t id)
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

static bool
same_tags(const struct feed *one, const struct feed *other)
{
	return one->n_tags == other->n_tags && (one->n_tags == 0 || memcmp(one->tags, other->tags, one->n_tags * sizeof(*one->tags)) == 0);
}

static void
move_by_title(struct feedset *set, struct feed *feed)
{
	remove_from(set->feeds, set->count, feed);
	insert_at(set->feeds, set->count - 1, title_place(set, set->count - 1, feed->title), feed);
	changed(set);
}

static void
update(struct feedset *set, struct feed *feed, const struct brief *brief)
{
	struct feed before = *feed;
	size_t n_tags = set->n_tags;

	feed->title = feed->problem = NULL;
	take_feed(set, feed, brief);
	feed->tags = NULL;
	feed->n_tags = 0;
	take_tags(set, feed, brief->tags);
	if (!same_tags(&before, feed))
		changed(set);
	if (before.title == NULL || strcmp(before.title, feed->title) != 0)
		move_by_title(set, feed);
	free(before.title);
	free(before.problem);
	free(before.tags);
	if (set->n_tags != n_tags)
		order_tags(set);
}

void
feedset_add(struct feedset *set, const json_t *rows)
{
	size_t at, from, n_tags = set->n_tags;
	json_t *row;
	struct brief brief;

	json_array_foreach(rows, at, row) {
		struct feed *feed = feedset_find(set, json_integer_value(json_array_get(row, 0)));

		brief = brief_of_row(row);
		if (feed != NULL)
			update(set, feed, &brief);
	}
	from = set->count;
	json_array_foreach(rows, at, row) {
		int32_t id = small(json_array_get(row, 0));
		struct feed *feed;

		if (id == 0 || feedset_find(set, id) != NULL)
			continue;
		brief = brief_of_row(row);
		changed(set);
		feed = append(set, id);
		take_feed(set, feed, &brief);
		take_tags(set, feed, brief.tags);
	}
	merge_tail(set, from);
	if (set->n_tags != n_tags)
		order_tags(set);
}

void
feedset_apply(struct feedset *set, const json_t *object)
{
	int32_t id = small(json_object_get(object, "id"));
	struct brief brief = brief_of_object(object);
	struct feed *feed = feedset_find(set, id);

	if (id == 0)
		return;
	if (feed == NULL) {
		changed(set);
		feed = append(set, id);
	}
	update(set, feed, &brief);
}

void
feedset_weeks(struct feedset *set, const json_t *rows)
{
	size_t at, week;
	json_t *row, *count;

	json_array_foreach(rows, at, row) {
		struct feed *feed = feedset_find(set, json_integer_value(json_array_get(row, 0)));

		if (feed == NULL || json_array_size(json_array_get(row, 1)) != FEED_WEEKS)
			continue;
		if (feed->weeks == NULL)
			feed->weeks = calloc(FEED_WEEKS, sizeof(*feed->weeks));
		if (feed->weeks == NULL)
			abort();
		json_array_foreach(json_array_get(row, 1), week, count)
			feed->weeks[week] = (unsigned short)json_integer_value(count);
		feed->weeks_state = WEEKS_KNOWN;
	}
}

void
feedset_came(struct feedset *set, int64_t id, int64_t now_s)
{
	struct feed *feed = feedset_find(set, id);

	if (feed == NULL)
		return;
	feed->newest_s = now_s;
	if (feed->weeks != NULL && feed->weeks[FEED_WEEKS - 1] < USHRT_MAX)
		feed->weeks[FEED_WEEKS - 1]++;
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
	changed(set);
}

void
feedset_counts(struct feedset *set, int64_t id, int64_t unread, int64_t total)
{
	struct feed *feed = feedset_find(set, id);

	if (feed != NULL)
		set_counts(set, feed, (int32_t)unread, (int32_t)total);
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
