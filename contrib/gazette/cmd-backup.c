#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/file.h"
#include "feeds/base/base64.h"

struct copy {
	const char	*path;
	struct file_out	 file;
	int64_t		 done, total;		/* bytes */
	bool		 complete;
};

/* errno says why. */
static enum cmd_exit
fail(struct copy *copy)
{
	out_progress_end();
	out_error("%s: %s", copy->path, strerror(errno));
	file_drop(&copy->file);
	return CMD_REFUSED;
}

static enum cmd_exit
take_piece(struct cmd *cmd, struct copy *copy)
{
	struct buf	 bytes = BUF_INIT(CLIENT_REPLY_MAX);
	enum cmd_exit	 status;
	const char	*data;
	json_t		*piece;
	int		 put = -1;

	status = cmd_call(cmd, "backup.read", json_pack("{s:I}", "offset", (json_int_t)copy->done), &piece);
	if (status != CMD_DONE)
		return status;
	data = cmd_string(piece, "data");
	errno = EPROTO;
	if (data != NULL && base64_decode(data, strlen(data), &bytes) == 0)
		put = file_put(&copy->file, bytes.ptr, bytes.len);
	copy->done += (int64_t)bytes.len;
	copy->complete = json_is_true(json_object_get(piece, "end"));
	if (put == 0 && bytes.len == 0 && !copy->complete) {
		errno = EPROTO;
		put = -1;
	}
	buf_free(&bytes);
	json_decref(piece);
	return put == 0 ? CMD_DONE : fail(copy);
}

static enum cmd_exit
take_all(struct cmd *cmd, struct copy *copy)
{
	enum cmd_exit	 status = CMD_DONE;

	while (status == CMD_DONE && !copy->complete) {
		status = take_piece(cmd, copy);
		if (status == CMD_DONE && copy->total > 0)
			out_progress("%s: %" PRId64 " of %" PRId64 " MiB", copy->path, copy->done >> 20, copy->total >> 20);
	}
	out_progress_end();
	if (status != CMD_DONE) {
		file_drop(&copy->file);
		return status;
	}
	if (copy->done != copy->total) {
		errno = EPROTO;
		return fail(copy);
	}
	return file_end(&copy->file) == 0 ? CMD_DONE : fail(copy);
}

enum cmd_exit
cmd_backup(struct cmd *cmd)
{
	struct copy	 copy = { .path = cmd->args[0] };
	enum cmd_exit	 status;
	json_t		*result;

	/* before the daemon makes a copy in vain */
	if (file_begin(&copy.file, copy.path, FILE_PRIVATE) == -1)
		return fail(&copy);
	out_progress("%s: the copy is being made", copy.path);
	status = cmd_call(cmd, "backup", NULL, &result);
	out_progress_end();
	if (status != CMD_DONE) {
		file_drop(&copy.file);
		return status;
	}
	copy.total = cmd_integer(result, "bytes");
	status = take_all(cmd, &copy);
	if (status == CMD_DONE && cmd->options->json)
		out_json(result, cmd->out.terminal);
	json_decref(result);
	return status;
}
