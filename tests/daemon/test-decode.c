/*
 * Content codings undone: each whole and byte by byte, with what follows its end, and cut after every byte. And the header
 * lines that an answer is known by.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#include "daemon/fetcher/decode.h"
#include "daemon/fetcher/head.h"
#include "feeds/base/buf.h"

enum { BYTES_MAX = 1 << 20, PLAIN_LINES = 3000, BR_BLOCK_MAX = 60000 };

static const char gzip_tail[] = "and what is no gzip", zeros[16];

static void
plain_text(struct buf *out)
{
	for (int i = 0; i < PLAIN_LINES; i++)
		buf_printf(out, "line %d of %d\n", i, i * i);
}

/* --- making them ---------------------------------------------------------------------------- */

static void
put_deflated(struct buf *out, const char *ptr, size_t len, int window)
{
	z_stream stream = { .next_in = (Bytef *)(uintptr_t)ptr, .avail_in = (uInt)len };
	size_t most;

	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
	most = deflateBound(&stream, len);
	stream.next_out = (Bytef *)buf_reserve(out, most);
	stream.avail_out = (uInt)most;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	out->len += most - stream.avail_out;
	deflateEnd(&stream);
}

static void
put_gzip(struct buf *out, const char *ptr, size_t len)
{
	put_deflated(out, ptr, len, 15 + 16);
}

static void
put_zlib(struct buf *out, const char *ptr, size_t len)
{
	put_deflated(out, ptr, len, 15);
}

static void
put_raw(struct buf *out, const char *ptr, size_t len)
{
	put_deflated(out, ptr, len, -15);
}

static void
put_zstd(struct buf *out, const char *ptr, size_t len)
{
	size_t most = ZSTD_compressBound(len);

	out->len += ZSTD_compress(buf_reserve(out, most), most, ptr, len, 1);
}

/* RFC 7932 section 9.2: a window of 2^16, blocks that are not compressed, an empty last one. */
static void
put_br(struct buf *out, const char *ptr, size_t len)
{
	uint32_t bits = 0, n_bits = 1;

	for (size_t take; len > 0; ptr += take, len -= take) {
		take = len < BR_BLOCK_MAX ? len : BR_BLOCK_MAX;
		bits |= ((uint32_t)(take - 1) << 3 | UINT32_C(1) << 19) << n_bits;
		for (n_bits += 20; n_bits > 0; n_bits -= n_bits < 8 ? n_bits : 8, bits >>= 8)
			buf_put(out, &(char){ (char)bits }, 1);
		buf_put(out, ptr, take);
		bits = n_bits = 0;
	}
	buf_put(out, "\003", 1);
}

static void
put_plain(struct buf *out, const char *ptr, size_t len)
{
	buf_put(out, ptr, len);
}

typedef void put_fn(struct buf *, const char *, size_t);

static const struct row {
	const char	*name, *field;
	put_fn		*first, *second;
	bool		 parts;			/* two streams, one after the other */
	const char	*tail;
	size_t		 tail_len;
} rows[] = {
	{ "gzip", "gzip", put_gzip, put_plain, false, NULL, 0 },
	{ "x-gzip", " X-GZip ", put_gzip, put_plain, false, NULL, 0 },
	{ "gzip, padded", "gzip", put_gzip, put_plain, false, zeros, sizeof(zeros) },
	{ "gzip and more", "gzip", put_gzip, put_plain, false, gzip_tail, sizeof(gzip_tail) },
	{ "gzip and what begins as such", "gzip", put_gzip, put_plain, false, "\037\213\010", 3 },
	{ "gzip in parts", "gzip", put_gzip, put_plain, true, NULL, 0 },
	{ "gzip in parts and more", "gzip", put_gzip, put_plain, true, "\037", 1 },
	{ "deflate", "deflate", put_zlib, put_plain, false, NULL, 0 },
	{ "deflate and more", "deflate", put_zlib, put_plain, false, gzip_tail, sizeof(gzip_tail) },
	{ "deflate, raw", "deflate", put_raw, put_plain, false, NULL, 0 },
	{ "zstd", "zstd", put_zstd, put_plain, false, NULL, 0 },
	{ "zstd in frames", "zstd", put_zstd, put_plain, true, NULL, 0 },
	{ "br", "br", put_br, put_plain, false, NULL, 0 },
	{ "br and more", "br", put_br, put_plain, false, zeros, sizeof(zeros) },
	{ "gzip of gzip", "gzip,gzip", put_gzip, put_gzip, false, NULL, 0 },
	{ "gzip of zstd", "zstd, identity, gzip", put_zstd, put_gzip, false, NULL, 0 },
};

static void
encode(const struct row *row, const struct buf *plain, struct buf *coded)
{
	struct buf inner = BUF_INIT(BYTES_MAX);
	size_t half = row->parts ? plain->len / 2 : plain->len;

	row->first(&inner, plain->ptr, half);
	if (row->parts)
		row->first(&inner, plain->ptr + half, plain->len - half);
	row->second(coded, inner.ptr, inner.len);
	buf_free(&inner);
}

/* --- undoing them ---------------------------------------------------------------------------- */

/* 0 or DECODE_BROKEN; what came out in *out. */
static int
undo(struct decode *decode, const char *ptr, size_t len, size_t step, struct buf *out)
{
	const char *piece;
	ssize_t got = 0;

	for (size_t at = 0, take; at < len && got >= 0; at += take) {
		take = len - at < step ? len - at : step;
		decode_give(decode, ptr + at, take);
		while ((got = decode_take(decode, &piece)) > 0)
			buf_put(out, piece, (size_t)got);
		if (got == 0)
			assert_int_equal(decode_left(decode), 0);
	}
	return got < 0 ? DECODE_BROKEN : 0;
}

static void
check(const struct row *row, const struct buf *plain, const struct buf *coded, size_t step)
{
	struct decode *decode = decode_new(row->field);
	struct buf out = BUF_INIT(BYTES_MAX);

	if (decode == NULL)	/* built without it */
		return;
	if (undo(decode, coded->ptr, coded->len, step, &out) != 0 || !decode_is_whole(decode) || out.len != plain->len ||
	    memcmp(out.ptr, plain->ptr, out.len) != 0)
		fail_msg("%s, %zu bytes at a time: %zu bytes, whole: %d", row->name, step, out.len, decode_is_whole(decode));
	decode_free(decode);
	buf_free(&out);
}

static void
test_whole(void **state)
{
	struct buf plain = BUF_INIT(BYTES_MAX);

	(void)state;
	plain_text(&plain);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf coded = BUF_INIT(BYTES_MAX);

		encode(&rows[i], &plain, &coded);
		buf_put(&coded, rows[i].tail != NULL ? rows[i].tail : "", rows[i].tail_len);
		for (size_t step = 1; step <= coded.len; step = step * 7 + (step * 7 > coded.len ? coded.len : 0))
			check(&rows[i], &plain, &coded, step);
		check(&rows[i], &plain, &coded, coded.len);
		buf_free(&coded);
	}
	buf_free(&plain);
}

/* Nothing that is cut is whole, but where one of two parts is. */
static void
test_cut(void **state)
{
	struct buf plain = BUF_INIT(BYTES_MAX);

	(void)state;
	for (int i = 0; i < 40; i++)
		buf_printf(&plain, "line %d of %d\n", i, i * i);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf coded = BUF_INIT(BYTES_MAX);

		encode(&rows[i], &plain, &coded);
		for (size_t len = 0; len < coded.len && !rows[i].parts; len++) {
			struct decode *decode = decode_new(rows[i].field);
			struct buf out = BUF_INIT(BYTES_MAX);

			if (decode == NULL)
				continue;
			if (undo(decode, coded.ptr, len, len + 1, &out) == 0 && decode_is_whole(decode))
				fail_msg("%s: whole after %zu of %zu bytes", rows[i].name, len, coded.len);
			decode_free(decode);
			buf_free(&out);
		}
		buf_free(&coded);
	}
	buf_free(&plain);
}

static void
test_broken(void **state)
{
	static const char *const fields[] = { "gzip", "deflate", "zstd", "br", "gzip, gzip" };
	static const char junk[] = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>not compressed</title></channel></rss>";

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct decode *decode = decode_new(fields[i]);
		struct buf out = BUF_INIT(BYTES_MAX);

		if (decode == NULL)
			continue;
		if (undo(decode, junk, sizeof(junk) - 1, 5, &out) == 0 && decode_is_whole(decode))
			fail_msg("%s: taken for it", fields[i]);
		decode_free(decode);
		buf_free(&out);
	}
}

static void
test_none(void **state)
{
	static const char *const fields[] = { NULL, "", "identity", "none", "utf-8", ",", "gzipped", "gzip,gzip,gzip,gzip" };

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		assert_null(decode_new(fields[i]));
}

/* --- header lines ----------------------------------------------------------------------------- */

static const struct { const char *lines, *etag, *cache_control, *content_encoding; } heads[] = {
	{ "HTTP/1.1 200 OK\r\nETag: \"a\"\r\n\r\n", "\"a\"", NULL, NULL },
	{ "etag:\"a\"\r\n", "\"a\"", NULL, NULL }, { "ETAG \t: \"a\"\r\n", NULL, NULL, NULL },
	{ "ETag: \t a b \t\r\n", "a b", NULL, NULL }, { "ETag:\r\n", NULL, NULL, NULL }, { "ETag: \"a\"\nETag: \"b\"\n", "\"b\"", NULL, NULL },
	{ "ETag: \"a\"\r\nHTTP/1.1 200 OK\r\n", NULL, NULL, NULL }, { "X-ETag: \"a\"\r\n", NULL, NULL, NULL },
	{ "Cache-Control: a\r\nX: y\r\ncache-control: b, c\r\n", NULL, "a, b, c", NULL },
	{ "Cache-Control: a,\r\n  b\r\n\tc\r\n", NULL, "a, b c", NULL }, { "Cache-Control:\r\n a\r\n", NULL, "a", NULL },
	{ "X: y\r\n ETag: \"a\"\r\n", NULL, NULL, NULL }, { " ETag: \"a\"\r\n", NULL, NULL, NULL },
	{ "Cache-Control: a\r\nHTTP/1.1 200 OK\r\n b\r\n", NULL, NULL, NULL },
	{ "Content-Encoding: gzip\r\nContent-Encoding: br\r\n", NULL, NULL, "gzip, br" },
	{ "ETag\r\n", NULL, NULL, NULL }, { "\r\n", NULL, NULL, NULL },
};

static bool
same(const char *one, const char *two)
{
	return one == two || (one != NULL && two != NULL && strcmp(one, two) == 0);
}

static void
test_heads(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct transfer_head head = { 0 };
		struct head_reader reader = { &head, arena, NULL };

		for (const char *line = heads[i].lines, *end; *line != '\0'; line = end) {
			end = strchr(line, '\n') + 1;
			head_line(&reader, line, (size_t)(end - line));
		}
		if (!same(head.etag, heads[i].etag) || !same(head.cache_control, heads[i].cache_control) ||
		    !same(head.content_encoding, heads[i].content_encoding))
			fail_msg("row %zu: %s, %s, %s", i, head.etag, head.cache_control, head.content_encoding);
	}
	arena_free(arena);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole), cmocka_unit_test(test_cut), cmocka_unit_test(test_broken), cmocka_unit_test(test_none),
		cmocka_unit_test(test_heads),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
