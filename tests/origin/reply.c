/* What to answer: the order of the questions is that of reply_make(). */
#include "tests/origin/origin.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_BYTES_MAX = 256 * 1024, DATE_BYTES = 40 };

#define DATE_FORMAT "%a, %d %b %Y %H:%M:%S GMT"

static const struct { int status; const char *reason; } reasons[] = {
	{ 200, "OK" }, { 204, "No Content" }, { 206, "Partial Content" }, { 226, "IM Used" }, { 300, "Multiple Choices" },
	{ 301, "Moved Permanently" }, { 302, "Found" }, { 303, "See Other" },
	{ 304, "Not Modified" }, { 307, "Temporary Redirect" }, { 308, "Permanent Redirect" },
	{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" }, { 404, "Not Found" },
	{ 405, "Method Not Allowed" }, { 410, "Gone" }, { 429, "Too Many Requests" },
	{ 500, "Internal Server Error" }, { 503, "Service Unavailable" }
};

static const struct { const char *suffix, *type; bool text; } types[] = {
	{ ".atom", "application/atom+xml", true },
	{ ".css", "text/css; charset=utf-8", true },
	{ ".gif", "image/gif", false },
	{ ".html", "text/html; charset=utf-8", true },
	{ ".jpg", "image/jpeg", false },
	{ ".json", "application/feed+json", true },
	{ ".opml", "text/x-opml", true },
	{ ".png", "image/png", false },
	{ ".rdf", "application/rdf+xml", true },
	{ ".rss", "application/rss+xml", true },
	{ ".svg", "image/svg+xml", true },
	{ ".txt", "text/plain; charset=utf-8", true },
	{ ".xml", "application/xml", true }
};

/* One request on its way to an answer. */
struct answer {
	struct reply	*reply;
	struct arena	*arena;
	const struct request *request;
	const char	*path;			/* relative to the root, decoded; NULL: not to be served */
	const char	*type;
	bool		 text;
	int		 fd;			/* the file; -1: none */
	struct stat	 stat;
	const char	*etag, *modified;	/* "": none */
};

void
reply_free(struct reply *reply)
{
	buf_free(&reply->head);
	body_free(&reply->body);
}

/* --- which file ------------------------------------------------------------- */

static bool
ends_with(const char *str, const char *suffix)
{
	size_t len = strlen(str), suffix_len = strlen(suffix);

	return len >= suffix_len && strcmp(str + len - suffix_len, suffix) == 0;
}

/* The path of a URL relative to the root; NULL if it is not to be served. */
static const char *
clean_path(struct arena *arena, const char *target)
{
	size_t len = strcspn(target, "?#");
	char *path;

	while (len > 0 && *target == '/') {
		target++;
		len--;
	}
	path = arena_strndup(arena, target, len);
	len = request_unescape(path);
	if (strstr(path, "..") != NULL || path[0] == '/' || ends_with(path, ".behave"))
		return NULL;
	return len == 0 || path[len - 1] == '/' ? arena_printf(arena, "%sindex.html", path) : path;
}

static void
look_up(struct answer *answer, int dir, const char *target)
{
	struct behave *behave = &answer->reply->behave;
	const char *rest = target;

	if (strncmp(target, "/~", 2) == 0)
		rest = target + strcspn(target + 1, "/?") + 1;
	answer->path = clean_path(answer->arena, rest);
	if (answer->path != NULL)
		behave_read(behave, answer->arena, dir, arena_printf(answer->arena, "%s.behave", answer->path), target);
	if (rest != target)
		behave_prefix(behave, answer->arena, target);
	answer->fd = -1;
	if (answer->path == NULL)
		return;
	answer->fd = openat(dir, behave->raw != NULL ? behave->raw : behave->file != NULL ? behave->file : answer->path,
	    O_RDONLY | O_CLOEXEC);
	if (answer->fd < 0)
		return;
	if (fstat(answer->fd, &answer->stat) < 0 || !S_ISREG(answer->stat.st_mode) ||
	    answer->stat.st_size > FILE_BYTES_MAX) {
		close(answer->fd);
		answer->fd = -1;
	}
}

static void
read_file(struct answer *answer)
{
	struct buf *file = &answer->reply->body.file;
	size_t size = (size_t)answer->stat.st_size;
	ssize_t len;
	char *room;

	buf_init(file, FILE_BYTES_MAX);
	room = buf_reserve(file, size + 1);
	while (file->len < size) {
		len = read(answer->fd, room + file->len, size - file->len);
		if (len <= 0)
			break;
		file->len += (size_t)len;
	}
}

/* --- the head --------------------------------------------------------------- */

static const char *
reason(int status)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unnamed";
}

static void
put_header(struct answer *answer, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		buf_printf(&answer->reply->head, "%s: %s\r\n", name, value);
}

static void
begin_head(struct answer *answer, int status)
{
	struct reply *reply = answer->reply;
	char date[DATE_BYTES];
	time_t now = time(NULL);
	struct tm tm;

	reply->status = status;
	strftime(date, sizeof date, DATE_FORMAT, gmtime_r(&now, &tm));
	buf_init(&reply->head, HEAD_BYTES_MAX);
	buf_printf(&reply->head, "HTTP/1.1 %d %s\r\nServer: origin\r\n", status, reason(status));
	put_header(answer, "Date", reply->behave.date != NULL ? reply->behave.date : date);
}

static void
end_head(struct answer *answer)
{
	struct reply *reply = answer->reply;
	const struct behave *behave = &reply->behave;

	for (size_t i = 0; i < behave->n_headers; i++)
		buf_printf(&reply->head, "%s\r\n", behave->headers[i]);
	put_header(answer, "Retry-After", behave->retry_after);
	reply->close = reply->close || behave->close || !answer->request->keep_alive;
	buf_puts(&reply->head, reply->close ? "Connection: close\r\n\r\n" : "\r\n");
	reply->close = reply->close || behave->drop;
}

/* A whole answer whose body is one line of text. */
static void
answer_line(struct answer *answer, int status, const char *header, const char *value, const char *line)
{
	struct body *body = &answer->reply->body;

	begin_head(answer, status);
	if (header != NULL)
		put_header(answer, header, value);
	buf_init(&body->file, HEAD_BYTES_MAX);
	buf_printf(&body->file, "%s\n", line);
	body->plain_left = body->file.len;
	put_header(answer, "Content-Type", "text/plain; charset=utf-8");
	buf_printf(&answer->reply->head, "Content-Length: %zu\r\n", body->file.len);
	end_head(answer);
}

/* --- redirects ---------------------------------------------------------------- */

/* Where to, or NULL if this request is not redirected. */
static const char *
redirect_target(struct answer *answer)
{
	const struct behave *behave = &answer->reply->behave;
	const char *target = answer->request->target;

	if (behave->loop)
		return target;
	if (behave->chain > 0) {
		if (strncmp(target, "/~", 2) == 0)
			target += strcspn(target + 1, "/?") + 1;
		return arena_printf(answer->arena, "/~chain=%lld%s%s", (long long)behave->chain - 1,
		    behave->status != BEHAVE_UNSET ?
		    arena_printf(answer->arena, ",status=%d", (int)behave->status) : "", target);
	}
	return behave->chain == 0 ? NULL : behave->redirect;
}

static bool
redirect(struct answer *answer)
{
	struct behave *behave = &answer->reply->behave;
	const char *target = redirect_target(answer);

	if (target == NULL) {
		/* the status of a chain was for its redirects */
		if (behave->chain == 0)
			behave->status = BEHAVE_UNSET;
		return false;
	}
	answer_line(answer, behave->status != BEHAVE_UNSET ? (int)behave->status : 302, "Location", target, "elsewhere");
	return true;
}

/* --- validators ----------------------------------------------------------------- */

static void
make_validators(struct answer *answer)
{
	const struct behave *behave = &answer->reply->behave;
	const struct stat *stat = &answer->stat;
	char date[DATE_BYTES];
	struct tm tm;

	answer->etag = answer->modified = "";
	if (answer->fd >= 0 && !behave->novalidators) {
		strftime(date, sizeof date, DATE_FORMAT, gmtime_r(&stat->st_mtim.tv_sec, &tm));
		answer->modified = arena_strdup(answer->arena, date);
		answer->etag = arena_printf(answer->arena, "\"%llx.%lx-%llx\"", (long long)stat->st_mtim.tv_sec,
		    stat->st_mtim.tv_nsec, (long long)stat->st_size);
	}
	if (behave->etag != NULL)
		answer->etag = behave->etag;
	if (behave->modified != NULL)
		answer->modified = behave->modified;
}

static const char *
opaque_tag(const char *tag)
{
	return strncmp(tag, "W/", 2) == 0 ? tag + 2 : tag;
}

/* Weak comparison of an ETag with a list of them (RFC 9110, section 13.1.2). */
static bool
tag_listed(const char *etag, const char *list)
{
	const char *tag = opaque_tag(etag), *pos = list;
	size_t len = strlen(tag);

	if (strcmp(list, "*") == 0)
		return etag[0] != '\0';
	if (len == 0)
		return false;
	for (;;) {
		pos += strspn(pos, " \t,");
		if (*pos == '\0')
			return false;
		pos = opaque_tag(pos);
		if (strncmp(pos, tag, len) == 0 && strchr(" \t,", pos[len]) != NULL)
			return true;
		pos += *pos == '"' ? 1 + strcspn(pos + 1, "\"") : 0;
		pos += strcspn(pos, ",");
	}
}

static bool
modified_since(const struct answer *answer, const char *date)
{
	struct tm asked = { 0 }, ours = { 0 };

	if (answer->modified[0] == '\0' || strptime(date, DATE_FORMAT, &asked) == NULL ||
	    strptime(answer->modified, DATE_FORMAT, &ours) == NULL)
		return true;
	return timegm(&ours) > timegm(&asked);
}

static bool
not_modified(struct answer *answer)
{
	const struct behave *behave = &answer->reply->behave;
	const char *tags = request_header(answer->request, "If-None-Match");
	const char *date = request_header(answer->request, "If-Modified-Since");

	if (behave->ignore || behave->status != BEHAVE_UNSET)
		return false;
	if (tags != NULL ? !tag_listed(answer->etag, tags) : date == NULL || modified_since(answer, date))
		return false;
	begin_head(answer, 304);
	put_header(answer, "ETag", behave->etag304 != NULL ? behave->etag304 : answer->etag);
	put_header(answer, "Last-Modified", answer->modified);
	end_head(answer);
	answer->reply->no_body = true;
	return true;
}

/* --- the body -------------------------------------------------------------------- */

static void
choose_type(struct answer *answer)
{
	const char *suffix = answer->path != NULL ? strrchr(answer->path, '.') : NULL;

	answer->type = "application/octet-stream";
	for (size_t i = 0; suffix != NULL && i < sizeof types / sizeof types[0]; i++) {
		if (strcasecmp(types[i].suffix, suffix) == 0) {
			answer->type = types[i].type;
			answer->text = types[i].text;
		}
	}
	if (answer->reply->behave.type != NULL)
		answer->type = answer->reply->behave.type;
}

static bool
gzip_accepted(const struct request *req)
{
	const char *accepted = request_header(req, "Accept-Encoding"), *found;

	found = accepted != NULL ? strcasestr(accepted, "gzip") : NULL;
	return found != NULL && strncmp(found + strlen("gzip"), ";q=0", 4) != 0;
}

static bool
gzip_wanted(const struct answer *answer)
{
	const struct behave *behave = &answer->reply->behave;

	if (behave->gzip == 2 || behave->bomb != BEHAVE_UNSET)
		return true;
	if (behave->gzip == 0 || behave->http10 || !gzip_accepted(answer->request))
		return false;
	return behave->gzip == 1 || (answer->text && answer->reply->body.plain_left >= GZIP_BYTES_MIN);
}

static void
size_body(struct answer *answer)
{
	const struct behave *behave = &answer->reply->behave;
	struct body *body = &answer->reply->body;
	int64_t filled = behave->bomb != BEHAVE_UNSET ? behave->bomb : behave->huge;

	if (answer->fd >= 0)
		read_file(answer);
	body->plain_left = body->file.len;
	if (filled != BEHAVE_UNSET)
		body->plain_left = filled == 0 ? UINT64_MAX : (uint64_t)filled;
}

static void
put_validators(struct answer *answer)
{
	bool weaken = answer->reply->body.deflate != NULL && answer->etag[0] == '"';

	if (answer->etag[0] != '\0')
		buf_printf(&answer->reply->head, "ETag: %s%s\r\n", weaken ? "W/" : "", answer->etag);
	put_header(answer, "Last-Modified", answer->modified);
}

/* How the body's end is told: its length, chunks, or the end of the connection. */
static void
put_framing(struct answer *answer)
{
	struct reply *reply = answer->reply;
	bool length_known = reply->body.deflate == NULL && reply->body.plain_left != UINT64_MAX;

	if (answer->request->http10 || reply->behave.http10)
		reply->close = true;
	else
		reply->chunked = !length_known || reply->behave.chunk > 0;
	if (reply->chunked)
		buf_puts(&reply->head, "Transfer-Encoding: chunked\r\n");
	else if (length_known && !reply->behave.http10)
		buf_printf(&reply->head, "Content-Length: %llu\r\n", (unsigned long long)reply->body.plain_left);
}

static void
answer_file(struct answer *answer, int status)
{
	struct reply *reply = answer->reply;

	size_body(answer);
	begin_head(answer, status);
	put_header(answer, "Content-Type", answer->type);
	if (gzip_wanted(answer)) {
		body_gzip(&reply->body);
		buf_puts(&reply->head, "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n");
	}
	put_validators(answer);
	put_framing(answer);
	end_head(answer);
}

/* What stands before the question of the file. True if that was the answer. */
static bool
answer_early(struct answer *answer)
{
	const struct request *req = answer->request;
	const struct behave *behave = &answer->reply->behave;
	const char *colon = behave->need != NULL ? strchr(behave->need, ':') : NULL, *value;

	if (behave->error != NULL) {
		answer_line(answer, 500, NULL, NULL, behave->error);
		return true;
	}
	if (strcmp(req->method, "GET") != 0 && strcmp(req->method, "HEAD") != 0 &&
	    !(behave->post && strcmp(req->method, "POST") == 0)) {
		answer_line(answer, 405, "Allow", "GET, HEAD", "only GET and HEAD");
		return true;
	}
	if (behave->need == NULL)
		return false;
	value = colon != NULL ?
	    request_header(req, arena_strndup(answer->arena, behave->need, colon - behave->need)) : NULL;
	if (value != NULL && strcmp(value, colon + 1 + strspn(colon + 1, " ")) == 0)
		return false;
	answer_line(answer, 401, "WWW-Authenticate", "Basic realm=\"origin\"", "a header is missing");
	return true;
}

/* The file says all of it. */
static void
answer_raw(struct answer *answer)
{
	struct reply *reply = answer->reply;

	read_file(answer);
	reply->head = reply->body.file;
	buf_init(&reply->body.file, 0);
	reply->no_body = true;
	reply->close = reply->behave.close || reply->behave.drop;
}

static void
decide(struct answer *answer)
{
	struct behave *behave = &answer->reply->behave;
	bool filled = behave->huge != BEHAVE_UNSET || behave->bomb != BEHAVE_UNSET;

	if (answer_early(answer) || redirect(answer))
		return;
	if (behave->raw != NULL && answer->fd >= 0) {
		answer_raw(answer);
		return;
	}
	if (behave->retry_after != NULL && behave->status == BEHAVE_UNSET)
		behave->status = 503;
	choose_type(answer);
	if (answer->fd < 0 && !filled) {
		answer_line(answer, behave->status != BEHAVE_UNSET ? (int)behave->status : 404, NULL, NULL,
		    behave->status != BEHAVE_UNSET ? "as told" : "no such file");
		return;
	}
	make_validators(answer);
	if (!not_modified(answer))
		answer_file(answer, behave->status != BEHAVE_UNSET ? (int)behave->status : 200);
}

void
reply_make(struct reply *reply, struct arena *arena, int dir, const struct request *req)
{
	struct answer answer = { .reply = reply, .arena = arena, .request = req, .fd = -1 };

	*reply = (struct reply){ .piece_bytes = PIECE_BYTES };
	behave_init(&reply->behave);
	look_up(&answer, dir, req->target);
	decide(&answer);
	if (answer.fd >= 0)
		close(answer.fd);
	if (reply->behave.chunk > 0 && reply->behave.chunk < PIECE_BYTES)
		reply->piece_bytes = (size_t)reply->behave.chunk;
	if (strcmp(req->method, "HEAD") == 0 || reply->status == 204)
		reply->no_body = true;
}
