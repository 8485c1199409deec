/*
 * client - one connection to the socket: lines in, a bounded queue of bytes out. Knows nothing of what the lines mean.
 *
 * A client that does not read is never waited for: over CLIENT_OUT_SOFT waiting bytes its requests are no longer read and
 * client_full() asks producers to stop; on_room says when to go on; without any progress for CLIENT_STALL_MS, or over
 * CLIENT_OUT_MAX, it is closed.
 *
 * What all clients together make us keep has a budget. Over its input a client whose unfinished line is longer than
 * CLIENT_FAIR_BYTES is turned away as it goes on; over its output one with more than that waiting is full. Who says and takes little is
 * served all the same. A line longer than that has CLIENT_STALL_MS for each next byte.
 *
 * A client gets one line taken in a round of the loop, and others are heard in between. One that has said more than CLIENT_AHEAD lines before
 * it was answered, or goes on with a line of more than CLIENT_FAIR_BYTES, is read and answered in its turns only (patience.h).
 *
 * A last line without its end is a line when the peer has said all; once its answers are written the connection ends.
 *
 * client_close() only marks it and tells on_close; the memory goes when the loop comes round, so that whoever holds
 * the pointer on its stack may still look at client_closed().
 */
#ifndef DAEMON_CORE_CLIENT_H
#define DAEMON_CORE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/core/patience.h"
#include "daemon/shared/loop.h"
#include "feeds/base/buf.h"

enum {
	CLIENT_OUT_SOFT = 1 << 20,	/* bytes that wait: no new requests, no more notifications */
	CLIENT_OUT_MAX = 128 << 20,	/* one answer may need as much; more closes the connection */
	CLIENT_STALL_MS = 60 * 1000,	/* without taking a byte */
	CLIENT_FAIR_BYTES = 16 << 10,	/* unfinished line or waiting bytes that are never too much */
	CLIENT_IN_ALL = 16 << 20,	/* unfinished lines of all clients */
	CLIENT_OUT_ALL = 32 << 20,	/* bytes that wait for all clients: only little more is added */
	CLIENT_AHEAD = 16,		/* requests before the answer to the first is out: more wait for turns */
	CLIENT_LOOK_MS = 250,		/* whether one that will say no more is still there */
	CLIENT_CALLS_MAX = 64		/* calls that wait for their answer: no new requests are read */
};

struct client_limits { size_t out_soft, out_max; int64_t stall_ms; };
extern const struct client_limits client_limits_default;	/* the three above */

/* Shared by all clients of an owner: the first two are its, the others theirs. */
struct client_budget { size_t in_max, out_max, in, out; };
#define CLIENT_BUDGET_INIT ((struct client_budget){ .in_max = CLIENT_IN_ALL, .out_max = CLIENT_OUT_ALL })

struct client;

struct client_ops {
	/* One line without its end, NUL-terminated, writable until return. */
	void	(*on_line)(void *arg, struct client *, char *ptr, size_t len);
	/* A line longer than PROTOCOL_REQUEST_MAX came: put the last answer; the connection ends after it. */
	void	(*on_overlong)(void *arg, struct client *);
	/* This one's line is too much for the budget: put the last answer; the connection ends after it. */
	void	(*on_crowded)(void *arg, struct client *);
	/* The queue has fallen under CLIENT_OUT_SOFT again. */
	void	(*on_room)(void *arg, struct client *);
	/* The connection is over. Once. */
	void	(*on_close)(void *arg, struct client *);
};

/* fd is taken. id: never given twice. limits, budget, patience and ops are borrowed for good. */
struct client	*client_new(struct loop *, int fd, uint64_t id, const struct client_limits *limits, struct client_budget *,
		    struct patience *, const struct client_ops *ops, void *arg);
void		 client_close(struct client *);
bool		 client_closed(const struct client *);
void		 client_free(struct client *);

uint64_t	 client_id(const struct client *);

/* The uid of whose it is; -1 until that is said. */
void		 client_set_user(struct client *, int64_t uid);
int64_t		 client_user(const struct client *);

/* It has come by a socket for reading only; whoever answers it respects that. */
void		 client_restrict(struct client *);
bool		 client_is_restricted(const struct client *);

/* Append whole lines, then client_send(). NULL is never returned; what is put after client_close() is dropped. */
struct buf	*client_out(struct client *);
void		 client_send(struct client *);

/* Whether producers must stop. */
bool		 client_full(const struct client *);

/* Whether so much waits for all clients that answers should be short. */
bool		 client_crowded(const struct client *);

/* Between hold and release a call waits for its answer: a half-closed connection is kept for it. */
void		 client_hold(struct client *);
void		 client_release(struct client *);

/* While it is deaf it is asked for nothing more: requests wait. */
void		 client_deafen(struct client *, bool deaf);

#endif
