#include <inttypes.h>

#include "contrib/gazette/cmd.h"

static const struct out_column columns[] = {
	{ "TAG", OUT_LEFT, 20, 1, 0 }, { "ENTRIES", OUT_RIGHT, 0, 0, 0 }, { "FEEDS", OUT_RIGHT, 0, 0, 0 }
};

/* table: NULL for JSON. */
static void
print_page(struct out_table *table, const json_t *tags)
{
	json_t	*tag;
	size_t	 i;

	json_array_foreach(tags, i, tag) {
		if (table == NULL) {
			out_json(tag, false);
			continue;
		}
		out_cell(table, cmd_string(tag, "tag"), OUT_BOLD);
		out_cellf(table, OUT_PLAIN, "%" PRId64, cmd_integer(tag, "items"));
		out_cellf(table, OUT_PLAIN, "%" PRId64, cmd_integer(tag, "feeds"));
	}
}

enum cmd_exit
cmd_tags(struct cmd *cmd)
{
	struct out_table	*table = NULL;
	enum cmd_exit		 status;
	json_t			*result, *params, *after = NULL;

	if (!cmd->options->json)
		table = out_table_new(&cmd->out, columns, sizeof(columns) / sizeof(columns[0]));
	do {
		params = json_object();
		if (after != NULL)
			json_object_set_new(params, "after", after);
		status = cmd_call(cmd, "tag.list", params, &result);
		print_page(table, json_object_get(result, "tags"));
		after = json_incref(json_object_get(result, "after"));
		json_decref(result);
	} while (after != NULL && out_ok());
	json_decref(after);
	if (table != NULL)
		out_table_end(table);
	return status;
}
