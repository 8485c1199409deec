/*
 * rig - a real gazetted in a folder of its own, with fake-fetcher in the fetcher's place, and a connection to it.
 *
 *	struct rig rig;
 *	rig_start(&rig, "min_interval = 0s\n");		returns when it has said that it is ready
 *	json_t *result = rig_call(&rig, "feed.add", "{\"url\":\"http://a.test/ok/3\"}");
 *	json_decref(result);
 *	rig_stop(&rig);					SIGTERM; asserts that it ends with status 0
 *
 * Whatever does not come within RIG_WAIT_MS fails the test. Results are to be released.
 */
#ifndef TESTS_DAEMON_RIG_H
#define TESTS_DAEMON_RIG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "feeds/base/buf.h"

enum { RIG_WAIT_MS = 30000, RIG_PATH_BYTES = 128, RIG_LINE_MAX = 64 << 20 };

struct rig_peer { int fd; struct buf in; };

struct rig {
	char	 dir[RIG_PATH_BYTES], socket[RIG_PATH_BYTES];
	pid_t	 pid;
	int	 notify;
	int	 next_id;
	int	 adopt;			/* a descriptor that the daemon gets as LISTEN_FDS, instead of -s; 0: none */
	struct rig_peer peer;		/* the connection that rig_call() uses */
};

/* Makes the folder and starts the daemon in it. conf: what gazetted.conf says. */
void	 rig_start(struct rig *, const char *conf);

/* Starts it again in the same folder. */
void	 rig_restart(struct rig *);

/* Starts a daemon that is to refuse: its exit status. message: what it said, to be freed. */
int	 rig_refused(struct rig *, char **message);

/* Ends it; rig_stop() removes the folder, too. rig_kill(): by SIGKILL. */
void	 rig_end(struct rig *);
void	 rig_kill(struct rig *);
void	 rig_stop(struct rig *);

/* params is JSON or NULL. The result, or (rig_error) the error. Notifications that come meanwhile are dropped. */
json_t	*rig_call(struct rig *, const char *method, const char *params);
json_t	*rig_error(struct rig *, const char *method, const char *params);

/* Sends a request and does not wait; its id. The answer to an id, result or error. */
int	 rig_send(struct rig *, const char *method, const char *params);
json_t	*rig_answer(struct rig *, int id);

/*
 * Other connections. Lines are sent with their end added; that the daemon has closed is only seen by reading.
 * rig_peer_read(): the next line; NULL: it was closed.
 */
void	 rig_peer_open(struct rig *, struct rig_peer *);
void	 rig_peer_close(struct rig_peer *);
void	 rig_peer_write(struct rig_peer *, const char *ptr, size_t len);
json_t	*rig_peer_read(struct rig_peer *);

/* Reads a file of the folder ("jobs"); "" if there is none. To be freed. */
char	*rig_file(struct rig *, const char *name);
void	 rig_write_file(struct rig *, const char *name, const char *text);
void	 rig_remove_file(struct rig *, const char *name);

/* How many jobs the fetcher was given whose line begins with this. */
int	 rig_jobs(struct rig *, const char *prefix);

/* Waits for the next datagram of the service manager's protocol that holds this text. */
void	 rig_notified(struct rig *, const char *text);

#endif
