/*
 * session - the reader's conversation with the daemon, kept up for as long as the reader runs.
 *
 * Over client.h it adds what a program needs that stays: one subscription to all changes, each told once and in
 * order; coming back by itself when the daemon does, from the last change seen; marks (read, starred) that are sent again
 * until the daemon has confirmed them; requests with an owner, dropped when the owner goes; refreshes with progress.
 *
 *	s = session_new(client, &ops, reader);
 *	session_start(s, now_ms);
 *	poll() session_fd() for session_events(), at most session_timeout()
 *	session_pump(s, now_ms);
 *	session_free(s);
 *
 * Nothing waits for the daemon. What was asked and not answered when the connection ends fails with
 * CLIENT_ELOST; the owners ask again at ops->up.
 */
#ifndef CONTRIB_GAZETTE_SESSION_H
#define CONTRIB_GAZETTE_SESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrib/gazette/client.h"

enum {
	SESSION_RETRY_FIRST_MS = 200,	/* doubled with each vain try up to */
	SESSION_RETRY_LAST_MS = 3000,
	SESSION_MARKS_MAX = 10000	/* unconfirmed ones; further ones are refused */
};

enum change_what {
	CHANGE_ITEM_NEW, CHANGE_ITEM_UPDATED, CHANGE_ITEM_TAGS, CHANGE_ITEM_REMOVED,
	CHANGE_ITEM_MARKED,		/* by session_undo(), while the daemon is away */
	CHANGE_FEED_ADDED, CHANGE_FEED_CHANGED, CHANGE_FEED_REMOVED
};

struct change {
	enum change_what what;
	int64_t		 item, feed;	/* 0: not said */
	int64_t		 feed_unread, feed_total;	/* -1: not said */
	const json_t	*object;	/* the item or feed as it is now; NULL if not said */
	int		 unread, starred;	/* of CHANGE_ITEM_MARKED: -1: as it was, 0, 1 */
};

struct progress {
	int64_t	 done, total, added, failed;
	bool	 over;			/* the refresh has ended; error says why if it failed as a whole */
	const struct client_error *error;
	const json_t *result;		/* of feed.refresh, if over and well */
};

/* What undo has done. */
struct undone {
	const json_t *operation;	/* what has been taken back (undone.h); NULL: there was nothing */
	const struct client_error *error;	/* NULL: it went well */
};

struct session_ops {
	/* Connected. again: not for the first time. fresh: changes were missed, all that is known may be wrong. */
	void	(*up)(void *arg, bool again, bool fresh);
	void	(*down)(void *arg, const struct client_error *);
	void	(*change)(void *arg, const struct change *);
	void	(*progress)(void *arg, const struct progress *);
	/* The daemon does not take a mark: what was shown in advance is wrong. */
	void	(*refused)(void *arg, const struct client_error *);
	void	(*undone)(void *arg, const struct undone *);
};

/* One of result and error is NULL; borrowed until the return. */
typedef void (*session_reply)(void *owner, json_t *result, const struct client_error *error);

struct session;

/* Borrows client, which may be connected or not, and ops. */
struct session	*session_new(struct client *, const struct session_ops *, void *arg);
void		 session_free(struct session *);

/* The first connection; ops->up or ops->down is called. */
void		 session_start(struct session *, int64_t now_ms);
bool		 session_is_up(const struct session *);

int		 session_fd(const struct session *);
short		 session_events(const struct session *);
int		 session_timeout(const struct session *, int64_t now_ms);	/* ms for poll(); -1: none */
void		 session_pump(struct session *, int64_t now_ms);

/* Takes params. False if there is no connection: reply is not called then. Any number may be under way. */
bool		 session_ask(struct session *, const char *method, json_t *params, session_reply, void *owner);
void		 session_forget(struct session *, void *owner);

/*
 * Adds or removes one tag on these entries (a JSON array of numbers, taken), or on what matches the query. The first is kept
 * until the daemon has confirmed it. The second is done now or not at all, lest entries that come while the daemon
 * is away are marked unseen: false without a connection, and if that ends before the answer ops->up says fresh.
 */
void		 session_mark_ids(struct session *, json_t *ids, const char *tag, bool add);
bool		 session_mark_query(struct session *, const char *query, const char *tag, bool add);
size_t		 session_unconfirmed(const struct session *);

/* Whether there is something that the daemon, which is there, has not been told yet, or marks that it has not confirmed. */
bool		 session_is_telling(const struct session *);

/* The same with several tags; takes all three arrays. */
void		 session_tag_ids(struct session *, json_t *ids, json_t *add, json_t *remove);

/*
 * Takes back the last change of marks, whoever made it; ops->undone says what came of it. While the daemon is away the last
 * mark by numbers that waits for it is taken back by its opposite, and ops->undone is called at once; false if there is none.
 */
bool		 session_undo(struct session *);

/* Polls these feeds now (takes the array; NULL: all) and reports by ops->progress. False if not connected. */
bool		 session_refresh(struct session *, json_t *feeds);

#endif
