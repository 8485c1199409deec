/*
 * model-fact - adds facts to a unit (model.h) while elements arrive.
 */
#ifndef FEEDS_MODEL_FACT_H
#define FEEDS_MODEL_FACT_H

#include "feeds/model-build.h"

/* A fact of that row with the element's attributes if the row asks for them; MODEL_NO_FACT once the unit is full. */
uint32_t	 model_fact_add(struct model_unit *, const struct model_row *, const struct xml_element *);

/* What has been added since is inside it. */
void		 model_fact_end(struct model_unit *, uint32_t at);

/*
 * The text from that byte of the buffer on, its markup, or a value. All of a large text is not copied: the arena takes
 * over the buffer's memory, and the buffer has none then; likewise where a large text is not wanted.
 */
void		 model_fact_text(struct model_unit *, uint32_t at, struct buf *, size_t start);
void		 model_fact_forget_text(struct buf *, size_t start);
void		 model_fact_markup(struct model_unit *, uint32_t at, struct buf *, size_t start);
void		 model_fact_value(struct model_unit *, uint32_t at, const char *ptr, size_t len);

#endif
