#include "feeds/base/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "feeds/base/utf8.h"

enum { NUMBER_BYTES = 64, PIECE_BYTES = 64 * 1024, UTF8_BYTES = 4 };

/* What a byte is inside a string: 0 itself, 'u' a \u escape, '8' part of a longer character, else \ and this. */
static const unsigned char escapes[256] = {
	[0x00 ... 0x07] = 'u', 'b', 't', 'n', 'u', 'f', 'r', [0x0e ... 0x1f] = 'u',
	['"'] = '"', ['\\'] = '\\', [0x80 ... 0xff] = '8'
};

/* The bytes from ptr on that a string may hold as they are. */
static size_t
plain_span(const char *ptr, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		unsigned char class = escapes[(unsigned char)ptr[pos]];

		if (class == 0)
			pos++;
		else if (class == '8') {
			uint32_t code;
			size_t step = utf8_decode(ptr + pos, len - pos, &code);

			if (step == 1)
				break;
			pos += step;
		} else
			break;
	}
	return pos;
}

static void
put_escape(struct buf *out, unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = { '\\', (char)escapes[byte], '0', '0' };

	if (escapes[byte] == '8') {
		buf_put_utf8(out, 0xfffd);
		return;
	}
	text[4] = hex[byte >> 4];
	text[5] = hex[byte & 0xf];
	buf_put(out, text, escapes[byte] == 'u' ? 6 : 2);
}

static void
put_characters(struct buf *out, const char *ptr, size_t len)
{
	while (len != 0) {
		size_t plain = plain_span(ptr, len);

		buf_put(out, ptr, plain);
		if (plain == len)
			break;
		put_escape(out, (unsigned char)ptr[plain]);
		ptr += plain + 1;
		len -= plain + 1;
	}
}

/* As much as goes at once, on a character's border. */
static size_t
piece_of(const char *ptr, size_t len)
{
	size_t piece = PIECE_BYTES;

	if (len <= PIECE_BYTES)
		return len;
	while (piece > PIECE_BYTES - UTF8_BYTES && ((unsigned char)ptr[piece] & 0xc0) == 0x80)
		piece--;
	return piece;
}

static void
begin(struct json *j, const char *name)
{
	if (j->comma)
		buf_put(j->out, ",", 1);
	j->comma = true;
	if (name != NULL) {
		buf_put(j->out, "\"", 1);
		put_characters(j->out, name, strlen(name));
		buf_put(j->out, "\":", 2);
	}
}

static void
nest(struct json *j, const char *name, const char *opening, char closing)
{
	assert(j->depth < JSON_DEPTH_MAX);
	begin(j, name);
	buf_put(j->out, opening, 1);
	j->close[j->depth++] = closing;
	j->comma = false;
}

void
json_put_object(struct json *j, const char *name)
{
	nest(j, name, "{", '}');
}

void
json_put_array(struct json *j, const char *name)
{
	nest(j, name, "[", ']');
}

void
json_end(struct json *j)
{
	assert(j->depth > 0);
	buf_put(j->out, &j->close[--j->depth], 1);
	j->comma = true;
}

void
json_put_string(struct json *j, const char *name, const char *str)
{
	if (str != NULL)
		json_put_stringn(j, name, str, strlen(str));
}

void
json_put_stringn(struct json *j, const char *name, const char *ptr, size_t len)
{
	size_t piece;

	begin(j, name);
	buf_put(j->out, "\"", 1);
	for (; len != 0; ptr += piece, len -= piece) {
		piece = j->full != NULL ? piece_of(ptr, len) : len;
		put_characters(j->out, ptr, piece);
		if (j->full != NULL && j->out->len > PIECE_BYTES)
			j->full(j->out);
	}
	buf_put(j->out, "\"", 1);
}

void
json_put_integer(struct json *j, const char *name, int64_t value)
{
	char text[NUMBER_BYTES], *pos = text + sizeof(text);
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		*--pos = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (value < 0)
		*--pos = '-';
	json_put_raw(j, name, pos, (size_t)(text + sizeof(text) - pos));
}

/* The locale's decimal point, which may have several bytes, is a point in JSON. */
static size_t
delocalise(char *text)
{
	size_t len = 0;

	for (const char *pos = text; *pos != '\0'; pos++) {
		if (strchr("0123456789+-e", *pos) != NULL)
			text[len++] = *pos;
		else if (len != 0 && text[len - 1] != '.')
			text[len++] = '.';
	}
	return len;
}

void
json_put_number(struct json *j, const char *name, double value)
{
	char text[NUMBER_BYTES];

	if (!isfinite(value)) {
		json_put_null(j, name);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	json_put_raw(j, name, text, delocalise(text));
}

void
json_put_bool(struct json *j, const char *name, bool value)
{
	json_put_raw(j, name, value ? "true" : "false", value ? 4 : 5);
}

void
json_put_null(struct json *j, const char *name)
{
	json_put_raw(j, name, "null", 4);
}

/* A number and what stands behind it. */
static char *
put_digits(char *at, int number, int digits, char behind)
{
	for (int i = digits - 1; i >= 0; i--, number /= 10)
		at[i] = (char)('0' + number % 10);
	at[digits] = behind;
	return at + digits + 1;
}

void
json_put_date(struct json *j, const char *name, int64_t time_s)
{
	/* the first and last second that RFC 3339's four-digit years can say */
	const int64_t first = INT64_C(-62167219200), last = INT64_C(253402300799);
	time_t when = (time_t)(time_s < first ? first : time_s > last ? last : time_s);
	char text[NUMBER_BYTES] = "\"", *at = text + 1;
	struct tm utc;

	gmtime_r(&when, &utc);
	at = put_digits(at, utc.tm_year + 1900, 4, '-');
	at = put_digits(at, utc.tm_mon + 1, 2, '-');
	at = put_digits(at, utc.tm_mday, 2, 'T');
	at = put_digits(at, utc.tm_hour, 2, ':');
	at = put_digits(at, utc.tm_min, 2, ':');
	at = put_digits(at, utc.tm_sec, 2, 'Z');
	*at++ = '"';
	json_put_raw(j, name, text, (size_t)(at - text));
}

void
json_put_raw(struct json *j, const char *name, const char *ptr, size_t len)
{
	begin(j, name);
	buf_put(j->out, ptr, len);
}

static bool
is_space(char chr)
{
	return chr == ' ' || chr == '\t' || chr == '\n' || chr == '\r';
}

void
json_put_members(struct json *j, const char *ptr, size_t len)
{
	const char *end = ptr + len;

	while (ptr != end && is_space(*ptr))
		ptr++;
	while (end != ptr && is_space(end[-1]))
		end--;
	if (end - ptr < 2 || *ptr != '{' || end[-1] != '}')
		return;
	ptr++;
	end--;
	while (ptr != end && is_space(*ptr))
		ptr++;
	if (ptr != end)
		json_put_raw(j, NULL, ptr, (size_t)(end - ptr));
}
