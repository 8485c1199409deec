#include "feeds/opml.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "feeds/base/utf8.h"
#include "feeds/html-chars.h"
#include "feeds/opml-read.h"
#include "feeds/url.h"

enum { ENCODING_BYTES_MAX = 40, DECLARATION_BYTES_MAX = 200, EXCERPT_BYTES = 60 };

/* --- messages ------------------------------------------------------------------------------------- */

/* From 1. */
static size_t
line_of(const struct opml_reader *r, const char *ptr)
{
	size_t line = 1;

	for (const char *pos = r->start; pos < ptr; pos++)
		line += *pos == '\n';
	return line;
}

/* What is complained about is shown, but not the name and password of a URL in it. */
static const char *
without_user(struct arena *arena, const char *text)
{
	const char *host = strstr(text, "://"), *end;

	if (host == NULL)
		return text;
	host += 3;
	end = host + strcspn(host, "/?# \t");
	for (const char *at = end; at-- > host;)
		if (*at == '@')
			return arena_printf(arena, "%.*s%s", (int)(host - text), text, at + 1);
	return text;
}

void
opml_complain(struct opml_reader *r, const char *where, const char *what, const char *text)
{
	struct opml *opml = r->opml;
	const char *message;
	size_t len;

	if (opml->n_skipped == OPML_SKIPPED_MAX)
		return;
	if (text != NULL)
		text = without_user(r->arena, text);
	len = text == NULL ? 0 : strcspn(text, "\r\n");
	if (len > EXCERPT_BYTES)
		len = utf8_prefix(text, EXCERPT_BYTES);
	message = arena_printf(r->arena, "line %zu: %s%s%.*s", line_of(r, where), what, len != 0 ? ": " : "", (int)len,
	    len != 0 ? text : "");
	*(const char **)arena_push(r->arena, &opml->skipped, &opml->n_skipped, &opml->cap_skipped, sizeof(*opml->skipped)) = message;
	if (r->error == NULL)
		r->error = message;
}

/* --- pieces ------------------------------------------------------------------------------------------ */

const char *
opml_text(struct opml_reader *r, const char *str, size_t len)
{
	char *copy, *out;
	bool space = false;

	if (len > OPML_LINE_BYTES_MAX)
		return NULL;
	copy = out = arena_alloc(r->arena, len + 1);
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)str[i];

		if (byte == ' ' || (byte >= '\t' && byte <= '\r'))
			space = out != copy;
		else if (byte > ' ' && byte != 0x7f) {
			if (space)
				*out++ = ' ';
			space = false;
			*out++ = (char)byte;
		}
	}
	*out = '\0';
	return out != copy ? copy : NULL;
}

/* feed:// and feed:https:// are how some say http. */
static const char *
without_feed_scheme(struct opml_reader *r, const char *url)
{
	if (strncasecmp(url, "feed:", 5) != 0)
		return url;
	return strncmp(url + 5, "//", 2) == 0 ? arena_printf(r->arena, "http:%s", url + 5) : url + 5;
}

struct opml_feed *
opml_add(struct opml_reader *r, const char *where, const char *url)
{
	struct opml_feed *feed;
	const char *clean;

	url = without_feed_scheme(r, url);
	clean = url_resolve(r->arena, NULL, url, strlen(url));
	if (!url_is_http(clean)) {
		opml_complain(r, where, "not a URL that can be fetched", url);
		return NULL;
	}
	feed = arena_push(r->arena, &r->opml->feeds, &r->opml->n_feeds, &r->opml->cap_feeds, sizeof(*feed));
	feed->url = clean;
	return feed;
}

void
opml_add_tag(struct opml_reader *r, struct opml_feed *feed, const char *tag)
{
	if (tag == NULL || feed->n_tags == OPML_TAGS_MAX)
		return;
	for (size_t i = 0; i < feed->n_tags; i++)
		if (strcmp(feed->tags[i], tag) == 0)
			return;
	*(const char **)arena_push(r->arena, &feed->tags, &feed->n_tags, &feed->cap_tags, sizeof(*feed->tags)) = tag;
}

/* --- one feed for one URL ------------------------------------------------------------------------------ */

struct place { const char *url; size_t index; };

static int
compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = strcmp(a->url, b->url);

	return order != 0 ? order : a->index < b->index ? -1 : a->index > b->index;
}

static void
merge(struct opml_reader *r, struct opml_feed *into, struct opml_feed *from)
{
	if (into->title == NULL)
		into->title = from->title;
	if (into->home_page_url == NULL)
		into->home_page_url = from->home_page_url;
	for (size_t i = 0; i < from->n_tags; i++)
		opml_add_tag(r, into, from->tags[i]);
	from->url = NULL;
}

static void
merge_all(struct opml_reader *r)
{
	struct opml *opml = r->opml;
	struct place *places;
	size_t first = 0, kept = 0;

	if (opml->n_feeds < 2)
		return;
	places = arena_alloc(r->arena, opml->n_feeds * sizeof(*places));
	for (size_t i = 0; i < opml->n_feeds; i++)
		places[i] = (struct place){ opml->feeds[i].url, i };
	qsort(places, opml->n_feeds, sizeof(*places), compare_places);
	for (size_t i = 1; i < opml->n_feeds; i++) {
		if (strcmp(places[i].url, places[first].url) == 0)
			merge(r, &opml->feeds[places[first].index], &opml->feeds[places[i].index]);
		else
			first = i;
	}
	for (size_t i = 0; i < opml->n_feeds; i++)
		if (opml->feeds[i].url != NULL)
			opml->feeds[kept++] = opml->feeds[i];
	opml->n_feeds = kept;
}

/* --- encodings ------------------------------------------------------------------------------------------ */

/* Converts to UTF-8; what has no meaning becomes U+FFFD. false if the encoding is unknown. */
static bool
convert(struct opml_reader *r, const char *encoding)
{
	iconv_t cd = iconv_open("UTF-8", encoding);
	size_t left = (size_t)(r->end - r->start), room = left * 4 + 4, space = room;
	char *in = (char *)(uintptr_t)r->start, *out, *pos;

	if (cd == (iconv_t)-1)
		return false;
	out = pos = arena_alloc(r->arena, room);
	while (left != 0 && iconv(cd, &in, &left, &pos, &space) == (size_t)-1) {
		if (errno == E2BIG || space < 3)
			break;
		memcpy(pos, "\xef\xbf\xbd", 3);
		pos += 3;
		space -= 3;
		in++;
		left--;
	}
	iconv_close(cd);
	r->start = out;
	r->end = pos;
	return true;
}

/* encoding="..." of the XML declaration, "" if there is none. */
static void
declared_encoding(const struct opml_reader *r, char name[ENCODING_BYTES_MAX])
{
	size_t len = (size_t)(r->end - r->start), used = 0;
	const char *end, *pos;

	name[0] = '\0';
	if (len > DECLARATION_BYTES_MAX)
		len = DECLARATION_BYTES_MAX;
	if (len < 5 || memcmp(r->start, "<?xml", 5) != 0)
		return;
	end = memchr(r->start, '>', len);
	pos = end == NULL ? NULL : memmem(r->start, (size_t)(end - r->start), "encoding", 8);
	if (pos == NULL)
		return;
	for (pos += 8; pos < end && strchr(" \t\r\n=\"'", *pos) != NULL; pos++)
		;
	while (pos < end && strchr("\"' ?", *pos) == NULL && used < ENCODING_BYTES_MAX - 1)
		name[used++] = *pos++;
	name[used] = '\0';
}

static bool
is_control(const char *ptr)
{
	return (unsigned char)ptr[0] == 0xc2 && (unsigned char)ptr[1] >= 0x80 && (unsigned char)ptr[1] < 0xa0;
}

static bool
begins_with(const struct opml_reader *r, const char *bytes, size_t len)
{
	return (size_t)(r->end - r->start) >= len && memcmp(r->start, bytes, len) == 0;
}

/* Makes the text UTF-8: a byte order mark, the declaration, UTF-8 if it is, windows-1252. */
static void
decode(struct opml_reader *r)
{
	char name[ENCODING_BYTES_MAX];

	if (begins_with(r, "\xff\xfe", 2) || begins_with(r, "\xfe\xff", 2))
		convert(r, "UTF-16");
	else if (begins_with(r, "<\0", 2))
		convert(r, "UTF-16LE");
	else if (begins_with(r, "\0<", 2))
		convert(r, "UTF-16BE");
	if (begins_with(r, "\xef\xbb\xbf", 3))
		r->start += 3;
	declared_encoding(r, name);
	if (utf8_valid(r->start, (size_t)(r->end - r->start))) {
		/* escape sequences and shift states look like ASCII */
		if (strncasecmp(name, "iso-2022", 8) == 0 || strncasecmp(name, "utf-7", 5) == 0)
			convert(r, name);
		return;
	}
	if (strncasecmp(name, "utf", 3) == 0 || name[0] == '\0' || strcasecmp(name, "iso-8859-1") == 0 || !convert(r, name))
		convert(r, "WINDOWS-1252");
}

/* U+0080-U+009F mean windows-1252, as everywhere in the house; OPML would be read so anyway. */
static void
fix_controls(struct opml_reader *r)
{
	size_t len = (size_t)(r->end - r->start), pos = 0, n, taken;
	char *out = NULL, text[HTML_CHAR_BYTES_MAX];

	while (pos + 1 < len && !is_control(r->start + pos))
		pos++;
	if (pos + 1 >= len)
		return;
	/* two bytes become at most three */
	out = arena_alloc(r->arena, len + len / 2 + 1);
	memcpy(out, r->start, pos);
	for (n = pos; pos < len; pos += taken) {
		size_t put = 1;

		text[0] = r->start[pos];
		taken = 1;
		if (pos + 1 < len && is_control(r->start + pos))
			taken = html_char(r->start + pos, len - pos, false, text, &put);
		memcpy(out + n, text, put);
		n += put;
	}
	r->start = out;
	r->end = out + n;
}

/* --- all together ------------------------------------------------------------------------------------------ */

static int
read_form(struct opml_reader *r)
{
	const char *pos = r->start;

	while (pos < r->end && (*pos == ' ' || (*pos >= '\t' && *pos <= '\r')))
		pos++;
	if (pos == r->end) {
		opml_complain(r, r->start, "the file is empty", NULL);
		return -1;
	}
	if (*pos == '<')
		return opml_read_xml(r);
	if (opml_is_sfeed(r))
		return opml_read_sfeed(r);
	return opml_is_newsraft(r) ? opml_read_newsraft(r) : opml_read_newsboat(r);
}

int
opml_read(struct arena *arena, const char *ptr, size_t len, struct opml *opml, const char **error)
{
	struct opml_reader r = { .arena = arena, .opml = opml };
	int result;

	memset(opml, 0, sizeof(*opml));
	r.start = len != 0 ? ptr : "";
	r.end = r.start + len;
	decode(&r);
	fix_controls(&r);
	result = read_form(&r);
	*error = r.error;
	if (result == 0)
		merge_all(&r);
	return result;
}
