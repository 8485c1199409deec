/* zstd (RFC 8878). */
#include "daemon/fetcher/decode.h"

#include <stdlib.h>
#include <zstd.h>

struct state {
	ZSTD_DStream	*stream;
	bool		 whole;
};

static void *
start(void)
{
	struct state *state = calloc(1, sizeof(*state));

	if (state == NULL || (state->stream = ZSTD_createDStream()) == NULL)
		abort();
	ZSTD_DCtx_setParameter(state->stream, ZSTD_d_windowLogMax, DECODE_ZSTD_WINDOW_LOG);
	return state;
}

static void
stop(void *arg)
{
	struct state *state = arg;

	ZSTD_freeDStream(state->stream);
	free(state);
}

static bool
is_whole(const void *arg)
{
	const struct state *state = arg;

	return state->whole;
}

/* Frames may follow each other. */
static int
run(void *arg, struct decode_io *io)
{
	struct state *state = arg;
	ZSTD_inBuffer in = { io->in, io->in_len, 0 };
	ZSTD_outBuffer out = { io->out, io->out_len, 0 };
	size_t rc = 0, before;

	do {
		before = in.pos + out.pos;
		rc = ZSTD_decompressStream(state->stream, &out, &in);
		if (ZSTD_isError(rc))
			return DECODE_BROKEN;
		if (in.pos + out.pos != before)
			state->whole = rc == 0;
	} while (in.pos + out.pos != before && in.pos < in.size && out.pos < out.size);
	io->in += in.pos;
	io->in_len -= in.pos;
	io->out += out.pos;
	io->out_len -= out.pos;
	return 0;
}

const struct decode_coding decode_zstd = { "zstd", NULL, start, stop, run, is_whole };
