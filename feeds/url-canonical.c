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

/* Normalises percent-encoding; non-ASCII bytes are left as they are or encoded in upper case. */
static char *
put_normal(char *pos, const char *ptr, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		int high = ptr[i] == '%' && len - i > 2 ? hex_value(ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_value(ptr[i + 2]) : -1;

		if (low < 0) {
			*pos++ = ptr[i];
			continue;
		}
		i += 2;
		if (is_unreserved(high << 4 | low))
			*pos++ = (char)(high << 4 | low);
		else {
			*pos++ = '%';
			*pos++ = hex[high];
			*pos++ = hex[low];
		}
	}
	return pos;
}

static char *
put_authority(char *pos, struct url_span authority, bool tls)
{
	const char *at = memrchr(authority.ptr, '@', authority.len);
	size_t user = at != NULL ? (size_t)(at - authority.ptr) + 1 : 0, len = authority.len - user;
	const char *host = authority.ptr + user, *port = tls ? ":443" : ":80";

	memcpy(pos, authority.ptr, user);
	pos += user;
	if (len > strlen(port) && memcmp(host + len - strlen(port), port, strlen(port)) == 0)
		len -= strlen(port);
	if (len != 0 && (host[len - 1] == ':' || host[len - 1] == '.'))
		len--;
	if (len > 4 && strncasecmp(host, "www.", 4) == 0) {
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
			pos = put_normal(pos, param, len);
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
	clean = url_resolve(arena, NULL, str, strlen(str));
	if (clean == NULL || !url_is_http(clean))
		return clean;
	url_split(clean, strlen(clean), &parts);
	out = arena_alloc(arena, strlen(clean) + sizeof("https"));
	memcpy(out, "https://", 8);
	path = put_authority(out + 8, parts.authority, parts.scheme.len == 5);
	pos = put_normal(path, parts.path.ptr, parts.path.len);
	if (pos > path && pos[-1] == '/')
		pos--;
	if (parts.query.ptr != NULL)
		pos = put_query(pos, parts.query);
	*pos = '\0';
	return out;
}
