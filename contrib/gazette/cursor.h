/*
 * cursor - where the terminal's cursor is, as the terminal itself tells it: ECMA-48's DSR (8.3.35) asks, its CPR (8.3.14) answers.
 *
 *	if (cursor_ask(STDIN_FILENO, STDOUT_FILENO, &row, &col) == 0) ...
 */
#ifndef CONTRIB_GAZETTE_CURSOR_H
#define CONTRIB_GAZETTE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CURSOR_WAIT_MS = 500,		/* a terminal far away has so much time to answer */
	CURSOR_PLACE_MAX = 9999		/* no row and no column is further */
};

/*
 * Row and column from 0. -1: the terminal has not told it. Of what was typed and not read yet nothing is left then. Nobody else may
 * read from the terminal meanwhile.
 */
int	cursor_ask(int in, int out, int *row, int *col);

/* Finds the answer in what has come: "ESC [ row ; column R", counted from 1, anywhere in it. */
bool	cursor_find(const char *ptr, size_t len, int *row, int *col);

#endif
