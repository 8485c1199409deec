#include "contrib/gazette/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/keyname.h"
#include "contrib/gazette/term.h"
#include "contrib/gazette/text.h"

enum { LINE_BYTES = 16 * STATUS_TEXT_BYTES, BAR_LEFT_COLS_MIN = 8, FROM_COLS = 24 };

static const char cut[] = "…";

void
status_say(struct status *s, int64_t now_ms, unsigned style, const char *fmt, va_list args)
{
	vsnprintf(s->message, sizeof(s->message), fmt, args);
	s->style = style;
	s->message_until_ms = now_ms + STATUS_SHOWN_MS;
}

void
status_announce(struct status *s, int64_t now_ms, unsigned count, int64_t feed, const char *title)
{
	if (now_ms >= s->announced_until_ms) {
		s->announced = 0;
		s->announced_feed = feed;
		snprintf(s->announced_from, sizeof(s->announced_from), "%s", title != NULL ? title : "");
	}
	if (s->announced_feed != feed)
		s->announced_feed = 0;
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

static void
forget_help(struct status *s)
{
	complete_free(&s->complete);
	s->chosen = 0;
}

static void
ask(struct status *s, struct view *asker, const char *label)
{
	forget_help(s);
	free(s->draft);
	s->draft = NULL;
	s->back = 0;
	s->asker = asker;
	s->line = NULL;
	s->typed = NULL;
	s->yes = NULL;
	s->word = ACTION_WORD_NONE;
	s->kind = NULL;
	snprintf(s->label, sizeof(s->label), "%s", label);
}

void
status_ask_line(struct status *s, struct view *asker, const char *label, const char *text, size_t bytes,
    void (*line)(struct view *, const char *))
{
	ask(s, asker, label);
	s->line = line;
	prompt_set(&s->prompt, text, bytes);
}

void
status_ask_about(struct status *s, enum action_word word, const char *kind)
{
	s->word = word;
	s->kind = kind;
}

void
status_ask_yes(struct status *s, struct view *asker, const char *label, void (*yes)(struct view *))
{
	ask(s, asker, label);
	s->yes = yes;
}

void
status_free(struct status *s)
{
	forget_help(s);
	free(s->draft);
	s->draft = NULL;
}

/* --- the line ------------------------------------------------------------------------------- */

/* A line of the history, from 1, or at 0 what was typed. */
static void
show_history(struct status *s, size_t back)
{
	struct buf text = BUF_INIT(LINE_BYTES);
	const char *line = NULL;

	if (back != 0)
		line = s->kind != NULL && s->history != NULL ? history_get(s->history, s->kind, back - 1) : NULL;
	else if (s->back != 0)
		line = s->draft;
	if (line != NULL && s->back == 0) {
		prompt_text(&s->prompt, &text);
		free(s->draft);
		s->draft = strdup(buf_str(&text));
	}
	if (line != NULL) {
		s->back = back;
		prompt_set(&s->prompt, line, SIZE_MAX);
	}
	buf_free(&text);
}

static void
choose(struct status *s, size_t step)
{
	s->chosen = (s->chosen + step - 1) % s->complete.count + 1;
	prompt_replace(&s->prompt, s->complete.from, s->complete.words[s->chosen - 1]);
}

/* A word that can only be this is put in whole, and a blank behind it unless it is to go on. */
static void
complete_alone(struct status *s)
{
	const char *word = s->complete.words[0];
	size_t len = strlen(word);

	prompt_replace(&s->prompt, s->complete.from, word);
	if (len != 0 && word[len - 1] != ':')
		prompt_key(&s->prompt, ' ');
	forget_help(s);
}

/* The first Tab puts in what is common and shows the candidates, further ones take one after the other. */
static void
complete(struct status *s, bool forward)
{
	struct buf before = BUF_INIT(LINE_BYTES), common = BUF_INIT(LINE_BYTES);

	if (s->complete.count != 0)
		choose(s, forward ? 1 : s->chosen == 0 ? s->complete.count : s->complete.count - 1);
	else if (s->lists != NULL) {
		prompt_before(&s->prompt, &before);
		complete_line(&s->complete, s->word, buf_str(&before), s->lists);
		buf_put(&common, s->complete.count != 0 ? s->complete.words[0] : "", complete_common(&s->complete));
		if (s->complete.count == 1)
			complete_alone(s);
		else if (s->complete.count != 0)
			prompt_replace(&s->prompt, s->complete.from, buf_str(&common));
	}
	buf_free(&before);
	buf_free(&common);
}

/* True if the key is for the line's history or completion. */
static bool
key_of_help(struct status *s, uint32_t key)
{
	switch (key) {
	case KEYS_UP: case KEYS_CTRL('P'):
		show_history(s, s->back + 1);
		break;
	case KEYS_DOWN: case KEYS_CTRL('N'):
		if (s->back != 0)
			show_history(s, s->back - 1);
		break;
	case '\t':
		complete(s, true);
		return true;
	case KEYS_BACK_TAB:
		complete(s, false);
		return true;
	default:
		forget_help(s);
		return false;
	}
	forget_help(s);
	return true;
}

static void
tell_typed(struct status *s)
{
	struct buf text = BUF_INIT(LINE_BYTES);

	prompt_text(&s->prompt, &text);
	s->typed(s->asker, buf_str(&text));
	buf_free(&text);
}

static bool
key_of_line(struct status *s, uint32_t key)
{
	enum prompt_state state = key_of_help(s, key) ? PROMPT_GOES_ON : prompt_key(&s->prompt, key);
	struct view *asker = s->asker;
	struct buf text = BUF_INIT(LINE_BYTES);

	if (state == PROMPT_GOES_ON) {
		if (s->typed != NULL)
			tell_typed(s);
		return false;
	}
	s->asker = NULL;
	prompt_text(&s->prompt, &text);
	if (state == PROMPT_DONE && s->kind != NULL && s->history != NULL)
		history_add(s->history, s->kind, buf_str(&text));
	if (state == PROMPT_DONE)
		s->line(asker, buf_str(&text));
	else if (s->typed != NULL)
		s->typed(asker, NULL);
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

/* Cuts what stands before the newline so that all fits, if that leaves something of it; the newline goes. */
static void
fit_left(struct buf *left, int cols)
{
	char *newline = memchr(left->ptr, '\n', left->len);
	size_t head, tail, fits;
	int room, columns;

	if (newline == NULL)
		return;
	head = (size_t)(newline - left->ptr);
	tail = left->len - head - 1;
	room = cols - text_width(newline + 1, tail);
	fits = head;
	if (text_width(left->ptr, head) > room && room >= BAR_LEFT_COLS_MIN) {
		fits = text_fit(left->ptr, head, room - 1, &columns);
		memcpy(left->ptr + fits, cut, strlen(cut));
		fits += strlen(cut);
	}
	memmove(left->ptr + fits, newline + 1, tail);
	left->len = fits + tail;
}

void
status_bar(int row, int col, int cols, unsigned style, struct buf *left, struct buf *right)
{
	int width = text_width(buf_str(right), right->len) + 2;

	if (right->len == 0 || width + BAR_LEFT_COLS_MIN > cols)
		width = 0;
	fit_left(left, cols - width);
	term_text(row, col, cols - width, style, buf_str(left), left->len);
	if (width != 0) {
		term_text(row, col + cols - width, 1, style, " ", 1);
		term_text(row, col + cols - width + 1, width - 1, style, buf_str(right), right->len);
	}
}

/* The candidates from the page on where the chosen one is. */
static void
draw_candidates(const struct status *s, int row, int cols)
{
	struct buf text = BUF_INIT(LINE_BYTES);
	size_t at = s->chosen != 0 ? s->chosen - 1 : 0, first = at;
	int col = 0;

	for (; first > 0 && col < cols / 2; first--)
		col += text_width(s->complete.words[first - 1], strlen(s->complete.words[first - 1])) + 2;
	term_text(row, 0, cols, TERM_BAR, "", 0);
	for (col = 0; first < s->complete.count && col < cols; first++) {
		const char *word = s->complete.words[first];
		bool chosen = s->chosen != 0 && first == at;

		buf_clear(&text);
		buf_printf(&text, "%s%s%s", chosen ? "[" : " ", word, chosen ? "]" : " ");
		term_text(row, col, cols - col, TERM_BAR, text.ptr, text.len);
		col += text_width(text.ptr, text.len);
	}
	buf_free(&text);
}

/* The answer so far behind its label; candidates or a message, if there are any, in the row above. */
static void
draw_question(const struct status *s, bool message, int rows, int cols)
{
	struct buf text = BUF_INIT(LINE_BYTES);
	int label = text_width(s->label, strlen(s->label)), at = 0;

	if (label > cols - BAR_LEFT_COLS_MIN)
		label = cols - BAR_LEFT_COLS_MIN > 0 ? cols - BAR_LEFT_COLS_MIN : 0;
	if (s->complete.count != 0)
		draw_candidates(s, rows - 2, cols);
	else if (message)
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

static void
announced_text(const struct status *s, struct buf *right)
{
	int columns;
	size_t len = strlen(s->announced_from), fits = text_fit(s->announced_from, len, FROM_COLS, &columns);

	buf_printf(right, "+%u new", s->announced);
	if (s->announced_feed == 0 || len == 0)
		return;
	buf_puts(right, " in ");
	buf_put(right, s->announced_from, fits);
	if (fits != len)
		buf_puts(right, cut);
}

/* As many of the hint's parts as there is room for; the first in any case. */
static void
hint_text(const struct buf *hint, int cols, struct buf *left)
{
	size_t len = hint->len, part = 0;

	for (size_t at = 0; at < hint->len; at++)
		if (hint->ptr[at] == ' ' && hint->ptr[at - (at != 0)] != ' ' && at + 1 < hint->len && hint->ptr[at + 1] == ' ' &&
		    (part == 0 || text_width(hint->ptr, at) <= cols))
			part = at;
	if (part != 0 && text_width(hint->ptr, len) > cols)
		len = part;
	buf_put(left, hint->ptr, len);
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
	if (s->away[0] != '\0')
		away_text(s, &right);
	else if (announced)
		announced_text(s, &right);
	if (s->pending[0] != '\0')
		buf_printf(&right, "%s%s", right.len != 0 ? "  " : "", s->pending);
	if (left.len == 0)
		hint_text(hint, cols - (right.len != 0 ? text_width(buf_str(&right), right.len) + 2 : 0), &left);
	status_bar(rows - 1, 0, cols, style, &left, &right);
	buf_free(&left);
	buf_free(&right);
}
