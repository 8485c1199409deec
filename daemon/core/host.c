#include "daemon/core/host.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/heap.h"
#include "daemon/core/names.h"

enum lane { QUICK, SLOW, LANES };
enum { HOSTS_FIRST = 64 };

/* What stands in a lane: a host, or for several hosts their address. */
struct stand {
	struct heap_node node;		/* first: found by it */
	struct host_address *address;	/* NULL: a host's */
};

struct host {
	struct stand	 stand;		/* first: found by it; in a lane, or in its address' queue */
	struct named	 named;
	struct host_address *address;	/* NULL: not known, or not to be shared */
	struct host_item *first, *last;	/* who waits, in order */
	size_t		 waiting;
	int64_t		 running;
	int64_t		 may_start_ms, blocked_until_ms;
	bool		 slow;
	bool		 kept;		/* one of n_kept, until nobody waits any more */
	char		 name[];
};

struct host_address {
	struct named	 named;
	struct { struct stand stand; struct heap hosts; } lanes[LANES];
	size_t		 n_hosts;
	int64_t		 running, may_start_ms;
	char		 text[];
};

struct host_table {
	struct names	 hosts, addresses;
	/* Who could start an item as far as their limits go, the earliest first. */
	struct heap	 lanes[LANES];
	size_t		 waiting, n_kept, sweep_at;
	uint64_t	 last_turn;	/* of equals, who has waited longest since its last turn goes first */
	int64_t		 parallel, spacing_ms, now_ms;
	int64_t		 blocked_until_ms;	/* the latest of all hosts */
};

static struct host *
host_of_named(struct named *named)
{
	return (struct host *)(void *)((char *)named - offsetof(struct host, named));
}

static int64_t
host_due(const struct host *host)
{
	return host->may_start_ms > host->blocked_until_ms ? host->may_start_ms : host->blocked_until_ms;
}

static void
wait_from(int64_t *may_start_ms, int64_t from_ms)
{
	if (*may_start_ms < from_ms)
		*may_start_ms = from_ms;
}

/* --- lanes --------------------------------------------------------------------------- */

/* The address' place in a lane after anything about it or the first of its hosts changed. */
static void
settle_lane(struct host_table *table, struct host_address *address, enum lane lane)
{
	struct heap_node *node = &address->lanes[lane].stand.node;
	const struct heap_node *first = heap_first(&address->lanes[lane].hosts);

	if (first == NULL || address->running >= table->parallel) {
		heap_take(&table->lanes[lane], node);
		return;
	}
	node->due_ms = first->due_ms > address->may_start_ms ? first->due_ms : address->may_start_ms;
	heap_put(&table->lanes[lane], node);
}

static void
settle_address(struct host_table *table, struct host_address *address)
{
	for (int lane = 0; address != NULL && lane < LANES; lane++)
		settle_lane(table, address, (enum lane)lane);
}

/* Where the host stands while it wants to. */
static struct heap *
queue_of(struct host_table *table, const struct host *host)
{
	return host->address != NULL ? &host->address->lanes[host->slow].hosts : &table->lanes[host->slow];
}

/* The host's place after anything about it changed. */
static void
settle(struct host_table *table, struct host *host)
{
	struct heap *queue = queue_of(table, host);

	host->stand.node.due_ms = host_due(host);
	if (host->waiting > 0 && host->running < table->parallel)
		heap_put(queue, &host->stand.node);
	else
		heap_take(queue, &host->stand.node);
	settle_address(table, host->address);
}

/* Out of where it stands: its lane or its address is about to change. */
static void
unsettle(struct host_table *table, struct host *host)
{
	heap_take(queue_of(table, host), &host->stand.node);
	settle_address(table, host->address);
}

/* --- addresses --------------------------------------------------------------------------- */

static struct host_address *
address_get(struct host_table *table, const char *text)
{
	struct named *named = names_find(&table->addresses, text);
	size_t size = strlen(text) + 1;
	struct host_address *address;

	if (named != NULL)
		return (struct host_address *)(void *)((char *)named - offsetof(struct host_address, named));
	address = calloc(1, sizeof *address + size);
	if (address == NULL)
		abort();
	memcpy(address->text, text, size);
	address->named.name = address->text;
	for (int lane = 0; lane < LANES; lane++) {
		address->lanes[lane].stand.address = address;
		address->lanes[lane].stand.node.turn = ++table->last_turn;
	}
	names_add(&table->addresses, &address->named);
	return address;
}

static void
address_free(struct host_address *address)
{
	for (int lane = 0; lane < LANES; lane++)
		heap_free(&address->lanes[lane].hosts);
	free(address);
}

/* Nobody is there any more. */
static void
address_release(struct host_table *table, struct host_address *address)
{
	if (address == NULL || address->n_hosts > 0 || address->running > 0)
		return;
	names_remove(&table->addresses, &address->named);
	address_free(address);
}

void
host_address(struct host_table *table, const struct host_item *item, const char *text)
{
	struct host *host = item->host;
	struct host_address *before;

	if (host == NULL || (host->address != NULL && strcmp(host->address->text, text) == 0))
		return;
	unsettle(table, host);
	before = host->address;
	host->address = address_get(table, text);
	host->address->n_hosts++;
	wait_from(&host->address->may_start_ms, host->may_start_ms);
	if (before != NULL)
		before->n_hosts--;
	address_release(table, before);
	settle(table, host);
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

static struct host *
host_find(const struct host_table *table, const char *name)
{
	struct named *named = names_find(&table->hosts, name);

	return named != NULL ? host_of_named(named) : NULL;
}

/* Nothing waits or runs; spacing and blocking are over or were none. */
static bool
host_is_forgettable(const struct host *host, int64_t now_ms, bool known_too)
{
	return host->waiting == 0 && host->running == 0 && host_due(host) <= now_ms &&
	    (known_too || (host->address == NULL && !host->slow));
}

static void
host_free(struct host_table *table, struct host *host)
{
	names_remove(&table->hosts, &host->named);
	if (host->address != NULL)
		host->address->n_hosts--;
	address_release(table, host->address);
	free(host);
}

/* Drops the hosts that have nothing to remember. */
static void
table_sweep(struct host_table *table)
{
	bool known_too = table->hosts.count > HOST_KNOWN_MAX;
	struct named *named = names_next(&table->hosts, NULL), *next;

	for (; named != NULL; named = next) {
		next = names_next(&table->hosts, named);
		if (host_is_forgettable(host_of_named(named), table->now_ms, known_too))
			host_free(table, host_of_named(named));
	}
	table->sweep_at = table->hosts.count * 2 > HOSTS_FIRST ? table->hosts.count * 2 : HOSTS_FIRST;
}

static struct host *
host_get(struct host_table *table, const char *name)
{
	struct host *host = host_find(table, name);
	size_t size = strlen(name) + 1;

	if (host != NULL)
		return host;
	if (table->hosts.count >= table->sweep_at)
		table_sweep(table);
	host = calloc(1, sizeof *host + size);
	if (host == NULL)
		abort();
	memcpy(host->name, name, size);
	host->named.name = host->name;
	host->stand.node.turn = ++table->last_turn;
	names_add(&table->hosts, &host->named);
	return host;
}

struct host_table *
host_table_new(void)
{
	struct host_table *table = calloc(1, sizeof *table);

	if (table == NULL)
		abort();
	names_init(&table->hosts);
	names_init(&table->addresses);
	table->sweep_at = HOSTS_FIRST;
	host_limits(table, 1, 0);
	return table;
}

void
host_table_free(struct host_table *table)
{
	struct named *named, *next;

	if (table == NULL)
		return;
	for (named = names_next(&table->addresses, NULL); named != NULL; named = next) {
		next = names_next(&table->addresses, named);
		address_free((struct host_address *)(void *)((char *)named - offsetof(struct host_address, named)));
	}
	for (named = names_next(&table->hosts, NULL); named != NULL; named = next) {
		next = names_next(&table->hosts, named);
		free(host_of_named(named));
	}
	names_free(&table->addresses);
	names_free(&table->hosts);
	for (int lane = 0; lane < LANES; lane++)
		heap_free(&table->lanes[lane]);
	free(table);
}

void
host_limits(struct host_table *table, int64_t parallel, int64_t spacing_ms)
{
	struct named *named = NULL;

	assert(parallel >= 1 && spacing_ms >= 0);
	table->parallel = parallel;
	table->spacing_ms = spacing_ms;
	while ((named = names_next(&table->hosts, named)) != NULL)
		settle(table, host_of_named(named));
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
	settle(table, host);
}

void
host_hurry(struct host_item *item)
{
	if (item->host == NULL || item->running)
		return;
	queue_out(item->host, item);
	queue_first(item->host, item);
}

/* Who goes first, now or later. */
static struct stand *
first_stand(const struct host_table *table, unsigned lanes)
{
	struct heap_node *quick = (lanes & HOST_QUICK) != 0 ? heap_first(&table->lanes[QUICK]) : NULL;
	struct heap_node *slow = (lanes & HOST_SLOW) != 0 ? heap_first(&table->lanes[SLOW]) : NULL;

	return (struct stand *)(void *)(quick == NULL || (slow != NULL && heap_before(slow, quick)) ? slow : quick);
}

/* The first host of who goes first; its address' turn is over with its own. */
static struct host *
take_turn(struct host_table *table, struct stand *stand)
{
	struct host_address *address = stand->address;

	if (address == NULL)
		return (struct host *)(void *)stand;
	stand->node.turn = ++table->last_turn;
	return (struct host *)(void *)heap_first(&address->lanes[stand == &address->lanes[SLOW].stand].hosts);
}

struct host_item *
host_next(struct host_table *table, int64_t now_ms, unsigned lanes)
{
	struct stand *stand = first_stand(table, lanes);
	struct host *host;
	struct host_item *item;

	table->now_ms = now_ms;
	if (stand == NULL || stand->node.due_ms > now_ms)
		return NULL;
	host = take_turn(table, stand);
	item = host->first;
	queue_out(host, item);
	item->running = true;
	item->address = host->address;
	host->waiting--;
	table->waiting--;
	host->running++;
	host->stand.node.turn = ++table->last_turn;
	host->may_start_ms = now_ms + table->spacing_ms;
	if (host->address != NULL) {
		host->address->running++;
		host->address->may_start_ms = now_ms + table->spacing_ms;
	}
	keep_or_not(table, host);
	settle(table, host);
	return item;
}

int64_t
host_when(const struct host_table *table, unsigned lanes)
{
	const struct stand *stand = first_stand(table, lanes);

	return stand == NULL ? HOST_NEVER : stand->node.due_ms;
}

bool
host_keeps(const struct host_item *item)
{
	return item->host->kept;
}

void
host_slow(struct host_table *table, const struct host_item *item, bool slow)
{
	if (item->host == NULL || item->host->slow == slow)
		return;
	unsettle(table, item->host);
	item->host->slow = slow;
	settle(table, item->host);
}

bool
host_is_slow(const struct host_item *item)
{
	return item->host != NULL && item->host->slow;
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
		wait_from(&host->may_start_ms, now_ms + table->spacing_ms);
	} else {
		queue_out(host, item);
		host->waiting--;
		table->waiting--;
		keep_or_not(table, host);
	}
	if (item->address != NULL) {
		item->address->running--;
		wait_from(&item->address->may_start_ms, now_ms + table->spacing_ms);
		settle_address(table, item->address);
		address_release(table, item->address);
	}
	*item = (struct host_item){ 0 };
	settle(table, host);
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
	settle(table, host);
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
	return table->hosts.count;
}
