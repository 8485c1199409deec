#include "tests/bench/fill.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 1000, WORD_BYTES = 24 };

static uint64_t seed = 88172645463325252u;
static char (*vocabulary)[WORD_BYTES];
static double *frequency;
static size_t words = FILL_WORDS;

void
fill_check(struct store *store, int rc)
{
	if (rc != STORE_OK)
		errx(1, "%s: %s", store_word((enum store_status)rc), store_error(store));
}

double
fill_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static uint64_t
draw(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

uint64_t
fill_draw(uint64_t limit)
{
	return (draw() >> 11) % limit;
}

/* --- documents --------------------------------------------------------------------------------------------- */

/* Words of two to five syllables, and how often they come by Zipf's law. */
static void
make_words(void)
{
	static const char *const syllables[] = { "ba", "ten", "ri", "lo", "ment", "sa", "ver", "ko", "ni", "tion", "pa", "du", "le", "mer", "in", "go" };
	double sum = 0;

	if (vocabulary != NULL)
		return;
	vocabulary = calloc(words, sizeof vocabulary[0]);
	frequency = calloc(words, sizeof frequency[0]);
	if (vocabulary == NULL || frequency == NULL)
		abort();
	for (size_t i = 0; i < words; i++) {
		size_t rest = i;

		do {
			size_t len = strlen(vocabulary[i]);

			snprintf(vocabulary[i] + len, WORD_BYTES - len, "%s", syllables[rest % 16]);
			rest /= 16;
		} while (rest > 0 || strlen(vocabulary[i]) < 4);
		sum += 1.0 / ((double)i + 2.7);
		frequency[i] = sum;
	}
}

void
fill_vocabulary(size_t count)
{
	words = count;
}

const char *
fill_word(size_t rank)
{
	make_words();
	return vocabulary[rank];
}

static const char *
word(void)
{
	double x = (double)(draw() >> 11) / 9007199254740992.0 * frequency[words - 1];
	size_t low = 0, high = words - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (frequency[middle] < x)
			low = middle + 1;
		else
			high = middle;
	}
	return vocabulary[low];
}

static char *
make_html(size_t bytes)
{
	char *html = malloc(bytes + 64);
	size_t len = 0;

	if (html == NULL)
		abort();
	while (len < bytes)
		len += (size_t)sprintf(html + len, draw() % 40 == 0 ? "</p><p>%s " : "%s ", word());
	return html;
}

struct fill_corpus
fill_corpus_new(size_t count, size_t bytes)
{
	struct fill_corpus corpus = { calloc(count, sizeof(char *)), count };

	if (corpus.bodies == NULL)
		abort();
	make_words();
	for (size_t i = 0; i < count; i++)
		corpus.bodies[i] = make_html(bytes);
	return corpus;
}

void
fill_corpus_free(struct fill_corpus *corpus)
{
	for (size_t i = 0; i < corpus->count; i++)
		free(corpus->bodies[i]);
	free(corpus->bodies);
}

static void
add_entry(struct store *store, struct store_job *job, const struct fill_corpus *corpus, uint32_t feed, long number, int ordinal)
{
	char guid[96], url[128], title[128];
	struct rec_entry rec = {
		.job = 1, .ordinal = (uint64_t)ordinal, .published = 1700000000 + number * 7, .modified = STORE_ABSENT,
		.content_hash = (uint64_t)number * 0x9e3779b97f4a7c15u, .html = SPAN(corpus->bodies[(size_t)number % corpus->count]),
		.rest = SPAN("{\"authors\":[{\"name\":\"Somebody\"}],\"tags\":[\"one\",\"two\"]}"), .authors = SPAN("Somebody"),
	};

	snprintf(guid, sizeof guid, "tag:site%" PRIu32 ".example.org,2020:%lx", feed, number);
	snprintf(url, sizeof url, "https://www.site%" PRIu32 ".example.org/2026/01/%ld", feed, number);
	snprintf(title, sizeof title, "%s %s %s u%lx", vocabulary[number % 977], vocabulary[number % 1999], vocabulary[number % 4001],
	    number);
	rec.guid = SPAN(guid);
	rec.url = SPAN(url);
	rec.title = SPAN(title);
	fill_check(store, store_job_entry(job, &rec));
}

static void
take_document(struct store *store, const struct fill_corpus *corpus, uint32_t feed, long first, struct store_counts *sum)
{
	struct store_job *job = store_job_new(store);
	struct store_counts counts;
	const struct rec_done done = { .outcome = OUTCOME_OK, .http_status = 200, .entries = FILL_DOCUMENT, .etag = SPAN("\"x\"") };
	const struct store_poll poll = { .at_s = 1800000000, .next_poll_s = 1800003600, .interval_s = 3600, .retry_s = STORE_ABSENT };

	for (int i = 0; i < FILL_DOCUMENT; i++)
		add_entry(store, job, corpus, feed, first + FILL_DOCUMENT - 1 - i, i);
	fill_check(store, store_job_apply(job, feed, 1800000000, &counts));
	fill_check(store, store_job_finish(job, feed, &done, &poll, NULL));
	store_job_free(job);
	sum->added += counts.added;
	sum->updated += counts.updated;
	sum->same += counts.same;
}

void
fill_subscribe(struct store *store, uint32_t feeds)
{
	char url[96] = "";
	uint32_t feed, every = feeds > FILL_TAGGED ? feeds / FILL_TAGGED : 1;

	fill_check(store, store_begin(store));
	for (uint32_t i = 1; i <= feeds; i++) {
		struct span tag = SPAN(i == feeds / 2 ? "rare" : "news");
		struct store_feed_new new = { .now_s = 1790000000, .next_poll_s = STORE_NEVER, .settings = SPAN("{\"interval\":86400}"), .tags = { &tag, i == feeds / 2 || i % every == 0 } };

		snprintf(url, sizeof url, "https://www.site%" PRIu32 ".example.org/feed.xml", i);
		new.url = SPAN(url);
		fill_check(store, store_feed_add(store, &new, &feed));
	}
	fill_check(store, store_commit(store));
}

struct store_counts
fill_take(struct store *store, const struct fill_corpus *corpus, long from, long until, uint32_t feeds)
{
	struct store_counts sum = { 0, 0, 0, 0, 0 };
	long in_batch = 0;

	for (long first = from; first < until; first += FILL_DOCUMENT) {
		fill_check(store, store_batch_begin(store));
		take_document(store, corpus, 1 + (uint32_t)(first / FILL_DOCUMENT) % feeds, first, &sum);
		in_batch += FILL_DOCUMENT;
		if (in_batch >= BATCH) {
			fill_check(store, store_batch_commit(store));
			in_batch = 0;
		}
	}
	fill_check(store, store_batch_commit(store));
	return sum;
}
