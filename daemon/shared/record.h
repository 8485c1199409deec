/*
 * record - what core, fetcher and indexer say to each other: typed records, msgpack arrays.
 *
 * A record is [type, field, field, ...]. A table row per field says its kind, its place in the C struct and the
 * most it may hold; encoding and decoding are the same few lines for all. Decoding trusts nothing: type, count, kinds,
 * lengths, ranges and UTF-8 are checked, and a failure names record and field. Decoded spans point into the frame.
 */
#ifndef DAEMON_SHARED_RECORD_H
#define DAEMON_SHARED_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/arena.h"
#include "feeds/base/buf.h"

/* Borrowed bytes; absent is ptr == NULL. Not NUL-terminated. */
struct span { const char *ptr; size_t len; };
struct span_list { struct span *items; size_t count; };

#define SPAN(str) span_of(str)
static inline struct span
span_of(const char *str)
{
	size_t len = 0;

	if (str != NULL)
		len = __builtin_strlen(str);
	return (struct span){ str, len };
}

/* The most that a field of each sort may hold, in bytes. With all of them a record stays under IPC_FRAME_MAX. */
enum {
	RECORD_URL_MAX = 64 << 10,
	RECORD_LINE_MAX = 64 << 10,		/* title, authors, message, a header ... */
	RECORD_VALIDATOR_MAX = 8 << 10,		/* longer ones count as absent: the next poll is unconditional */
	RECORD_CA_MAX = 64 << 10,		/* certificates in PEM */
	RECORD_WORD_MAX = 256,			/* language, format */
	RECORD_SUMMARY_MAX = 1 << 20,
	RECORD_BODY_MAX = 16 << 20,		/* html, text, rest, gazette, members */
	RECORD_HOPS_MAX = 16,			/* URLs that redirects have led over */
	RECORD_ADDRESS_MAX = 64,		/* an IP address as text */
	RECORD_FORM_MAX = 3 * RECORD_URL_MAX + RECORD_LINE_MAX,	/* a URL, each byte of it escaped, and words */
	RECORD_PIECE_MAX = 1 << 20,		/* of a document */
	RECORD_LIST_MAX = 512			/* texts in one list, each of at most RECORD_LINE_MAX */
};

enum record_type {
	RECORD_CONFIG = 1,	/* core -> fetcher, first */
	RECORD_JOB,		/* core -> fetcher */
	RECORD_CANCEL,		/* core -> fetcher: forget a job; no answer comes */
	RECORD_ENTRY,		/* fetcher -> core; all of one job in a row, */
	RECORD_FEED,		/* then its feed, */
	RECORD_DONE,		/* then the outcome, which alone makes the others count */
	RECORD_INDEX_GO,	/* core -> indexer: there are changes up to seq */
	RECORD_INDEX_STATE,	/* indexer -> core: how far it is */
	RECORD_HUB_CALL,	/* fetcher -> core: somebody, who may be a hub, has called the listener */
	RECORD_HUB_REPLY,	/* core -> fetcher: what the caller is answered */
	RECORD_BACKUP_GO,	/* core -> indexer: make a copy of gazette.db; takes as long as it takes */
	RECORD_BACKUP_MADE,	/* indexer -> core: it is there, or not */
	RECORD_DOCUMENT,	/* core -> fetcher: a piece of a document that a user brings, to be read as that of this job */
	RECORD_TYPES
};

struct rec_config {
	uint64_t parallel, max_body, timeout_ms;
	bool	 allow_private_networks;
	struct span user_agent, ca_file, proxy;
	struct span websub_listen;	/* ADDRESS:PORT to listen at for hubs; absent: not by this process */
};

enum {
	JOB_HASH_KNOWN = 1,		/* body_hash is set */
	JOB_KEEP = 2			/* more of the same host will come soon: its connection is kept */
};

struct rec_job {
	uint64_t job;			/* core's number for it, never reused in a process' life */
	uint64_t flags;
	struct span url;
	struct span etag, last_modified;	/* byte for byte as the server gave them */
	struct span validators_url;	/* for this URL, met again behind a redirect; absent: for url */
	uint64_t body_hash;
	struct span user_agent, cookie, proxy, username, password;	/* this feed's own; absent: the default */
	struct span_list headers;	/* "Name: value" */
	struct span_list hops;		/* where redirects have led, from url to the one to fetch now; absent: to url itself */
	uint64_t permanent_hops;	/* so many of the first redirects were for good */
	uint64_t elapsed_ms;		/* spent on the job before */
	struct span ca;			/* certificates of authorities in PEM, to trust instead of the default */
	struct span form;		/* to be posted; what comes back is no document then. absent: GET */
};

struct rec_cancel { uint64_t job; };

struct rec_entry {
	uint64_t job, ordinal;		/* ordinal: place in the document, from 0 */
	struct span guid, url, title, html, text, summary, authors, language;
	int64_t	 published, modified;	/* seconds since 1970, INT64_MIN absent */
	uint64_t content_hash;		/* of title and text without markup and white space */
	struct span rest, gazette;	/* JSON objects: feedjson_item_rest(), feedjson_item_gazette() */
};

struct rec_feed {
	uint64_t job;
	struct span format, title, home_page_url, description, language, self_url, icon, hub, new_feed_url;
	struct span members;		/* JSON object: feedjson_feed() */
	struct span fault;		/* what makes the document malformed, which could be read all the same; absent: nothing */
	int64_t	 ttl_min, update_frequency;	/* INT64_MIN absent */
	struct span update_period;
	uint64_t skip_hours, skip_days;	/* bits */
};

/* Stable words for people and programs: outcome_word(). */
enum outcome {
	OUTCOME_OK, OUTCOME_NOT_MODIFIED, OUTCOME_NOT_FEED, OUTCOME_EMPTY, OUTCOME_MALFORMED, OUTCOME_HTTP, OUTCOME_DNS,
	OUTCOME_CONNECT, OUTCOME_TLS, OUTCOME_TOO_LARGE, OUTCOME_TOO_SLOW, OUTCOME_TRUNCATED, OUTCOME_REDIRECT,
	OUTCOME_PRIVATE, OUTCOME_URL, OUTCOME_NETWORK,
	OUTCOME_HOP,			/* not the end: a redirect to be followed */
	OUTCOME_CRASH, OUTCOME_BUSY,	/* core's alone; last. BUSY: its host rests */
	OUTCOME_COUNT
};

struct rec_done {
	uint64_t job, outcome, http_status, entries;
	struct span message;		/* one line in plain English: what and why */
	struct span final_url;		/* of the document; absent: the job's own */
	struct span address;		/* public, where the job's URL was asked for; absent: private, by a proxy, not reached */
	struct span permanent_url;	/* as far as the chain of 301/308 from the start goes; absent: none */
	struct span etag, last_modified;	/* what to send next time to final_url; absent: forget */
	uint64_t body_hash, body_bytes, wire_bytes, elapsed_ms;
	int64_t	 retry_after_s, max_age_s;	/* from now; INT64_MIN absent */
	struct span_list candidates;	/* of a page: url, title, url, title ... */
	struct span_list hops;		/* of OUTCOME_HOP, with permanent_hops: for the same job, to go on with */
	uint64_t permanent_hops;
};

/* What a caller wants. An answered HUB_PUSH is a job: the document that is pushed comes as its row. */
enum hub_mode { HUB_PUSH, HUB_SUBSCRIBE, HUB_UNSUBSCRIBE, HUB_DENIED, HUB_MODE_COUNT };

struct rec_hub_call {
	uint64_t call;			/* the fetcher's number for it */
	uint64_t mode;
	struct span token;		/* the last part of the path */
	struct span topic;		/* not of HUB_PUSH */
	int64_t	 lease_s;		/* INT64_MIN absent */
};

struct rec_hub_reply {
	uint64_t call, http_status;	/* 200: what was asked for is so, or the document may come */
	uint64_t job;			/* HUB_PUSH: its number; 0: no document is wanted */
	struct span url;		/* what the document's URLs are relative to */
	struct span secret;		/* it must be signed with this; absent: it need not be signed */
};

struct rec_index_go { uint64_t seq; };
struct rec_index_state { uint64_t seq, entries, generation; bool rebuilding; };
/* All pieces of one follow one another; the last has more = false. */
struct rec_document { uint64_t job; bool more; struct span url, content_type, data; };
struct rec_backup_go { uint64_t number; };
struct rec_backup_made { uint64_t number; struct span error; };	/* error absent: it is there */

/* --- the table ------------------------------------------------------------------------- */

enum record_kind { FIELD_UINT, FIELD_INT, FIELD_BOOL, FIELD_TEXT /* UTF-8 */, FIELD_BYTES, FIELD_TEXTS };

struct record_field {
	const char	*name;
	enum record_kind kind;
	size_t		 offset;	/* in the struct */
	uint64_t	 max;		/* largest value, bytes, or (FIELD_TEXTS) count */
};

struct record_desc {
	enum record_type type;
	const char	*name;
	const struct record_field *fields;
	size_t		 n_fields;
	size_t		 size;		/* of the struct */
};

extern const struct record_desc record_config, record_job, record_cancel, record_entry, record_feed, record_done,
    record_index_go, record_index_state, record_hub_call, record_hub_reply, record_backup_go, record_backup_made, record_document;

/* Appends the record. Asserts that the fields respect their maxima (the sender's duty: record_cut() before). */
void	record_encode(const struct record_desc *, const void *rec, struct buf *out);

/* text, or as much of its beginning as is whole in UTF-8 and at most max bytes long. */
struct span record_cut(struct span text, size_t max);

/* The type of a frame, or -1. */
int	record_type(const char *ptr, size_t len);

/*
 * Decodes a frame into *rec. Lists go to the arena. 0, or -1 with *error (static or in the arena) saying
 * which record and field and what is wrong.
 */
int	record_decode(const struct record_desc *, const char *ptr, size_t len, void *rec, struct arena *, const char **error);

/* "ok", "not-modified", "not-a-feed", "empty", "malformed", "http-error", "dns-failure", ... */
const char *outcome_word(enum outcome);

#endif
