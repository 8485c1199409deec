/*
 * decode - content codings undone as bytes arrive (RFC 9110 section 8.4): gzip (and x-gzip), deflate, zstd and, where
 * its library was there when this was built, br; several on top of each other, too.
 *
 * Why not libcurl's own: it takes a stream that ends in the middle for a whole one, and refuses what servers append
 * (a second gzip member, padding). Codings with other names ("identity", "none", "utf-8") are taken for none.
 *
 *	struct decode *decode = decode_new(head->content_encoding);	NULL: nothing to undo
 *	decode_give(decode, ptr, len);
 *	while ((got = decode_take(decode, &out)) > 0)
 *		use(out, got);			DECODE_BROKEN: no more comes
 *	decode_is_whole(decode)			at the end
 *	decode_free(decode);
 */
#ifndef DAEMON_FETCHER_DECODE_H
#define DAEMON_FETCHER_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
	DECODE_STAGES_MAX = 3,			/* codings of one answer; with more none is undone */
	DECODE_PIECE_BYTES = 16 << 10,		/* at most so much comes out at a time */
	DECODE_ZSTD_WINDOW_LOG = 23,		/* RFC 9659: 8 MiB */
	DECODE_BROKEN = -1
};

struct decode;

/* What we can undo, as Accept-Encoding has it. */
extern const char *const decode_offer;

/* NULL if the field is, or names nothing that has to be undone. */
struct decode	*decode_new(const char *content_encoding);
void		 decode_free(struct decode *);

/* More bytes of the body, borrowed until they are used up or others are given in their place. */
void		 decode_give(struct decode *, const char *ptr, size_t len);

/* How many of the bytes given last are not used up. */
size_t		 decode_left(const struct decode *);

/* The next piece, valid until the next call: its length, 0 if more has to be given first, or DECODE_BROKEN. */
ssize_t		 decode_take(struct decode *, const char **piece);

/* Whether the stream has come to its end; what follows it does not count. */
bool		 decode_is_whole(const struct decode *);

/* --- one coding (decode-zlib.c, decode-zstd.c, decode-br.c) ------------------------------ */

struct decode_io {
	const unsigned char *in;
	size_t		 in_len;
	unsigned char	*out;
	size_t		 out_len;		/* room */
};

struct decode_coding {
	const char	*name, *other_name;	/* other_name may be NULL */
	void		*(*start)(void);
	void		 (*stop)(void *state);
	/* Moves in and out on as far as it gets; 0 or -1. */
	int		 (*run)(void *state, struct decode_io *);
	bool		 (*is_whole)(const void *state);
};

extern const struct decode_coding decode_gzip, decode_deflate, decode_zstd, decode_br;	/* br: name NULL if it was not there */

#endif
