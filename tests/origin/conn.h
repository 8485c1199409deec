/* conn - one connection of the origin: takes requests, sends answers, misbehaves as told. */
#ifndef TESTS_ORIGIN_CONN_H
#define TESTS_ORIGIN_CONN_H

#include "tests/origin/origin.h"

enum conn_state {
	CONN_READING,			/* for the next request */
	CONN_DELAYING,			/* the answer is ready, its time has not come */
	CONN_SENDING,
	CONN_HOLDING,			/* silent until the peer gives up */
	CONN_LINGERING			/* all is said; until the peer closes */
};

struct server {
	int		 epoll, dir, log, arrivals, heads;	/* -1: none */
	int64_t		 started_ms;
	struct conn	*conns;
	size_t		 n_timed;		/* connections with wake_ms set */
	char		 piece[PIECE_BYTES];
};

struct conn {
	struct conn	*next, *prev;
	struct server	*server;
	int		 fd;
	unsigned	 number;
	enum conn_state	 state;
	uint32_t	 wanted;		/* epoll events */
	struct arena	*arena;			/* of the current request */
	struct buf	 in, out;
	struct request	 request;
	struct reply	 reply;
	bool		 answering;		/* a request that has not been logged yet */
	bool		 body_done;
	bool		 doomed;		/* the next request is met with a reset */
	uint64_t	 body_bytes;		/* sent, without chunk headers */
	int64_t		 sending_ms, wake_ms;	/* 0: no alarm */
};

struct conn	*conn_new(struct server *, int fd, unsigned number);

/* Each of these may free the connection. */
void		 conn_close(struct conn *);
void		 conn_event(struct conn *, uint32_t events);
void		 conn_wake(struct conn *);

/* --- what a connection needs of the server (origin.c) ------------------------------ */

int64_t		 server_now_ms(void);
void		 server_log(struct server *, const struct conn *);
void		 server_log_arrival(struct server *, const struct conn *);

#endif
