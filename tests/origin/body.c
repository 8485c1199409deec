#include "tests/origin/origin.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16, GZIP_LEVEL = 1, PLAIN_BYTES = 16 * 1024 };

/* May stand anywhere in the content of XML and HTML, and after the root element too. */
static const char filler[] = "<!-- and on and on it goes, and where it ends nobody knows -->\n";

struct deflate_state {
	z_stream	 stream;
	char		 plain[PLAIN_BYTES];
};

static size_t
read_plain(struct body *body, char *ptr, size_t max)
{
	size_t done = 0, len, pos;

	if (max > body->plain_left)
		max = (size_t)body->plain_left;
	if (body->file_taken < body->file.len && max > 0) {
		done = body->file.len - body->file_taken;
		if (done > max)
			done = max;
		memcpy(ptr, body->file.ptr + body->file_taken, done);
		body->file_taken += done;
	}
	while (done < max) {
		pos = body->filler_taken % (sizeof filler - 1);
		len = sizeof filler - 1 - pos;
		if (len > max - done)
			len = max - done;
		memcpy(ptr + done, filler + pos, len);
		body->filler_taken += len;
		done += len;
	}
	body->plain_left -= done;
	return done;
}

static size_t
read_deflated(struct body *body, char *ptr, size_t max)
{
	struct deflate_state *state = (struct deflate_state *)(void *)body->deflate;
	z_stream *stream = &state->stream;

	stream->next_out = (Bytef *)ptr;
	stream->avail_out = (uInt)max;
	while (stream->avail_out > 0 && !body->ended) {
		if (stream->avail_in == 0) {
			stream->next_in = (Bytef *)state->plain;
			stream->avail_in = (uInt)read_plain(body, state->plain, PLAIN_BYTES);
		}
		if (deflate(stream, body->plain_left == 0 ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_END)
			body->ended = true;
	}
	return max - stream->avail_out;
}

void
body_gzip(struct body *body)
{
	struct deflate_state *state = calloc(1, sizeof *state);

	if (state == NULL || deflateInit2(&state->stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 9,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	body->deflate = &state->stream;
}

size_t
body_read(struct body *body, char *ptr, size_t max)
{
	return body->deflate != NULL ? read_deflated(body, ptr, max) : read_plain(body, ptr, max);
}

bool
body_ended(const struct body *body)
{
	return body->deflate != NULL ? body->ended : body->plain_left == 0;
}

void
body_free(struct body *body)
{
	if (body->deflate != NULL) {
		deflateEnd(body->deflate);
		free(body->deflate);
	}
	buf_free(&body->file);
	*body = (struct body){ 0 };
}
