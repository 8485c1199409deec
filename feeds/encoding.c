#include "feeds/encoding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "feeds/base/utf8.h"
#include "feeds/encoding-names.h"
#include "feeds/win1252.h"
#include "feeds/xml-decode.h"

enum { DECLARATION_BYTES = 1024, CANDIDATES = 4, ERROR_SHARE = 20, UTF8_MARK = 3 };

enum stage { STAGE_DECIDING, STAGE_TRYING, STAGE_UTF8, STAGE_OTHER };

struct candidate { char name[ENCODING_NAME_BYTES]; const char *from; };

struct encoding {
	const struct feed_limits *limits;
	struct model_warnings *warnings;
	char		 charset[ENCODING_NAME_BYTES];	/* of the HTTP field */
	enum stage	 stage;
	struct buf	 raw;			/* while deciding or trying; in UTF-8 an unfinished character */
	struct candidate candidates[CANDIDATES];
	size_t		 n_candidates, at;
	struct xml_decode *decode;
	char		 name[ENCODING_NAME_BYTES];
	bool		 marked, started;	/* a byte order mark, something else has come out */
	bool		 saw_utf8, saw_other;
};

struct encoding *
encoding_new(const char *content_type, const struct feed_limits *limits, struct model_warnings *warnings)
{
	struct encoding *enc = calloc(1, sizeof(*enc));
	const char *pos = content_type;
	size_t len;

	if (enc == NULL)
		abort();
	enc->limits = limits;
	enc->warnings = warnings;
	enc->raw = BUF_INIT(SIZE_MAX / 4);
	if (content_type != NULL && strncasecmp(content_type, "text/plain", 10) == 0 && strchr(content_type, '=') == NULL)
		model_warn(warnings, "encoding: text/plain without a charset");
	while (pos != NULL && (pos = strchr(pos, ';')) != NULL) {
		pos += 1 + strspn(pos + 1, " \t");
		if (strncasecmp(pos, "charset", 7) != 0)
			continue;
		pos += 7 + strspn(pos + 7, " \t");
		if (*pos != '=')
			continue;
		pos += 1 + strspn(pos + 1, " \t\"'");
		len = strcspn(pos, " \t;\"',");
		if (len < sizeof(enc->charset))
			memcpy(enc->charset, pos, len);
		break;
	}
	return enc;
}

void
encoding_free(struct encoding *enc)
{
	if (enc == NULL)
		return;
	xml_decode_free(enc->decode);
	buf_free(&enc->raw);
	free(enc);
}

const char *
encoding_name(const struct encoding *enc)
{
	return enc->saw_other && !enc->saw_utf8 ? "windows-1252" : enc->name[0] != '\0' ? enc->name : "utf-8";
}

/* --- names -------------------------------------------------------------------------------------------- */

/* Names are shorter than their room: longer ones are none. */
static void
copy_name(char out[ENCODING_NAME_BYTES], const char *name)
{
	snprintf(out, ENCODING_NAME_BYTES, "%s", name);
}

/* --- what the first bytes say ----------------------------------------------------------------------------- */

struct mark { const char *bytes; size_t len; const char *name; };

static const struct mark marks[] = {
	{ "\x00\x00\xfe\xff", 4, "utf-32be" }, { "\xff\xfe\x00\x00", 4, "utf-32le" }, { "\xfe\xff", 2, "utf-16be" },
	{ "\xff\xfe", 2, "utf-16le" }, { "\xef\xbb\xbf", 3, "utf-8" },
};

static const struct mark *
mark_of(const struct buf *raw)
{
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (raw->len >= marks[i].len && memcmp(raw->ptr, marks[i].bytes, marks[i].len) == 0)
			return &marks[i];
	return NULL;
}

/* A document begins with an ASCII character; where its zero bytes are tells the width and the order. */
static const char *
width_of(const struct buf *raw)
{
	const unsigned char *byte = (const unsigned char *)raw->ptr;

	if (raw->len < 4)
		return NULL;
	if (byte[0] == 0 && byte[1] == 0 && byte[2] == 0 && byte[3] != 0)
		return "utf-32be";
	if (byte[0] != 0 && byte[1] == 0 && byte[2] == 0 && byte[3] == 0)
		return "utf-32le";
	if (byte[0] == 0 && byte[1] != 0 && byte[2] == 0 && byte[3] != 0)
		return "utf-16be";
	if (byte[0] != 0 && byte[1] == 0 && byte[2] != 0 && byte[3] == 0)
		return "utf-16le";
	return NULL;
}

/* encoding="..." of <?xml ...?>, wherever in the beginning that stands; the quotes may be missing. */
static void
declared(const struct buf *raw, char out[ENCODING_NAME_BYTES])
{
	size_t len = raw->len < DECLARATION_BYTES ? raw->len : DECLARATION_BYTES;
	const char *start = len != 0 ? memmem(raw->ptr, len, "<?xml", 5) : NULL, *end, *value, *close;
	char quote;

	out[0] = '\0';
	if (start == NULL)
		return;
	end = memmem(start, (size_t)(raw->ptr + len - start), "?>", 2);
	value = end != NULL ? memmem(start, (size_t)(end - start), "encoding", 8) : NULL;
	if (value == NULL)
		return;
	for (value += 8; value < end && strchr(" \t\r\n=", *value) != NULL; value++)
		;
	quote = *value;
	if (quote == '"' || quote == '\'') {
		value++;
		close = memchr(value, quote, (size_t)(end - value));
	} else
		for (close = value; close < end && strchr(" \t\r\n", *close) == NULL; close++)
			;
	if (close != NULL)
		encoding_names_canonical(value, (size_t)(close - value), out);
}

/* It begins with a feed's root or with JSON: no declaration can follow. */
static bool
declares_nothing(const struct buf *raw)
{
	static const char *const starts[] = { "{", "<rss", "<feed", "<rdf:RDF" };
	size_t blank, i, len;

	for (blank = 0; blank < raw->len && strchr(" \t\r\n", raw->ptr[blank]) != NULL && raw->ptr[blank] != '\0'; blank++)
		;
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		len = strlen(starts[i]);
		if (raw->len > blank + 4 && raw->len - blank >= len && memcmp(raw->ptr + blank, starts[i], len) == 0 &&
		    raw->ptr[blank + 1] != '\0')
			return true;
	}
	return false;
}

static bool
enough(const struct buf *raw)
{
	if (raw->len >= DECLARATION_BYTES || declares_nothing(raw))
		return true;
	return raw->len >= 8 && memmem(raw->ptr, 8, "<?xml", 5) != NULL && memmem(raw->ptr, raw->len, "?>", 2) != NULL;
}

static void
add(struct encoding *enc, const char *name, const char *from)
{
	struct candidate *candidate;

	if (name == NULL || *name == '\0' || enc->n_candidates == CANDIDATES ||
	    (enc->n_candidates != 0 && strcmp(enc->candidates[enc->n_candidates - 1].name, name) == 0))
		return;
	candidate = &enc->candidates[enc->n_candidates++];
	copy_name(candidate->name, name);
	candidate->from = from;
}

/* utf-16 says nothing of the order, and some documents say it of ASCII. */
static bool
resolve_width(struct encoding *enc, struct candidate *candidate)
{
	const char *seen = width_of(&enc->raw);
	bool wide = strncmp(candidate->name, "utf-16", 6) == 0 || strncmp(candidate->name, "utf-32", 6) == 0;

	if (!wide || mark_of(&enc->raw) != NULL)
		return true;
	if (seen != NULL && (strncmp(seen, candidate->name, strlen(candidate->name)) == 0)) {
		copy_name(candidate->name, seen);
		return true;
	}
	return seen == NULL && enc->raw.len != 0 && memchr(enc->raw.ptr, '\0', enc->raw.len) != NULL && strlen(candidate->name) > 6;
}

static void
decide(struct encoding *enc)
{
	const struct mark *mark = mark_of(&enc->raw);
	const char *width = width_of(&enc->raw);
	char http[ENCODING_NAME_BYTES], xml[ENCODING_NAME_BYTES] = "";

	encoding_names_canonical(enc->charset, strlen(enc->charset), http);
	if (!declares_nothing(&enc->raw))
		declared(&enc->raw, xml);
	if (mark != NULL)
		add(enc, mark->name, "byte order mark");
	add(enc, http, "HTTP");
	add(enc, width != NULL ? width : xml, "XML declaration");
	add(enc, "utf-8", "default");
	if (mark != NULL && xml[0] != '\0' && strcmp(xml, mark->name) != 0 && strncmp(mark->name, xml, strlen(xml)) != 0)
		model_warn(enc->warnings, "encoding: the byte order mark says %s, the XML declaration %s", mark->name, xml);
	else if (mark == NULL && http[0] != '\0' && xml[0] != '\0' && strcmp(xml, http) != 0)
		model_warn(enc->warnings, "encoding: HTTP says %s, the XML declaration %s", http, xml);
	enc->stage = STAGE_TRYING;
}

/* --- UTF-8, and what claims to be -------------------------------------------------------------------------- */

static void
repair_byte(struct encoding *enc, unsigned char byte, struct buf *out)
{
	char text[4];

	if (!enc->saw_other)
		model_warn(enc->warnings, "encoding: not valid UTF-8, the rest is read as windows-1252");
	enc->saw_other = true;
	buf_put(out, text, win1252_utf8(byte, text));
}

static bool
has_multibyte(const char *ptr, size_t len)
{
	uint64_t word;
	size_t i;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, ptr + i, sizeof(word));
		if (word & 0x8080808080808080u)
			return true;
	}
	for (; i < len; i++)
		if (ptr[i] & 0x80)
			return true;
	return false;
}

/* Whether more bytes could make a character of these. */
static bool
may_continue(const char *ptr, size_t len)
{
	static const char *const tails[] = { "\x80", "\x80\x80", "\x80\x80\x80", "\xa0\x80", "\x90\x80\x80", "\xa0", "\x90\x80" };
	char text[8];
	size_t i;

	if (len >= 4)
		return false;
	memcpy(text, ptr, len);
	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		memcpy(text + len, tails[i], strlen(tails[i]));
		if (utf8_valid(text, len + strlen(tails[i])))
			return true;
	}
	return false;
}

static void
utf8_bytes(struct encoding *enc, const char *ptr, size_t len, bool final, struct buf *out)
{
	size_t good;

	while (len != 0) {
		good = utf8_prefix(ptr, len);
		if (!enc->saw_utf8)
			enc->saw_utf8 = has_multibyte(ptr, good);
		buf_put(out, ptr, good);
		ptr += good;
		len -= good;
		if (len == 0)
			break;
		if (!final && may_continue(ptr, len)) {
			buf_put(&enc->raw, ptr, len);
			break;
		}
		repair_byte(enc, (unsigned char)*ptr, out);
		ptr++;
		len--;
	}
}

static size_t
count_utf8_errors(const char *ptr, size_t len)
{
	size_t errors = 0, good;

	for (;;) {
		good = utf8_prefix(ptr, len);
		ptr += good;
		len -= good;
		if (len == 0 || may_continue(ptr, len))
			return errors;
		errors++;
		ptr++;
		len--;
	}
}

static void
utf8_push(struct encoding *enc, const char *ptr, size_t len, bool final, struct buf *out)
{
	struct buf joined;

	if (enc->raw.len == 0) {
		utf8_bytes(enc, ptr, len, final, out);
		return;
	}
	joined = enc->raw;
	enc->raw = BUF_INIT(SIZE_MAX / 4);
	buf_put(&joined, ptr, len);
	utf8_bytes(enc, joined.ptr, joined.len, final, out);
	buf_free(&joined);
}

/* --- other encodings ------------------------------------------------------------------------------------------ */

static size_t
count_multibyte(const struct buf *buf, size_t len)
{
	size_t i, count = 0;

	for (i = 0; i < len; i++)
		count += (unsigned char)buf->ptr[i] >> 7;
	return count;
}

/* How many of the first bytes decide, however many more there are. */
static size_t
lookahead(const struct encoding *enc)
{
	return enc->raw.len < enc->limits->lookahead_bytes ? enc->raw.len : enc->limits->lookahead_bytes;
}

static void
warn_wrong(struct encoding *enc, const struct candidate *candidate)
{
	model_warn(enc->warnings, "encoding: %s says %s, which the bytes are not", candidate->from, candidate->name);
}

/* Bytes that begin with a tag do so in their own encoding, too. */
static bool
keeps_ascii(const struct encoding *enc, const struct buf *out, size_t start)
{
	return enc->raw.len == 0 || enc->raw.ptr[0] != '<' || enc->raw.ptr[enc->raw.len > 1] == '\0' ||
	    (out->len > start && memchr(out->ptr + start, '<', out->len - start) != NULL);
}

/* Whether the first bytes can be in that encoding; then out has the text of all. */
static bool
try(struct encoding *enc, struct candidate *candidate, bool final, struct buf *out)
{
	size_t errors = 0, start = out->len, seen = lookahead(enc);

	if (!resolve_width(enc, candidate)) {
		warn_wrong(enc, candidate);
		return false;
	}
	enc->decode = xml_decode_new(candidate->name);
	if (enc->decode == NULL) {
		model_warn(enc->warnings, "encoding: %s is unknown", candidate->name);
		return false;
	}
	xml_decode_push(enc->decode, enc->raw.ptr, seen, final && seen == enc->raw.len, out, &errors);
	if (!keeps_ascii(enc, out, start))
		errors = seen;
	if (errors * ERROR_SHARE <= count_multibyte(&enc->raw, seen)) {
		if (seen < enc->raw.len)
			xml_decode_push(enc->decode, enc->raw.ptr + seen, enc->raw.len - seen, final, out, &errors);
		if (errors != 0)
			model_warn(enc->warnings, "encoding: not valid %s", candidate->name);
		return true;
	}
	warn_wrong(enc, candidate);
	xml_decode_free(enc->decode);
	enc->decode = NULL;
	out->len = start;
	return false;
}

static void
start_utf8(struct encoding *enc, bool final, struct buf *out)
{
	struct buf raw = enc->raw;

	enc->raw = BUF_INIT(SIZE_MAX / 4);
	enc->stage = STAGE_UTF8;
	copy_name(enc->name, "utf-8");
	utf8_bytes(enc, raw.ptr, raw.len, final, out);
	buf_free(&raw);
}

/* Any bytes can be read as the last candidate, which is UTF-8. */
static void
settle(struct encoding *enc, bool final, struct buf *out)
{
	for (;; enc->at++) {
		struct candidate *candidate = &enc->candidates[enc->at];
		bool utf8 = strcmp(candidate->name, "utf-8") == 0, last = enc->at + 1 == enc->n_candidates;

		if (!last && !final && enc->raw.len < enc->limits->lookahead_bytes)
			return;
		if (last || (utf8 && count_utf8_errors(enc->raw.ptr, lookahead(enc)) * ERROR_SHARE <=
		    count_multibyte(&enc->raw, lookahead(enc)))) {
			start_utf8(enc, final, out);
			return;
		}
		if (utf8) {
			warn_wrong(enc, candidate);
			buf_consume(&enc->raw, enc->at == 0 && mark_of(&enc->raw) != NULL ? UTF8_MARK : 0);
		} else if (try(enc, candidate, final, out)) {
			copy_name(enc->name, candidate->name);
			enc->stage = STAGE_OTHER;
			buf_free(&enc->raw);
			return;
		}
	}
}

/* Byte order marks, however many there are. */
static void
drop_marks(struct encoding *enc, struct buf *out, size_t start)
{
	while (!enc->started && out->len - start >= 3) {
		if (memcmp(out->ptr + start, "\xef\xbb\xbf", 3) != 0) {
			enc->started = true;
			break;
		}
		if (enc->marked)
			model_warn(enc->warnings, "encoding: more than one byte order mark");
		enc->marked = true;
		memmove(out->ptr + start, out->ptr + start + 3, out->len - start - 3);
		out->len -= 3;
	}
}

void
encoding_push(struct encoding *enc, const void *bytes, size_t len, bool final, struct buf *out)
{
	size_t start = out->len, errors = 0;

	switch (enc->stage) {
	case STAGE_DECIDING:
		buf_put(&enc->raw, bytes, len);
		if (!final && !enough(&enc->raw))
			break;
		decide(enc);
		settle(enc, final, out);
		break;
	case STAGE_TRYING:
		buf_put(&enc->raw, bytes, len);
		settle(enc, final, out);
		break;
	case STAGE_UTF8:
		utf8_push(enc, bytes, len, final, out);
		break;
	case STAGE_OTHER:
		xml_decode_push(enc->decode, bytes, len, final, out, &errors);
		if (errors != 0)
			model_warn(enc->warnings, "encoding: not valid %s", enc->name);
		break;
	}
	if (!enc->started)
		drop_marks(enc, out, start);
}
