/* reader-views - what views ask of the reader: the stack of them, questions, marks, what is said. */
#include "contrib/gazette/reader-private.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

struct session *
reader_session(struct reader *r)
{
	return r->session;
}

const struct settings *
reader_settings(const struct reader *r)
{
	return &r->settings;
}

struct feedset *
reader_feeds(struct reader *r)
{
	return &r->feeds;
}

bool
reader_feeds_known(const struct reader *r)
{
	return r->feeds_known;
}

int64_t
reader_now(const struct reader *r)
{
	(void)r;
	return (int64_t)time(NULL);
}

int64_t
reader_clock(const struct reader *r)
{
	return r->now_ms;
}

bool
reader_unread_only(const struct reader *r)
{
	return r->unread_only;
}

bool
reader_hide_read(const struct reader *r)
{
	return r->hide_read;
}

void
reader_dirty(struct reader *r)
{
	r->dirty = true;
}

void
reader_show(struct reader *r)
{
	r->dirty = r->urgent = true;
}

/* Marks that the daemon cannot be told of are not lost unasked. */
static bool
may_leave(struct reader *r)
{
	size_t waiting = session_is_up(r->session) ? 0 : session_unconfirmed(r->session);

	if (waiting <= r->given_up)
		return true;
	r->given_up = waiting;
	reader_say(r, TERM_WARNING, "%zu mark%s not sent yet: again to leave without", waiting, waiting == 1 ? "" : "s");
	return false;
}

void
reader_quit(struct reader *r)
{
	r->quit |= may_leave(r);
}

void
reader_push(struct reader *r, struct view *view, const struct view_ops *ops)
{
	view->ops = ops;
	view->reader = r;
	view->below = r->top;
	view->before = r->focus;
	r->top = r->focus = view;
	r->status.announced_until_ms = 0;
	r->dirty = true;
}

void
reader_set_focus(struct reader *r, struct view *view)
{
	r->focus = view;
	r->dirty = true;
}

bool
reader_has_focus(const struct reader *r, const struct view *view)
{
	return r->focus == view;
}

struct view *
reader_above(const struct reader *r, const struct view *view)
{
	struct view *above = r->top;

	while (above != NULL && above->below != view)
		above = above->below;
	return above;
}

void
reader_pop(struct reader *r)
{
	struct view *view = r->top;

	r->top = view->below;
	if (r->focus == view)
		r->focus = view->before;
	r->status.announced_until_ms = 0;
	if (r->status.asker == view)
		r->status.asker = NULL;
	session_forget(r->session, view);
	view->ops->close(view);
	r->dirty = true;
}

void
reader_close(struct reader *r, struct view *view)
{
	bool last;

	if (view->below == NULL && !may_leave(r))
		return;
	do {
		last = r->top == view;
		reader_pop(r);
	} while (!last && r->top != NULL);
	if (r->top == NULL)
		r->quit = true;
	else if (r->top->ops->resume != NULL)
		r->top->ops->resume(r->top);
}

void
reader_say(struct reader *r, unsigned style, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	status_say(&r->status, r->now_ms, style, fmt, args);
	va_end(args);
	messages_add(&r->messages, reader_now(r), style, r->status.message);
	r->dirty = true;
}

void
reader_progress(struct reader *r, const char *text)
{
	snprintf(r->status.progress, sizeof(r->status.progress), "%s", text);
	r->dirty = true;
}

void
reader_announce(struct reader *r, const struct view *view, unsigned count, int64_t feed)
{
	const struct feed *from = feedset_find(&r->feeds, feed);

	if (count == 0 || r->top != view)
		return;
	status_announce(&r->status, r->now_ms, count, from != NULL ? feed : 0, from != NULL ? from->title : NULL);
	r->dirty = true;
}

void
reader_ask_line(struct reader *r, struct view *view, const char *label, const char *text, size_t bytes,
    void (*done)(struct view *, const char *))
{
	if (r->input.argument != NULL) {
		done(view, r->input.argument);
		return;
	}
	if (r->input.row != NULL)
		r->asked = r->input.row;	/* else it is asked for once more */
	status_ask_line(&r->status, view, label, text, bytes, done);
	if (r->asked != NULL && r->asked->word != ACTION_WORD_NONE) {
		status_ask_about(&r->status, r->asked->word, r->asked->name);
		if (complete_has_names(r->asked->word))
			known_ask(&r->known);
	}
	r->dirty = true;
}

void
reader_ask_typed(struct reader *r, struct view *view, void (*typed)(struct view *, const char *))
{
	if (r->status.asker == view)
		r->status.typed = typed;
}

void
reader_ask_yes(struct reader *r, struct view *view, const char *question, void (*yes)(struct view *))
{
	char label[STATUS_TEXT_BYTES];

	snprintf(label, sizeof(label), "%s (y/n) ", question);
	status_ask_yes(&r->status, view, label, yes);
	r->dirty = true;
}

void
reader_mark(struct reader *r, struct item *item, bool starred, bool on)
{
	struct feed *feed = feedset_find(&r->feeds, item->feed);
	bool *flag = starred ? &item->starred : &item->unread;

	if (*flag == on)
		return;
	*flag = on;
	if (feed != NULL && !starred)
		feedset_counts(&r->feeds, feed->id, feed->unread + (on ? 1 : feed->unread > 0 ? -1 : 0), feed->total);
	session_mark_ids(r->session, json_pack("[I]", (json_int_t)item->id), starred ? "starred" : "unread", on);
	r->dirty = true;
}

void
reader_refresh(struct reader *r, json_t *feeds)
{
	if (session_refresh(r->session, feeds))
		snprintf(r->status.progress, sizeof(r->status.progress), "refreshing…");
	else
		reader_say(r, TERM_ERROR, "no daemon to refresh with");
	r->dirty = true;
}
