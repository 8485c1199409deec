/* file - a whole file in memory. */
#ifndef CONTRIB_GAZETTE_FILE_H
#define CONTRIB_GAZETTE_FILE_H

#include "feeds/base/buf.h"

/* Appends what the file holds; "-" is standard input. 0, or -1 and errno; EFBIG: into takes no more. */
int	file_read(const char *path, struct buf *into);

#endif
