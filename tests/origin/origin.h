/*
 * origin - a small HTTP/1.1 origin on the loopback, for tests and for the sample newsroom.
 *
 *	origin [-Abk] [-a ADDRESS] [-d DIR] [-H LOG] [-I PIDFILE] [-l LOG] [-L LOG] [-P FILE] [-p PORT] [-t SECONDS] [-w PID]
 *
 *	-A		listen at every address of 127.0.0.0/8, so that each can be a host
 *	-a ADDRESS	listen there instead of 127.0.0.1; must lie in 127.0.0.0/8
 *	-b		go to the background once listening: the port is printed, then the caller goes on
 *	-d DIR		serve the files below DIR instead of the working directory
 *	-H FILE		append a line to FILE for each request, when it has arrived: number of the connection, milliseconds from
 *			the start, method, path with query, then each header line as it came; separated by tabs
 *	-I FILE		write the process id to FILE
 *	-k		end when the process that started this one ends
 *	-l FILE		append a line to FILE for each answer (see below), before its last bytes are sent: who has read
 *			it finds the line
 *	-L FILE		append "METHOD\tPATH" to FILE for each request, when it has arrived; and "\tBODY" if it has one
 *	-P FILE		write the port to FILE too (the file appears with its contents)
 *	-p PORT		listen on PORT; 0, the default, takes any that is free
 *	-t SECONDS	end by itself after so long
 *	-w PID		end when process PID ends
 *
 * The port is printed on standard output as soon as connections are taken. SIGTERM ends it with status 0.
 *
 *	port=$(origin -b -d site -l access.log -w $$)
 *	curl http://127.0.0.1:$port/feed.xml
 *
 * Served are GET and HEAD, and POST where "post" says so, keep-alive and pipelining included. A folder is its index.html. ETag and
 * Last-Modified come from the file's time in nanoseconds and its size, so files may be swapped while it runs;
 * If-None-Match (lists, weak tags, *) goes before If-Modified-Since (RFC 9110, section 13.2.2). Text of GZIP_BYTES_MIN
 * or more is sent with gzip, chunked and with a weak ETag, to whom accepts it.
 *
 * The log of -l has tab-separated columns, absent ones are "-":
 *	method, path with query, status, bytes of the body, If-None-Match, If-Modified-Since, Accept-Encoding,
 *	User-Agent, Host, number of the connection, milliseconds from the start to the request's arrival
 *
 * How to misbehave is said by PATH.behave beside the file (or in place of it), one "key=value" a line, # comments;
 * or at the front of the URL: /~key=value,key=value/PATH, values percent-encoded; the URL goes first. An
 * unknown key is answered with status 500, so that no test checks less than it says. In a file, the lines that follow "[N]"
 * hold from the Nth request of the same URL on, up to the next such line's; those before the first always. Requests are
 * counted while the file has such lines.
 *
 *	status=N	answer with status N
 *	type=TEXT	Content-Type; empty: none
 *	header=LINE	one more header line (may be repeated)
 *	date=TEXT	the Date, as it is; empty: none
 *	file=PATH	the body is that of this file, whose type goes by the URL's name
 *	raw=PATH	the bytes of this file are the whole answer, head and all (status 0 in the log)
 *	etag=TEXT	the ETag, as it is
 *	etag304=TEXT	the ETag of 304 answers
 *	modified=TEXT	the Last-Modified, as it is
 *	novalidators	neither ETag nor Last-Modified
 *	ignore		If-None-Match and If-Modified-Since are not looked at
 *	need=LINE	status 401 unless the request has this very header line
 *	retry_after=TEXT Retry-After; the status is 503 unless given
 *	redirect=URL	Location; the status is 302 unless given
 *	chain=N		N redirects to itself before the file is served
 *	loop		a redirect to itself, always
 *	delay=MS	answer so many milliseconds late
 *	slow=N		N bytes of the body a second
 *	stall		take the request and say nothing (status 0 in the log)
 *	hang=N		send N bytes of the body, then nothing more
 *	reset=N		send N bytes of the body, then reset the connection
 *	truncate=N	announce the whole length, send N bytes, close
 *	huge=N		N bytes: the file, then comments without end (XML, HTML); 0: endless
 *	bomb=N		the same through gzip
 *	gzip=N		0: never, 1: whatever the size and type, 2: even if it is not accepted
 *	chunk=N		chunked, in chunks of N bytes
 *	close		close the connection afterwards
 *	drop		the same without saying so before
 *	last		the next request of the connection is met with a reset
 *	post		POST, too, of a short body: it is logged, and answered as told
 *	http10		an answer as HTTP/1.0 has them: no length, ended by closing
 *
 * Flags may stand alone or be given as key=1.
 */
#ifndef TESTS_ORIGIN_ORIGIN_H
#define TESTS_ORIGIN_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/arena.h"
#include "feeds/base/buf.h"

enum {
	REQUEST_BYTES_MAX = 64 * 1024,		/* request line and headers */
	REQUEST_HEADERS_MAX = 100,
	GZIP_BYTES_MIN = 1024,
	FILE_BYTES_MAX = 1 << 30,
	PIECE_BYTES = 64 * 1024			/* produced at a time */
};

/* --- the request (request.c) -------------------------------------------------- */

struct header { const char *name, *value; };

struct request {
	const char	*method, *target;	/* target as it came: path and query */
	bool		 http10, keep_alive;
	struct header	 headers[REQUEST_HEADERS_MAX];
	size_t		 n_headers;
	const char	*body;			/* NULL: none; its NULs and line ends are blanks */
	int64_t		 arrived_ms;
	const char	*lines;			/* the header lines, separated by tabs */
};

/*
 * Parses the request at the start of ptr[0..len). Returns its length in bytes, 0 if more must come, -1 if it is
 * malformed or has a body in chunks or of more than REQUEST_BYTES_MAX. Strings in the arena.
 */
long		 request_parse(struct arena *, const char *ptr, size_t len, struct request *);

/* The value of a header, or NULL. Any case. */
const char	*request_header(const struct request *, const char *name);

/* Decodes percent-encoding in place (but not %00, for this is C); returns the new length. */
size_t		 request_unescape(char *str);

/* --- how to misbehave (behave.c) ------------------------------------------------ */

enum { BEHAVE_UNSET = -1 };

struct behave {
	int64_t		 status, chain, delay_ms, slow, hang, reset, truncate, huge, bomb, gzip, chunk;
	bool		 novalidators, ignore, loop, stall, close, drop, last, http10, post;
	const char	*date, *file, *raw, *type, *etag, *etag304, *modified, *need, *retry_after, *redirect;
	const char	**headers;
	size_t		 n_headers, cap_headers;
	const char	*error;			/* an unknown key or a bad value */
};

void		 behave_init(struct behave *);

/* One "key=value" or "key". Mistakes land in ->error. */
void		 behave_set(struct behave *, struct arena *, const char *line, size_t len);

/* Reads the file if there is one, as it holds for this request of target. True if there was. */
bool		 behave_read(struct behave *, struct arena *, int dir, const char *path, const char *target);

/* The keys of a path that begins with "/~"; returns the path that follows them. */
const char	*behave_prefix(struct behave *, struct arena *, const char *path);

/* --- the answer (reply.c, body.c) ------------------------------------------------ */

/* Where the body's bytes come from: a file's text, filler after it, all of it through gzip if wanted. */
struct body {
	struct buf	 file;
	uint64_t	 plain_left;		/* bytes still to take from file and filler */
	size_t		 file_taken, filler_taken;
	struct z_stream_s *deflate;		/* NULL: as it is */
	bool		 ended;
};

void		 body_free(struct body *);
void		 body_gzip(struct body *);

/* Up to max bytes at ptr; how many. */
size_t		 body_read(struct body *, char *ptr, size_t max);
bool		 body_ended(const struct body *);

struct reply {
	int		 status;
	struct buf	 head;			/* status line and headers, complete */
	struct body	 body;
	bool		 chunked, close, no_body;
	size_t		 piece_bytes;		/* of one chunk */
	struct behave	 behave;
};

void		 reply_free(struct reply *);

/* Decides what to answer. dir is the root folder. */
void		 reply_make(struct reply *, struct arena *, int dir, const struct request *);

#endif
