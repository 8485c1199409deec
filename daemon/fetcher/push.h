/*
 * push - a document that a hub sends instead of being asked, or a user brings: its bytes go through the parser as those of a fetched one do, and its
 * row of records answers the job that core made of it. Whoever cannot sign it as agreed (signature.h) has sent nothing.
 *
 *	struct push *push = push_new(&scratch, config, &reply, content_type, signature);
 *	push_add(push, ptr, len);		as it comes
 *	frames = push_end(push);		the answer; or push_fail(push, outcome, why)
 *	push_free(push);
 */
#ifndef DAEMON_FETCHER_PUSH_H
#define DAEMON_FETCHER_PUSH_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/fetcher/row.h"
#include "daemon/fetcher/transfer.h"
#include "daemon/shared/record.h"

struct push;

/* What is passed is copied, but for scratch. content_type, signature: the fields, or NULL. */
struct push	*push_new(struct row_scratch *, const struct transfer_config *, const struct rec_hub_reply *, const char *content_type,
		    const char *signature);
void		 push_free(struct push *);

/* False: it is larger than max_body, and push_end() will say so. */
bool		 push_add(struct push *, const char *ptr, size_t len);

/* It is complete: the frames of its row, to be freed by buf_free(). */
struct buf	 push_end(struct push *);

/* It will not be. message is a constant. */
struct buf	 push_fail(struct push *, enum outcome, const char *message);

#endif
