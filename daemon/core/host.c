#include "daemon/core/host.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "feeds/base/hash.h"

enum { HOST_BUCKETS_FIRST = 64, NOT_IN_HEAP = -1 };

struct host {
	struct host	*chain;		/* in its bucket */
	struct host_item *first, *last;	/* who waits, in order */
	size_t		 waiting;
	int64_t		 running;
	int64_t		 may_start_ms, blocked_until_ms;
	uint64_t	 turn;		/* of equals, who has waited longest since its last turn goes first */
	long		 heap_at;	/* index in the heap or NOT_IN_HEAP */
	bool		 kept;		/* one of n_kept, until nobody waits any more */
	char		 name[];
};

struct host_table {
	struct hash_key	 key;		/* names come from strangers */
	struct host	**buckets;
	size_t		 n_buckets, n_hosts;
	/* Hosts that could start an item as far as their limit goes, the earliest first. */
	struct host	**heap;
	long		 n_heap;
	size_t		 waiting, n_kept;
	uint64_t	 last_turn;
	int64_t		 parallel, spacing_ms, now_ms;
	int64_t		 blocked_until_ms;	/* the latest of all hosts */
};

/* --- the heap --------------------------------------------------------------------- */

static int64_t
host_due(const struct host *host)
{
	return host->may_start_ms > host->blocked_until_ms ? host->may_start_ms : host->blocked_until_ms;
}

static bool
host_before(const struct host *one, const struct host *two)
{
	int64_t due = host_due(one), other = host_due(two);

	return due < other || (due == other && one->turn < two->turn);
}

static void
heap_set(struct host_table *table, long at, struct host *host)
{
	table->heap[at] = host;
	host->heap_at = at;
}

static void
heap_up(struct host_table *table, long at)
{
	struct host *host = table->heap[at];

	while (at > 0 && host_before(host, table->heap[(at - 1) / 2])) {
		heap_set(table, at, table->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_set(table, at, host);
}

static void
heap_down(struct host_table *table, long at)
{
	struct host *host = table->heap[at];

	for (;;) {
		long child = at * 2 + 1;

		if (child >= table->n_heap)
			break;
		if (child + 1 < table->n_heap && host_before(table->heap[child + 1], table->heap[child]))
			child++;
		if (!host_before(table->heap[child], host))
			break;
		heap_set(table, at, table->heap[child]);
		at = child;
	}
	heap_set(table, at, host);
}

/* The host's place in the heap after anything about it changed; the heap has room for every host. */
static void
heap_settle(struct host_table *table, struct host *host)
{
	bool wanted = host->waiting > 0 && host->running < table->parallel;
	long at = host->heap_at;

	if (wanted && at == NOT_IN_HEAP) {
		at = table->n_heap++;
		heap_set(table, at, host);
	} else if (!wanted && at != NOT_IN_HEAP) {
		struct host *last = table->heap[--table->n_heap];

		host->heap_at = NOT_IN_HEAP;
		if (last == host)
			return;
		heap_set(table, at, last);
		host = last;
	} else if (!wanted)
		return;
	heap_up(table, at);
	heap_down(table, host->heap_at);
}

/* After an item has left the queue. */
static void
keep_or_not(struct host_table *table, struct host *host)
{
	bool kept = host->waiting > 0 && (host->kept || (host->running > 0 && table->n_kept < HOST_KEPT_MAX));

	if (kept && !host->kept)
		table->n_kept++;
	else if (!kept && host->kept)
		table->n_kept--;
	host->kept = kept;
}

/* --- the table -------------------------------------------------------------------- */

static struct host **
bucket_of(const struct host_table *table, const char *name)
{
	return &table->buckets[hash_bytes(&table->key, name, strlen(name)) & (table->n_buckets - 1)];
}

static struct host *
host_find(const struct host_table *table, const char *name)
{
	struct host *host = *bucket_of(table, name);

	while (host != NULL && strcmp(host->name, name) != 0)
		host = host->chain;
	return host;
}

/* Nothing waits or runs; spacing and blocking are over or were none. */
static bool
host_is_forgettable(const struct host *host, int64_t now_ms)
{
	return host->waiting == 0 && host->running == 0 && host_due(host) <= now_ms;
}

/* Drops the hosts that have nothing to remember. */
static void
table_sweep(struct host_table *table)
{
	for (size_t i = 0; i < table->n_buckets; i++) {
		struct host **link = &table->buckets[i];

		while (*link != NULL) {
			struct host *host = *link;

			if (!host_is_forgettable(host, table->now_ms)) {
				link = &host->chain;
				continue;
			}
			*link = host->chain;
			table->n_hosts--;
			free(host);
		}
	}
}

static void
table_resize(struct host_table *table, size_t n_buckets)
{
	struct host **old = table->buckets;
	size_t n_old = table->n_buckets;

	table->n_buckets = n_buckets;
	table->buckets = calloc(n_buckets, sizeof *table->buckets);
	table->heap = realloc(table->heap, n_buckets * sizeof *table->heap);
	if (table->buckets == NULL || table->heap == NULL)
		abort();
	for (size_t i = 0; i < n_old; i++) {
		struct host *host = old[i], *next;

		for (; host != NULL; host = next) {
			struct host **bucket = bucket_of(table, host->name);

			next = host->chain;
			host->chain = *bucket;
			*bucket = host;
		}
	}
	free(old);
}

static struct host *
host_get(struct host_table *table, const char *name)
{
	struct host *host = host_find(table, name), **bucket;
	size_t size = strlen(name) + 1;

	if (host != NULL)
		return host;
	if (table->n_hosts == table->n_buckets) {
		table_sweep(table);
		if (table->n_hosts > table->n_buckets / 2)
			table_resize(table, table->n_buckets * 2);
	}
	host = calloc(1, sizeof *host + size);
	if (host == NULL)
		abort();
	memcpy(host->name, name, size);
	host->heap_at = NOT_IN_HEAP;
	host->turn = ++table->last_turn;
	bucket = bucket_of(table, name);
	host->chain = *bucket;
	*bucket = host;
	table->n_hosts++;
	return host;
}

struct host_table *
host_table_new(void)
{
	struct host_table *table = calloc(1, sizeof *table);

	if (table == NULL || getrandom(&table->key, sizeof table->key, 0) != sizeof table->key)
		abort();
	host_limits(table, 1, 0);
	table_resize(table, HOST_BUCKETS_FIRST);
	return table;
}

void
host_table_free(struct host_table *table)
{
	if (table == NULL)
		return;
	for (size_t i = 0; i < table->n_buckets; i++) {
		struct host *host = table->buckets[i], *next;

		for (; host != NULL; host = next) {
			next = host->chain;
			free(host);
		}
	}
	free(table->buckets);
	free(table->heap);
	free(table);
}

void
host_limits(struct host_table *table, int64_t parallel, int64_t spacing_ms)
{
	assert(parallel >= 1 && spacing_ms >= 0);
	table->parallel = parallel;
	table->spacing_ms = spacing_ms;
	for (size_t i = 0; i < table->n_buckets; i++)
		for (struct host *host = table->buckets[i]; host != NULL; host = host->chain)
			heap_settle(table, host);
}

/* --- who waits and runs --------------------------------------------------------------- */

static void
queue_first(struct host *host, struct host_item *item)
{
	item->prev = NULL;
	item->next = host->first;
	if (host->first != NULL)
		host->first->prev = item;
	else
		host->last = item;
	host->first = item;
}

static void
queue_last(struct host *host, struct host_item *item)
{
	item->next = NULL;
	item->prev = host->last;
	if (host->last != NULL)
		host->last->next = item;
	else
		host->first = item;
	host->last = item;
}

static void
queue_out(struct host *host, struct host_item *item)
{
	if (item->prev != NULL)
		item->prev->next = item->next;
	else
		host->first = item->next;
	if (item->next != NULL)
		item->next->prev = item->prev;
	else
		host->last = item->prev;
	item->next = item->prev = NULL;
}

void
host_add(struct host_table *table, const char *host_port, struct host_item *item, bool urgent)
{
	struct host *host = host_get(table, host_port);

	assert(item->host == NULL);
	*item = (struct host_item){ .host = host };
	if (urgent)
		queue_first(host, item);
	else
		queue_last(host, item);
	host->waiting++;
	table->waiting++;
	heap_settle(table, host);
}

void
host_hurry(struct host_item *item)
{
	if (item->host == NULL || item->running)
		return;
	queue_out(item->host, item);
	queue_first(item->host, item);
}

struct host_item *
host_next(struct host_table *table, int64_t now_ms)
{
	struct host *host;
	struct host_item *item;

	table->now_ms = now_ms;
	if (table->n_heap == 0 || host_due(table->heap[0]) > now_ms)
		return NULL;
	host = table->heap[0];
	item = host->first;
	queue_out(host, item);
	item->running = true;
	host->waiting--;
	table->waiting--;
	host->running++;
	host->turn = ++table->last_turn;
	host->may_start_ms = now_ms + table->spacing_ms;
	keep_or_not(table, host);
	heap_settle(table, host);
	return item;
}

bool
host_keeps(const struct host_item *item)
{
	return item->host->kept;
}

int64_t
host_when(const struct host_table *table)
{
	return table->n_heap == 0 ? HOST_NEVER : host_due(table->heap[0]);
}

void
host_done(struct host_table *table, struct host_item *item, int64_t now_ms)
{
	struct host *host = item->host;

	table->now_ms = now_ms;
	if (host == NULL)
		return;
	if (item->running) {
		host->running--;
		/* Its request may have come late, and the next one must not follow on its heels. */
		if (host->may_start_ms < now_ms + table->spacing_ms)
			host->may_start_ms = now_ms + table->spacing_ms;
	} else {
		queue_out(host, item);
		host->waiting--;
		table->waiting--;
		keep_or_not(table, host);
	}
	*item = (struct host_item){ 0 };
	heap_settle(table, host);
}

void
host_block(struct host_table *table, const char *host_port, int64_t until_ms)
{
	struct host *host = host_get(table, host_port);

	if (until_ms <= host->blocked_until_ms)
		return;
	host->blocked_until_ms = until_ms;
	if (until_ms > table->blocked_until_ms)
		table->blocked_until_ms = until_ms;
	table->n_kept -= host->kept;
	host->kept = false;
	heap_settle(table, host);
}

bool
host_any_blocked(const struct host_table *table, int64_t now_ms)
{
	return table->blocked_until_ms > now_ms;
}

int64_t
host_blocked(const struct host_table *table, const char *host_port, int64_t now_ms)
{
	const struct host *host = host_find(table, host_port);

	return host != NULL && host->blocked_until_ms > now_ms ? host->blocked_until_ms : 0;
}

size_t
host_waiting(const struct host_table *table, const char *host_port)
{
	const struct host *host = host_find(table, host_port);

	return host != NULL ? host->waiting : 0;
}

size_t
host_waiting_all(const struct host_table *table)
{
	return table->waiting;
}

size_t
host_count(const struct host_table *table)
{
	return table->n_hosts;
}
