#include "contrib/gazette/reader.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contrib/gazette/browser.h"
#include "contrib/gazette/prompt.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/view.h"

enum {
	MESSAGE_MS = 6000,
	FRAME_MS = 33,			/* changes are shown at most so often; keys at once */
	AGES_MS = 60 * 1000,
	MESSAGE_BYTES = 512,
	STATUS_USAGE = 2
};

struct message {
	char	 text[MESSAGE_BYTES];
	unsigned style;
	int64_t	 until_ms;
};

/* What the bottom line is asking for. */
struct question {
	struct view	*owner;		/* NULL: nothing */
	char		 label[MESSAGE_BYTES];
	void		(*line)(struct view *, const char *);
	void		(*yes)(struct view *);
};

struct reader {
	struct session	*session;
	struct feedset	 feeds;
	bool		 feeds_known;
	bool		 unread_only;
	struct view	*top;
	struct prompt	 prompt;
	struct question	 question;
	struct message	 message;
	char		 progress[MESSAGE_BYTES];
	unsigned	 announced;
	int64_t		 announced_until_ms;
	char		 down[MESSAGE_BYTES];	/* why there is no daemon; "" if there is */
	int64_t		 now_ms, drawn_ms;
	bool		 dirty, urgent, quit;
};

static int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- for the views ------------------------------------------------------------------------------ */

struct session *
reader_session(struct reader *r)
{
	return r->session;
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

void
reader_dirty(struct reader *r)
{
	r->dirty = true;
}

void
reader_quit(struct reader *r)
{
	r->quit = true;
}

void
reader_push(struct reader *r, struct view *view, const struct view_ops *ops)
{
	view->ops = ops;
	view->reader = r;
	view->below = r->top;
	r->top = view;
	r->dirty = true;
}

bool
reader_is_top(const struct reader *r, const struct view *view)
{
	return r->top == view;
}

static void
pop(struct reader *r)
{
	struct view *view = r->top;

	r->top = view->below;
	if (r->question.owner == view)
		r->question.owner = NULL;
	session_forget(r->session, view);
	view->ops->close(view);
	r->dirty = true;
}

void
reader_close(struct reader *r, struct view *view)
{
	bool last;

	do {
		last = r->top == view;
		pop(r);
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
	vsnprintf(r->message.text, sizeof(r->message.text), fmt, args);
	va_end(args);
	r->message.style = style;
	r->message.until_ms = r->now_ms + MESSAGE_MS;
	r->dirty = true;
}

void
reader_announce(struct reader *r, const struct view *view, unsigned count)
{
	if (count == 0 || r->top != view)
		return;
	if (r->now_ms >= r->announced_until_ms)
		r->announced = 0;
	r->announced += count;
	r->announced_until_ms = r->now_ms + MESSAGE_MS;
	r->dirty = true;
}

void
reader_ask_line(struct reader *r, struct view *view, const char *label, const char *text, size_t bytes,
    void (*done)(struct view *, const char *))
{
	r->question = (struct question){ .owner = view, .line = done };
	snprintf(r->question.label, sizeof(r->question.label), "%s", label);
	prompt_set(&r->prompt, text, bytes);
	r->dirty = true;
}

void
reader_ask_yes(struct reader *r, struct view *view, const char *question, void (*yes)(struct view *))
{
	r->question = (struct question){ .owner = view, .yes = yes };
	snprintf(r->question.label, sizeof(r->question.label), "%s (y/n) ", question);
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
		snprintf(r->progress, sizeof(r->progress), "refreshing…");
	else
		reader_say(r, TERM_ERROR, "no daemon to refresh with");
	r->dirty = true;
}

void
reader_browse(struct reader *r, const char *url)
{
	char why[MESSAGE_BYTES];

	if (url == NULL)
		reader_say(r, TERM_ERROR, "there is no link to open");
	else if (browser_open(url, why, sizeof(why)) == 0)
		reader_say(r, TERM_PLAIN, "opened %s", url);
	else
		reader_say(r, TERM_ERROR, "%s", why);
}

/* --- drawing -------------------------------------------------------------------------------- */

/* The left text, and the right one as far as there is room for both. */
static void
draw_bar(int row, int cols, unsigned style, struct buf *left, struct buf *right)
{
	int width = text_width(buf_str(right), right->len);

	term_text(row, 0, cols, style, buf_str(left), left->len);
	if (right->len != 0 && width + 12 < cols) {
		term_text(row, cols - width - 2, 1, style, " ", 1);
		term_text(row, cols - width - 1, width + 1, style, buf_str(right), right->len);
	}
}

static void
draw_question(struct reader *r, int row, int cols)
{
	struct buf text = BUF_INIT(MESSAGE_BYTES * 16);
	int label = text_width(r->question.label, strlen(r->question.label)), at = 0;

	term_text(row, 0, cols, TERM_PLAIN, r->question.label, strlen(r->question.label));
	if (r->question.line != NULL) {
		at = prompt_show(&r->prompt, cols - label, &text);
		term_text(row, label, cols - label, TERM_PLAIN, buf_str(&text), text.len);
	}
	term_cursor(row, label + at);
	buf_free(&text);
}

/* What the status line says, by how much it matters. */
static unsigned
status_text(struct reader *r, struct buf *out)
{
	if (r->message.until_ms > r->now_ms) {
		text_clean(r->message.text, out);
		return r->message.style;
	}
	if (r->down[0] != '\0') {
		text_clean(r->down, out);
		return TERM_ERROR;
	}
	if (r->progress[0] != '\0')
		buf_puts(out, r->progress);
	else if (r->announced_until_ms > r->now_ms)
		buf_printf(out, "+%u new", r->announced);
	else if (r->top->ops->hint != NULL)
		r->top->ops->hint(r->top, out);
	return TERM_PLAIN;
}

static void
draw_status(struct reader *r, int row, int cols)
{
	struct buf left = BUF_INIT(MESSAGE_BYTES * 16), right = BUF_INIT(MESSAGE_BYTES);
	unsigned style = status_text(r, &left);
	bool covered = r->message.until_ms > r->now_ms || r->progress[0] != '\0';

	if (r->down[0] != '\0')
		buf_printf(&right, session_unconfirmed(r->session) != 0 ? "[offline, %zu marks wait]" : "[offline]",
		    session_unconfirmed(r->session));
	else if (r->announced_until_ms > r->now_ms && covered)
		buf_printf(&right, "+%u new", r->announced);
	draw_bar(row, cols, style, &left, &right);
	buf_free(&left);
	buf_free(&right);
}

static void
draw(struct reader *r)
{
	int rows = term_rows(), cols = term_cols();
	struct area area = { .row = 1, .rows = rows - 2, .cols = cols };
	struct buf left = BUF_INIT(MESSAGE_BYTES * 16), right = BUF_INIT(MESSAGE_BYTES * 16);

	feedset_sums(&r->feeds);
	term_erase();
	term_cursor(-1, 0);
	if (area.rows > 0)
		r->top->ops->draw(r->top, area);
	r->top->ops->title(r->top, &left, &right);
	draw_bar(0, cols, TERM_BAR, &left, &right);
	if (r->question.owner != NULL)
		draw_question(r, rows - 1, cols);
	else
		draw_status(r, rows - 1, cols);
	term_show();
	buf_free(&left);
	buf_free(&right);
	r->drawn_ms = r->now_ms;
	r->dirty = r->urgent = false;
}

/* --- what the daemon says ----------------------------------------------------------------------- */

static void
got_feeds(void *owner, json_t *result, const struct client_error *error)
{
	struct reader *r = owner;

	if (error != NULL) {
		if (error->code != CLIENT_ELOST)
			reader_say(r, TERM_ERROR, "%s", error->message);
		return;
	}
	feedset_load(&r->feeds, json_object_get(result, "feeds"));
	r->feeds_known = true;
	for (struct view *view = r->top; view != NULL; view = view->below)
		if (view->ops->resume != NULL)
			view->ops->resume(view);
	r->dirty = true;
}

static void
on_up(void *arg, bool again, bool fresh)
{
	struct reader *r = arg;

	r->down[0] = '\0';
	if (again)
		reader_say(r, TERM_PLAIN, "the daemon is back");
	session_ask(r->session, "feed.list", NULL, got_feeds, r);
	for (struct view *view = r->top; view != NULL; view = view->below)
		if (view->ops->up != NULL)
			view->ops->up(view, fresh);
	r->dirty = true;
}

static void
on_down(void *arg, const char *why)
{
	struct reader *r = arg;

	snprintf(r->down, sizeof(r->down), "%s; trying again", why);
	r->progress[0] = '\0';
	r->dirty = true;
}

static void
on_change(void *arg, const struct change *change)
{
	struct reader *r = arg;

	switch (change->what) {
	case CHANGE_FEED_ADDED:
	case CHANGE_FEED_CHANGED:
		feedset_apply(&r->feeds, change->object);
		break;
	case CHANGE_FEED_REMOVED:
		feedset_remove(&r->feeds, change->feed);
		break;
	default:
		if (change->feed_unread >= 0 && change->feed_total >= 0)
			feedset_counts(&r->feeds, change->feed, change->feed_unread, change->feed_total);
	}
	for (struct view *view = r->top; view != NULL; view = view->below)
		if (view->ops->change != NULL)
			view->ops->change(view, change);
	r->dirty = true;
}

static int64_t
member(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static void
on_refreshed(struct reader *r, const struct progress *progress)
{
	const json_t *result = progress->result, *error = json_array_get(json_object_get(result, "errors"), 0);
	const char *why = json_string_value(json_object_get(error, "message"));
	size_t skipped = json_array_size(json_object_get(result, "skipped"));

	if (progress->error != NULL) {
		if (progress->error->code != CLIENT_ELOST)
			reader_say(r, TERM_ERROR, "refresh: %s", progress->error->message);
		return;
	}
	if (member(result, "failed") != 0)
		reader_say(r, TERM_ERROR, "refreshed: %lld new, %lld failed%s%s", (long long)member(result, "new"),
		    (long long)member(result, "failed"), why != NULL ? ": " : "", why != NULL ? why : "");
	else if (skipped != 0 && member(result, "polled") == 0)
		reader_say(r, TERM_PLAIN, "nothing to refresh yet: asked not long ago");
	else
		reader_say(r, TERM_PLAIN, "refreshed: %lld new, %lld updated", (long long)member(result, "new"),
		    (long long)member(result, "updated"));
}

static void
on_progress(void *arg, const struct progress *progress)
{
	struct reader *r = arg;

	r->dirty = true;
	if (progress->over) {
		r->progress[0] = '\0';
		on_refreshed(r, progress);
		return;
	}
	snprintf(r->progress, sizeof(r->progress), "refreshing %lld/%lld, %lld new%s", (long long)progress->done,
	    (long long)progress->total, (long long)progress->added, progress->failed != 0 ? ", some failed" : "");
}

static void
on_refused(void *arg, const struct client_error *error)
{
	struct reader *r = arg;

	reader_say(r, TERM_ERROR, "%s", error->message);
	on_up(r, false, true);			/* what was shown in advance is wrong */
}

static const struct session_ops session_ops = {
	.up = on_up, .down = on_down, .change = on_change, .progress = on_progress, .refused = on_refused
};

/* --- keys ----------------------------------------------------------------------------------- */

/* The owner may ask again while it is answered. */
static void
answer_key(struct reader *r, uint32_t key)
{
	struct question question = r->question;
	struct buf text = BUF_INIT(MESSAGE_BYTES * 16);
	enum prompt_state state = PROMPT_DONE;

	if (question.line != NULL)
		state = prompt_key(&r->prompt, key);
	if (state == PROMPT_GOES_ON)
		return;
	r->question.owner = NULL;
	if (question.line == NULL) {
		if (key == 'y' || key == 'Y')
			question.yes(question.owner);
	} else if (state == PROMPT_DONE) {
		prompt_text(&r->prompt, &text);
		question.line(question.owner, buf_str(&text));
	}
	buf_free(&text);
}

static void
toggle_unread_only(struct reader *r)
{
	r->unread_only = !r->unread_only;
	reader_say(r, TERM_PLAIN, r->unread_only ? "unread only" : "read and unread");
	for (struct view *view = r->top; view != NULL; view = view->below)
		view->ops->act(view, ACTION_UNREAD_ONLY);
}

static void
act(struct reader *r, enum action action)
{
	struct view *view = r->top;

	switch (action) {
	case ACTION_QUIT:
		reader_quit(r);
		return;
	case ACTION_REDRAW:
		term_redraw();
		return;
	case ACTION_HELP:
		view_help_open(r, view->ops->keys);
		return;
	case ACTION_REFRESH_ALL:
		reader_refresh(r, NULL);
		return;
	case ACTION_UNREAD_ONLY:
		toggle_unread_only(r);
		return;
	default:
		if (view->ops->act(view, action))
			return;
	}
	if (action == ACTION_BACK || (action == ACTION_CANCEL && view->below != NULL))
		reader_close(r, view);
}

static void
on_key(struct reader *r, uint32_t key)
{
	r->dirty = r->urgent = true;
	if (key == KEYS_RESIZE)
		return;
	if (r->question.owner != NULL) {
		answer_key(r, key);
		return;
	}
	r->message.until_ms = 0;
	act(r, keys_action(key, r->top->ops->keys));
}

/* --- the loop ------------------------------------------------------------------------------- */

static int
sooner(int timeout, int64_t in_ms)
{
	if (in_ms < 0)
		in_ms = 0;
	return timeout == -1 || in_ms < timeout ? (int)in_ms : timeout;
}

/* How long to wait for a key or the daemon, in ms. */
static int
timeout_ms(const struct reader *r)
{
	int timeout = sooner(session_timeout(r->session, r->now_ms), r->drawn_ms + AGES_MS - r->now_ms);

	if (r->dirty)
		timeout = sooner(timeout, r->drawn_ms + FRAME_MS - r->now_ms);
	if (r->message.until_ms > r->now_ms)
		timeout = sooner(timeout, r->message.until_ms - r->now_ms);
	if (r->announced_until_ms > r->now_ms)
		timeout = sooner(timeout, r->announced_until_ms - r->now_ms);
	for (const struct view *view = r->top; view != NULL; view = view->below)
		if (view->wake_ms != 0)
			timeout = sooner(timeout, view->wake_ms - r->now_ms);
	return timeout;
}

static void
wake_views(struct reader *r)
{
	for (struct view *view = r->top; view != NULL; view = view->below) {
		if (view->wake_ms == 0 || view->wake_ms > r->now_ms)
			continue;
		view->wake_ms = 0;
		view->ops->wake(view);
	}
}

/* Something that was shown for a time has had its time, or ages have changed. */
static bool
is_over(const struct reader *r)
{
	return (r->message.until_ms > r->drawn_ms && r->message.until_ms <= r->now_ms) ||
	    (r->announced_until_ms > r->drawn_ms && r->announced_until_ms <= r->now_ms) ||
	    r->now_ms - r->drawn_ms >= AGES_MS;
}

static void
wait_and_handle(struct reader *r)
{
	int timeout = timeout_ms(r);
	struct timespec limit = { .tv_sec = timeout / 1000, .tv_nsec = (long)(timeout % 1000) * 1000000 };
	struct pollfd ready[2] = {
		{ .fd = term_fd(), .events = POLLIN },
		{ .fd = session_fd(r->session), .events = session_events(r->session) },
	};
	uint32_t key;

	if (ppoll(ready, 2, timeout == -1 ? NULL : &limit, term_sigmask()) == -1)
		ready[0].revents = ready[1].revents = 0;	/* a signal: term_key() knows what it was */
	r->now_ms = clock_ms();
	for (key = term_key(); key != KEYS_NONE && !r->quit; key = term_key())
		on_key(r, key);
	if ((ready[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		r->quit = true;
	if (!r->quit)
		session_pump(r->session, r->now_ms);
	wake_views(r);
	r->dirty |= is_over(r);
}

static void
run(struct reader *r)
{
	r->now_ms = clock_ms();
	view_feeds_open(r);
	session_start(r->session, r->now_ms);
	while (!r->quit) {
		if (r->dirty && (r->urgent || r->now_ms - r->drawn_ms >= FRAME_MS))
			draw(r);
		wait_and_handle(r);
	}
	while (r->top != NULL)
		pop(r);
}

int
reader_main(struct client *client)
{
	struct reader *r;
	const char *why;

	text_locale();
	if (term_open(&why) == -1) {
		fprintf(stderr, "gazette: %s\n", why);
		return STATUS_USAGE;
	}
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		abort();
	r->session = session_new(client, &session_ops, r);
	run(r);
	session_free(r->session);
	feedset_clear(&r->feeds);
	free(r);
	term_close();
	return 0;
}
