#include "daemon/core/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/core/index.h"
#include "daemon/core/rpc.h"
#include "daemon/shared/log.h"
#include "daemon/shared/protocol.h"
#include "feeds/base/base64.h"
#include "schema/schema.h"

struct backup {
	struct core	*core;
	char		*path;
	struct rpc_call	*call;		/* waits for the copy; NULL: nobody does, or it has gone */
	uint64_t	 client;	/* whose it is; 0: nobody's */
	bool		 making;	/* the indexer is at it */
	int		 fd;		/* the copy, which has no name any more; -1: none */
	int64_t		 bytes;
};

static void
let_go(struct backup *backup)
{
	if (backup->fd != -1)
		close(backup->fd);
	backup->fd = -1;
	backup->client = 0;
}

void
backup_start(struct backup *backup, struct rpc_call *call)
{
	if (backup->making || backup->client != 0) {
		rpc_fail(call, "busy", "another backup is being made or read");
		return;
	}
	if (!index_backup(backup->core->index)) {
		rpc_fail(call, "busy", "gazetted-indexer, which makes backups, is not running; try again");
		return;
	}
	backup->making = true;
	backup->client = call->client;
	backup->call = call;
	rpc_keep(call);
}

/* Its room is given back when it is closed, whatever becomes of us. */
static int
open_copy(struct backup *backup)
{
	struct stat status;

	backup->fd = open(backup->path, O_RDONLY | O_CLOEXEC);
	if (backup->fd == -1 || fstat(backup->fd, &status) == -1 || unlink(backup->path) == -1)
		return -1;
	backup->bytes = status.st_size;
	return 0;
}

void
backup_made(struct backup *backup, const char *error)
{
	struct rpc_call *call = backup->call;
	struct json *json;

	if (!backup->making)
		return;
	backup->making = false;
	backup->call = NULL;
	if (call == NULL) {
		/* nobody wants it any more */
		unlink(backup->path);
		let_go(backup);
		return;
	}
	if (error != NULL)
		rpc_fail(call, "backup-failed", "%s", error);
	else if (open_copy(backup) == -1)
		rpc_fail(call, "backup-failed", "%s: %s", backup->path, strerror(errno));
	else {
		log_info("a backup of %" PRId64 " bytes has been made", backup->bytes);
		json = rpc_result(call);
		json_put_integer(json, "bytes", backup->bytes);
		rpc_send(call);
		return;
	}
	let_go(backup);
}

static void
send_piece(struct backup *backup, struct rpc_call *call, const char *ptr, size_t len, int64_t offset)
{
	struct buf text = BUF_INIT(SIZE_MAX);
	struct json *json = rpc_result(call);
	bool end = offset + (int64_t)len >= backup->bytes;

	base64_encode(ptr, len, &text);
	json_put_stringn(json, "data", text.ptr != NULL ? text.ptr : "", text.len);
	json_put_bool(json, "end", end);
	rpc_send(call);
	buf_free(&text);
	if (end)
		let_go(backup);
}

void
backup_read(struct backup *backup, struct rpc_call *call)
{
	int64_t offset = rpc_param_int(call, "offset", 0);
	char *piece;
	ssize_t len;

	if (backup->fd == -1 || backup->client != call->client) {
		rpc_fail(call, "no-backup", "this connection has asked for no backup, or has read it to its end");
		return;
	}
	if (offset < 0 || offset > backup->bytes) {
		rpc_fail_code(call, RPC_EPARAMS, "\"offset\" must be from 0 to %" PRId64, backup->bytes);
		return;
	}
	piece = malloc(BACKUP_PIECE_BYTES);
	if (piece == NULL)
		abort();
	len = pread(backup->fd, piece, BACKUP_PIECE_BYTES, offset);
	if (len > 0 || offset == backup->bytes)
		send_piece(backup, call, piece, len > 0 ? (size_t)len : 0, offset);
	else {
		rpc_fail(call, "backup-failed", "the copy cannot be read: %s", len == 0 ? "it is shorter than it was" : strerror(errno));
		let_go(backup);
	}
	free(piece);
}

void
backup_gone(struct backup *backup, uint64_t client)
{
	if (backup == NULL || client == 0 || client != backup->client)
		return;
	if (backup->call != NULL)
		rpc_fail(backup->call, "backup-failed", "the connection has ended");
	backup->call = NULL;
	if (!backup->making)
		let_go(backup);
}

struct backup *
backup_new(struct core *core)
{
	struct backup *backup = calloc(1, sizeof *backup);

	if (backup == NULL || asprintf(&backup->path, "%s/%s", core->state_dir, BACKUP_FILE) == -1)
		abort();
	backup->core = core;
	backup->fd = -1;
	/* of an earlier life */
	unlink(backup->path);
	return backup;
}

void
backup_free(struct backup *backup)
{
	if (backup == NULL)
		return;
	if (backup->call != NULL)
		rpc_fail(backup->call, "busy", "the daemon is stopping");
	let_go(backup);
	unlink(backup->path);
	free(backup->path);
	free(backup);
}
