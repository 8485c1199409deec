/*
 * Any bytes as a query: what parses also runs, against a small store with an index; a page of all, the count and the
 * match of each single entry agree.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/core/store-feed.h"
#include "daemon/core/store-item.h"
#include "daemon/core/store-job.h"
#include "daemon/indexer/index.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1800000000, ENTRIES = 12, LIST_MAX = 100 };

static struct store *store;
static char dir[] = "/tmp/fuzz-query.XXXXXX";

static void
need(bool fine)
{
	if (!fine) {
		fprintf(stderr, "%s\n", store != NULL ? store_error(store) : "");
		abort();
	}
}

static void
clean_up(void)
{
	static const char *const names[] = { "gazette.db", "gazette.db-wal", "gazette.db-shm", "index.db", "index.db-wal", "index.db-shm" };
	char path[64];

	store_close(store);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

static void
fill(uint32_t feed)
{
	static const char *const titles[] = { "one two", "two three", "A", "caf\xc3\xa9" };
	struct store_job *job = store_job_new(store);
	struct store_counts counts;

	for (uint64_t i = 0; i < ENTRIES; i++) {
		const struct rec_entry rec = { .ordinal = i, .published = NOW - (int64_t)(i * i * 40000), .modified = STORE_ABSENT,
		    .title = SPAN(titles[i % 4]), .text = SPAN(titles[i % 3]), .authors = SPAN(titles[i % 2]), .content_hash = i,
		    .url = SPAN("https://example.org/"), .language = SPAN(i % 5 == 0 ? "en" : NULL) };

		need(store_job_entry(job, &rec) == STORE_OK);
	}
	need(store_job_apply(job, feed, NOW, &counts) == STORE_OK);
	need(store_job_finish(job, feed, &(struct rec_done){ .outcome = OUTCOME_OK }, &(struct store_poll){ .at_s = NOW, .next_poll_s = NOW,
	    .interval_s = STORE_ABSENT, .retry_s = STORE_ABSENT }, NULL) == STORE_OK);
	store_job_free(job);
	need(store_batch_commit(store) == STORE_OK);
}

static void
set_up(void)
{
	struct span tag = SPAN("tag");
	const struct store_tag_edit edit = { .add = { &tag, 1 }, .remove = { (struct span[]){ SPAN("unread") }, 1 } };
	char error[STORE_ERROR_BYTES];
	struct index *index;
	uint32_t feed;
	int64_t changed;

	need(mkdtemp(dir) != NULL && store_open(&store, dir, error) == STORE_OK);
	atexit(clean_up);
	for (int i = 0; i < 2; i++) {
		need(store_feed_add(store, &(struct store_feed_new){ .url = SPAN(i == 0 ? "https://a/" : "https://b/"),
		    .tags = { &tag, (size_t)i } }, &feed) == STORE_OK);
		fill(feed);
	}
	need(store_item_tag_ids(store, (uint32_t[]){ 1, 5, 20 }, 3, &edit, NOW, &changed) == STORE_OK);
	need(store_search_add(store, SPAN("s"), SPAN("one OR tag:tag")) == STORE_OK);
	index = index_open(dir, error);
	need(index != NULL);
	while (index_step(index) == INDEX_MORE)
		continue;
	index_close(index);
	need(store_index_attach(store) == STORE_OK);
}

static int
note(void *arg, const struct store_item *item)
{
	((bool *)arg)[item->id] = true;
	return 0;
}

static void
run(const struct query *query, enum store_sort sort)
{
	struct store_page page = { .query = query, .limit = LIST_MAX, .sort = sort };
	bool listed[2 * ENTRIES + 1] = { false };
	int64_t count, sum = 0;

	need(store_item_list(store, &page, note, listed) == STORE_OK);
	need(store_item_count(store, query, &count) == STORE_OK);
	for (uint32_t id = 1; id <= 2 * ENTRIES; id++) {
		need(store_item_match(store, query, id) == listed[id]);
		sum += listed[id];
	}
	need(sum == count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct query_error error;
	struct query *query;

	if (store == NULL)
		set_up();
	if (store_query(store, (const char *)data, size, NOW, &query, &error) != STORE_OK) {
		need(error.position <= size && error.message[0] != '\0' && error.expected[0] != '\0');
		return 0;
	}
	need(query_print(query)[0] == '(');
	run(query, STORE_NEWEST);
	run(query, STORE_RELEVANCE);
	query_free(query);
	return 0;
}
