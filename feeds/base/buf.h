/*
 * buf - a growing byte buffer with a ceiling.
 *
 *	struct buf b = BUF_INIT(65536);
 *	buf_puts(&b, "title: ");
 *	buf_put(&b, ptr, len);
 *	if (b.overflow) ...		what did not fit was dropped whole, never cut
 *	use(buf_str(&b), b.len);
 *	buf_free(&b);
 *
 * A put that would cross the ceiling adds nothing and sets .overflow; later puts add
 * nothing either until buf_clear(). Allocation failure aborts.
 */
#ifndef FEEDS_BASE_BUF_H
#define FEEDS_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct buf {
	char	*ptr;		/* owned; not NUL-terminated but for buf_str() */
	size_t	 len;
	size_t	 cap;
	size_t	 max;		/* the ceiling in bytes */
	bool	 overflow;
};

#define BUF_INIT(max_bytes) ((struct buf){ .max = (max_bytes) })

void		 buf_init(struct buf *, size_t max_bytes);
void		 buf_free(struct buf *);		/* usable again afterwards, empty */
void		 buf_clear(struct buf *);		/* empties, keeps the memory */

/* Makes room for len more bytes; returns where they go, or NULL on overflow. Follow with .len += n. */
char		*buf_reserve(struct buf *, size_t len);
void		 buf_put_slow(struct buf *, const void *ptr, size_t len);
void		 buf_putc(struct buf *, int chr);
void		 buf_puts(struct buf *, const char *str);
void		 buf_printf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Appends a Unicode code point as UTF-8. */
void		 buf_put_utf8(struct buf *, unsigned code_point);

/* The contents as a C string (borrowed until the next change). Never NULL. */
const char	*buf_str(struct buf *);

/* Drops len bytes from the front. */
void		 buf_consume(struct buf *, size_t len);

static inline void
buf_put(struct buf *b, const void *ptr, size_t len)
{
	if (len <= b->cap - b->len && !b->overflow) {
		if (len != 0)
			memcpy(b->ptr + b->len, ptr, len);
		b->len += len;
	} else
		buf_put_slow(b, ptr, len);
}

#endif
