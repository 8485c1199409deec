#include "contrib/gazette/export-cursor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contrib/gazette/cmd.h"
#include "contrib/gazette/file.h"

enum { FOLDER_MODE = 0700, FILE_MODE = 0600, PATH_BYTES_MAX = 4096 + EXPORT_CURSOR_SUFFIX_BYTES };

static int
fail(struct export_cursor *cursor, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int
fail(struct export_cursor *cursor, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(cursor->error, sizeof(cursor->error), fmt, ap);
	va_end(ap);
	return -1;
}

/* --- where ------------------------------------------------------------------------------------------- */

static bool
is_name(const char *name)
{
	size_t	 len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

	return len > 0 && name[len] == '\0' && len <= EXPORT_CURSOR_NAME_MAX && name[0] != '.';
}

static int
make_folders(char *path)
{
	char	*slash;

	for (slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, FOLDER_MODE) == -1 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

/* Where cursors are, owned by the caller; NULL without a place for them. */
static char *
find_folder(void)
{
	const char	*state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char		*folder = NULL;
	int		 len = 0;

	if (state != NULL && *state == '/')
		len = asprintf(&folder, "%s/gazette/cursors", state);
	else if (home != NULL && *home == '/')
		len = asprintf(&folder, "%s/.local/state/gazette/cursors", home);
	if (len == -1)
		abort();
	return folder;
}

static int
is_cursor(const struct dirent *entry)
{
	return is_name(entry->d_name);
}

const char *const *
export_cursor_names(struct arena *arena)
{
	struct dirent	**entries = NULL;
	char		 *folder = find_folder();
	int		  count = folder != NULL ? scandir(folder, &entries, is_cursor, alphasort) : 0, i;
	const char	**names = arena_alloc(arena, ((size_t)(count > 0 ? count : 0) + 1) * sizeof(*names));

	for (i = 0; i < count; i++) {
		names[i] = arena_strdup(arena, entries[i]->d_name);
		free(entries[i]);
	}
	names[i] = NULL;
	free(entries);
	free(folder);
	return names;
}

/* The paths of the cursor and of its lock: false without a place for them. */
static bool
find_paths(struct export_cursor *cursor, const char *name)
{
	char	*folder = find_folder();

	if (folder == NULL)
		return false;
	if (asprintf(&cursor->path, "%s/%s", folder, name) == -1 || asprintf(&cursor->lock_path, "%s.lock~", cursor->path) == -1)
		abort();
	free(folder);
	return true;
}

int
export_cursor_open(struct export_cursor *cursor, const char *name)
{
	*cursor = (struct export_cursor){ .lock = -1, .fresh = true };
	cursor->given = export_numbers_new();
	cursor->added = export_numbers_new();
	if (!is_name(name))
		return fail(cursor, "\"%s\" is no name for a cursor: at most %d letters, digits, \"-\", \"_\" and \".\"", name,
		    EXPORT_CURSOR_NAME_MAX);
	if (!find_paths(cursor, name))
		return fail(cursor, "no place for cursors: neither XDG_STATE_HOME nor HOME is set");
	if (make_folders(cursor->path) == -1)
		return fail(cursor, "%s: %s", cursor->path, strerror(errno));
	cursor->lock = open(cursor->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
	if (cursor->lock == -1)
		return fail(cursor, "%s: %s", cursor->lock_path, strerror(errno));
	if (flock(cursor->lock, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? fail(cursor, "the cursor %s is in use: another export with it runs", name) :
		    fail(cursor, "%s: %s", cursor->lock_path, strerror(errno));
	return 0;
}

void
export_cursor_close(struct export_cursor *cursor)
{
	if (cursor->begun && ftruncate(cursor->lock, 0) == -1)
		cursor->begun = false;		/* the next run finds nothing there */
	if (cursor->lock != -1)
		close(cursor->lock);
	export_numbers_free(cursor->given);
	export_numbers_free(cursor->added);
	free(cursor->path);
	free(cursor->lock_path);
	free(cursor->query);
	free(cursor->after);
	*cursor = (struct export_cursor){ .lock = -1 };
}

static void
replace_text(char **place, const char *text)
{
	free(*place);
	*place = text != NULL ? strdup(text) : NULL;
	if (text != NULL && *place == NULL)
		abort();
}

void
export_cursor_set_query(struct export_cursor *cursor, const char *query)
{
	replace_text(&cursor->query, query);
}

void
export_cursor_set_after(struct export_cursor *cursor, const char *after)
{
	replace_text(&cursor->after, after);
}

bool
export_cursor_differs(const struct export_cursor *cursor, const char *query)
{
	if (query == NULL || cursor->query == NULL)
		return query != cursor->query;
	return strcmp(query, cursor->query) != 0;
}

/* --- what is written beside an output ---------------------------------------------------------------- */

/* A file of ours has our suffix; what else its path may name by now is nobody's business here. */
static bool
is_left(const char *path, const char *suffix)
{
	size_t		 len = strlen(path);
	struct stat	 st;

	return len > strlen(suffix) && strcmp(path + len - strlen(suffix), suffix) == 0 && lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid();
}

static void
make_suffix(const struct export_cursor *cursor, char suffix[EXPORT_CURSOR_SUFFIX_BYTES])
{
	snprintf(suffix, EXPORT_CURSOR_SUFFIX_BYTES, ".%s.part~", strrchr(cursor->path, '/') + 1);
}

/* What a run that was killed had begun. */
static void
remove_left(const struct export_cursor *cursor)
{
	char	 left[PATH_BYTES_MAX], suffix[EXPORT_CURSOR_SUFFIX_BYTES];
	ssize_t	 len = pread(cursor->lock, left, sizeof(left) - 1, 0);

	if (len <= 0)
		return;
	left[len] = '\0';
	make_suffix(cursor, suffix);
	if (is_left(left, suffix))
		unlink(left);
}

int
export_cursor_begin(struct export_cursor *cursor, const char *path, char suffix[EXPORT_CURSOR_SUFFIX_BYTES])
{
	char	*place = file_place(path), *beside;
	int	 failed;

	if (place == NULL)
		return fail(cursor, "%s: %s", path, strerror(errno));
	make_suffix(cursor, suffix);
	if (asprintf(&beside, "%s%s", place, suffix) == -1)
		abort();
	cursor->begun = true;
	failed = ftruncate(cursor->lock, 0) == -1 || pwrite(cursor->lock, beside, strlen(beside), 0) == -1 ?
	    fail(cursor, "%s: %s", cursor->lock_path, strerror(errno)) : 0;
	free(beside);
	free(place);
	return failed;
}

/* --- the file ------------------------------------------------------------------------------------------- */

static json_t *
numbers_json(const struct export_numbers *numbers)
{
	struct buf	 text = BUF_INIT(EXPORT_CURSOR_BYTES_MAX);
	json_t		*json;

	export_numbers_write(numbers, &text);
	json = json_stringn(buf_str(&text), text.len);
	buf_free(&text);
	return json;
}

static json_t *
cursor_json(const struct export_cursor *cursor)
{
	return json_pack("{s:i, s:s?, s:I, s:s?, s:o}", "version", 1, "query", cursor->query, "seq", (json_int_t)cursor->seq, "after",
	    cursor->after, "given", numbers_json(cursor->given));
}

/* Takes json; what is on the disk afterwards. */
static int
store(struct export_cursor *cursor, json_t *json)
{
	struct file_out	 file;
	char		*text = json_dumps(json, JSON_INDENT(1));
	int		 failed;

	if (text == NULL)
		abort();
	json_decref(json);
	failed = file_begin_as(&file, cursor->path, "~", FILE_PRIVATE);
	if (failed == 0 && (file_put(&file, text, strlen(text)) == -1 || file_put(&file, "\n", 1) == -1)) {
		failed = -1;
		file_drop(&file);
	} else if (failed == 0)
		failed = file_end(&file);
	free(text);
	return failed == 0 ? 0 : fail(cursor, "%s: %s", cursor->path, strerror(errno));
}

int
export_cursor_save(struct export_cursor *cursor)
{
	return store(cursor, cursor_json(cursor));
}

/* --- what is pending ------------------------------------------------------------------------------------ */

/* What the file says now, or would if there was one, to which a member is added. */
static json_t *
stored(struct export_cursor *cursor)
{
	json_t	*json = json_load_file(cursor->path, 0, NULL);

	return json_is_object(json) ? json : json_pack("{s:i, s:b}", "version", 1, "fresh", 1);
}

int
export_cursor_will_replace(struct export_cursor *cursor, const char *beside, const char *path)
{
	json_t	*json = stored(cursor), *pending;

	pending = json_pack("{s:s, s:s, s:b, s:s?, s:I, s:s?, s:o}", "beside", beside, "path", path, "anew", cursor->anew, "query",
	    cursor->query, "seq", (json_int_t)cursor->seq, "after", cursor->after, "added", numbers_json(cursor->added));
	if (pending == NULL) {
		json_decref(json);
		return fail(cursor, "with a cursor an output's name has to be UTF-8: %s", path);
	}
	json_object_set_new(json, "replace", pending);
	return store(cursor, json);
}

/* What the last bytes before length hash to, of a file that has so many; -1 if it has not. */
static int
tail_hash(int fd, int64_t length, char hash[32])
{
	char	 bytes[EXPORT_CURSOR_TAIL_BYTES + 1], *text;
	int64_t	 want = length < EXPORT_CURSOR_TAIL_BYTES ? length : EXPORT_CURSOR_TAIL_BYTES;

	if (pread(fd, bytes, (size_t)want, length - want) != want)
		return -1;
	/* a hash of a string */
	bytes[want] = '\0';
	for (text = bytes; text < bytes + want; text++)
		if (*text == '\0')
			*text = 1;
	snprintf(hash, 32, "%016" PRIx64, export_set_hash(bytes));
	return 0;
}

int
export_cursor_will_append(struct export_cursor *cursor, int fd, const char *path)
{
	json_t		*json = stored(cursor), *pending;
	struct stat	 st;
	char		 hash[32];

	if (fstat(fd, &st) == -1 || tail_hash(fd, st.st_size, hash) == -1) {
		json_decref(json);
		return fail(cursor, "%s: %s", path, strerror(errno));
	}
	pending = json_pack("{s:s, s:I, s:I, s:s}", "path", path, "inode", (json_int_t)st.st_ino, "length", (json_int_t)st.st_size,
	    "tail", hash);
	if (pending == NULL) {
		json_decref(json);
		return fail(cursor, "with a cursor an output's name has to be UTF-8: %s", path);
	}
	json_object_set_new(json, "append", pending);
	return store(cursor, json);
}

int
export_cursor_will_not_append(struct export_cursor *cursor)
{
	json_t	*json = stored(cursor);

	json_object_del(json, "append");
	return store(cursor, json);
}

/* The file that was being appended to is as long as before again, if it is still that file. */
static int
undo_append(struct export_cursor *cursor, const json_t *pending)
{
	const char	*path = cmd_string(pending, "path"), *tail = cmd_string(pending, "tail");
	int64_t		 length = cmd_integer(pending, "length");
	struct stat	 st;
	char		 hash[32];
	int		 fd, cut = 0;

	fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && st.st_ino == (ino_t)cmd_integer(pending, "inode") && st.st_size > length &&
	    tail_hash(fd, length, hash) == 0 && tail != NULL && strcmp(hash, tail) == 0)
		cut = ftruncate(fd, length) == -1 || fsync(fd) == -1 ? -1 : 0;
	else if (st.st_size != length)
		out_error("%s was changed since an export to it was interrupted: some entries may be in it twice", path);
	if (cut == -1)
		fail(cursor, "%s: %s", path, strerror(errno));
	close(fd);
	return cut;
}

static void
forget(struct export_cursor *cursor)
{
	export_numbers_free(cursor->given);
	cursor->given = export_numbers_new();
	cursor->fresh = true;
	cursor->seq = 0;
	export_cursor_set_query(cursor, NULL);
	export_cursor_set_after(cursor, NULL);
}

static int
read_state(struct export_cursor *cursor, const json_t *json, const char *numbers)
{
	const char	*given = cmd_string(json, numbers);

	if (!json_is_integer(json_object_get(json, "seq")) || given == NULL || export_numbers_read(cursor->given, given) == -1)
		return -1;
	cursor->fresh = false;
	cursor->seq = cmd_integer(json, "seq");
	export_cursor_set_query(cursor, cmd_string(json, "query"));
	export_cursor_set_after(cursor, cmd_string(json, "after"));
	return 0;
}

/* Of an output that was about to be moved: whether that has happened. *left: the file beside, if it has not. */
static int
settle_replace(struct export_cursor *cursor, const json_t *pending, const char **left)
{
	const char	*beside = cmd_string(pending, "beside");

	if (beside == NULL)
		return -1;
	if (access(beside, F_OK) == 0) {
		*left = beside;
		return 0;
	}
	if (json_is_true(json_object_get(pending, "anew")))
		forget(cursor);
	return read_state(cursor, pending, "added");
}

enum state { STATE_GOOD, STATE_BAD, STATE_FAILED };

/* The file as the cursor is now, without anything pending. */
static int
settled(struct export_cursor *cursor)
{
	if (!cursor->fresh)
		return export_cursor_save(cursor);
	if (unlink(cursor->path) == -1 && errno != ENOENT)
		return fail(cursor, "%s: %s", cursor->path, strerror(errno));
	return file_sync_folder(cursor->path) == -1 ? fail(cursor, "%s: %s", cursor->path, strerror(errno)) : 0;
}

/*
 * What an earlier run has left undone, and that it is done. What is beside goes after that: were this run killed between them, the next
 * one would take it for moved.
 */
static enum state
settle(struct export_cursor *cursor, const json_t *json)
{
	const json_t	*replace = json_object_get(json, "replace"), *append = json_object_get(json, "append");
	const char	*left = NULL;

	if (replace != NULL && settle_replace(cursor, replace, &left) == -1)
		return STATE_BAD;
	if (append != NULL && undo_append(cursor, append) == -1)
		return STATE_FAILED;
	if ((replace != NULL || append != NULL || cursor->fresh) && settled(cursor) == -1)
		return STATE_FAILED;
	if (left != NULL)
		unlink(left);
	return STATE_GOOD;
}

static enum state
load(struct export_cursor *cursor, const json_t *json)
{
	if (!json_is_true(json_object_get(json, "fresh")) && read_state(cursor, json, "given") == -1)
		return STATE_BAD;
	return settle(cursor, json);
}

static int
read_cursor(struct export_cursor *cursor, bool anew)
{
	enum state	 state;
	json_t		*json;
	json_error_t	 error;

	cursor->anew = anew;
	if (access(cursor->path, F_OK) == -1 && errno == ENOENT)
		return 0;
	json = json_load_file(cursor->path, 0, &error);
	state = json != NULL ? load(cursor, json) : STATE_BAD;
	json_decref(json);
	if (anew)
		forget(cursor);
	if (state == STATE_FAILED)
		return -1;
	if (state == STATE_BAD && !anew)
		return fail(cursor, "%s is no cursor of gazette's (--restart begins anew)", cursor->path);
	return 0;
}

/* What was left is removed when nothing that is pending needs it any more. */
int
export_cursor_load(struct export_cursor *cursor, bool anew)
{
	if (read_cursor(cursor, anew) == -1)
		return -1;
	remove_left(cursor);
	return 0;
}
