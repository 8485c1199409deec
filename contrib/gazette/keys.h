/*
 * keys - which keys do what in which view of the reader: a table made of the defaults, then changed by the user's file of keys.
 *
 *	struct keys *keys = keys_new();
 *	if (keys_read(keys, path, &errors) == -1) ...		lines "FILE:LINE: what: allowed: ..."
 *	switch (keys_match(keys, typed, n_typed, KEYS_IN_FEEDS, &steps)) ...
 *	keys_free(keys);
 *
 * A line of the file, and of keys_line(), is one of
 *
 *	bind KEY ACTION [ARGUMENT] [in VIEW[,VIEW]...]
 *	macro KEY [COUNT] ACTION [ARGUMENT] ; ... [in VIEW[,VIEW]...]
 *	unbind KEY [in VIEW[,VIEW]...]
 *	unbind-all
 *
 * KEY is what keyname.h reads, VIEW what action.h names. Empty lines and those that begin with "# " or are "#" alone say nothing.
 * A later line wins over those before it. Keys that begin alike cannot both be bound in a view unless they go on differently: the
 * later line removes what it could not be told from.
 */
#ifndef CONTRIB_GAZETTE_KEYS_H
#define CONTRIB_GAZETTE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrib/gazette/action.h"
#include "contrib/gazette/keyname.h"
#include "feeds/base/buf.h"

enum {
	KEYS_STEPS_MAX = 50,		/* of a macro */
	KEYS_COUNT_MAX = 9999,
	KEYS_HELP_BYTES = 96,
	KEYS_LINE_BYTES = 8192
};

struct keys;

/* What is done: one after the other. */
struct keys_step {
	enum action	 action;
	int		 count;		/* 0: none given */
	char		*argument;	/* NULL: none */
};

struct keys_steps {
	struct keys_step *steps;
	size_t		 count;
	char		*text;		/* as it was written */
};

/* With the default bindings. */
struct keys	*keys_new(void);
void		 keys_free(struct keys *);

/* One line: 0, or -1 and what is wrong with it appended to why: one line without its end. */
int		 keys_line(struct keys *, const char *line, struct buf *why);

/*
 * All lines of the file; that it is not there is fine. 0, or -1 with a line (ended by a newline) for each mistake
 * appended to why; what is right is bound all the same.
 */
int		 keys_read(struct keys *, const char *path, struct buf *why);

/* Reads "[COUNT] ACTION [ARGUMENT] ; ...". 0, or -1 and why. Steps are freed with keys_steps_free(). */
int		 keys_parse_steps(const char *text, struct keys_steps *, struct buf *why);
void		 keys_steps_free(struct keys_steps *);

enum keys_match { KEYS_UNBOUND, KEYS_BOUND, KEYS_BEGUN };

/* What these keys mean in the view (one KEYS_IN_ bit, with KEYS_IN_MATCHES while that holds). *steps are good until keys_free(), whatever is bound meanwhile. */
enum keys_match	 keys_match(const struct keys *, const uint32_t *typed, size_t count, unsigned view,
		    const struct keys_steps **steps);

/* One line of help: what is done, by which keys in the view. */
struct keys_help {
	const char	*name;		/* "next-unread"; a macro's steps */
	const char	*text;		/* "" for a macro */
	bool		 bound;
	char		 keys[KEYS_HELP_BYTES];	/* their names with blanks between; ":next-unread" if it has none */
};

/* The row-th line of the view's help, actions first, then what is bound with arguments; -1 if there is no such row. */
int		 keys_help_row(const struct keys *, size_t row, unsigned view, struct keys_help *);

#endif
