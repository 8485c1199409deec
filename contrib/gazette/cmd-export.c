#include <string.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/export-run.h"
#include "feeds/base/utf8.h"

/* In the order of the option's words; NULL: a list of feeds, not of entries. */
static const struct export_format *const formats[] = {
	&export_atom, &export_rss, &export_jsonfeed, &export_jsonl, &export_csv, &export_sfeed, &export_mbox, &export_maildir, &export_html,
	NULL
};

/* What does not go together, and what is said then. */
static const char *
wrong_options(const struct cmd *cmd, const struct export_format *format)
{
	const struct cmd_options	*opt = cmd->options;
	const unsigned			 flags = format != NULL ? format->flags : 0;
	const struct { bool wrong; const char *why; } rows[] = {
		{ format == NULL && (cmd->n_args > 0 || opt->cursor != NULL || opt->limit != -1),
		    "opml is a list of feeds: QUERY, --cursor and --limit choose entries" },
		{ flags & EXPORT_FOLDER && (opt->output == NULL || strcmp(opt->output, "-") == 0), "a Maildir needs --output" },
		{ opt->restart && opt->cursor == NULL, "--restart is for --cursor" },
		{ opt->append && !(flags & EXPORT_GROWS), "--append is for jsonl, csv, sfeed and mbox" },
		{ opt->append && opt->output == NULL, "--append needs --output" }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].wrong)
			return rows[i].why;
	return NULL;
}

static enum export_place
place_of(const struct export_format *format, const struct cmd_options *opt)
{
	if (format->flags & EXPORT_FOLDER)
		return EXPORT_MAILDIR;
	return opt->append || (format->flags & EXPORT_APPENDS && opt->cursor != NULL) ? EXPORT_GROWN : EXPORT_REPLACED;
}

/* The cursor, as this query's. */
static enum cmd_exit
open_cursor(struct cmd *cmd, struct export_cursor *cursor, const char *query)
{
	const char	*name = cmd->options->cursor;

	if (export_cursor_open(cursor, name) == -1 || export_cursor_load(cursor, cmd->options->restart) == -1) {
		out_error("%s", cursor->error);
		return CMD_REFUSED;
	}
	if (!cursor->fresh && export_cursor_differs(cursor, query)) {
		out_error("the cursor %s belongs to the query %s: take another name for this one, or --restart to begin anew", name,
		    cursor->query != NULL ? cursor->query : "*");
		return CMD_REFUSED;
	}
	export_cursor_set_query(cursor, query);
	return CMD_DONE;
}

/* What has been written is put in its place; or nothing has, and the cursor moves on alone. */
static enum cmd_exit
end_file(struct export_run *run, struct export_file *file)
{
	if (!run->begun) {
		export_file_drop(file);
		if (run->cursor == NULL || export_cursor_save(run->cursor) == 0)
			return CMD_DONE;
		out_error("%s", run->cursor->error);
		return CMD_REFUSED;
	}
	return export_file_end(file) == 0 ? CMD_DONE : CMD_REFUSED;
}

static enum cmd_exit
write_entries(struct cmd *cmd, const struct export_format *format, const char *query, struct export_cursor *cursor)
{
	const struct cmd_options	*opt = cmd->options;
	struct export_file		 file;
	struct export			 export;
	struct export_run		 run = {
		.export = &export, .file = &file, .cursor = cursor, .query = query, .limit = opt->limit > 0 ? opt->limit : 0,
		.sort_most = EXPORT_SORT_MAX, .skip_empty = opt->skip_empty
	};
	enum cmd_exit			 status;

	if (export_file_open(&file, place_of(format, opt), opt->output, cursor) == -1) {
		export_file_drop(&file);
		return CMD_REFUSED;
	}
	export_init(&export, cmd, format);
	export.append = !export_file_is_empty(&file);
	status = export_run(&run);
	if (status == CMD_DONE)
		status = end_file(&run, &file);
	export_file_drop(&file);
	export_free(&export);
	return status;
}

static bool
is_utf8(const char *text)
{
	return text == NULL || utf8_valid(text, strlen(text));
}

enum cmd_exit
cmd_export(struct cmd *cmd)
{
	const struct export_format	*format;
	const char			*query = cmd_query(cmd, 0), *wrong;
	struct export_cursor		 cursor;
	enum cmd_exit			 status;

	if (cmd->options->format == -1)
		return cmd_usage(cmd, "--format is missing");
	if (!is_utf8(query) || !is_utf8(cmd->options->title) || !is_utf8(cmd->options->self))
		return cmd_usage(cmd, "an argument is not UTF-8");
	format = formats[cmd->options->format];
	wrong = wrong_options(cmd, format);
	if (wrong != NULL)
		return cmd_usage(cmd, "%s", wrong);
	if (format == NULL)
		return cmd_export_opml(cmd);
	if (cmd->options->cursor == NULL) {
		status = write_entries(cmd, format, query, NULL);
		return out_reader_gone() ? CMD_DONE : status;
	}
	status = open_cursor(cmd, &cursor, query);
	if (status == CMD_DONE)
		status = write_entries(cmd, format, query, &cursor);
	if (out_reader_gone())
		out_error("nobody has read all of it: the cursor \"%s\" stays where it was", cmd->options->cursor);
	export_cursor_close(&cursor);
	return status;
}
