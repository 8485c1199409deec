/*
 * export - entries for other programs: one row (struct export_format) for each format, each in a file of its own.
 *
 * A format appends to .out what an entry becomes; who runs it (export-run.c) takes that away and writes it, so a format
 * holds no more than one entry. It is called begin, item..., end; begin before the first entry, or before end if there is none.
 * Everything in .arena is gone with the next entry.
 *
 *	static void
 *	ids_item(struct export *export, const json_t *item)
 *	{
 *		buf_printf(&export->out, "%" PRId64 "\n", export_number(item));
 *	}
 *	const struct export_format export_ids = { "ids", 0, NULL, ids_item, NULL };
 */
#ifndef CONTRIB_GAZETTE_EXPORT_H
#define CONTRIB_GAZETTE_EXPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/export-set.h"
#include "feeds/base/arena.h"
#include "feeds/base/buf.h"

/* Of export_format. */
enum {
	EXPORT_NEWEST = 1,		/* newest entry first; else oldest first */
	EXPORT_GROWS = 2,		/* one output behind the other is an output again: it may be appended to a file */
	EXPORT_APPENDS = 4,		/* and with a cursor it is */
	EXPORT_FOLDER = 8		/* each entry is a file in a folder: a message in a Maildir */
};

enum { EXPORT_FEEDS_KEPT = 512 };	/* feeds that are remembered, so that not each entry asks for its feed */

struct export_format;

struct export {
	struct cmd		*cmd;
	const struct export_format *format;
	struct buf		 out;		/* what has not been taken away yet */
	struct arena		*arena;
	int64_t			 count;		/* entries before this one */
	int64_t			 now_s;
	int64_t			 first_s;	/* date of the first entry, which is known at begin; now if there is none */
	struct export_set	*ids;		/* of entries so far, for formats in which they are unique */
	json_t			*feeds[EXPORT_FEEDS_KEPT];	/* by number; NULL: not asked for */
	int64_t			 day;		/* of html: the day that is open, yyyymmdd */
	bool			 append;	/* behind what is in the file already */
};

struct export_format {
	const char	*name;
	unsigned	 flags;
	void		 (*begin)(struct export *);			/* may be NULL */
	void		 (*item)(struct export *, const json_t *item);
	void		 (*end)(struct export *);			/* may be NULL */
};

extern const struct export_format export_atom, export_rss, export_jsonfeed, export_jsonl, export_csv, export_sfeed, export_mbox,
	    export_maildir, export_html;

void		 export_init(struct export *, struct cmd *, const struct export_format *);
void		 export_free(struct export *);

/* What the whole is called, and an id of it that is always the same; in the arena of the command. */
const char	*export_name(struct export *);
const char	*export_feed_id(struct export *);

/* --- an entry (export-item.c); what is returned is borrowed, or in the arena ------------------------ */

/* The entry's _gazette. */
const json_t	*export_ours(const json_t *item);
int64_t		 export_number(const json_t *item);

/* A member that is a text and not empty, else NULL; and a member that is a text, a number or a boolean, as text. */
const char	*export_text(const json_t *object, const char *name);
const char	*export_value(struct export *, const json_t *object, const char *name);

/* The member as an IRI, made absolute by the entry's feed if need be; and one that has to be absolute. NULL if there is none. */
const char	*export_url(struct export *, const json_t *item, const json_t *object, const char *name);
const char	*export_address(struct export *, const json_t *object, const char *name);

/* A member that is a whole number from 0 up, as text; NULL if it is none. */
const char	*export_size(struct export *, const json_t *object, const char *name);

/* The tag of its language, or of its feed's; NULL if none is known. */
const char	*export_language(struct export *, const json_t *item);

/* What the daemon knows of its feed (gazette-protocol(7)); an empty object if the feed is gone. */
const json_t	*export_feed(struct export *, const json_t *item);

/*
 * Seconds since 1970: when it was published, else changed, else received; and where in the order of
 * time it stands: then, but not later than it was received.
 */
int64_t		 export_when(const json_t *item);
int64_t		 export_order(const json_t *item);

/* Of an item: what it is filed under, as the feed said it, texts or objects; and what one is called: this member, else the other. */
const json_t	*export_categories(const json_t *item);
const char	*export_category(const json_t *category, const char *member, const char *other);

/* A member's names, one after the other between them: authors, tags. NULL if there are none. */
const char	*export_names(struct export *, const json_t *item, const char *name, const char *between);

/* Its body as plain text, links at its end if wanted; "" if it has none. */
const char	*export_plain(struct export *, const json_t *item, bool links);

/* Its title on one line; if it has none the beginning of its text, else its URL. */
const char	*export_title(struct export *, const json_t *item);

/*
 * The same whenever this entry is exported, and no other entry's of the same output: its own id, with its number
 * behind it if another entry came with that before. It is remembered: to be called once for each entry. iri: an id that is none is made one.
 */
const char	*export_id(struct export *, const json_t *item, bool iri);

/* What is the same in every export of the entry and of no other, in 16 hexadecimal digits: from its feed, id and number. */
const char	*export_mark(struct export *, const json_t *item);

/* Of a text: the same always, in 16 hexadecimal digits. */
const char	*export_hash(struct export *, const char *text);

#endif
