#include "feeds/url.h"

#include <string.h>
#include <strings.h>

enum {
	PUNCTUATION = 16,	/* what resolving adds at most besides base and reference: "://", "/", ... */
	ESCAPED = 3		/* the bytes of a percent-encoded one */
};

enum { FEED = 1, HTML = 2, HTTP = 4 };

/* The schemes that may be emitted, and where. */
static const struct scheme { const char *name; size_t len; unsigned where; } schemes[] = {
	{ "https", 5, FEED | HTML | HTTP },
	{ "http", 4, FEED | HTML | HTTP },
	{ "mailto", 6, FEED | HTML },
	{ "ftp", 3, FEED | HTML },
	{ "magnet", 6, FEED | HTML },
	{ "tel", 3, FEED | HTML },
	{ "xmpp", 4, FEED | HTML },
	{ "gemini", 6, FEED | HTML },
	{ "tag", 3, FEED },
	{ "urn", 3, FEED },
	{ "feed", 4, FEED },
	{ "gopher", 6, FEED },
	{ "sip", 3, FEED },
	{ "news", 4, FEED },
};

/* The media types of images that may come inside the document. */
static const char *const data_images[] = {
	"data:image/png", "data:image/gif", "data:image/jpeg", "data:image/webp", "data:image/avif"
};

enum {
	PLAIN = 0, DROP = 1, ENCODE = 2, UNCLEAN = DROP | ENCODE,	/* what becomes of a byte of a reference */
	COLON = 4, SLASH = 8, QUERY = 16, FRAGMENT = 32,		/* what divides it */
	SCHEME = 64							/* may stand in a scheme */
};

static const unsigned char classes[256] = {
	[0x00 ... 0x08] = ENCODE, DROP, DROP, [0x0b ... 0x0c] = ENCODE, DROP, [0x0e ... 0x20] = ENCODE,
	['"'] = ENCODE, ['#'] = FRAGMENT, ['+'] = SCHEME, ['-' ... '.'] = SCHEME, ['/'] = SLASH, ['0' ... '9'] = SCHEME,
	[':'] = COLON, ['<'] = ENCODE, ['>'] = ENCODE, ['?'] = QUERY, ['A' ... 'Z'] = SCHEME, ['a' ... 'z'] = SCHEME,
	[0x7f] = ENCODE
};

static size_t
span(const char *ptr, size_t len, unsigned stop)
{
	size_t pos = 0;

	while (pos < len && (classes[(unsigned char)ptr[pos]] & stop) == 0)
		pos++;
	return pos;
}

/* --- taking apart --------------------------------------------------------------------------- */

static bool
is_alpha(char chr)
{
	return (chr >= 'a' && chr <= 'z') || (chr >= 'A' && chr <= 'Z');
}

static bool
is_digit(char chr)
{
	return chr >= '0' && chr <= '9';
}

static char
lower(char chr)
{
	return chr >= 'A' && chr <= 'Z' ? (char)(chr | 0x20) : chr;
}

/* scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) ":"; its length without the colon, or 0. */
static size_t
scheme_len(const char *str, size_t len)
{
	size_t pos = 0;

	if (len == 0 || !is_alpha(str[0]))
		return 0;
	while (pos < len && (classes[(unsigned char)str[pos]] & SCHEME) != 0)
		pos++;
	return pos < len && str[pos] == ':' ? pos : 0;
}

/* Cuts off the front of *rest before the first byte of these classes. */
static struct url_span
cut(struct url_span *rest, unsigned stop)
{
	struct url_span front = { rest->ptr, span(rest->ptr, rest->len, stop) };

	rest->ptr += front.len;
	rest->len -= front.len;
	return front;
}

static void
skip(struct url_span *rest, size_t len)
{
	rest->ptr += len;
	rest->len -= len;
}

void
url_split(const char *str, size_t len, struct url_parts *parts)
{
	struct url_span rest = { str, len };
	size_t scheme = scheme_len(str, len);

	memset(parts, 0, sizeof(*parts));
	if (scheme != 0) {
		parts->scheme = (struct url_span){ str, scheme };
		skip(&rest, scheme + 1);
	}
	if (rest.len >= 2 && rest.ptr[0] == '/' && rest.ptr[1] == '/') {
		skip(&rest, 2);
		parts->authority = cut(&rest, SLASH | QUERY | FRAGMENT);
	}
	parts->path = cut(&rest, QUERY | FRAGMENT);
	if (rest.len != 0 && *rest.ptr == '?') {
		skip(&rest, 1);
		parts->query = cut(&rest, FRAGMENT);
	}
	if (rest.len != 0) {
		skip(&rest, 1);
		parts->fragment = rest;
	}
}

static const struct scheme *
find_scheme(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (schemes[i].len == len && strncasecmp(schemes[i].name, name, len) == 0)
			return &schemes[i];
	return NULL;
}

static bool
parts_are_http(const struct url_parts *parts)
{
	const struct scheme *scheme = parts->scheme.ptr == NULL ? NULL : find_scheme(parts->scheme.ptr, parts->scheme.len);

	return scheme != NULL && (scheme->where & HTTP) != 0;
}

/* authority = [ userinfo "@" ] host [ ":" port ] */
static void
split_authority(struct url_span authority, struct url_span *user, struct url_span *host, struct url_span *port)
{
	const char *end, *at, *colon;

	*user = (struct url_span){ NULL, 0 };
	*port = (struct url_span){ NULL, 0 };
	*host = authority;
	if (authority.len == 0)
		return;
	end = authority.ptr + authority.len;
	at = memrchr(authority.ptr, '@', authority.len);
	if (at != NULL) {
		*user = (struct url_span){ authority.ptr, (size_t)(at - authority.ptr) };
		*host = (struct url_span){ at + 1, (size_t)(end - at - 1) };
	}
	colon = memrchr(host->ptr, ':', host->len);
	if (colon != NULL && memchr(colon, ']', (size_t)(end - colon)) == NULL) {
		*port = (struct url_span){ colon + 1, (size_t)(end - colon - 1) };
		host->len = (size_t)(colon - host->ptr);
	}
}

bool
url_is_http(const char *str)
{
	struct url_span user, host, port;
	struct url_parts parts;

	if (str == NULL)
		return false;
	url_split(str, strlen(str), &parts);
	if (!parts_are_http(&parts) || parts.authority.len == 0)
		return false;
	split_authority(parts.authority, &user, &host, &port);
	return host.len != 0;
}

bool
url_is_absolute(const char *str)
{
	return str != NULL && scheme_len(str, strlen(str)) != 0;
}

/* --- resolving ------------------------------------------------------------------------------ */

struct writer { char *start, *pos; };

static void
put(struct writer *w, const char *ptr, size_t len)
{
	if (ptr == NULL)
		return;
	memcpy(w->pos, ptr, len);
	w->pos += len;
}

static void
put_span(struct writer *w, const char *before, struct url_span span)
{
	if (span.ptr == NULL)
		return;
	put(w, before, strlen(before));
	put(w, span.ptr, span.len);
}

/* RFC 3986 section 5.2.4, in place; every byte is moved once and given up at most once. */
static char *
remove_dot_segments(char *path, char *end)
{
	char *in = path, *out = path;

	while (in < end) {
		char *next = memchr(in + 1, '/', (size_t)(end - in - 1));
		size_t len = (size_t)((next != NULL ? next : end) - in);
		bool one = len == 2 && memcmp(in, "/.", 2) == 0, two = len == 3 && memcmp(in, "/..", 3) == 0;

		if (two)
			while (out > path && *--out != '/')
				;
		if (!one && !two) {
			memmove(out, in, len);
			out += len;
		} else if (next == NULL)
			*out++ = '/';
		in += len;
	}
	return out;
}

static void
put_path(struct writer *w, const struct url_parts *base, struct url_span ref, bool has_authority)
{
	char *path = w->pos;
	const char *slash;

	if (base != NULL && (ref.len == 0 || *ref.ptr != '/')) {
		slash = base->path.len == 0 ? NULL : memrchr(base->path.ptr, '/', base->path.len);
		if (slash != NULL)
			put(w, base->path.ptr, (size_t)(slash - base->path.ptr) + 1);
		else if (has_authority)
			put(w, "/", 1);
	}
	put(w, ref.ptr, ref.len);
	if (path != w->pos && *path == '/')
		w->pos = remove_dot_segments(path, w->pos);
}

/* RFC 3986 section 5.2.2 and 5.3. */
static void
transform(struct writer *w, const struct url_parts *base, const struct url_parts *ref)
{
	bool own_scheme = ref->scheme.ptr != NULL, own_authority = own_scheme || ref->authority.ptr != NULL;
	struct url_span authority = own_authority ? ref->authority : base->authority;

	put(w, own_scheme ? ref->scheme.ptr : base->scheme.ptr, own_scheme ? ref->scheme.len : base->scheme.len);
	put(w, ":", 1);
	put_span(w, "//", authority);
	if (own_authority)
		put_path(w, NULL, ref->path, true);
	else if (ref->path.len != 0)
		put_path(w, base, ref->path, authority.ptr != NULL);
	else
		put(w, base->path.ptr, base->path.len);
	put_span(w, "?", ref->query.ptr == NULL && ref->path.len == 0 && !own_authority ? base->query : ref->query);
	put_span(w, "#", ref->fragment);
}

/* Whether relative references can be resolved against it. */
static bool
is_base(const struct url_parts *base)
{
	return base->scheme.ptr != NULL && (base->authority.ptr != NULL || (base->path.len != 0 && *base->path.ptr == '/'));
}

void
url_base_init(struct url_base *base, const char *str)
{
	size_t len = str == NULL ? 0 : strlen(str);

	base->len = 0;
	if (len == 0 || len > URL_BYTES_MAX)
		return;
	url_split(str, len, &base->parts);
	if (is_base(&base->parts))
		base->len = len;
}

static struct url_span
trim(const char *ptr, size_t len)
{
	while (len != 0 && (unsigned char)*ptr <= ' ') {
		ptr++;
		len--;
	}
	while (len != 0 && (unsigned char)ptr[len - 1] <= ' ')
		len--;
	return (struct url_span){ ptr, len };
}

static bool
is_clean(struct url_span ref)
{
	return span(ref.ptr, ref.len, UNCLEAN) == ref.len;
}

/* Bytes that no URL has are dropped or percent-encoded. */
static struct url_span
clean(struct url_span ref, char *room, bool *space)
{
	static const char hex[] = "0123456789ABCDEF";
	char *pos = room;

	for (size_t i = 0; i < ref.len; i++) {
		unsigned char byte = (unsigned char)ref.ptr[i];

		if ((classes[byte] & UNCLEAN) == PLAIN)
			*pos++ = (char)byte;
		else if ((classes[byte] & ENCODE) != 0) {
			*pos++ = '%';
			*pos++ = hex[byte >> 4];
			*pos++ = hex[byte & 0xf];
			*space |= byte == ' ';
		}
	}
	return (struct url_span){ room, (size_t)(pos - room) };
}

static bool
is_data_image(struct url_span ref)
{
	for (size_t i = 0; i < sizeof(data_images) / sizeof(data_images[0]); i++) {
		size_t len = strlen(data_images[i]);

		if (ref.len > len && strncasecmp(ref.ptr, data_images[i], len) == 0 &&
		    (ref.ptr[len] == ';' || ref.ptr[len] == ','))
			return true;
	}
	return false;
}

/*
 * Whether the reference may be emitted. What stands before a colon in the first segment
 * is a scheme, even a malformed one: a relative reference has no colon there (RFC 3986 section 4.2).
 */
static bool
is_allowed(struct url_span ref, unsigned where, bool image, bool space)
{
	const struct scheme *scheme;
	size_t pos = span(ref.ptr, ref.len, COLON | SLASH | QUERY | FRAGMENT);

	if (pos == ref.len || ref.ptr[pos] != ':')
		return !space || where != FEED;
	if (image && is_data_image(ref))
		return true;
	scheme = find_scheme(ref.ptr, pos);
	return scheme != NULL && (scheme->where & where) != 0;
}

/* The room that resolve() needs for one reference; one to be cleaned is written twice. */
static size_t
room_for(const struct url_base *base, struct url_span ref)
{
	return base->len + PUNCTUATION + (is_clean(ref) ? ref.len : 2 * ESCAPED * ref.len);
}

/* Writes the resolved reference to the start of room; its length, or 0 if there is none. */
static size_t
resolve(char *room, const struct url_base *base, struct url_span raw, unsigned where, bool image)
{
	struct writer w = { room, room };
	struct url_parts parts;
	struct url_span ref = raw;
	bool space = false;

	if (!is_clean(raw))
		ref = clean(raw, room + base->len + PUNCTUATION + ESCAPED * raw.len, &space);
	if (ref.len == 0 || !is_allowed(ref, where, image, space))
		return 0;
	url_split(ref.ptr, ref.len, &parts);
	if (parts.authority.ptr != NULL && parts.scheme.ptr != NULL)
		transform(&w, &parts, &parts);	/* absolute: only dot segments go */
	else if (parts.scheme.ptr == NULL && base->len != 0)
		transform(&w, &base->parts, &parts);
	else
		put(&w, ref.ptr, ref.len);
	return (size_t)(w.pos - w.start);
}

static bool
is_too_long(struct url_span ref, bool image)
{
	return ref.len > URL_BYTES_MAX && !(image && ref.len <= URL_DATA_BYTES_MAX && is_data_image(ref));
}

bool
url_put_html(struct buf *out, const struct url_base *base, const char *ref, size_t len, bool image)
{
	struct url_span raw = trim(ref, len);
	size_t written;
	char *room;

	if (raw.len == 0 || is_too_long(raw, image))
		return false;
	room = buf_reserve(out, room_for(base, raw));
	if (room == NULL)
		return false;
	written = resolve(room, base, raw, HTML, image);
	out->len += written;
	return written != 0;
}

static const char *
resolve_in_arena(struct arena *arena, const char *base_str, const char *ref, size_t len, unsigned where, bool image)
{
	struct url_span raw = trim(ref, len);
	struct url_base base;
	size_t written;
	char *room;

	if (raw.len == 0 || is_too_long(raw, image))
		return NULL;
	url_base_init(&base, base_str);
	room = arena_alloc(arena, room_for(&base, raw) + 1);
	written = resolve(room, &base, raw, where, image);
	room[written] = '\0';
	return written != 0 ? room : NULL;
}

const char *
url_resolve(struct arena *arena, const char *base, const char *ref, size_t len)
{
	return resolve_in_arena(arena, base, ref, len, FEED, false);
}

const char *
url_resolve_html(struct arena *arena, const char *base, const char *ref, size_t len, bool image)
{
	return resolve_in_arena(arena, base, ref, len, HTML, image);
}

/* --- hosts ---------------------------------------------------------------------------------- */

static bool
is_port(struct url_span port, unsigned *number)
{
	*number = 0;
	for (size_t i = 0; i < port.len; i++) {
		if (!is_digit(port.ptr[i]))
			return false;
		*number = *number * 10 + (unsigned)(port.ptr[i] - '0');
		if (*number > 65535)
			return false;
	}
	return true;
}

const char *
url_host_port(struct arena *arena, const char *str)
{
	struct url_span user, host, port;
	struct url_parts parts;
	unsigned number;
	char *out;

	if (!url_is_http(str))
		return NULL;
	url_split(str, strlen(str), &parts);
	split_authority(parts.authority, &user, &host, &port);
	if (!is_port(port, &number))
		return NULL;
	if (port.len == 0)
		number = parts.scheme.len == 5 ? 443 : 80;
	out = arena_printf(arena, "%.*s:%u", (int)host.len, host.ptr, number);
	for (char *pos = out; *pos != '\0'; pos++)
		*pos = lower(*pos);
	return out;
}

bool
url_same_origin(struct arena *arena, const char *one, const char *two)
{
	size_t scheme = strcspn(one, ":");
	const char *here, *there;

	if (strncasecmp(one, two, scheme + 1) != 0)
		return false;
	here = url_host_port(arena, one);
	there = url_host_port(arena, two);
	return here != NULL && there != NULL && strcmp(here, there) == 0;
}
