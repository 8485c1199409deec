/*
 * host - manners towards each host ("name:port"): how many requests at once, how far apart, and until when it asked
 * to be left alone. Holds what waits for its turn; hosts take turns, so that no slow or crowded one keeps others waiting.
 *
 *	struct host_table *table = host_table_new();
 *	host_limits(table, 2, 1000);
 *	host_add(table, "example.org:443", &job->at_host, false);
 *	while (room) {
 *		struct host_item *item = host_next(table, now_ms, HOST_QUICK | HOST_SLOW);
 *		if (item == NULL) break;		ask again at host_when(table, HOST_QUICK | HOST_SLOW)
 *		start(container of item);
 *	}
 *	host_done(table, &job->at_host, now_ms);	once for each that host_next() gave
 *
 * Hosts at one address, once host_address() has told, share a budget as if they were one host, too. Those that host_slow() tells
 * of stand in a lane of their own, so that room can be kept for the others.
 *
 * Times are milliseconds of any clock that does not go back. Nothing here reads a clock.
 */
#ifndef DAEMON_CORE_HOST_H
#define DAEMON_CORE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOST_NEVER INT64_MAX

/* Hosts of which no more is known than that they are slow, or where they are, are kept while there are not more of all. */
enum { HOST_KNOWN_MAX = 8192 };

enum { HOST_KEPT_MAX = 128 };	/* as many as a fetcher keeps open with the default of "parallel" */

/* Lanes. */
enum { HOST_QUICK = 1, HOST_SLOW = 2 };

struct host;
struct host_address;
struct host_table;

/* Embedded in what waits; belongs to its owner, host.c fills it. */
struct host_item {
	struct host	*host;		/* NULL: neither waits nor runs */
	struct host_address *address;	/* whose budget it runs on */
	struct host_item *next, *prev;
	bool		 running;
};

struct host_table *host_table_new(void);
void	 host_table_free(struct host_table *);	/* items that still wait are forgotten */

/* At most parallel (>= 1) at a time to one host; a start is at least spacing_ms after the one before and any end. */
void	 host_limits(struct host_table *, int64_t parallel, int64_t spacing_ms);

/* Puts an item in the queue of its host; urgent: in front. */
void	 host_add(struct host_table *, const char *host_port, struct host_item *, bool urgent);

/* Moves an item that waits to the front. */
void	 host_hurry(struct host_item *);

/* The next item of these lanes that may start at now_ms; it counts as running from now on. NULL: none may. */
struct host_item *host_next(struct host_table *, int64_t now_ms, unsigned lanes);

/* When host_next() may have one, if nothing ends or comes before; HOST_NEVER if none waits or all wait for host_done(). */
int64_t	 host_when(const struct host_table *, unsigned lanes);

/*
 * Whether more of the host of an item that runs will come while its connection is still open: others wait there, and it is one of at
 * most HOST_KEPT_MAX such hosts. Connections of more would crowd out each other before any is used again.
 */
bool	 host_keeps(const struct host_item *);

/* Of the host of an item that waits or runs: where it was found, for good measure until it is found elsewhere; whether it is slow. */
void	 host_address(struct host_table *, const struct host_item *, const char *text);
void	 host_slow(struct host_table *, const struct host_item *, bool slow);
bool	 host_is_slow(const struct host_item *);

/* The item has ended, or need not wait any longer: it is out. */
void	 host_done(struct host_table *, struct host_item *, int64_t now_ms);

/* No item of this host starts before until_ms; a shorter wish than the one in force changes nothing. */
void	 host_block(struct host_table *, const char *host_port, int64_t until_ms);

/* Whether any host may be blocked now: a short way for the many feeds that need not be looked at then. */
bool	 host_any_blocked(const struct host_table *, int64_t now_ms);

/* Until when a host is blocked: 0 if it is not. How many wait at it, how many wait in all. */
int64_t	 host_blocked(const struct host_table *, const char *host_port, int64_t now_ms);
size_t	 host_waiting(const struct host_table *, const char *host_port);
size_t	 host_waiting_all(const struct host_table *);

/* Hosts that are remembered; those without anything to remember are dropped as others come. */
size_t	 host_count(const struct host_table *);

#endif
