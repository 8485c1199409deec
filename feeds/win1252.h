/*
 * win1252 - what the bytes 0x80-0x9f mean in windows-1252, the encoding that everything else claims not to be.
 */
#ifndef FEEDS_WIN1252_H
#define FEEDS_WIN1252_H

#include <stddef.h>

/* Writes the character of any byte as UTF-8, at most three bytes; returns how many. */
size_t	win1252_utf8(unsigned char byte, char *out);

#endif
