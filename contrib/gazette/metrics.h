/*
 * metrics - the answer of the method status in the text format that Prometheus scrapes, version 0.0.4: a row each in a table
 * (metrics.c) of name, where its value is in the answer, type and help.
 *
 * Names follow the conventions of Prometheus: gazetted_ before all, base units (_seconds, _bytes), _total for what only grows
 * while the daemon runs. What an answer does not have is left out.
 */
#ifndef CONTRIB_GAZETTE_METRICS_H
#define CONTRIB_GAZETTE_METRICS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "feeds/base/buf.h"

struct metric {
	const char	*name, *type, *path;	/* path: members of the answer, "polls.outcomes" */
	const char	*label;			/* name="value"; or a name alone, for members of an object, or a text; NULL: none */
	const char	*word;			/* the value is 1 if this word is there, else 0; NULL: it is a number, or true or false */
	double		 unit;			/* of one there: 1e-6 of microseconds; 0: it is whole */
	const char	*help;
};

/* The rows; those of one name stand together, and only the first has type and help. */
extern const struct metric metrics_rows[];
extern const size_t metrics_count;

/* Appends all that the answer has. */
void	 metrics_put(const json_t *status, struct buf *out);

#endif
