/*
 * browser - hands a link to the user's browser.
 *
 * $BROWSER may hold arguments, separated by blanks, and "%s" where the link goes (else it comes last); it gets the
 * terminal until it ends, as text browsers need. Without it xdg-open is started and goes on by itself.
 * No shell is involved, and only http and https links are opened: a feed cannot run or read anything.
 */
#ifndef CONTRIB_GAZETTE_BROWSER_H
#define CONTRIB_GAZETTE_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

enum { BROWSER_ARGS_MAX = 32 };

/* 0, or -1 and one line into why. */
int	browser_open(const char *url, char *why, size_t why_bytes);

/* Whether browser_open() takes this link. */
bool	browser_takes(const char *url);

/*
 * Splits a command in place into argv (BROWSER_ARGS_MAX + 1 pointers, NULL at the end) with the link put in. 0, or -1 if it
 * is empty or has too many arguments.
 */
int	browser_argv(char *command, const char *url, const char *argv[BROWSER_ARGS_MAX + 1]);

#endif
