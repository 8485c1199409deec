#include "daemon/shared/pack.h"

#include <stdlib.h>
#include <string.h>
#include <zdict.h>
#include <zstd.h>

#include "feeds/base/buf.h"

enum { LENGTH_BITS = 7, LENGTH_MORE = 1 << LENGTH_BITS, LENGTH_SHIFT_MAX = 28, DICTIONARY_NUMBER_AT = 4, KEEP_BYTES = 1 << 20 };

struct pack {
	ZSTD_CCtx	*compressor;
	ZSTD_DCtx	*decompressor;
	ZSTD_CDict	*newest;		/* NULL: pack without */
	unsigned	 newest_number;
	ZSTD_DDict	*dictionaries[PACK_DICTIONARIES_MAX + 1];	/* by number */
	struct buf	 plain, packed;
};

static void *
must(void *ptr)
{
	if (ptr == NULL)
		abort();
	return ptr;
}

struct pack *
pack_new(void)
{
	struct pack *pack = must(calloc(1, sizeof *pack));

	pack->compressor = must(ZSTD_createCCtx());
	pack->decompressor = must(ZSTD_createDCtx());
	buf_init(&pack->plain, PACK_BYTES_MAX);
	buf_init(&pack->packed, ZSTD_compressBound(PACK_BYTES_MAX));
	return pack;
}

void
pack_free(struct pack *pack)
{
	if (pack == NULL)
		return;
	for (unsigned i = 0; i <= PACK_DICTIONARIES_MAX; i++)
		ZSTD_freeDDict(pack->dictionaries[i]);
	ZSTD_freeCDict(pack->newest);
	ZSTD_freeCCtx(pack->compressor);
	ZSTD_freeDCtx(pack->decompressor);
	buf_free(&pack->plain);
	buf_free(&pack->packed);
	free(pack);
}

/* --- dictionaries -------------------------------------------------------------------------------------- */

int
pack_learn(struct pack *pack, unsigned number, struct span dictionary)
{
	if (number == 0 || number > PACK_DICTIONARIES_MAX || ZSTD_getDictID_fromDict(dictionary.ptr, dictionary.len) != number)
		return -1;
	if (pack_knows(pack, number))
		return 0;
	pack->dictionaries[number] = must(ZSTD_createDDict(dictionary.ptr, dictionary.len));
	if (number < pack->newest_number)
		return 0;
	ZSTD_freeCDict(pack->newest);
	pack->newest = must(ZSTD_createCDict(dictionary.ptr, dictionary.len, PACK_LEVEL));
	pack->newest_number = number;
	return 0;
}

bool
pack_knows(const struct pack *pack, unsigned number)
{
	return number == 0 || (number <= PACK_DICTIONARIES_MAX && pack->dictionaries[number] != NULL);
}

unsigned
pack_needs(struct span blob)
{
	return ZSTD_getDictID_fromFrame(blob.ptr, blob.len);
}

/* zstd gives it a number of its own; a small one takes a byte of each blob instead of four. */
size_t
pack_train(const char *samples, const size_t *sizes, unsigned count, unsigned number, char *dictionary)
{
	size_t len = ZDICT_trainFromBuffer(dictionary, PACK_DICTIONARY_BYTES, samples, sizes, count);

	if (ZDICT_isError(len) || number > PACK_DICTIONARIES_MAX)
		return 0;
	for (int i = 0; i < 4; i++)
		dictionary[DICTIONARY_NUMBER_AT + i] = (char)(number >> 8 * i);
	return len;
}

/* --- packing ---------------------------------------------------------------------------------------------- */

static void
put_length(struct buf *out, size_t length)
{
	for (; length >= LENGTH_MORE; length >>= LENGTH_BITS)
		buf_putc(out, (int)(length | LENGTH_MORE) & 0xff);
	buf_putc(out, (int)length);
}

static void
join(struct buf *out, const struct span parts[PACK_PARTS])
{
	buf_clear(out);
	for (int i = 0; i < PACK_PARTS; i++)
		put_length(out, parts[i].ptr != NULL ? parts[i].len + 1 : 0);
	for (int i = 0; i < PACK_PARTS; i++)
		buf_put(out, parts[i].ptr, parts[i].ptr != NULL ? parts[i].len : 0);
	if (out->overflow)
		abort();
}

/* What one huge entry needed is not kept. */
static void
trim(struct buf *buf)
{
	if (buf->cap > KEEP_BYTES)
		buf_free(buf);
}

struct span
pack_put(struct pack *pack, const struct span parts[PACK_PARTS])
{
	size_t bound, len;
	char *room;

	trim(&pack->packed);
	join(&pack->plain, parts);
	bound = ZSTD_compressBound(pack->plain.len);
	buf_clear(&pack->packed);
	room = must(buf_reserve(&pack->packed, bound));
	if (pack->newest != NULL)
		len = ZSTD_compress_usingCDict(pack->compressor, room, bound, pack->plain.ptr, pack->plain.len, pack->newest);
	else
		len = ZSTD_compressCCtx(pack->compressor, room, bound, pack->plain.ptr, pack->plain.len, PACK_LEVEL);
	if (ZSTD_isError(len))
		abort();
	trim(&pack->plain);
	return (struct span){ room, len };
}

/* --- unpacking -------------------------------------------------------------------------------------------- */

static int
get_length(struct span *in, size_t *length)
{
	*length = 0;
	for (unsigned shift = 0; in->len > 0 && shift <= LENGTH_SHIFT_MAX; shift += LENGTH_BITS) {
		unsigned char byte = (unsigned char)*in->ptr;

		in->ptr++;
		in->len--;
		*length |= (size_t)(byte & (LENGTH_MORE - 1)) << shift;
		if (!(byte & LENGTH_MORE))
			return 0;
	}
	return -1;
}

static int
split(struct span in, struct span parts[PACK_PARTS])
{
	size_t lengths[PACK_PARTS];

	for (int i = 0; i < PACK_PARTS; i++) {
		if (get_length(&in, &lengths[i]) != 0)
			return -1;
	}
	for (int i = 0; i < PACK_PARTS; i++) {
		size_t length = lengths[i] > 0 ? lengths[i] - 1 : 0;

		if (length > in.len)
			return -1;
		parts[i] = lengths[i] > 0 ? (struct span){ in.ptr, length } : (struct span){ NULL, 0 };
		in.ptr += length;
		in.len -= length;
	}
	return in.len == 0 ? 0 : -1;
}

int
pack_get(struct pack *pack, struct span blob, struct arena *arena, struct span parts[PACK_PARTS])
{
	unsigned long long size = ZSTD_getFrameContentSize(blob.ptr, blob.len);
	unsigned number = pack_needs(blob);
	size_t len;
	char *room;

	memset(parts, 0, PACK_PARTS * sizeof *parts);
	if (size > PACK_BYTES_MAX || !pack_knows(pack, number))
		return -1;
	room = arena_alloc(arena, (size_t)size + 1);
	if (number != 0)
		len = ZSTD_decompress_usingDDict(pack->decompressor, room, (size_t)size, blob.ptr, blob.len, pack->dictionaries[number]);
	else
		len = ZSTD_decompressDCtx(pack->decompressor, room, (size_t)size, blob.ptr, blob.len);
	if (ZSTD_isError(len) || len != size)
		return -1;
	return split((struct span){ room, len }, parts);
}
