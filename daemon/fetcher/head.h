/*
 * head - the header lines of an answer, one by one, into what we want of them (struct transfer_head). Heads come several to
 * an exchange (1xx, a proxy's): each status line starts over. A line that begins with a blank goes on with the one before
 * (RFC 9112 section 5.2); of the same field on several lines the last one counts, but those of lists are one list (RFC 9110
 * section 5.3).
 */
#ifndef DAEMON_FETCHER_HEAD_H
#define DAEMON_FETCHER_HEAD_H

#include <stddef.h>

#include "daemon/fetcher/transfer.h"
#include "feeds/base/arena.h"

struct head_reader {
	struct transfer_head *head;
	struct arena	*arena;			/* for the values */
	const char	**last;			/* the value that the next line may go on with, or NULL */
};

/* The line with its end or without. */
void	head_line(struct head_reader *, const char *line, size_t len);

#endif
