/*
 * store-job-private - a job in memory, and the steps of taking it in: store-job.c collects and leads, store-match.c
 * says which entry is which, store-text.c compares texts, store-write.c writes entries, store-gone.c keeps account of
 * removed ones, store-poll.c the outcome, store-move.c where the feed has gone.
 */
#ifndef DAEMON_CORE_STORE_JOB_PRIVATE_H
#define DAEMON_CORE_STORE_JOB_PRIVATE_H

#include "daemon/core/store-job.h"
#include "daemon/core/store-sql.h"

/* Also the numbers in alias.kind. */
enum alias_kind { ALIAS_NONE = 0, ALIAS_GUID = 1, ALIAS_LINK = 2, ALIAS_PRINT = 3 };
enum { ALIAS_KINDS = 4, ALIAS_AMBIGUOUS = 0 /* alias.entry of what stood for several entries */ };

enum verdict { VERDICT_NEW, VERDICT_KNOWN, VERDICT_TWICE /* in this document */, VERDICT_GONE /* removed here before */ };

/* What the database has of a known entry; texts in the job's arena, and only if something differs. */
struct known {
	uint32_t id;
	int64_t	 content_hash, revision, guids, published_s;
	int64_t	 facts;				/* STORE_ABSENT: from before they were kept */
	bool	 url_differs, title_differs, authors_differ;
	bool	 fragment_differs;		/* what stands behind "#" in its URL */
};

struct job_entry {
	struct rec_entry rec;			/* spans in the job's arena */
	int64_t	 hash[ALIAS_KINDS];		/* by kind; valid if usable */
	bool	 usable[ALIAS_KINDS];		/* identifies within this document */
	bool	 shared[ALIAS_KINDS];		/* several different entries of this document have it */
	bool	 home;				/* its link is none: the feed's home page */
	bool	 unfit[ALIAS_KINDS];		/* it once stood for several entries */
	uint32_t unlike[ALIAS_KINDS];		/* it leads to this entry, which is another one */
	bool	 doubted;			/* its guid leads to an entry of another title and another link, */
	bool	 same_date;			/* which has its date */
	int64_t	 facts;				/* facts_hash() */
	enum verdict verdict;
	enum alias_kind by;			/* VERDICT_KNOWN: what it was known by */
	struct known known;
};

/* What of the feed's earlier state decides what comes of an outcome. Spans are borrowed from stmt, which is open. */
struct before {
	sqlite3_stmt *stmt;		/* NULL: not read yet */
	int64_t	 failures;
	bool	 gone, quarantined, paused;
	char	 word[64];
	struct span moved_url, url;
	struct store_known known;
};

struct store_job {
	struct store	*store;
	struct arena	*arena;
	struct job_entry *entries;		/* owned */
	size_t		 count, capacity;
	struct rec_feed	 feed;
	bool		 has_feed, facts_changed;	/* after apply: shown facts are different */
	bool		 unread_again;			/* the user wants an edited entry to be unread */
	bool		 past;				/* see store_job_past() */
	bool		 marked;			/* between apply and finish */
	struct store_counter saved;
	struct before	 before;
};

/* How an entry is known: by kind, its hash, and whether it has such an alias. */
struct store_print { int64_t hash[ALIAS_KINDS]; bool usable[ALIAS_KINDS]; };
void	store_match_print(const struct store *, struct arena *, struct span guid, struct span url, bool texts, int64_t content_hash,
	    struct store_print *);

/* Hashes, and what is twice or shared within the document. home: the feed's home page, for links that are none. */
void	store_match_document(struct store_job *, struct span home);
/* Sets the verdicts. fresh: the feed has no alias yet. OK or an error. */
int	store_match_known(struct store_job *, uint32_t feed, bool fresh);

/*
 * Of the removed entries, those that the document has are listed again; and, as it is all that the feed has now, those that it has not
 * are absent. The first for any document, the second after a good poll.
 */
int	store_gone_seen(const struct store_job *, uint32_t feed);
int	store_gone_absent(const struct store_job *, uint32_t feed, int64_t now_s);

/*
 * Whether the text of an entry is the one that came but for noise, and its title too if that is to count: 1, 0 or an error. One that
 * is removed or cannot be read has none.
 */
int	store_text_same(struct store *, uint32_t id, const struct rec_entry *, bool title);

/* Writes all entries by their verdicts. */
int	store_write_entries(struct store_job *, uint32_t feed, int64_t now_s, struct store_counts *);

/* ENONE. Stays open until store_poll_close(). */
int	store_poll_read(struct store *, uint32_t feed, struct before *);
void	store_poll_close(struct store *, struct before *);

int	store_poll_write(struct store *, uint32_t feed, const struct rec_done *, const struct store_poll *, const struct before *,
	    bool facts, bool *moved);

/*
 * After a good poll: target is where its permanent redirects lead (absent: nowhere), a normalised URL. True in *moved if that is the
 * feed's url from now on.
 */
int	store_move_follow(struct store *, uint32_t feed, struct span target, const struct store_poll *, const struct before *, bool *moved);

#endif
