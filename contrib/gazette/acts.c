#include "contrib/gazette/acts.h"

#include "contrib/gazette/acts-private.h"

static void
quit(struct view *view)
{
	reader_quit(view->reader);
}

static void
redraw(struct view *view)
{
	(void)view;
	term_redraw();
}

static void
help(struct view *view)
{
	view_help_open(view->reader, view_keys(view));
}

static void
refresh_all(struct view *view)
{
	reader_refresh(view->reader, NULL);
}

static void
undo(struct view *view)
{
	if (!session_undo(reader_session(view->reader)))
		reader_say(view->reader, TERM_ERROR, "undo: nothing waits for the daemon");
}

static void
do_line(struct view *view, const char *line)
{
	reader_do(view->reader, line);
}

static void
command(struct view *view)
{
	reader_ask_line(view->reader, view, ":", "", SIZE_MAX, do_line);
}

/* A line of the file of keys, until the reader ends. */
static void
bind_line(struct view *view, const char *word)
{
	struct buf line = BUF_INIT(KEYS_LINE_BYTES), why = BUF_INIT(KEYS_LINE_BYTES);

	buf_printf(&line, "%s %s", word, reader_argument(view->reader));
	if (line.overflow)
		reader_say(view->reader, TERM_ERROR, "%s: that is too long", word);
	else if (keys_line(reader_keys(view->reader), buf_str(&line), &why) == -1)
		reader_say(view->reader, TERM_ERROR, "%s", buf_str(&why));
	buf_free(&line);
	buf_free(&why);
}

static void
bind(struct view *view)
{
	bind_line(view, "bind");
}

static void
unbind(struct view *view)
{
	bind_line(view, "unbind");
}

static void
macro(struct view *view)
{
	bind_line(view, "macro");
}

static void
set(struct view *view)
{
	reader_set(view->reader, reader_argument(view->reader));
}

static void
health(struct view *view)
{
	view_health_open(view->reader);
}

static void
messages(struct view *view)
{
	view_log_open(view->reader);
}

struct subject
acts_subject(struct view *view)
{
	struct subject subject = { 0 };

	if (view->ops->subject != NULL)
		view->ops->subject(view, &subject);
	return subject;
}

void
acts_ask(struct view *view, const char *method, json_t *params, session_reply reply)
{
	if (session_ask(reader_session(view->reader), method, params, reply, view->reader))
		return;
	reader_progress(view->reader, "");
	reader_say(view->reader, TERM_ERROR, "not while the daemon is away");
}

static const struct {
	enum action	 action;
	void		(*act)(struct view *);
} acts[] = {
	{ ACTION_QUIT, quit }, { ACTION_REDRAW, redraw }, { ACTION_HELP, help }, { ACTION_REFRESH_ALL, refresh_all },
	{ ACTION_UNDO, undo }, { ACTION_COMMAND, command }, { ACTION_SET, set },
	{ ACTION_BIND, bind }, { ACTION_UNBIND, unbind },
	{ ACTION_MACRO, macro }, { ACTION_HEALTH, health }, { ACTION_LOG, messages },
	{ ACTION_TAG, acts_tag }, { ACTION_BROWSER, acts_browse }, { ACTION_COPY, acts_copy }, { ACTION_PIPE, acts_pipe },
	{ ACTION_PIPE_JSON, acts_pipe_json }, { ACTION_STORY, acts_story }, { ACTION_SAVE_SEARCH, acts_save_search }, { ACTION_BOOKMARK, acts_bookmark }, { ACTION_PLAY, acts_play },
	{ ACTION_ADD, acts_add }, { ACTION_REMOVE, acts_remove }, { ACTION_PAUSE, acts_pause },
	{ ACTION_SETTINGS, acts_settings }, { ACTION_FEED_SET, acts_feed_set }, { ACTION_FEED_TAG, acts_feed_tag },
};

bool
acts_do(struct view *view, enum action action)
{
	for (size_t row = 0; row < sizeof(acts) / sizeof(acts[0]); row++) {
		if (acts[row].action != action)
			continue;
		acts[row].act(view);
		return true;
	}
	return false;
}
