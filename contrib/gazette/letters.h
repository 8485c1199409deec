/*
 * letters - what a character is to somebody who types it: Latin letters and the marks on them apart, quotes and dashes as keyboards
 * have them. Pure.
 */
#ifndef CONTRIB_GAZETTE_LETTERS_H
#define CONTRIB_GAZETTE_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

/* A combining mark, as it follows a letter. */
bool		 letters_is_mark(uint32_t code);

/* The letter without its mark, and that as a combining one (0: it has none): of U+00E9 "e" and U+0301. Latin-1 and Latin Extended-A. */
uint32_t	 letters_base(uint32_t code, uint32_t *mark);

/* The blank, quote or dash of ASCII for those that are printed in its place; else the character itself. */
uint32_t	 letters_typed(uint32_t code);

#endif
