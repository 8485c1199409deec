/*
 * model-read - what the readers of a feed's and of an entry's facts have in common: tables of fields, each with the
 * function that reads one fact, and the best fact that says something.
 *
 * A reading function fills *out, whose type is its own, and tells whether the fact said anything. The memory is the arena's.
 */
#ifndef FEEDS_MODEL_READ_H
#define FEEDS_MODEL_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "feeds/model.h"

struct model_read {
	struct model_context *context;
	struct arena	*arena;
	const struct model_pick *pick;
};

typedef bool model_read_fn(const struct model_read *, const struct model_fact *, void *out);

/* Field, the reader of its facts (the best first, until one says something), where in the object it goes. */
struct model_read_row { enum model_field field; model_read_fn *read; size_t offset; };

/* The first fact of the field that can be read; false if there is none. */
bool	model_read_first(const struct model_read *read, enum model_field field, model_read_fn *read_fact, void *out);
void	model_read_rows(const struct model_read *, const struct model_read_row *, size_t count, void *object);

bool	model_read_rich(const struct model_read *, const struct model_fact *, void *out);	/* struct doc_rich */
bool	model_read_line(const struct model_read *, const struct model_fact *, void *out);	/* const char * */
bool	model_read_trimmed(const struct model_read *, const struct model_fact *, void *out);
bool	model_read_url(const struct model_read *, const struct model_fact *, void *out);	/* or the attribute for it */
bool	model_read_language(const struct model_read *, const struct model_fact *, void *out);
bool	model_read_date(const struct model_read *, const struct model_fact *, void *out);	/* int64_t, seconds */
bool	model_read_integer(const struct model_read *, const struct model_fact *, void *out);	/* int64_t */
bool	model_read_bool(const struct model_read *, const struct model_fact *, void *out);	/* enum doc_bool */
bool	model_read_decimal(const struct model_read *, const struct model_fact *, void *out);	/* double */
bool	model_read_duration(const struct model_read *, const struct model_fact *, void *out);	/* double, seconds */

/* The same of the fact's children: the first of that field that says something. */
bool	model_read_child(const struct model_read *read, const struct model_fact *fact, enum model_field field,
	    model_read_fn *read_fact, void *out);

#endif
