/*
 * export-cursor - what an export with --cursor has given so far, kept in $XDG_STATE_HOME/gazette/cursors/NAME.
 *
 * The file is JSON: the query, seq (the last change that was looked at), given (the numbers of the entries that were given), after
 * (where a listing goes on that --limit ended) and, while output is being put in its place, what undoes or completes that:
 *
 *	replace  the finished output is in the file beside, and about to become the file path. Is beside still there, then that has
 *		 not happened, and what it holds counts as not given; else it has, and seq, added and after of this member count.
 *	append   path had length bytes before it was appended to; tail hashes the last of these. If that is still so, it
 *		 is cut back to them.
 *
 * NAME.lock~ keeps others away, and says which file the run that has it writes beside its output: a run that is killed leaves it, and
 * the next one takes it away.
 *
 * The cursor is replaced as a whole, and on the disk before anything follows. So each entry is in exactly one output that is complete, whenever
 * the export is killed. Where an output goes to a pipe there is no such moment: then it is at least one.
 *
 *	if (export_cursor_open(&cursor, name) == -1 || export_cursor_load(&cursor, false) == -1) ...
 *	... give entries, export_numbers_add(cursor.given, ...), export_numbers_add(cursor.added, ...)
 *	if (export_cursor_save(&cursor) == -1) ...
 *	export_cursor_close(&cursor);
 */
#ifndef CONTRIB_GAZETTE_EXPORT_CURSOR_H
#define CONTRIB_GAZETTE_EXPORT_CURSOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "contrib/gazette/export-set.h"
#include "feeds/base/arena.h"

enum {
	EXPORT_CURSOR_NAME_MAX = 64,
	EXPORT_CURSOR_BYTES_MAX = 64 << 20,
	EXPORT_CURSOR_TAIL_BYTES = 4096,	/* of a file that is appended to: by these it is known again */
	EXPORT_CURSOR_ERROR_BYTES = 4600,
	EXPORT_CURSOR_SUFFIX_BYTES = EXPORT_CURSOR_NAME_MAX + 16
};

struct export_cursor {
	char		*path, *lock_path;	/* owned */
	int		 lock;			/* descriptor; -1: not open */
	bool		 begun;			/* it says what is written beside an output */
	bool		 fresh, anew;		/* there was no such cursor; or it is to be as if */
	char		*query;			/* owned; of the file, NULL: every entry */
	int64_t		 seq;
	char		*after;			/* owned; NULL: nothing is to be listed any more */
	struct export_numbers *given, *added;	/* all; those of this run */
	char		 error[EXPORT_CURSOR_ERROR_BYTES];	/* what went wrong last */
};

/* The names of all that there are, in order, ended by NULL; in the arena. */
const char *const *export_cursor_names(struct arena *);

/* Takes the cursor for this process alone, makes the folder if need be. 0, or -1 and .error. Close it in any case. */
int	export_cursor_open(struct export_cursor *, const char *name);

/* Reads it, after what an earlier run has left undone was undone or completed, and its file removed. anew: as if there was none. 0, or -1 and .error. */
int	export_cursor_load(struct export_cursor *, bool anew);
void	export_cursor_close(struct export_cursor *);

/* Whether it was made with another query (NULL: every entry). */
bool	export_cursor_differs(const struct export_cursor *, const char *query);
void	export_cursor_set_query(struct export_cursor *, const char *query);
void	export_cursor_set_after(struct export_cursor *, const char *after);

/* All that was done is final. 0, or -1 and .error. */
int	export_cursor_save(struct export_cursor *);

/* The output is about to be written beside path, into path with this suffix. 0, or -1 and .error. */
int	export_cursor_begin(struct export_cursor *, const char *path, char suffix[EXPORT_CURSOR_SUFFIX_BYTES]);

/*
 * The output is complete in beside, and about to be moved to path; fd is about to be appended to, which is path. The file on the disk
 * says so afterwards, and what was given before this run. 0, or -1 and .error.
 */
int	export_cursor_will_replace(struct export_cursor *, const char *beside, const char *path);
int	export_cursor_will_append(struct export_cursor *, int fd, const char *path);

/* What was appended is cut off already. The file on the disk says what was given before this run. 0, or -1 and .error. */
int	export_cursor_will_not_append(struct export_cursor *);

#endif
