/*
 * model - from elements to the document model: the inner contract of the model-*.c files.
 *
 * Two steps. While elements arrive, model-build.c notes *facts*: which row of the tables matched, the
 * text, the attributes, xml:base and xml:lang in scope. When a unit (an entry, or at the end the feed) is
 * complete, model-entry.c and model-feed.c turn its facts into the document model, field by field, the best
 * fact first. So precedence, bases that are known late and texts that nobody needs cost nothing while parsing.
 */
#ifndef FEEDS_MODEL_H
#define FEEDS_MODEL_H

#include "feeds/base/arena.h"
#include "feeds/base/buf.h"
#include "feeds/doc.h"
#include "feeds/model-rows.h"
#include "feeds/parser.h"

#define MODEL_NO_FACT	UINT32_MAX

struct model_attr { enum model_attr_name id; const char *value; size_t len; };

struct model_fact {
	const struct model_row *row;
	const char	*text;		/* what the element says, children's text included; never NULL */
	size_t		 len;
	const char	*markup;	/* with its child elements as HTML; NULL if it has none */
	size_t		 markup_len;
	const struct model_attr *attrs;
	size_t		 n_attrs;
	const char	*base;		/* xml:base in scope, absolute; NULL if none */
	const char	*lang;		/* xml:lang in scope; NULL if none */
	uint32_t	 parent;	/* the fact around it, or MODEL_NO_FACT */
	uint32_t	 end;		/* facts from its own to this one are inside it */
	uint8_t		 level;		/* 0; 1 in a media:group; 2 in a media:content */
	bool		 native;
};

/* The facts of one entry, or of the feed. */
struct model_unit {
	struct arena	*arena;
	struct model_fact *facts;
	size_t		 n_facts, cap_facts;
	const char	*base, *lang;	/* of the item itself */
	size_t		 ordinal;
	bool		 full;		/* a limit cut it short */
	struct model_unit *next;
};

/* What a conversion knows besides the facts. */
struct model_context {
	const struct feed_limits *limits;
	const char	*url;			/* where the document came from; may be NULL */
	const char	*base;			/* where no xml:base is in scope; may be NULL */
	const char	*language;		/* the feed's */
	enum doc_format	 format;
	bool		 atom;			/* native elements are Atom's */
	struct buf	*scratch;
	struct model_warnings *warnings;
	const struct hash_key *content_key;	/* or NULL */
};

/* Warnings are kept once each, up to a limit, in the feed's arena. */
struct model_warnings { struct arena *arena; const char **list; size_t n_list, cap_list, max; };

void	model_warn(struct model_warnings *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* How much of a name a warning shows: whole characters. For "%.*s". */
int	model_warn_shown(const char *ptr, size_t len);

/* --- model-pick.c: the facts of a unit by field and precedence ------------------------------- */

struct model_pick {
	const struct model_unit *unit;
	uint64_t	*keys;		/* sorted: field, rank, level, index */
	size_t		 n_keys;
	uint32_t	 first[F_SUB_FIRST + 1];	/* the first key of each field */
};

/* Facts first..last-1 without those that belong to a source inside. */
void	model_pick_init(struct model_pick *, struct arena *, const struct model_unit *, size_t first, size_t last);

/* The nth fact of the field, best first; NULL if there are no more. */
const struct model_fact *model_pick_get(const struct model_pick *, enum model_field, size_t nth);

/* The first child of that field inside the fact, or NULL; *at continues (start with 0). */
const struct model_fact *model_pick_child(const struct model_unit *, const struct model_fact *, enum model_field, size_t *at);

/* The attribute; NULL if absent. */
const struct model_attr *model_pick_attr(const struct model_fact *, enum model_attr_name);

/* The precedence: lower is better. */
unsigned model_pick_rank(const struct model_fact *);

/* --- model-text.c: texts --------------------------------------------------------------------- */

struct model_value { const char *ptr; size_t len; bool html; };

/* What no text may hold (XML 1.0 section 2.2): a control character that is no white space. */
static inline bool
model_text_is_control(char chr)
{
	return (unsigned char)chr < ' ' && chr != '\t' && chr != '\n' && chr != '\r';
}

/* A copy in which the control characters U+0080-U+009F have become what windows-1252 means by them. */
const char	*model_text_copy(struct arena *, const char *ptr, size_t len, size_t *new_len);

/* The same of a whole buffer, whose memory the arena takes over where that saves a copy; the buffer is empty then. */
const char	*model_text_adopt(struct arena *, struct buf *, size_t *new_len);

/* What the fact says and whether that is HTML. Memory of the fact or the arena. */
struct model_value model_text_value(struct model_context *, struct arena *, const struct model_fact *);

/* Whether model_text_value() may look at the text of a fact that has markup. */
bool		 model_text_beside_markup(const struct model_fact *);

/* A line, a trimmed string as it stands, the sanitised HTML; NULL if empty. */
const char	*model_text_line(struct model_context *, struct arena *, struct model_value);
const char	*model_text_trimmed(struct arena *, const char *ptr, size_t len);
const char	*model_text_html(struct model_context *, struct arena *, struct model_value, const char *base, size_t *tags,
		    struct hash_state *words);

/* Mixes in what html_hash() would of a plain text in HTML. */
void		 model_text_hash(const char *plain, struct hash_state *);
struct doc_rich	 model_text_rich(struct model_context *, struct arena *, const struct model_fact *);
const char	*model_text_fact_line(struct model_context *, struct arena *, const struct model_fact *);
const char	*model_text_attr_line(struct arena *, const struct model_fact *, enum model_attr_name);

/* Whether the text of the fragment is this line. */
bool		 model_text_is_line(struct model_context *, struct model_value, const char *line);

/* --- model-value.c: numbers, booleans, dates, URLs ------------------------------------------- */

int64_t		 model_value_integer(const char *ptr, size_t len);	/* DOC_NO_NUMBER */
double		 model_value_decimal(const char *ptr, size_t len);	/* < 0: absent */
double		 model_value_duration(const char *ptr, size_t len);	/* seconds; < 0: absent */
enum doc_bool	 model_value_bool(const char *ptr, size_t len);
int64_t		 model_value_date(struct model_context *, const char *ptr, size_t len);
int64_t		 model_value_date_fact(struct model_context *, struct arena *, const struct model_fact *);
const char	*model_value_url(struct model_context *, struct arena *, const char *base, const char *ptr, size_t len);
const char	*model_value_url_fact(struct model_context *, struct arena *, const struct model_fact *);
const char	*model_value_url_attr(struct model_context *, struct arena *, const struct model_fact *, enum model_attr_name);
int64_t		 model_value_integer_attr(const struct model_fact *, enum model_attr_name);
const char	*model_value_language(struct arena *, const char *ptr, size_t len);
bool		 model_value_blank(const char *ptr, size_t len);
bool		 model_value_is(const struct model_attr *, const char *word);	/* any case, white space around ignored */

/* --- model-person.c, model-link.c, model-tag.c, model-geo.c, model-podcast.c, model-media.c -- */

bool	model_person_fact(struct model_context *, struct arena *, const struct model_unit *, const struct model_fact *,
	    struct doc_person *);
bool	model_person_split(struct arena *, const char *line, struct doc_person *);
bool	model_person_first(struct model_context *, struct arena *, const struct model_pick *, enum model_field,
	    struct doc_person *);
void	model_person_list(struct model_context *, struct arena *, const struct model_pick *, enum model_field, bool one_kind,
	    struct doc_person **list, size_t *n, size_t *cap);

/* The links, and what can be read from them. */
struct model_links { struct doc_link *list; size_t n_list, cap_list; const char *self, *best, *related, *next, *license;
    bool best_is_html; };
/* place: the base of the links to the thing itself and to its page. */
void	model_link_collect(struct model_context *, struct arena *, const struct model_pick *, const char *place,
	    struct model_links *);
bool	model_link_is_html(const char *type);
bool	model_link_is_feed(const char *type);

void	model_tag_collect(struct model_context *, struct arena *, const struct model_pick *, struct doc_tag **list, size_t *n,
	    size_t *cap);
void	model_tag_names(struct arena *, const struct doc_tag *, size_t n_tags, const char ***list,
	    size_t *n, size_t *cap);

void	model_geo_read(struct arena *, const struct model_pick *, struct doc_geo *);
void	model_podcast_read(struct model_context *, struct arena *, const struct model_pick *, bool entry,
	    struct doc_podcast *);
void	model_podcast_init(struct doc_podcast *);
void	model_media_attachments(struct model_context *, struct arena *, const struct model_pick *,
	    struct doc_entry *);
/* One more attachment, unless it has no URL; the same URL again adds its facts to the first. Then what is still missing. */
void	model_media_init(struct doc_attachment *);
void	model_media_add(struct model_context *, struct arena *, struct doc_entry *, const struct doc_attachment *);
void	model_media_complete(struct doc_entry *);
void	model_media_facts(struct model_context *, struct arena *, const struct model_pick *, struct doc_entry *);

/* --- model-feed.c, model-entry.c: a unit's facts to the model; those inside a source, or all ---- */

void	model_feed_init(struct doc_feed *);
void	model_feed_read(struct model_context *, struct arena *, const struct model_unit *, const struct model_fact *around,
	    struct doc_feed *);

/* What entries need of the feed, as far as it is known, and whether anything that follows could change it. */
struct model_settled { const char *base, *language; bool base_is_final, language_is_final; };
const char *model_feed_base(const struct model_context *, const struct doc_feed *);
void	model_feed_settled(struct model_context *, struct arena *, const struct model_unit *, struct model_settled *);

void	model_entry_init(struct doc_entry *);
void	model_entry_read(struct model_context *, struct arena *, const struct model_unit *, struct doc_entry *);
void	model_entry_hash_begin(const struct model_context *, const struct doc_entry *, struct hash_state *);
const char *model_entry_fallback_id(struct arena *, const struct doc_entry *);

/* Whether a fact of the feed that is not known yet could change the entry. */
bool	model_entry_waits(const struct model_unit *, const struct model_settled *);

#endif
