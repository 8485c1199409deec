#include "daemon/fetcher/websub.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/fetcher/push.h"
#include "daemon/fetcher/signature.h"
#include "daemon/shared/log.h"
#include "feeds/base/utf8.h"

enum { BACKLOG = 64, MS = 1000, DECIMAL = 10 };

/* ASKED: suspended until core's reply. READING: a document comes in. OVER: its answer is decided, what else comes is nothing to us. */
enum state { CALL_ASKED, CALL_REPLIED, CALL_READING, CALL_OVER };

struct call {
	TAILQ_ENTRY(call) link;
	struct websub	*websub;
	struct MHD_Connection *connection;
	uint64_t	 number;
	enum hub_mode	 mode;
	enum state	 state;
	int64_t		 since_ms;	/* in this state */
	unsigned	 http_status;
	struct push	*push;		/* from core's reply to the end of READING; counted */
};

TAILQ_HEAD(call_list, call);

struct websub {
	struct loop	*loop;
	struct MHD_Daemon *daemon;
	struct loop_io	*io;
	struct loop_timer *timeout, *tick;
	struct row_scratch *scratch;
	const struct websub_ops *ops;
	void		*arg;
	const struct transfer_config *config;
	struct call_list calls;
	size_t		 pushes;	/* calls that have one */
	uint64_t	 last_call;
};

/* --- libmicrohttpd and the loop ------------------------------------------------------- */

/* Works off what is there, and looks when to come again by itself. */
static void
run(struct websub *websub)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	MHD_run(websub->daemon);
	if (MHD_get_timeout(websub->daemon, &wait_ms) == MHD_YES)
		loop_timer_start(websub->timeout, wait_ms < INT32_MAX ? (int64_t)wait_ms : INT32_MAX);
	else
		loop_timer_stop(websub->timeout);
}

static void
on_io(void *arg, int events)
{
	(void)events;
	run(arg);
}

static void
on_timeout(void *arg)
{
	run(arg);
}

/* --- answers ---------------------------------------------------------------------------- */

static enum MHD_Result
respond(struct MHD_Connection *connection, unsigned status, const char *body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(strlen(body), (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
	char seconds[16];
	enum MHD_Result result;

	if (response == NULL)
		abort();
	snprintf(seconds, sizeof(seconds), "%d", WEBSUB_RETRY_AFTER_S);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, POST");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static const char *
argument(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
}

static const char *
field(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* The row of a job goes out, whatever became of it. */
static void
send_row(struct websub *websub, struct buf frames)
{
	websub->ops->send(websub->arg, frames.ptr, frames.len);
	buf_free(&frames);
}

static void
end_push(struct call *call, struct buf frames)
{
	send_row(call->websub, frames);
	push_free(call->push);
	call->push = NULL;
	call->websub->pushes--;
	call->state = CALL_OVER;
}

/* A job that nobody will bring a document for. */
static void
refuse_job(struct websub *websub, uint64_t job)
{
	struct rec_hub_reply reply = { .job = job };
	struct push *push = push_new(websub->scratch, websub->config, &reply, NULL, NULL);

	send_row(websub, push_fail(push, OUTCOME_NETWORK, "the hub has gone away"));
	push_free(push);
}

/* --- calls ---------------------------------------------------------------------------------- */

static void
on_tick(void *arg)
{
	struct websub *websub = arg;
	int64_t now_ms = loop_mono_ms();
	struct call *call;

	TAILQ_FOREACH(call, &websub->calls, link) {
		if (call->state == CALL_ASKED && now_ms - call->since_ms >= WEBSUB_PATIENCE_MS) {
			call->state = CALL_REPLIED;
			call->http_status = MHD_HTTP_SERVICE_UNAVAILABLE;
			MHD_resume_connection(call->connection);
		} else if (call->state == CALL_READING && now_ms - call->since_ms >= websub->config->timeout_ms)
			end_push(call, push_fail(call->push, OUTCOME_TOO_SLOW, "the hub is too slow"));
	}
	if (!TAILQ_EMPTY(&websub->calls))
		loop_timer_start(websub->tick, WEBSUB_TICK_MS);
	run(websub);
}

static struct call *
call_new(struct websub *websub, struct MHD_Connection *connection, enum hub_mode mode)
{
	struct call *call = calloc(1, sizeof(*call));

	if (call == NULL)
		abort();
	call->websub = websub;
	call->connection = connection;
	call->number = ++websub->last_call;
	call->mode = mode;
	call->since_ms = loop_mono_ms();
	TAILQ_INSERT_TAIL(&websub->calls, call, link);
	if (!loop_timer_running(websub->tick))
		loop_timer_start(websub->tick, WEBSUB_TICK_MS);
	return call;
}

static void
call_free(struct call *call)
{
	if (call->push != NULL)
		end_push(call, push_fail(call->push, OUTCOME_TRUNCATED, "the hub has gone away"));
	TAILQ_REMOVE(&call->websub->calls, call, link);
	free(call);
}

/* The connection is done with a request, however it ended. */
static void
on_completed(void *arg, struct MHD_Connection *connection, void **place, enum MHD_RequestTerminationCode code)
{
	struct call *call = *place;

	(void)arg;
	(void)connection;
	(void)code;
	*place = NULL;
	if (call != NULL)
		call_free(call);
}

/* --- what is called ---------------------------------------------------------------------------- */

/* WebSub section 5.3 and 5.2. */
static bool
read_mode(const char *text, enum hub_mode *mode)
{
	static const struct { const char *text; enum hub_mode mode; } modes[] = {
		{ "subscribe", HUB_SUBSCRIBE }, { "unsubscribe", HUB_UNSUBSCRIBE }, { "denied", HUB_DENIED },
	};

	for (size_t i = 0; text != NULL && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(modes[i].text, text) == 0) {
			*mode = modes[i].mode;
			return true;
		}
	return false;
}

/* Digits; more than there are seconds in any lease mean the most. */
static int64_t
read_seconds(const char *text)
{
	long long seconds;

	if (text == NULL || *text == '\0' || text[strspn(text, "0123456789")] != '\0')
		return INT64_MIN;
	seconds = strtoll(text, NULL, DECIMAL);
	return seconds < INT32_MAX ? (int64_t)seconds : INT32_MAX;
}

/* What can be a record's text. */
static bool
is_text(const char *text, size_t max)
{
	return text != NULL && strlen(text) <= max && utf8_valid(text, strlen(text));
}

static const char *
token_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Tells core, and waits. */
static enum MHD_Result
ask(struct websub *websub, struct MHD_Connection *connection, const char *path, struct rec_hub_call *rec, void **place)
{
	struct call *call = call_new(websub, connection, (enum hub_mode)rec->mode);

	*place = call;
	rec->call = call->number;
	rec->token = span_of(token_of(path));
	MHD_suspend_connection(connection);
	websub->ops->ask(websub->arg, rec);
	return MHD_YES;
}

static enum MHD_Result
begin_get(struct websub *websub, struct MHD_Connection *connection, const char *path, void **place)
{
	const char *topic = argument(connection, "hub.topic"), *challenge = argument(connection, "hub.challenge");
	struct rec_hub_call rec = { .topic = span_of(topic), .lease_s = read_seconds(argument(connection, "hub.lease_seconds")) };
	enum hub_mode mode;

	if (!read_mode(argument(connection, "hub.mode"), &mode) || !is_text(topic, RECORD_URL_MAX) ||
	    (mode != HUB_DENIED && (challenge == NULL || strlen(challenge) > WEBSUB_CHALLENGE_MAX)))
		return respond(connection, MHD_HTTP_NOT_FOUND, "");
	rec.mode = mode;
	return ask(websub, connection, path, &rec, place);
}

static enum MHD_Result
begin_post(struct websub *websub, struct MHD_Connection *connection, const char *path, void **place)
{
	struct rec_hub_call rec = { .mode = HUB_PUSH, .lease_s = INT64_MIN };
	const char *length = field(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (length != NULL && (uint64_t)read_seconds(length) > websub->config->max_body)
		return respond(connection, MHD_HTTP_CONTENT_TOO_LARGE, "");
	if (websub->pushes >= WEBSUB_PUSHES_MAX || !websub->ops->may_read(websub->arg))
		return respond(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "");
	return ask(websub, connection, path, &rec, place);
}

static const struct {
	const char *method;
	enum MHD_Result (*begin)(struct websub *, struct MHD_Connection *, const char *path, void **place);
} methods[] = {
	{ MHD_HTTP_METHOD_GET, begin_get }, { MHD_HTTP_METHOD_POST, begin_post },
};

static enum MHD_Result
begin(struct websub *websub, struct MHD_Connection *connection, const char *path, const char *method, void **place)
{
	if (!is_text(token_of(path), RECORD_WORD_MAX) || *token_of(path) == '\0')
		return respond(connection, MHD_HTTP_NOT_FOUND, "");
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].method, method) == 0)
			return methods[i].begin(websub, connection, path, place);
	return respond(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "");
}

/* Core has said what becomes of it. A document is read from here on. */
static enum MHD_Result
go_on(struct call *call)
{
	const char *challenge = argument(call->connection, "hub.challenge");

	if (call->push != NULL) {
		call->state = CALL_READING;
		return MHD_YES;
	}
	call->state = CALL_OVER;
	if (call->http_status == MHD_HTTP_OK && call->mode != HUB_DENIED && challenge != NULL)
		return respond(call->connection, MHD_HTTP_OK, challenge);
	return respond(call->connection, call->http_status, "");
}

/* A piece of the document, or its end. The hub has done its part when it has sent it, so 202 whatever it was worth (section 7). */
static enum MHD_Result
read_on(struct call *call, const char *ptr, size_t *len)
{
	if (*len != 0) {
		bool more = push_add(call->push, ptr, *len);

		if (!more)
			end_push(call, push_end(call->push));
		*len = 0;
		return more ? MHD_YES : MHD_NO;
	}
	end_push(call, push_end(call->push));
	return respond(call->connection, MHD_HTTP_ACCEPTED, "");
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
    const char *upload, size_t *upload_len, void **place)
{
	struct websub *websub = arg;
	struct call *call = *place;

	(void)version;
	if (call == NULL)
		return begin(websub, connection, path, method, place);
	switch (call->state) {
	case CALL_ASKED:
		return MHD_YES;
	case CALL_REPLIED:
		return go_on(call);
	case CALL_READING:
		return read_on(call, upload, upload_len);
	case CALL_OVER:
		break;
	}
	return MHD_NO;		/* it was too slow: the connection is closed */
}

/* --- core's replies ------------------------------------------------------------------------------ */

static struct call *
find(const struct websub *websub, uint64_t number)
{
	struct call *call;

	TAILQ_FOREACH(call, &websub->calls, link)
		if (call->number == number && call->state == CALL_ASKED)
			return call;
	return NULL;
}

void
websub_reply(struct websub *websub, const struct rec_hub_reply *reply)
{
	struct call *call = find(websub, reply->call);

	if (call == NULL || (reply->job != 0 && call->mode != HUB_PUSH)) {
		if (reply->job != 0)
			refuse_job(websub, reply->job);
		return;
	}
	call->state = CALL_REPLIED;
	call->since_ms = loop_mono_ms();
	call->http_status = (unsigned)reply->http_status;
	if (reply->job != 0 && websub->pushes >= WEBSUB_PUSHES_MAX) {
		refuse_job(websub, reply->job);
		call->http_status = MHD_HTTP_SERVICE_UNAVAILABLE;
	} else if (reply->job != 0) {
		websub->pushes++;
		call->push = push_new(websub->scratch, websub->config, reply, field(call->connection, MHD_HTTP_HEADER_CONTENT_TYPE),
		    field(call->connection, "X-Hub-Signature"));
	}
	MHD_resume_connection(call->connection);
	run(websub);
}

/* --- life ------------------------------------------------------------------------------------------ */

/* ADDRESS:PORT, [ADDRESS]:PORT. */
static int
open_socket(const char *listen_at, char error[WEBSUB_ERROR_BYTES])
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM };
	const char *colon = strrchr(listen_at, ':');
	bool bracketed = *listen_at == '[';
	struct addrinfo *info = NULL;
	char host[INET6_ADDRSTRLEN];
	int fd = -1, one = 1;

	errno = EINVAL;
	snprintf(host, sizeof(host), "%.*s", colon != NULL ? (int)(colon - listen_at - 2 * bracketed) : 0, listen_at + bracketed);
	if (colon != NULL && getaddrinfo(host, colon + 1, &hints, &info) == 0)
		fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd != -1 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == -1 ||
	    bind(fd, info->ai_addr, info->ai_addrlen) == -1 || listen(fd, BACKLOG) == -1)) {
		snprintf(error, WEBSUB_ERROR_BYTES, "%.64s: %s", listen_at, strerror(errno));
		close(fd);
		fd = -1;
	} else if (fd == -1)
		snprintf(error, WEBSUB_ERROR_BYTES, "%.64s: %s", listen_at, strerror(errno));
	if (info != NULL)
		freeaddrinfo(info);
	return fd;
}

static struct MHD_Daemon *
start(struct websub *websub, int fd)
{
	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, websub,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, websub,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)WEBSUB_CONNECTIONS_MAX,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)WEBSUB_PER_ADDRESS_MAX,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)WEBSUB_HEAD_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)WEBSUB_SILENCE_S,
	    MHD_OPTION_END);
}

struct websub *
websub_new(struct loop *loop, const char *listen_at, struct row_scratch *scratch, const struct websub_ops *ops, void *arg,
    char error[WEBSUB_ERROR_BYTES])
{
	struct websub *websub;
	int fd = open_socket(listen_at, error);

	if (fd == -1)
		return NULL;
	websub = calloc(1, sizeof(*websub));
	if (websub == NULL)
		abort();
	signature_prepare();
	TAILQ_INIT(&websub->calls);
	websub->loop = loop;
	websub->scratch = scratch;
	websub->ops = ops;
	websub->arg = arg;
	websub->daemon = start(websub, fd);
	if (websub->daemon == NULL) {
		snprintf(error, WEBSUB_ERROR_BYTES, "%.64s: libmicrohttpd cannot start", listen_at);
		close(fd);
		free(websub);
		return NULL;
	}
	websub->timeout = loop_timer_new(loop, on_timeout, websub);
	websub->tick = loop_timer_new(loop, on_tick, websub);
	websub->io = loop_io_new(loop, MHD_get_daemon_info(websub->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, LOOP_READ, on_io, websub);
	return websub;
}

void
websub_free(struct websub *websub)
{
	struct call *call;

	if (websub == NULL)
		return;
	TAILQ_FOREACH(call, &websub->calls, link)
		if (call->state == CALL_ASKED) {
			call->state = CALL_REPLIED;
			call->http_status = MHD_HTTP_SERVICE_UNAVAILABLE;
			MHD_resume_connection(call->connection);
		}
	loop_io_free(websub->io);
	MHD_stop_daemon(websub->daemon);	/* on_completed() for each call */
	loop_timer_free(websub->timeout);
	loop_timer_free(websub->tick);
	free(websub);
}

void
websub_config(struct websub *websub, const struct transfer_config *config)
{
	websub->config = config;
}
