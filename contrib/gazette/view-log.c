/* view-log - the messages: what the bottom line has said, the newest at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contrib/gazette/list.h"
#include "contrib/gazette/messages.h"
#include "contrib/gazette/view.h"

enum { TIME_BYTES = 32, TIME_COLS = 10 };

struct log_view {
	struct view	 view;
	struct list	 list;
	size_t		 seen;			/* of all messages there ever were */
};

static struct log_view *
self(struct view *view)
{
	return (struct log_view *)view;
}

/* New ones come at the end; at the end stays at the end. */
static void
follow(struct log_view *v)
{
	const struct messages *messages = reader_messages(v->view.reader);
	bool at_end = v->list.selected + 1 >= v->list.count;
	size_t came = messages->total - v->seen, gone = v->list.count + came - messages->count;

	list_remove(&v->list, 0, gone);
	list_insert(&v->list, v->list.count, came);
	v->seen = messages->total;
	if (at_end)
		list_select(&v->list, SIZE_MAX);
}

static void
log_draw(struct view *view, struct area area)
{
	struct log_view *v = self(view);
	const struct messages *messages = reader_messages(view->reader);

	list_resize(&v->list, (size_t)area.rows);
	follow(v);
	for (int line = 0; line < area.rows && v->list.top + (size_t)line < messages->count; line++) {
		const struct message *message = &messages->rows[v->list.top + (size_t)line];
		unsigned on = v->list.top + (size_t)line == v->list.selected ? TERM_SELECTED : 0;
		char clock[TIME_BYTES];
		time_t when = (time_t)message->time_s;
		struct tm local;

		localtime_r(&when, &local);
		strftime(clock, sizeof(clock), "%H:%M:%S", &local);
		view_put(area, line, 0, TIME_COLS, TERM_DIM | on, clock);
		view_put(area, line, TIME_COLS, area.cols - TIME_COLS, message->style | on, message->text);
	}
	if (messages->count == 0)
		view_put(area, area.rows > 2 ? 2 : 0, 2, area.cols, TERM_DIM, "nothing has been said yet");
}

static void
log_title(struct view *view, struct buf *left, struct buf *right)
{
	struct log_view *v = self(view);

	follow(v);
	buf_puts(left, " messages");
	if (v->list.count != 0)
		buf_printf(right, "%zu/%zu", v->list.selected + 1, v->list.count);
}

static void
log_hint(struct view *view, struct buf *out)
{
	(void)view;
	buf_puts(out, "?:help  q:back");
}

static bool
log_act(struct view *view, enum action action)
{
	follow(self(view));
	return view_list_act(&self(view)->list, action);
}

static bool
log_point(struct view *view, int row)
{
	return view_list_point(&self(view)->list, row);
}

static void
log_close(struct view *view)
{
	free(view);
}

static const struct view_ops log_ops = {
	.keys = KEYS_IN_LOG, .draw = log_draw, .title = log_title, .hint = log_hint, .act = log_act, .point = log_point,
	.close = log_close
};

void
view_log_open(struct reader *reader)
{
	struct log_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	v->list.height = 1;
	reader_push(reader, &v->view, &log_ops);
	v->seen = reader_messages(reader)->total - reader_messages(reader)->count;
	follow(v);
}
