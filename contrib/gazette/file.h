/* file - a whole file in memory; and files that are replaced when all of the new one is there. */
#ifndef CONTRIB_GAZETTE_FILE_H
#define CONTRIB_GAZETTE_FILE_H

#include <stdio.h>

#include "feeds/base/buf.h"

/* Appends what the file holds; "-" is standard input. 0, or -1 and errno; EFBIG: into takes no more. */
int	file_read(const char *path, struct buf *into);

/* The same of what is left of an open one. */
int	file_read_stream(FILE *, struct buf *into);

/*
 * A file that is written beside its place and takes it when it is complete and on the disk. A device or pipe that is there is
 * written to as it is.
 *
 *	struct file_out file;
 *	if (file_begin(&file, path, FILE_PUBLIC) == -1) ...
 *	if (file_put(&file, ptr, len) == -1) { say(errno); file_drop(&file); ... }
 *	if (file_end(&file) == -1) ...			it has been dropped
 */
struct file_out {
	int		 fd;
	char		*path, *beside;		/* owned; NULL: no file to be replaced */
};

enum file_access { FILE_PUBLIC, FILE_PRIVATE };	/* as the one in its place was, else as the umask allows; for its owner alone */

/* All: 0, or -1 and errno. file_begin_as(): beside is path with the suffix, replaced if it is there: who calls takes care to be alone. */
int	file_begin(struct file_out *, const char *path, enum file_access);
int	file_begin_as(struct file_out *, const char *path, const char *suffix, enum file_access);

/* Where path leads to, through links or to nothing yet: from the root. Owned by the caller; NULL and errno if links go round. */
char	*file_place(const char *path);
int	file_put(struct file_out *, const void *data, size_t len);
int	file_end(struct file_out *);

/* Brings what was put to the disk before its end, and the names in path's folder: 0, or -1 and errno. */
int	file_sync(struct file_out *);
int	file_sync_folder(const char *path);

/* Nothing is left of what was written. */
void	file_drop(struct file_out *);

#endif
