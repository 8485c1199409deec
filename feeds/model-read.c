#include "feeds/model-read.h"

#include <string.h>

bool
model_read_first(const struct model_read *read, enum model_field field, model_read_fn *read_fact, void *out)
{
	const struct model_fact *fact;
	size_t nth;

	for (nth = 0; (fact = model_pick_get(read->pick, field, nth)) != NULL; nth++)
		if (read_fact(read, fact, out))
			return true;
	return false;
}

void
model_read_rows(const struct model_read *read, const struct model_read_row *rows, size_t count, void *object)
{
	size_t i;

	for (i = 0; i < count; i++)
		model_read_first(read, rows[i].field, rows[i].read, (char *)object + rows[i].offset);
}

bool
model_read_child(const struct model_read *read, const struct model_fact *fact, enum model_field field,
    model_read_fn *read_fact, void *out)
{
	const struct model_fact *child;
	size_t at = 0;

	while ((child = model_pick_child(read->pick->unit, fact, field, &at)) != NULL)
		if (read_fact(read, child, out))
			return true;
	return false;
}

bool
model_read_rich(const struct model_read *read, const struct model_fact *fact, void *out)
{
	struct doc_rich *rich = out;

	*rich = model_text_rich(read->context, read->arena, fact);
	return rich->line != NULL || rich->html != NULL;
}

bool
model_read_line(const struct model_read *read, const struct model_fact *fact, void *out)
{
	const char **line = out;

	*line = model_text_fact_line(read->context, read->arena, fact);
	return *line != NULL;
}

bool
model_read_trimmed(const struct model_read *read, const struct model_fact *fact, void *out)
{
	const char **str = out;

	*str = model_text_trimmed(read->arena, fact->text, fact->len);
	return *str != NULL;
}

bool
model_read_url(const struct model_read *read, const struct model_fact *fact, void *out)
{
	static const enum model_attr_name names[] = { A_HREF, A_URL, A_RDF_RESOURCE };
	const char **url = out;
	size_t i;

	*url = model_value_url_fact(read->context, read->arena, fact);
	for (i = 0; *url == NULL && i < sizeof(names) / sizeof(names[0]); i++)
		*url = model_value_url_attr(read->context, read->arena, fact, names[i]);
	return *url != NULL;
}

bool
model_read_language(const struct model_read *read, const struct model_fact *fact, void *out)
{
	const char **language = out, *line = model_text_fact_line(read->context, read->arena, fact);

	*language = line != NULL ? model_value_language(read->arena, line, strlen(line)) : NULL;
	return *language != NULL;
}

bool
model_read_date(const struct model_read *read, const struct model_fact *fact, void *out)
{
	int64_t *date = out;

	*date = model_value_date_fact(read->context, read->arena, fact);
	return *date != DOC_NO_DATE;
}

bool
model_read_integer(const struct model_read *read, const struct model_fact *fact, void *out)
{
	int64_t *number = out;

	(void)read;
	*number = model_value_integer(fact->text, fact->len);
	return *number != DOC_NO_NUMBER;
}

bool
model_read_bool(const struct model_read *read, const struct model_fact *fact, void *out)
{
	enum doc_bool *value = out;

	(void)read;
	*value = model_value_bool(fact->text, fact->len);
	return *value != DOC_UNKNOWN;
}

bool
model_read_duration(const struct model_read *read, const struct model_fact *fact, void *out)
{
	double *seconds = out;

	(void)read;
	*seconds = model_value_duration(fact->text, fact->len);
	return *seconds >= 0;
}

bool
model_read_decimal(const struct model_read *read, const struct model_fact *fact, void *out)
{
	double *number = out;

	(void)read;
	*number = model_value_decimal(fact->text, fact->len);
	return *number >= 0;
}
