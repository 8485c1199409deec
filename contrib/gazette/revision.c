#include "contrib/gazette/revision.h"

#include <string.h>

#include "contrib/gazette/diff.h"
#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"
#include "feeds/html.h"

enum { BLANK_LINE = 2 };

/* Where the marked text goes: a block a line. */
struct writing {
	struct body	*body;
	unsigned	 newlines;	/* since the last text */
	unsigned	 owed;		/* those behind what went from within a line: what came in its place has its own */
	bool		 differs;
};

static const char *
string(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* The title and the text, an empty line between, as one text. */
static void
take_all(const json_t *item, struct buf *out)
{
	const char *html = string(item, "content_html"), *plain = string(item, "content_text");
	struct buf text = BUF_INIT(BODY_BYTES_MAX);

	text_clean(string(item, "title"), out);
	buf_puts(out, "\n\n");
	if (html != NULL)
		html_to_text(html, strlen(html), &text, NULL);
	else if (plain != NULL || (plain = string(item, "summary")) != NULL)
		buf_puts(&text, plain);
	text_clean_lines(buf_str(&text), text.len, out);
	buf_free(&text);
}

static void
put_words(struct writing *w, unsigned style, const char *ptr, size_t len)
{
	if (len == 0)
		return;
	if (w->newlines != 0 || w->body->n_blocks == 0) {
		bool gap = w->newlines >= BLANK_LINE && w->body->n_blocks != 0;

		body_add_block(w->body, BODY_TEXT, -1)->gap = gap;
	}
	w->newlines = 0;
	body_put(w->body, style, ptr, len);
}

/* The white space before what went may have gone with it. */
static void
part_words(struct writing *w)
{
	const struct buf *text = &w->body->text;

	if (w->newlines == 0 && text->len != 0 && text->ptr[text->len - 1] != ' ')
		put_words(w, TERM_PLAIN, " ", 1);
}

/* Lines of one kind, each between its own marks. */
static void
put_part(void *arg, enum diff_kind kind, const char *ptr, size_t len)
{
	static const struct { unsigned style; const char *open, *close; } rows[] = {
		[DIFF_SAME] = { TERM_PLAIN, "", "" }, [DIFF_REMOVED] = { TERM_PLAIN | TERM_REMOVED, "[-", "-]" },
		[DIFF_ADDED] = { TERM_PLAIN | TERM_ADDED, "{+", "+}" }
	};
	struct writing *w = arg;
	const char *end = ptr + len;
	bool within = w->newlines == 0 && w->body->n_blocks != 0;

	w->differs |= kind != DIFF_SAME;
	if (kind != DIFF_ADDED)
		w->newlines += w->owed;
	w->owed = 0;
	while (ptr < end) {
		const char *newline = memchr(ptr, '\n', (size_t)(end - ptr)), *stop = newline != NULL ? newline : end;
		size_t words = (size_t)(stop - ptr);

		while (words > 0 && ptr[words - 1] == ' ')
			words--;
		if (words != 0) {
			if (kind != DIFF_SAME)
				part_words(w);
			put_words(w, rows[kind].style, rows[kind].open, strlen(rows[kind].open));
			put_words(w, rows[kind].style, ptr, words);
			put_words(w, rows[kind].style, rows[kind].close, strlen(rows[kind].close));
		}
		if (w->newlines == 0 && w->body->n_blocks != 0)
			put_words(w, TERM_PLAIN, stop - (stop > ptr + words), (size_t)(stop > ptr + words));
		w->newlines += newline != NULL;
		ptr = stop + (newline != NULL);
	}
	if (kind == DIFF_REMOVED && within) {
		w->owed = w->newlines;
		w->newlines = 0;
	}
}

bool
revision_diff(struct body *body, const json_t *before, const json_t *after)
{
	struct buf old = BUF_INIT(4 * (size_t)BODY_BYTES_MAX), new = BUF_INIT(4 * (size_t)BODY_BYTES_MAX);
	struct writing w = { .body = body };

	take_all(before, &old);
	take_all(after, &new);
	diff_words(buf_str(&old), old.len, buf_str(&new), new.len, put_part, &w);
	buf_free(&old);
	buf_free(&new);
	return w.differs;
}
