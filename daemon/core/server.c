#include "daemon/core/server.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/core/map.h"
#include "daemon/shared/log.h"
#include "daemon/shared/protocol.h"

enum {
	BACKLOG = 128,
	RUSH_MS = 100,			/* within this time more than SERVER_RUSH peers are let in in turns only */
	GROUPS_MAX = 256
};

#define FULL_LINE "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000," \
	"\"message\":\"too many clients\",\"data\":{\"word\":\"busy\"}}}\n"

struct listener {
	struct server	*server;
	struct loop_io	*io;
	struct patience_turn press;
	int64_t		 since_ms;	/* the first of the rush */
	unsigned	 rush;		/* peers let in since */
	int		 fd;
	gid_t		 gid;		/* of the socket file */
	mode_t		 mode;
	enum server_access access;
	char		*path;		/* to be removed; NULL: not ours */
};

struct server {
	struct loop	*loop;
	struct loop_timer *retry, *reap;
	const struct client_ops *ops;	/* the owner's */
	void		*arg;
	struct listener	 listeners[SERVER_LISTENERS_MAX];
	size_t		 n_listeners;
	struct map	 clients;
	struct client_budget budget;
	struct patience	*patience;
	struct client	**dead;		/* to be freed when the loop comes round */
	size_t		 n_dead, cap_dead;
	uint64_t	 last_id;
	struct log_brake brake, strain;	/* on telling of those turned away, and of those who could not be let in */
};

/* --- who may come in ---------------------------------------------------------------- */

static bool
peer_has_group(int fd, gid_t gid)
{
	gid_t groups[GROUPS_MAX];
	socklen_t len = sizeof groups;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) == -1)
		return false;
	for (size_t i = 0; i < len / sizeof groups[0]; i++)
		if (groups[i] == gid)
			return true;
	return false;
}

static bool
peer_may_enter(const struct listener *listener, int fd, struct ucred *peer)
{
	socklen_t len = sizeof *peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &len) == -1)
		return false;
	if (peer->uid == 0 || peer->uid == geteuid() || (listener->mode & S_IWOTH) != 0)
		return true;
	return (listener->mode & S_IWGRP) != 0 && (peer->gid == listener->gid || peer_has_group(fd, listener->gid));
}

/* --- connections -------------------------------------------------------------------- */

static void
on_line(void *arg, struct client *client, char *ptr, size_t len)
{
	struct server *server = arg;

	server->ops->on_line(server->arg, client, ptr, len);
}

static void
on_overlong(void *arg, struct client *client)
{
	struct server *server = arg;

	server->ops->on_overlong(server->arg, client);
}

static void
on_crowded(void *arg, struct client *client)
{
	struct server *server = arg;

	server->ops->on_crowded(server->arg, client);
}

static void
on_room(void *arg, struct client *client)
{
	struct server *server = arg;

	server->ops->on_room(server->arg, client);
}

static void
on_close(void *arg, struct client *client)
{
	struct server *server = arg;

	map_take(&server->clients, client_id(client));
	server->ops->on_close(server->arg, client);
	if (server->n_dead == server->cap_dead) {
		server->cap_dead += PROTOCOL_CLIENTS_MAX;
		server->dead = realloc(server->dead, server->cap_dead * sizeof *server->dead);
		if (server->dead == NULL)
			abort();
	}
	server->dead[server->n_dead++] = client;
	loop_timer_start(server->reap, 0);
}

static const struct client_ops client_ops = { on_line, on_overlong, on_crowded, on_room, on_close };

static void
on_reap(void *arg)
{
	struct server *server = arg;

	while (server->n_dead > 0)
		client_free(server->dead[--server->n_dead]);
}

/* Who comes again and again would fill the disk with it. */
static void
log_turned_away(struct server *server, const struct ucred *peer, const char *why)
{
	const char *more = log_brake(&server->brake, loop_mono_ms());

	if (more != NULL)
		log_warn("peer=%d uid=%d: turned away: %s%s", (int)peer->pid, (int)peer->uid, why, more);
}

static void
let_in(struct listener *listener, int fd)
{
	struct server *server = listener->server;
	struct ucred peer = { .pid = -1, .uid = (uid_t)-1 };
	struct client *client;
	uint64_t id;

	if (!peer_may_enter(listener, fd, &peer)) {
		log_turned_away(server, &peer, "neither this user, root nor of the socket's group");
		close(fd);
		return;
	}
	if (server->clients.count >= PROTOCOL_CLIENTS_MAX) {
		ssize_t put = send(fd, FULL_LINE, sizeof FULL_LINE - 1, MSG_NOSIGNAL | MSG_DONTWAIT);

		log_turned_away(server, &peer, put > 0 ? "there are as many clients as may be" :
		    "there are as many clients as may be, and it does not hear so");
		close(fd);
		return;
	}
	id = ++server->last_id;
	client = client_new(server->loop, fd, id, &client_limits_default, &server->budget, server->patience, &client_ops, server);
	client_set_user(client, peer.uid);
	if (listener->access == SERVER_READ)
		client_restrict(client);
	map_put(&server->clients, id, client);
}

static void
accept_one(struct listener *listener)
{
	int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), why = errno;

	if (fd >= 0)
		let_in(listener, fd);
	else if (why == EMFILE || why == ENFILE || why == ENOMEM || why == ENOBUFS) {
		const char *more = log_brake(&listener->server->strain, loop_mono_ms());

		if (more != NULL)
			log_warn("clients cannot be let in: %s%s", strerror(why), more);
		loop_io_set(listener->io, 0);
		loop_timer_start(listener->server->retry, SERVER_RETRY_MS);
	}
}

/* Who comes and goes without end costs as much as one who asks. */
static bool
is_rush(struct listener *listener)
{
	int64_t now_ms = loop_mono_ms();

	if (now_ms - listener->since_ms >= RUSH_MS) {
		listener->since_ms = now_ms;
		listener->rush = 0;
	}
	return ++listener->rush > SERVER_RUSH;
}

static void
on_accept(void *arg, int events)
{
	struct listener *listener = arg;

	(void)events;
	if (!is_rush(listener)) {
		accept_one(listener);
		return;
	}
	loop_io_set(listener->io, 0);
	patience_wait(listener->server->patience, &listener->press);
}

static void
on_turn(void *arg)
{
	struct listener *listener = arg;

	loop_io_set(listener->io, LOOP_READ);
	accept_one(listener);
}

static void
on_retry(void *arg)
{
	struct server *server = arg;

	for (size_t i = 0; i < server->n_listeners; i++)
		loop_io_set(server->listeners[i].io, LOOP_READ);
}

/* --- listening ---------------------------------------------------------------------- */

static int
fail(char error[SERVER_ERROR_BYTES], const char *path, const char *what)
{
	snprintf(error, SERVER_ERROR_BYTES, "socket %s: %s", path, what);
	return -1;
}

static void
add_listener(struct server *server, int fd, const char *path, enum server_access access, const struct stat *status)
{
	struct listener *listener = &server->listeners[server->n_listeners++];

	*listener = (struct listener){ .server = server, .fd = fd, .gid = status->st_gid, .mode = status->st_mode,
	    .access = access };
	if (path != NULL) {
		listener->path = strdup(path);
		if (listener->path == NULL)
			abort();
	}
	listener->press = (struct patience_turn){ .func = on_turn, .arg = listener };
	listener->io = loop_io_new(server->loop, fd, LOOP_READ, on_accept, listener);
}

/* Only the last folder of the path is made: a missing /run is not for us to invent. */
static void
make_folder(const char *path)
{
	char *folder = strdup(path), *slash;

	if (folder == NULL)
		abort();
	slash = strrchr(folder, '/');
	if (slash != NULL && slash != folder) {
		*slash = '\0';
		if (mkdir(folder, 0700) == -1 && errno != EEXIST)
			log_debug("%s: %s", folder, strerror(errno));
	}
	free(folder);
}

/* A socket at which nobody listens is left over from a daemon that was killed. 0 if the path is free now. */
static int
clear_path(const struct sockaddr_un *addr, char error[SERVER_ERROR_BYTES])
{
	struct stat status;
	int fd, refused;

	if (lstat(addr->sun_path, &status) == -1)
		return errno == ENOENT ? 0 : fail(error, addr->sun_path, strerror(errno));
	if (!S_ISSOCK(status.st_mode))
		return fail(error, addr->sun_path, "something that is no socket is in the way");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return fail(error, addr->sun_path, strerror(errno));
	refused = connect(fd, (const struct sockaddr *)addr, sizeof *addr) == -1 && errno == ECONNREFUSED;
	close(fd);
	if (!refused)
		return fail(error, addr->sun_path, "another daemon listens there");
	return unlink(addr->sun_path) == 0 ? 0 : fail(error, addr->sun_path, strerror(errno));
}

static int
set_group(const char *path, const char *name, char error[SERVER_ERROR_BYTES])
{
	const struct group *group;

	if (name == NULL)
		return 0;
	group = getgrnam(name);
	if (group == NULL)
		return fail(error, path, "there is no such group as the configuration names");
	if (chown(path, (uid_t)-1, group->gr_gid) == -1)
		return fail(error, path, strerror(errno));
	return 0;
}

/* Nobody may connect between bind() and the final mode: it is made without any rights. */
static int
bind_path(int fd, const struct sockaddr_un *addr, const char *group, char error[SERVER_ERROR_BYTES])
{
	mode_t mask = umask(0777);
	int bound = bind(fd, (const struct sockaddr *)addr, sizeof *addr);

	umask(mask);
	if (bound == -1)
		return fail(error, addr->sun_path, strerror(errno));
	if (set_group(addr->sun_path, group, error) == -1)
		return -1;
	if (chmod(addr->sun_path, 0660) == -1 || listen(fd, BACKLOG) == -1)
		return fail(error, addr->sun_path, strerror(errno));
	return 0;
}

static bool
is_full(const struct server *server, char error[SERVER_ERROR_BYTES])
{
	if (server->n_listeners < SERVER_LISTENERS_MAX)
		return false;
	snprintf(error, SERVER_ERROR_BYTES, "more than %d sockets", SERVER_LISTENERS_MAX);
	return true;
}

int
server_listen(struct server *server, const char *path, const char *group, enum server_access access,
    char error[SERVER_ERROR_BYTES])
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct stat status;
	int fd;

	if (is_full(server, error))
		return -1;
	if (strlen(path) >= sizeof addr.sun_path)
		return fail(error, path, "the path is too long for a socket (107 bytes)");
	memcpy(addr.sun_path, path, strlen(path) + 1);
	make_folder(path);
	if (clear_path(&addr, error) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return fail(error, path, strerror(errno));
	if (bind_path(fd, &addr, group, error) == -1) {
		close(fd);
		return -1;
	}
	if (stat(path, &status) == -1) {
		close(fd);
		return fail(error, path, strerror(errno));
	}
	add_listener(server, fd, path, access, &status);
	return 0;
}

int
server_adopt(struct server *server, int fd, enum server_access access, char error[SERVER_ERROR_BYTES])
{
	struct sockaddr_un addr = { 0 };
	socklen_t len = sizeof addr;
	struct stat status = { .st_gid = getegid(), .st_mode = 0 };
	int listens = 0;
	socklen_t size = sizeof listens;

	if (is_full(server, error))
		return -1;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == -1 || !listens ||
	    getsockname(fd, (struct sockaddr *)&addr, &len) == -1 || addr.sun_family != AF_UNIX)
		return fail(error, "from the service manager", "it is none that listens for local peers");
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 || fcntl(fd, F_SETFL, O_NONBLOCK) == -1)
		return fail(error, "from the service manager", strerror(errno));
	/* An abstract name has no file: then only root and our own user come in. */
	if (addr.sun_path[0] != '\0' && stat(addr.sun_path, &status) == -1)
		return fail(error, addr.sun_path, strerror(errno));
	add_listener(server, fd, NULL, access, &status);
	return 0;
}

/* --- life ------------------------------------------------------------------------- */

struct server *
server_new(struct loop *loop, const struct client_ops *ops, void *arg)
{
	struct server *server = calloc(1, sizeof *server);

	if (server == NULL)
		abort();
	server->loop = loop;
	server->ops = ops;
	server->arg = arg;
	server->budget = CLIENT_BUDGET_INIT;
	server->patience = patience_new(loop);
	server->retry = loop_timer_new(loop, on_retry, server);
	server->reap = loop_timer_new(loop, on_reap, server);
	return server;
}

void
server_free(struct server *server)
{
	struct client *client;

	if (server == NULL)
		return;
	for (size_t i = 0; i < server->n_listeners; i++) {
		struct listener *listener = &server->listeners[i];

		loop_io_free(listener->io);
		patience_leave(server->patience, &listener->press);
		close(listener->fd);
		if (listener->path != NULL)
			unlink(listener->path);
		free(listener->path);
	}
	for (size_t at = 0; (client = map_each(&server->clients, &at)) != NULL; at = 0)
		client_close(client);
	on_reap(server);
	free(server->dead);
	map_free(&server->clients);
	patience_free(server->patience);
	loop_timer_free(server->retry);
	loop_timer_free(server->reap);
	free(server);
}

const char *
server_named(const struct server *server, size_t *at)
{
	while (*at < server->n_listeners) {
		const char *path = server->listeners[(*at)++].path;

		if (path != NULL)
			return path;
	}
	return NULL;
}

size_t
server_count(const struct server *server)
{
	return server->clients.count;
}

struct client *
server_find(const struct server *server, uint64_t id)
{
	return map_get(&server->clients, id);
}
