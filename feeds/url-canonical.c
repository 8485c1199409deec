/*
 * url-canonical - one spelling for all links that mean the same page.
 */
#include <string.h>
#include <strings.h>

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

/* One form for each byte: unreserved ones decoded, hexadecimal digits in upper case, a stray % encoded. */
static char *
normalise(struct arena *arena, const char *str)
{
	static const char hex[] = "0123456789ABCDEF";
	char *out = arena_alloc(arena, 3 * strlen(str) + 1), *pos = out;

	for (; *str != '\0'; str++) {
		int high = *str == '%' ? hex_value(str[1]) : -1, low = high >= 0 ? hex_value(str[2]) : -1;

		if (*str != '%')
			*pos++ = *str;
		else if (low < 0) {
			memcpy(pos, "%25", 3);
			pos += 3;
		} else {
			str += 2;
			if (is_unreserved(high << 4 | low))
				*pos++ = (char)(high << 4 | low);
			else {
				*pos++ = '%';
				*pos++ = hex[high];
				*pos++ = hex[low];
			}
		}
	}
	*pos = '\0';
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
	for (size_t i = 0; i < len; i++)
		*pos++ = lower(host[i]);
	return pos;
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
	out = arena_alloc(arena, strlen(clean) + sizeof("https"));
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
