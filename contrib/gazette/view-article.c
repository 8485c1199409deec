#include "contrib/gazette/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/article.h"
#include "contrib/gazette/text.h"

enum {
	TEXT_COLS_MAX = 96,		/* longer lines are hard to read */
	URL_BYTES = 65536
};

struct article_view {
	struct view	 view;
	struct view	*entries;
	int64_t		 id, feed;
	struct article	 article;
	struct list	 list;		/* of lines; top is what counts */
	bool		 loaded, failed;
	bool		 unread, starred;
	char		*url;
};

static struct article_view *
self(struct view *view)
{
	return (struct article_view *)view;
}

/* --- drawing -------------------------------------------------------------------------------- */

/* Wraps to the width; after a change of width what was on top is about there again. */
static void
wrap(struct article_view *v, int cols)
{
	size_t before = v->article.count, top = v->list.top;

	article_wrap(&v->article, cols < TEXT_COLS_MAX ? cols : TEXT_COLS_MAX);
	if (v->article.count != before && before != 0)
		top = top * v->article.count / before;
	v->list.count = v->article.count;
	v->list.top = v->list.selected = top;
	list_resize(&v->list, v->list.height);
}

static void
article_draw(struct view *view, struct area area)
{
	struct article_view *v = self(view);
	int margin = area.cols > TEXT_COLS_MAX + 4 ? 2 : 0, line;

	v->list.height = (size_t)area.rows;
	wrap(v, area.cols - margin);
	for (line = 0; line < area.rows && v->list.top + (size_t)line < v->article.count; line++) {
		const struct article_line *at = &v->article.lines[v->list.top + (size_t)line];

		term_text(area.row + line, area.col + margin, area.cols - margin, at->style,
		    v->article.wrapped.ptr + at->offset, at->len);
	}
	if (!v->loaded && line < area.rows)
		view_put(area, line, margin, area.cols, TERM_DIM, v->failed ? "waiting for the daemon" : "loading…");
}

static void
article_title(struct view *view, struct buf *left, struct buf *right)
{
	struct article_view *v = self(view);
	const struct feed *feed = feedset_find(reader_feeds(view->reader), v->feed);
	size_t below = v->list.top + v->list.height;

	buf_printf(left, " %s", feed != NULL ? feed->title : "");
	if (feed != NULL)
		buf_printf(left, ": %lld unread", (long long)feed->unread);
	if (v->unread)
		buf_puts(right, "unread ");
	if (v->starred)
		buf_puts(right, "* ");
	if (v->article.count <= v->list.height)
		buf_puts(right, "all");
	else
		buf_printf(right, "%zu%%", (below < v->article.count ? below : v->article.count) * 100 / v->article.count);
}

static void
article_hint(struct view *view, struct buf *out)
{
	(void)view;
	buf_puts(out, "?:help  n:next unread  J/K:next/previous  r:unread  s:star  o:browser  q:back");
}

/* --- the entry ------------------------------------------------------------------------------ */

static void
got_item(void *owner, json_t *result, const struct client_error *error)
{
	struct article_view *v = owner;
	const struct feed *feed = feedset_find(reader_feeds(v->view.reader), v->feed);
	size_t top = v->list.top;

	reader_show(v->view.reader);
	if (error != NULL) {
		v->failed = true;
		if (error->code != CLIENT_ELOST)
			reader_say(v->view.reader, TERM_ERROR, "%s", error->message);
		return;
	}
	article_take(&v->article, json_object_get(result, "item"), feed != NULL ? feed->title : NULL);
	v->loaded = true;
	v->list = (struct list){ .height = v->list.height, .top = top, .selected = top };
}

static void
load(struct article_view *v)
{
	session_forget(reader_session(v->view.reader), v);
	v->failed = !session_ask(reader_session(v->view.reader), "item.get", json_pack("{s:I}", "item", (json_int_t)v->id),
	    got_item, v);
}

/* What the list knows already, until the rest comes. */
static void
show_head(struct article_view *v, const struct item *item)
{
	const struct feed *feed = feedset_find(reader_feeds(v->view.reader), item->feed);
	json_t *head = json_pack("{s:s, s:s*}", "title", item->title, "url", item->url);

	article_take(&v->article, head, feed != NULL ? feed->title : NULL);
	json_decref(head);
}

void
view_article_peek(struct view *view, const struct item *item)
{
	struct article_view *v = self(view);

	v->id = item->id;
	v->feed = item->feed;
	v->starred = item->starred;
	v->unread = item->unread;
	v->loaded = false;
	free(v->url);
	v->url = item->url != NULL ? strdup(item->url) : NULL;
	v->list = (struct list){ .height = v->list.height };
	show_head(v, item);
	load(v);
}

void
view_article_show(struct view *view, const struct item *item)
{
	struct item *row = view_entries_item(self(view)->entries, item->id);

	view_article_peek(view, item);
	if (reader_settings(view->reader)->mark_read == MARK_READ_BY_HAND)
		return;
	self(view)->unread = false;
	if (row != NULL)
		reader_mark(view->reader, row, false, false);
}

int64_t
view_article_item(const struct view *view)
{
	return ((const struct article_view *)view)->id;
}

/* --- keys ----------------------------------------------------------------------------------- */

static void
toggle(struct article_view *v, bool starred)
{
	struct item lone = { .id = v->id, .feed = v->feed, .unread = v->unread, .starred = v->starred };
	struct item *row = view_entries_item(v->entries, v->id);

	if (row == NULL)
		row = &lone;
	reader_mark(v->view.reader, row, starred, starred ? !v->starred : !v->unread);
	v->unread = row->unread;
	v->starred = row->starred;
}

static void
open_link(struct view *view, const char *text)
{
	struct article_view *v = self(view);
	struct buf url = BUF_INIT(URL_BYTES);
	size_t len;
	const char *link = article_link(&v->article, strtoul(text, NULL, 10), &len);

	buf_put(&url, link, len);
	if (url.len == 0)
		reader_say(view->reader, TERM_ERROR, "there is no link %s", text);
	else
		reader_browse(view->reader, buf_str(&url));
	buf_free(&url);
}

static void
ask_link(struct article_view *v)
{
	char label[64];

	if (v->article.n_links == 0) {
		reader_say(v->view.reader, TERM_PLAIN, "there are no links in it");
		return;
	}
	snprintf(label, sizeof(label), "link (1-%zu): ", v->article.n_links);
	reader_ask_line(v->view.reader, &v->view, label, "", SIZE_MAX, open_link);
}

/* Moves the text, not a line in it. */
static bool
scroll(struct article_view *v, enum action action)
{
	struct list *list = &v->list;
	size_t last = list->count > list->height ? list->count - list->height : 0;

	list->selected = list->top;
	if (action == ACTION_END)
		list->top = last;
	else if (action == ACTION_UP || action == ACTION_DOWN)
		list_scroll(list, action == ACTION_UP ? -1 : 1);
	else if (!view_list_act(list, action))
		return false;
	if (list->top > last)
		list->top = last;
	list->selected = list->top;
	return true;
}

static bool
article_act(struct view *view, enum action action)
{
	struct article_view *v = self(view);

	if (scroll(v, action))
		return true;
	switch (action) {
	case ACTION_TOGGLE_READ:
		toggle(v, false);
		return true;
	case ACTION_TOGGLE_STAR:
		toggle(v, true);
		return true;
	case ACTION_LINK:
		ask_link(v);
		return true;
	case ACTION_NEXT_UNREAD: case ACTION_PREVIOUS_UNREAD: case ACTION_NEXT: case ACTION_PREVIOUS: case ACTION_REFRESH:
		return v->entries->ops->act(v->entries, action);
	default:
		return false;
	}
}

static void
article_subject(struct view *view, struct subject *subject)
{
	struct article_view *v = self(view);
	const struct item *row = view_entries_item(v->entries, v->id);

	subject->feed = v->feed;
	subject->item = v->id;
	subject->title = row != NULL ? row->title : NULL;
	subject->url = v->url;
}

/* --- life ----------------------------------------------------------------------------------- */

static void
article_change(struct view *view, const struct change *change)
{
	struct article_view *v = self(view);
	struct item item;

	reader_announce(view->reader, view, change->what == CHANGE_ITEM_NEW);
	if (change->item != v->id || change->object == NULL || !item_read(&item, change->object))
		return;
	v->unread = item.unread;
	v->starred = item.starred;
	item_clear(&item);
	if (change->what == CHANGE_ITEM_UPDATED)
		load(v);
}

static void
article_up(struct view *view, bool fresh)
{
	struct article_view *v = self(view);

	if (fresh || !v->loaded)
		load(v);
}

static void
article_close(struct view *view)
{
	struct article_view *v = self(view);

	view_entries_article_closed(v->entries);
	article_clear(&v->article);
	free(v->url);
	free(v);
}

static const struct view_ops article_ops = {
	.keys = KEYS_IN_ARTICLE, .pane = PANE_ARTICLE, .draw = article_draw, .title = article_title, .hint = article_hint, .act = article_act, .subject = article_subject,
	.change = article_change, .up = article_up, .close = article_close
};

struct view *
view_article_open(struct reader *reader, struct view *entries, const struct item *item)
{
	struct article_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	v->entries = entries;
	v->list.height = 1;
	reader_push(reader, &v->view, &article_ops);
	view_article_show(&v->view, item);
	return &v->view;
}
