#include "contrib/gazette/export-mime.h"

#include <stdint.h>
#include <string.h>

#include "feeds/base/base64.h"
#include "feeds/base/utf8.h"

/* --- header fields ------------------------------------------------------------------------------------------ */

static bool
is_plain(const char *text)
{
	size_t	 word = 0;

	if (strstr(text, "=?") != NULL)
		return false;
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~')
			return false;
		word = *text == ' ' ? 0 : word + 1;
		if (word > EXPORT_MIME_LINE / 2)
			return false;
	}
	return true;
}

/* How many bytes of text an encoded word may have behind so many columns. */
static size_t
word_bytes(size_t column)
{
	return ((EXPORT_MIME_LINE - strlen("=?UTF-8?B?") - strlen("?=") - column) / 4) * 3;
}

/* RFC 2047: words that end between characters, each on a line of its own; the first behind column. */
static void
put_encoded(struct buf *out, const char *text, size_t column)
{
	size_t		 len = strlen(text), word, step, most = word_bytes(column);
	uint32_t	 cp;

	for (; len > 0; most = word_bytes(1)) {
		for (word = 0; word < len; word += step) {
			step = utf8_decode(text + word, len - word, &cp);
			if (word + step > most)
				break;
		}
		buf_puts(out, "=?UTF-8?B?");
		base64_encode(text, word, out);
		buf_puts(out, "?=");
		text += word;
		len -= word;
		if (len > 0)
			buf_puts(out, "\n ");
	}
}

static void
put_folded(struct buf *out, const char *text, size_t column)
{
	size_t	 word;

	for (; *text != '\0'; text += word) {
		text += strspn(text, " ");
		word = strcspn(text, " ");
		if (column > 1 && column + 1 + word > EXPORT_MIME_LINE) {
			buf_puts(out, "\n");
			column = 0;
		}
		if (word > 0)
			buf_putc(out, ' ');
		buf_put(out, text, word);
		column += word + 1;
	}
}

void
export_mime_field(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "%s:", name);
	if (is_plain(text))
		put_folded(out, text, strlen(name) + 1);
	else {
		buf_putc(out, ' ');
		put_encoded(out, text, strlen(name) + 2);
	}
	buf_putc(out, '\n');
}

void
export_mime_phrase(struct buf *out, const char *text)
{
	if (!is_plain(text) || strlen(text) > EXPORT_MIME_LINE / 2) {
		put_encoded(out, text, EXPORT_MIME_NAME);
		return;
	}
	buf_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(out, '\\');
		buf_put(out, text, 1);
	}
	buf_putc(out, '"');
}

void
export_mime_url(struct buf *out, const char *name, const char *url)
{
	struct buf	 escaped = BUF_INIT(3 * EXPORT_MIME_UNBROKEN);

	for (; *url != '\0' && !escaped.overflow; url++) {
		if (*url <= ' ' || *url > '~' || *url == '<' || *url == '>')
			buf_printf(&escaped, "%%%02X", (unsigned)(unsigned char)*url);
		else
			buf_put(&escaped, url, 1);
	}
	if (escaped.len > 0 && escaped.len <= EXPORT_MIME_UNBROKEN)
		buf_printf(out, "%s: <%s>\n", name, buf_str(&escaped));
	buf_free(&escaped);
}

/* --- quoted-printable ----------------------------------------------------------------------------------------- */

/* Whether this byte has to be written by its number: at the end of a line white space, at its beginning what mail takes for more. */
static bool
is_coded(const char *at, const char *end, size_t column)
{
	bool	 last = at + 1 == end || at[1] == '\n';

	if (*at == '\t' || *at == ' ')
		return last;
	if (*at == '.' && column == 0)
		return last;
	if (*at == 'F' && column == 0)
		return (size_t)(end - at) >= strlen("From ") && memcmp(at, "From ", strlen("From ")) == 0;
	return *at < ' ' || *at > '~' || *at == '=';
}

void
export_mime_quoted(struct buf *out, const char *text, size_t len)
{
	const char	*at, *end = text + len;
	size_t		 column = 0, width;
	bool		 coded, last;

	for (at = text; at < end; at++) {
		if (*at == '\n') {
			buf_putc(out, '\n');
			column = 0;
			continue;
		}
		coded = is_coded(at, end, column);
		width = coded ? 3 : 1;
		last = at + 1 == end || at[1] == '\n';
		/* room for the mark that the line goes on */
		if (column + width > EXPORT_MIME_LINE - (last ? 0 : 1)) {
			buf_puts(out, "=\n");
			column = 0;
			coded = is_coded(at, end, column);
			width = coded ? 3 : 1;
		}
		if (coded)
			buf_printf(out, "=%02X", (unsigned)(unsigned char)*at);
		else
			buf_put(out, at, 1);
		column += width;
	}
	if (column > 0)
		buf_putc(out, '\n');
}
