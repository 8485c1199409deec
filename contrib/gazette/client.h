/*
 * client - a connection to gazetted: gazette-protocol(7), JSON-RPC 2.0 over a Unix stream socket, one message a line.
 *
 * Commands ask and wait:
 *
 *	struct client *c = client_new(NULL);
 *	if (client_connect(c, &err) == -1) ...			err.code is CLIENT_ENODAEMON
 *	if (client_call(c, "item.count", json_pack("{s:[s]}", "queries", "*"), &result, &err) == -1) ...
 *	json_decref(result);
 *	client_free(c);
 *
 * The reader keeps going:
 *
 *	client_on_notify(c, change, reader);
 *	client_send(c, "item.list", params, got_page, view);	got_page() is called from client_pump()
 *	poll() client_fd(c) for client_events(c); then client_pump(c, &err)
 *
 * Both may be mixed: whatever arrives while client_call() waits goes to its callback. Callbacks may call
 * anything here but client_free(). Nothing blocks but client_call(), client_wait() and client_connect().
 */
#ifndef CONTRIB_GAZETTE_CLIENT_H
#define CONTRIB_GAZETTE_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CLIENT_PATH_BYTES = 108,		/* sun_path */
	CLIENT_PATHS_MAX = 2,
	CLIENT_WORD_BYTES = 32,
	CLIENT_MESSAGE_BYTES = 1024,
	CLIENT_REPLY_MAX = 256 << 20		/* bytes of one line from the daemon; more is CLIENT_EPROTOCOL */
};

/* Codes of client_error that do not come from the daemon; the daemon's own are negative (daemon/shared/protocol.h). */
enum {
	CLIENT_ENODAEMON = 1,			/* nobody listens there, or not for us */
	CLIENT_ELOST,				/* the connection ended; what was unanswered stays unanswered */
	CLIENT_EPROTOCOL,			/* what answers is not gazetted; the connection is closed */
	CLIENT_ETOOLARGE			/* the request is over PROTOCOL_REQUEST_MAX; nothing was sent */
};

struct client_error {
	int		 code;			/* RPC_E..., CLIENT_E... */
	char		 word[CLIENT_WORD_BYTES];	/* "no-such-feed"; "" if there is none */
	char		 message[CLIENT_MESSAGE_BYTES];	/* one clean line; a longer one is cut in its middle */
	int64_t		 position;		/* bad-query: byte offset of the mistake; else -1 */
};

struct client;

/* One of result and error is NULL. Both are borrowed until the callback returns. */
typedef void (*client_reply)(void *arg, json_t *result, const struct client_error *);
typedef void (*client_notify)(void *arg, const char *method, json_t *params);

/*
 * Where to look for the daemon, best first: the option (may be NULL), else $GAZETTE_SOCKET, else
 * the user's socket and /run/gazette/socket. How many were stored; 0: the path is too long for a socket.
 */
size_t	 client_paths(const char *option, char paths[CLIENT_PATHS_MAX][CLIENT_PATH_BYTES]);

/* A client that is not connected. socket: what -s said, or NULL; borrowed. */
struct client *client_new(const char *socket);
void	 client_free(struct client *);

/*
 * Connects, or connects again after the daemon went away (requests still unanswered fail with
 * CLIENT_ELOST first). 0, or -1 with CLIENT_ENODAEMON.
 */
int	 client_connect(struct client *, struct client_error *);
void	 client_close(struct client *);
bool	 client_connected(const struct client *);

/* The path of the socket that client_connect() found; "" before. */
const char *client_path(const struct client *);

/* Who gets notifications ("change", "progress"); NULL: nobody. */
void	 client_on_notify(struct client *, client_notify, void *arg);

/*
 * Asks and waits for the answer. Takes params (NULL: no members). 0 and *result (owned by the caller; result may
 * be NULL), or -1 and *error.
 */
int	 client_call(struct client *, const char *method, json_t *params, json_t **result, struct client_error *);

/*
 * Asks without waiting; takes params. The request's id (> 0), and reply is called once: with the answer or
 * with what ended the connection, but never before client_send() has returned. -1 and *error if nothing was sent.
 */
int64_t	 client_send(struct client *, const char *method, json_t *params, client_reply, void *arg, struct client_error *);

/* The answer to this request is of no interest any more: its callback is not called. */
void	 client_forget(struct client *, int64_t id);

/* How many requests wait for their answer. */
size_t	 client_pending(const struct client *);

/* For poll(2): the descriptor (-1: not connected) and POLLIN, with POLLOUT while something waits to be sent. */
int	 client_fd(const struct client *);
short	 client_events(const struct client *);

/*
 * Sends what waits, reads what is there, calls back for each message. 0, or -1 and *error once the connection
 * has ended: it is closed then and every unanswered request has been called back.
 */
int	 client_pump(struct client *, struct client_error *);

/* client_pump() after waiting at most timeout_ms (-1: for ever) for something to do. */
int	 client_wait(struct client *, int timeout_ms, struct client_error *);

#endif
