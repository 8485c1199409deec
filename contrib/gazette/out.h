/*
 * out - standard output: what a command prints, for people on a terminal and for programs in a pipe.
 *
 * A terminal gets aligned columns cut to its width, and colours unless NO_COLOR is set or TERM is "dumb". A pipe or file
 * gets the same fields whole, separated by two spaces (no field holds two spaces in a row, and none
 * is empty: "-" stands for nothing). JSON is the same for both; in it every character that could steer a
 * terminal is written as \uXXXX.
 */
#ifndef CONTRIB_GAZETTE_OUT_H
#define CONTRIB_GAZETTE_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/buf.h"

enum out_style { OUT_PLAIN, OUT_BOLD, OUT_DIM, OUT_GOOD, OUT_BAD, OUT_MARK };

/* Where a command prints to. */
struct out {
	bool		 terminal;		/* standard output is one */
	bool		 colour;
	int		 width;			/* columns of the terminal; 0 in a pipe: no limit */
	int64_t		 now_s;			/* the time that ages are told by */
};

void	 out_init(struct out *);

/* Raw bytes that are ours or already clean. */
void	 out_put(const char *ptr, size_t len);

/* UTF-8 that is not clean, whole characters: a terminal does not get what must not be shown (shown.h), but newlines and tabs. */
void	 out_put_any(const char *ptr, size_t len);
void	 out_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* One JSON value and a newline; pretty is for a whole document on a terminal. out_json_part() adds no newline. */
void	 out_json(const json_t *, bool pretty);
void	 out_json_part(const json_t *, bool pretty);
void	 out_json_text(const json_t *, bool pretty, struct buf *into);

/* Flushes. 0, or -1 when standard output did not take everything: the reason has been said on standard error then. */
int	 out_flush(void);

/* Whether standard output has taken everything so far; whether it has not because nobody reads it any more. */
bool	 out_ok(void);
bool	 out_reader_gone(void);

/* Begins and ends a style, if colours are wanted. */
const char *out_on(const struct out *, enum out_style);
const char *out_off(const struct out *);

/*
 * A table: cells of one row, then the next row. On a terminal rows are kept until there are many, or until out_table_end(), to
 * find the columns' widths; in a pipe each row is printed at once.
 */
struct out_column {
	const char	*title;			/* in the heading, on a terminal only; NULL in the first column: no heading */
	enum { OUT_LEFT, OUT_RIGHT } align;
	int		 least;			/* columns it may be cut to; 0: it is never cut */
	int		 share;			/* its part of what is there to share among those that are cut */
	int		 from;			/* left out on terminals narrower than this */
};

struct out_table;

struct out_table *out_table_new(const struct out *, const struct out_column *, size_t n_columns);

/* text is cleaned here; NULL or "" is nothing. */
void	 out_cell(struct out_table *, const char *text, enum out_style);
void	 out_cellf(struct out_table *, enum out_style, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A moment: an age on a terminal, RFC 3339 UTC in a pipe. rfc3339 may be NULL. */
void	 out_cell_time(struct out_table *, const char *rfc3339, enum out_style);
void	 out_table_end(struct out_table *);

/*
 * Messages ("gazette: ...") and progress on standard error. The text is cleaned. Progress is one line that the
 * next one replaces and out_progress_end() takes away; it is shown only if standard error is a terminal, and
 * not within the first second of the command. out_waiting() shows that the daemon takes its time, unless other progress is shown;
 * true: progress is shown.
 */
void	 out_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	 out_progress(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool	 out_waiting(void);
bool	 out_progress_shown(void);
void	 out_progress_end(void);

/* Whether progress is shown: somebody looks at standard error. */
bool	 out_has_progress(void);

#endif
