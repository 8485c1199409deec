/*
 * doc - the document model: what any feed becomes (RSS 0.9x-2.0, RDF, Atom, JSON Feed).
 *
 * Values are final: dates are seconds since 1970 UTC, URLs are absolute where a base
 * is known, HTML is sanitised, lines are plain text on one line. An absent fact is NULL,
 * an empty list, DOC_NO_NUMBER or DOC_NO_DATE. All strings are UTF-8, NUL-terminated, and
 * live in the arena of the document or of the entry.
 *
 * A list is a pointer to an array and a count; their capacity is the builder's.
 */
#ifndef FEEDS_DOC_H
#define FEEDS_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOC_NO_DATE	INT64_MIN
#define DOC_NO_NUMBER	INT64_MIN

enum doc_bool { DOC_UNKNOWN = 0, DOC_FALSE, DOC_TRUE };

enum doc_format {
	DOC_RSS, DOC_RSS_091, DOC_RSS_092, DOC_RSS_093, DOC_RSS_094, DOC_RSS_20,
	DOC_RDF_090, DOC_RDF_10, DOC_ATOM_03, DOC_ATOM_10, DOC_JSON_10, DOC_JSON_11
};

#define DOC_LIST(type, name) type *name; size_t n_##name, cap_##name

/* A line and, where the source was HTML with a surviving tag, its sanitised HTML. */
struct doc_rich { const char *line, *html; };

struct doc_link {
	const char	*rel, *href, *type, *title, *hreflang;
	int64_t		 length;		/* bytes */
};

struct doc_person { const char *name, *url, *avatar, *email, *role, *group; };
struct doc_tag { const char *term, *scheme, *label; };
struct doc_credit { const char *name, *role; };
struct doc_thumbnail { const char *url; int64_t width, height; };
struct doc_funding { const char *url, *title; };
struct doc_transcript { const char *url, *type, *language, *rel; };
struct doc_chapter { double start_s; const char *title, *url, *image; };
struct doc_reply { const char *ref, *href, *type, *source; };
struct doc_deleted { const char *ref, *comment; int64_t when; struct doc_person by; bool has_by; };
struct doc_hub { const char *type, *url; };

struct doc_attachment {
	const char	*url, *mime_type, *title, *medium, *language;
	int64_t		 size_bytes, width, height, group;
	double		 duration_s;		/* < 0: absent */
	enum doc_bool	 is_default;
};

enum doc_geo_type { DOC_GEO_NONE, DOC_GEO_POINT, DOC_GEO_LINE, DOC_GEO_POLYGON };
/* Longitude, latitude and, with three dimensions, height: dimensions numbers for each point. */
struct doc_geo { enum doc_geo_type type; double *lon_lat; size_t n_points, dimensions; };

/* What itunes:, googleplay: and podcast: say of a feed or an entry. */
struct doc_podcast {
	const char	*type, *subtitle, *guid, *medium, *episode_type, *chapters_url;
	enum doc_bool	 block, is_explicit, locked;
	double		 season, episode;	/* < 0: absent */
	double		 duration_s;
	DOC_LIST(struct doc_funding, funding);
	DOC_LIST(struct doc_transcript, transcripts);
	DOC_LIST(struct doc_chapter, chapters);
	DOC_LIST(struct doc_person, persons);
};

struct doc_feed {
	enum doc_format	 format;
	const char	*encoding;		/* lower-case name the bytes were read with */
	struct doc_rich	 title, description, rights;
	const char	*user_comment, *home_page_url, *feed_url, *next_url, *icon, *favicon, *language;
	const char	*id, *license, *new_feed_url;
	const char	*generator_name, *generator_url, *generator_version;
	enum doc_bool	 expired;
	int64_t		 published, updated;	/* dates */
	int64_t		 ttl_min;
	int64_t		 update_frequency, update_base;
	const char	*update_period;
	uint32_t	 skip_hours;		/* bit N: hour N */
	unsigned char	 skip_days;		/* bit 0: Monday ... bit 6: Sunday */
	unsigned char	 skip_hour_order[24];	/* hours in document order */
	size_t		 n_skip_hour_order;
	unsigned char	 skip_day_order[7];	/* 0 = Monday */
	size_t		 n_skip_day_order;
	struct {
		const char *url, *title, *link, *description;
		int64_t width, height;
	} image;
	struct {
		const char *domain, *path, *register_procedure, *protocol;
		int64_t port;
	} cloud;
	struct doc_person publisher;
	bool		 has_publisher;
	DOC_LIST(struct doc_person, authors);
	DOC_LIST(struct doc_person, contributors);
	DOC_LIST(struct doc_tag, tags);
	DOC_LIST(struct doc_link, links);
	DOC_LIST(struct doc_hub, hubs);
	DOC_LIST(struct doc_deleted, deleted);
	DOC_LIST(const char *, warnings);
	struct doc_podcast podcast;
	struct doc_geo	 geo;
};

struct doc_entry {
	const char	*id;			/* never NULL once finished */
	const char	*guid;			/* what the feed itself gave as guid/id/rdf:about; else NULL */
	const char	*url, *external_url;
	struct doc_rich	 title, summary, rights;
	const char	*content_html, *content_text;	/* RSS, Atom: one of them; JSON Feed: both may be */
	const char	*image, *banner_image, *license, *comments_url, *comments_feed;
	const char	*language;		/* only where it differs from the feed's */
	int64_t		 published, modified;	/* dates */
	int64_t		 comment_count;
	enum doc_bool	 guid_is_permalink;
	const struct doc_feed *source;
	struct doc_person publisher;
	bool		 has_publisher;
	DOC_LIST(struct doc_person, authors);
	DOC_LIST(struct doc_person, contributors);
	DOC_LIST(const char *, tag_names);	/* the item's "tags" */
	DOC_LIST(struct doc_tag, tags);		/* _gazette.tags: all, with scheme and label */
	DOC_LIST(struct doc_attachment, attachments);
	DOC_LIST(struct doc_link, links);
	DOC_LIST(struct doc_reply, in_reply_to);
	DOC_LIST(struct doc_thumbnail, thumbnails);
	DOC_LIST(struct doc_credit, credits);
	const char	*player, *rating;
	struct doc_podcast podcast;
	struct doc_geo	 geo;
	size_t		 ordinal;		/* place in the document, from 0 */
	uint64_t	 content_hash;		/* of what is said, not of how it is marked up: feed_options.content_key */
};

#endif
