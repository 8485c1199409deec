#include "daemon/fetcher/credentials.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "feeds/url.h"

static int
hex(char chr)
{
	if (!isxdigit((unsigned char)chr))
		return -1;
	return isdigit((unsigned char)chr) ? chr - '0' : tolower((unsigned char)chr) - 'a' + 10;
}

/* %00 stays as it is: a C string cannot say it. */
static const char *
decode(struct arena *arena, const char *ptr, size_t len)
{
	char *out = arena_strndup(arena, ptr, len);
	size_t put = 0;

	for (size_t i = 0; i < len; i++) {
		int high = i + 2 < len ? hex(ptr[i + 1]) : -1, low = i + 2 < len ? hex(ptr[i + 2]) : -1;

		if (ptr[i] == '%' && high >= 0 && low >= 0 && high + low != 0) {
			out[put++] = (char)(high << 4 | low);
			i += 2;
		} else
			out[put++] = ptr[i];
	}
	out[put] = '\0';
	return out;
}

const char *
credentials_take(struct credentials *own, const char *url, struct arena *arena)
{
	struct url_parts parts;
	const char *at, *colon, *user;
	size_t user_len;

	url_split(url, strlen(url), &parts);
	if (parts.authority.ptr == NULL)
		return url;
	user = parts.authority.ptr;
	at = memrchr(user, '@', parts.authority.len);
	if (at == NULL)
		return url;
	colon = memchr(user, ':', (size_t)(at - user));
	user_len = (size_t)((colon != NULL ? colon : at) - user);
	if (own->username == NULL) {
		own->username = decode(arena, user, user_len);
		own->password = colon != NULL ? decode(arena, colon + 1, (size_t)(at - colon - 1)) : "";
	}
	return arena_printf(arena, "%.*s%s", (int)(user - url), url, at + 1);
}
