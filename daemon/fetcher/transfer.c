#include "daemon/fetcher/transfer-private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "daemon/shared/mark.h"
#include "feeds/url.h"

/* RFC 9110 section 12.5.1: what we know to read, and anything rather than a refusal. */
static char accept_line[] = "Accept: application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, application/json;q=0.8, text/xml;q=0.9, */*;q=0.1";
static struct curl_slist accept_field = { accept_line, NULL };

#define SET(transfer, option, value) do {							\
	if (curl_easy_setopt((transfer)->easy, option, value) != CURLE_OK)			\
		abort();									\
} while (0)

enum { HTTP_NOT_MODIFIED = 304 };

/* --- what libcurl calls ------------------------------------------------------------------ */

/* The head is complete. A redirect is likely to lead to where it came from. */
static void
keep_redirect(struct transfer *transfer)
{
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status / 100 == 3 && status != HTTP_NOT_MODIFIED)
		SET(transfer, CURLOPT_FORBID_REUSE, 0L);
}

/* One line, or, of a head that came during a pause, all lines that libcurl has put by. Trailers do not count. */
static size_t
take_head(struct transfer *transfer, const char *lines, size_t len)
{
	const char *line = lines, *end = lines + len, *next;

	transfer->head_bytes += len;
	if (transfer->head_bytes > TRANSFER_HEAD_MAX) {
		transfer->over_head = true;
		return 0;
	}
	for (; !transfer->in_body && line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next != NULL ? next + 1 : end;
		head_line(&transfer->reader, line, (size_t)(next - line));
		if (*line == '\r' || *line == '\n')
			keep_redirect(transfer);
	}
	return len;
}

void
transfer_read_status(struct transfer *transfer)
{
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	transfer->head.status = (int)status;
}

static void
begin_body(struct transfer *transfer)
{
	curl_off_t announced = -1;

	transfer->in_body = true;
	transfer_read_status(transfer);
	transfer->decode = decode_new(transfer->head.content_encoding);
	transfer->body_max = transfer->ops->on_head(transfer->arg, &transfer->head);
	curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	if (announced > 0 && (uint64_t)announced > transfer->body_max)
		transfer->over_body = true;
}

/* Bytes of the document. */
static enum transfer_verdict
take(struct transfer *transfer, const char *ptr, size_t len)
{
	enum transfer_verdict verdict;

	if (transfer->body_bytes + len > transfer->body_max)
		transfer->over_body = true;
	if (transfer->over_body)
		return TRANSFER_ENOUGH;
	verdict = transfer->ops->on_body(transfer->arg, ptr, len);
	if (verdict == TRANSFER_TAKEN)
		transfer->body_bytes += len;
	return verdict;
}

/* Bytes as they came. After a pause they come again, the piece that was not taken then waits meanwhile. */
static enum transfer_verdict
take_coded(struct transfer *transfer, const char *ptr, size_t len)
{
	enum transfer_verdict verdict;
	ssize_t got;

	if (transfer->raw_bytes + len > transfer->body_max)
		transfer->over_body = true;
	decode_give(transfer->decode, ptr + transfer->raw_taken, len - transfer->raw_taken);
	for (;;) {
		if (transfer->piece_len > 0) {
			verdict = take(transfer, transfer->piece, transfer->piece_len);
			transfer->raw_taken = len - decode_left(transfer->decode);
			if (verdict != TRANSFER_TAKEN)
				return verdict;
		}
		got = decode_take(transfer->decode, &transfer->piece);
		transfer->piece_len = got > 0 ? (size_t)got : 0;
		transfer->broken = got < 0;
		if (got <= 0)
			break;
	}
	transfer->raw_taken = 0;
	return transfer->broken || transfer->over_body ? TRANSFER_ENOUGH : TRANSFER_TAKEN;
}

static size_t
take_body(struct transfer *transfer, const char *ptr, size_t len)
{
	enum transfer_verdict verdict;

	if (transfer->paused)	/* before the request had gone out, when libcurl does not take it to heart */
		return CURL_WRITEFUNC_PAUSE;
	if (!transfer->in_body)
		begin_body(transfer);
	verdict = transfer->decode != NULL ? take_coded(transfer, ptr, len) : take(transfer, ptr, len);
	if (verdict == TRANSFER_LATER) {
		transfer->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	transfer->raw_bytes += len;
	return verdict == TRANSFER_TAKEN ? len : 0;
}

/* From libcurl's timer, too, where nobody has set the mark. */
static size_t
on_header(char *lines, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	uint64_t before = mark_set(transfer->job);
	size_t taken = take_head(transfer, lines, size * count);

	mark_set(before);
	return taken;
}

static size_t
on_write(char *ptr, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	uint64_t before = mark_set(transfer->job);
	size_t taken = take_body(transfer, ptr, size * count);

	mark_set(before);
	return taken;
}

/* All addresses, whichever way they were found, pass here before a connection is tried. A proxy is the user's choice. */
static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *addr)
{
	struct transfer *transfer = arg;
	const char *why = address_private(&addr->addr);

	(void)purpose;
	if (why != NULL && !transfer->config->allow_private && !transfer->proxied) {
		transfer->refused = why;
		address_format(&addr->addr, transfer->refused_addr);
		return CURL_SOCKET_BAD;
	}
	return socket(addr->family, addr->socktype | SOCK_CLOEXEC, addr->protocol);
}

/* --- setting up ------------------------------------------------------------------------- */

struct transfer *
transfer_new(struct multi *multi, const struct transfer_ops *ops, void *arg)
{
	struct transfer *transfer = calloc(1, sizeof(*transfer));

	if (transfer == NULL)
		abort();
	transfer->easy = curl_easy_init();
	if (transfer->easy == NULL)
		abort();
	transfer->multi = multi;
	transfer->ops = ops;
	transfer->arg = arg;
	transfer->arena = arena_new(0);
	curl_easy_getinfo(transfer->easy, CURLINFO_CAINFO, &transfer->default_ca);
	SET(transfer, CURLOPT_PRIVATE, transfer);
	SET(transfer, CURLOPT_ERRORBUFFER, transfer->error);
	SET(transfer, CURLOPT_HEADERFUNCTION, on_header);
	SET(transfer, CURLOPT_HEADERDATA, transfer);
	SET(transfer, CURLOPT_WRITEFUNCTION, on_write);
	SET(transfer, CURLOPT_WRITEDATA, transfer);
	SET(transfer, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	SET(transfer, CURLOPT_OPENSOCKETDATA, transfer);
	SET(transfer, CURLOPT_NOSIGNAL, 1L);
	/* from the beginning: libcurl 7.88 would lose the memory for sessions that a handle has had of its own */
	SET(transfer, CURLOPT_SHARE, multi_share(multi, "", 0));
	/* libcurl looks through all names that it keeps for each transfer; who keeps its connection needs none, the next comes in an hour */
	SET(transfer, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	SET(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(transfer, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(transfer, CURLOPT_FOLLOWLOCATION, 0L);
	SET(transfer, CURLOPT_ACCEPT_ENCODING, decode_offer);
	SET(transfer, CURLOPT_HTTP_CONTENT_DECODING, 0L);
	SET(transfer, CURLOPT_NOPROXY, "");
	SET(transfer, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/* a name that cannot be resolved must not hold up the others when its time is over */
	SET(transfer, CURLOPT_QUICK_EXIT, 1L);
	/* with a folder of certificates libcurl would read them again for each connection */
	SET(transfer, CURLOPT_CAPATH, NULL);
	SET(transfer, CURLOPT_PROXY_CAPATH, NULL);
	/* RFC 8996: nothing older is secure any more */
	SET(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(transfer, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	return transfer;
}

void
transfer_free(struct transfer *transfer)
{
	if (transfer == NULL)
		return;
	transfer_cancel(transfer);
	curl_easy_cleanup(transfer->easy);
	arena_free(transfer->arena);
	free(transfer);
}

static bool
is_proxied(const struct transfer_config *config, const struct transfer_request *request)
{
	const char *proxy = request->proxy != NULL ? request->proxy : config->proxy;

	return proxy != NULL && *proxy != '\0';
}

/* The host as libcurl will see it: "127.1" and "0x7f000001" are 127.0.0.1. */
static const char *
private_host(CURLU *url, char **host)
{
	const char *why;
	size_t len;

	if (curl_url_get(url, CURLUPART_HOST, host, 0) != CURLUE_OK)
		return NULL;
	len = strlen(*host);
	if (len > 2 && **host == '[') {
		memmove(*host, *host + 1, len - 2);
		(*host)[len - 2] = '\0';
	}
	why = address_private_text(*host);
	if (why == NULL && (strcasecmp(*host, "localhost") == 0 || strcasecmp(*host, "localhost.") == 0))
		why = "a loopback address";
	return why;
}

enum outcome
transfer_check(const struct transfer_config *config, const struct transfer_request *request,
    char message[TRANSFER_MESSAGE_BYTES])
{
	const char *why = NULL;
	char *host = NULL;
	CURLU *url;

	if (config->allow_private || !is_proxied(config, request))
		return OUTCOME_OK;
	url = curl_url();
	if (url == NULL)
		abort();
	if (curl_url_set(url, CURLUPART_URL, request->url, 0) == CURLUE_OK)
		why = private_host(url, &host);
	if (why != NULL)
		snprintf(message, TRANSFER_MESSAGE_BYTES, TRANSFER_REFUSED_FORMAT, host, why);
	curl_free(host);
	curl_url_cleanup(url);
	return why != NULL ? OUTCOME_PRIVATE : OUTCOME_OK;
}

/* What the configuration says; also what takes a special request's traces away. */
static void
set_common(struct transfer *transfer)
{
	const struct transfer_config *config = transfer->config;
	const char *ca_file = config->ca_file != NULL ? config->ca_file : transfer->default_ca;

	SET(transfer, CURLOPT_USERAGENT, config->user_agent);
	SET(transfer, CURLOPT_PROXY, config->proxy != NULL ? config->proxy : "");
	SET(transfer, CURLOPT_USERNAME, NULL);
	SET(transfer, CURLOPT_PASSWORD, NULL);
	SET(transfer, CURLOPT_COOKIE, NULL);
	SET(transfer, CURLOPT_CAINFO, ca_file);
	SET(transfer, CURLOPT_PROXY_CAINFO, ca_file);
	SET(transfer, CURLOPT_CAINFO_BLOB, NULL);
	SET(transfer, CURLOPT_POSTFIELDS, NULL);
	SET(transfer, CURLOPT_HTTPGET, 1L);
	transfer->generation = config->generation;
	transfer->special = false;
}

static void
set_special(struct transfer *transfer, const struct transfer_request *request)
{
	const struct { CURLoption option; const char *value; } rows[] = {
		{ CURLOPT_USERAGENT, request->user_agent }, { CURLOPT_PROXY, request->proxy },
		{ CURLOPT_USERNAME, request->username }, { CURLOPT_PASSWORD, request->password },
		{ CURLOPT_COOKIE, request->cookie }, { CURLOPT_POSTFIELDS, request->form },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].value != NULL) {
			SET(transfer, rows[i].option, rows[i].value);
			transfer->special = true;
		}
	if (request->ca.len != 0) {
		struct curl_blob blob = { .len = request->ca.len, .flags = CURL_BLOB_COPY };

		memcpy(&blob.data, &request->ca.ptr, sizeof(blob.data));
		SET(transfer, CURLOPT_CAINFO_BLOB, &blob);
		transfer->special = true;
	}
}

static void
share_sessions(struct transfer *transfer, const char *url)
{
	struct url_parts parts;

	if (strncasecmp(url, "https:", 6) != 0)
		return;
	url_split(url, strlen(url), &parts);
	SET(transfer, CURLOPT_SHARE, multi_share(transfer->multi, parts.authority.ptr, parts.authority.len));
}

/* Nothing that could end a line goes into a header. */
static bool
is_clean(const char *ptr, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)ptr[i] < ' ' && ptr[i] != '\t') || ptr[i] == 0x7f)
			return false;
	return true;
}

static void
add_line(struct transfer *transfer, struct curl_slist **list, char *line)
{
	struct curl_slist *node = arena_alloc(transfer->arena, sizeof(*node));

	node->data = line;
	node->next = *list;
	*list = node;
}

static void
add_validator(struct transfer *transfer, struct curl_slist **list, const char *name, const char *value)
{
	if (value != NULL && is_clean(value, strlen(value)))
		add_line(transfer, list, arena_printf(transfer->arena, "%s: %s", name, value));
}

/* libcurl reads the list while the exchange lasts; it may lie in the arena. */
static void
set_lines(struct transfer *transfer, const struct transfer_request *request)
{
	struct curl_slist *list = &accept_field;
	bool own_accept = false;

	for (size_t i = 0; request->lines != NULL && i < request->lines->count; i++)
		if (strncasecmp(request->lines->items[i].ptr, "Accept:", 7) == 0)
			own_accept = true;
	if (own_accept)
		list = NULL;
	for (size_t i = 0; request->lines != NULL && i < request->lines->count; i++)
		if (is_clean(request->lines->items[i].ptr, request->lines->items[i].len))
			add_line(transfer, &list, arena_strndup(transfer->arena, request->lines->items[i].ptr,
			    request->lines->items[i].len));
	add_validator(transfer, &list, "If-Modified-Since", request->last_modified);
	add_validator(transfer, &list, "If-None-Match", request->etag);
	SET(transfer, CURLOPT_HTTPHEADER, list);
}

void
transfer_start(struct transfer *transfer, const struct transfer_config *config, const struct transfer_request *request)
{
	arena_reset(transfer->arena);
	memset(&transfer->head, 0, sizeof(transfer->head));
	transfer->reader = (struct head_reader){ &transfer->head, transfer->arena, NULL };
	transfer->head_bytes = transfer->raw_bytes = transfer->body_bytes = transfer->body_max = 0;
	transfer->in_body = transfer->over_head = transfer->over_body = transfer->broken = transfer->paused = false;
	transfer->raw_taken = transfer->piece_len = 0;
	transfer->refused = NULL;
	transfer->error[0] = '\0';
	transfer->proxied = is_proxied(config, request);
	transfer->config = config;
	transfer->job = request->job;
	if (transfer->generation != config->generation || transfer->special)
		set_common(transfer);
	set_special(transfer, request);
	set_lines(transfer, request);
	share_sessions(transfer, request->url);
	transfer->url = arena_strdup(transfer->arena, request->url);
	SET(transfer, CURLOPT_URL, transfer->url);
	/*
	 * libcurl 7.88 does not forget the hosts of connections that had to make room for others, and looks through all of them each
	 * time: what will not be used is closed at once.
	 */
	SET(transfer, CURLOPT_FORBID_REUSE, request->keep ? 0L : 1L);
	transfer->active = true;
	multi_add(transfer->multi, transfer->easy);
}

void
transfer_forget_decode(struct transfer *transfer)
{
	decode_free(transfer->decode);
	transfer->decode = NULL;
}

void
transfer_cancel(struct transfer *transfer)
{
	if (!transfer->active)
		return;
	transfer->active = false;
	multi_remove(transfer->multi, transfer->easy);
	transfer_forget_decode(transfer);
}

uint64_t
transfer_job(const struct transfer *transfer)
{
	return transfer->job;
}

void
transfer_progress(struct transfer *transfer, struct transfer_progress *progress)
{
	curl_off_t resolved = 0, sent = 0, wire = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
	curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
	progress->resolved = resolved > 0;
	progress->connected = sent > 0;
	progress->head_bytes = transfer->head_bytes;
	progress->wire_bytes = wire > 0 ? (uint64_t)wire : 0;
}

void
transfer_pause(struct transfer *transfer, bool pause)
{
	CURLcode code;

	if (!transfer->active || transfer->paused == pause)
		return;
	transfer->paused = pause;
	code = curl_easy_pause(transfer->easy, pause ? CURLPAUSE_RECV : CURLPAUSE_CONT);
	if (code == CURLE_OK || code == CURLE_BAD_FUNCTION_ARGUMENT /* not connected yet */)
		return;
	/* what was held back has been refused: libcurl says so here and nowhere else */
	multi_remove(transfer->multi, transfer->easy);
	transfer_ended(transfer, (int)code);
}
