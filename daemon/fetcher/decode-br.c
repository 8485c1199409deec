/* br (RFC 7932). */
#include "daemon/fetcher/decode.h"

#include <brotli/decode.h>
#include <stdlib.h>

const char *const decode_offer = "gzip, deflate, br, zstd";

static void *
start(void)
{
	BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);

	if (state == NULL)
		abort();
	return state;
}

static void
stop(void *state)
{
	BrotliDecoderDestroyInstance(state);
}

static bool
is_whole(const void *state)
{
	return BrotliDecoderIsFinished(state) != 0;
}

static int
run(void *state, struct decode_io *io)
{
	if (is_whole(state)) {
		io->in_len = 0;
		return 0;
	}
	return BrotliDecoderDecompressStream(state, &io->in_len, &io->in, &io->out_len, &io->out, NULL) ==
	    BROTLI_DECODER_RESULT_ERROR ? DECODE_BROKEN : 0;
}

const struct decode_coding decode_br = { "br", NULL, start, stop, run, is_whole };
