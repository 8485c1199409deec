/*
 * shown - which characters of strangers' texts people are shown: what a terminal could take for a command, or what moves, hides or
 * reorders others, is none; what is white space is a space.
 */
#ifndef FEEDS_BASE_SHOWN_H
#define FEEDS_BASE_SHOWN_H

#include <stdbool.h>
#include <stdint.h>

/* Whether this code point may be shown as it is. Newline and tab are not among them. */
bool	 shown_is_safe(uint32_t code_point);
bool	 shown_is_space(uint32_t code_point);

#endif
