#include "contrib/gazette/acts.h"

#include "contrib/gazette/view.h"

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
	view_help_open(view->reader, view->ops->keys);
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
		reader_say(view->reader, TERM_ERROR, "not while the daemon is away: nothing waits that could be taken back");
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

static const struct {
	enum action	 action;
	void		(*act)(struct view *);
} acts[] = {
	{ ACTION_QUIT, quit }, { ACTION_REDRAW, redraw }, { ACTION_HELP, help }, { ACTION_REFRESH_ALL, refresh_all },
	{ ACTION_UNDO, undo }, { ACTION_COMMAND, command },
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
