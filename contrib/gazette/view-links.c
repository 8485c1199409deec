#include "contrib/gazette/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contrib/gazette/article.h"
#include "contrib/gazette/list.h"
#include "contrib/gazette/text.h"

enum { LABEL_SHARE = 2, URL_FROM_COLS = 60, NUMBER_BYTES = 32, TEXT_BYTES = 1 << 20 };

struct link {
	char	*label, *url;
};

struct links_view {
	struct view	 view;
	char		*title;
	struct link	*links;
	struct list	 list;
};

static struct links_view *
self(struct view *view)
{
	return (struct links_view *)view;
}

static char *
copy(const char *ptr, size_t len)
{
	char *str = strndup(ptr, len);

	if (str == NULL)
		abort();
	return str;
}

/* "  12  what it stands on  where it leads"; where there is little room only the first that there is. */
static void
draw_link(const struct links_view *v, struct area area, int line, size_t number)
{
	const struct link *link = &v->links[number];
	unsigned on = number == v->list.selected ? TERM_SELECTED : 0;
	bool named = *link->label != '\0', both = named && area.cols >= URL_FROM_COLS;
	char text[NUMBER_BYTES];
	int col, width;

	snprintf(text, sizeof(text), "%4zu  ", number + 1);
	col = view_put(area, line, 0, (int)strlen(text), TERM_LINK | on, text);
	width = both ? (area.cols - col) / LABEL_SHARE : area.cols - col;
	col = view_put(area, line, col, width, (named ? TERM_PLAIN : TERM_LINK) | on, named ? link->label : link->url);
	if (!both)
		return;
	col = view_put(area, line, col, 2, TERM_PLAIN | on, " ");
	view_put(area, line, col, area.cols - col, TERM_LINK | on, link->url);
}

static void
links_draw(struct view *view, struct area area)
{
	struct links_view *v = self(view);

	list_resize(&v->list, (size_t)area.rows);
	for (int line = 0; line < area.rows && v->list.top + (size_t)line < v->list.count; line++)
		draw_link(v, area, line, v->list.top + (size_t)line);
}

static void
links_title(struct view *view, struct buf *left, struct buf *right)
{
	struct links_view *v = self(view);

	buf_printf(left, " links: %s", v->title);
	buf_printf(right, "%zu/%zu", v->list.selected + 1, v->list.count);
}

/* All of the URL that the line may have cut. */
static void
links_hint(struct view *view, struct buf *out)
{
	struct links_view *v = self(view);

	buf_puts(out, v->links[v->list.selected].url);
}

static bool
links_act(struct view *view, enum action action)
{
	struct links_view *v = self(view);
	int count = reader_count(view->reader);

	if (action == ACTION_OPEN || action == ACTION_LINK) {
		if (count > 0 && (size_t)count <= v->list.count)
			list_select(&v->list, (size_t)count - 1);
		reader_browse(view->reader, v->links[v->list.selected].url);
		return true;
	}
	if (action == ACTION_IMAGE) {
		view_show_image(view, v->links[v->list.selected].url);
		return true;
	}
	return view_list_act(&v->list, action);
}

static bool
links_point(struct view *view, int row)
{
	return view_list_point(&self(view)->list, row);
}

static void
links_subject(struct view *view, struct subject *subject)
{
	struct links_view *v = self(view);

	subject->title = v->links[v->list.selected].label;
	subject->url = v->links[v->list.selected].url;
}

static void
links_close(struct view *view)
{
	struct links_view *v = self(view);

	for (size_t at = 0; at < v->list.count; at++) {
		free(v->links[at].label);
		free(v->links[at].url);
	}
	free(v->links);
	free(v->title);
	free(v);
}

static const struct view_ops links_ops = {
	.keys = KEYS_IN_LINKS, .draw = links_draw, .title = links_title, .hint = links_hint, .act = links_act, .point = links_point,
	.subject = links_subject, .close = links_close
};

void
view_links_open(struct reader *reader, const struct article *article)
{
	struct links_view *v = calloc(1, sizeof(*v));
	size_t count = article_links(article), len;

	if (v == NULL)
		abort();
	v->links = calloc(count, sizeof(*v->links));
	if (v->links == NULL)
		abort();
	for (size_t at = 0; at < count; at++) {
		const char *text = article_link(article, at + 1, &len);
		struct buf label = BUF_INIT(TEXT_BYTES);

		v->links[at].url = copy(text, len);
		text = article_link_label(article, at + 1, &len);
		text_cleann(text, len, &label);
		v->links[at].label = copy(buf_str(&label), label.len);
		buf_free(&label);
	}
	v->title = copy(article->title.ptr, article->title.len);
	v->list = (struct list){ .count = count, .height = 1 };
	reader_push(reader, &v->view, &links_ops);
}
