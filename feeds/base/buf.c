#include "feeds/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BYTES = 256, LARGE_BYTES = 1 << 20 };

void
buf_init(struct buf *b, size_t max_bytes)
{
	*b = BUF_INIT(max_bytes);
}

void
buf_free(struct buf *b)
{
	free(b->ptr);
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->overflow = false;
}

/* One byte more than cap, for the NUL of buf_str(). */
static void
resize(struct buf *b, size_t cap)
{
	b->ptr = realloc(b->ptr, cap + 1);
	if (b->ptr == NULL)
		abort();
	b->cap = cap;
}

/* Large ones grow by less: what they do not use counts, and the system moves them without copying. */
static size_t
grown(size_t cap)
{
	return cap < LARGE_BYTES ? cap * 2 : cap + cap / 4;
}

char *
buf_reserve(struct buf *b, size_t len)
{
	size_t cap;

	if (b->overflow || b->len > b->max || len > b->max - b->len) {
		b->overflow = true;
		return NULL;
	}
	if (len > b->cap - b->len) {
		cap = b->cap != 0 ? b->cap : FIRST_BYTES;
		while (cap - b->len < len)
			cap = grown(cap);
		if (cap > b->max)	/* buf_put() looks at cap alone: it must not promise more than max */
			cap = b->max;
		resize(b, cap);
	}
	return b->ptr + b->len;
}

void
buf_put_slow(struct buf *b, const void *ptr, size_t len)
{
	char *room = buf_reserve(b, len);

	if (room == NULL || len == 0)
		return;
	memcpy(room, ptr, len);
	b->len += len;
}

void
buf_putc(struct buf *b, int chr)
{
	char byte = (char)chr;

	buf_put(b, &byte, 1);
}

void
buf_puts(struct buf *b, const char *str)
{
	buf_put(b, str, strlen(str));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	char *room;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0)
		abort();
	room = buf_reserve(b, (size_t)len + 1);
	if (room == NULL)
		return;
	va_start(args, fmt);
	vsnprintf(room, (size_t)len + 1, fmt, args);
	va_end(args);
	b->len += (size_t)len;
}

void
buf_put_utf8(struct buf *b, unsigned code)
{
	char out[4];
	size_t len;

	if (code < 0x80) {
		out[0] = (char)code;
		len = 1;
	} else if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		len = 2;
	} else if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		len = 3;
	} else {
		out[0] = (char)(0xf0 | code >> 18);
		out[1] = (char)(0x80 | (code >> 12 & 0x3f));
		out[2] = (char)(0x80 | (code >> 6 & 0x3f));
		out[3] = (char)(0x80 | (code & 0x3f));
		len = 4;
	}
	buf_put(b, out, len);
}

const char *
buf_str(struct buf *b)
{
	if (b->ptr == NULL)
		resize(b, 0);
	b->ptr[b->len] = '\0';
	return b->ptr;
}

void
buf_consume(struct buf *b, size_t len)
{
	b->len -= len;
	if (b->len != 0)
		memmove(b->ptr, b->ptr + len, b->len);
}
