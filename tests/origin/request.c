#include "tests/origin/origin.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *
request_header(const struct request *req, const char *name)
{
	for (size_t i = 0; i < req->n_headers; i++)
		if (strcasecmp(req->headers[i].name, name) == 0)
			return req->headers[i].value;
	return NULL;
}

static int
hex_digit(char chr)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = chr != '\0' ? strchr(digits, chr | 0x20) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

size_t
request_unescape(char *str)
{
	char *out = str;
	int high, low;

	for (const char *in = str; *in != '\0'; in++) {
		high = *in == '%' ? hex_digit(in[1]) : -1;
		low = high >= 0 ? hex_digit(in[2]) : -1;
		if (low >= 0 && (high | low) != 0) {
			*out++ = (char)(high * 16 + low);
			in += 2;
		} else
			*out++ = *in;
	}
	*out = '\0';
	return (size_t)(out - str);
}

static int
parse_request_line(struct request *req, char *line)
{
	char *target, *version;

	target = strchr(line, ' ');
	if (target == NULL)
		return -1;
	*target++ = '\0';
	version = strchr(target, ' ');
	if (version == NULL || target[0] != '/')
		return -1;
	*version++ = '\0';
	if (strncmp(version, "HTTP/1.", 7) != 0)
		return -1;
	req->method = line;
	req->target = target;
	req->http10 = strcmp(version, "HTTP/1.0") == 0;
	return 0;
}

static int
parse_header(struct request *req, char *line)
{
	char *value = strchr(line, ':');
	size_t len;

	if (value == NULL || req->n_headers == REQUEST_HEADERS_MAX)
		return -1;
	*value++ = '\0';
	value += strspn(value, " \t");
	len = strlen(value);
	while (len > 0 && strchr(" \t\r", value[len - 1]) != NULL)
		value[--len] = '\0';
	req->headers[req->n_headers++] = (struct header){ line, value };
	return 0;
}

/* The length of its body, or -1 if that is none that we take. */
static long
body_length(const struct request *req)
{
	const char *length = request_header(req, "Content-Length");
	char *end = NULL;
	long bytes = length != NULL ? strtol(length, &end, 10) : 0;

	if (request_header(req, "Transfer-Encoding") != NULL || (length != NULL && (end == length || *end != '\0')))
		return -1;
	return bytes >= 0 && bytes <= REQUEST_BYTES_MAX ? bytes : -1;
}

/* As a word of a line. */
static void
keep_body(struct arena *arena, struct request *req, const char *ptr, size_t len)
{
	char *body = arena_strndup(arena, ptr, len);

	for (size_t i = 0; i < len; i++)
		if (strchr("\t\r\n", body[i]) != NULL)
			body[i] = ' ';
	req->body = body;
}

/* The header lines of a head as one line. A tab that was in one of them stays what it was. */
static const char *
tabbed(struct arena *arena, const char *head)
{
	const char *first = strstr(head, "\r\n");
	char *lines = arena_strdup(arena, first != NULL ? first + 2 : ""), *put = lines;

	for (const char *get = lines; *get != '\0'; get++)
		if (*get == '\r' && get[1] == '\n')
			continue;
		else
			*put++ = *get == '\n' ? '\t' : *get;
	*put = '\0';
	return lines;
}

long
request_parse(struct arena *arena, const char *ptr, size_t len, struct request *req)
{
	const char *end = memmem(ptr, len, "\r\n\r\n", 4), *connection;
	char *text, *line, *next;
	long body;

	if (end == NULL)
		return len > REQUEST_BYTES_MAX ? -1 : 0;
	memset(req, 0, sizeof *req);
	text = arena_strndup(arena, ptr, end - ptr);
	req->lines = tabbed(arena, text);
	for (line = text; line != NULL; line = next) {
		next = strstr(line, "\r\n");
		if (next != NULL) {
			*next = '\0';
			next += 2;
		}
		if ((line == text ? parse_request_line(req, line) : parse_header(req, line)) < 0)
			return -1;
	}
	end += 4;
	body = body_length(req);
	if (body < 0)
		return -1;
	if ((size_t)body > len - (size_t)(end - ptr))
		return 0;
	if (body > 0)
		keep_body(arena, req, end, (size_t)body);
	connection = request_header(req, "Connection");
	req->keep_alive = !req->http10 && (connection == NULL || strcasecmp(connection, "close") != 0);
	return end + body - ptr;
}
