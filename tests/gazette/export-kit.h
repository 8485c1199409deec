/* export-kit - exports of entries that are lines of a file, without a daemon. */
#ifndef TESTS_GAZETTE_EXPORT_KIT_H
#define TESTS_GAZETTE_EXPORT_KIT_H

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/export.h"

enum { EXPORT_KIT_NOW_S = 1795597200 };		/* 2026-11-25T09:00:00Z */

/* Goes to where exports/ is, in UTC and with characters as terminals have them. 0, or -1: it is not there. */
int	 export_kit_begin(void);

/* Appends what becomes of all entries of the file. Feed 1 is known, 2 is gone, and there are no others. */
void	 export_kit_run(const char *path, const struct export_format *, const struct cmd_options *, struct buf *out);

#endif
