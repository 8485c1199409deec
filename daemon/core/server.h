/*
 * server - the socket: listening, letting peers in, keeping their connections. What they say is rpc's.
 *
 * Let in are root, the daemon's own user, and the members of the socket's group (all, if the socket's mode says so); the kernel
 * tells who it is (SO_PEERCRED, SO_PEERGROUPS). At most PROTOCOL_CLIENTS_MAX at a time: one more gets an error line.
 * More than SERVER_RUSH within a tenth of a second are let in in turns (patience.h).
 */
#ifndef DAEMON_CORE_SERVER_H
#define DAEMON_CORE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/core/client.h"
#include "daemon/shared/loop.h"

enum { SERVER_ERROR_BYTES = 512, SERVER_LISTENERS_MAX = 8, SERVER_RETRY_MS = 1000 /* to accept, out of descriptors */, SERVER_RUSH = 64 };

struct server;

/* ops: of each client; arg is theirs. */
struct server	*server_new(struct loop *, const struct client_ops *ops, void *arg);

/* Closes all connections; a socket that server_listen() made is removed. */
void		 server_free(struct server *);

/* What those who come by a socket may do. */
enum server_access { SERVER_FULL, SERVER_READ };

/*
 * Makes the socket at path, mode 0660 and with this group unless it is NULL. One that nobody listens at any more is
 * replaced; its folder is made (0700) if only that is missing. 0, or -1 with error filled in.
 */
int		 server_listen(struct server *, const char *path, const char *group, enum server_access, char error[SERVER_ERROR_BYTES]);

/* Takes a descriptor that listens already (LISTEN_FDS). 0, or -1 with error filled in. */
int		 server_adopt(struct server *, int fd, enum server_access, char error[SERVER_ERROR_BYTES]);

/* The socket files that server_free() will remove, one after the other: *at begins with 0. NULL: no more. Borrowed. */
const char	*server_named(const struct server *, size_t *at);

size_t		 server_count(const struct server *);

/* The client of this id, if it is still there. */
struct client	*server_find(const struct server *, uint64_t id);

#endif
