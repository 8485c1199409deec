/*
 * utf8 - the encoding of every string in the house (RFC 3629).
 */
#ifndef FEEDS_BASE_UTF8_H
#define FEEDS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether ptr[0..len) is valid UTF-8: no overlong forms, surrogates or values over U+10FFFF. */
bool	 utf8_valid(const char *ptr, size_t len);

/* The length of the longest valid prefix; an incomplete sequence at the end is not part of it. */
size_t	 utf8_prefix(const char *ptr, size_t len);

/*
 * Decodes one code point from ptr[0..len), len > 0. Returns how many bytes it took
 * (at least 1) and stores it; an invalid byte is U+FFFD and one byte long.
 */
size_t	 utf8_decode(const char *ptr, size_t len, uint32_t *code_point);

#endif
