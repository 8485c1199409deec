/*
 * transfer - one HTTP exchange through libcurl: a request out, the head and the decoded body of its answer in.
 * Redirects are not followed. A transfer is used again for the next exchange: its libcurl handle is set up once.
 *
 *	struct transfer *transfer = transfer_new(multi, &ops, arg);
 *	transfer_start(transfer, &config, &request);	on_head, on_body..., on_end
 *	transfer_free(transfer);
 *
 * TLS is always verified, and never older than 1.2; its sessions are resumed. Nothing but http and https is spoken, no cookie is kept, no environment variable heeded. Unless
 * config->allow_private no connection is made to an address that is not public (address.h).
 */
#ifndef DAEMON_FETCHER_TRANSFER_H
#define DAEMON_FETCHER_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/fetcher/multi.h"
#include "daemon/shared/record.h"

enum {
	TRANSFER_HEAD_MAX = 64 << 10,		/* bytes of all header fields of one exchange */
	TRANSFER_MESSAGE_BYTES = 256
};

/* What all requests have in common. Must outlive the transfers started with it. */
struct transfer_config {
	uint64_t	 generation;		/* not 0; another number for each other configuration */
	uint64_t	 parallel;
	uint64_t	 max_body;		/* bytes */
	int64_t		 timeout_ms;		/* of a whole job: fetch.c's business */
	bool		 allow_private;
	const char	*user_agent;
	const char	*ca_file;		/* NULL: libcurl's own bundle */
	const char	*proxy;			/* NULL: none */
};

/* Everything but url may be NULL. Used until on_end. */
struct transfer_request {
	uint64_t	 job;		/* for the mark */
	const char	*url;			/* without user name */
	bool		 keep;			/* the connection, for another request soon; a redirect's is kept anyway */
	const char	*user_agent, *proxy;	/* instead of the configuration's */
	const char	*username, *password;	/* Basic authentication, at once */
	const char	*cookie;
	const char	*etag, *last_modified;	/* If-None-Match, If-Modified-Since */
	struct span	 ca;			/* PEM: the authorities to trust, instead of the configuration's */
	const struct span_list *lines;		/* "Name: value" */
	const char	*form;			/* application/x-www-form-urlencoded: POST instead of GET */
};

/* Header fields of the answer, absent or empty ones NULL. Borrowed until the next start. */
struct transfer_head {
	int		 status;
	const char	*etag, *last_modified, *retry_after, *cache_control, *expires, *date, *age, *content_type,
			*content_encoding, *transfer_encoding, *location;
	const char	*link;			/* of several all, as one list */
};

struct transfer_end {
	enum outcome	 outcome;		/* OUTCOME_OK: the exchange is complete, whatever the status */
	const char	*message;		/* why not: one line, without the host's name */
	const char	*address;		/* of the server, if it is public; NULL: it is not, or not known */
	const char	*redirect_url;		/* where a 3xx answer points to, absolute; NULL: nowhere */
	uint64_t	 wire_bytes;		/* of the body, before decoding */
	bool		 delimited;		/* something told where the body ends, not only the end of the connection */
};

/* How far it has come. It is up to the caller to look now and then, and to lose patience. */
struct transfer_progress {
	bool		 resolved;		/* the host's addresses are known */
	bool		 connected;		/* name, connection and TLS are done, the request is on its way */
	uint64_t	 head_bytes;
	uint64_t	 wire_bytes;		/* of the body, before decoding */
};

enum transfer_verdict {
	TRANSFER_TAKEN,
	TRANSFER_LATER,		/* not taken: the transfer is paused now, the same bytes come again when it is resumed */
	TRANSFER_ENOUGH		/* no more is wanted: on_end comes with OUTCOME_NETWORK */
};

struct transfer_ops {
	/* There is a body: how many bytes of it may be sent and decoded. More is OUTCOME_TOO_LARGE. */
	uint64_t (*on_head)(void *arg, const struct transfer_head *);
	enum transfer_verdict (*on_body)(void *arg, const char *ptr, size_t len);
	/* The transfer may be started again from here, but not freed. */
	void	(*on_end)(void *arg, const struct transfer_head *, const struct transfer_end *);
};

struct transfer;

/*
 * What can be known of a request without the network: through a proxy, which resolves names itself, the host must not
 * be written as an address that is not public. OUTCOME_OK, or why not, with a message as in transfer_end.
 */
enum outcome	 transfer_check(const struct transfer_config *, const struct transfer_request *,
		    char message[TRANSFER_MESSAGE_BYTES]);

struct transfer	*transfer_new(struct multi *, const struct transfer_ops *ops, void *arg);
void		 transfer_free(struct transfer *);

void		 transfer_start(struct transfer *, const struct transfer_config *, const struct transfer_request *);

/* Ends it at once; on_end is not called. Not from on_head and on_body. */
void		 transfer_cancel(struct transfer *);

void		 transfer_progress(struct transfer *, struct transfer_progress *);

/* Whose exchange it is, or was last: for multi.c, while libcurl is at it. */
uint64_t	 transfer_job(const struct transfer *);

/* Stops and resumes reading from the network. Not from on_head and on_body. */
void		 transfer_pause(struct transfer *, bool pause);

/* For multi.c: libcurl is done with it. code is a CURLcode. */
void		 transfer_ended(struct transfer *, int code);

#endif
