/*
 * export-file - where an export goes: standard output, a file that it replaces or grows, a Maildir; and the moment from which on
 * it counts as given, for its cursor.
 *
 * A file is replaced when all of it is there. One that grows is locked as mail programs do it (fcntl(2)), and cut back if not all can be
 * written, or by the next run with the same cursor if this one is killed. Messages of a Maildir have names that are
 * always the same: one that is there is not written again. What exports that were killed have left in its tmp/ is removed.
 */
#ifndef CONTRIB_GAZETTE_EXPORT_FILE_H
#define CONTRIB_GAZETTE_EXPORT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "contrib/gazette/export-cursor.h"
#include "contrib/gazette/export-set.h"
#include "contrib/gazette/file.h"
#include "feeds/base/buf.h"

enum { EXPORT_FOLDER_BATCH = 1000 };	/* messages that are brought to the disk at a time */

enum export_place { EXPORT_STDOUT, EXPORT_REPLACED, EXPORT_GROWN, EXPORT_MAILDIR };

struct export_file {
	enum export_place	 place;
	const char		*path;		/* as the user gave it, for messages; NULL: standard output */
	struct export_cursor	*cursor;	/* may be NULL */
	struct file_out		 file;
	int			 fd;		/* of a file that grows, and of a Maildir */
	bool			 changed;	/* a file that grows: more than length bytes, its length before, may be in it */
	int64_t			 length;
	struct export_set	*names;		/* of a Maildir: those that are there */
	char			**batch;	/* owned */
	size_t			 n_batch;
};

/*
 * All: 0, or -1 with what is wrong said. After -1 of any of them but open, drop it. path NULL or "-": standard output.
 */
int	 export_file_open(struct export_file *, enum export_place, const char *path, struct export_cursor *);

/* Whether a file that grows is empty so far. */
bool	 export_file_is_empty(const struct export_file *);
int	 export_file_put(struct export_file *, const struct buf *text);

/* One message of a Maildir. */
int	 export_file_put_message(struct export_file *, const char *name, const struct buf *text);

/* All is given: puts it in its place, and saves the cursor. */
int	 export_file_end(struct export_file *);
void	 export_file_drop(struct export_file *);

#endif
