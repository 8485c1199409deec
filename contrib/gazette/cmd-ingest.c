#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/file.h"
#include "feeds/base/base64.h"

enum {
	DOCUMENT_BYTES_MAX = 1 << 30,		/* as much as max_body can be */
	PIECE_BYTES = 512 << 10			/* in one request, before it becomes base64 */
};

/* What is sent, and for which feed. */
struct load {
	const char	 *feed;
	const struct buf *document;
	bool		  past;
};

/* One piece; *result is the daemon's answer, owned by the caller. */
static enum cmd_exit
send_piece(struct cmd *cmd, const struct load *load, size_t sent, size_t len, json_t **result)
{
	const struct buf *document = load->document;
	struct buf	 text = BUF_INIT(SIZE_MAX);
	enum cmd_exit	 status;
	json_t		*params;

	if (len > 0)
		base64_encode(document->ptr + sent, len, &text);
	params = json_pack("{s:s, s:s, s:b}", "feed", load->feed, "data", buf_str(&text), "more", sent + len < document->len);
	if (load->past)
		json_object_set_new(params, "past", json_true());
	buf_free(&text);
	status = cmd_call(cmd, "ingest", params, result);
	return status;
}

static enum cmd_exit
send_all(struct cmd *cmd, const struct load *load, json_t **result)
{
	const struct buf *document = load->document;
	enum cmd_exit	 status;
	size_t		 sent = 0, len;

	do {
		len = document->len - sent < PIECE_BYTES ? document->len - sent : PIECE_BYTES;
		status = send_piece(cmd, load, sent, len, result);
		sent += len;
		if (status != CMD_DONE || sent >= document->len)
			break;
		json_decref(*result);
		out_progress("%zu of %zu MiB", sent >> 20, document->len >> 20);
	} while (true);
	out_progress_end();
	return status;
}

enum cmd_exit
cmd_ingest_past(struct cmd *cmd, const char *feed, const struct buf *document, json_t **result)
{
	return send_all(cmd, &(struct load){ feed, document, true }, result);
}

enum cmd_exit
cmd_ingest(struct cmd *cmd)
{
	const char	*path = cmd->n_args > 1 ? cmd->args[1] : "-";
	struct buf	 document = BUF_INIT(DOCUMENT_BYTES_MAX);
	enum cmd_exit	 status;
	json_t		*result;

	if (file_read(path, &document) == -1) {
		out_error("%s: %s", strcmp(path, "-") == 0 ? "standard input" : path, strerror(errno));
		buf_free(&document);
		return CMD_REFUSED;
	}
	status = send_all(cmd, &(struct load){ cmd->args[0], &document, false }, &result);
	buf_free(&document);
	if (status != CMD_DONE)
		return status;
	if (cmd->options->json)
		out_json(result, cmd->out.terminal);
	else
		out_printf("%s, %" PRId64 " updated\n", cmd_number(cmd, cmd_integer(result, "new"), "new entry", "new entries"),
		    cmd_integer(result, "updated"));
	json_decref(result);
	return status;
}
