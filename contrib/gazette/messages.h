/* messages - what the bottom line has said, newest last: the view of messages shows it. */
#ifndef CONTRIB_GAZETTE_MESSAGES_H
#define CONTRIB_GAZETTE_MESSAGES_H

#include <stddef.h>
#include <stdint.h>

enum { MESSAGES_MAX = 1000 };		/* the oldest go */

struct message {
	int64_t	 time_s;
	unsigned style;			/* TERM_... */
	char	*text;			/* clean */
};

struct messages {
	struct message	*rows;
	size_t		 count;
	size_t		 total;		/* ever */
};

/* The same text again right after itself is kept once, with its last time. */
void	messages_add(struct messages *, int64_t time_s, unsigned style, const char *text);
void	messages_clear(struct messages *);	/* zeroed is empty */

#endif
