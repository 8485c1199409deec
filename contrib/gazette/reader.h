/*
 * reader - the curses reader, started by gazette without a command.
 *
 * Takes the terminal until the user leaves or it is gone. The daemon may be away at the start and at any time after.
 */
#ifndef CONTRIB_GAZETTE_READER_H
#define CONTRIB_GAZETTE_READER_H

struct client;

/* The exit status: 0, or 2 (said on standard error) if there is no terminal to work on or the settings are wrong. */
int	reader_main(struct client *);

#endif
