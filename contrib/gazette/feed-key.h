/*
 * feed-key - the settings of a feed by name: what "gazette set", --set and the reader's feed-set take. What values are good only the
 * daemon knows.
 */
#ifndef CONTRIB_GAZETTE_FEED_KEY_H
#define CONTRIB_GAZETTE_FEED_KEY_H

#include <stddef.h>

enum {
	FEED_KEY_FILE = 1,		/* the value of a command is a file's path; what is in the file is set */
	FEED_KEY_THERE = 2		/* only of a feed that is there: no --set */
};

struct feed_key {
	const char *name;		/* NULL ends the table */
	const char *about;		/* for help, completion and the reader's bottom line */
	unsigned    flags;
};

extern const struct feed_key feed_keys[];

/* The names alone, ended by NULL. */
const char *const *feed_key_names(void);

/* The row of name[0..len), or NULL. */
const struct feed_key *feed_key_find(const char *name, size_t len);

#endif
