/* transfer-private - what transfer.c (the exchange) and transfer-end.c (what became of it) share; for nobody else. */
#ifndef DAEMON_FETCHER_TRANSFER_PRIVATE_H
#define DAEMON_FETCHER_TRANSFER_PRIVATE_H

#include <curl/curl.h>

#include "daemon/fetcher/address.h"
#include "daemon/fetcher/decode.h"
#include "daemon/fetcher/head.h"
#include "daemon/fetcher/transfer.h"
#include "feeds/base/arena.h"

#define TRANSFER_REFUSED_FORMAT "%s is %s (allow_private_networks = no)"

struct transfer {
	CURL		*easy;
	struct multi	*multi;
	const struct transfer_ops *ops;
	void		*arg;
	const struct transfer_config *config;
	uint64_t	 job;
	const char	*url;		/* of the exchange; in the arena */
	uint64_t	 generation;	/* of the configuration that the handle is set up for */
	const char	*default_ca;	/* libcurl's own bundle */
	bool		 special;	/* the handle carries more than the configuration */
	bool		 active, paused;

	struct arena	*arena;		/* of one exchange */
	struct transfer_head head;
	struct head_reader reader;
	uint64_t	 head_bytes, raw_bytes, body_bytes, body_max;	/* raw: as they came */
	bool		 in_body, over_head, over_body, broken, proxied;
	struct decode	*decode;	/* NULL: the body is as it came */
	size_t		 raw_taken;	/* of bytes that will come again after a pause */
	const char	*piece;		/* decoded, and not taken yet */
	size_t		 piece_len;
	const char	*refused;	/* what kind of address was refused */
	char		 refused_addr[ADDRESS_BYTES];
	char		 error[CURL_ERROR_SIZE];
	char		 message[TRANSFER_MESSAGE_BYTES];
};

/* The status as far as it is known; the end of the codings. */
void	transfer_read_status(struct transfer *);
void	transfer_forget_decode(struct transfer *);

#endif
