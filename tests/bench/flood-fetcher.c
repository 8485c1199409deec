/*
 * flood-fetcher - in the place of gazetted-fetcher: answers each job with FLOOD new entries, published now. The title of each begins with
 * "flood" and the time it was sent, in microseconds of the monotonic clock. FLOOD_BYTES in the environment is how much text each has.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "daemon/shared/ipc.h"
#include "daemon/shared/loop.h"
#include "tests/bench/fill.h"

enum { FLOOD = 10, BODIES = 1000, ARENA_BYTES = 1 << 20, ENDS_S = 3600 };

struct flood {
	struct loop	*loop;
	struct ipc	*ipc;
	struct arena	*arena;
	struct fill_corpus corpus;
	int64_t		 number;
};

static int64_t
clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
send_record(struct flood *flood, const struct record_desc *desc, const void *record)
{
	record_encode(desc, record, ipc_begin(flood->ipc));
	ipc_end(flood->ipc);
}

static void
send_entry(struct flood *flood, uint64_t job, uint64_t ordinal)
{
	int64_t number = ++flood->number;
	struct rec_entry entry = {
		.job = job, .ordinal = ordinal, .published = time(NULL), .modified = STORE_ABSENT, .content_hash = (uint64_t)number,
		.html = SPAN(flood->corpus.bodies[fill_draw(flood->corpus.count)]), .authors = SPAN("Somebody"),
		.rest = SPAN("{\"authors\":[{\"name\":\"Somebody\"}],\"tags\":[\"one\",\"two\"]}"),
	};

	entry.guid = SPAN(arena_printf(flood->arena, "tag:flood.example.org,2026:%" PRId64, number));
	entry.url = SPAN(arena_printf(flood->arena, "https://flood.example.org/2026/%" PRId64, number));
	entry.title = SPAN(arena_printf(flood->arena, "flood %" PRId64 " %s", clock_us(CLOCK_MONOTONIC), fill_word(fill_draw(2000))));
	send_record(flood, &record_entry, &entry);
}

/* The feed is called what it is shown as without a title: its URL. */
static void
answer(struct flood *flood, uint64_t job, struct span url)
{
	const struct rec_feed feed = { .job = job, .format = SPAN("rss-2.0"), .title = url, .members = SPAN("{}"),
	    .ttl_min = STORE_ABSENT, .update_frequency = STORE_ABSENT };
	const struct rec_done done = { .job = job, .outcome = OUTCOME_OK, .http_status = 200, .entries = FLOOD,
	    .retry_after_s = STORE_ABSENT, .max_age_s = STORE_ABSENT };

	for (uint64_t i = 0; i < FLOOD; i++)
		send_entry(flood, job, i);
	send_record(flood, &record_feed, &feed);
	send_record(flood, &record_done, &done);
}

static int
on_frame(void *arg, const char *ptr, size_t len)
{
	struct flood *flood = arg;
	struct rec_job job;
	const char *error;

	if (record_type(ptr, len) != RECORD_JOB)
		return 0;
	arena_reset(flood->arena);
	if (record_decode(&record_job, ptr, len, &job, flood->arena, &error) == -1)
		return -1;
	answer(flood, job.job, job.url);
	return 0;
}

static void
on_close(void *arg, const char *why)
{
	struct flood *flood = arg;

	(void)why;
	loop_stop(flood->loop);
}

static const struct ipc_ops ops = { on_frame, NULL, NULL, on_close };

int
main(void)
{
	const char *bytes = getenv("FLOOD_BYTES");
	struct flood flood = { .arena = arena_new(ARENA_BYTES), .number = clock_us(CLOCK_REALTIME) };

	alarm(ENDS_S);
	flood.corpus = fill_corpus_new(BODIES, bytes != NULL ? (size_t)atol(bytes) : 2048);
	flood.loop = loop_new();
	flood.ipc = ipc_new(flood.loop, IPC_FD, &ops, &flood);
	loop_run(flood.loop);
	ipc_free(flood.ipc);
	loop_free(flood.loop);
	arena_free(flood.arena);
	fill_corpus_free(&flood.corpus);
	return 0;
}
