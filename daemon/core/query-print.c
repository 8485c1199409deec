/* query-print - the tree as text. */
#include <inttypes.h>

#include "daemon/core/query-tree.h"
#include "feeds/base/buf.h"

enum { PRINT_BYTES_MAX = 1 << 20 };

static const char *const types[] = {
	[NODE_ALL] = "all", [NODE_AND] = "and", [NODE_OR] = "or", [NODE_NOT] = "not", [NODE_TEXT] = "text", [NODE_URL] = "url",
	[NODE_TAG] = "tag", [NODE_LANG] = "lang", [NODE_FEED] = "feed", [NODE_ID] = "id", [NODE_STORY] = "story", [NODE_FLAG] = "is", [NODE_TIME] = "date",
	[NODE_RECEIVED] = "received",
};
static const char *const flags[] = {
	[FLAG_UNREAD] = "unread", [FLAG_READ] = "read", [FLAG_STARRED] = "starred", [FLAG_UPDATED] = "updated",
	[FLAG_ATTACHMENT] = "attachment",
};
static const char *const columns[] = {
	[COLUMN_ANY] = "", [COLUMN_TITLE] = "title:", [COLUMN_AUTHORS] = "author:", [COLUMN_TEXT] = "text:",
};

static void
print_time(const struct node *node, struct buf *out)
{
	if (node->from != INT64_MIN)
		buf_printf(out, " %" PRId64, node->from);
	buf_puts(out, " ..");
	if (node->until != INT64_MAX)
		buf_printf(out, " %" PRId64, node->until);
}

static void
print_node(const struct node *node, struct buf *out)
{
	buf_printf(out, "(%s", types[node->type]);
	if (node->type == NODE_FLAG)
		buf_printf(out, " %s", flags[node->flag]);
	else if (node->type == NODE_ID || node->type == NODE_STORY || (node->type == NODE_FEED && node->number >= 0))
		buf_printf(out, " %" PRId64, node->number);
	else if (node->type == NODE_TIME || node->type == NODE_RECEIVED)
		print_time(node, out);
	else if (node->text != NULL)
		buf_printf(out, " %s\"%s\"%s", columns[node->column], node->text, node->prefix ? "*" : "");
	for (size_t i = 0; i < node->n_kids; i++) {
		buf_putc(out, ' ');
		print_node(node->kids[i], out);
	}
	buf_putc(out, ')');
}

const char *
query_print(struct query *query)
{
	struct buf out = BUF_INIT(PRINT_BYTES_MAX);
	const char *text;

	print_node(query->root, &out);
	text = arena_strdup(query->arena, buf_str(&out));
	buf_free(&out);
	return text;
}
