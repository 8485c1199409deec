/*
 * url-canonical - one spelling for all links that mean the same page.
 */
#include <string.h>
#include <strings.h>

#include "feeds/base/utf8.h"
#include "feeds/url.h"

/* Query parameters that say how a reader came, not what is read. A trailing * stands for any rest. */
static const char *const tracking[] = {
	"utm_*", "mtm_*", "pk_*", "piwik_*", "matomo_*", "hsa_*", "at_custom*", "ns_*",
	"_ga", "_gl", "_hsenc", "_hsmi", "_openstat", "at_campaign", "at_medium", "cmpid", "dclid", "fb_action_ids",
	"fb_action_types", "fb_source", "fbclid", "gbraid", "gclid", "gclsrc", "guccounter", "hsctatracking", "igsh",
	"igshid", "ito", "mc_cid", "mc_eid", "mkt_tok", "msclkid", "ncid", "oly_anon_id", "oly_enc_id", "ref_src", "ref_url",
	"rb_clickid", "s_cid", "soc_src", "soc_trk", "spm", "twclid", "vero_conv", "vero_id", "wbraid", "wickedid", "wt_mc",
	"xtor", "yclid", "ysclid"
};

/* The same, but only where the value begins with "rss". */
static const char *const tracking_rss[] = { "cmp", "from", "ref", "referrer", "source", "src", "via" };

static char
lower(char chr)
{
	return chr >= 'A' && chr <= 'Z' ? (char)(chr | 0x20) : chr;
}

static bool
matches(const char *pattern, const char *name, size_t len)
{
	size_t want = strlen(pattern);

	if (pattern[want - 1] == '*')
		return len >= want - 1 && strncasecmp(pattern, name, want - 1) == 0;
	return len == want && strncasecmp(pattern, name, len) == 0;
}

static bool
is_tracking(const char *param, size_t len)
{
	const char *equals = memchr(param, '=', len);
	size_t name = equals != NULL ? (size_t)(equals - param) : len;

	for (size_t i = 0; i < sizeof(tracking) / sizeof(tracking[0]); i++)
		if (matches(tracking[i], param, name))
			return true;
	if (len < name + 4 || strncasecmp(param + name + 1, "rss", 3) != 0)
		return false;
	for (size_t i = 0; i < sizeof(tracking_rss) / sizeof(tracking_rss[0]); i++)
		if (matches(tracking_rss[i], param, name))
			return true;
	return false;
}

static int
hex_value(char chr)
{
	if (chr >= '0' && chr <= '9')
		return chr - '0';
	chr = lower(chr);
	return chr >= 'a' && chr <= 'f' ? chr - 'a' + 10 : -1;
}

/* Bytes that mean the same encoded or not (RFC 3986 section 6.2.2.2). */
static bool
is_unreserved(int byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
	    byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

/* The byte that stands percent-encoded at the start of these, or -1. */
static int
encoded_byte(const char *ptr, size_t len)
{
	int high, low;

	if (len < 3 || *ptr != '%')
		return -1;
	high = hex_value(ptr[1]);
	low = hex_value(ptr[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* One form for each byte: unreserved ones decoded, what is no ASCII encoded, hexadecimal digits in upper case, a stray % encoded. */
static char *
put_normal(char *pos, const char *ptr, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		int byte = encoded_byte(ptr + i, len - i);

		if (byte >= 0)
			i += 2;
		else if ((unsigned char)ptr[i] >= 0x80)
			byte = (unsigned char)ptr[i];
		if (ptr[i] == '%')
			pos = stpcpy(pos, "%25");
		else if (byte < 0)
			*pos++ = ptr[i];
		else if (is_unreserved(byte))
			*pos++ = (char)byte;
		else {
			*pos++ = '%';
			*pos++ = hex[byte >> 4];
			*pos++ = hex[byte & 0xf];
		}
	}
	return pos;
}

static char *
normalise(struct arena *arena, const char *str)
{
	char *out = arena_alloc(arena, 3 * strlen(str) + 1);

	*put_normal(out, str, strlen(str)) = '\0';
	return out;
}

static bool
ends_with(const char *ptr, size_t len, const char *end)
{
	return len > strlen(end) && memcmp(ptr + len - strlen(end), end, strlen(end)) == 0;
}

/* Drops the ports of http and https (the scheme is gone too), empty ones, and points at the end of a name. */
static size_t
trim_host(const char *host, size_t len)
{
	static const char *const ends[] = { ":443", ":80", ":", "." };
	size_t before;

	do {
		before = len;
		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			if (ends_with(host, len, ends[i]))
				len -= strlen(ends[i]);
	} while (len != before);
	return len;
}

/* --- names in other scripts: punycode (RFC 3492), case folded for Latin-1 alone ------------------------------------- */

enum { LABEL_MAX = 63, BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, BIAS_FIRST = 72, CODE_FIRST = 0x80 };

static uint32_t
adapt(uint32_t delta, uint32_t count, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / count;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static void
put_number(struct buf *out, uint32_t number, uint32_t bias)
{
	static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;

		if (number < t)
			break;
		buf_putc(out, digits[t + (number - t) % (BASE - t)]);
		number = (number - t) / (BASE - t);
	}
	buf_putc(out, digits[number]);
}

/* Section 6.3. No label is so long that a number could overflow. */
static void
put_punycode(struct buf *out, const uint32_t *codes, size_t count)
{
	uint32_t next = CODE_FIRST, delta = 0, bias = BIAS_FIRST, basic, done = 0;

	buf_puts(out, "xn--");
	for (size_t i = 0; i < count; i++) {
		if (codes[i] < CODE_FIRST) {
			buf_putc(out, (char)codes[i]);
			done++;
		}
	}
	basic = done;
	if (basic > 0)
		buf_putc(out, '-');
	while (done < count) {
		uint32_t least = UINT32_MAX;

		for (size_t i = 0; i < count; i++)
			least = codes[i] >= next && codes[i] < least ? codes[i] : least;
		delta += (least - next) * (done + 1);
		next = least;
		for (size_t i = 0; i < count; i++) {
			delta += codes[i] < next;
			if (codes[i] != next)
				continue;
			put_number(out, delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
		delta++;
		next++;
	}
}

/* The code points of a label in lower case; 0: it has none besides ASCII, is not UTF-8, or too long. */
static size_t
label_codes(const char *ptr, size_t len, uint32_t codes[LABEL_MAX])
{
	char text[4 * LABEL_MAX];
	size_t used = 0, count = 0;
	bool ascii = true;

	for (size_t i = 0; i < len; i++) {
		int byte = encoded_byte(ptr + i, len - i);

		/* signs that a name cannot have are encoded still */
		if (used == sizeof text || (byte >= 0 && byte < CODE_FIRST))
			return 0;
		text[used++] = byte > 0 ? (char)byte : lower(ptr[i]);
		i += byte > 0 ? 2 : 0;
	}
	if (!utf8_valid(text, used))
		return 0;
	for (size_t at = 0; at < used; count++) {
		if (count == LABEL_MAX)
			return 0;
		at += utf8_decode(text + at, used - at, &codes[count]);
		ascii = ascii && codes[count] < CODE_FIRST;
		if (codes[count] >= 0xc0 && codes[count] <= 0xde && codes[count] != 0xd7)
			codes[count] += 0x20;
	}
	return ascii ? 0 : count;
}

/* One label. What cannot be a name in another script stays, in lower case. */
static char *
put_label(char *pos, const char *ptr, size_t len)
{
	struct buf name = BUF_INIT(LABEL_MAX);
	uint32_t codes[LABEL_MAX];
	size_t count = label_codes(ptr, len, codes);

	if (count > 0)
		put_punycode(&name, codes, count);
	if (count > 0 && !name.overflow)
		pos = mempcpy(pos, name.ptr, name.len);
	else
		for (size_t i = 0; i < len; i++)
			*pos++ = lower(ptr[i]);
	buf_free(&name);
	return pos;
}

/* Labels end at points, and at the port. */
static char *
put_name(char *pos, const char *host, size_t len)
{
	size_t from = 0;

	for (size_t at = 0; at <= len; at++) {
		if (at < len && host[at] != '.' && host[at] != ':')
			continue;
		pos = put_label(pos, host + from, at - from);
		if (at < len)
			*pos++ = host[at];
		from = at + 1;
	}
	return pos;
}

static char *
put_authority(char *pos, struct url_span authority)
{
	const char *at = memrchr(authority.ptr, '@', authority.len);
	size_t user = at != NULL ? (size_t)(at - authority.ptr) + 1 : 0, len;
	const char *host = authority.ptr + user;

	memcpy(pos, authority.ptr, user);
	pos += user;
	len = trim_host(host, authority.len - user);
	while (len > 4 && strncasecmp(host, "www.", 4) == 0) {
		host += 4;
		len -= 4;
	}
	return put_name(pos, host, len);
}

static char *
put_query(char *pos, struct url_span query)
{
	const char *param = query.ptr, *end = query.ptr + query.len;
	char mark = '?';

	while (param < end) {
		const char *next = memchr(param, '&', (size_t)(end - param));
		size_t len = (size_t)((next != NULL ? next : end) - param);

		if (len != 0 && !is_tracking(param, len)) {
			*pos++ = mark;
			memcpy(pos, param, len);
			pos += len;
			mark = '&';
		}
		if (next == NULL)
			break;
		param = next + 1;
	}
	return pos;
}

const char *
url_canonical(struct arena *arena, const char *str)
{
	struct url_parts parts;
	const char *clean;
	char *out, *pos, *path;

	if (str == NULL)
		return NULL;
	if (strlen(str) > URL_BYTES_MAX)
		return NULL;
	clean = url_resolve(arena, NULL, str, strlen(str));
	if (clean == NULL || !url_is_http(clean))
		return clean;
	clean = normalise(arena, clean);
	clean = url_resolve(arena, NULL, clean, strlen(clean));
	if (!url_is_http(clean))
		return clean;
	url_split(clean, strlen(clean), &parts);
	/* of a label of any length there may come LABEL_MAX bytes, at least six of which it had */
	out = arena_alloc(arena, strlen(clean) + parts.authority.len / 6 * LABEL_MAX + sizeof("https"));
	memcpy(out, "https://", 8);
	path = put_authority(out + 8, parts.authority);
	memcpy(path, parts.path.ptr, parts.path.len);
	pos = path + parts.path.len;
	while (pos > path && pos[-1] == '/')
		pos--;
	if (parts.query.ptr != NULL)
		pos = put_query(pos, parts.query);
	*pos = '\0';
	return out;
}

/* --- one spelling for the same URL ------------------------------------------------------------- */

/* %00 stays as it is: a C string cannot say it. */
static const char *
decode(struct arena *arena, const char *ptr, size_t len)
{
	char *out = arena_alloc(arena, len + 1), *pos = out;

	for (size_t i = 0; i < len; i++) {
		int byte = encoded_byte(ptr + i, len - i);

		*pos++ = byte > 0 ? (char)byte : ptr[i];
		i += byte > 0 ? 2 : 0;
	}
	*pos = '\0';
	return out;
}

/* userinfo = name [ ":" password ] (RFC 3986 section 3.2.1) */
static void
take_login(struct arena *arena, struct url_span authority, struct url_login *login)
{
	const char *at = memrchr(authority.ptr, '@', authority.len), *colon;

	*login = (struct url_login){ NULL, NULL };
	if (at == NULL)
		return;
	colon = memchr(authority.ptr, ':', (size_t)(at - authority.ptr));
	login->name = decode(arena, authority.ptr, (size_t)((colon != NULL ? colon : at) - authority.ptr));
	if (colon != NULL)
		login->password = decode(arena, colon + 1, (size_t)(at - colon - 1));
}

static char *
put_lower(char *pos, const char *ptr, size_t len)
{
	for (size_t i = 0; i < len; i++)
		*pos++ = lower(ptr[i]);
	return pos;
}

/* What has a stray % means what its server makes of it: it stays. */
static char *
put_equivalent(char *pos, const char *ptr, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (ptr[i] == '%' && encoded_byte(ptr + i, len - i) < 0)
			return mempcpy(pos, ptr, len);
	return put_normal(pos, ptr, len);
}

/* host_port as of url_host_port(): the scheme's own port is not written. */
static char *
put_host(char *pos, const char *host_port, const char *default_port)
{
	const char *port = strrchr(host_port, ':');
	char *end = put_equivalent(pos, host_port, (size_t)(port - host_port));

	/* Decoding may have brought capitals; those of hexadecimal digits stay. */
	for (char *chr = pos; chr < end; chr++)
		if (encoded_byte(chr, (size_t)(end - chr)) >= 0)
			chr += 2;
		else
			*chr = lower(*chr);
	return strcmp(port, default_port) == 0 ? end : stpcpy(end, port);
}

const char *
url_normalise(struct arena *arena, const char *str, struct url_login *login)
{
	const char *clean = str == NULL ? NULL : url_resolve(arena, NULL, str, strlen(str));
	const char *host_port = url_host_port(arena, clean);
	struct url_parts parts;
	char *out, *pos;

	*login = (struct url_login){ NULL, NULL };
	if (clean == NULL || host_port == NULL)
		return NULL;
	url_split(clean, strlen(clean), &parts);
	take_login(arena, parts.authority, login);
	out = arena_alloc(arena, strlen(clean) + sizeof(":65535/"));
	pos = stpcpy(put_lower(out, parts.scheme.ptr, parts.scheme.len), "://");
	pos = put_host(pos, host_port, parts.scheme.len == strlen("https") ? ":443" : ":80");
	if (parts.path.len == 0)
		*pos++ = '/';
	pos = put_equivalent(pos, parts.path.ptr, parts.path.len);
	if (parts.query.ptr != NULL) {
		*pos++ = '?';
		pos = mempcpy(pos, parts.query.ptr, parts.query.len);
	}
	/* Decoding may have brought dot segments, too. */
	return url_resolve(arena, NULL, out, (size_t)(pos - out));
}

const char *
url_public(struct arena *arena, const char *str)
{
	struct url_login login;
	const char *plain = url_normalise(arena, str, &login), *at = strrchr(str, '@'), *start = strstr(str, "://");

	if (at == NULL || (plain != NULL && login.name == NULL))
		return str;
	if (plain != NULL)
		return plain;
	return arena_printf(arena, "%.*s%s", start != NULL && start < at ? (int)(start + 3 - str) : 0, str, at + 1);
}
