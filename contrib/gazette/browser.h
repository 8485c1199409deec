/*
 * browser - hands a link to the user's browser.
 *
 * The command may hold arguments, separated by blanks, and "%s" where the link goes (else it comes last). No shell is involved,
 * and only http and https links are opened: a feed cannot run or read anything.
 */
#ifndef CONTRIB_GAZETTE_BROWSER_H
#define CONTRIB_GAZETTE_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

struct runs;

/*
 * Runs a command for the link, with the terminal until it ends or without. name is for messages, type ("audio/mpeg"; NULL: not
 * known) is in its environment as GAZETTE_TYPE. 0, or -1 and one line into why.
 */
int	browser_run(struct runs *, const char *name, const char *command, bool terminal, const char *url, const char *type,
	    char *why, size_t why_bytes);

/* Whether browser_run() takes this link. */
bool	browser_takes(const char *url);

/*
 * The command for a type of media from a list "audio/[*] mpv --no-video; [*] xdg-open" (the brackets are not part of it): that of the
 * first pattern that matches. NULL if there is none; else to be freed.
 */
char	*browser_player(const char *players, const char *type);

/* Whether it is such a list: each part has a command. Parts may be empty. */
bool	 browser_is_players(const char *players);

#endif
