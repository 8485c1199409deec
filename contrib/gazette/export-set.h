/*
 * export-set - sets of numbers: those of entries, as bits, and of hashes.
 *
 * Both grow with what is in them alone: 1,000,000 entries in a row are 125 KiB, 1,000,000 hashes about 10 MiB.
 */
#ifndef CONTRIB_GAZETTE_EXPORT_SET_H
#define CONTRIB_GAZETTE_EXPORT_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "feeds/base/buf.h"

/* --- numbers of entries ---------------------------------------------------------------------------- */

struct export_numbers;

struct export_numbers *export_numbers_new(void);
void	 export_numbers_free(struct export_numbers *);
bool	 export_numbers_has(const struct export_numbers *, uint32_t number);
void	 export_numbers_add(struct export_numbers *, uint32_t number);

/* Appends them as text, "1-500 502 510-900", and adds those of such a text: 0, or -1 if it is none. */
void	 export_numbers_write(const struct export_numbers *, struct buf *out);
int	 export_numbers_read(struct export_numbers *, const char *text);

/* --- hashes ------------------------------------------------------------------------------------------ */

struct export_set;

struct export_set *export_set_new(void);
void	 export_set_free(struct export_set *);

/* Adds what text hashes to, always the same. Whether it was there before. */
bool	 export_set_add(struct export_set *, const char *text);
uint64_t export_set_hash(const char *text);

#endif
