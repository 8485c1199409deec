#include "daemon/fetcher/decode.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct stage {
	const struct decode_coding *coding;
	void		*state;
	const unsigned char *in;		/* of the first stage: given; of others: in the buffer */
	size_t		 in_len;
	unsigned char	 buffer[DECODE_PIECE_BYTES];	/* what it has put out */
};

struct decode {
	size_t		 n_stages;
	struct stage	*stages[DECODE_STAGES_MAX];	/* the one that was put on last comes first */
};

static const struct decode_coding *const codings[] = { &decode_gzip, &decode_deflate, &decode_zstd, &decode_br };

static bool
is_named(const char *name, const char *word, size_t len)
{
	return name != NULL && strlen(name) == len && strncasecmp(name, word, len) == 0;
}

static const struct decode_coding *
find(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++)
		if (is_named(codings[i]->name, word, len) || is_named(codings[i]->other_name, word, len))
			return codings[i];
	return NULL;
}

/* In the order of the field, which is that of their application. How many; more than fit are only counted. */
static size_t
list(const char *field, const struct decode_coding *found[DECODE_STAGES_MAX])
{
	const struct decode_coding *coding;
	size_t count = 0, len;

	for (const char *pos = field; *pos != '\0'; pos += len) {
		pos += strspn(pos, " \t,");
		len = strcspn(pos, " \t,");
		coding = find(pos, len);
		if (coding != NULL && count++ < DECODE_STAGES_MAX)
			found[count - 1] = coding;
	}
	return count;
}

static struct stage *
stage_new(const struct decode_coding *coding)
{
	struct stage *stage = calloc(1, sizeof(*stage));

	if (stage == NULL)
		abort();
	stage->coding = coding;
	stage->state = coding->start();
	return stage;
}

struct decode *
decode_new(const char *content_encoding)
{
	const struct decode_coding *found[DECODE_STAGES_MAX];
	size_t count = content_encoding != NULL ? list(content_encoding, found) : 0;
	struct decode *decode;

	if (count == 0 || count > DECODE_STAGES_MAX)
		return NULL;
	decode = calloc(1, sizeof(*decode));
	if (decode == NULL)
		abort();
	decode->n_stages = count;
	for (size_t i = 0; i < count; i++)
		decode->stages[i] = stage_new(found[count - 1 - i]);
	return decode;
}

void
decode_free(struct decode *decode)
{
	if (decode == NULL)
		return;
	for (size_t i = 0; i < decode->n_stages; i++) {
		decode->stages[i]->coding->stop(decode->stages[i]->state);
		free(decode->stages[i]);
	}
	free(decode);
}

void
decode_give(struct decode *decode, const char *ptr, size_t len)
{
	decode->stages[0]->in = (const unsigned char *)ptr;
	decode->stages[0]->in_len = len;
}

size_t
decode_left(const struct decode *decode)
{
	return decode->stages[0]->in_len;
}

/* What a stage makes of its input: bytes in its buffer. */
static ssize_t
run(struct stage *stage)
{
	struct decode_io io = { stage->in, stage->in_len, stage->buffer, sizeof(stage->buffer) };
	int rc = stage->coding->run(stage->state, &io);

	stage->in = io.in;
	stage->in_len = io.in_len;
	return rc == 0 ? (ssize_t)(sizeof(stage->buffer) - io.out_len) : DECODE_BROKEN;
}

/* The next piece of a stage. One that has nothing to put out gets more from the one before. */
static ssize_t
pull(struct decode *decode, size_t at)
{
	struct stage *stage = decode->stages[at];
	ssize_t got;

	for (;;) {
		got = run(stage);
		if (got != 0 || at == 0)
			return got;
		got = pull(decode, at - 1);
		if (got <= 0)
			return got;
		stage->in = decode->stages[at - 1]->buffer;
		stage->in_len = (size_t)got;
	}
}

ssize_t
decode_take(struct decode *decode, const char **piece)
{
	size_t last = decode->n_stages - 1;

	*piece = (const char *)decode->stages[last]->buffer;
	return pull(decode, last);
}

bool
decode_is_whole(const struct decode *decode)
{
	for (size_t i = 0; i < decode->n_stages; i++)
		if (!decode->stages[i]->coding->is_whole(decode->stages[i]->state))
			return false;
	return true;
}
