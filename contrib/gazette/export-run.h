/*
 * export-run - which entries an export is of, and their way from the daemon through a format to the output.
 *
 * Without a cursor, and with one that is new, these are all that the query finds, page by page. With a cursor that is
 * not, they are those that came, or changed, after the last change that it has looked at, which the query finds now, and
 * which were not given before. If the daemon has forgotten some of those changes, or if a listing was ended by a limit, all
 * that the query finds are listed once more, without those that were given.
 */
#ifndef CONTRIB_GAZETTE_EXPORT_RUN_H
#define CONTRIB_GAZETTE_EXPORT_RUN_H

#include "contrib/gazette/export-cursor.h"
#include "contrib/gazette/export-file.h"
#include "contrib/gazette/export.h"

enum {
	EXPORT_PAGE = 250,			/* entries that are asked for at a time */
	EXPORT_WINDOW = 32,			/* questions that wait for their answer at a time */
	EXPORT_SORT_MAX = 100000,		/* entries that are put in order by their date; more are in so many such parts */
	EXPORT_FLUSH_BYTES = 64 * 1024
};

struct export_run {
	struct export		*export;
	struct export_file	*file;
	struct export_cursor	*cursor;	/* may be NULL */
	const char		*query;		/* NULL: every entry */
	int64_t			 limit;		/* 0: none */
	size_t			 sort_most;	/* EXPORT_SORT_MAX; tests have fewer */
	bool			 skip_empty;	/* without entries there is no output, not even an empty one */
	bool			 begun;
};

/* Gives them all. CMD_DONE, or what went wrong, which has been said. */
enum cmd_exit	export_run(struct export_run *);

#endif
