/*
 * client - one connection to the socket: lines in, a bounded queue of bytes out. Knows nothing of what the lines mean.
 *
 * A client that does not read is never waited for: over CLIENT_OUT_SOFT waiting bytes its requests are no longer read and
 * client_full() asks producers to stop; on_room says when to go on; without any progress for CLIENT_STALL_MS, or over
 * CLIENT_OUT_MAX, it is closed.
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

#include "daemon/shared/loop.h"
#include "feeds/base/buf.h"

enum {
	CLIENT_OUT_SOFT = 1 << 20,	/* bytes that wait: no new requests, no more notifications */
	CLIENT_OUT_MAX = 128 << 20,	/* one answer may need as much; more closes the connection */
	CLIENT_STALL_MS = 60 * 1000,	/* without taking a byte */
	CLIENT_LINES_A_TURN = 64,	/* requests before others get their turn */
	CLIENT_CALLS_MAX = 64		/* calls that wait for their answer: no new requests are read */
};

struct client_limits { size_t out_soft, out_max; int64_t stall_ms; };
extern const struct client_limits client_limits_default;	/* the three above */

struct client;

struct client_ops {
	/* One line without its end, NUL-terminated, writable until return. */
	void	(*on_line)(void *arg, struct client *, char *ptr, size_t len);
	/* A line longer than PROTOCOL_REQUEST_MAX came: put the last answer; the connection ends after it. */
	void	(*on_overlong)(void *arg, struct client *);
	/* The queue has fallen under CLIENT_OUT_SOFT again. */
	void	(*on_room)(void *arg, struct client *);
	/* The connection is over. Once. */
	void	(*on_close)(void *arg, struct client *);
};

/* fd is taken. id: never given twice. limits and ops are borrowed for good. */
struct client	*client_new(struct loop *, int fd, uint64_t id, const struct client_limits *limits, const struct client_ops *ops,
		    void *arg);
void		 client_close(struct client *);
bool		 client_closed(const struct client *);
void		 client_free(struct client *);

uint64_t	 client_id(const struct client *);

/* Append whole lines, then client_send(). NULL is never returned; what is put after client_close() is dropped. */
struct buf	*client_out(struct client *);
void		 client_send(struct client *);

/* Whether producers must stop. */
bool		 client_full(const struct client *);

/* Between hold and release a call waits for its answer: a half-closed connection is kept for it. */
void		 client_hold(struct client *);
void		 client_release(struct client *);

#endif
