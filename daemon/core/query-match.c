#include "daemon/core/query-match.h"

bool
query_match_is(const struct node *node)
{
	bool some = false;

	switch (node->type) {
	case NODE_TEXT:
		return true;
	case NODE_OR:
		for (size_t i = 0; i < node->n_kids; i++) {
			if (!query_match_is(node->kids[i]))
				return false;
		}
		return true;
	case NODE_AND:
		for (size_t i = 0; i < node->n_kids; i++) {
			const struct node *kid = node->kids[i];

			if (!query_match_is(kid) && !(kid->type == NODE_NOT && query_match_is(kid->kids[0])))
				return false;
			some = some || kid->type != NODE_NOT;
		}
		return some;
	default:
		return false;
	}
}

static void
write_text(const struct node *node, struct buf *out)
{
	static const char *const columns[] = {
		[COLUMN_ANY] = "", [COLUMN_TITLE] = "title : ", [COLUMN_AUTHORS] = "authors : ", [COLUMN_TEXT] = "text : ",
	};

	buf_puts(out, columns[node->column]);
	buf_putc(out, '"');
	for (size_t i = 0; i < node->len; i++) {
		if (node->text[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, node->text[i]);
	}
	buf_puts(out, node->prefix ? "\" *" : "\"");
}

static void
write_joined(const struct node *node, bool negated, const char *joint, struct buf *out)
{
	bool first = !negated;

	for (size_t i = 0; i < node->n_kids; i++) {
		const struct node *kid = node->kids[i];

		if ((kid->type == NODE_NOT) != negated)
			continue;
		if (!first)
			buf_puts(out, joint);
		first = false;
		query_match_write(negated ? kid->kids[0] : kid, out);
	}
}

void
query_match_write(const struct node *node, struct buf *out)
{
	if (node->type == NODE_TEXT) {
		write_text(node, out);
		return;
	}
	buf_putc(out, '(');
	if (node->type == NODE_OR)
		write_joined(node, false, " OR ", out);
	else {
		/* NOT binds tighter than AND in FTS5 */
		buf_putc(out, '(');
		write_joined(node, false, " AND ", out);
		buf_putc(out, ')');
		write_joined(node, true, " NOT ", out);
	}
	buf_putc(out, ')');
}
