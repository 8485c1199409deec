#include "contrib/gazette/reader.h"

#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "contrib/gazette/moment.h"
#include "contrib/gazette/out.h"
#include "contrib/gazette/reader-private.h"
#include "contrib/gazette/screen.h"
#include "contrib/gazette/text.h"
#include "contrib/gazette/undone.h"

enum {
	FRAME_MS = 33,			/* changes are shown at most so often; keys at once */
	AGES_MS = 60 * 1000,
	FEEDS_FIRST = 100,		/* asked for at first: more than a screen shows, and soon there */
	FEEDS_PAGE = 250,		/* asked for at a time then: pages are taken apart in memory */
	LINE_BYTES = 16 * STATUS_TEXT_BYTES,
	FINISH_MS = 2000,		/* how long leaving waits for the daemon to take what was done right before */
	EXIT_USAGE = 2, EXIT_NO_DAEMON = 3
};

/* --- drawing -------------------------------------------------------------------------------- */

static void
draw_status(struct reader *r)
{
	struct buf hint = BUF_INIT(LINE_BYTES), pending = BUF_INIT(LINE_BYTES);

	if (r->focus->ops->hint != NULL)
		r->focus->ops->hint(r->focus, &hint);
	r->status.waiting = session_unconfirmed(r->session);
	input_pending(&r->input, &pending);
	snprintf(r->status.pending, sizeof(r->status.pending), "%s", buf_str(&pending));
	status_draw(&r->status, r->now_ms, term_rows(), term_cols(), &hint);
	buf_free(&hint);
	buf_free(&pending);
}

static void
draw(struct reader *r)
{
	for (struct view *view = r->top; view != NULL; view = view->below)
		view->area.rows = 0;
	feedset_sums(&r->feeds);
	term_erase();
	term_cursor(-1, 0);
	screen_draw(r->top, r->focus, &r->settings);
	draw_status(r);
	term_show();
	r->drawn_ms = r->now_ms;
	r->due_ms = status_due(&r->status, r->now_ms);
	if (r->due_ms != -1)
		r->due_ms += r->now_ms;
	r->dirty = r->urgent = false;
}

/* --- what the daemon says ----------------------------------------------------------------------- */

static void got_feeds(void *, json_t *, const struct client_error *);

static void
ask_feeds(struct reader *r, json_t *after)
{
	if (after == NULL) {
		session_forget(r->session, &r->coming);
		feedset_clear(&r->coming);
	}
	session_ask(r->session, "feed.list", json_pack("{s:b, s:o, s:i, s:O*}", "rows", 1, "fields", feedset_fields(), "limit",
	    after == NULL ? FEEDS_FIRST : FEEDS_PAGE, "after", after), got_feeds, &r->coming);
}

/* The first time they are shown page by page, later all at once. */
static struct feedset *
filled(struct reader *r)
{
	return r->feeds_known ? &r->coming : &r->feeds;
}

static void
got_feeds(void *owner, json_t *result, const struct client_error *error)
{
	struct reader *r = (struct reader *)((char *)owner - offsetof(struct reader, coming));
	json_t *after = json_object_get(result, "after");
	bool first;

	if (error != NULL) {
		if (error->code != CLIENT_ELOST)
			reader_say(r, TERM_ERROR, "%s", error->message);
		return;
	}
	first = !r->feeds_known && r->feeds.count == 0;
	feedset_add(filled(r), json_object_get(result, "rows"));
	reader_dirty(r);
	if (first)
		reader_show(r);
	if (after != NULL) {
		ask_feeds(r, after);
		return;
	}
	if (r->feeds_known) {
		feedset_clear(&r->feeds);
		r->feeds = r->coming;
		r->coming = (struct feedset){ 0 };
	}
	r->feeds_known = true;
	for (struct view *view = r->top; view != NULL; view = view->below)
		if (view->ops->resume != NULL)
			view->ops->resume(view);
	reader_show(r);
}

/* A change of feeds is one of those that are coming, too. */
static void
change_feeds(struct reader *r, struct feedset *set, const struct change *change)
{
	switch (change->what) {
	case CHANGE_FEED_ADDED:
	case CHANGE_FEED_CHANGED:
		feedset_apply(set, change->object);
		return;
	case CHANGE_FEED_REMOVED:
		feedset_remove(set, change->feed);
		return;
	case CHANGE_ITEM_NEW:
		feedset_came(set, change->feed, reader_now(r));
		break;
	default:
		break;
	}
	if (change->feed_unread >= 0 && change->feed_total >= 0)
		feedset_counts(set, change->feed, change->feed_unread, change->feed_total);
}

static void
on_up(void *arg, bool again, bool fresh)
{
	struct reader *r = arg;

	r->status.away[0] = '\0';
	r->given_up = 0;
	if (again)
		reader_say(r, TERM_PLAIN, "the daemon is back");
	ask_feeds(r, NULL);
	for (struct view *view = r->top; view != NULL; view = view->below)
		if (view->ops->up != NULL)
			view->ops->up(view, fresh);
	r->dirty = true;
}

static void
on_down(void *arg, const struct client_error *error)
{
	struct reader *r = arg;
	bool strange = error->code == CLIENT_EPROTOCOL;

	if (r->status.away[0] == '\0')
		r->status.message_until_ms = 0;		/* what was said before may not be true any more */
	snprintf(r->status.away, sizeof(r->status.away), "%.400s; trying again",
	    strange ? error->message : "the daemon is away");
	messages_add(&r->messages, reader_now(r), TERM_ERROR, r->status.away);
	r->status.progress[0] = '\0';
	r->dirty = true;
}

static void
on_change(void *arg, const struct change *change)
{
	struct reader *r = arg;

	change_feeds(r, &r->feeds, change);
	if (r->coming.count != 0)
		change_feeds(r, &r->coming, change);
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
		r->status.progress[0] = '\0';
		on_refreshed(r, progress);
		return;
	}
	snprintf(r->status.progress, sizeof(r->status.progress), "refreshing %lld/%lld, %lld new%s", (long long)progress->done,
	    (long long)progress->total, (long long)progress->added, progress->failed != 0 ? ", some failed" : "");
}

static void
on_refused(void *arg, const struct client_error *error)
{
	struct reader *r = arg;

	reader_say(r, TERM_ERROR, "%s", error->message);
	on_up(r, false, true);			/* what was shown in advance is wrong */
}

static void
on_undone(void *arg, const struct undone *undone)
{
	struct reader *r = arg;
	struct buf text = BUF_INIT(UNDONE_BYTES);

	if (undone->error != NULL && undone->error->code == CLIENT_ELOST)
		reader_say(r, TERM_ERROR, "undo: the daemon went away before it answered");
	else if (undone->error != NULL)
		reader_say(r, TERM_ERROR, "undo: %s", undone->error->message);
	else if (undone->operation == NULL)
		reader_say(r, TERM_PLAIN, "there is nothing to undo");
	else {
		undone_text(undone->operation, reader_now(r), &text);
		reader_say(r, TERM_PLAIN, "undone: %s", buf_str(&text));
	}
	buf_free(&text);
}

static const struct session_ops session_ops = {
	.up = on_up, .down = on_down, .change = on_change, .progress = on_progress, .refused = on_refused, .undone = on_undone
};

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
	if (r->due_ms != -1)
		timeout = sooner(timeout, r->due_ms - r->now_ms);
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

static void
wait_and_handle(struct reader *r)
{
	int timeout = timeout_ms(r);
	struct pollfd ready[3] = {
		{ .fd = term_fd(), .events = POLLIN },
		{ .fd = session_fd(r->session), .events = session_events(r->session) },
		{ .fd = run_fd(&r->runs), .events = POLLIN },
	};
	uint32_t key;

	if (term_poll(ready, 3, timeout) == -1)
		ready[0].revents = ready[1].revents = ready[2].revents = 0;	/* a signal: term_key() knows what it was */
	r->now_ms = moment_now_ms();
	for (key = term_key(); key != KEYS_NONE && !r->quit; key = term_key())
		reader_key(r, key);
	if (term_ended() || (ready[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		r->quit = true;
	if (r->quit)
		return;
	if (r->urgent)
		draw(r);			/* before what the daemon has to say, which may be much */
	if (ready[2].revents != 0)
		run_pump(&r->runs, reader_run_ended, r);
	session_pump(r->session, r->now_ms);
	wake_views(r);
	r->dirty |= (r->due_ms != -1 && r->now_ms >= r->due_ms) || r->now_ms - r->drawn_ms >= AGES_MS;
}

/* What was done right before leaving is sent, and marks are waited for. */
static void
finish(struct reader *r)
{
	int64_t end_ms = moment_now_ms() + FINISH_MS;

	while (session_is_telling(r->session) && r->now_ms < end_ms) {
		struct pollfd ready = { .fd = session_fd(r->session), .events = session_events(r->session) };

		poll(&ready, 1, (int)(end_ms - r->now_ms));
		r->now_ms = moment_now_ms();
		session_pump(r->session, r->now_ms);
	}
}

static void
run(struct reader *r)
{
	r->now_ms = r->drawn_ms = moment_now_ms();	/* the first screen waits a frame for something to show */
	r->due_ms = -1;
	view_feeds_open(r);
	session_start(r->session, r->now_ms);
	while (!r->quit) {
		if (r->dirty && (r->urgent || r->now_ms - r->drawn_ms >= FRAME_MS))
			draw(r);
		wait_and_handle(r);
	}
	finish(r);
	while (r->top != NULL)
		reader_pop(r);
}

static int
read_settings(struct reader *r)
{
	char why[SETTINGS_ERROR_BYTES];
	char *path = settings_config_path("config");
	int status = 0;

	settings_init(&r->settings);
	if (path != NULL)
		status = settings_read(&r->settings, path, why);
	if (status == -1)
		out_error("%s", why);
	free(path);
	r->unread_only = r->settings.unread_only;
	r->hide_read = r->settings.hide_read_feeds;
	return status == -1 ? -1 : 0;
}

void
reader_use_look(struct reader *r)
{
	const struct settings *settings = &r->settings;
	char why[SETTINGS_ERROR_BYTES];
	struct theme theme;

	theme_named(theme_name((size_t)settings->theme), &theme);
	for (size_t row = 0; row < THEME_ROWS; row++)
		if (settings->styles[row] != NULL)
			theme_set(&theme, theme_style_name(row), settings->styles[row], why, sizeof(why));
	term_theme(&theme);
	term_use_mouse(settings->mouse);
}

static int
open_terminal(struct reader *r)
{
	const char *why;

	if (term_open(r->settings.truecolor, &why) == -1) {
		out_error("%s", why);
		return -1;
	}
	reader_use_look(r);
	return 0;
}

static void
free_reader(struct reader *r)
{
	settings_free(&r->settings);
	reader_keys_end(r);
	feedset_clear(&r->feeds);
	feedset_clear(&r->coming);
	free(r);
}

/* The exit status; what is lost is said. */
static int
left_behind(const struct session *session)
{
	size_t count = session_unconfirmed(session);

	if (count == 0)
		return 0;
	if (session_is_up(session))
		out_error("%zu mark%s not sent: the daemon does not answer", count, count == 1 ? " was" : "s were");
	else
		out_error("%zu mark%s not sent: there is no daemon", count, count == 1 ? " was" : "s were");
	return EXIT_NO_DAEMON;
}

int
reader_main(struct client *client)
{
	struct reader *r = calloc(1, sizeof(*r));
	int status;

	if (r == NULL)
		abort();
	text_locale();
	if (read_settings(r) == -1 || reader_keys_start(r) == -1 || open_terminal(r) == -1) {
		free_reader(r);
		return EXIT_USAGE;
	}
	r->session = session_new(client, &session_ops, r);
	r->known.session = r->session;
	run(r);
	term_close();
	status = left_behind(r->session);
	known_free(&r->known);
	session_free(r->session);
	free_reader(r);
	return status;
}
