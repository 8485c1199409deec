/*
 * websub - the fetcher's own small HTTP server, for hubs (W3C WebSub): it verifies what core has asked a hub for, and takes the
 * documents that hubs push. There is one only if the configuration says where; a proxy that speaks TLS stands in front of it.
 *
 * The last part of the path is the token of a subscription. Only core knows tokens, so each call is told to core first
 * (ops->ask), and waits with nothing of its body read until websub_reply(). A push that core wants is a job; its row
 * goes out by ops->send. Who calls is a stranger until the token says otherwise, and a hub need not be a friend:
 *
 *	connections	WEBSUB_CONNECTIONS_MAX, WEBSUB_PER_ADDRESS_MAX of one address; silent for WEBSUB_SILENCE_S: closed
 *	head		WEBSUB_HEAD_BYTES
 *	body		max_body; of what is longer nothing is taken
 *	documents	WEBSUB_PUSHES_MAX at a time, each within the timeout of a fetch; others are asked to come again
 *	core's answer	within WEBSUB_PATIENCE_MS, or the caller is asked to come again
 *
 * Tokens, secrets and bodies are not logged. websub.c is the only file that includes libmicrohttpd; websub-none.c takes its place in
 * a build without.
 */
#ifndef DAEMON_FETCHER_WEBSUB_H
#define DAEMON_FETCHER_WEBSUB_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/fetcher/row.h"
#include "daemon/fetcher/transfer.h"
#include "daemon/shared/loop.h"
#include "daemon/shared/record.h"

enum {
	WEBSUB_CONNECTIONS_MAX = 64,
	WEBSUB_PER_ADDRESS_MAX = 48,		/* the proxy in front is one address */
	WEBSUB_SILENCE_S = 15,
	WEBSUB_HEAD_BYTES = 16 << 10,		/* of one request; its body is read in pieces of at most so much */
	WEBSUB_PUSHES_MAX = 4,
	WEBSUB_PATIENCE_MS = 10 * 1000,
	WEBSUB_TICK_MS = 1000,
	WEBSUB_RETRY_AFTER_S = 60,		/* what those that shall come again are told */
	WEBSUB_CHALLENGE_MAX = 4096,		/* bytes of a challenge that is sent back */
	WEBSUB_ERROR_BYTES = 256
};

struct websub;

struct websub_ops {
	void	(*ask)(void *arg, const struct rec_hub_call *);
	void	(*send)(void *arg, const char *frames, size_t len);
	bool	(*may_read)(void *arg);		/* whether core keeps up: there may be another document */
};

/* Opens the socket, so before the process is locked. NULL: it cannot be, *error says why. */
struct websub	*websub_new(struct loop *, const char *listen, struct row_scratch *, const struct websub_ops *, void *arg,
		    char error[WEBSUB_ERROR_BYTES]);
void		 websub_free(struct websub *);

/* Must outlive the next one. There is one before the first call. */
void		 websub_config(struct websub *, const struct transfer_config *);

/* What core says of a call; of one that is over, too. */
void		 websub_reply(struct websub *, const struct rec_hub_reply *);

#endif
