#include "contrib/gazette/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "contrib/gazette/text.h"
#include "daemon/shared/protocol.h"
#include "feeds/base/buf.h"
#include "feeds/base/utf8.h"

enum {
	READ_BYTES = 32 * 1024,			/* and what is in them is handled, then the caller gets its turn */
	OUT_BYTES_MAX = 16 * PROTOCOL_REQUEST_MAX
};

struct pending {
	int64_t		 id;
	client_reply	 reply;
	void		*arg;
};

struct client {
	const char	*socket;
	char		 path[CLIENT_PATH_BYTES];
	int		 fd;
	unsigned	 generation;		/* counts connections: a callback may have made a new one */
	int64_t		 last_id;
	struct buf	 in, out;
	size_t		 in_done, in_seen;	/* bytes of in: handled, and searched for a newline */
	struct pending	*pending;
	size_t		 n_pending, cap_pending;
	client_notify	 notify;
	void		*notify_arg;
};

static int
set_error(struct client_error *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static int
set_error(struct client_error *err, int code, const char *fmt, ...)
{
	va_list	 ap;

	*err = (struct client_error){ .code = code, .position = -1 };
	va_start(ap, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, ap);
	va_end(ap);
	return -1;
}

/* --- where ---------------------------------------------------------------------------------- */

static size_t
one_path(const char *path, char out[CLIENT_PATH_BYTES])
{
	int	 len;

	len = snprintf(out, CLIENT_PATH_BYTES, "%s", path);
	return len > 0 && len < CLIENT_PATH_BYTES;
}

size_t
client_paths(const char *option, char paths[CLIENT_PATHS_MAX][CLIENT_PATH_BYTES])
{
	const char	*runtime;
	size_t		 count;
	int		 len;

	if (option == NULL) {
		option = getenv("GAZETTE_SOCKET");
		if (option != NULL && *option == '\0')
			option = NULL;
	}
	if (option != NULL)
		return one_path(option, paths[0]);
	runtime = getenv("XDG_RUNTIME_DIR");
	if (runtime != NULL && *runtime == '/')
		len = snprintf(paths[0], CLIENT_PATH_BYTES, "%s/gazette/socket", runtime);
	else
		/* as pam_systemd(8) would have set it: cron(8) sets nothing */
		len = snprintf(paths[0], CLIENT_PATH_BYTES, "/run/user/%u/gazette/socket", (unsigned)getuid());
	count = len < CLIENT_PATH_BYTES;
	return count + one_path(PROTOCOL_SYSTEM_SOCKET, paths[count]);
}

/* --- life ----------------------------------------------------------------------------------- */

struct client *
client_new(const char *socket)
{
	struct client	*c;

	c = calloc(1, sizeof(*c));
	if (c == NULL)
		abort();
	c->socket = socket;
	c->fd = -1;
	buf_init(&c->in, CLIENT_REPLY_MAX);
	buf_init(&c->out, OUT_BYTES_MAX);
	return c;
}

void
client_free(struct client *c)
{
	if (c == NULL)
		return;
	client_on_notify(c, NULL, NULL);
	c->n_pending = 0;
	client_close(c);
	buf_free(&c->in);
	buf_free(&c->out);
	free(c->pending);
	free(c);
}

/* Ends the connection and tells everybody who waits for an answer why there will be none. */
static void
lose(struct client *c, const struct client_error *err)
{
	struct pending	*waiting = c->pending;
	size_t		 count = c->n_pending, i;

	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	c->generation++;
	buf_clear(&c->in);
	buf_clear(&c->out);
	c->in_done = c->in_seen = 0;
	c->pending = NULL;
	c->n_pending = c->cap_pending = 0;
	for (i = 0; i < count; i++)
		if (waiting[i].reply != NULL)
			waiting[i].reply(waiting[i].arg, NULL, err);
	free(waiting);
}

void
client_close(struct client *c)
{
	struct client_error	 err;

	set_error(&err, CLIENT_ELOST, "the connection was closed");
	lose(c, &err);
}

/* A connected descriptor, or -1 with errno. */
static int
connect_path(const char *path)
{
	struct sockaddr_un	 addr = { .sun_family = AF_UNIX };
	int			 fd, saved;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int
no_daemon(char paths[][CLIENT_PATH_BYTES], const int *why, size_t count, struct client_error *err)
{
	size_t	 i;

	for (i = 0; i < count; i++)
		if (why[i] != ENOENT && why[i] != ECONNREFUSED)
			return set_error(err, CLIENT_ENODAEMON, "cannot connect to %s: %s", paths[i], strerror(why[i]));
	return set_error(err, CLIENT_ENODAEMON, "no daemon at %s%s%s (is gazetted running?)", paths[0],
	    count > 1 ? " nor at " : "", count > 1 ? paths[1] : "");
}

int
client_connect(struct client *c, struct client_error *err)
{
	char	 paths[CLIENT_PATHS_MAX][CLIENT_PATH_BYTES];
	int	 why[CLIENT_PATHS_MAX] = { 0 };
	size_t	 count, i;

	client_close(c);
	count = client_paths(c->socket, paths);
	if (count == 0)
		return set_error(err, CLIENT_ENODAEMON, "the socket's path is empty or longer than %d bytes",
		    CLIENT_PATH_BYTES - 1);
	for (i = 0; i < count; i++) {
		c->fd = connect_path(paths[i]);
		if (c->fd != -1) {
			memcpy(c->path, paths[i], CLIENT_PATH_BYTES);
			return 0;
		}
		why[i] = errno;
	}
	return no_daemon(paths, why, count, err);
}

bool
client_connected(const struct client *c)
{
	return c->fd != -1;
}

const char *
client_path(const struct client *c)
{
	return c->path;
}

int
client_fd(const struct client *c)
{
	return c->fd;
}

short
client_events(const struct client *c)
{
	return c->out.len > 0 ? POLLIN | POLLOUT : POLLIN;
}

void
client_on_notify(struct client *c, client_notify notify, void *arg)
{
	c->notify = notify;
	c->notify_arg = arg;
}

/* --- asking --------------------------------------------------------------------------------- */

static void
add_pending(struct client *c, int64_t id, client_reply reply, void *arg)
{
	if (c->n_pending == c->cap_pending) {
		c->cap_pending = c->cap_pending ? 2 * c->cap_pending : 8;
		c->pending = reallocarray(c->pending, c->cap_pending, sizeof(*c->pending));
		if (c->pending == NULL)
			abort();
	}
	c->pending[c->n_pending++] = (struct pending){ id, reply, arg };
}

static struct pending
take_pending(struct client *c, int64_t id)
{
	struct pending	 found = { 0 };
	size_t		 i;

	for (i = 0; i < c->n_pending; i++) {
		if (c->pending[i].id != id)
			continue;
		found = c->pending[i];
		memmove(c->pending + i, c->pending + i + 1, (c->n_pending - i - 1) * sizeof(*c->pending));
		c->n_pending--;
		break;
	}
	return found;
}

void
client_forget(struct client *c, int64_t id)
{
	size_t	 i;

	for (i = 0; i < c->n_pending; i++)
		if (c->pending[i].id == id)
			c->pending[i].reply = NULL;
}

size_t
client_pending(const struct client *c)
{
	return c->n_pending;
}

static char *
request_line(int64_t id, const char *method, json_t *params)
{
	json_t	*request;
	char	*line;

	request = json_pack("{s:s, s:I, s:s, s:o}", "jsonrpc", "2.0", "id", (json_int_t)id, "method", method,
	    "params", params != NULL ? params : json_object());
	if (request == NULL)
		abort();
	line = json_dumps(request, JSON_COMPACT);
	if (line == NULL)
		abort();
	json_decref(request);
	return line;
}

int64_t
client_send(struct client *c, const char *method, json_t *params, client_reply reply, void *arg, struct client_error *err)
{
	char	*line;
	size_t	 len;
	int	 failed = 0;

	if (c->fd == -1) {
		json_decref(params);
		return set_error(err, CLIENT_ELOST, "not connected to the daemon");
	}
	line = request_line(++c->last_id, method, params);
	len = strlen(line);
	if (len >= PROTOCOL_REQUEST_MAX)
		failed = set_error(err, CLIENT_ETOOLARGE, "the request is too large: %zu bytes, %d are allowed", len,
		    PROTOCOL_REQUEST_MAX);
	else if (c->out.len + len + 1 > OUT_BYTES_MAX)
		failed = set_error(err, CLIENT_ETOOLARGE, "the daemon does not take what is sent to it");
	else {
		line[len] = '\n';
		buf_put(&c->out, line, len + 1);
		add_pending(c, c->last_id, reply, arg);
	}
	free(line);
	return failed ? failed : c->last_id;
}

/* --- what arrives --------------------------------------------------------------------------- */

static int
no_protocol(const struct client *c, struct client_error *err)
{
	return set_error(err, CLIENT_EPROTOCOL, "what answers at %s does not speak gazette's protocol", c->path);
}

/*
 * A message names its subject, often a URL, and then says what is the matter: of one that is too long both ends are kept.
 */
static void
put_message(const char *text, size_t len, char out[CLIENT_MESSAGE_BYTES])
{
	static const char	ellipsis[] = "…";
	size_t			most = CLIENT_MESSAGE_BYTES - sizeof(ellipsis), head, tail;

	if (len < CLIENT_MESSAGE_BYTES) {
		memcpy(out, text, len);
		out[len] = '\0';
		return;
	}
	head = utf8_prefix(text, most / 2);
	for (tail = len - most / 2; (text[tail] & 0xc0) == 0x80; tail++)
		;
	snprintf(out, CLIENT_MESSAGE_BYTES, "%.*s%s%.*s", (int)head, text, ellipsis, (int)(len - tail), text + tail);
}

static void
daemon_error(json_t *error, struct client_error *err)
{
	const char	*message = "", *word = "";
	json_int_t	 code = RPC_EINTERNAL, position = -1;
	struct buf	 clean = BUF_INIT(CLIENT_REPLY_MAX);

	json_unpack(error, "{s?I, s?s, s?{s?s, s?I}}", "code", &code, "message", &message, "data", "word", &word,
	    "position", &position);
	text_clean(message, &clean);
	*err = (struct client_error){ .code = (int)code, .position = position };
	put_message(buf_str(&clean), clean.len, err->message);
	snprintf(err->word, sizeof(err->word), "%s", word);
	buf_free(&clean);
}

static void
deliver(struct client *c, int64_t id, json_t *result, json_t *error)
{
	struct client_error	 err;
	struct pending		 pending;

	pending = take_pending(c, id);
	if (pending.reply == NULL)
		return;
	if (error != NULL)
		daemon_error(error, &err);
	pending.reply(pending.arg, error != NULL ? NULL : result, error != NULL ? &err : NULL);
}

/*
 * 0, or -1 with *err if the connection is of no more use: what came is no message of the protocol, or it is an
 * error that answers no request (too many clients, a line that was not understood).
 */
static int
dispatch(struct client *c, json_t *message, struct client_error *err)
{
	json_t		*id, *error, *result;
	const char	*method;

	id = json_object_get(message, "id");
	method = json_string_value(json_object_get(message, "method"));
	if (method != NULL && id == NULL) {
		if (c->notify != NULL)
			c->notify(c->notify_arg, method, json_object_get(message, "params"));
		return 0;
	}
	error = json_object_get(message, "error");
	result = json_object_get(message, "result");
	if (error != NULL && json_is_null(id)) {
		daemon_error(error, err);
		return -1;
	}
	if (!json_is_integer(id) || (error == NULL) == (result == NULL))
		return no_protocol(c, err);
	deliver(c, json_integer_value(id), result, error);
	return 0;
}

/* The next whole line that was received, parsed; NULL with *bad set if it is no JSON, or if there is none. */
static json_t *
next_message(struct client *c, bool *bad)
{
	char	*start, *newline;
	json_t	*message;

	newline = c->in.len == c->in_seen ? NULL : memchr(c->in.ptr + c->in_seen, '\n', c->in.len - c->in_seen);
	if (newline == NULL) {
		c->in_seen = c->in.len;
		return NULL;
	}
	start = c->in.ptr + c->in_done;
	message = json_loadb(start, newline - start, JSON_ALLOW_NUL, NULL);
	c->in_done = c->in_seen = newline + 1 - c->in.ptr;
	*bad = message == NULL;
	return message;
}

static int
dispatch_all(struct client *c, struct client_error *err)
{
	unsigned	 generation = c->generation;
	json_t		*message;
	bool		 bad = false;

	while (!bad && generation == c->generation && (message = next_message(c, &bad)) != NULL) {
		bad = dispatch(c, message, err) == -1;
		json_decref(message);
		if (bad) {
			lose(c, err);
			return -1;
		}
	}
	if (generation != c->generation)
		return c->fd == -1 ? set_error(err, CLIENT_ELOST, "the connection was closed") : 0;
	if (bad) {
		no_protocol(c, err);
		lose(c, err);
		return -1;
	}
	buf_consume(&c->in, c->in_done);
	c->in_seen -= c->in_done;
	c->in_done = 0;
	return 0;
}

/* What cannot be sent any more is dropped: reading then says how the connection ended, and what came before that. */
static void
flush_out(struct client *c)
{
	ssize_t	 sent;

	while (c->fd != -1 && c->out.len > 0) {
		sent = send(c->fd, c->out.ptr, c->out.len, MSG_NOSIGNAL);
		if (sent == -1 && errno == EINTR)
			continue;
		if (sent == -1 && errno == EAGAIN)
			return;
		buf_consume(&c->out, sent == -1 ? c->out.len : (size_t)sent);
	}
}

enum received { RECEIVED_WELL, RECEIVED_END, RECEIVED_TOO_MUCH };

static enum received
receive(struct client *c)
{
	char	*room;
	ssize_t	 got;

	room = buf_reserve(&c->in, READ_BYTES);
	if (room == NULL)
		return RECEIVED_TOO_MUCH;
	do
		got = read(c->fd, room, READ_BYTES);
	while (got == -1 && errno == EINTR);
	if (got == 0 || (got == -1 && errno != EAGAIN))
		return RECEIVED_END;
	if (got > 0)
		c->in.len += got;
	return RECEIVED_WELL;
}

int
client_pump(struct client *c, struct client_error *err)
{
	enum received	 state;
	unsigned	 generation = c->generation;

	if (c->fd == -1)
		return set_error(err, CLIENT_ELOST, "not connected to the daemon");
	flush_out(c);
	state = receive(c);
	if (dispatch_all(c, err) == -1)
		return -1;
	if (generation != c->generation)
		return 0;
	flush_out(c);
	if (state == RECEIVED_WELL)
		return 0;
	if (state == RECEIVED_END)
		set_error(err, CLIENT_ELOST, "the daemon went away");
	else
		set_error(err, CLIENT_EPROTOCOL, "an answer of the daemon is over %d MiB", CLIENT_REPLY_MAX >> 20);
	lose(c, err);
	return -1;
}

int
client_wait(struct client *c, int timeout_ms, struct client_error *err)
{
	struct pollfd	 ready;

	flush_out(c);
	ready = (struct pollfd){ .fd = c->fd, .events = client_events(c) };
	if (c->fd != -1 && poll(&ready, 1, timeout_ms) <= 0)
		return 0;
	return client_pump(c, err);
}

struct call {
	bool			 done;
	json_t			*result;
	struct client_error	*err;
	bool			 failed;
};

static void
call_done(void *arg, json_t *result, const struct client_error *err)
{
	struct call	*call = arg;

	call->done = true;
	call->result = json_incref(result);
	call->failed = err != NULL;
	if (err != NULL)
		*call->err = *err;
}

int
client_call(struct client *c, const char *method, json_t *params, json_t **result, struct client_error *err)
{
	struct client_error	 lost;
	struct call		 call = { .err = err };

	if (client_send(c, method, params, call_done, &call, err) == -1)
		return -1;
	while (!call.done)
		client_wait(c, -1, &lost);
	if (result != NULL)
		*result = call.result;
	else
		json_decref(call.result);
	return call.failed ? -1 : 0;
}
