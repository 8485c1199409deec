#include "contrib/gazette/status.h"

#include <stdio.h>
#include <string.h>

#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"

enum { LINE_BYTES = 16 * STATUS_TEXT_BYTES, BAR_LEFT_COLS_MIN = 8 };

void
status_say(struct status *s, int64_t now_ms, unsigned style, const char *fmt, va_list args)
{
	vsnprintf(s->message, sizeof(s->message), fmt, args);
	s->style = style;
	s->message_until_ms = now_ms + STATUS_SHOWN_MS;
}

void
status_announce(struct status *s, int64_t now_ms, unsigned count)
{
	if (now_ms >= s->announced_until_ms)
		s->announced = 0;
	s->announced += count;
	s->announced_until_ms = now_ms + STATUS_SHOWN_MS;
}

int64_t
status_due(const struct status *s, int64_t now_ms)
{
	int64_t due_ms = -1;

	if (s->message_until_ms > now_ms)
		due_ms = s->message_until_ms - now_ms;
	if (s->announced_until_ms > now_ms && (due_ms == -1 || s->announced_until_ms - now_ms < due_ms))
		due_ms = s->announced_until_ms - now_ms;
	return due_ms;
}

/* --- asking --------------------------------------------------------------------------------- */

void
status_ask(struct status *s, struct view *asker, const char *label, const char *text, size_t bytes,
    void (*line)(struct view *, const char *), void (*yes)(struct view *))
{
	s->asker = asker;
	s->line = line;
	s->yes = yes;
	snprintf(s->label, sizeof(s->label), "%s", label);
	prompt_set(&s->prompt, text, bytes);
}

static bool
key_of_line(struct status *s, uint32_t key)
{
	enum prompt_state state = prompt_key(&s->prompt, key);
	struct view *asker = s->asker;
	struct buf text = BUF_INIT(LINE_BYTES);

	if (state == PROMPT_GOES_ON)
		return false;
	s->asker = NULL;
	prompt_text(&s->prompt, &text);
	if (state == PROMPT_DONE)
		s->line(asker, buf_str(&text));
	buf_free(&text);
	return state == PROMPT_DONE;
}

bool
status_key(struct status *s, uint32_t key)
{
	struct view *asker = s->asker;

	if (s->line != NULL)
		return key_of_line(s, key);
	s->asker = NULL;
	if (key != 'y' && key != 'Y')
		return false;
	s->yes(asker);
	return true;
}

/* --- drawing -------------------------------------------------------------------------------- */

void
status_bar(int row, int cols, unsigned style, struct buf *left, struct buf *right)
{
	int width = text_width(buf_str(right), right->len) + 2;

	if (right->len == 0 || width + BAR_LEFT_COLS_MIN > cols)
		width = 0;
	term_text(row, 0, cols - width, style, buf_str(left), left->len);
	if (width != 0) {
		term_text(row, cols - width, 1, style, " ", 1);
		term_text(row, cols - width + 1, width - 1, style, buf_str(right), right->len);
	}
}

/* The answer so far behind its label; a message, if there is one, in the row above. */
static void
draw_question(const struct status *s, bool message, int rows, int cols)
{
	struct buf text = BUF_INIT(LINE_BYTES);
	int label = text_width(s->label, strlen(s->label)), at = 0;

	if (label > cols - BAR_LEFT_COLS_MIN)
		label = cols - BAR_LEFT_COLS_MIN > 0 ? cols - BAR_LEFT_COLS_MIN : 0;
	if (message)
		term_text(rows - 2, 0, cols, s->style, s->message, strlen(s->message));
	term_text(rows - 1, 0, cols, TERM_PLAIN, s->label, strlen(s->label));
	if (s->line != NULL) {
		at = prompt_show(&s->prompt, cols - label, &text);
		term_text(rows - 1, label, cols - label, TERM_PLAIN, buf_str(&text), text.len);
	}
	term_cursor(rows - 1, label + at);
	buf_free(&text);
}

static void
away_text(const struct status *s, struct buf *right)
{
	buf_puts(right, "[offline");
	if (s->waiting != 0)
		buf_printf(right, ", %zu mark%s to send", s->waiting, s->waiting == 1 ? "" : "s");
	buf_putc(right, ']');
}

void
status_draw(const struct status *s, int64_t now_ms, int rows, int cols, struct buf *hint)
{
	struct buf left = BUF_INIT(LINE_BYTES), right = BUF_INIT(LINE_BYTES);
	bool message = s->message_until_ms > now_ms, announced = s->announced_until_ms > now_ms;
	unsigned style = message ? s->style : s->away[0] != '\0' ? TERM_ERROR : TERM_PLAIN;

	if (s->asker != NULL) {
		draw_question(s, message, rows, cols);
		return;
	}
	if (message)
		text_clean(s->message, &left);
	else if (s->away[0] != '\0')
		text_clean(s->away, &left);
	else if (s->progress[0] != '\0')
		buf_puts(&left, s->progress);
	else if (!announced)
		buf_put(&left, hint->ptr, hint->len);
	if (s->away[0] != '\0')
		away_text(s, &right);
	else if (announced)
		buf_printf(left.len == 0 ? &left : &right, "+%u new", s->announced);
	if (s->pending[0] != '\0')
		buf_printf(&right, "%s%s", right.len != 0 ? "  " : "", s->pending);
	status_bar(rows - 1, cols, style, &left, &right);
	buf_free(&left);
	buf_free(&right);
}
