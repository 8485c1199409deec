/* gzip (RFC 1952) and deflate (RFC 1950, or without that wrapping RFC 1951, which many servers send). */
#include "daemon/fetcher/decode.h"

#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

enum { WINDOW = 15, GZIP_WINDOW = WINDOW + 16, GZIP_ID1 = 0x1f, HEAD_BYTES = 2 };

struct state {
	z_stream	 stream;
	bool		 ready;			/* the stream has been set up */
	bool		 ended;			/* at least one member is whole, and no other has begun to say anything */
	bool		 done;			/* what follows does not count */
	unsigned char	 head[HEAD_BYTES];	/* of deflate, which says which of the two it is */
	size_t		 n_head;
};

static void *
start(void)
{
	struct state *state = calloc(1, sizeof(*state));

	if (state == NULL)
		abort();
	return state;
}

static void
stop(void *arg)
{
	struct state *state = arg;

	if (state->ready)
		inflateEnd(&state->stream);
	free(state);
}

static bool
is_whole(const void *arg)
{
	const struct state *state = arg;

	return state->ended;
}

static void
prepare(struct state *state, int window)
{
	if (!state->ready && inflateInit2(&state->stream, window) != Z_OK)
		abort();
	state->ready = true;
}

/* zlib's verdict on as much as fits. */
static int
step(struct state *state, const unsigned char **in, size_t *in_len, struct decode_io *io)
{
	z_stream *stream = &state->stream;
	int rc;

	stream->next_in = (Bytef *)(uintptr_t)*in;
	stream->avail_in = (uInt)*in_len;
	stream->next_out = io->out;
	stream->avail_out = (uInt)io->out_len;
	rc = inflate(stream, Z_NO_FLUSH);
	*in += *in_len - stream->avail_in;
	*in_len = stream->avail_in;
	if (io->out_len != stream->avail_out)
		state->ended = false;
	io->out += io->out_len - stream->avail_out;
	io->out_len = stream->avail_out;
	return rc;
}

static void
skip(struct state *state, struct decode_io *io)
{
	state->done = state->ended = true;
	io->in_len = 0;
}

/* After one member another may follow (RFC 1952 section 2.2); what is none, and says nothing, is padding. */
static int
run_gzip(void *arg, struct decode_io *io)
{
	struct state *state = arg;
	int rc;

	prepare(state, GZIP_WINDOW);
	while (io->in_len > 0 && io->out_len > 0 && !state->done) {
		rc = step(state, &io->in, &io->in_len, io);
		if (rc == Z_STREAM_END) {
			state->ended = true;
			inflateReset(&state->stream);
			if (io->in_len > 0 && *io->in != GZIP_ID1)
				state->done = true;
		} else if (rc != Z_OK && rc != Z_BUF_ERROR) {
			if (!state->ended)
				return DECODE_BROKEN;
			state->done = true;
		}
	}
	if (state->done)
		skip(state, io);
	return 0;
}

/* RFC 1950 section 2.2. */
static bool
is_wrapped(const unsigned char head[HEAD_BYTES])
{
	return (head[0] & 0x0f) == Z_DEFLATED && (head[0] << 8 | head[1]) % 31 == 0;
}

static int
begin_deflate(struct state *state, struct decode_io *io)
{
	const unsigned char *head = state->head;
	size_t n_head = HEAD_BYTES;

	while (state->n_head < HEAD_BYTES && io->in_len > 0) {
		state->head[state->n_head++] = *io->in++;
		io->in_len--;
	}
	if (state->n_head < HEAD_BYTES)
		return Z_OK;
	prepare(state, is_wrapped(head) ? WINDOW : -WINDOW);
	return step(state, &head, &n_head, io);
}

static int
run_deflate(void *arg, struct decode_io *io)
{
	struct state *state = arg;
	int rc = state->ready ? Z_OK : begin_deflate(state, io);

	if (rc == Z_OK && state->ready && !state->done && io->out_len > 0)
		rc = step(state, &io->in, &io->in_len, io);
	if (rc == Z_STREAM_END || state->done) {
		skip(state, io);
		return 0;
	}
	return rc == Z_OK || rc == Z_BUF_ERROR ? 0 : DECODE_BROKEN;
}

const struct decode_coding decode_gzip = { "gzip", "x-gzip", start, stop, run_gzip, is_whole };
const struct decode_coding decode_deflate = { "deflate", NULL, start, stop, run_deflate, is_whole };
