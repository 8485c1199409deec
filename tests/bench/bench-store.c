/*
 * bench-store - what the store takes in and gives out in a second.
 *
 *	bench-store [-d DIR] [-n ENTRIES] [-l ENTRIES] [-f FEEDS] [-k KIB]
 *
 * Takes in ENTRIES (30,000) of KIB (4.5) of HTML in documents of 30, committing every 1,000; again, all known; fills up
 * to -l (100,000), gives medians and worst of what clients ask, builds the index and searches. DIR must not hold a gazette.db; without -d a
 * new folder under TMPDIR, removed at the end. One JSON object a line.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "daemon/indexer/index.h"
#include "tests/bench/fill.h"

enum { BODIES = 20000, TIMES = 201 };

static double
cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static long
peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void
take(struct store *store, const struct fill_corpus *corpus, const char *what, long from, long until, uint32_t feeds, size_t bytes)
{
	double start = fill_now(), start_cpu = cpu();
	struct store_counts sum = fill_take(store, corpus, from, until, feeds);

	start = fill_now() - start;
	printf("{\"what\":\"%s\",\"new\":%" PRIu64 ",\"updated\":%" PRIu64 ",\"same\":%" PRIu64 ",\"wall\":%.3f,\"cpu\":%.3f,"
	    "\"entries_per_s\":%.0f,\"mb_per_s\":%.1f,\"peak_kib\":%ld}\n", what, sum.added, sum.updated, sum.same, start,
	    cpu() - start_cpu, (double)(until - from) / start, (double)(until - from) * (double)bytes / start / 1e6, peak_kib());
	fflush(stdout);
}

/* --- questions ---------------------------------------------------------------------------------------------- */

static int
count_item(void *arg, const struct store_item *item)
{
	*(long *)arg += 1 + (item->title.len == 0);
	return 0;
}

static int
count_feed(void *arg, const struct store_feed *feed)
{
	*(long *)arg += feed->unread >= 0;
	return 0;
}

static int
compare(const void *one, const void *two)
{
	double x = *(const double *)one, y = *(const double *)two;

	return x < y ? -1 : x > y;
}

static void
report(const char *what, const char *text, double *times, int count, long rows)
{
	qsort(times, (size_t)count, sizeof *times, compare);
	printf("{\"what\":\"%s\",\"query\":\"%s\",\"median_ms\":%.3f,\"p99_ms\":%.3f,\"worst_ms\":%.3f,\"rows\":%.1f}\n", what, text,
	    times[count / 2], times[count * 99 / 100], times[count - 1], (double)rows / count);
	fflush(stdout);
}

static void
ask(struct store *store, const char *text, unsigned want, enum store_sort sort)
{
	double times[TIMES], start;
	long rows = 0;

	for (int i = 0; i < TIMES; i++) {
		struct store_page page = { .limit = 50, .want = want, .sort = sort };
		struct query_error error;
		struct query *query;

		start = fill_now();
		fill_check(store, store_query(store, text, strlen(text), 1800000000, &query, &error));
		page.query = query;
		fill_check(store, store_item_list(store, &page, count_item, &rows));
		query_free(query);
		times[i] = (fill_now() - start) * 1e3;
	}
	report(want ? "list with summaries" : sort == STORE_RELEVANCE ? "list by relevance" : "list", text, times, TIMES, rows);
}

static void
ask_count(struct store *store, const char *text)
{
	double times[TIMES], start;
	int64_t count = 0;

	for (int i = 0; i < TIMES; i++) {
		struct query_error error;
		struct query *query;

		start = fill_now();
		fill_check(store, store_query(store, text, strlen(text), 1800000000, &query, &error));
		fill_check(store, store_item_count(store, query, &count));
		query_free(query);
		times[i] = (fill_now() - start) * 1e3;
	}
	report("count", text, times, TIMES, (long)count * TIMES);
}

static void
ask_feeds(struct store *store)
{
	double times[21], start;
	long rows = 0;

	for (int i = 0; i < 21; i++) {
		start = fill_now();
		fill_check(store, store_feed_each(store, 0, count_feed, &rows));
		times[i] = (fill_now() - start) * 1e3;
	}
	report("feeds", "", times, 21, rows);
}

static void
tag_many(struct store *store, const char *text, const char *tag)
{
	struct span name = SPAN(tag);
	const struct store_tag_edit edit = { .add = { &name, 1 } };
	struct query_error error;
	struct query *query;
	int64_t changed;
	double start = fill_now();

	fill_check(store, store_query(store, text, strlen(text), 1800000000, &query, &error));
	fill_check(store, store_item_tag_query(store, query, &edit, 1800000000, &changed));
	query_free(query);
	printf("{\"what\":\"tag\",\"query\":\"%s\",\"changed\":%" PRId64 ",\"ms\":%.1f}\n", text, changed, (fill_now() - start) * 1e3);
}

/* What gazetted-indexer does, in this process. */
static void
build_index(const char *dir)
{
	char error[INDEX_ERROR_BYTES];
	double start = fill_now(), start_cpu = cpu(), tidied;
	struct index *index = index_open(dir, error);
	enum index_result result;

	if (index == NULL)
		errx(1, "%s", error);
	do
		result = index_step(index);
	while (result == INDEX_MORE || result == INDEX_REBUILDING);
	if (result == INDEX_FAILED)
		errx(1, "%s", index_error(index));
	start = fill_now() - start;
	start_cpu = cpu() - start_cpu;
	tidied = fill_now();
	while (index_tidy(index) == INDEX_MORE)
		continue;
	printf("{\"what\":\"index\",\"entries\":%" PRIu64 ",\"wall\":%.3f,\"cpu\":%.3f,\"entries_per_s\":%.0f,\"tidy\":%.3f,"
	    "\"peak_kib\":%ld}\n", index_state(index).entries, start, start_cpu, (double)index_state(index).entries / start,
	    fill_now() - tidied, peak_kib());
	fflush(stdout);
	index_close(index);
}

static void
questions(struct store *store, const char *dir)
{
	static const char *const lists[] = { "is:unread", "*", "is:unread feed:7", "feed:7", "is:unread tag:news", "is:unread tag:rare", "tag:news",
	    "is:starred", "is:unread date:2023-11..2023-12", "is:read", "id:77" };
	static const char *const counts[] = { "is:unread", "*", "is:unread feed:7", "is:unread tag:news", "tag:rare date:2023", "since:2023-11-20" };

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		ask(store, lists[i], 0, STORE_NEWEST);
	ask(store, "is:unread", STORE_WANT_COLD, STORE_NEWEST);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		ask_count(store, counts[i]);
	ask_feeds(store);
	tag_many(store, "before:2023-11-15T22:00", "old");
	tag_many(store, "before:2023-11-15T22:00", "starred");
	build_index(dir);
	fill_check(store, store_index_attach(store));
	for (size_t i = 3; i < FILL_WORDS; i = i * 9 + 1) {
		ask(store, fill_word(i), 0, STORE_NEWEST);
		ask(store, fill_word(i), 0, STORE_RELEVANCE);
		ask_count(store, fill_word(i));
	}
}

static void
clean_up(const char *dir)
{
	static const char *const names[] = { "gazette.db", "gazette.db-wal", "gazette.db-shm", "index.db", "index.db-wal", "index.db-shm" };
	char path[128];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	if (rmdir(dir) < 0)
		warn("%s", dir);
}

int
main(int argc, char **argv)
{
	char error[STORE_ERROR_BYTES], made[] = "/tmp/bench-store.XXXXXX", *dir = NULL;
	long first = 30000, last = 100000;
	size_t bytes = 4608;
	uint32_t feeds = 1000;
	struct fill_corpus corpus;
	struct store *store;
	int opt;

	while ((opt = getopt(argc, argv, "d:n:l:f:k:")) != -1) {
		switch (opt) {
		case 'd': dir = optarg; break;
		case 'n': first = atol(optarg); break;
		case 'l': last = atol(optarg); break;
		case 'f': feeds = (uint32_t)atol(optarg); break;
		case 'k': bytes = (size_t)(atof(optarg) * 1024); break;
		default: errx(2, "usage: bench-store [-d DIR] [-n ENTRIES] [-l ENTRIES] [-f FEEDS] [-k KIB]");
		}
	}
	if (dir == NULL && (dir = mkdtemp(made)) == NULL)
		err(1, "%s", made);
	corpus = fill_corpus_new(BODIES, bytes);
	if (store_open(&store, dir, error) != STORE_OK)
		errx(1, "%s", error);
	fill_subscribe(store, feeds);
	take(store, &corpus, "new", 0, first, feeds, bytes);
	take(store, &corpus, "known", 0, first, feeds, bytes);
	if (last > first) {
		take(store, &corpus, "more", first, last, feeds, bytes);
		questions(store, dir);
	}
	store_close(store);
	fill_corpus_free(&corpus);
	if (dir == made)
		clean_up(made);
	return 0;
}
