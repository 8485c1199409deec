#include "daemon/fetcher/field.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "feeds/date.h"

enum { SECONDS_MAX = INT32_MAX };		/* larger numbers of seconds mean this (RFC 9111 section 1.2.2) */

static const struct { int status; const char *phrase; } phrases[] = {
	{ 204, "No Content" }, { 205, "Reset Content" }, { 206, "Partial Content" },
	{ 300, "Multiple Choices" }, { 301, "Moved Permanently" }, { 302, "Found" }, { 303, "See Other" },
	{ 304, "Not Modified" }, { 305, "Use Proxy" }, { 307, "Temporary Redirect" }, { 308, "Permanent Redirect" },
	{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 402, "Payment Required" }, { 403, "Forbidden" },
	{ 404, "Not Found" }, { 405, "Method Not Allowed" }, { 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" }, { 408, "Request Timeout" }, { 409, "Conflict" }, { 410, "Gone" },
	{ 412, "Precondition Failed" }, { 414, "URI Too Long" }, { 415, "Unsupported Media Type" },
	{ 418, "I'm a teapot" }, { 421, "Misdirected Request" }, { 422, "Unprocessable Content" }, { 425, "Too Early" },
	{ 426, "Upgrade Required" }, { 428, "Precondition Required" }, { 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" }, { 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" }, { 501, "Not Implemented" }, { 502, "Bad Gateway" },
	{ 503, "Service Unavailable" }, { 504, "Gateway Timeout" }, { 505, "HTTP Version Not Supported" },
	{ 507, "Insufficient Storage" }, { 508, "Loop Detected" }, { 511, "Network Authentication Required" },
	/* not registered, but met: Cloudflare's */
	{ 520, "Web Server Returned an Unknown Error" }, { 521, "Web Server Is Down" }, { 522, "Connection Timed Out" },
	{ 523, "Origin Is Unreachable" }, { 524, "A Timeout Occurred" }, { 525, "SSL Handshake Failed" },
	{ 526, "Invalid SSL Certificate" }, { 530, "Origin DNS Error" },
};

const char *
field_phrase(int status)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "";
}

static bool
is_blank(char chr)
{
	return chr == ' ' || chr == '\t';
}

/* delta-seconds, in quotes or not, and nothing after it but the end of a list element. */
static int64_t
parse_seconds(const char *str)
{
	bool quoted = *str == '"';
	int64_t seconds = 0;

	if (quoted)
		str++;
	if (!isdigit((unsigned char)*str))
		return FIELD_NONE;
	for (; isdigit((unsigned char)*str); str++) {
		seconds = seconds * 10 + (*str - '0');
		if (seconds > SECONDS_MAX)
			seconds = SECONDS_MAX;
	}
	if (quoted && *str++ != '"')
		return FIELD_NONE;
	while (is_blank(*str))
		str++;
	return *str == '\0' || *str == ',' ? seconds : FIELD_NONE;
}

/* HTTP-date, leniently: any form that date.h reads. */
static bool
parse_date(const char *str, int64_t *time_s)
{
	return str != NULL && date_parse(str, strlen(str), time_s) == 0;
}

static int64_t
clamp(int64_t seconds)
{
	if (seconds < 0)
		return 0;
	return seconds > SECONDS_MAX ? SECONDS_MAX : seconds;
}

static int64_t
difference(const char *later, const char *earlier, int64_t now_s)
{
	int64_t end, start;

	if (!parse_date(later, &end))
		return FIELD_NONE;
	if (!parse_date(earlier, &start))
		start = now_s;
	return clamp(end - start);
}

int64_t
field_retry_after(const char *retry_after, const char *date, int64_t now_s)
{
	int64_t seconds;

	if (retry_after == NULL)
		return FIELD_NONE;
	seconds = parse_seconds(retry_after);
	return seconds != FIELD_NONE ? seconds : difference(retry_after, date, now_s);
}

/* The next element of a list (RFC 9110 section 5.6.1); commas in quoted strings do not count. NULL: no more. */
static const char *
next_element(const char **pos)
{
	const char *start = *pos;
	bool quoted = false;

	while (*start == ',' || is_blank(*start))
		start++;
	if (*start == '\0')
		return NULL;
	for (*pos = start; **pos != '\0' && (quoted || **pos != ','); (*pos)++)
		if (**pos == '"')
			quoted = !quoted;
		else if (quoted && **pos == '\\' && (*pos)[1] != '\0')
			(*pos)++;
	return start;
}

static bool
is_directive(const char *element, const char *name)
{
	size_t len = strlen(name);

	return strncasecmp(element, name, len) == 0 &&
	    (element[len] == '\0' || element[len] == ',' || element[len] == '=' || is_blank(element[len]));
}

/* "=" and delta-seconds, with blanks about it, which should not be there. */
static int64_t
parse_argument(const char *str)
{
	while (is_blank(*str))
		str++;
	if (*str++ != '=')
		return FIELD_NONE;
	while (is_blank(*str))
		str++;
	return parse_seconds(str);
}

/* max-age; *never is set by the directives that forbid to keep an answer. */
static int64_t
max_age(const char *cache_control, bool *never)
{
	const char *element;
	int64_t seconds = FIELD_NONE;

	if (cache_control == NULL)
		return FIELD_NONE;
	while ((element = next_element(&cache_control)) != NULL) {
		if (is_directive(element, "no-cache") || is_directive(element, "no-store"))
			*never = true;
		if (seconds == FIELD_NONE && is_directive(element, "max-age"))
			seconds = parse_argument(element + strlen("max-age"));
	}
	return seconds;
}

int64_t
field_fresh_s(const char *cache_control, const char *expires, const char *date, const char *age, int64_t now_s)
{
	bool never = false;
	int64_t seconds = max_age(cache_control, &never), spent = age != NULL ? parse_seconds(age) : 0;

	if (never)
		return FIELD_NONE;
	if (seconds == FIELD_NONE)
		seconds = difference(expires, date, now_s);
	if (seconds == FIELD_NONE)
		return FIELD_NONE;
	return clamp(seconds - (spent != FIELD_NONE ? spent : 0));
}
