/*
 * pictures - the images of articles as lines of character cells: loaded by one program, drawn by another, kept while the reader runs.
 *
 *	lines = pictures_get(pictures, url, len, 60, 20);	NULL: not there yet; asks for it
 *	pictures_stop(pictures);				nobody waits for what is not there yet any more
 *
 * Nothing waits: what is asked for is loaded by the command "image_load" of the settings (only http and https; an image inside of a data:
 * URL needs none), then chafa makes cells of it, then reader_dirty() is called and pictures_changes() has another number. An image is kept
 * as a file in memory, so that it is loaded once and drawn anew for another size; neither its bytes nor what chafa writes (sgr.h) is
 * trusted. What went wrong is said, and not tried again before pictures_retry().
 */
#ifndef CONTRIB_GAZETTE_PICTURES_H
#define CONTRIB_GAZETTE_PICTURES_H

#include <stddef.h>

#include "contrib/gazette/lines.h"

enum {
	PICTURES_MAX = 32,			/* kept at a time, and shown of an article */
	PICTURES_JOBS_MAX = 2,			/* loaded or drawn at a time */
	PICTURES_FILE_MAX = 16 << 20,		/* bytes of an image */
	PICTURES_BYTES_MAX = 64 << 20,		/* of all that are kept: those used least lately are loaded again if they must be drawn anew */
	PICTURES_OUTPUT_MAX = 4 << 20,		/* bytes that chafa may write, */
	PICTURES_MEMORY_MAX = 1 << 30,		/* and use; so may the loader */
	PICTURES_TIME_S = 30,			/* each */
	PICTURES_COLS_MIN = 4			/* with less room an image is not drawn */
};

struct pictures;
struct reader;

struct pictures	*pictures_new(struct reader *);
void		 pictures_free(struct pictures *);

/* The image in at most so many columns and rows, until the next call of anything here. len > 0. */
const struct lines *pictures_get(struct pictures *, const char *url, size_t len, int cols, int rows);

/* Another number whenever one has come, or will not. */
unsigned	 pictures_changes(const struct pictures *);

void		 pictures_stop(struct pictures *);
void		 pictures_retry(struct pictures *);

/* The program without which there are none; NULL: all are there. In a static buffer. */
const char	*pictures_missing(const struct pictures *);

#endif
