#include "contrib/gazette/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/article.h"
#include "contrib/gazette/illustrate.h"
#include "contrib/gazette/pager.h"
#include "contrib/gazette/text.h"

enum { URL_BYTES = 65536, MARGIN_COLS = 2, COPIES_MAX = 50, COPIES_BYTES = 64 << 10 };

struct article_view {
	struct view	 view;
	struct view	*entries;
	int64_t		 id, feed;
	struct article	 article;
	struct pager	 pager;
	struct illustration pictures;
	bool		 wrap_code;
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

static void
article_draw(struct view *view, struct area area)
{
	struct article_view *v = self(view);
	int width = (int)reader_settings(view->reader)->text_width, line, margin;
	struct layout layout = { .wrap_code = v->wrap_code };

	margin = area.cols >= width + 2 * MARGIN_COLS ? MARGIN_COLS : area.col != 0;	/* some room from another view at the left */
	area.col += margin;
	area.cols -= margin;
	layout.cols = area.cols < width ? area.cols : width;
	layout.wide_cols = area.cols;
	pager_resize(&v->pager, area.rows);
	if (illustrate(&v->pictures, view->reader, &v->article.body, area.rows, &layout))
		article_again(&v->article);
	if (article_wrap(&v->article, &layout))
		pager_set(&v->pager, &v->article.lines);
	line = pager_draw(&v->pager, area);
	if (!v->loaded && line < area.rows)
		view_put(area, line, 0, area.cols, TERM_DIM, v->failed ? "waiting for the daemon" : "loading…");
}

static void
article_title(struct view *view, struct buf *left, struct buf *right)
{
	struct article_view *v = self(view);
	const struct feed *feed = feedset_find(reader_feeds(view->reader), v->feed);

	buf_printf(left, " %s", feed != NULL ? feed->title : "");
	if (feed != NULL)
		buf_printf(left, "\n: %lld unread", (long long)feed->unread);
	if (v->unread)
		buf_puts(right, "unread ");
	if (v->starred)
		buf_puts(right, "* ");
	pager_position(&v->pager, right);
}

static unsigned
article_more_keys(const struct view *view)
{
	return pager_keys(&((const struct article_view *)view)->pager);
}

static void
article_hint(struct view *view, struct buf *out)
{
	if (!pager_hint(&self(view)->pager, out))
		buf_puts(out, "?:help  n:next unread  J/K:next/previous  r:unread  s:star  o:browser  q:back");
}

/* --- the entry ------------------------------------------------------------------------------ */

static void
got_copies(void *owner, json_t *result, const struct client_error *error)
{
	struct article_view *v = owner;
	struct buf names = BUF_INIT(COPIES_BYTES);
	size_t at;
	json_t *item;

	json_array_foreach(json_object_get(result, "items"), at, item) {
		const json_t *id = json_object_get(json_object_get(item, "_gazette"), "feed");
		const struct feed *feed = feedset_find(reader_feeds(v->view.reader), json_integer_value(id));

		if (feed != NULL)
			buf_printf(&names, "%s%s", names.len != 0 ? ", " : "", feed->title);
	}
	if (error == NULL && names.len != 0)
		article_copies(&v->article, buf_str(&names));
	buf_free(&names);
	reader_dirty(v->view.reader);
}

/* Behind the article, which is shown without waiting for it. */
static void
ask_copies(struct article_view *v)
{
	if (v->article.story != 0)
		session_ask(reader_session(v->view.reader), "item.list", json_pack("{s:o, s:i, s:[s]}", "query",
		    json_sprintf("story:%lld -id:%lld", v->article.story, (long long)v->id), "limit", COPIES_MAX, "fields", "title"),
		    got_copies, v);
}

static void
got_item(void *owner, json_t *result, const struct client_error *error)
{
	struct article_view *v = owner;
	const struct feed *feed = feedset_find(reader_feeds(v->view.reader), v->feed);

	reader_show(v->view.reader);
	if (error != NULL) {
		v->failed = true;
		if (error->code != CLIENT_ELOST)
			reader_say(v->view.reader, TERM_ERROR, "%s", error->message);
		return;
	}
	article_take(&v->article, json_object_get(result, "item"), feed != NULL ? feed->title : NULL,
	    reader_settings(v->view.reader)->date_format);
	v->pager.lines = NULL;
	v->loaded = true;
	ask_copies(v);
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

	article_take(&v->article, head, feed != NULL ? feed->title : NULL, reader_settings(v->view.reader)->date_format);
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
	pager_home(&v->pager);
	illustrate_begin(&v->pictures, view->reader);
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

/* The number of the first image; 0: there is none. */
static size_t
first_image(const struct article *article)
{
	for (size_t at = 0; at < article->body.n_links; at++)
		if (article->body.links[at].kind == BODY_IMAGE)
			return at + 1;
	return 0;
}

/* The URL of the link with this number into the buffer; false, said: there is none. */
static bool
link_of(struct view *view, const char *text, const char *what, struct buf *url)
{
	size_t len;
	const char *link = article_link(&self(view)->article, strtoul(text, NULL, 10), &len);

	buf_put(url, link, len);
	if (url->len == 0)
		reader_say(view->reader, TERM_ERROR, "there is no %s %s", what, text);
	return url->len != 0;
}

static void
show_image(struct view *view, const char *text)
{
	struct buf url = BUF_INIT(URL_BYTES);

	if (link_of(view, text, "image", &url))
		view_show_image(view, buf_str(&url));
	buf_free(&url);
}

static void
ask_image(struct article_view *v)
{
	char number[24];
	int count = reader_count(v->view.reader);

	snprintf(number, sizeof(number), "%zu", count != 0 ? (size_t)count : first_image(&v->article));
	if (count != 0)
		show_image(&v->view, number);
	else if (*number == '0')
		reader_say(v->view.reader, TERM_PLAIN, "there are no images in it");
	else
		reader_ask_line(v->view.reader, &v->view, "image: ", number, SIZE_MAX, show_image);
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
	struct buf url = BUF_INIT(URL_BYTES);

	if (link_of(view, text, "link", &url))
		reader_browse(view->reader, buf_str(&url));
	buf_free(&url);
}

static void
ask_link(struct article_view *v)
{
	char label[64];
	int count = reader_count(v->view.reader);

	if (article_links(&v->article) == 0) {
		reader_say(v->view.reader, TERM_PLAIN, "there are no links in it");
		return;
	}
	if (count != 0) {
		snprintf(label, sizeof(label), "%d", count);
		open_link(&v->view, label);
		return;
	}
	snprintf(label, sizeof(label), "link (1-%zu): ", article_links(&v->article));
	reader_ask_line(v->view.reader, &v->view, label, "", SIZE_MAX, open_link);
}

static void
search(struct view *view, const char *words)
{
	pager_search(&self(view)->pager, view, words);
}

static bool
article_act(struct view *view, enum action action)
{
	struct article_view *v = self(view);

	if (pager_act(&v->pager, view, action))
		return true;
	switch (action) {
	case ACTION_SEARCH:
		reader_ask_line(view->reader, view, "search: ", "", SIZE_MAX, search);
		return true;
	case ACTION_WRAP_CODE:
		v->wrap_code = !v->wrap_code;
		return true;
	case ACTION_TOGGLE_READ:
		toggle(v, false);
		return true;
	case ACTION_TOGGLE_STAR:
		toggle(v, true);
		return true;
	case ACTION_LINK:
		ask_link(v);
		return true;
	case ACTION_LINKS:
		if (article_links(&v->article) != 0)
			view_links_open(view->reader, &v->article);
		else
			reader_say(view->reader, TERM_PLAIN, "there are no links in it");
		return true;
	case ACTION_REVISIONS:
		view_revisions_open(view->reader, v->id);
		return true;
	case ACTION_STORY:
		if (!v->loaded || v->article.story != 0)
			return false;
		reader_say(view->reader, TERM_PLAIN, "no other feed has this story, as far as is known");
		return true;
	case ACTION_IMAGES:
		illustrate_toggle(&v->pictures, view->reader, v->loaded ? &v->article.body : NULL);
		return true;
	case ACTION_IMAGE:
		ask_image(v);
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

	reader_announce(view->reader, view, change->what == CHANGE_ITEM_NEW, change->feed);
	if (change->item == v->id && change->what == CHANGE_ITEM_MARKED) {
		v->unread = change->unread != -1 ? change->unread == 1 : v->unread;
		v->starred = change->starred != -1 ? change->starred == 1 : v->starred;
	}
	if (change->item != v->id || change->object == NULL || !item_read(&item, change->object))
		return;
	v->unread = item.unread;
	v->starred = item.starred;
	item_clear(&item);
	if (change->what != CHANGE_ITEM_UPDATED)
		return;
	if (reader_has_focus(view->reader, view))
		reader_say(view->reader, TERM_PLAIN, "the feed has edited it (d shows how)");
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
	illustrate_end(&v->pictures, view->reader);
	pager_clear(&v->pager);
	article_clear(&v->article);
	free(v->url);
	free(v);
}

static const struct view_ops article_ops = {
	.keys = KEYS_IN_ARTICLE, .pane = PANE_ARTICLE, .draw = article_draw, .title = article_title, .hint = article_hint, .more_keys = article_more_keys, .act = article_act, .subject = article_subject,
	.change = article_change, .up = article_up, .close = article_close
};

struct view *
view_article_open(struct reader *reader, struct view *entries, const struct item *item)
{
	struct article_view *v = calloc(1, sizeof(*v));

	if (v == NULL)
		abort();
	v->entries = entries;
	pager_init(&v->pager);
	v->wrap_code = reader_settings(reader)->wrap_code;
	reader_push(reader, &v->view, &article_ops);
	view_article_show(&v->view, item);
	return &v->view;
}
