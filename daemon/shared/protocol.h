/*
 * protocol - the names that daemon and client share: gazette-protocol(7). Nothing else of the daemon is known to clients.
 */
#ifndef DAEMON_SHARED_PROTOCOL_H
#define DAEMON_SHARED_PROTOCOL_H

enum {
	PROTOCOL_REQUEST_MAX = 1 << 20,		/* bytes of one request line */
	PROTOCOL_CLIENTS_MAX = 256,
	PROTOCOL_POSTS_MAX = 100,		/* feeds in a page, if it says how often they post */
	PROTOCOL_PAGE_MAX = 1000,		/* entries or feeds in one page */
	PROTOCOL_COUNTS_MAX = 10000		/* feeds in one answer of feed.counts */
};

/* JSON-RPC 2.0 section 5.1; RPC_EGAZETTE: the daemon understood and says no, error.data.word tells why. */
enum {
	RPC_EPARSE = -32700, RPC_EREQUEST = -32600, RPC_EMETHOD = -32601, RPC_EPARAMS = -32602, RPC_EINTERNAL = -32603,
	RPC_EGAZETTE = -32000
};

#define PROTOCOL_SYSTEM_SOCKET "/run/gazette/socket"

#endif
