/* reader-keys - what keys, the mouse and the line after ":" make the reader do. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/acts.h"
#include "contrib/gazette/out.h"
#include "contrib/gazette/pictures.h"
#include "contrib/gazette/reader-private.h"
#include "contrib/gazette/screen.h"

enum {
	LINE_BYTES = 16 * STATUS_TEXT_BYTES,
	WHY_BYTES = 1 << 20		/* what may be wrong with the file of keys */
};

const char *
reader_argument(const struct reader *r)
{
	return r->input.argument;
}

int
reader_count(const struct reader *r)
{
	return r->input.count;
}

struct keys *
reader_keys(struct reader *r)
{
	return r->keys;
}

const struct messages *
reader_messages(const struct reader *r)
{
	return &r->messages;
}

struct runs *
reader_runs(struct reader *r)
{
	return &r->runs;
}

struct pipe *
reader_pipe(struct reader *r)
{
	return r->pipe;
}

struct pictures *
reader_pictures(struct reader *r)
{
	return r->pictures;
}

void
reader_run_ended(void *reader, const struct run_end *end)
{
	struct reader *r = reader;

	if (end->status != 0)
		reader_say(r, TERM_ERROR, "%s: exit status %d%s%s", end->name, end->status, *end->line != '\0' ? ": " : "", end->line);
	else if (*end->line != '\0')
		reader_say(r, TERM_PLAIN, "%s: %s", end->name, end->line);
}

/* What a setting says at first, and a key switches then. */
static const struct reader_switch {
	const char	*setting;
	size_t		 set, now;		/* bools: of settings, of the reader */
	enum action	 action;
	const char	*on, *off;
} switches[] = {
	{ "unread_only", offsetof(struct settings, unread_only), offsetof(struct reader, unread_only), ACTION_UNREAD_ONLY,
	    "unread only", "read and unread" },
	{ "hide_read_feeds", offsetof(struct settings, hide_read_feeds), offsetof(struct reader, hide_read), ACTION_HIDE_READ,
	    "feeds with nothing unread are hidden", "all feeds" },
};

enum { N_SWITCHES = sizeof(switches) / sizeof(switches[0]) };

static bool *
state_of(struct reader *r, const struct reader_switch *row)
{
	return (bool *)((char *)r + row->now);
}

static void
toggle(struct reader *r, const struct reader_switch *row)
{
	bool *now = state_of(r, row);

	*now = !*now;
	reader_say(r, TERM_PLAIN, "%s", *now ? row->on : row->off);
	for (struct view *view = r->top; view != NULL; view = view->below)
		view->ops->act(view, row->action);
}

/* A key may have switched it since it was set last. */
static void
switch_as_set(struct reader *r, const char *name, size_t len)
{
	for (const struct reader_switch *row = switches; row < switches + N_SWITCHES; row++)
		if (strlen(row->setting) == len && memcmp(row->setting, name, len) == 0 &&
		    *(const bool *)((const char *)&r->settings + row->set) != *state_of(r, row))
			toggle(r, row);
}

static bool
toggles(struct reader *r, enum action action)
{
	for (const struct reader_switch *row = switches; row < switches + N_SWITCHES; row++)
		if (row->action == action) {
			toggle(r, row);
			return true;
		}
	return false;
}

void
reader_set(struct reader *r, const char *text)
{
	char why[SETTINGS_ERROR_BYTES];

	if (settings_pair(&r->settings, text, why) == -1)
		reader_say(r, TERM_ERROR, "%s", why);
	else
		switch_as_set(r, text, strcspn(text, " ="));
	reader_use_look(r);
	reader_dirty(r);
}

void
reader_do(struct reader *r, const char *line)
{
	struct buf why = BUF_INIT(LINE_BYTES);

	if (input_line(&r->input, line, &why) == -1)
		reader_say(r, TERM_ERROR, "%s", buf_str(&why));
	buf_free(&why);
}

/* --- what lines are completed from ----------------------------------------------------------------- */

static const char *
tag_name(void *arg, size_t row)
{
	static const char *const always[] = { "unread", "starred" };
	const struct reader *r = arg;
	size_t n_always = sizeof(always) / sizeof(always[0]);

	if (row < n_always)
		return always[row];
	row -= n_always;
	return row < r->feeds.n_tags ? r->feeds.tags[row].tag : known_tag(&r->known, row - r->feeds.n_tags);
}

static const char *
search_name(void *arg, size_t row)
{
	return known_search(&((struct reader *)arg)->known, row);
}

static const char *
feed_title(void *arg, size_t row)
{
	const struct feedset *set = &((struct reader *)arg)->feeds;

	return row < set->count ? set->feeds[row]->title : NULL;
}

static const char *
setting_name(void *arg, size_t row)
{
	(void)arg;
	return settings_name(row);
}

/* --- doing ---------------------------------------------------------------------------------- */

/* The wheel and a click are for the view they are made in. */
static struct view *
view_at(const struct reader *r, int row, int col)
{
	for (struct view *view = r->top; view != NULL; view = view->below)
		if (row >= view->area.row && row < view->area.row + view->area.rows &&
		    col >= view->area.col && col < view->area.col + view->area.cols)
			return view;
	return NULL;
}

static void
point(struct reader *r)
{
	int row, col;
	struct view *view = r->pointed;

	term_mouse(&row, &col);
	if (view != NULL)
		reader_set_focus(r, view);
	if (view != NULL && view->ops->point != NULL && view->ops->point(view, row - view->area.row))
		view->ops->act(view, ACTION_OPEN);
}

static void
next_pane(struct reader *r)
{
	struct view *views[PANES_MAX];
	size_t count = screen_views(r->top, r->focus, &r->settings, views);

	for (size_t at = 0; at < count; at++)
		if (views[at] == r->focus) {
			reader_set_focus(r, views[(at + 1) % count]);
			return;
		}
}

/* "5G": down from the first line. */
static void
go_to_line(struct reader *r, struct view *view)
{
	int count = reader_count(r);

	view->ops->act(view, ACTION_HOME);
	for (int line = 1; line < count; line++)
		view->ops->act(view, ACTION_DOWN);
}

/* What is closed to go back from the view: the feeds only if nothing is beside them. */
static struct view *
closes(const struct reader *r, struct view *view)
{
	struct view *views[PANES_MAX], *above = reader_above(r, view);
	bool alone = screen_views(r->top, r->focus, &r->settings, views) == 1;

	return view->below != NULL || above == NULL || alone ? view : above;
}

static void
act(void *arg, enum action action)
{
	struct reader *r = arg;
	struct view *view = r->pointed != NULL ? r->pointed : r->focus;

	if (toggles(r, action))
		return;
	if (action == ACTION_NEXT_PANE)
		next_pane(r);
	else if (action == ACTION_POINT)
		point(r);
	else if ((action == ACTION_HOME || action == ACTION_END) && reader_count(r) != 0)
		go_to_line(r, view);
	else if (!view->ops->act(view, action) && !acts_do(view, action) &&
	    (action == ACTION_BACK || (action == ACTION_CANCEL && view->below != NULL)))
		reader_close(r, closes(r, view));
}

static bool
asking(void *arg)
{
	const struct reader *r = arg;

	return r->status.asker != NULL || r->quit;
}

static unsigned
focus_keys(void *arg)
{
	const struct reader *r = arg;

	return view_keys(r->focus);
}

static const struct input_ops input_ops = { .act = act, .asking = asking, .view = focus_keys };

static void
key_of_question(struct reader *r, uint32_t key)
{
	bool answered;

	if ((key & KEYS_META) != 0 && !prompt_knows(key)) {
		/* Esc, and then another key: not Meta after all */
		key_of_question(r, KEYS_ESCAPE);
		reader_key(r, key & ~(uint32_t)KEYS_META);
		return;
	}
	answered = status_key(&r->status, key);
	if (r->status.asker == NULL)
		input_resume(&r->input, answered);
}

void
reader_key(struct reader *r, uint32_t key)
{
	int row, col;

	r->dirty = r->urgent = true;
	if (key == KEYS_RESIZE)
		return;
	if (r->status.asker != NULL) {
		key_of_question(r, key);
		return;
	}
	r->status.message_until_ms = 0;
	if (term_mouse(&row, &col))
		r->pointed = view_at(r, row, col);
	input_key(&r->input, key);
	r->pointed = NULL;
}

/* Each on a line of its own, as the program's. */
static void
print_mistakes(char *mistakes)
{
	char *rest = mistakes;

	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n"))
		if (*line != '\0')
			out_error("%s", line);
}

int
reader_keys_start(struct reader *r)
{
	struct buf why = BUF_INIT(WHY_BYTES);
	char *path = settings_config_path("keys");
	int status;

	history_open(&r->history, settings_state_path("history"));
	r->status.history = &r->history;
	r->status.lists = &r->lists;
	r->lists = (struct complete_lists){
		.tag = tag_name, .feed = feed_title, .search = search_name, .setting = setting_name, .arg = r
	};
	runs_init(&r->runs);
	r->pipe = pipe_new(r);
	r->pictures = pictures_new(r);
	r->keys = keys_new();
	input_init(&r->input, r->keys, &input_ops, r);
	status = path != NULL ? keys_read(r->keys, path, &why) : 0;
	if (status == -1)
		print_mistakes(why.ptr);
	free(path);
	buf_free(&why);
	return status;
}

void
reader_keys_end(struct reader *r)
{
	if (r->keys == NULL)
		return;
	input_free(&r->input);
	status_free(&r->status);
	history_close(&r->history);
	messages_clear(&r->messages);
	pipe_free(r->pipe);
	pictures_free(r->pictures);
	runs_free(&r->runs);
	keys_free(r->keys);
}
