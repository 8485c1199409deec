#include "contrib/gazette/export-module.h"

#include <string.h>

#include "contrib/gazette/export-form.h"
#include "contrib/gazette/export-xml.h"

const char export_module_namespaces[] = " xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\""
    " xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:podcast=\"https://podcastindex.org/namespace/1.0\""
    " xmlns:psc=\"http://podlove.org/simple-chapters\""
    " xmlns:georss=\"http://www.georss.org/georss\" xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\""
    " xmlns:thr=\"http://purl.org/syndication/thread/1.0\" xmlns:wfw=\"http://wellformedweb.org/CommentAPI/\""
    " xmlns:cc=\"http://backend.userland.com/creativeCommonsRssModule\"";

/* --- people and links ------------------------------------------------------------------------------------ */

/* prefix: "atom:", or "" where that is the default. */
static void
put_part(struct export *export, const char *prefix, const char *name, const char *text)
{
	export_xml_element(&export->out, arena_printf(export->arena, "%s%s", prefix, name), text, NULL);
}

static const char *
email_of(const json_t *person)
{
	const char	*email = export_text(export_ours(person), "email"), *host = email != NULL ? strchr(email, '@') : NULL;

	if (host == NULL || host == email || host[1] == '\0')
		return NULL;
	for (const char *chr = email; *chr != '\0'; chr++)
		if ((unsigned char)*chr <= ' ' || *chr == 0x7f)
			return NULL;
	return email;
}

void
export_module_person(struct export *export, const json_t *person, const char *prefix, const char *element)
{
	const char	*name = export_text(person, "name"), *url = export_address(export, person, "url");
	const char	*whole = arena_printf(export->arena, "%s%s", prefix, element);

	if (export_form_is_blank(name) && url == NULL)
		return;
	export_xml_open(&export->out, whole, NULL);
	put_part(export, prefix, "name", !export_form_is_blank(name) ? name : url);
	put_part(export, prefix, "uri", url);
	put_part(export, prefix, "email", email_of(person));
	export_xml_close(&export->out, whole);
}

void
export_module_link(struct export *export, const json_t *item, const json_t *link, const char *element, const char *rel)
{
	const char	*href = export_url(export, item, link, "href");

	if (href != NULL)
		export_xml_empty(&export->out, element, "rel", rel, "href", href, "type", export_form_media(export_text(link, "type")),
		    "title", export_text(link, "title"), "hreflang", export_form_language(export_text(link, "hreflang")), "length",
		    export_size(export, link, "length"), NULL);
}

const char *
export_module_relation(const json_t *link)
{
	const char	*rel = export_text(link, "rel");

	if (rel == NULL)
		return "alternate";
	return export_form_relation(rel) != NULL ? rel : "related";
}

bool
export_module_has_link(struct export *export, const json_t *item, const json_t *holder, const char *rel, const char *href)
{
	json_t		*link;
	const char	*its_href;
	size_t		 i;

	json_array_foreach(json_object_get(export_ours(holder), "links"), i, link) {
		its_href = export_url(export, item, link, "href");
		if (its_href != NULL && strcmp(export_module_relation(link), rel) == 0 && strcmp(its_href, href) == 0)
			return true;
	}
	return false;
}

/* As RSS has people in one string: "me@example.com (Name)". */
static void
put_publisher(struct export *export, const json_t *person)
{
	const char	*name = export_text(person, "name"), *email = export_text(export_ours(person), "email");

	if (email != NULL && name != NULL && strcmp(name, email) != 0)
		name = arena_printf(export->arena, "%s (%s)", email, name);
	export_xml_element(&export->out, "dc:publisher", name, NULL);
}

/* --- podcasts ------------------------------------------------------------------------------------------- */

static void
put_people(struct export *export, const json_t *podcast)
{
	json_t	*person;
	size_t	 i;

	json_array_foreach(json_object_get(podcast, "persons"), i, person)
		export_xml_element(&export->out, "podcast:person", export_text(person, "name"), "href", export_text(person, "url"), "img",
		    export_text(person, "avatar"), "role", export_text(export_ours(person), "role"), "group",
		    export_text(export_ours(person), "group"), NULL);
}

static void
put_chapters(struct export *export, const json_t *podcast)
{
	const json_t	*chapters = json_object_get(podcast, "chapters");
	json_t		*chapter;
	size_t		 i;

	export_xml_empty(&export->out, "podcast:chapters", "url", export_text(podcast, "chapters_url"), "type", "application/json+chapters",
	    NULL);
	if (json_array_size(chapters) == 0)
		return;
	export_xml_open(&export->out, "psc:chapters", "version", "1.2", NULL);
	json_array_foreach(chapters, i, chapter)
		export_xml_empty(&export->out, "psc:chapter", "start", export_value(export, chapter, "start"), "title",
		    export_text(chapter, "title"), "href", export_text(chapter, "url"), "image", export_text(chapter, "image"), NULL);
	export_xml_close(&export->out, "psc:chapters");
}

static void
put_podcast(struct export *export, const json_t *podcast)
{
	static const struct { const char *name, *element; } rows[] = {
		{ "duration", "itunes:duration" }, { "explicit", "itunes:explicit" }, { "block", "itunes:block" },
		{ "subtitle", "itunes:subtitle" }, { "season", "itunes:season" }, { "episode", "itunes:episode" },
		{ "episode_type", "itunes:episodeType" }
	};
	json_t	*transcript;
	size_t	 i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		export_xml_element(&export->out, rows[i].element, export_value(export, podcast, rows[i].name), NULL);
	json_array_foreach(json_object_get(podcast, "transcripts"), i, transcript)
		export_xml_empty(&export->out, "podcast:transcript", "url", export_text(transcript, "url"), "type",
		    export_text(transcript, "type"), "language", export_text(transcript, "language"), "rel", export_text(transcript, "rel"),
		    NULL);
	if (export_text(podcast, "chapters_url") != NULL || json_object_get(podcast, "chapters") != NULL)
		put_chapters(export, podcast);
	put_people(export, podcast);
}

/* --- media ------------------------------------------------------------------------------------------------ */

/* What Media RSS tells of an attachment and the formats themselves do not. */
static bool
has_more(const json_t *attachment)
{
	static const char *const members[] = { "medium", "width", "height", "language", "default", "group" };
	const json_t		*ours = export_ours(attachment);

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (json_object_get(ours, members[i]) != NULL)
			return true;
	return json_object_get(attachment, "duration_in_seconds") != NULL;
}

static void
put_content(struct export *export, const json_t *item, const json_t *attachment)
{
	const json_t	*ours = export_ours(attachment);
	const char	*title = export_text(attachment, "title");

	export_xml_open(&export->out, "media:content", "url", export_url(export, item, attachment, "url"), "type",
	    export_text(attachment, "mime_type"), "fileSize", export_value(export, attachment, "size_in_bytes"), "duration",
	    export_value(export, attachment, "duration_in_seconds"), "medium", export_text(ours, "medium"), "width",
	    export_value(export, ours, "width"), "height", export_value(export, ours, "height"), "lang",
	    export_text(ours, "language"), "isDefault", export_value(export, ours, "default"), NULL);
	export_xml_element(&export->out, "media:title", title, "type", "plain", NULL);
	export_xml_close(&export->out, "media:content");
}

/* Those of one group stand side by side. */
static void
put_contents(struct export *export, const json_t *item, size_t natively)
{
	json_t	*attachment;
	int64_t	 group, open = 0;
	size_t	 i;

	json_array_foreach(json_object_get(item, "attachments"), i, attachment) {
		if (i < natively && !has_more(attachment))
			continue;
		group = cmd_integer(export_ours(attachment), "group");
		if (open != 0 && group != open)
			export_xml_close(&export->out, "media:group");
		if (group != 0 && group != open)
			export_xml_open(&export->out, "media:group", NULL);
		open = group;
		put_content(export, item, attachment);
	}
	if (open != 0)
		export_xml_close(&export->out, "media:group");
}

static void
put_media(struct export *export, const json_t *media)
{
	json_t	*part;
	size_t	 i;

	json_array_foreach(json_object_get(media, "thumbnails"), i, part)
		export_xml_empty(&export->out, "media:thumbnail", "url", export_text(part, "url"), "width", export_value(export, part, "width"),
		    "height", export_value(export, part, "height"), NULL);
	json_array_foreach(json_object_get(media, "credits"), i, part)
		export_xml_element(&export->out, "media:credit", export_text(part, "name"), "role", export_text(part, "role"), NULL);
	if (export_text(media, "player") != NULL)
		export_xml_empty(&export->out, "media:player", "url", export_text(media, "player"), NULL);
	export_xml_element(&export->out, "media:rating", export_text(media, "rating"), NULL);
}

/* Whether a reader finds the entry's image without being told: it is a thumbnail or an attachment. */
static bool
is_image_known(struct export *export, const json_t *item, const char *image)
{
	const json_t	*first = json_array_get(json_object_get(json_object_get(export_ours(item), "media"), "thumbnails"), 0);
	const char	*url = export_text(first, "url"), *type;
	json_t		*attachment;
	size_t		 i;

	if (url != NULL)
		return strcmp(url, image) == 0;
	json_array_foreach(json_object_get(item, "attachments"), i, attachment) {
		url = export_url(export, item, attachment, "url");
		type = export_text(attachment, "mime_type");
		if (type != NULL && strncmp(type, "image/", strlen("image/")) == 0)
			return url != NULL && strcmp(url, image) == 0;
	}
	return false;
}

/* --- places ------------------------------------------------------------------------------------------------- */

/* GeoJSON is longitude first, GeoRSS latitude. */
static void
put_position(const json_t *position, struct buf *text)
{
	if (text->len > 0)
		buf_putc(text, ' ');
	buf_printf(text, "%.10g %.10g", json_number_value(json_array_get(position, 1)), json_number_value(json_array_get(position, 0)));
}

static void
put_geo(struct export *export, const json_t *geo)
{
	static const struct { const char *type, *element; int depth; } rows[] = {
		{ "Point", "georss:point", 0 }, { "LineString", "georss:line", 1 }, { "Polygon", "georss:polygon", 2 }
	};
	const json_t	*positions = json_object_get(geo, "coordinates");
	const char	*type = export_text(geo, "type");
	struct buf	 text = BUF_INIT(SIZE_MAX);
	json_t		*position;
	size_t		 i, j;

	for (i = 0; type != NULL && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(type, rows[i].type) != 0)
			continue;
		if (rows[i].depth == 2)
			positions = json_array_get(positions, 0);
		if (rows[i].depth == 0)
			put_position(positions, &text);
		else
			json_array_foreach(positions, j, position)
				put_position(position, &text);
		export_xml_element(&export->out, rows[i].element, buf_str(&text), NULL);
	}
	buf_free(&text);
}

/* --- all of them ---------------------------------------------------------------------------------------------- */

static void
put_threads(struct export *export, const json_t *ours)
{
	json_t	*reply;
	size_t	 i;

	export_xml_element(&export->out, "slash:comments", export_value(export, ours, "comment_count"), NULL);
	json_array_foreach(json_object_get(ours, "in_reply_to"), i, reply)
		export_xml_empty(&export->out, "thr:in-reply-to", "ref", export_text(reply, "ref"), "href", export_text(reply, "href"), "type",
		    export_text(reply, "type"), "source", export_text(reply, "source"), NULL);
}

void
export_module_item(struct export *export, const json_t *item, size_t natively)
{
	const json_t	*ours = export_ours(item);
	const char	*image = export_url(export, item, item, "image");

	if (image != NULL && !is_image_known(export, item, image))
		export_xml_empty(&export->out, "itunes:image", "href", image, NULL);
	put_podcast(export, json_object_get(ours, "podcast"));
	put_media(export, json_object_get(ours, "media"));
	put_contents(export, item, natively);
	put_geo(export, json_object_get(ours, "geo"));
	put_threads(export, ours);
	put_publisher(export, json_object_get(ours, "publisher"));
}
