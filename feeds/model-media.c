/*
 * Attachments from enclosures, links and Media RSS; thumbnails, credits, player, rating.
 */
#include <string.h>
#include <strings.h>

#include "feeds/media-type.h"
#include "feeds/model.h"

struct media {
	struct model_context *context;
	struct arena	*arena;
	const struct model_pick *pick;
	struct doc_entry *entry;
	const struct model_fact *group;		/* the last media:group seen, and its number */
	int64_t		 n_groups;
};

void
model_media_init(struct doc_attachment *attachment)
{
	memset(attachment, 0, sizeof(*attachment));
	attachment->size_bytes = attachment->width = attachment->height = attachment->group = DOC_NO_NUMBER;
	attachment->duration_s = -1;
}

#define FILL(member, none)	do { if (to->member == (none)) to->member = from->member; } while (0)

/* Two with one URL are one. */
static void
merge(struct doc_attachment *to, const struct doc_attachment *from)
{
	FILL(mime_type, NULL);
	FILL(title, NULL);
	FILL(medium, NULL);
	FILL(language, NULL);
	FILL(size_bytes, DOC_NO_NUMBER);
	FILL(width, DOC_NO_NUMBER);
	FILL(height, DOC_NO_NUMBER);
	FILL(group, DOC_NO_NUMBER);
	FILL(is_default, DOC_UNKNOWN);
	if (to->duration_s < 0)
		to->duration_s = from->duration_s;
}

void
model_media_add(struct model_context *context, struct arena *arena, struct doc_entry *entry,
    const struct doc_attachment *attachment)
{
	size_t i;

	if (attachment->url == NULL || entry->n_attachments >= context->limits->list_items)
		return;
	for (i = 0; i < entry->n_attachments; i++)
		if (strcmp(entry->attachments[i].url, attachment->url) == 0) {
			merge(&entry->attachments[i], attachment);
			return;
		}
	*(struct doc_attachment *)arena_push(arena, &entry->attachments, &entry->n_attachments, &entry->cap_attachments,
	    sizeof(*attachment)) = *attachment;
}

static void
add(struct media *media, const struct doc_attachment *attachment)
{
	model_media_add(media->context, media->arena, media->entry, attachment);
}

/* A length of 0 is no size. */
static int64_t
size_of(const struct model_fact *fact, enum model_attr_name id)
{
	int64_t size = model_value_integer_attr(fact, id);

	return size != 0 ? size : DOC_NO_NUMBER;
}

static void
add_enclosure(struct media *media, const struct model_fact *fact, size_t nth)
{
	const struct model_fact *original = nth == 0 ? model_pick_get(media->pick, F_ORIG_ENCLOSURE, 0) : NULL;
	struct doc_attachment attachment;

	model_media_init(&attachment);
	if (original != NULL)
		attachment.url = model_value_url_fact(media->context, media->arena, original);
	if (attachment.url == NULL)
		attachment.url = model_value_url_attr(media->context, media->arena, fact, A_URL);
	attachment.mime_type = model_text_attr_line(media->arena, fact, A_TYPE);
	attachment.size_bytes = size_of(fact, A_LENGTH);
	add(media, &attachment);
}

static void
add_link(struct media *media, const struct model_fact *fact, size_t nth)
{
	const char *rel = model_text_attr_line(media->arena, fact, A_REL);
	struct doc_attachment attachment;

	(void)nth;
	if (rel == NULL || (strcasecmp(rel, "enclosure") != 0 &&
	    strcasecmp(rel, "http://www.iana.org/assignments/relation/enclosure") != 0))
		return;
	model_media_init(&attachment);
	attachment.url = model_value_url_attr(media->context, media->arena, fact, A_HREF);
	attachment.mime_type = model_text_attr_line(media->arena, fact, A_TYPE);
	attachment.title = model_text_attr_line(media->arena, fact, A_TITLE);
	attachment.language = model_text_attr_line(media->arena, fact, A_HREFLANG);
	attachment.size_bytes = size_of(fact, A_LENGTH);
	add(media, &attachment);
}

/* Atom content that lies elsewhere (RFC 4287 section 4.1.3.2). */
static void
add_content_src(struct media *media, const struct model_fact *fact, size_t nth)
{
	struct doc_attachment attachment;

	(void)nth;
	if (fact->row->ns != NS_ATOM || model_pick_attr(fact, A_SRC) == NULL)
		return;
	model_media_init(&attachment);
	attachment.url = model_value_url_attr(media->context, media->arena, fact, A_SRC);
	attachment.mime_type = model_text_attr_line(media->arena, fact, A_TYPE);
	add(media, &attachment);
}

/* Groups are numbered as their first content comes. */
static int64_t
group_of(struct media *media, const struct model_fact *fact)
{
	const struct model_fact *group = fact->parent != MODEL_NO_FACT ? &media->pick->unit->facts[fact->parent] : NULL;

	if (group == NULL || group->row->field != F_GROUP)
		return DOC_NO_NUMBER;
	if (group != media->group) {
		media->group = group;
		media->n_groups++;
	}
	return media->n_groups;
}

static void
add_content(struct media *media, const struct model_fact *fact, size_t nth)
{
	const struct model_attr *duration = model_pick_attr(fact, A_DURATION), *standard = model_pick_attr(fact, A_IS_DEFAULT);
	struct doc_attachment attachment;
	const struct model_fact *title;
	size_t at = 0;

	(void)nth;
	model_media_init(&attachment);
	attachment.url = model_value_url_attr(media->context, media->arena, fact, A_URL);
	attachment.mime_type = model_text_attr_line(media->arena, fact, A_TYPE);
	attachment.medium = model_text_attr_line(media->arena, fact, A_MEDIUM);
	attachment.language = model_text_attr_line(media->arena, fact, A_LANG);
	attachment.size_bytes = size_of(fact, A_FILE_SIZE);
	attachment.width = model_value_integer_attr(fact, A_WIDTH);
	attachment.height = model_value_integer_attr(fact, A_HEIGHT);
	if (duration != NULL)
		attachment.duration_s = model_value_duration(duration->value, duration->len);
	if (standard != NULL)
		attachment.is_default = model_value_bool(standard->value, standard->len);
	title = model_pick_child(media->pick->unit, fact, F_TITLE, &at);
	if (title != NULL)
		attachment.title = model_text_fact_line(media->context, media->arena, title);
	attachment.group = group_of(media, fact);
	add(media, &attachment);
}

static void
add_alternate(struct media *media, const struct model_fact *fact, size_t nth)
{
	const struct model_attr *standard = model_pick_attr(fact, A_DEFAULT);
	struct doc_attachment attachment;
	const struct model_fact *source;
	size_t at = 0;

	(void)nth;
	model_media_init(&attachment);
	while (attachment.url == NULL &&
	    (source = model_pick_child(media->pick->unit, fact, F_SUB_SOURCE, &at)) != NULL)
		attachment.url = model_value_url_attr(media->context, media->arena, source, A_URI);
	attachment.mime_type = model_text_attr_line(media->arena, fact, A_TYPE);
	attachment.title = model_text_attr_line(media->arena, fact, A_TITLE);
	attachment.language = model_text_attr_line(media->arena, fact, A_LANG);
	attachment.size_bytes = size_of(fact, A_LENGTH);
	attachment.height = model_value_integer_attr(fact, A_HEIGHT);
	if (standard != NULL)
		attachment.is_default = model_value_bool(standard->value, standard->len);
	add(media, &attachment);
}

static bool
begins(const char *str, const char *prefix)
{
	return str != NULL && strncasecmp(str, prefix, strlen(prefix)) == 0;
}

/* Types that the feed does not give; the item's duration for what can be played. */
void
model_media_complete(struct doc_entry *entry)
{
	struct doc_attachment *attachment;
	bool playable;
	size_t i;

	for (i = 0; i < entry->n_attachments; i++) {
		attachment = &entry->attachments[i];
		if (attachment->mime_type == NULL)
			attachment->mime_type = media_type_of_url(attachment->url);
		if (attachment->mime_type == NULL)
			attachment->mime_type = "application/octet-stream";
		playable = begins(attachment->mime_type, "audio/") || begins(attachment->mime_type, "video/") ||
		    begins(attachment->medium, "audio") || begins(attachment->medium, "video");
		if (playable && attachment->duration_s < 0)
			attachment->duration_s = entry->podcast.duration_s;
	}
}

void
model_media_attachments(struct model_context *context, struct arena *arena, const struct model_pick *pick,
    struct doc_entry *entry)
{
	static const struct {
		enum model_field field;
		void (*add)(struct media *, const struct model_fact *, size_t nth);
	} kinds[] = {
		{ F_ENCLOSURE, add_enclosure }, { F_LINK, add_link }, { F_BODY, add_content_src }, { F_CONTENT, add_content },
		{ F_ALTERNATE, add_alternate },
	};
	struct media media = { context, arena, pick, entry, NULL, 0 };
	const struct model_fact *fact;
	size_t kind, i;

	for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
		for (i = 0; (fact = model_pick_get(pick, kinds[kind].field, i)) != NULL; i++)
			kinds[kind].add(&media, fact, i);
	model_media_complete(entry);
}

/* --- thumbnails and the rest ---------------------------------------------------------------------- */

static void
read_credits(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_entry *entry)
{
	const struct model_fact *fact;
	struct doc_credit *credit;
	struct doc_person person;
	const char *name;
	bool authors = entry->n_authors == 0;
	size_t i;

	for (i = 0; (fact = model_pick_get(pick, F_CREDIT, i)) != NULL && i < context->limits->list_items; i++) {
		name = model_text_fact_line(context, arena, fact);
		if (name == NULL)
			continue;
		credit = arena_push(arena, &entry->credits, &entry->n_credits, &entry->cap_credits, sizeof(*credit));
		credit->name = name;
		credit->role = model_text_attr_line(arena, fact, A_ROLE);
		memset(&person, 0, sizeof(person));
		if (authors && credit->role != NULL && strcasecmp(credit->role, "author") == 0 &&
		    model_person_split(arena, name, &person))
			*(struct doc_person *)arena_push(arena, &entry->authors, &entry->n_authors, &entry->cap_authors,
			    sizeof(person)) = person;
	}
}

static void
read_thumbnails(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_entry *entry)
{
	const struct model_fact *fact;
	struct doc_thumbnail *thumbnail;
	const char *url;
	size_t i;

	for (i = 0; (fact = model_pick_get(pick, F_THUMBNAIL, i)) != NULL && i < context->limits->list_items; i++) {
		url = model_value_url_attr(context, arena, fact, A_URL);
		if (url == NULL)
			continue;
		thumbnail = arena_push(arena, &entry->thumbnails, &entry->n_thumbnails, &entry->cap_thumbnails,
		    sizeof(*thumbnail));
		thumbnail->url = url;
		thumbnail->width = model_value_integer_attr(fact, A_WIDTH);
		thumbnail->height = model_value_integer_attr(fact, A_HEIGHT);
	}
}

/* media:adult is the old way to say media:rating (Media RSS 1.5.1). */
static void
read_rating(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_entry *entry)
{
	const struct model_fact *fact;
	enum doc_bool adult;
	size_t i;

	for (i = 0; entry->rating == NULL && (fact = model_pick_get(pick, F_RATING, i)) != NULL; i++)
		entry->rating = model_text_fact_line(context, arena, fact);
	for (i = 0; entry->rating == NULL && (fact = model_pick_get(pick, F_ADULT, i)) != NULL; i++) {
		adult = model_value_bool(fact->text, fact->len);
		if (adult != DOC_UNKNOWN)
			entry->rating = adult == DOC_TRUE ? "adult" : "nonadult";
	}
}

void
model_media_facts(struct model_context *context, struct arena *arena, const struct model_pick *pick, struct doc_entry *entry)
{
	const struct model_fact *fact;
	size_t i;

	read_credits(context, arena, pick, entry);
	read_thumbnails(context, arena, pick, entry);
	read_rating(context, arena, pick, entry);
	for (i = 0; entry->player == NULL && (fact = model_pick_get(pick, F_PLAYER, i)) != NULL; i++)
		entry->player = model_value_url_attr(context, arena, fact, A_URL);
}
