#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd-item.h"
#include "contrib/gazette/text.h"
#include "daemon/shared/protocol.h"

enum { LIMIT_DEFAULT = 50 };

/* Prints one page after the other, as one of the formats does it. */
struct listing {
	struct cmd		*cmd;		/* its arena is for one page */
	const struct format	*format;
	struct out_table	*table;
	bool			 begun;		/* the first page has come: from now on there is output */
	int64_t			 count;		/* entries printed */
};

struct format {
	const char	*fields;		/* what is asked for; NULL: what the daemon gives by default */
	void		 (*begin)(struct listing *);
	void		 (*item)(struct listing *, const json_t *item);
	void		 (*end)(struct listing *);
};

static int64_t
number_of(const json_t *item)
{
	return cmd_integer(json_object_get(item, "_gazette"), "item");
}

/* --- text ----------------------------------------------------------------------------------- */

static const struct out_column columns[] = {
	{ .align = OUT_RIGHT }, { .align = OUT_RIGHT, .from = 40 }, { .align = OUT_LEFT },
	{ .align = OUT_LEFT, .least = 8, .share = 1, .from = 60 }, { .align = OUT_LEFT, .least = 10, .share = 3 }
};

static void
text_begin(struct listing *list)
{
	list->table = out_table_new(&list->cmd->out, columns, sizeof(columns) / sizeof(columns[0]));
}

/* Entries without a title are named by their text, which pages do not carry. */
static const char *
title_of(struct cmd *cmd, const json_t *item)
{
	struct client_error	 err;
	const char		*title = cmd_string(item, "title");
	json_t			*result;

	if (title != NULL && *title != '\0')
		return title;
	title = cmd_string(item, "summary");
	if ((title == NULL || *title == '\0') && client_call(cmd->client, "item.get",
	    json_pack("{s:I}", "item", (json_int_t)number_of(item)), &result, &err) == 0) {
		title = cmd_clean(cmd, cmd_item_title(cmd, json_object_get(result, "item")));
		json_decref(result);
		return title;
	}
	return cmd_item_title(cmd, item);
}

static void
text_item(struct listing *list, const json_t *item)
{
	const json_t	*ours = json_object_get(item, "_gazette");
	bool		 unread = cmd_item_has_tag(item, "unread"), starred = cmd_item_has_tag(item, "starred");
	const char	*marks[] = { NULL, "N", "*", "N*" };

	out_cellf(list->table, OUT_DIM, "%" PRId64, number_of(item));
	out_cell_time(list->table, cmd_item_date(item), OUT_DIM);
	out_cell(list->table, marks[unread + 2 * starred], OUT_MARK);
	out_cell(list->table, cmd_string(ours, "feed_title"), OUT_DIM);
	out_cell(list->table, title_of(list->cmd, item), unread ? OUT_BOLD : OUT_PLAIN);
}

static void
text_end(struct listing *list)
{
	out_table_end(list->table);
}

/* --- for programs --------------------------------------------------------------------------- */

static void
nothing(struct listing *list)
{
	(void)list;
}

static void
json_begin(struct listing *list)
{
	(void)list;
	out_printf("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"gazette\",\"items\":[");
}

static void
json_item(struct listing *list, const json_t *item)
{
	out_printf(list->count > 0 ? ",\n" : "\n");
	out_json_part(item, false);
}

static void
json_finish(struct listing *list)
{
	(void)list;
	out_printf("\n]}\n");
}

static void
jsonl_item(struct listing *list, const json_t *item)
{
	(void)list;
	out_json(item, false);
}

/* A field that ends with end; white space in it is single spaces. */
static void
tsv_field(struct listing *list, const char *text, char end)
{
	const char	*clean = cmd_clean(list->cmd, text);

	out_printf("%s%c", clean != NULL ? clean : "", end);
}

static void
tsv_item(struct listing *list, const json_t *item)
{
	const json_t	*ours = json_object_get(item, "_gazette");

	out_printf("%" PRId64 "\t", number_of(item));
	tsv_field(list, cmd_item_date(item), '\t');
	out_printf("%" PRId64 "\t", cmd_integer(ours, "feed"));
	tsv_field(list, cmd_string(ours, "feed_title"), '\t');
	tsv_field(list, cmd_item_tags(list->cmd, item), '\t');
	tsv_field(list, title_of(list->cmd, item), '\t');
	tsv_field(list, cmd_string(item, "url"), '\n');
}

static void
ids_item(struct listing *list, const json_t *item)
{
	(void)list;
	out_printf("%" PRId64 "\n", number_of(item));
}

/* --- with what was found: a line of facts, and one of text, for each ------------------------------ */

/* The words that were looked for stand out, or are in [brackets] where nothing can. */
static void
print_snippet(struct listing *list, const json_t *parts)
{
	const struct out	*out = &list->cmd->out;
	struct buf		 clean = BUF_INIT(SIZE_MAX);
	json_t			*part;
	size_t			 i;

	out_printf("    ");
	json_array_foreach(parts, i, part) {
		if (!json_is_string(part))
			continue;
		buf_clear(&clean);
		text_clean_lines(json_string_value(part), json_string_length(part), &clean);
		if (i % 2 == 0)
			out_printf("%s", buf_str(&clean));
		else if (out->colour)
			out_printf("%s%s%s", out_on(out, OUT_MARK), buf_str(&clean), out_off(out));
		else
			out_printf("[%s]", buf_str(&clean));
	}
	out_printf("\n");
	buf_free(&clean);
}

static void
snippet_item(struct listing *list, const json_t *item)
{
	const json_t		*ours = json_object_get(item, "_gazette"), *parts = json_object_get(ours, "snippet");
	const struct out	*out = &list->cmd->out;
	bool			 unread = cmd_item_has_tag(item, "unread");

	out_printf("%s%" PRId64 "  %s%s  %s%s%s\n", out_on(out, OUT_DIM), number_of(item), cmd_member(list->cmd, ours, "feed_title"),
	    out_off(out), out_on(out, unread ? OUT_BOLD : OUT_PLAIN), cmd_clean(list->cmd, title_of(list->cmd, item)),
	    unread ? out_off(out) : "");
	if (json_array_size(parts) > 0)
		print_snippet(list, parts);
}

static const struct format snippet_format = { "title summary date_published date_modified", nothing, snippet_item, nothing };

/* In the order of the option's words: text|json|jsonl|tsv|ids */
enum { FORMAT_TEXT, FORMAT_JSON };
static const struct format formats[] = {
	{ "title summary date_published date_modified", text_begin, text_item, text_end },
	{ NULL, json_begin, json_item, json_finish },
	{ NULL, nothing, jsonl_item, nothing },
	{ "title summary date_published date_modified url", nothing, tsv_item, nothing },
	{ "id", nothing, ids_item, nothing }
};

void
cmd_item_print(struct cmd *cmd, const json_t *items)
{
	struct listing	 list = { .cmd = cmd, .format = &formats[FORMAT_TEXT] };
	json_t		*item;
	size_t		 i;

	text_begin(&list);
	json_array_foreach(items, i, item)
		text_item(&list, item);
	text_end(&list);
}

/* --- pages ---------------------------------------------------------------------------------- */

static json_t *
fields_array(const char *fields)
{
	json_t	*array = json_array();
	size_t	 len;

	for (; *fields != '\0'; fields += len + (fields[len] == ' ')) {
		len = strcspn(fields, " ");
		json_array_append_new(array, json_stringn(fields, len));
	}
	return array;
}

static json_t *
page_params(const struct listing *list, const char *query, const char *after, int64_t limit)
{
	static const char *const sorts[] = { "newest", "oldest", "relevance" };
	json_t			*params;

	params = json_pack("{s:I, s:s}", "limit", (json_int_t)limit, "sort", sorts[list->cmd->options->sort]);
	if (query != NULL)
		json_object_set_new(params, "query", json_string(query));
	if (after != NULL)
		json_object_set_new(params, "after", json_string(after));
	if (list->format->fields != NULL)
		json_object_set_new(params, "fields", fields_array(list->format->fields));
	if (list->cmd->options->snippets)
		json_object_set_new(params, "snippet", json_true());
	return params;
}

static void
print_page(struct listing *list, const json_t *result)
{
	json_t	*item;
	size_t	 i;

	if (!list->begun)
		list->format->begin(list);
	list->begun = true;
	json_array_foreach(json_object_get(result, "items"), i, item) {
		list->format->item(list, item);
		list->count++;
	}
	arena_reset(list->cmd->arena);
	if (!list->cmd->out.terminal)
		out_progress("%" PRId64 " entries", list->count);
}

/* Prints up to limit entries (0: all), page by page. */
static enum cmd_exit
print_pages(struct listing *list, const char *query, int64_t limit)
{
	enum cmd_exit	 status;
	const char	*after = NULL;
	json_t		*result, *before = NULL;
	int64_t		 page;

	do {
		page = limit == 0 || limit - list->count > PROTOCOL_PAGE_MAX ? PROTOCOL_PAGE_MAX : limit - list->count;
		status = cmd_call(list->cmd, "item.list", page_params(list, query, after, page), &result);
		if (status == CMD_DONE)
			print_page(list, result);
		json_decref(before);
		before = result;
		after = cmd_string(result, "after");
	} while (after != NULL && (limit == 0 || list->count < limit) && out_ok());
	out_progress_end();
	json_decref(before);
	return status;
}

enum cmd_exit
cmd_list(struct cmd *cmd)
{
	const struct cmd_options *opt = cmd->options;
	int			 format = opt->format != -1 ? opt->format : opt->json ? FORMAT_JSON : FORMAT_TEXT;
	struct cmd		 paged = *cmd;
	struct listing		 list = { .cmd = &paged, .format = &formats[format] };
	enum cmd_exit		 status;

	if (opt->snippets && format == FORMAT_TEXT)
		list.format = &snippet_format;
	paged.arena = arena_new(0);
	status = print_pages(&list, cmd_query(cmd, 0), opt->limit != -1 ? opt->limit : LIMIT_DEFAULT);
	if (list.begun && (status == CMD_DONE || format != FORMAT_JSON))
		list.format->end(&list);
	arena_free(paged.arena);
	return status;
}
