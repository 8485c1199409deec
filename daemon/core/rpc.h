/*
 * rpc - JSON-RPC 2.0 on lines: requests are checked against the methods' rows and handed to them; answers are written
 * straight into the client's queue.
 *
 *	static void
 *	feed_count(struct rpc_call *call)
 *	{
 *		struct json *json = rpc_result(call);	{"jsonrpc":"2.0","id":1,"result":{
 *
 *		json_put_integer(json, "feeds", 3);
 *		rpc_send(call);				all that is open is closed, and the call is gone
 *	}
 *
 * A method answers its call exactly once: with rpc_result() ... rpc_send(), with rpc_error() ... rpc_send(), with one of the rpc_fail
 * functions; or it says rpc_keep() and does so before the client matters no more. Between rpc_result() or rpc_error() and rpc_send() there
 * must be no return to the loop. Calls whose client has gone are answered all the same; the answer goes nowhere.
 */
#ifndef DAEMON_CORE_RPC_H
#define DAEMON_CORE_RPC_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/client.h"
#include "daemon/core/core.h"
#include "daemon/shared/record.h"
#include "feeds/base/json.h"

enum { RPC_PARAMS_MAX = 6, RPC_ID_MAX = 256, RPC_ANSWER_SOFT = 4 << 20 /* bytes: a page ends early */,
	RPC_ANSWER_CROWDED = 64 << 10 /* the same while too much waits for all clients */ };

enum rpc_type { RPC_STRING, RPC_INTEGER, RPC_BOOL, RPC_STRINGS, RPC_INTEGERS, RPC_ARRAY, RPC_OBJECT, RPC_FEED, RPC_FEEDS };

struct rpc_param {
	const char	*name;
	enum rpc_type	 type;		/* FEED: a selector, text or number; plural: an array of such */
	bool		 required;
};

struct rpc_call {
	struct core	*core;
	uint64_t	 client;
	char		*id;		/* the request's, as JSON; NULL: a notification, no answer goes out */
	json_t		*params;	/* an object, checked; "null" members count as absent */
	bool		 kept, crowded;
	struct json	 json;		/* of the answer */
	struct buf	*out;		/* where it goes; NULL outside of an answer */
	struct buf	 nowhere;
	size_t		 start;		/* of the answer in out */
};

/* A method that READS changes nothing, polls nobody and tells no secret: it may be used at read-only sockets too. */
enum rpc_access { RPC_CHANGES, RPC_READS };

struct rpc_method {
	const char	*name;
	void		(*run)(struct rpc_call *);
	struct rpc_param params[RPC_PARAMS_MAX];
	enum rpc_access	 access;
};

/* The rows, ending with name NULL. */
extern const struct rpc_method rpc_feed_methods[], rpc_set_methods[], rpc_item_methods[], rpc_tag_methods[],
    rpc_rule_methods[], rpc_state_methods[], rpc_health_methods[];

/* For server_new(); the argument is the core. */
extern const struct client_ops rpc_client_ops;

/* One request of a client, NUL-terminated. */
void		 rpc_request(struct core *, struct client *, const char *ptr, size_t len);

/* --- answering ---------------------------------------------------------------------- */

/* Opens the result, an object: its members are to be written. */
struct json	*rpc_result(struct rpc_call *);

/* Members of error.data may be added. word: see gazette-protocol(7); the message is one line that names the subject. */
struct json	*rpc_error(struct rpc_call *, const char *word, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Takes back what has been written of the answer, to give another one. */
void		 rpc_retract(struct rpc_call *);

/* Ends the answer and the call. */
void		 rpc_send(struct rpc_call *);

void		 rpc_fail(struct rpc_call *, const char *word, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* One of JSON-RPC's own errors. */
void		 rpc_fail_code(struct rpc_call *, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The store's last error. */
void		 rpc_fail_store(struct rpc_call *, int status);

/* The uid of who called; STORE_ABSENT: he has gone. */
int64_t		 rpc_user(const struct rpc_call *);

/* The answer comes after the method's return. */
void		 rpc_keep(struct rpc_call *);

/* Whether the answer has grown so that a page should end. */
bool		 rpc_answer_is_long(const struct rpc_call *);

/* --- notifications ------------------------------------------------------------------- */

/* Begins {"jsonrpc":"2.0","method":METHOD,"params":{ in the buffer; members follow, then rpc_notify_end(). */
void		 rpc_notify(struct json *, struct buf *, const char *method);
void		 rpc_notify_end(struct json *);

/* --- parameters ----------------------------------------------------------------------- */

/* NULL, absent span or fallback if it is not there. Borrowed from the call. */
json_t		*rpc_param(const struct rpc_call *, const char *name);
struct span	 rpc_param_span(const struct rpc_call *, const char *name);
int64_t		 rpc_param_int(const struct rpc_call *, const char *name, int64_t fallback);
bool		 rpc_param_bool(const struct rpc_call *, const char *name, bool fallback);

/* "limit", from 1 to PROTOCOL_PAGE_MAX; false: the call has been answered. */
bool		 rpc_param_limit(struct rpc_call *, int64_t fallback, unsigned *limit);
/* The query that a text is; NULL: the call has been answered. To be freed. */
struct query	*rpc_query(struct rpc_call *, struct span text);

/* The texts of an array, in the arena. Absent: no items. */
struct span_list rpc_texts(const json_t *array, struct arena *);
struct span	 rpc_text(const json_t *string);

/* Whether this tag is a state that only entries have: no feed may have it. What to say then. */
bool		 rpc_is_entry_tag(struct span);

/* Whether value is true or false, null, or a word for these, as people write them: in *on then, else it stays. */
bool		 rpc_switch(const json_t *value, bool *on);

/* Whether "settings" say that a new feed is paused. */
bool		 rpc_param_paused(const struct rpc_call *);
#define RPC_ENTRY_TAG "unread and starred are tags of entries, not of feeds"

#endif
